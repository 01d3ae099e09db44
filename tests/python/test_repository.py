"""What must hold for the repository as a whole: rooms, headers, sizes, links, and the README's code."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT, VERSION, run

CHAIN = ["base", "domain", "regulation", "scoring", "selection", "workflow", "programme"]
LEAVES = ["tables", "persistence"]
MAY_INCLUDE: dict[str, set[str]] = {
    **{room: set(CHAIN[: i + 1]) for i, room in enumerate(CHAIN)},
    "stats": {"base", "stats"},
    "text": {"base", "text"},
}
MAY_INCLUDE["programme"] |= {"stats", "text"}
MAY_INCLUDE |= {leaf: {*CHAIN, "stats", "text", leaf} for leaf in LEAVES}
MAY_INCLUDE["persistence"] |= {"tables"}  # it keeps what tables were read with
ROOT_HEADERS = {"export.hpp", "version.hpp"}  # of no room; every room may include them

INCLUDE = re.compile(r'^\s*#\s*include\s*(?:<(recruit/[^>]+)>|"([^"]+)")')


def room_of(path: Path) -> str:
    """The room of a path below include/recruit or src; "" for a file of no room."""
    parts = path.parts[2:] if path.parts[:2] == ("include", "recruit") else path.parts[1:]
    return parts[0] if len(parts) > 1 else ""


def include_faults(path: Path, text: str, root: Path = ROOT) -> list[str]:
    """Each include in `text` (the file `path`, relative to the root) that goes against the order of rooms."""
    room = room_of(path)
    if not room:
        return []  # the umbrella header sees everything
    if room not in MAY_INCLUDE:
        return [f"{path}:1: '{room}' is not a room; rooms: {', '.join(MAY_INCLUDE)}"]
    faults = []
    for number, line in enumerate(text.splitlines(), 1):
        if not (match := INCLUDE.match(line)):
            continue
        public, private = match.groups()
        if public and public.removeprefix("recruit/") in ROOT_HEADERS:
            continue
        if public or private.startswith("recruit/"):
            target = Path("include") / (public or private)
        elif (root / path.parent / private).exists():
            target = (root / path.parent / private).resolve().relative_to(root)
        else:
            target = Path("src") / private
        other = room_of(target)
        if other in MAY_INCLUDE[room]:
            continue
        if other in LEAVES:
            rule = f"nobody includes the leaf '{other}'"
        elif not other:
            rule = "a room includes the headers of rooms, never the umbrella"
        else:
            rule = f"'{room}' may include only {', '.join(sorted(MAY_INCLUDE[room]))}"
        faults.append(f"{path}:{number}: {line.strip()}: {rule}")
    return faults


def files(*folders: str, suffixes: tuple[str, ...] = ()) -> Iterator[Path]:
    """Files below the given folders of the source tree, relative to it."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*")):
            wanted = not suffixes or path.suffix in suffixes
            if wanted and path.is_file() and "__pycache__" not in path.parts:
                yield path.relative_to(ROOT)


def own_files() -> Iterator[Path]:
    """Every text file of the project, leaving out what builds and tools produce."""
    produced = {".git", ".venv", ".venv-bench", "build", "dist"}
    for top in sorted(ROOT.iterdir()):
        if top.name in produced or top.name.endswith("_cache") or top.name == ".hypothesis":
            continue
        yield from [top.relative_to(ROOT)] if top.is_file() else files(top.name)


def lines(path: Path) -> list[str]:
    return (ROOT / path).read_text(encoding="utf-8").splitlines()


def without_comments(text: str) -> str:
    return re.sub(r"//[^\n]*|/\*.*?\*/", "", text, flags=re.DOTALL)


# --- rooms and headers --------------------------------------------------------------------------


