// A journal in a file, and back with every hash computed anew.

#include <set>

#include "base/hex.hpp"
#include "persistence/records_journal.hpp"
#include "workflow/chain.hpp"

namespace recruit::detail {

namespace {

void expect_content(const std::vector<PackedRecord>& records) {
    std::size_t bytes = 0;
    for (const PackedRecord& packed : records) {
        bytes += packed.key.size() + packed.body.size();
        if (const auto* part = std::get_if<2>(&packed.personal)) bytes += part->second.size();
    }
    if (records.size() > records_of_any_length && bytes / least_record_bytes < records.size())
        refuse_bytes(Text::damage_length, 0);
}

}  // namespace

Record<JournalPackage>::Record(const JournalPackage& package) : competition{package.competition} {
    Chain chain{competition};
    records.reserve(package.records.size());
    for (const JournalRecord& record : package.records) {
        chain.check(record);
        PackedRecord& packed = records.emplace_back(PackedRecord{record.key, record.body, {}});
        if (!record.personal.empty())
            packed.personal.emplace<2>(record.salt, record.personal);
        else if (!record.commitment.empty())
            packed.personal.emplace<1>(from_hex(record.commitment).value_or(""));
    }
    head = *from_hex(chain.last().head);
    expect_content(records);
}

JournalPackage Record<JournalPackage>::value() && {
    constexpr std::size_t hash_bytes = 32;
    expect_content(records);
    JournalPackage package{std::move(competition), {}};
    package.records.reserve(records.size());
    std::string previous = journal_origin(package.competition);
    std::set<std::string_view> keys;
    for (PackedRecord& packed : records) {
        JournalRecord& record = package.records.emplace_back();
        record.sequence = package.records.size();
        record.previous = std::move(previous);
        expect_form(packed.key.empty() || keys.insert(packed.key).second);
        record.key = packed.key;
        record.body = std::move(packed.body);
        if (const auto* commitment = std::get_if<1>(&packed.personal)) {
            expect_form(commitment->size() == hash_bytes);
            record.commitment = to_hex(*commitment);
        } else if (auto* part = std::get_if<2>(&packed.personal)) {
            expect_form(part->first.size() >= least_salt && !part->second.empty());
            record.commitment = journal_commitment(part->first, part->second);
            record.salt = std::move(part->first);
            record.personal = std::move(part->second);
        }
        record.head = previous = journal_hash(package.competition, record);
    }
    if (to_hex(head) != previous)
        throw StoreError{Code::journal_damaged, {std::to_string(package.records.size())}};
    return package;
}

}  // namespace recruit::detail
