#pragma once

/// \file
/// Variance components: how much of marks is candidates, members, error; from many small contests together.
/// Room: stats.
///
/// A contest of three candidates and five members tells next to nothing about its own precision. Pooled over
/// the contests of a body or a programme the error of a mark is well known, and serves each of them.

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <recruit/base/table.hpp>
#include <recruit/export.hpp>
#include <recruit/stats/data.hpp>
#include <recruit/stats/decision.hpp>
#include <recruit/stats/estimate.hpp>
#include <recruit/stats/run.hpp>

namespace recruit::stats {

enum class ComponentsMethod : std::uint8_t {
    anova,  ///< Sums of squares equated to what is expected of them (Henderson's method 3): unbiased, and may
            ///< be negative; the value is then given as it is, with a note to read it as 0.
    reml,   ///< Restricted maximum likelihood: from 0 up, and not unbiased for that.
};

/// One-way: rows `group_variance`, `residual_variance`, and with reml `reml_criterion` (-2 log likelihood).
/// Groups of any size; missing values and groups are dropped and counted. `no_data`, `one_group`, `too_few`
/// (no group has two), `constant`. O(n). \throws Error (`stats_lengths`)
RECRUIT_EXPORT Estimates one_way_components(std::span<const double> values, const Factor& group,
                                            ComponentsMethod method);

/// Columns of a long table, a row a mark.
struct MarkColumns {
    std::string_view contest, candidate;
    std::optional<std::string_view> member;  ///< None: slips are anonymous, members are exchangeable.
    std::string_view mark;
};
/// Limits by drawing contests with replacement (BCa, Efron 1987): contests may differ in any way.
struct ContestBootstrap {
    std::int64_t replicates = 0;  ///< 0: no interval (`no_interval_asked`).
    std::optional<std::uint64_t> seed;
    RunOptions run{};
};

/// What the pooled error says of one contest.
struct ContestPrecision {
    std::string contest;
    std::int64_t candidates = 0, members = 0, marks = 0;
    bool complete = false;  ///< Every member marked every candidate: severity cancels out.
    std::optional<double>
        residual;  ///< The contest's own residual variance; None without degrees of freedom.
    /// Standard error of a candidate's mean mark, for comparisons within the contest. Where marks are missing
    /// the candidate with the fewest marks has it, with members' severity in it.
    std::optional<double> sem;

    friend bool operator==(const ContestPrecision&, const ContestPrecision&) = default;
};

/// Pooled variance components.
struct VarianceComponents {
    /// `candidate_variance`, `member_variance` (not for anonymous slips), `residual_variance`,
    /// `sem_one_mark`, and `council_variance`: severity between councils is `not_linked`; where members
    /// link all of them it is `not_available` here: see `severity`.
    Estimates estimates;
    std::vector<ContestPrecision> contests;
    std::int64_t df = 0;        ///< Degrees of freedom of the residual.
    bool exchangeable = false;  ///< Slips were anonymous: severity is part of the residual.

    /// The precision of a mean of that many marks, for `rank_uncertainty`. Empty if the residual is.
    /// \throws Error (`stats_bad_argument`) below 1.
    RECRUIT_EXPORT std::optional<Precision> precision(std::int64_t members) const;
    RECRUIT_EXPORT Display display(Language language = Language::en) const;
    std::string str(Language language = Language::en) const { return display(language).text(); }
    /// One row a contest: contest, candidates, members, marks, complete, residual, sem.
    RECRUIT_EXPORT Table to_table() const;
    friend bool operator==(const VarianceComponents&, const VarianceComponents&) = default;
};

/// Candidates and members nested in contests, each contest with a mean of its own; sizes may differ and marks
/// may be missing. What differs between councils cannot be told from what differs between fields of
/// candidates. Without `member`, and this is said: members are exchangeable, and their severity is error.
///
/// Rows without contest, candidate, member or mark, and contests of a single mark, are dropped and counted.
/// `no_data`; `one_rater` (nobody was marked twice); `one_candidate` (no contest has two); `constant`;
/// `not_identified` (no contest links two members by two candidates). Limits need 5 contests (`too_few`).
/// O(marks x members of a contest) a pass, a few dozen passes for reml.
/// \throws InvalidTable (`missing_column`, `stats_two_values`), Error (`stats_bad_argument`), Cancelled
RECRUIT_EXPORT VarianceComponents variance_components(const Table& data, const MarkColumns& columns,
                                                      ComponentsMethod method,
                                                      const ContestBootstrap& bootstrap = {},
                                                      ConfidenceLevel level = {});

namespace detail {
struct Marks;
}

/// Marks of contests as they come in, district by district. Parts merge to what one table of all rows gives,
/// digit for digit; a contest may be spread over parts.
class ContestMarks {
public:
    /// \throws as `variance_components`
    RECRUIT_EXPORT ContestMarks(const Table& data, const MarkColumns& columns);

    /// O(n log n). \throws Error (`stats_bad_argument`: only one of them is anonymous; `stats_two_values`: a
    /// member's mark of a candidate is in both)
    RECRUIT_EXPORT ContestMarks& operator+=(const ContestMarks& other);
    friend ContestMarks operator+(ContestMarks a, const ContestMarks& b) { return a += b; }
    RECRUIT_EXPORT bool operator==(const ContestMarks& other) const;

    RECRUIT_EXPORT std::int64_t size() const noexcept;  ///< Marks.
    /// `variance_components` of all of them.
    RECRUIT_EXPORT VarianceComponents components(ComponentsMethod method,
                                                 const ContestBootstrap& bootstrap = {},
                                                 ConfidenceLevel level = {}) const;

private:
    std::shared_ptr<const detail::Marks> marks_;  // never changed: copies share it
};

/// How many marks each member is below the others, candidates being equal: least squares over candidates and
/// members. A member of two councils (the same name in `member`) links them. Rows: `member_severity` of every
/// member, against the mean of those it is linked with, with Student's t limits; `council_severity` of every
/// contest, the mean of its members. Positive is severe. Where nothing links the councils, councils are
/// `not_linked` and members are compared within their own only. `one_rater` for a member linked with nobody.
/// O(members^3) for the largest linked set. \throws as `variance_components`
RECRUIT_EXPORT Estimates severity(const Table& data, const MarkColumns& columns, ConfidenceLevel level = {});

}  // namespace recruit::stats
