#include "regulation/timeline.hpp"

#include <algorithm>
#include <optional>

#include "regulation/vocabulary.hpp"

namespace recruit::detail {

namespace {

using std::chrono::sys_days;

/// `to` is at least, and at most, so many days after `from`.
struct Edge {
    std::size_t from = 0, to = 0;
    std::optional<std::int64_t> least, most;
    DayKind days = DayKind::calendar;
    int deadline = -1;  ///< -1: only an order.
};

class Network {
public:
    Network(const Regulation& rules, const BurdenOptions& options) : rules_{rules}, options_{options} {
        gather();
        order();
        for (const Deadline& rule : rules_.procedure().deadlines) {
            const auto number = static_cast<int>(&rule - rules_.procedure().deadlines.data());
            edges_.push_back({place(rule.from), place(rule.to), rule.at_least, rule.most(options_.applicants),
                              rule.days, number});
        }
    }

    Timeline solve();

private:
    std::size_t place(std::string_view event) const { return made_.find(event); }
    bool mentioned(const std::string& event) const {
        const auto named = [&](const auto& list, auto names) {
            return std::any_of(list.begin(), list.end(), names);
        };
        const Procedure& p = rules_.procedure();
        return named(p.deadlines, [&](const Deadline& d) { return d.from == event || d.to == event; }) ||
               named(p.steps, [&](const ProcedureStep& s) {
                   return s.name == event ||
                          std::find(s.after.begin(), s.after.end(), event) != s.after.end();
               });
    }
    void precede(std::size_t from, std::size_t to) {
        if (from != to) edges_.push_back({from, to, 0, std::nullopt, DayKind::calendar, -1});
    }
    void gather();
    void order();
    sys_days later(sys_days day, std::int64_t n, DayKind kind) const {
        if (day == no_limit) return day;
        return sys_days{kind == DayKind::calendar ? add_days(day, n)
                                                  : options_.calendar.add_working_days(day, n)};
    }
    /// The last day from which `n` days later is not after `day`.
    sys_days last_before(sys_days day, std::int64_t n, DayKind kind) const {
        if (day == no_limit) return day;
        if (kind == DayKind::calendar) return sys_days{add_days(day, -n)};
        if (n == 0) return day;
        return sys_days{options_.calendar.add_working_days(options_.calendar.previous_working_day(day), -n)};
    }
    /// The first day from which `n` days later is not before `day`.
    sys_days first_reaching(sys_days day, std::int64_t n, DayKind kind) const {
        if (kind == DayKind::calendar) return sys_days{add_days(day, -n)};
        if (n == 0) return day;
        return sys_days{options_.calendar.add_working_days(options_.calendar.next_working_day(day), -n)};
    }

    const Regulation& rules_;
    const BurdenOptions& options_;
    Timeline made_;
    std::vector<Edge> edges_;
    std::vector<std::pair<std::string, std::string>> before_;  ///< Orders by name.
};

/// The events in the order of a contest. A stage follows the publication of the one before, whose appeals may
/// still run; the result is reported when all are decided.
void Network::gather() {
    std::string spine;
    std::vector<std::string> appealed;
    const auto enter = [&](const std::string& event, std::string& after) {
        if (!mentioned(event)) return;
        made_.events.push_back(event);
        if (!after.empty()) before_.emplace_back(after, event);
        after = event;
    };
    for (const auto name : first_events) enter(std::string{name}, spine);
    for (const Stage& stage : rules_.stages()) {
        for (const auto name : {"summoned", "sat", "marked", "published"})
            enter(stage.name + "." + name, spine);
        std::string branch = spine;
        for (const auto name : {"appealed", "remarked"}) enter(stage.name + "." + name, branch);
        if (branch != spine) appealed.push_back(branch);
    }
    for (const auto name : last_events) {
        const std::string was = spine;
        enter(std::string{name}, spine);
        if (spine == was || name == "ranked") continue;
        for (const std::string& event : appealed) before_.emplace_back(event, spine);
        appealed.clear();
    }
    const auto& steps = rules_.procedure().steps;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        std::vector<std::string> after = steps[i].after;
        if (after.empty() && i > 0) after = {steps[i - 1].name};
        std::size_t at = 0;
        for (const std::string& event : after) {
            before_.emplace_back(event, steps[i].name);
            at = std::max(at, place(event) + 1);
        }
        if (place(steps[i].name) == made_.events.size())
            made_.events.insert(
                made_.events.begin() + static_cast<std::ptrdiff_t>(std::min(at, made_.events.size())),
                steps[i].name);
    }
}

void Network::order() {
    for (const auto& [from, to] : before_) precede(place(from), place(to));
    for (std::size_t i = 1; i < made_.events.size(); ++i) precede(0, i);
}

Timeline Network::solve() {
    const std::size_t n = made_.events.size();
    const sys_days start{options_.start.value_or(rules_.effective_from())};
    made_.first.assign(n, start);
    made_.last.assign(n, no_limit);
    if (n == 0) return std::move(made_);
    made_.last[0] = start;
    std::vector<const Edge*> by(n, nullptr);
    bool moved = true;
    std::size_t round = 0;
    for (; moved && round <= n + 1 && !made_.contradictory; ++round) {
        moved = false;
        const auto raise = [&](std::size_t event, sys_days day, const Edge& edge) {
            if (day <= made_.first[event]) return;
            made_.first[event] = day;
            by[event] = &edge;
            moved = true;
        };
        const auto lower = [&](std::size_t event, sys_days day) {
            if (day >= made_.last[event]) return;
            made_.last[event] = day;
            moved = true;
        };
        for (const Edge& edge : edges_) {
            if (edge.least) {
                raise(edge.to, later(made_.first[edge.from], *edge.least, edge.days), edge);
                lower(edge.from, last_before(made_.last[edge.to], *edge.least, edge.days));
            }
            if (edge.most) {
                lower(edge.to, later(made_.last[edge.from], *edge.most, edge.days));
                raise(edge.from, first_reaching(made_.first[edge.to], *edge.most, edge.days), edge);
            }
        }
        for (std::size_t i = 0; i < n; ++i)
            made_.contradictory = made_.contradictory || made_.first[i] > made_.last[i];
    }
    made_.contradictory = made_.contradictory || moved;
    std::size_t at = n - 1;
    for (std::size_t i = 0; i < n && by[at] != nullptr && !made_.contradictory; ++i) {
        const Edge& edge = *by[at];
        if (edge.deadline >= 0)
            made_.critical.push_back(
                rules_.procedure().deadlines[static_cast<std::size_t>(edge.deadline)].name);
        at = at == edge.to ? edge.from : edge.to;
    }
    std::reverse(made_.critical.begin(), made_.critical.end());
    return std::move(made_);
}

}  // namespace

std::size_t Timeline::find(std::string_view event) const noexcept {
    return static_cast<std::size_t>(std::find(events.begin(), events.end(), event) - events.begin());
}

Timeline timeline(const Regulation& rules, const BurdenOptions& options) {
    return Network{rules, options}.solve();
}

}  // namespace recruit::detail
