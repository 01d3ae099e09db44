"""Rates, groups, permutations and quantiles beside scipy and statsmodels: same numbers, and speed.

Every comparison takes random data with zeros, ties, missing values and degenerate cases. A difference of
more than 1e-9 must have a cause that is named here and in docs/stats.md; else the run fails.
"""

from __future__ import annotations

import argparse
import decimal
import math
import sys
import warnings
from typing import Any

import numpy as np
import scipy.stats as st
import statsmodels.api as sm
from recruit import stats
from stats_support import Agreement, ratio, report_all
from statsmodels.stats.contingency_tables import Table2x2
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import (
    confint_proportions_2indep,
    proportion_confint,
    proportion_effectsize,
    proportions_ztest,
)

warnings.simplefilter("ignore")  # peers warn of 0 / 0 where we have a reason


def upper(estimate: Any) -> float | None:
    return None if estimate.interval is None else estimate.interval.upper


def koopman_error(x: int, m: int, y: int, n: int, ratio: float, level: float) -> float:
    """By how much a limit of a ratio misses Koopman's equation, in 50 digits."""
    with decimal.localcontext(prec=50):
        r, half = decimal.Decimal(ratio), decimal.Decimal(st.norm.ppf((1 + level) / 2))
        b = r * (m + y) + x + n
        p = (b - (b * b - 4 * r * (m + n) * (x + y)).sqrt()) / (2 * (m + n))
        variance = p * (1 - p) / m + r * p * (1 - p / r) / n
        return float(abs((decimal.Decimal(x) / m - r * y / n) / variance.sqrt()) - half)


def lower(estimate: Any) -> float | None:
    return None if estimate.interval is None else estimate.interval.lower


def counts(rng: np.random.Generator) -> tuple[int, int]:
    n = int(rng.choice([0, 1, 2, 5, 9, 30, 200, 5000], p=[0.05, 0.1, 0.1, 0.2, 0.2, 0.15, 0.15, 0.05]))
    x = int(rng.choice([0, n, rng.integers(0, n + 1)], p=[0.15, 0.15, 0.7]))
    return x, n


def intervals(rng: np.random.Generator, rounds: int) -> list[Agreement]:
    out = []
    for name, by_statsmodels, by_scipy in (
        ("clopper_pearson", "beta", "exact"),
        ("wilson", "wilson", "wilson"),
        ("wilson_corrected", None, "wilsoncc"),
        ("jeffreys", "jeffreys", None),
    ):
        for peer in ("statsmodels", "scipy"):
            method = by_statsmodels if peer == "statsmodels" else by_scipy
            if method is None:
                continue
            agreement = Agreement(f"rate, {name}, {peer}")
            for _ in range(rounds):
                x, n = counts(rng)
                level = float(rng.choice([0.8, 0.95, 0.999]))
                ours = stats.rate(x, n, interval=name, level=level)
                if n == 0:
                    agreement.check(ours.value, None, (x, n))
                    continue
                if peer == "statsmodels":
                    theirs = proportion_confint(x, n, 1 - level, method=method)
                else:
                    theirs = st.binomtest(x, n).proportion_ci(level, method=method)
                cause = ""
                if name == "jeffreys" and x in (0, n):
                    cause = (
                        "statsmodels' limit is not 0 at x = 0 nor 1 at x = n, so that the rate lies outside"
                    )
                agreement.check(lower(ours), float(theirs[0]), (x, n, level, "lower"), cause)
                agreement.check(upper(ours), float(theirs[1]), (x, n, level, "upper"), cause)
            out.append(agreement)
    return out


