// Reading the frame of a regulation: its header, names, conditions and facts.

#include "regulation/loader.hpp"

#include <algorithm>

#include <recruit/base/calendar.hpp>

#include "base/bytes.hpp"
#include "base/sha256.hpp"

namespace recruit::detail {

// ---- names and references ----

bool Loader::valid_name(Reader& reader, std::string_view key, const std::string& name, bool dotted) {
    const auto allowed = [dotted](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
               (dotted && (c == '.' || c == '-'));
    };
    const bool starts_well = !name.empty() && (dotted || (name.front() >= 'a' && name.front() <= 'z'));
    if (starts_well && std::all_of(name.begin(), name.end(), allowed)) return true;
    reader.error(reader.table().get(key), key, Code::bad_name,
                 {name, dotted ? Argument{Text::also_dots_and_dashes} : Argument{std::string{}}}, name);
    return false;
}

void Loader::name_is_free(Reader& reader, const std::string& name) {
    static constexpr std::array<std::string_view, 7> roles{"application", "person", "position", "seats",
                                                           "status",      "total",  "score"};
    const bool taken =
        columns_.count(name) != 0 || std::find(roles.begin(), roles.end(), name) != roles.end();
    if (taken) reader.error(reader.table().get("name"), "name", Code::duplicate_name, {name}, name);
}

std::string Loader::column_names(bool category_only) const {
    std::string names = category_only ? "position" : "";
    for (const auto& [name, info] : columns_) {
        if (category_only && !(info.is_fact && info.type == FactType::category)) continue;
        names += (names.empty() ? "" : ", ") + name;
    }
    return names;
}

const ColumnInfo* Loader::look_up(Reader& reader, std::string_view key, const std::string& name) {
    const auto found = columns_.find(name);
    if (found != columns_.end()) return &found->second;
    reader.error(reader.table().get(key), key, Code::unknown_reference, {name, column_names()}, name);
    return nullptr;
}

/// The column named by exactly one of stage, part, fact; empty if there is none or it is wrong.
std::string Loader::column(Reader& reader, bool needed, bool facts) {
    std::string name;
    int given = 0;
    for (const std::string_view key : {"stage", "part", "fact"}) {
        if (key == "fact" && !facts) continue;
        const auto word = reader.text(key);
        if (!word) continue;
        ++given;
        const auto* info = look_up(reader, key, *word);
        if (info == nullptr) continue;
        const std::string_view is = info->is_fact                          ? "fact"
                                    : word->find('.') == std::string::npos ? "stage"
                                                                           : "part";
        if (is != key) {
            reader.error(reader.table().get(key), key, Code::unknown_reference, {*word, column_names()},
                         *word);
        } else {
            name = *word;
        }
    }
    if (given > 1 || (needed && given == 0)) {
        reader.error(&reader.table(), {}, Code::wrong_type,
                     {std::to_string(given) + " × stage/part/fact", Text::exactly_one_column});
    }
    return given == 1 ? name : std::string{};
}

std::vector<std::string> Loader::within(Reader& reader, std::vector<std::string> fallback) {
    if (!reader.has("within")) return fallback;
    const auto names = reader.texts("within");
    for (const std::string& name : names) {
        if (name == "position") continue;
        const auto found = columns_.find(name);
        if (found == columns_.end()) {
            reader.error(reader.table().get("within"), "within", Code::unknown_reference,
                         {name, column_names(true)}, name);
        } else if (!found->second.is_fact || found->second.type != FactType::category) {
            reader.error(reader.table().get("within"), "within", Code::wrong_reference,
                         {name, Text::not_a_category}, name);
        }
    }
    return names;
}

// ---- conditions ----

Condition Loader::condition(Reader& reader, std::string_view key) {
    auto inner = reader.child(key);
    if (!inner) return {};
    Condition result = condition_in(*inner);
    reader.emit(key, result.str());
    return result;
}

Condition Loader::condition_in(Reader reader) {
    // The parts of a condition are canonical as one line, its str(): whatever the sub-readers emit is
    // dropped.
    const auto kept = document_.lines().size();
    Condition result;
    int forms = 0;
    for (const auto& [key, kind] :
         {std::pair{"all", Condition::Kind::all}, std::pair{"any", Condition::Kind::any}}) {
        if (!reader.has(key)) continue;
        ++forms;
        result.kind = kind;
        for (Reader& member : reader.tables(key)) result.members.push_back(condition_in(member));
        // A list of nothing would hold, or fail, for everybody without a word.
        if (result.members.empty()) {
            reader.error(reader.table().get(key), key, Code::out_of_range,
                         {std::string{"[]"}, std::string{">= 1"}}, "[]");
        }
    }
    if (auto negated = reader.child("not")) {
        ++forms;
        result.kind = Condition::Kind::negation;
        result.members = {condition_in(*negated)};
    }
    if (forms == 0) {
        result.kind = Condition::Kind::compare;
        result.column = column(reader, true);
        const auto found = columns_.find(result.column);
        comparison(reader, result, found == columns_.end() ? ColumnInfo{} : found->second);
    } else if (forms > 1) {
        reader.error(&reader.table(), {}, Code::conflicting_keys, {std::string{"all, any, not"}});
    }
    reader.finish();
    document_.lines().resize(kept);
    return result;
}

void Loader::comparison(Reader& reader, Condition& condition, const ColumnInfo& column) {
    int given = 0;
    for (int i = 0; i <= static_cast<int>(Comparison::one_of); ++i) {
        const auto comparison = static_cast<Comparison>(i);
        const auto key = to_string(comparison);
        const auto* node = reader.take(key);
        if (node == nullptr) continue;
        ++given;
        condition.comparison = comparison;
        if (comparison == Comparison::one_of) {
            auto words = reader.texts(key, false);
            if (column.type != FactType::category) {
                reader.error(node, key, Code::wrong_reference, {condition.column, Text::not_a_category});
            }
            condition.literal = std::move(words);
        } else if (auto value = literal(reader, key, *node, column, comparison != Comparison::equals)) {
            condition.literal = std::move(*value);
        }
    }
    if (given != 1) {
        reader.error(&reader.table(), {}, Code::wrong_type,
                     {std::to_string(given) + " × above/…/one_of", Text::exactly_one_comparison});
    }
}

std::optional<Condition::Literal> Loader::literal(Reader& reader, std::string_view key,
                                                  const toml::node& node, const ColumnInfo& column,
                                                  bool in_order) {
    if (column.is_fact && in_order &&
        (column.type == FactType::boolean || column.type == FactType::category)) {
        reader.error(&node, key, Code::wrong_reference, {std::string{key}, Text::not_comparable_in_order});
        return std::nullopt;
    }
    if (!column.is_fact || column.type == FactType::points || column.type == FactType::integer) {
        const auto points = reader.as_points(node, key);
        if (points) return Condition::Literal{*points};
    } else if (column.type == FactType::boolean) {
        if (const auto* flag = node.as_boolean()) return Condition::Literal{flag->get()};
        reader.wrong_type(node, key, Text::a_boolean);
    } else if (column.type == FactType::date) {
        if (const auto* date = node.as_date()) {
            const auto d = date->get();
            return Condition::Literal{std::chrono::sys_days{
                std::chrono::year{d.year} / std::chrono::month{d.month} / std::chrono::day{d.day}}};
        }
        reader.wrong_type(node, key, Text::a_date);
    } else {
        auto word = reader.as_text(node, key);
        if (word) return Condition::Literal{std::move(*word)};
    }
    return std::nullopt;
}

// ---- header and facts ----

void Loader::header(Reader& root) {
    auto& c = content_;
    c.series = root.required_text("series", "series = \"vn.lead.example\"").value_or("");
    c.version = root.required_text("version", "version = \"2017\"").value_or("");
    if (!c.series.empty()) valid_name(root, "series", c.series, true);
    if (!c.version.empty()) valid_name(root, "version", c.version, true);
    c.id = c.series + "." + c.version;
    c.title = root.title();
    if (root.require("status", "status = \"example\"") != nullptr) {
        c.status = root.choice<Status>("status", 4).value_or(Status::example);
    }
    if (root.require("effective_from", "effective_from = 2017-05-09") != nullptr) {
        c.effective_from = root.date("effective_from").value_or(std::chrono::year_month_day{});
    }
    c.effective_to = root.date("effective_to");
    if (c.effective_to && *c.effective_to < c.effective_from) {
        root.error(root.table().get("effective_to"), "effective_to", Code::dates_out_of_order,
                   {format_date(c.effective_from), format_date(*c.effective_to)});
    }
    c.jurisdiction = root.free_text("jurisdiction");
    c.source = root.free_text("source");
    c.notes = root.free_text("notes");
    c.confidence = root.choice<Confidence>("confidence", 4);

    static constexpr std::array<std::string_view, 4> paths{"rank.ties", "select.ties_at_cut", "score",
                                                           "bonus"};
    c.incomplete = root.texts("incomplete");
    for (const std::string& path : c.incomplete) {
        if (std::find(paths.begin(), paths.end(), path) != paths.end()) continue;
        root.error(root.table().get("incomplete"), "incomplete", Code::unknown_value,
                   {path, std::string{"rank.ties, select.ties_at_cut, score, bonus"}}, path);
    }
}

void Loader::fact(Reader reader) {
    Fact fact;
    fact.name = reader.required_text("name", "name = \"group\"").value_or("");
    if (!fact.name.empty() && valid_name(reader, "name", fact.name, false)) name_is_free(reader, fact.name);
    if (reader.require("type", "type = \"category\"") != nullptr) {
        fact.type = reader.choice<FactType>("type", 5).value_or(FactType::category);
        reader.emit("type", std::string{to_string(fact.type)});
    }
    fact.values = reader.texts("values");
    fact.title = reader.title();
    fact.source = reader.free_text("source");
    const ColumnInfo info{true, fact.type, {}};
    if (const auto* node = reader.take("default")) {
        fact.fallback = literal(reader, "default", *node, info, false);
        const auto* word = fact.fallback ? std::get_if<std::string>(&*fact.fallback) : nullptr;
        if (word != nullptr && !fact.values.empty() &&
            std::find(fact.values.begin(), fact.values.end(), *word) == fact.values.end()) {
            std::string allowed;
            for (const auto& value : fact.values) allowed += (allowed.empty() ? "" : ", ") + value;
            reader.error(node, "default", Code::unknown_value, {*word, allowed}, *word);
        }
        if (fact.fallback) {
            Condition shown{Condition::Kind::compare, "", Comparison::equals, *fact.fallback, {}};
            reader.emit("default", shown.str().substr(8));
        }
    }
    reader.finish();
    columns_.emplace(fact.name, info);
    content_.facts.push_back(std::move(fact));
}

void Loader::read(const toml::table& table) {
    Reader root{document_, table, {}};
    header(root);
    declare_stages(root);
    for (Reader& entry : root.tables("fact")) fact(entry);
    auto stages = root.tables("stage");
    if (!root.has("stage")) {
        root.error(nullptr, {}, Code::missing_key,
                   {std::string{"stage"}, std::string{"[[stage]] name = \"written\""}});
    }
    for (std::size_t i = 0; i < stages.size(); ++i) stage(stages[i], i + 1 == stages.size());
    for (Reader& entry : root.tables("marking")) marking(entry);
    for (Reader& entry : root.tables("normalise")) normalise(entry);
    final_score(root);
    bonus(root);
    for (Reader& entry : root.tables("rank")) rank(entry);
    if (content_.ranks.empty()) {
        RankRule rank;
        rank.name = "position";
        rank.within = {"position"};
        rank.ties.emplace_back();
        content_.ranks.push_back(std::move(rank));
    }
    content_.select.cut.within = content_.ranks.front().within;
    select(root);
    for (Reader& entry : root.tables("quota")) quota(entry);
    check_quotas(root);
    procedure(root);
    referral(root);
    for (Reader& entry : root.tables("list")) list(entry);
    root.finish();
}

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
/// letter beyond ASCII (`name = điểm`). `text.size()` if nowhere before the end or before what toml++ refuses
/// by itself.
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
    int depth = 0;            // of brackets in values
    bool line_begins = true;  // only blanks so far
    char quote = 0;           // of the string we are in; '#' in a comment
    bool several_lines = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (is_control(c)) return i;
        const bool tripled = text.substr(i, 3) == std::string(3, c);
        if (quote == 0) {
            if ((c & 0x80) != 0) return i;
            if (c == '[' && depth == 0 && line_begins) {
                // The head of a table, which begins with a key.
                std::size_t key = after_blanks(i + 1);
                if (key < text.size() && text[key] == '[') key = after_blanks(key + 1);
                if (key == text.size() || !begins_key(text[key])) return std::min(key, text.size() - 1);
            }
            if (c == '[' || c == '{') ++depth;
            if ((c == ']' || c == '}') && depth > 0) --depth;
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

std::shared_ptr<const Regulation::Content> load_regulation(std::string_view text, std::string_view file) {
    check_text(text, file);
    Document document{file};
    auto content = std::make_shared<Regulation::Content>();
    toml::table root;
    try {
        root = toml::parse(text, file);
    } catch (const toml::parse_error& error) {
        Issue issue;
        issue.code = Code::toml_syntax;
        issue.file = std::string{file};
        issue.line = error.source().begin.line;
        issue.arguments = {std::string{error.description()}};
        throw InvalidRegulation{Issues{issue}};
    }
    Loader{document, *content}.read(root);
    if (!document.issues().empty()) {
        std::stable_sort(
            document.issues().begin(), document.issues().end(),
            [](const Issue& a, const Issue& b) { return a.line.value_or(0) < b.line.value_or(0); });
        throw InvalidRegulation{std::move(document.issues())};
    }
    auto& lines = document.lines();
    std::sort(lines.begin(), lines.end());
    for (const std::string& line : lines) content->canonical += line;
    content->digest = sha256_hex(content->canonical);
    content->toml = std::string{text};
    return content;
}

}  // namespace recruit::detail
