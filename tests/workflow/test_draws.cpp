// What is drawn by lot: the same bytes give the same draw, and every order has the same chance.

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>

#include "workflow/contest.hpp"
#include "workflow/draw.hpp"

using namespace contest;

namespace {

/// Chance of a chi-square this large or larger; `freedom` even (Abramowitz and Stegun 26.4.21).
double upper_tail(double chi_square, int freedom) {
    double term = 1, sum = 1;
    for (int k = 1; k < freedom / 2; ++k) {
        term *= chi_square / 2 / k;
        sum += term;
    }
    return std::exp(-chi_square / 2) * sum;
}

std::vector<std::string> named(int n) {
    std::vector<std::string> items;
    for (int i = 0; i < n; ++i) items.push_back("A" + std::to_string(i));
    return items;
}

}  // namespace

TEST_SUITE("workflow/draws") {
    TEST_CASE("every place has the same chance for everybody, in a million draws") {
        const bool nightly = std::getenv("RECRUIT_NIGHTLY") != nullptr;
        constexpr int n = 5;  // (5 - 1)^2 degrees of freedom
        const int draws = nightly ? 10'000'000 : 1'000'000;
        const auto items = named(n);
        std::array<std::array<std::int64_t, n>, n> counts{};
        RandomStream random{22};
        Entropy bytes{};
        for (int d = 0; d < draws; ++d) {
            for (std::size_t i = 0; i < bytes.size(); i += 8) {
                std::uint64_t word = random.next();
                for (std::size_t k = 0; k < 8; ++k, word >>= 8)
                    bytes[i + k] = static_cast<std::uint8_t>(word);
            }
            const auto order = detail::shuffled(items, bytes, "order");
            for (std::size_t place = 0; place < n; ++place)
                ++counts[static_cast<std::size_t>(order[place][1] - '0')][place];
        }
        double chi = 0;
        const double expected = static_cast<double>(draws) / n;
        for (const auto& row : counts)
            for (const std::int64_t count : row)
                chi += (static_cast<double>(count) - expected) * (static_cast<double>(count) - expected) /
                       expected;
        // Rows and columns add up: the statistic has (n - 1)^2 degrees after scaling by (n - 1) / n.
        const double p = upper_tail(chi * (n - 1) / n, (n - 1) * (n - 1));
        CHECK(p > 0.001);
        CHECK(p < 0.999);
        MESSAGE(draws, " draws, chi-square ", chi * (n - 1) / n, ", p ", p);
    }

    TEST_CASE("no name and no number of people is favoured, from two to ten thousand") {
        int sizes = 0;
        for (const int n : {2, 3, 7, 10, 64, 100, 1'000, 1'024, 10'000}) {
            // Ninths of the list against ninths of the order, over as many draws as give a million places.
            constexpr int bins = 9;
            const int draws = n < bins ? 0 : std::max(1, 200'000 / n);
            std::array<std::array<double, bins>, bins> counts{};
            const auto items = named(n);
            std::map<std::string, int> at;
            for (int i = 0; i < n; ++i) at[items[static_cast<std::size_t>(i)]] = i;
            const auto bin = [&](int i) {
                return static_cast<std::size_t>(static_cast<std::int64_t>(i) * bins / n);
            };
            std::array<double, bins> width{};
            for (int i = 0; i < n; ++i) ++width[bin(i)];
            for (int d = 0; d < draws; ++d) {
                const auto order =
                    detail::shuffled(items, entropy(static_cast<std::uint64_t>(d) + 5), "order");
                for (int place = 0; place < n; ++place)
                    ++counts[bin(at[order[static_cast<std::size_t>(place)]])][bin(place)];
            }
            if (draws == 0) {
                // Two or three: how often the first named comes first.
                int first = 0;
                for (int d = 0; d < 20'000; ++d)
                    first +=
                        detail::shuffled(items, entropy(static_cast<std::uint64_t>(d)), "order").front() ==
                        "A0";
                const double share = first / 20'000.0, sd = std::sqrt((n - 1.0) / n / n / 20'000);
                CHECK(std::abs(share - 1.0 / n) < 3.5 * sd);
            } else {
                double chi = 0;
                for (std::size_t a = 0; a < bins; ++a)
                    for (std::size_t b = 0; b < bins; ++b) {
                        const double expected = draws * width[a] * width[b] / n;
                        chi += (counts[a][b] - expected) * (counts[a][b] - expected) / expected;
                    }
                // A permutation has n - 1 in the place of n: chi-square with 64 degrees of freedom.
                const double p = upper_tail(chi * (n - 1) / n, (bins - 1) * (bins - 1));
                INFO(n, " people");
                CHECK(p > 0.001);
                CHECK(p < 0.999);
            }
            ++sizes;
        }
        MESSAGE(sizes, " sizes");
    }

    TEST_CASE("the same bytes give the same draw, and one changed bit another") {
        const auto items = named(20);
        const Entropy bytes = entropy(3);
        const auto order = detail::shuffled(items, bytes, "order");
        CHECK(detail::shuffled(items, bytes, "order") == order);
        CHECK(detail::shuffled(items, bytes, "code-order") != order);
        auto turned = items;
        std::reverse(turned.begin(), turned.end());
        CHECK(detail::shuffled(turned, bytes, "order") == order);  // not by the order they are given in
        int changed = 0;
        for (std::size_t bit = 0; bit < 256; ++bit) {
            Entropy other = bytes;
            other[bit / 8] = static_cast<std::uint8_t>(other[bit / 8] ^ (1u << (bit % 8)));
            changed += detail::shuffled(items, other, "order") != order;
        }
        CHECK(changed == 256);
        MESSAGE(changed, " of 256 changed bits gave another order");
        // What a set of scripts is handed out by depends on its seed alone.
        const std::vector<std::vector<std::size_t>> none(items.size());
        const std::vector<std::string> markers{"k1", "k2", "k3"};
        CHECK(allocation(items, markers, 2, none, "seed") == allocation(items, markers, 2, none, "seed"));
        CHECK(allocation(items, markers, 2, none, "seed") !=
              allocation(items, markers, 2, none, "other seed"));
    }
}
