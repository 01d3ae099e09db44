#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include <recruit/base/error.hpp>
#include <recruit/base/random.hpp>
#include <recruit/stats/icc.hpp>

#include "oracle.hpp"

using namespace recruit;
using namespace recruit::stats;

namespace {

const double gap = std::numeric_limits<double>::quiet_NaN();

/// Shrout & Fleiss 1979, table 2.
Matrix shrout_fleiss() {
    return {6, 4, {9, 2, 5, 8, 6, 1, 3, 2, 8, 4, 6, 8, 7, 1, 2, 6, 10, 5, 6, 9, 6, 2, 4, 7}, {}, {}};
}
double degrees(const Estimate& e) {
    for (const Note& note : e.notes) {
        if (note.key == Word::named("note_icc_df")) return std::get<double>(note.arguments[0]);
    }
    return -1;
}

}  // namespace

TEST_SUITE("stats/icc") {
    TEST_CASE("the reference numbers of Shrout and Fleiss' table, in both conventions of limits") {
        const oracle::Group expected{"icc_sf"};
        const Estimates mw = icc(shrout_fleiss(), IccInterval::mcgraw_wong);
        const Estimates sb = icc(shrout_fleiss(), IccInterval::spearman_brown);
        const Comparison anova = ratings_anova(shrout_fleiss());
        const auto square = [&](const char* subject) {
            return Estimates{{}, anova.estimates, {}}.at(subject, "mean_square").value;
        };
        for (const auto& row : expected) {
            if (row.method == "two_way_anova") {
                expected.check(row, square(row.statistic == "MSR"   ? "units"
                                           : row.statistic == "MSC" ? "raters"
                                                                    : "error"));
                continue;
            }
            if (row.method == "ICC(A,k) Shrout-Fleiss CI") {
                const Interval& limits = *sb.at("ICC(A,k)").interval;
                expected.check(row, row.statistic == "lo" ? limits.lower : limits.upper);
                continue;
            }
            const Estimate& form = mw.at(row.method);
            const bool one_way = row.method == "ICC(1)" || row.method == "ICC(k)";
            const Test& f = anova.tests[one_way ? 0 : 1];
            if (row.statistic == "est") expected.check(row, form.value);
            if (row.statistic == "lo_mcgraw_wong") expected.check(row, form.interval->lower);
            if (row.statistic == "hi_mcgraw_wong") expected.check(row, form.interval->upper);
            if (row.statistic == "F") expected.check(row, f.statistic);
            if (row.statistic == "df1") expected.check(row, f.df);
            // irr puts the degrees of freedom of the limits into the line of the test.
            if (row.statistic == "df2") {
                const double own = degrees(form);
                expected.check(row, own > 0 ? std::optional{own} : f.df2);
            }
        }
    }

    TEST_CASE("the conventions differ for the average of agreement only") {
        const Estimates mw = icc(shrout_fleiss(), IccInterval::mcgraw_wong),
                        sb = icc(shrout_fleiss(), IccInterval::spearman_brown);
        for (std::size_t i = 0; i < mw.rows.size(); ++i) {
            const bool same = std::fabs(mw.rows[i].interval->lower - sb.rows[i].interval->lower) < 1e-12;
            CHECK(same == (mw.rows[i].subject != "ICC(A,k)"));
        }
        CHECK(icc(shrout_fleiss()).rows[0].no_interval == NotEstimable::no_interval_asked);
    }

    TEST_CASE(
        "neither the order of units nor of raters, nor a shift or a scale of all marks changes anything") {
        const Matrix m = shrout_fleiss();
        Matrix other = m;
        for (std::size_t i = 0; i < 6; ++i) {
            for (std::size_t j = 0; j < 4; ++j)
                other.values[i * 4 + j] = 0.1 * m((i * 5 + 2) % 6, (j * 3 + 1) % 4) + 1000;
        }
        const Estimates a = icc(m, IccInterval::mcgraw_wong), b = icc(other, IccInterval::mcgraw_wong);
        for (std::size_t i = 0; i < a.rows.size(); ++i) {
            CHECK(*a.rows[i].value == doctest::Approx(*b.rows[i].value).epsilon(1e-9));
            CHECK(a.rows[i].interval->upper == doctest::Approx(b.rows[i].interval->upper).epsilon(1e-9));
        }
    }

    TEST_CASE("severity lowers agreement, never consistency") {
        Matrix m = shrout_fleiss();
        const Estimates before = icc(m);
        for (std::size_t i = 0; i < 6; ++i) m.values[i * 4 + 1] -= 3;  // the harshest gets harsher
        const Estimates after = icc(m);
        CHECK(*after.at("ICC(A,1)").value < *before.at("ICC(A,1)").value);
        CHECK(*after.at("ICC(C,1)").value == doctest::Approx(*before.at("ICC(C,1)").value));
    }

    TEST_CASE("missing ratings are refused, dropped by unit, or taken in by components") {
        Matrix m = shrout_fleiss();
        m.values[5] = gap;
        const Estimates refused = icc(m),
                        listwise = icc(m, IccInterval::mcgraw_wong, MissingRatings::listwise),
                        components = icc(m, IccInterval::mcgraw_wong, MissingRatings::components);
        CHECK(refused.rows[0].reason == NotEstimable::missing_ratings);
        CHECK(listwise.rows[0].n == 5);
        CHECK(listwise.rows[0].dropped.at(0).n == 1);
        CHECK(components.rows[0].n == 6);
        CHECK(components.at("ICC(A,1)").value);
        CHECK(components.at("ICC(A,1)").no_interval == NotEstimable::not_available);
    }

    TEST_CASE("components of complete ratings are the mean squares', one rating away they stay near") {
        // A complete table goes by mean squares; with the seventh unit rated once, by likelihood.
        Matrix m = shrout_fleiss();
        m.rows = 7;
        for (const double value : {7.0, gap, gap, gap}) m.values.push_back(value);
        const Estimates exact = icc(shrout_fleiss()),
                        near = icc(m, IccInterval::none, MissingRatings::components);
        for (const char* form : {"ICC(1)", "ICC(A,1)", "ICC(C,1)"})
            CHECK(*near.at(form).value == doctest::Approx(*exact.at(form).value).epsilon(0.15));
    }

    TEST_CASE("degenerate tables are reasons") {
        const auto why = [](const Matrix& m) { return icc(m, IccInterval::mcgraw_wong).rows[1].reason; };
        CHECK(why({}) == NotEstimable::no_data);
        CHECK(why({2, 2, {gap, gap, gap, gap}, {}, {}}) == NotEstimable::no_data);
        CHECK(why({3, 1, {1, 2, 3}, {}, {}}) == NotEstimable::one_rater);
        CHECK(why({1, 3, {1, 2, 3}, {}, {}}) == NotEstimable::one_candidate);
        CHECK(why({2, 2, {5, 5, 5, 5}, {}, {}}) == NotEstimable::constant);
        CHECK(ratings_anova({2, 2, {5, 5, 5, 5}, {}, {}}).tests[0].reason == NotEstimable::constant);
        // Raters differ, units do not: nothing over nothing.
        CHECK(icc({2, 2, {0.1, 0.3, 0.1, 0.3}, {}, {}}).at("ICC(C,1)").reason ==
              NotEstimable::zero_denominator);
        // Nobody was rated twice.
        const Matrix once{3, 2, {1, gap, gap, 2, 3, gap}, {}, {}};
        CHECK(icc(once, IccInterval::none, MissingRatings::components).rows[0].reason ==
              NotEstimable::no_pairs);
    }

    TEST_CASE("perfect agreement is 1") {
        const Estimates all = icc({3, 2, {0.1, 0.1, 0.7, 0.7, 0.3, 0.3}, {}, {}}, IccInterval::mcgraw_wong);
        for (const Estimate& row : all.rows) {
            CHECK(row.value == 1);
            CHECK((row.interval ? row.interval->lower == 1 : row.no_interval.has_value()));
        }
    }

    TEST_CASE("a mean square below the error's gives an estimate below 0, and a note") {
        const Estimates all = icc({2, 2, {1, 2, 2, 1}, {}, {}});
        CHECK(*all.at("ICC(1)").value == doctest::Approx(-1));
        CHECK(all.at("ICC(1)").notes.size() == 1);
        CHECK(all.str(Language::vi).find("đồng thuận") != std::string::npos);
    }
}
