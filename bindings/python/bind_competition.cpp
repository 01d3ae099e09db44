// Python face of <recruit/workflow/competition.hpp>, agenda.hpp, views.hpp, allocation.hpp and event_log.hpp.
// Whatever changes a contest keeps the interpreter's lock, so that Python threads see it whole.

#include "bind_workflow.hpp"

#include <pybind11/native_enum.h>
#include <pybind11/operators.h>

#include <algorithm>
#include <map>

#include <recruit/workflow/agenda.hpp>
#include <recruit/workflow/allocation.hpp>
#include <recruit/workflow/common_paper.hpp>
#include <recruit/workflow/event_log.hpp>
#include <recruit/workflow/views.hpp>

namespace recruit::python {

namespace {

using Day = std::chrono::year_month_day;

constexpr const char* competition_doc =
    R"doc(A contest from its plan to the appointment, as what its acts made it.

``decide`` says what an act would do and changes nothing; ``submit`` does it and records it in a journal, which is
what is kept: ``Competition.replay(journal)`` makes the same contest again. Nothing reads a clock and nothing draws by
itself: the moment and the random bytes are arguments.

Examples
--------
>>> import datetime, os
>>> journal = recruit.memory_journal("contest-2026-01")
>>> contest = recruit.Competition()
>>> plan = recruit.Act("plan", "sec", {"title": "Deputy director", "agency": "Department of Finance",
...                                    "regulation": recruit.regulation("vn.lead.procedure.2020").toml,
...                                    "authority": "auth"})
>>> nine = datetime.datetime(2026, 1, 5, 9, 0, tzinfo=datetime.timezone.utc)
>>> event = contest.submit(journal, plan, nine, os.urandom(32))
>>> contest.phase().name, len(contest), len(journal)
('plan', 1, 1)
>>> contest.digest() == recruit.Competition.replay(journal).digest()
True
)doc";

constexpr const char* decide_doc = R"doc(What the act would do now; nothing changes.

Parameters
----------
act : Act
now : datetime.datetime
    With a time zone; parts of a second are left out.
entropy : bytes, optional
    32 bytes of ``os.urandom``: needed by acts that draw or seal.

Returns
-------
Event

Raises
------
Refused
    With the rule that forbids it, its clause, and what would be allowed.
)doc";

constexpr const char* submit_doc =
    R"doc(Decides, records and applies: the act is acknowledged when this returns.

Parameters
----------
journal : JournalStore
act, now, entropy
    As in `decide`.
key : str
    Makes a repeated call of the same act return what the first one did.

Raises
------
Refused, StoreError, Error
    Then nothing has changed.
)doc";

constexpr const char* agenda_doc = R"doc(What is next on a day, by whom, until when, under which clause.

Returns
-------
list of AgendaItem
    Those overdue first, then what can be done, then what must wait. Not empty unless the contest has ended.
)doc";

constexpr const char* plan_doc =
    R"doc(The shortest lawful calendar of a contest, and how late each event may be.

Parameters
----------
regulation : Regulation
start : datetime.date, optional
    Its first day; the day the regulation comes into force if it is not given.
applicants : int
    For deadlines that depend on it.
holidays : iterable of datetime.date
    Days off beside Saturday and Sunday, for deadlines in working days.

Returns
-------
list of PlannedEvent
    Empty if the regulation has no deadlines, or no calendar keeps them all.

Examples
--------
>>> import datetime
>>> rules = recruit.regulation("vn.lead.procedure.2020")
>>> for event in recruit.plan(rules, start=datetime.date(2026, 1, 5))[:2]:
...     print(event.event, event.first)
announced 2026-01-05
applications_closed 2026-01-25
)doc";

constexpr const char* allocation_doc =
    R"doc(Hands every script to `each` different markers, none to one it conflicts with.

Parameters
----------
scripts, markers : sequence of str
each : int
conflicts : sequence of sequence of int
    For each script the indexes of markers it may not go to; ``()`` for none at all.
seed : str

Returns
-------
list of (int, int), or None
    Script and marker by index, with loads as equal as conflicts let them be. None if a script has too few left.

