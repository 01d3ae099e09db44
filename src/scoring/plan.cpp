// Compiling a regulation for a table: which columns are read, exact integer arithmetic for every rule, keys
// to compare.

#include "scoring/plan.hpp"

#include <algorithm>
#include <bit>
#include <map>

#include <recruit/base/error.hpp>

#include "base/keys.hpp"

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

namespace {

constexpr int128 narrow_limit = int128{1} << 62;
constexpr int128 wide_limit = int128{1} << 120;

class Compiler {
public:
    Compiler(const Regulation& rules, const Table& table, const ScoreOptions& options, IssueLog& log)
        : rules_{plan_.regulation},
          table_{table},
          options_{options},
          pace_{pace_of(options)},
          log_{log},
          plan_{rules} {
        pace_.progress = {};
        plan_.rows = table.rows();
    }

    Plan compile();

private:
    void opening();
    void repeated(std::span<const std::pair<std::uint32_t, std::uint32_t>> rows, const KeyIndex& keys,
                  const std::string& name, Code code);
    void open(std::size_t row, Standing standing, RuleId rule);
    void stage(std::size_t index);
    void gates(const std::vector<Gate>& gates, int stage, int slot, const std::string& path,
               const std::string& column);
    int score_slot(const std::string& column);
    int load(const std::string& column, const Series& series, bool zero_if_missing);
    int fact_slot(const std::string& column);
    int value_slot(const std::string& column);
    int condition(const Condition& condition);
    int compare(const Condition& condition);
    int combine(const Composite* composite, const std::vector<Term>& terms,
                const std::vector<std::string>& parts, const std::string& name);
    int bonus(int in);
    int key_plan(int score_slot, const std::vector<TieKey>& chain, const std::vector<TieKey>& cut_chain,
                 int* cut_components);
    void component(KeyPlan& keys, const TieKey* key, int slot, int mask, int when, bool higher_first);
    OrderPlan order(const std::string& name, const std::string& path, const std::vector<std::string>& within,
                    RankDisplay display, int slot, const std::vector<TieKey>& chain, const Cut* cut);
    bool reads(const std::string& column) const;
    int new_slot(SlotInfo info) {
        plan_.slots.push_back(std::move(info));
        return static_cast<int>(plan_.slots.size()) - 1;
    }
    SlotInfo& slot(int index) { return plan_.slots[static_cast<std::size_t>(index)]; }
    int128 fit(int128 bound, const std::string& what);

