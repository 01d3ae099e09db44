#include <recruit/stats/standard_setting.hpp>

#include <algorithm>
#include <cmath>

#include <recruit/base/error.hpp>

#include "base/keys.hpp"
#include "stats/panel.hpp"
#include "stats/special.hpp"
#include "stats/writing.hpp"

namespace recruit::stats {

using namespace detail;

Estimates angoff(const Matrix& judgements, AngoffError error, ConfidenceLevel level) {
    const std::size_t judges = judgements.rows, items = judgements.columns;
    Estimates out;
    out.title = Text::stats_angoff;
    Estimate cut, spread;
    cut.quantity = Text::stats_cut_score;
    spread.quantity = Text::stats_sd_judges;
    const bool both = error == AngoffError::judges_and_items;
    for (Estimate* row : {&cut, &spread}) {
        row->method = Text::stats_mean_of_judges;
        row->n = static_cast<std::int64_t>(judges);
        row->conventions = {both ? Text::stats_error_judges_items : Text::stats_error_judges};
    }
    std::optional<NotEstimable> reason;
    if (judges == 0 || items == 0) reason = NotEstimable::no_data;
    for (const double value : judgements.values) {
        if (std::isnan(value)) reason = NotEstimable::missing_ratings;
    }
    if (reason) {
        out.rows = {undefined(cut, *reason), undefined(spread, *reason)};
        return out;
    }
    const auto n = static_cast<double>(judges), k = static_cast<double>(items);
    std::vector<double> sums(judges);
    double mean = 0;
    for (std::size_t i = 0; i < judges; ++i) {
        for (std::size_t j = 0; j < items; ++j) sums[i] += judgements(i, j);
        mean += sums[i] / n;
    }
    double square = 0;
    for (const double sum : sums) square += (sum - mean) * (sum - mean);
    cut = defined(cut, mean);
    if (judges < 2) {
        cut.no_interval = NotEstimable::one_rater;
        out.rows = {std::move(cut), undefined(spread, NotEstimable::one_rater)};
        return out;
    }
    spread = defined(spread, std::sqrt(square / (n - 1)));
    spread.no_interval = NotEstimable::not_available;
    double variance = square / (n - 1) / n;
    if (both && items < 2) {
        cut.no_interval = NotEstimable::one_item;
    } else {
        if (both) {
            // Of the mean of judges and items: (MS judges + MS items - MS rest) / (judges x items).
            Panel panel;
            panel.columns = items;
            for (std::size_t i = 0; i < judges; ++i) panel.rows.push_back(i);
            const MeanSquares s = mean_squares(judgements, panel);
            variance = std::max(0.0, (s.units + s.raters - s.error) * k / n);
        }
        cut.standard_error = std::sqrt(variance);
        const double half = student_t_quantile((1 + level.value()) / 2, n - 1) * *cut.standard_error;
        cut.interval = Interval{mean - half, mean + half, level.value(), Text::stats_student_t};
    }
    out.rows = {std::move(cut), std::move(spread)};
    return out;
}

Estimates hofstee(std::span<const double> marks, const HofsteeLimits& limits) {
    // Not a structured binding: in C++20 as clang 14 has it, lambdas cannot capture one.
    const double low = limits.minimum_cut, high = limits.maximum_cut;
    const double least = limits.minimum_fail, most = limits.maximum_fail, step = limits.step;
    if (!(low < high)) bad_argument("maximum_cut", high, "a number above minimum_cut");
    if (!(least >= 0 && least < 1)) bad_argument("minimum_fail", least, "a share from 0");
    if (!(most > least && most <= 1))
        bad_argument("maximum_fail", most, "a share above minimum_fail, at most 1");
    if (!(step > 0)) bad_argument("step", step, "a number above 0");
    std::vector<double> there;
    for (const double mark : marks) {
        if (!std::isnan(mark)) there.push_back(mark);
    }
    std::sort(there.begin(), there.end());
    Estimates out;
    out.title = Text::stats_hofstee;
    Estimate cut, fails;
    cut.quantity = Text::stats_cut_score;
    fails.quantity = Text::stats_fail_rate;
    for (Estimate* row : {&cut, &fails}) {
        row->method = Text::stats_fail_curve;
        row->n = static_cast<std::int64_t>(there.size());
        if (there.size() < marks.size())
            row->dropped = {
                {Text::stats_missing_value, static_cast<std::int64_t>(marks.size() - there.size())}};
    }
    if (there.empty()) {
        out.rows = {undefined(cut, NotEstimable::no_data), undefined(fails, NotEstimable::no_data)};
        return out;
    }
    const auto below = [&](double x) {  // a mark that is a whole number of steps, whatever the last bit says
        const auto at = std::lower_bound(there.begin(), there.end(), x - 1e-9 * step);
        return static_cast<double>(at - there.begin()) / static_cast<double>(there.size());
    };
    const auto curve = [&](double x) {
        const double place = std::floor(x / step + 1e-9), share = x / step - place;
        const double first = below(place * step);
        return share <= 1e-9 ? first : first + share * (below((place + 1) * step) - first);
    };
    const auto gap = [&](double x) { return curve(x) - (most + (least - most) * (x - low) / (high - low)); };
    if (gap(low) > 0 || gap(high) < 0) {
        out.rows = {undefined(cut, NotEstimable::not_reached), undefined(fails, NotEstimable::not_reached)};
        return out;
    }
    // Both are straight between marks, and the gap rises: find the piece, then the point.
    double left = low, right = high;
    for (double place = std::floor(low / step + 1e-9) + 1; place * step < high; ++place) {
        if (gap(place * step) <= 0) {
            left = place * step;
        } else {
            right = place * step;
            break;
        }
    }
    const double a = gap(left), b = gap(right), at = b > a ? left + (right - left) * -a / (b - a) : left;
    cut = defined(cut, at);
    fails = defined(fails, curve(at));
    cut.no_interval = fails.no_interval = NotEstimable::not_available;
    out.rows = {std::move(cut), std::move(fails)};
    return out;
}

}  // namespace recruit::stats
