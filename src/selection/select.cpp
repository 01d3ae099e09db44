// select(): score, cuts between stages, ranks, final cut. One pass over each group; groups are independent.

#include <algorithm>
#include <mutex>
#include <utility>

#include <recruit/base/error.hpp>

#include "base/join.hpp"
#include "base/keys.hpp"
#include "selection/chosen.hpp"
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

std::uint64_t Selection::Content::traits_of(std::uint64_t word) const {
    const KeyPlan& keys = plan.keys[static_cast<std::size_t>(plan.traits)];
    const auto& quotas = plan.regulation.quotas();
    std::uint64_t bits = 0;
    std::size_t next = 0;
    const auto holds = [&] { return keys.components[next++].of(word) == 0; };
    for (std::size_t q = 0; q < quotas.size(); ++q) {
        if (quotas[q].who.is_always() || holds()) bits |= trait_who(q);
        if (!quotas[q].relaxed.is_always() && holds()) bits |= trait_relaxed(q);
        if (quotas[q].when.is_always() || holds()) bits |= trait_added(q);
    }
    if (const auto& referral = plan.regulation.referral()) {
        if (!referral->precedes.is_always() && holds()) bits |= trait_precedes;
        if (!referral->floats.is_always() && holds()) bits |= trait_floats;
    }
    return bits;
}

std::int64_t Selection::Content::score_of(std::uint64_t word) const {
    const KeyPlan& keys = plan.keys[static_cast<std::size_t>(plan.ranks.front().keys)];
    const KeyComponent& score = keys.components[static_cast<std::size_t>(keys.ahead)];
    return score.least + static_cast<std::int64_t>(score.span - word);
}

std::string Selection::Content::group_name(std::size_t group) const { return joined(groups->names(group)); }

Outcome detail::decide(std::int64_t first, std::int64_t tied, std::int64_t limit, TiesAtCut policy,
                       std::int64_t extra) {
    const std::int64_t last = first + tied - 1;
    if (last <= limit) return Outcome::in;
    if (first > limit) return Outcome::out;
    switch (policy) {
        case TiesAtCut::include_all:
            return Outcome::in;
        case TiesAtCut::exclude_all:
            return Outcome::out;
        case TiesAtCut::include_up_to:
            return last <= limit + extra ? Outcome::in : Outcome::contested;
        default:
            return Outcome::contested;
    }
}

namespace {

/// The rules that a cut can name, entered into the plan before threads read it.
struct CutRules {
    RuleId cut, ties, unresolved, uncertain, reserve, chosen;
    std::vector<RuleId> quotas;  ///< By quota.
    bool open_ties;            ///< Nothing decides between equals across the cut, or what would is not known.
    std::vector<RuleId> keys;  ///< By component.
};

/// The orders of one selection, one after the other.
class Selector {
public:
    Selector(Selection::Content& content, const SelectOptions& options, IssueLog& log)
        : c_{content}, pace_{pace_of(options)}, quiet_{options.threads, options.stop}, log_{log} {}

    /// Scores all rows; the keys of the first order go straight to it, those of the others are kept.
    void score();
    void cut_stages(const Seats& seats);
    void rank_and_cut(const Seats& seats);
    void other_ranks();
    void report() { detail::report(c_.plan, *scored_, log_); }
    void check_published() { check_published_ranks(c_, quiet_, log_); }
    void finish();

private:
    struct Keyed {  ///< An order with its rows dealt out.
        std::shared_ptr<const Grouping> groups;
        Ordering ordering;
        Keys keys;
    };
    std::shared_ptr<const Grouping> groups(const std::vector<std::string>& within);
    std::size_t first_word(const OrderPlan& order) const;
    Keyed deal(const OrderPlan& order, int after);
    CutRules rules(const OrderPlan& order, const std::string& path);
    template <class Visit>
    void each_group(const OrderPlan& order, Keyed& keyed, const std::int8_t* ended, double from, double to,
                    Visit visit);
    template <class Write>
    CutResult cut(const Cut& cut, const Keys& keys, std::span<const Entry> entries, const Sorter& sorter,
                  std::size_t group, const std::optional<std::int64_t>& seats, const CutRules& rules,
                  int scale, bool uncertain, Chosen& chosen, const Write& write) const;
    void read_quotas();
    template <class Write>
    CutResult quota_cut(std::size_t g, const Keys& keys, std::span<const Entry> entries, const Sorter& sorter,
                        const CutRules& rules, bool uncertain, const Write& write);
    void reserve_behind(Ordering& ordering, std::size_t g, std::span<const Entry> entries,
                        const Sorter& sorter, const Reserve& reserve, const CutRules& rules,
                        CutResult& result) const;
    void tell_of_quotas();
    void note_missing(const OrderPlan& order, const std::vector<std::pair<std::uint32_t, int>>& missing);

