"""recruit.stats: rates, groups, openness, integrity and quantiles; reference numbers and use."""

from __future__ import annotations

import copy
import math
import pickle
import re
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
import recruit
from recruit import stats
from stats_oracle import Group, table


def pair(args: str, name: str) -> tuple[int, int]:
    words = args.split()
    passed, n = words[words.index(name) + 1].split("/")
    return int(passed), int(n)


def test_intervals_of_a_rate() -> None:
    group = Group("binom_ci")
    for row in group:
        method = "wilson_corrected" if row.method == "wilson_cc" else row.method
        level = 1 - row.argument("alpha") if "alpha" in row.args else row.argument("level")
        found = stats.rate(int(row.argument("x")), int(row.argument("n")), interval=method, level=level)
        lower, upper = found.interval
        if method == "mid_p":  # exactci stops its search at 1.2e-4: see the C++ test of the definition
            row.tol = 2e-5
        group.check(row, lower if row.statistic == "lo" else upper)
    group.done()


def test_difference_of_rates() -> None:
    group = Group("diff_ci")
    found = stats.rate_difference((56, 70), (48, 80))
    for statistic, got in zip(("diff", "lo", "hi"), (found.value, *found.interval), strict=True):
        group.check_named("newcombe_hybrid_score", statistic, got)
    group.done()


def test_adverse_impact() -> None:
    group = Group("adverse_impact")
    for row in group:
        f, r = pair(row.args, "focal"), pair(row.args, "ref")
        odds = stats.odds_ratio(f, r, method="conditional")
        ratio = stats.impact_ratio(f, r, interval="katz_log")
        z = stats.pooled_z(f, r)
        fisher = {
            (tail, mid): stats.fisher(f, r, tail=tail, mid_p=mid).p_value
            for tail in ("minlike", "central")
            for mid in (False, True)
        }
        found = {
            ("impact_ratio", "IR=focal/ref"): ratio.value,
            ("risk_ratio_ci_log", "lo"): ratio.interval.lower,
            ("risk_ratio_ci_log", "hi"): ratio.interval.upper,
            ("z_pooled", "z"): z.statistic,
            ("z_pooled", "p2"): z.p_value,
            ("fisher_two_sided_minlike", "p"): fisher["minlike", False],
            ("fisher_two_sided_central", "p"): fisher["central", False],
            ("mid_p_two_sided_minlike", "p"): fisher["minlike", True],
            ("mid_p_two_sided_central", "p"): fisher["central", True],
            ("cond_mle_odds_ratio", "or"): odds.value,
            ("cond_mle_odds_ratio", "lo"): odds.interval.lower,
            ("cond_mle_odds_ratio", "hi"): odds.interval.upper,
            ("cohen_h", "h"): stats.cohen_h(f, r).value,
            ("phi", "phi"): stats.phi(f, r).value,
            ("shortfall", "n"): stats.shortfall(f, r, convention="overall_rate").value,
        }
        group.check(row, found[row.method, row.statistic])
    group.done()


def test_counts_of_two_parts_merge_to_those_of_the_whole_and_give_the_same_impact() -> None:
    rows = {
        "sex": ["f", "m", "f", "m", None, "f", "x", "m"],
        "passed": [True, True, False, False, True, True, None, True],
    }
    conventions: dict[str, Any] = {
        **{"tail": "minlike", "shortfall": "overall_rate", "rates": "wilson", "ratio": "katz_log"},
    }
    whole = stats.count_by_group(rows, group="sex", outcome="passed")
    halves = [
        stats.count_by_group(
            {name: cells[part] for name, cells in rows.items()}, group="sex", outcome="passed"
        )
        for part in (slice(None, 3), slice(3, None))
    ]
    merged = halves[0] + halves[1]
    assert dict(zip(merged.groups, merged.counts, strict=True)) == {
        **{"f": (2, 3), "m": (2, 3), "x": (0, 0)},
    }
    for same in (merged, pickle.loads(pickle.dumps(merged)), copy.deepcopy(merged)):
        assert (same, hash(same), repr(same)) == (whole, hash(whole), repr(whole))
    assert sum(dropped.n for dropped in merged.dropped) == 2
    counted = stats.impact(merged, **conventions)
    direct = stats.impact(rows, group="sex", outcome="passed", **conventions)
    assert counted.str() == direct.str()
    with pytest.raises(recruit.Error, match="GroupCounts"):
        stats.impact(merged, group="sex", outcome="passed", **conventions)
    with pytest.raises(recruit.Error, match="GroupCounts"):
        stats.impact(rows, **conventions)


