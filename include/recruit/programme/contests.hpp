#pragma once

/// \file
/// Rows of a table of contests made from what recruit itself kept: journals and selections. Room: programme.

#include <chrono>
#include <optional>
#include <string>

#include <recruit/base/points.hpp>
#include <recruit/base/table.hpp>
#include <recruit/export.hpp>
#include <recruit/selection/selection.hpp>
#include <recruit/workflow/competition.hpp>

namespace recruit {

/// What a journal or a selection does not say of itself.
struct ContestOptions {
    std::string agency;       ///< Id in the register; empty: as the contest names its agency.
    std::string competition;  ///< Id of the contest; empty: its title. Positions beyond one are added to it.
    std::string source;       ///< Where the figures are from; empty: the digest of what they are made of.
    std::optional<Points> noise;  ///< Points within which the markers cannot tell two totals apart.
    /// The last day looked at; empty: that of the last act.
    std::optional<std::chrono::year_month_day> reported_on;
};

/// A contest as rows of `programme_columns`, one a position: people at each step, their origin (an
/// application's `origin` where all are one of unit, agency, sector, outside), the boolean facts `planned`,
/// `woman` and `minority` where every applicant states them, the dates, the ending, deadlines (`at_most`)
/// missed up to the last day, kept results used, and the margin between the last selected and the next.
///
/// What the contest does not say is null, not 0: `eligible` while somebody is not screened or has withdrawn,
/// `sat` before the first stage was held, `passed`, `winners` and `appointed` before the ranking, `winners`
/// while equals are undecided. \throws Error (`not_in_contest`) before the plan
RECRUIT_EXPORT Table contest_records(const Competition& contest, const ContestOptions& options = {});

/// A selection as rows, one a group of the selecting rank (its names, joined by "/", are the position):
/// seats, applied, eligible, sat, passed, winners, margin; `eligible` and `sat` are null where somebody has
/// withdrawn, was excluded or has incomplete scores, `winners` where somebody is contested. `agency` must be
/// given. \throws Error (`missing_column`) without an agency
RECRUIT_EXPORT Table contest_records(const Selection& selection, const ContestOptions& options);

}  // namespace recruit
