// A whole leadership contest, act by act: six candidates, a conflict found after marking, an appeal that
// opens the gate again, a tie that the authority decides, a winner who is not appointed, a result used a year
// later.

#include <algorithm>
#include <iostream>
#include <map>
#include <recruit/recruit.hpp>
#include <string>
#include <vector>

using recruit::Act;
using recruit::ActKind;
using recruit::Event;
using recruit::Fields;

namespace {

/// The desk of the contest: it knows the day, keeps the journal and passes acts on.
struct Desk {
    recruit::Competition contest;
    std::unique_ptr<recruit::JournalStore> journal = recruit::memory_journal("deputy-director-2026");
    recruit::Instant now = *recruit::parse_instant("2026-03-02T02:00:00Z");
    unsigned char drawn = 0;

    Event act(const std::string& actor, ActKind kind, const Fields& fields = {}) {
        // An example draws the same lots every time. A real desk asks the operating system for 32 bytes.
        recruit::Entropy entropy;
        std::generate(entropy.begin(), entropy.end(),
                      [this, i = 0]() mutable { return static_cast<std::uint8_t>(31 * i++ + 7 * drawn); });
        ++drawn;
        now += std::chrono::minutes{1};
        return contest.submit(*journal, {kind, actor, fields}, now, entropy);
    }
    /// Tries what should not be possible, and says why it is not.
    void refused(const std::string& actor, ActKind kind, const Fields& fields) const {
        try {
            contest.decide({kind, actor, fields}, now);
        } catch (const recruit::Refused& refusal) {
            std::cout << "  refused: " << refusal.message() << ' ' << refusal.remedy() << " ["
                      << refusal.rule() << "]\n";
        }
    }
    std::chrono::year_month_day today() const {
        return std::chrono::year_month_day{std::chrono::floor<std::chrono::days>(now)};
    }
    void on(const char* date) { now = *recruit::parse_instant(std::string{date} + "T02:00:00Z"); }
    void agenda(std::size_t most) const {
        const auto items = recruit::agenda(contest, today());
        for (std::size_t i = 0; i < std::min(most, items.size()); ++i)
            std::cout << "  next: " << items[i].str() << '\n';
    }
};

const std::vector<std::string> six{"A-1", "A-2", "A-3", "A-4", "A-5", "A-6"};
const std::vector<std::string> council{"chair", "m1", "m2", "m3", "m4"};

void plan(Desk& desk) {
    desk.act("secretary", ActKind::plan,
             {{"title", "Deputy director of finance"},
              {"agency", "Department of Finance"},
              {"regulation", recruit::regulation("vn.lead.procedure.2020").toml()},
              {"authority", "authority"}});
    desk.act("secretary", ActKind::add_position, {{"position", "deputy-director"}, {"seats", "1"}});
    desk.act("authority", ActKind::approve_plan, {{"decision", "Decision 12"}});
    const std::vector<std::vector<std::string>> people{{"chair", "chair"},
                                                       {"m1", "member"},
                                                       {"m2", "member"},
                                                       {"m3", "member"},
                                                       {"m4", "member"},
                                                       {"monitor", "monitor"},
                                                       {"setter", "setter"},
                                                       {"inv1", "invigilator"},
                                                       {"inv2", "invigilator"},
                                                       {"keeper", "code_keeper"},
                                                       {"k1", "marker"},
                                                       {"k2", "marker"},
                                                       {"k3", "marker"},
                                                       {"r1", "remarker"},
                                                       {"r2", "remarker"},
                                                       {"party", "consenting_body"},
                                                       {"personnel", "personnel_body"}};
    for (const auto& one : people)
        desk.act("authority", ActKind::assign_role, {{"person", one[0]}, {"role", one[1]}});
    desk.act("authority", ActKind::form_council, {{"decision", "Decision 13"}});
    for (const char* stage : {"written", "project"}) {
        desk.act("setter", ActKind::set_syllabus,
                 {{"stage", stage}, {"syllabus", "law and practice of public finance"}});
        for (const char* paper : {"P1", "P2", "P3"}) {
            const std::string id = std::string{stage} + "-" + paper;
            desk.act("setter", ActKind::set_paper,
                     {{"stage", stage},
                      {"paper", id},
                      {"form", stage},
                      {"minutes", "180"},
                      {"rubric", "whole=100"},
                      {"digest", "digest of " + id}});
            desk.act("chair", ActKind::approve_paper, {{"stage", stage}, {"paper", id}});
            desk.act("secretary", ActKind::seal_paper,
                     {{"stage", stage}, {"paper", id}, {"witness", "monitor"}});
        }
    }
    desk.act("secretary", ActKind::announce,
             {{"opens", "2026-03-03"}, {"closes", "2026-04-01"}, {"notice", "Notice 4"}});
}

void take_applications(Desk& desk) {
    desk.on("2026-03-03");
    desk.act("secretary", ActKind::open_applications);
    for (const auto& id : six)
        desk.act("person " + id, ActKind::apply,
                 {{"application", id},
                  {"person", "person " + id},
                  {"position", "deputy-director"},
                  {"name", "Name of " + id}});
    desk.on("2026-04-01");
    desk.act("secretary", ActKind::close_applications);
    for (const auto& id : six)
        desk.act("secretary", ActKind::screen, {{"application", id}, {"eligible", "true"}});
    desk.act("chair", ActKind::close_screening);
}

void sit(Desk& desk, const std::string& stage, const std::vector<std::string>& present, const char* day) {
    desk.act("secretary", ActKind::summon, {{"stage", stage}, {"date", day}});
    desk.act("chair", ActKind::draw_paper, {{"stage", stage}});
    if (stage == "project") desk.act("chair", ActKind::draw_order, {{"stage", stage}});
    desk.on(day);
    desk.act("inv1", ActKind::open_paper, {{"stage", stage}, {"witness", "monitor"}});
    desk.act("inv1", ActKind::start_sitting, {{"stage", stage}});
    for (const auto& id : present)
        desk.act("inv1", ActKind::attend, {{"stage", stage}, {"application", id}, {"status", "present"}});
    desk.act("inv1", ActKind::close_sitting, {{"stage", stage}});
}

/// Scripts get codes; markers see codes only. What stands on a script is what its writer wrote.
void mark_written(Desk& desk, const std::map<std::string, std::string>& worth) {
    for (const auto& id : six)
        desk.act(
            "inv1", ActKind::register_script,
            {{"stage", "written"}, {"application", id}, {"script", "scan of " + id}, {"second", "inv2"}});
    const Event sealed = desk.act("keeper", ActKind::seal_scripts, {{"stage", "written"}});
    std::map<std::string, std::string> writer;
    const auto writers = sealed.sealed.list("applications"), codes = sealed.sealed.list("codes");
    for (std::size_t i = 0; i < codes.size(); ++i) writer[codes[i]] = writers[i];

    desk.act("chair", ActKind::allocate, {{"stage", "written"}, {"each", "2"}});
    for (const char* marker : {"k1", "k2", "k3"}) {
        const auto view = recruit::marker_view(desk.contest, marker, "written");
        for (const auto& task : view.tasks)
            desk.act(
                marker, ActKind::mark,
                {{"stage", "written"}, {"script", task.script}, {"mark", worth.at(writer.at(task.script))}});
        desk.act(marker, ActKind::seal_marks, {{"stage", "written"}});
        std::cout << "  " << marker << " marked " << view.tasks.size() << " scripts, by code\n";
    }
    desk.act("chair", ActKind::close_marking, {{"stage", "written"}});
    desk.act("keeper", ActKind::open_codes, {{"stage", "written"}, {"witness", "monitor"}});
    desk.act("secretary", ActKind::publish, {{"stage", "written"}});
}

void mark_project(Desk& desk, const std::map<std::string, std::string>& marks) {
    desk.act("chair", ActKind::open_marking, {{"stage", "project"}});
    for (const auto& member : council) {
        for (const auto& [id, mark] : marks)
            desk.act(member, ActKind::mark, {{"stage", "project"}, {"script", id}, {"mark", mark}});
        desk.act(member, ActKind::seal_marks, {{"stage", "project"}});
    }
    desk.act("chair", ActKind::close_marking, {{"stage", "project"}});
    desk.act("secretary", ActKind::publish, {{"stage", "project"}});
    desk.act("chair", ActKind::close_stage, {{"stage", "project"}});
}

void standings(const Desk& desk) {
    for (const auto& id : six)
        std::cout << "  " << id << ' ' << to_string(*desk.contest.standing(id)) << '\n';
}

void appoint(Desk& desk, const std::string& id) {
    desk.act("secretary", ActKind::refer_personnel, {{"application", id}});
    desk.act("personnel", ActKind::reply_personnel, {{"application", id}, {"fit", "true"}});
    desk.act("party", ActKind::give_consent,
             {{"consent", "party_committee"},
              {"application", id},
              {"agrees", "true"},
              {"document", "resolution"}});
    desk.act("authority", ActKind::appoint,
             {{"application", id},
              {"decision", "Decision on " + id},
              {"effective", recruit::format_date(desk.today())}});
}

}  // namespace

