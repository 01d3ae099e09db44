#include <algorithm>
#include <cmath>
#include <numeric>

#include <recruit/base/error.hpp>
#include <recruit/base/random.hpp>
#include <recruit/stats/agreement.hpp>
#include <recruit/stats/quantiles.hpp>

#include "base/keys.hpp"
#include "base/parallel.hpp"
#include "stats/quantiles.hpp"
#include "stats/special.hpp"
#include "stats/writing.hpp"

namespace recruit::stats {

using namespace detail;

namespace {

double of(std::size_t n) { return static_cast<double>(n); }

/// Units with two ratings or more, one after the other, and what each adds to the disagreement. Interval
/// disagreement has a closed form in sums of squares, ordinal is interval on cumulative places.
class Alpha {
public:
    Alpha(const Ratings& ratings, Metric metric) : metric_{metric}, size_{ratings.categories.size()} {
        const std::size_t raters = ratings.raters.size();
        for (std::size_t unit = 0; unit < ratings.size(); ++unit) {
            const std::size_t begin = codes_.size();
            for (std::size_t rater = 0; rater < raters; ++rater) {
                const std::int32_t code = ratings(unit, rater);
                if (code >= 0) codes_.push_back(static_cast<std::uint32_t>(code));
            }
            const std::size_t given = codes_.size() - begin;
            given_any = given_any || given > 0;
            if (given < 2) {
                codes_.resize(begin);
                single_ += given;
            } else {
                units_.push_back({begin, codes_.size()});
            }
        }
        varied = std::adjacent_find(codes_.begin(), codes_.end(), std::not_equal_to<>{}) != codes_.end();
        if (metric == Metric::interval || metric == Metric::ratio) values_ = ratings.values;
        if (metric == Metric::interval) {
            // About the mean, so that squares do not swallow the differences.
            double sum = 0;
            for (const auto code : codes_) sum += values_[code];
            const double mean = codes_.empty() ? 0 : sum / of(codes_.size());
            for (double& value : values_) value -= mean;
        }
        if (metric != Metric::ordinal) {
            for (const Unit& unit : units_) within_.push_back(within(unit));
        }
        if (metric == Metric::interval) {
            for (const Unit& unit : units_) {
                Sums sums{0, 0, codes_[unit.begin], codes_[unit.begin]};
                for (std::size_t i = unit.begin; i < unit.end; ++i) {
                    const double value = values_[codes_[i]];
                    sums.sum += value;
                    sums.square += value * value;
                    sums.low = std::min(sums.low, codes_[i]);
                    sums.high = std::max(sums.high, codes_[i]);
                }
                sums_.push_back(sums);
            }
        }
    }

    struct Found {
        double observed = 0, expected = 0;
        std::optional<double> alpha() const {
            if (!(expected > 0)) return std::nullopt;
            return 1 - observed / expected;
        }
    };
    struct Scratch {
        std::vector<double> counts, places;
        std::vector<std::uint32_t> used;
    };

