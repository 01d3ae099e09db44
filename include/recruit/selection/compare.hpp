#pragma once

/// \file
/// compare(): who stands elsewhere under other rules, and which rule decides. Room: selection.

#include <span>

#include <recruit/base/table.hpp>
#include <recruit/regulation/regulation.hpp>
#include <recruit/selection/seats.hpp>
#include <recruit/selection/selection.hpp>

namespace recruit {

/// The applications whose standing is not the same under all the regulations: one row for each of them under
/// each regulation, so that a reader sees the outcomes under one another. Columns: application, position (if
/// `scores` has it), number (1 for the first regulation), regulation (its id), standing, stage, decided_by
/// (path of the rule that decided, null where nothing was cut), total, first and tied (place in the selecting
/// rank and how many share it, null if unranked).
///
/// Ordered by position and application, by their bytes, then by number: the order of the rows of `scores`
/// changes nothing. A rank that moves while the standing stays is no change. With fewer than two regulations
/// nobody changes. Each regulation is one `select` of the same table, with the same seats and options; the
/// columns that any of them reads must be there. Linear in rows besides.
///
/// \throws what `select` throws; Error (`points_overflow`) if totals do not fit into one decimal scale.
RECRUIT_EXPORT Table compare(std::span<const Regulation> regulations, const Table& scores,
                             const Seats& seats = {}, const SelectOptions& options = {});

/// What each regulation does to groups of people: one row for each label under each regulation. Columns:
/// number, regulation, label (null for rows without one), applications, passed (everything asked so far, in
/// the sense of `has_passed`), selected, contested, gained and lost (selected here and not under the first
/// regulation, and the reverse). Ordered by number, then by the label's bytes, null last.
///
/// `labels` has one value for each row of `scores`. It is read after the selections are made and never enters
/// them. Complete counts, so they carry no interval; whether a difference means something is a question for
/// `stats`.
///
/// \throws InvalidTable if `labels` has another length, and what `select` throws.
RECRUIT_EXPORT Table compare_groups(std::span<const Regulation> regulations, const Table& scores,
                                    const Column& labels, const Seats& seats = {},
                                    const SelectOptions& options = {});

}  // namespace recruit
