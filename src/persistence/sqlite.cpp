#include "persistence/sqlite.hpp"

#include <algorithm>
#include <array>
#include <cerrno>

#include <sqlite3.h>

namespace recruit::detail {

namespace {

static_assert(SQLITE_VERSION_NUMBER >= 3037000, "STRICT tables");

std::string_view error_name(int error) {
    struct Named {
        int number;
        std::string_view name;
    };
    constexpr std::array names{
        Named{EPERM, "EPERM"},     Named{ENOENT, "ENOENT"}, Named{EIO, "EIO"},
        Named{EACCES, "EACCES"},   Named{EBUSY, "EBUSY"},   Named{EEXIST, "EEXIST"},
        Named{ENOTDIR, "ENOTDIR"}, Named{EISDIR, "EISDIR"}, Named{EINVAL, "EINVAL"},
        Named{ENFILE, "ENFILE"},   Named{EMFILE, "EMFILE"}, Named{EFBIG, "EFBIG"},
        Named{ENOSPC, "ENOSPC"},   Named{EROFS, "EROFS"},   Named{EDQUOT, "EDQUOT"},
        Named{ESTALE, "ESTALE"},   Named{ELOOP, "ELOOP"},   Named{ENAMETOOLONG, "ENAMETOOLONG"}};
    for (const Named& named : names)
        if (named.number == error) return named.name;
    return {};
}

Text reason_of(int code, int system_error) {
    switch (system_error) {
        case ENOSPC:
        case EDQUOT:
        case EFBIG:
            return Text::save_no_space;
        case EACCES:
        case EPERM:
        case EROFS:
            return Text::save_no_permission;
        case ENOENT:
            return Text::store_no_file;
        case ENOTDIR:
            return Text::save_no_folder;
        case EISDIR:
            return Text::save_is_folder;
        case EIO:
            return Text::store_disk_error;
        default:
            break;
    }
    switch (code & 0xFF) {
        case SQLITE_FULL:
            return Text::save_no_space;
        case SQLITE_READONLY:
        case SQLITE_PERM:
            return Text::save_no_permission;
        case SQLITE_NOTADB:
            return Text::store_not_database;
        case SQLITE_CORRUPT:
            return Text::store_broken_pages;
        case SQLITE_IOERR:
            return Text::store_disk_error;
        case SQLITE_NOMEM:
            return Text::store_no_memory;
        default:
            return Text::save_failed;
    }
}

/// Whether the error of the system belongs to this failure, and not to one long past.
bool is_of_system(int code) {
    const int kind = code & 0xFF;
    return kind == SQLITE_IOERR || kind == SQLITE_CANTOPEN;
}

std::string sqlite_name(const std::filesystem::path& path) {
    // Absolute, so that no name is taken for a URI.
    return std::filesystem::absolute(path).lexically_normal().string();
}

sqlite3_vfs* find_vfs(const char* vfs) {
    sqlite3_vfs* const found = sqlite3_vfs_find(vfs);
    if (found == nullptr) throw SqliteFailure{disk_fault(SQLITE_ERROR, 0, "no such VFS")};
    return found;
}

}  // namespace

DiskFault disk_fault(int code, int system_error, std::string_view message) {
    if (!is_of_system(code)) system_error = 0;
    DiskFault fault{code, reason_of(code, system_error), {}};
    if (system_error != 0) {
        const auto name = error_name(system_error);
        fault.detail = name.empty() ? "errno " + std::to_string(system_error) : std::string{name};
        fault.detail += ", ";
    }
    fault.detail += "SQLite " + std::to_string(code) + ": " +
                    (message.empty() ? std::string{sqlite3_errstr(code)} : std::string{message});
    return fault;
}

// ---- the database

Database::Database(const std::filesystem::path& path, FileMode mode, const char* vfs) {
    const int flags = SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_NOMUTEX |
                      (mode == FileMode::read    ? SQLITE_OPEN_READONLY
                       : mode == FileMode::write ? SQLITE_OPEN_READWRITE
                                                 : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
    const int code = sqlite3_open_v2(sqlite_name(path).c_str(), &handle_, flags, vfs);
    if (code != SQLITE_OK) {
        const DiskFault fault = disk_fault(code, handle_ == nullptr ? 0 : sqlite3_system_errno(handle_));
        sqlite3_close_v2(handle_);
        throw SqliteFailure{fault};
    }
    const auto set = [this](int option, int value) { sqlite3_db_config(handle_, option, value, nullptr); };
    set(SQLITE_DBCONFIG_DEFENSIVE, 1);
    set(SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0);
    set(SQLITE_DBCONFIG_ENABLE_TRIGGER, 0);
    set(SQLITE_DBCONFIG_ENABLE_VIEW, 0);
    set(SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0);
    set(SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1);
    sqlite3_limit(handle_, SQLITE_LIMIT_ATTACHED, 0);
    sqlite3_limit(handle_, SQLITE_LIMIT_SQL_LENGTH, 10'000);
    sqlite3_limit(handle_, SQLITE_LIMIT_COLUMN, 100);
    sqlite3_limit(handle_, SQLITE_LIMIT_EXPR_DEPTH, 50);
    sqlite3_limit(handle_, SQLITE_LIMIT_TRIGGER_DEPTH, 1);
}

Database::~Database() {
    if (handle_ != nullptr) sqlite3_close_v2(handle_);
}

void Database::fail(int code) const {
    throw SqliteFailure{disk_fault(code, sqlite3_system_errno(handle_), sqlite3_errmsg(handle_))};
}

void Database::run(const char* sql) {
    const int code = sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) fail(code);
}

void Database::roll_back() noexcept {
    if (sqlite3_get_autocommit(handle_) == 0) sqlite3_exec(handle_, "ROLLBACK", nullptr, nullptr, nullptr);
}

bool Database::is_read_only() const noexcept { return sqlite3_db_readonly(handle_, "main") == 1; }

// ---- statements

Statement::Statement(const Database& database, std::string_view sql) : database_{database} {
    const int code = sqlite3_prepare_v3(database.handle(), sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &statement_, nullptr);
    if (code != SQLITE_OK) database.fail(code);
}

Statement::~Statement() { sqlite3_finalize(statement_); }

Statement& Statement::bind(int at, std::uint64_t value) {
    const int code = sqlite3_bind_int64(statement_, at, static_cast<sqlite3_int64>(value));
    if (code != SQLITE_OK) database_.fail(code);
    return *this;
}

Statement& Statement::bind_text(int at, std::string_view text) {
    const int code = sqlite3_bind_text64(statement_, at, text.data() == nullptr ? "" : text.data(),
                                         text.size(), SQLITE_STATIC, SQLITE_UTF8);
    if (code != SQLITE_OK) database_.fail(code);
    return *this;
}

Statement& Statement::bind_bytes(int at, std::string_view bytes) {
    const int code = sqlite3_bind_blob64(statement_, at, bytes.data() == nullptr ? "" : bytes.data(),
                                         bytes.size(), SQLITE_STATIC);
    if (code != SQLITE_OK) database_.fail(code);
    return *this;
}

bool Statement::step() {
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    DiskFault fault =
        disk_fault(code, sqlite3_system_errno(database_.handle()), sqlite3_errmsg(database_.handle()));
    sqlite3_reset(statement_);
    throw SqliteFailure{std::move(fault)};
}

void Statement::run() {
    while (step()) {
    }
    reset();
}

void Statement::reset() noexcept {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
}

bool Statement::is_null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }

void Statement::expect(int column, int type) const {
    if (sqlite3_column_type(statement_, column) != type)
        throw SqliteFailure{disk_fault(SQLITE_CORRUPT, 0, "a value of another type")};
}

std::uint64_t Statement::integer(int column) const {
    expect(column, SQLITE_INTEGER);
    return static_cast<std::uint64_t>(sqlite3_column_int64(statement_, column));
}

std::string Statement::text(int column) const {
    expect(column, SQLITE_TEXT);
    const auto* const text = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
    if (text == nullptr) throw std::bad_alloc{};
    return {text, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

std::string Statement::bytes(int column) const {
    expect(column, SQLITE_BLOB);
    const auto* const bytes = static_cast<const char*>(sqlite3_column_blob(statement_, column));
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
    if (size == 0) return {};
    if (bytes == nullptr) throw std::bad_alloc{};
    return {bytes, size};
}

// ---- files

namespace {

// SQLite never reads or writes more than a page at a time: its VFS cuts lengths to 17 bits.
constexpr std::size_t at_once = std::size_t{1} << 16;

}  // namespace

VfsFile::VfsFile(const std::filesystem::path& path, FileMode mode, const char* vfs)
    : name_{sqlite_name(path)} {
    name_.append(4, '\0');  // SQLite looks for parameters of a URI after a name
    sqlite3_vfs* const files = find_vfs(vfs);
    memory_ = std::make_unique<std::byte[]>(static_cast<std::size_t>(files->szOsFile));
    file_ = reinterpret_cast<sqlite3_file*>(memory_.get());
    // As a super-journal: no locks, and the folder is synced with the first sync of a new file.
    const int flags =
        SQLITE_OPEN_SUPER_JOURNAL | (mode == FileMode::read    ? SQLITE_OPEN_READONLY
                                     : mode == FileMode::write ? SQLITE_OPEN_READWRITE
                                                               : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
    int opened = flags;
    errno = 0;
    const int code = files->xOpen(files, name_.c_str(), file_, flags, &opened);
    const int system_error = errno;
    is_open_ = file_->pMethods != nullptr;
    if (code == SQLITE_OK && (mode == FileMode::read || (opened & SQLITE_OPEN_READONLY) == 0)) return;
    if (is_open_) file_->pMethods->xClose(file_);
    throw SqliteFailure{code == SQLITE_OK ? disk_fault(SQLITE_READONLY, 0) : disk_fault(code, system_error)};
}

VfsFile::~VfsFile() {
    if (is_open_) file_->pMethods->xClose(file_);
}

void VfsFile::fail(int code) const {
    int system_error = 0;
    file_->pMethods->xFileControl(file_, SQLITE_FCNTL_LAST_ERRNO, &system_error);
    throw SqliteFailure{disk_fault(code, system_error)};
}

std::uint64_t VfsFile::size() const {
    sqlite3_int64 size = 0;
    const int code = file_->pMethods->xFileSize(file_, &size);
    if (code != SQLITE_OK) fail(code);
    return static_cast<std::uint64_t>(size);
}

std::string VfsFile::read(std::uint64_t from, std::size_t size) const {
    const std::uint64_t there = this->size();
    size = from >= there ? 0 : static_cast<std::size_t>(std::min<std::uint64_t>(size, there - from));
    std::string bytes(size, '\0');
    if (size == 0) return bytes;
    for (std::size_t done = 0; done < size; done += at_once) {
        const int code = file_->pMethods->xRead(file_, bytes.data() + done,
                                                static_cast<int>(std::min(at_once, size - done)),
                                                static_cast<sqlite3_int64>(from + done));
        if (code != SQLITE_OK) fail(code);
    }
    return bytes;
}

void VfsFile::write(std::uint64_t at, std::string_view bytes) {
    while (!bytes.empty()) {
        const std::size_t size = std::min(bytes.size(), at_once);
        const int code = file_->pMethods->xWrite(file_, bytes.data(), static_cast<int>(size),
                                                 static_cast<sqlite3_int64>(at));
        if (code != SQLITE_OK) fail(code);
        at += size;
        bytes.remove_prefix(size);
    }
}

void VfsFile::sync() {
    const int code = file_->pMethods->xSync(file_, SQLITE_SYNC_FULL | SQLITE_SYNC_DATAONLY);
    if (code != SQLITE_OK) fail(code);
}

void VfsFile::truncate(std::uint64_t size) {
    const int code = file_->pMethods->xTruncate(file_, static_cast<sqlite3_int64>(size));
    if (code != SQLITE_OK) fail(code);
}

bool vfs_exists(const std::filesystem::path& path, const char* vfs) {
    sqlite3_vfs* const files = find_vfs(vfs);
    int there = 0;
    const int code = files->xAccess(files, sqlite_name(path).c_str(), SQLITE_ACCESS_EXISTS, &there);
    if (code != SQLITE_OK) throw SqliteFailure{disk_fault(code, errno)};
    return there != 0;
}

}  // namespace recruit::detail
