// Appeals, corrections and the end of a stage.

#include <algorithm>
#include <set>

#include "workflow/decide.hpp"
#include "workflow/marking.hpp"
#include "workflow/outcome.hpp"

namespace recruit::detail {

namespace {

using enum ActKind;

}  // namespace

void Decider::appeal_acts() {
    switch (act_.kind) {
        case lodge_appeal:
            lodge_appeal_();
            break;
        case admit_appeal: {
            const Index i = application();
            if (!work(i).appeal) missing(Text::word_appeal, get("application"));
            if (work(i).appeal->admitted || work(i).appeal->decided)
                refuse(Code::already_done, {titled(admit_appeal)}, "appeals");
            if (!flag("admitted")) {
                if (get("reason").empty())
                    refuse(Code::act_field_missing, {titled(admit_appeal), std::string{"reason"}}, "appeals");
                discretion("appeal dismissed");
                break;
            }
            need_entropy();
            // The script goes to the re-markers under a new code.
            event_.sealed.set("code", free_code("appeal", get("application")));
            break;
        }
        case remark: {
            const auto at = held().by_code.find(get("script"));
            if (at == held().by_code.end()) missing(Text::word_appeal, get("script"));
            const Work& w = work(at->second);
            if (!w.appeal || w.appeal->code != get("script") || w.appeal->decided)
                missing(Text::word_appeal, get("script"));
            const auto& columns = state_.columns(stage());
            const std::size_t c = column(stage());
            if (!w.appeal->column.empty() && columns[c].name != w.appeal->column)
                missing(Text::word_column, get("column"));
            if (columns[c].marking == nullptr)
                refuse(Code::not_for_this_regulation, {"[[marking]] " + columns[c].name}, "marking");
            mark_possible(columns[c], *Points::parse(get("mark")));
            break;
        }
        case decide_appeal: {
            const Index i = application();
            if (!work(i).appeal) missing(Text::word_appeal, get("application"));
            if (work(i).appeal->decided) refuse(Code::already_done, {titled(decide_appeal)}, "appeals");
            if (!work(i).appeal->admitted) first(titled(admit_appeal), "appeals");
            const bool again = std::any_of(work(i).marks.begin(), work(i).marks.end(),
                                           [](const GivenMark& m) { return m.again; });
            if (!again && can_be_remarked(state_, stage(), *work(i).appeal)) first(titled(remark), "appeals");
            for (const Unsettled& u : unsettled(state_, stage())) {
                if (u.application == i) not_done(Text::todo_mark, 1, get("application"));
            }
            discretion(again ? "re-marked" : "looked up");
            break;
        }
        case close_appeals: {
            const auto& rule = state_.rules->procedure().appeals;
            if (held().phase != Phase::under_appeal)
                refuse(Code::already_done, {titled(close_appeals)}, "appeals");
            if (const auto last = state_.appeals_until(stage()); last && today() <= *last)
                refuse(Code::too_early,
                       {titled(close_appeals), format_date(today()), format_date(add_days(*last, 1)),
                        std::string{"appeals.window"}},
                       "appeals.window", rule->source);
            std::size_t count = 0;
            std::string example;
            for (Index i = 0; i < held().work.size(); ++i) {
                const auto& appeal = held().work[i].appeal;
                if (!appeal || appeal->decided) continue;
                ++count;
                if (example.empty()) example = state_.applicants[i].id;
            }
            if (count > 0) not_done(Text::todo_appeal, count, example);
            break;
        }
        case close_stage:
            close_stage_();
            break;
        case reopen_marking:
            reopen_marking_();
            break;
        case correct_mark: {
            const Index i = application();
            const std::size_t s = stage(), c = column(s);
            const auto& columns = state_.columns(s);
            mark_possible(columns[c], *Points::parse(get("mark")));
            if (columns[c].marking == nullptr) {
                if (c >= work(i).entered.size() || !work(i).entered[c])
                    missing(Text::word_column, columns[c].name);
                discretion(columns[c].name + ": " + work(i).entered[c]->str() + " -> " + get("mark"));
                break;
            }
            const auto at = std::find_if(work(i).marks.begin(), work(i).marks.end(), [&](const GivenMark& m) {
                return m.column == c && m.marker == get("marker") && !m.again;
            });
            if (at == work(i).marks.end()) missing(Text::word_person, get("marker"));
            discretion(columns[c].name + ", " + at->marker + ": " + at->value.str() + " -> " + get("mark"));
            break;
        }
        default:
            break;
    }
}

/// Marks were struck or corrected after the marking was closed, and a script has no score any more: it goes
/// to another marker, under a new code if the old one was joined to a name.
void Decider::reopen_marking_() {
    if (!held().blind()) refuse(Code::paper_not_ready, {stage_name(), Text::stage_is_oral}, "codes");
    const Index i = script();
    if (held().phase == Phase::marking && (!held().reopened || work(i).reopened))
        refuse(Code::already_done, {titled(reopen_marking)}, "marking");
    const auto open = unsettled(state_, stage());
    const auto at =
        std::find_if(open.begin(), open.end(), [&](const Unsettled& u) { return u.application == i; });
    if (at == open.end())
        refuse(Code::wrong_standing,
               {get("script"), std::string{"settled"}, std::string{"too_few, discuss, …"}},
               "marking." + stage_name());
    if (held().codes_open) {
        need_entropy();
        event_.sealed.set("code", free_code("reopened", get("script")));
    }
    discretion("marked again: " + std::string{to_string(at->state)});
}

void Decider::lodge_appeal_() {
    const auto& rule = state_.rules->procedure().appeals;
    const Index i = application();
    const auto no = [&](Text why, std::string path) {
        refuse(Code::appeal_not_possible, {why}, std::move(path), rule ? rule->source : std::string{});
    };
    if (!work(i).owed || work(i).attendance != Attendance::present)
        missing(Text::word_application, get("application"));
    const std::string wanted = get("column").empty() ? stage_name() : get("column");
    if (!get("column").empty()) column(stage());
    const bool allowed =
        rule && std::any_of(rule->allowed.begin(), rule->allowed.end(), [&](const std::string& a) {
            return a == wanted || wanted.starts_with(a + ".") ||
                   (get("column").empty() && a.starts_with(stage_name() + "."));
        });
    if (!allowed) no(Text::appeal_not_for_this, "appeals.allowed");
    if (has(rule->not_for, wanted)) no(Text::appeal_not_for_this, "appeals.not_for");
    if (work(i).appeal) no(Text::appeal_once, "appeals.once");
    if (const auto last = state_.appeals_until(stage()); last && today() > *last)
        no(Text::appeal_over, "appeals.window");
}

/// Nothing is made of a stage in which a script lost its score, before it has one again.
void Decider::scores_whole(std::size_t s) {
    if (!state_.stages[s].disturbed) return;
    std::set<Index> open;
    for (const Unsettled& u : unsettled(state_, s))
        if (state_.applicants[u.application].status == Admission::eligible) open.insert(u.application);
    if (!open.empty()) not_done(Text::todo_mark, open.size(), state_.applicants[*open.begin()].id);
}

void Decider::close_stage_() {
    const std::size_t s = stage();
    if (held().phase == Phase::under_appeal) first(titled(close_appeals), "appeals");
    scores_whole(s);
    std::size_t count = 0;
    std::string example;
    for (Index i = 0; i < held().work.size(); ++i) {
        if (!held().work[i].owed || held().work[i].attendance != Attendance::unknown ||
            state_.applicants[i].status != Admission::eligible)
            continue;
        ++count;
        if (example.empty()) example = state_.applicants[i].id;
    }
    if (count > 0) not_done(Text::todo_sitting, count, example);
    for (std::size_t k = 0; k < s; ++k) {
        if (state_.stages[k].phase < Phase::published)
            not_done(Text::todo_earlier_stage, 1, state_.rules->stages()[k].name);
    }
    if (held().sitting) first(titled(close_sitting), "sitting");
    const Selection& selection = compute(s);
    if (waits_after(selection, stage_name()) != nobody)
        first(titled(decide_tie), "stage." + stage_name() + ".advance.ties_at_cut");
    std::vector<std::int64_t> counts(state_.positions.size());
    for (std::size_t row = 0; row < selection.size(); ++row) {
        if (selection.standings()[row] == Standing::advanced) ++counts[state_.applicants[row].position];
    }
    if (s + 1 < state_.stages.size()) minimum_field(stage_name(), counts);
}

}  // namespace recruit::detail