def test_expected_impact() -> None:
    group = Group("ai_from_d")
    model = stats.expected_impact(reference_minus_focal=0.15, selection_ratio=0.25, focal_share=0.3)
    names = {
        "IR": "impact_ratio",
        "sr_major": "reference_rate_expected",
        "sr_minor": "focal_rate",
        "cut": "cut",
    }
    for row in group:
        group.check(row, model["", names[row.statistic]].value)
    group.done()


def test_strata_of_berkeley() -> None:
    group = Group("mh_ucb")
    data = pd.DataFrame(table("../data/ucb_admissions.csv"))
    data["admitted"] = data["Admit"] == "Admitted"
    s = stats.strata(data, stratum="Dept", group="Gender", outcome="admitted", focal="Male", count="Freq")
    odds = stats.mantel_haenszel_odds_ratio(s)
    corrected, plain = (stats.mantel_haenszel(s, continuity=c) for c in (True, False))
    by_day, by_tarone = (stats.breslow_day(s, tarone=t) for t in (False, True))
    woolf = stats.woolf(s, zeros="refuse")
    found = {
        ("mantel_haenszel", "chi2_cc"): corrected.statistic,
        ("mantel_haenszel", "p_cc"): corrected.p_value,
        ("mantel_haenszel", "chi2"): plain.statistic,
        ("mantel_haenszel", "OR_MH"): odds.value,
        ("mantel_haenszel", "OR_lo"): odds.interval.lower,
        ("mantel_haenszel", "OR_hi"): odds.interval.upper,
        ("mantel_haenszel", "p_exact"): stats.exact_conditional(s, tail="minlike").p_value,
        ("breslow_day", "chi2"): by_day.statistic,
        ("breslow_day", "p"): by_day.p_value,
        ("breslow_day_tarone", "chi2"): by_tarone.statistic,
        ("breslow_day_tarone", "p"): by_tarone.p_value,
        ("woolf", "chi2"): woolf.statistic,
        ("woolf", "p"): woolf.p_value,
        ("chi2_pooled", "chi2"): stats.pooled_z(s.focal, s.reference).statistic ** 2,
    }
    for row in group:
        group.check(row, found[row.method, row.statistic])
    group.done()


def test_stages() -> None:
    group = Group("stages")
    rows = table("stages.csv")
    counts = {name: [int(row[name]) for row in rows] for name in ("focal", "ref")}
    found = stats.stage_impact(
        counts, stages=[row["stage"] for row in rows], reference="ref", tail="minlike", ratio="katz_log"
    )
    for row in group:
        quantity = "impact_ratio" if row.statistic == "IR" else "log_impact_ratio"
        group.check(row, found[row.args, quantity].value)
    group.done()


def test_audit_of_hidden_cells() -> None:
    group = Group("sdc_audit")
    cells = stats.two_way(pd.DataFrame(table("sdc_table.csv")), rows="row", columns="col", count="n")
    hidden = np.zeros((4, 5), dtype=bool)
    hidden[0, 1] = hidden[2, 2] = True
    for method in ("audit_primary_only", "audit_with_secondary"):
        bounds = {(r, c): (low, high) for r, c, low, high in stats.audit(cells, hidden)}
        for cell, place in (("cell12", (0, 1)), ("cell33", (2, 2))):
            group.check_named(method, f"{cell}_lo", bounds[place][0])
            group.check_named(method, f"{cell}_hi", bounds[place][1])
        hidden[0, 2] = hidden[2, 1] = True
    group.done()


