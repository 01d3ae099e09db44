"""The scenarios of tests/scenarios, run from Python; their README says how they are written."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import recruit
from conftest import ROOT

FOLDER = ROOT / "tests" / "scenarios"

# What a row must be, in text, by the name of the expectation.
EXPECTATIONS: Mapping[str, Callable[[recruit.SelectionRow], str]] = {
    "standing": lambda row: row.standing.name,
    "stage": lambda row: row.stage,
    "decided_by": lambda row: row.decided_by,
    "total": lambda row: "" if row.total is None else f"{row.total.normalize():f}",
    "rank": lambda row: "" if row.rank is None else f"{row.rank}",
}


def cases() -> Iterator[Any]:
    for path in sorted(FOLDER.glob("*.toml")):
        file = tomllib.loads(path.read_text(encoding="utf-8"))
        own = file.pop("case")
        for case in own:
            yield pytest.param({**file, **case}, id=f"{path.stem}: {case['when']}")


def changed(case: Mapping[str, Any], toml: str) -> str:
    """The text with the pieces replaced that ``change`` names."""
    for before, after in case.get("change", []):
        assert before in toml
        toml = toml.replace(before, after, 1)
    return toml


def rules_of(case: Mapping[str, Any]) -> recruit.Regulation:
    toml = case["rules"] if "rules" in case else recruit.regulation(case["regulation"]).toml
    return recruit.Regulation.parse(changed(case, toml), "scenario")


def marked_of(case: Mapping[str, Any], rules: recruit.Regulation, folder: Path) -> recruit.MarkedScores:
    path = folder / "marks.csv"
    path.write_text(case["marks"], encoding="utf-8")
    marks = recruit.read_csv(path).table
    for strike in case.get("strike", []):
        marks = recruit.strike_marks(rules, marks, *strike)
    return recruit.aggregate_marks(rules, marks)


def check_scripts(case: Mapping[str, Any], marked: recruit.MarkedScores) -> None:
    scripts = marked.scripts.to_pandas(exact=True).set_index("application")
    for key, column in (("script", "state"), ("mark", "score")):
        for application, expected in case.get(key, {}).items():
            got = scripts.loc[application, column]
            text = "" if got is None or got != got else got if key == "script" else f"{got.normalize():f}"
            assert (key, application, text) == (key, application, expected)


def select(case: Mapping[str, Any], folder: Path) -> tuple[recruit.Selection | None, list[recruit.Issue]]:
    rules = rules_of(case)
    issues: list[recruit.Issue] = []
    table = None
    if "scores" in case:
        path = folder / "scores.csv"
        path.write_text(case["scores"], encoding="utf-8")
        sheet = recruit.read_scores(path, rules)
        table = sheet.table
        issues += sheet.issues
    if "marks" in case:
        marked = marked_of(case, rules, folder)
        check_scripts(case, marked)
        issues += marked.issues
        if table is None:
            return None, issues
        table, more = marked.beside(table)
        issues += more
    options = {key: case[key] for key in ("seats", "seed", "through") if key in case}
    selection = recruit.select(rules, table, **options)
    return selection, [*issues, *selection.issues]


def check_rules(case: Mapping[str, Any]) -> None:
    """What the rules alone say: cases they leave open, and how long a contest lasts."""
    rules = rules_of(case)
    found = {gap.path for gap in recruit.gaps(rules)}
    assert set(case.get("gaps", [])) <= found
    assert not set(case.get("decided", [])) & found
    made = recruit.burden(rules, applicants=case.get("applicants", 0))
    got = {"shortest": made.shortest_days, "longest": made.longest_days}
    for key, expected in case.get("days", {}).items():
        assert (key, got[key]) == (key, expected)


def check_transitions(case: Mapping[str, Any]) -> None:
    """Under which text a contest goes on that was begun under an older one."""
    for asked in case.get("transition", []):
        older, newer = (recruit.regulation(asked[key]) for key in ("older", "newer"))
        ruling = recruit.transition(
            older, newer, started=asked["started"], reached=asked["reached"], on=asked["on"]
        )
        assert ruling.outcome.name == asked["outcome"]
        assert ruling.rule == asked.get("rule", ruling.rule)
        assert ruling.until == asked.get("until", ruling.until)


def check_standard(case: Mapping[str, Any], folder: Path) -> None:
    """Who meets a standard, by which predicate, and what would have to be known."""
    if "standard" not in case:
        return
    standard = recruit.Standard.parse(changed(case, case["standard"]), "scenario")
    if "changed_digest" in case:
        assert standard.digest != recruit.Standard.parse(case["standard"]).digest
    path = folder / "persons.csv"
    path.write_text(case["persons"].lstrip("\n"), encoding="utf-8")
    result = recruit.check(standard, recruit.read_csv(path).table, case.get("on", {}))
    table = {name: list(result.to_table()[name]) for name in result.to_table().columns}
    rows = {application: row for row, application in enumerate(table["application"])}
    for key, column in (("outcome", "outcome"), ("lacks", "missing")):
        for application, expected in case.get(key, {}).items():
            assert (key, application, table[column][rows[application]] or "") == (key, application, expected)
    for application, expected in case.get("predicate", {}).items():
        got = ", ".join(f"{path} {table[path][rows[application]]}" for path in standard.predicates)
        assert (application, got) == (application, expected)


@pytest.mark.parametrize("case", list(cases()))
def test_scenario(case: Mapping[str, Any], tmp_path: Path) -> None:
    if "refused" in case:
        with pytest.raises(recruit.Error) as refusal:
            select(case, tmp_path)
        codes = {issue.code for issue in refusal.value.issues}
        assert case["refused"] in {refusal.value.code, *codes}
        return
    check_transitions(case)
    check_standard(case, tmp_path)
    if "rules" not in case and "regulation" not in case:
        return
    check_rules(case)
    if "scores" not in case and "marks" not in case:
        return
    selection, issues = select(case, tmp_path)
    for what, got in EXPECTATIONS.items():
        for application, expected in case.get(what, {}).items():
            assert selection is not None
            assert (what, application, got(selection[application])) == (what, application, expected)
    if "issues" in case:
        told = {issue.code for issue in issues if issue.severity.name != "note"}
        assert set(case["issues"]) <= told if case["issues"] else not told
    for asked in case.get("refer", []):
        assert selection is not None
        history = [(kind, application) for kind, application in asked.get("history", [])]
        referral = recruit.refer(selection, asked["position"], history, posts=asked.get("posts", 1))
        assert referral.reachable == asked["reachable"]
