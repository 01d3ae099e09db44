#pragma once

// A text column that grows batch by batch and chooses how to store itself.

#include <cstdint>
#include <string_view>
#include <vector>

#include <recruit/base/table.hpp>

namespace recruit::detail {

/// Starts with a dictionary and turns plain as soon as the dictionary cannot pay. Empty strings are nulls.
/// `Offset` is int32 if all the text there is fits in 2 GiB, else int64.
template <class Offset>
class TextBuilder {
public:
    /// Appends cells[0], cells[stride], …, `rows` of them. `readable` is memory most cells lie in: a short
    /// cell there is copied with what follows it, which is faster.
    void append(const std::string_view* cells, std::size_t stride, std::size_t rows,
                std::string_view readable);
    /// Expects about so many rows in all.
    void reserve(std::size_t rows);
    /// The column; the builder is used up.
    Column finish();

private:
    struct Slot {
        std::uint32_t tag;
        std::uint32_t code_plus_one;  // 0: free
    };
    void append_coded(const std::string_view* cells, std::size_t stride, std::size_t rows);
    void append_plain(const std::string_view* cells, std::size_t stride, std::size_t rows,
                      std::string_view readable);
    void turn_plain();
    bool dictionary_is_smaller() const noexcept;
    void grow_slots();
    void set_null(std::size_t row);
    void cover_rows();
    std::string_view entry(std::size_t code) const noexcept {
        const auto from = static_cast<std::size_t>(offsets_[code]);
        return {bytes_.data() + from, static_cast<std::size_t>(offsets_[code + 1]) - from};
    }

    bool coded_ = true;
    std::size_t rows_ = 0;
    std::size_t expected_rows_ = 0;
    std::size_t text_size_ = 0;          // of all rows, as plain text
    std::vector<Offset> offsets_ = {0};  // of the dictionary, or of the rows
    std::vector<char> bytes_;            // likewise
    std::vector<std::int32_t> codes_;    // while coded
    std::vector<Slot> slots_ = std::vector<Slot>(64);
    std::vector<std::uint8_t> valid_;  // bits; empty until the first null
};

extern template class TextBuilder<std::int32_t>;
extern template class TextBuilder<std::int64_t>;

}  // namespace recruit::detail
