#include <recruit/base/calendar.hpp>

#include <algorithm>
#include <cstdio>
#include <utility>

#include <recruit/base/error.hpp>

#include "base/bytes.hpp"
#include "base/keys.hpp"

namespace recruit {

using std::chrono::sys_days;
using std::chrono::weekday;
using std::chrono::year;
using std::chrono::year_month_day;

namespace {

constexpr std::int64_t number(sys_days day) { return day.time_since_epoch().count(); }
constexpr std::int64_t first_day = number(sys_days{year{1} / 1 / 1});
constexpr std::int64_t last_day = number(sys_days{year{9999} / 12 / 31});

constexpr bool is_usable(year_month_day date) {
    return date.ok() && date.year() >= year{1} && date.year() <= year{9999};
}

std::string iso(year_month_day date) {
    char text[48];
    std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
    return text;
}

std::int64_t day_number(year_month_day date) {
    if (!is_usable(date)) throw Error{Code::invalid_date, {iso(date)}};
    return number(sys_days{date});
}

year_month_day date_of(std::int64_t day) {
    return year_month_day{sys_days{std::chrono::days{static_cast<int>(day)}}};
}

year_month_day result_date(std::int64_t day, year_month_day from, std::int64_t n) {
    if (day < first_day || day > last_day) {
        throw Error{Code::date_out_of_range, {iso(from), std::to_string(n)}};
    }
    return date_of(day);
}

// Days 1970-01-04, a Sunday, and after are weekdays 0, 1, …, counted with the week of the chrono library.
constexpr std::int64_t sunday = 3;
constexpr std::int64_t week_of(std::int64_t day) {
    const std::int64_t shifted = day - sunday;
    return shifted >= 0 ? shifted / 7 : -((6 - shifted) / 7);
}
constexpr std::size_t weekday_of(std::int64_t day) {
    return static_cast<std::size_t>(day - sunday - 7 * week_of(day));
}

// Takes one to `most` digits off the front; -1 if there are fewer than `least`.
int take_digits(std::string_view& text, std::size_t least, std::size_t most) {
    int value = 0;
    std::size_t count = 0;
    while (count < most && count < text.size() && text[count] >= '0' && text[count] <= '9') {
        value = value * 10 + (text[count++] - '0');
    }
    text.remove_prefix(count);
    return count < least ? -1 : value;
}

std::optional<year_month_day> checked(int y, int m, int d) noexcept {
    if (y < 0 || m < 0 || d < 0) return std::nullopt;
    const year_month_day date{year{y}, std::chrono::month{static_cast<unsigned>(m)},
                              std::chrono::day{static_cast<unsigned>(d)}};
    return is_usable(date) ? std::optional{date} : std::nullopt;
}

}  // namespace

std::optional<year_month_day> parse_date(std::string_view text) noexcept {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
    std::string_view y = text.substr(0, 4), m = text.substr(5, 2), d = text.substr(8, 2);
    return checked(take_digits(y, 4, 4), take_digits(m, 2, 2), take_digits(d, 2, 2));
}

std::optional<year_month_day> parse_date(std::string_view text, DateOrder order) noexcept {
    const std::size_t year_place = order == DateOrder::year_month_day ? 0 : 2;
    int parts[3];
    char mark = 0;
    for (std::size_t i = 0; i < 3; ++i) {
        if (i > 0) {
            if (text.empty()) return std::nullopt;
            const char c = text.front();
            if (i == 1 ? (c != '/' && c != '-' && c != '.') : c != mark) return std::nullopt;
            mark = c;
            text.remove_prefix(1);
        }
        parts[i] = i == year_place ? take_digits(text, 4, 4) : take_digits(text, 1, 2);
    }
    if (!text.empty()) return std::nullopt;
    switch (order) {
        case DateOrder::day_month_year:
            return checked(parts[2], parts[1], parts[0]);
        case DateOrder::month_day_year:
            return checked(parts[2], parts[0], parts[1]);
        case DateOrder::year_month_day:
            break;
    }
    return checked(parts[0], parts[1], parts[2]);
}

std::string format_date(year_month_day date, DateOrder order) {
    day_number(date);
    if (order == DateOrder::year_month_day) return iso(date);
    auto first = static_cast<unsigned>(date.day()), second = static_cast<unsigned>(date.month());
    if (order == DateOrder::month_day_year) std::swap(first, second);
    char text[48];
    std::snprintf(text, sizeof text, "%02u/%02u/%04d", first, second, static_cast<int>(date.year()));
    return text;
}

year_month_day add_days(year_month_day date, std::int64_t n) {
    const std::int64_t day = day_number(date);
    const std::int64_t span = last_day - first_day;
    return result_date(n < -span || n > span ? last_day + 1 : day + n, date, n);
}

WorkingCalendar::WorkingCalendar() = default;

WorkingCalendar::WorkingCalendar(std::vector<SpecialDay> days)
    : WorkingCalendar{saturday_and_sunday, std::move(days)} {}

WorkingCalendar::WorkingCalendar(std::span<const weekday> weekend, std::vector<SpecialDay> days)
    : weekend_{}, days_{std::move(days)} {
    for (const weekday day : weekend) weekend_.at(day.c_encoding()) = true;
    if (std::find(weekend_.begin(), weekend_.end(), false) == weekend_.end()) {
        throw Error{Code::no_working_weekday, {}};
    }
    for (const SpecialDay& day : days_) day_number(day.date);
    const auto earlier = [](const SpecialDay& a, const SpecialDay& b) { return a.date < b.date; };
    std::stable_sort(days_.begin(), days_.end(), earlier);
    const auto same = [](const SpecialDay& a, const SpecialDay& b) {
        if (a.date == b.date && a.kind != b.kind) throw Error{Code::holiday_and_working, {iso(a.date)}};
        return a.date == b.date;
    };
    days_.erase(std::unique(days_.begin(), days_.end(), same), days_.end());

    std::int64_t balance = 0;
    for (const SpecialDay& special : days_) {
        const std::int64_t day = day_number(special.date);
        const bool worked = special.kind == SpecialDay::Kind::working;
        if (worked != weekend_[weekday_of(day)]) continue;  // as its day of the week says already
        balance += worked ? 1 : -1;
        exceptions_.push_back({day, balance});
    }
}

// Working days up to and including `day` if no day were special, counted from a week long ago.
std::int64_t WorkingCalendar::weekly_through(std::int64_t day) const noexcept {
    const std::int64_t a_week = std::count(weekend_.begin(), weekend_.end(), false);
    const auto next = weekend_.begin() + static_cast<std::ptrdiff_t>(weekday_of(day)) + 1;
    return week_of(day) * a_week + std::count(weekend_.begin(), next, false);
}

std::int64_t WorkingCalendar::worked_through(std::int64_t day) const noexcept {
    const auto after = std::upper_bound(exceptions_.begin(), exceptions_.end(), day,
                                        [](std::int64_t d, const Exception& e) { return d < e.day; });
    return weekly_through(day) + (after == exceptions_.begin() ? 0 : std::prev(after)->balance);
}

// The first day up to which `count` working days have passed: the inverse of the above. It is a working day.
std::int64_t WorkingCalendar::first_reaching(std::int64_t count) const noexcept {
    // The first exception by which the count is reached; the day sought is that one or one between it and the
    // last.
    const auto reached =
        std::partition_point(exceptions_.begin(), exceptions_.end(),
                             [&](const Exception& e) { return weekly_through(e.day) + e.balance < count; });
    const std::int64_t balance = reached == exceptions_.begin() ? 0 : std::prev(reached)->balance;
    const std::int64_t a_week = std::count(weekend_.begin(), weekend_.end(), false);
    const std::int64_t wanted = count - balance - 1;  // weekly working days before the one sought
    std::int64_t week = wanted / a_week;
    if (wanted % a_week < 0) --week;
    std::int64_t left = wanted - week * a_week;
    std::int64_t day = sunday + 7 * week;
    while (weekend_[weekday_of(day)] || left-- > 0) ++day;
    return reached == exceptions_.end() ? day : std::min(day, reached->day);
}

bool WorkingCalendar::is_working_day(year_month_day date) const {
    const std::int64_t day = day_number(date);
    return worked_through(day) != worked_through(day - 1);
}

year_month_day WorkingCalendar::add_working_days(year_month_day date, std::int64_t n) const {
    const std::int64_t day = day_number(date);
    if (n == 0) return date;
    if (n > last_day - first_day || n < first_day - last_day) return result_date(last_day + 1, date, n);
    return result_date(
        n > 0 ? first_reaching(worked_through(day) + n) : first_reaching(worked_through(day - 1) + n + 1),
        date, n);
}

std::int64_t WorkingCalendar::working_days_between(year_month_day from, year_month_day to) const {
    const std::int64_t a = day_number(from), b = day_number(to);
    if (a <= b) return worked_through(b) - worked_through(a);
    return worked_through(b - 1) - worked_through(a - 1);  // from b up to the day before a
}

year_month_day WorkingCalendar::next_working_day(year_month_day date) const {
    return is_working_day(date) ? date : add_working_days(date, 1);
}

year_month_day WorkingCalendar::previous_working_day(year_month_day date) const {
    return is_working_day(date) ? date : add_working_days(date, -1);
}

bool WorkingCalendar::knows_year(year y) const noexcept {
    const auto first =
        std::lower_bound(days_.begin(), days_.end(), y,
                         [](const SpecialDay& day, year wanted) { return day.date.year() < wanted; });
    return first != days_.end() && first->date.year() == y;
}

namespace {

constexpr std::string_view blanks = " \t\r";

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

// A name may be quoted, with its quotes doubled, as Excel writes it.
std::string unquoted(std::string_view text) {
    text = trimmed(text);
    if (text.size() < 2 || text.front() != '"' || text.back() != '"') return std::string{text};
    std::string name;
    for (std::size_t i = 1; i + 1 < text.size(); ++i) {
        name += text[i];
        if (text[i] == '"' && i + 2 < text.size() && text[i + 1] == '"') ++i;
    }
    return name;
}

class CalendarReader {
public:
    explicit CalendarReader(std::string_view file) : file_{file} {}

