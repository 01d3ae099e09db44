#pragma once

/// \file
/// Marking: how the marks of several people become one score. Room: regulation.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <recruit/base/fraction.hpp>
#include <recruit/base/points.hpp>
#include <recruit/base/rounding.hpp>
#include <recruit/export.hpp>

namespace recruit {

/// What the valid marks of a script are made into.
enum class Aggregate {
    mean,
    median,  ///< Of an even number of marks the mean of the middle two, exactly.
    sum,
    trimmed,    ///< The mean without the `trim` highest and the `trim` lowest marks.
    consensus,  ///< All marks must be equal; else the script is `discuss`.
};

/// Who can be told apart later: only a slip that names its marker can be struck.
enum class Slips { signed_slips, sealed_code, anonymous };

/// A member of the panel has no mark for an application whom the others marked.
enum class AbsentMember {
    adjourn,          ///< The script waits for the member.
    mean_of_present,  ///< The score is made from those present.
    strike,           ///< That member's marks count for nobody in the position.
};

/// What a difference between marks asks for.
enum class BandAction {
    aggregate,     ///< The marks are aggregated as always.
    discuss,       ///< The markers settle it: a person must act.
    third,         ///< One more marker; then `ThirdMark`.
    head_decides,  ///< The head of the marking board: a person must act.
};

/// From the highest to the lowest mark of a script: up to which difference (inclusive) what is done. The last
/// band has no `up_to`.
struct Band {
    std::optional<Points> up_to;
    BandAction action = BandAction::aggregate;
    std::string source;
};

/// What three marks become, after a band that asks for the third.
enum class ThirdMark {
    two_equal_else_mean,  ///< Two that are equal, else the mean of all three.
    mean_of_closest,      ///< The mean of the two that lie closest; equally close: the higher pair.
    third_wins,           ///< The third alone.
    median,
};

/// When a re-mark takes the place of the score.
enum class Remark {
    replaces,
    if_differs,  ///< By at least `remark_by`.
    only_up,
};

/// How a kind of irregular script is treated. The kind is the `status` of a mark of it.
struct OddScript {
    std::string name;
    std::optional<Points> gives;  ///< The score by rule; without it a person decides.
    std::string source;
};

/// The marking of one stage or part. Marks are between 0 and its maximum.
struct Marking {
    std::string column;      ///< "project", or "written.essay".
    std::int64_t least = 1;  ///< So many valid marks a script needs at least.
    Aggregate aggregate = Aggregate::mean;
    std::int64_t trim = 1;          ///< trimmed
    Fraction times{1};              ///< The aggregate is multiplied by it before it is rounded.
    std::optional<Rounding> round;  ///< Needed where the value may not end.
    std::optional<Points> quantum;  ///< Every mark is a multiple of it.
    Slips slips = Slips::signed_slips;
    AbsentMember absent = AbsentMember::adjourn;
    std::vector<Band> bands;
    ThirdMark third = ThirdMark::two_equal_else_mean;
    Remark remark = Remark::replaces;
    std::optional<Points> remark_by;
    std::vector<OddScript> odd;
    std::string source;
};

RECRUIT_EXPORT std::string_view to_string(Aggregate aggregate) noexcept;
RECRUIT_EXPORT std::string_view to_string(Slips slips) noexcept;
RECRUIT_EXPORT std::string_view to_string(AbsentMember absent) noexcept;
RECRUIT_EXPORT std::string_view to_string(BandAction action) noexcept;
RECRUIT_EXPORT std::string_view to_string(ThirdMark third) noexcept;
RECRUIT_EXPORT std::string_view to_string(Remark remark) noexcept;

}  // namespace recruit
