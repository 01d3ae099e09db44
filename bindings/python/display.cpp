// Short displays of selections and tables, as text and as HTML: the same content, and no colours, so that
// they are readable on light and dark pages. Whatever comes from a file is escaped.

#include "bind.hpp"

#include <algorithm>

#include <recruit/scoring/standing.hpp>

namespace recruit::python {

namespace {

constexpr std::size_t rows_shown = 10;
constexpr std::size_t columns_shown = 12;

/// A title, a grid whose first line is its header, and lines below it.
struct Display {
    std::string title;
    std::vector<std::vector<std::string>> grid;
    std::vector<bool> is_number;
    std::vector<std::string> below;
};

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            case '\'':
                out += "&#39;";
                break;
            default:
                out += c;
        }
    }
    return out;
}

/// Without control characters, which a terminal would obey, and not too long.
std::string plain(std::string_view text, std::size_t longest = 40) {
    std::string out;
    std::size_t letters = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        const bool begins_letter = (c & 0xC0) != 0x80;
        if (begins_letter && ++letters > longest) return out + "…";
        const bool c1_control =
            c == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0;
        if (c < 0x20 || c == 0x7F) {
            out += "\uFFFD";
        } else if (c1_control) {
            out += "\uFFFD";
            ++i;
        } else {
            out += text[i];
        }
    }
    return out;
}

std::size_t width(std::string_view text) {  // in letters
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string as_text(const Display& display) {
    std::string out = plain(display.title, 500) + "\n";
    std::vector<std::size_t> widths(display.grid.front().size());
    auto grid = display.grid;
    for (auto& line : grid) {
        for (std::size_t i = 0; i < line.size(); ++i) {
            line[i] = plain(line[i]);
            widths[i] = std::max(widths[i], width(line[i]));
        }
    }
    for (const auto& line : grid) {
        std::string text;
        for (std::size_t i = 0; i < line.size(); ++i) {
            const std::string blanks(widths[i] - width(line[i]), ' ');
            text += "  " + (display.is_number[i] ? blanks + line[i] : line[i] + blanks);
        }
        text.erase(text.find_last_not_of(' ') + 1);
        out += text + "\n";
    }
    for (const auto& line : display.below) out += line + "\n";
    out.pop_back();
    return out;
}

std::string as_html(const Display& display) {
    std::string out = "<div><p><strong>" + escaped(plain(display.title, 500)) + "</strong></p><table>";
    for (std::size_t row = 0; row < display.grid.size(); ++row) {
        const std::string tag = row == 0 ? "th" : "td";
        out += row == 0 ? "<thead><tr>" : row == 1 ? "<tbody><tr>" : "<tr>";
        for (std::size_t i = 0; i < display.grid[row].size(); ++i) {
            out += "<" + tag +
                   (display.is_number[i] ? " style=\"text-align: right\">" : " style=\"text-align: left\">") +
                   escaped(plain(display.grid[row][i])) + "</" + tag + ">";
        }
        out += row == 0 ? "</tr></thead>" : "</tr>";
    }
    out += display.grid.size() > 1 ? "</tbody></table>" : "</table>";
    for (const auto& line : display.below) out += "<p>" + escaped(line) + "</p>";
    return out + "</div>";
}

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
    return as_text(display_of(selection, language));
}
std::string html(const Selection& selection, Language language) {
    return as_html(display_of(selection, language));
}
std::string summary(const Table& table) { return as_text(display_of(table)); }
std::string html(const Table& table) { return as_html(display_of(table)); }

}  // namespace recruit::python
