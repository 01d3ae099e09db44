#pragma once

/// \file
/// Act: one thing done by one person at one time; Event: an act that was allowed, with what it decided. Room:
/// workflow.

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <recruit/export.hpp>
#include <recruit/workflow/role.hpp>

namespace recruit {

/// Everything that can be done in a contest. What each needs to know is `fields(kind)`, who may do it when is
/// `permitted`.
enum class ActKind : std::uint8_t {
    // the plan
    plan,
    add_position,
    set_day,
    approve_plan,
    assign_role,
    revoke_role,
    form_council,
    do_step,
    nominate,
    give_consent,
    announce,
    amend_notice,
    change_law,
    cancel,
    // people
    open_applications,
    apply,
    set_fact,
    withdraw,
    extend_applications,
    close_applications,
    admit_late,
    screen,
    close_screening,
    publish_list,
    declare_conflict,
    find_conflict,
    rule_conflict,
    // papers and sittings
    set_syllabus,
    set_paper,
    approve_paper,
    seal_paper,
    draw_paper,
    open_paper,
    report_leak,
    void_stage,
    summon,
    draw_order,
    start_sitting,
    attend,
    penalise,
    close_sitting,
    register_script,
    seal_scripts,
    open_marking,
    // marks
    allocate,
    assign_marker,
    mark,
    seal_marks,
    absent_marker,
    record_score,
    settle,
    close_marking,
    open_codes,
    publish,
    correct_mark,
    lodge_appeal,
    admit_appeal,
    remark,
    decide_appeal,
    close_appeals,
    close_stage,
    // the result
    draw_lot,
    rank,
    decide_tie,
    vote,
    propose,
    approve_result,
    reject_result,
    publish_result,
    cancel_result,
    // appointment
    refer_personnel,
    reply_personnel,
    appoint,
    not_appoint,
    decline,
    take_post,
    establish_list,
    extend_list,
    use_list,
    close,
    // the record
    rule,
    record_document,
    note_difficulty,
    erase_person,
    // added later; files keep acts by their number
    rule_leak,
    reopen_marking,
};
inline constexpr int act_count = 86;

/// A moment in seconds. Contests run in one time zone, which the plan states as minutes from UTC.
using Instant = std::chrono::sys_seconds;

/// Reads "2026-03-01T09:30:00Z"; nothing else. Empty if it is no such moment.
RECRUIT_EXPORT std::optional<Instant> parse_instant(std::string_view text) noexcept;
RECRUIT_EXPORT std::string format_instant(Instant instant);

/// Names and values as text; a list has one item a line. Kept in the order of the names.
class RECRUIT_EXPORT Fields {
public:
    Fields() = default;
    Fields(std::initializer_list<std::pair<std::string, std::string>> items) {
        for (const auto& [name, value] : items) set(name, value);
    }

    void set(std::string_view name, std::string value);
    void set(std::string_view name, const std::vector<std::string>& list);
    void remove(std::string_view name);
    const std::string* find(std::string_view name) const noexcept;
    /// The text; empty if there is none.
    const std::string& get(std::string_view name) const noexcept;
    std::vector<std::string> list(std::string_view name) const;
    const std::vector<std::pair<std::string, std::string>>& items() const noexcept { return items_; }
    bool empty() const noexcept { return items_.empty(); }
    friend bool operator==(const Fields&, const Fields&) = default;

private:
    std::vector<std::pair<std::string, std::string>> items_;
};

/// What somebody wants to do. The host has made sure that `actor` is who they say.
struct Act {
    ActKind kind{};
    std::string actor;  ///< Id of a person or body.
    Fields fields;
    std::optional<Role> as{};              ///< In which role; without it the first one that may.
    std::optional<Instant> occurred_at{};  ///< When it was done on paper, if it is entered later.
    std::string recorded_by{};             ///< Who entered it then: a secretary.
    std::string scan{};                    ///< Digest of the signed paper.
    std::vector<std::string> documents{};  ///< Papers it comes with, by name.
    std::vector<std::string> signed_by{};  ///< Persons who signed beside the actor.
    friend bool operator==(const Act&, const Act&) = default;
};

/// An act that was allowed, and what it decided: everything needed to make the state anew.
struct RECRUIT_EXPORT Event {
    Act act;
    Role role{};
    Instant at{};
    Fields decided;             ///< What followed: a draw, a count, the digest of a result.
    Fields sealed;              ///< The same, but secret until it is opened: the key of the codes, names.
    std::string salt;           ///< Makes the digest of what is sealed say nothing about it.
    std::string sealed_digest;  ///< SHA-256 of salt and sealed fields; empty if nothing is sealed.

    /// One line of JSON, the same bytes for the same event: what the journal chains. Of what is sealed it has
    /// only the salted digest.
    std::string body() const;
    /// What is kept beside the chain and can be erased or locked away: the sealed fields with their salt;
    /// empty if nothing is sealed.
    std::string personal() const;
    void seal(Fields secret, std::string with);
    /// Reads both back. `personal` may be empty where it was erased. \throws Error (`event_malformed`,
    /// `event_commitment`)
    static Event parse(std::string_view body, std::string_view personal);
};

enum class FieldType : std::uint8_t {
    text,       ///< Anything a person writes, on one or more lines.
    id,         ///< A new id: no blanks at its ends, no control characters.
    person,     ///< The id of a person or body.
    reference,  ///< The id of something there is: a stage, position, application, script, paper, appeal.
    digest,
    date,
    integer,
    count,  ///< A whole number of at least 1.
    points,
    boolean,
    word,  ///< One of a closed list.
    list,
    facts,     ///< Further fields `fact.<name>`.
    personal,  ///< Kept beside the chain.
};

struct FieldRule {
    std::string name;
    FieldType type = FieldType::text;
    bool required = true;
    std::vector<std::string> words;  ///< word
};

/// The fields of an act, in the order they are asked for. Lives as long as the program.
RECRUIT_EXPORT const std::vector<FieldRule>& fields(ActKind kind);

RECRUIT_EXPORT std::string_view to_string(ActKind kind) noexcept;
RECRUIT_EXPORT std::optional<ActKind> act_kind(std::string_view name) noexcept;
RECRUIT_EXPORT std::string_view label(ActKind kind, Language language) noexcept;

/// Whether a role may do an act in a phase, being in a relation to the applicant it is about. What is not
/// allowed here is refused, whatever else holds.
RECRUIT_EXPORT bool permitted(Role role, ActKind act, Phase phase, Relation relation) noexcept;

/// The whole table in Markdown: a row an act, with who, when, in which relation.
RECRUIT_EXPORT std::string permissions_table(Language language = Language::en);

}  // namespace recruit
