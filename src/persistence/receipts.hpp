#pragma once

// The receipts: the head of every record, one a line, outside the database. docs/journal-format.md

#include <optional>
#include <span>

#include <recruit/workflow/journal.hpp>

#include "persistence/sqlite.hpp"

namespace recruit::detail {

class Receipts {
public:
    /// \throws SqliteFailure
    Receipts(const std::filesystem::path& path, FileMode mode, const char* vfs) : file_{path, mode, vfs} {}

    /// Takes away the room for lines that did not come, unless something went wrong.
    ~Receipts();
    Receipts(const Receipts&) = delete;
    Receipts& operator=(const Receipts&) = delete;

    /// The first lines, for a journal without records. False, and nothing is written, if the file holds
    /// something else than what a creation that was interrupted leaves behind.
    bool begin(const std::string& origin);

    /// Compares the file with the journal: origin, then every record in order; then what was found.
    void expect(const Receipt& receipt);
    struct Findings {
        /// The first record whose line is not whole though nothing else stands in its place: the file ends,
        /// or was not written through. None if all are there.
        std::optional<std::uint64_t> unwritten;
        /// The first record whose line is another.
        std::optional<std::uint64_t> foreign;
        /// The last record that the file knows, if it goes on after the journal's end.
        std::optional<std::uint64_t> beyond;
    };
    Findings findings() const;

    /// Writes the lines of these records where they belong and returns when they are on the disk. The first
    /// must be the one after the last that was compared or added, or the unwritten one.
    void add(std::span<const Receipt> receipts);

private:
    std::string_view window(std::uint64_t at, std::size_t size);
    /// The file's size without the zeros at its end, which are room for lines to come.
    std::uint64_t used() const;

    VfsFile file_;
    std::uint64_t end_ = 0;       ///< Of the lines that are right.
    std::uint64_t compared_ = 0;  ///< Of the lines that were compared.
    std::optional<std::uint64_t> unwritten_, foreign_;
    std::string buffer_;
    std::uint64_t buffer_at_ = 0;
    std::uint64_t room_ = 0;  ///< The file's size, once something was added.
};

}  // namespace recruit::detail
