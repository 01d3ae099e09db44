#include "base/sha256.hpp"

#include <openssl/evp.h>

namespace recruit::detail {

std::array<unsigned char, 32> sha256_of(std::string_view bytes) {
    std::array<unsigned char, 32> digest{};
    unsigned int length = 0;
    EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, EVP_sha256(), nullptr);
    return digest;
}

std::string sha256_hex(std::string_view bytes) {
    constexpr std::string_view hex = "0123456789abcdef";
    std::string text;
    text.reserve(64);
    for (const unsigned char byte : sha256_of(bytes)) {
        text += hex[byte >> 4];
        text += hex[byte & 15];
    }
    return text;
}

}  // namespace recruit::detail
