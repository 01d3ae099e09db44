"""The report of a review as a page, a workbook or Markdown."""

from __future__ import annotations

import html
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

from recruit import _core

Language = Literal["vi", "en"]
Line = list[str]

_RATES = {"participation", "pass_rate", "fill_rate", "appointment_rate", "bottleneck", "within_noise"}
_STEPS = ("field", "applied", "eligible", "sat", "passed", "winners", "appointed")
_PHASES = ("days_applying", "days_preparing", "days_marking", "days_appointing")


class _Words:
    def __init__(self, language: Language) -> None:
        self.language: Language = language

    def __call__(self, key: str, *values: object) -> str:
        return str(_core._text(key, self.language, *values))

    def coded(self, kind: str, code: str) -> str:
        try:
            return self(f"{kind}_{code}")
        except Exception:  # a code of the host's own, which the catalogue does not know
            return code

    def number(self, value: float | None, decimals: int = 0) -> str:
        if value is None:
            return "–"
        text = f"{value:,.{decimals}f}" if decimals else f"{round(value):,}"
        return text.translate(str.maketrans(",.", ".,")) if self.language == "vi" else text


def _shown(figure: _core.Figure, words: _Words) -> str:
    """A value as people read it: a share with what it is of, a count, a time, a ratio."""
    if figure.value is None:
        return "–"
    share = figure.name in _RATES or figure.name.startswith(("applied_", "winners_"))
    if share and figure.whole is not None:
        of = f" ({words.number(figure.part)}/{words.number(figure.whole)})"
        return words.number(100 * figure.value, 1) + " %" + of
    whole = figure.value == int(figure.value)
    return words.number(figure.value, 0 if whole and figure.whole is None else 2)


def _bounds(figure: _core.Figure, words: _Words) -> str:
    if figure.value is not None or figure.low is None:
        return ""
    high = "…" if figure.high is None else words.number(figure.high)
    return f"{words.number(figure.low)} – {high}"


def _heads(words: _Words) -> Line:
    return [words(f"review_head_{name}") for name in ("figure", "value", "bounds", "n", "unknown", "state")]


def _lines(group: _core.ReviewGroup, words: _Words) -> list[Line]:
    """What can be told, or bounded; figures that no record has are told in one line by the caller."""
    lines = []
    for figure in group.figures:
        if figure.state == "unknown" and not figure.low:
            continue
        state = "" if figure.state == "complete" else words(f"figure_state_{figure.state}")
        line = [figure.label(words.language), _shown(figure, words), _bounds(figure, words)]
        lines.append([*line, words.number(figure.n), words.number(figure.unknown), state])
    return lines


def _unknown(group: _core.ReviewGroup, words: _Words) -> str:
    names = [f.label(words.language) for f in group.figures if f.state == "unknown" and not f.low]
    return f"{words('figure_state_unknown')}: {'; '.join(names)}." if names else ""


def _name(group: _core.ReviewGroup, review: _core.Review, words: _Words) -> str:
    if not group.key:
        return words("review_all")
    parts = []
    for column, value in zip(review.by, group.key, strict=True):
        if not value:
            value = words("review_not_given")
        elif column == "level":
            value = words.coded("level", value)
        parts.append(value)
    return " · ".join(parts)


def _notices(review: _core.Review, words: _Words) -> list[str]:
    notices = [words("review_synthetic")] if review.synthetic else []
    return [*notices, words("review_public" if review.public else "review_internal")]


def _issues(issues: Sequence[_core.Issue], words: _Words) -> list[Line]:
    language = words.language
    return [[issue.where(language), issue.message(language), issue.remedy(language)] for issue in issues]


# ---- Markdown ---------------------------------------------------------------------------------------------


def _md(text: str) -> str:
    return "".join("\\" + c if c in "\\`*_[]<>|#" else c for c in text.replace("\n", " "))


def _md_table(heads: Line, lines: list[Line]) -> Iterator[str]:
    yield "| " + " | ".join(map(_md, heads)) + " |"
    yield "|" + " --- |" * len(heads)
    yield from ("| " + " | ".join(map(_md, line)) + " |" for line in lines)
    yield ""


def _markdown(review: _core.Review, issues: Sequence[_core.Issue], title: str, words: _Words) -> str:
    def lines() -> Iterator[str]:
        yield from (f"# {_md(title)}", "")
        yield from (part for notice in _notices(review, words) for part in (f"**{_md(notice)}**", ""))
        for group in review.groups:
            yield from (f"## {_md(_name(group, review, words))}", "")
            yield from _md_table(_heads(words), _lines(group, words))
            yield from (_md(_unknown(group, words)), "")
        if issues:
            yield from (f"## {_md(words('review_section_issues'))}", "")
            heads = [words("review_head_where"), words("review_head_issue"), words("review_head_remedy")]
            yield from _md_table(heads, _issues(issues, words))

    return "\n".join(lines()).rstrip("\n") + "\n"


