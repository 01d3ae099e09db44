#pragma once

#include <vector>

#include <recruit/stats/quantiles.hpp>

namespace recruit::stats::detail {

/// The quantile of values that are there; reorders them.
double quantile_of(std::vector<double>& values, double p, QuantileType type);

}  // namespace recruit::stats::detail
