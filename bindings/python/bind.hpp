#pragma once

// What every file of the Python face shares: pybind11, the casters, and who binds what.
// Everything here translates; no rule lives in bindings/.

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <array>
#include <chrono>
#include <exception>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <recruit/base/calendar.hpp>
#include <recruit/base/error.hpp>
#include <recruit/base/table.hpp>
#include <recruit/base/texts.hpp>
#include <recruit/selection/selection.hpp>

namespace py = pybind11;
using namespace py::literals;

namespace recruit::python {

// ---- one function for each file
// -------------------------------------------------------------------------------

void bind_base(py::module_& m);
void bind_errors(py::module_& m);
void bind_regulation(py::module_& m);
void bind_tables(py::module_& m);
void bind_explanation(py::module_& m);
void bind_scoring(py::module_& m);
void bind_marks(py::module_& m);
void bind_normalise(py::module_& m);
void bind_referral(py::module_& m);
void bind_procedure(py::module_& m);
void bind_standard(py::module_& m);
void bind_selection(py::module_& m);
void bind_datasets(py::module_& m);
void bind_persistence(py::module_& m);
void bind_stats(py::module_& m);

// ---- texts
// ----------------------------------------------------------------------------------------------------

/// Keys of the catalogue by name. \throws std::logic_error for a name that is not there (the tests use them
/// all).
Text text_named(std::string_view name);
Code code_named(std::string_view name);
std::string say(std::string_view text_name, std::vector<Argument> arguments = {},
                Language language = Language::en);

/// How Python shows a value, at most 60 letters of it.
std::string repr_of(py::handle value);

/// A problem with the value in one place of a table being built.
[[noreturn]] void throw_invalid_table(std::string_view code, std::vector<Argument> arguments,
                                      std::string column = {}, std::optional<std::int64_t> row = {},
                                      std::string value = {});

// ---- marks: in as str, int, Decimal or Points; out as decimal.Decimal
// -----------------------------------------

py::object to_decimal(const Points& points);
py::object to_decimal(const std::optional<Points>& points);  ///< None if there is none.
py::object to_rank(const std::optional<Points>& rank);       ///< int where it is whole, else Decimal.
bool is_decimal(py::handle value);
/// \throws py::type_error for a float and whatever is no number, Error (`bad_points`) for a wrong text.
Points to_points(py::handle value);

// ---- tables
// ---------------------------------------------------------------------------------------------------

/// A column from a numpy array, a pandas Series or any sequence; what is missing (None, NaT, NA) is null.
/// `nan_is_missing`: so is NaN (pandas has no other way to say it), else NaN stays for the engine to report.
Column column_from(const std::string& name, py::handle values, bool nan_is_missing);
/// A table from anything that holds columns.
Table table_from(py::handle data);
bool speaks_arrow(py::handle data);  ///< Has `__arrow_c_stream__` or `__arrow_c_array__`.
Table table_from_arrow(py::handle data);
Column column_from_arrow(const std::string& name, py::handle data);
/// As table_from, with the columns that `columns` (None or a mapping role -> name) names in their roles.
Table table_from(py::handle data, py::handle columns);

/// Integers and floats without nulls are read-only views, everything else a copy; points become Decimal.
py::object to_numpy(const Column& column);
/// A read-only view that keeps what it looks into alive: `owner` is a shared value such as Column or
/// Selection.
template <class Value, class Owner>
py::object view(std::span<const Value> values, const Owner& owner);
py::object to_pandas(const Table& table, bool exact);
/// A numpy array of Python objects.
py::object object_array(const std::vector<py::object>& values);
py::object standing_array(std::span<const Standing> standings);

py::object arrow_schema(const Table& table);
py::object arrow_stream(const Table& table, const py::object& requested_schema);
py::object arrow_array(const Table& table, const py::object& requested_schema);  ///< (schema, array)
/// Gives a class the Arrow PyCapsule interface; each call makes new capsules.
template <class Class, class ToTable>
void hand_out_arrow(Class& bound, ToTable to_table) {
    using Value = typename Class::type;
    bound.def("__arrow_c_schema__", [=](const Value& v) { return arrow_schema(to_table(v)); });
    bound.def(
        "__arrow_c_stream__",
        [=](const Value& v, const py::object& requested) { return arrow_stream(to_table(v), requested); },
        "requested_schema"_a = py::none());
    bound.def(
        "__arrow_c_array__",
        [=](const Value& v, const py::object& requested) { return arrow_array(to_table(v), requested); },
        "requested_schema"_a = py::none());
}
Table issues_table(const Issues& issues, Language language);

// ---- long work
// ------------------------------------------------------------------------------------------------

/// Runs the engine without the GIL. At most every 100 ms it looks for Ctrl-C and tells `progress` (None or
/// callable); either may raise, which stops the work, and what was raised is raised again when the engine has
/// stopped.
class Run {
public:
    explicit Run(py::object progress);
    /// `Options` has `stop` and `progress`, as ScoreOptions.
    template <class Options>
    void attach(Options& options) {
        options.stop = stop_.get_token();
        options.progress = [this](double share) { tick(share); };
    }

