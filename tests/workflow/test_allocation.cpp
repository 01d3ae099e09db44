#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <string>
#include <vector>

#include <recruit/base/random.hpp>
#include <recruit/workflow/allocation.hpp>

using namespace recruit;

namespace {

std::vector<std::string> named(const std::string& with, std::size_t n) {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < n; ++i) names.push_back(with + std::to_string(i));
    return names;
}

/// Whether all markers are linked through scripts they share.
bool connected(const std::vector<std::pair<std::size_t, std::size_t>>& pairs, std::size_t markers) {
    std::vector<std::size_t> group(markers);
    std::iota(group.begin(), group.end(), std::size_t{0});
    std::map<std::size_t, std::size_t> first;
    for (const auto& pair : pairs) {
        const auto at = first.emplace(pair.first, pair.second).first;
        const std::size_t from = group[pair.second], to = group[at->second];
        for (std::size_t& g : group)
            if (g == from) g = to;
    }
    return std::set<std::size_t>(group.begin(), group.end()).size() == 1;
}

}  // namespace

TEST_SUITE("workflow/allocation") {
    TEST_CASE("every script goes to so many different markers, loads are equal, all markers are linked") {
        int made = 0;
        for (std::uint64_t seed = 0; seed < 300; ++seed, ++made) {
            RandomStream random{seed};
            const std::size_t m = 2 + random.below(7), each = 1 + random.below(std::min<std::size_t>(m, 3));
            const std::size_t n = m + random.below(40);
            const auto scripts = named("s", n), markers = named("m", m);
            const std::vector<std::vector<std::size_t>> none(n);
            const auto pairs = allocation(scripts, markers, each, none, std::to_string(seed));
            REQUIRE(pairs);
            REQUIRE(pairs->size() == n * each);
            REQUIRE(std::set(pairs->begin(), pairs->end()).size() == n * each);
            std::vector<std::size_t> load(m);
            for (const auto& pair : *pairs) ++load[pair.second];
            CHECK(*std::max_element(load.begin(), load.end()) - *std::min_element(load.begin(), load.end()) <=
                  1);
            if (each >= 2) CHECK(connected(*pairs, m));
        }
        MESSAGE(made, " allocations");
    }

    TEST_CASE("nobody gets a script they conflict with, and where too few are left there is no allocation") {
        for (std::uint64_t seed = 0; seed < 300; ++seed) {
            RandomStream random{seed};
            const auto scripts = named("s", 20), markers = named("m", 5);
            std::vector<std::vector<std::size_t>> conflicts(20);
            bool possible = true;
            for (auto& against : conflicts) {
                for (std::size_t m = 0; m < 5; ++m)
                    if (random.chance(1, 4)) against.push_back(m);
                possible = possible && 5 - against.size() >= 2;
            }
            const auto pairs = allocation(scripts, markers, 2, conflicts, "seed");
            CHECK(pairs.has_value() == possible);
            if (!pairs) continue;
            for (const auto& [script, marker] : *pairs)
                CHECK(std::find(conflicts[script].begin(), conflicts[script].end(), marker) ==
                      conflicts[script].end());
        }
    }

    TEST_CASE("only the seed orders anything") {
        const auto scripts = named("s", 12), markers = named("m", 4);
        const std::vector<std::vector<std::size_t>> none(12);
        CHECK(allocation(scripts, markers, 2, none, "a") == allocation(scripts, markers, 2, none, "a"));
        CHECK(allocation(scripts, markers, 2, none, "a") != allocation(scripts, markers, 2, none, "b"));
        CHECK(allocation({}, markers, 2, {}, "a")->empty());
        CHECK_FALSE(allocation(scripts, {}, 1, none, "a").has_value());
    }
}
