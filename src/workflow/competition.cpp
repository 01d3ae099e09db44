// Competition: the public face of the state.

#include <recruit/workflow/competition.hpp>

#include <algorithm>

#include <recruit/base/error.hpp>
#include <recruit/workflow/journal.hpp>

#include "base/keys.hpp"
#include "base/sha256.hpp"
#include "workflow/decide.hpp"
#include "workflow/undo.hpp"

namespace recruit {

using namespace detail;

namespace {

/// The fields as they stand in the event: nothing personal, and nothing that was left empty.
Fields recorded_fields(const Act& act) {
    Fields kept = act.fields;
    for (const FieldRule& rule : fields(act.kind)) {
        const bool empty = kept.get(rule.name).empty() && rule.type != FieldType::list;
        if (rule.type == FieldType::personal || empty) kept.remove(rule.name);
    }
    return kept;
}

Column texts(const std::vector<std::string>& values) { return Column::texts(values); }

std::string_view word(Admission status) {
    constexpr std::array<std::string_view, 5> words{"applied", "eligible", "ineligible", "withdrawn",
                                                    "cancelled"};
    return words[static_cast<std::size_t>(status)];
}

std::string_view word(const Applicant& a) {
    constexpr std::array<std::string_view, 5> appointments{"", "appointed", "in_post", "not_appointed",
                                                           "declined"};
    constexpr std::array<std::string_view, 4> personnel{"", "referred", "fit", "unfit"};
    return a.appointment != Appointment::none ? appointments[static_cast<std::size_t>(a.appointment)]
                                              : personnel[static_cast<std::size_t>(a.personnel)];
}

/// What deciding it again computed. \throws Error (`event_does_not_follow`)
Computed follows(const State& state, const Event& event) {
    Computed computed;
    try {
        const Event again = decide_again(state, event, computed);
        if (again.role != event.role) does_not_follow(state, event, "another role");
        if (again.decided != event.decided) does_not_follow(state, event, "another decision");
    } catch (const Error& refused) {
        if (refused.code() == "event_does_not_follow") throw;
        does_not_follow(state, event, refused.message());
    }
    return computed;
}

}  // namespace

Competition::Competition() : state_{std::make_unique<State>()} {}
Competition::Competition(const Competition& other) : state_{std::make_unique<State>(*other.state_)} {}
Competition::Competition(Competition&& other) noexcept = default;
Competition& Competition::operator=(Competition other) noexcept {
    state_.swap(other.state_);
    return *this;
}
Competition::~Competition() = default;

Event Competition::decide(const Act& act, Instant now, const std::optional<Entropy>& entropy) const {
    Computed computed;
    return decide_act(*state_, act, now, entropy, computed);
}

void Competition::apply(const Event& event) {
    Computed computed = follows(*state_, event);
    Undo before{*state_, event};
    try {
        apply_event(*state_, event, std::move(computed));
    } catch (...) {
        before.restore();
        throw;
    }
}

Event Competition::submit(JournalStore& store, const Act& act, Instant now,
                          const std::optional<Entropy>& entropy, std::string_view key) {
    if (!key.empty()) {
        // A repeated call: what it did then stands, whatever has happened since.
        if (const auto record = store.find(key)) {
            Event before = Event::parse(record->body, record->personal);
            if (before.act.kind != act.kind || before.act.actor != act.actor ||
                before.act.fields != recorded_fields(act))
                throw Error{Code::journal_key_reused, {std::string{key}}};
            return before;
        }
    }
    Computed computed;
    Event event = decide_act(*state_, act, now, entropy, computed);
    JournalEntry entry{event.body(), std::string{key}, event.personal(), event.salt};
    const Receipt here = store.head();
    if (here.sequence != state_->size)
        throw Error{Code::journal_conflict, {std::to_string(here.sequence), here.head}};
    // Done first and recorded then: what cannot be recorded is undone, and nothing that is recorded can fail
    // for want of memory.
    Undo before{*state_, event};
    try {
        apply_event(*state_, event, std::move(computed));
        store.append(entry, here);
    } catch (...) {
        before.restore();
        throw;
    }
    return event;
}

Competition Competition::replay(const JournalStore& store) {
    Competition contest;
    store.read(1, [&](const JournalRecord& record) {
        const Event event = Event::parse(record.body, record.personal);
        // Nothing to undo: what fails here is a contest that nobody has seen.
        apply_event(*contest.state_, event, follows(*contest.state_, event));
        return true;
    });
    return contest;
}

std::uint64_t Competition::size() const noexcept { return state_->size; }
bool Competition::planned() const noexcept { return state_->planned; }
const std::string& Competition::title() const noexcept { return state_->title; }
const std::string& Competition::agency() const noexcept { return state_->agency; }

const Regulation& Competition::regulation() const {
    if (!state_->rules) throw Error{Code::not_in_contest, {titled(ActKind::plan), std::string{}}};
    return *state_->rules;
}

Phase Competition::phase() const noexcept { return state_->phase(); }

Phase Competition::phase(std::string_view stage) const {
    const auto s = state_->stage(stage);
    if (!s) throw Error{Code::unknown_stage, {std::string{stage}, stage_names(*state_)}};
    return state_->stages[*s].phase;
}

std::optional<Instant> Competition::last() const noexcept { return state_->last; }
std::chrono::minutes Competition::offset() const noexcept { return state_->offset; }
WorkingCalendar Competition::calendar() const { return state_->calendar(); }
std::vector<Position> Competition::positions() const {
    std::vector<Position> all;
    for (const PositionState& position : state_->positions) all.push_back(position.given);
    return all;
}

std::optional<std::chrono::year_month_day> Competition::happened(std::string_view event) const {
    const auto at = state_->events.find(event);
    if (at == state_->events.end()) return std::nullopt;
    return at->second;
}

std::vector<Role> Competition::roles(std::string_view person) const {
    std::vector<Role> held;
    for (int r = 0; r < role_count; ++r)
        if (state_->holds(person, static_cast<Role>(r))) held.push_back(static_cast<Role>(r));
    return held;
}

Table Competition::roles() const {
    std::vector<std::string> person, role, board;
    for (const auto& [who, held] : state_->roles) {
        for (const HeldRole& h : held) {
            person.push_back(who);
            role.emplace_back(to_string(h.role));
            board.push_back(h.board);
        }
    }
    Table table;
    table.add("person", texts(person));
    table.add("role", texts(role));
    table.add("board", texts(board));
    return table;
}

Table Competition::applications() const {
    std::vector<std::string> id, person, position, status, appointment;
    for (const Applicant& a : state_->applicants) {
        id.push_back(a.id);
        person.push_back(a.person);
        position.push_back(state_->positions[a.position].given.id);
        status.emplace_back(word(a.status));
        appointment.emplace_back(word(a));
    }
    Table table;
    table.add("application", texts(id));
    table.add("person", texts(person));
    table.add("position", texts(position));
    table.add("status", texts(status));
    table.add("appointment", texts(appointment));
    return table;
}

Table Competition::scores(std::optional<std::string_view> through) const {
    std::size_t stages = state_->stages.size();
    if (through) {
        const auto s = state_->stage(*through);
        if (!s) throw Error{Code::unknown_stage, {std::string{*through}, stage_names(*state_)}};
        stages = *s + 1;
    }
    for (std::size_t s = 0; s < stages; ++s) {
        // Before publication a mark with a name on it is known to nobody.
        if (state_->stages[s].phase < Phase::published && !state_->stages[s].work.empty()) {
            Issue problem;
            problem.code = Code::must_come_first;
            problem.arguments = {std::string{"scores"}, titled(ActKind::publish)};
            throw Refused{std::move(problem), "codes", {}};
        }
    }
    return score_sheet(*state_, stages);
}

std::optional<Selection> Competition::result() const {
    if (!state_->outcome) return std::nullopt;
    return state_->outcome->selection;
}

Table Competition::standings() const {
    std::vector<std::string> id, position, total, standing, told;
    std::vector<std::int64_t> rank;
    std::vector<bool> ranked;
    if (state_->outcome) {
        const Selection& selection = state_->outcome->selection;
        const Column totals = selection.total();
        for (const std::uint32_t row : selection.order()) {
            const Applicant& a = state_->applicants[row];
            id.push_back(a.id);
            position.push_back(state_->positions[a.position].given.id);
            total.push_back(totals.str(row));
            rank.push_back(selection.first()[row]);
            ranked.push_back(rank.back() != 0);
            standing.emplace_back(to_string(state_->outcome->standing[row]));
            told.emplace_back(row < state_->told.size() ? to_string(state_->told[row]) : "");
        }
    }
    Table table;
    table.add("application", texts(id));
    table.add("position", texts(position));
    table.add("total", texts(total));
    table.add("rank", Column::integers(Buffer<std::int64_t>{std::move(rank)}, Validity{ranked}));
    table.add("standing", texts(standing));
    table.add("told", texts(told));
    return table;
}

std::optional<Standing> Competition::standing(std::string_view application) const {
    const Index i = state_->find(application);
    if (i == nobody) throw Error{Code::unknown_application, {std::string{application}}};
    if (!state_->outcome || i >= state_->outcome->standing.size()) return std::nullopt;
    return state_->outcome->standing[i];
}

const std::vector<Movement>& Competition::movements() const noexcept { return state_->movements; }
const std::vector<Discretion>& Competition::discretion() const noexcept { return state_->discretion; }

Table Competition::discretion_table() const {
    std::vector<std::int64_t> sequence;
    std::vector<std::string> at, act, actor, about, reason, effect;
    for (const Discretion& d : state_->discretion) {
        sequence.push_back(static_cast<std::int64_t>(d.sequence));
        at.push_back(format_instant(d.at));
        act.emplace_back(to_string(d.act));
        actor.push_back(d.actor);
        about.push_back(d.about);
        reason.push_back(d.reason);
        effect.push_back(d.effect);
    }
    Table table;
    table.add("sequence", Column::integers(Buffer<std::int64_t>{std::move(sequence)}));
    table.add("at", texts(at));
    table.add("act", texts(act));
    table.add("actor", texts(actor));
    table.add("about", texts(about));
    table.add("reason", texts(reason));
    table.add("effect", texts(effect));
    return table;
}

std::string Competition::digest() const { return sha256_hex(canonical()); }

}  // namespace recruit
