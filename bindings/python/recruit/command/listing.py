"""The list for publication: by position, in rank order, and nothing on it that must not be published."""

from __future__ import annotations

import argparse
import html
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Literal

import recruit
from recruit.command import contest, files
from recruit.command.speech import FINE, WRONG_DATA, Language, Progress, Words, problem, say, warn

KINDS = files.TEXT | {".xlsx", ".html", ".htm", ".md"}


@dataclass(frozen=True)
class Form:
    """How a list for publication looks."""

    language: Language
    people: Literal["codes", "masked", "both"] = "codes"
    name_column: str | None = None
    totals: bool = True
    everybody: bool = False
    title: str | None = None
    date: str | None = None


@dataclass(frozen=True)
class Group:
    title: str
    note: str
    name: str
    rows: list[list[str]]


@dataclass(frozen=True)
class Listing:
    title: str
    language: Language
    heads: list[str]
    groups: list[Group]
    notes: list[str]
    group_head: str


def masked(name: str) -> str:
    """The first letter of each word: enough for the person to find the line, too little for others.

    Three asterisks stand for the rest of every word, whatever its length.
    """
    return " ".join(word[0] + "***" for word in unicodedata.normalize("NFC", name).split())


def number(value: int | Decimal | None, language: Language) -> str:
    text = "" if value is None else f"{value:f}" if isinstance(value, Decimal) else str(value)
    return text.replace(".", ",") if language == "vi" else text


def listing(outcome: contest.Outcome, form: Form) -> Listing:
    """Those with a rank, group by group; the others as a number, or by their codes if everybody is asked for.

    Facts, parts and reasons are never on it. Raises recruit.Error where names are asked for and no column has
    them, or where everybody is asked for and not by codes: who failed is never named.
    """
    words, result = Words(form.language), outcome.result
    rules = result.regulation
    if form.everybody and form.people != "codes":
        raise problem("no_codes_for_all")
    names = _names(outcome, form) if form.people != "codes" else []
    heads = [words("list_rank")]
    if form.people != "masked":
        heads.append(words("list_code"))
    if form.people != "codes":
        heads.append(words("list_name"))
    heads += [words("heading_total")] if form.totals else []
    heads.append(words("heading_standing"))
    rows = list(result)
    groups = []
    for group in result.groups:
        lines = []
        for row in rows[group.begin : group.end]:
            if row.rank is None and not form.everybody:
                continue
            line = [number(row.rank, form.language)]
            line += [row.application] if form.people != "masked" else []
            line += [masked(names[row.row] or "")] if form.people != "codes" else []
            line += [number(row.total, form.language)] if form.totals else []
            lines.append([*line, recruit.label(row.standing, form.language)])
        name = " · ".join(group.names) or words("command_everybody")
        within = rules.selecting_rank.within
        title = " · ".join(
            f"{rules.label(column).str(form.language)}: {value}"
            for column, value in zip(within, group.names, strict=False)
        )
        seats = words("command_seats_unknown") if group.seats is None else str(group.seats)
        unlisted = group.end - group.begin - len(lines)
        note = words("list_group", seats, group.selected, unlisted)
        groups.append(Group(title if len(within) > 1 else name, note, name, lines))
    outside = len(rows) - sum(group.end - group.begin for group in result.groups)
    notes = [words("list_rules", rules.title.str(form.language), rules.id, rules.digest)]
    notes += [words("list_contested")] if result.counts.get("contested") else []
    notes += [words("list_outside", outside)] if outside else []
    notes += [form.date] if form.date else []
    title = form.title or words("list_title")
    return Listing(title, form.language, heads, groups, notes, words("list_group_head"))


def _names(outcome: contest.Outcome, form: Form) -> list[str | None]:
    table = outcome.result.table
    if form.name_column is None:
        raise problem("name_column_needed")
    if form.name_column not in table.columns:
        raise problem("missing_column", form.name_column, ", ".join(table.columns), file=outcome.scores.name)
    return [None if name is None else str(name) for name in table[form.name_column].tolist()]


# ---- as a file --------------------------------------------------------------------------------------------


def write(page: Listing, path: Path) -> None:
    kind = files.kind_of(path, KINDS)
    if kind in {".html", ".htm"}:
        path.write_text(as_html(page), encoding="utf-8", newline="\n")
    elif kind == ".md":
        path.write_text(as_markdown(page), encoding="utf-8", newline="\n")
    elif kind == ".xlsx":
        _write_workbook(page, path)
    else:
        heads = [page.group_head, *page.heads]
        rows = [[group.name, *row] for group in page.groups for row in group.rows]
        columns = {head: [row[i] or None for row in rows] for i, head in enumerate(heads)}
        separator = "\t" if kind == ".tsv" else ";" if page.language == "vi" else ","
        recruit.write_csv(columns, path, separator=separator)


