#pragma once

// Stable sort of records by an integer key: least significant digit first, digits that are the same
// everywhere left out.

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <span>
#include <utility>

namespace recruit::detail {

/// A row of something and what it is sorted by.
struct Entry {
    std::uint64_t key;
    std::uint32_t row;
    std::uint32_t place;  ///< Where the row stood before the sort.
};

/// Sorts by `key`, equals as they stood. `scratch` is at least as long. Linear.
inline void radix_sort(std::span<Entry> entries, std::span<Entry> scratch) {
    const std::size_t n = entries.size();
    if (n < 2) return;
    std::uint64_t varying = 0;
    bool sorted = true;
    for (std::size_t i = 1; i < n; ++i) {
        varying |= entries[i].key ^ entries[i - 1].key;
        sorted = sorted && entries[i - 1].key <= entries[i].key;
    }
    if (sorted) return;
    if (n <= 48) {  // fewer than a digit's counters
        for (std::size_t i = 1; i < n; ++i) {
            const Entry entry = entries[i];
            std::size_t j = i;
            for (; j > 0 && entries[j - 1].key > entry.key; --j) entries[j] = entries[j - 1];
            entries[j] = entry;
        }
        return;
    }
    constexpr int most = 11;
    const int width = n < 2048 ? 8 : most;
    const std::uint64_t mask = (std::uint64_t{1} << width) - 1;
    std::array<std::uint32_t, std::size_t{1} << most> counts;
    std::span<Entry> from = entries;
    std::span<Entry> to = scratch.first(n);
    while (varying != 0) {
        const int shift = std::countr_zero(varying);
        std::fill_n(counts.begin(), mask + 1, 0U);
        for (const Entry& entry : from) ++counts[(entry.key >> shift) & mask];
        std::uint32_t sum = 0;
        for (std::uint64_t d = 0; d <= mask; ++d) sum += std::exchange(counts[d], sum);
        for (const Entry& entry : from) to[counts[(entry.key >> shift) & mask]++] = entry;
        std::swap(from, to);
        varying = shift + width >= 64 ? 0 : varying >> (shift + width) << (shift + width);
    }
    if (from.data() != entries.data()) std::copy(from.begin(), from.end(), entries.begin());
}

}  // namespace recruit::detail
