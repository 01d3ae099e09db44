// What a regulation says of the procedure, made into the values of recruit/_rules.py: their names and fields.

#include "bind.hpp"

#include <recruit/regulation/regulation.hpp>

namespace recruit::python {

namespace {

template <class... Fields>
py::object made(const char* type, Fields&&... fields) {
    return py::module_::import("recruit._rules").attr(type)(std::forward<Fields>(fields)...);
}

/// The word of an enumerator; None where the regulation does not say.
template <class Rule>
std::optional<std::string> word(const std::optional<Rule>& rule) {
    if (!rule) return std::nullopt;
    return std::string{to_string(*rule)};
}

py::object fraction(const Fraction& value) {
    return py::module_::import("fractions").attr("Fraction")(value.numerator(), value.denominator());
}

/// A list of values as a tuple.
template <class List, class Make>
py::tuple each(const List& list, Make make) {
    py::tuple all{list.size()};
    for (std::size_t i = 0; i < list.size(); ++i) all[i] = make(list[i]);
    return all;
}

template <class List>
py::tuple plain(const List& list) {
    return each(list, [](const auto& value) { return py::cast(value); });
}

/// The value, or None.
template <class Value, class Make>
py::object if_said(const std::optional<Value>& value, Make make) {
    return value ? py::object{make(*value)} : py::none();
}

py::object council(const Council& c) {
    return made("Council", "sizes"_a = plain(c.sizes), "roles"_a = plain(c.roles),
                "quorum"_a = if_said(c.quorum, fraction), "present"_a = c.present,
                "equal_votes"_a = word(c.equal_votes), "after_recusal"_a = word(c.after_recusal),
                "boards"_a = plain(c.boards), "separate"_a = plain(c.separate), "source"_a = c.source);
}

py::object conflict(const Conflict& c) {
    return made("Conflict", "name"_a = c.name, "relations"_a = plain(c.relations), "degree"_a = c.degree,
                "bars"_a = plain(c.bars), "on_conflict"_a = word(c.on_conflict),
                "found_later"_a = word(c.found_later), "source"_a = c.source);
}

py::object step(const ProcedureStep& s) {
    return made("ProcedureStep", "name"_a = s.name, "who"_a = s.who, "after"_a = plain(s.after),
                "documents"_a = plain(s.documents), "signatures"_a = plain(s.signatures), "title"_a = s.title,
                "source"_a = s.source);
}

py::object deadline(const Deadline& d) {
    const auto tier = [](const DeadlineTier& t) {
        return made("DeadlineTier", "applicants"_a = t.applicants, "at_most"_a = t.at_most);
    };
    return made("Deadline", "name"_a = d.name, "since"_a = d.from, "until"_a = d.to,
                "at_least"_a = d.at_least, "at_most"_a = d.at_most, "days"_a = std::string{to_string(d.days)},
                "tiers"_a = each(d.tiers, tier), "postmark"_a = d.postmark, "title"_a = d.title,
                "source"_a = d.source);
}

py::object consent(const Consent& c) {
    return made("Consent", "name"_a = c.name, "body"_a = c.body, "before"_a = c.before,
                "document"_a = c.document, "refused"_a = word(c.refused), "source"_a = c.source);
}

py::object appeals(const Appeals& a) {
    return made("Appeals", "allowed"_a = plain(a.allowed), "not_for"_a = plain(a.not_for),
                "window"_a = a.window, "window_days"_a = std::string{to_string(a.window_days)},
                "decide_within"_a = a.decide_within, "decide_days"_a = std::string{to_string(a.decide_days)},
                "once"_a = a.once, "after_gate"_a = word(a.after_gate), "told"_a = word(a.told),
                "source"_a = a.source);
}

py::object papers(const Papers& p) {
    return made("Papers", "least"_a = p.least, "leak"_a = word(p.leak), "double_entry"_a = p.double_entry,
                "source"_a = p.source);
}

py::object late(const LateArrival& l) {
    return made("LateArrival", "exam_from"_a = l.exam_from, "exam_up_to"_a = l.exam_up_to,
                "late_up_to"_a = l.late_up_to, "force_majeure"_a = l.force_majeure, "source"_a = l.source);
}

py::object publication(const Publication& p) {
    return made("Publication", "name"_a = p.name, "to"_a = p.to, "at"_a = p.at,
                "channels"_a = plain(p.channels), "source"_a = p.source);
}

py::object minimum(const MinimumField& m) {
    return made("MinimumField", "least"_a = m.least, "at"_a = m.at, "below"_a = word(m.below),
                "source"_a = m.source);
}

py::object vote(const ConfidenceVote& v) {
    return made("ConfidenceVote", "stage"_a = v.stage, "present"_a = v.present, "share"_a = fraction(v.share),
                "inclusive"_a = v.inclusive, "round"_a = word(v.round), "source"_a = v.source);
}

py::object ending(const Ending& e) {
    return made("Ending", "nobody_passes"_a = word(e.nobody_passes),
                "fewer_than_seats"_a = word(e.fewer_than_seats), "ties_decided_by"_a = e.ties_decided_by,
                "reason_required"_a = e.reason_required, "source"_a = e.source);
}

py::object transition(const Transition& t) {
    return made("Transition", "after"_a = t.after, "months"_a = t.months, "otherwise"_a = word(t.otherwise),
                "on_expiry"_a = word(t.on_expiry), "source"_a = t.source);
}

}  // namespace

py::object procedure_of(const Regulation& regulation) {
    const Procedure& p = regulation.procedure();
    return made("Procedure", "council"_a = if_said(p.council, council),
                "conflicts"_a = each(p.conflicts, conflict), "steps"_a = each(p.steps, step),
                "deadlines"_a = each(p.deadlines, deadline), "consents"_a = each(p.consents, consent),
                "appeals"_a = if_said(p.appeals, appeals), "papers"_a = if_said(p.papers, papers),
                "late"_a = each(p.late, late), "publications"_a = each(p.publications, publication),
                "minimum_fields"_a = each(p.minimum_fields, minimum), "vote"_a = if_said(p.vote, vote),
                "ending"_a = if_said(p.ending, ending), "transition"_a = if_said(p.transition, transition));
}

}  // namespace recruit::python
