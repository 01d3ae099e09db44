// Python face of <recruit/domain/agency.hpp> and <recruit/programme/*.hpp>.

#include "bind_beside.hpp"

#include <recruit/programme/contests.hpp>
#include <recruit/programme/returns/consolidate.hpp>
#include <recruit/programme/review.hpp>

namespace recruit::python {

template <>
inline constexpr std::array<std::string_view, 2> words<AsOf>{"then", "today"};

namespace {

std::vector<Table> tables_from(const py::object& data) {
    std::vector<Table> tables;
    if (py::isinstance<py::list>(data) && py::len(data) > 0 &&
        !py::isinstance<py::dict>(data.cast<py::list>()[0])) {
        for (const auto& part : data) tables.push_back(table_from(part));
    } else {
        tables.push_back(table_from(data));
    }
    return tables;
}

std::vector<Decision> decisions_from(const py::object& data) {
    std::vector<Decision> decisions;
    if (data.is_none()) return decisions;
    const Table table = table_from(data);
    const auto at = [&](const char* name, std::size_t row) {
        const Column* column = table.find(name);
        return column == nullptr ? std::string{} : column->str(row);
    };
    for (std::size_t row = 0; row < table.rows(); ++row) {
        decisions.push_back({table.at("agency").str(row), table.at("competition").str(row),
                             table.at("column").str(row), table.at("value").str(row), at("decided_by", row),
                             at("decided_on", row), at("reason", row)});
    }
    return decisions;
}

constexpr const char* register_doc = R"doc(Every body of a programme, also those that never reported.

Parameters
----------
data
    A table with columns ``id`` and ``name``, and as far as they are there ``aliases``, ``level`` (central, province,
    district, commune), ``parent``, ``in_pilot``, ``valid_from``, ``valid_to``, ``successors``; lists are parted by
    ``;``. A row that cannot be used is left out and stands in ``issues``.

Examples
--------
>>> bodies = recruit.Register([{"id": "B01", "name": "Bộ Mẫu", "level": "central", "in_pilot": True}])
>>> len(bodies), bodies.issues
(1, [])
)doc";

constexpr const char* review_doc = R"doc(What many contests of many bodies came to, and what cannot be known.

Parameters
----------
data
    A table of contests, or a list of them; a row is a record, and one title unless there is a column ``titles``
    (None in it: at least one).
    Rows of one agency and competition are one record; what they differ in is unknown between the two.
register : Register, optional
    Only bodies of the pilot are counted; one without a row is ``not_reported``, never "held none".
by : list of str
    Columns to group by; ``level``, ``agency`` and ``parent`` are the register's.
as_of : {"then", "today"}
    Bodies as they were, or as their successors.
until : datetime.date, optional
    Running contests count up to it; without it, up to their ``reported_on``.
minimum_field : int
    Least number of applicants for a title.
hide_below : int, optional
    Makes the public edition: counts of women and minorities below it are hidden, and what would give them away.
threads : int
    0 is the hardware's number; changes no result.
progress : callable, optional
    Told the share done; Ctrl-C stops the work in any case.

Examples
--------
>>> reviewed = recruit.review([{"agency": "Vũng Tàu", "seats": 42, "applied": 98, "winners": 31}])
>>> round(reviewed.all["fill_rate"].value, 2), reviewed.all["appointed"].state
(0.74, 'unknown')
)doc";

constexpr const char* records_doc =
    R"doc(A contest that recruit held as rows of a table of contests, for `review`.

One row a position of a Competition, or a group of a Selection. What is not known is None, not 0.

Parameters
----------
contest : Competition or Selection
agency : str
    Id in the register; a Competition names its own.
competition : str
    Id of the contest; its title if not given.
source : str
    Where the figures are from; the digest of what they are made of if not given.
noise : Points, optional
    Points within which the markers cannot tell two totals apart.
reported_on : datetime.date, optional
    The last day looked at; the day of the last act if not given.

Examples
--------
>>> contest = recruit.datasets.example()
>>> result = recruit.select(contest.regulation, contest.scores, contest.seats)
>>> recruit.contest_records(result, agency="B01")["winners"].tolist()
['1']
)doc";

constexpr const char* provenance_doc = R"doc(Where a figure is from: a line for every row behind it.

Parameters
----------
figure : str
    Its name; without one, every column of the records.
key : list of str
    The group; an empty one is all records.

Returns
-------
Table
    table and row (of what was reviewed, from 0), agency, competition, column, value (as text; None where the row owes
    it), source, synthetic. The values of a total add up to it.

Raises
------
recruit.Error
    ``unknown_value``; ``figure_hidden`` for women and minorities in a public edition.

Examples
--------
>>> reviewed = recruit.review([{"agency": "A", "winners": 2, "source": "a.csv:7"}, {"agency": "B", "winners": None}])
>>> found = reviewed.provenance("winners")
>>> found["value"].tolist(), found["source"].tolist()
(['2', None], ['a.csv:7', None])
)doc";

constexpr const char* changes_doc =
    R"doc(What changed from one value of a column of ``by`` to the next, such as year on year.

