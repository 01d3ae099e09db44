"""Saving and loading a table of applications, and a selection of them, beside Feather without compression.

Both make the file durable before they return, and both read it back into memory of their own.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import recruit
from pyarrow import feather


def applications(rows: int) -> pa.Table:
    """Ids, a position, three scores (one with absentees), a date of birth and a flag; made up."""
    random = np.random.default_rng(2017)
    written = pa.array(random.integers(0, 10001, rows), mask=random.random(rows) < 0.02)
    names = pa.array([f"position {n}" for n in range(1000)])
    return pa.table(
        {
            "application": pa.array(np.char.add("A", np.arange(rows).astype(str))),
            "position": pa.DictionaryArray.from_arrays(
                random.integers(0, 1000, rows).astype(np.int32), names
            ),
            "written": written,
            "project": random.integers(0, 101, rows),
            "interview": random.integers(0, 101, rows),
            "born": pa.array(random.integers(0, 15000, rows).astype(np.int32)).cast(pa.date32()),
            "veteran": random.random(rows) < 0.1,
        }
    )


def write_feather(table: pa.Table, path: Path) -> None:
    with open(path, "wb") as file:
        feather.write_feather(table, file, compression="uncompressed")
        file.flush()
        os.fsync(file.fileno())


def medians(works: dict[str, Callable[[], object]], times: int) -> dict[str, float]:
    """Seconds of each, taken in turn; the first round warms up."""
    taken: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(times + 1):
        for name, work in works.items():
            begin = time.perf_counter()
            result = work()
            taken[name].append(time.perf_counter() - begin)
            del result
    return {name: statistics.median(all[1:]) for name, all in taken.items()}


def show(what: str, found: dict[str, float], ours: str, theirs: str) -> None:
    ratio = found[ours] / found[theirs]
    print(f"{what:28} recruit {found[ours]:6.3f} s   Feather {found[theirs]:6.3f} s   ratio {ratio:5.2f}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--times", type=int, default=5)
    options, _ = parser.parse_known_args()
    with tempfile.TemporaryDirectory(dir=Path(__file__).parents[2] / "build") as folder:
        ours, theirs = Path(folder) / "ours", Path(folder) / "theirs"
        arrow = applications(options.rows)
        table = recruit.Table(arrow)
        found = medians(
            {"save": lambda: recruit.save(table, ours), "write": lambda: write_feather(arrow, theirs)},
            options.times,
        )
        sizes = f"{ours.stat().st_size / 1e6:.0f} MB and {theirs.stat().st_size / 1e6:.0f} MB"
        print(f"{options.rows} applications; {sizes}; medians of {options.times}")
        show("save a table", found, "save", "write")
        found = medians(
            {
                "load": lambda: recruit.load(ours),
                "read": lambda: feather.read_table(theirs, memory_map=False),
            },
            options.times,
        )
        show("load a table", found, "load", "read")
        if recruit.load(ours) != table:
            print("what was loaded differs from what was saved", file=sys.stderr)
            return 1

        rules = recruit.datasets.example().regulation
        contest = recruit.datasets.synthetic(
            rules, applications=options.rows, positions=options.rows // 100 + 1
        )
        result = recruit.select(rules, contest.scores, contest.seats)
        outcome = pa.table(result.to_table(all=True))
        found = medians(
            {
                "save": lambda: recruit.save(result, ours),
                "write": lambda: write_feather(outcome, theirs),
                "load": lambda: recruit.load(ours),
                "read": lambda: feather.read_table(theirs, memory_map=False),
            },
            max(1, options.times // 2),
        )
        show("save a selection", found, "save", "write")
        show("load it, selecting again", found, "load", "read")
    return 0


if __name__ == "__main__":
    sys.exit(main())
