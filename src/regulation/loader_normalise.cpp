// Reading how marks of several sessions come onto one scale.

#include <algorithm>
#include <initializer_list>

#include "regulation/loader.hpp"

namespace recruit::detail {

namespace {

/// A key of some methods only.
struct Key {
    std::string_view name;
    std::initializer_list<NormaliseMethod> methods;
};

const Key method_keys[] = {
    {"base", {NormaliseMethod::mean_sd, NormaliseMethod::mean_shift, NormaliseMethod::base_percentile}},
    {"deviation", {NormaliseMethod::mean_sd, NormaliseMethod::top_share}},
    {"round_mean", {NormaliseMethod::mean_sd, NormaliseMethod::mean_shift, NormaliseMethod::top_share}},
    {"round_sd", {NormaliseMethod::mean_sd, NormaliseMethod::top_share}},
    {"percentile", {NormaliseMethod::percentile}},
    {"round_each", {NormaliseMethod::equipercentile_mean}},
    {"beyond", {NormaliseMethod::base_percentile, NormaliseMethod::equipercentile_mean}},
    {"top", {NormaliseMethod::top_share}},
};

bool applies(const Key& key, NormaliseMethod method) {
    return std::find(key.methods.begin(), key.methods.end(), method) != key.methods.end();
}

std::string_view example_of(std::string_view key) {
    if (key == "base") return "base = \"highest_mean\"";
    if (key == "deviation") return "deviation = \"population\"";
    if (key == "round_sd") return "round_sd = { digits = 8, mode = \"half_even\" }";
    if (key == "round_each") return "round_each = { digits = 8, mode = \"half_even\" }";
    if (key == "beyond") return "beyond = \"clamp\"";
    return "top = \"0.001\"";
}

}  // namespace

/// Where the marks come from, and how high they can be.
void Loader::normalise_from(Reader& reader, Normalisation& rule) {
    rule.raw = rule.column + ".raw";
    bool is_declared = false;
    if (const auto raw = reader.text("raw")) {
        rule.raw = *raw;
        if (const auto* info = look_up(reader, "raw", *raw)) {
            is_declared = !info->is_fact;
            rule.raw_max = info->max;
            if (info->is_fact && info->type > FactType::integer) {
                reader.error(reader.table().get("raw"), "raw", Code::wrong_reference,
                             {*raw, Text::not_a_number_column}, *raw);
            }
        }
        if (rule.raw == rule.column)
            reader.error(reader.table().get("raw"), "raw", Code::duplicate_name, {*raw}, *raw);
    }
    if (!reader.has("raw") && columns_.count(rule.raw) != 0)
        reader.error(&reader.table(), {}, Code::duplicate_name, {rule.raw}, rule.raw);
    if (!is_declared) reader.require("raw_max", "raw_max = 200");
    if (const auto most = reader.points("raw_max")) {
        if (is_declared) {
            reader.error(reader.table().get("raw_max"), "raw_max", Code::conflicting_keys,
                         {"raw_max, raw = \"" + rule.raw + "\""});
        }
        rule.raw_max = *most;
        if (*most <= Points{}) {
            reader.error(reader.table().get("raw_max"), "raw_max", Code::out_of_range,
                         {most->str(), std::string{"> 0"}}, most->str());
        }
    }
    rule.session = reader.required_text("session", "session = \"shift\"").value_or("");
    if (!rule.session.empty()) {
        const auto* info = look_up(reader, "session", rule.session);
        if (info != nullptr && !(info->is_fact && info->type == FactType::category)) {
            reader.error(reader.table().get("session"), "session", Code::wrong_reference,
                         {rule.session, Text::not_a_category}, rule.session);
        }
    }
    rule.within = within(reader, {});
}

void Loader::normalise_base(Reader& reader, Normalisation& rule) {
    rule.base = reader.choice<NormaliseBase>("base", 4).value_or(NormaliseBase::stated);
    reader.emit("base", std::string{to_string(rule.base)});
    const auto only = [&](std::string_view key, NormaliseBase base, std::string_view example, bool needed) {
        if (rule.base == base && needed) reader.require(key, example);
        if (rule.base != base && reader.has(key)) {
            reader.error(reader.table().get(key), key, Code::conflicting_keys,
                         {std::string{key} + ", base = \"" + std::string{to_string(rule.base)} + "\""});
        }
    };
    const bool has_sd = rule.method == NormaliseMethod::mean_sd;
    only("base_mean", NormaliseBase::stated, "base_mean = 50", true);
    only("base_sd", NormaliseBase::stated, "base_sd = 10", has_sd);
    only("base_session", NormaliseBase::session, "base_session = \"morning\"", true);
    only("base_share", NormaliseBase::highest_mean, "base_share = \"0.7\"", false);
    if (rule.base == NormaliseBase::stated && rule.method == NormaliseMethod::base_percentile) {
        reader.error(reader.table().get("base"), "base", Code::conflicting_keys,
                     {std::string{"base = \"stated\", method = \"base_percentile\""}});
    }
    rule.base_mean = reader.points("base_mean").value_or(Points{});
    if (const auto sd = reader.points("base_sd")) {
        rule.base_sd = *sd;
        if (*sd <= Points{} || !has_sd) {
            reader.error(reader.table().get("base_sd"), "base_sd", Code::out_of_range,
                         {sd->str(), std::string{"> 0"}}, sd->str());
        }
    }
    rule.base_session = reader.text("base_session").value_or("");
    if (const auto share = reader.fraction("base_share")) {
        rule.base_share = *share;
        if (*share < Fraction{0} || *share > Fraction{1}) {
            reader.error(reader.table().get("base_share"), "base_share", Code::out_of_range,
                         {share->str(), std::string{"0..1"}}, share->str());
        }
    }
}

void Loader::normalise(Reader reader) {
    Normalisation rule;
    rule.column = column(reader, true, false);
    for (const Normalisation& other : content_.normalisations) {
        if (!rule.column.empty() && other.column == rule.column)
            reader.error(&reader.table(), {}, Code::duplicate_name, {rule.column}, rule.column);
    }
    normalise_from(reader, rule);
    if (reader.require("method", "method = \"mean_sd\"") != nullptr) {
        rule.method = reader.choice<NormaliseMethod>("method", 6).value_or(NormaliseMethod::mean_sd);
        reader.emit("method", std::string{to_string(rule.method)});
    }
    for (const Key& key : method_keys) {
        const bool has_default = key.name == "round_mean" || key.name == "percentile";
        if (applies(key, rule.method)) {
            if (!has_default) reader.require(key.name, example_of(key.name));
        } else if (reader.take(key.name) != nullptr) {
            reader.error(
                reader.table().get(key.name), key.name, Code::conflicting_keys,
                {std::string{key.name} + ", method = \"" + std::string{to_string(rule.method)} + "\""});
        }
    }
    if (applies(method_keys[0], rule.method) && reader.has("base")) normalise_base(reader, rule);
    if (const auto deviation = reader.choice<Deviation>("deviation", 2)) {
        rule.deviation = *deviation;
        reader.emit("deviation", std::string{to_string(*deviation)});
    }
    if (const auto counted = reader.choice<Percentile>("percentile", 3)) {
        rule.percentile = *counted;
        if (*counted != Percentile::at_or_below) reader.emit("percentile", std::string{to_string(*counted)});
    }
    if (const auto beyond = reader.choice<Beyond>("beyond", 2)) {
        rule.beyond = *beyond;
        reader.emit("beyond", std::string{to_string(*beyond)});
    }
    rule.round_mean = reader.rounding("round_mean");
    rule.round_sd = reader.rounding("round_sd");
    rule.round_each = reader.rounding("round_each");
    if (const auto top = reader.fraction("top")) {
        rule.top = *top;
        if (*top <= Fraction{0} || *top > Fraction{1}) {
            reader.error(reader.table().get("top"), "top", Code::out_of_range,
                         {top->str(), std::string{"0..1"}}, top->str());
        }
    }
    rule.least = reader.integer("least", 1, 1'000'000'000).value_or(2);
    rule.limit = reader.boolean("limit", false);
    if (reader.require("round", "round = { digits = 5, mode = \"half_up\" }") != nullptr)
        rule.round = reader.rounding("round").value_or(Rounding{});
    rule.source = reader.free_text("source");
    reader.finish();
    content_.normalisations.push_back(std::move(rule));
}

}  // namespace recruit::detail
