#pragma once

// The journal in SQLite, with the VFS as an argument: what tests put in the place of the disk.

#include <recruit/persistence/sqlite_journal.hpp>

namespace recruit::detail {

/// `vfs` is a name that SQLite knows; null for the system's files.
std::unique_ptr<JournalStore> create_sqlite_journal(const std::filesystem::path& file,
                                                    std::string competition,
                                                    const SqliteJournalOptions& options, const char* vfs);
std::unique_ptr<JournalStore> open_sqlite_journal(const std::filesystem::path& file,
                                                  const SqliteJournalOptions& options, const char* vfs);

}  // namespace recruit::detail
