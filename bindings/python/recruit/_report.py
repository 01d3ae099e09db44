"""The report of a review as a page, a workbook or Markdown."""

from __future__ import annotations

import html
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from recruit import _core

Language = Literal["vi", "en"]
Line = list[str]

_RATES = {"participation", "pass_rate", "fill_rate", "appointment_rate", "bottleneck", "within_noise"}
_COMPARED = (
    *("contests", "titles", "seats", "applied", "applicants_per_seat", "winners", "fill_rate"),
    *("appointed", "days_to_appointment"),
)
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


def _is_share(figure: _core.Figure) -> bool:
    return figure.name in _RATES or figure.name.startswith(tuple(f"{step}_" for step in _STEPS))


def _shown(figure: _core.Figure, words: _Words) -> str:
    """A value as people read it: a share with what it is of, a count, a time, a ratio."""
    if figure.value is None:
        return "–"
    if _is_share(figure) and figure.whole is not None:
        of = f" ({words.number(figure.part)}/{words.number(figure.whole)})"
        return words.number(100 * figure.value, 1) + " %" + of
    if figure.whole is None and (2 * figure.value).is_integer():  # a count, or a median of them
        return words.number(figure.value, 0 if figure.value.is_integer() else 1)
    return words.number(figure.value, 2)


def _bounds(figure: _core.Figure, words: _Words) -> str:
    if figure.value is not None or figure.low is None:
        return ""
    high = "…" if figure.high is None else words.number(figure.high)
    return f"{words.number(figure.low)} – {high}"


def _compared(review: _core.Review, words: _Words) -> tuple[Line, list[Line]]:
    """One row a group: what can be told of it, between which bounds, or that its unit is unclear."""
    whole = review.all
    heads = [words("review_head_group"), *(whole[name].label(words.language) for name in _COMPARED)]
    lines = []
    for group in review.groups if len(review.groups) > 2 else ():
        cells = [_name(group, review, words)]
        for name in _COMPARED:
            cells.append(_cell(group[name], words))
        lines.append(cells)
    return heads, lines


def _cell(figure: _core.Figure, words: _Words) -> str:
    """What can be told of a figure, between which bounds, or that its unit is unclear."""
    if figure.state == "unit_unclear" and figure.value is None:
        return words("review_unit_unclear")
    bounds = _bounds(figure, words) if figure.low or figure.high is not None else ""
    return bounds or _shown(figure, words)


def _change(figure: _core.Figure, bounds: Sequence[float | None], words: _Words) -> str:
    """A difference with its sign, of shares in points of a hundred; between its bounds if it is unknown."""

    def signed(value: float) -> str:
        share = _is_share(figure)
        value = 100 * value if share else value
        whole = not share and (2 * value).is_integer()
        text = words.number(abs(value), int(not value.is_integer()) if whole else 1 if share else 2)
        sign = "" if not text.strip("0.,") else "+" if value > 0 else "−"
        return words("review_points", sign + text) if share else sign + text

    change, low, high = bounds
    if change is not None:
        return signed(change)
    if low is not None and high is not None:
        return f"{signed(low)} … {signed(high)}"
    return f"≥ {signed(low)}" if low is not None else f"≤ {signed(high)}" if high is not None else "–"


@dataclass(frozen=True)
class _Series:
    """One group from year to year: a line a figure, a column a year and one for the change up to it."""

    name: str
    heads: Line
    lines: list[Line]


def _by_year(review: _core.Review) -> Iterator[tuple[_core.Review, list[str], dict[str, list[Any]]]]:
    """All records by year, then the groups by year where they are: review, its other columns, its changes."""
    every = [review if review.by == ["year"] else review.grouped(["year"])]
    if "year" in review.by and len(review.by) > 1:
        every.append(review)
    for grouped in every:
        table = grouped.changes("year")
        others = [name for name in grouped.by if name != "year"]
        names = (*grouped.by, "before", "figure", "value_before", "value", "change", "low", "high")
        columns = {name: table[name].tolist() for name in names}
        yield (
            grouped,
            others,
            {name: [None if cell != cell else cell for cell in cells] for name, cells in columns.items()},
        )


