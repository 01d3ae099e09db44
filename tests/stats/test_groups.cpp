#include <doctest/doctest.h>

#include <cmath>
#include <cstdio>
#include <limits>

#include <recruit/base/error.hpp>
#include <recruit/base/random.hpp>
#include <recruit/stats/groups.hpp>

#include "stats/oracle.hpp"

using namespace recruit;
using namespace recruit::stats;

namespace {

double choose(std::int64_t n, std::int64_t k) {
    double out = 1;
    for (std::int64_t i = 0; i < k; ++i) out *= static_cast<double>(n - i) / static_cast<double>(i + 1);
    return out;
}

/// Fisher by listing every table: exact integers in doubles for small n.
double by_listing(Count f, Count r, Tail tail, bool mid) {
    const std::int64_t passed = f.passed + r.passed;
    const auto chance = [&](std::int64_t k) { return choose(f.n, k) * choose(r.n, passed - k); };
    double all = 0, less = 0, greater = 0, minlike = 0;
    const double own = chance(f.passed);
    for (std::int64_t k = std::max<std::int64_t>(0, passed - r.n); k <= std::min(f.n, passed); ++k) {
        const double p = chance(k);
        all += p;
        if (k < f.passed) less += p;
        if (k > f.passed) greater += p;
        const bool is_tied = std::fabs(p - own) <= 1e-7 * own;
        if (p < own || is_tied) minlike += is_tied && mid ? p / 2 : p;
    }
    const double half = mid ? own / 2 : own;
    if (tail == Tail::less) return (less + half) / all;
    if (tail == Tail::greater) return (greater + half) / all;
    if (tail == Tail::central) return std::min(1.0, 2 * (std::min(less, greater) + half) / all);
    return std::min(1.0, minlike / all);
}

}  // namespace

