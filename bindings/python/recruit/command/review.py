"""`recruit review`: returns of many bodies become one report; `review template`: the form they fill in."""

from __future__ import annotations

import argparse
import datetime
from itertools import compress
from pathlib import Path

import recruit
from recruit._report import _PERSONAL
from recruit._returns import ENDINGS
from recruit.command import files
from recruit.command.speech import FINE, WRONG_DATA, Progress, Words, problem, say, sentence, warn

_KINDS = {".html", ".md", ".xlsx", ".csv"}
_ROWS = 200  # rows of the form that check what is typed


def write_template(path: Path, words: Words, register: recruit.Table | None = None) -> None:
    """An empty return workbook: the title, the line for the body, one named column a figure.

    Cells refuse what cannot be meant: counts that are no whole numbers, days that are none, endings and, with
    a register, bodies that are not in the list.
    """
    xlsxwriter = files.library("xlsxwriter", "excel")
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False}) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "border": 1, "valign": "top"})
        title = book.add_format({"bold": True, "font_size": 14})
        text = book.add_format({"num_format": "@"})  # ids keep their zeros
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet = book.add_worksheet()
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.write_string(0, 0, words("return_form_title"), title)
        sheet.write_string(1, 0, words("return_form_hint"))
        sheet.write_string(3, 0, words("return_form_body"), bold)
        sheet.write_blank(3, 1, None, text)
        last, in_vi = 5 + _ROWS, words.language == "vi"
        for column, name in enumerate(recruit.return_form_columns()):
            sheet.write_string(5, column, words(f"column_{name}"), bold)
            is_text = name in {"competition", "position", "tier", "ending", "difficulties", "proposals"}
            sheet.set_column(column, column, 16, text if is_text else day if name.endswith("_on") else None)
            if name.endswith("_on"):
                least = datetime.date(2000, 1, 1)
                rule = {"validate": "date", "criteria": ">=", "value": least, "ignore_blank": True}
            elif name == "ending":
                rule = {"validate": "list", "source": list(ENDINGS.values() if in_vi else ENDINGS)}
            elif is_text or name in {"margin", "noise"}:
                continue
            else:
                rule = {"validate": "integer", "criteria": ">=", "value": 0, "ignore_blank": True}
            sheet.data_validation(6, column, last, column, rule)
        sheet.freeze_panes(6, 2)
        if register is not None:
            # A hidden sheet is no part of the return; the list in the cell is taken from it.
            names = [name for name in register["name"].tolist() if name]
            hidden = book.add_worksheet(words("column_agency")[:31])
            hidden.hide()
            for row, name in enumerate(names):
                hidden.write_string(row, 0, name)
            source = f"='{hidden.get_name()}'!$A$1:$A${len(names)}"
            sheet.data_validation(3, 1, 3, 1, {"validate": "list", "source": source})


def _table(path: Path) -> recruit.Table:
    """A register or decisions, by the ending of the path; ids keep their zeros."""
    if path.suffix.lower() == ".xlsx":
        pandas = files.library("pandas", "excel")
        return recruit.Table(pandas.read_excel(files.readable(path), dtype=str))
    source = files.read(path, files.Wanted())
    return source.file.table


def _provenance(done: recruit.Consolidation, *, public: bool) -> recruit.Table:
    """Where each figure is from; with a public edition, not those of women and minorities."""
    table = done.provenance
    if not public:
        return table
    columns = {name: table[name].tolist() for name in table.columns}
    kept = [not name.endswith(_PERSONAL) for name in columns["column"]]
    return recruit.Table({name: list(compress(cells, kept)) for name, cells in columns.items()})


def review(options: argparse.Namespace, words: Words) -> int:
    out = Path(options.out)
    if options.files == ["template"]:
        files.check_output(out, {".xlsx"})
        register = _table(Path(options.register)) if options.register else None
        with files.replacing(out) as path:
            write_template(path, words, register)
        say(str(out))
        return FINE
    if not options.files or not options.register:
        raise problem("use_missing_returns")
    returns = [files.readable(Path(name)) for name in options.files]
    files.check_output(out, _KINDS, returns)
    if options.provenance:
        files.check_output(Path(options.provenance), {".csv"}, [*returns, out])
    progress = Progress(words, options.progress)
    bodies = recruit.Register(_table(Path(options.register)))
    decisions = _table(Path(options.decisions)) if options.decisions else None
    try:
        done = recruit.consolidate(
            returns,
            bodies,
            legacy="convert" if options.convert else "report",
            decisions=decisions,
            progress=progress,
        )
    finally:
        progress.done()
    reviewed = recruit.review(
        done.contests,
        bodies,
        by=[name for name in options.by.split(",") if name],
        as_of=options.as_of,
        until=options.until,
        minimum_field=options.minimum,
        hide_below=options.hide_below,
    )
    issues = [*bodies.issues, *done.issues]
    with files.replacing(out) as path:
        if out.suffix.lower() == ".csv":
            recruit.write_csv(reviewed.to_table(), path)
        else:
            recruit.write_report(reviewed, path, language=words.language, issues=issues)
    if options.provenance:
        with files.replacing(Path(options.provenance)) as path:
            recruit.write_csv(_provenance(done, public=reviewed.public), path)
    for issue in issues:
        warn(sentence(issue, words))
    whole = reviewed.all
    say(words("review_bodies_line", *(int(whole[name].value or 0) for name in ("bodies_held", "bodies"))))
    say(words("review_written", out, len(returns), reviewed.records, len(issues)))
    return WRONG_DATA if any(issue.severity == recruit.Severity.error for issue in issues) else FINE
