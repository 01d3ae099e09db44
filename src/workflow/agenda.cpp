// agenda(): read off the state, phase by phase; plan(): the network of deadlines.

#include <recruit/workflow/agenda.hpp>

#include <algorithm>
#include <array>
#include <map>

#include "regulation/timeline.hpp"
#include "workflow/decide.hpp"
#include "workflow/outcome.hpp"

namespace recruit {

using namespace detail;

namespace {

using enum ActKind;

class Agenda {
public:
    Agenda(const State& state, Date today) : s_{state}, today_{today} {}

    std::vector<AgendaItem> make() {
        switch (s_.phase()) {
            case Phase::plan:
                planning();
                break;
            case Phase::announced:
                add(open_applications, Role::secretary);
                wait_for(s_.opens);
                break;
            case Phase::applying:
                applying();
                break;
            case Phase::screening:
                screening();
                break;
            case Phase::ranking:
            case Phase::proposing:
                result();
                break;
            case Phase::consenting:
            case Phase::appointing:
                appointing();
                break;
            case Phase::closed:
                kept();
                break;
            case Phase::cancelled:
            case Phase::void_:
                break;
            default:
                stages();
                break;
        }
        if (!s_.end) {
            conflicts();
            steps();
        }
        std::stable_sort(items_.begin(), items_.end(),
                         [](const AgendaItem& a, const AgendaItem& b) { return a.urgency < b.urgency; });
        return std::move(items_);
    }

private:
    AgendaItem& add(ActKind act, Role who, std::string about = {}, std::string stage = {},
                    std::int64_t count = 1) {
        AgendaItem item;
        item.act = act;
        item.who = who;
        item.about = std::move(about);
        item.stage = std::move(stage);
        item.count = count;
        Fields fields;
        if (!item.stage.empty()) fields.set("stage", item.stage);
        if (act == do_step) fields.set("step", item.about);
        if (const std::string event = event_of(s_, act, fields); !event.empty()) dated(item, event);
        items_.push_back(std::move(item));
        return items_.back();
    }
    void dated(AgendaItem& item, const std::string& event) const {
        for (const Deadline& rule : s_.rules->procedure().deadlines) {
            const auto from = s_.events.find(rule.from);
            if (rule.to != event || from == s_.events.end()) continue;
            const auto later = [&](std::int64_t days) { return s_.later(from->second, days, rule.days); };
            if (rule.at_least && (!item.first || *item.first < later(*rule.at_least))) {
                item.first = later(*rule.at_least);
                if (item.rule.empty()) item.rule = "deadline." + rule.name, item.source = rule.source;
            }
            const auto most = rule.most(static_cast<std::int64_t>(s_.applicants.size()));
            if (most && (!item.last || later(*most) < *item.last)) {
                item.last = later(*most);
                item.rule = "deadline." + rule.name;
                item.source = rule.source;
            }
        }
        judge(item);
    }
    void judge(AgendaItem& item) const {
        item.urgency = item.first && today_ < *item.first ? Urgency::later
                       : item.last && *item.last < today_ ? Urgency::overdue
                                                          : Urgency::due;
    }
    /// The item just added cannot be done before a day.
    void wait_for(std::optional<Date> day) {
        AgendaItem& item = items_.back();
        if (!day || (item.first && *day <= *item.first)) return;
        item.first = day;
        judge(item);
    }
    const std::string& name(std::size_t stage) const { return s_.rules->stages()[stage].name; }
    bool is_vote(std::size_t stage) const {
        const auto& vote = s_.rules->procedure().vote;
        return vote && vote->stage == name(stage);
    }

    void planning();
    void applying();
    void screening();
    void stages();
    void scheduled(std::size_t stage);
    void sat(std::size_t stage);
    void marking(std::size_t stage);
    void under_appeal(std::size_t stage);
    bool ties();
    void result();
    void appointing();
    void kept();
    void conflicts();
    void steps();
    void appointment_of(Index i);
    void papers(std::size_t stage);

