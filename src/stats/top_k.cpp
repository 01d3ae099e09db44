#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include <recruit/base/error.hpp>
#include <recruit/stats/decision.hpp>

#include "base/keys.hpp"
#include "base/parallel.hpp"
#include "stats/normal_tail.hpp"
#include "stats/order.hpp"
#include "stats/special.hpp"
#include "stats/writing.hpp"

// top_k_probabilities, rank_probabilities and right_set_probability.

namespace recruit::stats {

using namespace detail;
using recruit::detail::Pace;
using recruit::detail::parallel;

namespace {

constexpr double reach = 8.3;     // beyond so many standard deviations a normal has less than 1e-16
constexpr double settled = 1e-5;  // a halved step squares the error at least
constexpr int most_halvings = 8;
constexpr std::int64_t most_candidates = 5000;
constexpr std::size_t large_field = 100;  // from here on first_place is faster

/// P(Z > z), P(Z < z), and the density.
struct At {
    double above, below, density;
};
At normal_at(const NormalTail& table, double z) {
    const double size = std::fabs(z);
    if (size > NormalTail::reach) return z > 0 ? At{0, 1, 0} : At{1, 0, 0};
    const auto [tail, density] = table.at(size);
    return z > 0 ? At{tail, 1 - tail, density} : At{1 - tail, tail, density};
}

void check(std::span<const double> means, std::span<const double> sds) {
    if (means.size() != sds.size()) {
        throw Error{Code::stats_lengths,
                    {"sds", std::to_string(sds.size()), "means", std::to_string(means.size())}};
    }
    for (const double mean : means) {
        if (!std::isfinite(mean)) bad_argument("mean", mean, "a finite number");
    }
    for (const double sd : sds) {
        if (!(sd > 0) || std::isinf(sd)) bad_argument("sd", sd, "a finite number above 0");
    }
}

/// How many are above a point: its mean, variance, and how fast it falls.
struct Crowd {
    double mean = 0, variance = 0, slope = 0;

    Crowd(std::span<const double> means, std::span<const double> sds, double t) {
        const NormalTail& table = NormalTail::table();
        for (std::size_t i = 0; i < means.size(); ++i) {
            const double z = (means[i] - t) / sds[i];
            if (z < -reach) continue;
            if (z > reach) {
                mean += 1;
                continue;
            }
            const At at = normal_at(table, z);  // above t: below z
            mean += at.below;
            variance += at.below * at.above;
            slope += at.density / sds[i];
        }
    }
    /// Of the normal curve that the distribution function of the order statistic here resembles.
    double width() const { return std::sqrt(std::max(variance, 0.25)) / slope; }
};

/// Narrows [left, right] until `holds`, true left of some point and false right of it, is known to
/// `precision`.
template <class Holds>
void narrow(double& left, double& right, double precision, Holds holds) {
    for (int i = 0; i < 60 && right - left > precision; ++i) {
        const double middle = 0.5 * (left + right);
        (holds(middle) ? left : right) = middle;
    }
}

/// Where others decide about the k-th place.
/// Stretches of the line, rising and apart.
using Stretches = std::vector<std::pair<double, double>>;

/// Where some true score can be, inside [from, to].
Stretches dense(std::span<const double> means, std::span<const double> sds, double from, double to) {
    Stretches all, merged;
    for (std::size_t i = 0; i < means.size(); ++i) {
        const double low = std::max(from, means[i] - reach * sds[i]);
        const double high = std::min(to, means[i] + reach * sds[i]);
        if (low < high) all.emplace_back(low, high);
    }
    std::sort(all.begin(), all.end());
    for (const auto& stretch : all) {
        if (merged.empty() || merged.back().second < stretch.first) {
            merged.push_back(stretch);
        } else {
            merged.back().second = std::max(merged.back().second, stretch.second);
        }
    }
    return merged;
}

/// Where others decide about the k-th place.
struct Cut {
    double low = std::numeric_limits<double>::infinity(), high = -low;  // every true score is inside
    double centre = 0, width = 0;                                       // of the k-th place
    double from = 0, to = 0;  // outside, the place is decided up to 1e-15
    double step = 0;          // of the trapezoidal rule, to begin with

