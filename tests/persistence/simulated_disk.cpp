#include "persistence/simulated_disk.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <sqlite3.h>

namespace simulated {

namespace {

thread_local Disk* current = nullptr;  // a disk of its own for every thread of a test

struct Handle {
    sqlite3_file base;
    const char* name;  // SQLite keeps it until the file is closed
};

std::string& content(sqlite3_file* file) { return current->files[reinterpret_cast<Handle*>(file)->name]; }

int failed(Disk::Fault fault, int io_error) {
    current->last_error = fault == Disk::Fault::io_error ? EIO : ENOSPC;
    return fault == Disk::Fault::io_error ? io_error : SQLITE_FULL;
}

/// Where the disk ends: a damaged rollback journal may name a page far beyond.
int beyond(std::uint64_t end) {
    constexpr std::uint64_t room = std::uint64_t{16} << 20;
    return end > room ? failed(Disk::Fault::no_space, SQLITE_FULL) : SQLITE_OK;
}

int close(sqlite3_file*) { return SQLITE_OK; }

int read(sqlite3_file* file, void* to, int size, sqlite3_int64 at) {
    if (current->meets(Disk::Call::read)) return failed(Disk::Fault::io_error, SQLITE_IOERR_READ);
    const std::string& bytes = content(file);
    const auto from = static_cast<std::size_t>(at), wanted = static_cast<std::size_t>(size);
    const std::size_t there = from >= bytes.size() ? 0 : std::min(wanted, bytes.size() - from);
    if (there > 0) std::memcpy(to, bytes.data() + from, there);
    if (there == wanted) return SQLITE_OK;
    std::memset(static_cast<char*>(to) + there, 0, wanted - there);
    return SQLITE_IOERR_SHORT_READ;
}

int write(sqlite3_file* file, const void* from, int size, sqlite3_int64 at) {
    if (const int full = beyond(static_cast<std::uint64_t>(at) + static_cast<std::uint64_t>(size)))
        return full;
    std::string text(static_cast<const char*>(from), static_cast<std::size_t>(size));
    const auto fault = current->meets(Disk::Call::write);
    if (fault) text.resize(*fault == Disk::Fault::short_write ? text.size() / 2 : 0);
    if (!text.empty()) {
        std::string& bytes = content(file);
        const auto to = static_cast<std::size_t>(at);
        if (bytes.size() < to + text.size()) bytes.resize(to + text.size(), '\0');
        bytes.replace(to, text.size(), text);
        current->changes.push_back({Change::Kind::write, reinterpret_cast<Handle*>(file)->name,
                                    static_cast<std::uint64_t>(at), text});
    }
    return fault ? failed(*fault, SQLITE_IOERR_WRITE) : SQLITE_OK;
}

int truncate(sqlite3_file* file, sqlite3_int64 size) {
    if (const auto fault = current->meets(Disk::Call::truncate)) return failed(*fault, SQLITE_IOERR_TRUNCATE);
    if (const int full = beyond(static_cast<std::uint64_t>(size))) return full;
    content(file).resize(static_cast<std::size_t>(size), '\0');
    current->changes.push_back({Change::Kind::truncate,
                                reinterpret_cast<Handle*>(file)->name,
                                static_cast<std::uint64_t>(size),
                                {}});
    return SQLITE_OK;
}

int sync(sqlite3_file* file, int) {
    if (const auto fault = current->meets(Disk::Call::sync)) return failed(*fault, SQLITE_IOERR_FSYNC);
    current->changes.push_back({Change::Kind::sync, reinterpret_cast<Handle*>(file)->name, 0, {}});
    return SQLITE_OK;
}

int file_size(sqlite3_file* file, sqlite3_int64* size) {
    *size = static_cast<sqlite3_int64>(content(file).size());
    return SQLITE_OK;
}

int lock(sqlite3_file*, int) { return SQLITE_OK; }
int reserved(sqlite3_file*, int* result) {
    *result = 0;
    return SQLITE_OK;
}
int control(sqlite3_file*, int what, void* value) {
    if (what != SQLITE_FCNTL_LAST_ERRNO) return SQLITE_NOTFOUND;
    *static_cast<int*>(value) = current->last_error;
    return SQLITE_OK;
}
// As the system's VFS says of its files.
int sector_size(sqlite3_file*) { return 4096; }
int characteristics(sqlite3_file*) { return SQLITE_IOCAP_POWERSAFE_OVERWRITE; }

const sqlite3_io_methods methods{
    1,       close,    read,    write,       truncate,        sync,    file_size, lock,
    lock,    reserved, control, sector_size, characteristics, nullptr, nullptr,   nullptr,
    nullptr, nullptr,  nullptr};

int open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out) {
    file->pMethods = nullptr;
    const bool there = current->files.contains(name);
    if (const auto fault = current->meets(Disk::Call::open)) {
        failed(*fault, SQLITE_CANTOPEN);
        return SQLITE_CANTOPEN;
    }
    if (!there && (flags & SQLITE_OPEN_CREATE) == 0) {
        current->last_error = ENOENT;
        return SQLITE_CANTOPEN;
    }
    if (!there) {
        current->files[name];
        current->changes.push_back({Change::Kind::make, name, 0, {}});
    }
    reinterpret_cast<Handle*>(file)->name = name;
    file->pMethods = &methods;
    if (out != nullptr) *out = flags;
    return SQLITE_OK;
}

int remove(sqlite3_vfs*, const char* name, int synced) {
    if (const auto fault = current->meets(Disk::Call::remove)) return failed(*fault, SQLITE_IOERR_DELETE);
    if (current->files.erase(name) == 0) return SQLITE_IOERR_DELETE_NOENT;
    current->changes.push_back({Change::Kind::remove, name, synced != 0 ? 1U : 0U, {}});
    return SQLITE_OK;
}

int access(sqlite3_vfs*, const char* name, int, int* there) {
    const auto file = current->files.find(name);
    *there = file != current->files.end() && !file->second.empty();  // as the system's VFS says
    return SQLITE_OK;
}

int full_name(sqlite3_vfs*, const char* name, int size, char* to) {
    if (std::strlen(name) + 1 > static_cast<std::size_t>(size)) return SQLITE_CANTOPEN;
    std::strcpy(to, name);
    return SQLITE_OK;
}

int randomness(sqlite3_vfs*, int size, char* to) {
    thread_local recruit::RandomStream random{1};
    for (int i = 0; i < size; ++i) to[i] = static_cast<char>(random.next());
    return size;
}
int sleep(sqlite3_vfs*, int microseconds) { return microseconds; }
int now(sqlite3_vfs*, double* day) {
    *day = 2461000.5;
    return SQLITE_OK;
}
int last_error(sqlite3_vfs*, int, char*) { return current->last_error; }

void register_once() {
    static sqlite3_vfs vfs{1,      sizeof(Handle), 500,     nullptr, Disk::vfs, nullptr, open,       remove,
                           access, full_name,      nullptr, nullptr, nullptr,   nullptr, randomness, sleep,
                           now,    last_error,     nullptr, nullptr, nullptr,   nullptr};
    static const int registered = sqlite3_vfs_register(&vfs, 0);
    (void)registered;
}

}  // namespace

