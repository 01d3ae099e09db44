"""Sample contests and programmes to try things on, made up, and the few figures that were published."""

from __future__ import annotations

from typing import NamedTuple

from recruit._core import Regulation, SyntheticContest, Table, synthetic
from recruit._programme_data import Fault, SyntheticProgramme, programme
from recruit._published import published_aggregates

__all__ = [
    "Contest",
    "Fault",
    "SyntheticContest",
    "SyntheticProgramme",
    "example",
    "programme",
    "published_aggregates",
    "synthetic",
]

_RULES = """
series = "example.two_stages"
version = "1"
title = { en = "Example contest in two stages", vi = "Kỳ thi tuyển ví dụ hai vòng" }
effective_from = 2024-01-01
status = "example"
jurisdiction = "VN"

[[stage]]
name = "written"
title = { en = "Written exam", vi = "Thi viết" }
max = 100
gate = [{ points = 50 }]

[[stage]]
name = "interview"
title = { en = "Interview", vi = "Phỏng vấn" }
max = 100
gate = [{ points = 50 }]

[score]
round = { digits = 2, mode = "half_up" }
terms = [
  { stage = "written", weight = "0.6" },
  { stage = "interview", weight = "0.4" },
]

[[rank]]
name = "position"
within = ["position"]
display = "min"
ties = [{ end = "authority_decides" }]

[select]
by = "position"
ties_at_cut = "contested"
reserve = { all = true }
"""


class Contest(NamedTuple):
    """What `select` needs."""

    regulation: Regulation
    scores: Table
    seats: dict[str, int]


def example() -> Contest:
    """Six applications for one post of deputy director, two of them level on points.

    Returns
    -------
    Contest
        ``regulation``, ``scores`` and ``seats``.

    Examples
    --------
    >>> contest = recruit.datasets.example()
    >>> len(contest.scores), contest.seats
    (6, {'deputy-director': 1})
    >>> recruit.select(*contest)["A-2"].rank
    1
    """
    scores = Table(
        {
            "application": ["A-1", "A-2", "A-3", "A-4", "A-5", "A-6"],
            "position": ["deputy-director"] * 6,
            "written": ["77", "83", "65", "45.5", "72", "73"],
            "interview": ["74", "79", "75", "80", None, "80"],
            "interview.status": ["present", "present", "present", "present", "absent", "present"],
        }
    )
    return Contest(Regulation.parse(_RULES, "example"), scores, {"deputy-director": 1})
