#pragma once

// How the marks of one session are spread: each distinct mark and how many have at most it. Everything that
// normalisation asks of a session follows from that, exactly.

#include <cstdint>
#include <map>
#include <span>
#include <utility>
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
    /// Adds to each of `sums` the mark at one of the places `parts` (ascending) of `whole`, rounded.
    void add_marks_at(std::span<const std::int64_t> parts, std::int64_t whole, Beyond beyond,
                      const Rounding& rule, std::span<int128> sums) const;
};

/// All of them together.
Spread merged(std::span<const Spread> spreads);

/// The marks of a column by session. `session[row]` < count; rows with `count` do not count.
class Marks {
public:
    Marks(std::span<const std::int64_t> marks, std::span<const std::int32_t> session, std::size_t count,
          int scale, std::int64_t least, std::int64_t most, const Pace& pace);

    const std::vector<Spread>& spreads() const noexcept { return spreads_; }

    /// For every row what `made` has for its session and mark: one value a distinct mark of the session, or
    /// none at all. `none` where there is nothing.
    Array<std::int64_t> looked_up(const std::vector<const std::vector<std::int64_t>*>& made,
                                  std::int64_t none, const Pace& pace) const;

private:
    static constexpr std::uint32_t unseen = 0xFFFFFFFF;

    void survey(std::uint64_t span, std::size_t step, const Pace& pace);
    void number(const std::vector<std::uint8_t>& there);
    bool count_by_sample(std::uint64_t span, const Pace& pace);
    bool count_all(std::uint64_t span, const Pace& pace);
    std::vector<std::uint32_t> count_dense(std::vector<std::uint32_t>& late, std::size_t most_late,
                                           const Pace& pace) const;
    void spread_out(const std::vector<std::uint32_t>& counts, const std::vector<std::int64_t>& columns,
                    const std::map<std::pair<std::int32_t, std::int64_t>, std::int64_t>& more);
    void sort();
    /// Where a row counts in a table of sessions by distinct marks.
    struct Cells {
        const std::int64_t* marks;
        const std::int32_t* session;
        const std::uint32_t* index;
        std::int64_t least;
        std::size_t width;

        std::uint32_t place(std::size_t row) const noexcept {
            return index[static_cast<std::size_t>(marks[row] - least)];
        }
        std::size_t cell(std::size_t row, std::uint32_t place) const noexcept {
            return static_cast<std::size_t>(session[row]) * width + place;
        }
    };
    Cells cells() const noexcept {
        return {marks_.data(), session_.data(), index_.data(), least_, distinct_.size()};
    }

    std::span<const std::int64_t> marks_;
    std::span<const std::int32_t> session_;
    std::size_t count_;
    std::int64_t least_;
    std::vector<std::int64_t> distinct_;  ///< Of all sessions, ascending.
    std::vector<std::uint32_t>
        index_;  ///< By mark - least: its place in `distinct_`; empty if marks lie too wide.
    std::vector<Spread> spreads_;
};

}  // namespace recruit::detail