Disk::Disk(Files given) : files{std::move(given)}, before_{current} {
    register_once();
    current = this;
}
Disk::~Disk() { current = before_; }

std::optional<Disk::Fault> Disk::meets(Call call) {
    if (!plan_ || plan_->call != call) return std::nullopt;
    ++calls_;
    const bool now = calls_ == plan_->n || (plan_->for_good && calls_ > plan_->n);
    return now ? std::optional{plan_->fault} : std::nullopt;
}

void PowerCuts::next(const Change& change) {
    State& state = states_[change.file];
    switch (change.kind) {
        case Change::Kind::sync:
            for (const Change& done : state.pending) {
                if (done.kind == Change::Kind::write) {
                    const auto at = static_cast<std::size_t>(done.at);
                    if (state.durable.size() < at + done.bytes.size())
                        state.durable.resize(at + done.bytes.size(), '\0');
                    state.durable.replace(at, done.bytes.size(), done.bytes);
                } else if (done.kind == Change::Kind::truncate) {
                    state.durable.resize(static_cast<std::size_t>(done.at), '\0');
                }
            }
            state.pending.clear();
            state.exists = true;
            break;
        case Change::Kind::remove:
            if (change.at == 1)
                state = {};
            else
                state.pending.push_back(change);
            break;
        default:
            state.pending.push_back(change);
    }
}

Files PowerCuts::image(recruit::RandomStream& random, unsigned keep) const {
    Files files;
    const auto kept = [&] { return random.below(256) < keep; };
    for (const auto& [name, state] : states_) {
        std::string bytes = state.durable;
        bool exists = state.exists;
        for (const Change& change : state.pending) {
            switch (change.kind) {
                case Change::Kind::make:
                    exists = exists || kept();
                    break;
                case Change::Kind::remove:
                    if (!kept()) break;
                    exists = false;
                    bytes.clear();
                    break;
                case Change::Kind::truncate:
                    if (kept()) bytes.resize(static_cast<std::size_t>(change.at), '\0');
                    break;
                default: {
                    // Sector by sector of the disk.
                    const std::uint64_t end = change.at + change.bytes.size();
                    for (std::uint64_t from = change.at; from < end;) {
                        const std::uint64_t to = std::min(end, (from / sector + 1) * sector);
                        if (kept()) {
                            if (bytes.size() < to) bytes.resize(static_cast<std::size_t>(to), '\0');
                            bytes.replace(static_cast<std::size_t>(from), static_cast<std::size_t>(to - from),
                                          change.bytes, static_cast<std::size_t>(from - change.at),
                                          static_cast<std::size_t>(to - from));
                        }
                        from = to;
                    }
                }
            }
        }
        if (exists || !bytes.empty()) files[name] = bytes;
    }
    return files;
}

}  // namespace simulated
