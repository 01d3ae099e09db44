#pragma once

// What scripts come to and what they wait for, one by one.

#include <optional>
#include <string_view>
#include <vector>

#include "workflow/state.hpp"

namespace recruit::detail {

/// Whether what a script of the stage comes to depends on nobody else's marks: scores that are entered, and
/// written work, which is handed out one by one. Where a panel sits, who was absent is known from its other
/// candidates.
bool judged_alone(const StageState& stage);

/// What the marks of a script come to, or `settled` where a person settled it. Only where it is judged alone.
ScriptState script_state(const StageState& stage, const Work& work, std::size_t column);

/// Scripts of a stage that are not settled, by application and column.
struct Unsettled {
    Index application;
    std::size_t column;
    ScriptState state;
};
std::vector<Unsettled> unsettled(const State& state, std::size_t stage);
/// The same of one script.
ScriptState unsettled(const State& state, std::size_t stage, Index application, std::size_t column);

/// Who must still seal marks, by name.
std::vector<std::string_view> to_seal(const StageState& stage);

/// Looks again at what a script waits for, and what all do. Throws only what running out of memory throws.
void look_again(StageState& stage, Index application);
void look_again(StageState& stage);

}  // namespace recruit::detail
