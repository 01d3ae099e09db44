// Python face of <recruit/selection/{selection,seats,compare}.hpp>.

#include "bind.hpp"

#include <pybind11/numpy.h>

#include <recruit/selection/compare.hpp>

namespace recruit::python {

namespace {

bool is_count(py::handle value) {
    return py::hasattr(value, "__index__") && !py::isinstance<py::bool_>(value) &&
           !py::hasattr(value, "__len__");
}

/// \throws Error (`bad_seats`) for what is no whole number, or one too large for any contest.
std::int64_t count_from(py::handle value, const Argument& of) {
    if (is_count(value)) {
        // A class has the method too, and is no number.
        if (const auto whole = py::reinterpret_steal<py::object>(PyNumber_Index(value.ptr()))) {
            int beyond = 0;
            const std::int64_t count = PyLong_AsLongLongAndOverflow(whole.ptr(), &beyond);
            if (beyond == 0) return count;
        }
        PyErr_Clear();
    }
    throw Error{code_named("bad_seats"), {of, repr_of(value)}};
}

/// None, a number, a mapping from names to numbers, or anything that makes a table.
Seats seats_from(const py::object& seats) {
    if (seats.is_none()) return {};
    if (is_count(seats)) return Seats{count_from(seats, text_named("command_every_group"))};
    if (!py::isinstance(seats, py::module_::import("collections.abc").attr("Mapping")))
        return Seats{table_from(seats)};
    Seats::Named named;
    for (const auto& item : seats.attr("items")()) {
        const auto pair = py::reinterpret_borrow<py::tuple>(item);
        const bool alone = py::isinstance<py::str>(pair[1]) || !py::hasattr(pair[1], "__iter__");
        if (!alone) return Seats{table_from(seats)};
        const auto name = py::str(pair[0]).cast<std::string>();
        named.emplace_back(name, count_from(pair[1], name));
    }
    return Seats{std::move(named)};
}

py::object counts(const Selection& selection) {
    py::object counter = py::module_::import("collections").attr("Counter")();
    const auto numbers = selection.counts();
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        if (numbers[i] > 0) counter[py::str(std::string{to_string(static_cast<Standing>(i))})] = numbers[i];
    }
    return counter;
}

std::vector<SelectionGroup> groups(const Selection& selection) {
    std::vector<SelectionGroup> all;
    all.reserve(selection.group_count());
    for (std::size_t i = 0; i < selection.group_count(); ++i) all.push_back(selection.group(i));
    return all;
}

std::string repr(const SelectionRow& row) {
    return "<SelectionRow '" + row.application + "': " + std::string{to_string(row.standing)} +
           (row.rank ? ", rank " + row.rank->str() : "") + (row.total ? ", total " + row.total->str() : "") +
           ">";
}

void bind_rows(py::module_& m) {
    py::class_<SelectionRow>(m, "SelectionRow", R"doc(One application's line in a selection.

Attributes
----------
row : int
    Row of the table that was read, from 0.
total : decimal.Decimal or None
rank : int, decimal.Decimal or None
    As the selecting rank displays it: a Decimal such as 2.5 only where it is not whole.
stage : str
    Stage where it ended; empty if it went to the end.
decided_by : str
    Path of the rule that decided; empty where nothing was cut.
)doc")
        .def_readonly("row", &SelectionRow::row)
        .def_readonly("application", &SelectionRow::application)
        .def_readonly("position", &SelectionRow::position)
        .def_property_readonly("total", [](const SelectionRow& r) { return to_decimal(r.total); })
        .def_property_readonly("rank", [](const SelectionRow& r) { return to_rank(r.rank); })
        .def_readonly("standing", &SelectionRow::standing)
        .def_readonly("stage", &SelectionRow::stage)
        .def_readonly("decided_by", &SelectionRow::decided_by)
        .def("__repr__", &repr);
    py::class_<SelectionGroup>(m, "SelectionGroup", "One group of the selecting rank.")
        .def_readonly("names", &SelectionGroup::names, "One for each column of the rank's scope.")
        .def_readonly("begin", &SelectionGroup::begin, "Its places in rank order are [begin, end).")
        .def_readonly("end", &SelectionGroup::end)
        .def_readonly("ranked", &SelectionGroup::ranked)
        .def_readonly("seats", &SelectionGroup::seats, "None if no seats were given.")
        .def_readonly("selected", &SelectionGroup::selected)
        .def_readonly("contested", &SelectionGroup::contested)
        .def_readonly("reserve", &SelectionGroup::reserve)
        .def_property_readonly("nobody_passed", &SelectionGroup::nobody_passed,
                               "True where the contest for this group has no winner.")
        .def_property_readonly("unfilled", &SelectionGroup::unfilled,
                               "Seats left when all who are contested have got one; None without seats.")
        .def("__repr__", [](const SelectionGroup& g) {
            std::string name;
            for (const auto& part : g.names) name += (name.empty() ? "" : " / ") + part;
            return "<SelectionGroup '" + name + "': " + std::to_string(g.selected) + " selected, " +
                   std::to_string(g.contested) + " contested>";
        });
}

constexpr const char* selection_doc = R"doc(Who stands where and why. Immutable.

Iterates over its rows in rank order, group by group; ``result["A-2"]`` is the row of one application. The arrays
(`order`, `first`, `tied`, `standings`, `total`, `rank`) are in the order of the table that was read.

Examples
--------
>>> contest = recruit.datasets.example()
>>> result = recruit.select(contest.regulation, contest.scores, contest.seats)
>>> for row in result:
...     print(row.rank, row.application, row.total, row.standing.name)
1 A-2 81.4 selected
2 A-1 75.8 reserve
2 A-6 75.8 reserve
4 A-3 69 reserve
None A-5 None absent
None A-4 None failed
>>> result.counts["reserve"]
3
>>> print(result["A-1"].rank)
2
)doc";

