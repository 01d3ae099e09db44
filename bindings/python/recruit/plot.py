"""Pictures of the results of `recruit.stats`, with matplotlib; `import recruit` does not load it.

Every function takes a result, draws on `ax` (a new figure without one) and returns the Axes. Words are in
English or Vietnamese; what cannot be told is left out of a picture and said in its margin.

>>> import recruit.plot
>>> axes = recruit.plot.kaplan_meier(curves, language="vi")        # doctest: +SKIP
>>> axes.figure.savefig("curves.png")                              # doctest: +SKIP
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from recruit import stats

try:
    import matplotlib
    import matplotlib.ticker
except ImportError as error:
    raise ImportError(
        "recruit.plot draws with matplotlib: install it with `pip install matplotlib`."
    ) from error

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["funnel", "impact_ratios", "items", "kaplan_meier", "rank_intervals"]

Language = Literal["en", "vi"]

# Okabe and Ito (2008): told apart by people with any kind of colour vision.
_COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"]
_BLUE, _RED, _GREY = "#0072B2", "#D55E00", "#8C8C8C"


def _word(name: str, language: Language) -> str:
    return stats.label(name, language)


def _axes(ax: Axes | None, height: float = 4.0) -> Axes:
    if ax is not None:
        return ax
    from matplotlib import pyplot

    _, axes = pyplot.subplots(figsize=(7.0, height), layout="constrained")
    return axes


def _tidy(axes: Axes, grid: Literal["x", "y", "both"]) -> None:
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis=grid, color="#E5E5E5", linewidth=0.8)
    axes.set_axisbelow(True)


def _decimals(axes: Axes, language: Language, *which: Literal["x", "y"]) -> None:
    """Decimal marks of the language, whatever the locale."""
    for name in which:
        axis = axes.xaxis if name == "x" else axes.yaxis

        def written(value: float, _: int | None = None) -> str:
            text = f"{value:g}"
            return text.replace(".", ",") if language == "vi" else text

        axis.set_major_formatter(matplotlib.ticker.FuncFormatter(written))


def _margin(axes: Axes, lines: Iterable[str]) -> None:
    """Remarks under the picture, each once."""
    text = "\n".join(dict.fromkeys(lines))
    if text:
        axes.annotate(
            text,
            (0, 0),
            (0, -42),
            xycoords="axes fraction",
            textcoords="offset points",
            va="top",
            fontsize=8,
            color="#555555",
            annotation_clip=False,
        )


def _number(value: float, language: Language, digits: int = 2) -> str:
    text = f"{value:.{digits}f}"
    return text.replace(".", ",") if language == "vi" else text


def _probability(value: float, language: Language) -> str:
    """Two decimals that never say impossible or certain of what is neither."""
    if 0 < value < 0.005:
        return f"<{_number(0.01, language)}"
    if 0.995 <= value < 1:
        return f">{_number(0.99, language)}"
    return _number(value, language)


def funnel(steps: Sequence[tuple[str, int]], *, language: Language = "en", ax: Axes | None = None) -> Axes:
    """How many persons got to each step: `steps` as for `recruit.stats.funnel`, first to last.

    Beside each bar are its count and its share of the step before.
    """
    if not steps:
        raise ValueError("funnel needs at least one step: give (name, count) pairs, first to last")
    axes = _axes(ax, 1.2 + 0.55 * len(steps))
    names, counts = [name for name, _ in steps], [count for _, count in steps]
    places = range(len(steps))
    axes.barh(places, counts, color=_BLUE, height=0.62)
    most = max(*counts, 1)
    for place, count in zip(places, counts, strict=True):
        before = counts[place - 1] if place else 0
        share = f"  ({_number(100 * count / before, language, 0)}%)" if before else ""
        axes.text(count + 0.01 * most, place, f"{count}{share}", va="center", fontsize=9)
    axes.set_yticks(list(places), names)
    axes.invert_yaxis()
    axes.set_xlim(0, 1.16 * most)
    axes.set_xlabel(_word("plot_persons", language))
    _tidy(axes, "x")
    return axes


def impact_ratios(
    comparison: Any,
    *,
    threshold: float | None = None,
    language: Language = "en",
    ax: Axes | None = None,
) -> Axes:
    """Impact ratios with their intervals on a logarithmic axis, of `recruit.stats.impact` or `stage_impact`.

    `threshold` draws a line; there is none unless a rule of yours asks for it.
    """
    found = [e for e in comparison.estimates if e.quantity == "impact_ratio"]
    shown = [e for e in found if e.value is not None and e.value > 0]
    axes = _axes(ax, 1.4 + 0.5 * max(len(shown), 1))
    for place, estimate in enumerate(shown):
        if estimate.interval is not None and estimate.interval.lower > 0:
            lower, upper = estimate.interval
            axes.plot([lower, min(upper, 1e6)], [place, place], color=_BLUE, linewidth=2)
        axes.plot(estimate.value, place, "o", color=_BLUE, markersize=7)
        axes.annotate(
            _number(estimate.value, language),
            (estimate.value, place),
            (0, 7),
            textcoords="offset points",
            ha="center",
            fontsize=9,
        )
    axes.axvline(1, color=_GREY, linewidth=1)
    if threshold is not None:
        axes.axvline(threshold, color=_RED, linewidth=1, linestyle="--")
    axes.set_xscale("log")
    axes.xaxis.set_minor_formatter(matplotlib.ticker.NullFormatter())
    low, high = axes.get_xlim()
    wide = (0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 5, 10, 20)
    close = (0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2)
    axes.set_xticks([t for t in (close if high < 3 * low else wide) if low <= t <= high])
    _decimals(axes, language, "x")
    axes.set_yticks(range(len(shown)), [e.subject for e in shown])
    axes.set_ylim(-0.6, max(len(shown), 1) - 0.3)
    axes.invert_yaxis()
    axes.set_xlabel(f"{_word('impact_ratio', language)} ({comparison.reference} = 1)")
    _tidy(axes, "x")
    hidden = [f"{e.subject}: {stats.why(e.reason, language)}" for e in found if e.reason is not None]
    hidden += [f"{e.subject}: {_word('impact_ratio', language)} = 0" for e in found if e.value == 0]
    _margin(axes, hidden)
    return axes


def kaplan_meier(curves: Any, *, language: Language = "en", ax: Axes | None = None) -> Axes:
    """Curves of `kaplan_meier` or `cumulative_incidence`, with limits; ticks are cases still open."""
    axes = _axes(ax)
    rows = [curves] if isinstance(curves, stats.Curve) else list(curves)
    remarks = []
    for number, curve in enumerate(rows):
        name = ", ".join(part for part in (curve.subject, curve.cause) if part)
        if curve.reason is not None:
            remarks.append(f"{name}: {stats.why(curve.reason, language)}")
            continue
        colour = _COLOURS[number % len(_COLOURS)]
        start = 0.0 if curve.quantity == "cumulative_incidence" else 1.0
        times, values = [0.0], [start]
        lower, upper = [start], [start]
        for step in curve.steps:
            times.append(step.time)
            values.append(step.value)
            lower.append(step.lower if step.lower is not None else float("nan"))
            upper.append(step.upper if step.upper is not None else float("nan"))
        label = f"{name} (n = {curve.n})" if name else f"n = {curve.n}"
        axes.step(times, values, where="post", color=colour, linewidth=2, label=label)
        axes.fill_between(times, lower, upper, step="post", color=colour, alpha=0.15, linewidth=0)
        open_cases = [(s.time, s.value) for s in curve.steps if s.censored]
        if open_cases:
            axes.plot(*zip(*open_cases, strict=True), "|", color=colour, markersize=7)
        limits = f"{_number(100 * curve.level, language, 0)}%: {_word(curve.interval, language)}"
        remarks.append(limits)
    axes.set_ylim(-0.02, 1.02)
    axes.set_xlim(left=0)
    axes.set_xlabel(_word("col_time", language))
    axes.set_ylabel(_word(rows[0].quantity if rows else "survival", language))
    _decimals(axes, language, "x", "y")
    _tidy(axes, "both")
    if axes.get_legend_handles_labels()[0]:
        axes.legend(frameon=False)
    _margin(axes, remarks)
    return axes


def items(
    difficulty: Mapping[str, float | None],
    discrimination: Mapping[str, float | None],
    *,
    language: Language = "en",
    ax: Axes | None = None,
) -> Axes:
    """Items by the share who solved them and by how they tell candidates apart (corrected point-biserial).

    Items below 0 (those who know more fail them: is the key right?) are in another colour.
    """
    axes = _axes(ax, 4.6)
    remarks = []
    for name, share in difficulty.items():
        power = discrimination.get(name)
        if share is None or power is None:
            remarks.append(f"{name}: {_word('plot_undefined', language)}")
            continue
        colour = _RED if power < 0 else _BLUE
        axes.plot(share, power, "o", color=colour, markersize=7)
        axes.annotate(name, (share, power), (5, 5), textcoords="offset points", fontsize=9)
    axes.axhline(0, color=_GREY, linewidth=1)
    axes.margins(y=0.12)  # room for the names of the highest items
    axes.set_xlim(-0.03, 1.06)
    axes.set_xlabel(_word("plot_difficulty", language))
    axes.set_ylabel(_word("plot_discrimination", language))
    _decimals(axes, language, "x", "y")
    _tidy(axes, "both")
    _margin(axes, remarks)
    return axes


def rank_intervals(result: Any, *, language: Language = "en", most: int = 40, ax: Axes | None = None) -> Axes:
    """Intervals of the true ranks of a `RankUncertainty`, best first; at most `most` candidates.

    The line is the cut. Candidates who cannot be told from their neighbour across it are in another colour.
    """
    rows = [row for row in list(result)[:most] if row.rank_lower is not None]
    axes = _axes(ax, 1.6 + 0.36 * max(len(rows), 1))
    for place, row in enumerate(rows):
        colour = _RED if row.indistinguishable else _BLUE
        axes.plot(
            [row.rank_lower, row.rank_upper],
            [place, place],
            color=colour,
            linewidth=3,
            solid_capstyle="round",
        )
        axes.plot(
            row.rank, place, "o", color="white", markeredgecolor=colour, markeredgewidth=2, markersize=8
        )
        if row.top_k is not None:
            axes.annotate(
                _probability(row.top_k, language),
                (1.01, place),
                xycoords=("axes fraction", "data"),
                va="center",
                fontsize=9,
                annotation_clip=False,
            )
    if len(rows) > 0:
        axes.annotate(
            _word("col_top_k", language).format(result.k),
            (1.01, -0.9),
            xycoords=("axes fraction", "data"),
            va="center",
            fontsize=8,
            color="#555555",
            annotation_clip=False,
        )
    axes.axvline(result.k + 0.5, color=_GREY, linewidth=1, linestyle="--")
    axes.set_yticks(range(len(rows)), [row.application for row in rows])
    axes.set_ylim(len(rows) - 0.4, -0.7)
    axes.xaxis.set_major_locator(matplotlib.ticker.MaxNLocator(integer=True))
    axes.set_xlim(left=0.5)
    axes.set_xlabel(_word("col_true_rank", language))
    _tidy(axes, "x")
    remarks = [_word("show_level", language).format(_number(100 * result.level, language, 0))]
    remarks += [stats.why(row.reason, language) for row in result if row.reason is not None]
    if any(row.indistinguishable for row in rows):
        colour_word = _word("plot_red", language)
        remarks.append(f"{colour_word}: {_word('show_indistinguishable', language)}")
    _margin(axes, remarks)
    return axes
