// Three bodies share one sealed paper, one sitting and one panel of markers, each with a contest and a
// journal of its own.

#include <functional>
#include <map>
#include <set>

#include "workflow/contest.hpp"
#include "workflow/state.hpp"

using namespace contest;

namespace {

/// A written stage marked blind by two; a leak after the sitting is the authority's to decide, or voids it.
std::string rules(const std::string& leak) {
    return R"(series = "test.common"
version = "1"
effective_from = 2017-01-01
status = "example"
[[stage]]
name = "written"
max = 100
missing = "absent"
gate = { points = 50 }
[[marking]]
stage = "written"
least = 2
round = { digits = 2, mode = "half_up" }
[[rank]]
name = "title"
within = ["position"]
ties = [{ end = "authority_decides" }]
[papers]
least = 1
leak = ")" +
           leak +
           R"("
[[conflict]]
name = "kin"
relations = ["sibling"]
on_conflict = "recuse"
found_later = "strike"
)";
}

const std::vector<std::string> bodies{"finance", "health", "justice"};

/// Contests by body, all under the same rules, with the acts that follow from each other submitted at once.
class Joint {
public:
    explicit Joint(const std::string& leak, std::uint64_t seed = 1)
        : paper{"2026-general", {{"finance", "written"}, {"health", "written"}, {"justice", "written"}}} {
        for (const std::string& body : bodies) {
            all.emplace(body, Contest{rules(leak), "2026-01-05", seed});
            contests.emplace(body, &all.at(body).c);
        }
    }
    /// One act in one body, and what follows from it in the others.
    int act(const std::string& body, ActKind kind, const std::string& actor, Fields fields = {}) {
        const Event event = all.at(body).act(kind, actor, std::move(fields));
        int followed = 0;
        for (const CommonAct& next : paper.follow(body, event, contests)) {
            all.at(next.body).act(next.act.kind, next.act.actor, next.act.fields);
            ++followed;
        }
        return followed;
    }
    void each(const std::function<void(Contest&, const std::string&)>& what) {
        for (const std::string& body : bodies) what(all.at(body), body);
    }
    void hand_in(const std::string& id, const std::string& digest) {
        each([&](Contest& k, const std::string&) {
            k.act(ActKind::set_paper, "setter1",
                  {{"stage", "written"},
                   {"paper", id},
                   {"form", "written"},
                   {"minutes", "180"},
                   {"rubric", "whole=100"},
                   {"digest", digest},
                   {"shared", "2026-general"}});
            k.act(ActKind::approve_paper, "chair", {{"stage", "written"}, {"paper", id}});
            k.act(ActKind::seal_paper, "sec", {{"stage", "written"}, {"paper", id}, {"witness", "mon"}});
        });
    }
    void day(const std::string& date) {
        each([&](Contest& k, const std::string&) { k.on(date); });
    }
    void replay_alone() {
        each([](Contest& k, const std::string&) {
            CHECK(Competition::replay(*k.store).canonical() == k.c.canonical());
        });
    }

    std::map<std::string, Contest> all;
    CommonPaper::Contests contests;
    CommonPaper paper;
};

std::string upper(const std::string& body) { return std::string(1, static_cast<char>(body[0] - 32)); }
std::vector<std::string> ids(const std::string& body) { return {upper(body) + "1", upper(body) + "2"}; }

