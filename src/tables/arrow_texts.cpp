// Text columns of an Arrow stream: offsets, views, dictionaries.

#include <algorithm>
#include <limits>
#include <unordered_map>

#include "base/bytes.hpp"
#include "base/keys.hpp"
#include "tables/arrow_import.hpp"

namespace recruit::detail {

using Kind = ArrowType::Kind;

namespace {

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

bool fits_short_offsets(std::size_t bytes) noexcept {
    return bytes <= static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max());
}

/// Whether each text is UTF-8: the whole block is, and no text begins inside a character.
template <class Offset>
bool all_utf8(const void* offsets, std::size_t texts, const char* bytes) noexcept {
    const auto first = value_at<Offset>(offsets, 0), last = value_at<Offset>(offsets, texts);
    const std::string_view block{bytes + first, static_cast<std::size_t>(last - first)};
    if (is_ascii(block)) return true;
    if (find_not_utf8(block) != block.size()) return false;
    bool inside = false;
    for (std::size_t i = 0; i < texts; ++i) {
        const auto at = value_at<Offset>(offsets, i);
        inside |= (static_cast<unsigned char>(bytes[at == last ? first : at]) & 0xC0) == 0x80;
    }
    return !inside;
}

}  // namespace

/// Offsets rise from 0 or more, and the texts of valid rows are UTF-8.
template <class Offset>
void ArrowColumn::check_texts(const ArrowPiece& piece, std::size_t first_row) const {
    const char* const offsets =
        static_cast<const char*>(piece.array->buffers[1]) + piece.offset * sizeof(Offset);
    const auto* bytes = static_cast<const char*>(piece.array->buffers[2]);
    bool decreases = false;
    for (std::size_t i = 0; i < piece.length; ++i) {
        decreases |= value_at<Offset>(offsets, i + 1) < value_at<Offset>(offsets, i);
    }
    const auto first = value_at<Offset>(offsets, 0), last = value_at<Offset>(offsets, piece.length);
    if (first < 0 || decreases) malformed(Text::arrow_reason_offsets);
    if (last == first) return;
    if (bytes == nullptr) malformed(Text::arrow_reason_no_buffer);
    if (all_utf8<Offset>(offsets, piece.length, bytes)) return;
    const void* bits = null_bits(*piece.array);
    for (std::size_t i = 0; i < piece.length; ++i) {
        const auto from = value_at<Offset>(offsets, i), to = value_at<Offset>(offsets, i + 1);
        const std::string_view text{bytes + from, static_cast<std::size_t>(to - from)};
        if (bit_at(bits, piece.offset + i) && find_not_utf8(text) != text.size()) {
            wrong_value(Code::arrow_text, first_row + i);
        }
    }
}

template <class Offset>
Column ArrowColumn::read_plain_texts() {
    std::size_t row = 0, bytes = 0;
    for (const ArrowPiece& piece : pieces_) {
        check_texts<Offset>(piece, row);
        row += piece.length;
        const void* offsets = piece.array->buffers[1];
        bytes += static_cast<std::size_t>(value_at<Offset>(offsets, piece.offset + piece.length) -
                                          value_at<Offset>(offsets, piece.offset));
    }
    if (can_borrow<Offset>(1)) {
        const ArrowPiece& piece = pieces_[0];
        const auto* offsets = static_cast<const Offset*>(piece.array->buffers[1]) + piece.offset;
        const auto* data = static_cast<const char*>(piece.array->buffers[2]);
        if (data != nullptr) {
            return Column::texts(
                Strings{Buffer<Offset>{piece.owner, std::span{offsets, piece.length + 1}},
                        Buffer<char>{piece.owner,
                                     std::span{data, static_cast<std::size_t>(offsets[piece.length])}}},
                validity());
        }
    }
    return fits_short_offsets(bytes) ? joined_texts<Offset, std::int32_t>(bytes)
                                     : joined_texts<Offset, std::int64_t>(bytes);
}

