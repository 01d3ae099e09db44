"""recruit.stats: time, decisions and worth against the reference numbers, and their use from Python."""

from __future__ import annotations

import itertools
import os
import pickle
import signal
import threading
from datetime import date, datetime, timedelta, timezone

import numpy as np
import pandas as pd
import polars as pl
import pytest
import recruit
from hypothesis import given
from hypothesis import strategies as st
from recruit import stats
from stats_oracle import Group, table


def cases(name: str, ended: str) -> dict[str, list[object]]:
    """A file of the reference data with `event` made of its status."""
    rows = table(name)
    columns: dict[str, list[object]] = {key: [row[key] for row in rows] for key in rows[0]}
    columns["event"] = [row["status"] == ended for row in rows]
    return columns


# --- reference numbers --------------------------------------------------------------------------


def test_kaplan_meier_of_aml() -> None:
    group = Group("km_aml")
    aml = cases("aml.csv", "1")
    curves = stats.kaplan_meier(aml, time="time", event="event", by="x", interval="log")
    for row in group:
        if row.method in ("kaplan_meier", "greenwood_se"):
            time, subject = row.statistic.split("(")[1].split(")|x=")
            at = curves[subject].at(float(time))
            group.check(row, at.value if row.method == "kaplan_meier" else at.standard_error)
    test = stats.log_rank(aml, time="time", event="event", by="x")
    group.check_named("logrank", "chi2", test.statistic)
    group.check_named("logrank", "p", test.p_value)
    peto = stats.log_rank(aml, time="time", event="event", by="x", rho=1)
    group.check_named("peto_peto_rho1", "chi2", peto.statistic)
    group.done()


def test_kaplan_meier_of_lung() -> None:
    group = Group("km_lung")
    lung = cases("lung.csv", "2")
    curve = stats.kaplan_meier(lung, time="time", event="event", interval="log")[""]
    median = curve.median(flat="midpoint")
    mean = curve.restricted_mean(1022)
    for statistic, got in {
        "median": median.value,
        "lo": median.interval.lower,
        "hi": median.interval.upper,
        "rmean_1022": mean.value,
        "se_rmean": mean.standard_error,
    }.items():
        group.check_named("km_median_ci", statistic, got)
    loglog = stats.kaplan_meier(lung, time="time", event="event", interval="log_log")[""].median(flat="first")
    group.check_named("km_median_ci_loglog", "lo", loglog.interval.lower)
    group.check_named("km_median_ci_loglog", "hi", loglog.interval.upper)
    for time in (100, 250, 500, 750):
        group.check_named("kaplan_meier", f"S({time})", curve.at(time).value)
    sexes = stats.log_rank(lung, time="time", event="event", by="sex")
    group.check_named("logrank_by_sex", "chi2", sexes.statistic)
    group.done()


def test_process_of_the_running_example() -> None:
    group = Group("process")
    rows = table("running_example.csv")
    data = {key: [row[key] for row in rows] for key in rows[0]}
    log = stats.EventLog(data, case="case", activity="activity", time="timestamp", resource="resource")
    found = log.process(unit="seconds")
    for one in found.cases:
        group.check_named("case_duration_seconds", f"case{one.name}", one.duration)
    group.check_named("case_duration_seconds", "mean", found.duration.rows[0].value)
    group.check_named("case_duration_seconds", "median", found.duration.rows[1].value)
    for flow in found.flows:
        group.check_named("dfg_frequency", f"{flow.start}->{flow.end}", flow.n)
        group.check_named("dfg_mean_seconds", f"{flow.start}->{flow.end}", flow.mean)
    group.done()


def test_probabilities_of_the_top_k() -> None:
    group = Group("rank_uncertainty")
    found = stats.top_k_probabilities([82.1, 81.6, 81.5, 79, 77.2], [1.2, 0.9, 1.6, 1, 1.4], 2)
    for i, p in enumerate(found, 1):
        group.check_named("P_top_k", f"P_cand{i}", p)
    group.done()


def test_order_statistics() -> None:
    group = Group("order_stat")
    for row in group:
        group.check(row, stats.expected_order_statistic(1, int(row.argument("n"))))
    group.done()


def test_taylor_russell() -> None:
    group = Group("taylor_russell")
    for row in group:
        found = stats.taylor_russell(
            validity=row.argument("r"), selection_ratio=row.argument("SR"), base_rate=row.argument("BR")
        )
        group.check(row, found.value)
    group.done()


