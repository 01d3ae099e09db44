#pragma once

// Files as the system has them: read into memory in parallel, replaced as a whole or not at all.

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

/// A file being replaced: a temporary one beside it, which takes its name when all of it is on the disk. If
/// that does not come to pass it is removed, and what was there stays.
class FileOut {
public:
    /// \throws Error (`file_not_saved`)
    explicit FileOut(std::filesystem::path path);
    ~FileOut();
    FileOut(const FileOut&) = delete;
    FileOut& operator=(const FileOut&) = delete;

    /// Called by several threads.
    void write(std::span<const Pieces::Piece> pieces, std::uint64_t at) const;
    void commit();

private:
    [[noreturn]] void failed(int error) const;

    std::filesystem::path named_, path_, temporary_;
    int file_ = -1;
};

}  // namespace recruit::detail
