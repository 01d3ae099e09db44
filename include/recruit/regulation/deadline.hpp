#pragma once

/// \file
/// Deadline: how long may, or must, lie between two events of a contest. Room: regulation.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <recruit/base/texts.hpp>
#include <recruit/export.hpp>

namespace recruit {

/// How days are counted; the day a period starts from never counts.
enum class DayKind { calendar, working };

/// From so many applicants on, another number of days.
struct DeadlineTier {
    std::int64_t applicants = 0;
    std::int64_t at_most = 0;
};

/// A least or a greatest number of days from one event to another.
///
/// Events are `plan`, `council`, `announced`, `opened`, `applications_closed`, `screened`, `list_published`,
/// `<stage>.summoned`, `.sat`, `.marked`, `.published`, `.appealed`, `.remarked` of each stage, `ranked`,
/// `proposed`, `approved`, `result_published`, `appointed`, `in_post`, and the regulation's own steps.
struct Deadline {
    std::string name;
    std::string from, to;
    std::optional<std::int64_t> at_least;  ///< Days that must pass.
    std::optional<std::int64_t> at_most;   ///< Days that may pass, below the first tier.
    DayKind days = DayKind::calendar;
    std::vector<DeadlineTier> tiers;  ///< Ascending by applicants.
    std::optional<bool> postmark;     ///< Whether what was posted in time counts as in time.
    Title title;
    std::string source;

    /// The days allowed in a contest of so many applicants; empty if nothing says.
    RECRUIT_EXPORT std::optional<std::int64_t> most(std::int64_t applicants) const noexcept;
};

RECRUIT_EXPORT std::string_view to_string(DayKind days) noexcept;

/// The event in words, such as "close of applications"; its key if it is a step of the regulation's own.
RECRUIT_EXPORT Title event_label(std::string_view event);

}  // namespace recruit
