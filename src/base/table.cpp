#include <recruit/base/table.hpp>

#include <algorithm>
#include <charconv>
#include <cstdio>

#include <recruit/base/error.hpp>

#include "base/join.hpp"
#include "base/key_index.hpp"
#include "base/keys.hpp"

namespace recruit {

Strings::Strings(std::span<const std::string> values) {
    std::vector<std::int64_t> offsets{0};
    std::vector<char> bytes;
    offsets.reserve(values.size() + 1);
    for (const std::string& value : values) {
        bytes.insert(bytes.end(), value.begin(), value.end());
        offsets.push_back(static_cast<std::int64_t>(bytes.size()));
    }
    *this = Strings{Buffer<std::int64_t>{std::move(offsets)}, Buffer<char>{std::move(bytes)}};
}

Validity::Validity(const std::vector<bool>& has_value) {
    if (std::find(has_value.begin(), has_value.end(), false) == has_value.end()) return;
    std::vector<std::uint8_t> bits((has_value.size() + 7) / 8);
    for (std::size_t i = 0; i < has_value.size(); ++i) {
        if (has_value[i]) bits[i >> 3] = static_cast<std::uint8_t>(bits[i >> 3] | (1U << (i & 7)));
    }
    bits_ = Buffer<std::uint8_t>{std::move(bits)};
}

Column Column::points(Buffer<std::int64_t> units, int scale, Validity validity) {
    if (scale < 0 || scale > Points::max_scale) {
        throw Error{Code::points_overflow, {"10^-" + std::to_string(scale)}};
    }
    Column column = integers(std::move(units), std::move(validity));
    column.type_ = ColumnType::points;
    column.scale_ = scale;
    return column;
}

Column Column::integers(Buffer<std::int64_t> values, Validity validity) {
    Column column;
    column.type_ = ColumnType::integer;
    column.size_ = values.size();
    column.validity_ = std::move(validity);
    column.integers_ = std::move(values);
    return column;
}

Column Column::reals(Buffer<double> values, Validity validity) {
    Column column;
    column.type_ = ColumnType::real;
    column.size_ = values.size();
    column.validity_ = std::move(validity);
    column.reals_ = std::move(values);
    return column;
}

Column Column::texts(Strings values, Validity validity) {
    Column column;
    column.type_ = ColumnType::text;
    column.size_ = values.size();
    column.validity_ = std::move(validity);
    column.strings_ = std::move(values);
    return column;
}

Column Column::texts(std::span<const std::string> values) { return texts(Strings{values}); }

Column Column::categories(Buffer<std::int32_t> codes, Strings dictionary, Validity validity) {
    Column column = texts(std::move(dictionary), std::move(validity));
    column.size_ = codes.size();
    column.dictionary_ = true;
    column.codes_ = std::move(codes);
    const auto entries = static_cast<std::int64_t>(column.strings_.size());
    // All at once first: only where some code is outside does it matter whose.
    std::int32_t least = 0, most = -1;
    for (const std::int32_t code : column.codes_.span()) {
        least = std::min(least, code);
        most = std::max(most, code);
    }
    if (least >= 0 && most < entries) return column;
    for (std::size_t i = 0; i < column.size_; ++i) {
        if ((column.codes_[i] < 0 || column.codes_[i] >= entries) && !column.is_null(i)) {
            throw InvalidTable{
                Code::bad_dictionary_code,
                {std::to_string(column.codes_[i]), std::to_string(entries), std::to_string(i)}};
        }
    }
    return column;
}

Column Column::booleans(Buffer<std::uint8_t> values, Validity validity) {
    Column column;
    column.type_ = ColumnType::boolean;
    column.size_ = values.size();
    column.validity_ = std::move(validity);
    column.bytes_ = std::move(values);
    return column;
}

Column Column::dates(Buffer<std::int32_t> days, Validity validity) {
    Column column;
    column.type_ = ColumnType::date;
    column.size_ = days.size();
    column.validity_ = std::move(validity);
    column.codes_ = std::move(days);
    return column;
}

std::size_t Column::null_count() const noexcept {
    std::size_t nulls = 0;
    if (!validity_.all()) {
        for (std::size_t i = 0; i < size_; ++i) nulls += is_null(i) ? 1 : 0;
    }
    return nulls;
}

std::string Column::str(std::size_t i) const {
    if (is_null(i)) return {};
    switch (type_) {
        case ColumnType::points:
            return Points::of(integers_[i], scale_).str();
        case ColumnType::integer:
            return std::to_string(integers_[i]);
        case ColumnType::text:
            return std::string{text(i)};
        case ColumnType::boolean:
            return bytes_[i] != 0 ? "true" : "false";
        case ColumnType::real: {
            char digits[32];
            const auto end = std::to_chars(digits, digits + sizeof digits, reals_[i]);
            return {digits, end.ptr};
        }
        case ColumnType::date:
            break;
    }
    const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{codes_[i]}}};
    char digits[32];
    std::snprintf(digits, sizeof digits, "%04d-%02u-%02u", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
    return digits;
}

Column Column::indexed(int threads) const {
    if (type_ != ColumnType::text && type_ != ColumnType::integer) {
        Issue issue;
        issue.code = Code::wrong_column_type;
        issue.arguments = {std::string{}, std::string{to_string(type_)}, Text::text_column};
        throw InvalidTable{Issues{issue}};
    }
    Column column{*this};
    if (!index_) column.index_ = std::make_shared<const detail::KeyIndex>(*this, detail::Pace{threads});
    return column;
}

std::string_view to_string(ColumnType type) noexcept {
    constexpr std::string_view names[] = {"points", "integer", "real", "text", "boolean", "date"};
    return names[static_cast<std::size_t>(type)];
}

void Table::add(std::string name, Column column) {
    if (find(name) != nullptr) throw InvalidTable{Code::duplicate_column, {name}};
    if (!columns_.empty() && column.size() != rows()) {
        throw InvalidTable{Code::column_length,
                           {name, std::to_string(column.size()), std::to_string(rows())}};
    }
    columns_.emplace_back(std::move(name), std::move(column));
}

Table Table::indexed(std::string_view name, int threads) const {
    at(name);  // names the columns there are
    Table table{*this};
    for (auto& [column_name, column] : table.columns_) {
        if (column_name == name) column = column.indexed(threads);
    }
    return table;
}

const Column* Table::find(std::string_view name) const noexcept {
    for (const auto& [column_name, column] : columns_) {
        if (column_name == name) return &column;
    }
    return nullptr;
}

const Column& Table::at(std::string_view name) const {
    if (const Column* column = find(name)) return *column;
    const auto name_of = [](const auto& entry) { return entry.first; };
    throw InvalidTable{Code::missing_column, {std::string{name}, detail::joined(columns_, name_of)}};
}

Table Table::renamed(std::span<const std::pair<std::string, std::string>> roles) const {
    Table table;
    for (const auto& [role, name] : roles) table.add(role, at(name));
    for (const auto& [name, column] : columns_) {
        const bool mapped = std::any_of(roles.begin(), roles.end(),
                                        [&wanted = name](const auto& pair) { return pair.second == wanted; });
        if (!mapped && table.find(name) == nullptr) table.add(name, column);
    }
    return table;
}

}  // namespace recruit