Examples
--------
>>> pairs = recruit.allocation(["S1", "S2", "S3"], ["Lan", "Minh", "Hoa"], 2, (), "lot 7")
>>> [sum(marker == m for _, marker in pairs) for m in range(3)]
[2, 2, 2]
)doc";

constexpr const char* log_doc = R"doc(A journal as a table: a row an act, as process mining wants it.

Names, codes joined to people and whatever else was sealed are not in it.

Returns
-------
Table
    sequence, at, act, actor, role, application, position, stage, person, occurred_at, recorded_by, details.
)doc";

/// \throws py::value_error
std::optional<Entropy> entropy_of(const std::optional<py::bytes>& given) {
    if (!given) return std::nullopt;
    const auto bytes = std::string_view{*given};
    Entropy entropy{};
    if (bytes.size() != entropy.size())
        throw py::value_error(say("python_not_entropy", {std::to_string(bytes.size())}));
    std::copy(bytes.begin(), bytes.end(), entropy.begin());
    return entropy;
}

/// Never pickled and never copied into another process: what it shows is for one pair of eyes.
[[noreturn]] void refuse_pickle(const char* text) { throw py::type_error(say(text)); }

void bind_parts(py::module_& m) {
    py::class_<Position>(m, "Position", "One title to fill.")
        .def_readonly("id", &Position::id)
        .def_readonly("title", &Position::title)
        .def_readonly("tier", &Position::tier)
        .def_readonly("body", &Position::body)
        .def_readonly("seats", &Position::seats)
        .def("__repr__", [](const Position& position) {
            return "<Position: " + position.id + ", seats: " + std::to_string(position.seats) + ">";
        });
    py::class_<Discretion>(
        m, "Discretion", "What a person decided where the rules left room, or that was out of the ordinary.")
        .def_readonly("sequence", &Discretion::sequence, "Of the event, from 1.")
        .def_readonly("at", &Discretion::at)
        .def_readonly("act", &Discretion::act)
        .def_readonly("actor", &Discretion::actor)
        .def_readonly("about", &Discretion::about)
        .def_readonly("reason", &Discretion::reason)
        .def_readonly("effect", &Discretion::effect)
        .def("__repr__", [](const Discretion& d) {
            return "<Discretion: " + std::string{to_string(d.act)} + " by " + d.actor + " about " + d.about +
                   ">";
        });
    py::class_<Movement>(m, "Movement", "Somebody whose standing a later act changed.")
        .def_readonly("application", &Movement::application)
        .def_readonly("before", &Movement::before)
        .def_readonly("after", &Movement::after)
        .def_readonly("told", &Movement::told, "Had been told the former by the published result.")
        .def_readonly("effect", &Movement::effect, "What the regulation makes of it.")
        .def("__repr__", [](const Movement& moved) {
            return "<Movement: " + moved.application + ", " + std::string{to_string(moved.before)} + " -> " +
                   std::string{to_string(moved.after)} + ">";
        });
}

constexpr const char* paper_doc =
    R"doc(A paper that several bodies share (đề thi chung): what follows in the others.

Each body has a contest and a journal of its own; in each the paper was handed in with ``shared`` = the series.

Parameters
----------
series : str
stages : dict of str to str
    The stage of each body that sits the paper, by the body's name.

Examples
--------
>>> paper = recruit.CommonPaper("2026-general", {"finance": "written", "health": "written"})
>>> paper.series, sorted(paper.stages)
('2026-general', ['finance', 'health'])
)doc";

/// The contests by the names of their bodies. They are looked at during the call only.
using ByBody = std::map<std::string, const Competition*>;
CommonPaper::Contests contests_of(const ByBody& given) {
    CommonPaper::Contests contests;
    for (const auto& [body, contest] : given)
        if (contest != nullptr) contests.emplace(body, contest);  // None: a body that is missing, and named
    return contests;
}

