// The chain, and the journal in memory.

#include <recruit/workflow/journal.hpp>

#include <algorithm>
#include <map>
#include <mutex>

#include "base/keys.hpp"
#include "base/sha256.hpp"
#include "workflow/chain.hpp"

namespace recruit {

using namespace detail;

namespace {

void put(std::string& bytes, std::uint64_t value, int width) {
    for (int i = 0; i < width; ++i) bytes += static_cast<char>(value >> (8 * i) & 0xFF);
}
void put(std::string& bytes, std::string_view text) {
    put(bytes, text.size(), 8);
    bytes += text;
}

constexpr std::string_view domain = "recruit journal";
constexpr std::uint64_t format_version = 1;

class MemoryJournal final : public JournalStore {
public:
    explicit MemoryJournal(std::string competition)
        : competition_{std::move(competition)}, origin_{journal_origin(competition_)} {}
    explicit MemoryJournal(JournalPackage package) : MemoryJournal{std::move(package.competition)} {
        Chain chain{competition_};
        for (const JournalRecord& record : package.records) {
            chain.check(record);
            if (!record.key.empty() && !keys_.emplace(record.key, record.sequence - 1).second)
                throw StoreError{Code::journal_damaged, {std::to_string(record.sequence)}};
        }
        records_ = std::move(package.records);
    }

    const std::string& competition() const noexcept override { return competition_; }
    std::uint64_t size() const override {
        const std::lock_guard lock{mutex_};
        return records_.size();
    }
    Receipt head() const override {
        const std::lock_guard lock{mutex_};
        return last();
    }

    std::vector<Receipt> append(std::span<const JournalEntry> entries,
                                const std::optional<Receipt>& expected) override {
        const std::lock_guard lock{mutex_};
        Extension more = extend(competition_, last(), entries, expected, [&](std::string_view key) {
            const auto at = keys_.find(key);
            return at == keys_.end() ? std::nullopt : std::optional{records_[at->second]};
        });
        const std::size_t first = records_.size();
        // Room for all before anything is changed; doubled, or every act would copy the whole journal.
        if (records_.capacity() < first + more.records.size())
            records_.reserve(std::max(2 * records_.capacity(), first + more.records.size()));
        std::map<std::string, std::size_t, std::less<>> keys;
        for (std::size_t i = 0; i < more.records.size(); ++i)
            if (!more.records[i].key.empty()) keys.emplace(more.records[i].key, first + i);
        keys_.merge(keys);
        for (JournalRecord& record : more.records) records_.push_back(std::move(record));
        return std::move(more.receipts);
    }

    void read(std::uint64_t first, const std::function<bool(const JournalRecord&)>& visit) const override {
        for (std::uint64_t at = first == 0 ? 1 : first;; ++at) {
            JournalRecord record;
            {
                const std::lock_guard lock{mutex_};
                if (at > records_.size()) return;
                record = records_[at - 1];
            }
            if (!visit(record)) return;
        }
    }
    std::optional<JournalRecord> find(std::string_view key) const override {
        const std::lock_guard lock{mutex_};
        const auto at = keys_.find(key);
        if (at == keys_.end()) return std::nullopt;
        return records_[at->second];
    }
    void erase_personal(std::uint64_t sequence) override {
        const std::lock_guard lock{mutex_};
        if (sequence == 0 || sequence > records_.size())
            throw Error{Code::journal_no_record, {std::to_string(sequence)}};
        records_[sequence - 1].personal.clear();
        records_[sequence - 1].salt.clear();
    }

private:
    Receipt last() const {
        return records_.empty() ? Receipt{0, origin_}
                                : Receipt{records_.back().sequence, records_.back().head};
    }

