// CommonPaper: what follows in the other bodies that share a paper.

#include <recruit/workflow/common_paper.hpp>

#include <algorithm>
#include <set>

#include <recruit/base/error.hpp>
#include <recruit/workflow/allocation.hpp>

#include "base/keys.hpp"
#include "workflow/state.hpp"

namespace recruit {

using namespace detail;

namespace {

using enum ActKind;

[[noreturn]] void differs(const std::string& series, const std::string& body, const Message& why) {
    throw Error{Code::common_paper_differs,
                {series, body, Title{why.str(Language::en), why.str(Language::vi)}}};
}

/// \throws Error (`common_paper_differs`) for a body whose contest was not given
const Competition& contest_of(const CommonPaper& paper, const std::string& body,
                              const CommonPaper::Contests& contests) {
    const auto found = contests.find(body);
    if (found == contests.end() || found->second == nullptr)
        differs(paper.series(), body, Message{Text::paper_no_member, {}});
    return *found->second;
}

const StageState& held(const Competition& contest, const std::string& stage) {
    const auto s = contest.state().stage(stage);
    if (!s) throw Error{Code::unknown_stage, {stage, stage_names(contest.state())}};
    return contest.state().stages[*s];
}

/// The paper of a series as a body has it: the one with this id in the body it comes from.
const Paper* same(const Competition& contest, const std::string& stage, const std::string& series,
                  const std::string& digest) {
    for (const Paper& paper : held(contest, stage).papers)
        if (paper.shared == series && paper.digest == digest) return &paper;
    return nullptr;
}

/// Who does in another body what `actor` did here.
std::string counterpart(const State& there, const std::string& actor, Role role) {
    if (there.holds(actor, role)) return actor;
    const auto holders = there.holders(role);
    return holders.empty() ? std::string{} : holders.front();
}

}  // namespace

CommonPaper::CommonPaper(std::string series, std::map<std::string, std::string> stages)
    : series_{std::move(series)}, stages_{std::move(stages)} {
    if (stages_.size() < 2)
        differs(series_, stages_.empty() ? std::string{} : stages_.begin()->first,
                Message{Text::paper_no_member, {}});
}

void CommonPaper::check(const Contests& contests) const {
    std::set<std::string> digests;
    for (const auto& [body, stage] : stages_)
        for (const Paper& paper : held(contest_of(*this, body, contests), stage).papers)
            if (paper.shared == series_) digests.insert(paper.digest);
    for (const auto& [body, stage] : stages_) {
        if (digests.empty()) differs(series_, body, Message{Text::paper_no_member, {}});
        for (const std::string& digest : digests) {
            if (same(contest_of(*this, body, contests), stage, series_, digest) != nullptr) continue;
            const auto& papers = held(contest_of(*this, body, contests), stage).papers;
            const bool any = std::any_of(papers.begin(), papers.end(),
                                         [&](const Paper& paper) { return paper.shared == series_; });
            differs(series_, body, Message{any ? Text::paper_digest : Text::paper_no_member, {}});
        }
    }
}

std::vector<CommonAct> CommonPaper::follow(std::string_view from, const Event& event,
                                           const Contests& contests) const {
    std::vector<CommonAct> acts;
    const std::string here{from};
    const auto own = stages_.find(here);
    if (own == stages_.end() || event.act.fields.get("stage") != own->second) return acts;
    const ActKind kind = event.act.kind;
    const bool of_day = kind == summon;
    const bool of_all = kind == ActKind::void_stage && event.act.fields.find("application") == nullptr;
    const bool of_paper =
        kind == report_leak || kind == rule_leak || kind == draw_paper || kind == open_paper;
    if (!of_day && !of_all && !of_paper) return acts;
    // The paper that the event is about, if it is one of the series.
    const StageState& mine = held(contest_of(*this, here, contests), own->second);
    const std::string& named = kind == draw_paper                         ? event.decided.get("paper")
                               : kind == report_leak || kind == rule_leak ? event.act.fields.get("paper")
                                                                          : mine.drawn;
    const Paper* paper = mine.find(named);
    if (of_paper && (paper == nullptr || paper->shared != series_)) return acts;
    for (const auto& [body, stage] : stages_) {
        if (body == here) continue;
        const State& there = contest_of(*this, body, contests).state();
        const StageState& theirs = held(contest_of(*this, body, contests), stage);
        const Paper* other =
            of_paper ? same(contest_of(*this, body, contests), stage, series_, paper->digest) : nullptr;
        if (of_paper && other == nullptr) continue;
        Act act;
        act.kind = kind;
        act.actor = counterpart(there, event.act.actor, event.role);
        act.fields.set("stage", stage);
        const auto copy = [&](std::string_view field) {
            if (const std::string* value = event.act.fields.find(field)) act.fields.set(field, *value);
        };
        switch (kind) {
            case report_leak:
                if (other->leaked) continue;
                act.fields.set("paper", other->id);
                act.fields.set("elsewhere", here);
                copy("reason");
                break;
            case rule_leak:
                if (!other->undecided) continue;
                act.fields.set("paper", other->id);
                copy("effect");
                copy("reason");
                break;
            case draw_paper:
                if (!theirs.drawn.empty()) continue;
                act.fields.set("paper", other->id);
                act.fields.set("elsewhere", here);
                break;
            case open_paper: {
                if (theirs.opened) continue;
                const std::string witness =
                    counterpart(there, event.act.fields.get("witness"), Role::monitor);
                act.fields.set("witness", witness);
                break;
            }
            case summon:
                if (theirs.summoned_for && format_date(*theirs.summoned_for) == event.act.fields.get("date"))
                    continue;
                copy("date");
                copy("place");
                break;
            default:
                if (theirs.phase == Phase::scheduled && !theirs.sitting) continue;
                copy("reason");
                break;
        }
        acts.push_back({body, std::move(act)});
    }
    return acts;
}

std::vector<std::string> CommonPaper::taken(std::string_view body, const Contests& contests) const {
    std::set<std::string> codes;
    for (const auto& [other, stage] : stages_) {
        if (other == body) continue;
        for (const StageState& held : contest_of(*this, other, contests).state().stages)
            for (const auto& [code, whose] : held.by_code) codes.insert(code);
    }
    return {codes.begin(), codes.end()};
}

std::vector<CommonAct> CommonPaper::allocate(const Contests& contests, std::size_t each,
                                             std::string_view seed) const {
    // Who marks for all.
    std::vector<std::string> markers;
    for (const std::string& person :
         contest_of(*this, stages_.begin()->first, contests).state().holders(Role::marker)) {
        const bool everywhere = std::all_of(stages_.begin(), stages_.end(), [&](const auto& member) {
            return contest_of(*this, member.first, contests).state().holds(person, Role::marker);
        });
        if (everywhere) markers.push_back(person);
    }
    struct Script {
        std::string id, body;
        Index application;
    };
    std::vector<Script> scripts;
    for (const auto& [body, stage] : stages_) {
        const State& s = contest_of(*this, body, contests).state();
        const StageState& mine = held(contest_of(*this, body, contests), stage);
        for (Index i = 0; i < mine.work.size(); ++i) {
            if (!mine.work[i].counts() || !mine.work[i].markers.empty()) continue;
            scripts.push_back({mine.blind() ? mine.work[i].code : s.applicants[i].id, body, i});
        }
    }
    // By code, so that nothing of the bodies or of the order people came in is left.
    std::sort(scripts.begin(), scripts.end(), [](const Script& a, const Script& b) { return a.id < b.id; });
    std::vector<std::string> ids;
    std::vector<std::vector<std::size_t>> conflicts;
    for (std::size_t k = 0; k < scripts.size(); ++k) {
        const Script& script = scripts[k];
        if (k > 0 && script.id == ids.back())
            differs(series_, script.body, Message{Text::field_free_codes, {}});
        ids.push_back(script.id);
        const std::string& person =
            contest_of(*this, script.body, contests).state().applicants[script.application].person;
        std::vector<std::size_t> against;
        for (std::size_t m = 0; m < markers.size(); ++m) {
            // A conflict that one body knows holds for the person in all.
            const bool known = std::any_of(stages_.begin(), stages_.end(), [&](const auto& member) {
                const State& s = contest_of(*this, member.first, contests).state();
                if (s.conflicted(markers[m], member.first == script.body ? script.application : nobody))
                    return true;
                const auto at = s.by_person.find(person);
                return at != s.by_person.end() &&
                       std::any_of(at->second.begin(), at->second.end(),
                                   [&](Index i) { return s.conflicted(markers[m], i); });
            });
            if (known) against.push_back(m);
        }
        if (markers.size() - against.size() < each)
            differs(series_, script.body, Message{Text::paper_markers, {script.id}});
        conflicts.push_back(std::move(against));
    }
    const auto pairs = allocation(ids, markers, each, conflicts, seed);
    if (!pairs) differs(series_, stages_.begin()->first, Message{Text::field_panel, {}});
    std::vector<CommonAct> acts;
    for (const auto& [body, stage] : stages_) {
        std::vector<std::string> of, by;
        for (const auto& [script, marker] : *pairs) {
            if (scripts[script].body != body) continue;
            of.push_back(ids[script]);
            by.push_back(markers[marker]);
        }
        if (of.empty()) continue;
        CommonAct common;
        common.body = body;
        common.act.kind = ActKind::allocate;
        common.act.actor = counterpart(contest_of(*this, body, contests).state(), {}, Role::chair);
        common.act.fields.set("stage", stage);
        common.act.fields.set("each", std::to_string(each));
        common.act.fields.set("scripts", of);
        common.act.fields.set("markers", by);
        acts.push_back(std::move(common));
    }
    return acts;
}

}  // namespace recruit
