"""One of every class of result of raters, for the protocol test."""

from __future__ import annotations

from recruit import stats


def results() -> list[object]:
    ratings = stats.ratings([[1, 1], [1, 2], [2, 2], [None, 1]], scale=[1, 2, 3])
    marks = {
        "contest": ["<x>"] * 4 + ["y"] * 4,
        "candidate": list("AABB") * 2,
        "member": list("mnmnopop"),
        "mark": [5, 7, 6, 9, 4, 5, 1, None],
    }
    columns = dict(contest="contest", candidate="candidate", mark="mark")
    return [
        ratings,
        stats.variance_components(marks, member="member", method="anova", **columns),
        stats.variance_components(marks, method="reml", **columns),
        stats.severity(marks, member="member", **columns),
        stats.gwet_ac(ratings, weights="quadratic"),
        stats.icc([[9, 2, 5], [6, 1, 3], [8, 4, 6]], interval="mcgraw_wong"),
        stats.ratings_anova([[9, 2, 5], [6, 1, 3], [8, 4, 6]]),
        stats.kendall_w_test([[9, 2, 5], [6, 1, 3], [8, 4, 6]]),
    ]