def _yearly(review: _core.Review, words: _Words) -> list[_Series]:
    """Year on year, group by group, of the figures that are compared."""
    found = []
    for grouped, others, columns in _by_year(review):
        years: dict[tuple[str, ...], list[str]] = {}
        changes = {}
        for i, (year, figure) in enumerate(zip(columns["year"], columns["figure"], strict=True)):
            group = tuple(columns[name][i] for name in others)
            known = years.setdefault(group, [columns["before"][i]])
            if year not in known:
                known.append(year)
            changes[group, year, figure] = [columns[name][i] for name in ("change", "low", "high")]
        for group, known in years.items():
            values = dict(zip(others, group, strict=True))
            groups = [grouped.at([values.get(name, year) for name in grouped.by]) for year in known]
            heads = [words("review_head_figure"), known[0]]
            for year in known[1:]:
                heads += [year, words("review_head_change")]
            lines = []
            for name in _COMPARED:
                line = [groups[0][name].label(words.language), _cell(groups[0][name], words)]
                for year, of_year in zip(known[1:], groups[1:], strict=True):
                    line.append(_cell(of_year[name], words))
                    line.append(_change(of_year[name], changes[group, year, name], words))
                lines.append(line)
            found.append(_Series(_named(others, group, words), heads, lines))
    return found


def _heads(words: _Words) -> Line:
    return [words(f"review_head_{name}") for name in ("figure", "value", "n", "unknown", "state")]


def _lines(group: _core.ReviewGroup, words: _Words) -> list[Line]:
    """What can be told, or bounded; figures that no record has are told in one line by the caller."""
    lines = []
    for figure in group.figures:
        if figure.state == "unknown" and not figure.low:
            continue
        state = "" if figure.state == "complete" else words(f"figure_state_{figure.state}")
        line = [figure.label(words.language), _bounds(figure, words) or _shown(figure, words)]
        lines.append([*line, words.number(figure.n), words.number(figure.unknown), state])
    return lines


def _unknown(group: _core.ReviewGroup, words: _Words) -> str:
    names = [f.label(words.language) for f in group.figures if f.state == "unknown" and not f.low]
    return f"{words('figure_state_unknown')}: {'; '.join(names)}." if names else ""


def _name(group: _core.ReviewGroup, review: _core.Review, words: _Words) -> str:
    return _named(review.by if group.key else [], group.key, words)


def _named(columns: Sequence[str], key: Sequence[str], words: _Words) -> str:
    if not key:
        return words("review_all")
    parts = []
    for column, value in zip(columns, key, strict=True):
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
    return [[_place(issue, words), issue.message(language), issue.remedy(language)] for issue in issues]


def _place(issue: _core.Issue, words: _Words) -> str:
    """Where a person finds it: a column by the name that it has in the return."""
    if issue.line is None and issue.row is not None:
        return issue.where(words.language)
    place = issue.file if issue.line is None else f"{issue.file}:{issue.line}"
    return ", ".join(part for part in (place, words.coded("column", issue.column)) if part)


def _coded(group: _core.ReviewGroup, words: _Words, only: str = "") -> list[Line]:
    return [
        [words.coded(kind, code), words.number(n)]
        for kind, codes in (("difficulty", group.difficulties), ("proposal", group.proposals))
        for code, n in codes
        if only in {"", kind}
    ]


def _coded_heads(words: _Words) -> Line:
    return [words("review_head_figure"), words("review_head_count")]


def _issue_heads(words: _Words) -> Line:
    return [words("review_head_where"), words("review_head_issue"), words("review_head_remedy")]


def _bodies(review: _core.Review, words: _Words) -> list[Line]:
    lines = []
    for body in review.bodies:
        level = words.coded("level", body.level) if body.level else ""
        lines.append([body.name, level, words(f"review_state_{body.state}"), words.number(body.records)])
    return lines


def _body_heads(words: _Words) -> Line:
    heads = ("column_agency", "column_level", "review_head_state", "review_head_count")
    return [words(key) for key in heads]


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
        heads, compared = _compared(review, words)
        if compared:
            yield from (f"## {_md(words('review_section_comparison'))}", "")
            yield from _md_table(heads, compared)
        if series := _yearly(review, words):
            yield from (f"## {_md(words('review_section_yearly'))}", "")
            for one in series:
                yield from (f"### {_md(one.name)}", "")
                yield from _md_table(one.heads, one.lines)
        for group in review.groups:
            yield from (f"## {_md(_name(group, review, words))}", "")
            yield from _md_table(_heads(words), _lines(group, words))
            if unknown := _unknown(group, words):
                yield from (_md(unknown), "")
            if coded := _coded(group, words):
                yield from (f"### {_md(words('review_section_coded'))}", "")
                yield from _md_table(_coded_heads(words), coded)
        if review.bodies:
            yield from (f"## {_md(words('review_section_bodies'))}", "")
            yield from _md_table(_body_heads(words), _bodies(review, words))
        if issues:
            yield from (f"## {_md(words('review_section_issues'))}", "")
            yield from _md_table(_issue_heads(words), _issues(issues, words))

    return "\n".join(lines()).rstrip("\n") + "\n"


