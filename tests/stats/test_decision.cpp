#include <recruit/stats/decision.hpp>

#include "oracle.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <numeric>
#include <stop_token>

#include <recruit/base/error.hpp>
#include <recruit/base/random.hpp>

using namespace recruit;
using namespace recruit::stats;

namespace {

double normal_cdf(double z) { return 0.5 * std::erfc(-z / std::sqrt(2.0)); }

/// P(i in the top k) by every set of others above, and a fine trapezoidal rule.
std::vector<double> by_enumeration(const std::vector<double>& means, const std::vector<double>& sds, int k) {
    const std::size_t n = means.size();
    std::vector<double> out(n);
    for (std::size_t i = 0; i < n; ++i) {
        constexpr int points = 4000;
        for (int t = 0; t <= points; ++t) {
            const double z = -9 + 18.0 * t / points, at = means[i] + z * sds[i];
            double few_above = 0;
            for (unsigned set = 0; set < (1U << n); ++set) {
                if ((set >> i & 1U) != 0 || __builtin_popcount(set) >= k) continue;
                double p = 1;
                for (std::size_t j = 0; j < n; ++j) {
                    if (j == i) continue;
                    const double above = normal_cdf((means[j] - at) / sds[j]);
                    p *= (set >> j & 1U) != 0 ? above : 1 - above;
                }
                few_above += p;
            }
            out[i] +=
                few_above * std::exp(-z * z / 2) / std::sqrt(2 * 3.14159265358979323846) * 18.0 / points;
        }
    }
    return out;
}

struct Field {
    std::vector<double> means, sds;
};
Field made(std::uint64_t seed, std::size_t n) {
    RandomStream random{seed};
    Field out;
    for (std::size_t i = 0; i < n; ++i) {
        out.means.push_back(static_cast<double>(random.below(1000)) / 100);
        out.sds.push_back(0.2 + static_cast<double>(random.below(300)) / 100);
    }
    return out;
}

double sum(const std::vector<double>& values) { return std::accumulate(values.begin(), values.end(), 0.0); }

const std::vector<std::string> three{"A", "B", "C"};

}  // namespace

