#include <recruit/stats/utility.hpp>

#include <algorithm>
#include <cmath>
#include <functional>

#include <boost/math/quadrature/gauss_kronrod.hpp>

#include <recruit/base/error.hpp>
#include <recruit/stats/data.hpp>

#include "base/keys.hpp"
#include "stats/special.hpp"
#include "stats/writing.hpp"

namespace recruit::stats {

using namespace detail;

namespace {

constexpr double pi = 3.14159265358979323846;

void check(const Validity& validity) {
    if (!(std::fabs(validity.r) <= 1)) bad_argument("validity", validity.r, "a correlation, -1 to 1");
    if (validity.n && *validity.n < 1)
        bad_argument("n", static_cast<double>(*validity.n), "1 or more persons");
}

double normal_density(double x) { return std::exp(-0.5 * x * x) / std::sqrt(2 * pi); }

template <class Function>
double integral(Function function, double from, double to) {
    return boost::math::quadrature::gauss_kronrod<double, 31>::integrate(function, from, to, 12, 1e-13);
}

/// P(X > h, Y > k) of a standard bivariate normal: Plackett's (1954) integral over the correlation, sin t.
double both_above(double h, double k, double r) {
    if (r == 1) return normal_sf(std::max(h, k));
    if (r == -1) return std::max(0.0, normal_sf(h) - normal_cdf(k));
    const auto slope = [&](double t) {
        const double c = std::cos(t), s = std::sin(t);
        return std::exp(-(h * h - 2 * h * k * s + k * k) / (2 * c * c));
    };
    return normal_sf(h) * normal_sf(k) + integral(slope, 0, std::asin(r)) / (2 * pi);
}

/// Puts the value, and an interval from that of an observed validity; `of` rises or falls with r.
Estimate from_validity(Estimate out, const Validity& validity, ConfidenceLevel level,
                       const std::function<double(double)>& of) {
    out = defined(std::move(out), of(validity.r));
    if (!validity.n) {
        out.notes.push_back({Text::stats_note_assumed_validity, {validity.r}});
        out.no_interval = NotEstimable::no_outcome;
        return out;
    }
    out.n = *validity.n;
    out.notes.push_back({Text::stats_note_observed_validity, {validity.r, *validity.n}});
    if (*validity.n < 4 || std::fabs(validity.r) == 1) {
        out.no_interval = NotEstimable::too_few;
        return out;
    }
    const double half =
        -normal_quantile((1 - level.value()) / 2) / std::sqrt(static_cast<double>(*validity.n - 3));
    const double low = of(std::tanh(std::atanh(validity.r) - half)),
                 high = of(std::tanh(std::atanh(validity.r) + half));
    out.interval = Interval{std::min(low, high), std::max(low, high), level.value(), Text::stats_fisher_z};
    return out;
}

double mean_z(const Field& field) {
    const double ratio = field.ratio();
    if (ratio == 1) return 0;
    if (!field.candidates()) return normal_density(normal_quantile(ratio)) / ratio;
    // A candidate with score z is selected if fewer than k of the other n - 1 are above: the mean is the
    // integral of z times density times that probability, n / k times.
    const auto n = static_cast<double>(*field.candidates()), k = static_cast<double>(*field.selected());
    const auto weight = [&](double z) { return z * normal_density(z) * beta_sf(normal_sf(z), k, n - k); };
    const double near = -normal_quantile(ratio);  // where it falls
    const double width = 10 / std::sqrt(n);
    return n / k *
           (integral(weight, -9.0, std::max(-9.0, near - width)) +
            integral(weight, std::max(-9.0, near - width), std::min(9.0, near + width)) +
            integral(weight, std::min(9.0, near + width), 9.0));
}

}  // namespace

Field::Field(std::int64_t selected, std::int64_t candidates) : selected_{selected}, candidates_{candidates} {
    if (selected < 1 || selected > candidates) {
        throw Error{Code::stats_bad_count, {std::to_string(selected), std::to_string(candidates)}};
    }
    ratio_ = static_cast<double>(selected) / static_cast<double>(candidates);
}

Field Field::of_ratio(double ratio) {
    if (!(ratio > 0 && ratio <= 1)) bad_argument("selection_ratio", ratio, "a share above 0, at most 1");
    Field field;
    field.ratio_ = ratio;
    return field;
}

double expected_order_statistic(std::int64_t rank, std::int64_t n) {
    if (rank < 1 || rank > n) throw Error{Code::stats_bad_count, {std::to_string(rank), std::to_string(n)}};
    if (2 * rank - 1 == n) return 0;
    if (2 * rank > n) return -expected_order_statistic(n + 1 - rank, n);
    // The sums over the first `rank` less those over one fewer.
    const auto sum = [&](std::int64_t k) {
        return k == 0 ? 0 : static_cast<double>(k) * mean_z(Field{k, n});
    };
    if (rank == 1) return sum(1);
    const auto k = static_cast<double>(rank), m = static_cast<double>(n);
    const double log_factor = std::log(k) + log_choose(m, k);
    const auto weight = [&](double z) {
        const double above = normal_sf(z), below = normal_cdf(z);
        if (above == 0 || below == 0) return 0.0;
        return z * normal_density(z) *
               std::exp(log_factor + (k - 1) * std::log(above) + (m - k) * std::log(below));
    };
    const double near = -normal_quantile((k - 0.5) / m), width = 10 / std::sqrt(m);
    return integral(weight, -9.0, near - width) + integral(weight, near - width, near + width) +
           integral(weight, near + width, 9.0);
}

Estimate mean_z_selected(const Field& field) {
    Estimate out;
    out.quantity = Text::stats_mean_z_selected;
    out.method = field.candidates() ? Text::stats_expected_order_statistics : Text::stats_infinite_pool;
    out.n = field.candidates().value_or(0);
    return defined(out, mean_z(field));
}

Estimate taylor_russell(const Validity& validity, double selection_ratio, double base_rate,
                        ConfidenceLevel level) {
    check(validity);
    if (!(selection_ratio > 0 && selection_ratio <= 1))
        bad_argument("selection_ratio", selection_ratio, "a share above 0, at most 1");
    if (!(base_rate > 0 && base_rate < 1)) bad_argument("base_rate", base_rate, "a share between 0 and 1");
    Estimate out;
    out.quantity = Text::stats_success_ratio;
    out.method = Text::stats_taylor_russell;
    out.notes.push_back({Text::stats_note_base_rate, {base_rate, selection_ratio}});
    return from_validity(std::move(out), validity, level, [&](double r) {
        if (selection_ratio == 1) return base_rate;
        return both_above(-normal_quantile(selection_ratio), -normal_quantile(base_rate), r) /
               selection_ratio;
    });
}

Estimate naylor_shine(const Validity& validity, const Field& field, ConfidenceLevel level) {
    check(validity);
    Estimate out;
    out.quantity = Text::stats_mean_outcome;
    out.method = Text::stats_naylor_shine;
    out.conventions = {mean_z_selected(field).method};
    const double z = mean_z(field);
    return from_validity(std::move(out), validity, level, [z](double r) { return r * z; });
}

Estimate brogden_cronbach_gleser(const Validity& validity, const Field& field, const UtilityTerms& terms,
                                 ConfidenceLevel level) {
    check(validity);
    if (!(terms.sdy >= 0) || std::isinf(terms.sdy))
        bad_argument("sdy", terms.sdy, "a finite amount, 0 or more");
    if (!(terms.years > 0) || std::isinf(terms.years))
        bad_argument("years", terms.years, "a finite time above 0");
    if (!(terms.cost >= 0) || std::isinf(terms.cost))
        bad_argument("cost", terms.cost, "a finite amount, 0 or more");
    if (terms.selected < 1) bad_argument("selected", static_cast<double>(terms.selected), "1 or more");
    if (field.selected() && *field.selected() != terms.selected)
        bad_argument("selected", static_cast<double>(terms.selected), "the number selected of the field");
    Estimate out;
    out.quantity = Text::stats_utility_gain;
    out.method = Text::stats_brogden_cronbach_gleser;
    out.conventions = {mean_z_selected(field).method};
    out.notes.push_back({Text::stats_note_money, {terms.sdy, terms.years, terms.cost}});
    const double z = mean_z(field), selected = static_cast<double>(terms.selected);
    const double cost = terms.cost * selected / field.ratio();
    return from_validity(std::move(out), validity, level,
                         [&, z](double r) { return selected * terms.years * r * terms.sdy * z - cost; });
}

Estimate observed_validity(const Table& data, std::string_view score, std::string_view outcome,
                           ConfidenceLevel level) {
    const std::vector<double> x = numbers(data, score), y = numbers(data, outcome);
    Estimate out;
    out.quantity = Text::stats_validity;
    out.method = Text::stats_pearson;
    double mean_x = 0, mean_y = 0;
    std::int64_t no_score = 0, no_outcome = 0;
    std::vector<std::size_t> rows;
    for (std::size_t i = 0; i < x.size(); ++i) {
        if (std::isnan(x[i])) {
            ++no_score;
        } else if (std::isnan(y[i])) {
            ++no_outcome;
        } else {
            rows.push_back(i);
            mean_x += x[i];
            mean_y += y[i];
        }
    }
    if (no_score > 0) out.dropped.push_back({Text::stats_missing_value, no_score});
    if (no_outcome > 0) out.dropped.push_back({Text::stats_missing_outcome, no_outcome});
    const auto n = static_cast<double>(rows.size());
    out.n = static_cast<std::int64_t>(rows.size());
    if (rows.empty()) return undefined(out, NotEstimable::no_outcome);
    if (rows.size() < 3) return undefined(out, NotEstimable::too_few);
    mean_x /= n;
    mean_y /= n;
    double xx = 0, yy = 0, xy = 0;
    for (const std::size_t i : rows) {
        xx += (x[i] - mean_x) * (x[i] - mean_x);
        yy += (y[i] - mean_y) * (y[i] - mean_y);
        xy += (x[i] - mean_x) * (y[i] - mean_y);
    }
    if (xx == 0 || yy == 0) return undefined(out, NotEstimable::constant);
    const double r = std::clamp(xy / std::sqrt(xx * yy), -1.0, 1.0);
    out = from_validity(std::move(out), {r, out.n}, level, [](double value) { return value; });
    out.notes = {{Text::stats_note_range_restriction, {}}};
    return out;
}

}  // namespace recruit::stats
