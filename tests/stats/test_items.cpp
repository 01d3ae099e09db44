#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include <recruit/base/error.hpp>
#include <recruit/base/random.hpp>
#include <recruit/stats/items.hpp>

#include "oracle.hpp"

using namespace recruit;
using namespace recruit::stats;

namespace {

const double gap = std::numeric_limits<double>::quiet_NaN();
constexpr auto refuse = MissingAnswers::refuse;

Matrix all_columns(const Table& table) {
    Matrix m{table.rows(), table.width(), {}, {}, {}};
    m.values.resize(m.rows * m.columns);
    std::size_t j = 0;
    for (const auto& [name, column] : table.columns()) {
        m.column_names.push_back(name);
        const auto values = numbers(table, name);
        for (std::size_t i = 0; i < m.rows; ++i) m.values[i * m.columns + j] = values[i];
        ++j;
    }
    return m;
}
const Estimate& find(const Comparison& c, std::string_view subject, std::string_view quantity) {
    for (const Estimate& row : c.estimates) {
        if (row.subject == subject && row.quantity.name() == quantity) return row;
    }
    FAIL("no row " << std::string{subject} << " " << std::string{quantity});
    return c.estimates.front();
}

}  // namespace

TEST_SUITE("stats/items") {
    TEST_CASE("the reference numbers of LSAT section 6: alpha, items, error") {
        const oracle::Group expected{"ctt_lsat"};
        const auto table = oracle::data("lsat.csv");
        if (!table) return;
        const Matrix m = all_columns(*table);
        const Estimates reliability = exam_reliability(m, refuse);
        const Comparison items = item_analysis(m);
        const Estimate& alpha = reliability.at("", "alpha");
        for (const auto& row : expected) {
            const std::string item = row.statistic.substr(row.statistic.rfind('_') + 1);
            std::optional<double> got;
            if (row.statistic == "raw") got = alpha.value;
            if (row.statistic == "standardized") got = reliability.at("", "standardised_alpha").value;
            if (row.statistic == "lambda6") got = reliability.at("", "lambda6").value;
            if (row.statistic == "feldt_lo") got = alpha.interval->lower;
            if (row.statistic == "feldt_hi") got = alpha.interval->upper;
            if (row.method == "kr21") got = reliability.at("", "kr21").value;
            if (row.method == "sem") got = reliability.at("", "sem").value;
            if (row.method == "item_difficulty_p") got = find(items, item, "difficulty").value;
            if (row.method == "point_biserial_uncorrected") got = find(items, item, "point_biserial").value;
            if (row.method == "point_biserial_corrected")
                got = find(items, item, "point_biserial_corrected").value;
            if (row.method == "alpha_if_deleted") got = find(items, item, "alpha_if_deleted").value;
            expected.check(row, got);
        }
    }

    TEST_CASE("the reference numbers of a multiple-choice paper scored with its key, and its options") {
        const oracle::Group expected{"ctt_mc"};
        const auto responses = oracle::data("ctt_mc_responses.csv"), keys = oracle::data("ctt_mc_key.csv");
        if (!responses || !keys) return;
        std::vector<std::string> names, key;
        for (std::size_t i = 0; i < keys->rows(); ++i) {
            names.push_back(keys->at("item").str(i));
            key.push_back(keys->at("key").str(i));
        }
        const AnswerSheet sheet = answer_sheet(*responses, names, key);
        const Matrix scores = sheet.scored();
        const Comparison items = item_analysis(scores);
        const Comparison options = distractors(sheet, "i1", refuse, 0.25);
        for (const auto& row : expected) {
            const std::string last = row.statistic.substr(row.statistic.rfind('_') + 1);
            std::optional<double> got;
            if (row.method == "alpha") got = exam_reliability(scores, refuse).at("", "alpha").value;
            if (row.method == "item_point_biserial_corrected")
                got = find(items, last, "point_biserial_corrected").value;
            if (row.method == "item_biserial_corrected") got = find(items, last, "biserial_corrected").value;
            if (row.statistic.starts_with("n_")) got = find(options, last, "chosen").value;
            if (row.statistic.starts_with("pbis_") && row.method == "distractor")
                got = find(options, last, "option_less").value;
            if (row.statistic.starts_with("discrim_")) got = find(options, last, "upper_lower").value;
            expected.check(row, got);
        }
    }

    TEST_CASE("the conditional standard error of Lord, and scaled by Keats") {
        const oracle::Group expected{"csem"};
        for (const auto& row : expected)
            expected.check(row, conditional_sem(std::stod(row.statistic.substr(5)), 20).value);
        const double plain = *conditional_sem(10, 20).value;
        CHECK(*conditional_sem(10, 20, Keats{0.9, 0.8}).value == doctest::Approx(plain * std::sqrt(0.5)));
        CHECK(conditional_sem(1, 1).reason == NotEstimable::one_item);
        CHECK_THROWS_AS(conditional_sem(21, 20), Error);
        CHECK_THROWS_AS(conditional_sem(0, 0), Error);
        CHECK_THROWS_AS(conditional_sem(1, 20, Keats{1, 0}), Error);
    }

    TEST_CASE("effective weights are shares of the variance of the total, and add to 1") {
        // The interview spreads twice as far: with equal weights it decides four fifths (4 of 4 + 1, no
        // covariance).
        const Matrix m{4, 2, {-1, -2, -1, 2, 1, -2, 1, 2}, {}, {"written", "interview"}};
        const std::vector<double> equal{1, 1};
        const Comparison found = effective_weights(m, equal, refuse);
        CHECK(find(found, "written", "nominal_weight").value == 0.5);
        CHECK(*find(found, "written", "effective_weight").value == doctest::Approx(0.2));
        CHECK(*find(found, "interview", "effective_weight").value == doctest::Approx(0.8));
        for (std::uint64_t run = 0; run < 50; ++run) {
            RandomStream random{8, run};
            Matrix r{6, 3, {}, {}, {}};
            for (int i = 0; i < 18; ++i) r.values.push_back(static_cast<double>(random.below(20)));
            const std::vector<double> w{1, 2, static_cast<double>(random.below(3))};
            double sum = 0;
            for (const Estimate& row : effective_weights(r, w, refuse).estimates)
                sum += row.quantity.name() == "effective_weight" ? *row.value : 0;
            CHECK(sum == doctest::Approx(1));
        }
        const std::vector<double> none{0, 0}, negative{1, -1}, few{1};
        CHECK_THROWS_AS(effective_weights(m, none, refuse), Error);
        CHECK_THROWS_AS(effective_weights(m, negative, refuse), Error);
        CHECK_THROWS_AS(effective_weights(m, few, refuse), Error);
        CHECK(find(effective_weights({2, 2, {1, 2, 2, 1}, {}, {}}, equal, refuse), "0", "effective_weight")
                  .reason == NotEstimable::constant);
        CHECK(effective_weights({0, 2, {}, {}, {}}, equal, refuse).estimates[1].reason ==
              NotEstimable::no_data);
    }

    TEST_CASE("alpha is the same whatever the order and the level of items; it grows with good items") {
        RandomStream random{1, 1};
        Matrix m{40, 5, {}, {}, {}}, other = m;
        for (int i = 0; i < 40; ++i) {
            const double ability = static_cast<double>(random.below(10));
            for (int j = 0; j < 5; ++j) m.values.push_back(ability + static_cast<double>(random.below(10)));
        }
        for (std::size_t i = 0; i < 40; ++i) {
            for (std::size_t j = 0; j < 5; ++j) other.values.push_back(m(39 - i, (j + 2) % 5) + 100);
        }
        const auto alpha = [](const Matrix& x) { return *exam_reliability(x, refuse).rows[0].value; };
        CHECK(alpha(m) == doctest::Approx(alpha(other)));
        Matrix shorter{40, 4, {}, {}, {}};
        for (std::size_t i = 0; i < 40; ++i) {
            for (std::size_t j = 0; j < 4; ++j) shorter.values.push_back(m(i, j));
        }
        const Comparison items = item_analysis(m);
        CHECK(*find(items, "4", "alpha_if_deleted").value == doctest::Approx(alpha(shorter)));
        CHECK(find(items, "0", "difficulty").reason == NotEstimable::not_available);  // no maximum was given
        ItemOptions options;
        options.maxima.assign(5, 18);
        CHECK(*find(item_analysis(m, options), "0", "difficulty").value ==
              doctest::Approx(*find(items, "0", "item_mean").value / 18));
    }

    TEST_CASE("missing answers are refused, dropped by sheet, or wrong") {
        const Matrix m{4, 3, {1, 1, 1, 1, 0, gap, 0, 0, 0, 1, 1, 0}, {}, {}};
        CHECK(exam_reliability(m, refuse).rows[0].reason == NotEstimable::missing_ratings);
        CHECK(exam_reliability(m, MissingAnswers::listwise).rows[0].n == 3);
        CHECK(exam_reliability(m, MissingAnswers::listwise).rows[0].dropped.at(0).n == 1);
        CHECK(exam_reliability(m, MissingAnswers::wrong).rows[0].n == 4);
        ItemOptions wrong;
        wrong.missing = MissingAnswers::wrong;
        CHECK(find(item_analysis(m, wrong), "2", "difficulty").value == 0.25);
    }

    TEST_CASE("degenerate papers are reasons") {
        const auto why = [](const Matrix& m) { return exam_reliability(m, refuse).rows[0].reason; };
        CHECK(why({}) == NotEstimable::no_data);
        CHECK(why({3, 1, {0, 1, 1}, {}, {}}) == NotEstimable::one_item);
        CHECK(why({1, 3, {0, 1, 1}, {}, {}}) == NotEstimable::one_candidate);
        CHECK(why({2, 2, {1, 1, 1, 1}, {}, {}}) == NotEstimable::constant);  // everybody solved everything
        CHECK(why({2, 2, {1, 0, 0, 1}, {}, {}}) == NotEstimable::constant);
        // An item that everybody solved, one that nobody did.
        const Matrix m{
            4, 4, {1, 0, 1, 1, 1, 0, 0, 1, 1, 0, 1, 0, 1, 0, 0, 0}, {}, {"easy", "hard", "a", "b"}};
        const Comparison items = item_analysis(m);
        CHECK(find(items, "easy", "point_biserial").reason == NotEstimable::all_pass);
        CHECK(find(items, "hard", "point_biserial_corrected").reason == NotEstimable::none_pass);
        CHECK(find(items, "easy", "difficulty").value == 1);
        CHECK(exam_reliability(m, refuse).at("", "standardised_alpha").reason == NotEstimable::constant);
        CHECK(exam_reliability(m, refuse).at("", "alpha").value);
        // The third item is the sum of two others: no lambda 6.
        const Matrix twice{4, 2, {1, 1, 0, 0, 1, 1, 0, 0}, {}, {}};
        CHECK(exam_reliability(twice, refuse).at("", "lambda6").reason == NotEstimable::not_identified);
        CHECK(exam_reliability({3, 2, {1, 5, 2, 7, 3, 3}, {}, {}}, refuse).at("", "kr21").reason ==
              NotEstimable::not_available);
        CHECK(find(item_analysis(twice), "0", "alpha_if_deleted").reason == NotEstimable::one_item);
        CHECK(find(item_analysis({2, 1, {0, 1}, {}, {}}), "0", "point_biserial_corrected").reason ==
              NotEstimable::one_item);
        CHECK(find(item_analysis({1, 2, {0, 1}, {}, {}}), "0", "item_mean").reason ==
              NotEstimable::one_candidate);
    }

    TEST_CASE("ties at the border of the groups stay together, and may leave a group empty") {
        const Matrix m{4, 2, {1, 1, 1, 1, 1, 1, 0, 0}, {}, {}};
        ItemOptions options;
        options.group_share = 0.27;
        CHECK(find(item_analysis(m, options), "0", "upper_lower").reason == NotEstimable::empty_group);
        const Matrix spread{4, 2, {1, 1, 1, 1, 0, 1, 0, 0}, {}, {}};
        options.group_share = 0.5;
        // Totals 2, 2, 1, 0; the median 1.5 parts two from two.
        CHECK(find(item_analysis(spread, options), "0", "upper_lower").value == 1);
        CHECK(find(item_analysis(spread, options), "1", "upper_lower").value == 0.5);
        options.group_share = 0.7;
        CHECK_THROWS_AS(item_analysis(m, options), Error);
        options.group_share.reset();
        options.maxima = {1};
        CHECK_THROWS_AS(item_analysis(m, options), Error);
        options.maxima = {1, 0};
        CHECK_THROWS_AS(item_analysis(m, options), Error);
    }

    TEST_CASE("a wrong key shows: another option goes with the higher scores") {
        Table table;
        const auto texts = [](std::vector<std::string> values) { return Column::texts(Strings{values}); };
        table.add("q1", texts({"A", "A", "B", "B", "C"}));
        table.add("q2", texts({"A", "A", "A", "B", "B"}));
        table.add("q3", texts({"A", "A", "B", "B", "B"}));
        const std::vector<std::string> items{"q1", "q2", "q3"}, key{"C", "A", "A"};
        const AnswerSheet sheet = answer_sheet(table, items, key);
        const Comparison found = distractors(sheet, "q1", refuse, 0.5);
        CHECK(find(found, "A", "chosen").value == 2);
        CHECK(*find(found, "A", "option_correlation").value > 0);
        CHECK(*find(found, "C", "option_correlation").value < 0);
        CHECK(found.str().find("A goes with higher scores than the key") != std::string::npos);
        CHECK(found.str(Language::vi).find("cần xem lại đáp án") != std::string::npos);
        CHECK_THROWS_AS(distractors(sheet, "q4", refuse, 0.5), Error);
        CHECK_THROWS_AS(distractors(sheet, "q1", refuse, 0), Error);
        const std::vector<std::string> short_key{"A"};
        CHECK_THROWS_AS(answer_sheet(table, items, short_key), Error);
        CHECK(sheet.to_table().rows() == 3);
        // A key that nobody chose is an option too.
        const std::vector<std::string> other{"D", "A", "A"};
        CHECK(
            find(distractors(answer_sheet(table, items, other), "q1", refuse, 0.5), "D", "option_correlation")
                .reason == NotEstimable::constant);
    }
}
