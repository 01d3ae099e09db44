// Reading the frame of a regulation: its header, groups and the order of its parts.

#include "regulation/loader.hpp"

#include <algorithm>

#include "regulation/rules_file.hpp"

namespace recruit::detail {

// ---- names and references ----

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

// ---- header ----

void Loader::header(Reader& root) {
    auto& c = content_;
    rules_header(root, c, "vn.lead.example");
    if (const auto standard = root.text("standard")) {
        if (valid_name(root, "standard", *standard, true)) c.standard = *standard;
    }

    static constexpr std::array<std::string_view, 4> paths{"rank.ties", "select.ties_at_cut", "score",
                                                           "bonus"};
    c.incomplete = root.texts("incomplete");
    for (const std::string& path : c.incomplete) {
        if (std::find(paths.begin(), paths.end(), path) != paths.end()) continue;
        root.error(root.table().get("incomplete"), "incomplete", Code::unknown_value,
                   {path, std::string{"rank.ties, select.ties_at_cut, score, bonus"}}, path);
    }
}

void Loader::read(const toml::table& table) {
    Reader root{document_, table, {}};
    header(root);
    declare_stages(root);
    for (Reader& entry : root.tables("fact")) content_.facts.push_back(fact(entry));
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

std::shared_ptr<const Regulation::Content> load_regulation(std::string_view text, std::string_view file) {
    const toml::table root = parse_rules(text, file);
    Document document{file};
    auto content = std::make_shared<Regulation::Content>();
    Loader{document, *content}.read(root);
    static_cast<RulesText&>(*content) = finish_rules(document, text);
    return content;
}

}  // namespace recruit::detail
