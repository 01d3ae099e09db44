#include <recruit/stats/integrity.hpp>

#include <algorithm>
#include <cmath>

#include <recruit/base/error.hpp>

#include "base/int128.hpp"
#include "stats/counts.hpp"
#include "stats/special.hpp"
#include "stats/writing.hpp"

namespace recruit::stats {

using namespace detail;

namespace {

double of(std::int64_t n) { return static_cast<double>(n); }

/// Marks counted in steps from an origin; what is off the grid is not counted.
struct Grid {
    std::vector<std::int64_t> places;
    std::int64_t missing = 0, off = 0;

    Grid(const ExactNumbers& marks, const Points& origin, const Points& step) {
        const int scale = std::max({marks.scale, origin.scale(), step.scale()});
        const auto by = step.units_at(scale), from = origin.units_at(scale);
        if (step.units() <= 0 || !by || !from)
            throw Error{Code::stats_bad_argument,
                        {std::string{"step"}, step.str(), std::string{"a number of marks above 0"}}};
        const recruit::detail::int128 factor = recruit::detail::power_of_ten(scale - marks.scale);
        for (std::size_t row = 0; row < marks.size(); ++row) {
            if (marks.missing[row] != 0) {
                ++missing;
                continue;
            }
            const auto distance = marks.units[row] * factor - *from;
            if (distance % *by != 0) {
                ++off;
            } else {
                places.push_back(static_cast<std::int64_t>(distance / *by));
            }
        }
    }
    std::vector<Dropped> dropped() const {
        std::vector<Dropped> out;
        if (missing > 0) out.push_back({Text::stats_missing_value, missing});
        if (off > 0) out.push_back({Text::stats_off_grid, off});
        return out;
    }
};

/// ln of the ratio of neighbouring cells of a log-linear trend through the counts (Poisson likelihood;
/// Newton).
std::optional<double> log_slope(const std::vector<double>& at, const std::vector<double>& counts) {
    double all = 0, moment = 0, low = 1e300, high = -1e300;
    for (std::size_t i = 0; i < at.size(); ++i) {
        all += counts[i];
        moment += counts[i] * at[i];
        if (counts[i] > 0) low = std::min(low, at[i]), high = std::max(high, at[i]);
    }
    if (!(low < high)) return std::nullopt;  // in one cell: any slope fits
    // Given the total the slope solves: mean place under the trend = mean place seen, which rises with it.
    double slope = 0;
    for (int step = 0; step < 100; ++step) {
        double weights = 0, mean = 0, square = 0;
        for (const double place : at) {
            const double weight = std::exp(slope * place);
            weights += weight;
            mean += weight * place;
            square += weight * place * place;
        }
        mean /= weights;
        const double change = (moment / all - mean) / (square / weights - mean * mean);
        slope += std::clamp(change, -1.0, 1.0);
        if (std::fabs(change) < 1e-13) return slope;
    }
    return std::nullopt;
}

Estimate plain(std::string subject, Word quantity, std::int64_t n, double value) {
    Estimate out;
    out.subject = std::move(subject);
    out.quantity = quantity;
    out.method = Text::stats_count;
    out.n = n;
    out.value = value;
    out.no_interval = NotEstimable::complete_count;
    return out;
}

/// Exact sign test of ups against downs.
Test sign_test(std::string subject, Word hypothesis, std::int64_t ups, std::int64_t downs, Extreme extreme,
               std::int64_t minimum) {
    Test out;
    out.subject = std::move(subject);
    out.hypothesis = hypothesis;
    out.method = Text::stats_sign_test;
    out.n = ups + downs;
    out.statistic = of(ups);
    if (out.n == 0 || out.n < minimum) {
        out.reason = out.n == 0 ? NotEstimable::no_data : NotEstimable::too_few;
        return out;
    }
    const auto at_least = [&](std::int64_t k) {
        return k <= 0 ? 1.0 : beta_cdf(0.5, of(k), of(out.n - k + 1));
    };
    const double greater = at_least(ups), less = at_least(downs);  // symmetric: P(ups <= u) = P(ups >= n - u)
    switch (extreme) {
        case Extreme::less:
            out.p_value = less;
            out.conventions = {Text::stats_extreme_less};
            break;
        case Extreme::greater:
            out.p_value = greater;
            out.conventions = {Text::stats_extreme_greater};
            break;
        case Extreme::absolute:
        case Extreme::doubled:  // the same where up and down are equally likely
            out.p_value = std::min(1.0, 2 * std::min(less, greater));
            out.conventions = {Text::stats_two_sided};
            break;
    }
    return out;
}

}  // namespace

Comparison heaping(const ExactNumbers& marks, const HeapingOptions& options) {
    if (options.cells < 3)
        throw Error{Code::stats_bad_argument,
                    {std::string{"cells"}, std::to_string(options.cells), std::string{"3 or more"}}};
    const Grid grid{marks, options.cut, options.step};
    std::vector<std::int64_t> counts(2 * static_cast<std::size_t>(options.cells));
    std::int64_t near = 0;
    for (const std::int64_t place : grid.places) {
        if (place < -options.cells || place >= options.cells) continue;
        ++counts[static_cast<std::size_t>(place + options.cells)];
        ++near;
    }
    const auto cut = static_cast<std::size_t>(options.cells);
    const std::int64_t at_cut = counts[cut], below_cut = counts[cut - 1];
    Comparison out;
    out.title = Text::stats_heaping;
    out.dropped = grid.dropped();
    Test test;
    test.hypothesis = Text::stats_no_heap;
    test.method = Text::stats_heap_binomial;
    test.conventions = {Text::stats_extreme_greater};
    test.n = near;
    out.estimates.push_back(plain("", Text::stats_at_cut, near, of(at_cut)));
    out.estimates.push_back(plain("", Text::stats_below_cut, near, of(below_cut)));
    Estimate expected = plain("", Text::stats_expected_at_cut, near, 0);
    std::vector<double> places, around;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        if (i == cut || i + 1 == cut) continue;
        places.push_back(static_cast<double>(i) - static_cast<double>(cut));
        around.push_back(of(counts[i]));
    }
    const auto slope = log_slope(places, around);
    const std::int64_t pair = at_cut + below_cut;
    if (near < options.minimum || pair < 10 || !slope) {
        test.reason = NotEstimable::too_few;
        expected = undefined(expected, NotEstimable::too_few);
    } else {
        const double share_at_cut = 1 / (1 + std::exp(-*slope));
        expected.value = of(pair) * share_at_cut;
        expected.method = Text::stats_heap_binomial;
        test.statistic = of(at_cut);
        test.p_value = at_cut == 0 ? 1.0 : beta_cdf(share_at_cut, of(at_cut), of(pair - at_cut + 1));
    }
    out.estimates.push_back(std::move(expected));
    out.tests.push_back(std::move(test));
    out.notes.push_back({Text::stats_note_heap, {}});
    return out;
}

