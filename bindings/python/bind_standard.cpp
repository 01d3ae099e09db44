// Standards: whom a title asks for, and who meets it.

#include "bind.hpp"

#include <pybind11/native_enum.h>
#include <pybind11/stl/filesystem.h>

#include <recruit/base/display.hpp>
#include <recruit/scoring/eligibility.hpp>

namespace recruit::python {

namespace {

constexpr const char* standard_doc =
    R"doc(What a person must be and bring to be admitted: dated, sourced, validated. Immutable.

Two standards are equal if what they ask is (see `digest`), wherever they were read from.

Examples
--------
>>> standard = recruit.Standard.parse('''
... series = "example"
... version = "1"
... status = "example"
... effective_from = 2026-01-01
... moment = { name = "appointment" }
... fact = { name = "born", type = "date" }
... require = { name = "age", holds = { age = "born", at = "appointment", at_most = 55 } }
... ''')
>>> standard.predicates
['age']
>>> standard.audit()
[]
)doc";

constexpr const char* check_doc = R"doc(Check persons against a standard.

Parameters
----------
standard : Standard
data : table
    `application`, and the facts and documents that the standard declares. Dates may be known in part, as text:
    ``"1985"``, ``"1985-03"``.
dates : mapping of str to datetime.date, optional
    The days of the standard's moments: ``{"appointment": datetime.date(2026, 10, 1)}``. One that is not given
    may be a date column of the table.
columns : mapping of str to str, optional
    Column of the table for a name the standard uses.
threads : int
    0 is the hardware's number; the result does not depend on it.
max_issues : int
    Kept of each code; the rest is counted.
progress : callable, optional
    Told the share done, 0..1.

Returns
-------
Eligibility

Raises
------
InvalidTable, Error
    ``missing_column``; ``unknown_moment``.

Examples
--------
>>> import datetime
>>> standard = recruit.Standard.parse('''
... series = "example"
... version = "1"
... status = "example"
... effective_from = 2026-01-01
... moment = { name = "appointment" }
... fact = { name = "born", type = "date" }
... require = { name = "age", holds = { age = "born", at = "appointment", at_most = 55 } }
... ''')
>>> persons = {"application": ["A-1", "A-2", "A-3"], "born": ["1980-03-12", "1970-01-01", "1970"]}
>>> result = recruit.check(standard, persons, {"appointment": datetime.date(2026, 6, 1)})
>>> list(result.to_table()["outcome"])
['met', 'not_met', 'cannot_be_told']
)doc";

constexpr const char* positions_doc = R"doc(Check each row against the standard of its own position.

Parameters
----------
positions : mapping of str to str
    The id of the standard of each position; ``""`` where nothing is asked.
standards : sequence of Standard
data : table
    As for `check`, with a column ``position``.
dates, columns, threads :
    As for `check`.

Returns
-------
Table
    application, position, standard, outcome, status, group, missing.

Raises
------
Error
    ``position_not_listed``, ``unknown_standard``.
)doc";

py::list verdict_rows(const std::vector<Verdict>& verdicts, Language language) {
    py::list rows;
    for (const Verdict& verdict : verdicts) {
        py::dict row;
        row["predicate"] = verdict.predicate.path;
        row["group"] = verdict.predicate.group;
        row["outcome"] = std::string{to_string(verdict.outcome)};
        row["document"] =
            verdict.document ? py::object{py::str{std::string{to_string(*verdict.document)}}} : py::none();
        row["missing"] = verdict.missing;
        row["sentence"] = verdict.sentence.str(language);
        row["source"] = verdict.predicate.source;
        rows.append(std::move(row));
    }
    return rows;
}

std::string title_line(const Eligibility& e) {
    const auto number = [&](Answer outcome) { return std::to_string(e.count(outcome)); };
    return say("show_eligibility",
               {e.standard().title(), e.standard().id(), std::to_string(e.rows()), number(Answer::met),
                number(Answer::not_met), number(Answer::cannot_be_told)});
}

std::vector<Finding> audit_of(const Eligibility& e) {
    auto findings = audit(e.standard(), e.dates());
    for (Finding& finding : e.nobody_meets()) findings.push_back(std::move(finding));
    return findings;
}

