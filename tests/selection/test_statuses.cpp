// What <stage>.status says of people who did not go on, beside their marks.

#include <doctest/doctest.h>

#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include <recruit/base/random.hpp>
#include <recruit/recruit.hpp>

using namespace recruit;

namespace {

/// Three of each position go on from the test; whoever has no talk has 0 there, so that nobody falls by that.
const Regulation rules = Regulation::parse(R"(series = "xx.statuses"
version = "1"
effective_from = 2024-01-01
status = "example"
[[stage]]
name = "test"
max = 9
gate = { points = 2 }
[stage.advance]
count = 3
within = ["position"]
ties_at_cut = "include_all"
[[stage]]
name = "talk"
max = 9
missing = "zero"
[score]
terms = [{ stage = "test" }, { stage = "talk" }]
[[rank]]
name = "list"
within = ["position"]
ties = [{ end = "shared" }]
[select.reserve]
all = true
)");

struct Person {
    std::string id, position;
    int test, talk;
    std::string status, test_status, talk_status;
};

Table table_of(const std::vector<Person>& all) {
    std::string csv = "application,position,status,test,test.status,talk,talk.status\n";
    for (const Person& p : all)
        csv += p.id + "," + p.position + "," + p.status + "," + std::to_string(p.test) + "," + p.test_status +
               "," + std::to_string(p.talk) + "," + p.talk_status + "\n";
    return parse_csv(csv).table;
}

/// Everybody's line, and whether `explain` says the same.
std::map<std::string, std::string> lines(const Selection& selection) {
    std::map<std::string, std::string> all;
    for (const auto& row : selection) {
        all[row.application] = std::string{to_string(row.standing)} + "|" + row.stage + "|" + row.decided_by +
                               "|" + (row.rank ? row.rank->str() : "-");
        const Explanation told = selection.explain(row.application);
        CHECK(told.standing == row.standing);
        CHECK(told.stage == row.stage);
        CHECK(told.decided_by == row.decided_by);
    }
    return all;
}

}  // namespace

TEST_SUITE("selection/statuses") {
    TEST_CASE(
        "property: whoever leaves after a stage moves nobody at its cut; whoever is not called takes no "
        "place") {
        const int rounds = std::getenv("RECRUIT_NIGHTLY") != nullptr ? 5000 : 300;
        int left = 0, uncalled = 0;
        for (int seed = 0; seed < rounds; ++seed) {
            CAPTURE(seed);
            RandomStream random{static_cast<std::uint64_t>(seed), 7};
            const auto some = [&](std::uint64_t n) { return static_cast<int>(random.below(n)); };
            std::vector<Person> all;
            for (int i = 0; i < 14; ++i)
                all.push_back(
                    {"A" + std::to_string(i), some(2) == 0 ? "p" : "q", some(10), some(10), "", "", ""});
            const auto before = select(rules, table_of(all), 1);
            std::vector<std::size_t> gone_on;
            for (const auto& row : before)
                if (row.stage != "test") gone_on.push_back(row.row);
            REQUIRE(!gone_on.empty());
            const std::size_t who = gone_on[random.below(gone_on.size())];

            for (const char* how : {"withdrawn", "cancelled"}) {
                auto with = all;
                with[who].talk_status = how;
                const auto after = select(rules, table_of(with), 1);
                const auto told = lines(after);
                CHECK(told.at(with[who].id) == std::string{how} + "|talk|stage.talk.status|-");
                for (const auto& row : before)
                    if (row.row != who)
                        CHECK((after.at(row.application).stage == "test") == (row.stage == "test"));
                // Among those who stayed the ranking is that of a contest in which the other never came to
                // the talk: the next ones follow.
                SelectOptions first;
                first.through = "test";
                CHECK(lines(select(rules, table_of(with), {}, first)) ==
                      lines(select(rules, table_of(all), {}, first)));
                for (std::size_t i = with.size(); i-- > 1;) std::swap(with[i], with[random.below(i + 1)]);
                SelectOptions threads;
                threads.threads = 1 + seed % 4;
                CHECK(lines(select(rules, table_of(with), 1, threads)) == told);
                ++left;
            }
            // Not called after the test: the others stand as if there were no such person.
            auto with = all;
            with[who].test_status = "not_called";
            auto told = lines(select(rules, table_of(with), 1));
            CHECK(told.at(with[who].id) == "qualified|test|stage.test.status|-");
            told.erase(with[who].id);
            with.erase(with.begin() + static_cast<std::ptrdiff_t>(who));
            CHECK(lines(select(rules, table_of(with), 1)) == told);
            ++uncalled;
        }
        MESSAGE(left, " left, ", uncalled, " not called");
    }

    TEST_CASE("the letter says who left, and who passed too late to be called on") {
        const std::vector<Person> all{{"A", "p", 9, 0, "", "", "withdrawn"},
                                      {"B", "p", 8, 5, "", "", ""},
                                      {"C", "p", 7, 0, "", "not_called", ""},
                                      {"D", "p", 6, 9, "withdrawn", "", ""}};
        const auto selection = select(rules, table_of(all), 1);
        CHECK(selection.explain("A").str(Language::vi).find("rút hồ sơ") != std::string::npos);
        CHECK(selection.explain("C").str(Language::en).find("passed too late to be called") !=
              std::string::npos);
        // Whoever withdrew before the test had no part in it.
        CHECK(selection.at("D").stage == "");
        CHECK(selection.at("D").decided_by == "status");
        const auto refused = select(rules, table_of({{"A", "p", 9, 0, "", "", "gone"}}), 1);
        CHECK(refused.at("A").standing == Standing::incomplete);
        CHECK(refused.issues().front().message(Language::en).find("not_called, withdrawn, cancelled") !=
              std::string::npos);
    }
}
