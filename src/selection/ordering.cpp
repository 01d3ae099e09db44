#include "selection/ordering.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

#include <openssl/evp.h>

namespace recruit::detail {

std::uint64_t lot(const std::string& seed, std::string_view id) {
    std::string bytes = seed;
    bytes += '\0';
    bytes += id;
    std::array<unsigned char, 32> digest{};
    unsigned int length = 0;
    EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, EVP_sha256(), nullptr);
    std::uint64_t value = 0;
    for (int i = 0; i < 8; ++i) value = value << 8 | digest[static_cast<std::size_t>(i)];
    return value;
}

// ---- Sorter ----

void Sorter::by_more_words(std::span<Entry> entries) {
    for (auto run = entries.begin(); run != entries.end();) {
        const auto end = std::find_if(run, entries.end(), [&](const Entry& e) { return e.key != run->key; });
        std::stable_sort(run, end, [&](const Entry& a, const Entry& b) {
            for (const std::uint64_t* words : keys_.more) {
                if (words[a.row] != words[b.row]) return words[a.row] < words[b.row];
            }
            return false;
        });
        run = end;
    }
}

/// entries[begin, end) are equal in the components before `level`: split them by this one, if it can decide.
void Sorter::refine(std::span<const Entry> entries, std::uint32_t begin, std::uint32_t end, int level) {
    const int count = static_cast<int>(keys_.plan->components.size());
    const auto leaf = [&](bool unresolved) {
        if (!one_level_) leaves_.push_back({begin, end, unresolved});
        if (level <= components_) blocks_.push_back({begin, end, unresolved});
    };
    if (end - begin == 1 || level == count) return leaf(false);
    if (level == components_) blocks_.push_back({begin, end, false});

    const auto component = static_cast<std::size_t>(level);
    const KeyComponent& c = keys_.plan->components[component];
    if (c.can_be_missing) {
        // Sorted: missing values last, before them those to whom the key does not apply.
        const auto last = keys_.value(component, entries[end - 1]);
        const bool any_missing = last == c.is_missing();
        const bool mixed = last == c.does_not_apply() && keys_.value(component, entries[begin]) != last;
        if (any_missing || mixed) {
            const auto deciding = any_missing ? c.is_missing() : c.does_not_apply();
            for (std::uint32_t i = begin; i < end; ++i) {
                if (keys_.value(component, entries[i]) == deciding)
                    missing.emplace_back(entries[i].row, level);
            }
            if (level < components_) blocks_.push_back({begin, end, true});
            if (!one_level_) leaves_.push_back({begin, end, true});
            return;
        }
    }
    for (std::uint32_t i = begin; i < end;) {
        const auto value = keys_.value(component, entries[i]);
        std::uint32_t next = i + 1;
        while (next < end && keys_.value(component, entries[next]) == value) ++next;
        refine(entries, i, next, level + 1);
        i = next;
    }
}

/// Inside each leaf: by lot, else by id.
void Sorter::settle(std::span<Entry> entries) {
    if (!ids_.places().empty()) {  // else the order of the table is that of the ids
        const auto by_id = [&](const Entry& a, const Entry& b) { return ids_.less(a.row, b.row); };
        for (const Equals& leaf : leaves()) {
            if (leaf.end - leaf.begin < 2) continue;
            std::sort(entries.begin() + leaf.begin, entries.begin() + leaf.end, by_id);
        }
    }
    if (seed_ == nullptr) return;
    std::vector<Equals> drawn;
    std::vector<std::pair<std::uint64_t, Entry>> lots;
    for (const Equals& block : blocks_) {
        const auto part = entries.subspan(block.begin, block.end - block.begin);
        if (block.unresolved || part.size() < 2) {
            drawn.push_back(block);
            continue;
        }
        // Equal hashes keep the order of the ids: a lot always decides.
        lots.clear();
        for (const Entry& entry : part) lots.emplace_back(lot(*seed_, ids_.str(entry.row)), entry);
        std::stable_sort(lots.begin(), lots.end(),
                         [](const auto& a, const auto& b) { return a.first < b.first; });
        for (std::size_t i = 0; i < part.size(); ++i) part[i] = lots[i].second;
        for (std::uint32_t i = block.begin; i < block.end; ++i) drawn.push_back({i, i + 1, false});
    }
    blocks_ = drawn;
    leaves_ = std::move(drawn);
}

void Sorter::find_equals(std::span<Entry> entries) {
    blocks_.clear();
    leaves_.clear();
    if (!keys_.more.empty()) by_more_words(entries);
    // The score is the first component and never missing: most rows are settled by it alone.
    const int shift = keys_.plan->components.front().shift;
    const auto n = static_cast<std::uint32_t>(entries.size());
    for (std::uint32_t i = 0; i < n;) {
        const auto score = entries[i].key >> shift;
        std::uint32_t next = i + 1;
        while (next < n && entries[next].key >> shift == score) ++next;
        if (next - i > 1) {
            refine(entries, i, next, 1);
        } else {
            blocks_.push_back({i, next, false});
            if (!one_level_) leaves_.push_back({i, next, false});
        }
        i = next;
    }
}

void Sorter::sort(std::span<Entry> entries) {
    find_equals(entries);
    settle(entries);
}

// ---- Ordering ----

