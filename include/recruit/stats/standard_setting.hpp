#pragma once

/// \file
/// Where to put the pass mark: Angoff and Hofstee. They advise those who decide; the regulation decides.
/// Room: stats.

#include <cstdint>
#include <span>

#include <recruit/export.hpp>
#include <recruit/stats/data.hpp>
#include <recruit/stats/estimate.hpp>

namespace recruit::stats {

enum class AngoffError : std::uint8_t {
    judges,  ///< Other judges of the same kind, the same items: SD of the judges' sums / sqrt(judges).
    judges_and_items,  ///< Other judges and another paper of as many items: components of both and of the
                       ///< rest.
};
/// Angoff 1971. Rows of the matrix are judges, columns items: the share of just sufficient candidates who
/// solve it (or the marks that they get). Rows `cut_score`, the mean of the judges' sums, with Student's t
/// limits over judges, and `sd_judges`. `no_data`, `missing_ratings`; one judge: `one_rater` for the spread,
/// and no interval; one item with `judges_and_items`: no interval, `one_item`. O(judges x items).
RECRUIT_EXPORT Estimates angoff(const Matrix& judgements, AngoffError error, ConfidenceLevel level = {});

/// What is acceptable, in the eyes of those who decide.
struct HofsteeLimits {
    double minimum_cut = 0, maximum_cut = 0;    ///< Marks.
    double minimum_fail = 0, maximum_fail = 0;  ///< Shares of candidates who may fail.
    double step = 1;                            ///< Distance of possible marks, counted from 0.
};
/// Hofstee 1983: where the line from (minimum_cut, maximum_fail) to (maximum_cut, minimum_fail) meets the
/// share that fails below a mark, P(mark < cut), interpolated between possible marks. Rows `cut_score` and
/// `fail_rate`. `no_data`; `not_reached` where they do not meet: the limits contradict the marks. Missing
/// marks are dropped and counted. O(n log n). \throws Error (`stats_bad_argument`: maxima not above minima,
/// shares outside 0..1, a step not above 0)
RECRUIT_EXPORT Estimates hofstee(std::span<const double> marks, const HofsteeLimits& limits);

}  // namespace recruit::stats
