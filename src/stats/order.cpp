#include "stats/order.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "stats/special.hpp"

namespace recruit::stats::detail {

namespace {

constexpr double nothing = 1e-23;  // what is left out at an end of a distribution, at each of up to 1e5 steps

/// Coefficients of the product of four polynomials q + p x.
void four_trials(const double* p, double* c) {
    c[0] = 1;
    for (int used = 0; used < 4; ++used) {
        const double yes = p[used], no = 1 - yes;
        c[used + 1] = c[used] * yes;
        for (int j = used; j > 0; --j) c[j] = c[j] * no + c[j - 1] * yes;
        c[0] *= no;
    }
}

}  // namespace

PoissonBinomial poisson_binomial(std::span<const double> probabilities) {
    // Two buffers with room for the four zeros that a step reads on either side.
    constexpr std::size_t pad = 4;
    std::vector<double> from(probabilities.size() + 2 * pad + 5), to(from.size());
    PoissonBinomial out;
    std::size_t size = 1;
    from[pad] = 1;
    double waiting[4] = {};
    std::size_t n_waiting = 0;
    const auto step = [&] {
        double c[5] = {};
        four_trials(waiting, c);
        const double* const in = from.data() + pad;
        double* const result = to.data() + pad;
        std::fill_n(from.data() + pad + size, pad, 0.0);
        for (std::size_t j = 0; j < size + 4; ++j) {
            result[j] = c[0] * in[j] + c[1] * (in + j)[-1] + c[2] * (in + j)[-2] + c[3] * (in + j)[-3] +
                        c[4] * (in + j)[-4];
        }
        size += 4;
        std::size_t lead = 0;
        while (lead + 1 < size && result[lead] < nothing) ++lead;
        while (size > lead + 1 && result[size - 1] < nothing) --size;
        if (lead > 0) std::copy(result + lead, result + size, result);
        size -= lead;
        out.first += static_cast<std::int64_t>(lead);
        std::swap(from, to);
        std::fill_n(from.data(), pad, 0.0);
        n_waiting = 0;
        std::fill_n(waiting, 4, 0.0);
    };
    for (const double p : probabilities) {
        if (p < nothing) continue;
        if (p == 1) {
            ++out.first;
            continue;
        }
        waiting[n_waiting++] = p;
        if (n_waiting == 4) step();
    }
    if (n_waiting > 0) step();
    out.share.assign(from.data() + pad, from.data() + pad + size);
    return out;
}

LeaveOneOut::LeaveOneOut(const PoissonBinomial& all)
    : first_{all.first}, last_{all.last()}, below_(all.share.size()), above_(all.share.size()) {
    double sum = 0;
    for (std::size_t j = 0; j < all.share.size(); ++j) below_[j] = sum += all.share[j];
    sum = 0;
    for (std::size_t j = all.share.size(); j-- > 0;) above_[j] = sum += all.share[j];
}

double LeaveOneOut::below(std::int64_t j) const noexcept {
    if (j < first_) return 0;
    return j >= last_ ? 1 : below_[static_cast<std::size_t>(j - first_)];
}

double LeaveOneOut::above(std::int64_t j) const noexcept {
    if (j > last_) return 0;
    return j <= first_ ? 1 : above_[static_cast<std::size_t>(j - first_)];
}

void LeaveOneOut::at_most(std::int64_t k, std::span<const double> p, std::span<const double> q,
                          std::span<double> out) const {
    // With C the distribution function of all and C' that without the trial, C(j) = q C'(j) + p C'(j - 1), so
    // that C'(j) = (C(j) - p C'(j - 1)) / q: errors shrink where p <= q. Else the same from above.
    constexpr double log_nothing = -41;
    double ratio[lanes] = {}, value[lanes] = {};
    double low_ratio = 0, high_ratio = 0;  // the largest on either side: the longest series
    bool is_low[lanes] = {};
    for (std::size_t l = 0; l < p.size(); ++l) {
        is_low[l] = p[l] <= q[l];
        ratio[l] = is_low[l] ? p[l] / q[l] : q[l] / p[l];
        (is_low[l] ? low_ratio : high_ratio) = std::max(is_low[l] ? low_ratio : high_ratio, ratio[l]);
    }
    const auto terms = [](double r) {
        if (r < 1e-18) return std::int64_t{2};
        return r > 0.99999 ? std::numeric_limits<std::int64_t>::max() / 4
                           : static_cast<std::int64_t>(log_nothing / std::log(r)) + 2;
    };
    const bool any_low = std::find(is_low, is_low + p.size(), true) != is_low + p.size();
    const bool any_high = std::find(is_low, is_low + p.size(), false) != is_low + p.size();
    if (any_low) {
        double low[lanes] = {};
        for (std::int64_t j = std::max(first_, k - terms(low_ratio)); j <= k; ++j) {
            const double c = below(j);
            for (std::size_t l = 0; l < lanes; ++l) low[l] = c - ratio[l] * low[l];
        }
        for (std::size_t l = 0; l < p.size(); ++l) {
            if (is_low[l]) value[l] = low[l] / q[l];
        }
    }
    if (any_high) {
        double high[lanes] = {};
        for (std::int64_t j = std::min(last_, k + 2 + terms(high_ratio)); j >= k + 2; --j) {
            const double d = above(j);
            for (std::size_t l = 0; l < lanes; ++l) high[l] = d - ratio[l] * high[l];
        }
        for (std::size_t l = 0; l < p.size(); ++l) {
            if (!is_low[l]) value[l] = 1 - high[l] / p[l];
        }
    }
    for (std::size_t l = 0; l < p.size(); ++l) out[l] = value[l];
}

void add_leave_one_out(const PoissonBinomial& all, double p, double weight, std::span<double> out) {
    const std::size_t n = all.share.size();
    const double q = 1 - p;
    if (p <= q) {  // f(j) = q f'(j) + p f'(j - 1)
        double value = 0;
        for (std::size_t j = 0; j < n; ++j) {
            value = (all.share[j] - p * value) / q;
            out[j + 1] += weight * value;
        }
    } else {
        double value = 0;
        for (std::size_t j = n; j-- > 0;) {
            value = (all.share[j] - q * value) / p;
            out[j] += weight * value;
        }
    }
}

namespace {

/// Eigenvalues of a symmetric tridiagonal matrix and the first element of each eigenvector: QL with implicit
/// shifts (Golub and Welsch 1969).
void tridiagonal(std::vector<double>& diagonal, std::vector<double>& off, std::vector<double>& first) {
    const std::size_t n = diagonal.size();
    first.assign(n, 0.0);
    first[0] = 1;
    off.push_back(0);
    for (std::size_t l = 0; l < n; ++l) {
        for (int round = 0; round < 60; ++round) {
            std::size_t m = l;
            while (m + 1 < n && std::fabs(off[m]) > std::numeric_limits<double>::epsilon() *
                                                        (std::fabs(diagonal[m]) + std::fabs(diagonal[m + 1])))
                ++m;
            if (m == l) break;
            double g = (diagonal[l + 1] - diagonal[l]) / (2 * off[l]);
            double r = std::hypot(g, 1.0);
            g = diagonal[m] - diagonal[l] + off[l] / (g + std::copysign(r, g));
            double s = 1, c = 1, p = 0;
            bool broken = false;
            for (std::size_t i = m; i-- > l;) {
                const double f = s * off[i], b = c * off[i];
                r = std::hypot(f, g);
                off[i + 1] = r;
                if (r == 0) {
                    diagonal[i + 1] -= p;
                    off[m] = 0;
                    broken = true;
                    break;
                }
                s = f / r;
                c = g / r;
                g = diagonal[i + 1] - p;
                r = (diagonal[i] - g) * s + 2 * c * b;
                p = s * r;
                diagonal[i + 1] = g + p;
                g = c * r - b;
                const double z = first[i + 1];
                first[i + 1] = s * first[i] + c * z;
                first[i] = c * first[i] - s * z;
            }
            if (broken) continue;
            diagonal[l] -= p;
            off[l] = g;
            off[m] = 0;
        }
    }
}

}  // namespace

Rule compressed(const Rule& measure, std::size_t n) {
    // Stieltjes: recursion coefficients of the polynomials orthogonal under the measure.
    const std::size_t size = measure.points.size();
    const double total = std::accumulate(measure.weights.begin(), measure.weights.end(), 0.0);
    double low = measure.points.front(), high = low;
    for (const double x : measure.points) {
        low = std::min(low, x);
        high = std::max(high, x);
    }
    std::vector<double> now(size, 1.0), before(size, 0.0), diagonal, off;
    double norm = total;
    for (std::size_t k = 0; k < n; ++k) {
        double mean = 0;
        for (std::size_t i = 0; i < size; ++i)
            mean += measure.weights[i] * measure.points[i] * now[i] * now[i];
        const double a = mean / norm;
        diagonal.push_back(a);
        const double b = k == 0 ? 0 : off.back() * off.back();
        double next_norm = 0;
        for (std::size_t i = 0; i < size; ++i) {
            const double next = (measure.points[i] - a) * now[i] - b * before[i];
            before[i] = now[i];
            now[i] = next;
            next_norm += measure.weights[i] * next * next;
        }
        if (k + 1 == n || !(next_norm > 1e-24 * norm * (high - low) * (high - low))) break;
        off.push_back(std::sqrt(next_norm / norm));
        norm = next_norm;
    }
    Rule rule;
    std::vector<double> first;
    tridiagonal(diagonal, off, first);
    rule.points = diagonal;
    for (const double z : first) rule.weights.push_back(z * z);
    return rule;
}

Rule chi_squared_rule(double df, double upto) {
    // The trapezoidal rule over the normal score of the share: the integrand falls like exp(-z^2 / 2), and a
    // step of 1/2 leaves an error of about 1e-34.
    constexpr int half = 14;
    Rule rule;
    double total = 0;
    for (int i = -half; i <= half; ++i) {
        const double z = 0.5 * i;
        rule.points.push_back(chi_squared_quantile(upto * normal_cdf(z), df));
        rule.weights.push_back(std::exp(-0.5 * z * z));
        total += rule.weights.back();
    }
    for (double& weight : rule.weights) weight *= upto / total;
    return rule;
}

}  // namespace recruit::stats::detail
