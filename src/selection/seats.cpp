// Seats by group, wherever they come from.

#include <algorithm>
#include <functional>

#include <recruit/base/error.hpp>

#include "base/dictionary.hpp"
#include "base/join.hpp"
#include "base/keys.hpp"
#include "selection/content.hpp"

namespace recruit::detail {

namespace {

/// Tells of groups, each by its first row.
class GroupLog {
public:
    GroupLog(const Grouping& groups, IssueLog& log) : groups_{groups}, log_{log} {}
    void add(Code code, Severity severity, std::size_t group, const std::string& column,
             std::vector<Argument> more = {}) {
        if (first_rows_.empty()) first_rows_ = groups_.first_rows();
        log_.add(code, column, [&] {
            return row_issue(code, severity, first_rows_[group], column, joined(groups_.names(group)),
                             std::move(more));
        });
    }

private:
    const Grouping& groups_;
    IssueLog& log_;
    std::vector<std::uint32_t> first_rows_;
};

/// A whole number from 0 on, or the text that is none.
std::variant<std::int64_t, std::string> whole(const Column& column, std::size_t row) {
    std::optional<Points> points;
    if (column.type() == ColumnType::integer && column.integers()[row] >= 0) return column.integers()[row];
    if (column.type() == ColumnType::real)
        points = Points::from_double(column.reals()[row], 0);
    else
        points = Points::parse(column.str(row));
    if (!points || points->scale() > 0 || points->units() < 0) return column.str(row);
    return points->units();
}

/// The names of a row as bytes to be looked up by, in a buffer of its own: integers as they stand in memory
/// where `as_integers`, else as text.
class RowKey {
public:
    RowKey(const std::vector<Column>& columns, bool as_integers)
        : columns_{columns}, as_integers_{as_integers} {}
    std::string_view operator()(std::size_t row) {
        const Column& only = columns_.front();
        if (columns_.size() == 1 && as_integers_) {
            value_ = only.integers()[row];
            return {reinterpret_cast<const char*>(&value_), sizeof value_};
        }
        if (columns_.size() == 1 && only.type() == ColumnType::text && !only.is_null(row))
            return only.text(row);
        std::vector<std::string> names;
        for (const Column& column : columns_) names.push_back(column.str(row));
        text_ = joined_key(names);
        return text_;
    }

private:
    const std::vector<Column>& columns_;
    bool as_integers_;
    std::int64_t value_ = 0;
    std::string text_;
};

/// What was said of each group by its names, to be matched with the groups there are.
class Said {
public:
    using Names = std::vector<std::string>;