def test_naylor_shine() -> None:
    group = Group("naylor_shine")
    for row in group:
        group.check(row, stats.mean_z_selected(selection_ratio=row.argument("SR")).value)
    group.done()


def test_brogden_cronbach_gleser() -> None:
    group = Group("bcg")
    for row in group:
        found = stats.brogden_cronbach_gleser(
            validity=row.argument("r"),
            sdy=row.argument("sdy"),
            years=row.argument("T"),
            cost=row.argument("cost"),
            selected=int(row.argument("N")),
            selection_ratio=row.argument("SR"),
        )
        group.check(row, found.value)
    group.done()


# --- time ---------------------------------------------------------------------------------------

counted = st.lists(st.tuples(st.integers(0, 8), st.integers(0, 2)), max_size=30)


@given(counted, counted)
def test_durations_merge(a: list[tuple[int, int]], b: list[tuple[int, int]]) -> None:
    def of(rows: list[tuple[int, int]]) -> stats.Durations:
        return stats.Durations([t for t, _ in rows], [e for _, e in rows], causes=2)

    assert of(a) + of(b) == of(a + b) == of(b) + of(a)
    total = of(a)
    total += of(b)
    assert total.n == len(a) + len(b)


def test_ends_are_whole_numbers() -> None:
    for ends in ([1, 0], np.array([1, 0], dtype="int8"), np.array([True, False])):
        assert stats.Durations([2, 3], ends) == stats.Durations([2.0, 3.0], [1, 0])
    for ends in ([2, 0], [-1, 0], [2**40, 0], [1.5, 0], [None, 0]):
        with pytest.raises(recruit.Error, match="0 to 1"):
            stats.Durations([2, 3], ends)


def test_a_frame_of_any_kind_gives_the_same_curve() -> None:
    data = {"t": [1, 2, 2, 5, 7], "e": [1, 0, 1, 1, 0], "g": ["x", "y", "x", "y", "x"]}
    wanted = stats.kaplan_meier(data, time="t", event="e", by="g", interval="log")
    for frame in (pd.DataFrame(data), pl.DataFrame(data), recruit.Table(data)):
        assert stats.kaplan_meier(frame, time="t", event="e", by="g", interval="log") == wanted
    assert list(wanted.to_pandas().columns)[:3] == ["subject", "cause", "time"]


def test_conventions_that_differ_between_packages_have_no_default() -> None:
    data = {"t": [1, 2], "e": [1, 0]}
    with pytest.raises(TypeError, match="interval"):
        stats.kaplan_meier(data, time="t", event="e")
    curve = stats.kaplan_meier(data, time="t", event="e", interval="plain")[""]
    with pytest.raises(TypeError, match="flat"):
        curve.median()
    with pytest.raises(recruit.Error, match="log_log"):
        stats.kaplan_meier(data, time="t", event="e", interval="loglog")


def test_working_days_of_a_calendar() -> None:
    calendar = stats.Calendar(holidays=[date(2026, 1, 1)], working=[date(2026, 1, 10)])
    frame = pd.DataFrame({"a": [date(2025, 12, 31)], "b": [date(2026, 1, 12)]})
    found = stats.durations(frame, start="a", end="b", until=date(2026, 2, 1), calendar=calendar)
    assert found["time"].tolist() == [8]  # 2, 5 to 9, the Saturday made up for, and 12 January
    assert calendar == stats.Calendar([date(2026, 1, 1)], [date(2026, 1, 10)])


def test_times_may_be_datetimes_of_any_library() -> None:
    hanoi = timezone(timedelta(hours=7))
    times = [datetime(2026, 1, 5, 8, tzinfo=hanoi), datetime(2026, 1, 5, 20, tzinfo=hanoi)]
    data = {"c": [1, 1], "a": ["apply", "mark"], "t": times}
    for frame in (
        data,
        pd.DataFrame(data),
        pl.DataFrame(data),
        {**data, "t": [t.isoformat() for t in times]},
    ):
        log = stats.EventLog(frame, case="c", activity="a", time="t")
        assert log.process(unit="seconds").cases[0].duration == 12 * 3600
    with pytest.raises(recruit.Error, match="no point in time"):
        stats.EventLog({**data, "t": [1.5, 2.5]}, case="c", activity="a", time="t")


