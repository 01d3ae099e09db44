#include "base/sha256.hpp"

#include <openssl/evp.h>

#include "base/hex.hpp"

namespace recruit::detail {

std::array<unsigned char, 32> sha256_of(std::string_view bytes) {
    std::array<unsigned char, 32> digest{};
    unsigned int length = 0;
    EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, EVP_sha256(), nullptr);
    return digest;
}

std::string sha256_hex(std::string_view bytes) {
    const auto digest = sha256_of(bytes);
    return to_hex({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

}  // namespace recruit::detail
