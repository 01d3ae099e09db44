#pragma once

// A database connection and its statements, and files through the same SQLite VFS, so that whatever stands
// in for the disk stands in for all of it.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include <recruit/base/error.hpp>

#include "base/keys.hpp"

struct sqlite3;
struct sqlite3_file;
struct sqlite3_stmt;
struct sqlite3_vfs;

namespace recruit::detail {

/// What went wrong, for a person and for who helps that person.
struct DiskFault {
    int code = 0;        ///< SQLite's extended result code.
    Text reason{};       ///< In a person's words.
    std::string detail;  ///< "ENOSPC; SQLite 13: database or disk is full".
};
DiskFault disk_fault(int code, int system_error, std::string_view message = {});

/// Thrown inside the room only; whoever knows what was being done makes a StoreError of it.
struct SqliteFailure {
    DiskFault fault;
};

enum class FileMode { create, write, read };

class Database {
public:
    /// `vfs` is null for the system's files. \throws SqliteFailure
    Database(const std::filesystem::path& path, FileMode mode, const char* vfs);
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    /// Statements without results. \throws SqliteFailure
    void run(const char* sql);
    /// Takes back what is under way; never throws.
    void roll_back() noexcept;
    bool is_read_only() const noexcept;
    sqlite3* handle() const noexcept { return handle_; }
    [[noreturn]] void fail(int code) const;

private:
    sqlite3* handle_ = nullptr;
};

class Statement {
public:
    Statement(const Database& database, std::string_view sql);
    ~Statement();
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;

    Statement& bind(int at, std::uint64_t value);
    /// The text must stay where it is until the statement has run.
    Statement& bind_text(int at, std::string_view text);
    Statement& bind_bytes(int at, std::string_view bytes);
    /// True for a row, false at the end. \throws SqliteFailure
    bool step();
    /// Runs to the end and is ready to be bound again.
    void run();
    void reset() noexcept;

    bool is_null(int column) const;
    /// \throws SqliteFailure for a value of another type: recruit did not write it
    std::uint64_t integer(int column) const;
    std::string text(int column) const;
    std::string bytes(int column) const;

private:
    void expect(int column, int type) const;

    const Database& database_;
    sqlite3_stmt* statement_ = nullptr;
};

/// A file beside a database.
class VfsFile {
public:
    /// \throws SqliteFailure
    VfsFile(const std::filesystem::path& path, FileMode mode, const char* vfs);
    ~VfsFile();
    VfsFile(const VfsFile&) = delete;
    VfsFile& operator=(const VfsFile&) = delete;

    std::uint64_t size() const;
    std::string read(std::uint64_t from, std::size_t size) const;
    void write(std::uint64_t at, std::string_view bytes);
    void sync();
    void truncate(std::uint64_t size);

private:
    [[noreturn]] void fail(int code) const;

    std::string name_;  // SQLite keeps a pointer to it
    std::unique_ptr<std::byte[]> memory_;
    sqlite3_file* file_ = nullptr;
    bool is_open_ = false;
};

/// Whether there is such a file. \throws SqliteFailure
bool vfs_exists(const std::filesystem::path& path, const char* vfs);

}  // namespace recruit::detail