    Selection::Content& c_;
    Pace pace_;
    Pace quiet_;  ///< The same for steps too short to tell of.
    IssueLog& log_;
    std::optional<Scored> scored_;
    std::vector<std::pair<std::vector<std::string>, std::shared_ptr<const Grouping>>> groups_;
    std::optional<Keyed> first_;               ///< Until it is asked for.
    std::vector<Array<std::uint64_t>> words_;  ///< By row: the words that later orders read.
    std::mutex told_;                          ///< For the two lists of groups that follow.
    std::vector<std::size_t> over_, untried_;
    FieldTest field_{c_, log_};
};

/// Equal scopes share their groups, and say only once what is missing.
std::shared_ptr<const Grouping> Selector::groups(const std::vector<std::string>& within) {
    for (const auto& [names, made] : groups_) {
        if (names == within) return made;
    }
    auto made = std::make_shared<const Grouping>(group_by(c_.table, within, log_, quiet_));
    groups_.emplace_back(within, made);
    return made;
}

std::size_t Selector::first_word(const OrderPlan& order) const {
    std::size_t first = 0;
    for (int k = 0; k < order.keys; ++k)
        first += static_cast<std::size_t>(c_.plan.keys[static_cast<std::size_t>(k)].words);
    return first;
}

void Selector::score() {
    // Stage cuts come first, in their order; then the ranks.
    std::vector<const OrderPlan*> orders;
    int after = c_.plan.passed_level() - 1;
    for (std::size_t stage = c_.plan.stage_cuts.size(); stage-- > 0;) {
        if (!c_.plan.stage_cuts[stage]) continue;
        orders.insert(orders.begin(), &*c_.plan.stage_cuts[stage]);
        after = static_cast<int>(stage);
    }
    for (const OrderPlan& rank : c_.plan.ranks) orders.push_back(&rank);
    const OrderPlan& order = *orders.front();
    // Where a field may be too small, who is dealt out is known only after all are counted.
    const bool streams = c_.plan.regulation.procedure().minimum_fields.empty();
    if (streams) {
        const auto made = groups(order.within);
        first_.emplace(Keyed{made, Ordering{*made, quiet_}, {}});
    }
    std::size_t words = 0;
    for (const KeyPlan& keys : c_.plan.keys) words += static_cast<std::size_t>(keys.words);
    words_.resize(words);
    const std::size_t streamed = first_word(order);
    for (std::size_t w = 0; w < words; ++w) {
        if (w != streamed || !streams) words_[w] = Array<std::uint64_t>{c_.plan.rows};
    }
    scored_.emplace(
        run_all(c_.plan, pace_.part(0.0, 0.4),
                [&](std::size_t begin, std::span<const Fate> fates, const auto& made_words) {
                    if (streams) {
                        first_->ordering.put(begin, fates.size(), made_words[streamed].data(),
                                             [&](std::size_t i) { return fates[i].ended() > after; });
                    }
                    for (std::size_t w = 0; w < words_.size(); ++w) {
                        if (!words_[w].empty())
                            std::copy_n(made_words[w].begin(), fates.size(), words_[w].begin() + begin);
                    }
                }));
}

/// An order of the rows that went on after a level.
Selector::Keyed Selector::deal(const OrderPlan& order, int after) {
    std::optional<Keyed> keyed;
    if (first_) {
        keyed.emplace(*std::exchange(first_, std::nullopt));
    } else {
        const auto made = groups(order.within);
        keyed.emplace(Keyed{made, Ordering{*made, quiet_}, {}});
        const auto& words = words_[first_word(order)];
        parallel(c_.plan.rows, chunk_rows, quiet_, [&](std::size_t begin, std::size_t end) {
            keyed->ordering.put(begin, end - begin, words.data() + begin,
                                [&](std::size_t i) { return scored_->ended[begin + i] > after; });
        });
    }
    keyed->keys.plan = &c_.plan.keys[static_cast<std::size_t>(order.keys)];
    for (int w = 1; w < keyed->keys.plan->words; ++w) {
        keyed->keys.more.push_back(words_[first_word(order) + static_cast<std::size_t>(w)].data());
    }
    return *std::move(keyed);
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
    rules.chosen = plan.rule(path + ".chosen", cut.source);
    const bool rule_is_cut =
        order.path.rfind("rank.", 0) == 0 &&
        (plan.regulation.is_incomplete("rank.ties") || plan.regulation.is_incomplete("select.ties_at_cut"));
    rules.open_ties = order.end == TieKind::authority_decides || rule_is_cut;
    for (const Quota& quota : plan.regulation.quotas())
        rules.quotas.push_back(plan.rule("quota." + quota.name, quota.source));
    const KeyPlan& keys = plan.keys[static_cast<std::size_t>(order.keys)];
    int place = 0;
    for (const KeyComponent& component : keys.components) {
        const bool at_cut = place >= order.cut_components;
        const bool ahead = place < keys.ahead;
        const std::string where = at_cut  ? path + ".ties_at_cut.by_chain"
                                  : ahead ? order.path + ".ahead"
                                          : order.path + ".ties";
        const int number = at_cut ? place - order.cut_components : ahead ? place : place - keys.ahead - 1;
        rules.keys.push_back(component.key == nullptr ? rules.cut
                                                      : plan.rule(where + "[" + std::to_string(number) + "]",
                                                                  component.key->source));
        ++place;
    }
    return rules;
}

template <class Visit>
void Selector::each_group(const OrderPlan& order, Keyed& keyed, const std::int8_t* ended, double from,
                          double to, Visit visit) {
    const std::string* seed = order.end == TieKind::lot ? &*c_.seed : nullptr;
    const Sorter sorter{keyed.keys, order.cut_components, *c_.plan.ids, seed};
    note_missing(order, keyed.ordering.each_group(sorter, ended, *c_.plan.ids, pace_.part(from, to), visit));
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
        log_.add(
            row_issue(Code::missing_tie_key, Severity::warning, row, what, c_.plan.ids->str(row), {words}));
    }
}

