#pragma once

// How many of the focal group pass over all strata, given every margin: a sum of hypergeometric numbers,
// each tilted by one common odds ratio.

#include <cstdint>
#include <vector>

#include <recruit/stats/strata.hpp>

namespace recruit::stats::detail {

/// Relative weights of low, low + 1, ...; what is more than 290 decades below the largest is left out.
struct Weights {
    std::int64_t low = 0;
    std::vector<double> weights;
};

class Conditional {
public:
    explicit Conditional(const std::vector<Stratum>& strata);

    bool is_one_point() const { return low_ == high_; }
    std::int64_t low() const { return low_; }
    std::int64_t high() const { return high_; }
    std::int64_t seen() const { return seen_; }

    /// Weights at a common odds ratio of exp(log_odds).
    Weights at(double log_odds) const;
    double p_value(Tail tail, bool mid_p) const;
    double likeliest() const;  ///< Odds ratio; 0 or infinite at the ends.
    /// Exact central limits of the odds ratio.
    std::pair<double, double> limits(double alpha) const;

private:
    double start() const;  ///< ln of an odds ratio near the likeliest one.
    std::vector<Stratum> strata_;
    std::int64_t low_ = 0, high_ = 0, seen_ = 0;
};

}  // namespace recruit::stats::detail
