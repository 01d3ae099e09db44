#pragma once

// What every journal does alike: how a chain goes on, and how it is checked.

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <recruit/workflow/journal.hpp>

namespace recruit::detail {

inline constexpr std::size_t least_salt = 16;

/// What an append adds: the new records, and a receipt for every entry.
struct Extension {
    std::vector<JournalRecord> records;
    std::vector<Receipt> receipts;
};

/// Changes nothing. `find` gives the record a key was used for.
/// \throws Error (`journal_key_reused`, `journal_salt_missing`, `journal_conflict`)
RECRUIT_EXPORT Extension extend(const std::string& competition, const Receipt& last,
                                std::span<const JournalEntry> entries, const std::optional<Receipt>& expected,
                                const std::function<std::optional<JournalRecord>(std::string_view)>& find);

/// Goes along a chain from its origin, or from any record.
class RECRUIT_EXPORT Chain {
public:
    explicit Chain(std::string competition)
        : competition_{std::move(competition)}, last_{0, journal_origin(competition_)} {}
    Chain(std::string competition, Receipt last)
        : competition_{std::move(competition)}, last_{std::move(last)} {}

    /// \throws StoreError (`journal_damaged`) if this is not the next record
    void check(const JournalRecord& record);
    const Receipt& last() const noexcept { return last_; }

private:
    std::string competition_;
    Receipt last_;
};

}  // namespace recruit::detail
