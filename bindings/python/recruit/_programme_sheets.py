"""The returns of a made-up programme as bodies fill them in, clean or with faults: simulated data."""

from __future__ import annotations

import csv
import datetime
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Literal

from recruit import _core
from recruit._programme_people import Row
from recruit._returns import ENDINGS
from recruit.text import to_tcvn3

Grid = list[list[object]]

_COLUMNS = [
    *("competition", "position", "tier", "year"),
    *("announced_on", "closed_on", "examined_on", "published_on", "appointed_on", "reported_on"),
    *("seats", "field", "applied", "eligible", "sat", "passed", "winners", "appointed"),
    *("applied_unit", "applied_agency", "applied_sector", "applied_outside", "applied_planned"),
    *("applied_women", "applied_minority"),
    *("winners_unit", "winners_agency", "winners_sector", "winners_outside", "winners_planned"),
    *("winners_women", "winners_minority"),
    *("ending", "deadlines_missed", "kept_used", "margin", "noise", "difficulties", "proposals", "synthetic"),
]


@dataclass
class Return:
    """One body's return before it is written; faults change it."""

    body: Row
    contests: list[Row]
    head: object = ""
    language: Literal["vi", "en"] = "vi"
    two_rows: bool = False
    columns: list[str] = field(default_factory=lambda: list(_COLUMNS))
    extra: list[str] = field(default_factory=list)
    nil: bool = False
    total_off: int = 0
    note: str = ""
    repeat: int = -1  # writes the first contest again, with that many applicants more; -1: not

    @property
    def file(self) -> str:
        return f"{self.body['id']}.csv"


def _cell(column: str, value: object, language: str) -> object:
    if value is None:
        return ""
    if isinstance(value, datetime.date):
        return value.strftime("%d/%m/%Y")
    if isinstance(value, Decimal):
        return str(value).replace(".", ",") if language == "vi" else str(value)
    if isinstance(value, bool):
        return "x" if value else ""
    return ENDINGS.get(str(value), value) if column == "ending" and language == "vi" else value


def _in_words(column: str, cell: object, language: Literal["vi", "en"]) -> object:
    kind = {"difficulties": "difficulty", "proposals": "proposal"}.get(column)
    if kind is None or not cell:
        return cell
    return "; ".join(_core._text(f"{kind}_{code}", language) for code in str(cell).split("; "))


def grid_of(given: Return) -> Grid:
    language = given.language
    label = {name: _core._text(f"column_{name}", language) for name in given.columns}
    heads = [label[name] for name in given.columns]
    form = "return_form_"
    grid: Grid = [[_core._text(form + "title", language)], [_core._text("review_synthetic", language)], []]
    grid.append([_core._text(form + "body", language), given.head or given.body["id"]])
    if given.nil or not given.contests:
        grid.append([_core._text(form + "nil", language)])
    if not given.contests:
        return grid
    grid.append([])
    if given.two_rows:  # a merged name above its parts, as spreadsheets keep it: the name, then empty cells
        above, below, last = [], [], ""
        for head in heads:
            first, comma, part = head.partition(", ")
            above.append("" if comma and first == last else first)
            below.append(part)
            last = first if comma else ""
        grid += [["STT", *above], ["", *below]]
    else:
        grid.append(["STT", *heads, *given.extra])
    contests = list(given.contests)
    if given.repeat >= 0:
        again = dict(contests[0])
        again["applied"] = int(str(again["applied"])) + given.repeat
        contests.append(again)
    for number, contest in enumerate(contests, 1):
        cells = [_cell(name, contest[name], language) for name in given.columns]
        if given.two_rows:  # some write what the codes stand for
            cells = [_in_words(name, cell, language) for name, cell in zip(given.columns, cells, strict=True)]
        grid.append([number, *cells, *("?" for _ in given.extra)])
    total = sum(c["applied"] for c in contests if isinstance(c["applied"], int)) + given.total_off
    grid.append(["Tổng cộng", *(total if name == "applied" else "" for name in given.columns)])
    if given.note:
        grid += [[], ["", "", given.note]]
    return grid


def _changed(column: str, change: Callable[[Row], object]) -> Callable[[Return], None]:
    def apply(given: Return) -> None:
        given.contests[0][column] = change(given.contests[0])

    return apply


def _day(row: Row, column: str, days: int) -> datetime.date:
    day = row[column]
    assert isinstance(day, datetime.date)
    return day + datetime.timedelta(days=days)


def _decompose(given: Return) -> None:
    for contest in given.contests:
        contest["position"] = unicodedata.normalize("NFD", str(contest["position"]))


def _old_font(given: Return) -> None:
    for contest in given.contests:
        contest["position"] = to_tcvn3(str(contest["position"]))


def _respell(given: Return) -> None:
    given.head = str(given.body["name"]).replace("Hòa", "Hoà").replace(" ", "  ").upper()


def _without_seats(given: Return) -> None:
    given.columns.remove("seats")


def _two_alike(given: Return) -> None:
    given.columns.insert(6, "applied")


def _set(name: str, value: object) -> Callable[[Return], None]:
    def apply(given: Return) -> None:
        setattr(given, name, value)

    return apply


def _number(row: Row, column: str) -> int:
    return int(str(row[column]))


