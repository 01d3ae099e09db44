#include "tables/arrow_import.hpp"

#include <bit>
#include <charconv>
#include <cstring>
#include <limits>
#include <unordered_map>

#include <recruit/base/error.hpp>

#include "base/bytes.hpp"
#include "base/int128.hpp"
#include "base/keys.hpp"

namespace recruit::detail {

using Kind = ArrowType::Kind;

namespace {

// Values in foreign memory need not be aligned.
template <class Value>
Value value_at(const void* values, std::size_t i) noexcept {
    Value value;
    std::memcpy(&value, static_cast<const char*>(values) + i * sizeof(Value), sizeof value);
    return value;
}

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

/// Bits for rows of our own, all valid until said otherwise.
class NullBits {
public:
    explicit NullBits(std::size_t rows) : rows_{rows} {}
    void set_null(std::size_t row) {
        if (bits_.empty()) bits_.assign((rows_ + 7) / 8, 0xFF);
        bits_[row >> 3] = static_cast<std::uint8_t>(bits_[row >> 3] & ~(1U << (row & 7)));
    }
    Validity finish() {
        return bits_.empty() ? Validity{} : Validity{Buffer<std::uint8_t>{std::move(bits_)}, 0};
    }

private:
    std::size_t rows_;
    std::vector<std::uint8_t> bits_;
};

/// Texts gathered into one block, with offsets as narrow as they can be.
class TextBlock {
public:
    void add(std::string_view text) {
        bytes_.insert(bytes_.end(), text.begin(), text.end());
        ends_.push_back(static_cast<std::int64_t>(bytes_.size()));
    }
    std::size_t size() const noexcept { return ends_.size() - 1; }
    Strings finish() {
        Buffer<char> bytes{std::move(bytes_)};
        if (ends_.back() > std::numeric_limits<std::int32_t>::max()) {
            return Strings{Buffer<std::int64_t>{std::move(ends_)}, std::move(bytes)};
        }
        std::vector<std::int32_t> ends(ends_.size());
        for (std::size_t i = 0; i < ends.size(); ++i) ends[i] = static_cast<std::int32_t>(ends_[i]);
        return Strings{Buffer<std::int32_t>{std::move(ends)}, std::move(bytes)};
    }

private:
    std::vector<std::int64_t> ends_{0};
    std::vector<char> bytes_;
};

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
        if (type_.name.empty()) type_.name = "\"" + format + "\"";
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
    const std::string entry_name = entry_type.name.empty() ? "\"" + entry_format + "\"" : entry_type.name;
    type_.name = "dictionary<" + type_.name + ", " + entry_name + ">";
    if (!readable || !is_text(entry_type.kind) || !is_integer(type_.kind) || entries.dictionary != nullptr)
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

template <class Value>
bool ArrowColumn::can_borrow(std::size_t buffer) const noexcept {
    return pieces_.size() == 1 &&
           reinterpret_cast<std::uintptr_t>(pieces_[0].array->buffers[buffer]) % alignof(Value) == 0;
}

template <class Value>
Buffer<Value> ArrowColumn::borrowed(std::size_t buffer) const noexcept {
    const ArrowPiece& piece = pieces_[0];
    const auto* values = static_cast<const Value*>(piece.array->buffers[buffer]);
    return Buffer<Value>{piece.owner, std::span{values + piece.offset, piece.length}};
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

/// each(row, value) for every row that has a value, in order.
template <class Value, class Each>
void ArrowColumn::for_each_valid(Each each) const {
    std::size_t row = 0;
    for (const ArrowPiece& piece : pieces_) {
        const void* bits = null_bits(*piece.array);
        const void* values = piece.array->buffers[1];
        for (std::size_t i = piece.offset; i < piece.offset + piece.length; ++i, ++row) {
            if (bit_at(bits, i)) each(row, value_at<Value>(values, i));
        }
    }
}

template <class From>
Column ArrowColumn::read_integers() {
    if constexpr (std::is_same_v<From, std::int64_t>) {
        if (can_borrow<From>(1)) return Column::integers(borrowed<From>(1), validity());
    }
    std::vector<std::int64_t> values(rows_);
    for_each_valid<From>([&](std::size_t row, From value) {
        if constexpr (std::is_same_v<From, std::uint64_t>) {
            if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
                wrong_value(Code::arrow_value, row);
            }
        }
        values[row] = static_cast<std::int64_t>(value);
    });
    return Column::integers(Buffer<std::int64_t>{std::move(values)}, validity());
}

template <class From>
Column ArrowColumn::read_reals() {
    if constexpr (std::is_same_v<From, double>) {
        if (can_borrow<From>(1)) return Column::reals(borrowed<From>(1), validity());
    }
    std::vector<double> values(rows_);
    for_each_valid<From>([&](std::size_t row, From value) { values[row] = static_cast<double>(value); });
    return Column::reals(Buffer<double>{std::move(values)}, validity());
}

Column ArrowColumn::read_decimals() {
    std::vector<std::int64_t> units(rows_);
    for_each_valid<int128>([&](std::size_t row, int128 value) {
        if (!fits_int64(value)) wrong_value(Code::arrow_value, row);
        units[row] = static_cast<std::int64_t>(value);
    });
    return Column::points(Buffer<std::int64_t>{std::move(units)}, type_.scale, validity());
}

Column ArrowColumn::read_dates() {
    if (type_.kind == Kind::date32 && can_borrow<std::int32_t>(1)) {
        return Column::dates(borrowed<std::int32_t>(1), validity());
    }
    std::vector<std::int32_t> days(rows_);
    if (type_.kind == Kind::date32) {
        for_each_valid<std::int32_t>([&](std::size_t row, std::int32_t day) { days[row] = day; });
    } else {
        for_each_valid<std::int64_t>([&](std::size_t row, std::int64_t ticks) {
            if (ticks % type_.ticks_a_day != 0) wrong_value(Code::arrow_time, row);
            const std::int64_t day = ticks / type_.ticks_a_day;
            if (day != static_cast<std::int32_t>(day)) wrong_value(Code::arrow_value, row);
            days[row] = static_cast<std::int32_t>(day);
        });
    }
    return Column::dates(Buffer<std::int32_t>{std::move(days)}, validity());
}

/// Offsets rise from 0 or more, and the texts of valid rows are UTF-8.
template <class Offset>
void ArrowColumn::check_texts(const ArrowPiece& piece, std::size_t first_row) const {
    const void* offsets = piece.array->buffers[1];
    const auto* bytes = static_cast<const char*>(piece.array->buffers[2]);
    const auto first = value_at<Offset>(offsets, piece.offset);
    Offset last = first;
    bool decreases = false;
    for (std::size_t i = piece.offset + 1; i <= piece.offset + piece.length; ++i) {
        const auto next = value_at<Offset>(offsets, i);
        decreases |= next < last;
        last = next;
    }
    if (first < 0 || decreases) malformed(Text::arrow_reason_offsets);
    if (last > first && bytes == nullptr) malformed(Text::arrow_reason_no_buffer);
    if (last == first) return;
    // Most often the whole block is UTF-8 and no text begins inside a character.
    const std::string_view block{bytes + first, static_cast<std::size_t>(last - first)};
    bool good = find_not_utf8(block) == block.size();
    for (std::size_t i = piece.offset; good && i < piece.offset + piece.length; ++i) {
        const auto at = value_at<Offset>(offsets, i);
        good = at == last || (static_cast<unsigned char>(bytes[at]) & 0xC0) != 0x80;
    }
    if (good) return;
    const void* bits = null_bits(*piece.array);
    for (std::size_t i = 0; i < piece.length; ++i) {
        const auto from = value_at<Offset>(offsets, piece.offset + i);
        const auto to = value_at<Offset>(offsets, piece.offset + i + 1);
        const std::string_view text{bytes + from, static_cast<std::size_t>(to - from)};
        if (bit_at(bits, piece.offset + i) && find_not_utf8(text) != text.size()) {
            wrong_value(Code::arrow_text, first_row + i);
        }
    }
}

template <class Offset>
Column ArrowColumn::read_plain_texts() {
    std::size_t row = 0;
    for (const ArrowPiece& piece : pieces_) {
        check_texts<Offset>(piece, row);
        row += piece.length;
    }
    if (can_borrow<Offset>(1)) {
        const ArrowPiece& piece = pieces_[0];
        const auto* offsets = static_cast<const Offset*>(piece.array->buffers[1]) + piece.offset;
        const auto* bytes = static_cast<const char*>(piece.array->buffers[2]);
        if (bytes != nullptr) {
            return Column::texts(
                Strings{Buffer<Offset>{piece.owner, std::span{offsets, piece.length + 1}},
                        Buffer<char>{piece.owner,
                                     std::span{bytes, static_cast<std::size_t>(offsets[piece.length])}}},
                validity());
        }
    }
    TextBlock texts;
    for (const ArrowPiece& piece : pieces_) {
        const void* offsets = piece.array->buffers[1];
        const auto* bytes = static_cast<const char*>(piece.array->buffers[2]);
        for (std::size_t i = piece.offset; i < piece.offset + piece.length; ++i) {
            const auto from = value_at<Offset>(offsets, i), to = value_at<Offset>(offsets, i + 1);
            const bool some = to > from && bit_at(null_bits(*piece.array), i);
            texts.add(some ? std::string_view{bytes + from, static_cast<std::size_t>(to - from)}
                           : std::string_view{});
        }
    }
    return Column::texts(texts.finish(), validity());
}

/// A view is 16 bytes: the length, then the text itself (up to 12 bytes), or 4 bytes of it, a buffer and a
/// place there.
std::string_view ArrowColumn::view_at(const ArrowPiece& piece, std::size_t i) const {
    const char* view = static_cast<const char*>(piece.array->buffers[1]) + (piece.offset + i) * 16;
    const auto length = value_at<std::int32_t>(view, 0);
    if (length < 0) malformed(Text::arrow_reason_view);
    if (length <= 12) return {view + 4, static_cast<std::size_t>(length)};
    const auto buffer = value_at<std::int32_t>(view, 2), from = value_at<std::int32_t>(view, 3);
    const std::int64_t buffers = piece.array->n_buffers - 3;
    if (buffer < 0 || buffer >= buffers || from < 0) malformed(Text::arrow_reason_view);
    const auto size =
        value_at<std::int64_t>(piece.array->buffers[buffers + 2], static_cast<std::size_t>(buffer));
    if (std::int64_t{from} + length > size) malformed(Text::arrow_reason_view);
    return {static_cast<const char*>(piece.array->buffers[buffer + 2]) + from,
            static_cast<std::size_t>(length)};
}

Column ArrowColumn::read_views() {
    TextBlock texts;
    for (const ArrowPiece& piece : pieces_) {
        for (std::size_t i = 0; i < piece.length; ++i) {
            const bool valid = bit_at(null_bits(*piece.array), piece.offset + i);
            const std::string_view text = valid ? view_at(piece, i) : std::string_view{};
            if (find_not_utf8(text) != text.size()) wrong_value(Code::arrow_text, texts.size());
            texts.add(text);
        }
    }
    return Column::texts(texts.finish(), validity());
}

Column ArrowColumn::read_texts() {
    if (type_.kind == Kind::utf8_view) return read_views();
    return type_.kind == Kind::utf8 ? read_plain_texts<std::int32_t>() : read_plain_texts<std::int64_t>();
}

struct ArrowColumn::Entries {
    std::vector<std::string_view> texts;  // those of null entries have no data
    Strings borrowable;                   // the same without a copy, if they are that
};

/// The texts of a dictionary: a column like others, except that nothing keeps its owner.
ArrowColumn::Entries ArrowColumn::entries_of(const ArrowArray& array) const {
    const ArrowPiece whole{nullptr, &array, static_cast<std::size_t>(array.offset),
                           static_cast<std::size_t>(array.length)};
    Entries entries;
    if (whole.length == 0) return entries;
    if (type_.entries == Kind::utf8) return plain_entries<std::int32_t>(array);
    if (type_.entries == Kind::large_utf8) return plain_entries<std::int64_t>(array);
    for (std::size_t i = 0; i < whole.length; ++i) {
        if (!bit_at(null_bits(array), whole.offset + i)) {
            entries.texts.emplace_back();
            continue;
        }
        const std::string_view text = view_at(whole, i);
        if (find_not_utf8(text) != text.size()) wrong_value(Code::arrow_text, i);
        entries.texts.push_back(text);
    }
    return entries;
}

template <class Offset>
ArrowColumn::Entries ArrowColumn::plain_entries(const ArrowArray& array) const {
    const ArrowPiece whole{nullptr, &array, static_cast<std::size_t>(array.offset),
                           static_cast<std::size_t>(array.length)};
    check_texts<Offset>(whole, 0);
    Entries entries;
    const auto* bytes = static_cast<const char*>(array.buffers[2]);
    for (std::size_t i = whole.offset; i < whole.offset + whole.length; ++i) {
        const auto from = value_at<Offset>(array.buffers[1], i),
                   to = value_at<Offset>(array.buffers[1], i + 1);
        const bool valid = bit_at(null_bits(array), i);
        entries.texts.push_back(!valid ? std::string_view{}
                                : to == from
                                    ? std::string_view{""}
                                    : std::string_view{bytes + from, static_cast<std::size_t>(to - from)});
    }
    if (reinterpret_cast<std::uintptr_t>(array.buffers[1]) % alignof(Offset) == 0 && bytes != nullptr &&
        !pieces_.empty()) {
        const auto* offsets = static_cast<const Offset*>(array.buffers[1]) + whole.offset;
        const auto& owner = pieces_.front().owner;
        entries.borrowable =
            Strings{Buffer<Offset>{owner, std::span{offsets, whole.length + 1}},
                    Buffer<char>{owner, std::span{bytes, static_cast<std::size_t>(offsets[whole.length])}}};
    }
    return entries;
}

/// Rows are grouped by their codes, so one text must have one code: the dictionaries of all pieces are made
/// one without repeats. Where the only dictionary is that already, it is borrowed.
Column ArrowColumn::read_codes() {
    std::unordered_map<std::string_view, std::int32_t> places;
    TextBlock dictionary;
    std::vector<std::int32_t> new_code;  // of the codes of the piece at hand; -1 for null
    Strings only;
    bool unchanged = pieces_.size() == 1 && type_.kind == Kind::int32 && can_borrow<std::int32_t>(1);
    const ArrowArray* translated = nullptr;
    NullBits nulls{rows_};
    std::vector<std::int32_t> codes;
    std::size_t row = 0;

    const auto translate = [&](const ArrowArray& array) {
        // Batches of one source often bring the very same dictionary again.
        if (translated != nullptr && translated->length == array.length &&
            translated->offset == array.offset && translated->n_buffers == array.n_buffers &&
            translated->null_count == array.null_count &&
            std::equal(array.buffers, array.buffers + array.n_buffers, translated->buffers)) {
            return;
        }
        translated = &array;
        const Entries entries = entries_of(array);
        new_code.clear();
        for (const std::string_view text : entries.texts) {
            if (text.data() == nullptr) {
                new_code.push_back(-1);
                unchanged = false;
                continue;
            }
            const auto next = static_cast<std::int32_t>(places.size());
            const auto [place, is_new] = places.try_emplace(text, next);
            if (is_new) dictionary.add(text);
            unchanged = unchanged && is_new;
            new_code.push_back(place->second);
            if (places.size() >= static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max())) {
                malformed(Text::arrow_reason_dictionary);
            }
        }
        only = entries.borrowable;
    };
    const auto read = [&](const ArrowPiece& piece, auto sample) {
        using Stored = decltype(sample);
        const void* bits = null_bits(*piece.array);
        const void* values = piece.array->buffers[1];
        for (std::size_t i = piece.offset; i < piece.offset + piece.length; ++i, ++row) {
            std::int32_t code = -1;
            if (bit_at(bits, i)) {
                const auto old = value_at<Stored>(values, i);
                if (old < Stored{0} || static_cast<std::uint64_t>(old) >= new_code.size()) {
                    wrong_value(Code::arrow_code, row);
                }
                code = new_code[static_cast<std::size_t>(old)];
            }
            if (code < 0) nulls.set_null(row);
            if (!codes.empty()) codes[row] = code < 0 ? 0 : code;
        }
    };
    for (const ArrowPiece& piece : pieces_) {
        translate(*piece.array->dictionary);
        unchanged = unchanged && only.size() == new_code.size() && !new_code.empty();
        if (!unchanged && codes.empty()) codes.resize(rows_);
        switch (type_.kind) {
            case Kind::int8:
                read(piece, std::int8_t{});
                break;
            case Kind::int16:
                read(piece, std::int16_t{});
                break;
            case Kind::int32:
                read(piece, std::int32_t{});
                break;
            case Kind::int64:
                read(piece, std::int64_t{});
                break;
            case Kind::uint8:
                read(piece, std::uint8_t{});
                break;
            case Kind::uint16:
                read(piece, std::uint16_t{});
                break;
            case Kind::uint32:
                read(piece, std::uint32_t{});
                break;
            default:
                read(piece, std::uint64_t{});
                break;
        }
    }
    if (unchanged) return Column::categories(borrowed<std::int32_t>(1), std::move(only), validity());
    return Column::categories(Buffer<std::int32_t>{std::move(codes)}, dictionary.finish(), nulls.finish());
}

Column ArrowColumn::finish() {
    if (type_.coded) return read_codes();
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
                for (std::size_t i = piece.offset; i < piece.offset + piece.length; ++i) {
                    values[row++] = bit_at(piece.array->buffers[1], i) ? 1 : 0;
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
