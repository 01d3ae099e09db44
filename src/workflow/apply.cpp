// What an event makes of the plan, the people and their applications.

#include <algorithm>
#include <utility>

#include <recruit/base/error.hpp>

#include "workflow/apply.hpp"
#include "workflow/marking.hpp"
#include "workflow/undo.hpp"

namespace recruit::detail {

namespace {

using enum ActKind;

/// Whether an act may change who goes on from a stage that was closed before it.
bool changes_scores(const Event& event) {
    switch (event.act.kind) {
        case declare_conflict:
        case find_conflict:
            return event.decided.get("marks") == "strike" || event.decided.get("marks") == "void_stage";
        case rule_conflict:
            return event.act.fields.get("effect") != "stands";
        case set_fact:
        case close_stage:
        case correct_mark:
            return true;
        default:
            return false;
    }
}

}  // namespace

void does_not_follow(const State& state, const Event& event, std::string why) {
    throw Error{Code::event_does_not_follow,
                {std::to_string(state.size + 1), std::string{to_string(event.act.kind)}, std::move(why)}};
}

void Applier::apply() {
    people();
    stages();
    results();
    if (changes_scores(e_)) reopen_changed();
    keep_waiting();
    const std::string& event = e_.decided.get("event");
    if (!event.empty()) s_.events.insert_or_assign(event, day());
    const std::string& effect = e_.decided.get("discretion");
    ++s_.size;
    s_.last = e_.at;
    if (!effect.empty())
        s_.discretion.push_back({s_.size, e_.at, e_.act.kind, e_.act.actor, about(), get("reason"), effect});
}

/// What scripts wait for, after the event: of the one it is about, or of all.
void Applier::keep_waiting() {
    if (!of_one(e_)) {
        for (StageState& held : s_.stages) look_again(held);
        return;
    }
    if (e_.act.kind == seal_marks) look_again(stage());
    const Index i = whom(s_, e_);
    for (StageState& held : s_.stages)
        if (i != nobody) look_again(held, i);
}

void Applier::columns() {
    for (std::size_t k = 0; k < s_.stages.size(); ++k)
        s_.stages[k].columns = score_columns(*s_.rules, s_.rules->stages()[k]);
}

void Applier::plan_() {
    s_.rules = Regulation::parse(get("regulation"));
    s_.title = get("title");
    s_.agency = get("agency");
    s_.authority = get("authority");
    s_.offset = std::chrono::minutes{get("offset").empty() ? 0 : std::stoll(get("offset"))};
    s_.stages.resize(s_.rules->stages().size());
    columns();
    s_.roles[e_.act.actor].push_back({Role::secretary, {}});
    s_.roles[s_.authority].push_back({Role::approving_authority, {}});
    s_.planned = true;
}

void Applier::apply_() {
    Applicant a;
    a.id = get("application");
    a.person = get("person");
    a.origin = e_.decided.get("group").empty() ? get("origin") : e_.decided.get("group");
    a.nominator = e_.decided.get("nominator");
    a.position = static_cast<Index>(*s_.position(get("position")));
    for (const auto& [name, value] : e_.act.fields.items())
        if (name.starts_with("fact.")) a.facts.set(name.substr(5), value);
    const auto i = static_cast<Index>(s_.applicants.size());
    s_.by_id.emplace(a.id, i);
    s_.by_person[a.person].push_back(i);
    // A nominator examines nobody whom they nominated.
    if (!a.nominator.empty() && s_.roles.contains(a.nominator))
        s_.conflicts.push_back({a.nominator, "nominator", i, 0, false, false});
    s_.applicants.push_back(std::move(a));
    ++s_.unscreened;
}

void Applier::people() {
    switch (e_.act.kind) {
        case plan:
            plan_();
            break;
        case add_position: {
            PositionState p;
            p.given = {get("position"), get("title"), get("tier"), get("body"), std::stoll(get("seats"))};
            for (const std::string& line : e_.act.fields.list("scope")) {
                const std::size_t equals = line.find('=');
                if (equals != std::string::npos)
                    p.scope.emplace_back(line.substr(0, equals), line.substr(equals + 1));
            }
            s_.positions.push_back(std::move(p));
            break;
        }
        case set_day:
            s_.days.push_back(
                {date("date"),
                 get("kind") == "holiday" ? SpecialDay::Kind::holiday : SpecialDay::Kind::working,
                 get("name")});
            break;
        case approve_plan:
            s_.approved = true;
            break;
        case assign_role:
            s_.roles[get("person")].push_back({*role(get("role")), get("board")});
            break;
        case revoke_role: {
            auto& held = s_.roles[get("person")];
            std::erase_if(held, [&](const HeldRole& h) { return h.role == *role(get("role")); });
            if (held.empty()) s_.roles.erase(get("person"));
            break;
        }
        case form_council:
            s_.council = true;
            break;
        case nominate:
            s_.nominations.push_back({get("person"), get("group"), get("nominator"),
                                      static_cast<Index>(*s_.position(get("position")))});
            break;
        case give_consent:
            if (get("application").empty())
                s_.consents[get("consent")] = flag("agrees");
            else
                s_.applicants[application()].consents[get("consent")] = flag("agrees");
            break;
        case announce:
            s_.notice = get("notice");
            s_.opens = date("opens");
            s_.closes = date("closes");
            break;
        case amend_notice:
            if (!get("closes").empty()) s_.closes = date("closes");
            break;
        case change_law:
            if (e_.decided.get("outcome") == "cancelled") {
                s_.end = Phase::void_;
            } else {
                s_.rules = Regulation::parse(get("regulation"));
                columns();
            }
            break;
        case cancel:
            s_.end = Phase::cancelled;
            break;
        case open_applications:
            s_.opened = true;
            break;
        case ActKind::apply:
            apply_();
            break;
        case set_fact:
            s_.applicants[application()].facts.set(get("fact"), get("value"));
            stale();
            break;
        case withdraw: {
            Applicant& a = s_.applicants[application()];
            if (a.status == Admission::applied) --s_.unscreened;
            left(a, Admission::withdrawn);
            if (s_.outcome) s_.happened.emplace_back(application(), ReferralEventKind::removed);
            for (StageState& held : s_.stages) {
                if (application() < held.work.size() &&
                    held.work[application()].attendance == Attendance::unknown)
                    held.work[application()].owed = false;
            }
            break;
        }
        case extend_applications:
            s_.closes = date("closes");
            s_.extended = true;
            break;
        case close_applications:
            s_.closed = true;
            break;
        case admit_late:
            s_.admitted_late.emplace(get("person"), get("position"));
            break;
        case screen: {
            Applicant& a = s_.applicants[application()];
            if (a.status == Admission::applied) --s_.unscreened;
            a.status = flag("eligible") ? Admission::eligible : Admission::ineligible;
            break;
        }
        case close_screening:
            start_stages();
            break;
        case declare_conflict:
            conflict(e_.act.actor, application());
            break;
        case find_conflict:
            conflict(get("person"), application());
            break;
        case rule_conflict: {
            for (KnownConflict& c : s_.conflicts)
                if (c.person == get("person") && c.application == application()) c.undecided = false;
            const std::string& effect = get("effect");
            for (std::size_t k = 0; k < s_.stages.size() && effect != "stands"; ++k) {
                auto& all = s_.stages[k].work;
                if (application() >= all.size() || all[application()].marks.empty()) continue;
                if (effect == "strike") {
                    strike(s_.stages[k], all[application()], get("person"));
                } else {
                    reset_work(k, application(), true);
                    hold_again(k);
                }
            }
            stale();
            break;
        }
        default:
            break;
    }
}

void Applier::conflict(const std::string& person, Index i) {
    const std::string& marks = e_.decided.get("marks");
    s_.conflicts.push_back({person, get("relation"), i, get("degree").empty() ? 0 : std::stoll(get("degree")),
                            e_.decided.get("bars") == "true", marks == "undecided"});
    for (std::size_t k = 0; k < s_.stages.size(); ++k) {
        auto& all = s_.stages[k].work;
        // Who may examine nobody any more has nothing left to mark.
        for (Work& other : all)
            if (s_.conflicts.back().bars && !other.has_mark_of(person)) std::erase(other.markers, person);
        if (i >= all.size()) continue;
        Work& work = all[i];
        // Who has a conflict marks no more of this person; where another is needed, one is assigned.
        std::erase(work.markers, person);
        if (marks == "strike") {
            strike(s_.stages[k], work, person);
        } else if (marks == "void_stage" && !work.marks.empty()) {
            reset_work(k, i, true);
            hold_again(k);
        }
    }
    if (!marks.empty() && marks != "stands") stale();
}

void apply_event(State& state, const Event& event, Computed computed) {
    Applier{state, event, std::move(computed)}.apply();
}

}  // namespace recruit::detail
