#pragma once

/// \file
/// Do rankings agree? Kendall's W of a panel; correlations of two orders. Room: stats.

#include <cstdint>
#include <span>

#include <recruit/export.hpp>
#include <recruit/stats/data.hpp>
#include <recruit/stats/estimate.hpp>
#include <recruit/stats/icc.hpp>

namespace recruit::stats {

/// Kendall's W, corrected for ties (Kendall & Babington Smith 1939): 0 no agreement on the order, 1 the same
/// order by all. Marks of each rater are ranked, equal marks share the mean place. Rows are units, columns
/// raters. `no_data`, `one_rater`, `one_candidate`, `constant` (no rater tells units apart),
/// `missing_ratings`. O(n k log n).
RECRUIT_EXPORT Estimate kendall_w(const Matrix& marks, MissingRatings missing = MissingRatings::refuse);
/// Friedman's chi-squared k (n - 1) W with n - 1 degrees of freedom; rough below 7 units.
RECRUIT_EXPORT Test kendall_w_test(const Matrix& marks, MissingRatings missing = MissingRatings::refuse);

enum class RankCorrelation : std::uint8_t {
    spearman,               ///< Pearson's correlation of mean ranks; limits by Fisher's z, variance
                            ///< (1 + r^2 / 2) / (n - 3) (Bonett & Wright 2000).
    kendall_tau_b,          ///< Ties in either taken out.
    kendall_tau_c,          ///< Stuart 1953, for tables that are not square.
    goodman_kruskal_gamma,  ///< Pairs tied in either left out.
    somers_d,               ///< Of the second on the first: pairs tied in the first left out.
};
/// The last four with the asymptotic standard error of Brown & Benedetti 1977. Pairs with a missing value are
/// dropped and counted. `no_data`, `too_few` (one pair), `constant` (a variable has one value); for limits
/// `too_few` below 4 pairs. O(n log n). \throws Error (`stats_lengths`)
RECRUIT_EXPORT Estimate rank_correlation(std::span<const double> first, std::span<const double> second,
                                         RankCorrelation coefficient, ConfidenceLevel level = {});
/// Kendall's test of no relation, two-sided: exact up to 60 pairs without ties, else normal with the variance
/// for ties. The statistic is tau-b (exact) or z.
RECRUIT_EXPORT Test kendall_test(std::span<const double> first, std::span<const double> second);

}  // namespace recruit::stats
