#pragma once

/// \file
/// Dates and the working calendar that deadlines are counted in. Room: base.

#include <array>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <recruit/base/issue.hpp>
#include <recruit/export.hpp>

namespace recruit {

/// How a person wrote a date; it is always stated, never guessed (03/04/2026 has two readings).
enum class DateOrder : std::uint8_t { year_month_day, day_month_year, month_day_year };

/// Reads yyyy-mm-dd, ten characters, nothing else. Empty if it is not such a date, or no day of the calendar.
RECRUIT_EXPORT std::optional<std::chrono::year_month_day> parse_date(std::string_view text) noexcept;

/// Reads "3/4/2026", "03-04-2026" or "03.04.2026" in the stated order: a year of four digits, month and day
/// of one or two, the same mark `/`, `-` or `.` twice, no blanks. Empty for anything else.
RECRUIT_EXPORT std::optional<std::chrono::year_month_day> parse_date(std::string_view text,
                                                                     DateOrder order) noexcept;

/// yyyy-mm-dd, or dd/mm/yyyy, or mm/dd/yyyy. \throws Error (`invalid_date`) if it is no day of the
/// years 1..9999.
RECRUIT_EXPORT std::string format_date(std::chrono::year_month_day date,
                                       DateOrder order = DateOrder::year_month_day);

/// The date `n` calendar days later (earlier if negative). \throws Error (`invalid_date`,
/// `date_out_of_range`).
RECRUIT_EXPORT std::chrono::year_month_day add_days(std::chrono::year_month_day date, std::int64_t n);

/// A date that is not what its day of the week says.
struct SpecialDay {
    enum class Kind : std::uint8_t {
        holiday,  ///< Nobody works, whatever the day of the week. Of no effect on a weekend day.
        working,  ///< Work is made up for, although it is a weekend day. Of no effect on another day.
    };
    std::chrono::year_month_day date;
    Kind kind = Kind::holiday;
    std::string name;

    friend bool operator==(const SpecialDay&, const SpecialDay&) = default;
};

/// The usual weekend.
inline constexpr std::array<std::chrono::weekday, 2> saturday_and_sunday{std::chrono::Saturday,
                                                                         std::chrono::Sunday};

/// Which days are worked. Holidays are data the host gives, since they are announced anew every year; none is
/// built in.
///
/// Counting follows the common rule of civil law (in Vietnam, Civil Code 2015, art. 147(2)): the day a period
/// starts from does not count, the day it ends on does. Each call takes time logarithmic in the number of
/// special days, however long the span. Dates outside the years 1..9999 are refused with an Error
/// (`invalid_date` for one that is given, `date_out_of_range` for one that results).
class RECRUIT_EXPORT WorkingCalendar {
public:
    /// Saturday and Sunday off, no special days.
    WorkingCalendar();

    /// Special days in any order; of two of one date the first is kept. \throws Error (`no_working_weekday`
    /// if all seven days are weekend, `holiday_and_working` if one date is both, `invalid_date`).
    explicit WorkingCalendar(std::vector<SpecialDay> days);
    WorkingCalendar(std::span<const std::chrono::weekday> weekend, std::vector<SpecialDay> days);
    WorkingCalendar(std::initializer_list<std::chrono::weekday> weekend, std::vector<SpecialDay> days)
        : WorkingCalendar{std::span{weekend.begin(), weekend.size()}, std::move(days)} {}

    bool is_working_day(std::chrono::year_month_day date) const;

    /// n > 0: the n-th working day after `date`; n < 0: the |n|-th before it; `date` itself never counts,
    /// worked or not. n = 0: `date`, unchanged even if it is not worked. Adding then subtracting n returns to
    /// a working `date`.
    std::chrono::year_month_day add_working_days(std::chrono::year_month_day date, std::int64_t n) const;

    /// Working days passed when going from one date to another: `from` does not count, `to` does. Negative
    /// when going back, 0 if both are the same. For every date d, `working_days_between(d,
    /// add_working_days(d, n)) == n`.
    std::int64_t working_days_between(std::chrono::year_month_day from, std::chrono::year_month_day to) const;

    /// `date` if it is worked, else the first working day after it: where a period that would end on a day
    /// off ends (in Vietnam, Civil Code 2015, art. 148(5)).
    std::chrono::year_month_day next_working_day(std::chrono::year_month_day date) const;
    /// `date` if it is worked, else the last working day before it.
    std::chrono::year_month_day previous_working_day(std::chrono::year_month_day date) const;

    /// By date. The span looks into this calendar.
    std::span<const SpecialDay> special_days() const noexcept { return days_; }
    /// Whether any special day of that year was given. If not, its holidays are probably still to be
    /// announced, and a deadline that reaches into it is provisional.
    bool knows_year(std::chrono::year year) const noexcept;
    bool is_weekend(std::chrono::weekday day) const noexcept {
        return day.ok() && weekend_[day.c_encoding()];
    }

    friend bool operator==(const WorkingCalendar& a, const WorkingCalendar& b) noexcept {
        return a.weekend_ == b.weekend_ && a.days_ == b.days_;
    }

private:
    std::int64_t weekly_through(std::int64_t day) const noexcept;
    std::int64_t worked_through(std::int64_t day) const noexcept;
    std::int64_t first_reaching(std::int64_t count) const noexcept;

    std::array<bool, 7> weekend_{true, false, false, false, false, false, true};  // from Sunday
    std::vector<SpecialDay> days_;                                                // by date, unique
    struct Exception {
        std::int64_t day;      // since 1970-01-01
        std::int64_t balance;  // worked less lost, of this and all exceptions before it
        friend bool operator==(const Exception&, const Exception&) = default;
    };
    std::vector<Exception> exceptions_;  // the special days that differ from their day of the week
};

/// A calendar as read from a file, and the lines that could not be used.
struct CalendarFile {
    WorkingCalendar calendar;
    Issues issues;
};

/// Reads special days, one a line: `date,kind` or `date,kind,name`, with date yyyy-mm-dd and kind `holiday`
/// or `working`; `;` or a tab may stand for the commas. A header line `date,kind,name`, blank lines and lines
/// that begin with # are passed over. A wrong line is left out with an Issue naming it, and so is a line that
/// contradicts one before it. \throws InvalidTable (`wrong_encoding`); Error (`no_working_weekday`).
RECRUIT_EXPORT CalendarFile
parse_calendar(std::string_view text, std::string_view name = {},
               std::span<const std::chrono::weekday> weekend = saturday_and_sunday);
/// \throws InvalidTable also for `file_unreadable` and `file_too_large` (over 16 MiB).
RECRUIT_EXPORT CalendarFile read_calendar(
    const std::filesystem::path& path, std::span<const std::chrono::weekday> weekend = saturday_and_sunday);

}  // namespace recruit
