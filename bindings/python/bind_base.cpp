// Python face of <recruit/base/{points,rounding,issue,texts}.hpp>.

#include "bind.hpp"

#include <datetime.h>
#include <pybind11/native_enum.h>

#include <stdexcept>

#include <recruit/base/rounding.hpp>

namespace recruit::python {

namespace {

template <class Key>
Key key_named(std::string_view name, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
        if (to_string(static_cast<Key>(i)) == name) return static_cast<Key>(i);
    }
    throw std::logic_error{"no text is called " + std::string{name}};
}

const py::object& decimal_type() {
    PYBIND11_CONSTINIT static py::gil_safe_call_once_and_store<py::object> storage;
    return storage.call_once_and_store_result([] { return py::module_::import("decimal").attr("Decimal"); })
        .get_stored();
}

bool is_whole(py::handle value) { return PyLong_Check(value.ptr()) != 0 && PyBool_Check(value.ptr()) == 0; }

/// What may stand beside Points in arithmetic and comparisons.
bool is_exact_number(py::handle value) {
    return py::isinstance<Points>(value) || is_whole(value) || is_decimal(value);
}

py::object compare(const Points& a, py::handle b, int operation) {
    if (!is_exact_number(b)) return py::reinterpret_borrow<py::object>(Py_NotImplemented);
    const py::object other = py::isinstance<Points>(b) ? to_decimal(b.cast<const Points&>())
                                                       : py::reinterpret_borrow<py::object>(b);
    PyObject* const result = PyObject_RichCompare(to_decimal(a).ptr(), other.ptr(), operation);
    if (result == nullptr) throw py::error_already_set();
    return py::reinterpret_steal<py::object>(result);
}

template <class Operation>
auto arithmetic(Operation operation) {
    return [operation](const Points& a, const py::object& b) -> py::object {
        if (!is_exact_number(b)) return py::reinterpret_borrow<py::object>(Py_NotImplemented);
        return py::cast(operation(a, to_points(b)));
    };
}

void bind_points(py::module_& m) {
    py::class_<Points> points(m, "Points", R"doc(An exact number of marks.

Built from text, a whole number or a ``decimal.Decimal``; a ``float`` is refused, because 0.1 as a binary float is
not 0.1. Wherever the package takes marks it takes any of these; whatever it returns is a ``decimal.Decimal``.

Examples
--------
>>> recruit.Points("71.50")
Points('71.5')
>>> recruit.Points("71.5") + 3
Points('74.5')
>>> recruit.Points("71.5") == decimal.Decimal("71.50")
True
)doc");
    points.def(py::init([](const py::object& value) { return to_points(value); }), "value"_a = 0)
        .def(
            "to_decimal", [](const Points& p) { return to_decimal(p); },
            "The same number as a ``decimal.Decimal``.")
        .def("__float__", &Points::to_double)
        .def("__bool__", [](const Points& p) { return p.units() != 0; })
        .def("__hash__", [](const Points& p) { return py::hash(to_decimal(p)); })
        .def("__str__", [](const Points& p) { return p.str(); })
        .def("__repr__", [](const Points& p) { return "Points('" + p.str() + "')"; });
    const auto add = [](const Points& a, const Points& b) { return a + b; };
    const auto subtract = [](const Points& a, const Points& b) { return a - b; };
    const auto from = [](const Points& a, const Points& b) { return b - a; };
    points.def("__add__", arithmetic(add), py::is_operator())
        .def("__radd__", arithmetic(add), py::is_operator())
        .def("__sub__", arithmetic(subtract), py::is_operator())
        .def("__rsub__", arithmetic(from), py::is_operator());
    constexpr std::pair<const char*, int> comparisons[] = {{"__eq__", Py_EQ}, {"__ne__", Py_NE},
                                                           {"__lt__", Py_LT}, {"__le__", Py_LE},
                                                           {"__gt__", Py_GT}, {"__ge__", Py_GE}};
    for (const auto& [name, operation] : comparisons) {
        points.def(
            name,
            [operation = operation](const Points& a, const py::object& b) {
                return compare(a, b, operation);
            },
            py::is_operator());
    }
}

void bind_title(py::module_& m) {
    py::class_<Title>(m, "Title", R"doc(A name people read, in either language.

Examples
--------
>>> title = recruit.datasets.example().regulation.stages[0].title
>>> print(title, "|", title.vi)
Written exam | Thi viết
)doc")
        .def_readonly("en", &Title::en)
        .def_readonly("vi", &Title::vi)
        .def(
            "str", [](const Title& t, LanguageChoice language) { return t.str(language.value); },
            "language"_a = "en", "The name in a language; where it is empty, in the other one.")
        .def("__str__", [](const Title& t) { return t.str(Language::en); })
        .def("__repr__", [](const Title& t) { return "<Title '" + t.str(Language::en) + "'>"; })
        .def(
            "__eq__", [](const Title& a, const Title& b) { return a == b; }, py::is_operator())
        .def("__hash__", [](const Title& t) { return py::hash(py::make_tuple(t.en, t.vi)); });
}

/// Binds one of Issue's texts, which all take a language.
template <class Method>
auto said(Method method) {
    return [method](const Issue& issue, LanguageChoice language) { return (issue.*method)(language.value); };
}

void bind_issue(py::module_& m) {
    py::class_<Issue>(m, "Issue", R"doc(One thing wrong with data, said so that a person can act on it.

Attributes
----------
code : str
    Stable name of the problem, such as ``"above_maximum"``.
severity : Severity
file, column, value : str
    File, column and value it concerns; empty where there is none.
line, row : int or None
    Line of the file, from 1; row of the table, from 0.

Examples
--------
>>> table = {"application": ["A-1", "A-1"], "written": ["71", "80"], "interview": ["60", "70"]}
>>> issue = recruit.score(recruit.datasets.example().regulation, table).issues[0]
>>> issue.code, issue.row
('duplicate_application', 1)
)doc")
        .def_property_readonly("code", [](const Issue& i) { return std::string{to_string(i.code)}; })
        .def_readonly("severity", &Issue::severity)
        .def_readonly("file", &Issue::file)
        .def_readonly("line", &Issue::line)
        .def_readonly("row", &Issue::row)
        .def_readonly("column", &Issue::column)
        .def_readonly("value", &Issue::value)
        .def("message", said(&Issue::message), "language"_a = "en", "What was found and what is allowed.")
        .def("remedy", said(&Issue::remedy), "language"_a = "en", "What to do about it.")
        .def("where", said(&Issue::where), "language"_a = "en", "Where to look.")
        .def("str", said(&Issue::str), "language"_a = "en", "Where, what and what to do, on one line.")
        .def("__str__", [](const Issue& i) { return i.str(); })
        .def("__repr__",
             [](const Issue& i) { return "<Issue " + std::string{to_string(i.code)} + ": " + i.str() + ">"; })
        .def(
            "__eq__", [](const Issue& a, const Issue& b) { return a == b; }, py::is_operator())
        .def("__hash__", [](const Issue& i) { return py::hash(py::str{i.str()}); });
}

void bind_enumerations(py::module_& m) {
    py::native_enum<Language>(m, "Language", "enum.Enum",
                              "Languages of every text; options take \"en\" and \"vi\" too.")
        .value("en", Language::en)
        .value("vi", Language::vi)
        .finalize();
    py::native_enum<Severity>(m, "Severity", "enum.Enum", "How much an issue matters.")
        .value("note", Severity::note)
        .value("warning", Severity::warning)
        .value("error", Severity::error)
        .finalize();
    py::native_enum<RoundingMode>(m, "RoundingMode", "enum.Enum",
                                  "How a value between two decimals is rounded.")
        .value("half_up", RoundingMode::half_up)
        .value("half_even", RoundingMode::half_even)
        .value("down", RoundingMode::down)
        .value("up", RoundingMode::up)
        .value("truncate", RoundingMode::truncate)
        .finalize();
}

}  // namespace

