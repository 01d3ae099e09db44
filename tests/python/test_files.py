"""Files that last, as Python sees them: the same bytes serve files, pickles, copies, equality and hash."""

from __future__ import annotations

import copy
import datetime
import os
import pickle
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import recruit
from conftest import ROOT, run
from recruit import _rules as rules_of_procedure


def values() -> Iterator[tuple[str, Any]]:
    """A value of every type that Python knows."""
    contest = recruit.datasets.example()
    rules = contest.regulation
    result = recruit.select(rules, contest.scores, contest.seats)
    national = recruit.regulation("id.cpns.2024")
    why = result.explain("A-2")
    yield "Points", recruit.Points("71.5")
    yield "Title", rules.stages[0].title
    broken = recruit.score(
        rules, {"application": ["A", "A"], "written": ["71", "x"], "interview": ["60", "70"]}
    )
    yield "Issue", broken.issues[0]
    yield "list of Issue", broken.issues
    yield "Table", recruit.Table(contest.scores)
    yield "Fact", national.facts[0]
    yield "Part", next(part for stage in national.stages for part in stage.parts)
    yield "Stage", rules.stages[0]
    yield "RankRule", rules.ranks[0]
    yield "Quota", recruit.regulation("in.reservation.2021").quotas[0]
    yield "Regulation", rules
    yield "ScoreTable", broken
    yield "SelectionRow", result["A-2"]
    yield "SelectionGroup", result.groups[0]
    yield "Selection", result
    yield "Reason", why.reasons[0]
    yield "Explanation", why
    yield "Gap", recruit.gaps(rules)[0]
    yield "Burden", recruit.burden(rules)
    older, newer = recruit.regulation("vn.cs.2024"), recruit.regulation("vn.cs.2025")
    days = {"started": datetime.date(2025, 1, 1), "on": datetime.date(2025, 8, 1)}
    yield "TransitionRuling", recruit.transition(older, newer, reached="", **days)
    path = ROOT / "examples" / "standards" / "vn.lead.deputy_division.2017.toml"
    standard = recruit.Standard.load(path)
    yield "Standard", standard
    person = {"application": ["A"], "born": ["1980-01"], "sex": ["male"]}
    yield "Eligibility", recruit.check(standard, person, {"appointment": days["on"]})
    twice = standard.toml + '[[require]]\nname = "again"\nholds = { fact = "discipline", equals = "none" }\n'
    yield "Finding", recruit.Standard.parse(twice).audit()[0]
    yield from values_of_a_contest()
    yield "SyntheticContest", recruit.datasets.synthetic(rules, applications=20, positions=2)
    yield from values_of_other_rules()
    bodies = recruit.Register([{"id": "01", "name": "Sở Nội vụ", "level": "province", "in_pilot": True}])
    yield "Register", bodies
    rows = [["Cơ quan", "Chức danh", "Số chỉ tiêu", "Số người đăng ký"], ["01", "Trưởng phòng", 1, 3]]
    done = recruit.consolidate([("01.csv", rows)], bodies)
    yield "Consolidation", done
    reviewed = recruit.review(done.contests, bodies, by=["level"], hide_below=3)
    yield "Review", reviewed
    yield "Figure", reviewed.all["applicants_per_seat"]
    yield "BodyLine", reviewed.bodies[0]


def values_of_other_rules() -> Iterator[tuple[str, Any]]:
    """What referral, marking, normalisation and a comparison of two regulations give."""
    header = (
        'series = "x"\nversion = "1"\neffective_from = 2020-01-01\nstatus = "example"\nsource = "made up"\n'
    )
    stage = '[[stage]]\nname = "exam"\nmax = 100\n'
    old, new = (recruit.Regulation.parse(header + stage.replace("100", most)) for most in ("100", "120"))
    yield "RuleChange", recruit.diff(old, new)[0]
    marking = '[[marking]]\nstage = "exam"\nround = { digits = 1, mode = "half_up" }\n'
    marks = {"application": ["A", "A"], "marker": ["x", "y"], "mark": [70, 80]}
    yield "MarkedScores", recruit.aggregate_marks(recruit.Regulation.parse(header + stage + marking), marks)
    normalise = (
        '[[fact]]\nname = "shift"\ntype = "category"\n'
        + stage
        + '[[normalise]]\nstage = "exam"\nsession = "shift"\nraw_max = 50\nleast = 1\nmethod = "percentile"\n'
        + 'round = { digits = 1, mode = "half_up" }\n'
    )
    raw = {"application": ["A", "B", "C"], "shift": ["1", "1", "2"], "exam.raw": [10, 40, 20]}
    yield "Normalised", recruit.normalise(recruit.Regulation.parse(header + normalise), raw)
    refer = '[referral]\nkind = "top"\nnames = 3\n'
    scores = {"application": list("abcde"), "position": ["clerk"] * 5, "exam": [99, 98, 97, 97, 60]}
    result = recruit.select(recruit.Regulation.parse(header + stage + refer), scores, seats=1)
    yield "Referral", recruit.refer(result, "clerk", [("declined", "a")])


