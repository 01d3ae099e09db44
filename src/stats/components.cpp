#include <recruit/stats/components.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include <recruit/base/error.hpp>
#include <recruit/base/random.hpp>

#include "base/keys.hpp"
#include "base/parallel.hpp"
#include "stats/columns.hpp"
#include "stats/marks.hpp"
#include "stats/quantiles.hpp"
#include "stats/reml.hpp"
#include "stats/special.hpp"
#include "stats/writing.hpp"

namespace recruit::stats {

using namespace detail;

namespace {

double of(std::size_t n) { return static_cast<double>(n); }
double of(std::int64_t n) { return static_cast<double>(n); }

/// What one contest tells: sums of squares and what is expected of them.
struct Sums {
    double rest = 0, rest_df = 0;                   // E = df e
    double rows = 0, rows_of_a = 0, rows_of_e = 0;  // E = of_a a + of_e e
    double columns = 0, columns_of_b = 0, columns_of_e = 0;

    Sums& operator+=(const Sums& s) {
        rest += s.rest, rest_df += s.rest_df;
        rows += s.rows, rows_of_a += s.rows_of_a, rows_of_e += s.rows_of_e;
        columns += s.columns, columns_of_b += s.columns_of_b, columns_of_e += s.columns_of_e;
        return *this;
    }
};

/// Cholesky of a positive semidefinite matrix whose rows add to 0 within linked sets: r' A- r, pivots that
/// are 0 left out.
double quadratic_form(std::vector<double> a, std::vector<double> r) {
    const std::size_t k = r.size();
    double sum = 0;
    for (std::size_t j = 0; j < k; ++j) {
        const double pivot = a[j * k + j];
        if (pivot < 1e-9) continue;
        sum += r[j] * r[j] / pivot;
        for (std::size_t i = j + 1; i < k; ++i) {
            const double share = a[i * k + j] / pivot;
            r[i] -= share * r[j];
            for (std::size_t l = j + 1; l < k; ++l) a[i * k + l] -= share * a[j * k + l];
        }
    }
    return sum;
}

Sums sums_of(const Block& block, bool exchangeable) {
    const double all = of(block.cells.size()), rows = of(block.rows()), m = of(block.columns);
    double centre = 0;
    for (const auto& cell : block.cells) centre += cell.value / all;
    const std::size_t k = block.columns;
    std::vector<double> system(k * k), right(k), column_sum(k), column_n(k);
    double within_rows = 0, between_rows = 0, within_columns = 0, squared_sizes = 0;
    Sets sets{k};
    for (std::size_t i = 0; i < block.rows(); ++i) {
        const auto begin = block.row_begin[i], end = block.row_begin[i + 1];
        const double n = of(end - begin);
        double mean = 0;
        for (auto c = begin; c < end; ++c) mean += (block.cells[c].value - centre) / n;
        between_rows += n * mean * mean;
        squared_sizes += n * n;
        for (auto c = begin; c < end; ++c) {
            const std::size_t j = block.cells[c].column;
            const double off = block.cells[c].value - centre - mean;
            within_rows += off * off;
            if (exchangeable) continue;
            right[j] += off;
            column_sum[j] += block.cells[c].value - centre;
            ++column_n[j];
            system[j * k + j] += 1;
            sets.join(j, block.cells[begin].column);
            for (auto d = begin; d < end; ++d) system[j * k + block.cells[d].column] -= 1 / n;
        }
    }
    Sums out;
    if (exchangeable) {
        out.rest = within_rows;
        out.rest_df = all - rows;
        out.rows = between_rows;
        out.rows_of_a = all - squared_sizes / all;
        out.rows_of_e = rows - 1;
        return out;
    }
    for (const auto& cell : block.cells) {
        const double off = cell.value - centre - column_sum[cell.column] / column_n[cell.column];
        within_columns += off * off;
    }
    const double linked = of(sets.count());
    out.columns = quadratic_form(std::move(system), std::move(right));
    out.rest = std::max(0.0, within_rows - out.columns);
    // What rounding leaves of nothing is nothing.
    if (out.rest < 1e-13 * (within_rows + between_rows)) out.rest = 0;
    out.rest_df = all - (rows + m - linked);
    out.rows = within_columns - out.rest;
    out.rows_of_a = all - m;
    out.rows_of_e = rows - linked;
    out.columns_of_b = all - rows;
    out.columns_of_e = m - linked;
    return out;
}

/// candidates, members, rest
using Three = std::array<double, 3>;

Three by_sums(const Sums& s) {
    const double rest = s.rest / s.rest_df;
    return {(s.rows - s.rows_of_e * rest) / s.rows_of_a, (s.columns - s.columns_of_e * rest) / s.columns_of_b,
            rest};
}

struct Contest {
    Block block;
    Sums sums;
    Squares squares;        // of a complete one
    std::size_t shape = 0;  // among the complete ones; npos otherwise
};
constexpr std::size_t npos = static_cast<std::size_t>(-1);

/// Estimates from contests, each counted as often as it is drawn.
class Pool {
public:
    Pool(const std::vector<Contest>& contests, ComponentsMethod method, bool exchangeable)
        : contests_{contests}, method_{method}, exchangeable_{exchangeable} {
        for (const Contest& contest : contests) {
            if (contest.shape != npos) shapes_ = std::max(shapes_, contest.shape + 1);
        }
    }
    std::optional<Three> operator()(const std::vector<std::uint32_t>& drawn) const {
        if (method_ == ComponentsMethod::anova) {
            Sums sums;
            for (const auto c : drawn) sums += contests_[c].sums;
            if (!(sums.rest_df > 0)) return std::nullopt;
            return by_sums(sums);
        }
        std::vector<Squares> complete(shapes_);
        std::vector<const Block*> incomplete;
        for (const auto c : drawn) {
            const Contest& contest = contests_[c];
            if (contest.shape == npos) {
                incomplete.push_back(&contest.block);
                continue;
            }
            Squares& to = complete[contest.shape];
            to.rows = contest.squares.rows;
            to.columns = contest.squares.columns;
            to.blocks += 1;
            to.of_rows += contest.squares.of_rows;
            to.of_columns += contest.squares.of_columns;
            to.rest += contest.squares.rest;
        }
        std::erase_if(complete, [](const Squares& s) { return s.blocks == 0; });
        const auto found = reml(complete, incomplete, !exchangeable_);
        if (!found) return std::nullopt;
        return Three{found->rows, found->columns, found->rest};
    }

private:
    const std::vector<Contest>& contests_;
    ComponentsMethod method_;
    bool exchangeable_;
    std::size_t shapes_ = 0;
};

Interval bca(std::vector<double> drawn, double value, const std::vector<double>& without, double level) {
    const double n = of(drawn.size());
    double below = 0;
    for (const double d : drawn) below += d < value ? 1 : d == value ? 0.5 : 0;
    const double z0 = normal_quantile(std::clamp(below / n, 0.5 / n, 1 - 0.5 / n));
    const double mean = std::accumulate(without.begin(), without.end(), 0.0) / of(without.size());
    double square = 0, cube = 0;
    for (const double w : without) {
        const double off = mean - w;
        square += off * off;
        cube += off * off * off;
    }
    const double acceleration = square > 0 ? cube / (6 * std::pow(square, 1.5)) : 0;
    const auto limit = [&](double p) {
        const double z = z0 + normal_quantile(p);
        const double share = normal_cdf(z0 + z / (1 - acceleration * z));
        return quantile_of(drawn, std::clamp(share, 0.0, 1.0), QuantileType::type7);
    };
    const double lower = limit((1 - level) / 2), upper = limit((1 + level) / 2);
    return {lower, upper, level, Text::stats_bootstrap_contests};
}

std::vector<Contest> contests_of(const Marks& marks, std::vector<std::int32_t>& codes, std::int64_t& single) {
    std::vector<Contest> out;
    std::vector<std::pair<std::size_t, std::size_t>> shapes;
    for (std::size_t i = 0; i < marks.marks.size();) {
        std::size_t j = i;
        while (j < marks.marks.size() && marks.marks[j].contest == marks.marks[i].contest) ++j;
        if (j - i < 2) {
            ++single;
            i = j;
            continue;
        }
        Contest contest;
        std::vector<std::int32_t> members;
        for (std::size_t l = i; l < j; ++l) members.push_back(marks.marks[l].member);
        std::sort(members.begin(), members.end());
        members.erase(std::unique(members.begin(), members.end()), members.end());
        contest.block.columns = members.size();
        std::int32_t candidate = -1;
        bool even = true;
        for (std::size_t l = i; l < j; ++l) {
            const auto& mark = marks.marks[l];
            if (mark.candidate != candidate) contest.block.row_begin.push_back(contest.block.cells.size());
            candidate = mark.candidate;
            const auto column =
                std::lower_bound(members.begin(), members.end(), mark.member) - members.begin();
            contest.block.cells.push_back({static_cast<std::uint32_t>(column), mark.value});
        }
        contest.block.row_begin.push_back(contest.block.cells.size());
        const auto& begin = contest.block.row_begin;
        for (std::size_t r = 0; r + 1 < begin.size(); ++r) even = even && begin[r + 1] - begin[r] == begin[1];
        contest.sums = sums_of(contest.block, marks.exchangeable);
        contest.shape = npos;
        if (even && (marks.exchangeable || contest.block.complete())) {
            if (marks.exchangeable) {
                contest.squares = {of(contest.block.rows()), of(begin[1]), 1, contest.sums.rows, 0,
                                   contest.sums.rest};
            } else {
                contest.squares = squares_of(contest.block);
            }
            const std::pair shape{contest.block.rows(), begin[1]};
            const auto known = std::find(shapes.begin(), shapes.end(), shape);
            contest.shape = static_cast<std::size_t>(known - shapes.begin());
            if (known == shapes.end()) shapes.push_back(shape);
        }
        codes.push_back(marks.marks[i].contest);
        out.push_back(std::move(contest));
        i = j;
    }
    return out;
}

/// Whether members link all of these contests.
bool linked(const Marks& marks, const std::vector<std::int32_t>& codes) {
    Sets sets{marks.contests.levels.size()};
    std::vector<std::int32_t> of_member(marks.members.levels.size(), -1);
    std::vector<std::uint8_t> used(marks.contests.levels.size());
    for (const auto code : codes) used[static_cast<std::size_t>(code)] = 1;
    for (const auto& mark : marks.marks) {
        if (used[static_cast<std::size_t>(mark.contest)] == 0) continue;
        auto& first = of_member[static_cast<std::size_t>(mark.member)];
        if (first < 0) first = mark.contest;
        sets.join(static_cast<std::size_t>(first), static_cast<std::size_t>(mark.contest));
    }
    std::size_t roots = 0;
    for (std::size_t i = 0; i < used.size(); ++i) roots += used[i] != 0 && sets.find(i) == i ? 1 : 0;
    return roots == 1;
}

}  // namespace

Estimates one_way_components(std::span<const double> values, const Factor& group, ComponentsMethod method) {
    if (values.size() != group.size()) {
        throw Error{Code::stats_lengths,
                    {std::string{"values"}, std::to_string(values.size()), std::string{"group"},
                     std::to_string(group.size())}};
    }
    std::vector<std::vector<double>> groups(group.levels.size());
    std::int64_t no_group = 0, no_value = 0, n = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (group.codes[i] < 0) {
            ++no_group;
        } else if (std::isnan(values[i])) {
            ++no_value;
        } else {
            groups[static_cast<std::size_t>(group.codes[i])].push_back(values[i]);
            ++n;
        }
    }
    Block block;
    block.columns = 1;
    bool constant = true, pairs = false;
    for (auto& cells : groups) {
        if (cells.empty()) continue;
        std::sort(cells.begin(), cells.end());
        block.row_begin.push_back(block.cells.size());
        for (const double value : cells) {
            block.cells.push_back({0, value});
            constant = constant && value == block.cells.front().value;
        }
        pairs = pairs || cells.size() > 1;
    }
    block.row_begin.push_back(block.cells.size());
    std::optional<NotEstimable> reason;
    if (n == 0) {
        reason = NotEstimable::no_data;
    } else if (block.rows() < 2) {
        reason = NotEstimable::one_group;
    } else if (!pairs) {
        reason = NotEstimable::too_few;
    } else if (constant) {
        reason = NotEstimable::constant;
    }
    Estimates out;
    out.title = Text::stats_variance_components;
    const auto add = [&](Word quantity, double value) {
        Estimate row;
        row.quantity = quantity;
        row.method = method == ComponentsMethod::anova ? Text::stats_henderson3 : Text::stats_reml;
        row.n = n;
        if (no_group > 0) row.dropped.push_back({Text::stats_missing_group, no_group});
        if (no_value > 0) row.dropped.push_back({Text::stats_missing_value, no_value});
        row = reason ? undefined(row, *reason) : defined(row, value);
        if (!reason) row.no_interval = NotEstimable::not_available;
        if (!reason && value < 0 && quantity == Word{Text::stats_group_variance})
            row.notes.push_back({Text::stats_note_negative_component, {}});
        out.rows.push_back(std::move(row));
    };
    Variances found;
    if (!reason && method == ComponentsMethod::anova) {
        const Sums s = sums_of(block, true);
        found.rest = s.rest / s.rest_df;
        found.rows = (s.rows - s.rows_of_e * found.rest) / s.rows_of_a;
    } else if (!reason) {
        found = *reml({}, {&block}, false);
    }
    add(Text::stats_group_variance, found.rows);
    add(Text::stats_residual_variance, found.rest);
    if (method == ComponentsMethod::reml) add(Text::stats_reml_criterion, found.criterion);
    return out;
}

