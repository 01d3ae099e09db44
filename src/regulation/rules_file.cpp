// The text of a regulation or a standard: reading, what is no TOML, digest.

#include "regulation/rules_file.hpp"

#include <algorithm>

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

/// How letters of the last plane of Unicode begin. While toml++ reads, what is beyond ASCII stands there:
/// whether some of the letters before are blanks, as "đ", its version 3.3 asks in a way that has no defined
/// behaviour.
constexpr char last_plane = '\xF4';

/// `text` is UTF-8 without letters of that plane.

std::string to_last_plane(std::string_view text) {
    std::string result;
    result.reserve(text.size() * 2);
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t size = byte(i) < 0x80 ? 1 : byte(i) < 0xE0 ? 2 : byte(i) < 0xF0 ? 3 : 4;
        if (size == 2 || size == 3) {
            const unsigned letter =
                size == 2 ? (byte(i) & 0x1FU) << 6 | (byte(i + 1) & 0x3FU)
                          : (byte(i) & 0x0FU) << 12 | (byte(i + 1) & 0x3FU) << 6 | (byte(i + 2) & 0x3FU);
            result += last_plane;
            for (const unsigned shift : {12U, 6U, 0U})
                result += static_cast<char>(0x80U | (letter >> shift & 0x3FU));
        } else {
            result += text.substr(i, size);
        }
        i += size;
    }
    return result;
}

std::string from_last_plane(std::string_view text) {
    std::string result;
    result.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != last_plane) {
            result += text[i];
            continue;
        }
        unsigned letter = 0;
        for (int more = 0; more < 3; ++more)
            letter = letter << 6 | (static_cast<unsigned char>(text[++i]) & 0x3FU);
        if (letter < 0x800) {
            result += static_cast<char>(0xC0U | letter >> 6);
        } else {
            result += static_cast<char>(0xE0U | letter >> 12);
            result += static_cast<char>(0x80U | (letter >> 6 & 0x3FU));
        }
        result += static_cast<char>(0x80U | (letter & 0x3FU));
    }
    return result;
}

/// All keys and strings below `node`, back to the letters they were written with.
void bring_letters_back(toml::node& node) {
    if (auto* string = node.as_string()) {
        if (string->get().find(last_plane) != std::string::npos)
            string->get() = from_last_plane(string->get());
    } else if (auto* array = node.as_array()) {
        for (toml::node& element : *array) bring_letters_back(element);
    } else if (auto* table = node.as_table()) {
        std::vector<std::string> lifted;
        for (auto&& [key, value] : *table) {
            bring_letters_back(value);
            if (key.str().find(last_plane) != std::string_view::npos) lifted.emplace_back(key.str());
        }
        for (const std::string& key : lifted) {
            const auto at = table->find(key);
            at->second.visit([&](auto& value) {
                table->insert_or_assign(toml::key{from_last_plane(key), at->first.source()},
                                        std::move(value));
            });
            table->erase(key);
        }
    }
}

/// `what` and the line itself, up to 80 bytes of it, its control characters by number.
[[noreturn]] void refuse_line(std::string_view text, std::string_view file, std::int64_t line,
                              std::string what) {
    for (std::int64_t i = 1; i < line; ++i)
        text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
    constexpr std::string_view digits = "0123456789ABCDEF";
    constexpr std::size_t shown = 80;
    text = text.substr(0, text.find_first_of("\r\n"));
    const std::string_view whole = text;
    text = text.substr(0, shown);
    text = text.substr(0, find_not_utf8(text));
    if (!what.empty()) what += ": ";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x20 && byte != 0x7F) {
            what += c;
        } else {
            what += "\\u00";
            what += digits[byte >> 4];
            what += digits[byte & 15];
        }
    }
    if (text.size() < whole.size()) what += " ...";
    refuse(Code::toml_syntax, {std::move(what)}, file, line);
}

/// The line that toml++ goes wrong at: the first such that it does so in the text up to the end of that line.
std::int64_t meaningless_line(std::string_view text) {
    std::vector<std::size_t> ends;
    for (std::size_t i = 0; i < text.size(); ++i)
        if (text[i] == '\n') ends.push_back(i + 1);
    const auto line = std::partition_point(ends.begin(), ends.end(), [&](std::size_t end) {
        try {
            static_cast<void>(toml::parse(text.substr(0, end)));
        } catch (const toml::parse_error&) {
        } catch (const MeaninglessToml&) {
            return false;
        }
        return true;
    });
    return 1 + (line - ends.begin());
}

}  // namespace

std::string read_rules_file(const std::filesystem::path& path) {
    try {
        return read_bytes(path, max_regulation_bytes);
    } catch (const InvalidTable& unread) {
        throw InvalidRegulation{unread.issues()};
    }
}

toml::table parse_rules(std::string_view text, std::string_view file) {
    if (text.size() > max_regulation_bytes)
        refuse(Code::file_too_large, {std::string{file}, std::to_string(max_regulation_bytes)}, file);
    if (text.starts_with(utf8_bom)) text.remove_prefix(utf8_bom.size());
    const auto line_of = [&](std::size_t at) {
        return 1 + std::count(text.begin(), text.begin() + at, '\n');
    };
    if (const std::size_t at = find_not_utf8(text); at < text.size())
        refuse_line(text, file, line_of(at), "bytes that are not UTF-8");
    if (const std::size_t at = std::min(text.find(last_plane), text.find("\\U0010")); at < text.size())
        refuse_line(text, file, line_of(at), "a letter of Unicode's last plane");
    const std::string moved = to_last_plane(text);
    try {
        toml::table table = toml::parse(moved, file);
        bring_letters_back(table);
        return table;
    } catch (const toml::parse_error& error) {
        refuse_line(text, file, error.source().begin.line, from_last_plane(error.description()));
    } catch (const MeaninglessToml&) {
        refuse_line(text, file, meaningless_line(moved), "");
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
