#pragma once

// The closed lists of words that rules of procedure are written with.

#include <array>
#include <string_view>

namespace recruit::detail {

inline constexpr std::array<std::string_view, 17> roles{
    "applicant",           "secretary",       "chair",          "vice_chair", "member",        "setter",
    "invigilator",         "code_keeper",     "marker",         "remarker",   "monitor",       "council",
    "approving_authority", "consenting_body", "personnel_body", "auditor",    "head_of_agency"};

inline constexpr std::array<std::string_view, 10> boards{
    "screening", "questions", "copying",   "invigilation", "codes",
    "marking",   "interview", "remarking", "monitoring",   "secretariat"};

inline constexpr std::array<std::string_view, 13> relations{
    "spouse",          "parent",    "parent_in_law",     "adoptive_parent", "child",
    "adopted",         "sibling",   "uncle_aunt",        "sibling_in_law",  "spouse_of_sibling",
    "direct_superior", "nominator", "direct_subordinate"};

inline constexpr std::array<std::string_view, 4> bars{"under_discipline", "being_considered",
                                                      "past_corruption", "past_personnel_violation"};

inline constexpr std::array<std::string_view, 4> audiences{"public", "applicants", "applicant", "agencies"};

/// Events before the stages and after them, in their order; texts `event_…` stand in the same order.
inline constexpr std::array<std::string_view, 7> first_events{
    "plan", "council", "announced", "opened", "applications_closed", "screened", "list_published"};
inline constexpr std::array<std::string_view, 6> stage_events{"summoned",  "sat",      "marked",
                                                              "published", "appealed", "remarked"};
inline constexpr std::array<std::string_view, 6> last_events{"ranked",           "proposed",  "approved",
                                                             "result_published", "appointed", "in_post"};

}  // namespace recruit::detail
