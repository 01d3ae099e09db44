#pragma once

/// \file
/// The values that have a file of their own. Room: persistence.

#include <concepts>

#include <recruit/base/calendar.hpp>
#include <recruit/base/fraction.hpp>
#include <recruit/base/issue.hpp>
#include <recruit/base/points.hpp>
#include <recruit/base/rounding.hpp>
#include <recruit/base/table.hpp>
#include <recruit/base/texts.hpp>
#include <recruit/domain/agency.hpp>
#include <recruit/programme/returns/consolidate.hpp>
#include <recruit/programme/review.hpp>
#include <recruit/regulation/audit.hpp>
#include <recruit/regulation/burden.hpp>
#include <recruit/regulation/condition.hpp>
#include <recruit/regulation/deadline.hpp>
#include <recruit/regulation/diff.hpp>
#include <recruit/regulation/ending.hpp>
#include <recruit/regulation/gaps.hpp>
#include <recruit/regulation/marking.hpp>
#include <recruit/regulation/normalisation.hpp>
#include <recruit/regulation/referral.hpp>
#include <recruit/regulation/regulation.hpp>
#include <recruit/regulation/rules.hpp>
#include <recruit/regulation/standard.hpp>
#include <recruit/regulation/transition.hpp>
#include <recruit/scoring/eligibility.hpp>
#include <recruit/scoring/marks.hpp>
#include <recruit/scoring/normalise.hpp>
#include <recruit/scoring/score.hpp>
#include <recruit/selection/explanation.hpp>
#include <recruit/selection/referral.hpp>
#include <recruit/selection/seats.hpp>
#include <recruit/selection/selection.hpp>
#include <recruit/selection/synthetic.hpp>
#include <recruit/tables/csv.hpp>
#include <recruit/tables/scores.hpp>
#include <recruit/workflow/agenda.hpp>
#include <recruit/workflow/checkpoint.hpp>
#include <recruit/workflow/competition.hpp>
#include <recruit/workflow/journal.hpp>

namespace recruit {

template <class T, class... Types>
concept OneOf = (std::same_as<T, Types> || ...);

/// A type that `save` and `load` know. Dates are written as parts of other values only.
template <class T>
concept Storable =
    OneOf<T, Points, Fraction, Rounding, Title, Message, Issue, Issues, SpecialDay, WorkingCalendar,
          CalendarFile, Column, Table, CsvFile, ScoreSheet, Condition, Fact, Gate, Term, Composite, Part,
          TieKey, Cut, Stage, Grant, Bonus, RankRule, Quota, SelectRule, Regulation, ScoreTable, Seats,
          SelectionRow, SelectionGroup, Selection, Reason, Explanation, SyntheticContest, Gap, Burden,
          TransitionRuling, Standard, Finding, Eligibility, JournalPackage, Act, Event, Position, Discretion,
          Movement, AgendaItem, PlannedEvent, Receipt, Checkpoint, Referral, RuleChange, MarkedScores,
          Normalised, Normalisation, Marking, ReferralRule, ListRule, Deadline, Ending, Agency, Register,
          RegisterFile, Decision, ReturnSheet, Consolidation, Figure, BodyLine, Review>;

}  // namespace recruit
