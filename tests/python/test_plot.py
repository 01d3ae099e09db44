"""recruit.plot: every picture is drawn in both languages, with the words and marks it must have."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from recruit import stats
from stats_results_time import CASES

matplotlib = pytest.importorskip("matplotlib", reason="matplotlib is not installed")
matplotlib.use("agg")
from matplotlib import pyplot  # noqa: E402
from recruit import plot  # noqa: E402

STEPS = [("Hồ sơ nộp", 120), ("Đủ điều kiện", 96), ("Dự thi", 80), ("Trúng tuyển", 4)]
CONTEST = {
    "id": ["Nguyễn Thị Ánh", "Trần Văn Đức", "Lê Hữu Ngọc", "Phạm Quỳnh Như", "Vũ Ưng"],
    "score": ["82.1", "81.6", "81.5", "74", "71.2"],
}


def comparison() -> Any:
    people = {
        "nhóm": ["nữ"] * 70 + ["nam"] * 80 + ["khác"] * 5,
        "đạt": [1] * 30 + [0] * 40 + [1] * 45 + [0] * 35 + [0] * 5,
    }
    return stats.impact(
        people,
        group="nhóm",
        outcome="đạt",
        tail="central",
        mid_p=False,
        shortfall="overall_rate",
        rates="wilson",
        ratio="katz_log",
    )


def ranks() -> Any:
    return stats.rank_uncertainty(
        CONTEST, application="id", score="score", k=2, sem=1.3, sem_df=40, prior=stats.Prior.stated(5)
    )


def curves() -> Any:
    data = {
        "ngày": [9, 13, 13, 18, 23, 28, 31, 34, 45, 48, 161, 5, 5, 8, 8, 12, 16, 23, 27, 30, 33, 43, 45],
        "xong": [1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 0, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1],
        "cấp": ["tỉnh"] * 11 + ["trung ương"] * 12,
    }
    return stats.kaplan_meier(data, time="ngày", event="xong", by="cấp", interval="log_log")


def items() -> tuple[dict[str, float | None], dict[str, float | None]]:
    return (
        {"Câu 1": 0.92, "Câu 2": 0.71, "Câu 3": 0.55, "Câu 4": 0.76, "Câu 5": 1.0},
        {"Câu 1": 0.11, "Câu 2": 0.19, "Câu 3": -0.08, "Câu 4": 0.17, "Câu 5": None},
    )


PICTURES: dict[str, Callable[[str], Any]] = {
    "funnel": lambda language: plot.funnel(STEPS, language=language),
    "impact_ratios": lambda language: plot.impact_ratios(comparison(), threshold=0.8, language=language),
    "kaplan_meier": lambda language: plot.kaplan_meier(curves(), language=language),
    "items": lambda language: plot.items(*items(), language=language),
    "rank_intervals": lambda language: plot.rank_intervals(ranks(), language=language),
}


@pytest.mark.parametrize("language", ["en", "vi"])
@pytest.mark.parametrize("name", PICTURES)
def test_every_picture_is_drawn(name: str, language: str, tmp_path: Path) -> None:
    """Warnings are errors: a letter that the font lacks would fail here."""
    axes = PICTURES[name](language)
    file = tmp_path / f"{name}-{language}.png"
    axes.figure.savefig(file, dpi=60)
    pyplot.close(axes.figure)
    assert file.stat().st_size > 3000


def test_pictures_say_their_words_in_the_language() -> None:
    english, vietnamese = (PICTURES["kaplan_meier"](language) for language in ("en", "vi"))
    assert english.get_xlabel() == "time" and vietnamese.get_xlabel() == "thời gian"
    pyplot.close("all")


def test_a_funnel_has_one_bar_a_step_with_its_count_and_share() -> None:
    axes = plot.funnel(STEPS)
    assert [bar.get_width() for bar in axes.patches] == [120, 96, 80, 4]
    assert "96  (80%)" in [text.get_text() for text in axes.texts]
    pyplot.close("all")
    with pytest.raises(ValueError, match="at least one step"):
        plot.funnel([])


def test_ranks_show_the_cut_and_who_cannot_be_told_apart() -> None:
    axes = plot.rank_intervals(ranks())
    assert any(list(line.get_xdata()) == [2.5, 2.5] for line in axes.lines)
    colours = {line.get_color() for line in axes.lines[:6:2]}
    assert colours == {"#D55E00"}  # three within half a point
    # Improbable is not impossible.
    assert [text.get_text() for text in axes.texts][:5][-2:] == ["<0.01", "<0.01"]
    pyplot.close("all")


def test_a_curve_that_cannot_be_told_is_said_in_the_margin() -> None:
    found = stats.kaplan_meier(
        {**CASES, "days": [None] * 6}, time="days", event="done", by="unit", interval="log"
    )
    axes = plot.kaplan_meier(found)
    assert any(stats.why("no_data") in text.get_text() for text in axes.texts)
    pyplot.close("all")


def test_a_picture_can_be_put_on_given_axes() -> None:
    figure, axes = pyplot.subplots()
    assert plot.items(*items(), ax=axes) is axes
    pyplot.close(figure)


def test_importing_recruit_does_not_load_matplotlib(python_environment: dict[str, str]) -> None:
    code = "import recruit, sys; assert 'matplotlib' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, env=python_environment)
