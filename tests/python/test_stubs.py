"""The stubs say what the compiled module holds: names, parameters, defaults, keyword-only marks."""

from __future__ import annotations

import sys
from pathlib import Path

from conftest import run


def test_the_stub_agrees_with_the_module(
    root: Path, python_environment: dict[str, str], tmp_path: Path
) -> None:
    allowed = root / "tests" / "python" / "stubtest-allowlist.txt"
    run(
        [
            sys.executable,
            "-m",
            "mypy.stubtest",
            "recruit._core",
            "--allowlist",
            allowed,
            "--ignore-disjoint-bases",
        ],
        env={**python_environment, "MYPY_CACHE_DIR": str(tmp_path)},
        cwd=root,
    )
