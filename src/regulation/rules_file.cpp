// The text of a regulation or a standard: reading, what is no TOML, digest.

#include "regulation/rules_file.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "base/bytes.hpp"
#include "base/sha256.hpp"

namespace recruit::detail {

namespace {

/// Far above any regulation; below what would make the parser and a list of all errors costly.
constexpr std::size_t max_regulation_bytes = std::size_t{128} << 10;

[[noreturn]] void refuse(Code code, std::vector<Argument> arguments, std::string_view file,
                         std::optional<std::int64_t> line = {}) {
    Issue issue;
    issue.code = code;
    issue.file = std::string{file};
    issue.line = line;
    issue.arguments = std::move(arguments);
    throw InvalidRegulation{Issues{std::move(issue)}};
}

/// Where a text has what TOML has no place for: a control character, or, outside strings and comments, a
/// letter beyond ASCII (`name = điểm`) or a brace in brackets (`[1, }`). `text.size()` if nowhere before the
/// end or before what toml++ refuses by itself.
std::size_t find_not_toml(std::string_view text) {
    const auto is_control = [](char c) {
        return (static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7F;
    };
    const auto begins_key = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
               c == '-' || c == '"' || c == '\'';
    };
    // A string that begins inside a word (`x = 0"đ"`) is looked at letter by letter as if it were none.
    const auto inside_word = [&](std::size_t i) {
        return i > 0 && (begins_key(text[i - 1]) || text[i - 1] == '.' || text[i - 1] == '+');
    };
    const auto after_blanks = [&](std::size_t i) {
        return std::min(text.find_first_not_of(" \t", i), text.size());
    };
    std::string open;         // brackets in values that are not closed
    bool line_begins = true;  // only blanks so far
    char quote = 0;           // of the string we are in; '#' in a comment
    bool several_lines = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (is_control(c)) return i;
        const bool tripled = i + 2 < text.size() && text[i + 1] == c && text[i + 2] == c;
        if (quote == 0) {
            if ((c & 0x80) != 0) return i;
            if (c == '[' && open.empty() && line_begins) {
                // The head of a table, which begins with a key.
                std::size_t key = after_blanks(i + 1);
                if (key < text.size() && text[key] == '[') key = after_blanks(key + 1);
                if (key == text.size() || !begins_key(text[key])) return std::min(key, text.size() - 1);
            }
            if (c == '[' || c == '{') open += c;
            if ((c == ']' || c == '}') && !open.empty()) {
                if (c == '}' && open.back() == '[') return i;
                open.pop_back();
            }
            line_begins = c == '\n' || (line_begins && (c == ' ' || c == '\t' || c == '\r'));
            if (c == '#' || c == '"' || c == '\'') {
                if (c != '#' && inside_word(i)) return i;
                quote = c;
                several_lines = c != '#' && tripled;
                if (several_lines) i += 2;
            }
        } else if (c == '\n' && !several_lines) {
            if (quote != '#') return text.size();  // a string that is not closed
            quote = 0;
            line_begins = true;
        } else if (c == '\\' && quote == '"') {
            ++i;
            if (i < text.size() && is_control(text[i])) return i;
        } else if (c == quote && quote != '#' && (!several_lines || tripled)) {
            if (several_lines) {
                i += 2;
                // Up to two quotes may stand before the three that end it.
                for (int more = 0; more < 2 && i + 1 < text.size() && text[i + 1] == quote; ++more) ++i;
            }
            quote = 0;
        }
    }
    return text.size();
}

/// What toml++ is not shown: a text of any size, and what its version 3.3 has no defined behaviour for.
void check_text(std::string_view text, std::string_view file) {
    if (text.size() > max_regulation_bytes)
        refuse(Code::file_too_large, {std::string{file}, std::to_string(max_regulation_bytes)}, file);
    const std::size_t begin = text.starts_with(utf8_bom) ? utf8_bom.size() : 0;
    const std::size_t at = begin + find_not_toml(text.substr(begin));
    if (at == text.size()) return;
    std::string what = "control character 0x";
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte == '"' || byte == '\'') {
        what = std::string{text[at]} + " inside a word";
    } else if (byte == '}') {
        what = "\"}\" that closes nothing";
    } else if (byte > 0x20 && byte < 0x7F) {
        what = std::string{"\""} + text[at] + "\" where the head of a table has a key";
    } else if (byte == '\n' || byte == '\r' || byte == ' ' || byte == '\t') {
        what = "the head of a table has no key";
    } else if (byte >= 0x80) {
        std::size_t end = at + 1;
        while (end < text.size() && (text[end] & 0xC0) == 0x80) ++end;
        const std::string_view letter = text.substr(at, end - at);
        what = find_not_utf8(letter) == letter.size() ? "\"" + std::string{letter} + "\" outside quotes"
                                                      : std::string{"bytes that are not UTF-8"};
    } else {
        constexpr std::string_view digits = "0123456789ABCDEF";
        what += digits[byte >> 4];
        what += digits[byte & 15];
    }
    refuse(Code::toml_syntax, {std::move(what)}, file,
           1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
}

}  // namespace

std::string read_rules_file(const std::filesystem::path& path) {
    std::ifstream file{path, std::ios::binary};
    std::ostringstream text;
    if (file) text << file.rdbuf();
    if (!file) {
        std::error_code reason;
        const auto status = std::filesystem::status(path, reason);
        const bool there = std::filesystem::exists(status);
        const bool folder = std::filesystem::is_directory(status);
        throw InvalidRegulation{Code::file_unreadable,
                                {path.string(), folder  ? Text::file_is_folder
                                                : there ? Text::file_not_opened
                                                        : Text::file_is_missing}};
    }
    return text.str();
}

toml::table parse_rules(std::string_view text, std::string_view file) {
    check_text(text, file);
    try {
        return toml::parse(text, file);
    } catch (const toml::parse_error& error) {
        Issue issue;
        issue.code = Code::toml_syntax;
        issue.file = std::string{file};
        issue.line = error.source().begin.line;
        issue.arguments = {std::string{error.description()}};
        throw InvalidRegulation{Issues{issue}};
    }
}

RulesText finish_rules(Document& document, std::string_view text) {
    if (!document.issues().empty()) {
        std::stable_sort(
            document.issues().begin(), document.issues().end(),
            [](const Issue& a, const Issue& b) { return a.line.value_or(0) < b.line.value_or(0); });
        throw InvalidRegulation{std::move(document.issues())};
    }
    auto& lines = document.lines();
    std::sort(lines.begin(), lines.end());
    RulesText result;
    for (const std::string& line : lines) result.canonical += line;
    result.digest = sha256_hex(result.canonical);
    result.toml = std::string{text};
    return result;
}

}  // namespace recruit::detail
