#include <doctest/doctest.h>

#include <recruit/recruit.hpp>

using namespace recruit;
using namespace recruit::literals;

namespace {

// After the edge cases of civil-service rules: gate before the bonus, only the highest bonus, each part and
// the total.
const Regulation& rules() {
    static const Regulation regulation = Regulation::parse(R"(series = "xx.bonus"
version = "1"
effective_from = 2024-01-01
status = "example"
[[fact]]
name = "veteran"
type = "boolean"
[[fact]]
name = "minority"
type = "boolean"
default = false
[[stage]]
name = "w"
max = 100
missing = "absent"
[[stage.part]]
name = "x"
max = 60
gate = { share = "1/2" }
[[stage.part]]
name = "y"
max = 40
[score]
terms = [ { stage = "w" } ]
gate = { points = 50 }
[bonus]
combine = "highest"
[[bonus.grant]]
when = { fact = "veteran", equals = true }
points = "7.5"
[[bonus.grant]]
when = { fact = "minority", equals = true }
points = 5
)");
    return regulation;
}

ScoreTable run(const std::string& rows) {
    return score(rules(), parse_csv("application,w.x,w.y,w.status,veteran,minority\n" + rows).table);
}
Points total(const ScoreTable& t, std::size_t row) {
    return Points::of(t.total.integers()[row], t.total.scale());
}

}  // namespace

TEST_SUITE("scoring/score") {
    TEST_CASE(
        "the gate is tested before the bonus, the ranking is after it: 49 + 7.5 fails, 50 + 7.5 outranks "
        "57") {
        const auto t = run("A,30,19,,true,\nB,30,20,,true,\nC,37,20,,false,\n");
        CHECK(t.standing[0] == Standing::failed);
        CHECK(t.decided_by[0] == "score.gate[0]");
        CHECK(total(t, 1) == 57.5_pt);
        CHECK(total(t, 2) == 57_pt);
    }

    TEST_CASE("only the highest bonus counts; an unknown one leaves the row incomplete, a default does not") {
        const auto t = run("A,30,20,,true,true\nB,30,20,,false,true\nC,30,20,,,true\nD,30,20,,false,\n");
        CHECK(total(t, 0) == 57.5_pt);
        CHECK(total(t, 1) == 55_pt);
        CHECK(t.standing[2] == Standing::incomplete);
        CHECK(total(t, 3) == 50_pt);
    }

    TEST_CASE("each part must pass, however high the sum; half of 60 is 30, and 30 passes") {
        const auto t = run("A,29.5,40,,false,\nB,30,40,,false,\n");
        CHECK(t.standing[0] == Standing::failed);
        CHECK(t.decided_by[0] == "stage.w.part.x.gate[0]");
        CHECK(t.standing[1] == Standing::ranked);
    }

    TEST_CASE("absent, annulled, exempt and missing are four things") {
        const auto t =
            run("A,40,40,absent,false,\nB,40,40,void,false,\nC,10,40,exempt,false,\nD,,40,,false,\n");
        CHECK(t.standing[0] == Standing::absent);
        CHECK(t.standing[1] == Standing::excluded);
        CHECK(t.standing[2] ==
              Standing::ranked);  // the stage's own gate is not asked; 50 in all is the score's gate
        CHECK(t.standing[3] == Standing::absent);  // missing = "absent"
    }

    TEST_CASE("rounding at each step, by hand: round1 of 2/3 of 71.25, weighted, then half even") {
        const auto r = Regulation::parse(R"(series = "xx.round"
version = "1"
effective_from = 2024-01-01
status = "example"
[[stage]]
name = "w"
max = 150
[score]
round = { digits = 0, mode = "half_even" }
terms = [ { stage = "w", scale_to = 100, round = { digits = 1, mode = "truncate" }, weight = 1 } ]
)");
        const auto t = score(r, parse_csv("application,w\nA,71.25\nB,69.75\nC,72.9\n").table);
        CHECK(total(t, 0) == 48_pt);  // 47.5 exactly; the half goes to the even 48
        CHECK(total(t, 1) == 46_pt);  // 46.5 exactly; to the even 46
        CHECK(total(t, 2) == 49_pt);  // 48.6
    }

}  // TEST_SUITE
