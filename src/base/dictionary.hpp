#pragma once

// Texts, each kept once, with a code in the order in which it first came.

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>
#include <vector>

#include <recruit/base/table.hpp>

namespace recruit::detail {

/// No defence against chosen keys: a collision costs a comparison, never a wrong answer.
class Dictionary {
public:
    static constexpr std::uint32_t none = 0xFFFFFFFF;

    explicit Dictionary(std::size_t expected = 16) { resize(std::bit_ceil(expected + expected / 2 + 16)); }

    std::size_t size() const noexcept { return offsets_.size() - 1; }
    std::string_view operator[](std::uint32_t code) const noexcept {
        return {bytes_.data() + offsets_[code],
                static_cast<std::size_t>(offsets_[code + 1] - offsets_[code])};
    }
    std::uint32_t find(std::string_view text) const noexcept { return slots_[slot_of(Key{text})].code; }
    /// The code of a text, and whether it is new.
    std::pair<std::uint32_t, bool> insert(std::string_view text) { return insert(Key{text}); }

    /// The codes of texts_at(0), … texts_at(n - 1). Looks ahead: what a text needs is asked of memory before
    /// its turn.
    template <class TextAt, class Take>
    void insert_all(std::size_t n, TextAt text_at, Take take) {
        constexpr std::size_t ahead = 32;
        std::array<Key, ahead> keys;
        for (std::size_t begin = 0; begin < n; begin += ahead) {
            const std::size_t count = std::min(ahead, n - begin);
            for (std::size_t i = 0; i < count; ++i) {
                keys[i] = Key{text_at(begin + i)};
                __builtin_prefetch(&slots_[keys[i].hash >> shift_]);
            }
            for (std::size_t i = 0; i < count; ++i) take(begin + i, insert(keys[i]).first);
        }
    }

    Strings take() {
        return Strings{Buffer<std::int64_t>{std::move(offsets_)}, Buffer<char>{std::move(bytes_)}};
    }

private:
    static constexpr std::uint64_t prime = 0x9E3779B97F4A7C15ULL;

    /// What is compared first: a text of up to eight bytes itself, of a longer one 64 bits of it.
    struct Key {
        Key() = default;
        explicit Key(std::string_view text_) noexcept
            : text{text_}, word{word_of(text_)}, hash{hash_of(word, text_.size())} {}
        std::string_view text;
        std::uint64_t word, hash;
    };
    struct Slot {
        std::uint64_t word;
        std::uint32_t code, size;
    };

    static std::uint64_t hash_of(std::uint64_t word, std::size_t size) noexcept {
        const std::uint64_t hash = (word ^ size * prime) * prime;
        return (hash ^ hash >> 32) * prime;
    }
    static std::uint64_t word_of(std::string_view text) noexcept {
        std::uint64_t word = 0;
        if (text.size() < 8) {
            for (std::size_t i = text.size(); i-- > 0;)
                word = word << 8 | static_cast<unsigned char>(text[i]);
            return word;
        }
        std::memcpy(&word, text.data(), 8);
        if (text.size() == 8) return word;
        std::uint64_t hash = word;
        std::size_t at = 8;
        for (; at + 8 <= text.size(); at += 8) {
            std::memcpy(&word, text.data() + at, 8);
            hash = (std::rotl(hash, 29) ^ word) * prime;
        }
        std::memcpy(&word, text.data() + text.size() - 8, 8);
        return (std::rotl(hash, 29) ^ word) * prime;
    }

    std::size_t slot_of(const Key& key) const noexcept {
        for (std::size_t i = key.hash >> shift_;; i = (i + 1) & (slots_.size() - 1)) {
            const Slot& slot = slots_[i];
            if (slot.code == none) return i;
            if (slot.word == key.word && slot.size == static_cast<std::uint32_t>(key.text.size()) &&
                (key.text.size() <= 8 || (*this)[slot.code] == key.text)) {
                return i;
            }
        }
    }
    std::pair<std::uint32_t, bool> insert(const Key& key) {
        const std::size_t i = slot_of(key);
        if (slots_[i].code != none) return {slots_[i].code, false};
        const auto code = static_cast<std::uint32_t>(size());
        slots_[i] = {key.word, code, static_cast<std::uint32_t>(key.text.size())};
        bytes_.insert(bytes_.end(), key.text.begin(), key.text.end());
        offsets_.push_back(static_cast<std::int64_t>(bytes_.size()));
        if (size() * 2 > slots_.size()) resize(slots_.size() * 2);
        return {code, true};
    }
    void resize(std::size_t count) {
        std::vector<Slot> old(count, Slot{0, none, 0});
        old.swap(slots_);
        shift_ = 64 - std::countr_zero(count);
        for (const Slot& slot : old) {
            if (slot.code == none) continue;
            std::size_t i = hash_of(slot.word, slot.size) >> shift_;
            while (slots_[i].code != none) i = (i + 1) & (count - 1);
            slots_[i] = slot;
        }
    }

    std::vector<Slot> slots_;  ///< At most half full.
    int shift_ = 0;
    std::vector<std::int64_t> offsets_{0};
    std::vector<char> bytes_;
};

}  // namespace recruit::detail