void begin(Joint& j) {
    j.each([](Contest& k, const std::string& body) {
        k.plan({{body + "-head", 1}});
        const auto role = [&](const char* person, const char* name) {
            k.act(ActKind::assign_role, "auth", {{"person", person}, {"role", name}});
        };
        for (const auto& [person, name] :
             std::vector<std::pair<const char*, const char*>>{{"chair", "chair"},
                                                              {"mon", "monitor"},
                                                              {"setter1", "setter"},
                                                              {"inv", "invigilator"},
                                                              {"inv2", "invigilator"},
                                                              {"k1", "marker"},
                                                              {"k2", "marker"},
                                                              {"k3", "marker"},
                                                              {"k4", "marker"},
                                                              {"keeper", "code_keeper"}})
            role(person, name);
        k.act(ActKind::form_council, "auth", {{"decision", "QD-2"}});
        k.act(ActKind::set_syllabus, "setter1", {{"stage", "written"}, {"syllabus", "general knowledge"}});
        k.act(ActKind::announce, "sec",
              {{"opens", "2026-01-06"}, {"closes", "2026-01-31"}, {"notice", "TB"}});
    });
    j.hand_in("P1", "digest-1");
    j.hand_in("P2", "digest-2");
    j.paper.check(j.contests);
    j.day("2026-01-06");
    j.each([](Contest& k, const std::string& body) {
        k.act(ActKind::open_applications, "sec");
        for (const std::string& id : ids(body)) k.apply(id, body + "-head");
    });
    j.day("2026-01-31");
    j.each([](Contest& k, const std::string&) {
        k.act(ActKind::close_applications, "sec");
        k.screen_all();
    });
    // A marker is the sibling of somebody in one body: the panel of all keeps to it.
    j.all.at("finance").act(ActKind::declare_conflict, "k1",
                            {{"application", "F1"}, {"relation", "sibling"}});
}

/// One day, one draw, one opening: each done in one body, and recorded in the others.
void sit(Joint& j, const std::string& date) {
    CHECK(j.act("health", ActKind::summon, "sec", {{"stage", "written"}, {"date", date}}) == 2);
    CHECK(j.act("health", ActKind::draw_paper, "chair", {{"stage", "written"}}) == 2);
    j.day(date);
    CHECK(j.act("finance", ActKind::open_paper, "inv", {{"stage", "written"}, {"witness", "mon"}}) == 2);
    j.each([](Contest& k, const std::string& body) {
        k.act(ActKind::start_sitting, "inv", {{"stage", "written"}});
        for (const std::string& id : ids(body))
            k.act(ActKind::attend, "inv", {{"stage", "written"}, {"application", id}, {"status", "present"}});
        k.act(ActKind::close_sitting, "inv", {{"stage", "written"}});
    });
}

void mark(Joint& j) {
    std::set<std::string> codes;
    std::map<std::string, std::string> whose;
    j.each([&](Contest& k, const std::string& body) {
        for (const std::string& id : ids(body))
            k.act(ActKind::register_script, "inv",
                  {{"stage", "written"}, {"application", id}, {"script", "sha-" + id}, {"second", "inv2"}});
        Fields fields{{"stage", "written"}};
        if (const auto taken = j.paper.taken(body, j.contests); !taken.empty()) fields.set("taken", taken);
        const Event sealed = k.act(ActKind::seal_scripts, "keeper", fields);
        const auto people = sealed.sealed.list("applications"), given = sealed.sealed.list("codes");
        for (std::size_t i = 0; i < given.size(); ++i) {
            // The random bytes are the same in all three: without `taken` the codes would be too.
            CHECK(codes.insert(given[i]).second);
            whose[given[i]] = people[i];
        }
    });
    CHECK(codes.size() == 6);
    std::map<std::string, int> load;
    for (const CommonAct& common : j.paper.allocate(j.contests, 2, "panel")) {
        Contest& k = j.all.at(common.body);
        // The panel is drawn over all scripts; a body takes its part, and no other.
        CommonAct wrong = common;
        wrong.act.fields.set("markers", std::vector<std::string>{"k1", "k1", "k1", "k1"});
        CHECK(k.refusal(ActKind::allocate, wrong.act.actor, wrong.act.fields) == "act_field_bad");
        const Event done = k.act(common.act.kind, common.act.actor, common.act.fields);
        const auto scripts = done.decided.list("scripts"), markers = done.decided.list("markers");
        for (std::size_t i = 0; i < scripts.size(); ++i) {
            ++load[markers[i]];
            CHECK_FALSE((whose.at(scripts[i]) == "F1" && markers[i] == "k1"));
            const std::string value = whose.at(scripts[i]).ends_with("1") ? "80" : "60";
            k.act(ActKind::mark, markers[i], {{"stage", "written"}, {"script", scripts[i]}, {"mark", value}});
        }
    }
    // Six scripts to two of four markers each: three apiece, over all three bodies.
    CHECK(load == std::map<std::string, int>{{"k1", 3}, {"k2", 3}, {"k3", 3}, {"k4", 3}});
    j.each([](Contest& k, const std::string&) {
        for (const char* marker : {"k1", "k2", "k3", "k4"})
            if (k.refusal(ActKind::seal_marks, marker, {{"stage", "written"}}).empty())
                k.act(ActKind::seal_marks, marker, {{"stage", "written"}});
        k.act(ActKind::close_marking, "chair", {{"stage", "written"}});
        k.act(ActKind::open_codes, "keeper", {{"stage", "written"}, {"witness", "mon"}});
    });
}

