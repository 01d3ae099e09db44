"""A project of its own uses the installed library: through CMake, through pkg-config, and wrongly."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from conftest import VERSION, run

EXPECTED = f"recruit {VERSION}: 71.5 points\n"


@pytest.fixture
def consumer(root: Path) -> Path:
    return root / "tests" / "consumer"


def test_find_package_builds_and_runs_a_consumer(consumer: Path, prefix: Path, tmp_path: Path) -> None:
    run(["cmake", "-S", consumer, "-B", tmp_path, "-G", "Ninja", f"-DCMAKE_PREFIX_PATH={prefix}"])
    run(["cmake", "--build", tmp_path])
    assert run([tmp_path / "consumer"]).stdout == EXPECTED


def test_pkg_config_is_enough_without_cmake(
    consumer: Path, compiler_flags: list[str], tmp_path: Path
) -> None:
    program = tmp_path / "consumer"
    run(["c++", "-std=c++20", consumer / "main.cpp", "-o", program, *compiler_flags])
    assert run([program]).stdout == EXPECTED


@pytest.mark.parametrize("compiler", ["g++", "clang++"])
def test_no_header_warns_in_a_strict_consumer(
    compiler: str, compiler_flags: list[str], consumer: Path, tmp_path: Path
) -> None:
    if shutil.which(compiler) is None:
        pytest.skip(f"no {compiler} here")
    strict = ["-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Wconversion", "-Wsign-conversion", "-Werror"]
    program = tmp_path / "consumer"
    run([compiler, "-std=c++20", *strict, consumer / "main.cpp", "-o", program, *compiler_flags])
    assert run([program]).stdout == EXPECTED


def test_an_unknown_component_is_refused_with_the_reason(prefix: Path, tmp_path: Path) -> None:
    (tmp_path / "CMakeLists.txt").write_text(
        "cmake_minimum_required(VERSION 3.25)\n"
        "project(wrong LANGUAGES CXX)\n"
        "find_package(recruit REQUIRED COMPONENTS core telepathy)\n",
        encoding="utf-8",
    )
    command = ["cmake", "-G", "Ninja", "-S", tmp_path, "-B", tmp_path / "build"]
    command.append(f"-DCMAKE_PREFIX_PATH={prefix}")
    result = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert result.returncode != 0
    words = " ".join(result.stderr.split())
    assert f"recruit {VERSION} has no component 'telepathy'; it has: core" in words
