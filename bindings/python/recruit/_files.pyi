"""Types of files: `save`, `load`, `to_bytes`, `from_bytes`, `digest`."""

from typing import Any, TypeAlias, final

from recruit._core import (
    CsvFile,
    Explanation,
    Fact,
    GivenTotal,
    Issue,
    Part,
    Points,
    Quota,
    RankRule,
    Reason,
    Regulation,
    ScoreSheet,
    ScoreTable,
    Selection,
    SelectionGroup,
    SelectionRow,
    Stage,
    SyntheticContest,
    Table,
    Title,
    _Path,
)
from recruit._procedure import Burden, Gap, TransitionRuling
from recruit._standards import Eligibility, Finding, Standard
from recruit._workflow import (
    Act,
    AgendaItem,
    Checkpoint,
    Discretion,
    Event,
    Movement,
    PlannedEvent,
    Position,
    Receipt,
)

_Value: TypeAlias = (
    Points
    | Title
    | Issue
    | list[Issue]
    | Table
    | CsvFile
    | ScoreSheet
    | Fact
    | Part
    | Stage
    | RankRule
    | Quota
    | Regulation
    | ScoreTable
    | SelectionRow
    | SelectionGroup
    | Selection
    | Reason
    | Explanation
    | SyntheticContest
    | Gap
    | Burden
    | TransitionRuling
    | Act
    | Event
    | Position
    | Discretion
    | Movement
    | AgendaItem
    | PlannedEvent
    | Receipt
    | Checkpoint
    | Standard
    | Finding
    | Eligibility
)

@final
class FileInfo:
    @property
    def kind(self) -> str: ...
    @property
    def kind_number(self) -> int: ...
    @property
    def version(self) -> int: ...
    @property
    def bytes(self) -> int: ...
    @property
    def digest(self) -> str: ...

@final
class SavedSelection:
    @property
    def regulation(self) -> Regulation: ...
    @property
    def regulation_digest(self) -> str: ...
    @property
    def scores(self) -> Table: ...
    @property
    def outcome(self) -> Table: ...
    @property
    def issues(self) -> list[Issue]: ...
    @property
    def through(self) -> str | None: ...
    @property
    def given_total(self) -> GivenTotal: ...
    @property
    def seed(self) -> str | None: ...
    @property
    def seats(self) -> int | dict[str, int] | Table | None: ...

def save(value: _Value, path: _Path, *, threads: int = 0) -> None: ...
def load(path: _Path, *, max_bytes: int | None = None, threads: int = 0) -> Any: ...
def to_bytes(value: _Value) -> bytes: ...
def from_bytes(data: bytes, *, max_bytes: int | None = None) -> Any: ...
def digest(value: _Value) -> str: ...
def file_info(path: _Path) -> FileInfo: ...
def load_record(path: _Path, *, max_bytes: int | None = None, threads: int = 0) -> SavedSelection: ...
