#include <recruit/stats/agreement.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>

#include <recruit/base/error.hpp>

#include "base/keys.hpp"
#include "stats/counts.hpp"
#include "stats/special.hpp"
#include "stats/writing.hpp"

namespace recruit::stats {

using namespace detail;

namespace {

double of(std::size_t n) { return static_cast<double>(n); }

Estimate start(const Ratings& ratings, Word quantity, const CategoryWeights& weights) {
    Estimate out;
    out.quantity = quantity;
    out.method = Text::stats_agreement_beyond_chance;
    out.conventions = {weights.name};
    out.dropped = ratings.dropped;
    if (!ratings.scale_given) out.notes.push_back({Text::stats_note_scale_observed, {}});
    return out;
}

void add_parts(Estimate& estimate, double observed, double chance) {
    Note parts{Text::stats_note_observed_chance, {}};
    parts.arguments.emplace_back(observed);
    parts.arguments.emplace_back(chance);
    estimate.notes.push_back(std::move(parts));
}

/// Units with a rating: how many ratings each category has, and what the pairs of its raters agree.
struct Counts {
    std::size_t n = 0, categories = 0;
    std::vector<double> cells;      // n x categories
    std::vector<double> ratings;    // of each unit
    std::vector<double> agreement;  // of pairs of raters in it; 0 for a unit with one rating
    std::vector<std::size_t> units;
    double with_pairs = 0, observed = 0;

