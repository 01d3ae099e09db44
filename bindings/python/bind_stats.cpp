// Python face of <recruit/stats/estimate.hpp> and <recruit/stats/word.hpp>; shown as recruit.stats.

#include "bind_stats.hpp"

#include <pybind11/numpy.h>

#include <bit>

namespace recruit::python {

namespace {

using stats::Dropped;
using stats::Estimate;
using stats::Estimates;
using stats::Interval;
using stats::Note;
using stats::NotEstimable;
using stats::Test;
using stats::Word;

constexpr const char* estimate_doc = R"doc(One number with what is needed to judge it.

``value`` is None exactly where ``reason`` says why it cannot be told. Two Estimates are equal if everything in them is.
)doc";

constexpr const char* test_doc = R"doc(A test of a hypothesis, or the reason why it cannot be made.

``p_value`` is the probability of what was seen, or something more extreme, if the hypothesis were true. It says
nothing about the size of a difference or its cause.
)doc";

constexpr const char* estimates_doc = R"doc(Several Estimates under one title, in a stated order.

Iterating gives the Estimates; ``estimates[subject]`` or ``estimates[subject, quantity]`` finds one.
)doc";

void bind_parts(py::module_& m) {
    py::class_<Interval>(m, "Interval",
                         "From ``lower`` to ``upper``; an infinite limit is not bounded by the data.")
        .def_readonly("lower", &Interval::lower)
        .def_readonly("upper", &Interval::upper)
        .def_readonly("level", &Interval::level, "How often an interval made so covers the truth.")
        .def_readonly("method", &Interval::method)
        .def("__iter__", [](const Interval& i) { return py::iter(py::make_tuple(i.lower, i.upper)); })
        .def("__repr__",
             [](const Interval& i) {
                 return "<Interval " + py::repr(py::float_(i.lower)).cast<std::string>() + " to " +
                        py::repr(py::float_(i.upper)).cast<std::string>() + ", " +
                        std::string{i.method.name()} + ">";
             })
        .def(
            "__eq__", [](const Interval& a, const Interval& b) { return a == b; }, py::is_operator())
        .def("__hash__",
             [](const Interval& i) { return py::hash(py::make_tuple(i.lower, i.upper, i.level)); })
        .def(py::pickle([](const Interval& i) { return py::make_tuple(i.lower, i.upper, i.level, i.method); },
                        [](const py::tuple& s) {
                            return Interval{s[0].cast<double>(), s[1].cast<double>(), s[2].cast<double>(),
                                            s[3].cast<Word>()};
                        }));
    py::class_<Dropped>(m, "Dropped", "Observations that did not count, and why.")
        .def_readonly("why", &Dropped::why)
        .def_readonly("n", &Dropped::n)
        .def("__repr__",
             [](const Dropped& d) {
                 return "<Dropped " + std::to_string(d.n) + ": " + std::string{d.why.name()} + ">";
             })
        .def(
            "__eq__", [](const Dropped& a, const Dropped& b) { return a == b; }, py::is_operator())
        .def("__hash__", [](const Dropped& d) { return py::hash(py::make_tuple(d.why, d.n)); })
        .def(py::pickle([](const Dropped& d) { return py::make_tuple(d.why, d.n); },
                        [](const py::tuple& s) {
                            return Dropped{s[0].cast<Word>(), s[1].cast<std::int64_t>()};
                        }));
    py::class_<Note>(m, "Note", "A remark to read with a result.")
        .def_readonly("key", &Note::key)
        .def_readonly("arguments", &Note::arguments)
        .def(
            "str", [](const Note& n, LanguageChoice language) { return n.str(language.value); },
            "language"_a = "en")
        .def("__str__", [](const Note& n) { return n.str(); })
        .def("__repr__",
             [](const Note& n) { return "<Note " + std::string{n.key.name()} + ": " + n.str() + ">"; })
        .def(
            "__eq__", [](const Note& a, const Note& b) { return a == b; }, py::is_operator())
        .def("__hash__", [](const Note& n) { return py::hash(py::str(n.str())); })
        .def(py::pickle([](const Note& n) { return py::make_tuple(n.key, n.arguments); },
                        [](const py::tuple& s) {
                            return Note{s[0].cast<Word>(), s[1].cast<decltype(Note::arguments)>()};
                        }));
}

}  // namespace

Wide wide_from(py::handle data) {
    Wide out;
    py::object values = py::reinterpret_borrow<py::object>(data);
    if (py::hasattr(data, "columns") && py::hasattr(data, "index") && py::hasattr(data, "to_numpy")) {
        for (const auto& name : data.attr("columns")) out.names.column_names.push_back(py::str(name));
        for (const auto& name : data.attr("index")) out.names.row_names.push_back(py::str(name));
        values = data.attr("to_numpy")("dtype"_a = "float64",
                                       "na_value"_a = std::numeric_limits<double>::quiet_NaN());
    }
    const auto array = py::array_t<double, py::array::c_style | py::array::forcecast>(
        py::module_::import("numpy").attr("asarray")(values, "dtype"_a = "float64"));
    if (array.ndim() != 2) {
        throw Error{code_named("stats_bad_argument"),
                    {std::string{"data"}, std::to_string(array.ndim()) + "-D", std::string{"a 2-D array"}}};
    }
    out.names.rows = static_cast<std::size_t>(array.shape(0));
    out.names.columns = static_cast<std::size_t>(array.shape(1));
    out.values = {array.data(), static_cast<std::size_t>(array.size())};
    out.owner = array;
    // Only where some exponent is all ones there can be an infinite one: that all are looked at is faster.
    std::uint64_t carry = 0;
    for (const double value : out.values)
        carry |= (std::bit_cast<std::uint64_t>(value) & 0x7FF0000000000000) + 0x0010000000000000;
    for (std::size_t i = 0; carry >> 63 != 0 && i < out.values.size(); ++i) {
        if (std::isinf(out.values[i]))
            throw_invalid_table("stats_not_a_number", {std::string{"inf"}}, {},
                                static_cast<std::int64_t>(i / out.names.columns), "inf");
    }
    return out;
}

