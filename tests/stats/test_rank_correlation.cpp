#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include <recruit/base/error.hpp>
#include <recruit/base/random.hpp>
#include <recruit/stats/rank_correlation.hpp>

#include "oracle.hpp"

using namespace recruit;
using namespace recruit::stats;

namespace {

const double gap = std::numeric_limits<double>::quiet_NaN();
using Values = std::vector<double>;

}  // namespace

TEST_SUITE("stats/rank_correlation") {
    TEST_CASE("Kendall's W of the judges of the US, with ties") {
        const oracle::Group expected{"kendall_w"};
        const auto table = oracle::data("../data/us_judge_ratings.csv");
        if (!table) return;
        Matrix m{table->rows(), 4, {}, {}, {}};
        for (std::size_t i = 0; i < m.rows; ++i) {
            for (const char* column : {"DILG", "DMNR", "INTG", "DECI"})
                m.values.push_back(numbers(*table, column)[i]);
        }
        const Test test = kendall_w_test(m);
        expected.check("kendall_w", "W", kendall_w(m).value);
        expected.check("kendall_w", "chi2", test.statistic);
        expected.check("kendall_w", "p", test.p_value);
    }

    TEST_CASE("Kendall's tau of tuna (Hollander & Wolfe 1973, p. 185), exactly") {
        const oracle::Group expected{"rank_corr"};
        if (!expected.present()) return;
        const Values x{44.4, 45.9, 41.9, 53.3, 44.7, 44.1, 50.7, 45.2, 60.1},
            y{2.6, 3.1, 2.5, 5.0, 3.6, 4.0, 5.2, 2.8, 3.8};
        expected.check("kendall_tau", "tau", rank_correlation(x, y, RankCorrelation::kendall_tau_b).value);
        expected.check("kendall_tau", "p_exact", kendall_test(x, y).p_value);
    }

    TEST_CASE("two rankings: the same order is 1, the opposite -1, by every coefficient") {
        const Values x{1, 2, 3, 4, 5}, y{10, 20, 30, 40, 50}, z{5, 4, 3, 2, 1};
        for (int i = 0; i <= 4; ++i) {
            const auto c = static_cast<RankCorrelation>(i);
            CHECK(*rank_correlation(x, y, c).value == doctest::Approx(1));
            CHECK(*rank_correlation(x, z, c).value == doctest::Approx(-1));
        }
        CHECK(*kendall_w({3, 2, {1, 2, 2, 4, 3, 9}, {}, {}}).value == doctest::Approx(1));
    }

    TEST_CASE("ties by hand: 2 x 2 table of 3 and 1, 1 and 3") {
        // Concordant 9, discordant 1, tied in one only 6 and 6 of 28.
        const Values x{0, 0, 0, 0, 1, 1, 1, 1}, y{0, 0, 0, 1, 0, 1, 1, 1};
        const auto value = [&](RankCorrelation c) { return *rank_correlation(x, y, c).value; };
        CHECK(value(RankCorrelation::goodman_kruskal_gamma) == doctest::Approx(8.0 / 10));
        CHECK(value(RankCorrelation::kendall_tau_b) == doctest::Approx(8.0 / 16));
        CHECK(value(RankCorrelation::somers_d) == doctest::Approx(8.0 / 16));
        CHECK(value(RankCorrelation::kendall_tau_c) == doctest::Approx(2 * 2 * 8.0 / 64));
        CHECK(value(RankCorrelation::spearman) == doctest::Approx(0.5));
        // The asymptotic error of phi's relative tau-b in a 2 x 2 table (Brown & Benedetti): that of d here.
        const Estimate d = rank_correlation(x, y, RankCorrelation::somers_d);
        CHECK(*d.standard_error ==
              doctest::Approx(std::sqrt(2 * 0.75 * 0.25 / 4)));  // difference of two rates
    }

    TEST_CASE("pairs by Fenwick's tree are the pairs counted one by one") {
        for (std::uint64_t run = 0; run < 200; ++run) {
            RandomStream random{5, run};
            const std::size_t n = 2 + random.below(20);
            Values x, y;
            for (std::size_t i = 0; i < n; ++i) {
                x.push_back(static_cast<double>(random.below(6)));
                y.push_back(static_cast<double>(random.below(6)));
            }
            double s = 0, free_x = 0, free_y = 0;
            for (std::size_t i = 0; i < n; ++i) {
                for (std::size_t j = 0; j < n; ++j) {
                    const double a = x[i] - x[j], b = y[i] - y[j];
                    s += a * b > 0 ? 1 : a * b < 0 ? -1 : 0;
                    free_x += a != 0 ? 1 : 0;
                    free_y += b != 0 ? 1 : 0;
                }
            }
            const Estimate tau = rank_correlation(x, y, RankCorrelation::kendall_tau_b);
            if (free_x == 0 || free_y == 0) {
                CHECK(tau.reason == NotEstimable::constant);
            } else {
                CHECK(*tau.value == doctest::Approx(s / std::sqrt(free_x * free_y)));
            }
        }
    }

    TEST_CASE("degenerate rankings are reasons") {
        CHECK(kendall_w({}).reason == NotEstimable::no_data);
        CHECK(kendall_w({3, 1, {1, 2, 3}, {}, {}}).reason == NotEstimable::one_rater);
        CHECK(kendall_w({1, 3, {1, 2, 3}, {}, {}}).reason == NotEstimable::one_candidate);
        CHECK(kendall_w({2, 2, {1, 2, 1, 2}, {}, {}}).reason == NotEstimable::constant);
        CHECK(kendall_w({2, 2, {1, gap, 1, 2}, {}, {}}).reason == NotEstimable::missing_ratings);
        CHECK(kendall_w_test({2, 2, {1, 1, 1, 1}, {}, {}}).reason == NotEstimable::constant);
        const auto tau = [](const Values& x, const Values& y) {
            return rank_correlation(x, y, RankCorrelation::kendall_tau_b);
        };
        CHECK(tau({}, {}).reason == NotEstimable::no_data);
        CHECK(tau({1, gap}, {gap, 2}).reason == NotEstimable::no_data);
        CHECK(tau({1, gap}, {gap, 2}).dropped.at(0).n == 2);
        CHECK(tau({1}, {1}).reason == NotEstimable::too_few);
        CHECK(tau({1, 1}, {1, 2}).reason == NotEstimable::constant);
        CHECK(tau({1, 2}, {1, 2}).no_interval == NotEstimable::too_few);
        CHECK(kendall_test({}, {}).reason == NotEstimable::no_data);
        CHECK(kendall_test(Values{1, 1}, Values{1, 2}).reason == NotEstimable::constant);
        CHECK(rank_correlation(Values{0, 0, 1}, Values{0, 1, 0}, RankCorrelation::goodman_kruskal_gamma)
                  .value == -1);
        CHECK_THROWS_AS(tau({1, 2}, {1}), Error);
    }
}
