#pragma once

// How the marks of one session are spread: each distinct mark and how many have at most it. Everything that
// normalisation asks of a session follows from that, exactly.

#include <cstdint>
#include <span>
#include <vector>

#include <recruit/regulation/normalisation.hpp>

#include "base/array.hpp"
#include "base/parallel.hpp"
#include "scoring/exact.hpp"

namespace recruit::detail {

struct Spread {
    std::vector<std::int64_t> marks;  ///< Distinct, ascending, in units of 10^-scale.
    std::vector<std::int64_t> upto;   ///< Takers with at most that mark.
    int scale = 0;

    std::int64_t takers() const noexcept { return upto.empty() ? 0 : upto.back(); }
    std::int64_t at(std::size_t i) const noexcept { return upto[i] - (i == 0 ? 0 : upto[i - 1]); }
    bool is_constant() const noexcept { return marks.size() < 2; }

    Ratio mean(const std::optional<Rounding>& round) const;
    /// The standard deviation in units of 10^-rule.digits.
    int128 deviation(Deviation kind, const Rounding& rule) const;
    /// The mean of the best `share` of takers, their number rounded up.
    Ratio mean_of_top(const Fraction& share, const std::optional<Rounding>& round) const;
    /// The mark at place `part` of `whole` from below, on the straight line between neighbours; not in lowest
    /// terms. `from` is where the search begins and ends: places asked for in ascending order cost one pass.
    Ratio mark_at(std::int64_t part, std::int64_t whole, Beyond beyond, std::size_t& from) const;
};

/// All of them together.
Spread merged(std::span<const Spread> spreads);

/// Marks counted by session: `session[row]` < count, or `count` for a row that does not count. One pass over
/// the rows where the marks lie close enough together, else a sort.
std::vector<Spread> spreads_of(std::span<const std::int64_t> marks, std::span<const std::uint32_t> session,
                               std::size_t count, int scale, std::int64_t least, std::int64_t most,
                               const Pace& pace);

}  // namespace recruit::detail
