#pragma once

// Order: rows sorted inside their groups, and who is equal to whom. Nothing here knows what a score means:
// rows are compared by the bits the plan made.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/array.hpp"
#include "base/radix.hpp"
#include "scoring/plan.hpp"
#include "selection/grouping.hpp"

namespace recruit::detail {

/// A run of equal rows in the order of a group.
struct Equals {
    std::uint32_t begin, end;  ///< Places in the group.
    bool unresolved;           ///< A key that would decide is missing for some.
};

/// How rows of one order are compared. An entry's key is the first word of its row; further words stand in
/// the order of the table.
struct Keys {
    const KeyPlan* plan = nullptr;
    std::vector<const std::uint64_t*> more;
    std::uint64_t value(std::size_t component, const Entry& entry) const noexcept {
        const KeyComponent& c = plan->components[component];
        return c.of(c.word == 0 ? entry.key : more[static_cast<std::size_t>(c.word) - 1][entry.row]);
    }
};

/// Says which entries of a group are equal: `blocks()` by the first `components` keys, `leaves()` by all.
/// Equals of a leaf stand by lot where `seed` is given, else by the bytes of their ids.
class Sorter {
public:
    Sorter(const Keys& keys, int components, const KeyIndex& ids, const std::string* seed)
        : keys_{keys},
          components_{components},
          one_level_{components == static_cast<int>(keys.plan->components.size())},
          ids_{ids},
          seed_{seed} {}

    /// `entries` come sorted by their first word, equals in the order of the table.
    void sort(std::span<Entry> entries);
    /// The same without settling who stands first inside a leaf.
    void find_equals(std::span<Entry> entries);

    const std::vector<Equals>& blocks() const noexcept { return blocks_; }
    const std::vector<Equals>& leaves() const noexcept { return one_level_ ? blocks_ : leaves_; }
    /// Rows that miss a key their equals are compared by: (row, component). Of all groups sorted.
    std::vector<std::pair<std::uint32_t, int>> missing;

private:
    void by_more_words(std::span<Entry> entries);
    void refine(std::span<const Entry> entries, std::uint32_t begin, std::uint32_t end, int level);
    void settle(std::span<Entry> entries);

    const Keys& keys_;
    int components_;
    bool one_level_;  ///< No key is used at the cut only: blocks are leaves.
    const KeyIndex& ids_;
    const std::string* seed_;
    std::vector<Equals> blocks_, leaves_;
};

/// SHA-256(seed, 0x00, id), its first 8 bytes: the lot of an application.
std::uint64_t lot(const std::string& seed, std::string_view id);

/// One order of all rows. They are dealt out to buckets of neighbouring groups, chunk by chunk of the table
/// (`put`); each bucket is sorted by one thread in its cache (`each_group`); what was found of the rows goes
/// back to them in the order of the table (`each_row`). Every pass reads and writes memory front to back, in
/// a few hundred places at once: one random access a row would cost more than all the rest.
class Ordering {
public:
    Ordering(const Grouping& groups, const Pace& pace);

    /// Takes n rows from `begin` on, in the order of the table inside each chunk of `chunk_rows`: their first
    /// key words and whether they are ranked.
    template <class Ranked>
    void put(std::size_t begin, std::size_t n, const std::uint64_t* words, Ranked ranked) {
        std::uint32_t* const next = next_.data() + begin / chunk_rows * buckets_;
        const std::uint32_t* const group = groups_.group.data() + begin;
        const auto none = static_cast<std::uint32_t>(groups_.groups());
        const auto start = static_cast<std::uint16_t>(begin % chunk_rows);
        const std::uint32_t local = (1U << shift_) - 1;
        for (std::size_t i = 0; i < n; ++i) {
            const bool counts = ranked(i) & (group[i] != none);
            const std::uint64_t absent = counts ? 0 : unranked;
            Cell* const at = cells_.data() + next[group[i] >> shift_]++;
            __builtin_prefetch(at + cells_ahead, 1);
            *at = Cell{words[i] | absent, static_cast<std::uint16_t>(start + i),
                       static_cast<std::uint16_t>(group[i] & local)};
        }
    }

    /// Sorts every group and calls visit(group, ranked entries, sorter); then, where `ended` is given, those
    /// who are not ranked stand behind them by how far they came and their ids. Gives `sorter.missing` of
    /// all.
    template <class Visit>
    std::vector<std::pair<std::uint32_t, int>> each_group(const Sorter& like, const std::int8_t* ended,
                                                          const KeyIndex& ids, const Pace& pace,
                                                          Visit visit) {
        if (ended != nullptr) order_ = Array<std::uint32_t>{groups_.group.size()};
        std::vector<Worker> workers;
        for (std::size_t i = 0; i < pace.workers(); ++i) workers.emplace_back(like);
        parallel_workers(buckets_, 4, pace, [&](std::size_t first, std::size_t last, std::size_t worker) {
            Worker& w = workers[worker];
            for (std::size_t bucket = first; bucket < last; ++bucket) {
                sort_bucket(bucket, w, ended, ids);
                std::uint32_t place = begins_[bucket];
                const Entry* others = w.others.data();
                std::size_t ranked = 0;
                for (std::size_t g = 0; g < w.ranked_count.size(); ++g) {
                    const std::span<Entry> entries = w.ranked.subspan(ranked, w.ranked_count[g]);
                    ranked += entries.size();
                    const std::size_t group = (bucket << shift_) + g;
                    if (group < groups_.groups()) {
                        w.sorter.sort(entries);
                        visit(group, std::span<const Entry>{entries}, w.sorter);
                    }
                    if (ended == nullptr) continue;
                    offsets_[group] = place;
                    for (const Entry& entry : entries) order_[place++] = entry.row;
                    for (std::size_t i = 0; i < w.other_count[g]; ++i) order_[place++] = others++->row;
                }
            }
        });
        std::vector<std::pair<std::uint32_t, int>> missing;
        for (const Worker& w : workers)
            missing.insert(missing.end(), w.sorter.missing.begin(), w.sorter.missing.end());
        return missing;
    }

