// Compiling values: columns, conditions, composites.

#include "scoring/compiler.hpp"

#include <algorithm>

#include <recruit/base/error.hpp>

#include "base/keys.hpp"
#include "scoring/normalise.hpp"

namespace recruit::detail {

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
    for (const Normalisation& rule : rules_.normalisations()) {
        if (rule.column == column && table_.find(column) == nullptr)
            table_.at(rule.raw);  // is named as missing
    }
    Series series = bind_numbers(column, table_.at(column), Points{}, most, log_, pace_);
    mark_not_normalised(series, rules_, table_, log_);
    return load(column, series, stage->missing == Missing::zero);
}

int Compiler::fact_slot(const std::string& column) {
    if (const auto found = slots_.find(column); found != slots_.end()) return found->second;
    return load(column, bind_fact(*rules_.find_fact(column), table_.at(column), log_, pace_), false);
}

int Compiler::fixed_slot(const Points& points) {
    const int128 value = points.units();
    const int result = new_slot({{}, points.scale(), value, value});
    plan_.steps.emplace_back(FixedStep{result, value});
    return result;
}

int Compiler::value_slot(const std::string& column) {
    if (column == "score") return score_before_bonus();
    return rules_.find_fact(column) != nullptr ? fact_slot(column) : score_slot(column);
}

/// What a key compares: of texts their place in the order of their bytes.
int Compiler::order_slot(const std::string& column) {
    const Fact* fact = rules_.find_fact(column);
    if (fact == nullptr || fact->type != FactType::category) return value_slot(column);
    const std::string name = column + "/order";  // no name of a regulation
    if (const auto found = slots_.find(name); found != slots_.end()) return found->second;
    fact_slot(column);
    const auto bound = std::find_if(plan_.series.begin(), plan_.series.end(),
                                    [&](const Series& series) { return series.name == column; });
    Series ordered = in_byte_order(*bound);
    ordered.name = name;
    return load(name, ordered, false);
}

/// The composite, for keys that compare it without the bonus. Where a given total is used it is made from the
/// stages all the same, and is missing where they are.
int Compiler::score_before_bonus() {
    if (score_slot_ < 0) score_slot_ = combine(&rules_.score(), rules_.score().terms, {}, "score");
    return score_slot_;
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
        const bool fixed = term != nullptr && term->column.empty();
        linear.slot = fixed ? fixed_slot(*term->scale_to) : value_slot(column);
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
            if (term->scale_to && !fixed) {
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

}  // namespace recruit::detail
