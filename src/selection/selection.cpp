#include <recruit/selection/selection.hpp>

#include <algorithm>
#include <array>
#include <numeric>
#include <stdexcept>

#include <recruit/base/error.hpp>

#include "base/join.hpp"
#include "base/keys.hpp"
#include "base/taken.hpp"
#include "selection/content.hpp"

namespace recruit {

using namespace detail;

namespace {

std::size_t rank_index(const Selection::Content& content, std::string_view name) {
    const auto& ranks = content.plan.ranks;
    for (std::size_t r = 0; r < ranks.size(); ++r)
        if (ranks[r].name == name) return r;
    const auto name_of = [](const auto& rank) { return rank.name; };
    throw Error{Code::unknown_rank, {std::string{name}, joined(ranks, name_of)}};
}

/// The place among equals as shown; twice the value, so that an average stays whole.
std::int64_t doubled(std::int32_t first, std::int32_t tied, RankDisplay display) {
    return display == RankDisplay::average ? 2 * std::int64_t{first} + tied - 1 : 2 * std::int64_t{first};
}

}  // namespace

std::size_t Selection::size() const noexcept { return content_->plan.rows; }
const Regulation& Selection::regulation() const noexcept { return content_->plan.regulation; }
const Table& Selection::table() const noexcept { return content_->table; }
const Issues& Selection::issues() const noexcept { return content_->issues; }
const Seats& Selection::seats() const noexcept { return content_->given_seats; }
const SelectOptions& Selection::options() const noexcept { return content_->options; }
std::span<const std::uint32_t> Selection::order() const noexcept { return content_->order; }
std::size_t Selection::group_count() const noexcept { return content_->groups->groups(); }
std::span<const Standing> Selection::standings() const noexcept { return content_->standing; }
std::span<const std::int32_t> Selection::first() const noexcept { return content_->first[0]; }
std::span<const std::int32_t> Selection::tied() const noexcept { return content_->tied[0]; }
std::span<const std::int32_t> Selection::first(std::string_view rank) const {
    return content_->first[rank_index(*content_, rank)];
}
std::span<const std::int32_t> Selection::tied(std::string_view rank) const {
    return content_->tied[rank_index(*content_, rank)];
}

std::vector<std::string> Selection::rank_names() const {
    std::vector<std::string> names;
    for (const OrderPlan& order : content_->plan.ranks) names.push_back(order.name);
    return names;
}

SelectionGroup Selection::group(std::size_t index) const {
    const CutResult& cut = content_->cuts.at(index);
    SelectionGroup group;
    group.names = content_->groups->names(index);
    group.begin = content_->offsets[index];
    group.end = content_->offsets[index + 1];
    group.ranked = cut.ranked;
    group.seats = content_->seats[index];
    group.selected = cut.in;
    group.contested = cut.contested;
    group.reserve = cut.reserve;
    return group;
}

Column Selection::total() const {
    std::vector<bool> has_total(size());
    for (std::size_t row = 0; row < size(); ++row)
        has_total[row] = content_->ended[row] >= content_->plan.passed_level();
    // Shares the memory of the selection.
    return Column::points(Buffer<std::int64_t>{content_, content_->total}, content_->plan.total_scale(),
                          Validity{has_total});
}

Column Selection::rank(std::string_view name, std::optional<RankDisplay> display) const {
    const std::size_t r = rank_index(*content_, name);
    const RankDisplay shown = display.value_or(content_->plan.ranks[r].display);
    const auto& first = content_->first[r];
    const auto& tied = content_->tied[r];
    std::vector<std::int64_t> values(size());
    std::vector<bool> ranked(size());
    for (std::size_t row = 0; row < size(); ++row) {
        ranked[row] = first[row] > 0;
        values[row] = doubled(first[row], tied[row], shown);
    }
    if (shown == RankDisplay::dense || shown == RankDisplay::ordinal) {
        // Places by group and rank; equals by id, as everywhere.
        IssueLog quiet{0};
        const auto groups = r == 0 ? content_->groups
                                   : std::make_shared<const Grouping>(group_by(
                                         content_->table, content_->plan.ranks[r].within, quiet, Pace{}));
        const auto& group = groups->group;
        std::vector<std::uint32_t> order;
        for (std::uint32_t row = 0; row < size(); ++row) {
            if (ranked[row]) order.push_back(row);
        }
        const KeyIndex& ids = *content_->plan.ids;
        std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
            if (group[a] != group[b]) return group[a] < group[b];
            return first[a] != first[b] ? first[a] < first[b] : ids.less(a, b);
        });
        std::int64_t place = 0;
        for (std::size_t i = 0; i < order.size(); ++i) {
            const bool new_group = i == 0 || group[order[i]] != group[order[i - 1]];
            const bool same = !new_group && first[order[i]] == first[order[i - 1]];
            place = new_group ? 1 : shown == RankDisplay::dense && same ? place : place + 1;
            values[order[i]] = 2 * place;
        }
    }
    const bool halves = shown == RankDisplay::average;
    for (auto& value : values) value = halves ? value * 5 : value / 2;
    return Column::points(Buffer<std::int64_t>{std::move(values)}, halves ? 1 : 0, Validity{ranked});
}

