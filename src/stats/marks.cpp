#include "stats/marks.hpp"

#include <charconv>
#include <cmath>
#include <tuple>

#include <recruit/base/error.hpp>

#include "base/keys.hpp"

namespace recruit::stats::detail {

namespace {

double size_of(const std::string& name) {
    double out = 0;
    std::from_chars(name.data(), name.data() + name.size(), out);
    return out;
}

/// The levels of both in the order that one table would have; where each level of a part has gone.
struct Union {
    Marks::Names names;
    std::vector<std::int32_t> of_first, of_second;

    Union(const Marks::Names& first, const Marks::Names& second) {
        names.by_size = (first.by_size || first.levels.empty()) && (second.by_size || second.levels.empty());
        auto& levels = names.levels;
        levels = first.levels;
        levels.insert(levels.end(), second.levels.begin(), second.levels.end());
        const auto before = [&](const std::string& a, const std::string& b) {
            if (!names.by_size) return a < b;
            const double x = size_of(a), y = size_of(b);
            return x != y ? x < y : a < b;
        };
        std::sort(levels.begin(), levels.end(), before);
        levels.erase(std::unique(levels.begin(), levels.end()), levels.end());
        const auto places = [&](const Marks::Names& part) {
            std::vector<std::int32_t> out;
            for (const auto& level : part.levels) {
                const auto at = std::lower_bound(levels.begin(), levels.end(), level, before);
                out.push_back(static_cast<std::int32_t>(at - levels.begin()));
            }
            return out;
        };
        of_first = places(first);
        of_second = places(second);
    }
};

}  // namespace

Marks::Names::Names(const Table& data, std::string_view column) : Factor{factor(data, column)} {
    const ColumnType type = data.at(column).type();
    by_size = type == ColumnType::points || type == ColumnType::integer;
}

Marks::Marks(const Table& data, const MarkColumns& columns)
    : contests{data, columns.contest}, candidates{data, columns.candidate} {
    const auto values = numbers(data, columns.mark);
    exchangeable = !columns.member;
    if (!exchangeable) members = Names{data, *columns.member};
    std::int64_t no_contest = 0, no_name = 0, no_mark = 0;
    for (std::size_t row = 0; row < values.size(); ++row) {
        if (contests.codes[row] < 0) {
            ++no_contest;
        } else if (candidates.codes[row] < 0 || (!exchangeable && members.codes[row] < 0)) {
            ++no_name;
        } else if (std::isnan(values[row])) {
            ++no_mark;
        } else {
            marks.push_back({contests.codes[row], candidates.codes[row],
                             exchangeable ? 0 : members.codes[row], values[row], row});
        }
    }
    if (no_contest > 0) dropped.push_back({Text::stats_missing_contest, no_contest});
    if (no_name > 0) dropped.push_back({Text::stats_missing_name, no_name});
    if (no_mark > 0) dropped.push_back({Text::stats_missing_value, no_mark});
    if (const Mark* twice = sort()) {
        Issue issue;
        issue.code = Code::stats_two_values;
        issue.row = static_cast<std::int64_t>(std::max(twice[0].row, twice[1].row));
        issue.column = std::string{columns.mark};
        issue.arguments = {candidates.levels[static_cast<std::size_t>(twice->candidate)],
                           members.levels[static_cast<std::size_t>(twice->member)]};
        throw InvalidTable{Issues{std::move(issue)}};
    }
    // Which row a name stood in is in the marks.
    for (Names* names : {&contests, &candidates, &members}) names->codes.clear();
}

Marks& Marks::operator+=(const Marks& other) {
    if (exchangeable != other.exchangeable) {
        throw Error{Code::stats_bad_argument,
                    {std::string{"member"}, std::string{"in one part only"},
                     std::string{"marks with names in both parts, or in none"}}};
    }
    const Union of_contests{contests, other.contests}, of_candidates{candidates, other.candidates},
        of_members{members, other.members};
    Marks sum = *this;
    sum.marks.insert(sum.marks.end(), other.marks.begin(), other.marks.end());
    for (std::size_t i = 0; i < sum.marks.size(); ++i) {
        const bool first = i < marks.size();
        const auto moved = [&](const Union& all, std::int32_t code) {
            return (first ? all.of_first : all.of_second)[static_cast<std::size_t>(code)];
        };
        Mark& mark = sum.marks[i];
        mark.contest = moved(of_contests, mark.contest);
        mark.candidate = moved(of_candidates, mark.candidate);
        if (!exchangeable) mark.member = moved(of_members, mark.member);
    }
    sum.contests = of_contests.names;
    sum.candidates = of_candidates.names;
    sum.members = of_members.names;
    sum.dropped.clear();
    for (const Text why :
         {Text::stats_missing_contest, Text::stats_missing_name, Text::stats_missing_value}) {
        std::int64_t n = 0;
        for (const Marks* part : {static_cast<const Marks*>(this), &other}) {
            for (const Dropped& entry : part->dropped) n += entry.why == Word{why} ? entry.n : 0;
        }
        if (n > 0) sum.dropped.push_back({why, n});
    }
    if (const Mark* twice = sum.sort()) {
        throw Error{Code::stats_two_values,
                    {sum.candidates.levels[static_cast<std::size_t>(twice->candidate)],
                     sum.members.levels[static_cast<std::size_t>(twice->member)]}};
    }
    return *this = std::move(sum);
}

bool Marks::operator==(const Marks& other) const {
    const auto same = [](const Mark& a, const Mark& b) {
        return std::tie(a.contest, a.candidate, a.member, a.value) ==
               std::tie(b.contest, b.candidate, b.member, b.value);
    };
    return exchangeable == other.exchangeable && dropped == other.dropped &&
           contests.levels == other.contests.levels && candidates.levels == other.candidates.levels &&
           members.levels == other.members.levels &&
           std::equal(marks.begin(), marks.end(), other.marks.begin(), other.marks.end(), same);
}

const Marks::Mark* Marks::sort() {
    // Marks of anonymous slips by size, so that the order of rows changes no digit.
    std::sort(marks.begin(), marks.end(), [](const Mark& a, const Mark& b) {
        return std::tie(a.contest, a.candidate, a.member, a.value) <
               std::tie(b.contest, b.candidate, b.member, b.value);
    });
    for (std::size_t i = 1; !exchangeable && i < marks.size(); ++i) {
        const Mark &a = marks[i - 1], &b = marks[i];
        if (std::tie(a.contest, a.candidate, a.member) == std::tie(b.contest, b.candidate, b.member))
            return &a;
    }
    return nullptr;
}

}  // namespace recruit::stats::detail
