#!/usr/bin/env python3
"""Equal values have equal bytes: build digests/main.cpp in several ways, run it in several places, compare.

Every compiler that is here, without optimisation and with all of it; every locale and time zone of the lists
below; one thread and several; and everything twice. Locales are made by `localedef` in the build folder, so
that none need be installed.

Usage: tests/persistence/digests/compare.py [--build build/digests] [--jobs N]
"""

from __future__ import annotations

import argparse
import itertools
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
COMPILERS = ["g++", "clang++"]
LEVELS = ["-O0", "-O3"]
LOCALES = ["C", "vi_VN", "de_DE", "tr_TR"]
ZONES = ["UTC", "Asia/Ho_Chi_Minh", "America/Los_Angeles"]
THREADS = ["1", "4"]
RUNS = 2


def build(folder: Path, compiler: str, level: str, jobs: int) -> Path:
    """Build the program one way; the path of it."""
    tree = folder / f"{compiler.replace('+', 'p')}{level}"
    configure = [
        *("cmake", "-S", ROOT, "-B", tree, "-G", "Ninja"),
        f"-DCMAKE_CXX_COMPILER={compiler}",
        "-DCMAKE_BUILD_TYPE=None",
        f"-DCMAKE_CXX_FLAGS={level}",
        "-DRECRUIT_BUILD_EXAMPLES=OFF",
    ]
    tree.mkdir(parents=True, exist_ok=True)
    log = tree / "compare.log"
    with log.open("w") as out:
        for command in (
            configure,
            ["cmake", "--build", tree, "-j", str(jobs), "--target", "recruit_digests"],
        ):
            if subprocess.run(command, stdout=out, stderr=subprocess.STDOUT, check=False).returncode != 0:
                sys.exit(f"compare: {compiler} {level} does not build; see {log}")
    return tree / "tests" / "recruit_digests"


def make_locales(folder: Path) -> list[str]:
    """The names of LOCALES as LC_ALL takes them; those that cannot be made here are said and left out."""
    names = []
    for name in LOCALES:
        if name == "C":
            names.append(name)
            continue
        full = f"{name}.UTF-8"
        folder.mkdir(parents=True, exist_ok=True)
        made = shutil.which("localedef") and subprocess.run(
            ["localedef", "-i", name, "-f", "UTF-8", folder / full], capture_output=True, check=False
        )
        if made and (folder / full / "LC_NUMERIC").exists():
            names.append(full)
        else:
            print(f"compare: locale {full} cannot be made here (Debian: package locales); left out")
    return names


def main() -> int:
    """Build, run, compare; 0 if all lines of all runs are the same."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--build", type=Path, default=ROOT / "build" / "digests")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    compilers = [compiler for compiler in COMPILERS if shutil.which(compiler)]
    if missing := sorted(set(COMPILERS) - set(compilers)):
        print(f"compare: {', '.join(missing)} is not here; left out")
    ways = list(itertools.product(compilers, LEVELS))
    programs = {way: build(options.build.resolve(), *way, options.jobs) for way in ways}
    locales = make_locales(options.build.resolve() / "locales")
    first: list[str] = []
    runs, wrong = 0, 0
    for way, name, zone, threads in itertools.product(ways, locales, ZONES, THREADS):
        environment = {
            **os.environ,
            "LOCPATH": str(options.build.resolve() / "locales"),
            "LC_ALL": name,
            "TZ": zone,
        }
        for run in range(RUNS):
            # Another hash order, if any depended on where memory is.
            environment["RUN"] = "x" * run * 4096
            done = subprocess.run(
                [programs[way], threads],
                capture_output=True,
                encoding="utf-8",
                env=environment,
                check=False,
            )
            lines = done.stdout.splitlines()
            runs += 1
            first = first or lines
            if done.returncode == 0 and lines == first and not any("changed" in line for line in lines):
                continue
            wrong += 1
            print(f"compare: {' '.join(way)}, {name}, {zone}, {threads} threads: {done.stderr.strip()}")
            for here, there in itertools.zip_longest(lines, first, fillvalue="nothing"):
                if here != there or "changed" in here:
                    print(f"  {here}\n  instead of {there}")
    print(
        f"{len(first)} values, {len(ways)} builds ({', '.join(' '.join(way) for way in ways)}), "
        f"{len(locales)} locales ({', '.join(locales)}), {len(ZONES)} time zones, "
        f"{' and '.join(THREADS)} threads, {RUNS} runs each: {runs} runs, "
        f"{runs * len(first)} digests compared, {wrong} runs differ"
    )
    return 1 if wrong or not first or runs == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