/// Applies a cut to the sorted rows of one group; write(equals, outcome, rule) for each run of equals.
template <class Write>
CutResult Selector::cut(const Cut& cut, const Keys& keys, std::span<const Entry> entries,
                        const Sorter& sorter, std::size_t group, const std::optional<std::int64_t>& seats,
                        const CutRules& rules, int scale, bool uncertain, Chosen& chosen,
                        const Write& write) const {
    CutResult result;
    result.ranked = static_cast<std::uint32_t>(entries.size());
    auto limit = places(cut, entries.size(), seats);
    if (cut.kind == CutKind::score) {
        const int128 top = static_cast<int128>(cut.amount.numerator()) * power_of_ten(scale);
        const int128 least = divide_rounded<int128>(top, cut.amount.denominator(), RoundingMode::up);
        const auto& score = keys.plan->components[static_cast<std::size_t>(keys.plan->ahead)];
        limit = std::partition_point(
                    entries.begin(), entries.end(),
                    [&](const Entry& entry) {
                        const auto most = static_cast<int128>(score.least) + static_cast<int128>(score.span);
                        return most - static_cast<int128>(
                                          keys.value(static_cast<std::size_t>(keys.plan->ahead), entry)) >=
                               least;
                    }) -
                entries.begin();
    }
    if (!limit) return result;
    result.cuts = true;
    result.limit = *limit;
    const bool chain_at_cut = cut.ties == TiesAtCut::by_chain;
    const auto at = [&](std::int64_t i) -> const Entry& { return entries[static_cast<std::size_t>(i)]; };
    const bool cuts_some = *limit > 0 && *limit < static_cast<std::int64_t>(entries.size());
    // The first key in which two rows differ; the number of components if none.
    const auto difference = [&](const Entry& a, const Entry& b) {
        std::size_t component = 0;
        while (component < keys.plan->components.size() &&
               keys.value(component, a) == keys.value(component, b)) {
            ++component;
        }
        return component;
    };
    for (const Equals& equals : chain_at_cut ? sorter.leaves() : sorter.blocks()) {
        const std::int64_t first = equals.begin + 1;
        const std::int64_t tied = equals.end - equals.begin;
        const bool straddles = first <= *limit && first + tied - 1 > *limit;
        const bool undecidable = equals.unresolved || rules.open_ties;
        Outcome outcome =
            decide(first, tied, *limit, undecidable ? TiesAtCut::contested : cut.ties, cut.extra);
        RuleId rule = rules.cut;
        if (straddles) {
            result.straddling = at(equals.begin).row;
            rule = equals.unresolved ? rules.unresolved : rules.ties;
        } else if (cuts_some) {
            // Level with the other side of the cut: then a key decided, not the score.
            const auto component =
                difference(at(equals.begin), outcome == Outcome::in ? at(*limit) : at(*limit - 1));
            if (component < rules.keys.size()) rule = rules.keys[component];
        }
        if (uncertain) {
            outcome = Outcome::contested;
            rule = rules.uncertain;
        } else if (straddles && outcome == Outcome::contested) {
            const auto block = entries.subspan(equals.begin, equals.end - equals.begin);
            if (chosen.settles(group, block, *limit - equals.begin)) {
                outcome = Outcome::chosen;
                rule = rules.chosen;
                result.chosen = true;
                result.in += static_cast<std::uint32_t>(*limit - equals.begin);
                for (const Entry& entry : block)
                    (chosen.of(entry.row) ? result.last_in : result.first_out) = entry.row;
            }
        }
        if (outcome == Outcome::in) {
            result.in += static_cast<std::uint32_t>(tied);
            result.last_in = at(equals.end - 1).row;
        } else if (result.first_out == no_row) {
            result.first_out = at(equals.begin).row;
        }
        if (outcome == Outcome::contested) result.contested += static_cast<std::uint32_t>(tied);
        write(equals, outcome, rule);
    }
    return result;
}