FAULTS: tuple[tuple[str, str, Callable[[Return], None]], ...] = (
    ("decomposed letters", "text_decomposed", _decompose),
    ("an old font", "text_tcvn3", _old_font),
    (
        "id without its zeros",
        "return_id_lost_zeros",
        lambda r: setattr(r, "head", int(str(r.body["id"]))),
    ),
    ("name spelt otherwise", "return_body_spelling", _respell),
    ("contest twice", "return_contest_twice", _set("repeat", 0)),
    ("figures that contradict", "return_figures_conflict", _set("repeat", 1)),
    (
        "winners beyond seats",
        "return_winners_beyond_seats",
        _changed("seats", lambda r: _number(r, "winners") - 1),
    ),
    (
        "dates out of order",
        "return_dates_disordered",
        _changed("examined_on", lambda r: _day(r, "announced_on", -9)),
    ),
    ("phase missing", "return_phase_missing", _changed("closed_on", lambda r: None)),
    ("wrong total", "return_total_differs", _set("total_off", 3)),
    ("no day of the calendar", "date_not_real", _changed("published_on", lambda r: "31/02/2018")),
    (
        "day not given",
        "date_partial",
        _changed("closed_on", lambda r: _day(r, "closed_on", 0).strftime("%m/%Y")),
    ),
    ("date as a number", "date_serial", _changed("published_on", lambda r: "43101")),
    (
        "more sat than were eligible",
        "return_step_grows",
        _changed("sat", lambda r: _number(r, "eligible") + 1),
    ),
    ("column of their own", "return_column_unknown", _set("extra", ["Cột riêng của cơ quan"])),
    ("column left out", "return_column_missing", _without_seats),
    ("words in a number", "number_with_words", _changed("field", lambda r: f"{r['field']} người")),
    ("number with two readings", "number_unclear", _changed("field", lambda r: "1.234")),
    ("negative count", "return_not_a_count", _changed("kept_used", lambda r: -1)),
    (
        "parts beyond the whole",
        "return_parts_exceed",
        _changed("applied_unit", lambda r: _number(r, "applied") + 1),
    ),
    ("another year", "return_year_differs", _changed("year", lambda r: _number(r, "year") - 5)),
    ("unknown ending", "return_ending_unknown", _changed("ending", lambda r: "chưa rõ")),
    ("contests and a nil return", "return_nil_with_contests", _set("nil", True)),
    ("two columns of one name", "return_column_twice", _two_alike),
    ("signature below", "return_rows_dropped", _set("note", "Người lập biểu")),
    ("contest without id", "return_contest_unnamed", _changed("competition", lambda r: None)),
)


def _date(text: object) -> datetime.date | None:
    try:
        return datetime.datetime.strptime(str(text), "%d/%m/%Y").date()
    except ValueError:
        return None


def _header(grid: Grid) -> tuple[int, bool] | None:
    """The row of the header, and whether parts stand in the row below it."""
    for row, cells in enumerate(grid):
        if cells[:1] == ["STT"]:
            return row, grid[row + 1][:1] == [""]
    return None


def _merged(above: list[object], below: list[object]) -> Iterator[tuple[int, int, bool]]:
    """First and last column of each name of the upper row; whether it stands over both rows."""
    first = 0
    while first < len(above):
        last = first
        while last + 1 < len(above) and above[last + 1] == "" and below[last + 1] != "":
            last += 1
        yield first, last, below[first] == ""
        first = last + 1


def write_csv(grid: Grid, path: Path) -> None:
    """As a spreadsheet of a Vietnamese system saves it: a mark of the encoding, semicolons."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=";").writerows(grid)


def write_workbook(grid: Grid, path: Path) -> None:
    """As people fill it in: a title over the width, merged names above their parts, dates as dates."""
    from recruit.command.files import library

    xlsxwriter = library("xlsxwriter", "excel")
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False}) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "border": 1, "valign": "vcenter"})
        title = book.add_format({"bold": True, "align": "center"})
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet = book.add_worksheet()
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_header(f"&C&B{grid[1][0]}")
        header = _header(grid)
        names = set() if header is None else {header[0], header[0] + header[1]}
        for row, cells in enumerate(grid):
            if row == 0 or row in names:
                continue
            for column, cell in enumerate(cells):
                if isinstance(cell, int):
                    sheet.write_number(row, column, cell)
                elif date := _date(cell):
                    sheet.write_datetime(row, column, date, day)
                elif re.fullmatch(r"\d{5}", str(cell)):  # a date that lost its format
                    sheet.write_number(row, column, int(str(cell)))
                elif cell != "":
                    sheet.write_string(row, column, str(cell))
        width = max(map(len, grid))
        if width < 2:
            sheet.write_string(0, 0, str(grid[0][0]), bold)
        else:
            sheet.merge_range(0, 0, 0, width - 1, grid[0][0], title)
        if header is None:
            return
        above = grid[header[0]]
        below = list(grid[header[0] + 1]) if header[1] else []
        below += [""] * (len(above) - len(below))
        for first, last, alone in _merged(above, below):
            bottom = header[0] + (header[1] and alone)
            if first == last and bottom == header[0]:
                sheet.write_string(header[0], first, str(above[first]), bold)
            else:
                sheet.merge_range(header[0], first, bottom, last, above[first], bold)
            for column in range(first, last + 1) if header[1] and not alone else ():
                sheet.write_string(header[0] + 1, column, str(below[column]), bold)
