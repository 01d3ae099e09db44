"""Types of the rules of procedure: `gaps`, `burden`, `transition`."""

import datetime
import enum
from collections.abc import Sequence
from typing import TypeAlias, final

from recruit._core import Regulation, Title, _Language

_Text: TypeAlias = str

class GapKind(enum.Enum):
    tie_past_its_chain = 0
    tie_without_decider = 1
    half_of_odd = 2
    missing_mark = 3
    fact_without_default = 4
    markers_without_end = 5
    anonymous_conflict = 6
    no_council = 7
    council_size = 8
    council_quorum = 9
    council_votes_equal = 10
    council_after_recusal = 11
    conflict_without_consequence = 12
    conflict_found_later = 13
    late_arrival = 14
    minimum_unsaid = 15
    minimum_without_consequence = 16
    nobody_passes = 17
    fewer_than_seats = 18
    appeal_unsaid = 19
    appeal_without_window = 20
    appeal_without_answer = 21
    appeal_after_gate = 22
    deadline_tiers = 23
    deadline_without_end = 24
    deadlines_contradict = 25
    postmark = 26
    contest_without_end = 27
    step_without_actor = 28
    consent_refused = 29
    transition_unsaid = 30
    transition_expiry = 31
    transition_stage_not_held = 32

class TransitionOutcome(enum.Enum):
    old_text = 0
    new_text = 1
    cancelled = 2
    not_decided = 3

@final
class Gap:
    @property
    def kind(self) -> GapKind: ...
    @property
    def path(self) -> _Text: ...
    @property
    def example(self) -> Title: ...
    def str(self, language: _Language = "en") -> _Text: ...
    def __eq__(self, other: object) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Burden:
    @property
    def steps(self) -> int: ...
    @property
    def documents(self) -> int: ...
    @property
    def signatures(self) -> int: ...
    @property
    def consents(self) -> int: ...
    @property
    def deadlines(self) -> int: ...
    @property
    def publications(self) -> int: ...
    @property
    def first(self) -> _Text: ...
    @property
    def last(self) -> _Text: ...
    @property
    def start(self) -> datetime.date: ...
    @property
    def earliest(self) -> datetime.date: ...
    @property
    def latest(self) -> datetime.date | None: ...
    @property
    def shortest_days(self) -> int | None: ...
    @property
    def longest_days(self) -> int | None: ...
    @property
    def critical(self) -> list[_Text]: ...
    @property
    def unlimited(self) -> list[_Text]: ...
    @property
    def contradictory(self) -> bool: ...
    def str(self, language: _Language = "en") -> _Text: ...
    def __eq__(self, other: object) -> bool: ...
    def __hash__(self) -> int: ...

@final
class TransitionRuling:
    @property
    def outcome(self) -> TransitionOutcome: ...
    @property
    def regulation(self) -> _Text: ...
    @property
    def until(self) -> datetime.date | None: ...
    @property
    def rule(self) -> _Text: ...
    @property
    def source(self) -> _Text: ...
    def str(self, language: _Language = "en") -> _Text: ...
    def __eq__(self, other: object) -> bool: ...
    def __hash__(self) -> int: ...

def burden(
    regulation: Regulation,
    *,
    start: datetime.date | None = None,
    applicants: int = 0,
    holidays: Sequence[datetime.date] = ...,
) -> Burden: ...
def gaps(regulation: Regulation) -> list[Gap]: ...
def transition(
    before: Regulation, after: Regulation, *, started: datetime.date, reached: str, on: datetime.date
) -> TransitionRuling: ...
