// Ranking, decisions between equals, votes, the proposal, appointments and kept results.

#include <algorithm>
#include <set>

#include "base/join.hpp"
#include "workflow/decide.hpp"
#include "workflow/outcome.hpp"

namespace recruit::detail {

namespace {

using enum ActKind;

}  // namespace

void Decider::result_acts() {
    switch (act_.kind) {
        case draw_lot: {
            if (!state_.draws_lots()) refuse(Code::not_for_this_regulation, {Text::word_lot}, "rank.ties");
            if (!state_.lot.empty()) refuse(Code::already_done, {titled(draw_lot)}, "rank.ties");
            need_entropy();
            event_.decided.set("seed", seed("lot", state_.rules->id()));
            break;
        }
        case ActKind::rank:
            rank_();
            break;
        case decide_tie:
            decide_tie_();
            break;
        case ActKind::vote:
            vote_();
            break;
        case propose:
            propose_();
            break;
        case approve_result:
        case reject_result:
            if (!state_.proposed) first(titled(propose), "order." + std::string{to_string(act_.kind)});
            if (state_.stale) first(titled(ActKind::rank), "order." + std::string{to_string(act_.kind)});
            if (act_.kind == reject_result) discretion("the result is sent back");
            break;
        case publish_result:
            if (state_.announced_result && !state_.stale)
                refuse(Code::already_done, {titled(publish_result)}, "result");
            if (state_.stale) first(titled(ActKind::rank), "order.publish_result");
            break;
        case cancel_result: {
            const Index i = application();
            if (state_.applicants[i].status == Admission::cancelled)
                refuse(Code::already_done, {titled(cancel_result)}, "result");
            discretion("the result is cancelled" +
                       std::string{flag("barred") ? ", barred from the next" : ""});
            break;
        }
        default:
            break;
    }
}

void Decider::rank_() {
    if (state_.outcome && !state_.stale) refuse(Code::already_done, {titled(ActKind::rank)}, "result");
    if (state_.draws_lots() && state_.lot.empty()) first(titled(draw_lot), "rank.ties");
    for (const KnownConflict& c : state_.conflicts) {
        if (c.undecided)
            refuse(Code::conflict_undecided, {c.person, state_.applicants[c.application].id}, "conflict");
    }
    for (std::size_t s = 0; s < state_.stages.size(); ++s) scores_whole(s);
    const Selection& selection = compute(std::nullopt);
    std::vector<std::string> counts;
    const auto of = selection.counts();
    for (int k = 0; k < standing_count; ++k) {
        if (of[static_cast<std::size_t>(k)] == 0) continue;
        counts.push_back(std::string{to_string(static_cast<Standing>(k))} + " " +
                         std::to_string(of[static_cast<std::size_t>(k)]));
    }
    event_.decided.set("counts", counts);
    if (!state_.outcome) return;
    const auto moved = movements(state_, ranked_anew(state_, selection));
    std::vector<std::string> lines;
    for (const Movement& m : moved)
        lines.push_back(m.application + ": " + std::string{to_string(m.before)} + " -> " +
                        std::string{to_string(m.after)} + (m.effect.empty() ? "" : ", " + m.effect));
    event_.decided.set("moved", lines);
    if (!lines.empty()) discretion("ranked anew: " + std::to_string(lines.size()) + " moved");
}

void Decider::decide_tie_() {
    const auto& ending = state_.rules->procedure().ending;
    Index one =
        state_.find(act_.fields.list("chosen").empty() ? std::string{} : act_.fields.list("chosen").front());
    const bool of_stage = !get("stage").empty();
    const ContestedEquals equals = one == nobody ? ContestedEquals{}
                                   : of_stage    ? equals_after(state_, stage(), one)
                                                 : equals_of(state_, one);
    const Role who = decides_between(state_, equals.contested);
    if (!state_.holds(act_.actor, who))
        refuse(Code::not_permitted_role, {act_.actor, titled(decide_tie), titled(who)},
               "ending.ties_decided_by", ending ? ending->source : std::string{});
    event_.role = who;
    const auto chosen = act_.fields.list("chosen");
    if (chosen.empty())
        refuse(Code::act_field_missing, {titled(decide_tie), std::string{"chosen"}}, "fields");
    // All chosen are of one group of equals; as many as there are places for them.
    const Index any = state_.find(chosen.front());
    if (any == nobody) missing(Text::word_application, chosen.front());
    const auto wrong = [&](Text key, std::vector<Argument> arguments) {
        const Message message{key, std::move(arguments)};
        refuse(Code::choice_wrong, {Title{message.str(Language::en), message.str(Language::vi)}},
               "ending.ties_decided_by", ending ? ending->source : std::string{});
    };
    std::set<std::string> once;
    for (const std::string& id : chosen) {
        const Index i = state_.find(id);
        const bool equal = i != nobody && std::find(equals.contested.begin(), equals.contested.end(), i) !=
                                              equals.contested.end();
        if (!equal || !once.insert(id).second) wrong(Text::choice_not_equal, {id});
    }
    if (!may_choose(state_, act_.actor, equals.contested))
        refuse(Code::not_permitted_relation, {act_.actor, titled(decide_tie), titled(Relation::conflicted)},
               "permissions.decide_tie");
    // Fewer than there are seats may be left, where others of them fell away meanwhile.
    const std::int64_t places = std::min(equals.seats, static_cast<std::int64_t>(equals.contested.size()));
    if (static_cast<std::int64_t>(chosen.size()) != places)
        wrong(Text::choice_count, {std::to_string(places), std::to_string(chosen.size())});
    std::vector<std::string> among;
    for (const Index i : equals.contested) among.push_back(state_.applicants[i].id);
    if (of_stage) event_.decided.set("among", among);
    discretion("among " + joined(among));
}

void Decider::vote_() {
    const auto present = act_.fields.list("present");
    const auto favour = act_.fields.list("in_favour"), against = act_.fields.list("against");
    const auto wrong = [&](Text key, const std::string& who) {
        const Message message{key, {who}};
        refuse(Code::votes_do_not_fit, {Title{message.str(Language::en), message.str(Language::vi)}},
               "council");
    };
    const auto member = [&](const std::string& person) {
        return state_.holds(person, Role::chair) || state_.holds(person, Role::vice_chair) ||
               state_.holds(person, Role::member) || state_.holds(person, Role::secretary);
    };
    std::set<std::string> seen, voted;
    for (const std::string& person : present) {
        if (!member(person)) wrong(Text::vote_not_members, person);
        if (!seen.insert(person).second) wrong(Text::vote_twice, person);
    }
    for (const auto* votes : {&favour, &against}) {
        for (const std::string& person : *votes) {
            if (!seen.contains(person)) wrong(Text::vote_not_present, person);
            if (!voted.insert(person).second) wrong(Text::vote_twice, person);
        }
    }
    const auto& rule = state_.rules->procedure().council;
    const auto size = static_cast<std::int64_t>(state_.council_size());
    const auto least = rule ? rule->least_present(size) : std::nullopt;
    if (least && static_cast<std::int64_t>(present.size()) < *least)
        refuse(Code::no_quorum,
               {std::to_string(present.size()), std::to_string(size), std::to_string(*least)},
               "council.quorum", rule->source);
    bool carried = favour.size() > against.size();
    if (favour.size() == against.size()) {
        if (!rule || !rule->equal_votes)
            refuse(Code::votes_do_not_fit, {Text::vote_equal}, "council.equal_votes",
                   rule ? rule->source : std::string{});
        const auto chair = state_.holders(Role::chair);
        if (*rule->equal_votes == EqualVotes::chair_decides)
            carried = !chair.empty() && has(favour, chair.front());
        if (*rule->equal_votes == EqualVotes::authority_decides)
            refuse(Code::votes_do_not_fit, {titled(Role::approving_authority)}, "council.equal_votes",
                   rule->source);
        event_.decided.set("equal", std::string{to_string(*rule->equal_votes)});
    }
    event_.decided.set("carried", carried ? "true" : "false");
}

void Decider::propose_() {
    if (state_.proposed && !state_.stale) refuse(Code::already_done, {titled(propose)}, "result");
    if (state_.stale) first(titled(ActKind::rank), "order.propose");
    std::size_t open = 0;
    std::size_t where = 0;
    for (Index i = 0; i < state_.applicants.size(); ++i) {
        if (state_.outcome->standing[i] != Standing::contested) continue;
        ++open;
        where = state_.applicants[i].position;
    }
    if (open > 0 && get("proceed").empty()) {
        const auto& ending = state_.rules->procedure().ending;
        refuse(Code::equals_undecided,
               {std::to_string(open), state_.positions[where].given.id, titled(state_.decides_ties())},
               "ending.ties_decided_by", ending ? ending->source : std::string{});
    }
    if (open > 0) discretion("equals are left undecided: " + get("proceed"));
    const auto& council = state_.rules->procedure().council;
    if (council && (council->quorum || council->present)) {
        const auto at = state_.votes.find("propose");
        if (at == state_.votes.end() || !at->second)
            refuse(Code::vote_missing, {std::string{"propose"}}, "council.quorum", council->source);
    }
    std::vector<std::string> names;
    for (const Index i : state_.winners()) names.push_back(state_.applicants[i].id);
    event_.decided.set("proposed", names);
}

// ---- appointment ----

void Decider::appointment_acts() {
    const auto standing = [&](Index i) {
        return state_.outcome && i < state_.outcome->standing.size() ? state_.outcome->standing[i]
                                                                     : Standing::incomplete;
    };
    const auto winner = [&](Index i) {
        if (standing(i) == Standing::selected || state_.applicants[i].from_list) return;
        const auto next = state_.next_in_rank(state_.applicants[i].position);
        if (state_.rules->referral() && std::find(next.begin(), next.end(), i) != next.end()) return;
        if (may_follow(state_, i)) return;
        refuse(Code::wrong_standing,
               {state_.applicants[i].id, titled(standing(i)), titled(Standing::selected)}, "select");
    };
    switch (act_.kind) {
        case refer_personnel: {
            const Index i = application();
            winner(i);
            if (state_.resolved(i) || state_.applicants[i].personnel == Personnel::referred)
                refuse(Code::already_done, {titled(refer_personnel)}, "personnel");
            break;
        }
        case reply_personnel: {
            const Index i = application();
            if (state_.applicants[i].personnel != Personnel::referred)
                first(titled(refer_personnel), "personnel");
            if (!flag("fit") && get("reason").empty())
                refuse(Code::act_field_missing, {titled(reply_personnel), std::string{"reason"}},
                       "personnel");
            break;
        }
        case ActKind::appoint:
            appoint_();
            break;
        case not_appoint: {
            const Index i = application();
            if (has(displaced(state_, state_.applicants[i].position), i)) {
                event_.decided.set("taken_back", std::string{"true"});
                discretion("the appointment is taken back: the ranking gives the seat to others");
                break;
            }
            winner(i);
            if (state_.resolved(i)) refuse(Code::already_done, {get("application")}, "appointment");
            discretion("not appointed; the contest was won");
            break;
        }
        case decline: {
            const Index i = application();
            winner(i);
            if (state_.resolved(i)) refuse(Code::already_done, {get("application")}, "appointment");
            break;
        }
        case take_post:
            if (state_.applicants[application()].appointment != Appointment::appointed)
                first(titled(ActKind::appoint), "appointment");
            break;
        case establish_list:
            establish_list_();
            break;
        case extend_list:
            extend_list_();
            break;
        case use_list:
            use_list_();
            break;
        case close: {
            std::size_t open = 0;
            std::string example;
            for (const Index i : state_.winners()) {
                // A rule of referral lets the authority choose: not everybody selected is appointed.
                if (state_.resolved(i) || (state_.rules->referral() && !state_.applicants[i].from_list))
                    continue;
                ++open;
                if (example.empty()) example = state_.applicants[i].id;
            }
            if (open > 0) not_done(Text::todo_appoint, open, example);
            for (std::size_t p = 0; p < state_.positions.size(); ++p)
                if (!displaced(state_, p).empty()) first(titled(not_appoint), "order.close");
            if (state_.stale) first(titled(ActKind::rank), "order.close");
            if (!state_.announced_result) first(titled(publish_result), "order.close");
            break;
        }
        default:
            break;
    }
}

void Decider::appoint_() {
    const Index i = application();
    const Applicant& person = state_.applicants[i];
    if (state_.resolved(i)) refuse(Code::already_done, {person.id}, "appointment");
    if (!state_.agreed) first(titled(approve_result), "order.appoint");
    if (state_.stale) first(titled(ActKind::rank), "order.appoint");
    const Standing standing =
        i < state_.outcome->standing.size() ? state_.outcome->standing[i] : Standing::incomplete;
    const bool kept = person.from_list;
    const bool follows = may_follow(state_, i);
    if (!kept && state_.rules->referral()) {
        const auto next = state_.next_in_rank(person.position);
        if (std::find(next.begin(), next.end(), i) == next.end())
            refuse(Code::wrong_standing, {person.id, titled(standing), std::string{"referred"}}, "referral",
                   state_.rules->referral()->source);
    } else if (!kept && standing != Standing::selected && !follows) {
        refuse(Code::wrong_standing, {person.id, titled(standing), titled(Standing::selected)}, "select",
               state_.rules->select().source);
    }
    const bool beyond = i < state_.outcome->beyond.size() && state_.outcome->beyond[i];
    const bool by_rank = standing == Standing::selected && !state_.rules->referral();
    const std::int64_t left =
        by_rank ? state_.places_left(person.position) : state_.seats_left(person.position);
    if (!kept && !beyond && left <= 0)
        refuse(Code::choice_wrong, {state_.positions[person.position].given.id + ": 0"}, "seats");
    bool needs_personnel = false;
    for (const Consent& rule : state_.rules->procedure().consents)
        needs_personnel = needs_personnel || rule.before == "appointed";
    if (needs_personnel || person.personnel != Personnel::none) {
        if (person.personnel == Personnel::none) first(titled(refer_personnel), "personnel");
        if (person.personnel == Personnel::referred) first(titled(reply_personnel), "personnel");
        if (person.personnel == Personnel::unfit)
            refuse(Code::wrong_standing, {person.id, std::string{"unfit"}, std::string{"fit"}}, "personnel");
    }
    if (!kept && standing != Standing::selected && !state_.rules->referral())
        discretion("next in rank for a winner who was not appointed");
}

void Decider::establish_list_() {
    const auto& lists = state_.rules->lists();
    const auto rule =
        std::find_if(lists.begin(), lists.end(), [&](const ListRule& l) { return l.name == get("list"); });
    if (rule == lists.end()) missing(Text::word_list, get("list"));
    if (!rule->allowed)
        refuse(Code::list_not_usable,
               {get("list"), std::string{to_string(KeptReason::not_allowed)}, std::string{}},
               "list." + rule->name, rule->source);
    for (const KeptList& known : state_.lists)
        if (known.name == rule->name)
            refuse(Code::already_in_contest, {Text::word_list, rule->name}, "list." + rule->name);
    if (!state_.agreed) first(titled(approve_result), "list." + rule->name);
}

void Decider::extend_list_() {
    const auto at = std::find_if(state_.lists.begin(), state_.lists.end(),
                                 [&](const KeptList& l) { return l.name == get("list"); });
    if (at == state_.lists.end()) missing(Text::word_list, get("list"));
    const auto& lists = state_.rules->lists();
    const auto rule =
        std::find_if(lists.begin(), lists.end(), [&](const ListRule& l) { return l.name == get("list"); });
    if (!rule->extended_months || at->dates.extended)
        refuse(Code::list_not_usable, {get("list"), Text::not_said_by_rules, std::string{}},
               "list." + rule->name + ".extended_months", rule->source);
    if (today() >= expires(*rule, at->dates))
        refuse(Code::list_not_usable,
               {get("list"), std::string{to_string(KeptReason::expired)}, std::string{}},
               "list." + rule->name + ".months", rule->source);
    discretion("extended");
}

void Decider::use_list_() {
    const auto at = std::find_if(state_.lists.begin(), state_.lists.end(),
                                 [&](const KeptList& l) { return l.name == get("list"); });
    if (at == state_.lists.end()) missing(Text::word_list, get("list"));
    const Index i = application();
    const std::size_t p = state_.applicants[i].position;
    const ReserveList list{state_.outcome->selection, at->name, state_.group_of(p), at->dates};
    Table standards;
    if (act_.fields.find("standards") != nullptr) {
        standards.add("application", Column::texts(std::vector<std::string>{state_.applicants[i].id}));
        standards.add("status",
                      Column::texts(std::vector<std::string>{flag("standards") ? "eligible" : "ineligible"}));
    }
    Vacancy vacancy = Vacancy::same_position;
    for (const Vacancy v :
         {Vacancy::same_position, Vacancy::equivalent_position, Vacancy::same_body, Vacancy::elsewhere})
        if (to_string(v) == get("vacancy")) vacancy = v;
    const auto kept = list.on(today(), vacancy, standards, state_.history(p));
    const auto mine = std::find_if(kept.begin(), kept.end(), [&](const KeptResult& k) {
        return k.application == state_.applicants[i].id;
    });
    const auto refused = [&](Argument why, Argument next) {
        refuse(Code::list_not_usable, {state_.applicants[i].id, std::move(why), std::move(next)},
               "list." + at->name, list.rule().source);
    };
    if (mine == kept.end()) refused(titled(state_.outcome->standing[i]), std::string{});
    if (mine->reason != KeptReason::usable)
        refused(std::string{to_string(mine->reason)}, "expires " + format_date(list.expires()));
    // Whoever stands before, and is still there, comes first. Standards are known of the person at hand only,
    // so everybody else before is passed by a reason that stands in the record.
    for (const KeptResult& before : kept) {
        if (before.rank >= mine->rank || before.reason == KeptReason::used) continue;
        if (before.reason == KeptReason::usable || before.reason == KeptReason::standards_unknown)
            discretion("before " + state_.applicants[i].id + " stands " + before.application);
    }
    discretion("a kept result is used");
}

}  // namespace recruit::detail
