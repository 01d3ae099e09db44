// Who goes on from a stage, and what becomes of it when somebody leaves later or a mark turns out wrong.

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <iterator>
#include <map>
#include <string>

#include "workflow/cases.hpp"
#include "workflow/driver.hpp"
#include "workflow/offers.hpp"
#include "workflow/state.hpp"

using namespace contest;
using detail::Work;

namespace {

const std::string head = R"(series = "test.cut"
version = "1"
effective_from = 2017-01-01
status = "example"
)";
const std::string list = R"([[rank]]
name = "list"
within = ["position"]
ties = [{ end = "shared" }]
)";

/// Two of each position go on from a test on computers to a talk, whose missing mark counts as 0.
std::string two_go_on(const std::string& more = "") {
    return head + R"([[stage]]
name = "test"
max = 100
[stage.advance]
count = 2
within = ["position"]
[[stage]]
name = "talk"
max = 100
missing = "zero"
[score]
terms = [{ stage = "test" }, { stage = "talk" }]
[select.reserve]
all = true
)" + list + more;
}

const std::string stands = "[appeals]\nafter_gate = \"stands\"\n";
const std::map<std::string, std::string> four{{"A1", "90"}, {"A2", "80"}, {"A3", "70"}, {"A4", "60"}};

/// The test is held and its scores are out.
Contest tested(const std::string& rules, const std::map<std::string, std::string>& scores = four,
               int seats = 1) {
    Contest k{rules};
    k.plan({{"p", seats}});
    k.announce("2026-01-06", "2026-01-31", {"computer", "oral"});
    std::vector<std::string> ids;
    for (const auto& [id, score] : scores) ids.push_back(id);
    k.take_in(ids, "p");
    k.hold("test", scores);
    return k;
}

Contest closed(const std::string& rules) {
    Contest k = tested(rules);
    k.act(ActKind::close_stage, "chair", {{"stage", "test"}});
    return k;
}

void correct(Contest& k, const char* stage, const char* id, const char* mark) {
    k.act(ActKind::correct_mark, "chair",
          {{"stage", stage}, {"application", id}, {"mark", mark}, {"reason", "copied wrongly"}});
}

/// Closes the talk, ranks, and looks whether a replay comes to the same.
void rank(Contest& k) {
    if (k.c.phase("talk") != Phase::stage_closed) k.act(ActKind::close_stage, "chair", {{"stage", "talk"}});
    k.act(ActKind::rank, "chair");
    CHECK(Competition::replay(*k.store).canonical() == k.c.canonical());
}

/// From the proposal to its publication.
void decide(Contest& k) {
    k.act(ActKind::propose, "chair");
    k.act(ActKind::approve_result, "auth", {{"decision", "QD"}});
    k.act(ActKind::publish_result, "sec");
}

Fields appointment(const char* id) {
    return {{"application", id}, {"decision", "QD"}, {"effective", "2026-05-01"}};
}

void appoint(Contest& k, const char* id) { k.act(ActKind::appoint, "auth", appointment(id)); }

/// Everybody's standing and the stage where it ended.
std::string lines(const Contest& k) {
    const auto result = k.c.result();
    REQUIRE(result);
    std::map<std::string, std::string> by_id;
    for (const auto& row : *result) {
        by_id[row.application] =
            std::string{to_string(row.standing)} + (row.stage.empty() ? "" : " " + row.stage);
        const Explanation told = result->explain(row.application);
        CHECK(told.standing == row.standing);
        CHECK(told.decided_by == row.decided_by);
    }
    std::string all;
    for (const auto& [id, line] : by_id) all += (all.empty() ? "" : ", ") + id + " " + line;
    return all;
}

/// What must be done next, and about whom. A later stage may be summoned to while an earlier one is
/// published.
std::string next(const Contest& k) {
    std::string all;
    for (const AgendaItem& item : agenda(k.c, k.today())) {
        if (item.act == ActKind::summon) continue;
        all += std::string{to_string(item.act)} + " " + item.about + ", ";
    }
    return all;
}

