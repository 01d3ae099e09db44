#pragma once

// 128-bit integers for exact intermediate results; private, so that no public signature needs them.

#include <array>
#include <cstdint>
#include <limits>
#include <optional>

#include <recruit/base/rounding.hpp>

namespace recruit::detail {

__extension__ typedef __int128 int128;

inline constexpr std::array<std::int64_t, 19> powers_of_ten = [] {
    std::array<std::int64_t, 19> powers{};
    std::int64_t power = 1;
    for (auto& entry : powers) {
        entry = power;
        if (power <= std::numeric_limits<std::int64_t>::max() / 10) power *= 10;
    }
    return powers;
}();

constexpr std::int64_t power_of_ten(int exponent) {
    return powers_of_ten[static_cast<std::size_t>(exponent)];
}

constexpr int128 gcd(int128 a, int128 b) {
    if (a < 0) a = -a;
    if (b < 0) b = -b;
    while (b != 0) {
        const int128 r = a % b;
        a = b;
        b = r;
    }
    return a;
}

constexpr bool fits_int64(int128 v) {
    return v >= std::numeric_limits<std::int64_t>::min() && v <= std::numeric_limits<std::int64_t>::max();
}

/// numerator / denominator (> 0) to an integer. The one implementation of the rounding modes.
template <class Int>
constexpr Int divide_rounded(Int numerator, Int denominator, RoundingMode mode) {
    const Int quotient = numerator / denominator;  // towards zero
    const Int rest = numerator % denominator;      // has the sign of the numerator
    if (rest == 0) return quotient;
    const Int away = numerator < 0 ? -1 : 1;
    const Int distance = rest < 0 ? -rest : rest;
    switch (mode) {
        case RoundingMode::half_up:
            return distance >= denominator - distance ? quotient + away : quotient;
        case RoundingMode::half_even:
            if (distance == denominator - distance) return quotient % 2 != 0 ? quotient + away : quotient;
            return distance > denominator - distance ? quotient + away : quotient;
        case RoundingMode::down:
            return numerator < 0 ? quotient - 1 : quotient;
        case RoundingMode::up:
            return numerator > 0 ? quotient + 1 : quotient;
        case RoundingMode::truncate:
            break;
    }
    return quotient;
}

}  // namespace recruit::detail