/// What facts give the quotas of each group, and where the traits of the rows are.
void Selector::read_quotas() {
    const auto& quotas = c_.plan.regulation.quotas();
    if (c_.plan.traits < 0) return;
    std::size_t word = 0;
    for (int k = 0; k < c_.plan.traits; ++k)
        word += static_cast<std::size_t>(c_.plan.keys[static_cast<std::size_t>(k)].words);
    c_.traits = std::move(words_[word]);
    if (quotas.empty()) return;
    const std::size_t n = c_.groups->groups();
    c_.quota_given.assign(n, std::vector<std::int64_t>(quotas.size(), -1));
    c_.tallies.assign(n, std::vector<QuotaTally>(quotas.size()));
    for (std::size_t q = 0; q < quotas.size(); ++q) {
        if (quotas[q].fact.empty()) continue;
        const auto given = by_group(c_.table.at(quotas[q].fact), quotas[q].fact, *c_.groups, log_);
        for (std::size_t g = 0; g < n; ++g) c_.quota_given[g][q] = given[g].value_or(contradicted);
    }
}

/// The final cut of one group by its quotas.
template <class Write>
CutResult Selector::quota_cut(std::size_t g, const Keys& keys, std::span<const Entry> entries,
                              const Sorter& sorter, const CutRules& rules, bool uncertain,
                              const Write& write) {
    const auto& quotas = c_.plan.regulation.quotas();
    CutResult result;
    result.ranked = static_cast<std::uint32_t>(entries.size());
    const auto limit = places(c_.final_cut(), entries.size(), c_.seats[g]);
    if (!limit) return result;
    result.cuts = true;
    result.limit = *limit;
    std::vector<std::uint64_t> traits;
    traits.reserve(entries.size());
    for (const Entry& entry : entries) traits.push_back(c_.traits_of(c_.traits[entry.row]));
    const auto score = static_cast<std::size_t>(keys.plan->ahead);
    const QuotaField field{traits,
                           sorter.blocks(),
                           *limit,
                           c_.quota_given[g],
                           [&](std::size_t i) { return c_.score_of(keys.value(score, entries[i])); },
                           c_.plan.total_scale()};
    const QuotaResult made = assign_quotas(quotas, field);
    c_.tallies[g] = made.tallies;
    if (made.exceeds || made.too_many) {
        const std::lock_guard lock{told_};
        if (made.exceeds) over_.push_back(g);
        if (made.too_many) untried_.push_back(g);
    }
    for (const Equals& equals : sorter.blocks()) {
        for (std::uint32_t i = equals.begin; i < equals.end; ++i) {
            Outcome outcome = made.outcome[i];
            RuleId rule = outcome == Outcome::contested ? rules.ties
                          : outcome == Outcome::in && made.way[i] >= 0
                              ? rules.quotas[static_cast<std::size_t>(made.way[i])]
                              : rules.cut;
            if (outcome == Outcome::contested && equals.unresolved) rule = rules.unresolved;
            if (uncertain) {
                outcome = Outcome::contested;
                rule = rules.uncertain;
            }
            if (outcome == Outcome::in) {
                ++result.in;
                result.last_in = entries[i].row;
            } else if (result.first_out == no_row) {
                result.first_out = entries[i].row;
            }
            if (outcome == Outcome::contested) ++result.contested;
            write(Equals{i, i + 1, equals.unresolved}, outcome, rule);
        }
    }
    return result;
}

