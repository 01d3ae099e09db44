#include <algorithm>
#include <cmath>
#include <numeric>
#include <tuple>

#include <recruit/base/error.hpp>
#include <recruit/stats/components.hpp>

#include "base/keys.hpp"
#include "stats/marks.hpp"
#include "stats/special.hpp"
#include "stats/writing.hpp"

namespace recruit::stats {

using namespace detail;

namespace {

double of(std::size_t n) { return static_cast<double>(n); }

/// Inverse of a symmetric positive definite matrix, in place (Gauss-Jordan; no pivots are needed).
void invert(std::vector<double>& a, std::size_t k) {
    for (std::size_t j = 0; j < k; ++j) {
        const double pivot = 1 / a[j * k + j];
        a[j * k + j] = 1;
        for (std::size_t l = 0; l < k; ++l) a[j * k + l] *= pivot;
        for (std::size_t i = 0; i < k; ++i) {
            if (i == j) continue;
            const double share = a[i * k + j];
            if (share == 0) continue;
            a[i * k + j] = 0;
            for (std::size_t l = 0; l < k; ++l) a[i * k + l] -= share * a[j * k + l];
        }
    }
}

/// Members that candidates link, their severity and its covariance in units of the residual variance.
struct Linked {
    std::vector<std::size_t> members;
    std::vector<double> effect, inverse;
};

}  // namespace

Estimates severity(const Table& data, const MarkColumns& columns, ConfidenceLevel level) {
    const Marks marks{data, columns};
    Estimates out;
    out.title = Text::stats_severity;
    const auto empty_row = [&](std::string subject, Word quantity) {
        Estimate row;
        row.subject = std::move(subject);
        row.quantity = quantity;
        row.method = Text::stats_least_squares;
        row.dropped = marks.dropped;
        return row;
    };
    if (marks.exchangeable || marks.marks.empty()) {
        out.rows.push_back(
            undefined(empty_row("", Text::stats_member_severity),
                      marks.marks.empty() ? NotEstimable::no_data : NotEstimable::not_identified));
        if (marks.exchangeable) out.notes.push_back({Text::stats_note_exchangeable, {}});
        return out;
    }
    const std::size_t members = marks.members.levels.size(), contests = marks.contests.levels.size();
    Sets sets{members};
    std::vector<std::size_t> begins;
    std::vector<std::int64_t> given(members), of_contest(contests);
    for (std::size_t i = 0; i < marks.marks.size(); ++i) {
        const auto& mark = marks.marks[i];
        const bool is_new = i == 0 || std::tie(marks.marks[i - 1].contest, marks.marks[i - 1].candidate) !=
                                          std::tie(mark.contest, mark.candidate);
        if (is_new) begins.push_back(i);
        sets.join(static_cast<std::size_t>(marks.marks[begins.back()].member),
                  static_cast<std::size_t>(mark.member));
        ++given[static_cast<std::size_t>(mark.member)];
        ++of_contest[static_cast<std::size_t>(mark.contest)];
    }
    const std::size_t candidates = begins.size();
    begins.push_back(marks.marks.size());
    // Members who gave a mark, set by set.
    std::vector<Linked> groups;
    std::vector<std::size_t> group_of(members, members), place(members);
    for (std::size_t m = 0; m < members; ++m) {
        if (given[m] == 0) continue;
        const std::size_t root = sets.find(m);
        if (group_of[root] == members) {
            group_of[root] = groups.size();
            groups.emplace_back();
        }
        group_of[m] = group_of[root];
        place[m] = groups[group_of[m]].members.size();
        groups[group_of[m]].members.push_back(m);
    }
    double within = 0;
    for (Linked& group : groups) {
        const std::size_t k = group.members.size();
        group.inverse.assign(k * k, 1 / of(k));
        group.effect.assign(k, 0);
    }
    std::vector<std::vector<double>> right(groups.size());
    for (std::size_t g = 0; g < groups.size(); ++g) right[g].assign(groups[g].members.size(), 0);
    for (std::size_t c = 0; c + 1 < begins.size(); ++c) {
        const double n = of(begins[c + 1] - begins[c]);
        double mean = 0;
        for (auto i = begins[c]; i < begins[c + 1]; ++i) mean += marks.marks[i].value / n;
        for (auto i = begins[c]; i < begins[c + 1]; ++i) {
            const auto m = static_cast<std::size_t>(marks.marks[i].member);
            Linked& group = groups[group_of[m]];
            const std::size_t k = group.members.size(), row = place[m];
            const double off = marks.marks[i].value - mean;
            within += off * off;
            right[group_of[m]][row] += off;
            group.inverse[row * k + row] += 1;
            for (auto j = begins[c]; j < begins[c + 1]; ++j)
                group.inverse[row * k + place[static_cast<std::size_t>(marks.marks[j].member)]] -= 1 / n;
        }
    }
    double explained = 0, df = of(marks.marks.size()) - of(candidates);
    for (std::size_t g = 0; g < groups.size(); ++g) {
        Linked& group = groups[g];
        const std::size_t k = group.members.size();
        invert(group.inverse, k);
        for (std::size_t i = 0; i < k; ++i) {
            for (std::size_t j = 0; j < k; ++j)
                group.effect[i] += (group.inverse[i * k + j] - 1 / of(k)) * right[g][j];
        }
        for (std::size_t i = 0; i < k; ++i) explained += group.effect[i] * right[g][i];
        df -= of(k) - 1;
    }
    double rest = within - explained;
    if (rest < 1e-13 * within) rest = 0;
    const double variance = df > 0.5 ? rest / df : 0;

    // `shares`: how much each member of the group counts; severity is less marks, so the sign turns.
    const auto finish = [&](Estimate row, const Linked& group, const std::vector<double>& shares,
                            std::int64_t n) {
        const std::size_t k = group.members.size();
        double value = 0, spread = 0, total = 0;
        for (std::size_t i = 0; i < k; ++i) {
            value -= shares[i] * group.effect[i];
            total += shares[i];
            for (std::size_t j = 0; j < k; ++j) spread += shares[i] * shares[j] * group.inverse[i * k + j];
        }
        spread -= total * total / of(k);
        row.n = n;
        row = defined(row, value);
        if (df < 0.5) {
            row.no_interval = NotEstimable::too_few;
        } else {
            row.standard_error = std::sqrt(std::max(0.0, spread) * variance);
            const double half = student_t_quantile((1 + level.value()) / 2, df) * *row.standard_error;
            row.interval = Interval{value - half, value + half, level.value(), Text::stats_student_t};
        }
        return row;
    };
    for (std::size_t m = 0; m < members; ++m) {
        if (given[m] == 0) continue;
        const Linked& group = groups[group_of[m]];
        Estimate row = empty_row(marks.members.levels[m], Text::stats_member_severity);
        row.n = given[m];
        if (group.members.size() < 2) {
            out.rows.push_back(undefined(row, NotEstimable::one_rater));
            continue;
        }
        std::vector<double> shares(group.members.size());
        shares[place[m]] = 1;
        out.rows.push_back(finish(std::move(row), group, shares, given[m]));
    }
    // Who sat in which contest; a contest's members are of one set only if its candidates link them.
    std::vector<std::vector<std::size_t>> panel(contests);
    for (const auto& mark : marks.marks)
        panel[static_cast<std::size_t>(mark.contest)].push_back(static_cast<std::size_t>(mark.member));
    std::vector<std::size_t> contests_in(groups.size());
    for (auto& sitting : panel) {
        std::sort(sitting.begin(), sitting.end());
        sitting.erase(std::unique(sitting.begin(), sitting.end()), sitting.end());
        std::vector<std::size_t> touched;
        for (const std::size_t m : sitting) touched.push_back(group_of[m]);
        std::sort(touched.begin(), touched.end());
        touched.erase(std::unique(touched.begin(), touched.end()), touched.end());
        for (const std::size_t g : touched) ++contests_in[g];
    }
    for (std::size_t c = 0; c < contests; ++c) {
        if (panel[c].empty()) continue;
        Estimate row = empty_row(marks.contests.levels[c], Text::stats_council_severity);
        row.n = of_contest[c];
        const std::size_t g = group_of[panel[c].front()];
        const bool whole =
            std::all_of(panel[c].begin(), panel[c].end(), [&](std::size_t m) { return group_of[m] == g; });
        if (!whole || contests_in[g] < 2) {
            out.rows.push_back(undefined(row, NotEstimable::not_linked));
            continue;
        }
        std::vector<double> shares(groups[g].members.size());
        for (const std::size_t m : panel[c]) shares[place[m]] += 1 / of(panel[c].size());
        out.rows.push_back(finish(std::move(row), groups[g], shares, of_contest[c]));
    }
    if (groups.size() > 1)
        out.notes.push_back(note(Text::stats_note_linked_sets, {static_cast<std::int64_t>(groups.size())}));
    return out;
}

}  // namespace recruit::stats
