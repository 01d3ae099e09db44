// From TOML to a validated Standard::Content.

#include <algorithm>

#include "regulation/condition_loader.hpp"
#include "regulation/rules_file.hpp"
#include "regulation/standard_content.hpp"

namespace recruit::detail {

namespace {

class StandardLoader : private ConditionLoader {
public:
    StandardLoader(Document& document, Standard::Content& content)
        : ConditionLoader{document, true}, content_{content} {}

    void read(const toml::table& table);

private:
    void moment_of(Reader reader);
    Requirement requirement(Reader reader, std::set<std::string>& names);
    RequiredDocument document(Reader reader, std::set<std::string>& names);
    EntryGroup group(Reader reader);
    std::string name(Reader& reader, std::string_view example, std::set<std::string>& names);

    Standard::Content& content_;
    std::set<std::string> common_;  ///< Names of requirements, documents and groups.
};

/// A name of its own among `names`; no fact has it either, since results have a column for each.
std::string StandardLoader::name(Reader& reader, std::string_view example, std::set<std::string>& names) {
    const auto name = reader.required_text("name", "name = \"" + std::string{example} + "\"").value_or("");
    if (name.empty() || !valid_name(reader, "name", name, false)) return name;
    if (!names.insert(name).second)
        reader.error(reader.table().get("name"), "name", Code::duplicate_name, {name}, name);
    return name;
}

void StandardLoader::moment_of(Reader reader) {
    Moment moment;
    moment.name = reader.required_text("name", "name = \"appointment\"").value_or("");
    if (!moment.name.empty() && valid_name(reader, "name", moment.name, false)) {
        name_is_free(reader, moment.name);
        if (!moments_.insert(moment.name).second)
            reader.error(reader.table().get("name"), "name", Code::duplicate_name, {moment.name},
                         moment.name);
    }
    moment.title = reader.title();
    moment.source = reader.free_text("source");
    reader.finish();
    content_.moments.push_back(std::move(moment));
}

Requirement StandardLoader::requirement(Reader reader, std::set<std::string>& names) {
    Requirement requirement;
    requirement.name = name(reader, "age", names);
    if (!reader.has("holds"))
        reader.require("holds", "holds = { age = \"born\", at = \"appointment\", at_most = 55 }");
    requirement.holds = condition(reader, "holds");
    requirement.title = reader.title();
    requirement.source = reader.free_text("source");
    requirement.confidence = reader.choice<Confidence>("confidence", 4);
    reader.finish();
    return requirement;
}

RequiredDocument StandardLoader::document(Reader reader, std::set<std::string>& names) {
    RequiredDocument document;
    document.name = name(reader, "application_form", names);
    if (columns_.count(document.name) != 0 || moments_.count(document.name) != 0) {
        reader.error(reader.table().get("name"), "name", Code::duplicate_name, {document.name},
                     document.name);
    }
    if (reader.has("by")) document.by = moment(reader, "by");
    document.when = condition(reader, "when");
    document.title = reader.title();
    document.source = reader.free_text("source");
    document.confidence = reader.choice<Confidence>("confidence", 4);
    reader.finish();
    return document;
}

EntryGroup StandardLoader::group(Reader reader) {
    EntryGroup group;
    std::set<std::string> names;
    group.name = name(reader, "insider", common_);
    for (Reader& entry : reader.tables("require")) group.requirements.push_back(requirement(entry, names));
    for (Reader& entry : reader.tables("document")) group.documents.push_back(document(entry, names));
    if (group.requirements.empty() && group.documents.empty()) {
        // Everybody would belong to it, and nobody would need the others.
        reader.error(
            &reader.table(), {}, Code::missing_key,
            {std::string{"require"}, std::string{"require = [{ name = \"planned\", holds = { … } }]"}});
    }
    group.title = reader.title();
    group.source = reader.free_text("source");
    reader.finish();
    return group;
}

void StandardLoader::read(const toml::table& table) {
    Reader root{document_, table, {}};
    rules_header(root, content_, "vn.lead.deputy_division");
    if (const auto* node = root.take("leap_day")) {
        const auto word = root.as_text(*node, "leap_day");
        for (const LeapDay rule : {LeapDay::february_28, LeapDay::march_1})
            if (word && to_string(rule) == *word) content_.leap_day = rule;
        if (word && content_.leap_day == LeapDay::unsaid) {
            root.error(node, "leap_day", Code::unknown_value, {*word, std::string{"february_28, march_1"}},
                       *word);
        }
        if (word) root.emit("leap_day", *word);
    }
    for (Reader& entry : root.tables("moment")) moment_of(entry);
    for (Reader& entry : root.tables("fact")) {
        if (const auto* word = entry.table().get_as<std::string>("name");
            word != nullptr && moments_.count(word->get()) != 0) {
            entry.error(entry.table().get("name"), "name", Code::duplicate_name, {word->get()}, word->get());
        }
        content_.facts.push_back(fact(entry));
    }
    for (Reader& entry : root.tables("require")) content_.requirements.push_back(requirement(entry, common_));
    for (Reader& entry : root.tables("document")) content_.documents.push_back(document(entry, common_));
    for (Reader& entry : root.tables("group")) content_.groups.push_back(group(entry));
    if (content_.requirements.empty() && content_.documents.empty() && content_.groups.empty())
        root.error(nullptr, {}, Code::standard_asks_nothing, {});
    root.finish();
}

}  // namespace

std::shared_ptr<const Standard::Content> load_standard(std::string_view text, std::string_view file) {
    const toml::table root = parse_rules(text, file);
    Document document{file};
    auto content = std::make_shared<Standard::Content>();
    StandardLoader{document, *content}.read(root);
    static_cast<RulesText&>(*content) = finish_rules(document, text);
    return content;
}

}  // namespace recruit::detail