Text text_named(std::string_view name) { return key_named<Text>(name, text_count()); }
Code code_named(std::string_view name) { return key_named<Code>(name, code_count()); }

std::string say(std::string_view text_name, std::vector<Argument> arguments, Language language) {
    return Message{text_named(text_name), std::move(arguments)}.str(language);
}

std::string repr_of(py::handle value) {
    const py::str text{py::repr(value).attr("encode")("utf-8", "replace").attr("decode")()};
    const py::str start{text[py::slice(0, 60, 1)]};
    return start.cast<std::string>() + (py::len(text) > 60 ? "…" : "");
}

std::size_t index_of_word(std::string_view word, std::span<const std::string_view> known) {
    std::string all;
    for (std::size_t i = 0; i < known.size(); ++i) {
        if (known[i] == word) return i;
        all += (all.empty() ? "" : ", ") + std::string{known[i]};
    }
    throw Error{code_named("unknown_value"), {std::string{word}, all}};
}

bool is_decimal(py::handle value) { return py::isinstance(value, decimal_type()); }
py::object to_decimal(const Points& points) { return decimal_type()(points.str()); }
py::object to_decimal(const std::optional<Points>& points) {
    return points ? to_decimal(*points) : py::none();
}
py::object to_rank(const std::optional<Points>& rank) {
    return rank && rank->scale() == 0 ? py::int_(rank->units()) : to_decimal(rank);
}

