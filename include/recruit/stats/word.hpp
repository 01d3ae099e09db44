#pragma once

/// \file
/// The words of statistics: names of methods and conventions, and why a number cannot be told. Room: stats.

#include <cstdint>
#include <string_view>

#include <recruit/base/texts.hpp>
#include <recruit/export.hpp>

namespace recruit::stats {

/// A word of statistics: its stable name ("wilson") and what people read for it in either language.
/// A quantity, a method, a convention and a cause of dropped values are Words.
class RECRUIT_EXPORT Word {
public:
    Word() noexcept;         ///< "unspecified".
    Word(Text key) noexcept  // NOLINT(google-explicit-constructor): a key of the catalogue is a word
        : key_{key} {}       ///< From a key `stats_<name>`.
    /// The word of that stable name. \throws Error (`unknown_value`) if there is none.
    static Word named(std::string_view name);

    std::string_view name() const noexcept;  ///< Stable; the same in every language.
    std::string_view label(Language language = Language::en) const noexcept;
    Text key() const noexcept { return key_; }

    friend bool operator==(const Word&, const Word&) noexcept = default;

private:
    Text key_;
};

/// Why a number, or its interval, cannot be told. A result in its own right, never an error: fields of two to
/// six people are the normal case.
enum class NotEstimable : std::uint8_t {
    no_data,             ///< No observation is left.
    too_few,             ///< Fewer observations than the method needs.
    one_group,           ///< Only one group has anybody in it.
    empty_group,         ///< A group that is needed has nobody in it.
    one_candidate,       ///< One candidate only: there is nobody to compare with.
    one_rater,           ///< One rater only: agreement and severity need two.
    one_item,            ///< One item or part only.
    one_category,        ///< Every rating is in one category: chance agreement is certain.
    all_pass,            ///< Everybody passed: rates cannot differ.
    none_pass,           ///< Nobody passed: rates cannot differ.
    constant,            ///< Every value is the same: there is no spread to compare with.
    zero_denominator,    ///< The number it is divided by is 0.
    zero_cell,           ///< A cell of the table is 0, and the formula divides by it or takes its logarithm.
    sparse,              ///< Expected counts are too small for the approximation.
    uninformative,       ///< No stratum has both groups and both outcomes.
    no_pairs,            ///< No unit has two ratings.
    missing_ratings,     ///< The form needs complete data, and ratings are missing.
    not_linked,          ///< Nothing links the panels or councils: no member or script in common.
    not_identified,      ///< The design cannot tell the effects apart.
    negative_component,  ///< A variance component came out negative where its root is needed.
    not_reached,         ///< The curve does not come down (or up) to the level asked for.
    nobody_at_risk,      ///< Nobody was still under observation.
    no_outcome,          ///< There is no outcome to validate against.
    complete_count,      ///< Everybody was counted: there is no sampling error to give an interval for.
    no_interval_asked,   ///< The caller asked for no interval.
    all_open,            ///< No case has ended yet.
    out_of_order,        ///< The order of the events contradicts their times.
    tied,                ///< Level with others at the cut, and nothing tells them apart.
    not_available,       ///< The method has no such figure.
    suppressed,          ///< Hidden, because it would tell about single persons.
};

RECRUIT_EXPORT std::string_view to_string(NotEstimable reason) noexcept;  ///< "too_few"
/// One sentence for people.
RECRUIT_EXPORT std::string_view sentence(NotEstimable reason, Language language = Language::en) noexcept;

}  // namespace recruit::stats
