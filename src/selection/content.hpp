#pragma once

// What a Selection holds, and the three primitives it is made with: groups, order, cut.

#include <recruit/selection/selection.hpp>

#include "selection/grouping.hpp"
#include "selection/ordering.hpp"
#include "selection/quotas.hpp"

namespace recruit {

namespace detail {

/// What a cut did to one group. Whether any row is in follows from its keys and the boundary row alone.
struct CutResult {
    bool cuts = false;       ///< False: no seats, so nothing is cut.
    std::int64_t limit = 0;  ///< Places.
    std::uint32_t ranked = 0, in = 0, contested = 0, reserve = 0;
    std::uint32_t last_in = no_row;     ///< Row at the last place that is in.
    std::uint32_t first_out = no_row;   ///< Row at the first place that is not in.
    std::uint32_t straddling = no_row;  ///< A row of the equals across the cut.
    bool chosen = false;                ///< Somebody chose among those equals.
};

/// The same explanation with what normalisation did, where it was done on the way.
Explanation with_normalisation(const Plan& plan, std::size_t row, Explanation told);

/// Ranks that a table has from elsewhere, against those made here: an Issue for each that differs.
void check_published_ranks(const Selection::Content& content, const Pace& pace, IssueLog& log);

/// Where a row came out of a cut.
/// `chosen`, of equals: some are in and some out, by a decision that the table tells.
enum class Outcome : std::uint8_t { in, out, contested, chosen };

/// The fate of a block of `tied` equals from place `first` at a cut with `limit` places: the one
/// implementation.
Outcome decide(std::int64_t first, std::int64_t tied, std::int64_t limit, TiesAtCut policy,
               std::int64_t extra);

}  // namespace detail

struct Selection::Content {
    explicit Content(detail::Plan compiled) : plan{std::move(compiled)} {}

    detail::Plan plan;
    Table table;
    std::optional<std::string> seed;
    Seats given_seats;
    SelectOptions options;
    std::shared_ptr<const detail::Grouping> groups;  ///< Of the selecting rank.
    std::vector<std::optional<std::int64_t>> seats;  ///< By group.
    std::vector<detail::CutResult> cuts;             ///< By group.
    /// By stage and group: what the cut after a stage did; empty without a cut.
    std::vector<std::vector<detail::CutResult>> stage_cuts;
    std::vector<std::shared_ptr<const detail::Grouping>> stage_groups;
    detail::Array<std::uint64_t> traits;                   ///< By row, where there are quotas.
    std::vector<std::vector<std::int64_t>> quota_given;    ///< By group: what facts give each quota; or -1.
    std::vector<std::vector<detail::QuotaTally>> tallies;  ///< By group: what each quota came to.
    bool cancelled = false;                                ///< Some field was too small.
    bool unresolved = false;                               ///< Some equals miss a key that would decide.

    detail::Array<std::int64_t> total;
    detail::Array<Standing> standing;
    detail::Array<std::int8_t> ended;
    detail::Array<detail::RuleId> rule;
    detail::Array<std::uint32_t> order;
    std::vector<std::size_t> offsets;  ///< Of the groups in `order`; the last is rows in no group.
    std::vector<detail::Array<std::int32_t>> first, tied;  ///< By rank, the selecting one first.
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
    /// The column that says who was chosen at the cut after a stage; at the last cut without one.
    std::string chosen_at(std::optional<std::size_t> stage = {}) const;
    bool is_cut() const noexcept;  ///< False where the run ends at a stage that cuts nobody.
    std::string group_name(std::size_t group) const;
    /// The bits that quotas look at, from the word of their conditions.
    std::uint64_t traits_of(std::uint64_t word) const;
    /// The score that a key word stands for, in units of the total.
    std::int64_t score_of(std::uint64_t word) const;
};

namespace detail {

/// When a least field is tested, for people: "after \"Written test\"".
Title moment_in_words(const Regulation& rules, const std::string& at);

/// The rules of the least field, tested group by group of the selecting rank, and what the regulation says of
/// places that are not filled.
class FieldTest {
public:
    FieldTest(Selection::Content& content, IssueLog& log) : c_{content}, log_{log} {}

    bool tests(const std::string& at) const { return find(at) != nullptr; }
    /// Whoever had got as far as `level` counts; where the rule cancels, they end at `end`.
    void run(const std::string& at, int level, int end, const Grouping& grouping, Scored& scored);
    /// Nobody passed, or fewer than there are seats: told where the regulation says what follows.
    void tell_of_ending();

private:
    const MinimumField* find(const std::string& at) const;

    Selection::Content& c_;
    IssueLog& log_;
    std::vector<bool> too_small_;  ///< By group: cancelled.
};

/// Seats of each group. \throws Error (`bad_seats`, `seats_need_one_column`), InvalidTable.
std::vector<std::optional<std::int64_t>> seats_of(const Seats& seats, const Table& table,
                                                  const Grouping& groups, const OrderPlan& order,
                                                  IssueLog& log);

/// What by_group says of a group whose rows disagree, or give no number.
inline constexpr std::int64_t contradicted = -1;
/// A whole number from 0 on that each row of a group gives, the same in all: by group. Others are told.
std::vector<std::optional<std::int64_t>> by_group(const Column& column, const std::string& name,
                                                  const Grouping& groups, IssueLog& log);

/// Places of a cut in a group of `ranked` rows; empty where it needs seats and none are given.
std::optional<std::int64_t> places(const Cut& cut, std::size_t ranked,
                                   const std::optional<std::int64_t>& seats);

}  // namespace detail
}  // namespace recruit
