// select(): score, cuts between stages, ranks, final cut. One pass over each group; groups are independent.

#include <algorithm>
#include <mutex>
#include <numeric>

#include <recruit/base/error.hpp>

#include "base/keys.hpp"
#include "selection/content.hpp"

namespace recruit {

using namespace detail;

const Cut& Selection::Content::final_cut() const {
    const auto& rules = plan.regulation;
    if (!plan.ends_at_stage) return rules.select().cut;
    static const Cut everybody;
    const auto& last = rules.stages()[static_cast<std::size_t>(plan.last_stage)];
    return last.advance ? *last.advance : everybody;
}

bool Selection::Content::is_cut() const noexcept {
    const auto last = static_cast<std::size_t>(plan.last_stage);
    return !plan.ends_at_stage || plan.regulation.stages()[last].advance.has_value();
}

std::string Selection::Content::group_name(std::size_t group) const {
    std::string text;
    for (const std::string& name : groups.names[group]) text += (text.empty() ? "" : ", ") + name;
    return text;
}

namespace {

/// The rules that a cut can name, entered into the plan before threads read it.
struct CutRules {
    RuleId cut, ties, unresolved, uncertain, reserve;
    std::vector<RuleId> keys;  ///< By component.
};

/// A group of one order, and what is written about its rows.
class Selector {
public:
    Selector(Selection::Content& content, Scored& scored, const SelectOptions& options, IssueLog& log)
        : c_{content}, scored_{scored}, options_{options}, log_{log} {}

    void cut_stages(const Seats& seats);
    void rank_and_cut(const Seats& seats);
    void other_ranks();
    void published_ranks();

private:
    Keys keys(const OrderPlan& order) const;
    CutRules rules(const OrderPlan& order, const std::string& path);
    Ordering gather(const Grouping& groups, bool all, const std::function<bool(std::size_t)>& eligible) const;
    template <class Visit>
    void each_group(const OrderPlan& order, Ordering& ordering,
                    const std::function<std::size_t(std::size_t)>& eligible, double from, double to,
                    Visit visit);
    CutResult cut(const Cut& cut, const OrderPlan& order, const Keys& keys,
                  std::span<const std::uint32_t> rows, const Sorter& sorter,
                  const std::optional<std::int64_t>& seats, const CutRules& rules, int scale, bool uncertain,
                  const std::function<void(std::uint32_t, Outcome, RuleId)>& write) const;
    void note_missing(const OrderPlan& order, const std::vector<std::pair<std::uint32_t, int>>& missing);

