#pragma once

/// \file
/// Explanation: why an application stands where it stands, as a tree and as a letter. Room: selection.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <recruit/base/points.hpp>
#include <recruit/base/texts.hpp>
#include <recruit/scoring/standing.hpp>

namespace recruit {

/// One step of the reasoning.
struct Reason {
    std::string rule;    ///< Path in the regulation ("stage.written.gate[0]"); empty for what was read.
    Message sentence;    ///< What happened, in either language.
    std::string source;  ///< Law or article the rule comes from, if the regulation says.
    std::optional<bool> passed;    ///< For a gate, a condition or a cut.
    std::optional<Points> value;   ///< The number the rule looked at or made.
    std::optional<Points> margin;  ///< value - threshold: what was to spare, or missing if negative.
    std::vector<Reason> children;
};

/// The reasoning about one application: the plan run again for this row alone, with tracing on.
struct Explanation {
    std::string application, position;
    Title regulation;  ///< Its title.
    std::string regulation_id;
    Standing standing = Standing::incomplete;
    std::string stage;       ///< Stage where it ended; empty at the end.
    std::string decided_by;  ///< Rule that decided.
    std::optional<Points> total;
    std::optional<std::int64_t> first, tied;  ///< Rank in the group: `tied` people from place `first` on.
    std::int64_t field = 0;                   ///< How many are ranked in the group.
    std::optional<std::int64_t> seats;
    std::optional<std::string> above, below;  ///< Applications next to it in rank order.
    std::optional<Points>
        margin;  ///< Points to the cut: to the best one outside if inside, to the last inside if outside.
    std::vector<Reason> reasons;

    /// A letter to the person: outcome, reasons in order, margin, and what to do next.
    RECRUIT_EXPORT std::string str(Language language = Language::en) const;
};

RECRUIT_EXPORT std::ostream& operator<<(std::ostream& out, const Explanation& explanation);

}  // namespace recruit
