// Python face of <recruit/workflow/role.hpp> and act.hpp, and how moments and fields come in and go out.

#include "bind_workflow.hpp"

#include <datetime.h>
#include <pybind11/native_enum.h>
#include <pybind11/operators.h>

namespace recruit::python {

namespace {

constexpr const char* act_doc =
    R"doc(What somebody wants to do. The host has made sure that `actor` is who they say.

Parameters
----------
kind : ActKind or str
    ``"assign_role"``; see ``recruit.fields(kind)`` for what each must say.
actor : str
    Id of a person or body.
fields : mapping
    Texts, numbers, days, booleans; lists of them. What is None is left out.
as_ : Role or str, optional
    In which role; without it the first one that may.
occurred_at : datetime.datetime, optional
    When it was done on paper, if it is entered later; then also
recorded_by : str
    the secretary who enters it and
scan : str
    the digest of the signed paper.
documents, signed_by : sequence of str
    Papers it comes with; persons who signed beside the actor.

Examples
--------
>>> recruit.Act("assign_role", "auth", {"person": "lan", "role": "chair"})
Act('assign_role', 'auth', {'person': 'lan', 'role': 'chair'})
)doc";

std::string joined(const std::string& kind, const std::string& actor, const Fields& fields) {
    return "Act(" + py::repr(py::str(kind)).cast<std::string>() + ", " +
           py::repr(py::str(actor)).cast<std::string>() + ", " +
           py::repr(py::cast(fields)).cast<std::string>() + ")";
}

template <class E>
void add_enum(py::module_& m, const char* name, int count, const char* doc) {
    py::native_enum<E> made{m, name, "enum.Enum", doc};
    for (int i = 0; i < count; ++i) {
        const auto value = static_cast<E>(i);
        made.value(std::string{to_string(value)}.c_str(), value);
    }
    made.finalize();
    m.def(
        "label", [](E value, LanguageChoice language) { return std::string{label(value, language.value)}; },
        "value"_a, "language"_a = "en");
}

}  // namespace

void bind_acts(py::module_& m) {
    add_enum<Role>(m, "Role", role_count, "What somebody is in a contest.");
    add_enum<Phase>(m, "Phase", phase_count, "Where a contest, or one of its stages, stands.");
    add_enum<Relation>(m, "Relation", relation_count, "How an actor stands to the applicant.");
    add_enum<ActKind>(m, "ActKind", act_count, "Everything that can be done in a contest.");
    py::native_enum<FieldType>(m, "FieldType", "enum.Enum", "What a field of an act holds.")
        .value("text", FieldType::text)
        .value("id", FieldType::id)
        .value("person", FieldType::person)
        .value("reference", FieldType::reference)
        .value("digest", FieldType::digest)
        .value("date", FieldType::date)
        .value("integer", FieldType::integer)
        .value("count", FieldType::count)
        .value("points", FieldType::points)
        .value("boolean", FieldType::boolean)
        .value("word", FieldType::word)
        .value("list", FieldType::list)
        .value("facts", FieldType::facts)
        .value("personal", FieldType::personal)
        .finalize();
    py::class_<FieldRule>(m, "FieldRule", "A field of an act; see `fields`.")
        .def_readonly("name", &FieldRule::name)
        .def_readonly("type", &FieldRule::type)
        .def_readonly("required", &FieldRule::required)
        .def_readonly("words", &FieldRule::words, "What it may say, where that is a closed list.")
        .def("__repr__", [](const FieldRule& rule) {
            return "<FieldRule: " + rule.name + (rule.required ? ">" : ", optional>");
        });
    m.def(
        "fields", [](Choice<ActKind> kind) { return fields(kind.value); }, "kind"_a,
        R"doc(What an act must and may say.

Examples
--------
>>> [field.name for field in recruit.fields("decide_tie") if field.required]
['chosen', 'reason']
)doc");
    m.def(
        "permitted",
        [](Choice<Role> role, Choice<ActKind> act, Choice<Phase> phase, Choice<Relation> relation) {
            return permitted(role.value, act.value, phase.value, relation.value);
        },
        "role"_a, "act"_a, "phase"_a, "relation"_a = "none",
        R"doc(Whether a role may do an act in a phase. What is not allowed here is refused, whatever else holds.

Examples
--------
>>> recruit.permitted("chair", "appoint", "appointing")
False
)doc");
    m.def(
        "permissions_table", [](LanguageChoice language) { return permissions_table(language.value); },
        "language"_a = "en", "The whole table in Markdown: a row an act, with who, when, in which relation.");
    m.def(
        "compatible", [](Choice<Role> a, Choice<Role> b) { return compatible(a.value, b.value); }, "a"_a,
        "b"_a, "Whether one person may have both roles in one contest.");

    py::class_<Act>(m, "Act", act_doc)
        .def(py::init([](Choice<ActKind> kind, std::string actor, Fields fields,
                         std::optional<Choice<Role>> as, std::optional<Instant> occurred_at,
                         std::string recorded_by, std::string scan, std::vector<std::string> documents,
                         std::vector<std::string> signed_by) {
                 Act act{kind.value, std::move(actor), std::move(fields)};
                 if (as) act.as = as->value;
                 act.occurred_at = occurred_at;
                 act.recorded_by = std::move(recorded_by);
                 act.scan = std::move(scan);
                 act.documents = std::move(documents);
                 act.signed_by = std::move(signed_by);
                 return act;
             }),
             "kind"_a, "actor"_a, "fields"_a = Fields{}, py::kw_only(), "as_"_a = py::none(),
             "occurred_at"_a = py::none(), "recorded_by"_a = "", "scan"_a = "", "documents"_a = py::tuple{},
             "signed_by"_a = py::tuple{})
        .def_readonly("kind", &Act::kind)
        .def_readonly("actor", &Act::actor)
        .def_readonly("fields", &Act::fields, "A dict of texts; a list has one item a line.")
        .def_readonly("as_", &Act::as)
        .def_readonly("occurred_at", &Act::occurred_at)
        .def_readonly("recorded_by", &Act::recorded_by)
        .def_readonly("scan", &Act::scan)
        .def_readonly("documents", &Act::documents)
        .def_readonly("signed_by", &Act::signed_by)
        .def("__repr__",
             [](const Act& act) { return joined(std::string{to_string(act.kind)}, act.actor, act.fields); });

    py::class_<Event>(m, "Event", "An act that was allowed, with what it decided.")
        .def_readonly("act", &Event::act)
        .def_readonly("role", &Event::role, "In which it was done.")
        .def_readonly("at", &Event::at)
        .def_readonly("decided", &Event::decided, "What followed: a draw, a count, the digest of a result.")
        .def_readonly("sealed", &Event::sealed,
                      "The same, but secret until it is opened: the key of the codes, names.")
        .def_readonly("sealed_digest", &Event::sealed_digest)
        .def("body", &Event::body, "One line of JSON: what the journal chains.")
        .def("personal", &Event::personal, "What is kept beside the chain; empty if nothing is sealed.")
        .def_static(
            "parse",
            [](const std::string& body, const std::string& personal) { return Event::parse(body, personal); },
            "body"_a, "personal"_a = "", "Reads both back. Raises Error.")
        .def("__repr__", [](const Event& event) {
            return "<Event: " + std::string{to_string(event.act.kind)} + " by " + event.act.actor + ", " +
                   format_instant(event.at) + ">";
        });
}

}  // namespace recruit::python

