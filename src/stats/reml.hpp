#pragma once

// Restricted maximum likelihood of two crossed effects within independent blocks.

#include <cstdint>
#include <optional>
#include <vector>

namespace recruit::stats::detail {

/// Marks of one contest (or of one whole table): rows (candidates) by columns (members), with a mean of its
/// own. Rows need not be complete.
struct Block {
    struct Cell {
        std::uint32_t column;
        double value;
    };
    std::vector<std::size_t> row_begin;  ///< rows + 1 places in `cells`
    std::vector<Cell> cells;
    std::size_t columns = 0;

    std::size_t rows() const noexcept { return row_begin.size() - 1; }
    bool complete() const noexcept { return cells.size() == rows() * columns; }
};

/// Sums of squares that tell all of a complete block, alone or added to others of the same shape.
struct Squares {
    double rows = 0, columns = 0;  // shape
    double blocks = 0;             // how many
    double of_rows = 0, of_columns = 0, rest = 0;
};
Squares squares_of(const Block& complete);

/// Variances of rows, columns (0 where `by_column` is false) and rest.
struct Variances {
    double rows = 0, columns = 0, rest = 0;
    double criterion = 0;  ///< -2 log restricted likelihood
};
/// Maximises the restricted likelihood over variances from 0 up; a mean for every block. Empty where no
/// degree of freedom is left. Without `by_column` the columns of cells are not looked at.
std::optional<Variances> reml(const std::vector<Squares>& complete,
                              const std::vector<const Block*>& incomplete, bool by_column);

}  // namespace recruit::stats::detail
