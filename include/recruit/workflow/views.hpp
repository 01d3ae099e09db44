#pragma once

/// \file
/// MarkerView: what somebody who marks may see. Room: workflow.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <recruit/base/points.hpp>
#include <recruit/base/table.hpp>
#include <recruit/export.hpp>
#include <recruit/workflow/competition.hpp>

namespace recruit {

/// One thing to mark: a script, or in an oral stage an applicant, and one column of it.
struct MarkerTask {
    std::string script;  ///< The code in a blind stage. There is no field for a name.
    std::string column;
    Points max;
    std::optional<Points> quantum;  ///< Marks go in steps of it.
    std::optional<Points> mark;     ///< One's own; nobody else's is ever here.
    friend bool operator==(const MarkerTask&, const MarkerTask&) = default;
};

/// What a marker, or a re-marker, has to do in a stage. A type of its own, not a filtered record: it has no
/// identity, no room, no time, no other marker. In a blind stage tasks stand in the order of codes, which are
/// random; in an oral one in the order that was drawn.
struct MarkerView {
    std::string stage;
    bool blind = true;
    bool sealed = false;  ///< One's marks are sealed.
    std::vector<MarkerTask> tasks;

    /// script, column, max, quantum, mark.
    RECRUIT_EXPORT Table to_table() const;
    friend bool operator==(const MarkerView&, const MarkerView&) = default;
};

/// The view of one person on one stage. \throws Refused for whoever does not mark in this contest; Error
/// (`unknown_stage`)
RECRUIT_EXPORT MarkerView marker_view(const Competition& contest, std::string_view person,
                                      std::string_view stage);

}  // namespace recruit
