#include <recruit/stats/rates.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <recruit/base/error.hpp>
#include <recruit/stats/data.hpp>

#include "base/join.hpp"
#include "stats/counts.hpp"
#include "stats/roots.hpp"
#include "stats/special.hpp"
#include "stats/writing.hpp"

namespace recruit::stats {

using namespace detail;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

double number_of(std::int64_t n) { return static_cast<double>(n); }

// ---- the two tails of a binomial as functions of its probability
double at_least(std::int64_t x, std::int64_t n, double p) {
    if (x <= 0) return 1;
    return beta_cdf(p, number_of(x), number_of(n - x + 1));
}
double at_most(std::int64_t x, std::int64_t n, double p) {
    if (x >= n) return 1;
    return beta_sf(p, number_of(x + 1), number_of(n - x));
}

// Each makes the lower limit; the upper one is 1 - the lower limit of who did not pass.
using LowerLimit = double (*)(std::int64_t x, std::int64_t n, double alpha);

double clopper_pearson_lower(std::int64_t x, std::int64_t n, double alpha) {
    if (x == 0) return 0;
    if (x == n) return std::exp(std::log(alpha / 2) / number_of(n));
    return beta_quantile(alpha / 2, number_of(x), number_of(n - x + 1));
}

double mid_p_lower(std::int64_t x, std::int64_t n, double alpha) {
    if (x == 0) return 0;
    if (x == n) return std::exp(std::log(alpha) / number_of(n));
    // P(X > x) + P(X = x) / 2 = alpha / 2
    const auto excess = [&](double p) { return (at_least(x, n, p) + at_least(x + 1, n, p) - alpha) / 2; };
    return root(excess, 0, 1);
}

double jeffreys_lower(std::int64_t x, std::int64_t n, double alpha) {
    if (x == 0) return 0;
    return beta_quantile(alpha / 2, number_of(x) + 0.5, number_of(n - x) + 0.5);
}

/// The acceptability of p below x/n is P(X >= x) + P(X <= q), q the largest with P(X <= q) <= P(X >= x). At
/// Clopper-Pearson's limit it is at most alpha; where q grows it jumps to 2 P(X >= x), more than alpha; in
/// between it falls and then rises. So the limit is where it rises to alpha, or else where q first grows.
double blaker_lower(std::int64_t x, std::int64_t n, double alpha) {
    if (x == 0) return 0;
    const double start = clopper_pearson_lower(x, n, alpha);
    std::int64_t below = -1, above = x;  // P(X <= below) <= P(X >= x) < P(X <= above)
    while (above - below > 1) {
        const std::int64_t middle = (below + above) / 2;
        (at_most(middle, n, start) <= at_least(x, n, start) ? below : above) = middle;
    }
    const std::int64_t q = below;
    const auto tail = [&](std::int64_t last, double p) { return last < 0 ? 0.0 : at_most(last, n, p); };
    const double end = root([&](double p) { return tail(q + 1, p) - at_least(x, n, p); }, start, 1);
    const auto excess = [&](double p) { return at_least(x, n, p) + tail(q, p) - alpha; };
    return excess(end) >= 0 && excess(start) < 0 ? root(excess, start, end) : end;
}

LowerLimit lower_limit(RateInterval interval) {
    switch (interval) {
        case RateInterval::mid_p:
            return mid_p_lower;
        case RateInterval::jeffreys:
            return jeffreys_lower;
        case RateInterval::blaker:
            return blaker_lower;
        default:
            return clopper_pearson_lower;
    }
}

Interval wilson_corrected(Count count, double level) {
    const double z = normal_quantile((1 + level) / 2), n = number_of(count.n), p = share(count);
    const double q = 1 - p, width = 2 * (n + z * z);
    Interval interval{0, 1, level, Text::stats_wilson_corrected};
    if (count.passed > 0) {
        const double root_of = z * std::sqrt(z * z - 2 - 1 / n + 4 * p * (n * q + 1));
        interval.lower = std::max(0.0, (2 * n * p + z * z - 1 - root_of) / width);
    }
    if (count.passed < count.n) {
        const double root_of = z * std::sqrt(z * z + 2 - 1 / n + 4 * p * (n * q - 1));
        interval.upper = std::min(1.0, (2 * n * p + z * z + 1 + root_of) / width);
    }
    return interval;
}

Interval interval_of(Count count, RateInterval method, double level) {
    if (method == RateInterval::wilson) return wilson(count, level);
    if (method == RateInterval::wilson_corrected) return wilson_corrected(count, level);
    const double alpha = 1 - level;
    const LowerLimit lower = lower_limit(method);
    const auto from_above = lower(count.n - count.passed, count.n, alpha);
    double upper = 1 - from_above;
    if (count.passed == 0 && count.n > 0) {  // 1 - alpha^(1/n) without cancellation
        if (method == RateInterval::clopper_pearson)
            upper = -std::expm1(std::log(alpha / 2) / number_of(count.n));
        if (method == RateInterval::mid_p) upper = -std::expm1(std::log(alpha) / number_of(count.n));
    }
    return {lower(count.passed, count.n, alpha), upper, level, word(method)};
}

/// Koopman's score statistic for the hypothesis rate(a) = ratio * rate(b), with its sign.
double koopman(Count a, Count b, double ratio) {
    const double x = number_of(a.passed), m = number_of(a.n), y = number_of(b.passed), n = number_of(b.n);
    // The likeliest rate of a under the hypothesis: the smaller root of a quadratic.
    const double half = (ratio * (m + y) + x + n) / (2 * (m + n));
    const double product = ratio * (x + y) / (m + n);
    const double p = std::min(product / (half + std::sqrt(std::max(0.0, half * half - product))), 1.0);
    const double variance = p * (1 - p) / m + ratio * p * (1 - p / ratio) / n;
    if (!(variance > 0)) return x / m == ratio * y / n ? 0.0 : std::copysign(infinity, x / m - ratio * y / n);
    return (x / m - ratio * y / n) / std::sqrt(variance);
}

std::optional<Interval> koopman_interval(Count a, Count b, ConfidenceLevel level) {
    const double z = z_of(level), estimate = share(a) / share(b);
    Interval interval{0, infinity, level.value(), Text::stats_score};
    // On a logarithmic scale: the statistic falls as the ratio grows.
    const auto at = [&](double log_ratio) { return koopman(a, b, std::exp(log_ratio)); };
    const double middle = a.passed > 0 ? std::log(estimate) : -700;
    if (a.passed > 0) {
        double low = middle - 1;
        while (low > -700 && at(low) < z) low -= 2 * (middle - low);
        interval.lower = std::exp(root([&](double t) { return at(t) - z; }, low, middle));
    }
    double high = a.passed > 0 ? middle + 1 : -700;
    double step = 1;
    while (high < 700 && at(high) > -z) high += step, step *= 2;
    interval.upper = std::exp(root([&](double t) { return at(t) + z; }, middle, high));
    return interval;
}

Estimate ratio_of(Count a, Count b, Word quantity) {
    Estimate out;
    out.quantity = quantity;
    out.method = Text::stats_ratio_of_rates;
    out.n = a.n + b.n;
    if (a.n == 0 || b.n == 0) return undefined(out, NotEstimable::empty_group);
    if (b.passed == 0) return undefined(out, NotEstimable::zero_denominator);
    return defined(out, share(a) / share(b));
}

Estimate quotient(Word quantity, std::string subject, std::int64_t numerator, std::int64_t denominator) {
    Estimate out;
    out.subject = std::move(subject);
    out.quantity = quantity;
    out.method = Text::stats_quotient;
    out.n = denominator;
    if (denominator == 0) return undefined(out, NotEstimable::zero_denominator);
    out = defined(out, number_of(numerator) / number_of(denominator));
    out.no_interval = NotEstimable::complete_count;
    return out;
}

}  // namespace

