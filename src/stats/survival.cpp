#include <recruit/stats/survival.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include <recruit/base/error.hpp>
#include <recruit/stats/data.hpp>

#include "base/join.hpp"
#include "base/keys.hpp"
#include "stats/special.hpp"
#include "stats/writing.hpp"

namespace recruit::stats {

using namespace detail;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
/// Products of ratios are equal to the level if they are within this: far above their rounding, far below
/// 1/n.
constexpr double same_level = 1e-11;

std::size_t index(int i) { return static_cast<std::size_t>(i); }

Word word_of(CurveInterval interval) {
    switch (interval) {
        case CurveInterval::plain:
            return Text::stats_curve_plain;
        case CurveInterval::log:
            return Text::stats_curve_log;
        case CurveInterval::log_log:
            return Text::stats_curve_log_log;
    }
    return {};
}

Word word_of(FlatQuantile flat) {
    return flat == FlatQuantile::first ? Text::stats_flat_first : Text::stats_flat_midpoint;
}

/// Sets the limits of a step from its value and standard error.
void set_limits(CurveStep& step, CurveInterval interval, double z) {
    const double value = step.value;
    if (!step.standard_error) return;
    const double se = *step.standard_error;
    if (se == 0) {
        step.lower = step.upper = value;
        return;
    }
    switch (interval) {
        case CurveInterval::plain:
            step.lower = std::max(0.0, value - z * se);
            step.upper = std::min(1.0, value + z * se);
            return;
        case CurveInterval::log:
            step.lower = value * std::exp(-z * se / value);
            step.upper = std::min(1.0, value * std::exp(z * se / value));
            return;
        case CurveInterval::log_log: {
            const double width = z * se / (value * -std::log(value));
            step.lower = std::pow(value, std::exp(width));
            step.upper = std::pow(value, std::exp(-width));
            return;
        }
    }
}

double two_sided_z(ConfidenceLevel level) { return -normal_quantile((1 - level.value()) / 2); }

std::int64_t all_ended(const Durations& durations, std::size_t i) {
    std::int64_t ended = 0;
    for (int cause = 1; cause <= durations.causes(); ++cause) ended += durations.count(i, cause);
    return ended;
}

Curve empty_curve(const Durations& durations, Word quantity, Word method, CurveInterval interval,
                  ConfidenceLevel level) {
    Curve curve;
    curve.quantity = quantity;
    curve.method = method;
    curve.interval = word_of(interval);
    curve.level = level.value();
    curve.n = durations.size();
    if (curve.n == 0) curve.reason = NotEstimable::no_data;
    return curve;
}

bool is_incidence(const Curve& curve) { return curve.quantity == Word{Text::stats_cumulative_incidence}; }

/// The first time at which `value_of(step)` is at or below (for an incidence, above) the level. A step
/// without a value ends the search. Infinite if there is none.
template <class ValueOf>
double time_reached(const Curve& curve, double level, FlatQuantile flat, ValueOf value_of) {
    const double sign = is_incidence(curve) ? -1 : 1;
    for (std::size_t i = 0; i < curve.steps.size(); ++i) {
        const std::optional<double> value = value_of(curve.steps[i]);
        if (!value) return infinity;
        const double above = sign * (*value - level);
        if (above > same_level) continue;
        if (flat == FlatQuantile::midpoint && above > -same_level) {
            for (std::size_t next = i + 1; next < curve.steps.size(); ++next) {
                const std::optional<double> later = value_of(curve.steps[next]);
                if (later && sign * (*later - *value) < -same_level)
                    return (curve.steps[i].time + curve.steps[next].time) / 2;
            }
        }
        return curve.steps[i].time;
    }
    return infinity;
}

Estimate estimate_of(const Curve& curve, Word quantity) {
    Estimate out;
    out.subject = curve.subject;
    if (!curve.cause.empty()) recruit::detail::add_item(out.subject, curve.cause);
    out.quantity = quantity;
    out.n = curve.n;
    out.dropped = curve.dropped;
    out.method = curve.method;
    out.notes = curve.notes;
    return out;
}

/// One row a case: its time, how it ended, its group and stratum; what is missing is counted.
struct Cases {
    std::vector<double> times;
    std::vector<std::int32_t> ends;
    Factor groups;
    std::vector<std::vector<Dropped>> dropped;  // of each group; of rows without one, at the end
};

class Dropping {
public:
    void count(Text why) {
        for (auto& [word, n] : dropped) {
            if (word == Word{why}) return void(++n);
        }
        dropped.push_back({why, 1});
    }
    std::vector<Dropped> dropped;
};

/// Rows by group. `end_of(row)`: the end, or -1 where it is missing.
template <class EndOf>
std::vector<Durations> by_group(const Table& data, std::string_view time, const Factor& groups, int causes,
                                EndOf end_of, std::vector<Dropping>& dropping) {
    const std::vector<double> times = numbers(data, time);
    const std::size_t n_groups = groups.levels.size();
    std::vector<std::vector<double>> kept(n_groups);
    std::vector<std::vector<std::int32_t>> ends(n_groups);
    dropping.resize(n_groups + 1);
    for (std::size_t row = 0; row < times.size(); ++row) {
        const std::int32_t group = groups.codes[row];
        auto& dropped = dropping[group < 0 ? n_groups : index(group)];
        const std::int32_t end = end_of(row);
        if (group < 0) {
            dropped.count(Text::stats_missing_group);
        } else if (std::isnan(times[row])) {
            dropped.count(Text::stats_missing_value);
        } else if (end < 0) {
            dropped.count(Text::stats_missing_outcome);
        } else if (times[row] < 0) {
            dropped.count(Text::stats_negative_time);
        } else {
            kept[index(group)].push_back(times[row]);
            ends[index(group)].push_back(end);
        }
    }
    std::vector<Durations> out;
    for (std::size_t g = 0; g < n_groups; ++g) out.emplace_back(kept[g], ends[g], causes);
    return out;
}

/// A column as groups, or everybody in one group without a name.
Factor groups_of(const Table& data, std::string_view by) {
    if (!by.empty()) return factor(data, by);
    return {{""}, std::vector<std::int32_t>(data.rows(), 0)};
}

std::vector<Note> open_note(std::int64_t ended, std::int64_t n) {
    if (n == 0 || ended == n) return {};
    return {{Text::stats_note_open_cases, {n - ended, n}}};
}

}  // namespace

