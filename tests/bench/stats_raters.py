"""Raters and papers beside pingouin, krippendorff, irrCAC, statsmodels and scipy: same numbers, and speed.

Every comparison takes random data with ties, missing values and degenerate cases. A difference of more than
1e-9 must have a cause that is named here and in docs/stats-raters.md; else the run fails. A package that is
not installed is named, and its comparisons are left out.
"""

from __future__ import annotations

import argparse
import importlib
import sys
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import scipy.stats as st
from recruit import stats
from stats_support import Agreement, ratio, report_all, timed
from statsmodels.stats import inter_rater

warnings.simplefilter("ignore")  # peers warn of 0 / 0 where we have a reason


def optional(name: str) -> Any:
    """A peer, or None where it is not installed."""
    try:
        return importlib.import_module(name)
    except ImportError as error:
        print(f"  not installed, its comparisons are left out: {name} ({error})")
        return None


def attempt(work: Callable[[], Any]) -> Any:
    """What a peer says, or None where it raises: that is how some say "undefined"."""
    try:
        return work()
    except (ArithmeticError, AssertionError, AttributeError, IndexError, KeyError, TypeError, ValueError):
        return None


def marks(rng: np.random.Generator) -> np.ndarray:
    """Units by raters: half marks with ties, sometimes with gaps, sometimes all alike."""
    n, k = int(rng.choice([1, 2, 3, 5, 12, 40])), int(rng.choice([1, 2, 3, 5], p=[0.1, 0.3, 0.3, 0.3]))
    truth = rng.normal(14, rng.choice([0, 1, 4]), (n, 1)) + rng.normal(0, rng.choice([0, 2]), k)
    out = np.round(2 * (truth + rng.normal(0, rng.choice([0, 1, 3]), (n, k)))) / 2
    if rng.random() < 0.05:
        out[:] = 7
    if rng.random() < 0.4:
        out[rng.random((n, k)) < 0.15] = np.nan
    return out


def categories(rng: np.random.Generator, raters: int | None = None) -> tuple[np.ndarray, list[int]]:
    """Units by raters on a scale from 1, some of it unused, with gaps."""
    n = int(rng.choice([1, 2, 5, 12, 60]))
    k = raters or int(rng.choice([2, 3, 5]))
    size = int(rng.choice([2, 3, 5]))
    truth = rng.integers(1, size + 1, (n, 1))
    guess = rng.integers(1, size + 1, (n, k))
    out = np.where(rng.random((n, k)) < rng.choice([0.3, 0.8, 1.0]), truth, guess).astype(float)
    if rng.random() < 0.1:
        out[:] = 1
    if rng.random() < 0.5:
        out[rng.random((n, k)) < 0.2] = np.nan
    return out, list(range(1, size + 1))


def intraclass(rng: np.random.Generator, rounds: int, pingouin: Any) -> list[Agreement]:
    names = ("value", "F", "lower limit", "upper limit")
    found = {name: Agreement(f"ICC, six forms: {name}, pingouin") for name in names}
    if pingouin is None:
        return []
    for name in ("round.column.CI95", "round.column.CI95%"):
        pingouin.options[name] = None  # its limits are rounded to two decimals
    for _ in range(rounds):
        m = marks(rng)
        n, k = m.shape
        long = pd.DataFrame({"u": np.repeat(np.arange(n), k), "r": np.tile(np.arange(k), n), "y": m.ravel()})
        ours = stats.icc(m, interval="spearman_brown", missing="listwise")
        anova = stats.ratings_anova(m, missing="listwise")
        theirs = attempt(
            lambda long=long: pingouin.intraclass_corr(
                long, targets="u", raters="r", ratings="y", nan_policy="omit"
            )
        )
        for i, form in enumerate(("ICC(1)", "ICC(A,1)", "ICC(C,1)", "ICC(k)", "ICC(A,k)", "ICC(C,k)")):
            row = ours[form]
            test = anova.tests[0 if form in ("ICC(1)", "ICC(k)") else 1]
            where = (m.tolist(), form)
            if theirs is None:
                marked = k * int((~np.isnan(m).any(axis=1)).sum())
                cause = "pingouin refuses fewer than 5 marks" if marked < 5 else ""
                found["value"].check(row.value, None, where, cause)
                continue
            line = theirs.iloc[i]
            limits = next(line[c] for c in theirs.columns if c.startswith("CI95"))
            cause = ""
            if test.reason is not None or row.no_interval is not None or row.value is None or row.value == 1:
                cause = (
                    "no error, or no difference at all: pingouin divides what rounding left (inf, NaN, noise)"
                )
            found["value"].check(row.value, float(line["ICC"]), where, cause)
            found["F"].check(test.statistic, float(line["F"]), where, cause)
            lower, upper = row.interval if row.interval else (None, None)
            found["lower limit"].check(lower, float(limits[0]), where, cause)
            found["upper limit"].check(upper, float(limits[1]), where, cause)
    return list(found.values())


