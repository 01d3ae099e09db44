#include "persistence/disk.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/mman.h>
#endif

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
                        : error == ENOENT || error == ENOTDIR ? Text::file_is_missing
                                                              : Text::file_not_opened;
    throw Error{Code::file_unreadable, {path.string(), reason}, path.string()};
}

}  // namespace

FileIn::FileIn(const std::filesystem::path& path)
    : path_{path}, file_{::open(path.c_str(), O_RDONLY | O_CLOEXEC)} {
    if (file_ < 0) unreadable(path, errno);
    struct stat status {};
    const int failed = ::fstat(file_, &status) != 0 ? errno
                       : S_ISDIR(status.st_mode)    ? EISDIR
                       : S_ISREG(status.st_mode)    ? 0
                                                    : EINVAL;
    if (failed != 0) {
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

FileOut::FileOut(std::filesystem::path path) : named_{std::move(path)} {
    // A link stays a link: what it points to is replaced.
    std::error_code none;
    path_ =
        std::filesystem::is_symlink(named_, none) ? std::filesystem::weakly_canonical(named_, none) : named_;
    if (path_.empty() || path_.filename().empty()) failed(EISDIR);
    const auto there = std::filesystem::status(path_, none);
    if (std::filesystem::is_directory(there)) failed(EISDIR);
    if (std::filesystem::exists(there) && !std::filesystem::is_regular_file(there))
        failed(EPERM);  // a device
    std::string name = (path_.parent_path() / ".recruit-XXXXXX").string();
    file_ = ::mkostemp(name.data(), O_CLOEXEC);  // mode 0600
    if (file_ < 0) failed(errno);
    temporary_ = name;
}

FileOut::~FileOut() {
    if (file_ >= 0) ::close(file_);
    if (!temporary_.empty()) ::unlink(temporary_.c_str());
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
        default:
            break;
    }
    throw Error{Code::file_not_saved, {name, why}, name};
}

void FileOut::write(std::span<const Pieces::Piece> pieces, std::uint64_t at) const {
    std::vector<iovec> rest;
    rest.reserve(pieces.size());
    for (const auto& piece : pieces) {
        if (piece.size > 0) rest.push_back({const_cast<std::byte*>(piece.data), piece.size});
    }
    auto next = rest.begin();
    while (next != rest.end()) {
        const auto many = std::min<std::ptrdiff_t>(rest.end() - next, IOV_MAX);
        const ssize_t written = ::pwritev(file_, &*next, static_cast<int>(many), static_cast<off_t>(at));
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) failed(written < 0 ? errno : EIO);
        at += static_cast<std::uint64_t>(written);
        auto left = static_cast<std::size_t>(written);
        while (left > 0) {
            const std::size_t taken = std::min(left, next->iov_len);
            next->iov_base = static_cast<char*>(next->iov_base) + taken;
            next->iov_len -= taken;
            left -= taken;
            if (next->iov_len == 0) ++next;
        }
    }
}

void FileOut::commit() {
    if (::fsync(file_) != 0) failed(errno);
    const int closed = ::close(std::exchange(file_, -1));
    if (closed != 0) failed(errno);
    if (::rename(temporary_.c_str(), path_.c_str()) != 0) failed(errno);
    temporary_.clear();
    // The name is durable when the folder is. A file system that cannot sync folders makes them durable
    // itself.
    const auto folder = path_.has_parent_path() ? path_.parent_path() : std::filesystem::path{"."};
    const int directory = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory < 0) return;
    const int synced = ::fsync(directory) == 0 || errno == EINVAL || errno == ENOTSUP ? 0 : errno;
    ::close(directory);
    if (synced != 0) throw Error{Code::file_not_durable, {named_.string()}, named_.string()};
}

}  // namespace recruit::detail
