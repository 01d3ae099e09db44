// Python face of <recruit/regulation/gaps.hpp>, burden.hpp and transition.hpp.

#include "bind.hpp"

#include <pybind11/native_enum.h>

#include <recruit/regulation/burden.hpp>
#include <recruit/regulation/gaps.hpp>
#include <recruit/regulation/transition.hpp>

namespace recruit::python {

namespace {

constexpr const char* gaps_doc = R"doc(The smallest cases that a regulation does not decide.

They are looked for in the rules as numbers, not only as keys that are absent: lengths of exams that no rule of
lateness covers, sizes of a council that leave an even number to vote, shares of a number they do not divide,
deadlines that bound nothing, or contradict each other.

Returns
-------
list of Gap
    In the order of a regulation; empty if nothing was found.

Examples
--------
>>> for gap in recruit.gaps(recruit.datasets.example().regulation):
...     if gap.path == "ending.nobody_passes":
...         print(gap)
Nobody passes: what becomes of the post is not said.
)doc";

constexpr const char* burden_doc = R"doc(How much a regulation asks for, and how long its contests last.

Parameters
----------
regulation : Regulation
start : datetime.date, optional
    Day of the first event; the day the regulation comes into force if it is not given.
applicants : int
    For deadlines that depend on it.
holidays : iterable of datetime.date
    Days off beside Saturday and Sunday, for deadlines in working days.

Returns
-------
Burden
    Days are calendar days; ``None`` where the law sets no limit.
)doc";

constexpr const char* transition_doc =
    R"doc(Under which of two versions a contest goes on when the law changes.

Parameters
----------
before, after : Regulation
    An older and a newer version of one series.
started : datetime.date
    The day the contest began.
reached : str
    The last stage that was held, or ``""``.
on : datetime.date
    The day asked about.

Returns
-------
TransitionRuling

Raises
------
Error
    ``not_a_version``, ``unknown_stage``, ``starts_outside``.
)doc";

template <class Value>
void plain_value(py::class_<Value>& bound, const char* name) {
    bound.def("__str__", [](const Value& value) { return std::string{value.str(Language::en)}; })
        .def(
            "str",
            [](const Value& value, LanguageChoice language) {
                return std::string{value.str(language.value)};
            },
            "language"_a = "en", "The same as a sentence, in English or Vietnamese.")
        .def("__repr__", [name = std::string{name}](const Value& value) {
            return "<" + name + ": " + std::string{value.str(Language::en)} + ">";
        });
}

}  // namespace

void bind_procedure(py::module_& m) {
    py::native_enum<GapKind> kinds{m, "GapKind", "enum.Enum", "What kind of case a regulation leaves open."};
    for (int i = 0; i <= static_cast<int>(GapKind::transition_stage_not_held); ++i) {
        const auto kind = static_cast<GapKind>(i);
        kinds.value(std::string{to_string(kind)}.c_str(), kind);
    }
    kinds.finalize();
    py::native_enum<TransitionOutcome>(m, "TransitionOutcome", "enum.Enum",
                                       "What becomes of a contest that was begun under an older text.")
        .value("old_text", TransitionOutcome::old_text)
        .value("new_text", TransitionOutcome::new_text)
        .value("cancelled", TransitionOutcome::cancelled)
        .value("not_decided", TransitionOutcome::not_decided)
        .finalize();

    py::class_<Gap> gap{m, "Gap", "A case that a regulation leaves open; see `gaps`."};
    gap.def_readonly("kind", &Gap::kind)
        .def_readonly("path", &Gap::path, "The rule that would decide it: ``council.equal_votes``.")
        .def_readonly("example", &Gap::example, "The smallest such case, in words.");
    plain_value(gap, "Gap");

    py::class_<Burden> made{m, "Burden", "What one contest under a regulation takes; see `burden`."};
    made.def_readonly("steps", &Burden::steps)
        .def_readonly("documents", &Burden::documents)
        .def_readonly("signatures", &Burden::signatures)
        .def_readonly("consents", &Burden::consents)
        .def_readonly("deadlines", &Burden::deadlines)
        .def_readonly("publications", &Burden::publications)
        .def_readonly("first", &Burden::first, "The event that days are counted from.")
        .def_readonly("last", &Burden::last)
        .def_readonly("start", &Burden::start)
        .def_readonly("earliest", &Burden::earliest, "First lawful day of the last event.")
        .def_readonly("latest", &Burden::latest, "Last lawful day, or None: no limit in law.")
        .def_readonly("shortest_days", &Burden::shortest_days)
        .def_readonly("longest_days", &Burden::longest_days)
        .def_readonly("critical", &Burden::critical, "Deadlines that make the shortest, in order.")
        .def_readonly("unlimited", &Burden::unlimited, "Events that may be put off without limit.")
        .def_readonly("contradictory", &Burden::contradictory);
    plain_value(made, "Burden");

    py::class_<TransitionRuling> ruling{
        m, "TransitionRuling", "The text a contest stands under on a day, and why; see `transition`."};
    ruling.def_readonly("outcome", &TransitionRuling::outcome)
        .def_readonly("regulation", &TransitionRuling::regulation,
                      "Id of the text that applies; may be empty.")
        .def_readonly("until", &TransitionRuling::until, "Last day on which the older text may be used.")
        .def_readonly("rule", &TransitionRuling::rule)
        .def_readonly("source", &TransitionRuling::source);
    plain_value(ruling, "TransitionRuling");

    m.def("gaps", &gaps, "regulation"_a, gaps_doc);
    m.def(
        "burden",
        [](const Regulation& rules, const std::optional<std::chrono::year_month_day>& start,
           std::int64_t applicants, const std::vector<std::chrono::year_month_day>& holidays) {
            std::vector<SpecialDay> days;
            for (const auto& day : holidays) days.push_back({day, SpecialDay::Kind::holiday, {}});
            return burden(rules, {start, applicants, WorkingCalendar{std::move(days)}});
        },
        "regulation"_a, py::kw_only(), "start"_a = py::none(), "applicants"_a = 0, "holidays"_a = py::tuple{},
        burden_doc);
    m.def(
        "transition",
        [](const Regulation& before, const Regulation& after, std::chrono::year_month_day started,
           const std::string& reached,
           std::chrono::year_month_day on) { return transition(before, after, started, reached, on); },
        "before"_a, "after"_a, py::kw_only(), "started"_a, "reached"_a, "on"_a, transition_doc);
}

}  // namespace recruit::python
