// Compiling a regulation for a table: which columns are read, exact integer arithmetic for every rule, keys
// to compare.

#include "base/join.hpp"
#include "scoring/compiler.hpp"

#include <algorithm>

#include <recruit/base/error.hpp>

#include "base/keys.hpp"
#include "scoring/normalise.hpp"

namespace recruit::detail {

RuleId Plan::rule(std::string path, std::string source, std::optional<Code> issue, std::string column) {
    for (std::size_t i = 0; i < rules.size(); ++i) {
        if (rules[i].path == path && rules[i].issue == issue && rules[i].column == column) {
            return static_cast<RuleId>(i);
        }
    }
    rules.push_back({std::move(path), std::move(source), issue, std::move(column)});
    return static_cast<RuleId>(rules.size() - 1);
}

/// Notes whether 64 bits still suffice for a value of this size. \throws InvalidRegulation beyond 128.
int128 Compiler::fit(int128 bound, const std::string& what) {
    bound = magnitude(bound);
    if (bound >= wide_limit) throw InvalidRegulation{Code::rules_too_large, {what}};
    if (bound >= narrow_limit) plan_.wide = true;
    return bound;
}

/// a * b, refused before it could overflow.
int128 product(int128 a, int128 b, const std::string& what) {
    a = magnitude(a);
    b = magnitude(b);
    if (a != 0 && b > wide_limit / a) throw InvalidRegulation{Code::rules_too_large, {what}};
    return a * b;
}

// ---- identity ----

void Compiler::open(std::size_t row, Standing standing, RuleId rule) {
    if (plan_.opening.empty()) {
        plan_.opening.assign(plan_.rows, 0xFF);
        plan_.opening_rule.assign(plan_.rows, 0);
    }
    if (plan_.opening[row] != 0xFF) return;
    plan_.opening[row] = static_cast<std::uint8_t>(standing);
    plan_.opening_rule[row] = rule;
}

/// Rows whose key stood before: nobody can tell which of them counts, so none does.
void Compiler::repeated(std::span<const std::pair<std::uint32_t, std::uint32_t>> rows, const KeyIndex& keys,
                        const std::string& name, Code code) {
    const RuleId rule = plan_.rule(name);
    for (const auto& [row, before] : rows) {
        log_.add(row_issue(code, Severity::error, row, name, keys.str(row), {std::to_string(before)}));
        open(before, Standing::incomplete, rule);
        open(row, Standing::incomplete, rule);
    }
}

/// By dictionary code the place of its text among `names`.
std::vector<std::uint8_t> places_in(const Strings& dictionary, const std::vector<std::string>& names) {
    std::vector<std::uint8_t> places(dictionary.size());
    for (std::size_t code = 0; code < places.size(); ++code) {
        places[code] = static_cast<std::uint8_t>(std::find(names.begin(), names.end(), dictionary[code]) -
                                                 names.begin());
    }
    return places;
}

/// Of the rows of one person, those for a position that a row before them is for: (row, the first such row).
std::vector<std::pair<std::uint32_t, std::uint32_t>> same_position(const KeyIndex& persons,
                                                                   const Column* positions) {
    std::map<std::pair<std::uint32_t, std::string>, std::uint32_t> seen;  // by first row and position
    std::vector<std::pair<std::uint32_t, std::uint32_t>> result;
    const auto position = [&](std::uint32_t row) {
        return positions == nullptr ? std::string{} : positions->str(row);
    };
    for (const auto& [row, first] : persons.repeated()) {
        seen.try_emplace({first, position(first)}, first);
        const auto [entry, is_new] = seen.try_emplace({first, position(row)}, row);
        if (!is_new) result.emplace_back(row, entry->second);
    }
    return result;
}

void Compiler::opening() {
    const Column& ids = table_.at("application");
    plan_.ids = keys_of("application", ids, pace_);
    const RuleId id_rule = plan_.rule("application");
    // A blank is no id either: a data frame whose gaps were filled has them.
    if (!ids.validity().all() || plan_.ids->find("")) {
        for (std::size_t row = 0; row < plan_.rows; ++row) {
            if (!plan_.ids->str(row).empty()) continue;
            log_.add(row_issue(Code::missing_application, Severity::error, row, "application", ""));
            open(row, Standing::incomplete, id_rule);
        }
    }
    repeated(plan_.ids->repeated(), *plan_.ids, "application", Code::duplicate_application);
    if (const Column* column = table_.find("person")) {
        const auto persons = keys_of("person", *column, pace_);
        repeated(same_position(*persons, table_.find("position")), *persons, "person",
                 Code::duplicate_person);
    }
    const Column* status = table_.find("status");
    if (status == nullptr) return;
    static const std::vector<std::string> names{"eligible",  "ineligible", "excluded",
                                                "withdrawn", "cancelled",  "cannot_be_told"};
    constexpr Standing standings[] = {Standing::ranked,    Standing::ineligible, Standing::excluded,
                                      Standing::withdrawn, Standing::cancelled,  Standing::incomplete};
    const Series series = bind_categories("status", *status, names, log_, pace_);
    const auto by_code = places_in(series.column.strings(), names);
    const RuleId rule = plan_.rule("status");
    const RuleId not_told = plan_.rule("status.cannot_be_told", {}, Code::standard_not_told, "status");
    for (std::size_t row = 0; row < plan_.rows; ++row) {
        if (series.is_unusable(row)) {
            open(row, Standing::incomplete, rule);
        } else if (!series.column.is_null(row)) {
            const auto name = by_code[static_cast<std::size_t>(series.column.codes()[row])];
            const bool told = standings[name] != Standing::incomplete;
            if (name > 0) open(row, standings[name], told ? rule : not_told);
        }
    }
}

// ---- stages ----

bool reads_column(const Condition& condition, const std::string& column) {
    return condition.column == column ||
           std::any_of(condition.members.begin(), condition.members.end(),
                       [&](const Condition& member) { return reads_column(member, column); });
}

/// Whether some rule needs this part by itself, so that its stage's score alone would not do.
bool Compiler::reads(const std::string& column) const {
    const auto gates = [&](const std::vector<Gate>& list) {
        return std::any_of(list.begin(), list.end(),
                           [&](const Gate& g) { return reads_column(g.when, column); });
    };
    const auto terms = [&](const std::vector<Term>& list) {
        return std::any_of(list.begin(), list.end(),
                           [&](const Term& t) { return t.column == column || reads_column(t.when, column); });
    };
    const auto chain = [&](const std::vector<TieKey>& keys) {
        return std::any_of(keys.begin(), keys.end(), [&](const TieKey& k) {
            return k.column == column || reads_column(k.holds, column) || reads_column(k.when, column);
        });
    };
    for (const Stage& stage : rules_.stages()) {
        if (gates(stage.gates) || (stage.advance && chain(stage.advance->chain))) return true;
        for (const Part& part : stage.parts) {
            if (gates(part.gates) || (!part.gates.empty() && stage.name + "." + part.name == column))
                return true;
        }
    }
    for (const RankRule& rank : rules_.ranks()) {
        if (chain(rank.ties)) return true;
    }
    for (const Grant& grant : rules_.bonus().grants) {
        if (reads_column(grant.when, column)) return true;
    }
    return gates(rules_.score_gates()) || terms(rules_.score().terms) || chain(rules_.select().cut.chain);
}

void Compiler::gates(const std::vector<Gate>& gates, int stage, int value, const std::string& path,
                     const std::string& column) {
    for (std::size_t i = 0; i < gates.size(); ++i) {
        const Gate& gate = gates[i];
        GateStep step{};
        step.stage = stage;
        step.slot = value;
        step.mask = condition(gate.when);
        const int128 top = static_cast<int128>(gate.threshold.units()) * power_of_ten(slot(value).scale);
        const int128 bottom = power_of_ten(gate.threshold.scale());
        // The least number of units that passes; an exclusive threshold passes from the next unit on.
        step.threshold = gate.inclusive ? divide_rounded<int128>(top, bottom, RoundingMode::up)
                                        : divide_rounded<int128>(top, bottom, RoundingMode::down) + 1;
        fit(step.threshold, path);
        const std::string gate_path = path + ".gate[" + std::to_string(i) + "]";
        step.rule = plan_.rule(gate_path, gate.source);
        step.missing_rule = plan_.rule(path + ".missing", {}, Code::missing_score, column);
        step.when_rule = plan_.rule(gate_path + ".when", gate.source, Code::missing_fact, gate_path);
        step.gate = &gate;
        plan_.steps.emplace_back(step);
    }
}

void Compiler::stage(std::size_t index) {
    const Stage& stage = rules_.stages()[index];
    const std::string path = "stage." + stage.name;
    const bool has_own = table_.find(stage.name) != nullptr;
    bool has_parts = !stage.parts.empty();
    bool needs_parts = false;
    std::vector<std::string> parts;
    for (const Part& part : stage.parts) {
        parts.push_back(stage.name + "." + part.name);
        has_parts = has_parts && table_.find(parts.back()) != nullptr;
        needs_parts = needs_parts || reads(parts.back());
    }
    int value = -1;
    if (!stage.parts.empty() && (has_parts || needs_parts || !has_own)) {
        for (const std::string& part : parts) score_slot(part);  // a missing column is named here
        static const std::vector<Term> no_terms;
        value = stage.score ? combine(&*stage.score, stage.score->terms, {}, stage.name)
                            : combine(nullptr, no_terms, parts, stage.name);
        if (has_own) {
            const int given = score_slot(stage.name);
            plan_.steps.emplace_back(AgreeStep{given, value});
        }
        slots_[stage.name] = value;
    } else {
        value = score_slot(stage.name);
    }
    plan_.stage_slots.push_back(value);

    StageStep step{};
    step.stage = static_cast<int>(index);
    step.slot = value;
    step.policy = stage.missing;
    step.status_rule = plan_.rule(path + ".status", stage.source);
    step.missing_rule = plan_.rule(path + ".missing", stage.source, Code::missing_score, stage.name);
    step.unusable_rule = plan_.rule(path + ".unusable", stage.source);
    if (const Column* column = table_.find(stage.name + ".status")) {
        // In the order of StageStatus.
        static const std::vector<std::string> names{"present",    "absent",    "void",     "exempt",
                                                    "not_called", "withdrawn", "cancelled"};
        const Series series = bind_categories(stage.name + ".status", *column, names, log_, pace_);
        const auto by_code = places_in(series.column.strings(), names);
        Status status{std::vector<StageStatus>(plan_.rows)};
        for (std::size_t row = 0; row < plan_.rows; ++row) {
            if (series.is_unusable(row))
                status.codes[row] = StageStatus::unreadable;
            else if (!series.column.is_null(row))
                status.codes[row] =
                    static_cast<StageStatus>(by_code[static_cast<std::size_t>(series.column.codes()[row])]);
        }
        step.status = static_cast<int>(plan_.statuses.size());
        plan_.statuses.push_back(std::move(status));
    }
    plan_.steps.emplace_back(step);
    for (std::size_t i = 0; i < stage.parts.size(); ++i) {
        if (stage.parts[i].gates.empty()) continue;
        gates(stage.parts[i].gates, step.stage, score_slot(parts[i]), path + ".part." + stage.parts[i].name,
              parts[i]);
    }
    gates(stage.gates, step.stage, value, path, stage.name);
    const auto& ballot = rules_.procedure().vote;
    if (ballot && ballot->stage == stage.name) vote(*ballot, step.stage, value);
}

/// Votes in favour over members present, without a division: share = p / q passes where q * votes - p *
/// present is at least 0. Where the share is rounded the bound moves by less than, or by, one vote.
void Compiler::vote(const ConfidenceVote& ballot, int stage, int votes) {
    static const Gate against_present;
    const int present = fact_slot(ballot.present);
    CombineStep margin{};
    LinearTerm in_favour{};
    in_favour.slot = votes;
    in_favour.lift = product(ballot.share.denominator(), power_of_ten(slot(present).scale), "vote");
    LinearTerm there{};
    there.slot = present;
    there.lift = -product(ballot.share.numerator(), power_of_ten(slot(votes).scale), "vote");
    margin.terms = {in_favour, there};
    const int128 bound = fit(product(larger(slot(votes).least, slot(votes).most), in_favour.lift, "vote") +
                                 product(larger(slot(present).least, slot(present).most), there.lift, "vote"),
                             "vote");
    if (bound >= narrow_limit) throw InvalidRegulation{Code::rules_too_large, {std::string{"vote"}}};
    margin.slot = new_slot({std::string{vote_margin}, 0, -bound, bound});
    const int128 one_vote = product(in_favour.lift, power_of_ten(slot(votes).scale), "vote");
    GateStep step{};
    step.stage = stage;
    step.slot = margin.slot;
    step.votes = votes;
    step.present = present;
    step.threshold = ballot.inclusive ? 0 : 1;
    if (ballot.round == RoundingMode::down && ballot.inclusive) step.threshold = 1 - one_vote;
    if (ballot.round == RoundingMode::up && !ballot.inclusive) step.threshold = one_vote;
    step.rule = plan_.rule("vote", ballot.source);
    step.missing_rule = plan_.rule("vote.present", ballot.source, Code::missing_fact, ballot.present);
    step.when_rule = step.missing_rule;
    step.gate = &against_present;
    plan_.steps.emplace_back(std::move(margin));
    plan_.steps.emplace_back(step);
}

int Compiler::bonus(int in) {
    const Bonus& bonus = rules_.bonus();
    if (bonus.grants.empty()) return in;
    BonusStep step;
    step.highest_only = bonus.highest_only;
    step.in = in;
    step.when_rule = plan_.rule("bonus", bonus.source, Code::missing_fact, "bonus");
    int scale = std::max(slot(in).scale, bonus.cap ? bonus.cap->scale() : 0);
    for (const Grant& grant : bonus.grants) {
        BonusStep::OneGrant one;
        one.grant = &grant;
        one.mask = condition(grant.when);
        if (!grant.column.empty()) one.slot = fact_slot(grant.column);
        scale = std::max(scale, one.slot >= 0 ? slot(one.slot).scale : grant.points.scale());
        step.grants.push_back(one);
    }
    int128 bound = 0;
    for (auto& one : step.grants) {
        if (one.slot >= 0) {
            one.lift = power_of_ten(scale - slot(one.slot).scale);
            bound += product(larger(slot(one.slot).least, slot(one.slot).most), one.lift, "bonus");
        } else {
            one.points = static_cast<int128>(one.grant->points.units()) *
                         power_of_ten(scale - one.grant->points.scale());
            bound += magnitude(one.points);
        }
        fit(bound, "bonus");
    }
    if (bonus.cap)
        step.cap = static_cast<int128>(bonus.cap->units()) * power_of_ten(scale - bonus.cap->scale());
    step.lift = power_of_ten(scale - slot(in).scale);
    const int128 least = slot(in).least * step.lift - bound;
    const int128 most = slot(in).most * step.lift + bound;
    if (larger(least, most) >= narrow_limit)
        throw InvalidRegulation{Code::rules_too_large, {std::string{"bonus"}}};
    step.out = new_slot({"total", scale, least, most});
    const int result = step.out;
    plan_.steps.emplace_back(std::move(step));
    return result;
}

Plan Compiler::compile() {
    plan_.rule("");  // 0: nothing decided
    plan_.given_total = options_.given_total;
    const auto& stages = rules_.stages();
    std::size_t count = stages.size();
    if (options_.through) {
        const Stage* last = rules_.find_stage(*options_.through);
        if (last == nullptr)
            throw Error{Code::unknown_stage, {*options_.through, joined(stages, &Stage::name)}};
        count = static_cast<std::size_t>(last - stages.data()) + 1;
    }
    plan_.last_stage = static_cast<int>(count) - 1;
    plan_.ends_at_stage = count < stages.size();
    opening();
    for (std::size_t i = 0; i < count; ++i) stage(i);

    const Column* given = table_.find("total");
    if (plan_.ends_at_stage) {
        plan_.total_slot = plan_.stage_slots.back();
    } else if (given != nullptr && options_.given_total == GivenTotal::use) {
        plan_.total_slot =
            load("total", bind_numbers("total", *given, std::nullopt, std::nullopt, log_, pace_), false);
    } else {
        const int score = score_before_bonus();
        gates(rules_.score_gates(), plan_.score_level(), score, "score", "score");
        plan_.total_slot = bonus(score);
        if (given != nullptr) {
            plan_.published_total = bind_numbers("total", *given, std::nullopt, std::nullopt, log_, pace_);
        }
    }
    plan_.steps.emplace_back(TotalStep{plan_.total_slot,
                                       plan_.rule("score.missing", {}, Code::missing_score, "score"),
                                       plan_.rule("score.unusable")});

    for (std::size_t i = 0; i < count; ++i) {
        const Stage& stage = stages[i];
        plan_.stage_cuts.emplace_back();
        if (!stage.advance || (plan_.ends_at_stage && i + 1 == count)) continue;
        plan_.stage_cuts.back() = order(stage.name, "stage." + stage.name + ".advance", stage.advance->within,
                                        RankDisplay::min, plan_.stage_slots[i], {}, {}, &*stage.advance);
    }
    if (plan_.ends_at_stage) {
        const Stage& last = stages[count - 1];
        static const std::vector<std::string> by_position{"position"};
        plan_.ranks.push_back(order(last.name, "stage." + last.name + ".advance",
                                    last.advance ? last.advance->within : by_position, RankDisplay::min,
                                    plan_.total_slot, {}, {}, last.advance ? &*last.advance : nullptr));
    } else {
        for (const bool selecting : {true, false}) {
            for (const RankRule& rank : rules_.ranks()) {
                if ((rank.name == rules_.select().by) != selecting) continue;
                for (const TieKey& key : rank.ahead) {
                    const auto number = static_cast<std::size_t>(&key - rank.ahead.data());
                    ask(key.holds, "rank." + rank.name + ".ahead[" + std::to_string(number) + "]",
                        key.source);
                }
                plan_.ranks.push_back(order(rank.name, "rank." + rank.name, rank.within, rank.display,
                                            plan_.total_slot, rank.ahead, rank.ties,
                                            selecting ? &rules_.select().cut : nullptr));
            }
        }
        traits();
    }
    return std::move(plan_);
}

Plan compile(const Regulation& regulation, const Table& table, const ScoreOptions& options, IssueLog& log) {
    const auto made = normalise_missing(regulation, table, options);
    if (!made) return Compiler{regulation, table, options, log}.compile();
    for (const Issue& issue : made->issues) log.add(issue);
    Plan plan = Compiler{regulation, made->table, options, log}.compile();
    plan.normalised = made;
    return plan;
}

}  // namespace recruit::detail
