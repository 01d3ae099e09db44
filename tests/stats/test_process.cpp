#include <recruit/stats/process.hpp>

#include "oracle.hpp"

#include <algorithm>

#include <recruit/base/error.hpp>

using namespace recruit;
using namespace recruit::stats;

namespace {

Table log_of(const std::vector<std::string>& cases, const std::vector<std::string>& activities,
             const std::vector<std::string>& times) {
    Table table;
    table.add("case", Column::texts(cases));
    table.add("activity", Column::texts(activities));
    table.add("time", Column::texts(times));
    return table;
}

Table with_integers(Table table, const char* name, const std::vector<std::int64_t>& values) {
    table.add(name, Column::integers(Buffer<std::int64_t>{values}));
    return table;
}

const EventColumns columns{"case", "activity", "time", "", "", ""};

}  // namespace

TEST_SUITE("stats/process") {
    TEST_CASE("process: the log of van der Aalst (2011), Table 1.1; pm4py but for its median") {
        const auto data = oracle::data("running_example.csv");
        if (!data) return;
        const oracle::Group group{"process"};
        Table renamed = *data;
        const EventLog log{renamed, {"case", "activity", "timestamp", "", "", "resource"}};
        const Process found = process(log, TimeUnit::seconds);
        for (const CaseTime& one : found.cases)
            group.check("case_duration_seconds", "case" + one.name, one.duration);
        group.check("case_duration_seconds", "mean", found.duration.rows[0].value);
        group.check("case_duration_seconds", "median", found.duration.rows[1].value);
        for (const Flow& flow : found.flows) {
            group.check("dfg_frequency", flow.from + "->" + flow.to, static_cast<double>(flow.n));
            group.check("dfg_mean_seconds", flow.from + "->" + flow.to, flow.mean);
        }
        // 6 x 181960 + 2 x 375420 + 76740 s before "decide", more than before any other.
        CHECK(found.bottleneck.subject == "decide");
        CHECK(*found.rework.value == doctest::Approx(2.0 / 6));  // cases 3 and 5 were examined again
        CHECK(found.variants.size() == 6);
        CHECK(found.workload.size() == 6);
    }

    TEST_CASE("a point in time is read with and without zone, and nothing else is") {
        const auto utc = parse_instant("2026-03-04T09:30:00Z");
        REQUIRE(utc);
        CHECK(parse_instant("2026-03-04 16:30:00+07:00")->microseconds == utc->microseconds);
        CHECK(parse_instant("2026-03-04T16:30+0700")->microseconds == utc->microseconds);
        CHECK(parse_instant("2026-03-04T05:00:00.000001-04:30")->microseconds == utc->microseconds + 1);
        CHECK(parse_instant("2026-03-05T01:00+16") == std::nullopt);
        CHECK(parse_instant("2026-03-05T01:00:00+07:00")->day ==
              utc->day + 1);  // the day where it was written
        CHECK(parse_instant("1969-12-31T23:59:59Z")->microseconds == -1'000'000);
        CHECK_FALSE(parse_instant("2026-03-04")->has_zone);
        for (const char* wrong :
             {"", "2026-02-30", "2026-03-04T", "2026-03-04T24:00", "2026-03-04T09:60", "2026-03-04T09:30:61",
              "2026-03-04T09:30:00.", "2026-03-04T09:30 ", "2026-03-04T09:30+7", "04/03/2026 09:30"})
            CHECK_MESSAGE(!parse_instant(wrong), wrong);
    }

    TEST_CASE("property: two logs of different cases added are one log; the order of rows changes nothing") {
        const EventLog one{
            log_of({"1", "1", "2"}, {"a", "b", "a"}, {"2026-01-01", "2026-01-03", "2026-01-02"}), columns};
        const EventLog two{log_of({"3", "3"}, {"c", "a"}, {"2026-01-01", "2026-01-09"}), columns};
        const EventLog all{log_of({"3", "2", "1", "3", "1"}, {"a", "a", "b", "c", "a"},
                                  {"2026-01-09", "2026-01-02", "2026-01-03", "2026-01-01", "2026-01-01"}),
                           columns};
        CHECK(process(one + two, TimeUnit::days) == process(all, TimeUnit::days));
        CHECK_THROWS_WITH_AS(one + one, doctest::Contains("\"1\" is in both"), Error);
    }

    TEST_CASE("waiting and work are told apart where starts are recorded") {
        Table table = log_of({"1", "1"}, {"apply", "mark"}, {"2026-01-01T08:00", "2026-01-02T12:00"});
        table.add("start", Column::texts(std::vector<std::string>{"2026-01-01T07:00", "2026-01-02T08:00"}));
        EventColumns with_start = columns;
        with_start.start = "start";
        const Process found = process(EventLog{table, with_start}, TimeUnit::seconds);
        const ActivityTime& mark = found.activities.front();
        CHECK(mark.name == "mark");
        CHECK(mark.mean == 28 * 3600);
        CHECK(*mark.mean_waiting == 24 * 3600);
        CHECK(*mark.mean_work == 4 * 3600);
        CHECK(*found.cases[0].duration == 29 * 3600);
    }

    TEST_CASE("time counts in working days of the calendar, between the days where things were written") {
        const EventLog log{
            log_of({"1", "1"}, {"a", "b"}, {"2026-01-02T23:00+07:00", "2026-01-05T01:00+07:00"}), columns};
        const WorkingCalendar calendar;
        CHECK(*process(log, TimeUnit::working_days, &calendar).cases[0].duration == 1);
        CHECK(*process(log, TimeUnit::days).cases[0].duration == doctest::Approx(50.0 / 24));
        CHECK_THROWS_AS(process(log, TimeUnit::working_days), Error);
    }

    TEST_CASE("the median of an even number of cases is the mean of the two in the middle") {
        const EventLog log{log_of({"1", "1", "2", "2"}, {"a", "b", "a", "b"},
                                  {"2026-01-01", "2026-01-02", "2026-01-01", "2026-01-04"}),
                           columns};
        CHECK(*process(log, TimeUnit::days).duration.rows[1].value == 2);
    }

    TEST_CASE("an empty log: no_data") {
        const Process found = process(EventLog{}, TimeUnit::days);
        CHECK(found.duration.rows[0].reason == NotEstimable::no_data);
        CHECK(found.rework.reason == NotEstimable::no_data);
        CHECK(found.bottleneck.reason == NotEstimable::no_data);
    }

    TEST_CASE("cases of one event have no step to wait at; everything at once has no bottleneck") {
        const Process single =
            process(EventLog{log_of({"1"}, {"a"}, {"2026-01-01"}), columns}, TimeUnit::days);
        CHECK(single.bottleneck.reason == NotEstimable::too_few);
        CHECK(*single.duration.rows[0].value == 0);
        const Process at_once = process(
            EventLog{log_of({"1", "1"}, {"a", "b"}, {"2026-01-01", "2026-01-01"}), columns}, TimeUnit::days);
        CHECK(at_once.bottleneck.reason == NotEstimable::constant);
        CHECK(at_once.notes.size() == 1);  // equal times, no sequence number
    }

    TEST_CASE("events against their sequence, or complete before they began: out_of_order, and left out") {
        EventColumns with_sequence = columns;
        with_sequence.sequence = "nr";
        const Table table = with_integers(log_of({"1", "1", "2", "2"}, {"a", "b", "a", "b"},
                                                 {"2026-01-05", "2026-01-02", "2026-01-01", "2026-01-02"}),
                                          "nr", {1, 2, 1, 2});
        const Process found = process(EventLog{table, with_sequence}, TimeUnit::days);
        CHECK(found.cases[0].reason == NotEstimable::out_of_order);
        CHECK_FALSE(found.cases[0].duration);
        CHECK(*found.duration.rows[0].value == 1);
        CHECK(found.dropped == std::vector{Dropped{Word::named("out_of_order"), 1}});

        Table backwards = log_of({"1"}, {"a"}, {"2026-01-05"});
        backwards.add("start", Column::texts(std::vector<std::string>{"2026-01-06"}));
        EventColumns with_start = columns;
        with_start.start = "start";
        const Process none = process(EventLog{backwards, with_start}, TimeUnit::days);
        CHECK(none.duration.rows[0].reason == NotEstimable::out_of_order);
        CHECK(none.bottleneck.reason == NotEstimable::out_of_order);
    }

    TEST_CASE("equal times are ordered by their sequence number") {
        EventColumns with_sequence = columns;
        with_sequence.sequence = "nr";
        const Table table = with_integers(
            log_of({"1", "1"}, {"second", "first"}, {"2026-01-05", "2026-01-05"}), "nr", {2, 1});
        const Process found = process(EventLog{table, with_sequence}, TimeUnit::days);
        CHECK(found.variants[0].activities == std::vector<std::string>{"first", "second"});
        CHECK(found.notes.empty());
    }

    TEST_CASE("cases without a closing activity are open: out of the mean, and counted up to a day") {
        const EventLog log{
            log_of({"1", "1", "2"}, {"apply", "decide", "apply"}, {"2026-01-01", "2026-01-04", "2026-01-02"}),
            columns};
        const Process found = process(log, TimeUnit::days, nullptr, {"decide"});
        CHECK(*found.duration.rows[0].value == 3);
        CHECK(found.cases[1].reason == NotEstimable::all_open);
        const Table durations =
            case_durations(log, TimeUnit::days, nullptr, {"decide"}, *parse_instant("2026-01-12"));
        CHECK(durations.at("time").reals()[1] == 10);
        CHECK(durations.at("event").booleans()[1] == 0);
        CHECK_THROWS_WITH_AS(process(log, TimeUnit::days, nullptr, {"appoint"}), doctest::Contains("decide"),
                             Error);
    }

    TEST_CASE("times that are none, or with and without zone, are refused with row and value") {
        CHECK_THROWS_WITH_AS(EventLog(log_of({"1"}, {"a"}, {"yesterday"}), columns),
                             doctest::Contains("yesterday"), InvalidTable);
        CHECK_THROWS_WITH_AS(
            EventLog(log_of({"1", "1"}, {"a", "b"}, {"2026-01-01T08:00", "2026-01-01T08:00Z"}), columns),
            doctest::Contains("2026-01-01T08:00Z"), InvalidTable);
    }
}