def alphas(rng: np.random.Generator, rounds: int, krippendorff: Any) -> list[Agreement]:
    if krippendorff is None:
        return []
    metrics = ("nominal", "ordinal", "interval", "ratio")
    found = {metric: Agreement(f"Krippendorff's alpha, {metric}, krippendorff") for metric in metrics}
    for _ in range(rounds):
        m = marks(rng) if rng.random() < 0.5 else categories(rng)[0]
        m = np.abs(m)
        r = stats.ratings(m)
        for metric in metrics:
            ours = stats.krippendorff_alpha(r, metric=metric)
            theirs = attempt(
                lambda m=m, metric=metric: float(
                    krippendorff.alpha(reliability_data=m.T, level_of_measurement=metric)
                )
            )
            cause = ""
            if ours.reason == "one_category":
                cause = "one category in units with two ratings: a reason here, NaN or noise there"
            found[metric].check(ours.value, theirs, m.tolist(), cause)
    return list(found.values())


def coefficients(rng: np.random.Generator, rounds: int, raw: Any) -> list[Agreement]:
    functions = {
        "gwet": stats.gwet_ac,
        "fleiss": stats.fleiss_kappa,
        "conger": stats.conger_kappa,
        "krippendorff": stats.krippendorff_weighted,
        "bp": stats.brennan_prediger,
    }
    if raw is None:
        return []
    functions = {name: work for name, work in functions.items() if hasattr(raw.CAC, name)}
    names = {"unweighted": "identity", "linear": "linear", "quadratic": "quadratic", "ordinal": "ordinal"}
    found = {
        (name, part): Agreement(f"{name}: {part}, irrCAC")
        for name in functions
        for part in ("value", "standard error", "lower limit")
    }
    for _ in range(rounds):
        m, scale = categories(rng)
        weights = str(rng.choice(list(names)))
        r = stats.ratings(m, scale=scale)
        for name, work in functions.items():
            ours = work(r, weights=weights)
            theirs = attempt(
                lambda m=m, scale=scale, weights=weights, name=name: getattr(
                    raw.CAC(pd.DataFrame(m), weights=names[weights], categories=scale, digits=15), name
                )()["est"]
            )
            where = (m.tolist(), weights)
            if theirs is None:
                rated = (~np.isnan(m)).sum(axis=1)
                units = int((rated >= (2 if name == "krippendorff" else 1)).sum())
                cause = "one unit: irrCAC divides by 0 and raises" if units == 1 else ""
                found[name, "value"].check(ours.value, None, where, cause)
                continue
            values = float(theirs["coefficient_value"]), float(theirs["se"])
            lower = float(theirs["confidence_interval"][0])
            cause = ""
            if ours.value is None:
                cause = f"{ours.reason}: a reason here, NaN or noise in irrCAC"
            elif np.isnan(m).all(axis=0).any():
                cause = "a rater without a rating: left out here, NaN in irrCAC"
            found[name, "value"].check(ours.value, values[0], where, cause)
            if len(m) > 1 and ours.interval is not None:
                found[name, "standard error"].check(ours.standard_error, values[1], where, cause)
                found[name, "lower limit"].check(ours.interval.lower, lower, where, cause)
    return list(found.values())


