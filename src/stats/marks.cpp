#include "stats/marks.hpp"

#include <cmath>
#include <tuple>

#include <recruit/base/error.hpp>

#include "base/keys.hpp"

namespace recruit::stats::detail {

Marks::Marks(const Table& data, const MarkColumns& columns) : contests{factor(data, columns.contest)} {
    const Factor candidates = factor(data, columns.candidate);
    const auto values = numbers(data, columns.mark);
    exchangeable = !columns.member;
    if (!exchangeable) members = factor(data, *columns.member);
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
    // Marks of anonymous slips by size, so that the order of rows changes no digit.
    std::sort(marks.begin(), marks.end(), [](const Mark& a, const Mark& b) {
        return std::tie(a.contest, a.candidate, a.member, a.value) <
               std::tie(b.contest, b.candidate, b.member, b.value);
    });
    for (std::size_t i = 1; !exchangeable && i < marks.size(); ++i) {
        const Mark &a = marks[i - 1], &b = marks[i];
        if (std::tie(a.contest, a.candidate, a.member) != std::tie(b.contest, b.candidate, b.member))
            continue;
        Issue issue;
        issue.code = Code::stats_two_values;
        issue.row = static_cast<std::int64_t>(std::max(a.row, b.row));
        issue.column = std::string{columns.mark};
        issue.arguments = {candidates.levels[static_cast<std::size_t>(a.candidate)],
                           members.levels[static_cast<std::size_t>(a.member)]};
        throw InvalidTable{Issues{std::move(issue)}};
    }
}

}  // namespace recruit::stats::detail
