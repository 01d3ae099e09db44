"""Selecting from files: what was asked for is a Request, what came of it an Outcome."""

from __future__ import annotations

import argparse
import json
import os
import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import recruit
from recruit import _core
from recruit.command import files, marks
from recruit.command.speech import (
    FINE,
    WRONG_DATA,
    Language,
    Progress,
    Words,
    both,
    issue,
    issue_lines,
    problem,
    remedy,
    say,
)

RESULTS = files.TEXT | files.PARQUET | {".xlsx"}


def regulation(text: str) -> recruit.Regulation:
    """A file where the text names one or looks like one, else an id of the catalogue."""
    return recruit.Regulation.load(text) if is_file(text) else recruit.regulation(text)


def is_file(text: str) -> bool:
    return Path(text).exists() or text.endswith(".toml") or os.sep in text


# ---- which column is what -------------------------------------------------------------------------------


def roles(rules: recruit.Regulation) -> list[str]:
    """Every name that a column can have for the engine, in the order of a sheet."""
    names = ["application", "person", "position"]
    names += [fact.name for fact in rules.facts]
    for stage in rules.stages:
        names += [f"{stage.name}.{part.name}" for part in stage.parts]
        names += [stage.name, f"{stage.name}.status"]
    return [*names, "seats", "total", *(f"rank.{rank.name}" for rank in rules.ranks)]


