#include "scoring/spread.hpp"

#include <algorithm>
#include <map>

#include "base/ahead.hpp"
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
    if (is_constant()) return 0;  // also of one taker, where a sample has none
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

void Spread::add_marks_at(std::span<const std::int64_t> parts, std::int64_t whole, Beyond beyond,
                          const Rounding& rule, std::span<int128> sums) const {
    // Nearly always everything but a product or two is known to fit 64 bits: then the mark below is whole in
    // units of the result, and what is added to it costs one division.
    const std::int64_t lift = rule.digits < scale ? 0 : power_of_ten(rule.digits - scale);
    const bool narrow = lift > 0 && marks.front() >= 0 && fits_int64(times(marks.back(), 2 * lift)) &&
                        fits_int64(times(whole, takers()));
    std::size_t k = 0;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (narrow) {
            const std::int64_t place = parts[i] * takers();
            while (upto[k] * whole < place) ++k;
            if (upto[k] * whole == place) {
                sums[i] += marks[k] * lift;
                continue;
            }
            std::int64_t step = 0;
            if (k > 0 &&
                !__builtin_mul_overflow(place - upto[k - 1] * whole, marks[k] - marks[k - 1], &step) &&
                !__builtin_mul_overflow(step, lift, &step)) {
                const std::int64_t bottom = (upto[k] - upto[k - 1]) * whole;
                sums[i] += round_quotient<std::int64_t>(marks[k - 1] * lift + step / bottom, step % bottom,
                                                        bottom, rule.mode);
                continue;
            }
        }
        const Ratio mark = mark_at(parts[i], whole, beyond, k);
        sums[i] += rounded(mark.top, mark.bottom, rule);
    }
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

constexpr std::size_t chunk = std::size_t{1} << 17;

/// Apart, so that the loop around it keeps its numbers in registers.
[[gnu::noinline]] void set_aside(std::vector<std::uint32_t>& rows, std::size_t row, std::size_t most) {
    if (rows.size() <= most) rows.push_back(static_cast<std::uint32_t>(row));
}

/// Pieces of the rows, one for each thread's own counters.
template <class Work>
void pieces(std::size_t rows, std::size_t workers, const Pace& pace, const Work& work) {
    Pace own{pace};
    own.progress = {};
    const std::size_t share = (rows + workers - 1) / workers;
    parallel(workers, 1, own, [&](std::size_t from, std::size_t to) {
        for (std::size_t w = from; w < to; ++w)
            work(w, std::min(rows, w * share), std::min(rows, (w + 1) * share));
    });
}

}  // namespace

Marks::Marks(std::span<const std::int64_t> marks, std::span<const std::int32_t> session, std::size_t count,
             int scale, std::int64_t least, std::int64_t most, const Pace& pace)
    : marks_{marks}, session_{session}, count_{count}, least_{least}, spreads_(count) {
    for (Spread& spread : spreads_) spread.scale = scale;
    const auto span = static_cast<std::uint64_t>(most) - static_cast<std::uint64_t>(least) + 1;
    if (span <= (std::uint64_t{1} << 22) && (count_by_sample(span, pace) || count_all(span, pace))) return;
    index_.clear();
    distinct_.clear();
    sort();
}

/// Finds which marks there are, a table of a few kilobytes however long the column is, in every `step`-th
/// piece of the rows.
void Marks::survey(std::uint64_t span, std::size_t step, const Pace& pace) {
    constexpr std::size_t piece = 1024;
    const auto workers = static_cast<std::size_t>(pace.workers());
    std::vector<std::vector<std::uint8_t>> seen(workers, std::vector<std::uint8_t>(span));
    const auto none = static_cast<std::int32_t>(count_);
    const std::size_t all = (marks_.size() + piece - 1) / piece;
    pieces((all + step - 1) / step, workers, pace, [&](std::size_t w, std::size_t begin, std::size_t end) {
        std::uint8_t* flags = seen[w].data();
        for (std::size_t i = begin; i < end; ++i) {
            const std::size_t from = i * step * piece;
            const std::size_t to = std::min(marks_.size(), from + piece);
            for (std::size_t row = from; row < to; ++row) {
                if (session_[row] != none) flags[marks_[row] - least_] = 1;
            }
        }
    });
    std::vector<std::uint8_t> there(span);
    for (const auto& flags : seen)
        for (std::size_t i = 0; i < span; ++i) there[i] |= flags[i];
    number(there);
}

