#pragma once

/// \file
/// Small counts hidden in a table of persons, with an audit of what the rest still tells. Room: stats.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <recruit/base/table.hpp>
#include <recruit/export.hpp>
#include <recruit/stats/estimate.hpp>

namespace recruit::stats {

/// A two-way table of counts with its margins: (rows + 1) x (columns + 1) cells, row after row; the last row
/// and column are totals.
struct TwoWay {
    std::vector<std::string> rows, columns;
    std::vector<std::int64_t> cells;
    std::vector<Dropped> dropped;

    std::size_t height() const noexcept { return rows.size() + 1; }
    std::size_t width() const noexcept { return columns.size() + 1; }
    std::int64_t at(std::size_t row, std::size_t column) const noexcept {
        return cells[row * width() + column];
    }
    friend bool operator==(const TwoWay&, const TwoWay&) = default;
};
/// From inner counts, rows x columns; margins are added. \throws Error (`stats_lengths`,
/// `stats_bad_argument`).
RECRUIT_EXPORT TwoWay two_way(std::vector<std::string> rows, std::vector<std::string> columns,
                              const std::vector<std::int64_t>& counts);
/// Counts the rows of a table by two columns of names. Rows without either are dropped and counted.
RECRUIT_EXPORT TwoWay two_way(const Table& table, std::string_view row, std::string_view column,
                              std::optional<std::string_view> count = {});

enum class Cell : std::uint8_t {
    shown,
    primary,        ///< Hidden because it is small.
    complementary,  ///< Hidden so that the small ones cannot be computed from the rest.
};

/// What anybody can work out about a hidden cell from everything that is shown: every whole number from lower
/// to upper is possible, and no other. No upper limit: empty.
struct Bounds {
    std::size_t row = 0, column = 0;
    std::int64_t lower = 0;
    std::optional<std::int64_t> upper;

    friend bool operator==(const Bounds&, const Bounds&) = default;
};

/// Bounds of every cell whose flag in `hidden` (one a cell of `table`, 1 = hidden) is set, in order. Exact
/// for counts (>= 0) that add up to their margins: each bound is a largest flow in the network of rows and
/// columns. It takes the reader to know the table's shape and what is shown, not the rule for hiding.
RECRUIT_EXPORT std::vector<Bounds> audit(const TwoWay& table, const std::vector<std::uint8_t>& hidden);

enum class Zeros : std::uint8_t {
    shown,   ///< An empty cell is published; it tells that nobody is there, which may itself be personal.
    hidden,  ///< An empty cell counts as small.
};

/// A table that may be published, and the proof.
struct Suppressed {
    TwoWay table;             ///< With the true counts; keep it.
    std::vector<Cell> cells;  ///< One a cell of `table`.
    std::vector<Bounds> audit;
    std::int64_t minimum = 0, protection = 0;
    bool is_safe = false;  ///< The audit leaves every small cell a range at least `protection` wide.

    RECRUIT_EXPORT Display display(Language language = Language::en) const;  ///< Only what may be shown.
    std::string str(Language language = Language::en) const { return display(language).text(); }
    /// row, column, n (null where hidden), cell; totals have a null row or column. Only what may be shown.
    RECRUIT_EXPORT Table to_table() const;
    RECRUIT_EXPORT std::vector<Note> notes() const;
    friend bool operator==(const Suppressed&, const Suppressed&) = default;
};

/// Hides every count (totals too) from 1 to `minimum` - 1, with Zeros::hidden also 0, and as many others as
/// it takes until the audit leaves each small cell a range at least `protection` wide (none given:
/// `minimum`). Cells with small counts go first, totals last; no fewest number is claimed, only the audit.
/// Where hiding everything does not suffice `is_safe` is false: do not publish the table. Several published
/// tables about the same persons can tell more together than each alone: that is not checked. \throws Error
/// (`stats_bad_argument`) for a minimum below 2.
RECRUIT_EXPORT Suppressed suppress(const TwoWay& table, std::int64_t minimum, Zeros zeros,
                                   std::optional<std::int64_t> protection = {});

}  // namespace recruit::stats
