#include <recruit/stats/permutation.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include <recruit/base/error.hpp>
#include <recruit/base/random.hpp>
#include <recruit/stats/quantiles.hpp>

#include "base/int128.hpp"
#include "base/parallel.hpp"
#include "stats/special.hpp"
#include "stats/writing.hpp"

namespace recruit::stats {

using namespace detail;

namespace {

Word word(Extreme extreme) {
    switch (extreme) {
        case Extreme::less:
            return Text::stats_extreme_less;
        case Extreme::greater:
            return Text::stats_extreme_greater;
        case Extreme::absolute:
            return Text::stats_extreme_absolute;
        case Extreme::doubled:
            return Text::stats_extreme_doubled;
    }
    return {};
}

/// The marks of one stratum as whole steps from its lowest, and how many of them are the focal group's.
struct Block {
    std::vector<std::int64_t> steps;
    std::size_t focal = 0;
    std::int64_t sum() const { return std::accumulate(steps.begin(), steps.end(), std::int64_t{0}); }
    double expected() const {
        return static_cast<double>(focal) * static_cast<double>(sum()) / static_cast<double>(steps.size());
    }
};

/// The smaller group is what is drawn: `complement` says that it is the other one, whose sum is the rest.
struct Drawn {
    std::size_t size;
    bool complement;
    explicit Drawn(const Block& b)
        : size{std::min(b.focal, b.steps.size() - b.focal)}, complement{2 * b.focal > b.steps.size()} {}
};

/// How likely each sum of the focal group is: [lowest sum, ...].
struct Chances {
    std::int64_t low = 0;
    std::vector<double> chances{1};
};

/// The largest sum of `k` of the steps, less the smallest.
std::pair<std::int64_t, std::int64_t> range_of_sums(std::vector<std::int64_t> steps, std::size_t k) {
    std::sort(steps.begin(), steps.end());
    const auto from = steps.begin(), to = steps.end();
    return {std::accumulate(from, from + static_cast<long>(k), std::int64_t{0}),
            std::accumulate(to - static_cast<long>(k), to, std::int64_t{0})};
}

double work_of(const Block& block) {
    const Drawn drawn{block};
    const auto [low, high] = range_of_sums(block.steps, drawn.size);
    return static_cast<double>(block.steps.size()) * static_cast<double>(drawn.size) *
           static_cast<double>(high + 1) / 2;
}

/// Chances of every sum of a random subset, adding one mark at a time (Streitberg & Roehmel 1986). Adding
/// mark number t to a subset of j has the chance (k - j) / (n - t): a random walk, so that nothing overflows.
Chances by_counting(const Block& block) {
    const Drawn drawn{block};
    std::vector<std::int64_t> steps = block.steps;
    std::sort(steps.begin(), steps.end());
    const std::size_t n = steps.size(), k = drawn.size;
    const auto [low, high] = range_of_sums(steps, k);
    const auto width = static_cast<std::size_t>(high) + 1;
    std::vector<std::vector<double>> by_size(k + 1);
    std::vector<std::size_t> reach(k + 1);  // sums of j marks are below this
    by_size[0].assign(1, 1.0);
    reach[0] = 1;
    for (std::size_t t = 0; t < n; ++t) {
        const auto step = static_cast<std::size_t>(steps[t]);
        const double left = static_cast<double>(n - t);
        for (std::size_t j = std::min(t + 1, k) + 1; j-- > 0;) {
            // Not taking mark t with j taken already, or taking it with j - 1.
            const double stays = 1 - static_cast<double>(k - j) / left;
            auto& here = by_size[j];
            if (j <= t) {
                for (double& chance : here) chance *= std::max(0.0, stays);
            }
            if (j == 0 || by_size[j - 1].empty()) continue;
            const double taken = static_cast<double>(k - j + 1) / left;
            const auto& from = by_size[j - 1];
            const std::size_t needed = std::min(width, reach[j - 1] + step);
            if (here.size() < needed) here.resize(needed);
            reach[j] = std::max(reach[j], needed);
            const std::size_t count = std::min(from.size(), needed - std::min(needed, step));
            for (std::size_t s = 0; s < count; ++s) here[s + step] += taken * from[s];
        }
    }
    Chances out;
    const auto& last = by_size[k];
    out.low = low;
    out.chances.assign(last.begin() + static_cast<long>(low), last.end());
    if (drawn.complement) {  // sums of the others: total - sum
        std::reverse(out.chances.begin(), out.chances.end());
        out.low = block.sum() - (low + static_cast<std::int64_t>(out.chances.size()) - 1);
    }
    return out;
}

Chances convolved(const Chances& a, const Chances& b) {
    Chances out{a.low + b.low, std::vector<double>(a.chances.size() + b.chances.size() - 1)};
    for (std::size_t i = 0; i < a.chances.size(); ++i) {
        if (a.chances[i] == 0) continue;
        for (std::size_t j = 0; j < b.chances.size(); ++j) out.chances[i + j] += a.chances[i] * b.chances[j];
    }
    return out;
}

/// Where sums count as extreme. The expectation times `scale` is whole, so that comparisons are exact.
struct Extremes {
    std::int64_t seen = 0;
    double twice_expected = 0;
    /// The largest sum on the far side that is as far from the expectation as `seen`; the smallest likewise.
    std::int64_t far_low = 0, far_high = 0;