ContestMarks::ContestMarks(const Table& data, const MarkColumns& columns)
    : marks_{std::make_shared<const Marks>(data, columns)} {}

ContestMarks& ContestMarks::operator+=(const ContestMarks& other) {
    Marks sum = *marks_;
    sum += *other.marks_;
    marks_ = std::make_shared<const Marks>(std::move(sum));
    return *this;
}

bool ContestMarks::operator==(const ContestMarks& other) const { return *marks_ == *other.marks_; }

std::int64_t ContestMarks::size() const noexcept { return static_cast<std::int64_t>(marks_->marks.size()); }

VarianceComponents variance_components(const Table& data, const MarkColumns& columns, ComponentsMethod method,
                                       const ContestBootstrap& bootstrap, ConfidenceLevel level) {
    return ContestMarks{data, columns}.components(method, bootstrap, level);
}

VarianceComponents ContestMarks::components(ComponentsMethod method, const ContestBootstrap& bootstrap,
                                            ConfidenceLevel level) const {
    if (bootstrap.replicates < 0) bad_argument("replicates", of(bootstrap.replicates), "0 or more");
    if (bootstrap.replicates > 0 && !bootstrap.seed)
        bad_argument("replicates", of(bootstrap.replicates), "a seed with them");
    const Marks& marks = *marks_;
    std::vector<std::int32_t> codes;
    std::int64_t single = 0;
    const std::vector<Contest> contests = contests_of(marks, codes, single);
    const Pool pool{contests, method, marks.exchangeable};

    VarianceComponents out;
    out.exchangeable = marks.exchangeable;
    out.estimates.title = Text::stats_variance_components;
    std::vector<Dropped> dropped = marks.dropped;
    if (single > 0) dropped.push_back({Text::stats_contest_single, single});
    Sums sums;
    std::int64_t candidates = 0, all = 0;
    bool two_marks = false, two_candidates = false, varied = false;
    for (const Contest& contest : contests) {
        sums += contest.sums;
        const Block& block = contest.block;
        candidates += static_cast<std::int64_t>(block.rows());
        all += static_cast<std::int64_t>(block.cells.size());
        two_marks = two_marks || block.cells.size() > block.rows();
        two_candidates = two_candidates || block.rows() > 1;
        for (const auto& cell : block.cells) varied = varied || cell.value != block.cells[0].value;
    }
    out.df = static_cast<std::int64_t>(std::nearbyint(sums.rest_df));
    std::optional<NotEstimable> reason;
    if (all == 0) {
        reason = NotEstimable::no_data;
    } else if (!two_marks) {
        reason = NotEstimable::one_rater;
    } else if (!two_candidates && !marks.exchangeable) {
        reason = NotEstimable::one_candidate;
    } else if (!varied) {
        reason = NotEstimable::constant;
    } else if (out.df == 0) {
        reason = NotEstimable::not_identified;
    }
    std::vector<std::uint32_t> everybody(contests.size());
    std::iota(everybody.begin(), everybody.end(), 0U);
    std::optional<Three> found = reason ? std::nullopt : pool(everybody);
    if (!reason && !found) reason = NotEstimable::constant;

    // Replicates, and leaving out one contest.
    const std::size_t n = contests.size();
    std::vector<Three> drawn, without;
    std::optional<NotEstimable> no_interval;
    constexpr std::size_t fewest = 5;
    if (bootstrap.replicates == 0) {
        no_interval = NotEstimable::no_interval_asked;
    } else if (n < fewest) {
        no_interval = NotEstimable::too_few;
    } else if (!reason) {
        const auto replicates = static_cast<std::size_t>(bootstrap.replicates);
        std::vector<std::optional<Three>> made(replicates + n);
        const recruit::detail::Pace pace{bootstrap.run.threads, bootstrap.run.stop, bootstrap.run.progress};
        recruit::detail::parallel(made.size(), 16, pace, [&](std::size_t first, std::size_t last) {
            std::vector<std::uint32_t> pick;
            for (std::size_t i = first; i < last; ++i) {
                pick.clear();
                if (i < replicates) {
                    RandomStream random{*bootstrap.seed, i};
                    for (std::size_t c = 0; c < n; ++c)
                        pick.push_back(static_cast<std::uint32_t>(random.below(n)));
                } else {
                    for (const auto c : everybody) {
                        if (c != i - replicates) pick.push_back(c);
                    }
                }
                made[i] = pool(pick);
            }
        });
        for (std::size_t i = 0; i < made.size(); ++i) {
            if (made[i]) (i < replicates ? drawn : without).push_back(*made[i]);
        }
        if (drawn.size() < 2 || without.size() < n) no_interval = NotEstimable::too_few;
    }

    const auto add = [&](Word quantity, std::size_t which, bool root) {
        Estimate row;
        row.quantity = quantity;
        row.method = method == ComponentsMethod::anova ? Text::stats_henderson3 : Text::stats_reml;
        row.n = all;
        row.dropped = dropped;
        std::optional<NotEstimable> why = reason;
        if (!why && which == 0 && !(sums.rows_of_a > 0)) why = NotEstimable::one_candidate;
        if (!why && which == 1 && !(sums.columns_of_b > 0)) why = NotEstimable::one_rater;
        if (why) {
            out.estimates.rows.push_back(undefined(row, *why));
            return;
        }
        const auto as_is = [&](const Three& three) { return root ? std::sqrt(three[which]) : three[which]; };
        row = defined(row, as_is(*found));
        if (*row.value < 0) row.notes.push_back({Text::stats_note_negative_component, {}});
        if (no_interval) {
            row.no_interval = no_interval;
        } else {
            std::vector<double> values, jackknife;
            for (const Three& three : drawn) {
                if (std::isfinite(as_is(three))) values.push_back(as_is(three));
            }
            for (const Three& three : without) {
                if (std::isfinite(as_is(three))) jackknife.push_back(as_is(three));
            }
            if (values.size() < 2 || jackknife.size() < without.size()) {
                row.no_interval = NotEstimable::too_few;
            } else {
                const double mean = std::accumulate(values.begin(), values.end(), 0.0) / of(values.size());
                double square = 0;
                for (const double value : values) square += (value - mean) * (value - mean);
                row.standard_error = std::sqrt(square / (of(values.size()) - 1));
                row.interval = bca(std::move(values), *row.value, jackknife, level.value());
            }
        }
        out.estimates.rows.push_back(std::move(row));
    };
    add(Text::stats_candidate_variance, 0, false);
    if (!marks.exchangeable) add(Text::stats_member_variance, 1, false);
    add(Text::stats_residual_variance, 2, false);
    add(Text::stats_sem_one_mark, 2, true);
    Estimate council;
    council.quantity = Text::stats_council_variance;
    council.n = static_cast<std::int64_t>(n);
    const bool links = !marks.exchangeable && n > 0 && linked(marks, codes);
    out.estimates.rows.push_back(undefined(council, all == 0 ? NotEstimable::no_data
                                                    : n == 1 ? NotEstimable::one_group
                                                    : links  ? NotEstimable::not_available
                                                             : NotEstimable::not_linked));

    if (!reason) {
        out.estimates.notes.push_back(
            note(Text::stats_note_pooled, {static_cast<std::int64_t>(n), candidates, all, out.df}));
        if (!no_interval)
            out.estimates.notes.push_back(
                note(Text::stats_note_resampled,
                     {bootstrap.replicates, static_cast<std::int64_t>(*bootstrap.seed)}));
    }
    if (marks.exchangeable) out.estimates.notes.push_back({Text::stats_note_exchangeable, {}});
    double least = HUGE_VAL, most = 0;
    for (std::size_t c = 0; c < n; ++c) {
        const Block& block = contests[c].block;
        ContestPrecision row;
        row.contest = marks.contests.levels[static_cast<std::size_t>(codes[c])];
        row.candidates = static_cast<std::int64_t>(block.rows());
        row.marks = static_cast<std::int64_t>(block.cells.size());
        std::size_t fewest_marks = block.cells.size(), most_marks = 0;
        for (std::size_t i = 0; i < block.rows(); ++i) {
            fewest_marks = std::min(fewest_marks, block.row_begin[i + 1] - block.row_begin[i]);
            most_marks = std::max(most_marks, block.row_begin[i + 1] - block.row_begin[i]);
        }
        row.members = static_cast<std::int64_t>(marks.exchangeable ? most_marks : block.columns);
        row.complete = fewest_marks == most_marks && (marks.exchangeable || block.complete());
        if (contests[c].sums.rest_df > 0.5) {
            row.residual = contests[c].sums.rest / contests[c].sums.rest_df;
            least = std::min(least, *row.residual);
            most = std::max(most, *row.residual);
        }
        if (found) {
            const bool cancels = marks.exchangeable || row.complete;
            const double severity = cancels ? 0 : std::max(0.0, (*found)[1]);
            row.sem = std::sqrt(((*found)[2] + severity) / of(fewest_marks));
        }
        out.contests.push_back(std::move(row));
    }
    if (!reason && least < most) {
        Note range{Text::stats_note_contests_differ, {}};
        range.arguments.emplace_back(least);
        range.arguments.emplace_back(most);
        out.estimates.notes.push_back(std::move(range));
    }
    return out;
}

