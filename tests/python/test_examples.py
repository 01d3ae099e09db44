"""Each Python example prints exactly what its C++ twin prints: examples/<name>.expected.txt."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

TWINS = [
    path.stem
    for path in sorted((ROOT / "examples").glob("*.py"))
    if path.with_suffix(".expected.txt").exists()
]


@pytest.mark.parametrize("name", TWINS)
def test_the_example_prints_what_its_twin_prints(
    name: str, root: Path, python_environment: dict[str, str]
) -> None:
    result = subprocess.run(
        [sys.executable, f"examples/{name}.py"],
        cwd=root,
        env=python_environment,
        capture_output=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr.decode()
    expected = (root / "examples" / f"{name}.expected.txt").read_bytes()
    assert result.stdout.decode() == expected.decode()
    assert result.stdout == expected
