#pragma once

/// \file
/// Checkpoint: the head of a journal, to be signed and kept where the journal is not. Room: workflow.
///
/// A chain shows that nothing in it was changed; it cannot show that its end was cut, nor that all of it was
/// written anew. A head printed in the minutes, on the notice board or at another body can. The text is a
/// C2SP tlog-checkpoint in a C2SP signed note, so that tools and witnesses of transparency logs read it; its
/// 32-byte "root" is the head of recruit's chain, not a Merkle root.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <recruit/export.hpp>

namespace recruit {

class JournalStore;

/// That the journal of a contest had so many records, and the hash of the chain up to there.
struct Checkpoint {
    std::string origin;      ///< "recruit/" and the name of the contest.
    std::uint64_t size = 0;  ///< Number of records.
    std::string head;        ///< 64 hexadecimal digits.

    /// Three lines: origin, size, head in base64. What is signed.
    std::string str() const;
    friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

/// Of the last record of a journal. \throws Error (`journal_name_refused` for a name that is not one line)
RECRUIT_EXPORT Checkpoint checkpoint(const JournalStore& store);

/// Reads a checkpoint, with or without signatures, which are *not* checked, and extension lines, which are
/// passed over. \throws Error (`checkpoint_malformed`)
RECRUIT_EXPORT Checkpoint parse_checkpoint(std::string_view note);

/// An Ed25519 key of 32 secret bytes (RFC 8032), made by the caller from the system's randomness.
using SecretKey = std::span<const std::byte, 32>;

/// What others need to check signatures: "name+hash+base64", a C2SP verifier key. The name has no blanks and
/// no plus signs. \throws Error (`checkpoint_key_malformed`)
RECRUIT_EXPORT std::string verifier_key(std::string_view name, SecretKey secret);

/// The signed note: the checkpoint, an empty line, and one line with the signature.
RECRUIT_EXPORT std::string sign_checkpoint(const Checkpoint& checkpoint, std::string_view name,
                                           SecretKey secret);
/// One more signature under a note, of a witness or a second keeper. Those that are there are kept unchecked.
RECRUIT_EXPORT std::string cosign_checkpoint(std::string_view note, std::string_view name, SecretKey secret);

/// The checkpoint in a note if it is signed with the key. Signatures of other keys are passed over.
/// \throws Error (`checkpoint_malformed`, `checkpoint_key_malformed`, `checkpoint_not_signed`)
RECRUIT_EXPORT Checkpoint verify_checkpoint(std::string_view note, std::string_view verifier_key);

/// Whether the journal continues from this head: returns if it does.
/// \throws Error (`checkpoint_of_another`), StoreError (`journal_truncated`, `journal_differs`)
RECRUIT_EXPORT void check_checkpoint(const JournalStore& store, const Checkpoint& known);

}  // namespace recruit
