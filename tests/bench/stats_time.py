"""recruit.stats against lifelines and statsmodels (time), and numpy with scipy (P(truly in the top k)).

Agreement on random data sets with ties, open cases and degenerate cases; then speed, same data and machine.
Where packages differ for a stated cause, the cause is counted; docs/stats-time.md explains each.
"""

from __future__ import annotations

import argparse
import sys
import warnings

import lifelines
import numpy as np
from lifelines.statistics import multivariate_logrank_test
from lifelines.utils import restricted_mean_survival_time
from recruit import stats
from scipy import special
from stats_support import Agreement, ratio, report_all
from statsmodels.duration.survfunc import CumIncidenceRight, SurvfuncRight, survdiff

Cases = tuple[np.ndarray, np.ndarray]


def random_cases(rng: np.random.Generator, seed: int) -> Cases:
    """Times and ends of one of several kinds: tied, continuous, nearly all open, all ended, few."""
    kind = seed % 6
    n = int(rng.integers(1, 6)) if kind == 5 else int(rng.integers(6, 80))
    times = rng.exponential(20, n) if kind == 1 else rng.integers(1, 15, n).astype(float)
    chance = {2: 0.1, 3: 1.0, 4: 0.0}.get(kind, 0.6)
    return times, (rng.random(n) < chance).astype(int)


def compare_curves(sets: int) -> list[Agreement]:
    survival = Agreement("Kaplan-Meier, lifelines: S(t)")
    limits = Agreement("  its log-log limits")
    median = Agreement("  its median, first time")
    mean = Agreement("  restricted mean time")
    survfunc = Agreement("Kaplan-Meier, statsmodels: S(t)")
    error = Agreement("  Greenwood's standard error")
    for seed in range(sets):
        times, ends = random_cases(np.random.default_rng(seed), seed)
        curve = stats.Durations(times, ends).kaplan_meier(interval="log_log")
        fitted = lifelines.KaplanMeierFitter().fit(times, ends)
        at = fitted.survival_function_["KM_estimate"]
        low, high = fitted.confidence_interval_.columns
        for step in curve.steps:
            survival.check(step.value, float(at.loc[step.time]), seed)
            row = fitted.confidence_interval_.loc[step.time]
            cause = "S is 0: lifelines gives limits of 0" if step.value == 0 else ""
            limits.check(step.lower, float(row[low]), seed, cause)
            limits.check(step.upper, float(row[high]), seed, cause)
        ours, theirs = curve.median(flat="first"), float(fitted.median_survival_time_)
        if np.isinf(theirs):
            median.check(ours.value, None, seed)
        else:
            exactly = any(abs(step.value - 0.5) < 1e-9 for step in curve.steps)
            median.check(ours.value, theirs, seed, "S is 1/2 but for rounding" if exactly else "")
        horizon = float(times.max())
        mean.check(
            curve.restricted_mean(horizon).value,
            float(restricted_mean_survival_time(fitted, t=horizon)),
            seed,
        )
        if ends.any():
            peer = SurvfuncRight(times, ends)
            for t, s, e in zip(peer.surv_times, peer.surv_prob, peer.surv_prob_se, strict=True):
                here = curve.at(float(t))
                survfunc.check(here.value, float(s), seed)
                error.check(here.standard_error, float(e), seed)
    return [survival, limits, median, mean, survfunc, error]


