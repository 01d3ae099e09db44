#pragma once

// Files as the system has them: read into memory in parallel, replaced as a whole or not at all.

#include <atomic>
#include <filesystem>

#include "persistence/envelope.hpp"

namespace recruit::detail {

/// Memory for `size` bytes, aligned for any column; its content is whatever it was.
std::shared_ptr<std::byte> allocate(std::size_t size);

/// A file open for reading.
class FileIn {
public:
    /// \throws Error (`file_unreadable`)
    explicit FileIn(const std::filesystem::path& path);
    ~FileIn();
    FileIn(const FileIn&) = delete;
    FileIn& operator=(const FileIn&) = delete;

    std::uint64_t size() const noexcept { return size_; }
    /// As many of the bytes at `from` as there are, up to `size`; called by several threads.
    std::size_t read(std::byte* to, std::size_t size, std::uint64_t from) const;

private:
    std::filesystem::path path_;
    int file_ = -1;
    std::uint64_t size_ = 0;
};

/// A file being replaced. What replaces it has no name until all of it is on the disk (O_TMPFILE); then, for
/// a moment, a spare one beside the file, from which it is renamed. So a process that is killed leaves
/// nothing behind but in that moment. Where files must have names, it has the spare one from the beginning.
/// The next save of this file removes what was left. If the replacing does not come to pass, what was there
/// stays.
class FileOut {
public:
    /// \throws Error (`file_not_saved`)
    explicit FileOut(std::filesystem::path path);
    ~FileOut();
    FileOut(const FileOut&) = delete;
    FileOut& operator=(const FileOut&) = delete;

    /// Called by several threads.
    void write(std::span<const std::byte> bytes, std::uint64_t at);
    void commit();

private:
    [[noreturn]] void failed(int error) const;
    [[noreturn]] void abandon(int error);
    void close() noexcept;
    std::filesystem::path folder() const;
    bool create(const char* name);
    template <class Make>
    void take_name(const Make& make);

    std::filesystem::path named_, path_, temporary_;
    int file_ = -1;
    std::atomic<std::uint64_t> written_{0};
};

}  // namespace recruit::detail
