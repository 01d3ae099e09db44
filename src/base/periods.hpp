#pragma once

// Months and years added to a day.

#include <chrono>

namespace recruit::detail {

/// The same day so many months later; the last of the month where it has no such day.
inline std::chrono::year_month_day add_months(std::chrono::year_month_day date, std::int64_t months) {
    const auto moved = date + std::chrono::months{static_cast<int>(months)};
    return moved.ok() ? moved : std::chrono::year_month_day{moved.year() / moved.month() / std::chrono::last};
}

/// The same day so many years later; 29 February in a common year is the day before or after.
inline std::chrono::year_month_day add_years(std::chrono::year_month_day date, std::int64_t years,
                                             bool march_1) {
    const auto moved = date + std::chrono::years{static_cast<int>(years)};
    if (moved.ok()) return moved;
    return march_1 ? moved.year() / std::chrono::March / 1 : moved.year() / std::chrono::February / 28;
}

}  // namespace recruit::detail
