#pragma once

/// \file
/// select(): who stands where and why. Room: selection.

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <recruit/base/issue.hpp>
#include <recruit/base/table.hpp>
#include <recruit/regulation/regulation.hpp>
#include <recruit/scoring/score.hpp>
#include <recruit/selection/explanation.hpp>
#include <recruit/selection/seats.hpp>

namespace recruit {

struct SelectOptions : ScoreOptions {
    std::optional<std::string>
        seed{};  ///< Needed where the regulation draws lots: the published seed of the draw.
};

/// One application's line. A plain value.
struct SelectionRow {
    std::size_t row = 0;  ///< Row of the table, from 0.
    std::string application;
    std::string position;  ///< Empty if the table has no such column.
    std::optional<Points> total;
    std::optional<Points> rank;  ///< As the selecting rank displays it; empty unless ranked.
    Standing standing = Standing::incomplete;
    std::string stage;       ///< Stage where it ended; empty if it went to the end.
    std::string decided_by;  ///< Path of the rule that decided; empty where nothing was cut.
};

/// One group of the selecting rank.
struct SelectionGroup {
    std::vector<std::string> names;  ///< One for each column of the rank's scope.
    std::size_t begin = 0, end = 0;  ///< Places in rank order: `Selection::order()[begin, end)`.
    std::size_t ranked = 0;          ///< How many of them are ranked (the first ones).
    std::optional<std::int64_t> seats;
    std::size_t selected = 0, contested = 0, reserve = 0;

    /// Nobody came to the end: the contest for this group has no winner.
    bool nobody_passed() const noexcept { return ranked == 0; }
    /// Seats that are left when all who are contested have got one; empty without seats.
    std::optional<std::int64_t> unfilled() const noexcept {
        if (!seats) return std::nullopt;
        return std::max<std::int64_t>(0, *seats - static_cast<std::int64_t>(selected + contested));
    }
};

/// The result: who stands where and why. Immutable; copies share the content. It owns what it read (the
/// table's memory is shared, not copied), so that it can explain each row.
///
/// Iterates in rank order: groups by the bytes of their names; inside a group the ranked by rank (equals by
/// the bytes of their ids: an order of display, not of merit), then the others by the stage they reached and
/// their ids.
class RECRUIT_EXPORT Selection {
public:
    std::size_t size() const noexcept;
    const Regulation& regulation() const noexcept;
    const Table& table() const noexcept;
    const Issues& issues() const noexcept;
    const Seats& seats() const noexcept;  ///< As they were given.
    /// Those that matter to the result: `through`, `given_total`, `seed`, `max_issues`; the others are
    /// defaults.
    const SelectOptions& options() const noexcept;

    /// Row of the table that stands at each place of the rank order.
    std::span<const std::uint32_t> order() const noexcept;
    std::size_t group_count() const noexcept;
    SelectionGroup group(std::size_t index) const;
    /// The group of these names, one for each column of the selecting rank's scope. Logarithmic.
    std::optional<std::size_t> find_group(std::span<const std::string> names) const;

    // Outputs in the order of the table. The spans live as long as the selection.
    std::span<const Standing> standings() const noexcept;
    std::span<const std::int32_t> first()
        const noexcept;  ///< First place of its equals in the group; 0 if unranked.
    std::span<const std::int32_t> tied() const noexcept;  ///< How many share that place; 0 if unranked.
    /// first() and tied() of another [[rank]]. \throws Error (`unknown_rank`).
    std::span<const std::int32_t> first(std::string_view rank) const;
    std::span<const std::int32_t> tied(std::string_view rank) const;
    Column total() const;  ///< points; null for rows that did not reach the score.
    /// A rank as a points column, shown as asked or as its rule says; null for unranked rows.
    Column rank(std::string_view name, std::optional<RankDisplay> display = std::nullopt) const;
    std::vector<std::string> rank_names() const;  ///< The selecting rank first.

    std::string application(std::size_t row) const;      ///< Id of a row of the table.
    std::optional<Points> total(std::size_t row) const;  ///< Empty if it did not reach the score.
    /// The line of a row of the table. \throws std::out_of_range
    SelectionRow row(std::size_t row) const;
    /// The line of an application. \throws Error (`unknown_application`).
    SelectionRow at(std::string_view application) const;
    std::optional<std::size_t> find(std::string_view application) const;

    /// How many rows have each standing, in the order of the enumeration.
    std::vector<std::size_t> counts() const;

    /// Why an application stands where it stands: the plan run again for this row with tracing on.
    /// Under a millisecond, but linear in the group where a stage is cut. \throws Error
    /// (`unknown_application`).
    Explanation explain(std::string_view application) const;

    /// What each quota came to, group by group: the columns of the selecting rank's scope, quota, kind,
    /// seats, filled (for a minimum: how many of whom it is for are in), missing, carried to the next
    /// contest. No rows without quotas.
    Table quotas() const;

    /// The outcome as columns, in rank order: application, position and the other group columns, total,
    /// rank_<name>…, standing, stage, decided_by. With `all`, the columns of the table that was read come
    /// after them.
    Table to_table(bool all = false) const;

    /// The outcome row by row of `table`: standing, stage, decided_by, total, and of each rank `first.<name>`
    /// and `tied.<name>` (0 if unranked).
    Table outcome() const;

    /// Whether somebody must not be passed over in a referral, and goes to its highest category.
    /// By row of the table.
    std::pair<bool, bool> referral_traits(std::size_t row) const;

    /// In rank order.
    class const_iterator {
    public:
        using iterator_category = std::input_iterator_tag;
        using value_type = SelectionRow;
        using difference_type = std::ptrdiff_t;
        using pointer = const SelectionRow*;
        using reference = SelectionRow;
        const_iterator(const Selection* selection, std::size_t place) noexcept
            : selection_{selection}, place_{place} {}
        SelectionRow operator*() const { return selection_->row(selection_->order()[place_]); }
        const_iterator& operator++() noexcept { return ++place_, *this; }
        const_iterator operator++(int) noexcept { return {selection_, place_++}; }
        friend bool operator==(const const_iterator&, const const_iterator&) noexcept = default;

    private:
        const Selection* selection_;
        std::size_t place_;
    };
    const_iterator begin() const noexcept { return {this, 0}; }
    const_iterator end() const noexcept { return {this, size()}; }

    struct Content;
    explicit Selection(std::shared_ptr<const Content> content) noexcept : content_{std::move(content)} {}

private:
    std::shared_ptr<const Content> content_;
};

/// Selects: `score`, then the cuts between stages, ranks, and the final cut, group by group.
///
/// `scores` has a row for each application; beside the columns of `score` it has `position` and the facts
/// that the ranks' scopes name, and optionally `seats` (the same in all rows of a group) and results
/// published by others, which are checked row by row: `total`, `rank.<name>`. Seats come from the argument,
/// else from that column; with neither, whoever passes is `ranked` and an Issue says so.
///
/// Where the competent authority has decided between equals across a cut, true in `<stage>.chosen` (the cut
/// after a stage) or `chosen` (the last one, unless by quotas) says who was chosen: as many as there are
/// places for them, else an Issue says so and they stay `contested`.
///
/// Equal rows stay equal: the engine never invents an order the regulation does not give. The order of rows,
/// the number of threads and the locale change nothing. O(n log g) for n rows in groups of g.
///
/// \throws InvalidTable, Error (`missing_seed`, `bad_seats`, `unknown_stage`), Cancelled.
RECRUIT_EXPORT Selection select(const Regulation& regulation, const Table& scores, const Seats& seats = {},
                                const SelectOptions& options = {});

}  // namespace recruit