# ---- a page -----------------------------------------------------------------------------------------------

_STYLE = """
:root{color-scheme:light dark;--ink:#1b1b1b;--paper:#fff;--line:#767676;--bar:#0b5cad;--soft:#f0f0f0}
@media (prefers-color-scheme:dark){
:root{--ink:#eee;--paper:#161616;--line:#9a9a9a;--bar:#7fb8f0;--soft:#262626}}
body{font:1rem/1.5 'Times New Roman',Tinos,serif;color:var(--ink);background:var(--paper);margin:0}
main{max-width:70rem;margin:0 auto;padding:1rem}
h1{font-size:1.6rem}h2{font-size:1.25rem;margin-top:2rem}
.notice{border:2px solid var(--line);padding:.5rem 1rem;font-weight:bold}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.95rem}
caption{text-align:left;font-weight:bold;padding:.3rem 0}
th,td{border:1px solid var(--line);padding:.25rem .5rem;text-align:left;vertical-align:top}
td.n{text-align:right;white-space:nowrap}thead th{background:var(--soft)}
svg{max-width:100%;height:auto}
svg text{fill:var(--ink);font:14px 'Times New Roman',serif}svg rect{fill:var(--bar)}
@page{size:A4;margin:2cm}@media print{.scroll{overflow:visible}h2,tr,svg{break-inside:avoid}}
"""


def _bars(title: str, bars: list[tuple[str, float]], words: _Words, number: int) -> str:
    """Bars with their values, drawn as vectors; a screen reader hears the same as a list."""
    longest = max((value for _, value in bars), default=0) or 1
    said = "; ".join(f"{label}: {words.number(value)}" for label, value in bars)
    parts = [
        f'<svg role="img" aria-labelledby="chart{number}" width="640"',
        f'viewBox="0 0 640 {34 * len(bars) + 10}">',
        f'<title id="chart{number}">{html.escape(title)}. {html.escape(said)}</title>',
    ]
    for i, (label, value) in enumerate(bars):
        top, width = 34 * i + 8, 260 * value / longest
        parts.append(f'<text x="0" y="{top + 17}">{html.escape(label)}</text>')
        parts.append(f'<rect x="310" y="{top}" width="{max(width, 1):.1f}" height="24"/>')
        parts.append(f'<text x="{318 + width:.1f}" y="{top + 17}">{words.number(value)}</text>')
    return "\n".join([*parts, "</svg>"])


def _charts(review: _core.Review, words: _Words) -> list[str]:
    whole = review.all

    def bars(names: Sequence[str]) -> list[tuple[str, float]]:
        found = [(whole[name].label(words.language), whole[name].value) for name in names]
        return [(label, value) for label, value in found if value is not None]

    states = [
        (words(f"review_state_{state}"), float(sum(body.state == state for body in review.bodies)))
        for state in ("held", "nil", "not_reported")
    ]
    phases = [
        (words(f"span_{span}"), whole[name].value)
        for span, name in zip(
            ("applying", "preparing", "marking_time", "appointing_time"), _PHASES, strict=True
        )
    ]
    charts = [
        ("review_chart_bodies", states if review.bodies else []),
        ("review_chart_people", bars(_STEPS)),
        ("review_chart_time", [(label, value) for label, value in phases if value is not None]),
    ]
    drawn = []
    for i, (key, values) in enumerate(charts):
        if values:
            drawn.append(f"<figure><figcaption>{html.escape(words(key))}</figcaption>")
            drawn.append(_bars(words(key), values, words, i) + "</figure>")
    return drawn


def _html_table(caption: str, heads: Line, lines: list[Line], numbers: set[int]) -> Iterator[str]:
    name = html.escape(caption, quote=True)
    yield f'<div class="scroll" role="region" aria-label="{name}" tabindex="0">'
    yield f"<table><caption>{name}</caption>"
    yield (
        "<thead><tr>"
        + "".join(f'<th scope="col">{html.escape(h)}</th>' for h in heads)
        + "</tr></thead><tbody>"
    )
    for line in lines:
        cells = [f'<th scope="row">{html.escape(line[0])}</th>']
        for i, cell in enumerate(line[1:], 1):
            cells.append(
                f'<td class="n">{html.escape(cell)}</td>' if i in numbers else f"<td>{html.escape(cell)}</td>"
            )
        yield "<tr>" + "".join(cells) + "</tr>"
    yield "</tbody></table></div>"


