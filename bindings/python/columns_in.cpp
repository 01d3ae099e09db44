// Columns from what Python programs hold: numpy arrays, pandas Series, sequences of objects. Mutable memory
// is copied.

#include "bind.hpp"

#include <datetime.h>
#include <pybind11/numpy.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace recruit::python {

namespace {

using Int64Array = py::array_t<std::int64_t, py::array::c_style | py::array::forcecast>;
using RealArray = py::array_t<double, py::array::c_style | py::array::forcecast>;

py::object imported(const char* module, const char* name) {  // None if nobody has imported the module
    const py::dict modules = py::module_::import("sys").attr("modules");
    return modules.contains(module) ? py::object{modules[module].attr(name)} : py::none();
}

bool is_instance_of(py::handle value, const char* module, const char* name) {
    const auto type = imported(module, name);
    return !type.is_none() && py::isinstance(value, type);
}

template <class T, class Array>
std::vector<T> copied(const Array& array) {
    return {array.data(), array.data() + array.size()};
}

// ---- sequences of Python objects
// ------------------------------------------------------------------------------

enum class Kind : unsigned { null = 0, text = 1, boolean = 2, integer = 4, real = 8, exact = 16, date = 32 };

/// The objects of one column, each with its kind.
class Objects {
public:
    Objects(std::string name, py::handle sequence, bool nan_is_missing)
        : name_{std::move(name)},
          nan_is_missing_{nan_is_missing},
          na_{imported("pandas", "NA")},
          nat_{imported("pandas", "NaT")},
          generic_{py::module_::import("numpy").attr("generic")} {
        if (PyDateTimeAPI == nullptr) PyDateTime_IMPORT;
        const auto fast =
            py::reinterpret_steal<py::object>(PySequence_Fast(sequence.ptr(), "expected a sequence"));
        if (!fast) throw py::error_already_set();
        const auto size = static_cast<std::size_t>(PySequence_Fast_GET_SIZE(fast.ptr()));
        items_.reserve(size);
        kinds_.reserve(size);
        has_value_.reserve(size);
        for (std::size_t i = 0; i < size; ++i) {
            add(py::reinterpret_borrow<py::object>(
                PySequence_Fast_GET_ITEM(fast.ptr(), static_cast<py::ssize_t>(i))));
        }
    }

    Column column() const {
        const auto only = [this](Kind a, Kind b = Kind::null) {
            return found_ != 0 && (found_ & ~(static_cast<unsigned>(a) | static_cast<unsigned>(b))) == 0;
        };
        std::optional<Column> made;
        if (only(Kind::boolean)) made = booleans();
        if (only(Kind::integer)) made = integers();
        if (!made && only(Kind::integer, Kind::exact)) made = points();
        if (!made && only(Kind::real, Kind::integer)) made = reals();
        if (only(Kind::date)) made = dates();
        // Mixed columns and numbers that fit nowhere become text: the engine then reports the wrong rows one
        // by one.
        return made ? *made : texts();
    }

private:
    [[noreturn]] void refuse(py::handle item) const {
        throw_invalid_table("unsupported_value", {repr_of(item), std::string{Py_TYPE(item.ptr())->tp_name}},
                            name_, static_cast<std::int64_t>(items_.size()), repr_of(item));
    }

    Kind kind_of(const py::object& item) const {
        PyObject* const o = item.ptr();
        if (o == Py_None || (o == na_.ptr()) || (o == nat_.ptr())) return Kind::null;
        if (PyUnicode_Check(o) != 0) return Kind::text;
        if (PyBool_Check(o) != 0) return Kind::boolean;
        if (PyLong_Check(o) != 0) return Kind::integer;
        if (PyFloat_Check(o) != 0) {
            return nan_is_missing_ && std::isnan(PyFloat_AS_DOUBLE(o)) ? Kind::null : Kind::real;
        }
        if (py::isinstance<Points>(item) || is_decimal(item)) return Kind::exact;
        if (PyDateTime_Check(o) != 0) {
            const bool midnight = PyDateTime_DATE_GET_HOUR(o) == 0 && PyDateTime_DATE_GET_MINUTE(o) == 0 &&
                                  PyDateTime_DATE_GET_SECOND(o) == 0 &&
                                  PyDateTime_DATE_GET_MICROSECOND(o) == 0;
            if (!midnight || !item.attr("tzinfo").is_none()) refuse(item);
            return Kind::date;
        }
        if (PyDate_Check(o) != 0) return Kind::date;
        refuse(item);
    }

    void add(py::object item) {
        // numpy's scalars of numbers and texts; a datetime64 gives back a number, which would be no date.
        if (py::isinstance(item, generic_) &&
            std::string_view{"biufU"}.find(item.attr("dtype").attr("kind").cast<std::string>()) !=
                std::string_view::npos) {
            item = item.attr("item")();
        }
        const Kind kind = kind_of(item);
        found_ |= static_cast<unsigned>(kind);
        kinds_.push_back(kind);
        has_value_.push_back(kind != Kind::null);
        items_.push_back(std::move(item));
    }

