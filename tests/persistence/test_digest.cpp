// The digest of a file as docs/file-format.md says it, made here by OpenSSL alone, a MiB after the other: the
// library hashes sixteen MiB at once where the machine can.

#include <doctest/doctest.h>

#include <iostream>

#include <openssl/evp.h>

#include <recruit/base/random.hpp>
#include <recruit/persistence/file.hpp>

#include "persistence/bytes.hpp"
#include "persistence/sha256_lanes.hpp"

using namespace recruit;

namespace {

using Digest = detail::Digest;

Digest openssl(std::span<const std::byte> bytes) {
    Digest digest{};
    REQUIRE(EVP_Digest(bytes.data(), bytes.size(), reinterpret_cast<unsigned char*>(digest.data()), nullptr,
                       EVP_sha256(), nullptr) == 1);
    return digest;
}

Digest expected(std::span<const std::byte> file) {
    constexpr std::size_t mebibyte = 1 << 20;
    FileBytes hashed{file.begin(), file.begin() + 32};
    for (std::size_t at = 64; at < file.size(); at += mebibyte) {
        const Digest digest = openssl(file.subspan(at, std::min(mebibyte, file.size() - at)));
        hashed.insert(hashed.end(), digest.begin(), digest.end());
    }
    return openssl(hashed);
}

Digest stated(std::span<const std::byte> file) {
    Digest digest;
    std::copy_n(file.begin() + 32, 32, digest.begin());
    return digest;
}

/// Columns whose blocks are as long as `rows`, and so end anywhere in a chunk.
Table columns(std::size_t rows, RandomStream& random) {
    std::vector<std::uint8_t> flags(rows);
    std::vector<std::int32_t> days(rows);
    std::vector<std::int64_t> numbers(rows);
    for (std::size_t i = 0; i < rows; ++i) {
        flags[i] = static_cast<std::uint8_t>(random.below(2));
        days[i] = static_cast<std::int32_t>(random.below(20'000));
        numbers[i] = static_cast<std::int64_t>(random.next());
    }
    Table table;
    table.add("flag", Column::booleans(Buffer{std::move(flags)}));
    table.add("day", Column::dates(Buffer{std::move(days)}));
    table.add("number", Column::integers(Buffer{std::move(numbers)}));
    return table;
}

}  // namespace

TEST_SUITE("persistence/digest") {
    TEST_CASE("the digest is the one of the description, however long the content and whoever hashes") {
        RandomStream random{31};
        std::size_t files = 0, chunks = 0;
        // About 13 bytes a row: contents of less than a chunk, of fewer chunks than are hashed at once, of as
        // many, and of several times as many and some more.
        for (const std::size_t rows : {0, 1, 5000, 80'000, 80'700, 81'000, 565'000, 646'000, 1'200'000,
                                       1'300'000, 1'950'000, 2'800'000}) {
            const Table table = columns(rows, random);
            FileBytes before;
            for (const int threads : {1, 3}) {
                CAPTURE(rows);
                CAPTURE(threads);
                const FileBytes bytes = to_bytes(table, {.threads = threads});
                CHECK(stated(bytes) == expected(bytes));
                CHECK_NOTHROW(from_bytes<Table>(bytes, {.threads = threads}));
                CHECK((before.empty() || bytes == before));
                before = bytes;
                ++files;
                chunks += (bytes.size() - 64 + (1 << 20) - 1) >> 20;
            }
        }
        std::cout << "digests: " << files << " files of " << chunks << " chunks as OpenSSL says; "
                  << (detail::has_lanes() ? "sixteen at once" : "one at a time on this machine") << '\n';
    }

    TEST_CASE("sixteen messages at once have the digests of each alone, of any number of blocks") {
        if (!detail::has_lanes()) {
            std::cout << "digests: skipped, this machine has no lanes\n";
            return;
        }
        RandomStream random{7};
        std::size_t compared = 0;
        for (std::size_t round = 0; round < 300; ++round) {
            const std::size_t blocks = round < 20 ? round : static_cast<std::size_t>(random.below(200));
            const std::size_t first = blocks == 0 ? 0 : static_cast<std::size_t>(random.below(blocks));
            std::array<FileBytes, detail::lanes> messages;
            std::array<const std::byte*, detail::lanes> begins, middles;
            for (std::size_t lane = 0; lane < detail::lanes; ++lane) {
                messages[lane].resize(blocks * detail::sha256_block + 1);
                for (auto& byte : messages[lane]) byte = static_cast<std::byte>(random.below(256));
                // From memory that is aligned to nothing.
                begins[lane] = messages[lane].data() + 1;
                middles[lane] = begins[lane] + first * detail::sha256_block;
            }
            detail::Sha256Lanes hash;
            hash.add(begins, first);
            hash.add(middles, blocks - first);
            const auto digests = hash.end();
            for (std::size_t lane = 0; lane < detail::lanes; ++lane) {
                CHECK(digests[lane] == openssl(std::span<const std::byte>{messages[lane]}.subspan(1)));
                ++compared;
            }
        }
        std::cout << "digests: " << compared << " of messages hashed sixteen at once as OpenSSL says\n";
    }

    TEST_CASE("a byte changed in any chunk of a long file is noticed") {
        RandomStream random{8};
        FileBytes bytes = to_bytes(columns(2'000'000, random));
        std::size_t changed = 0;
        for (std::size_t at = 64; at < bytes.size(); at += 1 << 20, ++changed) {
            const std::size_t place =
                std::min(bytes.size() - 1, at + static_cast<std::size_t>(random.below(1 << 20)));
            bytes[place] ^= std::byte{1};
            CHECK_THROWS_AS(from_bytes<Table>(bytes), Corrupt);
            bytes[place] ^= std::byte{1};
        }
        CHECK_NOTHROW(from_bytes<Table>(bytes));
        std::cout << "digests: a byte changed in each of " << changed << " chunks, all noticed\n";
        CHECK(changed > 20);
    }

}  // TEST_SUITE
