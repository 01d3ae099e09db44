// Signed notes and the keys they are checked with: the note, a byte of zero, a key. A note that verifies says
// what was signed, since nobody here can forge.

#include <recruit/persistence/file.hpp>
#include <recruit/workflow/checkpoint.hpp>

#include "fuzz.hpp"

using namespace recruit;

namespace {

constexpr std::array<std::byte, 32> secret{std::byte{1}}, other_secret{std::byte{2}};
const Checkpoint known{"recruit/contest-2026", 7, std::string(64, 'b')};

const std::string& key() {
    static const std::string made = verifier_key("council", secret);
    return made;
}

}  // namespace

FUZZ_SEEDS(seed) {
    const std::string note = sign_checkpoint(known, "council", secret);
    const std::string end = '\0' + key();
    seed(known.str() + end);
    seed(known.str() + "extension\n" + end);
    seed(note + end);
    seed(cosign_checkpoint(note, "bộ-nội-vụ", other_secret) + '\0' + verifier_key("bộ-nội-vụ", other_secret));
    seed(cosign_checkpoint(known.str(), "council", secret) + end);
}

FUZZ_TARGET(input) {
    std::string_view given = fuzz::text(input);
    const auto zero = given.find('\0');
    const std::string_view note = given.substr(0, zero);
    if (zero != std::string_view::npos)
        fuzz::expecting_errors([&] { verify_checkpoint(note, given.substr(zero + 1)); });
    bool verified = false;
    Checkpoint found;
    fuzz::expecting_errors([&] {
        found = verify_checkpoint(note, key());
        verified = true;
    });
    fuzz::require(!verified || found == known, "a forged note");
    fuzz::expecting_errors([&] {
        const Checkpoint read = parse_checkpoint(note);
        const FileOptions options{.threads = 1};
        fuzz::require(note.starts_with(read.str()), "a note is written otherwise than it was read");
        fuzz::require(!verified || read == found, "a note says two things");
        fuzz::require(from_bytes<Checkpoint>(to_bytes(read, options), options) == read,
                      "a checkpoint has changed in a file");
        // Both sign all of the text, extension lines too.
        const std::string signed_note = cosign_checkpoint(note, "witness", other_secret);
        fuzz::require(verify_checkpoint(signed_note, verifier_key("witness", other_secret)) == read,
                      "a note that was signed does not verify");
    });
}
