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
#include <utility>
#include <vector>

#include <recruit/base/table.hpp>
#include <recruit/base/texts.hpp>
#include <recruit/domain/agency.hpp>
#include <recruit/export.hpp>
#include <recruit/stats/survival.hpp>

namespace recruit {

/// What a figure is worth.
enum class FigureState : std::uint8_t {
    complete,      ///< Every record has it.
    partial,       ///< Some do: a total has bounds, a ratio is of those that have it.
    unknown,       ///< None does.
    undefined,     ///< It would be divided by 0.
    unit_unclear,  ///< More winners than seats, or than titles where no seats are given.
    not_reached,   ///< Too few contests have ended.
    suppressed,    ///< Hidden in the public edition.
};
RECRUIT_EXPORT std::string_view to_string(FigureState state) noexcept;

/// One number of a review.
struct Figure {
    std::string name;                         ///< "winners"; the label is `figure_<name>` or `column_<name>`.
    std::optional<double> value;              ///< Empty unless it can be told.
    std::optional<double> low, high;          ///< A total in part lies between them; high may be open.
    std::optional<std::int64_t> part, whole;  ///< Of a ratio.
    std::int64_t n = 0, unknown = 0;          ///< Records (or bodies) with it and without.
    FigureState state = FigureState::unknown;
    std::string detail;  ///< Of the bottleneck: the phase.

    RECRUIT_EXPORT std::string label(Language language = Language::en) const;
    friend bool operator==(const Figure&, const Figure&) = default;
};

/// The records that agree in the columns of `by`.
struct ReviewGroup {
    std::vector<std::string> key;  ///< One value a column, empty where it is not given; none: all records.
    std::vector<Figure> figures;
    std::vector<std::pair<std::string, std::int64_t>> difficulties,
        proposals;  ///< Codes; most frequent first.
    /// Days from notice to appointment (1) or to an end without one (2); running contests are open.
    stats::Durations durations{2};
    /// The same of each phase: applying, preparing, marking, appointing; (1) is the next date.
    std::vector<stats::Durations> phases;

    /// \throws Error (`unknown_value`)
    RECRUIT_EXPORT const Figure& at(std::string_view name) const;
};

/// What a body did.
struct BodyLine {
    std::string id, name, level;
    std::string state;  ///< held, nil, not_reported
    std::int64_t records = 0;
    friend bool operator==(const BodyLine&, const BodyLine&) = default;
};

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
