#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include <recruit/base/error.hpp>
#include <recruit/base/random.hpp>
#include <recruit/stats/permutation.hpp>

#include "stats/oracle.hpp"

using namespace recruit;
using namespace recruit::stats;

namespace {

/// Every subset, one by one; sums of whole numbers, so that ties are exact.
double by_listing(const std::vector<std::int64_t>& marks, const std::vector<std::int8_t>& focal,
                  Extreme extreme) {
    std::size_t m = 0;
    std::int64_t own = 0, total = 0;
    for (std::size_t i = 0; i < marks.size(); ++i) {
        m += focal[i] == 1 ? 1 : 0;
        own += focal[i] == 1 ? marks[i] : 0;
        total += marks[i];
    }
    const auto n = static_cast<std::int64_t>(marks.size());
    const auto away = [&](std::int64_t sum) {
        return std::llabs(sum * n - static_cast<std::int64_t>(m) * total);
    };
    double all = 0, less = 0, greater = 0, absolute = 0;
    for (std::uint32_t subset = 0; subset < (1U << marks.size()); ++subset) {
        if (static_cast<std::size_t>(__builtin_popcount(subset)) != m) continue;
        std::int64_t sum = 0;
        for (std::size_t i = 0; i < marks.size(); ++i) sum += (subset >> i & 1U) != 0 ? marks[i] : 0;
        ++all;
        less += sum <= own ? 1 : 0;
        greater += sum >= own ? 1 : 0;
        absolute += away(sum) >= away(own) ? 1 : 0;
    }
    if (extreme == Extreme::less) return less / all;
    if (extreme == Extreme::greater) return greater / all;
    if (extreme == Extreme::absolute) return absolute / all;
    return std::min(1.0, 2 * std::min(less, greater) / all);
}

ExactNumbers whole(const std::vector<std::int64_t>& units) {
    return {units, std::vector<std::uint8_t>(units.size(), 0), 0};
}

constexpr Extreme all_extremes[] = {Extreme::less, Extreme::greater, Extreme::absolute, Extreme::doubled};

}  // namespace

