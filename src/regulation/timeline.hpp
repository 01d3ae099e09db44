#pragma once

// The deadlines of a regulation as a simple temporal network: first and last lawful day of each event.

#include <chrono>
#include <limits>
#include <string>
#include <vector>

#include <recruit/regulation/burden.hpp>

namespace recruit::detail {

/// No last day: the law sets no limit.
inline constexpr std::chrono::sys_days no_limit = std::chrono::sys_days::max();

struct Timeline {
    std::vector<std::string> events;  ///< Those that deadlines and steps speak of, in the order of a contest.
    std::vector<std::chrono::sys_days> first, last;
    std::vector<std::string> critical;  ///< Deadlines that make the first day of the last event.
    bool contradictory = false;

    std::size_t find(std::string_view event) const noexcept;
};

Timeline timeline(const Regulation& rules, const BurdenOptions& options);

}  // namespace recruit::detail
