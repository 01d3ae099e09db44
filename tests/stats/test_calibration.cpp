#include <recruit/stats/calibration.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <stop_token>

#include <recruit/base/error.hpp>
#include <recruit/base/random.hpp>

using namespace recruit;
using namespace recruit::stats;

namespace {

constexpr double allowed = 0.02;

SimulatedContests contests(std::int64_t n = 10'000) {
    SimulatedContests out;
    out.contests = n;
    out.error_sd = 1.5;
    return out;
}

/// Lots of 10,000 contests, with seeds 1, 2, ...: the first is printed, and all of them together, tenth by
/// tenth. In one lot a tenth has a standard error of up to 0.009, so that 0.02 is passed now and then by luck
/// alone; of four together it is below 0.005. True if together every tenth comes true within 0.02, and single
/// lots pass it no more often than luck says.
bool comes_true(const char* what, const SimulatedContests& lot, const Precision& error, const Prior& prior) {
    const std::uint64_t lots = std::getenv("RECRUIT_NIGHTLY") != nullptr ? 40 : 4;
    Calibration all;
    int beyond = 0;
    double by_luck = 0;
    std::vector<double> largest;
    const auto print = [](const CalibrationRow& row) {
        std::printf(
            "  %.3f to %.3f: n %6lld, stated %.4f, came true %.4f, miss %+.4f (standard error %.4f)\n",
            row.lower, row.upper, static_cast<long long>(row.n), row.stated, row.observed,
            row.observed - row.stated, row.standard_error);
    };
    for (std::uint64_t seed = 1; seed <= lots; ++seed) {
        const Calibration one = calibrate_top_k(lot, error, prior, seed);
        if (seed == 1) std::printf("%s, %lld contests:\n", what, static_cast<long long>(lot.contests));
        for (const auto& row : one.deciles()) {
            if (seed == 1) print(row);
            beyond += std::fabs(row.observed - row.stated) > allowed ? 1 : 0;
            by_luck += row.standard_error > 0 ? std::erfc(allowed / row.standard_error / std::sqrt(2)) : 0;
        }
        largest.push_back(*one.largest_miss().value);
        all += one;
    }
    std::printf("%s, %d times as many:\n", what, static_cast<int>(lots));
    bool good = true;
    for (const auto& row : all.deciles()) {
        print(row);
        good = good && std::fabs(row.observed - row.stated) <= allowed;
    }
    std::sort(largest.begin(), largest.end());
    std::printf(
        "  of %d tenths of single lots %d miss by more than 0.02, %.1f would by luck; largest miss of a lot: "
        "median %.4f, most %.4f\n",
        static_cast<int>(lots * 10), beyond, by_luck, largest[largest.size() / 2], largest.back());
    return good && beyond <= by_luck + 4 * std::sqrt(by_luck);
}
double miss(const char* what, const Calibration& found) {
    const Estimate largest = found.largest_miss();
    std::printf("%s: largest miss %.4f (standard error %.4f)\n", what, *largest.value,
                *largest.standard_error);
    return *largest.value;
}

}  // namespace

TEST_SUITE("stats/calibration") {
    TEST_CASE("property: parts added are one pass, in any order") {
        Calibration all, odd, even;
        RandomStream random{3};
        for (int i = 0; i < 1000; ++i) {
            const double p = static_cast<double>(random.below(1001)) / 1000;
            const bool happened = random.chance(1, 3);
            all.add(p, happened);
            (i % 2 == 0 ? even : odd).add(p, happened);
        }
        CHECK(odd + even == all);
        CHECK(even + odd == all);
        CHECK(all.size() == 1000);
        std::int64_t n = 0;
        for (const auto& row : all.deciles()) n += row.n;
        CHECK(n == 1000);
        CHECK(all.deciles().size() == 10);
    }

    TEST_CASE("nothing was stated: no_data; one probability makes one row") {
        Calibration seen;
        CHECK(seen.largest_miss().reason == NotEstimable::no_data);
        CHECK(seen.deciles().empty());
        for (int i = 0; i < 4; ++i) seen.add(0.25, i == 0);
        REQUIRE(seen.deciles().size() == 1);
        CHECK(*seen.largest_miss().value == 0);
        CHECK(*seen.largest_miss().standard_error == doctest::Approx(std::sqrt(0.25 * 0.75 / 4)));
        CHECK_THROWS_AS(seen.add(25, true), Error);
    }

    TEST_CASE("P(truly first) comes true where the prior is right") {
        CHECK(comes_true("error known", contests(), {1.5, {}}, Prior::stated(1)));
        // The error pooled over past contests, and known nearly: no information is lost on the way.
        CHECK(comes_true("error and prior pooled over past contests", contests(), {1.5, 400},
                         Prior::pooled(std::sqrt(1 + 2.25 / 5), 400)));
        SimulatedContests differing = contests();
        differing.error_df = 10;
        CHECK(comes_true("errors differ and are estimated", differing, {1.5, 10}, Prior::stated(1)));
    }

    TEST_CASE("it does not where the prior is wrong: a flat prior, or a spread three times too large") {
        SimulatedContests blunt = contests();
        blunt.error_sd = 3;
        const auto run = [](const SimulatedContests& simulated, double error, const Prior& prior) {
            return calibrate_top_k(simulated, {error, {}}, prior, 1);
        };
        CHECK(miss("flat prior, marks erring by 3", run(blunt, 3, Prior::flat())) > 0.1);
        CHECK(miss("true scores believed three times as far apart", run(contests(), 1.5, Prior::stated(3))) >
              0.03);
        CHECK(miss("flat prior", run(contests(), 1.5, Prior::flat())) > 0.03);
        CHECK(miss("true scores believed half as far apart", run(contests(), 1.5, Prior::stated(0.5))) >
              0.08);
        CHECK(miss("errors believed a third as large", run(contests(), 0.5, Prior::stated(1))) > 0.1);
    }

    TEST_CASE("the same digits for any number of threads; other seeds, other digits") {
        const SimulatedContests few = contests(500);
        const auto run = [&](std::uint64_t seed, int threads) {
            return calibrate_top_k(few, {1.5, 20}, Prior::stated(1), seed, {threads, {}, {}});
        };
        CHECK(run(7, 1) == run(7, 3));
        CHECK(run(7, 1) != run(8, 1));
    }

    TEST_CASE("it stops when asked, and wrong use is refused") {
        std::stop_source stop;
        stop.request_stop();
        CHECK_THROWS_AS(calibrate_top_k(contests(), {1, {}}, Prior::flat(), 1, {1, stop.get_token(), {}}),
                        Cancelled);
        SimulatedContests alone = contests();
        alone.candidates = 1;
        CHECK_THROWS_AS(calibrate_top_k(alone, {1, {}}, Prior::flat(), 1), Error);
        CHECK_THROWS_AS(calibrate_top_k(contests(), {0, {}}, Prior::flat(), 1), Error);
    }
}
