// Normalisation as lines of the page that describes a regulation.

#include "base/join.hpp"
#include "regulation/words.hpp"

namespace recruit::detail {

namespace {

std::string method_in_words(const Normalisation& rule, Language language) {
    constexpr Text methods[] = {
        Text::normalise_mean_sd,         Text::normalise_mean_shift,          Text::normalise_percentile,
        Text::normalise_base_percentile, Text::normalise_equipercentile_mean, Text::normalise_top_share};
    std::vector<Argument> arguments;
    if (rule.method == NormaliseMethod::top_share) arguments.emplace_back(rule.top.str());
    return Message{methods[static_cast<std::size_t>(rule.method)], std::move(arguments)}.str(language);
}

std::string base_in_words(const Normalisation& rule, Language language) {
    switch (rule.base) {
        case NormaliseBase::stated:
            return Message{Text::normalise_base_stated, {rule.base_mean, rule.base_sd}}.str(language);
        case NormaliseBase::all:
            return Message{Text::normalise_base_all, {}}.str(language);
        case NormaliseBase::session:
            return Message{Text::normalise_base_session, {rule.base_session}}.str(language);
        case NormaliseBase::highest_mean:
            break;
    }
    return Message{Text::normalise_base_highest, {rule.base_share.str()}}.str(language);
}

}  // namespace

std::string normalisation_in_words(const Regulation& rules, Language language) {
    if (rules.normalisations().empty()) return {};
    const auto say = [&](Text key, std::vector<Argument> arguments = {}) {
        return Message{key, std::move(arguments)}.str(language);
    };
    const auto label = [&](const std::string& column) { return rules.label(column).str(language); };
    std::string page = "\n" + say(Text::describe_normalise) + "\n";
    for (const Normalisation& rule : rules.normalisations()) {
        page += "  " + say(Text::normalise_line, {label(rule.column), label(rule.raw), rule.raw_max,
                                                  label(rule.session), method_in_words(rule, language)});
        if (!rule.source.empty()) page += "  [" + rule.source + "]";
        page += "\n";
        const auto line = [&](const std::string& words) { page += "    " + words + "\n"; };
        const std::string groups = joined(rule.within, label, " × ");
        if (!groups.empty()) line(say(Text::normalise_within, {groups}));
        const bool has_base = rule.method == NormaliseMethod::mean_sd ||
                              rule.method == NormaliseMethod::mean_shift ||
                              rule.method == NormaliseMethod::base_percentile;
        if (has_base) line(base_in_words(rule, language));
        std::string choices;
        const auto choose = [&](std::string_view key, const std::string& value) {
            add_item(choices, std::string{key} + " = " + value);
        };
        const auto rounding = [&](std::string_view key, const std::optional<Rounding>& round) {
            if (round) choose(key, std::string{to_string(round->mode)} + std::to_string(round->digits));
        };
        if (rule.round_sd) choose("deviation", std::string{to_string(rule.deviation)});
        if (rule.method == NormaliseMethod::percentile)
            choose("percentile", std::string{to_string(rule.percentile)});
        if (rule.method == NormaliseMethod::base_percentile ||
            rule.method == NormaliseMethod::equipercentile_mean)
            choose("beyond", std::string{to_string(rule.beyond)});
        rounding("round_mean", rule.round_mean);
        rounding("round_sd", rule.round_sd);
        rounding("round_each", rule.round_each);
        rounding("round", rule.round);
        line(choices);
        line(say(Text::normalise_least, {std::to_string(rule.least)}));
        if (rule.limit)
            line(say(Text::normalise_limit,
                     {rules.find_stage(rule.column.substr(0, rule.column.find('.')))->max}));
    }
    return page;
}

}  // namespace recruit::detail
