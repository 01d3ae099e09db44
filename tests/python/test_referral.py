"""Referral and lists of kept results from Python; the rules themselves are tested in C++."""

from __future__ import annotations

import datetime

import pytest
import recruit

RULES = """
series = "t.r"
version = "1"
status = "example"
effective_from = 2020-01-01
[[stage]]
name = "exam"
max = 100
gate = { points = 70 }
[referral]
kind = "top"
names = 3
[[list]]
name = "reserve"
kind = "passed_kept"
months = 12
standards_again = false
"""


@pytest.fixture
def selection() -> recruit.Selection:
    scores = {"application": list("abcde"), "position": ["clerk"] * 5, "exam": [99, 98, 97, 97, 60]}
    return recruit.select(recruit.Regulation.parse(RULES), scores, seats=1)


def test_the_next_referral_is_made_from_what_happened(selection: recruit.Selection) -> None:
    first = recruit.refer(selection, "clerk")
    assert first.reachable == ["a", "b", "c", "d"]
    assert "a" in first
    assert "e" not in first
    second = recruit.refer(selection, "clerk", [("appointed", "b"), ("declined", "a")])
    assert (second.vacancy, second.reachable) == (2, ["c", "d"])
    assert second.to_table().to_pandas().set_index("application").loc["b", "reason"] == "appointed"
    assert "bổ nhiệm" in second.explain("b", "vi")


def test_every_group_is_referred_at_once(selection: recruit.Selection) -> None:
    table = recruit.refer_all(selection).to_pandas()
    assert list(table.columns) == ["position", "application", "rank", "total", "category", "precedes"]
    assert table["application"].tolist() == ["a", "b", "c", "d"]
    assert table["rank"].tolist() == [1, 2, 3, 3]
    assert recruit.refer_all(selection, posts=2, threads=1) == recruit.refer_all(selection, posts=2)
    without = recruit.Regulation.parse(RULES[: RULES.index("[referral]")])
    with pytest.raises(recruit.Error) as refusal:
        recruit.refer_all(recruit.select(without, {"application": ["a"], "exam": [99]}, seats=1))
    assert refusal.value.code == "no_referral_rule"


def test_an_unlawful_appointment_and_a_wrong_word_are_refused(selection: recruit.Selection) -> None:
    with pytest.raises(recruit.Error) as refusal:
        recruit.refer(selection, "clerk", [("declined", "a"), ("appointed", "a")])
    assert refusal.value.code == "not_referred"
    with pytest.raises(ValueError, match="appointed, declined"):
        recruit.refer(selection, "clerk", [("hired", "a")])


def test_a_list_ends_by_its_dates(selection: recruit.Selection) -> None:
    kept = recruit.ReserveList(selection, "reserve", "clerk", established=datetime.date(2024, 1, 31))
    assert kept.expires == datetime.date(2025, 1, 31)
    assert kept.next(datetime.date(2024, 6, 1)) == ["b"]
    assert kept.next(datetime.date(2024, 6, 1), history=[("appointed", "b")]) == ["c", "d"]
    assert {row["reason"] for row in kept.on(datetime.date(2025, 1, 31))} == {"expired"}
    with pytest.raises(recruit.Error) as unknown:
        recruit.ReserveList(selection, "other", "clerk", established=datetime.date(2024, 1, 31))
    assert unknown.value.code == "unknown_list"
