#pragma once

/// \file
/// Where a procedure spends its time: cases, steps, waiting, rework and the bottleneck, from a log of events.
/// Room: stats.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <recruit/base/calendar.hpp>
#include <recruit/base/table.hpp>
#include <recruit/export.hpp>
#include <recruit/stats/data.hpp>
#include <recruit/stats/estimate.hpp>

namespace recruit::stats {

/// A point in time and the day it was on where it was written down.
struct Instant {
    std::int64_t microseconds = 0;  ///< Since 1970-01-01; of UTC where the zone is known.
    std::int32_t day = 0;           ///< Days since 1970-01-01, local.
    bool has_zone = false;

    friend bool operator==(const Instant&, const Instant&) = default;
};

/// Reads yyyy-mm-dd, with `T` or a blank and hh:mm[:ss[.ffffff]] after it, with Z or an offset (+07:00,
/// +0700, +07) after that. Empty for anything else.
RECRUIT_EXPORT std::optional<Instant> parse_instant(std::string_view text) noexcept;

/// Which column of a log is what; `time` is when an event was complete.
struct EventColumns {
    std::string case_, activity, time;
    std::string start;     ///< When work on it began: tells waiting from work. Optional.
    std::string sequence;  ///< A whole number that orders events of a case with equal times. Optional.
    std::string resource;  ///< Who did it. Optional.
};

/// One event of a log; names are codes into the log's levels, -1 where missing.
struct Event {
    std::int32_t case_ = 0, activity = 0, resource = -1;
    Instant time;
    std::optional<Instant> start;
    std::optional<std::int64_t> sequence;

    friend bool operator==(const Event&, const Event&) = default;
};

/// Events of cases. Merges with logs of other cases.
class EventLog {
public:
    EventLog() = default;
    /// Times are texts (`parse_instant`), dates, or whole seconds since 1970. An event without case, activity
    /// or time is dropped and counted. O(n log k). \throws InvalidTable (`missing_column`,
    /// `stats_not_a_time` with row and value, `stats_mixed_zones`: some times have a zone and some have none)
    RECRUIT_EXPORT EventLog(const Table& data, const EventColumns& columns);

    /// \throws Error (`stats_case_twice`: a case is in both; `stats_mixed_zones`)
    RECRUIT_EXPORT EventLog& operator+=(const EventLog& other);
    friend EventLog operator+(EventLog a, const EventLog& b) { return a += b; }

    const std::vector<Event>& events() const noexcept { return events_; }  ///< In the order of rows.
    const std::vector<std::string>& cases() const noexcept { return cases_; }
    const std::vector<std::string>& activities() const noexcept { return activities_; }
    const std::vector<std::string>& resources() const noexcept { return resources_; }
    const std::vector<Dropped>& dropped() const noexcept { return dropped_; }

private:
    std::vector<std::string> cases_, activities_, resources_;
    std::vector<Event> events_;
    std::vector<Dropped> dropped_;
};

/// In what time is counted.
enum class TimeUnit : std::uint8_t {
    seconds,
    days,          ///< Of 24 hours, with fractions.
    working_days,  ///< Whole days of a calendar between the dates, the first not counted.
};

/// How a case went.
struct CaseTime {
    std::string name;
    std::optional<double> duration;         ///< First to last event; none where `reason` is set.
    std::optional<NotEstimable> reason;     ///< `out_of_order`, or `all_open` where it is not closed.
    std::int64_t events = 0, repeated = 0;  ///< `repeated`: events of an activity it had had before.

    friend bool operator==(const CaseTime&, const CaseTime&) = default;
};

/// One activity after another, directly.
struct Flow {
    std::string from, to;
    std::int64_t n = 0;
    double mean = 0, median = 0, total = 0;

    friend bool operator==(const Flow&, const Flow&) = default;
};

/// What an activity costs: sojourn is the time from the event before it to its own.
struct ActivityTime {
    std::string name;
    std::int64_t n = 0, cases = 0, repeated = 0;
    double mean = 0, median = 0, total = 0;         ///< Sojourn; an event that opens its case has none.
    std::int64_t n_timed = 0;                       ///< Events with a sojourn.
    std::optional<double> mean_waiting, mean_work;  ///< Parts of it, where starts are recorded.

    friend bool operator==(const ActivityTime&, const ActivityTime&) = default;
};

/// Cases with the same activities in the same order.
struct Variant {
    std::vector<std::string> activities;
    std::int64_t n = 0;
    double mean = 0;  ///< Duration.

    friend bool operator==(const Variant&, const Variant&) = default;
};

/// What one person did.
struct Workload {
    std::string resource;
    std::int64_t events = 0, cases = 0;

    friend bool operator==(const Workload&, const Workload&) = default;
};

/// What a log tells. Names in byte order (numbers by size); flows, activities and variants by what is most.
struct Process {
    TimeUnit unit = TimeUnit::seconds;
    std::vector<CaseTime> cases;
    std::vector<Flow> flows;               ///< Most frequent first.
    std::vector<ActivityTime> activities;  ///< Most total sojourn first.
    std::vector<Variant> variants;         ///< Most frequent first.
    std::vector<Workload> workload;
    Estimates duration;   ///< Mean and median over closed cases; complete counts, without an interval.
    Estimate rework;      ///< Share of cases in which an activity came again.
    Estimate bottleneck;  ///< `subject`: the activity with most sojourn; value: its share of all.
    std::vector<Dropped> dropped;
    std::vector<Note> notes;

    RECRUIT_EXPORT Display display(Language language = Language::en) const;
    RECRUIT_EXPORT Table to_table() const;  ///< The activities.
    RECRUIT_EXPORT Table cases_table() const;
    RECRUIT_EXPORT Table flows_table() const;
    RECRUIT_EXPORT Table variants_table() const;
    RECRUIT_EXPORT Table workload_table() const;
    friend bool operator==(const Process&, const Process&) = default;
};

/// Events of a case are put in the order of time, then sequence, then rows. A case whose sequence goes
/// against its times, or with an event complete before it began, is `out_of_order`: counted, and left out of
/// times and flows. `closing`: activities that close a case; without one of them the case is open, its
/// duration is left out of the mean, and `case_durations` is for Kaplan-Meier. Empty: every case is closed.
/// The median of an even number is the mean of the two in the middle. O(n log n). \throws Error
/// (`stats_bad_argument`: working days without a calendar; `unknown_value` for `closing`)
RECRUIT_EXPORT Process process(const EventLog& log, TimeUnit unit, const WorkingCalendar* calendar = nullptr,
                               const std::vector<std::string>& closing = {});

/// Columns case, time, event for `kaplan_meier`: closed cases by their duration, open ones up to `until`.
/// `out_of_order` cases have a null time.
RECRUIT_EXPORT Table case_durations(const EventLog& log, TimeUnit unit, const WorkingCalendar* calendar,
                                    const std::vector<std::string>& closing, const Instant& until);

}  // namespace recruit::stats
