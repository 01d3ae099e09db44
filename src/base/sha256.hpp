#pragma once

// SHA-256 of whole texts.

#include <array>
#include <string>
#include <string_view>

#include <recruit/export.hpp>

namespace recruit::detail {

RECRUIT_EXPORT std::array<unsigned char, 32> sha256_of(std::string_view bytes);

/// In hexadecimal, 64 lower-case digits.
RECRUIT_EXPORT std::string sha256_hex(std::string_view bytes);

}  // namespace recruit::detail
