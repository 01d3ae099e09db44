#include <recruit/stats/data.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>
#include <unordered_map>

#include <recruit/base/error.hpp>

#include "base/join.hpp"
#include "base/keys.hpp"
#include "base/nearest.hpp"

namespace recruit::stats {

namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();
constexpr int max_decimals = 8;

[[noreturn]] void reject(Code code, std::string_view column, std::size_t row, std::string value) {
    Issue issue;
    issue.code = code;
    issue.row = static_cast<std::int64_t>(row);
    issue.column = std::string{column};
    issue.value = value;
    issue.arguments = {std::move(value)};
    throw InvalidTable{Issues{std::move(issue)}};
}

std::string digits_of(double value) {
    char digits[40];
    const auto end = std::to_chars(digits, digits + sizeof digits, value);
    return {digits, end.ptr};
}

/// Numbers as a column calls its distinct values: index of the value of a row, in order of first appearance.
struct Distinct {
    std::vector<std::int32_t> codes;
    std::vector<std::size_t> first_row;
};

template <class Key, class KeyOf>
Distinct distinct(const Column& column, KeyOf key_of) {
    Distinct found;
    found.codes.assign(column.size(), -1);
    std::unordered_map<Key, std::int32_t> known;
    for (std::size_t row = 0; row < column.size(); ++row) {
        if (column.is_null(row)) continue;
        const auto [entry, is_new] =
            known.try_emplace(key_of(row), static_cast<std::int32_t>(found.first_row.size()));
        if (is_new) found.first_row.push_back(row);
        found.codes[row] = entry->second;
    }
    return found;
}

Distinct distinct(const Column& column) {
    switch (column.type()) {
        case ColumnType::text:
            return distinct<std::string_view>(column, [&](std::size_t row) { return column.text(row); });
        case ColumnType::boolean:
            return distinct<std::int64_t>(column, [&](std::size_t row) { return column.booleans()[row]; });
        case ColumnType::date:
            return distinct<std::int64_t>(column, [&](std::size_t row) { return column.codes()[row]; });
        case ColumnType::points:
        case ColumnType::integer:
        case ColumnType::real:
            break;
    }
    return distinct<std::int64_t>(column, [&](std::size_t row) { return column.integers()[row]; });
}

/// Whole numbers that lie close together need neither hash nor sort.
std::optional<Factor> by_counting(const Column& column) {
    if (column.type() != ColumnType::points && column.type() != ColumnType::integer) return std::nullopt;
    const auto values = column.integers();
    std::int64_t low = 0, high = 0;
    bool any = false;
    for (std::size_t row = 0; row < column.size(); ++row) {
        if (column.is_null(row)) continue;
        low = any ? std::min(low, values[row]) : values[row];
        high = any ? std::max(high, values[row]) : values[row];
        any = true;
    }
    const auto width = static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low);
    if (!any || width > 4 * column.size()) return std::nullopt;
    constexpr std::size_t nobody = static_cast<std::size_t>(-1);
    std::vector<std::size_t> first_row(static_cast<std::size_t>(width) + 1, nobody);
    const auto place = [&](std::size_t row) { return static_cast<std::size_t>(values[row] - low); };
    for (std::size_t row = column.size(); row > 0; --row) {
        if (!column.is_null(row - 1)) first_row[place(row - 1)] = row - 1;
    }
    Factor out;
    std::vector<std::int32_t> code(first_row.size(), -1);
    for (std::size_t i = 0; i < first_row.size(); ++i) {
        if (first_row[i] == nobody) continue;
        code[i] = static_cast<std::int32_t>(out.levels.size());
        out.levels.push_back(column.str(first_row[i]));
    }
    out.codes.assign(column.size(), -1);
    for (std::size_t row = 0; row < column.size(); ++row) {
        if (!column.is_null(row)) out.codes[row] = code[place(row)];
    }
    return out;
}

std::optional<Points> points_in(const Column& column, std::size_t row) {
    return Points::parse(column.text(row));
}

/// To whole units of one scale, from values that are each a Points.
ExactNumbers at_one_scale(const std::vector<Points>& values, std::vector<std::uint8_t> is_missing,
                          std::string_view column) {
    ExactNumbers out;
    for (const Points& value : values) out.scale = std::max(out.scale, value.scale());
    out.units.resize(values.size());
    for (std::size_t row = 0; row < values.size(); ++row) {
        const auto units = values[row].units_at(out.scale);
        if (!units) reject(Code::points_overflow, column, row, values[row].str());
        out.units[row] = *units;
    }
    out.missing = std::move(is_missing);
    return out;
}

