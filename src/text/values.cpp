// Numbers and dates by a stated form; what does not fit it is said, never guessed.

#include <recruit/text/values.hpp>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include <recruit/base/error.hpp>

#include "base/keys_beside.hpp"

namespace recruit::texts {

namespace {

constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

/// Blanks of every kind that people put around and between digits.
std::string without_blanks_around(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text.substr(i).starts_with("\u00A0") || text.substr(i).starts_with("\u202F")) {
            out += ' ';
            i += text.substr(i).starts_with("\u00A0") ? 1 : 2;
        } else {
            out += text[i] == '\t' || text[i] == '\n' || text[i] == '\r' ? ' ' : text[i];
        }
    }
    out.erase(0, std::min(out.find_first_not_of(' '), out.size()));
    while (!out.empty() && out.back() == ' ') out.pop_back();
    return out;
}

/// Whether `digits` is plain, or groups of three parted by `mark` after a first group of one to three.
bool take_whole(std::string_view digits, char mark, std::string& plain) {
    if (digits.empty()) return false;
    const bool grouped = digits.find(mark) != std::string_view::npos;
    std::size_t run = 0;
    bool first = true;
    for (const char c : digits) {
        if (is_digit(c)) {
            plain += c;
            ++run;
            continue;
        }
        if (c != mark || run == 0 || (first ? run > 3 : run != 3)) return false;
        first = false;
        run = 0;
    }
    return grouped ? run == 3 : run > 0;
}

std::optional<Points> number_of(std::string_view text, char decimal_mark) {
    const std::string given = without_blanks_around(text);
    std::string_view rest{given};
    std::string plain;
    if (rest.starts_with('-') || rest.starts_with('+')) {
        if (rest[0] == '-') plain = '-';
        rest.remove_prefix(1);
    }
    const auto at = rest.find(decimal_mark);
    const auto whole = rest.substr(0, at);
    const char dots = decimal_mark == ',' ? '.' : ',';
    const char mark = whole.find(' ') != std::string_view::npos ? ' ' : dots;
    if (!take_whole(whole, mark, plain)) return std::nullopt;
    if (at != std::string_view::npos) {
        const auto decimals = rest.substr(at + 1);
        if (decimals.empty() || !std::all_of(decimals.begin(), decimals.end(), is_digit)) return std::nullopt;
        plain += '.';
        plain += decimals;
    }
    return Points::parse(plain);
}

void need_texts(const Column& column, std::string_view name) {
    if (column.type() == ColumnType::text) return;
    Issue problem;
    problem.code = Code::wrong_column_type;
    problem.column = name;
    problem.arguments = {std::string{name}, std::string{to_string(column.type())},
                         std::string{to_string(ColumnType::text)}};
    throw InvalidTable{Issues{problem}};
}

/// Whole numbers parted by anything that is no digit; words are looked at by the caller.
struct Numbers {
    std::vector<std::pair<int, std::size_t>> parts;  // value, digits
};
Numbers numbers_in(std::string_view text) {
    Numbers found;
    for (std::size_t i = 0; i < text.size();) {
        if (!is_digit(text[i])) {
            ++i;
            continue;
        }
        int value = 0;
        std::size_t digits = 0;
        for (; i < text.size() && is_digit(text[i]); ++i, ++digits) {
            if (digits < 6) value = value * 10 + (text[i] - '0');
        }
        found.parts.emplace_back(value, digits);
    }
    return found;
}

bool is_year(std::pair<int, std::size_t> part) { return part.second == 4 && part.first >= 1; }
bool is_small(std::pair<int, std::size_t> part) { return part.second <= 2; }

std::optional<PartialDate> month_of(int year, int month) {
    if (month < 1 || month > 12) return std::nullopt;
    return PartialDate{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)}, {}};
}

std::optional<PartialDate> whole_date(std::optional<std::chrono::year_month_day> date) {
    if (!date) return std::nullopt;
    return PartialDate{date->year(), date->month(), date->day()};
}

