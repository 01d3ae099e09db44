// Every state that a small contest can get into: nobody is ever stuck, and whoever is to act next is named.

#include <cstdlib>
#include <deque>
#include <map>
#include <unordered_map>

#include <algorithm>
#include <filesystem>
#include "workflow/leadership.hpp"

#include "workflow/offers.hpp"

using namespace contest;

namespace {

/// A bounded search. The plain way through the agenda costs nothing; every other choice, every other item of
/// the agenda first, and every act beside the agenda costs one. States are looked at in the order of what
/// they cost, and at random within that.
class Search {
public:
    Search(const Regulation& rules, std::size_t most) : rules_{rules}, most_{most} {
        for (const std::string& id : regulation_ids()) {
            const Regulation other = regulation(id);
            if (other.series() == rules.series() && other.effective_from() > rules.effective_from())
                newer_ = other.toml();
        }
    }

    void run() {
        visit(Competition{}, at("2026-01-05"), 0, {}, "");
        RandomStream random{7};
        while (expanded < most_ && !waiting_.empty()) {
            auto& [cost, nodes] = *waiting_.begin();
            const std::size_t pick = static_cast<std::size_t>(random.below(nodes.size()));
            std::swap(nodes[pick], nodes.back());
            const std::size_t node = nodes.back();
            nodes.pop_back();
            whole_cost = cost - 1;
            if (nodes.empty()) waiting_.erase(waiting_.begin());
            expand(node);
        }
        if (waiting_.empty()) whole_cost = 99;
        trapped();
    }

    std::size_t states() const { return nodes_.size(); }
    std::size_t expanded = 0, edges = 0, ends = 0;
    int whole_cost = -1;
    std::vector<std::string> problems;
    std::set<ActKind> done;

private:
    struct Node {
        Competition c;
        Instant now;
        int cost = 0;
        std::size_t from = 0;
        std::string by;
        bool expanded = false, end = false;
        std::vector<std::size_t> next;  ///< Without cancelling, which is always possible.
    };

    std::string path(std::size_t node) const {
        std::string text;
        for (int steps = 0; node != 0 && steps < 14; node = nodes_[node].from, ++steps)
            text = nodes_[node].by + "\n  " + text;
        return "\n  " + text;
    }
    void problem(std::size_t node, const std::string& what) {
        if (problems.size() < 12)
            problems.push_back(what + "\n  phase " + std::string{to_string(nodes_[node].c.phase())} +
                               " after " + path(node));
    }

    std::size_t visit(Competition c, Instant now, int cost, std::size_t from, const std::string& by) {
        const Phase phase = c.phase();
        const auto [at, fresh] =
            known_.emplace(timeless(c, Date{std::chrono::floor<std::chrono::days>(now)}), nodes_.size());
        if (!fresh) {
            Node& node = nodes_[at->second];
            if (cost < node.cost && !node.expanded && !node.end) {
                // Found again on a plainer way.
                auto& before = waiting_[node.cost];
                std::erase(before, at->second);
                if (before.empty()) waiting_.erase(node.cost);
                node.cost = cost;
                waiting_[cost].push_back(at->second);
            }
            return at->second;
        }
        Node node;
        node.c = std::move(c);
        node.now = now;
        node.cost = cost;
        node.from = from;
        node.by = by;
        node.end = phase == Phase::closed || phase == Phase::cancelled || phase == Phase::void_;
        ends += node.end;
        if (!node.end) waiting_[cost].push_back(nodes_.size());
        nodes_.push_back(std::move(node));
        return nodes_.size() - 1;
    }

    /// Does the act if it may be done. `*refused` says why not.
    std::optional<std::size_t> attempt(std::size_t from, const Act& act, Instant now, int cost,
                                       std::string* refused) {
        try {
            const Competition& before = nodes_[from].c;
            const Event event = before.decide(act, now, entropy(7));
            Competition after = before;
            after.apply(event);
            ++edges;
            done.insert(act.kind);
            std::string by = std::string{to_string(act.kind)} + " by " + act.actor;
            for (const auto& [name, value] : act.fields.items())
                if (name != "regulation" && value != "x") by += " " + name + "=" + value;
            return visit(std::move(after), now + std::chrono::minutes{1}, cost, from, by);
        } catch (const Refused& no) {
            if (refused != nullptr) *refused = no.what();
        } catch (const Error& no) {
            if (refused != nullptr) *refused = no.what();
        }
        return std::nullopt;
    }

