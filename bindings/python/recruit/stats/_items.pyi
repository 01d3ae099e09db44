"""Types of exam quality and of setting the pass mark."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeAlias, final

from recruit._core import _TableLike
from recruit.stats._groups import Comparison
from recruit.stats._marks import _Values
from recruit.stats._results import Estimate, Estimates, Result

_Scores: TypeAlias = Any  # a 2-D array or DataFrame: a row a candidate, a column an item
_MissingAnswers: TypeAlias = Literal["refuse", "listwise", "wrong"]

@final
class AnswerSheet(Result):
    @property
    def items(self) -> list[str]: ...
    @property
    def key(self) -> list[str]: ...
    @property
    def options(self) -> list[list[str]]: ...
    @property
    def codes(self) -> list[int]: ...
    @property
    def candidates(self) -> int: ...
    def scored(self) -> Any: ...

def exam_reliability(
    scores: _Scores, *, missing: _MissingAnswers = "refuse", level: float = 0.95
) -> Estimates: ...
def item_analysis(
    scores: _Scores,
    *,
    missing: _MissingAnswers = "refuse",
    maxima: Sequence[float] | None = None,
    group_share: float | None = None,
) -> Comparison: ...
def conditional_sem(
    score: float, *, items: int, reliability: float | None = None, kr21: float | None = None
) -> Estimate: ...
def effective_weights(
    parts: _Scores, *, weights: Sequence[float], missing: _MissingAnswers = "refuse"
) -> Comparison: ...
def answer_sheet(data: _TableLike, *, key: Mapping[str, str]) -> AnswerSheet: ...
def distractors(
    answers: AnswerSheet, item: str, *, group_share: float, missing: _MissingAnswers = "refuse"
) -> Comparison: ...
def angoff(
    judgements: _Scores, *, error: Literal["judges", "judges_and_items"], level: float = 0.95
) -> Estimates: ...
def hofstee(
    marks: _Values,
    *,
    minimum_cut: float,
    maximum_cut: float,
    minimum_fail: float,
    maximum_fail: float,
    step: float = 1.0,
) -> Estimates: ...
