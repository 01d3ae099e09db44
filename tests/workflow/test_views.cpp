// What somebody who marks can reach says nothing about whose work it is.

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <set>

#include "workflow/driver.hpp"

using namespace contest;

namespace {

int rounds(int everyday) { return std::getenv("RECRUIT_NIGHTLY") != nullptr ? 25 * everyday : everyday; }

const std::string blind = R"(series = "test.blind"
version = "1"
effective_from = 2017-01-01
status = "example"
[[stage]]
name = "written"
max = 100
missing = "absent"
[[marking]]
stage = "written"
least = 2
round = { digits = 2, mode = "half_up" }
[[rank]]
name = "title"
within = ["position"]
ties = [{ end = "authority_decides" }]
)";

/// Everything a marker can get hold of, as text: the view, its table, and the refusals of wrong calls.
std::string reachable(const Competition& c, const std::string& who, const std::vector<std::string>& names) {
    std::string all;
    const MarkerView view = marker_view(c, who, "written");
    const Table table = view.to_table();
    for (std::size_t i = 0; i < table.rows(); ++i)
        for (const auto& [name, column] : table.columns()) all += name + "=" + column.str(i) + ";";
    all += view.stage + (view.blind ? "blind" : "") + (view.sealed ? "sealed" : "");
    Act act;
    act.kind = ActKind::mark;
    act.actor = who;
    for (const std::string& name : names) {
        act.fields = {{"stage", "written"}, {"script", name}, {"mark", "50"}};
        try {
            c.decide(act, *c.last(), entropy(1));
            all += "marked " + name;
        } catch (const Refused& refused) {
            // The answer to a name is the answer to any text: what was asked, and that there is none.
            std::string said = refused.what();
            for (std::size_t at = said.find(name); at != std::string::npos; at = said.find(name))
                said.replace(at, name.size(), "?");
            all += said;
        }
    }
    return all;
}

/// A contest with marks being given; the first half of the markers has marked.
Contest marking(const std::vector<std::string>& ids, std::uint64_t seed,
                const std::vector<std::string>& order) {
    Contest k{blind, "2026-01-05", seed};
    k.plan({{"director", 1}});
    k.announce("2026-01-06", "2026-01-31", {"written"});
    k.take_in(ids, "director");
    k.sit("written", order, false);
    k.seal("written", order);
    k.act(ActKind::allocate, "chair", {{"stage", "written"}, {"each", "2"}});
    return k;
}

}  // namespace

