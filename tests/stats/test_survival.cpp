#include <recruit/stats/survival.hpp>

#include "oracle.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <recruit/base/error.hpp>
#include <recruit/base/random.hpp>
#include <recruit/stats/data.hpp>

using namespace recruit;
using namespace recruit::stats;

namespace {

/// Cases with ties and open ones; ends 0..causes.
struct Made {
    std::vector<double> times;
    std::vector<std::int32_t> ends;
};
Made made(std::uint64_t seed, std::size_t n, int causes = 1) {
    RandomStream random{seed};
    Made out;
    for (std::size_t i = 0; i < n; ++i) {
        out.times.push_back(static_cast<double>(random.below(12)));
        out.ends.push_back(static_cast<std::int32_t>(random.below(static_cast<std::uint64_t>(causes) + 1)));
    }
    return out;
}

Durations durations_of(const std::vector<double>& times, const std::vector<std::int32_t>& ends,
                       int causes = 1) {
    return {times, ends, causes};
}

std::vector<std::string> texts(const Table& table, const char* name) {
    std::vector<std::string> out;
    for (std::size_t row = 0; row < table.rows(); ++row) out.push_back(table.at(name).str(row));
    return out;
}

/// A file of the reference data with `event` made of its status.
std::optional<Table> cases(const char* file, const char* ended) {
    auto table = oracle::data(file);
    if (!table) return std::nullopt;
    std::vector<std::uint8_t> events;
    for (const auto& status : texts(*table, "status")) events.push_back(status == ended ? 1 : 0);
    table->add("event", Column::booleans(Buffer{std::move(events)}));
    return table;
}

}  // namespace

