#pragma once

// Rows of returns: what each says, from where, and what becomes of those that say it of one contest.

#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <recruit/programme/returns/consolidate.hpp>

#include "programme/columns.hpp"

namespace recruit::detail {

/// One contest as one row says it; empty text where it says nothing.
struct Row {
    /// Where a value stands in the sheet.
    struct Origin {
        std::size_t column = 0;  ///< From 1; 0: above the rows, or worked out.
        std::string written;     ///< As it was before it was read.
    };

    std::array<std::string, programme.size()> cells;
    std::array<Origin, programme.size()> origins;
    std::string file;
    std::int64_t line = 0;
    std::string more_sources;  ///< Of rows whose figures were taken into this one.

    const std::string& operator[](std::string_view name) const { return cells[column_number(name)]; }
    std::string& operator[](std::string_view name) { return cells[column_number(name)]; }
    std::string source() const { return file + ':' + std::to_string(line) + more_sources; }
    std::optional<std::int64_t> count(std::string_view name) const {
        const auto& text = (*this)[name];
        std::int64_t value = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
        return value;
    }
};

/// A day of a table (yyyy-mm-dd) as people write it.
Argument shown_date(std::string_view text);

/// Columns of texts; empty is null.
Table table_of(const std::vector<std::string>& names, const std::vector<std::vector<std::string>>& lines);

/// Columns with the types of a table of contests.
Table contests_table(const std::vector<Row>& rows);

/// Contests that stand in several rows: the same figures once, other figures side by side until somebody
/// decides. Fills what `result` says of that: issues, conflicts and provenance.
void compare_rows(std::vector<Row>& rows, const std::vector<Decision>& decisions, Consolidation& result);

}  // namespace recruit::detail