Points to_points(py::handle value) {
    if (py::isinstance<Points>(value)) return value.cast<Points>();
    if (PyFloat_Check(value.ptr()) != 0) {
        throw py::type_error(say("python_float_refused", {repr_of(value)}));
    }
    std::string text;
    if (py::isinstance<py::str>(value) || is_whole(value)) {
        text = py::str(value).cast<std::string>();
    } else if (is_decimal(value)) {
        text = value.attr("__format__")("f").cast<std::string>();
    } else {
        throw py::type_error(say("python_not_marks", {std::string{Py_TYPE(value.ptr())->tp_name}}));
    }
    if (const auto points = Points::parse(text)) return *points;
    throw Error{code_named("bad_points"), {text}};
}

void bind_base(py::module_& m) {
    bind_enumerations(m);
    bind_points(m);
    bind_title(m);
    bind_issue(m);
    m.def(
        "_issue",
        [](const std::string& code, const py::sequence& values, Severity severity, const std::string& file,
           std::optional<std::int64_t> line, std::optional<std::int64_t> row, const std::string& column,
           const std::string& value) {
            std::vector<Argument> arguments;
            for (const auto& item : values) {
                if (py::isinstance<py::tuple>(item)) {
                    const auto both = py::reinterpret_borrow<py::tuple>(item);
                    arguments.emplace_back(Title{both[0].cast<std::string>(), both[1].cast<std::string>()});
                } else {
                    arguments.emplace_back(item.cast<std::string>());
                }
            }
            return Issue{code_named(code), severity, file, line, row, column, value, std::move(arguments)};
        },
        "code"_a, "values"_a, py::kw_only(), "severity"_a, "file"_a = "", "line"_a = py::none(),
        "row"_a = py::none(), "column"_a = "", "value"_a = "",
        "A problem of the catalogue; a pair of texts is one in English and in Vietnamese.");
    m.def(
        "_text",
        [](const std::string& key, LanguageChoice language, const py::args& values) {
            std::vector<Argument> arguments;
            for (const auto& value : values) arguments.emplace_back(py::str(value).cast<std::string>());
            return say(key, std::move(arguments), language.value);
        },
        "key"_a, "language"_a, "A text of the catalogue, filled with the values.");
    m.def(
        "_texts",
        [] {
            std::vector<std::string> names;
            for (std::size_t i = 0; i < text_count(); ++i)
                names.emplace_back(to_string(static_cast<Text>(i)));
            return names;
        },
        "Names of the texts of the catalogue.");
}

}  // namespace recruit::python

namespace pybind11::detail {

bool type_caster<std::chrono::year_month_day>::load(handle source, bool) {
    if (PyDateTimeAPI == nullptr) PyDateTime_IMPORT;
    if (PyDate_Check(source.ptr()) == 0 || PyDateTime_Check(source.ptr()) != 0) return false;
    value = std::chrono::year{PyDateTime_GET_YEAR(source.ptr())} /
            static_cast<unsigned>(PyDateTime_GET_MONTH(source.ptr())) /
            static_cast<unsigned>(PyDateTime_GET_DAY(source.ptr()));
    return true;
}

handle type_caster<std::chrono::year_month_day>::cast(std::chrono::year_month_day date, return_value_policy,
                                                      handle) {
    if (PyDateTimeAPI == nullptr) PyDateTime_IMPORT;
    return PyDate_FromDate(static_cast<int>(date.year()),
                           static_cast<int>(static_cast<unsigned>(date.month())),
                           static_cast<int>(static_cast<unsigned>(date.day())));
}

}  // namespace pybind11::detail
