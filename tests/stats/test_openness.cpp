#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include <recruit/base/error.hpp>
#include <recruit/base/random.hpp>
#include <recruit/stats/openness.hpp>

#include "stats/oracle.hpp"

using namespace recruit;
using namespace recruit::stats;

namespace {

struct Units {
    std::vector<std::int64_t> inside, outside, all;
};

std::optional<Units> units() {
    const auto data = oracle::data("segregation_6units.csv");
    if (!data) return std::nullopt;
    Units out;
    for (std::size_t row = 0; row < data->rows(); ++row) {
        const std::int64_t n = std::stoll(data->at("n").str(row));
        (data->at("group").str(row) == "insider" ? out.inside : out.outside).push_back(n);
    }
    for (std::size_t i = 0; i < out.inside.size(); ++i) out.all.push_back(out.inside[i] + out.outside[i]);
    return out;
}

Table contests(const std::vector<std::string>& contest, const std::vector<std::int64_t>& inside,
               const std::vector<std::int64_t>& won) {
    Table table;
    table.add("contest", Column::texts(contest));
    table.add("inside", Column::integers(Buffer<std::int64_t>{inside}));
    table.add("applied", Column::integers(Buffer<std::int64_t>{std::vector<std::int64_t>(won.size(), 1)}));
    table.add("won", Column::integers(Buffer<std::int64_t>{won}));
    return table;
}

const std::vector<std::string> steps{"applied", "won"};

}  // namespace

