#pragma once

/// \file
/// Table: named columns with nulls, Arrow-shaped. Room: base.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <recruit/base/points.hpp>
#include <recruit/export.hpp>

namespace recruit {

namespace detail {
class KeyIndex;
}

/// Read-only memory with whoever keeps it alive: a vector of ours, or memory borrowed from Arrow.
template <class T>
class Buffer {
public:
    Buffer() noexcept = default;
    explicit Buffer(std::vector<T> values) {
        auto kept = std::make_shared<const std::vector<T>>(std::move(values));
        view_ = *kept;
        owner_ = std::move(kept);
    }
    Buffer(std::shared_ptr<const void> owner, std::span<const T> view) noexcept
        : owner_{std::move(owner)}, view_{view} {}

    std::span<const T> span() const noexcept { return view_; }
    const T* data() const noexcept { return view_.data(); }
    std::size_t size() const noexcept { return view_.size(); }
    bool empty() const noexcept { return view_.empty(); }
    const T& operator[](std::size_t i) const noexcept { return view_[i]; }

private:
    std::shared_ptr<const void> owner_;
    std::span<const T> view_;
};

/// Many UTF-8 strings in one block of bytes; string i is bytes [offset i, offset i + 1). Offsets are 32 or 64
/// bits wide, as in Arrow's string and large_string.
class Strings {
public:
    Strings() noexcept = default;
    RECRUIT_EXPORT explicit Strings(std::span<const std::string> values);
    Strings(Buffer<std::int32_t> offsets, Buffer<char> bytes) noexcept
        : short_offsets_{std::move(offsets)}, bytes_{std::move(bytes)} {}
    Strings(Buffer<std::int64_t> offsets, Buffer<char> bytes) noexcept
        : long_offsets_{std::move(offsets)}, bytes_{std::move(bytes)} {}

    std::size_t size() const noexcept {
        const auto n = short_offsets_.size() + long_offsets_.size();
        return n == 0 ? 0 : n - 1;
    }
    std::string_view operator[](std::size_t i) const noexcept {
        if (!long_offsets_.empty()) return cut(long_offsets_[i], long_offsets_[i + 1]);
        return cut(short_offsets_[i], short_offsets_[i + 1]);
    }
    const Buffer<std::int32_t>& short_offsets() const noexcept { return short_offsets_; }
    const Buffer<std::int64_t>& long_offsets() const noexcept { return long_offsets_; }
    const Buffer<char>& bytes() const noexcept { return bytes_; }

private:
    std::string_view cut(std::int64_t from, std::int64_t to) const noexcept {
        return {bytes_.data() + from, static_cast<std::size_t>(to - from)};
    }
    Buffer<std::int32_t> short_offsets_;
    Buffer<std::int64_t> long_offsets_;
    Buffer<char> bytes_;
};

/// Which rows have a value: one bit a row, least significant first, as in Arrow. Without bits, every row has
/// one.
class Validity {
public:
    Validity() noexcept = default;
    Validity(Buffer<std::uint8_t> bits, std::size_t bit_offset) noexcept
        : bits_{std::move(bits)}, offset_{bit_offset} {}
    /// From one flag a row; no bits are kept if all are true.
    RECRUIT_EXPORT explicit Validity(const std::vector<bool>& has_value);

    bool all() const noexcept { return bits_.empty(); }
    bool operator[](std::size_t i) const noexcept {
        return bits_.empty() || ((bits_[(i + offset_) >> 3] >> ((i + offset_) & 7)) & 1) != 0;
    }
    const Buffer<std::uint8_t>& bits() const noexcept { return bits_; }
    std::size_t bit_offset() const noexcept { return offset_; }

private:
    Buffer<std::uint8_t> bits_;
    std::size_t offset_ = 0;
};

enum class ColumnType : std::uint8_t {
    points,   ///< int64 with one decimal scale for the column.
    integer,  ///< int64.
    real,     ///< Binary floats as they came; no rule reads them without an exact conversion.
    text,     ///< UTF-8, plain or dictionary-coded.
    boolean,  ///< One byte a row, 0 or 1.
    date,     ///< Days since 1970-01-01.
};

/// One column: a type, values and nulls. A cheap value: copies share the memory.
class RECRUIT_EXPORT Column {
public:
    Column() = default;