Comparison terminal_digits(const ExactNumbers& marks, const Points& step, int cycle) {
    if (cycle < 2)
        throw Error{Code::stats_bad_argument,
                    {std::string{"cycle"}, std::to_string(cycle), std::string{"2 or more"}}};
    const Grid grid{marks, Points{0}, step};
    std::vector<std::int64_t> counts(static_cast<std::size_t>(cycle));
    for (const std::int64_t place : grid.places)
        ++counts[static_cast<std::size_t>(((place % cycle) + cycle) % cycle)];
    const auto n = static_cast<std::int64_t>(grid.places.size());
    Comparison out;
    out.title = Text::stats_terminal_digits;
    out.dropped = grid.dropped();
    Test test;
    test.hypothesis = Text::stats_equal_digits;
    test.method = Text::stats_chi_squared;
    test.n = n;
    test.df = cycle - 1;
    const double expected = of(n) / cycle;
    double statistic = 0;
    for (std::size_t digit = 0; digit < counts.size(); ++digit) {
        Estimate row = rate({counts[digit], n}, RateInterval::none);
        row.quantity = Text::stats_digit_share;
        row.subject = std::to_string(digit);
        out.estimates.push_back(std::move(row));
        statistic += (of(counts[digit]) - expected) * (of(counts[digit]) - expected) / expected;
    }
    if (n == 0) {
        test.reason = NotEstimable::no_data;
    } else if (expected < 5) {
        test.reason = NotEstimable::too_few;
    } else {
        test.statistic = statistic;
        test.p_value = chi_squared_sf(statistic, *test.df);
    }
    out.tests.push_back(std::move(test));
    out.notes.push_back({Text::stats_note_digits, {}});
    return out;
}