TEST_SUITE("stats/openness") {
    TEST_CASE("segregation of six units is that of the R package segregation") {
        const oracle::Group expected{"segregation"};
        const auto u = units();
        if (!u) return;
        const Estimates found = segregation(u->inside, u->outside, SmallUnits::uncorrected);
        expected.check("segregation", "dissimilarity_D", found.at("", "dissimilarity").value);
        expected.check("segregation", "mutual_M", found.at("", "mutual_information").value);
        expected.check("segregation", "theil_H_group_entropy", found.at("", "theil_h").value);
        expected.check("segregation", "isolation_insider", found.at("", "isolation_first").value);
        expected.check("segregation", "isolation_outsider", found.at("", "isolation_second").value);
    }

    TEST_CASE("concentration of winners: HHI, normalised and effective number") {
        const oracle::Group expected{"concentration"};
        const auto u = units();
        if (!u) return;
        const Estimates found = concentration(u->all);
        expected.check("hhi", "hhi_0_1", found.at("", "hhi").value);
        expected.check("hhi", "hhi_normalised", found.at("", "hhi_normalised").value);
        expected.check("hhi", "effective_n", found.at("", "effective_units").value);
    }

    TEST_CASE("the share of insiders among 184 winners has Wilson's interval") {
        const oracle::Group expected{"insider_share"};
        const auto u = units();
        if (!u) return;
        Count count;
        for (std::size_t i = 0; i < u->all.size(); ++i) count += Count{u->inside[i], u->all[i]};
        const Estimate found = inside_share(count, RateInterval::wilson);
        expected.check("wilson", "share", found.value);
        expected.check("wilson", "lo", found.interval->lower);
        expected.check("wilson", "hi", found.interval->upper);
    }

    TEST_CASE("what chance alone gives is the mean over random assignments") {
        const std::vector<std::int64_t> inside{3, 0, 2, 5}, outside{1, 4, 2, 3};
        const Estimates found = segregation(inside, outside, SmallUnits::subtract);
        std::vector<int> persons;
        for (int i = 0; i < 20; ++i) persons.push_back(i < 10 ? 1 : 0);
        double d = 0, m = 0;
        constexpr int draws = 20000;
        RandomStream random{4};
        for (int draw = 0; draw < draws; ++draw) {
            for (std::size_t i = persons.size(); i > 1; --i)
                std::swap(persons[i - 1], persons[random.below(i)]);
            std::vector<std::int64_t> first(4), second(4);
            std::size_t at = 0;
            for (std::size_t unit = 0; unit < 4; ++unit) {
                for (std::int64_t j = 0; j < inside[unit] + outside[unit]; ++j, ++at)
                    ++(persons[at] == 1 ? first : second)[unit];
            }
            const Estimates drawn = segregation(first, second, SmallUnits::uncorrected);
            d += *drawn.at("", "dissimilarity").value / draws;
            m += *drawn.at("", "mutual_information").value / draws;
        }
        CHECK(d == doctest::Approx(*found.at("", "dissimilarity_by_chance").value).epsilon(0.01));
        CHECK(m == doctest::Approx(*found.at("", "mutual_information_by_chance").value).epsilon(0.02));
        const double plain =
            *segregation(inside, outside, SmallUnits::uncorrected).at("", "dissimilarity").value;
        CHECK(*found.at("", "dissimilarity").value ==
              doctest::Approx(plain - *found.at("", "dissimilarity_by_chance").value));
    }

    TEST_CASE(
        "units wholly of one group have D = 1 and H = 1, equal shares have 0, in any correction that "
        "rescales") {
        const std::vector<std::int64_t> a{5, 0}, b{0, 7}, half{4, 6}, same{8, 12};
        for (const auto correction : {SmallUnits::uncorrected, SmallUnits::rescale}) {
            CHECK(*segregation(a, b, correction).at("", "dissimilarity").value == doctest::Approx(1));
            CHECK(*segregation(a, b, correction).at("", "theil_h").value == doctest::Approx(1));
        }
        CHECK(*segregation(half, same, SmallUnits::uncorrected).at("", "dissimilarity").value ==
              doctest::Approx(0));
    }

    TEST_CASE("nobody, an empty group, one unit and one candidate are reasons") {
        const std::vector<std::int64_t> none{0, 0}, some{2, 3}, one{4};
        CHECK(segregation(none, none, SmallUnits::uncorrected).rows[0].reason == NotEstimable::no_data);
        CHECK(segregation(none, some, SmallUnits::uncorrected).rows[0].reason == NotEstimable::empty_group);
        CHECK(segregation(one, one, SmallUnits::uncorrected).rows[0].reason == NotEstimable::too_few);
        CHECK(concentration(none).at("", "hhi").reason == NotEstimable::no_data);
        CHECK(concentration(one).at("", "hhi").value == 1);
        CHECK(concentration(one).at("", "hhi_normalised").reason == NotEstimable::too_few);
        CHECK_THROWS_AS(concentration(std::vector<std::int64_t>{-1, 2}), Error);
    }

    TEST_CASE(
        "inside odds compare within contests: contests of insiders only are uninformative and counted") {
        // Two contests with one insider and two outsiders, the insider winning both; one with insiders only.
        const auto table = contests({"a", "a", "a", "b", "b", "b", "c", "c"}, {1, 0, 0, 1, 0, 0, 1, 1},
                                    {1, 0, 0, 1, 0, 0, 1, 0});
        const Comparison found =
            inside_odds(table, "contest", "inside", steps, Tail::greater, RateInterval::clopper_pearson);
        CHECK(*found.tests[0].p_value == doctest::Approx(1.0 / 9));  // (1/3)^2
        CHECK(found.tests[0].n == 6);
        CHECK(found.str().find("Only insiders in 1 contests") != std::string::npos);
        const auto& odds = found.estimates[1];
        CHECK(std::isinf(*odds.value));
        CHECK((odds.interval->lower > 0 && std::isinf(odds.interval->upper)));
        CHECK(found.estimates[0].value == 1.0);
    }

    TEST_CASE("the gap between contests is not one within them") {
        // Insiders apply where nearly all pass, outsiders where few do: pooled odds far from 1, within
        // each 1.
        std::vector<std::string> contest;
        std::vector<std::int64_t> inside, won;
        const auto add = [&](const char* name, std::int64_t in, std::int64_t passed, int times) {
            for (int i = 0; i < times; ++i)
                contest.emplace_back(name), inside.push_back(in), won.push_back(passed);
        };
        add("easy", 1, 1, 36), add("easy", 1, 0, 4), add("easy", 0, 1, 9), add("easy", 0, 0, 1);
        add("hard", 1, 1, 1), add("hard", 1, 0, 9), add("hard", 0, 1, 4), add("hard", 0, 0, 36);
        const Comparison found = inside_odds(contests(contest, inside, won), "contest", "inside", steps,
                                             Tail::minlike, RateInterval::wilson);
        CHECK(*found.estimates[1].value == doctest::Approx(1).epsilon(1e-6));
        CHECK(*odds_ratio({37, 50}, {13, 50}, OddsRatio::sample).value > 8);
    }

    TEST_CASE("a table with no informative contest cannot tell odds") {
        const auto table = contests({"a", "b"}, {1, 0}, {1, 1});
        const Comparison found =
            inside_odds(table, "contest", "inside", steps, Tail::minlike, RateInterval::wilson);
        CHECK(found.estimates[1].reason == NotEstimable::uninformative);
        CHECK(found.tests[0].reason == NotEstimable::uninformative);
    }

    TEST_CASE("contests with one candidate are counted") {
        const auto table = contests({"a", "b", "b", "c"}, {1, 1, 0, 0}, {1, 1, 0, 1});
        const Estimates found = single_candidate(table, "contest", RateInterval::none);
        CHECK(found.at("", "contests").value == 3);
        CHECK(*found.at("", "single_candidate").value == doctest::Approx(2.0 / 3));
        CHECK(*found.at("", "candidates_per_contest").value == doctest::Approx(4.0 / 3));
        CHECK(single_candidate(contests({}, {}, {}), "contest", RateInterval::none)
                  .at("", "single_candidate")
                  .reason == NotEstimable::no_data);
    }
}
