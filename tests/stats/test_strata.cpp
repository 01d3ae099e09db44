#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include <recruit/base/error.hpp>
#include <recruit/base/random.hpp>
#include <recruit/stats/strata.hpp>

#include "stats/oracle.hpp"

using namespace recruit;
using namespace recruit::stats;

namespace {

Strata made(std::uint64_t seed, int count, std::uint64_t largest) {
    RandomStream random{seed};
    Strata out;
    for (int i = 0; i < count; ++i) {
        const auto people = [&] { return static_cast<std::int64_t>(random.below(largest + 1)); };
        const auto m = people(), n = people();
        out.strata.push_back(
            {"s" + std::to_string(i),
             {static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(m) + 1)), m},
             {static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(n) + 1)), n}});
    }
    return out;
}

}  // namespace

TEST_SUITE("stats/strata") {
    TEST_CASE("admissions at Berkeley 1973: Mantel-Haenszel, exact, Breslow-Day and Woolf as in R") {
        const oracle::Group expected{"mh_ucb"};
        const auto data = oracle::data("../data/ucb_admissions.csv");
        if (!data) return;
        Table table;
        for (const auto& [name, column] : data->columns()) {
            if (name == "Admit" || name == "admit") {
                std::vector<std::uint8_t> admitted;
                for (std::size_t i = 0; i < column.size(); ++i)
                    admitted.push_back(column.str(i) == "Admitted");
                table.add("Admit", Column::booleans(Buffer<std::uint8_t>{admitted}));
            } else {
                table.add(name, column);
            }
        }
        StrataColumns columns;
        columns.stratum = "Dept";
        columns.group = "Gender";
        columns.outcome = "Admit";
        columns.focal = "Male";
        columns.count = table.find("n") != nullptr ? "n" : "Freq";
        const Strata s = strata(table, columns);
        const auto corrected = mantel_haenszel(s, true), plain = mantel_haenszel(s, false);
        const auto odds = mantel_haenszel_odds_ratio(s);
        expected.check("mantel_haenszel", "chi2_cc", corrected.statistic);
        expected.check("mantel_haenszel", "p_cc", corrected.p_value);
        expected.check("mantel_haenszel", "chi2", plain.statistic);
        expected.check("mantel_haenszel", "OR_MH", odds.value);
        expected.check("mantel_haenszel", "OR_lo", odds.interval->lower);
        expected.check("mantel_haenszel", "OR_hi", odds.interval->upper);
        expected.check("mantel_haenszel", "p_exact", exact_conditional(s, Tail::minlike).p_value);
        expected.check("breslow_day", "chi2", breslow_day(s, false).statistic);
        expected.check("breslow_day", "p", breslow_day(s, false).p_value);
        expected.check("breslow_day_tarone", "chi2", breslow_day(s, true).statistic);
        expected.check("breslow_day_tarone", "p", breslow_day(s, true).p_value);
        expected.check("woolf", "chi2", woolf(s, ZeroCells::refuse).statistic);
        expected.check("woolf", "p", woolf(s, ZeroCells::refuse).p_value);
        const double z = *pooled_z(s.focal(), s.reference()).statistic;
        expected.check("chi2_pooled", "chi2", z * z);
    }

    TEST_CASE("one stratum is Fisher's test") {
        const Strata one{{{"only", {9, 27}, {25, 43}}}, {}};
        for (const Tail tail : {Tail::less, Tail::greater, Tail::minlike, Tail::central})
            CHECK(exact_conditional(one, tail).p_value == fisher({9, 27}, {25, 43}, tail).p_value);
        CHECK(exact_conditional_odds_ratio(one).value ==
              odds_ratio({9, 27}, {25, 43}, OddsRatio::conditional).value);
    }

    TEST_CASE("the exact test of two strata is that of listing every pair of tables") {
        const Strata two{{{"a", {1, 4}, {3, 5}}, {"b", {2, 3}, {4, 4}}}, {}};
        const auto choose = [](std::int64_t n, std::int64_t k) {
            return std::round(std::exp(std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1)));
        };
        std::vector<double> chance(8);
        for (std::int64_t i = 0; i <= 4; ++i) {
            for (std::int64_t j = 2; j <= 3; ++j)
                chance[static_cast<std::size_t>(i + j)] +=
                    choose(4, i) * choose(5, 4 - i) * choose(3, j) * choose(4, 6 - j);
        }
        double all = 0, extreme = 0;
        for (const double c : chance) all += c;
        for (const double c : chance) extreme += c <= chance[3] * (1 + 1e-7) ? c : 0;
        CHECK(*exact_conditional(two, Tail::minlike).p_value ==
              doctest::Approx(extreme / all).epsilon(1e-12));
    }

    TEST_CASE("contests with only insiders, or where all passed, change no figure but are counted") {
        Strata s{{{"a", {2, 9}, {5, 10}}, {"b", {4, 12}, {6, 11}}}, {}};
        const auto before = exact_conditional_odds_ratio(s);
        s.strata.push_back({"only one group", {1, 7}, {0, 0}});
        s.strata.push_back({"all passed", {3, 3}, {2, 2}});
        const auto after = exact_conditional_odds_ratio(s);
        CHECK(after.value == before.value);
        CHECK(after.n == before.n);
        CHECK(after.dropped.at(0).n == 12);
        CHECK(after.notes.at(0).arguments ==
              std::vector<std::variant<std::int64_t, double, std::string>>{std::int64_t{2}, std::int64_t{4}});
    }

    TEST_CASE("no informative stratum is a reason for every figure") {
        const Strata s{{{"a", {0, 0}, {1, 2}}, {"b", {2, 2}, {3, 3}}}, {}};
        CHECK(mantel_haenszel(s, true).reason == NotEstimable::uninformative);
        CHECK(mantel_haenszel_odds_ratio(s).reason == NotEstimable::uninformative);
        CHECK(exact_conditional(s, Tail::minlike).reason == NotEstimable::uninformative);
        CHECK(exact_conditional_odds_ratio(s).reason == NotEstimable::uninformative);
        CHECK(breslow_day(s, false).reason == NotEstimable::uninformative);
        CHECK(woolf(s, ZeroCells::add_half).reason == NotEstimable::uninformative);
        CHECK(mantel_haenszel(Strata{}, true).reason == NotEstimable::no_data);
    }

    TEST_CASE("Breslow-Day refuses sparse strata, one stratum and zeros; Woolf refuses zeros unless told") {
        const Strata sparse{{{"a", {1, 3}, {2, 4}}, {"b", {2, 3}, {1, 4}}}, {}};
        CHECK(breslow_day(sparse, true).reason == NotEstimable::sparse);
        CHECK(breslow_day(sparse, true, true).p_value);
        const Strata one{{{"a", {10, 30}, {20, 40}}}, {}};
        CHECK(breslow_day(one, true).reason == NotEstimable::too_few);
        const Strata zero{{{"a", {0, 30}, {20, 40}}, {"b", {12, 30}, {20, 40}}}, {}};
        CHECK(woolf(zero, ZeroCells::refuse).reason == NotEstimable::zero_cell);
        CHECK(woolf(zero, ZeroCells::add_half).p_value);
        const Strata all_zero{{{"a", {0, 30}, {20, 40}}, {"b", {0, 30}, {20, 40}}}, {}};
        CHECK(breslow_day(all_zero, true).reason == NotEstimable::zero_cell);
        CHECK(mantel_haenszel_odds_ratio(all_zero).no_interval == NotEstimable::zero_cell);
        CHECK(exact_conditional_odds_ratio(all_zero).value == 0);
    }

    TEST_CASE("the order of strata, and merging two halves, changes nothing") {
        const Strata all = made(5, 40, 12);
        Strata turned = all, first, second;
        std::reverse(turned.strata.begin(), turned.strata.end());
        for (std::size_t i = 0; i < all.strata.size(); ++i)
            (i % 2 == 0 ? first : second).strata.push_back(all.strata[i]);
        first += second;
        CHECK(first.strata.size() == all.strata.size());
        for (const Strata& same : {turned, first}) {
            CHECK(*mantel_haenszel(same, false).statistic ==
                  doctest::Approx(*mantel_haenszel(all, false).statistic));
            CHECK(*exact_conditional(same, Tail::minlike).p_value ==
                  doctest::Approx(*exact_conditional(all, Tail::minlike).p_value).epsilon(1e-10));
        }
    }

    TEST_CASE("the exact interval misses a true odds ratio of 1 in at most 5 % of many small contests") {
        int missed = 0;
        constexpr int runs = 400;
        for (std::uint64_t run = 0; run < runs; ++run) {
            RandomStream random{77, run};
            Strata s;
            for (int contest = 0; contest < 30; ++contest) {
                Stratum t{"c" + std::to_string(contest), {0, 2}, {0, 3}};
                for (int i = 0; i < 2; ++i) t.focal.passed += random.chance(2, 5) ? 1 : 0;
                for (int i = 0; i < 3; ++i) t.reference.passed += random.chance(2, 5) ? 1 : 0;
                s.strata.push_back(t);
            }
            const auto interval = *exact_conditional_odds_ratio(s).interval;
            missed += interval.lower > 1 || interval.upper < 1 ? 1 : 0;
        }
        CHECK(missed <= 30);  // 20 expected at most; 30 is 2.3 standard deviations more
        CHECK(missed >= 2);   // and an interval that never misses would be of no use
    }
}
