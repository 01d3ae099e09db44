"""recruit's values inside a host's own Boost archives, compiled as the host compiles them."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from conftest import ROOT, run

PROGRAM = ROOT / "tests" / "consumer" / "boost" / "main.cpp"


def test_a_host_keeps_recruit_values_in_its_own_archives(tmp_path: Path, compiler_flags: list[str]) -> None:
    if not Path("/usr/include/boost/archive/text_oarchive.hpp").exists():
        pytest.skip("Boost.Serialization is not installed")
    program = tmp_path / "host"
    warnings = ["-Wall", "-Wextra", "-Werror"]
    run(["c++", "-std=c++20", *warnings, PROGRAM, "-o", program, *compiler_flags, "-lboost_serialization"])
    assert run([program]).stdout == "every archive holds recruit's values\n"


def test_the_headers_of_boost_1_81_do_too(tmp_path: Path, compiler_flags: list[str], build_dir: Path) -> None:
    if not os.environ.get("RECRUIT_NIGHTLY"):
        pytest.skip("downloads a package: RECRUIT_NIGHTLY=1 runs it")
    if shutil.which("apt-get") is None or shutil.which("dpkg") is None:
        pytest.skip("no apt-get to fetch the headers with")
    got = subprocess.run(
        ["apt-get", "download", "libboost1.81-dev"], cwd=tmp_path, capture_output=True, check=False
    )
    packages = list(tmp_path.glob("libboost1.81-dev_*.deb"))
    if got.returncode != 0 or not packages:
        pytest.skip("libboost1.81-dev cannot be downloaded here")
    run(["dpkg", "-x", packages[0], tmp_path / "boost"])
    boost = ["-isystem", tmp_path / "boost" / "usr" / "include"]
    run(["c++", "-std=c++20", *boost, "-c", PROGRAM, "-o", tmp_path / "host.o", *compiler_flags])
    own = ["-I", ROOT / "include", "-I", build_dir / "include", "-I", ROOT / "src", "-DRECRUIT_STATIC_DEFINE"]
    for source in sorted((ROOT / "src" / "persistence").glob("*.cpp")):
        run(["c++", "-std=c++20", *boost, *own, "-c", source, "-o", tmp_path / "own.o"])
