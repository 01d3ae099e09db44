"""Normalisation against a model in plain fractions."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction

import pytest
import recruit
from hypothesis import given
from hypothesis import strategies as st

HEAD = """
series = "x"
version = "1"
status = "example"
effective_from = 2020-01-01
[[fact]]
name = "shift"
type = "category"
[[stage]]
name = "cbt"
max = 1000
[[normalise]]
stage = "cbt"
session = "shift"
raw_max = 100
least = 1
limit = true
"""
Marks = list[tuple[str, Decimal]]


def rounded(value: Fraction, digits: int) -> Fraction:
    """Half up, away from zero."""
    units = math.floor(abs(value) * 10**digits + Fraction(1, 2))
    return Fraction(units if value >= 0 else -units, 10**digits)


def limited(value: Fraction) -> Fraction:
    return min(max(value, Fraction(0)), Fraction(1000))


def made(rule: str, marks: Marks) -> list[Fraction | None]:
    rules = recruit.Regulation.parse(HEAD + rule)
    table = {"shift": [s for s, _ in marks], "cbt.raw": [m for _, m in marks]}
    return [None if v is None else Fraction(v) for v in recruit.normalise(rules, table).table["cbt"]]


def deviation(marks: list[Fraction], digits: int, less: int) -> Fraction:
    """The root to so many digits, half up: the integer r with (r - 1/2)^2 <= square < (r + 1/2)^2."""
    mean = sum(marks) / len(marks)
    square = sum((m - mean) ** 2 for m in marks) / (len(marks) - less) * 100**digits
    root = math.isqrt(math.floor(square))
    return Fraction(root + (square >= (root + Fraction(1, 2)) ** 2), 10**digits)


sittings = st.lists(
    st.tuples(st.sampled_from("abc"), st.integers(0, 400).map(lambda q: Decimal(q) / 4)),
    min_size=1,
    max_size=25,
)


@given(sittings, st.integers(0, 8), st.sampled_from(["population", "sample"]))
def test_mean_and_deviation(marks: Marks, digits: int, kind: str) -> None:
    got = made(
        f'method = "mean_sd"\nbase = "stated"\nbase_mean = 50\nbase_sd = "7.5"\ndeviation = "{kind}"\n'
        f'round_sd = {{ digits = {digits}, mode = "half_up" }}\nround = {{ digits = 3, mode = "half_up" }}\n',
        marks,
    )
    for (shift, mark), ours in zip(marks, got, strict=True):
        session = [Fraction(m) for s, m in marks if s == shift]
        sd = deviation(session, digits, kind == "sample") if len(set(session)) > 1 else 0
        if sd == 0:
            assert ours is None
            continue
        z = (Fraction(mark) - sum(session) / len(session)) / sd
        assert ours == limited(rounded(50 + Fraction(15, 2) * z, 3))


@given(sittings)
def test_percentiles_and_their_order(marks: Marks) -> None:
    got = made('method = "percentile"\nround = { digits = 5, mode = "half_up" }\n', marks)
    for (shift, mark), ours in zip(marks, got, strict=True):
        session = [m for s, m in marks if s == shift]
        assert ours == rounded(Fraction(1000 * sum(m <= mark for m in session), len(session)), 5)


@given(sittings, st.sampled_from(["clamp", "extrapolate"]))
def test_the_base_mark_at_the_same_place(marks: Marks, beyond: str) -> None:
    got = made(
        f'method = "base_percentile"\nbase = "session"\nbase_session = "a"\nbeyond = "{beyond}"\n'
        'round = { digits = 4, mode = "half_up" }\n',
        marks,
    )
    base = sorted(Fraction(m) for s, m in marks if s == "a")
    if not base:
        assert set(got) == {None}
        return
    places = [(Fraction(sum(m <= x for m in base), len(base)), x) for x in sorted(set(base))]
    for (shift, mark), ours in zip(marks, got, strict=True):
        session = [m for s, m in marks if s == shift]
        place = Fraction(sum(m <= mark for m in session), len(session))
        at = next(i for i, (p, _) in enumerate(places) if p >= place)
        if places[at][0] == place or (at == 0 and (beyond == "clamp" or len(places) == 1)):
            expected = places[at][1]
        else:
            (p, x), (q, y) = places[max(at, 1) - 1], places[max(at, 1)]
            expected = x + (y - x) * (place - p) / (q - p)
        assert ours == limited(rounded(expected, 4))


def test_the_sessions_are_shown_and_a_rule_is_needed() -> None:
    rules = recruit.Regulation.parse(
        HEAD + 'method = "percentile"\nround = { digits = 1, mode = "half_up" }\n'
    )
    result = recruit.normalise(rules, {"no": ["b", "a", "a"], "cbt.raw": [1, 2, 4]}, columns={"shift": "no"})
    assert list(result.sessions["session"]) == ["a", "b"]
    assert list(result.sessions["takers"]) == [2, 1]
    assert [str(v) for v in result.sessions["sd"]] == ["1", "0"]
    assert len(result) == 3 and result.issues == []
    with pytest.raises(recruit.Error) as refusal:
        recruit.normalise(recruit.regulation("id.cpns.2024"), {"application": ["A"]})
    assert refusal.value.code == "no_normalisation"