    /// Called by a visitor: an entry shares place `first` with `tied` in all.
    void rank(std::size_t group, const Entry& entry, std::uint32_t first, std::uint32_t tied) noexcept {
        Cell& cell = cells_[begins_[group >> shift_] + entry.place];
        cell.low = first;
        cell.high = tied;
    }
    void decide(std::size_t group, const Entry& entry, Standing standing, RuleId rule) noexcept {
        Cell& cell = cells_[begins_[group >> shift_] + entry.place];
        cell.rule = rule;
        cell.standing = static_cast<std::uint16_t>(standing);
    }
    /// What was decided of an entry before.
    std::pair<Standing, RuleId> decided(std::size_t group, const Entry& entry) const noexcept {
        const Cell& cell = cells_[begins_[group >> shift_] + entry.place];
        return {static_cast<Standing>(cell.standing), cell.rule};
    }

    /// take(row, first, tied, whether something was decided, standing, rule) for every row.
    template <class Take>
    void each_row(const Pace& pace, Take take) const {
        parallel(groups_.group.size(), chunk_rows, pace, [&](std::size_t begin, std::size_t end) {
            std::vector<std::uint32_t> next(buckets_);
            for (std::size_t b = 0; b < buckets_; ++b) next[b] = chunk_begin(begin / chunk_rows, b);
            for (std::size_t row = begin; row < end; ++row) {
                const Cell* const at = cells_.data() + next[groups_.group[row] >> shift_]++;
                __builtin_prefetch(at + cells_ahead);
                const Cell cell = *at;
                take(row, static_cast<std::int32_t>(cell.low), static_cast<std::int32_t>(cell.high),
                     cell.standing != undecided, static_cast<Standing>(cell.standing & 0xFF), cell.rule);
            }
        });
    }

    /// Rows, group after group; after `each_group` with `ended`.
    Array<std::uint32_t> take_order() { return std::move(order_); }
    /// groups() + 2 places in it: the last group holds the rows without a name.
    std::vector<std::size_t> take_offsets() { return std::move(offsets_); }

private:
    /// No key: more than any score's bits can say.
    static constexpr std::uint64_t unranked = ~std::uint64_t{0};
    static constexpr std::uint16_t undecided = 0xFFFF;

    /// What stands in a bucket for a row. In: its first key word, its place in the chunk and its group's in
    /// the bucket. Out: rank, ties and what was decided. Twelve bytes: this is the selection's working
    /// memory.
    struct Cell {
        Cell() = default;
        Cell(std::uint64_t key, std::uint16_t row_, std::uint16_t group_) noexcept
            : low{static_cast<std::uint32_t>(key)},
              high{static_cast<std::uint32_t>(key >> 32)},
              row{row_},
              group{group_} {}
        std::uint64_t key() const noexcept { return std::uint64_t{high} << 32 | low; }
        std::uint32_t low, high;
        union {
            std::uint16_t row;
            RuleId rule;
        };
        union {
            std::uint16_t group;
            std::uint16_t standing;
        };
    };
    static_assert(chunk_rows <= 0x10000 && sizeof(Cell) == 12);
    /// A bucket's next cells are asked of memory so far ahead: no processor follows hundreds of places at
    /// once. As many stand unused behind the last.
    static constexpr std::size_t cells_ahead = 12;

    /// One thread's memory.
    struct Worker {
        explicit Worker(const Sorter& like) : sorter{like} {}
        Array<Entry> entries, scratch;  ///< At least as long as the bucket: those ranked, behind them others.
        Array<std::uint16_t> group;     ///< By place in the bucket.
        std::span<Entry> ranked, others;                       ///< Where they are, sorted.
        std::vector<std::uint32_t> ranked_count, other_count;  ///< By group of the bucket.
        std::vector<std::uint32_t> next;
        Sorter sorter;
    };
    void sort_bucket(std::size_t bucket, Worker& worker, const std::int8_t* ended, const KeyIndex& ids);
    /// Where they are when sorted: there, or in as much scratch.
    std::span<Entry> sort_entries(Worker& worker, std::span<Entry> entries, std::span<Entry> scratch,
                                  std::vector<std::uint32_t>& count, std::size_t groups) const;
    /// `put` has moved each chunk's places on to where the next chunk began.
    std::uint32_t chunk_begin(std::size_t chunk, std::size_t bucket) const noexcept {
        return chunk == 0 ? begins_[bucket] : next_[(chunk - 1) * buckets_ + bucket];
    }

    const Grouping& groups_;
    int shift_ = 0;
    std::size_t buckets_ = 0;
    std::vector<std::uint32_t> begins_;  ///< By bucket, and the end.
    std::vector<std::uint32_t> next_;    ///< By chunk, then bucket.
    Array<Cell> cells_;
    Array<std::uint32_t> order_;
    std::vector<std::size_t> offsets_;
};

}  // namespace recruit::detail
