"""The stubs say what the compiled module holds: names, parameters, defaults, keyword-only marks."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

# What every pybind11 class or enumeration has that no user sees or calls.
OF_PYBIND11 = re.compile(
    r"metaclass differs|__pybind11_native_enum__|__(copy|deepcopy)__ is not present in stub"
    r"|__init__ is inconsistent, stub does not have \*args"
)


def test_the_stub_agrees_with_the_module(
    root: Path, python_environment: dict[str, str], tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "mypy.stubtest", "recruit._core", "--ignore-disjoint-bases"]
    environment = {**python_environment, "MYPY_CACHE_DIR": str(tmp_path)}
    done = subprocess.run(command, env=environment, cwd=root, capture_output=True, text=True, check=False)
    assert "Checked 1 module" in done.stdout or "Found " in done.stdout, done.stdout + done.stderr
    faults = [line for line in done.stdout.splitlines() if line.startswith("error: ")]
    assert [line for line in faults if not OF_PYBIND11.search(line)] == []
