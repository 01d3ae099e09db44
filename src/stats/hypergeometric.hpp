#pragma once

// The hypergeometric distribution: how many of `marked` are among `drawn` out of marked + plain.

#include <cstdint>

namespace recruit::stats::detail {

struct Hypergeometric {
    std::int64_t marked, plain, drawn;

    std::int64_t low() const { return drawn > plain ? drawn - plain : 0; }
    std::int64_t high() const { return drawn < marked ? drawn : marked; }
    std::int64_t mode() const;

    /// Relative accuracy about 1e-13 for any size (Loader 2000).
    double log_probability(std::int64_t k) const;
    double probability(std::int64_t k) const;
    /// P(X <= k) and P(X >= k), summed outward from k: accurate where they are small. O(standard deviation).
    double at_most(std::int64_t k) const;
    double at_least(std::int64_t k) const;
    /// p(k + 1) / p(k)
    double step(std::int64_t k) const {
        return static_cast<double>(marked - k) * static_cast<double>(drawn - k) /
               (static_cast<double>(k + 1) * static_cast<double>(plain - drawn + k + 1));
    }
};

}  // namespace recruit::stats::detail
