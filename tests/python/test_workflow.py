"""The procedure from Python: acts, refusals, journals, agendas, views."""

from __future__ import annotations

import copy
import datetime
import pickle
import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import recruit

UTC = datetime.UTC
NINE = datetime.datetime(2026, 1, 5, 9, tzinfo=UTC)
RULES = recruit.regulation("vn.lead.procedure.2020")
PLAN = recruit.Act(
    "plan",
    "sec",
    {"title": "Head of office", "agency": "Finance", "regulation": RULES.toml, "authority": "auth"},
)


def planned() -> tuple[recruit.Competition, recruit.JournalStore]:
    journal = recruit.memory_journal("contest")
    contest = recruit.Competition()
    contest.submit(journal, PLAN, NINE)
    return contest, journal


def test_decide_changes_nothing_and_submit_records() -> None:
    contest, journal = planned()
    act = recruit.Act("add_position", "sec", {"position": "head", "seats": 2})
    event = contest.decide(act, NINE)
    assert (len(contest), len(journal)) == (1, 1)
    assert contest.submit(journal, act, NINE) == event
    assert (len(contest), len(journal)) == (2, 2)
    assert contest.positions[0].seats == 2
    assert [record.sequence for record in journal] == [1, 2]
    assert journal.head().head == list(journal)[-1].head
    assert recruit.Competition.replay(journal) == contest


def test_a_refusal_says_which_rule_and_what_would_be_allowed_in_both_languages() -> None:
    contest, _ = planned()
    with pytest.raises(recruit.Refused) as refusal:
        contest.decide(recruit.Act("approve_plan", "sec", {"decision": "QD-1"}), NINE)
    assert refusal.value.code == "not_permitted_role"
    assert refusal.value.rule == "permissions.approve_plan"
    assert refusal.value.message("vi") != refusal.value.message("en")
    assert "approving authority" in refusal.value.remedy()
    assert isinstance(refusal.value, recruit.Error)


def test_a_repeated_call_with_its_key_is_done_once() -> None:
    contest, journal = planned()
    act = recruit.Act("add_position", "sec", {"position": "head", "seats": 1})
    first = contest.submit(journal, act, NINE, key="request-7")
    later = contest.submit(journal, act, NINE + datetime.timedelta(hours=1), key="request-7")
    assert first == later
    assert len(journal) == 2
    with pytest.raises(recruit.Error) as error:
        contest.submit(
            journal,
            recruit.Act("add_position", "sec", {"position": "other", "seats": 1}),
            NINE,
            key="request-7",
        )
    assert error.value.code == "journal_key_reused"


def test_moments_have_a_time_zone_and_random_bytes_are_32() -> None:
    contest, journal = planned()
    with pytest.raises(ValueError, match="no time zone"):
        contest.decide(PLAN, datetime.datetime(2026, 1, 5, 9))
    with pytest.raises(ValueError, match="32 in number"):
        contest.decide(PLAN, NINE, b"short")
    hanoi = datetime.timezone(datetime.timedelta(hours=7))
    act = recruit.Act("add_position", "sec", {"position": "head", "seats": 1})
    event = contest.submit(journal, act, datetime.datetime(2026, 1, 6, 1, 30, 0, 999999, tzinfo=hanoi))
    assert event.at == datetime.datetime(2026, 1, 5, 18, 30, tzinfo=UTC)


def test_fields_are_what_people_have_at_hand() -> None:
    act = recruit.Act(
        "mark",
        "lan",
        {
            "mark": recruit.Points("7.50"),
            "day": datetime.date(2026, 1, 5),
            "yes": True,
            "n": 3,
            "list": ["a", "b"],
            "none": None,
        },
    )
    assert act.fields == {"day": "2026-01-05", "list": "a\nb", "mark": "7.5", "n": "3", "yes": "true"}
    with pytest.raises(TypeError, match="float"):
        recruit.Act("mark", "lan", {"mark": 7.5})  # type: ignore[dict-item]
    with pytest.raises(ValueError, match="more than one line"):
        recruit.Act("vote", "lan", {"present": ["a\nb"]})
    with pytest.raises(recruit.Error, match="apply"):
        recruit.Act("aply", "lan")


def test_words_and_enumerators_mean_the_same() -> None:
    assert recruit.permitted("chair", "rank", "ranking")
    assert recruit.permitted(recruit.Role.chair, recruit.ActKind.rank, recruit.Phase.ranking)
    assert not recruit.permitted("marker", "mark", "marking", recruit.Relation.conflicted)
    assert recruit.label(recruit.Role.secretary, "vi") == "thư ký"
    assert recruit.label(recruit.Standing.selected) == "selected"
    assert not recruit.compatible("applicant", "chair")
    assert [field.name for field in recruit.fields("approve_plan")] == ["decision"]
    assert "open_applications" in {kind.name for kind in recruit.ActKind if not recruit.fields(kind)}