std::optional<PartialDate> date_in_words(std::string_view text) {
    // Composed and decomposed spellings, with or without "ngày".
    std::string words{text};
    for (const auto& [from, to] :
         std::to_array<std::pair<std::string_view, std::string_view>>({{"nga\u0300y", "ngày"},
                                                                       {"tha\u0301ng", "tháng"},
                                                                       {"na\u0306m", "năm"},
                                                                       {"Ngày", "ngày"},
                                                                       {"Tháng", "tháng"},
                                                                       {"Năm", "năm"}})) {
        for (auto at = words.find(from); at != std::string::npos; at = words.find(from))
            words.replace(at, from.size(), to);
    }
    const auto month = words.find("tháng"), year = words.find("năm");
    if (month == std::string::npos || year == std::string::npos || year < month) {
        const bool alone = year != std::string::npos && month == std::string::npos;
        const auto parts = numbers_in(words).parts;
        if (alone && parts.size() == 1 && is_year(parts[0]) && words.starts_with("năm"))
            return PartialDate{std::chrono::year{parts[0].first}, {}, {}};
        return std::nullopt;
    }
    std::string rest;
    for (const std::string_view word : {"ngày", "tháng", "năm"}) {
        if (const auto at = words.find(word); at != std::string::npos) words.replace(at, word.size(), " ");
    }
    if (words.find_first_not_of("0123456789 ,") != std::string::npos) return std::nullopt;
    const auto parts = numbers_in(words).parts;
    if (parts.size() == 2 && is_small(parts[0]) && is_year(parts[1]))
        return month_of(parts[1].first, parts[0].first);
    if (parts.size() != 3 || !is_small(parts[0]) || !is_small(parts[1]) || !is_year(parts[2]))
        return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year{parts[2].first},
                                           std::chrono::month{static_cast<unsigned>(parts[1].first)},
                                           std::chrono::day{static_cast<unsigned>(parts[0].first)}};
    return whole_date(date.ok() ? std::optional{date} : std::nullopt);
}

std::string_view order_name(DateOrder order) {
    constexpr std::array<std::string_view, 3> names{"yyyy-mm-dd", "dd/mm/yyyy", "mm/dd/yyyy"};
    return names[static_cast<std::size_t>(order)];
}

Issue issue_at(Code code, Severity severity, std::size_t row, std::string_view name, std::string_view value,
               std::vector<Argument> arguments) {
    Issue issue;
    issue.code = code;
    issue.severity = severity;
    issue.row = static_cast<std::int64_t>(row);
    issue.column = name;
    issue.value = value;
    issue.arguments = std::move(arguments);
    return issue;
}

}  // namespace

std::optional<Points> parse_number(std::string_view text, char decimal_mark) {
    if (decimal_mark != ',' && decimal_mark != '.')
        throw Error{Code::bad_decimal_mark, {std::string{decimal_mark}}};
    return number_of(text, decimal_mark);
}

std::string_view to_string(MarkFound mark) noexcept {
    constexpr std::array<std::string_view, 5> names{"none", "comma", "point", "mixed", "open"};
    return names[static_cast<std::size_t>(mark)];
}

MarkFound find_decimal_mark(const Column& texts) {
    need_texts(texts, {});
    bool comma = false, point = false, open = false;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        if (texts.is_null(i)) continue;
        const auto with_comma = number_of(texts.text(i), ','), with_point = number_of(texts.text(i), '.');
        if (with_comma && with_point) {
            open = open || *with_comma != *with_point;
        } else {
            comma = comma || with_comma;
            point = point || with_point;
        }
    }
    if (comma && point) return MarkFound::mixed;
    if (comma || point) return comma ? MarkFound::comma : MarkFound::point;
    return open ? MarkFound::open : MarkFound::none;
}

std::chrono::year_month_day PartialDate::earliest() const noexcept {
    return {year, month.value_or(std::chrono::January), day.value_or(std::chrono::day{1})};
}

std::chrono::year_month_day PartialDate::latest() const noexcept {
    const auto last_month = month.value_or(std::chrono::December);
    if (day) return {year, last_month, *day};
    return std::chrono::year_month_day{
        std::chrono::year_month_day_last{year, std::chrono::month_day_last{last_month}}};
}

std::string PartialDate::str(DateOrder order) const {
    const std::string whole = format_date(earliest(), order);
    if (day) return whole;
    std::string y = std::to_string(static_cast<int>(year));
    y.insert(0, 4 - std::min<std::size_t>(4, y.size()), '0');
    if (!month) return y;
    const auto m = static_cast<unsigned>(*month);
    const std::string two = (m < 10 ? "0" : "") + std::to_string(m);
    return order == DateOrder::year_month_day ? y + '-' + two : two + '/' + y;
}

std::optional<PartialDate> parse_partial_date(std::string_view text, DateOrder order) {
    std::string given = without_blanks_around(text);
    for (const std::string_view midnight : {" 00:00:00", "T00:00:00", " 0:00:00", " 00:00"}) {
        if (given.ends_with(midnight)) given.resize(given.size() - midnight.size());
    }
    if (const auto date = parse_date(given)) return whole_date(date);
    if (const auto date = parse_date(given, order)) return whole_date(date);
    if (given.find_first_not_of("0123456789/-.") != std::string::npos) return date_in_words(given);
    const auto parts = numbers_in(given).parts;
    const auto marks = std::count_if(given.begin(), given.end(), [](char c) { return !is_digit(c); });
    if (parts.size() == 1 && marks == 0 && is_year(parts[0]) && parts[0].first >= 1800)
        return PartialDate{std::chrono::year{parts[0].first}, {}, {}};
    if (parts.size() != 2 || marks != 1) return std::nullopt;
    if (is_small(parts[0]) && is_year(parts[1])) return month_of(parts[1].first, parts[0].first);
    if (is_year(parts[0]) && is_small(parts[1])) return month_of(parts[0].first, parts[1].first);
    return std::nullopt;
}

