// Python face of <recruit/persistence/file.hpp>. Every value that Python knows is pickled, copied, compared
// and hashed through the bytes of its file.

#include "bind.hpp"

#include <pybind11/stl/filesystem.h>

#include <recruit/persistence/file.hpp>
#include <recruit/selection/synthetic.hpp>
#include <recruit/tables/csv.hpp>
#include <recruit/tables/scores.hpp>

namespace recruit::python {

namespace {

/// The kinds that have a Python type. A list of issues is a list.
template <class... T>
struct Types {};
using PythonTypes =
    Types<Points, Title, Issue, Table, CsvFile, ScoreSheet, Fact, Part, Stage, RankRule, Quota, Regulation,
          ScoreTable, SelectionRow, SelectionGroup, Selection, Reason, Explanation, SyntheticContest, Gap,
          Burden, TransitionRuling, Act, Event, Position, Discretion, Movement, AgendaItem, PlannedEvent,
          Receipt, Checkpoint, Standard, Finding, Eligibility, Referral, RuleChange, MarkedScores, Normalised,
          RegisterFile, Consolidation, Review, Figure, BodyLine>;

std::span<const std::byte> bytes_of(std::string_view data) { return std::as_bytes(std::span{data}); }

py::bytes to_python(const std::vector<std::byte>& bytes) {
    return py::bytes{reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Calls work(value) with the C++ value behind a Python one. \throws py::type_error
template <class... T, class Work>
auto with_value(Types<T...>, const py::object& value, const Work& work) {
    using Result = decltype(work(std::declval<const Issues&>()));
    std::optional<Result> result;
    const auto attempt = [&]<class Type>(const Type*) {
        if (result || !py::isinstance<Type>(value)) return;
        const auto& known = value.cast<const Type&>();
        const py::gil_scoped_release unlocked;
        result = work(known);
    };
    (attempt(static_cast<const T*>(nullptr)), ...);
    if (!result && py::isinstance<py::list>(value)) {
        const auto all_issues = [](const py::list& list) {
            for (const auto& entry : list) {
                if (!py::isinstance<Issue>(entry)) return false;
            }
            return true;
        };
        if (all_issues(value)) {
            const auto issues = value.cast<Issues>();
            const py::gil_scoped_release unlocked;
            result = work(issues);
        }
    }
    if (!result)
        throw py::type_error(say("python_not_storable", {std::string{Py_TYPE(value.ptr())->tp_name}}));
    return *result;
}

template <class T>
bool is_kind(std::string_view kind);
#define RECRUIT_PYTHON_KIND(type, name)         \
    template <>                                 \
    bool is_kind<type>(std::string_view kind) { \
        return kind == name;                    \
    }
RECRUIT_PYTHON_KIND(Points, "points")
RECRUIT_PYTHON_KIND(Title, "title")
RECRUIT_PYTHON_KIND(Issue, "issue")
RECRUIT_PYTHON_KIND(Table, "table")
RECRUIT_PYTHON_KIND(CsvFile, "csv_file")
RECRUIT_PYTHON_KIND(ScoreSheet, "score_sheet")
RECRUIT_PYTHON_KIND(Fact, "fact")
RECRUIT_PYTHON_KIND(Part, "part")
RECRUIT_PYTHON_KIND(Stage, "stage")
RECRUIT_PYTHON_KIND(RankRule, "rank_rule")
RECRUIT_PYTHON_KIND(Quota, "quota")
RECRUIT_PYTHON_KIND(Regulation, "regulation")
RECRUIT_PYTHON_KIND(ScoreTable, "score_table")
RECRUIT_PYTHON_KIND(SelectionRow, "selection_row")
RECRUIT_PYTHON_KIND(SelectionGroup, "selection_group")
RECRUIT_PYTHON_KIND(Selection, "selection")
RECRUIT_PYTHON_KIND(Reason, "reason")
RECRUIT_PYTHON_KIND(Explanation, "explanation")
RECRUIT_PYTHON_KIND(SyntheticContest, "synthetic_contest")
RECRUIT_PYTHON_KIND(Gap, "gap")
RECRUIT_PYTHON_KIND(Burden, "burden")
RECRUIT_PYTHON_KIND(TransitionRuling, "transition_ruling")
RECRUIT_PYTHON_KIND(Act, "act")
RECRUIT_PYTHON_KIND(Event, "event")
RECRUIT_PYTHON_KIND(Position, "position")
RECRUIT_PYTHON_KIND(Discretion, "discretion")
RECRUIT_PYTHON_KIND(Movement, "movement")
RECRUIT_PYTHON_KIND(AgendaItem, "agenda_item")
RECRUIT_PYTHON_KIND(PlannedEvent, "planned_event")
RECRUIT_PYTHON_KIND(Receipt, "receipt")
RECRUIT_PYTHON_KIND(Checkpoint, "checkpoint")
RECRUIT_PYTHON_KIND(Standard, "standard")
RECRUIT_PYTHON_KIND(Finding, "finding")
RECRUIT_PYTHON_KIND(Eligibility, "eligibility")
RECRUIT_PYTHON_KIND(Referral, "referral")
RECRUIT_PYTHON_KIND(RuleChange, "rule_change")
RECRUIT_PYTHON_KIND(MarkedScores, "marked_scores")
RECRUIT_PYTHON_KIND(Normalised, "normalised")
RECRUIT_PYTHON_KIND(RegisterFile, "register_file")
RECRUIT_PYTHON_KIND(Consolidation, "consolidation")
RECRUIT_PYTHON_KIND(Review, "review")
RECRUIT_PYTHON_KIND(Figure, "figure")
RECRUIT_PYTHON_KIND(BodyLine, "body_line")
#undef RECRUIT_PYTHON_KIND

/// The Python value of whichever kind `info` says; `read(type)` reads it as one C++ type.
template <class... T, class Read>
py::object value_of(Types<T...>, const FileInfo& info, const Read& read) {
    py::object result;
    const auto attempt = [&]<class Type>(const Type* type) {
        if (result || !is_kind<Type>(info.kind)) return;
        std::optional<Type> value;
        {
            const py::gil_scoped_release unlocked;
            value = read(type);
        }
        result = py::cast(std::move(*value));
    };
    (attempt(static_cast<const T*>(nullptr)), ...);
    if (!result && info.kind == "issues") result = py::cast(read(static_cast<const Issues*>(nullptr)));
    if (!result) {
        const std::string kind =
            info.kind.empty() ? std::to_string(info.kind_number) : std::string{info.kind};
        throw FormatError{code_named("kind_without_python"), {kind}};
    }
    return result;
}

FileOptions options_of(std::optional<std::uint64_t> max_bytes, int threads) {
    FileOptions options;
    options.threads = threads;
    if (max_bytes) options.max_bytes = *max_bytes;
    return options;
}

/// Pickling and copying, and equality and hash where the class has none of its own meaning.
template <class T>
void add_protocols() {
    auto type = py::reinterpret_borrow<py::class_<T>>(py::type::of<T>());
    FileOptions alone;
    alone.threads = 1;
    type.def(py::pickle(
                 [alone](const T& value) { return to_python(to_bytes(value, alone)); },
                 [](const py::bytes& bytes) { return from_bytes<T>(bytes_of(std::string_view{bytes})); }))
        .def("__copy__", [](const T& value) { return value; })  // nothing in it can be changed
        .def(
            "__deepcopy__", [](const T& value, const py::dict&) { return value; }, "memo"_a);
    if (!py::cast<py::dict>(type.attr("__dict__")).contains("__eq__")) {
        type.def(
                "__eq__",
                [](const T& a, const T& b) {
                    const py::gil_scoped_release unlocked;
                    return &a == &b || digest(a) == digest(b);
                },
                py::is_operator())
            .def("__hash__", [](const T& value) {
                std::string text;
                {
                    const py::gil_scoped_release unlocked;
                    text = digest(value);
                }
                return py::hash(py::str{text});
            });
    }
}

template <class... T>
void add_all_protocols(Types<T...>) {
    (add_protocols<T>(), ...);
}

constexpr const char* save_doc = R"doc(Write a value to a file, which is replaced as a whole or not at all.

Parameters
----------
value
    Any value of this package: Table, Regulation, Selection, Explanation, a list of Issue, …
path : path-like
    The file can be read by its owner only.
threads : int
    0 is the hardware's number; no byte depends on it.

Raises
------
Error
    ``file_not_saved``: the file that was there is unchanged.
TypeError
    The value is none of this package.

Examples
--------
>>> contest = recruit.datasets.example()
>>> result = recruit.select(contest.regulation, contest.scores, contest.seats)
>>> recruit.save(result, path)
>>> recruit.load(path)["A-2"].standing.name
'selected'
)doc";

constexpr const char* load_doc = R"doc(Read a value back, of whichever kind the file holds.

A Selection is selected again from what it was made of, and must come out as it was saved.

Parameters
----------
path : path-like
max_bytes : int, optional
    A larger file is refused before it is read (64 GiB if not given).
threads : int
    0 is the hardware's number.

Raises
------
NotRecruitFile, NewerVersion, Corrupt, TooLarge
    In this order of checks.
ResultDiffers
    This version of recruit comes to another result; `load_record` reads what was decided then.
Error
    ``file_unreadable``.

Examples
--------
>>> recruit.save(recruit.Table({"application": ["A-1"]}), path)
>>> recruit.load(path).columns
['application']
)doc";

constexpr const char* digest_doc =
    R"doc(SHA-256 in the file of a value, in hexadecimal: the same for equal values, on every machine.

Examples
--------
>>> recruit.digest(recruit.Points("71.50")) == recruit.digest(recruit.Points("71.5"))
True
)doc";

constexpr const char* to_bytes_doc = R"doc(What `save` would write; pickles hold the same bytes.

Examples
--------
>>> data = recruit.to_bytes(recruit.Points("71.5"))
>>> recruit.from_bytes(data)
Points('71.5')
)doc";

