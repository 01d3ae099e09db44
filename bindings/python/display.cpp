// Short displays of selections and tables, as text and as HTML.

#include "bind.hpp"

#include <algorithm>

#include <recruit/base/display.hpp>
#include <recruit/scoring/standing.hpp>

namespace recruit::python {

namespace {

constexpr std::size_t rows_shown = 10;
constexpr std::size_t columns_shown = 12;

Display display_of(const Selection& selection, Language language) {
    const auto number = [language](const std::optional<Points>& points) {
        return points ? points->str(0, language == Language::vi ? ',' : '.') : std::string{};
    };
    const auto word = [language](const char* key) { return say(key, {}, language); };
    const Regulation& rules = selection.regulation();
    Display display;
    display.title =
        say("show_selection", {rules.title(), rules.id(), std::to_string(selection.size())}, language);
    display.grid = {{word("show_rank"), word("show_application"), word("show_position"), word("show_total"),
                     word("show_standing")}};
    display.is_number = {true, false, false, true, false};
    const std::size_t shown = std::min(rows_shown, selection.size());
    for (std::size_t place = 0; place < shown; ++place) {
        const SelectionRow row = selection.row(selection.order()[place]);
        display.grid.push_back({number(row.rank), row.application, row.position, number(row.total),
                                std::string{label(row.standing, language)}});
    }
    if (shown < selection.size()) {
        display.below.push_back(say("show_more", {std::to_string(selection.size() - shown)}, language));
    }
    std::string counts;
    const auto numbers = selection.counts();
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        if (numbers[i] == 0) continue;
        counts += (counts.empty() ? "" : " · ") + std::string{label(static_cast<Standing>(i), language)} +
                  ": " + std::to_string(numbers[i]);
    }
    if (!counts.empty()) display.below.push_back(counts);
    const Issues& issues = selection.issues();
    display.below.push_back(issues.empty()
                                ? word("show_no_issues")
                                : say("show_issues",
                                      {std::to_string(issues.size()), std::to_string(count_errors(issues))},
                                      language));
    return display;
}

Display display_of(const Table& table) {
    Display display;
    display.title = say("show_table", {std::to_string(table.rows()), std::to_string(table.width())});
    const std::size_t columns = std::min(columns_shown, table.width());
    const std::size_t shown = std::min(rows_shown, table.rows());
    display.grid.resize(shown + 1);
    for (std::size_t c = 0; c < columns; ++c) {
        const auto& [name, column] = table.columns()[c];
        display.is_number.push_back(column.type() == ColumnType::points ||
                                    column.type() == ColumnType::integer ||
                                    column.type() == ColumnType::real);
        display.grid[0].push_back(name);
        for (std::size_t row = 0; row < shown; ++row) display.grid[row + 1].push_back(column.str(row));
    }
    if (columns < table.width()) {
        display.is_number.push_back(false);
        for (auto& line : display.grid) line.emplace_back("…");
    }
    if (shown < table.rows())
        display.below.push_back(say("show_more", {std::to_string(table.rows() - shown)}));
    return display;
}

}  // namespace

std::string summary(const Selection& selection, Language language) {
    return display_of(selection, language).text();
}
std::string html(const Selection& selection, Language language) {
    return display_of(selection, language).html();
}
std::string summary(const Table& table) { return display_of(table).text(); }
std::string html(const Table& table) { return display_of(table).html(); }

}  // namespace recruit::python