// ---- curves
// ---------------------------------------------------------------------------------------------------

Curve kaplan_meier(const Durations& durations, CurveInterval interval, ConfidenceLevel level) {
    Curve curve = empty_curve(durations, Text::stats_survival, Text::stats_kaplan_meier, interval, level);
    const double z = two_sided_z(level);
    std::int64_t at_risk = curve.n;
    double survival = 1, greenwood = 0;
    for (std::size_t i = 0; i < durations.times().size(); ++i) {
        CurveStep step;
        step.time = durations.times()[i];
        step.at_risk = at_risk;
        step.ended = all_ended(durations, i);
        step.censored = durations.count(i, 0);
        const auto n = static_cast<double>(at_risk), d = static_cast<double>(step.ended);
        survival *= (n - d) / n;
        greenwood += d == 0 ? 0 : d / (n * (n - d));  // infinite where everybody ends
        step.value = survival;
        if (survival > 0) step.standard_error = survival * std::sqrt(greenwood);
        set_limits(step, interval, z);
        curve.ended += step.ended;
        at_risk -= step.ended + step.censored;
        curve.steps.push_back(step);
    }
    curve.notes = open_note(curve.ended, curve.n);
    return curve;
}

std::vector<Curve> aalen_johansen(const Durations& durations, CurveInterval interval, ConfidenceLevel level) {
    const double z = two_sided_z(level);
    const std::size_t n_times = durations.times().size();
    std::vector<double> before(n_times);  // survival just before
    std::vector<std::int64_t> at_risk(n_times);
    double survival = 1;
    std::int64_t left = durations.size(), all = 0;
    for (std::size_t i = 0; i < n_times; ++i) {
        before[i] = survival;
        at_risk[i] = left;
        const std::int64_t ended = all_ended(durations, i);
        survival *= static_cast<double>(left - ended) / static_cast<double>(left);
        left -= ended + durations.count(i, 0);
        all += ended;
    }
    std::vector<Curve> curves;
    for (int cause = 1; cause <= durations.causes(); ++cause) {
        Curve curve = empty_curve(durations, Text::stats_cumulative_incidence, Text::stats_aalen_johansen,
                                  interval, level);
        // Var F(t) = sum a (F(t) - F_i)^2 + sum b - 2 sum c (F(t) - F_i), from running sums in F_i.
        double incidence = 0, a0 = 0, a1 = 0, a2 = 0, b = 0, c0 = 0, c1 = 0;
        for (std::size_t i = 0; i < n_times; ++i) {
            CurveStep step;
            step.time = durations.times()[i];
            step.at_risk = at_risk[i];
            step.ended = durations.count(i, cause);
            step.censored = durations.count(i, 0);
            const auto n = static_cast<double>(step.at_risk), d = static_cast<double>(step.ended);
            const auto any = static_cast<double>(all_ended(durations, i));
            incidence += before[i] * d / n;
            if (any < n) {  // else survival ends here, F stays, and the term is 0 for every later t
                const double a = any / (n * (n - any));
                a0 += a;
                a1 += a * incidence;
                a2 += a * incidence * incidence;
            }
            b += before[i] * before[i] * (n - d) * d / (n * n * n);
            const double c = before[i] * d / (n * n);
            c0 += c;
            c1 += c * incidence;
            const double variance =
                incidence * incidence * a0 - 2 * incidence * a1 + a2 + b - 2 * (incidence * c0 - c1);
            step.value = incidence;
            step.standard_error = std::sqrt(std::max(0.0, variance));
            if (incidence > 0 && incidence < 1) {
                set_limits(step, interval, z);
            } else if (incidence == 0) {
                step.lower = step.upper = 0;
            }
            curve.ended += step.ended;
            curve.steps.push_back(step);
        }
        curve.notes = open_note(all, curve.n);
        curves.push_back(std::move(curve));
    }
    return curves;
}

