// Python face of <recruit/stats/items.hpp> and <recruit/stats/standard_setting.hpp>.

#include "bind_stats.hpp"

#include <recruit/stats/items.hpp>
#include <recruit/stats/standard_setting.hpp>

namespace recruit::python {

template <>
inline constexpr std::array<std::string_view, 3> words<stats::MissingAnswers>{"refuse", "listwise", "wrong"};
template <>
inline constexpr std::array<std::string_view, 2> words<stats::AngoffError>{"judges", "judges_and_items"};

namespace {

using stats::AnswerSheet;
using stats::ConfidenceLevel;
using stats::MissingAnswers;

void bind_reliability(py::module_& m) {
    m.def(
        "exam_reliability",
        [](const py::object& scores, Choice<MissingAnswers> missing, double level) {
            return stats::exam_reliability(matrix_from(scores), missing.value, ConfidenceLevel{level});
        },
        "scores"_a, py::kw_only(), "missing"_a = "refuse", "level"_a = 0.95,
        R"doc(Reliability of a paper: alpha (KR-20) with Feldt's limits, standardised alpha, lambda 6, KR-21, SEM.

Parameters
----------
scores
    A 2-D array or DataFrame: a row a candidate, a column an item.
missing : {"refuse", "listwise", "wrong"}
    Where answers are missing: no value, complete candidates only, or 0 marks.

Returns
-------
Estimates
    ``alpha``, ``standardised_alpha``, ``lambda6``, ``kr21``, ``sem``.

Examples
--------
>>> found = recruit.stats.exam_reliability([[1, 1, 1], [1, 1, 0], [1, 0, 0], [0, 0, 0]])
>>> found["", "alpha"].value, round(found["", "sem"].value, 4)
(0.75, 0.6455)
>>> recruit.stats.exam_reliability([[1], [0]])["", "alpha"].reason
'one_item'
)doc");
    m.def(
        "item_analysis",
        [](const py::object& scores, Choice<MissingAnswers> missing,
           const std::optional<std::vector<double>>& maxima, std::optional<double> group_share) {
            return stats::item_analysis(matrix_from(scores),
                                        {missing.value, maxima.value_or(std::vector<double>{}), group_share});
        },
        "scores"_a, py::kw_only(), "missing"_a = "refuse", "maxima"_a = py::none(),
        "group_share"_a = py::none(),
        R"doc(Every item: difficulty, how it tells candidates apart, alpha without it.

Parameters
----------
scores
    A row a candidate, a column an item; the columns of a DataFrame give the names.
missing : {"refuse", "listwise", "wrong"}
maxima : sequence of float, optional
    Largest mark of each item; needed for the difficulty unless answers are right or wrong.
group_share : float, optional
    For ``upper_lower``: share of candidates in the lower and in the upper group (0.27, 1/3, 0.25).

Returns
-------
Comparison
    A row an item: ``item_mean``, ``difficulty`` (high is easy), ``point_biserial`` with the total,
    ``point_biserial_corrected`` with the rest, ``biserial_corrected``, ``upper_lower``, ``alpha_if_deleted``.

Examples
--------
>>> found = recruit.stats.item_analysis([[1, 1, 1], [1, 1, 0], [1, 0, 0], [0, 0, 0]])
>>> found["0", "difficulty"].value, round(found["0", "point_biserial_corrected"].value, 4)
(0.75, 0.5222)
)doc");
    m.def(
        "conditional_sem",
        [](double score, std::int64_t items, std::optional<double> reliability, std::optional<double> kr21) {
            if (reliability.has_value() != kr21.has_value()) {
                throw Error{code_named("stats_bad_argument"),
                            {std::string{"reliability, kr21"}, std::string{"given in part"},
                             std::string{"both or none"}}};
            }
            std::optional<stats::Keats> keats;
            if (reliability) keats = stats::Keats{*reliability, *kr21};
            return stats::conditional_sem(score, items, keats);
        },
        "score"_a, py::kw_only(), "items"_a, "reliability"_a = py::none(), "kr21"_a = py::none(),
        R"doc(Standard error of measurement at a number right out of ``items``: Lord's binomial, scaled by Keats if asked.

Examples
--------
>>> round(recruit.stats.conditional_sem(10, items=20).value, 6)
2.294157
)doc");
    m.def(
        "effective_weights",
        [](const py::object& parts, const std::vector<double>& weights, Choice<MissingAnswers> missing) {
            return stats::effective_weights(matrix_from(parts), weights, missing.value);
        },
        "parts"_a, py::kw_only(), "weights"_a, "missing"_a = "refuse",
        R"doc(What the parts of a composite weigh in fact: their shares of the variance of the total.

Examples
--------
>>> marks = [[-1, -2], [-1, 2], [1, -2], [1, 2]]
>>> found = recruit.stats.effective_weights(marks, weights=[1, 1])
>>> found["1", "nominal_weight"].value, round(found["1", "effective_weight"].value, 4)
(0.5, 0.8)
)doc");
}

void bind_answers(py::module_& m) {
    bind_result<AnswerSheet>(
        m, "AnswerSheet", "Answers to multiple-choice items and their key: see `answer_sheet`.",
        Field{"items", &AnswerSheet::items, "Names of the items."},
        Field{"key", &AnswerSheet::key, "The right option of each item."},
        Field{"options", &AnswerSheet::options, "The options of each item."},
        Field{"codes", &AnswerSheet::codes,
              "Candidate after candidate, an item each: index of the option, -1 missing."})
        .def_property_readonly("candidates", &AnswerSheet::candidates, "How many sheets there are.")
        .def(
            "scored",
            [](const AnswerSheet& sheet) {
                const stats::Matrix scores = sheet.scored();
                Table table;
                for (std::size_t j = 0; j < scores.columns; ++j) {
                    std::vector<double> values(scores.rows);
                    std::vector<bool> has(scores.rows);
                    for (std::size_t i = 0; i < scores.rows; ++i) {
                        has[i] = !std::isnan(scores(i, j));
                        values[i] = has[i] ? scores(i, j) : 0;
                    }
                    table.add(sheet.items[j],
                              Column::reals(Buffer<double>{std::move(values)}, Validity{has}));
                }
                return to_pandas(table, false);
            },
            "A pandas DataFrame of 1 for right, 0 for wrong, and missing; it goes into `item_analysis`.");
    m.def(
        "answer_sheet",
        [](const py::object& data, const py::dict& key) {
            std::vector<std::string> items, keys;
            for (const auto& [item, right] : key) {
                items.push_back(py::str(item));
                keys.push_back(py::str(right));
            }
            return stats::answer_sheet(table_from(data), items, keys);
        },
        "data"_a, py::kw_only(), "key"_a,
        R"doc(Answers to multiple-choice items, with their key.

Parameters
----------
data
    Anything that makes a Table; a row is a candidate, a column an item.
key : dict
    The right option of every item; only these columns are read.

Examples
--------
>>> sheet = recruit.stats.answer_sheet({"q1": ["A", "B"], "q2": ["C", None]}, key={"q1": "A", "q2": "C"})
>>> sheet.scored()["q1"].tolist()
[1.0, 0.0]
)doc");
    m.def(
        "distractors",
        [](const AnswerSheet& answers, const std::string& item, double group_share,
           Choice<MissingAnswers> missing) {
            return stats::distractors(answers, item, missing.value, group_share);
        },
        "answers"_a, "item"_a, py::kw_only(), "group_share"_a, "missing"_a = "refuse",
        R"doc(The options of one item: who chose them, and whether the key is the one that the better candidates choose.

Returns
-------
Comparison
    A row an option: ``chosen``, ``chosen_share``, ``option_correlation`` with the score on the other items,
    ``option_less`` with the total less 1 for choosing it (R's CTT), ``upper_lower``. A note names an option that goes with higher scores than the key.

Examples
--------
>>> data = {"q1": list("AABBC"), "q2": list("AAABB"), "q3": list("AABBB")}
>>> sheet = recruit.stats.answer_sheet(data, key={"q1": "C", "q2": "A", "q3": "A"})
>>> found = recruit.stats.distractors(sheet, "q1", group_share=0.5)
>>> found["A", "chosen"].value, found.notes[1].str()
(2.0, 'A goes with higher scores than the key: look at the key.')
)doc");
}

void bind_cuts(py::module_& m) {
    m.def(
        "angoff",
        [](const py::object& judgements, Choice<stats::AngoffError> error, double level) {
            return stats::angoff(matrix_from(judgements), error.value, ConfidenceLevel{level});
        },
        "judgements"_a, py::kw_only(), "error"_a, "level"_a = 0.95,
        R"doc(Angoff's pass mark: the mean of the judges' sums, with its error.

Parameters
----------
judgements
    A row a judge, a column an item: the share of just sufficient candidates who solve it.
error : {"judges", "judges_and_items"}
    Whether another paper is a source of error too.

Examples
--------
>>> found = recruit.stats.angoff([[0.5, 0.7], [0.6, 0.8], [0.4, 0.6]], error="judges")
>>> round(found["", "cut_score"].value, 4), round(found["", "sd_judges"].value, 4)
(1.2, 0.2)
)doc");
    m.def(
        "hofstee",
        [](const py::object& marks, double minimum_cut, double maximum_cut, double minimum_fail,
           double maximum_fail, double step) {
            return stats::hofstee(numbers_from(marks),
                                  {minimum_cut, maximum_cut, minimum_fail, maximum_fail, step});
        },
        "marks"_a, py::kw_only(), "minimum_cut"_a, "maximum_cut"_a, "minimum_fail"_a, "maximum_fail"_a,
        "step"_a = 1.0,
        R"doc(Hofstee's compromise: where the line of what is acceptable meets the share that fails.

Parameters
----------
marks
minimum_cut, maximum_cut : float
    Marks.
minimum_fail, maximum_fail : float
    Shares of candidates who may fail.
step : float
    Distance of possible marks; between them the share is interpolated.

Examples
--------
>>> found = recruit.stats.hofstee(range(1, 21), minimum_cut=8, maximum_cut=12, minimum_fail=0.2, maximum_fail=0.6)
>>> round(found["", "cut_score"].value, 4), round(found["", "fail_rate"].value, 4)
(9.6667, 0.4333)
>>> recruit.stats.hofstee([20, 20], minimum_cut=8, maximum_cut=12, minimum_fail=0.2, maximum_fail=0.6)[""].reason
'not_reached'
)doc");
}

}  // namespace

void bind_stats_items(py::module_& m) {
    bind_reliability(m);
    bind_answers(m);
    bind_cuts(m);
}

}  // namespace recruit::python
