// Python face of time: <recruit/stats/survival.hpp>, <recruit/stats/process.hpp>.

#include "bind_stats.hpp"

#include <recruit/base/calendar.hpp>
#include <recruit/stats/process.hpp>
#include <recruit/stats/survival.hpp>

namespace recruit::python {

template <>
inline constexpr std::array<std::string_view, 3> words<stats::CurveInterval>{"plain", "log", "log_log"};
template <>
inline constexpr std::array<std::string_view, 2> words<stats::FlatQuantile>{"first", "midpoint"};
template <>
inline constexpr std::array<std::string_view, 3> words<stats::TimeUnit>{"seconds", "days", "working_days"};
}  // namespace recruit::python

namespace pybind11::detail {

/// A unit of time is its word in Python.
template <>
struct type_caster<recruit::stats::TimeUnit> {
    PYBIND11_TYPE_CASTER(recruit::stats::TimeUnit, const_name("str"));

    bool load(handle source, bool) {
        if (!isinstance<str>(source)) return false;
        value = static_cast<recruit::stats::TimeUnit>(recruit::python::index_of_word(
            source.cast<std::string>(), recruit::python::words<recruit::stats::TimeUnit>));
        return true;
    }
    static handle cast(recruit::stats::TimeUnit unit, return_value_policy, handle) {
        return str(std::string{
                       recruit::python::words<recruit::stats::TimeUnit>[static_cast<std::size_t>(unit)]})
            .release();
    }
};

}  // namespace pybind11::detail

