#pragma once

/// \file
/// agenda and plan: what is to be done next, by whom, until when, under which clause. Room: workflow.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <recruit/regulation/burden.hpp>
#include <recruit/workflow/competition.hpp>

namespace recruit {

/// How an item stands to the day asked about.
enum class Urgency : std::uint8_t {
    overdue,  ///< Its last lawful day has passed.
    due,      ///< It can be done now.
    later,    ///< It must wait for its first lawful day.
};

/// Something that can or must be done next.
struct AgendaItem {
    ActKind act{};
    Role who{};
    std::string
        about;  ///< The first application, stage, position, consent or step it concerns; may be empty.
    std::string stage;       ///< Where the act belongs to one.
    std::int64_t count = 1;  ///< How many such acts are needed.
    Urgency urgency = Urgency::due;
    std::optional<std::chrono::year_month_day> first;  ///< First lawful day, if it must wait for one.
    std::optional<std::chrono::year_month_day> last;   ///< Last lawful day; empty: no deadline in law.
    std::string rule;    ///< Path of the deadline or rule it follows from; may be empty.
    std::string source;  ///< The clause behind it.

    /// One sentence: what, who, until when, by which clause.
    RECRUIT_EXPORT std::string str(Language language = Language::en) const;
    friend bool operator==(const AgendaItem&, const AgendaItem&) = default;
};

/// What is next on a day: those overdue first, then what can be done, then what must wait; in the order of a
/// contest within each. Not empty unless the contest is closed, cancelled or void. Linear in the applications
/// of the stage at hand.
RECRUIT_EXPORT std::vector<AgendaItem> agenda(const Competition& contest, std::chrono::year_month_day today);

/// One event of a calendar.
struct PlannedEvent {
    std::string event;
    std::chrono::year_month_day first{};
    std::optional<std::chrono::year_month_day> last;  ///< Empty: no deadline in law.
    bool critical = false;  ///< Ends a deadline that makes the calendar as long as it is.
    friend bool operator==(const PlannedEvent&, const PlannedEvent&) = default;
};

/// The shortest lawful calendar of a contest under `rules`, and how late each event may be; `options.start`
/// is its first day. Empty if the regulation has no deadlines, or if no calendar keeps them all (`gaps` names
/// that).
RECRUIT_EXPORT std::vector<PlannedEvent> plan(const Regulation& rules, const BurdenOptions& options = {});

RECRUIT_EXPORT std::string_view to_string(Urgency urgency) noexcept;

}  // namespace recruit