SelectionRow Selection::row(std::size_t row) const {
    if (row >= size())
        throw std::out_of_range{"row " + std::to_string(row) + " of " + std::to_string(size())};
    const Content& c = *content_;
    SelectionRow result;
    result.row = row;
    result.application = c.plan.ids->str(row);
    if (const Column* position = c.table.find("position")) result.position = position->str(row);
    result.total = c.total_of(row);
    if (c.is_ranked(row)) {
        const RankDisplay display = c.plan.ranks.front().display;
        if (display == RankDisplay::dense) {
            const Column ranks = rank(c.plan.ranks.front().name);
            result.rank = Points{ranks.integers()[row]};
        } else if (display == RankDisplay::ordinal) {
            const auto group = c.groups->group[row];
            const auto begin = c.order.begin() + static_cast<std::ptrdiff_t>(c.offsets[group]);
            const auto block = begin + (c.first[0][row] - 1);
            const auto found = std::find(block, block + c.tied[0][row], static_cast<std::uint32_t>(row));
            result.rank = Points{found - begin + 1};
        } else {
            result.rank = Points::of(doubled(c.first[0][row], c.tied[0][row], display) * 5, 1);
        }
    }
    result.standing = c.standing[row];
    const auto& stages = c.plan.regulation.stages();
    if (c.ended[row] >= 0 && c.ended[row] <= c.plan.last_stage) {
        result.stage = stages[static_cast<std::size_t>(c.ended[row])].name;
    } else if (c.plan.ends_at_stage && c.ended[row] >= c.plan.passed_level()) {
        result.stage = stages[static_cast<std::size_t>(c.plan.last_stage)].name;
    }
    result.decided_by = c.plan.rules[c.rule[row]].path;
    return result;
}

std::optional<std::size_t> Selection::find(std::string_view application) const {
    return content_->plan.ids->find(application);
}

SelectionRow Selection::at(std::string_view application) const {
    const auto found = find(application);
    if (!found) throw Error{Code::unknown_application, {std::string{application}}};
    return row(*found);
}

std::vector<std::size_t> Selection::counts() const {
    std::vector<std::size_t> counts(standing_count);
    for (const Standing standing : content_->standing) ++counts[static_cast<std::size_t>(standing)];
    return counts;
}

namespace {

/// Standing, stage and rule of rows, as texts.
std::vector<std::pair<std::string, Column>> words_of(const Selection::Content& c,
                                                     std::span<const std::uint32_t> rows) {
    std::vector<std::string> standings;
    for (int s = 0; s < standing_count; ++s) standings.emplace_back(to_string(static_cast<Standing>(s)));
    std::vector<std::int32_t> standing_codes(rows.size());
    std::vector<std::int32_t> stage_codes(rows.size());
    std::vector<std::int32_t> rule_codes(rows.size());
    std::vector<bool> has_stage(rows.size());
    std::vector<bool> has_rule(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const std::uint32_t row = rows[i];
        standing_codes[i] = static_cast<std::int32_t>(c.standing[row]);
        has_stage[i] = c.ended[row] >= 0 && c.ended[row] <= c.plan.last_stage;
        stage_codes[i] = has_stage[i] ? c.ended[row] : c.plan.last_stage;
        has_stage[i] = has_stage[i] || (c.plan.ends_at_stage && c.ended[row] >= c.plan.passed_level());
        rule_codes[i] = c.rule[row];
        has_rule[i] = c.rule[row] != 0;
    }
    std::vector<std::string> stages;
    for (const Stage& stage : c.plan.regulation.stages()) stages.push_back(stage.name);
    std::vector<std::string> rules;
    for (const Rule& rule : c.plan.rules) rules.push_back(rule.path);
    std::vector<std::pair<std::string, Column>> words;
    words.emplace_back(
        "standing", Column::categories(Buffer<std::int32_t>{std::move(standing_codes)}, Strings{standings}));
    words.emplace_back("stage", Column::categories(Buffer<std::int32_t>{std::move(stage_codes)},
                                                   Strings{stages}, Validity{has_stage}));
    words.emplace_back("decided_by", Column::categories(Buffer<std::int32_t>{std::move(rule_codes)},
                                                        Strings{rules}, Validity{has_rule}));
    return words;
}

}  // namespace

