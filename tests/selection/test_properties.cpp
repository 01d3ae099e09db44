// Laws that hold for every contest, tried on many simulated ones.

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <numeric>
#include <string>
#include <tuple>

#include <recruit/base/random.hpp>
#include <recruit/recruit.hpp>

using namespace recruit;

namespace {

int rounds(int everyday) { return std::getenv("RECRUIT_NIGHTLY") != nullptr ? 20 * everyday : everyday; }

/// Small scores, so that equals abound; %TIES% and %END% are filled in.
const std::string small = R"(series = "xx.small"
version = "1"
effective_from = 2024-01-01
status = "example"
[[fact]]
name = "flag"
type = "boolean"
[[stage]]
name = "a"
max = 5
gate = { points = 1 }
[[stage]]
name = "b"
max = 5
[score]
terms = [ { stage = "a" }, { stage = "b" } ]
[[rank]]
name = "position"
ties = [ %CHAIN% ]
[select]
ties_at_cut = %TIES%
)";

std::string filled(std::string text, const std::string& mark, const std::string& with) {
    return text.replace(text.find(mark), mark.size(), with);
}

Regulation small_rules(const std::string& chain, const std::string& ties) {
    return Regulation::parse(filled(filled(small, "%CHAIN%", chain), "%TIES%", ties));
}

struct Person {
    std::string id, position;
    std::optional<int> a, b;
    std::optional<bool> flag;
    std::string elsewhere;  ///< A column no rule names.
};

std::vector<Person> people(RandomStream& random, std::size_t count, int positions) {
    std::vector<Person> all;
    for (std::size_t i = 0; i < count; ++i) {
        Person p;
        p.id = "A" + std::to_string(i);
        p.position = "p" + std::to_string(random.below(static_cast<std::uint64_t>(positions)));
        if (!random.chance(1, 12)) p.a = static_cast<int>(random.below(6));
        if (!random.chance(1, 12)) p.b = static_cast<int>(random.below(6));
        if (!random.chance(1, 10)) p.flag = random.chance(1, 2);
        p.elsewhere = std::to_string(random.below(1000));
        all.push_back(std::move(p));
    }
    return all;
}

Table table_of(const std::vector<Person>& all) {
    std::string csv = "application,position,a,b,flag,elsewhere\n";
    const auto number = [](const std::optional<int>& n) { return n ? std::to_string(*n) : std::string{}; };
    for (const Person& p : all) {
        csv += p.id + "," + p.position + "," + number(p.a) + "," + number(p.b) + "," +
               (p.flag ? (*p.flag ? "true" : "false") : "") + "," + p.elsewhere + "\n";
    }
    return parse_csv(csv).table;
}

std::string line(const SelectionRow& row) {
    return row.position + "|" + (row.total ? row.total->str() : "-") + "|" +
           (row.rank ? row.rank->str() : "-") + "|" + std::string{to_string(row.standing)} + "|" + row.stage +
           "|" + row.decided_by;
}

std::map<std::string, std::string> lines(const Selection& s) {
    std::map<std::string, std::string> all;
    for (const auto& row : s) all[row.application] = line(row);
    return all;
}

std::size_t replay_differs(const Selection& s) {
    std::size_t differ = 0;
    for (const auto& row : s) {
        const Explanation e = s.explain(row.application);
        const bool same = e.standing == row.standing && e.total == row.total &&
                          e.decided_by == row.decided_by && e.stage == row.stage &&
                          e.first.value_or(0) == s.first()[row.row] &&
                          e.tied.value_or(0) == s.tied()[row.row];
        if (!same) MESSAGE(row.application << " " << line(row) << " explained as " << e.str());
        differ += same ? 0 : 1;
    }
    return differ;
}

const char* chains[] = {
    R"({ end = "shared" })", R"({ stage = "b" }, { end = "shared" })",
    R"({ holds = { fact = "flag", equals = true } }, { stage = "a" }, { end = "shared" })"};
const char* policies[] = {"\"contested\"", "\"include_all\"", "\"exclude_all\"", "{ include_up_to = 1 }",
                          "{ by_chain = [ { stage = \"a\" } ] }"};

