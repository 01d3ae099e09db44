#include <recruit/stats/items.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <recruit/base/error.hpp>

#include "base/join.hpp"
#include "base/keys.hpp"
#include "stats/columns.hpp"
#include "stats/quantiles.hpp"
#include "stats/special.hpp"
#include "stats/writing.hpp"

namespace recruit::stats {

using namespace detail;

namespace {

double of(std::size_t n) { return static_cast<double>(n); }

/// Answers without gaps, a column after the other, about the columns' means.
struct Sheet {
    std::size_t n = 0, k = 0;
    std::vector<double> values;  // k columns of n
    std::vector<double> mean, variance, total;
    double total_mean = 0, total_variance = 0;
    bool right_or_wrong = true;
    std::vector<Dropped> dropped;
    Word convention;
    std::optional<NotEstimable> reason;

    Sheet(const Matrix& scores, MissingAnswers missing) : k{scores.columns} {
        std::vector<std::size_t> rows;
        std::int64_t incomplete = 0;
        bool gaps = false;
        for (std::size_t i = 0; i < scores.rows; ++i) {
            bool gap = false;
            for (std::size_t j = 0; j < k; ++j) gap = gap || std::isnan(scores(i, j));
            if (gap && missing == MissingAnswers::listwise) {
                ++incomplete;
                continue;
            }
            gaps = gaps || (gap && missing == MissingAnswers::refuse);
            rows.push_back(i);
        }
        convention = missing == MissingAnswers::refuse     ? Text::stats_answers_refused
                     : missing == MissingAnswers::listwise ? Text::stats_sheets_listwise
                                                           : Text::stats_answer_wrong;
        if (incomplete > 0) dropped.push_back({Text::stats_sheet_incomplete, incomplete});
        n = rows.size();
        if (n == 0 || k == 0) {
            reason = NotEstimable::no_data;
        } else if (gaps) {
            reason = NotEstimable::missing_ratings;
        } else if (n < 2) {
            reason = NotEstimable::one_candidate;
        }
        if (reason) return;
        values.resize(n * k);
        mean.resize(k);
        variance.resize(k);
        total.resize(n);
        for (std::size_t j = 0; j < k; ++j) {
            double* column = values.data() + j * n;
            for (std::size_t i = 0; i < n; ++i) {
                const double given = scores(rows[i], j);
                column[i] = std::isnan(given) ? 0 : given;
                right_or_wrong = right_or_wrong && (column[i] == 0 || column[i] == 1);
                mean[j] += column[i];
            }
            mean[j] /= of(n);
            const bool flat = std::all_of(column, column + n, [&](double x) { return x == column[0]; });
            for (std::size_t i = 0; i < n; ++i) {
                column[i] = flat ? 0 : column[i] - mean[j];
                total[i] += column[i];
                variance[j] += column[i] * column[i];
            }
            variance[j] /= of(n) - 1;
        }
        total_mean = std::accumulate(mean.begin(), mean.end(), 0.0);
        total_variance = covariance(total, total);
        const double scale = std::accumulate(variance.begin(), variance.end(), 0.0);
        if (total_variance <= 1e-24 * scale) total_variance = 0;  // what rounding leaves of nothing
    }
    std::span<const double> column(std::size_t j) const { return {values.data() + j * n, n}; }
    double covariance(std::span<const double> a, std::span<const double> b) const {
        double sum = 0;
        for (std::size_t i = 0; i < n; ++i) sum += a[i] * b[i];
        return sum / (of(n) - 1);
    }
    double sum_of_variances() const { return std::accumulate(variance.begin(), variance.end(), 0.0); }
    double alpha() const { return of(k) / of(k - 1) * (1 - sum_of_variances() / total_variance); }
};

Estimate base(const Sheet& sheet, std::string subject, Word quantity, Word method) {
    Estimate row;
    row.subject = std::move(subject);
    row.quantity = quantity;
    row.method = method;
    row.n = static_cast<std::int64_t>(sheet.n);
    row.dropped = sheet.dropped;
    row.conventions = {sheet.convention};
    return row;
}

/// A value without an interval, or the reason.
Estimate told(Estimate row, std::optional<NotEstimable> reason, double value) {
    if (reason) return undefined(std::move(row), *reason);
    row = defined(std::move(row), value);
    row.no_interval = NotEstimable::not_available;
    return row;
}

/// Diagonal of the inverse of a correlation matrix, or nothing where it has none.
std::optional<std::vector<double>> inverse_diagonal(std::vector<double> a, std::size_t k) {
    for (std::size_t j = 0; j < k; ++j) {
        const double pivot = a[j * k + j];
        if (!(pivot > 1e-10)) return std::nullopt;
        a[j * k + j] = 1;
        for (std::size_t l = 0; l < k; ++l) a[j * k + l] /= pivot;
        for (std::size_t i = 0; i < k; ++i) {
            if (i == j) continue;
            const double share = a[i * k + j];
            a[i * k + j] = 0;
            for (std::size_t l = 0; l < k; ++l) a[i * k + l] -= share * a[j * k + l];
        }
    }
    std::vector<double> out(k);
    for (std::size_t j = 0; j < k; ++j) out[j] = a[j * k + j];
    return out;
}

/// Who is in the lower and the upper group by total.
struct Groups {
    std::vector<std::uint8_t> lower, upper;
    double in_lower = 0, in_upper = 0;

