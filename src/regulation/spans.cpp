// Lengths of time as intervals of days.
//
// "At least n years from b to d" holds if the day b + n years is not after d. b + n years never falls when b
// grows, so the days b for which it holds are all days up to a last one; every comparison is made of such
// bounds.

#include "regulation/spans.hpp"

#include <algorithm>

#include "base/int128.hpp"
#include "base/periods.hpp"

namespace recruit::detail {

namespace {

using std::chrono::sys_days;
using std::chrono::year_month_day;

enum class Unit { day, month, year };

Unit unit_of(Measure measure) noexcept {
    switch (measure) {
        case Measure::value:
        case Measure::days_since:
        case Measure::days_until:
            return Unit::day;
        case Measure::months_since:
        case Measure::months_until:
            return Unit::month;
        default:
            return Unit::year;
    }
}

/// `day` and so many units. By year, every day stands for the first of its year.
sys_days later(sys_days day, std::int64_t amount, Unit unit, Counting counting, bool march_1) {
    if (unit == Unit::day) return day + std::chrono::days{amount};
    const year_month_day date{day};
    if (counting == Counting::by_year)
        return sys_days{(date.year() + std::chrono::years{static_cast<int>(amount)}) / std::chrono::January /
                        1};
    return sys_days{unit == Unit::month ? add_months(date, amount) : add_years(date, amount, march_1)};
}

std::int64_t number(sys_days day) noexcept { return day.time_since_epoch().count(); }

/// The last day b with b + amount <= end.
std::int64_t last_start(sys_days end, std::int64_t amount, Unit unit, Counting counting, bool march_1) {
    if (unit == Unit::day) return number(end) - amount;
    if (counting == Counting::by_year) {
        const year_month_day date{end};
        return number(sys_days{(date.year() - std::chrono::years{static_cast<int>(amount)}) /
                               std::chrono::December / 31});
    }
    // Months end on different days, so that the way back may be a few days off.
    sys_days start = later(end, -amount, unit, counting, march_1) + std::chrono::days{4};
    while (later(start, amount, unit, counting, march_1) > end) start -= std::chrono::days{1};
    return number(start);
}

Span between_days(const Condition& c, sys_days moment, bool march_1) {
    const Unit unit = unit_of(c.measure);
    const std::int64_t n = std::get<Points>(c.literal).units();
    const bool exact = c.counting == Counting::to_the_day;
    if (!is_until(c.measure)) {
        const auto upto = [&](std::int64_t amount, std::int64_t days_before) {
            return last_start(moment - std::chrono::days{days_before}, amount, unit, c.counting, march_1);
        };
        const std::int64_t reached = upto(n, 0);                          // at least n
        const std::int64_t passed = exact ? upto(n, 1) : upto(n + 1, 0);  // more than n
        switch (c.comparison) {
            case Comparison::at_least:
                return {beginless, reached};
            case Comparison::below:
                return {reached + 1, endless};
            case Comparison::above:
                return {beginless, passed};
            case Comparison::at_most:
                return {passed + 1, endless};
            default:
                return {passed + 1, reached};
        }
    }
    const auto from = [&](std::int64_t amount) {
        return number(later(moment, amount, unit, c.counting, march_1));
    };
    const std::int64_t reached = from(n);
    const std::int64_t passed = exact ? from(n) + 1 : from(n + 1);
    switch (c.comparison) {
        case Comparison::at_least:
            return {reached, endless};
        case Comparison::below:
            return {beginless, reached - 1};
        case Comparison::above:
            return {passed, endless};
        case Comparison::at_most:
            return {beginless, passed - 1};
        default:
            return {reached, passed - 1};
    }
}

Span ordered(Comparison comparison, std::int64_t least, std::int64_t most) {
    // least: the first value not below the literal; most: the last value not above it.
    switch (comparison) {
        case Comparison::at_least:
            return {least, endless};
        case Comparison::below:
            return {beginless, least - 1};
        case Comparison::above:
            return {most + 1, endless};
        case Comparison::at_most:
            return {beginless, most};
        default:
            return {least, most};  // empty where no value is equal
    }
}

}  // namespace

bool is_until(Measure measure) noexcept { return measure >= Measure::years_until; }

Spans day_spans(const Condition& c, sys_days moment, LeapDay leap_day) {
    if (c.measure == Measure::value) {
        const std::int64_t day = number(std::get<sys_days>(c.literal));
        const Span span = ordered(c.comparison, day, day);
        return {span, span};
    }
    const Span before = between_days(c, moment, leap_day == LeapDay::march_1);
    if (leap_day != LeapDay::unsaid) return {before, before};
    const Span after = between_days(c, moment, true);
    return {{std::max(before.from, after.from), std::min(before.to, after.to)},
            {std::min(before.from, after.from), std::max(before.to, after.to)}};
}

Span number_span(const Condition& c, int scale) {
    const Points& literal = std::get<Points>(c.literal);
    const int128 top = static_cast<int128>(literal.units()) * power_of_ten(scale);
    const int128 bottom = power_of_ten(literal.scale());
    const auto rounded = [&](RoundingMode mode) {
        const int128 units = divide_rounded<int128>(top, bottom, mode);
        return static_cast<std::int64_t>(std::clamp<int128>(units, beginless + 1, endless - 1));
    };
    return ordered(c.comparison, rounded(RoundingMode::up), rounded(RoundingMode::down));
}

std::int64_t length_of(Measure measure, Counting counting, sys_days first, sys_days second, bool march_1) {
    const Unit unit = unit_of(measure);
    if (unit == Unit::day) return number(second) - number(first);
    const year_month_day a{first}, b{second};
    std::int64_t amount = int{b.year()} - int{a.year()};
    if (unit == Unit::month)
        amount = amount * 12 + static_cast<int>(unsigned{b.month()}) - static_cast<int>(unsigned{a.month()});
    while (later(first, amount, unit, counting, march_1) > second) --amount;
    return amount;
}

}  // namespace recruit::detail
