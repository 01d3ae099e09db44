// The marks of one script: how many count, what the bands ask for, what they come to.

#include "scoring/script.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <optional>
#include <utility>

namespace recruit {

std::string_view to_string(ScriptState state) noexcept {
    constexpr std::array<std::string_view, 8> names{"settled", "too_few",      "adjourned", "discuss",
                                                    "third",   "head_decides", "odd",       "unusable"};
    return names[static_cast<std::size_t>(state)];
}

}  // namespace recruit

namespace recruit::detail {

std::string Made::path() const {
    constexpr std::array<std::string_view, 7> names{".least", "",        ".band",  ".third",
                                                    ".odd",   ".absent", ".remark"};
    std::string text{names[static_cast<std::size_t>(by)]};
    if (by == By::band || by == By::odd) text += "[" + std::to_string(which) + "]";
    return text;
}

int ScriptRules::out_scale() const {
    if (rule_.round) return rule_.round->digits;
    const auto times = rule_.times.exact_points();
    return scale_ + (times ? times->scale() : 0) + (rule_.aggregate == Aggregate::median ? 1 : 0);
}

/// sum / by marks, times the multiplier, rounded.
std::int64_t ScriptRules::finished(int128 sum, int128 by) const {
    const int128 top = sum * rule_.times.numerator() * power_of_ten(out_);
    const int128 bottom = by * rule_.times.denominator() * power_of_ten(scale_);
    return static_cast<std::int64_t>(
        divide_rounded<int128>(top, bottom, rule_.round ? rule_.round->mode : RoundingMode::half_up));
}

/// `marks` in the order in which the markers stand; `script` the same.
void ScriptRules::settle(std::vector<std::int64_t>& marks, std::span<const Mark> script, Made& made) const {
    const auto n = static_cast<std::int64_t>(marks.size());
    made.state = ScriptState::settled;
    made.by = Made::By::aggregate;
    if (!rule_.bands.empty() && n >= 2) {
        // What the first two say asks for the third; by row, as they came.
        std::vector<std::pair<std::uint32_t, std::int64_t>> by_row;
        std::size_t i = 0;
        for (const Mark& mark : script) by_row.emplace_back(mark.row, marks[i++]);
        std::sort(by_row.begin(), by_row.end());
        const auto spread_of = [](std::int64_t a, std::int64_t b) { return a > b ? a - b : b - a; };
        const int128 spread = spread_of(by_row[0].second, by_row[1].second);
        std::size_t band = 0;
        while (rule_.bands[band].up_to &&
               spread * power_of_ten(rule_.bands[band].up_to->scale()) >
                   static_cast<int128>(rule_.bands[band].up_to->units()) * power_of_ten(scale_))
            ++band;
        made.by = Made::By::band;
        made.which = static_cast<std::int32_t>(band);
        switch (rule_.bands[band].action) {
            case BandAction::discuss:
                made.state = ScriptState::discuss;
                return;
            case BandAction::head_decides:
                made.state = ScriptState::head_decides;
                return;
            case BandAction::third: {
                if (n < 3) {
                    made.state = ScriptState::third;
                    return;
                }
                const std::int64_t a = by_row[0].second, b = by_row[1].second, c = by_row[2].second;
                made.by = Made::By::third;
                std::int64_t low = std::min({a, b, c}), high = std::max({a, b, c});
                const std::int64_t middle = a + b + c - low - high;
                switch (rule_.third) {
                    case ThirdMark::two_equal_else_mean:
                        if (a == b || b == c || a == c)
                            made.units = finished(middle, 1);
                        else
                            made.units = finished(static_cast<int128>(a) + b + c, 3);
                        return;
                    case ThirdMark::mean_of_closest:
                        made.units = middle - low < high - middle
                                         ? finished(static_cast<int128>(low) + middle, 2)
                                         : finished(static_cast<int128>(middle) + high, 2);
                        return;
                    case ThirdMark::third_wins:
                        made.units = finished(c, 1);
                        return;
                    case ThirdMark::median:
                        made.units = finished(middle, 1);
                        return;
                }
                return;
            }
            case BandAction::aggregate:
                break;
        }
    }
    std::sort(marks.begin(), marks.end());
    const auto sum = [](auto begin, auto end) { return std::accumulate(begin, end, int128{0}); };
    switch (rule_.aggregate) {
        case Aggregate::mean:
            made.units = finished(sum(marks.begin(), marks.end()), n);
            break;
        case Aggregate::median:
            made.units = finished(static_cast<int128>(marks[static_cast<std::size_t>((n - 1) / 2)]) +
                                      marks[static_cast<std::size_t>(n / 2)],
                                  2);
            break;
        case Aggregate::sum:
            made.units = finished(sum(marks.begin(), marks.end()), 1);
            break;
        case Aggregate::trimmed:
            made.units =
                finished(sum(marks.begin() + rule_.trim, marks.end() - rule_.trim), n - 2 * rule_.trim);
            break;
        case Aggregate::consensus:
            if (marks.front() != marks.back())
                made.state = ScriptState::discuss;
            else
                made.units = finished(marks.front(), 1);
            break;
    }
}

Made ScriptRules::round(std::span<const Mark> marks, std::span<const std::uint32_t> panel,
                        std::span<const std::uint32_t> struck) const {
    Made made;
    std::optional<std::int32_t> odd;
    bool unusable = false;
    std::vector<Mark> valid;
    for (const Mark& mark : marks) {
        // Of several irregularities the one the rules name first.
        if (mark.odd >= 0) odd = odd ? std::min(*odd, mark.odd) : mark.odd;
        unusable = unusable || (mark.broken && !mark.struck);
        if (mark.struck || mark.odd >= 0 || mark.broken) continue;
        const bool out = mark.round == 1 && std::binary_search(struck.begin(), struck.end(), mark.marker);
        if (!out) valid.push_back(mark);
    }
    made.marks = static_cast<std::int64_t>(valid.size());
    std::vector<std::int64_t> values;
    for (const Mark& mark : valid) values.push_back(mark.units);
    if (!values.empty()) {
        made.least = *std::min_element(values.begin(), values.end());
        made.most = *std::max_element(values.begin(), values.end());
    }
    if (odd) {
        const OddScript& rule = rule_.odd[static_cast<std::size_t>(*odd)];
        made.by = Made::By::odd;
        made.which = *odd;
        made.state = rule.gives ? ScriptState::settled : ScriptState::odd;
        if (rule.gives) {
            made.units = static_cast<std::int64_t>(
                divide_rounded<int128>(static_cast<int128>(rule.gives->units()) * power_of_ten(out_),
                                       power_of_ten(rule.gives->scale()), RoundingMode::half_up));
        }
        return made;
    }
    if (unusable) {
        made.state = ScriptState::unusable;
        return made;
    }
    if (rule_.absent == AbsentMember::adjourn && marks.front().round == 1) {
        for (const std::uint32_t member : panel) {
            const bool has = std::any_of(marks.begin(), marks.end(),
                                         [&](const Mark& mark) { return mark.marker == member; });
            if (has) continue;
            made.state = ScriptState::adjourned;
            made.by = Made::By::absent;
            return made;
        }
    }
    if (made.marks < rule_.least) return made;
    settle(values, valid, made);
    return made;
}

void ScriptRules::remarked(Made& first, const Made& second) const {
    if (second.state != ScriptState::settled) {
        first = second;  // the re-marking is not done: nothing is settled
        return;
    }
    const auto difference = second.units - first.units;
    bool takes = first.state != ScriptState::settled;
    if (!takes) {
        const int128 size = difference < 0 ? -difference : difference;
        takes = rule_.remark == Remark::replaces || (rule_.remark == Remark::only_up && difference > 0) ||
                (rule_.remark == Remark::if_differs &&
                 size * power_of_ten(rule_.remark_by->scale()) >=
                     static_cast<int128>(rule_.remark_by->units()) * power_of_ten(out_));
    }
    if (takes) first = second;
    first.by = Made::By::remark;
}

}  // namespace recruit::detail
