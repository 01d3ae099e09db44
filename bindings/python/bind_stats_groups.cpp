// Python face of <recruit/stats/rates.hpp>, groups.hpp, impact.hpp and strata.hpp.

#include "stats_words.hpp"

#include <map>

#include <recruit/stats/impact.hpp>

namespace pybind11::detail {

/// A stratum is (name, focal passed, focal n, reference passed, reference n).
template <>
struct type_caster<recruit::stats::Stratum> {
    PYBIND11_TYPE_CASTER(recruit::stats::Stratum, const_name("tuple[str, int, int, int, int]"));

    bool load(handle source, bool) {
        if (!isinstance<tuple>(source) || len(source) != 5) return false;
        const auto t = reinterpret_borrow<tuple>(source);
        value = {t[0].cast<std::string>(),
                 {t[1].cast<std::int64_t>(), t[2].cast<std::int64_t>()},
                 {t[3].cast<std::int64_t>(), t[4].cast<std::int64_t>()}};
        return true;
    }
    static handle cast(const recruit::stats::Stratum& s, return_value_policy, handle) {
        return pybind11::make_tuple(s.name, s.focal.passed, s.focal.n, s.reference.passed, s.reference.n)
            .release();
    }
};

}  // namespace pybind11::detail

namespace recruit::python {

namespace {

using stats::ConfidenceLevel;
using stats::OddsRatio;
using stats::RateInterval;
using stats::RatioInterval;
using stats::Shortfall;
using stats::Strata;
using stats::Tail;
using stats::ZeroCells;

void bind_rates(py::module_& m) {
    m.def(
        "rate",
        [](std::int64_t passed, std::int64_t n, Choice<RateInterval> interval, double level) {
            return stats::rate({passed, n}, interval.value, ConfidenceLevel{level});
        },
        "passed"_a, "n"_a, py::kw_only(), "interval"_a, "level"_a = 0.95,
        R"doc(The rate ``passed / n`` with an interval.

Parameters
----------
passed, n : int
    n = 0 gives the reason ``no_data``.
interval : {"none", "clopper_pearson", "wilson", "wilson_corrected", "mid_p", "jeffreys", "blaker"}
    No default, because packages differ. ``"none"``: everybody was counted, there is no sampling error.
level : float
    0.95, never 95.

Returns
-------
Estimate

Examples
--------
>>> share = recruit.stats.rate(15, 148, interval="wilson")
>>> round(share.value, 4), round(share.interval.lower, 4), round(share.interval.upper, 4)
(0.1014, 0.0624, 0.1605)
>>> recruit.stats.rate(0, 0, interval="wilson").reason
'no_data'
)doc");
    m.def(
        "rates",
        [](const py::object& data, const std::string& outcome, const Name& group,
           Choice<RateInterval> interval, double level) {
            const Table table = table_from(data);
            return stats::rates(table, outcome, view_of(group), interval.value, ConfidenceLevel{level});
        },
        "data"_a, py::kw_only(), "outcome"_a, "group"_a = py::none(), "interval"_a, "level"_a = 0.95,
        R"doc(Rates of a yes/no column, by group.

Parameters
----------
data
    Anything that makes a Table; a row is a person.
outcome, group : str
    Columns. Rows where either is missing are dropped and counted.
interval, level
    See `rate`.

Returns
-------
Estimates
    In the order of the group's levels.

Examples
--------
>>> data = {"sex": ["f", "m", "f", "m"], "passed": [True, True, False, None]}
>>> by_sex = recruit.stats.rates(data, outcome="passed", group="sex", interval="clopper_pearson")
>>> by_sex["f"].value, by_sex["m"].n, by_sex["m"].dropped
(0.5, 1, [<Dropped 1: missing_outcome>])
)doc");
    m.def(
        "rate_difference",
        [](const Pair& a, const Pair& b, double level) {
            return stats::rate_difference(count_of(a), count_of(b), ConfidenceLevel{level});
        },
        "a"_a, "b"_a, py::kw_only(), "level"_a = 0.95,
        R"doc(Difference of two rates with Newcombe's hybrid score interval; each is a pair (passed, n).

Examples
--------
>>> d = recruit.stats.rate_difference((56, 70), (48, 80))
>>> round(d.value, 3), round(d.interval.lower, 4), round(d.interval.upper, 4)
(0.2, 0.0524, 0.3339)
)doc");
    m.def(
        "rate_ratio",
        [](const Pair& a, const Pair& b, Choice<RatioInterval> interval, double level) {
            return stats::rate_ratio(count_of(a), count_of(b), interval.value, ConfidenceLevel{level});
        },
        "a"_a, "b"_a, py::kw_only(), "interval"_a, "level"_a = 0.95,
        R"doc(Ratio of two rates; ``interval`` is ``"katz_log"``, ``"score"`` (Koopman; has limits with zeros too) or ``"none"``.

Examples
--------
>>> recruit.stats.rate_ratio((20, 100), (40, 100), interval="katz_log").value
0.5
)doc");
    m.def(
        "funnel",
        [](const std::vector<std::pair<std::string, std::int64_t>>& steps, const std::string& denominator,
           std::optional<std::int64_t> places, const std::map<std::string, std::int64_t>& withdrawn,
           Choice<RateInterval> interval, double level) {
            std::vector<stats::FunnelStep> given;
            for (const auto& [name, n] : steps) {
                const auto left = withdrawn.find(name);
                given.push_back({name, n, left == withdrawn.end() ? 0 : left->second});
            }
            return stats::funnel(given, denominator, places, interval.value, ConfidenceLevel{level});
        },
        "steps"_a, py::kw_only(), "denominator"_a, "places"_a = py::none(),
        "withdrawn"_a = std::map<std::string, std::int64_t>{}, "interval"_a, "level"_a = 0.95,
        R"doc(What a contest did with its applicants, step by step.

Parameters
----------
steps : sequence of (str, int)
    Name of a step and how many got there, in order.
denominator : str
    The step that cumulative rates are of: applied, eligible and sat give different pass rates.
places : int, optional
    For applicants per place, places per applicant, and the share of places filled.
withdrawn : mapping, optional
    Who left by their own will after a step: no failures.
interval, level
    See `rate`.

Returns
-------
Estimates

Examples
--------
>>> steps = [("applied", 120), ("eligible", 96), ("sat", 80), ("appointed", 3)]
>>> table = recruit.stats.funnel(steps, denominator="eligible", places=4, interval="none")
>>> table["appointed / eligible", "cumulative_rate"].value
0.03125
>>> table["applied", "applicants_per_place"].value
30.0
)doc");
}

/// A function of two counts without options.
template <class Function>
void def_pair(py::module_& m, const char* name, Function function, const char* doc) {
    m.def(
        name,
        [function](const Pair& focal, const Pair& reference) {
            return function(count_of(focal), count_of(reference));
        },
        "focal"_a, "reference"_a, doc);
}

void bind_two_groups(py::module_& m) {
    m.def(
        "fisher",
        [](const Pair& focal, const Pair& reference, Choice<Tail> tail, bool mid_p) {
            return stats::fisher(count_of(focal), count_of(reference), tail.value, mid_p);
        },
        "focal"_a, "reference"_a, py::kw_only(), "tail"_a, "mid_p"_a = false,
        R"doc(Fisher's exact test of equal rates.

Parameters
----------
focal, reference : (int, int)
    Passed and n of each group.
tail : {"less", "greater", "minlike", "central"}
    The two-sided ones differ: ``"minlike"`` (R, scipy) adds every table that is no more probable, ``"central"`` doubles
    the smaller tail.
mid_p : bool
    Lancaster's mid-P: the table seen, and what is tied with it, counts half.

Returns
-------
Test
    ``reason`` is ``all_pass``, ``none_pass`` or ``empty_group`` where no table could differ.

Examples
--------
>>> round(recruit.stats.fisher((9, 27), (25, 43), tail="minlike").p_value, 6)
0.052578
>>> round(recruit.stats.fisher((9, 27), (25, 43), tail="central").p_value, 6)
0.074698
)doc");
    def_pair(m, "pooled_z", &stats::pooled_z,
             R"doc(The pooled two-proportion Z test, two-sided ("two standard deviations").

A note says so where one of the four expected counts is below 5. ``statistic`` is of focal - reference.

Examples
--------
>>> test = recruit.stats.pooled_z((2, 10), (15, 25))
>>> round(test.statistic, 4), round(test.p_value, 4), [note.key for note in test.notes]
(-2.139, 0.0324, ['note_expected_below_5'])
)doc");
    m.def(
        "odds_ratio",
        [](const Pair& focal, const Pair& reference, Choice<OddsRatio> method, double level) {
            return stats::odds_ratio(count_of(focal), count_of(reference), method.value,
                                     ConfidenceLevel{level});
        },
        "focal"_a, "reference"_a, py::kw_only(), "method"_a, "level"_a = 0.95,
        R"doc(Odds of passing, focal / reference: ``"conditional"`` (likelihood given the margins, exact interval) or ``"sample"``.

Examples
--------
>>> round(recruit.stats.odds_ratio((9, 27), (25, 43), method="conditional").value, 3)
0.365
)doc");
    m.def(
        "impact_ratio",
        [](const Pair& focal, const Pair& reference, Choice<RatioInterval> interval, double level) {
            return stats::impact_ratio(count_of(focal), count_of(reference), interval.value,
                                       ConfidenceLevel{level});
        },
        "focal"_a, "reference"_a, py::kw_only(), "interval"_a, "level"_a = 0.95,
        R"doc(rate(focal) / rate(reference). Four-fifths is a convention elsewhere, and no part of this.

Examples
--------
>>> recruit.stats.impact_ratio((20, 100), (40, 100), interval="score").value
0.5
)doc");
    def_pair(m, "cohen_h", &stats::cohen_h,
             "Cohen's h: the difference of arcsines of the rates, focal - reference.");
    def_pair(m, "phi", &stats::phi, "The correlation of group and outcome in the 2 x 2 table.");
    def_pair(m, "logit_d", &stats::logit_d,
             "A standardised difference from the odds ratio (Hasselblad & Hedges 1995).");
    m.def(
        "shortfall",
        [](const Pair& focal, const Pair& reference, Choice<Shortfall> convention) {
            return stats::shortfall(count_of(focal), count_of(reference), convention.value);
        },
        "focal"_a, "reference"_a, py::kw_only(), "convention"_a,
        R"doc(How many more of the focal group would have passed at the ``"overall_rate"``, or at the ``"reference_rate"`` rounded up.

Examples
--------
>>> recruit.stats.shortfall((20, 100), (40, 100), convention="overall_rate").value
10.0
)doc");
    m.def(
        "flip_flop",
        [](const Pair& focal, const Pair& reference, std::optional<double> threshold) {
            return stats::flip_flop(count_of(focal), count_of(reference), threshold);
        },
        "focal"_a, "reference"_a, py::kw_only(), "threshold"_a = py::none(),
        R"doc(How many selections, moved from one group to the other, make the ratio reach the threshold (none: equal rates).

Examples
--------
>>> recruit.stats.flip_flop((1, 10), (9, 40), threshold=0.8).value
1.0
)doc");
    m.def(
        "expected_impact",
        [](double gap, double selection_ratio, double focal_share) {
            return stats::expected_impact({gap, selection_ratio, focal_share});
        },
        py::kw_only(), "reference_minus_focal"_a, "selection_ratio"_a, "focal_share"_a,
        R"doc(What a cut does to two normal groups whose means differ by so many standard deviations.

Examples
--------
>>> model = recruit.stats.expected_impact(reference_minus_focal=0.15, selection_ratio=0.25, focal_share=0.3)
>>> round(model["", "impact_ratio"].value, 4)
0.8234
)doc");
    m.def(
        "holm", [](const std::vector<std::optional<double>>& p_values) { return stats::holm(p_values); },
        "p_values"_a,
        R"doc(Holm's adjusted probabilities, in the order given; None stays None and does not count.

Examples
--------
>>> recruit.stats.holm([0.01, None, 0.03])
[0.02, None, 0.03]
)doc");
}

stats::ImpactConventions conventions_of(Tail tail, bool mid_p, Shortfall shortfall, RateInterval rates,
                                        RatioInterval ratio) {
    return {tail, mid_p, shortfall, rates, ratio};
}

void bind_impact(py::module_& m) {
    bind_result<stats::Comparison>(
        m, "Comparison",
        "Subjects (groups, stages) with the same figures each; ``c[subject, quantity]`` finds one.",
        Field{"title", &stats::Comparison::title, "What is compared."},
        Field{"reference", &stats::Comparison::reference, "The group that the others are compared with."},
        Field{"estimates", &stats::Comparison::estimates, "Every Estimate, as a list."},
        Field{"tests", &stats::Comparison::tests,
              "Every Test; the adjusted ones have the convention ``holm``."},
        Field{"dropped", &stats::Comparison::dropped, "What was left out, and why."},
        Field{"notes", &stats::Comparison::notes, "Remarks to read with it."})
        .def("__getitem__", [](const stats::Comparison& c, const std::pair<std::string, std::string>& key) {
            return stats::Estimates{c.title, c.estimates, {}}.at(key.first, key.second);
        });
    using stats::GroupCounts;
    const auto pairs_of = [](const GroupCounts& counts) {
        std::vector<Pair> pairs;
        for (const auto& count : counts.counts) pairs.emplace_back(count.passed, count.n);
        return pairs;
    };
    const auto state_of = [pairs_of](const GroupCounts& counts) {
        return py::make_tuple(counts.groups, pairs_of(counts), counts.dropped);
    };
    py::class_<GroupCounts>(
        m, "GroupCounts",
        "Groups and how many of each passed; counts of two parts merge with ``+``, by name.")
        .def_readonly("groups", &GroupCounts::groups)
        .def_property_readonly("counts", pairs_of, "(passed, n) of each group.")
        .def_readonly("dropped", &GroupCounts::dropped, "What was left out, and why.")
        .def(
            "__add__", [](GroupCounts a, const GroupCounts& b) { return a += b; }, py::is_operator())
        .def("__repr__",
             [pairs_of](const GroupCounts& counts) {
                 return "<GroupCounts " + py::repr(py::cast(counts.groups)).cast<std::string>() + " " +
                        py::repr(py::cast(pairs_of(counts))).cast<std::string>() + ">";
             })
        .def(
            "__eq__", [](const GroupCounts& a, const GroupCounts& b) { return a == b; }, py::is_operator())
        .def("__hash__",
             [pairs_of](const GroupCounts& counts) { return py::hash(py::repr(py::cast(pairs_of(counts)))); })
        .def(py::pickle(state_of, [](const py::tuple& state) {
            GroupCounts counts{
                state[0].cast<std::vector<std::string>>(), {}, state[2].cast<std::vector<stats::Dropped>>()};
            for (const auto& [passed, n] : state[1].cast<std::vector<Pair>>())
                counts.counts.push_back({passed, n});
            return counts;
        }));
    m.def(
        "count_by_group",
        [](const py::object& data, const std::string& group, const std::string& outcome, const Name& count) {
            return stats::count_by_group(table_from(data), group, outcome, view_of(count));
        },
        "data"_a, py::kw_only(), "group"_a, "outcome"_a, "count"_a = py::none(),
        R"doc(Count a yes/no column by group, for `impact`; rows without either are dropped and counted.

Parameters
----------
data
    Anything that makes a Table; a row is a person, or ``count`` persons.
group, outcome, count : str
    Columns; the outcome is yes/no.

Returns
-------
GroupCounts

Examples
--------
>>> part = {"sex": ["f", "m", "m"], "passed": [True, True, False]}
>>> counts = recruit.stats.count_by_group(part, group="sex", outcome="passed")
>>> both = counts + counts
>>> both.groups, both.counts
(['f', 'm'], [(2, 2), (2, 4)])
)doc");
    m.def(
        "impact",
        [](const py::object& data, const Name& group, const Name& outcome, const Name& count,
           const Name& reference, Choice<Tail> tail, bool mid_p, Choice<Shortfall> shortfall,
           Choice<RateInterval> rates, Choice<RatioInterval> ratio, std::optional<double> threshold,
           std::optional<double> minimum_share, std::optional<std::int64_t> hide_below,
           const std::optional<Choice<stats::Zeros>>& zeros, double level) {
            const bool counted = py::isinstance<GroupCounts>(data);
            if (counted == (group || outcome || count) || (!counted && !(group && outcome))) {
                throw Error{code_named("stats_bad_argument"),
                            {std::string{"group, outcome, count"},
                             std::string{counted ? "given with counts" : "not given"},
                             std::string{"columns of a table, or none with GroupCounts"}}};
            }
            const auto counts =
                counted ? data.cast<GroupCounts>()
                        : stats::count_by_group(table_from(data), *group, *outcome, view_of(count));
            const stats::ImpactOptions options{reference.value_or(""), threshold, minimum_share,
                                               ConfidenceLevel{level}};
            const auto conventions =
                conventions_of(tail.value, mid_p, shortfall.value, rates.value, ratio.value);
            if (hide_below.has_value() != zeros.has_value()) {
                throw Error{code_named("stats_bad_argument"),
                            {std::string{"hide_below, zeros"}, std::string{"given in part"},
                             std::string{"both for a public edition, or none"}}};
            }
            if (hide_below)
                return stats::impact_for_publication(counts, conventions, {*hide_below, zeros->value, {}},
                                                     options);
            return stats::impact(counts, conventions, options);
        },
        "data"_a, py::kw_only(), "group"_a = py::none(), "outcome"_a = py::none(), "count"_a = py::none(),
        "reference"_a = py::none(), "tail"_a, "mid_p"_a = false, "shortfall"_a, "rates"_a, "ratio"_a,
        "threshold"_a = py::none(), "minimum_share"_a = py::none(), "hide_below"_a = py::none(),
        "zeros"_a = py::none(), "level"_a = 0.95,
        R"doc(Every group compared with one: rates, ratios, sizes and tests, plain and adjusted by Holm.

Parameters
----------
data
    Anything that makes a Table; a row is a person, or ``count`` persons. Or GroupCounts.
group, outcome, count : str
    Columns; the outcome is yes/no. Not with GroupCounts.
reference : str, optional
    The group to compare with; without it the one with the highest rate.
tail, mid_p
    Of Fisher's test, see `fisher`.
shortfall : {"overall_rate", "reference_rate"}
rates, ratio
    Intervals, see `rate` and `rate_ratio`.
threshold : float, optional
    A named convention for the ratio, such as 0.8 (four-fifths); off.
minimum_share : float, optional
    Groups below this share of everybody are shown and not compared; off.
hide_below, zeros : int, {"shown", "hidden"}, optional
    For a public edition: groups with a count below it, and as many others as it takes, are ``suppressed`` (see
    `suppress`).

Returns
-------
Comparison

Examples
--------
>>> data = {"sex": ["f", "f", "m", "m"], "passed": [True, False, True, False], "n": [20, 80, 40, 60]}
>>> c = recruit.stats.impact(data, group="sex", outcome="passed", count="n", tail="minlike",
...                          shortfall="overall_rate", rates="wilson", ratio="katz_log")
>>> c.reference, c["f", "impact_ratio"].value, c["f", "flip_flop"].value
('m', 0.5, 10.0)
)doc");
    m.def(
        "stage_impact",
        [](const py::object& data, const std::vector<std::string>& stages, const Name& group,
           const std::string& reference, Choice<Tail> tail, bool mid_p, Choice<RatioInterval> ratio,
           double level) {
            std::vector<stats::StageCounts> counts;
            std::vector<stats::Dropped> dropped;
            if (group) {
                counts = stats::count_stages(table_from(data), *group, stages, &dropped);
            } else {
                for (const auto& item : data.attr("items")()) {
                    const auto pair = py::reinterpret_borrow<py::tuple>(item);
                    counts.push_back(
                        {pair[0].cast<std::string>(), pair[1].cast<std::vector<std::int64_t>>()});
                }
            }
            auto out = stats::stage_impact(
                stages, counts, reference,
                conventions_of(tail.value, mid_p, Shortfall::overall_rate, RateInterval::none, ratio.value),
                ConfidenceLevel{level});
            out.dropped = dropped;
            return out;
        },
        "data"_a, py::kw_only(), "stages"_a, "group"_a = py::none(), "reference"_a, "tail"_a,
        "mid_p"_a = false, "ratio"_a, "level"_a = 0.95,
        R"doc(Impact ratios stage by stage and cumulatively: where in the pipeline a gap arises.

Parameters
----------
data
    With ``group``: anything that makes a Table, with a yes/no column a stage ("reached it"). Without: a mapping from
    group to how many were there at each stage.
stages : sequence of str
    In order; with ``group``, the columns.
reference : str
    The group that the others are compared with.
tail, mid_p, ratio, level
    See `fisher` and `rate_ratio`.

Returns
-------
Comparison

Examples
--------
>>> counts = {"f": [120, 96, 40], "m": [300, 264, 150]}
>>> c = recruit.stats.stage_impact(counts, stages=["applied", "eligible", "passed"], reference="m",
...                                tail="minlike", ratio="katz_log")
>>> round(c["eligible->passed", "impact_ratio"].value, 4)
0.7333
)doc");
}

void bind_strata(py::module_& m) {
    bind_result<Strata>(m, "Strata",
                        "Two groups counted by stratum: see `strata`. Those of two tables add up.",
                        Field{"rows", &Strata::strata,
                              "(name, focal passed, focal n, reference passed, reference n) of each."},
                        Field{"dropped", &Strata::dropped, "What was left out, and why."})
        .def("__len__", [](const Strata& s) { return s.strata.size(); })
        .def_property_readonly("informative", &Strata::informative,
                               "How many have both groups and both outcomes.")
        .def_property_readonly(
            "focal",
            [](const Strata& s) {
                return Pair{s.focal().passed, s.focal().n};
            },
            "Passed and n of the focal group in all strata together.")
        .def_property_readonly(
            "reference",
            [](const Strata& s) {
                return Pair{s.reference().passed, s.reference().n};
            },
            "Passed and n of the reference group in all strata together.")
        .def(
            "__add__", [](Strata a, const Strata& b) { return a += b; }, py::is_operator());
    m.def(
        "strata",
        [](const py::object& data, const std::string& stratum, const std::string& group,
           const std::string& outcome, const std::string& focal, const Name& reference, const Name& count) {
            const Table table = table_from(data);
            return stats::strata(table, {stratum, group, outcome, focal, view_of(reference), view_of(count)});
        },
        "data"_a, py::kw_only(), "stratum"_a, "group"_a, "outcome"_a, "focal"_a, "reference"_a = py::none(),
        "count"_a = py::none(),
        R"doc(Count two groups by stratum: contest, post, year.

Parameters
----------
data
    Anything that makes a Table; a row is a person, or ``count`` persons.
stratum, group, outcome, count : str
    Columns; the outcome is yes/no.
focal, reference : str
    Levels of ``group``; without a reference it is everybody else.

Returns
-------
Strata

Examples
--------
>>> data = {"contest": ["a", "a", "b", "b"], "sex": ["f", "m", "f", "m"], "won": [1, 0, 0, 1]}
>>> s = recruit.stats.strata(data, stratum="contest", group="sex", outcome="won", focal="f")
>>> len(s), s.informative, s.focal
(2, 2, (1, 2))
)doc");
    m.def(
        "mantel_haenszel",
        [](const Strata& s, bool continuity) { return stats::mantel_haenszel(s, continuity); }, "strata"_a,
        py::kw_only(), "continuity"_a,
        "Mantel-Haenszel chi-squared of equal rates within strata, with or without continuity correction.");
    m.def(
        "mantel_haenszel_odds_ratio",
        [](const Strata& s, double level) {
            return stats::mantel_haenszel_odds_ratio(s, ConfidenceLevel{level});
        },
        "strata"_a, py::kw_only(), "level"_a = 0.95,
        "The common odds ratio, with the interval of Robins, Breslow and Greenland.");
    m.def(
        "exact_conditional",
        [](const Strata& s, Choice<Tail> tail) {
            const py::gil_scoped_release unlocked;
            return stats::exact_conditional(s, tail.value);
        },
        "strata"_a, py::kw_only(), "tail"_a,
        R"doc(The exact test of equal rates within strata, given every margin: for many contests of a few people.

Examples
--------
>>> data = {"contest": ["a"] * 3 + ["b"] * 3, "inside": [1, 0, 0] * 2, "won": [1, 0, 0] * 2}
>>> s = recruit.stats.strata(data, stratum="contest", group="inside", outcome="won", focal="1")
>>> round(recruit.stats.exact_conditional(s, tail="greater").p_value, 4)
0.1111
)doc");
    m.def(
        "exact_conditional_odds_ratio",
        [](const Strata& s, double level) {
            const py::gil_scoped_release unlocked;
            return stats::exact_conditional_odds_ratio(s, ConfidenceLevel{level});
        },
        "strata"_a, py::kw_only(), "level"_a = 0.95,
        "The likeliest common odds ratio given the margins, with its exact interval; may be 0 or infinite.");
    m.def(
        "breslow_day",
        [](const Strata& s, bool tarone, bool allow_sparse) {
            return stats::breslow_day(s, tarone, allow_sparse);
        },
        "strata"_a, py::kw_only(), "tarone"_a, "allow_sparse"_a = false,
        "Breslow-Day test of one odds ratio in all strata; refused as ``sparse`` by Cochran's rule unless "
        "allowed.");
    m.def(
        "woolf", [](const Strata& s, Choice<ZeroCells> zeros) { return stats::woolf(s, zeros.value); },
        "strata"_a, py::kw_only(), "zeros"_a,
        "Woolf's test of one odds ratio in all strata; ``zeros`` are ``\"refuse\"`` or ``\"add_half\"``.");
}

}  // namespace

void bind_stats_groups(py::module_& m) {
    bind_rates(m);
    bind_two_groups(m);
    bind_impact(m);
    bind_strata(m);
}

}  // namespace recruit::python
