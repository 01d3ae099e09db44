// Questions to the state, and the tables that the engine reads.

#include "workflow/state.hpp"

#include <algorithm>
#include <set>

#include <recruit/base/error.hpp>
#include <recruit/scoring/marks.hpp>

#include "base/join.hpp"
#include "base/keys.hpp"
#include "base/sha256.hpp"
#include "base/text_column.hpp"

namespace recruit::detail {

namespace {

Column points_column(const std::vector<std::optional<Points>>& values) {
    int scale = 0;
    for (const auto& value : values) scale = std::max(scale, value ? value->scale() : 0);
    std::vector<std::int64_t> units;
    std::vector<bool> given;
    units.reserve(values.size());
    for (const auto& value : values) {
        std::int64_t unit = value ? value->units() : 0;
        for (int i = value ? value->scale() : scale; i < scale; ++i) unit *= 10;
        units.push_back(unit);
        given.push_back(value.has_value());
    }
    return Column::points(Buffer<std::int64_t>{std::move(units)}, scale, Validity{given});
}

Column fact_column(const State& state, const Fact& fact) {
    const auto value = [&](std::size_t i) { return state.applicants[i].facts.find(fact.name); };
    const std::size_t n = state.applicants.size();
    std::vector<bool> given(n);
    for (std::size_t i = 0; i < n; ++i) given[i] = value(i) != nullptr;
    switch (fact.type) {
        case FactType::points: {
            std::vector<std::optional<Points>> values(n);
            for (std::size_t i = 0; i < n; ++i)
                if (given[i]) values[i] = Points::parse(*value(i));
            return points_column(values);
        }
        case FactType::integer: {
            std::vector<std::int64_t> values(n);
            for (std::size_t i = 0; i < n; ++i)
                if (given[i]) values[i] = Points::parse(*value(i))->units();
            return Column::integers(Buffer<std::int64_t>{std::move(values)}, Validity{given});
        }
        case FactType::boolean: {
            std::vector<std::uint8_t> values(n);
            for (std::size_t i = 0; i < n; ++i) values[i] = given[i] && *value(i) == "true" ? 1 : 0;
            return Column::booleans(Buffer<std::uint8_t>{std::move(values)}, Validity{given});
        }
        case FactType::date: {
            std::vector<std::int32_t> values(n);
            for (std::size_t i = 0; i < n; ++i) {
                if (given[i])
                    values[i] = static_cast<std::int32_t>(
                        std::chrono::sys_days{*parse_date(*value(i))}.time_since_epoch().count());
            }
            return Column::dates(Buffer<std::int32_t>{std::move(values)}, Validity{given});
        }
        case FactType::category:
            break;
    }
    TextColumn texts;
    for (std::size_t i = 0; i < n; ++i) texts.add(given[i] ? *value(i) : std::string{}, given[i]);
    return texts.column();
}

std::string_view status_word(Admission status) {
    constexpr std::array<std::string_view, 5> words{"eligible", "eligible", "ineligible", "withdrawn",
                                                    "cancelled"};
    return words[static_cast<std::size_t>(status)];
}

/// Whether a re-mark takes the place of what a person settled.
bool takes(const Marking& rule, const Points& settled, const Points& again) {
    const Fraction apart =
        settled < again ? Fraction{again} - Fraction{settled} : Fraction{settled} - Fraction{again};
    switch (rule.remark) {
        case Remark::if_differs:
            return !(apart < Fraction{*rule.remark_by});
        case Remark::only_up:
            return settled < again;
        case Remark::replaces:
            break;
    }
    return true;
}

void add_stage(const State& state, std::size_t s, Table& table) {
    const StageState& stage = state.stages[s];
    const auto& columns = state.columns(s);
    const std::size_t n = state.applicants.size();
    const std::string& name = state.rules->stages()[s].name;
    TextColumn statuses;
    std::vector<std::vector<std::optional<Points>>> scores(columns.size());
    for (auto& column : scores) column.resize(n);
    static const Work nothing;
    for (std::size_t i = 0; i < n; ++i) {
        const Work& work = i < stage.work.size() ? stage.work[i] : nothing;
        const bool known = work.owed && work.attendance != Attendance::unknown;
        const char* word = work.voided                              ? "void"
                           : work.attendance == Attendance::present ? "present"
                           : work.attendance == Attendance::exempt  ? "exempt"
                                                                    : "absent";
        const Applicant& a = state.applicants[i];
        if (a.passed_by > 0 && s == std::min(a.passed_by, state.stages.size() - 1))
            statuses.add(std::string{status_word(a.status)});
        else if (work.not_called)
            statuses.add("not_called");
        else
            statuses.add(known ? word : "", known);
        for (std::size_t c = 0; c < columns.size(); ++c) {
            if (c < work.entered.size() && columns[c].marking == nullptr) scores[c][i] = work.entered[c];
        }
    }
    const bool marked = std::any_of(columns.begin(), columns.end(),
                                    [](const ScoreColumn& c) { return c.marking != nullptr; });
    if (marked) {
        const Table marks = mark_sheet(state, s);
        if (marks.rows() > 0) {
            const MarkedScores made = aggregate_marks(*state.rules, marks);
            const Column& ids = made.scores.at("application");
            for (std::size_t c = 0; c < columns.size(); ++c) {
                const Column* from = made.scores.find(columns[c].name);
                if (columns[c].marking == nullptr || from == nullptr) continue;
                for (std::size_t r = 0; r < made.scores.rows(); ++r) {
                    if (!from->is_null(r))
                        scores[c][state.find(ids.text(r))] = Points::of(from->integers()[r], from->scale());
                }
            }
        }
        for (std::size_t i = 0; i < n && i < stage.work.size(); ++i) {
            for (std::size_t c = 0; c < columns.size(); ++c) {
                if (!stage.work[i].settled_by_person(c)) continue;
                const Points settled = *stage.work[i].settled[c];
                if (!stage.work[i].remarked(c) ||
                    (scores[c][i] && !takes(*columns[c].marking, settled, *scores[c][i])))
                    scores[c][i] = settled;
            }
        }
    }
    for (std::size_t c = 0; c < columns.size(); ++c) table.add(columns[c].name, points_column(scores[c]));
    table.add(name + ".status", statuses.column());
    if (stage.chosen.empty()) return;
    std::vector<std::uint8_t> chosen(n);
    for (const Index i : stage.chosen) chosen[i] = 1;
    table.add(name + ".chosen", Column::booleans(Buffer<std::uint8_t>{std::move(chosen)}));
}

}  // namespace

Paper* StageState::find(std::string_view id) {
    const auto at = std::find_if(papers.begin(), papers.end(), [&](const Paper& p) { return p.id == id; });
    return at == papers.end() ? nullptr : &*at;
}

bool StageState::blind() const {
    if (const Paper* paper = find(drawn)) return paper->form == "written";
    return !papers.empty() && papers.front().form == "written";
}

bool StageState::ordered() const {
    const Paper* paper = find(drawn);
    return paper != nullptr && (paper->form == "oral" || paper->form == "project");
}

Phase State::phase() const {
    if (end) return *end;
    if (!planned || notice.empty()) return Phase::plan;
    if (!opened) return Phase::announced;
    if (!closed) return Phase::applying;
    if (!screened) return Phase::screening;
    for (const StageState& stage : stages) {
        if (stage.phase != Phase::stage_closed) return stage.phase;
    }
    if (!outcome) return Phase::ranking;
    if (!agreed) return Phase::proposing;
    for (const Index i : winners()) {
        if (resolved(i)) continue;
        for (const Consent& rule : rules->procedure().consents) {
            if (rule.before == "appointed" && !applicants[i].consents.contains(rule.name))
                return Phase::consenting;
        }
        if (applicants[i].personnel == Personnel::referred) return Phase::consenting;
    }
    return Phase::appointing;
}

std::optional<std::size_t> State::stage(std::string_view name) const {
    if (!rules) return std::nullopt;
    for (std::size_t i = 0; i < rules->stages().size(); ++i)
        if (rules->stages()[i].name == name) return i;
    return std::nullopt;
}

Index State::find(std::string_view application) const {
    const auto at = by_id.find(application);
    return at == by_id.end() ? nobody : at->second;
}

std::optional<std::size_t> State::position(std::string_view id) const {
    for (std::size_t i = 0; i < positions.size(); ++i)
        if (positions[i].given.id == id) return i;
    return std::nullopt;
}

bool State::holds(std::string_view person, Role role) const {
    if (role == Role::applicant) return by_person.contains(person);
    const auto at = roles.find(person);
    return at != roles.end() && std::any_of(at->second.begin(), at->second.end(),
                                            [&](const HeldRole& held) { return held.role == role; });
}

std::vector<std::string> State::holders(Role role) const {
    std::vector<std::string> people;
    for (const auto& [person, held] : roles)
        if (holds(person, role)) people.push_back(person);
    return people;
}

std::size_t State::council_size() const {
    std::size_t members = 0;
    for (const auto& [person, held] : roles) {
        members += std::any_of(held.begin(), held.end(), [](const HeldRole& h) {
            return h.role == Role::chair || h.role == Role::vice_chair || h.role == Role::member ||
                   (h.role == Role::secretary && h.board == "council");
        });
    }
    return members;
}

WorkingCalendar State::calendar() const { return WorkingCalendar{days}; }

Date State::local(Instant instant) const {
    return Date{std::chrono::floor<std::chrono::days>(instant + offset)};
}

std::vector<ScoreColumn> score_columns(const Regulation& rules, const Stage& stage) {
    const auto marking = [&](const std::string& column) -> const Marking* {
        for (const Marking& rule : rules.markings())
            if (rule.column == column) return &rule;
        return nullptr;
    };
    if (stage.parts.empty() || marking(stage.name) != nullptr)
        return {{stage.name, stage.max, marking(stage.name)}};
    std::vector<ScoreColumn> columns;
    for (const Part& part : stage.parts) {
        const std::string name = stage.name + "." + part.name;
        columns.push_back({name, part.max, marking(name)});
    }
    return columns;
}

bool State::conflicted(std::string_view person, Index application) const {
    return std::any_of(conflicts.begin(), conflicts.end(), [&](const KnownConflict& c) {
        return c.person == person && (c.bars || c.application == application);
    });
}

Relation State::relation(std::string_view person, Index application) const {
    if (application == nobody) return Relation::none;
    if (applicants[application].person == person) return Relation::self;
    if (conflicted(person, application)) return Relation::conflicted;
    for (const StageState& stage : stages) {
        if (application >= stage.work.size()) continue;
        const auto& marks = stage.work[application].marks;
        if (std::any_of(marks.begin(), marks.end(), [&](const GivenMark& m) { return m.marker == person; }))
            return Relation::involved;
    }
    return Relation::none;
}

std::vector<Index> State::winners() const {
    std::vector<Index> all;
    if (!outcome) return all;
    for (Index i = 0; i < applicants.size(); ++i) {
        const bool selected = i < outcome->standing.size() && outcome->standing[i] == Standing::selected;
        if (selected || applicants[i].from_list) all.push_back(i);
    }
    return all;
}

bool State::resolved(Index i) const {
    return applicants[i].appointment != Appointment::none || applicants[i].status == Admission::withdrawn ||
           applicants[i].status == Admission::cancelled;
}

std::int64_t State::seats_left(std::size_t p) const {
    std::int64_t left = positions[p].given.seats;
    for (Index i = 0; i < applicants.size(); ++i) {
        const bool taken = applicants[i].appointment == Appointment::appointed ||
                           applicants[i].appointment == Appointment::in_post;
        const bool beyond = outcome && i < outcome->beyond.size() && outcome->beyond[i];
        // Whose result was cancelled holds no seat any more.
        const bool cancelled = applicants[i].status == Admission::cancelled;
        if (applicants[i].position == p && taken && !applicants[i].from_list && !beyond && !cancelled) --left;
    }
    return left;
}

std::int64_t State::places_left(std::size_t p) const {
    std::int64_t selected = 0;
    for (Index i = 0; outcome && i < outcome->standing.size(); ++i)
        selected +=
            applicants[i].position == p && outcome->standing[i] == Standing::selected && !outcome->beyond[i];
    return seats_left(p) + std::max<std::int64_t>(0, selected - positions[p].given.seats);
}

std::vector<std::string> State::group_of(std::size_t p) const {
    std::vector<std::string> names;
    for (const RankRule& rank : rules->ranks()) {
        if (rank.name != rules->select().by) continue;
        for (const std::string& column : rank.within) {
            std::string name = column == "position" ? positions[p].given.id : std::string{};
            for (const auto& [key, value] : positions[p].scope)
                if (key == column) name = value;
            names.push_back(std::move(name));
        }
    }
    return names;
}

std::vector<ReferralEvent> State::history(std::size_t p) const {
    std::vector<ReferralEvent> made;
    if (!outcome) return made;
    // A referral knows those who are ranked; what became of others changes nothing in it.
    const auto index = outcome->selection.find_group(group_of(p));
    if (!index) return made;
    const SelectionGroup rows = outcome->selection.group(*index);
    const auto order = outcome->selection.order();
    for (std::size_t n = 0; n < happened.size(); ++n) {
        auto [i, kind] = happened[n];
        // Who was chosen from an earlier ranking is gone from this one, which might not have let them be
        // chosen.
        if (rules->referral() && n < before_ranking && kind == ReferralEventKind::appointed)
            kind = ReferralEventKind::removed;
        const auto from = order.begin() + static_cast<std::ptrdiff_t>(rows.begin);
        const auto to = from + static_cast<std::ptrdiff_t>(rows.ranked);
        if (applicants[i].position == p && std::find(from, to, i) != to)
            made.push_back({kind, applicants[i].id});
    }
    return made;
}

std::vector<Index> State::next_in_rank(std::size_t p) const {
    std::vector<Index> next;
    if (!outcome) return next;
    const Selection& selection = outcome->selection;
    const auto group = selection.find_group(group_of(p));
    if (!group) return next;
    if (rules->referral()) {
        for (const std::string& id : refer(selection, group_of(p), history(p)).reachable())
            if (!resolved(find(id))) next.push_back(find(id));
        return next;
    }
    const SelectionGroup rows = selection.group(*group);
    std::int32_t place = 0;
    for (std::size_t k = rows.begin; k < rows.begin + rows.ranked; ++k) {
        const auto i = static_cast<Index>(selection.order()[k]);
        const Standing standing = i < outcome->standing.size() ? outcome->standing[i] : Standing::incomplete;
        const bool waits = (standing == Standing::reserve || standing == Standing::qualified) &&
                           !resolved(i) && applicants[i].position == p;
        if (!waits) continue;
        if (place != 0 && selection.first()[i] != place) break;
        place = selection.first()[i];
        next.push_back(i);
    }
    return next;
}

Role State::decides_ties() const {
    const auto& ending = rules->procedure().ending;
    return (ending ? role_of(ending->ties_decided_by) : std::nullopt).value_or(Role::approving_authority);
}

bool State::draws_lots() const {
    return std::any_of(rules->ranks().begin(), rules->ranks().end(), [](const RankRule& rank) {
        return !rank.ties.empty() && rank.ties.back().kind == TieKind::lot;
    });
}

Date State::later(Date from, std::int64_t count, DayKind kind) const {
    return kind == DayKind::calendar ? add_days(from, count) : calendar().add_working_days(from, count);
}

std::optional<Date> State::appeals_until(std::size_t s) const {
    const auto& rule = rules->procedure().appeals;
    const auto published = events.find(rules->stages()[s].name + ".published");
    if (!rule || !rule->window || published == events.end()) return std::nullopt;
    return later(published->second, *rule->window, rule->window_days);
}

std::string stage_names(const State& state) {
    return state.rules ? joined(state.rules->stages(), &Stage::name) : std::string{};
}

std::optional<Role> role_of(std::string_view written) {
    if (written == "council") return Role::chair;
    if (written == "head_of_agency") return Role::approving_authority;
    return role(written);
}

Table mark_sheet(const State& state, std::size_t s) {
    const auto& columns = state.columns(s);
    TextColumn application, stage, marker, status, position;
    std::vector<std::optional<Points>> marks;
    std::vector<std::int64_t> rounds;
    const StageState& held = state.stages[s];
    std::set<std::string> barred;
    std::multimap<Index, std::string> of_one;
    for (const KnownConflict& c : state.conflicts) {
        if (held.blind() || !state.roles.contains(c.person)) continue;
        if (c.bars)
            barred.insert(c.person);
        else
            of_one.emplace(c.application, c.person);
    }
    for (std::size_t i = 0; i < held.work.size(); ++i) {
        if (!held.work[i].counts()) continue;
        for (const GivenMark& mark : held.work[i].marks) {
            // Where a person settled the script, only a re-marking counts any more.
            if (!mark.again && held.work[i].settled_by_person(mark.column) &&
                held.work[i].remarked(mark.column))
                continue;
            application.add(state.applicants[i].id);
            stage.add(columns[mark.column].name);
            marker.add(mark.marker);
            marks.emplace_back(mark.value);
            rounds.push_back(mark.again ? 2 : 1);
            status.add(mark.struck ? "struck" : mark.kind.empty() ? "valid" : mark.kind);
            // Scripts are handed out one by one: each has a panel of its own.
            position.add(held.blind() ? state.applicants[i].id
                                      : state.positions[state.applicants[i].position].given.id);
        }
        if (held.blind()) continue;
        // Nobody waits for the mark of a member who may not give one.
        std::set<std::string> recused = barred;
        const auto [from, to] = of_one.equal_range(static_cast<Index>(i));
        for (auto at = from; at != to; ++at) recused.insert(at->second);
        for (std::size_t c = 0; c < columns.size() && !held.work[i].marks.empty(); ++c) {
            if (columns[c].marking == nullptr || columns[c].marking->slips == Slips::anonymous) continue;
            for (const std::string& person : recused) {
                const auto& given = held.work[i].marks;
                if (std::any_of(given.begin(), given.end(),
                                [&](const GivenMark& m) { return m.marker == person && m.column == c; }))
                    continue;
                application.add(state.applicants[i].id);
                stage.add(columns[c].name);
                marker.add(person);
                marks.emplace_back(Points{});
                rounds.push_back(1);
                status.add("struck");
                position.add(state.positions[state.applicants[i].position].given.id);
            }
        }
    }
    Table table;
    table.add("application", application.column());
    table.add("stage", stage.column());
    table.add("marker", marker.column());
    table.add("mark", points_column(marks));
    table.add("round", Column::integers(Buffer<std::int64_t>{std::move(rounds)}));
    table.add("status", status.column());
    table.add("position", position.column());
    return table;
}

Table score_sheet(const State& state, std::size_t stages) {
    Table table;
    TextColumn application, person, position, status;
    for (const Applicant& a : state.applicants) {
        application.add(a.id);
        person.add(a.person);
        position.add(state.positions[a.position].given.id);
        // Whoever left after a stage says so there.
        status.add(std::string{status_word(a.passed_by > 0 ? Admission::eligible : a.status)});
    }
    table.add("application", application.column());
    table.add("person", person.column());
    table.add("position", position.column());
    table.add("status", status.column());
    for (const Fact& fact : state.rules->facts()) table.add(fact.name, fact_column(state, fact));
    for (std::size_t s = 0; s < stages; ++s) add_stage(state, s, table);
    return table;
}

Selection selection_through(const State& state, std::optional<std::size_t> stage) {
    const std::size_t stages = stage ? *stage + 1 : state.stages.size();
    SelectOptions options;
    options.threads = 1;
    if (stage && *stage + 1 < state.stages.size()) options.through = state.rules->stages()[*stage].name;
    // A lot is drawn when all stages are closed. Before, only who passed is asked, which no lot decides.
    if (!options.through && state.draws_lots()) options.seed = state.lot;
    std::vector<std::string> within;
    for (const RankRule& rank : state.rules->ranks())
        if (rank.name == state.rules->select().by) within = rank.within;
    Seats seats;
    if (within.empty()) {
        std::int64_t all = 0;
        for (const PositionState& position : state.positions) all += position.given.seats;
        seats = all;
    } else {
        std::map<std::vector<std::string>, std::int64_t> by_group;
        for (std::size_t p = 0; p < state.positions.size(); ++p)
            by_group[state.group_of(p)] += state.positions[p].given.seats;
        Table table;
        for (std::size_t c = 0; c < within.size(); ++c) {
            TextColumn names;
            for (const auto& [group, count] : by_group) names.add(group[c]);
            table.add(within[c], names.column());
        }
        std::vector<std::int64_t> counts;
        for (const auto& [group, count] : by_group) counts.push_back(count);
        table.add("seats", Column::integers(Buffer<std::int64_t>{std::move(counts)}));
        seats = table;
    }
    return select(*state.rules, score_sheet(state, stages), seats, options);
}

std::string result_digest(const Selection& selection) {
    std::string lines;
    const Column& ids = selection.table().at("application");
    const Column total = selection.total();
    for (std::size_t row = 0; row < selection.size(); ++row) {
        lines += ids.text(row);
        lines += '\t';
        lines += to_string(selection.standings()[row]);
        lines += '\t';
        lines += total.str(row);
        lines += '\t';
        lines += std::to_string(selection.first()[row]);
        lines += '\n';
    }
    return sha256_hex(lines);
}

}  // namespace recruit::detail
