"""The same scores under several regulations: who stands elsewhere, and what it does to groups."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest
import recruit
from hypothesis import given
from hypothesis import strategies as st


def rules(version: str, gate: str, terms: str) -> recruit.Regulation:
    return recruit.Regulation.parse(
        f'series = "x"\nversion = "{version}"\nstatus = "example"\neffective_from = 2020-01-01\n'
        f'[[stage]]\nname = "written"\nmax = 10\nmissing = "absent"\n{gate}'
        '[[stage]]\nname = "project"\nmax = 10\nmissing = "absent"\n'
        f"[score]\nterms = [{terms}]\n"
    )


GATE = "gate = { points = 5 }\n"
HALF = '{ stage = "written", weight = "0.5" }, { stage = "project", weight = "0.5" }'
VARIANTS = [
    rules("gate", GATE, '{ stage = "project" }'),
    rules("both", GATE, HALF),
    rules("open", "", '{ stage = "project" }'),
]
# Gate: A 9, B 8, C fails at 4. Half and half: B (9 + 8) / 2 = 8.5 before A (5 + 9) / 2 = 7. Open: C 10.
SCORES = {
    "application": ["C", "A", "B"],
    "position": ["p", "p", "p"],
    "written": [4, 5, 9],
    "project": [10, 9, 8],
    "sex": [None, "w", "m"],
}


def test_each_rule_has_its_own_winner_and_the_rule_that_decides_is_named() -> None:
    found = recruit.compare(VARIANTS, SCORES, 1)
    assert found["application"].tolist() == ["A"] * 3 + ["B"] * 3 + ["C"] * 3
    winners = [
        (rule, who)
        for rule, who, standing in zip(
            found["regulation"], found["application"], found["standing"], strict=True
        )
        if standing == "selected"
    ]
    assert winners == [("x.gate", "A"), ("x.both", "B"), ("x.open", "C")]
    assert found["decided_by"].tolist()[6] == "stage.written.gate[0]"
    assert list(found.to_pandas()["number"]) == [1, 2, 3] * 3
    assert "<table" in found._repr_html_()


@pytest.mark.parametrize("seats", [-1, 2**63, 10**40])
def test_seats_of_every_group_are_a_whole_number_that_a_contest_can_have(seats: int) -> None:
    with pytest.raises(recruit.Error, match=f'every group are "{seats}'):
        recruit.select(VARIANTS[0], SCORES, seats)


@pytest.mark.parametrize("seats", [-1, 1.0, 1.5, "1", True, None, 2**63, Decimal(1), int])
def test_seats_that_are_no_whole_number_say_whose_they_are(seats: object) -> None:
    with pytest.raises(recruit.Error) as told:
        recruit.select(VARIANTS[0], SCORES, {"q": 1, "p": seats})
    assert str(told.value) == f'Seats of p are "{seats!r}". Give a whole number from 0 on.'


@pytest.mark.parametrize("rules", [[], VARIANTS[:1], [VARIANTS[0], VARIANTS[0]]])
def test_without_another_rule_nobody_changes(rules: list[recruit.Regulation]) -> None:
    assert len(recruit.compare(rules, SCORES, 1)) == 0


def test_labels_are_a_column_or_values_and_never_enter_the_selection() -> None:
    by_name = recruit.compare_groups(VARIANTS, SCORES, "sex", 1)
    assert by_name == recruit.compare_groups(VARIANTS, SCORES, [None, "w", "m"], 1)
    assert by_name["label"].tolist() == ["m", "w", None] * 3
    assert by_name["selected"].tolist() == [0, 1, 0, 1, 0, 0, 0, 0, 1]
    assert by_name["gained"].tolist() == [0, 0, 0, 1, 0, 0, 0, 0, 1]
    assert by_name["lost"].tolist() == [0, 0, 0, 0, 1, 0, 0, 1, 0]
    swapped = recruit.compare_groups(VARIANTS, SCORES, ["m", "m", "w"], 1)
    assert sum(swapped["selected"].tolist()) == sum(by_name["selected"].tolist()) == 3
    with pytest.raises(recruit.InvalidTable):
        recruit.compare_groups(VARIANTS, SCORES, ["w"], 1)
    with pytest.raises(recruit.InvalidTable, match="missing"):
        recruit.compare_groups(VARIANTS, SCORES, "missing", 1)


marks = st.integers(0, 10)


@given(st.lists(st.tuples(st.sampled_from("pq"), marks, marks), min_size=1, max_size=12), st.randoms())
def test_the_order_of_rows_changes_nothing(
    people: list[tuple[str, int, int]], shuffler: random.Random
) -> None:
    rows = [
        {"application": f"A-{i}", "position": position, "written": written, "project": project}
        for i, (position, written, project) in enumerate(people)
    ]
    mixed = list(rows)
    shuffler.shuffle(mixed)
    assert recruit.compare(VARIANTS, rows, 1) == recruit.compare(VARIANTS, mixed, 1)