/// The cut by hand: nothing of the engine but its words. No tie chain; everybody compared with everybody.
Standing by_hand(const std::vector<Person>& all, const Person& p, int seats, std::size_t policy) {
    const auto standing = [&](const Person& q) {
        if (!q.a) return Standing::incomplete;
        if (*q.a < 1) return Standing::failed;
        return q.b ? Standing::ranked : Standing::incomplete;
    };
    if (standing(p) != Standing::ranked) return standing(p);
    int above = 0;
    int level = 0;
    int level_and_better_a = 0;
    int level_and_same_a = 0;
    for (const Person& q : all) {
        if (q.position != p.position || standing(q) != Standing::ranked) continue;
        const int mine = *p.a + *p.b;
        const int theirs = *q.a + *q.b;
        above += theirs > mine ? 1 : 0;
        level += theirs == mine ? 1 : 0;
        level_and_better_a += theirs == mine && *q.a > *p.a ? 1 : 0;
        level_and_same_a += theirs == mine && *q.a == *p.a ? 1 : 0;
    }
    if (above + level <= seats) return Standing::selected;
    if (above >= seats) return Standing::qualified;
    switch (policy) {
        case 1:
            return Standing::selected;
        case 2:
            return Standing::qualified;
        case 3:
            return above + level <= seats + 1 ? Standing::selected : Standing::contested;
        case 4:
            if (above + level_and_better_a + level_and_same_a <= seats) return Standing::selected;
            return above + level_and_better_a >= seats ? Standing::qualified : Standing::contested;
        default:
            return Standing::contested;
    }
}

}  // namespace