def kappas(rng: np.random.Generator, rounds: int) -> list[Agreement]:
    cohen, error = Agreement("Cohen's kappa, statsmodels"), Agreement("its standard error, statsmodels")
    fleiss = Agreement("Fleiss' kappa, statsmodels")
    for _ in range(rounds):
        m, scale = categories(rng, 2)
        both = m[~np.isnan(m).any(axis=1)].astype(int)
        r = stats.ratings(m, scale=scale)
        for weights, wt in (("unweighted", None), ("linear", "linear"), ("quadratic", "quadratic")):
            ours = stats.cohen_kappa(r, "0", "1", weights=weights)
            table = np.zeros((len(scale), len(scale)))
            np.add.at(table, (both[:, 0] - 1, both[:, 1] - 1), 1)
            theirs = inter_rater.cohens_kappa(table, wt=wt) if len(both) else None
            cause = "one category: a reason here, NaN or noise there" if ours.reason == "one_category" else ""
            value = None if theirs is None else float(theirs.kappa)
            cohen.check(ours.value, value, (m.tolist(), weights), cause)
            if theirs is not None and ours.value is not None:
                variance = float(theirs.var_kappa)
                cause = "statsmodels' variance is below 0 by rounding: NaN" if variance < 0 else ""
                if ours.standard_error < 1e-7:
                    cause = "a standard error of 0: what rounding leaves under the root"
                error.check(ours.standard_error, float(theirs.std_kappa), (m.tolist(), weights), cause)
        m, scale = categories(rng)
        complete = m[~np.isnan(m).any(axis=1)]
        if len(complete):
            ours = stats.fleiss_kappa(stats.ratings(complete, scale=scale))
            counts = np.stack([(complete == c).sum(axis=1) for c in scale], axis=1)
            cause = "one category: a reason here, NaN there" if ours.reason else ""
            fleiss.check(
                ours.value, float(inter_rater.fleiss_kappa(counts, "fleiss")), complete.tolist(), cause
            )
    return [cohen, error, fleiss]


def rankings(rng: np.random.Generator, rounds: int) -> list[Agreement]:
    peers = {
        "spearman": lambda x, y: st.spearmanr(x, y).statistic,
        "kendall_tau_b": lambda x, y: st.kendalltau(x, y, variant="b").statistic,
        "kendall_tau_c": lambda x, y: st.kendalltau(x, y, variant="c").statistic,
        "somers_d": lambda x, y: st.somersd(x, y).statistic,
    }
    found = {name: Agreement(f"{name}, scipy") for name in peers}
    exact = Agreement("Kendall's test, exact, scipy")
    normal = Agreement("Kendall's test, normal with ties, scipy")
    friedman = Agreement("Kendall's W by Friedman's chi-squared, scipy")
    for _ in range(rounds):
        n = int(rng.choice([2, 3, 6, 15, 60]))
        x = rng.integers(0, rng.choice([1, 3, 100]) + 1, n) / 2
        y = np.round(x * rng.choice([-1, 0, 1]) + rng.integers(0, 8, n) / 2, 1)
        gaps = rng.random(n) < 0.1
        kept = (x[~gaps], y[~gaps])
        with_gaps = np.where(gaps, np.nan, x)
        for name, peer in peers.items():
            ours = stats.rank_correlation(with_gaps, y, coefficient=name)
            theirs = attempt(lambda peer=peer, kept=kept: float(peer(*kept))) if len(kept[0]) > 1 else None
            cause = f"{ours.reason}: a reason here, 0 or NaN in scipy" if ours.reason else ""
            found[name].check(ours.value, theirs, (kept[0].tolist(), kept[1].tolist()), cause)
        if len(kept[0]) > 1:
            test = stats.kendall_test(*kept)
            method = "exact" if test.method == "kendall_exact" else "asymptotic"
            theirs = float(st.kendalltau(*kept, method=method).pvalue)
            (exact if method == "exact" else normal).check(
                test.p_value, theirs, (kept[0].tolist(), kept[1].tolist())
            )
        shuffled = rng.permutation(n)
        exact.check(
            stats.kendall_test(np.arange(n), shuffled).p_value,
            float(st.kendalltau(np.arange(n), shuffled, method="exact").pvalue),
            shuffled.tolist(),
        )
        m = marks(rng)
        m = m[~np.isnan(m).any(axis=1)]
        if m.shape[1] >= 3 and len(m) >= 2:
            ours = stats.kendall_w_test(m)
            theirs = attempt(lambda m=m: float(st.friedmanchisquare(*m).statistic)) if len(m) >= 3 else None
            if theirs is None and len(m) < 3:
                continue
            cause = "constant: a reason here" if ours.reason else ""
            # scipy ranks units within raters if raters are its blocks: its samples are our units.
            friedman.check(ours.statistic, theirs, m.tolist(), cause)
    return [*found.values(), exact, normal, friedman]


