"""The command and regulations: list, show, check, diff, a new one to begin with, the empty score sheet."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
import recruit
from conftest import Command

TWO = {"en", "vi"}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_catalogue_is_listed_and_each_shown(command: Command) -> None:
    assert command("regulations")[1].count("\n") == len(recruit.regulation_ids())
    for language in sorted(TWO):
        status, printed, _ = command("regulations", "show", "vn.lead.example.2017", "--lang", language)
        assert status == 0
        assert recruit.regulation("vn.lead.example.2017").title.str(language) in printed  # type: ignore[arg-type]


def test_a_broken_regulation_is_told_error_by_error(folder: Path, command: Command) -> None:
    text = recruit.regulation("vn.lead.example.2017").toml
    (folder / "rules.toml").write_text(text, encoding="utf-8")
    assert command("regulations", "check", "rules.toml")[0] == 0
    broken = text.replace("max = 100", "max = 99.5", 1).replace('status = "example"', 'status = "guess"')
    (folder / "rules.toml").write_text(broken, encoding="utf-8")
    status, printed, _ = command("regulations", "check", "rules.toml", "--lang", "vi")
    assert status == 1
    assert "rules.toml:6" in printed and "Số lỗi: 3" in printed
    status, _, errors = command("regulations", "check", "none.toml")
    assert status == 2
    assert "none.toml" in errors
    assert command("regulations", "show", "atlantis.2020")[0] == 2


@pytest.mark.parametrize("language", sorted(TWO))
def test_a_new_regulation_is_valid_commented_and_ready_for_a_contest(
    folder: Path, command: Command, language: str
) -> None:
    made = command("new-regulation", "vn.lead.hanoi.2026", "--out", "rules.toml", "--lang", language)
    assert made[0] == 0, made[2]
    assert command("regulations", "check", "rules.toml")[0] == 0
    rules = recruit.Regulation.load("rules.toml")
    assert (rules.series, rules.version, str(rules.effective_from)) == ("vn.lead.hanoi", "2026", "2026-01-01")
    assert ("Các vòng" in rules.toml) == (language == "vi")
    assert max(map(len, rules.toml.splitlines())) <= 120
    again = command("new-regulation", "vn.lead.hanoi.2026", "--out", "rules.toml", "--lang", language)
    assert again[0] == 2
    assert "--force" in again[2]
    assert command("new-regulation", "vn.lead.hanoi.2026", "--lang", language)[1] == rules.toml


def test_what_a_new_regulation_has_commented_out_is_valid_too(command: Command) -> None:
    text = command("new-regulation", "a.b.2026", "--effective-from", "2026-07-01", "--lang", "en")[1]
    for line in text.splitlines():  # comments that are rules, not sentences
        rule = line.removeprefix("# ")
        if line.startswith("# ") and (rule.startswith("[") or " = " in rule) and not rule.endswith("."):
            text = text.replace(line, rule, 1)
    rules = recruit.Regulation.parse(text)
    assert [fact.name for fact in rules.facts] == ["priority", "born"]
    assert "include_all" in rules.canonical and "bonus.cap" in rules.canonical
    assert str(rules.effective_to) == "2030-12-31"


@pytest.mark.parametrize("id", ["hanoi", "vn.Hà Nội.2026", ".2026", "vn."])
def test_an_id_without_series_or_version_is_refused(command: Command, id: str) -> None:
    status, printed, errors = command("new-regulation", id)
    assert status == (1 if "Hà" in id else 2)
    assert printed == ""
    assert errors


def test_the_difference_of_two_regulations_is_told_in_words(command: Command) -> None:
    status, printed, _ = command("regulations", "diff", "in.upsc.2007", "in.upsc.2013", "--lang", "vi")
    assert status == 1
    assert "điểm tối đa trước là 300, nay là 275" in printed
    status, printed, _ = command("regulations", "diff", "in.upsc.2007", "in.upsc.2007")
    assert status == 0
    assert recruit.regulation("in.upsc.2007").digest in printed
    old, new = recruit.regulation("in.upsc.2007"), recruit.regulation("in.upsc.2013")
    changes = {
        change.path: (change.before, change.after) for change in recruit.diff(old, new) if change.is_rule
    }
    assert changes["stage.interview.max"] == ("300", "275")  # the personality test, since 2013
    assert changes["score.max"] == ("2300", "2025")


# --- the empty score sheet ---------------------------------------------------------------------------


@pytest.mark.parametrize("id", recruit.regulation_ids())
@pytest.mark.parametrize("language", sorted(TWO))
def test_a_template_has_a_column_for_each_stage_part_and_fact(
    command: Command, id: str, language: str
) -> None:
    rules = recruit.regulation(id)
    status, _, errors = command("template", "--regulation", id, "--out", "scores.csv", "--lang", language)
    assert status == 0, errors
    columns = recruit.read_csv("scores.csv").table.columns
    wanted = {"application", *(fact.name for fact in rules.facts), *(stage.name for stage in rules.stages)}
    wanted |= {f"{stage.name}.{part.name}" for stage in rules.stages for part in stage.parts}
    assert wanted <= set(columns)
    guide = recruit.read_csv("scores.columns.csv").table
    assert guide[guide.columns[0]].tolist() == columns
    assert command("template", "--regulation", id, "--lang", language)[1].count("\n") == len(columns)
    assert command("template", "--regulation", id, "--out", "scores.csv")[0] == 2  # it might be filled in


@pytest.mark.parametrize("language", sorted(TWO))
def test_a_workbook_that_was_filled_in_is_read_without_a_mapping(command: Command, language: str) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    pytest.importorskip("xlsxwriter")
    command("new-regulation", "a.b.2026", "--out", "rules.toml")
    made = command("template", "--regulation", "rules.toml", "--out", "scores.xlsx", "--lang", language)
    assert made[0] == 0, made[2]
    book = openpyxl.load_workbook("scores.xlsx")
    scores, seats, guide = book.worksheets
    names = [cell.value for cell in scores[2]]
    assert names[0] == guide["A2"].value == "application"
    limits = {rule.type for rule in scores.data_validations.dataValidation}
    assert limits == {"list", "decimal"}
    filled = ["application", "position", "priority", "written", "project.content", "project.defence"]
    people = [("007", "p", None, 70.5, 50, 31), ("008", "p", True, 90, 40, 30), ("009", "p")]
    for row, person in enumerate(people, 3):
        for name, value in zip(filled, person, strict=False):
            scores.cell(row, names.index(name) + 1, value)
    scores.cell(5, names.index("written.status") + 1, "absent")
    seats["A2"], seats["B2"] = "p", 1
    book.save("scores.xlsx")
    words = [
        "--regulation",
        "rules.toml",
        "--scores",
        "scores.xlsx",
        "--seats",
        "scores.xlsx",
        "--out",
        "out.csv",
    ]
    status, printed, errors = command("select", *words)
    assert status == 0, printed + errors
    table = recruit.read_csv("out.csv").table
    assert table["application"].tolist() == ["008", "007", "009"]
    assert table["total"].tolist() == ["78", "76.8", None]  # 0.4 * 90 + 0.6 * 70; 0.4 * 70.5 + 0.6 * 81
    assert table["standing"].tolist() == ["selected", "reserve", "absent"]


def test_gaps_and_burden_are_told_in_both_languages(root: Path, command: Command) -> None:
    complete = root / "tests" / "regulation" / "complete" / "small.toml"
    status, printed, _ = command("regulations", "gaps", str(complete), "--lang", "en")
    assert status == 0
    assert "no open case" in printed
    status, printed, _ = command("regulations", "gaps", "vn.cs.2025", "--lang", "vi")
    assert status == 1
    assert "Không ai đạt yêu cầu" in printed and "ending.nobody_passes" in printed
    status, printed, _ = command("regulations", "burden", str(complete), "--lang", "en")
    assert status == 0
    assert "shortest 30 days, longest 120 days" in printed
    assert command("regulations", "burden", str(complete), "--start", "2025-02-30")[0] == 2


def test_gaps_burden_and_transition_from_python(root: Path) -> None:
    rules = recruit.Regulation.load(root / "tests" / "regulation" / "complete" / "civil.toml")
    assert recruit.gaps(rules) == []
    open_rules = recruit.Regulation.parse(rules.toml.replace("window = 15\n", ""))
    (gap,) = recruit.gaps(open_rules)
    assert gap.kind is recruit.GapKind.appeal_without_window
    assert gap in set(recruit.gaps(open_rules))
    start = datetime.date(2026, 1, 1)
    made = recruit.burden(rules, start=start, holidays=[datetime.date(2026, 2, 3)])
    # 1 January, 30 days of applications (to Saturday 31), five working days without Tuesday 3 February.
    assert made.earliest == datetime.date(2026, 2, 9)
    older = recruit.Regulation.parse(rules.toml.replace("2025-07-01", "2024-07-01").replace("civil", "old"))
    ruling = recruit.transition(
        older, rules, started=datetime.date(2025, 3, 1), reached="round1", on=datetime.date(2025, 8, 1)
    )
    assert ruling.outcome is recruit.TransitionOutcome.old_text
    assert ruling.until == datetime.date(2025, 9, 30)
