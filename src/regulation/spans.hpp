#pragma once

// A comparison as an interval of values: of days for dates and lengths of time, of units for numbers.

#include <cstdint>
#include <limits>
#include <optional>

#include <recruit/regulation/standard.hpp>

namespace recruit::detail {

inline constexpr std::int64_t beginless = std::numeric_limits<std::int64_t>::min();
inline constexpr std::int64_t endless = std::numeric_limits<std::int64_t>::max();

/// A closed interval; empty where `from` is above `to`.
struct Span {
    std::int64_t from = beginless, to = endless;

    bool empty() const noexcept { return from > to; }
    bool holds(std::int64_t value) const noexcept { return from <= value && value <= to; }
};

/// Where a comparison surely holds, and where it may: they differ only by who was born on 29 February under a
/// standard that does not say when such a person grows older.
struct Spans {
    Span sure, possible;

    /// Of a value that is known to lie in [first, last] and no better.
    Answer at(std::int64_t first, std::int64_t last) const noexcept {
        if (sure.from <= first && last <= sure.to) return Answer::met;
        return possible.empty() || last < possible.from || possible.to < first ? Answer::not_met
                                                                               : Answer::cannot_be_told;
    }
};

/// The days (since 1970-01-01) of a date fact for which the comparison holds. `moment` is not read by one of
/// Measure::value.
Spans day_spans(const Condition& compare, std::chrono::sys_days moment, LeapDay leap_day);

/// The numbers, in units of 10^-scale, for which the comparison holds.
Span number_span(const Condition& compare, int scale);

/// The number of whole units of the measure from `first` to `second`, negative when going back.
std::int64_t length_of(Measure measure, Counting counting, std::chrono::sys_days first,
                       std::chrono::sys_days second, bool march_1);

bool is_until(Measure measure) noexcept;

}  // namespace recruit::detail
