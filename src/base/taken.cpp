#include "base/taken.hpp"

#include <vector>

namespace recruit::detail {

Column taken(const Column& column, std::span<const std::uint32_t> order) {
    std::vector<bool> has_value(order.size());
    for (std::size_t i = 0; i < order.size(); ++i) has_value[i] = !column.is_null(order[i]);
    const Validity validity{has_value};
    const auto pick = [&]<class T>(std::span<const T> values) {
        std::vector<T> result(order.size());
        for (std::size_t i = 0; i < order.size(); ++i) result[i] = values[order[i]];
        return Buffer<T>{std::move(result)};
    };
    switch (column.type()) {
        case ColumnType::points:
            return Column::points(pick(column.integers()), column.scale(), validity);
        case ColumnType::integer:
            return Column::integers(pick(column.integers()), validity);
        case ColumnType::real:
            return Column::reals(pick(column.reals()), validity);
        case ColumnType::boolean:
            return Column::booleans(pick(column.booleans()), validity);
        case ColumnType::date:
            return Column::dates(pick(column.codes()), validity);
        case ColumnType::text:
            break;
    }
    if (column.has_dictionary()) return Column::categories(pick(column.codes()), column.strings(), validity);
    std::vector<std::int64_t> offsets{0};
    std::vector<char> bytes;
    for (const std::uint32_t row : order) {
        const auto word = column.is_null(row) ? std::string_view{} : column.text(row);
        bytes.insert(bytes.end(), word.begin(), word.end());
        offsets.push_back(static_cast<std::int64_t>(bytes.size()));
    }
    return Column::texts(Strings{Buffer<std::int64_t>{std::move(offsets)}, Buffer<char>{std::move(bytes)}},
                         validity);
}

Table taken(const Table& table, std::span<const std::uint32_t> rows) {
    Table result;
    for (const auto& [name, column] : table.columns()) result.add(name, taken(column, rows));
    return result;
}

}  // namespace recruit::detail
