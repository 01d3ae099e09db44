#include <recruit/stats/word.hpp>

#include <recruit/base/error.hpp>

#include "base/keys.hpp"

namespace recruit::stats {

namespace {

constexpr std::string_view prefix = "stats_";

Text text_of(NotEstimable reason) noexcept {
    switch (reason) {
        case NotEstimable::no_data:
            return Text::stats_why_no_data;
        case NotEstimable::too_few:
            return Text::stats_why_too_few;
        case NotEstimable::one_group:
            return Text::stats_why_one_group;
        case NotEstimable::empty_group:
            return Text::stats_why_empty_group;
        case NotEstimable::one_candidate:
            return Text::stats_why_one_candidate;
        case NotEstimable::one_rater:
            return Text::stats_why_one_rater;
        case NotEstimable::one_item:
            return Text::stats_why_one_item;
        case NotEstimable::one_category:
            return Text::stats_why_one_category;
        case NotEstimable::all_pass:
            return Text::stats_why_all_pass;
        case NotEstimable::none_pass:
            return Text::stats_why_none_pass;
        case NotEstimable::constant:
            return Text::stats_why_constant;
        case NotEstimable::zero_denominator:
            return Text::stats_why_zero_denominator;
        case NotEstimable::zero_cell:
            return Text::stats_why_zero_cell;
        case NotEstimable::sparse:
            return Text::stats_why_sparse;
        case NotEstimable::uninformative:
            return Text::stats_why_uninformative;
        case NotEstimable::no_pairs:
            return Text::stats_why_no_pairs;
        case NotEstimable::missing_ratings:
            return Text::stats_why_missing_ratings;
        case NotEstimable::not_linked:
            return Text::stats_why_not_linked;
        case NotEstimable::not_identified:
            return Text::stats_why_not_identified;
        case NotEstimable::negative_component:
            return Text::stats_why_negative_component;
        case NotEstimable::not_reached:
            return Text::stats_why_not_reached;
        case NotEstimable::nobody_at_risk:
            return Text::stats_why_nobody_at_risk;
        case NotEstimable::no_outcome:
            return Text::stats_why_no_outcome;
        case NotEstimable::complete_count:
            return Text::stats_why_complete_count;
        case NotEstimable::no_interval_asked:
            return Text::stats_why_no_interval_asked;
        case NotEstimable::all_open:
            return Text::stats_why_all_open;
        case NotEstimable::out_of_order:
            return Text::stats_why_out_of_order;
        case NotEstimable::tied:
            return Text::stats_why_tied;
        case NotEstimable::not_available:
            return Text::stats_why_not_available;
        case NotEstimable::suppressed:
            return Text::stats_why_suppressed;
    }
    return Text::stats_unspecified;
}

}  // namespace

Word::Word() noexcept : key_{Text::stats_unspecified} {}

Word Word::named(std::string_view name) {
    for (std::size_t i = 0; i < text_count(); ++i) {
        const Word word{static_cast<Text>(i)};
        if (to_string(word.key()).starts_with(prefix) && word.name() == name) return word;
    }
    throw Error{Code::unknown_value, {std::string{name}, "recruit::stats::Word"}};
}

std::string_view Word::name() const noexcept {
    const std::string_view name = to_string(key_);
    return name.starts_with(prefix) ? name.substr(prefix.size()) : name;
}

std::string_view Word::label(Language language) const noexcept { return text(key_, language); }

std::string_view to_string(NotEstimable reason) noexcept {
    return to_string(text_of(reason)).substr(std::string_view{"stats_why_"}.size());
}

std::string_view sentence(NotEstimable reason, Language language) noexcept {
    return text(text_of(reason), language);
}

}  // namespace recruit::stats