namespace recruit::python {

namespace {

using stats::ConfidenceLevel;
using stats::Curve;
using stats::Curves;
using stats::CurveStep;
using stats::Durations;
using stats::EventLog;
using stats::Process;

/// Whole numbers from any sequence of them. What is none is refused, never cut.
std::vector<std::int32_t> ends_from(const py::object& ends, int causes) {
    std::vector<std::int32_t> out;
    for (const double end : numbers_from(ends)) {
        if (!(end >= 0 && end <= causes) || end != static_cast<std::int32_t>(end)) {
            throw Error{code_named("stats_bad_argument"),
                        {std::string{"end"}, py::str(py::float_(end)).cast<std::string>(),
                         "a whole number, 0 to " + std::to_string(causes)}};
        }
        out.push_back(static_cast<std::int32_t>(end));
    }
    return out;
}

/// A calendar, or none. The host's holidays are data.
const WorkingCalendar* calendar_of(const std::optional<WorkingCalendar>& calendar) {
    return calendar ? &*calendar : nullptr;
}

/// Columns of times of day (pandas, polars, numpy, datetime) as texts, so that a Table can hold them.
Table table_with_times(const py::object& data, const std::vector<std::string>& names) {
    if (py::isinstance<Table>(data) || !py::hasattr(data, "__getitem__")) return table_from(data);
    const auto as_texts = [](const py::object& column) {
        py::list out;
        const py::object items = py::hasattr(column, "tolist")    ? column.attr("tolist")()
                                 : py::hasattr(column, "to_list") ? column.attr("to_list")()
                                                                  : column;
        bool is_time = false;
        for (const auto item : items) {
            const bool missing = item.is_none() || !item.attr("__eq__")(item).cast<bool>();
            const bool time = !missing && py::hasattr(item, "isoformat") && py::hasattr(item, "hour");
            is_time = is_time || time;
            out.append(missing ? py::none()
                       : time  ? item.attr("isoformat")()
                               : py::object{py::reinterpret_borrow<py::object>(item)});
        }
        return is_time ? py::object{out} : py::object{};
    };
    py::object changed;
    for (const std::string& name : names) {
        if (name.empty() || !data.attr("__contains__")(name).cast<bool>()) continue;
        const py::object texts = as_texts(data.attr("__getitem__")(name));
        if (!texts) continue;
        if (!changed) {
            changed = py::dict{};
            for (const auto column :
                 py::hasattr(data, "columns") ? data.attr("columns") : data.attr("keys")())
                changed.attr("__setitem__")(column, data.attr("__getitem__")(column));
        }
        changed.attr("__setitem__")(name, texts);
    }
    return table_from(changed ? changed : data);
}

// ---- time
// -----------------------------------------------------------------------------------------------------

void bind_calendar(py::module_& m) {
    py::class_<WorkingCalendar>(m, "Calendar",
                                R"doc(Which days are worked: Saturday and Sunday off, and special days.

Parameters
----------
holidays, working : iterable of datetime.date
    Days off, and weekend days that are worked in their place. They are announced anew every year; none is built in.

Examples
--------
>>> import datetime
>>> year = recruit.stats.Calendar(holidays=[datetime.date(2026, 1, 1)])
>>> year.working_days_between(datetime.date(2025, 12, 31), datetime.date(2026, 1, 5))
2
)doc")
        .def(py::init([](const std::vector<std::chrono::year_month_day>& holidays,
                         const std::vector<std::chrono::year_month_day>& working) {
                 std::vector<SpecialDay> days;
                 for (const auto& date : holidays) days.push_back({date, SpecialDay::Kind::holiday, ""});
                 for (const auto& date : working) days.push_back({date, SpecialDay::Kind::working, ""});
                 return WorkingCalendar{std::move(days)};
             }),
             "holidays"_a = std::vector<std::chrono::year_month_day>{},
             "working"_a = std::vector<std::chrono::year_month_day>{})
        .def("is_working_day", &WorkingCalendar::is_working_day, "date"_a)
        .def("add_working_days", &WorkingCalendar::add_working_days, "date"_a, "n"_a)
        .def("working_days_between", &WorkingCalendar::working_days_between, "start"_a, "end"_a,
             "Working days passed: the first day does not count, the last does.")
        .def(
            "__eq__", [](const WorkingCalendar& a, const WorkingCalendar& b) { return a == b; },
            py::is_operator())
        .def("__hash__", [](const WorkingCalendar& c) { return c.special_days().size(); })
        .def("__repr__", [](const WorkingCalendar& c) {
            return "<Calendar with " + std::to_string(c.special_days().size()) + " special days>";
        });
}

void bind_survival(py::module_& m) {
    bind_row<CurveStep>(m, "CurveStep", "A curve after one of its times.",
                        Field{"time", &CurveStep::time, ""},
                        Field{"at_risk", &CurveStep::at_risk, "Just before."},
                        Field{"ended", &CurveStep::ended, "At this time, by the cause of the curve."},
                        Field{"censored", &CurveStep::censored, "Still open at this time."},
                        Field{"value", &CurveStep::value, ""},
                        Field{"standard_error", &CurveStep::standard_error, "None where everybody ended."},
                        Field{"lower", &CurveStep::lower, ""}, Field{"upper", &CurveStep::upper, ""});
    using Flat = Choice<stats::FlatQuantile>;
    bind_result<Curve>(
        m, "Curve", "A survival curve (share not yet ended), or the cumulative incidence of a cause.",
        Field{"subject", &Curve::subject, "The group; empty if there is one."},
        Field{"cause", &Curve::cause, "Of a cumulative incidence."},
        Field{"quantity", &Curve::quantity, "``\"survival\"`` or ``\"cumulative_incidence\"``."},
        Field{"steps", &Curve::steps, "A list of CurveStep."},
        Field{"reason", &Curve::reason, "Why there is no curve, or None."}, Field{"n", &Curve::n, "Cases."},
        Field{"ended", &Curve::ended, "Cases that ended (by the cause)."},
        Field{"dropped", &Curve::dropped, "What was left out, and why."},
        Field{"method", &Curve::method, "Name of the estimator."},
        Field{"interval", &Curve::interval, "How its limits were made."},
        Field{"level", &Curve::level, "Of the limits."},
        Field{"notes", &Curve::notes, "Remarks to read with it."})
        .def("at", &Curve::at, "time"_a, "The value at a time, as an Estimate.")
        .def(
            "quantile", [](const Curve& c, double share, Flat flat) { return c.quantile(share, flat.value); },
            "share"_a, py::kw_only(), "flat"_a,
            "The time at which `share` of the cases have ended; `flat` is ``\"first\"`` (lifelines) or "
            "``\"midpoint\"`` (R).")
        .def(
            "median", [](const Curve& c, Flat flat) { return c.median(flat.value); }, py::kw_only(), "flat"_a,
            "The quantile of one half.")
        .def("restricted_mean", &Curve::restricted_mean, "horizon"_a,
             "Mean time not yet ended, up to `horizon`; of an incidence, mean time lost.");
    bind_result<Curves>(m, "Curves", "Curves of groups, or of causes, in order.",
                        Field{"title", &Curves::title, "What they are."},
                        Field{"rows", &Curves::rows, "A list of Curve."},
                        Field{"notes", &Curves::notes, "Remarks to read with them."})
        .def("__len__", [](const Curves& c) { return c.rows.size(); })
        .def("__iter__", [](const Curves& c) { return py::iter(py::cast(c.rows)); })
        .def("__getitem__", [](const Curves& c, const std::string& subject) { return c.at(subject); })
        .def("__getitem__", [](const Curves& c, const std::pair<std::string, std::string>& key) {
            return c.at(key.first, key.second);
        });
    py::class_<Durations>(m, "Durations",
                          R"doc(Durations counted by time and by how they ended; they merge with ``+``.

Parameters
----------
times : sequence of float
    Finite, 0 or more.
ends : sequence of int
    0 where it is still open, else the cause, from 1.
causes : int
    How many causes there are.

Examples
--------
>>> half, other = recruit.stats.Durations([9, 13], [1, 0]), recruit.stats.Durations([5], [1])
>>> (half + other).n
3
)doc")
        .def(py::init([](const py::object& times, const py::object& ends, int causes) {
                 return Durations{numbers_from(times), ends_from(ends, causes), causes};
             }),
             "times"_a, "ends"_a, "causes"_a = 1)
        .def_property_readonly("n", &Durations::size, "Cases.")
        .def_property_readonly("causes", &Durations::causes)
        .def(
            "__add__", [](const Durations& a, const Durations& b) { return a + b; }, py::is_operator())
        .def(
            "__iadd__", [](Durations& a, const Durations& b) { return a += b; }, py::is_operator())
        .def(
            "__eq__", [](const Durations& a, const Durations& b) { return a == b; }, py::is_operator())
        .def("__hash__",
             [](const Durations& d) { return py::hash(py::make_tuple(d.size(), d.times().size())); })
        .def("__repr__",
             [](const Durations& d) {
                 return "<Durations of " + std::to_string(d.size()) + " cases, " +
                        std::to_string(d.times().size()) + " times>";
             })
        .def(
            "kaplan_meier",
            [](const Durations& d, Choice<stats::CurveInterval> interval, double level) {
                return kaplan_meier(d, interval.value, ConfidenceLevel{level});
            },
            py::kw_only(), "interval"_a, "level"_a = 0.95, "The survival curve, as a Curve.")
        .def(
            "aalen_johansen",
            [](const Durations& d, Choice<stats::CurveInterval> interval, double level) {
                return aalen_johansen(d, interval.value, ConfidenceLevel{level});
            },
            py::kw_only(), "interval"_a, "level"_a = 0.95, "One Curve a cause.");
    m.def(
        "kaplan_meier",
        [](const py::object& data, const std::string& time, const std::string& event,
           const std::optional<std::string>& by, Choice<stats::CurveInterval> interval, double level) {
            return stats::kaplan_meier(long_table(data), time, event, by.value_or(""), interval.value,
                                       ConfidenceLevel{level});
        },
        "data"_a, py::kw_only(), "time"_a, "event"_a, "by"_a = py::none(), "interval"_a, "level"_a = 0.95,
        R"doc(Kaplan and Meier (1958): how long cases take, those still open counted for the time they have been open.

Parameters
----------
data
    Anything that makes a Table; one row a case.
time, event : str
    Columns: how long, and whether it ended (false while it is open). `durations` makes them from dates.
by : str, optional
    Column of groups.
interval : {"plain", "log", "log_log"}
    Limits: R's default is log, lifelines' log_log; there is no default here.

Returns
-------
Curves
    One a group. Rows without a value, or with a negative time, are dropped and counted.

Examples
--------
>>> cases = {"days": [9, 13, 13, 18], "done": [True, True, False, True]}
>>> curves = recruit.stats.kaplan_meier(cases, time="days", event="done", interval="log")
>>> curves[""].median(flat="first").value
13.0
)doc");
    m.def(
        "cumulative_incidence",
        [](const py::object& data, const std::string& time, const std::string& cause, const std::string& open,
           const std::optional<std::string>& by, Choice<stats::CurveInterval> interval, double level) {
            return stats::cumulative_incidence(long_table(data), time, cause, open, by.value_or(""),
                                               interval.value, ConfidenceLevel{level});
        },
        "data"_a, py::kw_only(), "time"_a, "cause"_a, "open"_a, "by"_a = py::none(), "interval"_a,
        "level"_a = 0.95,
        R"doc(Aalen and Johansen (1978): the probability of having ended by each cause, the others competing.

`cause` is a column of names of how a case ended; `open` is the name that means it has not. One Curve a group and cause.

Examples
--------
>>> cases = {"days": [3, 5, 8, 9], "end": ["appointed", "withdrawn", "open", "appointed"]}
>>> curves = recruit.stats.cumulative_incidence(cases, time="days", cause="end", open="open", interval="log_log")
>>> round(curves["", "appointed"].at(9).value, 4), round(curves["", "withdrawn"].at(9).value, 4)
(0.75, 0.25)
)doc");
    m.def(
        "log_rank",
        [](const py::object& data, const std::string& time, const std::string& event, const std::string& by,
           const std::optional<std::string>& strata, double rho) {
            return stats::log_rank(long_table(data), time, event, by, strata.value_or(""), rho);
        },
        "data"_a, py::kw_only(), "time"_a, "event"_a, "by"_a, "strata"_a = py::none(), "rho"_a = 0.0,
        R"doc(Do groups take equally long? Log-rank test; `rho` = 1 is Peto and Peto's; within `strata`, if given.

Reasons: ``one_group``, ``all_open``, ``no_data``, ``nobody_at_risk``, ``constant``.
)doc");
    m.def(
        "durations",
        [](const py::object& data, const std::string& start, const std::string& end,
           std::chrono::year_month_day until, const std::optional<WorkingCalendar>& calendar) {
            return stats::durations(long_table(data), start, end, until, calendar_of(calendar));
        },
        "data"_a, py::kw_only(), "start"_a, "end"_a, "until"_a, "calendar"_a = py::none(),
        R"doc(Columns ``time`` and ``event`` from two date columns: calendar days, or working days of a Calendar.

A case without an end, or with one after `until`, is open at `until`; the first day does not count.

Examples
--------
>>> from datetime import date
>>> cases = {"opened": [date(2026, 1, 2), date(2026, 1, 5)], "closed": [date(2026, 1, 12), None]}
>>> table = recruit.stats.durations(cases, start="opened", end="closed", until=date(2026, 1, 16))
>>> table["time"].tolist(), table["event"].tolist()
([10, 11], [True, False])
)doc");
}

void bind_process(py::module_& m) {
    using stats::ActivityTime, stats::CaseTime, stats::Flow, stats::Variant, stats::Workload;
    bind_row<CaseTime>(m, "CaseTime", "How a case went.", Field{"name", &CaseTime::name, ""},
                       Field{"duration", &CaseTime::duration, "None where there is a reason."},
                       Field{"reason", &CaseTime::reason, ""}, Field{"events", &CaseTime::events, ""},
                       Field{"repeated", &CaseTime::repeated, "Events of an activity it had had before."});
    bind_row<Flow>(m, "Flow", "One activity directly after another.", Field{"start", &Flow::from, ""},
                   Field{"end", &Flow::to, ""}, Field{"n", &Flow::n, ""}, Field{"mean", &Flow::mean, ""},
                   Field{"median", &Flow::median, ""}, Field{"total", &Flow::total, ""});
    bind_row<ActivityTime>(
        m, "ActivityTime", "What an activity costs; sojourn is the time since the event before.",
        Field{"name", &ActivityTime::name, ""}, Field{"n", &ActivityTime::n, ""},
        Field{"cases", &ActivityTime::cases, ""}, Field{"repeated", &ActivityTime::repeated, ""},
        Field{"mean", &ActivityTime::mean, "Sojourn."}, Field{"median", &ActivityTime::median, ""},
        Field{"total", &ActivityTime::total, ""},
        Field{"n_timed", &ActivityTime::n_timed, "Events with a sojourn."},
        Field{"mean_waiting", &ActivityTime::mean_waiting, "None without starts."},
        Field{"mean_work", &ActivityTime::mean_work, "None without starts."});
    bind_row<Variant>(m, "Variant", "Cases with the same activities in the same order.",
                      Field{"activities", &Variant::activities, ""}, Field{"n", &Variant::n, ""},
                      Field{"mean", &Variant::mean, ""});
    bind_row<Workload>(m, "Workload", "What one person did.", Field{"resource", &Workload::resource, ""},
                       Field{"events", &Workload::events, ""}, Field{"cases", &Workload::cases, ""});
    bind_result<Process>(
        m, "Process", "What an event log tells; `to_table` is of activities.",
        Field{"unit", &Process::unit, "Of all times."}, Field{"cases", &Process::cases, "CaseTime"},
        Field{"flows", &Process::flows, "Flow, most frequent first."},
        Field{"activities", &Process::activities, "ActivityTime, most total sojourn first."},
        Field{"variants", &Process::variants, "Variant, most frequent first."},
        Field{"workload", &Process::workload, "Workload"},
        Field{"duration", &Process::duration, "Mean and median of closed cases, as Estimates."},
        Field{"rework", &Process::rework, "Share of cases in which an activity came again."},
        Field{"bottleneck", &Process::bottleneck,
              "``subject``: the activity with most sojourn; value: its share of all."},
        Field{"dropped", &Process::dropped, ""}, Field{"notes", &Process::notes, ""})
        .def("cases_table", &Process::cases_table)
        .def("flows_table", &Process::flows_table)
        .def("variants_table", &Process::variants_table)
        .def("workload_table", &Process::workload_table);
    py::class_<EventLog>(m, "EventLog", R"doc(Events of cases; logs of different cases merge with ``+``.

Parameters
----------
data
    Anything that makes a Table; one row an event. Times of day may be datetimes or texts.
case, activity, time : str
    Columns; `time` is when the event was complete.
start, sequence, resource : str, optional
    When work on it began; a number that orders equal times; who did it.

Examples
--------
>>> log = recruit.stats.EventLog(
...     {"id": [1, 1, 1], "step": ["apply", "mark", "decide"],
...      "at": ["2026-01-05T08:00", "2026-01-09T08:00", "2026-01-12T08:00"]},
...     case="id", activity="step", time="at")
>>> log.process(unit="days").bottleneck.subject
'mark'
)doc")
        .def(py::init([](const py::object& data, const std::string& case_, const std::string& activity,
                         const std::string& time, const std::string& start, const std::string& sequence,
                         const std::string& resource) {
                 return EventLog{table_with_times(data, {time, start}),
                                 {case_, activity, time, start, sequence, resource}};
             }),
             "data"_a, py::kw_only(), "case"_a, "activity"_a, "time"_a, "start"_a = "", "sequence"_a = "",
             "resource"_a = "")
        .def("__len__", [](const EventLog& log) { return log.events().size(); })
        .def(
            "__add__", [](const EventLog& a, const EventLog& b) { return a + b; }, py::is_operator())
        .def(
            "__iadd__", [](EventLog& a, const EventLog& b) { return a += b; }, py::is_operator())
        .def_property_readonly("cases", [](const EventLog& log) { return log.cases(); })
        .def_property_readonly("activities", [](const EventLog& log) { return log.activities(); })
        .def("__repr__",
             [](const EventLog& log) {
                 return "<EventLog of " + std::to_string(log.events().size()) + " events, " +
                        std::to_string(log.cases().size()) + " cases>";
             })
        .def(
            "process",
            [](const EventLog& log, Choice<stats::TimeUnit> unit,
               const std::optional<WorkingCalendar>& calendar, const std::vector<std::string>& closing) {
                return process(log, unit.value, calendar_of(calendar), closing);
            },
            py::kw_only(), "unit"_a, "calendar"_a = py::none(), "closing"_a = std::vector<std::string>{},
            R"doc(Sojourn, waiting, rework and the bottleneck.

`unit` is ``"seconds"``, ``"days"`` (of 24 hours) or ``"working_days"`` of `calendar`. `closing`: the activities that
close a case; cases without one of them are open.
)doc")
        .def(
            "durations",
            [](const EventLog& log, const std::string& until, Choice<stats::TimeUnit> unit,
               const std::optional<WorkingCalendar>& calendar, const std::vector<std::string>& closing) {
                const auto instant = stats::parse_instant(until);
                if (!instant) throw Error{code_named("stats_not_a_time"), {until}};
                return case_durations(log, unit.value, calendar_of(calendar), closing, *instant);
            },
            py::kw_only(), "until"_a, "unit"_a, "calendar"_a = py::none(),
            "closing"_a = std::vector<std::string>{},
            "Columns ``case``, ``time``, ``event`` for `kaplan_meier`; open cases count up to `until`.");
}

}  // namespace

void bind_stats_time(py::module_& m) {
    bind_calendar(m);
    bind_survival(m);
    bind_process(m);
}

}  // namespace recruit::python
