#include "workflow/outcome.hpp"

#include <algorithm>
#include <limits>

#include "base/keys.hpp"

namespace recruit::detail {

ContestedEquals equals_of(const State& state, Index application) {
    ContestedEquals equals;
    if (!state.outcome || application >= state.outcome->standing.size()) return equals;
    const Selection& selection = state.outcome->selection;
    const auto index = selection.find_group(state.group_of(state.applicants[application].position));
    if (!index) return equals;
    const SelectionGroup group = selection.group(*index);
    std::int64_t seats = group.seats.value_or(0);
    for (std::size_t k = group.begin; k < group.end; ++k) {
        const auto i = static_cast<Index>(selection.order()[k]);
        if (i >= state.outcome->standing.size()) continue;
        if (state.outcome->standing[i] == Standing::selected) --seats;
        if (state.outcome->standing[i] == Standing::contested) equals.contested.push_back(i);
    }
    equals.seats = std::max<std::int64_t>(0, seats);
    return equals;
}

namespace {

bool waits(const Selection& through, Index i, const std::string& stage) {
    return through.standings()[i] == Standing::contested && through.row(i).stage == stage;
}

}  // namespace

Index waits_after(const Selection& through, const std::string& stage) {
    for (Index i = 0; i < through.size(); ++i)
        if (waits(through, i, stage)) return i;
    return nobody;
}

ContestedEquals equals_after(const State& state, std::size_t s, Index application) {
    ContestedEquals equals;
    const Stage& stage = state.rules->stages()[s];
    if (!stage.advance || s + 1 == state.stages.size() || application == nobody) return equals;
    const Selection through = selection_through(state, s);
    for (std::size_t g = 0; g < through.group_count(); ++g) {
        const SelectionGroup group = through.group(g);
        std::vector<Index> waiting;
        for (std::size_t k = group.begin; k < group.end; ++k)
            if (const auto i = static_cast<Index>(through.order()[k]); waits(through, i, stage.name))
                waiting.push_back(i);
        if (std::find(waiting.begin(), waiting.end(), application) == waiting.end()) continue;
        equals.contested = std::move(waiting);
        // How many of them there is room for, the selection says when all are marked as chosen.
        State all = state;
        all.stages[s].chosen = equals.contested;
        const Selection tried = selection_through(all, s);
        for (const Issue& issue : tried.issues())
            if (issue.code == Code::chosen_do_not_fit)
                equals.seats = std::stoll(std::get<std::string>(issue.arguments[2]));
    }
    return equals;
}

bool can_be_remarked(const State& state, std::size_t s, const Appeal& appeal) {
    const auto& columns = state.columns(s);
    return std::any_of(columns.begin(), columns.end(), [&](const ScoreColumn& column) {
        return column.marking != nullptr && (appeal.column.empty() || appeal.column == column.name);
    });
}

bool may_choose(const State& state, const std::string& person, const std::vector<Index>& equals) {
    return std::none_of(equals.begin(), equals.end(),
                        [&](Index i) { return state.relation(person, i) == Relation::conflicted; });
}

Role decides_between(const State& state, const std::vector<Index>& equals) {
    const Role named = state.decides_ties();
    const auto people = state.holders(named);
    const bool any = std::any_of(people.begin(), people.end(), [&](const std::string& person) {
        return may_choose(state, person, equals);
    });
    return any ? named : Role::approving_authority;
}

ContestOutcome ranked_anew(const State& state, const Selection& selection) {
    ContestOutcome now{selection, {}, {}};
    const auto standings = selection.standings();
    now.standing.assign(standings.begin(), standings.end());
    now.beyond.assign(now.standing.size(), false);
    if (state.told.empty()) return now;
    const auto& appeals = state.rules->procedure().appeals;
    const Told rule = appeals && appeals->told ? *appeals->told : Told::displace;
    if (rule == Told::displace) return now;
    for (std::size_t p = 0; p < state.positions.size(); ++p) {
        bool kept = false;
        for (Index i = 0; i < now.standing.size(); ++i) {
            if (state.applicants[i].position != p || i >= state.told.size()) continue;
            const bool keeps = state.told[i] == Standing::selected && now.standing[i] != Standing::selected &&
                               has_passed(now.standing[i]);
            if (!keeps) continue;
            now.standing[i] = Standing::selected;
            now.beyond[i] = rule == Told::add_beyond;
            kept = true;
        }
        if (!kept || rule != Told::next_vacancy) continue;
        // The seats are taken by those who were told; whoever came up has the next vacancy.
        for (Index i = 0; i < now.standing.size(); ++i) {
            const bool came_up = state.applicants[i].position == p && now.standing[i] == Standing::selected &&
                                 (i >= state.told.size() || state.told[i] != Standing::selected);
            if (came_up) now.standing[i] = Standing::reserve;
        }
    }
    return now;
}

std::vector<Movement> movements(const State& state, const ContestOutcome& now) {
    std::vector<Movement> moved;
    if (!state.outcome) return moved;
    const auto standings = now.selection.standings();
    for (Index i = 0; i < now.standing.size(); ++i) {
        const Standing before =
            i < state.outcome->standing.size() ? state.outcome->standing[i] : Standing::incomplete;
        const bool told = i < state.told.size();
        std::string effect;
        if (standings[i] != now.standing[i])
            effect = now.beyond[i]                           ? "keeps the seat, beyond"
                     : now.standing[i] == Standing::selected ? "keeps the seat"
                                                             : "next vacancy";
        else if (told && state.told[i] == Standing::selected && now.standing[i] != Standing::selected)
            effect = "displaced";
        if (before == now.standing[i] && effect.empty()) continue;
        moved.push_back({state.applicants[i].id, before, now.standing[i], told, effect});
    }
    return moved;
}

std::vector<Index> displaced(const State& state, std::size_t p) {
    std::vector<Index> last;
    if (!state.outcome || state.stale || state.rules->referral()) return last;
    const std::int64_t left = state.places_left(p);
    if (left > 0) return last;
    const ContestOutcome& now = *state.outcome;
    bool lacking = false;
    std::int64_t worst = 0;
    for (Index i = 0; i < now.standing.size(); ++i) {
        const Applicant& a = state.applicants[i];
        if (a.position != p || a.from_list || now.beyond[i]) continue;
        if (now.standing[i] == Standing::selected) {
            lacking = lacking || !state.resolved(i);
            continue;
        }
        const bool holds = a.appointment == Appointment::appointed || a.appointment == Appointment::in_post;
        if (!holds || a.status == Admission::cancelled) continue;
        // Whoever is not ranked any more stands behind all who are.
        const std::int64_t place = now.selection.first()[i];
        const std::int64_t rank = place > 0 ? place : std::numeric_limits<std::int64_t>::max();
        if (rank > worst) last.clear();
        if (rank >= worst) last.push_back(i);
        worst = std::max(worst, rank);
    }
    return lacking || left < 0 ? last : std::vector<Index>{};
}

bool may_follow(const State& state, Index i) {
    if (!state.outcome || state.rules->referral() || state.resolved(i)) return false;
    const std::size_t p = state.applicants[i].position;
    if (state.seats_left(p) <= 0) return false;
    bool next = state.rules->select().reserve.has_value();
    for (const Consent& rule : state.rules->procedure().consents)
        next = next || rule.refused == AfterRefusal::next_in_rank;
    if (!next) return false;
    // Only in the place of a winner of the same position who fell away.
    std::int64_t open = state.seats_left(p);
    for (const Index w : state.winners()) {
        if (state.applicants[w].position == p && !state.resolved(w) && !state.applicants[w].from_list) --open;
    }
    // A seat that the ranking left empty (equals who all stay out) is nobody's place.
    std::int64_t ranked = 0;
    const auto standings = state.outcome->selection.standings();
    for (Index w = 0; w < standings.size(); ++w)
        ranked += state.applicants[w].position == p &&
                  (standings[w] == Standing::selected || standings[w] == Standing::contested);
    open -= std::max<std::int64_t>(0, state.positions[p].given.seats - ranked);
    if (open <= 0) return false;
    const auto waiting = state.next_in_rank(p);
    return std::find(waiting.begin(), waiting.end(), i) != waiting.end();
}

}  // namespace recruit::detail
