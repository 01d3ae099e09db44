#include "workflow/undo.hpp"

#include <algorithm>

namespace recruit::detail {

namespace {

using enum ActKind;

template <class List>
void shorten(List& list, std::size_t size) noexcept {
    if (list.size() > size) list.erase(list.begin() + static_cast<std::ptrdiff_t>(size), list.end());
}

}  // namespace

bool of_one(const Event& event) {
    switch (event.act.kind) {
        case add_position:
        case set_day:
        case assign_role:
        case revoke_role:
        case nominate:
        case give_consent:
        case ActKind::apply:
        case set_fact:
        case withdraw:
        case admit_late:
        case screen:
        case attend:
        case penalise:
        case register_script:
        case assign_marker:
        case mark:
        case seal_marks:
        case absent_marker:
        case record_score:
        case settle:
        case correct_mark:
        case lodge_appeal:
        case admit_appeal:
        case remark:
        case decide_appeal:
        case vote:
        case cancel_result:
        case refer_personnel:
        case reply_personnel:
        case appoint:
        case decline:
        case take_post:
        case use_list:
        case rule:
        case record_document:
        case note_difficulty:
        case erase_person:
            return true;
        case not_appoint:
            return event.decided.get("taken_back").empty();
        case declare_conflict:
        case find_conflict:
            return event.decided.get("marks") != "void_stage" && event.decided.get("bars") != "true";
        case rule_conflict:
            return event.act.fields.get("effect") != "void_stage";
        default:
            return false;
    }
}

Index whom(const State& state, const Event& event) {
    const Fields& fields = event.act.fields;
    const std::string& script = fields.get("script");
    const Index i = state.find(fields.get("application"));
    if (i != nobody || script.empty()) return i;
    if (const auto stage = state.stage(fields.get("stage"))) {
        const auto& codes = state.stages[*stage].by_code;
        if (const auto at = codes.find(script); at != codes.end()) return at->second;
    }
    return state.find(script);
}

Undo::Undo(State& state, const Event& event) : state_{state}, progress_{state} {
    if (!of_one(event)) {
        whole_ = std::make_unique<State>(state);
        return;
    }
    positions_ = state.positions.size();
    days_ = state.days.size();
    nominations_ = state.nominations.size();
    conflicts_ = state.conflicts.size();
    applicants_ = state.applicants.size();
    happened_ = state.happened.size();
    discretion_ = state.discretion.size();
    event_ = event.decided.get("event");
    if (const auto at = state.events.find(event_); at != state.events.end()) day_ = at->second;
    const ActKind kind = event.act.kind;
    const Fields& fields = event.act.fields;
    if (kind == assign_role || kind == revoke_role) roles_ = state.roles;
    if (kind == give_consent) consents_ = state.consents;
    if (kind == vote) votes_ = state.votes;
    if (kind == rule_conflict)
        for (const KnownConflict& c : state.conflicts) undecided_.push_back(c.undecided);
    if (kind == admit_late) {
        std::pair<std::string, std::string> admitted{fields.get("person"), fields.get("position")};
        if (!state.admitted_late.contains(admitted)) admitted_ = std::move(admitted);
    }
    if (kind == ActKind::apply) {
        application_ = fields.get("application");
        applicant_ = fields.get("person");
        return;
    }
    keep_person(event);
}

void Undo::keep_person(const Event& event) {
    const Fields& fields = event.act.fields;
    stage_ = state_.stage(fields.get("stage"));
    who_ = whom(state_, event);
    const ActKind kind = event.act.kind;
    if (who_ != nobody) {
        person_ = state_.applicants[who_];
        if (state_.outcome && who_ < state_.outcome->standing.size())
            standing_ = state_.outcome->standing[who_];
    }
    if (kind == admit_appeal && stage_ && !state_.stages[*stage_].by_code.contains(event.sealed.get("code")))
        code_ = event.sealed.get("code");
    for (std::size_t k = 0; k < state_.stages.size(); ++k) {
        const StageState& held = state_.stages[k];
        StagePart part;
        part.works = held.work.size();
        part.phase = held.phase;
        part.disturbed = held.disturbed;
        if (who_ < held.work.size()) part.work = held.work[who_];
        if (stage_ == k && (kind == seal_marks || kind == assign_marker)) part.sealed_by = held.sealed_by;
        const Waiting& waiting = held.waiting;
        const bool all = (stage_ == k && kind == seal_marks) || held.work.size() != state_.applicants.size();
        if (waiting.kept() && all) {
            part.waiting = waiting;
        } else if (who_ < waiting.of.size()) {
            const auto width = static_cast<std::ptrdiff_t>(held.columns.size());
            const auto at = waiting.state.begin() + static_cast<std::ptrdiff_t>(who_) * width;
            part.state.assign(at, at + width);
            part.of = waiting.of[who_];
            part.sealers = waiting.sealers[who_];
        }
        stages_.push_back(std::move(part));
    }
    if (kind != seal_marks || !stage_) return;
    const auto& works = state_.stages[*stage_].work;
    for (Index i = 0; i < works.size(); ++i)
        for (std::size_t m = 0; m < works[i].marks.size(); ++m)
            if (works[i].marks[m].marker == event.act.actor && !works[i].marks[m].sealed)
                to_unseal_.emplace_back(i, m);
}

void Undo::restore() noexcept {
    if (whole_) {
        std::swap(state_, *whole_);
        return;
    }
    static_cast<Progress&>(state_) = progress_;
    if (!application_.empty()) {
        const auto at = state_.by_person.find(applicant_);
        if (at != state_.by_person.end()) {
            if (!at->second.empty() && at->second.back() >= applicants_) at->second.pop_back();
            if (at->second.empty()) state_.by_person.erase(at);
        }
        const auto id = state_.by_id.find(application_);
        if (id != state_.by_id.end() && id->second >= applicants_) state_.by_id.erase(id);
    }
    shorten(state_.positions, positions_);
    shorten(state_.days, days_);
    shorten(state_.nominations, nominations_);
    shorten(state_.conflicts, conflicts_);
    shorten(state_.applicants, applicants_);
    shorten(state_.happened, happened_);
    shorten(state_.discretion, discretion_);
    if (!event_.empty()) {
        const auto at = state_.events.find(event_);
        if (at != state_.events.end()) {
            if (day_)
                at->second = *day_;
            else
                state_.events.erase(at);
        }
    }
    if (roles_) state_.roles.swap(*roles_);
    if (consents_) state_.consents.swap(*consents_);
    if (votes_) state_.votes.swap(*votes_);
    if (admitted_) state_.admitted_late.erase(*admitted_);
    for (std::size_t i = 0; i < undecided_.size(); ++i) state_.conflicts[i].undecided = undecided_[i];
    if (person_) std::swap(state_.applicants[who_], *person_);
    if (standing_) state_.outcome->standing[who_] = *standing_;
    for (std::size_t k = 0; k < stages_.size(); ++k) {
        StageState& held = state_.stages[k];
        shorten(held.work, stages_[k].works);
        held.phase = stages_[k].phase;
        held.disturbed = stages_[k].disturbed;
        if (stages_[k].work) std::swap(held.work[who_], *stages_[k].work);
        if (stages_[k].sealed_by) held.sealed_by.swap(*stages_[k].sealed_by);
        StagePart& part = stages_[k];
        Waiting& waiting = held.waiting;
        if (part.waiting) std::swap(waiting, *part.waiting);
        if (part.state.empty()) continue;
        waiting.of[who_] = part.of;
        waiting.seal(who_, part.sealers);
        std::copy(part.state.begin(), part.state.end(),
                  waiting.state.begin() + static_cast<std::ptrdiff_t>(who_ * part.state.size()));
    }
    if (!code_.empty()) state_.stages[*stage_].by_code.erase(code_);
    for (const auto& [i, m] : to_unseal_) state_.stages[*stage_].work[i].marks[m].sealed = false;
}

}  // namespace recruit::detail
