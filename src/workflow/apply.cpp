// What an event makes of the state. Nothing is decided here.

#include <algorithm>

#include <recruit/base/error.hpp>

#include "base/keys.hpp"
#include "workflow/decide.hpp"
#include "workflow/outcome.hpp"

namespace recruit::detail {

namespace {

using enum ActKind;

class Applier {
public:
    Applier(State& state, const Event& event) : s_{state}, e_{event} {}

    void apply() {
        people();
        stages();
        results();
        const std::string& event = e_.decided.get("event");
        if (!event.empty()) s_.events.insert_or_assign(event, day());
        const std::string& effect = e_.decided.get("discretion");
        ++s_.size;
        s_.last = e_.at;
        if (!effect.empty())
            s_.discretion.push_back(
                {s_.size, e_.at, e_.act.kind, e_.act.actor, about(), get("reason"), effect});
    }

private:
    const std::string& get(std::string_view name) const { return e_.act.fields.get(name); }
    bool flag(std::string_view name) const { return get(name) == "true"; }
    Date date(std::string_view name) const { return *parse_date(get(name)); }
    Date day() const { return s_.local(e_.act.occurred_at.value_or(e_.at)); }
    Index application() const { return s_.find(get("application")); }
    std::size_t stage_index() const { return *s_.stage(get("stage")); }
    StageState& stage() { return s_.stages[stage_index()]; }
    Work& work(Index i) {
        auto& all = stage().work;
        if (all.size() < s_.applicants.size()) all.resize(s_.applicants.size());
        return all[i];
    }
    Index script() {
        const auto at = stage().by_code.find(get("script"));
        return at == stage().by_code.end() ? s_.find(get("script")) : at->second;
    }
    std::size_t column() const {
        const auto columns = s_.columns(stage_index());
        for (std::size_t c = 0; c < columns.size(); ++c)
            if (columns[c].name == get("column")) return c;
        return 0;
    }
    std::string about() const {
        for (const auto name :
             {"application", "script", "stage", "position", "person", "list", "matter", "consent"})
            if (const std::string* value = e_.act.fields.find(name)) return *value;
        return {};
    }

    void people();
    void stages();
    void results();
    void plan_();
    void apply_();
    void conflict(const std::string& person, Index application);
    void start_stages();
    void reset_work(Work& work, bool owed);
    void hold_again(std::size_t stage);
    void owe(std::size_t stage, const Selection& through);
    void seal_scripts_();
    void check_result(const Selection& selection);
    void stale() {
        if (s_.outcome) s_.stale = true;
    }

