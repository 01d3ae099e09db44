#pragma once

// Rows in groups named by columns.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <recruit/base/table.hpp>

#include "base/array.hpp"
#include "scoring/series.hpp"

namespace recruit::detail {

inline constexpr std::uint32_t no_row = 0xFFFFFFFF;

/// The rows of a table in groups named by columns; groups in the order of the bytes of their names.
struct Grouping {
    std::vector<Column> columns;  ///< The names, a row for each group: text with a dictionary or integers.
    Array<std::uint32_t> group;   ///< By row; groups() where a name is missing.
    std::size_t count = 0;
    bool complete = true;  ///< No name is missing.

    std::size_t groups() const noexcept { return count; }
    std::vector<std::string> names(std::size_t index) const;
    /// The first row of each group. Linear in rows: for whoever must report groups.
    std::vector<std::uint32_t> first_rows() const;
};

/// A list of names as one text; no two lists have the same.
std::string joined_key(const std::vector<std::string>& names);

/// \throws InvalidTable (`missing_column`, `wrong_column_type`)
Grouping group_by(const Table& table, const std::vector<std::string>& within, IssueLog& log,
                  const Pace& pace);

}  // namespace recruit::detail
