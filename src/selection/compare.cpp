#include <recruit/selection/compare.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <recruit/base/error.hpp>

#include "base/keys.hpp"
#include "base/text_column.hpp"

namespace recruit {

namespace {

std::vector<Selection> selections_of(std::span<const Regulation> regulations, const Table& scores,
                                     const Seats& seats, const SelectOptions& options) {
    // The index of the applications is built once for all the regulations.
    const Column* ids = scores.find("application");
    const bool can_index =
        ids != nullptr && (ids->type() == ColumnType::text || ids->type() == ColumnType::integer);
    const Table table = can_index ? scores.indexed("application", options.threads) : scores;
    std::vector<Selection> selections;
    selections.reserve(regulations.size());
    for (const Regulation& regulation : regulations)
        selections.push_back(select(regulation, table, seats, options));
    return selections;
}

/// Integers of which some are null.
struct Numbers {
    std::vector<std::int64_t> values;
    std::vector<bool> has_value;

    void add(std::int64_t value, bool given = true) {
        values.push_back(given ? value : 0);
        has_value.push_back(given);
    }
    Column column() const { return Column::integers(Buffer<std::int64_t>{values}, Validity{has_value}); }
};

/// Totals of regulations that round to different decimals, in one column of the finest scale. A total that
/// does not fit there is refused, never dropped.
Column totals_of(const std::vector<std::optional<Points>>& totals) {
    int scale = 0;
    for (const auto& total : totals) {
        if (total) scale = std::max(scale, total->scale());
    }
    std::vector<std::int64_t> units(totals.size());
    std::vector<bool> has_value(totals.size());
    for (std::size_t i = 0; i < totals.size(); ++i) {
        has_value[i] = totals[i].has_value();
        if (!totals[i]) continue;
        const auto exact = totals[i]->units_at(scale);
        if (!exact) throw Error{Code::points_overflow, {totals[i]->str()}};
        units[i] = *exact;
    }
    return Column::points(Buffer<std::int64_t>{std::move(units)}, scale, Validity{has_value});
}

}  // namespace

Table compare(std::span<const Regulation> regulations, const Table& scores, const Seats& seats,
              const SelectOptions& options) {
    const auto selections = selections_of(regulations, scores, seats, options);
    std::vector<std::tuple<std::string, std::string, std::size_t>> changed;  // position, application, row
    for (std::size_t row = 0; row < scores.rows() && !selections.empty(); ++row) {
        const Standing standing = selections.front().standings()[row];
        const bool same = std::all_of(selections.begin(), selections.end(),
                                      [&](const Selection& s) { return s.standings()[row] == standing; });
        if (same) continue;
        auto line = selections.front().row(row);
        changed.emplace_back(std::move(line.position), std::move(line.application), row);
    }
    std::sort(changed.begin(), changed.end());

    detail::TextColumn application, position, regulation, standing, stage, decided_by;
    Numbers number, first, tied;
    std::vector<std::optional<Points>> totals;
    for (const auto& [place, id, row] : changed) {
        for (std::size_t i = 0; i < selections.size(); ++i) {
            const SelectionRow line = selections[i].row(row);
            application.add(id);
            position.add(place);
            number.add(static_cast<std::int64_t>(i + 1));
            regulation.add(regulations[i].id());
            standing.add(std::string{to_string(line.standing)});
            stage.add(line.stage, !line.stage.empty());
            decided_by.add(line.decided_by, !line.decided_by.empty());
            totals.push_back(line.total);
            const std::int32_t share = selections[i].tied()[row];
            first.add(selections[i].first()[row], share > 0);
            tied.add(share, share > 0);
        }
    }
    Table out;
    out.add("application", application.column());
    if (scores.find("position") != nullptr) out.add("position", position.column());
    out.add("number", number.column());
    out.add("regulation", regulation.column());
    out.add("standing", standing.column());
    out.add("stage", stage.column());
    out.add("decided_by", decided_by.column());
    out.add("total", totals_of(totals));
    out.add("first", first.column());
    out.add("tied", tied.column());
    return out;
}

Table compare_groups(std::span<const Regulation> regulations, const Table& scores, const Column& labels,
                     const Seats& seats, const SelectOptions& options) {
    Table lengths;  // A table has columns of one length, and says so.
    if (scores.width() > 0) lengths.add("scores", scores.columns().front().second);
    lengths.add("labels", labels);
    const auto selections = selections_of(regulations, scores, seats, options);

    constexpr std::size_t kinds = 6;
    constexpr std::array<const char*, kinds> titles{"applications", "passed", "selected",
                                                    "contested",    "gained", "lost"};
    detail::TextColumn regulation, label;
    Numbers number;
    std::array<Numbers, kinds> figures;
    for (std::size_t i = 0; i < selections.size(); ++i) {
        // Keyed by (is null, text), so that rows without a label come last.
        std::map<std::pair<bool, std::string>, std::array<std::int64_t, kinds>> counts;
        for (std::size_t row = 0; row < scores.rows(); ++row) {
            auto& count = counts[{labels.is_null(row), labels.str(row)}];
            const Standing here = selections[i].standings()[row];
            const bool in = here == Standing::selected;
            const bool was_in = selections.front().standings()[row] == Standing::selected;
            const std::array<bool, kinds> holds{
                true, has_passed(here), in, here == Standing::contested, in && !was_in, !in && was_in};
            for (std::size_t kind = 0; kind < kinds; ++kind) count[kind] += holds[kind] ? 1 : 0;
        }
        for (const auto& [name, count] : counts) {
            number.add(static_cast<std::int64_t>(i + 1));
            regulation.add(regulations[i].id());
            label.add(name.second, !name.first);
            for (std::size_t kind = 0; kind < kinds; ++kind) figures[kind].add(count[kind]);
        }
    }
    Table out;
    out.add("number", number.column());
    out.add("regulation", regulation.column());
    out.add("label", label.column());
    for (std::size_t kind = 0; kind < kinds; ++kind) out.add(titles[kind], figures[kind].column());
    return out;
}

}  // namespace recruit
