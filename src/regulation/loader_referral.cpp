// Reading who may be referred, and what is kept.

#include <algorithm>

#include "regulation/loader.hpp"

namespace recruit::detail {

void Loader::referral(Reader& root) {
    auto reader = root.child("referral");
    if (!reader) return;
    ReferralRule rule;
    if (reader->require("kind", "kind = \"top\"") != nullptr) {
        rule.kind = reader->choice<ReferralKind>("kind", 5).value_or(ReferralKind::top);
        reader->emit("kind", std::string{to_string(rule.kind)});
    }
    const auto only = [&](std::string_view key, std::initializer_list<ReferralKind> kinds) {
        const bool fits = std::find(kinds.begin(), kinds.end(), rule.kind) != kinds.end();
        if (!reader->has(key) || fits) return;
        reader->error(reader->table().get(key), key, Code::conflicting_keys,
                      {std::string{key} + ", kind = \"" + std::string{to_string(rule.kind)} + "\""});
    };
    using enum ReferralKind;
    only("names", {top});
    only("extra_per_post", {top});
    only("score", {at_least});
    only("percent", {percent});
    only("round", {percent});
    only("least_names", {at_least, percent});
    only("category", {category});
    only("merge_below", {category});
    only("floats", {category});
    if (rule.kind == top) reader->require("names", "names = 3");
    if (rule.kind == at_least) reader->require("score", "score = 70");
    if (rule.kind == percent) {
        reader->require("percent", "percent = 10");
        reader->require("round", "round = \"up\"");
    }
    if (rule.kind == category) reader->require("category", "category = [{ name = \"best\", from = 95 }, …]");
    rule.names = reader->integer("names", 1, 1'000'000).value_or(3);
    rule.extra_per_post = reader->integer("extra_per_post", 0, 1000).value_or(0);
    if (const auto score = reader->fraction("score")) rule.amount = *score;
    if (const auto share = reader->fraction("percent")) {
        rule.amount = *share;
        if (*share <= Fraction{0} || *share > Fraction{100}) {
            reader->error(reader->table().get("percent"), "percent", Code::out_of_range,
                          {share->str(), std::string{"0..100"}}, share->str());
        }
    }
    if (const auto mode = reader->choice<RoundingMode>("round", 5)) {
        rule.round = *mode;
        reader->emit("round", std::string{to_string(*mode)});
    }
    rule.least_names = reader->integer("least_names", 0, 1'000'000).value_or(0);
    for (Reader& entry : reader->tables("category")) {
        Category one;
        one.name = entry.required_text("name", "name = \"best\"").value_or("");
        if (!one.name.empty()) valid_name(entry, "name", one.name, false);
        if (entry.require("from", "from = 95") != nullptr) one.from = entry.points("from").value_or(Points{});
        if (!rule.categories.empty() && one.from >= rule.categories.back().from) {
            entry.error(entry.table().get("from"), "from", Code::out_of_range,
                        {one.from.str(), "< " + rule.categories.back().from.str()}, one.from.str());
        }
        one.title = entry.title();
        entry.finish();
        rule.categories.push_back(std::move(one));
    }
    if (rule.kind == category && reader->has("category") && rule.categories.size() < 2) {
        reader->error(reader->table().get("category"), "category", Code::out_of_range,
                      {std::to_string(rule.categories.size()), std::string{">= 2"}});
    }
    rule.merge_below = reader->integer("merge_below", 0, 1000).value_or(0);
    rule.has_floats = reader->has("floats");
    rule.floats = condition(*reader, "floats");
    rule.has_precedes = reader->has("precedes");
    rule.precedes = condition(*reader, "precedes");
    rule.considerations = reader->integer("considerations", 1, 1000).value_or(0);
    rule.ranked = reader->boolean("ranked", true);
    rule.source = reader->free_text("source");
    reader->finish();
    content_.referral = std::move(rule);
}

void Loader::list(Reader reader) {
    ListRule rule;
    rule.name = reader.required_text("name", "name = \"reserve\"").value_or("");
    if (!rule.name.empty()) valid_name(reader, "name", rule.name, false);
    for (const ListRule& other : content_.lists) {
        if (other.name == rule.name)
            reader.error(reader.table().get("name"), "name", Code::duplicate_name, {rule.name}, rule.name);
    }
    if (reader.require("kind", "kind = \"passed_kept\"") != nullptr) {
        rule.kind = reader.choice<ListKind>("kind", 3).value_or(ListKind::passed_kept);
        reader.emit("kind", std::string{to_string(rule.kind)});
    }
    rule.allowed = reader.boolean("allowed", true);
    if (rule.kind == ListKind::stage_exemption) {
        rule.stage = reader.required_text("stage", "stage = \"written\"").value_or("");
        if (!rule.stage.empty()) look_up(reader, "stage", rule.stage);
    }
    if (rule.allowed) reader.require("months", "months = 12");
    rule.months = reader.integer("months", 1, 1200).value_or(12);
    rule.extended_months = reader.integer("extended_months", 1, 1200);
    if (rule.extended_months && *rule.extended_months < rule.months) {
        reader.error(reader.table().get("extended_months"), "extended_months", Code::out_of_range,
                     {std::to_string(*rule.extended_months), ">= " + std::to_string(rule.months)},
                     std::to_string(*rule.extended_months));
    }
    rule.least_months = reader.integer("least_months", 0, rule.months).value_or(0);
    rule.superseded_after_days = reader.integer("superseded_after_days", 0, 36'500);
    rule.scope = reader.choice<ListScope>("scope", 4).value_or(ListScope::same_position);
    if (rule.scope != ListScope::same_position) reader.emit("scope", std::string{to_string(rule.scope)});
    rule.standards_again = reader.boolean("standards_again", true);
    rule.title = reader.title();
    rule.source = reader.free_text("source");
    reader.finish();
    content_.lists.push_back(std::move(rule));
}

}  // namespace recruit::detail
