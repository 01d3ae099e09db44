#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include <recruit/base/error.hpp>
#include <recruit/base/random.hpp>
#include <recruit/stats/ratings.hpp>

using namespace recruit;
using namespace recruit::stats;

namespace {

Table long_table() {
    Table table;
    table.add("script", Column::texts(Strings{std::vector<std::string>{"s2", "s1", "s1", "s2", "s3"}}));
    table.add("by", Column::texts(Strings{std::vector<std::string>{"B", "A", "B", "A", "A"}}));
    table.add("level", Column::integers(Buffer<std::int64_t>{std::vector<std::int64_t>{3, 1, 1, 2, 10}}));
    return table;
}
const std::vector<std::string> scale{"1", "2", "3", "4", "10"};

}  // namespace

TEST_SUITE("stats/ratings") {
    TEST_CASE("long rows become units by raters, categories in the order of numbers, gaps stay gaps") {
        const Ratings r = ratings(long_table(), "script", "by", "level");
        CHECK(r.units == std::vector<std::string>{"s1", "s2", "s3"});
        CHECK(r.raters == std::vector<std::string>{"A", "B"});
        CHECK(r.categories == std::vector<std::string>{"1", "2", "3", "10"});
        CHECK(r.values == std::vector<double>{1, 2, 3, 10});
        CHECK(r.codes == std::vector<std::int32_t>{0, 0, 1, 2, 3, -1});
        CHECK(r.to_table().rows() == 5);
        CHECK(r.rater("B") == 1);
        CHECK_THROWS_AS(r.rater("C"), Error);
        CHECK(r.str().find("3 units, 2 raters, 4 categories; 5 ratings") != std::string::npos);
    }

    TEST_CASE("a scale names categories that nobody used; what is not on it is refused with its row") {
        CHECK(ratings(long_table(), "script", "by", "level", scale).codes.at(4) == 4);
        const std::vector<std::string> short_scale{"1", "2", "3"};
        try {
            (void)ratings(long_table(), "script", "by", "level", short_scale);
            FAIL("not refused");
        } catch (const InvalidTable& e) {
            CHECK(e.code() == "stats_off_scale");
            CHECK(std::string{e.what()}.find("10") != std::string::npos);
        }
    }

    TEST_CASE("words have no numbers, and take the order of the scale") {
        Table table = long_table();
        table.add("word",
                  Column::texts(Strings{std::vector<std::string>{"good", "bad", "bad", "fair", "good"}}));
        CHECK(ratings(table, "script", "by", "word").categories ==
              std::vector<std::string>{"bad", "fair", "good"});
        const std::vector<std::string> words{"good", "fair", "bad"};
        const Ratings r = ratings(table, "script", "by", "word", words);
        CHECK(r.values.empty());
        CHECK(r.codes == std::vector<std::int32_t>{2, 2, 1, 0, 0, -1});
    }

    TEST_CASE("the same script marked twice by one rater is refused") {
        Table table;
        table.add("script", Column::texts(Strings{std::vector<std::string>{"s", "s"}}));
        table.add("by", Column::texts(Strings{std::vector<std::string>{"A", "A"}}));
        table.add("level", Column::integers(Buffer<std::int64_t>{std::vector<std::int64_t>{1, 1}}));
        CHECK_THROWS_AS(ratings(table, "script", "by", "level"), InvalidTable);
    }

    TEST_CASE("numbers get the codes of a plain search, whatever they are and wherever they first come") {
        const double gap = std::numeric_limits<double>::quiet_NaN();
        const std::vector<double> plain{1, 2, 3, 0.25, 63.75},
            other{1,      -0.0,  0,      -1,      -0.25,    64,     0.1, 0.125,
                  1e-300, 1e300, 0x1p51, -0x1p52, 0x1.8p52, 0x1p53, gap};
        RandomStream random{5};
        // The fast way takes 512 at a time: all plain, one other late, a few, many.
        for (const std::size_t size : {1U, 511U, 512U, 513U, 2000U}) {
            for (const std::uint64_t every : {0U, 1U, 4U, 700U}) {
                std::vector<double> given(size);
                for (double& value : given) {
                    const auto& from = every > 0 && random.below(every) == 0 ? other : plain;
                    value = from[random.below(from.size())];
                }
                std::vector<double> known;
                for (const double value : given) {
                    if (!std::isnan(value)) known.push_back(value);
                }
                std::sort(known.begin(), known.end());
                known.erase(std::unique(known.begin(), known.end()), known.end());
                const Ratings r = ratings(Matrix{size, 1, given, {}, {}});
                CHECK(r.values == known);
                for (std::size_t i = 0; i < size; ++i) {
                    const auto at = std::find(known.begin(), known.end(), given[i]) - known.begin();
                    REQUIRE(r.codes[i] == (std::isnan(given[i]) ? -1 : at));
                }
            }
        }
    }

    TEST_CASE("a number off the scale is named by its first row, also where the rows before it are many") {
        std::vector<double> given(1500, 2.0);
        given[1300] = given[1400] = 7;
        const std::vector<std::string> two{"1", "2"};
        try {
            (void)ratings(Matrix{1500, 1, given, {}, {}}, two);
            FAIL("not refused");
        } catch (const InvalidTable& e) {
            CHECK(e.issues().at(0).row == 1300);
            CHECK(e.issues().at(0).value == "7");
        }
    }

    TEST_CASE("numbers that are not rows x columns are refused") {
        Matrix names;
        names.rows = 2;
        names.columns = 2;
        const std::vector<double> values{1, 2, 3};
        CHECK_THROWS_WITH_AS(ratings(names, values, {}), doctest::Contains("4"), Error);
    }

    TEST_CASE("weights go by places on the whole scale, and are refused without it") {
        const Ratings r = ratings(long_table(), "script", "by", "level", scale);
        CHECK(weights(r, AgreementWeights::linear)(0, 1) == doctest::Approx(0.75));
        CHECK(weights(r, AgreementWeights::quadratic)(0, 2) == doctest::Approx(0.75));
        CHECK(weights(r, AgreementWeights::radical)(0, 1) == doctest::Approx(0.5));
        CHECK(weights(r, AgreementWeights::ordinal)(0, 1) == doctest::Approx(1 - 1.0 / 10));
        CHECK(weights(r, AgreementWeights::ordinal)(0, 4) == doctest::Approx(0));
        const Ratings used = ratings(long_table(), "script", "by", "level");
        CHECK_THROWS_AS(weights(used, AgreementWeights::linear), Error);
        CHECK(weights(used, AgreementWeights::unweighted)(0, 1) == 0);
    }

    TEST_CASE("weights of one's own are checked") {
        const std::vector<std::string> two{"0", "1"};
        const Ratings r = ratings(Matrix{1, 2, {0, 1}, {}, {}}, two);
        const std::vector<double> good{1, 0.5, 0.5, 1}, crooked{1, 0.5, 0.4, 1}, diagonal{0.9, 0, 0, 1},
            few{1};
        CHECK(weights(r, good)(0, 1) == 0.5);
        CHECK_THROWS_AS(weights(r, crooked), Error);
        CHECK_THROWS_AS(weights(r, diagonal), Error);
        CHECK_THROWS_AS(weights(r, few), Error);
    }
}
