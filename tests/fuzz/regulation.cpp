// Regulations as TOML text. One that loads has a digest that its own text gives again, a page in both
// languages, and runs on a made-up contest.

#include <recruit/regulation/regulation.hpp>
#include <recruit/selection/selection.hpp>
#include <recruit/selection/synthetic.hpp>

#include "fuzz.hpp"

using namespace recruit;

FUZZ_TARGET(input) {
    fuzz::expecting_errors([&] {
        const Regulation rules = Regulation::parse(fuzz::text(input), "fuzz.toml");
        fuzz::require(Regulation::parse(rules.toml()).digest() == rules.digest(), "a text gives two digests");
        fuzz::require(!rules.describe(Language::vi).empty(), "a regulation without a page");
        const SyntheticContest contest = synthetic(rules, {.applications = 8, .positions = 2});
        SelectOptions options;
        options.threads = 1;
        options.seed = "fuzz";
        select(rules, contest.scores, contest.seats, options);
    });
}
