#include <doctest/doctest.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include <recruit/base/calendar.hpp>
#include <recruit/base/error.hpp>

using namespace recruit;
using namespace std::chrono;
using namespace std::chrono_literals;

// A number is not a date, and a list of days is not silently a calendar.
static_assert(!std::is_constructible_v<WorkingCalendar, int>);
static_assert(!std::is_convertible_v<std::vector<SpecialDay>, WorkingCalendar>);

namespace {

using Kind = SpecialDay::Kind;

// Holidays of early May 2026 in Vietnam: 30 April (Thursday) and 1 May (Friday); Saturday 9 May made up for
// by way of example only.
WorkingCalendar may_2026() {
    return WorkingCalendar{std::vector<SpecialDay>{{2026y / 5 / 1, Kind::holiday, "Quốc tế Lao động"},
                                                   {2026y / 4 / 30, Kind::holiday, "Ngày Chiến thắng"},
                                                   {2026y / 5 / 9, Kind::working, "làm bù"}}};
}

// The oracle: nothing but the definition, day by day.
struct DayByDay {
    std::array<bool, 7> weekend{};
    std::vector<SpecialDay> days;

    bool works(sys_days day) const {
        for (const SpecialDay& special : days) {
            if (sys_days{special.date} == day) return special.kind == Kind::working;
        }
        return !weekend[weekday{day}.c_encoding()];
    }
    year_month_day add(year_month_day date, int n) const {
        sys_days day{date};
        const auto step = std::chrono::days{n > 0 ? 1 : -1};
        for (int left = n > 0 ? n : -n; left > 0;) {
            day += step;
            if (works(day)) --left;
        }
        return day;
    }
    int between(year_month_day from, year_month_day to) const {
        int count = 0;
        sys_days day{from};
        const auto step = std::chrono::days{from < to ? 1 : -1};
        while (day != sys_days{to}) {
            day += step;
            if (works(day)) count += from < to ? 1 : -1;
        }
        return count;
    }
};

DayByDay random_calendar(std::mt19937& random) {
    const auto upto = [&](int most) { return std::uniform_int_distribution<int>{0, most}(random); };
    DayByDay made;
    for (int i = upto(4); i > 0; --i) made.weekend[static_cast<std::size_t>(upto(6))] = true;
    sys_days day = sys_days{2024y / 1 / 1};
    for (int i = upto(60); i > 0; --i) {
        day += std::chrono::days{1 + upto(upto(3) == 0 ? 60 : 2)};  // clusters and long gaps
        made.days.push_back({day, upto(1) == 0 ? Kind::holiday : Kind::working, ""});
    }
    return made;
}

WorkingCalendar calendar_of(const DayByDay& oracle) {
    std::vector<weekday> weekend;
    for (unsigned i = 0; i < 7; ++i) {
        if (oracle.weekend[i]) weekend.emplace_back(i);
    }
    return WorkingCalendar{weekend, oracle.days};
}

std::string codes(const Issues& issues) {
    std::string text;
    for (const Issue& issue : issues) {
        text += std::to_string(issue.line.value_or(0)) + ":" + std::string{to_string(issue.code)} + " ";
    }
    return text;
}

}  // namespace

