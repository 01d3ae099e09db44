"""recruit.stats: agreement, intraclass correlations, ranks, variance components: reference numbers, use."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import recruit
from hypothesis import given
from hypothesis import strategies as st
from recruit import stats
from stats_oracle import Group, table


def wide(name: str, *left_out: str) -> np.ndarray:
    """The columns of a file of the reference data; empty cells are missing."""
    rows = [
        [float(value) if value else np.nan for column, value in row.items() if column not in left_out]
        for row in table(name)
    ]
    return np.array(rows)


def note(result: object, key: str) -> list[object]:
    (found,) = [n.arguments for n in result.notes if n.key == key]
    return found


def test_intraclass_correlations_of_shrout_and_fleiss() -> None:
    group = Group("icc_sf")
    marks = wide("shrout_fleiss.csv", "subject")
    own = stats.icc(marks, interval="mcgraw_wong")
    stepped = stats.icc(marks, interval="spearman_brown")
    anova = stats.ratings_anova(marks)
    squares = {"MSR": "units", "MSC": "raters", "MSE": "error"}
    for row in group:
        if row.method == "two_way_anova":
            group.check(row, anova[squares[row.statistic], "mean_square"].value)
        elif row.method == "ICC(A,k) Shrout-Fleiss CI":
            lower, upper = stepped["ICC(A,k)"].interval
            group.check(row, lower if row.statistic == "lo" else upper)
        else:
            form = own[row.method]
            test = anova.tests[0 if row.method in ("ICC(1)", "ICC(k)") else 1]
            df2 = note(form, "note_icc_df")[0] if "A" in row.method else test.df2
            found = {
                "est": form.value,
                "lo_mcgraw_wong": form.interval.lower,
                "hi_mcgraw_wong": form.interval.upper,
                "F": test.statistic,
                "df1": test.df,
                "df2": df2,
            }
            group.check(row, found[row.statistic])
    group.done()


def test_kappas_of_diagnoses() -> None:
    group = Group("kappa_diag")
    r = stats.ratings(wide("diagnoses.csv", "patient"), scale=range(1, 6))
    by_category = stats.fleiss_kappa_by_category(r)
    for row in group:
        weights = "linear" if "equal" in row.args else "quadratic" if "squared" in row.args else "unweighted"
        found = {
            ("fleiss_kappa", "kappa"): stats.fleiss_kappa(r).value,
            ("fleiss_kappa", "z"): stats.fleiss_kappa_test(r).statistic,
            ("conger_kappa", "kappa"): stats.conger_kappa(r).value,
            ("light_kappa", "kappa"): stats.light_kappa(r).value,
            ("cohen_kappa", "kappa"): stats.cohen_kappa(r, "1", "2", weights=weights).value,
            ("cohen_kappa", "z0"): stats.cohen_kappa_test(r, "1", "2", weights=weights).statistic,
        }
        if row.method == "fleiss_kappa_by_category":
            group.check(row, by_category[row.statistic.removeprefix("kappa_cat")].value)
        else:
            group.check(row, found[row.method, row.statistic])
    group.done()


def test_coefficients_of_gwet() -> None:
    group = Group("cac4")
    r = stats.ratings(wide("cac_raw4raters.csv"), scale=range(1, 6))
    functions = {
        "gwet.ac1": stats.gwet_ac,
        "fleiss.kappa": stats.fleiss_kappa,
        "conger.kappa": stats.conger_kappa,
        "bp.coeff": stats.brennan_prediger,
        "pa.coeff": stats.percent_agreement,
        "krippen.alpha": stats.krippendorff_weighted,
    }
    for row in group:
        found = functions[row.method](r, weights=row.args.removeprefix("weights="))
        share = row.method == "pa.coeff"
        observed, chance = (found.value, 0) if share else note(found, "note_observed_chance")
        if row.statistic.startswith("ci"):
            row.tol = 5e-4  # irrCAC prints its limits with three decimals
        numbers = {
            "pa": observed,
            "pe": chance,
            "coef": found.value,
            "se": found.standard_error,
            "ci_lo": found.interval.lower,
            "ci_hi": found.interval.upper,
        }
        group.check(row, numbers[row.statistic])
    group.done()


def test_alpha_of_krippendorff() -> None:
    group = Group("kripp")
    resampled = stats.krippendorff_alpha(
        stats.ratings(wide("krippendorff_4x12.csv", "observer").T),
        metric="nominal",
        replicates=20_000,
        seed=1,
    )
    for row in group:
        if row.statistic == "alpha":
            r = stats.ratings(wide(row.data, "observer").T)
            group.check(row, stats.krippendorff_alpha(r, metric=row.args).value)
        else:
            found = {
                "lo": resampled.interval.lower,
                "hi": resampled.interval.upper,
                "se": resampled.standard_error,
            }
            group.check(row, found[row.statistic])
    group.done()


def test_kendall_of_judges() -> None:
    group = Group("kendall_w")
    judges = pd.DataFrame(table("../data/us_judge_ratings.csv"))[["DILG", "DMNR", "INTG", "DECI"]].astype(
        float
    )
    test = stats.kendall_w_test(judges)
    found = {"W": stats.kendall_w(judges).value, "chi2": test.statistic, "p": test.p_value}
    for row in group:
        group.check(row, found[row.statistic])
    group.done()


def test_kendall_of_tuna() -> None:
    group = Group("rank_corr")
    x = [44.4, 45.9, 41.9, 53.3, 44.7, 44.1, 50.7, 45.2, 60.1]
    y = [2.6, 3.1, 2.5, 5.0, 3.6, 4.0, 5.2, 2.8, 3.8]
    found = {
        "tau": stats.rank_correlation(x, y, coefficient="kendall_tau_b").value,
        "p_exact": stats.kendall_test(x, y).p_value,
    }
    for row in group:
        group.check(row, found[row.statistic])
    group.done()


MARKS = pd.DataFrame(
    {
        "application": ["A", "A", "B", "B", "C", "C", None],
        "marker": ["x", "y", "x", "y", "x", "y", "x"],
        "score": [7, 8, 5, 6, 9, 7, 1],
    }
)


def test_long_and_wide_data_are_the_same() -> None:
    names = dict(target="application", rater="marker", score="score")
    wide = [[7, 8], [5, 6], [9, 7]]
    long = stats.icc(MARKS, **names)
    assert [row.value for row in long] == [row.value for row in stats.icc(wide)]
    assert [str(d.why) for d in long.rows[0].dropped] == ["missing_name"]
    assert stats.kendall_w(MARKS, **names).value == stats.kendall_w(wide).value
    a, b = stats.ratings(MARKS, **names), stats.ratings(wide)
    assert a.codes == b.codes and a.categories == b.categories == ["5", "6", "7", "8", "9"]
    shuffled = MARKS.sample(frac=1, random_state=3)
    assert stats.ratings(shuffled, **names) == a


def test_columns_named_in_part_are_refused() -> None:
    for function in (stats.icc, stats.ratings, stats.kendall_w):
        with pytest.raises(recruit.Error, match="target, rater, score"):
            function(MARKS, target="application")


def test_a_scale_is_asked_for_and_kept_to() -> None:
    r = stats.ratings([[1, 2], [2, 2]])
    with pytest.raises(recruit.Error, match="whole scale"):
        stats.fleiss_kappa(r, weights="quadratic")
    with pytest.raises(recruit.Error, match="not on the scale"):
        stats.ratings([[1, 2], [2, 4]], scale=[1, 2, 3])
    words = stats.ratings(
        {"unit": [1, 1], "by": ["a", "b"], "level": ["đạt", "chưa đạt"]},
        target="unit",
        rater="by",
        score="level",
        scale=["chưa đạt", "đạt"],
    )
    assert words.categories == ["chưa đạt", "đạt"]
    own = [[1, 0.5], [0.5, 1]]
    assert stats.percent_agreement(words, weights=own).value == 0.5
    with pytest.raises(recruit.Error, match="no numbers"):
        stats.krippendorff_alpha(words, metric="interval")


def test_reasons_are_told_in_vietnamese() -> None:
    lone = stats.icc([[1], [2]])
    assert lone["ICC(A,1)"].reason == "one_rater"
    assert "chỉ có một người chấm" in lone.str("vi")


def test_components_of_dyestuff() -> None:
    group = Group("oneway_reml")
    names = {
        "var_batch": "group_variance",
        "var_resid": "residual_variance",
        "reml_crit": "reml_criterion",
    }
    for row in group:
        data = pd.DataFrame(table(row.data)).astype({"Yield": float})
        found = stats.one_way_components(data, value="Yield", group="Batch", method="reml")
        group.check(row, found["", names[row.statistic]].value)
    group.done()


def contests(rng: np.random.Generator, n: int = 40) -> pd.DataFrame:
    rows = []
    for c in range(n):
        level, severe = rng.normal(70, 4), rng.normal(0, 2, 5)
        for a in range(int(rng.integers(2, 7))):
            truth = level + rng.normal(0, 3)
            rows += [(f"c{c}", f"a{a}", f"m{c}-{m}", truth - severe[m] + rng.normal(0, 4)) for m in range(5)]
    return pd.DataFrame(rows, columns=["contest", "candidate", "member", "mark"])


COLUMNS = dict(contest="contest", candidate="candidate", mark="mark")


def test_the_pooled_error_serves_each_contest() -> None:
    data = contests(np.random.default_rng(3))
    found = stats.variance_components(
        data, member="member", method="anova", replicates=500, seed=1, **COLUMNS
    )
    sem = found["residual_variance"].value ** 0.5
    assert found["sem_one_mark"].value == pytest.approx(sem)
    assert found["residual_variance"].interval.lower < 16 < found["residual_variance"].interval.upper
    assert {round(c.sem / sem * 5**0.5, 9) for c in found.contests} == {1}
    precision = found.precision(5)
    assert (precision.sem, precision.df) == (pytest.approx(sem / 5**0.5), found.df)
    one = data[data["contest"] == "c0"].groupby("candidate")["mark"].mean().reset_index()
    sound = stats.rank_uncertainty(
        one,
        application="candidate",
        score="mark",
        k=1,
        sem=precision.sem,
        sem_df=precision.df,
        prior=stats.Prior.stated(3),
    )
    assert sum(row.top_k for row in sound.rows) == pytest.approx(1)
    assert len(found.to_pandas()) == 40


def test_anonymous_slips_and_councils_that_nothing_links() -> None:
    data = contests(np.random.default_rng(3))
    slips = stats.variance_components(data, method="anova", **COLUMNS)
    assert slips.exchangeable and slips["council_variance"].reason == "not_linked"
    assert "exchangeable" in str(slips) and "Phiếu không ghi tên" in slips.str("vi")
    apart = stats.severity(data, member="member", **COLUMNS)
    assert apart["c0", "council_severity"].reason == "not_linked"
    assert apart["m0-1"].value is not None
    assert stats.severity(data, member=None, **COLUMNS).rows[0].reason == "not_identified"


def test_the_error_of_skating_judges_is_the_one_worked_out_by_numpy() -> None:
    judges = [f"J{j}" for j in range(1, 10)]
    aspects = pd.DataFrame(table("../data/skating_2016_aspects_judges.csv"))
    events = pd.DataFrame(table("../data/skating_2016_performances.csv")).set_index("performance_id")
    components = aspects[aspects["section"] == "components"].set_index("performance_id")[judges]
    panel = components.apply(pd.to_numeric).groupby(level=0).mean().dropna()
    panel["contest"] = events["competition"] + ", " + events["program"]
    squares, df = 0.0, 0
    for _, event in panel.groupby("contest"):
        m = event[judges].to_numpy()
        off = m - m.mean(axis=1, keepdims=True) - m.mean(axis=0) + m.mean()
        squares += float((off**2).sum())
        df += (m.shape[0] - 1) * (m.shape[1] - 1)
    long = panel.reset_index().melt(["performance_id", "contest"], judges, "judge", "mark")
    for method in ("anova", "reml"):
        found = stats.variance_components(
            long, contest="contest", candidate="performance_id", member="judge", mark="mark", method=method
        )
        assert found.df == df
        if method == "anova":
            assert found["residual_variance"].value == pytest.approx(squares / df)
        else:
            assert found["residual_variance"].value == pytest.approx(squares / df, rel=0.02)


def with_gaps(rng: np.random.Generator) -> pd.DataFrame:
    data = contests(rng, 8)
    return data[rng.random(len(data)) > 0.25].reset_index(drop=True)


def test_sums_of_squares_with_gaps_are_those_of_whole_projections() -> None:
    data = with_gaps(np.random.default_rng(5))
    rest, rest_df, rows, of_rows, of_rest = np.zeros(5)
    for _, contest in data.groupby("contest"):
        y = contest["mark"].to_numpy()
        a, b = (pd.get_dummies(contest[c]).to_numpy(dtype=float) for c in ("candidate", "member"))
        both = np.hstack([a, b])
        p_b, p_both = (x @ np.linalg.pinv(x) for x in (b, both))
        rank = np.linalg.matrix_rank(both)
        rest += y @ y - y @ p_both @ y
        rest_df += len(y) - rank
        rows += y @ (p_both - p_b) @ y
        of_rows += np.trace(a.T @ (p_both - p_b) @ a)
        of_rest += rank - b.shape[1]
    found = stats.variance_components(data, member="member", method="anova", **COLUMNS)
    assert found["residual_variance"].value == pytest.approx(rest / rest_df, rel=1e-9)
    expected = (rows - of_rest * rest / rest_df) / of_rows
    assert found["candidate_variance"].value == pytest.approx(expected, rel=1e-9)


def test_no_other_variances_are_likelier_by_the_whole_covariance_matrix() -> None:
    data = with_gaps(np.random.default_rng(6))

    def criterion(candidate: float, member: float, rest: float) -> float:
        total = 0.0
        for _, contest in data.groupby("contest"):
            y = contest["mark"].to_numpy() - 70
            same = [contest[c].to_numpy()[:, None] == contest[c].to_numpy() for c in ("candidate", "member")]
            v = candidate * same[0] + member * same[1] + rest * np.eye(len(y))
            inverse = np.linalg.inv(v)
            weight = inverse.sum()
            off = y - (inverse @ y).sum() / weight
            total += np.linalg.slogdet(v)[1] + np.log(weight) + off @ inverse @ off
        return total

    found = stats.variance_components(data, member="member", method="reml", **COLUMNS)
    names = ("candidate_variance", "member_variance", "residual_variance")
    best = [found[name].value for name in names]
    for k in range(3):
        for factor in (0.999, 1.001):
            other = [value * (factor if i == k else 1) for i, value in enumerate(best)]
            assert criterion(*best) < criterion(*other)


@given(st.randoms(use_true_random=False), st.integers(2, 6), st.integers(2, 4))
def test_the_order_of_rows_changes_no_digit(random: object, n: int, k: int) -> None:
    rows = [
        (f"a{i}", f"m{j}", random.randint(0, 8) / 2)
        for i in range(n)
        for j in range(k)
        if random.random() < 0.85
    ] or [("a0", "m0", 1.0)]
    data = pd.DataFrame(rows, columns=["target", "rater", "score"])
    names = dict(target="target", rater="rater", score="score")
    turned = data.sample(frac=1, random_state=random.randint(0, 99))
    for missing in ("refuse", "listwise", "components"):
        assert stats.icc(data, missing=missing, **names) == stats.icc(turned, missing=missing, **names)
    r = stats.ratings(data, **names)
    assert r == stats.ratings(turned, **names)
    alpha = stats.krippendorff_alpha(r, metric="interval", replicates=20, seed=1)
    assert alpha == stats.krippendorff_alpha(
        stats.ratings(turned, **names), metric="interval", replicates=20, seed=1
    )
    columns = dict(contest="contest", candidate="target", mark="score", method="anova")
    first, second = (t.assign(contest="x") for t in (data, turned))
    for member in ("rater", None):
        assert stats.variance_components(first, member=member, **columns) == stats.variance_components(
            second, member=member, **columns
        )


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=20))
def test_coefficients_are_at_most_1_and_do_not_ask_who_is_first(pairs: list[tuple[int, int]]) -> None:
    r, turned = (stats.ratings(p, scale=range(4)) for p in (pairs, [(b, a) for a, b in pairs]))
    functions = (stats.fleiss_kappa, stats.conger_kappa, stats.gwet_ac, stats.brennan_prediger)
    for function in functions:
        for weights in ("unweighted", "linear", "quadratic"):
            one, other = (function(x, weights=weights).value for x in (r, turned))
            assert one == pytest.approx(other) and (one is None or one <= 1 + 1e-12)
    one, other = (stats.cohen_kappa(x, "0", "1", weights="linear").value for x in (r, turned))
    assert one == pytest.approx(other)
