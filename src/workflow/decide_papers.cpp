// Papers and sittings of a stage, and the codes of its scripts.

#include <algorithm>
#include <set>

#include "workflow/decide.hpp"

namespace recruit::detail {

namespace {

using enum ActKind;

}  // namespace

void Decider::paper_acts() {
    const auto not_ready = [&](Text why) { refuse(Code::paper_not_ready, {stage_name(), why}, "papers"); };
    const auto known_paper = [&]() -> const Paper& {
        const Paper* paper = held().find(get("paper"));
        if (paper == nullptr) missing(Text::word_paper, get("paper"));
        return *paper;
    };
    switch (act_.kind) {
        case set_syllabus:
            if (!held().syllabus.empty()) discretion("the syllabus is changed");
            break;
        case set_paper: {
            if (held().find(get("paper")) != nullptr)
                refuse(Code::already_in_contest, {Text::word_paper, get("paper")}, "papers");
            // Whether scripts have codes is one thing for a whole stage.
            if (!held().papers.empty() &&
                (held().papers.front().form == "written") != (get("form") == "written"))
                refuse(Code::act_field_bad, {std::string{"form"}, get("form"), held().papers.front().form},
                       "papers");
            // A marking guide says what each part is worth; together they are the maximum of the stage.
            Fraction sum;
            bool readable = true;
            for (const std::string& line : act_.fields.list("rubric")) {
                const std::size_t equals = line.rfind('=');
                const auto points = equals == std::string::npos || equals == 0
                                        ? std::nullopt
                                        : Points::parse(line.substr(equals + 1));
                readable = readable && points && Points{} < *points;
                if (readable) sum = sum + Fraction{*points};
            }
            if (!readable || sum != Fraction{state_.rules->stages()[stage()].max})
                refuse(Code::act_field_bad, {std::string{"rubric"}, sum.str(), Text::field_rubric},
                       "papers.rubric");
            break;
        }
        case approve_paper: {
            const Paper& paper = known_paper();
            if (paper.setter == act_.actor)
                refuse(Code::second_person_needed, {act_.actor}, "papers.approve");
            if (paper.approved) refuse(Code::already_done, {titled(approve_paper)}, "papers");
            break;
        }
        case seal_paper: {
            const Paper& paper = known_paper();
            check_witness();
            if (!paper.approved) not_ready(Text::paper_not_approved);
            if (paper.sealed) refuse(Code::already_done, {titled(seal_paper)}, "papers");
            break;
        }
        case draw_paper: {
            if (!held().drawn.empty()) refuse(Code::already_done, {titled(draw_paper)}, "papers");
            std::vector<std::string> ready, common;
            for (const Paper& paper : held().papers) {
                if (!paper.ready()) continue;
                ready.push_back(paper.id);
                if (!paper.shared.empty()) common.push_back(paper.id);
            }
            const auto& rule = state_.rules->procedure().papers;
            const auto least = static_cast<std::size_t>(held().first_done || !rule ? 1 : rule->least);
            if (ready.size() < least) not_ready(Text::paper_none_sealed);
            // Whoever shares papers with other bodies draws among those.
            if (!common.empty()) ready = common;
            if (act_.fields.find("paper") != nullptr) {
                // One draw holds for all: this body records what another drew.
                const Paper& paper = known_paper();
                if (get("elsewhere").empty())
                    refuse(Code::act_field_missing, {titled(draw_paper), std::string{"elsewhere"}}, "papers");
                if (paper.leaked && !paper.shared.empty()) compromised(paper);
                if (paper.shared.empty() || !paper.ready())
                    refuse(Code::act_field_bad, {std::string{"paper"}, paper.id, Text::field_shared_paper},
                           "papers");
                event_.decided.set("paper", paper.id);
            } else {
                need_entropy();
                event_.decided.set("paper", one_of(ready, "paper"));
            }
            event_.decided.set("of", std::to_string(ready.size()));
            break;
        }
        case open_paper:
            check_witness();
            if (held().drawn.empty()) not_ready(Text::paper_not_drawn);
            if (held().opened) refuse(Code::already_done, {titled(open_paper)}, "papers");
            if (held().find(held().drawn)->leaked) not_ready(Text::paper_leaked);
            if (!held().summoned_for) not_ready(Text::paper_not_summoned);
            if (*held().summoned_for != today()) not_ready(Text::paper_other_day);
            break;
        case report_leak: {
            const Paper& paper = known_paper();
            if (paper.leaked) refuse(Code::already_done, {titled(report_leak)}, "papers");
            if (!get("elsewhere").empty() && paper.shared.empty())
                refuse(Code::act_field_bad, {std::string{"paper"}, paper.id, Text::field_shared_paper},
                       "papers");
            const auto& rule = state_.rules->procedure().papers;
            const bool sat =
                held().drawn == get("paper") && (held().phase != Phase::scheduled || held().sitting);
            if (sat)
                event_.decided.set("policy", rule && rule->leak ? std::string{to_string(*rule->leak)}
                                                                : std::string{"authority_decides"});
            discretion("paper " + get("paper") + " is known" +
                       (get("elsewhere").empty() ? std::string{} : ", from " + get("elsewhere")) +
                       (sat ? ": " + event_.decided.get("policy") : std::string{}));
            break;
        }
        case rule_leak:
            if (!known_paper().undecided) missing(Text::word_paper, get("paper"));
            discretion(get("effect") == "stands" ? "what was sat stands" : "the stage is held again");
            break;
        case void_stage: {
            if (act_.fields.find("application") == nullptr) {
                if (held().phase == Phase::scheduled && !held().sitting) not_ready(Text::sitting_not_begun);
                discretion("the stage is held again");
                break;
            }
            // For one applicant, who sits it once more.
            const Index i = application();
            if (held().phase == Phase::scheduled) not_ready(Text::sitting_not_begun);
            if (!work(i).owed || state_.applicants[i].status != Admission::eligible)
                missing(Text::word_application, get("application"));
            discretion("the stage is held again for " + get("application"));
            break;
        }
        default:
            break;
    }
}

void Decider::compromised(const Paper& paper) const {
    const auto& rule = state_.rules->procedure().papers;
    const std::string source = rule ? rule->source : std::string{};
    if (paper.elsewhere.empty())
        refuse(Code::paper_compromised, {stage_name(), paper.id}, "papers.leak", source);
    refuse(Code::paper_compromised_elsewhere, {stage_name(), paper.id, paper.elsewhere}, "papers.leak",
           source);
}

/// What was sat with a paper that is known goes no further before somebody decided about it.
void Decider::leaks() const {
    const bool of_stage = act_.kind == seal_scripts || act_.kind == open_marking || act_.kind == allocate ||
                          act_.kind == close_marking || act_.kind == open_codes || act_.kind == publish ||
                          act_.kind == close_appeals || act_.kind == close_stage;
    const bool of_result = act_.kind == ActKind::rank || act_.kind == propose ||
                           act_.kind == approve_result || act_.kind == publish_result ||
                           act_.kind == ActKind::appoint || act_.kind == establish_list ||
                           act_.kind == ActKind::close;
    if (of_stage) {
        for (const Paper& paper : held().papers)
            if (paper.undecided) compromised(paper);
    }
    for (std::size_t s = 0; of_result && s < state_.stages.size(); ++s) {
        for (const Paper& paper : state_.stages[s].papers)
            if (paper.undecided)
                not_done(Text::todo_leak, 1, state_.rules->stages()[s].name + ", " + paper.id);
    }
}

void Decider::sitting_acts() {
    const auto not_ready = [&](Text why) { refuse(Code::paper_not_ready, {stage_name(), why}, "sitting"); };
    switch (act_.kind) {
        case summon:
            if (date("date") < today())
                refuse(Code::act_field_bad, {std::string{"date"}, get("date"), Text::field_date}, "sitting");
            for (const Deadline& rule : state_.rules->procedure().deadlines) {
                // A summons for a day that the law does not allow is refused now, not on the day.
                if (rule.to != stage_name() + ".sat" || rule.from != stage_name() + ".summoned" ||
                    !rule.at_least)
                    continue;
                const Date earliest = state_.later(today(), *rule.at_least, rule.days);
                if (date("date") < earliest)
                    refuse(Code::too_early,
                           {event_label(rule.to), get("date"), format_date(earliest), rule.name},
                           "deadline." + rule.name, rule.source);
            }
            if (held().summoned_for) discretion(format_date(*held().summoned_for) + " -> " + get("date"));
            break;
        case draw_order: {
            need_entropy();
            if (held().sitting) refuse(Code::already_done, {titled(start_sitting)}, "sitting");
            std::vector<std::string> ids;
            for (Index i = 0; i < held().work.size(); ++i)
                if (held().work[i].owed && held().work[i].attendance == Attendance::unknown)
                    ids.push_back(state_.applicants[i].id);
            event_.decided.set("order", shuffled(std::move(ids), "order", &Event::decided, "order"));
            break;
        }
        case start_sitting:
            start_sitting_();
            break;
        case attend: {
            if (!held().sitting) not_ready(Text::sitting_not_begun);
            const Index i = application();
            if (!work(i).owed) missing(Text::word_application, get("application"));
            if (get("status") == "present" && number("late") > 0) late_arrival(number("late"));
            if (work(i).attendance != Attendance::unknown)
                discretion("attendance corrected: " + get("status"));
            break;
        }
        case penalise: {
            const Index i = application();
            if (!work(i).owed) missing(Text::word_application, get("application"));
            if (!get("fact").empty()) check_facts(get("fact"), get("value"));
            discretion(get("kind") + (flag("void") ? ": the work is void" : ""));
            break;
        }
        case close_sitting: {
            if (!held().sitting) not_ready(Text::sitting_not_begun);
            std::size_t count = 0, present = 0;
            std::string example;
            for (Index i = 0; i < held().work.size(); ++i) {
                if (!held().work[i].owed) continue;
                present += held().work[i].attendance == Attendance::present;
                if (held().work[i].attendance != Attendance::unknown ||
                    state_.applicants[i].status != Admission::eligible)
                    continue;
                ++count;
                if (example.empty()) example = state_.applicants[i].id;
            }
            if (count > 0) not_done(Text::todo_attend, count, example);
            event_.decided.set("present", std::to_string(present));
            break;
        }
        case register_script: {
            const Index i = application();
            if (!held().blind()) refuse(Code::paper_not_ready, {stage_name(), Text::stage_is_oral}, "codes");
            if (!work(i).counts()) missing(Text::word_application, get("application"));
            if (get("second") == act_.actor || !state_.roles.contains(get("second")))
                refuse(Code::second_person_needed, {act_.actor}, "scripts.signatures");
            if (!work(i).script.empty()) refuse(Code::already_done, {titled(register_script)}, "scripts");
            break;
        }
        case seal_scripts: {
            if (!held().blind()) refuse(Code::paper_not_ready, {stage_name(), Text::stage_is_oral}, "codes");
            need_entropy();
            std::vector<std::string> ids;
            std::size_t count = 0;
            std::string example;
            for (Index i = 0; i < held().work.size(); ++i) {
                const Work& w = held().work[i];
                if (!w.counts() || !w.code.empty()) continue;
                ids.push_back(state_.applicants[i].id);
                if (!w.script.empty()) continue;
                ++count;
                if (example.empty()) example = state_.applicants[i].id;
            }
            if (count > 0) not_done(Text::todo_register, count, example);
            event_.decided.set("scripts", std::to_string(ids.size()));
            if (told_ != nullptr && told_->sealed.empty()) break;
            ids = shuffled(std::move(ids), "code-order", &Event::sealed, "applications");
            // No code is used twice in this contest, or by those who share the panel.
            std::set<std::string> used;
            for (const std::string& code : act_.fields.list("taken")) used.insert(code);
            for (const StageState& other : state_.stages)
                for (const auto& [code, whose] : other.by_code) used.insert(code);
            event_.sealed.set("applications", ids);
            event_.sealed.set("codes", codes(ids.size(), std::move(used)));
            break;
        }
        case open_marking:
            if (held().blind()) refuse(Code::paper_not_ready, {stage_name(), Text::stage_is_blind}, "codes");
            break;
        default:
            break;
    }
}

/// Who comes later than the rule allows is let in by whom the rule names, and by nobody where it names
/// nobody; where no rule covers an exam of this length, the chair decides.
void Decider::late_arrival(std::int64_t late) {
    const Paper* paper = held().find(held().drawn);
    const std::int64_t minutes = paper == nullptr ? 0 : paper->minutes;
    const auto& rules = state_.rules->procedure().late;
    const auto rule =
        std::find_if(rules.begin(), rules.end(), [&](const LateArrival& l) { return l.covers(minutes); });
    const bool covered = rule != rules.end();
    if (covered && late <= rule->late_up_to) return;
    const bool somebody = !covered || !rule->force_majeure.empty();
    const Role who = covered ? role(rule->force_majeure).value_or(Role::chair) : Role::chair;
    const std::string& by = get("admitted_by");
    if (by.empty() || !somebody || !state_.holds(by, who))
        refuse(Code::not_permitted_role, {get("application"), titled(attend), titled(who)},
               covered ? "late.late_up_to" : "late", covered ? rule->source : std::string{});
    discretion(std::to_string(late) + " minutes late, admitted by " + by);
}

void Decider::start_sitting_() {
    const auto not_ready = [&](Text why) { refuse(Code::paper_not_ready, {stage_name(), why}, "sitting"); };
    const std::size_t s = stage();
    if (held().sitting) refuse(Code::already_done, {titled(start_sitting)}, "sitting");
    for (std::size_t k = 0; k < s; ++k) {
        if (state_.stages[k].phase < Phase::published)
            not_done(Text::todo_earlier_stage, 1, state_.rules->stages()[k].name);
    }
    if (!held().summoned_for) not_ready(Text::paper_not_summoned);
    if (*held().summoned_for != today()) not_ready(Text::paper_other_day);
    const auto& vote = state_.rules->procedure().vote;
    if (vote && vote->stage == stage_name()) return;
    if (held().drawn.empty()) not_ready(Text::paper_not_drawn);
    if (!held().opened) not_ready(Text::paper_not_opened);
    if (held().ordered() && held().order.empty()) not_ready(Text::paper_no_order);
}

}  // namespace recruit::detail
