"""Laws of selection on random regulations and tables, and the same outcome by a model in plain fractions."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import recruit
from hypothesis import given
from hypothesis import strategies as st

ROUNDINGS: dict[str, Callable[[Fraction], int]] = {
    "half_up": lambda v: math.floor(v + Fraction(1, 2)),
    "half_even": round,
    "down": math.floor,
    "up": math.ceil,
    "truncate": math.trunc,
}
WEIGHTS = (
    ("1",),
    ("0.4", "0.6"),
    ("1/3", "2/3"),
    ("1/7", "6/7"),
    ("0.25", "0.35", "0.4"),
    ("1/3", "1/3", "1/3"),
)
Row = dict[str, Any]


@dataclass(frozen=True)
class Rules:
    """A regulation, as the model reads it."""

    maxima: tuple[int, ...]
    gates: tuple[tuple[Decimal, bool] | None, ...]
    weights: tuple[str, ...]
    digits: int
    mode: str
    ties: tuple[int, ...]
    at_cut: str

    @property
    def stages(self) -> list[str]:
        return [f"s{i}" for i in range(len(self.maxima))]

    def toml(self) -> str:
        lines = ['series = "x"', 'version = "1"', "effective_from = 2024-01-01", 'status = "example"']
        for name, maximum, gate in zip(self.stages, self.maxima, self.gates, strict=True):
            lines += ["[[stage]]", f'name = "{name}"', f"max = {maximum}"]
            if gate is not None:
                lines.append(f'gate = {{ points = "{gate[0]}", inclusive = {str(gate[1]).lower()} }}')
        terms = ", ".join(
            f'{{ stage = "{name}", scale_to = 100, weight = "{weight}" }}'
            for name, weight in zip(self.stages, self.weights, strict=True)
        )
        lines += [
            "[score]",
            f'round = {{ digits = {self.digits}, mode = "{self.mode}" }}',
            f"terms = [{terms}]",
        ]
        ties = "".join(f'{{ stage = "s{i}" }}, ' for i in self.ties)
        lines += [
            "[[rank]]",
            'name = "post"',
            'within = ["position"]',
            f'ties = [{ties}{{ end = "shared" }}]',
        ]
        lines += ["[select]", 'by = "post"', f'ties_at_cut = "{self.at_cut}"']
        return "\n".join(lines)

    def regulation(self) -> recruit.Regulation:
        return recruit.Regulation.parse(self.toml())

    # ---- the model: one row at a time, exact, as a person would work it out on paper

    def ended(self, row: Row) -> str | None:
        for name, gate in zip(self.stages, self.gates, strict=True):
            if row[name] is None:
                return "incomplete"
            if gate is not None and (row[name] < gate[0] or (row[name] == gate[0] and not gate[1])):
                return "failed"
        return None

    def total(self, row: Row) -> Fraction:
        exact = sum(
            (
                Fraction(row[name]) / maximum * 100 * Fraction(weight)
                for name, maximum, weight in zip(self.stages, self.maxima, self.weights, strict=True)
            ),
            Fraction(0),
        )
        return Fraction(ROUNDINGS[self.mode](exact * 10**self.digits), 10**self.digits)

    def outcome(
        self, rows: Sequence[Row], seats: int
    ) -> dict[str, tuple[str, Fraction | None, int | None, int | None]]:
        key = {
            r["application"]: (self.total(r), *(r[f"s{i}"] for i in self.ties))
            for r in rows
            if self.ended(r) is None
        }
        result: dict[str, tuple[str, Fraction | None, int | None, int | None]] = {}
        for row in rows:
            mine = key.get(row["application"])
            if mine is None:
                result[row["application"]] = (str(self.ended(row)), None, None, None)
                continue
            field = [
                key[r["application"]]
                for r in rows
                if r["position"] == row["position"] and r["application"] in key
            ]
            first = 1 + sum(other > mine for other in field)
            tied = sum(other == mine for other in field)
            if first + tied - 1 <= seats:
                standing = "selected"
            elif first > seats:
                standing = "qualified"
            else:
                standing = {"include_all": "selected", "exclude_all": "qualified"}.get(
                    self.at_cut, "contested"
                )
            result[row["application"]] = (standing, mine[0], first, tied)
        return result


@st.composite
def rules(draw: st.DrawFn) -> Rules:
    weights = draw(st.sampled_from(WEIGHTS))
    n = len(weights)
    maxima = tuple(draw(st.sampled_from((10, 30, 100))) for _ in range(n))
    gates = tuple(
        draw(st.none() | st.tuples(st.integers(0, 2 * m).map(lambda v: Decimal(v) / 4), st.booleans()))
        for m in maxima
    )
    return Rules(
        maxima,
        gates,
        weights,
        draw(st.integers(0, 3)),
        draw(st.sampled_from(sorted(ROUNDINGS))),
        tuple(draw(st.permutations(range(n)))[: draw(st.integers(0, n))]),
        draw(st.sampled_from(("contested", "include_all", "exclude_all"))),
    )


@st.composite
def contests(draw: st.DrawFn) -> tuple[Rules, list[Row], int]:
    drawn = draw(rules())
    rows = []
    for i in range(draw(st.integers(1, 14))):
        # Few values, so that many are equal.
        marks = {
            name: draw(
                st.sampled_from((None, 1, 2, 2, 3, 3, 4)).map(
                    lambda q, m=m: None if q is None else Decimal(m * q) / 4
                )
            )
            for name, m in zip(drawn.stages, drawn.maxima, strict=True)
        }
        rows.append({"application": f"A{i:02}", "position": draw(st.sampled_from("pq")), **marks})
    return drawn, rows, draw(st.integers(0, 4))


def select(drawn: Rules, rows: Sequence[Row], seats: int, **options: Any) -> recruit.Selection:
    names = rows[0].keys()
    table = {name: [row[name] for row in rows] for name in names}
    return recruit.select(drawn.regulation(), table, seats, **options)


def outcome(result: recruit.Selection) -> dict[str, tuple[str, Fraction | None, int | None, int | None]]:
    found = {}
    for row in result:
        ranked = row.rank is not None
        first, tied = result.first()[row.row], result.tied()[row.row]
        total = None if row.total is None else Fraction(row.total)
        found[row.application] = (
            row.standing.name,
            total,
            int(first) if ranked else None,
            int(tied) if ranked else None,
        )
    return found


@given(contests())
def test_the_outcome_is_that_of_a_model_in_plain_fractions(contest: tuple[Rules, list[Row], int]) -> None:
    drawn, rows, seats = contest
    assert outcome(select(drawn, rows, seats)) == drawn.outcome(rows, seats)


@given(contests(), st.randoms(use_true_random=False), st.sampled_from((1, 2, 5)))
def test_the_order_of_rows_and_the_number_of_threads_change_nothing(
    contest: tuple[Rules, list[Row], int], random: Any, threads: int
) -> None:
    drawn, rows, seats = contest
    mixed = random.sample(rows, len(rows))
    result, again = select(drawn, rows, seats, threads=1), select(drawn, mixed, seats, threads=threads)
    assert outcome(again) == outcome(result)
    assert [row.application for row in again] == [row.application for row in result]


@given(contests(), st.data())
def test_raising_ones_own_mark_never_lowers_ones_rank(
    contest: tuple[Rules, list[Row], int], data: st.DataObject
) -> None:
    drawn, rows, seats = contest
    before = outcome(select(drawn, rows, seats))
    ranked = [row for row in rows if before[row["application"]][2] is not None]
    if not ranked:
        return
    row = data.draw(st.sampled_from(ranked))
    stage = data.draw(st.sampled_from(range(len(drawn.maxima))))
    raised = data.draw(
        st.integers(int(row[f"s{stage}"] * 4), 4 * drawn.maxima[stage]).map(lambda v: Decimal(v) / 4)
    )
    changed = [{**r, f"s{stage}": raised} if r is row else r for r in rows]
    place, after = (
        before[row["application"]][2],
        outcome(select(drawn, changed, seats))[row["application"]][2],
    )
    assert place is not None
    assert after is not None
    assert after <= place


@given(contests())
def test_two_positions_together_are_as_each_alone(contest: tuple[Rules, list[Row], int]) -> None:
    drawn, rows, seats = contest
    alone: dict[str, Any] = {}
    for position in "pq":
        part = [row for row in rows if row["position"] == position]
        if part:
            alone |= outcome(select(drawn, part, seats))
    assert outcome(select(drawn, rows, seats)) == alone


@given(contests(), st.lists(st.integers() | st.none(), min_size=14, max_size=14))
def test_columns_that_no_rule_names_change_nothing(
    contest: tuple[Rules, list[Row], int], values: list[int | None]
) -> None:
    drawn, rows, seats = contest
    more = [
        {**row, "noise": str(value), "other": value is None} for row, value in zip(rows, values, strict=False)
    ]
    assert outcome(select(drawn, more, seats)) == outcome(select(drawn, rows, seats))


@given(contests())
def test_the_explanation_of_a_row_comes_to_what_the_selection_did(
    contest: tuple[Rules, list[Row], int],
) -> None:
    drawn, rows, seats = contest
    result = select(drawn, rows, seats)
    for row in result:
        told = result.explain(row.application)
        assert (told.standing, told.stage, told.decided_by, told.total) == (
            row.standing,
            row.stage,
            row.decided_by,
            row.total,
        )
        if row.rank is not None:
            assert (told.first, told.tied) == (result.first()[row.row], result.tied()[row.row])
