// Python face of <recruit/stats/suppression.hpp>, openness.hpp, quantiles.hpp, permutation.hpp,
// integrity.hpp.

#include "stats_words.hpp"

#include <recruit/stats/integrity.hpp>

namespace pybind11::detail {

/// Which cells are small is known to who holds the value, not to whom it shows: pickled as a number.
template <>
struct type_caster<recruit::stats::Cell> {
    PYBIND11_TYPE_CASTER(recruit::stats::Cell, const_name("int"));

    bool load(handle source, bool) {
        if (!isinstance<int_>(source)) return false;
        value = static_cast<recruit::stats::Cell>(source.cast<int>());
        return true;
    }
    static handle cast(recruit::stats::Cell cell, return_value_policy, handle) {
        return int_(static_cast<int>(cell)).release();
    }
};

/// Bounds are (row, column, lower, upper).
template <>
struct type_caster<recruit::stats::Bounds> {
    PYBIND11_TYPE_CASTER(recruit::stats::Bounds, const_name("tuple[int, int, int, int | None]"));

    bool load(handle source, bool) {
        if (!isinstance<tuple>(source) || len(source) != 4) return false;
        const auto t = reinterpret_borrow<tuple>(source);
        value = {t[0].cast<std::size_t>(), t[1].cast<std::size_t>(), t[2].cast<std::int64_t>(),
                 t[3].cast<std::optional<std::int64_t>>()};
        return true;
    }
    static handle cast(const recruit::stats::Bounds& b, return_value_policy, handle) {
        return pybind11::make_tuple(b.row, b.column, b.lower, b.upper).release();
    }
};

/// A case is (row, first, second, deviation, crosses_cut).
template <>
struct type_caster<recruit::stats::RemarkCase> {
    PYBIND11_TYPE_CASTER(recruit::stats::RemarkCase, const_name("tuple[int, float, float, float, bool]"));

    bool load(handle source, bool) {
        if (!isinstance<tuple>(source) || len(source) != 5) return false;
        const auto t = reinterpret_borrow<tuple>(source);
        value = {t[0].cast<std::size_t>(), t[1].cast<double>(), t[2].cast<double>(), t[3].cast<double>(),
                 t[4].cast<bool>()};
        return true;
    }
    static handle cast(const recruit::stats::RemarkCase& c, return_value_policy, handle) {
        return pybind11::make_tuple(c.row, c.first, c.second, c.deviation, c.crosses_cut).release();
    }
};

}  // namespace pybind11::detail

