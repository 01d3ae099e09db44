#pragma once

// What a Selection holds, and the three primitives it is made with: groups, order, cut.

#include <map>

#include <recruit/selection/selection.hpp>

#include "scoring/plan.hpp"

namespace recruit {

namespace detail {

inline constexpr std::uint32_t no_row = 0xFFFFFFFF;

/// The rows of a table in groups named by columns; groups in the order of the bytes of their names.
struct Grouping {
    std::vector<Column> columns;                  ///< Dictionary-coded, one for each name.
    std::vector<std::uint32_t> group;             ///< By row; groups() where a name is missing.
    std::vector<std::uint32_t> example;           ///< A row of each group.
    std::vector<std::vector<std::string>> names;  ///< By group.
    std::size_t groups() const noexcept { return names.size(); }
};
Grouping group_by(const Table& table, const std::vector<std::string>& within, IssueLog& log);

/// What a cut did to one group. Whether any row is in follows from its keys and the boundary row alone.
struct CutResult {
    bool cuts = false;       ///< False: no seats, so nothing is cut.
    std::int64_t limit = 0;  ///< Places.
    std::uint32_t ranked = 0, in = 0, contested = 0, reserve = 0;
    std::uint32_t last_in = no_row;     ///< Row at the last place that is in.
    std::uint32_t first_out = no_row;   ///< Row at the first place that is not in.
    std::uint32_t straddling = no_row;  ///< A row of the equals across the cut.
};

/// Where a row came out of a cut.
enum class Outcome : std::uint8_t { in, out, contested };

/// The fate of a block of `tied` equals from place `first` at a cut with `limit` places: the one
/// implementation.
Outcome decide(std::int64_t first, std::int64_t tied, std::int64_t limit, TiesAtCut policy,
               std::int64_t extra);

/// A run of equal rows in the order of a group.
struct Equals {
    std::uint32_t begin, end;  ///< Places in the group.
    bool unresolved;           ///< A key that would decide is missing for some.
};

/// Keys of the rows, as the kernel wrote them, for one key plan.
struct Keys {
    const KeyPlan* plan = nullptr;
    std::vector<const std::uint64_t*> words;
    std::uint64_t value(std::size_t component, std::uint32_t row) const noexcept {
        const KeyComponent& c = plan->components[component];
        return c.of(words[static_cast<std::size_t>(c.word)][row]);
    }
};

/// Sorts rows by their keys and says which are equal: `blocks` by the first `components` keys, `leaves` by
/// all. Rows of a leaf stand by lot where `seed` is given, else by the bytes of their ids.
class Sorter {
public:
    Sorter(const Keys& keys, int components, const IdIndex& ids, const std::string* seed)
        : keys_{keys}, components_{components}, ids_{ids}, seed_{seed} {}

    void sort(std::span<std::uint32_t> rows);
    /// The same without settling who stands first inside a leaf.
    void find_equals(std::span<std::uint32_t> rows);

    std::vector<Equals> blocks, leaves;
    /// Rows that miss a key their equals are compared by: (row, component).
    std::vector<std::pair<std::uint32_t, int>> missing;

private:
    void by_words(std::span<std::uint32_t> rows);
    void refine(std::span<const std::uint32_t> rows, std::uint32_t begin, std::uint32_t end, int level);
    void settle(std::span<std::uint32_t> rows);

    const Keys& keys_;
    int components_;
    const IdIndex& ids_;
    const std::string* seed_;
    std::vector<std::pair<std::uint64_t, std::uint32_t>> pairs_;
};

/// SHA-256(seed, 0x00, id), its first 8 bytes: the lot of an application.
std::uint64_t lot(const std::string& seed, std::string_view id);

/// All groups of one order: eligible rows by group, each group sorted.
struct Ordering {
    std::vector<std::uint32_t> order;  ///< Rows, group after group.
    std::vector<std::size_t> offsets;  ///< groups + 1 places in `order`.
};

}  // namespace detail

struct Selection::Content {
    explicit Content(detail::Plan compiled) : plan{std::move(compiled)} {}

    detail::Plan plan;
    Table table;
    std::optional<std::string> seed;
    detail::Grouping groups;                         ///< Of the selecting rank.
    std::vector<std::optional<std::int64_t>> seats;  ///< By group.
    std::vector<detail::CutResult> cuts;             ///< By group.
    /// By stage and group: what the cut after a stage did; empty without a cut.
    std::vector<std::vector<detail::CutResult>> stage_cuts;
    std::vector<detail::Grouping> stage_groups;
    std::vector<std::vector<std::optional<std::int64_t>>> stage_seats;
    bool unresolved = false;  ///< Some equals miss a key that would decide.

    std::vector<std::int64_t> total;
    std::vector<Standing> standing;
    std::vector<std::int8_t> ended;
    std::vector<detail::RuleId> rule;
    std::vector<std::uint32_t> order;
    std::vector<std::size_t> offsets;  ///< Of the groups in `order`; the last is rows in no group.
    std::vector<std::vector<std::int32_t>> first, tied;  ///< By rank, the selecting one first.
    Issues issues;

    bool is_ranked(std::size_t row) const noexcept { return first[0][row] > 0; }
    std::optional<Points> total_of(std::size_t row) const {
        if (ended[row] < plan.passed_level()) return std::nullopt;
        return Points::of(total[row], plan.total_scale());
    }
    std::optional<Points> total_of_row(std::uint32_t row) const {
        return row == detail::no_row ? std::nullopt : total_of(row);
    }
    const Cut& final_cut() const;
    bool is_cut() const noexcept;  ///< False where the run ends at a stage that cuts nobody.
    std::string group_name(std::size_t group) const;
};

namespace detail {

/// Seats of each group. \throws Error (`bad_seats`, `seats_need_one_column`), InvalidTable.
std::vector<std::optional<std::int64_t>> seats_of(const Seats& seats, const Table& table,
                                                  const Grouping& groups, const OrderPlan& order,
                                                  IssueLog& log);

/// Places of a cut in a group of `ranked` rows; empty where it needs seats and none are given.
std::optional<std::int64_t> places(const Cut& cut, std::size_t ranked,
                                   const std::optional<std::int64_t>& seats);

}  // namespace detail
}  // namespace recruit
