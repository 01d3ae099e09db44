// Python face of <recruit/base/table.hpp> and <recruit/tables/*.hpp>.

#include "bind.hpp"

#include <pybind11/stl/filesystem.h>

#include <algorithm>

#include <recruit/tables/csv.hpp>
#include <recruit/tables/scores.hpp>

namespace recruit::python {

namespace {

bool is_dataframe(py::handle data) {
    const py::dict modules = py::module_::import("sys").attr("modules");
    return modules.contains("pandas") && py::isinstance(data, modules["pandas"].attr("DataFrame"));
}

bool is_mapping(py::handle data) {
    return py::isinstance(data, py::module_::import("collections.abc").attr("Mapping"));
}

Table from_mapping(py::handle data) {
    Table table;
    for (const auto& item : data.attr("items")()) {
        const auto pair = py::reinterpret_borrow<py::tuple>(item);
        const auto name = py::str(pair[0]).cast<std::string>();
        table.add(name, column_from(name, pair[1], false));
    }
    return table;
}

// pandas goes column by column through numpy, also where pyarrow is there: it works without pyarrow, keeps a
// mixed object column (Arrow refuses it as a whole, the engine names its wrong rows), and takes NaN as
// missing as pandas does.
Table from_dataframe(py::handle data) {
    Table table;
    for (const auto& item : data.attr("items")()) {
        const auto pair = py::reinterpret_borrow<py::tuple>(item);
        const auto name = py::str(pair[0]).cast<std::string>();
        table.add(name, column_from(name, pair[1], true));
    }
    return table;
}

Table from_records(const py::list& records) {
    py::dict columns;
    for (std::size_t i = 0; i < records.size(); ++i) {
        for (const auto& item : records[i].attr("items")()) {
            const auto pair = py::reinterpret_borrow<py::tuple>(item);
            if (!columns.contains(pair[0]))
                columns[pair[0]] = py::list(py::make_tuple(py::none())) * py::int_(records.size());
            columns[pair[0]][py::int_(i)] = pair[1];
        }
    }
    return from_mapping(columns);
}

std::vector<std::pair<std::string, std::string>> roles_from(py::handle columns) {
    std::vector<std::pair<std::string, std::string>> roles;
    for (const auto& item : columns.attr("items")()) {
        const auto pair = py::reinterpret_borrow<py::tuple>(item);
        roles.emplace_back(pair[0].cast<std::string>(), pair[1].cast<std::string>());
    }
    return roles;
}

constexpr const char* table_doc = R"doc(Named columns of one length, with nulls. Immutable.

Parameters
----------
data
    A mapping from names to columns (numpy arrays, lists, pandas or polars Series), a sequence of mappings (one a row),
    a pandas DataFrame (pyarrow is not needed), a Selection, or anything that hands over Arrow data
    (``__arrow_c_stream__`` or ``__arrow_c_array__``: pyarrow, polars, duckdb, nanoarrow). Arrow memory is borrowed;
    what can be changed is copied.

Notes
-----
None, NA and NaT are missing. So is NaN in a DataFrame or Series of pandas, which has no other way to say it; a NaN
anywhere else stays one, and the engine reports it. A column that mixes numbers and text becomes text, so that the
engine can name the rows that are wrong. A datetime at midnight is a date; any other is refused.

``table[name]`` is a numpy array: int64, float64 or bool where no value is missing (integers and floats are
read-only views), datetime64[D], else objects, with None where a value is missing; marks are ``decimal.Decimal``.

Examples
--------
>>> table = recruit.Table({"application": ["A-1", "A-2"], "written": ["71.5", None]})
>>> len(table), table.columns
(2, ['application', 'written'])
>>> table["written"].tolist()
['71.5', None]
)doc";

void bind_table(py::module_& m) {
    auto bound = py::class_<Table>(m, "Table", table_doc);
    hand_out_arrow(bound, [](const Table& t) { return t; });
    bound.def(py::init([](const py::object& data) { return table_from(data); }), "data"_a)
        .def("__len__", &Table::rows)
        .def_property_readonly(
            "columns",
            [](const Table& t) {
                std::vector<std::string> names;
                for (const auto& entry : t.columns()) names.push_back(entry.first);
                return names;
            },
            "Names of the columns, in order.")
        .def_property_readonly(
            "types",
            [](const Table& t) {
                py::dict types;
                for (const auto& [name, column] : t.columns())
                    types[py::str(name)] = std::string{to_string(column.type())};
                return types;
            },
            "Type of each column: points, integer, real, text, boolean or date.")
        .def("__contains__", [](const Table& t, const std::string& name) { return t.find(name) != nullptr; })
        .def(
            "__getitem__", [](const Table& t, const std::string& name) { return to_numpy(t.at(name)); },
            "name"_a)
        .def(
            "__iter__",
            [](const Table& t) {
                py::list names;
                for (const auto& entry : t.columns()) names.append(entry.first);
                return py::iter(names);
            },
            "Names of the columns.")
        .def(
            "renamed",
            [](const Table& t, const py::object& columns) { return t.renamed(roles_from(columns)); },
            "columns"_a,
            "The same columns, some under other names: a mapping from new name to name in this table.")
        .def(
            "indexed",
            [](const Table& t, const std::string& name, int threads) {
                const py::gil_scoped_release unlocked;
                return t.indexed(name, threads);
            },
            "name"_a, py::kw_only(), "threads"_a = 0,
            R"doc(The same table with an index of one column of texts or integers.

Selecting again and again from one table, index its ``application`` once: `select` then need not look for repeated
ids anew.

Parameters
----------
name : str
    The column.
threads : int
    0 is the hardware's number.

Returns
-------
Table
)doc")
        .def("to_pandas", &to_pandas, py::kw_only(), "exact"_a = false,
             R"doc(As a pandas DataFrame; pyarrow is not needed.

Parameters
----------
exact : bool
    Marks as ``decimal.Decimal`` objects; else as float64, which is for display and statistics.
)doc")
        .def("__repr__", [](const Table& t) { return summary(t); })
        .def("_repr_html_", [](const Table& t) { return html(t); });
}

CsvOptions csv_options(std::optional<char> separator, std::optional<char> decimal_mark,
                       DateOrder date_order = DateOrder::year_month_day) {
    CsvOptions options;
    options.date_order = date_order;
    options.separator = separator;
    options.decimal_mark = decimal_mark;
    return options;
}

constexpr const char* read_scores_doc = R"doc(Read a score sheet (CSV) the way a regulation needs it.

Parameters
----------
path : path-like
regulation : Regulation
    Says which columns are marks, dates or flags. Those that it does not name stay text.
columns : mapping, optional
    Names of columns that are called otherwise in the file: ``{"application": "SBD"}``.
separator, decimal_mark : str, optional
    Found in the file if not given: with ``;`` between the fields, decimals have a comma.
date_order : {"ymd", "dmy", "mdy"}
    How dates are written: yyyy-mm-dd if not given, else such as 31/12/1990; never guessed.

Returns
-------
ScoreSheet
    With ``table`` and ``issues``; `score` and `select` take it as it is.

Raises
------
InvalidTable
    The file cannot be read as a table.

Examples
--------
>>> contest = recruit.datasets.example()
>>> recruit.write_csv(contest.scores, path, separator=";")
>>> sheet = recruit.read_scores(path, contest.regulation)
>>> sheet.table["written"][3], len(sheet.issues)
(Decimal('45.5'), 0)
)doc";

