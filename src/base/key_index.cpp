#include "base/key_index.hpp"

#include <algorithm>
#include <atomic>
#include <bit>
#include <charconv>
#include <cstring>
#include <numeric>

#include <recruit/base/error.hpp>

#include "base/int128.hpp"
#include "base/keys.hpp"
#include "base/radix.hpp"

namespace recruit::detail {

namespace {

constexpr std::size_t chunk_rows = std::size_t{1} << 16;

/// The decimal text of an integer, in a buffer.
struct Digits {
    explicit Digits(std::int64_t value) {
        size = static_cast<std::size_t>(std::to_chars(text, text + sizeof text, value).ptr - text);
    }
    std::string_view view() const noexcept { return {text, size}; }
    char text[24];
    std::size_t size;
};

/// Keys that are texts. A word is the first eight bytes behind what all keys begin with, so that words order
/// most keys without a look at the texts.
struct TextKeys {
    const Column& column;
    std::size_t common = 0;

    bool has(std::size_t row) const noexcept { return !column.is_null(row); }
    std::string_view text(std::size_t row) const noexcept {
        return has(row) ? column.text(row) : std::string_view{};
    }
    std::uint64_t word(std::size_t row) const noexcept {
        const std::string_view key = text(row);
        if (key.size() <= common) return 0;
        return word_of(key.substr(common));
    }
    static std::uint64_t word_of(std::string_view key) noexcept {
        std::uint64_t word = 0;
        if (key.size() >= 8) {
            std::memcpy(&word, key.data(), 8);
            if constexpr (std::endian::native == std::endian::little) word = __builtin_bswap64(word);
        } else {
            for (std::size_t i = 0; i < key.size(); ++i) {
                word |= std::uint64_t{static_cast<unsigned char>(key[i])} << (56 - 8 * i);
            }
        }
        return word;
    }
    int compare(std::size_t a, std::size_t b) const noexcept {
        if (has(a) != has(b)) return has(b) ? -1 : 1;
        return text(a).compare(text(b));
    }
    int compare(std::size_t row, std::string_view key) const noexcept {
        return has(row) ? text(row).compare(key) : -1;
    }
    /// Whether each of the rows stands before the next.
    bool rises(std::size_t begin, std::size_t end) const noexcept {
        auto before = begin < end ? word(begin) : 0;
        for (std::size_t row = begin + 1; row < end; ++row) {
            const auto here = word(row);
            if (!(before < here || (before == here && compare(row - 1, row) < 0))) return false;
            before = here;
        }
        return true;
    }
    /// How much of the first key every key begins with.
    void find_common(const Pace& pace) {
        const std::size_t rows = column.size();
        if (rows == 0) return;
        const std::string_view first = text(0);
        std::vector<std::size_t> shared((rows + chunk_rows - 1) / chunk_rows, first.size());
        parallel(rows, chunk_rows, pace, [&](std::size_t begin, std::size_t end) {
            std::size_t least = first.size();
            for (std::size_t row = begin; row < end && least > 0; ++row) {
                const std::string_view key = text(row);
                if (key.size() >= least && std::memcmp(key.data(), first.data(), least) == 0) continue;
                const auto differs =
                    std::mismatch(first.begin(), first.begin() + static_cast<std::ptrdiff_t>(least),
                                  key.begin(), key.end());
                least = static_cast<std::size_t>(differs.first - first.begin());
            }
            shared[begin / chunk_rows] = least;
        });
        common = *std::min_element(shared.begin(), shared.end());
    }
};

/// Keys that are integers: the word is their digits written from the left, as text would be compared.
struct IntegerKeys {
    const Column& column;