void Selector::cut_stages(const Seats& seats) {
    const auto& stages = c_.plan.regulation.stages();
    c_.stage_cuts.resize(c_.plan.stage_cuts.size());
    c_.stage_groups.resize(c_.plan.stage_cuts.size());
    const int passed = c_.plan.passed_level();
    const auto test_field = [&](const std::string& at, int level, int end) {
        if (field_.tests(at)) field_.run(at, level, end, *groups(c_.plan.ranks.front().within), *scored_);
    };
    test_field("applied", std::numeric_limits<std::int8_t>::min(), -1);
    test_field("eligible", 0, -1);
    for (std::size_t stage = 0; stage < c_.plan.stage_cuts.size(); ++stage) {
        const int next = std::min(static_cast<int>(stage) + 1, passed);
        if (!c_.plan.stage_cuts[stage]) {
            test_field(stages[stage].name, next, static_cast<int>(stage));
            continue;
        }
        const OrderPlan& order = *c_.plan.stage_cuts[stage];
        const Cut& rule = *stages[stage].advance;
        const auto level = static_cast<std::int8_t>(stage);
        Keyed keyed = deal(order, level);
        const Grouping& groups = *keyed.groups;
        const auto group_seats = rule.kind == CutKind::ratio
                                     ? seats_of(seats, c_.table, groups, order, log_)
                                     : std::vector<std::optional<std::int64_t>>(groups.groups());
        const CutRules rule_ids = rules(order, order.path);
        auto& results = c_.stage_cuts[stage];
        results.resize(groups.groups());
        const int scale = c_.plan.slots[static_cast<std::size_t>(c_.plan.stage_slots[stage])].scale;
        Chosen chosen{c_.table, c_.chosen_at(stage), log_};
        each_group(order, keyed, nullptr, 0.4, 0.5,
                   [&](std::size_t g, std::span<const Entry> entries, const Sorter& sorter) {
                       const auto write = [&](const Equals& equals, Outcome outcome, RuleId why) {
                           if (outcome == Outcome::in) return;
                           const auto standing =
                               outcome == Outcome::contested ? Standing::contested : Standing::qualified;
                           for (std::uint32_t i = equals.begin; i < equals.end; ++i) {
                               if (outcome == Outcome::chosen && chosen.of(entries[i].row)) continue;
                               keyed.ordering.decide(g, entries[i], standing, why);
                           }
                       };
                       results[g] = cut(rule, keyed.keys, entries, sorter, g, group_seats[g], rule_ids, scale,
                                        false, chosen, write);
                   });
        chosen.report(groups, *c_.plan.ids, log_);
        keyed.ordering.each_row(quiet_, [&](std::size_t row, std::int32_t, std::int32_t, bool ends,
                                            Standing standing, RuleId why) {
            if (!ends) return;
            scored_->ended[row] = level;
            scored_->standing[row] = standing;
            scored_->rule[row] = why;
        });
        c_.stage_groups[stage] = keyed.groups;
        test_field(stages[stage].name, next, static_cast<int>(stage));
    }
    if (!c_.plan.ends_at_stage) test_field("final", passed, c_.plan.score_level());
}

