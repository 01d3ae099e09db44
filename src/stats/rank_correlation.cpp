#include <recruit/stats/rank_correlation.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include <recruit/base/error.hpp>

#include "base/keys.hpp"
#include "stats/counts.hpp"
#include "stats/panel.hpp"
#include "stats/special.hpp"
#include "stats/writing.hpp"

namespace recruit::stats {

using namespace detail;

namespace {

double of(std::size_t n) { return static_cast<double>(n); }

/// Mean places from 1, and the sum of t^3 - t over ties.
struct Places {
    std::vector<double> places;
    double ties = 0;
};
Places places_of(const std::vector<double>& values) {
    Places out;
    out.places.resize(values.size());
    std::vector<std::size_t> order(values.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](auto a, auto b) { return values[a] < values[b]; });
    for (std::size_t i = 0; i < order.size();) {
        std::size_t j = i;
        while (j < order.size() && values[order[j]] == values[order[i]]) ++j;
        const double t = of(j - i);
        for (std::size_t l = i; l < j; ++l) out.places[order[l]] = (of(i + j) + 1) / 2;
        out.ties += t * t * t - t;
        i = j;
    }
    return out;
}

/// W and why not.
struct Concordance {
    std::optional<double> w;
    std::optional<NotEstimable> reason;
    Panel panel;
};
Concordance concordance(const Matrix& marks, MissingRatings missing) {
    Concordance out{{}, {}, panel(marks, missing)};
    out.reason = out.panel.reason;
    if (!out.reason && !out.panel.complete) out.reason = NotEstimable::missing_ratings;
    if (out.reason) return out;
    const double n = of(out.panel.rows.size()), k = of(marks.columns);
    std::vector<double> sums(out.panel.rows.size()), column(sums.size());
    double ties = 0;
    for (std::size_t j = 0; j < marks.columns; ++j) {
        for (std::size_t r = 0; r < column.size(); ++r) column[r] = marks(out.panel.rows[r], j);
        const Places found = places_of(column);
        ties += found.ties;
        for (std::size_t r = 0; r < column.size(); ++r) sums[r] += found.places[r];
    }
    double square = 0;
    for (const double sum : sums) square += (sum - k * (n + 1) / 2) * (sum - k * (n + 1) / 2);
    const double most = k * k * (n * n * n - n) - k * ties;
    if (!(most > 0)) {
        out.reason = NotEstimable::constant;
    } else {
        out.w = 12 * square / most;
    }
    return out;
}

/// How many are below a place so far.
class Below {
public:
    explicit Below(std::size_t size) : sums_(size + 1) {}
    void add(std::size_t place) {
        for (++place; place < sums_.size(); place += place & (~place + 1)) ++sums_[place];
    }
    std::int64_t count(std::size_t place) const {  // strictly below
        std::int64_t sum = 0;
        for (; place > 0; place -= place & (~place + 1)) sum += sums_[place];
        return sum;
    }

private:
    std::vector<std::int64_t> sums_;
};

/// Pairs in the same and in the opposite order, of every observation and in all (each pair twice).
struct Pairs {
    std::vector<double> x, y;  // as places 0, 1, 2 ... of distinct values
    std::vector<double> same, opposite, ties_x, ties_y;
    double p = 0, q = 0;
    std::size_t levels_x = 0, levels_y = 0;
    std::int64_t dropped = 0;