namespace detail {

void require_count(Count count) {
    if (count.passed < 0 || count.n < count.passed) {
        throw Error{Code::stats_bad_count, {std::to_string(count.passed), std::to_string(count.n)}};
    }
}

std::vector<Dropped> merged(std::vector<Dropped> one, const std::vector<Dropped>& other) {
    for (const Dropped& entry : other) {
        const auto same =
            std::find_if(one.begin(), one.end(), [&](const Dropped& d) { return d.why == entry.why; });
        if (same == one.end()) {
            one.push_back(entry);
        } else {
            same->n += entry.n;
        }
    }
    return one;
}

double z_of(ConfidenceLevel level) { return normal_quantile((1 + level.value()) / 2); }

Interval wilson(Count count, double level) {
    const double z = normal_quantile((1 + level) / 2), n = number_of(count.n), p = share(count);
    const double centre = p + z * z / (2 * n), half = z * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n));
    const double width = 1 + z * z / n;
    return {count.passed == 0 ? 0.0 : std::clamp((centre - half) / width, 0.0, p),
            count.passed == count.n ? 1.0 : std::clamp((centre + half) / width, p, 1.0), level,
            Text::stats_wilson};
}

std::optional<NotEstimable> cannot_compare(Count a, Count b) {
    require_count(a);
    require_count(b);
    if (a.n + b.n == 0) return NotEstimable::no_data;
    if (a.n == 0 || b.n == 0) return NotEstimable::empty_group;
    if (a.passed + b.passed == 0) return NotEstimable::none_pass;
    if (a.passed + b.passed == a.n + b.n) return NotEstimable::all_pass;
    return std::nullopt;
}

