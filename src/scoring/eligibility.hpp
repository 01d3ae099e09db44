#pragma once

// A standard compiled for one table of persons: facts bound to columns, conditions as nodes that run over
// blocks of rows. A block of one row is the trace of that row: explanations read the nodes that `check`
// computed with.

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <recruit/scoring/eligibility.hpp>

#include "base/key_index.hpp"
#include "regulation/spans.hpp"
#include "scoring/series.hpp"

namespace recruit::detail {

/// The days a column may mean, row by row: one day, or every day of the month or year that was written.
struct DayColumn {
    Column exact;                           ///< A date column as it stands; else
    std::vector<std::int32_t> first, last;  ///< both ends.
    std::vector<std::uint8_t> there;        ///< By row, if some row has none; empty if all have.

    bool has(std::size_t row) const noexcept { return there.empty() || there[row] != 0; }
    std::span<const std::int32_t> begins() const noexcept {
        return first.empty() ? exact.codes() : std::span<const std::int32_t>{first};
    }
    std::span<const std::int32_t> ends() const noexcept {
        return last.empty() ? exact.codes() : std::span<const std::int32_t>{last};
    }
};

DayColumn bind_days(const std::string& name, const Column& column, IssueLog& log);

struct BoundFact {
    const Fact* fact = nullptr;
    bool there = false;  ///< Its column is in the table, or its default stands for it.
    Series series;       ///< Of all but dates.
    DayColumn days;
};

/// The day of a moment: one for all rows, or by row.
struct BoundMoment {
    std::string name;
    std::optional<std::chrono::sys_days> day;
    std::optional<DayColumn> days;

    std::optional<std::chrono::sys_days> at(std::size_t row) const;
};

/// A document's column: whether it is in the file, and since when.
struct BoundDocument {
    const RequiredDocument* document = nullptr;
    bool there = false;                     ///< Its column is in the table.
    std::vector<std::uint8_t> state;        ///< 0 not in the file, 1 in it, 2 cannot be told.
    std::vector<std::int32_t> first, last;  ///< Days on which it may have been handed in.
};

/// One condition, or one part of it. Members come before their owner.
struct CheckNode {
    const Condition* condition = nullptr;
    std::vector<std::size_t> members;
    std::size_t fact = 0;                ///< compare, cases
    std::optional<std::size_t> moment;   ///< compare of a length of time
    Spans spans;                         ///< compare of numbers and days, the moment being the same for all
    std::vector<Answer> by_code;         ///< compare of a category
    std::vector<std::size_t> member_of;  ///< cases: the member by code; `members.size()` for other values
};

/// What a predicate of the result is computed from.
struct PredicatePlan {
    std::optional<std::size_t> node;      ///< Of a requirement; of a document its condition, if it has one.
    std::optional<std::size_t> document;  ///< Index into documents.
    std::optional<std::size_t> group;
    const Requirement* requirement = nullptr;
};

struct CheckPlan {
    CheckPlan(Standard checked, Table persons, Moments days)
        : standard{std::move(checked)}, table{std::move(persons)}, dates{std::move(days)} {}

    Standard standard;
    Table table;
    Moments dates;
    std::shared_ptr<const KeyIndex> ids;
    std::vector<BoundFact> facts;
    std::vector<BoundMoment> moments;
    std::vector<BoundDocument> documents;
    std::vector<CheckNode> nodes;
    std::vector<PredicatePlan> predicates;

    /// Outcomes of every node, one buffer of at least `rows` each.
    void run(std::size_t begin, std::size_t rows, std::vector<std::vector<Answer>>& nodes) const;
    /// cases: the member that the row's value chooses, if it is known.
    std::optional<std::size_t> member_at(const CheckNode& node, std::size_t row) const;
    /// What is found of a document whose condition came out as `when`.
    DocumentState state_of(const BoundDocument& document, Answer when, std::size_t row) const;

private:
    void compare(const CheckNode& node, std::size_t begin, std::span<Answer> out) const;
    void by_moment(const CheckNode& node, std::size_t begin, std::span<Answer> out) const;
};

inline Answer outcome_of(DocumentState state) noexcept {
    const bool good = state == DocumentState::in_file || state == DocumentState::not_needed;
    return good                                     ? Answer::met
           : state == DocumentState::cannot_be_told ? Answer::cannot_be_told
                                                    : Answer::not_met;
}

CheckPlan compile_check(const Standard& standard, const Table& persons, const Moments& dates, IssueLog& log,
                        const Pace& pace);

}  // namespace recruit::detail

namespace recruit {

struct Eligibility::Content {
    explicit Content(detail::CheckPlan compiled) : plan{std::move(compiled)} {}

    detail::CheckPlan plan;
    CheckOptions options;  ///< Without what stops it or tells its progress.
    Issues issues;
    std::vector<Predicate> predicates;
    std::vector<std::vector<Answer>> by_predicate, by_group;
    std::vector<std::vector<DocumentState>> states;  ///< By document predicate; empty for a requirement.
    std::vector<Answer> outcomes;
};

}  // namespace recruit