void Marks::number(const std::vector<std::uint8_t>& there) {
    distinct_.clear();
    index_.assign(there.size(), unseen);
    for (std::size_t i = 0; i < there.size(); ++i) {
        if (there[i] == 0) continue;
        index_[i] = static_cast<std::uint32_t>(distinct_.size());
        distinct_.push_back(least_ + static_cast<std::int64_t>(i));
    }
}

/// One pass over a long column in place of two: what a sample of it did not have is set aside, and counted by
/// itself. False if that is too much, or marks are too many to be counted like this.
bool Marks::count_by_sample(std::uint64_t span, const Pace& pace) {
    constexpr std::size_t step = 32;
    if (marks_.size() < (std::size_t{1} << 21)) return false;
    survey(span, step, pace);
    if (distinct_.size() * count_ > marks_.size() + (std::size_t{1} << 16)) return false;
    std::vector<std::uint32_t> late;
    const std::vector<std::uint32_t> counts = count_dense(late, marks_.size() / 64, pace);
    if (counts.empty()) return false;
    const std::vector<std::int64_t> sampled = distinct_;
    std::map<std::pair<std::int32_t, std::int64_t>, std::int64_t> more;
    std::vector<std::uint8_t> there(span);
    for (const std::int64_t mark : sampled) there[static_cast<std::size_t>(mark - least_)] = 1;
    for (const std::uint32_t row : late) {
        ++more[{session_[row], marks_[row]}];
        there[static_cast<std::size_t>(marks_[row] - least_)] = 1;
    }
    if (!late.empty()) number(there);
    spread_out(counts, sampled, more);
    return true;
}

bool Marks::count_all(std::uint64_t span, const Pace& pace) {
    survey(span, 1, pace);
    if (distinct_.size() * count_ > marks_.size() + (std::size_t{1} << 16)) return false;
    std::vector<std::uint32_t> late;
    spread_out(count_dense(late, 0, pace), distinct_, {});
    return true;
}

/// Takers by session and distinct mark; rows with another mark go to `late`. Empty if those are more than
/// `most_late`.
std::vector<std::uint32_t> Marks::count_dense(std::vector<std::uint32_t>& late, std::size_t most_late,
                                              const Pace& pace) const {
    const std::size_t size = count_ * distinct_.size();
    const std::size_t workers =
        std::min(static_cast<std::size_t>(pace.workers()), marks_.size() / (size + 1) + 1);
    std::vector<std::vector<std::uint32_t>> counted(workers, std::vector<std::uint32_t>(size));
    std::vector<std::vector<std::uint32_t>> aside(workers);
    const auto none = static_cast<std::int32_t>(count_);
    const Cells cells = this->cells();
    pieces(marks_.size(), workers, pace, [&](std::size_t w, std::size_t begin, std::size_t end) {
        std::uint32_t* const counts = counted[w].data();
        std::vector<std::uint32_t>& rest = aside[w];
        read_ahead(
            begin, end,
            [=, &rest](std::size_t row) {
                if (cells.session[row] == none) return;
                const std::uint32_t at = cells.place(row);
                if (at != unseen)
                    ++counts[cells.cell(row, at)];
                else
                    set_aside(rest, row, most_late);
            },
            cells.marks, cells.session);
    });
    for (const auto& rows : aside) late.insert(late.end(), rows.begin(), rows.end());
    if (late.size() > most_late) return {};
    for (std::size_t w = 1; w < workers; ++w)
        for (std::size_t i = 0; i < size; ++i) counted[0][i] += counted[w][i];
    return std::move(counted[0]);
}

