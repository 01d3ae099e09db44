#pragma once

// A contest that was held, from which the targets of the journal go wrong: the one that the tests of the
// procedure hold, from its plan to the published result.

#define DOCTEST_CONFIG_DISABLE
#include <span>
#include <string>
#include <vector>

#include "workflow/leadership.hpp"

namespace fuzz {

inline contest::Contest whole_contest() {
    using namespace contest;
    Contest k = until_written_published();
    k.later(16);
    k.act(ActKind::close_appeals, "chair", {{"stage", "written"}});
    k.act(ActKind::close_stage, "chair", {{"stage", "written"}});
    k.sit("project", {"A1", "A2", "A3", "A4"}, true, 3);
    mark_project(k, {{"A1", "80"}, {"A2", "70"}, {"A3", "60"}, {"A4", "55"}});
    k.act(ActKind::close_stage, "chair", {{"stage", "project"}});
    k.act(ActKind::rank, "chair");
    k.act(ActKind::vote, "sec",
          {{"motion", "propose"},
           {"present", "chair\nm1\nm2\nm3"},
           {"in_favour", "chair\nm1\nm2"},
           {"against", "m3"}});
    k.act(ActKind::propose, "chair");
    k.act(ActKind::approve_result, "auth", {{"decision", "QD"}});
    k.act(ActKind::publish_result, "sec");
    return k;
}

/// A part of the input up to `stop`, which is taken away with it.
inline std::string_view part(std::string_view& rest, char stop) {
    const auto end = rest.find(stop);
    const std::string_view found = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    return found;
}

}  // namespace fuzz
