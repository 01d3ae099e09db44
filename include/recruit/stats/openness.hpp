#pragma once

/// \file
/// Is the contest open? Insiders, single candidates, concentration, segregation. Room: stats.
///
/// An insider is whoever the data say works in the body that holds the contest. A large share of insiders may
/// mean that they were better qualified; figures describe and accuse nobody.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <recruit/base/table.hpp>
#include <recruit/export.hpp>
#include <recruit/stats/estimate.hpp>
#include <recruit/stats/impact.hpp>
#include <recruit/stats/strata.hpp>

namespace recruit::stats {

/// The share of insiders among `winners`, as `inside_share`. See `rate`.
RECRUIT_EXPORT Estimate inside_share(Count insiders_among_winners, RateInterval interval,
                                     ConfidenceLevel level = {});

/// Odds of passing for insiders against outsiders of the same contest (exact, conditional on every contest's
/// numbers), at each step from nomination to appointment among those who reached the step before, and from
/// the first to the last. `steps` are yes/no columns, the first of them who is there at all. Every subject
/// has `inside_share`, `inside_odds` and the exact test; contests where only insiders (or only outsiders)
/// competed, and those where all or none passed, tell nothing and are counted.
RECRUIT_EXPORT Comparison inside_odds(const Table& table, std::string_view contest, std::string_view inside,
                                      std::span<const std::string> steps, Tail tail, RateInterval interval,
                                      ConfidenceLevel level = {});

/// How many contests had one candidate only: rows `contests` (their number), `single_candidate` (their
/// share), `candidates_per_contest` (mean). A row is a candidature; rows without a contest are dropped and
/// counted.
RECRUIT_EXPORT Estimates single_candidate(const Table& table, std::string_view contest, RateInterval interval,
                                          ConfidenceLevel level = {});

/// Concentration of persons over units (schools, offices, home towns), from the number in each: `hhi` (sum of
/// squared shares, 0 to 1), `hhi_normalised` ((hhi - 1/k) / (1 - 1/k)), `effective_units` (1 / hhi), `gini`,
/// `theil` (natural logarithm). `units` with 0 persons count among the k. Nobody: `no_data`; one unit:
/// hhi_normalised is `too_few`. \throws Error (`stats_bad_argument`) for a negative count.
RECRUIT_EXPORT Estimates concentration(std::span<const std::int64_t> persons);

/// What chance alone would give, taken away or not: with small units D, M and H are far from 0 even where
/// everybody is assigned by lot.
enum class SmallUnits : std::uint8_t {
    uncorrected,
    subtract,  ///< Value - expectation.
    rescale,   ///< (value - expectation) / (largest value - expectation). Carrington & Troske 1997.
};

/// How unevenly two groups are spread over units, from the number of each in each unit: `dissimilarity` D,
/// `mutual_information` M (natural logarithm), `theil_h` (M / entropy of the groups), `isolation_first`,
/// `isolation_second`; and `dissimilarity_by_chance`, `mutual_information_by_chance`: their exact
/// expectations if persons were assigned to units by lot (hypergeometric, no simulation). A group with
/// nobody: `empty_group`; one unit: `too_few`. O(persons) time.
RECRUIT_EXPORT Estimates segregation(std::span<const std::int64_t> first,
                                     std::span<const std::int64_t> second, SmallUnits correction);

}  // namespace recruit::stats