def test_includes_go_one_way() -> None:
    faults = []
    for path in files("include", "src", suffixes=(".hpp", ".cpp", ".def")):
        faults += include_faults(path, (ROOT / path).read_text(encoding="utf-8"))
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(
    ("path", "line", "rule"),
    [
        ("include/recruit/base/points.hpp", "#include <recruit/scoring/score.hpp>", "'base' may include"),
        ("src/scoring/score.cpp", '#include "selection/plan.hpp"', "'scoring' may include only"),
        ("src/scoring/score.cpp", '#  include "../selection/plan.hpp"', "'scoring' may include only"),
        ("src/selection/select.cpp", "#include <recruit/tables/csv.hpp>", "nobody includes the leaf"),
        ("src/tables/csv.cpp", '#include "persistence/file.hpp"', "nobody includes the leaf"),
        ("src/stats/mean.cpp", "#include <recruit/domain/agency.hpp>", "may include only base, stats"),
        ("src/base/points.cpp", "#include <recruit/recruit.hpp>", "never the umbrella"),
        ("src/attic/old.cpp", "", "'attic' is not a room"),
    ],
)
def test_an_include_against_the_order_is_reported(path: str, line: str, rule: str) -> None:
    faults = include_faults(Path(path), "\n" + line)
    assert len(faults) == 1
    assert faults[0].startswith(f"{path}:{2 if line else 1}: ")
    assert rule in faults[0]


def test_an_include_with_the_order_is_accepted() -> None:
    text = '#include <vector>\n#include <recruit/export.hpp>\n#include "base/int128.hpp"\n'
    assert include_faults(Path("src/selection/select.cpp"), text) == []


FOREIGN = re.compile(
    r"#\s*include\s*[<\"](boost|openssl|unicode|sqlite3|toml\+\+|pybind11|nlohmann|fmt)"
    r"|\b(boost|icu|toml|pybind11)::|\b(EVP_|SHA256_CTX|sqlite3_?|UChar\b)"
)


BOOST_FACE = Path("include/recruit/persistence/boost.hpp")  # optional, for hosts that use Boost themselves


def test_public_headers_name_no_type_of_another_library() -> None:
    assert FOREIGN.search("#include <openssl/evp.h>")
    assert FOREIGN.search("toml::table read();")
    faults = [
        f"{path}: {match.group()}"
        for path in files("include", suffixes=(".hpp",))
        if path != BOOST_FACE
        and (match := FOREIGN.search(without_comments((ROOT / path).read_text(encoding="utf-8"))))
    ]
    faults += [
        f"{path} includes {BOOST_FACE.name}"
        for path in files("include", "src", suffixes=(".hpp", ".cpp"))
        if "persistence/boost.hpp" in without_comments((ROOT / path).read_text(encoding="utf-8"))
    ]
    assert not faults, "\n".join(faults)


# --- sizes, paths, links, versions --------------------------------------------------------------


CLASS = re.compile(r"(?:class|struct|enum class) (?:RECRUIT_EXPORT )?(\w+)(?: final)?(?: :(?!:)[^;]*)? \{")


def classes(text: str) -> set[tuple[str, str]]:
    """Namespace and name of the classes that a file defines for all to see, not inside another class."""
    found, spaces = set(), []
    for line in text.splitlines():
        if match := re.match(r"(?:inline )?namespace ?([\w:]*) ?\{$", line):
            spaces.append(match[1])
        elif line.startswith("}  // namespace"):
            spaces.pop()
        elif "" not in spaces and (match := CLASS.match(line)):
            found.add(("::".join(spaces), match[1]))
    return found


def test_no_two_files_define_a_class_of_one_name_in_one_namespace() -> None:
    """The linker keeps one of the two for both, and says nothing."""
    where: dict[tuple[str, str], list[Path]] = {}
    for path in files("include", "src", "bindings", suffixes=(".hpp", ".cpp")):
        for name in classes((ROOT / path).read_text(encoding="utf-8")):
            where.setdefault(name, []).append(path)
    assert len(where) > 300
    assert {name: paths for name, paths in where.items() if len(paths) > 1} == {}