    State& s_;
    const Event& e_;
};

[[noreturn]] void does_not_follow(const State& state, const Event& event, std::string why) {
    throw Error{Code::event_does_not_follow,
                {std::to_string(state.size + 1), std::string{to_string(event.act.kind)}, std::move(why)}};
}

void Applier::plan_() {
    s_.rules = Regulation::parse(get("regulation"));
    s_.title = get("title");
    s_.agency = get("agency");
    s_.authority = get("authority");
    s_.offset = std::chrono::minutes{get("offset").empty() ? 0 : std::stoll(get("offset"))};
    s_.stages.resize(s_.rules->stages().size());
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
            a.status = Admission::withdrawn;
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
                    for (GivenMark& m : all[application()].marks)
                        m.struck = m.struck || m.marker == get("person");
                } else {
                    reset_work(all[application()], true);
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
        if (i >= all.size()) continue;
        Work& work = all[i];
        // Who has a conflict marks no more of this person; where another is needed, one is assigned.
        std::erase(work.markers, person);
        if (marks == "strike") {
            for (GivenMark& m : work.marks) m.struck = m.struck || m.marker == person;
        } else if (marks == "void_stage" && !work.marks.empty()) {
            reset_work(work, true);
            hold_again(k);
        }
    }
    if (!marks.empty() && marks != "stands") stale();
}

void Applier::reset_work(Work& work, bool owed) {
    work = Work{};
    work.owed = owed;
}

/// The stage is held once more for those who owe it.
void Applier::hold_again(std::size_t k) {
    StageState& held = s_.stages[k];
    held.first_done = true;
    held.phase = Phase::scheduled;
    held.sitting = false;
    held.opened = false;
    held.codes_open = false;
    if (Paper* paper = held.find(held.drawn)) paper->used = true;
    held.drawn.clear();
    held.summoned_for.reset();
    held.order.clear();
    held.sealed_by.clear();
}

void Applier::start_stages() {
    s_.screened = true;
    if (s_.stages.empty()) return;
    StageState& held = s_.stages.front();
    held.work.resize(s_.applicants.size());
    for (Index i = 0; i < s_.applicants.size(); ++i)
        held.work[i].owed = s_.applicants[i].status == Admission::eligible;
}

/// Who passed a stage owes the next; who did so only after the next was held sits it later, by the rule.
void Applier::owe(std::size_t k, const Selection& through) {
    if (k + 1 >= s_.stages.size()) return;
    StageState& next = s_.stages[k + 1];
    next.work.resize(s_.applicants.size());
    const auto& appeals = s_.rules->procedure().appeals;
    const bool stands = appeals && appeals->after_gate && *appeals->after_gate != AfterGate::extra_sitting;
    const bool held = next.phase != Phase::scheduled || next.sitting;
    bool again = false;
    for (std::size_t row = 0; row < through.size(); ++row) {
        const auto i = static_cast<Index>(row);
        const bool passed =
            through.standings()[row] == Standing::advanced && s_.applicants[i].status == Admission::eligible;
        Work& work = next.work[i];
        if (passed && !work.owed && held) {
            if (stands) continue;
            again = true;
        }
        if (passed != work.owed) work.owed = passed;
    }
    if (again) hold_again(k + 1);
}

void Applier::seal_scripts_() {
    StageState& held = stage();
    const auto ids = e_.sealed.list("applications"), codes = e_.sealed.list("codes");
    if (std::to_string(ids.size()) != e_.decided.get("scripts") || ids.size() != codes.size())
        throw Error{Code::sealed_part_erased, {std::to_string(s_.size + 1)}};
    for (std::size_t k = 0; k < ids.size(); ++k) {
        const Index i = s_.find(ids[k]);
        if (i == nobody || !held.by_code.emplace(codes[k], i).second)
            does_not_follow(s_, e_, "a code or application that cannot be");
        work(i).code = codes[k];
    }
    held.phase = Phase::marking;
}

void Applier::check_result(const Selection& selection) {
    const std::string now = result_digest(selection);
    if (now != e_.decided.get("result"))
        does_not_follow(
            s_, e_, "result " + now.substr(0, 16) + " instead of " + e_.decided.get("result").substr(0, 16));
}

void Applier::stages() {
    switch (e_.act.kind) {
        case set_syllabus:
            stage().syllabus = get("syllabus");
            break;
        case set_paper: {
            Paper paper;
            paper.id = get("paper");
            paper.form = get("form");
            paper.setter = e_.act.actor;
            paper.digest = get("digest");
            paper.minutes = std::stoll(get("minutes"));
            stage().papers.push_back(std::move(paper));
            break;
        }
        case approve_paper:
            stage().find(get("paper"))->approved = true;
            break;
        case seal_paper:
            stage().find(get("paper"))->sealed = true;
            break;
        case draw_paper:
            stage().drawn = e_.decided.get("paper");
            break;
        case open_paper:
            stage().opened = true;
            break;
        case report_leak: {
            StageState& held = stage();
            held.find(get("paper"))->leaked = true;
            const std::string& policy = e_.decided.get("policy");
            if (policy == "void_stage") {
                for (Work& w : held.work) reset_work(w, w.owed);
                hold_again(stage_index());
                stale();
            } else if (policy.empty() && held.drawn == get("paper")) {
                held.drawn.clear();
                held.opened = false;
            }
            break;
        }
        case void_stage:
            for (Work& w : stage().work) reset_work(w, w.owed);
            hold_again(stage_index());
            stale();
            break;
        case summon:
            stage().summoned_for = date("date");
            break;
        case draw_order:
            stage().order = e_.decided.list("order");
            break;
        case start_sitting:
            stage().sitting = true;
            break;
        case attend: {
            Work& w = work(application());
            w.attendance = get("status") == "present"  ? Attendance::present
                           : get("status") == "absent" ? Attendance::absent
                                                       : Attendance::exempt;
            w.late = get("late").empty() ? 0 : std::stoi(get("late"));
            break;
        }
        case penalise:
            if (flag("void")) work(application()).voided = true;
            if (!get("fact").empty()) s_.applicants[application()].facts.set(get("fact"), get("value"));
            break;
        case close_sitting: {
            StageState& held = stage();
            held.phase = Phase::sat;
            held.sitting = false;
            held.first_done = true;
            // Whoever withdrew meanwhile was not there.
            for (Work& w : held.work)
                if (w.owed && w.attendance == Attendance::unknown) w.attendance = Attendance::absent;
            break;
        }
        case register_script:
            work(application()).script = get("script");
            break;
        case seal_scripts:
            seal_scripts_();
            break;
        case open_marking:
            stage().phase = Phase::marking;
            break;
        case allocate: {
            const auto scripts = e_.decided.list("scripts"), markers = e_.decided.list("markers");
            for (std::size_t k = 0; k < scripts.size() && k < markers.size(); ++k) {
                const auto at = stage().by_code.find(scripts[k]);
                const Index i = at == stage().by_code.end() ? s_.find(scripts[k]) : at->second;
                if (i == nobody) does_not_follow(s_, e_, "no script " + scripts[k]);
                work(i).markers.push_back(markers[k]);
            }
            break;
        }
        case assign_marker:
            work(script()).markers.push_back(get("person"));
            break;
        case mark: {
            auto& marks = work(script()).marks;
            const auto c = static_cast<std::uint8_t>(column());
            std::erase_if(marks, [&](const GivenMark& m) {
                return m.marker == e_.act.actor && m.column == c && !m.again;
            });
            marks.push_back({e_.act.actor, c, false, false, *Points::parse(get("mark")), get("kind")});
            break;
        }
        case seal_marks:
            stage().sealed_by.insert(e_.act.actor);
            break;
        case absent_marker:
            work(application()).absent.push_back(get("person"));
            break;
        case record_score: {
            Work& w = work(script());
            const std::size_t c = column();
            const Points score = *Points::parse(get("score"));
            const std::string& slip = e_.decided.get("slip");
            if (!slip.empty()) {
                w.marks.push_back({"slip " + slip, static_cast<std::uint8_t>(c), false, false, score, {}});
                break;
            }
            w.entered.resize(std::max(w.entered.size(), c + 1));
            w.first_entry.resize(std::max(w.first_entry.size(), c + 1));
            const std::string& entry = e_.decided.get("entry");
            if (entry == "1") {
                w.first_entry[c] = {e_.act.actor, score};
            } else if (entry == "differs") {
                w.first_entry[c] = {};
            } else {
                w.entered[c] = score;
            }
            break;
        }
        case settle: {
            Work& w = work(script());
            const std::size_t c = column();
            w.settled.resize(std::max(w.settled.size(), c + 1));
            w.settled[c] = Points::parse(get("mark"));
            break;
        }
        case close_marking:
            stage().phase = Phase::marked;
            break;
        case open_codes:
            stage().codes_open = true;
            break;
        case publish: {
            const Selection through = selection_through(s_, stage_index());
            check_result(through);
            const auto& appeals = s_.rules->procedure().appeals;
            const std::string& name = get("stage");
            const bool open = appeals && std::any_of(appeals->allowed.begin(), appeals->allowed.end(),
                                                     [&](const std::string& a) {
                                                         return a == name || a.starts_with(name + ".");
                                                     });
            stage().phase = open ? Phase::under_appeal : Phase::published;
            owe(stage_index(), through);
            break;
        }
        case lodge_appeal:
            work(application()).appeal = Appeal{get("column"), {}, get("reason"), false, false};
            break;
        case admit_appeal: {
            Appeal& appeal = *work(application()).appeal;
            appeal.admitted = flag("admitted");
            appeal.decided = !appeal.admitted;
            if (!appeal.admitted) break;
            appeal.code = e_.sealed.get("code");
            if (appeal.code.empty()) throw Error{Code::sealed_part_erased, {std::to_string(s_.size + 1)}};
            stage().by_code.emplace(appeal.code, application());
            break;
        }
        case remark: {
            const Index i = stage().by_code.at(get("script"));
            auto& marks = work(i).marks;
            const auto c = static_cast<std::uint8_t>(column());
            std::erase_if(marks, [&](const GivenMark& m) {
                return m.marker == e_.act.actor && m.column == c && m.again;
            });
            marks.push_back({e_.act.actor, c, true, false, *Points::parse(get("mark")), {}});
            break;
        }
        case decide_appeal:
            work(application()).appeal->decided = true;
            stale();
            break;
        case close_appeals:
            stage().phase = Phase::published;
            break;
        case close_stage: {
            const Selection through = selection_through(s_, stage_index());
            check_result(through);
            stage().phase = Phase::stage_closed;
            owe(stage_index(), through);
            break;
        }
        case correct_mark: {
            Work& w = work(application());
            const std::size_t c = column();
            if (s_.columns(stage_index())[c].marking == nullptr) {
                w.entered[c] = Points::parse(get("mark"));
            } else {
                for (GivenMark& m : w.marks)
                    if (m.column == c && m.marker == get("marker") && !m.again)
                        m.value = *Points::parse(get("mark"));
            }
            stale();
            break;
        }
        default:
            break;
    }
}

void Applier::results() {
    const Index i = application();
    switch (e_.act.kind) {
        case draw_lot:
            s_.lot = e_.decided.get("seed");
            break;
        case rank: {
            const Selection selection = selection_through(s_, std::nullopt);
            check_result(selection);
            Outcome now = ranked_anew(s_, selection);
            s_.movements = movements(s_, now);
            s_.outcome = std::move(now);
            s_.stale = false;
            if (!s_.agreed) s_.proposed = false;
            s_.announced_result = false;
            break;
        }
        case decide_tie: {
            const auto chosen = e_.act.fields.list("chosen");
            const Equals equals = equals_of(s_, s_.find(chosen.front()));
            const bool reserve = s_.rules->select().reserve.has_value();
            for (const Index k : equals.contested)
                s_.outcome->standing[k] = reserve ? Standing::reserve : Standing::qualified;
            for (const std::string& id : chosen) s_.outcome->standing[s_.find(id)] = Standing::selected;
            break;
        }
        case vote:
            s_.votes[get("motion")] = e_.decided.get("carried") == "true";
            break;
        case propose:
            s_.proposed = true;
            break;
        case approve_result:
            s_.agreed = true;
            break;
        case reject_result:
            s_.proposed = false;
            s_.votes.erase("propose");
            break;
        case publish_result:
            s_.announced_result = true;
            s_.told = s_.outcome->standing;
            break;
        case cancel_result:
            s_.applicants[i].status = Admission::cancelled;
            s_.applicants[i].barred = flag("barred");
            s_.happened.emplace_back(i, ReferralEventKind::removed);
            if (i < s_.outcome->standing.size()) s_.outcome->standing[i] = Standing::cancelled;
            break;
        case refer_personnel:
            s_.applicants[i].personnel = Personnel::referred;
            break;
        case reply_personnel:
            s_.applicants[i].personnel = flag("fit") ? Personnel::fit : Personnel::unfit;
            break;
        case appoint:
            s_.applicants[i].appointment = Appointment::appointed;
            s_.happened.emplace_back(i, ReferralEventKind::appointed);
            break;
        case not_appoint:
            s_.applicants[i].appointment = Appointment::not_appointed;
            s_.happened.emplace_back(
                i, s_.rules->referral() ? ReferralEventKind::considered : ReferralEventKind::removed);
            break;
        case decline:
            s_.applicants[i].appointment = Appointment::declined;
            s_.happened.emplace_back(i, ReferralEventKind::declined);
            break;
        case take_post:
            s_.applicants[i].appointment = Appointment::in_post;
            break;
        case establish_list:
            s_.lists.push_back({get("list"), {day(), {}, {}}});
            break;
        case extend_list:
            for (KeptList& list : s_.lists)
                if (list.name == get("list")) list.dates.extended = day();
            break;
        case use_list:
            s_.applicants[i].from_list = true;
            s_.applicants[i].personnel = Personnel::none;
            s_.applicants[i].appointment = Appointment::none;
            s_.applicants[i].consents.clear();
            break;
        case close:
            s_.end = Phase::closed;
            break;
        default:
            break;
    }
}

}  // namespace

void apply_event(State& state, const Event& event) { Applier{state, event}.apply(); }

}  // namespace recruit::detail
