#include "base/bytes.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <fstream>

#include <recruit/base/error.hpp>

#include "base/keys.hpp"

namespace recruit::detail {

namespace {

[[noreturn]] void unreadable(const std::filesystem::path& path) {
    std::error_code ignored;
    const auto status = std::filesystem::status(path, ignored);
    const Text reason = std::filesystem::is_directory(status) ? Text::file_is_folder
                        : std::filesystem::exists(status)     ? Text::file_not_opened
                                                              : Text::file_is_missing;
    throw InvalidTable{Code::file_unreadable, {path.string(), reason}, path.string()};
}

// A machine with nine states, six bits apart in a word, so that a step is one look-up and one shift and never
// a branch that goes wrong (text with accents is one ASCII letter, two bytes, one letter, three bytes, ...).
// RFC 3629; table 3-7 of the Unicode Standard. A row of the table is for a byte: at the place of each state,
// the place of the next.
enum State : unsigned { good, one_left, two_left, three_left, after_e0, after_ed, after_f0, after_f4, wrong };
constexpr unsigned place(State state) { return 6 * state; }

constexpr State next_state(State state, unsigned byte, bool refuse_nul) {
    const auto within = [&](unsigned low, unsigned high, State then) {
        return byte >= low && byte <= high ? then : wrong;
    };
    switch (state) {
        case good:
            if (byte < 0x80) return byte == 0 && refuse_nul ? wrong : good;
            if (byte < 0xC2 || byte > 0xF4) return wrong;
            if (byte < 0xE0) return one_left;
            if (byte < 0xF0) return byte == 0xE0 ? after_e0 : byte == 0xED ? after_ed : two_left;
            return byte == 0xF0 ? after_f0 : byte == 0xF4 ? after_f4 : three_left;
        case one_left:
            return within(0x80, 0xBF, good);
        case two_left:
            return within(0x80, 0xBF, one_left);
        case three_left:
            return within(0x80, 0xBF, two_left);
        case after_e0:
            return within(0xA0, 0xBF, one_left);
        case after_ed:
            return within(0x80, 0x9F, one_left);
        case after_f0:
            return within(0x90, 0xBF, two_left);
        case after_f4:
            return within(0x80, 0x8F, two_left);
        case wrong:
            break;
    }
    return wrong;
}

template <bool refuse_nul>
constexpr auto machine = [] {
    std::array<std::uint64_t, 256> rows{};
    for (unsigned byte = 0; byte < 256; ++byte) {
        for (unsigned state = good; state <= wrong; ++state) {
            const auto next = next_state(static_cast<State>(state), byte, refuse_nul);
            rows[byte] |= std::uint64_t{place(next)} << place(static_cast<State>(state));
        }
    }
    return rows;
}();

// A high bit is set in the result if one of the bytes is not ASCII (or NUL, if that is refused: word - ones
// borrows into a high bit only at a NUL, or beside a byte that is not ASCII).
template <bool refuse_nul>
std::uint64_t not_plain(const unsigned char* eight) noexcept {
    constexpr std::uint64_t ones = 0x0101010101010101, highs = 0x8080808080808080;
    std::uint64_t word;
    std::memcpy(&word, eight, 8);
    return (refuse_nul ? (word - ones) | word : word) & highs;
}

constexpr std::size_t block = 32;

template <bool refuse_nul>
bool plain_block(const unsigned char* at) noexcept {
    return (not_plain<refuse_nul>(at) | not_plain<refuse_nul>(at + 8) | not_plain<refuse_nul>(at + 16) |
            not_plain<refuse_nul>(at + 24)) == 0;
}

template <bool refuse_nul>
bool all_good(const unsigned char* data, std::size_t size) noexcept {
    std::uint64_t state = place(good);
    std::size_t i = 0;
    for (; size - i >= block; i += block) {
        if ((state & 63) == place(good) && plain_block<refuse_nul>(data + i)) continue;
        for (std::size_t j = i; j < i + block; ++j) state = machine<refuse_nul>[data[j]] >> (state & 63);
        if ((state & 63) == place(wrong)) return false;
    }
    for (; i < size; ++i) state = machine<refuse_nul>[data[i]] >> (state & 63);
    return (state & 63) == place(good);
}

template <bool refuse_nul>
std::size_t find_wrong(std::string_view bytes) noexcept {
    const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
    const std::size_t size = bytes.size();
    if (all_good<refuse_nul>(data, size)) return size;
    std::uint64_t state = place(good);
    std::size_t begin = 0;  // of the letter at hand
    for (std::size_t i = 0; i < size && (state & 63) != place(wrong); ++i) {
        if ((state & 63) == place(good)) begin = i;
        state = machine<refuse_nul>[data[i]] >> (state & 63);
    }
    return begin;
}

}  // namespace

std::string read_bytes(const std::filesystem::path& path, std::uint64_t max_bytes) {
    std::ifstream file{path, std::ios::binary | std::ios::ate};
    if (!file || std::filesystem::is_directory(path)) unreadable(path);
    // The end is where a plain file ends; a pipe has none, and is read piece by piece below.
    const std::streamoff end = file.tellg();
    const auto refuse_size = [&] {
        throw InvalidTable{Code::file_too_large, {path.string(), std::to_string(max_bytes)}, path.string()};
    };
    if (end > 0 && static_cast<std::uint64_t>(end) > max_bytes) refuse_size();
    std::string bytes;
    if (end > 0) {
        file.seekg(0);
        bytes.resize(static_cast<std::size_t>(end));
        file.read(bytes.data(), end);
        bytes.resize(static_cast<std::size_t>(file.gcount()));
    } else {
        file.clear();
    }
    // A file can grow while it is read.
    char piece[4096];
    while (file.read(piece, sizeof piece), file.gcount() > 0) {
        bytes.append(piece, static_cast<std::size_t>(file.gcount()));
        if (bytes.size() > max_bytes) refuse_size();
    }
    if (file.bad()) unreadable(path);
    return bytes;
}

std::size_t find_not_text(std::string_view bytes) noexcept { return find_wrong<true>(bytes); }
std::size_t find_not_utf8(std::string_view bytes) noexcept { return find_wrong<false>(bytes); }

bool is_ascii(std::string_view bytes) noexcept {
    const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
    std::size_t i = 0;
    for (; bytes.size() - i >= block; i += block) {
        if (!plain_block<false>(data + i)) return false;
    }
    return std::all_of(data + i, data + bytes.size(), [](unsigned char byte) { return byte < 0x80; });
}

void refuse_encoding(std::string_view bytes, std::size_t position, const std::string& file) {
    char hex[8];
    std::snprintf(hex, sizeof hex, "0x%02X",
                  static_cast<unsigned>(static_cast<unsigned char>(bytes[position])));
    const auto newlines =
        std::count(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(position), '\n');
    refuse_encoding(hex, position, newlines + 1, file);
}

void refuse_encoding(std::string value, std::size_t position, std::int64_t line, const std::string& file) {
    Issue issue;
    issue.code = Code::wrong_encoding;
    issue.file = file;
    issue.line = line;
    issue.value = std::move(value);
    issue.arguments = {std::to_string(position + 1), issue.value};
    throw InvalidTable{std::move(issue)};
}

}  // namespace recruit::detail