void Selector::rank_and_cut(const Seats& seats) {
    Plan& plan = c_.plan;
    const auto& regulation = plan.regulation;
    const OrderPlan& order = plan.ranks.front();
    const Cut& rule = c_.final_cut();
    const bool final = !plan.ends_at_stage;
    const auto passed = static_cast<std::int8_t>(plan.passed_level());
    c_.groups = groups(order.within);
    const RuleId nameless = plan.rule(order.path + ".within");
    // Rows that no group holds cannot be ranked, whatever they scored.
    for (std::size_t row = 0; row < plan.rows && !c_.groups->complete; ++row) {
        if (c_.groups->group[row] < c_.groups->groups() || scored_->ended[row] < passed) continue;
        scored_->ended[row] = static_cast<std::int8_t>(plan.score_level());
        scored_->standing[row] = Standing::incomplete;
        scored_->rule[row] = nameless;
    }
    Keyed keyed = deal(order, passed - 1);
    c_.seats = seats_of(seats, c_.table, *c_.groups, order, log_);
    if (!plan.ends_at_stage) read_quotas();
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
    const bool is_cut = c_.is_cut();
    c_.cuts.resize(c_.groups->groups());
    Chosen chosen{c_.table, c_.chosen_at(), log_};
    each_group(order, keyed, scored_->ended.data(), 0.5, 0.9,
               [&](std::size_t g, std::span<const Entry> entries, const Sorter& sorter) {
                   Ordering& ordering = keyed.ordering;
                   const auto rank = [&](const Equals& equals) {
                       for (std::uint32_t i = equals.begin; i < equals.end; ++i)
                           ordering.rank(g, entries[i], equals.begin + 1, equals.end - equals.begin);
                   };
                   auto& result = c_.cuts[g];
                   if (!is_cut) {
                       std::for_each(sorter.blocks().begin(), sorter.blocks().end(), rank);
                       for (const Entry& entry : entries) ordering.decide(g, entry, Standing::advanced, 0);
                       result.ranked = static_cast<std::uint32_t>(entries.size());
                       return;
                   }
                   const bool by_quotas = final && !c_.tallies.empty();
                   const bool by_blocks = rule.ties != TiesAtCut::by_chain && !by_quotas;
                   const Standing inside = final ? Standing::selected : Standing::advanced;
                   const auto write = [&](const Equals& equals, Outcome outcome, RuleId why) {
                       const Standing standing = outcome == Outcome::contested ? Standing::contested
                                                 : outcome == Outcome::in      ? inside
                                                                               : Standing::qualified;
                       for (std::uint32_t i = equals.begin; i < equals.end; ++i) {
                           const bool picked = outcome == Outcome::chosen && chosen.of(entries[i].row);
                           ordering.decide(g, entries[i], picked ? inside : standing, why);
                       }
                       if (by_blocks) rank(equals);  // in one go, while they are at hand
                   };
                   result = by_quotas ? quota_cut(g, keyed.keys, entries, sorter, rule_ids, uncertain, write)
                                      : cut(rule, keyed.keys, entries, sorter, g, c_.seats[g], rule_ids,
                                            plan.total_scale(), uncertain, chosen, write);
                   if (!by_blocks || !result.cuts)
                       std::for_each(sorter.blocks().begin(), sorter.blocks().end(), rank);
                   if (reserve == nullptr || !result.cuts) return;
                   if (by_quotas)
                       return reserve_behind(ordering, g, entries, sorter, *reserve, rule_ids, result);
                   const std::int64_t from = std::max<std::int64_t>(result.limit, result.in);
                   const std::int64_t to =
                       reserve->count ? from + *reserve->count : std::numeric_limits<std::int64_t>::max();
                   for (const Equals& equals : sorter.blocks()) {
                       // Equals across the end of the reserve are kept on it: nobody is harmed by a longer
                       // list.
                       if (decide(equals.begin + 1, equals.end - equals.begin, to, TiesAtCut::include_all,
                                  0) != Outcome::in)
                           break;
                       for (std::uint32_t i = equals.begin; i < equals.end; ++i) {
                           const auto [standing, why] = ordering.decided(g, entries[i]);
                           if (standing != Standing::qualified) continue;
                           // A tie key that kept it out of the seats says more than the reserve does.
                           ordering.decide(g, entries[i], Standing::reserve,
                                           why == rule_ids.cut ? rule_ids.reserve : why);
                           ++result.reserve;
                       }
                   }
               });
    tell_of_quotas();
    chosen.report(*c_.groups, *plan.ids, log_);
    auto& first = c_.first.emplace_back(plan.rows);
    auto& tied = c_.tied.emplace_back(plan.rows);
    keyed.ordering.each_row(quiet_, [&](std::size_t row, std::int32_t place, std::int32_t equals,
                                        bool decided, Standing standing, RuleId why) {
        first[row] = place;
        tied[row] = equals;
        scored_->standing[row] = decided ? standing : scored_->standing[row];
        scored_->rule[row] = decided ? why : scored_->rule[row];
    });
    c_.order = keyed.ordering.take_order();
    c_.offsets = keyed.ordering.take_offsets();
    field_.tell_of_ending();
}

