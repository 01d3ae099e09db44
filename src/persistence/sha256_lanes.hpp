#pragma once

// SHA-256 (FIPS 180-4) of sixteen messages of one length at once: a lane of each vector for each message. The
// chunks of a file are such messages. More than twice as fast as the instructions for one message on machines
// with AVX-512; elsewhere there are no lanes, and OpenSSL hashes message by message.

#include <array>
#include <cstddef>
#include <cstdint>

namespace recruit::detail {

inline constexpr std::size_t lanes = 16;
inline constexpr std::size_t sha256_block = 64;  ///< Bytes that are taken at once from each message.

/// Whether this machine has what the lanes need.
bool has_lanes() noexcept;

/// Only where `has_lanes()`.
class Sha256Lanes {
public:
    Sha256Lanes() noexcept;
    /// The next `blocks` blocks of each message.
    void add(const std::array<const std::byte*, lanes>& messages, std::size_t blocks) noexcept;
    /// The digests of all messages. Nothing may be added afterwards.
    std::array<std::array<std::byte, 32>, lanes> end() noexcept;

private:
    /// Word by word of the state, that of all lanes.
    alignas(64) std::array<std::array<std::uint32_t, lanes>, 8> state_;
    std::uint64_t blocks_ = 0;
};

}  // namespace recruit::detail
