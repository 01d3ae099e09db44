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

/// 40,000 contests in the nightly run, 2,000 else.
SimulatedContests contests() {
    SimulatedContests out;
    out.contests = std::getenv("RECRUIT_NIGHTLY") != nullptr ? 40'000 : 2'000;
    out.error_sd = 1.5;
    return out;
}
/// Prints the tenths; true if each comes true within 0.02, or within three standard errors where there are so
/// few contests that those are more.
bool comes_true(const char* what, const Calibration& found) {
    bool all = true;
    std::printf("%s, %lld probabilities:\n", what, static_cast<long long>(found.size()));
    for (const auto& row : found.deciles()) {
        const double miss = row.observed - row.stated;
        std::printf("  %.3f to %.3f: stated %.4f, came true %.4f, miss %+.4f (standard error %.4f)\n",
                    row.lower, row.upper, row.stated, row.observed, miss, row.standard_error);
        all = all && std::fabs(miss) <= std::max(0.02, 3 * row.standard_error);
    }
    return all;
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
        SimulatedContests known = contests();
        // A tenth of 40,000 contests has a standard error below 0.005: 0.02 is no matter of luck.
        known.contests = 40'000;
        CHECK(comes_true("error known", calibrate_top_k(known, {1.5, {}}, Prior::stated(1), 1)));
        SimulatedContests differing = contests();
        differing.error_df = 10;
        CHECK(comes_true("errors differ and are estimated",
                         calibrate_top_k(differing, {1.5, 10}, Prior::stated(1), 1)));
        // The error pooled over past contests, and known nearly: no information is lost on the way.
        SimulatedContests pooled = contests();
        pooled.contests = std::max<std::int64_t>(pooled.contests, 10'000);
        CHECK(comes_true(
            "error and prior pooled over past contests",
            calibrate_top_k(pooled, {1.5, 400}, Prior::pooled(std::sqrt(1 + 2.25 / 5), 400), 1)));
    }

    TEST_CASE("it does not where the prior is wrong: a flat prior, or a spread three times too large") {
        SimulatedContests blunt = contests();
        blunt.error_sd = 3;
        const auto run = [](const SimulatedContests& simulated, double error, const Prior& prior) {
            return calibrate_top_k(simulated, {error, {}}, prior, 1);
        };
        CHECK(miss("flat prior, marks erring by 3", run(blunt, 3, Prior::flat())) > 0.1);
        CHECK(miss("true scores believed three times as far apart", run(contests(), 1.5, Prior::stated(3))) >
              0.06);
        CHECK(miss("errors believed a third as large", run(contests(), 0.5, Prior::stated(1))) > 0.1);
    }

    TEST_CASE("the same digits for any number of threads; other seeds, other digits") {
        SimulatedContests few = contests();
        few.contests = 500;
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
