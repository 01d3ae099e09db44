#include "selection/grouping.hpp"

#include <algorithm>
#include <atomic>

#include <recruit/base/error.hpp>

#include "base/keys.hpp"

namespace recruit::detail {

namespace {

constexpr std::size_t chunk = std::size_t{1} << 16;

/// One column of the scope: by dictionary code the place of the text in the order of bytes.
struct Digit {
    const Column* column;
    std::vector<std::uint32_t> place;
    std::uint64_t values;

    std::uint64_t of(std::size_t row) const noexcept {
        return column->is_null(row) ? 0 : place[static_cast<std::size_t>(column->codes()[row])];
    }
};

/// The names of a row as one number that orders like them.
std::uint64_t combined(const std::vector<Digit>& digits, std::size_t row) noexcept {
    std::uint64_t key = 0;
    for (const Digit& digit : digits) key = key * digit.values + digit.of(row);
    return key;
}

}  // namespace

std::vector<std::string> Grouping::names(std::size_t index) const {
    std::vector<std::string> result;
    for (const Column& column : columns) result.emplace_back(column.text(member[index]));
    return result;
}

std::string Grouping::key(std::size_t index) const { return joined_key(names(index)); }

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
    for (const std::string& name : within) {
        // One position needs no column of that name.
        const Column* column = table.find(name);
        if (column == nullptr && name == "position") {
            static const std::vector<std::string> nameless{""};
            result.columns.push_back(
                Column::categories(Buffer<std::int32_t>{std::vector<std::int32_t>(rows)}, Strings{nameless}));
            continue;
        }
        result.columns.push_back(dictionary_coded(name, table.at(name), pace));
        const Column& coded = result.columns.back();
        if (coded.validity().all()) continue;
        for (std::size_t row = 0; row < rows; ++row) {
            if (!coded.is_null(row)) continue;
            result.complete = false;
            log.add(Code::missing_group, name,
                    [&] { return row_issue(Code::missing_group, Severity::error, row, name, "", {name}); });
        }
    }
    const auto is_missing = [&](std::size_t row) {
        return !result.complete && std::any_of(result.columns.begin(), result.columns.end(),
                                               [&](const Column& column) { return column.is_null(row); });
    };

    std::vector<Digit> digits;
    std::uint64_t span = 1;
    bool fits = true;
    for (const Column& column : result.columns) {
        Digit digit{&column, byte_order(column.strings(), pace), 1};
        for (const std::uint32_t place : digit.place)
            digit.values = std::max<std::uint64_t>(digit.values, place + 1ULL);
        fits = fits && span <= (std::uint64_t{1} << 62) / digit.values;
        span = fits ? span * digit.values : span;
        digits.push_back(std::move(digit));
    }
    // Dense codes in the order of the combined key, which is the order of the names.
    result.group = Array<std::uint32_t>{rows};
    if (fits && span <= 4 * rows + 1024) {
        Array<std::uint32_t> member{span, no_row};
        parallel(rows, chunk, pace, [&](std::size_t begin, std::size_t end) {
            for (std::size_t row = begin; row < end; ++row) {
                if (is_missing(row)) continue;
                // Whichever row comes last: the names are the same.
                std::atomic_ref{member[combined(digits, row)]}.store(static_cast<std::uint32_t>(row),
                                                                      std::memory_order_relaxed);
            }
        });
        Array<std::uint32_t> dense{span, 0};
        for (std::uint64_t key = 0; key < span; ++key) {
            if (member[key] == no_row) continue;
            dense[key] = static_cast<std::uint32_t>(result.member.size());
            result.member.push_back(member[key]);
        }
        if (digits.size() == 1) {  // one look-up a row
            for (auto& place : digits.front().place) place = dense[place];
            for (std::uint64_t key = 0; key < span; ++key) dense[key] = static_cast<std::uint32_t>(key);
        }
        parallel(rows, chunk, pace, [&](std::size_t begin, std::size_t end) {
            if (digits.size() == 1 && result.complete) {
                const auto codes = result.columns.front().codes();
                const auto* const place = digits.front().place.data();
                for (std::size_t row = begin; row < end; ++row)
                    result.group[row] = place[static_cast<std::size_t>(codes[row])];
                return;
            }
            for (std::size_t row = begin; row < end; ++row) {
                result.group[row] = is_missing(row) ? static_cast<std::uint32_t>(result.groups())
                                                    : dense[combined(digits, row)];
            }
        });
        return result;
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
        if (i == 0 || order(sorted[i - 1], sorted[i]) != 0) result.member.push_back(sorted[i]);
        result.group[sorted[i]] = static_cast<std::uint32_t>(result.member.size() - 1);
    }
    for (std::size_t row = 0; row < rows && !result.complete; ++row) {
        if (is_missing(row)) result.group[row] = static_cast<std::uint32_t>(result.groups());
    }
    return result;
}

}  // namespace recruit::detail
