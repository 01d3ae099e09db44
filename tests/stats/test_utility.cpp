#include <recruit/stats/utility.hpp>

#include "oracle.hpp"

#include <cmath>

#include <recruit/base/error.hpp>

using namespace recruit;
using namespace recruit::stats;

namespace {

Table outcomes(const std::vector<double>& scores, const std::vector<double>& outcome) {
    Table table;
    table.add("score", Column::reals(Buffer<double>{scores}));
    table.add("outcome", Column::reals(Buffer<double>{outcome}));
    return table;
}

}  // namespace

TEST_SUITE("stats/utility") {
    TEST_CASE("order_stat: expected maxima of normals, Harter (1961)") {
        const oracle::Group group{"order_stat"};
        for (const auto& row : group) {
            group.check(row, expected_order_statistic(1, static_cast<std::int64_t>(row.argument("n"))));
        }
    }

    TEST_CASE("taylor_russell: Taylor and Russell (1939); R TaylorRussell") {
        const oracle::Group group{"taylor_russell"};
        for (const auto& row : group) {
            group.check(
                row, taylor_russell({row.argument("r"), {}}, row.argument("SR"), row.argument("BR")).value);
        }
    }

    TEST_CASE("naylor_shine: mean standard score by the normal ordinate; R iopsych::ux") {
        const oracle::Group group{"naylor_shine"};
        for (const auto& row : group) {
            group.check(row, mean_z_selected(Field::of_ratio(row.argument("SR"))).value);
        }
    }

    TEST_CASE("bcg: R iopsych::utilityBcg") {
        const oracle::Group group{"bcg"};
        for (const auto& row : group) {
            const auto gain =
                brogden_cronbach_gleser({row.argument("r"), {}}, Field::of_ratio(row.argument("SR")),
                                        {row.argument("sdy"), row.argument("T"), row.argument("cost"),
                                         static_cast<std::int64_t>(row.argument("N"))});
            group.check(row, gain.value);
        }
    }

    TEST_CASE(
        "property: expected order statistics fall, are symmetric, and their means are those of the "
        "selected") {
        for (const std::int64_t n : {2, 3, 8, 29, 200, 5000}) {
            double sum = 0, before = 1e9;
            for (std::int64_t rank = 1; rank <= std::min<std::int64_t>(n, 40); ++rank) {
                const double e = expected_order_statistic(rank, n);
                CHECK(e < before);
                CHECK(e == doctest::Approx(-expected_order_statistic(n + 1 - rank, n)).epsilon(1e-11));
                before = e;
                sum += e;
                CHECK(*mean_z_selected(Field{rank, n}).value * static_cast<double>(rank) ==
                      doctest::Approx(sum).epsilon(1e-9));
            }
        }
        CHECK(expected_order_statistic(2, 3) == 0);
        // 3 / (2 sqrt(pi)): Harter (1961)
        CHECK(expected_order_statistic(1, 3) ==
              doctest::Approx(1.5 / std::sqrt(3.14159265358979323846)).epsilon(1e-12));
    }

    TEST_CASE("with few candidates the large-pool formula promises too much, by the figure in the header") {
        const double few = *mean_z_selected(Field{1, 10}).value,
                     many = *mean_z_selected(Field::of_ratio(0.1)).value;
        CHECK(many - few > 0.2);
        CHECK(many - *mean_z_selected(Field{100, 1000}).value < 0.01);
        CHECK(mean_z_selected(Field{1, 10}).method.name() == "expected_order_statistics");
        CHECK(*mean_z_selected(Field{4, 4}).value == 0);
    }

    TEST_CASE("a perfect score selects the best; a worthless one leaves the base rate") {
        CHECK(*taylor_russell({1, {}}, 0.3, 0.6).value == doctest::Approx(1));
        CHECK(*taylor_russell({1, {}}, 0.8, 0.6).value == doctest::Approx(0.75));
        CHECK(*taylor_russell({0, {}}, 0.3, 0.6).value == doctest::Approx(0.6));
        CHECK(*taylor_russell({-1, {}}, 0.5, 0.5).value == doctest::Approx(0));
        CHECK(*taylor_russell({0.5, {}}, 1, 0.6).value == 0.6);
        // Median cut: 1/4 + asin(r) / (2 pi) of all (Sheppard 1899).
        for (const double r : {-0.9, 0.3, 0.999})
            CHECK(*taylor_russell({r, {}}, 0.5, 0.5).value ==
                  doctest::Approx(2 * (0.25 + std::asin(r) / (2 * 3.14159265358979323846))).epsilon(1e-10));
    }

    TEST_CASE("an assumed validity is said to be assumed, in both languages, and has no interval") {
        const Estimate assumed = naylor_shine({0.4, {}}, Field{1, 8});
        CHECK(assumed.no_interval == NotEstimable::no_outcome);
        CHECK(assumed.str().find("Assumed validity 0.4000") != std::string::npos);
        CHECK(assumed.str(Language::vi).find("Độ giá trị giả định 0,4000") != std::string::npos);
        const Estimate observed = naylor_shine({0.4, 50}, Field{1, 8});
        CHECK(observed.str().find("Assumed") == std::string::npos);
        CHECK(observed.interval->lower > 0);
        CHECK(naylor_shine({0.4, 3}, Field{1, 8}).no_interval == NotEstimable::too_few);
    }

    TEST_CASE("money: proportional to persons and years, less the cost of every candidate") {
        const Field field{2, 10};
        const double z = *mean_z_selected(field).value;
        const Estimate gain = brogden_cronbach_gleser({0.4, {}}, field, {1000, 3, 50, 2});
        CHECK(*gain.value == doctest::Approx(2 * 3 * 0.4 * 1000 * z - 50 * 10));
        CHECK(gain.str().find("Assumed: a standard deviation of outcome is worth 1000") != std::string::npos);
        CHECK_THROWS_AS(brogden_cronbach_gleser({0.4, {}}, field, {1000, 3, 50, 1}), Error);
    }

    TEST_CASE("validity from outcomes: by hand, with its interval and the warning of a restricted range") {
        const Estimate r = observed_validity(outcomes({1, 2, 3, 4, 5}, {2, 1, 4, 3, 5}), "score", "outcome");
        CHECK(*r.value == doctest::Approx(0.8));  // sums of squares 10 and 10, of products 8
        CHECK(r.interval->lower ==
              doctest::Approx(std::tanh(std::atanh(0.8) - 1.959963984540054 / std::sqrt(2.0))));
        CHECK(r.notes.front().key.name() == "note_range_restriction");
    }

    TEST_CASE("no outcome, too few, all equal: no_outcome, too_few, constant") {
        const auto reason = [](const std::vector<double>& x, const std::vector<double>& y) {
            return observed_validity(outcomes(x, y), "score", "outcome").reason;
        };
        CHECK(reason({1, 2, 3}, {NAN, NAN, NAN}) == NotEstimable::no_outcome);
        CHECK(reason({1, 2, 3}, {1, 2, NAN}) == NotEstimable::too_few);
        CHECK(reason({1, 2, 3}, {4, 4, 4}) == NotEstimable::constant);
    }

    TEST_CASE("wrong use is refused") {
        CHECK_THROWS_AS(Field(0, 5), Error);
        CHECK_THROWS_AS(Field(6, 5), Error);
        CHECK_THROWS_AS(Field::of_ratio(0), Error);
        CHECK_THROWS_AS(taylor_russell({1.1, {}}, 0.3, 0.6), Error);
        CHECK_THROWS_AS(taylor_russell({0.5, {}}, 0.3, 1), Error);
        CHECK_THROWS_AS(expected_order_statistic(0, 5), Error);
        CHECK_THROWS_AS(naylor_shine({0.5, 0}, Field{1, 2}), Error);
    }
}