    Pairs(std::span<const double> first, std::span<const double> second) {
        if (first.size() != second.size()) {
            throw Error{Code::stats_lengths,
                        {std::string{"second"}, std::to_string(second.size()), std::string{"first"},
                         std::to_string(first.size())}};
        }
        for (std::size_t i = 0; i < first.size(); ++i) {
            if (std::isnan(first[i]) || std::isnan(second[i])) {
                ++dropped;
                continue;
            }
            x.push_back(first[i]);
            y.push_back(second[i]);
        }
    }
    void count() {
        const auto coded = [](const std::vector<double>& values, std::vector<double>& ties,
                              std::size_t& levels) {
            std::vector<double> distinct = values;
            std::sort(distinct.begin(), distinct.end());
            distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
            levels = distinct.size();
            std::vector<std::size_t> codes(values.size());
            std::vector<double> counts(levels);
            for (std::size_t i = 0; i < values.size(); ++i) {
                codes[i] = static_cast<std::size_t>(
                    std::lower_bound(distinct.begin(), distinct.end(), values[i]) - distinct.begin());
                ++counts[codes[i]];
            }
            ties.resize(values.size());
            for (std::size_t i = 0; i < values.size(); ++i) ties[i] = counts[codes[i]];
            return codes;
        };
        const auto cx = coded(x, ties_x, levels_x), cy = coded(y, ties_y, levels_y);
        same.assign(x.size(), 0);
        opposite.assign(x.size(), 0);
        std::vector<std::size_t> order(x.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::sort(order.begin(), order.end(), [&](auto a, auto b) { return cx[a] < cx[b]; });
        for (const bool up : {true, false}) {
            Below seen{levels_y};
            std::int64_t total = 0;
            if (!up) std::reverse(order.begin(), order.end());
            for (std::size_t i = 0; i < order.size();) {
                std::size_t j = i;
                for (; j < order.size() && cx[order[j]] == cx[order[i]]; ++j) {
                    const std::size_t at = order[j];
                    const auto lower = static_cast<double>(seen.count(cy[at])),
                               higher = static_cast<double>(total - seen.count(cy[at] + 1));
                    same[at] += up ? lower : higher;
                    opposite[at] += up ? higher : lower;
                }
                for (; i < j; ++i) seen.add(cy[order[i]]), ++total;
            }
        }
        for (std::size_t i = 0; i < x.size(); ++i) p += same[i], q += opposite[i];
    }
};

Word word(RankCorrelation coefficient) {
    switch (coefficient) {
        case RankCorrelation::spearman:
            return Text::stats_spearman;
        case RankCorrelation::kendall_tau_b:
            return Text::stats_kendall_tau_b;
        case RankCorrelation::kendall_tau_c:
            return Text::stats_kendall_tau_c;
        case RankCorrelation::goodman_kruskal_gamma:
            return Text::stats_goodman_kruskal_gamma;
        case RankCorrelation::somers_d:
            break;
    }
    return Text::stats_somers_d;
}

/// Value and asymptotic variance from the counts of pairs (Brown & Benedetti 1977), a sum over observations.
std::pair<double, double> by_pairs(const Pairs& s, RankCorrelation coefficient) {
    const double n = of(s.x.size()), difference = s.p - s.q;
    double free_x = n * n, free_y = n * n;  // pairs (each twice, and itself) not tied
    for (std::size_t i = 0; i < s.x.size(); ++i) free_x -= s.ties_x[i], free_y -= s.ties_y[i];
    double sum = 0;
    const auto each = [&](auto part) {
        for (std::size_t i = 0; i < s.x.size(); ++i) {
            const double value = part(i);
            sum += value * value;
        }
    };
    switch (coefficient) {
        case RankCorrelation::goodman_kruskal_gamma: {
            each([&](std::size_t i) { return s.q * s.same[i] - s.p * s.opposite[i]; });
            return {difference / (s.p + s.q), 16 * sum / std::pow(s.p + s.q, 4)};
        }
        case RankCorrelation::kendall_tau_c: {
            const double m = of(std::min(s.levels_x, s.levels_y));
            each([&](std::size_t i) { return s.same[i] - s.opposite[i]; });
            return {m * difference / (n * n * (m - 1)),
                    4 * m * m / ((m - 1) * (m - 1) * std::pow(n, 4)) * (sum - difference * difference / n)};
        }
        case RankCorrelation::somers_d: {
            each([&](std::size_t i) {
                return free_x * (s.same[i] - s.opposite[i]) - difference * (n - s.ties_x[i]);
            });
            return {difference / free_x, 4 * sum / std::pow(free_x, 4)};
        }
        case RankCorrelation::spearman:
        case RankCorrelation::kendall_tau_b:
            break;
    }
    const double w = std::sqrt(free_x * free_y), tau = difference / w;
    each([&](std::size_t i) {
        return 2 * w * (s.same[i] - s.opposite[i]) + tau * (s.ties_x[i] * free_y + s.ties_y[i] * free_x);
    });
    const double both = free_x + free_y;
    return {tau, (sum - n * n * n * tau * tau * both * both) / std::pow(w, 4)};
}

}  // namespace

Estimate kendall_w(const Matrix& marks, MissingRatings missing) {
    const Concordance found = concordance(marks, missing);
    Estimate out;
    out.quantity = Text::stats_kendall_w;
    out.method = Text::stats_rank_sums;
    out.conventions = {found.panel.convention};
    out.n = static_cast<std::int64_t>(found.panel.rows.size());
    out.dropped = found.panel.dropped;
    if (found.reason) return undefined(out, *found.reason);
    out = defined(out, *found.w);
    out.no_interval = NotEstimable::not_available;
    return out;
}

Test kendall_w_test(const Matrix& marks, MissingRatings missing) {
    const Concordance found = concordance(marks, missing);
    Test out;
    out.hypothesis = Text::stats_rankings_unrelated;
    out.method = Text::stats_chi_squared;
    out.conventions = {found.panel.convention};
    out.n = static_cast<std::int64_t>(found.panel.rows.size());
    out.dropped = found.panel.dropped;
    out.reason = found.reason;
    if (out.reason) return out;
    const double n = of(found.panel.rows.size());
    out.statistic = of(marks.columns) * (n - 1) * *found.w;
    out.df = n - 1;
    out.p_value = chi_squared_sf(*out.statistic, *out.df);
    return out;
}

Estimate rank_correlation(std::span<const double> first, std::span<const double> second,
                          RankCorrelation coefficient, ConfidenceLevel level) {
    Pairs pairs{first, second};
    Estimate out;
    out.quantity = Text::stats_rank_correlation;
    out.method = word(coefficient);
    out.n = static_cast<std::int64_t>(pairs.x.size());
    if (pairs.dropped > 0) out.dropped = {{Text::stats_pair_incomplete, pairs.dropped}};
    if (out.n == 0) return undefined(out, NotEstimable::no_data);
    if (out.n == 1) return undefined(out, NotEstimable::too_few);
    const auto constant = [](const std::vector<double>& values) {
        return std::all_of(values.begin(), values.end(), [&](double v) { return v == values[0]; });
    };
    if (constant(pairs.x) || constant(pairs.y)) return undefined(out, NotEstimable::constant);
    const double z = z_of(level), n = of(pairs.x.size());
    if (coefficient == RankCorrelation::spearman) {
        const auto x = places_of(pairs.x).places, y = places_of(pairs.y).places;
        double xx = 0, yy = 0, xy = 0;
        for (std::size_t i = 0; i < x.size(); ++i) {
            const double a = x[i] - (n + 1) / 2, b = y[i] - (n + 1) / 2;
            xx += a * a, yy += b * b, xy += a * b;
        }
        const double r = std::clamp(xy / std::sqrt(xx * yy), -1.0, 1.0);
        out = defined(out, r);
        if (n < 4) {
            out.no_interval = NotEstimable::too_few;
        } else {
            const double half = z * std::sqrt((1 + r * r / 2) / (n - 3));
            out.interval = Interval{std::tanh(std::atanh(r) - half), std::tanh(std::atanh(r) + half),
                                    level.value(), Text::stats_fisher_z};
        }
        return out;
    }
    pairs.count();
    if (coefficient == RankCorrelation::goodman_kruskal_gamma && pairs.p + pairs.q == 0)
        return undefined(out, NotEstimable::constant);  // every pair is tied in one of them
    const auto [value, variance] = by_pairs(pairs, coefficient);
    out = defined(out, value);
    if (n < 4) {
        out.no_interval = NotEstimable::too_few;
        return out;
    }
    out.standard_error = std::sqrt(std::max(0.0, variance));
    const double half = z * *out.standard_error;
    out.interval = Interval{std::max(-1.0, value - half), std::min(1.0, value + half), level.value(),
                            Text::stats_brown_benedetti};
    return out;
}

Test kendall_test(std::span<const double> first, std::span<const double> second) {
    Pairs pairs{first, second};
    Test out;
    out.hypothesis = Text::stats_unrelated;
    out.conventions = {Text::stats_two_sided};
    out.n = static_cast<std::int64_t>(pairs.x.size());
    if (pairs.dropped > 0) out.dropped = {{Text::stats_pair_incomplete, pairs.dropped}};
    out.method = Text::stats_kendall_exact;
    const std::size_t n = pairs.x.size();
    if (n < 2) {
        out.reason = n == 0 ? NotEstimable::no_data : NotEstimable::too_few;
        return out;
    }
    pairs.count();
    if (pairs.levels_x == 1 || pairs.levels_y == 1) {
        out.reason = NotEstimable::constant;
        return out;
    }
    constexpr std::size_t exact_up_to = 60;
    if (n <= exact_up_to && pairs.levels_x == n && pairs.levels_y == n) {
        // Orders with d pairs the other way round, as shares of all: one candidate more adds 0 .. i of them.
        std::vector<double> share{1};
        for (std::size_t i = 1; i < n; ++i) {
            std::vector<double> next(share.size() + i);
            double window = 0;
            for (std::size_t d = 0; d < next.size(); ++d) {
                if (d < share.size()) window += share[d];
                if (d > i) window -= share[d - i - 1];
                next[d] = window / of(i + 1);
            }
            share = std::move(next);
        }
        const auto inversions = static_cast<std::size_t>(std::min(pairs.p, pairs.q) / 2);
        double tail = 0;
        for (std::size_t d = 0; d <= inversions; ++d) tail += share[d];
        out.statistic = (pairs.p - pairs.q) / (of(n) * (of(n) - 1));
        out.p_value = std::min(1.0, 2 * tail);
        return out;
    }
    out.method = Text::stats_kendall_normal;
    // Kendall 1970, section 4.4; each observation carries its tie group's size.
    const double m = of(n);
    const auto sums = [](const std::vector<double>& ties) {
        double two = 0, three = 0, five = 0;
        for (const double t : ties) {
            two += t - 1;
            three += (t - 1) * (t - 2);
            five += (t - 1) * (2 * t + 5);
        }
        return std::array<double, 3>{two, three, five};
    };
    const auto x = sums(pairs.ties_x), y = sums(pairs.ties_y);
    const double variance = (m * (m - 1) * (2 * m + 5) - x[2] - y[2]) / 18 + x[0] * y[0] / (2 * m * (m - 1)) +
                            (n > 2 ? x[1] * y[1] / (9 * m * (m - 1) * (m - 2)) : 0);
    out.statistic = (pairs.p - pairs.q) / 2 / std::sqrt(variance);
    out.p_value = normal_two_sided(*out.statistic);
    return out;
}

}  // namespace recruit::stats
