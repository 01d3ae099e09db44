// From TOML to a validated Regulation::Content. Reading is strict and goes on after an error, so that one run
// shows everything that is wrong.

#include <algorithm>
#include <map>

#include <openssl/evp.h>

#include <recruit/base/calendar.hpp>

#include "regulation/content.hpp"
#include "regulation/reader.hpp"

namespace recruit::detail {

namespace {

/// What a name in a rule can refer to.
struct ColumnInfo {
    bool is_fact = false;
    FactType type = FactType::points;
    Points max;
};

class Loader {
public:
    Loader(Document& document, Regulation::Content& content) : document_{document}, content_{content} {}

    void read(const toml::table& root);

private:
    void header(Reader& root);
    void fact(Reader reader);
    void declare_stages(Reader& root);
    void stage(Reader reader, bool last);
    Part part(Reader reader, const Stage& stage);
    void final_score(Reader& root);
    void bonus(Reader& root);
    void rank(Reader reader);
    void select(Reader& root);

    std::vector<Gate> gates(Reader& reader, const Points& max);
    Composite composite(Reader& reader, const std::string& inside_stage);
    Term term(Reader reader, const std::string& inside_stage);
    void check_terms(Reader& reader, const Composite& composite);
    Condition condition(Reader& reader, std::string_view key);
    Condition condition_in(Reader reader);
    void comparison(Reader& reader, Condition& condition, const ColumnInfo& column);
    std::optional<Condition::Literal> literal(Reader& reader, std::string_view key, const toml::node& node,
                                              const ColumnInfo& column, bool in_order);
    std::string column(Reader& reader, bool needed, bool facts = true);
    const ColumnInfo* look_up(Reader& reader, std::string_view key, const std::string& name);
    std::vector<TieKey> chain(Reader& reader, std::string_view key, bool needs_end);
    TieKey tie_key(Reader reader);
    std::vector<std::string> within(Reader& reader, std::vector<std::string> fallback);
    void cut(Reader& reader, Cut& cut, bool final);
    void ties_at_cut(Reader& reader, Cut& cut);
    void name_is_free(Reader& reader, const std::string& name);
    bool valid_name(Reader& reader, std::string_view key, const std::string& name, bool dotted);
    std::string column_names(bool category_only = false) const;
    Points composite_max(const Composite& composite) const;

