#include <recruit/stats/icc.hpp>

#include <algorithm>
#include <cmath>
#include <optional>

#include <recruit/base/error.hpp>

#include "base/keys.hpp"
#include "stats/panel.hpp"
#include "stats/reml.hpp"
#include "stats/special.hpp"
#include "stats/writing.hpp"

namespace recruit::stats {

using namespace detail;

namespace detail {

Panel panel(const Matrix& marks, MissingRatings missing) {
    Panel out;
    out.columns = marks.columns;
    std::int64_t empty = 0, incomplete = 0;
    bool gaps = false;
    for (std::size_t i = 0; i < marks.rows; ++i) {
        std::size_t given = 0;
        for (std::size_t j = 0; j < marks.columns; ++j) given += std::isnan(marks(i, j)) ? 0 : 1;
        if (given == 0) {
            ++empty;
            continue;
        }
        if (given < marks.columns) {
            if (missing == MissingRatings::listwise) {
                ++incomplete;
                continue;
            }
            gaps = true;
        }
        out.rows.push_back(i);
    }
    if (empty > 0) out.dropped.push_back({Text::stats_missing_value, empty});
    if (incomplete > 0) out.dropped.push_back({Text::stats_unit_incomplete, incomplete});
    out.complete = !gaps;
    if (missing == MissingRatings::refuse) out.convention = Text::stats_missing_refused;
    if (missing == MissingRatings::listwise) out.convention = Text::stats_missing_listwise;
    if (missing == MissingRatings::components) out.convention = Text::stats_missing_components;
    if (out.rows.empty()) {
        out.reason = NotEstimable::no_data;
    } else if (marks.columns < 2) {
        out.reason = NotEstimable::one_rater;
    } else if (out.rows.size() < 2) {
        out.reason = NotEstimable::one_candidate;
    } else if (gaps && missing == MissingRatings::refuse) {
        out.reason = NotEstimable::missing_ratings;
    } else {
        std::optional<double> first;
        bool constant = true;
        for (const std::size_t i : out.rows) {
            for (std::size_t j = 0; j < marks.columns; ++j) {
                if (std::isnan(marks(i, j))) continue;
                if (!first) first = marks(i, j);
                constant = constant && marks(i, j) == *first;
            }
        }
        if (constant) out.reason = NotEstimable::constant;
    }
    return out;
}

MeanSquares mean_squares(const Matrix& marks, const Panel& panel) {
    MeanSquares out;
    out.n = static_cast<double>(panel.rows.size());
    out.k = static_cast<double>(panel.columns);
    std::vector<double> column(panel.columns);
    // About the first mark, so that large marks do not swallow small differences.
    const double origin = marks(panel.rows.front(), 0);
    double total = 0;
    std::vector<double> row(panel.rows.size());
    for (std::size_t r = 0; r < panel.rows.size(); ++r) {
        for (std::size_t j = 0; j < panel.columns; ++j) {
            const double off = marks(panel.rows[r], j) - origin;
            row[r] += off;
            column[j] += off;
        }
        total += row[r];
        row[r] /= out.k;
    }
    const double mean = total / (out.n * out.k);
    for (double& value : column) value = value / out.n - mean;
    double between = 0, raters = 0, error = 0;
    for (const double value : column) raters += value * value * out.n;
    for (std::size_t r = 0; r < panel.rows.size(); ++r) {
        between += (row[r] - mean) * (row[r] - mean) * out.k;
        for (std::size_t j = 0; j < panel.columns; ++j) {
            const double rest = marks(panel.rows[r], j) - origin - row[r] - column[j];
            error += rest * rest;
        }
    }
    // What rounding leaves of a sum of squares that is 0 is 0, or perfect agreement would be noise over
    // noise.
    double scale = 0;
    for (const std::size_t i : panel.rows) {
        for (std::size_t j = 0; j < panel.columns; ++j)
            scale += (marks(i, j) - origin) * (marks(i, j) - origin);
    }
    for (double* square : {&between, &raters, &error}) {
        if (*square <= 1e-26 * scale) *square = 0;
    }
    out.units = between / (out.n - 1);
    out.raters = raters / (out.k - 1);
    out.error = error / ((out.n - 1) * (out.k - 1));
    out.within = (raters + error) / (out.n * (out.k - 1));
    return out;
}

}  // namespace detail

namespace {

struct Limits {
    double lower, upper;
};
double stepped_up(double r, double k) { return k * r / (1 + (k - 1) * r); }

/// Limits from F with df1 and df2 for the average of consistency or one-way.
Limits average_limits(double f, double df1, double df2, double level) {
    const double p = (1 + level) / 2;
    return {1 - f_quantile(p, df1, df2) / f, 1 - 1 / (f * f_quantile(p, df2, df1))};
}

struct Form {
    const char* name;
    Text quantity;
};
constexpr Form forms[] = {
    {"ICC(1)", Text::stats_icc_one_way_single},       {"ICC(A,1)", Text::stats_icc_agreement_single},
    {"ICC(C,1)", Text::stats_icc_consistency_single}, {"ICC(k)", Text::stats_icc_one_way_average},
    {"ICC(A,k)", Text::stats_icc_agreement_average},  {"ICC(C,k)", Text::stats_icc_consistency_average},
};

/// One over something that is 0: the units agree exactly.
double quotient(double above, double below) { return above / below; }

void by_mean_squares(Estimates& out, const MeanSquares& s, IccInterval interval, double level) {
    const double n = s.n, k = s.k, df_rows = n - 1, df_error = (n - 1) * (k - 1);
    const auto put = [&](std::size_t form, double value, std::optional<Limits> limits, Word method) {
        Estimate& row = out.rows[form];
        if (!std::isfinite(value)) {
            row = undefined(row, NotEstimable::zero_denominator);
            return;
        }
        row = defined(row, value);
        if (value < 0) row.notes.push_back({Text::stats_note_icc_negative, {}});
        if (interval == IccInterval::none) {
            row.no_interval = NotEstimable::no_interval_asked;
        } else if (limits && std::isfinite(limits->lower) && std::isfinite(limits->upper)) {
            row.interval = Interval{limits->lower, limits->upper, level, method};
        } else {
            row.no_interval = NotEstimable::zero_denominator;
        }
    };
    const Word convention = interval == IccInterval::spearman_brown ? Word{Text::stats_spearman_brown}
                                                                    : Word{Text::stats_mcgraw_wong};
    // One-way and consistency: the average's limits stepped down are the single rating's, so that both
    // conventions agree.
    const auto both = [&](std::size_t single, std::size_t average, double f, double df2, double denominator) {
        const bool exact = denominator == 0 && s.units > 0;  // no error: 1, with no room around it
        const Limits wide = exact ? Limits{1, 1} : average_limits(f, df_rows, df2, level);
        const double one = exact ? 1 : (f - 1) / (f + k - 1), all = exact ? 1 : quotient(f - 1, f);
        const auto down = [&](double r) { return r / (k - (k - 1) * r); };
        put(single, one, Limits{down(wide.lower), down(wide.upper)}, convention);
        put(average, all, wide, convention);
    };
    both(0, 3, s.units / s.within, n * (k - 1), s.within);
    both(2, 5, s.units / s.error, df_error, s.error);
    // Agreement.
    const double one =
        quotient(s.units - s.error, s.units + (k - 1) * s.error + k / n * (s.raters - s.error));
    const double all = quotient(s.units - s.error, s.units + (s.raters - s.error) / n);
    const auto degrees = [&](double r) {
        const double a = k * r / (n * (1 - r)), b = 1 + k * r * (n - 1) / (n * (1 - r));
        const double whole = a * s.raters + b * s.error;
        return whole * whole / (a * a * s.raters * s.raters / (k - 1) + b * b * s.error * s.error / df_error);
    };
    const double p = (1 + level) / 2;
    const auto single_limits = [&](double v) {
        const double fl = f_quantile(p, df_rows, v), fu = f_quantile(p, v, df_rows);
        const double rest = k * s.raters + (k * n - k - n) * s.error;
        return Limits{n * (s.units - fl * s.error) / (fl * rest + n * s.units),
                      n * (fu * s.units - s.error) / (rest + n * fu * s.units)};
    };
    const auto mean_limits = [&](double v) {
        const double fl = f_quantile(p, df_rows, v), fu = f_quantile(p, v, df_rows);
        return Limits{n * (s.units - fl * s.error) / (fl * (s.raters - s.error) + n * s.units),
                      n * (fu * s.units - s.error) / (s.raters - s.error + n * fu * s.units)};
    };
    std::optional<Limits> of_one, of_all;
    double v_one = 0, v_all = 0;
    const auto usable = [](double v) { return std::isfinite(v) && v > 0; };
    if (interval != IccInterval::none) {
        v_one = degrees(one);
        v_all = degrees(all);  // k again, as irr: without it these would be the stepped-up limits
        if (usable(v_one)) of_one = single_limits(v_one);
        if (interval == IccInterval::spearman_brown) {
            if (of_one) of_all = Limits{stepped_up(of_one->lower, k), stepped_up(of_one->upper, k)};
        } else if (usable(v_all)) {
            of_all = mean_limits(v_all);
        }
    }
    put(1, one, of_one, convention);
    put(4, all, of_all, convention);
    const auto add_df = [&](std::size_t form, double v) {
        if (!out.rows[form].interval) return;
        Note df{Text::stats_note_icc_df, {}};
        df.arguments.emplace_back(v);
        out.rows[form].notes.push_back(std::move(df));
    };
    add_df(1, v_one);
    add_df(4, interval == IccInterval::spearman_brown ? v_one : v_all);
}

Block block_of(const Matrix& marks, const Panel& panel) {
    Block out;
    out.columns = panel.columns;
    for (const std::size_t i : panel.rows) {
        out.row_begin.push_back(out.cells.size());
        for (std::size_t j = 0; j < panel.columns; ++j) {
            if (!std::isnan(marks(i, j))) out.cells.push_back({static_cast<std::uint32_t>(j), marks(i, j)});
        }
    }
    out.row_begin.push_back(out.cells.size());
    return out;
}

void by_components(Estimates& out, const Matrix& marks, const Panel& panel, IccInterval interval) {
    const Block block = block_of(marks, panel);
    double inverse = 0;
    bool pairs = false;
    for (std::size_t i = 0; i < block.rows(); ++i) {
        const auto given = block.row_begin[i + 1] - block.row_begin[i];
        inverse += 1 / static_cast<double>(given);
        pairs = pairs || given > 1;
    }
    const double k = static_cast<double>(block.rows()) / inverse;
    const auto one_way = pairs ? reml({}, {&block}, false) : std::nullopt;
    const auto two_way = pairs ? reml({}, {&block}, true) : std::nullopt;
    for (std::size_t form = 0; form < out.rows.size(); ++form) {
        Estimate& row = out.rows[form];
        const auto& v = form == 0 || form == 3 ? one_way : two_way;
        if (!v) {
            row = undefined(row, pairs ? NotEstimable::constant : NotEstimable::no_pairs);
            continue;
        }
        double error = v->rest;
        if (form == 1 || form == 4) error += v->columns;
        if (form >= 3) error /= k;
        row.method = Text::stats_reml;
        row = defined(row, v->rows / (v->rows + error));
        row.no_interval =
            interval == IccInterval::none ? NotEstimable::no_interval_asked : NotEstimable::not_available;
    }
    Note average{Text::stats_note_icc_k, {}};
    average.arguments.emplace_back(k);
    out.notes.push_back(std::move(average));
}

}  // namespace

Estimates icc(const Matrix& marks, IccInterval interval, MissingRatings missing, ConfidenceLevel level) {
    Estimates out;
    out.title = Text::stats_icc;
    const Panel found = panel(marks, missing);
    for (const Form& form : forms) {
        Estimate row;
        row.subject = form.name;
        row.quantity = form.quantity;
        row.method = Text::stats_mean_squares;
        row.n = static_cast<std::int64_t>(found.rows.size());
        row.dropped = found.dropped;
        row.conventions = {found.convention};
        if (found.reason) row = undefined(row, *found.reason);
        out.rows.push_back(std::move(row));
    }
    out.notes.push_back({Text::stats_note_icc_models, {}});
    if (found.reason) return out;
    if (found.complete) {
        by_mean_squares(out, mean_squares(marks, found), interval, level.value());
        out.notes.push_back(note(Text::stats_note_icc_k, {static_cast<std::int64_t>(marks.columns)}));
    } else {
        by_components(out, marks, found, interval);
    }
    return out;
}

Comparison ratings_anova(const Matrix& marks, MissingRatings missing) {
    Comparison out;
    out.title = Text::stats_ratings_anova;
    const Panel found = panel(marks, missing);
    out.dropped = found.dropped;
    std::optional<NotEstimable> reason = found.reason;
    if (!reason && !found.complete) reason = NotEstimable::missing_ratings;
    const MeanSquares s = reason ? MeanSquares{} : mean_squares(marks, found);
    const auto add = [&](const char* subject, double square, double df) {
        for (const bool is_square : {true, false}) {
            Estimate row;
            row.subject = subject;
            row.quantity = is_square ? Text::stats_mean_square : Text::stats_degrees_of_freedom;
            row.method = Text::stats_mean_squares;
            row.conventions = {found.convention};
            row.n = static_cast<std::int64_t>(found.rows.size());
            row = reason ? undefined(row, *reason) : defined(row, is_square ? square : df);
            if (!reason) row.no_interval = NotEstimable::not_available;
            out.estimates.push_back(std::move(row));
        }
    };
    add("units", s.units, s.n - 1);
    add("raters", s.raters, s.k - 1);
    add("error", s.error, (s.n - 1) * (s.k - 1));
    add("within", s.within, s.n * (s.k - 1));
    const auto test = [&](const char* subject, Word hypothesis, Word method, double above, double below,
                          double df1, double df2) {
        Test t;
        t.subject = subject;
        t.hypothesis = hypothesis;
        t.method = method;
        t.n = static_cast<std::int64_t>(found.rows.size());
        t.reason = reason;
        if (!reason && !(below > 0)) t.reason = NotEstimable::zero_denominator;
        if (!t.reason) {
            t.statistic = above / below;
            t.df = df1;
            t.df2 = df2;
            t.p_value = f_sf(*t.statistic, df1, df2);
        }
        out.tests.push_back(std::move(t));
    };
    test("units", Text::stats_units_do_not_differ, Text::stats_f_test_one_way, s.units, s.within, s.n - 1,
         s.n * (s.k - 1));
    test("units", Text::stats_units_do_not_differ, Text::stats_f_test_two_way, s.units, s.error, s.n - 1,
         (s.n - 1) * (s.k - 1));
    test("raters", Text::stats_raters_do_not_differ, Text::stats_f_test_two_way, s.raters, s.error, s.k - 1,
         (s.n - 1) * (s.k - 1));
    return out;
}

}  // namespace recruit::stats
