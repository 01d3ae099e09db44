#include <recruit/persistence/sqlite_journal.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <map>
#include <mutex>

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include "base/bytes.hpp"
#include "base/hex.hpp"
#include "persistence/journal_schema.hpp"
#include "persistence/receipts.hpp"
#include "persistence/sqlite.hpp"
#include "persistence/sqlite_journal_detail.hpp"
#include "workflow/chain.hpp"

namespace recruit {

using namespace detail;
namespace fs = std::filesystem;

namespace {

constexpr std::size_t hash_bytes = 32;
constexpr std::uint64_t read_at_once = 64;  // records, between two looks at the lock
using Hash = std::array<char, hash_bytes>;

fs::path receipts_of(const fs::path& file, const SqliteJournalOptions& options) {
    if (!options.receipts.empty()) return options.receipts;
    fs::path path = file;
    path += ".receipts";
    return path;
}

[[noreturn]] void refuse(Code code, const fs::path& file, std::vector<Argument> more = {}) {
    more.insert(more.begin(), file.string());
    throw StoreError{code, std::move(more), file.string()};
}

/// A failure while a journal is opened or made.
[[noreturn]] void not_opened(const DiskFault& fault, const fs::path& file) {
    switch (fault.code & 0xFF) {
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            refuse(Code::journal_in_use, file);
        case SQLITE_NOTADB:
            refuse(Code::journal_not_recruit, file, {Text::store_not_database});
        case SQLITE_CORRUPT:
            refuse(Code::journal_file_damaged, file, {fault.detail});
        default:
            break;
    }
    if (fault.code == SQLITE_READONLY_ROLLBACK || fault.code == SQLITE_READONLY_RECOVERY)
        refuse(Code::journal_interrupted, file);
    std::error_code none;
    const bool no_folder = file.has_parent_path() && !fs::exists(file.parent_path(), none);
    refuse(Code::journal_not_opened, file,
           {fault.reason == Text::store_no_file && no_folder ? Text::save_no_folder : fault.reason,
            fault.detail});
}

/// Work that names the file in what goes wrong.
template <class Work>
auto opening(const fs::path& file, const Work& work) -> decltype(work()) {
    try {
        return work();
    } catch (const SqliteFailure& failure) {
        not_opened(failure.fault, file);
    }
}

/// A new file that only its owner can read. One that is there already stays as it is.
void make_private(const fs::path& file, const char* vfs) {
    if (vfs != nullptr) return;  // not one of the system's
    const int made = ::open(file.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
    if (made >= 0) ::close(made);
}

class SqliteJournal final : public JournalStore {
public:
    enum class How { create, write, read };

    SqliteJournal(fs::path file, std::string competition, const SqliteJournalOptions& options, How how,
                  const char* vfs)
        : file_{std::move(file)},
          receipts_file_{receipts_of(file_, options)},
          competition_{std::move(competition)},
          is_read_only_{how == How::read} {
        if (how == How::create)
            create(vfs);
        else
            open(options, vfs);
        opening(file_, [&] { state_->prepare(); });
        for (const Checkpoint& known : options.heads) named([&] { check_checkpoint(*this, known); });
    }

    ~SqliteJournal() override {
        // After a fork the files are the parent's: to close them here would take its journal away.
        if (::getpid() != process_) (void)state_.release();
    }

    const std::string& competition() const noexcept override { return competition_; }

    std::uint64_t size() const override {
        const auto lock = enter();
        return heads_.size();
    }

    Receipt head() const override {
        const auto lock = enter();
        return last();
    }

    std::vector<Receipt> append(std::span<const JournalEntry> entries,
                                const std::optional<Receipt>& expected) override {
        const auto lock = enter_to_write();
        Extension more = extend(competition_, last(), entries, expected,
                                [&](std::string_view key) { return with_key(key); });
        if (!more.records.empty()) {
            write(more.records, more.records.front().sequence, [&] {
                std::vector<Receipt> lines;
                for (const JournalRecord& r : more.records) lines.push_back({r.sequence, r.head});
                state_->receipts->add(lines);
            });
        }
        return std::move(more.receipts);
    }

    void read(std::uint64_t first, const std::function<bool(const JournalRecord&)>& visit) const override {
        std::vector<JournalRecord> some;
        for (std::uint64_t at = std::max<std::uint64_t>(first, 1);; at += some.size()) {
            {
                const auto lock = enter();
                if (at > heads_.size()) return;
                some = records(at, std::min<std::uint64_t>(read_at_once, heads_.size() - at + 1));
            }
            for (const JournalRecord& record : some)
                if (!visit(record)) return;
        }
    }

    std::optional<JournalRecord> find(std::string_view key) const override {
        const auto lock = enter();
        return with_key(key);
    }

    void erase_personal(std::uint64_t sequence) override {
        const auto lock = enter_to_write();
        if (sequence == 0 || sequence > heads_.size())
            throw Error{Code::journal_no_record, {std::to_string(sequence)}};
        writing(file_, [&] { state_->erase->bind(1, sequence).run(); });
    }

    /// The records of another journal, into an empty one.
    void take(const JournalStore& store) {
        const auto lock = enter_to_write();
        const std::uint64_t size = store.size();
        if (size == 0) return;
        Chain chain{competition_};
        writing(file_, [&] {
            state_->database.run("BEGIN IMMEDIATE");
            store.read(1, [&](const JournalRecord& record) {
                chain.check(record);
                insert(record, record.sequence);
                remember(record);
                return record.sequence < size;
            });
            state_->database.run("COMMIT");
        });
        writing(receipts_file_, [&] { add_receipts(1); });
    }

private:
    /// What is open; left alone as a whole after a fork.
    struct State {
        State(const fs::path& file, FileMode mode, const char* vfs) : database{file, mode, vfs} {}

        void prepare() {
            select.emplace(database,
                           "SELECT r.sequence, r.batch, r.key, r.body, r.commitment, r.head, p.sequence, "
                           "p.salt, p.content FROM record AS r LEFT JOIN personal AS p "
                           "ON p.sequence = r.sequence WHERE r.sequence >= ?1 ORDER BY r.sequence LIMIT ?2");
            if (database.is_read_only()) return;
            insert.emplace(database,
                           "INSERT INTO record (sequence, batch, key, body, commitment, head) "
                           "VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
            insert_personal.emplace(database,
                                    "INSERT INTO personal (sequence, salt, content) VALUES (?1, ?2, ?3)");
            erase.emplace(database, "UPDATE personal SET salt = x'', content = x'' WHERE sequence = ?1");
        }

        Database database;
        std::optional<Statement> select, insert, insert_personal, erase;
        std::optional<Receipts> receipts;
    };

    // ---- access

    std::unique_lock<std::mutex> enter() const {
        if (::getpid() != process_) refuse(Code::journal_other_process, file_);
        return std::unique_lock{mutex_};
    }
    std::unique_lock<std::mutex> enter_to_write() const {
        auto lock = enter();
        if (is_read_only_) refuse(Code::journal_read_only, file_);
        if (stopped_) refuse(Code::journal_stopped, stopped_at_, {stopped_->reason, stopped_->detail});
        return lock;
    }

    /// Runs what writes to `file`. An error of the disk is the last thing that is written.
    template <class Work>
    void writing(const fs::path& file, const Work& work) {
        try {
            work();
        } catch (const SqliteFailure& failure) {
            state_->database.roll_back();
            stopped_ = failure.fault;
            stopped_at_ = file;
            refuse(Code::journal_write_failed, file, {failure.fault.reason, failure.fault.detail});
        } catch (...) {
            state_->database.roll_back();
            throw;
        }
    }

    /// Names the file in what a check of the chain throws.
    template <class Work>
    auto named(const Work& work) const -> decltype(work()) {
        try {
            return work();
        } catch (const StoreError& error) {
            Issue issue = error.issues().front();
            if (issue.file.empty()) issue.file = file_.string();
            throw StoreError{std::move(issue)};
        }
    }

    Receipt last() const { return {heads_.size(), head_of(heads_.size())}; }
    std::string head_of(std::uint64_t sequence) const {
        if (sequence == 0) return origin_;
        const Hash& hash = heads_[static_cast<std::size_t>(sequence - 1)];
        return to_hex({hash.data(), hash.size()});
    }
    void remember(const JournalRecord& record) {
        const auto bytes = from_hex(record.head);
        Hash hash;
        std::memcpy(hash.data(), bytes->data(), hash.size());  // it was computed: 64 digits
        if (!record.key.empty()) keys_.emplace(record.key, record.sequence);
        heads_.push_back(hash);
    }

    // ---- reading

    /// The row under the cursor. `previous` is not in it.
    JournalRecord row(std::uint64_t* batch = nullptr) const {
        const Statement& row = *state_->select;
        JournalRecord record;
        record.sequence = row.integer(0);
        if (batch != nullptr) *batch = row.integer(1);
        record.key = row.text(2);
        record.body = row.text(3);
        record.commitment = row.text(4);
        record.head = row.text(5);
        const bool has_part = !row.is_null(6);
        if (has_part) {
            record.salt = row.bytes(7);
            record.personal = row.bytes(8);
        }
        // A part that was erased leaves an empty row: one that is not there was lost.
        if (has_part == record.commitment.empty())
            throw StoreError{Code::journal_damaged, {std::to_string(record.sequence)}};
        return record;
    }

    std::vector<JournalRecord> records(std::uint64_t first, std::uint64_t count) const {
        std::vector<JournalRecord> some;
        Statement& select = *state_->select;
        try {
            Chain chain{competition_, {first - 1, head_of(first - 1)}};
            select.bind(1, first).bind(2, count);
            while (select.step()) {
                JournalRecord record = row();
                record.previous = chain.last().head;
                chain.check(record);
                if (record.head != head_of(record.sequence))
                    throw StoreError{Code::journal_damaged, {std::to_string(record.sequence)}};
                some.push_back(std::move(record));
            }
            select.reset();
            if (some.size() != count)
                throw StoreError{Code::journal_damaged, {std::to_string(first + some.size())}};
        } catch (const SqliteFailure& failure) {
            select.reset();
            if ((failure.fault.code & 0xFF) == SQLITE_CORRUPT)
                refuse(Code::journal_file_damaged, file_, {failure.fault.detail});
            refuse(Code::journal_read_failed, file_, {failure.fault.reason, failure.fault.detail});
        } catch (const StoreError& error) {
            select.reset();
            Issue issue = error.issues().front();
            issue.file = file_.string();
            throw StoreError{std::move(issue)};
        }
        return some;
    }

    std::optional<JournalRecord> with_key(std::string_view key) const {
        const auto at = keys_.find(key);
        if (at == keys_.end()) return std::nullopt;
        return records(at->second, 1).front();
    }

    // ---- writing

    void insert(const JournalRecord& record, std::uint64_t batch) {
        state_->insert->bind(1, record.sequence)
            .bind(2, batch)
            .bind_text(3, record.key)
            .bind_text(4, record.body)
            .bind_text(5, record.commitment)
            .bind_text(6, record.head)
            .run();
        if (!record.commitment.empty()) {
            state_->insert_personal->bind(1, record.sequence)
                .bind_bytes(2, record.salt)
                .bind_bytes(3, record.personal)
                .run();
        }
    }

    template <class Work>
    void write(const std::vector<JournalRecord>& records, std::uint64_t batch, const Work& receipts) {
        // Room first: once it is on the disk, nothing may fail here.
        if (heads_.capacity() < heads_.size() + records.size())
            heads_.reserve(std::max(2 * heads_.capacity(), heads_.size() + records.size()));
        std::map<std::string, std::uint64_t, std::less<>> keys;
        for (const JournalRecord& record : records)
            if (!record.key.empty()) keys.emplace(record.key, record.sequence);
        writing(file_, [&] {
            state_->database.run("BEGIN IMMEDIATE");
            for (const JournalRecord& record : records) insert(record, batch);
            state_->database.run("COMMIT");
        });
        // The database first: receipts never promise what could be undone.
        writing(receipts_file_, receipts);
        keys_.merge(keys);
        for (const JournalRecord& record : records) remember(record);
    }

    /// Receipts from `first` on.
    void add_receipts(std::uint64_t first) {
        constexpr std::uint64_t at_once = 10'000;
        std::vector<Receipt> some;
        for (std::uint64_t at = first; at <= heads_.size(); ++at) {
            some.push_back({at, head_of(at)});
            if (some.size() < at_once && at < heads_.size()) continue;
            state_->receipts->add(some);
            some.clear();
        }
    }

    // ---- opening

    void connect(FileMode mode, const char* vfs) {
        state_ = std::make_unique<State>(file_, mode, vfs);
        Database& database = state_->database;
        database.run(
            "PRAGMA locking_mode = EXCLUSIVE; PRAGMA mmap_size = 0; PRAGMA cell_size_check = ON; "
            "PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY;");
        if (mode == FileMode::read) {
            database.run("BEGIN; SELECT count(*) FROM sqlite_schema;");
            return;
        }
        // Also undoes what was half done when the last writer was stopped.
        database.run("PRAGMA synchronous = EXTRA; BEGIN EXCLUSIVE;");
        if (database.is_read_only())
            refuse(Code::journal_not_opened, file_, {Text::save_no_permission, "EROFS"});
    }

    /// A rollback journal that is emptied, synced, and so is the folder: what an acknowledged act rests on.
    void make_durable() {
        Database& database = state_->database;
        database.run("COMMIT; PRAGMA journal_mode = TRUNCATE;");
        Statement mode{database, "PRAGMA journal_mode"};
        Statement level{database, "PRAGMA synchronous"};
        if (!mode.step() || mode.text(0) != "truncate" || !level.step() || level.integer(0) != 3)
            throw SqliteFailure{disk_fault(SQLITE_ERROR, 0, "not durable")};
    }

    void create(const char* vfs) {
        const bool one_line = !competition_.empty() && find_not_utf8(competition_) == competition_.size() &&
                              std::none_of(competition_.begin(), competition_.end(), [](char c) {
                                  return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
                              });
        if (!one_line) throw Error{Code::journal_name_refused, {competition_}};
        origin_ = journal_origin(competition_);
        try {
            make_private(file_, vfs);
            connect(FileMode::create, vfs);
            if (!is_blank()) refuse(Code::journal_exists, file_);
        } catch (const SqliteFailure& failure) {
            if ((failure.fault.code & 0xFF) == SQLITE_NOTADB) refuse(Code::journal_exists, file_);
            not_opened(failure.fault, file_);
        }
        opening(receipts_file_, [&] {
            make_private(receipts_file_, vfs);
            state_->receipts.emplace(receipts_file_, FileMode::create, vfs);
            if (!state_->receipts->begin(origin_)) refuse(Code::journal_exists, receipts_file_);
        });
        opening(file_, [&] {
            Database& database = state_->database;
            database.run("ROLLBACK; PRAGMA encoding = 'UTF-8'; PRAGMA journal_mode = TRUNCATE;");
            database.run("BEGIN IMMEDIATE");
            database.run(("PRAGMA application_id = " + std::to_string(journal_application) +
                          "; PRAGMA user_version = " + std::to_string(journal_version))
                             .c_str());
            for (const SchemaObject& object : journal_schema) database.run(std::string{object.sql}.c_str());
            Statement insert{database, "INSERT INTO journal (competition) VALUES (?1)"};
            insert.bind_text(1, competition_).run();
            make_durable();
        });
    }

    /// No database yet: an empty file, or what a creation that was interrupted left.
    bool is_blank() const {
        for (const char* ask :
             {"SELECT count(*) FROM sqlite_schema", "PRAGMA application_id", "PRAGMA user_version"}) {
            Statement number{state_->database, ask};
            if (!number.step() || number.integer(0) != 0) return false;
        }
        Statement pages{state_->database, "PRAGMA page_count"};
        return pages.step() && pages.integer(0) <= 1;
    }

    void open(const SqliteJournalOptions& options, const char* vfs) {
        std::uint64_t batch = 1;
        opening(file_, [&] {
            if (!vfs_exists(file_, vfs)) {
                // To SQLite a file without bytes is none.
                if (vfs == nullptr && fs::exists(file_))
                    refuse(Code::journal_not_recruit, file_, {Text::store_not_database});
                refuse(Code::journal_not_opened, file_, {Text::store_no_file, "ENOENT"});
            }
            connect(is_read_only_ ? FileMode::read : FileMode::write, vfs);
            check_form();
        });
        const bool lost = opening(receipts_file_, [&] {
            if (vfs_exists(receipts_file_, vfs)) {
                state_->receipts.emplace(receipts_file_, is_read_only_ ? FileMode::read : FileMode::write,
                                         vfs);
                return false;
            }
            if (!is_read_only_ || options.heads.empty())
                refuse(Code::journal_receipts_missing, receipts_file_);
            return true;
        });
        opening(file_, [&] { batch = check_records(); });
        if (!lost) opening(receipts_file_, [&] { check_receipts(batch); });
        if (!is_read_only_) opening(file_, [&] { make_durable(); });
    }

    /// That this is a journal, in the one form that recruit gives it, and a sound database.
    void check_form() {
        Database& database = state_->database;
        Statement application{database, "PRAGMA application_id"}, version{database, "PRAGMA user_version"};
        if (!application.step() || application.integer(0) != journal_application)
            refuse(Code::journal_not_recruit, file_, {Text::store_other_application});
        const auto format = version.step() ? static_cast<std::int64_t>(version.integer(0)) : 0;
        if (format < 1) refuse(Code::journal_foreign_schema, file_, {"user_version"});
        if (format > static_cast<std::int64_t>(journal_version))
            refuse(Code::journal_newer, file_, {std::to_string(format), std::to_string(journal_version)});
        Statement mode{database, "PRAGMA journal_mode"}, encoding{database, "PRAGMA encoding"};
        if (!mode.step() || mode.text(0) == "wal") refuse(Code::journal_foreign_schema, file_, {"WAL"});
        if (!encoding.step() || encoding.text(0) != "UTF-8")
            refuse(Code::journal_foreign_schema, file_, {encoding.text(0)});
        Statement objects{database, "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY rowid"};
        for (const SchemaObject& wanted : journal_schema) {
            if (!objects.step()) refuse(Code::journal_foreign_schema, file_, {std::string{wanted.name}});
            if (objects.text(0) != wanted.type || objects.text(1) != wanted.name ||
                objects.text(2) != wanted.table || objects.text(3) != wanted.sql)
                refuse(Code::journal_foreign_schema, file_, {objects.text(1)});
        }
        if (objects.step()) refuse(Code::journal_foreign_schema, file_, {objects.text(1)});
        Statement sound{database, "PRAGMA quick_check(1)"};
        if (!sound.step()) throw SqliteFailure{disk_fault(SQLITE_CORRUPT, 0)};
        if (const std::string found = sound.text(0); found != "ok")
            refuse(Code::journal_file_damaged, file_, {found});
        Statement name{database, "SELECT competition FROM journal"};
        if (!name.step()) throw SqliteFailure{disk_fault(SQLITE_CORRUPT, 0, "no name")};
        competition_ = name.text(0);
        if (name.step()) throw SqliteFailure{disk_fault(SQLITE_CORRUPT, 0, "two names")};
        origin_ = journal_origin(competition_);
    }

    /// Goes along the chain. The first record of the last append.
    std::uint64_t check_records() {
        state_->prepare();
        Statement& select = *state_->select;
        Chain chain{competition_};
        std::uint64_t last_batch = 1, parts = 0;
        select.bind(1, 0).bind(2, std::uint64_t{1} << 62);
        named([&] {
            while (select.step()) {
                std::uint64_t batch = 0;
                JournalRecord record = row(&batch);
                record.previous = chain.last().head;
                chain.check(record);
                if (batch != record.sequence && (batch != last_batch || record.sequence == 1))
                    throw StoreError{Code::journal_damaged, {std::to_string(record.sequence)}};
                if (!record.key.empty() && keys_.contains(record.key))
                    throw StoreError{Code::journal_damaged, {std::to_string(record.sequence)}};
                last_batch = batch;
                if (!record.commitment.empty()) ++parts;
                remember(record);
            }
        });
        select.reset();
        Statement count{state_->database, "SELECT count(*) FROM personal"};
        if (!count.step() || count.integer(0) != parts)
            throw SqliteFailure{disk_fault(SQLITE_CORRUPT, 0, "a personal part without a record")};
        return last_batch;
    }

    void check_receipts(std::uint64_t batch) {
        Receipts& receipts = *state_->receipts;
        for (std::uint64_t i = 0; i <= heads_.size(); ++i) receipts.expect({i, head_of(i)});
        const Receipts::Findings found = receipts.findings();
        const std::string size = std::to_string(heads_.size());
        if (found.foreign || (found.unwritten && *found.unwritten == 0)) {
            refuse(Code::journal_receipts_differ, receipts_file_,
                   {std::to_string(found.foreign.value_or(0))});
        }
        if (found.beyond) {
            throw StoreError{Code::journal_truncated,
                             {size, std::to_string(*found.beyond), Text::journal_known_receipts},
                             file_.string()};
        }
        if (!found.unwritten) return;
        if (*found.unwritten < batch) {
            refuse(Code::journal_receipts_short, receipts_file_,
                   {std::to_string(*found.unwritten - 1), size});
        }
        // Committed, and never acknowledged: it counts, and from now on it can be told.
        if (!is_read_only_) add_receipts(*found.unwritten);
    }

    fs::path file_, receipts_file_;
    std::string competition_, origin_;
    bool is_read_only_;
    const ::pid_t process_ = ::getpid();
    mutable std::mutex mutex_;
    std::unique_ptr<State> state_;
    std::vector<Hash> heads_;
    std::map<std::string, std::uint64_t, std::less<>> keys_;
    std::optional<DiskFault> stopped_;
    fs::path stopped_at_;
};

}  // namespace

namespace detail {

std::unique_ptr<JournalStore> create_sqlite_journal(const fs::path& file, std::string competition,
                                                    const SqliteJournalOptions& options, const char* vfs) {
    return std::make_unique<SqliteJournal>(file, std::move(competition), options, SqliteJournal::How::create,
                                           vfs);
}

std::unique_ptr<JournalStore> open_sqlite_journal(const fs::path& file, const SqliteJournalOptions& options,
                                                  const char* vfs) {
    return std::make_unique<SqliteJournal>(
        file, std::string{}, options,
        options.read_only ? SqliteJournal::How::read : SqliteJournal::How::write, vfs);
}

}  // namespace detail

std::unique_ptr<JournalStore> create_sqlite_journal(const fs::path& file, std::string competition,
                                                    const SqliteJournalOptions& options) {
    return detail::create_sqlite_journal(file, std::move(competition), options, nullptr);
}

std::unique_ptr<JournalStore> open_sqlite_journal(const fs::path& file, const SqliteJournalOptions& options) {
    return detail::open_sqlite_journal(file, options, nullptr);
}

namespace {

fs::path with(fs::path path, const char* ending) {
    path += ending;
    return path;
}

/// Gives a file its name if nothing has that name, durably.
void move_into_place(const fs::path& from, const fs::path& to) {
    // A second name, then the first taken away: unlike rename() it replaces nothing.
    if (::link(from.c_str(), to.c_str()) != 0) {
        if (errno == EEXIST) refuse(Code::journal_exists, to);
        if (::rename(from.c_str(), to.c_str()) != 0) not_opened(disk_fault(SQLITE_CANTOPEN, errno), to);
        return;
    }
    ::unlink(from.c_str());
}

void sync_folder(const fs::path& file) {
    const fs::path folder = file.has_parent_path() ? file.parent_path() : fs::path{"."};
    const int directory = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory < 0) return;
    const int error = ::fsync(directory) == 0 || errno == EINVAL || errno == ENOTSUP ? 0 : errno;
    ::close(directory);
    if (error != 0) not_opened(disk_fault(SQLITE_IOERR, error), file);
}

}  // namespace

void backup_journal(const JournalStore& store, const fs::path& file) {
    const fs::path part = with(file, ".part");
    const auto clear = [&] {
        std::error_code none;
        for (const char* ending : {"", "-journal", ".receipts"}) fs::remove(with(part, ending), none);
    };
    for (const fs::path& there : {file, with(file, ".receipts")})
        if (fs::exists(fs::symlink_status(there))) refuse(Code::journal_exists, there);
    clear();
    try {
        SqliteJournal{part, store.competition(), {}, SqliteJournal::How::create, nullptr}.take(store);
        // Receipts first: without them nobody takes the rest for a whole journal.
        move_into_place(with(part, ".receipts"), with(file, ".receipts"));
        try {
            move_into_place(part, file);
        } catch (...) {
            ::unlink(with(file, ".receipts").c_str());
            throw;
        }
    } catch (...) {
        clear();
        throw;
    }
    clear();
    sync_folder(file);
}

void save_journal(const JournalStore& store, const fs::path& file, bool with_personal) {
    save(journal_package(store, with_personal), file);
}

std::unique_ptr<JournalStore> load_journal(const fs::path& file, const FileOptions& options) {
    return memory_journal(load<JournalPackage>(file, options));
}

std::vector<std::byte> journal_to_bytes(const JournalStore& store, bool with_personal) {
    return to_bytes(journal_package(store, with_personal));
}

std::unique_ptr<JournalStore> journal_from_bytes(std::span<const std::byte> bytes,
                                                 const FileOptions& options) {
    return memory_journal(from_bytes<JournalPackage>(bytes, options));
}

}  // namespace recruit