/// The pieces one after the other; what stands in null rows stays behind.
template <class Offset, class To>
Column ArrowColumn::joined_texts(std::size_t bytes) const {
    Array<To> ends{rows_ + 1};
    Array<char> block{bytes};
    To* end = ends.data();
    std::size_t at = 0;
    *end++ = 0;
    for (const ArrowPiece& piece : pieces_) {
        const char* const offsets =
            static_cast<const char*>(piece.array->buffers[1]) + piece.offset * sizeof(Offset);
        const auto* const texts = static_cast<const char*>(piece.array->buffers[2]);
        const auto copy = [&](Offset from, Offset to) {
            if (to > from) std::memcpy(block.data() + at, texts + from, static_cast<std::size_t>(to - from));
            at += static_cast<std::size_t>(to - from);
        };
        const void* bits = null_bits(*piece.array);
        if (bits == nullptr) {
            const auto first = value_at<Offset>(offsets, 0);
            for (std::size_t i = 1; i <= piece.length; ++i)
                *end++ = static_cast<To>(at + static_cast<std::size_t>(value_at<Offset>(offsets, i) - first));
            copy(first, value_at<Offset>(offsets, piece.length));
            continue;
        }
        for (std::size_t i = 0; i < piece.length; ++i) {
            if (bit_at(bits, piece.offset + i))
                copy(value_at<Offset>(offsets, i), value_at<Offset>(offsets, i + 1));
            *end++ = static_cast<To>(at);
        }
    }
    return Column::texts(Strings{buffer(std::move(ends)), buffer(std::move(block), at)}, validity());
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

/// Views are made offsets: their lengths are added up first, and what they point to is checked.
Column ArrowColumn::read_views() {
    std::size_t bytes = 0;
    for (const ArrowPiece& piece : pieces_) {
        const void* bits = null_bits(*piece.array);
        for (std::size_t i = 0; i < piece.length; ++i) {
            if (bit_at(bits, piece.offset + i)) bytes += view_at(piece, i).size();
        }
    }
    return fits_short_offsets(bytes) ? joined_views<std::int32_t>(bytes) : joined_views<std::int64_t>(bytes);
}

/// Of views that were checked.
template <class To>
Column ArrowColumn::joined_views(std::size_t bytes) const {
    Array<To> ends{rows_ + 1};
    constexpr std::size_t inlined = 12;
    Array<char> block{bytes + inlined};  // so that short texts are copied without asking for their length
    char* out = block.data();
    To* end = ends.data();
    *end++ = 0;
    for (const ArrowPiece& piece : pieces_) {
        const void* bits = null_bits(*piece.array);
        for (std::size_t i = 0; i < piece.length; ++i) {
            if (bit_at(bits, piece.offset + i)) {
                const char* const view =
                    static_cast<const char*>(piece.array->buffers[1]) + (piece.offset + i) * 16;
                const auto length = static_cast<std::size_t>(value_at<std::int32_t>(view, 0));
                if (length <= inlined) {
                    std::memcpy(out, view + 4, inlined);
                } else {
                    const auto* const buffer =
                        static_cast<const char*>(piece.array->buffers[value_at<std::int32_t>(view, 2) + 2]);
                    std::memcpy(out, buffer + value_at<std::int32_t>(view, 3), length);
                }
                out += length;
            }
            *end++ = static_cast<To>(out - block.data());
        }
    }
    if (rows_ > 0 && bytes > 0 && !all_utf8<To>(ends.data(), rows_, block.data())) {
        for (std::size_t i = 0; i < rows_; ++i) {
            const auto from = static_cast<std::size_t>(ends[i]);
            const auto to = static_cast<std::size_t>(ends[i + 1]);
            const std::string_view text{block.data() + from, to - from};
            if (find_not_utf8(text) != text.size()) wrong_value(Code::arrow_text, i);
        }
    }
    return Column::texts(Strings{buffer(std::move(ends)), buffer(std::move(block), bytes)}, validity());
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

}  // namespace recruit::detail
