#pragma once

// Units by raters without gaps, as analyses of variance and rank sums need them.

#include <optional>
#include <vector>

#include <recruit/stats/icc.hpp>

namespace recruit::stats::detail {

/// Which rows of a matrix are used.
struct Panel {
    std::vector<std::size_t> rows;
    std::size_t columns = 0;
    bool complete = true;
    std::vector<Dropped> dropped;
    Word convention;
    std::optional<NotEstimable> reason;  ///< `constant` too: all marks equal.
};
Panel panel(const Matrix& marks, MissingRatings missing);

struct MeanSquares {
    double n = 0, k = 0;
    double units = 0, raters = 0, error = 0, within = 0;
};
MeanSquares mean_squares(const Matrix& marks, const Panel& complete);

}  // namespace recruit::stats::detail
