// Quotas against exhaustive search. The search knows nothing of matroids or augmenting paths: it tries every
// set of people and every order of equals.

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <numeric>
#include <random>
#include <set>
#include <string>

#include <recruit/recruit.hpp>

using namespace recruit;

namespace {

struct Person {
    int score = 0;
    bool obc = false, woman = false, disabled = false;
};

std::string rules(int obc, int women, int disabled, const std::string& inside = {}) {
    const std::string where = inside.empty() ? "" : "inside = [\"" + inside + "\"]\n";
    return "series = \"t.q\"\nversion = \"1\"\nstatus = \"example\"\neffective_from = 2020-01-01\n"
           "[[fact]]\nname = \"obc\"\ntype = \"boolean\"\n[[fact]]\nname = \"woman\"\ntype = \"boolean\"\n"
           "[[fact]]\nname = \"disabled\"\ntype = \"boolean\"\n[[stage]]\nname = \"exam\"\nmax = 100\n"
           "[[quota]]\nname = \"obc\"\nkind = \"set_aside\"\ncount = " +
           std::to_string(obc) +
           "\nwho = { fact = \"obc\", equals = true }\n"
           "[[quota]]\nname = \"women\"\nkind = \"minimum\"\n" +
           where + "count = " + std::to_string(women) +
           "\nwho = { fact = \"woman\", equals = true }\n"
           "[[quota]]\nname = \"disabled\"\nkind = \"minimum\"\n" +
           where + "count = " + std::to_string(disabled) + "\nwho = { fact = \"disabled\", equals = true }\n";
}

Table table(const std::vector<Person>& people) {
    std::vector<std::string> ids, position;
    std::vector<std::int64_t> score;
    std::vector<std::uint8_t> obc, woman, disabled;
    for (std::size_t i = 0; i < people.size(); ++i) {
        ids.push_back("a" + std::to_string(100 + i));
        position.emplace_back("p");
        score.push_back(people[i].score);
        obc.push_back(people[i].obc);
        woman.push_back(people[i].woman);
        disabled.push_back(people[i].disabled);
    }
    Table t;
    t.add("application", Column::texts(ids));
    t.add("position", Column::texts(position));
    t.add("exam", Column::integers(Buffer<std::int64_t>{score}));
    t.add("obc", Column::booleans(Buffer<std::uint8_t>{obc}));
    t.add("woman", Column::booleans(Buffer<std::uint8_t>{woman}));
    t.add("disabled", Column::booleans(Buffer<std::uint8_t>{disabled}));
    return t;
}

/// The most guarantees that these people can fill, one a person: every assignment is tried.
int guarantees_filled(const std::vector<Person>& people, const std::vector<int>& chosen, int women,
                      int disabled) {
    int best = 0;
    std::function<void(std::size_t, int, int)> go = [&](std::size_t i, int w, int d) {
        best = std::max(best, std::min(w, women) + std::min(d, disabled));
        if (i == chosen.size()) return;
        const Person& p = people[static_cast<std::size_t>(chosen[i])];
        go(i + 1, w, d);
        if (p.woman) go(i + 1, w + 1, d);
        if (p.disabled) go(i + 1, w, d + 1);
    };
    go(0, 0, 0);
    return best;
}

/// Of all sets of at most `places` people from `pool` (best first): those that fill most guarantees, then
/// those with most people, then the best by rank, compared person by person.
std::vector<int> best_set(const std::vector<Person>& people, const std::vector<int>& pool, int places,
                          int women, int disabled) {
    std::vector<int> best;
    int best_filled = -1;
    for (unsigned bits = 0; bits < (1U << pool.size()); ++bits) {
        std::vector<int> set;
        for (std::size_t i = 0; i < pool.size(); ++i)
            if ((bits >> i & 1U) != 0) set.push_back(pool[i]);
        if (static_cast<int>(set.size()) > places) continue;
        const int filled = guarantees_filled(people, set, women, disabled);
        const auto rank = [&](int person) {
            return std::find(pool.begin(), pool.end(), person) - pool.begin();
        };
        const auto better = [&] {
            if (filled != best_filled) return filled > best_filled;
            if (set.size() != best.size()) return set.size() > best.size();
            for (std::size_t i = 0; i < set.size(); ++i)
                if (set[i] != best[i]) return rank(set[i]) < rank(best[i]);
            return false;
        };
        if (better()) {
            best = set;
            best_filled = filled;
        }
    }
    return best;
}

/// 2SMG on one strict order: the open places from everybody, then OBC from whoever is left.
std::set<int> by_search(const std::vector<Person>& people, const std::vector<int>& order, int seats, int obc,
                        int women, int disabled) {
    const int set_aside = std::min(obc, seats);
    std::set<int> in;
    for (const int i : best_set(people, order, seats - set_aside, women, disabled)) in.insert(i);
    std::vector<int> pool;
    for (const int i : order)
        if (in.count(i) == 0 && people[static_cast<std::size_t>(i)].obc) pool.push_back(i);
    for (const int i : best_set(people, pool, set_aside, women, disabled)) in.insert(i);
    return in;
}

}  // namespace

