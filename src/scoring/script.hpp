#pragma once

// What the marks of one script come to. aggregate_marks() asks this of every script of a table, a contest of
// the one that an act is about.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <recruit/regulation/regulation.hpp>
#include <recruit/scoring/marks.hpp>

#include "base/int128.hpp"

namespace recruit::detail {

/// A mark as the rules of its script read it.
struct Mark {
    std::uint32_t application, marker;
    std::uint16_t marking;
    std::uint8_t round;
    bool struck;
    std::int32_t odd;  ///< Index into the marking's odd scripts, or -1.
    std::uint32_t position;
    std::uint32_t row;   ///< Which came first.
    std::int64_t units;  ///< Of the scale of all marks.
    bool broken;         ///< Cannot be used: above the maximum, given twice.
};

/// What one round of a script came to.
struct Made {
    enum class By : std::uint8_t { least, aggregate, band, third, odd, absent, remark };

    ScriptState state = ScriptState::too_few;
    By by = By::least;
    std::int32_t which = 0;  ///< Of the bands, or of the odd scripts.
    std::int64_t units = 0;  ///< Of the output scale.
    std::int64_t marks = 0;
    std::int64_t least = 0, most = 0;  ///< Of the marks' scale.

    /// Of the rule within its marking: "", ".least", ".band[1]".
    std::string path() const;
};

/// The rules of one marking over marks of one scale.
class ScriptRules {
public:
    ScriptRules(const Marking& rule, int scale) : rule_{rule}, scale_{scale}, out_{out_scale()} {}

    /// The scale scores come out with: of the rounding, else what any value needs.
    int scale() const { return out_; }
    /// What the marks of one round come to; at least one. `panel`: who must have marked; `struck`: whose
    /// marks count for nobody; both sorted.
    Made round(std::span<const Mark> marks, std::span<const std::uint32_t> panel,
               std::span<const std::uint32_t> struck) const;
    /// Puts what a re-marking came to in the place of the first, if the rule says so.
    void remarked(Made& first, const Made& second) const;

private:
    int out_scale() const;
    std::int64_t finished(int128 sum, int128 by) const;
    void settle(std::vector<std::int64_t>& marks, std::span<const Mark> script, Made& made) const;

    const Marking& rule_;
    int scale_;
    int out_;
};

}  // namespace recruit::detail
