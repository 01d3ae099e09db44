#pragma once

// What the ranking makes of people: with decisions between equals, seats, and those who were told before.

#include <string>
#include <vector>

#include "workflow/state.hpp"

namespace recruit::detail {

/// The equals across the seats of one group, and the seats that are left for them.
struct ContestedEquals {
    std::vector<Index> contested;
    std::int64_t seats = 0;
};
ContestedEquals equals_of(const State& state, Index application);
/// The same across the cut after a stage: who goes on. Nobody if none of them waits for a decision.
ContestedEquals equals_after(const State& state, std::size_t stage, Index application);
/// The first in the order of applications who waits for a decision at the cut after a stage.
Index waits_after(const Selection& through, const std::string& stage);

/// Whether the scores that an appeal is about are marked by people, so that they can be marked again. What
/// was typed in is looked up, corrected where it is wrong, and the appeal decided.
bool can_be_remarked(const State& state, std::size_t stage, const Appeal& appeal);

/// Whether a person has a conflict with none of those who are equal. Only such a person may choose among
/// them: to pass one over is to decide about them too.
bool may_choose(const State& state, const std::string& person, const std::vector<Index>& equals);

/// Who decides between equals: whom the regulation names, or, where all of those have a conflict with one of
/// them, the approving authority.
Role decides_between(const State& state, const std::vector<Index>& equals);

/// The outcome of a new ranking under the regulation's rule for people who were told before.
ContestOutcome ranked_anew(const State& state, const Selection& selection);
/// Who stands elsewhere than before.
std::vector<Movement> movements(const State& state, const ContestOutcome& now);

/// Whether somebody below the seats may be appointed now: the next in rank of those who wait, because a
/// winner was not appointed and the regulation keeps a reserve or names the next in rank.
bool may_follow(const State& state, Index application);

/// Who was appointed in a place that the ranking as it is now gives to somebody who has none, or to nobody:
/// the last in rank of those whom it does not select. Nobody if no winner of the position lacks a place and
/// no more people are appointed than there are places.
std::vector<Index> displaced(const State& state, std::size_t position);

}  // namespace recruit::detail