    const State& s_;
    Date today_;
    std::vector<AgendaItem> items_;
};

void Agenda::planning() {
    if (!s_.planned) {
        AgendaItem item;
        item.act = plan;
        item.who = Role::secretary;
        items_.push_back(std::move(item));
        return;
    }
    if (s_.positions.empty()) {
        add(add_position, Role::secretary);
        return;
    }
    if (!s_.approved) {
        add(approve_plan, Role::approving_authority);
        return;
    }
    if (!s_.council) {
        if (s_.holders(Role::chair).empty())
            add(assign_role, Role::approving_authority, "chair");
        else
            add(form_council, Role::approving_authority);
    }
    bool ready = true;
    for (std::size_t k = 0; k < s_.stages.size(); ++k) {
        if (!s_.stages[k].syllabus.empty() || is_vote(k)) continue;
        ready = false;
        add(set_syllabus, s_.holders(Role::setter).empty() ? Role::chair : Role::setter, {}, name(k));
    }
    if (ready) add(announce, Role::secretary);
}

void Agenda::applying() {
    if (today_ <= *s_.closes) {
        add(apply, Role::applicant);
        items_.back().last = s_.closes;
    }
    add(close_applications, Role::secretary);
    wait_for(s_.closes);
    for (const MinimumField& rule : s_.rules->procedure().minimum_fields) {
        if (rule.at != "applied" || s_.extended) continue;
        std::vector<std::int64_t> counts(s_.positions.size());
        for (const Applicant& a : s_.applicants) counts[a.position] += a.status != Admission::withdrawn;
        for (std::size_t p = 0; p < counts.size(); ++p) {
            if (counts[p] >= rule.least || rule.below == TooFew::cancel ||
                rule.below == TooFew::proceed_with_note)
                continue;
            AgendaItem& item = add(extend_applications, Role::approving_authority, s_.positions[p].given.id);
            item.rule = "minimum_field.applied";
            item.source = rule.source;
            return;
        }
    }
}

void Agenda::screening() {
    if (!s_.council) {
        if (s_.holders(Role::chair).empty()) add(assign_role, Role::approving_authority, "chair");
        add(form_council, Role::approving_authority);
    }
    if (s_.unscreened > 0) {
        const auto at = std::find_if(s_.applicants.begin(), s_.applicants.end(),
                                     [](const Applicant& a) { return a.status == Admission::applied; });
        add(screen, Role::secretary, at->id, {}, s_.unscreened);
    } else if (s_.council) {
        add(close_screening, Role::chair);
    }
}

void Agenda::papers(std::size_t k) {
    const StageState& held = s_.stages[k];
    const auto& rule = s_.rules->procedure().papers;
    const std::int64_t least = held.first_done || !rule ? 1 : rule->least;
    std::int64_t ready = 0;
    for (const Paper& p : held.papers) ready += p.sealed && !p.leaked && !p.used;
    if (ready >= least) return add(draw_paper, Role::chair, {}, name(k)), void();
    for (const Paper& p : held.papers) {
        if (p.leaked || p.used || p.sealed) continue;
        add(p.approved ? seal_paper : approve_paper, p.approved ? Role::secretary : Role::chair, p.id,
            name(k));
        return;
    }
    // The sealing of a stage is taken up again for a sitting that was not foreseen.
    add(set_paper, Role::setter, {}, name(k), least - ready);
}

void Agenda::scheduled(std::size_t k) {
    const StageState& held = s_.stages[k];
    if (k == 0 && !s_.events.contains("list_published") && !held.first_done) {
        bool asked = false;
        for (const Publication& p : s_.rules->procedure().publications)
            asked = asked || p.at == "list_published";
        for (const Deadline& d : s_.rules->procedure().deadlines)
            asked = asked || d.to == "list_published" || d.from == "list_published";
        if (asked) add(publish_list, Role::secretary);
    }
    std::int64_t owed = 0, open = 0;
    std::string next;
    for (Index i = 0; i < held.work.size(); ++i) {
        if (!held.work[i].owed) continue;
        ++owed;
        if (held.work[i].attendance != Attendance::unknown || s_.applicants[i].status != Admission::eligible)
            continue;
        if (open++ == 0) next = s_.applicants[i].id;
    }
    if (held.sitting) {
        if (open > 0)
            add(attend, Role::invigilator, next, name(k), open);
        else
            add(close_sitting, Role::invigilator, {}, name(k));
        return;
    }
    if (!held.summoned_for) {
        add(summon, Role::secretary, {}, name(k));
        return;
    }
    if (*held.summoned_for < today_) add(summon, Role::secretary, {}, name(k));
    if (!is_vote(k)) {
        if (held.drawn.empty()) return papers(k);
        if (held.ordered() && held.order.empty()) {
            add(draw_order, Role::chair, {}, name(k));
            return;
        }
        if (!held.opened) {
            if (*held.summoned_for < today_) return;
            add(open_paper, Role::invigilator, {}, name(k));
            wait_for(held.summoned_for);
            return;
        }
    }
    if (*held.summoned_for < today_) return;
    add(start_sitting, Role::invigilator, {}, name(k));
    wait_for(held.summoned_for);
}

void Agenda::sat(std::size_t k) {
    const StageState& held = s_.stages[k];
    if (!held.blind()) {
        add(open_marking, Role::chair, {}, name(k));
        return;
    }
    std::int64_t open = 0;
    std::string next;
    for (Index i = 0; i < held.work.size(); ++i) {
        if (!held.work[i].counts() || !held.work[i].script.empty()) continue;
        if (open++ == 0) next = s_.applicants[i].id;
    }
    if (open > 0)
        add(register_script, Role::invigilator, next, name(k), open);
    else
        add(seal_scripts, Role::code_keeper, {}, name(k));
}

void Agenda::marking(std::size_t k) {
    const StageState& held = s_.stages[k];
    const auto columns = s_.columns(k);
    const bool marked = std::any_of(columns.begin(), columns.end(), [](const ScoreColumn& c) {
        return c.marking != nullptr && c.marking->slips != Slips::anonymous;
    });
    if (held.blind() && marked) {
        std::int64_t open = 0;
        for (const Work& w : held.work) open += w.counts() && w.markers.empty();
        if (open > 0) {
            add(allocate, Role::chair, {}, name(k), open);
            return;
        }
    }
    const auto id = [&](Index i) { return held.blind() ? held.work[i].code : s_.applicants[i].id; };
    const auto rest = unsettled(s_, k);
    std::map<ScriptState, std::int64_t> counts;
    std::int64_t scores = 0;
    for (const Unsettled& u : rest) {
        const Marking* rule = columns[u.column].marking;
        if (rule == nullptr || rule->slips == Slips::anonymous) {
            if (scores++ == 0) {
                AgendaItem& item = add(record_score, Role::secretary, id(u.application), name(k));
                item.rule = columns[u.column].name;
            }
            continue;
        }
        if (counts[u.state]++ > 0) continue;
        const bool more = u.state == ScriptState::too_few || u.state == ScriptState::adjourned ||
                          u.state == ScriptState::third;
        AgendaItem& item =
            add(u.state == ScriptState::third && held.blind() ? assign_marker
                : more                                        ? mark
                                                              : settle,
                more && u.state != ScriptState::third ? (held.blind() ? Role::marker : Role::member)
                                                      : Role::chair,
                id(u.application), name(k));
        item.rule = "marking." + columns[u.column].name;
        item.source = rule->source;
    }
    // Marks that were handed out and not given yet.
    for (Index i = 0; i < held.work.size() && rest.empty(); ++i) {
        const Work& w = held.work[i];
        if (!w.counts()) continue;
        for (const std::string& person : w.markers) {
            const bool given = std::any_of(w.marks.begin(), w.marks.end(),
                                           [&](const GivenMark& m) { return m.marker == person; });
            if (given) continue;
            add(mark, Role::marker, id(i), name(k));
            return;
        }
    }
    if (!rest.empty()) return;
    std::set<std::string> waiting;
    for (const Work& w : held.work) {
        for (const GivenMark& m : w.marks) {
            const Marking* rule = columns[m.column].marking;
            if (rule != nullptr && rule->slips != Slips::anonymous && !m.again &&
                !held.sealed_by.contains(m.marker))
                waiting.insert(m.marker);
        }
    }
    if (!waiting.empty())
        add(seal_marks, held.blind() ? Role::marker : Role::member, *waiting.begin(), name(k),
            static_cast<std::int64_t>(waiting.size()));
    else
        add(close_marking, Role::chair, {}, name(k));
}

void Agenda::under_appeal(std::size_t k) {
    const StageState& held = s_.stages[k];
    const auto& rule = s_.rules->procedure().appeals;
    bool open = false;
    for (Index i = 0; i < held.work.size(); ++i) {
        const auto& appeal = held.work[i].appeal;
        if (!appeal || appeal->decided) continue;
        open = true;
        const bool again = std::any_of(held.work[i].marks.begin(), held.work[i].marks.end(),
                                       [](const GivenMark& m) { return m.again; });
        AgendaItem& item = !appeal->admitted ? add(admit_appeal, Role::chair, s_.applicants[i].id, name(k))
                           : again           ? add(decide_appeal, Role::chair, s_.applicants[i].id, name(k))
                                             : add(remark, Role::remarker, appeal->code, name(k));
        item.source = rule->source;
    }
    if (open) return;
    AgendaItem& item = add(close_appeals, Role::chair, {}, name(k));
    if (item.rule.empty()) {
        item.rule = "appeals.window";
        item.source = rule ? rule->source : std::string{};
    }
    if (const auto last = s_.appeals_until(k)) wait_for(add_days(*last, 1));
}

/// Stages are held one after the other; appeals against one may still run while the next is held.
void Agenda::stages() {
    bool earlier_published = true;
    for (std::size_t k = 0; k < s_.stages.size(); ++k) {
        switch (s_.stages[k].phase) {
            case Phase::scheduled:
                if (earlier_published) scheduled(k);
                break;
            case Phase::sat:
                sat(k);
                break;
            case Phase::marking:
                marking(k);
                break;
            case Phase::marked:
                if (s_.stages[k].blind() && !s_.stages[k].codes_open)
                    add(open_codes, Role::code_keeper, {}, name(k));
                else
                    add(publish, Role::secretary, {}, name(k));
                break;
            case Phase::under_appeal:
                under_appeal(k);
                break;
            case Phase::published:
                add(close_stage, Role::chair, {}, name(k));
                break;
            default:
                break;
        }
        earlier_published = s_.stages[k].phase >= Phase::published;
        if (!earlier_published) break;
    }
}

/// Equals across the seats, whom somebody must decide between.
bool Agenda::ties() {
    for (Index i = 0; i < s_.outcome->standing.size(); ++i) {
        if (s_.outcome->standing[i] != Standing::contested) continue;
        const auto& ending = s_.rules->procedure().ending;
        AgendaItem& item = add(decide_tie, s_.decides_ties(), s_.applicants[i].id);
        item.rule = "ending.ties_decided_by";
        item.source = ending ? ending->source : std::string{};
        return true;
    }
    return false;
}

void Agenda::result() {
    if (s_.draws_lots() && s_.lot.empty()) return add(draw_lot, Role::chair), void();
    if (!s_.outcome || s_.stale) return add(rank, Role::chair), void();
    if (ties()) return;
    if (s_.proposed) return add(approve_result, Role::approving_authority), void();
    const auto& council = s_.rules->procedure().council;
    const auto vote_at = s_.votes.find("propose");
    if (council && (council->quorum || council->present) && (vote_at == s_.votes.end() || !vote_at->second)) {
        AgendaItem& item = add(vote, Role::secretary, "propose");
        item.rule = "council.quorum";
        item.source = council->source;
        return;
    }
    add(propose, Role::chair);
}

void Agenda::appointment_of(Index i) {
    const Applicant& a = s_.applicants[i];
    bool asked = false, refused = false;
    for (const Consent& rule : s_.rules->procedure().consents) {
        if (rule.before != "appointed") continue;
        asked = true;
        const auto given = a.consents.find(rule.name);
        if (given == a.consents.end()) {
            AgendaItem& item = add(give_consent, Role::consenting_body, a.id);
            item.rule = "consent." + rule.name;
            item.source = rule.source;
        } else if (!given->second) {
            refused = true;
        }
    }
    if (asked && a.personnel == Personnel::none) add(refer_personnel, Role::secretary, a.id);
    if (a.personnel == Personnel::referred) add(reply_personnel, Role::personnel_body, a.id);
    if (refused || a.personnel == Personnel::unfit) {
        add(not_appoint, Role::approving_authority, a.id);
        return;
    }
    const bool ready = !asked || a.personnel == Personnel::fit;
    for (const Consent& rule : s_.rules->procedure().consents)
        if (rule.before == "appointed" && !a.consents.contains(rule.name)) return;
    if (ready) add(appoint, Role::approving_authority, a.id);
}

void Agenda::appointing() {
    if (s_.stale) return add(rank, Role::chair), void();
    if (ties()) return;
    if (!s_.announced_result) add(publish_result, Role::secretary);
    bool open = false;
    for (const Index i : s_.winners()) {
        if (s_.resolved(i)) continue;
        if (s_.rules->referral() && !s_.applicants[i].from_list) continue;
        open = true;
        appointment_of(i);
    }
    // Under a rule of referral the authority chooses among whom it refers, seat by seat.
    for (std::size_t p = 0; p < s_.positions.size() && s_.rules->referral(); ++p) {
        if (s_.seats_left(p) <= 0) continue;
        for (const Index i : s_.next_in_rank(p)) {
            open = true;
            appointment_of(i);
        }
    }
    if (!open) {
        // Who follows in the place of a winner who fell away.
        for (std::size_t p = 0; p < s_.positions.size(); ++p) {
            for (const Index i : s_.next_in_rank(p)) {
                if (may_follow(s_, i)) appointment_of(i);
            }
        }
        if (s_.announced_result) add(close, Role::secretary);
    }
}

/// A closed contest wakes for a kept result that is being used.
void Agenda::kept() {
    for (const Index i : s_.winners())
        if (s_.applicants[i].from_list && !s_.resolved(i)) appointment_of(i);
}

void Agenda::conflicts() {
    for (const KnownConflict& c : s_.conflicts) {
        if (!c.undecided) continue;
        AgendaItem& item = add(rule_conflict, Role::approving_authority, s_.applicants[c.application].id);
        item.rule = "conflict.found_later";
    }
}

/// The regulation's own steps, as soon as those before them are done.
void Agenda::steps() {
    if (!s_.rules) return;
    const auto& steps = s_.rules->procedure().steps;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const ProcedureStep& step = steps[i];
        const bool own = event_label(step.name).en == step.name;
        if (!own || s_.events.contains(step.name)) continue;
        std::vector<std::string> after = step.after;
        if (after.empty() && i > 0) after = {steps[i - 1].name};
        const bool ready = std::all_of(after.begin(), after.end(),
                                       [&](const std::string& e) { return s_.events.contains(e); });
        if (!ready) continue;
        const Role who = role_of(step.who).value_or(Role::chair);
        AgendaItem& item = add(do_step, who, step.name);
        if (item.rule.empty()) {
            item.rule = "step." + step.name;
            item.source = step.source;
        }
    }
}

}  // namespace

