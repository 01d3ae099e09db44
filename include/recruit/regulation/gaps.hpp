#pragma once

/// \file
/// gaps: the smallest cases that a regulation does not decide. Room: regulation.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <recruit/regulation/regulation.hpp>

namespace recruit {

/// What kind of case is left open.
enum class GapKind : std::uint8_t {
    tie_past_its_chain,     ///< Equal in everything that the chain asks, and nobody is named to decide.
    tie_without_decider,    ///< "The authority decides", and which one is not said.
    half_of_odd,            ///< A share of a number that it does not divide.
    missing_mark,           ///< No mark, and nothing says whether that is absence or zero.
    fact_without_default,   ///< A rule reads a fact that may be missing.
    markers_without_end,    ///< Markers must agree, and nothing says what if they do not.
    anonymous_conflict,     ///< A conflict found later, and slips that nobody can tell apart.
    no_council,             ///< Nobody examines.
    council_size,           ///< How many members it has.
    council_quorum,         ///< How many must be there.
    council_votes_equal,    ///< An even number may decide, and votes may be equal.
    council_after_recusal,  ///< A member stands aside.
    conflict_without_consequence,
    conflict_found_later,
    late_arrival,    ///< Lengths of exams that no rule of lateness covers.
    minimum_unsaid,  ///< One person applies.
    minimum_without_consequence,
    nobody_passes,
    fewer_than_seats,
    appeal_unsaid,  ///< A stage or part that is neither open to appeals nor closed to them.
    appeal_without_window,
    appeal_without_answer,
    appeal_after_gate,     ///< A re-mark lifts somebody over a gate when the next stage was held.
    deadline_tiers,        ///< A number of applicants that no tier covers.
    deadline_without_end,  ///< A waiting time that nothing bounds.
    deadlines_contradict,
    postmark,
    contest_without_end,  ///< No deadline bounds the whole.
    step_without_actor,
    consent_refused,
    transition_unsaid,  ///< A contest runs on the day these rules begin.
    transition_expiry,
    transition_stage_not_held,
};

/// A case that the regulation leaves open. A plain value.
struct Gap {
    GapKind kind{};
    std::string path;  ///< The rule that would decide it: "council.equal_votes".
    Title example;     ///< The smallest such case, in words.

    const std::string& str(Language language = Language::en) const noexcept { return example.str(language); }
    friend bool operator==(const Gap&, const Gap&) = default;
};

/// The cases that `rules` do not decide, in the order of a regulation; none if it is complete.
///
/// They are looked for in the rules as numbers, not only as keys that are absent: lengths of exams that no
/// rule of lateness covers, sizes of a council that leave an even number to vote, shares of a number they do
/// not divide, deadlines that bound nothing, or each other out. What it does not find may still be unclear in
/// the law's own words: this reads the rules as they were written down. Time linear in the rules but for
/// deadlines, which are quadratic.
RECRUIT_EXPORT std::vector<Gap> gaps(const Regulation& rules);

RECRUIT_EXPORT std::string_view to_string(GapKind kind) noexcept;

}  // namespace recruit