    Counts(const Ratings& given, const CategoryWeights& weights) : categories{given.categories.size()} {
        std::vector<double> row(categories);
        std::vector<std::size_t> used;
        cells.reserve(given.size() * categories);
        ratings.reserve(given.size());
        agreement.reserve(given.size());
        units.reserve(given.size());
        for (std::size_t unit = 0; unit < given.size(); ++unit) {
            double count = 0;
            used.clear();
            for (std::size_t rater = 0; rater < given.raters.size(); ++rater) {
                const auto code = given(unit, rater);
                if (code < 0) continue;
                const auto category = static_cast<std::size_t>(code);
                if (row[category] == 0) used.push_back(category);
                ++row[category];
                ++count;
            }
            if (count > 0) {
                double pairs = 0;
                if (count >= 2) {
                    for (const std::size_t k : used) {
                        double weighted = -1;
                        for (const std::size_t l : used) weighted += weights(k, l) * row[l];
                        pairs += row[k] * weighted;
                    }
                    pairs /= count * (count - 1);
                    ++with_pairs;
                    observed += pairs;
                }
                cells.insert(cells.end(), row.begin(), row.end());
                ratings.push_back(count);
                agreement.push_back(pairs);
                units.push_back(unit);
                ++n;
            }
            for (const std::size_t category : used) row[category] = 0;
        }
        if (with_pairs > 0) observed /= with_pairs;
    }
    double cell(std::size_t unit, std::size_t category) const { return cells[unit * categories + category]; }
    /// Mean over units of the share of each category.
    std::vector<double> shares() const {
        std::vector<double> out(categories);
        for (std::size_t i = 0; i < n; ++i) {
            for (std::size_t k = 0; k < categories; ++k) out[k] += cell(i, k) / ratings[i] / of(n);
        }
        return out;
    }
};

std::optional<NotEstimable> cannot(const Ratings& ratings, const Counts& counts) {
    if (counts.n == 0) return NotEstimable::no_data;
    if (ratings.raters.size() < 2) return NotEstimable::one_rater;
    if (counts.with_pairs == 0) return NotEstimable::no_pairs;
    return std::nullopt;
}

/// Gwet's interval from what each unit adds to the coefficient.
void add_interval(Estimate& out, const std::vector<double>& parts, ConfidenceLevel level) {
    const double n = of(parts.size());
    if (parts.size() < 2) {
        out.no_interval = NotEstimable::too_few;
        return;
    }
    double square = 0;
    for (const double part : parts) square += (part - *out.value) * (part - *out.value);
    out.standard_error = std::sqrt(square / (n * (n - 1)));
    const double half = student_t_quantile((1 + level.value()) / 2, n - 1) * *out.standard_error;
    out.interval = Interval{*out.value - half, std::min(1.0, *out.value + half), level.value(),
                            Text::stats_gwet_interval};
}

/// A coefficient whose chance agreement is the mean of what the units add to it (`chance_of`), each counted
/// twice as a product of two shares is.
template <class ChanceOf>
Estimate beyond_chance(Estimate out, const Counts& counts, double chance, double power, ChanceOf chance_of,
                       ConfidenceLevel level) {
    out.n = static_cast<std::int64_t>(counts.n);
    // The chance agreement is a sum of products of shares: what is within rounding of 1 is 1.
    if (1 - chance <= 1e-14) return undefined(out, NotEstimable::one_category);
    out = defined(out, (counts.observed - chance) / (1 - chance));
    add_parts(out, counts.observed, chance);
    std::vector<double> parts(counts.n);
    for (std::size_t i = 0; i < counts.n; ++i) {
        const double own = counts.ratings[i] >= 2 ? (counts.agreement[i] - chance) / (1 - chance) : 0;
        parts[i] = of(counts.n) / counts.with_pairs * own -
                   power * (1 - *out.value) * (chance_of(i) - chance) / (1 - chance);
    }
    add_interval(out, parts, level);
    return out;
}

}  // namespace

Estimate percent_agreement(const Ratings& ratings, const CategoryWeights& weights, ConfidenceLevel level) {
    Estimate out = start(ratings, Text::stats_percent_agreement, weights);
    const Counts counts{ratings, weights};
    if (const auto why = cannot(ratings, counts)) return undefined(out, *why);
    out.method = Text::stats_share;
    out.n = static_cast<std::int64_t>(counts.n);
    out = defined(out, counts.observed);
    std::vector<double> parts(counts.n);
    for (std::size_t i = 0; i < counts.n; ++i)
        parts[i] = of(counts.n) / counts.with_pairs * counts.agreement[i];
    add_interval(out, parts, level);
    return out;
}

Estimate fleiss_kappa(const Ratings& ratings, const CategoryWeights& weights, ConfidenceLevel level) {
    const Counts counts{ratings, weights};
    const Estimate out = start(ratings, Text::stats_fleiss_kappa, weights);
    if (const auto why = cannot(ratings, counts)) return undefined(out, *why);
    const auto share = counts.shares();
    std::vector<double> weighted(counts.categories);
    double chance = 0;
    for (std::size_t k = 0; k < counts.categories; ++k) {
        for (std::size_t l = 0; l < counts.categories; ++l) weighted[k] += weights(k, l) * share[l];
        chance += share[k] * weighted[k];
    }
    const auto chance_of = [&](std::size_t i) {
        double sum = 0;
        for (std::size_t k = 0; k < counts.categories; ++k) sum += counts.cell(i, k) * weighted[k];
        return sum / counts.ratings[i];
    };
    return beyond_chance(out, counts, chance, 2, chance_of, level);
}

Estimate gwet_ac(const Ratings& ratings, const CategoryWeights& weights, ConfidenceLevel level) {
    const Counts counts{ratings, weights};
    const Estimate out = start(ratings, Text::stats_gwet_ac, weights);
    if (const auto why = cannot(ratings, counts)) return undefined(out, *why);
    if (counts.categories < 2) return undefined(out, NotEstimable::one_category);
    const auto share = counts.shares();
    const double q = of(counts.categories);
    const double scale = std::accumulate(weights.table.begin(), weights.table.end(), 0.0) / (q * (q - 1));
    double chance = 0;
    for (const double p : share) chance += scale * p * (1 - p);
    const auto chance_of = [&](std::size_t i) {
        double sum = 0;
        for (std::size_t k = 0; k < counts.categories; ++k) sum += counts.cell(i, k) * (1 - share[k]);
        return scale * sum / counts.ratings[i];
    };
    return beyond_chance(out, counts, chance, 2, chance_of, level);
}

Estimate brennan_prediger(const Ratings& ratings, const CategoryWeights& weights, ConfidenceLevel level) {
    const Counts counts{ratings, weights};
    const Estimate out = start(ratings, Text::stats_brennan_prediger, weights);
    if (const auto why = cannot(ratings, counts)) return undefined(out, *why);
    const double q = of(counts.categories);
    const double chance = std::accumulate(weights.table.begin(), weights.table.end(), 0.0) / (q * q);
    return beyond_chance(
        out, counts, chance, 0, [&](std::size_t) { return chance; }, level);
}

Estimate conger_kappa(const Ratings& ratings, const CategoryWeights& weights, ConfidenceLevel level) {
    const Counts counts{ratings, weights};
    Estimate out = start(ratings, Text::stats_conger_kappa, weights);
    if (const auto why = cannot(ratings, counts)) return undefined(out, *why);
    const std::size_t q = counts.categories;
    std::vector<std::size_t> active;  // raters with a rating
    std::vector<double> number;       // of their ratings
    std::vector<double> own;          // raters x categories: their shares
    for (std::size_t rater = 0; rater < ratings.raters.size(); ++rater) {
        std::vector<double> row(q);
        double count = 0;
        for (std::size_t unit = 0; unit < ratings.size(); ++unit) {
            const auto code = ratings(unit, rater);
            if (code < 0) continue;
            ++row[static_cast<std::size_t>(code)];
            ++count;
        }
        if (count == 0) continue;
        for (double& cell : row) cell /= count;
        own.insert(own.end(), row.begin(), row.end());
        active.push_back(rater);
        number.push_back(count);
    }
    const double r = of(active.size()), n = of(counts.n);
    // Over ordered pairs of different raters: sum_kl w_kl p_gk p_hl.
    std::vector<double> all(q), weighted_own(own.size());
    for (std::size_t g = 0; g < active.size(); ++g) {
        for (std::size_t k = 0; k < q; ++k) {
            all[k] += own[g * q + k];
            for (std::size_t l = 0; l < q; ++l) weighted_own[g * q + k] += weights(k, l) * own[g * q + l];
        }
    }
    double chance = 0;
    std::vector<double> weighted_all(q);
    for (std::size_t k = 0; k < q; ++k) {
        for (std::size_t l = 0; l < q; ++l) weighted_all[k] += weights(k, l) * all[l];
        chance += all[k] * weighted_all[k];
    }
    for (std::size_t i = 0; i < own.size(); ++i) chance -= own[i] * weighted_own[i];
    chance /= r * (r - 1);
    // What a unit adds: each rater's rating there against the shares of the others. A rating that is missing
    // counts as that rater's own shares, so that only those that are there move it.
    std::vector<double> base(active.size());
    for (std::size_t g = 0; g < active.size(); ++g) {
        for (std::size_t k = 0; k < q; ++k)
            base[g] += own[g * q + k] * (weighted_all[k] - weighted_own[g * q + k]);
    }
    const auto chance_of = [&](std::size_t i) {
        double sum = 0;
        for (std::size_t g = 0; g < active.size(); ++g) {
            const auto code = ratings(counts.units[i], active[g]);
            const double filled = (code >= 0 ? 1.0 : 0.0) - number[g] / n;
            double part = -filled * base[g];
            if (code >= 0) {
                const auto k = static_cast<std::size_t>(code);
                part += weighted_all[k] - weighted_own[g * q + k];
            }
            sum += part * n / number[g];
        }
        return sum / (r * (r - 1));
    };
    return beyond_chance(std::move(out), counts, chance, 2, chance_of, level);
}

Estimate krippendorff_weighted(const Ratings& ratings, const CategoryWeights& weights,
                               ConfidenceLevel level) {
    const Counts counts{ratings, weights};
    Estimate out = start(ratings, Text::stats_krippendorff_alpha, weights);
    if (const auto why = cannot(ratings, counts)) return undefined(out, *why);
    std::vector<std::size_t> used;
    double all = 0;
    for (std::size_t i = 0; i < counts.n; ++i) {
        if (counts.ratings[i] < 2) continue;
        used.push_back(i);
        all += counts.ratings[i];
    }
    const std::size_t single = counts.n - used.size();
    if (single > 0) out.dropped.push_back({Text::stats_unit_single, static_cast<std::int64_t>(single)});
    out.n = static_cast<std::int64_t>(used.size());
    const double mean = all / of(used.size()), small = 1 / all;
    double observed = 0, chance = 0;
    std::vector<double> share(counts.categories), weighted(counts.categories);
    for (const std::size_t i : used) {
        observed += counts.agreement[i] * counts.ratings[i] / mean / of(used.size());
        for (std::size_t k = 0; k < counts.categories; ++k) share[k] += counts.cell(i, k) / all;
    }
    for (std::size_t k = 0; k < counts.categories; ++k) {
        for (std::size_t l = 0; l < counts.categories; ++l) weighted[k] += weights(k, l) * share[l];
        chance += share[k] * weighted[k];
    }
    if (1 - chance <= 1e-14) return undefined(out, NotEstimable::one_category);
    const double corrected = (1 - small) * observed + small;
    out = defined(out, (corrected - chance) / (1 - chance));
    add_parts(out, corrected, chance);
    if (used.size() < 2) {
        out.no_interval = NotEstimable::too_few;
        return out;
    }
    const double plain = (observed - chance) / (1 - chance);
    double square = 0;
    for (const std::size_t i : used) {
        const double size = counts.ratings[i] / mean;
        double expected = 0;
        for (std::size_t k = 0; k < counts.categories; ++k)
            expected += counts.cell(i, k) * weighted[k] / mean;
        const double own = (counts.agreement[i] * size - corrected * (size - 1) - chance) / (1 - chance);
        const double part =
            own - 2 * (1 - plain) * (expected - chance * (size - 1) - chance) / (1 - chance) - plain;
        square += part * part;
    }
    const double n = of(used.size());
    out.standard_error = std::sqrt(square / (n * (n - 1)));
    const double half = student_t_quantile((1 + level.value()) / 2, n - 1) * *out.standard_error;
    out.interval = Interval{*out.value - half, std::min(1.0, *out.value + half), level.value(),
                            Text::stats_gwet_interval};
    return out;
}

namespace {

/// The table of two raters over the units that both rated, as shares.
struct Pair {
    std::size_t q = 0;
    double n = 0;
    std::vector<double> cells, rows, columns;
    std::int64_t one_missing = 0;
    double observed = 0, chance = 0;

