#include <recruit/stats/impact.hpp>

#include <algorithm>
#include <cmath>
#include <map>

#include <recruit/base/error.hpp>
#include <recruit/stats/data.hpp>

#include "base/join.hpp"
#include "stats/counts.hpp"
#include "stats/writing.hpp"

namespace recruit::stats {

using namespace detail;

namespace {

bool is_adjusted(const Test& test) {
    return std::find(test.conventions.begin(), test.conventions.end(), Word{Text::stats_holm}) !=
           test.conventions.end();
}

/// The subjects, and the figures they have, each once and in order of appearance.
struct Layout {
    std::vector<std::string> subjects;
    std::vector<Word> quantities;
    std::vector<std::pair<Word, bool>> tests;  // method, adjusted

    explicit Layout(const Comparison& c) {
        const auto add = [](auto& list, const auto& value) {
            if (std::find(list.begin(), list.end(), value) == list.end()) list.push_back(value);
        };
        for (const Estimate& e : c.estimates) {
            add(subjects, e.subject);
            add(quantities, e.quantity);
        }
        for (const Test& t : c.tests) {
            add(subjects, t.subject);
            add(tests, std::pair{t.method, is_adjusted(t)});
        }
    }
};

const Estimate* find(const Comparison& c, const std::string& subject, Word quantity) {
    const auto found = std::find_if(c.estimates.begin(), c.estimates.end(), [&](const Estimate& e) {
        return e.subject == subject && e.quantity == quantity;
    });
    return found == c.estimates.end() ? nullptr : &*found;
}

const Test* find(const Comparison& c, const std::string& subject, std::pair<Word, bool> kind) {
    const auto found = std::find_if(c.tests.begin(), c.tests.end(), [&](const Test& t) {
        return t.subject == subject && t.method == kind.first && is_adjusted(t) == kind.second;
    });
    return found == c.tests.end() ? nullptr : &*found;
}

Column reals(const std::vector<std::optional<double>>& values) {
    std::vector<double> numbers;
    std::vector<bool> has;
    for (const auto& value : values) {
        numbers.push_back(value.value_or(0));
        has.push_back(value.has_value());
    }
    return Column::reals(Buffer<double>{std::move(numbers)}, Validity{has});
}

/// Adds each test again, adjusted by Holm over all of them.
void add_holm(std::vector<Test>& all, const std::vector<Test>& plain) {
    std::vector<std::optional<double>> p_values;
    for (const Test& test : plain) p_values.push_back(test.p_value);
    const auto adjusted = holm(p_values);
    all.insert(all.end(), plain.begin(), plain.end());
    for (std::size_t i = 0; i < plain.size(); ++i) {
        Test test = plain[i];
        test.p_value = adjusted[i];
        test.conventions.push_back(Text::stats_holm);
        all.push_back(std::move(test));
    }
}

template <class Result>
Result of(Result result, const std::string& subject) {
    result.subject = subject;
    return result;
}

}  // namespace

Display Comparison::display(Language language) const {
    const Layout layout{*this};
    Display display;
    display.title = std::string{title.label(language)};
    if (!reference.empty()) display.title += ": " + say(Text::stats_show_reference, {reference}, language);
    std::vector<std::string> header{std::string{text(Text::stats_col_subject, language)}};
    display.is_number = {false};
    for (const Word& quantity : layout.quantities) {
        header.emplace_back(quantity.label(language));
        display.is_number.push_back(true);
    }
    for (const auto& [method, adjusted] : layout.tests) {
        std::string label = "p, " + std::string{method.label(language)};
        if (adjusted) label += ", " + std::string{Word{Text::stats_holm}.label(language)};
        header.push_back(std::move(label));
        display.is_number.push_back(true);
    }
    display.longest_cell = 60;
    display.grid = {std::move(header)};
    std::vector<std::string> below;
    const auto add_below = [&](const std::string& line) {
        if (std::find(below.begin(), below.end(), line) == below.end()) below.push_back(line);
    };
    for (const std::string& subject : layout.subjects) {
        std::vector<std::string> line{subject.empty() ? say(Text::stats_everybody, {}, language) : subject};
        for (const Word& quantity : layout.quantities) {
            const Estimate* e = find(*this, subject, quantity);
            std::string cell;
            if (e != nullptr && e->value) {
                cell = number(*e->value, language);
                if (e->interval) {
                    cell += " (" + number(e->interval->lower, language) + " – " +
                            number(e->interval->upper, language) + ")";
                    add_below(std::string{quantity.label(language)} + ": " +
                              percent(e->interval->level, language) + "%, " +
                              std::string{e->interval->method.label(language)});
                }
            } else if (e != nullptr && e->reason) {
                cell = "–";
                add_below("– " + line.front() + ": " + std::string{quantity.label(language)} + ": " +
                          std::string{sentence(*e->reason, language)});
            }
            line.push_back(std::move(cell));
        }
        for (const auto& kind : layout.tests) {
            const Test* t = find(*this, subject, kind);
            line.push_back(t != nullptr && t->p_value ? number(*t->p_value, language) : "–");
        }
        display.grid.push_back(std::move(line));
    }
    for (const Test& test : tests) {
        for (const Word& convention : test.conventions) {
            if (convention != Word{Text::stats_holm})
                add_below(std::string{test.method.label(language)} + ": " +
                          std::string{convention.label(language)});
        }
        const std::string of = test.subject.empty() ? "" : test.subject + ": ";
        for (const Note& remark : test.notes) add_below(of + remark.str(language));
        if (test.reason)
            add_below("– " + of + std::string{test.method.label(language)} + ": " +
                      std::string{sentence(*test.reason, language)});
    }
    display.below = std::move(below);
    add_remarks(display.below, dropped, {}, notes, language);
    return display;
}

Table Comparison::to_table() const {
    const Layout layout{*this};
    Table table;
    table.add("subject", Column::texts(layout.subjects));
    for (const Word& quantity : layout.quantities) {
        std::vector<std::optional<double>> values, lower, upper;
        bool has_interval = false;
        for (const std::string& subject : layout.subjects) {
            const Estimate* e = find(*this, subject, quantity);
            const bool has = e != nullptr && e->interval.has_value();
            values.push_back(e != nullptr ? e->value : std::nullopt);
            lower.push_back(has ? std::optional{e->interval->lower} : std::nullopt);
            upper.push_back(has ? std::optional{e->interval->upper} : std::nullopt);
            has_interval = has_interval || has;
        }
        const std::string name{quantity.name()};
        table.add(name, reals(values));
        if (has_interval) {
            table.add(name + ".lower", reals(lower));
            table.add(name + ".upper", reals(upper));
        }
    }
    for (const auto& kind : layout.tests) {
        std::vector<std::optional<double>> values;
        for (const std::string& subject : layout.subjects) {
            const Test* t = find(*this, subject, kind);
            values.push_back(t != nullptr ? t->p_value : std::nullopt);
        }
        table.add("p." + std::string{kind.first.name()} + (kind.second ? ".holm" : ""), reals(values));
    }
    return table;
}

GroupCounts& GroupCounts::operator+=(const GroupCounts& other) {
    std::map<std::string, Count> all;
    for (const auto* part : {static_cast<const GroupCounts*>(this), &other}) {
        for (std::size_t i = 0; i < part->groups.size(); ++i) all[part->groups[i]] += part->counts[i];
    }
    auto left_out = merged(dropped, other.dropped);
    groups.clear();
    counts.clear();
    for (const auto& [name, count] : all) {
        groups.push_back(name);
        counts.push_back(count);
    }
    dropped = std::move(left_out);
    return *this;
}

GroupCounts count_by_group(const Table& table, std::string_view group, std::string_view outcome,
                           std::optional<std::string_view> count) {
    const Factor groups = factor(table, group);
    const auto passed = flags(table, outcome);
    std::vector<std::int64_t> times(passed.size(), 1);
    if (count) times = whole_counts(table, *count);
    GroupCounts out{groups.levels, std::vector<Count>(groups.levels.size()), {}};
    std::int64_t no_group = 0, no_outcome = 0;
    for (std::size_t row = 0; row < passed.size(); ++row) {
        if (groups.codes[row] < 0) {
            no_group += times[row];
        } else if (passed[row] < 0) {
            no_outcome += times[row];
        } else {
            out.counts[static_cast<std::size_t>(groups.codes[row])] +=
                Count{passed[row] * times[row], times[row]};
        }
    }
    if (no_group > 0) out.dropped.push_back({Text::stats_missing_group, no_group});
    if (no_outcome > 0) out.dropped.push_back({Text::stats_missing_outcome, no_outcome});
    return out;
}

Comparison impact(const GroupCounts& counts, const ImpactConventions& conventions,
                  const ImpactOptions& options) {
    Comparison out;
    out.title = Text::stats_impact;
    out.dropped = counts.dropped;
    std::int64_t everybody = 0;
    std::optional<std::size_t> reference;
    for (std::size_t i = 0; i < counts.groups.size(); ++i) {
        const Count count = counts.counts[i];
        require_count(count);
        everybody += count.n;
        if (!options.reference.empty()) {
            if (counts.groups[i] == options.reference) reference = i;
            continue;
        }
        if (count.n == 0) continue;
        const auto rank = [&](std::size_t j) {
            return std::pair{share(counts.counts[j]), counts.counts[j].n};
        };
        if (!reference || rank(i) > rank(*reference)) reference = i;
    }
    if (!options.reference.empty() && !reference)
        throw Error{Code::unknown_value, {options.reference, recruit::detail::joined(counts.groups)}};
    if (!reference || counts.groups.size() < 2) {
        out.notes.push_back({Text::stats_note_one_group, {}});
        if (!reference) return out;
    }
    out.reference = counts.groups[*reference];
    const Count base = counts.counts[*reference];
    std::vector<Test> exact;
    const auto add_rate = [&](std::size_t i) {
        out.estimates.push_back(
            of(rate(counts.counts[i], conventions.rates, options.level), counts.groups[i]));
    };
    add_rate(*reference);
    for (std::size_t i = 0; i < counts.groups.size(); ++i) {
        if (i == *reference) continue;
        const Count focal = counts.counts[i];
        const std::string& name = counts.groups[i];
        add_rate(i);
        if (options.minimum_share &&
            static_cast<double>(focal.n) < *options.minimum_share * static_cast<double>(everybody)) {
            out.notes.push_back({Text::stats_note_small_group, {name, *options.minimum_share}});
            continue;
        }
        for (Estimate estimate :
             {impact_ratio(focal, base, conventions.ratio, options.level),
              rate_difference(focal, base, options.level),
              odds_ratio(focal, base, OddsRatio::conditional, options.level), cohen_h(focal, base),
              phi(focal, base), shortfall(focal, base, conventions.shortfall),
              flip_flop(focal, base, options.threshold)}) {
            out.estimates.push_back(of(std::move(estimate), name));
        }
        out.tests.push_back(of(pooled_z(focal, base), name));
        exact.push_back(of(fisher(focal, base, conventions.tail, conventions.mid_p), name));
    }
    add_holm(out.tests, exact);
    if (options.threshold) {
        out.notes.push_back({Text::stats_note_threshold, {*options.threshold}});
        for (const Estimate& e : out.estimates) {
            if (e.quantity == Word{Text::stats_impact_ratio} && e.value && *e.value < *options.threshold)
                out.notes.push_back(
                    {Text::stats_note_below_threshold, {e.subject, *e.value, *options.threshold}});
        }
    }
    return out;
}

Comparison impact_for_publication(const GroupCounts& counts, const ImpactConventions& conventions,
                                  const Publication& publication, const ImpactOptions& options) {
    std::vector<std::int64_t> cells;
    for (std::size_t i = 0; i < counts.groups.size(); ++i) {
        require_count(counts.counts[i]);
        cells.push_back(counts.counts[i].passed);
        cells.push_back(counts.counts[i].n - counts.counts[i].passed);
    }
    const bool named = !options.reference.empty();
    if (named &&
        std::find(counts.groups.begin(), counts.groups.end(), options.reference) == counts.groups.end())
        throw Error{Code::unknown_value, {options.reference, recruit::detail::joined(counts.groups)}};
    const Suppressed table = suppress(two_way(counts.groups, {"passed", "failed"}, cells),
                                      publication.minimum, publication.zeros, publication.protection);
    GroupCounts shown;
    std::vector<std::string> hidden;
    for (std::size_t i = 0; i < counts.groups.size(); ++i) {
        const auto row = table.cells.begin() + static_cast<std::ptrdiff_t>(i * table.table.width());
        const bool whole = std::all_of(row, row + 3, [](Cell cell) { return cell == Cell::shown; });
        if (!whole || !table.is_safe) {
            hidden.push_back(counts.groups[i]);
            continue;
        }
        shown.groups.push_back(counts.groups[i]);
        shown.counts.push_back(counts.counts[i]);
    }
    const bool has_reference =
        !named || std::find(hidden.begin(), hidden.end(), options.reference) == hidden.end();
    Comparison out;
    out.title = Text::stats_impact;
    const auto hide = [&](Word quantity, const std::string& group) {
        Estimate row;
        row.quantity = quantity;
        out.estimates.push_back(of(undefined(row, NotEstimable::suppressed), group));
    };
    if (has_reference) {
        out = impact(shown, conventions, options);
    } else {
        for (std::size_t i = 0; i < shown.groups.size(); ++i) {
            out.estimates.push_back(
                of(rate(shown.counts[i], conventions.rates, options.level), shown.groups[i]));
            hide(Text::stats_impact_ratio, shown.groups[i]);
        }
    }
    for (const std::string& group : hidden) {
        hide(Text::stats_selection_rate, group);
        hide(Text::stats_impact_ratio, group);
    }
    out.dropped = counts.dropped;
    for (Note& note : table.notes()) out.notes.push_back(std::move(note));
    return out;
}

std::vector<StageCounts> count_stages(const Table& table, std::string_view group,
                                      std::span<const std::string> stages, std::vector<Dropped>* dropped) {
    const Factor groups = factor(table, group);
    std::vector<std::vector<std::int8_t>> reached;
    for (const std::string& stage : stages) reached.push_back(flags(table, stage));
    std::vector<StageCounts> out;
    for (const auto& name : groups.levels) out.push_back({name, std::vector<std::int64_t>(stages.size())});
    std::int64_t no_group = 0, no_outcome = 0;
    for (std::size_t row = 0; row < groups.size(); ++row) {
        if (groups.codes[row] < 0) {
            ++no_group;
            continue;
        }
        bool is_known = true, was_there = true;
        for (std::size_t i = 0; i < stages.size(); ++i) is_known = is_known && reached[i][row] >= 0;
        if (!is_known) {
            ++no_outcome;
            continue;
        }
        for (std::size_t i = 0; i < stages.size(); ++i) {
            const bool is_there = reached[i][row] == 1;
            if (is_there && !was_there) {
                Issue issue;
                issue.code = Code::stats_stage_order;
                issue.row = static_cast<std::int64_t>(row);
                issue.column = stages[i];
                issue.arguments = {stages[i], stages[i - 1]};
                throw InvalidTable{Issues{std::move(issue)}};
            }
            if (is_there) ++out[static_cast<std::size_t>(groups.codes[row])].n[i];
            was_there = is_there;
        }
    }
    if (dropped != nullptr) {
        if (no_group > 0) dropped->push_back({Text::stats_missing_group, no_group});
        if (no_outcome > 0) dropped->push_back({Text::stats_missing_outcome, no_outcome});
    }
    return out;
}

Comparison stage_impact(std::span<const std::string> stages, std::span<const StageCounts> groups,
                        std::string_view reference, const ImpactConventions& conventions,
                        ConfidenceLevel level) {
    const StageCounts* base = nullptr;
    for (const StageCounts& g : groups) {
        if (g.n.size() != stages.size())
            throw Error{
                Code::stats_lengths,
                {g.group, std::to_string(g.n.size()), std::string{"stages"}, std::to_string(stages.size())}};
        for (std::size_t i = 1; i < g.n.size(); ++i) require_count({g.n[i], g.n[i - 1]});
        if (g.group == reference) base = &g;
    }
    if (base == nullptr)
        throw Error{Code::unknown_value,
                    {std::string{reference}, recruit::detail::joined(groups, &StageCounts::group)}};
    if (stages.size() < 2)
        throw Error{Code::stats_bad_argument,
                    {std::string{"stages"}, std::to_string(stages.size()), std::string{"at least two"}}};
    Comparison out;
    out.title = Text::stats_stage_impact;
    out.reference = std::string{reference};
    std::vector<Test> by_stage, cumulative;
    for (const StageCounts& g : groups) {
        if (&g == base) continue;
        const auto add = [&](std::size_t from, std::size_t to, std::vector<Test>& tests) {
            const std::string subject =
                (groups.size() > 2 ? g.group + ": " : "") + stages[from] + "->" + stages[to];
            const Count focal{g.n[to], g.n[from]}, other{base->n[to], base->n[from]};
            Estimate ratio = impact_ratio(focal, other, conventions.ratio, level);
            Estimate log_ratio = ratio;
            log_ratio.quantity = Text::stats_log_impact_ratio;
            log_ratio.interval.reset();
            log_ratio.no_interval = NotEstimable::no_interval_asked;
            if (ratio.value && *ratio.value > 0) {
                log_ratio.value = std::log(*ratio.value);
            } else if (ratio.value) {
                log_ratio = undefined(log_ratio, NotEstimable::zero_cell);
            }
            out.estimates.push_back(of(std::move(ratio), subject));
            out.estimates.push_back(of(std::move(log_ratio), subject));
            tests.push_back(of(fisher(focal, other, conventions.tail, conventions.mid_p), subject));
        };
        for (std::size_t i = 1; i < stages.size(); ++i) add(i - 1, i, by_stage);
        for (std::size_t i = 2; i < stages.size(); ++i) add(0, i, cumulative);
    }
    add_holm(out.tests, by_stage);
    out.tests.insert(out.tests.end(), cumulative.begin(), cumulative.end());
    out.notes.push_back({Text::stats_note_conditional, {}});
    return out;
}

}  // namespace recruit::stats
