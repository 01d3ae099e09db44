#include <recruit/programme/contests.hpp>
#include <recruit/programme/review.hpp>

#include "workflow/leadership.hpp"

using namespace contest;

namespace {

std::string at(const Table& table, const char* column, std::size_t row = 0) {
    const Column* found = table.find(column);
    return found == nullptr || found->is_null(row) ? "null" : found->str(row);
}

/// The contest of six, ranked, published and closed without an appointment.
Contest ranked() {
    Contest k = until_written_published();
    k.later(20);
    k.act(ActKind::close_appeals, "chair", {{"stage", "written"}});
    k.act(ActKind::close_stage, "chair", {{"stage", "written"}});
    k.paper("project", "P2", "project");
    k.sit("project", {"A1", "A2", "A3", "A4"}, true, 3);
    mark_project(k, {{"A1", "82"}, {"A2", "75.5"}, {"A3", "70"}, {"A4", "45"}});
    k.act(ActKind::close_stage, "chair", {{"stage", "project"}});
    k.act(ActKind::rank, "chair");
    return k;
}

}  // namespace

TEST_SUITE("programme/contests") {
    TEST_CASE("what a contest has not come to yet is null, not 0") {
        const Contest k = until_written_sat();
        const Table rows = contest_records(k.c);
        REQUIRE(rows.rows() == 1);
        CHECK(at(rows, "applied") == "6");
        CHECK(at(rows, "eligible") == "6");
        CHECK(at(rows, "sat") == "6");
        for (const char* later : {"passed", "winners", "appointed", "published_on", "appointed_on", "margin"})
            CHECK(at(rows, later) == "null");
        CHECK(at(rows, "ending") == "running");
        CHECK(at(rows, "announced_on") == "2026-01-05");
        CHECK(at(rows, "closed_on") == "2026-01-31");
        CHECK(at(rows, "source") == k.c.digest());
        CHECK_THROWS_AS(contest_records(Competition{}), Error);
    }

    TEST_CASE("a ranked contest says its steps and the margin, and the review counts them") {
        const Contest k = ranked();
        ContestOptions options;
        options.agency = "001";
        options.competition = "K1";
        options.noise = Points::of(7, 0);
        const Table rows = contest_records(k.c, options);
        CHECK(at(rows, "agency") == "001");
        CHECK(at(rows, "competition") == "K1");
        CHECK(at(rows, "seats") == "1");
        CHECK(at(rows, "passed") == "3");  // A4 is under the gate of the project, A5 and A6 of the written
        CHECK(at(rows, "winners") == "1");
        CHECK(at(rows, "appointed") == "0");
        CHECK(at(rows, "margin") == "6.5");  // 82 - 75.5
        const Review made = review({rows}, {});
        const auto& all = made.groups().front();
        CHECK(all.at("applicants_per_seat").value == 6);
        CHECK(all.at("within_noise").value == 1);  // 6.5 <= 7
        CHECK(all.at("running").value == 1);
        CHECK(all.durations.size() == 1);
        CHECK(all.durations.count(0, 0) == 1);  // still open on the day of the last act
    }

    TEST_CASE("a deadline is missed when its day has passed, whether or not the event came later") {
        Contest k = until_written_sat();
        // "applications": at most 40 days from 2026-01-05; they closed on the 26th day.
        CHECK(at(contest_records(k.c), "deadlines_missed") == "0");
        Contest late{leadership};
        late.plan({{"director", 1}});
        late.announce("2026-01-06", "2026-01-31", {"written", "project"});
        late.on("2026-01-06");
        late.act(ActKind::open_applications, "sec");
        ContestOptions options;
        options.reported_on = std::chrono::year{2026} / 2 / 14;  // the 40th day
        CHECK(at(contest_records(late.c, options), "deadlines_missed") == "0");
        options.reported_on = std::chrono::year{2026} / 2 / 15;
        CHECK(at(contest_records(late.c, options), "deadlines_missed") == "1");
    }

    TEST_CASE("a selection is a row a position; withdrawals leave open who was eligible") {
        const auto rules = Regulation::parse(R"(series = "test.rows"
version = "1"
effective_from = 2020-01-01
status = "example"
source = "made up"
[[stage]]
name = "exam"
max = 100
missing = "absent"
gate = { points = 50 }
[[rank]]
name = "position"
within = ["position"]
ties = [{ end = "authority_decides" }]
)",
                                             "rows");
        Table scores;
        const std::vector<std::string> ids{"A", "B", "C", "D", "E", "F", "G"},
            positions{"p", "p", "p", "p", "q", "q", "q"};
        scores.add("application", Column::texts(ids));
        scores.add("position", Column::texts(positions));
        scores.add("exam", Column::integers(Buffer{std::vector<std::int64_t>{90, 80, 40, 0, 70, 70, 60}},
                                            Validity{{true, true, true, false, true, true, true}}));
        const Selection selection = select(rules, scores, Seats{1});
        ContestOptions options;
        CHECK_THROWS_AS(contest_records(selection, options), Error);
        options.agency = "001";
        const Table rows = contest_records(selection, options);
        REQUIRE(rows.rows() == 2);
        CHECK(at(rows, "position", 0) == "p");
        CHECK(at(rows, "applied", 0) == "4");
        CHECK(at(rows, "sat", 0) == "3");
        CHECK(at(rows, "passed", 0) == "2");
        CHECK(at(rows, "winners", 0) == "1");
        CHECK(at(rows, "margin", 0) == "10");
        CHECK(at(rows, "winners", 1) == "null");  // E and F are equal and nobody has decided
        CHECK(at(rows, "passed", 1) == "3");
        const Review made = review({rows}, {});
        CHECK(made.groups().front().at("winners").low == 1);
        CHECK(made.groups().front().at("winners").high == 4);  // at most those who passed
    }
}
