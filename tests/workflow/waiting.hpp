#pragma once

// What a contest keeps of its scripts while they are marked, against a look at all of them again.

#include <map>
#include <string>
#include <utility>

#include <recruit/scoring/marks.hpp>

#include "workflow/contest.hpp"
#include "workflow/marking.hpp"

namespace contest {

/// Empty if what scripts wait for is what looking at each of them says, and what aggregating all marks says.
inline std::string wrong_waiting(const Competition& c) {
    using namespace recruit::detail;
    const State& state = c.state();
    for (std::size_t k = 0; k < state.stages.size(); ++k) {
        const StageState& held = state.stages[k];
        StageState again = held;
        look_again(again);
        if (again.waiting.state != held.waiting.state) return "states of stage " + std::to_string(k);
        if (again.waiting.of != held.waiting.of) return "waiting of stage " + std::to_string(k);
        if (to_seal(again) != to_seal(held)) return "who has to seal marks of stage " + std::to_string(k);
        again.waiting = {};
        if (to_seal(again) != to_seal(held)) return "who has marks to seal in stage " + std::to_string(k);
        if (!held.waiting.kept() || !held.blind()) continue;
        std::map<std::pair<std::string, std::string>, std::string> aggregated;
        const Table marks = mark_sheet(state, k);
        if (marks.rows() > 0 && !state.rules->markings().empty()) {
            const MarkedScores made = aggregate_marks(*state.rules, marks);
            for (std::size_t r = 0; r < made.scripts.rows(); ++r)
                aggregated[{std::string{made.scripts.at("application").text(r)},
                            std::string{made.scripts.at("stage").text(r)}}] =
                    made.scripts.at("state").text(r);
        }
        for (Index i = 0; i < held.work.size(); ++i) {
            for (std::size_t column = 0; column < held.columns.size(); ++column) {
                if (held.columns[column].marking == nullptr || !held.work[i].counts()) continue;
                const auto at = aggregated.find({state.applicants[i].id, held.columns[column].name});
                std::string expected = at == aggregated.end() ? "too_few" : at->second;
                if (held.work[i].settled_by_person(column) && !held.work[i].remarked(column))
                    expected = "settled";
                const auto found =
                    static_cast<ScriptState>(held.waiting.state[i * held.columns.size() + column]);
                if (to_string(found) != expected)
                    return state.applicants[i].id + " is " + std::string{to_string(found)} + ", not " +
                           expected;
            }
        }
    }
    return {};
}

}  // namespace contest
