#pragma once

/// \file
/// Patterns in marks that are worth a look: heaps at the cut, re-marking, last digits. Room: stats.
///
/// These list cases and accuse nobody: grace marks, rounding to half points and the wording of a rubric make
/// the same patterns. Each has a smallest number of marks, below which it says `too_few`.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <recruit/base/points.hpp>
#include <recruit/export.hpp>
#include <recruit/stats/data.hpp>
#include <recruit/stats/estimate.hpp>
#include <recruit/stats/impact.hpp>
#include <recruit/stats/permutation.hpp>

namespace recruit::stats {

/// Marks on a grid around a cut.
struct HeapingOptions {
    Points cut, step;           ///< The pass mark, and the distance of possible marks.
    int cells = 6;              ///< Grid points on each side that show the trend; at least 3.
    std::int64_t minimum = 50;  ///< Fewest marks within them.
};
/// Are there more marks just at the cut than the marks around it suggest? A log-linear trend is fitted to the
/// grid points around (without the cut and the one below); given how many marks these two have together, the
/// number at the cut is binomial. Rows `at_cut`, `expected_at_cut`, `below_cut`; the test is one-sided (heap
/// at the cut), exact given the trend. After McCrary 2008 for discrete marks. Marks off the grid are dropped
/// and counted. Too few marks, or fewer than 10 in the two: `too_few`. \throws Error (`stats_bad_argument`)
/// for a step that is not positive or fewer than 3 cells.
RECRUIT_EXPORT Comparison heaping(const ExactNumbers& marks, const HeapingOptions& options);

/// Do the last digits come equally often? Marks are counted in `step`s, modulo `cycle` (10: the last digit).
/// Rows: the share of every digit; the test is chi-squared, refused as `too_few` where fewer than 5 are
/// expected of each. People who mark prefer 0 and 5: expect a rejection by habit alone. Benford's law is not
/// offered: it does not hold for marks, which are bounded. Marks off the grid are dropped and counted.
RECRUIT_EXPORT Comparison terminal_digits(const ExactNumbers& marks, const Points& step, int cycle = 10);

/// One re-marked script whose change is larger than marking error makes likely.
struct RemarkCase {
    std::size_t row = 0;
    double first = 0, second = 0;
    double deviation = 0;  ///< Change / (SEM x sqrt 2).
    bool crosses_cut = false;

    friend bool operator==(const RemarkCase&, const RemarkCase&) = default;
};

struct RemarkOptions {
    double sem = 0;             ///< Standard error of one marking; where from is yours to say.
    double deviations = 3;      ///< A case is a change of at least so many times SEM x sqrt 2.
    std::optional<Points> cut;  ///< The pass mark: counts who crossed it, up and down.
    std::int64_t minimum = 10;  ///< Fewest re-marked scripts for tests.
    Extreme extreme = Extreme::doubled;
};
/// What re-marking changed.
struct Remarking {
    Comparison summary;             ///< Subject "" and one a marker: n, raised, lowered, mean_change; tests.
    std::vector<RemarkCase> cases;  ///< Largest change first.
    std::vector<Note> notes;

    RECRUIT_EXPORT Display display(Language language = Language::en) const;
    std::string str(Language language = Language::en) const { return display(language).text(); }
    RECRUIT_EXPORT Table
    to_table() const;  ///< The cases: row, first, second, change, deviation, crosses_cut.
    friend bool operator==(const Remarking&, const Remarking&) = default;
};
/// Compares two markings of the same scripts: shares raised and lowered, mean change, Wilcoxon's signed rank;
/// by marker (of the first marking) an exact sign test of the direction, plain and adjusted by Holm; who
/// crossed the cut, up against down, by an exact sign test; and the list of large changes. Extreme first
/// marks move towards the mean without anybody's fault; appeals are made by those who hope for more. Fewer
/// scripts than `minimum`: tests are `too_few`.
RECRUIT_EXPORT Remarking remarking(const ExactNumbers& first, const ExactNumbers& second,
                                   const Factor* marker, const RemarkOptions& options);

}  // namespace recruit::stats
