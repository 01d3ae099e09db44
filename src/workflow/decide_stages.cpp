// Papers, sittings, codes, marks and appeals of a stage.

#include <algorithm>
#include <map>
#include <set>

#include <recruit/workflow/allocation.hpp>

#include "workflow/decide.hpp"

namespace recruit::detail {

namespace {

using enum ActKind;

const Marking* marking_of(const std::vector<ScoreColumn>& columns) {
    for (const ScoreColumn& column : columns)
        if (column.marking != nullptr) return column.marking;
    return nullptr;
}

bool has(const std::vector<std::string>& list, const std::string& item) {
    return std::find(list.begin(), list.end(), item) != list.end();
}

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
            need_entropy();
            if (!held().drawn.empty()) refuse(Code::already_done, {titled(draw_paper)}, "papers");
            std::vector<std::string> ready;
            for (const Paper& paper : held().papers)
                if (paper.sealed && !paper.leaked && !paper.used) ready.push_back(paper.id);
            const auto& rule = state_.rules->procedure().papers;
            const auto least = static_cast<std::size_t>(held().first_done || !rule ? 1 : rule->least);
            if (ready.size() < least) not_ready(Text::paper_none_sealed);
            event_.decided.set("paper", shuffled(ready, "paper").front());
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
            known_paper();
            const auto& rule = state_.rules->procedure().papers;
            const bool sat =
                held().drawn == get("paper") && (held().phase != Phase::scheduled || held().sitting);
            if (sat)
                event_.decided.set("policy", rule && rule->leak ? std::string{to_string(*rule->leak)}
                                                                : std::string{"authority_decides"});
            discretion("paper " + get("paper") + " is known" +
                       (sat ? ": " + event_.decided.get("policy") : std::string{}));
            break;
        }
        case void_stage:
            discretion("the stage is held again");
            break;
        default:
            break;
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
            event_.decided.set("order", shuffled(std::move(ids), "order"));
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
            // A code is the place in a random order, made long: it says nothing about whose script it is.
            ids = shuffled(std::move(ids), "code-order");
            std::vector<std::string> codes;
            std::set<std::string> used;
            for (std::size_t k = 0; k < ids.size(); ++k) {
                std::string code;
                for (std::size_t tries = 0;
                     code.empty() || used.contains(code) || held().by_code.contains(code); ++tries)
                    code = drawn("code", std::to_string(k) + "." + std::to_string(tries)).substr(0, 12);
                used.insert(code);
                codes.push_back(code);
            }
            event_.sealed.set("applications", ids);
            event_.sealed.set("codes", codes);
            event_.decided.set("scripts", std::to_string(ids.size()));
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

void Decider::marking_acts() {
    switch (act_.kind) {
        case allocate:
            allocate_scripts();
            break;
        case assign_marker: {
            const Index i = script();
            const std::string& person = get("person");
            if (!state_.holds(person, Role::marker)) missing(Text::word_person, person);
            if (has(work(i).markers, person))
                refuse(Code::already_in_contest, {Text::word_person, person}, "allocation");
            if (state_.relation(person, i) == Relation::conflicted)
                refuse(Code::not_permitted_relation,
                       {person, titled(ActKind::mark), titled(Relation::conflicted)}, "permissions.mark");
            break;
        }
        case ActKind::mark:
            mark_();
            break;
        case seal_marks: {
            if (held().sealed_by.contains(act_.actor)) refuse(Code::marks_sealed, {act_.actor}, "marks.seal");
            std::size_t count = 0;
            std::string example;
            const auto columns = state_.columns(stage());
            for (Index i = 0; i < held().work.size(); ++i) {
                const Work& w = held().work[i];
                if (!w.counts() || !has(w.markers, act_.actor)) continue;
                for (std::size_t c = 0; c < columns.size(); ++c) {
                    if (columns[c].marking == nullptr) continue;
                    const bool given = std::any_of(w.marks.begin(), w.marks.end(), [&](const GivenMark& m) {
                        return m.marker == act_.actor && m.column == c && !m.again;
                    });
                    if (given) continue;
                    ++count;
                    if (example.empty()) example = held().blind() ? w.code : state_.applicants[i].id;
                }
            }
            if (count > 0) not_done(Text::todo_mark, count, example);
            break;
        }
        case absent_marker: {
            const Index i = application();
            if (held().blind()) refuse(Code::paper_not_ready, {stage_name(), Text::stage_is_blind}, "codes");
            if (!work(i).owed) missing(Text::word_application, get("application"));
            const bool given = std::any_of(work(i).marks.begin(), work(i).marks.end(),
                                           [&](const GivenMark& m) { return m.marker == get("person"); });
            if (given) refuse(Code::already_done, {titled(ActKind::mark)}, "marking.absent");
            if (!state_.roles.contains(get("person"))) missing(Text::word_person, get("person"));
            discretion(get("person") + " was absent");
            break;
        }
        case record_score:
            record_score_();
            break;
        case settle: {
            const Index i = script();
            const std::size_t s = stage(), c = column(s);
            const auto columns = state_.columns(s);
            mark_possible(columns[c], *Points::parse(get("mark")));
            const auto open = unsettled(state_, s);
            const auto at = std::find_if(open.begin(), open.end(), [&](const Unsettled& u) {
                return u.application == i && u.column == c;
            });
            const bool decides =
                at != open.end() && (at->state == ScriptState::discuss ||
                                     at->state == ScriptState::head_decides || at->state == ScriptState::odd);
            if (!decides)
                refuse(Code::wrong_standing,
                       {get("script"), std::string{at == open.end() ? "settled" : to_string(at->state)},
                        std::string{"discuss, head_decides, odd"}},
                       "marking." + columns[c].name);
            discretion(std::string{to_string(at->state)} + " -> " + get("mark"));
            break;
        }
        case close_marking: {
            const std::size_t s = stage();
            const auto columns = state_.columns(s);
            std::set<std::string> waiting;
            for (const Work& w : held().work) {
                if (!w.counts()) continue;
                for (const GivenMark& m : w.marks) {
                    const bool nameless = columns[m.column].marking != nullptr &&
                                          columns[m.column].marking->slips == Slips::anonymous;
                    if (!m.again && !nameless && !held().sealed_by.contains(m.marker))
                        waiting.insert(m.marker);
                }
            }
            const auto open = unsettled(state_, s);
            if (!open.empty()) {
                const Unsettled& u = open.front();
                const bool scores = columns[u.column].marking == nullptr;
                const bool people = u.state == ScriptState::discuss || u.state == ScriptState::head_decides ||
                                    u.state == ScriptState::odd || u.state == ScriptState::third;
                not_done(
                    scores   ? Text::todo_score
                    : people ? Text::todo_settle
                             : Text::todo_mark,
                    open.size(),
                    held().blind() ? held().work[u.application].code : state_.applicants[u.application].id);
            }
            if (!waiting.empty()) not_done(Text::todo_seal, waiting.size(), *waiting.begin());
            break;
        }
        case open_codes:
            if (!held().blind()) refuse(Code::paper_not_ready, {stage_name(), Text::stage_is_oral}, "codes");
            check_witness();
            if (held().codes_open) refuse(Code::already_done, {titled(open_codes)}, "codes");
            discretion("codes are joined to names");
            break;
        case publish:
            publish_();
            break;
        default:
            break;
    }
}

void Decider::allocate_scripts() {
    need_entropy();
    const std::size_t s = stage();
    if (marking_of(state_.columns(s)) == nullptr)
        refuse(Code::not_for_this_regulation, {std::string{"[[marking]] " + stage_name()}}, "marking");
    std::vector<std::string> scripts;
    std::vector<Index> of;
    for (Index i = 0; i < held().work.size(); ++i) {
        if (!held().work[i].counts() || !held().work[i].markers.empty()) continue;
        scripts.push_back(held().blind() ? held().work[i].code : state_.applicants[i].id);
        of.push_back(i);
    }
    // By code, so that nothing of the order people came in is left.
    std::vector<std::size_t> order(scripts.size());
    for (std::size_t k = 0; k < order.size(); ++k) order[k] = k;
    std::sort(order.begin(), order.end(),
              [&](std::size_t a, std::size_t b) { return scripts[a] < scripts[b]; });
    std::vector<std::string> sorted;
    std::vector<std::vector<std::size_t>> conflicts;
    const auto markers = state_.holders(Role::marker);
    for (const std::size_t k : order) {
        sorted.push_back(scripts[k]);
        std::vector<std::size_t> against;
        for (std::size_t m = 0; m < markers.size(); ++m) {
            if (state_.relation(markers[m], of[k]) == Relation::conflicted) against.push_back(m);
        }
        conflicts.push_back(std::move(against));
    }
    const std::string seed = drawn("allocation", stage_name());
    const auto made = allocation(sorted, markers, static_cast<std::size_t>(number("each")), conflicts, seed);
    if (!made) {
        std::string example = sorted.empty() ? std::string{} : sorted.front();
        for (std::size_t k = 0; k < sorted.size(); ++k) {
            if (markers.size() - conflicts[k].size() < static_cast<std::size_t>(number("each")))
                example = sorted[k];
        }
        not_done(Text::todo_allocate, sorted.size(), example);
    }
    std::vector<std::string> given_scripts, given_markers;
    for (const auto& [script, marker] : *made) {
        given_scripts.push_back(sorted[script]);
        given_markers.push_back(markers[marker]);
    }
    event_.decided.set("scripts", given_scripts);
    event_.decided.set("markers", given_markers);
}

void Decider::mark_() {
    const std::size_t s = stage();
    const Index i = script();
    const auto columns = state_.columns(s);
    const std::size_t c = column(s);
    const Marking* rule = columns[c].marking;
    if (rule == nullptr) refuse(Code::not_for_this_regulation, {"[[marking]] " + columns[c].name}, "marking");
    if (!work(i).counts()) missing(Text::word_script, get("script"));
    const bool nameless = rule->slips == Slips::anonymous;
    if (!nameless && held().sealed_by.contains(act_.actor))
        refuse(Code::marks_sealed, {act_.actor}, "marks.seal");
    if (held().blind() ? !has(work(i).markers, act_.actor)
                       : !work(i).markers.empty() && !has(work(i).markers, act_.actor))
        refuse(Code::not_assigned, {act_.actor, get("script")}, "allocation");
    if (has(work(i).absent, act_.actor))
        refuse(Code::not_assigned, {act_.actor, get("script")}, "marking.absent", rule->source);
    if (!get("kind").empty()) {
        const bool known = std::any_of(rule->odd.begin(), rule->odd.end(),
                                       [&](const OddScript& o) { return o.name == get("kind"); });
        if (!known) {
            std::string kinds;
            for (const OddScript& o : rule->odd) kinds += (kinds.empty() ? "" : ", ") + o.name;
            refuse(Code::act_field_bad, {std::string{"kind"}, get("kind"), kinds}, "marking.odd",
                   rule->source);
        }
        discretion("an irregular script: " + get("kind"));
    }
    mark_possible(columns[c], *Points::parse(get("mark")));
}

void Decider::record_score_() {
    const std::size_t s = stage();
    const Index i = script();
    const auto columns = state_.columns(s);
    const std::size_t c = column(s);
    if (!work(i).counts()) missing(Text::word_script, get("script"));
    const bool slips = columns[c].marking != nullptr && columns[c].marking->slips == Slips::anonymous;
    if (columns[c].marking != nullptr && !slips)
        refuse(Code::not_for_this_regulation, {"score without marks: " + columns[c].name}, "marking");
    const Points score = *Points::parse(get("score"));
    mark_possible(columns[c], score);
    if (slips) {
        // A secret slip out of the box: whose it is nobody knows, only how many there may be.
        const std::size_t members = state_.council_size() - work(i).absent.size();
        std::size_t cast = 0;
        for (const GivenMark& m : work(i).marks) cast += m.column == c;
        if (cast >= members)
            refuse(Code::votes_do_not_fit, {std::to_string(cast + 1) + " > " + std::to_string(members)},
                   "marking.slips", columns[c].marking->source);
        event_.decided.set("slip", std::to_string(cast + 1));
        return;
    }
    const auto& papers = state_.rules->procedure().papers;
    if (!papers || !papers->double_entry) {
        if (c < work(i).entered.size() && work(i).entered[c])
            discretion(work(i).entered[c]->str() + " -> " + score.str());
        return;
    }
    // Entered twice: the second entry is another person's, and equal.
    if (c >= work(i).first_entry.size() || work(i).first_entry[c].first.empty()) {
        event_.decided.set("entry", std::string{"1"});
        return;
    }
    const auto& [who, what] = work(i).first_entry[c];
    if (who == act_.actor)
        refuse(Code::second_person_needed, {act_.actor}, "papers.double_entry", papers->source);
    if (what != score)
        event_.decided.set("entry", std::string{"differs"});
    else
        event_.decided.set("entry", std::string{"2"});
}

void Decider::publish_() {
    if (held().blind() && !held().codes_open) first(titled(open_codes), "codes");
    for (const KnownConflict& c : state_.conflicts) {
        if (c.undecided)
            refuse(Code::conflict_undecided, {c.person, state_.applicants[c.application].id}, "conflict");
    }
    const Selection selection = selection_through(state_, stage());
    event_.decided.set("result", result_digest(selection));
    std::size_t passed = 0;
    for (const Standing standing : selection.standings()) passed += has_passed(standing);
    event_.decided.set("passed", std::to_string(passed));
}

// ---- appeals ----

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
            event_.sealed.set("code", drawn("appeal", get("application")).substr(0, 12));
            break;
        }
        case remark: {
            const auto at = held().by_code.find(get("script"));
            if (at == held().by_code.end()) missing(Text::word_appeal, get("script"));
            const Work& w = work(at->second);
            if (!w.appeal || w.appeal->code != get("script") || w.appeal->decided)
                missing(Text::word_appeal, get("script"));
            const auto columns = state_.columns(stage());
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
            if (!again) first(titled(remark), "appeals");
            for (const Unsettled& u : unsettled(state_, stage())) {
                if (u.application == i) not_done(Text::todo_mark, 1, get("application"));
            }
            discretion("re-marked");
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
        case correct_mark: {
            const Index i = application();
            const std::size_t s = stage(), c = column(s);
            const auto columns = state_.columns(s);
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

void Decider::close_stage_() {
    const std::size_t s = stage();
    if (held().phase == Phase::under_appeal) first(titled(close_appeals), "appeals");
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
    const Selection selection = selection_through(state_, s);
    event_.decided.set("result", result_digest(selection));
    std::vector<std::int64_t> counts(state_.positions.size());
    for (std::size_t row = 0; row < selection.size(); ++row) {
        if (has_passed(selection.standings()[row])) ++counts[state_.applicants[row].position];
    }
    if (s + 1 < state_.stages.size()) minimum_field(stage_name(), counts);
}

}  // namespace recruit::detail
