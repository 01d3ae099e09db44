#pragma once

// What the fuzz targets share. A target may throw recruit's own errors and nothing else.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <span>
#include <string>
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

/// Gives `make` a place for seeds, if fuzz.py has named one: for targets whose seeds are made by recruit.
inline void write_seeds(const std::function<void(const std::function<void(std::string_view)>&)>& make) {
    const char* const folder = std::getenv("RECRUIT_FUZZ_SEEDS");
    if (folder == nullptr) return;
    int count = 0;
    make([&](std::string_view seed) {
        std::ofstream file{folder + ("/seed-" + std::to_string(count++)), std::ios::binary};
        file.write(seed.data(), static_cast<std::streamsize>(seed.size()));
        require(static_cast<bool>(file), "the seeds cannot be written");
    });
}

}  // namespace fuzz

#define FUZZ_TARGET(input)                                                              \
    static void target(std::span<const std::byte> input);                               \
    extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) { \
        target(std::as_bytes(std::span{data, size}));                                   \
        return 0;                                                                       \
    }                                                                                   \
    static void target(std::span<const std::byte> input)

#define FUZZ_SEEDS(seed)                                                  \
    static void seeds(const std::function<void(std::string_view)>& seed); \
    extern "C" int LLVMFuzzerInitialize(int*, char***) {                  \
        fuzz::write_seeds(seeds);                                         \
        return 0;                                                         \
    }                                                                     \
    static void seeds(const std::function<void(std::string_view)>& seed)
