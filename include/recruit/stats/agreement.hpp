#pragma once

/// \file
/// Agreement of raters on categories: the kappas, Gwet's AC, Brennan-Prediger, Krippendorff's alpha. Room:
/// stats.
///
/// All are (observed - chance) / (1 - chance) and differ in what they take chance to be; the observed and the
/// chance agreement are arguments of the note `note_observed_chance`. Where nearly all units are in one
/// category kappas are near 0 whatever the raters do: look at AC and at the observed agreement then.
///
/// Cannot be told: `no_data`, `one_rater`, `no_pairs` (no unit has two ratings), `one_category` (agreement by
/// chance is certain).

#include <cstdint>
#include <optional>
#include <string_view>

#include <recruit/export.hpp>
#include <recruit/stats/estimate.hpp>
#include <recruit/stats/ratings.hpp>
#include <recruit/stats/run.hpp>

namespace recruit::stats {

// Of any number of raters, with ratings missing: the observed agreement is the mean over units with two
// ratings or more, chance is taken from all units with one. Intervals and standard errors are Gwet's
// (Handbook of Inter-Rater Reliability, 4th ed. 2014, ch. 5), over units, by Student's t; the upper limit is
// at most 1. One unit: no interval, `too_few`. O(units x raters + units x categories^2).

/// Mean share of pairs of raters who agree.
RECRUIT_EXPORT Estimate percent_agreement(const Ratings& ratings, const CategoryWeights& weights,
                                          ConfidenceLevel level = {});
/// Chance: two ratings drawn from the shares of categories in all (Fleiss 1971).
RECRUIT_EXPORT Estimate fleiss_kappa(const Ratings& ratings, const CategoryWeights& weights,
                                     ConfidenceLevel level = {});
/// Chance: two raters' own shares, over all pairs of raters (Conger 1980). With two raters and nothing
/// missing it is Cohen's. A rater without a rating does not count.
RECRUIT_EXPORT Estimate conger_kappa(const Ratings& ratings, const CategoryWeights& weights,
                                     ConfidenceLevel level = {});
/// AC1, weighted AC2 (Gwet 2008). Chance: a rating at random of units that are hard to place.
RECRUIT_EXPORT Estimate gwet_ac(const Ratings& ratings, const CategoryWeights& weights,
                                ConfidenceLevel level = {});
/// Chance: every category equally likely (Brennan & Prediger 1981). Depends on the scale: give it.
RECRUIT_EXPORT Estimate brennan_prediger(const Ratings& ratings, const CategoryWeights& weights,
                                         ConfidenceLevel level = {});

/// Krippendorff's alpha with weights of agreement in place of a metric, as Gwet writes it: unweighted it is
/// the nominal alpha, quadratic (equally spaced categories) the interval alpha. Only units with two ratings
/// count, and the observed agreement has a correction for small numbers: it is lower than that of the others
/// by design.
RECRUIT_EXPORT Estimate krippendorff_weighted(const Ratings& ratings, const CategoryWeights& weights,
                                              ConfidenceLevel level = {});

/// Cohen's kappa of two raters (1960, weighted 1968) over the units that both rated. Large-sample standard
/// error of Fleiss, Cohen & Everitt 1969, normal limits.
RECRUIT_EXPORT Estimate cohen_kappa(const Ratings& ratings, std::string_view first, std::string_view second,
                                    const CategoryWeights& weights, ConfidenceLevel level = {});
/// The test of no agreement beyond chance: z with the standard error under independence (the same source).
RECRUIT_EXPORT Test cohen_kappa_test(const Ratings& ratings, std::string_view first, std::string_view second,
                                     const CategoryWeights& weights);
/// Mean of Cohen's kappa over all pairs of raters (Light 1971); pairs that cannot be told are counted in a
/// note and left out. No interval.
RECRUIT_EXPORT Estimate light_kappa(const Ratings& ratings, const CategoryWeights& weights);

/// Fleiss' z with the variance without agreement (Fleiss, Nee & Landis 1979); complete ratings only
/// (`missing_ratings`).
RECRUIT_EXPORT Test fleiss_kappa_test(const Ratings& ratings);
/// Kappa of every category against the rest, a row each; complete ratings only. A category that nobody or
/// everybody uses: `one_category`.
RECRUIT_EXPORT Estimates fleiss_kappa_by_category(const Ratings& ratings);

/// How far two ratings differ (Krippendorff 2011).
enum class Metric : std::uint8_t {
    nominal,
    ordinal,   ///< By the ratings that lie between; needs an order: numbers, or a scale.
    interval,  ///< (a - b)^2; needs numbers.
    ratio,     ///< ((a - b) / (a + b))^2; needs numbers from 0 up.
};
/// Resampling of units. Same seed, same digits on any machine and for any number of threads.
struct Bootstrap {
    std::int64_t replicates = 0;  ///< 0: no interval (`no_interval_asked`).
    std::optional<std::uint64_t> seed;
    RunOptions run{};
};
/// Krippendorff's alpha; ratings may be missing, units with one rating are dropped and counted. With
/// replicates: standard error and percentile limits (Hyndman-Fan type 7) of units drawn with replacement;
/// replicates without any difference have no alpha and are counted in a note. Krippendorff's own bootstrap
/// draws pairs and gives other limits.
///
/// O(ratings + categories) a replicate, O(categories^2) for `ratio`.
/// \throws Error (`stats_no_order`, `stats_not_numbers`, `stats_bad_argument`: negative numbers for ratio,
/// replicates without a seed), Cancelled
RECRUIT_EXPORT Estimate krippendorff_alpha(const Ratings& ratings, Metric metric,
                                           const Bootstrap& bootstrap = {}, ConfidenceLevel level = {});

}  // namespace recruit::stats
