// Referral: who may be chosen for a vacancy; lists of results that are kept.

#include <recruit/selection/list.hpp>
#include <recruit/selection/referral.hpp>

#include "bind.hpp"

namespace recruit::python {

namespace {

using Events = std::vector<std::pair<std::string, std::string>>;

/// ("appointed", "A-1") and so on.
std::vector<ReferralEvent> events_of(const Events& history) {
    std::vector<ReferralEvent> events;
    for (const auto& [kind, application] : history) {
        const auto known = referral_event(kind);
        if (!known) throw py::value_error(say("python_unknown_event", {kind}));
        events.push_back({*known, application});
    }
    return events;
}

std::vector<std::string> group_of(const py::object& group) {
    if (py::isinstance<py::str>(group)) return {group.cast<std::string>()};
    return group.cast<std::vector<std::string>>();
}

Table standards_of(const py::object& standards) {
    return standards.is_none() ? Table{} : table_from(standards, py::none());
}

Vacancy vacancy_of(const std::string& name) {
    for (int i = 0; i <= static_cast<int>(Vacancy::elsewhere); ++i)
        if (to_string(static_cast<Vacancy>(i)) == name) return static_cast<Vacancy>(i);
    throw py::value_error(say("python_unknown_vacancy", {name}));
}

/// application, rank, total, reason.
py::list kept_rows(const std::vector<KeptResult>& kept) {
    py::list rows;
    for (const KeptResult& one : kept) {
        py::dict row;
        row["application"] = one.application;
        row["rank"] = one.rank > 0 ? py::object{py::int_{one.rank}} : py::none();
        row["total"] = one.total ? py::object{to_decimal(*one.total)} : py::none();
        row["reason"] = std::string{to_string(one.reason)};
        rows.append(std::move(row));
    }
    return rows;
}

constexpr const char* refer_doc =
    R"doc(Who may be chosen for the next vacancy of a position, given who is left.

Parameters
----------
selection : Selection
    Of a regulation with ``[referral]``; seats are not needed.
group : str or sequence of str
    The position, or a name for each column of the selecting rank's scope.
history : sequence of (str, str)
    What happened, in order: ``("appointed", "A-1")``; also declined, unwilling, removed, considered,
    dropped, passed_over. Each appointment must have been lawful when it was made.
posts : int
    Vacancies filled at once.

Returns
-------
Referral

Raises
------
Error
    ``not_referred`` for an appointment of somebody who was not reachable; ``unknown_group``,
    ``unknown_application``, ``no_referral_rule``, ``not_considered_enough``.
)doc";

constexpr const char* refer_all_doc =
    R"doc(Who may be chosen for the first vacancy of every group: `refer` before anything has happened, at once.

Parameters
----------
selection : Selection
    Of a regulation with ``[referral]``; seats are not needed.
posts : int
    Vacancies of a group filled at once.
threads : int
    0 is the hardware's number; changes no result.

Returns
-------
Table
    A row for each who is reachable, groups in the order of their names: the columns of the selecting rank's scope,
    application, rank and total (not where the rule hides them), category, precedes.

Raises
------
Error
    ``no_referral_rule``.
)doc";

constexpr const char* list_doc = R"doc(Results of a selection kept for later (bảo lưu), by a ``[[list]]``.

Whether a list can still be used is derived from its dates at every call and never stored.

Parameters
----------
selection : Selection
list : str
    Name of the regulation's list.
group : str or sequence of str
established : datetime.date
extended, newer : datetime.date, optional
    When its extension was approved; when a newer list was established.
)doc";

}  // namespace

void bind_referral(py::module_& m) {
    py::class_<Referral> referral{m, "Referral", "Who may be chosen for one vacancy; see `refer`."};
    hand_out_arrow(referral, [](const Referral& r) { return r.to_table(); });
    referral.def_readonly("group", &Referral::group)
        .def_readonly("vacancy", &Referral::vacancy, "From 1: one more than were appointed.")
        .def_readonly("ranked", &Referral::ranked, "False: rank and total go to nobody who chooses.")
        .def_property_readonly("reachable", &Referral::reachable, "Ids of those who may be chosen.")
        .def(
            "explain",
            [](const Referral& r, const std::string& application, LanguageChoice language) {
                return r.explain(application, language.value);
            },
            "application"_a, "language"_a = "en", "Whether, and by which rule. Raises Error.")
        .def("to_table", &Referral::to_table,
             "application, rank, total, category, precedes, considered, reachable, reason.")
        .def("__contains__",
             [](const Referral& r, const std::string& application) {
                 for (const ReferredName& name : r.names)
                     if (name.application == application) return name.reachable();
                 return false;
             })
        .def("__len__", [](const Referral& r) { return r.reachable().size(); })
        .def("__repr__", [](const Referral& r) { return summary(r.to_table()); })
        .def("_repr_html_", [](const Referral& r) { return html(r.to_table()); });
    m.def(
        "refer",
        [](const Selection& selection, const py::object& group, const Events& history, std::int64_t posts) {
            const auto names = group_of(group);
            const auto events = events_of(history);
            return refer(selection, names, events, posts);
        },
        "selection"_a, "group"_a, "history"_a = Events{}, py::kw_only(), "posts"_a = 1, refer_doc);
    m.def(
        "refer_all",
        [](const Selection& selection, std::int64_t posts, int threads) {
            py::gil_scoped_release unlocked;
            return refer_all(selection, posts, threads);
        },
        "selection"_a, py::kw_only(), "posts"_a = 1, "threads"_a = 0, refer_all_doc);
    py::class_<ReserveList>(m, "ReserveList", list_doc)
        .def(
            py::init([](const Selection& selection, const std::string& list, const py::object& group,
                        std::chrono::year_month_day established,
                        const std::optional<std::chrono::year_month_day>& extended,
                        const std::optional<std::chrono::year_month_day>& newer) {
                return ReserveList{selection, list, group_of(group), ListDates{established, extended, newer}};
            }),
            "selection"_a, "list"_a, "group"_a, py::kw_only(), "established"_a, "extended"_a = py::none(),
            "newer"_a = py::none())
        .def_property_readonly("expires", &ReserveList::expires, "The first day it can no longer be used.")
        .def(
            "on",
            [](const ReserveList& list, std::chrono::year_month_day day, const std::string& vacancy,
               const py::object& standards, const Events& history) {
                return kept_rows(
                    list.on(day, vacancy_of(vacancy), standards_of(standards), events_of(history)));
            },
            "day"_a, py::kw_only(), "vacancy"_a = "same_position", "standards"_a = py::none(),
            "history"_a = Events{}, "Everybody kept, in the order of use, each with the reason of that day.")
        .def(
            "next",
            [](const ReserveList& list, std::chrono::year_month_day day, const std::string& vacancy,
               const py::object& standards, const Events& history) {
                return list.next(day, vacancy_of(vacancy), standards_of(standards), events_of(history));
            },
            "day"_a, py::kw_only(), "vacancy"_a = "same_position", "standards"_a = py::none(),
            "history"_a = Events{}, "The first who is usable, or all equals of the first.");
}

}  // namespace recruit::python
