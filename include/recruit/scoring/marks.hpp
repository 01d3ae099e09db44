#pragma once

/// \file
/// Marks: what several markers gave, made into scores by the regulation. Room: scoring.

#include <optional>
#include <string>
#include <string_view>

#include <recruit/base/issue.hpp>
#include <recruit/base/table.hpp>
#include <recruit/regulation/regulation.hpp>
#include <recruit/scoring/score.hpp>

namespace recruit {

/// How a script stands. Only a `settled` one has a score.
enum class ScriptState {
    settled,
    too_few,       ///< Fewer valid marks than the rule asks for.
    adjourned,     ///< A member of the panel has not marked it.
    discuss,       ///< The markers must settle it.
    third,         ///< One more marker is needed.
    head_decides,  ///< The head of the marking board must.
    odd,           ///< An irregular script that a person must decide about.
    unusable,      ///< Marks that contradict the rule; each has an Issue.
};

/// Scores made from marks.
struct MarkedScores {
    /// A row an application, in the order of the bytes of its id: `application` and a points column for each
    /// marking; null where the script is not settled.
    Table scores;
    /// A row a script: application, stage, score, marks (valid ones), least, most, state, and `rule`, the
    /// path of what made it so.
    Table scripts;
    Issues issues;

    /// `facts` with the scores put beside them by application; the markings' columns must not be there yet.
    /// An application without marks has null scores, and one that has marks but stands not in `facts` is an
    /// Issue in `issues` (`unknown_marked_application`). Rows in the order of `facts`.
    RECRUIT_EXPORT Table beside(const Table& facts, Issues& issues) const;
};

/// Aggregates marks by the regulation's `[[marking]]`.
///
/// `marks` has a row a mark: `application` (or the code of a script); `stage` ("project", "written.essay":
/// may be left out where there is one marking); `marker` (may be left out where slips are anonymous); `mark`;
/// optionally `round` (1 the marking, 2 the re-marking), `status` (valid, struck, or the name of an irregular
/// script), `position` (the panel of a position is whoever marked anybody of it; without it there is one
/// panel).
///
/// A mark that is missing, out of range, off the quantum or given twice by one marker is an Issue and leaves
/// its script `unusable`; nothing is guessed. The order of rows matters to third marks alone. n log n.
///
/// \throws InvalidTable (`missing_column`), Error (`no_marking`: the regulation has none).
RECRUIT_EXPORT MarkedScores aggregate_marks(const Regulation& regulation, const Table& marks,
                                            const ScoreOptions& options = {});

/// The same marks with those of one marker struck: all of them, or those of one application. A conflict found
/// late. \throws Error (`anonymous_slips` where the regulation lets nobody be told apart, `unknown_marker`).
RECRUIT_EXPORT Table strike_marks(const Regulation& regulation, const Table& marks, std::string_view marker,
                                  std::optional<std::string_view> application = {});

RECRUIT_EXPORT std::string_view to_string(ScriptState state) noexcept;

}  // namespace recruit
