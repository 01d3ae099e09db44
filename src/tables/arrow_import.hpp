#pragma once

// One column of an Arrow stream, from pieces that are not trusted.

#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include <recruit/base/texts.hpp>
#include <recruit/tables/arrow.hpp>

#include "base/array.hpp"

namespace recruit::detail {

/// What a format string says, as far as it is read.
struct ArrowType {
    enum class Kind : std::uint8_t {
        null,
        boolean,
        int8,
        int16,
        int32,
        int64,
        uint8,
        uint16,
        uint32,
        uint64,
        float32,
        float64,
        utf8,
        large_utf8,
        utf8_view,
        date32,
        timestamp,
        decimal
    };
    Kind kind = Kind::null;        ///< Of a dictionary-encoded column: of the codes.
    int scale = 0;                 ///< decimal
    std::int64_t ticks_a_day = 0;  ///< timestamp
    bool coded = false;
    Kind entries = Kind::utf8;  ///< Of the dictionary.
    std::string name;           ///< For messages.
};

/// A batch, released with its last owner.
struct ArrowBatch {
    ArrowArray array{};
    ArrowBatch() = default;
    ArrowBatch(const ArrowBatch&) = delete;
    ArrowBatch& operator=(const ArrowBatch&) = delete;
    ~ArrowBatch() {
        if (array.release != nullptr) array.release(&array);
    }
};

/// The rows of a column that one batch brings.
struct ArrowPiece {
    std::shared_ptr<const void> owner;
    const ArrowArray* array = nullptr;
    std::size_t offset = 0;  ///< In the buffers, that of the batch included.
    std::size_t length = 0;
};

/// Lengths up to this keep every product with a width inside 64 bits.
inline constexpr std::int64_t most_arrow_rows = std::int64_t{1} << 48;

class ArrowColumn {
public:
    /// \throws InvalidTable (`arrow_type`, `arrow_malformed`).
    ArrowColumn(std::string name, const ArrowSchema& schema);

    const std::string& name() const noexcept { return name_; }
    std::size_t rows() const noexcept { return rows_; }

    /// Checks the shape of a batch's part and keeps it. `offset` and `length` are the batch's.
    void add(std::shared_ptr<const void> owner, const ArrowArray* array, std::int64_t offset,
             std::int64_t length);

    /// The column; the checks of the values are made here.
    Column finish();

private:
    struct Entries;  // texts of an array, with the nulls among them

    Column read_texts();
    Column read_views();
    Column read_codes();
    Column read_decimals();
    Column read_dates();
    template <class From>
    Column read_integers();
    template <class From>
    Column read_reals();
    template <class Offset>
    Column read_plain_texts();
    template <class Offset, class To>
    Column joined_texts(std::size_t bytes) const;
    template <class To>
    Column joined_views(std::size_t bytes) const;
    template <class Offset>
    void check_texts(const ArrowPiece& piece, std::size_t first_row) const;
    template <class Offset>
    Entries plain_entries(const ArrowArray& array) const;
    Entries entries_of(const ArrowArray& array) const;
    std::string_view view_at(const ArrowPiece& piece, std::size_t i) const;

    template <class From, class To, class Convert>
    Buffer<To> converted(Code otherwise, Convert convert) const;
    template <class Value>
    bool can_borrow(std::size_t buffer) const noexcept;
    template <class Value>
    Buffer<Value> borrowed(std::size_t buffer) const noexcept;
    Validity validity() const;

    void check_shape(const ArrowArray& array, ArrowType::Kind kind) const;
    [[noreturn]] void malformed(Text reason) const;
    [[noreturn]] void wrong_value(Code code, std::size_t row) const;

    std::string name_;
    ArrowType type_;
    std::vector<ArrowPiece> pieces_;
    std::size_t rows_ = 0;
};

// Values in foreign memory need not be aligned.
template <class Value>
Value value_at(const void* values, std::size_t i) noexcept {
    Value value;
    std::memcpy(&value, static_cast<const char*>(values) + i * sizeof(Value), sizeof value);
    return value;
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

/// Whether a bitmap has the bit; no bitmap has all.
inline bool bit_at(const void* bits, std::size_t i) noexcept {
    return bits == nullptr || ((static_cast<const std::uint8_t*>(bits)[i >> 3] >> (i & 7)) & 1) != 0;
}

/// The bitmap of nulls, or null if there are none.
inline const void* null_bits(const ArrowArray& array) noexcept {
    return array.null_count == 0 || array.n_buffers == 0 ? nullptr : array.buffers[0];
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

/// Text from elsewhere, fit for a message.
std::string printable(const char* text);

}  // namespace recruit::detail