Estimate Curve::at(double time) const {
    Estimate out = estimate_of(*this, quantity);
    if (!(time >= 0))
        throw Error{Code::stats_bad_argument, {"time", number(time, Language::en), "0 or more"}};
    if (reason) return undefined(out, *reason);
    const auto after = std::upper_bound(steps.begin(), steps.end(), time,
                                        [](double t, const CurveStep& step) { return t < step.time; });
    if (after == steps.begin()) {
        out = defined(out, is_incidence(*this) ? 0 : 1);
        out.standard_error = 0;
        out.interval = Interval{*out.value, *out.value, level, interval};
        return out;
    }
    const CurveStep& step = *(after - 1);
    const bool over = after == steps.end() && time > step.time;
    if (over && step.censored > 0) return undefined(out, NotEstimable::nobody_at_risk);
    out = defined(out, step.value);
    out.standard_error = step.standard_error;
    if (step.lower && step.upper) {
        out.interval = Interval{*step.lower, *step.upper, level, interval};
    } else {
        out.no_interval = NotEstimable::nobody_at_risk;
    }
    return out;
}

Estimate Curve::quantile(double share, FlatQuantile flat) const {
    if (!(share > 0 && share < 1))
        throw Error{Code::stats_bad_argument,
                    {"share", number(share, Language::en), "a share between 0 and 1"}};
    Estimate out = estimate_of(*this, Text::stats_time_quantile);
    if (share == 0.5) out.quantity = Text::stats_median_time;
    out.conventions = {word_of(flat)};
    if (reason) return undefined(out, *reason);
    if (ended == 0) return undefined(out, NotEstimable::all_open);
    const double wanted = is_incidence(*this) ? share : 1 - share;
    const auto reached = [&](std::optional<double> CurveStep::*which) {
        return time_reached(*this, wanted, flat, [&](const CurveStep& step) { return step.*which; });
    };
    const double time =
        time_reached(*this, wanted, flat, [](const CurveStep& step) { return std::optional{step.value}; });
    if (std::isinf(time)) return undefined(out, NotEstimable::not_reached);
    out = defined(out, time);
    const double one = reached(&CurveStep::lower), other = reached(&CurveStep::upper);
    out.interval = Interval{std::min(one, other), std::max(one, other), level, interval};
    return out;
}