    /// Marks as `units / 10^scale`. \throws Error if scale is not in 0..18.
    static Column points(Buffer<std::int64_t> units, int scale, Validity validity = {});
    static Column integers(Buffer<std::int64_t> values, Validity validity = {});
    static Column reals(Buffer<double> values, Validity validity = {});
    static Column texts(Strings values, Validity validity = {});
    static Column texts(std::span<const std::string> values);
    /// Text as codes into a dictionary. \throws InvalidTable if a code of a valid row is outside the
    /// dictionary.
    static Column categories(Buffer<std::int32_t> codes, Strings dictionary, Validity validity = {});
    static Column booleans(Buffer<std::uint8_t> values, Validity validity = {});
    static Column dates(Buffer<std::int32_t> days, Validity validity = {});

    ColumnType type() const noexcept { return type_; }
    std::size_t size() const noexcept { return size_; }
    int scale() const noexcept { return scale_; }  ///< Decimals of a points column, else 0.
    bool is_null(std::size_t i) const noexcept { return !validity_[i]; }
    const Validity& validity() const noexcept { return validity_; }
    std::size_t null_count() const noexcept;  ///< Counted anew at each call; linear.

    std::span<const std::int64_t> integers() const noexcept { return integers_.span(); }  ///< points, integer
    std::span<const double> reals() const noexcept { return reals_.span(); }
    std::span<const std::int32_t> codes() const noexcept {
        return codes_.span();
    }  ///< dictionary codes or days
    std::span<const std::uint8_t> booleans() const noexcept { return bytes_.span(); }
    const Strings& strings() const noexcept { return strings_; }  ///< the values, or the dictionary
    bool has_dictionary() const noexcept { return type_ == ColumnType::text && dictionary_; }

    /// Text of a valid row of a text column.
    std::string_view text(std::size_t i) const noexcept {
        return strings_[dictionary_ ? static_cast<std::size_t>(codes_[i]) : i];
    }
    /// Any value as a person would write it (dates as yyyy-mm-dd); empty for null.
    std::string str(std::size_t i) const;

    /// The same column with an index of its values as keys (text or integer), which every later use of it
    /// shares: `select` looks for repeated applications in it. n log n at worst, linear where the rows stand
    /// in the order of their keys. `threads` 0 is the hardware's number.
    /// \throws InvalidTable (`table_too_long`); Error if the column is of another type.
    Column indexed(int threads = 0) const;
    const std::shared_ptr<const detail::KeyIndex>& index() const noexcept { return index_; }  ///< Or null.

private:
    ColumnType type_ = ColumnType::integer;
    bool dictionary_ = false;
    int scale_ = 0;
    std::size_t size_ = 0;
    Validity validity_;
    Buffer<std::int64_t> integers_;
    Buffer<double> reals_;
    Buffer<std::int32_t> codes_;
    Buffer<std::uint8_t> bytes_;
    Strings strings_;
    std::shared_ptr<const detail::KeyIndex> index_;
};

RECRUIT_EXPORT std::string_view to_string(ColumnType type) noexcept;

/// Named columns of one length, in order. A cheap value: copies share the memory.
class RECRUIT_EXPORT Table {
public:
    Table() = default;

    /// Adds a column at the end. \throws InvalidTable if the name is there already or the length differs.
    void add(std::string name, Column column);

    /// The same table with an index of the column of that name (`Column::indexed`). Selecting again and again
    /// from one table, index its `application` once. \throws InvalidTable (`missing_column`)
    Table indexed(std::string_view name, int threads = 0) const;

    std::size_t rows() const noexcept { return columns_.empty() ? 0 : columns_.front().second.size(); }
    std::size_t width() const noexcept { return columns_.size(); }
    const std::vector<std::pair<std::string, Column>>& columns() const noexcept { return columns_; }

    /// The column of that name, or null.
    const Column* find(std::string_view name) const noexcept;
    /// \throws InvalidTable (`missing_column`), naming the columns there are.
    const Column& at(std::string_view name) const;

    /// The same columns, some of them under other names: pairs (new name, name in this table).
    /// A column that is in no pair keeps its name unless a pair takes that name.
    /// \throws InvalidTable (`missing_column`) if a pair names a column that is not there.
    Table renamed(std::span<const std::pair<std::string, std::string>> roles) const;

private:
    std::vector<std::pair<std::string, Column>> columns_;
};

}  // namespace recruit
