#pragma once

/// \file
/// Who acts, in which phase, and how near to whom the act is about. Room: workflow.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <recruit/base/texts.hpp>
#include <recruit/export.hpp>

namespace recruit {

/// What somebody is in a contest. The host says who is who by acts; nobody has a role by default.
enum class Role : std::uint8_t {
    applicant,
    secretary,
    chair,
    vice_chair,
    member,
    setter,
    invigilator,
    code_keeper,
    marker,
    remarker,
    monitor,
    approving_authority,
    consenting_body,
    personnel_body,
    auditor,
};
inline constexpr int role_count = 15;

/// Where a contest stands; from `scheduled` to `stage_closed` of the stage that is being held.
enum class Phase : std::uint8_t {
    plan,
    announced,
    applying,
    screening,
    scheduled,
    sat,
    marking,
    marked,
    published,
    under_appeal,
    stage_closed,
    ranking,
    proposing,
    consenting,
    appointing,
    closed,
    cancelled,
    void_,  ///< "void": the law under which it was begun ended it.
};
inline constexpr int phase_count = 18;

/// How the actor stands to the applicant an act is about.
enum class Relation : std::uint8_t {
    none,
    self,        ///< The same person.
    conflicted,  ///< A conflict of interest was declared or found.
    involved,    ///< Marked this person's work before.
};
inline constexpr int relation_count = 4;

RECRUIT_EXPORT std::string_view to_string(Role role) noexcept;
RECRUIT_EXPORT std::string_view to_string(Phase phase) noexcept;
RECRUIT_EXPORT std::string_view to_string(Relation relation) noexcept;
RECRUIT_EXPORT std::optional<Role> role(std::string_view name) noexcept;

/// What people read: "thư ký hội đồng".
RECRUIT_EXPORT std::string_view label(Role role, Language language) noexcept;
RECRUIT_EXPORT std::string_view label(Phase phase, Language language) noexcept;
RECRUIT_EXPORT std::string_view label(Relation relation, Language language) noexcept;

/// Whether one person may have both roles in one contest: a marker may be no re-marker and no keeper of
/// codes, an applicant nothing else, a monitor only watches. Regulations add their own (`council.separate`).
RECRUIT_EXPORT bool compatible(Role a, Role b) noexcept;

}  // namespace recruit