constexpr const char* read_csv_doc =
    R"doc(Read a CSV file as text columns; what is a number only a regulation knows.

Parameters
----------
path : path-like
separator : str, optional
    Between the fields; found from the header if not given.

Returns
-------
CsvFile
    With ``table``, ``issues``, the ``separator`` and ``decimal_mark`` found, and ``line_of(row)``.

Raises
------
InvalidTable
    With every record that is wrong, each with its line.

See Also
--------
read_scores : reads marks, dates and flags as a regulation defines them.

Examples
--------
>>> recruit.write_csv({"application": ["A-1"], "written": ["71.5"]}, path)
>>> recruit.read_csv(path).table.columns
['application', 'written']
)doc";

void bind_csv(py::module_& m) {
    py::class_<CsvFile>(m, "CsvFile",
                        "A table as read from a file, and what is needed to speak about that file.")
        .def_readonly("table", &CsvFile::table)
        .def_readonly("issues", &CsvFile::issues)
        .def_property_readonly("has_lines", &CsvFile::has_lines)
        .def_property_readonly("separator", [](const CsvFile& f) { return std::string(1, f.separator); })
        .def_property_readonly("decimal_mark",
                               [](const CsvFile& f) { return std::string(1, f.decimal_mark); })
        .def(
            "line_of", [](const CsvFile& f, std::size_t row) { return f.line_of(row); }, "row"_a,
            "The line of the file, from 1, on which a row begins.")
        .def("__len__", [](const CsvFile& f) { return f.table.rows(); });
    m.def(
        "read_csv",
        [](const std::filesystem::path& path, std::optional<char> separator) {
            const py::gil_scoped_release unlocked;
            return read_csv(path, csv_options(separator, std::nullopt));
        },
        "path"_a, py::kw_only(), "separator"_a = py::none(), read_csv_doc);
    py::class_<ScoreSheet>(m, "ScoreSheet", "A score sheet as read from a file, and what is wrong with it.")
        .def_readonly("table", &ScoreSheet::table)
        .def_readonly("issues", &ScoreSheet::issues)
        .def(
            "issues_table",
            [](const ScoreSheet& s, LanguageChoice language) {
                return issues_table(s.issues, language.value);
            },
            "language"_a = "en")
        .def("__len__", [](const ScoreSheet& s) { return s.table.rows(); })
        .def("__repr__", [](const ScoreSheet& s) { return summary(s.table); })
        .def("_repr_html_", [](const ScoreSheet& s) { return html(s.table); });
    m.def(
        "read_scores",
        [](const std::filesystem::path& path, const Regulation& regulation, const py::object& columns,
           std::optional<char> separator, std::optional<char> decimal_mark, Choice<DateOrder> date_order) {
            const ColumnRoles roles = columns.is_none() ? ColumnRoles{} : roles_from(columns);
            const py::gil_scoped_release unlocked;
            return read_scores(path, regulation, roles,
                               csv_options(separator, decimal_mark, date_order.value));
        },
        "path"_a, "regulation"_a, py::kw_only(), "columns"_a = py::none(), "separator"_a = py::none(),
        "decimal_mark"_a = py::none(), "date_order"_a = "ymd", read_scores_doc);
    m.def(
        "_file",
        [](const Table& table, const std::vector<std::int64_t>& lines) {
            CsvFile file;
            file.table = table;
            if (lines.empty()) file.runs.push_back({0, 0});
            for (std::size_t row = 0; row < lines.size(); ++row) {
                if (row == 0 || lines[row] != lines[row - 1] + 1)
                    file.runs.push_back({static_cast<std::int64_t>(row), lines[row]});
            }
            return file;
        },
        "table"_a, "lines"_a, "A table that another reader made; no lines where it has none.");
    m.def(
        "_score_sheet",
        [](CsvFile file, const Regulation& regulation, const py::object& columns,
           std::optional<char> decimal_mark, Choice<DateOrder> date_order, const std::string& name) {
            file.decimal_mark = decimal_mark.value_or(file.decimal_mark);
            const ColumnRoles roles = columns.is_none() ? ColumnRoles{} : roles_from(columns);
            const py::gil_scoped_release unlocked;
            return score_sheet(file, name, regulation, roles, date_order.value);
        },
        "file"_a, "regulation"_a, py::kw_only(), "columns"_a = py::none(), "decimal_mark"_a = py::none(),
        "date_order"_a = "ymd", "name"_a = "", "What read_scores makes of a file it has read.");
    m.def(
        "_placed",
        [](Issue issue, const CsvFile& file, const std::string& name) {
            const auto line_of = [&file](std::int64_t row) {
                return file.line_of(static_cast<std::size_t>(row));
            };
            issue.file = name;
            if (!issue.row || !file.has_lines()) return issue;
            issue.line = line_of(*issue.row);
            const auto code = to_string(issue.code);
            if (code == "duplicate_application" || code == "duplicate_person") {  // they name another row
                if (auto* other = std::get_if<std::string>(&issue.arguments.at(1)))
                    *other = std::to_string(line_of(std::stoll(*other)));
            }
            return issue;
        },
        "issue"_a, "file"_a, "name"_a, "An issue of a table's row, in the file the table was read from.");
    m.def(
        "write_csv",
        [](const py::object& data, const std::filesystem::path& path, char separator, bool bom,
           bool guard_formulas) {
            const Table table = table_from(data);
            CsvWriteOptions options;
            options.separator = separator;
            options.bom = bom;
            options.guard_formulas = guard_formulas;
            const py::gil_scoped_release unlocked;
            write_csv(table, path, options);
        },
        "table"_a, "path"_a, py::kw_only(), "separator"_a = ',', "bom"_a = true, "guard_formulas"_a = true,
        R"doc(Write anything that makes a Table to a CSV file, which is replaced.

Parameters
----------
table
    See Table.
path : path-like
separator : str
    With ``";"`` decimals are written with a comma, as spreadsheets do where people write 71,5.
bom : bool
    Begin with a byte order mark, without which Excel takes UTF-8 for an older encoding.
guard_formulas : bool
    Put an apostrophe before texts that a spreadsheet would run as a formula.

Examples
--------
>>> recruit.write_csv({"application": ["A-1"]}, path, bom=False)
>>> print(path.read_text(), end="")
application
A-1
)doc");
}

}  // namespace

