// A journal in one file, as the decoder finds it behind the digest of the file: the content without the last
// 33 bytes, which are the head of the chain, and are made right again here.

#include <cstring>

#include <recruit/persistence/sqlite_journal.hpp>

#include "base/hex.hpp"
#include "fuzz.hpp"
#include "persistence/content.hpp"
#include "persistence/disk.hpp"
#include "persistence/records_journal.hpp"
#include "whole_contest.hpp"

using namespace recruit;

namespace {

constexpr std::size_t head_bytes = 33;

detail::Bytes bytes_of(std::string_view text) {
    const auto memory = detail::allocate(text.size());
    if (!text.empty()) std::memcpy(memory.get(), text.data(), text.size());
    return {memory, {memory.get(), text.size()}};
}

std::string content_of(const JournalPackage& package) {
    auto pieces = detail::encode(package, 1);
    std::string content;
    for (const auto& piece : pieces.finish())
        content.append(reinterpret_cast<const char*>(piece.data), piece.size);
    return content;
}

/// The head that the records lead to.
std::string head_of(const detail::Record<JournalPackage>& record) {
    std::string head = journal_origin(record.competition);
    std::uint64_t sequence = 0;
    for (const auto& packed : record.records) {
        JournalRecord next;
        next.sequence = ++sequence;
        next.previous = head;
        next.key = packed.key;
        next.body = packed.body;
        if (const auto* commitment = std::get_if<1>(&packed.personal))
            next.commitment = detail::to_hex(*commitment);
        else if (const auto* part = std::get_if<2>(&packed.personal))
            next.commitment = journal_commitment(part->first, part->second);
        head = journal_hash(record.competition, next);
    }
    return *detail::from_hex(head);
}

JournalPackage first_records(std::size_t count) {
    static const auto k = fuzz::whole_contest();
    JournalPackage package = journal_package(*k.store, true);
    package.records.resize(std::min(count, package.records.size()));
    return package;
}

}  // namespace

FUZZ_SEEDS(seed) {
    for (const std::size_t count : {0U, 1U, 3U, 10U, 20U, 35U}) {
        const auto whole = memory_journal(first_records(count));
        for (const bool with_personal : {true, false}) {
            std::string content = content_of(journal_package(*whole, with_personal));
            content.resize(content.size() - head_bytes);
            seed(content);
        }
    }
}

FUZZ_TARGET(input) {
    fuzz::expecting_errors([&] {
        std::string content{fuzz::text(input)};
        content += ' ';  // 32, the number of its bytes
        content.append(head_bytes - 1, '\0');
        detail::Record<JournalPackage> record;
        detail::InArchive in{bytes_of(content)};
        in >> record;
        in.finish();
        content.replace(content.size() - (head_bytes - 1), head_bytes - 1, head_of(record));
        const auto package = detail::decode<JournalPackage>(bytes_of(content), 1);
        fuzz::require(content_of(package) == content, "a journal is written otherwise than it was read");
        const auto store = memory_journal(package);
        fuzz::require(store->size() == package.records.size(), "a journal lost records");
        const auto bare = memory_journal(journal_package(*store, false));
        fuzz::require(bare->head() == store->head(), "without its personal parts a journal is another");
        const auto again = journal_from_bytes(journal_to_bytes(*store, true));
        fuzz::require(journal_package(*again, true) == package, "a journal has changed in a file");
        fuzz::expecting_errors([&] { check_checkpoint(*again, checkpoint(*store)); });
        const Competition c = Competition::replay(*store);
        fuzz::require(c.size() == store->size(), "a contest lost events");
    });
}