constexpr const char* info_doc =
    R"doc(What the first bytes of a file say: kind, length, digest. The rest is not read.

Examples
--------
>>> recruit.save(recruit.Points("71.5"), path)
>>> recruit.file_info(path).kind
'points'
)doc";

constexpr const char* record_doc = R"doc(Read a saved Selection without selecting again.

Examples
--------
>>> contest = recruit.datasets.example()
>>> recruit.save(recruit.select(contest.regulation, contest.scores, contest.seats), path)
>>> record = recruit.load_record(path)
>>> record.outcome["standing"][1]
'selected'
)doc";

void bind_values(py::module_& m) {
    py::class_<FileInfo>(m, "FileInfo", "What the first bytes of a file say.")
        .def_property_readonly("kind", [](const FileInfo& i) { return std::string{i.kind}; })
        .def_readonly("kind_number", &FileInfo::kind_number)
        .def_readonly("version", &FileInfo::version, "Of the envelope.")
        .def_readonly("bytes", &FileInfo::bytes, "The file's length.")
        .def_readonly("digest", &FileInfo::digest, "SHA-256, as the file states it.")
        .def("__repr__", [](const FileInfo& i) {
            return "<FileInfo: " + std::string{i.kind} + ", " + std::to_string(i.bytes) + " bytes>";
        });
    py::class_<SavedSelection>(m, "SavedSelection",
                               "A Selection as it was saved, whatever the engine of today says.")
        .def_readonly("regulation", &SavedSelection::regulation)
        .def_readonly("regulation_digest", &SavedSelection::regulation_digest,
                      "As the rules were understood then.")
        .def_readonly("scores", &SavedSelection::scores)
        .def_readonly(
            "outcome", &SavedSelection::outcome,
            "Row by row of `scores`: standing, stage, decided_by, total, first and tied of each rank.")
        .def_readonly("issues", &SavedSelection::issues)
        .def_property_readonly("through", [](const SavedSelection& s) { return s.options.through; })
        .def_property_readonly("given_total", [](const SavedSelection& s) { return s.options.given_total; })
        .def_property_readonly("seed", [](const SavedSelection& s) { return s.options.seed; })
        .def_property_readonly(
            "seats",
            [](const SavedSelection& s) -> py::object {
                if (s.seats.each() != nullptr) return py::cast(*s.seats.each());
                if (s.seats.table() != nullptr) return py::cast(*s.seats.table());
                if (s.seats.named() == nullptr) return py::none();
                py::dict named;
                for (const auto& [name, seats] : *s.seats.named()) named[py::str(name)] = seats;
                return named;
            },
            "As they were given: None, a number, a dict or a Table.");
}

}  // namespace

