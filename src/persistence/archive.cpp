#include "persistence/archive.hpp"

#include <algorithm>

namespace recruit::detail {

// ---- pieces

void Pieces::close() {
    if (!is_open_) return;
    const auto& run = small_.back();
    pieces_.back() = {reinterpret_cast<const std::byte*>(run.data()), run.size()};
    is_open_ = false;
}

void Pieces::refer(std::span<const std::byte> block, std::shared_ptr<const void> owner) {
    constexpr std::size_t worth_it = 4096;
    if (block.size() < worth_it) {
        put(block.data(), block.size());
        return;
    }
    close();
    pieces_.push_back({block.data(), block.size()});
    if (owner) owners_.push_back(std::move(owner));
    size_ += block.size();
}

const std::vector<Pieces::Piece>& Pieces::finish() {
    close();
    return pieces_;
}

// ---- writing

void OutArchive::unsigned_integer(std::uint64_t v) {
    for (; v >= 0x80; v >>= 7) pieces_.put(static_cast<unsigned char>(v | 0x80));
    pieces_.put(static_cast<unsigned char>(v));
}

void OutArchive::too_deep() const { throw Error{Code::value_too_deep, {std::to_string(max_depth)}}; }

// ---- reading

std::span<const std::byte> InArchive::take(std::size_t size) {
    if (size > left()) damaged(Text::damage_length);
    const auto bytes = bytes_.span.subspan(at_, size);
    at_ += size;
    return bytes;
}

std::span<const std::byte> InArchive::take_block(std::size_t size, std::size_t width) {
    const auto padding = take((block_alignment - at_ % block_alignment) % block_alignment);
    if (std::any_of(padding.begin(), padding.end(), [](std::byte b) { return b != std::byte{0}; }))
        damaged(Text::damage_padding);
    if (size > left() / width) damaged(Text::damage_length);
    return take(size * width);
}

std::uint64_t InArchive::unsigned_integer() {
    std::uint64_t value = 0;
    for (int shift = 0;; shift += 7) {
        const auto byte = static_cast<std::uint64_t>(take(1)[0]);
        // The tenth byte has room for one bit; a last byte of zero says that a shorter form exists.
        if ((shift == 63 && byte > 1) || (shift > 0 && byte == 0)) damaged(Text::damage_number);
        value |= (byte & 0x7F) << shift;
        if (byte < 0x80) return value;
    }
}

std::size_t InArchive::count(std::size_t least) {
    const std::uint64_t number = unsigned_integer();
    if (number > left() / least) damaged(Text::damage_length);
    return static_cast<std::size_t>(number);
}

unsigned InArchive::class_version(unsigned newest) {
    const std::uint64_t version = unsigned_integer();
    if (version > newest)
        throw NewerVersion{Code::newer_version, {"class version " + std::to_string(version)}};
    if (version < newest) has_older_classes = true;
    return static_cast<unsigned>(version);
}

template <class Key>
Key InArchive::key_named(std::string_view name) const {
    const std::size_t keys = std::is_same_v<Key, Text> ? text_count() : code_count();
    for (std::size_t i = 0; i < keys; ++i) {
        if (to_string(static_cast<Key>(i)) == name) return static_cast<Key>(i);
    }
    const bool is_name =
        !name.empty() && name.size() < 100 && std::all_of(name.begin(), name.end(), [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
        });
    if (!is_name) damaged(Text::damage_enumerator);
    throw NewerVersion{Code::newer_version, {"text " + std::string{name}}};
}
template Text InArchive::key_named<Text>(std::string_view) const;
template Code InArchive::key_named<Code>(std::string_view) const;

void InArchive::finish() {
    if (left() > 0) damaged(Text::damage_rest);
}

void InArchive::damaged(Text what) const { refuse_bytes(what, at_); }
void InArchive::too_deep() const { damaged(Text::damage_depth); }

}  // namespace recruit::detail
