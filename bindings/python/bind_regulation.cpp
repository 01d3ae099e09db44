// Python face of <recruit/regulation/*.hpp>.

#include "bind.hpp"

#include <pybind11/native_enum.h>
#include <pybind11/stl/filesystem.h>

#include <recruit/regulation/diff.hpp>
#include <recruit/regulation/regulation.hpp>

namespace recruit::python {

/// What a regulation says of the procedure, as `recruit.Procedure`; in bind_procedure_rules.cpp.
py::object procedure_of(const Regulation& regulation);

namespace {

void bind_enumerations(py::module_& m) {
    py::native_enum<Status>(m, "Status", "enum.Enum", "How close a regulation is to its source.")
        .value("verbatim", Status::verbatim)
        .value("restated", Status::restated)
        .value("reconstructed", Status::reconstructed)
        .value("example", Status::example)
        .finalize();
    py::native_enum<Confidence>(m, "Confidence", "enum.Enum", "How well its source is known.")
        .value("seen", Confidence::seen)
        .value("secondary", Confidence::secondary)
        .value("memory", Confidence::memory)
        .value("derived", Confidence::derived)
        .finalize();
    py::native_enum<FactType>(m, "FactType", "enum.Enum", "Type of a fact's column.")
        .value("points", FactType::points)
        .value("integer", FactType::integer)
        .value("boolean", FactType::boolean)
        .value("date", FactType::date)
        .value("category", FactType::category)
        .finalize();
    py::native_enum<Missing>(m, "Missing", "enum.Enum", "What a missing score means.")
        .value("incomplete", Missing::incomplete)
        .value("absent", Missing::absent)
        .value("zero", Missing::zero)
        .finalize();
    py::native_enum<QuotaKind>(m, "QuotaKind", "enum.Enum", "How a quota gives places.")
        .value("set_aside", QuotaKind::set_aside, "Over and above the open places.")
        .value("minimum", QuotaKind::minimum, "A least number inside the places.")
        .value("prefix_rate", QuotaKind::prefix_rate, "A least share of every first k called.")
        .value("add_beyond", QuotaKind::add_beyond, "More people than places, until the share is reached.")
        .finalize();
    py::native_enum<RankDisplay>(m, "RankDisplay", "enum.Enum", "How a rank among equals is shown.")
        .value("min", RankDisplay::min, "1, 2, 2, 4")
        .value("dense", RankDisplay::dense, "1, 2, 2, 3")
        .value("average", RankDisplay::average, "1, 2.5, 2.5, 4")
        .value("ordinal", RankDisplay::ordinal, "1, 2, 3, 4; equals in the order of their ids")
        .finalize();
}

/// A title, or the name where there is none.
template <class Named>
Title title_of(const Named& named) {
    return named.title == Title{} ? Title{named.name, named.name} : named.title;
}

/// What the named parts of a regulation have in common.
template <class Named>
py::class_<Named> bind_named(py::module_& m, const char* name, const char* doc) {
    return py::class_<Named>(m, name, doc)
        .def_readonly("name", &Named::name)
        .def_readonly("source", &Named::source, "Law or article it comes from; may be empty.")
        .def_property_readonly("title", &title_of<Named>, "The name people read.")
        .def("__repr__", [name](const Named& n) { return "<" + std::string{name} + " '" + n.name + "'>"; });
}

void bind_parts(py::module_& m) {
    bind_named<Part>(m, "Part", "A part of a stage; its column is ``stage.part``.")
        .def_property_readonly("max", [](const Part& p) { return to_decimal(p.max); });
    bind_named<Stage>(m, "Stage", "A stage of the contest; its column has its name.")
        .def_property_readonly("max", [](const Stage& s) { return to_decimal(s.max); })
        .def_readonly("missing", &Stage::missing, "What a missing score means.")
        .def_readonly("parts", &Stage::parts);
    bind_named<Fact>(m, "Fact", "Anything but scores that a rule reads about an application.")
        .def_readonly("type", &Fact::type)
        .def_readonly("values", &Fact::values, "Values allowed; empty allows any.");
    bind_named<RankRule>(m, "RankRule", "A ranking: among whom, and how equals are shown.")
        .def_readonly("within", &RankRule::within,
                      "Columns that make the groups; none ranks everybody together.")
        .def_readonly("display", &RankRule::display);
    bind_named<Quota>(m, "Quota", "Places that are not given by rank alone.")
        .def_readonly("kind", &Quota::kind, "How it gives places.");
}

constexpr const char* regulation_doc =
    R"doc(The rules of a kind of contest: dated, sourced, validated. Immutable.

Two regulations are equal if their rules are (see `digest`), wherever they were read from.

Examples
--------
>>> rules = recruit.datasets.example().regulation
>>> [stage.name for stage in rules.stages]
['written', 'interview']
>>> rules.stages[0].max
Decimal('100')
>>> rules == recruit.Regulation.parse(rules.toml)
True
)doc";

constexpr const char* load_doc = R"doc(Read and validate a TOML file.

Raises
------
InvalidRegulation
    With every error found, each with file and line.
)doc";

constexpr const char* function_doc = R"doc(A regulation of the catalogue.

Parameters
----------
id : str
    The exact id, or a series together with `on`.
on : datetime.date, optional
    Finds the version of the series that was in force on that day.

Raises
------
Error
    ``unknown_regulation``, ``no_regulation_in_force`` or ``several_in_force``.

Examples
--------
>>> for id in recruit.regulation_ids():
...     assert recruit.regulation(id).id == id
)doc";