Remarking remarking(const ExactNumbers& first, const ExactNumbers& second, const Factor* marker,
                    const RemarkOptions& options) {
    if (!(options.sem > 0) || !(options.deviations > 0))
        throw Error{Code::stats_bad_argument,
                    {std::string{"sem"}, number(options.sem, Language::en),
                     std::string{"a number of marks above 0"}}};
    if (marker != nullptr && marker->size() != first.size())
        throw Error{Code::stats_lengths,
                    {std::string{"marker"}, std::to_string(marker->size()), std::string{"first"},
                     std::to_string(first.size())}};
    Remarking out;
    Comparison& summary = out.summary;
    summary.title = Text::stats_remarking;
    Test signed_test = signed_rank(first, second, options.extreme);
    const auto power = [](int scale) { return std::pow(10.0, scale); };
    struct Tally {
        std::int64_t n = 0, raised = 0, lowered = 0;
        double change = 0;
    };
    Tally all;
    std::vector<Tally> by_marker(marker == nullptr ? 0 : marker->levels.size());
    std::int64_t up = 0, down = 0;
    const double cut = options.cut ? options.cut->to_double() : 0;
    for (std::size_t row = 0; row < first.size(); ++row) {
        if (first.missing[row] != 0 || second.missing[row] != 0) continue;
        const double before = of(first.units[row]) / power(first.scale);
        const double after = of(second.units[row]) / power(second.scale), change = after - before;
        const auto add = [&](Tally& tally) {
            ++tally.n;
            tally.raised += after > before ? 1 : 0;
            tally.lowered += after < before ? 1 : 0;
            tally.change += change;
        };
        add(all);
        if (marker != nullptr && marker->codes[row] >= 0)
            add(by_marker[static_cast<std::size_t>(marker->codes[row])]);
        const bool crosses = options.cut && (before < cut) != (after < cut);
        if (crosses) ++(after > before ? up : down);
        const double deviation = change / (options.sem * std::sqrt(2.0));
        // A change that is exactly the limit is a case, whatever the last bit says.
        if (std::fabs(deviation) >= options.deviations * (1 - 1e-12))
            out.cases.push_back({row, before, after, deviation, crosses});
    }
    std::stable_sort(out.cases.begin(), out.cases.end(), [](const RemarkCase& a, const RemarkCase& b) {
        return std::fabs(a.deviation) > std::fabs(b.deviation);
    });
    const auto add_rows = [&](const std::string& subject, const Tally& tally) {
        const auto share_row = [&](Word quantity, std::int64_t count) {
            Estimate row = rate({count, tally.n}, RateInterval::none);
            row.subject = subject;
            row.quantity = quantity;
            summary.estimates.push_back(std::move(row));
        };
        summary.estimates.push_back(plain(subject, Text::stats_remarked, tally.n, of(tally.n)));
        share_row(Text::stats_raised, tally.raised);
        share_row(Text::stats_lowered, tally.lowered);
        Estimate mean = plain(subject, Text::stats_mean_change, tally.n, 0);
        mean.method = Text::stats_mean;
        if (tally.n == 0) {
            mean = undefined(mean, NotEstimable::no_data);
        } else {
            mean.value = tally.change / of(tally.n);
        }
        summary.estimates.push_back(std::move(mean));
    };
    add_rows("", all);
    if (all.n < options.minimum && signed_test.p_value) {
        signed_test.p_value.reset();
        signed_test.reason = NotEstimable::too_few;
    }
    for (const Dropped& entry : signed_test.dropped) {
        if (entry.why == Word{Text::stats_missing_value}) summary.dropped.push_back(entry);
    }
    summary.tests.push_back(std::move(signed_test));
    if (options.cut) {
        Test crossing =
            sign_test("", Text::stats_crossings_balance, up, down, options.extreme, options.minimum);
        crossing.method = Text::stats_cut_crossings;
        crossing.notes.push_back(note(Text::stats_note_crossings, {up, down}));
        summary.tests.push_back(std::move(crossing));
    }
    std::vector<std::optional<double>> p_values;
    std::vector<Test> tests;
    for (std::size_t i = 0; i < by_marker.size(); ++i) {
        add_rows(marker->levels[i], by_marker[i]);
        tests.push_back(sign_test(marker->levels[i], Text::stats_directions_balance, by_marker[i].raised,
                                  by_marker[i].lowered, options.extreme, options.minimum));
        p_values.push_back(tests.back().p_value);
    }
    const auto adjusted = holm(p_values);
    summary.tests.insert(summary.tests.end(), tests.begin(), tests.end());
    for (std::size_t i = 0; i < tests.size(); ++i) {
        tests[i].p_value = adjusted[i];
        tests[i].conventions.push_back(Text::stats_holm);
        summary.tests.push_back(std::move(tests[i]));
    }
    Note limit{Text::stats_note_remark_cases, {}};
    limit.arguments.emplace_back(static_cast<std::int64_t>(out.cases.size()));
    limit.arguments.emplace_back(options.deviations * options.sem * std::sqrt(2.0));
    out.notes.push_back(std::move(limit));
    out.notes.push_back({Text::stats_note_regression, {}});
    return out;
}

