#pragma once

// What the edge cases of real rules have in common.

#include <algorithm>

#include "workflow/leadership.hpp"

namespace contest {

inline std::string changed(std::string rules, const std::string& what, const std::string& to) {
    const std::size_t at = rules.find(what);
    REQUIRE(at != std::string::npos);
    return rules.replace(at, what.size(), to);
}

/// A contest of civil servants whose round 1 is sat by computer; `reached` says whether it was held.
inline Contest civil_servants(bool round1_held) {
    Contest k{regulation("vn.cs.2024").toml(), "2025-03-03"};
    k.plan({{"officer", 1}});
    k.announce("2025-03-04", "2025-04-03", {"computer", "computer", "computer"});
    k.take_in({"A1", "A2"}, "officer", "2025-03-04", "2025-04-03");
    if (round1_held) k.sit("round1", {"A1", "A2"}, false, 20);
    return k;
}

inline bool on_agenda(const Contest& k, ActKind act) {
    const auto items = agenda(k.c, k.today());
    return std::any_of(items.begin(), items.end(), [&](const AgendaItem& i) { return i.act == act; });
}

inline const Discretion& last_discretion(const Contest& k) { return k.c.discretion().back(); }

/// Until the project was marked, with the marks of five members for each of four.
inline Contest until_project(const std::string& rules, const std::map<std::string, std::string>& marks) {
    Contest k = until_written_published(rules);
    k.later(16);
    k.act(ActKind::close_appeals, "chair", {{"stage", "written"}});
    k.act(ActKind::close_stage, "chair", {{"stage", "written"}});
    k.sit("project", {"A1", "A2", "A3", "A4"}, true, 3);
    mark_project(k, marks);
    return k;
}

inline void propose(Contest& k) {
    k.act(ActKind::vote, "sec",
          {{"motion", "propose"},
           {"present", "chair\nm1\nm2\nm3"},
           {"in_favour", "chair\nm1\nm2\nm3"},
           {"against", ""}});
    k.act(ActKind::propose, "chair");
}

inline void approve(Contest& k) {
    propose(k);
    k.act(ActKind::approve_result, "auth", {{"decision", "QD"}});
    k.act(ActKind::publish_result, "sec");
}

inline void through_personnel(Contest& k, const std::string& id) {
    k.act(ActKind::refer_personnel, "sec", {{"application", id}});
    k.act(ActKind::reply_personnel, "personnel", {{"application", id}, {"fit", "true"}});
    k.act(ActKind::give_consent, "party",
          {{"consent", "party"}, {"application", id}, {"agrees", "true"}, {"document", "resolution"}});
    k.act(ActKind::appoint, "auth", {{"application", id}, {"decision", "QD"}, {"effective", "2026-06-01"}});
}

}  // namespace contest
