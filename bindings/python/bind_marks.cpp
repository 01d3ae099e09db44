// Marks: what several markers gave, made into scores.

#include <recruit/scoring/marks.hpp>

#include "bind.hpp"

namespace recruit::python {

namespace {

constexpr const char* aggregate_doc = R"doc(Scores from marks, by the ``[[marking]]`` of a regulation.

Parameters
----------
regulation : Regulation
marks : table
    A row a mark: ``application``, ``mark``; ``stage`` ("project", "written.essay") where the regulation has
    several markings; ``marker`` unless slips are anonymous; optionally ``round`` (1 the marking, 2 the
    re-marking), ``status`` (valid, struck, or the name of an irregular script) and ``position``.
columns : mapping, optional
    Which column plays which role: ``{"marker": "examiner"}``.

Returns
-------
MarkedScores
    Wrong marks are issues and leave their scripts without a score.

Examples
--------
>>> rules = recruit.Regulation.parse('''
... series = "x"
... version = "1"
... status = "example"
... effective_from = 2020-01-01
... [[stage]]
... name = "project"
... max = 100
... [[marking]]
... stage = "project"
... round = { digits = 2, mode = "half_up" }
... ''')
>>> marks = {"application": ["A", "A", "A"], "marker": ["x", "y", "z"], "mark": ["70", "71", "73"]}
>>> recruit.aggregate_marks(rules, marks).scores["project"]
array([Decimal('71.33')], dtype=object)
)doc";

constexpr const char* strike_doc =
    R"doc(The marks with those of one marker struck, all or those of one application.

Raises
------
Error
    ``anonymous_slips`` where the regulation lets nobody be told apart; ``unknown_marker``.
)doc";

}  // namespace

void bind_marks(py::module_& m) {
    py::class_<MarkedScores>(m, "MarkedScores", "Scores made from marks; see `aggregate_marks`.")
        .def_readonly("scores", &MarkedScores::scores,
                      "A row an application: ``application`` and a column for each marking, null where the "
                      "script is not settled.")
        .def_readonly("scripts", &MarkedScores::scripts,
                      "A row a script: application, stage, score, marks, least, most, state, rule.")
        .def_readonly("issues", &MarkedScores::issues)
        .def(
            "beside",
            [](const MarkedScores& marked, const py::object& facts) {
                Issues issues;
                Table table = marked.beside(table_from(facts, py::none()), issues);
                return std::pair{std::move(table), std::move(issues)};
            },
            "facts"_a, "``facts`` with the scores put beside them, and the issues of doing so.")
        .def("__len__", [](const MarkedScores& marked) { return marked.scores.rows(); })
        .def("__repr__", [](const MarkedScores& marked) { return summary(marked.scripts); })
        .def("_repr_html_", [](const MarkedScores& marked) { return html(marked.scripts); });
    m.def(
        "aggregate_marks",
        [](const Regulation& regulation, const py::object& marks, const py::object& columns) {
            const Table table = table_from(marks, columns);
            const py::gil_scoped_release unlocked;
            return aggregate_marks(regulation, table);
        },
        "regulation"_a, "marks"_a, py::kw_only(), "columns"_a = py::none(), aggregate_doc);
    m.def(
        "strike_marks",
        [](const Regulation& regulation, const py::object& marks, const std::string& marker,
           const std::optional<std::string>& application) {
            std::optional<std::string_view> of;
            if (application) of = *application;
            return strike_marks(regulation, table_from(marks, py::none()), marker, of);
        },
        "regulation"_a, "marks"_a, "marker"_a, "application"_a = py::none(), strike_doc);
}

}  // namespace recruit::python
