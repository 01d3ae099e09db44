#pragma once

/// \file
/// Quotas: places that are not given by rank alone. Room: regulation.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <recruit/base/fraction.hpp>
#include <recruit/base/points.hpp>
#include <recruit/base/rounding.hpp>
#include <recruit/base/texts.hpp>
#include <recruit/export.hpp>
#include <recruit/regulation/condition.hpp>

namespace recruit {

enum class QuotaKind {
    /// Places over and above: the open places are filled first, by rank, from everybody; then these from whom
    /// the quota is for (India's vertical reservations).
    set_aside,
    /// A least number inside the places: whoever is in by rank counts towards it (India's horizontal
    /// reservations). One person fills one guarantee; of overlapping ones as many are filled as can be, by
    /// the best (2SMG: Sönmez and Yenmez, Econometrica 90(3), 2022).
    minimum,
    /// Every first k of those called holds at least this share, as long as there are any (France's
    /// Parcoursup).
    prefix_rate,
    /// More people than there are places, until the share is reached (Korea's gender target).
    add_beyond,
};

/// What becomes of set-aside places that nobody can fill.
enum class Unfilled {
    lapses,   ///< They stay empty and are gone.
    carried,  ///< They stay empty and are carried to the next contest: `Selection::quotas()` says how many.
    open,     ///< They are given by rank to whoever is left.
};

/// From so many seats on, a share of them is rounded like this; below the first of such steps the quota does
/// not apply.
struct QuotaStep {
    std::int64_t seats = 0;
    RoundingMode round = RoundingMode::down;
};

/// One quota. Its size is a share (of the seats; for `minimum` of the places it is inside of), a count, or an
/// integer fact that says it for each group.
struct Quota {
    std::string name;
    QuotaKind kind = QuotaKind::minimum;
    Condition who;  ///< Whom it is for. A row for which this is unknown ends incomplete.
    std::optional<Fraction> share;
    std::vector<QuotaStep> steps;  ///< With a share; one step from 0 seats on where one mode is said.
    std::optional<std::int64_t> count;
    std::string fact;
    /// minimum: inside which set-asides, and "open"; empty is all of them.
    std::vector<std::string> inside;
    /// set_aside: who used a relaxation of the rules meant for it and so cannot take an open place.
    Condition relaxed;
    Unfilled unfilled = Unfilled::lapses;  ///< set_aside
    std::optional<Points> within;          ///< add_beyond: at most so far below the last place.
    Condition when;                        ///< add_beyond: only who meets this is added.
    Title title;
    std::string source;
};

RECRUIT_EXPORT std::string_view to_string(QuotaKind kind) noexcept;
RECRUIT_EXPORT std::string_view to_string(Unfilled unfilled) noexcept;

}  // namespace recruit
