// How curves are shown.

#include <optional>
#include <span>
#include <utility>

#include <recruit/base/error.hpp>
#include <recruit/stats/survival.hpp>

#include "base/join.hpp"
#include "base/keys.hpp"
#include "stats/columns.hpp"
#include "stats/writing.hpp"

namespace recruit::stats {

using namespace detail;

Display Curve::display(Language language) const {
    Display display;
    display.title = std::string{quantity.label(language)};
    if (!subject.empty()) display.title += " (" + subject + ")";
    if (!cause.empty()) display.title += ": " + cause;
    const auto word = [language](Text key) { return std::string{text(key, language)}; };
    if (reason) {
        display.below.push_back(
            say(Text::stats_show_cannot_tell, {std::string{sentence(*reason, language)}}, language));
    }
    display.grid = {{word(Text::stats_col_time), word(Text::stats_col_at_risk), word(Text::stats_col_ended),
                     word(Text::stats_col_censored), word(Text::stats_col_value),
                     word(Text::stats_col_interval)}};
    display.is_number = {true, true, true, true, true, false};
    constexpr std::size_t shown = 20;
    std::int64_t censored = 0;
    for (const CurveStep& step : steps) {
        censored += step.censored;
        if (step.ended == 0) continue;
        if (display.grid.size() > shown) {
            display.below.push_back(say(Text::stats_show_more_steps, {}, language));
            break;
        }
        const std::string limits = step.lower && step.upper
                                       ? number(*step.lower, language) + " – " + number(*step.upper, language)
                                       : std::string{};
        display.grid.push_back({number(step.time, language), std::to_string(step.at_risk),
                                std::to_string(step.ended), std::to_string(std::exchange(censored, 0)),
                                number(step.value, language), limits});
    }
    display.below.push_back(say(Text::stats_show_n, {std::to_string(n)}, language));
    display.below.push_back(percent(level, language) + "%: " + std::string{interval.label(language)});
    add_remarks(display.below, dropped, {}, notes, language);
    return display;
}

namespace {

Table table_of(std::span<const Curve> curves) {
    std::vector<std::pair<const Curve*, const CurveStep*>> steps;
    for (const Curve& curve : curves) {
        for (const CurveStep& step : curve.steps) steps.emplace_back(&curve, &step);
    }
    const auto step = [&](std::size_t i) -> const CurveStep& { return *steps[i].second; };
    Columns columns{steps.size()};
    columns.text("subject", [&](std::size_t i) { return std::optional{steps[i].first->subject}; });
    columns.text("cause", [&](std::size_t i) { return std::optional{steps[i].first->cause}; });
    columns.real("time", [&](std::size_t i) { return std::optional{step(i).time}; });
    columns.whole("at_risk", [&](std::size_t i) { return step(i).at_risk; });
    columns.whole("ended", [&](std::size_t i) { return step(i).ended; });
    columns.whole("censored", [&](std::size_t i) { return step(i).censored; });
    columns.real("value", [&](std::size_t i) { return std::optional{step(i).value}; });
    columns.real("standard_error", [&](std::size_t i) { return step(i).standard_error; });
    columns.real("lower", [&](std::size_t i) { return step(i).lower; });
    columns.real("upper", [&](std::size_t i) { return step(i).upper; });
    return columns.table;
}

}  // namespace

Table Curve::to_table() const { return table_of({this, 1}); }
Table Curves::to_table() const { return table_of(rows); }

const Curve& Curves::at(std::string_view subject, std::string_view cause) const {
    for (const Curve& curve : rows)
        if (curve.subject == subject && (cause.empty() || curve.cause == cause)) return curve;
    const auto name_of = [](const Curve& curve) { return curve.subject + "/" + curve.cause; };
    throw Error{Code::unknown_value,
                {std::string{subject} + "/" + std::string{cause}, recruit::detail::joined(rows, name_of)}};
}

Display Curves::display(Language language) const {
    Display display;
    display.title = std::string{title.label(language)};
    const auto word = [language](Text key) { return std::string{text(key, language)}; };
    display.grid = {{word(Text::stats_col_subject), word(Text::stats_col_cause), word(Text::stats_col_n),
                     word(Text::stats_col_ended), word(Text::stats_median_time),
                     word(Text::stats_col_interval), word(Text::stats_col_remark)}};
    display.is_number = {false, false, true, true, true, false, false};
    for (const Curve& curve : rows) {
        const Estimate median = curve.median(FlatQuantile::first);
        std::string limits;
        if (median.interval) {
            limits =
                number(median.interval->lower, language) + " – " + number(median.interval->upper, language);
        }
        display.grid.push_back({curve.subject, curve.cause, std::to_string(curve.n),
                                std::to_string(curve.ended),
                                median.value ? number(*median.value, language) : "", limits,
                                median.reason ? std::string{sentence(*median.reason, language)} : ""});
        for (const auto& [why, n] : curve.dropped) {
            display.below.push_back((curve.subject.empty() ? "" : curve.subject + ": ") +
                                    say(Text::stats_show_dropped,
                                        {std::to_string(n) + " (" + std::string{why.label(language)} + ")"},
                                        language));
        }
    }
    display.longest_cell = 120;
    display.below.push_back(
        say(Text::stats_show_conventions, {std::string{text(Text::stats_flat_first, language)}}, language));
    if (!rows.empty()) {
        display.below.push_back(percent(rows.front().level, language) +
                                "%: " + std::string{rows.front().interval.label(language)});
    }
    for (const Note& note : notes) display.below.push_back(note.str(language));
    return display;
}

}  // namespace recruit::stats
