// A whole leadership contest: six candidates, a conflict found after marking, an appeal that re-opens the
// gate, a tie that the authority decides, a winner who is not appointed, a kept result used a year later.

#include "workflow/leadership.hpp"
#include "workflow/state.hpp"

using namespace contest;

TEST_SUITE("workflow/competition") {
    TEST_CASE("a leadership contest goes from plan to appointment, and replay gives the same contest") {
        Contest k = until_written_published();
        CHECK(k.c.phase() == Phase::under_appeal);

        // The project is defended while appeals run; A5 appeals and comes over the gate afterwards.
        k.later(1);
        k.act(ActKind::lodge_appeal, "person-A5",
              {{"stage", "written"}, {"application", "A5"}, {"reason", "half a mark"}});
        k.paper("project", "P2", "project");
        k.sit("project", {"A1", "A2", "A3", "A4"}, true, 3);
        mark_project(k, {{"A1", "82"}, {"A2", "82"}, {"A3", "70"}, {"A4", "45"}});
        k.act(ActKind::close_stage, "chair", {{"stage", "project"}});
        CHECK(k.c.phase() == Phase::under_appeal);

        const Event admitted = k.act(ActKind::admit_appeal, "chair",
                                     {{"stage", "written"}, {"application", "A5"}, {"admitted", "true"}});
        const std::string code = admitted.sealed.get("code");
        CHECK(k.refusal(ActKind::remark, "k1", {{"stage", "written"}, {"script", code}, {"mark", "50"}}) ==
              "not_permitted_role");
        for (const char* who : {"re1", "re2"})
            k.act(ActKind::remark, who, {{"stage", "written"}, {"script", code}, {"mark", "50"}});
        k.act(ActKind::decide_appeal, "chair", {{"stage", "written"}, {"application", "A5"}});
        CHECK(k.refusal(ActKind::close_appeals, "chair", {{"stage", "written"}}) == "too_early");
        k.later(20);
        k.act(ActKind::close_appeals, "chair", {{"stage", "written"}});
        k.act(ActKind::close_stage, "chair", {{"stage", "written"}});
        // Exactly fifty passes: the project is held once more, for A5 alone.
        CHECK(k.c.phase() == Phase::scheduled);
        CHECK(k.c.phase("project") == Phase::scheduled);
        k.sit("project", {"A5"}, true, 3);
        mark_project(k, {{"A5", "60"}});
        k.act(ActKind::close_stage, "chair", {{"stage", "project"}});

        // m4 turns out to be A1's sibling: the marks are struck and everything is ranked with four marks.
        const Event found = k.act(ActKind::find_conflict, "mon",
                                  {{"person", "m4"}, {"application", "A1"}, {"relation", "sibling"}});
        CHECK(found.decided.get("marks") == "strike");
        k.act(ActKind::rank, "chair");
        CHECK(k.c.standing("A1") == Standing::contested);
        CHECK(k.c.standing("A2") == Standing::contested);
        CHECK(k.c.standing("A6") == Standing::failed);
        CHECK(k.c.standing("A5") == Standing::reserve);
        CHECK(k.refusal(ActKind::propose, "chair") == "equals_undecided");
        CHECK(k.refusal(ActKind::decide_tie, "chair", {{"chosen", "A1"}, {"reason", "older"}}) ==
              "not_permitted_role");
        CHECK(k.refusal(ActKind::decide_tie, "auth", {{"chosen", "A3"}, {"reason", "older"}}) ==
              "choice_wrong");
        k.act(ActKind::decide_tie, "auth", {{"chosen", "A1"}, {"reason", "longer in the field"}});
        CHECK(k.c.standing("A1") == Standing::selected);
        CHECK(k.c.standing("A2") == Standing::reserve);

        CHECK(k.refusal(ActKind::propose, "chair") == "vote_missing");
        CHECK(k.refusal(ActKind::vote, "sec",
                        {{"motion", "propose"},
                         {"present", "chair\nm1\nm2"},
                         {"in_favour", "chair"},
                         {"against", ""}}) == "no_quorum");
        k.act(ActKind::vote, "sec",
              {{"motion", "propose"},
               {"present", "chair\nm1\nm2\nm3"},
               {"in_favour", "chair\nm1"},
               {"against", "m2\nm3"}});
        k.act(ActKind::propose, "chair");
        k.act(ActKind::approve_result, "auth", {{"decision", "QD-9"}});
        k.act(ActKind::publish_result, "sec");

        // No appointment without the personnel procedure and the consent.
        const Fields appointment{{"application", "A1"}, {"decision", "QD-10"}, {"effective", "2026-05-01"}};
        CHECK(k.refusal(ActKind::appoint, "auth", appointment) == "must_come_first");
        k.act(ActKind::refer_personnel, "sec", {{"application", "A1"}});
        k.act(ActKind::reply_personnel, "personnel", {{"application", "A1"}, {"fit", "true"}});
        CHECK(k.refusal(ActKind::appoint, "auth", appointment) == "consent_missing");
        CHECK(k.refusal(ActKind::not_appoint, "auth", {{"application", "A3"}, {"reason", "x"}}) ==
              "wrong_standing");
        k.act(ActKind::give_consent, "party",
              {{"consent", "party"},
               {"application", "A1"},
               {"agrees", "false"},
               {"document", "resolution"},
               {"reason", "under review"}});
        CHECK(k.refusal(ActKind::appoint, "auth", appointment) == "consent_refused");
        k.act(ActKind::not_appoint, "auth", {{"application", "A1"}, {"reason", "no consent"}});
        CHECK(k.c.standing("A1") == Standing::selected);  // a winner who is not appointed stays a winner

        k.act(ActKind::establish_list, "auth", {{"list", "kept"}, {"decision", "QD-11"}});
        const auto appoint = [&](const std::string& id) {
            k.act(ActKind::refer_personnel, "sec", {{"application", id}});
            k.act(ActKind::reply_personnel, "personnel", {{"application", id}, {"fit", "true"}});
            k.act(
                ActKind::give_consent, "party",
                {{"consent", "party"}, {"application", id}, {"agrees", "true"}, {"document", "resolution"}});
            k.act(ActKind::appoint, "auth",
                  {{"application", id}, {"decision", "QD-12"}, {"effective", "2026-06-01"}});
        };
        CHECK(k.refusal(ActKind::refer_personnel, "sec", {{"application", "A3"}}) == "wrong_standing");
        appoint("A2");
        k.act(ActKind::close, "sec");
        CHECK(k.c.phase() == Phase::closed);

        // A year later the post is vacant again.
        k.later(365);
        const Fields use{
            {"list", "kept"}, {"application", "A3"}, {"vacancy", "same_position"}, {"reason", "retired"}};
        CHECK(k.refusal(ActKind::use_list, "auth", use) == "list_not_usable");
        Fields checked = use;
        checked.set("standards", std::string{"true"});
        k.act(ActKind::use_list, "auth", checked);
        appoint("A3");

        const Competition again = Competition::replay(*k.store);
        CHECK(again.canonical() == k.c.canonical());
        CHECK(again.digest() == k.c.digest());
        CHECK(again.discretion().size() == k.c.discretion().size());
        MESSAGE(k.c.size(), " acts, ", k.c.discretion().size(), " of them discretion");
    }

    TEST_CASE("an applicant states facts of nobody else, and one person applies once for a position") {
        Contest k{leadership};
        k.plan({{"director", 1}});
        k.announce("2026-01-06", "2026-01-31", {"written", "project"});
        CHECK(k.refusal(ActKind::open_applications, "sec") == "too_early");
        k.on("2026-01-06");
        k.act(ActKind::open_applications, "sec");
        k.apply("A1", "director");
        k.apply("A2", "director");
        const auto state = [](const char* id) {
            return Fields{{"application", id}, {"fact", "woman"}, {"value", "true"}};
        };
        CHECK(k.refusal(ActKind::set_fact, "person-A1", state("A2")) == "not_permitted_relation");
        k.act(ActKind::set_fact, "person-A1", state("A1"));
        CHECK(k.refusal(ActKind::withdraw, "person-A1", {{"application", "A2"}}) == "not_permitted_relation");
        const Fields again{{"application", "B1"}, {"person", "person-A1"}, {"position", "director"}};
        CHECK(k.refusal(ActKind::apply, "person-A1", again) == "already_in_contest");
        const Fields member{{"application", "B2"}, {"person", "m1"}, {"position", "director"}};
        CHECK(k.refusal(ActKind::apply, "m1", member) == "not_together");
        CHECK(k.refusal(ActKind::assign_role, "auth", {{"person", "person-A1"}, {"role", "marker"}}) ==
              "not_together");
        CHECK(k.refusal(ActKind::close_applications, "sec") == "too_early");
        k.on("2026-02-10");
        CHECK(k.refusal(ActKind::apply, "person-A3",
                        {{"application", "A3"}, {"person", "person-A3"}, {"position", "director"}}) ==
              "too_late");
    }

    TEST_CASE("an act that is refused changes nothing") {
        const Contest k = until_written_published();
        const std::string before = k.c.digest();
        int refused = 0;
        for (int kind = 0; kind < act_count; ++kind) {
            for (const char* actor :
                 {"sec", "chair", "m1", "k1", "keeper", "auth", "mon", "nobody", "person-A1"})
                refused += !k.refusal(static_cast<ActKind>(kind), actor, {{"stage", "written"}}).empty();
        }
        CHECK(refused > 700);
        CHECK(k.c.digest() == before);
        MESSAGE(refused, " refusals");
    }

    TEST_CASE("a changed event is not taken") {
        const Contest k = until_written_published();
        std::vector<std::string> bodies, personal;
        k.store->read(1, [&](const JournalRecord& r) {
            bodies.push_back(r.body);
            personal.push_back(r.personal);
            return true;
        });
        int tried = 0;
        for (std::size_t i = 0; i < bodies.size(); ++i) {
            const Event event = Event::parse(bodies[i], personal[i]);
            CHECK(event.body() == bodies[i]);
            CHECK(event.personal() == personal[i]);
            if (event.act.kind != ActKind::publish) continue;
            Competition c;
            for (std::size_t k2 = 0; k2 < i; ++k2) c.apply(Event::parse(bodies[k2], personal[k2]));
            Event other = event;
            other.decided.set("passed", std::string{"6"});
            const std::string before = c.digest();
            CHECK_THROWS_AS(c.apply(other), Error);
            CHECK(c.digest() == before);
            ++tried;
        }
        CHECK(tried == 1);
    }

    TEST_CASE("a repeated call with its key does nothing twice, and a key is for one act") {
        Contest k{leadership};
        k.plan({{"director", 1}});
        Act act;
        act.kind = ActKind::set_day;
        act.actor = "sec";
        act.fields = {{"date", "2026-04-30"}, {"kind", "holiday"}, {"name", ""}};
        const Event first = k.c.submit(*k.store, act, k.now, entropy(1), "key-1");
        const std::string digest = k.c.digest();
        CHECK(k.c.submit(*k.store, act, k.now + std::chrono::hours{1}, entropy(2), "key-1").body() ==
              first.body());
        CHECK(k.c.digest() == digest);
        act.fields.set("date", std::string{"2026-05-01"});
        CHECK_THROWS_AS(k.c.submit(*k.store, act, k.now, entropy(2), "key-1"), Error);
        // Another host has written meanwhile: this contest must be read again first.
        Competition other = Competition::replay(*k.store);
        other.submit(*k.store, act, k.now, entropy(3));
        act.fields.set("date", std::string{"2026-05-02"});
        CHECK_THROWS_AS(k.c.submit(*k.store, act, k.now, entropy(4)), Error);
        CHECK(k.c.digest() == digest);
        CHECK(k.store->size() == k.c.size() + 1);
    }

    TEST_CASE(
        "time never goes back, and what was done on paper is entered by a secretary and not before it was") {
        Contest k{leadership};
        k.plan({{"director", 1}});
        const Fields day{{"date", "2026-04-30"}, {"kind", "holiday"}};
        Contest back = k;
        back.now -= std::chrono::hours{1};
        CHECK(back.refusal(ActKind::set_day, "sec", day) == "clock_went_back");
        Act paper;
        paper.occurred_at = k.now + std::chrono::hours{1};
        CHECK(k.refusal(ActKind::set_day, "sec", day, paper) == "occurred_later");
        paper.occurred_at = k.now - std::chrono::hours{1};
        paper.recorded_by = "auth";
        CHECK(k.refusal(ActKind::set_day, "sec", day, paper) == "recorder_not_secretary");
        paper.recorded_by = "sec";
        CHECK(k.refusal(ActKind::set_day, "sec", day, paper).empty());
        CHECK(k.refusal(ActKind::draw_paper, "sec", {{"stage", "written"}}) == "not_permitted_role");
    }

    TEST_CASE("people who had been told keep or lose the seat as the regulation says") {
        // A1 wins with 80 and is told so; then A2's score, entered as 70, turns out to be 90.
        const auto after = [](const std::string& told) {
            std::string rules = leadership;
            rules.replace(rules.find("told = \"displace\""), 17, "told = \"" + told + "\"");
            Contest k = until_written_published(rules);
            k.later(16);
            k.act(ActKind::close_appeals, "chair", {{"stage", "written"}});
            k.act(ActKind::close_stage, "chair", {{"stage", "written"}});
            k.sit("project", {"A1", "A2", "A3", "A4"}, true, 3);
            mark_project(k, {{"A1", "80"}, {"A2", "70"}, {"A3", "60"}, {"A4", "55"}});
            k.act(ActKind::close_stage, "chair", {{"stage", "project"}});
            k.act(ActKind::rank, "chair");
            CHECK(k.c.standing("A1") == Standing::selected);
            k.act(ActKind::vote, "sec",
                  {{"motion", "propose"},
                   {"present", "chair\nm1\nm2\nm3"},
                   {"in_favour", "chair\nm1\nm2"},
                   {"against", "m3"}});
            k.act(ActKind::propose, "chair");
            k.act(ActKind::approve_result, "auth", {{"decision", "QD"}});
            k.act(ActKind::publish_result, "sec");
            for (const char* member : {"chair", "m1", "m2", "m3", "m4"})
                k.act(ActKind::correct_mark, "chair",
                      {{"stage", "project"},
                       {"application", "A2"},
                       {"marker", member},
                       {"mark", "90"},
                       {"reason", "copied wrongly"}});
            CHECK(k.refusal(ActKind::close, "sec") != "");
            k.act(ActKind::rank, "chair");
            CHECK(Competition::replay(*k.store).canonical() == k.c.canonical());
            return k;
        };
        const Contest displaced = after("displace");
        CHECK(displaced.c.standing("A1") == Standing::reserve);
        CHECK(displaced.c.standing("A2") == Standing::selected);
        CHECK(displaced.c.movements() ==
              std::vector<Movement>{{"A1", Standing::selected, Standing::reserve, true, "displaced"},
                                    {"A2", Standing::reserve, Standing::selected, true, ""}});
        const Contest beyond = after("add_beyond");
        CHECK(beyond.c.standing("A1") == Standing::selected);
        CHECK(beyond.c.standing("A2") == Standing::selected);
        const Contest next = after("next_vacancy");
        CHECK(next.c.standing("A1") == Standing::selected);
        CHECK(next.c.standing("A2") == Standing::reserve);
    }

    TEST_CASE("a paper that becomes known before the sitting is drawn no more; afterwards the rule decides") {
        Contest k{leadership + "[papers]\nleast = 2\nleak = \"void_stage\"\n"};
        k.plan({{"director", 1}});
        k.announce("2026-01-06", "2026-01-31", {"written", "project"});
        k.take_in(six, "director");
        CHECK(k.refusal(ActKind::draw_paper, "chair", {{"stage", "written"}}) == "paper_not_ready");
        k.paper("written", "P2", "written");
        k.paper("written", "P3", "written");
        k.act(ActKind::report_leak, "mon",
              {{"stage", "written"}, {"paper", "P1"}, {"reason", "seen online"}});
        {
            // Nor does a journal that says so make it drawn, or one that was never there.
            Act act;
            act.kind = ActKind::draw_paper;
            act.actor = "chair";
            act.fields = {{"stage", "written"}};
            const Event event = k.c.decide(act, k.now, entropy(7));
            const auto code_of = [&](const std::string& name, const std::string& value) {
                Event forged = event;
                forged.decided.set(name, value);
                Competition copy = k.c;
                try {
                    copy.apply(forged);
                } catch (const Error& error) {
                    return std::string{error.code()};
                }
                return std::string{"taken"};
            };
            CHECK(code_of("paper", "P1") == "event_does_not_follow");
            CHECK(code_of("paper", "P9") == "event_does_not_follow");
            CHECK(code_of("paper", "") == "event_does_not_follow");
            CHECK(code_of("of", "9") == "event_does_not_follow");
            CHECK(code_of("paper", "P2") == "taken");
            CHECK(code_of("paper", "P3") == "taken");
        }
        k.sit("written", six, false);
        const auto codes = k.seal("written", six);
        const std::string drawn = [&] {
            std::string paper;
            k.store->read(1, [&](const JournalRecord& r) {
                const Event e = Event::parse(r.body, r.personal);
                if (e.act.kind == ActKind::draw_paper) paper = e.decided.get("paper");
                return true;
            });
            return paper;
        }();
        CHECK(drawn != "P1");
        k.act(ActKind::report_leak, "mon", {{"stage", "written"}, {"paper", drawn}, {"reason", "sold"}});
        // The stage is void and held again, for everybody, with another paper.
        CHECK(k.c.phase() == Phase::scheduled);
        CHECK(k.c.discretion().back().effect.find("void_stage") != std::string::npos);
        k.sit("written", six, false);
        CHECK(k.c.phase() == Phase::sat);
    }

    TEST_CASE(
        "scores are entered twice by two people where the regulation asks, and late comers are let in by "
        "rule") {
        const std::string rules = R"(series = "test.entry"
version = "1"
effective_from = 2017-01-01
status = "example"
[[stage]]
name = "test"
max = 100
[[rank]]
name = "title"
within = ["position"]
ties = [{ end = "authority_decides" }]
[papers]
double_entry = true
[[late]]
exam_from = 100
late_up_to = 10
force_majeure = "chair"
)";
        Contest k{rules};
        k.plan({{"p", 1}});
        k.announce("2026-01-06", "2026-01-31", {"computer"});
        k.take_in({"A1"}, "p");
        const std::string day = format_date(add_days(k.today(), 5));
        k.act(ActKind::summon, "sec", {{"stage", "test"}, {"date", day}});
        k.act(ActKind::draw_paper, "chair", {{"stage", "test"}});
        CHECK(k.refusal(ActKind::start_sitting, "inv", {{"stage", "test"}}) == "paper_not_ready");
        k.on(day);
        CHECK(k.refusal(ActKind::open_paper, "inv", {{"stage", "test"}, {"witness", "inv2"}}) ==
              "witness_wrong");
        k.act(ActKind::open_paper, "inv", {{"stage", "test"}, {"witness", "mon"}});
        k.act(ActKind::start_sitting, "inv", {{"stage", "test"}});
        const auto comes = [](const char* late) {
            return Fields{{"stage", "test"}, {"application", "A1"}, {"status", "present"}, {"late", late}};
        };
        CHECK(k.refusal(ActKind::attend, "inv", comes("10")).empty());
        CHECK(k.refusal(ActKind::attend, "inv", comes("11")) == "not_permitted_role");
        Fields admitted = comes("11");
        admitted.set("admitted_by", std::string{"chair"});
        k.act(ActKind::attend, "inv", admitted);
        k.act(ActKind::close_sitting, "inv", {{"stage", "test"}});
        k.act(ActKind::open_marking, "chair", {{"stage", "test"}});
        const auto entry = [](const char* score) {
            return Fields{{"stage", "test"}, {"script", "A1"}, {"score", score}};
        };
        CHECK(k.refusal(ActKind::record_score, "sec", entry("101")) == "mark_not_possible");
        k.act(ActKind::record_score, "sec", entry("71"));
        CHECK(k.refusal(ActKind::record_score, "sec", entry("71")) == "second_person_needed");
        CHECK(k.act(ActKind::record_score, "k1", entry("17")).decided.get("entry") == "differs");
        CHECK(k.refusal(ActKind::close_marking, "chair", {{"stage", "test"}}) == "not_all_done");
        k.act(ActKind::record_score, "sec", entry("71"));
        CHECK(k.act(ActKind::record_score, "k1", entry("71")).decided.get("entry") == "2");
        k.act(ActKind::close_marking, "chair", {{"stage", "test"}});
    }

    TEST_CASE("secret slips have no names: their member's conflict found late waits for the authority") {
        std::string rules = leadership;
        rules.replace(rules.find("absent = \"mean_of_present\""), 26,
                      "absent = \"mean_of_present\"\nslips = \"anonymous\"");
        rules.erase(rules.find("found_later = \"strike\"\n"), 23);  // nothing says what follows
        Contest k = until_written_published(rules);
        k.later(16);
        k.act(ActKind::close_appeals, "chair", {{"stage", "written"}});
        k.act(ActKind::close_stage, "chair", {{"stage", "written"}});
        k.sit("project", {"A1", "A2", "A3", "A4"}, true, 3);
        k.act(ActKind::open_marking, "chair", {{"stage", "project"}});
        for (const char* id : {"A1", "A2", "A3", "A4"}) {
            const Fields slip{{"stage", "project"}, {"script", id}, {"score", "70"}};
            for (int n = 0; n < 5; ++n) k.act(ActKind::record_score, "sec", slip);
            // No more slips than members who were there.
            CHECK(k.refusal(ActKind::record_score, "sec", slip) == "votes_do_not_fit");
        }
        k.act(ActKind::close_marking, "chair", {{"stage", "project"}});
        const Event found = k.act(ActKind::find_conflict, "mon",
                                  {{"person", "m4"}, {"application", "A1"}, {"relation", "sibling"}});
        CHECK(found.decided.get("marks") == "undecided");
        CHECK(k.refusal(ActKind::publish, "sec", {{"stage", "project"}}) == "conflict_undecided");
        k.act(
            ActKind::rule_conflict, "auth",
            {{"person", "m4"}, {"application", "A1"}, {"effect", "stands"}, {"reason", "one of five slips"}});
        k.act(ActKind::publish, "sec", {{"stage", "project"}});
        CHECK(k.c.phase("project") == Phase::published);
    }

    TEST_CASE("whoever the regulation selects beyond the seats is appointed, and nobody follows them") {
        const std::string head = R"(series = "test.seats"
version = "1"
effective_from = 2017-01-01
status = "example"
[[fact]]
name = "woman"
type = "boolean"
default = false
[[stage]]
name = "test"
max = 100
gate = { points = 50 }
[select.reserve]
all = true
[select]
)";
        const auto ranked = [&](const std::string& rules, int seats) {
            Contest k{head + rules};
            k.plan({{"p", seats}});
            k.announce("2026-01-06", "2026-01-31", {"computer"});
            k.take_in({"A1", "A2", "A3", "A4", "A5"}, "p", "2026-01-06", "2026-01-31",
                      {{"A5", {{"woman", "true"}}}});
            k.hold("test", {{"A1", "90"}, {"A2", "80"}, {"A3", "80"}, {"A4", "80"}, {"A5", "70"}});
            k.act(ActKind::close_stage, "chair", {{"stage", "test"}});
            if (rules.find("lot") != std::string::npos) {
                CHECK(k.refusal(ActKind::rank, "chair") == "must_come_first");
                k.act(ActKind::draw_lot, "chair");
            }
            k.act(ActKind::rank, "chair");
            k.act(ActKind::propose, "chair");
            k.act(ActKind::approve_result, "auth", {{"decision", "QD"}});
            k.act(ActKind::publish_result, "sec");
            return k;
        };
        const auto appointed = [](Contest& k) {
            std::string who;
            for (const char* id : {"A5", "A4", "A3", "A2", "A1"}) {
                const Fields appointment{
                    {"application", id}, {"decision", "QD"}, {"effective", "2026-05-01"}};
                if (!k.refusal(ActKind::appoint, "auth", appointment).empty()) continue;
                k.act(ActKind::appoint, "auth", appointment);
                who = id + (" " + who);
            }
            CHECK(Competition::replay(*k.store).digest() == k.c.digest());
            return who;
        };
        const std::string shared =
            "[[rank]]\nname = \"list\"\nwithin = [\"position\"]\nties = [{ end = \"shared\" }]\n";
        // Two seats; three are equal at the second.
        Contest all = ranked("ties_at_cut = \"include_all\"\n" + shared, 2);
        CHECK(appointed(all) == "A1 A2 A3 A4 ");
        Contest none = ranked("ties_at_cut = \"exclude_all\"\n" + shared, 2);
        CHECK(appointed(none) == "A1 ");
        // A woman is added to four.
        Contest added = ranked(shared + R"([[quota]]
name = "women"
kind = "add_beyond"
share = "1/4"
round = "down"
who = { fact = "woman", equals = true }
)",
                               4);
        CHECK(appointed(added) == "A1 A2 A3 A4 A5 ");
        // One of the equals is drawn, and the seats are full.
        Contest lot =
            ranked("[[rank]]\nname = \"list\"\nwithin = [\"position\"]\nties = [{ end = \"lot\" }]\n", 2);
        const std::string by_lot = appointed(lot);
        CHECK(by_lot.starts_with("A1 A"));
        CHECK(by_lot.size() == 6);
        // Whoever does not take the place of three equals is followed by nobody: they were more than the
        // seats.
        Contest fewer = ranked("ties_at_cut = \"include_all\"\n" + shared, 2);
        fewer.act(ActKind::decline, "person-A3", {{"application", "A3"}});
        CHECK(appointed(fewer) == "A1 A2 A4 ");
    }
}
