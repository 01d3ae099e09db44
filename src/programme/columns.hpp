#pragma once

// The columns of a table of contests, and the steps and dates in their order.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/keys_beside.hpp"

namespace recruit::detail {

enum class Kind : std::uint8_t { text, date, count, number, flag };

struct ProgrammeColumn {
    std::string_view name;
    Kind kind;
    Text label;
};

inline constexpr std::array programme{
    ProgrammeColumn{"agency", Kind::text, word::column_agency},
    ProgrammeColumn{"competition", Kind::text, word::column_competition},
    ProgrammeColumn{"position", Kind::text, word::column_position},
    ProgrammeColumn{"tier", Kind::text, word::column_tier},
    ProgrammeColumn{"level", Kind::text, word::column_level},
    ProgrammeColumn{"year", Kind::count, word::column_year},
    ProgrammeColumn{"announced_on", Kind::date, word::column_announced_on},
    ProgrammeColumn{"closed_on", Kind::date, word::column_closed_on},
    ProgrammeColumn{"examined_on", Kind::date, word::column_examined_on},
    ProgrammeColumn{"published_on", Kind::date, word::column_published_on},
    ProgrammeColumn{"appointed_on", Kind::date, word::column_appointed_on},
    ProgrammeColumn{"reported_on", Kind::date, word::column_reported_on},
    ProgrammeColumn{"titles", Kind::count, word::column_titles},
    ProgrammeColumn{"seats", Kind::count, word::column_seats},
    ProgrammeColumn{"field", Kind::count, word::column_field},
    ProgrammeColumn{"applied", Kind::count, word::column_applied},
    ProgrammeColumn{"eligible", Kind::count, word::column_eligible},
    ProgrammeColumn{"sat", Kind::count, word::column_sat},
    ProgrammeColumn{"passed", Kind::count, word::column_passed},
    ProgrammeColumn{"winners", Kind::count, word::column_winners},
    ProgrammeColumn{"appointed", Kind::count, word::column_appointed},
    ProgrammeColumn{"applied_unit", Kind::count, word::column_applied_unit},
    ProgrammeColumn{"applied_agency", Kind::count, word::column_applied_agency},
    ProgrammeColumn{"applied_sector", Kind::count, word::column_applied_sector},
    ProgrammeColumn{"applied_outside", Kind::count, word::column_applied_outside},
    ProgrammeColumn{"applied_planned", Kind::count, word::column_applied_planned},
    ProgrammeColumn{"applied_women", Kind::count, word::column_applied_women},
    ProgrammeColumn{"applied_minority", Kind::count, word::column_applied_minority},
    ProgrammeColumn{"winners_unit", Kind::count, word::column_winners_unit},
    ProgrammeColumn{"winners_agency", Kind::count, word::column_winners_agency},
    ProgrammeColumn{"winners_sector", Kind::count, word::column_winners_sector},
    ProgrammeColumn{"winners_outside", Kind::count, word::column_winners_outside},
    ProgrammeColumn{"winners_planned", Kind::count, word::column_winners_planned},
    ProgrammeColumn{"winners_women", Kind::count, word::column_winners_women},
    ProgrammeColumn{"winners_minority", Kind::count, word::column_winners_minority},
    ProgrammeColumn{"eligible_unit", Kind::count, word::column_eligible_unit},
    ProgrammeColumn{"eligible_agency", Kind::count, word::column_eligible_agency},
    ProgrammeColumn{"eligible_sector", Kind::count, word::column_eligible_sector},
    ProgrammeColumn{"eligible_outside", Kind::count, word::column_eligible_outside},
    ProgrammeColumn{"eligible_planned", Kind::count, word::column_eligible_planned},
    ProgrammeColumn{"eligible_women", Kind::count, word::column_eligible_women},
    ProgrammeColumn{"eligible_minority", Kind::count, word::column_eligible_minority},
    ProgrammeColumn{"sat_unit", Kind::count, word::column_sat_unit},
    ProgrammeColumn{"sat_agency", Kind::count, word::column_sat_agency},
    ProgrammeColumn{"sat_sector", Kind::count, word::column_sat_sector},
    ProgrammeColumn{"sat_outside", Kind::count, word::column_sat_outside},
    ProgrammeColumn{"sat_planned", Kind::count, word::column_sat_planned},
    ProgrammeColumn{"sat_women", Kind::count, word::column_sat_women},
    ProgrammeColumn{"sat_minority", Kind::count, word::column_sat_minority},
    ProgrammeColumn{"passed_unit", Kind::count, word::column_passed_unit},
    ProgrammeColumn{"passed_agency", Kind::count, word::column_passed_agency},
    ProgrammeColumn{"passed_sector", Kind::count, word::column_passed_sector},
    ProgrammeColumn{"passed_outside", Kind::count, word::column_passed_outside},
    ProgrammeColumn{"passed_planned", Kind::count, word::column_passed_planned},
    ProgrammeColumn{"passed_women", Kind::count, word::column_passed_women},
    ProgrammeColumn{"passed_minority", Kind::count, word::column_passed_minority},
    ProgrammeColumn{"appointed_unit", Kind::count, word::column_appointed_unit},
    ProgrammeColumn{"appointed_agency", Kind::count, word::column_appointed_agency},
    ProgrammeColumn{"appointed_sector", Kind::count, word::column_appointed_sector},
    ProgrammeColumn{"appointed_outside", Kind::count, word::column_appointed_outside},
    ProgrammeColumn{"appointed_planned", Kind::count, word::column_appointed_planned},
    ProgrammeColumn{"appointed_women", Kind::count, word::column_appointed_women},
    ProgrammeColumn{"appointed_minority", Kind::count, word::column_appointed_minority},
    ProgrammeColumn{"ending", Kind::text, word::column_ending},
    ProgrammeColumn{"deadlines_missed", Kind::count, word::column_deadlines_missed},
    ProgrammeColumn{"kept_used", Kind::count, word::column_kept_used},
    ProgrammeColumn{"margin", Kind::number, word::column_margin},
    ProgrammeColumn{"noise", Kind::number, word::column_noise},
    ProgrammeColumn{"difficulties", Kind::text, word::column_difficulties},
    ProgrammeColumn{"proposals", Kind::text, word::column_proposals},
    ProgrammeColumn{"nil", Kind::flag, word::column_nil},
    ProgrammeColumn{"synthetic", Kind::flag, word::column_synthetic},
    ProgrammeColumn{"source", Kind::text, word::column_source},
};

constexpr std::size_t column_number(std::string_view name) noexcept {
    for (std::size_t i = 0; i < programme.size(); ++i) {
        if (programme[i].name == name) return i;
    }
    return programme.size();
}

/// Each step is taken by some of those of the step before.
inline constexpr std::array<std::string_view, 6> steps{"applied", "eligible", "sat",
                                                       "passed",  "winners",  "appointed"};
inline constexpr std::array<std::string_view, 5> milestones{"announced_on", "closed_on", "examined_on",
                                                            "published_on", "appointed_on"};
inline constexpr std::array<std::string_view, 4> origins{"unit", "agency", "sector", "outside"};
/// Of the people of a step: `<step>_<trait>`.
inline constexpr std::array<std::string_view, 7> traits{"unit",    "agency", "sector",  "outside",
                                                        "planned", "women",  "minority"};
/// Those that tell about single persons where they are few.
constexpr bool tells_of_persons(std::string_view column) noexcept {
    return column.ends_with("_women") || column.ends_with("_minority");
}

struct ProgrammeRatio {
    std::string_view name, part, whole;
};
inline constexpr std::array ratios{
    ProgrammeRatio{"participation", "applied", "field"},
    ProgrammeRatio{"applicants_per_seat", "applied", "seats"},
    ProgrammeRatio{"pass_rate", "passed", "sat"},
    ProgrammeRatio{"fill_rate", "winners", "seats"},
    ProgrammeRatio{"appointment_rate", "appointed", "winners"},
};

/// From one milestone to the next.
struct ProgrammePhase {
    std::string_view name;
    Text label;
};
inline constexpr std::array<ProgrammePhase, milestones.size() - 1> phases{{
    {"days_applying", word::span_applying},
    {"days_preparing", word::span_preparing},
    {"days_marking", word::span_marking_time},
    {"days_appointing", word::span_appointing_time},
}};

/// How a contest ended, where it has.
inline constexpr std::array<std::string_view, 5> endings{"running", "completed", "void", "winnerless",
                                                         "cancelled"};

/// Whether the return form has the column. What its head or the ministry says it has not, nor who the people
/// were between applying and winning.
constexpr bool is_asked(std::string_view name) noexcept {
    for (const std::string_view ours : {"agency", "level", "nil", "synthetic", "source", "year"}) {
        if (name == ours) return false;
    }
    for (const std::string_view step : {"eligible_", "sat_", "passed_", "appointed_"}) {
        if (name.starts_with(step) && !name.ends_with("_on")) return false;
    }
    return true;
}

}  // namespace recruit::detail
