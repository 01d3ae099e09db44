// Columns as numpy arrays and pandas columns.

#include "bind.hpp"

#include <pybind11/numpy.h>

#include <cmath>

namespace recruit::python {

py::object object_array(const std::vector<py::object>& values) {
    auto array = py::array(py::module_::import("numpy").attr("empty")(values.size(), "dtype"_a = "O"));
    auto** const slots = static_cast<PyObject**>(array.mutable_data());
    for (std::size_t i = 0; i < values.size(); ++i)
        Py_XSETREF(slots[i], py::object{values[i]}.release().ptr());
    return array;
}

py::object standing_array(std::span<const Standing> standings) {
    std::vector<py::object> members;
    for (int i = 0; i < standing_count; ++i) members.push_back(py::cast(static_cast<Standing>(i)));
    std::vector<py::object> values;
    values.reserve(standings.size());
    for (const Standing standing : standings) values.push_back(members[static_cast<std::size_t>(standing)]);
    return object_array(values);
}

template <class Value, class Owner>
py::object view(std::span<const Value> values, const Owner& owner) {
    const py::capsule base{new Owner{owner}, [](void* kept) { delete static_cast<Owner*>(kept); }};
    py::array array{
        py::dtype::of<Value>(), {static_cast<py::ssize_t>(values.size())}, {}, values.data(), base};
    array.attr("flags").attr("writeable") = false;
    return array;
}

template py::object view(std::span<const std::int32_t>, const Selection&);
template py::object view(std::span<const std::uint32_t>, const Selection&);

namespace {

/// One Python object a row, None for null.
template <class Make>
py::object objects(const Column& column, Make make) {
    std::vector<py::object> values;
    values.reserve(column.size());
    for (std::size_t i = 0; i < column.size(); ++i)
        values.push_back(column.is_null(i) ? py::none() : py::object{make(i)});
    return object_array(values);
}

py::array nulls(const Column& column) {
    py::array_t<bool> mask(static_cast<py::ssize_t>(column.size()));
    for (std::size_t i = 0; i < column.size(); ++i) mask.mutable_data()[i] = column.is_null(i);
    return mask;
}

/// A copy as `Value`, with `null` in the rows without one.
template <class Value, class Get>
py::array filled(const Column& column, Value null, Get get) {
    py::array_t<Value> array(static_cast<py::ssize_t>(column.size()));
    for (std::size_t i = 0; i < column.size(); ++i)
        array.mutable_data()[i] = column.is_null(i) ? null : get(i);
    return array;
}

py::object dates(const Column& column) {
    constexpr auto not_a_time = std::numeric_limits<std::int64_t>::min();
    return filled<std::int64_t>(column, not_a_time, [&](std::size_t i) { return column.codes()[i]; })
        .attr("view")("M8[D]");
}

py::object texts(const Column& column) {
    if (!column.has_dictionary())
        return objects(column, [&](std::size_t i) { return py::str(std::string{column.text(i)}); });
    std::vector<py::object> dictionary;
    for (std::size_t i = 0; i < column.strings().size(); ++i) {
        dictionary.push_back(py::str(std::string{column.strings()[i]}));
    }
    return objects(column,
                   [&](std::size_t i) { return dictionary[static_cast<std::size_t>(column.codes()[i])]; });
}

py::object pandas_column(const py::module_& pandas, const Column& column, bool exact) {
    const bool has_nulls = column.null_count() > 0;
    switch (column.type()) {
        case ColumnType::points:
            if (exact) return to_numpy(column);
            return filled<double>(column, std::nan(""), [&](std::size_t i) {
                return Points::of(column.integers()[i], column.scale()).to_double();
            });
        case ColumnType::integer:
            if (!has_nulls) return to_numpy(column);
            return pandas.attr("arrays").attr("IntegerArray")(
                filled<std::int64_t>(column, 0, [&](std::size_t i) { return column.integers()[i]; }),
                nulls(column));
        case ColumnType::boolean:
            if (!has_nulls) return to_numpy(column);
            return pandas.attr("arrays").attr("BooleanArray")(
                filled<bool>(column, false, [&](std::size_t i) { return column.booleans()[i] != 0; }),
                nulls(column));
        case ColumnType::text:
            if (!column.has_dictionary()) return to_numpy(column);
            return pandas.attr("Categorical")
                .attr("from_codes")(
                    filled<std::int32_t>(column, -1, [&](std::size_t i) { return column.codes()[i]; }),
                    to_numpy(Column::texts(column.strings())));
        case ColumnType::date:
            return dates(column).attr("astype")("M8[s]");
        case ColumnType::real:
            return to_numpy(column);
    }
    return py::none();
}

}  // namespace

py::object to_numpy(const Column& column) {
    const bool has_nulls = column.null_count() > 0;
    switch (column.type()) {
        case ColumnType::points:
            return objects(column, [&](std::size_t i) {
                return to_decimal(Points::of(column.integers()[i], column.scale()));
            });
        case ColumnType::integer:
            if (!has_nulls) return view(column.integers(), column);
            return objects(column, [&](std::size_t i) { return py::int_(column.integers()[i]); });
        case ColumnType::real:
            if (!has_nulls) return view(column.reals(), column);
            return filled<double>(column, std::nan(""), [&](std::size_t i) { return column.reals()[i]; });
        case ColumnType::boolean:
            if (!has_nulls)
                return filled<bool>(column, false, [&](std::size_t i) { return column.booleans()[i] != 0; });
            return objects(column, [&](std::size_t i) { return py::bool_(column.booleans()[i] != 0); });
        case ColumnType::date:
            return dates(column);
        case ColumnType::text:
            return texts(column);
    }
    return py::none();
}

py::object to_pandas(const Table& table, bool exact) {
    const auto pandas = py::module_::import("pandas");
    py::dict columns;
    for (const auto& [name, column] : table.columns())
        columns[py::str(name)] = pandas_column(pandas, column, exact);
    return pandas.attr("DataFrame")(columns);
}

}  // namespace recruit::python