void bind_class(py::module_& m) {
    py::class_<Regulation>(m, "Regulation", regulation_doc)
        .def_static("load", &Regulation::load, "path"_a, load_doc)
        .def_static(
            "parse",
            [](const std::string& toml, const std::string& name) { return Regulation::parse(toml, name); },
            "toml"_a, "name"_a = "regulation",
            "The same from text; `name` stands for the file in error messages.")
        .def_property_readonly("series", &Regulation::series)
        .def_property_readonly("version", &Regulation::version)
        .def_property_readonly("id", &Regulation::id, "Series and version: ``\"id.cpns.2024\"``.")
        .def_property_readonly("effective_from", &Regulation::effective_from)
        .def_property_readonly("effective_to", &Regulation::effective_to, "Last day in force, or None.")
        .def("in_force", &Regulation::in_force, "date"_a)
        .def_property_readonly("jurisdiction", &Regulation::jurisdiction)
        .def_property_readonly("status", &Regulation::status)
        .def_property_readonly("confidence", &Regulation::confidence)
        .def_property_readonly("source", &Regulation::source)
        .def_property_readonly("notes", &Regulation::notes)
        .def_property_readonly("standard", &Regulation::standard,
                               "Id of the standard that applicants are held to; may be empty.")
        .def_property_readonly("incomplete", &Regulation::incomplete,
                               "Paths of rules whose source is cut: what depends on them ends contested.")
        .def_property_readonly("facts", &Regulation::facts)
        .def_property_readonly("stages", &Regulation::stages)
        .def_property_readonly("ranks", &Regulation::ranks)
        .def_property_readonly("quotas", &Regulation::quotas, "In the order they are served.")
        .def_property_readonly(
            "selecting_rank",
            [](const Regulation& r) {
                for (const RankRule& rank : r.ranks()) {
                    if (rank.name == r.select().by) return rank;
                }
                return r.ranks().front();
            },
            "The ranking whose groups the seats are for.")
        .def_property_readonly("procedure", &procedure_of, "Who does what, when, and how it may end.")
        .def_property_readonly("digest", &Regulation::digest, "SHA-256 of the rules, in hexadecimal.")
        .def_property_readonly("canonical", &Regulation::canonical, "The lines that the digest is made of.")
        .def_property_readonly("toml", &Regulation::toml, "The text it was read from.")
        .def_property_readonly("title", &Regulation::title)
        .def(
            "label", [](const Regulation& r, const std::string& column) { return r.label(column); },
            "column"_a, "The name people read of a stage, part, fact or rank.")
        .def(
            "describe",
            [](const Regulation& r, LanguageChoice language) { return r.describe(language.value); },
            "language"_a = "en", "A page a person can read: every rule with its source.")
        .def(
            "__eq__", [](const Regulation& a, const Regulation& b) { return a == b; }, py::is_operator())
        .def("__hash__", [](const Regulation& r) { return py::hash(py::str{r.digest()}); })
        .def("__repr__", [](const Regulation& r) { return "<Regulation '" + r.id() + "'>"; });
}

constexpr const char* diff_doc = R"doc(What one regulation says otherwise than another.

Facts, stages, parts and ranks are matched by name and terms by their column; tie keys, gates and grants by place.

Parameters
----------
before, after : Regulation

Returns
-------
list of RuleChange
    In the order of a regulation. Some change has ``is_rule`` if and only if the digests differ.

Examples
--------
>>> old = recruit.datasets.example().regulation
>>> new = recruit.Regulation.parse(old.toml.replace("max = 100", "max = 120"))
>>> print(recruit.diff(old, new)[0])
Stage "Written exam": the maximum was 100, is now 120.
)doc";

void bind_diff(py::module_& m) {
    py::class_<RuleChange>(m, "RuleChange", "One rule, or one thing said about the rules, that differs.")
        .def_readonly("path", &RuleChange::path, "Where the rule stands, such as ``stage.written.max``.")
        .def_readonly("before", &RuleChange::before, "As the regulation wrote it; None if it was not there.")
        .def_readonly("after", &RuleChange::after, "None if it is no more.")
        .def_readonly("is_rule", &RuleChange::is_rule,
                      "False for titles, sources, notes and status, which are no part of the digest.")
        .def(
            "str", [](const RuleChange& c, LanguageChoice language) { return c.str(language.value); },
            "language"_a = "en", "The change as a sentence.")
        .def("__str__", [](const RuleChange& c) { return c.str(); })
        .def("__repr__", [](const RuleChange& c) { return "<RuleChange " + c.path + ": " + c.str() + ">"; })
        .def(
            "__eq__", [](const RuleChange& a, const RuleChange& b) { return a == b; }, py::is_operator())
        .def("__hash__", [](const RuleChange& c) { return py::hash(py::str{c.path + c.str()}); });
    m.def("diff", &diff, "before"_a, "after"_a, diff_doc);
}

}  // namespace

void bind_regulation(py::module_& m) {
    bind_enumerations(m);
    bind_parts(m);
    bind_class(m);
    bind_diff(m);
    m.def(
        "regulation",
        [](const std::string& id, const std::optional<std::chrono::year_month_day>& on) {
            return on ? regulation(id, *on) : regulation(id);
        },
        "id"_a, py::kw_only(), "on"_a = py::none(), function_doc);
    m.def("regulation_ids", &regulation_ids, R"doc(Ids of the catalogue that comes with the library, sorted.

Examples
--------
>>> ids = recruit.regulation_ids()
>>> ids == sorted(ids)
True
)doc");
}

}  // namespace recruit::python