def test_a_class_of_a_name_that_is_taken_is_found() -> None:
    text = (
        "namespace recruit {\n\nnamespace {\nstruct Own {\n};\n}  // namespace\n\nclass Taken : public A {\n"
    )
    assert classes(text) == {("recruit", "Taken")}
    assert classes("namespace recruit::detail {\nstruct Keys {\n") == {("recruit::detail", "Keys")}


def test_no_source_file_is_longer_than_700_lines() -> None:
    long = [
        f"{path}: {len(lines(path))} lines"
        for path in files("include", "src", "bindings", "tests")
        if path.suffix in {".hpp", ".cpp", ".def", ".py", ".pyi"} and len(lines(path)) > 700
    ]
    assert not long, "\n".join(long)


def test_no_file_names_a_folder_of_somebodys_machine() -> None:
    own = re.compile(r"(?<![\w.])/(home|root|work|Users)/\w")
    assert own.search("see " + "/".join(["", "home", "me"]))
    faults = []
    for path in own_files():
        try:
            faults += [f"{path}:{n}: {line}" for n, line in enumerate(lines(path), 1) if own.search(line)]
        except UnicodeDecodeError:
            continue  # not text
    assert not faults, "\n".join(faults)


def markdown_pages() -> list[Path]:
    top = [Path(name) for name in ("README.md", "CONTRIBUTING.md") if (ROOT / name).exists()]
    return [*top, *files("docs", suffixes=(".md",))]


def test_relative_links_of_the_documentation_exist() -> None:
    faults = []
    for page in markdown_pages():
        text = (ROOT / page).read_text(encoding="utf-8")
        text = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
        for target in re.findall(r"\]\(([^)\s]+)\)", text):
            if re.match(r"[a-z]+:|#", target):
                continue
            if not (ROOT / page.parent / target.split("#")[0]).exists():
                faults.append(f"{page}: {target}")
    assert not faults, "\n".join(faults)


def test_the_changelog_has_an_entry_for_the_version() -> None:
    assert f"\n## [{VERSION}] - " in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


# --- the README's code --------------------------------------------------------------------------


def readme_blocks(language: str) -> list[object]:
    """Blocks marked exactly ```<language>, each named by the line of the README it starts on."""
    readme = ROOT / "README.md"
    text = readme.read_text(encoding="utf-8") if readme.exists() else ""
    return [
        pytest.param(match[1], id=f"line-{text.count(chr(10), 0, match.start()) + 1}")
        for match in re.finditer(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    ]


@pytest.fixture
def reader_folder(tmp_path: Path) -> Path:
    """A folder with the files that the README takes for granted: a copy of tests/readme."""
    given = ROOT / "tests" / "readme"
    if given.exists():
        shutil.copytree(given, tmp_path, dirs_exist_ok=True)
    return tmp_path


def as_program(block: str) -> str:
    """A block without a main function becomes one: its includes first, the rest inside main."""
    if re.search(r"\bint main\(", block):
        return block
    includes = [line for line in block.splitlines() if line.startswith("#include")]
    rest = [line for line in block.splitlines() if not line.startswith("#include")]
    return "\n".join(["#include <iostream>", *includes, "int main() {", *rest, "}", ""])


@pytest.mark.parametrize("block", readme_blocks("cpp"))
def test_readme_cpp(block: str, reader_folder: Path, compiler_flags: list[str]) -> None:
    (reader_folder / "block.cpp").write_text(as_program(block), encoding="utf-8")
    run(["c++", "-std=c++20", "block.cpp", "-o", "block", *compiler_flags], cwd=reader_folder)
    run(["./block"], cwd=reader_folder)


@pytest.mark.parametrize("block", readme_blocks("python"))
def test_readme_python(block: str, reader_folder: Path, python_environment: dict[str, str]) -> None:
    (reader_folder / "block.py").write_text(block, encoding="utf-8")
    run([sys.executable, "-W", "error", "block.py"], cwd=reader_folder, env=python_environment)