/// An application as people write it in Python: ids that came as integers are asked for as integers too.
using Id = std::variant<std::string, std::int64_t>;

std::string text_of(const Id& id) {
    const auto* text = std::get_if<std::string>(&id);
    return text != nullptr ? *text : std::to_string(std::get<std::int64_t>(id));
}

void bind_class(py::module_& m) {
    py::class_<Selection> bound{m, "Selection", selection_doc};
    hand_out_arrow(bound, [](const Selection& s) { return s.to_table(); });
    bound.def("__len__", &Selection::size)
        .def(
            "__iter__", [](const Selection& s) { return py::make_iterator(s.begin(), s.end()); },
            py::keep_alive<0, 1>())
        .def("__contains__", [](const Selection& s, const Id& id) { return s.find(text_of(id)).has_value(); })
        .def(
            "__getitem__", [](const Selection& s, const Id& id) { return s.at(text_of(id)); },
            "application"_a)
        .def_property_readonly("regulation", [](const Selection& s) { return s.regulation(); })
        .def_property_readonly(
            "table", [](const Selection& s) { return s.table(); }, "The table that was read.")
        .def_property_readonly(
            "issues", [](const Selection& s) { return s.issues(); }, "What is wrong with the data.")
        .def(
            "issues_table",
            [](const Selection& s, LanguageChoice language) {
                return issues_table(s.issues(), language.value);
            },
            "language"_a = "en", "The issues as a table, to filter and save.")
        .def_property_readonly("counts", &counts,
                               "How many rows have each standing (a Counter; keys are names).")
        .def_property_readonly("groups", &groups, "The groups of the selecting rank, in order.")
        .def_property_readonly("rank_names", &Selection::rank_names, "The selecting rank first.")
        .def_property_readonly(
            "order", [](const Selection& s) { return view(s.order(), s); },
            "Row of the table at each place of the rank order (read-only view).")
        .def_property_readonly("standings", [](const Selection& s) { return standing_array(s.standings()); })
        .def_property_readonly(
            "total", [](const Selection& s) { return to_numpy(s.total()); },
            "``decimal.Decimal``, or None for rows that did not reach the score.")
        .def(
            "first",
            [](const Selection& s, const std::optional<std::string>& rank) {
                return view(rank ? s.first(*rank) : s.first(), s);
            },
            "rank"_a = py::none(), "First place of its equals in the group, 0 if unranked (read-only view).")
        .def(
            "tied",
            [](const Selection& s, const std::optional<std::string>& rank) {
                return view(rank ? s.tied(*rank) : s.tied(), s);
            },
            "rank"_a = py::none(), "How many share that place, 0 if unranked (read-only view).")
        .def(
            "rank",
            [](const Selection& s, const std::optional<std::string>& name,
               const std::optional<Choice<RankDisplay>>& display) {
                const Column ranks = s.rank(name.value_or(s.rank_names().front()),
                                            display ? std::optional{display->value} : std::nullopt);
                std::vector<py::object> values;
                for (std::size_t i = 0; i < ranks.size(); ++i) {
                    values.push_back(ranks.is_null(i)
                                         ? py::none()
                                         : to_rank(Points::of(ranks.integers()[i], ranks.scale())));
                }
                return object_array(values);
            },
            "name"_a = py::none(), py::kw_only(), "display"_a = py::none(),
            "Ranks as shown by their rule, or as ``min``, ``dense``, ``average`` or ``ordinal``; None if "
            "unranked.")
        .def(
            "explain", [](const Selection& s, const Id& id) { return s.explain(text_of(id)); },
            "application"_a,
            "Why an application stands where it stands. Raises Error (``unknown_application``).")
        .def("quotas", &Selection::quotas,
             "What each quota came to in each group: quota, kind, seats, filled, missing, carried. No rows\n"
             "without quotas.")
        .def("to_table", &Selection::to_table, "all"_a = false,
             "The outcome in rank order; with `all`, the columns that were read come after it.")
        .def(
            "to_pandas",
            [](const Selection& s, bool all, bool exact) { return to_pandas(s.to_table(all), exact); },
            "all"_a = false, py::kw_only(), "exact"_a = false,
            "As a DataFrame in rank order; marks as float64, for display, or with `exact` as "
            "``decimal.Decimal``.")
        .def(
            "summary", [](const Selection& s, LanguageChoice language) { return summary(s, language.value); },
            "language"_a = "en", "Title, first rows, counts and number of issues.")
        .def("__repr__", [](const Selection& s) { return summary(s, Language::en); })
        .def("_repr_html_", [](const Selection& s) { return html(s, Language::en); });
}