def test_open_cases_go_from_the_log_to_the_curve() -> None:
    log = stats.EventLog(
        {"c": [1, 1, 2], "a": ["apply", "decide", "apply"], "t": [date(2026, 1, d) for d in (1, 4, 2)]},
        case="c",
        activity="a",
        time="t",
    )
    durations = log.durations(until="2026-01-12", unit="days", closing=["decide"])
    curve = stats.kaplan_meier(durations, time="time", event="event", interval="plain")[""]
    assert (curve.n, curve.ended) == (2, 1)
    assert "1 of 2 cases were still open" in str(curve)


# --- decisions ----------------------------------------------------------------------------------


@given(
    st.lists(st.tuples(st.integers(-50, 50), st.integers(1, 40)), min_size=2, max_size=12),
    st.data(),
)
def test_probabilities_add_up(field: list[tuple[int, int]], data: st.DataObject) -> None:
    means, sds = [m / 10 for m, _ in field], [s / 10 for _, s in field]
    k = data.draw(st.integers(1, len(field)))
    found = stats.top_k_probabilities(means, sds, k)
    assert found.sum() == pytest.approx(k, abs=1e-9)
    ranks = stats.rank_probabilities(means, sds)
    assert np.abs(ranks[:, :k].sum(axis=1) - found).max() < 1e-9
    assert np.abs(ranks.sum(axis=0) - 1).max() < 1e-9


def test_probabilities_agree_with_a_million_draws() -> None:
    rng = np.random.default_rng(5)
    means, sds, k = rng.normal(70, 5, 9), rng.uniform(1, 6, 9), 3
    draws = rng.normal(means, sds, (1_000_000, 9))
    top = (-draws).argsort(axis=1)[:, :k]
    share = np.bincount(top.ravel(), minlength=9) / len(draws)
    assert np.abs(share - stats.top_k_probabilities(means, sds, k)).max() < 0.003  # six standard errors


def test_the_prior_must_be_said() -> None:
    contest = {"id": ["A", "B"], "score": [82, 80]}
    with pytest.raises(TypeError, match="prior"):
        stats.rank_uncertainty(contest, application="id", score="score", k=1, sem=2, sem_df=None)
    with pytest.raises(recruit.Error, match="flat"):
        stats.rank_uncertainty(
            contest, application="id", score="score", k=1, sem=2, sem_df=None, prior="none"
        )
    found = stats.rank_uncertainty(
        contest, application="id", score="score", k=1, sem=2, sem_df=None, prior="flat"
    )
    assert "overstates how sure" in str(found)
    assert found.rows[0].top_k == pytest.approx(0.7602499389)  # normal distribution at 2 / (2 sqrt 2)


@pytest.mark.parametrize(
    ("scores", "k", "sem", "prior", "reason"),
    [
        ([80], 1, 2, "flat", "one_candidate"),
        ([None], 1, 2, "flat", "no_data"),
        ([80, 80], 1, 0, "flat", "tied"),
        ([80, 79], 1, 90, stats.Prior.pooled(1, 500), "negative_component"),
    ],
)
def test_what_cannot_be_told_has_a_reason(
    scores: list[float | None], k: int, sem: float, prior: object, reason: str
) -> None:
    contest = {"id": [str(i) for i in range(len(scores))], "score": scores}
    found = stats.rank_uncertainty(
        contest, application="id", score="score", k=k, sem=sem, sem_df=None, prior=prior
    )
    assert found.all_right.value is None and found.all_right.reason == reason
    assert all(row.reason == reason for row in found)
    assert stats.why(reason) in str(found) and stats.why(reason, "vi") in found.str("vi")


def test_values_of_belief_are_values() -> None:
    for prior in (stats.Prior.flat(), stats.Prior.stated(8), stats.Prior.pooled(9, 40)):
        assert pickle.loads(pickle.dumps(prior)) == prior and hash(prior) == hash(
            pickle.loads(pickle.dumps(prior))
        )
    assert stats.Precision(2, None) == stats.Precision(2, df=None) != stats.Precision(2, 4)
    history = {"contest": ["x", "x", "y", "y"], "score": [70, 74, 60, 62]}
    assert stats.pooled_prior(history, contest="contest", score="score") == stats.Prior.pooled(5**0.5, 2)