    Validity validity() const { return Validity{has_value_}; }

    Column booleans() const {
        std::vector<std::uint8_t> values;
        for (const auto& item : items_) values.push_back(item.ptr() == Py_True ? 1 : 0);
        return Column::booleans(Buffer{std::move(values)}, validity());
    }

    std::optional<Column> integers() const {
        std::vector<std::int64_t> values(items_.size());
        for (std::size_t i = 0; i < items_.size(); ++i) {
            int overflow = 0;
            if (has_value_[i]) values[i] = PyLong_AsLongLongAndOverflow(items_[i].ptr(), &overflow);
            if (overflow != 0) return std::nullopt;
        }
        return Column::integers(Buffer{std::move(values)}, validity());
    }

    std::optional<Column> points() const {
        std::vector<Points> read(items_.size());
        int scale = 0;
        for (std::size_t i = 0; i < items_.size(); ++i) {
            if (!has_value_[i]) continue;
            const auto value = Points::parse(text_of(i));
            if (!value) return std::nullopt;
            read[i] = *value;
            scale = std::max(scale, value->scale());
        }
        std::vector<std::int64_t> units;
        for (const Points& value : read) {
            const auto at_scale = value.units_at(scale);
            if (!at_scale) return std::nullopt;
            units.push_back(*at_scale);
        }
        return Column::points(Buffer{std::move(units)}, scale, validity());
    }

    std::optional<Column> reals() const {
        constexpr double exact_integers = 9007199254740992;  // 2^53
        std::vector<double> values(items_.size());
        for (std::size_t i = 0; i < items_.size(); ++i) {
            if (!has_value_[i]) continue;
            values[i] = PyFloat_AsDouble(items_[i].ptr());
            if (PyErr_Occurred() != nullptr) PyErr_Clear(), values[i] = exact_integers * 2;
            if (kinds_[i] == Kind::integer && std::fabs(values[i]) > exact_integers) return std::nullopt;
        }
        return Column::reals(Buffer{std::move(values)}, validity());
    }

    Column dates() const {
        std::vector<std::int32_t> days(items_.size());
        for (std::size_t i = 0; i < items_.size(); ++i) {
            if (!has_value_[i]) continue;
            PyObject* const o = items_[i].ptr();
            const std::chrono::year_month_day date = std::chrono::year{PyDateTime_GET_YEAR(o)} /
                                                     static_cast<unsigned>(PyDateTime_GET_MONTH(o)) /
                                                     static_cast<unsigned>(PyDateTime_GET_DAY(o));
            days[i] = static_cast<std::int32_t>(std::chrono::sys_days{date}.time_since_epoch().count());
        }
        return Column::dates(Buffer{std::move(days)}, validity());
    }

    std::string text_of(std::size_t i) const {
        const py::object& item = items_[i];
        switch (kinds_[i]) {
            case Kind::null:
                return {};
            case Kind::boolean:
                return item.ptr() == Py_True ? "true" : "false";
            case Kind::exact:
                return py::isinstance<Points>(item) ? item.cast<Points>().str()
                                                    : item.attr("__format__")("f").cast<std::string>();
            case Kind::date:
                return py::str(item.attr("isoformat")()).cast<std::string>().substr(0, 10);
            default:
                return py::str(item).cast<std::string>();
        }
    }

    Column texts() const {
        std::vector<std::int64_t> offsets{0};
        std::vector<char> bytes;
        offsets.reserve(items_.size() + 1);
        for (std::size_t i = 0; i < items_.size(); ++i) {
            if (kinds_[i] == Kind::text) {
                py::ssize_t size = 0;
                const char* const data = PyUnicode_AsUTF8AndSize(items_[i].ptr(), &size);
                if (data == nullptr) {  // a lone surrogate has no UTF-8
                    PyErr_Clear();
                    throw_invalid_table("unsupported_value", {repr_of(items_[i]), std::string{"str"}}, name_,
                                        static_cast<std::int64_t>(i), repr_of(items_[i]));
                }
                bytes.insert(bytes.end(), data, data + size);
            } else {
                const std::string text = text_of(i);
                bytes.insert(bytes.end(), text.begin(), text.end());
            }
            offsets.push_back(static_cast<std::int64_t>(bytes.size()));
        }
        return Column::texts(
            Strings{Buffer<std::int64_t>{std::move(offsets)}, Buffer<char>{std::move(bytes)}}, validity());
    }

