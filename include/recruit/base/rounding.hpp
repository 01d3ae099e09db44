#pragma once

/// \file
/// Named rounding: a mode and a number of decimals. Room: base.

#include <optional>
#include <string_view>

#include <recruit/base/fraction.hpp>
#include <recruit/base/points.hpp>
#include <recruit/export.hpp>

namespace recruit {

/// How a value between two decimals is rounded. Each mode is symmetric or not as said.
enum class RoundingMode {
    half_up,    ///< To the nearest; a half goes away from zero (2.5 -> 3, -2.5 -> -3): the school rule.
    half_even,  ///< To the nearest; a half goes to the even neighbour (2.5 -> 2, 3.5 -> 4).
    down,       ///< To the next lower number (2.9 -> 2, -2.1 -> -3).
    up,         ///< To the next higher number (2.1 -> 3, -2.9 -> -2).
    truncate,   ///< Digits are cut off, towards zero (2.9 -> 2, -2.9 -> -2).
};

/// A rounding rule as a regulation names it.
struct Rounding {
    int digits = 0;  ///< Decimals kept, 0..8.
    RoundingMode mode = RoundingMode::half_up;

    friend bool operator==(const Rounding&, const Rounding&) = default;
};

/// Rounds an exact fraction. \throws Error (`points_overflow`) if digits are not in 0..18 or the result does
/// not fit.
RECRUIT_EXPORT Points round(const Fraction& value, const Rounding& rule);

RECRUIT_EXPORT std::string_view to_string(RoundingMode mode) noexcept;
RECRUIT_EXPORT std::optional<RoundingMode> rounding_mode(std::string_view name) noexcept;

}  // namespace recruit
