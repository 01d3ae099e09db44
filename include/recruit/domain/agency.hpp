#pragma once

/// \file
/// Agency and Register: the bodies that hold contests, over time. Room: domain.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <recruit/base/issue.hpp>
#include <recruit/base/table.hpp>
#include <recruit/export.hpp>

namespace recruit {

enum class Level : std::uint8_t { central, province, district, commune };
RECRUIT_EXPORT std::string_view to_string(Level level) noexcept;

/// A public body as the register has it.
struct Agency {
    std::string id;
    std::string name;
    std::vector<std::string> aliases;  ///< Other names it is known by.
    std::optional<Level> level;
    std::string parent;     ///< Id of the body above it; may be empty.
    bool in_pilot = false;  ///< Whether it was to hold contests under the programme.
    std::optional<std::chrono::year_month_day> valid_from, valid_to;  ///< The last day counts; empty: open.
    std::vector<std::string> successors;  ///< Ids of what it became; several after a division.

    friend bool operator==(const Agency&, const Agency&) = default;
};

/// Every body of a programme, also those that never reported.
class RECRUIT_EXPORT Register {
public:
    Register() = default;
    /// \throws Error (`unknown_value` for a successor that is no id of the register; `duplicate_name`)
    explicit Register(std::vector<Agency> agencies);

    std::span<const Agency> agencies() const noexcept { return agencies_; }
    /// The body of that id, or null. Logarithmic.
    const Agency* find(std::string_view id) const noexcept;
    /// What the body is today: its only successor, and that one's, and so on. A body without a successor, one
    /// that was divided into several, and one in a ring stay what they are.
    const Agency& today(const Agency& agency) const noexcept;

    /// The columns that `read_register` reads.
    Table to_table() const;

    friend bool operator==(const Register& a, const Register& b) { return a.agencies_ == b.agencies_; }

private:
    std::vector<Agency> agencies_;
    std::vector<std::size_t> by_id_;
};

/// A register and the rows that could not be used.
struct RegisterFile {
    Register bodies;
    Issues issues;
};

/// Reads a register from columns `id` and `name`, and as far as they are there `aliases`, `level`, `parent`,
/// `in_pilot`, `valid_from`, `valid_to`, `successors`; lists are parted by `;`. Flags are booleans or true,
/// false, 1, 0; dates are dates or yyyy-mm-dd. A row that cannot be used is left out with an Issue
/// (`register_line`). \throws InvalidTable (`missing_column`)
RECRUIT_EXPORT RegisterFile read_register(const Table& table);

}  // namespace recruit
