#pragma once

/// \file
/// Regulation: the rules of a kind of contest, dated, as data. Room: regulation.

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <recruit/base/error.hpp>
#include <recruit/regulation/marking.hpp>
#include <recruit/regulation/normalisation.hpp>
#include <recruit/regulation/procedure.hpp>
#include <recruit/regulation/quota.hpp>
#include <recruit/regulation/referral.hpp>
#include <recruit/regulation/rules.hpp>

namespace recruit {

/// The rules of a kind of contest, validated: what exists is consistent. Immutable; copies share the content.
class RECRUIT_EXPORT Regulation {
public:
    /// Reads and validates a TOML file. \throws InvalidRegulation with every error found, each with its line.
    static Regulation load(const std::filesystem::path& path);

    /// The same from text; `name` stands for the file in error messages.
    static Regulation parse(std::string_view toml, std::string_view name = "regulation");

    const std::string& series() const noexcept;   ///< "id.cpns"
    const std::string& version() const noexcept;  ///< "2024"
    const std::string& id() const noexcept;       ///< "id.cpns.2024"

    std::chrono::year_month_day effective_from() const noexcept;
    std::optional<std::chrono::year_month_day> effective_to() const noexcept;  ///< Last day in force.
    bool in_force(std::chrono::year_month_day date) const noexcept;

    const std::string& jurisdiction() const noexcept;
    Status status() const noexcept;
    std::optional<Confidence> confidence() const noexcept;
    const std::string& source() const noexcept;
    Title title() const;  ///< Its id if it has none.
    const std::string& notes() const noexcept;
    /// Id of the standard that applicants are held to ("vn.lead.deputy_division.2017"); empty if it names
    /// none.
    const std::string& standard() const noexcept;

    /// Paths of rules whose source is cut ("rank.ties"): what depends on them ends contested.
    const std::vector<std::string>& incomplete() const noexcept;
    bool is_incomplete(std::string_view path) const noexcept;

    const std::vector<Fact>& facts() const noexcept;
    const std::vector<Stage>& stages() const noexcept;
    const std::vector<Marking>& markings() const noexcept;  ///< How marks become the scores of stages.
    const std::vector<Normalisation>& normalisations() const noexcept;  ///< How sessions come onto one scale.
    const Composite& score() const noexcept;
    const std::vector<Gate>& score_gates() const noexcept;  ///< On the composite, before any bonus.
    const Bonus& bonus() const noexcept;
    const std::vector<RankRule>& ranks() const noexcept;
    const SelectRule& select() const noexcept;
    const std::vector<Quota>& quotas() const noexcept;  ///< In the order they are served.
    const Procedure& procedure() const noexcept;        ///< Who does what, when, and how it may end.
    const std::optional<ReferralRule>& referral() const noexcept;
    const std::vector<ListRule>& lists() const noexcept;  ///< What is kept, or may not be.

    const Fact* find_fact(std::string_view name) const noexcept;
    const Stage* find_stage(std::string_view name) const noexcept;

    /// The name people read of a stage, part ("skd.twk"), fact or rank; its key if it has no title.
    Title label(std::string_view column) const;
    /// A condition in words, with the names people read: "Police paper above 0".
    Title in_words(const Condition& condition) const;

    /// SHA-256 in hexadecimal of the rules: sorted `path TAB value LF` lines in UTF-8, decimals shortest,
    /// defaults, sources and titles left out. Two texts with the same digest are the same rules.
    const std::string& digest() const noexcept;
    /// The lines the digest is made of.
    const std::string& canonical() const noexcept;
    /// The text it was read from.
    const std::string& toml() const noexcept;

    /// A page a person can read: every rule with its source.
    std::string describe(Language language = Language::en) const;

    friend bool operator==(const Regulation& a, const Regulation& b) noexcept {
        return a.digest() == b.digest();
    }

    struct Content;

private:
    explicit Regulation(std::shared_ptr<const Content> content) noexcept : content_{std::move(content)} {}
    std::shared_ptr<const Content> content_;
};

/// A regulation of the catalogue by its exact id ("id.cpns.2024"). \throws Error (`unknown_regulation`).
RECRUIT_EXPORT Regulation regulation(std::string_view id);

/// The version of a series in force on a date. \throws Error (`no_regulation_in_force`,
/// `unknown_regulation`).
RECRUIT_EXPORT Regulation regulation(std::string_view series, std::chrono::year_month_day on);

/// Ids of the catalogue that is compiled into the library, sorted.
RECRUIT_EXPORT std::vector<std::string> regulation_ids();

}  // namespace recruit
