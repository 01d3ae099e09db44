#pragma once

// What is believed of the size of errors, as a few weighted sizes.

#include <recruit/stats/decision.hpp>

#include "stats/order.hpp"

namespace recruit::stats::detail {

/// Points: standard deviations e; weights add to 1. Orders of true scores are those of independent normals
/// about the scores with standard deviation e, averaged. Empty where the error alone is more than all spread.
/// `chi_squared`: chi_squared_rule(precision.df), if it is there already.
Rule error_sizes(const Precision& precision, const Prior& prior, const Rule* chi_squared = nullptr);

/// top_k_probabilities averaged over sizes.
std::vector<double> top_k_averaged(std::span<const double> scores, std::int64_t k, const Rule& sizes,
                                   const RunOptions& options);

}  // namespace recruit::stats::detail
