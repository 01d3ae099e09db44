#pragma once

// A leadership contest after the pilot of 2017: six people, a written gate marked blind by two, a project
// before the council, the consent of a committee.

#include <map>

#include "workflow/contest.hpp"

namespace contest {

/// After the pilot of 2017: a written gate marked blind by two, a project before the council, consents.
inline const std::string leadership = R"(series = "test.lead"
version = "1"
effective_from = 2017-01-01
status = "example"
[[fact]]
name = "woman"
type = "boolean"
default = false
[[stage]]
name = "written"
max = 100
missing = "absent"
gate = { points = 50 }
[[stage]]
name = "project"
max = 100
missing = "absent"
gate = { points = 50 }
[[marking]]
stage = "written"
least = 2
round = { digits = 2, mode = "half_up" }
band = [{ up_to = 20, action = "aggregate" }, { action = "head_decides" }]
[[marking]]
stage = "project"
least = 3
absent = "mean_of_present"
round = { digits = 2, mode = "half_up" }
[score]
terms = [{ stage = "project" }]
[[rank]]
name = "title"
within = ["position"]
ties = [{ end = "authority_decides" }]
[select.reserve]
all = true
[council]
size = [5, 7]
quorum = "2/3"
equal_votes = "chair_decides"
[[conflict]]
name = "kin"
relations = ["spouse", "sibling", "direct_superior"]
on_conflict = "recuse"
found_later = "strike"
[[consent]]
name = "party"
body = "the Party committee"
before = "appointed"
document = "resolution"
refused = "next_in_rank"
[[deadline]]
name = "applications"
from = "announced"
to = "applications_closed"
at_least = 20
at_most = 40
[appeals]
allowed = ["written"]
not_for = ["project"]
window = 15
decide_within = 15
after_gate = "extra_sitting"
told = "displace"
[[minimum_field]]
least = 2
at = "eligible"
below = "cancel"
[ending]
nobody_passes = "ordinary_procedure"
ties_decided_by = "approving_authority"
reason_required = true
[[list]]
name = "kept"
kind = "passed_kept"
months = 24
scope = "same_position"
standards_again = true
)";

inline const std::vector<std::string> six{"A1", "A2", "A3", "A4", "A5", "A6"};

inline void mark_written(Contest& k, const std::vector<std::pair<std::string, std::string>>& codes,
                         const std::map<std::string, std::string>& marks) {
    const Event allocated = k.act(ActKind::allocate, "chair", {{"stage", "written"}, {"each", "2"}});
    const auto scripts = allocated.decided.list("scripts"), markers = allocated.decided.list("markers");
    for (std::size_t i = 0; i < scripts.size(); ++i) {
        for (const auto& [id, code] : codes)
            if (code == scripts[i])
                k.act(ActKind::mark, markers[i],
                      {{"stage", "written"}, {"script", code}, {"mark", marks.at(id)}});
    }
    for (const char* marker : {"k1", "k2", "k3"}) {
        if (k.refusal(ActKind::seal_marks, marker, {{"stage", "written"}}).empty())
            k.act(ActKind::seal_marks, marker, {{"stage", "written"}});
    }
    k.act(ActKind::close_marking, "chair", {{"stage", "written"}});
    k.act(ActKind::open_codes, "keeper", {{"stage", "written"}, {"witness", "mon"}});
    k.act(ActKind::publish, "sec", {{"stage", "written"}});
}

inline void mark_project(Contest& k, const std::map<std::string, std::string>& marks) {
    k.act(ActKind::open_marking, "chair", {{"stage", "project"}});
    for (const auto& [id, mark] : marks) {
        for (const char* member : {"chair", "m1", "m2", "m3", "m4"}) {
            if (k.refusal(ActKind::mark, member, {{"stage", "project"}, {"script", id}, {"mark", mark}})
                    .empty())
                k.act(ActKind::mark, member, {{"stage", "project"}, {"script", id}, {"mark", mark}});
        }
    }
    for (const char* member : {"chair", "m1", "m2", "m3", "m4"})
        if (k.refusal(ActKind::seal_marks, member, {{"stage", "project"}}).empty())
            k.act(ActKind::seal_marks, member, {{"stage", "project"}});
    k.act(ActKind::close_marking, "chair", {{"stage", "project"}});
    k.act(ActKind::publish, "sec", {{"stage", "project"}});
}

inline Contest until_written_sat(const std::string& rules = leadership) {
    Contest k{rules};
    k.plan({{"director", 1}});
    k.announce("2026-01-06", "2026-01-31", {"written", "project"});
    k.take_in(six, "director");
    k.sit("written", six, false);
    return k;
}

inline Contest until_written_published(const std::string& rules = leadership) {
    Contest k = until_written_sat(rules);
    const auto codes = k.seal("written", six);
    mark_written(k, codes,
                 {{"A1", "80"}, {"A2", "75"}, {"A3", "70"}, {"A4", "65"}, {"A5", "49.5"}, {"A6", "30"}});
    return k;
}

}  // namespace contest
