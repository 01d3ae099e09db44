"""Public-sector selection contests: rules as data, exact ranking, explained outcomes.

>>> contest = recruit.datasets.example()
>>> result = recruit.select(contest.regulation, contest.scores, contest.seats)
>>> result["A-2"].standing.name
'selected'
"""

from __future__ import annotations

try:
    from recruit import _core
except ImportError as error:
    if error.name not in {"recruit._core", "recruit", None}:
        raise
    raise ImportError(
        f"recruit's compiled part recruit._core is missing or does not fit this Python ({error}). "
        "From a source tree, run `./dev demo` and set PYTHONPATH=build/dev/python, "
        "or install it with `pip install .`."
    ) from error

from recruit import datasets, stats
from recruit._core import (
    Cancelled,
    Confidence,
    CsvFile,
    Error,
    Explanation,
    Fact,
    FactType,
    GivenTotal,
    InvalidRegulation,
    InvalidTable,
    Issue,
    Language,
    Missing,
    Part,
    Points,
    RankDisplay,
    RankRule,
    Reason,
    Regulation,
    RoundingMode,
    ScoreSheet,
    ScoreTable,
    Selection,
    SelectionGroup,
    SelectionRow,
    Severity,
    Stage,
    Standing,
    Status,
    SyntheticContest,
    Table,
    Title,
    has_passed,
    label,
    read_csv,
    read_scores,
    regulation,
    regulation_ids,
    score,
    select,
    write_csv,
)

__version__ = _core.__version__

__all__ = [
    "Cancelled",
    "Confidence",
    "CsvFile",
    "Error",
    "Explanation",
    "Fact",
    "FactType",
    "GivenTotal",
    "InvalidRegulation",
    "InvalidTable",
    "Issue",
    "Language",
    "Missing",
    "Part",
    "Points",
    "RankDisplay",
    "RankRule",
    "Reason",
    "Regulation",
    "RoundingMode",
    "ScoreSheet",
    "ScoreTable",
    "Selection",
    "SelectionGroup",
    "SelectionRow",
    "Severity",
    "Stage",
    "Standing",
    "Status",
    "SyntheticContest",
    "Table",
    "Title",
    "__version__",
    "datasets",
    "has_passed",
    "label",
    "read_csv",
    "read_scores",
    "regulation",
    "regulation_ids",
    "score",
    "select",
    "stats",
    "write_csv",
]
