// Edge cases of real Vietnamese rules, as sentences with their sources: law, notice, people, result and
// appointment. Each is played through a contest, so that what the law says can be compared with what the
// procedure does.

#include <algorithm>

#include "workflow/cases.hpp"
#include "workflow/state.hpp"

using namespace contest;

TEST_SUITE("workflow/cases_vietnam") {
    TEST_CASE(
        "1a. a contest that has not held round 1 when the new decree comes into force is void (170/2025 Art. "
        "70)") {
        Contest k = civil_servants(false);
        k.on("2025-07-01");
        const Fields law{{"regulation", regulation("vn.cs.2025").toml()}, {"reason", "Decree 170/2025"}};
        const Event event = k.act(ActKind::change_law, "auth", law);
        CHECK(event.decided.get("outcome") == "cancelled");
        CHECK(event.decided.get("rule") == "transition.otherwise");
        CHECK(k.c.phase() == Phase::void_);
        CHECK(agenda(k.c, k.today()).empty());
        CHECK(k.refusal(ActKind::note_difficulty, "sec", {{"code", "law"}, {"note", "x"}}) ==
              "not_permitted_phase");
        CHECK(Competition::replay(*k.store).canonical() == k.c.canonical());
    }

    TEST_CASE(
        "1b. one that has held it goes on under the old text for three months, and is void after them "
        "(170/2025 Art. 70)") {
        Contest k = civil_servants(true);
        const Fields law{{"regulation", regulation("vn.cs.2025").toml()}, {"reason", "Decree 170/2025"}};
        CHECK(k.refusal(ActKind::change_law, "auth", law) == "law_not_changed");  // before 1 July
        k.on("2025-09-30");
        CHECK(k.refusal(ActKind::change_law, "auth", law) == "law_not_changed");
        CHECK(k.refusal(ActKind::change_law, "chair", law) == "not_permitted_role");
        k.on("2025-10-01");
        k.act(ActKind::change_law, "auth", law);
        CHECK(k.c.phase() == Phase::void_);
    }

    TEST_CASE("1c. a text with other stages is not taken by a contest that was announced with the old ones") {
        const std::string before =
            changed(leadership, "effective_from = 2017-01-01", "effective_from = 2025-01-01");
        const auto later = [&](const std::string& what, const std::string& to) {
            return changed(changed(changed(before, "version = \"1\"", "version = \"2\""), "2025-01-01",
                                   "2026-03-01"),
                           what, to) +
                   "[transition]\nafter = \"written\"\notherwise = \"switches\"\n";
        };
        Contest k = until_written_sat(before);
        Contest early{before};
        early.plan({{"director", 1}});
        early.on("2026-03-02");
        // Only a rule of marking is another: the new text is taken where the old stage was not held.
        const std::string banded = later("up_to = 20", "up_to = 15");
        CHECK(early.act(ActKind::change_law, "auth", {{"regulation", banded}, {"reason", "new text"}})
                  .decided.get("outcome") == "new_text");
        CHECK(early.c.regulation().version() == "2");
        // With one more stage it is not.
        Contest other{before};
        other.plan({{"director", 1}});
        other.on("2026-03-02");
        const std::string longer = banded + "[[stage]]\nname = \"language\"\nmax = 100\n";
        CHECK(other.refusal(ActKind::change_law, "auth", {{"regulation", longer}, {"reason", "new text"}}) ==
              "law_not_changed");
        k.on("2026-03-02");
        CHECK(k.refusal(ActKind::change_law, "auth", {{"regulation", banded}, {"reason", "new text"}}) ==
              "law_not_changed");  // the written test was held: it goes on as it began
    }

    TEST_CASE(
        "8. with one candidate for a title the field is too small: the regulation says what follows "
        "(2424/BNV-CCVC: two or more)") {
        Contest k{leadership};
        k.plan({{"director", 1}});
        k.announce("2026-01-06", "2026-01-31", {"written", "project"});
        k.take_in({"A1"}, "director");
        CHECK(last_discretion(k).effect == "director: 1 of 2, cancel");
        k.act(ActKind::cancel, "auth", {{"reason", "fewer than two candidates"}});
        CHECK(k.c.phase() == Phase::cancelled);

        // Where it says nothing, nobody goes on silently: a decision must stand in the act.
        Contest open{changed(leadership, "below = \"cancel\"\n", "")};
        open.plan({{"director", 1}});
        open.announce("2026-01-06", "2026-01-31", {"written", "project"});
        open.on("2026-01-06");
        open.act(ActKind::open_applications, "sec");
        open.apply("A1", "director");
        open.on("2026-01-31");
        open.act(ActKind::close_applications, "sec");
        open.act(ActKind::screen, "sec", {{"application", "A1"}, {"eligible", "true"}});
        CHECK(open.refusal(ActKind::close_screening, "chair") == "too_few_people");
        CHECK(open.refusal(ActKind::close_screening, "chair", {{"proceed", "the authority agrees"}}).empty());
    }

    TEST_CASE(
        "14. the notice is changed only before the window opens (Decision 1065/QD-BNV); a circle widened "
        "later is a ruling on record (Ministry of Transport 2014)") {
        Contest k{leadership};
        k.plan({{"director", 1}});
        k.announce("2026-01-06", "2026-01-31", {"written", "project"});
        const Fields wider{{"change", "heads of institutes may apply too"}, {"reason", "few candidates"}};
        k.act(ActKind::amend_notice, "auth", wider);
        CHECK(last_discretion(k).effect == "heads of institutes may apply too");
        k.on("2026-01-06");
        k.act(ActKind::open_applications, "sec");
        CHECK(k.refusal(ActKind::amend_notice, "auth", wider) == "not_permitted_phase");
        k.act(ActKind::rule, "auth",
              {{"matter", "posts held"},
               {"decision", "heads of institutes too"},
               {"reason", "few candidates"}});
        CHECK(last_discretion(k).act == ActKind::rule);
        CHECK(last_discretion(k).reason == "few candidates");
    }

    TEST_CASE(
        "22. with 500 applicants the time to check files is 30 days instead of 15 (116/2024); an application "
        "posted on the last day is in time (MOHA 2017)") {
        const std::string rules = R"(series = "test.size"
version = "1"
effective_from = 2017-01-01
status = "example"
[[stage]]
name = "round1"
max = 60
[[rank]]
name = "title"
within = ["position"]
ties = [{ end = "authority_decides" }]
[[deadline]]
name = "window"
from = "opened"
to = "applications_closed"
at_least = 20
postmark = true
[[deadline]]
name = "screening"
from = "applications_closed"
to = "screened"
at_most = 15
tiers = [{ applicants = 500, at_most = 30 }]
source = "116/2024"
)";
        for (const int applicants : {499, 500}) {
            Contest k{rules};
            k.plan({{"p", 1}});
            k.announce("2026-01-06", "2026-01-31", {"computer"});
            k.on("2026-01-06");
            k.act(ActKind::open_applications, "sec");
            for (int i = 1; i < applicants; ++i) k.apply("A" + std::to_string(i), "p");
            k.on("2026-01-31");
            k.act(ActKind::close_applications, "sec");
            k.on("2026-02-03");
            Fields posted{{"application", "late"}, {"person", "person-late"}, {"position", "p"}};
            CHECK(k.refusal(ActKind::apply, "person-late", posted) == "too_late");
            posted.set("posted", std::string{"2026-02-01"});
            CHECK(k.refusal(ActKind::apply, "person-late", posted) == "too_late");
            posted.set("posted", std::string{"2026-01-31"});
            k.act(ActKind::apply, "person-late", posted);
            const auto items = agenda(k.c, k.today());
            REQUIRE_FALSE(items.empty());
            CHECK(items.front().act == ActKind::screen);
            CHECK(items.front().count == applicants);
            k.on("2026-02-17");
            k.screen_all();
            // 15 days from 31 January end on 15 February, 30 on 2 March.
            const auto& listed = k.c.discretion();
            const bool overdue = std::any_of(listed.begin(), listed.end(), [](const Discretion& d) {
                return d.effect.starts_with("late: deadline.screening");
            });
            CHECK(overdue == (applicants == 499));
        }
    }

    TEST_CASE(
        "24. a winner whose diploma is false loses the result, also after the contest was closed; the next "
        "takes the seat, and the culprit is barred (138/2020)") {
        Contest k = until_project(leadership, {{"A1", "80"}, {"A2", "70"}, {"A3", "60"}, {"A4", "55"}});
        k.act(ActKind::close_stage, "chair", {{"stage", "project"}});
        k.act(ActKind::rank, "chair");
        approve(k);
        through_personnel(k, "A1");
        k.act(ActKind::close, "sec");
        CHECK(k.refusal(ActKind::refer_personnel, "sec", {{"application", "A2"}}) == "wrong_standing");
        k.later(100);
        k.act(ActKind::cancel_result, "auth",
              {{"application", "A1"}, {"reason", "false diploma"}, {"barred", "true"}});
        CHECK(k.c.standing("A1") == Standing::cancelled);
        CHECK(last_discretion(k).effect == "the result is cancelled, barred from the next");
        CHECK(on_agenda(k, ActKind::refer_personnel));
        through_personnel(k, "A2");
        CHECK(k.refusal(ActKind::refer_personnel, "sec", {{"application", "A3"}}) == "wrong_standing");
        CHECK(Competition::replay(*k.store).canonical() == k.c.canonical());
    }

    TEST_CASE(
        "26. the exam is not the appointment: the personnel procedure follows, and a winner who is not "
        "appointed stays a winner (MOHA 2017)") {
        Contest k = until_project(leadership, {{"A1", "80"}, {"A2", "70"}, {"A3", "60"}, {"A4", "55"}});
        k.act(ActKind::close_stage, "chair", {{"stage", "project"}});
        k.act(ActKind::rank, "chair");
        approve(k);
        CHECK(k.refusal(ActKind::appoint, "auth",
                        {{"application", "A1"}, {"decision", "QD"}, {"effective", "2026-05-01"}}) ==
              "must_come_first");
        k.act(ActKind::refer_personnel, "sec", {{"application", "A1"}});
        k.act(ActKind::reply_personnel, "personnel",
              {{"application", "A1"}, {"fit", "false"}, {"reason", "under review"}});
        k.act(ActKind::not_appoint, "auth", {{"application", "A1"}, {"reason", "found unfit"}});
        CHECK(k.c.standing("A1") == Standing::selected);
        const Table people = k.c.applications();
        CHECK(people.at("appointment").text(0) == "not_appointed");
        through_personnel(k, "A2");  // the next in rank
        CHECK(k.c.standing("A2") == Standing::reserve);
        CHECK(k.c.applications().at("appointment").text(1) == "appointed");
    }

    TEST_CASE(
        "26b. what is found after the approval needs the authority's approval again before anybody is "
        "appointed by it") {
        Contest k = until_project(leadership, {{"A1", "80"}, {"A2", "70"}, {"A3", "60"}, {"A4", "55"}});
        k.act(ActKind::close_stage, "chair", {{"stage", "project"}});
        k.act(ActKind::rank, "chair");
        propose(k);
        k.act(ActKind::reject_result, "auth", {{"reason", "one sum is in doubt"}});
        CHECK(last_discretion(k).effect == "the result is sent back");
        CHECK(k.refusal(ActKind::approve_result, "auth", {{"decision", "QD"}}) == "must_come_first");
        CHECK(k.refusal(ActKind::propose, "chair") == "vote_missing");  // the council votes anew
        approve(k);
        const Fields correction{{"stage", "project"},
                                {"application", "A2"},
                                {"marker", "m1"},
                                {"mark", "75"},
                                {"reason", "copied wrongly"}};
        k.act(ActKind::correct_mark, "chair", correction);
        k.act(ActKind::rank, "chair");
        // Nobody moved, but the approved list has another total now.
        CHECK(k.c.movements().empty());
        CHECK(k.c.phase() == Phase::proposing);
        CHECK(k.refusal(ActKind::refer_personnel, "sec", {{"application", "A1"}}) == "not_permitted_phase");
        CHECK(k.refusal(ActKind::approve_result, "auth", {{"decision", "QD"}}) == "must_come_first");
        approve(k);
        // What changes nothing needs no second approval.
        k.act(ActKind::correct_mark, "chair", correction);
        k.act(ActKind::rank, "chair");
        CHECK(k.c.phase() == Phase::consenting);
        through_personnel(k, "A1");
    }

    TEST_CASE(
        "27. two sources give different figures: each stands with its source, its day and who entered it, "
        "and none replaces the other") {
        Contest k{leadership};
        k.plan({{"director", 1}});
        Act paper;
        paper.occurred_at = k.now - std::chrono::hours{30};
        paper.recorded_by = "sec";
        paper.scan = "sha256:1f";
        k.act(ActKind::record_document, "sec", {{"name", "report of 13 titles"}, {"digest", "d1"}}, paper);
        k.act(ActKind::record_document, "sec", {{"name", "report of 16 titles"}, {"digest", "d2"}});
        std::vector<Event> documents;
        k.store->read(1, [&](const JournalRecord& r) {
            const Event e = Event::parse(r.body, r.personal);
            if (e.act.kind == ActKind::record_document) documents.push_back(e);
            return true;
        });
        REQUIRE(documents.size() == 2);
        CHECK(documents[0].act.occurred_at == paper.occurred_at);
        CHECK(documents[0].at > *documents[0].act.occurred_at);
        CHECK(documents[0].act.recorded_by == "sec");
        CHECK(documents[0].act.scan == "sha256:1f");
        CHECK(documents[1].act.fields.get("name") == "report of 16 titles");
    }

    TEST_CASE(
        "28. a result that is kept expires: usable in its months, with the standards checked on the day, and "
        "not after them (06/2023: 24 months)") {
        const std::string rules = changed(leadership, "months = 24\n", "months = 24\nextended_months = 36\n");
        Contest k = until_project(rules, {{"A1", "80"}, {"A2", "70"}, {"A3", "60"}, {"A4", "55"}});
        k.act(ActKind::close_stage, "chair", {{"stage", "project"}});
        k.act(ActKind::rank, "chair");
        approve(k);
        k.act(ActKind::establish_list, "auth", {{"list", "kept"}, {"decision", "QD-11"}});
        CHECK(k.refusal(ActKind::establish_list, "auth", {{"list", "kept"}, {"decision", "QD-11"}}) ==
              "already_in_contest");
        through_personnel(k, "A1");
        k.act(ActKind::close, "sec");
        const Fields use{{"list", "kept"},
                         {"application", "A2"},
                         {"vacancy", "same_position"},
                         {"standards", "true"},
                         {"reason", "retired"}};
        const Instant established = k.now;
        CHECK(k.refusal(ActKind::use_list, "auth", use).empty());
        Fields elsewhere = use;
        elsewhere.set("vacancy", std::string{"elsewhere"});
        CHECK(k.refusal(ActKind::use_list, "auth", elsewhere) == "list_not_usable");
        k.now = established + std::chrono::days{729};
        CHECK(k.refusal(ActKind::use_list, "auth", use).empty());
        Contest late = k;
        late.now = established + std::chrono::days{731};
        CHECK(late.refusal(ActKind::use_list, "auth", use) == "list_not_usable");
        CHECK(late.refusal(ActKind::extend_list, "auth", {{"list", "kept"}, {"reason", "too late"}}) ==
              "list_not_usable");
        // Extended in time, it lasts 36 months in all; it is extended once.
        k.act(ActKind::extend_list, "auth", {{"list", "kept"}, {"reason", "a post falls vacant soon"}});
        CHECK(last_discretion(k).effect == "extended");
        CHECK(k.refusal(ActKind::extend_list, "auth", {{"list", "kept"}, {"reason", "again"}}) ==
              "list_not_usable");
        k.now = established + std::chrono::days{900};
        CHECK(k.refusal(ActKind::use_list, "auth", use).empty());
        k.now = established + std::chrono::days{1100};
        CHECK(k.refusal(ActKind::use_list, "auth", use) == "list_not_usable");
        CHECK(k.refusal(
                  ActKind::use_list, "auth",
                  {{"list", "none"}, {"application", "A2"}, {"vacancy", "same_position"}, {"reason", "x"}}) ==
              "not_in_contest");
    }
}