Display Remarking::display(Language language) const {
    Display display = summary.display(language);
    for (const Note& note : notes) display.below.push_back(note.str(language));
    constexpr std::size_t shown = 10;
    for (std::size_t i = 0; i < std::min(shown, cases.size()); ++i) {
        const RemarkCase& c = cases[i];
        display.below.push_back(
            say(Text::stats_show_remark_case,
                {std::to_string(c.row), number(c.first, language), number(c.second, language)}, language));
    }
    if (cases.size() > shown)
        display.below.push_back(say(Text::show_more, {std::to_string(cases.size() - shown)}, language));
    return display;
}

Table Remarking::to_table() const {
    std::vector<std::int64_t> rows;
    std::vector<double> before, after, change, deviation;
    std::vector<std::uint8_t> crosses;
    for (const RemarkCase& c : cases) {
        rows.push_back(static_cast<std::int64_t>(c.row));
        before.push_back(c.first);
        after.push_back(c.second);
        change.push_back(c.second - c.first);
        deviation.push_back(c.deviation);
        crosses.push_back(c.crosses_cut ? 1 : 0);
    }
    const auto reals = [](std::vector<double> values) {
        return Column::reals(Buffer<double>{std::move(values)});
    };
    Table table;
    table.add("row", Column::integers(Buffer<std::int64_t>{std::move(rows)}));
    table.add("first", reals(std::move(before)));
    table.add("second", reals(std::move(after)));
    table.add("change", reals(std::move(change)));
    table.add("deviation", reals(std::move(deviation)));
    table.add("crosses_cut", Column::booleans(Buffer<std::uint8_t>{std::move(crosses)}));
    return table;
}

}  // namespace recruit::stats
