#pragma once

/// \file
/// Fraction: the exact value between two named roundings. Room: base.

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <recruit/base/points.hpp>
#include <recruit/export.hpp>

namespace recruit {

/// An exact fraction in lowest terms with a positive denominator. Weights, shares and unrounded results are
/// fractions: 1/3 stays 1/3 until a rule names how to round it.
class Fraction {
public:
    constexpr Fraction() noexcept = default;
    explicit constexpr Fraction(std::int64_t whole) noexcept : numerator_{whole} {}

    /// \throws Error (`points_overflow`) for a zero denominator or a value out of range.
    RECRUIT_EXPORT Fraction(std::int64_t numerator, std::int64_t denominator);
    RECRUIT_EXPORT explicit Fraction(const Points& points);

    /// Reads "0.4", "3" or "2/9". Empty if it is none of these or does not fit.
    RECRUIT_EXPORT static std::optional<Fraction> parse(std::string_view text) noexcept;

    constexpr std::int64_t numerator() const noexcept { return numerator_; }
    constexpr std::int64_t denominator() const noexcept { return denominator_; }

    /// The decimal it equals; empty if it does not terminate within 18 decimals.
    RECRUIT_EXPORT std::optional<Points> exact_points() const noexcept;

    /// "0.4" where it terminates, else "2/9".
    RECRUIT_EXPORT std::string str() const;

    friend constexpr bool operator==(const Fraction&, const Fraction&) noexcept = default;
    RECRUIT_EXPORT friend std::strong_ordering operator<=>(const Fraction& a, const Fraction& b) noexcept;

    /// \throws Error (`points_overflow`) if the result does not fit in 64 bits over 64 bits, or on division
    /// by 0.
    RECRUIT_EXPORT friend Fraction operator+(const Fraction& a, const Fraction& b);
    RECRUIT_EXPORT friend Fraction operator-(const Fraction& a, const Fraction& b);
    RECRUIT_EXPORT friend Fraction operator*(const Fraction& a, const Fraction& b);
    RECRUIT_EXPORT friend Fraction operator/(const Fraction& a, const Fraction& b);

private:
    std::int64_t numerator_ = 0;
    std::int64_t denominator_ = 1;
};

}  // namespace recruit
