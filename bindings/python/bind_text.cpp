// Python face of <recruit/text/*.hpp>; shown as recruit.text.

#include "bind_beside.hpp"

#include <recruit/text/legacy.hpp>
#include <recruit/text/normal.hpp>
#include <recruit/text/values.hpp>

namespace recruit::python {

template <>
inline constexpr std::array<std::string_view, 2> words<texts::NameOrder>{"as_written", "given_first"};

namespace {

using texts::Legacy, texts::NameOrder, texts::PartialDate;

py::tuple pair(const Column& column, const Issues& issues) {
    return py::make_tuple(to_numpy(column), issues);
}

Column texts_from(py::handle values) {
    const Column column = column_from("values", values, true);
    if (column.type() == ColumnType::text) return column;
    std::vector<std::string> written(column.size());
    std::vector<bool> given(column.size());
    for (std::size_t i = 0; i < column.size(); ++i) {
        given[i] = !column.is_null(i);
        written[i] = column.str(i);
    }
    return Column::texts(Strings{written}, Validity{given});
}

std::optional<char> mark_from(const std::optional<std::string>& mark) {
    if (!mark) return std::nullopt;
    return mark->size() == 1 ? mark->front() : '\0';
}

void bind_partial_date(py::module_& m) {
    py::class_<PartialDate>(m, "PartialDate", "A date of which the day, or day and month, may not be known.")
        .def_property_readonly("year", [](const PartialDate& d) { return static_cast<int>(d.year); })
        .def_property_readonly("month",
                               [](const PartialDate& d) -> std::optional<unsigned> {
                                   if (!d.month) return std::nullopt;
                                   return static_cast<unsigned>(*d.month);
                               })
        .def_property_readonly("day",
                               [](const PartialDate& d) -> std::optional<unsigned> {
                                   if (!d.day) return std::nullopt;
                                   return static_cast<unsigned>(*d.day);
                               })
        .def_property_readonly("exact", &PartialDate::exact, "The day, or None where it is not known.")
        .def_property_readonly("earliest", &PartialDate::earliest)
        .def_property_readonly("latest", &PartialDate::latest)
        .def("__str__", [](const PartialDate& d) { return d.str(); })
        .def("__repr__", [](const PartialDate& d) { return "<PartialDate " + d.str() + ">"; })
        .def(
            "__eq__", [](const PartialDate& a, const PartialDate& b) { return a == b; }, py::is_operator())
        .def("__hash__", [](const PartialDate& d) { return py::hash(py::str{d.str()}); });
}

}  // namespace

void bind_text(py::module_& parent) {
    auto m = parent.def_submodule("text", "Names, numbers and dates as people write them in Vietnam.");
    bind_partial_date(m);
    py::setattr(m.attr("PartialDate"), "__module__", py::str{"recruit.text"});
    m.def("nfc", &texts::nfc, "text"_a, "The text in composed form (Unicode NFC): what is stored.");
    m.def("is_nfc", &texts::is_nfc, "text"_a, "Whether `nfc` would change nothing.");
    m.def("match_key", &texts::match_key, "text"_a, R"doc(What two spellings of one name have in common.

Composition, case, blanks, hyphens, Đ/Ð/Ɖ and tone placement do not matter; every letter and tone does.

Examples
--------
>>> recruit.text.match_key("Sở  Y tế Hoà Bình") == recruit.text.match_key("sở y tế Hòa Bình")
True
>>> recruit.text.match_key("Lý") == recruit.text.match_key("Lí")
False
)doc");
    m.def("search_key", &texts::search_key, "text"_a,
          "`match_key` without tones and marks: for finding, never for deciding who is who.");
    m.def(
        "sort_key",
        [](std::string_view name, Choice<NameOrder> order) {
            return py::bytes{texts::sort_key(name, order.value)};
        },
        "name"_a, "order"_a = "as_written",
        "Bytes whose order is the dictionary order of Vietnamese; ``order`` is ``\"as_written\"`` or "
        "``\"given_first\"``.");
    m.def(
        "sort",
        [](const std::vector<std::string>& names, Choice<NameOrder> order) {
            std::vector<std::string> out;
            for (const auto i : texts::sorted(names, order.value)) out.push_back(names[i]);
            return out;
        },
        "names"_a, "order"_a = "as_written", R"doc(The names in order.

Examples
--------
>>> recruit.text.sort(["Lê Văn An", "Bùi Thị Ân", "Đinh Dũng"], order="given_first")
['Lê Văn An', 'Bùi Thị Ân', 'Đinh Dũng']
)doc");
    m.def("from_tcvn3", &texts::from_tcvn3, "text"_a,
          R"doc(The text read as TCVN3, or None if it cannot be one.

Examples
--------
>>> recruit.text.from_tcvn3("NguyÔn V¨n Hoµng")
'Nguyễn Văn Hoàng'
)doc");
    m.def("to_tcvn3", &texts::to_tcvn3, "text"_a, "The inverse; None for letters that TCVN3 lacks.");
    m.def("is_syllable", py::overload_cast<std::string_view>(&texts::is_syllable), "word"_a,
          "Whether a word is built as Vietnamese syllables are: spelling, not meaning.");
    m.def(
        "detect_encoding",
        [](std::string_view text) { return std::string{texts::to_string(texts::detect_encoding(text))}; },
        "text"_a, "``\"unicode\"``, ``\"tcvn3\"`` or ``\"unclear\"``.");
    m.def(
        "clean",
        [](py::handle values, Choice<Legacy> legacy, const std::string& name) {
            const auto done = texts::clean(texts_from(values), name, legacy.value);
            return pair(done.column, done.issues);
        },
        "values"_a, py::kw_only(), "legacy"_a = "report", "name"_a = "values",
        "A column in NFC without blanks around, TCVN3 reported or converted: (values, issues).");
    m.def(
        "parse_number",
        [](std::string_view text, const std::string& decimal_mark) {
            return to_decimal(texts::parse_number(text, mark_from(decimal_mark).value_or('\0')));
        },
        "text"_a, "decimal_mark"_a, R"doc(An exact number, or None if it is not written so.

Examples
--------
>>> recruit.text.parse_number("1.234,5", ",")
Decimal('1234.5')
)doc");
    m.def(
        "find_decimal_mark",
        [](py::handle values) {
            return std::string{texts::to_string(texts::find_decimal_mark(texts_from(values)))};
        },
        "values"_a, "``\"none\"``, ``\"comma\"``, ``\"point\"``, ``\"mixed\"`` or ``\"open\"``.");
    m.def(
        "read_numbers",
        [](py::handle values, const std::optional<std::string>& decimal_mark, const std::string& name) {
            const auto done = texts::read_numbers(texts_from(values), name, mark_from(decimal_mark));
            return pair(done.column, done.issues);
        },
        "values"_a, py::kw_only(), "decimal_mark"_a = py::none(), "name"_a = "values",
        "The exact numbers of a column of texts: (values, issues).");
    m.def(
        "parse_date",
        [](std::string_view text, Choice<DateOrder> order) {
            return texts::parse_partial_date(text, order.value);
        },
        "text"_a, "order"_a = "dmy", R"doc(A date as far as it is known, or None if it is not written so.

Examples
--------
>>> date = recruit.text.parse_date("03/2018")
>>> str(date), date.exact, date.latest
('03/2018', None, datetime.date(2018, 3, 31))
)doc");
    m.def(
        "read_dates",
        [](py::handle values, Choice<DateOrder> order, const std::string& name) {
            const auto done = texts::read_dates(texts_from(values), name, order.value);
            return py::make_tuple(to_numpy(done.earliest), to_numpy(done.latest), done.issues);
        },
        "values"_a, py::kw_only(), "order"_a = "dmy", "name"_a = "values",
        "The dates of a column of texts: (earliest, latest, issues).");
}

}  // namespace recruit::python