    explicit Said(std::size_t expected) : keys_{expected} {}
    /// False if something was said of this key before.
    bool add(std::string_view key, std::int64_t count) {
        counts_.push_back(count);
        used_.push_back(false);
        return keys_.insert(key).second;
    }
    std::optional<std::int64_t> find(std::string_view key) {
        const auto place = keys_.find(key);
        if (place == Dictionary::none) return std::nullopt;
        used_[place] = true;
        return counts_[place];
    }
    /// Of those that nobody found (or of all) their names, in their order.
    std::vector<Names> sorted(bool all, const std::function<Names(std::size_t)>& names_of) const {
        std::vector<Names> result;
        for (std::size_t i = 0; i < counts_.size(); ++i) {
            if (all || !used_[i]) result.push_back(names_of(i));
        }
        std::sort(result.begin(), result.end());
        return result;
    }

private:
    Dictionary keys_;
    std::vector<std::int64_t> counts_;
    std::vector<bool> used_;
};

}  // namespace

std::vector<std::optional<std::int64_t>> by_group(const Column& column, const std::string& name,
                                                  const Grouping& groups, IssueLog& log) {
    std::vector<std::optional<std::int64_t>> result(groups.groups());
    std::vector<std::uint8_t> broken(groups.groups());
    for (std::size_t row = 0; row < column.size(); ++row) {
        const std::size_t group = groups.group[row];
        if (group == groups.groups() || column.is_null(row)) continue;
        const auto count = whole(column, row);
        if (const auto* bad = std::get_if<std::string>(&count)) {
            log.add(
                row_issue(Code::bad_seats, Severity::error, row, name, joined(groups.names(group)), {*bad}));
            broken[group] = 1;
            continue;
        }
        const auto value = std::get<std::int64_t>(count);
        if (result[group] && *result[group] != value) {
            if (broken[group] == 0) {
                log.add(row_issue(Code::seats_disagree, Severity::error, row, name,
                                  joined(groups.names(group)),
                                  {std::to_string(std::min(*result[group], value)),
                                   std::to_string(std::max(*result[group], value))}));
            }
            broken[group] = 1;
        }
        result[group] = result[group] ? std::min(*result[group], value) : value;
    }
    for (std::size_t group = 0; group < result.size(); ++group)
        if (broken[group] != 0) result[group] = contradicted;
    return result;
}

std::vector<std::optional<std::int64_t>> seats_of(const Seats& seats, const Table& table,
                                                  const Grouping& groups, const OrderPlan& order,
                                                  IssueLog& log) {
    std::vector<std::optional<std::int64_t>> result(groups.groups());
    GroupLog group_log{groups, log};
    const auto* named = seats.named();
    const auto* given = seats.table();
    Said said{named != nullptr ? named->size() : given != nullptr ? given->rows() : 0};
    std::function<Said::Names(std::size_t)> names_of;
    bool as_integers = false;
    if (const auto* each = seats.each()) {
        if (*each < 0) throw Error{Code::bad_seats, {Text::command_every_group, std::to_string(*each)}};
        std::fill(result.begin(), result.end(), *each);
    } else if (named != nullptr) {
        const bool one_column = order.within.size() == 1;
        if (!one_column && !(named->empty())) {
            throw Error{Code::seats_need_one_column, {order.name, joined(order.within)}};
        }
        const bool nameless = table.find(order.within.front()) == nullptr && named->size() == 1;
        for (const auto& [name, count] : *named) {
            if (count < 0) throw Error{Code::bad_seats, {name, std::to_string(count)}};
            if (!said.add(nameless ? "" : name, count)) throw Error{Code::duplicate_seats, {name}};
        }
        names_of = [named, nameless](std::size_t i) {
            return Said::Names{nameless ? "" : (*named)[i].first};
        };
    } else if (given != nullptr) {
        const Column& counts = given->at("seats");
        std::vector<Column> names;
        for (const std::string& name : order.within) {
            names.push_back(given->at(name));
            if (names.back().type() != ColumnType::integer) names.back() = as_text(name, names.back());
        }
        as_integers = names.size() == 1 && names.front().type() == ColumnType::integer &&
                      names.front().validity().all() && groups.columns.front().type() == ColumnType::integer;
        RowKey key{names, as_integers};
        names_of = [names](std::size_t row) {
            Said::Names result_names;
            for (const Column& name : names) result_names.push_back(name.str(row));
            return result_names;
        };
        for (std::size_t row = 0; row < given->rows(); ++row) {
            const auto count = counts.is_null(row) ? std::variant<std::int64_t, std::string>{std::string{}}
                                                   : whole(counts, row);
            if (const auto* bad = std::get_if<std::string>(&count))
                throw Error{Code::bad_seats, {joined(names_of(row)), *bad}};
            if (!said.add(key(row), std::get<std::int64_t>(count))) {
                throw Error{Code::duplicate_seats, {joined(names_of(row))}};
            }
        }
    } else if (const Column* column = table.find("seats")) {
        result = by_group(*column, "seats", groups, log);
        for (std::size_t group = 0; group < result.size(); ++group) {
            if (result[group] == contradicted)
                result[group].reset();
            else if (!result[group]) {
                group_log.add(Code::unknown_position, Severity::warning, group, "seats", {std::string{}});
            }
        }
    }
    if (named != nullptr || given != nullptr) {
        RowKey key{groups.columns, as_integers};
        std::string known;  // the first names, for a message
        for (std::size_t group = 0; group < groups.groups(); ++group) {
            result[group] = said.find(groups.columns.empty() ? std::string_view{} : key(group));
            if (result[group]) continue;
            if (known.empty()) {
                for (const auto& names : said.sorted(true, names_of)) {
                    if (known.size() < 200) add_item(known, joined(names));
                }
            }
            group_log.add(Code::unknown_position, Severity::error, group,
                          order.within.empty() ? "" : order.within.front(), {known});
        }
        for (const auto& names : said.sorted(false, names_of)) {
            Issue issue;
            issue.code = Code::position_without_applications;
            issue.severity = Severity::warning;
            issue.value = joined(names);
            issue.arguments = {joined(names)};
            log.add(std::move(issue));
        }
    }
    for (std::size_t group = 0; group < groups.groups(); ++group) {
        if (result[group] == 0) group_log.add(Code::zero_seats, Severity::note, group, "seats");
    }
    return result;
}

std::optional<std::int64_t> places(const Cut& cut, std::size_t ranked,
                                   const std::optional<std::int64_t>& seats) {
    const RoundingMode mode =
        cut.round.value_or(RoundingMode::half_up);  // needed only where the amount may be broken
    Fraction amount = cut.amount;
    for (const RatioTier& tier : cut.tiers) {
        if (seats && *seats >= tier.seats) amount = tier.ratio;
    }
    const auto rounded = [&](int128 times, int128 by) {
        return static_cast<std::int64_t>(
            divide_rounded<int128>(times * amount.numerator(), by * amount.denominator(), mode));
    };
    switch (cut.kind) {
        case CutKind::seats:
            return seats;
        case CutKind::count:
            return cut.amount.numerator();
        case CutKind::ratio:
            return seats ? std::optional{rounded(*seats, 1)} : std::nullopt;
        case CutKind::percent:
            return rounded(static_cast<int128>(ranked), 100);
        case CutKind::score:
            break;
    }
    return std::nullopt;  // by score: counted from the scores themselves
}

}  // namespace recruit::detail