namespace recruit::python {

namespace {

using stats::ConfidenceLevel;
using stats::Extreme;
using stats::RateInterval;
using stats::Suppressed;
using stats::Tail;
using stats::TwoWay;

py::tuple state_of(const TwoWay& t) { return py::make_tuple(t.rows, t.columns, t.cells, t.dropped); }
TwoWay two_way_from(const py::tuple& s) {
    return {s[0].cast<std::vector<std::string>>(), s[1].cast<std::vector<std::string>>(),
            s[2].cast<std::vector<std::int64_t>>(), s[3].cast<std::vector<stats::Dropped>>()};
}

void bind_suppression(py::module_& m) {
    py::class_<TwoWay>(m, "TwoWay",
                       "A two-way table of counts with its margins; the last row and column are totals.")
        .def_readonly("rows", &TwoWay::rows, "Names of the rows, without the total.")
        .def_readonly("columns", &TwoWay::columns, "Names of the columns, without the total.")
        .def_readonly("dropped", &TwoWay::dropped, "What was left out, and why.")
        .def_property_readonly(
            "cells",
            [](const TwoWay& t) {
                const auto all = to_numpy(Column::integers(Buffer<std::int64_t>{t.cells}));
                return all.attr("reshape")(t.height(), t.width());
            },
            "Every count, totals last, as a 2-D array.")
        .def(
            "__eq__", [](const TwoWay& a, const TwoWay& b) { return a == b; }, py::is_operator())
        .def("__hash__", [](const TwoWay& t) { return py::hash(py::tuple(py::cast(t.cells))); })
        .def("__repr__",
             [](const TwoWay& t) {
                 return "<TwoWay " + std::to_string(t.rows.size()) + " x " +
                        std::to_string(t.columns.size()) + ">";
             })
        .def(py::pickle(&state_of, &two_way_from));
    bind_result<Suppressed>(
        m, "Suppressed",
        "A table with small counts hidden, and what can be worked out about the hidden ones.",
        Field{"table", &Suppressed::table, "The TwoWay with the true counts: keep it."},
        Field{"cells", &Suppressed::cells,
              "0 shown, 1 hidden as small, 2 hidden to protect others: keep it."},
        Field{"audit", &Suppressed::audit,
              "(row, column, lower, upper) of every hidden cell: the counts that what is shown allows."},
        Field{"minimum", &Suppressed::minimum, "Counts below it are small."},
        Field{"protection", &Suppressed::protection, "Width of the range that every small count keeps."},
        Field{"is_safe", &Suppressed::is_safe, "False: do not publish this table."})
        .def_property_readonly("notes", &Suppressed::notes);
    m.def(
        "two_way",
        [](const py::object& data, const py::object& rows, const py::object& columns, const Name& count) {
            if (py::isinstance<py::str>(rows)) {
                return stats::two_way(table_from(data), rows.cast<std::string>(), columns.cast<std::string>(),
                                      view_of(count));
            }
            const auto counts = py::module_::import("numpy").attr("ravel")(data).attr("tolist")();
            return stats::two_way(rows.cast<std::vector<std::string>>(),
                                  columns.cast<std::vector<std::string>>(),
                                  counts.cast<std::vector<std::int64_t>>());
        },
        "data"_a, py::kw_only(), "rows"_a, "columns"_a, "count"_a = py::none(),
        R"doc(A two-way table of counts.

Parameters
----------
data
    With ``rows`` and ``columns`` as names of columns: anything that makes a Table, a row being a person or ``count``
    persons. With lists of names: the counts, as rows of a 2-D array.
rows, columns : str or list of str
count : str, optional

Returns
-------
TwoWay

Examples
--------
>>> recruit.stats.two_way([[20, 3], [8, 7]], rows=["f", "m"], columns=["A", "B"]).cells.tolist()
[[20, 3, 23], [8, 7, 15], [28, 10, 38]]
)doc");
    m.def(
        "suppress",
        [](const TwoWay& table, std::int64_t minimum, Choice<stats::Zeros> zeros,
           std::optional<std::int64_t> protection) {
            const py::gil_scoped_release unlocked;
            return stats::suppress(table, minimum, zeros.value, protection);
        },
        "table"_a, py::kw_only(), "minimum"_a, "zeros"_a, "protection"_a = py::none(),
        R"doc(Hide small counts of persons, and what else it takes so that nobody can work them out.

Parameters
----------
table : TwoWay
minimum : int
    Counts from 1 to ``minimum - 1`` are small, totals too.
zeros : {"shown", "hidden"}
    Whether an empty cell counts as small: it tells that nobody is there.
protection : int, optional
    Width of the range that every small count must keep; without it, ``minimum``.

Returns
-------
Suppressed
    ``is_safe`` and ``audit`` are the proof. No fewest number of hidden cells is claimed. Other tables about the same
    persons are not looked at.

Examples
--------
>>> table = recruit.stats.two_way([[20, 3, 15], [8, 7, 30], [14, 11, 2]], rows=list("abc"), columns=list("xyz"))
>>> result = recruit.stats.suppress(table, minimum=5, zeros="shown")
>>> result.is_safe, int(result.to_pandas()["n"].isna().sum())
(True, 4)
)doc");
    m.def(
        "audit",
        [](const TwoWay& table, const py::object& hidden) {
            const auto flags = py::module_::import("numpy").attr("ravel")(hidden).attr("tolist")();
            std::vector<std::uint8_t> chosen;
            for (const auto& flag : flags) chosen.push_back(py::cast<bool>(flag) ? 1 : 0);
            return stats::audit(table, chosen);
        },
        "table"_a, "hidden"_a,
        R"doc(What anybody can work out about hidden cells: (row, column, lower, upper) of each; upper None is unlimited.

``hidden`` has a flag for every cell, totals last.

Examples
--------
>>> table = recruit.stats.two_way([[20, 3], [8, 7]], rows=["f", "m"], columns=["A", "B"])
>>> recruit.stats.audit(table, [[0, 1, 0], [0, 0, 0], [0, 0, 0]])
[(0, 1, 3, 3)]
)doc");
}

void bind_openness(py::module_& m) {
    m.def(
        "inside_share",
        [](std::int64_t insiders, std::int64_t winners, Choice<RateInterval> interval, double level) {
            return stats::inside_share({insiders, winners}, interval.value, ConfidenceLevel{level});
        },
        "insiders"_a, "winners"_a, py::kw_only(), "interval"_a, "level"_a = 0.95,
        R"doc(The share of insiders among the winners.

Examples
--------
>>> round(recruit.stats.inside_share(49, 184, interval="wilson").value, 4)
0.2663
)doc");
    m.def(
        "inside_odds",
        [](const py::object& data, const std::string& contest, const std::string& inside,
           const std::vector<std::string>& steps, Choice<Tail> tail, Choice<RateInterval> interval,
           double level) {
            return stats::inside_odds(table_from(data), contest, inside, steps, tail.value, interval.value,
                                      ConfidenceLevel{level});
        },
        "data"_a, py::kw_only(), "contest"_a, "inside"_a, "steps"_a, "tail"_a, "interval"_a, "level"_a = 0.95,
        R"doc(Odds of insiders against outsiders of the same contest, at each step from nomination to appointment.

Exact, conditional on the numbers of every contest: contests where only insiders (or only outsiders) competed say
nothing, and are counted.

Parameters
----------
data
    Anything that makes a Table; a row is a candidature.
contest, inside : str
    Columns: the contest, and yes/no whether the candidate comes from the body that holds it.
steps : sequence of str
    Yes/no columns in order, the first of them who is there at all.
tail, interval, level
    See `fisher` and `rate`.

Returns
-------
Comparison

Examples
--------
>>> data = {"contest": ["a"] * 3 + ["b"] * 2, "inside": [1, 0, 0, 1, 1], "applied": [1] * 5, "won": [1, 0, 0, 1, 0]}
>>> c = recruit.stats.inside_odds(data, contest="contest", inside="inside", steps=["applied", "won"],
...                               tail="greater", interval="wilson")
>>> c["applied->won", "inside_share"].value, round(c.tests[0].p_value, 4)
(1.0, 0.3333)
)doc");
    m.def(
        "single_candidate",
        [](const py::object& data, const std::string& contest, Choice<RateInterval> interval, double level) {
            return stats::single_candidate(table_from(data), contest, interval.value, ConfidenceLevel{level});
        },
        "data"_a, py::kw_only(), "contest"_a, "interval"_a, "level"_a = 0.95,
        R"doc(How many contests had one candidate only; a row is a candidature.

Examples
--------
>>> found = recruit.stats.single_candidate({"contest": ["a", "b", "b"]}, contest="contest", interval="none")
>>> found["", "single_candidate"].value
0.5
)doc");
    m.def(
        "concentration",
        [](const std::vector<std::int64_t>& persons) { return stats::concentration(persons); }, "persons"_a,
        R"doc(HHI (0 to 1), effective number, Gini and Theil of persons over units, from the number in each.

Examples
--------
>>> recruit.stats.concentration([3, 1])["", "hhi"].value
0.625
)doc");
    m.def(
        "segregation",
        [](const std::vector<std::int64_t>& first, const std::vector<std::int64_t>& second,
           Choice<stats::SmallUnits> correction) {
            return stats::segregation(first, second, correction.value);
        },
        "first"_a, "second"_a, py::kw_only(), "correction"_a,
        R"doc(How unevenly two groups are spread over units, from the number of each in each unit.

``correction`` takes away what assignment by lot would give (its exact expectation): ``"subtract"``, ``"rescale"``
(Carrington & Troske 1997), or ``"uncorrected"``.

Examples
--------
>>> found = recruit.stats.segregation([5, 0], [0, 7], correction="uncorrected")
>>> found["", "dissimilarity"].value
1.0
)doc");
}

void bind_quantiles(py::module_& m) {
    using stats::Scaled;
    bind_result<Scaled>(
        m, "Scaled", "Values on one scale, one a row of the data.",
        Field{"values", &Scaled::values, "One a row; None where there is none."},
        Field{"reason", &Scaled::reason, "Why there are no values: a code, or None."},
        Field{"centre", &Scaled::centre, "What was subtracted, or None."},
        Field{"spread", &Scaled::spread, "What it was divided by, or None."},
        Field{"n", &Scaled::n, "Marks used."},
        Field{"dropped", &Scaled::dropped, "What was left out, and why."},
        Field{"method", &Scaled::method, "Name of the scale."},
        Field{"conventions", &Scaled::conventions, "Choices on which packages differ, by name."},
        Field{"notes", &Scaled::notes, "Remarks to read with it."})
        .def(
            "to_numpy", [](const Scaled& s) { return to_numpy(s.to_table().at("value")); },
            "As float64; NaN where a row has no value.");
    m.def(
        "quantile",
        [](const py::object& values, double p, int type) {
            if (type < 1 || type > 9)
                throw Error{code_named("stats_bad_argument"),
                            {std::string{"type"}, std::to_string(type), std::string{"a type from 1 to 9"}}};
            return stats::quantile(numbers_from(values), p, static_cast<stats::QuantileType>(type));
        },
        "values"_a, "p"_a, py::kw_only(), "type"_a,
        R"doc(A quantile by Hyndman and Fan's type: 7 is R, numpy and Excel, 6 SPSS, 2 SAS. No default.

Examples
--------
>>> recruit.stats.quantile([1, 2, 3, 4], 0.25, type=7).value, recruit.stats.quantile([1, 2, 3, 4], 0.25, type=6).value
(1.75, 1.25)
)doc");
    m.def(
        "ranks",
        [](const py::object& values, Choice<stats::RankTies> ties, Choice<stats::Order> order) {
            const auto found = stats::ranks(exact_from(values), ties.value, order.value);
            std::vector<double> numbers;
            std::vector<bool> has;
            for (const auto& rank : found) {
                numbers.push_back(rank.value_or(0));
                has.push_back(rank.has_value());
            }
            return to_numpy(Column::reals(Buffer<double>{std::move(numbers)}, Validity{has}));
        },
        "values"_a, py::kw_only(), "ties"_a, "order"_a,
        R"doc(Places from 1, for statistics; who stands where in a contest is decided by `recruit.select`.

Parameters
----------
values
    Marks; a float counts if it is the nearest to a number with at most 8 decimals, so that ties are exact.
ties : {"average", "min", "max", "dense", "first"}
order : {"highest_first", "lowest_first"}

Returns
-------
numpy.ndarray
    float64; NaN where the value is missing.

Examples
--------
>>> recruit.stats.ranks([71.5, 80, 71.5], ties="average", order="highest_first").tolist()
[2.5, 1.0, 2.5]
)doc");
    m.def(
        "standard_scores",
        [](const py::object& marks, Choice<stats::Score> score, Choice<stats::SdDivisor> divisor) {
            return stats::standard_scores(numbers_from(marks), score.value, divisor.value);
        },
        "marks"_a, py::kw_only(), "score"_a, "divisor"_a,
        R"doc(z, T (50 + 10 z) or robust z scores; ``divisor`` of the standard deviation is ``"n"`` or ``"n_minus_1"``.

Examples
--------
>>> recruit.stats.standard_scores([1, 2, 3], score="t", divisor="n_minus_1").values
[40.0, 50.0, 60.0]
>>> recruit.stats.standard_scores([7, 7], score="z", divisor="n").reason
'constant'
)doc");
    m.def(
        "percentile_ranks",
        [](const py::object& marks, Choice<stats::PercentileRank> convention) {
            return stats::percentile_ranks(exact_from(marks), convention.value);
        },
        "marks"_a, py::kw_only(), "convention"_a,
        R"doc(Percentages of marks ``"at_or_below"`` (NTA), ``"below"``, or below with ``"half_ties"``.

Examples
--------
>>> recruit.stats.percentile_ranks([1, 2, 2, 3], convention="at_or_below").values
[25.0, 75.0, 75.0, 100.0]
)doc");
    m.def(
        "normalise_sessions",
        [](const py::object& data, const std::string& mark, const std::string& session,
           Choice<stats::SessionMethod> method, Choice<stats::SdDivisor> divisor) {
            const Table table = table_from(data);
            return stats::normalise_sessions(stats::numbers(table, mark), stats::factor(table, session),
                                             method.value, divisor.value);
        },
        "data"_a, py::kw_only(), "mark"_a, "session"_a, "method"_a, "divisor"_a,
        R"doc(Marks of a paper set in several sessions, on one scale: ``"nta"``, ``"gate"`` (2015) or ``"ssc"`` (2019).

Examples
--------
>>> data = {"session": ["A", "A", "B", "B"], "mark": [10, 20, 15, 30]}
>>> recruit.stats.normalise_sessions(data, mark="mark", session="session", method="nta", divisor="n").values
[50.0, 100.0, 50.0, 100.0]
)doc");
}

void bind_permutation(py::module_& m) {
    m.def(
        "permutation_test",
        [](const py::object& data, const std::string& mark, const std::string& group,
           const std::string& focal, const Name& stratum, Choice<Extreme> extreme, std::int64_t samples,
           std::optional<std::uint64_t> seed, std::int64_t exact_work, int threads,
           const py::object& progress) {
            const Table table = table_from(data);
            const auto marks = stats::exact_numbers(table, mark);
            const auto groups = stats::factor(table, group);
            const auto wanted = groups.code(focal);
            std::vector<std::int8_t> is_focal;
            for (const auto code : groups.codes)
                is_focal.push_back(static_cast<std::int8_t>(code < 0 ? -1 : code == wanted ? 1 : 0));
            std::vector<std::int32_t> strata;
            if (stratum) strata = stats::factor(table, *stratum).codes;
            stats::PermutationOptions options{exact_work, samples, seed, {}};
            options.run.threads = threads;
            Run run{progress};
            run.attach(options.run);
            return run(
                [&] { return stats::permutation_test(marks, is_focal, strata, extreme.value, options); });
        },
        "data"_a, py::kw_only(), "mark"_a, "group"_a, "focal"_a, "stratum"_a = py::none(), "extreme"_a,
        "samples"_a = 100'000, "seed"_a = py::none(), "exact_work"_a = 200'000'000, "threads"_a = 0,
        "progress"_a = py::none(),
        R"doc(Whether a group's marks are higher or lower than by lot; exact wherever that is affordable.

Parameters
----------
data
    Anything that makes a Table; a row is a mark.
mark, group, stratum : str
    Columns; with ``stratum`` (a contest), groups are exchanged within strata only.
focal : str
    The level of ``group`` asked about; everybody else is compared with it.
extreme : {"less", "greater", "absolute", "doubled"}
    ``"absolute"``: as far from the expectation on either side; ``"doubled"``: twice the smaller one-sided probability
    (scipy).
samples, seed : int
    Random permutations where exact counting would take more than ``exact_work`` additions; then a seed is needed. The
    result does not depend on ``threads``.
progress : callable, optional
    Told the share done; may raise to stop.

Returns
-------
Test
    ``statistic`` is the difference of means (with strata: the focal sum less its expectation).

Examples
--------
>>> data = {"sex": ["f"] * 5 + ["m"] * 5, "mark": [24.5, 31, 27, 29.5, 33, 30, 34.5, 28, 36, 35]}
>>> test = recruit.stats.permutation_test(data, mark="mark", group="sex", focal="f", extreme="absolute")
>>> round(test.statistic, 2), round(test.p_value, 6), test.method
(-3.7, 0.134921, 'permutation_exact')
)doc");
    m.def(
        "signed_rank",
        [](const py::object& first, const py::object& second, Choice<Extreme> extreme) {
            return stats::signed_rank(exact_from(first), exact_from(second), extreme.value);
        },
        "first"_a, "second"_a, py::kw_only(), "extreme"_a,
        R"doc(Wilcoxon's signed rank test of second - first, exact with ties; pairs without change are dropped and counted.

Examples
--------
>>> test = recruit.stats.signed_rank([5, 6, 7, 8], [6, 8, 10, 8], extreme="greater")
>>> test.statistic, test.p_value, test.dropped
(6.0, 0.125, [<Dropped 1: unchanged>])
)doc");
}

void bind_integrity(py::module_& m) {
    bind_result<stats::Remarking>(m, "Remarking",
                                  "What re-marking changed: a summary, and the large changes.",
                                  Field{"summary", &stats::Remarking::summary,
                                        "A Comparison; subject \"\" is everybody, the others markers."},
                                  Field{"cases", &stats::Remarking::cases,
                                        "(row, first, second, deviation, crosses_cut), largest first."},
                                  Field{"notes", &stats::Remarking::notes, "Remarks to read with it."});
    m.def(
        "heaping",
        [](const py::object& marks, const py::object& cut, const py::object& step, int cells,
           std::int64_t minimum) {
            return stats::heaping(exact_from(marks), {to_points(cut), to_points(step), cells, minimum});
        },
        "marks"_a, py::kw_only(), "cut"_a, "step"_a, "cells"_a = 6, "minimum"_a = 50,
        R"doc(Are there more marks just at the cut than the marks around it suggest?

Parameters
----------
marks
cut, step : str, int, Decimal or Points
    The pass mark and the distance of possible marks.
cells : int
    Grid points on each side that show the trend.
minimum : int
    Fewest marks within them; fewer give ``too_few``.

Returns
-------
Comparison
    Grace marks and rounding make heaps too: this lists, it accuses nobody.

Examples
--------
>>> marks = [47, 48, 49, 50, 51, 52] * 12 + [50] * 15
>>> found = recruit.stats.heaping(marks, cut=50, step=1, cells=3)
>>> found["", "at_cut"].value, found.tests[0].p_value < 0.05
(27.0, True)
)doc");
    m.def(
        "terminal_digits",
        [](const py::object& marks, const py::object& step, int cycle) {
            return stats::terminal_digits(exact_from(marks), to_points(step), cycle);
        },
        "marks"_a, py::kw_only(), "step"_a, "cycle"_a = 10,
        R"doc(Do the last digits of marks, counted in steps, come equally often? Habit alone makes them unequal.

Examples
--------
>>> recruit.stats.terminal_digits(range(100), step=1).tests[0].p_value
1.0
>>> recruit.stats.terminal_digits(range(40), step=1).tests[0].reason
'too_few'
)doc");
    m.def(
        "remarking",
        [](const py::object& data, const std::string& first, const std::string& second, const Name& marker,
           double sem, double deviations, const py::object& cut, std::int64_t minimum,
           Choice<Extreme> extreme) {
            const Table table = table_from(data);
            stats::RemarkOptions options;
            options.sem = sem;
            options.deviations = deviations;
            if (!cut.is_none()) options.cut = to_points(cut);
            options.minimum = minimum;
            options.extreme = extreme.value;
            std::optional<stats::Factor> markers;
            if (marker) markers = stats::factor(table, *marker);
            return stats::remarking(stats::exact_numbers(table, first), stats::exact_numbers(table, second),
                                    markers ? &*markers : nullptr, options);
        },
        "data"_a, py::kw_only(), "first"_a, "second"_a, "marker"_a = py::none(), "sem"_a,
        "deviations"_a = 3.0, "cut"_a = py::none(), "minimum"_a = 10, "extreme"_a,
        R"doc(What re-marking changed: direction, by marker, across the cut, and the changes that error does not explain.

Parameters
----------
data
    Anything that makes a Table; a row is a script marked twice.
first, second, marker : str
    Columns; the marker is the one of the first marking.
sem : float
    Standard error of one marking, in marks.
deviations : float
    A case is a change of at least so many times ``sem * sqrt(2)``.
cut : str, int, Decimal or Points, optional
    The pass mark.
minimum : int
    Fewest scripts for a test.
extreme : {"less", "greater", "absolute", "doubled"}

Returns
-------
Remarking

Examples
--------
>>> data = {"first": [50, 60, 49.5], "second": [51, 60, 62]}
>>> found = recruit.stats.remarking(data, first="first", second="second", sem=2, cut=50, extreme="doubled")
>>> [case[0] for case in found.cases], found.summary.tests[0].reason
([2], 'too_few')
)doc");
}

}  // namespace

void bind_stats_marks(py::module_& m) {
    bind_suppression(m);
    bind_openness(m);
    bind_quantiles(m);
    bind_permutation(m);
    bind_integrity(m);
}

}  // namespace recruit::python
