"""Types of suppression, openness, quantiles, permutation tests and integrity of marks."""

from collections.abc import Callable, Sequence
from typing import Any, Literal, TypeAlias, final

import numpy as np
import numpy.typing as npt

from recruit._core import _Number, _TableLike
from recruit.stats._groups import Comparison, _RateInterval, _Tail
from recruit.stats._results import Dropped, Estimate, Estimates, Note, Result, Test

_Extreme: TypeAlias = Literal["less", "greater", "absolute", "doubled"]
_Divisor: TypeAlias = Literal["n", "n_minus_1"]
_Values: TypeAlias = Any  # a numpy array, a Series, or any sequence of numbers with None

@final
class TwoWay:
    @property
    def rows(self) -> list[str]: ...
    @property
    def columns(self) -> list[str]: ...
    @property
    def cells(self) -> npt.NDArray[np.int64]: ...
    @property
    def dropped(self) -> list[Dropped]: ...
    def __hash__(self) -> int: ...

@final
class Suppressed(Result):
    @property
    def table(self) -> TwoWay: ...
    @property
    def cells(self) -> list[int]: ...
    @property
    def audit(self) -> list[tuple[int, int, int, int | None]]: ...
    @property
    def minimum(self) -> int: ...
    @property
    def protection(self) -> int: ...
    @property
    def is_safe(self) -> bool: ...
    @property
    def notes(self) -> list[Note]: ...

@final
class Scaled(Result):
    @property
    def values(self) -> list[float | None]: ...
    @property
    def reason(self) -> str | None: ...
    @property
    def centre(self) -> float | None: ...
    @property
    def spread(self) -> float | None: ...
    @property
    def n(self) -> int: ...
    @property
    def dropped(self) -> list[Dropped]: ...
    @property
    def method(self) -> str: ...
    @property
    def conventions(self) -> list[str]: ...
    @property
    def notes(self) -> list[Note]: ...
    def to_numpy(self) -> npt.NDArray[np.float64]: ...

@final
class Remarking(Result):
    @property
    def summary(self) -> Comparison: ...
    @property
    def cases(self) -> list[tuple[int, float, float, float, bool]]: ...
    @property
    def notes(self) -> list[Note]: ...

def two_way(
    data: Any, *, rows: str | Sequence[str], columns: str | Sequence[str], count: str | None = None
) -> TwoWay: ...
def suppress(
    table: TwoWay, *, minimum: int, zeros: Literal["shown", "hidden"], protection: int | None = None
) -> Suppressed: ...
def audit(table: TwoWay, hidden: Any) -> list[tuple[int, int, int, int | None]]: ...
def inside_share(
    insiders: int, winners: int, *, interval: _RateInterval, level: float = 0.95
) -> Estimate: ...
def inside_odds(
    data: _TableLike,
    *,
    contest: str,
    inside: str,
    steps: Sequence[str],
    tail: _Tail,
    interval: _RateInterval,
    level: float = 0.95,
) -> Comparison: ...
def single_candidate(
    data: _TableLike, *, contest: str, interval: _RateInterval, level: float = 0.95
) -> Estimates: ...
def concentration(persons: Sequence[int]) -> Estimates: ...
def segregation(
    first: Sequence[int],
    second: Sequence[int],
    *,
    correction: Literal["uncorrected", "subtract", "rescale"],
) -> Estimates: ...
def quantile(values: _Values, p: float, *, type: int) -> Estimate: ...
def ranks(
    values: _Values,
    *,
    ties: Literal["average", "min", "max", "dense", "first"],
    order: Literal["highest_first", "lowest_first"],
) -> npt.NDArray[np.float64]: ...
def standard_scores(marks: _Values, *, score: Literal["z", "t", "robust_z"], divisor: _Divisor) -> Scaled: ...
def percentile_ranks(
    marks: _Values, *, convention: Literal["at_or_below", "below", "half_ties"]
) -> Scaled: ...
def normalise_sessions(
    data: _TableLike, *, mark: str, session: str, method: Literal["nta", "gate", "ssc"], divisor: _Divisor
) -> Scaled: ...
def permutation_test(
    data: _TableLike,
    *,
    mark: str,
    group: str,
    focal: str,
    stratum: str | None = None,
    extreme: _Extreme,
    samples: int = 100_000,
    seed: int | None = None,
    exact_work: int = 200_000_000,
    threads: int = 0,
    progress: Callable[[float], object] | None = None,
) -> Test: ...
def signed_rank(first: _Values, second: _Values, *, extreme: _Extreme) -> Test: ...
def heaping(
    marks: _Values, *, cut: _Number | str, step: _Number | str, cells: int = 6, minimum: int = 50
) -> Comparison: ...
def terminal_digits(marks: _Values, *, step: _Number | str, cycle: int = 10) -> Comparison: ...
def remarking(
    data: _TableLike,
    *,
    first: str,
    second: str,
    marker: str | None = None,
    sem: float,
    deviations: float = 3.0,
    cut: _Number | str | None = None,
    minimum: int = 10,
    extreme: _Extreme,
) -> Remarking: ...
