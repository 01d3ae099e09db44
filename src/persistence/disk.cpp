#include "persistence/disk.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/mman.h>
#endif

#include "base/sha256.hpp"

namespace recruit::detail {

std::shared_ptr<std::byte> allocate(std::size_t size) {
    constexpr std::size_t huge = std::size_t{2} << 20;
    const bool large = size >= 2 * huge;
    const std::size_t alignment = large ? huge : 64;
    const std::size_t rounded = (size / alignment + 1) * alignment;
    std::shared_ptr<std::byte> memory{static_cast<std::byte*>(std::aligned_alloc(alignment, rounded)),
                                      [](std::byte* p) { std::free(p); }};
    if (!memory) throw std::bad_alloc{};
#ifdef __linux__
    if (large) ::madvise(memory.get(), rounded, MADV_HUGEPAGE);
#endif
    return memory;
}

// ---- reading

namespace {

[[noreturn]] void unreadable(const std::filesystem::path& path, int error) {
    const Text reason = error == EISDIR                       ? Text::file_is_folder
                        : error == ENOTBLK                    ? Text::file_not_plain
                        : error == ENOENT || error == ENOTDIR ? Text::file_is_missing
                                                              : Text::file_not_opened;
    throw Error{Code::file_unreadable, {path.string(), reason}, path.string()};
}

/// 0, or why what was looked at is no plain file; for a pipe or a device a number no call here gives.
int not_plain(int looked, const struct stat& status) {
    if (looked != 0) return errno;
    return S_ISDIR(status.st_mode) ? EISDIR : S_ISREG(status.st_mode) ? 0 : ENOTBLK;
}

}  // namespace

FileIn::FileIn(const std::filesystem::path& path) : path_{path} {
    struct stat status {};
    // Before it is opened too: to open a pipe is to wait for somebody who writes into it.
    if (const int failed = not_plain(::stat(path.c_str(), &status), status); failed != 0)
        unreadable(path, failed);
    file_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file_ < 0) unreadable(path, errno);
    if (const int failed = not_plain(::fstat(file_, &status), status); failed != 0) {
        ::close(file_);
        unreadable(path, failed);
    }
    size_ = static_cast<std::uint64_t>(status.st_size);
}

FileIn::~FileIn() { ::close(file_); }

std::size_t FileIn::read(std::byte* to, std::size_t size, std::uint64_t from) const {
    std::size_t done = 0;
    while (done < size) {
        const ssize_t got = ::pread(file_, to + done, size - done, static_cast<off_t>(from + done));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) unreadable(path_, errno);
        if (got == 0) break;
        done += static_cast<std::size_t>(got);
    }
    return done;
}

// ---- writing

