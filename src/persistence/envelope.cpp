#include "persistence/envelope.hpp"

#include <algorithm>
#include <cstring>

#include <openssl/evp.h>

#include "base/hex.hpp"
#include "base/parallel.hpp"

namespace recruit::detail {

namespace {

constexpr std::array<unsigned char, 8> magic{0x89, 'R', 'C', 'R', 'T', '\r', '\n', 0x1A};

template <class V>
void put(EnvelopeBytes& bytes, std::size_t at, V value) {
    std::memcpy(bytes.data() + at, &value, sizeof value);
}
template <class V>
V get(std::span<const std::byte> bytes, std::size_t at) {
    V value;
    std::memcpy(&value, bytes.data() + at, sizeof value);
    return value;
}

class Sha256 {
public:
    Sha256() : context_{EVP_MD_CTX_new()} {
        if (!context_ || EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) != 1)
            throw std::bad_alloc{};
    }
    void add(std::span<const std::byte> bytes) {
        EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size());
    }
    Digest end() {
        Digest digest;
        EVP_DigestFinal_ex(context_.get(), reinterpret_cast<unsigned char*>(digest.data()), nullptr);
        return digest;
    }

private:
    struct Free {
        void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
    };
    std::unique_ptr<EVP_MD_CTX, Free> context_;
};

}  // namespace

EnvelopeBytes Envelope::bytes() const {
    EnvelopeBytes bytes{};
    put(bytes, 0, magic);
    put(bytes, 8, version);
    put(bytes, 10, kind);
    put(bytes, 16, length);
    put(bytes, 32, digest);
    return bytes;
}

Envelope Envelope::read(std::span<const std::byte> first, std::uint64_t size) {
    if (first.size() < magic.size() || std::memcmp(first.data(), magic.data(), magic.size()) != 0)
        throw NotRecruitFile{Code::not_recruit_file, {}};
    const auto cut = [size](std::uint64_t expected) {
        throw Corrupt{Code::file_cut, {std::to_string(size), std::to_string(expected)}};
    };
    if (first.size() < 10) cut(envelope_bytes);
    Envelope envelope;
    envelope.version = get<std::uint16_t>(first, 8);
    if (envelope.version > envelope_version)
        throw NewerVersion{Code::newer_version, {"file version " + std::to_string(envelope.version)}};
    if (first.size() < envelope_bytes) cut(envelope_bytes);
    if (envelope.version == 0 || get<std::uint32_t>(first, 12) != 0 || get<std::uint64_t>(first, 24) != 0)
        throw Corrupt{Code::file_damaged, {}};
    envelope.kind = get<std::uint16_t>(first, 10);
    envelope.length = get<std::uint64_t>(first, 16);
    envelope.digest = get<Digest>(first, 32);
    const std::uint64_t content = size - envelope_bytes;
    if (content < envelope.length) {
        const std::uint64_t whole = envelope.length + envelope_bytes;
        cut(whole < envelope.length ? envelope.length : whole);
    }
    if (content > envelope.length) {
        throw Corrupt{Code::file_too_long,
                      {std::to_string(size), std::to_string(envelope.length + envelope_bytes)}};
    }
    return envelope;
}

Digest sha256(std::span<const std::byte> bytes) {
    Sha256 hash;
    hash.add(bytes);
    return hash.end();
}

Digest sha256(std::span<const Pieces::Piece> pieces) {
    Sha256 hash;
    for (const auto& piece : pieces) hash.add({piece.data, piece.size});
    return hash.end();
}

Digest digest_of(const Envelope& envelope, int threads,
                 const std::function<Digest(std::uint64_t, std::size_t)>& chunk) {
    const auto chunks = static_cast<std::size_t>((envelope.length + digest_chunk - 1) / digest_chunk);
    std::vector<Digest> digests(chunks);
    Pace pace;
    pace.threads = threads;
    parallel(chunks, 1, pace, [&](std::size_t first, std::size_t last) {
        for (std::size_t c = first; c < last; ++c) {
            const std::uint64_t at = static_cast<std::uint64_t>(c) * digest_chunk;
            digests[c] = chunk(
                at, static_cast<std::size_t>(std::min<std::uint64_t>(digest_chunk, envelope.length - at)));
        }
    });
    const EnvelopeBytes bytes = envelope.bytes();
    Sha256 whole;
    whole.add(std::span{bytes}.first(32));
    whole.add(std::as_bytes(std::span{digests}));
    return whole.end();
}

std::string hexadecimal(const Digest& digest) {
    return to_hex({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

Content::Content(const std::vector<Pieces::Piece>& pieces) : pieces_{pieces} {
    std::uint64_t end = 0;
    for (const auto& piece : pieces) ends_.push_back(end += piece.size);
}

std::vector<Pieces::Piece> Content::part(std::uint64_t first, std::size_t size) const {
    std::vector<Pieces::Piece> part;
    auto i = static_cast<std::size_t>(std::upper_bound(ends_.begin(), ends_.end(), first) - ends_.begin());
    for (; size > 0; ++i) {
        const auto skip = static_cast<std::size_t>(first - (ends_[i] - pieces_[i].size));
        const std::size_t taken = std::min(size, pieces_[i].size - skip);
        if (taken > 0) part.push_back({pieces_[i].data + skip, taken});
        first += taken;
        size -= taken;
    }
    return part;
}

}  // namespace recruit::detail
