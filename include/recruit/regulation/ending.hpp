#pragma once

/// \file
/// How a contest ends that does not end as planned: too small a field, nobody passes, the law changes. Room:
/// regulation.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <recruit/base/fraction.hpp>
#include <recruit/base/rounding.hpp>
#include <recruit/export.hpp>

namespace recruit {

/// What follows where fewer people are left than a contest must have.
enum class TooFew {
    extend,             ///< The time to apply is extended.
    readvertise,        ///< It is announced again.
    cancel,             ///< The contest for the position is cancelled.
    proceed_with_note,  ///< It goes on, and that is recorded.
    merge,              ///< It is held together with another.
};

/// The least number of people for one position, tested at one named moment.
struct MinimumField {
    std::int64_t least = 2;
    /// `applied`: everybody in the table; `eligible`: not ineligible, withdrawn or excluded before the first
    /// stage; the name of a stage: those who went on after it; `final`: those who passed everything.
    std::string at;
    std::optional<TooFew> below;
    std::string source;
};

/// A confidence vote held as a stage: its mark is the number of votes in favour, and the fact `present` says
/// how many voted.
struct ConfidenceVote {
    std::string stage;
    std::string present;                ///< An integer fact: members present.
    Fraction share{1, 2};               ///< Votes in favour that are needed, of those present.
    bool inclusive = true;              ///< Exactly the share is enough.
    std::optional<RoundingMode> round;  ///< `up` or `down`: the share of a number that is not whole.
    std::string source;

    /// Votes that are enough where `present` members vote; without `round` the share is compared exactly.
    RECRUIT_EXPORT std::int64_t enough(std::int64_t present) const noexcept;
};

/// What becomes of a position that the contest did not fill.
enum class UnfilledPosition { vacancy_stays, rerun, ordinary_procedure };

/// How it ends.
struct Ending {
    std::optional<UnfilledPosition> nobody_passes;
    std::optional<UnfilledPosition> fewer_than_seats;
    std::string ties_decided_by;   ///< The role that decides between equals; empty: not said.
    bool reason_required = false;  ///< With a written reason.
    std::string source;
};

/// What becomes of a contest.
enum class Unfinished { cancelled, switches, continues };

/// What this regulation says of contests begun under the text before it.
struct Transition {
    std::optional<std::string> after;     ///< They go on under the old text if this stage was held.
    std::optional<std::int64_t> months;   ///< For so long from the first day in force.
    std::optional<Unfinished> otherwise;  ///< Those where the stage was not held.
    std::optional<Unfinished> on_expiry;  ///< Those not finished in time.
    std::string source;
};

RECRUIT_EXPORT std::string_view to_string(TooFew rule) noexcept;
RECRUIT_EXPORT std::string_view to_string(UnfilledPosition rule) noexcept;
RECRUIT_EXPORT std::string_view to_string(Unfinished rule) noexcept;

}  // namespace recruit