/// Who must sit a stage.
std::string owing(const Contest& k, const char* stage) {
    const auto& state = k.c.state();
    const auto& work = state.stages[*state.stage(stage)].work;
    std::string all;
    for (std::size_t i = 0; i < work.size(); ++i)
        if (work[i].owed) all += (all.empty() ? "" : " ") + state.applicants[i].id;
    return all;
}

}  // namespace

TEST_SUITE("workflow/who goes on") {
    TEST_CASE(
        "whoever leaves after a stage keeps the place taken there: nobody is taken for having missed what "
        "followed") {
        for (const bool published_only : {false, true}) {
            Contest k = published_only ? tested(two_go_on()) : closed(two_go_on());
            k.act(ActKind::withdraw, "person-A1", {{"application", "A1"}});
            if (published_only) k.act(ActKind::close_stage, "chair", {{"stage", "test"}});
            CHECK(owing(k, "talk") == "A2");
            k.hold("talk", {{"A2", "60"}}, true);
            rank(k);
            // With A1's place given on, A3 would have a talk of 0 and stand in reserve.
            CHECK(lines(k) == "A1 withdrawn talk, A2 selected, A3 qualified test, A4 qualified test");
        }
    }

    TEST_CASE("whoever leaves before the scores are out leaves the place to the next") {
        Contest k{two_go_on()};
        k.plan({{"p", 1}});
        k.announce("2026-01-06", "2026-01-31", {"computer", "oral"});
        k.take_in({"A1", "A2", "A3", "A4"}, "p");
        k.sit("test", {"A1", "A2", "A3", "A4"}, false);
        k.act(ActKind::open_marking, "chair", {{"stage", "test"}});
        for (const auto& [id, score] : four)
            k.act(ActKind::record_score, "sec", {{"stage", "test"}, {"script", id}, {"score", score}});
        k.act(ActKind::close_marking, "chair", {{"stage", "test"}});
        k.act(ActKind::withdraw, "person-A1", {{"application", "A1"}});
        k.act(ActKind::publish, "sec", {{"stage", "test"}});
        k.act(ActKind::close_stage, "chair", {{"stage", "test"}});
        CHECK(owing(k, "talk") == "A2 A3");
        k.hold("talk", {{"A2", "60"}, {"A3", "80"}}, true);
        rank(k);
        CHECK(lines(k) == "A1 withdrawn, A2 reserve, A3 selected, A4 qualified test");
    }

    TEST_CASE("a result that is cancelled, or a winner who leaves, moves nobody at an earlier cut") {
        for (const ActKind how : {ActKind::cancel_result, ActKind::withdraw}) {
            Contest k = closed(two_go_on());
            k.hold("talk", {{"A1", "60"}, {"A2", "60"}}, true);
            rank(k);
            k.act(ActKind::propose, "chair");
            k.act(ActKind::approve_result, "auth", {{"decision", "QD"}});
            if (how == ActKind::withdraw)
                k.act(how, "person-A1", {{"application", "A1"}});
            else
                k.act(how, "auth", {{"application", "A1"}, {"reason", "a false paper"}});
            correct(k, "talk", "A2", "61");  // and ranked anew
            rank(k);
            const std::string word = how == ActKind::withdraw ? "withdrawn" : "cancelled";
            CHECK(lines(k) == "A1 " + word + " talk, A2 selected, A3 qualified test, A4 qualified test");
        }
    }

    TEST_CASE(
        "a mark that is corrected after a stage was closed opens it again if others go on, and only then") {
        Contest k = closed(two_go_on());
        correct(k, "test", "A4", "79.5");
        CHECK(k.c.phase("test") == Phase::stage_closed);
        correct(k, "test", "A4", "85");
        CHECK(k.c.phase("test") == Phase::published);
        const auto items = agenda(k.c, k.today());
        CHECK(std::any_of(items.begin(), items.end(), [](const AgendaItem& item) {
            return item.act == ActKind::close_stage && item.stage == "test";
        }));
        k.act(ActKind::close_stage, "chair", {{"stage", "test"}});
        CHECK(owing(k, "talk") == "A1 A4");
        k.hold("talk", {{"A1", "60"}, {"A4", "80"}}, true);
        rank(k);
        CHECK(lines(k) == "A1 reserve, A2 qualified test, A3 qualified test, A4 selected");
    }

    TEST_CASE("when the next stage was held meanwhile, it is held again for whoever comes in, or stands") {
        for (const std::string& rule : {std::string{}, stands}) {
            Contest k = closed(two_go_on(rule));
            k.hold("talk", {{"A1", "60"}, {"A2", "60"}}, true);
            rank(k);
            CHECK(lines(k) == "A1 selected, A2 reserve, A3 qualified test, A4 qualified test");
            correct(k, "test", "A3", "85");
            CHECK(k.c.phase() == Phase::published);
            CHECK(k.refusal(ActKind::rank, "chair") == "not_permitted_phase");
            CHECK(k.refusal(ActKind::propose, "chair") == "not_permitted_phase");
            k.act(ActKind::close_stage, "chair", {{"stage", "test"}});
            if (rule.empty()) {
                CHECK(k.c.phase() == Phase::scheduled);
                CHECK(owing(k, "talk") == "A1 A3");
                k.paper("talk", "P2", "oral");
                k.hold("talk", {{"A3", "90"}}, true);
                rank(k);
                CHECK(lines(k) == "A1 reserve, A2 qualified test, A3 selected, A4 qualified test");
            } else {
                // A3 was not called, and takes nobody's place.
                CHECK(owing(k, "talk") == "A1 A2");
                rank(k);
                CHECK(lines(k) == "A1 selected, A2 reserve, A3 qualified test, A4 qualified test");
                CHECK(k.c.result()->explain("A3").decided_by == "stage.test.status");
            }
        }
        // A2's test was marked too high: neither A3 nor A4 after them is called any more.
        Contest k = closed(two_go_on(stands));
        k.hold("talk", {{"A1", "60"}, {"A2", "60"}}, true);
        correct(k, "test", "A2", "40");
        k.act(ActKind::close_stage, "chair", {{"stage", "test"}});
        CHECK(owing(k, "talk") == "A1 A2");
        rank(k);
        CHECK(lines(k) == "A1 selected, A2 reserve, A3 qualified test, A4 qualified test");
        CHECK(k.c.result()->explain("A4").decided_by == "stage.test.status");
    }

    TEST_CASE("a script that lost its score is marked again before a stage is closed or anybody is ranked") {
        for (const bool closed_before : {false, true}) {
            Contest k = until_written_published();
            k.later(16);
            k.act(ActKind::close_appeals, "chair", {{"stage", "written"}});
            if (closed_before) k.act(ActKind::close_stage, "chair", {{"stage", "written"}});
            const auto& state = k.c.state();
            const auto& script = state.stages[0].work[state.find("A1")];
            k.act(ActKind::find_conflict, "mon",
                  {{"person", script.marks.front().marker}, {"application", "A1"}, {"relation", "sibling"}});
            // A1 does not go on without a score: where the stage was closed, it is open again.
            CHECK(k.c.phase("written") == Phase::published);
            CHECK(k.refusal(ActKind::close_stage, "chair", {{"stage", "written"}}) == "not_all_done");
            const auto items = agenda(k.c, k.today());
            CHECK(std::any_of(items.begin(), items.end(), [](const AgendaItem& item) {
                return item.act == ActKind::reopen_marking && item.stage == "written";
            }));
        }
        // At the last stage, which stays closed, nobody is ranked.
        Contest k{head + list + R"([[stage]]
name = "written"
max = 100
[[marking]]
stage = "written"
least = 2
round = { digits = 2, mode = "half_up" }
[[conflict]]
name = "family"
relations = ["sibling"]
on_conflict = "recuse"
found_later = "strike"
)"};
        k.plan({{"p", 1}});
        k.announce("2026-01-06", "2026-01-31", {"written"});
        k.take_in({"A1", "A2"}, "p");
        k.sit("written", {"A1", "A2"}, false);
        mark_written(k, k.seal("written", {"A1", "A2"}), {{"A1", "80"}, {"A2", "70"}});
        k.act(ActKind::close_stage, "chair", {{"stage", "written"}});
        const auto& state = k.c.state();
        k.act(ActKind::find_conflict, "mon",
              {{"person", state.stages[0].work[0].marks.front().marker},
               {"application", "A1"},
               {"relation", "sibling"}});
        CHECK(k.c.phase() == Phase::ranking);
        CHECK(k.refusal(ActKind::rank, "chair") == "not_all_done");
        const auto items = agenda(k.c, k.today());
        REQUIRE(items.size() == 1);
        CHECK(items.front().act == ActKind::reopen_marking);
        k.act(ActKind::withdraw, "person-A1", {{"application", "A1"}});
        k.act(ActKind::rank, "chair");
        CHECK(lines(k) == "A1 withdrawn written, A2 selected");
    }

    TEST_CASE("whoever should not have gone on from a stage leaves the place at every later one") {
        Contest k{head + list + R"([[stage]]
name = "test"
max = 100
advance = { count = 3 }
[[stage]]
name = "talk"
max = 100
advance = { count = 2 }
[[stage]]
name = "visit"
max = 100
[score]
terms = [{ stage = "visit" }]
)"};
        k.plan({{"p", 1}});
        k.announce("2026-01-06", "2026-01-31", {"computer", "oral", "oral"});
        k.take_in({"A1", "A2", "A3", "A4"}, "p");
        k.hold("test", four);
        k.act(ActKind::close_stage, "chair", {{"stage", "test"}});
        k.hold("talk", {{"A1", "50"}, {"A2", "90"}, {"A3", "80"}}, true);
        k.act(ActKind::close_stage, "chair", {{"stage", "talk"}});
        CHECK(owing(k, "visit") == "A2 A3");
        correct(k, "test", "A2", "10");
        CHECK(k.c.phase("test") == Phase::published);
        CHECK(k.c.phase("talk") == Phase::published);  // A1 comes in there
        k.act(ActKind::close_stage, "chair", {{"stage", "test"}});
        CHECK(owing(k, "talk") == "A1 A3 A4");
        k.paper("talk", "P2", "oral");
        k.hold("talk", {{"A4", "60"}}, true);
        k.act(ActKind::close_stage, "chair", {{"stage", "talk"}});
        CHECK(owing(k, "visit") == "A3 A4");
        k.hold("visit", {{"A3", "70"}, {"A4", "75"}}, true);
        k.act(ActKind::close_stage, "chair", {{"stage", "visit"}});
        k.act(ActKind::rank, "chair");
        CHECK(lines(k) == "A1 qualified talk, A2 qualified test, A3 qualified, A4 selected");
        CHECK(Competition::replay(*k.store).canonical() == k.c.canonical());
    }

    TEST_CASE("equals across the cut after a stage wait for somebody who chooses, and then go on or not") {
        Contest k = tested(two_go_on(), {{"A1", "90"}, {"A2", "80"}, {"A3", "80"}, {"A4", "80"}});
        CHECK(k.refusal(ActKind::close_stage, "chair", {{"stage", "test"}}) == "must_come_first");
        const auto items = agenda(k.c, k.today());
        const auto item = std::find_if(items.begin(), items.end(),
                                       [](const AgendaItem& i) { return i.act == ActKind::decide_tie; });
        REQUIRE(item != items.end());
        CHECK(item->stage == "test");
        CHECK(item->who == Role::approving_authority);
        const auto choice = [](const char* chosen) {
            return Fields{{"stage", "test"}, {"chosen", chosen}, {"reason", "experience"}};
        };
        CHECK(k.refusal(ActKind::decide_tie, "chair", choice("A3")) == "not_permitted_role");
        CHECK(k.refusal(ActKind::decide_tie, "auth", choice("A1")) == "choice_wrong");
        CHECK(k.refusal(ActKind::decide_tie, "auth", choice("A2\nA3")) == "choice_wrong");
        // Chosen, and chosen again before the stage is closed: the last choice holds.
        const Event chosen = k.act(ActKind::decide_tie, "auth", choice("A3"));
        CHECK(chosen.decided.get("among") == "A2\nA3\nA4");
        CHECK(k.c.discretion().back().effect == "among A2, A3, A4");
        CHECK(k.c.scores("test").find("test.chosen") != nullptr);
        k.act(ActKind::close_stage, "chair", {{"stage", "test"}});
        CHECK(owing(k, "talk") == "A1 A3");
        k.hold("talk", {{"A1", "60"}, {"A3", "75"}}, true);
        rank(k);
        CHECK(lines(k) == "A1 reserve, A2 qualified test, A3 selected, A4 qualified test");
        // A4's test turns out to be worth more: there is nothing to choose any more, and A4 sits the talk
        // too.
        correct(k, "test", "A4", "85");
        CHECK(k.c.phase() == Phase::published);
        k.act(ActKind::close_stage, "chair", {{"stage", "test"}});
        CHECK(owing(k, "talk") == "A1 A4");
        k.paper("talk", "P2", "oral");
        k.hold("talk", {{"A4", "90"}}, true);
        rank(k);
        CHECK(lines(k) == "A1 reserve, A2 qualified test, A3 qualified test, A4 selected");
    }

    TEST_CASE("whoever chooses between equals has a conflict with none of them, not only with the chosen") {
        Contest k = tested(two_go_on(), {{"A1", "90"}, {"A2", "80"}, {"A3", "80"}});
        const auto assign = [&](const char* person) {
            k.act(ActKind::assign_role, "auth", {{"person", person}, {"role", "approving_authority"}});
        };
        const auto related = [&](const char* person, const char* id) {
            k.act(ActKind::find_conflict, "mon",
                  {{"person", person}, {"application", id}, {"relation", "sibling"}});
        };
        const Fields against{{"stage", "test"}, {"chosen", "A3"}, {"reason", "experience"}};
        assign("auth2");
        related("auth", "A2");
        CHECK(next(k) == "decide_tie A2, ");
        CHECK(k.refusal(ActKind::decide_tie, "auth", against) == "not_permitted_relation");
        CHECK(k.refusal(ActKind::decide_tie, "auth2", against).empty());
        related("auth2", "A3");
        CHECK(next(k) == "assign_role approving_authority, decide_tie A2, ");
        CHECK(k.refusal(ActKind::decide_tie, "auth2", against) == "not_permitted_relation");
        assign("auth3");
        CHECK(next(k) == "decide_tie A2, ");
        k.act(ActKind::decide_tie, "auth3", against);
        k.act(ActKind::close_stage, "chair", {{"stage", "test"}});
        CHECK(owing(k, "talk") == "A1 A3");
    }

    TEST_CASE(
        "an appointment that the ranking does not give any more is taken back before the seat is another's") {
        Contest k = closed(two_go_on());
        k.hold("talk", {{"A1", "60"}, {"A2", "60"}}, true);
        rank(k);
        decide(k);
        appoint(k, "A1");
        CHECK(next(k) == "close , ");
        const Fields back{{"application", "A1"}, {"reason", "A2 stands first"}};
        CHECK(k.refusal(ActKind::not_appoint, "auth", back) == "already_done");
        correct(k, "talk", "A2", "95");
        rank(k);
        decide(k);
        CHECK(next(k) == "not_appoint A1, ");
        CHECK(k.refusal(ActKind::appoint, "auth", appointment("A2")) == "choice_wrong");
        CHECK(k.refusal(ActKind::close, "sec") == "not_all_done");
        k.act(ActKind::not_appoint, "auth", back);
        CHECK(next(k) == "appoint A2, ");
        appoint(k, "A2");
        CHECK(next(k) == "close , ");
        // A1 stands in reserve as if there had been no appointment, and follows A2.
        k.act(ActKind::cancel_result, "auth", {{"application", "A2"}, {"reason", "a false paper"}});
        CHECK(next(k) == "appoint A1, close , ");
        appoint(k, "A1");
        CHECK(Competition::replay(*k.store).canonical() == k.c.canonical());
    }

    TEST_CASE("of two whom the ranking does not select any more the last is taken back") {
        Contest k = tested(changed(two_go_on(), "count = 2", "count = 4"), four, 2);
        k.act(ActKind::close_stage, "chair", {{"stage", "test"}});
        k.hold("talk", {{"A1", "50"}, {"A2", "50"}, {"A3", "50"}, {"A4", "50"}}, true);
        rank(k);
        decide(k);
        k.act(ActKind::decline, "person-A2", {{"application", "A2"}});
        appoint(k, "A1");
        appoint(k, "A3");  // in the place of A2
        correct(k, "talk", "A4", "95");
        correct(k, "talk", "A1", "35");
        rank(k);
        CHECK(lines(k) == "A1 reserve, A2 selected, A3 reserve, A4 selected");  // 125, 130, 120, 155
        decide(k);
        const auto back = [](const char* id) {
            return Fields{{"application", id}, {"reason", "A4 is first"}};
        };
        CHECK(k.refusal(ActKind::not_appoint, "auth", back("A1")) == "wrong_standing");
        k.act(ActKind::not_appoint, "auth", back("A3"));
        appoint(k, "A4");
        // A1, now the next in rank, keeps the place of A2.
        CHECK(k.refusal(ActKind::not_appoint, "auth", back("A1")) == "wrong_standing");
        k.act(ActKind::close, "sec");
    }

    TEST_CASE(
        "where equals were all included and one of them was not equal, no more stay appointed than seats") {
        Contest k = closed(changed(two_go_on(), "[select.reserve]",
                                   "[select]\nties_at_cut = \"include_all\"\n[select.reserve]"));
        k.hold("talk", {{"A1", "60"}, {"A2", "70"}}, true);
        rank(k);
        CHECK(lines(k) == "A1 selected, A2 selected, A3 qualified test, A4 qualified test");
        decide(k);
        appoint(k, "A1");
        appoint(k, "A2");
        correct(k, "talk", "A1", "61");
        rank(k);
        decide(k);
        const auto items = agenda(k.c, k.today());
        REQUIRE(items.size() == 1);
        CHECK(items.front().act == ActKind::not_appoint);
        CHECK(items.front().about == "A2");
        CHECK(k.refusal(ActKind::close, "sec") == "must_come_first");
        k.act(ActKind::not_appoint, "auth", {{"application", "A2"}, {"reason", "one seat"}});
        k.act(ActKind::close, "sec");
        CHECK(Competition::replay(*k.store).canonical() == k.c.canonical());
    }

    TEST_CASE(
        "whom a new ranking would not have referred any more was appointed all the same, and the next are "
        "named") {
        Contest k = tested(two_go_on("[referral]\nkind = \"top\"\nnames = 1\n"), four, 2);
        k.act(ActKind::close_stage, "chair", {{"stage", "test"}});
        k.hold("talk", {{"A1", "60"}, {"A2", "60"}}, true);
        rank(k);
        decide(k);
        appoint(k, "A1");
        correct(k, "talk", "A2", "95");
        rank(k);
        decide(k);
        const auto items = agenda(k.c, k.today());
        REQUIRE(items.size() == 1);
        CHECK(items.front().act == ActKind::appoint);
        CHECK(items.front().about == "A2");
        appoint(k, "A2");
        k.act(ActKind::close, "sec");
        CHECK(Competition::replay(*k.store).canonical() == k.c.canonical());
    }

    TEST_CASE(
        "an appeal against a score that was typed in is decided by looking it up: nobody marks it again") {
        Contest k = tested(two_go_on("[appeals]\nallowed = [\"test\"]\nwindow = 5\n"));
        CHECK(k.c.phase("test") == Phase::under_appeal);
        const Fields appeal{{"stage", "test"}, {"application", "A3"}, {"reason", "added up wrongly"}};
        k.act(ActKind::lodge_appeal, "person-A3", appeal);
        k.act(ActKind::admit_appeal, "chair",
              {{"stage", "test"}, {"application", "A3"}, {"admitted", "true"}});
        const auto items = agenda(k.c, k.today());
        CHECK(std::any_of(items.begin(), items.end(), [](const AgendaItem& item) {
            return item.act == ActKind::decide_appeal && item.about == "A3";
        }));
        correct(k, "test", "A3", "85");
        k.act(ActKind::decide_appeal, "chair", {{"stage", "test"}, {"application", "A3"}});
        CHECK(k.c.discretion().back().effect == "looked up");
        k.later(6);
        k.act(ActKind::close_appeals, "chair", {{"stage", "test"}});
        k.act(ActKind::close_stage, "chair", {{"stage", "test"}});
        CHECK(owing(k, "talk") == "A1 A3");
    }

    TEST_CASE("a fact that was left empty was not said") {
        Contest k{two_go_on("[[fact]]\nname = \"sex\"\ntype = \"category\"\n")};
        k.plan({{"p", 1}});
        k.announce("2026-01-06", "2026-01-31", {"computer", "oral"});
        k.take_in({"A1", "A2"}, "p", "2026-01-06", "2026-01-31",
                  {{"A1", {{"sex", ""}}}, {"A2", {{"sex", "w"}}}});
        k.hold("test", {{"A1", "90"}, {"A2", "80"}});
        const Table scores = k.c.scores("test");
        CHECK(scores.at("sex").is_null(0));
        CHECK(scores.at("sex").str(1) == "w");
        CHECK(Competition::replay(*k.store).canonical() == k.c.canonical());
    }

    TEST_CASE("the least field after a stage is of those who go on from it") {
        Contest k =
            tested(two_go_on("[[minimum_field]]\nleast = 3\nat = \"test\"\nbelow = \"proceed_with_note\"\n"));
        k.act(ActKind::close_stage, "chair", {{"stage", "test"}});
        CHECK(k.c.discretion().back().effect == "p: 2 of 3, proceed_with_note");
    }

    TEST_CASE("whoever may examine nobody any more has nothing left to mark") {
        Contest k =
            until_written_sat(changed(leadership, "on_conflict = \"recuse\"", "on_conflict = \"bar\""));
        k.seal("written", six);
        k.act(ActKind::allocate, "chair", {{"stage", "written"}, {"each", "2"}});
        const auto& state = k.c.state();
        std::string code;
        for (const Work& work : state.stages[0].work)
            if (code.empty() && work.markers.front() == "k1") code = work.code;
        REQUIRE(!code.empty());
        k.act(ActKind::mark, "k1", {{"stage", "written"}, {"script", code}, {"mark", "70"}});
        k.act(ActKind::declare_conflict, "k1", {{"application", "A6"}, {"relation", "sibling"}});
        for (const Work& work : state.stages[0].work) {
            const bool to_mark =
                std::find(work.markers.begin(), work.markers.end(), "k1") != work.markers.end();
            CHECK(to_mark == (work.code == code && work.has_mark_of("k1")));
        }
        CHECK(Competition::replay(*k.store).canonical() == k.c.canonical());
    }

    TEST_CASE(
        "marks are put right and people leave: under every regulation the contest ends, and nobody is told "
        "of "
        "a stage that they were not called to") {
        const int seeds = std::getenv("RECRUIT_NIGHTLY") != nullptr ? 300 : 6;
        std::vector<Regulation> all;
        for (const std::string& id : regulation_ids()) all.push_back(regulation(id));
        for (const auto& entry : std::filesystem::directory_iterator{
                 std::filesystem::path{RECRUIT_SOURCE_DIR} / "tests/regulation/complete"}) {
            std::ifstream file{entry.path()};
            all.push_back(Regulation::parse(std::string{std::istreambuf_iterator<char>{file}, {}}));
        }
        std::map<std::string, int> done;
        int contests = 0, reopened = 0;
        for (const Regulation& rules : all) {
            for (int seed = 0; seed < seeds; ++seed, ++contests) {
                Driver driver{rules, static_cast<std::uint64_t>(seed), 3 + seed % 5};
                Contest& k = driver.k;
                RandomStream random{static_cast<std::uint64_t>(seed), 99};
                const auto over = [&] {
                    const Phase phase = k.c.phase();
                    return phase == Phase::closed || phase == Phase::cancelled || phase == Phase::void_;
                };
                const auto closed_stages = [&] {
                    int n = 0;
                    for (const auto& stage : k.c.state().stages) n += stage.phase == Phase::stage_closed;
                    return n;
                };
                const auto unforeseen = [&](std::initializer_list<ActKind> kinds) {
                    const ActKind kind = *(kinds.begin() + random.below(kinds.size()));
                    const auto some = Offers{k.c, k.now, 3}.of_kind(kind);
                    if (some.empty()) return false;
                    const Act& act = some[random.below(some.size())];
                    if (!k.refusal(act.kind, act.actor, act.fields, act).empty()) return false;
                    const int before = closed_stages();
                    k.act(act.kind, act.actor, act.fields, act);
                    reopened += act.kind == ActKind::correct_mark && closed_stages() < before;
                    ++done[std::string{to_string(act.kind)}];
                    return true;
                };
                using enum ActKind;
                int left = 8;
                for (int step = 0; step < 4000 && !over() && driver.step(); ++step) {
                    if (k.c.size() > 20 && left > 0 && random.chance(1, 9))
                        left -=
                            unforeseen({find_conflict, declare_conflict, withdraw, correct_mark, correct_mark,
                                        correct_mark, set_fact, reopen_marking, void_stage, report_leak,
                                        cancel_result, decline, not_appoint, penalise, admit_late,
                                        lodge_appeal, reject_result, absent_marker, establish_list});
                }
                const bool ended = over();
                // A closed contest wakes when a result is cancelled or a kept one is used, and falls asleep.
                bool asleep = true;
                for (int round = 0; round < 6 && k.c.phase() == Phase::closed && asleep; ++round) {
                    unforeseen({cancel_result, use_list, extend_list, not_appoint, decline, take_post});
                    for (int step = 0; step < 60 && !agenda(k.c, k.today()).empty() && driver.step();
                         ++step) {
                    }
                    asleep = agenda(k.c, k.today()).empty();
                }
                INFO(rules.id(), ", seed ", seed, ", ", to_string(k.c.phase()), ": ", driver.stuck);
                CHECK(ended);
                CHECK(asleep);
                CHECK(Competition::replay(*k.store).canonical() == k.c.canonical());
                const auto result = k.c.result();
                const auto& state = k.c.state();
                if (!result || state.stale) continue;
                for (std::size_t p = 0; p < state.positions.size(); ++p) {
                    const auto last = detail::displaced(state, p);
                    CHECK((k.c.phase() != Phase::closed || last.empty()));
                }
                for (const auto& row : *result) {
                    const auto called = [&](std::size_t stage) {
                        return row.row < state.stages[stage].work.size() &&
                               state.stages[stage].work[row.row].owed;
                    };
                    const bool sat = row.standing == Standing::absent ||
                                     row.standing == Standing::incomplete || row.standing == Standing::failed;
                    if (!row.stage.empty() && sat) CHECK(called(*state.stage(row.stage)));
                    if (row.stage.empty() && has_passed(row.standing)) CHECK(called(state.stages.size() - 1));
                }
            }
        }
        std::string list;
        for (const auto& [name, n] : done) list += ", " + name + " " + std::to_string(n);
        MESSAGE(contests, " contests", list, "; stages opened again by a corrected mark: ", reopened);
        CHECK(reopened > 0);
    }
}