Parameters
----------
over : str
    The column. Numbers are in their order; a value is compared with the one before it that there is.

Returns
-------
Table
    The other columns of ``by``, ``over`` (the later value), before (the earlier one), figure, value_before, value,
    change, low and high (bounds of the change, where a value has them), state (the worse of the two), detail, synthetic.

Raises
------
recruit.Error
    ``unknown_value`` if ``over`` is no column of ``by``.

Examples
--------
>>> contests = [{"agency": "A", "year": 2018, "winners": 2}, {"agency": "A", "year": 2019, "winners": 5}]
>>> changes = recruit.review(contests, by=["year"]).changes().to_pandas().set_index("figure")
>>> (*changes.loc["winners", ["before", "year"]], float(changes.loc["winners", "change"]))
('2018', '2019', 3.0)
)doc";

void bind_contests(py::module_& m) {
    const auto define = [&]<class Contest>(const Contest*) {
        m.def(
            "contest_records",
            [](const Contest& contest, std::string agency, std::string competition, std::string source,
               std::optional<Points> noise, std::optional<std::chrono::year_month_day> reported_on) {
                return contest_records(contest, {std::move(agency), std::move(competition), std::move(source),
                                                 noise, reported_on});
            },
            "contest"_a, py::kw_only(), "agency"_a = "", "competition"_a = "", "source"_a = "",
            "noise"_a = py::none(), "reported_on"_a = py::none(), records_doc);
    };
    define(static_cast<const Competition*>(nullptr));
    define(static_cast<const Selection*>(nullptr));
}

void bind_figures(py::module_& m) {
    py::class_<Figure>(m, "Figure", "One number of a review, with what it rests on.")
        .def_readonly("name", &Figure::name)
        .def_readonly("value", &Figure::value, "None unless it can be told.")
        .def_readonly("low", &Figure::low, "A total in part is at least this.")
        .def_readonly("high", &Figure::high, "And at most this; None where nothing bounds it.")
        .def_readonly("part", &Figure::part)
        .def_readonly("whole", &Figure::whole)
        .def_readonly("n", &Figure::n, "Records (or bodies) that have it.")
        .def_readonly("unknown", &Figure::unknown, "Records that have not.")
        .def_property_readonly("state", [](const Figure& f) { return std::string{to_string(f.state)}; })
        .def_readonly("detail", &Figure::detail)
        .def(
            "label", [](const Figure& f, LanguageChoice language) { return f.label(language.value); },
            "language"_a = "en")
        .def(
            "__eq__", [](const Figure& a, const Figure& b) { return a == b; }, py::is_operator())
        .def("__hash__", [](const Figure& f) { return py::hash(py::str{f.name}); })
        .def("__repr__", [](const Figure& f) {
            const auto value =
                f.value ? py::str(py::float_(*f.value)).cast<std::string>() : std::string{"None"};
            return "<Figure " + f.name + " " + value + ", " + std::string{to_string(f.state)} + ">";
        });
    py::class_<ReviewGroup>(m, "ReviewGroup", "The records that agree in the columns of ``by``.")
        .def_readonly("key", &ReviewGroup::key, "One value a column; empty for all records.")
        .def_readonly("figures", &ReviewGroup::figures)
        .def_readonly("difficulties", &ReviewGroup::difficulties, "(code, records), most frequent first.")
        .def_readonly("proposals", &ReviewGroup::proposals)
        .def_property_readonly(
            "curve",
            [](const ReviewGroup& g) -> py::object {
                if (g.durations.size() == 0) return py::none();
                Table table =
                    stats::aalen_johansen(g.durations, stats::CurveInterval::log_log).front().to_table();
                return py::cast(table);
            },
            "Days from notice to appointment: the cumulative incidence, ends without one competing; or None.")
        .def_property_readonly(
            "phase_curves",
            [](const ReviewGroup& g) {
                std::vector<Table> curves;
                for (const auto& phase : g.phases) {
                    const auto made = stats::aalen_johansen(phase, stats::CurveInterval::log_log);
                    curves.push_back(made.empty() ? Table{} : made.front().to_table());
                }
                return curves;
            },
            "The same of each phase: applying, preparing, marking, appointing.")
        .def("__getitem__", &ReviewGroup::at, "name"_a);
    py::class_<BodyLine>(m, "BodyLine", "What a body of the pilot did.")
        .def_readonly("id", &BodyLine::id)
        .def_readonly("name", &BodyLine::name)
        .def_readonly("level", &BodyLine::level)
        .def_readonly("state", &BodyLine::state, "held, nil or not_reported")
        .def_readonly("records", &BodyLine::records);
}

}  // namespace

