#pragma once

// Checks and intervals that rates and group differences share.

#include <optional>
#include <string_view>
#include <vector>

#include <recruit/stats/groups.hpp>
#include <recruit/stats/rates.hpp>

namespace recruit::stats::detail {

/// \throws Error (`stats_bad_count`).
void require_count(Count count);
inline double share(Count count) { return static_cast<double>(count.passed) / static_cast<double>(count.n); }
Interval wilson(Count count, double level);
/// Why rates of two groups cannot be tested against each other, if so.
std::optional<NotEstimable> cannot_compare(Count a, Count b);
Word word(RateInterval interval);
Word word(Tail tail);
/// What two parts left out, added up by cause.
std::vector<Dropped> merged(std::vector<Dropped> one, const std::vector<Dropped>& other);
double z_of(ConfidenceLevel level);

}  // namespace recruit::stats::detail
