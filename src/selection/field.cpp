// A field that is too small, and places that nobody fills.

#include <algorithm>

#include "base/join.hpp"
#include "base/keys.hpp"
#include "selection/content.hpp"

namespace recruit::detail {

Title moment_in_words(const Regulation& rules, const std::string& at) {
    const auto said = [](Text key, std::vector<Argument> arguments = {}) {
        return Title{Message{key, arguments}.str(Language::en), Message{key, arguments}.str(Language::vi)};
    };
    if (at == "applied") return said(Text::moment_applied);
    if (at == "eligible") return said(Text::moment_eligible);
    if (at == "final") return said(Text::moment_final);
    return said(Text::moment_after, {rules.label(at)});
}

const MinimumField* FieldTest::find(const std::string& at) const {
    const auto& rules = c_.plan.regulation.procedure().minimum_fields;
    const auto found =
        std::find_if(rules.begin(), rules.end(), [&](const MinimumField& rule) { return rule.at == at; });
    return found == rules.end() ? nullptr : &*found;
}

void FieldTest::run(const std::string& at, int level, int end, const Grouping& grouping, Scored& scored) {
    const auto found = find(at);
    std::vector<std::int64_t> there(grouping.groups());
    const auto counts = [&](std::size_t row) {
        return grouping.group[row] < there.size() && scored.ended[row] >= level;
    };
    for (std::size_t row = 0; row < c_.plan.rows; ++row) {
        if (counts(row)) ++there[grouping.group[row]];
    }
    constexpr Text words[] = {Text::too_few_extend, Text::too_few_readvertise, Text::too_few_cancel,
                              Text::too_few_proceed, Text::too_few_merge};
    const Text follows =
        found->below ? words[static_cast<std::size_t>(*found->below)] : Text::too_few_not_said;
    const std::string path = "minimum_field." + at;
    bool any = false;
    for (std::size_t g = 0; g < there.size(); ++g) {
        const bool told = g < too_small_.size() && too_small_[g];
        if (there[g] >= found->least || told) continue;
        any = true;
        Issue issue;
        issue.code = Code::field_too_small;
        issue.severity = Severity::warning;
        issue.column = path;
        issue.value = std::to_string(there[g]);
        issue.arguments = {joined(grouping.names(g)), std::to_string(there[g]), std::to_string(found->least),
                           moment_in_words(c_.plan.regulation, at), follows};
        log_.add(std::move(issue));
    }
    if (!any || found->below != TooFew::cancel) return;
    const RuleId rule = c_.plan.rule(path, found->source);
    c_.cancelled = true;
    too_small_.resize(there.size());
    for (std::size_t g = 0; g < there.size(); ++g) too_small_[g] = too_small_[g] || there[g] < found->least;
    for (std::size_t row = 0; row < c_.plan.rows; ++row) {
        // Who had left before this moment, by themselves or by a rule, stays where they are.
        const bool was_there = scored.ended[row] >= std::max(level, 0);
        if (!was_there || grouping.group[row] >= there.size()) continue;
        if (there[grouping.group[row]] >= found->least) continue;
        scored.ended[row] = static_cast<std::int8_t>(end);
        scored.standing[row] = Standing::cancelled;
        scored.rule[row] = rule;
    }
}

/// Nobody passed, or fewer than there are seats: told where the regulation says what follows.
void FieldTest::tell_of_ending() {
    const auto& ending = c_.plan.regulation.procedure().ending;
    if (!ending || c_.plan.ends_at_stage) return;
    constexpr Text words[] = {Text::unfilled_vacancy_stays, Text::unfilled_rerun, Text::unfilled_ordinary};
    for (std::size_t g = 0; g < c_.cuts.size(); ++g) {
        const CutResult& cut = c_.cuts[g];
        const auto& seats = c_.seats[g];
        const bool nobody = cut.ranked == 0;
        const bool fewer = seats && !nobody && static_cast<std::int64_t>(cut.ranked) < *seats;
        const auto& follows = nobody ? ending->nobody_passes : ending->fewer_than_seats;
        const bool cancelled = g < too_small_.size() && too_small_[g];
        if ((!nobody && !fewer) || !follows || cancelled) continue;
        Issue issue;
        issue.code = nobody ? Code::nobody_passed : Code::seats_left;
        issue.severity = Severity::note;
        issue.value = c_.group_name(g);
        issue.arguments = {c_.group_name(g)};
        if (!nobody) {
            issue.arguments.emplace_back(std::to_string(cut.ranked));
            issue.arguments.emplace_back(std::to_string(*seats));
        }
        issue.arguments.emplace_back(words[static_cast<std::size_t>(*follows)]);
        log_.add(std::move(issue));
    }
}

}  // namespace recruit::detail