def _html(review: _core.Review, issues: Sequence[_core.Issue], title: str, words: _Words) -> str:
    def lines() -> Iterator[str]:
        yield f'<!DOCTYPE html>\n<html lang="{words.language}">\n<head><meta charset="utf-8">'
        yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
        yield f"<title>{html.escape(title)}</title>\n<style>{_STYLE}</style></head>"
        yield f"<body><main>\n<h1>{html.escape(title)}</h1>"
        yield from (f'<p class="notice">{html.escape(notice)}</p>' for notice in _notices(review, words))
        if charts := _charts(review, words):
            yield f"<h2>{html.escape(words('review_section_charts'))}</h2>"
            yield from charts
        for group in review.groups:
            name = _name(group, review, words)
            yield f"<h2>{html.escape(name)}</h2>"
            caption = f"{words('review_section_figures')}: {name}"
            yield from _html_table(caption, _heads(words), _lines(group, words), {1, 2, 3, 4})
            if unknown := _unknown(group, words):
                yield f"<p>{html.escape(unknown)}</p>"
            coded = [[words.coded("difficulty", code), str(n)] for code, n in group.difficulties]
            coded += [[words.coded("proposal", code), str(n)] for code, n in group.proposals]
            if coded:
                caption = f"{words('review_section_coded')}: {name}"
                yield from _html_table(
                    caption, [words("review_head_figure"), words("review_head_count")], coded, {1}
                )
        if review.bodies:
            yield f"<h2>{html.escape(words('review_section_bodies'))}</h2>"
            bodies = [
                [
                    body.name,
                    words.coded("level", body.level) if body.level else "",
                    words(f"review_state_{body.state}"),
                    str(body.records),
                ]
                for body in review.bodies
            ]
            heads = [
                words("column_agency"),
                words("column_level"),
                words("column_ending"),
                words("review_head_count"),
            ]
            yield from _html_table(words("review_section_bodies"), heads, bodies, {3})
        if issues:
            yield f"<h2>{html.escape(words('review_section_issues'))}</h2>"
            heads = [words("review_head_where"), words("review_head_issue"), words("review_head_remedy")]
            yield from _html_table(words("review_section_issues"), heads, _issues(issues, words), set())
        yield "</main></body></html>\n"

    return "\n".join(lines())


# ---- a workbook -------------------------------------------------------------------------------------------


def _workbook(
    review: _core.Review, issues: Sequence[_core.Issue], title: str, words: _Words, path: Path
) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        bold = book.add_format({"bold": True, "text_wrap": True})
        sheet = book.add_worksheet(words("review_section_figures"))
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_column(0, 1, 40)
        sheet.write_string(0, 0, title, bold)
        row = 1
        for notice in _notices(review, words):
            sheet.write_string(row, 0, notice, bold)
            row += 1
        for column, head in enumerate([words("review_head_group"), *_heads(words)]):
            sheet.write_string(row, column, head, bold)
        for group in review.groups:
            for line in _lines(group, words):
                row += 1
                for column, text in enumerate([_name(group, review, words), *line]):
                    sheet.write_string(row, column, text)
        sheet = book.add_worksheet(words("review_section_issues")[:31])
        sheet.set_column(0, 2, 50)
        heads = [words("review_head_where"), words("review_head_issue"), words("review_head_remedy")]
        for row, line in enumerate([heads, *_issues(issues, words)]):
            for column, text in enumerate(line):
                sheet.write_string(row, column, text, bold if row == 0 else None)


def write_report(
    review: _core.Review,
    path: str | os.PathLike[str],
    *,
    language: Language = "vi",
    title: str | None = None,
    issues: Sequence[_core.Issue] = (),
) -> None:
    """Write the report of a review: a page (.html), a workbook (.xlsx) or Markdown (.md).

    The page holds everything it needs: no script, no font or picture from elsewhere, charts as
    vectors; it prints on A4. Simulated data say so at the head of each of the three. A workbook needs
    XlsxWriter.

    Raises
    ------
    recruit.Error
        ``unknown_file_kind`` for another ending of the path.

    Examples
    --------
    >>> reviewed = recruit.review([{"agency": "Vũng Tàu", "seats": 42, "applied": 98, "winners": 31}])
    >>> recruit.write_report(reviewed, "report.md", language="en")  # doctest: +SKIP
    """
    words, path = _Words(language), Path(path)
    title = title or words("review_title")
    kind = path.suffix.lower()
    if kind == ".html":
        path.write_text(_html(review, issues, title, words), encoding="utf-8", newline="\n")
    elif kind == ".md":
        path.write_text(_markdown(review, issues, title, words), encoding="utf-8", newline="\n")
    elif kind == ".xlsx":
        _workbook(review, issues, title, words, path)
    else:
        from recruit.command.speech import problem

        raise problem("unknown_file_kind", path, kind, ".html, .md, .xlsx")
