#pragma once

/// \file
/// Points: an exact number of marks. Room: base.

#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <recruit/export.hpp>

namespace recruit {

/// An exact decimal number of marks: `units / 10^scale`, kept in shortest form, so that equal numbers are
/// equal values (`71.50_pt == 71.5_pt`). Never built from a binary float and never converted to one silently.
class Points {
public:
    static constexpr int max_scale = 18;  ///< Most decimals a value can have.

    constexpr Points() noexcept = default;

    /// A whole number of marks.
    explicit constexpr Points(std::int64_t whole) noexcept : units_{whole} {}

    /// `units / 10^scale`. \throws Error (`points_overflow`) if scale is not in 0..18.
    RECRUIT_EXPORT static Points of(std::int64_t units, int scale);

    /// Reads "71.5", "-3", "0.400"; nothing else (no exponent, no comma, no blanks). Empty if it is not such
    /// a number or does not fit. Locale-free; linear in the length.
    RECRUIT_EXPORT static std::optional<Points> parse(std::string_view text) noexcept;

    /// The exact decimal that `value` stands for, if `value` is the double nearest to a number with at most
    /// `max_decimals` decimals; empty for NaN, infinities and everything else.
    RECRUIT_EXPORT static std::optional<Points> from_double(double value, int max_decimals = 8) noexcept;

    constexpr std::int64_t units() const noexcept { return units_; }  ///< Numerator of the shortest form.
    constexpr int scale() const noexcept { return scale_; }  ///< Decimals of the shortest form, 0..18.

    /// The numerator at `scale` decimals; empty if it is not exact there or does not fit.
    RECRUIT_EXPORT std::optional<std::int64_t> units_at(int scale) const noexcept;

    /// Shortest decimal text with at least `min_decimals` decimals; `decimal_mark` is '.' or ','.
    RECRUIT_EXPORT std::string str(int min_decimals = 0, char decimal_mark = '.') const;

    /// For charts only: the nearest double.
    RECRUIT_EXPORT double to_double() const noexcept;

    friend constexpr bool operator==(const Points&, const Points&) noexcept = default;
    RECRUIT_EXPORT friend std::strong_ordering operator<=>(const Points& a, const Points& b) noexcept;

    /// \throws Error (`points_overflow`) if the result does not fit.
    RECRUIT_EXPORT friend Points operator+(const Points& a, const Points& b);
    RECRUIT_EXPORT friend Points operator-(const Points& a, const Points& b);

private:
    std::int64_t units_ = 0;
    std::int32_t scale_ = 0;
};

/// Streams the shortest text.
RECRUIT_EXPORT std::ostream& operator<<(std::ostream& out, const Points& points);

inline namespace literals {
/// `71.5_pt`: exact, because the digits are read as text.
RECRUIT_EXPORT Points operator""_pt(const char* digits);
}  // namespace literals

}  // namespace recruit

template <>
struct std::hash<recruit::Points> {
    std::size_t operator()(const recruit::Points& p) const noexcept {
        return std::hash<std::int64_t>{}(p.units() * 31 + p.scale());
    }
};
