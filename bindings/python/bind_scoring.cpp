// Python face of <recruit/scoring/score.hpp>, and how long work runs.

#include "bind.hpp"

#include <pybind11/native_enum.h>
#include <pybind11/numpy.h>

#include <memory>

namespace recruit::python {

Run::Run(py::object progress) : progress_{std::move(progress)}, last_{std::chrono::steady_clock::now()} {}

void Run::tick(double share) {
    const auto now = std::chrono::steady_clock::now();
    const bool tell_end = share >= 1 && progress_.ptr() != Py_None;
    if (raised_ || (now - last_ < std::chrono::milliseconds{100} && !tell_end)) return;
    last_ = now;
    const py::gil_scoped_acquire locked;
    try {
        if (PyErr_CheckSignals() != 0) throw py::error_already_set();
        if (!progress_.is_none()) progress_(share);
    } catch (const py::error_already_set&) {
        raised_ = std::current_exception();
        stop_.request_stop();
    }
}

namespace {

std::vector<std::string> stages(const ScoreTable& scores) {  // by row; empty where there is none
    std::vector<std::string> names;
    for (std::size_t row = 0; row < scores.ended.size(); ++row) names.emplace_back(scores.stage(row));
    return names;
}

constexpr const char* score_table_doc = R"doc(The scores of a table, row by row in the order of that table.

Examples
--------
>>> contest = recruit.datasets.example()
>>> scores = recruit.score(contest.regulation, contest.scores)
>>> scores.total[0], scores.standing[0].name
(Decimal('75.8'), 'ranked')
)doc";

constexpr const char* score_doc = R"doc(Every stage, gate, composite and bonus of a regulation, row by row.

Cuts between stages need the whole field and are not applied; `select` does.

Parameters
----------
regulation : Regulation
scores
    Anything that makes a Table. Columns: ``application`` (unique), the stages (``skd``) or their parts (``skd.twk``),
    the facts that rules read; optionally ``<stage>.status``, ``status``, ``person``, ``total``. Marks are exact
    numbers, text such as ``"71.5"``, or floats that are the nearest to a number with at most 8 decimals.
columns : mapping, optional
    Names of columns that are called otherwise: ``{"application": "SBD"}``.
threads : int
    0 is the hardware's number; the result does not depend on it.
through : str, optional
    Last stage held so far.
given_total : {"check", "use"}
    What to do with a column ``total``: compare it with the computed one, or take it as the final score.

Returns
-------
ScoreTable

Raises
------
InvalidTable
    A column is missing. Wrong values are issues of the result instead, and leave their rows ``incomplete``.

Examples
--------
>>> contest = recruit.datasets.example()
>>> scores = recruit.score(contest.regulation, contest.scores)
>>> [standing.name for standing in scores.standing]
['ranked', 'ranked', 'ranked', 'failed', 'absent', 'ranked']
)doc";

}  // namespace

void bind_scoring(py::module_& m) {
    py::native_enum<GivenTotal>(m, "GivenTotal", "enum.Enum",
                                "What to do with totals that the table has already.")
        .value("check", GivenTotal::check, "Compute anew and report every row that differs.")
        .value("use", GivenTotal::use, "Take it as the final score, bonus included.")
        .finalize();
    py::class_<ScoreTable> bound{m, "ScoreTable", score_table_doc};
    hand_out_arrow(bound, [](const ScoreTable& s) { return s.to_table(); });
    bound.def("__len__", [](const ScoreTable& s) { return s.standing.size(); })
        .def_property_readonly(
            "total", [](const ScoreTable& s) { return to_numpy(s.total); },
            "``decimal.Decimal``, or None where not everything was passed.")
        .def_property_readonly(
            "standing", [](const ScoreTable& s) { return standing_array(s.standing); },
            "``ranked`` where everything was passed.")
        .def_property_readonly(
            "ended",
            [](const ScoreTable& s) {
                return py::array_t<std::int8_t>(static_cast<py::ssize_t>(s.ended.size()), s.ended.data());
            },
            "Index of the stage where it ended; -1 before the first, n at the score of n stages, n + 1 if "
            "all was passed.")
        .def_property_readonly("stage", &stages, "Name of the stage where it ended; empty if there is none.")
        .def_property_readonly(
            "decided_by", [](const ScoreTable& s) { return s.decided_by; },
            "Path of the rule that ended it; empty where everything was passed.")
        .def_property_readonly("issues", [](const ScoreTable& s) { return s.issues; })
        .def(
            "issues_table",
            [](const ScoreTable& s, LanguageChoice language) {
                return issues_table(s.issues, language.value);
            },
            "language"_a = "en")
        .def("to_table", &ScoreTable::to_table, "application, total, standing, stage, decided_by.")
        .def(
            "to_pandas", [](const ScoreTable& s, bool exact) { return to_pandas(s.to_table(), exact); },
            py::kw_only(), "exact"_a = false)
        .def("__repr__", [](const ScoreTable& s) { return summary(s.to_table()); })
        .def("_repr_html_", [](const ScoreTable& s) { return html(s.to_table()); });
    m.def(
        "score",
        [](const Regulation& regulation, const py::object& scores, const py::object& columns, int threads,
           std::optional<std::string> through, Choice<GivenTotal> given_total) {
            const Table table = table_from(scores, columns);
            ScoreOptions options;
            options.threads = threads;
            options.through = std::move(through);
            options.given_total = given_total.value;
            Run run{py::none()};
            run.attach(options);
            return run([&] { return score(regulation, table, options); });
        },
        "regulation"_a, "scores"_a, py::kw_only(), "columns"_a = py::none(), "threads"_a = 0,
        "through"_a = py::none(), "given_total"_a = "check", score_doc);
}

}  // namespace recruit::python