Table table_from(py::handle data) {
    if (py::isinstance<Table>(data)) return data.cast<Table>();
    if (py::isinstance<CsvFile>(data)) return data.cast<const CsvFile&>().table;
    if (py::isinstance<ScoreSheet>(data)) return data.cast<const ScoreSheet&>().table;
    if (py::isinstance<Selection>(data)) return data.cast<const Selection&>().to_table();
    if (is_dataframe(data)) return from_dataframe(data);
    if (is_mapping(data)) return from_mapping(data);
    if (speaks_arrow(data)) return table_from_arrow(data);
    if (py::isinstance<py::list>(data) || py::isinstance<py::tuple>(data)) {
        const py::list records{py::reinterpret_borrow<py::object>(data)};
        if (std::all_of(records.begin(), records.end(), [](py::handle r) { return is_mapping(r); })) {
            return from_records(records);
        }
    }
    throw py::type_error(say("python_not_a_table", {std::string{Py_TYPE(data.ptr())->tp_name}}));
}

Table table_from(py::handle data, py::handle columns) {
    return columns.is_none() ? table_from(data) : table_from(data).renamed(roles_from(columns));
}

Table issues_table(const Issues& issues, Language language) {
    std::vector<std::string> severity, code, where, column, value, message, remedy;
    std::vector<std::int64_t> row;
    std::vector<bool> has_row;
    for (const Issue& issue : issues) {
        severity.emplace_back(to_string(issue.severity));
        code.emplace_back(to_string(issue.code));
        row.push_back(issue.row.value_or(0));
        has_row.push_back(issue.row.has_value());
        column.push_back(issue.column);
        value.push_back(issue.value);
        where.push_back(issue.where(language));
        message.push_back(issue.message(language));
        remedy.push_back(issue.remedy(language));
    }
    Table table;
    table.add("severity", Column::texts(severity));
    table.add("code", Column::texts(code));
    table.add("row", Column::integers(Buffer{std::move(row)}, Validity{has_row}));
    table.add("column", Column::texts(column));
    table.add("value", Column::texts(value));
    table.add("where", Column::texts(where));
    table.add("message", Column::texts(message));
    table.add("remedy", Column::texts(remedy));
    return table;
}

void bind_tables(py::module_& m) {
    bind_table(m);
    bind_csv(m);
}

}  // namespace recruit::python