void bind_persistence(py::module_& m) {
    add_all_protocols(PythonTypes{});
    bind_values(m);
    m.def(
        "save",
        [](const py::object& value, const std::filesystem::path& path, int threads) {
            const FileOptions options = options_of({}, threads);
            with_value(PythonTypes{}, value,
                       [&](const auto& known) { return save(known, path, options), true; });
        },
        "value"_a, "path"_a, py::kw_only(), "threads"_a = 0, save_doc);
    m.def(
        "load",
        [](const std::filesystem::path& path, std::optional<std::uint64_t> max_bytes, int threads) {
            const FileOptions options = options_of(max_bytes, threads);
            return value_of(PythonTypes{}, file_info(path),
                            [&]<class T>(const T*) { return load<T>(path, options); });
        },
        "path"_a, py::kw_only(), "max_bytes"_a = py::none(), "threads"_a = 0, load_doc);
    m.def(
        "to_bytes",
        [](const py::object& value) {
            return to_python(
                with_value(PythonTypes{}, value, [](const auto& known) { return to_bytes(known); }));
        },
        "value"_a, to_bytes_doc);
    m.def(
        "from_bytes",
        [](const py::bytes& data, std::optional<std::uint64_t> max_bytes) {
            const auto bytes = bytes_of(std::string_view{data});
            const FileOptions options = options_of(max_bytes, 0);
            return value_of(PythonTypes{}, file_info(bytes),
                            [&]<class T>(const T*) { return from_bytes<T>(bytes, options); });
        },
        "data"_a, py::kw_only(), "max_bytes"_a = py::none(),
        "What `load` would read from a file of these bytes.");
    m.def(
        "digest",
        [](const py::object& value) {
            return with_value(PythonTypes{}, value, [](const auto& known) { return digest(known); });
        },
        "value"_a, digest_doc);
    m.def(
        "file_info", [](const std::filesystem::path& path) { return file_info(path); }, "path"_a, info_doc);
    m.def(
        "load_record",
        [](const std::filesystem::path& path, std::optional<std::uint64_t> max_bytes, int threads) {
            const FileOptions options = options_of(max_bytes, threads);
            const py::gil_scoped_release unlocked;
            return load_record(path, options);
        },
        "path"_a, py::kw_only(), "max_bytes"_a = py::none(), "threads"_a = 0, record_doc);
}

}  // namespace recruit::python
