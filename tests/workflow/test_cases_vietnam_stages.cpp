// Edge cases of real Vietnamese rules, as sentences with their sources: sittings, marks and appeals.
// Each is played through a contest, so that what the law says can be compared with what the procedure does.

#include <algorithm>

#include "workflow/cases.hpp"
#include "workflow/state.hpp"

using namespace contest;

TEST_SUITE("workflow/cases_vietnam_stages") {
    TEST_CASE(
        "16. a conflict found after marking strikes that member's marks and all is computed again; which "
        "relations count is the regulation's list (Circular 6/2020 against older texts)") {
        Contest k = until_project(leadership, {{"A1", "80"}, {"A2", "78"}, {"A3", "60"}, {"A4", "55"}});
        const auto found = [&](const char* relation) {
            return Fields{{"person", "m4"}, {"application", "A1"}, {"relation", relation}};
        };
        CHECK(k.refusal(ActKind::find_conflict, "mon", found("uncle_aunt")) == "act_field_bad");
        CHECK(k.act(ActKind::find_conflict, "mon", found("sibling")).decided.get("marks") == "strike");
        k.act(ActKind::close_stage, "chair", {{"stage", "project"}});
        k.act(ActKind::rank, "chair");
        CHECK(k.c.standing("A1") == Standing::selected);  // the mean of four equal marks
        // The mark stays in the record; it counts no more.
        const auto& marks = k.c.state().stages[1].work[0].marks;
        CHECK(std::count_if(marks.begin(), marks.end(), [](const auto& m) { return m.struck; }) == 1);
        CHECK(marks.size() == 5);

        // A later text knows more relations: the same report is taken under it.
        Contest wide =
            until_project(changed(leadership, "\"direct_superior\"]", "\"direct_superior\", \"uncle_aunt\"]"),
                          {{"A1", "80"}, {"A2", "78"}, {"A3", "60"}, {"A4", "55"}});
        CHECK(wide.refusal(ActKind::find_conflict, "mon", found("uncle_aunt")).empty());
    }

    TEST_CASE(
        "16b. a written script that loses a marker after the key was opened is marked again by another, "
        "under a new code") {
        Contest k = until_written_published();
        const auto& stage = k.c.state().stages[0];
        const std::string marker = stage.work[1].marks.front().marker, old_code = stage.work[1].code;
        k.act(ActKind::find_conflict, "mon",
              {{"person", marker}, {"application", "A2"}, {"relation", "spouse"}});
        CHECK(on_agenda(k, ActKind::reopen_marking));
        CHECK(k.refusal(ActKind::reopen_marking, "chair",
                        {{"stage", "written"}, {"script", stage.work[0].code}, {"reason", "x"}}) ==
              "wrong_standing");  // A1 has its two marks
        const Event opened =
            k.act(ActKind::reopen_marking, "chair",
                  {{"stage", "written"}, {"script", old_code}, {"reason", "one mark struck"}});
        const std::string code = opened.sealed.get("code");
        CHECK(code.size() == 12);
        CHECK(code != old_code);
        CHECK(opened.body().find(code) == std::string::npos);
        std::string other;
        for (const char* who : {"k1", "k2", "k3"})
            if (k.refusal(ActKind::assign_marker, "chair",
                          {{"stage", "written"}, {"script", code}, {"person", who}})
                    .empty())
                other = who;
        REQUIRE_FALSE(other.empty());
        k.act(ActKind::assign_marker, "chair", {{"stage", "written"}, {"script", code}, {"person", other}});
        // What this marker sealed before stays sealed.
        const auto& a1 = stage.work[0];
        if (std::find(a1.markers.begin(), a1.markers.end(), other) != a1.markers.end())
            CHECK(k.refusal(ActKind::mark, other,
                            {{"stage", "written"}, {"script", a1.code}, {"mark", "1"}}) == "marks_sealed");
        k.act(ActKind::mark, other, {{"stage", "written"}, {"script", code}, {"mark", "85"}});
        CHECK(k.refusal(ActKind::close_marking, "chair", {{"stage", "written"}}) == "not_all_done");
        k.act(ActKind::seal_marks, other, {{"stage", "written"}});
        k.act(ActKind::close_marking, "chair", {{"stage", "written"}});
        k.act(ActKind::publish, "sec", {{"stage", "written"}});
        const Table scores = k.c.scores("written");
        CHECK(scores.at("written").str(1) == "80");  // of 75 and 85
        CHECK(Competition::replay(*k.store).canonical() == k.c.canonical());
    }

    TEST_CASE("16c. what the chair settled between two marks is settled no more when one of them is struck") {
        Contest k = until_written_sat();
        const auto codes = k.seal("written", six);
        const Event allocated = k.act(ActKind::allocate, "chair", {{"stage", "written"}, {"each", "2"}});
        const auto scripts = allocated.decided.list("scripts"), markers = allocated.decided.list("markers");
        std::string code, first, second;
        for (std::size_t i = 0; i < scripts.size(); ++i) {
            const bool apart = scripts[i] == scripts[0];
            if (apart) (first.empty() ? first : second) = markers[i];
            if (apart) code = scripts[i];
            k.act(ActKind::mark, markers[i],
                  {{"stage", "written"},
                   {"script", scripts[i]},
                   {"mark", apart && markers[i] == second ? "30" : "70"}});
        }
        k.act(ActKind::settle, "chair",
              {{"stage", "written"}, {"script", code}, {"mark", "65"}, {"reason", "both heard"}});
        for (const char* marker : {"k1", "k2", "k3"})
            if (k.refusal(ActKind::seal_marks, marker, {{"stage", "written"}}).empty())
                k.act(ActKind::seal_marks, marker, {{"stage", "written"}});
        k.act(ActKind::close_marking, "chair", {{"stage", "written"}});
        std::string whose;
        for (const auto& [id, c] : codes)
            if (c == code) whose = id;
        k.act(ActKind::find_conflict, "mon",
              {{"person", second}, {"application", whose}, {"relation", "sibling"}});
        CHECK(on_agenda(k, ActKind::reopen_marking));
        k.act(ActKind::open_codes, "keeper", {{"stage", "written"}, {"witness", "mon"}});
        k.act(ActKind::publish, "sec", {{"stage", "written"}});
        const Table scores = k.c.scores("written");
        for (std::size_t i = 0; i < scores.rows(); ++i)
            CHECK(scores.at("written").is_null(i) == (scores.at("application").text(i) == whose));
    }

    TEST_CASE(
        "17. a council of an even number after one stands aside still decides by the mean of those who "
        "remain; one of six is not formed where the law says five or seven") {
        Contest k = until_written_published();
        k.later(16);
        k.act(ActKind::close_appeals, "chair", {{"stage", "written"}});
        k.act(ActKind::close_stage, "chair", {{"stage", "written"}});
        k.act(ActKind::declare_conflict, "m1", {{"application", "A1"}, {"relation", "spouse"}});
        k.sit("project", {"A1", "A2", "A3", "A4"}, true, 3);
        k.act(ActKind::open_marking, "chair", {{"stage", "project"}});
        CHECK(k.refusal(ActKind::mark, "m1", {{"stage", "project"}, {"script", "A1"}, {"mark", "99"}}) ==
              "not_permitted_relation");
        for (const char* id : {"A1", "A2", "A3", "A4"}) {
            int n = 0;
            for (const char* who : {"chair", "m1", "m2", "m3", "m4"}) {
                const Fields mark{{"stage", "project"}, {"script", id}, {"mark", std::to_string(70 + n)}};
                if (!k.refusal(ActKind::mark, who, mark).empty()) continue;
                k.act(ActKind::mark, who, mark);
                ++n;
            }
            CHECK(n == (std::string{id} == "A1" ? 4 : 5));
        }
        for (const char* who : {"chair", "m1", "m2", "m3", "m4"})
            k.act(ActKind::seal_marks, who, {{"stage", "project"}});
        k.act(ActKind::close_marking, "chair", {{"stage", "project"}});
        k.act(ActKind::publish, "sec", {{"stage", "project"}});
        const Table scores = k.c.scores();
        CHECK(scores.at("project").str(0) == "71.5");  // (70 + 71 + 72 + 73) / 4
        CHECK(scores.at("project").str(1) == "72");    // (70 + … + 74) / 5

        Contest six_members{leadership};
        six_members.plan({{"director", 1}});
        six_members.act(ActKind::assign_role, "auth", {{"person", "chair"}, {"role", "chair"}});
        for (const char* m : {"m1", "m2", "m3", "m4", "m5"})
            six_members.act(ActKind::assign_role, "auth", {{"person", m}, {"role", "member"}});
        CHECK(six_members.refusal(ActKind::form_council, "auth", {{"decision", "QD"}}) == "council_wrong");
        const auto items = agenda(six_members.c, six_members.today());
        CHECK(std::any_of(items.begin(), items.end(), [](const AgendaItem& i) {
            return i.act == ActKind::assign_role && i.about == "member" && i.rule == "council.size";
        }));
    }

    TEST_CASE(
        "18. two markers who differ by more than the band need a third; the mean of three is rounded to "
        "0.01 (Circular 6/2020 Art. 28, second half not seen: bands are an assumption)") {
        const std::string third = changed(
            leadership, "band = [{ up_to = 20, action = \"aggregate\" }, { action = \"head_decides\" }]",
            "band = [{ up_to = 10, action = \"aggregate\" }, { action = \"third\" }]\nthird = "
            "\"two_equal_else_mean\"");
        Contest k = until_written_sat(third);
        k.seal("written", six);
        const Event allocated = k.act(ActKind::allocate, "chair", {{"stage", "written"}, {"each", "2"}});
        const auto scripts = allocated.decided.list("scripts"), markers = allocated.decided.list("markers");
        for (std::size_t i = 0; i < scripts.size(); ++i)
            k.act(ActKind::mark, markers[i],
                  {{"stage", "written"},
                   {"script", scripts[i]},
                   {"mark", scripts[i] != scripts[0] ? "70"
                            : i == 0                 ? "50"
                                                     : "61"}});
        CHECK(k.refusal(ActKind::close_marking, "chair", {{"stage", "written"}}) == "not_all_done");
        CHECK(on_agenda(k, ActKind::assign_marker));
        std::string who;
        for (const char* marker : {"k1", "k2", "k3"})
            if (marker != markers[0] && marker != markers[1]) who = marker;
        k.act(ActKind::assign_marker, "chair",
              {{"stage", "written"}, {"script", scripts[0]}, {"person", who}});
        CHECK_FALSE(on_agenda(k, ActKind::assign_marker));
        k.act(ActKind::mark, who, {{"stage", "written"}, {"script", scripts[0]}, {"mark", "60"}});
        for (const char* marker : {"k1", "k2", "k3"})
            k.act(ActKind::seal_marks, marker, {{"stage", "written"}});
        k.act(ActKind::close_marking, "chair", {{"stage", "written"}});
        k.act(ActKind::open_codes, "keeper", {{"stage", "written"}, {"witness", "mon"}});
        k.act(ActKind::publish, "sec", {{"stage", "written"}});
        const Table scores = k.c.scores("written");
        int rounded = 0;
        for (std::size_t i = 0; i < scores.rows(); ++i) rounded += scores.at("written").str(i) == "57";
        CHECK(rounded == 1);  // (50 + 61 + 60) / 3
    }

    TEST_CASE(
        "19. there is no appeal against the defence of a project, and one against the written test, once, "
        "within 15 days of its publication") {
        Contest k = until_written_published();
        const auto appeal = [](const char* stage) {
            return Fields{{"stage", stage}, {"application", "A4"}, {"reason", "added up wrongly"}};
        };
        CHECK(k.refusal(ActKind::lodge_appeal, "person-A4", appeal("written")).empty());
        k.later(15);
        CHECK(k.refusal(ActKind::lodge_appeal, "person-A4", appeal("written")).empty());
        k.later(1);
        CHECK(k.refusal(ActKind::lodge_appeal, "person-A4", appeal("written")) == "appeal_not_possible");
        k.act(ActKind::close_appeals, "chair", {{"stage", "written"}});
        k.act(ActKind::close_stage, "chair", {{"stage", "written"}});
        k.sit("project", {"A1", "A2", "A3", "A4"}, true, 3);
        mark_project(k, {{"A1", "80"}, {"A2", "70"}, {"A3", "60"}, {"A4", "55"}});
        CHECK(k.c.phase("project") == Phase::published);
        CHECK(k.refusal(ActKind::lodge_appeal, "person-A4", appeal("project")) == "not_permitted_phase");
    }

    TEST_CASE(
        "20. a re-mark from 49.5 to 50 after the next stage was held: it is held again, or what was held "
        "stands, as the regulation says") {
        for (const char* rule : {"extra_sitting", "stands"}) {
            Contest k = until_written_published(changed(leadership, "after_gate = \"extra_sitting\"",
                                                        "after_gate = \"" + std::string{rule} + "\""));
            k.later(1);
            k.act(ActKind::lodge_appeal, "person-A5",
                  {{"stage", "written"}, {"application", "A5"}, {"reason", "half a mark"}});
            k.sit("project", {"A1", "A2", "A3", "A4"}, true, 3);
            mark_project(k, {{"A1", "80"}, {"A2", "70"}, {"A3", "60"}, {"A4", "55"}});
            k.act(ActKind::close_stage, "chair", {{"stage", "project"}});
            const Event admitted = k.act(ActKind::admit_appeal, "chair",
                                         {{"stage", "written"}, {"application", "A5"}, {"admitted", "true"}});
            for (const char* who : {"re1", "re2"})
                k.act(ActKind::remark, who,
                      {{"stage", "written"}, {"script", admitted.sealed.get("code")}, {"mark", "50"}});
            k.act(ActKind::decide_appeal, "chair", {{"stage", "written"}, {"application", "A5"}});
            k.later(20);
            k.act(ActKind::close_appeals, "chair", {{"stage", "written"}});
            k.act(ActKind::close_stage, "chair", {{"stage", "written"}});
            CHECK(k.c.phase() == (std::string{rule} == "stands" ? Phase::ranking : Phase::scheduled));
        }
    }

    TEST_CASE(
        "21. no rule of lateness covers a presentation of 45 minutes (001/2025 speaks of up to 30 and from "
        "60): the chair decides, by name and on record") {
        Contest k = until_written_published(leadership + R"([[late]]
exam_up_to = 30
late_up_to = 5
source = "001/2025: up to 30 minutes"
[[late]]
exam_from = 60
late_up_to = 15
source = "001/2025: 60 minutes or more"
)");
        k.later(16);
        k.act(ActKind::close_appeals, "chair", {{"stage", "written"}});
        k.act(ActKind::close_stage, "chair", {{"stage", "written"}});
        k.act(ActKind::set_paper, "setter1",
              {{"stage", "project"},
               {"paper", "P45"},
               {"form", "project"},
               {"minutes", "45"},
               {"rubric", "whole=100"},
               {"digest", "d45"}});
        k.act(ActKind::approve_paper, "chair", {{"stage", "project"}, {"paper", "P45"}});
        k.act(ActKind::seal_paper, "sec", {{"stage", "project"}, {"paper", "P45"}, {"witness", "mon"}});
        k.act(ActKind::report_leak, "mon", {{"stage", "project"}, {"paper", "P1"}, {"reason", "old"}});
        const std::string day = format_date(add_days(k.today(), 5));
        k.act(ActKind::summon, "sec", {{"stage", "project"}, {"date", day}});
        CHECK(k.act(ActKind::draw_paper, "chair", {{"stage", "project"}}).decided.get("paper") == "P45");
        k.act(ActKind::draw_order, "chair", {{"stage", "project"}});
        k.on(day);
        k.act(ActKind::open_paper, "inv", {{"stage", "project"}, {"witness", "mon"}});
        k.act(ActKind::start_sitting, "inv", {{"stage", "project"}});
        Fields late{{"stage", "project"}, {"application", "A2"}, {"status", "present"}, {"late", "4"}};
        CHECK(k.refusal(ActKind::attend, "inv", late) == "not_permitted_role");
        late.set("admitted_by", std::string{"inv"});
        CHECK(k.refusal(ActKind::attend, "inv", late) == "not_permitted_role");
        late.set("admitted_by", std::string{"chair"});
        k.act(ActKind::attend, "inv", late);
        CHECK(last_discretion(k).effect == "4 minutes late, admitted by chair");
    }

    TEST_CASE(
        "23. a suspension makes the work void; a breach with a fact is read by the rule that names it") {
        Contest k = until_written_published(changed(leadership, "least = 2\nround", "least = 2\nround"));
        k.later(16);
        k.act(ActKind::close_appeals, "chair", {{"stage", "written"}});
        k.act(ActKind::close_stage, "chair", {{"stage", "written"}});
        k.sit("project", {"A1", "A2", "A3", "A4"}, true, 3);
        k.act(ActKind::penalise, "inv",
              {{"stage", "project"},
               {"application", "A1"},
               {"kind", "suspension"},
               {"reason", "documents"},
               {"void", "true"}});
        CHECK(last_discretion(k).effect == "suspension: the work is void");
        mark_project(k, {{"A2", "70"}, {"A3", "60"}, {"A4", "55"}});
        k.act(ActKind::close_stage, "chair", {{"stage", "project"}});
        k.act(ActKind::rank, "chair");
        CHECK(k.c.standing("A1") != Standing::selected);
        CHECK(k.c.standing("A2") == Standing::selected);
    }

    TEST_CASE(
        "25. a script in two handwritings is nought by the rule, whatever its marker gave (Circular "
        "6/2020)") {
        Contest k = until_written_sat(
            changed(leadership, "least = 2\nround",
                    "least = 2\nodd = [{ name = \"two_handwritings\", gives = 0 }]\nround"));
        const auto codes = k.seal("written", six);
        const Event allocated = k.act(ActKind::allocate, "chair", {{"stage", "written"}, {"each", "2"}});
        const auto scripts = allocated.decided.list("scripts"), markers = allocated.decided.list("markers");
        for (std::size_t i = 0; i < scripts.size(); ++i) {
            Fields mark{{"stage", "written"}, {"script", scripts[i]}, {"mark", "70"}};
            if (i == 0) {
                mark.set("kind", std::string{"smudged"});
                CHECK(k.refusal(ActKind::mark, markers[i], mark) == "act_field_bad");
                mark.set("kind", std::string{"two_handwritings"});
            }
            k.act(ActKind::mark, markers[i], mark);
        }
        for (const char* marker : {"k1", "k2", "k3"})
            k.act(ActKind::seal_marks, marker, {{"stage", "written"}});
        k.act(ActKind::close_marking, "chair", {{"stage", "written"}});
        k.act(ActKind::open_codes, "keeper", {{"stage", "written"}, {"witness", "mon"}});
        k.act(ActKind::publish, "sec", {{"stage", "written"}});
        const Table scores = k.c.scores("written");
        for (std::size_t i = 0; i < scores.rows(); ++i) {
            bool odd = false;
            for (const auto& [id, code] : codes)
                odd = odd || (code == scripts[0] && id == scores.at("application").text(i));
            CHECK(scores.at("written").str(i) == (odd ? "0" : "70"));
        }
    }

    TEST_CASE(
        "30. a stage that is voided is held again for everybody, one person's sitting for that person alone; "
        "nobody else's work is touched") {
        Contest k = until_project(leadership, {{"A1", "80"}, {"A2", "70"}, {"A3", "60"}, {"A4", "55"}});
        k.act(ActKind::void_stage, "auth",
              {{"stage", "project"}, {"application", "A3"}, {"reason", "the alarm rang"}});
        CHECK(k.c.phase() == Phase::scheduled);
        k.paper("project", "P2", "project");
        k.sit("project", {"A3"}, true, 3);
        k.act(ActKind::open_marking, "chair", {{"stage", "project"}});
        // What was sealed for the others stays as it is.
        CHECK(k.refusal(ActKind::mark, "m1", {{"stage", "project"}, {"script", "A1"}, {"mark", "1"}}) ==
              "marks_sealed");
        for (const char* who : {"chair", "m1", "m2", "m3", "m4"}) {
            k.act(ActKind::mark, who, {{"stage", "project"}, {"script", "A3"}, {"mark", "90"}});
            k.act(ActKind::seal_marks, who, {{"stage", "project"}});
        }
        k.act(ActKind::close_marking, "chair", {{"stage", "project"}});
        k.act(ActKind::publish, "sec", {{"stage", "project"}});
        k.act(ActKind::close_stage, "chair", {{"stage", "project"}});
        k.act(ActKind::rank, "chair");
        CHECK(k.c.standing("A3") == Standing::selected);
        CHECK(k.c.standing("A1") == Standing::reserve);
        k.act(ActKind::void_stage, "auth",
              {{"stage", "project"}, {"reason", "the panel was wrongly composed"}});
        CHECK(k.c.phase() == Phase::scheduled);
        CHECK(k.refusal(ActKind::void_stage, "auth", {{"stage", "project"}, {"reason", "again"}}) ==
              "paper_not_ready");
    }
}
