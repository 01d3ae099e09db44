// A journal on the disk with wrong bytes in its database, in its receipts, and in the file from which SQLite
// undoes what was half done. The input is a list of changes to files that are right: which file, what, where,
// how many bytes, the bytes. Opening it ends in recruit's own error, or in records that were recorded.

#include <algorithm>
#include <cstring>

#include "fuzz.hpp"
#include "persistence/simulated_disk.hpp"
#include "persistence/sqlite_journal_detail.hpp"

using namespace recruit;

namespace {

const char* const names[] = {"/journal", "/journal.receipts", "/journal-journal"};

struct Base {
    simulated::Files files, half_done;
    std::vector<JournalRecord> records;
    Checkpoint head;
};

std::vector<JournalRecord> records_of(const JournalStore& store) {
    std::vector<JournalRecord> all;
    store.read(1, [&](const JournalRecord& record) {
        all.push_back(record);
        return true;
    });
    return all;
}

const Base& base() {
    static const Base made = [] {
        Base all;
        simulated::Disk disk;
        const auto vfs = simulated::Disk::vfs;
        const auto store = detail::create_sqlite_journal(names[0], "contest-2026", {}, vfs);
        for (int i = 1; i <= 6; ++i) {
            const std::string personal = i % 2 == 0 ? "Nguyễn Văn " + std::to_string(i) : "";
            store->append({R"({"act":"apply","application":")" + std::to_string(i) + "\"}",
                           "key " + std::to_string(i), personal, personal.empty() ? "" : "0123456789abcdef"});
        }
        store->erase_personal(4);
        all.records = records_of(*store);
        all.head = checkpoint(*store);
        all.files = disk.files;
        // An append of which SQLite has written its pages and not yet said that it stands.
        disk.fail(simulated::Disk::Plan{simulated::Disk::Call::truncate, simulated::Disk::Fault::io_error, 1,
                                        true});
        try {
            store->append({"one more", "one more", {}, {}});
        } catch (const StoreError&) {
        }
        all.half_done = disk.files;
        return all;
    }();
    return made;
}

class Changes {
public:
    explicit Changes(std::string_view input) : rest_{input} {}
    unsigned number(int width) {
        unsigned value = 0;
        for (int i = 0; i < width; ++i) value |= static_cast<unsigned>(byte()) << 8 * i;
        return value;
    }
    std::string text(std::size_t size) {
        const std::string found{rest_.substr(0, size)};
        rest_.remove_prefix(found.size());
        return found;
    }
    bool empty() const { return rest_.empty(); }

private:
    unsigned char byte() {
        if (rest_.empty()) return 0;
        const auto first = static_cast<unsigned char>(rest_.front());
        rest_.remove_prefix(1);
        return first;
    }
    std::string_view rest_;
};

enum What { overwrite, insert, remove, cut, replace, whats };

void change(std::string& file, Changes& changes) {
    const unsigned what = changes.number(1) % whats;
    const std::size_t at = std::min<std::size_t>(changes.number(2), file.size());
    const std::size_t size = changes.number(1);
    switch (what) {
        case overwrite: {
            const std::string bytes = changes.text(size % 32);
            file.replace(at, bytes.size(), bytes);
            break;
        }
        case insert:
            file.insert(at, changes.text(size % 32));
            break;
        case remove:
            file.erase(at, size);
            break;
        case cut:
            file.resize(at);
            break;
        default:
            file = changes.text(std::string::npos);
    }
}

/// All of these were recorded, in this order; a personal part may have been erased.
void require_recorded(const std::vector<JournalRecord>& found) {
    const auto& records = base().records;
    for (std::size_t i = 0; i < std::min(found.size(), records.size()); ++i) {
        JournalRecord wanted = records[i];
        if (found[i].personal.empty() && found[i].salt.empty()) wanted.personal = wanted.salt = "";
        fuzz::require(found[i] == wanted, "a record that nobody recorded");
    }
}

}  // namespace

FUZZ_SEEDS(seed) {
    const auto changed = [](int flags, int file, int what, unsigned at, int size, const std::string& bytes) {
        std::string input(1, static_cast<char>(flags));
        input += static_cast<char>(file);
        input += static_cast<char>(what);
        input += static_cast<char>(at & 0xFF);
        input += static_cast<char>(at >> 8);
        return input + static_cast<char>(size) + bytes;
    };
    for (const int flags : {0, 1, 2, 3, 4, 5}) {
        seed(std::string(1, static_cast<char>(flags)));
        for (int file = 0; file < 3; ++file) {
            for (unsigned at = 0; at < 0x7000; at += 0x3F0)
                seed(changed(flags, file, static_cast<int>(at / 0x3F0) % 4, at, 3, "abc"));
        }
    }
    for (const auto& files : {base().files, base().half_done}) {
        for (int file = 0; file < 3; ++file) {
            const auto found = files.find(names[file]);
            if (found != files.end()) seed(changed(0, file, replace, 0, 0, found->second));
        }
    }
}

FUZZ_TARGET(input) {
    Changes changes{fuzz::text(input)};
    const unsigned flags = changes.number(1);
    SqliteJournalOptions options;
    options.read_only = (flags & 1) != 0;
    if ((flags & 2) != 0) options.heads = {base().head};
    simulated::Disk disk{(flags & 4) != 0 ? base().half_done : base().files};
    while (!changes.empty()) {
        std::string& file = disk.files[names[changes.number(1) % std::size(names)]];
        change(file, changes);
    }
    const auto vfs = simulated::Disk::vfs;
    std::uint64_t size = 0;
    fuzz::expecting_errors([&] {
        const auto store = detail::open_sqlite_journal(names[0], options, vfs);
        const auto found = records_of(*store);
        require_recorded(found);
        fuzz::require(options.heads.empty() || found.size() >= base().records.size(),
                      "a journal shorter than a known head");
        if (options.read_only) return;
        store->append({"another", "another", "person", "fedcba9876543210"});
        store->erase_personal(1);
        size = store->size();
    });
    if (size == 0) return;
    // What was acknowledged is there.
    options.read_only = true;
    const auto store = detail::open_sqlite_journal(names[0], options, vfs);
    const auto found = records_of(*store);
    require_recorded(found);
    fuzz::require(found.size() == size && found.back().body == "another", "an acknowledged record is gone");
}
