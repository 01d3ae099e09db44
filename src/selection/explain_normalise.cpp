// What normalisation did to one row, put among the reasons of its stage.

#include <algorithm>

#include "base/keys.hpp"
#include "selection/content.hpp"

namespace recruit::detail {

namespace {

Reason session_reason(const Regulation& rules, const Normalisation& rule, const Normalised& made,
                      std::size_t row) {
    const Table& sessions = made.sessions;
    const auto text = [&](const std::string& column, std::size_t s) { return sessions.at(column).str(s); };
    const std::string session = made.table.at(rule.session).is_null(row)
                                    ? std::get<std::string>(*rules.find_fact(rule.session)->fallback)
                                    : made.table.at(rule.session).str(row);
    const auto in_group = [&](std::size_t s) {
        return text("column", s) == rule.column &&
               std::all_of(rule.within.begin(), rule.within.end(), [&](const std::string& name) {
                   return text(name, s) == made.table.at(name).str(row);
               });
    };
    Reason reason;
    reason.rule = "normalise." + rule.column;
    reason.source = rule.source;
    const auto points = [&](const Table& table, const std::string& column, std::size_t at) {
        return Points::of(table.at(column).integers()[at], table.at(column).scale());
    };
    const Points mark = points(made.table, rule.column, row);
    const Argument raw = made.table.at(rule.raw).str(row);
    reason.sentence = Message{Text::reason_normalised, {rules.label(rule.column), raw, session, mark}};
    reason.value = mark;
    for (std::size_t s = 0; s < sessions.rows(); ++s) {
        if (!in_group(s)) continue;
        const bool mine = text("session", s) == session;
        const bool is_base = sessions.at("is_base").booleans()[s] != 0;
        if (!mine && !is_base) continue;
        Reason child;
        child.rule = reason.rule;
        child.sentence =
            mine ? Message{Text::reason_session,
                           {session, text("takers", s), points(sessions, "least", s),
                            points(sessions, "most", s), points(sessions, "mean", s),
                            points(sessions, "sd", s)}}
                 : Message{Text::reason_base_session,
                           {text("session", s), points(sessions, "mean", s), points(sessions, "sd", s)}};
        reason.children.push_back(std::move(child));
    }
    return reason;
}

}  // namespace

Explanation with_normalisation(const Plan& plan, std::size_t row, Explanation told) {
    if (!plan.normalised) return told;
    for (const Normalisation& rule : plan.regulation.normalisations()) {
        const Column* made = plan.normalised->table.find(rule.column);
        if (made == nullptr || made->is_null(row)) continue;
        const std::string path = "stage." + rule.column.substr(0, rule.column.find('.'));
        for (Reason& stage : told.reasons) {
            if (stage.rule != path) continue;
            stage.children.insert(stage.children.begin(),
                                  session_reason(plan.regulation, rule, *plan.normalised, row));
        }
    }
    return told;
}

}  // namespace recruit::detail
