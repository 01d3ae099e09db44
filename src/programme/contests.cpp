// Journals and selections as rows of a table of contests.

#include <recruit/programme/contests.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <vector>

#include <recruit/base/error.hpp>

#include "base/join.hpp"
#include "base/text_column.hpp"
#include "programme/columns.hpp"
#include "workflow/state.hpp"

namespace recruit {

namespace {

using detail::Admission;
using detail::Appointment;
using detail::Date;
using detail::Index;

/// One row; what is not in it is null. All as text, which the review reads.
using Line = std::map<std::string_view, std::string>;

Table table_of(const std::vector<Line>& lines) {
    Table table;
    for (const auto& column : detail::programme) {
        const bool given =
            std::any_of(lines.begin(), lines.end(), [&](const Line& l) { return l.contains(column.name); });
        if (!given) continue;
        detail::TextColumn texts;
        for (const auto& line : lines) {
            const auto at = line.find(column.name);
            texts.add(at == line.end() ? std::string_view{} : at->second, at != line.end());
        }
        table.add(std::string{column.name}, texts.column());
    }
    return table;
}

/// Between the last who is selected and the next who passed; none if either is missing.
std::optional<Points> margin_of(const Selection& selection, const SelectionGroup& group) {
    std::optional<Points> last, next;
    for (std::size_t place = group.begin; place < group.end; ++place) {
        const auto row = selection.order()[place];
        const auto total = selection.total(row);
        const Standing standing = selection.standings()[row];
        if (!total || !has_passed(standing)) continue;
        auto& mine = standing == Standing::selected ? last : next;
        const bool better =
            standing == Standing::selected ? !last || *total < *last : !next || *next < *total;
        if (better) mine = total;
    }
    if (!last || !next) return std::nullopt;
    return *last - *next;
}

void add_margin(Line& line, const Selection& selection, const SelectionGroup& group,
                const std::optional<Points>& noise) {
    const auto margin = margin_of(selection, group);
    if (margin && Points{} <= *margin)
        line["margin"] = margin->str();  // who goes ahead of the score is no margin
    if (noise) line["noise"] = noise->str();
}

/// The rows of one position of a contest.
class PositionRow {
public:
    PositionRow(const detail::State& state, std::size_t position, Date today)
        : state_{state}, position_{position}, today_{today} {
        for (Index i = 0; i < state.applicants.size(); ++i) {
            if (state.applicants[i].position == position) people_.push_back(i);
        }
    }

    Line line() {
        const Position& given = state_.positions[position_].given;
        set("position", given.title.empty() ? given.id : given.title);
        set("tier", given.tier);
        line_["titles"] = "1";
        line_["seats"] = std::to_string(given.seats);
        steps();
        dates();
        line_["ending"] = ending();
        line_["deadlines_missed"] = std::to_string(deadlines_missed());
        count("kept_used", [&](Index i) { return state_.applicants[i].from_list; });
        return std::move(line_);
    }

private:
    template <class Test>
    std::vector<Index> those(const Test& test) const {
        std::vector<Index> found;
        std::copy_if(people_.begin(), people_.end(), std::back_inserter(found), test);
        return found;
    }
    template <class Test>
    void count(std::string_view name, const Test& test) {
        line_[name] = std::to_string(those(test).size());
    }
    void set(std::string_view name, const std::string& text) {
        if (!text.empty()) line_[name] = text;
    }
    bool any(Admission status) const {
        return std::any_of(people_.begin(), people_.end(),
                           [&](Index i) { return state_.applicants[i].status == status; });
    }

