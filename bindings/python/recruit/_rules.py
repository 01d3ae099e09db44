"""What a regulation says of the procedure: plain values, made by `Regulation.procedure`.

A rule that the regulation does not say is ``None`` or empty. Words are those of the file, as ``"working"``.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from recruit._core import Title


@dataclass(frozen=True)
class Council:
    """The council that examines, ranks and proposes."""

    sizes: tuple[int, ...]  # how many members it may have
    roles: tuple[str, ...]
    quorum: Fraction | None  # a share of the members, or
    present: int | None  # the number who must be there
    equal_votes: str | None
    after_recusal: str | None
    boards: tuple[str, ...]
    separate: tuple[tuple[str, str], ...]  # boards that may share nobody
    source: str


@dataclass(frozen=True)
class Conflict:
    """Who may not examine whom."""

    name: str
    relations: tuple[str, ...]
    degree: int | None
    bars: tuple[str, ...]
    on_conflict: str | None
    found_later: str | None
    source: str


@dataclass(frozen=True)
class ProcedureStep:
    """One thing that must be done."""

    name: str
    who: str
    after: tuple[str, ...]
    documents: tuple[str, ...]
    signatures: tuple[str, ...]
    title: Title
    source: str


@dataclass(frozen=True)
class DeadlineTier:
    """From so many applicants on, another number of days."""

    applicants: int
    at_most: int


@dataclass(frozen=True)
class Deadline:
    """A least or a greatest number of days from the event `since` to the event `until`."""

    name: str
    since: str
    until: str
    at_least: int | None
    at_most: int | None
    days: str  # calendar, working
    tiers: tuple[DeadlineTier, ...]
    postmark: bool | None
    title: Title
    source: str


@dataclass(frozen=True)
class Consent:
    """A body that must agree before something is done."""

    name: str
    body: str
    before: str
    document: str
    refused: str | None
    source: str


@dataclass(frozen=True)
class Appeals:
    """Against what, until when and with what effect an applicant may appeal."""

    allowed: tuple[str, ...]
    not_for: tuple[str, ...]
    window: int | None
    window_days: str
    decide_within: int | None
    decide_days: str
    once: bool
    after_gate: str | None
    told: str | None
    source: str


@dataclass(frozen=True)
class Papers:
    """What the papers of the stages must keep."""

    least: int
    leak: str | None
    double_entry: bool
    source: str


@dataclass(frozen=True)
class LateArrival:
    """How late one may come to an exam of a given length, in minutes."""

    exam_from: int | None
    exam_up_to: int | None
    late_up_to: int
    force_majeure: str
    source: str


@dataclass(frozen=True)
class Publication:
    """What is made known, to whom, when and how."""

    name: str
    to: str
    at: str
    channels: tuple[str, ...]
    source: str


@dataclass(frozen=True)
class MinimumField:
    """The least number of people for one position, tested at one named moment."""

    least: int
    at: str
    below: str | None
    source: str


@dataclass(frozen=True)
class ConfidenceVote:
    """A confidence vote held as a stage."""

    stage: str
    present: str  # the fact that says how many voted
    share: Fraction
    inclusive: bool
    round: str | None
    source: str


@dataclass(frozen=True)
class Ending:
    """How a contest ends that does not end as planned."""

    nobody_passes: str | None
    fewer_than_seats: str | None
    ties_decided_by: str
    reason_required: bool
    source: str


@dataclass(frozen=True)
class Transition:
    """What a regulation says of contests begun under the text before it."""

    after: str | None
    months: int | None
    otherwise: str | None
    on_expiry: str | None
    source: str


@dataclass(frozen=True)
class Procedure:
    """Everything a regulation says about the procedure; see `Regulation.procedure`.

    >>> rules = recruit.regulation("vn.cs.2025")
    >>> rules.procedure.council.sizes
    (5, 7)
    """

    council: Council | None
    conflicts: tuple[Conflict, ...]
    steps: tuple[ProcedureStep, ...]  # each after the one before it, unless `after` says otherwise
    deadlines: tuple[Deadline, ...]
    consents: tuple[Consent, ...]
    appeals: Appeals | None
    papers: Papers | None
    late: tuple[LateArrival, ...]
    publications: tuple[Publication, ...]
    minimum_fields: tuple[MinimumField, ...]
    vote: ConfidenceVote | None
    ending: Ending | None
    transition: Transition | None
