#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include <recruit/base/error.hpp>
#include <recruit/base/random.hpp>
#include <recruit/stats/integrity.hpp>

using namespace recruit;
using namespace recruit::stats;

namespace {

ExactNumbers halves(const std::vector<std::int64_t>& counts, std::int64_t first) {
    ExactNumbers out;
    out.scale = 1;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        for (std::int64_t j = 0; j < counts[i]; ++j)
            out.units.push_back((first + static_cast<std::int64_t>(i)) * 5);
    }
    out.missing.assign(out.units.size(), 0);
    return out;
}

HeapingOptions at_50() { return {50_pt, 0.5_pt}; }

}  // namespace

TEST_SUITE("stats/integrity") {
    TEST_CASE("a heap at the pass mark of 50 is seen, a smooth slope is none") {
        // Half points 47.0 to 52.5; place 100 is 50.
        const std::vector<std::int64_t> smooth{30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19};
        auto heaped = smooth;
        heaped[6] += 18, heaped[5] -= 18;  // eighteen scripts lifted over the cut
        const Comparison none = heaping(halves(smooth, 94), at_50()),
                         some = heaping(halves(heaped, 94), at_50());
        CHECK(*none.tests[0].p_value > 0.3);
        CHECK(*some.tests[0].p_value < 0.001);
        CHECK(some.estimates[0].value == 42);
        CHECK(*some.estimates[2].value == doctest::Approx(24).epsilon(0.02));
    }

    TEST_CASE("without heaps the test keeps its level over simulated contests") {
        int rejected = 0;
        for (std::uint64_t run = 0; run < 400; ++run) {
            RandomStream random{21, run};
            std::vector<std::int64_t> counts(12);
            for (int i = 0; i < 400; ++i) {  // cells 1 : 0.9 : 0.81 ..., by rejection
                for (;;) {
                    const auto cell = random.below(12);
                    if (random.chance(
                            static_cast<std::uint64_t>(1e6 * std::pow(0.9, static_cast<double>(cell))),
                            1'000'000)) {
                        ++counts[cell];
                        break;
                    }
                }
            }
            rejected += *heaping(halves(counts, 94), at_50()).tests[0].p_value < 0.05 ? 1 : 0;
        }
        CHECK(rejected <= 40);  // 20 expected and somewhat more, as the trend is estimated
        CHECK(rejected >= 5);
    }

    TEST_CASE("too few marks for a heap or for digits are a reason") {
        const auto few = halves({3, 3, 3, 3, 3, 3, 3}, 97);
        CHECK(heaping(few, at_50()).tests[0].reason == NotEstimable::too_few);
        CHECK(terminal_digits(few, 0.5_pt).tests[0].reason == NotEstimable::too_few);
        CHECK(terminal_digits(ExactNumbers{}, 0.5_pt).tests[0].reason == NotEstimable::no_data);
        CHECK_THROWS_AS(heaping(few, {50_pt, 0_pt}), Error);
        CHECK_THROWS_AS(terminal_digits(few, 0.5_pt, 1), Error);
    }

    TEST_CASE(
        "last digits: equal ones are not rejected, fives and noughts are; marks off the grid are counted") {
        std::vector<std::int64_t> even(100, 2), preferred(100, 1);
        for (std::size_t i = 0; i < 100; i += 5) preferred[i] = 6;
        const auto wholes = [](const std::vector<std::int64_t>& counts) {
            ExactNumbers out = halves(counts, 0);
            for (auto& unit : out.units) unit *= 2;
            return out;
        };
        CHECK(*terminal_digits(wholes(even), 1_pt).tests[0].p_value == doctest::Approx(1));
        const Comparison found = terminal_digits(wholes(preferred), 1_pt);
        // 20 tens of 1 * 8 + 6 * 2: 200 marks, 20 expected of each digit, 60 of 0 and 5, 10 of the others.
        CHECK(*found.tests[0].statistic == doctest::Approx((2 * 40.0 * 40 + 8 * 10.0 * 10) / 20));
        CHECK(terminal_digits(halves(even, 0), 1_pt).dropped.at(0).n == 100);
    }

    TEST_CASE("re-marking lists changes that error does not explain, the largest first") {
        const ExactNumbers first =
            exact_numbers(std::vector<double>{50, 60, 49.5, 70, 55, 48, 52, 61, 47, 66, 58});
        const ExactNumbers second =
            exact_numbers(std::vector<double>{51, 60, 62, 61, 55.5, 49, 53, 61.5, 50, 66.5, 59});
        RemarkOptions options;
        options.sem = 2;
        options.cut = 50_pt;
        const Remarking found = remarking(first, second, nullptr, options);
        REQUIRE(found.cases.size() == 2);
        CHECK(found.cases[0].row == 2);
        CHECK(found.cases[0].deviation == doctest::Approx(12.5 / (2 * std::sqrt(2.0))));
        CHECK(found.cases[0].crosses_cut);
        CHECK(found.cases[1].row == 3);
        CHECK(*found.summary.estimates[1].value == doctest::Approx(9.0 / 11));
        CHECK(found.summary.tests[0].p_value);
        CHECK(found.summary.tests[1].reason == NotEstimable::too_few);  // two crossings only
        const std::string said = found.str();
        CHECK(said.find("row 2") != std::string::npos);
        CHECK(said.find("anybody's fault") != std::string::npos);
    }

    TEST_CASE("markers are compared by the direction of changes, adjusted by Holm") {
        std::vector<double> before, after;
        Factor marker{{"A", "B"}, {}};
        for (int i = 0; i < 12; ++i) {
            before.push_back(50), after.push_back(52), marker.codes.push_back(0);
            before.push_back(50), after.push_back(i % 2 == 0 ? 51 : 49), marker.codes.push_back(1);
        }
        RemarkOptions options;
        options.sem = 1;
        const Remarking found = remarking(exact_numbers(before), exact_numbers(after), &marker, options);
        const Table table = found.summary.to_table();
        CHECK(table.at("subject").str(1) == "A");
        CHECK(table.at("p.sign_test").reals()[1] == doctest::Approx(2 * std::pow(0.5, 12)));
        CHECK(table.at("p.sign_test.holm").reals()[1] == doctest::Approx(4 * std::pow(0.5, 12)));
        CHECK(table.at("p.sign_test").reals()[2] == doctest::Approx(1));
    }

    TEST_CASE("no re-marked script, or a standard error of 0, is a reason or refused") {
        RemarkOptions options;
        options.sem = 1;
        const Remarking nobody = remarking(ExactNumbers{}, ExactNumbers{}, nullptr, options);
        CHECK(nobody.summary.tests[0].reason == NotEstimable::no_data);
        CHECK(nobody.summary.estimates[3].reason == NotEstimable::no_data);
        options.sem = 0;
        CHECK_THROWS_AS(remarking(ExactNumbers{}, ExactNumbers{}, nullptr, options), Error);
    }
}