# ---- a page -----------------------------------------------------------------------------------------------

_STYLE = """
:root{color-scheme:light dark;--ink:#1b1b1b;--paper:#fff;--line:#767676;--bar:#0b5cad;--soft:#f0f0f0}
@media (prefers-color-scheme:dark){
:root{--ink:#eee;--paper:#161616;--line:#9a9a9a;--bar:#7fb8f0;--soft:#262626}}
body{font:1rem/1.5 'Times New Roman',Tinos,serif;color:var(--ink);background:var(--paper);margin:0}
main{max-width:70rem;margin:0 auto;padding:1rem}
h1{font-size:1.6rem;line-height:1.25}h2{font-size:1.25rem;margin-top:2rem}
.notice{border:2px solid var(--line);padding:.5rem 1rem;font-weight:bold}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,26rem),1fr));gap:1.5rem 3rem}
figure{margin:0}figcaption{font-weight:bold;margin-bottom:.5rem}
.scroll{overflow-x:auto}.scroll:focus-visible{outline:3px solid var(--bar)}
table{border-collapse:collapse;width:100%;min-width:44rem;font-size:.95rem}
caption{text-align:left;font-weight:bold;padding:.3rem 0}
th,td{border:1px solid var(--line);padding:.25rem .5rem;text-align:left;vertical-align:top}
caption.said{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
thead th{min-width:4.5rem}tbody th{min-width:9.5rem;position:sticky;left:0;background:var(--paper)}
td.n{text-align:right;white-space:nowrap}thead th{background:var(--soft)}
svg{display:block;overflow:visible}svg text{fill:var(--ink);font:14px 'Times New Roman',Tinos,serif}
svg rect{fill:var(--bar)}svg rect.open{opacity:.35}
svg path{fill:none;stroke:var(--bar);stroke-width:2.5;vector-effect:non-scaling-stroke}
svg line{stroke:var(--line);stroke-width:1}
@page{size:A4;margin:2cm 1.5cm}
@media print{
:root{--ink:#000;--paper:#fff;--line:#555;--bar:#0b5cad;--soft:#eee}
body{font-size:10.5pt}main{padding:0;max-width:none}.scroll{overflow:visible}table{min-width:0;font-size:9pt}
thead th,tbody th{min-width:0;position:static}tbody th{width:34%}td.n{white-space:normal}h2{break-after:avoid}
tr,figure{break-inside:avoid}thead{display:table-header-group}
svg rect,thead th{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
"""


def _page_notice(text: str) -> str:
    """The notice at the head of every page that is printed, where the browser can."""
    quoted = "".join(c if c not in '"\\<>&\n' else f"\\{ord(c):x} " for c in text)
    return f'@page{{@top-center{{content:"{quoted}";font:bold 9pt "Times New Roman",serif}}}}\n'


@dataclass(frozen=True)
class _Bar:
    """A bar to `low`, pale from there to `high`; what is written behind it."""

    label: str
    low: float
    high: float
    said: str


def _svg(number: int, height: int, title: str, said: str, parts: Iterable[str]) -> str:
    """A chart as wide as there is room, whose letters keep their size; a screen reader hears `said`."""
    head = f'<svg role="img" aria-labelledby="chart{number}" width="100%" height="{height}">'
    name = f'<title id="chart{number}">{html.escape(title)}. {html.escape(said)}</title>'
    return "\n".join([head, name, *parts, "</svg>"])