Word word(RateInterval interval) {
    switch (interval) {
        case RateInterval::none:
            return Text::stats_none;
        case RateInterval::clopper_pearson:
            return Text::stats_clopper_pearson;
        case RateInterval::wilson:
            return Text::stats_wilson;
        case RateInterval::wilson_corrected:
            return Text::stats_wilson_corrected;
        case RateInterval::mid_p:
            return Text::stats_mid_p;
        case RateInterval::jeffreys:
            return Text::stats_jeffreys;
        case RateInterval::blaker:
            return Text::stats_blaker;
    }
    return {};
}

}  // namespace detail

Estimate rate(Count count, RateInterval interval, ConfidenceLevel level) {
    require_count(count);
    Estimate out;
    out.quantity = Text::stats_selection_rate;
    out.method = Text::stats_share;
    out.n = count.n;
    if (count.n == 0) return undefined(out, NotEstimable::no_data);
    out = defined(out, share(count));
    if (interval == RateInterval::none) {
        out.no_interval = NotEstimable::complete_count;
    } else {
        out.interval = interval_of(count, interval, level.value());
    }
    return out;
}

Estimate rate_difference(Count a, Count b, ConfidenceLevel level) {
    require_count(a);
    require_count(b);
    Estimate out;
    out.quantity = Text::stats_rate_difference;
    out.method = Text::stats_difference_of_rates;
    out.n = a.n + b.n;
    if (a.n == 0 || b.n == 0) return undefined(out, NotEstimable::empty_group);
    const double p = share(a), q = share(b);
    const Interval of_a = wilson(a, level.value()), of_b = wilson(b, level.value());
    out = defined(out, p - q);
    out.interval = Interval{p - q - std::hypot(p - of_a.lower, of_b.upper - q),
                            p - q + std::hypot(of_a.upper - p, q - of_b.lower), level.value(),
                            Text::stats_newcombe_hybrid_score};
    return out;
}

Estimate rate_ratio(Count a, Count b, RatioInterval interval, ConfidenceLevel level) {
    require_count(a);
    require_count(b);
    Estimate out = ratio_of(a, b, Text::stats_rate_ratio);
    if (!out.value) return out;
    switch (interval) {
        case RatioInterval::none:
            out.no_interval = NotEstimable::no_interval_asked;
            break;
        case RatioInterval::katz_log:
            if (a.passed == 0) {
                out.no_interval = NotEstimable::zero_cell;
                break;
            }
            {
                const double spread = std::sqrt(1 / number_of(a.passed) - 1 / number_of(a.n) +
                                                1 / number_of(b.passed) - 1 / number_of(b.n));
                const double half = z_of(level) * spread;
                out.interval = Interval{*out.value * std::exp(-half), *out.value * std::exp(half),
                                        level.value(), Text::stats_katz_log};
            }
            break;
        case RatioInterval::score:
            out.interval = koopman_interval(a, b, level);
            break;
    }
    return out;
}

