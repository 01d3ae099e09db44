"""Builds the C++ programs of these benchmarks against the libraries of this build."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("RECRUIT_BUILD_DIR", ROOT / "build" / "dev"))


def build(name: str, folder: Path) -> Path:
    """The program tests/bench/<name>.cpp, in a folder."""
    program = folder / name
    flags = [
        "-std=c++20",
        "-O2",
        "-DRECRUIT_STATIC_DEFINE",
        "-DDOCTEST_CONFIG_DISABLE",
        f"-I{ROOT / 'include'}",
        f"-I{BUILD / 'include'}",
        f"-I{ROOT / 'tests'}",
    ]
    libraries = [BUILD / "librecruit_persistence.a", BUILD / "librecruit.a"]
    source = ROOT / "tests" / "bench" / f"{name}.cpp"
    command: list[str | Path] = ["c++", *flags, source, "-o", program, *libraries]
    subprocess.run([*command, "-lsqlite3", "-lcrypto", "-pthread"], check=True)
    return program
