#include "base/sha256.hpp"

#include <memory>

#include <openssl/evp.h>

#include "base/hex.hpp"

namespace recruit::detail {

std::array<unsigned char, 32> sha256_of(std::string_view bytes) {
    // Fetched once: looking the algorithm up takes as long as hashing a short text.
    static const std::unique_ptr<EVP_MD, decltype(&EVP_MD_free)> sha256{
        EVP_MD_fetch(nullptr, "SHA256", nullptr), EVP_MD_free};
    std::array<unsigned char, 32> digest{};
    unsigned int length = 0;
    EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, sha256.get(), nullptr);
    return digest;
}

std::string sha256_hex(std::string_view bytes) {
    const auto digest = sha256_of(bytes);
    return to_hex({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

}  // namespace recruit::detail