std::string_view to_string(Urgency urgency) noexcept {
    constexpr std::array<std::string_view, 3> names{"overdue", "due", "later"};
    return names[static_cast<std::size_t>(urgency)];
}

std::string AgendaItem::str(Language language) const {
    std::string what{label(act, language)};
    for (const std::string* part : {&stage, &about})
        if (!part->empty()) what += " — " + *part;
    if (count > 1) what += " (" + std::to_string(count) + ")";
    std::string when = last ? Message{Text::agenda_until, {format_date(*last)}}.str(language)
                            : std::string{text(Text::agenda_no_deadline, language)};
    if (urgency == Urgency::later)
        when = Message{Text::agenda_from, {format_date(*first)}}.str(language) + ", " + when;
    if (urgency == Urgency::overdue) when += std::string{text(Text::agenda_overdue, language)};
    std::string clause = source.empty() ? rule : source;
    return Message{Text::agenda_item, {what, std::string{label(who, language)}, when}}.str(language) +
           (clause.empty() ? "" : " [" + clause + "]");
}

std::vector<AgendaItem> agenda(const Competition& contest, std::chrono::year_month_day today) {
    return Agenda{contest.state(), today}.make();
}

std::vector<PlannedEvent> plan(const Regulation& rules, const BurdenOptions& options) {
    const Timeline made = timeline(rules, options);
    std::vector<PlannedEvent> events;
    if (made.contradictory) return events;
    for (std::size_t i = 0; i < made.events.size(); ++i) {
        PlannedEvent event;
        event.event = made.events[i];
        event.first = Date{made.first[i]};
        if (made.last[i] != no_limit) event.last = Date{made.last[i]};
        for (const Deadline& rule : rules.procedure().deadlines) {
            if (rule.to == event.event &&
                std::find(made.critical.begin(), made.critical.end(), rule.name) != made.critical.end())
                event.critical = true;
        }
        events.push_back(std::move(event));
    }
    return events;
}

}  // namespace recruit
