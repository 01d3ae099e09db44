// A review as tables, and what changed from one group to the next.

#include <recruit/programme/review.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include <recruit/base/error.hpp>
#include <recruit/base/points.hpp>

#include "base/join.hpp"
#include "base/keys.hpp"
#include "base/text_column.hpp"

namespace recruit {

namespace {

std::string_view value_or_nothing(const std::string* text) { return text ? *text : std::string_view{}; }

/// A column of numbers, some of them null.
template <class T>
class NumberColumn {
public:
    void add(std::optional<T> value) {
        values_.push_back(value.value_or(T{}));
        given_.push_back(value.has_value());
    }
    Column column() {
        Buffer<T> values{std::move(values_)};
        if constexpr (std::is_same_v<T, double>)
            return Column::reals(std::move(values), Validity{given_});
        else
            return Column::integers(std::move(values), Validity{given_});
    }

private:
    std::vector<T> values_;
    std::vector<bool> given_;
};
using RealColumn = NumberColumn<double>;
using WholeColumn = NumberColumn<std::int64_t>;

/// The worse of two states: of what is hidden, unknown or unclear on one side the change is so too.
FigureState worse(FigureState a, FigureState b) {
    constexpr std::array order{FigureState::complete,    FigureState::partial,   FigureState::unit_unclear,
                               FigureState::not_reached, FigureState::undefined, FigureState::unknown,
                               FigureState::suppressed};
    return *std::max(std::find(order.begin(), order.end(), a), std::find(order.begin(), order.end(), b));
}

/// Years and other whole numbers in their order, before other texts.
bool comes_before(const std::string& a, const std::string& b) {
    const auto x = Points::parse(a), y = Points::parse(b);
    if (x && y && *x != *y) return *x < *y;
    if (x.has_value() != y.has_value()) return x.has_value();
    return a < b;
}

}  // namespace

Table Review::to_table() const {
    std::vector<detail::TextColumn> by(options_.by.size());
    detail::TextColumn names, state, details;
    RealColumn value, low, high;
    WholeColumn part, whole, n, unknown;
    std::vector<std::uint8_t> synthetic;
    for (const auto& group : groups_) {
        for (const auto& figure : group.figures) {
            for (std::size_t i = 0; i < by.size(); ++i) {
                by[i].add(value_or_nothing(group.key.empty() ? nullptr : &group.key[i]), !group.key.empty());
            }
            names.add(figure.name);
            value.add(figure.value);
            low.add(figure.low);
            high.add(figure.high);
            part.add(figure.part);
            whole.add(figure.whole);
            n.add(figure.n);
            unknown.add(figure.unknown);
            state.add(to_string(figure.state));
            details.add(figure.detail, !figure.detail.empty());
            synthetic.push_back(synthetic_ ? 1 : 0);
        }
    }
    Table table;
    for (std::size_t i = 0; i < by.size(); ++i) table.add(options_.by[i], by[i].column());
    table.add("figure", names.column());
    table.add("value", value.column());
    table.add("low", low.column());
    table.add("high", high.column());
    table.add("part", part.column());
    table.add("whole", whole.column());
    table.add("n", n.column());
    table.add("unknown", unknown.column());
    table.add("state", state.column());
    table.add("detail", details.column());
    table.add("synthetic", Column::booleans(Buffer<std::uint8_t>{std::move(synthetic)}));
    return table;
}

Table Review::bodies_table() const {
    detail::TextColumn id, name, level, state;
    std::vector<std::int64_t> records;
    for (const auto& line : bodies_) {
        id.add(line.id);
        name.add(line.name);
        level.add(line.level, !line.level.empty());
        state.add(line.state);
        records.push_back(line.records);
    }
    Table table;
    table.add("id", id.column());
    table.add("name", name.column());
    table.add("level", level.column());
    table.add("state", state.column());
    table.add("records", Column::integers(Buffer<std::int64_t>{std::move(records)}));
    return table;
}

Table Review::coded_table() const {
    std::vector<detail::TextColumn> by(options_.by.size());
    detail::TextColumn kind, code;
    std::vector<std::int64_t> n;
    for (const auto& group : groups_) {
        for (const bool difficulty : {true, false}) {
            for (const auto& [name, count] : difficulty ? group.difficulties : group.proposals) {
                for (std::size_t i = 0; i < by.size(); ++i)
                    by[i].add(value_or_nothing(group.key.empty() ? nullptr : &group.key[i]),
                              !group.key.empty());
                kind.add(difficulty ? "difficulty" : "proposal");
                code.add(name);
                n.push_back(count);
            }
        }
    }
    Table table;
    for (std::size_t i = 0; i < by.size(); ++i) table.add(options_.by[i], by[i].column());
    table.add("kind", kind.column());
    table.add("code", code.column());
    table.add("n", Column::integers(Buffer<std::int64_t>{std::move(n)}));
    return table;
}

Table Review::changes(std::string_view over) const {
    const auto found = std::find(options_.by.begin(), options_.by.end(), over);
    if (found == options_.by.end())
        throw Error{Code::unknown_value, {std::string{over}, detail::joined(options_.by)}};
    const auto place = found - options_.by.begin();
    std::map<std::vector<std::string>, std::vector<const ReviewGroup*>> series;
    for (const auto& group : groups_) {
        if (group.key.empty() || group.key[static_cast<std::size_t>(place)].empty()) continue;
        auto rest = group.key;
        rest.erase(rest.begin() + place);
        series[std::move(rest)].push_back(&group);
    }

    std::vector<detail::TextColumn> by(options_.by.size() - 1);
    detail::TextColumn later, earlier, names, states, details;
    RealColumn was, is, change, low, high;
    std::vector<std::uint8_t> synthetic;
    for (auto& [rest, groups] : series) {
        const auto value = [&](const ReviewGroup& group) -> const std::string& {
            return group.key[static_cast<std::size_t>(place)];
        };
        std::sort(groups.begin(), groups.end(), [&](const ReviewGroup* a, const ReviewGroup* b) {
            return comes_before(value(*a), value(*b));
        });
        for (std::size_t i = 1; i < groups.size(); ++i) {
            for (const Figure& now : groups[i]->figures) {
                const Figure& before = groups[i - 1]->at(now.name);
                for (std::size_t c = 0; c < rest.size(); ++c) by[c].add(rest[c]);
                later.add(value(*groups[i]));
                earlier.add(value(*groups[i - 1]));
                names.add(now.name);
                was.add(before.value);
                is.add(now.value);
                const bool known = now.value && before.value;
                change.add(known ? std::optional{*now.value - *before.value} : std::nullopt);
                const bool bounded = now.low && before.low;  // a ratio has no bounds
                low.add(bounded && before.high ? std::optional{*now.low - *before.high} : std::nullopt);
                high.add(bounded && now.high ? std::optional{*now.high - *before.low} : std::nullopt);
                states.add(to_string(worse(now.state, before.state)));
                details.add(now.detail, !now.detail.empty());
                synthetic.push_back(synthetic_ ? 1 : 0);
            }
        }
    }
    Table table;
    for (std::size_t i = 0, c = 0; i < options_.by.size(); ++i) {
        if (static_cast<std::ptrdiff_t>(i) != place) table.add(options_.by[i], by[c++].column());
    }
    table.add(std::string{over}, later.column());
    table.add("before", earlier.column());
    table.add("figure", names.column());
    table.add("value_before", was.column());
    table.add("value", is.column());
    table.add("change", change.column());
    table.add("low", low.column());
    table.add("high", high.column());
    table.add("state", states.column());
    table.add("detail", details.column());
    table.add("synthetic", Column::booleans(Buffer<std::uint8_t>{std::move(synthetic)}));
    return table;
}

}  // namespace recruit