ExactNumbers exact(std::span<const double> values, const Column* nulls, std::string_view column) {
    ExactNumbers out;
    out.units.resize(values.size());
    out.missing.resize(values.size());
    for (std::size_t row = 0; row < values.size(); ++row) {
        if (std::isnan(values[row]) || (nulls != nullptr && nulls->is_null(row))) {
            out.missing[row] = 1;
            continue;
        }
        while (out.scale <= max_decimals && !recruit::detail::is_nearest(values[row], out.scale)) ++out.scale;
        if (out.scale > max_decimals)
            reject(std::isfinite(values[row]) ? Code::stats_not_exact : Code::stats_not_a_number, column, row,
                   digits_of(values[row]));
    }
    const auto power = static_cast<double>(recruit::detail::power_of_ten(out.scale));
    for (std::size_t row = 0; row < values.size(); ++row) {
        if (out.missing[row] != 0) continue;
        const double scaled = std::nearbyint(values[row] * power);
        if (!(std::fabs(scaled) < 1e15)) reject(Code::points_overflow, column, row, digits_of(values[row]));
        out.units[row] = static_cast<std::int64_t>(scaled);
    }
    return out;
}

}  // namespace

std::int32_t Factor::code(std::string_view level) const {
    const auto found = std::find(levels.begin(), levels.end(), level);
    if (found == levels.end())
        throw Error{Code::unknown_value, {std::string{level}, recruit::detail::joined(levels)}};
    return static_cast<std::int32_t>(found - levels.begin());
}

Factor factor(const Table& table, std::string_view name) {
    const Column& column = table.at(name);
    if (column.type() == ColumnType::real) {
        throw InvalidTable{Code::stats_real_as_name, {std::string{name}}, std::string{name}};
    }
    if (auto counted = by_counting(column)) return std::move(*counted);
    const Distinct found = distinct(column);
    std::vector<std::int32_t> order(found.first_row.size());
    std::iota(order.begin(), order.end(), 0);
    const bool by_size = column.type() == ColumnType::points || column.type() == ColumnType::integer;
    const auto row_of = [&](std::int32_t i) { return found.first_row[static_cast<std::size_t>(i)]; };
    std::vector<std::string> texts;
    for (const std::size_t row : found.first_row) texts.push_back(column.str(row));
    std::sort(order.begin(), order.end(), [&](std::int32_t a, std::int32_t b) {
        if (by_size) return column.integers()[row_of(a)] < column.integers()[row_of(b)];
        return texts[static_cast<std::size_t>(a)] < texts[static_cast<std::size_t>(b)];
    });
    Factor out;
    std::vector<std::int32_t> new_code(order.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
        new_code[static_cast<std::size_t>(order[i])] = static_cast<std::int32_t>(i);
        out.levels.push_back(texts[static_cast<std::size_t>(order[i])]);
    }
    out.codes = found.codes;
    for (auto& code : out.codes) {
        if (code >= 0) code = new_code[static_cast<std::size_t>(code)];
    }
    return out;
}

std::vector<double> numbers(const Table& table, std::string_view name) {
    const Column& column = table.at(name);
    const auto power = static_cast<double>(recruit::detail::power_of_ten(column.scale()));
    std::vector<double> out(column.size(), missing);
    for (std::size_t row = 0; row < column.size(); ++row) {
        if (column.is_null(row)) continue;
        switch (column.type()) {
            case ColumnType::points:
            case ColumnType::integer:
                out[row] = static_cast<double>(column.integers()[row]) / power;
                break;
            case ColumnType::real:
                out[row] = column.reals()[row];
                if (std::isinf(out[row])) reject(Code::stats_not_a_number, name, row, digits_of(out[row]));
                break;
            case ColumnType::boolean:
                out[row] = column.booleans()[row];
                break;
            case ColumnType::text:
                if (const auto points = points_in(column, row)) {
                    out[row] = points->to_double();
                    break;
                }
                [[fallthrough]];
            case ColumnType::date:
                reject(Code::stats_not_a_number, name, row, column.str(row));
        }
    }
    return out;
}

