#pragma once

// The first 64 bytes of a file, and the digest over all of it.
//
//    0  8  magic  89 52 43 52 54 0D 0A 1A ("\x89RCRT\r\n\x1A"): text mode and seven-bit transfers change it
//    8  2  version of the envelope, 1
//   10  2  kind of value
//   12  4  zero
//   16  8  length of the content
//   24  8  zero
//   32 32  SHA-256 of bytes 0 to 32 and the SHA-256 of each MiB of the content, one after the other
//   64     content

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>

#include "persistence/archive.hpp"

namespace recruit::detail {

inline constexpr std::size_t envelope_bytes = 64;
inline constexpr std::size_t digest_chunk = std::size_t{1} << 20;
inline constexpr std::uint16_t envelope_version = 1;
using Digest = std::array<std::byte, 32>;
using EnvelopeBytes = std::array<std::byte, envelope_bytes>;

struct Envelope {
    std::uint16_t version = envelope_version;
    std::uint16_t kind = 0;
    std::uint64_t length = 0;
    Digest digest{};

    EnvelopeBytes bytes() const;
    /// Reads and checks the first bytes of a file of `size` bytes in all.
    /// \throws NotRecruitFile, NewerVersion, Corrupt
    static Envelope read(std::span<const std::byte> first, std::uint64_t size);
};

/// Makes bytes [at, at + size) of a content lie in one place, `scratch` if need be, and says where. Called by
/// several threads, for all of a chunk in order, and may do more with the bytes.
using Slice =
    std::function<const std::byte*(std::uint64_t at, std::size_t size, std::vector<std::byte>& scratch)>;

/// The digest of envelope and content. Chunks are handed out to threads; who did which changes nothing.
Digest digest_of(const Envelope& envelope, int threads, const Slice& slice);
std::string hexadecimal(const Digest& digest);

/// Where the bytes of a content are.
class Content {
public:
    explicit Content(const std::vector<Pieces::Piece>& pieces);
    /// Bytes [at, at + size): where they are, or copied into `scratch` if they lie in several pieces.
    const std::byte* slice(std::uint64_t at, std::size_t size, std::vector<std::byte>& scratch) const;
    std::uint64_t size() const noexcept { return ends_.empty() ? 0 : ends_.back(); }

private:
    const std::vector<Pieces::Piece>& pieces_;
    std::vector<std::uint64_t> ends_;
};

}  // namespace recruit::detail
