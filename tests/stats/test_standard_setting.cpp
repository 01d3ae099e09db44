#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include <recruit/base/error.hpp>
#include <recruit/stats/standard_setting.hpp>

#include "oracle.hpp"

using namespace recruit;
using namespace recruit::stats;

namespace {

const double gap = std::numeric_limits<double>::quiet_NaN();

}  // namespace

TEST_SUITE("stats/standard_setting") {
    TEST_CASE("Angoff: eight judges, ten items") {
        const oracle::Group expected{"angoff"};
        const auto table = oracle::data("angoff_8x10.csv");
        if (!table) return;
        Matrix m{table->rows(), 10, {}, {}, {}};
        for (std::size_t i = 0; i < m.rows; ++i) {
            for (int j = 1; j <= 10; ++j) m.values.push_back(numbers(*table, "i" + std::to_string(j))[i]);
        }
        const Estimates found = angoff(m, AngoffError::judges);
        expected.check("angoff", "cut", found.at("", "cut_score").value);
        expected.check("angoff", "sd_judges", found.at("", "sd_judges").value);
        expected.check("angoff", "se_cut", found.at("", "cut_score").standard_error);
        // Another paper is a further source of error.
        CHECK(*angoff(m, AngoffError::judges_and_items).rows[0].standard_error >
              *found.rows[0].standard_error);
    }

    TEST_CASE("Hofstee: the line of compromise meets the curve of those who fail") {
        const oracle::Group expected{"hofstee"};
        const auto table = oracle::data("hofstee_scores.csv");
        if (!table) return;
        std::vector<double> marks;
        const auto score = numbers(*table, "score"), n = numbers(*table, "n");
        for (std::size_t i = 0; i < score.size(); ++i)
            marks.insert(marks.end(), static_cast<std::size_t>(n[i]), score[i]);
        const Estimates found = hofstee(marks, {9, 13, 0.10, 0.45, 1});
        expected.check("hofstee", "cut", found.at("", "cut_score").value);
        expected.check("hofstee", "fail_rate", found.at("", "fail_rate").value);
        // In half marks on a grid of halves it is the same place.
        std::vector<double> halves = marks;
        for (double& mark : halves) mark /= 2;
        CHECK(*hofstee(halves, {4.5, 6.5, 0.10, 0.45, 0.5}).rows[0].value ==
              doctest::Approx(*found.rows[0].value / 2));
    }

    TEST_CASE("limits that contradict the marks do not meet them, and it is said") {
        const std::vector<double> high{18, 19, 20}, low{1, 2, 3};
        CHECK(hofstee(high, {9, 13, 0.1, 0.4}).rows[0].reason == NotEstimable::not_reached);
        CHECK(hofstee(low, {9, 13, 0.1, 0.4}).rows[1].reason == NotEstimable::not_reached);
        CHECK(hofstee({}, {9, 13, 0.1, 0.4}).rows[0].reason == NotEstimable::no_data);
        const std::vector<double> some{8, gap, 10, 11, 12};
        CHECK(hofstee(some, {9, 13, 0.1, 0.4}).rows[0].dropped.at(0).n == 1);
        CHECK_THROWS_AS(hofstee(some, {13, 9, 0.1, 0.4}), Error);
        CHECK_THROWS_AS(hofstee(some, {9, 13, 0.4, 0.1}), Error);
        CHECK_THROWS_AS(hofstee(some, {9, 13, 0.1, 1.4}), Error);
        CHECK_THROWS_AS(hofstee(some, {9, 13, 0.1, 0.4, 0}), Error);
    }

    TEST_CASE("one judge, one item, a gap, nothing: reasons") {
        CHECK(angoff({}, AngoffError::judges).rows[0].reason == NotEstimable::no_data);
        CHECK(angoff({2, 2, {0.5, gap, 0.4, 0.3}, {}, {}}, AngoffError::judges).rows[0].reason ==
              NotEstimable::missing_ratings);
        const Estimates lone = angoff({1, 2, {0.5, 0.7}, {}, {}}, AngoffError::judges);
        CHECK(*lone.rows[0].value == doctest::Approx(1.2));
        CHECK(lone.rows[0].no_interval == NotEstimable::one_rater);
        CHECK(lone.rows[1].reason == NotEstimable::one_rater);
        CHECK(angoff({2, 1, {0.5, 0.7}, {}, {}}, AngoffError::judges_and_items).rows[0].no_interval ==
              NotEstimable::one_item);
    }
}
