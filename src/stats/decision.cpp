#include <recruit/stats/decision.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <recruit/base/error.hpp>
#include <recruit/stats/data.hpp>

#include "base/join.hpp"
#include "base/keys.hpp"
#include "stats/belief.hpp"
#include "stats/columns.hpp"
#include "stats/order.hpp"
#include "stats/special.hpp"
#include "stats/writing.hpp"

namespace recruit::stats {

using namespace detail;

// ---- what is believed
// -----------------------------------------------------------------------------------------

Precision pooled(const Precision& a, const Precision& b) {
    if (!a.df) return a;
    if (!b.df) return b;
    const double df = *a.df + *b.df;
    return {std::sqrt((*a.df * a.sem * a.sem + *b.df * b.sem * b.sem) / df), df};
}

Prior Prior::flat() { return {}; }

Prior Prior::stated(double sd) {
    if (!(sd > 0) || std::isinf(sd)) bad_argument("sd", sd, "a finite number above 0");
    Prior prior;
    prior.kind_ = Kind::stated;
    prior.sd_ = sd;
    return prior;
}

Prior Prior::pooled(double observed_sd, double df) {
    if (!(observed_sd > 0) || std::isinf(observed_sd))
        bad_argument("observed_sd", observed_sd, "a finite number above 0");
    if (!(df > 0) || std::isinf(df)) bad_argument("df", df, "a finite number above 0");
    Prior prior;
    prior.kind_ = Kind::pooled;
    prior.sd_ = observed_sd;
    prior.df_ = df;
    return prior;
}

Prior pooled_prior(const Table& data, std::string_view contest, std::string_view score) {
    const Factor contests = factor(data, contest);
    const std::vector<double> scores = numbers(data, score);
    std::vector<double> sum(contests.levels.size()), n(sum.size()), mean(sum.size());
    for (std::size_t row = 0; row < scores.size(); ++row) {
        if (contests.codes[row] < 0 || std::isnan(scores[row])) continue;
        sum[static_cast<std::size_t>(contests.codes[row])] += scores[row];
        n[static_cast<std::size_t>(contests.codes[row])] += 1;
    }
    double df = 0, squares = 0;
    for (std::size_t c = 0; c < sum.size(); ++c) {
        mean[c] = n[c] > 0 ? sum[c] / n[c] : 0;
        df += std::max(0.0, n[c] - 1);
    }
    for (std::size_t row = 0; row < scores.size(); ++row) {
        if (contests.codes[row] < 0 || std::isnan(scores[row])) continue;
        const double off = scores[row] - mean[static_cast<std::size_t>(contests.codes[row])];
        squares += off * off;
    }
    if (df == 0 || squares == 0) throw Error{Code::stats_no_spread, {}};
    return Prior::pooled(std::sqrt(squares / df), df);
}

namespace detail {

Rule error_sizes(const Precision& precision, const Prior& prior, const Rule* chi_squared) {
    // With one size of error s for all and a spread of true scores with variance V - s^2 about a common mean,
    // true scores given the marks are independent about B x + (1 - B) m with variance B s^2, B = 1 - s^2 / V.
    // Orders do not change if all are divided by B: means x and standard deviation s / sqrt(B). So all that
    // is uncertain is one number; its inverse is bounded, and probabilities are smooth in it.
    constexpr std::size_t points = 12;
    const double s = precision.sem;
    Rule sizes;                 // of 1 / (s / sqrt(B))
    std::optional<Rule> whole;  // of spreads none of which is impossible: the same for all errors
    const auto add = [&](double error, double weight) {
        const double error_2 = error * error;
        switch (prior.kind()) {
            case Prior::Kind::flat:
                sizes.points.push_back(1 / error);
                sizes.weights.push_back(weight);
                return;
            case Prior::Kind::stated: {
                const double spread = prior.sd() * prior.sd();
                sizes.points.push_back(std::sqrt(spread / (spread + error_2)) / error);
                sizes.weights.push_back(weight);
                return;
            }
            case Prior::Kind::pooled: {
                // df sd^2 / V is chi-squared; V above s^2 is what is possible.
                const double scale = prior.df() * prior.sd() * prior.sd();
                const double possible = 1 - chi_squared_sf(scale / error_2, prior.df());
                if (!(possible > 1e-12)) return;
                if (possible == 1 && !whole) whole = chi_squared_rule(prior.df());
                const Rule spreads = possible == 1 ? *whole : chi_squared_rule(prior.df(), possible);
                for (std::size_t i = 0; i < spreads.points.size(); ++i) {
                    const double share = 1 - error_2 * spreads.points[i] / scale;
                    sizes.points.push_back(std::sqrt(std::max(0.0, share)) / error);
                    sizes.weights.push_back(weight * spreads.weights[i]);
                }
                return;
            }
        }
    };
    if (precision.df) {
        const Rule chi = chi_squared != nullptr ? *chi_squared : chi_squared_rule(*precision.df);
        for (std::size_t i = 0; i < chi.points.size(); ++i)
            add(s * std::sqrt(*precision.df / std::max(chi.points[i], 1e-300)), chi.weights[i]);
    } else {
        add(s, 1);
    }
    Rule rule;
    if (!sizes.points.empty()) {
        rule = sizes.points.size() == 1 ? sizes : compressed(sizes, points);
        double total = 0;
        for (const double weight : rule.weights) total += weight;
        for (double& weight : rule.weights) weight /= total;
        for (double& point : rule.points) point = 1 / point;
    }
    return rule;
}

std::vector<double> top_k_averaged(std::span<const double> scores, std::int64_t k, const Rule& sizes,
                                   const RunOptions& options) {
    std::vector<double> out(scores.size());
    const double most = static_cast<double>(sizes.points.size());
    for (std::size_t i = 0; i < sizes.points.size(); ++i) {
        RunOptions part = options;
        if (options.progress) {
            part.progress = [&, i](double share) {
                options.progress((static_cast<double>(i) + share) / most);
            };
        }
        const std::vector<double> sds(scores.size(), sizes.points[i]);
        const auto p = top_k_probabilities(scores, sds, k, part);
        for (std::size_t c = 0; c < p.size(); ++c) out[c] += sizes.weights[i] * p[c];
    }
    return out;
}

}  // namespace detail

// ---- one contest
// ----------------------------------------------------------------------------------------------

namespace {

constexpr std::size_t most_ranked = 500;  // for intervals of ranks

/// Sets everything of a contest whose order is certain.
void certain(RankUncertainty& out) {
    const auto k = static_cast<std::size_t>(out.k);
    const bool tied_at_cut = k < out.rows.size() && out.rows[k - 1].score == out.rows[k].score;
    for (auto& row : out.rows) {
        const auto level =
            std::count_if(out.rows.begin(), out.rows.end(),
                          [&](const CandidateStanding& other) { return other.score == row.score; });
        row.rank_lower = row.rank;
        row.rank_upper = row.rank + level - 1;
        if (tied_at_cut && row.score == out.rows[k].score) {
            row.reason = NotEstimable::tied;
            row.indistinguishable = true;
        } else {
            row.top_k = row.rank <= out.k ? 1 : 0;
            if (k < out.rows.size()) row.across_cut = *row.top_k;
        }
    }
    if (tied_at_cut) {
        out.expected_right = undefined(out.expected_right, NotEstimable::tied);
        out.all_right = undefined(out.all_right, NotEstimable::tied);
    } else {
        out.expected_right = defined(out.expected_right, static_cast<double>(out.k));
        out.all_right = defined(out.all_right, 1);
    }
}

void set_rank_intervals(RankUncertainty& out, std::span<const double> scores, const Rule& sizes,
                        const RunOptions& options) {
    const std::size_t n = scores.size();
    std::vector<double> p(n * n);
    for (std::size_t i = 0; i < sizes.points.size(); ++i) {
        const std::vector<double> sds(n, sizes.points[i]);
        RunOptions part{options.threads, options.stop, {}};
        const auto one = rank_probabilities(scores, sds, part);
        for (std::size_t j = 0; j < p.size(); ++j) p[j] += sizes.weights[i] * one[j];
    }
    const double tail = (1 - out.level) / 2;
    for (std::size_t c = 0; c < n; ++c) {
        double sum = 0;
        std::size_t lower = 0, upper = n - 1;
        while (lower + 1 < n && sum + p[c * n + lower] <= tail) sum += p[c * n + lower++];
        sum = 0;
        while (upper > lower && sum + p[c * n + upper] <= tail) sum += p[c * n + upper--];
        out.rows[c].rank_lower = static_cast<std::int64_t>(lower) + 1;
        out.rows[c].rank_upper = static_cast<std::int64_t>(upper) + 1;
    }
}

std::vector<Note> notes_of(const Precision& precision, const Prior& prior) {
    std::vector<Note> notes{{Text::stats_note_describes_only, {}}};
    notes.push_back(precision.df ? Note{Text::stats_note_sem_estimated, {precision.sem, *precision.df}}
                                 : Note{Text::stats_note_sem_known, {precision.sem}});
    switch (prior.kind()) {
        case Prior::Kind::flat:
            notes.push_back({Text::stats_note_prior_flat, {}});
            break;
        case Prior::Kind::stated:
            notes.push_back({Text::stats_note_prior_stated, {prior.sd()}});
            break;
        case Prior::Kind::pooled:
            notes.push_back({Text::stats_note_prior_pooled, {prior.sd(), prior.df()}});
            break;
    }
    return notes;
}

}  // namespace

RankUncertainty rank_uncertainty(std::span<const std::string> applications, std::span<const double> scores,
                                 std::int64_t k, const Precision& precision, const Prior& prior,
                                 ConfidenceLevel level, const RunOptions& options) {
    if (applications.size() != scores.size()) {
        throw Error{
            Code::stats_lengths,
            {"application", std::to_string(applications.size()), "score", std::to_string(scores.size())}};
    }
    if (k < 1) bad_argument("k", static_cast<double>(k), "1 or more");
    if (!(precision.sem >= 0) || std::isinf(precision.sem))
        bad_argument("sem", precision.sem, "a finite number, 0 or more");
    if (precision.df && !(*precision.df > 0 && std::isfinite(*precision.df)))
        bad_argument("sem_df", *precision.df, "a finite number above 0, or none where it is known");
    RankUncertainty out;
    out.k = k;
    out.level = level.value();
    out.precision = precision;
    out.prior = prior;
    out.notes = notes_of(precision, prior);
    std::int64_t without_score = 0;
    for (std::size_t i = 0; i < scores.size(); ++i) {
        if (std::isnan(scores[i])) {
            ++without_score;
            continue;
        }
        if (std::isinf(scores[i])) bad_argument("score", scores[i], "a finite number");
        CandidateStanding row;
        row.application = applications[i];
        row.score = scores[i];
        out.rows.push_back(std::move(row));
    }
    if (without_score > 0) out.dropped = {{Text::stats_missing_value, without_score}};
    std::sort(out.rows.begin(), out.rows.end(), [](const auto& a, const auto& b) {
        return a.score != b.score ? a.score > b.score : a.application < b.application;
    });
    const std::size_t n = out.rows.size();
    for (std::size_t i = 0; i < n; ++i) {
        out.rows[i].rank = i > 0 && out.rows[i].score == out.rows[i - 1].score
                               ? out.rows[i - 1].rank
                               : static_cast<std::int64_t>(i) + 1;
    }
    out.expected_right.quantity = Text::stats_expected_right;
    out.all_right.quantity = Text::stats_all_right;
    for (Estimate* estimate : {&out.expected_right, &out.all_right}) {
        estimate->n = static_cast<std::int64_t>(n);
        estimate->method = Text::stats_rank_uncertainty;
        estimate->dropped = out.dropped;
    }
    const auto cannot = [&](NotEstimable reason) {
        out.expected_right = undefined(out.expected_right, reason);
        out.all_right = undefined(out.all_right, reason);
        for (auto& row : out.rows) row.reason = reason;
        return out;
    };
    if (n < 2) return cannot(n == 0 ? NotEstimable::no_data : NotEstimable::one_candidate);
    if (precision.sem == 0) {
        out.k = std::min(k, static_cast<std::int64_t>(n));
        certain(out);
        out.k = k;
        return out;
    }
    const Rule sizes = error_sizes(precision, prior);
    // Scores were spread less than their error alone would spread them: nothing is known of true scores.
    if (sizes.points.empty()) return cannot(NotEstimable::negative_component);
    std::vector<double> sorted;
    for (const auto& row : out.rows) sorted.push_back(row.score);
    const std::int64_t places = std::min(k, static_cast<std::int64_t>(n));
    const auto top = top_k_averaged(sorted, places, sizes, options);
    double right = 0, all = 0;
    const auto cut = static_cast<std::size_t>(places);
    for (std::size_t c = 0; c < n; ++c) {
        out.rows[c].top_k = top[c];
        if (c < cut) right += top[c];
        if (cut == n) continue;
        const double lead = sorted[c] - sorted[c < cut ? cut : cut - 1];
        double better = 0;
        for (std::size_t i = 0; i < sizes.points.size(); ++i)
            better += sizes.weights[i] * normal_cdf(lead / (sizes.points[i] * std::sqrt(2.0)));
        out.rows[c].across_cut = better;
        const double tail = (1 - out.level) / 2;
        out.rows[c].indistinguishable = better > tail && better < 1 - tail;
    }
    std::vector<std::size_t> chosen(cut);
    std::iota(chosen.begin(), chosen.end(), std::size_t{0});
    for (std::size_t i = 0; i < sizes.points.size(); ++i) {
        const std::vector<double> sds(n, sizes.points[i]);
        all += sizes.weights[i] * right_set_probability(sorted, sds, chosen);
    }
    out.expected_right = defined(out.expected_right, right);
    out.all_right = defined(out.all_right, all);
    if (n <= most_ranked) {
        set_rank_intervals(out, sorted, sizes, options);
    } else {
        out.notes.push_back({Text::stats_note_no_rank_intervals, {static_cast<std::int64_t>(most_ranked)}});
    }
    if (cut < n && sorted[cut - 1] == sorted[cut]) out.notes.push_back({Text::stats_note_level_at_cut, {}});
    return out;
}

RankUncertainty rank_uncertainty(const Table& data, std::string_view application, std::string_view score,
                                 std::int64_t k, const Precision& precision, const Prior& prior,
                                 ConfidenceLevel level, const RunOptions& options) {
    const Column& ids = data.at(application);
    std::vector<std::string> names;
    for (std::size_t row = 0; row < ids.size(); ++row) names.push_back(ids.str(row));
    return rank_uncertainty(names, numbers(data, score), k, precision, prior, level, options);
}

const CandidateStanding& RankUncertainty::at(std::string_view application) const {
    for (const auto& row : rows)
        if (row.application == application) return row;
    std::string known;
    for (std::size_t i = 0; i < rows.size() && known.size() < 200; ++i)
        recruit::detail::add_item(known, rows[i].application);
    throw Error{Code::unknown_value, {std::string{application}, known}};
}

Table RankUncertainty::to_table() const {
    Columns columns{rows.size()};
    const auto whole = [](const std::optional<std::int64_t>& value) {
        return value ? std::optional{static_cast<double>(*value)} : std::nullopt;
    };
    columns.text("application", [&](std::size_t i) { return std::optional{rows[i].application}; });
    columns.real("score", [&](std::size_t i) { return std::optional{rows[i].score}; });
    columns.whole("rank", [&](std::size_t i) { return rows[i].rank; });
    columns.real("top_k", [&](std::size_t i) { return rows[i].top_k; });
    columns.real("rank_lower", [&](std::size_t i) { return whole(rows[i].rank_lower); });
    columns.real("rank_upper", [&](std::size_t i) { return whole(rows[i].rank_upper); });
    columns.real("across_cut", [&](std::size_t i) { return rows[i].across_cut; });
    columns.whole("indistinguishable", [&](std::size_t i) { return rows[i].indistinguishable ? 1 : 0; });
    columns.text("reason", [&](std::size_t i) {
        return rows[i].reason ? std::optional{std::string{to_string(*rows[i].reason)}} : std::nullopt;
    });
    return columns.table;
}

Display RankUncertainty::display(Language language) const {
    Display display;
    const auto word = [language](Text key) { return std::string{text(key, language)}; };
    display.title = say(Text::stats_show_top_k, {std::to_string(k)}, language);
    display.grid = {{word(Text::stats_col_application), word(Text::stats_col_score),
                     word(Text::stats_col_rank), say(Text::stats_col_top_k, {std::to_string(k)}, language),
                     word(Text::stats_col_true_rank), word(Text::stats_col_across_cut),
                     word(Text::stats_col_remark)}};
    display.is_number = {false, true, true, true, true, true, false};
    constexpr std::size_t shown = 30;
    for (std::size_t i = 0; i < rows.size() && i < shown; ++i) {
        const auto& row = rows[i];
        std::string remark;
        if (row.reason) {
            remark = sentence(*row.reason, language);
        } else if (row.indistinguishable) {
            remark = word(Text::stats_show_indistinguishable);
        }
        display.grid.push_back(
            {row.application, number(row.score, language), std::to_string(row.rank),
             row.top_k ? probability(*row.top_k, language) : "",
             row.rank_lower ? std::to_string(*row.rank_lower) + "–" + std::to_string(*row.rank_upper) : "",
             row.across_cut ? probability(*row.across_cut, language) : "", remark});
    }
    if (rows.size() > shown)
        display.below.push_back(
            say(Text::stats_show_more_rows, {std::to_string(rows.size() - shown)}, language));
    for (const Estimate* estimate : {&expected_right, &all_right})
        display.below.push_back(estimate->display(language).title);
    display.below.push_back(say(Text::stats_show_level, {percent(level, language)}, language));
    add_remarks(display.below, dropped, {}, notes, language);
    display.longest_cell = 80;
    return display;
}

}  // namespace recruit::stats
