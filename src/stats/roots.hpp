#pragma once

// Roots of continuous functions between two points where the sign differs.

#include <cmath>
#include <cstdint>
#include <utility>

#include <boost/math/tools/roots.hpp>

namespace recruit::stats::detail {

/// A root of `f` in [low, high], to the last bits; an end where `f` is 0 or both ends have one sign (the end
/// nearer to 0 then): the caller knows that there is a root.
template <class F>
double root(F f, double low, double high) {
    const double at_low = f(low), at_high = f(high);
    if (at_low == 0) return low;
    if (at_high == 0) return high;
    if ((at_low < 0) == (at_high < 0)) return std::fabs(at_low) < std::fabs(at_high) ? low : high;
    std::uintmax_t steps = 200;
    const auto close = [](double a, double b) {
        return std::fabs(a - b) <= 4e-16 * std::fmax(std::fabs(a), std::fabs(b)) || std::fabs(a - b) < 1e-300;
    };
    const auto [a, b] = boost::math::tools::toms748_solve(f, low, high, at_low, at_high, close, steps);
    return std::fabs(f(a)) < std::fabs(f(b)) ? a : b;
}

}  // namespace recruit::stats::detail
