#pragma once

// A journal in a file. What the chain determines is not written: number, previous hash, and the hash of every
// record but the last.

#include <recruit/workflow/journal.hpp>

#include "persistence/records.hpp"

namespace recruit::detail {

struct PackedRecord {
    std::string key, body;
    /// Nothing personal; the commitment to what was erased or left out (32 bytes); salt and personal part.
    std::variant<std::monostate, std::string, std::pair<std::string, std::string>> personal;
};
template <class Archive>
void serialize(Archive& archive, PackedRecord& r, unsigned) {
    all(archive, r.key, r.body, r.personal);
}

template <>
struct Record<JournalPackage> {
    std::string competition;
    std::vector<PackedRecord> records;
    std::string head;  ///< 32 bytes: of the last record, or the origin.

    Record() = default;
    /// \throws StoreError (`journal_damaged`) for a package that is no chain
    explicit Record(const JournalPackage& package);
    JournalPackage value() &&;
};
template <class Archive>
void serialize(Archive& archive, Record<JournalPackage>& r, unsigned) {
    all(archive, r.competition, r.records, r.head);
}

}  // namespace recruit::detail
