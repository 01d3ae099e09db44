#include "persistence/sha256_lanes.hpp"

#include <cstring>
#include <utility>

#if defined(__x86_64__) && defined(__GNUC__)
#define RECRUIT_HAS_LANES
#ifndef __clang__
#pragma GCC diagnostic ignored "-Wuninitialized"  // g++ 12 warns of its own header: GCC bug 105593
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
#include <immintrin.h>
#endif

namespace recruit::detail {

namespace {

constexpr std::array<std::uint32_t, 8> first_state{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                                   0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

#ifdef RECRUIT_HAS_LANES

constexpr std::array<std::uint32_t, 64> constants{
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

// Compiled for what has_lanes() asks for, whatever the rest is compiled for. The steps are functions of
// templates because everything must be unrolled to stay in registers.
#define RECRUIT_LANES __attribute__((target("avx512f,avx512bw")))
#define RECRUIT_LANES_INLINE RECRUIT_LANES __attribute__((always_inline)) inline

using Words = __m512i;  // a word of each lane

/// The exclusive or of three.
RECRUIT_LANES_INLINE Words xor3(Words a, Words b, Words c) {
    return _mm512_ternarylogic_epi32(a, b, c, 0x96);
}

/// 16 rows of 16 words become 16 columns.
RECRUIT_LANES_INLINE void transpose(Words (&rows)[16]) {
    Words t[16];
    for (int i = 0; i < 8; ++i) {
        t[2 * i] = _mm512_unpacklo_epi32(rows[2 * i], rows[2 * i + 1]);
        t[2 * i + 1] = _mm512_unpackhi_epi32(rows[2 * i], rows[2 * i + 1]);
    }
    for (int i = 0; i < 16; i += 4) {
        rows[i] = _mm512_unpacklo_epi64(t[i], t[i + 2]);
        rows[i + 1] = _mm512_unpackhi_epi64(t[i], t[i + 2]);
        rows[i + 2] = _mm512_unpacklo_epi64(t[i + 1], t[i + 3]);
        rows[i + 3] = _mm512_unpackhi_epi64(t[i + 1], t[i + 3]);
    }
    for (int i = 0; i < 4; ++i) {
        t[i] = _mm512_shuffle_i32x4(rows[i], rows[4 + i], 0x88);
        t[4 + i] = _mm512_shuffle_i32x4(rows[i], rows[4 + i], 0xDD);
        t[8 + i] = _mm512_shuffle_i32x4(rows[8 + i], rows[12 + i], 0x88);
        t[12 + i] = _mm512_shuffle_i32x4(rows[8 + i], rows[12 + i], 0xDD);
    }
    for (int i = 0; i < 8; ++i) {
        rows[i] = _mm512_shuffle_i32x4(t[i], t[8 + i], 0x88);
        rows[8 + i] = _mm512_shuffle_i32x4(t[i], t[8 + i], 0xDD);
    }
}

/// Round 16 * part + i. Instead of the eight variables moving by one place, their names do.
template <int i>
RECRUIT_LANES_INLINE void one_round(Words (&v)[8], Words (&w)[16], int part) {
    Words &a = v[(8 - i) & 7], &b = v[(9 - i) & 7], &c = v[(10 - i) & 7], &d = v[(11 - i) & 7];
    Words &e = v[(12 - i) & 7], &f = v[(13 - i) & 7], &g = v[(14 - i) & 7], &h = v[(15 - i) & 7];
    if (part > 0) {
        const Words x = w[(i + 1) & 15], y = w[(i + 14) & 15];
        const Words s0 = xor3(_mm512_ror_epi32(x, 7), _mm512_ror_epi32(x, 18), _mm512_srli_epi32(x, 3));
        const Words s1 = xor3(_mm512_ror_epi32(y, 17), _mm512_ror_epi32(y, 19), _mm512_srli_epi32(y, 10));
        w[i] = _mm512_add_epi32(_mm512_add_epi32(w[i], s0), _mm512_add_epi32(w[(i + 9) & 15], s1));
    }
    const auto constant = constants[static_cast<std::size_t>(16 * part + i)];
    const Words input = _mm512_add_epi32(w[i], _mm512_set1_epi32(static_cast<int>(constant)));
    const Words s1 = xor3(_mm512_ror_epi32(e, 6), _mm512_ror_epi32(e, 11), _mm512_ror_epi32(e, 25));
    const Words choice = _mm512_ternarylogic_epi32(e, f, g, 0xCA);
    const Words t = _mm512_add_epi32(_mm512_add_epi32(h, s1), _mm512_add_epi32(choice, input));
    const Words s0 = xor3(_mm512_ror_epi32(a, 2), _mm512_ror_epi32(a, 13), _mm512_ror_epi32(a, 22));
    const Words majority = _mm512_ternarylogic_epi32(a, b, c, 0xE8);
    d = _mm512_add_epi32(d, t);
    h = _mm512_add_epi32(t, _mm512_add_epi32(s0, majority));
}

template <int... i>
RECRUIT_LANES_INLINE void sixteen_rounds(Words (&v)[8], Words (&w)[16], int part,
                                         std::integer_sequence<int, i...>) {
    (one_round<i>(v, w, part), ...);
}

RECRUIT_LANES void compress(std::array<std::array<std::uint32_t, lanes>, 8>& state,
                            const std::array<const std::byte*, lanes>& messages, std::size_t blocks) {
    const Words big_endian = _mm512_set4_epi32(0x0C0D0E0F, 0x08090A0B, 0x04050607, 0x00010203);
    Words s[8];
    for (std::size_t i = 0; i < 8; ++i) s[i] = _mm512_loadu_si512(state[i].data());
    for (std::size_t block = 0; block < blocks; ++block) {
        Words w[16];
        for (std::size_t lane = 0; lane < lanes; ++lane) {
            w[lane] =
                _mm512_shuffle_epi8(_mm512_loadu_si512(messages[lane] + sha256_block * block), big_endian);
        }
        transpose(w);
        Words v[8];
        for (int i = 0; i < 8; ++i) v[i] = s[i];
        for (int part = 0; part < 4; ++part)
            sixteen_rounds(v, w, part, std::make_integer_sequence<int, 16>{});
        for (int i = 0; i < 8; ++i) s[i] = _mm512_add_epi32(s[i], v[i]);
    }
    for (std::size_t i = 0; i < 8; ++i) _mm512_storeu_si512(state[i].data(), s[i]);
}

#else

void compress(std::array<std::array<std::uint32_t, lanes>, 8>&, const std::array<const std::byte*, lanes>&,
              std::size_t) {}

#endif

/// Most significant byte first.
template <class V>
void put_big_endian(std::byte* to, V value) {
    for (std::size_t i = 0; i < sizeof value; ++i)
        to[i] = static_cast<std::byte>(value >> 8 * (sizeof value - 1 - i));
}

}  // namespace

bool has_lanes() noexcept {
#ifdef RECRUIT_HAS_LANES
    static const bool has = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw");
    return has;
#else
    return false;
#endif
}

Sha256Lanes::Sha256Lanes() noexcept {
    for (std::size_t i = 0; i < state_.size(); ++i) state_[i].fill(first_state[i]);
}

void Sha256Lanes::add(const std::array<const std::byte*, lanes>& messages, std::size_t blocks) noexcept {
    compress(state_, messages, blocks);
    blocks_ += blocks;
}

std::array<std::array<std::byte, 32>, lanes> Sha256Lanes::end() noexcept {
    // The messages are whole blocks, so what closes them is one more, the same for all: a one, zeros, and the
    // length in bits.
    std::array<std::byte, sha256_block> closing{};
    closing[0] = std::byte{0x80};
    put_big_endian(closing.data() + sha256_block - 8, blocks_ * sha256_block * 8);
    std::array<const std::byte*, lanes> messages;
    messages.fill(closing.data());
    compress(state_, messages, 1);
    std::array<std::array<std::byte, 32>, lanes> digests;
    for (std::size_t lane = 0; lane < lanes; ++lane) {
        for (std::size_t i = 0; i < state_.size(); ++i)
            put_big_endian(digests[lane].data() + 4 * i, state_[i][lane]);
    }
    return digests;
}

}  // namespace recruit::detail
