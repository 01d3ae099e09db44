#pragma once

/// \file
/// Data as statistics read them: columns of a long table by name, or a wide matrix. Room: stats.
///
/// A row with a missing value is never dropped in silence: readers say where values are missing, and results
/// count what they dropped. NaN is missing; an infinite number is refused.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <recruit/base/table.hpp>
#include <recruit/export.hpp>

namespace recruit::stats {

/// A column of names as codes. Levels are in a fixed order (numbers by size, everything else by bytes) that
/// does not depend on the order of rows.
struct Factor {
    std::vector<std::string> levels;
    std::vector<std::int32_t> codes;  ///< One a row: an index into `levels`, or -1 where it is missing.

    std::size_t size() const noexcept { return codes.size(); }
    /// Index of a level. \throws Error (`unknown_value`) naming the levels there are.
    RECRUIT_EXPORT std::int32_t code(std::string_view level) const;
};

/// Any column but real ones as a Factor. O(n log k). \throws InvalidTable (`missing_column`,
/// `stats_real_as_name`).
RECRUIT_EXPORT Factor factor(const Table& table, std::string_view column);

/// A column of numbers as doubles; NaN where it is missing. Marks, integers, reals, booleans (0 and 1), and
/// text that is a number. \throws InvalidTable (`missing_column`, `stats_not_a_number` with row and value).
RECRUIT_EXPORT std::vector<double> numbers(const Table& table, std::string_view column);

/// A column of marks as whole units of 10^-scale, so that ties are exact. A binary float counts if it is the
/// nearest to a number with at most 8 decimals. \throws InvalidTable (`missing_column`, `stats_not_a_number`,
/// `stats_not_exact`).
struct ExactNumbers {
    std::vector<std::int64_t> units;
    std::vector<std::uint8_t> missing;  ///< One a row: 1 where there is no value (its units are 0).
    int scale = 0;

    std::size_t size() const noexcept { return units.size(); }
};
RECRUIT_EXPORT ExactNumbers exact_numbers(const Table& table, std::string_view column);
/// The same of doubles; NaN is missing.
RECRUIT_EXPORT ExactNumbers exact_numbers(std::span<const double> values);

/// A yes/no column: 1, 0, or -1 where it is missing. Booleans, and numbers that are 0 or 1.
/// \throws InvalidTable (`missing_column`, `stats_not_a_flag` with row and value).
RECRUIT_EXPORT std::vector<std::int8_t> flags(const Table& table, std::string_view column);

/// A column of how many each row stands for. \throws InvalidTable (`missing_column`, `stats_not_a_count`
/// where one is missing, negative or not whole).
RECRUIT_EXPORT std::vector<std::int64_t> whole_counts(const Table& table, std::string_view column);

/// Rows by columns, row after row; NaN where it is missing. What a row and a column are is said by whoever
/// takes it: units (candidates, scripts) are rows, raters or items are columns.
struct Matrix {
    std::size_t rows = 0, columns = 0;
    std::vector<double> values;
    std::vector<std::string> row_names, column_names;  ///< Empty, or one each.

    double operator()(std::size_t row, std::size_t column) const noexcept {
        return values[row * columns + column];
    }
};

/// Long to wide: one row a level of `row`, one column a level of `column`. A row of the table without either
/// name is dropped and counted in `dropped`. \throws InvalidTable (`stats_two_values`) if a cell is given
/// twice.
RECRUIT_EXPORT Matrix matrix(const Table& table, std::string_view row, std::string_view column,
                             std::string_view value, std::int64_t* dropped = nullptr);

}  // namespace recruit::stats