void bind_programme(py::module_& m) {
    py::class_<RegisterFile>(m, "Register", register_doc)
        .def(py::init([](const py::object& data) { return read_register(table_from(data)); }), "data"_a)
        .def_readonly("issues", &RegisterFile::issues)
        .def(
            "to_table", [](const RegisterFile& r) { return r.bodies.to_table(); },
            "The bodies as `Register` reads them.")
        .def("__len__", [](const RegisterFile& r) { return r.bodies.agencies().size(); })
        .def(
            "__eq__", [](const RegisterFile& a, const RegisterFile& b) { return a.bodies == b.bodies; },
            py::is_operator())
        .def("__hash__",
             [](const RegisterFile& r) { return py::hash(py::int_(r.bodies.agencies().size())); });
    bind_figures(m);
    py::class_<Consolidation>(m, "Consolidation",
                              "Returns of many bodies as one table, and what is wrong with them.")
        .def_readonly("contests", &Consolidation::contests)
        .def_readonly("returns", &Consolidation::returns, "file, agency, state, rows")
        .def_readonly("conflicts", &Consolidation::conflicts, "Figures reported in two ways, decided or not.")
        .def_readonly("issues", &Consolidation::issues)
        .def_readonly("provenance", &Consolidation::provenance,
                      "Where each figure is from, a line for every row that says it: agency, competition, "
                      "column, value, "
                      "source, cell, written, used (False where a person decided for another value).")
        .def(
            "issues_table",
            [](const Consolidation& c, LanguageChoice language) {
                return issues_table(c.issues, language.value);
            },
            "language"_a = "en");
    m.def(
        "_consolidate",
        [](const std::vector<std::pair<std::string, py::object>>& sheets, const RegisterFile& bodies,
           Choice<texts::Legacy> legacy, Choice<DateOrder> date_order, const py::object& decisions,
           const py::object& progress) {
            std::vector<ReturnSheet> read;
            for (const auto& [file, cells] : sheets) read.push_back({file, table_from(cells)});
            ConsolidateOptions options;
            options.legacy = legacy.value;
            options.date_order = date_order.value;
            options.decisions = decisions_from(decisions);
            Run run{progress};
            run.attach(options);
            return run([&] { return consolidate(read, bodies.bodies, options); });
        },
        "sheets"_a, "register"_a, py::kw_only(), "legacy"_a, "date_order"_a, "decisions"_a,
        "progress"_a = py::none());
    m.def("programme_columns", &programme_columns,
          "The names of the columns of a table of contests, in order.");
    m.def("return_form_columns", &return_form_columns, "Those of them that the return form has.");
    py::class_<Review>(m, "Review", "The report of a programme (sơ kết); two of them are merged with ``+``.")
        .def_property_readonly("groups", &Review::groups, "All records first, then by key.")
        .def_property_readonly("all", [](const Review& r) { return r.groups().front(); })
        .def_property_readonly("bodies", &Review::bodies)
        .def_property_readonly("by", [](const Review& r) { return r.options().by; })
        .def_property_readonly("public", [](const Review& r) { return r.options().hide_below.has_value(); })
        .def_property_readonly("synthetic", &Review::synthetic,
                               "Some record is simulated (số liệu mô phỏng).")
        .def_property_readonly("records", &Review::records)
        .def_property_readonly("conflicts", &Review::conflicts, "Records whose rows contradict each other.")
        .def(
            "at", [](const Review& r, const std::vector<std::string>& key) { return r.at(key); }, "key"_a,
            "The group of that key; an empty one is all records.")
        .def("to_table", &Review::to_table)
        .def("bodies_table", &Review::bodies_table)
        .def("coded_table", &Review::coded_table)
        .def(
            "provenance",
            [](const Review& r, const std::string& figure, const std::vector<std::string>& key) {
                py::gil_scoped_release unlocked;
                return r.provenance(figure, key);
            },
            "figure"_a = "", "key"_a = std::vector<std::string>{}, provenance_doc)
        .def("changes", &Review::changes, "over"_a = "year", changes_doc)
        .def(
            "grouped",
            [](const Review& r, std::vector<std::string> by) {
                py::gil_scoped_release unlocked;
                return r.grouped(std::move(by));
            },
            "by"_a,
            "The same records grouped otherwise. A public edition of each is safe by itself: of both "
            "together more can "
            "be computed.")
        .def(
            "__add__", [](const Review& a, const Review& b) { return a + b; }, py::is_operator());
    m.def(
        "review",
        [](const py::object& data, const std::optional<RegisterFile>& bodies, std::vector<std::string> by,
           Choice<AsOf> as_of, std::optional<std::chrono::year_month_day> until, std::int64_t minimum_field,
           std::optional<std::int64_t> hide_below, int threads, const py::object& progress) {
            auto tables = tables_from(data);
            ReviewOptions options{std::move(by), as_of.value, until, minimum_field, hide_below, threads};
            const Register known = bodies ? bodies->bodies : Register{};
            Run run{progress};
            run.attach(options);
            return run([&] { return review(std::move(tables), known, options); });
        },
        "data"_a, "register"_a = py::none(), py::kw_only(), "by"_a = std::vector<std::string>{},
        "as_of"_a = "then", "until"_a = py::none(), "minimum_field"_a = 2, "hide_below"_a = py::none(),
        "threads"_a = 0, "progress"_a = py::none(), review_doc);
    bind_contests(m);
}

}  // namespace recruit::python