TEST_SUITE("stats/survival") {
    TEST_CASE("km_aml: Miller (1997), R survival 3.5-3") {
        const auto aml = cases("aml.csv", "1");
        if (!aml) return;
        const oracle::Group group{"km_aml"};
        const Curves curves = kaplan_meier(*aml, "time", "event", "x", CurveInterval::log);
        for (const auto& row : group) {
            if (row.method != "kaplan_meier" && row.method != "greenwood_se") continue;
            const auto open = row.statistic.find('('), close = row.statistic.find(')');
            const double time = std::stod(row.statistic.substr(open + 1, close - open - 1));
            const Estimate at = curves.at(row.statistic.substr(row.statistic.find('=') + 1)).at(time);
            group.check(row, row.method == "kaplan_meier" ? at.value : at.standard_error);
        }
        const Test test = log_rank(*aml, "time", "event", "x");
        group.check("logrank", "chi2", test.statistic);
        group.check("logrank", "p", test.p_value);
        group.check("peto_peto_rho1", "chi2", log_rank(*aml, "time", "event", "x", {}, 1).statistic);
    }

    TEST_CASE("km_lung: Loprinzi (1994), R survival 3.5-3 and lifelines' kind of limits") {
        const auto lung = cases("lung.csv", "2");
        if (!lung) return;
        const oracle::Group group{"km_lung"};
        const Curves curves = kaplan_meier(*lung, "time", "event", {}, CurveInterval::log);
        const Curve& curve = curves.at("");
        const Estimate median = curve.median(FlatQuantile::midpoint);
        group.check("km_median_ci", "median", median.value);
        group.check("km_median_ci", "lo", median.interval->lower);
        group.check("km_median_ci", "hi", median.interval->upper);
        group.check("km_median_ci", "rmean_1022", curve.restricted_mean(1022).value);
        group.check("km_median_ci", "se_rmean", curve.restricted_mean(1022).standard_error);
        const auto log_log = kaplan_meier(*lung, "time", "event", {}, CurveInterval::log_log)
                                 .at("")
                                 .median(FlatQuantile::first);
        group.check("km_median_ci_loglog", "lo", log_log.interval->lower);
        group.check("km_median_ci_loglog", "hi", log_log.interval->upper);
        for (const int time : {100, 250, 500, 750}) {
            group.check("kaplan_meier", "S(" + std::to_string(time) + ")", curve.at(time).value);
        }
        group.check("logrank_by_sex", "chi2", log_rank(*lung, "time", "event", "sex").statistic);
    }

    TEST_CASE("property: two halves added are one pass, and the order of cases changes nothing") {
        for (std::uint64_t seed = 0; seed < 20; ++seed) {
            const Made all = made(seed, 40, 2);
            const auto cut = static_cast<std::ptrdiff_t>(seed % 40);
            const Durations whole{all.times, all.ends, 2};
            const auto half = [&](auto from, auto to) {
                return Durations{std::vector(all.times.begin() + from, all.times.begin() + to),
                                 std::vector(all.ends.begin() + from, all.ends.begin() + to), 2};
            };
            CHECK(half(0, cut) + half(cut, 40) == whole);
            CHECK(half(cut, 40) + half(0, cut) == whole);
        }
    }

    TEST_CASE("property: times that are days are counted as others are sorted") {
        for (std::uint64_t seed = 0; seed < 10; ++seed) {
            const Made all = made(seed, 30, 2);
            std::vector<double> halves;
            for (const double time : all.times) halves.push_back(time / 2);  // some are not whole
            const Durations days{all.times, all.ends, 2}, other{halves, all.ends, 2};
            REQUIRE(days.times().size() == other.times().size());
            for (std::size_t i = 0; i < days.times().size(); ++i) {
                CHECK(days.times()[i] == 2 * other.times()[i]);
                for (int end = 0; end <= 2; ++end) CHECK(days.count(i, end) == other.count(i, end));
            }
        }
    }

    TEST_CASE("property: cumulative incidences and survival add to 1 at every time") {
        for (std::uint64_t seed = 0; seed < 20; ++seed) {
            const Made all = made(seed, 30, 3);
            const Durations durations{all.times, all.ends, 3};
            const Curve survival = kaplan_meier(durations, CurveInterval::log);
            const auto incidence = aalen_johansen(durations, CurveInterval::log_log);
            for (std::size_t i = 0; i < survival.steps.size(); ++i) {
                double sum = survival.steps[i].value;
                for (const Curve& curve : incidence) sum += curve.steps[i].value;
                CHECK(sum == doctest::Approx(1).epsilon(1e-13));
            }
        }
    }

    TEST_CASE("with one cause the incidence is 1 - survival, with Greenwood's standard error") {
        const Made all = made(5, 30);
        const Durations durations{all.times, all.ends};
        const Curve survival = kaplan_meier(durations, CurveInterval::plain);
        const Curve incidence = aalen_johansen(durations, CurveInterval::plain).front();
        for (std::size_t i = 0; i < survival.steps.size(); ++i) {
            CHECK(incidence.steps[i].value == doctest::Approx(1 - survival.steps[i].value));
            if (survival.steps[i].standard_error)
                CHECK(*incidence.steps[i].standard_error ==
                      doctest::Approx(*survival.steps[i].standard_error));
        }
    }

    TEST_CASE("without censoring the curve is the share of longer times, and the mean is the mean") {
        const Curve curve = kaplan_meier(durations_of({1, 2, 2, 5}, {1, 1, 1, 1}), CurveInterval::plain);
        CHECK(*curve.at(1.5).value == 0.75);
        CHECK(*curve.at(2).value == 0.25);
        CHECK(*curve.at(9).value == 0);
        CHECK(*curve.restricted_mean(5).value == doctest::Approx(2.5));
        CHECK(*curve.at(0.5).value == 1);
    }

    TEST_CASE("a quantile on a flat piece is its first time or its middle, by name") {
        const Curve curve = kaplan_meier(durations_of({1, 2, 6, 9}, {1, 1, 1, 1}), CurveInterval::plain);
        CHECK(*curve.median(FlatQuantile::first).value == 2);
        CHECK(*curve.median(FlatQuantile::midpoint).value == 4);
        CHECK(curve.median(FlatQuantile::midpoint).conventions.front().name() == "flat_midpoint");
    }

    TEST_CASE("the three kinds of limits are those of R's survfit with conf.type plain, log and log-log") {
        // By hand: S = 0.75, Greenwood's variance 0.75^2 / (4 * 3), z = 1.959964.
        const auto at = [](CurveInterval interval) {
            return *kaplan_meier(durations_of({1, 2, 3, 4}, {1, 1, 1, 1}), interval).at(1).interval;
        };
        CHECK(at(CurveInterval::plain).lower == doctest::Approx(0.325655).epsilon(1e-5));
        CHECK(at(CurveInterval::plain).upper == 1);
        CHECK(at(CurveInterval::log).lower == doctest::Approx(0.425936).epsilon(1e-5));
        CHECK(at(CurveInterval::log_log).lower == doctest::Approx(0.127949).epsilon(1e-5));
        CHECK(at(CurveInterval::log_log).upper == doctest::Approx(0.960547).epsilon(1e-5));
    }

    TEST_CASE("nobody has ended yet: all_open") {
        const Curve curve = kaplan_meier(durations_of({3, 5}, {0, 0}), CurveInterval::log);
        CHECK(curve.median(FlatQuantile::first).reason == NotEstimable::all_open);
        CHECK(*curve.at(4).value == 1);
        CHECK(curve.at(6).reason == NotEstimable::nobody_at_risk);
        const std::vector<std::vector<Durations>> groups{
            {durations_of({3, 5}, {0, 0}), durations_of({4, 4}, {0, 0})}};
        CHECK(log_rank(groups).reason == NotEstimable::all_open);
    }

    TEST_CASE("the curve does not come down to one half: not_reached; one limit may be unbounded") {
        const Curve curve = kaplan_meier(durations_of({1, 2, 3, 4}, {1, 0, 0, 0}), CurveInterval::log);
        CHECK(curve.median(FlatQuantile::first).reason == NotEstimable::not_reached);
        const Curve lower = kaplan_meier(durations_of({1, 2, 3, 4}, {1, 1, 0, 0}), CurveInterval::log);
        CHECK(std::isinf(lower.median(FlatQuantile::first).interval->upper));
    }

    TEST_CASE("no case, one group, a horizon nobody was watched to") {
        const Curve none = kaplan_meier(Durations{}, CurveInterval::log);
        CHECK(none.reason == NotEstimable::no_data);
        CHECK(none.at(3).reason == NotEstimable::no_data);
        CHECK(none.median(FlatQuantile::first).reason == NotEstimable::no_data);
        const std::vector<std::vector<Durations>> one{{durations_of({3, 5}, {1, 0}), Durations{}}};
        CHECK(log_rank(one).reason == NotEstimable::one_group);
        CHECK(log_rank({}).reason == NotEstimable::no_data);
        const Curve open = kaplan_meier(durations_of({3, 5}, {1, 0}), CurveInterval::log);
        CHECK(open.restricted_mean(6).reason == NotEstimable::nobody_at_risk);
        CHECK(*open.restricted_mean(5).value == 4);
    }

    TEST_CASE("one group left alone before anybody ended: nobody is there to compare with") {
        const std::vector<std::vector<Durations>> groups{
            {durations_of({1, 1}, {0, 0}), durations_of({5, 6}, {1, 1})}};
        CHECK(log_rank(groups).reason == NotEstimable::nobody_at_risk);
    }

    TEST_CASE("property: the log-rank test of strata that are copies is that of one, twice") {
        const Made a = made(1, 20), b = made(2, 25);
        const std::vector<Durations> groups{Durations{a.times, a.ends}, Durations{b.times, b.ends}};
        const std::vector<std::vector<Durations>> one{groups}, two{groups, groups};
        CHECK(*log_rank(two).statistic == doctest::Approx(2 * *log_rank(one).statistic));
        const std::vector<std::vector<Durations>> swapped{{groups[1], groups[0]}};
        CHECK(*log_rank(swapped).statistic == doctest::Approx(*log_rank(one).statistic));
    }

    TEST_CASE("rows without time, outcome or group, and with a negative time, are counted") {
        Table table;
        table.add("t", Column::reals(Buffer<double>{std::vector<double>{1, NAN, 3, -2, 4, 5}}));
        table.add("e", Column::booleans(Buffer<std::uint8_t>{std::vector<std::uint8_t>{1, 1, 0, 1, 1, 1}},
                                        Validity{{true, true, false, true, true, true}}));
        table.add("g", Column::texts(Strings{std::vector<std::string>{"a", "a", "a", "a", "", "a"}},
                                     Validity{{true, true, true, true, false, true}}));
        const Curves curves = kaplan_meier(table, "t", "e", "g", CurveInterval::log);
        const Curve& curve = curves.at("a");
        CHECK(curve.n == 2);
        REQUIRE(curve.dropped.size() == 3);
        CHECK(curve.dropped[0] == Dropped{Word::named("missing_value"), 1});
        CHECK(curve.dropped[1] == Dropped{Word::named("missing_outcome"), 1});
        CHECK(curve.dropped[2] == Dropped{Word::named("negative_time"), 1});
        CHECK(curves.notes.size() == 1);
        CHECK(curves.display(Language::vi).text().find("kết thúc trước khi bắt đầu") != std::string::npos);
    }

    TEST_CASE("days between dates: calendar days, working days, open cases, and an end before the start") {
        using std::chrono::year_month_day;
        const auto day = [](const char* text) {
            return static_cast<std::int32_t>(
                std::chrono::sys_days{*parse_date(text)}.time_since_epoch().count());
        };
        Table table;
        table.add("start", Column::dates(Buffer<std::int32_t>{std::vector{
                               day("2026-01-02"), day("2026-01-05"), day("2026-01-05"), day("2026-01-11")}}));
        table.add("end", Column::dates(Buffer<std::int32_t>{std::vector{day("2026-01-12"), day("2026-02-02"),
                                                                        0, day("2026-01-10")}},
                                       Validity{{true, true, false, true}}));
        const year_month_day until = *parse_date("2026-01-16");
        const Table calendar_days = durations(table, "start", "end", until);
        CHECK(texts(calendar_days, "time") == std::vector<std::string>{"10", "11", "11", "-1"});
        CHECK(texts(calendar_days, "event") == std::vector<std::string>{"true", "false", "false", "true"});
        const WorkingCalendar calendar;
        const Table working = durations(table, "start", "end", until, &calendar);
        // From Sunday 11 back to Saturday 10 no working day passes, and it still goes back.
        CHECK(texts(working, "time") == std::vector<std::string>{"6", "9", "9", "-1"});
        CHECK_THROWS_AS(durations(calendar_days, "time", "event", until), InvalidTable);
    }

    TEST_CASE("wrong use is refused and says what to give") {
        CHECK_THROWS_WITH_AS(durations_of({-1}, {1}), doctest::Contains("a finite time of 0 or more"), Error);
        CHECK_THROWS_AS(durations_of({1}, {2}), Error);
        CHECK_THROWS_AS(durations_of({1, 2}, {1}), Error);
        CHECK_THROWS_AS(Durations{0}, Error);
        Durations one;
        CHECK_THROWS_AS(one += Durations{2}, Error);
        const Curve curve = kaplan_meier(durations_of({1}, {1}), CurveInterval::log);
        CHECK_THROWS_AS(curve.at(-1), Error);
        CHECK_THROWS_AS(curve.quantile(50, FlatQuantile::first), Error);
        CHECK_THROWS_AS(curve.restricted_mean(0), Error);
        CHECK_THROWS_WITH_AS(Curves{}.at("A"), doctest::Contains("A/"), Error);
    }
}