    Groups(const Sheet& sheet, double share) : lower(sheet.n), upper(sheet.n) {
        std::vector<double> totals = sheet.total;
        // Totals are sums about means: equal marks must be equal here too.
        const auto rounded = [](double x) { return std::nearbyint(x * 1e9) / 1e9; };
        for (double& x : totals) x = rounded(x + sheet.total_mean);
        std::vector<double> sorted = totals;
        const double low = rounded(quantile_of(sorted, share, QuantileType::type7)),
                     high = rounded(quantile_of(sorted, 1 - share, QuantileType::type7));
        for (std::size_t i = 0; i < sheet.n; ++i) {
            lower[i] = totals[i] <= low ? 1 : 0;
            upper[i] = totals[i] > high ? 1 : 0;
            in_lower += lower[i];
            in_upper += upper[i];
        }
    }
    std::optional<NotEstimable> cannot() const {
        if (in_lower == 0 || in_upper == 0) return NotEstimable::empty_group;
        return std::nullopt;
    }
    double difference(std::span<const double> x) const {
        double above = 0, below = 0;
        for (std::size_t i = 0; i < lower.size(); ++i) {
            above += upper[i] != 0 ? x[i] : 0;
            below += lower[i] != 0 ? x[i] : 0;
        }
        return above / in_upper - below / in_lower;
    }
};

void require_share(double share) {
    if (!(share > 0 && share <= 0.5)) bad_argument("group_share", share, "a share above 0, at most 0.5");
}

}  // namespace

Estimates exam_reliability(const Matrix& scores, MissingAnswers missing, ConfidenceLevel level) {
    const Sheet sheet{scores, missing};
    Estimates out;
    out.title = Text::stats_exam_reliability;
    std::optional<NotEstimable> reason = sheet.reason;
    if (!reason && sheet.k < 2) reason = NotEstimable::one_item;
    if (!reason && sheet.total_variance == 0) reason = NotEstimable::constant;
    const double n = of(sheet.n), k = of(sheet.k);
    const double alpha = reason ? 0 : sheet.alpha();
    Estimate first = told(base(sheet, "", Text::stats_alpha, Text::stats_cronbach_alpha), reason, alpha);
    if (!reason) {
        const double df1 = n - 1, df2 = (n - 1) * (k - 1), tail = (1 - level.value()) / 2;
        first.no_interval.reset();
        first.interval =
            Interval{1 - (1 - alpha) * f_quantile(1 - tail, df1, df2),
                     1 - (1 - alpha) * f_quantile(tail, df1, df2), level.value(), Text::stats_feldt};
    }
    out.rows.push_back(std::move(first));

    std::optional<NotEstimable> no_correlation = reason, no_lambda = reason;
    double standardised = 0, lambda = 0;
    const bool flat =
        !reason && std::any_of(sheet.variance.begin(), sheet.variance.end(), [](double v) { return v == 0; });
    if (flat) no_correlation = no_lambda = NotEstimable::constant;
    if (!no_correlation) {
        std::vector<double> r(sheet.k * sheet.k, 1);
        double sum = k;
        for (std::size_t a = 0; a < sheet.k; ++a) {
            for (std::size_t b = 0; b < a; ++b) {
                const double value = sheet.covariance(sheet.column(a), sheet.column(b)) /
                                     std::sqrt(sheet.variance[a] * sheet.variance[b]);
                r[a * sheet.k + b] = r[b * sheet.k + a] = value;
                sum += 2 * value;
            }
        }
        if (!(sum > 1e-12)) {
            no_correlation = no_lambda = NotEstimable::zero_denominator;
        } else {
            standardised = k / (k - 1) * (1 - k / sum);
            const auto inverse = inverse_diagonal(std::move(r), sheet.k);
            if (!inverse) {
                no_lambda = NotEstimable::not_identified;
            } else {
                double unique = 0;
                for (const double value : *inverse) unique += 1 / value;
                lambda = 1 - unique / sum;
            }
        }
    }
    out.rows.push_back(told(base(sheet, "", Text::stats_standardised_alpha, Text::stats_mean_correlation),
                            no_correlation, standardised));
    out.rows.push_back(
        told(base(sheet, "", Text::stats_lambda6, Text::stats_squared_multiple), no_lambda, lambda));
    std::optional<NotEstimable> no_kr21 = reason;
    if (!no_kr21 && !sheet.right_or_wrong) no_kr21 = NotEstimable::not_available;
    const double mean = sheet.total_mean;
    out.rows.push_back(told(base(sheet, "", Text::stats_kr21, Text::stats_kr21), no_kr21,
                            k / (k - 1) * (1 - mean * (k - mean) / (k * sheet.total_variance))));
    out.rows.push_back(told(base(sheet, "", Text::stats_sem, Text::stats_sd_root_alpha), reason,
                            std::sqrt(sheet.total_variance * (1 - alpha))));
    return out;
}

Comparison item_analysis(const Matrix& scores, const ItemOptions& options) {
    if (options.group_share) require_share(*options.group_share);
    if (!options.maxima.empty() && options.maxima.size() != scores.columns) {
        throw Error{Code::stats_lengths,
                    {std::string{"maxima"}, std::to_string(options.maxima.size()), std::string{"items"},
                     std::to_string(scores.columns)}};
    }
    for (const double most : options.maxima) {
        if (!(most > 0) || std::isinf(most)) bad_argument("maximum", most, "a number above 0");
    }
    const Sheet sheet{scores, options.missing};
    Comparison out;
    out.title = Text::stats_item_analysis;
    out.dropped = sheet.dropped;
    std::optional<Groups> groups;
    if (options.group_share && !sheet.reason) groups.emplace(sheet, *options.group_share);
    const double k = of(sheet.k);
    for (std::size_t j = 0; j < sheet.k; ++j) {
        const std::string name = j < scores.column_names.size() ? scores.column_names[j] : std::to_string(j);
        const auto add = [&](Word quantity, Word method, std::optional<NotEstimable> reason, double value) {
            out.estimates.push_back(
                told(base(sheet, name, quantity, method), sheet.reason ? sheet.reason : reason, value));
        };
        if (sheet.reason) {
            for (const Text quantity : {Text::stats_item_mean, Text::stats_difficulty,
                                        Text::stats_point_biserial, Text::stats_point_biserial_corrected,
                                        Text::stats_biserial_corrected, Text::stats_alpha_if_deleted})
                add(quantity, Text::stats_mean, sheet.reason, 0);
            continue;
        }
        const auto x = sheet.column(j);
        const double variance = sheet.variance[j], mean = sheet.mean[j];
        std::optional<double> most;
        if (!options.maxima.empty()) most = options.maxima[j];
        if (!most && sheet.right_or_wrong) most = 1;
        const double with_total = sheet.covariance(x, sheet.total);
        const double rest = sheet.total_variance + variance - 2 * with_total;
        std::optional<NotEstimable> flat;
        if (variance == 0) {
            flat = NotEstimable::constant;
            if (most && mean == *most) flat = NotEstimable::all_pass;
            if (mean == 0) flat = NotEstimable::none_pass;
        }
        std::optional<NotEstimable> no_rest = flat;
        const bool empty_rest = !(rest > 1e-12 * sheet.sum_of_variances());
        if (!no_rest && sheet.k < 2) no_rest = NotEstimable::one_item;
        if (!no_rest && empty_rest) no_rest = NotEstimable::constant;
        const double corrected = (with_total - variance) / std::sqrt(variance * rest);
        add(Text::stats_item_mean, Text::stats_mean, {}, mean);
        add(Text::stats_difficulty, Text::stats_mean,
            most ? std::nullopt : std::optional{NotEstimable::not_available}, most ? mean / *most : 0);
        add(Text::stats_point_biserial, Text::stats_pearson,
            flat                        ? flat
            : sheet.total_variance == 0 ? std::optional{NotEstimable::constant}
                                        : std::nullopt,
            with_total / std::sqrt(variance * sheet.total_variance));
        add(Text::stats_point_biserial_corrected, Text::stats_pearson, no_rest, corrected);
        std::optional<NotEstimable> no_biserial = no_rest;
        double biserial = 0;
        if (!no_biserial && !sheet.right_or_wrong) no_biserial = NotEstimable::not_available;
        if (!no_biserial) {
            const double z = normal_quantile(mean), ordinate = std::exp(-z * z / 2) / std::sqrt(2 * M_PI);
            biserial = corrected * std::sqrt(mean * (1 - mean)) / ordinate;
        }
        add(Text::stats_biserial_corrected, Text::stats_gaussian_ordinate, no_biserial, biserial);
        if (groups) {
            const auto cannot = groups->cannot();
            add(Text::stats_upper_lower, Text::stats_quantile_groups, cannot,
                cannot ? 0 : groups->difference(x) / most.value_or(1));
        }
        std::optional<NotEstimable> no_alpha;
        if (sheet.k < 3) no_alpha = NotEstimable::one_item;
        if (!no_alpha && empty_rest) no_alpha = NotEstimable::constant;
        const double others = sheet.sum_of_variances() - variance;
        add(Text::stats_alpha_if_deleted, Text::stats_cronbach_alpha, no_alpha,
            (k - 1) / (k - 2) * (1 - others / rest));
    }
    return out;
}

Matrix AnswerSheet::scored() const {
    Matrix out;
    out.rows = candidates();
    out.columns = items.size();
    out.column_names = items;
    out.values.resize(codes.size());
    for (std::size_t cell = 0; cell < codes.size(); ++cell) {
        const std::size_t j = cell % items.size();
        out.values[cell] = codes[cell] < 0 ? std::numeric_limits<double>::quiet_NaN()
                           : options[j][static_cast<std::size_t>(codes[cell])] == key[j] ? 1
                                                                                         : 0;
    }
    return out;
}

Display AnswerSheet::display(Language language) const {
    Display display;
    display.title =
        say(Text::stats_answer_sheet, {}, language) + ": " +
        say(Text::stats_show_answers, {std::to_string(candidates()), std::to_string(items.size())}, language);
    return display;
}

Table AnswerSheet::to_table() const {
    Columns columns{items.size()};
    columns.text("item", [&](std::size_t i) { return std::optional{items[i]}; });
    columns.text("key", [&](std::size_t i) { return std::optional{key[i]}; });
    return columns.table;
}

AnswerSheet answer_sheet(const Table& table, std::span<const std::string> items,
                         std::span<const std::string> key) {
    if (items.size() != key.size()) {
        throw Error{Code::stats_lengths,
                    {std::string{"key"}, std::to_string(key.size()), std::string{"items"},
                     std::to_string(items.size())}};
    }
    AnswerSheet out;
    out.items.assign(items.begin(), items.end());
    out.key.assign(key.begin(), key.end());
    out.codes.assign(table.rows() * items.size(), -1);
    for (std::size_t j = 0; j < items.size(); ++j) {
        const Factor given = factor(table, items[j]);
        std::vector<std::string> options = given.levels;
        options.push_back(key[j]);
        std::sort(options.begin(), options.end());
        options.erase(std::unique(options.begin(), options.end()), options.end());
        std::vector<std::int32_t> place;
        for (const auto& level : given.levels)
            place.push_back(static_cast<std::int32_t>(
                std::lower_bound(options.begin(), options.end(), level) - options.begin()));
        for (std::size_t i = 0; i < table.rows(); ++i) {
            if (given.codes[i] >= 0)
                out.codes[i * items.size() + j] = place[static_cast<std::size_t>(given.codes[i])];
        }
        out.options.push_back(std::move(options));
    }
    return out;
}

Comparison distractors(const AnswerSheet& answers, std::string_view item, MissingAnswers missing,
                       double group_share) {
    require_share(group_share);
    const auto found = std::find(answers.items.begin(), answers.items.end(), item);
    if (found == answers.items.end())
        throw Error{Code::unknown_value, {std::string{item}, recruit::detail::joined(answers.items)}};
    const auto at = static_cast<std::size_t>(found - answers.items.begin());
    const Matrix scores = answers.scored();
    const Sheet sheet{scores, missing};
    Comparison out;
    out.title = Text::stats_distractor_table;
    out.dropped = sheet.dropped;
    Note key_note{Text::stats_note_key, {}};
    key_note.arguments.emplace_back(answers.key[at]);
    out.notes.push_back(std::move(key_note));

    // The rows that the sheet kept, in its order.
    std::vector<std::int32_t> chosen;
    for (std::size_t i = 0; i < scores.rows; ++i) {
        bool gap = false;
        for (std::size_t j = 0; j < scores.columns; ++j) gap = gap || std::isnan(scores(i, j));
        if (!(gap && missing == MissingAnswers::listwise))
            chosen.push_back(answers.codes[i * answers.items.size() + at]);
    }
    std::optional<Groups> groups;
    std::vector<double> rest;
    double rest_variance = 0;
    if (!sheet.reason) {
        groups.emplace(sheet, group_share);
        const auto x = sheet.column(at);
        for (std::size_t i = 0; i < sheet.n; ++i) rest.push_back(sheet.total[i] - x[i]);
        rest_variance = sheet.covariance(rest, rest);
    }
    std::optional<double> of_key;
    std::vector<std::pair<std::string, double>> correlations;
    for (std::size_t option = 0; option < answers.options[at].size(); ++option) {
        const std::string& name = answers.options[at][option];
        const auto add = [&](Word quantity, Word method, std::optional<NotEstimable> reason, double value) {
            out.estimates.push_back(
                told(base(sheet, name, quantity, method), sheet.reason ? sheet.reason : reason, value));
        };
        std::vector<double> picked(sheet.n);
        double count = 0;
        for (std::size_t i = 0; !sheet.reason && i < sheet.n; ++i) {
            picked[i] = chosen[i] == static_cast<std::int32_t>(option) ? 1 : 0;
            count += picked[i];
        }
        const double share = sheet.reason ? 0 : count / of(sheet.n);
        std::optional<NotEstimable> flat;
        if (count == 0 || share == 1) flat = NotEstimable::constant;
        if (!flat && sheet.k < 2) flat = NotEstimable::one_item;
        if (!flat && !(rest_variance > 1e-12)) flat = NotEstimable::constant;
        double correlation = 0, less = 0;
        if (!flat && !sheet.reason) {
            const double own = share * (1 - share) * of(sheet.n);
            double sum = 0, with_total = 0, less_square = 0;
            for (std::size_t i = 0; i < sheet.n; ++i) {
                const double off = picked[i] - share;
                sum += off * rest[i];
                with_total += off * (sheet.total[i] - off);
                less_square += (sheet.total[i] - off) * (sheet.total[i] - off);
            }
            correlation = sum / std::sqrt(own * rest_variance * (of(sheet.n) - 1));
            less = less_square > 0 ? with_total / std::sqrt(own * less_square) : 0;
            correlations.emplace_back(name, correlation);
            if (name == answers.key[at]) of_key = correlation;
        }
        add(Text::stats_chosen, Text::stats_count, {}, count);
        add(Text::stats_chosen_share, Text::stats_share, {}, share);
        add(Text::stats_option_correlation, Text::stats_pearson, flat, correlation);
        add(Text::stats_option_less, Text::stats_pearson, flat, less);
        const auto cannot = groups ? groups->cannot() : std::nullopt;
        add(Text::stats_upper_lower, Text::stats_quantile_groups, cannot,
            groups && !cannot ? groups->difference(picked) : 0);
    }
    for (const auto& [name, correlation] : correlations) {
        if (!of_key || correlation <= *of_key) continue;
        Note wrong{Text::stats_note_wrong_key, {}};
        wrong.arguments.emplace_back(name);
        out.notes.push_back(std::move(wrong));
    }
    return out;
}

Estimate conditional_sem(double score, std::int64_t items, std::optional<Keats> keats) {
    const auto n = static_cast<double>(items);
    if (items < 1) bad_argument("items", n, "1 or more");
    if (!(score >= 0 && score <= n)) bad_argument("score", score, "0 to the number of items");
    Estimate out;
    out.quantity = Text::stats_conditional_sem;
    out.method = keats ? Text::stats_lord_keats : Text::stats_lord_binomial;
    out.n = items;
    if (items < 2) return undefined(out, NotEstimable::one_item);
    double square = score * (n - score) / (n - 1);
    if (keats) {
        for (const double value : {keats->reliability, keats->kr21}) {
            if (!(value < 1)) bad_argument("reliability", value, "a number below 1");
        }
        square *= (1 - keats->reliability) / (1 - keats->kr21);
    }
    out = defined(out, std::sqrt(square));
    out.no_interval = NotEstimable::not_available;
    return out;
}

Comparison effective_weights(const Matrix& parts, std::span<const double> weights, MissingAnswers missing) {
    if (weights.size() != parts.columns) {
        throw Error{Code::stats_lengths,
                    {std::string{"weights"}, std::to_string(weights.size()), std::string{"parts"},
                     std::to_string(parts.columns)}};
    }
    double sum = 0;
    for (const double weight : weights) {
        if (!(weight >= 0) || std::isinf(weight)) bad_argument("weight", weight, "a number from 0 up");
        sum += weight;
    }
    if (!(sum > 0) && !weights.empty()) bad_argument("weights", sum, "weights that are not all 0");
    Matrix weighted = parts;
    for (std::size_t cell = 0; cell < weighted.values.size(); ++cell)
        weighted.values[cell] *= weights[cell % parts.columns];
    const Sheet sheet{weighted, missing};
    Comparison out;
    out.title = Text::stats_effective_weights;
    out.dropped = sheet.dropped;
    std::optional<NotEstimable> reason = sheet.reason;
    if (!reason && sheet.total_variance == 0) reason = NotEstimable::constant;
    for (std::size_t j = 0; j < parts.columns; ++j) {
        const std::string name = j < parts.column_names.size() ? parts.column_names[j] : std::to_string(j);
        out.estimates.push_back(
            told(base(sheet, name, Text::stats_nominal_weight, Text::stats_share), {}, weights[j] / sum));
        const double effective =
            reason ? 0 : sheet.covariance(sheet.column(j), sheet.total) / sheet.total_variance;
        out.estimates.push_back(
            told(base(sheet, name, Text::stats_effective_weight, Text::stats_covariance_share), reason,
                 effective));
    }
    out.notes.push_back({Text::stats_note_effective, {}});
    return out;
}

}  // namespace recruit::stats
