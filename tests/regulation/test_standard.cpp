#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <string>

#include <recruit/base/error.hpp>
#include <recruit/regulation/audit.hpp>
#include <recruit/regulation/regulation.hpp>
#include <recruit/regulation/standard.hpp>

using namespace recruit;
using namespace std::chrono_literals;

namespace {

// One valid standard with most of the schema in it. Each fault below is one change to this text.
const std::string valid = R"(series = "xx.deputy"
version = "1"
effective_from = 2024-01-01
status = "example"
leap_day = "february_28"
[[moment]]
name = "closed"
[[moment]]
name = "appointment"
title = { en = "the appointment", vi = "ngày bổ nhiệm" }
[[fact]]
name = "born"
type = "date"
title = { en = "date of birth", vi = "ngày sinh" }
[[fact]]
name = "sex"
type = "category"
values = ["male", "female"]
[[fact]]
name = "degree"
type = "category"
values = ["college", "bachelor", "master"]
[[fact]]
name = "planned"
type = "boolean"
[[fact]]
name = "nominated"
type = "boolean"
[[fact]]
name = "years"
type = "integer"
[[require]]
name = "age"
holds = { by = "sex", case = { male = { age = "born", at = "appointment", at_most = 55 }, female = { age = "born", at = "appointment", at_most = 50 } } }
source = "Art. 3"
confidence = "seen"
[[require]]
name = "degree"
holds = { fact = "degree", one_of = ["bachelor", "master"] }
[[document]]
name = "form"
by = "closed"
[[group]]
name = "insider"
[[group.require]]
name = "planned"
holds = { fact = "planned", equals = true }
[[group]]
name = "nominee"
[[group.require]]
name = "nominated"
holds = { fact = "nominated", equals = true }
[[group.document]]
name = "consent"
when = { fact = "planned", equals = false }
)";

std::string changed(std::string text, const std::string& from, const std::string& to) {
    const auto at = text.find(from);
    REQUIRE_MESSAGE(at != std::string::npos, from);
    return text.replace(at, from.size(), to);
}

/// "code:line" of every error.
std::set<std::string> faults(const std::string& text) {
    try {
        Standard::parse(text, "standard.toml");
    } catch (const InvalidRegulation& error) {
        std::set<std::string> found;
        for (const Issue& issue : error.issues())
            found.insert(std::string{to_string(issue.code)} + ":" + std::to_string(issue.line.value_or(0)));
        return found;
    }
    return {};
}

std::string short_standard(const std::string& rules) {
    return R"(series = "xx.short"
version = "1"
effective_from = 2024-01-01
status = "example"
moment = [{ name = "closed" }, { name = "appointment" }]
fact = [
  { name = "born", type = "date" }, { name = "joined", type = "date" }, { name = "years", type = "integer" },
  { name = "degree", type = "category", values = ["college", "bachelor", "master"] }, { name = "post", type = "category" },
  { name = "clean", type = "boolean" }, { name = "sex", type = "category", values = ["male", "female"] },
]
)" + rules;
}