std::vector<std::string> predicates_of(const Standard& standard) {
    std::vector<std::string> paths;
    const auto add = [&](const auto& list, const std::string& prefix) {
        for (const auto& one : list) paths.push_back(prefix + one.name);
    };
    add(standard.requirements(), "");
    add(standard.documents(), "");
    for (const EntryGroup& group : standard.groups()) {
        add(group.requirements, group.name + ".");
        add(group.documents, group.name + ".");
    }
    return paths;
}

template <class Named>
std::vector<std::string> names_of(const std::vector<Named>& list) {
    std::vector<std::string> names;
    for (const Named& one : list) names.push_back(one.name);
    return names;
}

void bind_classes(py::module_& m) {
    py::class_<Finding>(m, "Finding", "One thing wrong with a standard; see `Standard.audit`.")
        .def_readonly("kind", &Finding::kind)
        .def_readonly("paths", &Finding::paths, "The predicates it is about: ``insider.planned``.")
        .def(
            "str", [](const Finding& f, LanguageChoice language) { return f.str(language.value); },
            "language"_a = "en", "The finding as a sentence, in English or Vietnamese.")
        .def("__str__", [](const Finding& f) { return f.str(); })
        .def("__repr__", [](const Finding& f) {
            return "<Finding " + std::string{to_string(f.kind)} + ": " + f.str() + ">";
        });

    py::class_<Standard>(m, "Standard", standard_doc)
        .def_static("load", &Standard::load, "path"_a,
                    "Read and validate a TOML file. Raises InvalidRegulation with every error found.")
        .def_static(
            "parse",
            [](const std::string& toml, const std::string& name) { return Standard::parse(toml, name); },
            "toml"_a, "name"_a = "standard",
            "The same from text; `name` stands for the file in error messages.")
        .def_property_readonly("series", &Standard::series)
        .def_property_readonly("version", &Standard::version)
        .def_property_readonly("id", &Standard::id)
        .def_property_readonly("effective_from", &Standard::effective_from)
        .def_property_readonly("effective_to", &Standard::effective_to, "Last day in force, or None.")
        .def("in_force", &Standard::in_force, "date"_a)
        .def_property_readonly("jurisdiction", &Standard::jurisdiction)
        .def_property_readonly("status", &Standard::status)
        .def_property_readonly("confidence", &Standard::confidence)
        .def_property_readonly("source", &Standard::source)
        .def_property_readonly("notes", &Standard::notes)
        .def_property_readonly("title", &Standard::title)
        .def_property_readonly("facts", &Standard::facts)
        .def_property_readonly(
            "moments", [](const Standard& s) { return names_of(s.moments()); },
            "Names of the days it speaks of.")
        .def_property_readonly(
            "groups", [](const Standard& s) { return names_of(s.groups()); }, "Names of the entry groups.")
        .def_property_readonly("predicates", &predicates_of,
                               "Requirements and documents, as the columns of a result are called.")
        .def_property_readonly("digest", &Standard::digest, "SHA-256 of the rules, in hexadecimal.")
        .def_property_readonly("canonical", &Standard::canonical, "The lines that the digest is made of.")
        .def_property_readonly("toml", &Standard::toml, "The text it was read from.")
        .def(
            "label", [](const Standard& s, const std::string& name) { return s.label(name); }, "name"_a,
            "The name people read of a fact, moment, group or predicate.")
        .def(
            "describe", [](const Standard& s, LanguageChoice language) { return s.describe(language.value); },
            "language"_a = "en", "A page a person can read: every predicate with its source.")
        .def(
            "audit",
            [](const Standard& s, const std::optional<Moments>& dates) {
                return audit(s, dates.value_or(Moments{}));
            },
            "dates"_a = py::none(),
            "What is contradictory, unreachable or redundant. With `dates` lengths of time taken on "
            "different "
            "days are compared, too.")
        .def("__repr__", [](const Standard& s) { return "<Standard '" + s.id() + "'>"; });
}