def test_openness() -> None:
    units = table("segregation_6units.csv")
    inside, outside = ([int(r["n"]) for r in units if r["group"] == g] for g in ("insider", "outsider"))
    both = [a + b for a, b in zip(inside, outside, strict=True)]
    found = stats.segregation(inside, outside, correction="uncorrected")
    group = Group("segregation")
    names = {
        "dissimilarity_D": "dissimilarity",
        "mutual_M": "mutual_information",
        "theil_H_group_entropy": "theil_h",
        "isolation_insider": "isolation_first",
        "isolation_outsider": "isolation_second",
    }
    for row in group:
        group.check(row, found["", names[row.statistic]].value)
    group.done()
    group = Group("concentration")
    names = {"hhi_0_1": "hhi", "hhi_normalised": "hhi_normalised", "effective_n": "effective_units"}
    for row in group:
        group.check(row, stats.concentration(both)["", names[row.statistic]].value)
    group.done()
    group = Group("insider_share")
    share = stats.inside_share(sum(inside), sum(both), interval="wilson")
    for row, got in zip(group, (share.value, *share.interval), strict=True):
        group.check(row, got)
    group.done()


def test_permutation_and_signed_ranks() -> None:
    group = Group("permutation")
    marks = [24.5, 31, 27, 29.5, 33, 30, 34.5, 28, 36, 35]
    data = {"mark": marks, "group": list("AAAAABBBBB")}
    test = stats.permutation_test(data, mark="mark", group="group", focal="A", extreme="absolute")
    for row, got in zip(group, (test.statistic, test.p_value), strict=True):
        group.check(row, got)
    group.done()
    group = Group("remark")
    before = [1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30]
    after = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29]
    test = stats.signed_rank(after, before, extreme="greater")
    for row, got in zip(group, (test.statistic, test.p_value), strict=True):
        group.check(row, got)
    group.done()


def test_quantiles_ranks_and_sessions() -> None:
    marks = [2, 7, 7, 8, 11, 13, 13, 13, 20, 25, 31]
    group = Group("quantile")
    for row in group:
        p = float(row.statistic[1:]) / 100
        group.check(row, stats.quantile(marks, p, type=int(row.method[-1])).value)
    group.done()
    group = Group("ranks")
    for row in group:
        ranks = stats.ranks(marks, ties=row.method.removeprefix("rank_"), order="highest_first")
        group.check(row, ranks[int(row.statistic[1:]) - 1])
    group.done()
    group = Group("normalise")
    data = pd.DataFrame(table("two_sessions.csv"))
    for row in group:
        if row.method == "nta_percentile":
            at, n = int(row.argument("n_le")), int(row.argument("n"))
            values = stats.percentile_ranks(np.repeat([1, 2], [at, n - at]), convention="at_or_below").values
            group.check(row, values[0])
            continue
        scaled = stats.normalise_sessions(
            data, mark="raw", session="session", method=row.method.split("_")[0], divisor="n"
        )
        group.check(row, scaled.values[int(data.index[data["id"] == row.statistic][0])])
    group.done()


# --- use ----------------------------------------------------------------------------------------


def test_every_kind_of_table_gives_the_same_rates() -> None:
    data = {"sex": ["f", "m", "f", None], "passed": [True, False, None, True]}
    found = [
        stats.rates(d, outcome="passed", group="sex", interval="wilson")
        for d in (data, recruit.Table(data), pd.DataFrame(data), pl.DataFrame(data))
    ]
    assert all(f == found[0] for f in found)
    assert found[0]["f"].n == 1 and found[0]["f"].dropped[0].why == "missing_outcome"


def test_a_convention_on_which_packages_differ_must_be_named() -> None:
    with pytest.raises(TypeError):
        stats.rate(1, 2)
    with pytest.raises(TypeError):
        stats.fisher((1, 2), (1, 2))
    with pytest.raises(TypeError):
        stats.quantile([1, 2], 0.5)
    with pytest.raises(recruit.Error, match="minlike, central"):
        stats.fisher((1, 2), (1, 2), tail="two-sided")


