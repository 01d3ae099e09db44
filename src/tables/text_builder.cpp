#include "tables/text_builder.hpp"

#include <algorithm>
#include <cstring>

namespace recruit::detail {

namespace {

// A dictionary larger than the caches makes every row wait for memory, and nobody groups by it.
constexpr std::size_t most_entries = std::size_t{1} << 20;
// Rows before the first look at whether the dictionary pays.
constexpr std::size_t first_look = 4096;
// Slots tried for one text. Only texts chosen to collide come near; they then make a plain column, not a slow
// one.
constexpr std::size_t most_probes = 512;

template <class Word>
std::uint64_t load(const char* at) noexcept {
    Word word;
    std::memcpy(&word, at, sizeof word);
    return word;
}

// Never leaves the process, so neither byte order nor later versions matter.
std::uint64_t hash(std::string_view text) noexcept {
    constexpr std::uint64_t odd = 0x9E3779B97F4A7C15ULL;
    const char* at = text.data();
    std::size_t left = text.size();
    std::uint64_t state = left * odd;
    const auto mix = [&state](std::uint64_t word) {
        state = (state ^ word) * odd;
        state ^= state >> 32;
    };
    for (; left > 16; at += 8, left -= 8) mix(load<std::uint64_t>(at));
    if (left >= 8) {  // the two words may overlap
        mix(load<std::uint64_t>(at));
        mix(load<std::uint64_t>(at + left - 8));
    } else if (left >= 4) {
        mix(load<std::uint32_t>(at) | load<std::uint32_t>(at + left - 4) << 32);
    } else {
        mix(load<std::uint8_t>(at) | load<std::uint8_t>(at + left / 2) << 8 |
            load<std::uint8_t>(at + left - 1) << 16);
    }
    return state * odd;
}

}  // namespace

template <class Offset>
void TextBuilder<Offset>::append(const std::string_view* cells, std::size_t stride, std::size_t rows,
                                 std::string_view readable) {
    if (coded_) {
        append_coded(cells, stride, rows);
    } else {
        append_plain(cells, stride, rows, readable);
    }
    if (coded_ && rows_ >= first_look) {
        const std::size_t entries = offsets_.size() - 1;
        if (entries > rows_ / 2 || entries > most_entries || !dictionary_is_smaller()) turn_plain();
    }
}

template <class Offset>
void TextBuilder<Offset>::reserve(std::size_t rows) {
    expected_rows_ = rows;
    if (coded_) {
        codes_.reserve(rows);
    } else {
        offsets_.reserve(rows + 1);
        if (rows_ > 0) bytes_.reserve(text_size_ / rows_ * rows + rows / 16 + 64);
    }
}

template <class Offset>
void TextBuilder<Offset>::append_coded(const std::string_view* cells, std::size_t stride, std::size_t rows) {
    codes_.resize(rows_ + rows);
    for (std::size_t r = 0; r < rows; ++r) {
        const std::string_view cell = cells[r * stride];
        std::int32_t& code = codes_[rows_ + r];
        if (cell.empty()) {
            set_null(rows_ + r);
            code = 0;
            continue;
        }
        text_size_ += cell.size();
        const std::uint64_t key = hash(cell);
        const auto tag = static_cast<std::uint32_t>(key);
        const std::size_t mask = slots_.size() - 1;
        std::size_t i = static_cast<std::size_t>(key >> 32) & mask;
        for (std::size_t probes = 0;; i = (i + 1) & mask, ++probes) {
            const Slot slot = slots_[i];
            if (slot.code_plus_one == 0) break;
            if (slot.tag == tag && entry(slot.code_plus_one - 1) == cell) break;
            if (probes < most_probes) continue;
            // The rest of the batch goes on without a dictionary.
            codes_.resize(rows_ + r);
            text_size_ -= cell.size();
            rows_ += r;
            turn_plain();
            return append_plain(cells + r * stride, stride, rows - r, {});
        }
        if (slots_[i].code_plus_one == 0) {
            bytes_.insert(bytes_.end(), cell.begin(), cell.end());
            offsets_.push_back(static_cast<Offset>(bytes_.size()));
            slots_[i] = {tag, static_cast<std::uint32_t>(offsets_.size() - 1)};
            code = static_cast<std::int32_t>(offsets_.size() - 2);
            if (offsets_.size() * 2 > slots_.size()) grow_slots();
        } else {
            code = static_cast<std::int32_t>(slots_[i].code_plus_one - 1);
        }
    }
    rows_ += rows;
}

template <class Offset>
void TextBuilder<Offset>::append_plain(const std::string_view* cells, std::size_t stride, std::size_t rows,
                                       std::string_view readable) {
    constexpr std::size_t piece =
        16;  // short cells are copied whole pieces at a time, over what follows them
    const auto begin = reinterpret_cast<std::uintptr_t>(readable.data());
    const std::size_t pieces = readable.size() < piece ? 0 : readable.size() - piece + 1;
    std::size_t size = 0;
    for (std::size_t r = 0; r < rows; ++r) size += cells[r * stride].size();
    offsets_.resize(rows_ + rows + 1);
    bytes_.resize(text_size_ + size + piece);
    char* to = bytes_.data() + text_size_;
    for (std::size_t r = 0; r < rows; ++r) {
        const std::string_view cell = cells[r * stride];
        const std::size_t length = cell.size();
        if (length == 0) {
            set_null(rows_ + r);
        } else if (length <= piece && reinterpret_cast<std::uintptr_t>(cell.data()) - begin < pieces) {
            std::memcpy(to, cell.data(), piece);
        } else {
            std::memcpy(to, cell.data(), length);
        }
        to += length;
        offsets_[rows_ + r + 1] = static_cast<Offset>(to - bytes_.data());
    }
    text_size_ += size;
    bytes_.resize(text_size_);
    rows_ += rows;
}

template <class Offset>
void TextBuilder<Offset>::turn_plain() {
    cover_rows();
    std::vector<Offset> offsets(rows_ + 1);
    std::vector<char> bytes;
    offsets.reserve(std::max(expected_rows_ + 1, offsets.size()));
    bytes.reserve(
        rows_ == 0 ? 0 : text_size_ / rows_ * std::max(expected_rows_, rows_) + text_size_ % rows_ + 64);
    for (std::size_t r = 0; r < rows_; ++r) {
        const bool valid = valid_.empty() || ((valid_[r >> 3] >> (r & 7)) & 1) != 0;
        const std::string_view text = valid ? entry(static_cast<std::size_t>(codes_[r])) : std::string_view{};
        bytes.insert(bytes.end(), text.begin(), text.end());
        offsets[r + 1] = static_cast<Offset>(bytes.size());
    }
    coded_ = false;
    offsets_ = std::move(offsets);
    bytes_ = std::move(bytes);
    codes_ = {};
    slots_ = {};
}

template <class Offset>
bool TextBuilder<Offset>::dictionary_is_smaller() const noexcept {
    const std::size_t coded = rows_ * sizeof(std::int32_t) + offsets_.size() * sizeof(Offset) + bytes_.size();
    return coded < (rows_ + 1) * sizeof(Offset) + text_size_;
}

template <class Offset>
void TextBuilder<Offset>::grow_slots() {
    std::vector<Slot> slots(slots_.size() * 2);
    const std::size_t mask = slots.size() - 1;
    for (const Slot& slot : slots_) {
        if (slot.code_plus_one == 0) continue;
        std::size_t i = static_cast<std::size_t>(hash(entry(slot.code_plus_one - 1)) >> 32) & mask;
        while (slots[i].code_plus_one != 0) i = (i + 1) & mask;
        slots[i] = slot;
    }
    slots_ = std::move(slots);
}

// The bits reach to the last null only, and those after it are set: a row is valid until it is said to be
// null.
template <class Offset>
void TextBuilder<Offset>::cover_rows() {
    if (!valid_.empty()) valid_.resize(std::max(valid_.size(), (rows_ + 7) / 8), 0xFF);
}

template <class Offset>
void TextBuilder<Offset>::set_null(std::size_t row) {
    if (valid_.size() <= row / 8) valid_.resize(row / 8 + 1, 0xFF);
    valid_[row >> 3] = static_cast<std::uint8_t>(valid_[row >> 3] & ~(1U << (row & 7)));
}

template <class Offset>
Column TextBuilder<Offset>::finish() {
    // An all-null column has no entries a careless reader of code 0 could find.
    if (coded_ && (offsets_.size() == 1 || !dictionary_is_smaller())) turn_plain();
    Validity validity;
    cover_rows();
    if (!valid_.empty()) {
        validity = Validity{Buffer<std::uint8_t>{std::move(valid_)}, 0};
    }
    Strings strings{Buffer<Offset>{std::move(offsets_)}, Buffer<char>{std::move(bytes_)}};
    if (!coded_) return Column::texts(std::move(strings), std::move(validity));
    return Column::categories(Buffer<std::int32_t>{std::move(codes_)}, std::move(strings),
                              std::move(validity));
}

template class TextBuilder<std::int32_t>;
template class TextBuilder<std::int64_t>;

}  // namespace recruit::detail
