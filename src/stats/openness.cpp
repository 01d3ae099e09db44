#include <recruit/stats/openness.hpp>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include <recruit/base/error.hpp>
#include <recruit/stats/data.hpp>

#include "stats/counts.hpp"
#include "stats/hypergeometric.hpp"
#include "stats/writing.hpp"

namespace recruit::stats {

using namespace detail;

namespace {

double of(std::int64_t n) { return static_cast<double>(n); }
double x_log_x(double x) { return x > 0 ? x * std::log(x) : 0.0; }

Estimate figure(Word quantity, Word method, std::int64_t n) {
    Estimate out;
    out.quantity = quantity;
    out.method = method;
    out.n = n;
    out.no_interval = NotEstimable::complete_count;
    return out;
}

std::int64_t total(std::span<const std::int64_t> counts, const char* name) {
    std::int64_t sum = 0;
    for (const std::int64_t n : counts) {
        if (n < 0)
            throw Error{Code::stats_bad_argument,
                        {std::string{name}, std::to_string(n), std::string{"0 or more"}}};
        sum += n;
    }
    return sum;
}

/// The sum over units of the mean of `term(x, n - x)` when x of a unit's n persons are of the first group by
/// lot. Units of one size share the work.
double by_lot(const std::vector<std::int64_t>& sizes, std::int64_t first, std::int64_t second,
              const std::function<double(double, double)>& term) {
    std::vector<std::int64_t> sorted = sizes;
    std::sort(sorted.begin(), sorted.end());
    double sum = 0;
    for (std::size_t i = 0; i < sorted.size();) {
        std::size_t same = i;
        while (same < sorted.size() && sorted[same] == sorted[i]) ++same;
        const Hypergeometric h{first, second, sorted[i]};
        double mean = 0;
        for (std::int64_t x = h.low(); x <= h.high(); ++x)
            mean += h.probability(x) * term(of(x), of(sorted[i] - x));
        sum += mean * of(static_cast<std::int64_t>(same - i));
        i = same;
    }
    return sum;
}

}  // namespace

Estimate inside_share(Count insiders_among_winners, RateInterval interval, ConfidenceLevel level) {
    Estimate out = rate(insiders_among_winners, interval, level);
    out.quantity = Text::stats_inside_share;
    return out;
}

Comparison inside_odds(const Table& table, std::string_view contest, std::string_view inside,
                       std::span<const std::string> steps, Tail tail, RateInterval interval,
                       ConfidenceLevel level) {
    if (steps.size() < 2)
        throw Error{
            Code::stats_bad_argument,
            {std::string{"steps"}, std::to_string(steps.size()), std::string{"at least two columns"}}};
    const Factor contests = factor(table, contest);
    const auto is_inside = flags(table, inside);
    std::vector<std::vector<std::int8_t>> reached;
    for (const std::string& step : steps) reached.push_back(flags(table, step));
    Comparison out;
    out.title = Text::stats_inside_odds_title;
    const auto compare = [&](std::size_t from, std::size_t to) {
        Strata s;
        for (const auto& name : contests.levels) s.strata.push_back({name, {}, {}});
        std::int64_t no_contest = 0, no_origin = 0, no_outcome = 0;
        for (std::size_t row = 0; row < contests.size(); ++row) {
            if (reached[from][row] == 0) continue;
            if (contests.codes[row] < 0) {
                ++no_contest;
            } else if (is_inside[row] < 0) {
                ++no_origin;
            } else if (reached[from][row] < 0 || reached[to][row] < 0) {
                ++no_outcome;
            } else {
                Stratum& t = s.strata[static_cast<std::size_t>(contests.codes[row])];
                (is_inside[row] == 1 ? t.focal : t.reference) += Count{reached[to][row], 1};
            }
        }
        std::erase_if(s.strata, [](const Stratum& t) { return t.focal.n + t.reference.n == 0; });
        const auto drop = [&](Word why, std::int64_t n) {
            if (n > 0) s.dropped.push_back({why, n});
        };
        drop(Text::stats_missing_contest, no_contest);
        drop(Text::stats_missing_origin, no_origin);
        drop(Text::stats_missing_outcome, no_outcome);
        const std::string subject = steps[from] + "->" + steps[to];
        const Count inside_all = s.focal(), outside_all = s.reference();
        Estimate share_of =
            inside_share({inside_all.passed, inside_all.passed + outside_all.passed}, interval, level);
        share_of.dropped = s.dropped;
        Estimate odds = exact_conditional_odds_ratio(s, level);
        odds.quantity = Text::stats_inside_odds;
        Test test = exact_conditional(s, tail);
        share_of.subject = odds.subject = test.subject = subject;
        std::int64_t only_inside = 0, only_outside = 0, one_candidate = 0;
        for (const Stratum& t : s.strata) {
            only_inside += t.reference.n == 0 ? 1 : 0;
            only_outside += t.focal.n == 0 ? 1 : 0;
            one_candidate += t.focal.n + t.reference.n == 1 ? 1 : 0;
        }
        test.notes.push_back(note(Text::stats_note_contests, {only_inside, only_outside, one_candidate}));
        out.estimates.push_back(std::move(share_of));
        out.estimates.push_back(std::move(odds));
        out.tests.push_back(std::move(test));
    };
    for (std::size_t i = 1; i < steps.size(); ++i) compare(i - 1, i);
    if (steps.size() > 2) compare(0, steps.size() - 1);
    out.notes.push_back({Text::stats_note_insiders, {}});
    return out;
}

Estimates single_candidate(const Table& table, std::string_view contest, RateInterval interval,
                           ConfidenceLevel level) {
    const Factor contests = factor(table, contest);
    std::vector<std::int64_t> candidates(contests.levels.size());
    std::int64_t without = 0;
    for (const std::int32_t code : contests.codes) {
        if (code < 0) {
            ++without;
        } else {
            ++candidates[static_cast<std::size_t>(code)];
        }
    }
    const auto count = static_cast<std::int64_t>(candidates.size());
    Estimates out;
    out.title = Text::stats_single_candidates;
    Estimate number_of = figure(Text::stats_contests, Text::stats_count, count);
    number_of.value = of(count);
    Estimate alone = rate({std::count(candidates.begin(), candidates.end(), 1), count}, interval, level);
    alone.quantity = Text::stats_single_candidate;
    Estimate mean = figure(Text::stats_candidates_per_contest, Text::stats_mean, count);
    if (count == 0) {
        mean = undefined(mean, NotEstimable::no_data);
    } else {
        mean.value = of(static_cast<std::int64_t>(contests.size()) - without) / of(count);
    }
    for (Estimate* row : {&number_of, &alone, &mean}) {
        if (without > 0) row->dropped.push_back({Text::stats_missing_contest, without});
        out.rows.push_back(std::move(*row));
    }
    return out;
}

Estimates concentration(std::span<const std::int64_t> persons) {
    const std::int64_t n = total(persons, "persons");
    const double k = static_cast<double>(persons.size());
    std::vector<std::int64_t> sorted(persons.begin(), persons.end());
    std::sort(sorted.begin(), sorted.end());
    double hhi = 0, theil = 0, weighted = 0;
    for (std::size_t i = 0; i < sorted.size() && n > 0; ++i) {
        const double part = of(sorted[i]) / of(n);
        hhi += part * part;
        theil += x_log_x(part * k) / k;
        weighted += static_cast<double>(i + 1) * part;
    }
    Estimates out;
    out.title = Text::stats_concentration;
    const auto add = [&](Word quantity, Word method, double value, bool needs_two) {
        Estimate row = figure(quantity, method, n);
        if (n == 0) {
            row = undefined(row, NotEstimable::no_data);
        } else if (needs_two && sorted.size() < 2) {
            row = undefined(row, NotEstimable::too_few);
        } else {
            row.value = value;
        }
        out.rows.push_back(std::move(row));
    };
    add(Text::stats_hhi, Text::stats_herfindahl, hhi, false);
    add(Text::stats_hhi_normalised, Text::stats_herfindahl, (hhi - 1 / k) / (1 - 1 / k), true);
    add(Text::stats_effective_units, Text::stats_herfindahl, 1 / hhi, false);
    add(Text::stats_gini, Text::stats_gini, 2 * weighted / k - (k + 1) / k, false);
    add(Text::stats_theil, Text::stats_theil, theil, false);
    return out;
}

Estimates segregation(std::span<const std::int64_t> first, std::span<const std::int64_t> second,
                      SmallUnits correction) {
    if (first.size() != second.size())
        throw Error{Code::stats_lengths,
                    {std::string{"first"}, std::to_string(first.size()), std::string{"second"},
                     std::to_string(second.size())}};
    const std::int64_t a = total(first, "first"), b = total(second, "second"), n = a + b;
    std::vector<std::int64_t> sizes;
    for (std::size_t i = 0; i < first.size(); ++i) {
        if (first[i] + second[i] > 0) sizes.push_back(first[i] + second[i]);
    }
    Estimates out;
    out.title = Text::stats_segregation;
    std::optional<NotEstimable> reason;
    if (n == 0) {
        reason = NotEstimable::no_data;
    } else if (a == 0 || b == 0) {
        reason = NotEstimable::empty_group;
    } else if (sizes.size() < 2) {
        reason = NotEstimable::too_few;
    }
    double d = 0, m = 0, isolation_first = 0, isolation_second = 0, entropy = 0, d_chance = 0, m_chance = 0;
    if (!reason) {
        const auto uneven = [&](double x, double y) { return std::fabs(x / of(a) - y / of(b)) / 2; };
        const auto information = [&](double x, double y) {  // of one unit, against all together
            const double size = x + y;
            double sum = 0;
            if (x > 0) sum += x / of(n) * std::log(x / size * of(n) / of(a));
            if (y > 0) sum += y / of(n) * std::log(y / size * of(n) / of(b));
            return sum;
        };
        for (std::size_t i = 0; i < first.size(); ++i) {
            const double x = of(first[i]), y = of(second[i]);
            if (x + y == 0) continue;
            d += uneven(x, y);
            m += information(x, y);
            isolation_first += x / of(a) * x / (x + y);
            isolation_second += y / of(b) * y / (x + y);
        }
        entropy = -x_log_x(of(a) / of(n)) - x_log_x(of(b) / of(n));
        d_chance = by_lot(sizes, a, b, uneven);
        m_chance = by_lot(sizes, a, b, information);
    }
    const auto corrected = [&](double value, double chance, double largest) {
        if (correction == SmallUnits::subtract) return value - chance;
        if (correction == SmallUnits::rescale) return (value - chance) / (largest - chance);
        return value;
    };
    const Word convention = correction == SmallUnits::subtract  ? Text::stats_chance_subtracted
                            : correction == SmallUnits::rescale ? Text::stats_chance_rescaled
                                                                : Text::stats_uncorrected;
    const auto add = [&](Word quantity, double value, bool is_corrected) {
        Estimate row = figure(quantity, quantity, n);
        if (is_corrected) row.conventions = {convention};
        if (reason) {
            row = undefined(row, *reason);
        } else {
            row.value = value;
        }
        out.rows.push_back(std::move(row));
    };
    add(Text::stats_dissimilarity, corrected(d, d_chance, 1), true);
    add(Text::stats_mutual_information, corrected(m, m_chance, entropy), true);
    add(Text::stats_theil_h,
        corrected(m, m_chance, entropy) / (correction == SmallUnits::rescale ? 1 : entropy), true);
    add(Text::stats_isolation_first, isolation_first, false);
    add(Text::stats_isolation_second, isolation_second, false);
    add(Text::stats_dissimilarity_by_chance, d_chance, false);
    add(Text::stats_mutual_information_by_chance, m_chance, false);
    return out;
}

}  // namespace recruit::stats