Estimate Curve::restricted_mean(double horizon) const {
    if (!(horizon > 0) || std::isinf(horizon)) {
        throw Error{Code::stats_bad_argument,
                    {"horizon", number(horizon, Language::en), "a finite time above 0"}};
    }
    Estimate out = estimate_of(
        *this, is_incidence(*this) ? Text::stats_restricted_time_lost : Text::stats_restricted_mean_time);
    out.notes.push_back({Text::stats_note_horizon, {horizon}});
    if (reason) return undefined(out, *reason);
    if (horizon > steps.back().time && steps.back().censored > 0)
        return undefined(out, NotEstimable::nobody_at_risk);
    double area = 0, variance = 0;
    double value = is_incidence(*this) ? 0 : 1, from = 0;
    std::size_t inside = 0;  // steps up to the horizon
    for (; inside < steps.size() && steps[inside].time <= horizon; ++inside) {
        area += value * (steps[inside].time - from);
        value = steps[inside].value;
        from = steps[inside].time;
    }
    area += value * (horizon - from);
    out = defined(out, area);
    if (is_incidence(*this)) {
        out.no_interval = NotEstimable::not_available;
        return out;
    }
    double rest = 0, to = horizon;  // area from each time to the horizon
    for (std::size_t i = inside; i-- > 0;) {
        rest += steps[i].value * (to - steps[i].time);
        to = steps[i].time;
        const auto risk = static_cast<double>(steps[i].at_risk), d = static_cast<double>(steps[i].ended);
        if (d < risk) variance += rest * rest * d / (risk * (risk - d));
    }
    out.standard_error = std::sqrt(variance);
    const double half = two_sided_z(ConfidenceLevel{level}) * *out.standard_error;
    out.interval =
        Interval{std::max(0.0, area - half), std::min(horizon, area + half), level, Text::stats_curve_plain};
    return out;
}

// ---- log-rank
// ---------------------------------------------------------------------------------------------------

namespace {

/// Observed less expected of each group, and its covariance, of one stratum.
struct Score {
    explicit Score(std::size_t groups) : u(groups), expected(groups), v(groups * groups) {}
    std::vector<double> u, expected, v;
};

void add_stratum(Score& score, std::span<const Durations> groups, double rho) {
    const std::size_t k = groups.size();
    Durations all{groups.empty() ? 1 : groups.front().causes()};
    std::vector<std::size_t> next(k);
    std::vector<double> left(k);
    double survival = 1, total = 0;
    for (std::size_t g = 0; g < k; ++g) {
        all += groups[g];
        left[g] = static_cast<double>(groups[g].size());
        total += left[g];
    }
    for (std::size_t i = 0; i < all.times().size(); ++i) {
        const auto d = static_cast<double>(all_ended(all, i));
        const double weight = rho == 0 ? 1 : std::pow(survival, rho);
        const double spread = total > 1 ? d * (total - d) / (total - 1) : 0;
        std::vector<double> gone(k);
        for (std::size_t g = 0; g < k; ++g) {
            double ended = 0;
            if (next[g] < groups[g].times().size() && groups[g].times()[next[g]] == all.times()[i]) {
                ended = static_cast<double>(all_ended(groups[g], next[g]));
                gone[g] = ended + static_cast<double>(groups[g].count(next[g], 0));
                ++next[g];
            }
            score.u[g] += weight * (ended - d * left[g] / total);
            score.expected[g] += weight * d * left[g] / total;
        }
        for (std::size_t g = 0; g < k; ++g) {
            for (std::size_t h = 0; h < k; ++h) {
                const double share = left[g] / total, other = left[h] / total;
                score.v[g * k + h] += weight * weight * spread * share * ((g == h ? 1 : 0) - other);
            }
        }
        survival *= (total - d) / total;
        for (std::size_t g = 0; g < k; ++g) {
            left[g] -= gone[g];
            total -= gone[g];
        }
    }
}

/// u' V^-1 u by elimination with pivots; V is positive semi-definite. Empty if it is singular.
std::optional<double> quadratic(std::vector<double> v, std::vector<double> u) {
    const std::size_t k = u.size();
    double sum = 0, largest = 0;
    for (std::size_t i = 0; i < k; ++i) largest = std::max(largest, v[i * k + i]);
    for (std::size_t i = 0; i < k; ++i) {
        const double pivot = v[i * k + i];
        if (!(pivot > 1e-12 * largest)) return std::nullopt;
        sum += u[i] * u[i] / pivot;
        for (std::size_t j = i + 1; j < k; ++j) {
            const double factor = v[j * k + i] / pivot;
            for (std::size_t c = i; c < k; ++c) v[j * k + c] -= factor * v[i * k + c];
            u[j] -= factor * u[i];
        }
    }
    return sum;
}

}  // namespace

