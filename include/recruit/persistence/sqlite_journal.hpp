#pragma once

/// \file
/// The journal of a contest on the disk: SQLite, receipts beside it, copies that can be handed on.
/// Room: persistence.
///
/// An act that was acknowledged is not lost, neither by a killed process nor by a power cut, as long as the
/// disk keeps what it says it has written. docs/journal-format.md has every byte, for those who check it
/// with a program of their own.

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <recruit/persistence/file.hpp>
#include <recruit/workflow/checkpoint.hpp>
#include <recruit/workflow/journal.hpp>

namespace recruit {

struct SqliteJournalOptions {
    /// Where the head of every record is kept outside the database; empty is the file's name and
    /// ".receipts". Better on another disk: whoever cuts the journal must then cut both.
    std::filesystem::path receipts = {};
    /// Heads known from elsewhere (minutes, notices). A journal that is shorter or differs is not opened.
    std::vector<Checkpoint> heads = {};
    /// Nothing is written, and nobody else may write meanwhile. Receipts may be missing if `heads` is not
    /// empty: how to save what is left when they are lost.
    bool read_only = false;
};

/// Makes a journal without records. What a creation that was interrupted left behind is used.
/// \throws Error (`journal_name_refused`), StoreError (`journal_exists`, `journal_not_opened`, …)
RECRUIT_EXPORT std::unique_ptr<JournalStore> create_sqlite_journal(const std::filesystem::path& file,
                                                                   std::string competition,
                                                                   const SqliteJournalOptions& options = {});

/// Opens a journal after checking all of it: the form of the database, every hash of the chain, every
/// personal part that is left, the receipts, the heads. Receipts of the last append that were not written
/// any more are added: it was recorded, though nobody was told.
///
/// One writer at a time, readers only while there is none (`journal_in_use`). The store is safe to use from
/// several threads and not after a fork (`journal_other_process`). After the first error of writing it takes
/// nothing more (`journal_write_failed`, then `journal_stopped`) and can be read on; open it again to know
/// whether that act was recorded, or repeat the act with its key.
///
/// \throws StoreError, with the file and what to do: `journal_not_opened`, `journal_in_use`,
/// `journal_not_recruit`, `journal_newer`, `journal_foreign_schema`, `journal_file_damaged`,
/// `journal_damaged`, `journal_truncated`, `journal_differs`, `journal_receipts_missing`,
/// `journal_receipts_short`, `journal_receipts_differ`, `journal_interrupted`
RECRUIT_EXPORT std::unique_ptr<JournalStore> open_sqlite_journal(const std::filesystem::path& file,
                                                                 const SqliteJournalOptions& options = {});

/// A whole copy of any journal as a new SQLite journal with receipts of its own, also while acts are being
/// recorded: all records up to its head at the time of the call. To restore is to open it, with the newest
/// checkpoint at hand as one of `heads`. \throws as `create_sqlite_journal`
RECRUIT_EXPORT void backup_journal(const JournalStore& store, const std::filesystem::path& file);

/// A journal in one file of recruit's own format (kind `journal_package`), to be handed on: with or without
/// the personal parts. Without, the chain still verifies. \throws as `save`, as `JournalStore::read`
RECRUIT_EXPORT void save_journal(const JournalStore& store, const std::filesystem::path& file,
                                 bool with_personal);
/// A journal in memory, with every hash computed anew and compared. \throws as `load`
RECRUIT_EXPORT std::unique_ptr<JournalStore> load_journal(const std::filesystem::path& file,
                                                          const FileOptions& options = {});

/// What `save_journal` would write, and `load_journal` read.
RECRUIT_EXPORT std::vector<std::byte> journal_to_bytes(const JournalStore& store, bool with_personal);
RECRUIT_EXPORT std::unique_ptr<JournalStore> journal_from_bytes(std::span<const std::byte> bytes,
                                                                const FileOptions& options = {});

}  // namespace recruit
