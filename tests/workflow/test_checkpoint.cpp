#include <doctest/doctest.h>

#include <array>
#include <cstddef>

#include <recruit/workflow/checkpoint.hpp>

#include "workflow/journal_contract.hpp"

using namespace recruit;
using namespace journal;

namespace {

std::array<std::byte, 32> bytes_of(std::string_view hex) {
    std::array<std::byte, 32> bytes{};
    for (std::size_t i = 0; i < 32; ++i)
        bytes[i] = static_cast<std::byte>(std::stoi(std::string{hex.substr(2 * i, 2)}, nullptr, 16));
    return bytes;
}

// RFC 8032, section 7.1, test 1: secret key and the public key that belongs to it.
const auto secret = bytes_of("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
// Test 2.
const auto second = bytes_of("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");

std::unique_ptr<JournalStore> three() {
    auto store = memory_journal("contest-2026");
    for (const char* act : {"plan", "announce", "apply"}) store->append({act, {}, {}, {}});
    return store;
}

}  // namespace

TEST_SUITE("workflow/checkpoint") {
    TEST_CASE("a checkpoint is three lines, and comes back from them") {
        const auto store = three();
        const Checkpoint known = checkpoint(*store);
        CHECK(known.origin == "recruit/contest-2026");
        CHECK(known.size == 3);
        CHECK(known.head == store->head().head);
        const std::string text = known.str();
        CHECK(text.starts_with("recruit/contest-2026\n3\n"));
        CHECK(text.size() == 23 + 44 + 1);  // 32 bytes are 44 digits in base64
        CHECK(parse_checkpoint(text) == known);
        CHECK(parse_checkpoint(text + "an extension\n") == known);
        CHECK(parse_checkpoint(checkpoint(*memory_journal("e")).str()).size == 0);
        CHECK(code_of([] { checkpoint(*memory_journal("two\nlines")); }) == "journal_name_refused");
    }

    TEST_CASE("a key reads name, hash and public key as C2SP writes them") {
        // The public key of the RFC; the hash is the start of SHA-256("council\n" 0x01 key).
        CHECK(verifier_key("council", secret) ==
              "council+049d87ea+AddamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea");
        for (const char* name : {"", "two words", "a+b",
                                 "a\xC2\xA0"
                                 "b",
                                 "a\n", "a\xE3\x80\x80"})
            CHECK(code_of([&] { verifier_key(name, secret); }) == "checkpoint_key_malformed");
        CHECK(verifier_key("hội-đồng", secret).starts_with("hội-đồng+"));
    }

    TEST_CASE("a signature is of the text, by the key, under its name") {
        const Checkpoint known = checkpoint(*three());
        const std::string note = sign_checkpoint(known, "council", secret),
                          key = verifier_key("council", secret);
        CHECK(note.starts_with(known.str() + "\n\xE2\x80\x94 council "));
        CHECK(verify_checkpoint(note, key) == known);
        CHECK(sign_checkpoint(known, "council", secret) == note);  // Ed25519 draws nothing
        CHECK(code_of([&] { verify_checkpoint(note, verifier_key("council", second)); }) ==
              "checkpoint_not_signed");
        CHECK(code_of([&] { verify_checkpoint(note, verifier_key("other", secret)); }) ==
              "checkpoint_not_signed");
        CHECK(code_of([&] { verify_checkpoint(known.str(), key); }) == "checkpoint_not_signed");

        const std::string both = cosign_checkpoint(note, "witness", second);
        CHECK(both.starts_with(note));
        CHECK(verify_checkpoint(both, key) == known);
        CHECK(verify_checkpoint(both, verifier_key("witness", second)) == known);
        CHECK(verify_checkpoint(cosign_checkpoint(known.str(), "witness", second),
                                verifier_key("witness", second)) == known);
    }

    TEST_CASE("a note with any byte changed, cut or put in does not verify as another checkpoint") {
        const Checkpoint known = checkpoint(*three());
        const std::string note = sign_checkpoint(known, "council", secret),
                          key = verifier_key("council", secret);
        int mutants = 0, same = 0;
        const auto refused = [&](const std::string& mutant) {
            ++mutants;
            try {
                const Checkpoint read = verify_checkpoint(mutant, key);
                ++same;
                return read == known;
            } catch (const Error&) {
                return true;
            }
        };
        for (std::size_t at = 0; at < note.size(); ++at) {
            for (int v = 0; v < 256; ++v) {
                std::string mutant = note;
                mutant[at] = static_cast<char>(v);
                if (mutant != note) REQUIRE(refused(mutant));
                mutant = note;
                mutant.insert(at, 1, static_cast<char>(v));
                REQUIRE(refused(mutant));
            }
            REQUIRE(refused(note.substr(0, at)));
        }
        MESSAGE(mutants, " mutants, ", same, " read as the same checkpoint");
        CHECK(mutants == static_cast<int>(note.size()) * 512);
        CHECK(same == 0);
    }

    TEST_CASE("keys and texts that are not well formed are named") {
        const std::string key = verifier_key("council", secret),
                          note = sign_checkpoint(checkpoint(*three()), "c", secret);
        for (std::string bad : {std::string{}, std::string{"council"}, std::string{"council+00000000"},
                                key.substr(1), key + "=", key.substr(0, key.size() - 1), "x" + key})
            CHECK(code_of([&] { verify_checkpoint(note, bad); }) == "checkpoint_key_malformed");
        const std::string root(43, 'A');
        const std::vector<std::string> malformed{"",
                                                 "\n",
                                                 "o\n",
                                                 "o\n1\n",
                                                 "o\n01\n" + root + "=\n",
                                                 "o\n-1\n" + root + "=\n",
                                                 "o\n1\n" + root + "\n",
                                                 "o\n1\n" + root + "=",
                                                 "o\n1\n" + root.substr(1) + "B=\n",
                                                 "o\n18446744073709551616\n" + root + "=\n",
                                                 "\n1\n" + root + "=\n",
                                                 "o\r\n1\r\n" + root + "=\r\n",
                                                 "o\n1\n" + root + "=\n\n",
                                                 "o\n1\n" + root + "=\n\nno dash\n",
                                                 "o\xFF\n1\n" + root + "=\n"};
        for (const std::string& bad : malformed)
            CHECK(code_of([&] { parse_checkpoint(bad); }) == "checkpoint_malformed");
        CHECK(parse_checkpoint("o\n1\n" + root + "=\n").head == std::string(64, '0'));
    }

    TEST_CASE("a journal continues from each of its heads and from no other") {
        const auto store = memory_journal("c");
        std::vector<Checkpoint> heads{checkpoint(*store)};
        for (int i = 1; i <= 20; ++i) {
            store->append({"act " + std::to_string(i), {}, {}, {}});
            heads.push_back(checkpoint(*store));
        }
        for (const Checkpoint& head : heads) {
            CHECK_NOTHROW(check_checkpoint(*store, head));
            Checkpoint other = head;
            other.head[0] = other.head[0] == '0' ? '1' : '0';
            CHECK(code_of([&] { check_checkpoint(*store, other); }) == "journal_differs");
            other = head;
            ++other.size;
            CHECK(code_of([&] { check_checkpoint(*store, other); }) ==
                  (other.size > 20 ? "journal_truncated" : "journal_differs"));
        }
        CHECK(code_of([&] { check_checkpoint(*memory_journal("other"), heads[0]); }) ==
              "checkpoint_of_another");
    }
}
