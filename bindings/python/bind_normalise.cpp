// Normalisation: marks of several sessions on one scale.

#include <recruit/scoring/normalise.hpp>

#include "bind.hpp"

namespace recruit::python {

namespace {

constexpr const char* normalise_doc =
    R"doc(Marks of several sessions on one scale, by the ``[[normalise]]`` of a regulation.

Parameters
----------
regulation : Regulation
scores : table
    A row an application: the raw marks ("cbt.raw", or what the rule names), the session, and whatever else
    there is.
columns : mapping, optional
    Which column plays which role: ``{"shift": "session no."}``.
threads : int
    0 is the hardware's number; the result does not depend on it.

Returns
-------
Normalised
    The table with the normalised columns; sessions that are too small, or without spread, are issues and
    leave no marks.

Examples
--------
>>> rules = recruit.Regulation.parse('''
... series = "x"
... version = "1"
... status = "example"
... effective_from = 2020-01-01
... [[fact]]
... name = "shift"
... type = "category"
... [[stage]]
... name = "cbt"
... max = 100
... [[normalise]]
... stage = "cbt"
... raw_max = 200
... session = "shift"
... method = "percentile"
... round = { digits = 2, mode = "half_up" }
... ''')
>>> scores = {"application": ["A", "B", "C"], "shift": ["am", "am", "am"], "cbt.raw": [80, 120, 40]}
>>> recruit.normalise(rules, scores).table["cbt"]
array([Decimal('66.67'), Decimal('100'), Decimal('33.33')], dtype=object)
)doc";

}  // namespace

void bind_normalise(py::module_& m) {
    py::class_<Normalised>(m, "Normalised", "Marks on one scale; see `normalise`.")
        .def_readonly("table", &Normalised::table, "The table as given, each normalised column at its end.")
        .def_readonly(
            "sessions", &Normalised::sessions,
            "A row a session: column, the columns of ``within``, session, takers, least, most, mean, "
            "sd, is_base, state.")
        .def_readonly("issues", &Normalised::issues)
        .def("__len__", [](const Normalised& made) { return made.table.rows(); })
        .def("__repr__", [](const Normalised& made) { return summary(made.sessions); })
        .def("_repr_html_", [](const Normalised& made) { return html(made.sessions); });
    m.def(
        "normalise",
        [](const Regulation& regulation, const py::object& scores, const py::object& columns, int threads) {
            const Table table = table_from(scores, columns);
            ScoreOptions options;
            options.threads = threads;
            const py::gil_scoped_release unlocked;
            return normalise(regulation, table, options);
        },
        "regulation"_a, "scores"_a, py::kw_only(), "columns"_a = py::none(), "threads"_a = 0, normalise_doc);
}

}  // namespace recruit::python
