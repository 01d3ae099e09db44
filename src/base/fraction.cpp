#include <recruit/base/fraction.hpp>

#include <algorithm>
#include <tuple>

#include <recruit/base/error.hpp>
#include <recruit/base/rounding.hpp>

#include "base/int128.hpp"
#include "base/keys.hpp"

namespace recruit {

using detail::fits_int64;
using detail::int128;
using detail::power_of_ten;

namespace {

std::pair<std::int64_t, std::int64_t> lowest_terms(int128 numerator, int128 denominator) {
    if (denominator == 0) throw Error{Code::points_overflow, {std::string{"x / 0"}}};
    const int128 divisor = detail::gcd(numerator, denominator) * (denominator < 0 ? -1 : 1);
    numerator /= divisor;
    denominator /= divisor;
    if (!fits_int64(numerator) || !fits_int64(denominator)) {
        throw Error{Code::points_overflow, {std::string{"a fraction beyond 64 bits"}}};
    }
    return {static_cast<std::int64_t>(numerator), static_cast<std::int64_t>(denominator)};
}

Fraction reduced(int128 numerator, int128 denominator) {
    const auto [n, d] = lowest_terms(numerator, denominator);
    return {n, d};
}

}  // namespace

Fraction::Fraction(std::int64_t numerator, std::int64_t denominator) {
    std::tie(numerator_, denominator_) = lowest_terms(numerator, denominator);
}

Fraction::Fraction(const Points& points) : Fraction{points.units(), power_of_ten(points.scale())} {}

std::optional<Fraction> Fraction::parse(std::string_view text) noexcept {
    const auto slash = text.find('/');
    const auto top = Points::parse(text.substr(0, slash));
    if (!top) return std::nullopt;
    if (slash == std::string_view::npos) return Fraction{*top};
    const auto bottom = Points::parse(text.substr(slash + 1));
    if (!bottom || bottom->units() <= 0 || bottom->scale() > 0 || top->scale() > 0) return std::nullopt;
    return Fraction{top->units(), bottom->units()};
}

std::optional<Points> Fraction::exact_points() const noexcept {
    std::int64_t rest = denominator_;
    int twos = 0;
    int fives = 0;
    for (; rest % 2 == 0; rest /= 2) ++twos;
    for (; rest % 5 == 0; rest /= 5) ++fives;
    const int scale = std::max(twos, fives);
    if (rest != 1 || scale > Points::max_scale) return std::nullopt;
    const int128 units = static_cast<int128>(numerator_) * (power_of_ten(scale) / denominator_);
    if (!fits_int64(units)) return std::nullopt;
    return Points::of(static_cast<std::int64_t>(units), scale);
}

std::string Fraction::str() const {
    if (const auto points = exact_points()) return points->str();
    return std::to_string(numerator_) + "/" + std::to_string(denominator_);
}

std::strong_ordering operator<=>(const Fraction& a, const Fraction& b) noexcept {
    const int128 x = static_cast<int128>(a.numerator()) * b.denominator();
    const int128 y = static_cast<int128>(b.numerator()) * a.denominator();
    return x < y   ? std::strong_ordering::less
           : x > y ? std::strong_ordering::greater
                   : std::strong_ordering::equal;
}

Fraction operator+(const Fraction& a, const Fraction& b) {
    return reduced(static_cast<int128>(a.numerator()) * b.denominator() +
                       static_cast<int128>(b.numerator()) * a.denominator(),
                   static_cast<int128>(a.denominator()) * b.denominator());
}
Fraction operator-(const Fraction& a, const Fraction& b) { return a + Fraction{-1} * b; }
Fraction operator*(const Fraction& a, const Fraction& b) {
    return reduced(static_cast<int128>(a.numerator()) * b.numerator(),
                   static_cast<int128>(a.denominator()) * b.denominator());
}
Fraction operator/(const Fraction& a, const Fraction& b) {
    return reduced(static_cast<int128>(a.numerator()) * b.denominator(),
                   static_cast<int128>(a.denominator()) * b.numerator());
}

Points round(const Fraction& value, const Rounding& rule) {
    if (rule.digits < 0 || rule.digits > Points::max_scale) {
        throw Error{Code::points_overflow, {std::to_string(rule.digits) + " digits"}};
    }
    const int128 units = detail::divide_rounded<int128>(
        static_cast<int128>(value.numerator()) * power_of_ten(rule.digits), value.denominator(), rule.mode);
    if (!fits_int64(units)) throw Error{Code::points_overflow, {value.str()}};
    return Points::of(static_cast<std::int64_t>(units), rule.digits);
}

namespace {
constexpr std::pair<RoundingMode, std::string_view> mode_names[] = {
    {RoundingMode::half_up, "half_up"}, {RoundingMode::half_even, "half_even"}, {RoundingMode::down, "down"},
    {RoundingMode::up, "up"},           {RoundingMode::truncate, "truncate"},
};
}  // namespace

std::string_view to_string(RoundingMode mode) noexcept {
    return mode_names[static_cast<std::size_t>(mode)].second;
}

std::optional<RoundingMode> rounding_mode(std::string_view name) noexcept {
    for (const auto& [mode, text] : mode_names) {
        if (text == name) return mode;
    }
    return std::nullopt;
}

}  // namespace recruit