    Extremes(std::int64_t seen_sum, double expected) : seen{seen_sum}, twice_expected{2 * expected} {
        const double mirror = twice_expected - static_cast<double>(seen);
        // A sum is whole: a mirror that is whole but for rounding is a tie.
        far_low = static_cast<std::int64_t>(std::floor(mirror + 1e-6));
        far_high = static_cast<std::int64_t>(std::ceil(mirror - 1e-6));
    }
    bool is_low() const { return static_cast<double>(seen) < twice_expected / 2; }
};

double p_of(double less, double greater, double low_tail, double high_tail, const Extremes& e,
            Extreme extreme) {
    switch (extreme) {
        case Extreme::less:
            return std::min(1.0, less);
        case Extreme::greater:
            return std::min(1.0, greater);
        case Extreme::doubled:
            return std::min(1.0, 2 * std::min(less, greater));
        case Extreme::absolute:
            break;
    }
    return std::min(1.0, e.is_low() ? less + high_tail : greater + low_tail);
}

double exact_p(const Chances& chances, const Extremes& e, Extreme extreme) {
    double less = 0, greater = 0, low_tail = 0, high_tail = 0;
    for (std::size_t i = 0; i < chances.chances.size(); ++i) {
        const std::int64_t sum = chances.low + static_cast<std::int64_t>(i);
        const double chance = chances.chances[i];
        if (sum <= e.seen) less += chance;
        if (sum >= e.seen) greater += chance;
        // On the other side only, so that nothing is counted twice.
        if (e.is_low() && sum >= e.far_high && sum > e.seen) high_tail += chance;
        if (!e.is_low() && sum <= e.far_low && sum < e.seen) low_tail += chance;
    }
    return p_of(less, greater, low_tail, high_tail, e, extreme);
}

/// A number in [0, bound), nearly free of division (Lemire 2019).
std::uint32_t below(RandomStream& random, std::uint32_t bound) {
    std::uint64_t product = (random.next() >> 32) * bound;
    auto low = static_cast<std::uint32_t>(product);
    if (low < bound) {
        const std::uint32_t threshold = (0U - bound) % bound;
        while (low < threshold) {
            product = (random.next() >> 32) * bound;
            low = static_cast<std::uint32_t>(product);
        }
    }
    return static_cast<std::uint32_t>(product >> 32);
}

double sampled_p(const std::vector<Block>& blocks, const Extremes& e, Extreme extreme, std::int64_t samples,
                 std::uint64_t seed, const RunOptions& run) {
    struct Tally {
        std::int64_t less = 0, greater = 0, far = 0;
    };
    const recruit::detail::Pace pace{run.threads, run.stop, run.progress, 0, 1};
    std::vector<Tally> tallies(pace.workers());
    std::vector<std::vector<std::vector<std::int64_t>>> scratch(pace.workers());
    std::int64_t fixed = 0;  // what the complements are taken from
    for (const Block& block : blocks) fixed += Drawn{block}.complement ? block.sum() : 0;
    // Every sample has its own stream, so that the result does not depend on who draws it. Each draws from
    // the order the one before left, in chunks that are fixed: the chunk starts from the order of the data.
    constexpr std::size_t chunk = 256;
    recruit::detail::parallel_workers(
        static_cast<std::size_t>(samples), chunk, pace,
        [&](std::size_t begin, std::size_t end, std::size_t worker) {
            auto& marks = scratch[worker];
            marks.resize(blocks.size());
            for (std::size_t b = 0; b < blocks.size(); ++b) marks[b] = blocks[b].steps;
            Tally tally;
            RandomStream random{seed, begin / chunk};
            for (std::size_t i = begin; i < end; ++i) {
                std::int64_t sum = fixed;
                for (std::size_t b = 0; b < blocks.size(); ++b) {
                    const Drawn drawn{blocks[b]};
                    auto& order = marks[b];
                    std::int64_t part = 0;
                    for (std::size_t j = 0; j < drawn.size; ++j) {
                        const std::size_t other =
                            j + below(random, static_cast<std::uint32_t>(order.size() - j));
                        const std::int64_t taken = order[other];
                        order[other] = order[j];
                        order[j] = taken;
                        part += taken;
                    }
                    sum += drawn.complement ? -part : part;
                }
                tally.less += sum <= e.seen ? 1 : 0;
                tally.greater += sum >= e.seen ? 1 : 0;
                const bool is_far =
                    e.is_low() ? sum >= e.far_high && sum > e.seen : sum <= e.far_low && sum < e.seen;
                tally.far += is_far ? 1 : 0;
            }
            tallies[worker].less += tally.less;
            tallies[worker].greater += tally.greater;
            tallies[worker].far += tally.far;
        });
    Tally all;
    for (const Tally& tally : tallies) {
        all.less += tally.less;
        all.greater += tally.greater;
        all.far += tally.far;
    }
    // The data themselves are one permutation (Phipson & Smyth 2010).
    const double count = static_cast<double>(samples) + 1;
    const auto share_of = [&](std::int64_t n) { return static_cast<double>(n) / count; };
    return p_of(share_of(all.less + 1), share_of(all.greater + 1), share_of(all.far), share_of(all.far), e,
                extreme);
}

}  // namespace

Test permutation_test(const ExactNumbers& marks, std::span<const std::int8_t> focal,
                      std::span<const std::int32_t> strata, Extreme extreme,
                      const PermutationOptions& options) {
    const auto require_length = [&](const char* name, std::size_t size) {
        if (size != marks.size())
            throw Error{Code::stats_lengths,
                        {std::string{name}, std::to_string(size), std::string{"marks"},
                         std::to_string(marks.size())}};
    };
    require_length("group", focal.size());
    if (!strata.empty()) require_length("strata", strata.size());
    Test out;
    out.hypothesis = Text::stats_exchangeable;
    out.conventions = {word(extreme)};
    std::int64_t no_mark = 0, no_group = 0, no_stratum = 0;
    std::int32_t last = 0;
    for (const std::int32_t code : strata) last = std::max(last, code);
    std::vector<Block> blocks(static_cast<std::size_t>(last) + 1);
    std::vector<std::int64_t> seen_sums(blocks.size());
    std::int64_t in_focal = 0, in_other = 0;
    for (std::size_t row = 0; row < marks.size(); ++row) {
        if (marks.missing[row] != 0) {
            ++no_mark;
        } else if (focal[row] < 0) {
            ++no_group;
        } else if (!strata.empty() && strata[row] < 0) {
            ++no_stratum;
        } else {
            const auto code = strata.empty() ? std::size_t{0} : static_cast<std::size_t>(strata[row]);
            blocks[code].steps.push_back(marks.units[row]);
            blocks[code].focal += focal[row] == 1 ? 1 : 0;
            if (focal[row] == 1) seen_sums[code] += marks.units[row];
            (focal[row] == 1 ? in_focal : in_other) += 1;
        }
    }
    if (no_mark > 0) out.dropped.push_back({Text::stats_missing_value, no_mark});
    if (no_group > 0) out.dropped.push_back({Text::stats_missing_group, no_group});
    if (no_stratum > 0) out.dropped.push_back({Text::stats_missing_stratum, no_stratum});
    out.n = in_focal + in_other;
    if (out.n == 0) {
        out.reason = NotEstimable::no_data;
        return out;
    }
    if (in_focal == 0 || in_other == 0) {
        out.reason = NotEstimable::empty_group;
        return out;
    }
    // Only strata with both groups and unequal marks vary; marks become steps from the lowest, in their
    // greatest common measure.
    std::vector<Block> kept;
    std::int64_t seen = 0;
    double difference = 0, units = 1;
    for (int i = 0; i < marks.scale; ++i) units *= 10;
    bool has_both = false;
    recruit::detail::int128 measure = 0;
    for (const Block& block : blocks) {
        if (block.focal == 0 || block.focal == block.steps.size()) continue;
        has_both = true;
        const std::int64_t low = *std::min_element(block.steps.begin(), block.steps.end());
        for (const std::int64_t step : block.steps) measure = recruit::detail::gcd(measure, step - low);
    }
    for (std::size_t b = 0; b < blocks.size(); ++b) {
        Block& block = blocks[b];
        if (block.focal == 0 || block.focal == block.steps.size()) continue;
        const auto n = static_cast<double>(block.steps.size());
        const double m = static_cast<double>(block.focal), own = static_cast<double>(seen_sums[b]);
        const double all = static_cast<double>(block.sum());
        difference += strata.empty() ? own / m - (all - own) / (n - m) : own - m * all / n;
        const std::int64_t low = *std::min_element(block.steps.begin(), block.steps.end());
        const std::int64_t high = *std::max_element(block.steps.begin(), block.steps.end());
        if (low == high) continue;
        const auto by = static_cast<std::int64_t>(measure);
        seen += (seen_sums[b] - static_cast<std::int64_t>(block.focal) * low) / by;
        for (std::int64_t& step : block.steps) step = (step - low) / by;
        kept.push_back(std::move(block));
    }
    if (!has_both) {
        out.reason = NotEstimable::uninformative;
        return out;
    }
    if (kept.empty()) {
        out.reason = NotEstimable::constant;
        return out;
    }
    out.statistic = difference / units;
    double expected = 0, work = 0, width = 1;
    for (const Block& block : kept) {
        expected += block.expected();
        work += work_of(block);
        const auto [low, high] = range_of_sums(block.steps, Drawn{block}.size);
        work += width * static_cast<double>(high - low + 1);
        width += static_cast<double>(high - low);
    }
    const Extremes extremes{seen, expected};
    if (work <= static_cast<double>(options.exact_work)) {
        out.method = Text::stats_permutation_exact;
        Chances chances;
        for (const Block& block : kept) chances = convolved(chances, by_counting(block));
        out.p_value = exact_p(chances, extremes, extreme);
        return out;
    }
    out.method = Text::stats_permutation_sampled;
    if (!options.seed)
        throw Error{Code::stats_bad_argument,
                    {std::string{"seed"}, std::string{"empty where permutations are sampled"},
                     std::string{"a whole number"}}};
    if (options.samples < 1)
        throw Error{Code::stats_bad_argument,
                    {std::string{"samples"}, std::to_string(options.samples), std::string{"1 or more"}}};
    out.p_value = sampled_p(kept, extremes, extreme, options.samples, *options.seed, options.run);
    Note sampled{Text::stats_note_sampled, {}};
    sampled.arguments.emplace_back(options.samples);
    sampled.arguments.emplace_back(
        std::sqrt(*out.p_value * (1 - *out.p_value) / static_cast<double>(options.samples)));
    out.notes.push_back(std::move(sampled));
    return out;
}

Test signed_rank(const ExactNumbers& first, const ExactNumbers& second, Extreme extreme) {
    if (first.size() != second.size())
        throw Error{Code::stats_lengths,
                    {std::string{"first"}, std::to_string(first.size()), std::string{"second"},
                     std::to_string(second.size())}};
    Test out;
    out.hypothesis = Text::stats_symmetric_changes;
    out.conventions = {word(extreme), Text::stats_zeros_dropped};
    const auto scaled = [](const ExactNumbers& values, std::size_t row, int scale) {
        return static_cast<recruit::detail::int128>(values.units[row]) *
               recruit::detail::power_of_ten(scale - values.scale);
    };
    const int scale = std::max(first.scale, second.scale);
    std::int64_t no_mark = 0, unchanged = 0;
    ExactNumbers sizes;
    std::vector<std::uint8_t> is_rise;
    for (std::size_t row = 0; row < first.size(); ++row) {
        if (first.missing[row] != 0 || second.missing[row] != 0) {
            ++no_mark;
            continue;
        }
        const auto change = scaled(second, row, scale) - scaled(first, row, scale);
        if (change == 0) {
            ++unchanged;
            continue;
        }
        sizes.units.push_back(static_cast<std::int64_t>(change < 0 ? -change : change));
        sizes.missing.push_back(0);
        is_rise.push_back(change > 0 ? 1 : 0);
    }
    if (no_mark > 0) out.dropped.push_back({Text::stats_missing_value, no_mark});
    if (unchanged > 0) out.dropped.push_back({Text::stats_unchanged, unchanged});
    const std::size_t n = is_rise.size();
    out.n = static_cast<std::int64_t>(n);
    if (n == 0) {
        out.reason = unchanged > 0 ? NotEstimable::constant : NotEstimable::no_data;
        return out;
    }
    const auto rank = ranks(sizes, RankTies::average, Order::lowest_first);
    std::int64_t seen = 0, total = 0;
    double squares = 0;
    std::vector<std::int64_t> doubled(n);  // average ranks are halves
    for (std::size_t i = 0; i < n; ++i) {
        doubled[i] = static_cast<std::int64_t>(2 * *rank[i]);
        total += doubled[i];
        squares += *rank[i] * *rank[i];
        seen += is_rise[i] != 0 ? doubled[i] : 0;
    }
    out.statistic = static_cast<double>(seen) / 2;
    const Extremes extremes{seen, static_cast<double>(total) / 2};
    if (n > 500) {
        out.method = Text::stats_signed_rank_normal;
        const double z =
            (static_cast<double>(seen) - static_cast<double>(total) / 2) / 2 / std::sqrt(squares / 4);
        const double below_z = normal_cdf(z), above_z = normal_sf(z);
        out.p_value = p_of(below_z, above_z, below_z, below_z, extremes, extreme);
        if (extreme == Extreme::absolute) out.p_value = normal_two_sided(z);
        return out;
    }
    out.method = Text::stats_signed_rank_exact;
    // Chances of every sum of ranks of increases when every change is as likely up as down.
    std::sort(doubled.begin(), doubled.end());
    const std::int64_t measure =
        std::accumulate(doubled.begin(), doubled.end(), std::int64_t{0},
                        [](std::int64_t a, std::int64_t b) { return std::gcd(a, b); });
    Chances chances;
    for (const std::int64_t r : doubled) {
        const auto step = static_cast<std::size_t>(r / measure);
        chances.chances.resize(chances.chances.size() + step);
        auto& c = chances.chances;
        for (std::size_t i = c.size(); i-- > 0;) c[i] = (c[i] + (i >= step ? c[i - step] : 0)) / 2;
    }
    out.p_value =
        exact_p(chances, Extremes{seen / measure, static_cast<double>(total / measure) / 2}, extreme);
    return out;
}

}  // namespace recruit::stats
