// agenda(): read off the state, phase by phase; plan(): the network of deadlines.

#include "workflow/agenda.hpp"

#include <algorithm>
#include <array>

#include "regulation/timeline.hpp"

namespace recruit {

namespace detail {

namespace {

using enum ActKind;

}  // namespace

std::vector<AgendaItem> Agenda::make() {
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
    owners();
    std::stable_sort(items_.begin(), items_.end(),
                     [](const AgendaItem& a, const AgendaItem& b) { return a.urgency < b.urgency; });
    return std::move(items_);
}

AgendaItem& Agenda::add(ActKind act, Role who, std::string about, std::string stage, std::int64_t count) {
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

void Agenda::dated(AgendaItem& item, const std::string& event) const {
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

void Agenda::judge(AgendaItem& item) const {
    item.urgency = item.first && today_ < *item.first ? Urgency::later
                   : item.last && *item.last < today_ ? Urgency::overdue
                                                      : Urgency::due;
}

void Agenda::wait_for(std::optional<Date> day) {
    AgendaItem& item = items_.back();
    if (!day || (item.first && *day <= *item.first)) return;
    item.first = day;
    judge(item);
}

// ---- who does it ----

/// Whom an item is about, by application, code of a script or code of an appeal.
Index Agenda::about(const AgendaItem& item) const {
    for (const StageState& held : s_.stages) {
        const auto at = held.by_code.find(item.about);
        if (at != held.by_code.end()) return at->second;
    }
    return s_.find(item.about);
}

bool Agenda::able(Role who, ActKind act, Index whom) const {
    for (const std::string& person : s_.holders(who)) {
        const Relation relation = s_.relation(person, whom);
        for (int p = 0; p < phase_count; ++p)
            if (permitted(who, act, static_cast<Phase>(p), relation)) return true;
    }
    return false;
}

void Agenda::assign(Role role, std::vector<AgendaItem>& before) const {
    // A contest has one chair; in the place of one who may not act stands a vice-chair.
    if (role == Role::chair && !s_.holders(Role::chair).empty()) role = Role::vice_chair;
    AgendaItem item;
    item.act = assign_role;
    item.who = Role::approving_authority;
    item.about = to_string(role);
    const bool known =
        std::any_of(before.begin(), before.end(), [&](const AgendaItem& i) { return i == item; });
    if (!known) before.push_back(std::move(item));
}

/// Consents that the event of an item must not be without, where they are not about one person.
void Agenda::consents(const AgendaItem& item, std::vector<AgendaItem>& before) const {
    Fields fields;
    if (!item.stage.empty()) fields.set("stage", item.stage);
    if (item.act == do_step) fields.set("step", item.about);
    const std::string event = event_of(s_, item.act, fields);
    for (const Consent& rule : s_.rules->procedure().consents) {
        if (event.empty() || rule.before != event || event == "appointed" || event == "in_post") continue;
        const auto given = s_.consents.find(rule.name);
        if (given != s_.consents.end() && given->second) continue;
        AgendaItem consent;
        // Who has refused may be asked again, unless the regulation ends the contest with it.
        const bool stops = given != s_.consents.end() && rule.refused == AfterRefusal::stops;
        consent.act = stops ? cancel : give_consent;
        consent.who = stops ? Role::approving_authority : Role::consenting_body;
        consent.rule = "consent." + rule.name;
        consent.source = rule.source;
        if (!able(consent.who, consent.act, nobody)) assign(consent.who, before);
        before.push_back(std::move(consent));
    }
}

void Agenda::owners() {
    std::vector<AgendaItem> all;
    for (AgendaItem& item : items_) {
        if (s_.rules) consents(item, all);
        const bool open = item.act == plan || item.who == Role::applicant || item.act == ActKind::mark;
        if (!open && !able(item.who, item.act, about(item))) {
            const bool named = item.act == do_step || item.act == decide_tie;
            std::optional<Role> other;
            for (int r = 0; r < role_count && !named && !other; ++r) {
                const Role role = static_cast<Role>(r);
                if (role != Role::applicant && able(role, item.act, about(item))) other = role;
            }
            if (other)
                item.who = *other;
            else
                assign(item.who, all);
        }
        const bool witnessed = item.act == seal_paper || item.act == open_paper || item.act == open_codes;
        if (witnessed && s_.holders(Role::monitor).empty()) assign(Role::monitor, all);
        all.push_back(std::move(item));
    }
    items_ = std::move(all);
}

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
    if (!s_.council) council();
    bool ready = true;
    for (std::size_t k = 0; k < s_.stages.size(); ++k) {
        if (!s_.stages[k].syllabus.empty() || is_vote(k)) continue;
        ready = false;
        add(set_syllabus, s_.holders(Role::setter).empty() ? Role::chair : Role::setter, {}, name(k));
    }
    if (ready) add(announce, Role::secretary);
}

/// The council as the regulation wants it, then its formation.
void Agenda::council() {
    const auto& rule = s_.rules->procedure().council;
    std::vector<std::string> roles{"chair"};
    if (rule) roles.insert(roles.end(), rule->roles.begin(), rule->roles.end());
    for (const std::string& wanted : roles) {
        const auto needed = role(wanted);
        if (!needed || !s_.holders(*needed).empty()) continue;
        AgendaItem& item = add(assign_role, Role::approving_authority, wanted);
        if (rule) item.rule = "council.roles", item.source = rule->source;
        return;
    }
    const auto size = static_cast<std::int64_t>(s_.council_size());
    if (rule && !rule->sizes.empty() &&
        std::find(rule->sizes.begin(), rule->sizes.end(), size) == rule->sizes.end()) {
        const bool more = size < rule->sizes.back();
        AgendaItem& item = add(more ? assign_role : revoke_role, Role::approving_authority, "member");
        item.rule = "council.size";
        item.source = rule->source;
        return;
    }
    add(form_council, Role::approving_authority);
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
    if (!s_.council) council();
    if (s_.unscreened > 0) {
        const auto at = std::find_if(s_.applicants.begin(), s_.applicants.end(),
                                     [](const Applicant& a) { return a.status == Admission::applied; });
        add(screen, Role::secretary, at->id, {}, s_.unscreened);
    } else if (s_.council) {
        add(close_screening, Role::chair);
    }
}

/// Somebody must decide between equals.
void Agenda::choice(const std::vector<Index>& equals, Index i, const std::string& stage) {
    const auto& ending = s_.rules->procedure().ending;
    const Role who = decides_between(s_, equals);
    const auto people = s_.holders(who);
    if (std::none_of(people.begin(), people.end(),
                     [&](const std::string& person) { return may_choose(s_, person, equals); }))
        add(assign_role, Role::approving_authority, std::string{to_string(who)});
    AgendaItem& item = add(decide_tie, who, s_.applicants[i].id, stage);
    item.rule = "ending.ties_decided_by";
    item.source = ending ? ending->source : std::string{};
}

/// Equals across the seats.
bool Agenda::ties() {
    for (Index i = 0; i < s_.outcome->standing.size(); ++i) {
        if (s_.outcome->standing[i] != Standing::contested) continue;
        choice(equals_of(s_, i).contested, i, {});
        return true;
    }
    return false;
}

void Agenda::result() {
    bool known = false;
    for (std::size_t k = 0; k < s_.stages.size(); ++k) {
        known = leak(k) || known;
        known = disturbed(k) || known;
    }
    if (known) return;
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
    bool known = false;
    for (std::size_t k = 0; k < s_.stages.size(); ++k) {
        known = leak(k) || known;
        known = disturbed(k) || known;
    }
    if (known) return;
    if (s_.stale) return add(rank, Role::chair), void();
    if (ties()) return;
    if (!s_.announced_result) add(publish_result, Role::secretary);
    bool open = false;
    for (std::size_t p = 0; p < s_.positions.size(); ++p)
        for (const Index i : displaced(s_, p)) {
            open = true;
            add(not_appoint, Role::approving_authority, s_.applicants[i].id);
        }
    for (const Index i : s_.winners()) {
        if (s_.resolved(i)) continue;
        if (s_.rules->referral() && !s_.applicants[i].from_list) continue;
        open = true;
        // Whose place is somebody else's still waits until that appointment is taken back.
        if (s_.applicants[i].from_list || displaced(s_, s_.applicants[i].position).empty()) appointment_of(i);
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
        followers(false);
        if (s_.announced_result) add(close, Role::secretary);
    }
}

/// Who follows in the place of a winner who fell away.
void Agenda::followers(bool of_cancelled) {
    for (std::size_t p = 0; p < s_.positions.size(); ++p) {
        const bool cancelled = std::any_of(
            s_.applicants.begin(), s_.applicants.end(),
            [&](const Applicant& a) { return a.position == p && a.status == Admission::cancelled; });
        if (of_cancelled && !cancelled) continue;
        for (const Index i : s_.next_in_rank(p))
            if (may_follow(s_, i)) appointment_of(i);
    }
}

/// A closed contest wakes for a kept result that is being used, or when a result is cancelled later.
void Agenda::kept() {
    followers(true);
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

}  // namespace detail

using namespace detail;

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
