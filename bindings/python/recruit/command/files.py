"""Tables from and to CSV, XLSX and Parquet files, and files that are replaced whole or not at all."""

from __future__ import annotations

import hashlib
import importlib
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import recruit
from recruit import _core
from recruit.command.speech import both, problem

TEXT = {".csv", ".txt", ".tsv"}
WORKBOOK = {".xlsx", ".xlsm"}
PARQUET = {".parquet", ".pq"}


@dataclass(frozen=True)
class Source:
    """A table as read, and what is needed to speak about its file."""

    path: Path
    file: recruit.CsvFile
    name: str  # as issues call it: the file, and the sheet of a workbook
    issues: list[recruit.Issue] = field(default_factory=list)
    sheet: str | None = None

    def placed(self, found: recruit.Issue) -> recruit.Issue:
        """An issue of the table, with the file and its line."""
        return found if found.file else _core._placed(found, self.file, self.name)


def library(name: str, extra: str) -> Any:
    """An optional Python library. Raises `extra_missing`, naming what to install."""
    try:
        return importlib.import_module(name)
    except ImportError:
        raise problem("extra_missing", name.partition(".")[0], f"pip install 'recruit[{extra}]'") from None


def kind_of(path: Path, known: set[str]) -> str:
    suffix = path.suffix.lower()
    if suffix not in known:
        raise problem("unknown_file_kind", path, suffix or "—", ", ".join(sorted(known)))
    return suffix


def readable(path: Path) -> Path:
    """The path. Raises `file_unreadable` with the reason."""
    try:
        with path.open("rb"):
            return path
    except OSError as error:
        reason = {FileNotFoundError: "file_is_missing", IsADirectoryError: "file_is_folder"}
        raise problem("file_unreadable", path, both(reason.get(type(error), "file_not_opened"))) from None


@dataclass(frozen=True)
class Wanted:
    """What is looked for in a workbook, by the names of columns in the file."""

    header: frozenset[str] = frozenset()  # the header has them all
    key: str | None = None  # names the row
    marks: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()

    def used(self, name: str) -> bool:
        return bool(name) and (name in self.marks or name in self.others or not (self.marks or self.others))

    def found_in(self, names: Sequence[str]) -> int:
        """How many columns that are read a row of names has, if it can be the header; else 0."""
        found = {name for name in names if self.used(name)}
        least = 2 if self.marks or self.others else 1
        return len(found) if len(found) >= least and self.header <= set(names) else 0


def read(
    path: Path,
    wanted: Wanted,
    *,
    sheet: str | None = None,
    header_row: int | None = None,
    separator: str | None = None,
) -> Source:
    """Read a file by its ending. Raises recruit.Error where the file is no table."""
    kind = kind_of(path, TEXT | WORKBOOK | PARQUET)
    readable(path)
    if kind not in WORKBOOK and (sheet is not None or header_row is not None):
        raise problem("not_a_workbook_option", path)
    if kind in WORKBOOK:
        from recruit.command import workbook

        return workbook.read(path, wanted, sheet=sheet, header_row=header_row)
    if kind in PARQUET:
        return Source(path, _core._file(_parquet(path), []), str(path))
    # A str: Python code that turns a path into one would swallow an interrupt that comes just then.
    file = recruit.read_csv(str(path), separator=separator)
    return Source(path, file, str(path), list(file.issues))


def _parquet(path: Path) -> recruit.Table:
    try:
        module = importlib.import_module("pyarrow.parquet")
        load: Callable[[Path], Any] = module.read_table
    except ImportError:
        load = library("polars", "arrow").read_parquet
    try:
        return recruit.Table(load(path))
    except recruit.Error as error:
        error.issues = [
            _core._placed(found, _core._file(recruit.Table({}), []), str(path)) for found in error.issues
        ]
        raise
    except Exception as error:  # each library has its own; whatever it is, the file is not read
        raise problem("bad_file", path, "Parquet", str(error).splitlines()[0]) from None


def write(
    table: recruit.Table,
    path: Path,
    *,
    separator: str = ",",
    title: str = "",
) -> None:
    """Write a table by the ending of the path. The same table gives the same bytes."""
    kind = kind_of(path, TEXT | PARQUET | {".xlsx"})
    if kind in TEXT:
        recruit.write_csv(table, path, separator="\t" if kind == ".tsv" else separator)
    elif kind in PARQUET:
        _write_parquet(table, path)
    else:
        from recruit.command import workbook

        workbook.write(table, path, title)


def _write_parquet(table: recruit.Table, path: Path) -> None:
    try:
        arrow = importlib.import_module("pyarrow")
        importlib.import_module("pyarrow.parquet").write_table(arrow.table(table), path)
    except ImportError:
        library("polars", "arrow").DataFrame(table).write_parquet(path)


def check_output(path: Path, known: set[str], inputs: Sequence[Path] = ()) -> None:
    """Before long work: can this be written, and is it none of the files that are read?"""
    kind = kind_of(path, known)
    if kind == ".xlsx":
        library("xlsxwriter", "excel")
    if path.is_dir() or not os.access(path.parent, os.W_OK):
        raise problem("file_not_written", path)
    for other in inputs:
        if path.exists() and other.exists() and path.samefile(other):
            raise problem("output_is_input", path)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A file beside `path` that takes its place when it is whole; until then `path` stays as it is."""
    target = path.resolve()
    temporary = target.with_name(f".{target.stem}.{os.getpid()}{target.suffix}")
    try:
        yield temporary
        with temporary.open("rb+") as written:
            os.fsync(written.fileno())
        os.replace(temporary, target)
    except OSError:
        raise problem("file_not_written", path) from None
    except recruit.Error as error:
        if error.code == "file_not_written" and str(temporary) in str(error):  # not that of another file
            raise problem("file_not_written", path) from None
        raise
    finally:
        temporary.unlink(missing_ok=True)


def sha256(path: Path) -> str:
    with readable(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
