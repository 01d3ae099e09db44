#pragma once

/// \file
/// Referral and lists: who may be chosen for a vacancy, and which results are kept for later. Room:
/// regulation.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <recruit/base/fraction.hpp>
#include <recruit/base/points.hpp>
#include <recruit/base/rounding.hpp>
#include <recruit/base/texts.hpp>
#include <recruit/export.hpp>
#include <recruit/regulation/condition.hpp>

namespace recruit {

enum class ReferralKind {
    top,         ///< The `names` highest who are available (rule of three; New York section 61).
    at_least,    ///< Whoever scored at least `amount` (rule of many, by a cut score).
    percent,     ///< The highest `amount` percent of those ranked (rule of many).
    category,    ///< Whoever is in the highest category; the first two are merged if it is too small.
    whole_list,  ///< Everybody ranked.
};

/// A category of a category rating: whoever scored at least `from`.
struct Category {
    std::string name;
    Points from;
    Title title;
};

/// The rule of a referral. The chooser chooses among whom it refers; it is made anew after each appointment,
/// refusal or expiry.
struct ReferralRule {
    ReferralKind kind = ReferralKind::top;
    std::int64_t names = 3;                 ///< top
    std::int64_t extra_per_post = 0;        ///< top: more names for each further post filled at once.
    Fraction amount;                        ///< at_least, percent
    RoundingMode round = RoundingMode::up;  ///< percent
    std::int64_t least_names = 0;           ///< at_least, percent: never fewer than so many.
    std::vector<Category> categories;       ///< Highest first; the last is from the lowest passing score.
    std::int64_t merge_below = 0;           ///< category: with fewer names in the first, the second joins it.
    Condition floats;                       ///< category: whoever goes to the highest category.
    bool has_floats = false;
    /// Whoever must not be passed over for somebody without the preference who stands lower (in a category
    /// rating: in the same category), unless the passing over was approved.
    Condition precedes;
    bool has_precedes = false;
    std::int64_t considerations = 0;  ///< After so many a name may be dropped; 0: never.
    bool ranked = true;               ///< False: the names go to the chooser without rank, by their ids.
    std::string source;
};

/// What is kept (bảo lưu).
enum class ListKind {
    passed_kept,      ///< Passed without a seat; kept for a later vacancy.
    stage_exemption,  ///< A stage passed, which exempts from it next time.
    winner_waiting,   ///< Selected, and waiting for a post.
};

/// For which later vacancies a kept result counts.
enum class ListScope { same_position, equivalent_position, same_body, anywhere };

/// A list the regulation keeps, or forbids to keep.
struct ListRule {
    std::string name;
    ListKind kind = ListKind::passed_kept;
    bool allowed = true;  ///< False: the regulation says that nothing is kept.
    std::string stage;    ///< stage_exemption
    std::int64_t months = 12;
    std::optional<std::int64_t> extended_months;        ///< In all, with the approval the source names.
    std::int64_t least_months = 0;                      ///< A newer list does not end this one before.
    std::optional<std::int64_t> superseded_after_days;  ///< A newer list ends this one so long after it.
    ListScope scope = ListScope::same_position;
    bool standards_again = true;  ///< Standards are checked again on the day of use.
    Title title;
    std::string source;
};

RECRUIT_EXPORT std::string_view to_string(ReferralKind kind) noexcept;
RECRUIT_EXPORT std::string_view to_string(ListKind kind) noexcept;
RECRUIT_EXPORT std::string_view to_string(ListScope scope) noexcept;

}  // namespace recruit
