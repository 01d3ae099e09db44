#pragma once

/// \file
/// How long it takes: Kaplan-Meier, log-rank, Aalen-Johansen. Cases still open count for the time they have
/// been open. Room: stats.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <recruit/base/calendar.hpp>
#include <recruit/base/table.hpp>
#include <recruit/export.hpp>
#include <recruit/stats/estimate.hpp>

namespace recruit::stats {

/// Durations counted by time and by how they ended: all that a curve needs. Merges: two halves added are one
/// pass.
class Durations {
public:
    /// `causes` ways to end, numbered from 1; 0 is "still open" (censored). \throws Error
    /// (`stats_bad_argument`) below 1.
    RECRUIT_EXPORT explicit Durations(int causes = 1);
    /// One duration an element. \throws Error (`stats_lengths`; `stats_bad_argument` for a time that is
    /// negative or not finite, or an end outside 0..causes). O(n log n).
    RECRUIT_EXPORT Durations(std::span<const double> times, std::span<const std::int32_t> ends,
                             int causes = 1);

    /// \throws Error (`stats_bad_argument`) if the other has another number of causes.
    RECRUIT_EXPORT Durations& operator+=(const Durations& other);
    friend Durations operator+(Durations a, const Durations& b) { return a += b; }
    friend bool operator==(const Durations&, const Durations&) = default;

    int causes() const noexcept { return causes_; }
    RECRUIT_EXPORT std::int64_t size() const noexcept;
    std::span<const double> times() const noexcept { return times_; }  ///< Distinct, rising.
    /// How many ended so at times()[i]; end 0 is "still open".
    std::int64_t count(std::size_t i, int end) const noexcept {
        return counts_[i * (static_cast<std::size_t>(causes_) + 1) + static_cast<std::size_t>(end)];
    }

private:
    int causes_ = 1;
    std::vector<double> times_;
    std::vector<std::int64_t> counts_;
};

/// How the limits of a curve are made; packages differ, so there is no default.
enum class CurveInterval : std::uint8_t {
    plain,    ///< value ± z se, cut to [0, 1].
    log,      ///< On the logarithm, cut to 1: R's survfit.
    log_log,  ///< On log(-log): lifelines, SAS, Stata.
};

/// What the quantile of a curve is that stays exactly at the level for a while.
enum class FlatQuantile : std::uint8_t {
    first,     ///< The first time it is reached: lifelines.
    midpoint,  ///< Halfway to the next time it falls: R.
};

/// A curve after one of its times.
struct CurveStep {
    double time = 0;
    std::int64_t at_risk = 0;              ///< Just before.
    std::int64_t ended = 0, censored = 0;  ///< At this time; `ended` by the cause of the curve.
    double value = 0;
    std::optional<double> standard_error;  ///< None where everybody at risk ended, and after.
    std::optional<double> lower, upper;

    friend bool operator==(const CurveStep&, const CurveStep&) = default;
};

/// A survival curve (share not yet ended) or the cumulative incidence of one cause.
struct Curve {
    std::string subject;  ///< The group; empty if there is one.
    std::string cause;    ///< Of a cumulative incidence.
    Word quantity;        ///< "survival" or "cumulative_incidence".
    std::vector<CurveStep> steps;
    std::optional<NotEstimable> reason;  ///< no_data: there is no curve.
    std::int64_t n = 0, ended = 0;
    std::vector<Dropped> dropped;
    Word method;
    Word interval;
    double level = 0.95;
    std::vector<Note> notes;

    /// The value at a time. `nobody_at_risk` after the last time, unless the curve has come to its end there.
    RECRUIT_EXPORT Estimate at(double time) const;
    /// The first time at which the share that ended (by the cause) reaches `share`, with the interval of
    /// Brookmeyer and Crowley (1982): where the limits of the curve reach it. `all_open`, `not_reached`.
    RECRUIT_EXPORT Estimate quantile(double share, FlatQuantile flat) const;
    RECRUIT_EXPORT Estimate median(FlatQuantile flat) const { return quantile(0.5, flat); }
    /// Area under the curve up to `horizon`: the mean time not yet ended, restricted to it; of a cumulative
    /// incidence, the mean time lost to the cause (no interval). `nobody_at_risk` beyond the last time.
    RECRUIT_EXPORT Estimate restricted_mean(double horizon) const;

    RECRUIT_EXPORT Display display(Language language = Language::en) const;
    RECRUIT_EXPORT Table to_table() const;  ///< subject, cause, time, at_risk, ended, censored, value, ...
    friend bool operator==(const Curve&, const Curve&) = default;
};

/// Curves of groups, or of causes, in order.
struct Curves {
    Word title;
    std::vector<Curve> rows;
    std::vector<Note> notes;

    /// The first of that subject and cause. \throws Error (`unknown_value`) naming those there are.
    RECRUIT_EXPORT const Curve& at(std::string_view subject, std::string_view cause = {}) const;
    RECRUIT_EXPORT Display display(Language language = Language::en) const;  ///< One line a curve.
    RECRUIT_EXPORT Table to_table() const;
    friend bool operator==(const Curves&, const Curves&) = default;
};

/// Kaplan and Meier (1958), all causes as one, with Greenwood's variance. O(distinct times).
RECRUIT_EXPORT Curve kaplan_meier(const Durations& durations, CurveInterval interval,
                                  ConfidenceLevel level = {});
/// Aalen and Johansen (1978): for each cause the probability of having ended by it, the others competing;
/// variance by the delta method (Marubini and Valsecchi 1995). They and survival add to 1. O(times x causes).
RECRUIT_EXPORT std::vector<Curve> aalen_johansen(const Durations& durations, CurveInterval interval,
                                                 ConfidenceLevel level = {});
/// G-rho test of Harrington and Fleming (1982) that the groups end alike: rho 0 is the log-rank test, rho 1
/// Peto and Peto's. `strata[s][g]`: group g in stratum s; strata are compared within. `one_group`,
/// `all_open`.
RECRUIT_EXPORT Test log_rank(std::span<const std::vector<Durations>> strata, double rho = 0);

/// The same of a long table: one row a case. `event`: a flag, false while the case is open. Rows without a
/// value are dropped and counted, and so are negative times (`negative_time`). Groups in the order of Factor.
RECRUIT_EXPORT Curves kaplan_meier(const Table& data, std::string_view time, std::string_view event,
                                   std::string_view by, CurveInterval interval, ConfidenceLevel level = {});
/// `cause`: how the case ended, a name; `open` is the name that means that it has not.
RECRUIT_EXPORT Curves cumulative_incidence(const Table& data, std::string_view time, std::string_view cause,
                                           std::string_view open, std::string_view by, CurveInterval interval,
                                           ConfidenceLevel level = {});
RECRUIT_EXPORT Test log_rank(const Table& data, std::string_view time, std::string_view event,
                             std::string_view by, std::string_view strata = {}, double rho = 0);

/// Days from one date column to another, the first day not counted: calendar days, or working days of
/// `calendar`. A case without an end, or with one after `until`, is open at `until`. Columns `time` and
/// `event`, one row a case of `data`; both null where the start is missing; time is negative where the end is
/// before the start.
RECRUIT_EXPORT Table durations(const Table& data, std::string_view start, std::string_view end,
                               std::chrono::year_month_day until, const WorkingCalendar* calendar = nullptr);

}  // namespace recruit::stats