/// The spreads, from counts by the marks of `columns` and from those counted one by one.
void Marks::spread_out(const std::vector<std::uint32_t>& counts, const std::vector<std::int64_t>& columns,
                       const std::map<std::pair<std::int32_t, std::int64_t>, std::int64_t>& more) {
    for (std::size_t s = 0; s < count_; ++s) {
        std::int64_t upto = 0;
        std::size_t at = 0;
        for (const std::int64_t mark : distinct_) {
            std::int64_t here = 0;
            if (at < columns.size() && columns[at] == mark) here = counts[s * columns.size() + at++];
            if (!more.empty()) {
                const auto found = more.find({static_cast<std::int32_t>(s), mark});
                if (found != more.end()) here += found->second;
            }
            if (here == 0) continue;
            spreads_[s].marks.push_back(mark);
            spreads_[s].upto.push_back(upto += here);
        }
    }
}

void Marks::sort() {
    std::vector<std::size_t> begin(count_ + 1);
    const auto none = static_cast<std::int32_t>(count_);
    for (const std::int32_t s : session_) {
        if (s != none) ++begin[static_cast<std::size_t>(s) + 1];
    }
    for (std::size_t s = 0; s < count_; ++s) begin[s + 1] += begin[s];
    std::vector<std::int64_t> placed(begin.back());
    auto next = begin;
    for (std::size_t row = 0; row < session_.size(); ++row) {
        if (session_[row] != none) placed[next[static_cast<std::size_t>(session_[row])]++] = marks_[row];
    }
    for (std::size_t s = 0; s < count_; ++s) {
        const auto from = placed.begin() + static_cast<std::ptrdiff_t>(begin[s]);
        const auto to = placed.begin() + static_cast<std::ptrdiff_t>(begin[s + 1]);
        std::sort(from, to);
        for (auto it = from; it != to;) {
            const auto end = std::upper_bound(it, to, *it);
            spreads_[s].marks.push_back(*it);
            spreads_[s].upto.push_back(end - from);
            it = end;
        }
    }
}

Array<std::int64_t> Marks::looked_up(const std::vector<const std::vector<std::int64_t>*>& made,
                                     std::int64_t none, const Pace& pace) const {
    const std::size_t width = distinct_.size();
    std::vector<std::int64_t> values(index_.empty() ? 0 : count_ * width, none);
    for (std::size_t s = 0; !values.empty() && s < count_; ++s) {
        std::size_t at = 0;
        for (std::size_t i = 0; i < made[s]->size(); ++i) {
            while (distinct_[at] != spreads_[s].marks[i]) ++at;
            values[s * width + at] = (*made[s])[i];
        }
    }
    const auto nobody = static_cast<std::int32_t>(count_);
    Array<std::int64_t> result{marks_.size()};
    const Cells cells = this->cells();
    const auto fill = [&](const auto& value) {
        parallel(marks_.size(), chunk, pace, [&](std::size_t begin, std::size_t end) {
            std::int64_t* const out = result.data();
            read_ahead(
                begin, end,
                [=](std::size_t row) { out[row] = cells.session[row] == nobody ? none : value(row); },
                cells.marks, cells.session);
        });
    };
    if (!values.empty()) {
        fill([cells, table = values.data()](std::size_t row) {
            return table[cells.cell(row, cells.place(row))];
        });
        return result;
    }
    fill([&](std::size_t row) {
        const auto s = static_cast<std::size_t>(session_[row]);
        if (made[s]->empty()) return none;
        const auto& known = spreads_[s].marks;
        const auto at = std::lower_bound(known.begin(), known.end(), marks_[row]) - known.begin();
        return (*made[s])[static_cast<std::size_t>(at)];
    });
    return result;
}

}  // namespace recruit::detail
