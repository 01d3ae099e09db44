#pragma once

// Quotas: who of one group is in, where rank alone does not say it. Nothing here knows tables: a group is its
// places in rank order, each with what the quotas ask of it.

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include <recruit/regulation/quota.hpp>

#include "base/int128.hpp"
#include "selection/ordering.hpp"

namespace recruit::detail {

enum class Outcome : std::uint8_t;

/// What a quota came to in one group.
struct QuotaTally {
    std::int64_t seats = 0;    ///< What the rule gives it here.
    std::int64_t filled = 0;   ///< Places it gave; for a minimum, how many of whom it is for are in.
    std::int64_t missing = 0;  ///< seats that nobody could fill.
};

/// A group as quotas see it.
struct QuotaField {
    std::span<const std::uint64_t> traits;  ///< By place: the bits of `Traits`.
    std::span<const Equals> blocks;         ///< Runs of equals, in order.
    std::int64_t seats = 0;
    std::span<const std::int64_t> given;  ///< By quota: the places a fact gives it; -1 where none.
    /// The score of a place, in units of `unit_scale`; asked for `add_beyond` only.
    std::function<std::int64_t(std::size_t)> score;
    int unit_scale = 0;
};

struct QuotaResult {
    std::vector<Outcome> outcome;      ///< By place.
    std::vector<std::int16_t> way;     ///< By place that is in: -1 by rank, else the quota that took it in.
    std::vector<QuotaTally> tallies;   ///< By quota.
    std::vector<std::uint32_t> order;  ///< prefix_rate: places in the order of call, as far as it was made.
    bool exceeds = false;              ///< The set-asides are more than the seats.
    bool too_many = false;             ///< So many orders of equals that they were not tried.
};

/// Bits of a place's traits: bit q, whom quota q is for; bit 16 + q, its relaxation (set_aside) or what it
/// asks of whom it adds (add_beyond, set where nothing is asked); bit 32 + q, a relaxation was used.
constexpr std::uint64_t trait_who(std::size_t quota) { return std::uint64_t{1} << quota; }
constexpr std::uint64_t trait_added(std::size_t quota) { return std::uint64_t{1} << (16 + quota); }
constexpr std::uint64_t trait_relaxed(std::size_t quota) { return std::uint64_t{1} << (32 + quota); }
/// What a referral asks of a row; nothing that quotas look at.
constexpr std::uint64_t trait_precedes = std::uint64_t{1} << 62;
constexpr std::uint64_t trait_floats = std::uint64_t{1} << 63;

/// Who is in. Equals are never put in an order that the regulation does not give: a place is in or out only
/// if it is so in whatever order its equals stand; else it is contested. Linear in the group and the number
/// of quotas for each order that has to be tried.
QuotaResult assign_quotas(const std::vector<Quota>& rules, const QuotaField& field);

/// The places a quota has of `seats`: share, count, or what the group's fact says. -1 where it does not
/// apply.
std::int64_t quota_seats(const Quota& quota, std::int64_t seats, std::int64_t given);

}  // namespace recruit::detail