Ordering::Ordering(const Grouping& groups, const Pace& pace)
    : groups_{groups},
      keys_{groups.group.size()},
      order_{groups.group.size()},
      tags_{groups.group.size()},
      offsets_(groups.groups() + 2) {
    const std::size_t rows = groups.group.size();
    // Buckets of some ten thousand rows fit a cache; more than a thousand would not fit their own write places.
    const std::size_t wanted = std::clamp<std::size_t>(rows / 16'384, 1, 1024);
    while ((groups.groups() >> shift_) >= wanted && (groups.groups() >> shift_) > 0) ++shift_;
    buckets_ = (groups.groups() >> shift_) + 1;
    const std::size_t chunks = (rows + chunk_rows - 1) / chunk_rows;
    next_.assign(chunks * buckets_, 0);
    parallel(rows, chunk_rows, pace, [&](std::size_t begin, std::size_t end) {
        std::vector<std::uint32_t> count(buckets_, 0);
        for (std::size_t row = begin; row < end; ++row) ++count[groups.group[row] >> shift_];
        std::copy(count.begin(), count.end(),
                  next_.begin() + static_cast<std::ptrdiff_t>(begin / chunk_rows * buckets_));
    });
    std::uint32_t place = 0;
    for (std::size_t bucket = 0; bucket < buckets_; ++bucket) {
        begins_.push_back(place);
        for (std::size_t chunk = 0; chunk < chunks; ++chunk) {
            auto& next = next_[chunk * buckets_ + bucket];
            const std::uint32_t count = next;
            next = place;
            place += count;
        }
    }
    begins_.push_back(place);
    offsets_.back() = rows;
}

/// Sorts entries of a bucket by group, then key, equals as they stood: least significant digit first. Two digits of
/// the key tell most rows apart; the rest is looked at only where they do not.
void Ordering::sort_entries(std::vector<Entry>& entries, std::vector<Entry>& scratch,
                            std::vector<std::uint32_t>& count, std::size_t bucket) {
    const std::size_t n = entries.size();
    const std::size_t first_group = bucket << shift_;
    const std::size_t groups = std::min(groups_.groups() + 1, (bucket + 1) << shift_) - first_group;
    const std::uint32_t* const group = tags_.data() + begins_[bucket];
    scratch.resize(n);
    count.assign(groups, 0);
    for (const Entry& entry : entries) ++count[group[entry.place] - first_group];

    std::uint64_t varying = 0;
    for (const Entry& entry : entries) varying |= entry.key ^ entries.front().key;
    constexpr int most = 11;
    const int width = n < 2048 ? 8 : most;
    const std::uint64_t mask = (std::uint64_t{1} << width) - 1;
    const int high = static_cast<int>(std::bit_width(varying));
    const int low = varying == 0 ? 0 : std::countr_zero(varying);
    const int from = std::max(low, high - 2 * width);
    std::array<std::uint32_t, std::size_t{1} << most> places;
    const auto deal = [&](auto digit, auto&& next) {
        std::uint32_t place = 0;
        for (auto& begin : next) place += std::exchange(begin, place);
        for (const Entry& entry : entries) scratch[next[digit(entry)]++] = entry;
        entries.swap(scratch);
    };
    for (int shift = from; shift < high; shift += width) {
        const auto digit = [&](const Entry& entry) { return entry.key >> shift & mask; };
        const auto digits = std::span{places}.first(mask + 1);
        std::fill(digits.begin(), digits.end(), 0U);
        for (const Entry& entry : entries) ++digits[digit(entry)];
        deal(digit, digits);
    }
    if (groups > 1) {
        std::vector<std::uint32_t> next{count};
        deal([&](const Entry& entry) { return group[entry.place] - first_group; }, next);
    }
    if (from == low) return;
    std::size_t begin = 0;
    for (std::size_t g = 0; g < groups; ++g) {
        const std::size_t end = begin + count[g];
        for (std::size_t run = begin; run < end;) {
            std::size_t next = run + 1;
            while (next < end && entries[next].key >> from == entries[run].key >> from) ++next;
            if (next - run > 1)
                radix_sort(std::span{entries}.subspan(run, next - run), std::span{scratch}.first(next - run));
            run = next;
        }
        begin = end;
    }
}

void Ordering::sort_bucket(std::size_t bucket, Worker& w, const std::int8_t* ended, const KeyIndex& ids) {
    const std::uint32_t begin = begins_[bucket];
    const std::uint32_t n = begins_[bucket + 1] - begin;
    w.ranked.clear();
    w.others.clear();
    for (std::uint32_t i = 0; i < n; ++i) {
        const std::uint32_t row = order_[begin + i];
        const std::uint64_t key = keys_[begin + i];
        if (key != unranked) {
            w.ranked.push_back({key, row, i});
        } else if (ended != nullptr) {
            const auto missed = static_cast<std::uint64_t>(127 - ended[row]);
            w.others.push_back({missed << 32 | (ids.places().empty() ? 0 : ids.places()[row]), row, i});
        }
    }
    sort_entries(w.ranked, w.scratch, w.ranked_count, bucket);
    sort_entries(w.others, w.scratch, w.other_count, bucket);
    std::fill_n(keys_.data() + begin, n, std::uint64_t{0});
    std::fill_n(tags_.data() + begin, n, undecided);
}

}  // namespace recruit::detail
