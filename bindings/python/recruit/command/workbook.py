"""XLSX workbooks as offices keep them: titles above the header, several sheets, blank and signature rows.

Reading is openpyxl's, writing XlsxWriter's (whose bytes depend on nothing but the table). Every cell is read
as text, the way a CSV file would hold it; the regulation then says what is a number, a date or a flag.
"""

from __future__ import annotations

import datetime
import re
import warnings
import zipfile
import zlib
from collections.abc import Sequence
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import recruit
from recruit import _core
from recruit.command import files
from recruit.command.speech import issue, problem

MOST_BYTES = 2**30  # of the unpacked workbook: a small file can unpack to fill the memory
MOST_ROWS, MOST_LETTERS = 1_048_576, 32_767  # of a sheet, of a cell
HEADER_WITHIN = 50  # rows in which the header is looked for


def text_of(value: object, number_format: str = "General") -> str | None:
    """A cell as the text that a person reads in it; None for an empty one."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        text = _number(value)
        width = len(number_format) if re.fullmatch("0+", number_format) else 0
        return text.zfill(width)  # 0000 shows 17 as 0017
    if isinstance(value, datetime.datetime):
        midnight = value.time() == datetime.time()
        return value.date().isoformat() if midnight else value.isoformat(sep=" ")
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return str(value)


def _cell_text(cell: Any) -> str | None:
    """`text_of` a cell; its format, which takes time to find, is asked for where it matters."""
    value = cell.value
    if value.__class__ is str:
        return value or None
    return text_of(value, cell.number_format) if value.__class__ is int else text_of(value)


def _number(value: int | float) -> str:
    """Decimal digits; of a float 15, the precision a spreadsheet computes and shows."""
    if isinstance(value, int):
        return str(value)
    shortest = repr(value)
    if len(shortest) <= 15 and "e" not in shortest and "n" not in shortest:
        return shortest.removesuffix(".0")
    if value != value or value in (float("inf"), float("-inf")):
        return str(value)
    return f"{Decimal(format(value, '.15g')).normalize():f}"


def _open(path: Path, *, values: bool, light: bool) -> Any:
    openpyxl = files.library("openpyxl", "excel")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about styles and extensions that no table needs
        book = openpyxl.load_workbook(path, read_only=light, data_only=values)
    for sheet in book.worksheets if light else ():
        sheet.reset_dimensions()  # some programs write a wrong size
    return book


def _contents(path: Path) -> tuple[bool, bool]:
    """Whether some sheet has formulas, and hidden rows. Raises where it is no workbook, or too large."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            if sum(member.file_size for member in members) > MOST_BYTES:
                raise problem("file_too_large", path, MOST_BYTES, file=str(path))
            formulas = hidden = False
            for member in members:
                if member.filename.startswith("xl/worksheets/") and member.filename.endswith(".xml"):
                    content = archive.read(member)
                    formulas = formulas or re.search(rb"<f[ >/]", content) is not None
                    hidden = hidden or re.search(rb"<row[^>]* hidden=\"(1|true)\"", content) is not None
            return formulas, hidden
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
        raise problem("bad_file", path, "XLSX", error) from None


def _names(row: Sequence[Any]) -> list[str]:
    return [" ".join((text_of(cell.value) or "").split()) for cell in row]


class _Sheet:
    """One sheet and its header: the row with the most names that are looked for, else the first."""

    def __init__(self, sheet: Any, wanted: files.Wanted, header_row: int | None) -> None:
        self.sheet = sheet
        self.title: str = sheet.title
        self.found = 0
        self.header = 0  # row of the sheet, from 1; 0 for an empty sheet
        self.names: list[str] = []
        first, last = header_row or 1, header_row or HEADER_WITHIN
        for number, row in enumerate(sheet.iter_rows(min_row=first, max_row=last), first):
            names = _names(row)
            found = wanted.found_in(names)
            if found > self.found or (any(names) and not self.header):
                self.found, self.header, self.names = found, number, names


def _choose(path: Path, book: Any, wanted: files.Wanted, sheet: str | None, row: int | None) -> _Sheet:
    """The sheet that was named, else the only one with the columns, else the only one."""
    titles: list[str] = [s.title for s in book.worksheets]
    if sheet is not None:
        number = int(sheet) if sheet.isdecimal() else 0
        if sheet in titles:
            return _Sheet(book[sheet], wanted, row)
        if 1 <= number <= len(titles):
            return _Sheet(book[titles[number - 1]], wanted, row)
        raise problem("no_such_sheet", path, sheet, ", ".join(titles))
    visible = [_Sheet(s, wanted, row) for s in book.worksheets if s.sheet_state == "visible"]
    for candidates in ([s for s in visible if s.found], [s for s in visible if s.header]):
        if len(candidates) == 1:
            return candidates[0]
        if candidates:
            raise problem("choose_sheet", path, ", ".join(s.title for s in candidates))
    raise problem("empty_file", file=str(path))