    Selection::Content& c_;
    Scored& scored_;
    const SelectOptions& options_;
    IssueLog& log_;
};

Keys Selector::keys(const OrderPlan& order) const {
    Keys keys;
    std::size_t first = 0;
    for (int k = 0; k < order.keys; ++k)
        first += static_cast<std::size_t>(c_.plan.keys[static_cast<std::size_t>(k)].words);
    keys.plan = &c_.plan.keys[static_cast<std::size_t>(order.keys)];
    for (int w = 0; w < keys.plan->words; ++w) {
        keys.words.push_back(scored_.words[first + static_cast<std::size_t>(w)].data());
    }
    return keys;
}

CutRules Selector::rules(const OrderPlan& order, const std::string& path) {
    Plan& plan = c_.plan;
    CutRules rules{};
    const bool final = path == "select";
    const Cut& cut = final ? plan.regulation.select().cut : c_.final_cut();
    rules.cut = plan.rule(path, cut.source);
    rules.ties = plan.rule(path + ".ties_at_cut", cut.source);
    rules.unresolved = plan.rule((final ? order.path : path) + ".ties");
    rules.uncertain = plan.rule("incomplete");
    rules.reserve = plan.rule(path + ".reserve");
    int place = 0;
    for (const KeyComponent& component : plan.keys[static_cast<std::size_t>(order.keys)].components) {
        const bool at_cut = place >= order.cut_components;
        const std::string where = at_cut ? path + ".ties_at_cut.by_chain" : order.path + ".ties";
        const int number = at_cut ? place - order.cut_components : place - 1;
        rules.keys.push_back(
            place == 0 ? rules.cut
                       : plan.rule(where + "[" + std::to_string(number) + "]", component.key->source));
        ++place;
    }
    return rules;
}

/// Counting sort of rows into groups; inside a group the eligible rows come first. Stable, so the same for
/// any number of threads.
Ordering Selector::gather(const Grouping& groups, bool all,
                          const std::function<bool(std::size_t)>& eligible) const {
    Ordering result;
    const std::size_t count = groups.groups() + 1;
    std::vector<std::uint8_t> takes(c_.plan.rows);
    std::vector<std::size_t> places(2 * count + 1, 0);
    for (std::size_t row = 0; row < c_.plan.rows; ++row) {
        const bool first = groups.group[row] < groups.groups() && eligible(row);
        takes[row] = first ? 1 : 0;
        if (first || all) ++places[2 * std::size_t{groups.group[row]} + (first ? 0 : 1) + 1];
    }
    std::partial_sum(places.begin(), places.end(), places.begin());
    for (std::size_t g = 0; g <= count; ++g) result.offsets.push_back(places[2 * g]);
    result.order.resize(places.back());
    for (std::size_t row = 0; row < c_.plan.rows; ++row) {
        if (takes[row] == 0 && !all) continue;
        auto& place = places[2 * std::size_t{groups.group[row]} + (takes[row] != 0 ? 0 : 1)];
        result.order[place++] = static_cast<std::uint32_t>(row);
    }
    return result;
}

template <class Visit>
void Selector::each_group(const OrderPlan& order, Ordering& ordering,
                          const std::function<std::size_t(std::size_t)>& eligible, double from, double to,
                          Visit visit) {
    const Keys order_keys = keys(order);
    const std::string* seed = order.end == TieKind::lot ? &*c_.seed : nullptr;
    const std::size_t groups = ordering.offsets.size() - 1;
    std::mutex mutex;
    std::vector<std::pair<std::uint32_t, int>> missing;
    parallel(
        groups, 64, options_.threads,
        [&](std::size_t first, std::size_t last) {
            Sorter sorter{order_keys, order.cut_components, *c_.plan.ids, seed};
            for (std::size_t g = first; g < last; ++g) {
                const std::span rows{ordering.order.data() + ordering.offsets[g],
                                     ordering.offsets[g + 1] - ordering.offsets[g]};
                sorter.sort(rows.first(eligible(g)));
                visit(g, rows, sorter);
            }
            const std::lock_guard lock{mutex};
            missing.insert(missing.end(), sorter.missing.begin(), sorter.missing.end());
        },
        options_, from, to);
    note_missing(order, missing);
}

void Selector::note_missing(const OrderPlan& order,
                            const std::vector<std::pair<std::uint32_t, int>>& missing) {
    auto sorted = missing;
    std::sort(sorted.begin(), sorted.end());
    c_.unresolved = c_.unresolved || !sorted.empty();
    const KeyPlan& plan = c_.plan.keys[static_cast<std::size_t>(order.keys)];
    for (const auto& [row, component] : sorted) {
        const TieKey& key = *plan.components[static_cast<std::size_t>(component)].key;
        const bool is_condition = key.kind == TieKind::condition;
        const std::string what = is_condition ? key.holds.str() : key.column;
        const Title words =
            is_condition ? c_.plan.regulation.in_words(key.holds) : c_.plan.regulation.label(what);
        log_.add(row_issue(Code::missing_tie_key, Severity::warning, row, what,
                           std::string{c_.plan.ids->at()(row)}, {words}));
    }
}

/// Applies a cut to the sorted rows of one group.
CutResult Selector::cut(const Cut& cut, const OrderPlan& order, const Keys& keys,
                        std::span<const std::uint32_t> rows, const Sorter& sorter,
                        const std::optional<std::int64_t>& seats, const CutRules& rules, int scale,
                        bool uncertain,
                        const std::function<void(std::uint32_t, Outcome, RuleId)>& write) const {
    CutResult result;
    result.ranked = static_cast<std::uint32_t>(rows.size());
    auto limit = places(cut, rows.size(), seats);
    if (cut.kind == CutKind::score) {
        const int128 top = static_cast<int128>(cut.amount.numerator()) * power_of_ten(scale);
        const int128 least = divide_rounded<int128>(top, cut.amount.denominator(), RoundingMode::up);
        const auto& score = keys.plan->components.front();
        limit = std::partition_point(rows.begin(), rows.end(),
                                     [&](std::uint32_t row) {
                                         const auto most = static_cast<int128>(score.least) +
                                                           static_cast<int128>(score.span);
                                         return most - static_cast<int128>(keys.value(0, row)) >= least;
                                     }) -
                rows.begin();
    }
    if (!limit) return result;
    result.cuts = true;
    result.limit = *limit;
    const auto& regulation = c_.plan.regulation;
    const bool final = order.path.rfind("rank.", 0) == 0;
    const bool chain_at_cut = cut.ties == TiesAtCut::by_chain;
    const bool rule_is_cut =
        final && (regulation.is_incomplete("rank.ties") || regulation.is_incomplete("select.ties_at_cut"));
    const auto place = [&](std::int64_t i) { return rows[static_cast<std::size_t>(i)]; };
    const bool cuts_some = *limit > 0 && *limit < static_cast<std::int64_t>(rows.size());
    // The first key in which two rows differ; the number of components if none.
    const auto difference = [&](std::uint32_t a, std::uint32_t b) {
        std::size_t component = 0;
        while (component < keys.plan->components.size() &&
               keys.value(component, a) == keys.value(component, b)) {
            ++component;
        }
        return component;
    };
    for (const Equals& equals : chain_at_cut ? sorter.leaves : sorter.blocks) {
        const std::int64_t first = equals.begin + 1;
        const std::int64_t tied = equals.end - equals.begin;
        const bool straddles = first <= *limit && first + tied - 1 > *limit;
        const bool undecidable = equals.unresolved || order.end == TieKind::authority_decides || rule_is_cut;
        Outcome outcome =
            decide(first, tied, *limit, undecidable ? TiesAtCut::contested : cut.ties, cut.extra);
        RuleId rule = rules.cut;
        if (straddles) {
            result.straddling = place(equals.begin);
            rule = equals.unresolved ? rules.unresolved : rules.ties;
        } else if (cuts_some) {
            // Level with the other side of the cut: then a key decided, not the score.
            const auto other = outcome == Outcome::in ? place(*limit) : place(*limit - 1);
            const auto component = difference(place(equals.begin), other);
            if (component < rules.keys.size()) rule = rules.keys[component];
        }
        if (uncertain) {
            outcome = Outcome::contested;
            rule = rules.uncertain;
        }
        if (outcome == Outcome::in) {
            result.in += static_cast<std::uint32_t>(tied);
            result.last_in = place(equals.end - 1);
        } else if (result.first_out == no_row) {
            result.first_out = place(equals.begin);
        }
        if (outcome == Outcome::contested) result.contested += static_cast<std::uint32_t>(tied);
        for (std::uint32_t i = equals.begin; i < equals.end; ++i) write(rows[i], outcome, rule);
    }
    return result;
}

void Selector::cut_stages(const Seats& seats) {
    const auto& stages = c_.plan.regulation.stages();
    c_.stage_cuts.resize(c_.plan.stage_cuts.size());
    c_.stage_groups.resize(c_.plan.stage_cuts.size());
    c_.stage_seats.resize(c_.plan.stage_cuts.size());
    for (std::size_t stage = 0; stage < c_.plan.stage_cuts.size(); ++stage) {
        if (!c_.plan.stage_cuts[stage]) continue;
        const OrderPlan order = *c_.plan.stage_cuts[stage];
        const Cut& rule = *stages[stage].advance;
        Grouping groups = group_by(c_.table, order.within, log_);
        const bool needs_seats = rule.kind == CutKind::ratio;
        auto group_seats = needs_seats ? seats_of(seats, c_.table, groups, order, log_)
                                       : std::vector<std::optional<std::int64_t>>(groups.groups());
        const CutRules rule_ids = rules(order, order.path);
        const auto level = static_cast<std::int8_t>(stage);
        Ordering ordering =
            gather(groups, false, [&](std::size_t row) { return scored_.ended[row] > level; });
        auto& results = c_.stage_cuts[stage];
        results.resize(groups.groups());
        const Keys order_keys = keys(order);
        const int scale = c_.plan.slots[static_cast<std::size_t>(c_.plan.stage_slots[stage])].scale;
        each_group(
            order, ordering, [&](std::size_t g) { return ordering.offsets[g + 1] - ordering.offsets[g]; },
            0.4, 0.5,
            [&](std::size_t g, std::span<const std::uint32_t> rows, const Sorter& sorter) {
                if (g == groups.groups()) return;
                results[g] =
                    cut(rule, order, order_keys, rows, sorter, group_seats[g], rule_ids, scale, false,
                        [&](std::uint32_t row, Outcome outcome, RuleId why) {
                            if (outcome == Outcome::in) return;
                            scored_.ended[row] = level;
                            scored_.rule[row] = why;
                            scored_.standing[row] = static_cast<std::uint8_t>(
                                outcome == Outcome::contested ? Standing::contested : Standing::qualified);
                        });
            });
        c_.stage_groups[stage] = std::move(groups);
        c_.stage_seats[stage] = std::move(group_seats);
    }
}

void Selector::rank_and_cut(const Seats& seats) {
    Plan& plan = c_.plan;
    const auto& regulation = plan.regulation;
    const OrderPlan order = plan.ranks.front();
    const Cut& rule = c_.final_cut();
    const bool final = !plan.ends_at_stage;
    c_.groups = group_by(c_.table, order.within, log_);
    // Rows that no group holds cannot be ranked, whatever they scored.
    for (std::size_t row = 0; row < plan.rows; ++row) {
        if (c_.groups.group[row] < c_.groups.groups() || scored_.ended[row] < plan.passed_level()) continue;
        scored_.ended[row] = static_cast<std::int8_t>(plan.score_level());
        scored_.standing[row] = static_cast<std::uint8_t>(Standing::incomplete);
        scored_.rule[row] = plan.rule(order.path + ".within");
    }
    c_.seats = seats_of(seats, c_.table, c_.groups, order, log_);
    const bool any_seats = seats.given() || c_.table.find("seats") != nullptr;
    const bool needs_seats = rule.kind == CutKind::seats || rule.kind == CutKind::ratio;
    if (c_.is_cut() && needs_seats && !any_seats && plan.rows > 0) {
        Issue issue;
        issue.code = Code::no_seats;
        issue.severity = Severity::warning;
        log_.add(std::move(issue));
    }
    const CutRules rule_ids = rules(order, final ? "select" : order.path);
    const bool uncertain = final && (regulation.is_incomplete("score") || regulation.is_incomplete("bonus"));
    const auto* reserve = final && regulation.select().reserve ? &*regulation.select().reserve : nullptr;

    Ordering ordering = gather(c_.groups, true, [&](std::size_t row) {
        return scored_.ended[row] == static_cast<std::int8_t>(plan.passed_level());
    });
    c_.cuts.resize(c_.groups.groups());
    c_.first.emplace_back(plan.rows, 0);
    c_.tied.emplace_back(plan.rows, 0);
    const Keys order_keys = keys(order);
    const auto passed = [&](std::size_t g) {
        const auto begin = ordering.order.begin() + static_cast<std::ptrdiff_t>(ordering.offsets[g]);
        const auto end = ordering.order.begin() + static_cast<std::ptrdiff_t>(ordering.offsets[g + 1]);
        if (g == c_.groups.groups()) return std::size_t{0};
        return static_cast<std::size_t>(std::partition_point(begin, end,
                                                             [&](std::uint32_t row) {
                                                                 return scored_.ended[row] ==
                                                                        static_cast<std::int8_t>(
                                                                            plan.passed_level());
                                                             }) -
                                        begin);
    };
    each_group(
        order, ordering, passed, 0.5, 0.9,
        [&](std::size_t g, std::span<std::uint32_t> rows, const Sorter& sorter) {
            const std::size_t ranked = passed(g);
            // Those who are not ranked: by how far they came, then by id.
            std::sort(rows.begin() + static_cast<std::ptrdiff_t>(ranked), rows.end(),
                      [&](std::uint32_t a, std::uint32_t b) {
                          if (scored_.ended[a] != scored_.ended[b])
                              return scored_.ended[a] > scored_.ended[b];
                          const auto x = plan.ids->at()(a);
                          const auto y = plan.ids->at()(b);
                          return x != y ? x < y : a < b;
                      });
            if (g == c_.groups.groups()) return;
            for (const Equals& equals : sorter.blocks) {
                for (std::uint32_t i = equals.begin; i < equals.end; ++i) {
                    c_.first[0][rows[i]] = static_cast<std::int32_t>(equals.begin + 1);
                    c_.tied[0][rows[i]] = static_cast<std::int32_t>(equals.end - equals.begin);
                }
            }
            if (!c_.is_cut()) {
                for (std::size_t i = 0; i < ranked; ++i)
                    scored_.standing[rows[i]] = static_cast<std::uint8_t>(Standing::advanced);
                c_.cuts[g].ranked = static_cast<std::uint32_t>(ranked);
                return;
            }
            auto& result = c_.cuts[g];
            result = cut(rule, order, order_keys, rows.first(ranked), sorter, c_.seats[g], rule_ids,
                         plan.total_scale(), uncertain, [&](std::uint32_t row, Outcome outcome, RuleId why) {
                             const Standing standing = outcome == Outcome::contested ? Standing::contested
                                                       : outcome == Outcome::out     ? Standing::qualified
                                                       : final                       ? Standing::selected
                                                                                     : Standing::advanced;
                             scored_.standing[row] = static_cast<std::uint8_t>(standing);
                             scored_.rule[row] = why;
                         });
            if (reserve == nullptr || !result.cuts) return;
            const std::int64_t from = std::max<std::int64_t>(result.limit, result.in);
            const std::int64_t to =
                reserve->count ? from + *reserve->count : std::numeric_limits<std::int64_t>::max();
            for (const Equals& equals : sorter.blocks) {
                for (std::uint32_t i = equals.begin; i < equals.end; ++i) {
                    if (scored_.standing[rows[i]] != static_cast<std::uint8_t>(Standing::qualified)) continue;
                    // Equals across the end of the reserve are kept on it: nobody is harmed by a longer list.
                    if (decide(equals.begin + 1, equals.end - equals.begin, to, TiesAtCut::include_all, 0) !=
                        Outcome::in)
                        break;
                    scored_.standing[rows[i]] = static_cast<std::uint8_t>(Standing::reserve);
                    // A tie key that kept it out of the seats says more than the reserve does.
                    if (scored_.rule[rows[i]] == rule_ids.cut) scored_.rule[rows[i]] = rule_ids.reserve;
                    ++result.reserve;
                }
            }
        });
    c_.order = std::move(ordering.order);
    c_.offsets = std::move(ordering.offsets);
}

void Selector::other_ranks() {
    const auto passed = static_cast<std::int8_t>(c_.plan.passed_level());
    for (std::size_t r = 1; r < c_.plan.ranks.size(); ++r) {
        const OrderPlan& order = c_.plan.ranks[r];
        const Grouping groups = group_by(c_.table, order.within, log_);
        Ordering ordering =
            gather(groups, false, [&](std::size_t row) { return scored_.ended[row] == passed; });
        auto& first = c_.first.emplace_back(c_.plan.rows, 0);
        auto& tied = c_.tied.emplace_back(c_.plan.rows, 0);
        each_group(
            order, ordering, [&](std::size_t g) { return ordering.offsets[g + 1] - ordering.offsets[g]; },
            0.9, 1.0,
            [&](std::size_t, std::span<const std::uint32_t> rows, const Sorter& sorter) {
                for (const Equals& equals : sorter.blocks) {
                    for (std::uint32_t i = equals.begin; i < equals.end; ++i) {
                        first[rows[i]] = static_cast<std::int32_t>(equals.begin + 1);
                        tied[rows[i]] = static_cast<std::int32_t>(equals.end - equals.begin);
                    }
                }
            });
    }
}

/// Ranks that somebody published, against ours. An ordinal rank may stand anywhere among its equals.
void Selector::published_ranks() {
    const Selection view{std::shared_ptr<const Selection::Content>{std::shared_ptr<void>{}, &c_}};
    for (const OrderPlan& order : c_.plan.ranks) {
        const std::string name = "rank." + order.name;
        const Column* column = c_.table.find(name);
        if (column == nullptr) continue;
        const Series published = bind_numbers(name, *column, std::nullopt, std::nullopt, log_);
        const Column ours = view.rank(order.name);
        const auto first = view.first(order.name);
        const auto tied = view.tied(order.name);
        for (std::size_t row = 0; row < c_.plan.rows; ++row) {
            if (published.column.is_null(row)) continue;
            const Points given = Points::of(published.column.integers()[row], published.scale());
            const bool ranked = first[row] > 0;
            const bool fits =
                ranked && (order.display == RankDisplay::ordinal
                               ? given >= Points{first[row]} && given <= Points{first[row] + tied[row] - 1}
                               : given == Points::of(ours.integers()[row], ours.scale()));
            if (fits) continue;
            std::string made = ranked ? std::to_string(first[row]) : "";
            if (ranked && order.display == RankDisplay::ordinal && tied[row] > 1) {
                made += "–" + std::to_string(first[row] + tied[row] - 1);
            } else if (ranked) {
                made = Points::of(ours.integers()[row], ours.scale()).str();
            }
            log_.add(row_issue(Code::rank_differs, Severity::warning, row, name,
                               std::string{c_.plan.ids->at()(static_cast<std::uint32_t>(row))},
                               {order.name, given, made}));
        }
    }
}

}  // namespace

Selection select(const Regulation& regulation, const Table& scores, const Seats& seats,
                 const SelectOptions& options) {
    IssueLog log{options.max_issues};
    auto content = std::make_shared<Selection::Content>(compile(regulation, scores, options, log));
    content->table = scores;
    content->seed = options.seed;
    if (scores.rows() == 0) {
        Issue issue;
        issue.code = Code::empty_table;
        issue.severity = Severity::warning;
        log.add(std::move(issue));
    }
    for (const OrderPlan& order : content->plan.ranks) {
        if (order.end == TieKind::lot && !options.seed) throw Error{Code::missing_seed, {}};
    }
    Scored scored = run_all(content->plan, options, true);
    Selector selector{*content, scored, options, log};
    selector.cut_stages(seats);
    selector.rank_and_cut(seats);
    selector.other_ranks();
    report(content->plan, scores, scored, log);

    content->total = std::move(scored.total);
    content->ended = std::move(scored.ended);
    content->rule = std::move(scored.rule);
    content->standing.resize(scored.standing.size());
    std::transform(scored.standing.begin(), scored.standing.end(), content->standing.begin(),
                   [](std::uint8_t s) { return static_cast<Standing>(s); });
    selector.published_ranks();
    content->issues = log.take();
    return Selection{std::move(content)};
}

}  // namespace recruit