def _bars(title: str, bars: list[_Bar], number: int) -> str:
    longest = max(bar.high for bar in bars) or 1
    parts = []
    for i, bar in enumerate(bars):
        top, low, high = 46 * i, 74 * bar.low / longest, 74 * bar.high / longest
        parts.append(f'<text x="0" y="{top + 14}">{html.escape(bar.label)}</text>')
        if low > 0:
            parts.append(f'<rect x="0" y="{top + 20}" width="{low:.2f}%" height="16"/>')
        if high > low:
            parts.append(
                f'<rect class="open" x="{low:.2f}%" y="{top + 20}" width="{high - low:.2f}%" height="16"/>'
            )
        parts.append(f'<text x="{high:.2f}%" dx="6" y="{top + 33}">{html.escape(bar.said)}</text>')
    said = "; ".join(f"{bar.label}: {bar.said}" for bar in bars)
    return _svg(number, 46 * len(bars), title, said, parts)


def _figure_bar(figure: _core.Figure, label: str, words: _Words) -> _Bar | None:
    """A figure, or what bounds it; nothing where nothing is known of it."""
    if figure.value is not None:
        return _Bar(label, figure.value, figure.value, _shown(figure, words))
    if not figure.low or figure.state == "suppressed":
        return None
    high = figure.low if figure.high is None else figure.high
    return _Bar(label, figure.low, high, _bounds(figure, words))


