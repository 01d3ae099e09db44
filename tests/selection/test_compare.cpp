#include <doctest/doctest.h>

#include <algorithm>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include <recruit/base/error.hpp>
#include <recruit/selection/compare.hpp>

using namespace recruit;

namespace {

Regulation rules(const std::string& version, const std::string& gate, const std::string& terms) {
    return Regulation::parse("series = \"x\"\nversion = \"" + version +
                             "\"\nstatus = \"example\"\neffective_from = 2020-01-01\n"
                             "[[stage]]\nname = \"written\"\nmax = 10\nmissing = \"absent\"\n" +
                             gate +
                             "[[stage]]\nname = \"project\"\nmax = 10\nmissing = \"absent\"\n"
                             "[score]\nterms = [" +
                             terms + "]\n");
}

// The written stage as a gate alone, as a gate that also counts, and no written stage at all.
std::vector<Regulation> variants() {
    const std::string gate = "gate = { points = 5 }\n";
    return {rules("gate", gate, "{ stage = \"project\" }"),
            rules("both", gate,
                  "{ stage = \"written\", weight = \"0.5\" }, { stage = \"project\", weight = \"0.5\" }"),
            rules("open", "", "{ stage = \"project\" }")};
}

struct Contest {
    std::vector<std::string> ids, positions;
    std::vector<std::int64_t> written, project;
    Table table() const {
        Table made;
        made.add("application", Column::texts(ids));
        made.add("position", Column::texts(positions));
        made.add("written", Column::points(Buffer{std::vector<std::int64_t>(written)}, 0));
        made.add("project", Column::points(Buffer{std::vector<std::int64_t>(project)}, 0));
        return made;
    }
};

// Gate: A 9, B 8, C fails at 4. Half and half: B (9 + 8) / 2 = 8.5 before A (5 + 9) / 2 = 7. Open: C 10.
const Contest three{{"C", "A", "B"}, {"p", "p", "p"}, {4, 5, 9}, {10, 9, 8}};

std::vector<std::string> column(const Table& table, const std::string& name) {
    std::vector<std::string> values;
    for (std::size_t i = 0; i < table.rows(); ++i) values.push_back(table.at(name).str(i));
    return values;
}

using Texts = std::vector<std::string>;

std::vector<Texts> lines(const Table& table) {
    std::vector<Texts> all;
    for (std::size_t i = 0; i < table.rows(); ++i) {
        Texts line;
        for (const auto& named : table.columns())
            line.push_back(named.second.is_null(i) ? "-" : named.second.str(i));
        all.push_back(line);
    }
    return all;
}

Contest random_contest(std::mt19937_64& random, std::size_t rows) {
    Contest made;
    for (std::size_t i = 0; i < rows; ++i) {
        made.ids.push_back("A-" + std::to_string(i));
        made.positions.push_back("p" + std::to_string(random() % 4));
        made.written.push_back(static_cast<std::int64_t>(random() % 11));
        made.project.push_back(static_cast<std::int64_t>(random() % 11));
    }
    return made;
}

Contest shuffled(const Contest& contest, std::mt19937_64& random) {
    std::vector<std::size_t> order(contest.ids.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::shuffle(order.begin(), order.end(), random);
    Contest made;
    for (const std::size_t i : order) {
        made.ids.push_back(contest.ids[i]);
        made.positions.push_back(contest.positions[i]);
        made.written.push_back(contest.written[i]);
        made.project.push_back(contest.project[i]);
    }
    return made;
}

}  // namespace

TEST_SUITE("selection: compare") {
    TEST_CASE("each rule has its own winner, and the rule that decides is named") {
        const Table found = compare(variants(), three.table(), 1);
        CHECK(column(found, "application") == Texts{"A", "A", "A", "B", "B", "B", "C", "C", "C"});
        CHECK(column(found, "number") == Texts{"1", "2", "3", "1", "2", "3", "1", "2", "3"});
        CHECK(column(found, "regulation")[1] == "x.both");
        CHECK(column(found, "standing") == Texts{"selected", "qualified", "qualified", "qualified",
                                                 "selected", "qualified", "failed", "failed", "selected"});
        CHECK(column(found, "stage")[6] == "written");
        CHECK(column(found, "decided_by")[6] == "stage.written.gate[0]");
        CHECK(column(found, "total")[4] == "8.5");
        CHECK(found.at("total").is_null(6));
        CHECK(found.at("first").is_null(6));
        CHECK(column(found, "first")[8] == "1");
    }

    TEST_CASE("the same rules twice, one regulation or none change nobody") {
        const auto rules = variants();
        const std::vector<Regulation> twice{rules[0], rules[0]};
        CHECK(compare(twice, three.table(), 1).rows() == 0);
        CHECK(compare(std::span{rules}.first(1), three.table(), 1).rows() == 0);
        CHECK(compare({}, three.table(), 1).rows() == 0);
    }

    TEST_CASE("who is listed is who stands elsewhere, and each line is that of select") {
        std::mt19937_64 random{41};
        const auto rules = variants();
        for (int round = 0; round < 60; ++round) {
            const Table table = random_contest(random, 1 + random() % 30).table();
            const Table found = compare(rules, table, 2);
            std::size_t changed = 0;
            std::vector<Selection> each;
            for (const Regulation& one : rules) each.push_back(select(one, table, 2));
            for (std::size_t row = 0; row < table.rows(); ++row) {
                const bool same = each[0].standings()[row] == each[1].standings()[row] &&
                                  each[0].standings()[row] == each[2].standings()[row];
                changed += same ? 0U : 1U;
            }
            REQUIRE(found.rows() == changed * rules.size());
            for (std::size_t i = 0; i < found.rows(); ++i) {
                const auto line = each[i % rules.size()].at(found.at("application").str(i));
                CHECK(found.at("standing").str(i) == to_string(line.standing));
                CHECK(found.at("decided_by").is_null(i) == line.decided_by.empty());
                CHECK(found.at("total").is_null(i) == !line.total.has_value());
            }
        }
    }

    TEST_CASE("the order of rows and the number of threads change nothing") {
        std::mt19937_64 random{42};
        for (int round = 0; round < 40; ++round) {
            const Contest contest = random_contest(random, 1 + random() % 40);
            SelectOptions two;
            two.threads = 2;
            CHECK(lines(compare(variants(), contest.table(), 1)) ==
                  lines(compare(variants(), shuffled(contest, random).table(), 1, two)));
        }
    }

    TEST_CASE("groups are counted after the selection, rows without a label last") {
        const std::vector<std::string> names{"", "w", "m"};  // of C, A, B
        const Column labels = Column::texts(Strings{names}, Validity{{false, true, true}});
        const Table found = compare_groups(variants(), three.table(), labels, 1);
        // number, regulation, label, applications, passed, selected, contested, gained, lost
        CHECK(lines(found) == std::vector<Texts>{{"1", "x.gate", "m", "1", "1", "0", "0", "0", "0"},
                                                 {"1", "x.gate", "w", "1", "1", "1", "0", "0", "0"},
                                                 {"1", "x.gate", "-", "1", "0", "0", "0", "0", "0"},
                                                 {"2", "x.both", "m", "1", "1", "1", "0", "1", "0"},
                                                 {"2", "x.both", "w", "1", "1", "0", "0", "0", "1"},
                                                 {"2", "x.both", "-", "1", "0", "0", "0", "0", "0"},
                                                 {"3", "x.open", "m", "1", "1", "0", "0", "0", "0"},
                                                 {"3", "x.open", "w", "1", "1", "0", "0", "0", "1"},
                                                 {"3", "x.open", "-", "1", "1", "1", "0", "1", "0"}});
    }

    TEST_CASE("labels of another length are refused") {
        const std::vector<std::string> two{"w", "m"};
        CHECK_THROWS_AS(compare_groups(variants(), three.table(), Column::texts(two), 1), InvalidTable);
    }
}
