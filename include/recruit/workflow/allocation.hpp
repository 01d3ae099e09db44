#pragma once

/// \file
/// allocation(): who marks which script. Room: workflow.

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <recruit/export.hpp>

namespace recruit {

/// Hands every script to `each` different markers, none to a marker it conflicts with.
///
/// Loads are as equal as conflicts let them be: without any they differ by at most one. With two or more
/// markers a script all markers are linked through shared scripts where the numbers allow it, so that their
/// severity can be compared later (connected designs: Engelhard 1994, Journal of Educational Measurement 31).
/// Only the seed orders anything: the same seed, scripts, markers and conflicts give the same pairs.
///
/// `conflicts[i]` lists the markers (as indexes) that script i may not go to. Pairs (script, marker) in the
/// order of the scripts, markers ascending; empty if some script has too few markers left. O(n m) for n
/// scripts and m markers.
RECRUIT_EXPORT std::optional<std::vector<std::pair<std::size_t, std::size_t>>> allocation(
    std::span<const std::string> scripts, std::span<const std::string> markers, std::size_t each,
    std::span<const std::vector<std::size_t>> conflicts, std::string_view seed);

}  // namespace recruit
