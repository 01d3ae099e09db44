#pragma once

/// \file
/// Standing: where an application stands. Room: scoring.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <recruit/base/texts.hpp>
#include <recruit/export.hpp>

namespace recruit {

/// What a selection says about one application. A row has exactly one standing, and the stage where it ended.
enum class Standing : std::uint8_t {
    selected,    ///< Inside the cut.
    contested,   ///< Equal with others across the cut, and no rule decides between them.
    reserve,     ///< After the seats, kept on the reserve list.
    advanced,    ///< Goes on to the next stage, which is not part of this selection.
    qualified,   ///< Passed everything asked so far, but outside the cut.
    ranked,      ///< Passed and ranked; no seats were given, so nothing is cut.
    failed,      ///< Under a gate.
    absent,      ///< Did not sit a stage.
    incomplete,  ///< A score or fact that a rule needs is missing or unusable.
    excluded,    ///< A stage was annulled, or the application was excluded.
    ineligible,  ///< Did not meet the conditions to apply.
    withdrawn,   ///< Taken back by the person.
    cancelled,   ///< The result was cancelled.
};

inline constexpr int standing_count = 13;

/// The stable name, such as "selected".
RECRUIT_EXPORT std::string_view to_string(Standing standing) noexcept;
RECRUIT_EXPORT std::optional<Standing> standing(std::string_view name) noexcept;
/// What people read: "trúng tuyển".
RECRUIT_EXPORT std::string_view label(Standing standing, Language language) noexcept;

/// True where everything asked was passed: selected, contested, reserve, advanced, qualified, ranked.
constexpr bool has_passed(Standing standing) noexcept { return standing <= Standing::ranked; }

}  // namespace recruit
