// What is next in the stages: papers, sittings, marks and appeals.

#include <algorithm>
#include <set>

#include "workflow/agenda.hpp"

namespace recruit::detail {

namespace {

using enum ActKind;

}  // namespace

void Agenda::papers(std::size_t k) {
    const StageState& held = s_.stages[k];
    const auto& rule = s_.rules->procedure().papers;
    const std::int64_t least = held.first_done || !rule ? 1 : rule->least;
    std::int64_t ready = 0;
    for (const Paper& p : held.papers) ready += p.sealed && !p.leaked && !p.used;
    if (ready >= least) return add(draw_paper, Role::chair, {}, name(k)), void();
    for (const Paper& p : held.papers) {
        if (p.leaked || p.used || p.sealed) continue;
        add(p.approved ? seal_paper : approve_paper, p.approved ? Role::secretary : Role::chair, p.id,
            name(k));
        return;
    }
    // The sealing of a stage is taken up again for a sitting that was not foreseen.
    add(set_paper, Role::setter, {}, name(k), least - ready);
}

void Agenda::scheduled(std::size_t k) {
    const StageState& held = s_.stages[k];
    if (k == 0 && !s_.events.contains("list_published") && !held.first_done) {
        bool asked = false;
        for (const Publication& p : s_.rules->procedure().publications)
            asked = asked || p.at == "list_published";
        for (const Deadline& d : s_.rules->procedure().deadlines)
            asked = asked || d.to == "list_published" || d.from == "list_published";
        if (asked) add(publish_list, Role::secretary);
    }
    std::int64_t owed = 0, open = 0;
    std::string next;
    for (Index i = 0; i < held.work.size(); ++i) {
        if (!held.work[i].owed) continue;
        ++owed;
        if (held.work[i].attendance != Attendance::unknown || s_.applicants[i].status != Admission::eligible)
            continue;
        if (open++ == 0) next = s_.applicants[i].id;
    }
    if (held.sitting) {
        if (open > 0)
            add(attend, Role::invigilator, next, name(k), open);
        else
            add(close_sitting, Role::invigilator, {}, name(k));
        return;
    }
    if (open == 0) {
        // Nobody has to sit it (any more).
        add(close_stage, Role::chair, {}, name(k));
        return;
    }
    if (!held.summoned_for) {
        add(summon, Role::secretary, {}, name(k));
        return;
    }
    if (*held.summoned_for < today_) add(summon, Role::secretary, {}, name(k));
    if (!is_vote(k)) {
        if (held.drawn.empty()) return papers(k);
        if (held.ordered() && held.order.empty()) {
            add(draw_order, Role::chair, {}, name(k));
            return;
        }
        if (!held.opened) {
            if (*held.summoned_for < today_) return;
            add(open_paper, Role::invigilator, {}, name(k));
            wait_for(held.summoned_for);
            return;
        }
    }
    if (*held.summoned_for < today_) return;
    if (!held.blind()) examiners(k);
    add(start_sitting, Role::invigilator, {}, name(k));
    wait_for(held.summoned_for);
}

void Agenda::sat(std::size_t k) {
    const StageState& held = s_.stages[k];
    if (!held.blind()) {
        add(open_marking, Role::chair, {}, name(k));
        return;
    }
    std::int64_t open = 0;
    std::string next;
    for (Index i = 0; i < held.work.size(); ++i) {
        if (!held.work[i].counts() || !held.work[i].script.empty()) continue;
        if (open++ == 0) next = s_.applicants[i].id;
    }
    if (open > 0)
        add(register_script, Role::invigilator, next, name(k), open);
    else
        add(seal_scripts, Role::code_keeper, {}, name(k));
}

void Agenda::marking(std::size_t k) {
    const StageState& held = s_.stages[k];
    const auto& columns = held.columns;
    const auto waits = [&](Index i, std::uint8_t what) { return (held.waiting.of[i] & what) != 0; };
    const auto slips = [&](std::size_t c) {
        return columns[c].marking != nullptr && columns[c].marking->slips == Slips::anonymous;
    };
    bool marked = false;
    for (std::size_t c = 0; c < columns.size(); ++c)
        marked = marked || (columns[c].marking != nullptr && !slips(c));
    const auto scripts = static_cast<Index>(held.work.size());
    if (held.blind() && marked) {
        std::int64_t open = 0;
        for (Index i = 0; i < scripts; ++i) open += waits(i, Waiting::marker);
        if (open > 0) {
            examiners(k);
            add(allocate, Role::chair, {}, name(k), open);
            return;
        }
    }
    std::set<std::pair<ScriptState, bool>> told;
    const auto tell = [&](const Unsettled& u) {
        const bool entered = columns[u.column].marking == nullptr || slips(u.column);
        if (told.emplace(u.state, entered).second) unfinished(k, u);
    };
    if (held.waiting.kept()) {
        const auto& states = held.waiting.state;
        for (std::size_t at = 0; at < states.size(); ++at) {
            if (states[at] == 0) continue;
            tell({static_cast<Index>(at / columns.size()), at % columns.size(),
                  static_cast<ScriptState>(states[at])});
        }
    } else {
        for (const Unsettled& u : unsettled(s_, k)) tell(u);
    }
    if (!told.empty()) return;
    // Marks that were handed out and not given yet.
    for (Index i = 0; i < scripts; ++i) {
        const Work& w = held.work[i];
        if (held.waiting.kept() ? !waits(i, Waiting::mark) : !w.counts() || !w.owes_mark()) continue;
        add(ActKind::mark, Role::marker, id(k, i), name(k));
        return;
    }
    const auto waiting = to_seal(held);
    if (!waiting.empty()) {
        const std::string first{waiting.front()};
        Role who = Role::marker;
        for (const Role role : {Role::chair, Role::vice_chair, Role::member, Role::marker})
            if (s_.holds(first, role)) who = role;
        add(seal_marks, who, first, name(k), static_cast<std::int64_t>(waiting.size()));
    } else
        add(close_marking, Role::chair, {}, name(k));
}

/// Where there are fewer people than somebody's work needs marks, more are appointed first.
void Agenda::examiners(std::size_t k) {
    const StageState& held = s_.stages[k];
    std::int64_t least = 0;
    bool slips = false;
    for (const ScoreColumn& column : s_.columns(k)) {
        if (column.marking == nullptr) continue;
        least = std::max(least, column.marking->least);
        slips = slips || column.marking->slips == Slips::anonymous;
    }
    const Role role = held.blind() ? Role::marker : Role::member;
    std::set<std::string> people;
    for (const Role r : {Role::member, Role::chair, Role::vice_chair, Role::marker}) {
        if (held.blind() && r != Role::marker) continue;
        for (const std::string& person : s_.holders(r)) people.insert(person);
    }
    auto have = static_cast<std::int64_t>(slips ? s_.council_size() : people.size());
    for (Index i = 0; i < held.work.size() && !s_.conflicts.empty() && !slips; ++i) {
        const Work& w = held.work[i];
        if (!w.owed || !w.markers.empty() || !w.marks.empty()) continue;
        const auto free = std::count_if(people.begin(), people.end(), [&](const std::string& person) {
            return s_.relation(person, i) != Relation::conflicted;
        });
        have = std::min<std::int64_t>(have, free);
    }
    if (have < least) add(assign_role, Role::approving_authority, std::string{to_string(role)});
}

/// What a script needs that has no score yet.
void Agenda::unfinished(std::size_t k, const Unsettled& u) {
    const StageState& held = s_.stages[k];
    const ScoreColumn& column = s_.columns(k)[u.column];
    const Marking* rule = column.marking;
    const Work& w = held.work[u.application];
    const auto of_rule = [&](AgendaItem& item) {
        item.rule = "marking." + column.name;
        item.source = rule->source;
    };
    // Where marking goes on for some scripts only, whichever lost its score since is opened too.
    if (rule != nullptr && held.reopened && !w.reopened)
        return of_rule(add(reopen_marking, Role::chair, id(k, u.application), name(k)));
    if (rule == nullptr || rule->slips == Slips::anonymous) {
        // A second entry is another person's.
        Role who = Role::secretary;
        const bool second = u.column < w.first_entry.size() && !w.first_entry[u.column].first.empty();
        const auto another = [&](Role role) {
            const auto people = s_.holders(role);
            return std::any_of(people.begin(), people.end(), [&](const std::string& person) {
                return person != w.first_entry[u.column].first &&
                       s_.relation(person, u.application) != Relation::conflicted;
            });
        };
        if (second && !another(Role::secretary)) who = Role::marker;
        if (second && who == Role::marker && !another(Role::marker)) {
            add(assign_role, Role::approving_authority, "marker");
            return;
        }
        std::int64_t cast = 0;
        for (const GivenMark& m : w.marks) cast += m.column == u.column;
        if (rule != nullptr && cast >= static_cast<std::int64_t>(s_.council_size() - w.absent.size()))
            return of_rule(
                add(void_stage, Role::approving_authority, s_.applicants[u.application].id, name(k)));
        add(record_score, who, id(k, u.application), name(k)).rule = column.name;
        return;
    }
    const bool more =
        u.state == ScriptState::too_few || u.state == ScriptState::adjourned || u.state == ScriptState::third;
    if (!more) return of_rule(add(settle, Role::chair, id(k, u.application), name(k)));
    const auto given = [&](const std::string& person) {
        return std::any_of(w.marks.begin(), w.marks.end(), [&](const GivenMark& m) {
            return m.marker == person && m.column == u.column && !m.again;
        });
    };
    if (held.blind()) {
        const bool waits = std::any_of(w.markers.begin(), w.markers.end(), [&](const std::string& person) {
            return !given(person) && !held.sealed_by.contains(person) && s_.holds(person, Role::marker);
        });
        if (waits) return of_rule(add(ActKind::mark, Role::marker, id(k, u.application), name(k)));
        const auto markers = s_.holders(Role::marker);
        const bool another = std::any_of(markers.begin(), markers.end(), [&](const std::string& person) {
            return s_.relation(person, u.application) == Relation::none &&
                   std::find(w.markers.begin(), w.markers.end(), person) == w.markers.end();
        });
        if (!another) of_rule(add(assign_role, Role::approving_authority, "marker"));
        return of_rule(add(assign_marker, Role::chair, id(k, u.application), name(k)));
    }
    for (const Role role : {Role::member, Role::chair, Role::vice_chair, Role::marker}) {
        for (const std::string& person : s_.holders(role)) {
            const Relation relation = s_.relation(person, u.application);
            const bool handed_out = !w.markers.empty() &&
                                    std::find(w.markers.begin(), w.markers.end(), person) == w.markers.end();
            if (handed_out || given(person) || held.sealed_by.contains(person) ||
                relation == Relation::conflicted || relation == Relation::self ||
                std::find(w.absent.begin(), w.absent.end(), person) != w.absent.end())
                continue;
            return of_rule(add(ActKind::mark, role, id(k, u.application), name(k)));
        }
    }
    examiners(k);
    // Nobody is left who was there and has given no mark: the applicant is heard once more.
    of_rule(add(void_stage, Role::approving_authority, s_.applicants[u.application].id, name(k)));
}

/// A paper that became known after the sitting, about which nobody has decided.
bool Agenda::leak(std::size_t k) {
    for (const Paper& paper : s_.stages[k].papers) {
        if (!paper.undecided) continue;
        AgendaItem& item = add(rule_leak, Role::approving_authority, paper.id, name(k));
        item.rule = "papers.leak";
        if (const auto& rule = s_.rules->procedure().papers) item.source = rule->source;
        return true;
    }
    return false;
}

/// Scripts that lost their score after the marking was closed: nothing is made of the stage before they have
/// one.
bool Agenda::disturbed(std::size_t k) {
    const StageState& held = s_.stages[k];
    if (!held.disturbed || held.phase <= Phase::marking) return false;
    bool open = false;
    std::set<Index> told;
    for (const Unsettled& u : unsettled(s_, k)) {
        if (!told.insert(u.application).second) continue;
        if (s_.applicants[u.application].status != Admission::eligible) continue;
        open = true;
        if (held.blind())
            add(reopen_marking, Role::chair, id(k, u.application), name(k));
        else
            add(void_stage, Role::approving_authority, s_.applicants[u.application].id, name(k));
    }
    return open;
}

void Agenda::under_appeal(std::size_t k) {
    const StageState& held = s_.stages[k];
    const auto& rule = s_.rules->procedure().appeals;
    bool open = false;
    for (Index i = 0; i < held.work.size(); ++i) {
        const auto& appeal = held.work[i].appeal;
        if (!appeal || appeal->decided) continue;
        open = true;
        const bool again = std::any_of(held.work[i].marks.begin(), held.work[i].marks.end(),
                                       [](const GivenMark& m) { return m.again; }) ||
                           !can_be_remarked(s_, k, *appeal);
        AgendaItem& item = !appeal->admitted ? add(admit_appeal, Role::chair, s_.applicants[i].id, name(k))
                           : again           ? add(decide_appeal, Role::chair, s_.applicants[i].id, name(k))
                                             : add(remark, Role::remarker, appeal->code, name(k));
        item.source = rule->source;
    }
    if (open) return;
    AgendaItem& item = add(close_appeals, Role::chair, {}, name(k));
    if (item.rule.empty()) {
        item.rule = "appeals.window";
        item.source = rule ? rule->source : std::string{};
    }
    if (const auto last = s_.appeals_until(k)) wait_for(add_days(*last, 1));
}

/// Who goes on must be known before a stage is closed.
void Agenda::published(std::size_t k) {
    if (s_.rules->stages()[k].advance && k + 1 < s_.stages.size()) {
        const Index i = waits_after(selection_through(s_, k), name(k));
        if (i != nobody) return choice(equals_after(s_, k, i).contested, i, name(k));
    }
    add(close_stage, Role::chair, {}, name(k));
}

/// Stages are held one after the other; appeals against one may still run while the next is held.
void Agenda::stages() {
    bool earlier_published = true;
    for (std::size_t k = 0; k < s_.stages.size(); ++k) {
        const bool broken = disturbed(k);
        const bool known = leak(k) && !s_.stages[k].sitting;
        switch (known ? Phase::stage_closed : s_.stages[k].phase) {
            case Phase::scheduled:
                if (earlier_published) scheduled(k);
                break;
            case Phase::sat:
                sat(k);
                break;
            case Phase::marking:
                marking(k);
                break;
            case Phase::marked:
                if (s_.stages[k].blind() && !s_.stages[k].codes_open)
                    add(open_codes, Role::code_keeper, {}, name(k));
                else
                    add(publish, Role::secretary, {}, name(k));
                break;
            case Phase::under_appeal:
                under_appeal(k);
                break;
            case Phase::published:
                if (!broken) published(k);
                break;
            default:
                break;
        }
        earlier_published = s_.stages[k].phase >= Phase::published;
        if (!earlier_published) break;
    }
}

}  // namespace recruit::detail