def test_contests_are_copied_compared_and_never_pickled() -> None:
    contest, journal = planned()
    other = copy.copy(contest)
    assert other == contest
    other.apply(other.decide(recruit.Act("add_position", "sec", {"position": "head", "seats": 1}), NINE))
    assert other != contest
    assert len(contest) == 1
    for value in (contest, journal):
        with pytest.raises(TypeError):
            pickle.dumps(value)
    event = recruit.Event.parse(next(iter(journal)).body)
    assert pickle.loads(pickle.dumps(event)) == event
    act = event.act
    assert copy.deepcopy(act) == act
    assert pickle.loads(pickle.dumps(act)) == act
    assert hash(pickle.loads(pickle.dumps(act))) == hash(act)


def test_an_agenda_and_a_plan_say_what_is_next() -> None:
    contest, _ = planned()
    items = recruit.agenda(contest, NINE.date())
    assert items[0].act is recruit.ActKind.add_position
    assert items[0].who is recruit.Role.secretary
    assert "no deadline in law" in str(items[0])
    assert items[0].str("vi") != items[0].str("en")
    calendar = recruit.plan(RULES, start=datetime.date(2026, 1, 5))
    days = {event.event: event.first for event in calendar}
    assert days["applications_closed"] - days["announced"] == datetime.timedelta(days=20)


def test_a_view_has_no_identity_and_is_not_pickled(root: Path) -> None:
    scope: dict[str, object] = {}
    source = (root / "examples" / "leadership.py").read_text(encoding="utf-8")
    story = source[: source.index("mark_written(desk, {")]
    exec(compile(story, "leadership.py", "exec"), scope)
    desk = scope["desk"]
    contest: recruit.Competition = desk.contest  # type: ignore[attr-defined]
    for id in ["A-1", "A-2", "A-3", "A-4", "A-5", "A-6"]:
        desk.act(  # type: ignore[attr-defined]
            "inv1", "register_script", stage="written", application=id, script=f"s{id}", second="inv2"
        )
    desk.act("keeper", "seal_scripts", stage="written")  # type: ignore[attr-defined]
    desk.act("chair", "allocate", stage="written", each=2)  # type: ignore[attr-defined]
    view = recruit.marker_view(contest, "k1", "written")
    assert len(view) == 4
    shown = repr(view) + view._repr_html_() + str(view.to_table().to_pandas()) + repr(view.tasks)
    assert "A-" not in shown
    assert "person" not in shown
    for value in (view, view.tasks[0]):
        with pytest.raises(TypeError, match="not pickled"):
            pickle.dumps(value)
    with pytest.raises(recruit.Refused):
        recruit.marker_view(contest, "person A-1", "written")
    with pytest.raises(recruit.Refused):
        contest.scores()


def test_the_event_log_is_a_table_without_what_is_sealed() -> None:
    contest, journal = planned()
    contest.submit(journal, recruit.Act("add_position", "sec", {"position": "head", "seats": 2}), NINE)
    log = recruit.event_log(journal).to_pandas()
    assert list(log["act"]) == ["plan", "add_position"]
    assert list(log["position"].isna()) == [True, False]
    assert log["details"][1] == "seats=2"


def test_a_closed_journal_says_so() -> None:
    _, journal = planned()
    with journal as opened:
        assert len(opened) == 1
    assert journal.closed
    with pytest.raises(ValueError, match="closed"):
        len(journal)


def test_two_thousand_cells_of_the_table_are_those_that_were_reviewed(root: Path) -> None:
    reviewed = {}
    for line in (root / "tests" / "workflow" / "permissions.txt").read_text(encoding="utf-8").splitlines():
        act, allowed = line.split(":", 1)
        reviewed[act] = [set(part.split()) for part in allowed.split("|")]
    assert set(reviewed) == {kind.name for kind in recruit.ActKind}
    cells = [
        (role.name, act, phase.name, relation.name)
        for act in reviewed
        for role in recruit.Role
        for phase in recruit.Phase
        for relation in recruit.Relation
    ]
    picked = random.Random(7).sample(cells, 2000)
    allowing = 0
    for role, act, phase, relation in picked:
        roles, phases, relations = reviewed[act]
        expected = role in roles and phase in phases and relation in relations
        assert recruit.permitted(role, act, phase, relation) == expected, (role, act, phase, relation)
        allowing += expected
    print(f"{len(picked)} of {len(cells)} cells, {allowing} of them allow")
    assert allowing > 20


def test_two_threads_on_one_contest_lose_nothing() -> None:
    contest, journal = planned()

    def work(name: str) -> None:
        for i in range(100):
            act = recruit.Act("add_position", "sec", {"position": f"{name}-{i}", "seats": 1})
            contest.submit(journal, act, NINE, key=f"{name}-{i}")

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, ["a", "b"]))
    assert len(contest) == len(journal) == 201
    assert recruit.Competition.replay(journal) == contest


def test_a_common_paper_names_the_body_that_lacks_it() -> None:
    contest, _ = planned()
    paper = recruit.CommonPaper("2026-general", {"finance": "written", "health": "written"})
    for contests in ({"finance": contest}, {"finance": contest, "health": None}):
        with pytest.raises(recruit.Error) as error:
            paper.check(contests)  # type: ignore[arg-type]
        assert error.value.code == "common_paper_differs"
        assert "health" in error.value.message("vi")
