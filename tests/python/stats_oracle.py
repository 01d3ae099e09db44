"""Reference numbers beside the source tree (../shared/oracles/expected.csv) and the data they are of.

Where the files are absent, tests skip and say so.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from conftest import ROOT

FOLDER = ROOT.parent / "shared" / "oracles"


@dataclass
class Row:
    """One reference number."""

    data: str
    method: str
    args: str
    statistic: str
    value: float
    tol: float
    checked: bool = False

    def argument(self, name: str) -> float:
        """``n`` of ``x=81;n=263``."""
        return float(dict(part.split("=", 1) for part in self.args.split(";"))[name])


class Group:
    """The rows of one id; `done` prints how many were checked and fails if any was left out."""

    def __init__(self, name: str) -> None:
        if not (FOLDER / "expected.csv").exists():
            pytest.skip(f"no reference numbers at {FOLDER / 'expected.csv'}")
        self.name = name
        self.rows = [
            Row(r["data"], r["method"], r["args"], r["statistic"], float(r["value"]), float(r["tol"]))
            for r in table("expected.csv")
            if r["id"] == name
        ]
        assert self.rows, f"no reference number has the id {name}"

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def check(self, row: Row, got: float | None) -> None:
        """|got - value| <= tol * max(1, |value|)."""
        row.checked = True
        where = f"{self.name} {row.method} {row.args} {row.statistic}"
        assert got is not None, f"{where}: no value"
        assert abs(got - row.value) <= row.tol * max(1.0, abs(row.value)), f"{where}: {got} != {row.value}"

    def check_named(self, method: str, statistic: str, got: float | None, args: str = "") -> None:
        """The one row of that method and statistic (and, if given, arguments)."""
        (row,) = [
            r for r in self.rows if (r.method, r.statistic) == (method, statistic) and args in ("", r.args)
        ]
        self.check(row, got)

    def done(self) -> None:
        left = [row for row in self.rows if not row.checked]
        print(f"{self.name}: {len(self.rows) - len(left)} of {len(self.rows)} reference numbers")
        assert not left, f"not checked: {left}"


def table(name: str) -> list[dict[str, str]]:
    """The rows of a file beside the reference numbers (``stages.csv``, ``../data/ucb_admissions.csv``)."""
    path = FOLDER / name
    if not Path(path).exists():
        pytest.skip(f"no reference data at {path}")
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
