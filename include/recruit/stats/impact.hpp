#pragma once

/// \file
/// Groups compared with a reference group, at once or stage by stage. Room: stats.
///
/// Nothing here merges a test with a threshold into one verdict: four-fifths is a US rule of thumb (29 CFR
/// 1607.4D) that other places do not have, and is used only where it is asked for.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <recruit/base/table.hpp>
#include <recruit/export.hpp>
#include <recruit/stats/estimate.hpp>
#include <recruit/stats/groups.hpp>
#include <recruit/stats/suppression.hpp>

namespace recruit::stats {

/// Subjects (groups, stages) with the same figures each.
struct Comparison {
    Word title;
    std::string reference;  ///< The group that the others are compared with.
    std::vector<Estimate> estimates;
    std::vector<Test> tests;
    std::vector<Dropped> dropped;
    std::vector<Note> notes;

    RECRUIT_EXPORT Display display(Language language = Language::en) const;
    std::string str(Language language = Language::en) const { return display(language).text(); }
    /// One row a subject, in order: subject, then for every quantity its value, and `.lower` and `.upper`
    /// where it has intervals; for every test `p.<method>`, and `p.<method>.holm` for the adjusted one.
    RECRUIT_EXPORT Table to_table() const;
    friend bool operator==(const Comparison&, const Comparison&) = default;
};

/// Groups and how many of each passed; counts of two parts add up by name.
struct GroupCounts {
    std::vector<std::string> groups;
    std::vector<Count> counts;
    std::vector<Dropped> dropped;

    RECRUIT_EXPORT GroupCounts& operator+=(const GroupCounts& other);
    friend bool operator==(const GroupCounts&, const GroupCounts&) = default;
};
/// Counts a yes/no column by group; rows without either are dropped and counted. O(n).
RECRUIT_EXPORT GroupCounts count_by_group(const Table& table, std::string_view group,
                                          std::string_view outcome,
                                          std::optional<std::string_view> count = {});

/// Conventions on which packages differ have no default.
struct ImpactConventions {
    Tail tail;   ///< Of Fisher's test.
    bool mid_p;  ///< Lancaster's mid-P of it.
    Shortfall shortfall;
    RateInterval rates;
    RatioInterval ratio;
};
struct ImpactOptions {
    std::string reference;  ///< Empty: the group with the highest rate (of equal rates, the largest).
    std::optional<double> threshold;  ///< For the flip-flop count and a note: 0.8 is four-fifths. Off.
    std::optional<double>
        minimum_share;  ///< Groups below this share of everybody are shown, not compared. Off.
    ConfidenceLevel level;
};

/// Every group but the reference: selection_rate, impact_ratio, rate_difference, odds_ratio, cohen_h, phi,
/// shortfall, flip_flop; the pooled Z and Fisher's test, plain and adjusted over the groups by Holm. One
/// group only: no subjects are compared and a note says so. \throws Error (`unknown_value`) for a reference
/// that is not there.
RECRUIT_EXPORT Comparison impact(const GroupCounts& counts, const ImpactConventions& conventions,
                                 const ImpactOptions& options = {});

/// What a public edition hides.
struct Publication {
    std::int64_t minimum;  ///< Counts below it; at least 2.
    Zeros zeros;
    std::optional<std::int64_t> protection = {};  ///< As in `suppress`.
};
/// `impact` for the public: passed and failed by group go through `suppress`, and a group with a hidden count
/// (small, or hidden so that small ones cannot be worked out) has no figure but the reason `suppressed`. The
/// others are compared among themselves: neither the reference nor Holm's adjustment tells of the hidden. A
/// named reference that is hidden leaves rates only; an audit that fails hides everybody. Notes tell how many
/// counts are hidden and what the audit found. \throws Error as `impact` and `suppress`
RECRUIT_EXPORT Comparison impact_for_publication(const GroupCounts& counts,
                                                 const ImpactConventions& conventions,
                                                 const Publication& publication,
                                                 const ImpactOptions& options = {});

/// How many of a group were still there at each stage.
struct StageCounts {
    std::string group;
    std::vector<std::int64_t> n;  ///< One a stage; never more than at the stage before.

    friend bool operator==(const StageCounts&, const StageCounts&) = default;
};
/// From one yes/no column a stage ("reached it"). \throws InvalidTable (`stats_stage_order`) for who reached
/// a stage without the one before.
RECRUIT_EXPORT std::vector<StageCounts> count_stages(const Table& table, std::string_view group,
                                                     std::span<const std::string> stages,
                                                     std::vector<Dropped>* dropped = nullptr);

/// Where in the pipeline a gap arises: for every stage, and cumulatively from the first, the impact ratio and
/// its logarithm (which add up over stages), with Fisher's test, plain and adjusted by Holm over all groups
/// and stages. A later stage is conditional on who got there.
RECRUIT_EXPORT Comparison stage_impact(std::span<const std::string> stages,
                                       std::span<const StageCounts> groups, std::string_view reference,
                                       const ImpactConventions& conventions, ConfidenceLevel level = {});

}  // namespace recruit::stats
