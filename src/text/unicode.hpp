#pragma once

// What the room shares of ICU; none of it reaches a public header.

#include <string>
#include <string_view>

#include <unicode/normalizer2.h>
#include <unicode/unistr.h>

namespace recruit::texts::detail {

/// \throws InvalidTable (`wrong_encoding`) for bytes that are no UTF-8
icu::UnicodeString from_utf8(std::string_view text);
std::string to_utf8(const icu::UnicodeString& text);
icu::UnicodeString composed(const icu::UnicodeString& text);
icu::UnicodeString decomposed(const icu::UnicodeString& text);

/// A mark that writes a tone: huyền, sắc, ngã, hỏi, nặng.
constexpr bool is_tone(char32_t c) noexcept {
    return c == 0x0300 || c == 0x0301 || c == 0x0303 || c == 0x0309 || c == 0x0323;
}
/// Characters that nobody sees: zero-width blanks and joiners, the byte order mark, the soft hyphen.
constexpr bool is_unseen(char32_t c) noexcept {
    return (c >= 0x200B && c <= 0x200D) || c == 0x2060 || c == 0xFEFF || c == 0x00AD;
}

}  // namespace recruit::texts::detail
