// What an event makes of the stages: papers, sittings, marks and appeals.

#include <algorithm>

#include <recruit/base/error.hpp>

#include "workflow/apply.hpp"

namespace recruit::detail {

namespace {

using enum ActKind;

}  // namespace

void Applier::reset_work(std::size_t k, Index i, bool owed) {
    Work& work = s_.stages[k].work[i];
    work = Work{};
    work.owed = owed;
    // Whoever left has no place among those who go on from a stage that is held anew.
    s_.applicants[i].passed_by = std::min(s_.applicants[i].passed_by, k);
}

void Applier::left(Applicant& applicant, Admission how) {
    applicant.status = how;
    applicant.passed_by = static_cast<std::size_t>(
        std::find_if(s_.stages.begin(), s_.stages.end(),
                     [](const StageState& held) { return held.phase < Phase::published; }) -
        s_.stages.begin());
}

/// A mark was struck or corrected: what was settled between the marks as they were is settled no more.
void Applier::disturb(StageState& held, Work& work, std::size_t column) {
    if (column < work.settled.size()) work.settled[column].reset();
    held.disturbed = held.disturbed || held.phase > Phase::marking;
}

void Applier::strike(StageState& held, Work& work, const std::string& person) {
    for (GivenMark& m : work.marks) {
        if (m.marker != person || m.struck) continue;
        m.struck = true;
        disturb(held, work, m.column);
    }
}

void Applier::void_stage_() {
    for (Index i = 0; i < stage().work.size(); ++i) reset_work(stage_index(), i, stage().work[i].owed);
    hold_again(stage_index());
    stale();
}

/// The stage is held once more for those who owe it.
void Applier::hold_again(std::size_t k) {
    StageState& held = s_.stages[k];
    held.first_done = true;
    held.phase = Phase::scheduled;
    held.sitting = false;
    held.opened = false;
    held.codes_open = false;
    held.reopened = false;
    for (Paper& paper : held.papers) {
        paper.used = paper.used || paper.id == held.drawn;
        paper.undecided = false;
    }
    held.drawn.clear();
    held.summoned_for.reset();
    held.order.clear();
    held.chosen.clear();
    held.sealed_by.clear();
}

void Applier::start_stages() {
    s_.screened = true;
    if (s_.stages.empty()) return;
    StageState& held = s_.stages.front();
    held.work.resize(s_.applicants.size());
    for (Index i = 0; i < s_.applicants.size(); ++i)
        held.work[i].owed = s_.applicants[i].status == Admission::eligible;
}

/// Who passed a stage owes the next; who did so only after the next was held sits it later, or is not called
/// any more and takes nobody's place, by the rule.
void Applier::owe(std::size_t k, const Selection& through) {
    if (k + 1 >= s_.stages.size()) return;
    StageState& next = s_.stages[k + 1];
    next.work.resize(s_.applicants.size());
    const auto& appeals = s_.rules->procedure().appeals;
    const bool stands = appeals && appeals->after_gate && *appeals->after_gate != AfterGate::extra_sitting;
    const bool held = next.phase != Phase::scheduled || next.sitting;
    const auto passed = [&](Index i) {
        return through.standings()[i] == Standing::advanced && s_.applicants[i].status == Admission::eligible;
    };
    bool later = false;
    for (Index i = 0; held && i < through.size(); ++i) {
        if (!passed(i) || next.work[i].owed) continue;
        later = true;
        if (stands) s_.stages[k].work[i].not_called = true;
    }
    if (later && stands) return owe(k, selection_through(s_, k));
    for (Index i = 0; i < through.size(); ++i) {
        // Whoever left since is called to nothing more, but sat what they sat.
        const bool sat = next.work[i].attendance != Attendance::unknown;
        next.work[i].owed = passed(i) || (sat && through.standings()[i] == Standing::advanced);
    }
    if (later) hold_again(k + 1);
}

/// A stage that was closed is open again where others go on from it than those who were called to the next.
void Applier::reopen_changed() {
    for (std::size_t k = 0; k + 1 < s_.stages.size(); ++k) {
        if (s_.stages[k].phase != Phase::stage_closed) continue;
        const Selection through = selection_through(s_, k);
        const auto& next = s_.stages[k + 1].work;
        for (Index i = 0; i < through.size(); ++i) {
            const Standing standing = through.standings()[i];
            if (s_.applicants[i].status != Admission::eligible) continue;
            if (standing != Standing::contested && (standing == Standing::advanced) == next[i].owed) continue;
            s_.stages[k].phase = Phase::published;
            break;
        }
    }
}

void Applier::seal_scripts_() {
    StageState& held = stage();
    const auto ids = e_.sealed.list("applications"), codes = e_.sealed.list("codes");
    if (std::to_string(ids.size()) != e_.decided.get("scripts") || ids.size() != codes.size())
        throw Error{Code::sealed_part_erased, {std::to_string(s_.size + 1)}};
    for (std::size_t k = 0; k < ids.size(); ++k) {
        const Index i = s_.find(ids[k]);
        held.by_code.emplace(codes[k], i);
        work(i).code = codes[k];
    }
    held.phase = Phase::marking;
}

Selection Applier::result(std::optional<std::size_t> stage) {
    Selection selection =
        computed_.selection ? *std::move(computed_.selection) : selection_through(s_, stage);
    const std::string now = result_digest(selection), &then = e_.decided.get("result");
    if (now != then)
        does_not_follow(s_, e_, "result " + now.substr(0, 16) + " instead of " + then.substr(0, 16));
    return selection;
}

void Applier::stages() {
    switch (e_.act.kind) {
        case set_syllabus:
            stage().syllabus = get("syllabus");
            break;
        case set_paper: {
            Paper paper;
            paper.id = get("paper");
            paper.form = get("form");
            paper.setter = e_.act.actor;
            paper.digest = get("digest");
            paper.minutes = std::stoll(get("minutes"));
            paper.shared = get("shared");
            stage().papers.push_back(std::move(paper));
            break;
        }
        case approve_paper:
            stage().find(get("paper"))->approved = true;
            break;
        case seal_paper:
            stage().find(get("paper"))->sealed = true;
            break;
        case draw_paper:
            stage().drawn = e_.decided.get("paper");
            break;
        case open_paper:
            stage().opened = true;
            break;
        case report_leak: {
            StageState& held = stage();
            Paper& paper = *held.find(get("paper"));
            paper.leaked = true;
            paper.elsewhere = get("elsewhere");
            const std::string& policy = e_.decided.get("policy");
            if (policy == "void_stage") {
                void_stage_();
            } else if (policy == "authority_decides") {
                paper.undecided = true;
            } else if (policy.empty() && held.drawn == get("paper")) {
                held.drawn.clear();
                held.opened = false;
            }
            break;
        }
        case rule_leak:
            if (get("effect") == "void_stage")
                void_stage_();
            else
                stage().find(get("paper"))->undecided = false;
            break;
        case void_stage:
            if (e_.act.fields.find("application") == nullptr) {
                void_stage_();
            } else {
                work(application());  // there may be none yet
                reset_work(stage_index(), application(), true);
                hold_again(stage_index());
                stale();
            }
            break;
        case summon:
            stage().summoned_for = date("date");
            break;
        case draw_order:
            stage().order = e_.decided.list("order");
            break;
        case start_sitting:
            stage().sitting = true;
            break;
        case attend: {
            Work& w = work(application());
            w.attendance = get("status") == "present"  ? Attendance::present
                           : get("status") == "absent" ? Attendance::absent
                                                       : Attendance::exempt;
            w.late = get("late").empty() ? 0 : std::stoi(get("late"));
            break;
        }
        case penalise:
            if (flag("void")) work(application()).voided = true;
            if (!get("fact").empty()) s_.applicants[application()].facts.set(get("fact"), get("value"));
            break;
        case close_sitting: {
            StageState& held = stage();
            held.phase = Phase::sat;
            held.sitting = false;
            held.first_done = true;
            // Whoever withdrew meanwhile was not there.
            for (Work& w : held.work)
                if (w.owed && w.attendance == Attendance::unknown) w.attendance = Attendance::absent;
            break;
        }
        case register_script:
            work(application()).script = get("script");
            break;
        case seal_scripts:
            seal_scripts_();
            break;
        case open_marking:
            stage().phase = Phase::marking;
            break;
        case allocate: {
            const auto scripts = e_.decided.list("scripts"), markers = e_.decided.list("markers");
            for (std::size_t k = 0; k < scripts.size(); ++k) {
                const auto at = stage().by_code.find(scripts[k]);
                work(at == stage().by_code.end() ? s_.find(scripts[k]) : at->second)
                    .markers.push_back(markers[k]);
            }
            break;
        }
        case assign_marker:
            work(script()).markers.push_back(get("person"));
            // There is something to mark again; what was sealed stays so.
            stage().sealed_by.erase(get("person"));
            break;
        case mark: {
            auto& marks = work(script()).marks;
            const auto c = static_cast<std::uint8_t>(column());
            std::erase_if(marks, [&](const GivenMark& m) {
                return m.marker == e_.act.actor && m.column == c && !m.again;
            });
            marks.push_back({e_.act.actor, c, false, false, false, *Points::parse(get("mark")), get("kind")});
            break;
        }
        case seal_marks:
            stage().sealed_by.insert(e_.act.actor);
            for (Work& w : stage().work)
                for (GivenMark& m : w.marks) m.sealed = m.sealed || (m.marker == e_.act.actor && !m.again);
            break;
        case absent_marker:
            work(application()).absent.push_back(get("person"));
            break;
        case record_score: {
            Work& w = work(script());
            const std::size_t c = column();
            const Points score = *Points::parse(get("score"));
            const std::string& slip = e_.decided.get("slip");
            if (!slip.empty()) {
                w.marks.push_back(
                    {"slip " + slip, static_cast<std::uint8_t>(c), false, false, false, score, {}});
                break;
            }
            w.entered.resize(std::max(w.entered.size(), c + 1));
            w.first_entry.resize(std::max(w.first_entry.size(), c + 1));
            const std::string& entry = e_.decided.get("entry");
            if (entry == "1") {
                w.first_entry[c] = {e_.act.actor, score};
            } else if (entry == "differs") {
                w.first_entry[c] = {};
            } else {
                w.entered[c] = score;
            }
            break;
        }
        case settle: {
            Work& w = work(script());
            const std::size_t c = column();
            w.settled.resize(std::max(w.settled.size(), c + 1));
            w.settled[c] = Points::parse(get("mark"));
            break;
        }
        case close_marking:
            stage().phase = Phase::marked;
            stage().reopened = false;
            stage().disturbed = false;
            for (Work& w : stage().work) w.reopened = false;
            break;
        case reopen_marking: {
            const Index i = script();
            const std::string& code = e_.sealed.get("code");
            if (stage().codes_open) {
                if (code.empty()) throw Error{Code::sealed_part_erased, {std::to_string(s_.size + 1)}};
                stage().by_code.emplace(code, i);
                work(i).code = code;
            }
            work(i).reopened = true;
            stage().reopened = true;
            stage().phase = Phase::marking;
            stale();
            break;
        }
        case open_codes:
            stage().codes_open = true;
            break;
        case publish: {
            const Selection through = result(stage_index());
            const auto& appeals = s_.rules->procedure().appeals;
            const std::string& name = get("stage");
            const bool open = appeals && std::any_of(appeals->allowed.begin(), appeals->allowed.end(),
                                                     [&](const std::string& a) {
                                                         return a == name || a.starts_with(name + ".");
                                                     });
            stage().phase = open ? Phase::under_appeal : Phase::published;
            owe(stage_index(), through);
            break;
        }
        case lodge_appeal:
            work(application()).appeal = Appeal{get("column"), {}, get("reason"), false, false};
            break;
        case admit_appeal: {
            Appeal& appeal = *work(application()).appeal;
            appeal.admitted = flag("admitted");
            appeal.decided = !appeal.admitted;
            if (!appeal.admitted) break;
            appeal.code = e_.sealed.get("code");
            if (appeal.code.empty()) throw Error{Code::sealed_part_erased, {std::to_string(s_.size + 1)}};
            stage().by_code.emplace(appeal.code, application());
            break;
        }
        case remark: {
            const Index i = stage().by_code.at(get("script"));
            auto& marks = work(i).marks;
            const auto c = static_cast<std::uint8_t>(column());
            std::erase_if(marks, [&](const GivenMark& m) {
                return m.marker == e_.act.actor && m.column == c && m.again;
            });
            marks.push_back({e_.act.actor, c, true, false, false, *Points::parse(get("mark")), {}});
            break;
        }
        case decide_appeal:
            work(application()).appeal->decided = true;
            stale();
            break;
        case close_appeals:
            stage().phase = Phase::published;
            break;
        case close_stage: {
            const Selection through = result(stage_index());
            stage().phase = Phase::stage_closed;
            owe(stage_index(), through);
            break;
        }
        case correct_mark: {
            Work& w = work(application());
            const std::size_t c = column();
            disturb(stage(), w, c);
            if (s_.columns(stage_index())[c].marking == nullptr) {
                w.entered[c] = Points::parse(get("mark"));
            } else {
                for (GivenMark& m : w.marks)
                    if (m.column == c && m.marker == get("marker") && !m.again)
                        m.value = *Points::parse(get("mark"));
            }
            stale();
            break;
        }
        default:
            break;
    }
}

}  // namespace recruit::detail
