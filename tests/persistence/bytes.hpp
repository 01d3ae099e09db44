#pragma once

// Bytes of files as tests take them apart.

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <vector>

#include <doctest/doctest.h>

#include "persistence/envelope.hpp"

using FileBytes = std::vector<std::byte>;

/// A folder of its own that goes away.
struct TemporaryFolder {
    TemporaryFolder() {
        auto name = (std::filesystem::temp_directory_path() / "recruit-XXXXXX").string();
        REQUIRE(::mkdtemp(name.data()) != nullptr);
        path = name;
    }
    ~TemporaryFolder() { std::filesystem::remove_all(path); }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    std::filesystem::path path;
};

inline FileBytes read_all(const std::filesystem::path& path) {
    std::ifstream file{path, std::ios::binary};
    REQUIRE(file);
    const std::vector<char> chars{std::istreambuf_iterator<char>{file}, {}};
    FileBytes bytes(chars.size());
    std::transform(chars.begin(), chars.end(), bytes.begin(),
                   [](char c) { return static_cast<std::byte>(c); });
    return bytes;
}

inline void write_all(const std::filesystem::path& path, const FileBytes& bytes) {
    std::ofstream file{path, std::ios::binary};
    file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

/// The bytes with the length and digest that fit their content: what a forger would write.
inline FileBytes sealed(FileBytes bytes) {
    using namespace recruit::detail;
    Envelope envelope;
    std::memcpy(&envelope.kind, bytes.data() + 10, 2);
    envelope.length = bytes.size() - envelope_bytes;
    const std::span content = std::span<const std::byte>{bytes}.subspan(envelope_bytes);
    envelope.digest = digest_of(envelope, 1, [&](std::uint64_t at, std::size_t, std::vector<std::byte>&) {
        return content.data() + at;
    });
    const EnvelopeBytes first = envelope.bytes();
    std::copy(first.begin(), first.end(), bytes.begin());
    return bytes;
}
