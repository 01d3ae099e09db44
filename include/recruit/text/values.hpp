#pragma once

/// \file
/// Numbers and dates as people write them, by a stated form. Room: text.

#include <chrono>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <recruit/base/calendar.hpp>
#include <recruit/base/issue.hpp>
#include <recruit/base/points.hpp>
#include <recruit/base/table.hpp>
#include <recruit/export.hpp>

namespace recruit::texts {

/// Reads "71,5", "1.234,5" or "1 234,5" where `decimal_mark` is `,`, and "71.5", "1,234.5" where it is `.`:
/// digits with or without a sign, in groups of three where they are grouped at all. Blanks around it do not
/// matter. Empty for anything else, also for "71.5" where the mark is a comma. \throws Error
/// (`bad_decimal_mark`)
RECRUIT_EXPORT std::optional<Points> parse_number(std::string_view text, char decimal_mark);

/// Which mark a column of numbers was written with, from those that can be meant in one way only.
enum class MarkFound : std::uint8_t {
    none,   ///< Whole numbers without groups: both marks read them alike.
    comma,  ///< 71,5 is in it and nothing against it.
    point,  ///< 71.5 is in it and nothing against it.
    mixed,  ///< 71,5 and 71.5 are.
    open,   ///< Only such as 1.234 or 1,234, which are two numbers.
};
RECRUIT_EXPORT std::string_view to_string(MarkFound mark) noexcept;
RECRUIT_EXPORT MarkFound find_decimal_mark(const Column& texts);

/// A date of which the day, or month and day, may not be known: a precision, not the first of January.
struct PartialDate {
    std::chrono::year year{};
    std::optional<std::chrono::month> month;
    std::optional<std::chrono::day> day;  ///< Only with a month.

    /// The day, where it is known.
    std::optional<std::chrono::year_month_day> exact() const noexcept {
        if (!day) return std::nullopt;
        return std::chrono::year_month_day{year, *month, *day};
    }
    RECRUIT_EXPORT std::chrono::year_month_day earliest() const noexcept;
    RECRUIT_EXPORT std::chrono::year_month_day latest() const noexcept;
    /// "2018", "03/2018", "15/03/2018"; or "2018-03" in the order of years.
    RECRUIT_EXPORT std::string str(DateOrder order = DateOrder::day_month_year) const;
    friend bool operator==(const PartialDate&, const PartialDate&) = default;
};

/// Reads whole dates as `parse_date` in `order`, and in any order yyyy-mm-dd, "15 tháng 3 năm 2018" (with or
/// without "ngày"), "3/2018", "03-2018", "2018-03" and "2018". A time of day at midnight after a date is
/// passed over. Empty for anything else and for days that no calendar has. Never the order of another
/// country: what does not fit `order` is no date.
RECRUIT_EXPORT std::optional<PartialDate> parse_partial_date(std::string_view text, DateOrder order);

/// Columns and what was wrong in them.
struct ReadNumbers {
    Column column;  ///< points; null where a value could not be used.
    Issues issues;  ///< `not_a_number`, `number_with_words`, `number_unclear`, by row.
};
/// The numbers of a text column. Without `decimal_mark` the column tells (`find_decimal_mark`): a mixed
/// column is read value by value, and one that may mean two numbers is null, with an Issue. \throws
/// InvalidTable (`column_not_text`)
RECRUIT_EXPORT ReadNumbers read_numbers(const Column& texts, std::string_view name,
                                        std::optional<char> decimal_mark = {});

struct ReadDates {
    Column earliest, latest;  ///< Equal where the day is known.
    Issues issues;            ///< `not_a_date`, `date_not_real`, `date_serial`, `date_partial`, by row.
};
/// The dates of a text column. A serial number of a spreadsheet is no date, but the Issue says which day it
/// would be (1900 system). \throws InvalidTable (`column_not_text`)
RECRUIT_EXPORT ReadDates read_dates(const Column& texts, std::string_view name, DateOrder order);

/// Why a text is no date, for an Issue: `date_serial`, `date_not_real` or `not_a_date`, with its arguments.
RECRUIT_EXPORT Issue date_issue(std::string_view text, DateOrder order);

}  // namespace recruit::texts