TEST_SUITE("base/calendar") {
    TEST_CASE("a date is read as yyyy-mm-dd and as nothing else") {
        CHECK(parse_date("2026-04-30") == 2026y / 4 / 30);
        CHECK(parse_date("2024-02-29") == 2024y / 2 / 29);
        CHECK(parse_date("0001-01-01") == 1y / 1 / 1);
        CHECK(parse_date("9999-12-31") == 9999y / 12 / 31);
        for (const char* wrong :
             {"", "2026-4-30", "2026/04/30", "30-04-2026", "2026-04-31", "2025-02-29", "2026-00-10",
              "2026-13-01", "2026-01-00", "0000-01-01", " 2026-04-30", "2026-04-30 ", "2026-04-3a",
              "-026-04-30", "2026-04-30T00", "+026-04-30", "2026-0४-3"}) {
            CAPTURE(wrong);
            CHECK_FALSE(parse_date(wrong).has_value());
        }
    }

    TEST_CASE("other ways of writing are read in the order that is stated") {
        CHECK(parse_date("3/4/2026", DateOrder::day_month_year) == 2026y / 4 / 3);
        CHECK(parse_date("3/4/2026", DateOrder::month_day_year) == 2026y / 3 / 4);
        CHECK(parse_date("03-04-2026", DateOrder::day_month_year) == 2026y / 4 / 3);
        CHECK(parse_date("03.04.2026", DateOrder::day_month_year) == 2026y / 4 / 3);
        CHECK(parse_date("2026/4/3", DateOrder::year_month_day) == 2026y / 4 / 3);
        for (const char* wrong :
             {"", "3/4", "3/4/26", "3/4-2026", "13/13/2026", "003/4/2026", "3/4/2026 ", "3 /4/2026",
              "3//2026", "3/4/20266", "2026/4/3", "30/2/2026", "3/4/2026/"}) {
            CAPTURE(wrong);
            CHECK_FALSE(parse_date(wrong, DateOrder::day_month_year).has_value());
        }
    }

    TEST_CASE("a date is written as it is read") {
        CHECK(format_date(2026y / 4 / 3) == "2026-04-03");
        CHECK(format_date(2026y / 4 / 3, DateOrder::day_month_year) == "03/04/2026");
        CHECK(format_date(2026y / 4 / 3, DateOrder::month_day_year) == "04/03/2026");
        CHECK(format_date(1y / 1 / 1) == "0001-01-01");
        for (const auto order :
             {DateOrder::year_month_day, DateOrder::day_month_year, DateOrder::month_day_year}) {
            for (auto day = sys_days{1y / 1 / 1}; day <= sys_days{9999y / 12 / 31};
                 day += std::chrono::days{997}) {
                const year_month_day date{day};
                if (order != DateOrder::year_month_day) {
                    REQUIRE(parse_date(format_date(date, order), order) == date);
                } else {
                    REQUIRE(parse_date(format_date(date)) == date);
                }
            }
        }
        CHECK_THROWS_WITH_AS(format_date(2026y / 2 / 30), doctest::Contains("2026-02-30"), Error);
    }

    TEST_CASE("calendar days are added over month ends and leap years, and not beyond the year 9999") {
        CHECK(add_days(2024y / 2 / 28, 2) == 2024y / 3 / 1);
        CHECK(add_days(2026y / 1 / 1, -1) == 2025y / 12 / 31);
        CHECK(add_days(2026y / 1 / 1, 0) == 2026y / 1 / 1);
        CHECK(add_days(add_days(2026y / 1 / 1, 30000), -30000) == 2026y / 1 / 1);
        for (const std::int64_t far : {std::int64_t{3'000'000}, INT64_MAX, INT64_MIN}) {
            CHECK_THROWS_WITH_AS(add_days(2026y / 1 / 1, far), doctest::Contains("2026-01-01"), Error);
        }
        CHECK_THROWS_AS(add_days(0y / 1 / 1, 1), Error);
    }

    TEST_CASE("the day a period starts from does not count, the day it ends on does") {
        const WorkingCalendar plain;
        CHECK(plain.add_working_days(2026y / 4 / 6, 5) == 2026y / 4 / 13);   // Monday to Monday
        CHECK(plain.add_working_days(2026y / 4 / 10, 1) == 2026y / 4 / 13);  // Friday to Monday
        CHECK(plain.add_working_days(2026y / 4 / 11, 1) == 2026y / 4 / 13);  // Saturday to Monday
        CHECK(plain.add_working_days(2026y / 4 / 13, -1) == 2026y / 4 / 10);
        CHECK(plain.add_working_days(2026y / 4 / 11, 0) == 2026y / 4 / 11);  // nothing added, nothing rolled
        CHECK(plain.working_days_between(2026y / 4 / 6, 2026y / 4 / 13) == 5);
        CHECK(plain.working_days_between(2026y / 4 / 13, 2026y / 4 / 6) == -5);
        CHECK(plain.working_days_between(2026y / 4 / 6, 2026y / 4 / 6) == 0);
        CHECK(plain.working_days_between(2026y / 4 / 10, 2026y / 4 / 12) == 0);  // Friday to Sunday
    }

    TEST_CASE("holidays are passed over and make-up days are worked") {
        const auto calendar = may_2026();
        CHECK_FALSE(calendar.is_working_day(2026y / 4 / 30));
        CHECK(calendar.is_working_day(2026y / 5 / 9));
        CHECK_FALSE(calendar.is_working_day(2026y / 5 / 2));
        // From Wednesday 29 April: Thursday and Friday off, then the weekend, so Monday 4 May is the first
        // day.
        CHECK(calendar.add_working_days(2026y / 4 / 29, 1) == 2026y / 5 / 4);
        CHECK(calendar.add_working_days(2026y / 5 / 8, 1) == 2026y / 5 / 9);
        CHECK(calendar.working_days_between(2026y / 4 / 29, 2026y / 5 / 11) == 7);
        CHECK(calendar.next_working_day(2026y / 4 / 30) == 2026y / 5 / 4);
        CHECK(calendar.next_working_day(2026y / 5 / 9) == 2026y / 5 / 9);
        CHECK(calendar.previous_working_day(2026y / 5 / 3) == 2026y / 4 / 29);
    }

    TEST_CASE("a calendar says for which years holidays were given") {
        CHECK(may_2026().knows_year(2026y));
        CHECK_FALSE(may_2026().knows_year(2025y));
        CHECK_FALSE(may_2026().knows_year(2027y));
        CHECK_FALSE(WorkingCalendar{}.knows_year(2026y));
    }

    TEST_CASE("equal calendars are equal whatever the order their days came in") {
        CHECK(may_2026() ==
              WorkingCalendar{std::vector<SpecialDay>{{2026y / 5 / 9, Kind::working, "làm bù"},
                                                      {2026y / 4 / 30, Kind::holiday, "Ngày Chiến thắng"},
                                                      {2026y / 5 / 1, Kind::holiday, "Quốc tế Lao động"}}});
        CHECK_FALSE(may_2026() == WorkingCalendar{});
        CHECK_FALSE(WorkingCalendar{} == WorkingCalendar{{Friday, Saturday}, {}});
        CHECK(WorkingCalendar{{Friday, Saturday}, {}}.is_weekend(Friday));
        CHECK(WorkingCalendar{std::span<const weekday>{}, {}}.is_working_day(2026y / 4 / 12));
    }

    TEST_CASE("contradictions and impossible calendars are refused") {
        const std::vector<SpecialDay> both{{2026y / 5 / 1, Kind::holiday, ""},
                                           {2026y / 5 / 1, Kind::working, ""}};
        CHECK_THROWS_WITH_AS(WorkingCalendar{both}, doctest::Contains("2026-05-01"), Error);
        const std::vector<SpecialDay> never{{2026y / 2 / 29, Kind::holiday, ""}};
        CHECK_THROWS_WITH_AS(WorkingCalendar{never}, doctest::Contains("2026-02-29"), Error);
        const std::vector<weekday> week{Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday};
        CHECK_THROWS_WITH_AS((WorkingCalendar{week, {}}), doctest::Contains("weekend"), Error);
        CHECK_THROWS_AS(WorkingCalendar{}.add_working_days(9999y / 12 / 30, 9), Error);
        CHECK_THROWS_AS(WorkingCalendar{}.add_working_days(2026y / 1 / 1, INT64_MIN), Error);
        CHECK_THROWS_AS(WorkingCalendar{}.is_working_day(2026y / 2 / 30), Error);
        CHECK(WorkingCalendar{}.add_working_days(1y / 1 / 2, -1) == 1y / 1 / 1);  // a Monday
        CHECK(WorkingCalendar{}.add_working_days(9999y / 12 / 30, 1) == 9999y / 12 / 31);
    }

    TEST_CASE("property: counting agrees with going day by day, in random calendars") {
        std::mt19937 random{20260430};
        for (int round = 0; round < 150; ++round) {
            const auto oracle = random_calendar(random);
            const auto calendar = calendar_of(oracle);
            for (int i = 0; i < 40; ++i) {
                const auto pick = [&] {
                    return year_month_day{
                        sys_days{2023y / 12 / 1} +
                        std::chrono::days{std::uniform_int_distribution<int>{0, 900}(random)}};
                };
                const auto a = pick(), b = pick();
                const int n = std::uniform_int_distribution<int>{-200, 200}(random);
                CAPTURE(round);
                CAPTURE(format_date(a));
                CAPTURE(n);
                REQUIRE(calendar.is_working_day(a) == oracle.works(sys_days{a}));
                REQUIRE(calendar.working_days_between(a, b) == oracle.between(a, b));
                const auto there = calendar.add_working_days(a, n);
                REQUIRE(there == oracle.add(a, n));
                REQUIRE(calendar.working_days_between(a, there) == n);
                if (calendar.is_working_day(a)) REQUIRE(calendar.add_working_days(there, -n) == a);
                const auto next = calendar.next_working_day(a), previous = calendar.previous_working_day(a);
                REQUIRE(next == (oracle.works(sys_days{a}) ? a : oracle.add(a, 1)));
                REQUIRE(previous == (oracle.works(sys_days{a}) ? a : oracle.add(a, -1)));
            }
        }
    }

    TEST_CASE("a file of days is read, whoever wrote it") {
        const auto read = parse_calendar(
            "\xEF\xBB\xBF"
            "date,kind,name\r\n"
            "# Nghỉ lễ năm 2026\r\n"
            "\r\n"
            "2026-05-01,holiday,\"Quốc tế \"\"Lao động\"\"\"\r\n"
            "2026-04-30 , holiday , Ngày Chiến thắng, 30 tháng 4\r\n"
            "2026-05-09,working");
        CHECK(read.issues.empty());
        REQUIRE(read.calendar.special_days().size() == 3);
        CHECK(read.calendar.special_days()[0].name == "Ngày Chiến thắng, 30 tháng 4");
        CHECK(read.calendar.special_days()[1].name == "Quốc tế \"Lao động\"");
        CHECK(read.calendar.special_days()[2].kind == Kind::working);
        CHECK(parse_calendar("2026-05-01;holiday;1/5\n").calendar ==
              parse_calendar("2026-05-01\tholiday\t1/5").calendar);
        CHECK(parse_calendar("").calendar == WorkingCalendar{});
        const std::array friday{Friday};
        CHECK(parse_calendar("", "", friday).calendar == WorkingCalendar{{Friday}, {}});
    }

    TEST_CASE("every wrong line of a file is named, and the others are used") {
        const auto read = parse_calendar(
            "date,kind\n"
            "30/04/2026,holiday\n"
            "2026-05-01,nghỉ\n"
            "2026-05-02\n"
            "2026-05-04,holiday\n"
            "date,kind\n"
            "2026-05-04,holiday,again\n"
            "2026-05-04,working\n"
            "2026-02-29,holiday\n",
            "lich.csv");
        CHECK(codes(read.issues) ==
              "2:invalid_date 3:unknown_day_kind 4:calendar_line 6:invalid_date 7:repeated_day "
              "8:holiday_and_working "
              "9:invalid_date ");
        CHECK(read.issues[0].where() == "lich.csv:2");
        CHECK(read.issues[1].str(Language::vi).find("\"nghỉ\"") != std::string::npos);
        CHECK(count_errors(read.issues) == 6);
        REQUIRE(read.calendar.special_days().size() == 1);
        CHECK(read.calendar.special_days()[0].kind == Kind::holiday);
    }

    TEST_CASE("a file in an old encoding is refused with its line and byte") {
        CHECK_THROWS_WITH_AS(
            parse_calendar("date,kind,name\n2026-05-01,holiday,Lao \xAE\xE9ng\n", "lich.csv"),
            doctest::Contains("lich.csv:2: Byte 39 of the file (0xAE)"), InvalidTable);
        CHECK_THROWS_AS(parse_calendar(std::string_view{"\xFF\xFE"
                                                        "2\0",
                                                        4}),
                        InvalidTable);
    }

    TEST_CASE("a file that is not there says so, and one that is there is read") {
        const auto folder = std::filesystem::temp_directory_path();
        CHECK_THROWS_WITH_AS(read_calendar(folder / "recruit-no-such-calendar.csv"),
                             doctest::Contains("does not exist"), InvalidTable);
        CHECK_THROWS_WITH_AS(read_calendar(folder), doctest::Contains("folder"), InvalidTable);
        const auto path = folder / "recruit-test-calendar.csv";
        std::ofstream{path} << "2026-05-01,holiday,1/5\n2026-05-32,holiday\n";
        const auto read = read_calendar(path);
        std::filesystem::remove(path);
        CHECK(read.calendar.knows_year(2026y));
        REQUIRE(read.issues.size() == 1);
        CHECK(read.issues[0].where() == path.string() + ":2");
    }

}  // TEST_SUITE
