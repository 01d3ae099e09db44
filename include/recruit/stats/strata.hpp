#pragma once

/// \file
/// Two groups compared within strata (contests, posts, years): Mantel-Haenszel and its exact form. Room:
/// stats.
///
/// A gap between groups over many contests may be none within any of them (Simpson). Strata where only one
/// group competed, or all or none passed, say nothing about a difference; they are counted, never pooled.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <recruit/base/table.hpp>
#include <recruit/export.hpp>
#include <recruit/stats/estimate.hpp>
#include <recruit/stats/groups.hpp>

namespace recruit::stats {

struct Stratum {
    std::string name;
    Count focal, reference;

    /// Both groups are there, and both outcomes.
    bool is_informative() const noexcept {
        const auto passed = focal.passed + reference.passed, n = focal.n + reference.n;
        return focal.n > 0 && reference.n > 0 && passed > 0 && passed < n;
    }
    friend bool operator==(const Stratum&, const Stratum&) = default;
};

/// Strata in the order of their names, as counted from a table; those of two tables add up by name.
struct Strata {
    std::vector<Stratum> strata;
    std::vector<Dropped> dropped;

    RECRUIT_EXPORT Strata& operator+=(const Strata& other);
    RECRUIT_EXPORT std::int64_t informative() const noexcept;
    RECRUIT_EXPORT Count focal() const noexcept;      ///< Of every stratum together.
    RECRUIT_EXPORT Count reference() const noexcept;  ///< Of every stratum together.

    RECRUIT_EXPORT Display display(Language language = Language::en) const;
    std::string str(Language language = Language::en) const { return display(language).text(); }
    /// stratum, focal_passed, focal_n, reference_passed, reference_n, informative.
    RECRUIT_EXPORT Table to_table() const;
    friend bool operator==(const Strata&, const Strata&) = default;
};

/// The columns of a long table that strata are counted from.
struct StrataColumns {
    std::string_view stratum, group, outcome;
    std::string_view focal;                     ///< The level of `group` asked about.
    std::optional<std::string_view> reference;  ///< Its comparison; without it, everybody else.
    std::optional<std::string_view> count;      ///< A row stands for so many; without it, for one.
};
/// Rows with a missing value, or of a third group, are counted in `dropped`. O(n log k).
RECRUIT_EXPORT Strata strata(const Table& table, const StrataColumns& columns);

/// Mantel-Haenszel chi-squared of equal rates within strata, 1 degree of freedom. `continuity`: 1/2 less,
/// where the deviation is at least that (R's default; statsmodels subtracts it from smaller ones too). No
/// informative stratum: `uninformative`.
RECRUIT_EXPORT Test mantel_haenszel(const Strata& strata, bool continuity);
/// The common odds ratio with the interval of Robins, Breslow, Greenland (1986).
RECRUIT_EXPORT Estimate mantel_haenszel_odds_ratio(const Strata& strata, ConfidenceLevel level = {});

/// The exact test of equal rates within strata, given every margin: right for many contests of a few people.
/// Memory and time grow with the sum of stratum sizes times their number.
RECRUIT_EXPORT Test exact_conditional(const Strata& strata, Tail tail);
/// The likeliest common odds ratio given the margins, with its exact central interval; may be 0 or infinite.
RECRUIT_EXPORT Estimate exact_conditional_odds_ratio(const Strata& strata, ConfidenceLevel level = {});

/// Breslow-Day test of one odds ratio in all strata, `tarone` adjusted (1985) or not. Refused as `sparse`
/// where a fitted cell is below 1 or more than a fifth are below 5 (Cochran's rule), unless `allow_sparse`.
RECRUIT_EXPORT Test breslow_day(const Strata& strata, bool tarone, bool allow_sparse = false);

enum class ZeroCells : std::uint8_t {
    refuse,    ///< A zero in an informative stratum: `zero_cell`.
    add_half,  ///< 1/2 is added to every cell of every stratum where any is 0 (R package vcd).
};
/// Woolf's test of one odds ratio in all strata. \copydetails ZeroCells
RECRUIT_EXPORT Test woolf(const Strata& strata, ZeroCells zeros);

}  // namespace recruit::stats
