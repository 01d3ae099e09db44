#include "stats/conditional.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "stats/hypergeometric.hpp"
#include "stats/roots.hpp"

namespace recruit::stats::detail {

namespace {

constexpr double smallest = 1e-290;
constexpr double tie = 1 + 1e-7;  // tables this near in probability are tied, as in R

Hypergeometric of(const Stratum& s) {
    return {s.focal.n, s.reference.n, s.focal.passed + s.reference.passed};
}

Weights tilted(const Hypergeometric& h, double odds) {
    std::int64_t below = h.low(), above = h.high();  // the mode is where the next step first goes down
    while (below < above) {
        const std::int64_t middle = below + (above - below) / 2;
        if (h.step(middle) * odds > 1) {
            below = middle + 1;
        } else {
            above = middle;
        }
    }
    std::vector<double> down, up;
    double weight = 1;
    for (std::int64_t k = below; k > h.low(); --k) {
        weight /= h.step(k - 1) * odds;
        if (weight < smallest) break;
        down.push_back(weight);
    }
    weight = 1;
    for (std::int64_t k = below; k < h.high(); ++k) {
        weight *= h.step(k) * odds;
        if (weight < smallest) break;
        up.push_back(weight);
    }
    Weights out;
    out.low = below - static_cast<std::int64_t>(down.size());
    out.weights.assign(down.rbegin(), down.rend());
    out.weights.push_back(1);
    out.weights.insert(out.weights.end(), up.begin(), up.end());
    return out;
}

Weights convolved(const Weights& a, const Weights& b) {
    Weights out{a.low + b.low, std::vector<double>(a.weights.size() + b.weights.size() - 1)};
    for (std::size_t i = 0; i < a.weights.size(); ++i) {
        const double weight = a.weights[i];
        for (std::size_t j = 0; j < b.weights.size(); ++j) out.weights[i + j] += weight * b.weights[j];
    }
    const double largest = *std::max_element(out.weights.begin(), out.weights.end());
    for (double& weight : out.weights) weight /= largest;
    const auto counts = [](double weight) { return weight >= smallest; };
    const auto first = std::find_if(out.weights.begin(), out.weights.end(), counts);
    const auto last = std::find_if(out.weights.rbegin(), out.weights.rend(), counts).base();
    out.low += first - out.weights.begin();
    out.weights = std::vector<double>(first, last);
    return out;
}

/// Sums of the weights below, at and above `seen`, tilted further by exp(tilt) a step.
struct Sums {
    double below = 0, at = 0, above = 0, first_moment = 0;
};

Sums sums(const Weights& w, std::int64_t seen, double tilt) {
    // Shifted so that the largest exponent is 0.
    double largest = -std::numeric_limits<double>::infinity();
    std::vector<double> logs(w.weights.size());
    for (std::size_t i = 0; i < logs.size(); ++i) {
        const auto k = static_cast<double>(w.low + static_cast<std::int64_t>(i) - seen);
        logs[i] = tilt * k;
        if (w.weights[i] > 0) largest = std::max(largest, logs[i] + std::log(w.weights[i]));
    }
    Sums out;
    for (std::size_t i = 0; i < logs.size(); ++i) {
        const std::int64_t k = w.low + static_cast<std::int64_t>(i);
        const double weight = w.weights[i] * std::exp(std::min(700.0, logs[i] - largest));
        (k < seen ? out.below : k > seen ? out.above : out.at) += weight;
        out.first_moment += weight * static_cast<double>(k - seen);
    }
    return out;
}

}  // namespace

Conditional::Conditional(const std::vector<Stratum>& strata) {
    for (const Stratum& s : strata) {
        const Hypergeometric h = of(s);
        if (h.low() == h.high()) {
            continue;  // such a stratum adds a constant
        }
        low_ += h.low();
        high_ += h.high();
        seen_ += s.focal.passed;
        strata_.push_back(s);
    }
}

Weights Conditional::at(double log_odds) const {
    const double odds = std::exp(log_odds);
    Weights out{0, {1}};
    for (const Stratum& s : strata_) out = convolved(out, tilted(of(s), odds));
    return out;
}

double Conditional::start() const {
    double r = 0, s = 0;
    for (const Stratum& t : strata_) {
        const auto n = static_cast<double>(t.focal.n + t.reference.n);
        r +=
            static_cast<double>(t.focal.passed) * static_cast<double>(t.reference.n - t.reference.passed) / n;
        s += static_cast<double>(t.focal.n - t.focal.passed) * static_cast<double>(t.reference.passed) / n;
    }
    return std::clamp(std::log((r + 0.5) / (s + 0.5)), -30.0, 30.0);
}

double Conditional::p_value(Tail tail, bool mid_p) const {
    if (strata_.size() == 1) {
        const Hypergeometric h = of(strata_.front());
        const double half = mid_p ? h.probability(seen_) / 2 : 0;
        const auto less = [&] { return h.at_most(seen_) - half; };
        const auto greater = [&] { return h.at_least(seen_) - half; };
        if (tail == Tail::less) return less();
        if (tail == Tail::greater) return greater();
        if (tail == Tail::central) return std::min(1.0, 2 * std::min(less(), greater()));
        // Minlike: on the other side of the mode, the nearest table that is no more probable.
        const double own_log = h.log_probability(seen_);
        const auto counts = [&](std::int64_t k) { return h.log_probability(k) <= own_log + std::log(tie); };
        const auto tied = [&](std::int64_t k) { return h.log_probability(k) >= own_log - std::log(tie); };
        const std::int64_t mode = h.mode();
        if (counts(mode)) {  // nothing is more probable
            double ties = 0;
            for (std::int64_t k = mode; k <= h.high() && tied(k); ++k) ties += h.probability(k);
            for (std::int64_t k = mode - 1; k >= h.low() && tied(k); --k) ties += h.probability(k);
            return mid_p ? 1 - ties / 2 : 1.0;
        }
        const bool is_below = seen_ < mode;
        std::int64_t inside = mode, outside = is_below ? h.high() + 1 : h.low() - 1;
        while (std::llabs(outside - inside) > 1) {
            const std::int64_t middle = inside + (outside - inside) / 2;
            (counts(middle) ? outside : inside) = middle;
        }
        const double other = is_below ? h.at_least(outside) : h.at_most(outside);
        const double own = is_below ? h.at_most(seen_) : h.at_least(seen_);
        double total = own + other;
        if (mid_p) {
            total -= half;
            if (tied(outside)) total -= h.probability(outside) / 2;
        }
        return std::min(1.0, total);
    }
    const Weights w = at(0);
    const auto count = static_cast<std::int64_t>(w.weights.size());
    double all = 0, below = 0, above = 0, tied = 0, no_more = 0;
    const std::int64_t index = seen_ - w.low;
    const double own = index >= 0 && index < count ? w.weights[static_cast<std::size_t>(index)] : 0.0;
    for (std::int64_t i = 0; i < count; ++i) {
        const double weight = w.weights[static_cast<std::size_t>(i)];
        all += weight;
        if (i < index) below += weight;
        if (i > index) above += weight;
        if (weight <= own * tie) no_more += weight;
        if (weight <= own * tie && weight * tie >= own) tied += weight;
    }
    const double half = mid_p ? own / 2 : own;
    switch (tail) {
        case Tail::less:
            return (below + half) / all;
        case Tail::greater:
            return (above + half) / all;
        case Tail::central:
            return std::min(1.0, 2 * (std::min(below, above) + half) / all);
        case Tail::minlike:
            break;
    }
    return std::min(1.0, (no_more - (mid_p ? tied / 2 : 0)) / all);
}

double Conditional::likeliest() const {
    if (seen_ == low_) return 0;
    if (seen_ == high_) return std::numeric_limits<double>::infinity();
    const double middle = start();
    const Weights w = at(middle);
    const auto excess = [&](double log_odds) { return sums(w, seen_, log_odds - middle).first_moment; };
    double reach = 1;
    while (reach < 64 && (excess(middle - reach) > 0 || excess(middle + reach) < 0)) reach *= 2;
    return std::exp(root(excess, middle - reach, middle + reach));
}

std::pair<double, double> Conditional::limits(double alpha) const {
    double lower = 0, upper = std::numeric_limits<double>::infinity();
    const double middle = start();
    const Weights w = at(middle);
    const auto solve = [&](auto excess) {  // rises with the odds
        double low = middle - 1, high = middle + 1;
        while (low > middle - 512 && excess(low) > 0) low -= 2 * (middle - low);
        while (high < middle + 512 && excess(high) < 0) high += 2 * (high - middle);
        return std::exp(root(excess, low, high));
    };
    if (seen_ > low_) {
        lower = solve([&](double log_odds) {
            const Sums s = sums(w, seen_, log_odds - middle);
            return (s.at + s.above) / (s.below + s.at + s.above) - alpha / 2;
        });
    }
    if (seen_ < high_) {
        upper = solve([&](double log_odds) {
            const Sums s = sums(w, seen_, log_odds - middle);
            return alpha / 2 - (s.below + s.at) / (s.below + s.at + s.above);
        });
    }
    return {lower, upper};
}

}  // namespace recruit::stats::detail
