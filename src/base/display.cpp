#include <recruit/base/display.hpp>

#include <algorithm>
#include <cstddef>

namespace recruit {

namespace {

constexpr std::size_t longest_title = 500;

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
std::string plain(std::string_view text, std::size_t longest) {
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

}  // namespace

std::string Display::text() const {
    std::string out = plain(title, longest_title) + "\n";
    std::vector<std::size_t> widths(grid.empty() ? 0 : grid.front().size());
    auto cells = grid;
    for (auto& line : cells) {
        for (std::size_t i = 0; i < line.size(); ++i) {
            line[i] = plain(line[i], longest_cell);
            widths[i] = std::max(widths[i], width(line[i]));
        }
    }
    for (const auto& line : cells) {
        std::string text;
        for (std::size_t i = 0; i < line.size(); ++i) {
            const std::string blanks(widths[i] - width(line[i]), ' ');
            text += "  " + (is_number[i] ? blanks + line[i] : line[i] + blanks);
        }
        text.erase(text.find_last_not_of(' ') + 1);
        out += text + "\n";
    }
    for (const auto& line : below) out += plain(line, longest_title) + "\n";
    out.pop_back();
    return out;
}

std::string Display::html() const {
    std::string out = "<div><p><strong>" + escaped(plain(title, longest_title)) + "</strong></p>";
    if (!grid.empty()) out += "<table>";
    for (std::size_t row = 0; row < grid.size(); ++row) {
        const std::string tag = row == 0 ? "th" : "td";
        out += row == 0 ? "<thead><tr>" : row == 1 ? "<tbody><tr>" : "<tr>";
        for (std::size_t i = 0; i < grid[row].size(); ++i) {
            out += "<" + tag +
                   (is_number[i] ? " style=\"text-align: right\">" : " style=\"text-align: left\">") +
                   escaped(plain(grid[row][i], longest_cell)) + "</" + tag + ">";
        }
        out += row == 0 ? "</tr></thead>" : "</tr>";
    }
    if (!grid.empty()) out += grid.size() > 1 ? "</tbody></table>" : "</table>";
    for (const auto& line : below) out += "<p>" + escaped(plain(line, longest_title)) + "</p>";
    return out + "</div>";
}

}  // namespace recruit