def two_groups(rng: np.random.Generator, rounds: int) -> list[Agreement]:
    names = [
        "difference, Newcombe, statsmodels",
        "ratio, Katz, statsmodels",
        "ratio, score, statsmodels",
        "pooled Z: p, statsmodels",
        "Fisher less, scipy",
        "Fisher greater, scipy",
        "Fisher minlike, scipy",
        "odds ratio, conditional, scipy",
        "odds ratio limits, exact, scipy",
        "odds ratio, sample with Woolf, statsmodels",
        "Cohen h, statsmodels",
    ]
    found = {name: Agreement(name) for name in names}
    for _ in range(rounds):
        (a, m), (c, n) = counts(rng), counts(rng)
        f, r, where = (a, m), (c, n), (a, m, c, n)
        empty = m == 0 or n == 0
        flat = empty or a + c in (0, m + n)
        d = stats.rate_difference(f, r)
        katz = stats.rate_ratio(f, r, interval="katz_log")
        score = stats.rate_ratio(f, r, interval="score")
        if empty:
            for name, ours in ((names[0], d), (names[1], katz), (names[2], score)):
                found[name].check(ours.value, None, where)
        else:
            theirs = confint_proportions_2indep(a, m, c, n, compare="diff", method="newcomb")
            found[names[0]].check(lower(d), float(theirs[0]), where)
            found[names[0]].check(upper(d), float(theirs[1]), where)
            if c > 0 and a > 0:
                theirs = Table2x2([[a, m - a], [c, n - c]], shift_zeros=False).riskratio_confint()
                found[names[1]].check(lower(katz), float(theirs[0]), where)
                found[names[1]].check(upper(katz), float(theirs[1]), where)
            if 0 < a < m and 0 < c < n and max(m, n) < 1000:
                theirs = confint_proportions_2indep(
                    a, m, c, n, compare="ratio", method="score", correction=False
                )
                for ours, limit in zip(score.interval, theirs, strict=True):
                    error, theirs_error = (abs(koopman_error(*where, v, 0.95)) for v in (ours, limit))
                    cause = ""
                    if error < 1e-12 < theirs_error:
                        cause = "statsmodels' limit misses the equation by up to 1e-6, ours by 1e-12"
                    found[names[2]].check(ours, float(limit), where, cause)
        z = stats.pooled_z(f, r)
        theirs = math.nan if empty else float(proportions_ztest([a, c], [m, n])[1])
        found[names[3]].check(z.p_value, math.nan if flat else theirs, where)
        cells = [[a, m - a], [c, n - c]]
        for name, tail, alternative in (
            (names[4], "less", "less"),
            (names[5], "greater", "greater"),
            (names[6], "minlike", "two-sided"),
        ):
            p = float(st.fisher_exact(cells, alternative).pvalue)
            ours = stats.fisher(f, r, tail=tail)
            cause = "scipy gives 1 where no table could differ; here the reason says so" if flat else ""
            found[name].check(ours.p_value, p, where, cause)
        odds = stats.odds_ratio(f, r, method="conditional")
        if not flat and m + n < 1000:
            theirs = st.contingency.odds_ratio(cells)
            found[names[7]].check(odds.value, float(theirs.statistic), where)
            limits = theirs.confidence_interval(0.95)
            for ours, limit in ((lower(odds), float(limits.low)), (upper(odds), float(limits.high))):
                found[names[8]].check(ours, limit, where)
        sample = stats.odds_ratio(f, r, method="sample")
        if not flat and 0 < a < m and 0 < c < n:
            table = Table2x2(cells, shift_zeros=False)
            limits = table.oddsratio_confint()
            found[names[9]].check(sample.value, float(table.oddsratio), where)
            found[names[9]].check(lower(sample), float(limits[0]), where)
            found[names[9]].check(upper(sample), float(limits[1]), where)
        if not empty:
            theirs = float(proportion_effectsize(a / m, c / n))
            found[names[10]].check(stats.cohen_h(f, r).value, theirs, where)
    return list(found.values())