TEST_SUITE("stats/permutation") {
    TEST_CASE("five against five: the full enumeration of 252") {
        const oracle::Group expected{"permutation"};
        const std::vector<double> marks{24.5, 31, 27, 29.5, 33, 30, 34.5, 28, 36, 35};
        const std::vector<std::int8_t> focal{1, 1, 1, 1, 1, 0, 0, 0, 0, 0};
        const Test test = permutation_test(exact_numbers(marks), focal, {}, Extreme::absolute);
        expected.check("exact_permutation_mean_diff", "diff", test.statistic);
        expected.check("exact_permutation_mean_diff", "p", test.p_value);
    }

    TEST_CASE("the signed rank test of Hollander and Wolfe's depression data") {
        const oracle::Group expected{"remark"};
        const std::vector<double> before{1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30};
        const std::vector<double> after{0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29};
        const Test test = signed_rank(exact_numbers(after), exact_numbers(before), Extreme::greater);
        expected.check("wilcoxon_signed_rank_exact", "V", test.statistic);
        expected.check("wilcoxon_signed_rank_exact", "p", test.p_value);
    }

    TEST_CASE("counting sums gives what listing every subset gives, with ties and skew marks") {
        for (std::uint64_t seed = 0; seed < 150; ++seed) {
            RandomStream random{seed};
            const std::size_t n = 3 + random.below(9);
            std::vector<std::int64_t> marks;
            std::vector<std::int8_t> focal;
            for (std::size_t i = 0; i < n; ++i) {
                const auto mark = static_cast<std::int64_t>(random.below(9));
                marks.push_back(mark * mark - 7);
                focal.push_back(static_cast<std::int8_t>(random.below(2)));
            }
            focal[0] = 1, focal[1] = 0;
            for (const Extreme extreme : all_extremes) {
                const Test test = permutation_test(whole(marks), focal, {}, extreme);
                if (test.reason) continue;
                CHECK(*test.p_value == doctest::Approx(by_listing(marks, focal, extreme)).epsilon(1e-10));
            }
        }
    }

    TEST_CASE("random permutations come to the exact answer, the same for any number of threads") {
        RandomStream random{3};
        std::vector<std::int64_t> marks;
        std::vector<std::int8_t> focal;
        std::vector<std::int32_t> strata;
        for (int i = 0; i < 60; ++i) {
            focal.push_back(static_cast<std::int8_t>(random.below(3) == 0));
            strata.push_back(i % 4);
            marks.push_back(static_cast<std::int64_t>(random.below(40)) + 4 * focal.back());
        }
        for (const bool with_strata : {false, true}) {
            const auto codes =
                with_strata ? std::span<const std::int32_t>{strata} : std::span<const std::int32_t>{};
            for (const Extreme extreme : all_extremes) {
                const double exact = *permutation_test(whole(marks), focal, codes, extreme).p_value;
                PermutationOptions sampled;
                sampled.exact_work = 0;
                sampled.seed = 12;
                sampled.samples = 20000;
                sampled.run.threads = 1;
                const Test one = permutation_test(whole(marks), focal, codes, extreme, sampled);
                sampled.run.threads = 3;
                CHECK(one == permutation_test(whole(marks), focal, codes, extreme, sampled));
                CHECK(std::fabs(*one.p_value - exact) < 4 * std::sqrt(exact * (1 - exact) / 20000) + 1e-4);
            }
        }
    }

    TEST_CASE("within strata of two people each the permutations are coin tosses") {
        // Each pair: the focal one has 1 more. 2^-6 that all do.
        std::vector<std::int64_t> marks;
        std::vector<std::int8_t> focal;
        std::vector<std::int32_t> strata;
        for (int i = 0; i < 6; ++i) {
            for (const int f : {1, 0}) {
                marks.push_back(10 * i + f);
                focal.push_back(static_cast<std::int8_t>(f));
                strata.push_back(i);
            }
        }
        const Test test = permutation_test(whole(marks), focal, strata, Extreme::greater);
        CHECK(*test.p_value == doctest::Approx(std::pow(0.5, 6)));
        CHECK(*test.statistic == doctest::Approx(3));
    }

    TEST_CASE("adding a constant or a unit of marks changes nothing") {
        const std::vector<double> marks{7.25, 8, 6.5, 9, 7.75}, moved{72.5, 80, 65, 90, 77.5};
        const std::vector<std::int8_t> focal{1, 0, 1, 0, 1};
        const auto p = [&](const std::vector<double>& values) {
            return *permutation_test(exact_numbers(values), focal, {}, Extreme::absolute).p_value;
        };
        CHECK(p(marks) == p(moved));
    }

    TEST_CASE(
        "nobody, one group, equal marks and strata of one group are reasons; missing marks are counted") {
        const std::vector<std::int8_t> both{1, 0, 1}, one{1, 1, 1}, gap{1, 0, -1};
        const std::vector<std::int32_t> apart{0, 1, 2};
        CHECK(permutation_test(whole({1, 2, 3}), one, {}, Extreme::less).reason == NotEstimable::empty_group);
        CHECK(permutation_test(whole({2, 2, 2}), both, {}, Extreme::less).reason == NotEstimable::constant);
        CHECK(permutation_test(whole({1, 2, 3}), both, apart, Extreme::less).reason ==
              NotEstimable::uninformative);
        CHECK(permutation_test(whole({}), {}, {}, Extreme::less).reason == NotEstimable::no_data);
        CHECK(permutation_test(whole({1, 2, 3}), gap, {}, Extreme::less).dropped.at(0).n == 1);
        PermutationOptions no_seed;
        no_seed.exact_work = 0;
        CHECK_THROWS_WITH_AS(permutation_test(whole({1, 2, 3}), both, {}, Extreme::less, no_seed),
                             doctest::Contains("seed"), Error);
    }

    TEST_CASE("work that is told to stop throws") {
        std::vector<std::int64_t> marks(2000);
        std::vector<std::int8_t> focal(2000);
        for (std::size_t i = 0; i < marks.size(); ++i)
            marks[i] = static_cast<std::int64_t>(i * i % 977), focal[i] = i % 2;
        std::stop_source source;
        PermutationOptions options;
        options.exact_work = 0;
        options.seed = 1;
        options.run.stop = source.get_token();
        options.run.progress = [&](double) { source.request_stop(); };
        CHECK_THROWS_AS(permutation_test(whole(marks), focal, {}, Extreme::less, options), Cancelled);
    }

    TEST_CASE("the signed rank test lists signs exactly, with ties and pairs without change") {
        const std::vector<double> first{5, 6, 7, 8, 9, 4}, second{6, 7, 5, 8, 12, 5};
        const Test test = signed_rank(exact_numbers(first), exact_numbers(second), Extreme::greater);
        // Changes 1, 1, -2, 3, 1: ranks 2, 2, 4, 5, 2, so V = 11; of 32 sign patterns those with V >= 11.
        int extreme = 0;
        constexpr int ranks_of[] = {2, 2, 4, 5, 2};
        for (int signs = 0; signs < 32; ++signs) {
            int sum = 0;
            for (int i = 0; i < 5; ++i) sum += (signs >> i & 1) != 0 ? ranks_of[i] : 0;
            extreme += sum >= 11 ? 1 : 0;
        }
        CHECK(test.statistic == 11);
        CHECK(*test.p_value == doctest::Approx(extreme / 32.0));
        CHECK(test.dropped.at(0).n == 1);
        CHECK(signed_rank(exact_numbers(first), exact_numbers(first), Extreme::less).reason ==
              NotEstimable::constant);
        CHECK(signed_rank(whole({}), whole({}), Extreme::less).reason == NotEstimable::no_data);
    }

    TEST_CASE("the approximation for many pairs is near the exact answer") {
        RandomStream random{8};
        std::vector<std::int64_t> first, second;
        for (int i = 0; i < 700; ++i) {
            first.push_back(static_cast<std::int64_t>(random.below(100)));
            second.push_back(first.back() + static_cast<std::int64_t>(random.below(11)) - 5);
        }
        const Test many = signed_rank(whole(first), whole(second), Extreme::doubled);
        first.resize(500), second.resize(500);
        const Test few = signed_rank(whole(first), whole(second), Extreme::doubled);
        CHECK(many.method.name() == "signed_rank_normal");
        CHECK(few.method.name() == "signed_rank_exact");
        CHECK((*many.p_value > 0.001 && *few.p_value > 0.001));
    }
}
