#include "selection/grouping.hpp"

#include <algorithm>
#include <atomic>
#include <numeric>

#include <recruit/base/error.hpp>

#include "base/keys.hpp"
#include "base/taken.hpp"

namespace recruit::detail {

namespace {

constexpr std::size_t chunk = std::size_t{1} << 16;

/// One column of the scope. A row's code is its dictionary code, or its integer counted from the least;
/// `place` puts the codes that occur in the order of the bytes of their names.
struct Digit {
    const Column* column;
    std::int64_t least = 0;
    std::vector<std::uint32_t> member;  ///< By code some row that has it.
    std::vector<std::uint32_t> place;   ///< By code.
    std::uint64_t values = 1;

    std::size_t code(std::size_t row) const noexcept {
        return column->has_dictionary() ? static_cast<std::size_t>(column->codes()[row])
                                        : static_cast<std::size_t>(column->integers()[row] - least);
    }
    std::uint64_t of(std::size_t row) const noexcept { return column->is_null(row) ? 0 : place[code(row)]; }

    void find_members(const Pace& pace);
    void find_places(const Pace& pace);
};

void Digit::find_members(const Pace& pace) {
    parallel(column->size(), chunk, pace, [&](std::size_t begin, std::size_t end) {
        const bool all = column->validity().all();
        const auto note = [&](std::size_t row, std::size_t code_here) {
            // Whichever row comes first: the names are the same. Read before it is written, so that threads
            // do not take the same lines of the cache from each other for every row.
            const std::atomic_ref some{member[code_here]};
            if (some.load(std::memory_order_relaxed) == no_row)
                some.store(static_cast<std::uint32_t>(row), std::memory_order_relaxed);
        };
        if (all && column->has_dictionary()) {
            const auto codes = column->codes();
            for (std::size_t row = begin; row < end; ++row) note(row, static_cast<std::size_t>(codes[row]));
        } else if (all) {
            const auto values_here = column->integers();
            for (std::size_t row = begin; row < end; ++row)
                note(row, static_cast<std::size_t>(values_here[row] - least));
        } else {
            for (std::size_t row = begin; row < end; ++row) {
                if (!column->is_null(row)) note(row, code(row));
            }
        }
    });
}

/// A foreign dictionary may hold a text twice: both codes are the same name, and have the same place.
void Digit::find_places(const Pace& pace) {
    if (column->has_dictionary()) {
        place = byte_order(Column::texts(column->strings()), pace);
    } else {
        std::vector<std::int64_t> used;
        for (std::size_t c = 0; c < member.size(); ++c) {
            if (member[c] != no_row) used.push_back(least + static_cast<std::int64_t>(c));
        }
        const auto places = byte_order(Column::integers(Buffer<std::int64_t>{std::move(used)}), pace);
        place.assign(member.size(), 0);
        auto next = places.begin();
        for (std::size_t c = 0; c < member.size(); ++c) {
            if (member[c] != no_row) place[c] = *next++;
        }
    }
    // Closed up: names that no row has take no place.
    std::vector<std::uint32_t> dense;
    for (std::size_t c = 0; c < member.size(); ++c) {
        if (member[c] == no_row) continue;
        if (place[c] >= dense.size()) dense.resize(place[c] + 1, 0);
        dense[place[c]] = 1;
    }
    std::partial_sum(dense.begin(), dense.end(), dense.begin());
    for (std::size_t c = 0; c < member.size(); ++c) {
        if (member[c] != no_row) place[c] = dense[place[c]] - 1;
    }
    values = std::max<std::uint64_t>(1, dense.empty() ? 0 : dense.back());
}

/// Integers in a range that a table of it can hold are read as they stand; all else by a dictionary.
Digit digit_of(const std::string& name, Column& column, const Pace& pace) {
    Digit digit{&column, 0, {}, {}, 1};
    std::size_t codes = 0;
    if (column.type() == ColumnType::integer) {
        Series series{name, column, {}, 0, 0};
        measure(series, pace);
        const auto span = static_cast<std::uint64_t>(series.most) - static_cast<std::uint64_t>(series.least);
        if (span <= 4 * column.size() + 1024) {
            digit.least = series.least;
            codes = static_cast<std::size_t>(span) + 1;
        }
    }
    if (codes == 0) {
        column = dictionary_coded(name, column, pace);
        codes = column.strings().size();
    }
    digit.member.assign(codes, no_row);
    digit.find_members(pace);
    digit.find_places(pace);
    return digit;
}

/// A blank names no group, no more than nothing does: a data frame whose gaps were filled has them.
Column without_blanks(const std::string& name, const Column& column, const Pace& pace) {
    if (column.type() != ColumnType::text) return column;
    Column coded = dictionary_coded(name, column, pace);
    const Strings& names = coded.strings();
    bool blank = false;
    for (std::size_t c = 0; c < names.size(); ++c) blank = blank || names[c].empty();
    if (!blank) return coded;
    std::vector<bool> given(coded.size());
    for (std::size_t row = 0; row < given.size(); ++row)
        given[row] = !coded.is_null(row) && !coded.text(row).empty();
    const auto owner = std::make_shared<const Column>(coded);
    return Column::categories(Buffer<std::int32_t>{owner, owner->codes()}, names, Validity{given});
}

/// The names of a row as one number that orders like them.
std::uint64_t combined(const std::vector<Digit>& digits, std::size_t row) noexcept {
    std::uint64_t key = 0;
    for (const Digit& digit : digits) key = key * digit.values + digit.of(row);
    return key;
}

}  // namespace

std::vector<std::string> Grouping::names(std::size_t index) const {
    std::vector<std::string> result;
    for (const Column& column : columns) result.push_back(column.str(index));
    return result;
}

std::string joined_key(const std::vector<std::string>& names) {
    if (names.size() == 1) return names.front();
    std::string key;
    for (const std::string& name : names) key += std::to_string(name.size()) + ':' + name;
    return key;
}

std::vector<std::uint32_t> Grouping::first_rows() const {
    std::vector<std::uint32_t> rows(groups(), no_row);
    for (std::size_t row = group.size(); row-- > 0;) {
        if (group[row] < groups()) rows[group[row]] = static_cast<std::uint32_t>(row);
    }
    return rows;
}

Grouping group_by(const Table& table, const std::vector<std::string>& within, IssueLog& log,
                  const Pace& pace) {
    Grouping result;
    const std::size_t rows = table.rows();
    std::vector<Column> columns;        // a row for each row of the table
    std::vector<std::uint32_t> member;  // some row of each group: all have the same names
    for (const std::string& name : within) {
        // One position needs no column of that name.
        const Column* column = table.find(name);
        if (column == nullptr && name == "position") {
            static const std::vector<std::string> nameless{""};
            columns.push_back(
                Column::categories(Buffer<std::int32_t>{std::vector<std::int32_t>(rows)}, Strings{nameless}));
            continue;
        }
        columns.push_back(without_blanks(name, table.at(name), pace));
        const Column& added = columns.back();
        if (added.validity().all()) continue;
        for (std::size_t row = 0; row < rows; ++row) {
            if (!added.is_null(row)) continue;
            result.complete = false;
            log.add(Code::missing_group, name,
                    [&] { return row_issue(Code::missing_group, Severity::error, row, name, "", {name}); });
        }
    }
    const auto is_missing = [&](std::size_t row) {
        return !result.complete && std::any_of(columns.begin(), columns.end(),
                                               [&](const Column& column) { return column.is_null(row); });
    };

    std::vector<Digit> digits;
    std::uint64_t span = 1;
    bool fits = true;
    for (std::size_t i = 0; i < within.size(); ++i) {
        digits.push_back(digit_of(within[i], columns[i], pace));
        const std::uint64_t values = digits.back().values;
        fits = fits && span <= (std::uint64_t{1} << 62) / values;
        span = fits ? span * values : span;
    }
    result.group = Array<std::uint32_t>{rows};
    const auto made = [&]() -> Grouping&& {
        for (const Column& column : columns) result.columns.push_back(taken(column, member));
        result.count = member.size();
        return std::move(result);
    };
    if (digits.size() == 1) {
        Digit& digit = digits.front();
        member.assign(rows == 0 ? 0 : digit.values, no_row);
        for (std::size_t c = 0; c < digit.member.size(); ++c) {
            if (digit.member[c] != no_row) member[digit.place[c]] = digit.member[c];
        }
        if (!member.empty() && member.front() == no_row) member.clear();  // nothing but nulls
        parallel(rows, chunk, pace, [&](std::size_t begin, std::size_t end) {
            const auto none = static_cast<std::uint32_t>(member.size());
            const auto* const place = digit.place.data();
            if (result.complete && digit.column->has_dictionary()) {
                const auto codes = digit.column->codes();
                for (std::size_t row = begin; row < end; ++row)
                    result.group[row] = place[static_cast<std::size_t>(codes[row])];
            } else if (result.complete) {
                const auto values = digit.column->integers();
                for (std::size_t row = begin; row < end; ++row)
                    result.group[row] = place[static_cast<std::size_t>(values[row] - digit.least)];
            } else {
                for (std::size_t row = begin; row < end; ++row)
                    result.group[row] = is_missing(row) ? none : place[digit.code(row)];
            }
        });
        return made();
    }
    // Dense codes in the order of the combined key, which is the order of the names.
    if (fits && span <= 4 * rows + 1024) {
        Array<std::uint32_t> some{span, no_row};
        parallel(rows, chunk, pace, [&](std::size_t begin, std::size_t end) {
            for (std::size_t row = begin; row < end; ++row) {
                if (is_missing(row)) continue;
                // Whichever row comes last: the names are the same.
                std::atomic_ref{some[combined(digits, row)]}.store(static_cast<std::uint32_t>(row),
                                                                   std::memory_order_relaxed);
            }
        });
        Array<std::uint32_t> dense{span, 0};
        for (std::uint64_t key = 0; key < span; ++key) {
            if (some[key] == no_row) continue;
            dense[key] = static_cast<std::uint32_t>(member.size());
            member.push_back(some[key]);
        }
        parallel(rows, chunk, pace, [&](std::size_t begin, std::size_t end) {
            for (std::size_t row = begin; row < end; ++row) {
                result.group[row] = is_missing(row) ? static_cast<std::uint32_t>(member.size())
                                                    : dense[combined(digits, row)];
            }
        });
        return made();
    }
    // So many possible names that a table of them would not do: sort the rows by their names.
    std::vector<std::uint32_t> sorted;
    for (std::uint32_t row = 0; row < rows; ++row) {
        if (!is_missing(row)) sorted.push_back(row);
    }
    const auto order = [&](std::uint32_t a, std::uint32_t b) {
        for (const Digit& digit : digits) {
            const auto x = digit.of(a);
            const auto y = digit.of(b);
            if (x != y) return x < y ? -1 : 1;
        }
        return 0;
    };
    std::sort(sorted.begin(), sorted.end(), [&](std::uint32_t a, std::uint32_t b) {
        const int by_name = order(a, b);
        return by_name != 0 ? by_name < 0 : a < b;
    });
    for (std::size_t i = 0; i < sorted.size(); ++i) {
        if (i == 0 || order(sorted[i - 1], sorted[i]) != 0) member.push_back(sorted[i]);
        result.group[sorted[i]] = static_cast<std::uint32_t>(member.size() - 1);
    }
    for (std::size_t row = 0; row < rows && !result.complete; ++row) {
        if (is_missing(row)) result.group[row] = static_cast<std::uint32_t>(member.size());
    }
    return made();
}

}  // namespace recruit::detail
