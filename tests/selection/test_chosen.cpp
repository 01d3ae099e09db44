// Who was chosen between the equals across a cut, told by a column of the table.

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <string>

#include <recruit/base/random.hpp>
#include <recruit/recruit.hpp>

using namespace recruit;

namespace {

/// Two cuts: four of each position go on from the test; then seats. Marks of 0 to 5, so that equals abound.
const std::string text = R"(series = "xx.chosen"
version = "1"
effective_from = 2024-01-01
status = "example"
[[stage]]
name = "test"
max = 5
[stage.advance]
count = 4
within = ["position"]
[[stage]]
name = "talk"
max = 5
[score]
terms = [{ stage = "test" }, { stage = "talk" }]
[[rank]]
name = "list"
within = ["position"]
ties = [%CHAIN%]
[select]
ties_at_cut = %TIES%
%RESERVE%
)";

Regulation rules(const std::string& chain, const std::string& ties, const std::string& reserve) {
    std::string toml = text;
    for (const auto& [mark, with] : {std::pair{"%CHAIN%", chain}, {"%TIES%", ties}, {"%RESERVE%", reserve}})
        toml.replace(toml.find(mark), std::string_view{mark}.size(), with);
    return Regulation::parse(toml);
}

struct Person {
    std::string id, position;
    int test, talk;
    bool chosen_test = false, chosen = false;
};

Table table_of(const std::vector<Person>& all) {
    std::string csv = "application,position,test,talk,test.chosen,chosen\n";
    for (const Person& p : all)
        csv += p.id + "," + p.position + "," + std::to_string(p.test) + "," + std::to_string(p.talk) + "," +
               (p.chosen_test ? "true" : "") + "," + (p.chosen ? "true" : "false") + "\n";
    return parse_csv(csv).table;
}

std::map<std::string, std::string> lines(const Selection& s) {
    std::map<std::string, std::string> all;
    for (const auto& row : s)
        all[row.application] = std::string{to_string(row.standing)} + "|" + row.stage + "|" + row.decided_by +
                               "|" + (row.rank ? row.rank->str() : "-");
    return all;
}

std::size_t told_otherwise(const Selection& s) {
    std::size_t differ = 0;
    for (const auto& row : s) {
        const Explanation e = s.explain(row.application);
        const bool same = e.standing == row.standing && e.decided_by == row.decided_by &&
                          e.stage == row.stage && e.first.value_or(0) == s.first()[row.row];
        if (!same) MESSAGE(row.application, " ", lines(s)[row.application], " explained as ", e.str());
        differ += !same;
    }
    return differ;
}

std::size_t count(const Issues& issues, std::string_view code) {
    return static_cast<std::size_t>(std::count_if(issues.begin(), issues.end(),
                                                  [&](const Issue& i) { return to_string(i.code) == code; }));
}

/// Who waits for a decision after a stage ("" for the last cut), by position; in the order of the table.
std::map<std::string, std::vector<std::size_t>> waiting(const Selection& s, const std::string& stage) {
    std::map<std::string, std::vector<std::size_t>> groups;
    for (const auto& row : s)
        if (row.standing == Standing::contested && row.stage == stage)
            groups[row.position].push_back(row.row);
    return groups;
}

constexpr int seats = 2;

}  // namespace