    void expand(std::size_t at) {
        ++expanded;
        nodes_[at].expanded = true;
        const Competition here = nodes_[at].c;
        const Instant now = nodes_[at].now;
        const int cost = nodes_[at].cost;
        const Date today{std::chrono::floor<std::chrono::days>(now)};
        const auto items = agenda(here, today);
        if (items.empty()) problem(at, "the agenda is empty");
        bool moved = false;
        std::string why;
        std::set<std::string> plain;
        for (const AgendaItem& item : items) {
            check(at, item, items);
            // Two people apply; then applications are closed.
            if (item.act == ActKind::apply && here.applications().rows() >= 2) continue;
            Instant moment = now;
            if (item.urgency == Urgency::later)
                moment = std::chrono::sys_days{*item.first} + std::chrono::hours{2};
            Offers offers{here, moment};
            offers.toml = rules_.toml();
            offers.newer = newer_;
            bool first = true;
            std::string refused;
            for (const Act& act : offers.of(item)) {
                const int more = (first && !moved ? 0 : 1);
                const auto next = attempt(at, act, moment, cost + more, &refused);
                if (!next) continue;
                if (item.act != ActKind::cancel) nodes_[at].next.push_back(*next);
                first = false;
                plain.insert(std::string{to_string(act.kind)});
            }
            if (first)
                why += "  " + item.str() + " -> " + refused + "\n";
            else
                moved = true;
        }
        if (!moved) problem(at, "nothing on the agenda can be done:\n" + why);
        Offers offers{here, now};
        offers.toml = rules_.toml();
        offers.newer = newer_;
        for (const Act& act : offers.everything()) {
            if (plain.contains(std::string{to_string(act.kind)})) continue;
            const auto next = attempt(at, act, now, cost + 1, nullptr);
            if (next && act.kind != ActKind::cancel) nodes_[at].next.push_back(*next);
        }
    }

    void check(std::size_t at, const AgendaItem& item, const std::vector<AgendaItem>& items) {
        const detail::State& s = nodes_[at].c.state();
        const bool anybody = item.act == ActKind::plan || item.who == Role::applicant;
        const bool held = anybody || !s.holders(item.who).empty();
        const bool assigned = std::any_of(items.begin(), items.end(), [&](const AgendaItem& other) {
            return other.act == ActKind::assign_role && other.about == to_string(item.who);
        });
        if (!held && !assigned) problem(at, "nobody can do: " + item.str());
        const std::string text = item.str();
        const bool dated = item.last ? text.find(format_date(*item.last)) != std::string::npos
                                     : text.find("no deadline in law") != std::string::npos;
        if (!dated) problem(at, "no word about a deadline: " + text);
    }

    /// States from which no end can be reached but by cancelling.
    void trapped() {
        std::vector<std::vector<std::size_t>> before(nodes_.size());
        std::deque<std::size_t> queue;
        std::vector<bool> good(nodes_.size());
        for (std::size_t i = 0; i < nodes_.size(); ++i) {
            for (const std::size_t k : nodes_[i].next) before[k].push_back(i);
            if (nodes_[i].expanded) continue;
            good[i] = true;  // an end, or not looked at
            queue.push_back(i);
        }
        while (!queue.empty()) {
            const std::size_t i = queue.front();
            queue.pop_front();
            for (const std::size_t k : before[i]) {
                if (good[k]) continue;
                good[k] = true;
                queue.push_back(k);
            }
        }
        for (std::size_t i = 0; i < nodes_.size(); ++i)
            if (!good[i]) problem(i, "no way to an end");
    }