TEST_SUITE("stats/decision") {
    TEST_CASE("rank_uncertainty: Poisson-binomial inside adaptive quadrature (R)") {
        const oracle::Group group{"rank_uncertainty"};
        const std::vector<double> means{82.1, 81.6, 81.5, 79, 77.2}, sds{1.2, .9, 1.6, 1, 1.4};
        const auto p = top_k_probabilities(means, sds, 2);
        for (std::size_t i = 0; i < p.size(); ++i)
            group.check("P_top_k", "P_cand" + std::to_string(i + 1), p[i]);
        CHECK(sum(p) == doctest::Approx(2).epsilon(1e-13));
    }

    TEST_CASE("property: equal to the sum over every set of others, to 1e-9") {
        for (std::uint64_t seed = 0; seed < 8; ++seed) {
            const Field field = made(seed, 2 + seed % 5);
            for (int k = 1; k <= static_cast<int>(field.means.size()); ++k) {
                const auto ours = top_k_probabilities(field.means, field.sds, k);
                const auto theirs = by_enumeration(field.means, field.sds, k);
                for (std::size_t i = 0; i < ours.size(); ++i) CHECK(std::fabs(ours[i] - theirs[i]) < 1e-9);
            }
        }
    }

    TEST_CASE("property: they add to k, rise with the mean, and do not depend on order or threads") {
        for (const std::size_t n : {2UL, 7UL, 60UL, 600UL}) {
            const Field field = made(n, n);
            std::vector<double> sds(n, 1.5);
            for (const std::size_t k : {std::size_t{1}, (n + 1) / 2, n}) {
                const auto p =
                    top_k_probabilities(field.means, sds, static_cast<std::int64_t>(k), {1, {}, {}});
                CHECK(sum(p) == doctest::Approx(static_cast<double>(k)).epsilon(1e-11));
                CHECK(p == top_k_probabilities(field.means, sds, static_cast<std::int64_t>(k), {3, {}, {}}));
                const auto best =
                    std::max_element(field.means.begin(), field.means.end()) - field.means.begin();
                CHECK(*std::max_element(p.begin(), p.end()) ==
                      doctest::Approx(p[static_cast<std::size_t>(best)]));
                std::vector<double> reversed(field.means.rbegin(), field.means.rend());
                const auto q = top_k_probabilities(reversed, sds, static_cast<std::int64_t>(k));
                for (std::size_t i = 0; i < n; ++i) CHECK(std::fabs(q[n - 1 - i] - p[i]) < 1e-10);
            }
        }
    }

    TEST_CASE("property: a large field measured with one error is gathered into cells, and loses no digit") {
        int checked = 0;
        for (const std::size_t n : {100UL, 331UL, 2000UL}) {
            for (const double spread : {0.0, 0.01, 1.0, 40.0}) {
                Field field = made(n, n);
                for (double& mean : field.means) mean *= spread;
                std::vector<double> sds(n, 1.5);
                const auto gathered = top_k_probabilities(field.means, sds, 1);
                CHECK(std::fabs(sum(gathered) - 1) < 1e-10);
                sds[n / 2] *= 1 + 1e-15;  // no longer one error: point by point
                const auto point_by_point = top_k_probabilities(field.means, sds, 1);
                for (std::size_t i = 0; i < n; ++i) {
                    CHECK(std::fabs(gathered[i] - point_by_point[i]) < 1e-11);
                    ++checked;
                }
            }
        }
        CHECK(checked == 4 * 2431);
        // Nobody leads: each is first with probability 1/n.
        const std::vector<double> level(100'000, 7), ones(level.size(), 1);
        const auto p = top_k_probabilities(level, ones, 1);
        CHECK(*std::max_element(p.begin(), p.end()) * 1e5 == doctest::Approx(1).epsilon(1e-11));
        std::stop_source stop;
        stop.request_stop();
        CHECK_THROWS_AS(top_k_probabilities(level, ones, 1, {1, stop.get_token(), {}}), Cancelled);
    }

    TEST_CASE("precision may differ by a factor of a thousand, and leads may be of any size") {
        const std::vector<double> means{0, 0.001, 5, 5}, sds{1, 0.001, 0.01, 3};
        const auto ours = top_k_probabilities(means, sds, 2);
        CHECK(sum(ours) == doctest::Approx(2).epsilon(1e-10));
        CHECK(ours[2] > 0.9999);
        const std::vector<double> far{1e6, 0}, small{1e-3, 1e-3};
        CHECK(std::fabs(top_k_probabilities(far, small, 1)[0] - 1) < 1e-12);
        CHECK(top_k_probabilities(far, small, 1)[1] == 0);
        // At a million, points of the integral are as exact as at 0.
        const std::vector<double> close{1e6 + 1e-3, 1e6};
        const double lead = (close[0] - close[1]) / 1e-3;
        CHECK(std::fabs(top_k_probabilities(close, small, 1)[0] - normal_cdf(lead / std::sqrt(2.0))) < 1e-12);
        const std::vector<double> level{3, 3, 3}, ones{1, 1, 1};
        for (const double p : top_k_probabilities(level, ones, 2)) CHECK(p == doctest::Approx(2.0 / 3));
    }

    TEST_CASE("property: rank probabilities add to 1 both ways, and to P(top k)") {
        for (const std::size_t n : {1UL, 2UL, 5UL, 40UL}) {
            const Field field = made(n, n);
            const auto p = rank_probabilities(field.means, field.sds);
            for (std::size_t i = 0; i < n; ++i) {
                double row = 0, column = 0;
                for (std::size_t j = 0; j < n; ++j) {
                    row += p[i * n + j];
                    column += p[j * n + i];
                }
                CHECK(std::fabs(row - 1) < 1e-9);
                CHECK(std::fabs(column - 1) < 1e-9);
            }
            const std::size_t k = (n + 1) / 2;
            const auto top = top_k_probabilities(field.means, field.sds, static_cast<std::int64_t>(k));
            for (std::size_t i = 0; i < n; ++i) {
                const double within =
                    std::accumulate(p.begin() + static_cast<std::ptrdiff_t>(i * n),
                                    p.begin() + static_cast<std::ptrdiff_t>(i * n + k), 0.0);
                CHECK(std::fabs(within - top[i]) < 1e-9);
            }
        }
    }

    TEST_CASE("the right set of one is P(first), and of two candidates is the lead over its error") {
        const Field field = made(3, 6);
        const auto p = top_k_probabilities(field.means, field.sds, 1);
        const std::vector<std::size_t> second{1};
        CHECK(std::fabs(right_set_probability(field.means, field.sds, second) - p[1]) < 1e-10);
        const std::vector<double> two{1, 0}, ones{1, 1};
        const std::vector<std::size_t> first{0};
        CHECK(std::fabs(right_set_probability(two, ones, first) - normal_cdf(1 / std::sqrt(2.0))) < 1e-10);
    }

    TEST_CASE("a prior shrinks leads; the less true scores differ, the more a lead is luck") {
        const std::vector<double> scores{82, 80, 75};
        const auto first = [&](const Prior& prior, std::optional<double> df = {}) {
            return *rank_uncertainty(three, scores, 1, {2, df}, prior).at("A").top_k;
        };
        CHECK(first(Prior::stated(1)) < first(Prior::stated(4)));
        CHECK(first(Prior::stated(4)) < first(Prior::flat()));
        CHECK(first(Prior::stated(1e6)) == doctest::Approx(first(Prior::flat())));
        // Two candidates, stated: the exact posterior of the difference is normal (conjugate).
        const std::vector<std::string> two{"A", "B"};
        const std::vector<double> pair{82, 80};
        const double b = 16.0 / (16 + 4);
        CHECK(*rank_uncertainty(two, pair, 1, {2, {}}, Prior::stated(4)).at("A").top_k ==
              doctest::Approx(normal_cdf(b * 2 / (2 * std::sqrt(2 * b)))).epsilon(1e-10));
    }

    TEST_CASE("an estimated SEM gives Student's t for two candidates: its uncertainty is integrated out") {
        const std::vector<std::string> two{"A", "B"};
        const std::vector<double> pair{82, 80};
        // P(T_4 < 2 / (2 sqrt 2)) by its closed form for 4 degrees of freedom.
        const double t = 1 / std::sqrt(2.0), s = t / std::sqrt(4 + t * t);
        const double student = 0.5 + 0.75 * (s - s * s * s / 3);
        CHECK(std::fabs(*rank_uncertainty(two, pair, 1, {2, 4}, Prior::flat()).at("A").top_k - student) <
              1e-6);
        // With many degrees of freedom it is known.
        CHECK(*rank_uncertainty(two, pair, 1, {2, 1e7}, Prior::flat()).at("A").top_k ==
              doctest::Approx(*rank_uncertainty(two, pair, 1, {2, {}}, Prior::flat()).at("A").top_k)
                  .epsilon(1e-6));
    }

    TEST_CASE("a pooled prior with many degrees of freedom is the stated one of what error leaves") {
        const std::vector<double> scores{82, 80, 75};
        const auto pooled_first =
            rank_uncertainty(three, scores, 1, {2, {}}, Prior::pooled(5, 1e7)).at("A").top_k;
        const auto stated_first =
            rank_uncertainty(three, scores, 1, {2, {}}, Prior::stated(std::sqrt(21.0))).at("A").top_k;
        CHECK(*pooled_first == doctest::Approx(*stated_first).epsilon(1e-5));
    }

    TEST_CASE("a prior pooled over contests is the mean square within them") {
        Table table;
        table.add("contest", Column::texts(std::vector<std::string>{"x", "x", "y", "y", "y", "z"}));
        table.add("score",
                  Column::integers(Buffer<std::int64_t>{std::vector<std::int64_t>{70, 74, 60, 66, 63, 99}}));
        const Prior prior = pooled_prior(table, "contest", "score");
        CHECK(prior.df() == 3);  // 1 + 2; one candidate tells nothing
        CHECK(prior.sd() == doctest::Approx(std::sqrt((8.0 + 18) / 3)));  // 2 x 4 and 9 + 9
        Table alone;
        alone.add("contest", Column::texts(std::vector<std::string>{"x", "y"}));
        alone.add("score", Column::integers(Buffer<std::int64_t>{std::vector<std::int64_t>{70, 74}}));
        CHECK_THROWS_AS(pooled_prior(alone, "contest", "score"), Error);
    }

    TEST_CASE("two estimates of one error weigh by their degrees of freedom; a known one wins") {
        CHECK(*pooled({2, 3}, {4, 1}).df == 4);
        CHECK(pooled({2, 3}, {4, 1}).sem == doctest::Approx(std::sqrt((3 * 4.0 + 16) / 4)));
        CHECK(pooled({2, 3}, {4, {}}) == Precision{4, {}});
    }

    TEST_CASE("the band across the cut, intervals of ranks, and a letter in two languages") {
        const std::vector<double> scores{82, 81, 60};
        const auto found = rank_uncertainty(three, scores, 1, {2, {}}, Prior::flat());
        CHECK(found.at("A").indistinguishable);
        CHECK(found.at("B").indistinguishable);
        CHECK_FALSE(found.at("C").indistinguishable);
        CHECK(*found.at("A").rank_upper == 2);
        CHECK(*found.at("C").rank_lower == 3);
        CHECK(*found.expected_right.value == doctest::Approx(*found.at("A").top_k));
        CHECK(*found.all_right.value == doctest::Approx(*found.at("A").top_k));
        CHECK(found.display(Language::en).text().find("follow the regulation") != std::string::npos);
        CHECK(found.display(Language::vi).text().find("theo quy chế") != std::string::npos);
        CHECK_THROWS_WITH_AS(found.at("D"), doctest::Contains("A, B, C"), Error);
    }

    TEST_CASE("one candidate, none: one_candidate, no_data") {
        const std::vector<std::string> one{"A"};
        const std::vector<double> score{80}, missing{std::numeric_limits<double>::quiet_NaN()};
        const auto found = rank_uncertainty(one, score, 1, {2, {}}, Prior::flat());
        CHECK(found.rows[0].reason == NotEstimable::one_candidate);
        CHECK(found.all_right.reason == NotEstimable::one_candidate);
        const auto none = rank_uncertainty(one, missing, 1, {2, {}}, Prior::flat());
        CHECK(none.expected_right.reason == NotEstimable::no_data);
        CHECK(none.dropped == std::vector{Dropped{Word::named("missing_value"), 1}});
    }

    TEST_CASE("all scores level: everybody has k of n, and the result says that they are level") {
        const std::vector<double> level{80, 80, 80};
        const auto found = rank_uncertainty(three, level, 1, {2, {}}, Prior::stated(3));
        for (const auto& row : found.rows) {
            CHECK(*row.top_k == doctest::Approx(1.0 / 3));
            CHECK(row.indistinguishable);
            CHECK(row.rank == 1);
        }
        CHECK(found.notes.back().key.name() == "note_level_at_cut");
    }

    TEST_CASE("a SEM of 0: the order is certain, and whoever is level at the cut is tied") {
        const std::vector<double> scores{82, 80, 80};
        const auto one = rank_uncertainty(three, scores, 1, {0, {}}, Prior::flat());
        CHECK(*one.at("A").top_k == 1);
        CHECK(*one.at("C").top_k == 0);
        CHECK(*one.at("C").rank_upper == 3);
        CHECK(*one.all_right.value == 1);
        const auto two = rank_uncertainty(three, scores, 2, {0, {}}, Prior::flat());
        CHECK(*two.at("A").top_k == 1);
        CHECK(two.at("B").reason == NotEstimable::tied);
        CHECK(two.all_right.reason == NotEstimable::tied);
    }

    TEST_CASE("as many places as candidates: everybody is within, and there is no cut") {
        const std::vector<double> scores{82, 80, 75};
        const auto found = rank_uncertainty(three, scores, 5, {2, {}}, Prior::flat());
        CHECK(*found.at("C").top_k == 1);
        CHECK_FALSE(found.at("C").across_cut);
        CHECK(*found.all_right.value == 1);
    }

    TEST_CASE("scores spread far less than their error would spread them: nothing is known of true scores") {
        const std::vector<double> scores{82, 80, 75};
        const auto found = rank_uncertainty(three, scores, 1, {50, {}}, Prior::pooled(1, 1000));
        CHECK(found.at("A").reason == NotEstimable::negative_component);
    }

    TEST_CASE("wrong use is refused") {
        const std::vector<double> scores{82, 80, 75}, sds{1, 1, 1}, zero{1, 0, 1};
        CHECK_THROWS_AS(top_k_probabilities(scores, sds, 0), Error);
        CHECK_THROWS_AS(top_k_probabilities(scores, sds, 4), Error);
        CHECK_THROWS_AS(top_k_probabilities(scores, zero, 1), Error);
        CHECK_THROWS_AS(rank_uncertainty(three, scores, 0, {2, {}}, Prior::flat()), Error);
        CHECK_THROWS_AS(rank_uncertainty(three, scores, 1, {-1, {}}, Prior::flat()), Error);
        CHECK_THROWS_AS(rank_uncertainty(three, scores, 1, {1, 0}, Prior::flat()), Error);
        CHECK_THROWS_AS(Prior::stated(0), Error);
        CHECK_THROWS_AS(Prior::pooled(1, 0), Error);
    }

    TEST_CASE("long work tells its progress and stops when asked") {
        const Field field = made(1, 2000);
        const std::vector<double> sds(2000, 2.0);
        double last = 0;
        top_k_probabilities(field.means, sds, 50, {2, {}, [&](double share) {
                                                       CHECK(share >= last);
                                                       last = share;
                                                   }});
        CHECK(last > 0.9);
        std::stop_source stop;
        stop.request_stop();
        CHECK_THROWS_AS(top_k_probabilities(field.means, sds, 50, {2, stop.get_token(), {}}), Cancelled);
    }
}
