#pragma once

/// \file
/// check(): who meets a standard, who does not, and of whom it cannot be told. Room: scoring.

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include <recruit/base/issue.hpp>
#include <recruit/base/table.hpp>
#include <recruit/regulation/audit.hpp>
#include <recruit/regulation/standard.hpp>

namespace recruit {

/// How to run; nothing here changes a result.
struct CheckOptions {
    int threads = 0;                  ///< 0 is the hardware's number.
    std::size_t max_issues = 10'000;  ///< Kept of each code; the rest is counted in one `more_issues`.
    std::stop_token stop{};           ///< Stops the work; \throws Cancelled
    std::function<void(double)> progress{};
};

/// One column of the result: a requirement or a document of the standard, of everybody or of an entry group.
struct Predicate {
    std::string path;       ///< "age", "insider.planned"
    std::string group;      ///< Entry group; empty for one of everybody.
    bool document = false;  ///< Else a requirement.
    std::string source;
};

/// What happened to a document.
enum class DocumentState : std::uint8_t { in_file, missing, late, not_needed, cannot_be_told };

/// One predicate for one person, with its reason.
struct Verdict {
    Predicate predicate;
    Answer outcome = Answer::met;
    std::vector<std::string> missing;       ///< Facts and moments that would have to be known.
    std::optional<DocumentState> document;  ///< Of a document only.
    Message sentence;                       ///< What was read and what is asked.
};

/// Who meets a standard: a row for each row of the table, in its order. Owns what it read; a cheap value.
class RECRUIT_EXPORT Eligibility {
public:
    const Standard& standard() const noexcept;
    const Table& table() const noexcept;
    const Moments& dates() const noexcept;
    const CheckOptions& options() const noexcept;
    const Issues& issues() const noexcept;
    std::size_t rows() const noexcept;

    std::span<const Answer> outcomes() const noexcept;
    const std::vector<Predicate>& predicates() const noexcept;
    /// One outcome a row of a predicate, by its place in `predicates()`.
    std::span<const Answer> of(std::size_t predicate) const noexcept;
    /// The same of an entry group, by its place in the standard: its requirements and documents together.
    std::span<const Answer> of_group(std::size_t group) const noexcept;
    std::size_t count(Answer outcome) const noexcept;

    /// The entry group that a row is admitted by, the first of several; empty if by none.
    std::string_view group(std::size_t row) const noexcept;

    /// Every predicate of one person, with its reason. \throws Error (`unknown_application`)
    std::vector<Verdict> verdicts(std::string_view application) const;
    /// The whole as a letter to the person. \throws Error (`unknown_application`)
    std::string explain(std::string_view application, Language language = Language::en) const;
    /// One line with what is not met or not known, for the act that screens an application. Empty if all is
    /// met. \throws Error (`unknown_application`)
    std::string reason(std::string_view application, Language language = Language::en) const;

    /// application, outcome, status (eligible, ineligible, cannot_be_told), group, missing (names of facts),
    /// and a column a predicate; documents say in_file, missing, late, not_needed, cannot_be_told.
    Table to_table() const;
    /// `scores` with the column `status` that `select` and kept lists read. Rows that are there already
    /// excluded, withdrawn, cancelled or ineligible stay so; an application that was not checked cannot be
    /// told. \throws InvalidTable (`missing_column`)
    Table screened(const Table& scores) const;

    /// If nobody meets the standard: the predicates that nobody meets, else the one that most stand before
    /// alone, else the one that most do not meet. Empty for an empty pool.
    std::vector<Finding> nobody_meets() const;

    struct Content;
    explicit Eligibility(std::shared_ptr<const Content> content) noexcept : content_{std::move(content)} {}

private:
    std::size_t row_of(std::string_view application) const;
    std::shared_ptr<const Content> content_;
};

/// Checks every row of a table of persons against the standard on the given days.
///
/// Columns: `application` (unique) and the facts and documents that the standard declares. A column that is
/// not there leaves its predicates untold, with an Issue. Dates may be dates or text; text may be in part
/// ("1985", "1985-03"): such a date is every day of its year or month, and a predicate cannot be told only
/// where those days disagree. A moment that `dates` does not give may be a date column of the table.
///
/// Linear in rows; the order of rows, threads and hardware change nothing.
/// \throws InvalidTable (`missing_column`), Error (`unknown_moment`, `invalid_date`), Cancelled.
RECRUIT_EXPORT Eligibility check(const Standard& standard, const Table& persons, const Moments& dates = {},
                                 const CheckOptions& options = {});

/// The id of the standard of each position; empty where nothing is asked.
using StandardOfPosition = std::map<std::string, std::string, std::less<>>;

/// Each row against the standard of its own `position`: application, position, standard, outcome, status,
/// group, missing; rows of a position without a standard are met. \throws Error (`position_not_listed`,
/// `unknown_standard`) and what `check` throws.
RECRUIT_EXPORT Table check(const StandardOfPosition& positions, std::span<const Standard> standards,
                           const Table& persons, const Moments& dates = {}, const CheckOptions& options = {});

RECRUIT_EXPORT std::string_view to_string(DocumentState state) noexcept;

}  // namespace recruit