void bind_eligibility(py::module_& m) {
    py::class_<Eligibility> bound{
        m, "Eligibility", "Who meets a standard, who does not, of whom it cannot be told; see `check`."};
    hand_out_arrow(bound, [](const Eligibility& e) { return e.to_table(); });
    bound.def_property_readonly("standard", &Eligibility::standard)
        .def_property_readonly("dates", &Eligibility::dates)
        .def_property_readonly("issues", &Eligibility::issues)
        .def_property_readonly(
            "counts",
            [](const Eligibility& e) {
                py::dict counts;
                for (const Answer outcome : {Answer::met, Answer::not_met, Answer::cannot_be_told})
                    counts[py::str{std::string{to_string(outcome)}}] = e.count(outcome);
                return counts;
            },
            "How many of each outcome.")
        .def(
            "explain",
            [](const Eligibility& e, const std::string& application, LanguageChoice language) {
                return e.explain(application, language.value);
            },
            "application"_a, "language"_a = "en", "A letter to the person. Raises Error.")
        .def(
            "reason",
            [](const Eligibility& e, const std::string& application, LanguageChoice language) {
                return e.reason(application, language.value);
            },
            "application"_a, "language"_a = "en",
            "One line with what is not met or not known; empty if all is met. Raises Error.")
        .def(
            "verdicts",
            [](const Eligibility& e, const std::string& application, LanguageChoice language) {
                return verdict_rows(e.verdicts(application), language.value);
            },
            "application"_a, "language"_a = "en",
            "A mapping a predicate: predicate, group, outcome, document, missing, sentence, source.")
        .def("audit", &audit_of,
             "What is wrong with the standard on these days, and predicates that nobody of these persons "
             "meets.")
        .def("to_table", &Eligibility::to_table,
             "application, outcome, status, group, missing, and a column a predicate.")
        .def(
            "screened",
            [](const Eligibility& e, const py::object& scores) {
                return e.screened(table_from(scores, py::none()));
            },
            "scores"_a,
            "`scores` with the column ``status`` that `select` and kept lists read: eligible, ineligible, "
            "cannot_be_told.")
        .def("__len__", &Eligibility::rows)
        .def("__repr__",
             [](const Eligibility& e) {
                 Display title;
                 title.title = title_line(e);
                 return title.text() + "\n" + summary(e.to_table());
             })
        .def("_repr_html_", [](const Eligibility& e) {
            Display title;
            title.title = title_line(e);
            return title.html() + html(e.to_table());
        });
}

}  // namespace

void bind_standard(py::module_& m) {
    py::native_enum<FindingKind>(m, "FindingKind", "enum.Enum", "What is wrong with a standard.")
        .value("contradictory", FindingKind::contradictory, "Nobody can ever be admitted.")
        .value("unreachable", FindingKind::unreachable, "A group or branch that admits nobody else.")
        .value("redundant", FindingKind::redundant, "A predicate that the others already ask for.")
        .value("nobody_meets", FindingKind::nobody_meets, "Nobody of a pool meets it.")
        .value("undecided", FindingKind::undecided, "Too many combinations to say.")
        .finalize();
    bind_classes(m);
    bind_eligibility(m);
    m.def(
        "check",
        [](const Standard& standard, const py::object& data, const std::optional<Moments>& dates,
           const py::object& columns, int threads, std::size_t max_issues, const py::object& progress) {
            CheckOptions options;
            options.threads = threads;
            options.max_issues = max_issues;
            Run run{progress};
            run.attach(options);
            const Table persons = table_from(data, columns);
            return run([&] { return check(standard, persons, dates.value_or(Moments{}), options); });
        },
        "standard"_a, "data"_a, "dates"_a = py::none(), py::kw_only(), "columns"_a = py::none(),
        "threads"_a = 0, "max_issues"_a = 10'000, "progress"_a = py::none(), check_doc);
    m.def(
        "check_positions",
        [](const StandardOfPosition& positions, const std::vector<Standard>& standards,
           const py::object& data, const std::optional<Moments>& dates, const py::object& columns,
           int threads) {
            CheckOptions options;
            options.threads = threads;
            Run run{py::none()};
            run.attach(options);
            const Table persons = table_from(data, columns);
            return run(
                [&] { return check(positions, standards, persons, dates.value_or(Moments{}), options); });
        },
        "positions"_a, "standards"_a, "data"_a, "dates"_a = py::none(), py::kw_only(),
        "columns"_a = py::none(), "threads"_a = 0, positions_doc);
}

}  // namespace recruit::python