    /// Of the units drawn, at least one.
    Found find(const std::vector<std::uint32_t>& drawn, Scratch& scratch) const {
        double n = 0, observed = 0;
        for (const auto u : drawn) n += of(units_[u].end - units_[u].begin);
        if (metric_ == Metric::interval) {
            double sum = 0, square = 0;
            std::uint32_t low = sums_[drawn[0]].low, high = low;
            for (const auto u : drawn) {
                observed += within_[u];
                sum += sums_[u].sum;
                square += sums_[u].square;
                low = std::min(low, sums_[u].low);
                high = std::max(high, sums_[u].high);
            }
            if (low == high) return {};  // all the same: exactly no difference, whatever rounding says
            return {observed / n, 2 * (n * square - sum * sum) / (n * (n - 1))};
        }
        scratch.counts.assign(size_, 0);
        for (const auto u : drawn) {
            for (std::size_t i = units_[u].begin; i < units_[u].end; ++i) ++scratch.counts[codes_[i]];
        }
        if (metric_ == Metric::ordinal) {
            // (sum of counts from a to b less half of both ends)^2 = difference of middle places, squared.
            scratch.places.resize(size_);
            double below = 0, sum = 0, square = 0;
            for (std::size_t i = 0; i < size_; ++i) {
                const double place = below + scratch.counts[i] / 2 - n / 2;
                scratch.places[i] = place;
                below += scratch.counts[i];
                sum += scratch.counts[i] * place;
                square += scratch.counts[i] * place * place;
            }
            for (const auto u : drawn) {
                const auto [begin, end] = units_[u];
                double s = 0, q = 0;
                const double first = scratch.places[codes_[begin]];
                for (std::size_t i = begin; i < end; ++i) {
                    const double off = scratch.places[codes_[i]] - first;
                    s += off;
                    q += off * off;
                }
                const double m = of(end - begin);
                observed += 2 * (m * q - s * s) / (m - 1);
            }
            return {observed / n, 2 * (n * square - sum * sum) / (n * (n - 1))};
        }
        for (const auto u : drawn) observed += within_[u];
        double expected = 0;
        if (metric_ == Metric::nominal) {
            double same = 0;
            for (const double count : scratch.counts) same += count * count;
            expected = n * n - same;
        } else {
            scratch.used.clear();
            for (std::size_t i = 0; i < size_; ++i) {
                if (scratch.counts[i] > 0) scratch.used.push_back(static_cast<std::uint32_t>(i));
            }
            for (std::size_t i = 0; i < scratch.used.size(); ++i) {
                const double value = values_[scratch.used[i]];
                double row = 0;
                for (std::size_t j = 0; j < i; ++j) {
                    const double other = values_[scratch.used[j]];
                    const double share = (value - other) / (value + other);
                    row += scratch.counts[scratch.used[j]] * share * share;
                }
                expected += 2 * scratch.counts[scratch.used[i]] * row;
            }
        }
        return {observed / n, expected / (n * (n - 1))};
    }

    std::size_t units() const noexcept { return units_.size(); }
    std::size_t ratings() const noexcept { return codes_.size(); }
    std::size_t single() const noexcept { return single_; }
    bool varied = false, given_any = false;

private:
    struct Unit {
        std::size_t begin, end;
    };
    struct Sums {
        double sum, square;
        std::uint32_t low, high;  // codes, which are in the order of the values
    };
    double within(const Unit& unit) const {
        const double m = of(unit.end - unit.begin);
        double sum = 0;
        for (std::size_t i = unit.begin; i < unit.end; ++i) {
            for (std::size_t j = unit.begin; j < i; ++j) {
                const auto a = codes_[i], b = codes_[j];
                if (a == b) continue;
                if (metric_ == Metric::nominal) {
                    sum += 1;
                } else {
                    double apart = values_[a] - values_[b];
                    if (metric_ == Metric::ratio) apart /= values_[a] + values_[b];
                    sum += apart * apart;
                }
            }
        }
        return 2 * sum / (m - 1);
    }

