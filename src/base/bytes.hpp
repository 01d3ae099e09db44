#pragma once

// Whole files and UTF-8, for every reader of text files.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include <recruit/export.hpp>

namespace recruit::detail {

/// The bytes of a file. \throws InvalidTable (`file_unreadable`, `file_too_large`).
std::string read_bytes(const std::filesystem::path& path, std::uint64_t max_bytes);

/// Where the first byte is that cannot belong to UTF-8 text (RFC 3629: no overlong forms, no surrogates,
/// nothing above U+10FFFF), or NUL; `bytes.size()` if there is none. NUL counts because it only ever means
/// that the text is UTF-16 or no text at all.
std::size_t find_not_text(std::string_view bytes) noexcept;

/// `find_not_text` for memory that may hold NUL, such as an Arrow column.
RECRUIT_EXPORT std::size_t find_not_utf8(std::string_view bytes) noexcept;

bool is_ascii(std::string_view bytes) noexcept;

/// Throws InvalidTable (`wrong_encoding`) for the byte at `position`, with its line in `file`.
[[noreturn]] void refuse_encoding(std::string_view bytes, std::size_t position, const std::string& file);

/// The same where the caller knows the place: `position` from 0, the wrong byte or bytes in `value`.
[[noreturn]] void refuse_encoding(std::string value, std::size_t position, std::int64_t line,
                                  const std::string& file);

inline constexpr std::string_view utf8_bom = "\xEF\xBB\xBF";

}  // namespace recruit::detail
