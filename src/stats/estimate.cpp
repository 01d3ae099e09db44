#include <recruit/stats/estimate.hpp>

#include <algorithm>
#include <cmath>

#include <recruit/base/error.hpp>

#include "base/join.hpp"
#include "stats/columns.hpp"
#include "stats/writing.hpp"

namespace recruit::stats {

using namespace detail;

namespace {

std::string title_of(const std::string& subject, Word quantity, Language language) {
    const std::string label{quantity.label(language)};
    return subject.empty() ? label : label + " (" + subject + ")";
}

std::string value_words(const Estimate& estimate, Language language) {
    if (estimate.value) return number(*estimate.value, language);
    if (estimate.reason)
        return say(Text::stats_show_cannot_tell, {std::string{sentence(*estimate.reason, language)}},
                   language);
    return {};
}

std::string interval_words(const Interval& interval, Language language) {
    return say(Text::stats_show_interval,
               {percent(interval.level, language), number(interval.lower, language),
                number(interval.upper, language), std::string{interval.method.label(language)}},
               language);
}

/// What is below one result: the count, the method, conventions and notes.
template <class Result>
std::vector<std::string> remarks(const Result& result, Language language) {
    std::vector<std::string> below{say(Text::stats_show_n, {std::to_string(result.n)}, language)};
    if (result.method != Word{})
        below.push_back(say(Text::stats_show_method, {std::string{result.method.label(language)}}, language));
    add_remarks(below, result.dropped, result.conventions, result.notes, language);
    return below;
}

std::int64_t total(const std::vector<Dropped>& dropped) {
    std::int64_t n = 0;
    for (const auto& entry : dropped) n += entry.n;
    return n;
}

std::string names_of(const std::vector<Word>& words) {
    return recruit::detail::joined(words, &Word::name, " ");
}

std::optional<std::string> named(const std::optional<NotEstimable>& reason) {
    if (!reason) return std::nullopt;
    return std::string{to_string(*reason)};
}

}  // namespace

ConfidenceLevel::ConfidenceLevel(double level) : level_{level} {
    if (!(level > 0 && level < 1)) throw Error{Code::stats_bad_level, {number(level, Language::en)}};
}

std::string Note::str(Language language) const {
    std::vector<Argument> filled;
    for (const auto& argument : arguments) {
        if (const auto* whole = std::get_if<std::int64_t>(&argument))
            filled.emplace_back(std::to_string(*whole));
        if (const auto* real = std::get_if<double>(&argument)) filled.emplace_back(number(*real, language));
        if (const auto* words = std::get_if<std::string>(&argument)) filled.emplace_back(*words);
    }
    return say(key.key(), std::move(filled), language);
}

Display Estimate::display(Language language) const {
    Display display;
    display.title = title_of(subject, quantity, language) + ": " + value_words(*this, language);
    if (interval) display.title += "; " + interval_words(*interval, language);
    if (standard_error)
        display.below.push_back(
            say(Text::stats_show_standard_error, {number(*standard_error, language)}, language));
    if (no_interval)
        display.below.push_back(
            say(Text::stats_show_no_interval, {std::string{sentence(*no_interval, language)}}, language));
    const auto rest = remarks(*this, language);
    display.below.insert(display.below.end(), rest.begin(), rest.end());
    return display;
}

std::string Estimate::str(Language language) const { return display(language).text(); }
Table Estimate::to_table() const { return stats::to_table(std::span{this, 1}); }

Display Test::display(Language language) const {
    Display display;
    display.title = title_of(subject, hypothesis, language) + ": ";
    if (p_value) {
        display.title += p_words(*p_value, language);
    } else if (reason) {
        display.title +=
            say(Text::stats_show_cannot_tell, {std::string{sentence(*reason, language)}}, language);
    }
    std::string line;
    if (statistic) line = say(Text::stats_show_statistic, {number(*statistic, language)}, language);
    const auto degrees = [&](double of) { return number(of, language); };
    if (df) {
        const std::string both = df2 ? degrees(*df) + ", " + degrees(*df2) : degrees(*df);
        recruit::detail::add_item(line, say(Text::stats_show_df, {both}, language));
    }
    if (!line.empty()) display.below.push_back(line);
    const auto rest = remarks(*this, language);
    display.below.insert(display.below.end(), rest.begin(), rest.end());
    return display;
}

std::string Test::str(Language language) const { return display(language).text(); }
Table Test::to_table() const { return stats::to_table(std::span{this, 1}); }

const Estimate& Estimates::at(std::string_view subject, std::string_view quantity) const {
    for (const Estimate& row : rows)
        if (row.subject == subject && (quantity.empty() || row.quantity.name() == quantity)) return row;
    const auto name_of = [](const Estimate& row) {
        return row.subject + "/" + std::string{row.quantity.name()};
    };
    throw Error{Code::unknown_value,
                {std::string{subject} + "/" + std::string{quantity}, recruit::detail::joined(rows, name_of)}};
}

Display Estimates::display(Language language) const {
    Display display;
    display.longest_cell = 120;
    display.title = std::string{title.label(language)};
    const auto word = [language](Text key) { return std::string{text(key, language)}; };
    display.grid = {{word(Text::stats_col_subject), word(Text::stats_col_quantity),
                     word(Text::stats_col_value), word(Text::stats_col_interval), word(Text::stats_col_n),
                     word(Text::stats_col_remark)}};
    display.is_number = {false, false, true, false, true, false};
    std::vector<std::string> shared;  // remarks that several rows have are said once
    for (const Estimate& row : rows) {
        std::string interval;
        if (row.interval)
            interval = number(row.interval->lower, language) + " – " + number(row.interval->upper, language);
        std::string remark;
        if (row.reason) remark = sentence(*row.reason, language);
        display.grid.push_back({row.subject, std::string{row.quantity.label(language)},
                                row.value ? number(*row.value, language) : "", interval,
                                std::to_string(row.n), remark});
        std::vector<std::string> below;
        if (row.interval) {
            below.push_back(percent(row.interval->level, language) +
                            "%: " + std::string{row.interval->method.label(language)});
        }
        add_remarks(below, row.dropped, row.conventions, row.notes, language);
        for (auto& line : below) {
            if (std::find(shared.begin(), shared.end(), line) == shared.end()) shared.push_back(line);
        }
    }
    display.below = std::move(shared);
    for (const Note& note : notes) display.below.push_back(note.str(language));
    return display;
}

std::string Estimates::str(Language language) const { return display(language).text(); }
Table Estimates::to_table() const { return stats::to_table(rows); }

Table to_table(std::span<const Estimate> estimates) {
    using OptionalText = std::optional<std::string>;
    using OptionalReal = std::optional<double>;
    const auto of = [&](std::size_t i) -> const Estimate& { return estimates[i]; };
    const auto limit = [&](std::size_t i, double Interval::*which) {
        return of(i).interval ? OptionalReal{(*of(i).interval).*which} : std::nullopt;
    };
    Columns columns{estimates.size()};
    columns.text("subject", [&](std::size_t i) { return OptionalText{of(i).subject}; });
    columns.text("quantity", [&](std::size_t i) { return OptionalText{of(i).quantity.name()}; });
    columns.real("value", [&](std::size_t i) { return of(i).value; });
    columns.text("reason", [&](std::size_t i) { return named(of(i).reason); });
    columns.real("standard_error", [&](std::size_t i) { return of(i).standard_error; });
    columns.real("lower", [&](std::size_t i) { return limit(i, &Interval::lower); });
    columns.real("upper", [&](std::size_t i) { return limit(i, &Interval::upper); });
    columns.real("level", [&](std::size_t i) { return limit(i, &Interval::level); });
    columns.text("interval", [&](std::size_t i) {
        return of(i).interval ? OptionalText{of(i).interval->method.name()} : std::nullopt;
    });
    columns.whole("n", [&](std::size_t i) { return of(i).n; });
    columns.whole("dropped", [&](std::size_t i) { return total(of(i).dropped); });
    columns.text("method", [&](std::size_t i) { return OptionalText{of(i).method.name()}; });
    columns.text("conventions", [&](std::size_t i) { return OptionalText{names_of(of(i).conventions)}; });
    return columns.table;
}

Table to_table(std::span<const Test> tests) {
    using OptionalText = std::optional<std::string>;
    const auto of = [&](std::size_t i) -> const Test& { return tests[i]; };
    Columns columns{tests.size()};
    columns.text("subject", [&](std::size_t i) { return OptionalText{of(i).subject}; });
    columns.text("hypothesis", [&](std::size_t i) { return OptionalText{of(i).hypothesis.name()}; });
    columns.real("statistic", [&](std::size_t i) { return of(i).statistic; });
    columns.real("df", [&](std::size_t i) { return of(i).df; });
    columns.real("df2", [&](std::size_t i) { return of(i).df2; });
    columns.real("p_value", [&](std::size_t i) { return of(i).p_value; });
    columns.text("reason", [&](std::size_t i) { return named(of(i).reason); });
    columns.whole("n", [&](std::size_t i) { return of(i).n; });
    columns.whole("dropped", [&](std::size_t i) { return total(of(i).dropped); });
    columns.text("method", [&](std::size_t i) { return OptionalText{of(i).method.name()}; });
    columns.text("conventions", [&](std::size_t i) { return OptionalText{names_of(of(i).conventions)}; });
    return columns.table;
}

}  // namespace recruit::stats
