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
    Corrupt,
    CsvFile,
    Error,
    Explanation,
    Fact,
    FactType,
    FileInfo,
    FormatError,
    GivenTotal,
    InvalidRegulation,
    InvalidTable,
    Issue,
    Language,
    Missing,
    NewerVersion,
    NotRecruitFile,
    Part,
    Points,
    RankDisplay,
    RankRule,
    Reason,
    Regulation,
    ResultDiffers,
    RoundingMode,
    RuleChange,
    SavedSelection,
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
    TooLarge,
    diff,
    digest,
    file_info,
    from_bytes,
    has_passed,
    label,
    load,
    load_record,
    read_csv,
    read_scores,
    regulation,
    regulation_ids,
    save,
    score,
    select,
    to_bytes,
    write_csv,
)

__version__ = _core.__version__

__all__ = [
    "Cancelled",
    "Confidence",
    "Corrupt",
    "CsvFile",
    "Error",
    "Explanation",
    "Fact",
    "FactType",
    "FileInfo",
    "FormatError",
    "GivenTotal",
    "InvalidRegulation",
    "InvalidTable",
    "Issue",
    "Language",
    "Missing",
    "NewerVersion",
    "NotRecruitFile",
    "Part",
    "Points",
    "RankDisplay",
    "RankRule",
    "Reason",
    "Regulation",
    "ResultDiffers",
    "RoundingMode",
    "RuleChange",
    "SavedSelection",
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
    "TooLarge",
    "__version__",
    "datasets",
    "diff",
    "digest",
    "file_info",
    "from_bytes",
    "has_passed",
    "label",
    "load",
    "load_record",
    "read_csv",
    "read_scores",
    "regulation",
    "regulation_ids",
    "save",
    "score",
    "select",
    "stats",
    "to_bytes",
    "write_csv",
]
