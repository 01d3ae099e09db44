#include <doctest/doctest.h>

#include <cmath>

#include <recruit/base/error.hpp>
#include <recruit/stats/impact.hpp>

#include "stats/oracle.hpp"

using namespace recruit;
using namespace recruit::stats;

namespace {

constexpr ImpactConventions conventions{Tail::minlike, false, Shortfall::overall_rate, RateInterval::wilson,
                                        RatioInterval::katz_log};

GroupCounts three_groups() { return {{"a", "b", "c"}, {{40, 100}, {20, 100}, {1, 2}}, {}}; }

double number_in(const Comparison& result, const char* column, std::size_t row) {
    return result.to_table().at(column).reals()[row];
}

}  // namespace

TEST_SUITE("stats/impact") {
    TEST_CASE("impact ratios by stage multiply to the overall one, as their logarithms add up") {
        const oracle::Group expected{"stages"};
        const auto data = oracle::data("stages.csv");
        if (!data) return;
        std::vector<std::string> names;
        std::vector<StageCounts> groups{{"focal", {}}, {"ref", {}}};
        for (std::size_t row = 0; row < data->rows(); ++row) {
            names.push_back(data->at("stage").str(row));
            groups[0].n.push_back(std::stoll(data->at("focal").str(row)));
            groups[1].n.push_back(std::stoll(data->at("ref").str(row)));
        }
        const Comparison result = stage_impact(names, groups, "ref", conventions);
        double product = 1;
        for (const auto& row : expected) {
            const auto same = [&](const Estimate& e) {
                return e.subject == row.args &&
                       e.quantity.name() == (row.statistic == "IR" ? "impact_ratio" : "log_impact_ratio");
            };
            const auto found = std::find_if(result.estimates.begin(), result.estimates.end(), same);
            REQUIRE(found != result.estimates.end());
            expected.check(row, found->value);
            if (row.method == "stage_impact_ratio" && row.statistic == "IR") product *= *found->value;
        }
        if (expected.present()) CHECK(product == doctest::Approx(0.3571428571));
    }

    TEST_CASE("the reference is the group with the highest rate, or the one that is named") {
        CHECK(impact(three_groups(), conventions).reference == "c");
        ImpactOptions named;
        named.reference = "a";
        const Comparison result = impact(three_groups(), conventions, named);
        CHECK(result.reference == "a");
        CHECK(result.estimates.front().subject == "a");
        named.reference = "d";
        CHECK_THROWS_WITH_AS(impact(three_groups(), conventions, named), doctest::Contains("a, b, c"), Error);
    }

    TEST_CASE("four-fifths is off unless it is asked for, and then it is a screen") {
        ImpactOptions options;
        options.reference = "a";
        CHECK(impact(three_groups(), conventions, options).str().find("threshold") == std::string::npos);
        options.threshold = 0.8;
        const std::string said = impact(three_groups(), conventions, options).str();
        CHECK(said.find("b: the ratio 0.5000 is below 0.8") != std::string::npos);
        CHECK(said.find("not a verdict") != std::string::npos);
    }

    TEST_CASE("a group below the minimum share is shown and not compared") {
        ImpactOptions options;
        options.reference = "a";
        options.minimum_share = 0.02;
        const Comparison result = impact(three_groups(), conventions, options);
        CHECK(result.tests.size() == 3);  // Z, Fisher and Fisher adjusted of b
        CHECK(result.to_table().at("impact_ratio").is_null(2));
        CHECK(!result.to_table().at("selection_rate").is_null(2));
    }

    TEST_CASE("the table has a row a group and the adjusted probability beside the plain one") {
        ImpactOptions options;
        options.reference = "a";
        const Comparison result = impact(three_groups(), conventions, options);
        CHECK(number_in(result, "impact_ratio", 1) == 0.5);
        CHECK(number_in(result, "p.fisher", 1) == doctest::Approx(0.003191816826));
        CHECK(number_in(result, "p.fisher.holm", 1) == doctest::Approx(2 * 0.003191816826));
        CHECK(result.str(Language::vi).find("nhóm đối chiếu a") != std::string::npos);
    }

    TEST_CASE("one group, or nobody, is said and nothing is compared") {
        const Comparison one = impact({{"a"}, {{3, 4}}, {}}, conventions);
        CHECK((one.tests.empty() && one.notes.size() == 1));
        const Comparison nobody = impact({{"a", "b"}, {{0, 0}, {0, 0}}, {}}, conventions);
        CHECK(nobody.estimates.empty());
        const Comparison empty = impact({{"a", "b"}, {{1, 2}, {0, 0}}, {}}, conventions);
        CHECK(empty.to_table().at("impact_ratio").is_null(1));
        CHECK(empty.str().find("a group that is needed has nobody in it") != std::string::npos);
    }

    TEST_CASE("counts of two halves merged equal one pass over all rows") {
        const std::vector<std::string> names{"x", "y", "x", "y", "x"};
        const auto table_of = [&](std::size_t from, std::size_t to) {
            std::vector<std::string> group(names.begin() + static_cast<long>(from),
                                           names.begin() + static_cast<long>(to));
            std::vector<std::int64_t> passed;
            std::vector<bool> has;
            for (std::size_t i = from; i < to; ++i) {
                passed.push_back(i % 2 == 0 ? 1 : 0);
                has.push_back(i != 4);
            }
            Table table;
            table.add("g", Column::texts(group));
            table.add("p", Column::integers(Buffer<std::int64_t>{passed}, Validity{has}));
            return table;
        };
        GroupCounts halves = count_by_group(table_of(0, 2), "g", "p");
        halves += count_by_group(table_of(2, 5), "g", "p");
        CHECK(halves == count_by_group(table_of(0, 5), "g", "p"));
        CHECK(halves.dropped.at(0).n == 1);
    }

    TEST_CASE("who reached the interview without the exam is reported with the row") {
        const std::vector<std::string> groups{"a", "b"}, stages{"exam", "interview"};
        Table table;
        table.add("g", Column::texts(groups));
        table.add("exam", Column::integers(Buffer<std::int64_t>{{1, 0}}));
        table.add("interview", Column::integers(Buffer<std::int64_t>{{1, 1}}));
        CHECK_THROWS_WITH_AS(count_stages(table, "g", stages), doctest::Contains("row 1"), InvalidTable);
    }

    TEST_CASE("a public edition hides small groups, and enough others that they cannot be worked out") {
        const GroupCounts counts{{"a", "b", "c", "d"}, {{40, 100}, {20, 100}, {1, 12}, {30, 90}}, {}};
        const Comparison all = impact_for_publication(counts, conventions, {5, Zeros::hidden});
        const auto row = [](const Comparison& c, const char* group, const char* quantity) {
            return Estimates{{}, c.estimates, {}}.at(group, quantity);
        };
        CHECK(row(all, "c", "selection_rate").reason == NotEstimable::suppressed);
        CHECK(row(all, "c", "selection_rate").n == 0);
        int hidden = 0;
        for (const char* group : {"a", "b", "d"})
            hidden += row(all, group, "selection_rate").reason == NotEstimable::suppressed ? 1 : 0;
        CHECK(hidden >= 1);  // its row and column totals would give the one count away
        CHECK(hidden < 3);
        for (const Test& test : all.tests) CHECK(test.subject != "c");
        CHECK(all.str().find("Audited") != std::string::npos);
        // What is shown is what the shown groups say among themselves.
        GroupCounts others;
        for (std::size_t i = 0; i < 4; ++i) {
            if (row(all, counts.groups[i].c_str(), "selection_rate").reason) continue;
            others.groups.push_back(counts.groups[i]);
            others.counts.push_back(counts.counts[i]);
        }
        const Comparison plain = impact(others, conventions);
        CHECK(all.tests == plain.tests);
        CHECK(all.reference == plain.reference);
    }

    TEST_CASE("with nothing small a public edition is the edition; a hidden reference leaves rates only") {
        const GroupCounts large{{"a", "b"}, {{40, 100}, {20, 100}}, {}};
        const Comparison open = impact_for_publication(large, conventions, {5, Zeros::shown});
        CHECK(open.estimates == impact(large, conventions).estimates);
        const GroupCounts counts{{"a", "b", "c", "d"}, {{40, 100}, {20, 100}, {1, 12}, {30, 90}}, {}};
        ImpactOptions options;
        options.reference = "c";
        const Comparison rates = impact_for_publication(counts, conventions, {5, Zeros::hidden}, options);
        CHECK(rates.tests.empty());
        for (const Estimate& e : rates.estimates) {
            if (e.quantity == Word::named("impact_ratio")) CHECK(e.reason == NotEstimable::suppressed);
        }
        options.reference = "e";
        CHECK_THROWS_AS(impact_for_publication(counts, conventions, {5, Zeros::hidden}, options), Error);
        CHECK_THROWS_AS(impact_for_publication(counts, conventions, {1, Zeros::hidden}), Error);
        // Two persons in all: hiding everything does not suffice, and nothing is shown.
        const Comparison nobody =
            impact_for_publication({{"a", "b"}, {{1, 1}, {0, 1}}, {}}, conventions, {5, Zeros::hidden});
        for (const Estimate& e : nobody.estimates) CHECK(e.reason == NotEstimable::suppressed);
    }
}