    const Regulation& rules_;  // the plan's own: what it points to lives as long as the plan
    const Table& table_;
    const ScoreOptions& options_;
    Pace pace_;
    IssueLog& log_;
    Plan plan_;
    std::map<std::string, int> slots_;       ///< By column.
    std::map<std::string, int> conditions_;  ///< By text.
};

int128 magnitude(int128 v) { return v < 0 ? -v : v; }
int128 larger(int128 a, int128 b) { return magnitude(a) > magnitude(b) ? magnitude(a) : magnitude(b); }

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
    if (!ids.validity().all()) {
        for (std::size_t row = 0; row < plan_.rows; ++row) {
            if (!ids.is_null(row)) continue;
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
    static const std::vector<std::string> names{"eligible", "ineligible", "excluded", "withdrawn",
                                                "cancelled"};
    constexpr Standing standings[] = {Standing::ranked, Standing::ineligible, Standing::excluded,
                                      Standing::withdrawn, Standing::cancelled};
    const Series series = bind_categories("status", *status, names, log_, pace_);
    const auto by_code = places_in(series.column.strings(), names);
    const RuleId rule = plan_.rule("status");
    for (std::size_t row = 0; row < plan_.rows; ++row) {
        if (series.is_unusable(row)) {
            open(row, Standing::incomplete, rule);
        } else if (!series.column.is_null(row)) {
            const auto name = by_code[static_cast<std::size_t>(series.column.codes()[row])];
            if (name > 0) open(row, standings[name], rule);
        }
    }
}

// ---- values ----

int Compiler::load(const std::string& column, const Series& series, bool zero_if_missing) {
    const auto index = static_cast<int>(plan_.series.size());
    const auto type = series.column.type();
    SlotInfo info{column, series.scale(), series.least, series.most};
    if (type == ColumnType::date) {
        info.least = -(int128{1} << 31);
        info.most = int128{1} << 31;
    }
    if (type == ColumnType::text) info.most = static_cast<int128>(series.column.strings().size());
    if (type == ColumnType::boolean) info.most = 1;
    info.least = std::min<int128>(info.least, 0);
    info.most = std::max<int128>(info.most, 0);
    plan_.series.push_back(series);
    const int result = new_slot(info);
    plan_.steps.emplace_back(LoadStep{index, result, zero_if_missing});
    slots_[column] = result;
    return result;
}

/// The bound column of a stage or part.
int Compiler::score_slot(const std::string& column) {
    if (const auto found = slots_.find(column); found != slots_.end()) return found->second;
    const auto dot = column.find('.');
    const Stage* stage = rules_.find_stage(column.substr(0, dot));
    Points most = stage->max;
    if (dot != std::string::npos) {
        for (const Part& part : stage->parts) {
            if (part.name == column.substr(dot + 1)) most = part.max;
        }
    }
    return load(column, bind_numbers(column, table_.at(column), Points{}, most, log_, pace_),
                stage->missing == Missing::zero);
}

int Compiler::fact_slot(const std::string& column) {
    if (const auto found = slots_.find(column); found != slots_.end()) return found->second;
    return load(column, bind_fact(*rules_.find_fact(column), table_.at(column), log_, pace_), false);
}

int Compiler::value_slot(const std::string& column) {
    return rules_.find_fact(column) != nullptr ? fact_slot(column) : score_slot(column);
}

// ---- conditions ----

int Compiler::compare(const Condition& c) {
    const int value = value_slot(c.column);
    CompareStep step{value, plan_.masks++, c.comparison, 0, false, {}, &c};
    if (const auto* points = std::get_if<Points>(&c.literal)) {
        // Rounded towards the side that keeps the comparison exact at the column's scale.
        const int128 top = static_cast<int128>(points->units()) * power_of_ten(slot(value).scale);
        const int128 bottom = power_of_ten(points->scale());
        const bool up = c.comparison == Comparison::at_least || c.comparison == Comparison::below;
        step.threshold = divide_rounded<int128>(top, bottom, up ? RoundingMode::up : RoundingMode::down);
        step.never = c.comparison == Comparison::equals && top % bottom != 0;
        fit(step.threshold, c.str());
    } else if (const auto* flag = std::get_if<bool>(&c.literal)) {
        step.threshold = *flag ? 1 : 0;
    } else if (const auto* day = std::get_if<std::chrono::sys_days>(&c.literal)) {
        step.threshold = day->time_since_epoch().count();
    } else {
        std::vector<std::string> words;
        if (const auto* word = std::get_if<std::string>(&c.literal))
            words = {*word};
        else
            words = std::get<std::vector<std::string>>(c.literal);
        // The fact may have been loaded by an earlier rule: its series has the slot's column name.
        for (const Series& series : plan_.series) {
            if (series.name != c.column) continue;
            for (std::size_t code = 0; code < series.column.strings().size(); ++code) {
                if (std::find(words.begin(), words.end(), series.column.strings()[code]) != words.end()) {
                    step.codes.push_back(static_cast<std::int64_t>(code));
                }
            }
        }
        step.comparison = Comparison::one_of;
    }
    plan_.steps.emplace_back(step);
    return step.mask;
}

/// The mask of a condition; -1 for one that always holds.
int Compiler::condition(const Condition& c) {
    if (c.is_always()) return -1;
    const std::string text = c.str();
    if (const auto found = conditions_.find(text); found != conditions_.end()) return found->second;
    int mask = -1;
    if (c.kind == Condition::Kind::compare) {
        mask = compare(c);
    } else {
        LogicStep step{c.kind, {}, 0};
        for (const Condition& member : c.members) step.members.push_back(condition(member));
        mask = step.mask = plan_.masks++;
        plan_.steps.emplace_back(std::move(step));
    }
    conditions_[text] = mask;
    return mask;
}

// ---- composites ----

/// A sum of terms (or a plain sum of parts) as exact integers over one denominator, rounded or not at the
/// end.
int Compiler::combine(const Composite* composite, const std::vector<Term>& terms,
                      const std::vector<std::string>& parts, const std::string& name) {
    CombineStep step;
    step.composite = composite;
    std::vector<std::pair<int128, int128>> rest;  // value of term = slot (after roundings) * first / second
    std::vector<int128> bounds;
    const auto add = [&](const Term* term, const std::string& column) {
        LinearTerm linear;
        linear.term = term;
        linear.slot = value_slot(column);
        const SlotInfo info = slot(linear.slot);
        int128 bound = larger(info.least, info.most);
        int128 top = 1;
        int128 bottom = power_of_ten(info.scale);
        const auto reduce = [&] {
            const int128 divisor = gcd(top, bottom);
            top /= divisor;
            bottom /= divisor;
        };
        const auto round_here = [&](const Rounding& rule, int128& mul, int128& div) {
            mul = product(top, power_of_ten(rule.digits), column);
            div = bottom;
            const int128 divisor = gcd(mul, div);
            mul /= divisor;
            div /= divisor;
            bound = fit(product(bound, mul, column), column) / div + 1;
            fit(div, column);
            top = 1;
            bottom = power_of_ten(rule.digits);
        };
        if (term != nullptr) {
            linear.mask = condition(term->when);
            if (term->scale_to) {
                const std::string stage = column.substr(0, column.find('.'));
                Points max = rules_.find_stage(stage)->max;
                for (const Part& part : rules_.find_stage(stage)->parts) {
                    if (stage + "." + part.name == column) max = part.max;
                }
                const Fraction factor = Fraction{*term->scale_to} / Fraction{max};
                top = product(top, factor.numerator(), column);
                bottom = product(bottom, factor.denominator(), column);
                reduce();
            }
            if (term->round) {
                linear.rounds_scaled = true;
                linear.scaled_mode = term->round->mode;
                round_here(*term->round, linear.scaled_mul, linear.scaled_div);
            }
            top = product(top, term->weight.numerator(), column);
            bottom = product(bottom, term->weight.denominator(), column);
            reduce();
            if (term->round_weighted) {
                linear.rounds_weighted = true;
                linear.weighted_mode = term->round_weighted->mode;
                round_here(*term->round_weighted, linear.weighted_mul, linear.weighted_div);
            }
        }
        step.terms.push_back(linear);
        rest.emplace_back(top, bottom);
        bounds.push_back(bound);
    };
    for (const Term& term : terms) add(&term, term.column);
    for (const std::string& part : parts) add(nullptr, part);

    for (const auto& entry : rest) {
        step.denominator =
            product(step.denominator / gcd(step.denominator, entry.second), entry.second, name);
    }
    int128 bound = 0;
    for (std::size_t i = 0; i < rest.size(); ++i) {
        step.terms[i].lift = product(rest[i].first, step.denominator / rest[i].second, name);
        fit(step.terms[i].lift, name);
        bound += fit(product(bounds[i], step.terms[i].lift, name), name);
        fit(bound, name);
    }
    int scale = 0;
    if (composite != nullptr && composite->round) {
        scale = composite->round->digits;
        step.mode = composite->round->mode;
    } else {
        // Terminates (checked when the regulation was read): the fewest decimals that hold it exactly.
        while (scale < Points::max_scale && power_of_ten(scale) % step.denominator != 0) ++scale;
    }
    const int128 divisor = gcd(power_of_ten(scale), step.denominator);
    step.mul = power_of_ten(scale) / divisor;
    step.div = step.denominator / divisor;
    bound = fit(product(bound, step.mul, name), name) / step.div + 1;
    if (bound >= narrow_limit) throw InvalidRegulation{Code::rules_too_large, {name}};
    step.slot = new_slot({name, scale, -bound, bound});
    // Marks are never negative; only facts can make a sum negative.
    bool never_negative = true;
    for (const LinearTerm& term : step.terms) never_negative = never_negative && slot(term.slot).least >= 0;
    if (never_negative) slot(step.slot).least = 0;
    const int result = step.slot;
    plan_.steps.emplace_back(std::move(step));
    return result;
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
        static const std::vector<std::string> names{"present", "absent", "void", "exempt"};
        const Series series = bind_categories(stage.name + ".status", *column, names, log_, pace_);
        const auto by_code = places_in(series.column.strings(), names);
        Status status{std::vector<std::uint8_t>(plan_.rows)};
        for (std::size_t row = 0; row < plan_.rows; ++row) {
            if (series.is_unusable(row))
                status.codes[row] = 4;
            else if (!series.column.is_null(row))
                status.codes[row] = by_code[static_cast<std::size_t>(series.column.codes()[row])];
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

// ---- keys ----

void Compiler::component(KeyPlan& keys, const TieKey* key, int value, int mask, int when, bool higher_first) {
    KeyComponent c;
    c.key = key;
    c.is_mask = mask >= 0;
    c.index = c.is_mask ? mask : value;
    c.higher_first = higher_first;
    c.when = when;
    c.can_be_missing = key != nullptr;
    int128 span = 1;
    if (!c.is_mask) {
        const SlotInfo& info = slot(value);
        span = info.most - info.least;
        if (larger(info.least, info.most) >= narrow_limit || span >= narrow_limit) {
            throw InvalidRegulation{Code::rules_too_large, {info.column}};
        }
        c.least = static_cast<std::int64_t>(info.least);
    }
    c.span = static_cast<std::uint64_t>(span);
    c.bits = static_cast<int>(std::bit_width(c.span + 2));
    // Most significant first; what does not fit begins a new word.
    int used = 0;
    for (const KeyComponent& other : keys.components) {
        if (other.word == keys.words - 1) used += other.bits;
    }
    if (keys.words == 0 || used + c.bits > 64) {
        ++keys.words;
        used = 0;
    }
    c.word = keys.words - 1;
    c.shift = 64 - used - c.bits;
    keys.can_be_missing = keys.can_be_missing || c.can_be_missing;
    keys.components.push_back(c);
}

int Compiler::key_plan(int score, const std::vector<TieKey>& chain, const std::vector<TieKey>& cut_chain,
                       int* cut_components) {
    KeyPlan keys;
    component(keys, nullptr, score, -1, -1, true);
    const auto add = [&](const std::vector<TieKey>& list) {
        for (const TieKey& key : list) {
            if (key.kind >= TieKind::shared) break;
            const int when = condition(key.when);
            if (key.kind == TieKind::condition) {
                component(keys, &key, -1, condition(key.holds), when, true);
            } else {
                component(keys, &key, value_slot(key.column), -1, when, key.higher_first);
            }
        }
    };
    add(chain);
    *cut_components = static_cast<int>(keys.components.size());
    add(cut_chain);
    plan_.keys.push_back(std::move(keys));
    return static_cast<int>(plan_.keys.size()) - 1;
}

OrderPlan Compiler::order(const std::string& name, const std::string& path,
                          const std::vector<std::string>& within, RankDisplay display, int value,
                          const std::vector<TieKey>& chain, const Cut* cut) {
    OrderPlan order;
    order.name = name;
    order.path = path;
    order.within = within;
    order.display = display;
    order.end = chain.empty() ? TieKind::shared : chain.back().kind;
    static const std::vector<TieKey> none;
    order.keys = key_plan(value, chain, cut != nullptr ? cut->chain : none, &order.cut_components);
    return order;
}

Plan Compiler::compile() {
    plan_.rule("");  // 0: nothing decided
    plan_.given_total = options_.given_total;
    const auto& stages = rules_.stages();
    std::size_t count = stages.size();
    if (options_.through) {
        const Stage* last = rules_.find_stage(*options_.through);
        if (last == nullptr) {
            std::string names;
            for (const Stage& stage : stages) names += (names.empty() ? "" : ", ") + stage.name;
            throw Error{Code::unknown_stage, {*options_.through, names}};
        }
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
        const int score = combine(&rules_.score(), rules_.score().terms, {}, "score");
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
                                        RankDisplay::min, plan_.stage_slots[i], {}, &*stage.advance);
    }
    if (plan_.ends_at_stage) {
        const Stage& last = stages[count - 1];
        static const std::vector<std::string> by_position{"position"};
        plan_.ranks.push_back(order(last.name, "stage." + last.name + ".advance",
                                    last.advance ? last.advance->within : by_position, RankDisplay::min,
                                    plan_.total_slot, {}, last.advance ? &*last.advance : nullptr));
    } else {
        for (const bool selecting : {true, false}) {
            for (const RankRule& rank : rules_.ranks()) {
                if ((rank.name == rules_.select().by) != selecting) continue;
                plan_.ranks.push_back(order(rank.name, "rank." + rank.name, rank.within, rank.display,
                                            plan_.total_slot, rank.ties,
                                            selecting ? &rules_.select().cut : nullptr));
            }
        }
    }
    return std::move(plan_);
}

}  // namespace

Plan compile(const Regulation& regulation, const Table& table, const ScoreOptions& options, IssueLog& log) {
    return Compiler{regulation, table, options, log}.compile();
}

}  // namespace recruit::detail
