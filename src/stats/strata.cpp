#include <recruit/stats/strata.hpp>

#include <algorithm>
#include <cmath>
#include <map>

#include <recruit/base/error.hpp>
#include <recruit/stats/data.hpp>

#include "stats/conditional.hpp"
#include "stats/counts.hpp"
#include "stats/special.hpp"
#include "stats/writing.hpp"

namespace recruit::stats {

using namespace detail;

namespace {

/// The 2 x 2 table of a stratum and its margins.
struct Cells {
    double a, b, c, d, n;
    explicit Cells(const Stratum& s)
        : a{static_cast<double>(s.focal.passed)},
          b{static_cast<double>(s.focal.n - s.focal.passed)},
          c{static_cast<double>(s.reference.passed)},
          d{static_cast<double>(s.reference.n - s.reference.passed)},
          n{a + b + c + d} {}
    double focal() const { return a + b; }
    double reference() const { return c + d; }
    double passed() const { return a + c; }
    double failed() const { return b + d; }
};

std::vector<Cells> informative_cells(const Strata& strata) {
    std::vector<Cells> out;
    for (const Stratum& s : strata.strata) {
        if (s.is_informative()) out.emplace_back(s);
    }
    return out;
}

/// What tests and estimates say alike: how many strata told nothing.
template <class Result>
Result with_strata(Result result, const Strata& strata) {
    std::int64_t without = 0, people = 0;
    for (const Stratum& s : strata.strata) {
        require_count(s.focal);
        require_count(s.reference);
        if (s.is_informative()) {
            result.n += s.focal.n + s.reference.n;
        } else {
            ++without;
            people += s.focal.n + s.reference.n;
        }
    }
    result.dropped = strata.dropped;
    if (people > 0) result.dropped.push_back({Text::stats_uninformative_stratum, people});
    result.notes.push_back(
        {Text::stats_note_strata, {strata.informative(), static_cast<std::int64_t>(strata.strata.size())}});
    if (strata.informative() == 0) {
        result.reason = strata.strata.empty() ? NotEstimable::no_data : NotEstimable::uninformative;
    }
    return result;
}

struct RobinsSums {
    double r = 0, s = 0, pr = 0, ps_qr = 0, qs = 0;
};

RobinsSums robins_sums(const std::vector<Cells>& cells) {
    RobinsSums out;
    for (const Cells& t : cells) {
        const double r = t.a * t.d / t.n, s = t.b * t.c / t.n, p = (t.a + t.d) / t.n, q = (t.b + t.c) / t.n;
        out.r += r;
        out.s += s;
        out.pr += p * r;
        out.ps_qr += p * s + q * r;
        out.qs += q * s;
    }
    return out;
}

/// The focal group's expected number of passed at a common odds ratio.
double fitted(const Cells& t, double odds) {
    if (odds == 1) return t.focal() * t.passed() / t.n;
    const double a = 1 - odds;
    const double b = t.reference() - t.passed() + odds * (t.focal() + t.passed());
    const double c = -odds * t.focal() * t.passed();
    // The root that lies within the margins, in the form without cancellation.
    const double root_of = std::sqrt(std::max(0.0, b * b - 4 * a * c));
    return b >= 0 ? -2 * c / (b + root_of) : (-b + root_of) / (2 * a);
}

bool is_sparse(const std::vector<Cells>& cells, double odds) {
    std::size_t below_5 = 0;
    for (const Cells& t : cells) {
        const double a = fitted(t, odds);
        for (const double cell : {a, t.focal() - a, t.passed() - a, t.reference() - t.passed() + a}) {
            if (cell < 1) return true;
            below_5 += cell < 5 ? 1 : 0;
        }
    }
    return 5 * below_5 > 4 * cells.size();
}

}  // namespace

Strata& Strata::operator+=(const Strata& other) {
    std::map<std::string, Stratum> all;
    for (const auto* part : {static_cast<const Strata*>(this), &other}) {
        for (const Stratum& s : part->strata) {
            Stratum& sum = all[s.name];
            sum.name = s.name;
            sum.focal += s.focal;
            sum.reference += s.reference;
        }
    }
    auto left_out = merged(dropped, other.dropped);
    strata.clear();
    for (auto& [name, s] : all) strata.push_back(std::move(s));
    dropped = std::move(left_out);
    return *this;
}

std::int64_t Strata::informative() const noexcept {
    return std::count_if(strata.begin(), strata.end(), [](const Stratum& s) { return s.is_informative(); });
}

Count Strata::focal() const noexcept {
    Count sum;
    for (const Stratum& s : strata) sum += s.focal;
    return sum;
}

Count Strata::reference() const noexcept {
    Count sum;
    for (const Stratum& s : strata) sum += s.reference;
    return sum;
}

Display Strata::display(Language language) const {
    Display display;
    const auto words_of = [language](Text key) { return std::string{text(key, language)}; };
    display.title = words_of(Text::stats_strata);
    display.grid = {{words_of(Text::stats_stratum), words_of(Text::stats_focal),
                     words_of(Text::stats_reference), words_of(Text::stats_informative)}};
    display.is_number = {false, true, true, false};
    constexpr std::size_t shown = 20;
    const auto share_of = [](Count c) { return std::to_string(c.passed) + "/" + std::to_string(c.n); };
    for (std::size_t i = 0; i < std::min(shown, strata.size()); ++i) {
        const Stratum& s = strata[i];
        display.grid.push_back({s.name, share_of(s.focal), share_of(s.reference),
                                words_of(s.is_informative() ? Text::yes : Text::no)});
    }
    if (strata.size() > shown)
        display.below.push_back(say(Text::show_more, {std::to_string(strata.size() - shown)}, language));
    add_remarks(display.below, dropped, {}, {}, language);
    return display;
}

Table Strata::to_table() const {
    std::vector<std::string> names;
    std::vector<std::vector<std::int64_t>> numbers(4);
    std::vector<std::uint8_t> informs;
    for (const Stratum& s : strata) {
        names.push_back(s.name);
        numbers[0].push_back(s.focal.passed);
        numbers[1].push_back(s.focal.n);
        numbers[2].push_back(s.reference.passed);
        numbers[3].push_back(s.reference.n);
        informs.push_back(s.is_informative() ? 1 : 0);
    }
    Table table;
    table.add("stratum", Column::texts(names));
    constexpr const char* columns[] = {"focal_passed", "focal_n", "reference_passed", "reference_n"};
    for (std::size_t i = 0; i < 4; ++i)
        table.add(columns[i], Column::integers(Buffer<std::int64_t>{std::move(numbers[i])}));
    table.add("informative", Column::booleans(Buffer<std::uint8_t>{std::move(informs)}));
    return table;
}

Strata strata(const Table& table, const StrataColumns& columns) {
    const Factor names = factor(table, columns.stratum), groups = factor(table, columns.group);
    const auto passed = flags(table, columns.outcome);
    const std::int32_t focal = groups.code(columns.focal);
    const std::int32_t reference = columns.reference ? groups.code(*columns.reference) : -1;
    std::vector<std::int64_t> counts(passed.size(), 1);
    if (columns.count) counts = whole_counts(table, *columns.count);
    Strata out;
    for (const auto& name : names.levels) out.strata.push_back({name, {}, {}});
    std::int64_t no_stratum = 0, no_group = 0, no_outcome = 0, other = 0;
    for (std::size_t row = 0; row < passed.size(); ++row) {
        const std::int64_t n = counts[row];
        if (names.codes[row] < 0) {
            no_stratum += n;
        } else if (groups.codes[row] < 0) {
            no_group += n;
        } else if (columns.reference && groups.codes[row] != focal && groups.codes[row] != reference) {
            other += n;
        } else if (passed[row] < 0) {
            no_outcome += n;
        } else {
            Stratum& s = out.strata[static_cast<std::size_t>(names.codes[row])];
            (groups.codes[row] == focal ? s.focal : s.reference) += Count{passed[row] * n, n};
        }
    }
    const auto drop = [&](Word why, std::int64_t n) {
        if (n > 0) out.dropped.push_back({why, n});
    };
    drop(Text::stats_missing_stratum, no_stratum);
    drop(Text::stats_missing_group, no_group);
    drop(Text::stats_not_compared, other);
    drop(Text::stats_missing_outcome, no_outcome);
    return out;
}

Test mantel_haenszel(const Strata& strata, bool continuity) {
    Test out = with_strata(Test{}, strata);
    out.hypothesis = Text::stats_equal_rates_within_strata;
    out.method = Text::stats_mantel_haenszel;
    out.conventions = {continuity ? Text::stats_continuity_corrected : Text::stats_no_continuity_correction};
    if (out.reason) return out;
    double deviation = 0, variance = 0;
    for (const Cells& t : informative_cells(strata)) {
        deviation += t.a - t.focal() * t.passed() / t.n;
        variance += t.focal() * t.reference() * t.passed() * t.failed() / (t.n * t.n * (t.n - 1));
    }
    double size = std::fabs(deviation);
    if (continuity && size >= 0.5) size -= 0.5;
    out.statistic = size * size / variance;
    out.df = 1;
    out.p_value = chi_squared_sf(*out.statistic, 1);
    return out;
}

Estimate mantel_haenszel_odds_ratio(const Strata& strata, ConfidenceLevel level) {
    Estimate out = with_strata(Estimate{}, strata);
    out.quantity = Text::stats_common_odds_ratio;
    out.method = Text::stats_mantel_haenszel;
    if (out.reason) return out;
    const RobinsSums sums = robins_sums(informative_cells(strata));
    if (sums.s == 0) return undefined(out, NotEstimable::zero_denominator);
    out = defined(out, sums.r / sums.s);
    if (sums.r == 0) {
        out.no_interval = NotEstimable::zero_cell;
        return out;
    }
    const double variance = sums.pr / (2 * sums.r * sums.r) + sums.ps_qr / (2 * sums.r * sums.s) +
                            sums.qs / (2 * sums.s * sums.s);
    const double half = z_of(level) * std::sqrt(variance);
    out.interval = Interval{*out.value * std::exp(-half), *out.value * std::exp(half), level.value(),
                            Text::stats_robins_breslow_greenland};
    return out;
}

Test exact_conditional(const Strata& strata, Tail tail) {
    Test out = with_strata(Test{}, strata);
    out.hypothesis = Text::stats_equal_rates_within_strata;
    out.method = Text::stats_exact_conditional;
    out.conventions = {word(tail)};
    if (!out.reason) out.p_value = Conditional{strata.strata}.p_value(tail, false);
    return out;
}

Estimate exact_conditional_odds_ratio(const Strata& strata, ConfidenceLevel level) {
    Estimate out = with_strata(Estimate{}, strata);
    out.quantity = Text::stats_common_odds_ratio;
    out.method = Text::stats_conditional_likelihood;
    if (out.reason) return out;
    const Conditional conditional{strata.strata};
    const auto [lower, upper] = conditional.limits(1 - level.value());
    out = defined(out, conditional.likeliest());
    out.interval = Interval{lower, upper, level.value(), Text::stats_exact_central};
    return out;
}

Test breslow_day(const Strata& strata, bool tarone, bool allow_sparse) {
    Test out = with_strata(Test{}, strata);
    out.hypothesis = Text::stats_one_odds_ratio;
    out.method = tarone ? Text::stats_breslow_day_tarone : Text::stats_breslow_day;
    if (out.reason) return out;
    const auto cells = informative_cells(strata);
    if (cells.size() < 2) {
        out.reason = NotEstimable::too_few;
        return out;
    }
    const RobinsSums sums = robins_sums(cells);
    if (sums.r == 0 || sums.s == 0) {
        out.reason = NotEstimable::zero_cell;
        return out;
    }
    const double odds = sums.r / sums.s;
    if (!allow_sparse && is_sparse(cells, odds)) {
        out.reason = NotEstimable::sparse;
        return out;
    }
    double statistic = 0, deviation = 0, variance = 0;
    for (const Cells& t : cells) {
        const double a = fitted(t, odds);
        const double v =
            1 / (1 / a + 1 / (t.focal() - a) + 1 / (t.passed() - a) + 1 / (t.reference() - t.passed() + a));
        statistic += (t.a - a) * (t.a - a) / v;
        deviation += t.a - a;
        variance += v;
    }
    if (tarone) statistic -= deviation * deviation / variance;
    out.statistic = statistic;
    out.df = static_cast<double>(cells.size() - 1);
    out.p_value = chi_squared_sf(statistic, *out.df);
    return out;
}

Test woolf(const Strata& strata, ZeroCells zeros) {
    Test out = with_strata(Test{}, strata);
    out.hypothesis = Text::stats_one_odds_ratio;
    out.method = Text::stats_woolf;
    out.conventions = {zeros == ZeroCells::refuse ? Text::stats_zeros_refused : Text::stats_zeros_add_half};
    if (out.reason) return out;
    const auto cells = informative_cells(strata);
    if (cells.size() < 2) {
        out.reason = NotEstimable::too_few;
        return out;
    }
    const bool any_zero =
        std::any_of(cells.begin(), cells.end(), [](const Cells& t) { return t.a * t.b * t.c * t.d == 0; });
    if (any_zero && zeros == ZeroCells::refuse) {
        out.reason = NotEstimable::zero_cell;
        return out;
    }
    const double add = any_zero ? 0.5 : 0;
    double weights = 0, weighted = 0;
    std::vector<std::pair<double, double>> terms;
    for (const Cells& t : cells) {
        const double a = t.a + add, b = t.b + add, c = t.c + add, d = t.d + add;
        const double log_odds = std::log(a * d / (b * c)), weight = 1 / (1 / a + 1 / b + 1 / c + 1 / d);
        terms.emplace_back(log_odds, weight);
        weights += weight;
        weighted += weight * log_odds;
    }
    double statistic = 0;
    for (const auto& [log_odds, weight] : terms) {
        const double from_mean = log_odds - weighted / weights;
        statistic += weight * from_mean * from_mean;
    }
    out.statistic = statistic;
    out.df = static_cast<double>(cells.size() - 1);
    out.p_value = chi_squared_sf(statistic, *out.df);
    return out;
}

}  // namespace recruit::stats
