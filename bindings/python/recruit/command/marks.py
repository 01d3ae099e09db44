"""Slips made into scores on the way to a selection: ``--marks``, ``--strike``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import recruit
from recruit.command import files
from recruit.command.speech import Words

if TYPE_CHECKING:
    from recruit.command.contest import Request

# What `recruit.aggregate_marks` reads; those without a word of the score sheet's are told by --column too.
ROLES = ("application", "position", "stage", "marker", "mark", "round", "status")
OWN_ROLES = ("stage", "marker", "mark", "round", "status")
MOST_SCRIPTS = 20


@dataclass(frozen=True)
class Marked:
    """The slips as read, and what they came to."""

    source: files.Source
    made: recruit.MarkedScores
    issues: list[recruit.Issue]

    def lines(self, words: Words) -> list[str]:
        """How many scripts there are, and each that a person must act on."""
        scripts = self.made.scripts
        waiting = [row for row, state in enumerate(scripts["state"].tolist()) if state != "settled"]
        lines = [words("command_scripts", len(scripts), len(waiting))]
        for row in waiting[:MOST_SCRIPTS]:
            application, stage, state, rule = (
                scripts[name][row] for name in ("application", "stage", "state", "rule")
            )
            lines.append("  " + words("command_script", application, stage, words(f"script_{state}"), rule))
        if len(waiting) > MOST_SCRIPTS:
            lines.append("  " + words("show_more", len(waiting) - MOST_SCRIPTS))
        return lines


def _in_file(request: Request, names: list[str]) -> dict[str, str]:
    """The columns of the file by their roles; the id may have another name here than in the score sheet."""
    found = {}
    for role in ROLES:
        name = request.columns.get(role, role)
        if name in names or (name := role) in names:
            found[role] = name
    return found


def _with_points(table: recruit.Table) -> recruit.Table:
    """The same with decimal commas of the column ``mark`` made points."""
    if "mark" not in table.columns or table.types["mark"] != "text":
        return table
    columns = {name: table[name] for name in table.columns if name != "mark"}
    texts = [None if text is None else text.replace(",", ".") for text in table["mark"].tolist()]
    return recruit.Table({**columns, "mark": texts})


def read(request: Request, rules: recruit.Regulation, path: Path) -> Marked:
    """Read the slips, strike whose are struck, and aggregate."""
    mark = request.columns.get("mark", "mark")
    wanted = files.Wanted(
        header=frozenset({mark}),
        marks=frozenset({mark}),
        others=frozenset(request.columns.get(role, role) for role in ROLES) | frozenset(ROLES),
    )
    source = files.read(path, wanted, sheet=request.marks_sheet, separator=request.separator)
    table = source.file.table.renamed(_in_file(request, list(source.file.table.columns)))
    if (request.decimal_mark or source.file.decimal_mark) == ",":
        table = _with_points(table)
    try:
        for marker, application in request.strike:
            table = recruit.strike_marks(rules, table, marker, application)
        made = recruit.aggregate_marks(rules, table)
    except recruit.InvalidTable as error:
        error.issues = [source.placed(found) for found in error.issues]
        raise
    return Marked(source, made, [*source.issues, *(source.placed(found) for found in made.issues)])


def beside(marked: Marked, scores: recruit.Table) -> recruit.Table:
    """The score sheet with the scores made from the slips in it; its own columns for them must be empty."""
    made = set(marked.made.scores.columns) - {"application"}
    given = [name for name in scores.columns if name in made and set(scores[name].tolist()) <= {None}]
    if given:
        scores = recruit.Table({name: scores[name] for name in scores.columns if name not in given})
    table, issues = marked.made.beside(scores)
    marked.issues.extend(marked.source.placed(found) for found in issues)
    return table