std::optional<Precision> VarianceComponents::precision(std::int64_t members) const {
    if (members < 1) bad_argument("members", of(members), "1 or more");
    const auto& value = estimates.at("", "residual_variance").value;
    if (!value) return std::nullopt;
    return Precision{std::sqrt(*value / of(members)), of(df)};
}

Display VarianceComponents::display(Language language) const {
    Display display = estimates.display(language);
    constexpr std::size_t shown = 10;
    for (std::size_t i = 0; i < std::min(shown, contests.size()); ++i) {
        const ContestPrecision& c = contests[i];
        const auto word = [&](Text key) { return std::string{text(key, language)}; };
        display.below.push_back(c.contest + ": " + std::to_string(c.candidates) + " " +
                                word(Text::stats_col_candidates) + ", " + std::to_string(c.members) + " " +
                                word(Text::stats_col_members) + ", " + word(Text::stats_col_sem) + " " +
                                (c.sem ? number(*c.sem, language) : "–"));
    }
    if (contests.size() > shown)
        display.below.push_back(say(Text::show_more, {std::to_string(contests.size() - shown)}, language));
    return display;
}

Table VarianceComponents::to_table() const {
    Columns columns{contests.size()};
    columns.text("contest", [&](std::size_t i) { return std::optional{contests[i].contest}; });
    columns.whole("candidates", [&](std::size_t i) { return contests[i].candidates; });
    columns.whole("members", [&](std::size_t i) { return contests[i].members; });
    columns.whole("marks", [&](std::size_t i) { return contests[i].marks; });
    std::vector<std::uint8_t> complete;
    for (const auto& contest : contests) complete.push_back(contest.complete ? 1 : 0);
    columns.table.add("complete", Column::booleans(Buffer<std::uint8_t>{std::move(complete)}));
    columns.real("residual", [&](std::size_t i) { return contests[i].residual; });
    columns.real("sem", [&](std::size_t i) { return contests[i].sem; });
    return columns.table;
}

}  // namespace recruit::stats