    template <class Work>
    auto operator()(Work&& work) {
        try {
            auto result = without_gil(std::forward<Work>(work));
            raise_again();
            return result;
        } catch (const Cancelled&) {
            raise_again();
            throw;
        }
    }

private:
    template <class Work>
    static auto without_gil(Work&& work) {
        const py::gil_scoped_release unlocked;
        return work();
    }
    void tick(double share);
    void raise_again() {
        if (raised_) std::rethrow_exception(std::exchange(raised_, nullptr));
    }

    py::object progress_;
    std::stop_source stop_;
    std::chrono::steady_clock::time_point last_;
    std::exception_ptr raised_;
};

// ---- short displays
// -------------------------------------------------------------------------------------------

std::string summary(const Selection& selection, Language language);
std::string html(const Selection& selection, Language language);
std::string summary(const Table& table);
std::string html(const Table& table);

// ---- options that people type: a word or the enumerator
// -------------------------------------------------------

template <class E>
struct Choice {
    E value{};
};

template <class E>
inline constexpr std::array<std::string_view, 0> words{};
template <>
inline constexpr std::array<std::string_view, 2> words<Language>{"en", "vi"};
template <>
inline constexpr std::array<std::string_view, 3> words<DateOrder>{"ymd", "dmy", "mdy"};
template <>
inline constexpr std::array<std::string_view, 2> words<GivenTotal>{"check", "use"};
template <>
inline constexpr std::array<std::string_view, 4> words<RankDisplay>{"min", "dense", "average", "ordinal"};

/// \throws Error (`unknown_value`) naming the words there are.
std::size_t index_of_word(std::string_view word, std::span<const std::string_view> known);

using LanguageChoice = Choice<Language>;

}  // namespace recruit::python

namespace pybind11::detail {

template <class E>
struct type_caster<recruit::python::Choice<E>> {
    PYBIND11_TYPE_CASTER(recruit::python::Choice<E>, const_name("str"));

    bool load(handle source, bool) {
        if (isinstance<str>(source)) {
            value.value = static_cast<E>(
                recruit::python::index_of_word(source.cast<std::string>(), recruit::python::words<E>));
            return true;
        }
        make_caster<E> enumerator;
        if (!enumerator.load(source, false)) return false;
        value.value = cast_op<E>(enumerator);
        return true;
    }
};

/// Days are datetime.date, never datetime.datetime (pybind11/chrono.h would make local times of them).
template <>
struct type_caster<std::chrono::year_month_day> {
    PYBIND11_TYPE_CASTER(std::chrono::year_month_day, const_name("datetime.date"));

    bool load(handle source, bool);
    static handle cast(std::chrono::year_month_day date, return_value_policy, handle);
};

}  // namespace pybind11::detail
