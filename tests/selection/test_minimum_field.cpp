#include <doctest/doctest.h>

#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <recruit/selection/selection.hpp>

using namespace recruit;

namespace {

Regulation rules(const std::string& at, const std::string& below) {
    return Regulation::parse(
        "series = \"x\"\nversion = \"1\"\nstatus = \"example\"\neffective_from = 2020-01-01\n"
        "[[stage]]\nname = \"written\"\nmax = 10\nmissing = \"absent\"\ngate = { points = 5 }\n"
        "[[stage]]\nname = \"project\"\nmax = 10\nmissing = \"absent\"\ngate = { points = 5 }\n"
        "[score]\nterms = [{ stage = \"project\" }]\n"
        "[[minimum_field]]\nleast = 2\nat = \"" +
        at + "\"\n" + (below.empty() ? "" : "below = \"" + below + "\"\n"));
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

Contest contest(std::mt19937_64& random, int rows) {
    Contest made;
    for (int i = 0; i < rows; ++i) {
        made.ids.push_back("A-" + std::to_string(i));
        made.positions.push_back("p" + std::to_string(random() % 5));
        made.written.push_back(static_cast<std::int64_t>(random() % 11));
        made.project.push_back(static_cast<std::int64_t>(random() % 11));
    }
    return made;
}

}  // namespace

TEST_SUITE("selection: the least field") {
    // Against the rule in plain words: count who is there at the moment, cancel whoever was if they are too
    // few.
    TEST_CASE("a field is cancelled exactly where too few are there at its moment") {
        std::mt19937_64 random{170};
        for (int round = 0; round < 200; ++round) {
            const Contest made = contest(random, 1 + static_cast<int>(random() % 14));
            for (const std::string at : {"applied", "eligible", "written", "project", "final"}) {
                const auto there = [&](std::size_t i) {
                    const bool first = made.written[i] >= 5;
                    const bool second = first && made.project[i] >= 5;
                    return at == "applied" || at == "eligible" || (at == "written" ? first : second);
                };
                std::map<std::string, int> counts;
                for (std::size_t i = 0; i < made.ids.size(); ++i)
                    counts[made.positions[i]] += there(i) ? 1 : 0;
                const Selection with = select(rules(at, "cancel"), made.table(), Seats{1});
                const Selection without = select(rules(at, "proceed_with_note"), made.table(), Seats{1});
                for (std::size_t i = 0; i < made.ids.size(); ++i) {
                    const bool cancelled = there(i) && counts[made.positions[i]] < 2;
                    const SelectionRow row = with.row(i);
                    CHECK((row.standing == Standing::cancelled) == cancelled);
                    CHECK(row.decided_by == (cancelled ? "minimum_field." + at : without.row(i).decided_by));
                    if (!cancelled) CHECK(row.standing == without.row(i).standing);
                    const Explanation why = with.explain(made.ids[i]);
                    CHECK(why.standing == row.standing);
                    CHECK(why.decided_by == row.decided_by);
                    CHECK(why.stage == row.stage);
                }
                std::set<std::string> few;
                std::set<std::string> told;
                for (const auto& [position, count] : counts) {
                    if (count < 2) few.insert(position);
                }
                for (const Issue& issue : with.issues()) {
                    if (to_string(issue.code) == "field_too_small")
                        told.insert(std::get<std::string>(issue.arguments.front()));
                }
                CHECK(told == few);
            }
        }
    }

    TEST_CASE("without the rule nothing is told and nothing is cancelled") {
        std::mt19937_64 random{1};
        const Contest made = contest(random, 10);
        std::string text = rules("final", "cancel").toml();
        text.erase(text.find("[[minimum_field]]"));
        for (const SelectionRow& row : select(Regulation::parse(text), made.table(), Seats{1}))
            CHECK(row.standing != Standing::cancelled);
    }

    TEST_CASE("a group tells that nobody passed and how many seats are left") {
        Contest made;
        made.ids = {"A", "B", "C"};
        made.positions = {"head", "head", "deputy"};
        made.written = {5, 4, 4};
        made.project = {5, 9, 9};
        const Selection result = select(rules("final", ""), made.table(), Seats{2});
        CHECK(result.group(0).nobody_passed());  // deputy
        CHECK(result.group(0).unfilled() == 2);
        CHECK(!result.group(1).nobody_passed());
        CHECK(result.group(1).unfilled() == 1);
        CHECK(!select(rules("final", ""), made.table()).group(0).unfilled());
    }

    TEST_CASE("threads change nothing") {
        std::mt19937_64 random{7};
        const Contest made = contest(random, 5000);
        SelectOptions one;
        one.threads = 1;
        SelectOptions two;
        two.threads = 2;
        const Regulation rule = rules("final", "cancel");
        const Selection a = select(rule, made.table(), Seats{1}, one);
        const Selection b = select(rule, made.table(), Seats{1}, two);
        CHECK(std::vector<Standing>(a.standings().begin(), a.standings().end()) ==
              std::vector<Standing>(b.standings().begin(), b.standings().end()));
    }
}