def _cell(text: str) -> str:
    return "".join("\\" + c if c in "\\`*_[]<>|#" else c for c in text.replace("\n", " "))


def as_markdown(page: Listing) -> str:
    def lines() -> Iterator[str]:
        yield from (f"# {_cell(page.title)}", "")
        for group in page.groups:
            yield from (f"## {_cell(group.title)}", "", group.note, "")
            if group.rows:
                yield "| " + " | ".join(page.heads) + " |"
                yield "|" + " --- |" * len(page.heads)
                yield from ("| " + " | ".join(map(_cell, row)) + " |" for row in group.rows)
                yield ""
        yield from (line for note in page.notes for line in (_cell(note), ""))

    return "\n".join(lines()).rstrip("\n") + "\n"


_STYLE = (
    "body{font-family:'Times New Roman',serif;margin:2cm auto;max-width:24cm}"
    "h1{text-align:center;font-size:1.3em}h2{font-size:1.1em}"
    "table{border-collapse:collapse;width:100%}"
    "td,th{border:1px solid;padding:.2em .5em;text-align:left}@page{size:A4}"
)


def as_html(page: Listing) -> str:
    """One page without scripts, to print on A4."""

    def cells(row: list[str], tag: str) -> str:
        return "<tr>" + "".join(f"<{tag}>{html.escape(cell)}</{tag}>" for cell in row) + "</tr>"

    def lines() -> Iterator[str]:
        yield f'<!DOCTYPE html>\n<html lang="{page.language}">\n<meta charset="utf-8">'
        yield f"<title>{html.escape(page.title)}</title>\n<style>{_STYLE}</style>"
        yield f"<h1>{html.escape(page.title)}</h1>"
        for group in page.groups:
            yield f"<h2>{html.escape(group.title)}</h2>\n<p>{html.escape(group.note)}</p>"
            if group.rows:
                yield "<table>\n<thead>" + cells(page.heads, "th") + "</thead>\n<tbody>"
                yield from (cells(row, "td") for row in group.rows)
                yield "</tbody>\n</table>"
        yield from (f"<p>{html.escape(note)}</p>" for note in page.notes)
        yield "</html>\n"

    return "\n".join(lines())


def _write_workbook(page: Listing, path: Path) -> None:
    from recruit.command import workbook

    book = workbook.new(path)
    sheet = workbook.Sheet(book, page.title)
    sheet.sheet.set_paper(9)  # A4
    sheet.sheet.fit_to_pages(1, 0)
    sheet.put(0, 0, page.title)
    row = 1
    for group in page.groups:
        sheet.put(row + 1, 0, group.title)
        sheet.put(row + 2, 0, group.note)
        row += 3
        if group.rows:
            sheet.header(
                row, page.heads, [max(len(r[i]) for r in group.rows) for i in range(len(page.heads))]
            )
            for line in group.rows:
                row += 1
                for column, text in enumerate(line):
                    sheet.put(row, column, text or None)
            row += 1
    for note in page.notes:
        row += 1
        sheet.put(row, 0, note)
    book.close()


# ---- the verb ---------------------------------------------------------------------------------------------


def publish(options: argparse.Namespace, words: Words) -> int:
    from recruit.command import manifest

    request = contest.Request.of(options)
    form = Form(
        language=words.language,
        people=options.people,
        name_column=options.name_column,
        totals=not options.no_totals,
        everybody=options.everybody,
        title=options.title,
        date=options.date,
    )
    out = Path(options.out) if options.out else None
    if out:
        files.check_output(out, KINDS, request.inputs)
    outcome = contest.perform(request, Progress(words, options.progress))
    page = listing(outcome, form)
    if form.people == "masked":
        _warn_of_doubles(page, words)
    if out is None:
        say(as_markdown(page).rstrip("\n"))
        for line in contest.told_issues(outcome, words) if outcome.issues else ():
            warn(line)  # apart from the list, which may go into a file
        return WRONG_DATA if outcome.errors else FINE
    written = manifest.write_publication(outcome, out, form, options.made_at)
    say(*contest.summary(outcome, words), *contest.told_issues(outcome, words))
    say(words("command_list_written", out), words("command_manifest", written))
    return WRONG_DATA if outcome.errors else FINE


def _warn_of_doubles(page: Listing, words: Words) -> None:
    for group in page.groups:
        seen = [row[1] for row in group.rows]
        for name in sorted({name for name in seen if seen.count(name) > 1}):
            warn(words("list_same_names", group.title, seen.count(name), name))
