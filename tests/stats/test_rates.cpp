#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include <recruit/base/error.hpp>
#include <recruit/base/random.hpp>
#include <recruit/stats/rates.hpp>

#include "stats/oracle.hpp"

using namespace recruit;
using namespace recruit::stats;

namespace {

constexpr RateInterval intervals[] = {RateInterval::clopper_pearson,  RateInterval::wilson,
                                      RateInterval::wilson_corrected, RateInterval::mid_p,
                                      RateInterval::jeffreys,         RateInterval::blaker};

std::optional<RateInterval> interval_named(const std::string& name) {
    constexpr const char* names[] = {"clopper_pearson", "wilson", "wilson_cc", "mid_p", "jeffreys", "blaker"};
    for (std::size_t i = 0; i < std::size(names); ++i) {
        if (name == names[i]) return intervals[i];
    }
    return std::nullopt;
}

}  // namespace

TEST_SUITE("stats/rates") {
    TEST_CASE("intervals of a rate are those of R, exactci and Newcombe 1998") {
        const oracle::Group expected{"binom_ci"};
        for (const auto& row : expected) {
            const Count count{static_cast<std::int64_t>(row.argument("x")),
                              static_cast<std::int64_t>(row.argument("n"))};
            const bool by_alpha = row.args.find("alpha=") != std::string::npos;
            const ConfidenceLevel level{by_alpha ? 1 - row.argument("alpha") : row.argument("level")};
            const auto interval = *rate(count, interval_named(row.method).value(), level).interval;
            const double got = row.statistic == "lo" ? interval.lower : interval.upper;
            if (row.method == "mid_p") {
                expected.check_wider(row, got, 2e-5,
                                     "exactci stops its root search at 1.2e-4; see the next test");
            } else {
                expected.check(row, got);
            }
        }
    }

    TEST_CASE("a mid-P limit leaves exactly half of alpha: half of what was seen and all beyond it") {
        for (const Count count : {Count{15, 148}, Count{81, 263}, Count{1, 7}}) {
            const auto interval = *rate(count, RateInterval::mid_p).interval;
            const auto tail = [&](double p, bool above) {
                double sum = 0;
                for (std::int64_t x = 0; x <= count.n; ++x) {
                    const double chance =
                        std::exp(std::lgamma(count.n + 1) - std::lgamma(x + 1) -
                                 std::lgamma(count.n - x + 1) + static_cast<double>(x) * std::log(p) +
                                 static_cast<double>(count.n - x) * std::log1p(-p));
                    if (above ? x > count.passed : x < count.passed) sum += chance;
                    if (x == count.passed) sum += chance / 2;
                }
                return sum;
            };
            CHECK(tail(interval.lower, true) == doctest::Approx(0.025).epsilon(1e-9));
            CHECK(tail(interval.upper, false) == doctest::Approx(0.025).epsilon(1e-9));
        }
    }

    TEST_CASE("the difference of 56/70 and 48/80 has Newcombe's interval") {
        const oracle::Group expected{"diff_ci"};
        const Estimate difference = rate_difference({56, 70}, {48, 80});
        expected.check("newcombe_hybrid_score", "diff", difference.value);
        expected.check("newcombe_hybrid_score", "lo", difference.interval->lower);
        expected.check("newcombe_hybrid_score", "hi", difference.interval->upper);
    }

    TEST_CASE(
        "every interval holds its rate, lies in [0, 1], and mirrors when passed and failed are swapped") {
        for (std::int64_t n = 1; n <= 30; ++n) {
            for (std::int64_t x = 0; x <= n; ++x) {
                for (const RateInterval method : intervals) {
                    const auto here = *rate({x, n}, method).interval;
                    const auto mirror = *rate({n - x, n}, method).interval;
                    const double p = static_cast<double>(x) / static_cast<double>(n);
                    CHECK((here.lower >= 0 && here.lower <= p && p <= here.upper && here.upper <= 1));
                    CHECK(here.lower == doctest::Approx(1 - mirror.upper).epsilon(1e-10));
                    CHECK((x > 0 || here.lower == 0));
                    CHECK((x < n || here.upper == 1));
                }
            }
        }
    }

    TEST_CASE("Clopper-Pearson never covers less than its level, and Blaker lies within it") {
        constexpr std::int64_t n = 12;
        for (int i = 1; i < 200; ++i) {
            const double p = i / 200.0;
            double covered = 0, covered_by_blaker = 0;
            for (std::int64_t x = 0; x <= n; ++x) {
                const double chance =
                    std::exp(std::lgamma(n + 1) - std::lgamma(x + 1) - std::lgamma(n - x + 1)) *
                    std::pow(p, static_cast<double>(x)) * std::pow(1 - p, static_cast<double>(n - x));
                const auto exact = *rate({x, n}, RateInterval::clopper_pearson).interval;
                const auto blaker = *rate({x, n}, RateInterval::blaker).interval;
                if (exact.lower <= p && p <= exact.upper) covered += chance;
                if (blaker.lower - 1e-12 <= p && p <= blaker.upper + 1e-12) covered_by_blaker += chance;
                CHECK(blaker.lower >= exact.lower - 1e-12);
                CHECK(blaker.upper <= exact.upper + 1e-12);
            }
            CHECK(covered >= 0.95);
            CHECK(covered_by_blaker >= 0.95 - 1e-9);
        }
    }

    TEST_CASE("nobody is a reason, a complete count has no interval, a wrong count is refused") {
        CHECK(rate({0, 0}, RateInterval::wilson).reason == NotEstimable::no_data);
        CHECK(!rate({0, 0}, RateInterval::wilson).value);
        const Estimate complete = rate({3, 4}, RateInterval::none);
        CHECK(complete.value == 0.75);
        CHECK(complete.no_interval == NotEstimable::complete_count);
        CHECK_THROWS_AS(rate({5, 4}, RateInterval::wilson), Error);
        CHECK_THROWS_AS(rate({-1, 4}, RateInterval::wilson), Error);
    }

    TEST_CASE("a difference or ratio with an empty group cannot be told") {
        CHECK(rate_difference({0, 0}, {3, 4}).reason == NotEstimable::empty_group);
        CHECK(rate_ratio({3, 4}, {0, 0}, RatioInterval::score).reason == NotEstimable::empty_group);
        CHECK(rate_ratio({3, 4}, {0, 5}, RatioInterval::score).reason == NotEstimable::zero_denominator);
    }

    TEST_CASE("with nobody passed the Katz interval has a reason and the score interval its limits") {
        CHECK(rate_ratio({0, 8}, {3, 9}, RatioInterval::katz_log).no_interval == NotEstimable::zero_cell);
        const auto score = *rate_ratio({0, 8}, {3, 9}, RatioInterval::score).interval;
        CHECK(score.lower == 0);
        CHECK((score.upper > 0 && score.upper < std::numeric_limits<double>::infinity()));
    }

    TEST_CASE("the score interval holds exactly the ratios that the score test does not reject") {
        // Koopman 1984: at the limits the restricted likelihood's score statistic is the normal quantile;
        // here by its definition, with the restricted rates found by search.
        const double m = 36, n = 40, x = 12, y = 22, z = 1.959963984540054;
        const auto interval = *rate_ratio({12, 36}, {22, 40}, RatioInterval::score).interval;
        for (const double ratio : {interval.lower, interval.upper}) {
            double best = -1e300, p = 0;
            for (int i = 1; i < 200000; ++i) {
                const double q = i / 200000.0;  // rate of the second; ratio * q that of the first
                if (ratio * q >= 1) break;
                const double l = x * std::log(ratio * q) + (m - x) * std::log(1 - ratio * q) +
                                 y * std::log(q) + (n - y) * std::log(1 - q);
                if (l > best) best = l, p = q;
            }
            const double a = ratio * p;
            const double statistic =
                (x / m - ratio * y / n) / std::sqrt(a * (1 - a) / m + ratio * ratio * p * (1 - p) / n);
            CHECK(std::fabs(statistic) == doctest::Approx(z).epsilon(1e-4));
        }
    }

    TEST_CASE("rates by group count what they drop, and the order of rows changes nothing") {
        const std::vector<std::string> group{"b", "a", "b", "", "a"};
        Table table, turned;
        const auto column = [&](std::vector<int> order) {
            std::vector<std::string> names;
            std::vector<bool> has;
            std::vector<std::uint8_t> passed;
            std::vector<bool> known;
            constexpr std::uint8_t outcome[] = {1, 0, 0, 1, 1};
            for (const int i : order) {
                names.push_back(group[static_cast<std::size_t>(i)]);
                has.push_back(i != 3);
                passed.push_back(outcome[i]);
                known.push_back(i != 4);
            }
            Table out;
            out.add("group", Column::texts(Strings{names}, Validity{has}));
            out.add("passed", Column::booleans(Buffer<std::uint8_t>{passed}, Validity{known}));
            return out;
        };
        const auto one = rates(column({0, 1, 2, 3, 4}), "passed", "group", RateInterval::wilson);
        const auto other = rates(column({4, 2, 3, 1, 0}), "passed", "group", RateInterval::wilson);
        CHECK(one == other);
        CHECK(one.at("a").n == 1);
        CHECK(one.at("a").dropped.at(0).n == 1);
        CHECK(one.at("b").value == 0.5);
        CHECK(one.notes.size() == 1);
    }

    TEST_CASE("the funnel divides by what it is told to, and who withdrew is no failure") {
        const std::vector<FunnelStep> steps{
            {"applied", 120, 0}, {"eligible", 96, 6}, {"sat", 80, 0}, {"appointed", 3, 0}};
        const Estimates table = funnel(steps, "eligible", 4, RateInterval::none);
        CHECK(table.at("sat / eligible", "stage_rate").value == doctest::Approx(80.0 / 90));
        CHECK(table.at("sat / eligible", "stage_rate").dropped.at(0).why.name() == "withdrawn");
        CHECK(table.at("appointed / eligible", "cumulative_rate").value == doctest::Approx(3.0 / 90));
        CHECK(table.at("applied", "applicants_per_place").value == 30);
        CHECK(table.at("appointed", "fill_rate").value == 0.75);
        CHECK_THROWS_WITH_AS(funnel(steps, "present", 4, RateInterval::none), doctest::Contains("applied"),
                             Error);
        const std::vector<FunnelStep> growing{{"applied", 5, 0}, {"eligible", 6, 0}};
        CHECK_THROWS_AS(funnel(growing, "applied", {}, RateInterval::none), Error);
        CHECK(funnel(steps, "applied", 0, RateInterval::none).at("applied", "applicants_per_place").reason ==
              NotEstimable::zero_denominator);
    }
}
