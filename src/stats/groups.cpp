#include <recruit/stats/groups.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <recruit/base/error.hpp>

#include "stats/conditional.hpp"
#include "stats/counts.hpp"
#include "stats/roots.hpp"
#include "stats/special.hpp"
#include "stats/writing.hpp"

namespace recruit::stats {

using namespace detail;

namespace {

double of(std::int64_t n) { return static_cast<double>(n); }

/// The 2 x 2 table: focal passed and not, reference passed and not.
struct Cells {
    double a, b, c, d;
    Cells(Count focal, Count reference)
        : a{of(focal.passed)},
          b{of(focal.n - focal.passed)},
          c{of(reference.passed)},
          d{of(reference.n - reference.passed)} {}
};

Estimate sized(Count focal, Count reference, Word quantity, Word method) {
    require_count(focal);
    require_count(reference);
    Estimate out;
    out.quantity = quantity;
    out.method = method;
    out.n = focal.n + reference.n;
    out.no_interval = NotEstimable::not_available;
    return out;
}

/// True where `passed` of the group with the lower rate reaches the threshold.
bool reaches(Count low, Count high, std::optional<double> threshold) {
    const double ratio = threshold.value_or(1);
    return of(low.passed) * of(high.n) >= ratio * of(high.passed) * of(low.n) * (1 - 1e-12);
}

}  // namespace

namespace detail {

Word word(Tail tail) {
    switch (tail) {
        case Tail::less:
            return Text::stats_less;
        case Tail::greater:
            return Text::stats_greater;
        case Tail::minlike:
            return Text::stats_minlike;
        case Tail::central:
            return Text::stats_central;
    }
    return {};
}

}  // namespace detail

Test fisher(Count focal, Count reference, Tail tail, bool mid_p) {
    Test out;
    out.hypothesis = Text::stats_equal_rates;
    out.method = mid_p ? Text::stats_fisher_mid_p : Text::stats_fisher;
    out.conventions = {word(tail)};
    out.n = focal.n + reference.n;
    out.reason = cannot_compare(focal, reference);
    if (!out.reason) out.p_value = Conditional{{Stratum{"", focal, reference}}}.p_value(tail, mid_p);
    return out;
}

Test pooled_z(Count focal, Count reference) {
    Test out;
    out.hypothesis = Text::stats_equal_rates;
    out.method = Text::stats_pooled_z;
    out.conventions = {Text::stats_two_sided, Text::stats_focal_minus_reference};
    out.n = focal.n + reference.n;
    out.reason = cannot_compare(focal, reference);
    if (out.reason) return out;
    const double m = of(focal.n), n = of(reference.n), pooled = of(focal.passed + reference.passed) / (m + n);
    const double z = (share(focal) - share(reference)) / std::sqrt(pooled * (1 - pooled) * (1 / m + 1 / n));
    out.statistic = z;
    out.p_value = normal_two_sided(z);
    const double expected = std::min(pooled, 1 - pooled) * std::min(m, n);
    if (expected < 5) out.notes.push_back({Text::stats_note_expected_below_5, {expected}});
    return out;
}

Estimate odds_ratio(Count focal, Count reference, OddsRatio method, ConfidenceLevel level) {
    Estimate out = sized(
        focal, reference, Text::stats_odds_ratio,
        method == OddsRatio::conditional ? Text::stats_conditional_likelihood : Text::stats_cross_product);
    if (const auto reason = cannot_compare(focal, reference)) return undefined(out, *reason);
    const Cells t{focal, reference};
    if (method == OddsRatio::conditional) {
        const Conditional conditional{{Stratum{"", focal, reference}}};
        const auto [lower, upper] = conditional.limits(1 - level.value());
        out = defined(out, conditional.likeliest());
        out.no_interval.reset();
        out.interval = Interval{lower, upper, level.value(), Text::stats_exact_central};
        return out;
    }
    if (t.b * t.c == 0) return undefined(out, NotEstimable::zero_denominator);
    out = defined(out, t.a * t.d / (t.b * t.c));
    if (t.a * t.d == 0) {
        out.no_interval = NotEstimable::zero_cell;
        return out;
    }
    const double half = z_of(level) * std::sqrt(1 / t.a + 1 / t.b + 1 / t.c + 1 / t.d);
    out.no_interval.reset();
    out.interval = Interval{*out.value * std::exp(-half), *out.value * std::exp(half), level.value(),
                            Text::stats_woolf_logit};
    return out;
}

Estimate impact_ratio(Count focal, Count reference, RatioInterval interval, ConfidenceLevel level) {
    Estimate out = rate_ratio(focal, reference, interval, level);
    out.quantity = Text::stats_impact_ratio;
    return out;
}

Estimate cohen_h(Count focal, Count reference) {
    Estimate out = sized(focal, reference, Text::stats_cohen_h, Text::stats_arcsine);
    if (focal.n == 0 || reference.n == 0) return undefined(out, NotEstimable::empty_group);
    return defined(out, 2 * (std::asin(std::sqrt(share(focal))) - std::asin(std::sqrt(share(reference)))));
}

Estimate phi(Count focal, Count reference) {
    Estimate out = sized(focal, reference, Text::stats_phi, Text::stats_correlation_2x2);
    if (const auto reason = cannot_compare(focal, reference)) return undefined(out, *reason);
    const Cells t{focal, reference};
    return defined(out, (t.a * t.d - t.b * t.c) / std::sqrt((t.a + t.b) * (t.c + t.d)) /
                            std::sqrt((t.a + t.c) * (t.b + t.d)));
}

Estimate logit_d(Count focal, Count reference) {
    Estimate out = sized(focal, reference, Text::stats_logit_d, Text::stats_hasselblad_hedges);
    if (const auto reason = cannot_compare(focal, reference)) return undefined(out, *reason);
    const Cells t{focal, reference};
    if (t.a * t.b * t.c * t.d == 0) return undefined(out, NotEstimable::zero_cell);
    return defined(out, std::log(t.a * t.d / (t.b * t.c)) * std::sqrt(3.0) / 3.14159265358979323846);
}

Estimate shortfall(Count focal, Count reference, Shortfall convention) {
    const bool overall = convention == Shortfall::overall_rate;
    Estimate out = sized(focal, reference, Text::stats_shortfall, Text::stats_expected_minus_passed);
    out.conventions = {overall ? Text::stats_overall_rate : Text::stats_reference_rate};
    if (focal.n == 0 || reference.n == 0) return undefined(out, NotEstimable::empty_group);
    const double expected =
        overall ? of(focal.passed + reference.passed) / of(focal.n + reference.n) * of(focal.n)
                // Exact where the quotient is whole: rounding up must not turn 3 into 4.
                : std::ceil(of(reference.passed) * of(focal.n) / of(reference.n) * (1 - 1e-15));
    return defined(out, expected - of(focal.passed));
}

Estimate flip_flop(Count focal, Count reference, std::optional<double> threshold) {
    if (threshold && !(*threshold > 0 && *threshold <= 1))
        throw Error{Code::stats_bad_argument,
                    {std::string{"threshold"}, number(*threshold, Language::en),
                     std::string{"a ratio in (0, 1], such as 0.8"}}};
    Estimate out = sized(focal, reference, Text::stats_flip_flop, Text::stats_selections_moved);
    if (threshold) out.notes.push_back({Text::stats_note_threshold, {*threshold}});
    if (const auto reason = cannot_compare(focal, reference)) return undefined(out, *reason);
    Count low = focal, high = reference;
    if (share(low) > share(high)) std::swap(low, high);
    // The ratio rises with every selection moved, so the first number that reaches it is found by halving.
    // The last does: all of the one group have passed then, or nobody of the other.
    std::int64_t below = -1, above = std::min(high.passed, low.n - low.passed);
    while (above - below > 1) {
        const std::int64_t moved = below + (above - below) / 2;
        const bool enough = reaches({low.passed + moved, low.n}, {high.passed - moved, high.n}, threshold);
        (enough ? above : below) = moved;
    }
    return defined(out, of(above));
}

Estimates expected_impact(const ScoreGap& gap) {
    const auto require = [](const char* name, double value) {
        if (!(value > 0 && value < 1))
            throw Error{
                Code::stats_bad_argument,
                {std::string{name}, number(value, Language::en), std::string{"a share between 0 and 1"}}};
    };
    require("selection_ratio", gap.selection_ratio);
    require("focal_share", gap.focal_share);
    if (!std::isfinite(gap.reference_minus_focal))
        throw Error{
            Code::stats_bad_argument,
            {std::string{"reference_minus_focal"}, std::string{"NaN"}, std::string{"a finite number"}}};
    // In reference standard deviations: reference N(0, 1), focal N(-d, 1).
    const double d = gap.reference_minus_focal, w = gap.focal_share;
    const auto passing = [&](double cut) { return w * normal_sf(cut + d) + (1 - w) * normal_sf(cut); };
    const double reach = std::fabs(d) + 40;
    const double cut = root([&](double x) { return gap.selection_ratio - passing(x); }, -reach, reach);
    const double focal = normal_sf(cut + d), reference = normal_sf(cut);
    Estimates out;
    out.title = Text::stats_expected_impact;
    const auto add = [&](Word quantity, double value) {
        Estimate row;
        row.quantity = quantity;
        row.method = Text::stats_normal_model;
        row.conventions = {Text::stats_reference_minus_focal};
        row.value = value;
        row.no_interval = NotEstimable::not_available;
        out.rows.push_back(std::move(row));
    };
    add(Text::stats_focal_rate, focal);
    add(Text::stats_reference_rate_expected, reference);
    add(Text::stats_impact_ratio, focal / reference);
    add(Text::stats_cut, cut);
    out.notes.push_back({Text::stats_note_model, {}});
    return out;
}

std::vector<std::optional<double>> holm(std::span<const std::optional<double>> p_values) {
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < p_values.size(); ++i) {
        if (p_values[i]) order.push_back(i);
    }
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return *p_values[a] < *p_values[b]; });
    std::vector<std::optional<double>> out(p_values.size());
    double largest = 0;
    for (std::size_t i = 0; i < order.size(); ++i) {
        const double adjusted = std::min(1.0, static_cast<double>(order.size() - i) * *p_values[order[i]]);
        largest = std::max(largest, adjusted);
        out[order[i]] = largest;
    }
    return out;
}

}  // namespace recruit::stats