namespace {

constexpr int spare_names = 1000;

/// Waits for a moment at most: who looks for files left behind holds the lock no longer.
bool lock(int file) {
    while (::flock(file, LOCK_EX) != 0) {
        if (errno != EINTR) return errno == ENOLCK || errno == ENOSYS || errno == EOPNOTSUPP;
    }
    return true;
}

/// Removes what a save left behind that was killed. A file whose save lives is locked by it from before it
/// has this name until after it has lost it; so what can be locked and still has the name is nobody's.
bool remove_stale(const std::string& name) {
    const int file = ::open(name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (file < 0) return false;
    struct stat held {
    }, named{};
    const bool stale = ::fstat(file, &held) == 0 && S_ISREG(held.st_mode) && held.st_uid == ::geteuid() &&
                       ::flock(file, LOCK_EX | LOCK_NB) == 0 && ::lstat(name.c_str(), &named) == 0 &&
                       held.st_ino == named.st_ino && held.st_dev == named.st_dev;
    const bool removed = stale && ::unlink(name.c_str()) == 0;
    ::close(file);
    return removed;
}

/// The name by which the system can give a file without a name one.
std::string name_by_number(int file) { return "/proc/self/fd/" + std::to_string(file); }

/// A file in `folder` that has no name, and is gone when the process is; -1 where there is no such thing.
int open_nameless([[maybe_unused]] const char* folder) {
#ifdef O_TMPFILE
    const int file = ::open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (file < 0 || ::access(name_by_number(file).c_str(), F_OK) == 0) return file;
    ::close(file);
#endif
    errno = EOPNOTSUPP;
    return -1;
}

}  // namespace

FileOut::FileOut(std::filesystem::path path) : named_{std::move(path)} {
    // A link stays a link: what it points to is replaced.
    std::error_code none;
    path_ =
        std::filesystem::is_symlink(named_, none) ? std::filesystem::weakly_canonical(named_, none) : named_;
    if (path_.empty() || path_.filename().empty()) failed(EISDIR);
    const auto there = std::filesystem::status(path_, none);
    if (std::filesystem::is_directory(there)) failed(EISDIR);
    if (std::filesystem::exists(there) && !std::filesystem::is_regular_file(there)) failed(ENOTBLK);
    file_ = open_nameless(folder().c_str());
    if (file_ >= 0) {
        if (!lock(file_)) abandon(errno);
    } else if (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL || errno == ENOENT) {
        take_name([this](const char* name) { return create(name); });
    } else {
        failed(errno);
    }
}

FileOut::~FileOut() { close(); }

void FileOut::close() noexcept {
    // In this order: a name without a lock would be taken for one left behind.
    if (!temporary_.empty()) ::unlink(temporary_.c_str());
    if (file_ >= 0) ::close(file_);
    temporary_.clear();
    file_ = -1;
}

std::filesystem::path FileOut::folder() const {
    return path_.has_parent_path() ? path_.parent_path() : std::filesystem::path{"."};
}

/// Makes a file of that name. False with `errno`; EEXIST if the name is taken.
bool FileOut::create(const char* name) {
    const int file = ::open(name, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
    if (file < 0) return false;
    struct stat status {};
    // Before it was locked, another save could take it for one left behind, and remove it.
    if (lock(file) && ::fstat(file, &status) == 0 && status.st_nlink > 0) {
        file_ = file;
        return true;
    }
    ::close(file);
    errno = EEXIST;
    return false;
}

/// Takes the first spare name beside the file that `make` can make. What killed saves of this file have left
/// behind is removed.
template <class Make>
void FileOut::take_name(const Make& make) {
    const std::string first =
        (path_.parent_path() / (".recruit-" + sha256_hex(path_.filename().string()).substr(0, 16) + "-"))
            .string();
    const auto spare = [&first](int n) { return first + std::to_string(n); };
    for (int n = 0; n < spare_names; ++n) {
        const std::string name = spare(n);
        do {
            if (make(name.c_str())) {
                temporary_ = name;
                while (++n < spare_names && remove_stale(spare(n))) {
                }
                return;
            }
            if (errno != EEXIST) abandon(errno);
        } while (remove_stale(name));
    }
    abandon(EEXIST);
}

/// Of a constructor, after which no destructor comes.
void FileOut::abandon(int error) {
    close();
    failed(error);
}

void FileOut::failed(int error) const {
    const auto name = named_.string();
    Argument why = Text::save_failed;
    switch (error) {
        case ENOSPC:
        case EDQUOT:
        case EFBIG:
            why = Text::save_no_space;
            break;
        case EACCES:
        case EPERM:
        case EROFS:
            why = Text::save_no_permission;
            break;
        case ENOENT:
        case ENOTDIR:
            why = Text::save_no_folder;
            break;
        case EISDIR:
            why = Text::save_is_folder;
            break;
        case ENOTBLK:
            why = Text::save_not_plain;
            break;
        default:
            break;
    }
    throw Error{Code::file_not_saved, {name, why}, name};
}

void FileOut::write(std::span<const std::byte> bytes, std::uint64_t at) {
    [[maybe_unused]] const std::size_t all = bytes.size();
    while (!bytes.empty()) {
        const ssize_t written = ::pwrite(file_, bytes.data(), bytes.size(), static_cast<off_t>(at));
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) failed(written < 0 ? errno : EIO);
        at += static_cast<std::uint64_t>(written);
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
#ifdef __linux__
    // The disk begins while the rest is still hashed. What goes wrong there is told by the sync at the end.
    constexpr std::uint64_t early = std::uint64_t{32} << 20;
    const std::uint64_t before = written_.fetch_add(all);
    if ((before + all) / early > before / early) ::sync_file_range(file_, 0, 0, SYNC_FILE_RANGE_WRITE);
#endif
}

void FileOut::commit() {
    if (::fsync(file_) != 0) failed(errno);
    if (temporary_.empty()) {
        take_name([this](const char* name) {
            return ::linkat(AT_FDCWD, name_by_number(file_).c_str(), AT_FDCWD, name, AT_SYMLINK_FOLLOW) == 0;
        });
    }
    // Some file systems say only here that the bytes did not arrive. The copy keeps the lock.
    const int copy = ::fcntl(file_, F_DUPFD_CLOEXEC, 0);
    if (copy < 0) failed(errno);
    if (::close(std::exchange(file_, copy)) != 0) failed(errno);
    if (::rename(temporary_.c_str(), path_.c_str()) != 0) failed(errno);
    temporary_.clear();
    // The name is durable when the folder is. A file system that cannot sync folders makes them durable
    // itself.
    const int directory = ::open(folder().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory < 0) return;
    const int synced = ::fsync(directory) == 0 || errno == EINVAL || errno == ENOTSUP ? 0 : errno;
    ::close(directory);
    if (synced != 0) throw Error{Code::file_not_durable, {named_.string()}, named_.string()};
}

}  // namespace recruit::detail
