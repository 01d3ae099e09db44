#include <doctest/doctest.h>

#include <recruit/regulation/diff.hpp>
#include <recruit/regulation/transition.hpp>

using namespace recruit;
using namespace std::chrono_literals;

namespace {

Regulation version(const std::string& name, const std::string& from, const std::string& more = {}) {
    return Regulation::parse("series = \"vn.test\"\nversion = \"" + name +
                             "\"\nstatus = \"example\"\neffective_from = " + from +
                             "\n[[stage]]\nname = \"round1\"\nmax = 60\n[[stage]]\nname = \"round2\"\nmax = "
                             "100\n[score]\nterms = [{ stage = \"round2\" }]\n" +
                             more);
}

// Decree 170/2025, Art. 70(1): round 1 held before 1 July 2025: three months more under the older law, else
// cancelled.
const char* const article_70 =
    "[transition]\nafter = \"round1\"\nmonths = 3\notherwise = \"cancelled\"\non_expiry = \"cancelled\"\n";

const Regulation older = version("2024", "2024-09-17");
const Regulation newer = version("2025", "2025-07-01", article_70);

}  // namespace

TEST_SUITE("regulation/transition.hpp") {
    TEST_CASE("before the newer text is in force the older one applies") {
        const auto ruling = transition(older, newer, 2025y / 3 / 1, "", 2025y / 6 / 30);
        CHECK(ruling.outcome == TransitionOutcome::old_text);
        CHECK(ruling.regulation == "vn.test.2024");
    }

    TEST_CASE("round 1 held: three months under the older text, to the last day of September") {
        const auto inside = transition(older, newer, 2025y / 3 / 1, "round1", 2025y / 9 / 30);
        CHECK(inside.outcome == TransitionOutcome::old_text);
        CHECK(inside.until == 2025y / 9 / 30);
        CHECK(inside.rule == "transition.months");
        const auto outside = transition(older, newer, 2025y / 3 / 1, "round1", 2025y / 10 / 1);
        CHECK(outside.outcome == TransitionOutcome::cancelled);
        CHECK(outside.rule == "transition.on_expiry");
        CHECK(outside.regulation.empty());
    }

    TEST_CASE("round 1 not held: the contest is void from the first day") {
        const auto ruling = transition(older, newer, 2025y / 3 / 1, "", 2025y / 7 / 1);
        CHECK(ruling.outcome == TransitionOutcome::cancelled);
        CHECK(ruling.str(Language::en) ==
              "\"round1\" was not held before 2025-07-01: the contest is cancelled.");
        CHECK(ruling.str(Language::vi).find("kỳ thi bị hủy") != std::string::npos);
    }

    TEST_CASE("a stage beyond the one that is asked for is enough") {
        CHECK(transition(older, newer, 2025y / 3 / 1, "round2", 2025y / 8 / 1).outcome ==
              TransitionOutcome::old_text);
    }

    TEST_CASE("a text that does not say leaves it undecided") {
        const auto silent = version("2025", "2025-07-01");
        CHECK(transition(older, silent, 2025y / 3 / 1, "round1", 2025y / 8 / 1).outcome ==
              TransitionOutcome::not_decided);
    }

    TEST_CASE("months end on the last day there is") {
        const auto late =
            version("2025", "2025-08-31", "[transition]\nmonths = 6\non_expiry = \"switches\"\n");
        const auto ruling = transition(older, late, 2025y / 3 / 1, "", 2025y / 12 / 1);
        CHECK(ruling.until == 2026y / 2 / 27);  // 31 August + 6 months = 28 February, its eve
        CHECK(transition(older, late, 2025y / 3 / 1, "", 2026y / 3 / 1).outcome ==
              TransitionOutcome::new_text);
    }

    TEST_CASE("what does not fit together is refused") {
        CHECK_THROWS_AS(transition(newer, older, 2025y / 8 / 1, "", 2025y / 9 / 1), Error);
        CHECK_THROWS_AS(transition(older, newer, 2025y / 8 / 1, "", 2025y / 9 / 1), Error);
        CHECK_THROWS_AS(transition(older, newer, 2025y / 3 / 1, "round9", 2025y / 9 / 1), Error);
        CHECK_THROWS_AS(transition(older, newer, 2025y / 3 / 1, "", 2025y / 2 / 1), Error);
    }

    TEST_CASE("diff tells a changed transition in words") {
        std::string text = newer.toml();
        text.replace(text.find("months = 3"), 10, "months = 6");
        const auto changes = diff(newer, Regulation::parse(text));
        REQUIRE(changes.size() == 1);
        CHECK(changes[0].str() == "Transition: the months to finish was 3, is now 6.");
        CHECK(changes[0].path == "transition.months");
    }
}
