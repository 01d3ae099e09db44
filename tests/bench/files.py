"""Saving and loading a table of applications, and a selection of them, beside Feather without compression.

Both make the file durable before they return, and both read it back into memory of their own. What Feather
does not do is shown apart: the parts of a load, of which SHA-256 over every byte is the largest.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
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


Cost = tuple[float, float]  # seconds, and seconds of all processors


def medians(works: dict[str, Callable[[], object]], times: int) -> dict[str, Cost]:
    """The cost of each, taken in turn; the first round warms up."""
    taken: dict[str, list[Cost]] = {name: [] for name in works}
    for _ in range(times + 1):
        for name, work in works.items():
            begin, busy = time.perf_counter(), time.process_time()
            result = work()
            taken[name].append((time.perf_counter() - begin, time.process_time() - busy))
            del result
    return {
        name: (statistics.median(c[0] for c in all[1:]), statistics.median(c[1] for c in all[1:]))
        for name, all in taken.items()
    }


def show(what: str, found: dict[str, Cost], ours: str, theirs: str) -> None:
    seconds, busy = zip(found[ours], found[theirs], strict=True)
    print(
        f"{what:28} recruit {seconds[0]:6.3f} s   Feather {seconds[1]:6.3f} s   "
        f"ratio {seconds[0] / seconds[1]:5.2f}   (processors {busy[0]:6.3f} and {busy[1]:6.3f} s)"
    )


def parts_of_a_load(path: Path, table: recruit.Table, times: int) -> None:
    """What a load must do at least, each alone, beside what it takes.

    Reading into new memory and SHA-256 by `hashlib`, which is OpenSSL, with one thread and with one a core;
    then what recruit does without a disk, and the whole.
    """
    size, mebibyte = path.stat().st_size, 1 << 20
    data = path.read_bytes()
    view = memoryview(data)

    def read() -> np.ndarray:
        memory = np.empty(size, np.uint8)
        with open(path, "rb", buffering=0) as file:
            file.readinto(memory)
        return memory

    def hashed(threads: int) -> list[bytes]:
        with ThreadPoolExecutor(threads) as pool:
            return list(
                pool.map(
                    lambda at: hashlib.sha256(view[at : at + mebibyte]).digest(),
                    range(64, size, mebibyte),
                )
            )

    cores = os.cpu_count() or 1
    found = medians(
        {
            "read into new memory": read,
            "SHA-256 by OpenSSL, 1 thread": lambda: hashed(1),
            f"SHA-256 by OpenSSL, {cores} threads": lambda: hashed(cores),
            "digest: checks, SHA-256": lambda: recruit.digest(table),
            "from_bytes: copy, SHA-256, checks": lambda: recruit.from_bytes(data),
            "load: read, SHA-256, checks": lambda: recruit.load(path),
            "load with 1 thread": lambda: recruit.load(path, threads=1),
        },
        times,
    )
    print(f"  {'parts of a load':36}{'seconds':>10}{'processors':>12}{'GB/s':>8}")
    for name, (seconds, busy) in found.items():
        print(f"  {name:36}{seconds:10.3f}{busy:12.3f}{size / seconds / 1e9:8.2f}")


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
        parts_of_a_load(ours, table, options.times)
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
