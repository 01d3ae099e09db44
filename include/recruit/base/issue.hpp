#pragma once

/// \file
/// Issue: what is wrong with data, said so that a person can act on it. Room: base.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <recruit/base/texts.hpp>
#include <recruit/export.hpp>

namespace recruit {

enum class Severity : std::uint8_t {
    note,     ///< Worth knowing; nothing was left out.
    warning,  ///< The result stands, but somebody should look.
    error,    ///< A value could not be used; the rows it concerns say so in their standing.
};

/// One thing wrong with data. Wrong *use* throws an `Error` instead.
struct Issue {
    Code code{};
    Severity severity = Severity::error;
    std::string file;                  ///< File it was read from, if known.
    std::optional<std::int64_t> line;  ///< Line in that file, from 1.
    std::optional<std::int64_t> row;   ///< Row of the table, from 0.
    std::string column;                ///< Column or path of the key, if it concerns one.
    std::string value;                 ///< What was found, as text.
    std::vector<Argument> arguments;   ///< Fill the catalogue's message and remedy.

    /// What was found and what is allowed; one sentence.
    RECRUIT_EXPORT std::string message(Language language = Language::en) const;
    /// What to do about it; one sentence.
    RECRUIT_EXPORT std::string remedy(Language language = Language::en) const;
    /// "scores.csv:14, column skd", or "row 12, column skd" where no line is known.
    RECRUIT_EXPORT std::string where(Language language = Language::en) const;
    /// Where, what and what to do, on one line.
    RECRUIT_EXPORT std::string str(Language language = Language::en) const;

    friend bool operator==(const Issue&, const Issue&) = default;
};

using Issues = std::vector<Issue>;

RECRUIT_EXPORT std::string_view to_string(Severity severity) noexcept;

/// How many of `issues` are errors.
RECRUIT_EXPORT std::size_t count_errors(const Issues& issues) noexcept;

}  // namespace recruit
