#include "base/bytes.hpp"

#include <algorithm>
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

// Length of the well-formed sequence at `at`, 0 if there is none. Table 3-7 of the Unicode Standard.
std::size_t sequence_length(const unsigned char* at, std::size_t left) noexcept {
    const unsigned char lead = at[0];
    const auto follows = [&](std::size_t i, unsigned char low = 0x80, unsigned char high = 0xBF) {
        return i < left && at[i] >= low && at[i] <= high;
    };
    if (lead < 0x80) return 1;
    if (lead < 0xC2) return 0;
    if (lead < 0xE0) return follows(1) ? 2 : 0;
    if (lead < 0xF0) {
        const unsigned char low = lead == 0xE0 ? 0xA0 : 0x80;
        const unsigned char high = lead == 0xED ? 0x9F : 0xBF;
        return follows(1, low, high) && follows(2) ? 3 : 0;
    }
    if (lead > 0xF4) return 0;
    const unsigned char low = lead == 0xF0 ? 0x90 : 0x80;
    const unsigned char high = lead == 0xF4 ? 0x8F : 0xBF;
    return follows(1, low, high) && follows(2) && follows(3) ? 4 : 0;
}

template <bool refuse_nul>
std::size_t find_wrong(std::string_view bytes) noexcept {
    constexpr std::uint64_t ones = 0x0101010101010101, highs = 0x8080808080808080;
    const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
    const std::size_t size = bytes.size();
    std::size_t i = 0;
    while (i < size) {
        // Eight bytes at a time while they are ASCII. word - ones borrows into a high bit only at a NUL (or
        // beside a byte that is not ASCII), so one test covers both.
        while (size - i >= 8) {
            std::uint64_t word;
            std::memcpy(&word, data + i, 8);
            if (((refuse_nul ? (word - ones) | word : word) & highs) != 0) break;
            i += 8;
        }
        const std::size_t stop = std::min(size, i + 8);
        while (i < stop) {
            if (refuse_nul && data[i] == 0) return i;
            const std::size_t length = sequence_length(data + i, size - i);
            if (length == 0) return i;
            i += length;
        }
    }
    return size;
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
