#pragma once

// What somebody decided between the equals across a cut, told by a column of the table.

#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "scoring/series.hpp"
#include "selection/ordering.hpp"

namespace recruit::detail {

/// "written.chosen" for the cut after a stage, "chosen" for the last one.
std::string chosen_column(std::string_view stage);

/// Whether the table says that this row was chosen.
bool is_chosen(const Table& table, const std::string& column, std::size_t row);

/// The choices at one cut. Without its column nothing is chosen anywhere.
class Chosen {
public:
    Chosen(const Table& table, std::string column, IssueLog& log);

    bool of(std::uint32_t row) const noexcept {
        return !series_->column.is_null(row) && !series_->is_unusable(row) &&
               series_->column.booleans()[row] != 0;
    }
    /// Whether the choice decides between the equals of a group: as many are chosen as there are places for
    /// them. Groups are asked for by one thread each.
    bool settles(std::size_t group, std::span<const Entry> equals, std::int64_t places);
    /// Tells of choices that do not fit, by group, and of those where nothing was left to choose.
    void report(const Grouping& groups, const KeyIndex& ids, IssueLog& log);

private:
    struct Misfit {
        std::size_t group;
        std::int64_t chosen, places;
    };
    std::string column_;
    std::optional<Series> series_;
    std::vector<std::uint8_t> asked_;  ///< By row: it was among equals across the cut.
    std::mutex noted_;
    std::vector<Misfit> misfits_;
};

}  // namespace recruit::detail
