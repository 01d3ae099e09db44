#pragma once

// What the files that bind recruit::stats share. Every result has the same protocol by construction:
// read-only attributes, str(language), str(), repr, _repr_html_, to_table(), to_pandas(), ==, hash, pickle.

#include "bind.hpp"

#include <cmath>
#include <limits>
#include <span>
#include <tuple>
#include <type_traits>

#include <recruit/base/display.hpp>
#include <recruit/stats/data.hpp>
#include <recruit/stats/estimate.hpp>

namespace recruit::python {

// One function a file; `m` is the submodule recruit._core.stats.
void bind_stats_groups(py::module_& m);
void bind_stats_marks(py::module_& m);
void bind_stats_time(py::module_& m);
void bind_stats_decision(py::module_& m);
void bind_stats_raters(py::module_& m);
void bind_stats_items(py::module_& m);

/// One attribute of a result: its name in Python, where it is, and what it is.
template <class Result, class Value>
struct Field {
    const char* name;
    Value Result::*member;
    const char* doc;
};
template <class Result, class Value>
Field(const char*, Value Result::*, const char*) -> Field<Result, Value>;

/// Binds a result whose whole state is `fields`. `Result` has display(Language), to_table() and ==.
/// More attributes and methods may be added to what is returned.
template <class Result, class... Values>
py::class_<Result> bind_result(py::module_& m, const char* name, const char* doc,
                               Field<Result, Values>... fields) {
    py::class_<Result> bound(m, name, doc);
    (bound.def_property_readonly(
         fields.name, [member = fields.member](const Result& r) { return r.*member; }, fields.doc),
     ...);
    const auto all = std::make_tuple(fields...);
    bound
        .def(
            "str", [](const Result& r, LanguageChoice language) { return r.display(language.value).text(); },
            "language"_a = "en", "As people read it, in English or Vietnamese.")
        .def("__str__", [](const Result& r) { return r.display(Language::en).text(); })
        .def("__repr__", [](const Result& r) { return r.display(Language::en).text(); })
        .def("_repr_html_", [](const Result& r) { return r.display(Language::en).html(); })
        .def(
            "html", [](const Result& r, LanguageChoice language) { return r.display(language.value).html(); },
            "language"_a = "en", "The same as HTML; whatever comes from data is escaped.")
        .def(
            "to_table", [](const Result& r) { return r.to_table(); }, "As a Table, stable names in it.")
        .def(
            "to_pandas", [](const Result& r) { return to_pandas(r.to_table(), false); },
            "As a pandas DataFrame.")
        .def(
            "__eq__", [](const Result& a, const Result& b) { return a == b; }, py::is_operator())
        .def("__hash__", [](const Result& r) { return py::hash(py::str(r.display(Language::en).text())); })
        .def("__copy__", [](const Result& r) { return r; })
        .def(
            "__deepcopy__", [](const Result& r, const py::dict&) { return r; }, "memo"_a)
        .def(py::pickle(
            [all](const Result& r) {
                return std::apply(
                    [&](const auto&... field) { return py::make_tuple(py::cast(r.*(field.member))...); },
                    all);
            },
            [all](const py::tuple& state) {
                Result r{};
                std::size_t i = 0;
                std::apply(
                    [&](const auto&... field) {
                        ((r.*(field.member) =
                              state[i++].template cast<std::remove_cvref_t<decltype(r.*(field.member))>>()),
                         ...);
                    },
                    all);
                return r;
            }));
    return bound;
}

/// A value whose whole state is `fields`: attributes, ==, hash, repr, pickle.
template <class Value, class... Values>
py::class_<Value> bind_row(py::module_& m, const char* name, const char* doc,
                           Field<Value, Values>... fields) {
    py::class_<Value> bound(m, name, doc);
    (bound.def_property_readonly(
         fields.name, [member = fields.member](const Value& v) { return v.*member; }, fields.doc),
     ...);
    const auto all = std::make_tuple(fields...);
    const auto state = [all](const Value& v) {
        return std::apply(
            [&](const auto&... field) { return py::make_tuple(py::cast(v.*(field.member))...); }, all);
    };
    const std::string title{name};
    bound
        .def("__repr__",
             [all, title](const Value& v) {
                 std::string out = "<" + title;
                 std::apply(
                     [&](const auto&... field) {
                         ((out += " " + std::string{field.name} + "=" +
                                  py::repr(py::cast(v.*(field.member))).template cast<std::string>()),
                          ...);
                     },
                     all);
                 return out + ">";
             })
        .def(
            "__eq__", [](const Value& a, const Value& b) { return a == b; }, py::is_operator())
        .def("__hash__", [state](const Value& v) { return py::hash(py::repr(state(v))); })
        .def(py::pickle(state, [all](const py::tuple& given) {
            Value v{};
            std::size_t i = 0;
            std::apply(
                [&](const auto&... field) {
                    ((v.*(field.member) =
                          given[i++].template cast<std::remove_cvref_t<decltype(v.*(field.member))>>()),
                     ...);
                },
                all);
            return v;
        }));
    return bound;
}

/// The column names that a long form takes: a str argument that must be given.
inline Table long_table(const py::object& data) { return table_from(data); }

/// Wide data: a 2-D array, a sequence of rows, or a DataFrame (its columns and index give the names); None,
/// NA and NaN are missing. Rows are units (candidates, scripts), columns are raters or items.
stats::Matrix matrix_from(py::handle data);
/// The same where they lie: a matrix without its values, and these.
struct Wide {
    stats::Matrix names;
    py::object owner;
    std::span<const double> values;
};
Wide wide_from(py::handle data);

/// Numbers from a 1-D array, a Series or any sequence of numbers; None, NA and NaN are missing (NaN).
std::vector<double> numbers_from(py::handle values);

}  // namespace recruit::python

namespace pybind11::detail {

/// A Word is its stable name in Python.
template <>
struct type_caster<recruit::stats::Word> {
    PYBIND11_TYPE_CASTER(recruit::stats::Word, const_name("str"));

    bool load(handle source, bool) {
        if (!isinstance<str>(source)) return false;
        value = recruit::stats::Word::named(source.cast<std::string>());
        return true;
    }
    static handle cast(const recruit::stats::Word& word, return_value_policy, handle) {
        return str(std::string{word.name()}).release();
    }
};

/// A reason is its code in Python.
template <>
struct type_caster<recruit::stats::NotEstimable> {
    PYBIND11_TYPE_CASTER(recruit::stats::NotEstimable, const_name("str"));

    bool load(handle source, bool);
    static handle cast(recruit::stats::NotEstimable reason, return_value_policy, handle) {
        return str(std::string{recruit::stats::to_string(reason)}).release();
    }
};

}  // namespace pybind11::detail