/// Behind quotas whoever is out may stand before somebody who is in: the reserve is counted among those out.
void Selector::reserve_behind(Ordering& ordering, std::size_t g, std::span<const Entry> entries,
                              const Sorter& sorter, const Reserve& reserve, const CutRules& rules,
                              CutResult& result) const {
    std::int64_t kept = 0;
    for (const Equals& equals : sorter.blocks()) {
        if (reserve.count && kept >= *reserve.count) return;  // equals across the end are all kept
        for (std::uint32_t i = equals.begin; i < equals.end; ++i) {
            const auto [standing, why] = ordering.decided(g, entries[i]);
            if (standing != Standing::qualified) continue;
            ordering.decide(g, entries[i], Standing::reserve, rules.reserve);
            ++kept;
            ++result.reserve;
        }
    }
}

void Selector::tell_of_quotas() {
    const auto tell = [&](std::vector<std::size_t>& groups, Code code) {
        std::sort(groups.begin(), groups.end());
        for (const std::size_t g : groups) {
            Issue issue;
            issue.code = code;
            issue.severity = Severity::warning;
            issue.value = c_.group_name(g);
            issue.arguments = {c_.group_name(g)};
            log_.add(std::move(issue));
        }
    };
    tell(over_, Code::quotas_exceed_seats);
    tell(untried_, Code::too_many_orders_of_equals);
}

void Selector::other_ranks() {
    for (std::size_t r = 1; r < c_.plan.ranks.size(); ++r) {
        const OrderPlan& order = c_.plan.ranks[r];
        Keyed keyed = deal(order, c_.plan.passed_level() - 1);
        each_group(order, keyed, nullptr, 0.9, 1.0,
                   [&](std::size_t g, std::span<const Entry> entries, const Sorter& sorter) {
                       for (const Equals& equals : sorter.blocks()) {
                           for (std::uint32_t i = equals.begin; i < equals.end; ++i)
                               keyed.ordering.rank(g, entries[i], equals.begin + 1,
                                                   equals.end - equals.begin);
                       }
                   });
        auto& first = c_.first.emplace_back(c_.plan.rows);
        auto& tied = c_.tied.emplace_back(c_.plan.rows);
        keyed.ordering.each_row(
            quiet_, [&](std::size_t row, std::int32_t place, std::int32_t equals, bool, Standing, RuleId) {
                first[row] = place;
                tied[row] = equals;
            });
    }
}

void Selector::finish() {
    c_.total = std::move(scored_->total);
    c_.ended = std::move(scored_->ended);
    c_.rule = std::move(scored_->rule);
    c_.standing = std::move(scored_->standing);
}

}  // namespace

Selection select(const Regulation& regulation, const Table& scores, const Seats& seats,
                 const SelectOptions& options) {
    IssueLog log{options.max_issues};
    auto content = std::make_shared<Selection::Content>(compile(regulation, scores, options, log));
    content->table = scores;
    content->seed = options.seed;
    content->given_seats = seats;
    content->options.through = options.through;
    content->options.given_total = options.given_total;
    content->options.seed = options.seed;
    content->options.max_issues = options.max_issues;
    if (scores.rows() == 0) {
        Issue issue;
        issue.code = Code::empty_table;
        issue.severity = Severity::warning;
        log.add(std::move(issue));
    }
    for (const OrderPlan& order : content->plan.ranks) {
        if (order.end == TieKind::lot && !options.seed) throw Error{Code::missing_seed, {}};
    }
    Selector selector{*content, options, log};
    selector.score();
    selector.cut_stages(seats);
    selector.rank_and_cut(seats);
    selector.other_ranks();
    selector.report();
    selector.finish();
    selector.check_published();
    content->issues = log.take();
    return Selection{std::move(content)};
}

}  // namespace recruit
