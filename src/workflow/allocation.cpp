// allocation(): scripts in a random order, each to the least loaded markers, joining groups of markers that
// share no script yet.

#include <recruit/workflow/allocation.hpp>

#include <algorithm>
#include <numeric>

#include "base/sha256.hpp"

namespace recruit {

namespace {

std::vector<std::size_t> shuffled(std::span<const std::string> items, std::string_view seed,
                                  std::string_view label) {
    std::vector<std::pair<std::string, std::size_t>> keyed;
    for (std::size_t i = 0; i < items.size(); ++i) {
        std::string bytes{seed};
        bytes += '\0';
        bytes += label;
        bytes += '\0';
        bytes += items[i];
        keyed.emplace_back(detail::sha256_hex(bytes), i);
    }
    std::sort(keyed.begin(), keyed.end());
    std::vector<std::size_t> order;
    for (const auto& [key, i] : keyed) order.push_back(i);
    return order;
}

/// Which markers are linked by scripts they share (union-find).
class Links {
public:
    explicit Links(std::size_t n) : parent_(n) { std::iota(parent_.begin(), parent_.end(), std::size_t{0}); }
    std::size_t find(std::size_t i) {
        while (parent_[i] != i) i = parent_[i] = parent_[parent_[i]];
        return i;
    }
    void join(std::size_t a, std::size_t b) { parent_[find(a)] = find(b); }

private:
    std::vector<std::size_t> parent_;
};

}  // namespace

std::optional<std::vector<std::pair<std::size_t, std::size_t>>> allocation(
    std::span<const std::string> scripts, std::span<const std::string> markers, std::size_t each,
    std::span<const std::vector<std::size_t>> conflicts, std::string_view seed) {
    const auto marker_order = shuffled(markers, seed, "marker");
    auto script_order = shuffled(scripts, seed, "script");
    // Those with the fewest markers left to choose from go first: what is free later is free for them no
    // more.
    std::stable_sort(script_order.begin(), script_order.end(),
                     [&](std::size_t a, std::size_t b) { return conflicts[a].size() > conflicts[b].size(); });
    std::vector<std::size_t> load(markers.size(), 0);
    Links links{markers.size()};
    std::vector<std::pair<std::size_t, std::size_t>> pairs;
    std::vector<bool> open(markers.size());
    for (const std::size_t script : script_order) {
        open.assign(markers.size(), true);
        for (const std::size_t m : conflicts[script]) open[m] = false;
        std::vector<std::size_t> chosen;
        while (chosen.size() < each) {
            std::optional<std::size_t> best;
            const auto links_anew = [&](std::size_t m) {
                return std::none_of(chosen.begin(), chosen.end(),
                                    [&](std::size_t c) { return links.find(c) == links.find(m); });
            };
            for (const std::size_t m : marker_order) {
                if (!open[m]) continue;
                if (!best || load[m] < load[*best] ||
                    (load[m] == load[*best] && links_anew(m) && !links_anew(*best)))
                    best = m;
            }
            if (!best) return std::nullopt;
            open[*best] = false;
            chosen.push_back(*best);
        }
        for (const std::size_t m : chosen) {
            ++load[m];
            links.join(chosen.front(), m);
            pairs.emplace_back(script, m);
        }
    }
    std::sort(pairs.begin(), pairs.end());
    return pairs;
}

}  // namespace recruit