void bind_common_papers(py::module_& m) {
    py::class_<CommonAct>(m, "CommonAct", "An act that one of the bodies must do; see `CommonPaper.follow`.")
        .def_readonly("body", &CommonAct::body)
        .def_readonly("act", &CommonAct::act)
        .def("__repr__", [](const CommonAct& next) {
            return "<CommonAct: " + next.body + ", " + std::string{to_string(next.act.kind)} + ">";
        });
    py::class_<CommonPaper>(m, "CommonPaper", paper_doc)
        .def(py::init<std::string, std::map<std::string, std::string>>(), "series"_a, "stages"_a)
        .def_property_readonly("series", &CommonPaper::series)
        .def_property_readonly("stages", &CommonPaper::stages)
        .def(
            "check",
            [](const CommonPaper& paper, const ByBody& contests) { paper.check(contests_of(contests)); },
            "contests"_a, "Raises Error naming the first body that has no such paper, or another.")
        .def(
            "follow",
            [](const CommonPaper& paper, const std::string& body, const Event& event,
               const ByBody& contests) { return paper.follow(body, event, contests_of(contests)); },
            "body"_a, "event"_a, "contests"_a, "What the other bodies must do after an event of one.")
        .def(
            "taken",
            [](const CommonPaper& paper, const std::string& body, const ByBody& contests) {
                return paper.taken(body, contests_of(contests));
            },
            "body"_a, "contests"_a, "Codes of scripts in the other bodies: ``taken`` of seal_scripts.")
        .def(
            "allocate",
            [](const CommonPaper& paper, const ByBody& contests, std::size_t each, const std::string& seed) {
                return paper.allocate(contests_of(contests), each, seed);
            },
            "contests"_a, "each"_a, "seed"_a, "One panel for the scripts of all: an allocate for each body.");
}

std::string summary_of(const Competition& contest) {
    if (!contest.planned()) return say("show_contest_unplanned");
    return say("show_contest",
               {contest.title(), std::string{label(contest.phase(), Language::en)},
                std::to_string(contest.applications().rows()), std::to_string(contest.size())});
}