    void read_line(std::string_view text) {
        ++line_;
        text = trimmed(text);
        if (text.empty() || text.front() == '#') return;
        const auto mark = text.find_first_of(",;\t");
        if (mark == std::string_view::npos) return report(Code::calendar_line, text);
        const auto date_text = trimmed(text.substr(0, mark));
        const auto rest = text.substr(mark + 1);
        const auto second = rest.find(text[mark]);
        const auto kind_text = trimmed(rest.substr(0, second));
        const bool has_header = std::exchange(started_, true);
        if (!has_header && date_text == "date" && kind_text == "kind") return;

        const auto date = parse_date(date_text);
        if (!date) return report(Code::invalid_date, date_text);
        if (kind_text != "holiday" && kind_text != "working")
            return report(Code::unknown_day_kind, kind_text);
        SpecialDay day{*date, kind_text == "holiday" ? SpecialDay::Kind::holiday : SpecialDay::Kind::working,
                       second == std::string_view::npos ? std::string{} : unquoted(rest.substr(second + 1))};
        days.push_back(std::move(day));
        lines_.push_back(line_);
    }

    // Leaves one day a date: a second line that says the same is passed over, one that contradicts it is an
    // error.
    void settle_repeats() {
        std::vector<std::size_t> order(days.size());
        for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
        std::stable_sort(order.begin(), order.end(),
                         [&](std::size_t a, std::size_t b) { return days[a].date < days[b].date; });
        std::vector<SpecialDay> kept;
        for (const std::size_t i : order) {
            if (kept.empty() || kept.back().date != days[i].date) {
                kept.push_back(days[i]);
                continue;
            }
            line_ = lines_[i];
            const bool same = kept.back().kind == days[i].kind;
            report(same ? Code::repeated_day : Code::holiday_and_working, iso(days[i].date),
                   same ? Severity::warning : Severity::error);
        }
        days = std::move(kept);
        std::stable_sort(issues.begin(), issues.end(),
                         [](const Issue& a, const Issue& b) { return a.line < b.line; });
    }

