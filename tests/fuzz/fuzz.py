#!/usr/bin/env python3
"""Run the fuzz targets, each from its seeds, and say how often each was executed.

Usage: tests/fuzz/fuzz.py [--seconds N | --runs N] [--seed N] [target ...]

With a seed the same inputs are tried again, from the seeds alone; without, new ones, from all that
was learned.

The inputs in tests/fuzz/regressions/<target> are replayed first. What is found is put there, to be
kept: give the file a name that says what it was.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
TARGETS = [
    "decoder",
    "envelope",
    "csv",
    "arrow",
    "regulation",
    "event",
    "package",
    "checkpoint",
    "journal",
]
SEED_THEMSELVES = {"event", "package", "checkpoint", "journal"}  # what they read is made by recruit
CONTENT = 64  # where the content of a file begins


def seeds(target: str) -> dict[str, bytes]:
    """Inputs that are right, from which the fuzzer goes wrong."""
    golden = {
        path.name: path.read_bytes()
        for path in sorted((HERE.parent / "persistence" / "golden").glob("*.recruit"))
    }
    texts = {
        path.name: path.read_bytes()
        for path in sorted((ROOT / "src" / "regulation" / "catalogue").glob("*.toml"))
    }
    if target == "decoder":
        return {name: data[10:12] + data[CONTENT:] for name, data in golden.items()}
    if target == "envelope":
        return golden
    if target == "csv":
        sheet = (ROOT / "tests" / "readme" / "scores.csv").read_bytes()
        return {
            "scores": sheet,
            "semicolons": sheet.replace(b",", b";"),
            "quotes": b'a;b\r\n"1;""2""";"x\ny"\r\n\r\n;\r\n',
            "utf16": b"\xff\xfe" + "a,b\n1,2\n".encode("utf-16-le"),
        }
    if target == "arrow":
        return {f"{n}": random.Random(n).randbytes(100 * (n + 1)) for n in range(20)}
    return {} if target in SEED_THEMSELVES else texts


def run(target: str, build: Path, limit: list[str], afresh: bool) -> tuple[str, int, str]:
    """Name, executions, and what was found ("" if nothing)."""
    corpus, work = build / "corpus" / target, build / "findings" / target
    if afresh:
        shutil.rmtree(corpus, ignore_errors=True)
    for folder in (corpus, work):
        folder.mkdir(parents=True, exist_ok=True)
    for name, data in seeds(target).items():
        (corpus / name).write_bytes(data)
    program = build / "tests" / "fuzz" / f"fuzz_{target}"
    environment = {
        **os.environ,
        "ASAN_OPTIONS": "detect_stack_use_after_return=1:allocator_may_return_null=0",
        "UBSAN_OPTIONS": "print_stacktrace=1",
        "RECRUIT_FUZZ_SEEDS": str(corpus),
    }
    kept = sorted(path for path in (HERE / "regressions" / target).glob("*") if path.suffix != ".md")
    longest = 65536 if target in SEED_THEMSELVES else 8192
    # The schedule by entropy of clang 14 takes more time than the targets once many features are known.
    limits = ["-malloc_limit_mb=64", "-rss_limit_mb=1024", "-timeout=60", "-entropic=0"]
    commands = [[program, *limits, *kept]] if kept else []
    commands.append(
        [
            program,
            *limits,
            *limit,
            f"-max_len={longest}",
            "-print_final_stats=1",
            f"-artifact_prefix={work}/",
            corpus,
        ]
    )
    executed = 0
    for command in commands:
        done = subprocess.run(command, capture_output=True, env=environment, check=False)
        text = done.stderr.decode(errors="replace")
        if match := re.search(r"stat::number_of_executed_units:\s*(\d+)", text):
            executed = int(match[1])
        if done.returncode != 0:
            (HERE / "regressions" / target).mkdir(exist_ok=True)
            for found in work.iterdir():
                shutil.move(found, HERE / "regressions" / target / found.name)
            return target, executed, text[-6000:]
    return target, executed, ""


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--runs", type=int)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--build", type=Path, default=ROOT / "build" / "fuzz")
    parser.add_argument("targets", nargs="*", default=TARGETS)
    options = parser.parse_args()
    limit = [f"-runs={options.runs}"] if options.runs else [f"-max_total_time={options.seconds}"]
    if options.seed is not None:
        limit.append(f"-seed={options.seed}")
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(
            pool.map(
                lambda target: run(target, options.build, limit, options.seed is not None), options.targets
            )
        )
    for target, executed, found in results:
        print(f"fuzz {target}: {executed} executions, {'FOUND' if found else 'nothing found'}")
        if found:
            print(found, file=sys.stderr)
    return 1 if any(found for _, _, found in results) or not all(n for _, n, _ in results) else 0


if __name__ == "__main__":
    sys.exit(main())
