#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include <recruit/base/error.hpp>
#include <recruit/base/random.hpp>
#include <recruit/stats/agreement.hpp>

#include "oracle.hpp"

using namespace recruit;
using namespace recruit::stats;

namespace {

const double gap = std::numeric_limits<double>::quiet_NaN();
const std::vector<std::string> one_to_five{"1", "2", "3", "4", "5"};
constexpr auto plain = AgreementWeights::unweighted;

/// Columns of a table of the reference data as raters (or, transposed, as units).
Matrix wide(const Table& table, bool transposed) {
    std::vector<std::vector<double>> columns;
    std::vector<std::string> names;
    for (const auto& [name, column] : table.columns()) {
        if (name == "patient" || name == "observer") continue;
        columns.push_back(numbers(table, name));
        names.push_back(name);
    }
    Matrix m;
    m.rows = transposed ? columns.size() : table.rows();
    m.columns = transposed ? table.rows() : columns.size();
    for (std::size_t i = 0; i < m.rows; ++i) {
        for (std::size_t j = 0; j < m.columns; ++j)
            m.values.push_back(transposed ? columns[i][j] : columns[j][i]);
    }
    if (!transposed) m.column_names = names;
    return m;
}
std::pair<double, double> parts(const Estimate& e) {
    for (const Note& note : e.notes) {
        if (note.key == Word::named("note_observed_chance"))
            return {std::get<double>(note.arguments[0]), std::get<double>(note.arguments[1])};
    }
    return {gap, gap};
}
Ratings random_ratings(std::uint64_t run, std::size_t units, std::size_t raters) {
    RandomStream random{9, run};
    Matrix m{units, raters, {}, {}, {}};
    for (std::size_t i = 0; i < units; ++i) {
        const double truth = static_cast<double>(1 + random.below(5));
        for (std::size_t j = 0; j < raters; ++j) {
            double value = random.chance(6, 10) ? truth : static_cast<double>(1 + random.below(5));
            if (random.chance(1, 5)) value = gap;
            m.values.push_back(value);
        }
    }
    return ratings(m, one_to_five);
}

}  // namespace