TEST_SUITE("stats/groups") {
    TEST_CASE("adverse impact figures are those of R, exact2x2 and the formulas cited beside them") {
        const oracle::Group expected{"adverse_impact"};
        for (const auto& row : expected) {
            Count f, r;
            int parsed = std::sscanf(row.args.substr(row.args.find("focal")).c_str(),
                                     "focal %ld/%ld ref %ld/%ld", &f.passed, &f.n, &r.passed, &r.n);
            REQUIRE(parsed == 4);
            const auto is = [&](const char* method) { return row.method == method; };
            std::optional<double> got;
            const Estimate odds = odds_ratio(f, r, OddsRatio::conditional);
            const Estimate ratio = impact_ratio(f, r, RatioInterval::katz_log);
            if (is("impact_ratio")) got = ratio.value;
            if (is("risk_ratio_ci_log"))
                got = row.statistic == "lo" ? ratio.interval->lower : ratio.interval->upper;
            if (is("z_pooled"))
                got = row.statistic == "z" ? pooled_z(f, r).statistic : pooled_z(f, r).p_value;
            if (is("fisher_two_sided_minlike")) got = fisher(f, r, Tail::minlike).p_value;
            if (is("fisher_two_sided_central")) got = fisher(f, r, Tail::central).p_value;
            if (is("mid_p_two_sided_minlike")) got = fisher(f, r, Tail::minlike, true).p_value;
            if (is("mid_p_two_sided_central")) got = fisher(f, r, Tail::central, true).p_value;
            if (is("cond_mle_odds_ratio")) {
                got = row.statistic == "or"   ? odds.value
                      : row.statistic == "lo" ? odds.interval->lower
                                              : odds.interval->upper;
            }
            if (is("cohen_h")) got = cohen_h(f, r).value;
            if (is("phi")) got = phi(f, r).value;
            if (is("shortfall")) got = shortfall(f, r, Shortfall::overall_rate).value;
            expected.check(row, got);
        }
    }

    TEST_CASE("an expected impact is iopsych's, and the other sign of d gives the inverse side") {
        const oracle::Group expected{"ai_from_d"};
        const Estimates model = expected_impact({0.15, 0.25, 0.3});
        expected.check("expected_impact_ratio", "IR", model.at("", "impact_ratio").value);
        expected.check("expected_impact_ratio", "sr_major", model.at("", "reference_rate_expected").value);
        expected.check("expected_impact_ratio", "sr_minor", model.at("", "focal_rate").value);
        expected.check("expected_impact_ratio", "cut", model.at("", "cut").value);
        CHECK(expected_impact({-0.15, 0.25, 0.3}).at("", "impact_ratio").value > 1.2);
        CHECK_THROWS_AS(expected_impact({0.15, 25, 0.3}), Error);
    }

    TEST_CASE(
        "Fisher's probabilities are those of listing every table, for every table of up to 9 + 8 people") {
        for (std::int64_t m = 1; m <= 9; ++m) {
            for (std::int64_t n = 1; n <= 8; ++n) {
                for (std::int64_t a = 0; a <= m; ++a) {
                    for (std::int64_t c = 0; c <= n; ++c) {
                        if (a + c == 0 || a + c == m + n) continue;
                        for (const Tail tail : {Tail::less, Tail::greater, Tail::minlike, Tail::central}) {
                            for (const bool mid : {false, true}) {
                                const auto test = fisher({a, m}, {c, n}, tail, mid);
                                CHECK(*test.p_value ==
                                      doctest::Approx(by_listing({a, m}, {c, n}, tail, mid)).epsilon(1e-11));
                            }
                        }
                    }
                }
            }
        }
    }

    TEST_CASE("swapping the groups, or passed and failed, leaves the two-sided probability") {
        RandomStream random{11};
        for (int i = 0; i < 300; ++i) {
            const auto m = static_cast<std::int64_t>(random.below(5000) + 1),
                       n = static_cast<std::int64_t>(random.below(300) + 1);
            const Count f{static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(m) + 1)), m};
            const Count r{static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(n) + 1)), n};
            const auto failed = [](Count c) { return Count{c.n - c.passed, c.n}; };
            for (const Tail tail : {Tail::minlike, Tail::central}) {
                const auto one = fisher(f, r, tail);
                if (!one.p_value) continue;
                CHECK(*one.p_value == doctest::Approx(*fisher(r, f, tail).p_value).epsilon(1e-9));
                CHECK(*one.p_value ==
                      doctest::Approx(*fisher(failed(f), failed(r), tail).p_value).epsilon(1e-9));
            }
        }
    }

    TEST_CASE("two tables that differ in the twelfth digit are tied: (345, 455; 260, 345) has p = 0.9567") {
        // scipy issue 4130 gave 1 here; R's fisher.test gives 0.9567.
        const auto p = *fisher({345, 800}, {260, 605}, Tail::minlike).p_value;
        CHECK(p == doctest::Approx(0.9567).epsilon(1e-4));
    }

    TEST_CASE("twenty million people: the two-sided probability is near the normal one, quickly") {
        const Count f{4'000'000, 10'000'000}, r{4'001'500, 10'000'000};
        CHECK(*fisher(f, r, Tail::minlike, true).p_value ==
              doctest::Approx(*pooled_z(f, r).p_value).epsilon(1e-4));
    }

    TEST_CASE("the limits of the odds ratio leave half of alpha in each tail, also at the ends") {
        const auto middle = odds_ratio({9, 27}, {25, 43}, OddsRatio::conditional);
        CHECK((middle.interval->lower < *middle.value && *middle.value < middle.interval->upper));
        const auto none = odds_ratio({0, 5}, {4, 6}, OddsRatio::conditional);
        CHECK(none.value == 0);
        CHECK(none.interval->lower == 0);
        // R: fisher.test(matrix(c(0, 5, 4, 2), 2))$conf.int is 0 to 1.226... ; the limit solves P(X = 0) =
        // 0.025.
        const double u = none.interval->upper;
        double all = 0;
        for (std::int64_t k = 0; k <= 4; ++k)
            all += choose(5, k) * choose(6, 4 - k) * std::pow(u, static_cast<double>(k));
        CHECK(choose(6, 4) / all == doctest::Approx(0.025).epsilon(1e-9));
        CHECK(odds_ratio({5, 5}, {4, 6}, OddsRatio::conditional).value ==
              std::numeric_limits<double>::infinity());
    }

    TEST_CASE("an odds ratio of two people each, and of ten million, can be told") {
        CHECK(odds_ratio({1, 2}, {1, 2}, OddsRatio::conditional).value == doctest::Approx(1));
        const auto large =
            odds_ratio({4'000'000, 10'000'000}, {4'001'500, 10'000'000}, OddsRatio::conditional);
        const auto sample = odds_ratio({4'000'000, 10'000'000}, {4'001'500, 10'000'000}, OddsRatio::sample);
        CHECK(*large.value == doctest::Approx(*sample.value).epsilon(1e-7));
        CHECK(large.interval->upper == doctest::Approx(sample.interval->upper).epsilon(1e-6));
    }

    TEST_CASE("all passed, none passed and empty groups are reasons, in every figure") {
        CHECK(fisher({3, 3}, {2, 2}, Tail::minlike).reason == NotEstimable::all_pass);
        CHECK(pooled_z({0, 3}, {0, 2}).reason == NotEstimable::none_pass);
        CHECK(phi({0, 0}, {1, 2}).reason == NotEstimable::empty_group);
        CHECK(fisher({0, 0}, {0, 0}, Tail::central).reason == NotEstimable::no_data);
        CHECK(cohen_h({0, 0}, {1, 2}).reason == NotEstimable::empty_group);
        CHECK(shortfall({0, 0}, {1, 2}, Shortfall::overall_rate).reason == NotEstimable::empty_group);
        CHECK(logit_d({0, 3}, {1, 2}).reason == NotEstimable::zero_cell);
        CHECK(odds_ratio({2, 2}, {1, 2}, OddsRatio::sample).reason == NotEstimable::zero_denominator);
        CHECK(odds_ratio({0, 2}, {1, 2}, OddsRatio::sample).no_interval == NotEstimable::zero_cell);
    }

    TEST_CASE("small expected counts are said, in whichever group they are") {
        CHECK(pooled_z({1, 10}, {9, 40}).notes.size() == 1);
        CHECK(pooled_z({9, 40}, {1, 10}).notes.size() == 1);
        CHECK(pooled_z({20, 100}, {40, 100}).notes.empty());
    }

    TEST_CASE("the two shortfalls differ, and an exact quotient is not rounded up") {
        CHECK(shortfall({20, 100}, {40, 100}, Shortfall::overall_rate).value == 10);
        CHECK(shortfall({20, 100}, {40, 100}, Shortfall::reference_rate).value == 20);
        CHECK(shortfall({1, 10}, {9, 40}, Shortfall::reference_rate).value == 2);  // 2.25 -> 3, less 1
        CHECK(shortfall({3, 10}, {3, 10}, Shortfall::reference_rate).value == 0);
    }

    TEST_CASE("the flip-flop count is the least number of selections that turns the result") {
        // 1 of 10 against 9 of 40 (0.1 against 0.225): two more are needed for 0.8 of the rate.
        CHECK(flip_flop({1, 10}, {9, 40}, 0.8).value == 1);  // 0.2 against 0.2
        CHECK(flip_flop({1, 10}, {9, 40}).value == 1);
        CHECK(flip_flop({20, 100}, {40, 100}, 0.8).value == 7);  // 27 against 33: 0.818
        CHECK(flip_flop({20, 100}, {40, 100}).value == 10);
        CHECK(flip_flop({40, 100}, {20, 100}).value == 10);
        CHECK(flip_flop({40, 100}, {40, 100}).value == 0);
        CHECK_THROWS_AS(flip_flop({1, 10}, {9, 40}, 80), Error);
    }

    TEST_CASE("some number of selections always turns the result, and no smaller one does") {
        for (std::int64_t m = 1; m <= 6; ++m) {
            for (std::int64_t n = 1; n <= 6; ++n) {
                for (std::int64_t x = 0; x <= m; ++x) {
                    for (std::int64_t y = 0; y <= n; ++y) {
                        for (const auto threshold :
                             {std::optional<double>{}, std::optional{0.8}, std::optional{1.0}}) {
                            const Estimate found = flip_flop({x, m}, {y, n}, threshold);
                            if (x + y == 0 || x + y == m + n) {
                                CHECK(found.reason.has_value());
                                continue;
                            }
                            REQUIRE(found.value);
                            Count low{x, m}, high{y, n};
                            if (x * n > y * m) std::swap(low, high);
                            const auto reached = [&](std::int64_t k) {
                                const auto a = static_cast<double>((low.passed + k) * high.n),
                                           b = static_cast<double>((high.passed - k) * low.n);
                                return a >= b * threshold.value_or(1) * (1 - 1e-12);
                            };
                            const auto k = static_cast<std::int64_t>(*found.value);
                            CHECK(reached(k));
                            CHECK((k == 0 || !reached(k - 1)));
                        }
                    }
                }
            }
        }
    }

    TEST_CASE("Holm's probabilities never fall below the plain ones and keep their order") {
        // The example of R's p.adjust documentation style, by hand: 0.01, 0.04, 0.03 -> 0.03, 0.06, 0.06.
        const std::vector<std::optional<double>> p{0.01, 0.04, std::nullopt, 0.03};
        const auto adjusted = holm(p);
        CHECK(*adjusted[0] == doctest::Approx(0.03));
        CHECK(*adjusted[1] == doctest::Approx(0.06));
        CHECK(!adjusted[2]);
        CHECK(*adjusted[3] == doctest::Approx(0.06));
    }
}
