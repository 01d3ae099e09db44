#include "scoring/spread.hpp"

#include <algorithm>
#include <map>

#include "base/keys.hpp"

namespace recruit::detail {

void too_large_to_normalise() { throw InvalidTable{Code::normalise_too_large, {}}; }

namespace {

Ratio named(const Ratio& value, const std::optional<Rounding>& round) {
    if (!round) return value;
    return Ratio::of(rounded(value.top, value.bottom, *round), power_of_ten(round->digits));
}

}  // namespace

Ratio Spread::mean(const std::optional<Rounding>& round) const {
    int128 sum = 0;
    for (std::size_t i = 0; i < marks.size(); ++i) sum = plus(sum, times(at(i), marks[i]));
    return named(Ratio::of(sum, times(takers(), power_of_ten(scale))), round);
}

int128 Spread::deviation(Deviation kind, const Rounding& rule) const {
    int128 sum = 0;
    int128 squares = 0;
    // Moved to the lowest mark, so that the numbers stay small; a deviation does not change by that.
    for (std::size_t i = 0; i < marks.size(); ++i) {
        const int128 x = marks[i] - marks.front();
        sum = plus(sum, times(at(i), x));
        squares = plus(squares, times(at(i), times(x, x)));
    }
    const int128 n = takers();
    const int128 top = times(n, squares) - times(sum, sum);
    const int128 bottom = kind == Deviation::population ? times(n, n) : times(n, n - 1);
    return rounded_root(top, bottom, rule.digits - scale, rule.mode);
}

Ratio Spread::mean_of_top(const Fraction& share, const std::optional<Rounding>& round) const {
    const int128 wanted =
        divide_rounded<int128>(times(share.numerator(), takers()), share.denominator(), RoundingMode::up);
    int128 left = wanted;
    int128 sum = 0;
    for (std::size_t i = marks.size(); i-- > 0 && left > 0;) {
        const int128 taken = std::min<int128>(left, at(i));
        sum = plus(sum, times(taken, marks[i]));
        left -= taken;
    }
    return named(Ratio::of(sum, times(wanted, power_of_ten(scale))), round);
}

Ratio Spread::mark_at(std::int64_t part, std::int64_t whole, Beyond beyond, std::size_t& from) const {
    // Place k is upto[k] / takers; the first one at or above the place asked for ends the line.
    const int128 place = times(part, takers());
    while (times(upto[from], whole) < place) ++from;
    std::size_t k = from;
    const bool exact = times(upto[k], whole) == place;
    if (exact || (k == 0 && (beyond == Beyond::clamp || is_constant())))
        return {marks[k], power_of_ten(scale)};
    if (k == 0) k = 1;
    // marks[k-1] + (marks[k] - marks[k-1]) * (place - upto[k-1]) / (upto[k] - upto[k-1]), places over takers
    const std::int64_t wide = upto[k] - upto[k - 1];
    const int128 step = times(place - times(upto[k - 1], whole), marks[k] - marks[k - 1]);
    return {plus(step, times(times(marks[k - 1], whole), wide)),
            times(times(wide, whole), power_of_ten(scale))};
}

Spread merged(std::span<const Spread> spreads) {
    std::map<std::int64_t, std::int64_t> counts;
    Spread all;
    for (const Spread& one : spreads) {
        all.scale = one.scale;
        for (std::size_t i = 0; i < one.marks.size(); ++i) counts[one.marks[i]] += one.at(i);
    }
    std::int64_t upto = 0;
    for (const auto& [mark, count] : counts) {
        all.marks.push_back(mark);
        all.upto.push_back(upto += count);
    }
    return all;
}

namespace {

std::vector<Spread> sorted(std::span<const std::int64_t> marks, std::span<const std::uint32_t> session,
                           std::size_t count, int scale) {
    std::vector<std::size_t> begin(count + 1);
    for (const std::uint32_t s : session) {
        if (s < count) ++begin[s + 1];
    }
    for (std::size_t s = 0; s < count; ++s) begin[s + 1] += begin[s];
    std::vector<std::int64_t> placed(begin.back());
    auto next = begin;
    for (std::size_t row = 0; row < session.size(); ++row) {
        if (session[row] < count) placed[next[session[row]]++] = marks[row];
    }
    std::vector<Spread> spreads(count);
    for (std::size_t s = 0; s < count; ++s) {
        const auto from = placed.begin() + static_cast<std::ptrdiff_t>(begin[s]);
        const auto to = placed.begin() + static_cast<std::ptrdiff_t>(begin[s + 1]);
        std::sort(from, to);
        spreads[s].scale = scale;
        for (auto it = from; it != to;) {
            const auto end = std::upper_bound(it, to, *it);
            spreads[s].marks.push_back(*it);
            spreads[s].upto.push_back(end - from);
            it = end;
        }
    }
    return spreads;
}

}  // namespace

std::vector<Spread> spreads_of(std::span<const std::int64_t> marks, std::span<const std::uint32_t> session,
                               std::size_t count, int scale, std::int64_t least, std::int64_t most,
                               const Pace& pace) {
    const auto span = static_cast<std::size_t>(most - least) + 1;
    const std::size_t rows = marks.size();
    if (span > (rows + (std::size_t{1} << 16)) / std::max<std::size_t>(count, 1))
        return sorted(marks, session, count, scale);
    const std::size_t cells = (count + 1) * span;  // the last session takes those who do not count
    const std::size_t workers = std::min(pace.workers(), rows / (cells + 1) + 1);
    std::vector<std::vector<std::uint32_t>> counted(workers, std::vector<std::uint32_t>(cells));
    const std::size_t share = (rows + workers - 1) / workers;
    Pace own{pace};
    own.progress = {};
    parallel(workers, 1, own, [&](std::size_t from, std::size_t to) {
        for (std::size_t w = from; w < to; ++w) {
            auto& cell = counted[w];
            for (std::size_t row = w * share; row < std::min(rows, (w + 1) * share); ++row) {
                // The mark of a row that does not count may lie anywhere.
                const std::uint32_t s = session[row];
                if (s < count) ++cell[s * span + static_cast<std::size_t>(marks[row] - least)];
            }
        }
    });
    std::vector<Spread> spreads(count);
    for (std::size_t s = 0; s < count; ++s) {
        spreads[s].scale = scale;
        std::int64_t upto = 0;
        for (std::size_t i = 0; i < span; ++i) {
            std::int64_t here = 0;
            for (const auto& part : counted) here += part[s * span + i];
            if (here == 0) continue;
            spreads[s].marks.push_back(least + static_cast<std::int64_t>(i));
            spreads[s].upto.push_back(upto += here);
        }
    }
    return spreads;
}

}  // namespace recruit::detail