def strata(rng: np.random.Generator, rounds: int) -> list[Agreement]:
    names = [
        "Mantel-Haenszel chi2, statsmodels",
        "Mantel-Haenszel chi2 corrected, statsmodels",
        "Mantel-Haenszel odds ratio, statsmodels",
        "its limits, statsmodels",
        "Breslow-Day, statsmodels",
        "Breslow-Day-Tarone, statsmodels",
        "exact conditional, two strata, listing in numpy",
    ]
    found = {name: Agreement(name) for name in names}
    for _ in range(rounds):
        k = int(rng.choice([2, 2, 3, 7]))
        rows: dict[str, list[object]] = {"s": [], "g": [], "o": [], "n": []}
        tables = []
        for i in range(k):
            cells = rng.integers(0, rng.choice([3, 12, 60]), (2, 2))
            tables.append(cells)
            for g in (0, 1):
                for o in (0, 1):
                    rows["s"].append(f"s{i}")
                    rows["g"].append("focal" if g == 0 else "other")
                    rows["o"].append(1 - o)
                    rows["n"].append(int(cells[g, o]))
        rows["s"].append("s0")  # a missing outcome is dropped
        rows["g"].append("focal")
        rows["o"].append(None)
        rows["n"].append(3)
        s = stats.strata(rows, stratum="s", group="g", outcome="o", focal="focal", count="n")
        informative = [t for t in tables if min(t.sum(0)) > 0 and min(t.sum(1)) > 0]
        plain, corrected = (stats.mantel_haenszel(s, continuity=c) for c in (False, True))
        odds = stats.mantel_haenszel_odds_ratio(s)
        where = [t.tolist() for t in tables]
        if not informative:
            found[names[0]].check(plain.statistic, None, where)
            found[names[2]].check(odds.value, None, where)
            continue
        peer = sm.stats.StratifiedTable([t.astype(float) for t in informative])
        found[names[0]].check(plain.statistic, float(peer.test_null_odds().statistic), where)
        theirs = float(peer.test_null_odds(correction=True).statistic)
        deviation = sum(t[0, 0] - t[0].sum() * t[:, 0].sum() / t.sum() for t in informative)
        cause = (
            "statsmodels subtracts 1/2 from a deviation below 1/2 too; R and we do not"
            if abs(deviation) < 0.5
            else ""
        )
        found[names[1]].check(corrected.statistic, theirs, where, cause)
        value = float(peer.oddsratio_pooled)
        found[names[2]].check(odds.value, value if math.isfinite(value) else None, where)
        if odds.value:
            low, high = peer.oddsratio_pooled_confint()
            found[names[3]].check(lower(odds), float(low), where)
            found[names[3]].check(upper(odds), float(high), where)
            for name, tarone in ((names[4], False), (names[5], True)):
                ours = stats.breslow_day(s, tarone=tarone, allow_sparse=True)
                theirs = float(peer.test_equal_odds(adjust=tarone).statistic)
                cause = "statsmodels gives NaN where the common odds ratio is exactly 1" if value == 1 else ""
                if ours.reason is None:
                    found[name].check(ours.statistic, theirs, where, cause)
        if len(informative) == 2:
            p = exact_by_listing(informative)
            found[names[6]].check(stats.exact_conditional(s, tail="minlike").p_value, p, where)
    return list(found.values())


def exact_by_listing(tables: list[Any]) -> float:
    """Both tables' hypergeometric distributions from scipy, convolved."""
    density = np.ones(1)
    seen = 0
    for t in tables:
        m, n, passed = t[0].sum(), t[1].sum(), t[:, 0].sum()
        low, high = max(0, passed - n), min(m, passed)
        density = np.convolve(density, st.hypergeom.pmf(np.arange(low, high + 1), m + n, m, passed))
        seen += t[0, 0] - low
    return float(min(1.0, density[density <= density[seen] * (1 + 1e-7)].sum()))