void appoint(Joint& j) {
    j.each([](Contest& k, const std::string& body) {
        k.act(ActKind::publish, "sec", {{"stage", "written"}});
        k.act(ActKind::close_stage, "chair", {{"stage", "written"}});
        k.act(ActKind::rank, "chair");
        k.act(ActKind::propose, "chair");
        k.act(ActKind::approve_result, "auth", {{"decision", "QD"}});
        k.act(ActKind::publish_result, "sec");
        const std::string first = ids(body).front();
        CHECK(k.c.standing(first) == Standing::selected);
        k.act(ActKind::appoint, "auth",
              {{"application", first}, {"decision", "QD"}, {"effective", "2026-04-01"}});
        k.act(ActKind::close, "sec");
        CHECK(k.c.phase() == Phase::closed);
    });
    j.replay_alone();
}

std::string drawn(const Contest& k) { return k.c.state().stages.front().drawn; }

}  // namespace

TEST_SUITE("workflow/common_paper") {
    TEST_CASE("three bodies with one paper, one sitting and one panel go from plan to appointment") {
        Joint j{"void_stage"};
        begin(j);
        sit(j, "2026-02-12");
        CHECK(drawn(j.all.at("finance")) == drawn(j.all.at("justice")));
        CHECK(drawn(j.all.at("finance")) == drawn(j.all.at("health")));
        mark(j);
        appoint(j);
    }

    TEST_CASE("a leak before the sitting in one body takes the paper from all, and another is drawn") {
        Joint j{"void_stage"};
        begin(j);
        j.act("justice", ActKind::summon, "sec", {{"stage", "written"}, {"date", "2026-02-12"}});
        j.act("justice", ActKind::draw_paper, "chair", {{"stage", "written"}});
        const std::string first = drawn(j.all.at("justice"));
        CHECK(j.act("finance", ActKind::report_leak, "mon",
                    {{"stage", "written"}, {"paper", first}, {"reason", "seen online"}}) == 2);
        j.each([&](Contest& k, const std::string& body) {
            CHECK(drawn(k).empty());
            CHECK(k.refusal(ActKind::open_paper, "inv", {{"stage", "written"}, {"witness", "mon"}}) ==
                  "paper_not_ready");
            // Whoever would still take it is told where it became known.
            if (body != "finance")
                CHECK(k.refusal(ActKind::draw_paper, "chair",
                                {{"stage", "written"}, {"paper", first}, {"elsewhere", "finance"}}) ==
                      "paper_compromised_elsewhere");
        });
        CHECK(j.all.at("health").c.discretion().back().effect ==
              "paper " + first + " is known, from finance");
        CHECK(j.act("health", ActKind::draw_paper, "chair", {{"stage", "written"}}) == 2);
        CHECK(drawn(j.all.at("finance")) != first);
        j.day("2026-02-12");
        j.act("finance", ActKind::open_paper, "inv", {{"stage", "written"}, {"witness", "mon"}});
        j.each([](Contest& k, const std::string& body) {
            k.act(ActKind::start_sitting, "inv", {{"stage", "written"}});
            for (const std::string& id : ids(body))
                k.act(ActKind::attend, "inv",
                      {{"stage", "written"}, {"application", id}, {"status", "present"}});
            k.act(ActKind::close_sitting, "inv", {{"stage", "written"}});
        });
        mark(j);
        appoint(j);
    }

    TEST_CASE("a leak after the sitting voids it in all bodies where the regulation says so") {
        Joint j{"void_stage"};
        begin(j);
        sit(j, "2026-02-12");
        const std::string first = drawn(j.all.at("finance"));
        CHECK(j.act("health", ActKind::report_leak, "mon",
                    {{"stage", "written"}, {"paper", first}, {"reason", "sold before the day"}}) == 2);
        j.each([](Contest& k, const std::string&) {
            CHECK(k.c.phase() == Phase::scheduled);
            CHECK(k.c.discretion().back().effect.find("void_stage") != std::string::npos);
        });
        sit(j, "2026-03-12");
        CHECK(drawn(j.all.at("finance")) != first);
        mark(j);
        appoint(j);
    }

    TEST_CASE("where the authority decides about a leak, no body goes on before its own has decided") {
        Joint j{"authority_decides"};
        begin(j);
        sit(j, "2026-02-12");
        const std::string paper = drawn(j.all.at("finance"));
        j.act("justice", ActKind::report_leak, "mon",
              {{"stage", "written"}, {"paper", paper}, {"reason", "sold"}});
        const Fields codes{{"stage", "written"}};
        j.each([&](Contest& k, const std::string& body) {
            for (const std::string& id : ids(body))
                k.act(
                    ActKind::register_script, "inv",
                    {{"stage", "written"}, {"application", id}, {"script", "sha-" + id}, {"second", "inv2"}});
            CHECK(k.refusal(ActKind::seal_scripts, "keeper", codes) ==
                  (body == "justice" ? "paper_compromised" : "paper_compromised_elsewhere"));
            const auto items = agenda(k.c, k.today());
            REQUIRE(items.size() == 1);
            CHECK(items.front().act == ActKind::rule_leak);
            CHECK(items.front().who == Role::approving_authority);
        });
        const Fields ruling{{"stage", "written"},
                            {"paper", paper},
                            {"effect", "stands"},
                            {"reason", "known only after the doors were closed"}};
        CHECK(j.all.at("health").refusal(ActKind::rule_leak, "chair", ruling) == "not_permitted_role");
        CHECK(j.act("justice", ActKind::rule_leak, "auth", ruling) == 2);
        j.each([&](Contest& k, const std::string&) {
            CHECK(k.refusal(ActKind::seal_scripts, "keeper", codes).empty());
        });
        j.replay_alone();
    }

    TEST_CASE("a body that has another paper under the same name is found before the sitting") {
        Joint j{"void_stage"};
        begin(j);
        Contest& odd = j.all.at("health");
        odd.act(ActKind::set_paper, "setter1",
                {{"stage", "written"},
                 {"paper", "P9"},
                 {"form", "written"},
                 {"minutes", "180"},
                 {"rubric", "whole=100"},
                 {"digest", "digest-9"},
                 {"shared", "2026-general"}});
        try {
            j.paper.check(j.contests);
            CHECK(false);
        } catch (const Error& error) {
            CHECK(error.code() == "common_paper_differs");
            CHECK(error.message().find("finance") != std::string::npos);
        }
        CHECK_THROWS_AS((CommonPaper{"alone", {{"finance", "written"}}}), Error);
        // A body whose contest was not given is named like one that has no such paper.
        auto two = j.contests;
        two.erase("health");
        for (const auto& ask : std::vector<std::function<void()>>{
                 [&] { j.paper.check(two); }, [&] { j.paper.taken("finance", two); },
                 [&] { j.paper.allocate(two, 1, "seed"); }}) {
            try {
                ask();
                CHECK(false);
            } catch (const Error& error) {
                CHECK(error.code() == "common_paper_differs");
                CHECK(error.message().find("health") != std::string::npos);
            }
        }
    }

    TEST_CASE(
        "voiding the stage for everybody in one body does so in the others, for one person it does not") {
        Joint j{"authority_decides"};
        begin(j);
        sit(j, "2026-02-12");
        CHECK(j.act("finance", ActKind::void_stage, "auth",
                    {{"stage", "written"}, {"reason", "ill"}, {"application", "F1"}}) == 0);
        CHECK(j.all.at("health").c.phase() == Phase::sat);
        CHECK(j.act("health", ActKind::void_stage, "auth",
                    {{"stage", "written"}, {"reason", "fire alarm"}}) == 1);
        CHECK(j.all.at("justice").c.phase() == Phase::scheduled);
        j.replay_alone();
    }
}