void bind_contest(py::module_& m) {
    py::class_<Competition> contest{m, "Competition", competition_doc};
    contest.def(py::init<>())
        .def(
            "decide",
            [](const Competition& self, const Act& act, Instant now,
               const std::optional<py::bytes>& entropy) {
                return self.decide(act, now, entropy_of(entropy));
            },
            "act"_a, "now"_a, "entropy"_a = py::none(), decide_doc)
        .def("apply", &Competition::apply, "event"_a, "Takes an event of `decide`. Raises Error.")
        .def(
            "submit",
            [](Competition& self, const Journal& journal, const Act& act, Instant now,
               const std::optional<py::bytes>& entropy, const std::string& key) {
                return self.submit(journal.store(), act, now, entropy_of(entropy), key);
            },
            "journal"_a, "act"_a, "now"_a, "entropy"_a = py::none(), py::kw_only(), "key"_a = "", submit_doc)
        .def_static(
            "replay",
            [](const Journal& journal) {
                const auto store = journal.share();
                const py::gil_scoped_release unlocked;
                return Competition::replay(*store);
            },
            "journal"_a, "The contest of all events in a journal. Raises Error, StoreError.")
        .def("__len__", &Competition::size)
        .def_property_readonly("planned", &Competition::planned)
        .def_property_readonly("title", &Competition::title)
        .def_property_readonly("agency", &Competition::agency)
        .def_property_readonly("regulation", &Competition::regulation)
        .def_property_readonly("last", &Competition::last, "When the last act was done.")
        .def_property_readonly("positions", &Competition::positions)
        .def_property_readonly("movements", &Competition::movements, "Whom the last ranking anew moved.")
        .def_property_readonly("discretion", &Competition::discretion)
        .def(
            "phase",
            [](const Competition& self, const std::optional<std::string>& stage) {
                return stage ? self.phase(*stage) : self.phase();
            },
            "stage"_a = py::none(), "Of the contest, or of one of its stages.")
        .def(
            "happened",
            [](const Competition& self, const std::string& event) { return self.happened(event); }, "event"_a,
            "The day an event of the regulation's vocabulary happened (``\"written.published\"``), or None.")
        .def(
            "roles",
            [](const Competition& self, const std::optional<std::string>& person) -> py::object {
                return person ? py::cast(self.roles(*person)) : py::cast(self.roles());
            },
            "person"_a = py::none(), "Of a person, as a list; of everybody, as a table.")
        .def("applications", &Competition::applications,
             "application, person, position, status, appointment; in the order they came.")
        .def(
            "scores",
            [](const Competition& self, const std::optional<std::string>& through) {
                return self.scores(through ? std::optional<std::string_view>{*through} : std::nullopt);
            },
            "through"_a = py::none(),
            "The scores so far as `select` reads them. Raises Refused while a stage is under seal.")
        .def("result", &Competition::result, "The Selection of the last ranking, or None.")
        .def("standings", &Competition::standings,
             "application, position, total, rank, standing, told: with decisions between equals.")
        .def(
            "standing",
            [](const Competition& self, const std::string& application) {
                return self.standing(application);
            },
            "application"_a)
        .def("discretion_table", &Competition::discretion_table,
             "sequence, at, act, actor, about, reason, effect.")
        .def("canonical", &Competition::canonical, "Everything it holds as text.")
        .def("digest", &Competition::digest, "SHA-256 of `canonical`.")
        .def("__copy__", [](const Competition& self) { return self; })
        .def(
            "__deepcopy__", [](const Competition& self, const py::dict&) { return self; }, "memo"_a)
        .def(
            "__eq__",
            [](const Competition& a, const Competition& b) {
                return &a == &b || (a.size() == b.size() && a.canonical() == b.canonical());
            },
            py::is_operator())
        .def("__reduce__", [](const Competition&) { refuse_pickle("python_contest_not_pickled"); })
        .def("__repr__", [](const Competition& self) { return "<" + summary_of(self) + ">"; })
        .def("_repr_html_", [](const Competition& self) {
            const py::object escape = py::module_::import("html").attr("escape");
            return "<p>" + escape(summary_of(self)).cast<std::string>() + "</p>" +
                   html(self.result() ? self.standings() : self.applications());
        });
    contest.attr("__hash__") = py::none();  // it changes
}

void bind_agenda(py::module_& m) {
    py::native_enum<Urgency>(m, "Urgency", "enum.Enum", "How an item stands to the day asked about.")
        .value("overdue", Urgency::overdue)
        .value("due", Urgency::due)
        .value("later", Urgency::later)
        .finalize();
    py::class_<AgendaItem>(m, "AgendaItem", "Something that can or must be done next; see `agenda`.")
        .def_readonly("act", &AgendaItem::act)
        .def_readonly("who", &AgendaItem::who)
        .def_readonly("about", &AgendaItem::about, "The first it concerns; may be empty.")
        .def_readonly("stage", &AgendaItem::stage)
        .def_readonly("count", &AgendaItem::count, "How many such acts are needed.")
        .def_readonly("urgency", &AgendaItem::urgency)
        .def_readonly("first", &AgendaItem::first, "First lawful day, if it must wait for one.")
        .def_readonly("last", &AgendaItem::last, "Last lawful day; None: no deadline in law.")
        .def_readonly("rule", &AgendaItem::rule)
        .def_readonly("source", &AgendaItem::source, "The clause behind it.")
        .def("__str__", [](const AgendaItem& item) { return item.str(); })
        .def(
            "str", [](const AgendaItem& item, LanguageChoice language) { return item.str(language.value); },
            "language"_a = "en", "One sentence: what, who, until when, by which clause.")
        .def("__repr__", [](const AgendaItem& item) { return "<AgendaItem: " + item.str() + ">"; });
    m.def("agenda", &agenda, "contest"_a, "today"_a, agenda_doc);

    py::class_<PlannedEvent>(m, "PlannedEvent", "One event of a calendar; see `plan`.")
        .def_readonly("event", &PlannedEvent::event)
        .def_readonly("first", &PlannedEvent::first, "First lawful day.")
        .def_readonly("last", &PlannedEvent::last, "Last lawful day; None: no deadline in law.")
        .def_readonly("critical", &PlannedEvent::critical, "Makes the calendar as long as it is.")
        .def("__repr__", [](const PlannedEvent& event) {
            return "<PlannedEvent: " + event.event + " " + format_date(event.first) + ">";
        });
    m.def(
        "plan",
        [](const Regulation& rules, const std::optional<Day>& start, std::int64_t applicants,
           const std::vector<Day>& holidays) {
            std::vector<SpecialDay> days;
            for (const Day& day : holidays) days.push_back({day, SpecialDay::Kind::holiday, {}});
            return plan(rules, {start, applicants, WorkingCalendar{std::move(days)}});
        },
        "regulation"_a, py::kw_only(), "start"_a = py::none(), "applicants"_a = 0, "holidays"_a = py::tuple{},
        plan_doc);
}

