"""Types of what stands before, beside and after a selection: marks, comparisons, referrals, kept results."""

import datetime
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Literal, TypeAlias, TypedDict, final

from recruit._core import GivenTotal, Issue, Regulation, Selection, Table, _Language, _TableLike

_Vacancy: TypeAlias = Literal["same_position", "equivalent_position", "same_body", "elsewhere"]
_History: TypeAlias = Sequence[tuple[str, str]]

class _Kept(TypedDict):
    application: str
    rank: int | None
    total: Decimal | None
    reason: str

@final
class MarkedScores:
    @property
    def scores(self) -> Table: ...
    @property
    def scripts(self) -> Table: ...
    @property
    def issues(self) -> list[Issue]: ...
    def beside(self, facts: _TableLike) -> tuple[Table, list[Issue]]: ...
    def __len__(self) -> int: ...
    def _repr_html_(self) -> str: ...

@final
class Normalised:
    @property
    def table(self) -> Table: ...
    @property
    def sessions(self) -> Table: ...
    @property
    def issues(self) -> list[Issue]: ...
    def __len__(self) -> int: ...
    def _repr_html_(self) -> str: ...

@final
class Referral:
    @property
    def group(self) -> list[str]: ...
    @property
    def vacancy(self) -> int: ...
    @property
    def ranked(self) -> bool: ...
    @property
    def reachable(self) -> list[str]: ...
    def explain(self, application: str, language: _Language = "en") -> str: ...
    def to_table(self) -> Table: ...
    def __contains__(self, application: str) -> bool: ...
    def __len__(self) -> int: ...
    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...
    def __arrow_c_array__(self, requested_schema: object | None = None) -> tuple[object, object]: ...
    def __arrow_c_schema__(self) -> object: ...
    def _repr_html_(self) -> str: ...

@final
class ReserveList:
    def __init__(
        self,
        selection: Selection,
        list: str,
        group: str | Sequence[str],
        *,
        established: datetime.date,
        extended: datetime.date | None = None,
        newer: datetime.date | None = None,
    ) -> None: ...
    @property
    def expires(self) -> datetime.date: ...
    def on(
        self,
        day: datetime.date,
        *,
        vacancy: _Vacancy = "same_position",
        standards: _TableLike | None = None,
        history: _History = ...,
    ) -> list[_Kept]: ...
    def next(
        self,
        day: datetime.date,
        *,
        vacancy: _Vacancy = "same_position",
        standards: _TableLike | None = None,
        history: _History = ...,
    ) -> list[str]: ...

def aggregate_marks(
    regulation: Regulation, marks: _TableLike, *, columns: Mapping[str, str] | None = None
) -> MarkedScores: ...
def normalise(
    regulation: Regulation,
    scores: _TableLike,
    *,
    columns: Mapping[str, str] | None = None,
    threads: int = 0,
) -> Normalised: ...
def strike_marks(
    regulation: Regulation, marks: _TableLike, marker: str, application: str | None = None
) -> Table: ...
def refer(
    selection: Selection, group: str | Sequence[str], history: _History = ..., *, posts: int = 1
) -> Referral: ...
def refer_all(selection: Selection, *, posts: int = 1, threads: int = 0) -> Table: ...
def compare(
    regulations: Sequence[Regulation],
    scores: _TableLike,
    seats: int | Mapping[str, int] | _TableLike | None = None,
    *,
    columns: Mapping[str, str] | None = None,
    threads: int = 0,
    through: str | None = None,
    given_total: Literal["check", "use"] | GivenTotal = "check",
    seed: str | None = None,
    progress: Callable[[float], object] | None = None,
) -> Table: ...
def compare_groups(
    regulations: Sequence[Regulation],
    scores: _TableLike,
    labels: str | Sequence[object],
    seats: int | Mapping[str, int] | _TableLike | None = None,
    *,
    columns: Mapping[str, str] | None = None,
    threads: int = 0,
    through: str | None = None,
    given_total: Literal["check", "use"] | GivenTotal = "check",
    seed: str | None = None,
    progress: Callable[[float], object] | None = None,
) -> Table: ...