int main() {
    Desk desk;
    std::cout << "One post, six candidates, under vn.lead.procedure.2020.\n\nThe plan is approved, the "
                 "papers are sealed, the notice is out:\n";
    plan(desk);
    desk.agenda(2);

    std::cout << "\nThe written test, marked blind by two of three:\n";
    take_applications(desk);
    sit(desk, "written", six, "2026-04-15");
    desk.refused("chair", ActKind::publish, {{"stage", "written"}});
    mark_written(
        desk, {{"A-1", "80"}, {"A-2", "75.5"}, {"A-3", "70"}, {"A-4", "65"}, {"A-5", "49.5"}, {"A-6", "30"}});

    std::cout << "\nA-5, half a mark short, appeals; meanwhile four defend their projects:\n";
    desk.act("person A-5", ActKind::lodge_appeal,
             {{"stage", "written"}, {"application", "A-5"}, {"reason", "question 2 was not counted"}});
    desk.refused("person A-6", ActKind::lodge_appeal,
                 {{"stage", "written"}, {"application", "A-5"}, {"reason", "for a friend"}});
    sit(desk, "project", {"A-1", "A-2", "A-3", "A-4"}, "2026-04-27");
    mark_project(desk, {{"A-1", "82"}, {"A-2", "82"}, {"A-3", "70"}, {"A-4", "45"}});
    const Event admitted = desk.act("chair", ActKind::admit_appeal,
                                    {{"stage", "written"}, {"application", "A-5"}, {"admitted", "true"}});
    for (const char* again : {"r1", "r2"})
        desk.act(again, ActKind::remark,
                 {{"stage", "written"}, {"script", admitted.sealed.get("code")}, {"mark", "50"}});
    desk.act("chair", ActKind::decide_appeal, {{"stage", "written"}, {"application", "A-5"}});
    desk.on("2026-05-06");
    desk.act("chair", ActKind::close_appeals, {{"stage", "written"}});
    desk.act("chair", ActKind::close_stage, {{"stage", "written"}});
    desk.agenda(1);
    sit(desk, "project", {"A-5"}, "2026-05-12");
    mark_project(desk, {{"A-5", "60"}});

    std::cout << "\nBoth leaders have 82. Then it is found that m4 is A-1's sibling:\n";
    desk.act("monitor", ActKind::find_conflict,
             {{"person", "m4"}, {"application", "A-1"}, {"relation", "sibling"}});
    desk.act("chair", ActKind::rank);
    standings(desk);
    desk.refused("chair", ActKind::decide_tie, {{"chosen", "A-1"}, {"reason", "knows the department"}});
    desk.act("authority", ActKind::decide_tie, {{"chosen", "A-1"}, {"reason", "longer in the field"}});
    desk.act("secretary", ActKind::vote,
             {{"motion", "propose"},
              {"present", "chair\nm1\nm2\nm3"},
              {"in_favour", "chair\nm1"},
              {"against", "m2\nm3"}});
    desk.act("chair", ActKind::propose);
    desk.act("authority", ActKind::approve_result, {{"decision", "Decision 31"}});
    desk.act("secretary", ActKind::publish_result);

    std::cout << "\nThe contest chose A-1; the appointment needs more than that:\n";
    desk.act("secretary", ActKind::refer_personnel, {{"application", "A-1"}});
    desk.act("personnel", ActKind::reply_personnel, {{"application", "A-1"}, {"fit", "true"}});
    const Fields appointment{
        {"application", "A-1"}, {"decision", "Decision 32"}, {"effective", "2026-06-01"}};
    desk.refused("authority", ActKind::appoint, appointment);
    desk.act("party", ActKind::give_consent,
             {{"consent", "party_committee"},
              {"application", "A-1"},
              {"agrees", "false"},
              {"document", "resolution"},
              {"reason", "an inspection is under way"}});
    desk.refused("authority", ActKind::appoint, appointment);
    desk.act("authority", ActKind::not_appoint, {{"application", "A-1"}, {"reason", "no consent"}});
    desk.act("authority", ActKind::establish_list, {{"list", "kept"}, {"decision", "Decision 33"}});
    appoint(desk, "A-2");
    desk.act("secretary", ActKind::close);
    std::cout << "  A-1 is still " << to_string(*desk.contest.standing("A-1")) << "; A-2 is appointed\n";

    std::cout << "\nA year later the post is vacant again, and A-3 kept the result:\n";
    desk.on("2027-05-20");
    Fields use{{"list", "kept"},
               {"application", "A-3"},
               {"vacancy", "same_position"},
               {"reason", "the holder retired"}};
    desk.refused("authority", ActKind::use_list, use);
    use.set("standards", "true");
    desk.act("authority", ActKind::use_list, use);
    appoint(desk, "A-3");

    std::cout << "\nWhat people decided where the rules left room:\n";
    for (const auto& one : desk.contest.discretion())
        std::cout << "  " << one.sequence << ' ' << to_string(one.act) << " by " << one.actor << " about "
                  << one.about << (one.reason.empty() ? "" : ": " + one.reason) << '\n';
    const auto again = recruit::Competition::replay(*desk.journal);
    std::cout << '\n'
              << desk.contest.size() << " acts; replayed from the journal: "
              << (again.digest() == desk.contest.digest() ? "the same contest" : "another contest") << '\n';
}
