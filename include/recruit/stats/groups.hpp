#pragma once

/// \file
/// Two groups compared: tests and sizes of a difference of rates. Room: stats.
///
/// `focal` is the group whose treatment is asked about, `reference` the one it is compared with; a negative
/// difference means that the focal group passed less often. A test says how surprising a difference is, a
/// size how large; neither says why, and no number here is a verdict.

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <recruit/export.hpp>
#include <recruit/stats/estimate.hpp>
#include <recruit/stats/rates.hpp>

namespace recruit::stats {

/// Which tables count as "at least as extreme" as the one seen. Packages differ for the two-sided ones.
enum class Tail : std::uint8_t {
    less,     ///< The focal group passed as rarely, or more rarely.
    greater,  ///< As often, or more often.
    minlike,  ///< Every table that is no more probable (R, scipy); ties within a relative 1e-7 count.
    central,  ///< Twice the smaller one-sided probability (Fay 2010).
};

/// Fisher's exact test of equal rates given the margins; with `mid_p` (Lancaster 1961) the table seen, and
/// for `minlike` every table tied with it, counts half. No table varies: `all_pass`, `none_pass`,
/// `empty_group`. O(square root of n) time, constant memory; relative accuracy about 1e-12 up to n of 1e9.
RECRUIT_EXPORT Test fisher(Count focal, Count reference, Tail tail, bool mid_p = false);

/// The pooled two-proportion Z test ("two standard deviations"): z and its two-sided probability. A note says
/// so where one of the four expected counts is below 5, where it should not be relied on.
RECRUIT_EXPORT Test pooled_z(Count focal, Count reference);

enum class OddsRatio : std::uint8_t {
    conditional,  ///< Likeliest given the margins, with its exact central interval (R, scipy "conditional").
    sample,       ///< ad / bc with Woolf's logarithmic interval; none where a cell is 0.
};
/// Odds of passing of focal / reference. The conditional one may be 0 or infinite, where the table is at the
/// end of what the margins allow; the sample one has the reason `zero_denominator` where bc = 0.
RECRUIT_EXPORT Estimate odds_ratio(Count focal, Count reference, OddsRatio method,
                                   ConfidenceLevel level = {});

/// rate(focal) / rate(reference), as `impact_ratio`; see `rate_ratio`.
RECRUIT_EXPORT Estimate impact_ratio(Count focal, Count reference, RatioInterval interval,
                                     ConfidenceLevel level = {});

/// Cohen's h: 2 asin(sqrt(p)) of focal - reference. Cohen 1988.
RECRUIT_EXPORT Estimate cohen_h(Count focal, Count reference);
/// Correlation of group and outcome in the 2 x 2 table; negative where the focal group passes less often.
RECRUIT_EXPORT Estimate phi(Count focal, Count reference);
/// ln(ad / bc) * sqrt(3) / pi: the standardised difference of a logistic trait. Hasselblad & Hedges 1995.
RECRUIT_EXPORT Estimate logit_d(Count focal, Count reference);

enum class Shortfall : std::uint8_t {
    overall_rate,    ///< focal n x rate of both groups together - focal passed.
    reference_rate,  ///< focal n x rate of the reference group, rounded up, - focal passed.
};
/// How many more of the focal group would have passed at the other rate; negative where more passed.
RECRUIT_EXPORT Estimate shortfall(Count focal, Count reference, Shortfall convention);

/// How many selections, taken from the group with the higher rate and given to the one with the lower, make
/// the impact ratio reach `threshold` (with none: the rates equal or reversed). A small number says that the
/// figure hangs on one or two persons. 0 where it reaches it already; some number always does, since in the
/// end all of the one group have passed or nobody of the other.
RECRUIT_EXPORT Estimate flip_flop(Count focal, Count reference, std::optional<double> threshold = {});

/// Two groups of normal scores with equal spread, and one cut.
struct ScoreGap {
    double reference_minus_focal = 0;  ///< Difference of means in standard deviations, with this sign.
    double selection_ratio = 0;        ///< Share of all who pass the cut, inside (0, 1).
    double focal_share = 0;            ///< Share of the focal group among all, inside (0, 1).
};
/// What the cut does: rows `focal_rate`, `reference_rate`, `impact_ratio` and `cut` (in standard deviations
/// from the mean of the reference group). An expectation from a model, not a count. De Corte & Lievens 2003.
/// \throws Error (`stats_bad_argument`).
RECRUIT_EXPORT Estimates expected_impact(const ScoreGap& gap);

/// Holm's adjusted probabilities (1979), in the order given; an empty one stays empty and does not count.
RECRUIT_EXPORT std::vector<std::optional<double>> holm(std::span<const std::optional<double>> p_values);

}  // namespace recruit::stats