TEST_SUITE("selection/chosen") {
    TEST_CASE("property: whoever is chosen comes in, the other equals stay out, and nobody else moves") {
        const int rounds = std::getenv("RECRUIT_NIGHTLY") != nullptr ? 2000 : 100;
        int decided_after_test = 0, decided_last = 0;
        for (int seed = 0; seed < rounds; ++seed) {
            for (const char* chain : {R"({ end = "shared" })", R"({ end = "authority_decides" })",
                                      R"({ stage = "talk" }, { end = "shared" })"}) {
                for (const char* ties :
                     {R"("contested")", "{ include_up_to = 1 }", R"({ by_chain = [{ stage = "talk" }] })"}) {
                    if (std::string{chain}.find("authority") != std::string::npos &&
                        ties != std::string{R"("contested")"})
                        continue;
                    CAPTURE(seed);
                    CAPTURE(chain);
                    CAPTURE(ties);
                    const auto law = rules(chain, ties, seed % 2 == 0 ? "" : "[select.reserve]\ncount = 1\n");
                    RandomStream random{static_cast<std::uint64_t>(seed), 41};
                    const auto some = [&](std::uint64_t n) { return static_cast<int>(random.below(n)); };
                    std::vector<Person> all;
                    for (int i = 0; i < 16; ++i)
                        all.push_back({"A" + std::to_string(i), some(2) == 0 ? "p" : "q", some(4), some(4)});

                    auto before = select(law, table_of(all), seats);
                    // After the test: as many as there are places of the four.
                    for (const auto& [position, rows] : waiting(before, "test")) {
                        int places = 4;
                        for (const auto& row : before)
                            if (row.position == position && row.stage != "test") --places;
                        std::vector<std::size_t> order = rows;
                        for (std::size_t i = order.size(); i > 1; --i)
                            std::swap(order[i - 1], order[random.below(i)]);
                        for (int k = 0; k < places; ++k)
                            all[order[static_cast<std::size_t>(k)]].chosen_test = true;
                        ++decided_after_test;
                    }
                    auto after = select(law, table_of(all), seats);
                    CHECK(waiting(after, "test").empty());
                    CHECK(count(after.issues(), "chosen_do_not_fit") == 0);
                    CHECK(count(after.issues(), "chosen_without_equals") == 0);
                    for (const auto& row : before) {
                        const SelectionRow now = after.at(row.application);
                        if (row.stage == "test" && row.standing == Standing::contested) {
                            CHECK((now.stage != "test") == all[row.row].chosen_test);
                            if (now.stage == "test") {
                                CHECK(now.standing == Standing::qualified);
                                CHECK(now.decided_by == "stage.test.advance.chosen");
                            }
                        } else {
                            CHECK(now.stage == row.stage);
                        }
                    }
                    CHECK(told_otherwise(after) == 0);
                    // What was known after the test alone is the same.
                    SelectOptions first;
                    first.through = "test";
                    const auto then = select(law, table_of(all), {}, first);
                    for (const auto& row : then)
                        CHECK((row.standing == Standing::advanced) ==
                              (after.at(row.application).stage != "test"));
                    CHECK(told_otherwise(then) == 0);

                    // At the end.
                    before = std::move(after);
                    const auto last = waiting(before, "");
                    for (const auto& [position, rows] : last) {
                        int places = seats;
                        for (const auto& row : before)
                            if (row.position == position && row.standing == Standing::selected) --places;
                        REQUIRE(places > 0);
                        for (int k = 0; k < places; ++k)
                            all[rows[(static_cast<std::size_t>(k + seed)) % rows.size()]].chosen = true;
                        ++decided_last;
                    }
                    after = select(law, table_of(all), seats);
                    CHECK(waiting(after, "").empty());
                    for (const auto& row : before) {
                        const SelectionRow now = after.at(row.application);
                        CHECK(now.rank == row.rank);
                        if (row.standing == Standing::contested) {
                            CHECK((now.standing == Standing::selected) == all[row.row].chosen);
                            CHECK(now.decided_by == "select.chosen");
                        } else if (row.standing != Standing::reserve) {
                            CHECK((now.standing == row.standing || now.standing == Standing::reserve));
                        }
                    }
                    CHECK(told_otherwise(after) == 0);
                    // Neither the order of rows nor threads matter.
                    for (std::size_t i = all.size(); i-- > 1;) std::swap(all[i], all[random.below(i + 1)]);
                    SelectOptions threads;
                    threads.threads = 1 + seed % 4;
                    CHECK(lines(select(law, table_of(all), seats, threads)) == lines(after));
                }
            }
        }
        MESSAGE("decisions after the test: ", decided_after_test, ", at the end: ", decided_last);
        CHECK(decided_after_test > 100);
        CHECK(decided_last > 100);
    }

    TEST_CASE("a choice of another number than there are places decides nothing, and is told") {
        const auto law = rules(R"({ end = "shared" })", R"("contested")", "");
        // p: 5+5, then three equals for the second seat; q: two for two seats.
        std::vector<Person> all{{"A", "p", 5, 5}, {"B", "p", 4, 4}, {"C", "p", 4, 4},
                                {"D", "p", 4, 4}, {"E", "q", 4, 4}, {"F", "q", 4, 4}};
        const auto with = [&](const std::string& chosen) {
            for (Person& p : all) p.chosen = chosen.find(p.id) != std::string::npos;
            return select(law, table_of(all), seats);
        };
        CHECK(with("").at("B").standing == Standing::contested);
        const Selection one = with("C");
        CHECK(one.at("C").standing == Standing::selected);
        CHECK(one.at("B").standing == Standing::qualified);
        CHECK(one.explain("C").str(Language::en).find("chosen by the competent authority") !=
              std::string::npos);
        CHECK(one.explain("B").str(Language::en).find("the competent authority chose others") !=
              std::string::npos);
        CHECK(one.explain("B").str(Language::vi).find("chọn người khác") != std::string::npos);
        const Selection two = with("CD");
        CHECK(two.at("C").standing == Standing::contested);
        REQUIRE(count(two.issues(), "chosen_do_not_fit") == 1);
        CHECK(two.issues().front().str().find("p: 2 are marked as chosen") != std::string::npos);
        const Selection needless = with("ACE");
        CHECK(needless.at("C").standing == Standing::selected);
        CHECK(count(needless.issues(), "chosen_without_equals") == 2);
        CHECK(needless.issues().front().column == "chosen");
        CHECK(needless.issues().front().row == 0);
        CHECK(with("E").at("F").standing == Standing::selected);
    }
}
