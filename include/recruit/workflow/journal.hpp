#pragma once

/// \file
/// JournalStore: the append-only, hash-chained record of a contest. Room: workflow.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <recruit/base/error.hpp>
#include <recruit/export.hpp>

namespace recruit {

/// What is to be recorded.
struct JournalEntry {
    std::string body;      ///< One line of UTF-8: an event. The chain holds it for ever.
    std::string key;       ///< The caller's idempotency key; may be empty.
    std::string personal;  ///< Kept beside the chain, which holds a salted digest of it; may be empty.
    std::string salt;      ///< At least 16 random bytes of the caller's; needed with `personal`.
};

/// That something is recorded: its number, from 1, and the hash of the chain up to it.
struct Receipt {
    std::uint64_t sequence = 0;
    std::string head;  ///< 64 hexadecimal digits.
    friend bool operator==(const Receipt&, const Receipt&) = default;
};

/// What was recorded.
struct JournalRecord {
    std::uint64_t sequence = 0;
    std::string previous;  ///< Head before it, in hexadecimal.
    std::string key, body;
    std::string commitment;  ///< SHA-256 of salt and personal part, in hexadecimal; empty if there is none.
    std::string personal;    ///< Empty if there is none or it was erased.
    std::string salt;
    std::string head;  ///< SHA-256 of all the above but personal and salt.
    friend bool operator==(const JournalRecord&, const JournalRecord&) = default;
};

/// Where a contest is recorded. Nothing is changed or taken out; personal parts can be erased, and the chain
/// still verifies. Safe to use from several threads.
class RECRUIT_EXPORT JournalStore {
public:
    virtual ~JournalStore() = default;

    /// Name of the contest: it is part of every hash.
    virtual const std::string& competition() const noexcept = 0;
    virtual std::uint64_t size() const = 0;
    /// Of the last record; sequence 0 and the hash of the name for none.
    virtual Receipt head() const = 0;

    /// Records all entries or none, and returns when they cannot be lost any more. A key that was used for
    /// the same body gives the receipt of then, and nothing is added.
    /// \throws Error (`journal_conflict` if `expected` is given and is not the head, `journal_key_reused`,
    /// `journal_salt_missing`), StoreError
    virtual std::vector<Receipt> append(std::span<const JournalEntry> entries,
                                        const std::optional<Receipt>& expected = {}) = 0;

    /// Records first, first + 1 … in order, each checked against the chain. `read` returns false to stop.
    /// \throws StoreError (`journal_damaged`)
    virtual void read(std::uint64_t first, const std::function<bool(const JournalRecord&)>& visit) const = 0;
    /// The record a key was used for.
    virtual std::optional<JournalRecord> find(std::string_view key) const = 0;

    /// Destroys the personal part of a record. \throws Error (`journal_no_record`), StoreError
    virtual void erase_personal(std::uint64_t sequence) = 0;

    Receipt append(const JournalEntry& entry, const std::optional<Receipt>& expected = {}) {
        return append(std::span{&entry, 1}, expected).front();
    }
};

/// A journal as a value: all of it, from the first record on.
struct JournalPackage {
    std::string competition;
    std::vector<JournalRecord> records;
    friend bool operator==(const JournalPackage&, const JournalPackage&) = default;
};
/// What a journal holds now, with or without the personal parts. \throws StoreError
RECRUIT_EXPORT JournalPackage journal_package(const JournalStore& store, bool with_personal);

/// A journal in memory: for tests, simulations and what-if studies.
RECRUIT_EXPORT std::unique_ptr<JournalStore> memory_journal(std::string competition);
/// One that begins with records from elsewhere. \throws StoreError (`journal_damaged`) if a record is not
/// what its hash says
RECRUIT_EXPORT std::unique_ptr<JournalStore> memory_journal(JournalPackage package);

/// The hash of a chain without records, and of one more record. In hexadecimal.
RECRUIT_EXPORT std::string journal_origin(std::string_view competition);
RECRUIT_EXPORT std::string journal_hash(std::string_view competition, const JournalRecord& record);
RECRUIT_EXPORT std::string journal_commitment(std::string_view salt, std::string_view personal);

}  // namespace recruit