    void steps() {
        step("applied", people_);
        if (!any(Admission::applied) && !any(Admission::withdrawn)) {
            step("eligible",
                 those([&](Index i) { return state_.applicants[i].status != Admission::ineligible; }));
        }
        if (!state_.stages.empty() && state_.stages[0].phase >= Phase::sat) {
            const auto& work = state_.stages[0].work;
            step("sat", those([&](Index i) {
                     return i < work.size() && work[i].attendance == detail::Attendance::present;
                 }));
        }
        if (!state_.outcome) return;
        const auto& standing = state_.outcome->standing;
        const auto stands = [&](Index i) { return i < standing.size() ? standing[i] : Standing::incomplete; };
        step("passed", those([&](Index i) { return has_passed(stands(i)); }));
        const auto undecided = those([&](Index i) { return stands(i) == Standing::contested; });
        if (undecided.empty())
            step("winners", those([&](Index i) { return stands(i) == Standing::selected; }));
        step("appointed", those([&](Index i) {
                 const auto as = state_.applicants[i].appointment;
                 return as == Appointment::appointed || as == Appointment::in_post;
             }));
    }

    /// How many, and of them by origin and by what they state, where everybody who applied says it.
    void step(const std::string& name, const std::vector<Index>& who) {
        line_[column(name)] = std::to_string(who.size());
        const auto known_origin = [&](Index i) {
            const auto& origin = state_.applicants[i].origin;
            return std::find(detail::origins.begin(), detail::origins.end(), origin) != detail::origins.end();
        };
        if (!people_.empty() && std::all_of(people_.begin(), people_.end(), known_origin)) {
            for (const auto origin : detail::origins)
                part(name, origin, who, [&](Index i) { return state_.applicants[i].origin == origin; });
        }
        for (const auto& [suffix, fact] : {std::pair{"planned", "planned"}, std::pair{"women", "woman"},
                                           std::pair{"minority", "minority"}}) {
            const auto says = [&, wanted = fact](Index i) { return state_.applicants[i].facts.get(wanted); };
            const auto given = [&](Index i) { return says(i) == "true" || says(i) == "false"; };
            if (!people_.empty() && std::all_of(people_.begin(), people_.end(), given))
                part(name, suffix, who, [&](Index i) { return says(i) == "true"; });
        }
    }
    template <class Test>
    void part(const std::string& step, std::string_view suffix, const std::vector<Index>& who,
              const Test& test) {
        const auto name = column(step + "_" + std::string{suffix});
        if (!name.empty()) line_[name] = std::to_string(std::count_if(who.begin(), who.end(), test));
    }
    /// The name as the columns have it, or nothing.
    static std::string_view column(const std::string& name) {
        const auto number = detail::column_number(name);
        return number == detail::programme.size() ? std::string_view{} : detail::programme[number].name;
    }

    void dates() {
        const auto take = [&](std::string_view name, const std::string& event) {
            if (const auto at = state_.events.find(event); at != state_.events.end())
                line_[name] = format_date(at->second);
        };
        take("announced_on", "announced");
        take("closed_on", "applications_closed");
        if (!state_.stages.empty()) take("examined_on", state_.rules->stages()[0].name + ".sat");
        take("published_on", "result_published");
        if (const auto at = line_.find("appointed"); at != line_.end() && at->second != "0")
            take("appointed_on", "appointed");
    }

    std::string ending() const {
        const Phase phase = state_.phase();
        if (phase == Phase::cancelled) return "cancelled";
        if (phase == Phase::void_) return "void";
        if (phase != Phase::closed) return "running";
        const auto winners = line_.find("winners");
        return winners == line_.end() || winners->second == "0" ? "winnerless" : "completed";
    }

    /// Of the whole contest: what was to happen by a day and happened later, or has not happened yet.
    std::int64_t deadlines_missed() const {
        std::int64_t missed = 0;
        for (const Deadline& rule : state_.rules->procedure().deadlines) {
            const auto from = state_.events.find(rule.from);
            const auto most = rule.most(static_cast<std::int64_t>(state_.applicants.size()));
            if (from == state_.events.end() || !most) continue;
            const auto to = state_.events.find(rule.to);
            const bool ended = state_.phase() >= Phase::closed;
            if (to == state_.events.end() && ended) continue;  // never came to it
            const Date last = state_.later(from->second, *most, rule.days);
            missed += (to == state_.events.end() ? today_ : to->second) > last;
        }
        return missed;
    }