ExactNumbers exact_numbers(const Table& table, std::string_view name) {
    const Column& column = table.at(name);
    if (column.type() == ColumnType::real) return exact(column.reals(), &column, name);
    if (column.type() == ColumnType::points || column.type() == ColumnType::integer) {
        ExactNumbers out;
        out.scale = column.scale();
        out.units.resize(column.size());
        out.missing.resize(column.size());
        for (std::size_t row = 0; row < column.size(); ++row) {
            out.missing[row] = column.is_null(row) ? 1 : 0;
            if (out.missing[row] == 0) out.units[row] = column.integers()[row];
        }
        return out;
    }
    std::vector<Points> values(column.size());
    std::vector<std::uint8_t> is_missing(column.size());
    for (std::size_t row = 0; row < column.size(); ++row) {
        is_missing[row] = column.is_null(row) ? 1 : 0;
        if (is_missing[row] != 0) continue;
        const auto points = column.type() == ColumnType::text ? points_in(column, row) : std::nullopt;
        if (!points) reject(Code::stats_not_a_number, name, row, column.str(row));
        values[row] = *points;
    }
    return at_one_scale(values, std::move(is_missing), name);
}

ExactNumbers exact_numbers(std::span<const double> values) { return exact(values, nullptr, {}); }

std::vector<std::int8_t> flags(const Table& table, std::string_view name) {
    const Column& column = table.at(name);
    std::vector<std::int8_t> out(column.size(), -1);
    if (column.type() == ColumnType::boolean) {
        for (std::size_t row = 0; row < out.size(); ++row) {
            if (!column.is_null(row)) out[row] = column.booleans()[row] != 0 ? 1 : 0;
        }
        return out;
    }
    if (column.type() == ColumnType::text || column.type() == ColumnType::date) {
        for (std::size_t row = 0; row < out.size(); ++row) {
            if (column.is_null(row)) continue;
            const std::string value = column.str(row);
            if (value != "true" && value != "false" && value != "1" && value != "0")
                reject(Code::stats_not_a_flag, name, row, value);
            out[row] = value == "true" || value == "1" ? 1 : 0;
        }
        return out;
    }
    const std::vector<double> values = numbers(table, name);
    for (std::size_t row = 0; row < out.size(); ++row) {
        if (std::isnan(values[row])) continue;
        if (values[row] != 0 && values[row] != 1) reject(Code::stats_not_a_flag, name, row, column.str(row));
        out[row] = values[row] != 0 ? 1 : 0;
    }
    return out;
}

std::vector<std::int64_t> whole_counts(const Table& table, std::string_view name) {
    const std::vector<double> values = numbers(table, name);
    std::vector<std::int64_t> out(values.size());
    for (std::size_t row = 0; row < out.size(); ++row) {
        if (!(values[row] >= 0 && values[row] < 9e15 && values[row] == std::floor(values[row])))
            reject(Code::stats_not_a_count, name, row, table.at(name).str(row));
        out[row] = static_cast<std::int64_t>(values[row]);
    }
    return out;
}

Matrix matrix(const Table& table, std::string_view row, std::string_view column, std::string_view value,
              std::int64_t* dropped) {
    Factor units = factor(table, row), raters = factor(table, column);
    const std::vector<double> given = numbers(table, value);
    Matrix out;
    out.rows = units.levels.size();
    out.columns = raters.levels.size();
    out.row_names = std::move(units.levels);
    out.column_names = std::move(raters.levels);
    out.values.assign(out.rows * out.columns, missing);
    std::vector<std::uint8_t> seen(out.values.size());
    std::int64_t without_name = 0;
    for (std::size_t i = 0; i < given.size(); ++i) {
        if (units.codes[i] < 0 || raters.codes[i] < 0) {
            ++without_name;
            continue;
        }
        const auto cell = static_cast<std::size_t>(units.codes[i]) * out.columns +
                          static_cast<std::size_t>(raters.codes[i]);
        if (seen[cell] != 0) {
            Issue issue;
            issue.code = Code::stats_two_values;
            issue.row = static_cast<std::int64_t>(i);
            issue.column = std::string{value};
            issue.arguments = {out.row_names[static_cast<std::size_t>(units.codes[i])],
                               out.column_names[static_cast<std::size_t>(raters.codes[i])]};
            throw InvalidTable{Issues{std::move(issue)}};
        }
        seen[cell] = 1;
        out.values[cell] = given[i];
    }
    if (dropped != nullptr) *dropped = without_name;
    return out;
}

}  // namespace recruit::stats
