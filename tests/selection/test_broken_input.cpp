#include <doctest/doctest.h>

#include <algorithm>
#include <limits>
#include <string>

#include <recruit/recruit.hpp>

using namespace recruit;
using namespace recruit::literals;

namespace {

const char* rules_text = R"(series = "xx.two"
version = "1"
effective_from = 2024-01-01
status = "example"
[[stage]]
name = "written"
max = 100
missing = "zero"
gate = { points = 50 }
[[stage]]
name = "interview"
max = 100
[score]
terms = [ { stage = "written", weight = "0.4" }, { stage = "interview", weight = "0.6" } ]
)";

const Regulation& rules() {
    static const Regulation regulation = Regulation::parse(rules_text);
    return regulation;
}

Selection run(const std::string& csv, const Seats& seats = 1) {
    return select(rules(), parse_csv("application,position,written,interview\n" + csv).table, seats);
}

const Issue* find(const Issues& issues, std::string_view code) {
    const auto found =
        std::find_if(issues.begin(), issues.end(), [&](const Issue& i) { return to_string(i.code) == code; });
    return found == issues.end() ? nullptr : &*found;
}

/// The issue of a code, and that it can be read in both languages.
void check_issue(const Issues& issues, std::string_view code, std::string_view en, std::string_view vi) {
    CAPTURE(code);
    const Issue* issue = find(issues, code);
    REQUIRE(issue != nullptr);
    CAPTURE(issue->str());
    CHECK(issue->message(Language::en).find(en) != std::string::npos);
    CHECK(issue->message(Language::vi).find(vi) != std::string::npos);
    CHECK_FALSE(issue->remedy(Language::en).empty());
    CHECK_FALSE(issue->remedy(Language::vi).empty());
}

}  // namespace

