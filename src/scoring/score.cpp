#include <recruit/scoring/score.hpp>

#include <algorithm>

#include <recruit/base/error.hpp>

#include "base/keys.hpp"
#include "scoring/plan.hpp"

namespace recruit {

std::string_view to_string(Standing standing) noexcept {
    constexpr std::string_view names[] = {"selected",   "contested", "reserve",  "advanced",   "qualified",
                                          "ranked",     "failed",    "absent",   "incomplete", "excluded",
                                          "ineligible", "withdrawn", "cancelled"};
    return names[static_cast<std::size_t>(standing)];
}

std::optional<Standing> standing(std::string_view name) noexcept {
    for (int i = 0; i < standing_count; ++i) {
        if (to_string(static_cast<Standing>(i)) == name) return static_cast<Standing>(i);
    }
    return std::nullopt;
}

std::string_view label(Standing standing, Language language) noexcept {
    constexpr Text keys[] = {Text::standing_selected, Text::standing_contested,  Text::standing_reserve,
                             Text::standing_advanced, Text::standing_qualified,  Text::standing_ranked,
                             Text::standing_failed,   Text::standing_absent,     Text::standing_incomplete,
                             Text::standing_excluded, Text::standing_ineligible, Text::standing_withdrawn,
                             Text::standing_cancelled};
    static_assert(std::size(keys) == standing_count);
    return text(keys[static_cast<std::size_t>(standing)], language);
}

namespace detail {

namespace {

/// Where a stage's own value and its parts disagree, the numbers; found by running the row alone.
void report_disagreement(const Plan& plan, std::size_t row, const std::string& id, const Rule& rule,
                         IssueLog& log) {
    Block<int128> block{plan, 1};
    run(plan, block, row, 1);
    for (const Step& step : plan.steps) {
        const auto* agree = std::get_if<AgreeStep>(&step);
        if (agree == nullptr) continue;
        const auto value = [&](int slot) {
            const auto& info = plan.slots[static_cast<std::size_t>(slot)];
            return Points::of(static_cast<std::int64_t>(block.slots[static_cast<std::size_t>(slot)][0]),
                              info.scale);
        };
        const auto given = static_cast<std::size_t>(agree->given);
        const std::string& stage = plan.slots[static_cast<std::size_t>(agree->computed)].column;
        if (rule.path != "stage." + stage + ".unusable" || block.known[given][0] != known) continue;
        if (value(agree->given) == value(agree->computed)) continue;
        log.add(row_issue(Code::parts_disagree, Severity::error, row, stage, id,
                          {plan.regulation.label(stage), value(agree->given), value(agree->computed)}));
    }
}

}  // namespace

void report(const Plan& plan, const Scored& scored, IssueLog& log) {
    const auto total_scale = plan.total_scale();
    bool parts_and_stage = false;
    for (const Step& step : plan.steps)
        parts_and_stage = parts_and_stage || std::holds_alternative<AgreeStep>(step);
    const auto at = [&](const Standing* place) {
        return static_cast<std::size_t>(place - scored.standing.begin());
    };
    const auto next = [&](const Standing* from) {
        return std::find(from, scored.standing.end(), Standing::incomplete);
    };
    for (const Standing* found = next(scored.standing.begin()); found != scored.standing.end();
         found = next(found + 1)) {
        const std::size_t row = at(found);
        const Rule& rule = plan.rules[scored.rule[row]];
        if (rule.issue) {
            log.add(*rule.issue, rule.column, [&] {
                return row_issue(*rule.issue, Severity::error, row, rule.column, plan.ids->str(row),
                                 {plan.regulation.label(rule.column)});
            });
        } else if (parts_and_stage && rule.path.ends_with(".unusable")) {
            report_disagreement(plan, row, plan.ids->str(row), rule, log);
        }
    }
    if (!plan.published_total) return;
    const Column& published = plan.published_total->column;
    for (std::size_t row = 0; row < plan.rows; ++row) {
        if (scored.ended[row] < plan.passed_level() || published.is_null(row)) continue;
        const Points given = Points::of(published.integers()[row], published.scale());
        const Points computed = Points::of(scored.total[row], total_scale);
        if (given == computed) continue;
        log.add(Code::total_differs, "total", [&] {
            return row_issue(Code::total_differs, Severity::warning, row, "total", plan.ids->str(row),
                             {given, computed});
        });
    }
}

}  // namespace detail

std::string_view ScoreTable::stage(std::size_t row) const {
    const auto index = static_cast<std::size_t>(ended[row]);  // -1 is beyond the last
    return index < stages.size() ? std::string_view{stages[index]} : std::string_view{};
}

Table ScoreTable::to_table() const {
    std::vector<std::string> standings, names;
    for (std::size_t row = 0; row < standing.size(); ++row) {
        standings.emplace_back(to_string(standing[row]));
        names.emplace_back(stage(row));
    }
    Table out;
    out.add("application", application);
    out.add("total", total);
    out.add("standing", Column::texts(standings));
    out.add("stage", Column::texts(names));
    out.add("decided_by", Column::texts(decided_by));
    return out;
}

ScoreTable score(const Regulation& regulation, const Table& scores, const ScoreOptions& options) {
    detail::IssueLog log{options.max_issues};
    const detail::Plan plan = detail::compile(regulation, scores, options, log);
    detail::Scored scored = detail::run_all(plan, detail::pace_of(options));
    detail::report(plan, scored, log);

    ScoreTable result;
    result.application = scores.at("application");
    for (const Stage& stage : regulation.stages()) result.stages.push_back(stage.name);
    std::vector<bool> has_total(plan.rows);
    result.standing.reserve(plan.rows);
    result.decided_by.reserve(plan.rows);
    for (std::size_t row = 0; row < plan.rows; ++row) {
        has_total[row] = scored.ended[row] >= plan.passed_level();
        result.standing.push_back(scored.standing[row]);
        result.decided_by.push_back(plan.rules[scored.rule[row]].path);
    }
    result.total =
        Column::points(detail::buffer(std::move(scored.total)), plan.total_scale(), Validity{has_total});
    result.ended.assign(scored.ended.begin(), scored.ended.end());
    result.issues = log.take();
    return result;
}

}  // namespace recruit
