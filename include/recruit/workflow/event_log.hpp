#pragma once

/// \file
/// event_log: a journal as a table, a row an act. Room: workflow.

#include <recruit/base/table.hpp>
#include <recruit/export.hpp>

namespace recruit {

class JournalStore;

/// What was done, as process mining wants it: sequence, at, act, actor, role, application, position, stage,
/// person, occurred_at, recorded_by, details. Moments are texts ("2026-03-01T09:30:00Z"); what does not apply
/// is null. `details` has the other fields and what was decided, as `name=value` with "; " between them, a
/// list with "," between its items.
///
/// Nothing that is sealed is in it: no name, no code beside a person. What stands in the public body of an
/// act stays, also where the personal part was erased. O(acts).
/// \throws Error (`event_malformed`), StoreError
RECRUIT_EXPORT Table event_log(const JournalStore& store);

}  // namespace recruit
