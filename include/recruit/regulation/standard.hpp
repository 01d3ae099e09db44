#pragma once

/// \file
/// Standard: what a person must be and bring to be admitted (tiêu chuẩn, điều kiện dự tuyển). Room:
/// regulation.

#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <recruit/base/error.hpp>
#include <recruit/regulation/rules.hpp>

namespace recruit {

/// What is found of one predicate, one entry group or the whole standard for one person. In this order the
/// worse of several is their least and the better their greatest.
enum class Answer : std::uint8_t {
    not_met,
    cannot_be_told,  ///< A fact that matters is missing.
    met,
};

/// A day that a standard speaks of: the day of the appointment, the last day for applications.
struct Moment {
    std::string name;
    Title title;
    std::string source;
};

/// The days of one contest, by the names of the standard's moments.
using Moments = std::map<std::string, std::chrono::year_month_day, std::less<>>;

/// One predicate over the facts of a person.
struct Requirement {
    std::string name;
    Condition holds;
    Title title;
    std::string source;
    std::optional<Confidence> confidence;
};

/// A paper that has to be in the file. Its column is a date (the day it was handed in or posted) or a
/// boolean; a missing value says that it is not there.
struct RequiredDocument {
    std::string name;
    std::string by;  ///< Moment that is the last day for it; empty if there is none.
    Condition when;  ///< Who must bring it.
    Title title;
    std::string source;
    std::optional<Confidence> confidence;
};

/// A way to be admitted: insider on the planning list (quy hoạch), outsider on an equivalent list, nominee.
struct EntryGroup {
    std::string name;
    std::vector<Requirement> requirements;
    std::vector<RequiredDocument> documents;
    Title title;
    std::string source;
};

/// On which day of a common year somebody born on 29 February grows older.
enum class LeapDay {
    unsaid,  ///< Where the two readings differ it cannot be told.
    february_28,
    march_1,
};

/// A standard, validated. Immutable; copies share the content.
///
/// A person meets it who meets every common requirement, brings every common document, and does the same for
/// the requirements and documents of at least one entry group, if there are any. All of it is three-valued.
class RECRUIT_EXPORT Standard {
public:
    /// Reads and validates a TOML file. \throws InvalidRegulation with every error found, each with its line.
    static Standard load(const std::filesystem::path& path);
    /// The same from text; `name` stands for the file in error messages.
    static Standard parse(std::string_view toml, std::string_view name = "standard");

    const std::string& series() const noexcept;   ///< "vn.lead.deputy_division"
    const std::string& version() const noexcept;  ///< "2017"
    const std::string& id() const noexcept;       ///< Both.
    std::chrono::year_month_day effective_from() const noexcept;
    std::optional<std::chrono::year_month_day> effective_to() const noexcept;  ///< Last day in force.
    bool in_force(std::chrono::year_month_day date) const noexcept;
    const std::string& jurisdiction() const noexcept;
    Status status() const noexcept;
    std::optional<Confidence> confidence() const noexcept;
    const std::string& source() const noexcept;
    Title title() const;  ///< Its id if it has none.
    const std::string& notes() const noexcept;
    LeapDay leap_day() const noexcept;

    const std::vector<Moment>& moments() const noexcept;
    const std::vector<Fact>& facts() const noexcept;
    const std::vector<Requirement>& requirements() const noexcept;    ///< Of everybody.
    const std::vector<RequiredDocument>& documents() const noexcept;  ///< Of everybody.
    const std::vector<EntryGroup>& groups() const noexcept;

    const Fact* find_fact(std::string_view name) const noexcept;
    const Moment* find_moment(std::string_view name) const noexcept;

    /// The name people read of a group, requirement or document, by the paths that results and findings name
    /// ("age", "insider.planned"), else of a fact or moment; its key if it has no title.
    Title label(std::string_view name) const;
    /// The same of a fact or moment: a requirement may have the name of the fact it reads.
    Title label_of_fact(std::string_view name) const;
    /// A condition in words: "age at the appointment at most 55".
    Title in_words(const Condition& condition) const;

    /// SHA-256 in hexadecimal of the rules, on the same lines as a regulation's: sources, titles and defaults
    /// are left out.
    const std::string& digest() const noexcept;
    const std::string& canonical() const noexcept;  ///< The lines the digest is made of.
    const std::string& toml() const noexcept;       ///< The text it was read from.

    /// A page a person can read: every predicate with its source.
    std::string describe(Language language = Language::en) const;

    friend bool operator==(const Standard& a, const Standard& b) noexcept { return a.digest() == b.digest(); }

    struct Content;

private:
    explicit Standard(std::shared_ptr<const Content> content) noexcept : content_{std::move(content)} {}
    std::shared_ptr<const Content> content_;
};

RECRUIT_EXPORT std::string_view to_string(Answer outcome) noexcept;
RECRUIT_EXPORT std::string_view to_string(LeapDay rule) noexcept;

}  // namespace recruit
