// What scripts come to and what they wait for. Where a script is judged by itself its marks alone are looked
// at; where a panel sits, all are aggregated as an analyst would aggregate them.

#include "workflow/marking.hpp"

#include <algorithm>
#include <map>
#include <span>
#include <utility>

#include "scoring/script.hpp"

namespace recruit::detail {

namespace {

bool settled_by_person(const Work& work, std::size_t column) {
    return work.settled_by_person(column) && !work.remarked(column);
}

/// The marks of a column, the re-marking after the others; both in the order in which they were given.
std::vector<Mark> marks_of(const ScoreColumn& column, const Work& work, std::size_t c, int scale) {
    const bool settled = work.settled_by_person(c) && work.remarked(c);
    std::vector<Mark> marks;
    for (const bool again : {false, true}) {
        const std::size_t first = marks.size();
        for (std::uint32_t row = 0; row < work.marks.size(); ++row) {
            const GivenMark& given = work.marks[row];
            // Where a person settled the script, only a re-marking counts any more.
            if (given.column != c || given.again != again || (settled && !again)) continue;
            Mark mark{};
            mark.round = again ? 2 : 1;
            mark.struck = given.struck;
            mark.row = row;
            mark.odd = -1;
            mark.marker = row;
            for (std::uint32_t r = row; r-- > 0;)
                if (work.marks[r].marker == given.marker) mark.marker = r;
            const auto& odd = column.marking->odd;
            for (std::size_t i = 0; i < odd.size() && !given.struck; ++i)
                if (odd[i].name == given.kind) mark.odd = static_cast<std::int32_t>(i);
            mark.units = given.value.units() * power_of_ten(scale - given.value.scale());
            // After a change of law, what could be given once may not be possible any more.
            mark.broken = (!given.kind.empty() && mark.odd < 0 && !given.struck) ||
                          column.max < given.value || !on_step(column, given.value);
            // One marker gives one mark; the later one is the one too many.
            mark.broken =
                mark.broken || std::any_of(marks.begin() + static_cast<std::ptrdiff_t>(first), marks.end(),
                                           [&](const Mark& m) { return m.marker == mark.marker; });
            marks.push_back(mark);
        }
    }
    return marks;
}

constexpr std::uint64_t crowd = ~std::uint64_t{0};

/// Who has to seal marks of a script, as numbers; those who are new get one.
std::uint64_t sealers(const StageState& stage, Waiting& waiting, const Work& work) {
    auto& numbers = waiting.person;
    auto& counts = waiting.unsealed;
    std::uint64_t people = 0;
    int found = 0;
    for (const GivenMark& m : work.marks) {
        if (!m.to_seal(stage.columns)) continue;
        auto at = numbers.find(m.marker);
        if (at == numbers.end()) {
            if (counts.size() >= 0xFFFF) return crowd;
            counts.push_back(0);
            at = numbers.emplace(m.marker, static_cast<std::uint16_t>(counts.size())).first;
        }
        bool before = false;
        for (int k = 0; k < found; ++k) before = before || (people >> (16 * k) & 0xFFFF) == at->second;
        if (before) continue;
        if (found == 4) return crowd;
        people |= static_cast<std::uint64_t>(at->second) << (16 * found++);
    }
    return people;
}

void look(const StageState& stage, Waiting& waiting, Index i) {
    const std::size_t width = stage.columns.size();
    const Work& work = stage.work[i];
    const bool counts = work.counts();
    waiting.seal(i, counts ? sealers(stage, waiting, work) : 0);
    waiting.of[i] = 0;
    if (counts && work.markers.empty()) waiting.of[i] |= Waiting::marker;
    if (counts && work.owes_mark()) waiting.of[i] |= Waiting::mark;
    for (std::size_t c = 0; c < width; ++c) {
        const ScriptState state = counts ? script_state(stage, work, c) : ScriptState::settled;
        waiting.state[i * width + c] = static_cast<std::uint8_t>(state);
    }
}

/// Of a stage that a panel judges: all its marks, aggregated.
std::vector<Unsettled> of_panel(const State& state, std::size_t s) {
    std::vector<Unsettled> open;
    const StageState& stage = state.stages[s];
    std::map<std::pair<Index, std::string>, ScriptState> states;
    const Table marks = mark_sheet(state, s);
    if (marks.rows() > 0) {
        const MarkedScores made = aggregate_marks(*state.rules, marks);
        const Column& ids = made.scripts.at("application");
        const Column& names = made.scripts.at("stage");
        const Column& words = made.scripts.at("state");
        for (std::size_t r = 0; r < made.scripts.rows(); ++r) {
            for (int k = 0; k <= static_cast<int>(ScriptState::unusable); ++k) {
                if (words.text(r) == to_string(static_cast<ScriptState>(k)))
                    states[{state.find(ids.text(r)), std::string{names.text(r)}}] =
                        static_cast<ScriptState>(k);
            }
        }
    }
    for (Index i = 0; i < stage.work.size(); ++i) {
        const Work& work = stage.work[i];
        if (!work.counts()) continue;
        for (std::size_t c = 0; c < stage.columns.size(); ++c) {
            const ScoreColumn& column = stage.columns[c];
            if (column.marking == nullptr) {
                const ScriptState now = script_state(stage, work, c);
                if (now != ScriptState::settled) open.push_back({i, c, now});
                continue;
            }
            if (settled_by_person(work, c)) continue;
            const auto at = states.find({i, column.name});
            const ScriptState now = at == states.end() ? ScriptState::too_few : at->second;
            if (now != ScriptState::settled) open.push_back({i, c, now});
        }
    }
    return open;
}

}  // namespace

bool on_step(const ScoreColumn& column, const Points& mark) {
    if (column.marking == nullptr || !column.marking->quantum) return true;
    const Points step = *column.marking->quantum;
    const int scale = std::max(mark.scale(), step.scale());
    const auto units = [&](const Points& p) {
        return static_cast<int128>(p.units()) * power_of_ten(scale - p.scale());
    };
    return units(mark) % units(step) == 0;
}

bool judged_alone(const StageState& stage) {
    return stage.blind() || std::all_of(stage.columns.begin(), stage.columns.end(),
                                        [](const ScoreColumn& c) { return c.marking == nullptr; });
}

ScriptState script_state(const StageState& stage, const Work& work, std::size_t c) {
    const ScoreColumn& column = stage.columns[c];
    if (settled_by_person(work, c)) return ScriptState::settled;
    if (column.marking == nullptr)
        return c < work.entered.size() && work.entered[c] ? ScriptState::settled : ScriptState::too_few;
    int scale = 0;
    for (const GivenMark& m : work.marks) scale = std::max(scale, m.value.scale());
    const std::vector<Mark> marks = marks_of(column, work, c, scale);
    if (marks.empty()) return ScriptState::too_few;
    const ScriptRules rules{*column.marking, scale};
    const auto second =
        std::find_if(marks.begin(), marks.end(), [](const Mark& mark) { return mark.round == 2; });
    const std::span<const Mark> first{marks.begin(), second}, again{second, marks.end()};
    Made made = rules.round(first.empty() ? again : first, {}, {});
    if (!first.empty() && !again.empty()) rules.remarked(made, rules.round(again, {}, {}));
    return made.state;
}

std::vector<Unsettled> unsettled(const State& state, std::size_t s) {
    const StageState& stage = state.stages[s];
    if (!judged_alone(stage)) return of_panel(state, s);
    std::vector<Unsettled> open;
    const std::size_t width = stage.columns.size();
    for (Index i = 0; i < stage.work.size(); ++i) {
        if (!stage.waiting.kept() && !stage.work[i].counts()) continue;
        for (std::size_t c = 0; c < width; ++c) {
            const ScriptState now = stage.waiting.kept()
                                        ? static_cast<ScriptState>(stage.waiting.state[i * width + c])
                                        : script_state(stage, stage.work[i], c);
            if (now != ScriptState::settled) open.push_back({i, c, now});
        }
    }
    return open;
}

ScriptState unsettled(const State& state, std::size_t s, Index i, std::size_t c) {
    const StageState& stage = state.stages[s];
    if (judged_alone(stage))
        return stage.work[i].counts() ? script_state(stage, stage.work[i], c) : ScriptState::settled;
    for (const Unsettled& u : of_panel(state, s))
        if (u.application == i && u.column == c) return u.state;
    return ScriptState::settled;
}

void Waiting::seal(Index i, std::uint64_t people) noexcept {
    const auto count = [&](std::uint64_t of_script, std::uint32_t by) {
        if (of_script == crowd)
            crowded += by;
        else
            for (; of_script != 0; of_script >>= 16) unsealed[(of_script & 0xFFFF) - 1] += by;
    };
    count(sealers[i], ~std::uint32_t{0});  // one less
    count(people, 1);
    sealers[i] = people;
}

std::vector<std::string_view> to_seal(const StageState& stage) {
    std::vector<std::string_view> people;
    if (stage.waiting.kept() && stage.waiting.crowded == 0) {
        for (const auto& [person, number] : stage.waiting.person)
            if (stage.waiting.unsealed[number - 1U] > 0) people.push_back(person);
    } else {
        for (const Work& work : stage.work) {
            if (!work.counts()) continue;
            for (const GivenMark& m : work.marks) {
                if (m.to_seal(stage.columns) &&
                    std::find(people.begin(), people.end(), m.marker) == people.end())
                    people.push_back(m.marker);
            }
        }
    }
    std::sort(people.begin(), people.end());
    return people;
}

void look_again(StageState& stage) {
    Waiting fresh;
    if (stage.phase == Phase::marking && judged_alone(stage)) {
        fresh.of.assign(stage.work.size(), 0);
        fresh.state.assign(stage.work.size() * stage.columns.size(), 0);
        fresh.sealers.assign(stage.work.size(), 0);
        for (Index i = 0; i < stage.work.size(); ++i) look(stage, fresh, i);
    }
    stage.waiting = std::move(fresh);
}

void look_again(StageState& stage, Index i) {
    if (!stage.waiting.kept()) return;
    if (stage.waiting.of.size() != stage.work.size())
        look_again(stage);
    else if (i < stage.work.size())
        look(stage, stage.waiting, i);
}

}  // namespace recruit::detail