namespace pybind11::detail {

namespace {

object epoch() {
    const module_ datetime = module_::import("datetime");
    return datetime.attr("datetime")(1970, 1, 1, "tzinfo"_a = datetime.attr("timezone").attr("utc"));
}

std::string field_text(handle value) {
    using namespace recruit::python;
    if (isinstance<str>(value)) return value.cast<std::string>();
    if (isinstance<bool_>(value)) return value.cast<bool>() ? "true" : "false";
    make_caster<std::chrono::year_month_day> day;
    if (day.load(value, false)) return recruit::format_date(cast_op<std::chrono::year_month_day>(day));
    return to_points(value).str();
}

}  // namespace

bool type_caster<recruit::Instant>::load(handle source, bool) {
    if (PyDateTimeAPI == nullptr) PyDateTime_IMPORT;
    if (PyDateTime_Check(source.ptr()) == 0) return false;
    if (source.attr("utcoffset")().is_none())
        throw value_error(recruit::python::say("python_naive_moment", {recruit::python::repr_of(source)}));
    const object since = source - epoch();
    value = recruit::Instant{std::chrono::seconds{since.attr("days").cast<std::int64_t>() * 86400 +
                                                  since.attr("seconds").cast<std::int64_t>()}};
    return true;
}

handle type_caster<recruit::Instant>::cast(recruit::Instant instant, return_value_policy, handle) {
    const object delta =
        module_::import("datetime")
            .attr("timedelta")("seconds"_a = static_cast<std::int64_t>(instant.time_since_epoch().count()));
    return (epoch() + delta).release();
}

bool type_caster<recruit::Fields>::load(handle source, bool) {
    if (!isinstance<dict>(source) && !hasattr(source, "items")) return false;
    for (const handle item : source.attr("items")()) {
        const auto pair = reinterpret_borrow<tuple>(item);
        const auto key = pair[0].cast<std::string>();
        const object given = pair[1];
        if (given.is_none()) continue;
        if (isinstance<list>(given) || isinstance<tuple>(given)) {
            std::vector<std::string> texts;
            for (const handle entry : given) {
                texts.push_back(field_text(entry));
                if (texts.back().find('\n') != std::string::npos)
                    throw value_error(recruit::python::say("python_line_in_list", {key}));
            }
            value.set(key, texts);
        } else {
            value.set(key, field_text(given));
        }
    }
    return true;
}

handle type_caster<recruit::Fields>::cast(const recruit::Fields& fields, return_value_policy, handle) {
    dict made;
    for (const auto& [name, text] : fields.items()) made[str(name)] = str(text);
    return made.release();
}

}  // namespace pybind11::detail
