"""`recruit refer`, and `recruit select --marks`: slips to scores, and who may be chosen, from files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import recruit
from conftest import Command

MARKING = """
series = "test.panel"
version = "1"
status = "example"
effective_from = 2020-01-01
[[stage]]
name = "written"
max = 100
missing = "absent"
gate = { points = 50 }
[[stage]]
name = "project"
max = 100
[score]
terms = [{ stage = "written", weight = "0.4" }, { stage = "project", weight = "0.6" }]
[[marking]]
stage = "project"
least = 3
absent = "mean_of_present"
round = { digits = 2, mode = "half_up" }
"""
SCORES = "application,position,written\nA,head,60\nB,head,70\nC,head,49\n"
# A: mean 80; without m3 70. B: mean 75.
MARKS = """application,marker,mark
A,m1,70
A,m2,70
A,m3,100
B,m1,75
B,m2,75
B,m3,75
C,m1,90
C,m2,90
C,m3,90
"""


@pytest.fixture
def panel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Rules with a marking, a sheet without the stage that is marked, and slips; the command runs there."""
    (tmp_path / "rules.toml").write_text(MARKING, encoding="utf-8")
    (tmp_path / "scores.csv").write_text(SCORES, encoding="utf-8")
    (tmp_path / "marks.csv").write_text(MARKS, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


DATA = ["--regulation", "rules.toml", "--scores", "scores.csv", "--marks", "marks.csv", "--seats", "1"]


def standings(path: str) -> dict[str, tuple[str, str]]:
    table = recruit.read_csv(path).table
    rows = zip(*(table[name].tolist() for name in ("application", "standing", "total")), strict=True)
    return {application: (standing, str(total or "")) for application, standing, total in rows}


def test_scores_are_made_from_slips_and_selected_by(panel: Path, command: Command) -> None:
    status, printed, errors = command("select", *DATA, "--out", "out.csv", "--lang", "en")
    assert status == 0, printed + errors
    assert "Scripts: 3. Without a score, for a person to act on: 0." in printed
    # 0.4 x 60 + 0.6 x 80 = 72; 0.4 x 70 + 0.6 x 75 = 73.
    assert standings("out.csv") == {"B": ("selected", "73"), "A": ("qualified", "72"), "C": ("failed", "")}


def test_slips_of_a_marker_are_struck_and_all_is_computed_again(panel: Path, command: Command) -> None:
    (panel / "marks.csv").write_text(MARKS.replace("A,m1,70", "A,m1,79"), encoding="utf-8")  # mean 83
    command("select", *DATA, "--out", "before.csv")
    assert standings("before.csv")["A"] == ("selected", "73.8")
    rules = MARKING.replace("least = 3", "least = 2")
    (panel / "rules.toml").write_text(rules, encoding="utf-8")
    assert command("select", *DATA, "--strike", "m3=A", "--out", "after.csv")[0] == 0
    # A: 79 and 70 make 74.5: 24 + 44.7 = 68.7.
    assert standings("after.csv")["A"] == ("qualified", "68.7")
    status, _, errors = command("select", *DATA, "--strike", "m9", "--lang", "en")
    assert status == 2
    assert "no mark of m9" in errors


@pytest.mark.parametrize("language", ["en", "vi"])
def test_a_script_that_waits_for_a_person_is_told_and_has_no_score(
    panel: Path, command: Command, language: str
) -> None:
    (panel / "marks.csv").write_text(MARKS.replace("A,m3,100\n", ""), encoding="utf-8")
    status, printed, _ = command("select", *DATA, "--out", "out.csv", "--lang", language)
    assert status == 1  # somebody has no result yet
    assert ("A, project: too few marks" if language == "en" else "A, project: chưa đủ điểm chấm") in printed
    assert standings("out.csv")["A"][0] == "incomplete"


def test_a_wrong_mark_is_an_issue_of_its_file_and_line(panel: Path, command: Command) -> None:
    (panel / "marks.csv").write_text(MARKS.replace("B,m2,75", "B,m2,175"), encoding="utf-8")
    status, printed, _ = command("select", *DATA, "--lang", "en")
    assert status == 1
    assert "marks.csv:6" in printed
    assert "above_maximum" in printed


def test_marks_of_nobody_known_are_told(panel: Path, command: Command) -> None:
    (panel / "marks.csv").write_text(MARKS.replace("C,", "Z,"), encoding="utf-8")
    status, printed, _ = command("select", *DATA, "--lang", "en")
    assert status == 1
    assert "Z has marks but is not among the applications" in printed


def test_columns_of_slips_are_called_as_the_file_calls_them(panel: Path, command: Command) -> None:
    text = MARKS.replace("application,marker,mark", "SBD;Giám khảo;Điểm").replace(",", ";")
    text = text.replace("A;m1;70", "A;m1;70,5")
    (panel / "marks.csv").write_text(text, encoding="utf-8-sig")
    (panel / "scores.csv").write_text(SCORES.replace("application", "SBD"), encoding="utf-8")
    named = ["application=SBD", "marker=Giám khảo", "mark=Điểm"]
    columns = [word for name in named for word in ("--column", name)]
    status, printed, errors = command("select", *DATA, *columns, "--out", "out.csv")
    assert status == 0, printed + errors
    assert standings("out.csv")["A"] == ("qualified", "72.102")  # 240.5 / 3 is 80.17: 24 + 48.102
    without = [word for word in DATA if word not in {"--marks", "marks.csv"}]
    status, _, errors = command("select", *without, *columns, "--lang", "en")
    assert status == 2
    assert 'no column "marker"' in errors


def test_an_empty_column_of_the_marked_stage_is_filled_and_a_full_one_is_refused(
    panel: Path, command: Command
) -> None:
    (panel / "scores.csv").write_text(
        "application,position,written,project\nA,head,60,\nB,head,70,\nC,head,49,\n", encoding="utf-8"
    )
    assert command("select", *DATA, "--out", "out.csv")[0] == 0
    assert standings("out.csv")["B"] == ("selected", "73")
    (panel / "scores.csv").write_text(
        "application,position,written,project\nA,head,60,99\nB,head,70,\nC,head,49,\n", encoding="utf-8"
    )
    status, _, errors = command("select", *DATA, "--lang", "en")
    assert status == 1
    assert "project" in errors


def test_rules_without_a_marking_take_no_slips(panel: Path, command: Command) -> None:
    (panel / "rules.toml").write_text(MARKING[: MARKING.index("[[marking]]")], encoding="utf-8")
    status, _, errors = command("select", *DATA, "--lang", "en")
    assert status == 2
    assert "[[marking]]" in errors


def test_a_run_from_slips_is_verified_with_them(panel: Path, command: Command) -> None:
    rules = MARKING.replace("least = 3", "least = 2")
    (panel / "rules.toml").write_text(rules, encoding="utf-8")
    assert command("select", *DATA, "--strike", "m3=A", "--out", "out.csv")[0] == 0
    manifest = json.loads((panel / "out.csv.manifest.json").read_text(encoding="utf-8"))
    assert manifest["marks"]["file"] == "marks.csv"
    assert manifest["options"]["strike"] == [["m3", "A"]]
    status, printed, errors = command("verify-run", "out.csv.manifest.json", "--lang", "en")
    assert status == 0, printed + errors
    assert "marks marks.csv: as it was" in printed
    (panel / "marks.csv").write_text(MARKS.replace("A,m2,70", "A,m2,71"), encoding="utf-8")
    status, printed, _ = command("verify-run", "out.csv.manifest.json", "--lang", "en")
    assert status == 1
    assert "A" in printed


# --- referral ------------------------------------------------------------------------------------------

# New York Civil Service Law 61: one of the three standing highest who are willing, and their equals.
ELIGIBLE = "application,position,final_rating\n" + "".join(
    f"{name},{position},{rating}\n"
    for name, position, rating in [
        ("a", "clerk", 100),
        ("b", "clerk", 95),
        ("c", "clerk", 95),
        ("d", "clerk", 95),
        ("e", "clerk", 90),
        ("f", "clerk", 69),
        ("g", "guard", 80),
    ]
)
REFER = ["refer", "--regulation", "us.ny.section61.1958", "--scores", "list.csv"]


@pytest.fixture
def eligible(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "list.csv").write_text(ELIGIBLE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("language", ["en", "vi"])
def test_who_may_be_chosen_is_printed_with_the_reason_of_the_others(
    eligible: Path, command: Command, language: str
) -> None:
    status, printed, errors = command(*REFER, "clerk", "--lang", language)
    assert status == 0, errors
    lines = printed.splitlines()
    said = {
        "en": ("clerk, vacancy 1: 4 of 5 may be chosen.", "e stands after the names that are referred"),
        "vi": (
            "clerk, chỗ thứ 1: 4 trên 5 người có thể được chọn.",
            "e đứng sau những người được giới thiệu",
        ),
    }[language]
    assert lines[1] == said[0]
    assert lines[2:6] == ["  1. a (100)", "  2. b (95)", "  2. c (95)", "  2. d (95)"]
    assert said[1] in printed
    assert "61: one of the three standing highest" in printed  # the rule's source
    assert "f" not in [line.split()[0] for line in lines[2:]]  # failed: on no list


def test_what_happened_is_replayed_from_a_file_and_from_the_line(eligible: Path, command: Command) -> None:
    (eligible / "history.csv").write_text(
        "position,event,application\nclerk,appointed,a\nguard,appointed,g\n", encoding="utf-8"
    )
    words = ["--history", "history.csv", "--event", "unwilling=b", "--out", "names.csv"]
    status, printed, errors = command(*REFER, "clerk", *words, "--lang", "en")
    assert status == 0, errors
    assert "clerk, vacancy 2: 3 of 5 may be chosen." in printed
    table = recruit.read_csv("names.csv").table
    reasons = dict(zip(table["application"].tolist(), table["reason"].tolist(), strict=True))
    assert reasons == {
        "a": "appointed",
        "b": "unwilling",
        "c": "reachable",
        "d": "reachable",
        "e": "reachable",
    }


def test_an_appointment_that_was_not_lawful_when_it_was_made_is_refused(
    eligible: Path, command: Command
) -> None:
    status, _, errors = command(*REFER, "clerk", "--event", "appointed=e", "--lang", "en")
    assert status == 1
    assert "e could not be appointed to vacancy 1" in errors
    assert command(*REFER, "clerk", "--event", "removed=a", "--event", "appointed=e")[0] == 1
    # With a appointed and b gone, c, d and e are the three standing highest.
    lawful = ["--event", "appointed=a", "--event", "declined=b", "--event", "appointed=e"]
    assert command(*REFER, "clerk", *lawful)[0] == 0


def test_wrong_use_is_told_with_what_there_is(eligible: Path, command: Command) -> None:
    status, _, errors = command(*REFER, "--lang", "en")
    assert status == 2
    assert '"clerk"' in errors and '"guard"' in errors
    assert command(*REFER, "chief")[0] == 2
    assert command(*REFER, "clerk", "--event", "hired=a")[0] == 2
    assert command(*REFER, "clerk", "--event", "appointed=zz")[0] == 2
    (eligible / "history.csv").write_text("event,application\nhired,a\n", encoding="utf-8")
    status, _, errors = command(*REFER, "clerk", "--history", "history.csv", "--lang", "en")
    assert status == 1
    assert "history.csv:2" in errors and '"hired" is no event' in errors
    no_rule = [word.replace("us.ny.section61.1958", "vn.lead.coc.2017") for word in REFER]
    (eligible / "list.csv").write_text("application,position,project\nA,head,90\n", encoding="utf-8")
    status, _, errors = command(*no_rule, "head", "--lang", "en")
    assert status == 2
    assert "[referral]" in errors


def test_the_only_group_need_not_be_named_and_a_hidden_rank_is_not_printed(
    tmp_path: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    rules = recruit.regulation("us.ny.section61.1958").toml.replace("names = 3", "names = 3\nranked = false")
    (tmp_path / "rules.toml").write_text(rules, encoding="utf-8")
    (tmp_path / "list.csv").write_text(
        "application,position,final_rating\nz,clerk,100\na,clerk,95\nm,clerk,95\nb,clerk,71\n",
        encoding="utf-8",
    )
    status, printed, _ = command(
        "refer", "--regulation", "rules.toml", "--scores", "list.csv", "--lang", "en"
    )
    assert status == 0
    assert printed.splitlines()[2:5] == ["  a", "  m", "  z"]
    assert "(100)" not in printed and "(95)" not in printed
