// The plan, the council and its roles, the notice, applications, screening and conflicts of interest.

#include <algorithm>
#include <iterator>
#include <set>

#include <recruit/regulation/transition.hpp>

#include "base/join.hpp"
#include "workflow/decide.hpp"

namespace recruit::detail {

namespace {

using enum ActKind;

bool examines(Role role) {
    return role == Role::chair || role == Role::vice_chair || role == Role::member || role == Role::marker ||
           role == Role::remarker || role == Role::secretary;
}

}  // namespace

void Decider::plan_acts() {
    switch (act_.kind) {
        case plan: {
            if (state_.planned) refuse(Code::already_done, {titled(plan)}, "contest");
            if (get("authority") == act_.actor)
                refuse(Code::not_together,
                       {act_.actor, titled(Role::secretary), titled(Role::approving_authority)}, "contest");
            const std::int64_t offset = number("offset");
            if (offset < -14 * 60 || offset > 14 * 60)
                refuse(Code::act_field_bad, {std::string{"offset"}, get("offset"), Text::field_integer},
                       "fields.plan");
            // The text of the regulation stands in the record: it needs no catalogue to be read again.
            const Regulation rules = Regulation::parse(get("regulation"));
            event_.decided.set("regulation", rules.id());
            event_.decided.set("digest", rules.digest());
            const Date day{std::chrono::floor<std::chrono::days>(now_ + std::chrono::minutes{offset})};
            if (!rules.in_force(day)) discretion("the regulation is not in force on " + format_date(day));
            break;
        }
        case add_position: {
            if (state_.position(get("position")))
                refuse(Code::already_in_contest, {Text::word_position, get("position")}, "contest");
            scope_();
            break;
        }
        case set_day: {
            for (const SpecialDay& day : state_.days) {
                if (day.date == date("date"))
                    refuse(Code::already_in_contest, {std::string{"date"}, get("date")}, "calendar");
            }
            break;
        }
        case approve_plan:
            if (state_.approved) refuse(Code::already_done, {titled(approve_plan)}, "contest");
            if (state_.positions.empty()) first(titled(add_position), "contest");
            break;
        case assign_role:
            assign_role_();
            break;
        case revoke_role: {
            const auto at = state_.roles.find(get("person"));
            const bool holds = at != state_.roles.end() && state_.holds(get("person"), *role(get("role")));
            if (!holds) missing(Text::word_person, get("person"));
            by_authority(*role(get("role")));
            // Somebody must be left who can give roles.
            if (get("role") == to_string(Role::approving_authority) &&
                state_.holders(Role::approving_authority).size() == 1)
                first(titled(assign_role), "roles");
            discretion(get("role") + " taken back");
            break;
        }
        case form_council:
            form_council_();
            break;
        case do_step: {
            const auto& steps = state_.rules->procedure().steps;
            const auto step = std::find_if(steps.begin(), steps.end(),
                                           [&](const ProcedureStep& s) { return s.name == get("step"); });
            const bool own = step != steps.end() && event_label(step->name).en == step->name;
            if (!own) missing(Text::word_step, get("step"));
            if (const auto named = role_of(step->who)) {
                const Role who = *named;
                if (!state_.holds(act_.actor, who))
                    refuse(Code::not_permitted_role, {act_.actor, titled(do_step), titled(who)},
                           "step." + step->name, step->source);
                event_.role = who;
            }
            break;
        }
        case nominate:
            if (!get("nominator").empty() && get("nominator") == get("person"))
                refuse(Code::second_person_needed, {get("person")}, "nomination");
            break;
        case give_consent: {
            const auto& rules = state_.rules->procedure().consents;
            const auto rule = std::find_if(rules.begin(), rules.end(),
                                           [&](const Consent& c) { return c.name == get("consent"); });
            if (rule == rules.end()) missing(Text::word_consent, get("consent"));
            const bool of_person = rule->before == "appointed" || rule->before == "in_post";
            if (of_person && act_.fields.find("application") == nullptr)
                refuse(Code::act_field_missing, {titled(give_consent), std::string{"application"}},
                       "consent." + rule->name, rule->source);
            if (!of_person && act_.fields.find("application") != nullptr)
                refuse(Code::act_field_unknown, {titled(give_consent), std::string{"application"}, "consent"},
                       "consent." + rule->name, rule->source);
            if (!rule->document.empty() && get("document").empty())
                refuse(Code::document_missing, {titled(give_consent), rule->document},
                       "consent." + rule->name, rule->source);
            if (!flag("agrees")) {
                if (get("reason").empty())
                    refuse(Code::act_field_missing, {titled(give_consent), std::string{"reason"}},
                           "consent." + rule->name, rule->source);
                discretion("consent " + rule->name + " refused");
            }
            break;
        }
        case announce:
            announce_();
            break;
        case amend_notice:
            if (act_.fields.find("closes") != nullptr && state_.opens && date("closes") <= *state_.opens)
                refuse(Code::act_field_bad, {std::string{"closes"}, get("closes"), Text::field_date},
                       "notice");
            discretion(get("change"));
            break;
        case change_law:
            change_law_();
            break;
        case rule:
            discretion(get("decision"));
            break;
        case cancel:
            discretion("the contest is cancelled");
            break;
        default:
            break;
    }
}

/// Roles of the council and of bodies outside it are the authority's to give and to take back; those of the
/// boards the chair's too.
void Decider::by_authority(Role given) const {
    const bool of_board = given == Role::setter || given == Role::invigilator || given == Role::code_keeper ||
                          given == Role::marker || given == Role::remarker;
    if (!of_board && !state_.holds(act_.actor, Role::approving_authority))
        refuse(Code::not_permitted_role, {act_.actor, titled(act_.kind), titled(Role::approving_authority)},
               "roles." + get("role"));
}

/// What the list is within, besides the position, has one value for each position; else positions that
/// compete apart would share their seats.
void Decider::scope_() {
    std::vector<std::string> columns, given;
    for (const RankRule& rank : state_.rules->ranks()) {
        if (rank.name != state_.rules->select().by) continue;
        std::copy_if(rank.within.begin(), rank.within.end(), std::back_inserter(columns),
                     [](const std::string& column) { return column != "position"; });
    }
    for (const std::string& line : act_.fields.list("scope")) {
        const std::size_t equals = std::min(line.find('='), line.size());
        const std::string column = line.substr(0, equals);
        if (!has(columns, column) || has(given, column) || line.size() - equals < 2)
            refuse(Code::act_field_bad,
                   {std::string{"scope"}, line,
                    joined(columns, [](const std::string& name) { return name + "=…"; })},
                   "fields.add_position");
        check_facts(column, line.substr(equals + 1));
        given.push_back(column);
    }
    for (const std::string& column : columns) {
        if (!has(given, column))
            refuse(Code::act_field_missing, {titled(add_position), "scope: " + column + "=…"}, "rank.within");
    }
}

void Decider::assign_role_() {
    const Role given = *role(get("role"));
    const std::string& person = get("person");
    if (given == Role::applicant)
        refuse(Code::act_field_bad, {std::string{"role"}, get("role"), titled(apply)}, "roles");
    by_authority(given);
    if (state_.by_person.contains(person))
        refuse(Code::not_together, {person, titled(Role::applicant), titled(given)}, "roles.separate");
    const auto at = state_.roles.find(person);
    if (at != state_.roles.end()) {
        for (const HeldRole& held : at->second) {
            if (held.role == given && held.board == get("board"))
                refuse(Code::already_in_contest, {titled(given), person}, "roles");
            if (!compatible(held.role, given))
                refuse(Code::not_together, {person, titled(held.role), titled(given)}, "roles.separate");
            if (!state_.rules->procedure().council || held.board.empty() || get("board").empty()) continue;
            for (const auto& [a, b] : state_.rules->procedure().council->separate) {
                if ((held.board == a && get("board") == b) || (held.board == b && get("board") == a))
                    refuse(Code::not_together, {person, held.board, get("board")}, "council.separate",
                           state_.rules->procedure().council->source);
            }
        }
    }
    // One contest has one chair.
    if (given == Role::chair && !state_.holders(Role::chair).empty())
        refuse(Code::already_in_contest, {titled(given), state_.holders(Role::chair).front()}, "roles.chair");
}

void Decider::form_council_() {
    if (state_.council) refuse(Code::already_done, {titled(form_council)}, "council");
    if (!state_.approved) first(titled(approve_plan), "order.form_council");
    const auto size = static_cast<std::int64_t>(state_.council_size());
    const auto& rule = state_.rules->procedure().council;
    if (state_.holders(Role::chair).empty()) first(titled(Role::chair), "council.roles");
    if (!rule) return;
    if (!rule->sizes.empty() &&
        std::find(rule->sizes.begin(), rule->sizes.end(), size) == rule->sizes.end()) {
        refuse(Code::council_wrong, {std::to_string(size), Text::word_members, joined(rule->sizes)},
               "council.size", rule->source);
    }
    for (const std::string& name : rule->roles) {
        const auto needed = role(name);
        if (needed && state_.holders(*needed).empty()) first(titled(*needed), "council.roles", rule->source);
    }
    event_.decided.set("size", std::to_string(size));
}

void Decider::announce_() {
    if (!state_.approved) first(titled(approve_plan), "order.announce");
    if (date("closes") < date("opens") || date("opens") < today())
        refuse(Code::act_field_bad,
               {std::string{"opens, closes"}, get("opens") + ", " + get("closes"), Text::field_date},
               "notice");
    for (std::size_t s = 0; s < state_.stages.size(); ++s) {
        const auto& vote = state_.rules->procedure().vote;
        const std::string& name = state_.rules->stages()[s].name;
        if (vote && vote->stage == name) continue;
        if (state_.stages[s].syllabus.empty()) not_done(Text::todo_syllabus, 1, name);
    }
}

void Decider::change_law_() {
    const Regulation rules = Regulation::parse(get("regulation"));
    std::string reached;
    for (std::size_t s = 0; s < state_.stages.size(); ++s)
        if (state_.stages[s].first_done) reached = state_.rules->stages()[s].name;
    const auto started = state_.events.find("plan");
    if (started == state_.events.end()) first(titled(approve_plan), "transition");
    const TransitionRuling ruling = [&] {
        try {
            return transition(*state_.rules, rules, started->second, reached, today());
        } catch (const Error& error) {
            // Another regulation, an older text, or a contest that was not begun under the one it has.
            refuse(Code::law_not_changed,
                   {state_.rules->id(), Title{error.message(Language::en), error.message(Language::vi)}},
                   "transition");
        }
    }();
    if (ruling.outcome == TransitionOutcome::old_text)
        refuse(Code::law_not_changed, {state_.rules->id(), ruling.sentence}, ruling.rule, ruling.source);
    if (ruling.outcome != TransitionOutcome::cancelled) {
        // Stages that were announced stay what they are: only what comes after them can change.
        const auto columns = [](const Regulation& text) {
            std::vector<std::vector<std::string>> names;
            for (const Stage& stage : text.stages()) {
                names.push_back({stage.name});
                for (const ScoreColumn& column : score_columns(text, stage))
                    names.back().push_back(column.name);
            }
            return names;
        };
        if (columns(*state_.rules) != columns(rules))
            refuse(Code::law_not_changed, {state_.rules->id(), std::string{"stages"}}, "transition");
    }
    event_.decided.set("outcome", std::string{to_string(ruling.outcome)});
    event_.decided.set("digest", rules.digest());
    event_.decided.set("rule", ruling.rule);
    discretion("goes on: " + std::string{to_string(ruling.outcome)});
}

// ---- people ----

void Decider::people_acts() {
    switch (act_.kind) {
        case open_applications:
            if (today() < *state_.opens)
                refuse(Code::too_early,
                       {titled(open_applications), format_date(today()), format_date(*state_.opens),
                        Text::word_notice},
                       "notice.opens");
            break;
        case apply:
            apply_();
            break;
        case set_fact: {
            check_facts(get("fact"), get("value"));
            const Index i = application();
            const bool own = state_.applicants[i].person == act_.actor;
            const Phase phase = state_.phase();
            if (own && phase != Phase::applying)
                refuse(Code::not_permitted_phase, {titled(set_fact), titled(phase), titled(Phase::applying)},
                       "permissions.set_fact");
            if (phase > Phase::screening) {
                if (get("reason").empty())
                    refuse(Code::act_field_missing, {titled(set_fact), std::string{"reason"}},
                           "fields.set_fact");
                const std::string* was = state_.applicants[i].facts.find(get("fact"));
                discretion(get("fact") + ": " + (was == nullptr ? "" : *was) + " -> " + get("value"));
            }
            break;
        }
        case withdraw:
            if (state_.resolved(application())) refuse(Code::already_done, {get("application")}, "contest");
            break;
        case extend_applications:
            if (date("closes") <= *state_.closes || date("closes") < today())
                refuse(Code::act_field_bad, {std::string{"closes"}, get("closes"), Text::field_date},
                       "notice.closes");
            discretion(format_date(*state_.closes) + " -> " + get("closes"));
            break;
        case close_applications:
            close_applications_();
            break;
        case admit_late:
            discretion("a late application is admitted");
            break;
        case screen: {
            const Index i = application();
            if (state_.applicants[i].status == Admission::withdrawn)
                refuse(Code::wrong_standing,
                       {get("application"), std::string{"withdrawn"}, std::string{"applied"}}, "screening");
            if (!flag("eligible") && get("reason").empty())
                refuse(Code::act_field_missing, {titled(screen), std::string{"reason"}}, "fields.screen");
            if (state_.applicants[i].status != Admission::applied)
                discretion("screened again: " + std::string{flag("eligible") ? "eligible" : "ineligible"});
            break;
        }
        case close_screening:
            close_screening_();
            break;
        case publish_list:
            if (state_.events.contains("list_published"))
                refuse(Code::already_done, {titled(publish_list)}, "contest");
            break;
        case declare_conflict:
            conflict(act_.actor, application(), false);
            break;
        case find_conflict:
            conflict(get("person"), application(), true);
            break;
        case rule_conflict: {
            const auto at =
                std::find_if(state_.conflicts.begin(), state_.conflicts.end(), [&](const KnownConflict& c) {
                    return c.person == get("person") && c.application == application() && c.undecided;
                });
            if (at == state_.conflicts.end()) missing(Text::word_conflict, get("person"));
            discretion(get("effect"));
            break;
        }
        default:
            break;
    }
}

void Decider::apply_() {
    const std::string& person = get("person");
    if (get("application").find('\n') != std::string::npos || state_.find(get("application")) != nobody)
        refuse(Code::already_in_contest, {Text::word_application, get("application")}, "applications");
    const std::size_t p = position();
    if (const auto at = state_.by_person.find(person); at != state_.by_person.end()) {
        for (const Index other : at->second) {
            if (state_.applicants[other].position == p)
                refuse(Code::already_in_contest, {Text::word_application, state_.applicants[other].id},
                       "applications.once");
        }
    }
    if (state_.roles.contains(person) && !state_.roles.find(person)->second.empty())
        refuse(Code::not_together,
               {person, titled(Role::applicant), titled(state_.roles.find(person)->second.front().role)},
               "roles.separate");
    // What was posted in time is in time where the regulation says so.
    bool postmark = false;
    std::string source;
    for (const Deadline& rule : state_.rules->procedure().deadlines) {
        if (rule.to == "applications_closed" && rule.postmark.value_or(false)) {
            postmark = true;
            source = rule.source;
        }
    }
    const Date handed_in =
        postmark && act_.fields.find("posted") != nullptr ? std::min(date("posted"), today()) : today();
    const bool admitted = state_.admitted_late.contains({person, get("position")});
    const bool late = handed_in > *state_.closes || (state_.closed && !postmark);
    if (handed_in < *state_.opens)
        refuse(Code::too_early,
               {titled(apply), format_date(handed_in), format_date(*state_.opens), Text::word_notice},
               "notice.opens");
    if (late && !admitted)
        refuse(Code::too_late,
               {titled(apply), format_date(handed_in), format_date(*state_.closes), titled(admit_late)},
               "notice.closes", source);
    if (late) discretion("late, admitted");
    for (const auto& nomination : state_.nominations) {
        if (nomination.person == person && nomination.position == p) {
            event_.decided.set("group", nomination.group);
            event_.decided.set("nominator", nomination.nominator);
        }
    }
}

void Decider::minimum_field(std::string_view moment, const std::vector<std::int64_t>& counts) {
    for (const MinimumField& rule : state_.rules->procedure().minimum_fields) {
        if (rule.at != moment) continue;
        for (std::size_t p = 0; p < counts.size(); ++p) {
            if (counts[p] >= rule.least) continue;
            const std::string below = rule.below ? std::string{to_string(*rule.below)} : std::string{};
            const std::string& id = state_.positions[p].given.id;
            const bool goes_on = rule.below == TooFew::cancel || rule.below == TooFew::proceed_with_note ||
                                 (rule.below == TooFew::extend && state_.extended);
            if (!goes_on && get("proceed").empty())
                refuse(Code::too_few_people,
                       {id, std::to_string(counts[p]), std::to_string(rule.least),
                        below.empty() ? Argument{Text::not_said_by_rules} : Argument{below}},
                       "minimum_field." + std::string{moment}, rule.source);
            discretion(id + ": " + std::to_string(counts[p]) + " of " + std::to_string(rule.least) + ", " +
                       (below.empty() ? "not said" : below));
        }
    }
}

void Decider::close_applications_() {
    if (today() < *state_.closes)
        refuse(Code::too_early,
               {titled(close_applications), format_date(today()), format_date(*state_.closes),
                Text::word_notice},
               "notice.closes");
    std::vector<std::int64_t> counts(state_.positions.size());
    for (const Applicant& a : state_.applicants)
        if (a.status != Admission::withdrawn) ++counts[a.position];
    minimum_field("applied", counts);
    event_.decided.set("applications", std::to_string(state_.applicants.size()));
}

void Decider::close_screening_() {
    if (state_.unscreened > 0) {
        const auto at = std::find_if(state_.applicants.begin(), state_.applicants.end(),
                                     [](const Applicant& a) { return a.status == Admission::applied; });
        not_done(Text::todo_screen, static_cast<std::size_t>(state_.unscreened), at->id);
    }
    if (!state_.council) first(titled(form_council), "order.close_screening");
    std::vector<std::int64_t> counts(state_.positions.size());
    std::int64_t eligible = 0;
    for (const Applicant& a : state_.applicants) {
        if (a.status != Admission::eligible) continue;
        ++counts[a.position];
        ++eligible;
    }
    minimum_field("eligible", counts);
    event_.decided.set("eligible", std::to_string(eligible));
}

/// What a conflict does, by the regulation; found after the person gave marks, what becomes of those.
void Decider::conflict(const std::string& person, Index application, bool found) {
    if (found && !state_.roles.contains(person)) missing(Text::word_person, person);
    if (state_.applicants[application].person == person)
        refuse(Code::act_field_bad, {std::string{"person"}, person, titled(Relation::self)}, "conflict");
    const auto& rules = state_.rules->procedure().conflicts;
    const std::string& relation = get("relation");
    const auto rule = std::find_if(rules.begin(), rules.end(), [&](const Conflict& c) {
        const auto has = [&](const std::vector<std::string>& words) {
            return std::find(words.begin(), words.end(), relation) != words.end();
        };
        return has(c.relations) || has(c.bars) ||
               (c.degree && relation == "kin" && number("degree") <= *c.degree);
    });
    if (!rules.empty() && rule == rules.end()) {
        std::string known;
        for (const Conflict& c : rules) {
            for (const std::string& word : c.relations) add_item(known, word);
            for (const std::string& word : c.bars) add_item(known, word);
        }
        refuse(Code::act_field_bad, {std::string{"relation"}, relation, known}, "conflict");
    }
    for (const KnownConflict& known : state_.conflicts) {
        if (known.person == person && known.application == application && known.relation == relation)
            refuse(Code::already_in_contest, {Text::word_conflict, person}, "conflict");
    }
    const bool has_rule = rule != rules.end();
    const bool bars = has_rule && rule->on_conflict == OnConflict::bar;
    event_.decided.set("effect", has_rule && rule->on_conflict ? std::string{to_string(*rule->on_conflict)}
                                                               : std::string{"recuse"});
    if (bars) event_.decided.set("bars", std::string{"true"});
    bool marked = false, anonymous = false;
    for (std::size_t s = 0; s < state_.stages.size(); ++s) {
        if (application >= state_.stages[s].work.size()) continue;
        for (const GivenMark& mark : state_.stages[s].work[application].marks)
            marked = marked || (mark.marker == person && !mark.struck);
        for (const ScoreColumn& c : state_.columns(s)) {
            const bool nameless = c.marking != nullptr && c.marking->slips == Slips::anonymous;
            const auto& absent = state_.stages[s].work[application].absent;
            // Among secret slips nobody can find the one of this member, if the member was there.
            anonymous = anonymous ||
                        (nameless && !state_.stages[s].work[application].marks.empty() && examines_(person) &&
                         std::find(absent.begin(), absent.end(), person) == absent.end());
        }
    }
    if (!marked && !anonymous) return;
    const bool can_strike = !anonymous;
    std::string later = has_rule && rule->found_later ? std::string{to_string(*rule->found_later)} : "";
    if (later == "strike" && !can_strike) later.clear();
    event_.decided.set("marks", later.empty() ? "undecided" : later);
    discretion("marks of " + person + " for " + state_.applicants[application].id + ": " +
               (later.empty() ? "undecided" : later));
}

bool Decider::examines_(const std::string& person) const {
    const auto at = state_.roles.find(person);
    return at != state_.roles.end() &&
           std::any_of(at->second.begin(), at->second.end(),
                       [](const HeldRole& h) { return examines(h.role) && h.role != Role::secretary; });
}

}  // namespace recruit::detail
