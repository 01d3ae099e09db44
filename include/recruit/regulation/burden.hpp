#pragma once

/// \file
/// burden: how much a regulation asks for, and how long its contests last at least and at most. Room:
/// regulation.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <recruit/base/calendar.hpp>
#include <recruit/regulation/regulation.hpp>

namespace recruit {

/// The contest that the days are counted for.
struct BurdenOptions {
    std::optional<std::chrono::year_month_day> start;  ///< Day of the first event; else `effective_from`.
    std::int64_t applicants = 0;                       ///< For deadlines that depend on it.
    WorkingCalendar calendar;                          ///< For deadlines in working days.
};

/// What one contest under a regulation takes. A plain value.
struct Burden {
    std::int64_t steps = 0;       ///< [[step]]s.
    std::int64_t documents = 0;   ///< Papers that steps and consents ask for.
    std::int64_t signatures = 0;  ///< Of steps.
    std::int64_t consents = 0;
    std::int64_t deadlines = 0;
    std::int64_t publications = 0;
    std::string first, last;  ///< The events that the days are counted between; empty without deadlines.
    std::chrono::year_month_day start{};
    std::chrono::year_month_day earliest{};             ///< First lawful day of the last event.
    std::optional<std::chrono::year_month_day> latest;  ///< Last lawful day; empty: no limit in law.
    std::optional<std::int64_t> shortest_days;          ///< Calendar days; empty without deadlines.
    std::optional<std::int64_t> longest_days;           ///< Empty: no limit in law.
    std::vector<std::string> critical;   ///< Names of the deadlines that make the shortest, in order.
    std::vector<std::string> unlimited;  ///< Events that may be put off without limit.
    bool contradictory = false;          ///< No calendar keeps all deadlines: days are not counted.

    /// The burden as lines a person reads.
    RECRUIT_EXPORT std::string str(Language language = Language::en) const;
    friend bool operator==(const Burden&, const Burden&) = default;
};

/// Counts the steps, papers, signatures and consents that `rules` ask for, and finds the shortest and longest
/// lawful calendar.
///
/// The deadlines are a simple temporal network (Dechter, Meiri and Pearl 1991, Artificial Intelligence 49):
/// each event has a first and a last day, found by going along all deadlines until nothing moves. Events
/// stand in the order of a contest; deadlines in working days are counted on the calendar given. Events
/// nothing speaks of take no time. \throws Error (`date_out_of_range`) beyond the year 9999.
RECRUIT_EXPORT Burden burden(const Regulation& rules, const BurdenOptions& options = {});

}  // namespace recruit
