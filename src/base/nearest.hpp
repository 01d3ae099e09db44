#pragma once

// Binary floats that stand for a short decimal number.

#include <cmath>

#include "base/int128.hpp"

namespace recruit::detail {

/// True if `value` is the double nearest to a number with `decimals` decimals: r / 10^d is correctly rounded
/// for |r| < 2^53, so equality says so.
inline bool is_nearest(double value, int decimals) {
    const auto power = static_cast<double>(power_of_ten(decimals));
    const double scaled = std::nearbyint(value * power);
    return std::fabs(scaled) < 1e15 && scaled / power == value;
}

}  // namespace recruit::detail
