#pragma once

// A journal in a file. What the chain determines is not written: number, previous hash, and the hash of every
// record but the last.

#include <recruit/workflow/journal.hpp>

#include "persistence/records.hpp"

namespace recruit::detail {

/// A record has several times as many bytes in memory as it can have in a file. So a journal of many records
/// that say next to nothing is neither saved nor loaded: beyond so many records, each has so many bytes of
/// key, body and personal part on average. An event has some hundred.
inline constexpr std::size_t records_of_any_length = 10'000, least_record_bytes = 16;

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
    /// \throws StoreError (`journal_damaged`) for a package that is no chain, Corrupt (`damage_length`) for
    /// one whose records say too little
    explicit Record(const JournalPackage& package);
    JournalPackage value() &&;
};
template <class Archive>
void serialize(Archive& archive, Record<JournalPackage>& r, unsigned) {
    if constexpr (Archive::is_saving::value) {
        all(archive, r.competition, r.records, r.head);
    } else {
        archive >> r.competition;
        const std::size_t count = archive.count(1);
        if (count > records_of_any_length && count > archive.left() / least_record_bytes)
            archive.damaged(Text::damage_length);
        r.records.reserve(count);
        for (std::size_t i = 0; i < count; ++i) archive >> r.records.emplace_back();
        archive >> r.head;
    }
}

}  // namespace recruit::detail
