"""One of every class of result of exam quality, for the protocol test."""

from __future__ import annotations

from recruit import stats


def results() -> list[object]:
    answers = {"<i>q1</i>": list("AABBC"), "q2": list("AAABB"), "q3": ["A", "A", "B", None, "B"]}
    sheet = stats.answer_sheet(answers, key={"<i>q1</i>": "C", "q2": "A", "q3": "A"})
    return [
        sheet,
        stats.exam_reliability(sheet.scored(), missing="wrong"),
        stats.item_analysis(sheet.scored(), missing="listwise", group_share=0.27),
        stats.distractors(sheet, "q2", group_share=0.3, missing="wrong"),
        stats.effective_weights([[1, 2], [2, 5], [4, 3]], weights=[1, 1]),
        stats.conditional_sem(3, items=10),
        stats.angoff([[0.5, 0.7], [0.6, 0.8]], error="judges"),
        stats.hofstee(range(20), minimum_cut=8, maximum_cut=12, minimum_fail=0.2, maximum_fail=0.6),
    ]
