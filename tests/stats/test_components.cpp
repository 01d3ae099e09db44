#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>

#include <recruit/base/error.hpp>
#include <recruit/base/random.hpp>
#include <recruit/stats/components.hpp>

#include "oracle.hpp"

using namespace recruit;
using namespace recruit::stats;

namespace {

const double gap = std::numeric_limits<double>::quiet_NaN();

/// A normal number: the sum of twelve uniforms is too short in the tails, so Box and Muller.
double normal(RandomStream& random) {
    const auto uniform = [&] {
        return (static_cast<double>(random.next() >> 11) + 0.5) / 9007199254740992.0;
    };
    const double radius = std::sqrt(-2 * std::log(uniform()));
    return radius * std::cos(2 * 3.14159265358979323846 * uniform());
}

struct Long {
    std::vector<std::string> contest, candidate, member;
    std::vector<double> mark;

    void add(std::string c, std::string a, std::string m, double value) {
        contest.push_back(std::move(c));
        candidate.push_back(std::move(a));
        member.push_back(std::move(m));
        mark.push_back(value);
    }
    Table table() const {
        Table out;
        out.add("contest", Column::texts(Strings{contest}));
        out.add("candidate", Column::texts(Strings{candidate}));
        out.add("member", Column::texts(Strings{member}));
        std::vector<bool> has;
        for (const double value : mark) has.push_back(!std::isnan(value));
        out.add("mark", Column::reals(Buffer<double>{std::vector<double>{mark}}, Validity{has}));
        return out;
    }
};
const MarkColumns named{"contest", "candidate", "member", "mark"};
const MarkColumns anonymous{"contest", "candidate", std::nullopt, "mark"};

/// Contests of 2 to 6 candidates and five members of their own: the shape of the pilot of 2017-2020.
Long simulated_marks(std::uint64_t run, int contests, double candidate_sd, double member_sd, double error_sd,
                     double share_missing = 0) {
    Long out;
    for (int c = 0; c < contests; ++c) {
        RandomStream random{20'260'101 + run, static_cast<std::uint64_t>(c)};
        const std::size_t n = 2 + random.below(5);
        const double level = 70 + 4 * normal(random);
        double severity[5];
        for (double& s : severity) s = member_sd * normal(random);
        for (std::size_t i = 0; i < n; ++i) {
            const double truth = level + candidate_sd * normal(random);
            for (std::size_t j = 0; j < 5; ++j) {
                const double mark = truth - severity[j] + error_sd * normal(random);
                if (random.chance(static_cast<std::uint64_t>(1000 * share_missing), 1000)) continue;
                out.add("c" + std::to_string(c), "a" + std::to_string(i),
                        "m" + std::to_string(5 * c) + std::to_string(j), mark);
            }
        }
    }
    return out;
}
Table simulated(std::uint64_t run, int contests, double candidate_sd, double member_sd, double error_sd,
                double share_missing = 0) {
    return simulated_marks(run, contests, candidate_sd, member_sd, error_sd, share_missing).table();
}
double value(const VarianceComponents& v, const char* quantity) {
    return *v.estimates.at("", quantity).value;
}
std::optional<NotEstimable> reason(const VarianceComponents& v, const char* quantity) {
    return v.estimates.at("", quantity).reason;
}

}  // namespace

