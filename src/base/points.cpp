#include <recruit/base/points.hpp>

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <ostream>

#include <recruit/base/error.hpp>

#include "base/int128.hpp"
#include "base/keys.hpp"

namespace recruit {

using detail::fits_int64;
using detail::int128;
using detail::power_of_ten;

namespace {

[[noreturn]] void overflow(const std::string& what) { throw Error{Code::points_overflow, {what}}; }

std::pair<int128, int128> at_common_scale(const Points& a, const Points& b) {
    const int scale = std::max(a.scale(), b.scale());
    return {static_cast<int128>(a.units()) * power_of_ten(scale - a.scale()),
            static_cast<int128>(b.units()) * power_of_ten(scale - b.scale())};
}

Points sum(const Points& a, const Points& b, int sign) {
    auto [x, y] = at_common_scale(a, b);
    int scale = std::max(a.scale(), b.scale());
    int128 total = x + sign * y;
    while (scale > 0 && total % 10 == 0) {
        total /= 10;
        --scale;
    }
    if (!fits_int64(total)) overflow(a.str() + (sign > 0 ? " + " : " - ") + b.str());
    return Points::of(static_cast<std::int64_t>(total), scale);
}

}  // namespace

Points Points::of(std::int64_t units, int scale) {
    if (scale < 0 || scale > max_scale) overflow("10^-" + std::to_string(scale));
    while (scale > 0 && units % 10 == 0) {
        units /= 10;
        --scale;
    }
    Points p;
    p.units_ = units;
    p.scale_ = scale;
    return p;
}

std::optional<Points> Points::parse(std::string_view text) noexcept {
    const bool negative = !text.empty() && text.front() == '-';
    if (negative) text.remove_prefix(1);
    int128 units = 0;
    int scale = 0;
    int digits = 0;
    bool after_mark = false;
    for (const char c : text) {
        if (c == '.' && !after_mark && digits > 0) {
            after_mark = true;
        } else if (c >= '0' && c <= '9') {
            ++digits;
            units = units * 10 + (c - '0');
            if (after_mark) ++scale;
            if (!fits_int64(units) || scale > max_scale) return std::nullopt;
        } else {
            return std::nullopt;
        }
    }
    if (digits == 0 || (after_mark && scale == 0)) return std::nullopt;
    return of(static_cast<std::int64_t>(negative ? -units : units), scale);
}

std::optional<Points> Points::from_double(double value, int max_decimals) noexcept {
    if (!std::isfinite(value)) return std::nullopt;
    // The shortest text that reads back as this double is the number a person wrote, if it was short enough.
    char text[40];
    const auto end = std::to_chars(text, text + sizeof text, value, std::chars_format::fixed);
    if (end.ec != std::errc{}) return std::nullopt;
    auto points = parse({text, static_cast<std::size_t>(end.ptr - text)});
    // A double has 15 sure digits: beyond them several short numbers share the nearest double.
    if (!points || points->scale() > max_decimals || std::llabs(points->units()) >= power_of_ten(15)) {
        return std::nullopt;
    }
    return points;
}

std::optional<std::int64_t> Points::units_at(int scale) const noexcept {
    if (scale < scale_ || scale > max_scale) return std::nullopt;
    const int128 units = static_cast<int128>(units_) * power_of_ten(scale - scale_);
    if (!fits_int64(units)) return std::nullopt;
    return static_cast<std::int64_t>(units);
}

std::string Points::str(int min_decimals, char decimal_mark) const {
    const bool negative = units_ < 0;
    std::string digits = std::to_string(units_);
    if (negative) digits.erase(0, 1);
    const auto decimals = static_cast<std::size_t>(scale_);
    if (digits.size() <= decimals) digits.insert(0, decimals + 1 - digits.size(), '0');
    std::string text = (negative ? "-" : "") + digits.substr(0, digits.size() - decimals);
    const auto wanted = static_cast<std::size_t>(std::max(min_decimals, scale_));
    if (wanted > 0) {
        text += decimal_mark;
        text += digits.substr(digits.size() - decimals);
        text.append(wanted - decimals, '0');
    }
    return text;
}

double Points::to_double() const noexcept {
    const std::string text = str();
    double value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

std::strong_ordering operator<=>(const Points& a, const Points& b) noexcept {
    const auto [x, y] = at_common_scale(a, b);
    return x < y   ? std::strong_ordering::less
           : x > y ? std::strong_ordering::greater
                   : std::strong_ordering::equal;
}

Points operator+(const Points& a, const Points& b) { return sum(a, b, 1); }
Points operator-(const Points& a, const Points& b) { return sum(a, b, -1); }

std::ostream& operator<<(std::ostream& out, const Points& points) { return out << points.str(); }

Points literals::operator""_pt(const char* digits) {
    if (const auto points = Points::parse(digits)) return *points;
    overflow(digits);
}

}  // namespace recruit
