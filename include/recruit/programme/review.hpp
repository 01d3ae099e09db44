#pragma once

/// \file
/// Review (sơ kết): what many contests of many bodies came to, and what cannot be known. Room: programme.

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include <recruit/base/table.hpp>
#include <recruit/domain/agency.hpp>
#include <recruit/export.hpp>
#include <recruit/programme/figure.hpp>

namespace recruit {

enum class AsOf : std::uint8_t {
    then,   ///< Bodies as they were.
    today,  ///< Bodies as their successors.
};

struct ReviewOptions {
    std::vector<std::string> by;  ///< Columns of the table; level, agency and parent are the register's.
    AsOf as_of = AsOf::then;
    std::optional<std::chrono::year_month_day>
        until{};                               ///< Running contests count up to it; else `reported_on`.
    std::int64_t minimum_field = 2;            ///< Least applicants for a title.
    std::optional<std::int64_t> hide_below{};  ///< Public edition: smallest count of persons shown.
    int threads = 0;                           ///< 0 is the hardware's; changes no result.
    std::stop_token stop{};                    ///< Stops the work; \throws Cancelled
    std::function<void(double)> progress{};    ///< Told the share done, 0..1, from the calling thread.

    /// Of what changes a result.
    friend RECRUIT_EXPORT bool operator==(const ReviewOptions& a, const ReviewOptions& b);
};

/// The report of a programme. Keeps what it was made of, so that two can be merged.
class RECRUIT_EXPORT Review {
public:
    const std::vector<ReviewGroup>& groups() const noexcept { return groups_; }  ///< All first; then by key.
    const std::vector<BodyLine>& bodies() const noexcept { return bodies_; }     ///< Of the pilot; by id.
    const ReviewOptions& options() const noexcept { return options_; }
    const std::vector<Table>& tables() const noexcept { return tables_; }  ///< What was reviewed.
    const Register& agencies() const noexcept { return register_; }
    bool synthetic() const noexcept { return synthetic_; }  ///< Some record is simulated.
    std::int64_t records() const noexcept { return records_; }
    /// Some record has contradicting rows.
    std::int64_t conflicts() const noexcept { return conflicts_; }

    /// \throws Error (`unknown_value`)
    const ReviewGroup& at(std::span<const std::string> key) const;

    /// Group columns, then figure, value, low, high, part, whole, n, unknown, state, synthetic.
    Table to_table() const;
    Table bodies_table() const;
    /// Group columns, then kind (difficulty, proposal), code, n.
    Table coded_table() const;

    /// Where a figure is from: a line for every row of `tables()` behind it and every column that it is made
    /// of. Columns: table, row (both from 0), agency, competition, column, value (as text; null where the row
    /// has none, so that the bodies that owe it can be asked), source, synthetic. The values of a total add
    /// up to it; where a step is unknown, the lines of the other steps bound it. Without a figure: every
    /// column. O(rows x columns). \throws Error (`unknown_value`; `figure_hidden` for women and minorities in
    /// a public edition)
    Table provenance(std::string_view figure = {}, std::span<const std::string> key = {}) const;

    /// Differences between a value of the column `over` and the value before it that there is, group by
    /// group: the other group columns, `over` (the later one), before (the earlier one), figure,
    /// value_before, value, change, low and high (bounds of the change where a value has them), state (the
    /// worse of the two), detail, synthetic. Numbers are in their order, other texts in that of their bytes;
    /// groups without a value of `over` are in none. \throws Error (`unknown_value`) if `over` is not in `by`
    Table changes(std::string_view over = "year") const;

    /// The same records grouped otherwise. A public edition of each is safe by itself: of both together more
    /// can be computed. \throws as `review`
    Review grouped(std::vector<std::string> by) const;

    /// The review of both: a contest in both counts once, so halves made in any way give the whole.
    /// \throws Error (`reviews_differ`)
    friend RECRUIT_EXPORT Review operator+(const Review& a, const Review& b);
    friend RECRUIT_EXPORT Review review(std::vector<Table> tables, const Register& bodies,
                                        const ReviewOptions& options);

private:
    std::vector<Table> tables_;
    Register register_;
    ReviewOptions options_;
    std::vector<ReviewGroup> groups_;
    std::vector<BodyLine> bodies_;
    bool synthetic_ = false;
    std::int64_t records_ = 0, conflicts_ = 0;
};

/// Reviews tables of contests (columns of `programme_columns`, those that are there; figures are whole
/// numbers or text of them, dates are dates or yyyy-mm-dd). A row is a record; it is one title unless there
/// is a column `titles` (null: at least one), so that published aggregates are records too. Rows of one
/// agency and competition are one record. With a register, only bodies of the pilot are counted; a body of it
/// without any row is `not_reported`. Without one (empty), every row counts and nothing is said of bodies
/// that are silent. O(rows x groups' columns). \throws InvalidTable (`missing_column`: agency, or a column of
/// `by`; `not_an_integer`, `not_a_date`), Cancelled
RECRUIT_EXPORT Review review(std::vector<Table> tables, const Register& bodies,
                             const ReviewOptions& options = {});

}  // namespace recruit
