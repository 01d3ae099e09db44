#pragma once

/// \file
/// Permutation tests of marks: two groups (also within strata), and before and after. Room: stats.
///
/// Exact wherever that is affordable, by counting sums instead of listing permutations: marks are whole
/// units, so that ties are exact and many thousands of candidates with few different marks are still exact.

#include <cstdint>
#include <optional>
#include <span>

#include <recruit/export.hpp>
#include <recruit/stats/data.hpp>
#include <recruit/stats/estimate.hpp>
#include <recruit/stats/run.hpp>

namespace recruit::stats {

/// Which permutations are "at least as extreme". The two two-sided ones differ where the distribution is
/// skew.
enum class Extreme : std::uint8_t {
    less,      ///< The focal group's mean is as low, or lower.
    greater,   ///< As high, or higher.
    absolute,  ///< As far from the expectation, on either side (R packages exactRankTests, coin).
    doubled,   ///< Twice the smaller one-sided probability (scipy).
};

/// How far to go for an exact answer, and how to sample where it is too far.
struct PermutationOptions {
    std::int64_t exact_work = 200'000'000;  ///< Additions that exact counting may take; 0: always sample.
    std::int64_t samples = 100'000;  ///< Random permutations otherwise; p = (as extreme + 1) / (samples + 1).
    std::optional<std::uint64_t> seed;  ///< Needed where it samples. Same seed, same p, on any machine.
    RunOptions run;
};

/// Whether the group's marks are higher or lower than by lot. `focal` has 1 for the focal group, 0 for the
/// other, -1 missing; with `strata` (one code a mark, -1 missing) groups are exchanged within strata only.
/// The statistic is the difference of means (with strata: focal sum - its expectation). Marks or groups that
/// are missing are dropped and counted. One group has nobody: `empty_group`; equal marks: `constant`; no
/// stratum with both groups: `uninformative`.
/// \throws Error (`stats_bad_argument`) where it samples without a seed. \throws Cancelled
RECRUIT_EXPORT Test permutation_test(const ExactNumbers& marks, std::span<const std::int8_t> focal,
                                     std::span<const std::int32_t> strata, Extreme extreme,
                                     const PermutationOptions& options = {});

/// Wilcoxon's signed rank test of `second` - `first`, exact with ties (average ranks) too. Pairs without
/// change are dropped and counted (Wilcoxon 1945), as are pairs with a missing mark. The statistic is V, the
/// sum of ranks of increases. More than 500 changed pairs: the normal approximation with correction for
/// ties, and a note. No changed pair: `constant`.
RECRUIT_EXPORT Test signed_rank(const ExactNumbers& first, const ExactNumbers& second, Extreme extreme);

}  // namespace recruit::stats
