// Seats by group, wherever they come from.

#include <algorithm>

#include <recruit/base/error.hpp>

#include "base/keys.hpp"
#include "base/string_index.hpp"
#include "selection/content.hpp"

namespace recruit::detail {

namespace {

std::string joined(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
    return text;
}

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

/// What was said of each group by its names, to be matched with the groups there are.
class Said {
public:
    struct Entry {
        std::vector<std::string> names;
        std::int64_t count;
        bool used = false;
    };
    /// False if something was said of these names before.
    bool add(std::vector<std::string> names, std::int64_t count) {
        keys_.push_back(joined_key(names));
        entries_.push_back({std::move(names), count});
        const auto place = static_cast<std::uint32_t>(entries_.size() - 1);
        return index_.insert(keys_.back(), place) == decltype(index_)::none;
    }
    Entry* find(const std::string& key) {
        const auto place = index_.find(key);
        return place == decltype(index_)::none ? nullptr : &entries_[place];
    }
    /// What nobody found, in the order of the names.
    std::vector<std::vector<std::string>> unused() const {
        std::vector<std::vector<std::string>> result;
        for (const Entry& entry : entries_) {
            if (!entry.used) result.push_back(entry.names);
        }
        std::sort(result.begin(), result.end());
        return result;
    }
    /// The first names, for a message.
    std::string list() {
        if (!list_.empty()) return list_;
        std::vector<std::vector<std::string>> all;
        for (const Entry& entry : entries_) all.push_back(entry.names);
        std::sort(all.begin(), all.end());
        for (const auto& names : all) {
            if (list_.size() < 200) list_ += (list_.empty() ? "" : ", ") + joined(names);
        }
        return list_;
    }

private:
    struct At {
        const std::vector<std::string>* keys;
        std::string_view operator()(std::uint32_t place) const noexcept { return (*keys)[place]; }
    };
    std::vector<Entry> entries_;
    std::vector<std::string> keys_;
    std::string list_;
    StringIndex<At> index_{At{&keys_}};
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

}  // namespace

std::vector<std::optional<std::int64_t>> seats_of(const Seats& seats, const Table& table,
                                                  const Grouping& groups, const OrderPlan& order,
                                                  IssueLog& log) {
    std::vector<std::optional<std::int64_t>> result(groups.groups());
    GroupLog group_log{groups, log};
    Said said;
    if (const auto* each = seats.each()) {
        if (*each < 0) throw Error{Code::bad_seats, {std::string{"every group"}, std::to_string(*each)}};
        std::fill(result.begin(), result.end(), *each);
    } else if (const auto* named = seats.named()) {
        const bool one_column = order.within.size() == 1;
        if (!one_column && !(named->empty())) {
            throw Error{Code::seats_need_one_column, {order.name, joined(order.within)}};
        }
        const bool nameless = table.find(order.within.front()) == nullptr && named->size() == 1;
        for (const auto& [name, count] : *named) {
            if (count < 0) throw Error{Code::bad_seats, {name, std::to_string(count)}};
            if (!said.add({nameless ? "" : name}, count)) {
                throw Error{Code::duplicate_seats, {name}};
            }
        }
    } else if (const auto* given = seats.table()) {
        const Column& counts = given->at("seats");
        std::vector<Column> names;
        for (const std::string& name : order.within) names.push_back(as_text(name, given->at(name)));
        for (std::size_t row = 0; row < given->rows(); ++row) {
            std::vector<std::string> key;
            for (const Column& name : names) key.push_back(name.str(row));
            const auto count = counts.is_null(row) ? std::variant<std::int64_t, std::string>{std::string{}}
                                                   : whole(counts, row);
            if (const auto* bad = std::get_if<std::string>(&count))
                throw Error{Code::bad_seats, {joined(key), *bad}};
            if (!said.add(key, std::get<std::int64_t>(count))) {
                throw Error{Code::duplicate_seats, {joined(key)}};
            }
        }
    } else if (const Column* column = table.find("seats")) {
        std::vector<std::uint8_t> broken(groups.groups());
        for (std::size_t row = 0; row < table.rows(); ++row) {
            const std::size_t group = groups.group[row];
            if (group == groups.groups() || column->is_null(row)) continue;
            const auto count = whole(*column, row);
            if (const auto* bad = std::get_if<std::string>(&count)) {
                log.add(row_issue(Code::bad_seats, Severity::error, row, "seats", joined(groups.names(group)),
                                  {*bad}));
                broken[group] = 1;
                continue;
            }
            const auto value = std::get<std::int64_t>(count);
            if (result[group] && *result[group] != value) {
                if (broken[group] == 0) {
                    log.add(row_issue(Code::seats_disagree, Severity::error, row, "seats",
                                      joined(groups.names(group)),
                                      {std::to_string(std::min(*result[group], value)),
                                       std::to_string(std::max(*result[group], value))}));
                }
                broken[group] = 1;
            }
            result[group] = result[group] ? std::min(*result[group], value) : value;
        }
        for (std::size_t group = 0; group < result.size(); ++group) {
            if (broken[group] != 0)
                result[group].reset();
            else if (!result[group]) {
                group_log.add(Code::unknown_position, Severity::warning, group, "seats", {std::string{}});
            }
        }
    }
    if (seats.named() != nullptr || seats.table() != nullptr) {
        for (std::size_t group = 0; group < groups.groups(); ++group) {
            if (Said::Entry* found = said.find(groups.key(group))) {
                result[group] = found->count;
                found->used = true;
            } else {
                group_log.add(Code::unknown_position, Severity::error, group,
                              order.within.empty() ? "" : order.within.front(), {said.list()});
            }
        }
        for (const auto& names : said.unused()) {
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
    const auto rounded = [&](int128 times, int128 by) {
        return static_cast<std::int64_t>(
            divide_rounded<int128>(times * cut.amount.numerator(), by * cut.amount.denominator(), mode));
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