    const detail::State& state_;
    std::size_t position_;
    Date today_;
    std::vector<Index> people_;
    Line line_;
};

}  // namespace

Table contest_records(const Competition& contest, const ContestOptions& options) {
    if (!contest.planned()) static_cast<void>(contest.regulation());  // throws what the contest throws
    const detail::State& state = contest.state();
    const Date today = options.reported_on ? *options.reported_on : state.local(*state.last);
    const std::string source = options.source.empty() ? contest.digest() : options.source;
    const std::string id = options.competition.empty() ? contest.title() : options.competition;
    std::vector<Line> lines;
    for (std::size_t p = 0; p < state.positions.size(); ++p) {
        Line line = PositionRow{state, p, today}.line();
        line["agency"] = options.agency.empty() ? contest.agency() : options.agency;
        line["competition"] = state.positions.size() == 1 ? id : id + "/" + state.positions[p].given.id;
        line["reported_on"] = format_date(today);
        line["source"] = source;
        if (state.outcome) {
            const Selection& selection = state.outcome->selection;
            if (const auto group = selection.find_group(state.group_of(p)))
                add_margin(line, selection, selection.group(*group), options.noise);
        }
        lines.push_back(std::move(line));
    }
    return table_of(lines);
}

Table contest_records(const Selection& selection, const ContestOptions& options) {
    if (options.agency.empty()) throw Error{Code::missing_column, {std::string{"agency"}}, "agency"};
    std::vector<Line> lines;
    for (std::size_t g = 0; g < selection.group_count(); ++g) {
        const SelectionGroup group = selection.group(g);
        const std::string position = detail::joined(group.names, {}, "/");
        Line line{{"agency", options.agency}, {"titles", "1"}};
        if (!position.empty()) line["position"] = position;
        const std::string id = options.competition.empty()    ? position
                               : selection.group_count() == 1 ? options.competition
                                                              : options.competition + "/" + position;
        if (!id.empty()) line["competition"] = id;
        line["source"] = options.source.empty()
                             ? selection.regulation().id() + " " + selection.regulation().digest()
                             : options.source;
        if (options.reported_on) line["reported_on"] = format_date(*options.reported_on);
        if (group.seats) line["seats"] = std::to_string(*group.seats);
        std::array<std::int64_t, standing_count> of{};
        std::int64_t absent_at_once = 0;
        for (std::size_t place = group.begin; place < group.end; ++place) {
            const auto row = selection.order()[place];
            const Standing standing = selection.standings()[row];
            ++of[static_cast<std::size_t>(standing)];
            const auto& stages = selection.regulation().stages();
            if (standing == Standing::absent && !stages.empty() &&
                selection.row(row).stage == stages.front().name)
                ++absent_at_once;
        }
        const auto number = [&](Standing s) { return of[static_cast<std::size_t>(s)]; };
        const auto applied = static_cast<std::int64_t>(group.end - group.begin);
        line["applied"] = std::to_string(applied);
        const bool clear = number(Standing::withdrawn) == 0 && number(Standing::excluded) == 0 &&
                           number(Standing::incomplete) == 0;
        const std::int64_t eligible = applied - number(Standing::ineligible);
        if (clear) {
            line["eligible"] = std::to_string(eligible);
            line["sat"] = std::to_string(eligible - absent_at_once);
        }
        std::int64_t passed = 0;
        for (std::size_t s = 0; s < of.size(); ++s)
            passed += has_passed(static_cast<Standing>(s)) ? of[s] : 0;
        if (number(Standing::incomplete) == 0) line["passed"] = std::to_string(passed);
        if (number(Standing::contested) == 0 && number(Standing::ranked) == 0 &&
            number(Standing::advanced) == 0)
            line["winners"] = std::to_string(number(Standing::selected));
        add_margin(line, selection, group, options.noise);
        lines.push_back(std::move(line));
    }
    return table_of(lines);
}

}  // namespace recruit
