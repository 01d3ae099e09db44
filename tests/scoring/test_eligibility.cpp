// Who meets a standard. Expectations are written in deputy_cases.csv by a person, or come from rules written
// here in another way than the library's.

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <random>
#include <set>
#include <tuple>

#include <recruit/base/calendar.hpp>
#include <recruit/scoring/eligibility.hpp>
#include <recruit/tables/csv.hpp>

#include "scoring/persons.hpp"

using namespace recruit;
using namespace std::chrono_literals;
using persons::Person;
using persons::said;

namespace {

const std::filesystem::path root{RECRUIT_SOURCE_DIR};

const Moments days{{"applications_closed", 2026y / 8 / 31}, {"appointment", 2026y / 10 / 15}};

Standard deputy() { return Standard::load(root / "examples/standards/vn.lead.deputy_division.2017.toml"); }

/// An insider who meets everything.
const Person insider{{"born", "1980-05-20"},
                     {"sex", "male"},
                     {"retires", "2042-06-01"},
                     {"sector_since", "2005-09-01"},
                     {"degree", "master"},
                     {"regular_study", "true"},
                     {"theory", "advanced"},
                     {"language_certificate", "true"},
                     {"discipline", "none"},
                     {"banned_until", ""},
                     {"planned", "own_title"},
                     {"workplace", "same_unit"},
                     {"nominated", ""},
                     {"application_form", "2026-08-10"},
                     {"degree_copy", "2026-08-10"},
                     {"party_consent", ""}};

using Expected = std::map<std::string, std::string>;

/// What each predicate says of that insider.
const Expected of_insider{{"age", "met"},
                          {"years_left", "met"},
                          {"years_in_sector", "met"},
                          {"degree", "met"},
                          {"theory", "met"},
                          {"language", "met"},
                          {"no_discipline", "met"},
                          {"not_banned", "met"},
                          {"application_form", "in_file"},
                          {"degree_copy", "in_file"},
                          {"insider.planned", "met"},
                          {"insider.workplace", "met"},
                          {"outsider.planned", "not_met"},
                          {"outsider.workplace", "met"},
                          {"nominee.nominated", "not_met"},
                          {"nominee.party_consent", "missing"}};

/// The outcome of all, told by counting.
std::string whole(const Expected& expected) {
    std::map<std::string, std::pair<int, int>> bad;  // group -> not met, cannot be told
    for (const std::string group : {"", "insider", "outsider", "nominee"}) bad[group];
    for (const auto& [path, outcome] : expected) {
        const auto dot = path.find('.');
        auto& [no, unknown] = bad[dot == std::string::npos ? "" : path.substr(0, dot)];
        if (outcome == "not_met" || outcome == "missing" || outcome == "late") ++no;
        if (outcome == "cannot_be_told") ++unknown;
    }
    int open = 0, perhaps = 0;
    for (const auto& [group, count] : bad) {
        if (group.empty() || count.first > 0) continue;
        ++(count.second > 0 ? perhaps : open);
    }
    if (bad[""].first > 0 || open + perhaps == 0) return "not_met";
    return bad[""].second > 0 || open == 0 ? "cannot_be_told" : "met";
}

struct Case {
    std::string set, why, outcome;
    Expected expected;  ///< Where it differs from the insider's.
};

std::vector<Case> cases() {
    std::vector<Case> list;
    const Table table = read_csv(root / "tests/scoring/deputy_cases.csv").table;
    for (std::size_t row = 0; row < table.rows(); ++row) {
        Case one{table.at("set").str(row), table.at("why").str(row), table.at("outcome").str(row), {}};
        for (const std::string& part : persons::split(table.at("expected").str(row), ';')) {
            const auto words = persons::split(part, ' ');
            one.expected[words.at(0)] = words.at(1);
        }
        list.push_back(std::move(one));
    }
    return list;
}

std::set<std::string> touched(const Case& one) {
    std::set<std::string> columns;
    for (const std::string& word : persons::split(one.set, ' '))
        columns.insert(word.substr(0, word.find('=')));
    return columns;
}

/// A standard of one predicate over facts of every type, at two moments.
Standard asking(const std::string& holds, const std::string& more = "") {
    return Standard::parse(R"(series = "xx.one"
version = "1"
status = "example"
effective_from = 2024-01-01
)" + more + R"(
moment = [{ name = "today" }, { name = "later" }]
fact = [
  { name = "born", type = "date" }, { name = "ends", type = "date" }, { name = "sex", type = "category", values = ["m", "f"] },
  { name = "post", type = "category" }, { name = "clean", type = "boolean" }, { name = "years", type = "integer" },
  { name = "mark", type = "points" },
]
[[require]]
name = "it"
holds = )" + holds + "\n");
}

const Moments now{{"today", 2026y / 10 / 15}, {"later", 2027y / 1 / 1}};

std::string outcome(const Standard& standard, const Person& person, const Moments& at = now) {
    Person all{{"born", ""},  {"ends", ""},  {"sex", ""}, {"post", ""},
               {"clean", ""}, {"years", ""}, {"mark", ""}};
    for (const auto& [name, value] : person) all[name] = value;
    return std::string{to_string(check(standard, persons::table({all}), at).outcomes()[0])};
}

}  // namespace

