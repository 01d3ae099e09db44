#include "tables/arrow_import.hpp"

#include <bit>
#include <charconv>

#include <recruit/base/error.hpp>

#include "base/bytes.hpp"
#include "base/keys.hpp"

namespace recruit::detail {

using Kind = ArrowType::Kind;

namespace {

bool is_text(Kind kind) noexcept {
    return kind == Kind::utf8 || kind == Kind::large_utf8 || kind == Kind::utf8_view;
}

bool is_integer(Kind kind) noexcept { return kind >= Kind::int8 && kind <= Kind::uint64; }

/// Reads "19,2" or "19,2,128".
bool read_decimal(std::string_view text, ArrowType& type) {
    int parts[3] = {0, 0, 128};
    const char* at = text.data();
    const char* const end = at + text.size();
    int count = 0;
    for (; count < 3 && at < end; ++count) {
        const auto read = std::from_chars(at, end, parts[count]);
        if (read.ec != std::errc{}) return false;
        at = read.ptr;
        if (at < end && *at++ != ',') return false;
    }
    if (count < 2 || at != end || text.back() == ',') return false;
    type.name = "decimal" + std::to_string(parts[2]) + "(" + std::to_string(parts[0]) + ", " +
                std::to_string(parts[1]) + ")";
    type.kind = Kind::decimal;
    type.scale = parts[1];
    return parts[2] == 128 && parts[1] >= 0 && parts[1] <= Points::max_scale;
}

/// Reads a unit and a zone, such as "s:" or "m:UTC".
bool read_timestamp(std::string_view text, ArrowType& type) {
    if (text.size() < 2 || text[1] != ':') return false;
    constexpr std::int64_t seconds = 86'400;
    type.name = "timestamp[" + std::string{text[0]} + (text[0] == 's' ? "" : "s") + "]";
    type.kind = Kind::timestamp;
    switch (text[0]) {
        case 's':
            type.ticks_a_day = seconds;
            break;
        case 'm':
            type.ticks_a_day = seconds * 1'000;
            break;
        case 'u':
            type.ticks_a_day = seconds * 1'000'000;
            break;
        case 'n':
            type.ticks_a_day = seconds * 1'000'000'000;
            break;
        default:
            return false;
    }
    const std::string_view zone = text.substr(2);
    if (!zone.empty()) type.name += " in " + std::string{zone};
    // Midnight elsewhere is another time in UTC, and which day was meant is not ours to say.
    return zone.empty() || zone == "UTC" || zone == "Etc/UTC" || zone == "+00:00" || zone == "Z";
}

bool read_format(std::string_view format, ArrowType& type) {
    struct Named {
        std::string_view format;
        Kind kind;
        const char* name;
    };
    constexpr Named known[] = {{"n", Kind::null, "null"},
                               {"b", Kind::boolean, "bool"},
                               {"c", Kind::int8, "int8"},
                               {"s", Kind::int16, "int16"},
                               {"i", Kind::int32, "int32"},
                               {"l", Kind::int64, "int64"},
                               {"C", Kind::uint8, "uint8"},
                               {"S", Kind::uint16, "uint16"},
                               {"I", Kind::uint32, "uint32"},
                               {"L", Kind::uint64, "uint64"},
                               {"f", Kind::float32, "float32"},
                               {"g", Kind::float64, "float64"},
                               {"u", Kind::utf8, "utf8"},
                               {"U", Kind::large_utf8, "large_utf8"},
                               {"vu", Kind::utf8_view, "utf8_view"},
                               {"tdD", Kind::date32, "date32"}};
    for (const Named& entry : known) {
        if (entry.format != format) continue;
        type.kind = entry.kind;
        type.name = entry.name;
        return true;
    }
    if (format.starts_with("d:")) return read_decimal(format.substr(2), type);
    if (format.starts_with("ts")) return read_timestamp(format.substr(2), type);
    return false;
}

/// What the format string of a type that is not read stands for, for messages.
std::string name_of_unread(std::string_view format) {
    constexpr std::pair<std::string_view, const char*> known[] = {{"e", "float16"},
                                                                  {"z", "binary"},
                                                                  {"Z", "large_binary"},
                                                                  {"vz", "binary_view"},
                                                                  {"w:", "fixed binary"},
                                                                  {"tdm", "date64"},
                                                                  {"tt", "time"},
                                                                  {"tD", "duration"},
                                                                  {"ti", "interval"},
                                                                  {"+l", "list"},
                                                                  {"+L", "large_list"},
                                                                  {"+vl", "list_view"},
                                                                  {"+vL", "large_list_view"},
                                                                  {"+w", "fixed-size list"},
                                                                  {"+s", "struct"},
                                                                  {"+m", "map"},
                                                                  {"+u", "union"},
                                                                  {"+r", "run-end encoded"}};
    for (const auto& [start, name] : known) {
        if (format.starts_with(start)) return name;
    }
    return "\"" + std::string{format} + "\"";
}

std::size_t count_nulls(const void* bits, std::size_t offset, std::size_t length) noexcept {
    if (bits == nullptr) return 0;
    std::size_t set = 0, i = offset;
    const std::size_t end = offset + length;
    for (; i < end && i % 8 != 0; ++i) set += bit_at(bits, i) ? 1 : 0;
    for (; i + 64 <= end; i += 64) {
        std::uint64_t word;
        std::memcpy(&word, static_cast<const char*>(bits) + i / 8, 8);
        set += static_cast<std::size_t>(std::popcount(word));
    }
    for (; i < end; ++i) set += bit_at(bits, i) ? 1 : 0;
    return length - set;
}

}  // namespace

std::string printable(const char* text) {
    if (text == nullptr) return {};
    std::string_view whole{text};
    if (find_not_utf8(whole) == whole.size()) return std::string{whole};
    std::string ascii{whole};
    for (char& c : ascii) {
        if (c < ' ' || c > '~') c = '?';
    }
    return ascii;
}

ArrowColumn::ArrowColumn(std::string name, const ArrowSchema& schema) : name_{std::move(name)} {
    const std::string format = printable(schema.format);
    const auto refuse = [&] {
        if (type_.name.empty()) type_.name = name_of_unread(format);
        Issue issue;
        issue.code = Code::arrow_type;
        issue.column = name_;
        issue.value = format;
        issue.arguments = {name_, type_.name};
        throw InvalidTable{std::move(issue)};
    };
    if (schema.format == nullptr || !read_format(format, type_)) refuse();
    if (schema.n_children != 0) malformed(Text::arrow_reason_children);
    if (schema.dictionary == nullptr) return;
    const ArrowSchema& entries = *schema.dictionary;
    const std::string entry_format = printable(entries.format);
    ArrowType entry_type;
    const bool readable = entries.format != nullptr && read_format(entry_format, entry_type);
    const std::string entry_name = entry_type.name.empty() ? name_of_unread(entry_format) : entry_type.name;
    type_.name = "dictionary<" + type_.name + ", " + entry_name + ">";
    if (!readable || !(is_text(entry_type.kind) || entry_type.kind == Kind::null) ||
        !is_integer(type_.kind) || entries.dictionary != nullptr)
        refuse();
    type_.coded = true;
    type_.entries = entry_type.kind;
}

void ArrowColumn::malformed(Text reason) const {
    Issue issue;
    issue.code = Code::arrow_malformed;
    issue.column = name_;
    issue.arguments = {name_, type_.name, reason};
    throw InvalidTable{std::move(issue)};
}

void ArrowColumn::wrong_value(Code code, std::size_t row) const {
    Issue issue;
    issue.code = code;
    issue.column = name_;
    issue.row = static_cast<std::int64_t>(row);
    issue.arguments = {name_, type_.name, std::to_string(row)};
    throw InvalidTable{std::move(issue)};
}

/// What can be told from the structure alone. Afterwards every buffer that rows need is there.
void ArrowColumn::check_shape(const ArrowArray& array, Kind kind) const {
    if (array.release == nullptr) malformed(Text::arrow_reason_released);
    if (array.length < 0 || array.offset < 0 || array.length > most_arrow_rows ||
        array.offset > most_arrow_rows || array.null_count < -1 || array.null_count > array.length) {
        malformed(Text::arrow_reason_length);
    }
    if (array.n_children != 0) malformed(Text::arrow_reason_children);
    // Nothing is read of a null column; some libraries send an empty bitmap along.
    const bool right_buffers = kind == Kind::null ? array.n_buffers == 0 || array.n_buffers == 1
                               : kind == Kind::utf8_view
                                   ? array.n_buffers >= 3 && array.n_buffers < most_arrow_rows
                               : is_text(kind) ? array.n_buffers == 3
                                               : array.n_buffers == 2;
    if (!right_buffers) malformed(Text::arrow_reason_buffers);
    if (kind == Kind::null) return;
    if (array.buffers == nullptr) malformed(Text::arrow_reason_no_buffer);
    if (array.null_count > 0 && array.buffers[0] == nullptr) malformed(Text::arrow_reason_no_buffer);
    if (array.length > 0 && array.buffers[1] == nullptr) malformed(Text::arrow_reason_no_buffer);
    if (kind == Kind::utf8_view) {
        const void* sizes = array.buffers[array.n_buffers - 1];
        if (array.n_buffers > 3 && sizes == nullptr) malformed(Text::arrow_reason_no_buffer);
        for (std::int64_t i = 0; i < array.n_buffers - 3; ++i) {
            const auto size = value_at<std::int64_t>(sizes, static_cast<std::size_t>(i));
            if (size < 0) malformed(Text::arrow_reason_length);
            if (size > 0 && array.buffers[i + 2] == nullptr) malformed(Text::arrow_reason_no_buffer);
        }
    }
}

void ArrowColumn::add(std::shared_ptr<const void> owner, const ArrowArray* array, std::int64_t offset,
                      std::int64_t length) {
    if (array == nullptr) malformed(Text::arrow_reason_children);
    check_shape(*array, type_.kind);
    if (array->length < offset + length) malformed(Text::arrow_reason_short);
    if (type_.coded != (array->dictionary != nullptr)) malformed(Text::arrow_reason_dictionary);
    if (type_.coded) {
        check_shape(*array->dictionary, type_.entries);
        if (array->dictionary->dictionary != nullptr) malformed(Text::arrow_reason_dictionary);
    }
    if (length == 0) return;
    pieces_.push_back({std::move(owner), array, static_cast<std::size_t>(array->offset + offset),
                       static_cast<std::size_t>(length)});
    rows_ += static_cast<std::size_t>(length);
}

Validity ArrowColumn::validity() const {
    if (pieces_.size() == 1) {
        const ArrowPiece& piece = pieces_[0];
        const auto* bits = static_cast<const std::uint8_t*>(null_bits(*piece.array));
        if (count_nulls(bits, piece.offset, piece.length) == 0) return {};
        const std::size_t first = piece.offset / 8, shift = piece.offset % 8;
        return Validity{
            Buffer<std::uint8_t>{piece.owner, std::span{bits + first, (shift + piece.length + 7) / 8}},
            shift};
    }
    NullBits nulls{rows_};
    std::size_t row = 0;
    for (const ArrowPiece& piece : pieces_) {
        const void* bits = null_bits(*piece.array);
        if (count_nulls(bits, piece.offset, piece.length) > 0) {
            for (std::size_t i = 0; i < piece.length; ++i) {
                if (!bit_at(bits, piece.offset + i)) nulls.set_null(row + i);
            }
        }
        row += piece.length;
    }
    return nulls.finish();
}

/// Values converted in one tight loop, null rows among them. `convert(value, to)` is false where a value has
/// no exact counterpart; only then are the rows looked at one by one, and the first with a value is refused.
/// Null rows are zero afterwards: what stood there is nobody's value, and must not be handed on.
template <class From, class To, class Convert>
Buffer<To> ArrowColumn::converted(Code otherwise, Convert convert) const {
    Array<To> values{rows_};
    std::size_t row = 0;
    for (const ArrowPiece& piece : pieces_) {
        const char* const from =
            static_cast<const char*>(piece.array->buffers[1]) + piece.offset * sizeof(From);
        To* const to = values.data() + row;
        bool good = true;
        for (std::size_t i = 0; i < piece.length; ++i) good &= convert(value_at<From>(from, i), to[i]);
        const void* bits = null_bits(*piece.array);
        if (!good) {
            for (std::size_t i = 0; i < piece.length; ++i) {
                To ignored;
                if (bit_at(bits, piece.offset + i) && !convert(value_at<From>(from, i), ignored)) {
                    wrong_value(otherwise, row + i);
                }
            }
        }
        if (bits != nullptr) {
            for (std::size_t i = 0; i < piece.length; ++i)
                to[i] = bit_at(bits, piece.offset + i) ? to[i] : To{};
        }
        row += piece.length;
    }
    return buffer(std::move(values));
}

template <class From>
Column ArrowColumn::read_integers() {
    if constexpr (std::is_same_v<From, std::int64_t>) {
        if (can_borrow<From>(1)) return Column::integers(borrowed<From>(1), validity());
    }
    return Column::integers(converted<From, std::int64_t>(Code::arrow_value,
                                                          [](From value, std::int64_t& to) {
                                                              to = static_cast<std::int64_t>(value);
                                                              return std::is_signed_v<From> || to >= 0;
                                                          }),
                            validity());
}

template <class From>
Column ArrowColumn::read_reals() {
    if constexpr (std::is_same_v<From, double>) {
        if (can_borrow<From>(1)) return Column::reals(borrowed<From>(1), validity());
    }
    return Column::reals(converted<From, double>(Code::arrow_value,
                                                 [](From value, double& to) {
                                                     to = static_cast<double>(value);
                                                     return true;
                                                 }),
                         validity());
}

Column ArrowColumn::read_decimals() {
    struct Halves {  // as in memory: little-endian
        std::int64_t low, high;
    };
    static_assert(std::endian::native == std::endian::little);
    return Column::points(converted<Halves, std::int64_t>(Code::arrow_value,
                                                          [](Halves value, std::int64_t& to) {
                                                              to = value.low;
                                                              return value.high == value.low >> 63;
                                                          }),
                          type_.scale, validity());
}

Column ArrowColumn::read_dates() {
    if (type_.kind == Kind::timestamp) {
        const std::int64_t ticks_a_day = type_.ticks_a_day;
        // Every time first, so that a row is refused for the reason that holds for it.
        converted<std::int64_t, std::uint8_t>(
            Code::arrow_time, [&](std::int64_t ticks, std::uint8_t&) { return ticks % ticks_a_day == 0; });
        return Column::dates(
            converted<std::int64_t, std::int32_t>(Code::arrow_value,
                                                  [&](std::int64_t ticks, std::int32_t& to) {
                                                      to = static_cast<std::int32_t>(ticks / ticks_a_day);
                                                      return to == ticks / ticks_a_day;
                                                  }),
            validity());
    }
    if (can_borrow<std::int32_t>(1)) return Column::dates(borrowed<std::int32_t>(1), validity());
    return Column::dates(converted<std::int32_t, std::int32_t>(Code::arrow_value,
                                                               [](std::int32_t day, std::int32_t& to) {
                                                                   to = day;
                                                                   return true;
                                                               }),
                         validity());
}

Column ArrowColumn::finish() {
    if (type_.coded && type_.entries != Kind::null) return read_codes();
    if (type_.coded) type_.kind = Kind::null;  // every entry is null, so every row is
    switch (type_.kind) {
        case Kind::int8:
            return read_integers<std::int8_t>();
        case Kind::int16:
            return read_integers<std::int16_t>();
        case Kind::int32:
            return read_integers<std::int32_t>();
        case Kind::int64:
            return read_integers<std::int64_t>();
        case Kind::uint8:
            return read_integers<std::uint8_t>();
        case Kind::uint16:
            return read_integers<std::uint16_t>();
        case Kind::uint32:
            return read_integers<std::uint32_t>();
        case Kind::uint64:
            return read_integers<std::uint64_t>();
        case Kind::float32:
            return read_reals<float>();
        case Kind::float64:
            return read_reals<double>();
        case Kind::utf8:
        case Kind::large_utf8:
        case Kind::utf8_view:
            return read_texts();
        case Kind::date32:
        case Kind::timestamp:
            return read_dates();
        case Kind::decimal:
            return read_decimals();
        case Kind::boolean: {
            std::vector<std::uint8_t> values(rows_);
            std::size_t row = 0;
            for (const ArrowPiece& piece : pieces_) {
                const void* bits = null_bits(*piece.array);
                for (std::size_t i = piece.offset; i < piece.offset + piece.length; ++i) {
                    values[row++] = bit_at(piece.array->buffers[1], i) && bit_at(bits, i) ? 1 : 0;
                }
            }
            return Column::booleans(Buffer<std::uint8_t>{std::move(values)}, validity());
        }
        case Kind::null:
            break;
    }
    NullBits nulls{rows_};
    for (std::size_t i = 0; i < rows_; ++i) nulls.set_null(i);
    return Column::texts(Strings{Buffer<std::int32_t>{std::vector<std::int32_t>(rows_ + 1)},
                                 Buffer<char>{std::vector<char>{}}},
                         nulls.finish());
}

}  // namespace recruit::detail