ReadNumbers read_numbers(const Column& texts, std::string_view name, std::optional<char> decimal_mark) {
    need_texts(texts, name);
    if (decimal_mark && *decimal_mark != ',' && *decimal_mark != '.')
        throw Error{Code::bad_decimal_mark, {std::string{*decimal_mark}}};
    if (!decimal_mark) {
        const MarkFound found = find_decimal_mark(texts);
        if (found == MarkFound::comma) decimal_mark = ',';
        if (found == MarkFound::point) decimal_mark = '.';
    }
    ReadNumbers result;
    std::vector<std::optional<Points>> values(texts.size());
    int scale = 0;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        if (texts.is_null(i)) continue;
        const std::string_view text = texts.text(i);
        const auto report = [&](Code code) {
            result.issues.push_back(issue_at(code, Severity::error, i, name, text, {std::string{text}}));
        };
        if (decimal_mark) {
            values[i] = number_of(text, *decimal_mark);
        } else {
            const auto with_comma = number_of(text, ','), with_point = number_of(text, '.');
            if (with_comma && with_point && *with_comma != *with_point) {
                report(code::number_unclear);
                continue;
            }
            values[i] = with_comma ? with_comma : with_point;
        }
        if (values[i]) {
            scale = std::max(scale, values[i]->scale());
            continue;
        }
        const bool has_digit = std::any_of(text.begin(), text.end(), is_digit);
        report(has_digit ? code::number_with_words : Code::not_a_number);
    }
    std::vector<std::int64_t> units(texts.size());
    std::vector<bool> given(texts.size());
    for (std::size_t i = 0; i < texts.size(); ++i) {
        if (!values[i]) continue;
        const auto exact = values[i]->units_at(scale);
        given[i] = exact.has_value();
        units[i] = exact.value_or(0);
        if (!exact) {
            result.issues.push_back(issue_at(Code::not_a_number, Severity::error, i, name, texts.text(i),
                                             {std::string{texts.text(i)}}));
        }
    }
    result.column = Column::points(Buffer<std::int64_t>{std::move(units)}, scale, Validity{given});
    return result;
}

Issue date_issue(std::string_view text, DateOrder order) {
    Issue issue;
    issue.value = text;
    const std::string given = without_blanks_around(text);
    const auto parts = numbers_in(given).parts;
    const bool digits_only = !given.empty() && std::all_of(given.begin(), given.end(), is_digit);
    // 20000 is 1954, 60000 is 2064: what a date of a contest or a birth can be.
    if (digits_only && parts.size() == 1 && parts[0].second == 5 && parts[0].first >= 20000 &&
        parts[0].first <= 60000) {
        issue.code = code::date_serial;
        const auto day = add_days(std::chrono::year{1899} / 12 / 30, parts[0].first);
        issue.arguments = {std::string{text}, format_date(day, order)};
    } else if (parts.size() == 3) {
        issue.code = code::date_not_real;
        issue.arguments = {std::string{text}, std::string{order_name(order)}};
    } else {
        issue.code = Code::not_a_date;
        issue.arguments = {std::string{text}};
    }
    return issue;
}

ReadDates read_dates(const Column& texts, std::string_view name, DateOrder order) {
    need_texts(texts, name);
    ReadDates result;
    const std::size_t n = texts.size();
    std::vector<std::int32_t> first(n), last(n);
    std::vector<bool> given(n);
    const auto days = [](std::chrono::year_month_day date) {
        return static_cast<std::int32_t>(std::chrono::sys_days{date}.time_since_epoch().count());
    };
    for (std::size_t i = 0; i < n; ++i) {
        if (texts.is_null(i)) continue;
        const std::string_view text = texts.text(i);
        const auto date = parse_partial_date(text, order);
        if (!date) {
            Issue issue = date_issue(text, order);
            issue.row = static_cast<std::int64_t>(i);
            issue.column = name;
            result.issues.push_back(std::move(issue));
            continue;
        }
        given[i] = true;
        first[i] = days(date->earliest());
        last[i] = days(date->latest());
        if (!date->day) {
            result.issues.push_back(
                issue_at(code::date_partial, Severity::note, i, name, text,
                         {std::string{text}, date->month ? word::text_word_month : word::text_word_year}));
        }
    }
    result.earliest = Column::dates(Buffer<std::int32_t>{std::move(first)}, Validity{given});
    result.latest = Column::dates(Buffer<std::int32_t>{std::move(last)}, Validity{given});
    return result;
}

}  // namespace recruit::texts