def compare_tests(sets: int) -> list[Agreement]:
    by_lifelines = Agreement("log-rank, lifelines: chi-squared and p")
    by_statsmodels = Agreement("log-rank, statsmodels")
    stratified = Agreement("log-rank within strata, statsmodels")
    for seed in range(sets):
        rng = np.random.default_rng(1000 + seed)
        times, ends = random_cases(rng, seed)
        groups = rng.integers(0, int(rng.integers(2, 5)), len(times))
        data = {"t": times, "e": ends, "g": groups, "s": rng.integers(0, 3, len(times))}
        ours = stats.log_rank(data, time="t", event="e", by="g")
        known = len(set(groups)) > 1 and ends.any()
        if not known:
            by_lifelines.check(ours.p_value, None, seed)
            continue
        try:
            theirs = multivariate_logrank_test(times, groups, ends)
            chi, p = float(theirs.test_statistic), float(theirs.p_value)
        except (np.linalg.LinAlgError, ValueError):
            chi, p = float("nan"), float("nan")
        kept = ours.df == len(set(groups)) - 1
        cause = "" if kept else "a group left before anybody ended"
        if ours.reason in ("nobody_at_risk", "constant"):
            cause = "nobody to compare with"
        by_lifelines.check(ours.statistic, chi, seed, cause)
        by_lifelines.check(ours.p_value, p, seed, cause)
        try:
            chi, p = survdiff(times, ends, groups)
        except (np.linalg.LinAlgError, ValueError):
            chi = float("nan")
        by_statsmodels.check(ours.statistic, float(chi), seed, cause)
        try:
            chi, _ = survdiff(times, ends, groups, strata=data["s"])
        except (np.linalg.LinAlgError, ValueError, IndexError, KeyError):
            continue
        found = stats.log_rank(data, time="t", event="e", by="g", strata="s")
        same = found.df == len(set(groups)) - 1
        stratified.check(found.statistic, float(chi), seed, "" if same else "nobody to compare with")
    return [by_lifelines, by_statsmodels, stratified]


def compare_incidence(sets: int) -> list[Agreement]:
    value = Agreement("Aalen-Johansen, lifelines: F(t), no ties")
    limits = Agreement("  its log-log limits")
    incidence = Agreement("Aalen-Johansen, statsmodels: F(t), ties")
    error = Agreement("  its standard error")
    for seed in range(sets):
        rng = np.random.default_rng(2000 + seed)
        n = int(rng.integers(3, 60))
        tied = rng.integers(1, 15, n).astype(float)
        apart = rng.permutation(n).astype(float) + 1
        causes = int(rng.integers(1, 4))
        ends = rng.integers(0 if seed % 5 else 1, causes + 1, n)
        if ends.max() < 1:
            continue
        curves = stats.Durations(apart, ends, causes).aalen_johansen(interval="log_log")
        fitted = lifelines.AalenJohansenFitter(calculate_variance=True).fit(apart, ends, event_of_interest=1)
        at = fitted.cumulative_density_.iloc[:, 0]
        for step in curves[0].steps:
            value.check(step.value, float(at.loc[step.time]), seed)
            row = fitted.confidence_interval_.loc[step.time]
            # Nobody is left: lifelines divides by n - d = 0; F is 0 or 1: its double logarithm has no limits.
            over = step.at_risk == 1 and step.censored == 0
            cause = "the last case ended" if over else "F is 0 or 1" if step.value in (0, 1) else ""
            # lifelines names the lower of the two "upper": compared by size.
            limits.check(step.lower, float(row.min()), seed, cause)
            limits.check(step.upper, float(row.max()), seed, cause)
        peer = CumIncidenceRight(tied, ends)
        curves = stats.Durations(tied, ends, causes).aalen_johansen(interval="log_log")
        for cause_number, (ours, probability, errors) in enumerate(
            zip(curves, peer.cinc, peer.cinc_se, strict=False)
        ):
            for t, f, e in zip(peer.times, probability, errors, strict=True):
                here = ours.at(float(t))
                incidence.check(here.value, float(f), (seed, cause_number))
                last = ours.steps[-1].time == t and ours.steps[-1].censored == 0
                error.check(
                    here.standard_error, float(e), (seed, cause_number), "the last case ended" if last else ""
                )
    return [value, limits, incidence, error]


def numpy_top_k(means: np.ndarray, sds: np.ndarray, k: int, nodes: int) -> np.ndarray:
    """The best we know of in numpy: Gauss-Legendre nodes in columns; counts below k, Poisson-binomial,
    built candidate by candidate; then all leave-one-out tails at once by running the recursion backwards."""
    low, high = np.sort(means - 8.3 * sds)[-k], (means + 8.3 * sds).max()
    points, weights = np.polynomial.legendre.leggauss(nodes)
    points, weights = low + (high - low) * (points + 1) / 2, weights * (high - low) / 2
    z = (points[:, None] - means) / sds
    above = special.ndtr(-z)
    n = len(means)
    counts = np.zeros((n + 1, nodes, k))
    counts[0, :, 0] = 1
    for i in range(n):
        p = above[:, i, None]
        counts[i + 1] = counts[i] * (1 - p)
        counts[i + 1, :, 1:] += counts[i, :, :-1] * p
    rest = np.ones((nodes, k))  # P(the later candidates keep the count below k | count so far)
    tails = np.empty((nodes, n))
    for i in range(n - 1, -1, -1):
        tails[:, i] = np.einsum("qk,qk->q", counts[i], rest)
        p = above[:, i, None]
        before = rest * (1 - p)
        before[:, :-1] += rest[:, 1:] * p
        rest = before
    density = np.exp(-0.5 * z * z) / (sds * np.sqrt(2 * np.pi))
    return (weights[:, None] * density * tails).sum(axis=0)