stats::Matrix matrix_from(py::handle data) {
    Wide wide = wide_from(data);
    wide.names.values.assign(wide.values.begin(), wide.values.end());
    return std::move(wide.names);
}

std::vector<double> numbers_from(py::handle values) {
    Table table;
    table.add("values", column_from("values", values, true));
    return stats::numbers(table, "values");
}

void bind_stats(py::module_& core) {
    auto m = core.def_submodule("stats", "The compiled part of recruit.stats; use that.");
    bind_parts(m);
    bind_result<Estimate>(
        m, "Estimate", estimate_doc,
        Field{"subject", &Estimate::subject, "What it is of: a group, an item, a stage; may be empty."},
        Field{"quantity", &Estimate::quantity, "What it is, such as ``\"selection_rate\"``."},
        Field{"value", &Estimate::value, "The number, or None."},
        Field{"reason", &Estimate::reason, "Why there is no value: a code such as ``\"too_few\"``, or None."},
        Field{"standard_error", &Estimate::standard_error, "None where the method has none."},
        Field{"interval", &Estimate::interval, "An Interval, or None."},
        Field{"no_interval", &Estimate::no_interval, "Why there is a value and no interval, or None."},
        Field{"n", &Estimate::n, "Observations used."},
        Field{"dropped", &Estimate::dropped, "What was left out of them, and why."},
        Field{"method", &Estimate::method, "Name of the estimator."},
        Field{"conventions", &Estimate::conventions, "Choices on which packages differ, by name."},
        Field{"notes", &Estimate::notes, "Remarks to read with it."})
        .def("__float__", [](const Estimate& e) {
            if (!e.value) throw py::value_error(e.str());
            return *e.value;
        });
    bind_result<Test>(m, "Test", test_doc, Field{"subject", &Test::subject, "What it is of; may be empty."},
                      Field{"hypothesis", &Test::hypothesis, "What is tested."},
                      Field{"statistic", &Test::statistic, "None where the method has none."},
                      Field{"df", &Test::df, "Degrees of freedom, or None."},
                      Field{"df2", &Test::df2, "Those of the denominator of an F, or None."},
                      Field{"p_value", &Test::p_value, "The probability, or None."},
                      Field{"reason", &Test::reason, "Why there is none: a code, or None."},
                      Field{"n", &Test::n, "Observations used."},
                      Field{"dropped", &Test::dropped, "What was left out of them, and why."},
                      Field{"method", &Test::method, "Name of the test."},
                      Field{"conventions", &Test::conventions, "Choices on which packages differ, by name."},
                      Field{"notes", &Test::notes, "Remarks to read with it."});
    bind_result<Estimates>(m, "Estimates", estimates_doc, Field{"title", &Estimates::title, "What they are."},
                           Field{"rows", &Estimates::rows, "The Estimates, as a list."},
                           Field{"notes", &Estimates::notes, "Remarks to read with them."})
        .def("__len__", [](const Estimates& e) { return e.rows.size(); })
        .def("__iter__", [](const Estimates& e) { return py::iter(py::cast(e.rows)); })
        .def("__getitem__", [](const Estimates& e, const std::string& subject) { return e.at(subject); })
        .def("__getitem__", [](const Estimates& e, const std::pair<std::string, std::string>& key) {
            return e.at(key.first, key.second);
        });
    m.def(
        "label",
        [](const std::string& name, LanguageChoice language) {
            return std::string{Word::named(name).label(language.value)};
        },
        "name"_a, "language"_a = "en",
        R"doc(What people read for the stable name of a method, quantity or convention.

Examples
--------
>>> recruit.stats.label("missing_group", "vi")
'thiếu nhóm'
)doc");
    m.def(
        "why",
        [](NotEstimable reason, LanguageChoice language) {
            return std::string{stats::sentence(reason, language.value)};
        },
        "reason"_a, "language"_a = "en", R"doc(The sentence for a reason code.

Examples
--------
>>> recruit.stats.why("one_rater")
'there is one rater only; two are needed'
)doc");

    bind_stats_groups(m);
    bind_stats_marks(m);
    bind_stats_time(m);
    bind_stats_decision(m);
    bind_stats_raters(m);
    bind_stats_items(m);

    // Shown and pickled under the name that people import.
    for (const auto entry : py::dict{m.attr("__dict__")}) {
        if (py::isinstance<py::type>(entry.second))
            py::setattr(entry.second, "__module__", py::str{"recruit.stats"});
    }
}

}  // namespace recruit::python

namespace pybind11::detail {

bool type_caster<recruit::stats::NotEstimable>::load(handle source, bool) {
    using recruit::stats::NotEstimable;
    if (!isinstance<str>(source)) return false;
    const auto code = source.cast<std::string>();
    for (int i = 0; i <= static_cast<int>(NotEstimable::suppressed); ++i) {
        if (recruit::stats::to_string(static_cast<NotEstimable>(i)) != code) continue;
        value = static_cast<NotEstimable>(i);
        return true;
    }
    return false;
}

}  // namespace pybind11::detail