Test log_rank(std::span<const std::vector<Durations>> strata, double rho) {
    if (!(rho >= 0) || std::isinf(rho))
        throw Error{Code::stats_bad_argument, {"rho", number(rho, Language::en), "0 or more"}};
    Test test;
    test.hypothesis = Text::stats_equal_survival;
    test.method = Text::stats_log_rank;
    if (rho != 0) {
        test.method = rho == 1 ? Text::stats_peto_peto : Text::stats_g_rho;
        test.notes.push_back({Text::stats_note_rho, {rho}});
    }
    const std::size_t k = strata.empty() ? 0 : strata.front().size();
    Score score{k};
    std::int64_t ended = 0, with_people = 0;
    std::vector<std::int64_t> people(k);
    for (const auto& groups : strata) {
        if (groups.size() != k)
            throw Error{Code::stats_lengths,
                        {"stratum", std::to_string(groups.size()), "stratum 0", std::to_string(k)}};
        for (std::size_t g = 0; g < k; ++g) {
            people[g] += groups[g].size();
            test.n += groups[g].size();
            for (std::size_t i = 0; i < groups[g].times().size(); ++i) ended += all_ended(groups[g], i);
        }
        add_stratum(score, groups, rho);
    }
    for (const std::int64_t n : people) with_people += n > 0 ? 1 : 0;
    if (test.n == 0) {
        test.reason = NotEstimable::no_data;
    } else if (with_people < 2) {
        test.reason = NotEstimable::one_group;
    } else if (ended == 0) {
        test.reason = NotEstimable::all_open;
    }
    if (test.reason) return test;
    std::vector<std::size_t>
        used;  // groups with somebody at risk when a case ended, all but the last of them
    for (std::size_t g = 0; g < k; ++g) {
        if (score.expected[g] > 0) used.push_back(g);
    }
    if (used.size() < 2) {
        test.reason = NotEstimable::nobody_at_risk;
        return test;
    }
    const std::size_t df = used.size() - 1;
    std::vector<double> v(df * df), u(df);
    for (std::size_t i = 0; i < df; ++i) {
        u[i] = score.u[used[i]];
        for (std::size_t j = 0; j < df; ++j) v[i * df + j] = score.v[used[i] * k + used[j]];
    }
    const auto statistic = quadratic(std::move(v), std::move(u));
    if (!statistic) {
        test.reason = NotEstimable::constant;  // nobody was left to compare with whenever a case ended
        return test;
    }
    test.statistic = statistic;
    test.df = static_cast<double>(df);
    test.p_value = chi_squared_sf(*statistic, *test.df);
    return test;
}

// ---- long tables
// --------------------------------------------------------------------------------------------------

Curves kaplan_meier(const Table& data, std::string_view time, std::string_view event, std::string_view by,
                    CurveInterval interval, ConfidenceLevel level) {
    const std::vector<std::int8_t> events = flags(data, event);
    const Factor groups = groups_of(data, by);
    std::vector<Dropping> dropping;
    const auto durations = by_group(
        data, time, groups, 1, [&](std::size_t row) { return static_cast<std::int32_t>(events[row]); },
        dropping);
    Curves out;
    out.title = Text::stats_kaplan_meier;
    for (std::size_t g = 0; g < durations.size(); ++g) {
        Curve curve = kaplan_meier(durations[g], interval, level);
        curve.subject = groups.levels[g];
        curve.dropped = dropping[g].dropped;
        out.rows.push_back(std::move(curve));
    }
    for (const auto& [why, n] : dropping.back().dropped)
        out.notes.push_back({Text::stats_note_no_group, {n}});
    return out;
}

Curves cumulative_incidence(const Table& data, std::string_view time, std::string_view cause,
                            std::string_view open, std::string_view by, CurveInterval interval,
                            ConfidenceLevel level) {
    const Factor causes = factor(data, cause);
    const auto found = std::find(causes.levels.begin(), causes.levels.end(), open);
    const auto open_code = static_cast<std::int32_t>(found - causes.levels.begin());
    std::vector<std::string> names;  // causes but `open`, in order
    std::vector<std::int32_t> end_of_code;
    for (std::size_t code = 0; code < causes.levels.size(); ++code) {
        if (static_cast<std::int32_t>(code) == open_code) {
            end_of_code.push_back(0);
        } else {
            names.push_back(causes.levels[code]);
            end_of_code.push_back(static_cast<std::int32_t>(names.size()));
        }
    }
    const Factor groups = groups_of(data, by);
    std::vector<Dropping> dropping;
    const auto durations = by_group(
        data, time, groups, std::max(1, static_cast<int>(names.size())),
        [&](std::size_t row) { return causes.codes[row] < 0 ? -1 : end_of_code[index(causes.codes[row])]; },
        dropping);
    Curves out;
    out.title = Text::stats_cumulative_incidence;
    for (std::size_t g = 0; g < durations.size(); ++g) {
        auto curves = aalen_johansen(durations[g], interval, level);
        for (std::size_t c = 0; c < names.size(); ++c) {
            curves[c].subject = groups.levels[g];
            curves[c].cause = names[c];
            curves[c].dropped = dropping[g].dropped;
            out.rows.push_back(std::move(curves[c]));
        }
    }
    for (const auto& [why, n] : dropping.back().dropped)
        out.notes.push_back({Text::stats_note_no_group, {n}});
    return out;
}

