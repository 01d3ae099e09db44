// Python face of <recruit/stats/ratings.hpp>, <…/agreement.hpp>, <…/icc.hpp>, <…/rank_correlation.hpp>.

#include "bind_stats.hpp"

#include <recruit/stats/agreement.hpp>
#include <recruit/stats/components.hpp>
#include <recruit/stats/icc.hpp>
#include <recruit/stats/rank_correlation.hpp>
#include <recruit/stats/ratings.hpp>

namespace recruit::python {

template <>
inline constexpr std::array<std::string_view, 5> words<stats::AgreementWeights>{
    "unweighted", "linear", "quadratic", "ordinal", "radical"};
template <>
inline constexpr std::array<std::string_view, 4> words<stats::Metric>{"nominal", "ordinal", "interval",
                                                                      "ratio"};
template <>
inline constexpr std::array<std::string_view, 3> words<stats::IccInterval>{"none", "mcgraw_wong",
                                                                           "spearman_brown"};
template <>
inline constexpr std::array<std::string_view, 3> words<stats::MissingRatings>{"refuse", "listwise",
                                                                              "components"};
template <>
inline constexpr std::array<std::string_view, 5> words<stats::RankCorrelation>{
    "spearman", "kendall_tau_b", "kendall_tau_c", "goodman_kruskal_gamma", "somers_d"};
template <>
inline constexpr std::array<std::string_view, 2> words<stats::ComponentsMethod>{"anova", "reml"};

namespace {

using stats::CategoryWeights;
using stats::ConfidenceLevel;
using stats::ContestMarks;
using stats::Estimate;
using stats::IccInterval;
using stats::Matrix;
using stats::MissingRatings;
using stats::RankCorrelation;
using stats::Ratings;
using Name = std::optional<std::string>;

/// Marks as units by raters: a long table with three columns named, or wide data with none.
Matrix marks_from(const py::object& data, const Name& target, const Name& rater, const Name& score,
                  std::int64_t& dropped) {
    if (!target && !rater && !score) return matrix_from(data);
    if (!target || !rater || !score) {
        throw Error{code_named("stats_bad_argument"),
                    {std::string{"target, rater, score"}, std::string{"given in part"},
                     std::string{"all three columns of long data, or none for wide data (rows are units)"}}};
    }
    return stats::matrix(table_from(data), *target, *rater, *score, &dropped);
}

void add_dropped(std::vector<stats::Dropped>& to, std::int64_t n) {
    if (n > 0) to.insert(to.begin(), {stats::Word::named("missing_name"), n});
}

/// The name of a kind of weights, or a table of them.
CategoryWeights weights_from(const Ratings& ratings, const py::object& weights) {
    if (py::isinstance<py::str>(weights))
        return stats::weights(ratings, weights.cast<Choice<stats::AgreementWeights>>().value);
    const Matrix table = matrix_from(weights);
    return stats::weights(ratings, table.values);
}

std::vector<std::string> scale_from(const py::object& scale) {
    std::vector<std::string> out;
    if (scale.is_none()) return out;
    for (const auto& category : scale) out.push_back(py::str(category));
    return out;
}

void bind_ratings(py::module_& m) {
    bind_result<Ratings>(
        m, "Ratings", "Units by raters, each rating a category: see `ratings`.",
        Field{"units", &Ratings::units, "Names of the units; empty where the data have none."},
        Field{"raters", &Ratings::raters, "Names of the raters."},
        Field{"categories", &Ratings::categories, "The categories, in order."},
        Field{"values", &Ratings::values, "The categories as numbers; empty where they are words."},
        Field{"codes", &Ratings::codes, "Unit after unit, a rater each: index of the category, -1 missing."},
        Field{"scale_given", &Ratings::scale_given, "Whether the categories are the whole scale."},
        Field{"dropped", &Ratings::dropped, "What was left out, and why."});
    m.def(
        "ratings",
        [](const py::object& data, const Name& target, const Name& rater, const Name& score,
           const py::object& scale) {
            const auto categories = scale_from(scale);
            if (!target && !rater && !score) {
                const Wide wide = wide_from(data);
                return stats::ratings(wide.names, wide.values, categories);
            }
            if (!target || !rater || !score) {
                throw Error{
                    code_named("stats_bad_argument"),
                    {std::string{"target, rater, score"}, std::string{"given in part"},
                     std::string{"all three columns of long data, or none for wide data (rows are units)"}}};
            }
            return stats::ratings(table_from(data), *target, *rater, *score, categories);
        },
        "data"_a, py::kw_only(), "target"_a = py::none(), "rater"_a = py::none(), "score"_a = py::none(),
        "scale"_a = py::none(),
        R"doc(Ratings, as every coefficient of agreement reads them.

Parameters
----------
data
    Long: anything that makes a Table, a row a rating. Wide: a 2-D array or DataFrame of numbers whose rows are units and
    whose columns are raters; then no column is named. Nothing is guessed from the shape.
target, rater, score : str
    Columns of long data: what was rated, by whom, and the category or mark.
scale : sequence, optional
    Every category there is, in order, also those that nobody used; weighted coefficients need it.

Returns
-------
Ratings

Examples
--------
>>> rows = {"script": [1, 1, 2, 2, 3, 3], "marker": list("ABABAB"), "level": [1, 2, 3, 3, 2, 2]}
>>> r = recruit.stats.ratings(rows, target="script", rater="marker", score="level", scale=[1, 2, 3])
>>> recruit.stats.cohen_kappa(r, "A", "B", weights="linear").value
0.571...
)doc");
}

template <Estimate (*Coefficient)(const Ratings&, const CategoryWeights&, ConfidenceLevel)>
void bind_coefficient(py::module_& m, const char* name, const char* doc) {
    m.def(
        name,
        [](const Ratings& ratings, const py::object& weights, double level) {
            return Coefficient(ratings, weights_from(ratings, weights), ConfidenceLevel{level});
        },
        "ratings"_a, py::kw_only(), "weights"_a = "unweighted", "level"_a = 0.95, doc);
}

void bind_agreement(py::module_& m) {
    bind_coefficient<stats::percent_agreement>(m, "percent_agreement",
                                               R"doc(Mean share of pairs of raters who agree.

``weights``: ``"unweighted"``, or by place on the scale ``"linear"``, ``"quadratic"``, ``"ordinal"``, ``"radical"``, or a
table of them (symmetric, 1 on the diagonal). Interval and standard error are Gwet's, over units.

Examples
--------
>>> r = recruit.stats.ratings([[1, 1], [1, 2], [2, 2], [2, 2]])
>>> recruit.stats.percent_agreement(r).value
0.75
)doc");
    bind_coefficient<stats::fleiss_kappa>(m, "fleiss_kappa",
                                          R"doc(Fleiss' kappa of any number of raters; ratings may be missing.

Chance is two ratings drawn from the shares of categories in all. See `percent_agreement` for weights and interval.

Examples
--------
>>> r = recruit.stats.ratings([[1, 1], [1, 2], [2, 2], [2, 2]])
>>> round(recruit.stats.fleiss_kappa(r).value, 4)
0.4667
>>> recruit.stats.fleiss_kappa(recruit.stats.ratings([[1, 1], [1, 1]])).reason
'one_category'
)doc");
    bind_coefficient<stats::conger_kappa>(
        m, "conger_kappa",
        R"doc(Conger's kappa: chance from each rater's own shares, over all pairs of raters; ratings may be missing.

With two raters and nothing missing it is Cohen's. See `percent_agreement` for weights and interval.
)doc");
    bind_coefficient<stats::gwet_ac>(
        m, "gwet_ac",
        R"doc(Gwet's AC1 (weighted: AC2), which does not fall to 0 where nearly all units are in one category.

See `percent_agreement` for weights and interval.

Examples
--------
>>> r = recruit.stats.ratings([[1, 1]] * 48 + [[0, 1], [1, 0]])
>>> round(recruit.stats.gwet_ac(r).value, 3), round(recruit.stats.fleiss_kappa(r).value, 3)
(0.958, -0.02)
)doc");
    bind_coefficient<stats::brennan_prediger>(
        m, "brennan_prediger",
        R"doc(Brennan and Prediger's coefficient: every category equally likely by chance. Depends on the scale: give it.

See `percent_agreement` for weights and interval.
)doc");
    bind_coefficient<stats::krippendorff_weighted>(
        m, "krippendorff_weighted",
        R"doc(Krippendorff's alpha with weights of agreement in place of a metric, and Gwet's analytic interval.

Unweighted it is the nominal alpha. See `krippendorff_alpha` for metrics and resampling.
)doc");
    m.def(
        "cohen_kappa",
        [](const Ratings& ratings, const std::string& first, const std::string& second,
           const py::object& weights, double level) {
            return stats::cohen_kappa(ratings, first, second, weights_from(ratings, weights),
                                      ConfidenceLevel{level});
        },
        "ratings"_a, "first"_a, "second"_a, py::kw_only(), "weights"_a = "unweighted", "level"_a = 0.95,
        R"doc(Cohen's kappa of two raters, over the units that both rated.

``weights`` as in `percent_agreement`; limits of Fleiss, Cohen and Everitt (1969).

Examples
--------
>>> r = recruit.stats.ratings([[1, 1], [1, 2], [2, 2], [2, 2]])
>>> recruit.stats.cohen_kappa(r, "0", "1").value
0.5
)doc");
    m.def(
        "cohen_kappa_test",
        [](const Ratings& ratings, const std::string& first, const std::string& second,
           const py::object& weights) {
            return stats::cohen_kappa_test(ratings, first, second, weights_from(ratings, weights));
        },
        "ratings"_a, "first"_a, "second"_a, py::kw_only(), "weights"_a = "unweighted",
        "Test of no agreement beyond chance: z with the standard error under independence.");
    m.def(
        "light_kappa",
        [](const Ratings& ratings, const py::object& weights) {
            return stats::light_kappa(ratings, weights_from(ratings, weights));
        },
        "ratings"_a, py::kw_only(), "weights"_a = "unweighted",
        "Light's kappa: the mean of Cohen's over all pairs of raters; no interval.");
    m.def("fleiss_kappa_test", &stats::fleiss_kappa_test, "ratings"_a,
          "Fleiss' z with the variance without agreement; complete ratings only.");
    m.def("fleiss_kappa_by_category", &stats::fleiss_kappa_by_category, "ratings"_a,
          "Kappa of every category against the rest; complete ratings only.");
    m.def(
        "krippendorff_alpha",
        [](const Ratings& ratings, Choice<stats::Metric> metric, std::int64_t replicates,
           std::optional<std::uint64_t> seed, double level, int threads, const py::object& progress) {
            stats::Bootstrap bootstrap{replicates, seed, {}};
            bootstrap.run.threads = threads;
            Run run{progress};
            run.attach(bootstrap.run);
            const ConfidenceLevel limits{level};
            return run([&] { return stats::krippendorff_alpha(ratings, metric.value, bootstrap, limits); });
        },
        "ratings"_a, py::kw_only(), "metric"_a, "replicates"_a = 0, "seed"_a = py::none(), "level"_a = 0.95,
        "threads"_a = 0, "progress"_a = py::none(),
        R"doc(Krippendorff's alpha; ratings may be missing.

Parameters
----------
ratings : Ratings
metric : {"nominal", "ordinal", "interval", "ratio"}
replicates, seed : int
    Resamples of units for standard error and percentile limits; the same digits for any number of threads.
progress : callable, optional
    Told the share done; may raise to stop.

Returns
-------
Estimate

Examples
--------
>>> r = recruit.stats.ratings([[1, 1], [2, 2], [3, 4], [5, None]])
>>> alpha = recruit.stats.krippendorff_alpha(r, metric="interval")
>>> round(alpha.value, 4), alpha.n, alpha.dropped
(0.878, 6, [<Dropped 1: unit_single>])
)doc");
}

void bind_icc(py::module_& m) {
    m.def(
        "icc",
        [](const py::object& data, const Name& target, const Name& rater, const Name& score,
           Choice<IccInterval> interval, Choice<MissingRatings> missing, double level) {
            std::int64_t dropped = 0;
            const Matrix marks = marks_from(data, target, rater, score, dropped);
            auto out = stats::icc(marks, interval.value, missing.value, ConfidenceLevel{level});
            for (Estimate& row : out.rows) add_dropped(row.dropped, dropped);
            return out;
        },
        "data"_a, py::kw_only(), "target"_a = py::none(), "rater"_a = py::none(), "score"_a = py::none(),
        "interval"_a = "none", "missing"_a = "refuse", "level"_a = 0.95,
        R"doc(Intraclass correlations: how much of the spread of marks is between candidates.

Parameters
----------
data
    Long: anything that makes a Table, a row a mark. Wide: a 2-D array or DataFrame whose rows are units and whose
    columns are raters; then no column is named.
target, rater, score : str
    Columns of long data.
interval : {"none", "mcgraw_wong", "spearman_brown"}
    What the limits are; the two differ for the average of agreement.
missing : {"refuse", "listwise", "components"}
    Where ratings are missing: no value (``missing_ratings``), complete units only, or variance components from all
    ratings by restricted maximum likelihood.

Returns
-------
Estimates
    Rows ``ICC(1)``, ``ICC(A,1)``, ``ICC(C,1)`` of a single rating, ``ICC(k)``, ``ICC(A,k)``, ``ICC(C,k)`` of the average
    (Shrout and Fleiss' ICC1, ICC2, ICC3 and ICC1k, ICC2k, ICC3k).

Examples
--------
>>> marks = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
>>> found = recruit.stats.icc(marks, interval="mcgraw_wong")
>>> round(found["ICC(A,1)"].value, 4), round(found["ICC(C,1)"].value, 4)
(0.2898, 0.7148)
>>> recruit.stats.icc([[1], [2]])["ICC(1)"].reason
'one_rater'
)doc");
    m.def(
        "ratings_anova",
        [](const py::object& data, const Name& target, const Name& rater, const Name& score,
           Choice<MissingRatings> missing) {
            std::int64_t dropped = 0;
            const Matrix marks = marks_from(data, target, rater, score, dropped);
            auto out = stats::ratings_anova(marks, missing.value);
            add_dropped(out.dropped, dropped);
            return out;
        },
        "data"_a, py::kw_only(), "target"_a = py::none(), "rater"_a = py::none(), "score"_a = py::none(),
        "missing"_a = "refuse",
        R"doc(Mean squares and F tests behind `icc`: subjects ``units``, ``raters``, ``error``, ``within``.

Examples
--------
>>> found = recruit.stats.ratings_anova([[1, 2], [3, 5], [4, 4]])
>>> found["error", "mean_square"].value
0.5
)doc");
}

void bind_ranks(py::module_& m) {
    const auto marks_and = [](const py::object& data, const Name& target, const Name& rater,
                              const Name& score, MissingRatings missing, auto work) {
        std::int64_t dropped = 0;
        const Matrix marks = marks_from(data, target, rater, score, dropped);
        auto out = work(marks, missing);
        add_dropped(out.dropped, dropped);
        return out;
    };
    m.def(
        "kendall_w",
        [=](const py::object& data, const Name& target, const Name& rater, const Name& score,
            Choice<MissingRatings> missing) {
            return marks_and(data, target, rater, score, missing.value, stats::kendall_w);
        },
        "data"_a, py::kw_only(), "target"_a = py::none(), "rater"_a = py::none(), "score"_a = py::none(),
        "missing"_a = "refuse",
        R"doc(Kendall's W, corrected for ties: do raters order the units alike? Data as in `icc`.

Examples
--------
>>> recruit.stats.kendall_w([[1, 2], [2, 3], [3, 9]]).value
1.0
>>> recruit.stats.kendall_w([[1, 2], [1, 2]]).reason
'constant'
)doc");
    m.def(
        "kendall_w_test",
        [=](const py::object& data, const Name& target, const Name& rater, const Name& score,
            Choice<MissingRatings> missing) {
            return marks_and(data, target, rater, score, missing.value, stats::kendall_w_test);
        },
        "data"_a, py::kw_only(), "target"_a = py::none(), "rater"_a = py::none(), "score"_a = py::none(),
        "missing"_a = "refuse",
        "Friedman's chi-squared of Kendall's W; rough below 7 units. Data as in `icc`.");
    m.def(
        "rank_correlation",
        [](const py::object& first, const py::object& second, Choice<RankCorrelation> coefficient,
           double level) {
            return stats::rank_correlation(numbers_from(first), numbers_from(second), coefficient.value,
                                           ConfidenceLevel{level});
        },
        "first"_a, "second"_a, py::kw_only(), "coefficient"_a, "level"_a = 0.95,
        R"doc(Correlation of two orders, with an interval; pairs with a missing value are dropped and counted.

``coefficient``: ``"spearman"``, ``"kendall_tau_b"``, ``"kendall_tau_c"``, ``"goodman_kruskal_gamma"``, ``"somers_d"``
(of the second on the first).

Examples
--------
>>> found = recruit.stats.rank_correlation([1, 2, 3, 4], [1, 3, 2, 4], coefficient="kendall_tau_b")
>>> round(found.value, 4)
0.6667
)doc");
    m.def(
        "kendall_test",
        [](const py::object& first, const py::object& second) {
            return stats::kendall_test(numbers_from(first), numbers_from(second));
        },
        "first"_a, "second"_a,
        R"doc(Kendall's test that two orders are unrelated: exact up to 60 pairs without ties.

Examples
--------
>>> round(recruit.stats.kendall_test([1, 2, 3, 4], [1, 3, 2, 4]).p_value, 4)
0.3333
)doc");
}

std::optional<std::string_view> view_of(const Name& name) {
    return name ? std::optional<std::string_view>{*name} : std::nullopt;
}

void bind_components(py::module_& m) {
    using stats::ContestPrecision;
    using stats::VarianceComponents;
    bind_row<ContestPrecision>(
        m, "ContestPrecision", "What the pooled error says of one contest.",
        Field{"contest", &ContestPrecision::contest, "Its name."},
        Field{"candidates", &ContestPrecision::candidates, "How many were marked."},
        Field{"members", &ContestPrecision::members, "How many marked."},
        Field{"marks", &ContestPrecision::marks, "How many marks there are."},
        Field{"complete", &ContestPrecision::complete, "Whether every member marked every candidate."},
        Field{"residual", &ContestPrecision::residual, "The contest's own residual variance, or None."},
        Field{"sem", &ContestPrecision::sem,
              "Standard error of a candidate's mean mark, within the contest."});
    bind_result<VarianceComponents>(
        m, "VarianceComponents", "Pooled variance components: see `variance_components`.",
        Field{"estimates", &VarianceComponents::estimates, "The components, as Estimates."},
        Field{"contests", &VarianceComponents::contests, "A ContestPrecision each."},
        Field{"df", &VarianceComponents::df, "Degrees of freedom of the residual."},
        Field{"exchangeable", &VarianceComponents::exchangeable, "Whether slips were anonymous."})
        .def("__getitem__", [](const VarianceComponents& v,
                               const std::string& quantity) { return v.estimates.at("", quantity); })
        .def("precision", &VarianceComponents::precision, "members"_a,
             "The Precision of a mean of that many marks (for `rank_uncertainty`), or None.");
    m.def(
        "variance_components",
        [](const py::object& data, const std::string& contest, const std::string& candidate,
           const Name& member, const std::string& mark, Choice<stats::ComponentsMethod> method,
           std::int64_t replicates, std::optional<std::uint64_t> seed, double level, int threads,
           const py::object& progress) {
            const Table table = table_from(data);
            stats::ContestBootstrap bootstrap{replicates, seed, {}};
            bootstrap.run.threads = threads;
            Run run{progress};
            run.attach(bootstrap.run);
            const ConfidenceLevel limits{level};
            return run([&] {
                return stats::variance_components(table, {contest, candidate, view_of(member), mark},
                                                  method.value, bootstrap, limits);
            });
        },
        "data"_a, py::kw_only(), "contest"_a, "candidate"_a, "member"_a = py::none(), "mark"_a, "method"_a,
        "replicates"_a = 0, "seed"_a = py::none(), "level"_a = 0.95, "threads"_a = 0,
        "progress"_a = py::none(),
        R"doc(How much of marks is candidates, members, error: from many small contests together.

Parameters
----------
data
    Anything that makes a Table; a row is a mark.
contest, candidate, mark : str
    Columns; candidates need names within their contest only.
member : str, optional
    Column of who gave the mark. Without it slips are anonymous: members are exchangeable and their severity is error.
method : {"anova", "reml"}
    Unbiased sums of squares (a component may be negative), or restricted maximum likelihood.
replicates, seed : int
    Limits by drawing contests with replacement (BCa); the same digits for any number of threads.

Returns
-------
VarianceComponents
    ``found["residual_variance"]``, ``["sem_one_mark"]``, ``["candidate_variance"]``, ``["member_variance"]``;
    ``["council_variance"]`` cannot be told: ``not_linked``.

Examples
--------
>>> marks = {"contest": ["x"] * 4 + ["y"] * 4, "candidate": list("AABB") * 2, "member": list("mnmnopop"),
...          "mark": [5, 7, 6, 9, 4, 5, 1, 4]}
>>> found = recruit.stats.variance_components(marks, contest="contest", candidate="candidate", member="member",
...                                           mark="mark", method="anova")
>>> found["residual_variance"].value, found.df, found["council_variance"].reason
(0.625, 2, 'not_linked')
>>> round(found.precision(5).sem, 4)
0.3536
)doc");
    py::class_<ContestMarks>(
        m, "ContestMarks",
        R"doc(Marks of contests as they come in; parts merge with ``+`` to what one table gives.

A contest may be spread over parts. Names of columns are as in `variance_components`.

Examples
--------
>>> columns = dict(contest="contest", candidate="candidate", member="member", mark="mark")
>>> north = {"contest": ["x"] * 4, "candidate": list("AABB"), "member": list("mnmn"), "mark": [5, 7, 6, 9]}
>>> south = {"contest": ["y"] * 4, "candidate": list("AABB"), "member": list("opop"), "mark": [4, 5, 1, 4]}
>>> both = recruit.stats.ContestMarks(north, **columns) + recruit.stats.ContestMarks(south, **columns)
>>> both
<ContestMarks of 8 marks>
>>> both.components(method="anova")["residual_variance"].value
0.625
)doc")
        .def(py::init([](const py::object& data, const std::string& contest, const std::string& candidate,
                         const Name& member, const std::string& mark) {
                 return ContestMarks{table_from(data), {contest, candidate, view_of(member), mark}};
             }),
             "data"_a, py::kw_only(), "contest"_a, "candidate"_a, "member"_a = py::none(), "mark"_a)
        .def("__len__", &ContestMarks::size)
        .def(
            "__add__", [](const ContestMarks& a, const ContestMarks& b) { return a + b; }, py::is_operator())
        .def(
            "__iadd__", [](ContestMarks& a, const ContestMarks& b) { return a += b; }, py::is_operator())
        .def(
            "__eq__", [](const ContestMarks& a, const ContestMarks& b) { return a == b; }, py::is_operator())
        .def("__hash__", [](const ContestMarks& marks) { return py::hash(py::int_(marks.size())); })
        .def("__repr__",
             [](const ContestMarks& marks) {
                 return "<ContestMarks of " + std::to_string(marks.size()) + " marks>";
             })
        .def(
            "components",
            [](const ContestMarks& marks, Choice<stats::ComponentsMethod> method, std::int64_t replicates,
               std::optional<std::uint64_t> seed, double level, int threads, const py::object& progress) {
                stats::ContestBootstrap bootstrap{replicates, seed, {}};
                bootstrap.run.threads = threads;
                Run run{progress};
                run.attach(bootstrap.run);
                const ConfidenceLevel limits{level};
                return run([&] { return marks.components(method.value, bootstrap, limits); });
            },
            py::kw_only(), "method"_a, "replicates"_a = 0, "seed"_a = py::none(), "level"_a = 0.95,
            "threads"_a = 0, "progress"_a = py::none(), "`variance_components` of all of them.");
    m.def(
        "one_way_components",
        [](const py::object& data, const std::string& value, const std::string& group,
           Choice<stats::ComponentsMethod> method) {
            const Table table = table_from(data);
            return stats::one_way_components(stats::numbers(table, value), stats::factor(table, group),
                                             method.value);
        },
        "data"_a, py::kw_only(), "value"_a, "group"_a, "method"_a,
        R"doc(Variance between groups and within them.

Examples
--------
>>> data = {"y": [1, 3, 5, 7], "g": ["a", "a", "b", "b"]}
>>> found = recruit.stats.one_way_components(data, value="y", group="g", method="anova")
>>> found["", "group_variance"].value, found["", "residual_variance"].value
(7.0, 2.0)
)doc");
    m.def(
        "severity",
        [](const py::object& data, const std::string& contest, const std::string& candidate,
           const Name& member, const std::string& mark, double level) {
            return stats::severity(table_from(data), {contest, candidate, view_of(member), mark},
                                   ConfidenceLevel{level});
        },
        "data"_a, py::kw_only(), "contest"_a, "candidate"_a, "member"_a, "mark"_a, "level"_a = 0.95,
        R"doc(How many marks each member is below the others, candidates being equal; positive is severe.

A member of two councils (one name) links them; councils that nothing links are ``not_linked``. It describes marks; it
accuses nobody.

Examples
--------
>>> marks = {"contest": ["x"] * 4, "candidate": list("AABB"), "member": list("mnmn"), "mark": [5, 7, 6, 9]}
>>> found = recruit.stats.severity(marks, contest="contest", candidate="candidate", member="member", mark="mark")
>>> found["m"].value, found["x", "council_severity"].reason
(1.25, 'not_linked')
)doc");
}

}  // namespace

void bind_stats_raters(py::module_& m) {
    bind_ratings(m);
    bind_agreement(m);
    bind_icc(m);
    bind_ranks(m);
    bind_components(m);
}

}  // namespace recruit::python