def read_columns(path: Path) -> dict[str, str]:
    """A mapping from roles to names of columns, kept in a TOML or JSON file."""
    files.readable(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
        found: object = json.loads(text) if path.suffix.lower() == ".json" else tomllib.loads(text)
    except ValueError as error:  # of either language, or not UTF-8
        raise problem("columns_file", path, error, file=str(path)) from None
    if isinstance(found, dict) and set(found) == {"columns"}:
        found = found["columns"]
    if not isinstance(found, dict) or not all(isinstance(name, str) for name in found.values()):
        raise problem("columns_file", path, '[columns] application = "SBD"', file=str(path))
    return found


def columns_text(columns: dict[str, str], path: Path, words: Words) -> str:
    """The same mapping as a file."""
    if path.suffix.lower() == ".json":
        return json.dumps({"columns": columns}, ensure_ascii=False, indent=2) + "\n"

    def quoted(text: str) -> str:  # texts of JSON are texts of TOML
        return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")

    lines = [f"{quoted(role)} = {quoted(name)}" for role, name in columns.items()]
    return "\n".join(["# " + words("columns_comment"), "[columns]", *lines, ""])


# ---- what is asked for ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Request:
    """Everything that a selection from files depends on."""

    regulation: str
    scores: Path
    seats: str | None = None  # a number or a file
    sheet: str | None = None
    header_row: int | None = None
    seats_sheet: str | None = None
    separator: str | None = None
    decimal_mark: str | None = None
    date_order: str = "ymd"
    columns: dict[str, str] = field(default_factory=dict)
    marks: Path | None = None  # slips that scores are made from
    marks_sheet: str | None = None
    strike: tuple[tuple[str, str | None], ...] = ()  # markers, each with an application or for all
    through: str | None = None
    given_total: Literal["check", "use"] = "check"
    seed: str | None = None

    @classmethod
    def of(cls, options: argparse.Namespace) -> Request:
        columns = read_columns(Path(options.columns)) if options.columns else {}
        given = dict(options.column)
        if len(given) < len(options.column):
            twice = [role for role, _ in options.column if [r for r, _ in options.column].count(role) > 1]
            raise problem("column_named_twice", twice[0])
        return cls(
            regulation=options.regulation,
            scores=Path(options.scores),
            seats=options.seats,
            sheet=options.sheet,
            header_row=options.header_row,
            seats_sheet=options.seats_sheet,
            separator=options.separator,
            decimal_mark=options.decimal_mark,
            date_order=options.date_order,
            columns=columns | given,
            marks=Path(options.marks) if options.marks else None,
            marks_sheet=options.marks_sheet,
            strike=tuple(options.strike),
            through=options.through,
            given_total=options.given_total,
            seed=options.seed,
        )

    @property
    def seats_number(self) -> int | None:
        text = self.seats or ""
        return int(text) if text.removeprefix("-").isdecimal() else None

    @property
    def seats_file(self) -> Path | None:
        if self.seats is None or self.seats_number is not None:
            return None
        if re.fullmatch(r"[-+\d.,]+", self.seats):  # meant as a number
            raise problem("bad_seats", both("command_every_group"), self.seats)
        return Path(self.seats)

    @property
    def inputs(self) -> list[Path]:
        own = [Path(self.regulation)] if is_file(self.regulation) else []
        others = [path for path in (self.marks, self.seats_file) if path]
        return [*own, self.scores, *others]


@dataclass(frozen=True)
class Outcome:
    """A selection, what it was made from, and every issue with its file and line."""

    request: Request
    result: recruit.Selection
    scores: files.Source
    seats: files.Source | None
    issues: list[recruit.Issue]
    marked: marks.Marked | None = None

    @property
    def errors(self) -> int:
        return sum(found.severity is recruit.Severity.error for found in self.issues)


def _read_scores(request: Request, rules: recruit.Regulation) -> files.Source:
    known = roles(rules)
    named = [*known, *marks.OWN_ROLES] if request.marks else known
    for role in request.columns:
        if role not in named:
            raise problem("unknown_role", role, ", ".join(named))
    in_file = {role: request.columns.get(role, role) for role in known}
    scores = {stage.name for stage in rules.stages}
    scores |= {f"{stage.name}.{part.name}" for stage in rules.stages for part in stage.parts}
    key = in_file["application"]
    wanted = files.Wanted(
        header=frozenset({key}),
        key=key,
        marks=frozenset(in_file[role] for role in scores),
        others=frozenset(in_file[role] for role in known if role not in scores),
    )
    return files.read(
        request.scores,
        wanted,
        sheet=request.sheet,
        header_row=request.header_row,
        separator=request.separator,
    )


def _read_seats(request: Request, rules: recruit.Regulation) -> files.Source | None:
    if request.seats_file is None:
        return None
    needed = {"seats", *rules.selecting_rank.within}
    source = files.read(
        request.seats_file,
        files.Wanted(header=frozenset(needed), others=frozenset(needed)),
        sheet=request.seats_sheet,
    )
    for name in needed - set(source.file.table.columns):
        raise problem("missing_column", name, ", ".join(source.file.table.columns), file=source.name)
    return source


def _lost_zeros(source: files.Source, sheet: recruit.Table) -> Iterable[recruit.Issue]:
    """Ids of very different length, as they are left when a spreadsheet has taken them for numbers."""
    for role in ("application", "person"):
        if source.sheet is None or role not in sheet.columns or sheet.types[role] != "text":
            continue
        digits = {len(text) for text in sheet[role].tolist() if text and text.isdecimal()}
        if len(digits) > 1 and max(digits) >= 6:
            yield issue(
                "ids_may_have_lost_zeros", min(digits), max(digits),
                severity=recruit.Severity.warning, file=source.name, column=role,
            )  # fmt: skip


def perform(request: Request, progress: Progress) -> Outcome:
    """Read the files and select. Errors and issues name the file, the sheet and the line."""
    rules = regulation(request.regulation)
    if request.seats_number is not None and request.seats_number < 0:
        raise problem("bad_seats", both("command_every_group"), request.seats)
    progress.step("progress_reading", request.scores)
    source = _read_scores(request, rules)
    seats_source = _read_seats(request, rules)
    marked = marks.read(request, rules, request.marks) if request.marks else None
    of_sheet = {role: name for role, name in request.columns.items() if role in roles(rules)}
    try:
        sheet = _core._score_sheet(
            source.file,
            rules,
            columns=of_sheet,
            decimal_mark=request.decimal_mark,
            date_order=request.date_order,
            name=source.name,
        )
        seats = seats_source.file.table if seats_source else request.seats_number
        progress.step("progress_selecting", len(sheet))
        table = marks.beside(marked, sheet.table) if marked else sheet.table
        result = recruit.select(
            rules,
            table,
            seats,
            through=request.through,
            given_total=request.given_total,
            seed=request.seed,
            progress=progress,
        )
    except recruit.Error as error:
        about_seats = error.code in {"bad_seats", "duplicate_seats"}
        if about_seats and seats_source:
            error.issues = [seats_source.placed(found) for found in error.issues]
        elif isinstance(error, recruit.InvalidTable):
            error.issues = [source.placed(found) for found in error.issues]
        raise
    finally:
        progress.done()
    placed = [source.placed(found) for found in result.issues]
    read = {(found.code, found.line, found.row, found.column) for found in sheet.issues}
    again = [found for found in placed if (found.code, found.line, found.row, found.column) not in read]
    issues = [*source.issues, *(seats_source.issues if seats_source else [])]
    issues += [found for found in sheet.issues if found not in issues]
    issues += marked.issues if marked else []
    issues += [*_lost_zeros(source, sheet.table), *again]
    return Outcome(request, result, source, seats_source, issues, marked)


# ---- tables to write ------------------------------------------------------------------------------------


def heading(column: str, rules: recruit.Regulation, words: Words) -> str:
    """What people read above a column of a result."""
    known = {"application", "total", "standing", "stage", "decided_by"}
    if column in known:
        return words(f"heading_{column}")
    ranks = {f"rank_{rank.name}": rank.title for rank in rules.ranks}
    return (ranks.get(column) or rules.label(column)).str(words.language)


def result_table(result: recruit.Selection, labels: Language | None) -> recruit.Table:
    """The result in rank order; with `labels`, its headings and standings as people read them."""
    table = result.to_table()
    if labels is None:
        return table
    words = Words(labels)
    rules = result.regulation
    said = {
        "standing": {s.name: recruit.label(s, labels) for s in recruit.Standing},
        "stage": {s.name: s.title.str(labels) for s in rules.stages},
    }
    columns: dict[str, Any] = {}
    for name in table.columns:
        values = table[name]
        title = heading(name, rules, words)
        title = f"{title} ({name})" if title in columns else title
        columns[title] = [said[name].get(v, v) for v in values.tolist()] if name in said else values
    return recruit.Table(columns)


# ---- the verbs ------------------------------------------------------------------------------------------


def seats_and_contested(outcome: Outcome, words: Words) -> list[str]:
    """How many groups, seats and selected, and where somebody has to decide."""
    groups = outcome.result.groups
    seats = [group.seats for group in groups if group.seats is not None]
    selected = sum(group.selected for group in groups)
    lines = [
        words(
            "command_groups", len(groups), sum(seats) if seats else words("command_seats_unknown"), selected
        )
    ]
    contested = [group for group in groups if group.contested]
    if contested:
        lines.append(words("command_contested"))
    for group in contested[:20]:
        free = (group.seats or 0) - group.selected
        name = " / ".join(group.names) or words("command_everybody")
        lines.append("  " + words("command_contested_group", name, group.contested, free))
    if len(contested) > 20:
        lines.append("  " + words("show_more", len(contested) - 20))
    return lines


def told_issues(outcome: Outcome, words: Words) -> list[str]:
    if not outcome.issues:
        return [words("show_no_issues")]
    return [
        words("show_issues", len(outcome.issues), outcome.errors),
        *issue_lines(outcome.issues, words),
    ]


def summary(outcome: Outcome, words: Words) -> list[str]:
    """Who it is about and how many have each standing."""
    result, language = outcome.result, words.language
    title = words("show_selection", result.regulation.title.str(language), result.regulation.id, len(result))
    counts = [
        f"{recruit.label(recruit.Standing[name], language)}: {number}"
        for name, number in result.counts.items()
    ]
    return [title, " · ".join(counts)]


def save_columns(request: Request, path: Path, words: Words) -> None:
    with files.replacing(path) as temporary:
        temporary.write_text(columns_text(request.columns, path, words), encoding="utf-8")


def select(options: argparse.Namespace, words: Words) -> int:
    from recruit.command import manifest

    request = Request.of(options)
    out = Path(options.out) if options.out else None
    if out:
        files.check_output(out, RESULTS, request.inputs)
    if options.issues:
        files.check_output(Path(options.issues), RESULTS, request.inputs)
    if options.save_columns:
        files.check_output(Path(options.save_columns), {".toml", ".json"}, request.inputs)
    outcome = perform(request, Progress(words, options.progress))
    if out is None:
        lines = outcome.result.summary(words.language).splitlines()
        say(*lines[:-1])  # its last line counts the issues of the selection alone
    else:
        say(*summary(outcome, words))
    scripts = outcome.marked.lines(words) if outcome.marked else []
    say(*seats_and_contested(outcome, words), *scripts, *told_issues(outcome, words))
    if out is not None:
        labels = words.language if options.labels else None
        written = manifest.write_select(outcome, out, labels, options.made_at)
        say(words("command_written", out), words("command_manifest", written))
    if options.issues:
        _write_issues(outcome.issues, Path(options.issues), words)
    if options.save_columns:
        save_columns(request, Path(options.save_columns), words)
        say(words("command_columns_saved", options.save_columns))
    return WRONG_DATA if outcome.errors else FINE


def _write_issues(issues: Sequence[recruit.Issue], path: Path, words: Words) -> None:
    """All issues as a table, to be worked through."""
    language = words.language
    table = recruit.Table(
        {
            "severity": [words(f"severity_{found.severity.name}") for found in issues],
            "code": [found.code for found in issues],
            "where": [found.where(language) for found in issues],
            "column": [found.column for found in issues],
            "value": [found.value for found in issues],
            "message": [found.message(language) for found in issues],
            "remedy": [remedy(found, words) for found in issues],
        }
    )
    with files.replacing(path) as temporary:
        files.write(table, temporary, title="issues")
    say(words("command_issues_written", path))


def explain(options: argparse.Namespace, words: Words) -> int:
    outcome = perform(Request.of(options), Progress(words, options.progress))
    say(outcome.result.explain(options.application).str(words.language).rstrip("\n"))
    return FINE
