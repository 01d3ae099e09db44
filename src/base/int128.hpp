#pragma once

// 128-bit integers for exact intermediate results; private, so that no public signature needs them.

#include <array>
#include <bit>
#include <cstdint>
#include <limits>
#include <optional>

#include <recruit/base/rounding.hpp>

namespace recruit::detail {

__extension__ typedef __int128 int128;
__extension__ typedef unsigned __int128 uint128;

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

/// Rounds a quotient towards zero with its rest (of the numerator's sign). The one implementation of the
/// rounding modes.
template <class Int>
constexpr Int round_quotient(Int quotient, Int rest, Int denominator, RoundingMode mode) {
    if (rest == 0) return quotient;
    const Int away = rest < 0 ? -1 : 1;
    const Int distance = rest < 0 ? -rest : rest;
    switch (mode) {
        case RoundingMode::half_up:
            return distance >= denominator - distance ? quotient + away : quotient;
        case RoundingMode::half_even:
            if (distance == denominator - distance) return quotient % 2 != 0 ? quotient + away : quotient;
            return distance > denominator - distance ? quotient + away : quotient;
        case RoundingMode::down:
            return rest < 0 ? quotient - 1 : quotient;
        case RoundingMode::up:
            return rest > 0 ? quotient + 1 : quotient;
        case RoundingMode::truncate:
            break;
    }
    return quotient;
}

/// numerator / denominator (> 0) to an integer.
template <class Int>
constexpr Int divide_rounded(Int numerator, Int denominator, RoundingMode mode) {
    return round_quotient<Int>(numerator / denominator, numerator % denominator, denominator, mode);
}

/// Division by the same number again and again: by multiplication (Granlund and Montgomery 1994), which is
/// several times as fast as the machine's division and gives the same quotient. 128-bit values are divided.
template <class Int>
class Divisor {
public:
    explicit constexpr Divisor(Int divisor) : divisor_{divisor} {
        if constexpr (sizeof(Int) == 8) {
            const auto d = static_cast<std::uint64_t>(divisor);
            const int bits = static_cast<int>(std::bit_width(d - 1));
            const auto excess = (bits == 64 ? 0 : std::uint64_t{1} << bits) - d;
            factor_ = static_cast<std::uint64_t>((static_cast<uint128>(excess) << 64) / d) + 1;
            shift_once_ = bits > 0 ? 1 : 0;
            shift_ = bits > 0 ? bits - 1 : 0;
        }
    }

    constexpr Int rounded(Int numerator, RoundingMode mode) const {
        if constexpr (sizeof(Int) == 8) {
            const Int sign = numerator >> 63;  // 0 or -1
            const auto magnitude = static_cast<std::uint64_t>((numerator ^ sign) - sign);
            const auto high = static_cast<std::uint64_t>((static_cast<uint128>(factor_) * magnitude) >> 64);
            const auto quotient = static_cast<Int>((high + ((magnitude - high) >> shift_once_)) >> shift_);
            const Int rest = static_cast<Int>(magnitude) - quotient * divisor_;
            return round_quotient<Int>((quotient ^ sign) - sign, (rest ^ sign) - sign, divisor_, mode);
        } else {
            return divide_rounded<Int>(numerator, divisor_, mode);
        }
    }

private:
    Int divisor_;
    std::uint64_t factor_ = 0;
    int shift_once_ = 0, shift_ = 0;
};

}  // namespace recruit::detail