    Metric metric_;
    std::size_t size_;
    std::vector<std::uint32_t> codes_;
    std::vector<Unit> units_;
    std::vector<double> values_, within_;
    std::vector<Sums> sums_;
    std::size_t single_ = 0;
};

Word word(Metric metric) {
    switch (metric) {
        case Metric::nominal:
            return Text::stats_metric_nominal;
        case Metric::ordinal:
            return Text::stats_metric_ordinal;
        case Metric::interval:
            return Text::stats_metric_interval;
        case Metric::ratio:
            break;
    }
    return Text::stats_metric_ratio;
}

}  // namespace

Estimate krippendorff_alpha(const Ratings& ratings, Metric metric, const Bootstrap& bootstrap,
                            ConfidenceLevel level) {
    const bool numbers = !ratings.values.empty() || ratings.categories.empty();
    if (metric == Metric::ordinal && !numbers && !ratings.scale_given) throw Error{Code::stats_no_order, {}};
    if ((metric == Metric::interval || metric == Metric::ratio) && !numbers)
        throw Error{Code::stats_not_numbers, {}};
    if (metric == Metric::ratio) {
        for (const double value : ratings.values) {
            if (value < 0) bad_argument("rating", value, "numbers from 0 up for the ratio metric");
        }
    }
    if (bootstrap.replicates < 0)
        bad_argument("replicates", static_cast<double>(bootstrap.replicates), "0 or more");
    if (bootstrap.replicates > 0 && !bootstrap.seed)
        bad_argument("replicates", static_cast<double>(bootstrap.replicates), "a seed with them");

    const Alpha alpha{ratings, metric};
    Estimate out;
    out.quantity = Text::stats_krippendorff_alpha;
    out.method = Text::stats_disagreement_ratio;
    out.conventions = {word(metric)};
    out.n = static_cast<std::int64_t>(alpha.ratings());
    out.dropped = ratings.dropped;
    if (alpha.single() > 0)
        out.dropped.push_back({Text::stats_unit_single, static_cast<std::int64_t>(alpha.single())});
    if (!alpha.given_any) return undefined(out, NotEstimable::no_data);
    if (ratings.raters.size() < 2) return undefined(out, NotEstimable::one_rater);
    if (alpha.units() == 0) return undefined(out, NotEstimable::no_pairs);
    if (!alpha.varied) return undefined(out, NotEstimable::one_category);

    std::vector<std::uint32_t> all(alpha.units());
    std::iota(all.begin(), all.end(), 0U);
    Alpha::Scratch scratch;
    const Alpha::Found found = alpha.find(all, scratch);
    out = defined(out, *found.alpha());
    Note parts{Text::stats_note_disagreement, {}};
    parts.arguments.emplace_back(found.observed);
    parts.arguments.emplace_back(found.expected);
    out.notes.push_back(std::move(parts));
    if (bootstrap.replicates == 0) {
        out.no_interval = NotEstimable::no_interval_asked;
        return out;
    }
    if (alpha.units() < 2) {
        out.no_interval = NotEstimable::too_few;
        return out;
    }
    const auto replicates = static_cast<std::size_t>(bootstrap.replicates);
    std::vector<std::optional<double>> drawn(replicates);
    const recruit::detail::Pace pace{bootstrap.run.threads, bootstrap.run.stop, bootstrap.run.progress};
    std::vector<Alpha::Scratch> scratches(pace.workers());
    std::vector<std::vector<std::uint32_t>> picks(pace.workers());
    recruit::detail::parallel_workers(replicates, 16, pace,
                                      [&](std::size_t first, std::size_t last, std::size_t worker) {
                                          auto& pick = picks[worker];
                                          pick.resize(alpha.units());
                                          for (std::size_t i = first; i < last; ++i) {
                                              RandomStream random{*bootstrap.seed, i};
                                              for (auto& u : pick)
                                                  u = static_cast<std::uint32_t>(random.below(alpha.units()));
                                              drawn[i] = alpha.find(pick, scratches[worker]).alpha();
                                          }
                                      });
    std::vector<double> values;
    for (const auto& value : drawn) {
        if (value) values.push_back(*value);
    }
    out.notes.push_back(
        note(Text::stats_note_bootstrap, {bootstrap.replicates, static_cast<std::int64_t>(*bootstrap.seed),
                                          static_cast<std::int64_t>(replicates - values.size())}));
    if (values.size() < 2) {
        out.no_interval = NotEstimable::one_category;
        return out;
    }
    const double mean = std::accumulate(values.begin(), values.end(), 0.0) / of(values.size());
    double square = 0;
    for (const double value : values) square += (value - mean) * (value - mean);
    out.standard_error = std::sqrt(square / (of(values.size()) - 1));
    const double tail = (1 - level.value()) / 2;
    const double lower = quantile_of(values, tail, QuantileType::type7);
    const double upper = quantile_of(values, 1 - tail, QuantileType::type7);
    out.interval = Interval{lower, upper, level.value(), Text::stats_bootstrap_units};
    return out;
}

}  // namespace recruit::stats
