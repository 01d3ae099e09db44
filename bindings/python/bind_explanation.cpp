// Python face of <recruit/selection/explanation.hpp> and <recruit/scoring/standing.hpp>.

#include "bind.hpp"

#include <pybind11/native_enum.h>

namespace recruit::python {

namespace {

py::dict to_dict(const Reason& reason, Language language) {
    py::list children;
    for (const Reason& child : reason.children) children.append(to_dict(child, language));
    return py::dict("rule"_a = reason.rule, "sentence"_a = reason.sentence.str(language),
                    "source"_a = reason.source, "passed"_a = reason.passed,
                    "value"_a = to_decimal(reason.value), "margin"_a = to_decimal(reason.margin),
                    "children"_a = children);
}

py::dict to_dict(const Explanation& e, Language language) {
    py::list reasons;
    for (const Reason& reason : e.reasons) reasons.append(to_dict(reason, language));
    return py::dict("application"_a = e.application, "position"_a = e.position,
                    "regulation"_a = e.regulation.str(language), "regulation_id"_a = e.regulation_id,
                    "standing"_a = std::string{to_string(e.standing)}, "stage"_a = e.stage,
                    "decided_by"_a = e.decided_by, "total"_a = to_decimal(e.total), "first"_a = e.first,
                    "tied"_a = e.tied, "field"_a = e.field, "seats"_a = e.seats, "above"_a = e.above,
                    "below"_a = e.below, "margin"_a = to_decimal(e.margin), "reasons"_a = reasons);
}

void bind_standing(py::module_& m) {
    py::native_enum<Standing>(m, "Standing", "enum.Enum", "What a selection says about one application.")
        .value("selected", Standing::selected)
        .value("contested", Standing::contested)
        .value("reserve", Standing::reserve)
        .value("advanced", Standing::advanced)
        .value("qualified", Standing::qualified)
        .value("ranked", Standing::ranked)
        .value("failed", Standing::failed)
        .value("absent", Standing::absent)
        .value("incomplete", Standing::incomplete)
        .value("excluded", Standing::excluded)
        .value("ineligible", Standing::ineligible)
        .value("withdrawn", Standing::withdrawn)
        .value("cancelled", Standing::cancelled)
        .finalize();
    m.def(
        "label",
        [](Standing standing, LanguageChoice language) {
            return std::string{label(standing, language.value)};
        },
        "standing"_a, py::pos_only(), "language"_a = "en",
        R"doc(What people read for a standing, a role, a phase, a relation or an act.

Examples
--------
>>> recruit.label(recruit.Standing.selected, "vi")
'trúng tuyển'
)doc");
    m.def("has_passed", &has_passed, "standing"_a, R"doc(True where everything asked was passed.

Examples
--------
>>> recruit.has_passed(recruit.Standing.reserve)
True
)doc");
}

constexpr const char* explanation_doc = R"doc(Why an application stands where it stands: a letter and a tree.

``str()`` and ``.str("vi")`` give the letter to the person; `reasons` the tree.

Attributes
----------
total, margin : decimal.Decimal or None
    `margin` is the points to the cut: what was to spare inside it, what was missing (negative) outside.
first, tied : int or None
    `tied` people share the rank from place `first` on; `field` people are ranked.
above, below : str or None
    Applications next to it in rank order.

Examples
--------
>>> contest = recruit.datasets.example()
>>> result = recruit.select(contest.regulation, contest.scores, contest.seats)
>>> why = result.explain("A-2")
>>> why.standing.name, why.first
('selected', 1)
>>> [reason.rule for reason in why.reasons] == [reason["rule"] for reason in why.to_dict()["reasons"]]
True
)doc";

}  // namespace

void bind_explanation(py::module_& m) {
    bind_standing(m);
    py::class_<Reason>(m, "Reason", "One step of an explanation.")
        .def_readonly("rule", &Reason::rule, "Path in the regulation; empty for what was read.")
        .def_readonly("source", &Reason::source)
        .def_readonly("passed", &Reason::passed, "For a gate, a condition or a cut; else None.")
        .def_property_readonly("value", [](const Reason& r) { return to_decimal(r.value); })
        .def_property_readonly("margin", [](const Reason& r) { return to_decimal(r.margin); })
        .def_readonly("children", &Reason::children)
        .def(
            "sentence",
            [](const Reason& r, LanguageChoice language) { return r.sentence.str(language.value); },
            "language"_a = "en", "What happened.")
        .def(
            "to_dict", [](const Reason& r, LanguageChoice language) { return to_dict(r, language.value); },
            "language"_a = "en")
        .def("__str__", [](const Reason& r) { return r.sentence.str(); })
        .def("__repr__",
             [](const Reason& r) { return "<Reason '" + r.rule + "': " + r.sentence.str() + ">"; });
    py::class_<Explanation>(m, "Explanation", explanation_doc)
        .def_readonly("application", &Explanation::application)
        .def_readonly("position", &Explanation::position)
        .def_readonly("regulation", &Explanation::regulation, "Its title.")
        .def_readonly("regulation_id", &Explanation::regulation_id)
        .def_readonly("standing", &Explanation::standing)
        .def_readonly("stage", &Explanation::stage, "Stage where it ended; empty at the end.")
        .def_readonly("decided_by", &Explanation::decided_by, "Path of the rule that decided.")
        .def_property_readonly("total", [](const Explanation& e) { return to_decimal(e.total); })
        .def_readonly("first", &Explanation::first)
        .def_readonly("tied", &Explanation::tied)
        .def_readonly("field", &Explanation::field)
        .def_readonly("seats", &Explanation::seats)
        .def_readonly("above", &Explanation::above)
        .def_readonly("below", &Explanation::below)
        .def_property_readonly("margin", [](const Explanation& e) { return to_decimal(e.margin); })
        .def_readonly("reasons", &Explanation::reasons)
        .def(
            "str", [](const Explanation& e, LanguageChoice language) { return e.str(language.value); },
            "language"_a = "en", "The letter to the person.")
        .def(
            "to_dict",
            [](const Explanation& e, LanguageChoice language) { return to_dict(e, language.value); },
            "language"_a = "en", "Everything as plain values, marks as ``decimal.Decimal``.")
        .def("__str__", [](const Explanation& e) { return e.str(); })
        .def("__repr__", [](const Explanation& e) {
            return "<Explanation '" + e.application + "': " + std::string{to_string(e.standing)} + ">";
        });
}

}  // namespace recruit::python
