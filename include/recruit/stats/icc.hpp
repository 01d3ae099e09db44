#pragma once

/// \file
/// Intraclass correlations: how much of the spread of marks is between candidates. Room: stats.

#include <cstdint>

#include <recruit/export.hpp>
#include <recruit/stats/data.hpp>
#include <recruit/stats/estimate.hpp>
#include <recruit/stats/impact.hpp>

namespace recruit::stats {

/// What the limits of an intraclass correlation are; packages differ for the average of agreement.
enum class IccInterval : std::uint8_t {
    none,         ///< `no_interval_asked`
    mcgraw_wong,  ///< McGraw & Wong 1996 as R's irr computes them: the average has degrees of freedom of its
                  ///< own, with k times its own coefficient.
    spearman_brown,  ///< Limits of one rating stepped up (Shrout & Fleiss 1979; psych, pingouin).
};
/// What is done where a rating is missing.
enum class MissingRatings : std::uint8_t {
    refuse,      ///< `missing_ratings`: every form, unless nothing is missing.
    listwise,    ///< Units without all ratings are dropped and counted.
    components,  ///< Variance components by restricted maximum likelihood from all ratings; no interval.
};

/// The six intraclass correlations, rows named as McGraw & Wong do; `quantity` says model, type and unit.
///
/// | row | Shrout-Fleiss | model | |
/// | --- | --- | --- | --- |
/// | ICC(1), ICC(k) | ICC1, ICC1k | one-way | each unit has its own raters, or nobody knows who rated |
/// | ICC(A,1), ICC(A,k) | ICC2, ICC2k | two-way, agreement | the mark itself must agree |
/// | ICC(C,1), ICC(C,k) | ICC3, ICC3k | two-way, consistency | the order must agree, severity cancels out |
///
/// Two-way random and two-way mixed models share these estimates (McGraw & Wong's ten cases). With
/// `components`, k is the harmonic mean number of ratings. `no_data`; `one_candidate`; `one_rater`;
/// `constant` (all marks equal); `missing_ratings`. An estimate below 0 is given as it is, with a note. Units
/// are rows; units without any rating are dropped and counted. O(ratings).
RECRUIT_EXPORT Estimates icc(const Matrix& marks, IccInterval interval = IccInterval::none,
                             MissingRatings missing = MissingRatings::refuse, ConfidenceLevel level = {});

/// The analysis of variance behind it: subjects `units`, `raters`, `error` (two-way) and `within` (one-way)
/// with mean squares and degrees of freedom; F tests that units, and that raters, do not differ. Complete
/// ratings (refuse or listwise; with components: `missing_ratings`).
RECRUIT_EXPORT Comparison ratings_anova(const Matrix& marks, MissingRatings missing = MissingRatings::refuse);

}  // namespace recruit::stats
