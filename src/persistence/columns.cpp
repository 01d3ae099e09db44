#include "persistence/columns.hpp"

#include <algorithm>
#include <atomic>
#include <limits>

#include "base/bytes.hpp"
#include "base/parallel.hpp"

namespace recruit::detail {

namespace {

constexpr std::size_t chunk = std::size_t{1} << 18;  // rows, a multiple of 64

Pace pace_of(int threads) {
    Pace pace;
    pace.threads = threads;
    return pace;
}

/// Whether `holds(first, last)` for every chunk of [0, n).
template <class Holds>
bool all_chunks(std::size_t n, int threads, const Holds& holds) {
    std::atomic<bool> all{true};
    parallel(n, chunk, pace_of(threads), [&](std::size_t first, std::size_t last) {
        if (all && !holds(first, last)) all = false;
    });
    return all;
}

/// A block made for the file, and who keeps it.
template <class V>
struct Made {
    std::shared_ptr<std::vector<V>> values;
    explicit Made(std::size_t size) : values{std::make_shared<std::vector<V>>(size)} {}
    V& operator[](std::size_t i) { return (*values)[i]; }
};
template <class V>
void put(OutArchive& out, const Made<V>& made) {
    out.block(std::span<const V>{*made.values}, made.values);
}

std::size_t bitmap_bytes(std::size_t rows) { return (rows + 7) / 8; }

/// 64 rows from a bitmap that starts at a byte; the rows beyond the end have no value.
std::uint64_t word_at(std::span<const std::uint8_t> bits, std::size_t word) {
    std::uint64_t value = 0;
    const std::size_t first = word * 8;
    std::memcpy(&value, bits.data() + first, std::min<std::size_t>(8, bits.size() - first));
    return value;
}

/// Calls `visit(row)` for each null of rows [first, last), of which `first` is a multiple of 64; false ends
/// it.
template <class Visit>
bool each_null(std::span<const std::uint8_t> bits, std::size_t first, std::size_t last, const Visit& visit) {
    if (bits.empty()) return true;
    for (std::size_t word = first / 64; word * 64 < last; ++word) {
        std::uint64_t nulls = ~word_at(bits, word);
        if (last - word * 64 < 64) nulls &= (std::uint64_t{1} << (last - word * 64)) - 1;
        for (; nulls != 0; nulls &= nulls - 1) {
            if (!visit(word * 64 + static_cast<std::size_t>(std::countr_zero(nulls)))) return false;
        }
    }
    return true;
}

/// The bits of a column from bit 0 on, unused ones zero; empty if every row has a value.
std::optional<Made<std::uint8_t>> bitmap_of(const Column& column) {
    const Validity& validity = column.validity();
    if (validity.all()) return std::nullopt;
    Made<std::uint8_t> bits{bitmap_bytes(column.size())};
    const auto source = validity.bits().span();
    const std::size_t byte = validity.bit_offset() / 8;
    const unsigned shift = validity.bit_offset() % 8;
    for (std::size_t i = 0; i < bits.values->size(); ++i) {
        const unsigned low = source[byte + i];
        const unsigned high = shift != 0 && byte + i + 1 < source.size() ? source[byte + i + 1] : 0U;
        bits[i] = static_cast<std::uint8_t>((low | high << 8) >> shift);
    }
    if (column.size() % 8 != 0) {
        bits.values->back() =
            static_cast<std::uint8_t>(bits.values->back() & ((1U << (column.size() % 8)) - 1));
    }
    if (each_null(*bits.values, 0, column.size(), [](std::size_t) { return false; })) return std::nullopt;
    return bits;
}

bool nulls_are_zero(const auto& values, std::span<const std::uint8_t> bits, int threads) {
    if (bits.empty()) return true;
    using V = std::remove_cvref_t<decltype(values[0])>;
    return all_chunks(values.size(), threads, [&](std::size_t first, std::size_t last) {
        return each_null(bits, first, last, [&](std::size_t row) {
            return std::bit_cast<std::array<char, sizeof(V)>>(values[row]) == std::array<char, sizeof(V)>{};
        });
    });
}

/// A block of `made(value)` of each value, zero for nulls.
template <class V, class Make>
void put_made(OutArchive& out, std::span<const V> values, std::span<const std::uint8_t> bits,
              const Make& make) {
    Made<V> made{values.size()};
    parallel(values.size(), chunk, pace_of(out.threads), [&](std::size_t first, std::size_t last) {
        for (std::size_t row = first; row < last; ++row) made[row] = make(values[row]);
        each_null(bits, first, last, [&](std::size_t row) { return made[row] = V{}, true; });
    });
    put(out, made);
}

/// Values of a column, those of nulls as zero.
template <class V>
void put_values(OutArchive& out, std::span<const V> values, std::span<const std::uint8_t> bits) {
    if (nulls_are_zero(values, bits, out.threads)) return out.block(values);
    put_made(out, values, bits, [](V value) { return value; });
}

void put_booleans(OutArchive& out, std::span<const std::uint8_t> values, std::span<const std::uint8_t> bits) {
    const auto plain = [&](std::size_t first, std::size_t last) {
        return std::all_of(values.begin() + static_cast<std::ptrdiff_t>(first),
                           values.begin() + static_cast<std::ptrdiff_t>(last), [](auto v) { return v <= 1; });
    };
    if (all_chunks(values.size(), out.threads, plain)) return put_values(out, values, bits);
    put_made(out, values, bits, [](std::uint8_t value) -> std::uint8_t { return value != 0 ? 1 : 0; });
}

// ---- texts

constexpr bool starts_letter(char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }

/// What is wrong with texts [0, n), if anything: offsets that go down, a cut letter, no UTF-8. Each chunk
/// checks its own bytes; that chunks begin at letters follows from their offsets. Of several faults the first
/// of this order is named, wherever they are.
enum TextFault { none, cut_letter, not_text, falling };

/// Of texts [first, last).
template <class Offset>
TextFault fault_in(std::span<const Offset> offsets, std::span<const char> bytes, std::size_t first,
                   std::size_t last) {
    bool rise = offsets[first] >= 0;
    for (std::size_t i = first; i < last; ++i) rise &= offsets[i] <= offsets[i + 1];
    if (!rise || static_cast<std::size_t>(offsets[last]) > bytes.size()) return falling;
    const auto begin = static_cast<std::size_t>(offsets[first]);
    const std::string_view text{bytes.data() + begin, static_cast<std::size_t>(offsets[last]) - begin};
    if (is_ascii(text)) return none;  // no letter can be cut
    if (find_not_utf8(text) != text.size()) return not_text;
    // Where this chunk ends, the next begins, or all texts end and the bytes too.
    bool whole = true;
    for (std::size_t i = first; i < last; ++i) {
        const auto at = static_cast<std::size_t>(offsets[i]);
        whole &= at >= bytes.size() || starts_letter(bytes[at]);
    }
    return whole ? none : cut_letter;
}

template <class Offset>
std::optional<Text> fault_of(std::span<const Offset> offsets, std::span<const char> bytes, int threads) {
    if (offsets.empty()) return std::nullopt;
    std::atomic<int> worst{none};
    parallel(offsets.size() - 1, chunk, pace_of(threads), [&](std::size_t first, std::size_t last) {
        int known = worst;
        if (known == falling) return;
        const int found = fault_in(offsets, bytes, first, last);
        while (known < found && !worst.compare_exchange_weak(known, found)) {
        }
    });
    if (worst == none) return std::nullopt;
    return worst == not_text ? Text::damage_text : Text::damage_offsets;
}

/// Offsets as wide as the bytes need, from 0.
template <class Offset, class Source>
void put_offsets(OutArchive& out, std::span<const Source> offsets) {
    if constexpr (std::is_same_v<Offset, Source>) {
        if (offsets.front() == 0) return out.block(offsets);
    }
    Made<Offset> made{offsets.size()};
    parallel(offsets.size(), chunk, pace_of(out.threads), [&](std::size_t first, std::size_t last) {
        for (std::size_t i = first; i < last; ++i)
            made[i] = static_cast<Offset>(offsets[i] - offsets.front());
    });
    put(out, made);
}

constexpr std::uint64_t short_limit = std::numeric_limits<std::int32_t>::max();

template <class Offset>
void put_texts(OutArchive& out, std::span<const Offset> offsets, std::span<const char> all,
               std::string_view name) {
    if (offsets.size() < 2) return out.unsigned_integer(0);  // no texts: no bytes, no offsets
    if (fault_of(offsets, all, out.threads)) throw Error{Code::column_not_text, {std::string{name}}};
    const auto bytes = all.subspan(static_cast<std::size_t>(offsets.front()),
                                   static_cast<std::size_t>(offsets.back() - offsets.front()));
    out.unsigned_integer(bytes.size());
    if (bytes.size() <= short_limit)
        put_offsets<std::int32_t>(out, offsets);
    else
        put_offsets<std::int64_t>(out, offsets);
    out.block(bytes);
}

void put_strings(OutArchive& out, const Strings& strings, std::string_view name) {
    if (!strings.long_offsets().empty())
        put_texts(out, strings.long_offsets().span(), strings.bytes().span(), name);
    else
        put_texts(out, strings.short_offsets().span(), strings.bytes().span(), name);
}

/// Plain texts whose nulls have no bytes.
void put_plain_texts(OutArchive& out, const Column& column, std::span<const std::uint8_t> bits,
                     std::string_view name) {
    const Strings& strings = column.strings();
    const bool compact =
        bits.empty() || all_chunks(column.size(), out.threads, [&](std::size_t first, std::size_t last) {
            return each_null(bits, first, last, [&](std::size_t row) { return strings[row].empty(); });
        });
    if (compact) return put_strings(out, strings, name);
    Made<std::int64_t> offsets{0};
    Made<char> bytes{0};
    offsets.values->push_back(0);
    for (std::size_t row = 0; row < column.size(); ++row) {
        if (!column.is_null(row)) {
            const std::string_view text = strings[row];
            bytes.values->insert(bytes.values->end(), text.begin(), text.end());
        }
        offsets.values->push_back(static_cast<std::int64_t>(bytes.values->size()));
    }
    out.keep(bytes.values);
    out.keep(offsets.values);
    put_texts(out, std::span<const std::int64_t>{*offsets.values}, std::span<const char>{*bytes.values},
              name);
}

template <class Offset>
Strings read_offsets(InArchive& in, std::size_t count, std::size_t size) {
    auto offsets = in.buffer<Offset>(count + 1);
    auto bytes = in.buffer<char>(size);
    if (offsets[0] != 0 || static_cast<std::uint64_t>(offsets[count]) != size)
        in.damaged(Text::damage_offsets);
    if (const auto fault = fault_of(offsets.span(), bytes.span(), in.threads)) in.damaged(*fault);
    return Strings{std::move(offsets), std::move(bytes)};
}

Strings read_strings(InArchive& in, std::size_t count) {
    const std::size_t size = in.count(1);
    if (count == 0) {
        if (size > 0) in.damaged(Text::damage_length);
        return {};
    }
    if (size <= short_limit) return read_offsets<std::int32_t>(in, count, size);
    return read_offsets<std::int64_t>(in, count, size);
}

Validity read_validity(InArchive& in, std::size_t rows) {
    bool has_nulls = false;
    in >> has_nulls;
    if (!has_nulls) return {};
    auto bits = in.buffer<std::uint8_t>(bitmap_bytes(rows));
    const bool some = !each_null(bits.span(), 0, rows, [](std::size_t) { return false; });
    if (!some) in.damaged(Text::damage_nulls);
    if (rows % 8 != 0 && bits[bits.size() - 1] >> (rows % 8) != 0) in.damaged(Text::damage_padding);
    return Validity{std::move(bits), 0};
}

template <class V>
Buffer<V> read_values(InArchive& in, std::size_t rows, const Validity& validity) {
    auto values = in.buffer<V>(rows);
    if (!nulls_are_zero(values.span(), validity.bits().span(), in.threads)) in.damaged(Text::damage_nulls);
    return values;
}

}  // namespace

void write_column(OutArchive& out, const Column& column, std::string_view name) {
    const auto bitmap = bitmap_of(column);
    const std::span<const std::uint8_t> bits =
        bitmap ? std::span<const std::uint8_t>{*bitmap->values} : std::span<const std::uint8_t>{};
    out << column.type();
    if (column.type() == ColumnType::text) out << column.has_dictionary();
    if (column.type() == ColumnType::points) out << column.scale();
    out.unsigned_integer(column.size());
    out << bitmap.has_value();
    if (bitmap) put(out, *bitmap);
    switch (column.type()) {
        case ColumnType::points:
        case ColumnType::integer:
            return put_values(out, column.integers(), bits);
        case ColumnType::real:
            return put_values(out, column.reals(), bits);
        case ColumnType::date:
            return put_values(out, column.codes(), bits);
        case ColumnType::boolean:
            return put_booleans(out, column.booleans(), bits);
        case ColumnType::text:
            break;
    }
    if (!column.has_dictionary()) return put_plain_texts(out, column, bits, name);
    put_values(out, column.codes(), bits);
    out.unsigned_integer(column.strings().size());
    put_strings(out, column.strings(), name);
}

Column read_column(InArchive& in) {
    ColumnType type{};
    in >> type;
    bool dictionary = false;
    if (type == ColumnType::text) in >> dictionary;
    int scale = 0;
    if (type == ColumnType::points) in >> scale;
    const auto rows = static_cast<std::size_t>(in.unsigned_integer());
    // Every type has at least a byte a row but for plain text, whose offsets have four.
    if (rows > in.left()) in.damaged(Text::damage_length);
    const Validity validity = read_validity(in, rows);
    switch (type) {
        case ColumnType::points:
            return Column::points(read_values<std::int64_t>(in, rows, validity), scale, validity);
        case ColumnType::integer:
            return Column::integers(read_values<std::int64_t>(in, rows, validity), validity);
        case ColumnType::real:
            return Column::reals(read_values<double>(in, rows, validity), validity);
        case ColumnType::date:
            return Column::dates(read_values<std::int32_t>(in, rows, validity), validity);
        case ColumnType::boolean: {
            auto values = read_values<std::uint8_t>(in, rows, validity);
            const auto span = values.span();
            const bool plain = all_chunks(rows, in.threads, [&](std::size_t first, std::size_t last) {
                return std::all_of(span.begin() + static_cast<std::ptrdiff_t>(first),
                                   span.begin() + static_cast<std::ptrdiff_t>(last),
                                   [](auto v) { return v <= 1; });
            });
            if (!plain) in.damaged(Text::damage_flag);
            return Column::booleans(std::move(values), validity);
        }
        case ColumnType::text:
            break;
    }
    if (dictionary) {
        auto codes = read_values<std::int32_t>(in, rows, validity);
        const auto entries = static_cast<std::size_t>(in.unsigned_integer());
        if (entries > in.left()) in.damaged(Text::damage_length);
        return Column::categories(std::move(codes), read_strings(in, entries), validity);
    }
    Strings strings = read_strings(in, rows);
    const bool compact =
        validity.all() || all_chunks(rows, in.threads, [&](std::size_t first, std::size_t last) {
            return each_null(validity.bits().span(), first, last,
                             [&](std::size_t row) { return strings[row].empty(); });
        });
    if (!compact) in.damaged(Text::damage_nulls);
    return Column::texts(std::move(strings), validity);
}

void write_table(OutArchive& out, const Table& table) {
    if (table.width() > max_table_columns)
        throw Error{Code::table_too_wide, {std::to_string(table.width()), std::to_string(max_table_columns)}};
    out.unsigned_integer(table.width());
    for (const auto& [name, column] : table.columns()) {
        if (find_not_utf8(name) != name.size()) throw Error{Code::column_not_text, {name}};
        out.text(name);
        write_column(out, column, name);
    }
}

Table read_table(InArchive& in) {
    const std::size_t width = in.count(4);
    if (width > max_table_columns) in.damaged(Text::damage_length);
    Table table;
    for (std::size_t i = 0; i < width; ++i) {
        std::string name{in.text()};
        if (find_not_utf8(name) != name.size()) in.damaged(Text::damage_text);
        table.add(std::move(name), read_column(in));
    }
    return table;
}

}  // namespace recruit::detail
