#include "stats/hypergeometric.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "stats/special.hpp"

namespace recruit::stats::detail {

namespace {

/// ln n! - (ln sqrt(2 pi n) + n ln n - n): what Stirling's formula leaves.
double stirling_error(double n) {
    if (n == 0) return std::numeric_limits<double>::infinity();
    if (n < 16) {
        static const auto small = [] {
            std::array<double, 16> errors{};
            double factorial = 1;
            for (int i = 1; i < 16; ++i) {
                factorial *= i;
                errors[static_cast<std::size_t>(i)] =
                    static_cast<double>(std::log(static_cast<long double>(factorial)) -
                                        (0.918938533204672741780329736406L +
                                         (i + 0.5L) * std::log(static_cast<long double>(i)) - i));
            }
            return errors;
        }();
        return small[static_cast<std::size_t>(n)];
    }
    const double square = n * n;
    return (1.0 / 12 -
            (1.0 / 360 - (1.0 / 1260 - (1.0 / 1680 - (1.0 / 1188) / square) / square) / square) / square) /
           n;
}

/// x ln(x / m) + m - x without cancellation.
double deviance(double x, double m) {
    if (std::fabs(x - m) < 0.1 * (x + m)) {
        const double v = (x - m) / (x + m);
        double sum = (x - m) * v, power = 2 * x * v;
        for (int j = 1; j < 1000; ++j) {
            power *= v * v;
            const double next = sum + power / (2 * j + 1);
            if (next == sum) break;
            sum = next;
        }
        return sum;
    }
    return x * std::log(x / m) + m - x;
}

/// ln of the binomial probability of x of n at p (q = 1 - p).
double log_binomial(double x, double n, double p, double q) {
    constexpr double none = -std::numeric_limits<double>::infinity();
    if (p == 0) return x == 0 ? 0.0 : none;
    if (q == 0) return x == n ? 0.0 : none;
    if (x == 0) return p < 0.1 ? -deviance(n, n * q) - n * p : n * std::log(q);
    if (x == n) return q < 0.1 ? -deviance(n, n * p) - n * q : n * std::log(p);
    const double core = stirling_error(n) - stirling_error(x) - stirling_error(n - x) - deviance(x, n * p) -
                        deviance(n - x, n * q);
    return core + 0.5 * (std::log(n) - 1.837877066409345483560659472811 - std::log(x) - std::log(n - x));
}

}  // namespace

std::int64_t Hypergeometric::mode() const {
    const auto k = static_cast<std::int64_t>(
        std::floor((static_cast<double>(marked) + 1) * (static_cast<double>(drawn) + 1) /
                   (static_cast<double>(marked) + static_cast<double>(plain) + 2)));
    return std::clamp(k, low(), high());
}

double Hypergeometric::log_probability(std::int64_t k) const {
    if (k < low() || k > high()) return -std::numeric_limits<double>::infinity();
    if (drawn == 0) return 0;
    const auto all = static_cast<double>(marked) + static_cast<double>(plain);
    const auto n = static_cast<double>(drawn);
    const double p = n / all, q = (all - n) / all;
    return log_binomial(static_cast<double>(k), static_cast<double>(marked), p, q) +
           log_binomial(n - static_cast<double>(k), static_cast<double>(plain), p, q) -
           log_binomial(n, all, p, q);
}

double Hypergeometric::probability(std::int64_t k) const { return std::exp(log_probability(k)); }

double Hypergeometric::at_most(std::int64_t k) const {
    if (k < low()) return 0;
    if (k >= high()) return 1;
    // Relative to p(k), so that a far tail does not underflow before its end.
    double sum = 1, term = 1;
    for (std::int64_t i = k; i > low(); --i) {
        const double ratio = 1 / step(i - 1);
        term *= ratio;
        sum += term;
        if (ratio < 1 && term < 1e-17 * sum * (1 - ratio)) break;
    }
    return std::min(1.0, sum * probability(k));
}

double Hypergeometric::at_least(std::int64_t k) const {
    if (k > high()) return 0;
    if (k <= low()) return 1;
    double sum = 1, term = 1;
    for (std::int64_t i = k; i < high(); ++i) {
        const double ratio = step(i);
        term *= ratio;
        sum += term;
        if (ratio < 1 && term < 1e-17 * sum * (1 - ratio)) break;
    }
    return std::min(1.0, sum * probability(k));
}

}  // namespace recruit::stats::detail