TEST_SUITE("stats/components") {
    TEST_CASE("one-way components of dyestuff (Davies 1947), and those that end at 0") {
        const oracle::Group expected{"oneway_reml"};
        for (const auto& row : expected) {
            const auto table = oracle::data(row.data);
            if (!table) return;
            const Estimates found =
                one_way_components(numbers(*table, "Yield"), factor(*table, "Batch"), ComponentsMethod::reml);
            expected.check(row, found
                                    .at("", row.statistic == "var_batch"   ? "group_variance"
                                            : row.statistic == "var_resid" ? "residual_variance"
                                                                           : "reml_criterion")
                                    .value);
            if (row.data != "dyestuff2.csv") continue;
            const Estimates plain = one_way_components(numbers(*table, "Yield"), factor(*table, "Batch"),
                                                       ComponentsMethod::anova);
            CHECK(*plain.rows[0].value < 0);  // as it is, with a note
            CHECK(plain.rows[0].notes.size() == 1);
        }
    }

    TEST_CASE("of one complete contest they are the mean squares' (Shrout and Fleiss' table)") {
        // MS 11.24166667, 32.48611111, 1.01944444: (11.2417 - 1.0194) / 4, (32.4861 - 1.0194) / 6.
        const double marks[6][4] = {{9, 2, 5, 8}, {6, 1, 3, 2},  {8, 4, 6, 8},
                                    {7, 1, 2, 6}, {10, 5, 6, 9}, {6, 2, 4, 7}};
        Long data;
        for (int i = 0; i < 6; ++i) {
            for (int j = 0; j < 4; ++j) data.add("x", std::to_string(i), std::to_string(j), marks[i][j]);
        }
        const auto anova = variance_components(data.table(), named, ComponentsMethod::anova);
        CHECK(value(anova, "candidate_variance") == doctest::Approx((11.2416666667 - 1.0194444444) / 4));
        CHECK(value(anova, "member_variance") == doctest::Approx((32.4861111111 - 1.0194444444) / 6));
        CHECK(value(anova, "residual_variance") == doctest::Approx(1.0194444444));
        CHECK(anova.df == 15);
        CHECK(*anova.contests.at(0).sem == doctest::Approx(std::sqrt(1.0194444444 / 4)));
        CHECK(anova.precision(4)->sem == doctest::Approx(std::sqrt(1.0194444444 / 4)));
        CHECK(anova.precision(4)->df == 15);
        // Balanced and inside the bounds: restricted likelihood gives the same.
        const auto reml = variance_components(data.table(), named, ComponentsMethod::reml);
        for (const char* quantity : {"candidate_variance", "member_variance", "residual_variance"})
            CHECK(value(reml, quantity) == doctest::Approx(value(anova, quantity)).epsilon(1e-5));
    }

    TEST_CASE("with marks missing, likelihood by absorbed rows is likelihood by the whole matrix") {
        // The same marks as one incomplete contest, and as a complete one with a row of one mark added: the
        // mark tells nothing once its candidate is free, so that the estimates stay near; and rows or members
        // in another order change nothing.
        const Table data = simulated(3, 12, 3, 2, 4, 0.2);
        const auto first = variance_components(data, named, ComponentsMethod::reml);
        const auto plain = variance_components(data, named, ComponentsMethod::anova);
        Long other;
        for (std::size_t i = data.rows(); i > 0; --i) {
            const auto text = [&](const char* column) { return data.at(column).str(i - 1); };
            other.add(text("contest"), "z" + text("candidate"), text("member"),
                      data.at("mark").reals()[i - 1]);
        }
        const auto turned = variance_components(other.table(), named, ComponentsMethod::reml);
        for (const char* quantity : {"candidate_variance", "member_variance", "residual_variance"}) {
            CHECK(value(turned, quantity) == doctest::Approx(value(first, quantity)).epsilon(1e-5));
            CHECK(value(plain, quantity) == doctest::Approx(value(first, quantity)).epsilon(0.4));
        }
    }

    TEST_CASE("contests of another level, and a member who is severe for all alike, change nothing") {
        const Table data = simulated(1, 20, 3, 2, 4);
        Long shifted;
        for (std::size_t i = 0; i < data.rows(); ++i) {
            const auto text = [&](const char* column) { return data.at(column).str(i); };
            const double more = text("contest") == "c1" ? 30 : 0;
            shifted.add(text("contest"), text("candidate"), text("member"),
                        data.at("mark").reals()[i] + more);
        }
        const auto a = variance_components(data, named, ComponentsMethod::anova),
                   b = variance_components(shifted.table(), named, ComponentsMethod::anova);
        for (const char* quantity : {"candidate_variance", "member_variance", "residual_variance"})
            CHECK(value(a, quantity) == doctest::Approx(value(b, quantity)));
    }

    TEST_CASE("limits are the same for any number of threads") {
        const Table data = simulated(2, 30, 3, 2, 4, 0.1);
        ContestBootstrap one{400, 5, {}}, three{400, 5, {}};
        one.run.threads = 1;
        three.run.threads = 3;
        const auto a = variance_components(data, named, ComponentsMethod::anova, one);
        CHECK(a == variance_components(data, named, ComponentsMethod::anova, three));
        const Interval& limits = *a.estimates.at("", "residual_variance").interval;
        CHECK(limits.lower < value(a, "residual_variance"));
        CHECK(limits.upper > value(a, "residual_variance"));
        const Interval& roots = *a.estimates.at("", "sem_one_mark").interval;
        CHECK(roots.lower == doctest::Approx(std::sqrt(limits.lower)).epsilon(1e-3));
        ContestBootstrap few{60, 5, {}};
        CHECK(variance_components(simulated(2, 8, 3, 2, 4), named, ComponentsMethod::reml, few)
                  .estimates.rows[0]
                  .interval);
        CHECK_THROWS_AS(variance_components(data, named, ComponentsMethod::anova, {10, {}, {}}), Error);
    }

    TEST_CASE("pooled over 115 contests of 2 to 6 candidates and 5 members: unbiased, and 95 % is 95 %") {
        const bool nightly = std::getenv("RECRUIT_NIGHTLY") != nullptr;
        const int runs = nightly ? 10'000 : 600;
        const double truth[3] = {9, 4, 16};
        const char* names[3] = {"candidate_variance", "member_variance", "residual_variance"};
        double sum[3] = {}, square[3] = {};
        int covered[3] = {};
        for (int run = 0; run < runs; ++run) {
            const auto found =
                variance_components(simulated(1000 + static_cast<std::uint64_t>(run), 115, 3, 2, 4), named,
                                    ComponentsMethod::anova, {999, static_cast<std::uint64_t>(run), {}});
            for (int k = 0; k < 3; ++k) {
                const Estimate& row = found.estimates.at("", names[k]);
                sum[k] += *row.value;
                square[k] += *row.value * *row.value;
                covered[k] += row.interval->lower <= truth[k] && truth[k] <= row.interval->upper ? 1 : 0;
            }
        }
        for (int k = 0; k < 3; ++k) {
            const double mean = sum[k] / runs, spread = std::sqrt((square[k] / runs - mean * mean) / runs);
            const double share = static_cast<double>(covered[k]) / runs;
            std::printf(
                "%s: true %.0f, mean of %d estimates %.4f (standard error %.4f), covered by 95 %% limits "
                "%.2f %% (Monte Carlo standard error %.2f)\n",
                names[k], truth[k], runs, mean, spread, 100 * share,
                100 * std::sqrt(share * (1 - share) / runs));
            CHECK(std::fabs(mean - truth[k]) < 4 * spread);
            CHECK(share > (nightly ? 0.94 : 0.92));
            CHECK(share < (nightly ? 0.96 : 0.98));
        }
    }

    TEST_CASE("property: parts added in any order, cut anywhere, are one table, digit for digit") {
        RandomStream random{11};
        int checked = 0;
        for (int round = 0; round < 30; ++round) {
            const Long all = simulated_marks(static_cast<std::uint64_t>(round), 8, 3, 2, 4, 0.1);
            const Table data = all.table();
            const MarkColumns& columns = round % 3 == 0 ? anonymous : named;
            const ContestBootstrap bootstrap{50, 3, {1 + round % 3, {}, {}}};
            std::vector<Long> pieces(2 + random.below(3));
            for (std::size_t row = 0; row < all.mark.size(); ++row) {
                pieces[random.below(pieces.size())].add(all.contest[row], all.candidate[row], all.member[row],
                                                        all.mark[row]);
            }
            std::vector<ContestMarks> parts;
            for (const Long& piece : pieces) parts.emplace_back(piece.table(), columns);
            ContestMarks forwards = parts.front(), backwards = parts.back();
            for (std::size_t i = 1; i < parts.size(); ++i) {
                forwards += parts[i];
                backwards += parts[parts.size() - 1 - i];
            }
            const ContestMarks whole{data, columns};
            CHECK(forwards == whole);
            CHECK(backwards == whole);
            for (const auto method : {ComponentsMethod::anova, ComponentsMethod::reml}) {
                const auto expected = variance_components(data, columns, method, bootstrap);
                CHECK(forwards.components(method, bootstrap) == expected);
                CHECK(backwards.components(method, bootstrap) == expected);
                ++checked;
            }
        }
        std::printf("pooled components: %d of parts are those of one table\n", checked);
        CHECK(checked == 60);
    }

    TEST_CASE("contests numbered in parts keep the order of numbers") {
        const auto numbered = [](std::vector<std::int64_t> contests) {
            Long marks;
            std::vector<std::int64_t> contest;
            for (const auto c : contests) {
                for (const char* a : {"A", "B"}) {
                    for (const char* m : {"m", "n"}) {
                        contest.push_back(c);
                        marks.add("", a, m, static_cast<double>(c) + (a[0] == 'A' ? 1 : 0) * (m[0] - 'l'));
                    }
                }
            }
            Table out;
            out.add("contest", Column::integers(Buffer<std::int64_t>{std::move(contest)}));
            const Table rest = marks.table();
            for (const char* name : {"candidate", "member", "mark"}) out.add(name, rest.at(name));
            return ContestMarks{out, named};
        };
        const auto together = numbered({2, 9, 10, 100});
        CHECK(numbered({10, 100}) + numbered({2, 9}) == together);
        const auto found = (numbered({10, 2}) + numbered({9, 100})).components(ComponentsMethod::anova);
        REQUIRE(found.contests.size() == 4);
        CHECK(found.contests[0].contest == "2");
        CHECK(found.contests[3].contest == "100");
    }

    TEST_CASE("parts that do not fit are refused: a mark in both, names in one only") {
        const Table data = simulated(1, 3, 3, 2, 4);
        ContestMarks with_names{data, named};
        const ContestMarks before = with_names;
        CHECK_THROWS_AS(with_names += with_names, Error);
        CHECK_THROWS_AS((with_names += ContestMarks{data, anonymous}), Error);
        CHECK(with_names == before);
        CHECK((ContestMarks{data, anonymous} + ContestMarks{data, anonymous}).size() == 2 * before.size());
    }

    TEST_CASE("anonymous slips: members are exchangeable, severity is error, and it is said") {
        const Table data = simulated(4, 60, 3, 2, 4);
        const auto found = variance_components(data, anonymous, ComponentsMethod::anova);
        CHECK(found.exchangeable);
        CHECK(value(found, "residual_variance") == doctest::Approx(16 + 4).epsilon(0.1));
        CHECK(found.estimates.rows.size() == 4);
        CHECK(reason(found, "council_variance") == NotEstimable::not_linked);
        CHECK(found.str().find("exchangeable") != std::string::npos);
        CHECK(found.str(Language::vi).find("Phiếu không ghi tên") != std::string::npos);
        CHECK(found.contests.at(0).complete);
        const auto reml = variance_components(data, anonymous, ComponentsMethod::reml);
        CHECK(value(reml, "residual_variance") ==
              doctest::Approx(value(found, "residual_variance")).epsilon(0.02));
    }

    TEST_CASE("degenerate data are reasons") {
        const auto of = [](const Long& data, const MarkColumns& columns = named) {
            return variance_components(data.table(), columns, ComponentsMethod::anova, {100, 1, {}});
        };
        Long none;
        CHECK(reason(of(none), "residual_variance") == NotEstimable::no_data);
        Long once;
        once.add("x", "A", "m", 1);
        once.add("x", "B", "n", 2);
        CHECK(reason(of(once), "residual_variance") == NotEstimable::one_rater);
        Long lone;
        lone.add("x", "A", "m", 1);
        lone.add("x", "A", "n", 2);
        CHECK(reason(of(lone), "residual_variance") == NotEstimable::one_candidate);
        CHECK(of(lone, anonymous).estimates.at("", "residual_variance").value == 0.5);
        CHECK(reason(of(lone, anonymous), "candidate_variance") == NotEstimable::one_candidate);
        Long flat;
        for (const char* candidate : {"A", "B"}) {
            for (const char* member : {"m", "n"}) flat.add("x", candidate, member, 7);
        }
        CHECK(reason(of(flat), "candidate_variance") == NotEstimable::constant);
        CHECK(reason(of(flat), "council_variance") == NotEstimable::one_group);
        CHECK_FALSE(of(flat).precision(2));
        // Two candidates, each with two members of their own: nothing tells error from anything.
        Long apart;
        apart.add("x", "A", "m", 1);
        apart.add("x", "A", "n", 2);
        apart.add("x", "B", "o", 3);
        apart.add("x", "B", "p", 5);
        CHECK(reason(of(apart), "residual_variance") == NotEstimable::not_identified);
        const auto few =
            variance_components(simulated(1, 4, 3, 2, 4), named, ComponentsMethod::anova, {100, 1, {}});
        CHECK(few.estimates.rows[0].no_interval == NotEstimable::too_few);
        CHECK_THROWS_AS(few.precision(0), Error);
        Long twice;
        twice.add("x", "A", "m", 1);
        twice.add("x", "A", "m", 2);
        CHECK_THROWS_AS(of(twice), InvalidTable);
        Long gaps = flat;
        gaps.add("x", "C", "m", gap);
        gaps.add("y", "C", "m", 1);
        const auto dropped = of(gaps).estimates.rows[0].dropped;
        REQUIRE(dropped.size() == 2);  // a mark missing, and a contest of a single mark
        const Factor group{{"a", "b"}, {0, 0, 1, -1}};
        const auto why = [](const std::vector<double>& values, const Factor& by) {
            return one_way_components(values, by, ComponentsMethod::reml).rows[0].reason;
        };
        CHECK(why({gap, gap, gap, 1}, group) == NotEstimable::no_data);
        CHECK(why({1, 2, gap, 1}, group) == NotEstimable::one_group);
        CHECK(why({1, gap, 2, 1}, group) == NotEstimable::too_few);
        CHECK(why({1, 1, 1, 5}, group) == NotEstimable::constant);
        CHECK_THROWS_AS(why({1}, group), Error);
    }

    TEST_CASE("councils are linked by their members only") {
        Long data;  // m is 2 below n; o is 1 above n in the second council, that p of nobody else
        data.add("x", "A", "m", 5), data.add("x", "A", "n", 7);
        data.add("x", "B", "m", 6), data.add("x", "B", "n", 8);
        data.add("y", "A", "n", 4), data.add("y", "A", "o", 5);
        data.add("y", "B", "n", 1), data.add("y", "B", "o", 2);
        data.add("z", "A", "p", 9);
        const Estimates found = severity(data.table(), named);
        // Effects 0, 2, 3 about their mean 5/3; severity is the other way round.
        CHECK(*found.at("m", "member_severity").value == doctest::Approx(5.0 / 3));
        CHECK(*found.at("n", "member_severity").value == doctest::Approx(-1.0 / 3));
        CHECK(*found.at("o", "member_severity").value == doctest::Approx(-4.0 / 3));
        CHECK(*found.at("x", "council_severity").value == doctest::Approx(2.0 / 3));
        CHECK(*found.at("y", "council_severity").value == doctest::Approx(-2.5 / 3));
        CHECK(found.at("m").interval->upper == doctest::Approx(5.0 / 3));  // no error in these marks
        CHECK(found.at("p").reason == NotEstimable::one_rater);
        CHECK(found.at("z", "council_severity").reason == NotEstimable::not_linked);
        const auto pooled = variance_components(data.table(), named, ComponentsMethod::anova);
        CHECK(reason(pooled, "council_variance") == NotEstimable::not_available);  // of the two that count
        Long apart = data;
        for (auto& name : apart.member) {
            if (&name - apart.member.data() >= 4) name += "2";
        }
        CHECK(severity(apart.table(), named).at("x", "council_severity").reason == NotEstimable::not_linked);
        CHECK(severity(apart.table(), named).at("m").value == 1);
        CHECK(reason(variance_components(apart.table(), named, ComponentsMethod::anova),
                     "council_variance") == NotEstimable::not_linked);
        CHECK(severity(data.table(), anonymous).rows.at(0).reason == NotEstimable::not_identified);
        CHECK(severity(Long{}.table(), named).rows.at(0).reason == NotEstimable::no_data);
    }

    TEST_CASE("severity is found where it was put, within its limits") {
        int covered = 0, all = 0;
        for (std::uint64_t run = 0; run < 100; ++run) {
            RandomStream random{77, run};
            Long data;
            double severe[8], mean = 0;
            for (double& s : severe) s = 2 * normal(random), mean += s / 8;
            for (int c = 0; c < 8; ++c) {
                for (int i = 0; i < 3; ++i) {
                    const double truth = 50 + 5 * normal(random);
                    for (int j = 0; j < 3; ++j) {  // each council shares two members with the next
                        const int m = (c + j) % 8;
                        data.add("c" + std::to_string(c), "a" + std::to_string(i), "m" + std::to_string(m),
                                 truth - severe[m] + normal(random));
                    }
                }
            }
            const Estimates found = severity(data.table(), named);
            for (int m = 0; m < 8; ++m) {
                const Interval& limits = *found.at("m" + std::to_string(m)).interval;
                covered += limits.lower <= severe[m] - mean && severe[m] - mean <= limits.upper ? 1 : 0;
                ++all;
            }
        }
        CHECK(covered > 0.92 * all);
        CHECK(covered < 0.98 * all);
    }
}