    std::vector<SpecialDay> days;
    Issues issues;

private:
    void report(Code code, std::string_view value, Severity severity = Severity::error) {
        Issue issue;
        issue.code = code;
        issue.severity = severity;
        issue.file = file_;
        issue.line = line_;
        issue.value = std::string{value};
        issue.arguments = {issue.value};
        issues.push_back(std::move(issue));
    }

    std::string file_;
    std::int64_t line_ = 0;
    bool started_ = false;
    std::vector<std::int64_t> lines_;
};

}  // namespace

CalendarFile parse_calendar(std::string_view text, std::string_view name, std::span<const weekday> weekend) {
    const std::string file{name};
    if (const auto wrong = detail::find_not_text(text); wrong < text.size()) {
        detail::refuse_encoding(text, wrong, file);
    }
    if (text.starts_with(detail::utf8_bom)) text.remove_prefix(detail::utf8_bom.size());
    CalendarReader reader{name};
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        reader.read_line(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    reader.settle_repeats();
    return {WorkingCalendar{weekend, std::move(reader.days)}, std::move(reader.issues)};
}

CalendarFile read_calendar(const std::filesystem::path& path, std::span<const weekday> weekend) {
    return parse_calendar(detail::read_bytes(path, 16U << 20), path.string(), weekend);
}

}  // namespace recruit
