"""`recruit review`: returns of many bodies become one report; `review template`: the form they fill in."""

from __future__ import annotations

import argparse
from pathlib import Path

import recruit
from recruit.command import files
from recruit.command.speech import FINE, WRONG_DATA, Words, problem, say, warn

_KINDS = {".html", ".md", ".xlsx", ".csv"}


def write_template(path: Path, words: Words) -> None:
    """An empty return workbook: the title, the line for the body, one named column a figure."""
    xlsxwriter = files.library("xlsxwriter", "excel")
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False}) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "border": 1})
        text = book.add_format({"num_format": "@"})  # ids keep their zeros, dates stay as they were typed
        sheet = book.add_worksheet()
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_column(0, 60, 14, text)
        sheet.write_string(0, 0, words("return_form_title"))
        sheet.write_string(1, 0, words("return_form_hint"))
        sheet.write_string(3, 0, words("return_form_body"))
        for column, name in enumerate(n for n in recruit.programme_columns() if n not in _OURS):
            sheet.write_string(5, column, words(f"column_{name}"), bold)


_OURS = {
    "agency",
    "level",
    "nil",
    "synthetic",
    "source",
    "year",
}  # what the head of the form or the ministry says


def _table(path: Path) -> recruit.Table:
    if path.suffix.lower() == ".csv":
        return recruit.read_csv(path).table
    pandas = files.library("pandas", "excel" if path.suffix.lower() == ".xlsx" else "arrow")
    frame = (
        pandas.read_excel(path, dtype=str) if path.suffix.lower() == ".xlsx" else pandas.read_parquet(path)
    )
    return recruit.Table(frame)


def review(options: argparse.Namespace, words: Words) -> int:
    if options.files == ["template"]:
        files.check_output(Path(options.out), {".xlsx"})
        write_template(Path(options.out), words)
        say(str(options.out))
        return FINE
    if not options.files or not options.register:
        raise problem("use_missing_returns")
    out = Path(options.out)
    files.check_output(out, _KINDS, [Path(name) for name in options.files])
    bodies = recruit.Register(_table(Path(options.register)))
    done = recruit.consolidate(
        options.files,
        bodies,
        legacy="convert" if options.convert else "report",
        decisions=_table(Path(options.decisions)) if options.decisions else None,
    )
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
    if out.suffix.lower() == ".csv":
        recruit.write_csv(reviewed.to_table(), out)
    else:
        recruit.write_report(reviewed, out, language=words.language, issues=issues)
    for issue in issues:
        warn(issue.str(words.language))
    whole = reviewed.all
    say(words("review_bodies_line", *(int(whole[name].value or 0) for name in ("bodies_held", "bodies"))))
    say(words("review_written", out, len(options.files), reviewed.records, len(issues)))
    return WRONG_DATA if any(issue.severity == recruit.Severity.error for issue in issues) else FINE