def read(
    path: Path,
    wanted: files.Wanted,
    *,
    sheet: str | None,
    header_row: int | None,
) -> files.Source:
    """The table of a sheet; see `files.read`."""
    files.library("openpyxl", "excel")
    formulas, hidden = _contents(path)
    try:
        with closing(_open(path, values=True, light=not hidden)) as book:
            chosen = _choose(path, book, wanted, sheet, header_row)
            return _Reading(path, chosen, wanted, formulas, hidden).source()
    except recruit.Error:
        raise
    except Exception as error:  # openpyxl raises what its parts raise
        reason = str(error).partition("\n")[0] or repr(error)
        raise problem("bad_file", path, "XLSX", reason) from None


def sheets(path: Path) -> list[tuple[str, list[list[str | None]]]]:
    """Title and rows of each sheet that is not hidden, every cell as text: for who looks for the header.

    Raises recruit.Error where the file is no workbook, or unpacks to too much.
    """
    files.library("openpyxl", "excel")
    _contents(files.readable(path))
    try:
        with closing(_open(path, values=True, light=True)) as book:
            shown = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
            return [
                (sheet.title, [[_cell_text(cell) for cell in row] for row in sheet.iter_rows()])
                for sheet in shown
            ]
    except recruit.Error:
        raise
    except Exception as error:  # openpyxl raises what its parts raise
        reason = str(error).partition("\n")[0] or repr(error)
        raise problem("bad_file", path, "XLSX", reason) from None


class _Reading:
    """The rows below a header, cell by cell, and what there is to say about them."""

    def __init__(self, path: Path, sheet: _Sheet, wanted: files.Wanted, formulas: bool, hidden: bool) -> None:
        self.path = path
        self.sheet = sheet
        self.name = f"{path}[{sheet.title}]"
        self.issues: list[recruit.Issue] = []
        self.used = [i for i, name in enumerate(sheet.names) if wanted.used(name)]
        self.marks = {i for i, name in enumerate(sheet.names) if name in wanted.marks}
        self.key = sheet.names.index(wanted.key) if wanted.key in sheet.names else None
        self.hidden = hidden
        self.missing = self._formulas_without_value() if formulas else {}

    def note(self, code: str, *values: object, severity: str = "note", **place: Any) -> None:
        self.issues.append(issue(code, *values, severity=recruit.Severity[severity], file=self.name, **place))

    def source(self) -> files.Source:
        sheet, names = self.sheet, self.sheet.names
        columns: list[list[str | None]] = [[] for _ in names]
        lines: list[int] = []
        blank: list[int] = []
        without: list[int] = []
        nameless: set[int] = set()
        rows = sheet.sheet.iter_rows(min_row=sheet.header + 1)
        for line, row in enumerate(rows, sheet.header + 1):
            texts = [_cell_text(cell) for cell in row]
            texts += [None] * (len(names) - len(texts))
            found = [texts[i] for i in self.used]
            if not any(found) and line not in self.missing:
                blank.append(line)
            elif self._is_remark(texts) and line not in self.missing:
                without.append(line)
            else:
                nameless.update(i for i, text in enumerate(texts) if text and not "".join(names[i : i + 1]))
                for column, text in zip(columns, texts, strict=False):
                    column.append(text)
                lines.append(line)
        self._tell(lines, blank, without, nameless)
        table = recruit.Table({}) if not names else _table(names, columns, self.name, sheet.header)
        return files.Source(self.path, _core._file(table, lines), self.name, self.issues, sheet.title)

    def _is_remark(self, texts: list[str | None]) -> bool:
        """Words in columns of marks, with neither an id nor a fact nor a number: a signature, a note."""
        if self.key is None or texts[self.key]:
            return False
        found = [(i, text) for i in self.used if (text := texts[i])]
        return all(i in self.marks and not re.fullmatch(r"[-+\d.,\s]+", text) for i, text in found)

    def _tell(self, lines: list[int], blank: list[int], without: list[int], nameless: set[int]) -> None:
        if self.sheet.header > 1:
            self.note("header_found", self.sheet.header)
        inside = [line for line in blank if lines and line < lines[-1]]
        for code, rows, severity in (
            ("blank_rows", inside, "note"),
            ("rows_passed_over", without, "warning"),
        ):
            if rows:
                shown = ", ".join(map(str, rows[:10])) + (" …" if len(rows) > 10 else "")
                self.note(code, len(rows), shown, severity=severity)
        if nameless:
            letters = ", ".join(_letter(i) for i in sorted(nameless))
            self.note("column_without_name", letters, severity="warning")
        if self.hidden:
            concealed = self.sheet.sheet.row_dimensions
            hidden = [line for line in lines if line in concealed and concealed[line].hidden]
            if hidden:
                self.note("hidden_rows", len(hidden), hidden[0], severity="warning")
        for line, column in self.missing.items():
            self.note("formula_without_value", severity="error", line=line, column=column)

    def _formulas_without_value(self) -> dict[int, str]:
        """Rows with a formula whose result the file does not hold, each with the first such column."""
        first = self.sheet.header + 1
        found: dict[int, str] = {}
        with closing(_open(self.path, values=False, light=True)) as book:
            formulas = book[self.sheet.title].iter_rows(min_row=first)
            values = self.sheet.sheet.iter_rows(min_row=first)
            for line, (left, right) in enumerate(zip(formulas, values, strict=False), first):
                for i, (formula, value) in enumerate(zip(left, right, strict=False)):
                    if i in self.used and formula.data_type == "f" and value.value is None:
                        found.setdefault(line, self.sheet.names[i])
        return found