Test log_rank(const Table& data, std::string_view time, std::string_view event, std::string_view by,
              std::string_view strata, double rho) {
    const std::vector<std::int8_t> events = flags(data, event);
    const Factor groups = factor(data, by);
    const Factor layers = groups_of(data, strata);
    // One code for stratum and group together, so that rows are read once.
    Factor cells;
    const std::size_t k = groups.levels.size();
    cells.levels.resize(layers.levels.size() * k);
    std::int64_t without_stratum = 0;
    for (std::size_t row = 0; row < data.rows(); ++row) {
        const bool known = groups.codes[row] >= 0 && layers.codes[row] >= 0;
        without_stratum += layers.codes[row] < 0 && groups.codes[row] >= 0 ? 1 : 0;
        cells.codes.push_back(known ? layers.codes[row] * static_cast<std::int32_t>(k) + groups.codes[row]
                                    : -1);
    }
    std::vector<Dropping> dropping;
    auto durations = by_group(
        data, time, cells, 1, [&](std::size_t row) { return static_cast<std::int32_t>(events[row]); },
        dropping);
    std::vector<std::vector<Durations>> split(layers.levels.size());
    for (std::size_t cell = 0; cell < durations.size(); ++cell)
        split[cell / k].push_back(std::move(durations[cell]));
    Test test = log_rank(split, rho);
    Dropping total;
    for (const auto& part : dropping) {
        for (const auto& [why, n] : part.dropped) {
            for (std::int64_t i = 0; i < n; ++i) total.count(why.key());
        }
    }
    test.dropped = std::move(total.dropped);
    if (without_stratum > 0) {
        for (auto& [why, n] : test.dropped) {
            if (why == Word{Text::stats_missing_group}) n -= without_stratum;
        }
        std::erase_if(test.dropped, [](const Dropped& d) { return d.n == 0; });
        test.dropped.push_back({Text::stats_missing_stratum, without_stratum});
    }
    return test;
}

Table durations(const Table& data, std::string_view start, std::string_view end,
                std::chrono::year_month_day until, const WorkingCalendar* calendar) {
    const auto dates = [&](std::string_view name) -> const Column& {
        const Column& column = data.at(name);
        if (column.type() != ColumnType::date)
            throw InvalidTable{Code::stats_not_dates, {std::string{name}}, std::string{name}};
        return column;
    };
    const Column &from = dates(start), &to = dates(end);
    const auto last = static_cast<std::int32_t>(std::chrono::sys_days{until}.time_since_epoch().count());
    const auto date = [](std::int32_t day) {
        return std::chrono::year_month_day{std::chrono::sys_days{std::chrono::days{day}}};
    };
    std::vector<std::int64_t> times(data.rows());
    std::vector<std::uint8_t> events(data.rows());
    std::vector<bool> has(data.rows());
    for (std::size_t row = 0; row < data.rows(); ++row) {
        has[row] = !from.is_null(row);
        if (!has[row]) continue;
        const bool ended = !to.is_null(row) && to.codes()[row] <= last;
        const std::int32_t stop = ended ? to.codes()[row] : last;
        events[row] = ended ? 1 : 0;
        times[row] = calendar == nullptr
                         ? stop - from.codes()[row]
                         : calendar->working_days_between(date(from.codes()[row]), date(stop));
        // Going back over days off is going back, though no working day lies between.
        if (stop < from.codes()[row] && times[row] == 0) times[row] = -1;
    }
    Table out;
    out.add("time", Column::integers(Buffer{std::move(times)}, Validity{has}));
    out.add("event", Column::booleans(Buffer{std::move(events)}, Validity{has}));
    return out;
}

}  // namespace recruit::stats
