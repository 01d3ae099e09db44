// What a check of a standard means for a selection and for results that are kept.

#include <doctest/doctest.h>

#include <algorithm>

#include <recruit/base/calendar.hpp>
#include <recruit/scoring/eligibility.hpp>
#include <recruit/selection/list.hpp>

#include "scoring/persons.hpp"

using namespace recruit;
using namespace std::chrono_literals;

namespace {

Standard young() {
    return Standard::parse(R"(series = "xx.one"
version = "1"
status = "example"
effective_from = 2024-01-01
moment = { name = "today" }
fact = { name = "born", type = "date" }
[[require]]
name = "age"
holds = { age = "born", at = "today", at_most = 55 }
)");
}

}  // namespace

TEST_SUITE("selection/screened") {
    TEST_CASE(
        "whoever does not meet the standard is ineligible in a selection, and whoever cannot be told is "
        "incomplete") {
        const auto standard = young();
        const Eligibility checked = check(standard,
                                          persons::table({{{"application", "A"}, {"born", "1980"}},
                                                          {{"application", "B"}, {"born", "1960"}},
                                                          {{"application", "C"}, {"born", "1970"}}}),
                                          {{"today", 2026y / 10 / 15}});
        const auto rules = Regulation::parse(R"(series = "xx.test"
version = "1"
status = "example"
effective_from = 2024-01-01
standard = "xx.one.1"
[[stage]]
name = "written"
max = 100
)");
        CHECK(rules.standard() == standard.id());
        Table scores;
        scores.add("application", Column::texts(std::vector<std::string>{"A", "B", "C", "D", "E"}));
        scores.add("position", Column::texts(std::vector<std::string>{"x", "x", "x", "x", "x"}));
        scores.add("written", Column::integers(Buffer{std::vector<std::int64_t>{60, 90, 95, 99, 98}}));
        scores.add("status", Column::texts(std::vector<std::string>{"", "eligible", "", "", "withdrawn"}));
        const Selection selection = select(rules, checked.screened(scores), {{"x", 1}});
        CHECK(selection.at("A").standing == Standing::selected);
        CHECK(selection.at("B").standing == Standing::ineligible);
        CHECK(selection.at("C").standing == Standing::incomplete);
        CHECK(selection.at("D").standing == Standing::incomplete);  // nobody checked
        CHECK(selection.at("E").standing == Standing::withdrawn);
        CHECK(std::count_if(selection.issues().begin(), selection.issues().end(), [](const Issue& issue) {
                  return to_string(issue.code) == "standard_not_told";
              }) == 2);
        CHECK(selection.explain("C").standing == Standing::incomplete);
    }

    TEST_CASE("a kept result is used only if the standard is met again on the day of use") {
        const auto standard = young();
        const Table people = persons::table(
            {{{"application", "A"}, {"born", "1971-10-15"}}, {{"application", "B"}, {"born", "1971"}}});
        const auto rules = Regulation::parse(R"(series = "xx.kept"
version = "1"
status = "example"
effective_from = 2024-01-01
[[stage]]
name = "written"
max = 100
[[list]]
name = "kept"
kind = "passed_kept"
months = 24
)");
        Table scores;
        scores.add("application", Column::texts(std::vector<std::string>{"A", "B", "C"}));
        scores.add("position", Column::texts(std::vector<std::string>{"x", "x", "x"}));
        scores.add("written", Column::integers(Buffer{std::vector<std::int64_t>{80, 70, 90}}));
        const Selection selection = select(rules, scores, {{"x", 1}});
        const std::vector<std::string> group{"x"};
        const ReserveList list{selection, "kept", group, {2026y / 1 / 1, {}, {}}};
        const auto reasons = [&](std::chrono::year_month_day day) {
            const auto kept =
                list.on(day, Vacancy::same_position, check(standard, people, {{"today", day}}).to_table());
            std::vector<KeptReason> found;
            for (const KeptResult& one : kept) found.push_back(one.reason);
            return found;
        };
        CHECK(reasons(2026y / 10 / 15) == std::vector{KeptReason::usable, KeptReason::usable});
        // Fifty-six on 15 October 2027; of B only the year is known.
        CHECK(reasons(2027y / 10 / 15) ==
              std::vector{KeptReason::standards_unmet, KeptReason::standards_unknown});
    }
}