constexpr const char* select_doc =
    R"doc(Score, cut between stages, rank, and cut at the seats, group by group.

Equal rows stay equal: the engine never invents an order that the regulation does not give.

Parameters
----------
regulation : Regulation
scores
    Anything that makes a Table; the columns of `score` and, for the ranks, ``position`` and the facts of their scope.
seats : int, mapping or table, optional
    One number for every group, a number by name, or a table with the columns of the rank's scope and ``seats``.
    Without it a column ``seats`` of `scores` counts; without either, whoever passes is ``ranked``.
columns, threads, through, given_total
    As for `score`.
seed : str, optional
    The published seed of the draw, where the regulation draws lots.
progress : callable, optional
    Called with the share done, 0 to 1, about ten times a second; what it raises stops the work.

Returns
-------
Selection

Raises
------
InvalidTable
    A column is missing. Wrong values are issues of the result instead.
Error
    ``missing_seed``, ``bad_seats``, ``unknown_stage``.

Examples
--------
>>> contest = recruit.datasets.example()
>>> result = recruit.select(contest.regulation, contest.scores, seats=3)
>>> [row.application for row in result if row.standing is recruit.Standing.selected]
['A-2', 'A-1', 'A-6']
)doc";

constexpr const char* compare_doc =
    R"doc(Who stands elsewhere under other rules, and which rule decides.

Parameters
----------
regulations : sequence of Regulation
    Each selects from the same table; the columns that any of them reads must be there.
scores, seats, columns, threads, through, given_total, seed, progress
    As for `select`.

Returns
-------
Table
    One row for each application whose standing is not the same under all the regulations, under each regulation:
    application, position, number (1 for the first regulation), regulation, standing, stage, decided_by (path of the
    rule; None where nothing was cut), total, first and tied. Ordered by position, application and number, whatever the
    order of the rows. A rank that moves while the standing stays is no change; with fewer than two regulations nobody
    changes.

Raises
------
InvalidTable, Error
    As `select`; Error (``points_overflow``) if totals do not fit into one decimal scale.

Examples
--------
>>> contest = recruit.datasets.example()
>>> len(recruit.compare([contest.regulation, contest.regulation], contest.scores, contest.seats))
0
)doc";

