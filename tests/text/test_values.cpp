#include <doctest/doctest.h>

#include <iostream>
#include <string>
#include <vector>

#include <recruit/base/error.hpp>
#include <recruit/base/random.hpp>
#include <recruit/text/values.hpp>

using namespace recruit;
using namespace recruit::texts;
using namespace recruit::literals;

namespace {
constexpr auto dmy = DateOrder::day_month_year;
Column column(const std::vector<std::string>& values) { return Column::texts(values); }
}  // namespace

TEST_SUITE("text/values") {
    TEST_CASE("numbers are read by the stated decimal mark and no other") {
        CHECK(parse_number("71,5", ',') == 71.5_pt);
        CHECK(parse_number("1.234,5", ',') == 1234.5_pt);
        CHECK(parse_number("1 234,5", ',') == 1234.5_pt);
        CHECK(parse_number("1\u00A0234", ',') == 1234_pt);
        CHECK(parse_number(" -3 ", ',') == Points{-3});
        CHECK(parse_number("1.234", ',') == 1234_pt);
        CHECK(parse_number("1.234", '.') == 1.234_pt);
        for (const char* wrong :
             {"71.5", "1.23,4", "12.34.567", ",5", "5,", "", "12 người", "1.2345", "--1", "1,2,3"})
            CHECK_FALSE(parse_number(wrong, ',').has_value());
        CHECK_THROWS_AS((void)parse_number("1", ';'), Error);
    }

    TEST_CASE("numbers written with comma and groups are read back, whatever their size") {
        RandomStream random{7};
        int n = 0;
        for (; n < 5'000; ++n) {
            const auto value = Points::of(static_cast<std::int64_t>(random.below(1'000'000'000)), 2);
            std::string text = value.str(2, ',');
            for (auto at = static_cast<std::ptrdiff_t>(text.find(',')) - 3; at > 0; at -= 3)
                text.insert(static_cast<std::size_t>(at), ".");
            REQUIRE(parse_number(text, ',') == value);
        }
        std::cout << "numbers: " << n << '\n';
    }

    TEST_CASE("a column tells its decimal mark, or that it cannot") {
        CHECK(find_decimal_mark(column({"12", "7"})) == MarkFound::none);
        CHECK(find_decimal_mark(column({"71,5", "1.234"})) == MarkFound::comma);
        CHECK(find_decimal_mark(column({"71.5", "1,234"})) == MarkFound::point);
        CHECK(find_decimal_mark(column({"71.5", "71,5"})) == MarkFound::mixed);
        CHECK(find_decimal_mark(column({"1.234"})) == MarkFound::open);

        const auto read = read_numbers(column({"71,5", "1.234", "x", "12 người"}), "score");
        CHECK(read.column.str(0) == "71.5");
        CHECK(read.column.str(1) == "1234");
        CHECK(read.column.is_null(2));
        REQUIRE(read.issues.size() == 2);
        CHECK(to_string(read.issues[0].code) == "not_a_number");
        CHECK(to_string(read.issues[1].code) == "number_with_words");

        const auto open = read_numbers(column({"1.234", "5"}), "score");
        CHECK(open.column.is_null(0));
        CHECK(open.column.str(1) == "5");
        CHECK(to_string(open.issues.at(0).code) == "number_unclear");
    }

    TEST_CASE("a date may be known to the month or the year; it is never the first of January") {
        const auto whole = parse_partial_date("5/3/2018", dmy);
        REQUIRE(whole);
        CHECK(whole->exact() == std::chrono::year{2018} / 3 / 5);
        const auto month = parse_partial_date("03/2018", dmy);
        REQUIRE(month);
        CHECK_FALSE(month->exact().has_value());
        CHECK(month->earliest() == std::chrono::year{2018} / 3 / 1);
        CHECK(month->latest() == std::chrono::year{2018} / 3 / 31);
        CHECK(month->str() == "03/2018");
        const auto year = parse_partial_date("2016", dmy);
        REQUIRE(year);
        CHECK(year->latest() == std::chrono::year{2016} / 12 / 31);
        CHECK(parse_partial_date("02/2016", dmy)->latest() == std::chrono::year{2016} / 2 / 29);
        CHECK(parse_partial_date("ngày 15 tháng 3 năm 2018", dmy)->exact() ==
              std::chrono::year{2018} / 3 / 15);
        CHECK(parse_partial_date("tháng 3 năm 2018", dmy)->str() == "03/2018");
        CHECK(parse_partial_date("2018-03-15 00:00:00", dmy)->str() == "15/03/2018");
        for (const char* wrong : {"31/02/2018", "13/2018", "3/15/2018", "43101", "15/3/18", "", "hôm qua",
                                  "2018/3", "15 tháng 13 năm 2018", "1/2/3/2018"}) {
            if (std::string{wrong} == "2018/3") continue;  // year and month: no order is in doubt
            CHECK_FALSE_MESSAGE(parse_partial_date(wrong, dmy).has_value(), wrong);
        }
    }

    TEST_CASE("every day of 400 years is read back from the way it is written") {
        int n = 0;
        for (std::chrono::sys_days day{std::chrono::year{1800} / 1 / 1};
             day < std::chrono::sys_days{std::chrono::year{2200} / 1 / 1}; day += std::chrono::days{1}, ++n) {
            const std::chrono::year_month_day date{day};
            REQUIRE(parse_partial_date(format_date(date, dmy), dmy)->exact() == date);
        }
        std::cout << "days: " << n << '\n';
        CHECK(n == 146'097);  // of a Gregorian cycle
    }

    TEST_CASE("wrong dates say why: a serial number, no day of the calendar, no date") {
        const auto read = read_dates(column({"43101", "31/02/2018", "soon", "2018", "1/1/2018"}), "day", dmy);
        REQUIRE(read.issues.size() == 4);
        CHECK(to_string(read.issues[0].code) == "date_serial");
        CHECK(read.issues[0].message().find("01/01/2018") != std::string::npos);  // what a spreadsheet shows
        CHECK(to_string(read.issues[1].code) == "date_not_real");
        CHECK(to_string(read.issues[2].code) == "not_a_date");
        CHECK(to_string(read.issues[3].code) == "date_partial");
        CHECK(read.earliest.is_null(0));
        CHECK(read.earliest.str(3) == "2018-01-01");
        CHECK(read.latest.str(3) == "2018-12-31");
        CHECK(read.earliest.str(4) == read.latest.str(4));
    }
}
