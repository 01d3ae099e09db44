#include "selection/ordering.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

#include "base/sha256.hpp"

namespace recruit::detail {

std::uint64_t lot(const std::string& seed, std::string_view id) {
    std::string bytes = seed;
    bytes += '\0';
    bytes += id;
    const auto digest = sha256_of(bytes);
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
    if (keys_.plan->ahead > 0) {
        if (!entries.empty()) refine(entries, 0, static_cast<std::uint32_t>(entries.size()), 0);
        return;
    }
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
    : groups_{groups}, cells_{groups.group.size() + cells_ahead}, offsets_(groups.groups() + 2) {
    const std::size_t rows = groups.group.size();
    // Buckets of some ten thousand rows fit a cache; more than a thousand would not fit their own write
    // places.
    const std::size_t wanted = std::clamp<std::size_t>(rows / 16'384, 1, 1024);
    while ((groups.groups() >> shift_) >= wanted && (groups.groups() >> shift_) > 0 && shift_ < 16) ++shift_;
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
            place += std::exchange(next, place);
        }
    }
    begins_.push_back(place);
    offsets_.back() = rows;
}

/// Sorts entries by group, then key, equals as they stood: least significant digit first. Two digits of the
/// key tell most rows apart; the rest is looked at only where they do not.
std::span<Entry> Ordering::sort_entries(Worker& w, std::span<Entry> entries, std::span<Entry> scratch,
                                        std::vector<std::uint32_t>& count, std::size_t groups) const {
    const std::size_t n = entries.size();
    count.assign(groups, 0);
    if (n == 0) return entries;
    const std::uint16_t* const group = w.group.data();
    std::uint64_t varying = 0;
    for (std::size_t i = 0; i < n; ++i) {
        ++count[group[entries[i].place]];
        varying |= entries[i].key ^ entries[0].key;
    }
    constexpr int most = 11;
    const int width = n < 2048 ? 8 : most;
    const std::uint64_t mask = (std::uint64_t{1} << width) - 1;
    const int high = static_cast<int>(std::bit_width(varying));
    const int low = varying == 0 ? 0 : std::countr_zero(varying);
    const int from = std::max(low, high - 2 * width);
    const auto deal = [&](auto digit) {
        std::uint32_t place = 0;
        for (auto& begin : w.next) place += std::exchange(begin, place);
        const Entry* const in = entries.data();
        Entry* const out = scratch.data();
        std::uint32_t* const next = w.next.data();
        for (std::size_t i = 0; i < n; ++i) out[next[digit(in[i])]++] = in[i];
        std::swap(entries, scratch);
    };
    for (int shift = from; shift < high; shift += width) {
        const auto digit = [&](const Entry& entry) { return entry.key >> shift & mask; };
        w.next.assign(mask + 1, 0);
        for (std::size_t i = 0; i < n; ++i) ++w.next[digit(entries[i])];
        deal(digit);
    }
    if (groups > 1) {
        w.next = count;
        deal([&](const Entry& entry) { return group[entry.place]; });
    }
    if (from == low) return entries;
    std::size_t begin = 0;
    for (const std::uint32_t size : count) {
        const std::size_t end = begin + size;
        for (std::size_t run = begin; run < end;) {
            std::size_t next = run + 1;
            while (next < end && entries[next].key >> from == entries[run].key >> from) ++next;
            if (next - run > 1) radix_sort(entries.subspan(run, next - run), scratch.first(next - run));
            run = next;
        }
        begin = end;
    }
    return entries;
}

void Ordering::sort_bucket(std::size_t bucket, Worker& w, const std::int8_t* ended, const KeyIndex& ids) {
    const std::uint32_t first = begins_[bucket];
    const std::uint32_t n = begins_[bucket + 1] - first;
    if (w.scratch.size() < n) {
        w.entries = {};  // first: two at once would be more than is needed
        w.scratch = {};
        w.entries = Array<Entry>::scratch(n);
        w.scratch = Array<Entry>::scratch(n);
        w.group = Array<std::uint16_t>::scratch(n);
    }
    std::size_t ranked = 0;
    std::size_t others = n;
    const std::size_t chunks = next_.size() / buckets_;
    for (std::size_t chunk = 0; chunk < chunks; ++chunk) {
        const std::uint32_t end = next_[chunk * buckets_ + bucket];
        for (std::uint32_t place = chunk_begin(chunk, bucket); place < end; ++place) {
            const Cell cell = cells_[place];
            const Entry entry{cell.key(), static_cast<std::uint32_t>(chunk * chunk_rows + cell.row),
                              place - first};
            w.group[entry.place] = cell.group;
            // Written to both, counted in one: nobody can foretell who is ranked.
            w.entries[ranked] = entry;
            w.entries[others - 1] = entry;
            const bool is_ranked = entry.key != unranked;
            ranked += is_ranked ? 1 : 0;
            others -= is_ranked ? 0 : 1;
        }
    }
    const std::size_t groups = std::min(groups_.groups() + 1, (bucket + 1) << shift_) - (bucket << shift_);
    const std::span<Entry> entries{w.entries.data(), n};
    const std::span<Entry> scratch{w.scratch.data(), n};
    w.ranked = sort_entries(w, entries.first(ranked), scratch.first(ranked), w.ranked_count, groups);
    if (ended != nullptr) {
        const auto behind = entries.subspan(ranked);
        std::reverse(behind.begin(), behind.end());
        for (Entry& entry : behind) {
            entry.key = static_cast<std::uint64_t>(127 - ended[entry.row]) << 32 |
                        (ids.places().empty() ? 0 : ids.places()[entry.row]);
        }
        w.others = sort_entries(w, behind, scratch.subspan(ranked), w.other_count, groups);
    }
    std::fill_n(cells_.data() + first, n, Cell{0, 0, undecided});
}

}  // namespace recruit::detail
