// Reading names, facts and conditions, of a regulation or of a standard.

#include "regulation/condition_loader.hpp"

#include <algorithm>

#include <recruit/base/calendar.hpp>

#include "base/join.hpp"

namespace recruit::detail {

namespace {

/// Years, months or days that a length of time is compared with: a thousand years of days.
constexpr std::int64_t longest_time = 366'000;

}  // namespace

// ---- names and references ----

bool ConditionLoader::valid_name(Reader& reader, std::string_view key, const std::string& name, bool dotted) {
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

void ConditionLoader::name_is_free(Reader& reader, const std::string& name) {
    static constexpr std::array<std::string_view, 8> roles{"application", "person", "position", "seats",
                                                           "status",      "chosen", "total",    "score"};
    // "written.status" and "written.chosen" are columns about a stage, not parts of it.
    const bool taken = columns_.count(name) != 0 ||
                       std::find(roles.begin(), roles.end(), name) != roles.end() ||
                       name.ends_with(".status") || name.ends_with(".chosen");
    if (taken) reader.error(reader.table().get("name"), "name", Code::duplicate_name, {name}, name);
}

std::string ConditionLoader::column_names(bool category_only) const {
    std::string names = category_only ? "position" : "";
    for (const auto& [name, info] : columns_) {
        if (category_only && !(info.is_fact && info.type == FactType::category)) continue;
        add_item(names, name);
    }
    return names;
}

const ColumnInfo* ConditionLoader::look_up(Reader& reader, std::string_view key, const std::string& name) {
    const auto found = columns_.find(name);
    if (found != columns_.end()) return &found->second;
    reader.error(reader.table().get(key), key, Code::unknown_reference, {name, column_names()}, name);
    return nullptr;
}

/// The column named by exactly one of stage, part, fact; empty if there is none or it is wrong.
std::string ConditionLoader::column(Reader& reader, bool needed, bool facts) {
    std::string name;
    int given = 0;
    for (const std::string_view key : {"stage", "part", "fact"}) {
        if (key == "fact" && !facts) continue;
        if (key != "fact" && of_standard_) continue;  // a standard has no stages
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
        reader.error(
            &reader.table(), {}, Code::wrong_type,
            {std::to_string(given) + (of_standard_ ? " × fact/age/…/days_until" : " × stage/part/fact"),
             of_standard_ ? Text::exactly_one_measure : Text::exactly_one_column});
    }
    return given == 1 ? name : std::string{};
}

// ---- conditions ----

Condition ConditionLoader::condition(Reader& reader, std::string_view key) {
    auto inner = reader.child(key);
    if (!inner) return {};
    Condition result = condition_in(*inner);
    reader.emit(key, result.str());
    return result;
}

Condition ConditionLoader::condition_in(Reader reader) {
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
    if (of_standard_ && reader.has("by")) {
        ++forms;
        cases(reader, result);
    }
    if (auto negated = reader.child("not")) {
        ++forms;
        result.kind = Condition::Kind::negation;
        result.members = {condition_in(*negated)};
    }
    if (forms == 0) {
        result.kind = Condition::Kind::compare;
        if (!measured(reader, result)) result.column = column(reader, true);
        const auto found = columns_.find(result.column);
        comparison(reader, result, found == columns_.end() ? ColumnInfo{} : found->second);
    } else if (forms > 1) {
        reader.error(&reader.table(), {}, Code::conflicting_keys,
                     {std::string{of_standard_ ? "all, any, not, by" : "all, any, not"}});
    }
    reader.finish();
    document_.lines().resize(kept);
    return result;
}

/// `{ by = "sex", case = { male = { … }, female = { … } }`: a condition for every value of the category.
void ConditionLoader::cases(Reader& reader, Condition& condition) {
    condition.kind = Condition::Kind::cases;
    condition.column = reader.text("by").value_or("");
    const auto* info = condition.column.empty() ? nullptr : look_up(reader, "by", condition.column);
    if (info != nullptr && (info->type != FactType::category || info->values.empty())) {
        reader.error(reader.table().get("by"), "by", Code::wrong_reference,
                     {condition.column, Text::not_a_closed_category}, condition.column);
        info = nullptr;
    }
    std::vector<std::string> values;
    if (reader.require("case", "case = { male = { … }, female = { … } }") != nullptr) {
        if (auto chosen = reader.child("case")) {
            // In the order of the fact's values, whatever the order of writing.
            for (const std::string& value : info != nullptr ? info->values : std::vector<std::string>{}) {
                if (chosen->require(value, value + " = { … }") == nullptr) continue;
                if (auto member = chosen->child(value)) {
                    values.push_back(value);
                    condition.members.push_back(condition_in(*member));
                }
            }
            if (info != nullptr) chosen->finish();
        }
    }
    condition.literal = std::move(values);
}

/// `age = "born", at = "appointment"`: true if the condition measures time.
bool ConditionLoader::measured(Reader& reader, Condition& condition) {
    if (!of_standard_) return false;
    int given = reader.has("fact") ? 1 : 0;
    for (int i = 1; i <= static_cast<int>(Measure::days_until); ++i) {
        const auto key = to_string(static_cast<Measure>(i));
        const auto word = reader.text(key);
        if (!word) continue;
        ++given;
        condition.measure = static_cast<Measure>(i);
        condition.column = *word;
        const auto* info = look_up(reader, key, *word);
        if (info != nullptr && info->type != FactType::date) {
            reader.error(reader.table().get(key), key, Code::wrong_reference, {*word, Text::not_a_date_fact},
                         *word);
        }
    }
    if (given > 1) {
        reader.error(&reader.table(), {}, Code::wrong_type,
                     {std::to_string(given) + " × fact/age/…/days_until", Text::exactly_one_measure});
    }
    if (condition.measure == Measure::value) return false;
    if (reader.require("at", "at = \"appointment\"") != nullptr) condition.at = moment(reader, "at");
    condition.counting = reader.choice<Counting>("counted", 3).value_or(Counting::completed);
    const bool of_days = condition.measure == Measure::days_since || condition.measure == Measure::days_until;
    const bool of_years = condition.measure == Measure::age || condition.measure == Measure::years_since ||
                          condition.measure == Measure::years_until;
    const bool fits = condition.counting == Counting::completed ||
                      (condition.counting == Counting::by_year ? of_years : !of_days);
    if (!fits) {
        reader.error(reader.table().get("counted"), "counted", Code::conflicting_keys,
                     {std::string{to_string(condition.measure)} + ", counted = \"" +
                      std::string{to_string(condition.counting)} + "\""});
    }
    return true;
}

std::string ConditionLoader::moment(Reader& reader, std::string_view key) {
    const auto word = reader.text(key);
    if (!word) return {};
    if (moments_.count(*word) != 0) return *word;
    reader.error(reader.table().get(key), key, Code::unknown_moment, {*word, joined(moments_)}, *word);
    return {};
}

/// Of a standard: a value that the category never has would make a condition nobody meets, without a word.
void ConditionLoader::known_values(Reader& reader, std::string_view key, const Condition& condition,
                                   const ColumnInfo& column) {
    if (!of_standard_ || column.type != FactType::category || column.values.empty()) return;
    std::vector<std::string> words;
    if (const auto* word = std::get_if<std::string>(&condition.literal)) words = {*word};
    if (const auto* list = std::get_if<std::vector<std::string>>(&condition.literal)) words = *list;
    const std::string allowed = joined(column.values);
    for (const std::string& word : words) {
        if (std::find(column.values.begin(), column.values.end(), word) != column.values.end()) continue;
        reader.error(reader.table().get(key), key, Code::unknown_value, {word, allowed}, word);
    }
}

void ConditionLoader::comparison(Reader& reader, Condition& condition, const ColumnInfo& column) {
    int given = 0;
    for (int i = 0; i <= static_cast<int>(Comparison::one_of); ++i) {
        const auto comparison = static_cast<Comparison>(i);
        const auto key = to_string(comparison);
        const auto* node = reader.take(key);
        if (node == nullptr) continue;
        ++given;
        condition.comparison = comparison;
        if (condition.measure != Measure::value) {
            const auto* whole = node->as_integer();
            if (whole == nullptr || comparison == Comparison::one_of) {
                reader.wrong_type(*node, key, Text::a_whole_number);
            } else if (const auto amount = reader.integer(key, -longest_time, longest_time)) {
                condition.literal = Points{*amount};
            }
        } else if (comparison == Comparison::one_of) {
            auto words = reader.texts(key, false);
            if (column.type != FactType::category) {
                reader.error(node, key, Code::wrong_reference, {condition.column, Text::not_a_category});
            }
            condition.literal = std::move(words);
            known_values(reader, key, condition, column);
        } else if (auto value = literal(reader, key, *node, column, comparison != Comparison::equals)) {
            condition.literal = std::move(*value);
            known_values(reader, key, condition, column);
        }
    }
    if (given != 1) {
        reader.error(&reader.table(), {}, Code::wrong_type,
                     {std::to_string(given) + " × above/…/one_of", Text::exactly_one_comparison});
    }
}

std::optional<Condition::Literal> ConditionLoader::literal(Reader& reader, std::string_view key,
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

void ConditionLoader::rules_header(Reader& root, RulesHeader& c, std::string_view example) {
    c.series = root.required_text("series", "series = \"" + std::string{example} + "\"").value_or("");
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
}

Fact ConditionLoader::fact(Reader reader) {
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
    const ColumnInfo info{true, fact.type, {}, fact.values};
    if (const auto* node = reader.take("default")) {
        fact.fallback = literal(reader, "default", *node, info, false);
        const auto* word = fact.fallback ? std::get_if<std::string>(&*fact.fallback) : nullptr;
        if (word != nullptr && !fact.values.empty() &&
            std::find(fact.values.begin(), fact.values.end(), *word) == fact.values.end()) {
            reader.error(node, "default", Code::unknown_value, {*word, joined(fact.values)}, *word);
        }
        if (fact.fallback) {
            Condition shown{Condition::Kind::compare, "", Comparison::equals, *fact.fallback, {}};
            reader.emit("default", shown.str().substr(8));
        }
    }
    reader.finish();
    columns_.emplace(fact.name, info);
    return fact;
}

}  // namespace recruit::detail
