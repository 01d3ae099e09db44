#include <recruit/stats/quantiles.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <recruit/base/error.hpp>

#include "stats/quantiles.hpp"
#include "stats/writing.hpp"

namespace recruit::stats {

using namespace detail;

namespace {

std::vector<double> present(std::span<const double> values) {
    std::vector<double> out;
    out.reserve(values.size());
    for (const double value : values) {
        if (!std::isnan(value)) out.push_back(value);
    }
    return out;
}

std::vector<Dropped> missing(std::size_t all, std::size_t present) {
    if (all == present) return {};
    return {{Text::stats_missing_value, static_cast<std::int64_t>(all - present)}};
}

/// Rows with a value, in order of their values, and where each run of equal values begins and ends.
struct Runs {
    std::vector<std::size_t> order;
    std::vector<std::pair<std::size_t, std::size_t>> runs;

    explicit Runs(const ExactNumbers& values) {
        for (std::size_t row = 0; row < values.size(); ++row) {
            if (values.missing[row] == 0) order.push_back(row);
        }
        const auto unit = [&](std::size_t row) { return values.units[row]; };
        const auto [least, most] = std::minmax_element(
            order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return unit(a) < unit(b); });
        // Marks are few whole numbers: counting them is linear.
        const bool is_narrow = !order.empty() && static_cast<std::uint64_t>(unit(*most)) -
                                                         static_cast<std::uint64_t>(unit(*least)) <
                                                     2 * static_cast<std::uint64_t>(order.size()) + 1024;
        if (is_narrow) {
            const std::int64_t low = unit(*least);
            std::vector<std::size_t> starts(static_cast<std::size_t>(unit(*most) - low) + 2);
            for (const std::size_t row : order) ++starts[static_cast<std::size_t>(unit(row) - low) + 1];
            std::partial_sum(starts.begin(), starts.end(), starts.begin());
            std::vector<std::size_t> sorted(order.size());
            for (const std::size_t row : order)
                sorted[starts[static_cast<std::size_t>(unit(row) - low)]++] = row;
            order = std::move(sorted);
        } else {
            std::stable_sort(order.begin(), order.end(),
                             [&](std::size_t a, std::size_t b) { return unit(a) < unit(b); });
        }
        for (std::size_t i = 0; i < order.size();) {
            std::size_t end = i;
            while (end < order.size() && unit(order[end]) == unit(order[i])) ++end;
            runs.emplace_back(i, end);
            i = end;
        }
    }
};

Word word(SdDivisor divisor) {
    return divisor == SdDivisor::n ? Text::stats_sd_divisor_n : Text::stats_sd_divisor_n_minus_1;
}

struct Spread {
    double mean = 0, sd = 0;
    std::size_t n = 0;
};

Spread spread_of(std::span<const double> values, SdDivisor divisor) {
    Spread out;
    out.n = values.size();
    for (const double value : values) out.mean += value;
    out.mean /= static_cast<double>(out.n);
    double squares = 0, rest = 0;
    for (const double value : values) {
        squares += (value - out.mean) * (value - out.mean);
        rest += value - out.mean;
    }
    squares -= rest * rest / static_cast<double>(out.n);
    const double by = static_cast<double>(out.n) - (divisor == SdDivisor::n ? 0 : 1);
    out.sd = by > 0 ? std::sqrt(std::max(0.0, squares) / by) : 0;
    return out;
}

bool is_constant(std::span<const double> values) {
    return std::all_of(values.begin(), values.end(), [&](double v) { return v == values.front(); });
}

/// Mean of the top 0.1 %, of at least one.
double top_mean(std::vector<double> values) {
    const std::size_t count = (values.size() + 999) / 1000;
    std::nth_element(values.begin(), values.end() - static_cast<long>(count), values.end());
    return std::accumulate(values.end() - static_cast<long>(count), values.end(), 0.0) /
           static_cast<double>(count);
}

}  // namespace

namespace detail {

double quantile_of(std::vector<double>& values, double p, QuantileType type) {
    const auto n = static_cast<double>(values.size());
    const auto at = [&](double place) {  // from 1
        const auto i = static_cast<std::size_t>(std::clamp(place, 1.0, n)) - 1;
        std::nth_element(values.begin(), values.begin() + static_cast<long>(i), values.end());
        return values[i];
    };
    // R's fuzz: a place that is whole but for rounding is whole.
    constexpr double fuzz = 4 * std::numeric_limits<double>::epsilon();
    if (type <= QuantileType::type3) {
        const double place = n * p - (type == QuantileType::type3 ? 0.5 : 0);
        const double j = std::floor(place + fuzz);
        const bool is_whole = std::fabs(place - j) <= fuzz * std::fmax(1.0, n);
        switch (type) {
            case QuantileType::type1:
                return at(is_whole ? j : j + 1);
            case QuantileType::type2:
                return is_whole ? (at(j) + at(j + 1)) / 2 : at(j + 1);
            default:
                return at(is_whole && std::fmod(j, 2) == 0 ? j : j + 1);
        }
    }
    double a = 0, b = 0;
    switch (type) {
        case QuantileType::type4:
            a = 0, b = 1;
            break;
        case QuantileType::type5:
            a = b = 0.5;
            break;
        case QuantileType::type6:
            a = b = 0;
            break;
        case QuantileType::type8:
            a = b = 1.0 / 3;
            break;
        case QuantileType::type9:
            a = b = 3.0 / 8;
            break;
        default:
            a = b = 1;
    }
    const double place = a + p * (n + 1 - a - b);
    const double j = std::floor(place + fuzz);
    double part = place - j;
    if (std::fabs(part) < fuzz) part = 0;
    const double low = at(j);
    return part == 0 ? low : low + part * (at(j + 1) - low);
}

}  // namespace detail

