// explain(): the plan run again for one row, its registers read as reasons. What it finds must equal what
// select found.

#include <algorithm>

#include <recruit/base/error.hpp>

#include "base/keys.hpp"
#include "regulation/words.hpp"
#include "selection/chosen.hpp"
#include "selection/content.hpp"

namespace recruit {

using namespace detail;

namespace {

using Row = detail::Block<int128>;

class Explainer {
public:
    Explainer(const Selection::Content& content, std::uint32_t row)
        : c_{content}, plan_{content.plan}, rules_{content.plan.regulation}, row_{row}, b_{content.plan, 1} {
        run(plan_, b_, row_, 1);
    }

    Explanation explain();

private:
    const SlotInfo& info(int slot) const { return plan_.slots[static_cast<std::size_t>(slot)]; }
    Known known_of(int slot) const { return static_cast<Known>(b_.known[static_cast<std::size_t>(slot)][0]); }
    Points value(int slot) const {
        return Points::of(static_cast<std::int64_t>(b_.slots[static_cast<std::size_t>(slot)][0]),
                          info(slot).scale);
    }
    bool is_exempt(int stage) const {
        return std::any_of(plan_.steps.begin(), plan_.steps.end(), [&](const Step& step) {
            const auto* sat = std::get_if<StageStep>(&step);
            return sat != nullptr && sat->stage == stage && sat->status >= 0 &&
                   plan_.statuses[static_cast<std::size_t>(sat->status)].codes[row_] == StageStatus::exempt;
        });
    }
    std::uint8_t mask(int index) const {
        return index < 0 ? std::uint8_t{yes} : b_.masks[static_cast<std::size_t>(index)][0];
    }
    bool steps();
    Reason stage(const StageStep& step);
    Reason gate(const GateStep& step);
    Reason vote(const GateStep& step);
    Reason unknown_fact(const GateStep& step);
    void quota_cut(std::uint32_t group);
    bool field_too_small();
    Reason combine(const CombineStep& step);
    Reason bonus(const BonusStep& step);
    void end(int ended, Standing standing, RuleId rule);
    bool stage_cut(std::size_t stage);
    void final_cut();
    void place();
    Reason cut_reason(const Cut& cut, const CutResult& result, Outcome outcome, bool straddles, RuleId rule,
                      const std::optional<Points>& mine, const std::optional<Points>& last_in,
                      const std::optional<Points>& first_out);
    std::vector<std::uint64_t> words(std::uint32_t row, const OrderPlan& order) const;
    int compare(const std::vector<std::uint64_t>& a, const std::vector<std::uint64_t>& b,
                const OrderPlan& order, int components) const;
    std::optional<Points> points_of(std::uint32_t row, int slot) const;

