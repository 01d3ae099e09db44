"""Returns of many bodies, from files of three kinds, into one table of contests."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Literal

from recruit import _core

Sheet = tuple[str, _core.Table]

# How a contest ended, and the words for it in a return in Vietnamese.
ENDINGS = {
    "running": "Đang tiến hành",
    "completed": "Hoàn thành",
    "void": "Hủy kết quả",
    "winnerless": "Không có người trúng tuyển",
    "cancelled": "Hủy kỳ thi",
}


def _sheet(name: str, rows: Sequence[Sequence[object]]) -> Sheet:
    """Rows of any length as columns of text; the names of the columns are their numbers."""
    width = max((len(row) for row in rows), default=0)
    columns: dict[str, list[str | None]] = {}
    for i in range(width):
        texts = (_text(row[i]) if i < len(row) else None for row in rows)
        columns[str(i + 1)] = list(texts)
    for cells in columns.values():
        if all(cell is None for cell in cells):
            cells[:] = [""] * len(cells)  # a column of nothing still is a column of text
    return name, _core.Table(columns)


def _text(value: object) -> str | None:
    from recruit.command.workbook import text_of

    return None if value != value else text_of(value)  # not a number: pandas' way of saying nothing


def _csv_rows(path: Path) -> list[list[str]]:
    data = path.read_bytes()
    encoding = "utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        at = _core._issue(
            "wrong_encoding", [str(error.start + 1), hex(data[error.start])], severity=_core.Severity.error
        )
        raise _core.InvalidTable(at.str()) from None
    lines = text.splitlines()[:50]
    separator = max(";,\t", key=lambda mark: max((line.count(mark) for line in lines), default=0))
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))


def read_return(path: str | os.PathLike[str]) -> list[Sheet]:
    """The sheets of a return as they were filled in (.csv, .xlsx, .parquet), each with its name.

    Workbooks need openpyxl, Parquet files pandas and pyarrow.
    """
    path = Path(path)
    kind = path.suffix.lower()
    if kind == ".xlsx":
        from recruit.command import workbook

        sheets = workbook.sheets(path)
        many = len(sheets) > 1
        return [_sheet(f"{path.name}[{title}]" if many else path.name, rows) for title, rows in sheets]
    if kind == ".parquet":
        import pandas as pd

        frame = pd.read_parquet(path)
        rows: list[list[Any]] = [list(frame.columns), *frame.astype(object).values.tolist()]
        return [_sheet(path.name, rows)]
    return [_sheet(path.name, _csv_rows(path))]


def consolidate(
    returns: Iterable[str | os.PathLike[str] | tuple[str, Sequence[Sequence[object]]]],
    register: _core.Register,
    *,
    legacy: Literal["report", "convert"] = "report",
    date_order: Literal["dmy", "mdy", "ymd"] = "dmy",
    decisions: Any = None,
    progress: Callable[[float], object] | None = None,
) -> _core.Consolidation:
    """Put the returns of many bodies together; what is wrong with them is said, nothing is dropped silently.

    Parameters
    ----------
    returns
        Paths of files (.csv, .xlsx, .parquet), or pairs of a name and rows of cells. Headers are found by
        their names, in Vietnamese or English, over one row or two; titles, numbering, totals and signatures
        may be there.
    register : Register
        Bodies are found in it by id, name or alias, however they are spelt.
    legacy : {"report", "convert"}
        What is done with TCVN3.
    date_order : {"dmy", "mdy", "ymd"}
        Of the dates in the returns.
    decisions
        A table with agency, competition, column, value, and decided_by, decided_on, reason if they are there:
        what a person decided on figures that contradict each other. Kept, it replays the decisions next time.

    progress : callable, optional
        Called with the share of the work that is done: half of it is reading the files.

    Returns
    -------
    Consolidation
        ``contests`` for `review`, ``returns``, ``conflicts`` and ``issues``.

    Examples
    --------
    >>> made = recruit.datasets.programme(seed=7)
    >>> done = recruit.consolidate(made.returns.items(), recruit.Register(made.register))
    >>> len(done.contests), done.issues
    (122, [])
    """
    sheets: list[Sheet] = []
    every = list(returns)
    for done, given in enumerate(every, 1):
        if isinstance(given, tuple):
            sheets.append(_sheet(given[0], given[1]))
        else:
            sheets += read_return(given)
        if progress is not None:
            progress(done / len(every) / 2)
    return _core._consolidate(
        sheets,
        register,
        legacy=legacy,
        date_order=date_order,
        decisions=decisions,
        progress=None if progress is None else lambda share: progress((1 + share) / 2),
    )