def marks(rng: np.random.Generator, rounds: int) -> list[Agreement]:
    types = {
        1: "inverted_cdf", 2: "averaged_inverted_cdf", 3: "closest_observation",
        4: "interpolated_inverted_cdf", 5: "hazen",
        6: "weibull", 7: "linear", 8: "median_unbiased", 9: "normal_unbiased",
    }  # fmt: skip
    quantile = Agreement("quantile, nine types, numpy")
    ranks = Agreement("ranks with ties, scipy")
    scores = Agreement("z scores, scipy")
    robust = Agreement("robust z (MAD), scipy")
    percentile = Agreement("percentile ranks, scipy")
    permutation = Agreement("permutation test, exact, scipy")
    stratified = Agreement("holm, statsmodels")
    signed = Agreement("signed rank, scipy")
    chi2 = Agreement("terminal digits, scipy")
    for _ in range(rounds):
        n = int(rng.choice([0, 1, 2, 5, 17, 60]))
        values = rng.integers(0, rng.choice([1, 4, 40]) + 1, n) / 2
        missing = rng.random(n) < 0.1
        data = np.where(missing, np.nan, values)
        kept = values[~missing]
        p = float(rng.choice([0, 1, 0.5, 0.25, rng.random()]))
        for number, method in types.items():
            ours = stats.quantile(data, p, type=number)
            theirs = float(np.quantile(kept, p, method=method)) if len(kept) else None
            quantile.check(ours.value, theirs, (kept.tolist(), p, number))
        for ties, method in (
            ("average", "average"),
            ("min", "min"),
            ("max", "max"),
            ("dense", "dense"),
            ("first", "ordinal"),
        ):
            ours = stats.ranks(data, ties=ties, order="lowest_first")[~missing]
            for a, b in zip(ours, st.rankdata(kept, method) if len(kept) else [], strict=True):
                ranks.check(float(a), float(b), (kept.tolist(), ties))
        for divisor, ddof in (("n", 0), ("n_minus_1", 1)):
            ours = stats.standard_scores(data, score="z", divisor=divisor).to_numpy()[~missing]
            theirs = st.zscore(kept, ddof=ddof) if len(kept) > 1 else np.full(len(kept), np.nan)
            for a, b in zip(ours, theirs, strict=True):
                scores.check(float(a), float(b), kept.tolist())
        mad = float(st.median_abs_deviation(kept, scale="normal")) if len(kept) > 1 else 0.0
        ours = stats.standard_scores(data, score="robust_z", divisor="n").to_numpy()[~missing]
        for a, b in zip(
            ours, (kept - np.median(kept)) / mad if mad else np.full(len(kept), np.nan), strict=True
        ):
            robust.check(float(a), float(b), kept.tolist())
        for convention, kind in (("at_or_below", "weak"), ("below", "strict"), ("half_ties", "mean")):
            ours = stats.percentile_ranks(data, convention=convention).to_numpy()[~missing]
            theirs = [st.percentileofscore(kept, k, kind) for k in kept]
            for a, b in zip(ours, theirs, strict=True):
                percentile.check(float(a), float(b), (kept.tolist(), convention))
        ps = rng.random(int(rng.integers(1, 9))) ** 2
        for a, b in zip(stats.holm(ps.tolist()), multipletests(ps, method="holm")[1], strict=True):
            stratified.check(a, float(b), ps.tolist())
        small = rng.integers(0, 12, int(rng.integers(4, 11))) / 2
        groups = np.where(rng.random(len(small)) < 0.5, "a", "b")
        groups[:4] = ["a", "b", "a", "b"]  # scipy asks for two of each
        for extreme, alternative in (("less", "less"), ("greater", "greater"), ("doubled", "two-sided")):
            ours = stats.permutation_test(
                {"mark": small, "group": groups}, mark="mark", group="group", focal="a", extreme=extreme
            )
            theirs = st.permutation_test(
                (small[groups == "a"], small[groups == "b"]),
                lambda x, y, axis: x.mean(axis) - y.mean(axis),
                alternative=alternative, n_resamples=np.inf, vectorized=True,
            ).pvalue  # fmt: skip
            cause = "constant marks: a reason here, 1 in scipy" if ours.reason == "constant" else ""
            permutation.check(ours.p_value, float(theirs), (small.tolist(), groups.tolist(), extreme), cause)
        before, change = (
            rng.integers(0, 20, 9) / 2,
            rng.permutation(np.arange(1, 10)) * rng.choice([-0.5, 0.5], 9),
        )
        for extreme, alternative in (("less", "less"), ("greater", "greater"), ("doubled", "two-sided")):
            ours = stats.signed_rank(before, before + change, extreme=extreme)
            theirs = st.wilcoxon(change, alternative=alternative, method="exact")
            signed.check(ours.p_value, float(theirs.pvalue), (change.tolist(), extreme))
        digits = rng.integers(0, 100, int(rng.choice([20, 60, 400])))
        ours = stats.terminal_digits(digits, step=1).tests[0]
        theirs = st.chisquare(np.bincount(digits % 10, minlength=10)).pvalue
        cause = "fewer than 5 expected of each digit: too_few here" if len(digits) < 50 else ""
        chi2.check(ours.p_value, float(theirs), len(digits), cause)
    return [quantile, ranks, scores, robust, percentile, permutation, stratified, signed, chi2]


