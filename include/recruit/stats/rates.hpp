#pragma once

/// \file
/// Rates of a count by a named denominator, their differences and ratios, and the funnel. Room: stats.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <recruit/base/table.hpp>
#include <recruit/export.hpp>
#include <recruit/stats/estimate.hpp>

namespace recruit::stats {

/// How many of how many. Counts of two parts add up.
struct Count {
    std::int64_t passed = 0;
    std::int64_t n = 0;

    Count& operator+=(const Count& other) noexcept {
        passed += other.passed;
        n += other.n;
        return *this;
    }
    friend Count operator+(Count a, const Count& b) noexcept { return a += b; }
    friend bool operator==(const Count&, const Count&) = default;
};

/// How an interval for a rate is made. Packages differ in the one they take without saying so.
enum class RateInterval : std::uint8_t {
    none,              ///< Everybody was counted: no interval (`complete_count`).
    clopper_pearson,   ///< Never below its level, often far above. Clopper & Pearson 1934.
    wilson,            ///< Score interval. Wilson 1927.
    wilson_corrected,  ///< Score interval with continuity correction. Newcombe 1998, method 4.
    mid_p,             ///< Clopper-Pearson with half the probability of what was seen. Lancaster 1961.
    jeffreys,          ///< Beta(x + 1/2, n - x + 1/2); 0 at x = 0, 1 at x = n. Brown, Cai, DasGupta 2001.
    blaker,            ///< Exact, within Clopper-Pearson. Blaker 2000.
};

/// passed / n as `selection_rate`. n = 0: `no_data`. Constant time but for `blaker` (O(log n) steps).
/// \throws Error (`stats_bad_count`) unless 0 <= passed <= n.
RECRUIT_EXPORT Estimate rate(Count count, RateInterval interval, ConfidenceLevel level = {});

/// rate(a) - rate(b) with Newcombe's hybrid score interval (1998, method 10). Either n = 0: `empty_group`.
RECRUIT_EXPORT Estimate rate_difference(Count a, Count b, ConfidenceLevel level = {});

/// How an interval for a ratio of rates is made.
enum class RatioInterval : std::uint8_t {
    none,
    katz_log,  ///< Log-normal; none where a count of passed is 0. Katz et al. 1978.
    score,     ///< Inverts the score test; has limits with zeros too. Koopman 1984.
};

/// rate(a) / rate(b). Either n = 0: `empty_group`; nobody passed in b: `zero_denominator`.
RECRUIT_EXPORT Estimate rate_ratio(Count a, Count b, RatioInterval interval, ConfidenceLevel level = {});

/// Rates of a yes/no column by group (of everybody without `group`), as `selection_rate`s in the order of the
/// group's levels. Rows without a group or an outcome are counted as dropped. O(n).
/// \throws InvalidTable as `factor` and `flags`.
RECRUIT_EXPORT Estimates rates(const Table& table, std::string_view outcome,
                               std::optional<std::string_view> group, RateInterval interval,
                               ConfidenceLevel level = {});

/// A step of the way from applying to being appointed.
struct FunnelStep {
    std::string name;    ///< "applied", "eligible", "sat", "passed", "appointed".
    std::int64_t n = 0;  ///< Who got there.
    std::int64_t withdrawn =
        0;  ///< Of them, who left by their own will: no failures, so not in what follows.
};

/// What a contest did with its applicants: for every step after the first `stage_rate` (of the step before,
/// less who withdrew there) and `cumulative_rate` (of `denominator`, less who withdrew from there on), each
/// with the name of what it is divided by; with `places`, also `applicants_per_place`, `selection_ratio`
/// (places / first step) and `fill_rate` (last step / places). Whether a pass rate is of those who applied,
/// were eligible or sat changes it, so the denominator has no default.
/// \throws Error (`stats_bad_count`) where a step has more people than the one before.
RECRUIT_EXPORT Estimates funnel(std::span<const FunnelStep> steps, std::string_view denominator,
                                std::optional<std::int64_t> places, RateInterval interval,
                                ConfidenceLevel level = {});

}  // namespace recruit::stats
