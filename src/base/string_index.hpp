#pragma once

// An open-addressing index from strings to their place in a list that somebody else keeps.

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

namespace recruit::detail {

/// 64 bits of a string; the same on every run and machine of one byte order. No defence against chosen keys:
/// a collision costs a comparison of the strings, never a wrong answer.
inline std::uint64_t hash_bytes(std::string_view text) noexcept {
    constexpr std::uint64_t prime = 0x9E3779B97F4A7C15ULL;
    std::uint64_t hash = text.size() * prime;
    const char* data = text.data();
    std::size_t left = text.size();
    const auto mix = [&hash](std::uint64_t word) {
        hash = (hash ^ word) * prime;
        hash ^= hash >> 29;
    };
    for (; left >= 8; data += 8, left -= 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, data, 8);
        mix(word);
    }
    if (left > 0) {
        std::uint64_t word = 0;
        std::memcpy(&word, data, left);
        mix(word);
    }
    return hash ^ (hash >> 32);
}

/// Finds which place holds a string. `At` gives the string of a place; the places must stay what they are.
template <class At>
class StringIndex {
public:
    static constexpr std::uint32_t none = 0xFFFFFFFF;

    explicit StringIndex(At at, std::size_t expected = 16) : at_{std::move(at)} {
        slots_.assign(std::bit_ceil(expected + expected / 2 + 16), {0, none});
    }

    std::uint32_t find(std::string_view key) const noexcept {
        const auto tag = static_cast<std::uint32_t>(hash_bytes(key) >> 32);
        for (std::size_t i = start(key);; i = next(i)) {
            const Slot& slot = slots_[i];
            if (slot.place == none) return none;
            if (slot.tag == tag && at_(slot.place) == key) return slot.place;
        }
    }

    /// The place that holds the key already, or `none` after having entered it at `place`.
    std::uint32_t insert(std::string_view key, std::uint32_t place) {
        if ((used_ + 1) * 4 > slots_.size() * 3) grow();
        const auto tag = static_cast<std::uint32_t>(hash_bytes(key) >> 32);
        for (std::size_t i = start(key);; i = next(i)) {
            Slot& slot = slots_[i];
            if (slot.place == none) {
                slot = {tag, place};
                ++used_;
                return none;
            }
            if (slot.tag == tag && at_(slot.place) == key) return slot.place;
        }
    }

    const At& at() const noexcept { return at_; }
    At& at() noexcept { return at_; }

private:
    struct Slot {
        std::uint32_t tag, place;
    };

    std::size_t start(std::string_view key) const noexcept {
        return static_cast<std::size_t>(hash_bytes(key)) & (slots_.size() - 1);
    }
    std::size_t next(std::size_t i) const noexcept { return (i + 1) & (slots_.size() - 1); }

    void grow() {
        std::vector<Slot> old(slots_.size() * 2, {0, none});
        old.swap(slots_);
        for (const Slot& slot : old) {
            if (slot.place == none) continue;
            std::size_t i = start(at_(slot.place));
            while (slots_[i].place != none) i = next(i);
            slots_[i] = slot;
        }
    }

    mutable At at_;
    std::vector<Slot> slots_;
    std::size_t used_ = 0;
};

}  // namespace recruit::detail
