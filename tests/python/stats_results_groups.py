"""One of every class of result of rates, groups, openness, integrity and quantiles, for the protocol test."""

from __future__ import annotations

from recruit import stats

PEOPLE = {
    "contest": ["<i>a</i>", "<i>a</i>", "b", "b", "b", None],
    "sex": ["f", "m", "f", "m", "f", "m"],
    "inside": [1, 0, 1, 0, 0, 1],
    "applied": [1, 1, 1, 1, 1, 1],
    "won": [True, False, False, True, None, False],
}


def results() -> list[object]:
    table = stats.two_way([[20, 3, 15], [8, 7, 30], [14, 11, 2]], rows=list("abc"), columns=list("xyz"))
    strata = stats.strata(PEOPLE, stratum="contest", group="sex", outcome="won", focal="f")
    return [
        stats.rate(15, 148, interval="wilson"),
        stats.rate(0, 0, interval="blaker"),
        stats.exact_conditional_odds_ratio(strata),
        stats.fisher((2, 10), (15, 25), tail="minlike", mid_p=True),
        stats.pooled_z((2, 10), (15, 25)),
        stats.rates(PEOPLE, outcome="won", group="sex", interval="wilson"),
        stats.impact(
            PEOPLE,
            group="sex",
            outcome="won",
            tail="central",
            shortfall="overall_rate",
            rates="jeffreys",
            ratio="score",
            threshold=0.8,
        ),
        strata,
        stats.inside_odds(
            PEOPLE,
            contest="contest",
            inside="inside",
            steps=["applied", "won"],
            tail="minlike",
            interval="wilson",
        ),
        stats.suppress(table, minimum=5, zeros="shown"),
        stats.standard_scores([1, 2, None, 4], score="t", divisor="n"),
        stats.remarking(
            {"first": [50, 60, 49.5], "second": [51, 60, 62], "marker": ["A", "B", None]},
            first="first",
            second="second",
            marker="marker",
            sem=2,
            cut=50,
            extreme="doubled",
        ),
    ]
