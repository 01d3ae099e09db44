#pragma once

// Columns as blocks: what one column is in a file, and only that.

#include <recruit/base/table.hpp>

#include "persistence/archive.hpp"

namespace recruit::detail {

template <>
inline constexpr int last_of<ColumnType> = static_cast<int>(ColumnType::date);

/// More would be slow to load: a table looks for a name in all it has.
inline constexpr std::size_t max_table_columns = 10'000;

/// Writes a column; what its memory holds beside its values (the values of nulls, unused bits, text between
/// the texts) is written as zeros or left out. `name` is for errors. \throws Error (`column_not_text`)
void write_column(OutArchive& out, const Column& column, std::string_view name = {});

/// Reads it back; large blocks are looked at where they are. \throws Corrupt
Column read_column(InArchive& in);

template <>
inline constexpr bool is_viewed<Column> = true;
template <class Archive>
void serialize(Archive& archive, Record<Column>& record, unsigned) {
    if constexpr (Archive::is_saving::value)
        write_column(archive, record.value);
    else
        record.value = read_column(archive);
}

template <>
inline constexpr bool is_viewed<Table> = true;
void write_table(OutArchive& out, const Table& table);
Table read_table(InArchive& in);
template <class Archive>
void serialize(Archive& archive, Record<Table>& record, unsigned) {
    if constexpr (Archive::is_saving::value)
        write_table(archive, record.value);
    else
        record.value = read_table(archive);
}

}  // namespace recruit::detail