    const Regulation rules_;
    std::size_t most_;
    std::string newer_;
    std::deque<Node> nodes_;
    std::unordered_map<std::string, std::size_t> known_;
    std::map<int, std::vector<std::size_t>> waiting_;
};

/// Secret slips of a panel, three markers where two differ, scores entered twice, a leak that the authority
/// decides about, a referral, a consent before the result is approved, a step of its own, a law that may
/// change.
const std::string panel = R"(series = "test.panel"
version = "1"
effective_from = 2017-01-01
status = "example"
[[stage]]
name = "written"
max = 100
missing = "incomplete"
gate = { points = 50 }
[[stage]]
name = "computer"
max = 50
missing = "incomplete"
[[stage]]
name = "defence"
max = 100
missing = "incomplete"
[[marking]]
stage = "written"
least = 2
round = { digits = 2, mode = "half_up" }
band = [{ up_to = 10, action = "aggregate" }, { action = "third" }]
third = "two_equal_else_mean"
[[marking]]
stage = "defence"
least = 2
slips = "anonymous"
absent = "mean_of_present"
round = { digits = 2, mode = "half_up" }
[score]
max = 150
terms = [{ stage = "computer" }, { stage = "defence" }]
[[rank]]
name = "title"
within = ["position"]
ties = [{ end = "authority_decides" }]
[referral]
kind = "top"
names = 2
[council]
size = [3]
present = 2
equal_votes = "fails"
[[conflict]]
name = "kin"
relations = ["sibling"]
on_conflict = "bar"
[[consent]]
name = "ministry"
body = "the ministry"
before = "approved"
[[step]]
name = "inspection"
who = "monitor"
after = ["computer.published"]
[papers]
leak = "authority_decides"
double_entry = true
[appeals]
allowed = ["written"]
window = 10
[[minimum_field]]
least = 1
at = "applied"
below = "extend"
[ending]
ties_decided_by = "chair"
)";

std::size_t bound() {
    if (const char* n = std::getenv("RECRUIT_STATES")) return std::stoul(n);
    return std::getenv("RECRUIT_NIGHTLY") != nullptr ? 20'000 : 120;
}

}  // namespace

TEST_SUITE("workflow/reachable") {
    TEST_CASE("in every state that can be reached somebody is named who can go on, under every regulation") {
        std::size_t states = 0, expanded = 0, edges = 0, ends = 0;
        std::set<ActKind> done;
        const char* only = std::getenv("RECRUIT_ONLY");
        std::vector<Regulation> all;
        for (const std::string& id : regulation_ids()) all.push_back(regulation(id));
        // Few of the catalogue say much about the procedure: these say all there is to say.
        all.push_back(Regulation::parse(leadership));
        all.push_back(Regulation::parse(panel));
        for (const auto& file : std::filesystem::directory_iterator{
                 std::filesystem::path{RECRUIT_SOURCE_DIR} / "tests" / "regulation" / "complete"})
            all.push_back(Regulation::load(file.path()));
        std::sort(all.begin(), all.end(),
                  [](const Regulation& a, const Regulation& b) { return a.id() < b.id(); });
        for (const Regulation& rules : all) {
            const std::string& id = rules.id();
            if (only != nullptr && id != only) continue;
            Search search{rules, bound()};
            search.run();
            for (const std::string& problem : search.problems) {
                INFO(id, ": ", problem);
                CHECK(false);
            }
            states += search.states();
            expanded += search.expanded;
            edges += search.edges;
            ends += search.ends;
            done.insert(search.done.begin(), search.done.end());
            CHECK(search.expanded >= std::min<std::size_t>(bound(), 60));
            MESSAGE(id, ": ", search.states(), " states, ", search.expanded, " of them gone on from, ",
                    search.edges, " acts, ", search.ends, " ends, all that costs ", search.whole_cost);
        }
        MESSAGE(states, " states, ", expanded, " gone on from, ", edges, " acts of ", done.size(), " kinds, ",
                ends, " ends");
        CHECK(states > 0);
    }
}
