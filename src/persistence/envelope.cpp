#include "persistence/envelope.hpp"

#include <algorithm>
#include <cstring>

#include <openssl/evp.h>

#include "base/hex.hpp"
#include "base/parallel.hpp"
#include "persistence/sha256_lanes.hpp"

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

/// Bytes of a chunk that are hashed at once: those of all lanes stay in the cache of a core.
constexpr std::size_t slice_bytes = std::size_t{1} << 16;
static_assert(slice_bytes % sha256_block == 0 && digest_chunk % slice_bytes == 0);

Digest chunk_digest(std::uint64_t at, std::size_t size, const Slice& slice) {
    Sha256 hash;
    std::vector<std::byte> scratch;
    for (std::size_t done = 0; done < size; done += slice_bytes) {
        const std::size_t part = std::min(slice_bytes, size - done);
        hash.add({slice(at + done, part, scratch), part});
    }
    return hash.end();
}

/// Of `chunks` whole chunks side by side; lanes that are left over hash the first once more.
void chunk_digests(std::uint64_t at, std::size_t chunks, const Slice& slice, Digest* digests) {
    Sha256Lanes hash;
    std::array<std::vector<std::byte>, lanes> scratch;
    std::array<const std::byte*, lanes> messages;
    for (std::size_t done = 0; done < digest_chunk; done += slice_bytes) {
        for (std::size_t lane = 0; lane < lanes; ++lane) {
            messages[lane] = lane < chunks
                                 ? slice(at + lane * digest_chunk + done, slice_bytes, scratch[lane])
                                 : messages[0];
        }
        hash.add(messages, slice_bytes / sha256_block);
    }
    const auto all = hash.end();
    std::copy_n(all.begin(), chunks, digests);
}

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

Digest digest_of(const Envelope& envelope, int threads, const Slice& slice) {
    // Chunks that are hashed side by side; fewer than half the lanes are not worth it.
    struct Job {
        std::size_t first, chunks;
    };
    std::vector<Job> jobs;
    const auto chunks = static_cast<std::size_t>((envelope.length + digest_chunk - 1) / digest_chunk);
    const auto whole_chunks = static_cast<std::size_t>(envelope.length / digest_chunk);
    for (std::size_t first = 0; first < chunks; first += jobs.back().chunks) {
        const std::size_t left = first < whole_chunks ? whole_chunks - first : 0;
        jobs.push_back({first, has_lanes() && left >= lanes / 2 ? std::min(left, lanes) : 1});
    }
    std::vector<Digest> digests(chunks);
    Pace pace;
    pace.threads = threads;
    parallel(jobs.size(), 1, pace, [&](std::size_t begin, std::size_t end) {
        for (std::size_t j = begin; j < end; ++j) {
            const std::uint64_t at = static_cast<std::uint64_t>(jobs[j].first) * digest_chunk;
            Digest* const to = digests.data() + jobs[j].first;
            if (jobs[j].chunks > 1) {
                chunk_digests(at, jobs[j].chunks, slice, to);
            } else {
                const auto size = std::min<std::uint64_t>(digest_chunk, envelope.length - at);
                *to = chunk_digest(at, static_cast<std::size_t>(size), slice);
            }
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

const std::byte* Content::slice(std::uint64_t at, std::size_t size, std::vector<std::byte>& scratch) const {
    auto i = static_cast<std::size_t>(std::upper_bound(ends_.begin(), ends_.end(), at) - ends_.begin());
    auto skip = static_cast<std::size_t>(at - (ends_[i] - pieces_[i].size));
    if (size <= pieces_[i].size - skip) return pieces_[i].data + skip;
    scratch.resize(size);
    for (std::size_t done = 0; done < size; ++i, skip = 0) {
        const std::size_t part = std::min(size - done, pieces_[i].size - skip);
        if (part > 0) std::memcpy(scratch.data() + done, pieces_[i].data + skip, part);
        done += part;
    }
    return scratch.data();
}

}  // namespace recruit::detail
