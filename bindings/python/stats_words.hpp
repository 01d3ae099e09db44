#pragma once

// The words that people type for the conventions of recruit::stats.

#include "bind_stats.hpp"

#include <recruit/stats/groups.hpp>
#include <recruit/stats/openness.hpp>
#include <recruit/stats/permutation.hpp>
#include <recruit/stats/quantiles.hpp>
#include <recruit/stats/rates.hpp>
#include <recruit/stats/strata.hpp>
#include <recruit/stats/suppression.hpp>

namespace recruit::python {

template <>
inline constexpr std::array<std::string_view, 7> words<stats::RateInterval>{
    "none", "clopper_pearson", "wilson", "wilson_corrected", "mid_p", "jeffreys", "blaker"};
template <>
inline constexpr std::array<std::string_view, 3> words<stats::RatioInterval>{"none", "katz_log", "score"};
template <>
inline constexpr std::array<std::string_view, 4> words<stats::Tail>{"less", "greater", "minlike", "central"};
template <>
inline constexpr std::array<std::string_view, 2> words<stats::OddsRatio>{"conditional", "sample"};
template <>
inline constexpr std::array<std::string_view, 2> words<stats::Shortfall>{"overall_rate", "reference_rate"};
template <>
inline constexpr std::array<std::string_view, 2> words<stats::ZeroCells>{"refuse", "add_half"};
template <>
inline constexpr std::array<std::string_view, 2> words<stats::Zeros>{"shown", "hidden"};
template <>
inline constexpr std::array<std::string_view, 3> words<stats::SmallUnits>{"uncorrected", "subtract",
                                                                          "rescale"};
template <>
inline constexpr std::array<std::string_view, 5> words<stats::RankTies>{"average", "min", "max", "dense",
                                                                        "first"};
template <>
inline constexpr std::array<std::string_view, 2> words<stats::Order>{"highest_first", "lowest_first"};
template <>
inline constexpr std::array<std::string_view, 2> words<stats::SdDivisor>{"n", "n_minus_1"};
template <>
inline constexpr std::array<std::string_view, 3> words<stats::Score>{"z", "t", "robust_z"};
template <>
inline constexpr std::array<std::string_view, 3> words<stats::PercentileRank>{"at_or_below", "below",
                                                                              "half_ties"};
template <>
inline constexpr std::array<std::string_view, 3> words<stats::SessionMethod>{"nta", "gate", "ssc"};
template <>
inline constexpr std::array<std::string_view, 4> words<stats::Extreme>{"less", "greater", "absolute",
                                                                       "doubled"};

/// "passed of n" as people give it: a pair of whole numbers.
using Pair = std::pair<std::int64_t, std::int64_t>;
inline stats::Count count_of(const Pair& pair) { return {pair.first, pair.second}; }
using Name = std::optional<std::string>;
inline std::optional<std::string_view> view_of(const Name& name) {
    return name ? std::optional<std::string_view>{*name} : std::nullopt;
}
/// Marks from any sequence, exactly.
inline stats::ExactNumbers exact_from(py::handle values) {
    Table table;
    table.add("marks", column_from("marks", values, true));
    return stats::exact_numbers(table, "marks");
}

}  // namespace recruit::python