def numpy_first(means: np.ndarray, sds: np.ndarray, nodes: int) -> np.ndarray:
    """The best we know of in numpy for k = 1: the product over all, each divided out again, on nodes where it
    is not 0."""
    low, high = (means - 8.3 * sds).max(), (means + 8.3 * sds).max()
    points, weights = np.polynomial.legendre.leggauss(nodes)
    points, weights = low + (high - low) * (points + 1) / 2, weights * (high - low) / 2
    z = (points[:, None] - means) / sds
    below = special.ndtr(z)
    weights = weights * below.prod(axis=1)
    return weights @ (np.exp(-0.5 * z * z) / below) / (sds * np.sqrt(2 * np.pi))


def compare_probabilities(sets: int) -> list[Agreement]:
    found = Agreement("P(top k), numpy and scipy")
    for seed in range(sets):
        rng = np.random.default_rng(3000 + seed)
        n = int(rng.integers(2, 40))
        means = np.full(n, 70.0) if seed % 7 == 0 else rng.normal(70, 8, n).round(int(rng.integers(0, 3)))
        sds = np.full(n, 2.5) if seed % 2 else rng.uniform(1, 5, n)
        k = int(rng.integers(1, n + 1))
        ours, theirs = stats.top_k_probabilities(means, sds, k), numpy_top_k(means, sds, k, 400)
        for a, b in zip(ours, theirs, strict=True):
            found.check(float(a), float(b), seed)
    return [found]


def speed(times: int) -> None:
    rng = np.random.default_rng(7)
    print("P(truly in the top k) of 2,000 candidates; numpy with as many nodes as 1e-9 needs")
    means, sds = rng.normal(70, 8, 2000), np.full(2000, 3.0)
    for k in (1, 2, 5, 20, 100):
        exact = stats.top_k_probabilities(means, sds, k)
        calls = {"numpy": lambda q, k=k: numpy_top_k(means, sds, k, q)}
        if k == 1:
            calls["numpy, product"] = lambda q: numpy_first(means, sds, q)
        peers = {}
        for name, call in calls.items():
            nodes = next(
                q for q in (48, 64, 80, 96, 128, 192, 256, 384, 512) if np.abs(call(q) - exact).max() < 1e-9
            )
            peers[f"{name}, {nodes} nodes"] = lambda call=call, nodes=nodes: call(nodes)
        for threads in (1, 2):
            ratio(
                f"k = {k}, {threads} thread{'s' if threads > 1 else ''}",
                lambda k=k, threads=threads: stats.top_k_probabilities(means, sds, k, threads=threads),
                peers,
                times,
            )
    print("Kaplan-Meier of 200,000 cases with limits, times of 3,000 days")
    days, ends = rng.integers(0, 3000, 200_000).astype(float), rng.integers(0, 2, 200_000)
    ratio(
        "stats.Durations and kaplan_meier",
        lambda: stats.Durations(days, ends).kaplan_meier(interval="log_log"),
        {
            "lifelines": lambda: lifelines.KaplanMeierFitter().fit(days, ends),
            "statsmodels": lambda: SurvfuncRight(days, ends),
        },
        times,
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", type=int, default=320, help="random data sets of each comparison")
    parser.add_argument("--times", type=int, default=5)
    options = parser.parse_args()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of peers, on degenerate data
        with np.errstate(all="ignore"):
            print(f"{options.sets} random data sets each: ties, open cases, degenerate cases")
            good = report_all(
                compare_curves(options.sets)
                + compare_tests(options.sets)
                + compare_incidence(options.sets)
                + compare_probabilities(options.sets)
            )
        speed(options.times)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