constexpr const char* compare_groups_doc =
    R"doc(What each regulation does to groups of people.

Parameters
----------
regulations, scores, seats, columns, threads, through, given_total, seed, progress
    As for `compare`.
labels : str or sequence
    Name of a column of `scores`, or one value for each of its rows. Read after the selections are made; it never
    enters them unless a regulation itself names that column.

Returns
-------
Table
    One row for each label under each regulation: number, regulation, label (None for rows without one), applications,
    passed, selected, contested, and gained and lost: selected here and not under the first regulation, and the reverse.
    Complete counts, so they carry no interval.

Raises
------
InvalidTable
    `labels` has another length or names no column; else as `select`.
)doc";

/// What every comparison takes besides its regulations.
struct Compared {
    Table table;
    Seats seats;
    SelectOptions options;
};

Compared compared(const py::object& scores, const py::object& seats, const py::object& columns, int threads,
                  std::optional<std::string> through, GivenTotal given_total,
                  std::optional<std::string> seed) {
    Compared asked{table_from(scores, columns), seats_from(seats), {}};
    asked.options.threads = threads;
    asked.options.through = std::move(through);
    asked.options.given_total = given_total;
    asked.options.seed = std::move(seed);
    return asked;
}

void bind_compare(py::module_& m) {
    m.def(
        "compare",
        [](const std::vector<Regulation>& regulations, const py::object& scores, const py::object& seats,
           const py::object& columns, int threads, std::optional<std::string> through,
           Choice<GivenTotal> given_total, std::optional<std::string> seed, const py::object& progress) {
            Compared asked = compared(scores, seats, columns, threads, std::move(through), given_total.value,
                                      std::move(seed));
            Run run{progress};
            run.attach(asked.options);
            return run([&] { return compare(regulations, asked.table, asked.seats, asked.options); });
        },
        "regulations"_a, "scores"_a, "seats"_a = py::none(), py::kw_only(), "columns"_a = py::none(),
        "threads"_a = 0, "through"_a = py::none(), "given_total"_a = "check", "seed"_a = py::none(),
        "progress"_a = py::none(), compare_doc);
    m.def(
        "compare_groups",
        [](const std::vector<Regulation>& regulations, const py::object& scores, const py::object& labels,
           const py::object& seats, const py::object& columns, int threads,
           std::optional<std::string> through, Choice<GivenTotal> given_total,
           std::optional<std::string> seed, const py::object& progress) {
            Compared asked = compared(scores, seats, columns, threads, std::move(through), given_total.value,
                                      std::move(seed));
            const Column groups = py::isinstance<py::str>(labels) ? asked.table.at(labels.cast<std::string>())
                                                                  : column_from("labels", labels, true);
            Run run{progress};
            run.attach(asked.options);
            return run(
                [&] { return compare_groups(regulations, asked.table, groups, asked.seats, asked.options); });
        },
        "regulations"_a, "scores"_a, "labels"_a, "seats"_a = py::none(), py::kw_only(),
        "columns"_a = py::none(), "threads"_a = 0, "through"_a = py::none(), "given_total"_a = "check",
        "seed"_a = py::none(), "progress"_a = py::none(), compare_groups_doc);
}

}  // namespace

void bind_selection(py::module_& m) {
    bind_rows(m);
    bind_class(m);
    bind_compare(m);
    m.def(
        "select",
        [](const Regulation& regulation, const py::object& scores, const py::object& seats,
           const py::object& columns, int threads, std::optional<std::string> through,
           Choice<GivenTotal> given_total, std::optional<std::string> seed, const py::object& progress) {
            const Table table = table_from(scores, columns);
            const Seats places = seats_from(seats);
            SelectOptions options;
            options.threads = threads;
            options.through = std::move(through);
            options.given_total = given_total.value;
            options.seed = std::move(seed);
            Run run{progress};
            run.attach(options);
            return run([&] { return select(regulation, table, places, options); });
        },
        "regulation"_a, "scores"_a, "seats"_a = py::none(), py::kw_only(), "columns"_a = py::none(),
        "threads"_a = 0, "through"_a = py::none(), "given_total"_a = "check", "seed"_a = py::none(),
        "progress"_a = py::none(), select_doc);
}

}  // namespace recruit::python