def test_wrong_use_is_refused_with_what_to_do() -> None:
    with pytest.raises(recruit.Error, match=r"share between 0 and 1, such as 0\.95"):
        stats.rate(1, 2, interval="wilson", level=95)
    with pytest.raises(recruit.Error, match="3 of 2"):
        stats.rate(3, 2, interval="wilson")
    with pytest.raises(recruit.InvalidTable, match="There is no column"):
        stats.rates({"a": [1]}, outcome="b", interval="wilson")
    with pytest.raises(recruit.InvalidTable, match=r"row 1.*maybe"):
        stats.rates({"a": ["true", "maybe"]}, outcome="a", interval="wilson")
    with pytest.raises(recruit.Error, match="a, b"):
        stats.strata(
            {"s": ["x"] * 2, "g": ["a", "b"], "o": [1, 0]}, stratum="s", group="g", outcome="o", focal="c"
        )
    with pytest.raises(recruit.InvalidTable, match="at most 8 decimals"):
        stats.ranks([0.1 + 0.2, 0.3], ties="min", order="highest_first")


def test_marks_of_every_kind_are_exact() -> None:
    for marks in (
        ["71.5", "80", None],
        [Decimal("71.5"), 80, None],
        [71.5, 80, math.nan],
        np.array([71.5, 80, np.nan]),
    ):
        found = stats.ranks(marks, ties="min", order="highest_first")
        assert found[:2].tolist() == [2, 1] and math.isnan(found[2])


def test_a_hidden_count_is_in_no_form_of_the_table_for_others() -> None:
    cells = stats.two_way([[30, 20], [4, 46]], rows=["a", "b"], columns=["x", "y"])
    result = stats.suppress(cells, minimum=5, zeros="shown")
    assert result.is_safe
    assert not (result.to_pandas()["n"] == 4).any()
    for form in (str(result), result.str("vi"), result._repr_html_()):
        assert "4" not in re.findall(r"\d+", form)
    assert pickle.loads(pickle.dumps(result)) == result


def test_sampled_permutations_are_the_same_for_any_number_of_threads_and_can_be_stopped() -> None:
    rng = np.random.default_rng(1)
    data = {"mark": rng.integers(0, 1000, 400), "group": rng.choice(["a", "b"], 400)}

    def run(**options: object) -> recruit.stats.Test:
        return stats.permutation_test(
            data, mark="mark", group="group", focal="a", extreme="doubled", exact_work=0, **options
        )

    assert run(seed=5, threads=1) == run(seed=5, threads=2)
    assert run(seed=5) != run(seed=6)
    with pytest.raises(recruit.Error, match="seed"):
        run()

    def stop(share: float) -> None:
        raise KeyError("enough")

    with pytest.raises(KeyError, match="enough"):
        run(seed=5, samples=20_000_000, progress=stop)


def test_funnel_names_its_denominators() -> None:
    steps = [("applied", 120), ("eligible", 96), ("sat", 80)]
    found = stats.funnel(steps, denominator="applied", withdrawn={"eligible": 6}, interval="none")
    assert found["sat / eligible", "stage_rate"].value == pytest.approx(80 / 90)
    assert list(found.to_pandas().columns)[:3] == ["subject", "quantity", "value"]


def test_a_public_edition_of_group_differences_hides_small_groups() -> None:
    data = pd.DataFrame(
        [
            (g, i < passed)
            for g, passed, n in (("a", 40, 100), ("b", 20, 100), ("c", 1, 12))
            for i in range(n)
        ],
        columns=["group", "passed"],
    )
    options = dict(
        group="group",
        outcome="passed",
        tail="minlike",
        shortfall="overall_rate",
        rates="wilson",
        ratio="katz_log",
    )
    public = stats.impact(data, hide_below=5, zeros="hidden", **options)
    assert public["c", "selection_rate"].reason == "suppressed"
    assert stats.impact(data, **options)["c", "selection_rate"].value is not None
    with pytest.raises(recruit.Error, match="hide_below, zeros"):
        stats.impact(data, hide_below=5, **options)