Estimate quantile(std::span<const double> values, double p, QuantileType type) {
    if (!(p >= 0 && p <= 1))
        throw Error{Code::stats_bad_argument,
                    {std::string{"p"}, number(p, Language::en), std::string{"a share from 0 to 1"}}};
    std::vector<double> kept = present(values);
    Estimate out;
    out.quantity = Text::stats_quantile;
    out.method = Text::stats_hyndman_fan;
    out.n = static_cast<std::int64_t>(kept.size());
    out.dropped = missing(values.size(), kept.size());
    constexpr Text types[] = {Text::stats_type1, Text::stats_type2, Text::stats_type3,
                              Text::stats_type4, Text::stats_type5, Text::stats_type6,
                              Text::stats_type7, Text::stats_type8, Text::stats_type9};
    out.conventions = {types[static_cast<std::size_t>(type) - 1]};
    out.notes.push_back({Text::stats_note_share_below, {p}});
    if (kept.empty()) return undefined(out, NotEstimable::no_data);
    out = defined(out, quantile_of(kept, p, type));
    out.no_interval = NotEstimable::complete_count;
    return out;
}

std::vector<std::optional<double>> ranks(const ExactNumbers& values, RankTies ties, Order order) {
    const Runs sorted{values};
    const std::size_t n = sorted.order.size();
    std::vector<std::optional<double>> out(values.size());
    const bool is_highest_first = order == Order::highest_first;
    for (std::size_t r = 0; r < sorted.runs.size(); ++r) {
        const auto [begin, end] = sorted.runs[r];
        // Places from the end that counts as first.
        const std::size_t first = is_highest_first ? n - end + 1 : begin + 1,
                          last = first + (end - begin) - 1;
        for (std::size_t i = begin; i < end; ++i) {
            double rank = 0;
            switch (ties) {
                case RankTies::average:
                    rank = (static_cast<double>(first) + static_cast<double>(last)) / 2;
                    break;
                case RankTies::min:
                    rank = static_cast<double>(first);
                    break;
                case RankTies::max:
                    rank = static_cast<double>(last);
                    break;
                case RankTies::dense:
                    rank = static_cast<double>(is_highest_first ? sorted.runs.size() - r : r + 1);
                    break;
                case RankTies::first:
                    rank = static_cast<double>(first + (i - begin));
                    break;
            }
            out[sorted.order[i]] = rank;
        }
    }
    return out;
}

Display Scaled::display(Language language) const {
    Display display;
    display.title =
        std::string{method.label(language)} + ": " + say(Text::stats_show_n, {std::to_string(n)}, language);
    if (reason)
        display.title +=
            "; " + say(Text::stats_show_cannot_tell, {std::string{sentence(*reason, language)}}, language);
    if (centre) display.title += "; " + say(Text::stats_show_centre, {number(*centre, language)}, language);
    if (spread) display.title += "; " + say(Text::stats_show_spread, {number(*spread, language)}, language);
    add_remarks(display.below, dropped, conventions, notes, language);
    return display;
}

Table Scaled::to_table() const {
    std::vector<std::int64_t> rows(values.size());
    std::iota(rows.begin(), rows.end(), 0);
    std::vector<double> numbers_of;
    std::vector<bool> has;
    for (const auto& value : values) {
        numbers_of.push_back(value.value_or(0));
        has.push_back(value.has_value());
    }
    Table table;
    table.add("row", Column::integers(Buffer<std::int64_t>{std::move(rows)}));
    table.add("value", Column::reals(Buffer<double>{std::move(numbers_of)}, Validity{has}));
    return table;
}