def speed(times: int) -> None:
    print("speed")
    for n in (2_000, 2_000_000, 20_000_000):
        half = n // 2
        f, r = (int(0.4 * half), half), (int(0.4 * half) + round(1.5 * math.sqrt(0.48 * half)), half)
        cells = [[f[0], half - f[0]], [r[0], half - r[0]]]
        ratio(
            f"Fisher, two-sided, n = {n:,}",
            lambda f=f, r=r: stats.fisher(f, r, tail="minlike"),
            {"scipy": lambda cells=cells: st.fisher_exact(cells)},
            times,
        )
    rng = np.random.default_rng(3)
    for n, samples in ((200, 10_000), (2_000, 10_000)):
        values = rng.integers(0, 100_000, n) / 100
        in_a = rng.random(n) < 0.5
        data = {"mark": values, "group": np.where(in_a, "a", "b")}
        a, b = values[in_a], values[~in_a]
        for label, work in (("exact where we can", 200_000_000), (f"{samples:,} sampled", 0)):
            test = stats.permutation_test(
                data, mark="mark", group="group", focal="a", extreme="doubled",
                exact_work=work, samples=samples, seed=1,
            )  # fmt: skip
            if work and test.method != "permutation_exact":
                continue
            ratio(
                f"permutation, n = {n:,}, {label}",
                lambda data=data, work=work, samples=samples: stats.permutation_test(
                    data, mark="mark", group="group", focal="a", extreme="doubled",
                    exact_work=work, samples=samples, seed=1,
                ),
                {
                    "scipy": lambda a=a, b=b, samples=samples: st.permutation_test(
                        (a, b),
                        lambda x, y, axis: x.sum(axis),  # the cheapest statistic with these probabilities
                        n_resamples=samples, vectorized=True, rng=1,
                    )
                },
                times,
            )  # fmt: skip
    values = rng.integers(0, 30, 60) / 2
    data = {"mark": values, "group": ["a"] * 30 + ["b"] * 30}
    ratio(
        "permutation, 30 + 30 half-point marks, exact (scipy samples)",
        lambda: stats.permutation_test(data, mark="mark", group="group", focal="a", extreme="doubled"),
        {
            "scipy": lambda: st.permutation_test(
                (values[:30], values[30:]),
                lambda x, y, axis: x.sum(axis),  # the cheapest statistic with these probabilities
                n_resamples=10_000, vectorized=True, rng=1,
            )
        },
        times,
    )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=300, help="random data sets of each kind")
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--seed", type=int, default=20_260_101)
    options = parser.parse_args()
    rng = np.random.default_rng(options.seed)
    print(f"recruit.stats beside scipy and statsmodels, {options.rounds} random data sets each")
    agreements = [
        *intervals(rng, options.rounds),
        *two_groups(rng, 3 * options.rounds),
        *strata(rng, 3 * options.rounds),
        *marks(rng, options.rounds),
    ]
    same = report_all(agreements)
    speed(options.times)
    if not same:
        sys.exit("some numbers differ without a stated cause")


if __name__ == "__main__":
    main()
