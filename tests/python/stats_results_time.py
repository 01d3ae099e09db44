"""One of every class of result of time, decisions and worth, for the protocol test."""

from __future__ import annotations

from recruit import stats

CASES = {
    "unit": ["<b>a</b>", "<b>a</b>", "c", "c", "c", None],
    "days": [9, 13, 13, 18, None, 4],
    "done": [True, True, False, True, True, True],
    "end": ["appointed", "withdrawn", "open", "appointed", "open", "open"],
}
LOG = {
    "case": ["1", "1", "1", "2", "2"],
    "step": ["apply", "mark", "mark", "apply", "decide"],
    "at": ["2026-01-05", "2026-01-07", "2026-01-09", "2026-01-05", "2026-01-06"],
    "who": ["x", "y", None, "x", "x"],
}
CONTEST = {"id": ["<i>A</i>", "B", "C", "D"], "score": ["82", "81.5", "70", None]}


def results() -> list[object]:
    curves = stats.kaplan_meier(CASES, time="days", event="done", by="unit", interval="log_log")
    causes = stats.cumulative_incidence(CASES, time="days", cause="end", open="open", interval="plain")
    log = stats.EventLog(LOG, case="case", activity="step", time="at", resource="who")
    return [
        curves,
        curves["c"],
        causes["", "appointed"],
        curves["c"].median(flat="first"),
        stats.log_rank(CASES, time="days", event="done", by="unit"),
        log.process(unit="days"),
        stats.rank_uncertainty(
            CONTEST, application="id", score="score", k=1, sem=2, sem_df=12, prior=stats.Prior.pooled(6, 40)
        ),
        stats.taylor_russell(validity=0.4, validity_n=60, selection_ratio=0.2, base_rate=0.5),
        stats.brogden_cronbach_gleser(validity=0.4, sdy=1000, selected=1, candidates=5),
    ]
