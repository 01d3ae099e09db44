#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include <recruit/base/error.hpp>
#include <recruit/base/random.hpp>
#include <recruit/stats/quantiles.hpp>

#include "stats/oracle.hpp"

using namespace recruit;
using namespace recruit::stats;

namespace {

const std::vector<double> marks{2, 7, 7, 8, 11, 13, 13, 13, 20, 25, 31};
constexpr double absent = std::numeric_limits<double>::quiet_NaN();

}  // namespace

TEST_SUITE("stats/quantiles") {
    TEST_CASE("the nine types of quantile are those of R") {
        const oracle::Group expected{"quantile"};
        for (const auto& row : expected) {
            const auto type = static_cast<QuantileType>(row.method.back() - '0');
            const double p = std::stod(row.statistic.substr(1)) / 100;
            expected.check(row, quantile(marks, p, type).value);
        }
    }

    TEST_CASE("the five ways to rank equal marks are those of R and pandas") {
        const oracle::Group expected{"ranks"};
        const ExactNumbers exact = exact_numbers(marks);
        for (const auto& row : expected) {
            constexpr std::pair<const char*, RankTies> ties[] = {{"rank_average", RankTies::average},
                                                                 {"rank_min", RankTies::min},
                                                                 {"rank_max", RankTies::max},
                                                                 {"rank_first", RankTies::first},
                                                                 {"rank_dense", RankTies::dense}};
            for (const auto& [name, rule] : ties) {
                if (row.method != name) continue;
                expected.check(
                    row, ranks(exact, rule, Order::highest_first)[std::stoul(row.statistic.substr(1)) - 1]);
            }
        }
    }

    TEST_CASE("sessions are brought to one scale as GATE and SSC say, and a percentile is NTA's") {
        const oracle::Group expected{"normalise"};
        const auto data = oracle::data("two_sessions.csv");
        if (!data) return;
        const auto raw = numbers(*data, "raw");
        const Factor session = factor(*data, "session");
        for (const auto& row : expected) {
            if (row.method == "nta_percentile") {
                ExactNumbers all;
                const auto at = static_cast<std::size_t>(row.argument("n_le"));
                all.units.assign(static_cast<std::size_t>(row.argument("n")), 2);
                all.missing.assign(all.units.size(), 0);
                std::fill(all.units.begin(), all.units.begin() + static_cast<long>(at), 1);
                expected.check(row, percentile_ranks(all, PercentileRank::at_or_below).values[0]);
                continue;
            }
            const auto method = row.method == "gate_normalisation" ? SessionMethod::gate : SessionMethod::ssc;
            const Scaled scaled = normalise_sessions(raw, session, method, SdDivisor::n);
            for (std::size_t i = 0; i < raw.size(); ++i) {
                if (data->at("id").str(i) == row.statistic) expected.check(row, scaled.values[i]);
            }
        }
    }

    TEST_CASE("a quantile lies among the values, rises with its share, and does not depend on their order") {
        RandomStream random{9};
        for (int round = 0; round < 200; ++round) {
            std::vector<double> values(random.below(12) + 1);
            for (double& value : values) value = static_cast<double>(random.below(7));
            auto turned = values;
            std::reverse(turned.begin(), turned.end());
            for (int t = 1; t <= 9; ++t) {
                const auto type = static_cast<QuantileType>(t);
                double before = -1;
                for (int i = 0; i <= 20; ++i) {
                    const double q = *quantile(values, i / 20.0, type).value;
                    CHECK(q >= before - 1e-12);  // interpolation rounds
                    CHECK(q == *quantile(turned, i / 20.0, type).value);
                    before = q;
                }
                CHECK(*quantile(values, 1, type).value == *std::max_element(values.begin(), values.end()));
            }
        }
    }

    TEST_CASE("missing marks are dropped and counted; none left is a reason") {
        const std::vector<double> holes{1, absent, 3};
        const Estimate median = quantile(holes, 0.5, QuantileType::type7);
        CHECK(median.value == 2);
        CHECK(median.dropped.at(0).n == 1);
        CHECK(quantile(std::vector<double>{absent}, 0.5, QuantileType::type7).reason ==
              NotEstimable::no_data);
        CHECK_THROWS_AS(quantile(marks, 50, QuantileType::type7), Error);
    }

    TEST_CASE("constant marks, or one, have no standard score: a reason, never NaN") {
        const Scaled constant = standard_scores(std::vector<double>{7, 7, 7}, Score::z, SdDivisor::n);
        CHECK(constant.reason == NotEstimable::constant);
        CHECK(std::none_of(constant.values.begin(), constant.values.end(),
                           [](const auto& v) { return v.has_value(); }));
        CHECK(standard_scores(std::vector<double>{7}, Score::t, SdDivisor::n_minus_1).reason ==
              NotEstimable::too_few);
        CHECK(standard_scores(std::vector<double>{absent}, Score::t, SdDivisor::n).reason ==
              NotEstimable::no_data);
        CHECK(standard_scores(std::vector<double>{5, 5, 5, 9}, Score::robust_z, SdDivisor::n).reason ==
              NotEstimable::constant);
    }

    TEST_CASE("the divisor of the standard deviation matters: 1, 2, 3, 4 by hand") {
        const std::vector<double> few{1, 2, 3, absent, 4};
        const Scaled by_n = standard_scores(few, Score::z, SdDivisor::n);
        CHECK(*by_n.values[4] == doctest::Approx(1.5 / std::sqrt(1.25)));
        CHECK(!by_n.values[3]);
        const Scaled t = standard_scores(few, Score::t, SdDivisor::n_minus_1);
        CHECK(*t.values[0] == doctest::Approx(50 - 15 / std::sqrt(5.0 / 3)));
        // Median 2.5, absolute deviations 1.5, .5, .5, 1.5: their median is 1.
        CHECK(*standard_scores(few, Score::robust_z, SdDivisor::n).values[4] ==
              doctest::Approx(1.5 / 1.482602218505602));
    }

    TEST_CASE("percentile ranks differ only in how equal marks count") {
        const ExactNumbers exact = exact_numbers(std::vector<double>{1, 2, 2, 3});
        CHECK(percentile_ranks(exact, PercentileRank::at_or_below).values[1] == 75);
        CHECK(percentile_ranks(exact, PercentileRank::below).values[1] == 25);
        CHECK(percentile_ranks(exact, PercentileRank::half_ties).values[1] == 50);
        CHECK(percentile_ranks(exact_numbers(std::vector<double>{absent}), PercentileRank::below).reason ==
              NotEstimable::no_data);
    }

    TEST_CASE("a session of equal marks has no GATE score and says so") {
        const std::vector<double> raw{5, 5, 3, 9, 4};
        const Factor session{{"A", "B"}, {0, 0, 1, 1, 1}};
        const Scaled scaled = normalise_sessions(raw, session, SessionMethod::gate, SdDivisor::n);
        CHECK(!scaled.values[0]);
        CHECK(scaled.values[2]);
        CHECK(scaled.notes.size() == 1);
        const Factor nobody{{}, {-1, -1, -1, -1, -1}};
        CHECK(normalise_sessions(raw, nobody, SessionMethod::nta, SdDivisor::n).reason ==
              NotEstimable::no_data);
    }

    TEST_CASE("counting and sorting give the same ranks") {
        std::vector<double> values{5, 3, 3, 9, 1};
        const auto narrow = ranks(exact_numbers(values), RankTies::average, Order::lowest_first);
        values.push_back(1e9);  // a span too wide to count
        const auto wide = ranks(exact_numbers(values), RankTies::average, Order::lowest_first);
        for (std::size_t i = 0; i < narrow.size(); ++i) CHECK(narrow[i] == wide[i]);
    }
}