Table Selection::outcome() const {
    std::vector<std::uint32_t> rows(size());
    std::iota(rows.begin(), rows.end(), 0U);
    Table out;
    for (auto& [name, column] : words_of(*content_, rows)) out.add(std::move(name), std::move(column));
    out.add("total", total());
    const auto add = [&out](std::string name, std::span<const std::int32_t> values) {
        out.add(
            std::move(name),
            Column::integers(Buffer<std::int64_t>{std::vector<std::int64_t>(values.begin(), values.end())}));
    };
    for (const std::string& name : rank_names()) {
        add("first." + name, first(name));
        add("tied." + name, tied(name));
    }
    return out;
}

Table Selection::to_table(bool all) const {
    const Content& c = *content_;
    const auto places = order();
    Table out;
    out.add("application", taken(c.plan.ids->column(), places));
    if (const Column* position = c.table.find("position")) out.add("position", taken(*position, places));
    for (const OrderPlan& order : c.plan.ranks) {
        for (const std::string& name : order.within) {
            if (out.find(name) == nullptr && c.table.find(name) != nullptr)
                out.add(name, taken(c.table.at(name), places));
        }
    }
    out.add("total", taken(total(), places));
    for (const std::string& name : rank_names()) out.add("rank_" + name, taken(rank(name), places));

    for (auto& [name, column] : words_of(c, places)) out.add(std::move(name), std::move(column));
    if (all) {
        for (const auto& [name, column] : c.table.columns()) {
            if (out.find(name) == nullptr) out.add(name, taken(column, places));
        }
    }
    return out;
}

Table Selection::quotas() const {
    const Content& c = *content_;
    const auto& rules = c.plan.regulation.quotas();
    const auto& within = c.plan.ranks.front().within;
    std::vector<std::vector<std::string>> names(within.size());
    std::vector<std::string> quota, kind;
    std::array<std::vector<std::int64_t>, 4> counts;
    for (std::size_t group = 0; group < c.tallies.size(); ++group) {
        const auto of = c.groups->names(group);
        for (std::size_t q = 0; q < rules.size(); ++q) {
            const QuotaTally& tally = c.tallies[group][q];
            for (std::size_t i = 0; i < names.size(); ++i) names[i].push_back(of[i]);
            quota.push_back(rules[q].name);
            kind.emplace_back(to_string(rules[q].kind));
            counts[0].push_back(tally.seats);
            counts[1].push_back(tally.filled);
            counts[2].push_back(tally.missing);
            counts[3].push_back(rules[q].unfilled == Unfilled::carried ? tally.missing : 0);
        }
    }
    Table out;
    for (std::size_t i = 0; i < within.size(); ++i) out.add(within[i], Column::texts(names[i]));
    out.add("quota", Column::texts(quota));
    out.add("kind", Column::texts(kind));
    constexpr std::array<const char*, 4> titles{"seats", "filled", "missing", "carried"};
    for (std::size_t i = 0; i < counts.size(); ++i)
        out.add(titles[i], Column::integers(Buffer<std::int64_t>{std::move(counts[i])}));
    return out;
}

std::optional<std::size_t> Selection::find_group(std::span<const std::string> names) const {
    const Grouping& groups = *content_->groups;
    const auto less = [](std::span<const std::string> a, std::span<const std::string> b) {
        return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end());
    };
    std::size_t first = 0;
    for (std::size_t n = groups.groups(); n > 0;) {
        const std::size_t half = n / 2;
        if (less(groups.names(first + half), names)) {
            first += half + 1;
            n -= half + 1;
        } else {
            n = half;
        }
    }
    if (first == groups.groups() || less(names, groups.names(first))) return std::nullopt;
    return first;
}

std::string Selection::application(std::size_t row) const { return content_->plan.ids->str(row); }
std::optional<Points> Selection::total(std::size_t row) const { return content_->total_of(row); }

std::pair<bool, bool> Selection::referral_traits(std::size_t row) const {
    if (content_->traits.empty()) return {false, false};
    const std::uint64_t traits = content_->traits_of(content_->traits[row]);
    return {(traits & trait_precedes) != 0, (traits & trait_floats) != 0};
}

}  // namespace recruit
