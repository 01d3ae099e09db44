#include "scoring/series.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <memory>
#include <numeric>
#include <type_traits>

#include <recruit/base/calendar.hpp>
#include <recruit/base/error.hpp>

#include "base/ahead.hpp"
#include "base/array.hpp"
#include "base/dictionary.hpp"
#include "base/int128.hpp"
#include "base/join.hpp"
#include "base/key_index.hpp"
#include "base/keys.hpp"
#include "base/nearest.hpp"

namespace recruit::detail {

std::size_t IssueLog::count(Code code, const std::string& column) {
    auto count = std::find_if(counts_.begin(), counts_.end(),
                              [&](const Count& c) { return c.code == code && c.column == column; });
    if (count == counts_.end()) count = counts_.insert(counts_.end(), Count{code, column, 0});
    return ++count->seen;
}

void IssueLog::add(Issue issue) {
    if (count(issue.code, issue.column) <= limit_) issues_.push_back(std::move(issue));
}

Issues IssueLog::take() {
    for (const Count& count : counts_) {
        if (count.seen <= limit_) continue;
        Issue more;
        more.code = Code::more_issues;
        more.column = count.column;
        more.arguments = {std::to_string(count.seen - limit_), std::string{to_string(count.code)}};
        issues_.push_back(std::move(more));
    }
    counts_.clear();
    return std::move(issues_);
}

Issue row_issue(Code code, Severity severity, std::size_t row, std::string column, std::string value,
                std::vector<Argument> arguments) {
    Issue issue;
    issue.code = code;
    issue.severity = severity;
    issue.row = static_cast<std::int64_t>(row);
    issue.column = std::move(column);
    issue.arguments = {value};
    issue.arguments.insert(issue.arguments.end(), arguments.begin(), arguments.end());
    issue.value = std::move(value);
    return issue;
}

namespace {

[[noreturn]] void wrong_column_type(const std::string& name, const Column& column, Text expected) {
    Issue issue;
    issue.code = Code::wrong_column_type;
    issue.column = name;
    issue.arguments = {name, std::string{to_string(column.type())}, expected};
    throw InvalidTable{Issues{issue}};
}

/// Marks a row as unusable and says why.
void reject(Series& series, IssueLog& log, Code code, std::size_t row, std::string value,
            std::vector<Argument> arguments = {}) {
    if (series.unusable.empty()) series.unusable.assign(series.column.size(), 0);
    series.unusable[row] = 1;
    log.add(row_issue(code, Severity::error, row, series.name, std::move(value), std::move(arguments)));
}

/// The same column with the unusable rows null.
Validity without_unusable(const Series& series, const Column& column) {
    if (series.unusable.empty()) return column.validity();
    std::vector<bool> has_value(column.size());
    for (std::size_t i = 0; i < has_value.size(); ++i)
        has_value[i] = !column.is_null(i) && series.unusable[i] == 0;
    return Validity{has_value};
}

/// What is wrong with a text that is no number, as precisely as can be told.
Code text_problem(std::string_view text) {
    std::string with_point{text};
    std::replace(with_point.begin(), with_point.end(), ',', '.');
    const auto points = Points::parse(with_point);
    if (!points) return Code::not_a_number;
    return text.find(',') != std::string_view::npos ? Code::decimal_comma : Code::too_many_decimals;
}

std::optional<Points> mark(std::string_view text) {
    const auto points = Points::parse(text);
    return points && points->scale() <= max_decimals ? points : std::nullopt;
}

Column numbers_from_text(Series& series, const Column& column, IssueLog& log) {
    const std::size_t rows = column.size();
    std::vector<std::int64_t> units(rows);
    // Parse each distinct text once where there is a dictionary.
    std::vector<std::optional<Points>> parsed(column.has_dictionary() ? column.strings().size() : 0);
    for (std::size_t i = 0; i < parsed.size(); ++i) parsed[i] = mark(column.strings()[i]);
    int scale = 0;
    std::vector<std::uint8_t> decimals(rows);
    for (std::size_t row = 0; row < rows; ++row) {
        if (column.is_null(row)) continue;
        const auto points = column.has_dictionary() ? parsed[static_cast<std::size_t>(column.codes()[row])]
                                                    : mark(column.text(row));
        if (!points) {
            reject(series, log, text_problem(column.text(row)), row, std::string{column.text(row)});
            continue;
        }
        units[row] = points->units();
        decimals[row] = static_cast<std::uint8_t>(points->scale());
        scale = std::max(scale, points->scale());
    }
    for (std::size_t row = 0; row < rows; ++row) {
        const auto lifted = Points::of(units[row], decimals[row]).units_at(scale);
        if (lifted) {
            units[row] = *lifted;
        } else {
            reject(series, log, Code::points_overflow, row, std::string{column.text(row)});
        }
    }
    return Column::points(Buffer<std::int64_t>{std::move(units)}, scale, without_unusable(series, column));
}

Column numbers_from_reals(Series& series, const Column& column, IssueLog& log) {
    const std::size_t rows = column.size();
    const auto values = column.reals();
    int scale = 0;
    for (std::size_t row = 0; row < rows; ++row) {
        if (column.is_null(row)) continue;
        if (is_nearest(values[row], scale)) continue;
        int wanted = scale + 1;
        while (wanted <= max_decimals && !is_nearest(values[row], wanted)) ++wanted;
        // A large value may have been exact at fewer decimals only.
        if (wanted > max_decimals && Points::from_double(values[row], max_decimals)) continue;
        if (wanted > max_decimals) {
            char digits[40];
            const auto end = std::to_chars(digits, digits + sizeof digits, values[row]);
            reject(series, log, std::isfinite(values[row]) ? Code::inexact_float : Code::not_finite, row,
                   std::string{digits, end.ptr});
        } else {
            scale = wanted;
        }
    }
    std::vector<std::int64_t> units(rows);
    const auto power = static_cast<double>(power_of_ten(scale));
    for (std::size_t row = 0; row < rows; ++row) {
        if (column.is_null(row) || series.is_unusable(row)) continue;
        const double scaled = std::nearbyint(values[row] * power);
        if (std::fabs(scaled) < 1e15) {
            units[row] = static_cast<std::int64_t>(scaled);
        } else if (const auto exact = Points::from_double(values[row], max_decimals)->units_at(scale)) {
            units[row] = *exact;
        } else {
            reject(series, log, Code::points_overflow, row, column.str(row));
        }
    }
    return Column::points(Buffer<std::int64_t>{std::move(units)}, scale, without_unusable(series, column));
}

/// A decimal column with more than 8 decimals can be used where the further ones are zeros.
Column numbers_from_points(Series& series, const Column& column, IssueLog& log) {
    if (column.scale() <= max_decimals) return column;
    const auto divisor = power_of_ten(column.scale() - max_decimals);
    std::vector<std::int64_t> units(column.size());
    for (std::size_t row = 0; row < column.size(); ++row) {
        if (column.is_null(row)) continue;
        if (column.integers()[row] % divisor != 0) {
            reject(series, log, Code::too_many_decimals, row, column.str(row));
        }
        units[row] = column.integers()[row] / divisor;
    }
    return Column::points(Buffer<std::int64_t>{std::move(units)}, max_decimals,
                          without_unusable(series, column));
}

/// Points to units of a scale, rounded down (for upper bounds) or up (for lower bounds).
std::int64_t bound_at(const Points& bound, int scale, RoundingMode mode) {
    const auto units = divide_rounded<int128>(static_cast<int128>(bound.units()) * power_of_ten(scale),
                                              power_of_ten(bound.scale()), mode);
    return fits_int64(units) ? static_cast<std::int64_t>(units) : std::numeric_limits<std::int64_t>::max();
}

}  // namespace

void measure(Series& series, const Pace& pace) {
    const Column& column = series.column;
    const auto values = column.integers();
    constexpr std::size_t chunk = std::size_t{1} << 17;
    struct Bounds {
        std::int64_t least = std::numeric_limits<std::int64_t>::max();
        std::int64_t most = std::numeric_limits<std::int64_t>::min();
    };
    std::vector<Bounds> found((values.size() + chunk - 1) / chunk);
    parallel(values.size(), chunk, pace, [&](std::size_t begin, std::size_t end) {
        Bounds b;
        if (column.validity().all()) {
            const std::int64_t* const all = values.data();
            read_ahead(
                begin, end,
                [all, &b](std::size_t row) {
                    b.least = std::min(b.least, all[row]);
                    b.most = std::max(b.most, all[row]);
                },
                all);
        } else {
            for (std::size_t row = begin; row < end; ++row) {
                const bool has = !column.is_null(row);
                b.least = std::min(b.least, has ? values[row] : b.least);
                b.most = std::max(b.most, has ? values[row] : b.most);
            }
        }
        found[begin / chunk] = b;
    });
    Bounds all;
    for (const Bounds& b : found) {
        all.least = std::min(all.least, b.least);
        all.most = std::max(all.most, b.most);
    }
    const bool any = all.least <= all.most;
    series.least = any ? all.least : 0;
    series.most = any ? all.most : 0;
}

Series bind_numbers(const std::string& name, const Column& column, const std::optional<Points>& least,
                    const std::optional<Points>& most, IssueLog& log, const Pace& pace) {
    Series series{name, column, {}, 0, 0};
    switch (column.type()) {
        case ColumnType::points:
            series.column = numbers_from_points(series, column, log);
            break;
        case ColumnType::integer:
            break;
        case ColumnType::real:
            series.column = numbers_from_reals(series, column, log);
            break;
        case ColumnType::text:
            series.column = numbers_from_text(series, column, log);
            break;
        default:
            wrong_column_type(name, column, Text::marks_column);
    }
    measure(series, pace);
    const std::int64_t low = least ? bound_at(*least, series.scale(), RoundingMode::up) : series.least;
    const std::int64_t high = most ? bound_at(*most, series.scale(), RoundingMode::down) : series.most;
    if (series.least < low || series.most > high) {
        const auto values = series.column.integers();
        for (std::size_t row = 0; row < values.size(); ++row) {
            if (series.column.is_null(row)) continue;
            if (values[row] < low) reject(series, log, Code::below_minimum, row, column.str(row), {*least});
            if (values[row] > high) reject(series, log, Code::above_maximum, row, column.str(row), {*most});
        }
        const Column& c = series.column;
        series.column = Column::points(Buffer<std::int64_t>{std::make_shared<Column>(c), c.integers()},
                                       c.scale(), without_unusable(series, c));
        measure(series, pace);
    }
    return series;
}

namespace {

/// Each part by a dictionary of its own; merged in the order of the parts they are what one pass would make.
Column coded_texts(const Column& text, const Pace& pace) {
    const std::size_t rows = text.size();
    const std::size_t chunk = std::max<std::size_t>(65'536, (rows + pace.workers() - 1) / pace.workers());
    Array<std::int32_t> made{rows};
    std::vector<std::unique_ptr<Dictionary>> parts((rows + chunk - 1) / chunk);
    parallel(rows, chunk, pace, [&](std::size_t begin, std::size_t end) {
        auto own = std::make_unique<Dictionary>();
        const auto take = [&](std::size_t i, std::uint32_t code) {
            made[begin + i] = static_cast<std::int32_t>(code);
        };
        if (text.validity().all()) {
            own->insert_all(
                end - begin, [&](std::size_t i) { return text.text(begin + i); }, take);
        } else {
            for (std::size_t row = begin; row < end; ++row) {
                if (text.is_null(row))
                    made[row] = 0;
                else
                    take(row - begin, own->insert(text.text(row)).first);
            }
        }
        parts[begin / chunk] = std::move(own);
    });
    if (parts.empty()) parts.push_back(std::make_unique<Dictionary>());
    Dictionary& all = *parts.front();
    std::vector<std::vector<std::int32_t>> recoded(parts.size());
    for (std::size_t p = 1; p < parts.size(); ++p) {
        for (std::uint32_t i = 0; i < parts[p]->size(); ++i)
            recoded[p].push_back(static_cast<std::int32_t>(all.insert((*parts[p])[i]).first));
    }
    parallel(rows, chunk, pace, [&](std::size_t begin, std::size_t end) {
        const auto& code = recoded[begin / chunk];
        if (code.empty()) return;
        for (std::size_t row = begin; row < end; ++row) made[row] = code[static_cast<std::size_t>(made[row])];
    });
    return Column::categories(buffer(std::move(made)), all.take(), text.validity());
}

/// Integers in a narrow range: which there are, by a table of the range. Empty if the range is wide.
std::optional<Column> coded_integers(const Column& column, const Pace& pace) {
    Series series{{}, column, {}, 0, 0};
    measure(series, pace);
    const std::size_t rows = column.size();
    const auto span = static_cast<std::uint64_t>(series.most) - static_cast<std::uint64_t>(series.least) + 1;
    if (span == 0 || span > 4 * rows + 1024) return std::nullopt;
    const auto values = column.integers();
    std::vector<std::int32_t> code(span, -1);
    for (std::size_t row = 0; row < rows; ++row) {
        if (!column.is_null(row)) code[static_cast<std::uint64_t>(values[row] - series.least)] = 0;
    }
    std::vector<std::string> names;
    for (std::uint64_t i = 0; i < span; ++i) {
        if (code[i] < 0) continue;
        code[i] = static_cast<std::int32_t>(names.size());
        names.push_back(std::to_string(series.least + static_cast<std::int64_t>(i)));
    }
    Array<std::int32_t> made{rows};
    parallel(rows, std::size_t{1} << 17, pace, [&](std::size_t begin, std::size_t end) {
        for (std::size_t row = begin; row < end; ++row) {
            made[row] =
                column.is_null(row) ? 0 : code[static_cast<std::uint64_t>(values[row] - series.least)];
        }
    });
    return Column::categories(buffer(std::move(made)), Strings{names}, column.validity());
}

}  // namespace

Column dictionary_coded(const std::string& name, const Column& column, const Pace& pace) {
    if (column.has_dictionary()) return column;
    if (column.type() == ColumnType::integer) {
        if (auto coded = coded_integers(column, pace)) return *std::move(coded);
    }
    return coded_texts(as_text(name, column), pace);
}

std::shared_ptr<const KeyIndex> keys_of(const std::string& name, const Column& column, const Pace& pace) {
    if (column.index()) return column.index();
    if (column.type() != ColumnType::text && column.type() != ColumnType::integer) {
        wrong_column_type(name, column, Text::text_column);
    }
    return std::make_shared<const KeyIndex>(column, pace);
}

Column as_text(const std::string& name, const Column& column) {
    if (column.type() == ColumnType::text) return column;
    if (column.type() != ColumnType::integer) wrong_column_type(name, column, Text::text_column);
    std::vector<std::int64_t> offsets{0};
    std::vector<char> bytes;
    offsets.reserve(column.size() + 1);
    for (std::size_t row = 0; row < column.size(); ++row) {
        char digits[24];
        const auto end = std::to_chars(digits, digits + sizeof digits, column.integers()[row]);
        if (!column.is_null(row)) bytes.insert(bytes.end(), digits, end.ptr);
        offsets.push_back(static_cast<std::int64_t>(bytes.size()));
    }
    return Column::texts(Strings{Buffer<std::int64_t>{std::move(offsets)}, Buffer<char>{std::move(bytes)}},
                         column.validity());
}

Series bind_categories(const std::string& name, const Column& column, const std::vector<std::string>& values,
                       IssueLog& log, const Pace& pace) {
    Series series{name, dictionary_coded(name, column, pace), {}, 0, 0};
    if (values.empty()) return series;
    std::vector<bool> allowed(series.column.strings().size());
    for (std::size_t code = 0; code < allowed.size(); ++code) {
        allowed[code] =
            std::find(values.begin(), values.end(), series.column.strings()[code]) != values.end();
    }
    if (std::find(allowed.begin(), allowed.end(), false) == allowed.end()) return series;
    const std::string list = joined(values);
    for (std::size_t row = 0; row < series.column.size(); ++row) {
        if (series.column.is_null(row) || allowed[static_cast<std::size_t>(series.column.codes()[row])])
            continue;
        reject(series, log, Code::value_not_allowed, row, std::string{series.column.text(row)}, {list});
    }
    return series;
}

Series bind_booleans(const std::string& name, const Column& column, IssueLog& log) {
    Series series{name, column, {}, 0, 0};
    if (column.type() == ColumnType::boolean) return series;
    if (column.type() != ColumnType::integer && column.type() != ColumnType::text) {
        wrong_column_type(name, column, Text::boolean_column);
    }
    std::vector<std::uint8_t> flags(column.size());
    for (std::size_t row = 0; row < column.size(); ++row) {
        if (column.is_null(row)) continue;
        const std::string word = column.str(row);
        if (word == "true" || word == "1")
            flags[row] = 1;
        else if (word != "false" && word != "0")
            reject(series, log, Code::not_a_boolean, row, word);
    }
    series.column =
        Column::booleans(Buffer<std::uint8_t>{std::move(flags)}, without_unusable(series, column));
    return series;
}

Series bind_dates(const std::string& name, const Column& column, IssueLog& log) {
    Series series{name, column, {}, 0, 0};
    if (column.type() == ColumnType::date) return series;
    if (column.type() != ColumnType::text) wrong_column_type(name, column, Text::date_column);
    std::vector<std::int32_t> days(column.size());
    for (std::size_t row = 0; row < column.size(); ++row) {
        if (column.is_null(row)) continue;
        if (const auto date = parse_date(column.text(row))) {
            days[row] = static_cast<std::int32_t>(std::chrono::sys_days{*date}.time_since_epoch().count());
        } else {
            reject(series, log, Code::not_a_date, row, std::string{column.text(row)});
        }
    }
    series.column = Column::dates(Buffer<std::int32_t>{std::move(days)}, without_unusable(series, column));
    return series;
}

Series in_byte_order(Series series) {
    const Strings& strings = series.column.strings();
    std::vector<std::int32_t> order(strings.size()), place(strings.size());
    std::iota(order.begin(), order.end(), 0);
    const auto text = [&](std::int32_t code) { return strings[static_cast<std::size_t>(code)]; };
    std::sort(order.begin(), order.end(), [&](auto a, auto b) { return text(a) < text(b); });
    std::vector<std::string> sorted;  // a dictionary may hold a text twice: both have one place
    for (const std::int32_t code : order) {
        if (sorted.empty() || sorted.back() != text(code)) sorted.emplace_back(text(code));
        place[static_cast<std::size_t>(code)] = static_cast<std::int32_t>(sorted.size()) - 1;
    }
    std::vector<std::int32_t> codes(series.column.size(), 0);
    for (std::size_t row = 0; row < codes.size(); ++row) {
        if (!series.column.is_null(row))
            codes[row] = place[static_cast<std::size_t>(series.column.codes()[row])];
    }
    series.column =
        Column::categories(Buffer<std::int32_t>{std::move(codes)}, Strings{sorted}, series.column.validity());
    return series;
}

namespace {

/// The column with its nulls filled; rows that could not be used stay null.
template <class T, class Make>
Column filled(const Series& series, std::type_identity_t<std::span<const T>> values, T fallback, Make make) {
    std::vector<T> all(values.begin(), values.end());
    for (std::size_t row = 0; row < all.size(); ++row) {
        if (series.column.is_null(row) && !series.is_unusable(row)) all[row] = fallback;
    }
    std::vector<bool> has_value(all.size());
    for (std::size_t row = 0; row < all.size(); ++row) has_value[row] = !series.is_unusable(row);
    return make(Buffer<T>{std::move(all)}, Validity{has_value});
}

}  // namespace

Series bind_fact(const Fact& fact, const Column& column, IssueLog& log, const Pace& pace) {
    if (fact.type == FactType::category) {
        Series series = bind_categories(fact.name, column, fact.values, log, pace);
        if (!fact.fallback || series.column.null_count() == 0) return series;
        const auto& word = std::get<std::string>(*fact.fallback);
        std::vector<std::string> words;
        for (std::size_t i = 0; i < series.column.strings().size(); ++i) {
            words.emplace_back(series.column.strings()[i]);
        }
        const auto found = std::find(words.begin(), words.end(), word);
        const auto code = static_cast<std::int32_t>(found - words.begin());
        if (found == words.end()) words.push_back(word);
        series.column =
            filled<std::int32_t>(series, series.column.codes(), code, [&](auto codes, auto validity) {
                return Column::categories(std::move(codes), Strings{words}, std::move(validity));
            });
        return series;
    }
    if (fact.type == FactType::boolean) {
        Series series = bind_booleans(fact.name, column, log);
        if (fact.fallback) {
            series.column = filled<std::uint8_t>(
                series, series.column.booleans(), std::uint8_t{std::get<bool>(*fact.fallback)},
                [](auto flags, auto validity) {
                    return Column::booleans(std::move(flags), std::move(validity));
                });
        }
        return series;
    }
    if (fact.type == FactType::date) {
        Series series = bind_dates(fact.name, column, log);
        if (fact.fallback) {
            const auto day = std::get<std::chrono::sys_days>(*fact.fallback).time_since_epoch().count();
            series.column = filled<std::int32_t>(series, series.column.codes(),
                                                 static_cast<std::int32_t>(day), Column::dates);
        }
        return series;
    }
    Series series = bind_numbers(fact.name, column, std::nullopt, std::nullopt, log, pace);
    if (fact.type == FactType::integer && series.scale() > 0) {
        const auto unit = power_of_ten(series.scale());
        for (std::size_t row = 0; row < series.column.size(); ++row) {
            if (!series.column.is_null(row) && series.column.integers()[row] % unit != 0) {
                reject(series, log, Code::not_an_integer, row, column.str(row));
            }
        }
        series.column = Column::points(
            Buffer<std::int64_t>{std::make_shared<Column>(series.column), series.column.integers()},
            series.scale(), without_unusable(series, series.column));
    }
    if (fact.fallback) {
        const Points& fallback = std::get<Points>(*fact.fallback);
        const int scale = std::max(series.scale(), fallback.scale());
        const auto lift = power_of_ten(scale - series.scale());
        std::vector<std::int64_t> lifted(series.column.integers().begin(), series.column.integers().end());
        for (auto& value : lifted) value *= lift;
        series.column =
            filled<std::int64_t>(series, std::span<const std::int64_t>{lifted},
                                 fallback.units_at(scale).value_or(0), [&](auto units, auto validity) {
                                     return Column::points(std::move(units), scale, std::move(validity));
                                 });
        measure(series, pace);
    }
    return series;
}

}  // namespace recruit::detail
