// Laws of fairness on random pools, shrunk to the smallest that breaks one (RapidCheck).

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <set>

#include <rapidcheck.h>

#include <recruit/recruit.hpp>

using namespace recruit;

namespace {

/// The same pools every day; others at night, and whatever RC_PARAMS asks for.
[[maybe_unused]] const int seeded = [] {
    return std::getenv("RECRUIT_NIGHTLY") != nullptr ? 0 : ::setenv("RC_PARAMS", "seed=20261125", 0);
}();

struct Person {
    std::string id;
    int mark = 0;  ///< 0..100, all different where a law needs an order.
    bool first = false, second = false;
};

const std::string head =
    "series = \"x\"\nversion = \"1\"\nstatus = \"example\"\neffective_from = 2020-01-01\n"
    "[[fact]]\nname = \"first\"\ntype = \"boolean\"\n[[fact]]\nname = \"second\"\ntype = \"boolean\"\n"
    "[[stage]]\nname = \"test\"\nmax = 100\ngate = { points = 10 }\n"
    "[[rank]]\nname = \"merit\"\nties = [{ end = \"authority_decides\" }]\n[select]\nby = \"merit\"\n";

/// Up to twelve people, their marks all different or not.
std::vector<Person> people(bool distinct) {
    const auto count = *rc::gen::inRange<std::size_t>(0, 13);
    std::vector<int> marks;
    if (distinct) {
        marks = *rc::gen::unique<std::vector<int>>(count, rc::gen::inRange(0, 101));
    } else {
        marks = *rc::gen::container<std::vector<int>>(count, rc::gen::inRange(0, 20));
    }
    std::vector<Person> all;
    for (const int mark : marks) {
        all.push_back({"A" + std::to_string(all.size()), mark, *rc::gen::arbitrary<bool>(),
                       *rc::gen::arbitrary<bool>()});
    }
    return all;
}

Selection selected(const Regulation& rules, const std::vector<Person>& all, std::int64_t seats) {
    std::string csv = "application,position,test,first,second\n";
    for (const Person& p : all) {
        csv += p.id + ",clerk," + std::to_string(p.mark) + (p.first ? ",true" : ",false") +
               (p.second ? ",true\n" : ",false\n");
    }
    return select(rules, parse_csv(csv).table, Seats{seats});
}

/// Whoever is in belongs to nothing that the other does not belong to, scored less, and the other is out.
void no_justified_envy(const std::string& quota) {
    const auto rules = Regulation::parse(head + quota);
    const auto all = people(true);
    const auto seats = *rc::gen::inRange<std::int64_t>(1, 7);
    const Selection selection = selected(rules, all, seats);
    for (const Person& out : all) {
        if (selection.at(out.id).standing != Standing::qualified) continue;
        for (const Person& in : all) {
            const bool is_in = selection.at(in.id).standing == Standing::selected;
            const bool no_more = (!in.first || out.first) && (!in.second || out.second);
            if (is_in && no_more && out.mark > in.mark)
                RC_FAIL(out.id + " scored more than " + in.id + ", belongs to as much, and is out");
        }
    }
    // With different marks there is nothing to contest, and nobody below the pass mark is in.
    for (const Person& p : all) {
        RC_ASSERT(selection.at(p.id).standing != Standing::contested);
        if (p.mark < 10) RC_ASSERT(selection.at(p.id).standing == Standing::failed);
    }
}

}  // namespace

TEST_SUITE("selection/laws") {
    TEST_CASE("no justified envy under any quota: who belongs to as much and scored more is not left out") {
        const std::string quotas[] = {
            "",
            "[[quota]]\nname = \"q\"\nkind = \"set_aside\"\ncount = 2\nwho = { fact = \"first\", equals = "
            "true }\n",
            "[[quota]]\nname = \"q\"\nkind = \"set_aside\"\ncount = 1\nwho = { fact = \"first\", equals = "
            "true }\n"
            "[[quota]]\nname = \"r\"\nkind = \"set_aside\"\ncount = 1\nwho = { fact = \"second\", equals = "
            "true }\n",
            "[[quota]]\nname = \"q\"\nkind = \"minimum\"\ncount = 2\nwho = { fact = \"first\", equals = true "
            "}\n",
            "[[quota]]\nname = \"q\"\nkind = \"minimum\"\ncount = 1\nwho = { fact = \"first\", equals = true "
            "}\n"
            "[[quota]]\nname = \"r\"\nkind = \"minimum\"\ncount = 2\nwho = { fact = \"second\", equals = "
            "true }\n",
            "[[quota]]\nname = \"q\"\nkind = \"prefix_rate\"\nshare = \"0.5\"\n"
            "who = { fact = \"first\", equals = true }\n",
            "[[quota]]\nname = \"q\"\nkind = \"add_beyond\"\nshare = \"0.5\"\nround = \"down\"\n"
            "who = { fact = \"first\", equals = true }\n"};
        for (const std::string& quota : quotas) {
            CAPTURE(quota);
            CHECK(rc::check("no justified envy", [&] { no_justified_envy(quota); }));
        }
    }

    TEST_CASE("somebody who fails, added to the pool, changes nobody, where no rule counts the field") {
        const auto rules = Regulation::parse(head);
        CHECK(rc::check("a failing candidate changes nobody", [&] {
            auto all = people(false);
            const auto seats = *rc::gen::inRange<std::int64_t>(1, 7);
            const Selection before = selected(rules, all, seats);
            all.push_back({"Z", *rc::gen::inRange(0, 10), true, true});
            const Selection after = selected(rules, all, seats);
            RC_ASSERT(after.at("Z").standing == Standing::failed);
            for (const Person& p : all) {
                if (p.id == "Z") continue;
                RC_ASSERT(before.at(p.id).standing == after.at(p.id).standing);
                RC_ASSERT(before.at(p.id).rank == after.at(p.id).rank);
                RC_ASSERT(before.at(p.id).decided_by == after.at(p.id).decided_by);
            }
        }));
    }

    TEST_CASE(
        "refer offers the highest names still there and their equals, and nobody else, whatever happened") {
        const auto rules = Regulation::parse(head + "[referral]\nkind = \"top\"\nnames = 3\n");
        CHECK(rc::check("rule of three", [&] {
            auto all = people(false);
            all.push_back({"Z", 15, false, false});  // somebody passes
            const Selection selection = selected(rules, all, 1);
            std::vector<ReferralEvent> history;
            std::set<std::string> gone;
            for (int step = 0; step < 6; ++step) {
                const auto offered = refer(selection, "clerk", history).reachable();
                // By hand: the marks of those still there; whoever has at least the third highest.
                std::vector<int> marks;
                for (const Person& p : all) {
                    if (p.mark >= 10 && gone.count(p.id) == 0) marks.push_back(p.mark);
                }
                std::sort(marks.rbegin(), marks.rend());
                std::set<std::string> expected;
                for (const Person& p : all) {
                    const bool there = p.mark >= 10 && gone.count(p.id) == 0;
                    if (there && (marks.size() < 4 || p.mark >= marks[2])) expected.insert(p.id);
                }
                RC_ASSERT(std::set<std::string>(offered.begin(), offered.end()) == expected);
                if (offered.empty()) return;
                const auto chosen = *rc::gen::elementOf(offered);
                const auto kind = *rc::gen::element(ReferralEventKind::appointed, ReferralEventKind::declined,
                                                    ReferralEventKind::removed);
                history.push_back({kind, chosen});
                gone.insert(chosen);
            }
        }));
    }
}
