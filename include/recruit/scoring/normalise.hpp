#pragma once

/// \file
/// normalise(): marks of several sessions brought onto one scale by the regulation. Room: scoring.

#include <recruit/base/issue.hpp>
#include <recruit/base/table.hpp>
#include <recruit/regulation/regulation.hpp>
#include <recruit/scoring/score.hpp>

namespace recruit {

/// Marks on one scale.
struct Normalised {
    /// The table as it was given, each normalised column at its end; null where there is no such mark.
    Table table;
    /// A row a session: column, the columns of `within`, session, takers, least, most, mean, sd, is_base and
    /// state (used, too_few, no_spread). Mean and sd are rounded as the rule says; where it says nothing, to
    /// 8 decimals, half to even, for reading only. By column, then group, then session, in the order of their
    /// bytes.
    Table sessions;
    Issues issues;
};

/// Applies the regulation's `[[normalise]]`, in order, to a table of raw marks.
///
/// `scores` has the raw columns ("cbt.raw", or the stage, part or fact that the rule names), the session fact
/// and the columns of `within`. Whoever has a raw mark is a taker, unless "<stage>.status" says absent or
/// void. All arithmetic is exact: moments are integers, a standard deviation is the integer root at the
/// digits the rule names, and a mark is rounded once, at the end. Within a session the order of marks is
/// kept.
///
/// Nothing is guessed. A raw mark without a session, a session with fewer takers than `least` or, where its
/// spread is divided by, with none, and a result outside 0..max (unless the rule limits it) leave no mark and
/// are Issues. Where the others need such a session - it is the base, or every session is averaged - none of
/// its group is normalised. Two sessions that tie for the highest mean: none either.
///
/// `select` and `score` call it themselves where the normalised column is missing from the table; a row with
/// a raw mark and no normalised one ends `incomplete` there.
///
/// Linear in rows, and in sessions x distinct marks (x sessions for `equipercentile_mean`).
/// \throws InvalidTable (`missing_column`, `normalise_too_large`), Error (`no_normalisation`), Cancelled.
RECRUIT_EXPORT Normalised normalise(const Regulation& regulation, const Table& scores,
                                    const ScoreOptions& options = {});

}  // namespace recruit