def values_of_a_contest() -> Iterator[tuple[str, Any]]:
    """Acts and what a contest says of itself."""
    now = datetime.datetime(2026, 1, 5, 9, tzinfo=datetime.UTC)
    rules = recruit.regulation("vn.lead.procedure.2020")
    fields = {"title": "Head", "agency": "Finance", "regulation": rules.toml, "authority": "auth"}
    plan = recruit.Act("plan", "sec", fields, as_="secretary", documents=["plan"])
    yield "Act", plan
    contest, journal = recruit.Competition(), recruit.memory_journal("contest")
    yield "Event", contest.submit(journal, plan, now)
    contest.submit(journal, recruit.Act("add_position", "sec", {"position": "head", "seats": 1}), now)
    yield "Position", contest.positions[0]
    yield "AgendaItem", recruit.agenda(contest, now.date())[0]
    yield "PlannedEvent", recruit.plan(rules)[0]
    yield "Receipt", journal.head()
    yield "Checkpoint", recruit.checkpoint(journal)
    ruling = recruit.Act("rule", "auth", {"matter": "a bag", "decision": "allowed", "reason": "no rule"})
    contest.submit(journal, ruling, now)
    yield "Discretion", contest.discretion[0]


VALUES = [pytest.param(value, id=name) for name, value in values()]


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    path = tmp_path / "sheet.csv"
    recruit.write_csv(recruit.datasets.example().scores, path)
    return path


def comes_back(value: Any, path: Path) -> None:
    data = recruit.to_bytes(value)
    recruit.save(value, path)
    assert path.read_bytes() == data
    assert path.stat().st_mode & 0o777 == 0o600
    for again in (
        recruit.from_bytes(data),
        recruit.load(path),
        pickle.loads(pickle.dumps(value)),
        copy.copy(value),
        copy.deepcopy(value),
    ):
        assert type(again) is type(value)
        assert again == value
        assert recruit.to_bytes(again) == data
        if not isinstance(value, list):
            assert hash(again) == hash(value)
    assert recruit.file_info(path).digest == recruit.digest(value)
    assert (value == 1) is False


@pytest.mark.parametrize("value", VALUES)
def test_a_value_of_every_type_comes_back_equal(value: Any, tmp_path: Path) -> None:
    comes_back(value, tmp_path / "value")


def test_what_was_read_from_a_file_comes_back_equal(sheet: Path, tmp_path: Path) -> None:
    comes_back(recruit.read_csv(sheet), tmp_path / "value")
    comes_back(recruit.read_scores(sheet, recruit.datasets.example().regulation), tmp_path / "value")


def test_every_public_class_is_a_value_an_enumeration_or_an_error() -> None:
    named = {type(value).__name__ for _, value in values()} | {"CsvFile", "ScoreSheet"}
    # What reading a file gives, and what is derived anew at every use.
    reading = {"FileInfo", "SavedSelection", "ReserveList"}
    # A contest is kept by its journal, which is a file of its own; what a marker sees is kept nowhere.
    reading |= {"Competition", "JournalStore", "JournalRecord", "FieldRule", "MarkerView", "MarkerTask"}
    reading |= {"CommonPaper", "CommonAct"}
    reading |= {"ReviewGroup"}  # a part of its review
    # Read from a regulation, which is what is kept.
    reading |= {name for name in dir(rules_of_procedure) if name in recruit.__all__}
    reading |= {"Movement"}  # tested in C++: nobody moves in a contest of one act
    for name in recruit.__all__:
        thing = getattr(recruit, name)
        if isinstance(thing, type) and not hasattr(thing, "__members__") and not issubclass(thing, Exception):
            assert name in named | reading, f"{name} has no file: see docs/file-format.md"


def test_values_that_differ_are_not_equal() -> None:
    contest = recruit.datasets.example()
    one = recruit.select(contest.regulation, contest.scores, seats=1)
    two = recruit.select(contest.regulation, contest.scores, seats=2)
    assert one != two
    assert one["A-2"] == two["A-2"]
    assert len({one, two, recruit.select(contest.regulation, contest.scores, seats=1)}) == 2
    assert recruit.Table({"a": ["1"]}) != recruit.Table({"b": ["1"]})