    std::string competition_, origin_;
    mutable std::mutex mutex_;
    std::vector<JournalRecord> records_;
    std::map<std::string, std::size_t, std::less<>> keys_;
};

}  // namespace

std::string journal_origin(std::string_view competition) {
    std::string bytes{domain};
    put(bytes, format_version, 2);
    put(bytes, competition);
    return detail::sha256_hex(bytes);
}

std::string journal_commitment(std::string_view salt, std::string_view personal) {
    std::string bytes;
    put(bytes, salt);
    put(bytes, personal);
    return detail::sha256_hex(bytes);
}

std::string journal_hash(std::string_view competition, const JournalRecord& record) {
    // A leaf in the sense of RFC 6962: what is hashed begins with a zero byte, so that no inner node of a
    // tree over these hashes can pass for a record.
    std::string bytes(1, '\0');
    bytes += domain;
    put(bytes, format_version, 2);
    put(bytes, competition);
    put(bytes, record.sequence, 8);
    put(bytes, record.previous);
    put(bytes, record.key);
    put(bytes, record.body);
    put(bytes, record.commitment);
    put(bytes, 0, 8);  // reserved: keys of persons, inclusion proofs
    return detail::sha256_hex(bytes);
}

namespace detail {

Extension extend(const std::string& competition, const Receipt& last, std::span<const JournalEntry> entries,
                 const std::optional<Receipt>& expected,
                 const std::function<std::optional<JournalRecord>(std::string_view)>& find) {
    Extension more;
    std::map<std::string_view, std::size_t> keys;
    for (const JournalEntry& entry : entries) {
        if (!entry.key.empty()) {
            std::optional<JournalRecord> same;
            if (const auto here = keys.find(entry.key); here != keys.end())
                same = more.records[here->second];
            else
                same = find(entry.key);
            if (same) {
                if (same->body != entry.body) throw Error{Code::journal_key_reused, {entry.key}};
                more.receipts.push_back({same->sequence, same->head});
                continue;
            }
            keys.emplace(entry.key, more.records.size());
        }
        if (!entry.personal.empty() && entry.salt.size() < least_salt)
            throw Error{Code::journal_salt_missing, {}};
        JournalRecord record;
        record.sequence = last.sequence + more.records.size() + 1;
        record.previous = more.records.empty() ? last.head : more.records.back().head;
        record.key = entry.key;
        record.body = entry.body;
        if (!entry.personal.empty()) {
            record.commitment = journal_commitment(entry.salt, entry.personal);
            record.personal = entry.personal;
            record.salt = entry.salt;
        }
        record.head = journal_hash(competition, record);
        more.receipts.push_back({record.sequence, record.head});
        more.records.push_back(std::move(record));
    }
    if (!more.records.empty() && expected && *expected != last)
        throw Error{Code::journal_conflict, {std::to_string(last.sequence), last.head}};
    return more;
}

void Chain::check(const JournalRecord& record) {
    const bool personal = !record.personal.empty();
    if (record.sequence != last_.sequence + 1 || record.previous != last_.head ||
        record.head != journal_hash(competition_, record) || (record.salt.empty() == personal) ||
        (personal && (record.salt.size() < least_salt ||
                      record.commitment != journal_commitment(record.salt, record.personal))))
        throw StoreError{Code::journal_damaged, {std::to_string(last_.sequence + 1)}};
    last_ = {record.sequence, record.head};
}

}  // namespace detail

JournalPackage journal_package(const JournalStore& store, bool with_personal) {
    JournalPackage package{store.competition(), {}};
    const std::uint64_t size = store.size();
    if (size == 0) return package;
    package.records.reserve(size);
    store.read(1, [&](const JournalRecord& record) {
        JournalRecord& kept = package.records.emplace_back(record);
        if (!with_personal) {
            kept.personal.clear();
            kept.salt.clear();
        }
        return record.sequence < size;
    });
    return package;
}

std::unique_ptr<JournalStore> memory_journal(std::string competition) {
    return std::make_unique<MemoryJournal>(std::move(competition));
}
std::unique_ptr<JournalStore> memory_journal(JournalPackage package) {
    return std::make_unique<MemoryJournal>(std::move(package));
}

}  // namespace recruit
