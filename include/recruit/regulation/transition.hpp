#pragma once

/// \file
/// transition: which text a contest goes on under when the law changes meanwhile. Room: regulation.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include <recruit/regulation/regulation.hpp>

namespace recruit {

/// What becomes of a contest that was begun under an older text.
enum class TransitionOutcome : std::uint8_t {
    old_text,     ///< It goes on under the older text.
    new_text,     ///< It goes on under the newer text.
    cancelled,    ///< It is void.
    not_decided,  ///< The newer text does not say.
};

/// The text a contest stands under on a day, and why. A plain value.
struct TransitionRuling {
    TransitionOutcome outcome{};
    std::string regulation;                            ///< Id of the text that applies; empty if none does.
    std::optional<std::chrono::year_month_day> until;  ///< Last day on which the older text may be used.
    std::string rule;                                  ///< "transition.months", or what would have said it.
    std::string source;
    Title sentence;

    const std::string& str(Language language = Language::en) const noexcept { return sentence.str(language); }
    friend bool operator==(const TransitionRuling&, const TransitionRuling&) = default;
};

/// Under which of two versions a contest goes on.
///
/// `started` is the day the contest began, `reached` the last stage that was held ("" for none), `on` the day
/// asked about. Before `after` is in force the older text applies. Months are counted from the first day in
/// force, to the same day of the month or the last there is (Civil Code 2015, Art. 147-148); the period runs
/// out at the end of that day's eve: three months from 1 July end with 30 September.
///
/// \throws Error (`not_a_version` if the two are not versions of one series in order of time, `unknown_stage`
/// if `reached` is no stage of the older text, `starts_outside` if `started` is not a day the older text was
/// in force on, or a day after `on`).
RECRUIT_EXPORT TransitionRuling transition(const Regulation& before, const Regulation& after,
                                           std::chrono::year_month_day started, const std::string& reached,
                                           std::chrono::year_month_day on);

/// The same for a series of the catalogue: the version in force on `started` is what the contest is pinned
/// to, and each version that came into force by `on` is asked in turn. \throws Error also as `regulation`.
RECRUIT_EXPORT TransitionRuling transition(std::string_view series, std::chrono::year_month_day started,
                                           const std::string& reached, std::chrono::year_month_day on);

RECRUIT_EXPORT std::string_view to_string(TransitionOutcome outcome) noexcept;

}  // namespace recruit