def papers(rng: np.random.Generator, rounds: int, pingouin: Any) -> list[Agreement]:
    numpy = Agreement("alpha and item-rest correlation, numpy")
    own = Agreement("alpha, pingouin")
    for _ in range(rounds):
        n, k = int(rng.choice([2, 5, 30, 200])), int(rng.choice([2, 3, 10]))
        ability = rng.normal(0, 1, (n, 1))
        scores = (ability + rng.normal(0, 1, (n, k)) > rng.normal(0, 1, k)).astype(float)
        if rng.random() < 0.3:
            scores[rng.random((n, k)) < 0.05] = np.nan
        complete = scores[~np.isnan(scores).any(axis=1)]
        ours = stats.exam_reliability(scores, missing="listwise")["", "alpha"]
        flat = len(complete) < 2 or complete.sum(axis=1).var() < 1e-12
        theirs = None
        if not flat:
            theirs = k / (k - 1) * (1 - complete.var(axis=0, ddof=1).sum() / complete.sum(axis=1).var(ddof=1))
        numpy.check(ours.value, theirs, scores.tolist())
        items = stats.item_analysis(scores, missing="listwise")
        for j in range(k):
            row = items[str(j), "point_biserial_corrected"]
            rest = complete.sum(axis=1) - complete[:, j] if len(complete) else complete
            told = len(complete) > 1 and complete[:, j].std() > 0 and rest.std() > 0
            numpy.check(row.value, float(np.corrcoef(complete[:, j], rest)[0, 1]) if told else None)
        if pingouin is not None and len(complete) > 1:
            value = attempt(
                lambda scores=scores: pingouin.cronbach_alpha(
                    pd.DataFrame(scores).rename(columns=str), nan_policy="listwise"
                )[0]
            )
            cause = "all totals equal: a reason here, -inf or noise in pingouin" if ours.reason else ""
            own.check(ours.value, None if value is None else float(value), scores.tolist(), cause)
    return [numpy, own] if pingouin is not None else [numpy]