    std::string name_;
    bool nan_is_missing_;
    py::object na_, nat_, generic_;
    std::vector<py::object> items_;
    std::vector<Kind> kinds_;
    std::vector<bool> has_value_;
    unsigned found_ = 0;
};

// ---- numpy
// ----------------------------------------------------------------------------------------------------

Column from_datetimes(const std::string& name, const py::array& array) {
    constexpr auto not_a_time = std::numeric_limits<std::int64_t>::min();
    const py::object days = array.attr("astype")("M8[D]");
    const py::array_t<bool> differs = (days.attr("__ne__")(array));
    const Int64Array numbers = days.attr("astype")("i8");
    std::vector<std::int32_t> values(static_cast<std::size_t>(numbers.size()));
    std::vector<bool> has_value(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
        const std::int64_t day = numbers.data()[i];
        has_value[i] = day != not_a_time;
        if (!has_value[i]) continue;  // NaT differs from itself
        if (differs.data()[i] || day != static_cast<std::int32_t>(day)) {
            const auto value = py::str(array.attr("__getitem__")(i)).cast<std::string>();
            throw_invalid_table("unsupported_value", {value, std::string{"datetime64"}}, name,
                                static_cast<std::int64_t>(i), value);
        }
        values[i] = static_cast<std::int32_t>(day);
    }
    return Column::dates(Buffer{std::move(values)}, Validity{has_value});
}

Column from_numpy(const std::string& name, const py::array& array, bool nan_is_missing) {
    const char kind = array.dtype().kind();
    const auto unsupported = [&](const std::string& what) {
        throw_invalid_table("unsupported_column", {name, what}, name);
    };
    if (array.ndim() != 1) unsupported(std::to_string(array.ndim()) + "-dimensional array");
    const bool masked = is_instance_of(array, "numpy.ma", "MaskedArray");
    if (masked || kind == 'O' || kind == 'U' || kind == 'T')
        return Objects{name, array.attr("tolist")(), nan_is_missing}.column();
    if (kind == 'b') {
        const py::array_t<std::uint8_t, py::array::c_style | py::array::forcecast> bytes{array};
        return Column::booleans(Buffer{copied<std::uint8_t>(bytes)});
    }
    if (kind == 'u' && array.itemsize() == 8)
        return Objects{name, array.attr("tolist")(), nan_is_missing}.column();
    if (kind == 'i' || kind == 'u') return Column::integers(Buffer{copied<std::int64_t>(Int64Array{array})});
    if (kind == 'f' && array.itemsize() <= 8) {
        auto values = copied<double>(RealArray{array});
        std::vector<bool> has_value(values.size(), true);
        for (std::size_t i = 0; i < values.size(); ++i)
            has_value[i] = !nan_is_missing || !std::isnan(values[i]);
        return Column::reals(Buffer{std::move(values)}, Validity{has_value});
    }
    if (kind == 'M') return from_datetimes(name, array);
    unsupported(py::str(array.dtype()).cast<std::string>());
    return {};
}

// ---- pandas, without pyarrow
// ----------------------------------------------------------------------------------

Column from_categorical(const std::string& name, const py::object& series) {
    const Column dictionary =
        column_from(name, series.attr("cat").attr("categories").attr("to_numpy")(), true);
    if (dictionary.type() != ColumnType::text || dictionary.null_count() > 0) {
        return Objects{name, series.attr("tolist")(), true}.column();
    }
    const py::array_t<std::int32_t, py::array::c_style | py::array::forcecast> codes =
        series.attr("cat").attr("codes").attr("to_numpy")();
    std::vector<bool> has_value;
    for (py::ssize_t i = 0; i < codes.size(); ++i) has_value.push_back(codes.data()[i] >= 0);
    return Column::categories(Buffer{copied<std::int32_t>(codes)}, dictionary.strings(), Validity{has_value});
}

Column from_series(const std::string& name, const py::object& series) {
    const py::object dtype = series.attr("dtype");
    if (is_instance_of(dtype, "numpy", "dtype")) return from_numpy(name, series.attr("to_numpy")(), true);
    if (is_instance_of(dtype, "pandas", "CategoricalDtype")) return from_categorical(name, series);
    // pandas keeps these in Arrow arrays; a str column keeps them so where pyarrow is installed.
    if (is_instance_of(dtype, "pandas", "ArrowDtype") ||
        (is_instance_of(dtype, "pandas", "StringDtype") && py::str("pyarrow").equal(dtype.attr("storage")))) {
        return column_from_arrow(name, series.attr("array").attr("__arrow_array__")());
    }
    // Int64, Float64, boolean and string columns give Python values and NA.
    return Objects{name, series.attr("tolist")(), true}.column();
}

}  // namespace

Column column_from(const std::string& name, py::handle values, bool nan_is_missing) {
    const auto object = py::reinterpret_borrow<py::object>(values);
    if (is_instance_of(values, "pandas", "Series")) return from_series(name, object);
    if (py::isinstance<py::array>(values)) return from_numpy(name, object, nan_is_missing);
    if (speaks_arrow(values)) return column_from_arrow(name, values);  // pyarrow, polars, nanoarrow
    if (py::hasattr(values, "to_list"))                                // pandas.Index
        return Objects{name, object.attr("to_list")(), nan_is_missing}.column();
    if (py::isinstance<py::str>(values) || py::isinstance<py::bytes>(values) ||
        py::isinstance<py::dict>(values) || !py::hasattr(values, "__iter__")) {
        throw_invalid_table("unsupported_column", {name, std::string{Py_TYPE(values.ptr())->tp_name}}, name);
    }
    return Objects{name, py::list(object), nan_is_missing}.column();
}

}  // namespace recruit::python
