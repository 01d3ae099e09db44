// Reading quotas, and who goes ahead of the score.

#include <algorithm>

#include "regulation/loader.hpp"

namespace recruit::detail {

namespace {

/// `round = "down"`, or `round = [ { seats = 5, mode = "down" }, { seats = 10, mode = "half_up" } ]`.
std::vector<QuotaStep> quota_steps(Reader& reader) {
    const auto* node = reader.table().get("round");
    if (node == nullptr || !node->is_array()) {
        const auto mode = reader.choice<RoundingMode>("round", 5);
        if (!mode) return {};
        reader.emit("round", std::string{to_string(*mode)});
        return {{0, *mode}};
    }
    std::vector<QuotaStep> steps;
    for (Reader& entry : reader.tables("round")) {
        QuotaStep step;
        entry.require("seats", "seats = 5");
        step.seats = entry.integer("seats", 1, 1'000'000'000).value_or(1);
        if (entry.require("mode", "mode = \"down\"") != nullptr) {
            step.round = entry.choice<RoundingMode>("mode", 5).value_or(RoundingMode::down);
            entry.emit("mode", std::string{to_string(step.round)});
        }
        if (!steps.empty() && step.seats <= steps.back().seats) {
            entry.error(entry.table().get("seats"), "seats", Code::out_of_range,
                        {std::to_string(step.seats), "> " + std::to_string(steps.back().seats)},
                        std::to_string(step.seats));
        }
        entry.finish();
        steps.push_back(step);
    }
    return steps;
}

}  // namespace

void Loader::quota_size(Reader& reader, Quota& quota) {
    quota.share = reader.fraction("share");
    if (quota.share && (*quota.share < Fraction{0} || *quota.share > Fraction{1})) {
        reader.error(reader.table().get("share"), "share", Code::out_of_range,
                     {quota.share->str(), std::string{"0..1"}}, quota.share->str());
    }
    quota.count = reader.integer("count", 0, 1'000'000'000);
    if (const auto fact = reader.text("seats_fact")) {
        quota.fact = *fact;
        const auto* info = look_up(reader, "seats_fact", *fact);
        if (info != nullptr && (!info->is_fact || info->type != FactType::integer)) {
            reader.error(reader.table().get("seats_fact"), "seats_fact", Code::wrong_reference,
                         {*fact, Text::not_a_number_column}, *fact);
        }
    }
    const int given = (quota.share ? 1 : 0) + (quota.count ? 1 : 0) + (quota.fact.empty() ? 0 : 1);
    if (given != 1) {
        reader.error(&reader.table(), {}, given == 0 ? Code::missing_key : Code::conflicting_keys,
                     given == 0 ? std::vector<Argument>{std::string{"share"}, std::string{"share = \"3/10\""}}
                                : std::vector<Argument>{std::string{"share, count, seats_fact"}});
    }
    const bool is_rate = quota.kind == QuotaKind::prefix_rate;
    if (is_rate && !quota.share) {
        reader.error(&reader.table(), {}, Code::missing_key,
                     {std::string{"share"}, std::string{"share = \"1/10\""}});
    }
    const bool has_round = reader.has("round");
    quota.steps = quota_steps(reader);
    if (quota.share && !is_rate && !has_round) {
        reader.error(reader.table().get("share"), "share", Code::names_no_rounding_mode,
                     {std::string{"A share of the seats"}});
    }
    if (has_round && (is_rate || !quota.share)) {
        reader.error(reader.table().get("round"), "round", Code::conflicting_keys,
                     {std::string{is_rate ? "kind = \"prefix_rate\", round" : "round without share"}});
    }
}

void Loader::quota(Reader reader) {
    Quota quota;
    quota.name = reader.required_text("name", "name = \"women\"").value_or("");
    if (!quota.name.empty()) valid_name(reader, "name", quota.name, false);
    const bool taken =
        quota.name == "open" || std::any_of(content_.quotas.begin(), content_.quotas.end(),
                                            [&](const Quota& other) { return other.name == quota.name; });
    if (taken)
        reader.error(reader.table().get("name"), "name", Code::duplicate_name, {quota.name}, quota.name);
    if (reader.require("kind", "kind = \"minimum\"") != nullptr) {
        quota.kind = reader.choice<QuotaKind>("kind", 4).value_or(QuotaKind::minimum);
        reader.emit("kind", std::string{to_string(quota.kind)});
    }
    if (!reader.has("who")) {
        reader.require("who", "who = { fact = \"woman\", equals = true }");
    }
    quota.who = condition(reader, "who");
    quota_size(reader, quota);
    // Keys of one kind only: read for all, so that a wrong place is told as such.
    const auto only = [&](std::string_view key, QuotaKind kind) {
        if (!reader.has(key) || quota.kind == kind) return;
        reader.error(reader.table().get(key), key, Code::conflicting_keys,
                     {std::string{key} + ", kind = \"" + std::string{to_string(quota.kind)} + "\""});
    };
    only("inside", QuotaKind::minimum);
    only("relaxed", QuotaKind::set_aside);
    only("unfilled", QuotaKind::set_aside);
    only("within", QuotaKind::add_beyond);
    only("when", QuotaKind::add_beyond);
    quota.inside = reader.texts("inside");
    for (const std::string& place : quota.inside) {
        const bool known =
            place == "open" ||
            std::any_of(content_.quotas.begin(), content_.quotas.end(), [&](const Quota& other) {
                return other.name == place && other.kind == QuotaKind::set_aside;
            });
        if (known) continue;
        std::string names = "open";
        for (const Quota& other : content_.quotas) {
            if (other.kind == QuotaKind::set_aside) names += ", " + other.name;
        }
        reader.error(reader.table().get("inside"), "inside", Code::unknown_reference, {place, names}, place);
    }
    quota.relaxed = condition(reader, "relaxed");
    quota.unfilled = reader.choice<Unfilled>("unfilled", 3).value_or(Unfilled::lapses);
    if (quota.unfilled != Unfilled::lapses) reader.emit("unfilled", std::string{to_string(quota.unfilled)});
    quota.within = reader.points("within");
    if (quota.within && *quota.within < Points{}) {
        reader.error(reader.table().get("within"), "within", Code::out_of_range,
                     {quota.within->str(), std::string{">= 0"}}, quota.within->str());
    }
    quota.when = condition(reader, "when");
    quota.title = reader.title();
    quota.source = reader.free_text("source");
    const bool one_family = [&] {
        if (content_.quotas.empty()) return true;
        const auto family = [](QuotaKind kind) {
            return kind == QuotaKind::minimum ? QuotaKind::set_aside : kind;
        };
        return family(content_.quotas.front().kind) == family(quota.kind);
    }();
    if (!one_family) {
        reader.error(reader.table().get("kind"), "kind", Code::conflicting_keys,
                     {std::string{to_string(content_.quotas.front().kind)} + ", " +
                      std::string{to_string(quota.kind)}});
    }
    reader.finish();
    content_.quotas.push_back(std::move(quota));
}

/// Quotas say who is in among equals by their own rules: the final cut has no room for another.
void Loader::check_quotas(Reader& root) {
    if (content_.quotas.empty()) return;
    constexpr std::size_t most = 16;  // bits of one machine word, two a quota, with room for the kind "open"
    const auto* list = root.table().get("quota");
    if (content_.quotas.size() > most) {
        root.error(list, "quota", Code::out_of_range,
                   {std::to_string(content_.quotas.size()), "0.." + std::to_string(most)});
    }
    constexpr std::size_t most_rates = 4;  // their combinations are told apart one by one
    if (content_.quotas.front().kind == QuotaKind::prefix_rate && content_.quotas.size() > most_rates) {
        root.error(
            list, "quota", Code::out_of_range,
            {std::to_string(content_.quotas.size()) + " × prefix_rate", "0.." + std::to_string(most_rates)});
    }
    const Cut& cut = content_.select.cut;
    if (cut.ties != TiesAtCut::contested) {
        root.error(list, "quota", Code::conflicting_keys,
                   {"[[quota]], ties_at_cut = \"" + std::string{to_string(cut.ties)} + "\""});
    }
    if (cut.kind == CutKind::score) {
        root.error(list, "quota", Code::conflicting_keys, {std::string{"[[quota]], select.score"}});
    }
}

}  // namespace recruit::detail