def speed(times: int, pingouin: Any, krippendorff: Any, raw: Any, metrics: Any) -> None:
    print("speed")
    rng = np.random.default_rng(3)
    n = 60_000
    m = np.round(2 * (rng.normal(14, 3, (n, 1)) + rng.normal(0, 1, (n, 2)))) / 2
    long = pd.DataFrame({"u": np.repeat(np.arange(n), 2), "r": np.tile([0, 1], n), "y": m.ravel()})
    if pingouin is not None:
        peers = {"pingouin": lambda: pingouin.intraclass_corr(long, targets="u", raters="r", ratings="y")}
        ratio(
            f"ICC, six forms with limits, {n:,} x 2, long",
            lambda: stats.icc(long, target="u", rater="r", score="y", interval="spearman_brown"),
            peers,
            times,
        )
        ratio(
            f"ICC, six forms with limits, {n:,} x 2, wide (pingouin takes long only)",
            lambda: stats.icc(m, interval="spearman_brown"),
            peers,
            times,
        )
    two = np.where(rng.random((n, 2)) < 0.8, rng.integers(1, 6, (n, 1)), rng.integers(1, 6, (n, 2)))
    real = two.astype(float)
    scale = [1, 2, 3, 4, 5]

    def statsmodels_kappa() -> Any:
        table = inter_rater.to_table(two)[0]
        return inter_rater.cohens_kappa(table)

    def own_kappa() -> Any:
        return stats.cohen_kappa(stats.ratings(real, scale=scale), "0", "1")

    peers = {"statsmodels": statsmodels_kappa}
    if metrics is not None:
        peers["sklearn, no limits"] = lambda: metrics.cohen_kappa_score(two[:, 0], two[:, 1], labels=scale)
    ratio(f"Cohen's kappa from {n:,} x 2 ratings, limits", own_kappa, peers, times)
    prepared = stats.ratings(real, scale=scale)
    if raw is not None:
        frame = pd.DataFrame(real)
        for name, work in (("fleiss", stats.fleiss_kappa), ("gwet", stats.gwet_ac)):
            ratio(
                f"{name} from {n:,} x 2 ratings, limits",
                lambda work=work: work(stats.ratings(real, scale=scale)),
                {"irrCAC": lambda name=name: getattr(raw.CAC(frame, categories=scale), name)()},
                times,
            )
    seconds = timed(lambda: stats.fleiss_kappa(prepared), times)
    print(f"  {'Fleiss from Ratings that are there already':52} recruit {seconds:10.6f} s")
    panel = rng.normal(14, 3, (300, 1)) + rng.normal(0, 1, (300, 5))
    halves = np.round(2 * panel) / 2
    for label, values in (("real-valued", panel), ("half marks", halves)):
        r = stats.ratings(values)
        seconds = timed(
            lambda r=r: stats.krippendorff_alpha(r, metric="interval", replicates=1000, seed=1), times
        )
        print(
            f"  {f'alpha, interval, 300 x 5 {label}, 1,000 replicates':52} recruit {seconds:10.6f} s", end=""
        )
        if krippendorff is None:
            print()
            continue
        distinct = len(np.unique(values))
        need = 3 * 8 * len(values) * distinct**2 / 1e9
        if need > 4:
            print(
                f"   krippendorff: not run, one replicate alone builds {len(values)} x {distinct} "
                f"x {distinct} numbers (some {need:.0f} GB)"
            )
            small = values[:60]
            one = timed(
                lambda small=small: krippendorff.alpha(
                    reliability_data=small.T, level_of_measurement="interval"
                ),
                times,
            )
            print(
                f"    one alpha of its first 60 units: krippendorff {one:.6f} s "
                f"({one / seconds:.1f} x 1,000 replicates of ours of all 300)"
            )
            continue
        domain = np.unique(values)
        counts = np.stack([(values == v).sum(axis=1) for v in domain], axis=1)

        def replicate(counts: Any = counts, domain: Any = domain) -> Any:
            picked = counts[rng.integers(0, len(counts), len(counts))]
            return krippendorff.alpha(
                value_counts=picked, value_domain=domain, level_of_measurement="interval"
            )

        one = timed(replicate, max(times, 5))
        print(
            f"   krippendorff {1000 * one:10.3f} s, 1,000 times one replicate ({1000 * one / seconds:8.1f} x)"
        )
    contests = pd.DataFrame(
        [
            (f"c{c}", f"a{a}", f"m{j}", float(rng.normal()))
            for c in range(115)
            for a in range(int(rng.integers(2, 7)))
            for j in range(5)
        ],
        columns=["contest", "candidate", "member", "mark"],
    )
    columns = dict(contest="contest", candidate="candidate", member="member", mark="mark")
    for method in ("anova", "reml"):
        seconds = timed(
            lambda method=method: stats.variance_components(
                contests, method=method, replicates=2000, seed=1, **columns
            ),
            times,
        )
        label = f"variance components, 115 contests, {method}, 2,000 replicates"
        print(f"  {label:52} recruit {seconds:10.6f} s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=600, help="random data sets of each kind")
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--seed", type=int, default=20_260_101)
    options = parser.parse_args()
    rng = np.random.default_rng(options.seed)
    print(f"recruit.stats beside other packages, {options.rounds} random data sets each")
    pingouin, krippendorff = optional("pingouin"), optional("krippendorff")
    raw = optional("irrCAC.raw")
    agreements = [
        *intraclass(rng, options.rounds, pingouin),
        *alphas(rng, options.rounds, krippendorff),
        *coefficients(rng, options.rounds, raw),
        *kappas(rng, options.rounds),
        *rankings(rng, options.rounds),
        *papers(rng, options.rounds, pingouin),
    ]
    same = report_all(agreements)
    speed(options.times, pingouin, krippendorff, raw, optional("sklearn.metrics"))
    if not same:
        sys.exit("some numbers differ without a stated cause")


if __name__ == "__main__":
    main()