TEST_SUITE("selection/properties") {
    TEST_CASE(
        "property: standings are those found by comparing everybody with everybody, under each policy for "
        "ties") {
        for (int seed = 0; seed < rounds(150); ++seed) {
            for (std::size_t policy = 0; policy < std::size(policies); ++policy) {
                RandomStream random{static_cast<std::uint64_t>(seed), policy};
                const auto all = people(random, 1 + random.below(12), 2);
                const int seats = static_cast<int>(random.below(6));
                const auto result = select(small_rules(chains[0], policies[policy]), table_of(all), seats);
                for (const Person& p : all) {
                    const auto expected = by_hand(all, p, seats, policy);
                    if (result.at(p.id).standing == expected) continue;
                    CAPTURE(seed);
                    CAPTURE(policy);
                    CAPTURE(p.id);
                    CHECK(to_string(result.at(p.id).standing) == to_string(expected));
                }
            }
        }
    }

    TEST_CASE(
        "property: the order of rows and the number of threads change nothing, and explain agrees with "
        "select") {
        for (int seed = 0; seed < rounds(40); ++seed) {
            for (const char* chain : chains) {
                for (const char* policy : policies) {
                    RandomStream random{static_cast<std::uint64_t>(seed), 77};
                    auto all = people(random, 30, 3);
                    const auto rules = small_rules(chain, policy);
                    const auto result = select(rules, table_of(all), 3);
                    CAPTURE(seed);
                    CAPTURE(std::string{chain});
                    CAPTURE(std::string{policy});
                    CHECK(replay_differs(result) == 0);
                    for (std::size_t i = all.size(); i-- > 1;) std::swap(all[i], all[random.below(i + 1)]);
                    SelectOptions threads;
                    threads.threads = 1 + seed % 5;
                    CHECK(lines(select(rules, table_of(all), 3, threads)) == lines(result));
                }
            }
        }
    }

    TEST_CASE("property: raising one's own mark never lowers one's rank or standing") {
        const auto merit = [](Standing s) {
            const Standing order[] = {Standing::failed, Standing::qualified, Standing::contested,
                                      Standing::selected};
            return std::find(std::begin(order), std::end(order), s) - std::begin(order);
        };
        for (int seed = 0; seed < rounds(60); ++seed) {
            for (const char* policy : policies) {
                RandomStream random{static_cast<std::uint64_t>(seed), 5};
                auto all = people(random, 12, 1);
                for (Person& p : all) {
                    p.a = p.a.value_or(0);
                    p.b = p.b.value_or(0);
                    p.flag = p.flag.value_or(false);
                }
                const auto rules = small_rules(chains[seed % 3], policy);
                const auto before = select(rules, table_of(all), 4);
                Person& raised = all[random.below(all.size())];
                if (*raised.b == 5) continue;
                *raised.b += 1;
                const auto after = select(rules, table_of(all), 4);
                CAPTURE(seed);
                CAPTURE(std::string{policy});
                CHECK(merit(after.at(raised.id).standing) >= merit(before.at(raised.id).standing));
                if (before.at(raised.id).rank) CHECK(after.at(raised.id).rank <= before.at(raised.id).rank);
            }
        }
    }

    TEST_CASE("property: what the regulation does not name never separates equals") {
        for (int seed = 0; seed < rounds(60); ++seed) {
            RandomStream random{static_cast<std::uint64_t>(seed), 6};
            const auto all = people(random, 25, 2);
            const auto result = select(small_rules(chains[seed % 3], policies[seed % 5]), table_of(all), 3);
            for (const Person& p : all) {
                for (const Person& q : all) {
                    if (p.position != q.position || p.a != q.a || p.b != q.b || p.flag != q.flag) continue;
                    CHECK(line(result.at(p.id)) == line(result.at(q.id)));
                }
            }
        }
    }

    TEST_CASE("property: two groups selected together stand as each alone") {
        for (int seed = 0; seed < rounds(60); ++seed) {
            RandomStream random{static_cast<std::uint64_t>(seed), 8};
            const auto all = people(random, 30, 2);
            const auto rules = small_rules(chains[seed % 3], policies[seed % 5]);
            const auto together = lines(select(rules, table_of(all), 2));
            std::map<std::string, std::string> apart;
            for (const std::string position : {"p0", "p1"}) {
                std::vector<Person> group;
                std::copy_if(all.begin(), all.end(), std::back_inserter(group),
                             [&](const Person& p) { return p.position == position; });
                apart.merge(lines(select(rules, table_of(group), 2)));
            }
            CHECK(apart == together);
        }
    }

    TEST_CASE("property: the order is by group, rank, stage reached and id, however rows and ids lie") {
        const auto rules = Regulation::parse(
            "series = \"xx.order\"\nversion = \"1\"\neffective_from = 2024-01-01\nstatus = \"example\"\n"
            "[[stage]]\nname = \"a\"\nmax = 20\ngate = { points = 5 }\n"
            "[[stage]]\nname = \"b\"\nmax = 20\ngate = { points = 9 }\n"
            "[score]\nterms = [{ stage = \"a\" }, { stage = \"b\" }]\n");
        for (const std::size_t rows : {300, 70'000}) {
            for (const bool ids_in_order : {true, false}) {
                CAPTURE(rows);
                CAPTURE(ids_in_order);
                RandomStream random{static_cast<std::uint64_t>(rows), 9};
                std::vector<std::string> ids, positions;
                std::vector<std::int64_t> a, b;
                for (std::size_t i = 0; i < rows; ++i) {
                    // Seven digits each: the bytes of texts in order stand in the order of the rows.
                    const std::uint64_t number = ids_in_order ? 1'000'000 + i : 1'000'000 + i * 7919 % rows;
                    ids.push_back("a" + std::to_string(number));
                    positions.push_back("p" + std::to_string(random.below(rows / 30)));
                    a.push_back(static_cast<std::int64_t>(random.below(21)));
                    b.push_back(static_cast<std::int64_t>(random.below(21)));
                }
                Table table;
                table.add("application", Column::texts(ids));
                table.add("position", Column::texts(positions));
                table.add("a", Column::integers(Buffer<std::int64_t>{a}));
                table.add("b", Column::integers(Buffer<std::int64_t>{b}));
                const Selection result = select(rules, table, 2);
                const auto place = [&](std::uint32_t row) {
                    const bool failed_a = a[row] < 5;
                    const bool failed = failed_a || b[row] < 9;
                    return std::make_tuple(positions[row], failed, failed ? 0 : -(a[row] + b[row]), failed_a,
                                           ids[row]);
                };
                const auto order = result.order();
                REQUIRE(order.size() == rows);
                std::size_t wrong = 0;
                for (std::size_t i = 1; i < rows; ++i) wrong += place(order[i - 1]) < place(order[i]) ? 0 : 1;
                CHECK(wrong == 0);
            }
        }
    }

    TEST_CASE("explain agrees with select on simulated contests under every shipped regulation") {
        for (const std::string& id : regulation_ids()) {
            CAPTURE(id);
            const auto rules = regulation(id);
            const auto contest = synthetic(rules, {.applications = 2000, .positions = 15, .seed = 3});
            CHECK(replay_differs(select(rules, contest.scores, contest.seats)) == 0);
        }
    }

    TEST_CASE("a lot needs its seed, decides for good, and another seed draws otherwise") {
        const auto rules = small_rules(R"({ end = "lot" })", "\"contested\"");
        RandomStream random{4};
        const auto table = table_of(people(random, 200, 2));
        CHECK_THROWS_WITH_AS(static_cast<void>(select(rules, table, 5)), doctest::Contains("seed"), Error);
        const auto drawn = [&](const std::string& seed) {
            SelectOptions options;
            options.seed = seed;
            const auto result = select(rules, table, 5, options);
            CHECK(result.counts()[static_cast<int>(Standing::contested)] == 0);
            CHECK(replay_differs(result) == 0);
            return lines(result);
        };
        CHECK(drawn("2026-11-24 0417") == drawn("2026-11-24 0417"));
        CHECK(drawn("2026-11-24 0417") != drawn("2026-11-24 0418"));
    }

}  // TEST_SUITE