    Document& document_;
    Regulation::Content& content_;
    std::map<std::string, ColumnInfo> columns_;
};

// ---- names and references
// -------------------------------------------------------------------------------------

bool Loader::valid_name(Reader& reader, std::string_view key, const std::string& name, bool dotted) {
    const auto allowed = [dotted](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
               (dotted && (c == '.' || c == '-'));
    };
    const bool starts_well = !name.empty() && (dotted || (name.front() >= 'a' && name.front() <= 'z'));
    if (starts_well && std::all_of(name.begin(), name.end(), allowed)) return true;
    reader.error(reader.table().get(key), key, Code::bad_name,
                 {name, std::string{dotted ? " (also . and -)" : ""}}, name);
    return false;
}

void Loader::name_is_free(Reader& reader, const std::string& name) {
    static constexpr std::array<std::string_view, 6> roles{"application", "person", "position",
                                                           "seats",       "status", "total"};
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

// ---- conditions
// -----------------------------------------------------------------------------------------------

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

// ---- header and facts
// -----------------------------------------------------------------------------------------

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

// ---- stages
// ---------------------------------------------------------------------------------------------------

/// Names first: a gate of one stage may ask for the score of another.
void Loader::declare_stages(Reader& root) {
    const auto* list = root.table().get_as<toml::array>("stage");
    if (list == nullptr) return;
    const auto max_of = [](const toml::table& table) {
        if (const auto* whole = table.get_as<int64_t>("max")) return Points{whole->get()};
        if (const auto* text = table.get_as<std::string>("max"))
            return Points::parse(text->get()).value_or(Points{});
        return Points{};
    };
    for (const auto& entry : *list) {
        const auto* table = entry.as_table();
        const auto* name = table != nullptr ? table->get_as<std::string>("name") : nullptr;
        if (name == nullptr) continue;
        Reader reader{document_, *table, "stage"};
        name_is_free(reader, name->get());
        columns_.emplace(name->get(), ColumnInfo{false, FactType::points, max_of(*table)});
        const auto* parts = table->get_as<toml::array>("part");
        if (parts == nullptr) continue;
        for (const auto& part : *parts) {
            const auto* part_table = part.as_table();
            const auto* part_name = part_table != nullptr ? part_table->get_as<std::string>("name") : nullptr;
            if (part_name == nullptr) continue;
            const std::string full = name->get() + "." + part_name->get();
            Reader part_reader{document_, *part_table, "stage.part"};
            name_is_free(part_reader, full);
            columns_.emplace(full, ColumnInfo{false, FactType::points, max_of(*part_table)});
        }
    }
}

std::vector<Gate> Loader::gates(Reader& reader, const Points& max) {
    std::vector<Gate> gates;
    for (Reader& entry : reader.tables("gate")) {
        Gate gate;
        const auto points = entry.points("points");
        gate.share = entry.fraction("share");
        if (points.has_value() == gate.share.has_value()) {
            entry.error(&entry.table(), {}, points ? Code::conflicting_keys : Code::missing_key,
                        points ? std::vector<Argument>{std::string{"points, share"}}
                               : std::vector<Argument>{std::string{"points"}, std::string{"points = 50"}});
        }
        if (points) gate.threshold = *points;
        if (gate.share) {
            const auto exact = (*gate.share * Fraction{max}).exact_points();
            if (exact) {
                gate.threshold = *exact;
            } else {
                entry.error(entry.table().get("share"), "share", Code::names_no_rounding_mode,
                            {gate.share->str() + " * " + max.str()});
            }
        }
        if (gate.threshold > max || gate.threshold < Points{}) {
            entry.error(&entry.table(), points ? "points" : "share", Code::out_of_range,
                        {gate.threshold.str(), "0.." + max.str()}, gate.threshold.str());
        }
        gate.inclusive = entry.boolean("inclusive", true);
        gate.when = condition(entry, "when");
        gate.source = entry.free_text("source");
        entry.finish();
        gates.push_back(std::move(gate));
    }
    return gates;
}

Points maximum(Reader& reader) {
    if (reader.require("max", "max = 100") == nullptr) return Points{1};
    const auto max = reader.points("max");
    if (max && *max <= Points{}) {
        reader.error(reader.table().get("max"), "max", Code::out_of_range, {max->str(), std::string{"> 0"}},
                     max->str());
    }
    return max && *max > Points{} ? *max : Points{1};
}

Part Loader::part(Reader reader, const Stage& stage) {
    Part part;
    part.name = reader.required_text("name", "name = \"essay\"").value_or("");
    if (!part.name.empty()) valid_name(reader, "name", part.name, false);
    part.max = maximum(reader);
    part.gates = gates(reader, part.max);
    part.title = reader.title();
    part.source = reader.free_text("source");
    reader.finish();
    static_cast<void>(stage);
    return part;
}

void Loader::stage(Reader reader, bool last) {
    Stage stage;
    stage.name = reader.required_text("name", "name = \"written\"").value_or("");
    if (!stage.name.empty()) valid_name(reader, "name", stage.name, false);
    stage.max = maximum(reader);
    stage.missing = reader.choice<Missing>("missing", 3).value_or(Missing::incomplete);
    if (stage.missing != Missing::incomplete) reader.emit("missing", std::string{to_string(stage.missing)});
    stage.gates = gates(reader, stage.max);
    for (Reader& entry : reader.tables("part")) stage.parts.push_back(part(entry, stage));
    if (auto score = reader.child("score")) {
        stage.score = composite(*score, stage.name);
        check_terms(*score, *stage.score);
        score->finish();
    } else if (!stage.parts.empty()) {
        Points sum;
        for (const Part& p : stage.parts) sum = sum + p.max;
        if (sum != stage.max) {
            reader.error(reader.table().get("max"), "max", Code::parts_do_not_add_up,
                         {stage.name, sum, stage.max}, stage.max.str());
        }
    }
    if (auto advance = reader.child("advance")) {
        stage.advance.emplace();
        cut(*advance, *stage.advance, false);
        advance->finish();
        if (last) {
            reader.error(reader.table().get("advance"), "advance", Code::advance_after_last_stage,
                         {stage.name});
        }
    }
    stage.title = reader.title();
    stage.source = reader.free_text("source");
    reader.finish();
    content_.stages.push_back(std::move(stage));
}

// ---- composites
// -----------------------------------------------------------------------------------------------

Term Loader::term(Reader reader, const std::string& inside_stage) {
    Term term;
    term.column = column(reader, true);
    const auto found = columns_.find(term.column);
    if (found != columns_.end()) {
        const auto& info = found->second;
        const bool is_number =
            !info.is_fact || info.type == FactType::points || info.type == FactType::integer;
        if (!is_number) {
            reader.error(&reader.table(), {}, Code::wrong_reference, {term.column, Text::not_a_number_column},
                         term.column);
        }
        const bool own_part = term.column.rfind(inside_stage + ".", 0) == 0;
        if (!inside_stage.empty() && !info.is_fact && !own_part) {
            reader.error(&reader.table(), {}, Code::unknown_reference,
                         {term.column, inside_stage + ".<part>"}, term.column);
        }
    }
    term.scale_to = reader.points("scale_to");
    if (term.scale_to && found != columns_.end() && found->second.is_fact) {
        reader.error(reader.table().get("scale_to"), "scale_to", Code::wrong_reference,
                     {term.column, Text::not_a_number_column});
    }
    if (term.scale_to && *term.scale_to <= Points{}) {
        reader.error(reader.table().get("scale_to"), "scale_to", Code::out_of_range,
                     {term.scale_to->str(), std::string{"> 0"}}, term.scale_to->str());
        term.scale_to.reset();
    }
    term.round = reader.rounding("round");
    if (const auto weight = reader.fraction("weight")) {
        term.weight = *weight;
        if (*weight <= Fraction{0}) {
            reader.error(reader.table().get("weight"), "weight", Code::out_of_range,
                         {weight->str(), std::string{"> 0"}}, weight->str());
        }
    }
    term.round_weighted = reader.rounding("round_weighted");
    term.when = condition(reader, "when");
    term.source = reader.free_text("source");
    reader.finish();
    return term;
}

Composite Loader::composite(Reader& reader, const std::string& inside_stage) {
    Composite composite;
    if (reader.require("terms", "terms = [ { stage = \"written\", weight = \"0.4\" } ]") != nullptr) {
        for (Reader& entry : reader.tables("terms")) composite.terms.push_back(term(entry, inside_stage));
    }
    composite.round = reader.rounding("round");
    composite.max = reader.points("max");
    composite.source = reader.free_text("source");
    return composite;
}

void Loader::check_terms(Reader& reader, const Composite& composite) {
    if (composite.terms.empty()) return;
    bool all_below_one = true;
    std::map<std::string, std::pair<Fraction, Fraction>>
        sums;  // condition -> sum of weights, sum at the maxima
    sums["always"];
    for (const Term& term : composite.terms) {
        const auto found = columns_.find(term.column);
        if (found == columns_.end()) return;  // reported already
        const Fraction max{found->second.max == Points{} ? Points{1} : found->second.max};
        const Fraction factor = term.scale_to ? Fraction{*term.scale_to} / max : Fraction{1};
        const bool ends = factor.exact_points() && (term.weight.exact_points() || term.round_weighted);
        const bool rounded_before_weight = term.round && (term.weight.exact_points() || term.round_weighted);
        const bool whole_term = (factor * term.weight).exact_points().has_value() || term.round_weighted;
        if (!composite.round && !(ends || rounded_before_weight || (!term.round && whole_term))) {
            reader.error(reader.table().get("terms"), "terms", Code::needs_rounding,
                         {(factor * term.weight).str(), term.column});
        }
        all_below_one = all_below_one && term.weight < Fraction{1};
        auto& sum = sums[term.when.str()];
        sum.first = sum.first + term.weight;
        sum.second = sum.second + term.weight * (term.scale_to ? Fraction{*term.scale_to} : max);
    }
    const auto always = sums["always"];
    // Terms with a condition are alternatives: each must complete the unconditional ones.
    const bool alternatives = sums.size() > 1;
    for (const auto& [when, sum] : sums) {
        if (alternatives && when == "always") continue;
        const Fraction weights = when == "always" ? always.first : always.first + sum.first;
        const Fraction at_max = when == "always" ? always.second : always.second + sum.second;
        const std::string place = when == "always" ? "" : " (" + when + ")";
        if (composite.max && at_max != Fraction{*composite.max}) {
            reader.error(reader.table().get("max"), "max", Code::weights_do_not_add_up,
                         {at_max.str(), composite.max->str(), place});
        } else if (!composite.max && all_below_one && weights != Fraction{1}) {
            reader.error(reader.table().get("terms"), "terms", Code::weights_do_not_add_up,
                         {weights.str(), std::string{"1"}, place});
        }
    }
}

/// An upper bound of what a composite can be.
Points Loader::composite_max(const Composite& composite) const {
    if (composite.max) return *composite.max;
    Fraction sum;
    for (const Term& term : composite.terms) {
        const auto found = columns_.find(term.column);
        if (found == columns_.end() || found->second.is_fact) return Points{std::int64_t{1} << 40};
        sum = sum + term.weight * Fraction{term.scale_to ? *term.scale_to : found->second.max};
    }
    return round(sum, {8, RoundingMode::up});
}

void Loader::final_score(Reader& root) {
    if (auto score = root.child("score")) {
        content_.score = composite(*score, {});
        check_terms(*score, content_.score);
        content_.score_gates = gates(*score, composite_max(content_.score));
        score->finish();
    } else if (content_.stages.size() == 1) {
        Term term;
        term.column = content_.stages.front().name;
        content_.score.terms.push_back(std::move(term));
    } else if (!content_.stages.empty()) {
        root.error(nullptr, {}, Code::missing_key,
                   {std::string{"score"},
                    "[score] terms = [ { stage = \"" + content_.stages.back().name + "\" } ]"});
    }
}

void Loader::bonus(Reader& root) {
    auto reader = root.child("bonus");
    if (!reader) return;
    auto& bonus = content_.bonus;
    if (reader->require("combine", "combine = \"highest\"") != nullptr) {
        const auto* node = reader->take("combine");
        const auto word = reader->as_text(*node, "combine").value_or("");
        if (word == "highest") {
            bonus.highest_only = true;
            reader->emit("combine", word);
        } else if (word == "sum") {
            reader->emit("combine", word);
        } else {
            reader->error(node, "combine", Code::unknown_value, {word, std::string{"highest, sum"}}, word);
        }
    }
    bonus.cap = reader->points("cap");
    for (Reader& entry : reader->tables("grant")) {
        Grant grant;
        const auto points = entry.points("points");
        if (points) grant.points = *points;
        const auto fact = entry.text("fact");
        if (fact) {
            grant.column = *fact;
            const auto* info = look_up(entry, "fact", *fact);
            if (info != nullptr && (!info->is_fact || info->type > FactType::integer)) {
                entry.error(entry.table().get("fact"), "fact", Code::wrong_reference,
                            {*fact, Text::not_a_number_column}, *fact);
            }
        }
        if (points.has_value() == fact.has_value()) {
            entry.error(&entry.table(), {}, points ? Code::conflicting_keys : Code::missing_key,
                        points
                            ? std::vector<Argument>{std::string{"points, fact"}}
                            : std::vector<Argument>{std::string{"points"}, std::string{"points = \"2.5\""}});
        }
        if (points && *points < Points{}) {
            entry.error(entry.table().get("points"), "points", Code::out_of_range,
                        {points->str(), std::string{">= 0"}}, points->str());
        }
        grant.when = condition(entry, "when");
        grant.title = entry.title();
        grant.source = entry.free_text("source");
        entry.finish();
        bonus.grants.push_back(std::move(grant));
    }
    bonus.source = reader->free_text("source");
    reader->finish();
}

// ---- order and cut
// --------------------------------------------------------------------------------------------

TieKey Loader::tie_key(Reader reader) {
    TieKey key;
    if (reader.has("end")) {
        const auto* node = reader.take("end");
        const auto word = reader.as_text(*node, "end").value_or("shared");
        if (word == "shared")
            key.kind = TieKind::shared;
        else if (word == "authority_decides")
            key.kind = TieKind::authority_decides;
        else if (word == "lot")
            key.kind = TieKind::lot;
        else
            reader.error(node, "end", Code::unknown_value,
                         {word, std::string{"shared, authority_decides, lot"}}, word);
        reader.emit("end", word);
    } else if (reader.has("holds")) {
        key.kind = TieKind::condition;
        key.holds = condition(reader, "holds");
        key.when = condition(reader, "when");
    } else {
        key.kind = TieKind::value;
        key.column = column(reader, true);
        const auto found = columns_.find(key.column);
        const bool is_date =
            found != columns_.end() && found->second.is_fact && found->second.type == FactType::date;
        if (found != columns_.end() && found->second.is_fact && found->second.type == FactType::category) {
            reader.error(reader.table().get("fact"), "fact", Code::wrong_reference,
                         {key.column, Text::not_comparable_in_order}, key.column);
        }
        const std::string_view high = is_date ? "later_first" : "higher_first";
        const std::string_view low = is_date ? "earlier_first" : "lower_first";
        if (const auto* node = reader.take("order")) {
            const auto word = reader.as_text(*node, "order").value_or("");
            if (word != high && word != low) {
                reader.error(node, "order", Code::unknown_value,
                             {word, std::string{high} + ", " + std::string{low}}, word);
            }
            key.higher_first = word != low;
            reader.emit("order", word);
        } else if (is_date) {
            reader.error(&reader.table(), {}, Code::missing_key,
                         {std::string{"order"}, std::string{"order = \"earlier_first\""}});
        }
        key.when = condition(reader, "when");
    }
    key.source = reader.free_text("source");
    reader.finish();
    return key;
}

std::vector<TieKey> Loader::chain(Reader& reader, std::string_view key, bool needs_end) {
    std::vector<TieKey> keys;
    const auto is_end = [](const TieKey& k) { return k.kind >= TieKind::shared; };
    for (Reader& entry : reader.tables(key)) {
        if (!keys.empty() && is_end(keys.back())) {
            entry.error(&entry.table(), {}, Code::end_not_last, {std::string{to_string(keys.back().kind)}});
        }
        keys.push_back(tie_key(entry));
    }
    if (needs_end && reader.has(key) && (keys.empty() || !is_end(keys.back()))) {
        reader.error(reader.table().get(key), key, Code::end_missing, {});
    }
    if (keys.empty() || !is_end(keys.back())) keys.emplace_back();  // shared
    return keys;
}

void Loader::rank(Reader reader) {
    RankRule rank;
    rank.name = reader.required_text("name", "name = \"national\"").value_or("");
    if (!rank.name.empty()) valid_name(reader, "name", rank.name, false);
    for (const RankRule& other : content_.ranks) {
        if (other.name == rank.name) {
            reader.error(reader.table().get("name"), "name", Code::duplicate_name, {rank.name}, rank.name);
        }
    }
    rank.within = within(reader, {"position"});
    rank.display = reader.choice<RankDisplay>("display", 4).value_or(RankDisplay::min);
    if (rank.display != RankDisplay::min) reader.emit("display", std::string{to_string(rank.display)});
    rank.ties = chain(reader, "ties", true);
    rank.title = reader.title();
    rank.source = reader.free_text("source");
    reader.finish();
    content_.ranks.push_back(std::move(rank));
}

void Loader::ties_at_cut(Reader& reader, Cut& cut) {
    const auto* node = reader.take("ties_at_cut");
    if (node == nullptr) return;
    if (const auto* table = node->as_table()) {
        Reader inner{document_, *table, reader.path_of("ties_at_cut")};
        if (inner.has("include_up_to")) {
            cut.ties = TiesAtCut::include_up_to;
            cut.extra = inner.integer("include_up_to", 0, 1'000'000).value_or(0);
        }
        if (inner.has("by_chain")) {
            if (cut.ties == TiesAtCut::include_up_to) {
                inner.error(node, {}, Code::conflicting_keys, {std::string{"include_up_to, by_chain"}});
            }
            cut.ties = TiesAtCut::by_chain;
            cut.chain = chain(inner, "by_chain", false);
        }
        if (cut.ties == TiesAtCut::contested) {
            inner.error(node, {}, Code::missing_key,
                        {std::string{"include_up_to"}, std::string{"ties_at_cut = { include_up_to = 2 }"}});
        }
        inner.finish();
        return;
    }
    cut.ties = reader.choice_of<TiesAtCut>(*node, "ties_at_cut", 3).value_or(TiesAtCut::contested);
    if (cut.ties != TiesAtCut::contested) reader.emit("ties_at_cut", std::string{to_string(cut.ties)});
}

void Loader::cut(Reader& reader, Cut& cut, bool final) {
    std::string given;
    int kinds = 0;
    for (const auto& [key, kind] :
         {std::pair{"count", CutKind::count}, std::pair{"ratio", CutKind::ratio},
          std::pair{"percent", CutKind::percent}, std::pair{"score", CutKind::score}}) {
        if (!reader.has(key)) {
            reader.take(key);
            continue;
        }
        ++kinds;
        given += (given.empty() ? "" : ", ") + std::string{key};
        cut.kind = kind;
        const auto* node = reader.table().get(key);
        const auto amount = reader.fraction(key);
        if (amount) cut.amount = *amount;
        const bool whole = cut.amount.denominator() == 1;
        const bool in_range = cut.amount >= Fraction{0} &&
                              !(kind == CutKind::percent && cut.amount > Fraction{100}) &&
                              !(kind == CutKind::count && !whole);
        if (amount && !in_range) {
            reader.error(node, key, Code::out_of_range,
                         {amount->str(), std::string{kind == CutKind::percent ? "0..100" : ">= 0"}},
                         amount->str());
        }
        const bool may_be_broken = kind == CutKind::percent || (kind == CutKind::ratio && !whole);
        if (may_be_broken && !reader.has("round")) {
            reader.error(node, key, Code::names_no_rounding_mode,
                         {std::string{kind == CutKind::percent ? "A percentage of those ranked"
                                                               : "A ratio to seats"}});
        }
    }
    if (kinds > 1) reader.error(&reader.table(), {}, Code::conflicting_keys, {given});
    if (kinds == 0 && !final) {
        reader.error(&reader.table(), {}, Code::missing_key,
                     {std::string{"ratio"}, std::string{"ratio = 3"}});
    }
    cut.round = reader.choice<RoundingMode>("round", 5);
    if (cut.round) reader.emit("round", std::string{to_string(*cut.round)});
    if (!final) cut.within = within(reader, {"position"});
    ties_at_cut(reader, cut);
    cut.source = reader.free_text("source");
}

void Loader::select(Reader& root) {
    auto& rule = content_.select;
    auto reader = root.child("select");
    std::string names;
    for (const RankRule& rank : content_.ranks) names += (names.empty() ? "" : ", ") + rank.name;
    rule.by = content_.ranks.front().name;
    if (!reader) return;
    if (const auto by = reader->text("by")) {
        rule.by = *by;
        const bool known = std::any_of(content_.ranks.begin(), content_.ranks.end(),
                                       [&](const RankRule& rank) { return rank.name == *by; });
        if (!known)
            reader->error(reader->table().get("by"), "by", Code::unknown_reference, {*by, names}, *by);
    }
    cut(*reader, rule.cut, true);
    if (auto reserve = reader->child("reserve")) {
        rule.reserve.emplace();
        rule.reserve->count = reserve->integer("count", 0, 1'000'000'000);
        const bool all = reserve->boolean("all", false);
        if (all == rule.reserve->count.has_value()) {
            reserve->error(&reserve->table(), {}, all ? Code::conflicting_keys : Code::missing_key,
                           all ? std::vector<Argument>{std::string{"all, count"}}
                               : std::vector<Argument>{std::string{"count"}, std::string{"count = 2"}});
        }
        rule.reserve->source = reserve->free_text("source");
        reserve->finish();
    }
    for (const RankRule& rank : content_.ranks) {
        if (rank.name != rule.by) continue;
        rule.cut.within = rank.within;
        // An end that leaves nobody equal, or leaves the choice to a person, has no room for another policy.
        if (rank.ties.back().kind != TieKind::shared && rule.cut.ties != TiesAtCut::contested) {
            reader->error(reader->table().get("ties_at_cut"), "ties_at_cut", Code::conflicting_keys,
                          {"ties_at_cut = \"" + std::string{to_string(rule.cut.ties)} + "\", end = \"" +
                           std::string{to_string(rank.ties.back().kind)} + "\""});
        }
    }
    rule.source = reader->free_text("source");
    reader->finish();
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
    root.finish();
}

}  // namespace

std::string sha256_hex(std::string_view bytes) {
    std::array<unsigned char, 32> digest{};
    unsigned int length = 0;
    EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, EVP_sha256(), nullptr);
    constexpr std::string_view hex = "0123456789abcdef";
    std::string text;
    for (const unsigned char byte : digest) {
        text += hex[byte >> 4];
        text += hex[byte & 15];
    }
    return text;
}

std::shared_ptr<const Regulation::Content> load_regulation(std::string_view text, std::string_view file) {
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
