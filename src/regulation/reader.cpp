#include "regulation/reader.hpp"

#include <algorithm>
#include <charconv>

#include <recruit/base/calendar.hpp>

#include "base/join.hpp"

namespace recruit::detail {

namespace {

/// A person sees what the file holds, not a C++ type.
Text kind_of(const toml::node& node) {
    switch (node.type()) {
        case toml::node_type::string:
            return Text::a_text;
        case toml::node_type::integer:
            return Text::a_whole_number;
        case toml::node_type::floating_point:
            return Text::a_float;
        case toml::node_type::boolean:
            return Text::a_boolean;
        case toml::node_type::date:
            return Text::a_date;
        case toml::node_type::table:
            return Text::a_table;
        case toml::node_type::array:
            return Text::an_array;
        default:
            return Text::a_time;
    }
}

std::string shortest(double value) {
    char digits[64];
    const auto end = std::to_chars(digits, digits + sizeof digits, value, std::chars_format::fixed);
    return {digits, end.ptr};
}

/// U+0300..U+036F: the same word in composed and decomposed form would be two names.
bool has_combining_mark(std::string_view text) {
    for (std::size_t i = 0; i + 1 < text.size(); ++i) {
        const auto first = static_cast<unsigned char>(text[i]);
        const auto second = static_cast<unsigned char>(text[i + 1]);
        if (first == 0xCC || (first == 0xCD && second <= 0xAF)) return true;
    }
    return false;
}

std::string escaped(std::string_view value) {
    std::string out;
    for (const char c : value) {
        if (c == '\\')
            out += "\\\\";
        else if (c == '\n')
            out += "\\n";
        else if (c == '\t')
            out += "\\t";
        else
            out += c;
    }
    return out;
}

}  // namespace

void Document::error(const toml::node* node, std::string path, Code code, std::vector<Argument> arguments,
                     std::string value) {
    Issue issue;
    issue.code = code;
    issue.file = file_;
    if (node != nullptr && node->source().begin) issue.line = node->source().begin.line;
    issue.column = std::move(path);
    issue.value = std::move(value);
    issue.arguments = std::move(arguments);
    issues_.push_back(std::move(issue));
}

void Document::canonical(const std::string& path, const std::string& value) {
    lines_.push_back(path + '\t' + escaped(value) + '\n');
}

const toml::node* Reader::take(std::string_view key) {
    known_.emplace(key);
    return table_->get(key);
}

const toml::node* Reader::require(std::string_view key, std::string_view example) {
    const auto* node = take(key);
    if (node == nullptr) error(table_, {}, Code::missing_key, {std::string{key}, std::string{example}});
    return node;
}

void Reader::error(const toml::node* node, std::string_view key, Code code, std::vector<Argument> arguments,
                   std::string value) {
    document_->error(node, key.empty() ? path_ : path_of(key), code, std::move(arguments), std::move(value));
}

void Reader::wrong_type(const toml::node& node, std::string_view key, Text expected) {
    if (const auto* real = node.as_floating_point()) {
        const std::string number = shortest(real->get());
        error(&node, key, Code::float_in_regulation, {number}, number);
    } else {
        error(&node, key, Code::wrong_type, {kind_of(node), expected});
    }
}

std::optional<std::string> Reader::as_text(const toml::node& node, std::string_view key) {
    const auto* string = node.as_string();
    if (string == nullptr) {
        wrong_type(node, key, Text::a_text);
        return std::nullopt;
    }
    if (has_combining_mark(string->get()))
        error(&node, key, Code::text_not_composed, {string->get()}, string->get());
    return string->get();
}

std::optional<Points> Reader::as_points(const toml::node& node, std::string_view key) {
    if (const auto* whole = node.as_integer()) return Points{whole->get()};
    if (const auto* string = node.as_string()) {
        if (const auto points = Points::parse(string->get()); points && points->scale() <= 8) return points;
    }
    wrong_type(node, key, Text::marks_text);
    return std::nullopt;
}

std::optional<std::string> Reader::text(std::string_view key) {
    const auto* node = take(key);
    if (node == nullptr) return std::nullopt;
    auto value = as_text(*node, key);
    if (value) emit(key, *value);
    return value;
}

std::optional<std::string> Reader::required_text(std::string_view key, std::string_view example) {
    if (require(key, example) == nullptr) return std::nullopt;
    return text(key);
}

std::string Reader::free_text(std::string_view key) {
    const auto* node = take(key);
    if (node == nullptr) return {};
    if (const auto* list = node->as_array()) {
        std::string all;
        for (const auto& entry : *list) {
            if (const auto word = as_text(entry, key)) add_item(all, *word, "; ");
        }
        return all;
    }
    return as_text(*node, key).value_or("");
}

Title Reader::title() {
    const auto* node = take("title");
    if (node == nullptr) return {};
    if (node->is_string()) {
        const auto name = as_text(*node, "title").value_or("");
        return {name, name};
    }
    const auto* table = node->as_table();
    if (table == nullptr) {
        wrong_type(*node, "title", Text::a_text);
        return {};
    }
    Reader reader{*document_, *table, path_of("title")};
    Title title{reader.free_text("en"), reader.free_text("vi")};
    reader.finish();
    return title;
}

std::optional<Points> Reader::points(std::string_view key) {
    const auto* node = take(key);
    if (node == nullptr) return std::nullopt;
    auto value = as_points(*node, key);
    if (value) emit(key, value->str());
    return value;
}

std::optional<Fraction> Reader::fraction(std::string_view key) {
    const auto* node = take(key);
    if (node == nullptr) return std::nullopt;
    std::optional<Fraction> value;
    if (const auto* whole = node->as_integer()) value = Fraction{whole->get()};
    if (const auto* string = node->as_string()) value = Fraction::parse(string->get());
    // Beyond these sizes exact arithmetic on 128 bits could not be promised for any table.
    if (value && (value->denominator() > 1'000'000'000 || value->numerator() > 1'000'000'000'000))
        value.reset();
    if (value) {
        emit(key, value->str());
    } else {
        wrong_type(*node, key, Text::fraction_text);
    }
    return value;
}

std::optional<std::int64_t> Reader::integer(std::string_view key, std::int64_t least, std::int64_t most) {
    const auto* node = take(key);
    if (node == nullptr) return std::nullopt;
    const auto* whole = node->as_integer();
    if (whole == nullptr) {
        wrong_type(*node, key, Text::a_whole_number);
        return std::nullopt;
    }
    if (whole->get() < least || whole->get() > most) {
        const auto found = std::to_string(whole->get());
        error(node, key, Code::out_of_range, {found, std::to_string(least) + ".." + std::to_string(most)},
              found);
        return std::nullopt;
    }
    emit(key, std::to_string(whole->get()));
    return whole->get();
}

bool Reader::boolean(std::string_view key, bool fallback) {
    const auto* node = take(key);
    if (node == nullptr) return fallback;
    const auto* flag = node->as_boolean();
    if (flag == nullptr) {
        wrong_type(*node, key, Text::a_boolean);
        return fallback;
    }
    if (flag->get() != fallback) emit(key, flag->get() ? "true" : "false");
    return flag->get();
}

std::optional<std::chrono::year_month_day> Reader::date(std::string_view key) {
    const auto* node = take(key);
    if (node == nullptr) return std::nullopt;
    const auto* value = node->as_date();
    if (value == nullptr) {
        wrong_type(*node, key, Text::a_date);
        return std::nullopt;
    }
    const toml::date d = value->get();
    const std::chrono::year_month_day date{std::chrono::year{d.year}, std::chrono::month{d.month},
                                           std::chrono::day{d.day}};
    emit(key, format_date(date));
    return date;
}

std::optional<Rounding> Reader::rounding(std::string_view key) {
    const auto* node = take(key);
    if (node == nullptr) return std::nullopt;
    const auto* table = node->as_table();
    if (table == nullptr) {
        wrong_type(*node, key, Text::a_table);
        return std::nullopt;
    }
    Reader reader{*document_, *table, path_of(key)};
    Rounding rule;
    if (reader.require("digits", "digits = 2") != nullptr) {
        rule.digits = static_cast<int>(reader.integer("digits", 0, 8).value_or(0));
    }
    if (reader.require("mode", "mode = \"half_up\"") != nullptr) {
        rule.mode = reader.choice<RoundingMode>("mode", 5).value_or(RoundingMode::half_up);
        reader.emit("mode", std::string{to_string(rule.mode)});
    }
    reader.finish();
    return rule;
}

std::vector<std::string> Reader::texts(std::string_view key, bool canonical) {
    std::vector<std::string> values;
    const auto* node = take(key);
    if (node == nullptr) return values;
    const auto* list = node->as_array();
    if (list == nullptr) {
        wrong_type(*node, key, Text::a_list_of_texts);
        return values;
    }
    for (const auto& entry : *list) {
        if (auto word = as_text(entry, key)) values.push_back(std::move(*word));
    }
    for (std::size_t i = 0; canonical && i < values.size(); ++i) {
        document_->canonical(path_of(key) + "[" + std::to_string(i) + "]", values[i]);
    }
    return values;
}

std::vector<Reader> Reader::tables(std::string_view key) {
    std::vector<Reader> readers;
    const auto* node = take(key);
    if (node == nullptr) return readers;
    if (const auto* list = node->as_array()) {
        for (const auto& entry : *list) {
            if (const auto* table = entry.as_table()) {
                readers.emplace_back(*document_, *table,
                                     path_of(key) + "[" + std::to_string(readers.size()) + "]");
            } else {
                wrong_type(entry, key, Text::a_table);
            }
        }
    } else if (const auto* table = node->as_table()) {
        readers.emplace_back(*document_, *table, path_of(key) + "[0]");  // one alone needs no list
    } else {
        wrong_type(*node, key, Text::a_list_of_tables);
    }
    return readers;
}

std::optional<Reader> Reader::child(std::string_view key) {
    const auto* node = take(key);
    if (node == nullptr) return std::nullopt;
    if (const auto* table = node->as_table()) return Reader{*document_, *table, path_of(key)};
    wrong_type(*node, key, Text::a_table);
    return std::nullopt;
}

void Reader::finish() {
    const std::string allowed = joined(known_);
    for (const auto& [key, node] : *table_) {
        if (known_.count(key.str()) == 0) {
            error(&node, key.str(), Code::unknown_key, {std::string{key.str()}, allowed},
                  std::string{key.str()});
        }
    }
}

}  // namespace recruit::detail
