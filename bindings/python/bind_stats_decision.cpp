// Python face of decisions and worth: <recruit/stats/decision.hpp>, <recruit/stats/calibration.hpp>,
// <recruit/stats/utility.hpp>.

#include "bind_stats.hpp"

#include <pybind11/numpy.h>

#include <algorithm>

#include <recruit/stats/calibration.hpp>
#include <recruit/stats/decision.hpp>
#include <recruit/stats/utility.hpp>

namespace recruit::python {

namespace {

using stats::Calibration;
using stats::CalibrationRow;
using stats::CandidateStanding;
using stats::ConfidenceLevel;
using stats::Precision;
using stats::Prior;
using stats::RankUncertainty;

py::array_t<double> array_of(const std::vector<double>& values) {
    py::array_t<double> out(static_cast<py::ssize_t>(values.size()));
    std::copy(values.begin(), values.end(), out.mutable_data());
    return out;
}

/// "flat", or a Prior.
Prior prior_from(const py::object& prior) {
    if (py::isinstance<py::str>(prior)) {
        constexpr std::array<std::string_view, 1> known{"flat"};
        index_of_word(prior.cast<std::string>(), known);
        return Prior::flat();
    }
    if (py::isinstance<Prior>(prior)) return prior.cast<Prior>();
    throw py::type_error(
        "prior: give \"flat\", Prior.stated(sd), Prior.pooled(observed_sd, df) or pooled_prior(...)");
}

py::tuple state_of(const Prior& prior) {
    return py::make_tuple(static_cast<int>(prior.kind()), prior.sd(), prior.df());
}

void bind_belief(py::module_& m) {
    bind_row<Precision>(m, "Precision", "The standard error of measurement, and how well it is known.",
                        Field{"sem", &Precision::sem, ""}, Field{"df", &Precision::df, "None: it is known."})
        .def(py::init([](double sem, std::optional<double> df) {
                 return Precision{sem, df};
             }),
             "sem"_a, "df"_a);
    py::class_<Prior>(
        m, "Prior",
        R"doc(What is believed of true scores before the contest; it says how much of a lead is luck.

Examples
--------
>>> recruit.stats.Prior.stated(8)
<Prior stated, sd 8>
)doc")
        .def_static("flat", &Prior::flat,
                    "Nothing: a lead is taken as it is measured. Overstates how sure the order is.")
        .def_static("stated", &Prior::stated, "sd"_a, "True scores are spread with this standard deviation.")
        .def_static(
            "pooled", &Prior::pooled, "observed_sd"_a, "df"_a,
            "Observed scores were spread so within contests of this kind, with so many degrees of freedom.")
        .def_property_readonly("kind",
                               [](const Prior& p) {
                                   constexpr std::array<const char*, 3> kinds{"flat", "stated", "pooled"};
                                   return kinds[static_cast<std::size_t>(p.kind())];
                               })
        .def_property_readonly(
            "sd", [](const Prior& p) { return p.sd() > 0 ? std::optional{p.sd()} : std::nullopt; })
        .def_property_readonly(
            "df", [](const Prior& p) { return p.df() > 0 ? std::optional{p.df()} : std::nullopt; })
        .def(
            "__eq__", [](const Prior& a, const Prior& b) { return a == b; }, py::is_operator())
        .def("__hash__", [](const Prior& p) { return py::hash(state_of(p)); })
        .def("__repr__",
             [](const Prior& p) {
                 const auto written = [](double value) {
                     return py::str("{:g}").attr("format")(value).cast<std::string>();
                 };
                 switch (p.kind()) {
                     case Prior::Kind::flat:
                         return std::string{"<Prior flat>"};
                     case Prior::Kind::stated:
                         return "<Prior stated, sd " + written(p.sd()) + ">";
                     case Prior::Kind::pooled:
                         break;
                 }
                 return "<Prior pooled, observed sd " + written(p.sd()) + ", df " + written(p.df()) + ">";
             })
        .def(py::pickle(&state_of, [](const py::tuple& state) {
            const auto kind = static_cast<Prior::Kind>(state[0].cast<int>());
            if (kind == Prior::Kind::stated) return Prior::stated(state[1].cast<double>());
            if (kind == Prior::Kind::pooled)
                return Prior::pooled(state[1].cast<double>(), state[2].cast<double>());
            return Prior::flat();
        }));
    m.def(
        "pooled_prior",
        [](const py::object& data, const std::string& contest, const std::string& score) {
            return stats::pooled_prior(long_table(data), contest, score);
        },
        "data"_a, py::kw_only(), "contest"_a, "score"_a,
        "The Prior of many small contests: the mean square of scores within them. Raises Error "
        "(``stats_no_spread``).");
}

void bind_ranks(py::module_& m) {
    bind_row<CandidateStanding>(
        m, "CandidateStanding", "One candidate of a RankUncertainty.",
        Field{"application", &CandidateStanding::application, ""},
        Field{"score", &CandidateStanding::score, ""},
        Field{"rank", &CandidateStanding::rank, "By score; equal scores share the lower number."},
        Field{"top_k", &CandidateStanding::top_k, "P(truly among the first k), or None."},
        Field{"rank_lower", &CandidateStanding::rank_lower, "Of the true rank."},
        Field{"rank_upper", &CandidateStanding::rank_upper, ""},
        Field{"across_cut", &CandidateStanding::across_cut,
              "P(truly better than the neighbour across the cut)."},
        Field{"indistinguishable", &CandidateStanding::indistinguishable,
              "Neither better nor worse than it."},
        Field{"reason", &CandidateStanding::reason, ""});
    bind_result<RankUncertainty>(
        m, "RankUncertainty",
        "How sound it is to take the first k; ``result[application]`` is a CandidateStanding.",
        Field{"rows", &RankUncertainty::rows, "CandidateStanding, by score."},
        Field{"k", &RankUncertainty::k, ""},
        Field{"expected_right", &RankUncertainty::expected_right, "How many of the first k truly are."},
        Field{"all_right", &RankUncertainty::all_right, "P(the first k are exactly the true ones)."},
        Field{"level", &RankUncertainty::level, ""}, Field{"precision", &RankUncertainty::precision, ""},
        Field{"prior", &RankUncertainty::prior, ""}, Field{"dropped", &RankUncertainty::dropped, ""},
        Field{"notes", &RankUncertainty::notes, ""})
        .def("__len__", [](const RankUncertainty& r) { return r.rows.size(); })
        .def("__iter__", [](const RankUncertainty& r) { return py::iter(py::cast(r.rows)); })
        .def("__getitem__", [](const RankUncertainty& r, const std::string& id) { return r.at(id); });
    m.def(
        "rank_uncertainty",
        [](const py::object& data, const std::string& application, const std::string& score, std::int64_t k,
           double sem, std::optional<double> sem_df, const py::object& prior, double level, int threads,
           const py::object& progress) {
            const Table table = long_table(data);
            const Prior belief = prior_from(prior);
            stats::RunOptions options{threads, {}, {}};
            Run run{progress};
            run.attach(options);
            return run([&] {
                return rank_uncertainty(table, application, score, k, {sem, sem_df}, belief,
                                        ConfidenceLevel{level}, options);
            });
        },
        "data"_a, py::kw_only(), "application"_a, "score"_a, "k"_a, "sem"_a, "sem_df"_a, "prior"_a,
        "level"_a = 0.95, "threads"_a = 0, "progress"_a = py::none(),
        R"doc(Is number 1 better than number 2? P(truly in the first k), intervals of ranks, and who cannot be told apart.

It describes how precise the scores are. The order, and who is appointed, follow the regulation.

Parameters
----------
data
    Anything that makes a Table; one row a candidate of one contest.
application, score : str
    Columns.
k : int
    Places.
sem : float
    Standard error of measurement of a final score.
sem_df : float or None
    Degrees of freedom it was estimated with; its uncertainty is integrated out. None: it is known.
prior : Prior or "flat"
    Spread of true scores: stated, or pooled over contests (`pooled_prior`). Without one a lead is taken at its face.
level : float
    Of rank intervals and of the band of the indistinguishable.
threads : int
    0 is the hardware's number; the result does not depend on it.
progress : callable, optional
    Called with the share done; what it raises stops the work.

Examples
--------
>>> contest = {"id": ["A", "B", "C"], "score": ["82.1", "81.6", "77"]}
>>> result = recruit.stats.rank_uncertainty(contest, application="id", score="score", k=1, sem=1.2, sem_df=None,
...                                         prior=recruit.stats.Prior.stated(4))
>>> round(result["A"].top_k, 3), result["A"].indistinguishable, result["C"].indistinguishable
(0.611, True, False)
)doc");
    m.def(
        "top_k_probabilities",
        [](const py::object& means, const py::object& sds, std::int64_t k, int threads,
           const py::object& progress) {
            const auto mean = numbers_from(means), sd = numbers_from(sds);
            stats::RunOptions options{threads, {}, {}};
            Run run{progress};
            run.attach(options);
            return array_of(run([&] { return top_k_probabilities(mean, sd, k, options); }));
        },
        "means"_a, "sds"_a, "k"_a, py::kw_only(), "threads"_a = 0, "progress"_a = py::none(),
        R"doc(P(each is among the k highest) of independent normals, exact up to 1e-10; they add to k.

Examples
--------
>>> recruit.stats.top_k_probabilities([82.1, 81.6, 81.5, 79, 77.2], [1.2, .9, 1.6, 1, 1.4], 2).round(6).tolist()
[0.779725, 0.646008, 0.556106, 0.015884, 0.002277]
)doc");
    m.def(
        "rank_probabilities",
        [](const py::object& means, const py::object& sds, int threads, const py::object& progress) {
            const auto mean = numbers_from(means), sd = numbers_from(sds);
            stats::RunOptions options{threads, {}, {}};
            Run run{progress};
            run.attach(options);
            const auto n = static_cast<py::ssize_t>(mean.size());
            return array_of(run([&] { return rank_probabilities(mean, sd, options); })).reshape({n, n});
        },
        "means"_a, "sds"_a, py::kw_only(), "threads"_a = 0, "progress"_a = py::none(),
        "P(candidate i has rank r), one row a candidate; rows and columns add to 1. At most 5,000 "
        "candidates.");
}

void bind_calibration(py::module_& m) {
    bind_row<CalibrationRow>(
        m, "CalibrationRow", "A tenth of all stated probabilities, and what came of them.",
        Field{"lower", &CalibrationRow::lower, ""}, Field{"upper", &CalibrationRow::upper, ""},
        Field{"n", &CalibrationRow::n, ""}, Field{"stated", &CalibrationRow::stated, "Mean."},
        Field{"observed", &CalibrationRow::observed, "Share that came true."},
        Field{"standard_error", &CalibrationRow::standard_error, "Of `observed`."});
    py::class_<Calibration>(m, "Calibration",
                            R"doc(Stated probabilities against what happened; parts merge exactly with ``+``.

Examples
--------
>>> seen = recruit.stats.Calibration()
>>> for p, happened in [(0.2, False), (0.7, True)]: seen.add(p, happened)
>>> seen.n
2
)doc")
        .def(py::init<>())
        .def("add", &Calibration::add, "probability"_a, "happened"_a)
        .def_property_readonly("n", &Calibration::size)
        .def("deciles", &Calibration::deciles, "Ten CalibrationRows of about equal counts.")
        .def_property_readonly("largest_miss", &Calibration::largest_miss, "Of a tenth, as an Estimate.")
        .def(
            "__add__", [](const Calibration& a, const Calibration& b) { return a + b; }, py::is_operator())
        .def(
            "__iadd__", [](Calibration& a, const Calibration& b) { return a += b; }, py::is_operator())
        .def(
            "__eq__", [](const Calibration& a, const Calibration& b) { return a == b; }, py::is_operator())
        .def("__hash__", [](const Calibration& c) { return py::hash(py::str(c.display().text())); })
        .def(
            "str",
            [](const Calibration& c, LanguageChoice language) { return c.display(language.value).text(); },
            "language"_a = "en")
        .def("__repr__", [](const Calibration& c) { return c.display().text(); })
        .def("_repr_html_", [](const Calibration& c) { return c.display().html(); })
        .def("to_table", &Calibration::to_table)
        .def("to_pandas", [](const Calibration& c) { return to_pandas(c.to_table(), false); });
    m.def(
        "calibrate_top_k",
        [](std::int64_t contests, int candidates, int members, std::int64_t k, double true_sd,
           double error_sd, std::optional<double> error_df, double believed_error_sd,
           std::optional<double> believed_error_df, const py::object& prior, std::uint64_t seed, int threads,
           const py::object& progress) {
            const Prior belief = prior_from(prior);
            const stats::SimulatedContests simulated{contests, candidates, members, k,
                                                     true_sd,  error_sd,   error_df};
            stats::RunOptions options{threads, {}, {}};
            Run run{progress};
            run.attach(options);
            return run([&] {
                return calibrate_top_k(simulated, {believed_error_sd, believed_error_df}, belief, seed,
                                       options);
            });
        },
        py::kw_only(), "contests"_a = 10'000, "candidates"_a = 3, "members"_a = 5, "k"_a = 1, "true_sd"_a,
        "error_sd"_a, "error_df"_a = py::none(), "believed_error_sd"_a, "believed_error_df"_a, "prior"_a,
        "seed"_a, "threads"_a = 0, "progress"_a = py::none(),
        R"doc(Simulate contests, state P(truly in the first k) as `rank_uncertainty` would, and count what comes true.

What is believed may differ from what is: that is how to see what a wrong prior does. Contest c uses the random stream
(seed, c): the same digits for any number of threads.

Parameters
----------
contests, candidates, members, k : int
true_sd, error_sd : float
    Of true scores, and of one mark about them. With `error_df` contests differ: their error variance is
    scaled-inverse-chi-squared.
believed_error_sd, believed_error_df
    The error of one mark as the council believes it, to which a contest adds what its marks show; df None: it is known.
prior : Prior or "flat"
seed : int
)doc");
}

stats::Field field_of(std::optional<std::int64_t> selected, std::optional<std::int64_t> candidates,
                      std::optional<double> ratio) {
    if (ratio && !selected && !candidates) return stats::Field::of_ratio(*ratio);
    if (!ratio && selected && candidates) return {*selected, *candidates};
    throw py::type_error("give either selected and candidates, or selection_ratio");
}

void bind_utility(py::module_& m) {
    const auto field_docs =
        "Either `selected` of `candidates` (expected order statistics, exact), or `selection_ratio` "
        "of a large pool.";
    m.def("expected_order_statistic", &stats::expected_order_statistic, "rank"_a, "n"_a,
          "Expected value of the `rank`-th highest of n standard normals.");
    m.def(
        "mean_z_selected",
        [](std::optional<std::int64_t> selected, std::optional<std::int64_t> candidates,
           std::optional<double> ratio) { return mean_z_selected(field_of(selected, candidates, ratio)); },
        py::kw_only(), "selected"_a = py::none(), "candidates"_a = py::none(),
        "selection_ratio"_a = py::none(), field_docs);
    m.def(
        "taylor_russell",
        [](double validity, std::optional<std::int64_t> n, double selection_ratio, double base_rate,
           double level) {
            return taylor_russell({validity, n}, selection_ratio, base_rate, ConfidenceLevel{level});
        },
        py::kw_only(), "validity"_a, "validity_n"_a = py::none(), "selection_ratio"_a, "base_rate"_a,
        "level"_a = 0.95, R"doc(Taylor and Russell (1939): share of the selected who turn out satisfactory.

`validity_n`: persons whose outcome the validity was observed on; None: it is assumed, and the result says so.

Examples
--------
>>> round(recruit.stats.taylor_russell(validity=0.5, selection_ratio=0.3, base_rate=0.6).value, 4)
0.8217
)doc");
    m.def(
        "naylor_shine",
        [](double validity, std::optional<std::int64_t> n, std::optional<std::int64_t> selected,
           std::optional<std::int64_t> candidates, std::optional<double> ratio, double level) {
            return naylor_shine({validity, n}, field_of(selected, candidates, ratio), ConfidenceLevel{level});
        },
        py::kw_only(), "validity"_a, "validity_n"_a = py::none(), "selected"_a = py::none(),
        "candidates"_a = py::none(), "selection_ratio"_a = py::none(), "level"_a = 0.95,
        "Naylor and Shine (1965): mean outcome of the selected in standard deviations.");
    m.def(
        "brogden_cronbach_gleser",
        [](double validity, std::optional<std::int64_t> n, double sdy, double years, double cost,
           std::int64_t selected, std::optional<std::int64_t> candidates, std::optional<double> ratio,
           double level) {
            const auto field = candidates ? field_of(selected, candidates, ratio) : field_of({}, {}, ratio);
            return brogden_cronbach_gleser({validity, n}, field, {sdy, years, cost, selected},
                                           ConfidenceLevel{level});
        },
        py::kw_only(), "validity"_a, "validity_n"_a = py::none(), "sdy"_a, "years"_a = 1.0, "cost"_a = 0.0,
        "selected"_a, "candidates"_a = py::none(), "selection_ratio"_a = py::none(), "level"_a = 0.95,
        R"doc(Brogden, Cronbach and Gleser: gain in money over choosing at random, less the cost of the procedure.

`sdy` is the worth of one standard deviation of outcome a year, `cost` is for one candidate; the result prints both as
the assumptions they are.
)doc");
    m.def(
        "observed_validity",
        [](const py::object& data, const std::string& score, const std::string& outcome, double level) {
            return observed_validity(long_table(data), score, outcome, ConfidenceLevel{level});
        },
        "data"_a, py::kw_only(), "score"_a, "outcome"_a, "level"_a = 0.95,
        "Correlation of score and outcome where both are known. Reasons: ``no_outcome``, ``too_few``, "
        "``constant``.");
}

}  // namespace

void bind_stats_decision(py::module_& m) {
    bind_belief(m);
    bind_ranks(m);
    bind_calibration(m);
    bind_utility(m);
}

}  // namespace recruit::python