    const Selection::Content& c_;
    const Plan& plan_;
    const Regulation& rules_;
    std::uint32_t row_;
    Row b_;
    Explanation e_;
    std::vector<Reason> pending_;  ///< Composites made before the stage they belong to is named.
};

/// A fraction as a decimal where it is one: then it is written with the language's decimal mark.
Argument shown(const Fraction& fraction) {
    if (const auto points = fraction.exact_points()) return *points;
    return fraction.str();
}

Reason reason(std::string rule, Text key, std::vector<Argument> arguments, std::string source = {}) {
    Reason r;
    r.rule = std::move(rule);
    r.sentence = Message{key, std::move(arguments)};
    r.source = std::move(source);
    return r;
}

void Explainer::end(int ended, Standing standing, RuleId rule) {
    e_.standing = standing;
    e_.decided_by = plan_.rules[rule].path;
    const auto& stages = rules_.stages();
    if (ended >= 0 && ended <= plan_.last_stage) e_.stage = stages[static_cast<std::size_t>(ended)].name;
}

// ---- the row's own rules ----

Reason Explainer::stage(const StageStep& step) {
    const Stage& rule = rules_.stages()[static_cast<std::size_t>(step.stage)];
    const std::string path = "stage." + rule.name;
    const Title name = rules_.label(rule.name);
    Reason r;
    const auto status = step.status < 0 ? StageStatus::present
                                        : plan_.statuses[static_cast<std::size_t>(step.status)].codes[row_];
    if (status != StageStatus::present) {
        // In the order of StageStatus; nobody is told of being present.
        constexpr Text texts[] = {Text::status_absent,      Text::status_absent,     Text::status_void,
                                  Text::status_exempt,      Text::status_not_called, Text::standing_withdrawn,
                                  Text::standing_cancelled, Text::status_unknown};
        r = reason(path + ".status", Text::reason_stage_status,
                   {name, texts[static_cast<std::size_t>(status)]}, rule.source);
    } else if (known_of(step.slot) == known) {
        r = reason(path, Text::reason_stage, {name, value(step.slot), rule.max}, rule.source);
        r.value = value(step.slot);
    } else {
        const bool bad = known_of(step.slot) == unusable;
        r = reason(path + (bad ? ".unusable" : ".missing"),
                   bad ? Text::reason_stage_unusable : Text::reason_stage_none, {name}, rule.source);
        r.passed = false;
    }
    for (Reason& composite : pending_) r.children = std::move(composite.children);
    pending_.clear();
    return r;
}

Reason Explainer::gate(const GateStep& step) {
    const Gate& rule = *step.gate;
    const std::string path = plan_.rules[step.rule].path;
    if (step.votes >= 0) return vote(step);
    if (mask(step.mask) == no) {
        return reason(path, Text::reason_gate_not_applied, {rule.threshold, rules_.in_words(rule.when)},
                      rule.source);
    }
    if (mask(step.mask) == unknown) {
        Reason r = reason(path, Text::reason_gate_unknown, {rule.threshold, rules_.in_words(rule.when)},
                          rule.source);
        r.passed = false;
        return r;
    }
    if (is_exempt(step.stage)) {
        return reason(path, Text::reason_exempt_gate, {rule.threshold}, rule.source);
    }
    if (known_of(step.slot) != known) {
        Reason r = reason(path, Text::reason_stage_none, {rules_.label(info(step.slot).column)}, rule.source);
        r.passed = false;
        return r;
    }
    const Points mark = value(step.slot);
    const bool passes = b_.slots[static_cast<std::size_t>(step.slot)][0] >= step.threshold;
    const Points margin = mark - rule.threshold;
    const Points size = margin < Points{} ? Points{} - margin : margin;
    Reason r =
        reason(path,
               rule.inclusive ? (passes ? Text::reason_gate_passed : Text::reason_gate_failed)
                              : (passes ? Text::reason_gate_above_passed : Text::reason_gate_above_failed),
               {rule.threshold, size}, rule.source);
    r.passed = passes;
    r.value = mark;
    r.margin = margin;
    return r;
}

/// Votes in favour against the number that is enough for those present.
Reason Explainer::vote(const GateStep& step) {
    const ConfidenceVote& rule = *rules_.procedure().vote;
    if (known_of(step.slot) != known) {
        Reason r = reason("vote", Text::reason_stage_none, {rules_.label(rule.present)}, rule.source);
        r.passed = false;
        return r;
    }
    const Points votes = value(step.votes);
    const Points present = value(step.present);
    const Points enough{rule.enough(Fraction{present}.numerator())};
    Reason r = reason("vote", Text::reason_vote, {votes, present, enough}, rule.source);
    r.passed = b_.slots[static_cast<std::size_t>(step.slot)][0] >= step.threshold;
    r.value = votes;
    r.margin = votes - enough;
    return r;
}

/// A condition that decides about others too and is not known of this row.
Reason Explainer::unknown_fact(const GateStep& step) {
    const Rule& rule = plan_.rules[step.when_rule];
    Reason r = reason(rule.path, Text::reason_condition_unknown, {}, rule.source);
    r.passed = false;
    return r;
}

Reason Explainer::combine(const CombineStep& step) {
    const std::string& column = info(step.slot).column;
    const bool is_score = column == "score";
    const std::string path = is_score ? "score" : "stage." + column + ".score";
    const Argument name = is_score ? Argument{Text::final_score} : Argument{rules_.label(column)};
    Reason r = known_of(step.slot) == known ? reason(path, Text::reason_score, {name, value(step.slot)})
                                            : reason(path, Text::reason_score_none, {name});
    if (known_of(step.slot) == known) r.value = value(step.slot);
    if (step.composite != nullptr) r.source = step.composite->source;
    const Term* only = step.terms.size() == 1 ? step.terms[0].term : nullptr;
    const bool is_one_stage = only != nullptr && only->weight == Fraction{1} && !only->scale_to &&
                              !only->round && !only->round_weighted && !step.composite->round;
    if (is_one_stage) return r;  // the same number again
    int number = 0;
    int128 sum = 0;
    for (const LinearTerm& term : step.terms) {
        const std::string where = path + ".terms[" + std::to_string(number++) + "]";
        const std::string source = term.term != nullptr ? term.term->source : std::string{};
        const Title label =
            term.term != nullptr ? term_in_words(rules_, *term.term) : rules_.label(info(term.slot).column);
        if (mask(term.mask) != yes) {
            r.children.push_back(reason(where, Text::reason_term_not_applied,
                                        {label, rules_.in_words(term.term->when)}, source));
            continue;
        }
        if (known_of(term.slot) != known) {
            r.children.push_back(reason(where, Text::reason_term_missing, {label}, source));
            continue;
        }
        const int128 made = term_value<int128>(term, b_.slots[static_cast<std::size_t>(term.slot)][0]);
        sum += made;
        const Fraction gives{static_cast<std::int64_t>(made / gcd(made, step.denominator)),
                             static_cast<std::int64_t>(step.denominator / gcd(made, step.denominator))};
        if (term.term == nullptr || (term.term->column.empty() && term.term->weight == Fraction{1})) {
            const bool for_some = term.term != nullptr && !term.term->when.is_always();
            const Title what = for_some ? rules_.in_words(term.term->when) : label;
            r.children.push_back(reason(where, Text::reason_part, {what, value(term.slot)}, source));
        } else if (term.term->weight == Fraction{1}) {
            r.children.push_back(
                reason(where, Text::reason_term, {label, value(term.slot), shown(gives)}, source));
        } else {
            const Fraction counted = term.rounds_weighted || term.term->weight == Fraction{0}
                                         ? Fraction{value(term.slot)}
                                         : gives / term.term->weight;
            r.children.push_back(reason(
                where, Text::reason_term_weighted,
                {label, value(term.slot), shown(term.term->weight), shown(counted), shown(gives)}, source));
        }
        r.children.back().value = value(term.slot);
    }
    if (step.composite != nullptr && step.composite->round && known_of(step.slot) == known) {
        const auto divisor = gcd(sum, step.denominator);
        const Fraction exact{static_cast<std::int64_t>(sum / (divisor == 0 ? 1 : divisor)),
                             static_cast<std::int64_t>(step.denominator / (divisor == 0 ? 1 : divisor))};
        if (exact == Fraction{value(step.slot)}) return r;
        const Rounding& rule = *step.composite->round;
        r.children.push_back(reason(path + ".round", Text::reason_rounded,
                                    {shown(exact), value(step.slot), std::string{to_string(rule.mode)},
                                     std::to_string(rule.digits)}));
    }
    return r;
}

Reason Explainer::bonus(const BonusStep& step) {
    const Bonus& rule = rules_.bonus();
    const bool made = known_of(step.out) == known;
    const Points amount = made ? value(step.out) - value(step.in) : Points{};
    Reason r =
        reason("bonus", Text::reason_bonus,
               {amount, rule.highest_only ? Text::describe_highest_only : Text::describe_sum}, rule.source);
    r.value = amount;
    int number = 0;
    for (const auto& grant : step.grants) {
        const std::string where = "bonus.grant[" + std::to_string(number++) + "]";
        const std::uint8_t applies = mask(grant.mask);
        if (applies == no) continue;
        const bool read = grant.slot < 0 || known_of(grant.slot) == known;
        const Points points = grant.slot >= 0 && read ? value(grant.slot) : grant.grant->points;
        const bool sure = applies == yes && read;
        const Title why = grant.grant->when.is_always() ? rules_.label(grant.grant->column)
                                                        : rules_.in_words(grant.grant->when);
        r.children.push_back(reason(where, sure ? Text::reason_grant : Text::reason_grant_unknown,
                                    {points, why}, grant.grant->source));
    }
    return r;
}

/// The steps in order, up to where the row's own rules ended it. True if it passed them all.
bool Explainer::steps() {
    const int ended = b_.fates[0].ended();
    if (ended < 0) {
        const Standing standing = b_.fates[0].standing();
        const bool twice = standing == Standing::incomplete;
        e_.reasons.push_back(reason(
            plan_.rules[b_.fates[0].rule()].path, twice ? Text::reason_id_used_twice : Text::reason_before,
            {static_cast<Text>(static_cast<int>(Text::standing_selected) + static_cast<int>(standing))}));
        return false;
    }
    for (const Step& step : plan_.steps) {
        if (const auto* sum = std::get_if<CombineStep>(&step)) {
            if (info(sum->slot).column == vote_margin) continue;
            if (info(sum->slot).column == "score") {
                if (ended < plan_.score_level()) break;
                e_.reasons.push_back(combine(*sum));
            } else {
                pending_.push_back(combine(*sum));
            }
        } else if (const auto* sat = std::get_if<StageStep>(&step)) {
            if (sat->stage > ended) break;
            // A cut may have ended the row before this stage: then its later marks are nobody's business.
            if (sat->stage > c_.ended[row_] && c_.ended[row_] < plan_.score_level()) break;
            e_.reasons.push_back(stage(*sat));
        } else if (const auto* asked = std::get_if<GateStep>(&step)) {
            if (asked->gate == nullptr) {
                if (ended == asked->stage && b_.fates[0].rule() == asked->when_rule)
                    e_.reasons.push_back(unknown_fact(*asked));
                continue;
            }
            if (asked->stage > ended ||
                (asked->stage > c_.ended[row_] && c_.ended[row_] < plan_.score_level()))
                break;
            e_.reasons.back().children.push_back(gate(*asked));
            if (asked->stage == ended && e_.reasons.back().children.back().passed == false) break;
        } else if (const auto* granted = std::get_if<BonusStep>(&step)) {
            if (ended < plan_.score_level()) break;
            e_.reasons.push_back(bonus(*granted));
        }
    }
    return ended >= plan_.passed_level();
}

// ---- cuts ----

std::vector<std::uint64_t> Explainer::words(std::uint32_t row, const OrderPlan& order) const {
    Row block{plan_, 1};
    const Row* from = &b_;
    if (row != row_) {
        run(plan_, block, row, 1);
        from = &block;
    }
    std::size_t first = 0;
    for (int k = 0; k < order.keys; ++k)
        first += static_cast<std::size_t>(plan_.keys[static_cast<std::size_t>(k)].words);
    std::vector<std::uint64_t> result;
    for (int w = 0; w < plan_.keys[static_cast<std::size_t>(order.keys)].words; ++w) {
        result.push_back(from->words[first + static_cast<std::size_t>(w)][0]);
    }
    return result;
}

int Explainer::compare(const std::vector<std::uint64_t>& a, const std::vector<std::uint64_t>& b,
                       const OrderPlan& order, int components) const {
    const auto& keys = plan_.keys[static_cast<std::size_t>(order.keys)];
    for (int i = 0; i < components; ++i) {
        const KeyComponent& c = keys.components[static_cast<std::size_t>(i)];
        const auto x = c.of(a[static_cast<std::size_t>(c.word)]);
        const auto y = c.of(b[static_cast<std::size_t>(c.word)]);
        if (x != y) return x < y ? -1 : 1;
    }
    return 0;
}

std::optional<Points> Explainer::points_of(std::uint32_t row, int slot) const {
    if (row == no_row) return std::nullopt;
    Row block{plan_, 1};
    run(plan_, block, row, 1);
    const auto index = static_cast<std::size_t>(slot);
    if (block.known[index][0] != known) return std::nullopt;
    return Points::of(static_cast<std::int64_t>(block.slots[index][0]), info(slot).scale);
}

Reason Explainer::cut_reason(const Cut& cut, const CutResult& result, Outcome outcome, bool straddles,
                             RuleId rule, const std::optional<Points>& mine,
                             const std::optional<Points>& last_in, const std::optional<Points>& first_out) {
    const std::string& path = plan_.rules[rule].path;
    const bool chosen = path.ends_with(".chosen");
    const Text key =
        outcome == Outcome::contested ? Text::reason_cut_contested
        : chosen ? (outcome == Outcome::in ? Text::reason_cut_chosen : Text::reason_cut_not_chosen)
        : outcome == Outcome::in ? (straddles ? Text::reason_cut_ties_in : Text::reason_cut_in)
                                 : (straddles ? Text::reason_cut_ties_out : Text::reason_cut_out);
    Reason r =
        path == "incomplete"
            ? reason(path, Text::reason_uncertain, {})
            : reason(path, key, {std::to_string(result.limit), std::to_string(result.ranked)}, cut.source);
    r.passed = outcome == Outcome::in;
    const auto& other = outcome == Outcome::in ? first_out : last_in;
    if (mine && other) {
        r.margin = *mine - *other;
        e_.margin = r.margin;
        const Points size = *r.margin < Points{} ? Points{} - *r.margin : *r.margin;
        if (*r.margin != Points{}) {
            r.children.push_back(reason(
                path, outcome == Outcome::in ? Text::reason_margin_in : Text::reason_margin_out, {size}));
            r.children.back().margin = r.margin;
        } else if (path.find(".ties[") != std::string::npos || path.find("by_chain[") != std::string::npos) {
            for (const KeyPlan& keys : plan_.keys) {
                for (const KeyComponent& c : keys.components) {
                    if (c.key == nullptr) continue;
                    const auto number = std::stoul(path.substr(path.rfind('[') + 1));
                    if (&c - keys.components.data() != static_cast<std::ptrdiff_t>(number) + keys.ahead + 1)
                        continue;
                    const Argument what = c.key->kind == TieKind::condition
                                              ? Argument{rules_.in_words(c.key->holds)}
                                              : Argument{rules_.label(c.key->column)};
                    r.children = {reason(path, Text::reason_tie_key, {what}, c.key->source)};
                }
            }
        }
    }
    if (path.ends_with(".ties")) r.children.push_back(reason(path, Text::reason_unresolved, {}));
    return r;
}

/// True if the row goes on. Compared with the group's boundary rows, whose keys are made anew like its own.
bool Explainer::stage_cut(std::size_t stage) {
    const OrderPlan& order = *plan_.stage_cuts[stage];
    const Cut& cut = *rules_.stages()[stage].advance;
    const auto group = c_.stage_groups[stage]->group[row_];
    if (group >= c_.stage_groups[stage]->groups()) return true;
    const CutResult& result = c_.stage_cuts[stage][group];
    if (!result.cuts) return true;
    const int all = static_cast<int>(plan_.keys[static_cast<std::size_t>(order.keys)].components.size());
    const auto mine = words(row_, order);
    const bool level =
        result.straddling != no_row && compare(mine, words(result.straddling, order), order, all) == 0;
    Outcome outcome = Outcome::out;
    if (level && result.chosen)
        outcome = is_chosen(c_.table, c_.chosen_at(stage), row_) ? Outcome::in : Outcome::out;
    else if (result.last_in != no_row && compare(mine, words(result.last_in, order), order, all) <= 0)
        outcome = Outcome::in;
    else if (level && cut.ties != TiesAtCut::exclude_all)
        outcome = Outcome::contested;
    RuleId rule = c_.rule[row_];
    if (outcome == Outcome::in) {
        rule = 0;
        for (std::size_t i = 0; i < plan_.rules.size(); ++i) {
            if (plan_.rules[i].path == order.path + (!level          ? ""
                                                     : result.chosen ? ".chosen"
                                                                     : ".ties_at_cut"))
                rule = static_cast<RuleId>(i);
        }
    }
    const int slot = plan_.stage_slots[stage];
    e_.reasons.push_back(cut_reason(cut, result, outcome, level, rule, points_of(row_, slot),
                                    points_of(result.last_in, slot), points_of(result.first_out, slot)));
    if (outcome == Outcome::in) {
        e_.margin.reset();  // the margin that counts is that of the last cut
        return true;
    }
    end(static_cast<int>(stage), outcome == Outcome::contested ? Standing::contested : Standing::qualified,
        rule);
    return false;
}

/// The rank, found again by searching the sorted group with keys made anew.
void Explainer::place() {
    const OrderPlan& order = plan_.ranks.front();
    const auto group = c_.groups->group[row_];
    const std::span rows{c_.order.data() + c_.offsets[group], c_.cuts[group].ranked};
    const auto mine = words(row_, order);
    // With nothing missing the keys alone say who is equal; else only the score is searched by.
    const int ahead = plan_.keys[static_cast<std::size_t>(order.keys)].ahead;
    const int components = c_.unresolved ? ahead + 1 : order.cut_components;
    const auto begin = std::partition_point(rows.begin(), rows.end(), [&](std::uint32_t other) {
        return compare(words(other, order), mine, order, components) < 0;
    });
    const auto end = std::partition_point(begin, rows.end(), [&](std::uint32_t other) {
        return compare(words(other, order), mine, order, components) == 0;
    });
    auto first = begin - rows.begin() + 1;
    auto tied = end - begin;
    if (c_.unresolved && tied > 1) {
        const auto& keys = plan_.keys[static_cast<std::size_t>(order.keys)];
        std::vector<std::vector<std::uint64_t>> columns(static_cast<std::size_t>(keys.words));
        std::vector<Entry> local;
        std::uint32_t me = 0;
        for (auto it = begin; it != end; ++it) {
            const auto place = static_cast<std::uint32_t>(local.size());
            if (*it == row_) me = place;
            const auto other = words(*it, order);
            for (std::size_t w = 0; w < columns.size(); ++w) columns[w].push_back(other[w]);
            local.push_back({other.front(), place, place});
        }
        std::stable_sort(local.begin(), local.end(),
                         [](const Entry& a, const Entry& b) { return a.key < b.key; });
        Keys view{&keys, {}};
        for (std::size_t w = 1; w < columns.size(); ++w) view.more.push_back(columns[w].data());
        Sorter sorter{view, order.cut_components, *plan_.ids, nullptr};
        sorter.find_equals(local);
        for (const Equals& equals : sorter.blocks()) {
            const auto from = local.begin() + equals.begin;
            const auto to = local.begin() + equals.end;
            if (std::none_of(from, to, [&](const Entry& entry) { return entry.row == me; })) continue;
            first += equals.begin;
            tied = equals.end - equals.begin;
            break;
        }
    }
    auto here = std::find(rows.begin() + (first - 1), rows.begin() + (first - 1 + tied), row_);
    if (order.end == TieKind::lot) {
        first = here - rows.begin() + 1;
        tied = 1;
    }
    e_.first = first;
    e_.tied = tied;
    e_.field = static_cast<std::int64_t>(rows.size());
    if (here != rows.begin()) e_.above = plan_.ids->str(*(here - 1));
    if (here + 1 != rows.end()) e_.below = plan_.ids->str(*(here + 1));
}

void Explainer::final_cut() {
    const auto group = c_.groups->group[row_];
    const auto level = plan_.passed_level();
    if (group >= c_.groups->groups()) {
        e_.reasons.push_back(reason(plan_.ranks.front().path + ".within", Text::reason_no_group, {}));
        return end(plan_.score_level(), Standing::incomplete, c_.rule[row_]);
    }
    e_.total = value(plan_.total_slot);
    place();
    e_.seats = c_.seats[group];
    const CutResult& result = c_.cuts[group];
    const Cut& cut = c_.final_cut();
    if (!c_.is_cut()) return end(level, Standing::advanced, 0);
    if (!result.cuts) {
        e_.reasons.push_back(reason("select", Text::reason_no_cut, {}));
        return end(level, Standing::ranked, 0);
    }
    const OrderPlan& order = plan_.ranks.front();
    const bool final = !plan_.ends_at_stage;
    if (final && !c_.tallies.empty()) return quota_cut(group);
    const auto mine = words(row_, order);
    const int all = static_cast<int>(plan_.keys[static_cast<std::size_t>(order.keys)].components.size());
    const int components = cut.ties == TiesAtCut::by_chain ? all : order.cut_components;
    const bool uncertain = final && (rules_.is_incomplete("score") || rules_.is_incomplete("bonus"));
    const std::int64_t last = *e_.first + *e_.tied - 1;
    bool straddles = *e_.first <= result.limit && last > result.limit;
    const bool open_ties =
        order.end == TieKind::authority_decides ||
        (final && (rules_.is_incomplete("rank.ties") || rules_.is_incomplete("select.ties_at_cut")));
    // Whether a key is missing among equals is a matter of the whole block: its first row tells by the rule
    // it got.
    const bool unresolved = plan_.rules[c_.rule[row_]].path.ends_with(".ties");
    Outcome outcome = decide(*e_.first, *e_.tied, result.limit,
                             open_ties || unresolved ? TiesAtCut::contested : cut.ties, cut.extra);
    if (straddles && cut.ties == TiesAtCut::by_chain && !unresolved && !open_ties) {
        straddles = result.straddling != no_row &&
                    compare(mine, words(result.straddling, order), order, components) == 0;
        const bool in =
            result.last_in != no_row && compare(mine, words(result.last_in, order), order, components) <= 0;
        outcome = straddles ? Outcome::contested : in ? Outcome::in : Outcome::out;
    }
    if (plan_.rules[c_.rule[row_]].path.ends_with(".chosen")) {
        straddles = true;
        outcome = is_chosen(c_.table, c_.chosen_at(), row_) ? Outcome::in : Outcome::out;
    }
    if (uncertain) outcome = Outcome::contested;
    e_.reasons.push_back(cut_reason(cut, result, outcome, straddles, c_.rule[row_], e_.total,
                                    c_.total_of_row(result.last_in), c_.total_of_row(result.first_out)));
    Standing standing = outcome == Outcome::contested ? Standing::contested
                        : outcome == Outcome::out     ? Standing::qualified
                        : final                       ? Standing::selected
                                                      : Standing::advanced;
    if (standing == Standing::qualified && final && rules_.select().reserve) {
        const std::int64_t from = std::max<std::int64_t>(result.limit, result.in);
        const auto& count = rules_.select().reserve->count;
        if (!count || *e_.first <= from + *count) {
            standing = Standing::reserve;
            e_.reasons.back().children.push_back(
                reason("select.reserve", Text::reason_reserve, {}, rules_.select().reserve->source));
        }
    }
    end(level, standing, c_.rule[row_]);
}

/// Which way a row came in is a matter of the whole group: it was found once and is told here, with what the
/// quotas ask of this row made anew.
void Explainer::quota_cut(std::uint32_t group) {
    const auto& quotas = rules_.quotas();
    const CutResult& result = c_.cuts[group];
    std::size_t word = 0;
    for (int k = 0; k < plan_.traits; ++k)
        word += static_cast<std::size_t>(plan_.keys[static_cast<std::size_t>(k)].words);
    const std::uint64_t traits = c_.traits_of(b_.words[word][0]);
    const std::string& path = plan_.rules[c_.rule[row_]].path;
    const Standing standing = c_.standing[row_];
    const auto count = [](std::int64_t n) { return std::to_string(n); };
    const auto title_of = [&](const Quota& quota) {
        return quota.title == Title{} ? Title{quota.name, quota.name} : quota.title;
    };
    const auto by = std::find_if(quotas.begin(), quotas.end(),
                                 [&](const Quota& quota) { return path == "quota." + quota.name; });
    Reason r;
    if (path == "incomplete") {
        r = reason(path, Text::reason_uncertain, {});
    } else if (by != quotas.end()) {
        r = reason(path, Text::reason_quota_in, {title_of(*by)}, by->source);
    } else {
        r = reason(path,
                   standing == Standing::selected    ? Text::reason_quota_rank
                   : standing == Standing::contested ? Text::reason_quota_contested
                                                     : Text::reason_quota_out,
                   {count(result.limit), count(result.ranked)}, c_.final_cut().source);
    }
    r.passed = standing == Standing::selected;
    for (std::size_t q = 0; q < quotas.size(); ++q) {
        const QuotaTally& tally = c_.tallies[group][q];
        const bool mine = (traits & trait_who(q)) != 0;
        r.children.push_back(
            reason("quota." + quotas[q].name, mine ? Text::reason_quota_mine : Text::reason_quota_other,
                   {title_of(quotas[q]), count(tally.seats), count(tally.filled)}, quotas[q].source));
    }
    if (standing == Standing::reserve)
        r.children.push_back(reason(path, Text::reason_reserve, {}, rules_.select().reserve->source));
    e_.reasons.push_back(std::move(r));
    e_.decided_by = path;
    e_.standing = standing;
}

/// How many were there is a matter of the whole group; that the row was one of them is its own.
bool Explainer::field_too_small() {
    const std::string& path = plan_.rules[c_.rule[row_]].path;
    constexpr std::string_view of = "minimum_field.";
    if (c_.standing[row_] != Standing::cancelled || !path.starts_with(of)) return false;
    const std::string at = path.substr(of.size());
    const auto& rules = rules_.procedure().minimum_fields;
    const auto rule =
        std::find_if(rules.begin(), rules.end(), [&](const MinimumField& one) { return one.at == at; });
    const auto group = c_.groups->group[row_];
    const auto there = std::count_if(c_.rule.begin(), c_.rule.end(), [&](const RuleId& other) {
        const auto row = static_cast<std::size_t>(&other - c_.rule.begin());
        return other == c_.rule[row_] && c_.groups->group[row] == group;
    });
    Reason r = reason(path, Text::reason_field_too_small,
                      {std::to_string(there), std::to_string(rule->least), moment_in_words(rules_, at)},
                      rule->source);
    r.passed = false;
    e_.reasons.push_back(std::move(r));
    end(c_.ended[row_], Standing::cancelled, c_.rule[row_]);
    return true;
}

Explanation Explainer::explain() {
    e_.application = plan_.ids->str(row_);
    if (const Column* position = c_.table.find("position")) e_.position = position->str(row_);
    e_.regulation = rules_.title();
    e_.regulation_id = rules_.id();
    const bool passed = steps();
    if (c_.cancelled && field_too_small()) return e_;
    if (passed && info(plan_.total_slot).column == "total" && rules_.bonus().grants.empty()) {
        e_.reasons.push_back(
            reason("total", Text::reason_score, {Text::given_total, value(plan_.total_slot)}));
    }
    for (std::size_t stage = 0; stage < plan_.stage_cuts.size(); ++stage) {
        if (!plan_.stage_cuts[stage] || b_.fates[0].ended() <= static_cast<int>(stage)) continue;
        if (!stage_cut(stage)) return e_;
    }
    if (!passed) {
        end(b_.fates[0].ended(), b_.fates[0].standing(), b_.fates[0].rule());
        return e_;
    }
    final_cut();
    if (plan_.ends_at_stage) e_.stage = rules_.stages()[static_cast<std::size_t>(plan_.last_stage)].name;
    return e_;
}

}  // namespace

Explanation Selection::explain(std::string_view application) const {
    const auto row = find(application);
    if (!row) throw Error{Code::unknown_application, {std::string{application}}};
    const auto at = static_cast<std::uint32_t>(*row);
    return with_normalisation(content_->plan, at, Explainer{*content_, at}.explain());
}

}  // namespace recruit