def _curve(curve: _core.Table, title: str, words: _Words, number: int) -> str | None:
    """The cumulative incidence as steps, over axes whose letters are not scaled with it."""
    points = list(zip(curve["time"].tolist(), curve["value"].tolist(), strict=True))
    # Contests that run for years add no step: the axis ends a little after the last one.
    risen = [
        time for (time, share), (_, before) in zip(points, [(0, 0), *points], strict=False) if share > before
    ]
    longest = 1.1 * max(risen, default=0)
    if longest <= 0:
        return None
    points = [(time, share) for time, share in points if time <= longest]
    step = next((n for n in (10, 20, 50, 100, 200, 500) if longest / n <= 6), 1000 * (1 + longest // 6000))
    steps = "".join(f"H{100 * time / longest:.2f}V{100 - 100 * share:.2f}" for time, share in points) + "H100"
    left, width, top, height = 14, 82, 10, 190
    parts = []
    for percent in (0, 50, 100):
        y = top + height * (100 - percent) / 100
        parts.append(f'<line x1="{left}%" x2="{left + width}%" y1="{y}" y2="{y}"/>')
        parts.append(f'<text x="{left - 1.5}%" y="{y + 5}" text-anchor="end">{percent} %</text>')
    for day in range(0, int(longest) + 1, int(step)):
        x = left + width * day / longest
        parts.append(f'<text x="{x:.2f}%" y="{top + height + 20}" text-anchor="middle">{day}</text>')
    unit = html.escape(words("review_chart_days"))
    parts.append(f'<text x="{left + width}%" y="{top + height + 40}" text-anchor="end">{unit}</text>')
    parts.append(
        f'<svg x="{left}%" y="{top}" width="{width}%" height="{height}" viewBox="0 0 100 100" '
        f'preserveAspectRatio="none"><path d="M0 100{steps}"/></svg>'
    )
    last = points[-1]
    said = words("review_chart_curve_said", words.number(100 * last[1], 1), words.number(last[0]))
    return _svg(number, top + height + 46, title, said, parts)


def _charts(review: _core.Review, words: _Words) -> list[str]:
    whole = review.all

    def bars(names: Sequence[str], labels: Sequence[str]) -> list[_Bar]:
        found = (_figure_bar(whole[n], label, words) for n, label in zip(names, labels, strict=True))
        return [bar for bar in found if bar is not None]

    states = []
    for state in ("held", "nil", "not_reported"):
        count = sum(body.state == state for body in review.bodies)
        states.append(_Bar(words(f"review_state_{state}"), count, count, words.number(count)))
    spans = [words(f"span_{span}") for span in ("applying", "preparing", "marking_time", "appointing_time")]
    groups = (
        _figure_bar(group["winners"], _name(group, review, words), words) for group in review.groups[1:]
    )
    charts = [
        ("review_chart_bodies", states if review.bodies else []),
        ("review_chart_people", bars(_STEPS, [whole[name].label(words.language) for name in _STEPS])),
        ("review_chart_time", bars(_PHASES, spans)),
        ("review_chart_groups", [bar for bar in groups if bar] if 2 < len(review.groups) <= 40 else []),
    ]
    drawn = []
    for i, (key, values) in enumerate(charts):
        if not values:
            continue
        note = ""
        if any(bar.high > bar.low for bar in values):
            note = f"<p>{html.escape(words('review_chart_open'))}</p>"
        caption = f"<figcaption>{html.escape(words(key))}</figcaption>"
        drawn.append(f"<figure>{caption}{_bars(words(key), values, i)}{note}</figure>")
    title = words("review_chart_curve")
    if whole.curve is not None and (curve := _curve(whole.curve, title, words, len(charts))):
        drawn.append(f"<figure><figcaption>{html.escape(title)}</figcaption>{curve}</figure>")
    return drawn


def _html_table(
    caption: str, heads: Line, lines: list[Line], numbers: set[int], said: bool = False
) -> Iterator[str]:
    """A table in a region that scrolls by keyboard too. `said`: the caption stands in the heading already."""
    name = html.escape(caption, quote=True)
    yield f'<div class="scroll" role="region" aria-label="{name}" tabindex="0">'
    yield f"<table><caption{' class=said' if said else ''}>{name}</caption>"
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
        style = _STYLE + (_page_notice(words("review_synthetic")) if review.synthetic else "")
        yield f"<title>{html.escape(title)}</title>\n<style>{style}</style></head>"
        yield f"<body><main>\n<h1>{html.escape(title)}</h1>"
        yield from (f'<p class="notice">{html.escape(notice)}</p>' for notice in _notices(review, words))
        if charts := _charts(review, words):
            yield f"<h2>{html.escape(words('review_section_charts'))}</h2>"
            yield from ('<div class="charts">', *charts, "</div>")
        heads, compared = _compared(review, words)
        if compared:
            section = words("review_section_comparison")
            yield f"<h2>{html.escape(section)}</h2>"
            yield from _html_table(section, heads, compared, set(range(1, len(heads))), said=True)
        if series := _yearly(review, words):
            section = words("review_section_yearly")
            yield f"<h2>{html.escape(section)}</h2>"
            for one in series:
                yield from _html_table(
                    f"{section}: {one.name}", one.heads, one.lines, set(range(1, len(one.heads)))
                )
        for group in review.groups:
            name = _name(group, review, words)
            yield f"<h2>{html.escape(name)}</h2>"
            caption = f"{words('review_section_figures')}: {name}"
            yield from _html_table(caption, _heads(words), _lines(group, words), {1, 2, 3})
            if unknown := _unknown(group, words):
                yield f"<p>{html.escape(unknown)}</p>"
            if coded := _coded(group, words):
                caption = f"{words('review_section_coded')}: {name}"
                yield from _html_table(caption, _coded_heads(words), coded, {1})
        if review.bodies:
            yield f"<h2>{html.escape(words('review_section_bodies'))}</h2>"
            section = words("review_section_bodies")
            yield from _html_table(section, _body_heads(words), _bodies(review, words), {3}, said=True)
        if issues:
            yield f"<h2>{html.escape(words('review_section_issues'))}</h2>"
            section = words("review_section_issues")
            yield from _html_table(section, _issue_heads(words), _issues(issues, words), set(), said=True)
        yield "</main></body></html>\n"

    return "\n".join(lines())


# ---- a workbook -------------------------------------------------------------------------------------------


_CHANGE_HEADS = ("value_before", "value", "change", "low", "high")
_PERSONAL = ("_women", "_minority")  # endings of the columns that a public edition may hide
_TRACED_HEADS = (
    *("column_agency", "column_competition", "review_head_figure", "review_head_value", "column_source"),
)
_TRACED_RECORDS = 10_000  # of some 70 columns each; a sheet has 1,048,576 rows
_TRACED = ("agency", "competition", "column", "value", "source")
_SHEET_HEADS = ("group", "figure", "value", "low", "high", "part", "whole", "n", "unknown", "state")


def _workbook(
    review: _core.Review, issues: Sequence[_core.Issue], title: str, words: _Words, path: Path
) -> None:
    from recruit.command.files import library

    xlsxwriter = library("xlsxwriter", "excel")
    notices = _notices(review, words)
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        wrap = book.add_format({"text_wrap": True, "valign": "top"})
        percent = book.add_format({"num_format": "0.0%"})

        def sheet_of(section: str, heads: Line, widths: Sequence[int]) -> tuple[Any, int]:
            """A sheet with the title and the notices at its head, also on every page that is printed."""
            sheet = book.add_worksheet(words(section)[:31])
            sheet.set_landscape()
            sheet.set_paper(9)
            sheet.fit_to_pages(1, 0)
            sheet.set_header("&C&B" + " ".join(notices).replace("&", "&&"))
            for column, width in enumerate(widths):
                sheet.set_column(column, column, width)
            for row, text in enumerate([title, *notices]):
                sheet.write_string(row, 0, text, book.add_format({"bold": True}))
            head = len(notices) + 2
            for column, text in enumerate(heads):
                sheet.write_string(head, column, text, bold)
            sheet.repeat_rows(head)
            sheet.freeze_panes(head + 1, 1)
            return sheet, head

        def texts(section: str, heads: Line, lines: list[Line], widths: Sequence[int]) -> None:
            sheet, head = sheet_of(section, heads, widths)
            for row, line in enumerate(lines, head + 1):
                for column, text in enumerate(line):
                    sheet.write_string(row, column, text, wrap)

        def sheet_of_changes(review: _core.Review) -> None:
            """Every figure of a year beside that of the year before, as numbers."""
            names = [f"review_head_{name}" for name in ("group", "figure", "before", "year", *_CHANGE_HEADS)]
            found = [part for part in _by_year(review) if part[2]["figure"]]
            if not found:
                return
            sheet, row = sheet_of(
                "review_section_yearly", [words(name) for name in names], (28, 46, 12, 12, *[14] * 5)
            )
            for grouped, others, columns in found:
                figures = {figure.name: figure for figure in grouped.all.figures}
                for i, name in enumerate(columns["figure"]):
                    row += 1
                    figure = figures[name]
                    group = [columns[other][i] for other in others]
                    sheet.write_string(row, 0, _named(others, group, words))
                    sheet.write_string(row, 1, figure.label(words.language))
                    sheet.write_string(row, 2, columns["before"][i])
                    sheet.write_string(row, 3, columns["year"][i])
                    for column, value in enumerate(("value_before", "value", "change", "low", "high"), 4):
                        if columns[value][i] is not None:
                            sheet.write_number(
                                row, column, columns[value][i], percent if _is_share(figure) else None
                            )

        heads = [words(f"review_head_{name}") for name in _SHEET_HEADS]
        sheet, row = sheet_of("review_section_figures", heads, (28, 46, 12, 12, 12, 10, 10, 10, 10, 40))
        for group in review.groups:
            for figure in group.figures:
                row += 1
                sheet.write_string(row, 0, _name(group, review, words))
                sheet.write_string(row, 1, figure.label(words.language))
                numbers = (figure.value, figure.low, figure.high, figure.part, figure.whole)
                for column, number in enumerate((*numbers, figure.n, figure.unknown), 2):
                    if number is not None:
                        share = column == 2 and _is_share(figure)
                        sheet.write_number(row, column, number, percent if share else None)
                sheet.write_string(row, 9, words(f"figure_state_{figure.state}"))
        heads, compared = _compared(review, words)
        for section, kind in (("column_difficulties", "difficulty"), ("column_proposals", "proposal")):
            coded = [
                [_name(group, review, words), *line]
                for group in review.groups
                for line in _coded(group, words, kind)
            ]
            if coded:
                texts(section, [words("review_head_group"), *_coded_heads(words)], coded, (28, 60, 12))
        if compared:
            texts("review_section_comparison", heads, compared, (28, *[16] * (len(heads) - 1)))
        sheet_of_changes(review)
        if review.bodies:
            texts("review_section_bodies", _body_heads(words), _bodies(review, words), (46, 24, 24, 12))
        if issues:
            texts("review_section_issues", _issue_heads(words), _issues(issues, words), (40, 60, 60))
        heads = [words(key) for key in _TRACED_HEADS]
        if review.records > _TRACED_RECORDS and not review.public:
            apart = words("review_provenance_apart", words.number(_TRACED_RECORDS))
            texts("review_section_provenance", heads, [[apart]], (16, 24, 30, 24, 40))
        elif not review.public:
            traced = review.provenance()
            columns = [traced[name].tolist() for name in _TRACED]
            columns[2] = [words(f"column_{name}") for name in columns[2]]
            lines = [["" if cell is None else cell for cell in line] for line in zip(*columns, strict=True)]
            texts("review_section_provenance", heads, lines, (16, 24, 30, 24, 40))


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
    XlsxWriter. Of a public edition, issues with counts of women and minorities are left out.

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
    if review.public:  # they would tell the counts that are hidden
        issues = [issue for issue in issues if not issue.column.endswith(_PERSONAL)]
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
