// Every way in which the procedure says no: with a code, a sentence and a remedy in both languages, and
// nothing that says who somebody is.

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>

#include "workflow/driver.hpp"
#include "workflow/leadership.hpp"
#include "workflow/offers.hpp"

using namespace contest;

namespace {

/// The codes that the sources of the room can throw.
std::set<std::string> thrown_codes() {
    std::set<std::string> codes;
    const std::filesystem::path room = std::filesystem::path{RECRUIT_SOURCE_DIR} / "src" / "workflow";
    const std::regex code{"(== )?Code::([a-z_]+)"};
    for (const auto& entry : std::filesystem::directory_iterator{room}) {
        // What the journal says no to is met in the tests of journals and checkpoints.
        const std::string name = entry.path().stem().string();
        if (entry.path().extension() != ".cpp" || name == "journal" || name == "checkpoint") continue;
        std::ifstream in{entry.path(), std::ios::binary};
        const std::string text{std::istreambuf_iterator<char>{in}, {}};
        for (std::sregex_iterator at{text.begin(), text.end(), code}, end; at != end; ++at)
            if (!(*at)[1].matched) codes.insert((*at)[2]);  // what is compared is not thrown
    }
    return codes;
}

/// What was said no to, with a look at each answer.
class Answers {
public:
    void take(const Error& error) {
        const std::string code{error.code()};
        ++count;
        if (!seen.insert(code).second && looked_ > 5'000) return;
        ++looked_;
        INFO(code, ": ", error.message());
        for (const Language language : {Language::en, Language::vi}) {
            CHECK_FALSE(error.message(language).empty());
            CHECK(error.message(language).find("Nguyễn") == std::string::npos);
            CHECK(error.remedy(language).find("Nguyễn") == std::string::npos);
            for (const char* hole : {"{0}", "{1}", "{2}", "{3}"}) {
                CHECK(error.message(language).find(hole) == std::string::npos);
                CHECK(error.remedy(language).find(hole) == std::string::npos);
            }
        }
        CHECK(error.message(Language::en) != error.message(Language::vi));
        if (const auto* refused = dynamic_cast<const Refused*>(&error)) CHECK_FALSE(refused->rule().empty());
    }
    template <class What>
    void of(What&& what) {
        try {
            what();
        } catch (const Error& error) {
            take(error);
        }
    }
    std::set<std::string> seen;
    std::int64_t count = 0;

private:
    int looked_ = 0;
};

/// What a refused call says, taken down.
void no(Answers& answers, const Contest& k, ActKind kind, const std::string& actor, Fields fields = {},
        Act with = {}) {
    with.kind = kind;
    with.actor = actor;
    with.fields = std::move(fields);
    answers.of([&] { (void)k.c.decide(with, k.now, entropy(7)); });
}

/// The rare ones, each by what it is for.
void directed(Answers& answers) {
    using enum ActKind;
    const auto decide_bare = [&](const Contest& k, ActKind kind, const std::string& actor,
                                 const Fields& fields) {
        Act act;
        act.kind = kind;
        act.actor = actor;
        act.fields = fields;
        answers.of([&] { (void)k.c.decide(act, k.now, std::nullopt); });
    };
    {
        Contest k{leadership};
        answers.of([&] { (void)k.c.regulation(); });
        k.plan({{"director", 1}});
        const Fields day{{"date", "2026-04-30"}, {"kind", "holiday"}};
        Contest back = k;
        back.now -= std::chrono::hours{1};
        no(answers, back, set_day, "sec", day);
        Act paper;
        paper.occurred_at = k.now + std::chrono::hours{1};
        no(answers, k, set_day, "sec", day, paper);
        paper.occurred_at = k.now;
        paper.recorded_by = "auth";
        no(answers, k, set_day, "sec", day, paper);
        for (const char* person : {"m1", "m2", "m3", "m4", "m5"})
            k.act(assign_role, "auth", {{"person", person}, {"role", "member"}});
        k.act(assign_role, "auth", {{"person", "chair"}, {"role", "chair"}});
        no(answers, k, form_council, "auth", {{"decision", "QD"}});  // six
        no(answers, k, assign_role, "auth", {{"person", "chair"}, {"role", "monitor"}});
        no(answers, k, change_law, "auth", {{"regulation", "series = 1"}, {"reason", "x"}});
        answers.of([&] { (void)k.c.phase("oral"); });
        answers.of([&] { (void)k.c.scores("oral"); });
        answers.of([&] { (void)k.c.standing("A9"); });
        no(answers, k, nominate, "sec",
           {{"position", "director"}, {"person", "p"}, {"group", "inside"}, {"nominator", "p"}});
    }
    {
        Contest k = until_written_published();
        no(answers, k, lodge_appeal, "person-A1",
           {{"stage", "written"}, {"application", "A1"}, {"column", "project"}, {"reason", "x"}});
        no(answers, k, mark, "k1", {{"stage", "written"}, {"script", "A1"}, {"mark", "1"}});
        k.later(16);
        no(answers, k, lodge_appeal, "person-A1",
           {{"stage", "written"}, {"application", "A1"}, {"reason", "x"}});
        k.act(close_appeals, "chair", {{"stage", "written"}});
        k.act(close_stage, "chair", {{"stage", "written"}});
        no(answers, k, open_paper, "inv", {{"stage", "project"}, {"witness", "sec"}});
        answers.of([&] { (void)k.c.scores("project"); });
        k.sit("project", {"A1", "A2", "A3", "A4"}, true, 3);
        decide_bare(k, draw_order, "chair", {{"stage", "project"}});
        k.act(open_marking, "chair", {{"stage", "project"}});
        for (const char* id : {"A1", "A2", "A3", "A4"})
            for (const char* who : {"chair", "m1", "m2", "m3", "m4"})
                k.act(mark, who, {{"stage", "project"}, {"script", id}, {"mark", "80"}});
        k.act(seal_marks, "m1", {{"stage", "project"}});
        no(answers, k, mark, "m1", {{"stage", "project"}, {"script", "A1"}, {"mark", "1"}});
        no(answers, k, mark, "m2", {{"stage", "project"}, {"script", "A1"}, {"mark", "101"}});
        for (const char* who : {"chair", "m2", "m3", "m4"}) k.act(seal_marks, who, {{"stage", "project"}});
        k.act(close_marking, "chair", {{"stage", "project"}});
        k.act(publish, "sec", {{"stage", "project"}});
        k.act(close_stage, "chair", {{"stage", "project"}});
        k.act(rank, "chair");
        no(answers, k, propose, "chair");
        no(answers, k, decide_tie, "auth", {{"chosen", "A1\nA2"}, {"reason", "x"}});
        k.act(decide_tie, "auth", {{"chosen", "A1"}, {"reason", "x"}});
        no(answers, k, propose, "chair");
        Fields votes{
            {"motion", "propose"}, {"present", "chair\nm1"}, {"in_favour", "chair"}, {"against", ""}};
        no(answers, k, ActKind::vote, "sec", votes);
        votes.set("in_favour", std::string{"m4"});
        no(answers, k, ActKind::vote, "sec", votes);
        k.act(ActKind::vote, "sec",
              {{"motion", "propose"},
               {"present", "chair\nm1\nm2\nm3"},
               {"in_favour", "chair\nm1\nm2"},
               {"against", ""}});
        k.act(propose, "chair");
        k.act(approve_result, "auth", {{"decision", "QD"}});
        k.act(publish_result, "sec");
        k.act(establish_list, "auth", {{"list", "kept"}, {"decision", "QD"}});
        no(answers, k, use_list, "auth",
           {{"list", "kept"}, {"application", "A2"}, {"vacancy", "elsewhere"}, {"reason", "x"}});
        k.act(refer_personnel, "sec", {{"application", "A1"}});
        k.act(reply_personnel, "personnel", {{"application", "A1"}, {"fit", "true"}});
        const Fields post{{"application", "A1"}, {"decision", "QD"}, {"effective", "2026-05-01"}};
        no(answers, k, appoint, "auth", post);
        no(answers, k, give_consent, "party",
           {{"consent", "party"}, {"application", "A1"}, {"agrees", "true"}});
        k.act(give_consent, "party",
              {{"consent", "party"},
               {"application", "A1"},
               {"agrees", "false"},
               {"document", "x"},
               {"reason", "x"}});
        no(answers, k, appoint, "auth", post);
        // What was written down is read again.
        std::vector<JournalRecord> records;
        k.store->read(1, [&](const JournalRecord& r) {
            records.push_back(r);
            return true;
        });
        answers.of([&] { (void)Event::parse("{}", ""); });
        Competition c;
        for (const JournalRecord& r : records) {
            const Event e = Event::parse(r.body, r.personal);
            if (e.act.kind == ActKind::seal_scripts) {
                answers.of([&] {
                    (void)Event::parse(r.body, R"({"salt":"0123456789abcdef","sealed":{"codes":"x"}})");
                });
                answers.of([&] { c.apply(Event::parse(r.body, "")); });
            }
            if (e.act.kind == ActKind::rank) {
                Event other = e;
                other.decided.set("result", std::string(64, '0'));
                answers.of([&] { c.apply(other); });
            }
            c.apply(e);
        }
        // The store says no.
        answers.of([&] { k.store->erase_personal(99'999); });
        const JournalEntry secret{"{}", "", "x", "short"};
        answers.of([&] { (void)k.store->append(secret); });
        answers.of([&] {
            Act other = k.last;
            other.actor = "somebody";
            (void)k.c.submit(*k.store, other, k.now, entropy(1), k.last_key);
        });
        Act note;
        note.kind = note_difficulty;
        note.actor = "sec";
        note.fields = {{"code", "time"}, {"note", "too long"}};
        Competition other = k.c;
        (void)other.submit(*k.store, note, k.now, entropy(1));
        answers.of([&] { (void)k.c.submit(*k.store, note, k.now, entropy(1)); });
        note.fields.set("colour", std::string{"red"});
        answers.of([&] { (void)k.c.decide(note, k.now, entropy(1)); });
    }
    {  // law, few people, leaks, slips
        Contest k{regulation("vn.cs.2024").toml(), "2025-03-03"};
        k.plan({{"officer", 1}});
        no(answers, k, change_law, "auth",
           {{"regulation", regulation("vn.cs.2025").toml()}, {"reason", "x"}});
        Contest few{leadership};
        few.plan({{"director", 1}});
        few.announce("2026-01-06", "2026-01-31", {"written", "project"});
        std::string rules = leadership;
        rules.erase(rules.find("below = \"cancel\"\n"), 17);
        Contest one{rules};
        one.plan({{"director", 1}});
        one.announce("2026-01-06", "2026-01-31", {"written", "project"});
        one.on("2026-01-06");
        one.act(open_applications, "sec");
        one.apply("A1", "director");
        one.on("2026-01-31");
        one.act(close_applications, "sec");
        one.act(screen, "sec", {{"application", "A1"}, {"eligible", "true"}});
        no(answers, one, close_screening, "chair");
        no(answers, one, apply, "person-B",
           {{"application", "B"}, {"person", "person-B"}, {"position", "director"}});

        Contest known = until_written_sat(leadership);
        const auto& papers = known.c.state().stages[0].papers;
        REQUIRE(papers.size() == 1);
        known.act(report_leak, "mon", {{"stage", "written"}, {"paper", "P1"}, {"reason", "x"}});
        no(answers, known, seal_scripts, "keeper", {{"stage", "written"}});

        std::string slips = leadership;
        slips.replace(slips.find("absent = \"mean_of_present\""), 26,
                      "absent = \"mean_of_present\"\nslips = \"anonymous\"");
        slips.erase(slips.find("found_later = \"strike\"\n"), 23);
        Contest s = until_written_published(slips);
        s.later(16);
        s.act(close_appeals, "chair", {{"stage", "written"}});
        s.act(close_stage, "chair", {{"stage", "written"}});
        s.sit("project", {"A1", "A2", "A3", "A4"}, true, 3);
        s.act(open_marking, "chair", {{"stage", "project"}});
        for (const char* id : {"A1", "A2", "A3", "A4"})
            for (int n = 0; n < 5; ++n)
                s.act(record_score, "sec", {{"stage", "project"}, {"script", id}, {"score", "70"}});
        s.act(close_marking, "chair", {{"stage", "project"}});
        s.act(find_conflict, "mon", {{"person", "m4"}, {"application", "A1"}, {"relation", "sibling"}});
        no(answers, s, publish, "sec", {{"stage", "project"}});
    }
    {  // a common paper that became known elsewhere, a script that was not handed out, acts with papers
        std::string rules = leadership +
                            "[[step]]\nname = \"announced\"\nwho = \"secretary\"\ndocuments = [\"notice\"]\n"
                            "signatures = [\"chair\"]\n";
        Contest k{rules};
        k.plan({{"director", 1}});
        for (const auto& [person, name] : std::vector<std::pair<const char*, const char*>>{
                 {"chair", "chair"}, {"mon", "monitor"}, {"setter1", "setter"}})
            k.act(assign_role, "auth", {{"person", person}, {"role", name}});
        for (const char* stage : {"written", "project"})
            k.act(set_syllabus, "setter1", {{"stage", stage}, {"syllabus", "x"}});
        Fields notice{{"opens", "2026-01-06"}, {"closes", "2026-01-31"}, {"notice", "TB"}};
        no(answers, k, announce, "sec", notice);
        Act with;
        with.documents = {"notice"};
        no(answers, k, announce, "sec", notice, with);
        Contest marking = until_written_sat();
        const auto codes = marking.seal("written", six);
        marking.act(allocate, "chair", {{"stage", "written"}, {"each", "1"}});
        for (const char* who : {"k1", "k2", "k3"})
            no(answers, marking, mark, who,
               {{"stage", "written"}, {"script", codes[0].second}, {"mark", "50"}});

        Contest shared{leadership};
        shared.plan({{"director", 1}});
        shared.announce("2026-01-06", "2026-01-31", {"written", "project"});
        shared.act(set_paper, "setter1",
                   {{"stage", "written"},
                    {"paper", "C1"},
                    {"form", "written"},
                    {"minutes", "180"},
                    {"rubric", "whole=100"},
                    {"digest", "d"},
                    {"shared", "series"}});
        shared.act(approve_paper, "chair", {{"stage", "written"}, {"paper", "C1"}});
        no(answers, shared, approve_paper, "setter1", {{"stage", "written"}, {"paper", "C1"}});
        shared.act(seal_paper, "sec", {{"stage", "written"}, {"paper", "C1"}, {"witness", "mon"}});
        shared.on("2026-01-06");
        shared.act(open_applications, "sec");
        for (const char* id : {"A1", "A2"}) shared.apply(id, "director");
        shared.on("2026-01-31");
        shared.act(close_applications, "sec");
        shared.screen_all();
        shared.act(report_leak, "mon",
                   {{"stage", "written"}, {"paper", "C1"}, {"reason", "x"}, {"elsewhere", "health"}});
        no(answers, shared, draw_paper, "chair",
           {{"stage", "written"}, {"paper", "C1"}, {"elsewhere", "health"}});
    }
    answers.of([] { (void)CommonPaper{"series", {}}; });
}

}  // namespace

TEST_SUITE("workflow/refusals") {
    TEST_CASE("every code that the procedure can throw is met, and says what is wrong and what to do") {
        Answers answers;
        // At many points of contests under all regulations: random acts, some with a field that is wrong.
        RandomStream random{26};
        for (const std::string& id : regulation_ids()) {
            Driver driver{regulation(id), 4, 3};
            if (driver.run() <= 0) continue;
            Competition c;
            Instant now{};
            driver.k.store->read(1, [&](const JournalRecord& r) {
                const Event e = Event::parse(r.body, r.personal);
                c.apply(e);
                now = e.at;
                for (int n = 0; n < 6; ++n) {
                    Offers offers{c, now, 3};
                    auto some = offers.of_kind(static_cast<ActKind>(random.below(act_count)));
                    if (some.empty()) continue;
                    Act act = some[random.below(some.size())];
                    if (random.chance(1, 3) && !act.fields.empty()) {
                        const auto& items = act.fields.items();
                        const std::string name = items[random.below(items.size())].first;
                        if (random.chance(1, 2))
                            act.fields.remove(name);
                        else
                            act.fields.set(name, std::string{random.chance(1, 2) ? "wrong" : "-1"});
                    }
                    if (random.chance(1, 6)) act.actor = "chair";
                    if (random.chance(1, 8)) act.documents.clear();
                    if (random.chance(1, 8)) act.signed_by.clear();
                    const bool bytes = !random.chance(1, 6);
                    answers.of([&] {
                        (void)c.decide(act, now, bytes ? std::optional<Entropy>{entropy(1)} : std::nullopt);
                    });
                }
                return true;
            });
        }
        directed(answers);

        std::string unmet;
        const auto codes = thrown_codes();
        for (const std::string& code : codes)
            if (!answers.seen.contains(code)) unmet += " " + code;
        CHECK(codes.size() > 50);
        CHECK(unmet == "");
        MESSAGE(codes.size(), " codes in the sources, all met in ", answers.count, " refusals");
    }

    TEST_CASE("a position says what it is ranked within, and nobody plans a contest without a name") {
        const std::string rules = R"(series = "test.within"
version = "1"
effective_from = 2017-01-01
status = "example"
[[fact]]
name = "province"
type = "category"
values = ["hn", "hcm"]
[[fact]]
name = "language"
type = "category"
[[fact]]
name = "sex"
type = "category"
[[stage]]
name = "test"
max = 100
[[rank]]
name = "list"
within = ["position", "province", "language"]
ties = [{ end = "shared" }]
[[rank]]
name = "by_sex"
within = ["position", "sex"]
ties = [{ end = "shared" }]
[select]
by = "list"
)";
        Contest k{rules};
        for (const char* nobody : {"", " ", " sec", "a\nb"})
            CHECK(k.refusal(ActKind::plan, nobody, {}) == "act_field_bad");
        k.act(ActKind::plan, "sec",
              {{"title", "contest"}, {"agency", "body"}, {"regulation", rules}, {"authority", "auth"}});
        const auto position = [&](std::vector<std::string> scope, const char* seats = "1") {
            Fields fields{{"position", "p1"}, {"seats", seats}};
            fields.set("scope", scope);
            return k.refusal(ActKind::add_position, "sec", fields);
        };
        CHECK(position({}) == "act_field_missing");
        CHECK(position({"province=hn"}) == "act_field_missing");
        CHECK(position({"province=hn", "language="}) == "act_field_bad");
        CHECK(position({"province=hn", "language"}) == "act_field_bad");
        CHECK(position({"province=Hanoi", "language=1"}) == "act_field_bad");
        CHECK(position({"province=hn", "language=1", "language=2"}) == "act_field_bad");
        CHECK(position({"province=hn", "language=1", "post=2"}) == "act_field_bad");
        CHECK(position({"province=hn", "language=1", "position=p1"}) == "act_field_bad");
        CHECK(position({"province=hn", "language=1"}) == "");
        CHECK(position({"province=hn", "language=1", "sex=w"}) ==
              "act_field_bad");  // people's, not the post's
        CHECK(position({"province=hn", "language=1"}, "1000000") == "");
        // The seats of a contest are added up.
        CHECK(position({"province=hn", "language=1"}, "1000001") == "act_field_bad");
        CHECK(position({"province=hn", "language=1"}, "9000000000000000000") == "act_field_bad");
    }
}