TEST_SUITE("scoring/eligibility") {
    TEST_CASE(
        "of each kind of predicate somebody meets it, somebody does not, and of somebody it cannot be told") {
        struct Kind {
            std::string holds;
            Person met, not_met, untold;
        };
        const std::vector<Kind> kinds{
            {"{ fact = 'mark', above = 50 }", {{"mark", "50.5"}}, {{"mark", "50"}}, {}},
            {"{ fact = 'mark', at_least = 50 }", {{"mark", "50"}}, {{"mark", "49.99"}}, {}},
            {"{ fact = 'years', below = 3 }", {{"years", "2"}}, {{"years", "3"}}, {{"years", "2.5"}}},
            {"{ fact = 'years', at_most = 3 }", {{"years", "3"}}, {{"years", "4"}}, {}},
            {"{ fact = 'years', equals = 3 }", {{"years", "3"}}, {{"years", "4"}}, {}},
            {"{ fact = 'clean', equals = true }",
             {{"clean", "true"}},
             {{"clean", "false"}},
             {{"clean", "?"}}},
            {"{ fact = 'post', equals = 'head' }", {{"post", "head"}}, {{"post", "deputy"}}, {}},
            {"{ fact = 'post', one_of = ['head', 'deputy'] }", {{"post", "deputy"}}, {{"post", "clerk"}}, {}},
            {"{ fact = 'sex', equals = 'f' }", {{"sex", "f"}}, {{"sex", "m"}}, {{"sex", "x"}}},
            {"{ fact = 'born', at_least = 1990-01-01 }",
             {{"born", "1990-01"}},
             {{"born", "1989"}},
             {{"born", "199"}}},
            {"{ age = 'born', at = 'today', at_most = 55 }",
             {{"born", "1971"}},
             {{"born", "1969"}},
             {{"born", "1970"}}},
            {"{ age = 'born', at = 'today', counted = 'to_the_day', at_most = 55 }",
             {{"born", "1971-10-15"}},
             {{"born", "1971-10-14"}},
             {{"born", "1971-10"}}},
            {"{ age = 'born', at = 'today', counted = 'by_year', at_most = 55 }",
             {{"born", "1971"}},
             {{"born", "1970"}},
             {}},
            {"{ age = 'born', at = 'today', equals = 40 }",
             {{"born", "1986-10-15"}},
             {{"born", "1986-10-16"}},
             {{"born", "1986"}}},
            {"{ years_since = 'born', at = 'today', at_least = 10 }",
             {{"born", "2016-10-15"}},
             {{"born", "2016-10-16"}},
             {}},
            {"{ months_since = 'born', at = 'today', at_least = 24 }",
             {{"born", "2024-10-15"}},
             {{"born", "2024-10-16"}},
             {}},
            {"{ days_since = 'born', at = 'today', at_most = 30 }",
             {{"born", "2026-09-15"}},
             {{"born", "2026-09-14"}},
             {{"born", "2026-09"}}},
            {"{ years_until = 'ends', at = 'today', at_least = 5 }",
             {{"ends", "2031-10-15"}},
             {{"ends", "2031-10-14"}},
             {{"ends", "2031"}}},
            {"{ months_until = 'ends', at = 'today', at_least = 2 }",
             {{"ends", "2026-12-15"}},
             {{"ends", "2026-12-14"}},
             {}},
            {"{ days_until = 'ends', at = 'today', at_least = 0 }",
             {{"ends", "2026-10-15"}},
             {{"ends", "2026-10-14"}},
             {}},
            {"{ not = { fact = 'clean', equals = true } }", {{"clean", "false"}}, {{"clean", "true"}}, {}},
            {"{ all = [{ fact = 'clean', equals = true }, { fact = 'years', at_least = 3 }] }",
             {{"clean", "true"}, {"years", "3"}},
             {{"clean", "false"}},
             {{"clean", "true"}}},
            {"{ any = [{ fact = 'clean', equals = true }, { fact = 'years', at_least = 3 }] }",
             {{"clean", "true"}},
             {{"clean", "false"}, {"years", "2"}},
             {{"clean", "false"}}},
            {"{ by = 'sex', case = { m = { fact = 'years', at_least = 3 }, f = { fact = 'years', at_least = "
             "2 } } }",
             {{"years", "3"}},
             {{"years", "1"}},
             {{"years", "2"}}},
        };
        for (const Kind& kind : kinds) {
            CAPTURE(kind.holds);
            const Standard standard = asking(kind.holds);
            CHECK(outcome(standard, kind.met) == "met");
            CHECK(outcome(standard, kind.not_met) == "not_met");
            CHECK(outcome(standard, kind.untold) == "cannot_be_told");
        }
        MESSAGE(kinds.size() << " kinds of predicates, three persons each");
    }

    TEST_CASE(
        "somebody born on 29 February grows older on the day the standard says, and if it says none it "
        "cannot be told") {
        const std::string eighteen = "{ age = 'born', at = 'today', at_least = 18 }";
        const Person leapling{{"born", "2008-02-29"}};
        const auto on = [](std::chrono::year_month_day day) { return Moments{{"today", day}}; };
        const auto early = asking(eighteen, "leap_day = 'february_28'");
        const auto late = asking(eighteen, "leap_day = 'march_1'");
        const auto unsaid = asking(eighteen);
        CHECK(outcome(early, leapling, on(2026y / 2 / 27)) == "not_met");
        CHECK(outcome(early, leapling, on(2026y / 2 / 28)) == "met");
        CHECK(outcome(late, leapling, on(2026y / 2 / 28)) == "not_met");
        CHECK(outcome(late, leapling, on(2026y / 3 / 1)) == "met");
        CHECK(outcome(unsaid, leapling, on(2026y / 2 / 27)) == "not_met");
        CHECK(outcome(unsaid, leapling, on(2026y / 2 / 28)) == "cannot_be_told");
        CHECK(outcome(unsaid, leapling, on(2026y / 3 / 1)) == "met");
        // In a leap year both readings are the same day.
        CHECK(outcome(asking("{ age = 'born', at = 'today', at_least = 20 }"), leapling,
                      on(2028y / 2 / 29)) == "met");
        const auto told = check(unsaid, persons::table({leapling}), on(2026y / 2 / 28));
        CHECK(told.verdicts("P-0").front().missing == std::vector<std::string>{"leap_day"});
        // Nobody else is touched: born the day before or after it is told.
        CHECK(outcome(unsaid, {{"born", "2008-02-28"}}, on(2026y / 2 / 28)) == "met");
        CHECK(outcome(unsaid, {{"born", "2008-03-01"}}, on(2026y / 2 / 28)) == "not_met");
    }

    TEST_CASE("lengths of time agree with a count of birthdays on every pair of days tried") {
        // Years by comparing month and day as numbers; a birthday on 29 February as 28 February or 1 March.
        using Date = std::chrono::year_month_day;
        const auto tuple = [](Date d) {
            return std::tuple{int{d.year()}, unsigned{d.month()}, unsigned{d.day()}};
        };
        const auto years = [&](Date born, Date day, bool march) {
            auto [by, bm, bd] = tuple(born);
            const auto [y, m, d] = tuple(day);
            const bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
            if (bm == 2 && bd == 29 && !leap) {
                bm = march ? 3 : 2;
                bd = march ? 1 : 28;
            }
            return y - by - (std::tuple{m, d} < std::tuple{bm, bd} ? 1 : 0);
        };
        std::mt19937 random{20170509};
        std::size_t pairs = 0;
        for (const bool march : {false, true}) {
            const std::string rule = march ? "leap_day = 'march_1'" : "leap_day = 'february_28'";
            std::vector<Person> people;
            std::vector<Date> born;
            for (int i = 0; i < 400; ++i) {
                const int year = 1950 + static_cast<int>(random() % 60);
                // A third near the end of February.
                const auto day = i % 3 == 0 ? std::chrono::sys_days{std::chrono::year{year} / 2 / 27} +
                                                  std::chrono::days{random() % 4}
                                            : std::chrono::sys_days{std::chrono::year{year} / 1 / 1} +
                                                  std::chrono::days{random() % 365};
                born.emplace_back(day);
                people.push_back({{"born", format_date(born.back())}});
            }
            const Table table = persons::table(people);
            for (const Date today : {2026y / 2 / 28, 2026y / 3 / 1, 2028y / 2 / 28, 2028y / 2 / 29,
                                     2028y / 3 / 1, 2026y / 10 / 15}) {
                for (const int limit : {0, 17, 18, 30, 50, 55}) {
                    for (const std::string how : {"at_least", "at_most", "above", "below", "equals"}) {
                        const auto standard = asking(
                            "{ age = 'born', at = 'today', " + how + " = " + std::to_string(limit) + " }",
                            rule);
                        const auto result = check(standard, table, {{"today", today}});
                        for (std::size_t i = 0; i < people.size(); ++i) {
                            const int age = years(born[i], today, march);
                            const bool holds = how == "at_least"  ? age >= limit
                                               : how == "at_most" ? age <= limit
                                               : how == "above"   ? age > limit
                                               : how == "below"   ? age < limit
                                                                  : age == limit;
                            if ((result.outcomes()[i] == Answer::met) != holds) {
                                CAPTURE(format_date(born[i]));
                                CAPTURE(format_date(today));
                                CAPTURE(how);
                                CHECK(age == limit);
                                FAIL("differs from the count of birthdays");
                            }
                            ++pairs;
                        }
                    }
                }
            }
        }
        MESSAGE(pairs << " persons, days and limits");
        CHECK(pairs == 2 * 400 * 6 * 6 * 5);
    }

    TEST_CASE(
        "a deputy director of a division: every written case comes out as it says, alone and beside others") {
        const auto written = cases();
        REQUIRE(written.size() >= 200);
        std::vector<Person> people{insider};
        std::vector<Expected> expected{of_insider};
        std::vector<std::string> why{"the insider"};
        const auto add = [&](const std::vector<const Case*>& together) {
            Person person = insider;
            Expected all = of_insider;
            std::string reasons;
            for (const Case* one : together) {
                person = persons::with(person, one->set);
                for (const auto& [path, outcome] : one->expected) all[path] = outcome;
                reasons += (reasons.empty() ? "" : " + ") + one->set + " (" + one->why + ")";
            }
            people.push_back(person);
            expected.push_back(all);
            why.push_back(reasons);
        };
        for (const Case& one : written) add({&one});
        // Two or three that touch different facts, beside each other.
        std::mt19937 random{2424};
        while (people.size() < 400) {
            std::vector<const Case*> together;
            std::set<std::string> columns, predicates;
            const std::size_t wanted = 2 + random() % 2;
            while (together.size() < wanted) {
                const Case& one = written[random() % written.size()];
                const auto own = touched(one);
                if (std::any_of(own.begin(), own.end(), [&](const auto& c) { return columns.count(c) != 0; }))
                    continue;
                // What groups ask of depends on each other: one such case at a time.
                const auto of_groups = [](const auto& set) {
                    return set.count("planned") + set.count("workplace") + set.count("nominated") +
                               set.count("party_consent") >
                           0;
                };
                if (of_groups(own) && of_groups(columns)) continue;
                // Nor two of one predicate: what they say alone does not say what they say together.
                if (std::any_of(one.expected.begin(), one.expected.end(),
                                [&](const auto& e) { return predicates.count(e.first) != 0; }))
                    continue;
                for (const auto& entry : one.expected) predicates.insert(entry.first);
                columns.insert(own.begin(), own.end());
                together.push_back(&one);
            }
            add(together);
        }
        const Eligibility result = check(deputy(), persons::table(people), days);
        const Table table = result.to_table();
        std::map<std::string, std::size_t> outcomes;
        std::size_t wrong = 0;
        for (std::size_t row = 0; row < people.size(); ++row) {
            CAPTURE(why[row]);
            for (const auto& entry : expected[row]) {
                const std::string& path = entry.first;
                const std::string& outcome = entry.second;
                CAPTURE(path);
                if (said(table, path, row) == outcome) continue;
                CHECK(said(table, path, row) == outcome);
                ++wrong;
            }
            CHECK(said(table, "outcome", row) == whole(expected[row]));
            // The insider comes first, then each written case by itself.
            if (row > 0 && row <= written.size())
                CHECK(said(table, "outcome", row) == written[row - 1].outcome);
            ++outcomes[whole(expected[row])];
        }
        CHECK(wrong == 0);
        MESSAGE(written.size() << " cases written by hand; " << people.size() << " persons, "
                               << people.size() * of_insider.size() << " expectations: met "
                               << outcomes["met"] << ", not met " << outcomes["not_met"]
                               << ", cannot be told " << outcomes["cannot_be_told"]);
        CHECK(outcomes["met"] > 20);
        CHECK(outcomes["not_met"] > 50);
        CHECK(outcomes["cannot_be_told"] > 20);
    }

    TEST_CASE("the order of rows and the number of threads change nothing") {
        const auto written = cases();
        std::vector<Person> people;
        for (std::size_t i = 0; i < 3000; ++i) {
            Person person = persons::with(insider, written[i % written.size()].set);
            person["application"] = "N-" + std::to_string(i);
            people.push_back(std::move(person));
        }
        CheckOptions one, four;
        one.threads = 1;
        four.threads = 4;
        const Eligibility first = check(deputy(), persons::table(people), days, one);
        std::shuffle(people.begin(), people.end(), std::mt19937{7});
        const Eligibility second = check(deputy(), persons::table(people), days, four);
        const Table table = second.to_table();
        const Table before = first.to_table();
        std::size_t compared = 0;
        for (std::size_t row = 0; row < people.size(); ++row) {
            const auto number = std::stoul(people[row].at("application").substr(2));
            for (const auto& [name, column] : table.columns()) {
                REQUIRE(column.str(row) == before.at(name).str(number));
                ++compared;
            }
        }
        MESSAGE(compared << " cells");
    }

    TEST_CASE("a fact that becomes known settles only what could not be told") {
        // Facts without a default: a default stands for a known value. A paper that is not there is known to
        // be missing.
        const std::vector<std::string> blanked{
            "born",       "sex",           "retires",  "sector_since",
            "degree",     "regular_study", "theory",   "language_certificate",
            "discipline", "planned",       "workplace"};
        const auto written = cases();
        std::mt19937 random{29};
        std::vector<Person> known, partly;
        for (int i = 0; i < 4000; ++i) {
            Person person = persons::with(insider, written[random() % written.size()].set);
            person = persons::with(person, written[random() % written.size()].set);
            Person less = person;
            for (const auto& name : blanked) {
                if (random() % 5 != 0) continue;
                // Dates become vaguer step by step, everything else is taken away.
                auto& value = less[name];
                value =
                    value.size() == 10 && random() % 2 == 0 ? value.substr(0, random() % 2 == 0 ? 7 : 4) : "";
            }
            known.push_back(person);
            partly.push_back(less);
        }
        const Eligibility more = check(deputy(), persons::table(known), days);
        const Eligibility less = check(deputy(), persons::table(partly), days);
        std::size_t settled = 0, kept = 0;
        const auto compare = [&](std::span<const Answer> before, std::span<const Answer> after) {
            for (std::size_t row = 0; row < before.size(); ++row) {
                if (before[row] == Answer::cannot_be_told) {
                    settled += after[row] != Answer::cannot_be_told ? 1 : 0;
                } else {
                    REQUIRE(after[row] == before[row]);
                    ++kept;
                }
            }
        };
        compare(less.outcomes(), more.outcomes());
        for (std::size_t p = 0; p < less.predicates().size(); ++p) compare(less.of(p), more.of(p));
        MESSAGE(kept << " outcomes kept, " << settled << " settled");
        CHECK(settled > 1000);
    }

    TEST_CASE("reasons name what was read, what is asked and what is missing, in both languages") {
        const Person late =
            persons::with(insider, "application=A-7 born=1970-10-15 application_form=2026-09-01");
        const Person vague = persons::with(insider, "application=A-8 born=1970 sector_since=");
        const Eligibility result =
            check(deputy(), persons::table({late, vague, persons::with(insider, "application=A-9")}), days);
        CHECK(result.reason("A-7") == "Age: not met; Application form: late");
        CHECK(result.reason("A-7", Language::vi) == "Tuổi: không đáp ứng; Đơn đăng ký dự tuyển: nộp muộn");
        CHECK(result.reason("A-9").empty());
        const auto verdicts = result.verdicts("A-7");
        CHECK(verdicts.front().sentence.str().find("aged 56 at the appointment (2026-10-15)") !=
              std::string::npos);
        CHECK(verdicts.front().sentence.str(Language::vi).find("56 tuổi tại ngày bổ nhiệm (15/10/2026)") !=
              std::string::npos);
        const std::string letter = result.explain("A-8");
        CHECK(letter.find("cannot be told") != std::string::npos);
        CHECK(letter.find("aged 55–56") != std::string::npos);
        CHECK(letter.find("Hand in or complete: date of birth; in the sector since.") != std::string::npos);
        CHECK(letter.find("[Ministry of Transport 2014: not over 55 (men), 50 (women) at the appointment]") !=
              std::string::npos);
        CHECK(result.explain("A-9").find("Admitted as insider on the planning list of the title.") !=
              std::string::npos);
        CHECK(result.explain("A-9", Language::vi).find("Được dự tuyển theo diện nguồn tại chỗ") !=
              std::string::npos);
        CHECK(said(result.to_table(), "missing", 1) == "born, sector_since");
        try {
            result.explain("A-1");
            FAIL("nobody is called A-1");
        } catch (const Error& error) {
            CHECK(error.code() == "unknown_application");
        }
    }

    TEST_CASE("a column or a day that is not given leaves its predicates untold, with an issue") {
        Person person = insider;
        person.erase("theory");
        const Eligibility result =
            check(deputy(), persons::table({person}), {{"appointment", 2026y / 10 / 15}});
        CHECK(said(result.to_table(), "theory", 0) == "cannot_be_told");
        CHECK(said(result.to_table(), "application_form", 0) == "cannot_be_told");
        CHECK(said(result.to_table(), "missing", 0) == "theory, applications_closed");
        std::set<std::string> codes;
        for (const Issue& issue : result.issues()) codes.insert(std::string{to_string(issue.code)});
        CHECK(codes == std::set<std::string>{"fact_column_missing", "moment_not_given"});
        CHECK_THROWS_AS(check(deputy(), persons::table({insider}), {{"tomorrow", 2026y / 10 / 15}}), Error);
    }

    TEST_CASE("a moment may differ by row, as the last day of each position does") {
        const auto standard = asking("{ age = 'born', at = 'today', at_most = 30 }");
        const Person born{{"born", "1996-06-15"}};
        const Eligibility result = check(standard, persons::table({persons::with(born, "today=2027-06-14"),
                                                                   persons::with(born, "today=2027-06-15"),
                                                                   persons::with(born, "today=")}));
        CHECK(result.outcomes()[0] == Answer::met);
        CHECK(result.outcomes()[1] == Answer::not_met);
        CHECK(result.outcomes()[2] == Answer::cannot_be_told);
    }

    TEST_CASE("a standard that nobody of a pool meets is named with its predicate") {
        const auto one = check(deputy(),
                               persons::table({persons::with(insider, "theory=none"),
                                               persons::with(insider, "theory=intermediate born=1960")}),
                               days)
                             .nobody_meets();
        REQUIRE(one.size() == 1);
        CHECK(one.front().kind == FindingKind::nobody_meets);
        CHECK(one.front().paths == std::vector<std::string>{"theory"});
        CHECK(one.front().str() == "None of 2 persons meets Political theory.");
        // Each predicate is met by somebody: the one that alone stands before most is named.
        const auto alone = check(deputy(),
                                 persons::table({persons::with(insider, "theory=none"),
                                                 persons::with(insider, "theory=none"),
                                                 persons::with(insider, "born=1960")}),
                                 days)
                               .nobody_meets();
        REQUIRE(alone.size() == 1);
        CHECK(alone.front().paths == std::vector<std::string>{"theory"});
        // No entry group is open to anybody.
        const auto groups =
            check(deputy(),
                  persons::table(
                      {persons::with(insider, "workplace=same_sector"), persons::with(insider, "planned=no"),
                       persons::with(insider, "planned=equivalent_title workplace=elsewhere nominated=true"),
                       persons::with(insider, "planned=no party_consent=2026-08-01")}),
                  days)
                .nobody_meets();
        REQUIRE(groups.size() == 1);
        CHECK(groups.front().paths == std::vector<std::string>{"insider", "outsider", "nominee"});
        CHECK(check(deputy(), persons::table({insider}), days).nobody_meets().empty());
        CHECK(check(deputy(), persons::table({insider}), days).count(Answer::met) == 1);
    }

    TEST_CASE("each row is held to the standard of its own position") {
        const auto young = asking("{ age = 'born', at = 'today', at_most = 30 }");
        const StandardOfPosition positions{{"clerk", "xx.one.1"}, {"guard", ""}};
        const std::vector<Standard> standards{young};
        const Table people = persons::table({{{"born", "2000"}, {"position", "clerk"}},
                                             {{"born", "1960"}, {"position", "guard"}},
                                             {{"born", "1960"}, {"position", "clerk"}}});
        const Table result = check(positions, standards, people, now);
        CHECK(said(result, "outcome", 0) == "met");
        CHECK(said(result, "outcome", 1) == "met");
        CHECK(result.at("standard").is_null(1));
        CHECK(said(result, "status", 2) == "ineligible");
        CHECK_THROWS_AS(check(StandardOfPosition{}, standards, people, now), Error);
        const StandardOfPosition lost{{"clerk", "no.such"}};
        CHECK_THROWS_AS(check(lost, standards, people, now), Error);
    }

    TEST_CASE("a million persons are checked in seconds") {
        constexpr std::size_t n = 1'000'000;
        std::mt19937 random{1};
        std::vector<std::int32_t> born(n), retires(n), since(n), sexes(n), degrees(n), theories(n),
            planned(n), workplace(n), disciplines(n), papers(n);
        std::vector<std::int64_t> ids(n);
        std::vector<std::uint8_t> regular(n), language(n);
        std::vector<bool> known(n);
        for (std::size_t i = 0; i < n; ++i) {
            ids[i] = static_cast<std::int64_t>(i);
            born[i] = static_cast<std::int32_t>(random() % 15000);
            retires[i] = born[i] + 22645;
            since[i] = born[i] + 8000;
            sexes[i] = static_cast<std::int32_t>(random() % 2);
            degrees[i] = static_cast<std::int32_t>(random() % 5);
            theories[i] = static_cast<std::int32_t>(random() % 4);
            planned[i] = static_cast<std::int32_t>(random() % 3);
            workplace[i] = static_cast<std::int32_t>(random() % 3);
            disciplines[i] = random() % 10 == 0 ? 1 : 0;
            papers[i] = 20660 + static_cast<std::int32_t>(random() % 40);
            regular[i] = random() % 4 != 0;
            language[i] = random() % 4 != 0;
            known[i] = random() % 20 != 0;
        }
        const auto category = [&](std::vector<std::int32_t> codes, std::vector<std::string> words) {
            return Column::categories(Buffer{std::move(codes)}, Strings{words});
        };
        Table table;
        table.add("application", Column::integers(Buffer{ids}));
        table.add("born", Column::dates(Buffer{born}, Validity{known}));
        table.add("retires", Column::dates(Buffer{retires}));
        table.add("sector_since", Column::dates(Buffer{since}));
        table.add("sex", category(sexes, {"male", "female"}));
        table.add("degree", category(degrees, {"none", "college", "bachelor", "master", "doctor"}));
        table.add("theory", category(theories, {"none", "intermediate", "advanced", "bachelor"}));
        table.add("planned", category(planned, {"own_title", "equivalent_title", "no"}));
        table.add("workplace", category(workplace, {"same_unit", "same_sector", "elsewhere"}));
        table.add("discipline", category(disciplines, {"none", "in_force"}));
        table.add("regular_study", Column::booleans(Buffer{regular}));
        table.add("language_certificate", Column::booleans(Buffer{language}));
        for (const char* paper : {"application_form", "degree_copy", "party_consent"})
            table.add(paper, Column::dates(Buffer{papers}));
        const Standard standard = deputy();
        for (const int threads : {1, 2}) {
            CheckOptions options;
            options.threads = threads;
            const auto start = std::chrono::steady_clock::now();
            const Eligibility result = check(standard, table, days, options);
            const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
            MESSAGE(n << " persons, " << result.predicates().size() << " predicates, " << threads
                      << " thread(s): " << took.count() << " s, "
                      << static_cast<std::int64_t>(static_cast<double>(n) / took.count()) << " rows/s; met "
                      << result.count(Answer::met) << ", not met " << result.count(Answer::not_met)
                      << ", cannot be told " << result.count(Answer::cannot_be_told));
            CHECK(took.count() < 30);
            CHECK(result.count(Answer::met) > 100);
            CHECK(result.count(Answer::cannot_be_told) > 100);
        }
    }
}
