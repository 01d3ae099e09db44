#pragma once

/// \file
/// Files that last: save, load, to_bytes and from_bytes for every value a host keeps. Room: persistence.
///
/// One format for files, databases and messages, described in docs/file-format.md. Every version that a
/// release of recruit has written stays readable. Equal values have equal bytes, on every machine.
///
/// What a file promises: accidents are noticed (SHA-256 over everything), hostile bytes cost no more memory
/// than their length allows and give an error, never a wrong value. Whoever can write the file can write
/// another valid one: where that matters, sign the digest.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <recruit/persistence/kinds.hpp>

namespace recruit {

/// How much a file may ask for, and how it is written. None of it changes a byte.
struct FileOptions {
    std::uint64_t max_bytes = std::uint64_t{64} << 30;  ///< A larger file is refused before it is read.
    int threads = 0;                                    ///< 0 is the hardware's number.
};

/// Writes the value to a file, which is replaced as a whole or not at all: a temporary file beside it, made
/// durable, takes its name. The file can be read by its owner only (mode 0600); if `path` is a link, what it
/// points to is replaced. \throws Error (`file_not_saved`, `value_not_saved`)
template <Storable T>
RECRUIT_EXPORT void save(const T& value, const std::filesystem::path& path, const FileOptions& options = {});

/// Reads a value back. In this order it checks that there is a file of the size allowed, that it is one of
/// recruit, of a version known here, whole and undamaged, of the kind asked for, that its content is in the
/// one form it can have, and that the value could have been made by its constructor. Nothing is half-loaded.
///
/// A Selection is selected again from what it was made of, and must come out as it was saved: see
/// `load_record` for a file whose result another version of the engine made.
///
/// \throws NotRecruitFile, NewerVersion, Corrupt, TooLarge, FormatError (`file_of_another_kind`),
/// ResultDiffers, Error (`file_unreadable`)
template <Storable T>
RECRUIT_EXPORT T load(const std::filesystem::path& path, const FileOptions& options = {});

/// What `save` would write.
template <Storable T>
RECRUIT_EXPORT std::vector<std::byte> to_bytes(const T& value, const FileOptions& options = {});

/// What `load` would read. The bytes may go away afterwards.
template <Storable T>
RECRUIT_EXPORT T from_bytes(std::span<const std::byte> bytes, const FileOptions& options = {});

/// The digest in the file of a value, in hexadecimal. Two values of one type are equal in every respect that
/// a file keeps if and only if their digests are.
template <Storable T>
RECRUIT_EXPORT std::string digest(const T& value, const FileOptions& options = {});

/// What the first 64 bytes of a file say.
struct FileInfo {
    std::string_view kind;          ///< "table", "selection", …; empty if this version knows no such kind.
    std::uint16_t kind_number = 0;  ///< Its number in the file.
    std::uint16_t version = 0;      ///< Of the envelope.
    std::uint64_t bytes = 0;        ///< The file's length.
    std::string digest;             ///< SHA-256 in hexadecimal, as the file states it.
};

/// Reads the envelope only; `load` checks the rest. \throws as `load`, but never for the content
RECRUIT_EXPORT FileInfo file_info(const std::filesystem::path& path);
RECRUIT_EXPORT FileInfo file_info(std::span<const std::byte> bytes);

/// A Selection as it was saved: what it was made of and what came out, as tables, whatever the engine of
/// today would say.
struct SavedSelection {
    Regulation regulation;
    std::string regulation_digest;  ///< Of the rules as they were understood when it was saved.
    Table scores;
    Seats seats;
    SelectOptions options;  ///< Of them `through`, `given_total`, `seed` and `max_issues`.
    /// Row by row of `scores`: standing, stage, decided_by, total, and for each rank `first.<name>` and
    /// `tied.<name>`.
    Table outcome;
    Issues issues;
};

/// Reads a saved Selection without selecting again. \throws as `load`, save for ResultDiffers
RECRUIT_EXPORT SavedSelection load_record(const std::filesystem::path& path, const FileOptions& options = {});

/// For <recruit/persistence/boost.hpp>: what an archive of the host holds is no value, or too large.
/// \throws Corrupt
[[noreturn]] RECRUIT_EXPORT void refuse_archived(std::string_view text);
/// \throws TooLarge
[[noreturn]] RECRUIT_EXPORT void refuse_archived(std::uint64_t bytes, std::uint64_t allowed);

}  // namespace recruit
