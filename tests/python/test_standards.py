"""Standards from Python: reading, checking persons, reasons, audits, and the command."""

from __future__ import annotations

import datetime
import random
from pathlib import Path

import pytest
import recruit
from conftest import ROOT
from recruit.command import main

EXAMPLE = ROOT / "examples" / "standards" / "vn.lead.deputy_division.2017.toml"
DAYS = {"applications_closed": datetime.date(2026, 8, 31), "appointment": datetime.date(2026, 10, 15)}
INSIDER = {
    "application": "A-1",
    "born": "1980-05-20",
    "sex": "male",
    "retires": "2042-06-01",
    "sector_since": "2005-09-01",
    "degree": "master",
    "regular_study": True,
    "theory": "advanced",
    "language_certificate": True,
    "discipline": "none",
    "banned_until": None,
    "planned": "own_title",
    "workplace": "same_unit",
    "nominated": False,
    "application_form": "2026-08-10",
    "degree_copy": "2026-08-10",
    "party_consent": None,
}
ONE = """
series = "xx.one"
version = "1"
status = "example"
effective_from = 2024-01-01
leap_day = "february_28"
moment = { name = "today" }
fact = [{ name = "born", type = "date" }, { name = "sex", type = "category", values = ["m", "f"] }]
[[require]]
name = "age"
[require.holds]
by = "sex"
[require.holds.case]
m = { age = "born", at = "today", at_most = 55 }
f = { age = "born", at = "today", at_most = 50 }
"""


def standard() -> recruit.Standard:
    return recruit.Standard.load(EXAMPLE)


def test_a_standard_says_what_is_in_it() -> None:
    rules = standard()
    assert rules.id == "vn.lead.deputy_division.2017"
    assert rules.groups == ["insider", "outsider", "nominee"]
    assert rules.moments == ["applications_closed", "appointment"]
    assert rules.predicates[0] == "age"
    assert rules.predicates[-1] == "nominee.party_consent"
    assert rules == recruit.Standard.parse(rules.toml)
    assert "Tiêu chuẩn" in rules.describe("vi")
    assert rules.label("insider.planned").str() == "On the planning list"
    assert rules.audit() == rules.audit(DAYS) == []


def test_persons_are_checked_and_told_why() -> None:
    people = [
        INSIDER,
        {**INSIDER, "application": "A-2", "born": "1970-10-15"},
        {**INSIDER, "application": "A-3", "born": "1970", "degree_copy": None},
        {**INSIDER, "application": "A-4", "planned": None},
    ]
    result = recruit.check(standard(), people, DAYS)
    table = result.to_table()
    assert list(table["outcome"]) == ["met", "not_met", "not_met", "cannot_be_told"]
    assert list(table["status"]) == ["eligible", "ineligible", "ineligible", "cannot_be_told"]
    assert list(table["degree_copy"]) == ["in_file", "in_file", "missing", "in_file"]
    assert list(table["missing"])[3] == "planned"
    assert result.counts == {"met": 1, "not_met": 2, "cannot_be_told": 1}
    assert result.reason("A-2") == "Age: not met"
    assert "56 tuổi" in result.explain("A-2", "vi")
    assert "cannot be told" in result.explain("A-4")
    verdict = result.verdicts("A-3")[0]
    assert (verdict["predicate"], verdict["outcome"], verdict["missing"]) == (
        "age",
        "cannot_be_told",
        ["born"],
    )
    assert len(result) == 4
    assert "<table>" in result._repr_html_()
    assert "A-2" in repr(result)
    assert result.audit() == []
    assert not result.issues
    with pytest.raises(recruit.Error, match="A-9"):
        result.explain("A-9")


def test_columns_may_have_other_names() -> None:
    people = {"sbd": ["1", "2"], "ngày sinh": ["1980-01-01", None], "sex": ["m", "f"]}
    rules = recruit.Standard.parse(ONE)
    today = {"today": datetime.date(2026, 10, 15)}
    result = recruit.check(rules, people, today, columns={"application": "sbd", "born": "ngày sinh"})
    assert list(result.to_table()["outcome"]) == ["met", "cannot_be_told"]
    with pytest.raises(recruit.Error) as refusal:
        recruit.check(
            rules, people, {"tomorrow": datetime.date(2026, 10, 15)}, columns={"application": "sbd"}
        )
    assert refusal.value.code == "unknown_moment"


def test_who_is_not_eligible_is_not_selected() -> None:
    contest = recruit.datasets.example()
    scores = recruit.Table(contest.scores)
    applications = list(scores["application"])
    people = {
        "application": applications,
        "born": ["1950-01-01" if i == 0 else "1990-01-01" for i in range(len(applications))],
        "sex": ["m"] * len(applications),
    }
    rules = recruit.Standard.parse(ONE)
    result = recruit.check(rules, people, {"today": datetime.date(2026, 10, 15)})
    selection = recruit.select(contest.regulation, result.screened(scores), contest.seats)
    assert selection[applications[0]].standing is recruit.Standing.ineligible
    assert any(row.standing is recruit.Standing.selected for row in selection)