TEST_SUITE("selection/quotas") {
    TEST_CASE("2SMG with overlapping guarantees equals exhaustive search, equals tried in every order") {
        std::mt19937 random{20260101};
        std::size_t pools = 0, contested = 0;
        for (int trial = 0; trial < 400; ++trial) {
            const int n = 1 + static_cast<int>(random() % 8);
            std::vector<Person> people(static_cast<std::size_t>(n));
            for (Person& p : people) {
                p.score = static_cast<int>(random() % 5) + 50;
                p.obc = random() % 3 == 0;
                p.woman = random() % 2 == 0;
                p.disabled = random() % 3 == 0;
            }
            const int seats = 1 + static_cast<int>(random() % 5);
            const int obc = static_cast<int>(random() % 3);
            const int women = static_cast<int>(random() % 3);
            const int disabled = static_cast<int>(random() % 2);

            // All orders that agree with the scores: in some, in all?
            std::vector<int> order(people.size());
            std::iota(order.begin(), order.end(), 0);
            std::sort(order.begin(), order.end(), [&](int a, int b) {
                return std::pair{-people[static_cast<std::size_t>(a)].score, a} <
                       std::pair{-people[static_cast<std::size_t>(b)].score, b};
            });
            std::map<std::vector<int>, bool> seen;
            std::vector<int> in_some(people.size()), runs(1);
            int orders = 0;
            std::function<void(std::size_t)> each = [&](std::size_t i) {
                if (i == order.size()) {
                    ++orders;
                    for (const int person : by_search(people, order, seats, obc, women, disabled))
                        ++in_some[static_cast<std::size_t>(person)];
                    return;
                }
                for (std::size_t j = i; j < order.size(); ++j) {
                    if (people[static_cast<std::size_t>(order[j])].score !=
                        people[static_cast<std::size_t>(order[i])].score)
                        break;
                    std::rotate(order.begin() + static_cast<std::ptrdiff_t>(i),
                                order.begin() + static_cast<std::ptrdiff_t>(j),
                                order.begin() + static_cast<std::ptrdiff_t>(j) + 1);
                    each(i + 1);
                    std::rotate(order.begin() + static_cast<std::ptrdiff_t>(i),
                                order.begin() + static_cast<std::ptrdiff_t>(i) + 1,
                                order.begin() + static_cast<std::ptrdiff_t>(j) + 1);
                }
            };
            // 8! orders of 8 equals with 2^8 sets each would take a day: such pools are left to the next
            // trial.
            double count = 1;
            for (std::size_t i = 0; i < order.size();) {
                std::size_t j = i;
                while (j < order.size() && people[static_cast<std::size_t>(order[j])].score ==
                                               people[static_cast<std::size_t>(order[i])].score) {
                    ++j;
                    count *= static_cast<double>(j - i);
                }
                i = j;
            }
            if (count > 200) continue;
            each(0);
            ++pools;
            const auto s = select(Regulation::parse(rules(obc, women, disabled)), table(people), seats);
            for (std::size_t i = 0; i < people.size(); ++i) {
                const std::string id = "a" + std::to_string(100 + i);
                const Standing expected = in_some[i] == orders ? Standing::selected
                                          : in_some[i] == 0    ? Standing::qualified
                                                               : Standing::contested;
                CAPTURE(trial);
                CAPTURE(id);
                CHECK(s.at(id).standing == expected);
                contested += expected == Standing::contested ? 1 : 0;
                const Explanation why = s.explain(id);
                CHECK(why.standing == s.at(id).standing);
                CHECK(why.decided_by == s.at(id).decided_by);
            }
        }
        CHECK(contested > 50);
        MESSAGE(pools << " pools searched, " << contested << " people contested");
    }

    TEST_CASE(
        "no justified envy: whoever is out scored no more than anybody in by the same way they could take") {
        std::mt19937 random{7};
        for (int trial = 0; trial < 300; ++trial) {
            std::vector<Person> people(5 + random() % 30);
            std::vector<int> scores(people.size());
            std::iota(scores.begin(), scores.end(), 10);
            std::shuffle(scores.begin(), scores.end(), random);
            for (std::size_t i = 0; i < people.size(); ++i)
                people[i] = {scores[i], random() % 3 == 0, random() % 2 == 0, random() % 4 == 0};
            const int seats = 1 + static_cast<int>(random() % 10);
            const auto s =
                select(Regulation::parse(rules(static_cast<int>(random() % 4), static_cast<int>(random() % 3),
                                               static_cast<int>(random() % 3))),
                       table(people), seats);
            for (std::size_t i = 0; i < people.size(); ++i) {
                if (s.row(i).standing != Standing::qualified) continue;
                for (std::size_t j = 0; j < people.size(); ++j) {
                    const auto other = s.row(j);
                    if (other.standing != Standing::selected) continue;
                    // At least as many traits as the other: whatever the other could take, i could.
                    const bool could = (people[i].obc || !people[j].obc) &&
                                       (people[i].woman || !people[j].woman) &&
                                       (people[i].disabled || !people[j].disabled);
                    CAPTURE(trial);
                    if (could) CHECK(people[i].score < people[j].score);
                }
            }
        }
    }

    TEST_CASE("every prefix of the call order meets the rate while there are any, and takes nobody back") {
        std::mt19937 random{11};
        for (int trial = 0; trial < 200; ++trial) {
            std::vector<Person> people(1 + random() % 25);
            std::vector<int> scores(people.size());
            std::iota(scores.begin(), scores.end(), 10);
            std::shuffle(scores.begin(), scores.end(), random);
            for (std::size_t i = 0; i < people.size(); ++i)
                people[i] = {scores[i], false, random() % 3 == 0, false};
            const auto text = std::string{
                "series = \"t.q\"\nversion = \"1\"\nstatus = \"example\"\neffective_from = 2020-01-01\n"
                "[[fact]]\nname = \"woman\"\ntype = \"boolean\"\n[[stage]]\nname = \"exam\"\nmax = 100\n"
                "[[quota]]\nname = \"women\"\nkind = \"prefix_rate\"\nshare = \"2/5\"\n"
                "who = { fact = \"woman\", equals = true }\n"};
            const auto r = Regulation::parse(text);
            std::size_t women = 0;
            for (const Person& p : people) women += p.woman ? 1 : 0;
            std::set<std::size_t> before;
            for (std::int64_t k = 1; k <= static_cast<std::int64_t>(people.size()); ++k) {
                const auto s = select(r, table(people), k);
                std::set<std::size_t> called;
                std::int64_t have = 0;
                for (std::size_t i = 0; i < people.size(); ++i) {
                    if (s.row(i).standing != Standing::selected) continue;
                    called.insert(i);
                    have += people[i].woman ? 1 : 0;
                }
                CHECK(called.size() == static_cast<std::size_t>(k));
                const std::int64_t least = (2 * k + 4) / 5;
                CHECK(have >= std::min<std::int64_t>(least, static_cast<std::int64_t>(women)));
                // One more place calls one more person, and takes nobody back.
                CHECK(std::includes(called.begin(), called.end(), before.begin(), before.end()));
                before = called;
            }
        }
    }

    TEST_CASE(
        "a set-aside that nobody fills lapses, is carried, or goes to the open places, as the rule says") {
        const std::vector<Person> people{
            {90, false, false, false}, {80, false, false, false}, {70, true, false, false}};
        for (const std::string policy : {"lapses", "carried", "open"}) {
            std::string text = rules(2, 0, 0);
            text.replace(text.find("count = 2\n"), 10, "count = 2\nunfilled = \"" + policy + "\"\n");
            const auto s = select(Regulation::parse(text), table(people), 3);
            CAPTURE(policy);
            CHECK(s.at("a100").standing == Standing::selected);
            CHECK(s.at("a102").decided_by == "quota.obc");
            CHECK(s.at("a101").standing == (policy == "open" ? Standing::selected : Standing::qualified));
            const Table quotas = s.quotas();
            CHECK(quotas.at("seats").integers()[0] == 2);
            CHECK(quotas.at("filled").integers()[0] == 1);
            CHECK(quotas.at("missing").integers()[0] == (policy == "open" ? 0 : 1));
            CHECK(quotas.at("carried").integers()[0] == (policy == "carried" ? 1 : 0));
        }
    }

    TEST_CASE("a row of which a quota's condition is not known ends incomplete, and is told") {
        Table t = table({{90, false, false, false}, {80, false, true, false}});
        const std::vector<std::string> woman{"", "true"};
        Table with;
        for (const auto& [name, column] : t.columns()) {
            if (name != "woman") with.add(name, column);
        }
        with.add("woman", Column::booleans(Buffer<std::uint8_t>{std::vector<std::uint8_t>{0, 1}},
                                           Validity{{false, true}}));
        const auto s = select(Regulation::parse(rules(0, 1, 0)), with, 1);
        CHECK(s.at("a100").standing == Standing::incomplete);
        CHECK(s.at("a100").decided_by == "quota.women.unknown");
        CHECK(s.at("a101").standing == Standing::selected);
        CHECK(s.explain("a100").standing == Standing::incomplete);
        CHECK(std::any_of(s.issues().begin(), s.issues().end(),
                          [](const Issue& issue) { return to_string(issue.code) == "missing_fact"; }));
    }

    TEST_CASE("raising one's own score never takes a place away, under set-asides and guarantees") {
        std::mt19937 random{23};
        for (int trial = 0; trial < 300; ++trial) {
            std::vector<Person> people(2 + random() % 9);
            for (Person& p : people)
                p = {static_cast<int>(random() % 8) + 50, random() % 3 == 0, random() % 2 == 0,
                     random() % 3 == 0};
            const auto r =
                Regulation::parse(rules(static_cast<int>(random() % 3), static_cast<int>(random() % 3),
                                        static_cast<int>(random() % 2)));
            const std::int64_t seats = 1 + static_cast<std::int64_t>(random() % 4);
            const auto before = select(r, table(people), seats);
            const std::size_t who = random() % people.size();
            people[who].score += 1 + static_cast<int>(random() % 5);
            const auto after = select(r, table(people), seats);
            const auto place = [](Standing s) {
                return s == Standing::selected ? 2 : s == Standing::contested ? 1 : 0;
            };
            CAPTURE(trial);
            CHECK(place(after.row(who).standing) >= place(before.row(who).standing));
        }
    }

    TEST_CASE("set-asides beyond the seats are told, and the first named are served") {
        const auto s = select(Regulation::parse(rules(5, 0, 0)),
                              table({{90, false, false, false}, {80, true, false, false}}), 1);
        CHECK(s.at("a101").standing == Standing::selected);
        CHECK(s.at("a100").standing == Standing::qualified);
        CHECK(std::any_of(s.issues().begin(), s.issues().end(),
                          [](const Issue& issue) { return to_string(issue.code) == "quotas_exceed_seats"; }));
    }

    TEST_CASE("order of rows and number of threads change nothing") {
        std::mt19937 random{5};
        std::vector<Person> people(60);
        for (Person& p : people)
            p = {static_cast<int>(random() % 6) + 50, random() % 3 == 0, random() % 2 == 0,
                 random() % 3 == 0};
        const auto r = Regulation::parse(rules(4, 3, 2));
        const Table t = table(people);
        const auto s = select(r, t, 12);
        std::vector<std::int64_t> rows(people.size());
        std::iota(rows.begin(), rows.end(), 0);
        std::shuffle(rows.begin(), rows.end(), random);
        std::vector<Person> mixed;
        for (const auto row : rows) mixed.push_back(people[static_cast<std::size_t>(row)]);
        SelectOptions two;
        two.threads = 2;
        const auto other = select(r, table(mixed), 12, two);
        for (std::size_t i = 0; i < rows.size(); ++i)
            CHECK(other.row(i).standing == s.row(static_cast<std::size_t>(rows[i])).standing);
    }
}