    Pair(const Ratings& ratings, std::size_t a, std::size_t b, const CategoryWeights& weights)
        : q{ratings.categories.size()}, cells(q * q), rows(q), columns(q) {
        // Place 0 is a missing rating. Four units in turn count in tables of their own where these are small:
        // most pairs agree, and adding to a number just written has to wait for it.
        const std::size_t width = q + 1, size = width * width, units = ratings.size();
        const std::size_t apart = q <= 16 ? size : 0;
        std::vector<std::int64_t> counts(size + 3 * apart);
        const auto count = [&](std::size_t unit, std::int64_t* table) {
            ++table[static_cast<std::size_t>(ratings(unit, a) + 1) * width +
                    static_cast<std::size_t>(ratings(unit, b) + 1)];
        };
        std::size_t unit = 0;
        for (; unit + 4 <= units; unit += 4) {
            for (std::size_t t = 0; t < 4; ++t) count(unit + t, counts.data() + t * apart);
        }
        for (; unit < units; ++unit) count(unit, counts.data());
        for (std::size_t cell = size; cell < counts.size(); ++cell) counts[cell % size] += counts[cell];
        for (std::size_t i = 1; i < width; ++i) {
            one_missing += counts[i] + counts[i * width];
            for (std::size_t j = 1; j < width; ++j) {
                cells[(i - 1) * q + j - 1] = static_cast<double>(counts[i * width + j]);
                n += cells[(i - 1) * q + j - 1];
            }
        }
        if (n == 0) return;
        for (std::size_t i = 0; i < q; ++i) {
            for (std::size_t j = 0; j < q; ++j) {
                cells[i * q + j] /= n;
                rows[i] += cells[i * q + j];
                columns[j] += cells[i * q + j];
                observed += weights(i, j) * cells[i * q + j];
            }
        }
        for (std::size_t i = 0; i < q; ++i) {
            for (std::size_t j = 0; j < q; ++j) chance += weights(i, j) * rows[i] * columns[j];
        }
    }
    std::optional<NotEstimable> cannot() const {
        if (n == 0) return NotEstimable::no_pairs;
        if (1 - chance <= 1e-14) return NotEstimable::one_category;
        return std::nullopt;
    }
    double kappa() const { return (observed - chance) / (1 - chance); }
    /// Mean weights of a row and of a column together.
    double mean_weight(const CategoryWeights& weights, std::size_t i, std::size_t j) const {
        double sum = 0;
        for (std::size_t l = 0; l < q; ++l) sum += weights(i, l) * columns[l] + weights(l, j) * rows[l];
        return sum;
    }
    double variance(const CategoryWeights& weights) const {
        double sum = 0;
        for (std::size_t i = 0; i < q; ++i) {
            for (std::size_t j = 0; j < q; ++j) {
                if (cells[i * q + j] == 0) continue;
                const double part =
                    weights(i, j) * (1 - chance) - mean_weight(weights, i, j) * (1 - observed);
                sum += cells[i * q + j] * part * part;
            }
        }
        const double centre = observed * chance - 2 * chance + observed;
        return std::max(0.0, (sum - centre * centre) / (n * std::pow(1 - chance, 4)));
    }
    double null_variance(const CategoryWeights& weights) const {
        double sum = 0;
        for (std::size_t i = 0; i < q; ++i) {
            for (std::size_t j = 0; j < q; ++j) {
                const double part = weights(i, j) - mean_weight(weights, i, j);
                sum += rows[i] * columns[j] * part * part;
            }
        }
        return std::max(0.0, (sum - chance * chance) / (n * (1 - chance) * (1 - chance)));
    }
};

bool has_ratings(const Ratings& ratings) {
    return std::any_of(ratings.codes.begin(), ratings.codes.end(), [](auto code) { return code >= 0; });
}

}  // namespace

Estimate cohen_kappa(const Ratings& ratings, std::string_view first, std::string_view second,
                     const CategoryWeights& weights, ConfidenceLevel level) {
    Estimate out = start(ratings, Text::stats_cohen_kappa, weights);
    const Pair pair{ratings, ratings.rater(first), ratings.rater(second), weights};
    out.n = static_cast<std::int64_t>(pair.n);
    if (pair.one_missing > 0) out.dropped.push_back({Text::stats_unit_incomplete, pair.one_missing});
    if (!has_ratings(ratings)) return undefined(out, NotEstimable::no_data);
    if (first == second) return undefined(out, NotEstimable::one_rater);
    if (const auto why = pair.cannot()) return undefined(out, *why);
    out = defined(out, pair.kappa());
    add_parts(out, pair.observed, pair.chance);
    out.standard_error = std::sqrt(pair.variance(weights));
    const double half = z_of(level) * *out.standard_error;
    out.interval = Interval{*out.value - half, std::min(1.0, *out.value + half), level.value(),
                            Text::stats_fleiss_cohen_everitt};
    return out;
}

Test cohen_kappa_test(const Ratings& ratings, std::string_view first, std::string_view second,
                      const CategoryWeights& weights) {
    Test out;
    out.hypothesis = Text::stats_no_agreement_beyond_chance;
    out.method = Text::stats_kappa_null_variance;
    out.conventions = {weights.name, Text::stats_two_sided};
    out.dropped = ratings.dropped;
    const Pair pair{ratings, ratings.rater(first), ratings.rater(second), weights};
    out.n = static_cast<std::int64_t>(pair.n);
    if (pair.one_missing > 0) out.dropped.push_back({Text::stats_unit_incomplete, pair.one_missing});
    if (!has_ratings(ratings)) {
        out.reason = NotEstimable::no_data;
    } else if (first == second) {
        out.reason = NotEstimable::one_rater;
    } else {
        out.reason = pair.cannot();
    }
    if (out.reason) return out;
    const double variance = pair.null_variance(weights);
    if (!(variance > 0)) {
        out.reason = NotEstimable::one_category;  // one of the two used a single category
        return out;
    }
    out.statistic = pair.kappa() / std::sqrt(variance);
    out.p_value = normal_two_sided(*out.statistic);
    return out;
}

Estimate light_kappa(const Ratings& ratings, const CategoryWeights& weights) {
    Estimate out = start(ratings, Text::stats_light_kappa, weights);
    out.method = Text::stats_mean_of_pairs;
    if (!has_ratings(ratings)) return undefined(out, NotEstimable::no_data);
    if (ratings.raters.size() < 2) return undefined(out, NotEstimable::one_rater);
    double sum = 0, told = 0;
    std::int64_t pairs = 0;
    NotEstimable why = NotEstimable::no_pairs;
    for (std::size_t a = 0; a < ratings.raters.size(); ++a) {
        for (std::size_t b = a + 1; b < ratings.raters.size(); ++b) {
            const Pair pair{ratings, a, b, weights};
            ++pairs;
            if (const auto reason = pair.cannot()) {
                if (*reason == NotEstimable::one_category) why = *reason;
                continue;
            }
            sum += pair.kappa();
            ++told;
        }
    }
    out.n = static_cast<std::int64_t>(ratings.size());
    out.notes.push_back(note(Text::stats_note_pairs, {pairs, pairs - static_cast<std::int64_t>(told)}));
    if (told == 0) return undefined(out, why);
    out = defined(out, sum / told);
    out.no_interval = NotEstimable::not_available;
    return out;
}

namespace {

/// Complete ratings: counts of all units, each with the same number of ratings.
std::optional<NotEstimable> cannot_complete(const Ratings& ratings, const Counts& counts) {
    if (const auto why = cannot(ratings, counts)) return why;
    for (const double given : counts.ratings) {
        if (given != of(ratings.raters.size())) return NotEstimable::missing_ratings;
    }
    return std::nullopt;
}

}  // namespace

Test fleiss_kappa_test(const Ratings& ratings) {
    const CategoryWeights plain = weights(ratings, AgreementWeights::unweighted);
    const Counts counts{ratings, plain};
    Test out;
    out.hypothesis = Text::stats_no_agreement_beyond_chance;
    out.method = Text::stats_kappa_null_variance;
    out.conventions = {plain.name, Text::stats_two_sided};
    out.dropped = ratings.dropped;
    out.n = static_cast<std::int64_t>(counts.n);
    out.reason = cannot_complete(ratings, counts);
    if (out.reason) return out;
    const double m = of(ratings.raters.size());
    double chance = 0, spread = 0, skew = 0;
    for (const double p : counts.shares()) {
        chance += p * p;
        spread += p * (1 - p);
        skew += p * (1 - p) * (1 - 2 * p);
    }
    if (!(spread > 1e-14)) {
        out.reason = NotEstimable::one_category;
        return out;
    }
    const double variance = 2 * (spread * spread - skew) / (spread * spread * of(counts.n) * m * (m - 1));
    out.statistic = (counts.observed - chance) / (1 - chance) / std::sqrt(variance);
    out.p_value = normal_two_sided(*out.statistic);
    return out;
}

Estimates fleiss_kappa_by_category(const Ratings& ratings) {
    const CategoryWeights plain = weights(ratings, AgreementWeights::unweighted);
    const Counts counts{ratings, plain};
    Estimates out;
    out.title = Text::stats_kappa_by_category;
    const auto why = cannot_complete(ratings, counts);
    const auto share = counts.n == 0 ? std::vector<double>(counts.categories) : counts.shares();
    const double m = of(ratings.raters.size());
    for (std::size_t k = 0; k < counts.categories; ++k) {
        Estimate row;
        row.subject = ratings.categories[k];
        row.quantity = Text::stats_kappa;
        row.method = Text::stats_agreement_beyond_chance;
        row.n = static_cast<std::int64_t>(counts.n);
        row.dropped = ratings.dropped;
        if (why) {
            out.rows.push_back(undefined(row, *why));
            continue;
        }
        double differing = 0;
        for (std::size_t i = 0; i < counts.n; ++i) differing += counts.cell(i, k) * (m - counts.cell(i, k));
        const double spread = of(counts.n) * m * (m - 1) * share[k] * (1 - share[k]);
        if (!(spread > 1e-12)) {
            out.rows.push_back(undefined(row, NotEstimable::one_category));
            continue;
        }
        row = defined(row, 1 - differing / spread);
        // Without agreement the variance is the same for every category: 2 / (n m (m - 1)).
        row.no_interval = NotEstimable::not_available;
        out.rows.push_back(std::move(row));
    }
    return out;
}

}  // namespace recruit::stats