TEST_SUITE("selection/broken_input") {
    TEST_CASE(
        "a mark that cannot be used leaves its row incomplete, even where a missing mark counts as zero") {
        struct Case {
            const char *mark, *code, *en, *vi;
        };
        for (const Case& c :
             {Case{"abc", "not_a_number", "\"abc\" is not a number", "không phải là số"},
              Case{"\"71,5\"", "decimal_comma", "decimal comma", "dấu phẩy thập phân"},
              Case{"71.123456789", "too_many_decimals", "more than 8 decimals", "hơn 8 chữ số"},
              Case{"-1", "below_minimum", "below the minimum 0", "nhỏ hơn mức tối thiểu 0"},
              Case{"100.5", "above_maximum", "above the maximum 100", "lớn hơn điểm tối đa 100"}}) {
            const auto result = run(std::string{"A,p,"} + c.mark + ",80\nB,p,60,70\n");
            check_issue(result.issues(), c.code, c.en, c.vi);
            CHECK(find(result.issues(), c.code)->row == 0);
            CHECK(find(result.issues(), c.code)->column == "written");
            CHECK(result.at("A").standing == Standing::incomplete);
            CHECK(result.at("A").decided_by == "stage.written.unusable");
            CHECK(result.at("B").standing == Standing::selected);
        }
        CHECK(run("A,p,,80\n").at("A").standing ==
              Standing::failed);  // a missing one is 0 and under the gate
    }

    TEST_CASE("NaN, infinity and a float that is no short decimal are refused; the nearest double is taken") {
        const double nan = std::numeric_limits<double>::quiet_NaN();
        const double infinity = std::numeric_limits<double>::infinity();
        Table table;
        table.add("application", Column::texts(std::vector<std::string>{"A", "B", "C", "D"}));
        table.add("written",
                  Column::reals(Buffer<double>{std::vector<double>{nan, infinity, 70.1 + 0.2, 70.35}}));
        table.add("interview",
                  Column::integers(Buffer<std::int64_t>{std::vector<std::int64_t>{80, 80, 80, 80}}));
        const auto result = select(rules(), table, 4);
        check_issue(result.issues(), "not_finite", "is not a number of marks", "không phải là số điểm");
        CHECK(result.at("A").standing == Standing::incomplete);
        CHECK(result.at("B").standing == Standing::incomplete);
        CHECK(result.at("D").total == 76.14_pt);  // 0.4 * 70.35 + 0.6 * 80
        if (70.1 + 0.2 != 70.3) {
            check_issue(result.issues(), "inexact_float", "binary float", "số thực nhị phân");
            CHECK(result.at("C").standing == Standing::incomplete);
        }
    }

    TEST_CASE("an application that stands twice counts in neither row, whichever comes first") {
        const auto result = run("A,p,90,90\nB,p,60,70\nA,p,55,55\n");
        check_issue(result.issues(), "duplicate_application", "stood in row 0 already", "đã có ở hàng 0");
        CHECK(result.row(0).standing == Standing::incomplete);
        CHECK(result.row(2).standing == Standing::incomplete);
        CHECK(result.at("B").standing == Standing::selected);
    }

    TEST_CASE("a row without an id, without a position, or with an unknown status is named") {
        check_issue(run(",p,90,90\n").issues(), "missing_application", "has no id", "không có mã");
        Table blank = parse_csv("position,written,interview\np,90,90\np,60,60\n").table;
        blank.add("application", Column::texts(std::vector<std::string>{"", "B"}));
        const auto unnamed = select(rules(), blank, 1);
        check_issue(unnamed.issues(), "missing_application", "has no id", "không có mã");
        CHECK(unnamed.row(0).standing == Standing::incomplete);
        CHECK(unnamed.at("B").standing == Standing::selected);
        Table homeless = parse_csv("application,written,interview\nA,90,90\nB,60,60\nC,70,70\n").table;
        const std::vector<std::string> names{"p", ""};
        for (const Column& position :
             {Column::texts(std::vector<std::string>{"", "p", ""}),
              Column::categories(Buffer<std::int32_t>{std::vector<std::int32_t>{1, 0, 1}}, Strings{names})}) {
            Table scores = homeless;
            scores.add("position", position);
            const auto some = select(rules(), scores, 1);
            check_issue(some.issues(), "missing_group", "no position", "position");
            CHECK(some.at("A").standing == Standing::incomplete);
            CHECK(some.at("B").standing == Standing::selected);
            CHECK(some.at("C").standing == Standing::incomplete);
            CHECK(some.explain("A").standing == Standing::incomplete);
            CHECK(some.group_count() == 1);
        }
        const auto nowhere = run("A,,90,90\nB,p,60,60\n");
        check_issue(nowhere.issues(), "missing_group", "no position", "position");
        CHECK(nowhere.at("A").standing == Standing::incomplete);
        const auto sheet =
            parse_csv("application,position,written,interview,written.status\nA,p,90,90,ill\n");
        const auto status = select(rules(), sheet.table, 1);
        check_issue(status.issues(), "value_not_allowed", "\"ill\" is not one of", "\"ill\" không thuộc");
        CHECK(status.at("A").standing == Standing::incomplete);
    }

    TEST_CASE("a missing column is named with those there are") {
        try {
            static_cast<void>(select(rules(), parse_csv("application,position,written\nA,p,60\n").table, 1));
            FAIL("no error");
        } catch (const InvalidTable& error) {
            check_issue(error.issues(), "missing_column", "no column \"interview\"",
                        "Không có cột \"interview\"");
            CHECK(error.message().find("application, position, written") != std::string::npos);
        }
    }

    TEST_CASE("seats: unknown position, nobody applied, zero, negative, broken, disagreeing") {
        const auto unknown = run("A,p,90,90\nB,q,60,70\n", {{"p", 1}, {"r", 2}});
        check_issue(unknown.issues(), "unknown_position", "No seats were given for q", "cho q");
        check_issue(unknown.issues(), "position_without_applications", "for r", "cho r");
        CHECK(unknown.at("B").standing == Standing::ranked);
        const auto zero = run("A,p,90,90\n", 0);
        check_issue(zero.issues(), "zero_seats", "0 seats", "0 chỉ tiêu");
        CHECK(zero.at("A").standing == Standing::qualified);
        CHECK_THROWS_WITH_AS(run("A,p,90,90\n", {{"p", -1}}), doctest::Contains("\"-1\""), Error);
        const auto broken = select(
            rules(),
            parse_csv(
                "application,position,written,interview,seats\nA,p,90,90,1.5\nB,q,90,90,1\nC,q,80,80,2\n")
                .table);
        check_issue(broken.issues(), "bad_seats", "\"1.5\"", "\"1.5\"");
        check_issue(broken.issues(), "seats_disagree", "1 and 2 seats", "1 và 2");
        CHECK(broken.at("B").standing == Standing::ranked);
        check_issue(
            select(rules(), parse_csv("application,position,written,interview\nA,p,90,90\n").table).issues(),
            "no_seats", "nobody is selected", "không ai được chọn");
    }

    TEST_CASE("an empty file, a header alone, one row") {
        CHECK_THROWS_AS(static_cast<void>(parse_csv("")), InvalidTable);
        const auto header_only = run("");
        check_issue(header_only.issues(), "empty_table", "no rows", "không có hàng nào");
        CHECK(header_only.size() == 0);
        CHECK(run("A,p,50,0\n").at("A").standing == Standing::selected);  // exactly 50 passes
    }

    TEST_CASE("a file that is not UTF-8 names its line") {
        try {
            static_cast<void>(parse_csv("application,written\nA,\xE9\n", "scores.csv"));
            FAIL("no error");
        } catch (const InvalidTable& error) {
            CHECK(error.code() == "wrong_encoding");
            CHECK(error.where().find("scores.csv:2") != std::string::npos);
            CHECK(error.message(Language::vi) != error.message(Language::en));
        }
    }

    TEST_CASE(
        "a score sheet with semicolons and decimal commas is the sheet with points; issues name file and "
        "line") {
        const auto comma = parse_scores("application;position;written;interview\nA;p;71,5;80\n", rules());
        const auto point = parse_scores("application,position,written,interview\nA,p,71.5,80\n", rules());
        CHECK(comma.issues.empty());
        CHECK(select(rules(), comma.table, 1).at("A").total == select(rules(), point.table, 1).at("A").total);
        const auto bad = parse_scores("application,position,written,interview\n\"A\nB\",p,60,70\nC,p,x,70\n",
                                      rules(), {}, {}, "scores.csv");
        REQUIRE(bad.issues.size() == 1);
        CHECK(bad.issues[0].file == "scores.csv");
        CHECK(bad.issues[0].line == 4);  // the first record spans two lines
    }

}  // TEST_SUITE