def test_each_position_has_its_own_standard() -> None:
    rules = recruit.Standard.parse(ONE)
    people = {
        "application": ["1", "2"],
        "position": ["head", "guard"],
        "born": ["1950", "1950"],
        "sex": ["m", "m"],
    }
    today = {"today": datetime.date(2026, 10, 15)}
    table = recruit.check_positions({"head": rules.id, "guard": ""}, [rules], people, today)
    assert list(table["outcome"]) == ["not_met", "met"]
    with pytest.raises(recruit.Error) as refusal:
        recruit.check_positions({"head": rules.id}, [rules], people, today)
    assert refusal.value.code == "position_not_listed"


def age(born: datetime.date, day: datetime.date) -> int:
    """Whole years; a birthday on 29 February is on the 28th of a common year."""
    passed = day.year - born.year
    while True:
        try:
            birthday = born.replace(year=born.year + passed)
        except ValueError:
            birthday = datetime.date(born.year + passed, 2, 28)
        if birthday <= day:
            return passed
        passed -= 1


def test_two_hundred_persons_by_a_rule_written_otherwise() -> None:
    lot = random.Random(202)
    people, expected = [], []
    day = datetime.date(2026, 2, 28)
    caps = {"m": 55, "f": 50}
    for number in range(200):
        born = datetime.date(1968, 1, 1) + datetime.timedelta(days=lot.randrange(4400))
        if number % 10 == 0:
            born = datetime.date(lot.choice([1968, 1972, 1976]), 2, 29)
        written = lot.choice([str(born), str(born), str(born)[:7], str(born)[:4], None])
        sex = lot.choice(["m", "f", "f", None])
        # Every day and every sex that may be meant; told only where they agree.
        days = {
            d
            for d in (datetime.date(born.year, 1, 1) + datetime.timedelta(days=i) for i in range(366))
            if written and str(d).startswith(written)
        }
        answers = {age(d, day) <= caps[s] for d in days for s in ([sex] if sex else ["m", "f"])}
        agree = len(answers) == 1 and written is not None
        # Of a missing sex the two caps must each be told before they can agree.
        if sex is None and written is not None:
            agree = (
                all(len({age(d, day) <= cap for d in days}) == 1 for cap in caps.values())
                and len(answers) == 1
            )
        people.append({"application": str(number), "born": written, "sex": sex})
        expected.append(("met" if answers.pop() else "not_met") if agree else "cannot_be_told")
    got = list(recruit.check(recruit.Standard.parse(ONE), people, {"today": day}).to_table()["outcome"])
    assert got == expected
    counts = {word: expected.count(word) for word in ("met", "not_met", "cannot_be_told")}
    print(f"200 persons: {counts}")
    assert min(counts.values()) >= 20


def test_an_audit_names_the_predicates() -> None:
    broken = recruit.Standard.parse(
        ONE + '[[require]]\nname = "old"\nholds = { age = "born", at = "today", at_least = 56 }\n'
    )
    (finding,) = broken.audit()
    assert finding.kind is recruit.FindingKind.contradictory
    assert finding.paths == ["age", "old"]
    assert finding.str("vi") == "Không ai có thể cùng lúc đáp ứng: age, old."
    people = {"application": ["1"], "born": ["1950-01-01"], "sex": ["m"]}
    result = recruit.check(recruit.Standard.parse(ONE), people, {"today": datetime.date(2026, 1, 1)})
    (nobody,) = result.audit()
    assert (nobody.kind, nobody.paths) == (recruit.FindingKind.nobody_meets, ["age"])


def test_the_command_checks_and_audits_a_standard(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "one.toml"
    path.write_text(ONE, encoding="utf-8")
    assert main(["standards", "check", str(path), "--lang", "en"]) == 0
    assert "is a valid standard: xx.one.1" in capsys.readouterr().out
    assert main(["standards", "show", str(path), "--lang", "vi"]) == 0
    assert "Tiêu chuẩn" in capsys.readouterr().out
    assert main(["standards", "audit", str(path), "--lang", "en"]) == 0
    assert "nothing contradictory" in capsys.readouterr().out
    path.write_text(ONE.replace("at_most = 55", "at_most = 55.5"), encoding="utf-8")
    assert main(["standards", "check", str(path), "--lang", "en"]) == 1
    assert "one.toml:14" in capsys.readouterr().out
    path.write_text(
        ONE + '[[require]]\nname = "old"\nholds = { age = "born", at = "today", at_least = 56 }\n',
        encoding="utf-8",
    )
    assert main(["standards", "audit", str(path), "--on", "today=2026-10-15", "--lang", "en"]) == 1
    assert "[contradictory]" in capsys.readouterr().out
    assert main(["standards", "audit", str(path), "--on", "today"]) == 2