TEST_SUITE("workflow/views") {
    TEST_CASE(
        "no token of an identity is in anything a marker can reach, and codes are in no order of people") {
        double sum = 0;
        int contests = 0, views = 0;
        const int n = 12;
        for (int seed = 1; seed <= rounds(200); ++seed, ++contests) {
            RandomStream random{static_cast<std::uint64_t>(seed)};
            std::vector<std::string> ids;
            for (int i = 0; i < n; ++i) ids.push_back("ID" + std::to_string(random.next()));
            const Contest k = marking(ids, static_cast<std::uint64_t>(seed), ids);
            for (const char* who : {"k1", "k2", "k3"}) {
                const std::string text = reachable(k.c, who, {});
                for (const std::string& id : ids) REQUIRE(text.find(id) == std::string::npos);
                REQUIRE(text.find("Nguyễn") == std::string::npos);
                ++views;
            }
            // Spearman's correlation of the order of codes with the order of registration.
            std::vector<std::pair<std::string, int>> codes;
            k.store->read(1, [&](const JournalRecord& r) {
                const Event e = Event::parse(r.body, r.personal);
                if (e.act.kind != ActKind::seal_scripts) return true;
                const auto who = e.sealed.list("applications"), code = e.sealed.list("codes");
                for (std::size_t i = 0; i < who.size(); ++i)
                    codes.emplace_back(
                        code[i], static_cast<int>(std::find(ids.begin(), ids.end(), who[i]) - ids.begin()));
                return true;
            });
            std::sort(codes.begin(), codes.end());
            double d2 = 0;
            for (int i = 0; i < n; ++i) d2 += std::pow(i - codes[static_cast<std::size_t>(i)].second, 2);
            sum += 1 - 6 * d2 / (n * (n * n - 1.0));
        }
        // The mean of `contests` independent correlations under chance has deviation 1 / sqrt((n - 1)
        // contests).
        const double bound = 2.576 / std::sqrt((n - 1.0) * contests);
        CHECK(std::abs(sum / contests) < bound);
        MESSAGE(contests, " contests, ", views, " views, mean rank correlation ", sum / contests, " within ",
                bound);
    }

    TEST_CASE("two worlds that differ only in who wrote which script look the same to every marker") {
        int pairs = 0;
        for (int seed = 1; seed <= rounds(500); ++seed, ++pairs) {
            const std::vector<std::string> one{"A1", "A2", "A3", "A4", "A5"};
            std::vector<std::string> other;
            RandomStream random{static_cast<std::uint64_t>(seed)};
            for (std::size_t i = 0; i < one.size(); ++i) other.push_back("P" + std::to_string(random.next()));
            // The same random bytes, other people: who is behind a code decides nothing that a marker sees.
            const Contest a = marking(one, static_cast<std::uint64_t>(seed), one);
            const Contest b = marking(other, static_cast<std::uint64_t>(seed), other);
            for (const char* who : {"k1", "k2", "k3"})
                REQUIRE(reachable(a.c, who, one) == reachable(b.c, who, other));
        }
        MESSAGE(pairs, " pairs of worlds");
    }

    TEST_CASE("a name is no script, and the answer to it is the answer to any other text") {
        const Contest k = marking({"A1", "A2", "A3"}, 5, {"A1", "A2", "A3"});
        const std::string known = reachable(k.c, "k1", {"A2"}), unknown = reachable(k.c, "k1", {"Z9"});
        CHECK(known == unknown);
        CHECK(k.refusal(ActKind::mark, "k1", {{"stage", "written"}, {"script", "A1"}, {"mark", "50"}}) ==
              "not_in_contest");
        CHECK_THROWS_AS(marker_view(k.c, "sec", "written"), Refused);
        CHECK_THROWS_AS(marker_view(k.c, "chair", "written"), Refused);
        CHECK_THROWS_AS(k.c.scores(), Refused);
    }

    TEST_CASE("nobody sees another's mark, whatever acts came before, until the marks are published") {
        // Every order of marking and sealing by two markers of two scripts, to the end (a bounded search of
        // the real contest): after each act, each marker's view has that marker's own marks only.
        int states = 0;
        const Contest start = [] {
            Contest k = marking({"A1", "A2"}, 9, {"A1", "A2"});
            return k;
        }();
        struct Node {
            Competition c;
            Instant now;
            std::map<std::string, std::map<std::string, std::string>> own;  // marker, script, mark
            int depth;
        };
        std::vector<Node> open;
        open.push_back({start.c, start.now, {}, 0});
        std::set<std::string> seen;
        while (!open.empty()) {
            const Node node = open.back();
            open.pop_back();
            // Time is not part of what is searched.
            std::string key;
            for (const auto& [who, marks] : node.own)
                for (const auto& [script, mark] : marks) key += who + script + mark + ";";
            for (const char* who : {"k1", "k2", "k3"})
                key += marker_view(node.c, who, "written").sealed ? "s" : "-";
            if (!seen.insert(key).second) continue;
            ++states;
            for (const char* who : {"k1", "k2", "k3"}) {
                const MarkerView view = marker_view(node.c, who, "written");
                for (const MarkerTask& task : view.tasks) {
                    const auto own = node.own.find(who);
                    const bool gave = own != node.own.end() && own->second.contains(task.script);
                    REQUIRE(task.mark.has_value() == gave);
                    if (gave) REQUIRE(task.mark->str() == own->second.at(task.script));
                }
            }
            if (node.depth == 12) continue;
            const auto go = [&](ActKind kind, const std::string& who, Fields fields,
                                const std::string& script, const std::string& mark) {
                Act act;
                act.kind = kind;
                act.actor = who;
                act.fields = std::move(fields);
                try {
                    const Event event = node.c.decide(act, node.now, entropy(3));
                    Node next{node.c, node.now + std::chrono::seconds{1}, node.own, node.depth + 1};
                    next.c.apply(event);
                    if (!script.empty()) next.own[who][script] = mark;
                    open.push_back(std::move(next));
                } catch (const Refused&) {
                }
            };
            for (const char* who : {"k1", "k2", "k3"}) {
                for (const MarkerTask& task : marker_view(node.c, who, "written").tasks)
                    for (const char* mark : {"40", "60"})
                        go(ActKind::mark, who,
                           {{"stage", "written"}, {"script", task.script}, {"mark", mark}}, task.script,
                           mark);
                go(ActKind::seal_marks, who, {{"stage", "written"}}, {}, {});
            }
        }
        CHECK(states > 100);
        MESSAGE(states, " states");
    }
}