Scaled standard_scores(std::span<const double> marks, Score score, SdDivisor divisor) {
    std::vector<double> kept = present(marks);
    Scaled out;
    out.values.resize(marks.size());
    out.n = static_cast<std::int64_t>(kept.size());
    out.dropped = missing(marks.size(), kept.size());
    out.method = score == Score::z   ? Text::stats_z_score
                 : score == Score::t ? Text::stats_t_score
                                     : Text::stats_robust_z;
    if (score != Score::robust_z) out.conventions = {word(divisor)};
    if (kept.empty()) {
        out.reason = NotEstimable::no_data;
        return out;
    }
    if (kept.size() < 2) {
        out.reason = NotEstimable::too_few;
        return out;
    }
    if (is_constant(kept)) {
        out.reason = NotEstimable::constant;
        return out;
    }
    if (score == Score::robust_z) {
        out.centre = quantile_of(kept, 0.5, QuantileType::type7);
        std::vector<double> deviations;
        for (const double value : kept) deviations.push_back(std::fabs(value - *out.centre));
        // 1 / the upper quartile of the standard normal
        out.spread = 1.482602218505602 * quantile_of(deviations, 0.5, QuantileType::type7);
        if (*out.spread == 0) {
            out.reason = NotEstimable::constant;
            out.notes.push_back({Text::stats_note_half_equal, {}});
            return out;
        }
    } else {
        const Spread spread = spread_of(kept, divisor);
        out.centre = spread.mean;
        out.spread = spread.sd;
    }
    for (std::size_t row = 0; row < marks.size(); ++row) {
        if (std::isnan(marks[row])) continue;
        const double z = (marks[row] - *out.centre) / *out.spread;
        out.values[row] = score == Score::t ? 50 + 10 * z : z;
    }
    return out;
}

Scaled percentile_ranks(const ExactNumbers& marks, PercentileRank convention) {
    const Runs sorted{marks};
    Scaled out;
    out.values.resize(marks.size());
    out.n = static_cast<std::int64_t>(sorted.order.size());
    out.dropped = missing(marks.size(), sorted.order.size());
    out.method = Text::stats_percentile_rank;
    out.conventions = {convention == PercentileRank::at_or_below ? Text::stats_at_or_below
                       : convention == PercentileRank::below     ? Text::stats_below
                                                                 : Text::stats_half_ties};
    if (sorted.order.empty()) out.reason = NotEstimable::no_data;
    const auto n = static_cast<double>(sorted.order.size());
    for (const auto& [begin, end] : sorted.runs) {
        const auto below = static_cast<double>(begin), at_or_below = static_cast<double>(end);
        const double count = convention == PercentileRank::at_or_below ? at_or_below
                             : convention == PercentileRank::below     ? below
                                                                       : (below + at_or_below) / 2;
        for (std::size_t i = begin; i < end; ++i) out.values[sorted.order[i]] = count * 100 / n;
    }
    return out;
}

Scaled normalise_sessions(std::span<const double> marks, const Factor& session, SessionMethod method,
                          SdDivisor divisor) {
    if (marks.size() != session.size())
        throw Error{Code::stats_lengths,
                    {std::string{"session"}, std::to_string(session.size()), std::string{"marks"},
                     std::to_string(marks.size())}};
    Scaled out;
    out.values.resize(marks.size());
    out.method = method == SessionMethod::nta    ? Text::stats_nta
                 : method == SessionMethod::gate ? Text::stats_gate
                                                 : Text::stats_ssc;
    std::vector<double> all;
    std::vector<std::vector<double>> by_session(session.levels.size());
    std::vector<std::vector<std::size_t>> rows(session.levels.size());
    std::int64_t no_session = 0, no_mark = 0;
    for (std::size_t row = 0; row < marks.size(); ++row) {
        if (std::isnan(marks[row])) {
            ++no_mark;
        } else if (session.codes[row] < 0) {
            ++no_session;
        } else {
            const auto code = static_cast<std::size_t>(session.codes[row]);
            all.push_back(marks[row]);
            by_session[code].push_back(marks[row]);
            rows[code].push_back(row);
        }
    }
    out.n = static_cast<std::int64_t>(all.size());
    if (no_mark > 0) out.dropped.push_back({Text::stats_missing_value, no_mark});
    if (no_session > 0) out.dropped.push_back({Text::stats_missing_session, no_session});
    if (all.empty()) {
        out.reason = NotEstimable::no_data;
        return out;
    }
    if (method == SessionMethod::nta) {
        out.conventions = {Text::stats_at_or_below};
        for (std::size_t s = 0; s < rows.size(); ++s) {
            const Scaled ranked = percentile_ranks(exact_numbers(by_session[s]), PercentileRank::at_or_below);
            for (std::size_t i = 0; i < rows[s].size(); ++i) out.values[rows[s][i]] = ranked.values[i];
        }
        return out;
    }
    out.conventions = {word(divisor), Text::stats_top_rounded_up};
    const Spread overall = spread_of(all, divisor);
    const double top = top_mean(all), middle = overall.mean + overall.sd;
    double base = middle;
    if (method == SessionMethod::ssc) {
        double best = -std::numeric_limits<double>::infinity();
        for (const auto& values : by_session) {
            if (!values.empty()) best = std::max(best, spread_of(values, divisor).mean);
        }
        base = best + overall.sd;
    }
    for (std::size_t s = 0; s < rows.size(); ++s) {
        if (by_session[s].empty()) continue;
        const Spread own = spread_of(by_session[s], divisor);
        const double own_middle = own.mean + own.sd, run = top_mean(by_session[s]) - own_middle;
        if (is_constant(by_session[s]) || run == 0) {
            out.notes.push_back({Text::stats_note_session_flat, {session.levels[s]}});
            continue;
        }
        const double slope = (top - middle) / run;
        for (const std::size_t row : rows[s]) out.values[row] = slope * (marks[row] - own_middle) + base;
    }
    return out;
}

}  // namespace recruit::stats
