#pragma once

/// \file
/// audit(): what is wrong with a standard by itself, before anybody applies. Room: regulation.

#include <string>
#include <vector>

#include <recruit/regulation/standard.hpp>

namespace recruit {

enum class FindingKind : std::uint8_t {
    contradictory,  ///< The predicates cannot all be met: nobody can ever be admitted.
    unreachable,    ///< An entry group or a branch that nobody can be admitted by, or that admits nobody else.
    redundant,      ///< A predicate that the others already ask for.
    nobody_meets,   ///< Nobody of a pool meets it.
    undecided,      ///< Too many combinations to say.
};

/// One thing wrong, with the predicates it is about.
struct Finding {
    FindingKind kind = FindingKind::contradictory;
    std::vector<std::string> paths;  ///< "age", "insider.planned", "insider"; a branch as "age.any[1]".
    Message sentence;

    RECRUIT_EXPORT std::string str(Language language = Language::en) const;
    friend bool operator==(const Finding&, const Finding&) = default;
};

/// Contradictions, unreachable groups and branches, redundant predicates, in the order of the standard.
///
/// Decided over every combination of facts that the literals of the standard tell apart, facts known in full.
/// Lengths of time taken at different moments are independent unless `dates` gives the days: with them all of
/// one fact's are compared on one line, and more is found. What is found is so; what is not found may still
/// be so where facts depend on each other outside the standard. Of several that make each other redundant
/// the first stays.
///
/// Exponential in the number of facts at worst; stops after a fixed number of steps and says `undecided`.
RECRUIT_EXPORT std::vector<Finding> audit(const Standard& standard, const Moments& dates = {});

RECRUIT_EXPORT std::string_view to_string(FindingKind kind) noexcept;

}  // namespace recruit