Estimates rates(const Table& table, std::string_view outcome, std::optional<std::string_view> group,
                RateInterval interval, ConfidenceLevel level) {
    const auto passed = flags(table, outcome);
    Factor groups{{""}, std::vector<std::int32_t>(passed.size(), 0)};
    if (group) groups = factor(table, *group);
    std::vector<Count> counts(groups.levels.size());
    std::vector<std::int64_t> without_outcome(groups.levels.size());
    std::int64_t without_group = 0;
    for (std::size_t row = 0; row < passed.size(); ++row) {
        if (groups.codes[row] < 0) {
            ++without_group;
            continue;
        }
        const auto code = static_cast<std::size_t>(groups.codes[row]);
        if (passed[row] < 0) {
            ++without_outcome[code];
        } else {
            counts[code] += Count{passed[row], 1};
        }
    }
    Estimates out;
    out.title = Text::stats_rates;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        Estimate row = rate(counts[i], interval, level);
        row.subject = groups.levels[i];
        if (without_outcome[i] > 0) row.dropped.push_back({Text::stats_missing_outcome, without_outcome[i]});
        out.rows.push_back(std::move(row));
    }
    if (without_group > 0) out.notes.push_back({Text::stats_note_without_group, {without_group}});
    return out;
}

Estimates funnel(std::span<const FunnelStep> steps, std::string_view denominator,
                 std::optional<std::int64_t> places, RateInterval interval, ConfidenceLevel level) {
    if (steps.size() < 2)
        throw Error{Code::stats_bad_argument,
                    {std::string{"steps"}, std::to_string(steps.size()), std::string{"at least two steps"}}};
    if (places && *places < 0)
        throw Error{Code::stats_bad_argument,
                    {std::string{"places"}, std::to_string(*places), std::string{"0 or more"}}};
    std::size_t base = steps.size();
    for (std::size_t i = 0; i < steps.size(); ++i) {
        require_count({steps[i].withdrawn, steps[i].n});
        if (i > 0) require_count({steps[i].n, steps[i - 1].n - steps[i - 1].withdrawn});
        if (steps[i].name == denominator) base = i;
    }
    if (base == steps.size())
        throw Error{Code::unknown_value,
                    {std::string{denominator}, recruit::detail::joined(steps, &FunnelStep::name)}};
    Estimates out;
    out.title = Text::stats_funnel;
    const auto add = [&](Word quantity, std::size_t of, std::size_t by, std::int64_t withdrawn) {
        Estimate row = rate({steps[of].n, steps[by].n - withdrawn}, interval, level);
        row.subject = steps[of].name + " / " + steps[by].name;
        row.quantity = quantity;
        if (withdrawn > 0) row.dropped.push_back({Text::stats_withdrawn, withdrawn});
        out.rows.push_back(std::move(row));
    };
    for (std::size_t i = 1; i < steps.size(); ++i) {
        add(Text::stats_stage_rate, i, i - 1, steps[i - 1].withdrawn);
        if (i <= base) continue;
        std::int64_t withdrawn = 0;
        for (std::size_t j = base; j < i; ++j) withdrawn += steps[j].withdrawn;
        add(Text::stats_cumulative_rate, i, base, withdrawn);
    }
    if (places) {
        const auto& first = steps.front();
        const auto& last = steps.back();
        out.rows.push_back(quotient(Text::stats_applicants_per_place, first.name, first.n, *places));
        out.rows.push_back(quotient(Text::stats_selection_ratio, first.name, *places, first.n));
        out.rows.push_back(quotient(Text::stats_fill_rate, last.name, last.n, *places));
    }
    return out;
}

}  // namespace recruit::stats
