#pragma once

/// \file
/// score(): every stage, gate, composite and bonus of a regulation, row by row. Room: scoring.

#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include <recruit/base/issue.hpp>
#include <recruit/base/table.hpp>
#include <recruit/regulation/regulation.hpp>
#include <recruit/scoring/standing.hpp>

namespace recruit {

/// What to do with a `total` column of the table: a total that somebody else computed or published.
enum class GivenTotal {
    check,  ///< Compute anew and report every row that differs (`total_differs`).
    use,    ///< Take it as the final score, bonus included; gates of the stages still hold.
};

/// How to run; nothing here changes a result but `through` and `given_total`.
struct ScoreOptions {
    int threads = 0;                     ///< 0 is the hardware's number. The result does not depend on it.
    std::optional<std::string> through;  ///< Last stage held so far; without it all stages.
    GivenTotal given_total = GivenTotal::check;
    std::size_t max_issues = 10'000;         ///< Kept of each code; the rest is counted in one `more_issues`.
    std::stop_token stop{};                  ///< Stops the work; \throws Cancelled
    std::function<void(double)> progress{};  ///< Told the share done, 0..1, from the calling thread.
};

/// The scores of a table: per row, in the order of the table.
struct ScoreTable {
    Column application;               ///< As in the table.
    std::vector<std::string> stages;  ///< Names of the regulation's stages, in order.
    Column total;                     ///< points; null unless everything was passed.
    std::vector<Standing> standing;   ///< ranked where everything was passed.
    std::vector<std::int8_t> ended;   ///< Index of the stage where it ended; -1 before the first, n at the
                                      ///< score, n + 1 if everything was passed (n stages).
    std::vector<std::string>
        decided_by;  ///< Path of the rule that ended it ("stage.skd.gate[0]"); empty if passed.
    Issues issues;

    /// Name of the stage where a row ended; empty before the first, at the score, and if everything was
    /// passed.
    RECRUIT_EXPORT std::string_view stage(std::size_t row) const;
    /// application, total, standing, stage, decided_by.
    RECRUIT_EXPORT Table to_table() const;
};

/// Applies stages, gates, composite and bonus to each row by itself; whoever needs the field (cuts, ranks) is
/// `select`. Cuts between stages are not applied.
///
/// Columns of `scores`: `application` (unique), the stages ("skd") or their parts ("skd.twk"), the facts the
/// rules read, and optionally `<stage>.status` (present, absent, void, exempt), `status` (eligible,
/// ineligible, excluded, withdrawn, cancelled, cannot_be_told), `person`, `total`. Marks may be points,
/// integers, text ("71.5") or binary floats that are the nearest to a number with at most 8 decimals; anything else is an
/// Issue and leaves the row `incomplete`.
///
/// Linear in rows. \throws InvalidTable (`missing_column`), Error (`unknown_stage`), Cancelled.
RECRUIT_EXPORT ScoreTable score(const Regulation& regulation, const Table& scores,
                                const ScoreOptions& options = {});

}  // namespace recruit
