#pragma once

// What the fuzz targets share. A target may throw recruit's own errors and nothing else.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <string_view>

#include <recruit/base/error.hpp>

namespace fuzz {

inline void require(bool holds, const char* what) {
    if (holds) return;
    std::fprintf(stderr, "finding: %s\n", what);
    std::abort();
}

/// Runs the code under test; says every text of its errors, since those are made of what was read.
template <class Work>
void expecting_errors(const Work& work) {
    try {
        work();
    } catch (const recruit::Error& error) {
        require(!error.issues().empty(), "an error without an issue");
        for (const auto language : {recruit::Language::en, recruit::Language::vi})
            require(!error.message(language).empty(), "an error without a message");
    }
}

inline std::string_view text(std::span<const std::byte> input) {
    return {reinterpret_cast<const char*>(input.data()), input.size()};
}

}  // namespace fuzz

#define FUZZ_TARGET(input)                                                              \
    static void target(std::span<const std::byte> input);                               \
    extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) { \
        target(std::as_bytes(std::span{data, size}));                                   \
        return 0;                                                                       \
    }                                                                                   \
    static void target(std::span<const std::byte> input)
