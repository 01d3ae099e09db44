#include <doctest/doctest.h>

#include <limits>

#include <recruit/base/error.hpp>
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