def test_calibration_is_the_same_for_any_number_of_threads_and_near_when_the_prior_is_right() -> None:
    how = {"true_sd": 1, "error_sd": 1.5, "error_df": 10, "believed_error_sd": 1.5, "believed_error_df": 10}
    contests = 10_000 if os.environ.get("RECRUIT_NIGHTLY") else 2_000
    right = [
        stats.calibrate_top_k(contests=contests, prior=stats.Prior.stated(1), seed=1, threads=t, **how)
        for t in (1, 2)
    ]
    assert right[0] == right[1]
    print(right[0])
    assert right[0].largest_miss.value < (0.02 if contests == 10_000 else 0.06)
    blunt = {"true_sd": 1, "error_sd": 3, "believed_error_sd": 3, "believed_error_df": None}
    wrong = stats.calibrate_top_k(contests=contests, prior="flat", seed=1, **blunt)
    print(wrong)
    assert wrong.largest_miss.value > 0.1


def test_progress_is_told_and_what_it_raises_stops_the_work() -> None:
    class Enough(Exception):
        pass

    told: list[float] = []

    def stop(share: float) -> None:
        told.append(share)
        raise Enough

    with pytest.raises(Enough):
        stats.calibrate_top_k(
            contests=10_000_000,
            true_sd=1,
            error_sd=1,
            believed_error_sd=1,
            believed_error_df=8,
            prior="flat",
            seed=1,
            progress=stop,
        )
    assert len(told) == 1 and 0 <= told[0] < 1


@pytest.mark.skipif(
    threading.current_thread() is not threading.main_thread(), reason="signals need the main thread"
)
def test_ctrl_c_stops_long_work() -> None:
    timer = threading.Timer(0.5, lambda: os.kill(os.getpid(), signal.SIGINT))
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        stats.calibrate_top_k(
            contests=10_000_000,
            true_sd=1,
            error_sd=1,
            believed_error_sd=1,
            believed_error_df=8,
            prior="flat",
            seed=1,
        )
    timer.join()


# --- worth --------------------------------------------------------------------------------------


def test_what_is_assumed_is_printed() -> None:
    gain = stats.brogden_cronbach_gleser(validity=0.4, sdy=1000, years=3, cost=50, selected=2, candidates=10)
    assert "Assumed validity 0.4000" in str(gain) and "giả định" in gain.str("vi")
    assert gain.no_interval == "no_outcome"
    seen = stats.brogden_cronbach_gleser(
        validity=0.4, validity_n=80, sdy=1000, years=3, cost=50, selected=2, candidates=10
    )
    assert "Assumed validity" not in str(seen) and seen.interval.lower < gain.value < seen.interval.upper


def test_the_field_is_counted_or_a_ratio() -> None:
    few = stats.mean_z_selected(selected=1, candidates=10)
    assert few.value == pytest.approx(1.538752731, abs=1e-9)  # Harter (1961)
    for wrong in ({}, {"selected": 1}, {"selected": 1, "candidates": 10, "selection_ratio": 0.1}):
        with pytest.raises(TypeError, match="selection_ratio"):
            stats.mean_z_selected(**wrong)


def test_expected_order_statistics_agree_with_simulation() -> None:
    rng = np.random.default_rng(2)
    draws = -np.sort(-rng.normal(size=(400_000, 6)), axis=1)
    for rank, mean in itertools.islice(enumerate(draws.mean(axis=0), 1), 6):
        assert stats.expected_order_statistic(rank, 6) == pytest.approx(mean, abs=0.007)


def test_observed_validity_of_a_programme() -> None:
    found = stats.observed_validity(
        {"score": [1, 2, 3, 4, 5], "later": [2, 1, 4, 3, 5]}, score="score", outcome="later"
    )
    assert found.value == pytest.approx(0.8)
    none = stats.observed_validity({"score": [1, 2], "later": [None, None]}, score="score", outcome="later")
    assert none.reason == "no_outcome"


def test_probabilities_are_written_to_what_they_are_worth() -> None:
    """7e-12 in a letter to a council would say more than a model of errors knows."""
    found = stats.rank_uncertainty(
        {"id": ["A", "B"], "score": [80, 60]},
        application="id", score="score", k=1, sem=2, sem_df=None, prior="flat",
    )  # fmt: skip
    assert 0 < found["B"].top_k < 1e-6
    assert found.str("en").count("<0.0001") == 2 and found.str("vi").count(">0,9999") == 2
    assert "e-" not in str(found)
