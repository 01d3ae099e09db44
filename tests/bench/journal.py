"""Acts a second in an SQLite journal, one at a time and in batches, beside the sqlite3 shell writing rows as
long with the same pragmas, and beside what the disk can sync. Each act is on the disk before the next begins.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from journal_support import build

PRAGMAS = """PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = TRUNCATE; PRAGMA synchronous = EXTRA;
PRAGMA secure_delete = ON; PRAGMA cell_size_check = ON;
CREATE TABLE record (sequence INTEGER PRIMARY KEY, batch INTEGER NOT NULL, key TEXT NOT NULL,
body TEXT NOT NULL, commitment TEXT NOT NULL, head TEXT NOT NULL) STRICT;
"""


def with_recruit(program: Path, acts: int, batch: int) -> float:
    with tempfile.TemporaryDirectory() as folder:
        run = subprocess.run(
            [program, Path(folder) / "file", str(acts), str(batch)],
            check=True,
            capture_output=True,
            text=True,
        )
        return float(run.stdout)


def with_shell(acts: int, batch: int) -> float:
    rows = (
        f"INSERT INTO record VALUES (NULL, {i}, 'key-{i}', '{'b' * 300}{i}', '', '{'f' * 64}');"
        for i in range(acts)
    )
    script = []
    for i, row in enumerate(rows):
        if batch > 1 and i % batch == 0:
            script.append("BEGIN;")
        script.append(row)
        if batch > 1 and (i % batch == batch - 1 or i == acts - 1):
            script.append("COMMIT;")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "file"
        subprocess.run(["sqlite3", file], input=PRAGMAS, check=True, text=True, stdout=subprocess.DEVNULL)
        text = PRAGMAS.split("CREATE")[0] + "\n".join(script)
        begin = time.perf_counter()
        subprocess.run(["sqlite3", file], input=text, check=True, text=True, stdout=subprocess.DEVNULL)
        return time.perf_counter() - begin


def syncs(times: int) -> float:
    """Seconds for writing a line and syncing it, so many times."""
    with tempfile.TemporaryFile() as file:
        begin = time.perf_counter()
        for _ in range(times):
            file.write(b"x" * 70 + b"\n")
            file.flush()
            os.fdatasync(file.fileno())
        return time.perf_counter() - begin


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--acts", type=int, default=1000)
    parser.add_argument("--batch", type=int, default=100)
    parser.add_argument("--times", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        program = build("journal", Path(folder))
        works: dict[str, Callable[[], float]] = {
            "recruit, singly": lambda: with_recruit(program, options.acts, 1),
            f"recruit, batches of {options.batch}": lambda: with_recruit(
                program, options.acts, options.batch
            ),
            "syncs of a file": lambda: syncs(options.acts),
        }
        if shutil.which("sqlite3"):
            works["sqlite3, singly"] = lambda: with_shell(options.acts, 1)
            works[f"sqlite3, batches of {options.batch}"] = lambda: with_shell(options.acts, options.batch)
        else:
            print("the sqlite3 shell is not installed: nothing to compare with")
        taken: dict[str, list[float]] = {name: [] for name in works}
        for _ in range(options.times):  # in turn, so that a slow moment of the disk meets all
            for name, work in works.items():
                taken[name].append(work())
    rate = {name: options.acts / statistics.median(all_times) for name, all_times in taken.items()}
    for name, acts in rate.items():
        print(f"{name:28} {acts:10.0f} a second")
    single = rate.get("sqlite3, singly")
    if single is None:
        return 0
    alone = rate["recruit, singly"] / single
    batches = rate[f"recruit, batches of {options.batch}"] / single
    print(
        f"recruit singly: {alone:.2f} times sqlite3 singly (goal 0.5); batches: {batches:.1f} times (goal 5)"
    )
    return 0 if alone >= 0.5 and batches >= 5 else 1


if __name__ == "__main__":
    sys.exit(main())
