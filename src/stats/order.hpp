#pragma once

// Who is truly first: kernels over independent normal true scores.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace recruit::stats::detail {

/// The distribution of a sum of independent yes/no trials, where it is not 0: counts first, first + 1, ...
/// What is left out at the ends is below 1e-18 in all.
struct PoissonBinomial {
    std::int64_t first = 0;
    std::vector<double> share;

    std::int64_t last() const noexcept { return first + static_cast<std::int64_t>(share.size()) - 1; }
};
PoissonBinomial poisson_binomial(std::span<const double> probabilities);

/// Cumulative sums of it, from below and from above, to take one trial out again.
class LeaveOneOut {
public:
    explicit LeaveOneOut(const PoissonBinomial& all);

    /// P(the sum of all but one trial <= k) for each trial left out: `p` is its probability, `q` = 1 - p.
    /// Stable for every p: a geometric series from the side on which it falls. At most `lanes` at a time.
    static constexpr std::size_t lanes = 8;
    void at_most(std::int64_t k, std::span<const double> p, std::span<const double> q,
                 std::span<double> out) const;

private:
    double below(std::int64_t j) const noexcept;  // P(sum <= j)
    double above(std::int64_t j) const noexcept;  // P(sum >= j)

    std::int64_t first_, last_;
    std::vector<double> below_, above_;
};

/// Adds weight * P(sum of all but one trial = first - 1 + j) to out[j]: size of `share` + 1 values.
void add_leave_one_out(const PoissonBinomial& all, double p, double weight, std::span<double> out);

/// P(truly first) of each, true scores being normal about `means` with one standard deviation, to 1e-11. At
/// least one mean. Few microseconds a thousand candidates, beyond a tenth of a millisecond.
std::vector<double> first_place(std::span<const double> means, double sd);

/// Points and weights.
struct Rule {
    std::vector<double> points, weights;
};
/// The Gauss rule of at most n points of a discrete measure: the same integrals of polynomials up to degree
/// 2n - 1 (Gautschi 2004, sections 2.2 and 3.1). Weights add to 1.
Rule compressed(const Rule& measure, std::size_t n);
/// The distribution of chi-squared with df degrees of freedom as a measure, times `upto` (0..1): restricted
/// to its lowest share `upto`.
Rule chi_squared_rule(double df, double upto = 1);

}  // namespace recruit::stats::detail