def _letter(index: int) -> str:
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _table(names: list[str], columns: list[list[str | None]], file: str, header: int) -> recruit.Table:
    data: dict[str, list[str | None]] = {}
    for name, column in zip(names, columns, strict=True):
        if name in data:
            raise problem("duplicate_column", name, file=file, line=header)
        if name:
            data[name] = column
    return recruit.Table(data)


# ---- writing ------------------------------------------------------------------------------------------


def new(path: Path) -> Any:
    """A workbook to fill; texts stay texts, and no clock is in it."""
    writer = files.library("xlsxwriter", "excel")
    book = writer.Workbook(
        str(path),
        {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )
    book.set_properties({"created": datetime.datetime(2000, 1, 1)})  # else the clock's
    return book


class Sheet:
    """A sheet to write cells into, each by its type."""

    def __init__(self, book: Any, title: str) -> None:
        cleaned = re.sub(r"[\[\]:*?/\\]", " ", title).strip("' ")[:31]
        self.sheet = book.add_worksheet(cleaned or "recruit")
        self.bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        self.day = book.add_format({"num_format": "yyyy-mm-dd"})
        self.quoted = book.add_format({"quote_prefix": True})  # stays a text when the cell is edited
        self.decimals = [book.add_format({"num_format": "0." + "0" * n if n else "0"}) for n in range(19)]

    def put(self, row: int, column: int, value: object, decimals: int = 0) -> None:
        sheet = self.sheet
        if value is None:
            return
        if isinstance(value, bool):
            sheet.write_boolean(row, column, value)
        elif isinstance(value, datetime.date):
            sheet.write_datetime(row, column, value, self.day)
        elif isinstance(value, Decimal):
            sheet.write_number(row, column, float(value), self.decimals[decimals])
        elif isinstance(value, int | float):
            sheet.write_number(row, column, value)
        else:
            text = str(value)
            if len(text) > MOST_LETTERS:
                raise problem("cell_too_long", row + 1, MOST_LETTERS)
            dangerous = text.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
            sheet.write_string(row, column, text, self.quoted if dangerous else None)

    def header(self, row: int, names: Sequence[str], widths: Sequence[int] = ()) -> None:
        for i, name in enumerate(names):
            self.sheet.write_string(row, i, name, self.bold)
            self.sheet.set_column(i, i, max(10, min(40, max([len(name), *widths[i : i + 1]]) + 2)))


def write(table: recruit.Table, path: Path, title: str) -> None:
    """One sheet, its header frozen, its columns wide enough, with a filter."""
    if len(table) >= MOST_ROWS:
        raise problem("too_many_rows", path, len(table), MOST_ROWS - 1)
    book = new(path)
    sheet = Sheet(book, title)
    widths = []
    for number, name in enumerate(table.columns):
        values = table[name].tolist()
        decimals = max((_decimals(v) for v in values if isinstance(v, Decimal)), default=0)
        width = 0
        for row, value in enumerate(values, 1):
            sheet.put(row, number, value, decimals)
            width = max(width, len(str(value))) if row < 1000 else width
        widths.append(width)
    sheet.header(0, table.columns, widths)
    sheet.sheet.freeze_panes(1, 0)
    if table.columns and len(table):
        sheet.sheet.autofilter(0, 0, len(table), len(table.columns) - 1)
    book.close()


def _decimals(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
