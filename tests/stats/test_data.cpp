#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include <recruit/base/error.hpp>
#include <recruit/stats/data.hpp>

using namespace recruit;
using namespace recruit::stats;

namespace {

Table table_of(const char* name, Column column) {
    Table table;
    table.add(name, std::move(column));
    return table;
}

}  // namespace

TEST_SUITE("stats/data") {
    TEST_CASE("levels of names do not depend on the order of rows") {
        const std::vector<std::string> one{"b", "a", "b"}, other{"a", "b", "b"};
        const Factor first = factor(table_of("g", Column::texts(one)), "g");
        const Factor second = factor(table_of("g", Column::texts(other)), "g");
        CHECK(first.levels == std::vector<std::string>{"a", "b"});
        CHECK(first.levels == second.levels);
        CHECK(first.codes == std::vector<std::int32_t>{1, 0, 1});
        CHECK(first.code("b") == 1);
        CHECK_THROWS_WITH_AS(first.code("c"), doctest::Contains("a, b"), Error);
    }

    TEST_CASE("numbered levels are in order of size, and a missing one is -1") {
        const auto column = Column::integers(Buffer<std::int64_t>{{10, 9, 0}}, Validity{{true, true, false}});
        const Factor years = factor(table_of("year", column), "year");
        CHECK(years.levels == std::vector<std::string>{"9", "10"});
        CHECK(years.codes == std::vector<std::int32_t>{1, 0, -1});
    }

    TEST_CASE("NaN and null are missing numbers; infinity and words are refused with their row") {
        const double nan = std::numeric_limits<double>::quiet_NaN();
        const auto found = numbers(
            table_of("x", Column::reals(Buffer<double>{{1.5, nan, 2}}, Validity{{true, true, false}})), "x");
        CHECK(found[0] == 1.5);
        CHECK((std::isnan(found[1]) && std::isnan(found[2])));
        const auto infinite = Column::reals(Buffer<double>{{1, std::numeric_limits<double>::infinity()}});
        CHECK_THROWS_WITH_AS(numbers(table_of("x", infinite), "x"), doctest::Contains("row 1"), InvalidTable);
        const std::vector<std::string> words{"71.5", "many"};
        CHECK_THROWS_WITH_AS(numbers(table_of("x", Column::texts(words)), "x"), doctest::Contains("many"),
                             InvalidTable);
    }

    TEST_CASE("0.1 + 0.2 is refused where ties decide, 0.3 is not") {
        const std::vector<double> good{0.3, 71.25, std::numeric_limits<double>::quiet_NaN()};
        const ExactNumbers exact = exact_numbers(good);
        CHECK(exact.scale == 2);
        CHECK(exact.units == std::vector<std::int64_t>{30, 7125, 0});
        CHECK(exact.missing[2] == 1);
        CHECK_THROWS_AS(exact_numbers(std::vector<double>{0.1 + 0.2}), InvalidTable);
    }

    TEST_CASE("flags are yes, no or missing, and anything else is refused") {
        const auto found = flags(
            table_of("f", Column::integers(Buffer<std::int64_t>{{1, 0, 7}}, Validity{{true, true, false}})),
            "f");
        CHECK(found == std::vector<std::int8_t>{1, 0, -1});
        CHECK_THROWS_WITH_AS(flags(table_of("f", Column::integers(Buffer<std::int64_t>{{1, 2}})), "f"),
                             doctest::Contains("\"2\""), InvalidTable);
    }

    TEST_CASE("a long table becomes a matrix, and a cell given twice is refused") {
        const std::vector<std::string> units{"A", "B", "A"}, raters{"x", "y", "y"};
        Table table;
        table.add("unit", Column::texts(units));
        table.add("rater", Column::texts(raters));
        table.add("mark", Column::integers(Buffer<std::int64_t>{{5, 6, 7}}));
        const Matrix wide = matrix(table, "unit", "rater", "mark");
        CHECK((wide.rows == 2 && wide.columns == 2));
        CHECK(wide(0, 1) == 7);
        CHECK(std::isnan(wide(1, 0)));
        const std::vector<std::string> twice{"x", "y", "x"};
        Table again;
        again.add("unit", Column::texts(units));
        again.add("rater", Column::texts(twice));
        again.add("mark", table.at("mark"));
        CHECK_THROWS_WITH_AS(matrix(again, "unit", "rater", "mark"), doctest::Contains("A"), InvalidTable);
    }
}