    Cut(std::span<const double> means, std::span<const double> sds, std::int64_t k) {
        double narrowest = std::numeric_limits<double>::infinity();
        for (std::size_t i = 0; i < means.size(); ++i) {
            low = std::min(low, means[i] - reach * sds[i]);
            high = std::max(high, means[i] + reach * sds[i]);
            narrowest = std::min(narrowest, sds[i]);
        }
        const auto wanted = static_cast<double>(k);
        double left = low, right = high;
        for (int i = 0; i < 100; ++i) {
            centre = 0.5 * (left + right);
            const Crowd crowd{means, sds, centre};
            width = std::min(crowd.width(), high - low);
            if (std::fabs(crowd.mean - (wanted - 0.5)) < 0.25 && right - left < 0.5 * width) break;
            (crowd.mean > wanted - 0.5 ? left : right) = centre;
        }
        // Bennett's inequality: P(|sum - mean| >= x) <= exp(-v ((1 + u) ln(1 + u) - u)), u = x / v.
        const auto decided = [](const Crowd& crowd, double distance) {
            if (distance <= 0) return false;
            if (crowd.variance == 0) return true;
            const double u = distance / crowd.variance;
            return crowd.variance * ((1 + u) * std::log1p(u) - u) > 36;
        };
        from = low;
        left = centre;
        narrow(from, left, width, [&](double t) {
            const Crowd crowd{means, sds, t};
            return decided(crowd, crowd.mean - wanted - 1);
        });
        to = high;
        right = centre;
        narrow(right, to, width, [&](double t) {
            const Crowd crowd{means, sds, t};
            return !decided(crowd, wanted - 1 - crowd.mean);
        });
        from = std::min(from, centre - reach * width);
        to = std::max(to, centre + reach * width);
        step = 1 / std::hypot(1 / width, 1 / narrowest);
    }
};

/// Integrals of functions that fall to 0 outside `stretches`: a trapezoidal rule, halved until it stands.
/// `evaluate(points)` returns the sum of each function over those points.
template <class Evaluate>
std::vector<double> integrate(const Stretches& stretches, double step, std::size_t size, Evaluate evaluate) {
    std::vector<double> sums(size);
    if (stretches.empty()) return sums;
    // A step of few bits, and points that are multiples of it or of its half: they are exact, so that a lead
    // of a million errors loses nothing.
    int exponent = 0;
    const double bits = std::frexp(step, &exponent);
    step = std::ldexp(std::floor(256 * bits) / 256, exponent);
    double shift = 0;
    const auto points = [&] {
        std::vector<double> out;
        for (const auto& [from, to] : stretches) {
            for (double j = std::ceil(from / step - shift); (j + shift) * step <= to; ++j)
                out.push_back((j + shift) * step);
        }
        return out;
    };
    sums = evaluate(points());
    for (int round = 0; round < most_halvings; ++round) {
        shift = 0.5;
        const std::vector<double> between = evaluate(points());
        double change = 0;  // added up: many may have little each
        for (std::size_t i = 0; i < size; ++i) {
            change += 0.5 * step * std::fabs(sums[i] - between[i]);
            sums[i] += between[i];
        }
        step *= 0.5;
        if (change < settled) break;
    }
    for (double& sum : sums) sum *= step;
    return sums;
}

}  // namespace

std::vector<double> top_k_probabilities(std::span<const double> means, std::span<const double> sds,
                                        std::int64_t k, const RunOptions& options) {
    check(means, sds);
    const std::size_t n = means.size();
    if (k < 1 || k > static_cast<std::int64_t>(n))
        bad_argument("k", static_cast<double>(k), "1 to the number of candidates");
    if (k == static_cast<std::int64_t>(n)) return std::vector<double>(n, 1.0);
    const bool one_error = std::all_of(sds.begin(), sds.end(), [&](double sd) { return sd == sds.front(); });
    if (k == 1 && n >= large_field && one_error) {
        if (options.stop.stop_requested()) throw Cancelled{Code::stopped, {}};
        std::vector<double> first = first_place(means, sds.front());
        if (options.progress) options.progress(1);
        return first;
    }
    // Threads cost more than they bring in a small field.
    const Pace pace{n < 200 ? 1 : options.threads, options.stop, options.progress};
    const Cut cut{means, sds, k};
    // P(i in the top k) = integral of density_i(t) G_i(t), with G_i(t) = P(at most k - 1 others above t). A
    // normal curve H like G is taken out, so that what is left falls to 0 on both sides and the trapezoidal
    // rule converges exponentially; its own part is known.
    double done = 0;
    std::vector<double> result =
        integrate(dense(means, sds, cut.from, cut.to), cut.step, n, [&](const std::vector<double>& points) {
            struct Node {
                std::vector<double> p, q, density;
                LeaveOneOut others;
                double base;
            };
            std::vector<std::optional<Node>> nodes(points.size());
            parallel(points.size(), 1, pace.part(done, 0.75 * done + 0.25), [&](std::size_t i, std::size_t) {
                const NormalTail& table = NormalTail::table();
                std::vector<double> p(n), q(n), density(n);
                for (std::size_t c = 0; c < n; ++c) {
                    const At at = normal_at(table, (points[i] - means[c]) / sds[c]);
                    p[c] = at.above;
                    q[c] = at.below;
                    density[c] = at.density;
                }
                LeaveOneOut others{poisson_binomial(p)};
                nodes[i].emplace(Node{std::move(p), std::move(q), std::move(density), std::move(others),
                                      normal_cdf((points[i] - cut.centre) / cut.width)});
            });
            std::vector<double> sums(n);
            constexpr std::size_t lanes = LeaveOneOut::lanes;
            parallel(n, 32 * lanes, pace.part(0.75 * done + 0.25, 0.5 * (done + 1)),
                     [&](std::size_t first, std::size_t last) {
                         for (std::size_t i = 0; i < points.size(); ++i) {
                             const Node& node = *nodes[i];
                             for (std::size_t c = first; c < last; c += lanes) {
                                 const std::size_t size = std::min(lanes, last - c);
                                 double weight[lanes] = {}, below[lanes] = {}, most = 0;
                                 for (std::size_t l = 0; l < size; ++l) {
                                     weight[l] = node.density[c + l] / sds[c + l];
                                     most = std::max(most, node.density[c + l]);
                                 }
                                 if (most < 1e-17) continue;
                                 node.others.at_most(k - 1, std::span{node.p}.subspan(c, size),
                                                     std::span{node.q}.subspan(c, size),
                                                     std::span{below, size});
                                 for (std::size_t l = 0; l < size; ++l)
                                     sums[c + l] += weight[l] * (below[l] - node.base);
                             }
                         }
                     });
            done = 0.5 * (done + 1);
            return sums;
        });
    for (std::size_t c = 0; c < n; ++c) {
        result[c] += normal_cdf((means[c] - cut.centre) / std::hypot(sds[c], cut.width));
        result[c] = std::clamp(result[c], 0.0, 1.0);
    }
    if (options.progress) options.progress(1);
    return result;
}

std::vector<double> rank_probabilities(std::span<const double> means, std::span<const double> sds,
                                       const RunOptions& options) {
    check(means, sds);
    const std::size_t n = means.size();
    if (n == 0) return {};
    if (static_cast<std::int64_t>(n) > most_candidates)
        bad_argument("candidates", static_cast<double>(n), "at most 5,000 of them");
    const Pace pace{options.threads, options.stop, options.progress};
    double low = std::numeric_limits<double>::infinity(), high = -low, narrowest = low;
    for (std::size_t i = 0; i < n; ++i) {
        low = std::min(low, means[i] - reach * sds[i]);
        high = std::max(high, means[i] + reach * sds[i]);
        narrowest = std::min(narrowest, sds[i]);
    }
    double width = std::numeric_limits<double>::infinity();
    for (const auto& [from, to] : dense(means, sds, low, high)) {
        for (double t = from; t < to; t += 0.5 * narrowest) {
            const Crowd crowd{means, sds, t};
            if (crowd.variance > 0.01) width = std::min(width, crowd.width());
        }
    }
    const double step = 1 / std::hypot(1 / width, 1 / narrowest);
    double done = 0;
    return integrate(dense(means, sds, low, high), step, n * n, [&](const std::vector<double>& points) {
        std::vector<PoissonBinomial> all(points.size());
        parallel(points.size(), 4, pace.part(done, done + 0.2 * (1 - done)),
                 [&](std::size_t first, std::size_t last) {
                     const NormalTail& table = NormalTail::table();
                     std::vector<double> p(n);
                     for (std::size_t i = first; i < last; ++i) {
                         for (std::size_t c = 0; c < n; ++c)
                             p[c] = normal_at(table, (points[i] - means[c]) / sds[c]).above;
                         all[i] = poisson_binomial(p);
                     }
                 });
        std::vector<double> sums(n * n);
        parallel(n, 16, pace.part(done + 0.2 * (1 - done), 0.5 * (done + 1)),
                 [&](std::size_t first, std::size_t last) {
                     const NormalTail& table = NormalTail::table();
                     std::vector<double> row(n + 2);
                     for (std::size_t c = first; c < last; ++c) {
                         std::fill(row.begin(), row.end(), 0.0);
                         for (std::size_t i = 0; i < points.size(); ++i) {
                             const double z = (points[i] - means[c]) / sds[c];
                             if (std::fabs(z) > reach + 0.5) continue;
                             // row[j]: j - 1 others above, so that the rank is j
                             const std::size_t from = static_cast<std::size_t>(all[i].first);
                             const At at = normal_at(table, z);
                             add_leave_one_out(all[i], at.above, at.density / sds[c],
                                               std::span{row}.subspan(from, all[i].share.size() + 1));
                         }
                         for (std::size_t r = 0; r < n; ++r) sums[c * n + r] = row[r + 1];
                     }
                 });
        done = 0.5 * (done + 1);
        return sums;
    });
}

double right_set_probability(std::span<const double> means, std::span<const double> sds,
                             std::span<const std::size_t> chosen) {
    check(means, sds);
    const std::size_t n = means.size();
    std::vector<bool> is_chosen(n);
    for (const std::size_t i : chosen) {
        if (i >= n || is_chosen[i]) bad_argument("chosen", static_cast<double>(i), "candidates, each once");
        is_chosen[i] = true;
    }
    if (chosen.empty() || chosen.size() == n) return 1;
    const Cut cut{means, sds, static_cast<std::int64_t>(chosen.size())};
    // The lowest of the chosen at t, and all others below it.
    const auto sums =
        integrate(dense(means, sds, cut.low, cut.high), cut.step, 1, [&](const std::vector<double>& points) {
            const NormalTail& table = NormalTail::table();
            double sum = 0;
            for (const double t : points) {
                double product = 0, hazard = 0;  // the product as a logarithm
                for (std::size_t i = 0; i < n && product > -45; ++i) {
                    const double z = (means[i] - t) / sds[i];
                    const At at = normal_at(table, z);
                    const double p = is_chosen[i] ? at.below : at.above;
                    product = p > 0 ? product + std::log(p) : -std::numeric_limits<double>::infinity();
                    if (is_chosen[i] && p > 0) hazard += at.density / sds[i] / p;
                }
                if (product > -45) sum += std::exp(product) * hazard;
            }
            return std::vector<double>{sum};
        });
    return std::clamp(sums.front(), 0.0, 1.0);
}

}  // namespace recruit::stats
