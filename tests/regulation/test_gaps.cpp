#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <sstream>

#include <recruit/regulation/burden.hpp>
#include <recruit/regulation/diff.hpp>
#include <recruit/regulation/gaps.hpp>

using namespace recruit;

namespace {

std::string complete(const std::string& name) {
    const auto path =
        std::filesystem::path{RECRUIT_SOURCE_DIR} / "tests/regulation/complete" / (name + ".toml");
    std::ifstream file{path, std::ios::binary};
    REQUIRE_MESSAGE(file, path.string());
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

std::string told(const std::vector<Gap>& found) {
    std::string all;
    for (const Gap& gap : found)
        all += std::string{to_string(gap.kind)} + " " + gap.path + ": " + gap.str() + "\n";
    return all;
}

/// One rule taken out of a complete regulation, and the gap that this makes.
struct Damage {
    const char* file;
    const char* rule;     ///< Text that is replaced
    const char* instead;  ///< by this.
    GapKind kind;
    const char* path;
};

const Damage damages[] = {
    {"small", "missing = \"absent\"\n", "", GapKind::missing_mark, "stage.written.missing"},
    {"small", "max = 100", "max = 45", GapKind::half_of_odd, "stage.written.gate[0]"},
    {"small", "ties_at_cut = \"include_all\"", "ties_at_cut = \"contested\"", GapKind::tie_past_its_chain,
     "rank.position.ties"},
    {"small", "size = 5\n", "", GapKind::council_size, "council.size"},
    {"small", "present = 3\n", "", GapKind::council_quorum, "council.quorum"},
    {"small", "equal_votes = \"chair_decides\"\n", "", GapKind::council_votes_equal, "council.equal_votes"},
    {"small", "after_recusal = \"quorum\"\n", "", GapKind::council_after_recusal, "council.after_recusal"},
    {"small", "on_conflict = \"recuse\"\n", "", GapKind::conflict_without_consequence,
     "conflict.relatives.on_conflict"},
    {"small", "found_later = \"strike\"\n", "", GapKind::conflict_found_later,
     "conflict.relatives.found_later"},
    {"small", "[appeals]\nnot_for = [\"written\"]\n", "", GapKind::appeal_unsaid, "appeals.allowed"},
    {"small", "[[late]]\nlate_up_to = 10\nforce_majeure = \"chair\"\n", "", GapKind::late_arrival, "late"},
    {"small", "[[minimum_field]]\nleast = 2\nat = \"eligible\"\nbelow = \"readvertise\"\n", "",
     GapKind::minimum_unsaid, "minimum_field"},
    {"small", "below = \"readvertise\"\n", "", GapKind::minimum_without_consequence,
     "minimum_field.eligible.below"},
    {"small", "nobody_passes = \"vacancy_stays\"\n", "", GapKind::nobody_passes, "ending.nobody_passes"},
    {"small", "fewer_than_seats = \"rerun\"\n", "", GapKind::fewer_than_seats, "ending.fewer_than_seats"},
    {"small", "[transition]\notherwise = \"continues\"\n", "", GapKind::transition_unsaid, "transition"},
    {"small", "at_most = 90\n", "at_least = 1\n", GapKind::contest_without_end, "deadline"},
    {"small", "at_most = 90\n", "at_least = 1\n", GapKind::deadline_without_end, "deadline.whole.at_most"},
    {"small", "who = \"approving_authority\"\n", "", GapKind::step_without_actor, "step.approved.who"},
    {"small", "postmark = true\n", "", GapKind::postmark, "deadline.applications.postmark"},
    {"civil", "default = 0\n", "", GapKind::fact_without_default, "fact.priority.default"},
    {"civil", "{ action = \"third\" }]\nthird = \"two_equal_else_mean\"", "{ action = \"discuss\" }]",
     GapKind::markers_without_end, "marking[0].band"},
    {"civil", "ties_decided_by = \"head_of_agency\"\n", "", GapKind::tie_without_decider,
     "ending.ties_decided_by"},
    {"civil", "equal_votes = \"chair_decides\"\n", "", GapKind::council_votes_equal, "council.equal_votes"},
    {"civil", "[[late]]\nexam_from = 31\nexam_up_to = 59\nlate_up_to = 7\n", "", GapKind::late_arrival,
     "late"},
    {"civil", "exam_from = 60\n", "exam_from = 61\n", GapKind::late_arrival, "late"},
    {"civil", "window = 15\n", "", GapKind::appeal_without_window, "appeals.window"},
    {"civil", "decide_within = 15\n", "", GapKind::appeal_without_answer, "appeals.decide_within"},
    {"civil", "not_for = [\"round1\", \"round2.oral\"]", "not_for = [\"round1\"]", GapKind::appeal_unsaid,
     "appeals.allowed"},
    {"civil", "at_most = 15\ntiers", "tiers", GapKind::deadline_tiers, "deadline.screening.at_most"},
    {"civil", "at_most = 190\n", "at_most = 4\n", GapKind::deadlines_contradict, "deadline"},
    {"civil", "on_expiry = \"cancelled\"\n", "", GapKind::transition_expiry, "transition.on_expiry"},
    {"civil", "otherwise = \"cancelled\"\n", "", GapKind::transition_stage_not_held, "transition.otherwise"},
    {"leaders", "after_gate = \"extra_sitting\"\n", "", GapKind::appeal_after_gate, "appeals.after_gate"},
    {"leaders", "refused = \"next_in_rank\"\n", "", GapKind::consent_refused,
     "consent.party_committee.refused"},
    {"leaders", "found_later = \"void_stage\"\n", "", GapKind::anonymous_conflict, "marking[1].slips"},
    {"leaders", "default = false\n", "", GapKind::fact_without_default, "fact.woman.default"},
    {"leaders", "quorum = 1\nequal_votes = \"authority_decides\"\n", "quorum = \"2/3\"\n",
     GapKind::council_votes_equal, "council.equal_votes"},
    {"votes", "round = \"up\"\n", "", GapKind::half_of_odd, "vote.round"},
    {"votes", "ties_decided_by = \"council\"\n", "", GapKind::tie_past_its_chain, "rank.title.ties"},
    {"votes", "after = \"programme\"\notherwise = \"cancelled\"\n", "", GapKind::transition_unsaid,
     "transition.after"},
    {"quarter", "quantum = \"0.25\"\n", "", GapKind::half_of_odd, "stage.essay.gate[0]"},
    {"quarter", "size = [3, 5]\n", "size = [3, 4, 5]\n", GapKind::council_votes_equal, "council.equal_votes"},
};

}  // namespace

TEST_SUITE("regulation/gaps.hpp") {
    TEST_CASE("a complete regulation has no gap") {
        for (const char* name : {"small", "civil", "leaders", "votes", "quarter"}) {
            const auto found = gaps(Regulation::parse(complete(name), name));
            CHECK_MESSAGE(found.empty(), name, ":\n", told(found));
        }
    }

    TEST_CASE("every rule taken out of a complete regulation is found as the gap it makes") {
        std::size_t found_all = 0;
        for (const Damage& damage : damages) {
            std::string text = complete(damage.file);
            const auto at = text.find(damage.rule);
            REQUIRE_MESSAGE(at != std::string::npos, damage.file, ": ", damage.rule);
            text.replace(at, std::string_view{damage.rule}.size(), damage.instead);
            const auto found = gaps(Regulation::parse(text, damage.file));
            const bool planted = std::any_of(found.begin(), found.end(), [&](const Gap& gap) {
                return gap.kind == damage.kind && gap.path == damage.path;
            });
            CHECK_MESSAGE(planted, damage.file, " without ", damage.rule, " should lack ", damage.path,
                          "; found:\n", told(found));
            found_all += planted ? 1 : 0;
            for (const Gap& gap : found) {
                CHECK(gap.str(Language::en).find('{') == std::string::npos);
                CHECK(gap.str(Language::vi).find('{') == std::string::npos);
            }
        }
        CHECK(found_all == std::size(damages));
        CHECK(found_all >= 30);
        MESSAGE("planted gaps found: ", found_all, " of ", std::size(damages));
    }

    // Circular 001/2025: at most 5 minutes late up to 30 minutes, 10 from 60 minutes on; a presentation
    // lasts 45.
    TEST_CASE("the hole between two lengths of exams is told with a length inside it") {
        std::string text = complete("civil");
        const std::string middle = "[[late]]\nexam_from = 31\nexam_up_to = 59\nlate_up_to = 7\n";
        text.erase(text.find(middle), middle.size());
        const auto found = gaps(Regulation::parse(text));
        REQUIRE(found.size() == 1);
        CHECK(found[0].str() ==
              "Somebody comes late to an exam of 45 minutes: no rule covers exams of 31–59 minutes.");
    }

    TEST_CASE("a council with a quorum that leaves an even number is told with the smallest such number") {
        std::string text = complete("small");
        const std::string rule = "equal_votes = \"chair_decides\"\n";
        text.erase(text.find(rule), rule.size());
        const auto found = gaps(Regulation::parse(text));
        REQUIRE(found.size() == 1);
        CHECK(found[0].str() == "Of a council of 5 there are 4 present, and the votes are 2 to 2.");
    }

    TEST_CASE("gaps do not depend on the order of rules of one kind") {
        const auto before = gaps(Regulation::parse(complete("small")));
        CHECK(before.empty());
        std::string text = complete("civil");
        const std::string first = "[[late]]\nexam_up_to = 30\nlate_up_to = 5\n";
        text.erase(text.find(first), first.size());
        text += first;
        CHECK(gaps(Regulation::parse(text)).empty());
    }
}

TEST_SUITE("regulation/burden.hpp") {
    using namespace std::chrono_literals;

    // From 1 January 2025: 30 days of applications, then at most 90 days.
    TEST_CASE("days are counted along the deadlines") {
        const Burden made = burden(Regulation::parse(complete("small")));
        CHECK(made.steps == 2);
        CHECK(made.documents == 3);
        CHECK(made.signatures == 2);
        CHECK(made.consents == 0);
        CHECK(made.first == "announced");
        CHECK(made.last == "approved");
        CHECK(made.shortest_days == 30);
        CHECK(made.longest_days == 120);
        CHECK(made.earliest == 2025y / 1 / 31);
        CHECK(made.critical == std::vector<std::string>{"applications"});
        CHECK(made.unlimited.empty());
    }

    // Plan on Tuesday 1 July 2025; announced the same day at the earliest, applications 30 days (to Thursday
    // 31 July), summons 5 working days: Thursday 7 August.
    TEST_CASE("working days are counted on the calendar, without its holidays") {
        const Regulation rules = Regulation::parse(complete("civil"));
        BurdenOptions options;
        CHECK(burden(rules, options).earliest == 2025y / 8 / 7);
        options.calendar =
            WorkingCalendar{std::vector<SpecialDay>{{2025y / 8 / 4, SpecialDay::Kind::holiday, {}}}};
        CHECK(burden(rules, options).earliest == 2025y / 8 / 8);
        CHECK(burden(rules, options).critical == std::vector<std::string>{"applications", "summons"});
    }

    TEST_CASE("a tier by the number of applicants lengthens the longest calendar") {
        std::string text = complete("civil");
        const std::string whole = "at_most = 190\ndays = \"working\"";
        text.replace(text.find("to = \"result_published\""), 23, "to = \"screened\"");
        text.replace(text.find(whole), whole.size(), "at_most = 400\n");
        const Regulation rules = Regulation::parse(text);
        BurdenOptions options;
        const auto last_of = [&] { return burden(rules, options).unlimited; };
        CHECK(!last_of().empty());
        CHECK(rules.procedure().deadlines[2].most(499) == 15);
        CHECK(rules.procedure().deadlines[2].most(500) == 30);
    }

    TEST_CASE("without a last day there is no limit in law") {
        std::string text = complete("small");
        text.replace(text.find("at_most = 90"), 12, "at_least = 90");
        const Burden made = burden(Regulation::parse(text));
        CHECK(made.shortest_days == 120);
        CHECK(!made.longest_days);
        CHECK(made.unlimited == std::vector<std::string>{"approved"});
        CHECK(made.str().find("(no limit in law)") != std::string::npos);
    }

    TEST_CASE("a regulation without deadlines has no days") {
        const Burden made = burden(Regulation::parse(
            "series = \"x\"\nversion = \"1\"\nstatus = \"example\"\neffective_from = 2020-01-01\n"
            "[[stage]]\nname = \"written\"\nmax = 10\n"));
        CHECK(made.first.empty());
        CHECK(!made.shortest_days);
        CHECK(!made.longest_days);
    }

    // The network against a plain search: random least and greatest days along a line of events.
    TEST_CASE(
        "on a line of events the shortest is the sum of the least days and the longest that of the most") {
        std::mt19937_64 random{20251125};
        const char* const line[] = {"plan", "announced", "opened", "applications_closed", "screened"};
        for (int round = 0; round < 100; ++round) {
            std::string text =
                "series = \"x\"\nversion = \"1\"\nstatus = \"example\"\neffective_from = 2020-01-01\n"
                "[[stage]]\nname = \"written\"\nmax = 10\n";
            std::int64_t least = 0;
            std::int64_t most = 0;
            for (int i = 0; i < 4; ++i) {
                const auto a = static_cast<std::int64_t>(random() % 20);
                const auto b = a + static_cast<std::int64_t>(random() % 20);
                least += a;
                most += b;
                text += "[[deadline]]\nname = \"d" + std::to_string(i) + "\"\nfrom = \"" + line[i] +
                        "\"\nto = \"" + line[i + 1] + "\"\nat_least = " + std::to_string(a) +
                        "\nat_most = " + std::to_string(b) + "\n";
            }
            const Burden made = burden(Regulation::parse(text));
            CHECK(made.shortest_days == least);
            CHECK(made.longest_days == most);
        }
    }
}
