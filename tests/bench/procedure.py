"""A contest of many applicants: what is next at any moment, how soon a host has it again from its journal,
beside the sqlite3 shell, which only reads the rows, and beside hashing them again.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from journal_support import build


def shell_reads(file: Path) -> float:
    """Seconds in which the shell reads every byte of the rows."""
    query = "SELECT count(*), sum(length(body) + length(key) + length(head)) FROM record;"
    begin = time.perf_counter()
    subprocess.run(
        ["sqlite3", f"file:{file}?mode=ro", query], check=True, stdout=subprocess.DEVNULL, text=True
    )
    return time.perf_counter() - begin


def python_hashes(file: Path) -> float:
    """Seconds in which Python reads the rows and hashes them in a chain: less than the check does."""
    begin = time.perf_counter()
    head = ""
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as database:
        for (body,) in database.execute("SELECT body FROM record ORDER BY sequence"):
            head = hashlib.sha256((head + body).encode()).hexdigest()
    return time.perf_counter() - begin


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--applicants", type=int, default=100_000)
    options = parser.parse_args()
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as name:
        folder = Path(name)
        program = build("procedure", folder)
        run = subprocess.run(
            [program, str(options.applicants), folder], check=True, capture_output=True, text=True
        )
        figures: dict[str, float] = {}
        for line in run.stdout.splitlines():
            what, value, unit = line.split("\t")
            figures[what] = float(value)
            print(f"{what:58} {float(value):12.3f} {unit}")
        if shutil.which("sqlite3"):
            print(f"{'the sqlite3 shell reads the rows':58} {shell_reads(folder / 'journal'):12.3f} s")
        else:
            print("the sqlite3 shell is not installed: left out")
        print(f"{'Python reads and hashes the rows':58} {python_hashes(folder / 'journal'):12.3f} s")
    slowest = max(value for what, value in figures.items() if what.startswith("agenda"))
    kept = [
        ("agenda, ms", slowest, 10.0),
        ("replay from memory, s", figures["replay from memory"], 10.0),
        ("replay from SQLite, s", figures["open in SQLite, check and replay"], 20.0),
    ]
    for what, value, goal in kept:
        print(f"{what}: {value:.2f} (goal {goal:g})")
    return 0 if all(value < goal for _, value, goal in kept) else 1


if __name__ == "__main__":
    sys.exit(main())
