"""What several test files share: the source tree, the build tree, an installed copy of the library."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / os.environ.get("RECRUIT_BUILD_DIR", "build/dev")
VERSION = re.findall(
    r"project\(recruit VERSION ([0-9.]+)", (ROOT / "CMakeLists.txt").read_text(encoding="utf-8")
)[0]

if importlib.util.find_spec("recruit") is None:  # plain `pytest` works too, without PYTHONPATH
    sys.path.insert(0, str(BUILD / "python"))

settings.register_profile("quick", deadline=None)
settings.register_profile("nightly", deadline=None, max_examples=2000)
settings.load_profile("nightly" if os.environ.get("RECRUIT_NIGHTLY") else "quick")


def run(command: Sequence[str | Path], **options: object) -> subprocess.CompletedProcess[str]:
    """Run a command; on failure, fail the test with everything it printed."""
    result = subprocess.run(command, capture_output=True, encoding="utf-8", check=False, **options)
    if result.returncode != 0:
        words = " ".join(str(word) for word in command)
        pytest.fail(f"{words}\nended with {result.returncode}\n{result.stdout}{result.stderr}", pytrace=False)
    return result


@pytest.fixture(scope="session")
def root() -> Path:
    """The source tree."""
    return ROOT


@pytest.fixture(scope="session")
def build_dir() -> Path:
    """The configured and built tree; tests that need one are skipped without it."""
    if not (BUILD / "CMakeCache.txt").exists():
        pytest.skip(f"no build in {BUILD}: run ./dev test, or set RECRUIT_BUILD_DIR")
    return BUILD


@pytest.fixture(scope="session")
def python_environment(build_dir: Path) -> dict[str, str]:
    """Environment in which another Python imports the package of the build tree."""
    if not list((build_dir / "python" / "recruit").glob("_core.*.so")):
        pytest.skip(f"no Python module in {build_dir}: configure with RECRUIT_BUILD_PYTHON=ON")
    return {**os.environ, "PYTHONPATH": str(build_dir / "python"), "PYTHONIOENCODING": "utf-8"}


Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Command:
    """The command `recruit` with these words: its exit status, what it printed, its error stream."""

    def run(*words: str) -> tuple[int, str, str]:
        from recruit.command import main

        status = main(list(words))
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return run


@pytest.fixture(scope="session")
def prefix(build_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library installed from the build tree."""
    prefix = tmp_path_factory.mktemp("prefix")
    run(["cmake", "--install", build_dir, "--prefix", prefix])
    return prefix


@pytest.fixture(scope="session")
def compiler_flags(prefix: Path) -> list[str]:
    """What pkg-config tells a project without CMake to compile and link with."""
    (pc,) = prefix.rglob("recruit.pc")
    flags = run(
        ["pkg-config", "--cflags", "--libs", "recruit"],
        env={**os.environ, "PKG_CONFIG_PATH": str(pc.parent)},
    ).stdout.split()
    return [*flags, f"-Wl,-rpath,{pc.parent.parent}"]