/// "kind path path" of every finding.
std::vector<std::string> found(const std::string& rules, const Moments& dates = {}) {
    std::vector<std::string> all;
    for (const Finding& finding : audit(Standard::parse(short_standard(rules)), dates)) {
        std::string line{to_string(finding.kind)};
        for (const std::string& path : finding.paths) line += " " + path;
        all.push_back(line);
    }
    return all;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_SUITE("regulation/standard") {
    TEST_CASE("a valid standard says what is in it") {
        const auto standard = Standard::parse(valid);
        CHECK(standard.id() == "xx.deputy.1");
        CHECK(standard.leap_day() == LeapDay::february_28);
        CHECK(standard.requirements().size() == 2);
        CHECK(standard.requirements()[0].source == "Art. 3");
        CHECK(standard.requirements()[0].confidence == Confidence::seen);
        CHECK(standard.groups()[1].documents[0].name == "consent");
        CHECK(standard.documents()[0].by == "closed");
        CHECK(
            standard.requirements()[0].holds.str() ==
            R"(by sex("male": age(born, appointment) at_most 55; "female": age(born, appointment) at_most 50))");
        CHECK(standard.in_words(standard.requirements()[0].holds).en ==
              "where sex is male: age at the appointment at most 55; where sex is female: age at the "
              "appointment "
              "at most 50");
        CHECK(standard.in_words(standard.requirements()[0].holds)
                  .vi.find("tuổi tại ngày bổ nhiệm không quá 55") != std::string::npos);
        CHECK(standard.describe().find("Art. 3") != std::string::npos);
        CHECK(standard.describe(Language::vi).find("Diện dự tuyển") != std::string::npos);
        CHECK(standard.in_force(2024y / 1 / 1));
        CHECK_FALSE(standard.in_force(2023y / 12 / 31));
    }

    TEST_CASE("every mistake is an error with its line, and all are told at once") {
        struct Fault {
            std::string from, to, told;
        };
        const std::vector<Fault> list{
            {"status = \"example\"", "status = \"sample\"", "unknown_value:4"},
            {"leap_day = \"february_28\"", "leap_day = \"february_29\"", "unknown_value:5"},
            {"leap_day = \"february_28\"", "leapday = 1", "unknown_key:5"},
            {"name = \"closed\"", "name = \"appointment\"", "duplicate_name:9"},
            {"name = \"closed\"", "name = \"born\"", "duplicate_name:12"},
            {"type = \"date\"", "type = \"day\"", "unknown_value:13"},
            {"age = \"born\"", "age = \"sex\"", "wrong_reference:34"},
            {"age = \"born\"", "age = \"birth\"", "unknown_reference:34"},
            {"at = \"appointment\"", "at = \"tomorrow\"", "unknown_moment:34"},
            {"at = \"appointment\", ", "", "missing_key:34"},
            {"at_most = 55", "at_most = \"55.5\"", "wrong_type:34"},
            {"at_most = 55", "at_most = 55.5", "float_in_regulation:34"},
            {"at_most = 55", "at_most = 400000", "out_of_range:34"},
            {"at_most = 55", "at_most = 55, at_least = 18", "wrong_type:34"},
            {"age = \"born\"", "age = \"born\", counted = \"roughly\"", "unknown_value:34"},
            {"age = \"born\"", "days_since = \"born\", counted = \"to_the_day\"", "conflicting_keys:34"},
            {"age = \"born\"", "fact = \"born\", age = \"born\"", "wrong_type:34"},
            {"female = {", "woman = {", "missing_key:34"},
            {"by = \"sex\"", "by = \"planned\"", "wrong_reference:34"},
            {"by = \"sex\", case", "by = \"sex\", all = [], case", "conflicting_keys:34"},
            {"\"master\"] }", "\"doctor\"] }", "unknown_value:39"},
            {"name = \"degree\"\nholds", "name = \"age\"\nholds", "duplicate_name:38"},
            {"holds = { fact = \"degree\"", "hold = { fact = \"degree\"", "unknown_key:39"},
            {"by = \"closed\"", "by = \"open\"", "unknown_moment:42"},
            {"name = \"form\"", "name = \"born\"", "duplicate_name:41"},
            {"name = \"insider\"", "name = \"Insider\"", "bad_name:44"},
            {"holds = { fact = \"nominated\", equals = true }", "holds = { fact = \"nominated\", above = 1 }",
             "wrong_reference:52"},
            {"name = \"consent\"", "name = \"consent\"\nneeded = true", "unknown_key:55"},
            {"effective_from = 2024-01-01", "effective_from = \"2024\"", "wrong_type:3"},
        };
        for (const Fault& fault : list) {
            CAPTURE(fault.from);
            CAPTURE(fault.to);
            CHECK(faults(changed(valid, fault.from, fault.to)).count(fault.told) == 1);
        }
        MESSAGE(list.size() << " mistakes");
        auto three = changed(valid, "status = \"example\"", "status = \"sample\"");
        three = changed(three, "by = \"closed\"", "by = \"open\"");
        three = changed(three, "name = \"insider\"", "name = \"Insider\"");
        CHECK(faults(three) == std::set<std::string>{"unknown_value:4", "unknown_moment:42", "bad_name:44"});
        CHECK(faults(short_standard("")) == std::set<std::string>{"standard_asks_nothing:0"});
        CHECK(faults(short_standard("[[group]]\nname = \"all\"\n")).count("missing_key:11") == 1);
        CHECK(faults("series = ").size() == 1);
    }

    TEST_CASE("a regulation knows neither lengths of time nor choices") {
        const std::string rules = R"(series = "xx.r"
version = "1"
effective_from = 2024-01-01
status = "example"
[[fact]]
name = "born"
type = "date"
[[stage]]
name = "written"
max = 100
gate = { points = 50, when = { age = "born", at = "appointment", at_most = 55 } }
)";
        try {
            Regulation::parse(rules);
            FAIL("accepted");
        } catch (const InvalidRegulation& error) {
            CHECK(std::any_of(error.issues().begin(), error.issues().end(),
                              [](const Issue& issue) { return to_string(issue.code) == "unknown_key"; }));
        }
    }

    TEST_CASE("the digest is of what is asked: titles, sources and the order of writing are no part of it") {
        const auto digest = Standard::parse(valid).digest();
        const auto same = [&](const std::string& from, const std::string& to) {
            return Standard::parse(changed(valid, from, to)).digest() == digest;
        };
        CHECK(same("source = \"Art. 3\"\n", ""));
        CHECK(same("confidence = \"seen\"\n", ""));
        CHECK(same("title = { en = \"date of birth\", vi = \"ngày sinh\" }", ""));
        CHECK(same("at = \"appointment\", at_most = 55", "at_most = 55, at = \"appointment\""));
        CHECK(same("age = \"born\"", "counted = \"completed\", age = \"born\""));
        CHECK_FALSE(same("at_most = 55", "at_most = 54"));
        CHECK_FALSE(same("age = \"born\"", "counted = \"by_year\", age = \"born\""));
        CHECK_FALSE(same("leap_day = \"february_28\"\n", ""));
        CHECK_FALSE(same("by = \"closed\"\n", ""));
        CHECK_FALSE(same("at = \"appointment\"", "at = \"closed\""));
        CHECK_FALSE(same("when = { fact = \"planned\", equals = false }\n", ""));
        CHECK(Standard::parse(valid) == Standard::parse(valid + "\n# a word\n"));
        CHECK(Standard::parse(valid).canonical().find("Art. 3") == std::string::npos);
    }

    TEST_CASE("the example standard has nothing contradictory, unreachable or redundant") {
        const auto path = std::filesystem::path{RECRUIT_SOURCE_DIR} /
                          "examples/standards/vn.lead.deputy_division.2017.toml";
        const auto standard = Standard::load(path);
        CHECK(standard.groups().size() == 3);
        std::string told;
        for (const Finding& finding : audit(standard)) told += finding.str() + "\n";
        for (const Finding& finding :
             audit(standard, {{"applications_closed", 2026y / 8 / 31}, {"appointment", 2026y / 10 / 15}}))
            told += finding.str() + "\n";
        CHECK(told == "");
    }

    TEST_CASE("a predicate that nobody can meet, and predicates that nobody can meet together, are named") {
        CHECK(found(R"([[require]]
name = "never"
holds = { all = [{ fact = "years", at_least = 10 }, { fact = "years", below = 10 }] }
[[require]]
name = "fine"
holds = { fact = "clean", equals = true }
)") == Lines{"contradictory never"});
        // The third one is not needed for the contradiction.
        const std::string three = R"([[require]]
name = "young"
holds = { age = "born", at = "appointment", at_most = 35 }
[[require]]
name = "clean"
holds = { fact = "clean", equals = true }
[[require]]
name = "old"
holds = { age = "born", at = "appointment", at_least = 36 }
)";
        CHECK(found(three) == Lines{"contradictory young old"});
        CHECK(audit(Standard::parse(short_standard(three))).front().str() ==
              "Nobody can meet these together: young, old.");
        CHECK(found(changed(three, "at_least = 36", "at_least = 35")) == Lines{});
        // In months and years on one line: 35 years are 420 months.
        CHECK(found(changed(three, "age = \"born\", at = \"appointment\", at_least = 36",
                            "months_since = \"born\", at = \"appointment\", at_least = 432")) ==
              Lines{"contradictory young old"});
        CHECK(found(changed(three, "age = \"born\", at = \"appointment\", at_least = 36",
                            "months_since = \"born\", at = \"appointment\", at_least = 431")) == Lines{});
    }

    TEST_CASE("with the days known, lengths of time at different moments are compared") {
        const std::string two = R"([[require]]
name = "grown"
holds = { age = "born", at = "closed", at_least = 40 }
[[require]]
name = "young"
holds = { age = "born", at = "appointment", at_most = 39 }
)";
        CHECK(found(two) == Lines{});
        CHECK(found(two, {{"closed", 2026y / 8 / 31}, {"appointment", 2026y / 10 / 15}}) ==
              Lines{"contradictory grown young"});
        CHECK(found(two, {{"closed", 2026y / 10 / 15}, {"appointment", 2026y / 8 / 31}}) == Lines{});
    }

    TEST_CASE(
        "an entry group that is closed or that admits nobody else, and a branch without effect, are named") {
        CHECK(found(R"([[require]]
name = "degree"
holds = { fact = "degree", one_of = ["bachelor", "master"] }
[[group]]
name = "open"
[[group.require]]
name = "clean"
holds = { fact = "clean", equals = true }
[[group]]
name = "shut"
[[group.require]]
name = "college"
holds = { fact = "degree", equals = "college" }
)") == Lines{"unreachable degree shut.college shut"});
        const std::string inside = R"([[group]]
name = "wide"
[[group.require]]
name = "years"
holds = { fact = "years", at_least = 5 }
[[group]]
name = "narrow"
[[group.require]]
name = "years"
holds = { fact = "years", at_least = 10 }
)";
        CHECK(found(inside) == Lines{"unreachable narrow"});
        // A paper less makes it a way of its own.
        CHECK(found(changed(inside, "[[group]]\nname = \"narrow\"",
                            "[[group.document]]\nname = \"consent\"\n[[group]]\nname = \"narrow\"")) ==
              Lines{});
        CHECK(found(R"([[require]]
name = "post"
holds = { any = [{ fact = "years", at_least = 5 }, { fact = "post", equals = "head" }, { fact = "years", at_least = 8 }] }
)") == Lines{"unreachable post.any[2]"});
        CHECK(found(R"([[require]]
name = "master"
holds = { fact = "degree", equals = "master" }
[[require]]
name = "degree"
holds = { not = { fact = "degree", equals = "college" } }
)") == Lines{"redundant degree"});
        CHECK(found(R"([[require]]
name = "age"
holds = { by = "sex", case = { male = { age = "born", at = "closed", at_most = 55 }, female = { age = "born", at = "closed", at_most = 50 } } }
[[require]]
name = "cap"
holds = { age = "born", at = "closed", at_most = 60 }
)") == Lines{"redundant cap"});
    }

    TEST_CASE("if no entry group is open the standard is contradictory") {
        CHECK(found(R"([[require]]
name = "bachelor"
holds = { fact = "degree", equals = "bachelor" }
[[group]]
name = "a"
[[group.require]]
name = "master"
holds = { fact = "degree", equals = "master" }
[[group]]
name = "b"
[[group.require]]
name = "college"
holds = { fact = "degree", equals = "college" }
)") == Lines{"contradictory bachelor a.master a", "contradictory bachelor b.college b"});
    }

    TEST_CASE("every kind of finding has a name and a sentence in both languages") {
        std::set<std::string> names;
        for (int kind = 0; kind <= static_cast<int>(FindingKind::undecided); ++kind)
            names.emplace(to_string(static_cast<FindingKind>(kind)));
        CHECK(names.size() == 5);
        const auto standard = Standard::parse(short_standard(R"([[require]]
name = "never"
title = { en = "Never", vi = "Không bao giờ" }
holds = { all = [{ fact = "years", above = 3 }, { fact = "years", at_most = 3 }] }
)"));
        const auto finding = audit(standard).at(0);
        CHECK(finding.str() == "Nobody can meet Never (never).");
        CHECK(finding.str(Language::vi) == "Không ai có thể đáp ứng Không bao giờ (never).");
    }
}