def test_errors_name_the_file_and_what_to_do(tmp_path: Path, sheet: Path) -> None:
    with pytest.raises(recruit.NotRecruitFile, match=r"sheet\.csv") as error:
        recruit.load(sheet)
    assert error.value.code == "not_recruit_file"
    assert error.value.remedy("vi")
    path = tmp_path / "table"
    recruit.save(recruit.Table({"a": ["1"]}), path)
    data = path.read_bytes()
    path.write_bytes(data[:-1])
    with pytest.raises(recruit.Corrupt, match="cut"):
        recruit.load(path)
    path.write_bytes(data[:-1] + b"2")
    with pytest.raises(recruit.Corrupt, match="damaged"):
        recruit.load(path)
    with pytest.raises(recruit.NewerVersion, match="newer version"):
        recruit.from_bytes(data[:8] + b"\2" + data[9:])
    with pytest.raises(recruit.TooLarge):
        recruit.from_bytes(data, max_bytes=10)
    with pytest.raises(recruit.Error, match="does not exist"):
        recruit.load(tmp_path / "none")
    with pytest.raises(recruit.Error, match="folder does not exist"):
        recruit.save(recruit.Points(1), tmp_path / "none" / "file")
    with pytest.raises(TypeError, match="dict"):
        recruit.save({"a": 1}, path)  # type: ignore[arg-type]


def test_a_record_can_be_read_without_selecting_again(tmp_path: Path) -> None:
    contest = recruit.datasets.example()
    path = tmp_path / "selection"
    recruit.save(
        recruit.select(contest.regulation, contest.scores, {"deputy": 1, "other": 2}, seed="7"), path
    )
    record = recruit.load_record(path)
    assert record.regulation == contest.regulation
    assert record.regulation_digest == contest.regulation.digest
    assert record.scores == recruit.Table(contest.scores)
    assert record.seats == {"deputy": 1, "other": 2}
    assert (record.seed, record.through, record.given_total) == ("7", None, recruit.GivenTotal.check)
    assert record.outcome.columns[:4] == ["standing", "stage", "decided_by", "total"]


def test_the_command_says_what_a_file_is_and_whether_it_is_whole(
    tmp_path: Path, python_environment: dict[str, str]
) -> None:
    path = tmp_path / "regulation"
    recruit.save(recruit.datasets.example().regulation, path)

    def command(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "recruit", *words, "--lang", "en"],
            capture_output=True,
            encoding="utf-8",
            env=python_environment,
            check=False,
        )

    said = command("file", "info", str(path))
    assert said.returncode == 0
    assert f"regulation, {path.stat().st_size} bytes" in said.stdout
    assert recruit.file_info(path).digest in said.stdout
    said = command("file", "check", str(path))
    assert (said.returncode, said.stdout) == (0, f"{path} is whole: regulation\n")
    path.write_bytes(path.read_bytes()[:-3] + b"abc")
    said = command("file", "check", str(path))
    assert said.returncode == 1
    assert "damaged" in said.stderr
    assert command("file", "check", str(tmp_path / "none")).returncode == 2


@pytest.mark.parametrize("locale", ["C", "C.UTF-8", "vi_VN.UTF-8", "tr_TR.UTF-8"])
@pytest.mark.parametrize("zone", ["UTC", "Asia/Ho_Chi_Minh", "America/Los_Angeles"])
def test_no_locale_time_zone_or_run_changes_a_byte(
    locale: str, zone: str, python_environment: dict[str, str]
) -> None:
    program = (
        "import locale, recruit\n"
        "try: locale.setlocale(locale.LC_ALL, '')\n"
        "except locale.Error: pass\n"
        "contest = recruit.datasets.example()\n"
        "result = recruit.select(contest.regulation, contest.scores, contest.seats)\n"
        "print(recruit.digest(result), recruit.digest(result.explain('A-2')))\n"
    )
    environment = {**python_environment, "LC_ALL": locale, "TZ": zone, "PYTHONHASHSEED": str(len(zone))}
    contest = recruit.datasets.example()
    result = recruit.select(contest.regulation, contest.scores, contest.seats)
    expected = f"{recruit.digest(result)} {recruit.digest(result.explain('A-2'))}\n"
    assert run([sys.executable, "-c", program], env=environment).stdout == expected


def test_a_full_disk_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    recruit.save(recruit.Points(1), path)
    program = (
        "import resource, signal, sys, recruit\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (40, 40))\n"
        "try: recruit.save(recruit.Points(2), sys.argv[1])\n"
        "except recruit.Error as error: print(error.code, error)\n"
    )
    said = run(
        [sys.executable, "-c", program, path],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    ).stdout
    assert said.startswith("file_not_saved")
    assert "no space is left" in said
    assert recruit.load(path) == recruit.Points(1)
    assert list(tmp_path.iterdir()) == [path]
