// Marks of a stage, who gives them, and what is published of them.

#include <algorithm>
#include <map>
#include <set>

#include <recruit/workflow/allocation.hpp>

#include "base/join.hpp"
#include "workflow/decide.hpp"
#include "workflow/marking.hpp"

namespace recruit::detail {

namespace {

using enum ActKind;

const Marking* marking_of(const std::vector<ScoreColumn>& columns) {
    for (const ScoreColumn& column : columns)
        if (column.marking != nullptr) return column.marking;
    return nullptr;
}

/// Whether nobody was given two scripts more than another. Where somebody may not mark some it can be so.
bool shared_out(const std::vector<std::string>& by, const std::vector<std::string>& markers,
                const std::vector<std::vector<std::size_t>>& conflicts) {
    if (!std::all_of(conflicts.begin(), conflicts.end(), [](const auto& c) { return c.empty(); }))
        return true;
    std::map<std::string_view, std::size_t> load;
    for (const std::string& marker : markers) load[marker] = 0;
    for (const std::string& marker : by) ++load[marker];
    const auto [least, most] = std::minmax_element(
        load.begin(), load.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
    return least == load.end() || most->second - least->second <= 1;
}

}  // namespace

void Decider::marking_acts() {
    switch (act_.kind) {
        case allocate:
            allocate_scripts();
            break;
        case assign_marker: {
            const Index i = script();
            const std::string& person = get("person");
            if (!state_.holds(person, Role::marker)) missing(Text::word_person, person);
            if (!work(i).counts()) missing(Text::word_script, get("script"));
            if (has(work(i).markers, person) || state_.relation(person, i) == Relation::involved)
                refuse(Code::already_in_contest, {Text::word_person, person}, "allocation");
            only_reopened(work(i));
            if (state_.relation(person, i) == Relation::conflicted)
                refuse(Code::not_permitted_relation,
                       {person, titled(ActKind::mark), titled(Relation::conflicted)}, "permissions.mark");
            break;
        }
        case ActKind::mark:
            mark_();
            break;
        case seal_marks: {
            if (held().sealed_by.contains(act_.actor)) refuse(Code::marks_sealed, {act_.actor}, "marks.seal");
            std::size_t count = 0;
            std::string example;
            const auto& columns = state_.columns(stage());
            for (Index i = 0; i < held().work.size(); ++i) {
                const Work& w = held().work[i];
                if (!w.counts() || !has(w.markers, act_.actor)) continue;
                for (std::size_t c = 0; c < columns.size(); ++c) {
                    if (columns[c].marking == nullptr) continue;
                    const bool given = std::any_of(w.marks.begin(), w.marks.end(), [&](const GivenMark& m) {
                        return m.marker == act_.actor && m.column == c && !m.again;
                    });
                    if (given) continue;
                    ++count;
                    if (example.empty()) example = held().blind() ? w.code : state_.applicants[i].id;
                }
            }
            if (count > 0) not_done(Text::todo_mark, count, example);
            break;
        }
        case absent_marker: {
            const Index i = application();
            if (held().blind()) refuse(Code::paper_not_ready, {stage_name(), Text::stage_is_blind}, "codes");
            if (!work(i).owed) missing(Text::word_application, get("application"));
            const bool given = std::any_of(work(i).marks.begin(), work(i).marks.end(),
                                           [&](const GivenMark& m) { return m.marker == get("person"); });
            if (given) refuse(Code::already_done, {titled(ActKind::mark)}, "marking.absent");
            if (!state_.roles.contains(get("person"))) missing(Text::word_person, get("person"));
            discretion(get("person") + " was absent");
            break;
        }
        case record_score:
            record_score_();
            break;
        case settle: {
            const Index i = script();
            const std::size_t s = stage(), c = column(s);
            const auto& columns = state_.columns(s);
            mark_possible(columns[c], *Points::parse(get("mark")));
            const ScriptState now = unsettled(state_, s, i, c);
            if (now != ScriptState::discuss && now != ScriptState::head_decides && now != ScriptState::odd)
                refuse(
                    Code::wrong_standing,
                    {get("script"), std::string{to_string(now)}, std::string{"discuss, head_decides, odd"}},
                    "marking." + columns[c].name);
            discretion(std::string{to_string(now)} + " -> " + get("mark"));
            break;
        }
        case close_marking: {
            const std::size_t s = stage();
            const auto& columns = state_.columns(s);
            const auto waiting = to_seal(held());
            const auto open = unsettled(state_, s);
            if (!open.empty()) {
                const Unsettled& u = open.front();
                const bool scores = columns[u.column].marking == nullptr;
                const bool people = u.state == ScriptState::discuss || u.state == ScriptState::head_decides ||
                                    u.state == ScriptState::odd || u.state == ScriptState::third;
                not_done(
                    scores   ? Text::todo_score
                    : people ? Text::todo_settle
                             : Text::todo_mark,
                    open.size(),
                    held().blind() ? held().work[u.application].code : state_.applicants[u.application].id);
            }
            if (!waiting.empty()) not_done(Text::todo_seal, waiting.size(), std::string{waiting.front()});
            break;
        }
        case open_codes:
            if (!held().blind()) refuse(Code::paper_not_ready, {stage_name(), Text::stage_is_oral}, "codes");
            check_witness();
            if (held().codes_open) refuse(Code::already_done, {titled(open_codes)}, "codes");
            discretion("codes are joined to names");
            break;
        case publish:
            publish_();
            break;
        default:
            break;
    }
}

/// Where marking was reopened for some scripts, the others stay as they were sealed.
void Decider::only_reopened(const Work& w) const {
    if (held().reopened && !w.reopened) refuse(Code::marks_sealed, {get("script")}, "marks.seal");
}

void Decider::allocate_scripts() {
    const bool given = act_.fields.find("scripts") != nullptr || act_.fields.find("markers") != nullptr;
    if (!given) need_entropy();
    const std::size_t s = stage();
    if (marking_of(state_.columns(s)) == nullptr)
        refuse(Code::not_for_this_regulation, {std::string{"[[marking]] " + stage_name()}}, "marking");
    std::vector<std::string> scripts;
    std::vector<Index> of;
    for (Index i = 0; i < held().work.size(); ++i) {
        if (!held().work[i].counts() || !held().work[i].markers.empty()) continue;
        scripts.push_back(held().blind() ? held().work[i].code : state_.applicants[i].id);
        of.push_back(i);
    }
    // By code, so that nothing of the order people came in is left.
    std::vector<std::size_t> order(scripts.size());
    for (std::size_t k = 0; k < order.size(); ++k) order[k] = k;
    std::sort(order.begin(), order.end(),
              [&](std::size_t a, std::size_t b) { return scripts[a] < scripts[b]; });
    std::vector<std::string> sorted;
    std::vector<std::vector<std::size_t>> conflicts;
    const auto markers = state_.holders(Role::marker);
    for (const std::size_t k : order) {
        sorted.push_back(scripts[k]);
        std::vector<std::size_t> against;
        for (std::size_t m = 0; m < markers.size(); ++m) {
            if (state_.relation(markers[m], of[k]) == Relation::conflicted) against.push_back(m);
        }
        conflicts.push_back(std::move(against));
    }
    if (given || told_ != nullptr) {
        const Fields& told = given ? act_.fields : told_->decided;
        const auto told_scripts = told.list("scripts"), told_markers = told.list("markers");
        const bool fits = is_allocation(told_scripts, told_markers, sorted, markers, conflicts);
        if (given && !fits)
            refuse(Code::act_field_bad,
                   {std::string{"scripts, markers"}, std::to_string(told_scripts.size()), Text::field_panel},
                   "allocation");
        if (!given) possible(fits && shared_out(told_markers, markers, conflicts), "an allocation");
        event_.decided.set("scripts", told_scripts);
        event_.decided.set("markers", told_markers);
        return;
    }
    const std::string seed = drawn("allocation", stage_name());
    const auto made = allocation(sorted, markers, static_cast<std::size_t>(number("each")), conflicts, seed);
    if (!made) {
        std::string example = sorted.empty() ? std::string{} : sorted.front();
        for (std::size_t k = 0; k < sorted.size(); ++k) {
            if (markers.size() - conflicts[k].size() < static_cast<std::size_t>(number("each")))
                example = sorted[k];
        }
        not_done(Text::todo_allocate, sorted.size(), example);
    }
    std::vector<std::string> given_scripts, given_markers;
    for (const auto& [script, marker] : *made) {
        given_scripts.push_back(sorted[script]);
        given_markers.push_back(markers[marker]);
    }
    event_.decided.set("scripts", given_scripts);
    event_.decided.set("markers", given_markers);
}

/// Whether each of `scripts` (sorted) has its number of markers, none twice and none against whom there is
/// something. A panel of several bodies is drawn over the scripts of all: this contest takes its part of it.
bool Decider::is_allocation(const std::vector<std::string>& of, const std::vector<std::string>& by,
                            const std::vector<std::string>& scripts, const std::vector<std::string>& markers,
                            const std::vector<std::vector<std::size_t>>& conflicts) const {
    const auto each = static_cast<std::size_t>(number("each"));
    if (each > markers.size() && !scripts.empty()) return false;
    if (of.size() != by.size() || of.size() != scripts.size() * each) return false;
    std::vector<std::set<std::size_t>> chosen(scripts.size());
    for (std::size_t k = 0; k < of.size(); ++k) {
        const auto script = std::lower_bound(scripts.begin(), scripts.end(), of[k]);
        const auto marker = std::find(markers.begin(), markers.end(), by[k]);
        if (script == scripts.end() || *script != of[k] || marker == markers.end()) return false;
        const auto s = static_cast<std::size_t>(script - scripts.begin());
        const auto m = static_cast<std::size_t>(marker - markers.begin());
        if (std::find(conflicts[s].begin(), conflicts[s].end(), m) != conflicts[s].end() ||
            chosen[s].size() == each || !chosen[s].insert(m).second)
            return false;
    }
    return true;
}

void Decider::mark_() {
    const std::size_t s = stage();
    const Index i = script();
    const auto& columns = state_.columns(s);
    const std::size_t c = column(s);
    const Marking* rule = columns[c].marking;
    if (rule == nullptr) refuse(Code::not_for_this_regulation, {"[[marking]] " + columns[c].name}, "marking");
    if (!work(i).counts()) missing(Text::word_script, get("script"));
    only_reopened(work(i));
    const bool nameless = rule->slips == Slips::anonymous;
    const bool given = std::any_of(work(i).marks.begin(), work(i).marks.end(), [&](const GivenMark& m) {
        return m.marker == act_.actor && m.column == c && !m.again && (m.sealed || m.struck);
    });
    if (!nameless && (given || held().sealed_by.contains(act_.actor)))
        refuse(Code::marks_sealed, {act_.actor}, "marks.seal");
    if (held().blind() ? !has(work(i).markers, act_.actor)
                       : !work(i).markers.empty() && !has(work(i).markers, act_.actor))
        refuse(Code::not_assigned, {act_.actor, get("script")}, "allocation");
    if (has(work(i).absent, act_.actor))
        refuse(Code::not_assigned, {act_.actor, get("script")}, "marking.absent", rule->source);
    if (!get("kind").empty()) {
        const bool known = std::any_of(rule->odd.begin(), rule->odd.end(),
                                       [&](const OddScript& o) { return o.name == get("kind"); });
        if (!known) {
            refuse(Code::act_field_bad,
                   {std::string{"kind"}, get("kind"), joined(rule->odd, &OddScript::name)}, "marking.odd",
                   rule->source);
        }
        discretion("an irregular script: " + get("kind"));
    }
    mark_possible(columns[c], *Points::parse(get("mark")));
}

void Decider::record_score_() {
    const std::size_t s = stage();
    const Index i = script();
    const auto& columns = state_.columns(s);
    const std::size_t c = column(s);
    if (!work(i).counts()) missing(Text::word_script, get("script"));
    const bool slips = columns[c].marking != nullptr && columns[c].marking->slips == Slips::anonymous;
    if (columns[c].marking != nullptr && !slips)
        refuse(Code::not_for_this_regulation, {"score without marks: " + columns[c].name}, "marking");
    const Points score = *Points::parse(get("score"));
    mark_possible(columns[c], score);
    if (slips) {
        // A secret slip out of the box: whose it is nobody knows, only how many there may be.
        const std::size_t members = state_.council_size() - work(i).absent.size();
        std::size_t cast = 0;
        for (const GivenMark& m : work(i).marks) cast += m.column == c;
        if (cast >= members)
            refuse(Code::votes_do_not_fit, {std::to_string(cast + 1) + " > " + std::to_string(members)},
                   "marking.slips", columns[c].marking->source);
        event_.decided.set("slip", std::to_string(cast + 1));
        return;
    }
    const auto& papers = state_.rules->procedure().papers;
    if (!papers || !papers->double_entry) {
        if (c < work(i).entered.size() && work(i).entered[c])
            discretion(work(i).entered[c]->str() + " -> " + score.str());
        return;
    }
    // Entered twice: the second entry is another person's, and equal.
    if (c >= work(i).first_entry.size() || work(i).first_entry[c].first.empty()) {
        event_.decided.set("entry", std::string{"1"});
        return;
    }
    const auto& [who, what] = work(i).first_entry[c];
    if (who == act_.actor)
        refuse(Code::second_person_needed, {act_.actor}, "papers.double_entry", papers->source);
    if (what != score)
        event_.decided.set("entry", std::string{"differs"});
    else
        event_.decided.set("entry", std::string{"2"});
}

void Decider::publish_() {
    if (held().blind() && !held().codes_open) first(titled(open_codes), "codes");
    for (const KnownConflict& c : state_.conflicts) {
        if (c.undecided)
            refuse(Code::conflict_undecided, {c.person, state_.applicants[c.application].id}, "conflict");
    }
    const Selection& selection = compute(stage());
    std::size_t passed = 0;
    for (const Standing standing : selection.standings()) passed += has_passed(standing);
    event_.decided.set("passed", std::to_string(passed));
}

}  // namespace recruit::detail