    bool has(std::size_t row) const noexcept { return !column.is_null(row); }
    static std::uint64_t word_of(std::int64_t value) noexcept {
        if (value <= 0) return 0;  // told apart by their texts: "-" and "0" stand before "1"
        const int digits =
            static_cast<int>(std::bit_width(static_cast<std::uint64_t>(value))) * 1233 >> 12;  // or one more
        const int missing = 18 - digits + (value < power_of_ten(digits) ? 1 : 0);
        return static_cast<std::uint64_t>(value) * static_cast<std::uint64_t>(power_of_ten(missing));
    }
    std::uint64_t word(std::size_t row) const noexcept {
        return has(row) ? word_of(column.integers()[row]) : 0;
    }
    int compare(std::size_t a, std::size_t b) const noexcept {
        if (has(a) != has(b)) return has(b) ? -1 : 1;
        if (!has(a)) return 0;
        const auto x = column.integers()[a];
        const auto y = column.integers()[b];
        if (x == y) return 0;
        return Digits{x}.view().compare(Digits{y}.view());
    }
    int compare(std::size_t row, std::string_view key) const noexcept {
        return has(row) ? Digits{column.integers()[row]}.view().compare(key) : -1;
    }
    /// Whether each of the rows stands before the next.
    bool rises(std::size_t begin, std::size_t end) const noexcept {
        const auto values = column.integers();
        // Positive numbers of as many digits stand in the order of their digits.
        if (begin < end && column.validity().all() && values[begin] > 0 &&
            Digits{values[begin]}.size == Digits{values[end - 1]}.size) {
            bool up = true;
            for (std::size_t row = begin + 1; row < end; ++row) up &= values[row - 1] < values[row];
            return up;
        }
        for (std::size_t row = begin + 1; row < end; ++row) {
            if (compare(row - 1, row) >= 0) return false;
        }
        return true;
    }
};

}  // namespace

KeyIndex::KeyIndex(Column keys, const Pace& pace) : column_{std::move(keys)} {
    if (column_.size() >= 0xFFFFFFFF)
        throw InvalidTable{Code::table_too_long, {std::to_string(column_.size())}};
    if (column_.type() == ColumnType::text) {
        TextKeys texts{column_};
        texts.find_common(pace);
        build(texts, pace);
    } else {
        build(IntegerKeys{column_}, pace);
    }
}

/// Partitions by sampled splitters, sorts each part by its words, compares texts only where words are equal.
template <class Keys>
void KeyIndex::build(const Keys& keys, const Pace& pace) {
    const std::size_t rows = size();
    const std::size_t chunks = (rows + chunk_rows - 1) / chunk_rows;
    // Most tables come in the order of their ids.
    std::atomic<bool> rising{true};
    parallel(rows, chunk_rows, pace, [&](std::size_t begin, std::size_t end) {
        if (!rising.load(std::memory_order_relaxed)) return;
        if (!keys.rises(begin == 0 ? 0 : begin - 1, end)) rising = false;
    });
    if (rising) return;
    Array<std::uint64_t> words{rows};
    parallel(rows, chunk_rows, pace, [&](std::size_t begin, std::size_t end) {
        for (std::size_t row = begin; row < end; ++row) words[row] = keys.word(row);
    });

    std::vector<std::uint64_t> splitters;
    const std::size_t parts = std::clamp<std::size_t>(rows / 16'384, 1, 256);
    if (parts > 1) {
        std::vector<std::uint64_t> sample;
        for (std::size_t i = 0; i < parts * 32; ++i) sample.push_back(words[i * rows / (parts * 32)]);
        std::sort(sample.begin(), sample.end());
        for (std::size_t p = 1; p < parts; ++p) splitters.push_back(sample[p * 32]);
    }
    const auto part_of = [&](std::uint64_t word) {
        return static_cast<std::size_t>(std::upper_bound(splitters.begin(), splitters.end(), word) -
                                        splitters.begin());
    };
    Array<std::uint8_t> part{rows};
    std::vector<std::uint32_t> begins(parts * chunks + 1, 0);  // by part, then chunk
    parallel(rows, chunk_rows, pace, [&](std::size_t begin, std::size_t end) {
        std::vector<std::uint32_t> count(parts, 0);
        for (std::size_t row = begin; row < end; ++row) {
            const std::size_t p = part_of(words[row]);
            part[row] = static_cast<std::uint8_t>(p);
            ++count[p];
        }
        for (std::size_t p = 0; p < parts; ++p) begins[p * chunks + begin / chunk_rows + 1] = count[p];
    });
    std::partial_sum(begins.begin(), begins.end(), begins.begin());
    sorted_ = Array<std::uint32_t>{rows};
    places_ = Array<std::uint32_t>{rows};
    Array<std::uint64_t> moved{rows};
    parallel(rows, chunk_rows, pace, [&](std::size_t begin, std::size_t end) {
        std::vector<std::uint32_t> next(parts);
        for (std::size_t p = 0; p < parts; ++p) next[p] = begins[p * chunks + begin / chunk_rows];
        for (std::size_t row = begin; row < end; ++row) {
            const std::uint32_t to = next[part[row]]++;
            moved[to] = words[row];
            sorted_[to] = static_cast<std::uint32_t>(row);
        }
    });
    words = {};
    std::vector<std::vector<std::pair<std::uint32_t, std::uint32_t>>> repeated(parts);
    parallel(parts, 1, pace, [&](std::size_t first, std::size_t last) {
        std::vector<Entry> entries;
        std::vector<Entry> scratch;
        for (std::size_t p = first; p < last; ++p) {
            const std::size_t from = begins[p * chunks];
            const std::size_t to = begins[(p + 1) * chunks];
            entries.resize(to - from);
            for (std::size_t i = from; i < to; ++i) entries[i - from] = {moved[i], sorted_[i], 0};
            scratch.resize(entries.size());
            radix_sort(entries, scratch);
            for (auto run = entries.begin(); run != entries.end();) {
                const auto end =
                    std::find_if(run, entries.end(), [&](const Entry& e) { return e.key != run->key; });
                if (end - run > 1) {
                    std::sort(run, end, [&](const Entry& a, const Entry& b) {
                        const int order = keys.compare(a.row, b.row);
                        return order != 0 ? order < 0 : a.row < b.row;
                    });
                    auto same = run;
                    for (auto next = run + 1; next != end; ++next) {
                        if (keys.compare(same->row, next->row) != 0)
                            same = next;
                        else if (keys.has(next->row))
                            repeated[p].emplace_back(next->row, same->row);
                    }
                }
                run = end;
            }
            for (std::size_t i = from; i < to; ++i) sorted_[i] = entries[i - from].row;
        }
    });
    parallel(rows, chunk_rows, pace, [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) places_[sorted_[i]] = static_cast<std::uint32_t>(i);
    });
    for (const auto& some : repeated) repeated_.insert(repeated_.end(), some.begin(), some.end());
    std::sort(repeated_.begin(), repeated_.end());
}

std::optional<std::uint32_t> KeyIndex::find(std::string_view key) const {
    const auto search = [&](const auto& keys) -> std::optional<std::uint32_t> {
        std::size_t low = 0;
        std::size_t high = size();
        const auto row = [&](std::size_t place) { return sorted_.empty() ? place : sorted_[place]; };
        while (low < high) {
            const std::size_t middle = low + (high - low) / 2;
            if (keys.compare(row(middle), key) < 0)
                low = middle + 1;
            else
                high = middle;
        }
        if (low == size() || !keys.has(row(low)) || keys.compare(row(low), key) != 0) return std::nullopt;
        return static_cast<std::uint32_t>(row(low));
    };
    return column_.type() == ColumnType::text ? search(TextKeys{column_}) : search(IntegerKeys{column_});
}

std::vector<std::uint32_t> byte_order(const Column& values, const Pace& pace) {
    const KeyIndex index{values, pace};
    std::vector<std::uint32_t> place(values.size());
    std::iota(place.begin(), place.end(), 0U);
    if (index.places().empty()) return place;
    std::copy(index.places().begin(), index.places().end(), place.begin());
    if (index.repeated().empty()) return place;
    // Equal values share a place.
    std::vector<std::uint32_t> distinct(values.size(), 1);
    for (const auto& [row, first] : index.repeated()) distinct[place[row]] = 0;
    std::partial_sum(distinct.begin(), distinct.end(), distinct.begin());
    for (auto& p : place) p = distinct[p] - 1;
    return place;
}

}  // namespace recruit::detail