TEST_SUITE("stats/agreement") {
    TEST_CASE("the kappas of psychiatric diagnoses (Fleiss 1971)") {
        const oracle::Group expected{"kappa_diag"};
        const auto table = oracle::data("diagnoses.csv");
        if (!table) return;
        const Ratings r = ratings(wide(*table, false), one_to_five);
        const auto w = [&](const std::string& args) {
            if (args.find("equal") != std::string::npos) return weights(r, AgreementWeights::linear);
            if (args.find("squared") != std::string::npos) return weights(r, AgreementWeights::quadratic);
            return weights(r, plain);
        };
        for (const auto& row : expected) {
            if (row.method == "fleiss_kappa")
                expected.check(row, row.statistic == "z" ? fleiss_kappa_test(r).statistic
                                                         : fleiss_kappa(r, weights(r, plain)).value);
            if (row.method == "fleiss_kappa_by_category")
                expected.check(row, fleiss_kappa_by_category(r).at(row.statistic.substr(9)).value);
            if (row.method == "conger_kappa") expected.check(row, conger_kappa(r, weights(r, plain)).value);
            if (row.method == "light_kappa") expected.check(row, light_kappa(r, weights(r, plain)).value);
            if (row.method == "cohen_kappa")
                expected.check(row, row.statistic == "z0"
                                        ? cohen_kappa_test(r, "rater2", "rater3", w(row.args)).statistic
                                        : cohen_kappa(r, "rater2", "rater3", w(row.args)).value);
        }
    }

    TEST_CASE("Gwet's coefficients with missing ratings, their errors and limits") {
        const oracle::Group expected{"cac4"};
        const auto table = oracle::data("cac_raw4raters.csv");
        if (!table) return;
        const Ratings r = ratings(wide(*table, false), one_to_five);
        for (const auto& row : expected) {
            const auto w = weights(r, row.args == "weights=quadratic" ? AgreementWeights::quadratic
                                      : row.args == "weights=linear"  ? AgreementWeights::linear
                                      : row.args == "weights=ordinal" ? AgreementWeights::ordinal
                                                                      : plain);
            std::optional<Estimate> found;
            if (row.method == "gwet.ac1") found = gwet_ac(r, w);
            if (row.method == "fleiss.kappa") found = fleiss_kappa(r, w);
            if (row.method == "conger.kappa") found = conger_kappa(r, w);
            if (row.method == "bp.coeff") found = brennan_prediger(r, w);
            if (row.method == "pa.coeff") found = percent_agreement(r, w);
            if (row.method == "krippen.alpha") found = krippendorff_weighted(r, w);
            REQUIRE(found);
            const bool share = row.method == "pa.coeff";
            if (row.statistic == "pa") expected.check(row, share ? *found->value : parts(*found).first);
            if (row.statistic == "pe") expected.check(row, share ? 0 : parts(*found).second);
            if (row.statistic == "coef") expected.check(row, found->value);
            if (row.statistic == "se") expected.check(row, found->standard_error);
            const char* rounded = "irrCAC prints its limits with three decimals";
            if (row.statistic == "ci_lo") expected.check_wider(row, found->interval->lower, 5e-4, rounded);
            if (row.statistic == "ci_hi") expected.check_wider(row, found->interval->upper, 5e-4, rounded);
        }
    }

    TEST_CASE("Krippendorff's alpha of his own examples (2011), with missing ratings") {
        const oracle::Group expected{"kripp"};
        const auto table = oracle::data("krippendorff_4x12.csv"),
                   binary = oracle::data("krippendorff_binary_2x10.csv");
        if (!table || !binary) return;
        // The file has observers in rows: units are its columns.
        const auto turned = [](const Table& t) {
            const Matrix m = wide(t, true);
            return ratings(m);
        };
        const Ratings r = turned(*table), b = turned(*binary);
        const Estimate resampled = krippendorff_alpha(r, Metric::nominal, {20'000, 1, {}});
        for (const auto& row : expected) {
            if (row.statistic == "lo") expected.check(row, resampled.interval->lower);
            if (row.statistic == "hi") expected.check(row, resampled.interval->upper);
            if (row.statistic == "se") expected.check(row, resampled.standard_error);
            if (row.statistic != "alpha") continue;
            const Metric metric = row.args == "ordinal"    ? Metric::ordinal
                                  : row.args == "interval" ? Metric::interval
                                  : row.args == "ratio"    ? Metric::ratio
                                                           : Metric::nominal;
            expected.check(row,
                           krippendorff_alpha(row.data == "krippendorff_4x12.csv" ? r : b, metric).value);
        }
    }

    TEST_CASE("alpha by its closed forms is alpha by pairs, for every metric") {
        for (std::uint64_t run = 0; run < 60; ++run) {
            const Ratings r = random_ratings(run, 12, 4);
            std::vector<std::vector<std::size_t>> units;
            std::vector<double> counts(5);
            double n = 0;
            for (std::size_t u = 0; u < 12; ++u) {
                std::vector<std::size_t> unit;
                for (std::size_t j = 0; j < 4; ++j) {
                    if (r(u, j) >= 0) unit.push_back(static_cast<std::size_t>(r(u, j)));
                }
                if (unit.size() < 2) continue;
                for (const auto c : unit) ++counts[c], ++n;
                units.push_back(unit);
            }
            for (const Metric metric : {Metric::nominal, Metric::ordinal, Metric::interval, Metric::ratio}) {
                const auto apart = [&](std::size_t a, std::size_t b) {
                    const double x = r.values[a], y = r.values[b];
                    if (metric == Metric::nominal) return a == b ? 0.0 : 1.0;
                    if (metric == Metric::interval) return (x - y) * (x - y);
                    if (metric == Metric::ratio) return (x - y) * (x - y) / ((x + y) * (x + y));
                    double sum = -(counts[a] + counts[b]) / 2;
                    for (std::size_t g = std::min(a, b); g <= std::max(a, b); ++g) sum += counts[g];
                    return a == b ? 0.0 : sum * sum;
                };
                double seen = 0, chance = 0;
                for (const auto& unit : units) {
                    for (const auto a : unit) {
                        for (const auto b : unit)
                            seen += apart(a, b) / (static_cast<double>(unit.size()) - 1) / n;
                    }
                }
                for (std::size_t a = 0; a < 5; ++a) {
                    for (std::size_t b = 0; b < 5; ++b)
                        chance += counts[a] * counts[b] * apart(a, b) / n / (n - 1);
                }
                CHECK(*krippendorff_alpha(r, metric).value ==
                      doctest::Approx(1 - seen / chance).epsilon(1e-10));
            }
        }
    }

    TEST_CASE("the bootstrap is the same for any number of threads") {
        const Ratings r = random_ratings(3, 40, 4);
        for (const Metric metric : {Metric::nominal, Metric::ordinal, Metric::interval, Metric::ratio}) {
            Bootstrap one{300, 7, {}}, four{300, 7, {}};
            one.run.threads = 1;
            four.run.threads = 4;
            CHECK(krippendorff_alpha(r, metric, one) == krippendorff_alpha(r, metric, four));
        }
        CHECK_THROWS_AS(krippendorff_alpha(r, Metric::nominal, {10, {}, {}}), Error);
        CHECK_THROWS_AS(krippendorff_alpha(r, Metric::nominal, {-1, 1, {}}), Error);
    }

    TEST_CASE("with two raters and nothing missing Conger's kappa is Cohen's") {
        for (std::uint64_t run = 0; run < 20; ++run) {
            const Ratings all = random_ratings(run, 30, 2);
            Matrix m{0, 2, {}, {}, {"A", "B"}};
            for (std::size_t u = 0; u < 30; ++u) {
                if (all(u, 0) < 0 || all(u, 1) < 0) continue;
                m.values.push_back(all.values[static_cast<std::size_t>(all(u, 0))]);
                m.values.push_back(all.values[static_cast<std::size_t>(all(u, 1))]);
                ++m.rows;
            }
            const Ratings r = ratings(m, one_to_five);
            for (const auto kind : {plain, AgreementWeights::linear, AgreementWeights::quadratic}) {
                const auto w = weights(r, kind);
                const Estimate cohen = cohen_kappa(r, "A", "B", w), conger = conger_kappa(r, w);
                CHECK(*cohen.value == doctest::Approx(*conger.value));
                CHECK(*light_kappa(r, w).value == doctest::Approx(*cohen.value));
                // Gwet's error goes over into that of Fleiss, Cohen and Everitt but for n - 1.
                const double n = static_cast<double>(m.rows);
                CHECK(*conger.standard_error ==
                      doctest::Approx(*cohen.standard_error * std::sqrt(n / (n - 1))).epsilon(1e-6));
            }
        }
    }

    TEST_CASE("Cohen's kappa by its definition, for few and many categories, with ratings missing") {
        RandomStream random{11};
        for (const std::size_t q : {1U, 2U, 5U, 16U, 17U, 40U}) {
            for (const std::size_t units : {1U, 2U, 3U, 4U, 7U, 501U}) {
                std::vector<std::string> scale;
                for (std::size_t i = 0; i < q; ++i) scale.push_back(std::to_string(i));
                Matrix m{units, 2, {}, {}, {}};
                double n = 0, half = 0, same = 0;
                std::vector<double> first(q), second(q);
                for (std::size_t unit = 0; unit < units; ++unit) {
                    const bool has[] = {random.below(5) > 0, random.below(5) > 0};
                    const std::size_t x = random.below(q), y = random.below(2) == 0 ? x : random.below(q);
                    m.values.push_back(has[0] ? static_cast<double>(x) : gap);
                    m.values.push_back(has[1] ? static_cast<double>(y) : gap);
                    half += has[0] != has[1] ? 1 : 0;
                    if (!has[0] || !has[1]) continue;
                    n += 1;
                    same += x == y ? 1 : 0;
                    first[x] += 1;
                    second[y] += 1;
                }
                double chance = 0;
                for (std::size_t i = 0; i < q; ++i) chance += first[i] * second[i] / (n * n);
                const Ratings r = ratings(m, scale);
                const Estimate e = cohen_kappa(r, "0", "1", weights(r, AgreementWeights::unweighted));
                CHECK(e.n == static_cast<std::int64_t>(n));
                const bool one_missing =
                    std::any_of(e.dropped.begin(), e.dropped.end(),
                                [&](const Dropped& d) { return d.n == static_cast<std::int64_t>(half); });
                CHECK(one_missing == (half > 0));
                if (n == 0 || chance > 1 - 1e-12) {
                    CHECK(!e.value);
                } else {
                    CHECK(e.value.value() == doctest::Approx((same / n - chance) / (1 - chance)));
                }
            }
        }
    }

    TEST_CASE("when nearly everybody is suitable kappa falls to 0 and AC does not") {
        Matrix m{50, 2, {}, {}, {"A", "B"}};
        for (int i = 0; i < 50; ++i) {
            m.values.push_back(i == 0 ? 0 : 1);
            m.values.push_back(i == 1 ? 0 : 1);
        }
        const Ratings r = ratings(m);
        const auto w = weights(r, plain);
        CHECK(*percent_agreement(r, w).value == doctest::Approx(0.96));
        CHECK(*cohen_kappa(r, "A", "B", w).value < 0);
        CHECK(*gwet_ac(r, w).value > 0.95);
    }

    TEST_CASE("degenerate ratings are reasons, for every coefficient") {
        const auto all = [](const Matrix& m, std::span<const std::string> scale = {}) {
            const Ratings r = ratings(m, scale);
            const auto w = weights(r, plain);
            return std::vector<std::optional<NotEstimable>>{percent_agreement(r, w).reason,
                                                            fleiss_kappa(r, w).reason,
                                                            conger_kappa(r, w).reason,
                                                            light_kappa(r, w).reason,
                                                            gwet_ac(r, w).reason,
                                                            brennan_prediger(r, w).reason,
                                                            fleiss_kappa_test(r).reason,
                                                            krippendorff_alpha(r, Metric::nominal).reason,
                                                            krippendorff_alpha(r, Metric::interval).reason};
        };
        const auto each = [](std::vector<std::optional<NotEstimable>> reasons, NotEstimable reason) {
            for (const auto& found : reasons) CHECK(found == reason);
        };
        each(all({}), NotEstimable::no_data);
        each(all({2, 2, {gap, gap, gap, gap}, {}, {}}), NotEstimable::no_data);
        each(all({3, 1, {1, 2, 3}, {}, {}}), NotEstimable::one_rater);
        each(all({2, 2, {1, gap, gap, 2}, {}, {}}), NotEstimable::no_pairs);
        const auto same = all({2, 2, {1, 1, 1, 1}, {}, {}});
        CHECK_FALSE(same[0]);  // they do agree
        for (std::size_t i = 1; i < same.size(); ++i) CHECK(same[i] == NotEstimable::one_category);
        const std::vector<std::string> two{"0", "1"};
        const Ratings whole = ratings(Matrix{2, 2, {1, 1, 1, 1}, {}, {}}, two);
        CHECK(gwet_ac(whole, weights(whole, plain)).value == 1);  // a scale of two, one used
        CHECK(brennan_prediger(whole, weights(whole, plain)).value == 1);
        CHECK(fleiss_kappa_by_category(whole).at("1").reason == NotEstimable::one_category);
        const Ratings single = ratings(Matrix{1, 2, {0, 1}, {}, {"A", "B"}});
        CHECK(fleiss_kappa(single, weights(single, plain)).no_interval == NotEstimable::too_few);
        CHECK(krippendorff_alpha(single, Metric::nominal, {9, 1, {}}).no_interval == NotEstimable::too_few);
        CHECK(cohen_kappa(single, "A", "A", weights(single, plain)).reason == NotEstimable::one_rater);
        CHECK_THROWS_AS(cohen_kappa(single, "A", "C", weights(single, plain)), Error);
        const Ratings missing = ratings(Matrix{2, 3, {0, 1, 1, 0, 0, gap}, {}, {}});
        CHECK(fleiss_kappa_test(missing).reason == NotEstimable::missing_ratings);
        CHECK(fleiss_kappa_by_category(missing).rows[0].reason == NotEstimable::missing_ratings);
        CHECK(krippendorff_alpha(ratings(Matrix{2, 2, {0, 1, 0, gap}, {}, {}}), Metric::nominal)
                  .dropped.at(0)
                  .n == 1);
    }

    TEST_CASE("words are not numbers, and have no order without a scale") {
        Ratings r = ratings(Matrix{2, 2, {0, 1, 1, 1}, {}, {}});
        r.values.clear();
        CHECK(krippendorff_alpha(r, Metric::nominal).value);
        CHECK_THROWS_AS(krippendorff_alpha(r, Metric::ordinal), Error);
        CHECK_THROWS_AS(krippendorff_alpha(r, Metric::interval), Error);
        CHECK_THROWS_AS(krippendorff_alpha(ratings(Matrix{1, 2, {-1, 1}, {}, {}}), Metric::ratio), Error);
    }
}
