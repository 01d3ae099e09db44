#pragma once

/// \file
/// RandomStream: numbers that are the same on every machine for the same seed. Room: base.

#include <cstdint>

namespace recruit {

/// A stream of random numbers: SplitMix64 (Steele, Lea, Flood 2014). Streams of one seed with different
/// numbers are independent, so that each row or task can have its own and results do not depend on threads.
/// For simulation and sample data; a draw among people uses a published seed and SHA-256 instead.
class RandomStream {
public:
    explicit constexpr RandomStream(std::uint64_t seed, std::uint64_t stream = 0) noexcept
        : state_{mixed(seed) ^ mixed(stream + 0x632BE59BD9B4E019ULL)} {}

    /// 64 random bits.
    constexpr std::uint64_t next() noexcept {
        state_ += 0x9E3779B97F4A7C15ULL;
        return mixed(state_);
    }

    /// A whole number in [0, bound), every one equally likely; 0 for a bound of 0.
    constexpr std::uint64_t below(std::uint64_t bound) noexcept {
        if (bound == 0) return 0;
        const std::uint64_t rest =
            (0 - bound) % bound;  // 2^64 mod bound: what would make some numbers likelier
        for (;;) {
            const std::uint64_t bits = next();
            if (bits >= rest) return bits % bound;
        }
    }

    /// True with probability `numerator` / `denominator`.
    constexpr bool chance(std::uint64_t numerator, std::uint64_t denominator) noexcept {
        return below(denominator) < numerator;
    }

private:
    static constexpr std::uint64_t mixed(std::uint64_t z) noexcept {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
        return z ^ (z >> 31);
    }
    std::uint64_t state_;
};

}  // namespace recruit