void bind_views(py::module_& m) {
    py::class_<MarkerTask>(m, "MarkerTask",
                           "One thing to mark: a script or an applicant, and a column of it.")
        .def_readonly("script", &MarkerTask::script, "The code, in a blind stage.")
        .def_readonly("column", &MarkerTask::column)
        .def_property_readonly("max", [](const MarkerTask& task) { return to_decimal(task.max); })
        .def_property_readonly("quantum", [](const MarkerTask& task) { return to_decimal(task.quantum); })
        .def_property_readonly(
            "mark", [](const MarkerTask& task) { return to_decimal(task.mark); }, "One's own, or None.")
        .def(py::self == py::self)  // NOLINT(misc-redundant-expression)
        .def("__reduce__", [](const MarkerTask&) { refuse_pickle("python_view_not_pickled"); })
        .def("__repr__",
             [](const MarkerTask& task) { return "<MarkerTask: " + task.script + " " + task.column + ">"; });
    py::class_<MarkerView> view{m, "MarkerView", "What somebody who marks may see; see `marker_view`."};
    hand_out_arrow(view, [](const MarkerView& v) { return v.to_table(); });
    view.def_readonly("stage", &MarkerView::stage)
        .def_readonly("blind", &MarkerView::blind)
        .def_readonly("sealed", &MarkerView::sealed, "One's marks are sealed.")
        .def_readonly("tasks", &MarkerView::tasks)
        .def("to_table", &MarkerView::to_table, "script, column, max, quantum, mark.")
        .def("__len__", [](const MarkerView& v) { return v.tasks.size(); })
        .def(py::self == py::self)  // NOLINT(misc-redundant-expression)
        .def("__reduce__", [](const MarkerView&) { refuse_pickle("python_view_not_pickled"); })
        .def("__repr__", [](const MarkerView& v) { return summary(v.to_table()); })
        .def("_repr_html_", [](const MarkerView& v) { return html(v.to_table()); });
    m.def(
        "marker_view",
        [](const Competition& contest, const std::string& person, const std::string& stage) {
            return marker_view(contest, person, stage);
        },
        "contest"_a, "person"_a, "stage"_a,
        R"doc(What a marker has to do in a stage: codes and one's own marks, no identity, no other marker.

Raises
------
Refused
    For whoever does not mark in this contest.
)doc");
    m.def(
        "allocation",
        [](const std::vector<std::string>& scripts, const std::vector<std::string>& markers, std::size_t each,
           std::vector<std::vector<std::size_t>> conflicts, const std::string& seed) {
            if (conflicts.empty()) conflicts.resize(scripts.size());
            return allocation(scripts, markers, each, conflicts, seed);
        },
        "scripts"_a, "markers"_a, "each"_a, "conflicts"_a, "seed"_a, allocation_doc);
    m.def(
        "event_log", [](const Journal& journal) { return event_log(journal.store()); }, "journal"_a, log_doc);
}

}  // namespace

void bind_competition(py::module_& m) {
    bind_parts(m);
    bind_contest(m);
    bind_common_papers(m);
    bind_agenda(m);
    bind_views(m);
}

}  // namespace recruit::python
