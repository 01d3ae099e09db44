#pragma once

// Exact arithmetic with 128 bits that says so before it could overflow.

#include <recruit/base/error.hpp>
#include <recruit/base/points.hpp>

#include "base/int128.hpp"

namespace recruit::detail {

/// \throws InvalidTable (`normalise_too_large`)
[[noreturn]] void too_large_to_normalise();

inline int128 times(int128 a, int128 b) {
    int128 result = 0;
    if (__builtin_mul_overflow(a, b, &result)) too_large_to_normalise();
    return result;
}
inline int128 plus(int128 a, int128 b) {
    int128 result = 0;
    if (__builtin_add_overflow(a, b, &result)) too_large_to_normalise();
    return result;
}

/// top / bottom, bottom > 0, in lowest terms.
struct Ratio {
    int128 top = 0, bottom = 1;

    static Ratio of(int128 top, int128 bottom) {
        if (bottom < 0) {
            top = -top;
            bottom = -bottom;
        }
        const int128 divisor = gcd(top, bottom);
        return {top / divisor, bottom / divisor};
    }
    static Ratio of(const Points& points) { return of(points.units(), power_of_ten(points.scale())); }

    friend Ratio operator+(const Ratio& a, const Ratio& b) {
        const int128 shared = gcd(a.bottom, b.bottom);
        return of(plus(times(a.top, b.bottom / shared), times(b.top, a.bottom / shared)),
                  times(a.bottom, b.bottom / shared));
    }
    friend Ratio operator-(const Ratio& a, const Ratio& b) { return a + Ratio{-b.top, b.bottom}; }
    friend Ratio operator*(const Ratio& a, const Ratio& b) {
        const int128 one = gcd(a.top, b.bottom);
        const int128 two = gcd(b.top, a.bottom);
        if (one == 0 || two == 0) return {};
        return of(times(a.top / one, b.top / two), times(a.bottom / two, b.bottom / one));
    }
    friend Ratio operator/(const Ratio& a, const Ratio& b) { return a * of(b.bottom, b.top); }
    friend bool operator==(const Ratio&, const Ratio&) = default;
    friend bool operator<(const Ratio& a, const Ratio& b) {
        return times(a.top, b.bottom) < times(b.top, a.bottom);
    }
};

/// A quotient written out: the digits of |top| / bottom up to 10^-digits, cut off, and what is left of it.
struct LongDivision {
    int128 quotient, rest;
};
inline LongDivision divide(int128 top, int128 bottom, int digits) {
    LongDivision d{top / bottom, top % bottom};
    for (int i = 0; i < digits; ++i) {
        const int128 more = times(d.rest, 10);
        d.quotient = plus(times(d.quotient, 10), more / bottom);
        d.rest = more % bottom;
    }
    return d;
}

/// top / bottom (> 0) in units of 10^-digits.
inline int128 rounded(int128 top, int128 bottom, const Rounding& rule) {
    int128 lifted = 0;
    if (!__builtin_mul_overflow(top, static_cast<int128>(power_of_ten(rule.digits)), &lifted)) {
        if (fits_int64(lifted) && fits_int64(bottom)) {
            return divide_rounded<std::int64_t>(static_cast<std::int64_t>(lifted),
                                                static_cast<std::int64_t>(bottom), rule.mode);
        }
        return divide_rounded<int128>(lifted, bottom, rule.mode);
    }
    const LongDivision d = divide(top, bottom, rule.digits);
    return round_quotient<int128>(d.quotient, d.rest, bottom, rule.mode);
}

/// The greatest integer whose square is at most n (>= 0): Newton's method from above.
inline int128 integer_root(int128 n) {
    if (n < 2) return n;
    int bits = 0;
    for (int128 left = n; left != 0; left >>= 1) ++bits;
    int128 root = int128{1} << ((bits + 1) / 2);
    for (;;) {
        const int128 next = (root + n / root) / 2;
        if (next >= root) return root;
        root = next;
    }
}

/// The square root of top / bottom * 10^(2 * shift) in whole units, rounded as said; exact in every mode,
/// because a root is compared with a half by comparing squares.
inline int128 rounded_root(int128 top, int128 bottom, int shift, RoundingMode mode) {
    for (; shift < 0; ++shift) bottom = times(bottom, 100);
    const LongDivision square = divide(top, bottom, 2 * shift);
    const int128 root = integer_root(square.quotient);
    const int128 beyond = square.quotient - root * root;  // the square is root^2 + beyond + rest / bottom
    if (beyond == 0 && square.rest == 0) return root;
    if (mode == RoundingMode::up) return root + 1;
    if (mode == RoundingMode::down || mode == RoundingMode::truncate) return root;
    // (root + 1/2)^2 = root^2 + root + 1/4
    const int128 over = beyond - root;
    const int128 quarters = over == 0 ? times(square.rest, 4) - bottom : over;
    if (quarters == 0) return mode == RoundingMode::half_up || root % 2 != 0 ? root + 1 : root;
    return quarters > 0 ? root + 1 : root;
}

}  // namespace recruit::detail
