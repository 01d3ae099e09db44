"""Data that cannot tell: every function of recruit.stats names a reason, and the documentation explains it.

One rater, one candidate, constant marks, empty groups, everybody passed, panels that nothing links: none of
them is an exception, NaN or a number by chance.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable
from typing import Any

import pytest
import recruit
from conftest import ROOT
from recruit import stats


class Several(tuple[Any, ...]):
    """Inputs with one and the same reason."""

    def __new__(cls, *inputs: Any) -> Several:
        return super().__new__(cls, inputs)


EMPTY, ALL, NONE, SOME = (0, 0), (2, 2), (0, 2), (1, 3)
BLANK, ONE_RATER, NO_PAIR, SAME, GAP, ONE_UNIT = (
    stats.ratings(marks, scale=[1, 2])
    for marks in (
        [[None, None]],
        [[1], [2]],
        [[1, None], [None, 2]],
        [[1, 1], [1, 1]],
        [[1, 1], [2, None]],
        [[1, 2]],
    )
)


def long(rows: Iterable[tuple[str, str, str, float]]) -> dict[str, Any]:
    """Arguments of functions that take marks of contests: contest, candidate, member, mark."""
    columns = dict(zip(("contest", "candidate", "member", "mark"), zip(*rows, strict=True), strict=False))
    names = ("contest", "candidate", "member", "mark")
    return {"data": {name: list(columns.get(name, ())) for name in names}} | {name: name for name in names}


NOBODY = long([])
NO_SECOND_MARK = long([("x", "A", "m", 1), ("x", "B", "n", 2)])
ONE_CANDIDATE = long([("x", "A", "m", 1), ("x", "A", "n", 2)])
CONSTANT = long([("x", a, m, 7) for a in "AB" for m in "mn"])
APART = long([("x", "A", "m", 1), ("x", "A", "n", 2), ("x", "B", "o", 3), ("x", "B", "p", 5)])
COUNCILS = long([(c, a, m + c, y) for c in "xy" for a, m, y in ("Am1", "An2", "Bm2", "Bn5")])


def layers(stratum: str, group: str, outcome: list[int]) -> stats.Strata:
    data = {"s": list(stratum), "g": list(group), "o": outcome}
    return stats.strata(data, stratum="s", group="g", outcome="o", focal="f")


ONE_GROUP, INSIDERS_ONLY, ALL_PASS, ONE_STRATUM = (
    layers("aa", "ff", [1, 0]),
    layers("aabb", "ffmm", [1, 0, 1, 0]),
    layers("aa", "fm", [1, 1]),
    layers("aaaa", "fmfm", [1, 0, 0, 0]),
)


def impact(groups: str, outcomes: list[int | None]) -> Any:
    return stats.impact(
        {"g": list(groups), "o": outcomes},
        group="g", outcome="o", tail="minlike", shortfall="overall_rate", rates="wilson", ratio="katz_log",
    )  # fmt: skip


def times(at: list[float], ended: list[int], groups: str = "") -> dict[str, Any]:
    return {"t": at, "e": ended, "g": list(groups)} if groups else {"t": at, "e": ended}


def curve(at: list[float], ended: list[int]) -> Any:
    data = times(at, ended)
    return stats.kaplan_meier(data, time="t", event="e", interval="plain")[""]


def standing(scores: list[float], sem: float = 1, prior: Any = "flat") -> Any:
    data = {"a": [str(i) for i in range(len(scores))], "s": scores}
    return stats.rank_uncertainty(data, application="a", score="s", k=1, sem=sem, sem_df=None, prior=prior)


def sheet(first: str, second: str) -> stats.AnswerSheet:
    return stats.answer_sheet({"q1": list(first), "q2": list(second)}, key={"q1": "A", "q2": "A"})


def by_group(function: Callable[..., Any], **more: Any) -> Callable[..., Any]:
    return lambda pair: function(*pair, **more)


def of_ratings(function: Callable[..., Any], *more: Any, **named: Any) -> Callable[..., Any]:
    return lambda ratings: function(ratings, *more, **named)


PANELS: dict[str, Any] = {
    "no_data": [[None, None]],
    "one_rater": [[1], [2]],
    "one_candidate": [[1, 2]],
    "constant": [[3, 3], [3, 3]],
    "missing_ratings": [[1, None], [2, 3]],
}
ORDERS: dict[str, Any] = {"no_data": ([], []), "too_few": ([1], [2]), "constant": ([1, 1], [2, 3])}
COEFFICIENT: dict[str, Any] = {"no_data": BLANK, "one_rater": ONE_RATER, "no_pairs": NO_PAIR}
KAPPA = COEFFICIENT | {"one_category": SAME}
COMPLETE = KAPPA | {"missing_ratings": GAP}
RATES: dict[str, Any] = {"empty_group": (EMPTY, SOME), "all_pass": (ALL, ALL), "none_pass": (NONE, NONE)}
MARKS: dict[str, Any] = {
    "no_data": NOBODY,
    "one_rater": NO_SECOND_MARK,
    "one_candidate": ONE_CANDIDATE,
    "constant": CONSTANT,
    "not_identified": APART,
    "not_linked": COUNCILS,
}
STRATA: dict[str, Any] = {"uninformative": Several(ONE_GROUP, INSIDERS_ONLY, ALL_PASS)}
PAPER: dict[str, Any] = {
    "one_item": [[1], [0]],
    "one_candidate": [[1, 0]],
    "missing_ratings": [[1, None], [0, 1]],
}

# Function: how it is called on an input, and the inputs by what is to be the reason.
CASES: dict[str, tuple[Callable[..., Any], dict[str, Any]]] = {
    # raters
    "percent_agreement": (of_ratings(stats.percent_agreement), COEFFICIENT | {"too_few": ONE_UNIT}),
    "gwet_ac": (of_ratings(stats.gwet_ac), COEFFICIENT | {"too_few": ONE_UNIT}),
    "brennan_prediger": (of_ratings(stats.brennan_prediger), COEFFICIENT | {"too_few": ONE_UNIT}),
    "fleiss_kappa": (of_ratings(stats.fleiss_kappa), KAPPA | {"too_few": ONE_UNIT}),
    "conger_kappa": (of_ratings(stats.conger_kappa), KAPPA | {"too_few": ONE_UNIT}),
    "krippendorff_weighted": (of_ratings(stats.krippendorff_weighted), KAPPA | {"too_few": ONE_UNIT}),
    "krippendorff_alpha": (of_ratings(stats.krippendorff_alpha, metric="interval"), KAPPA),
    "light_kappa": (of_ratings(stats.light_kappa), KAPPA),
    "fleiss_kappa_test": (of_ratings(stats.fleiss_kappa_test), COMPLETE),
    "fleiss_kappa_by_category": (of_ratings(stats.fleiss_kappa_by_category), COMPLETE),
    "cohen_kappa": (
        lambda r: stats.cohen_kappa(r, "0", "1" if len(r.raters) > 1 else "0"),
        KAPPA,
    ),
    "cohen_kappa_test": (
        lambda r: stats.cohen_kappa_test(r, "0", "1" if len(r.raters) > 1 else "0"),
        KAPPA,
    ),
    "icc": (stats.icc, PANELS),
    "ratings_anova": (stats.ratings_anova, PANELS),
    "kendall_w": (stats.kendall_w, PANELS),
    "kendall_w_test": (stats.kendall_w_test, PANELS),
    "rank_correlation": (by_group(stats.rank_correlation, coefficient="kendall_tau_b"), ORDERS),
    "kendall_test": (by_group(stats.kendall_test), ORDERS),
    "variance_components": (lambda marks: stats.variance_components(method="anova", **marks), MARKS),
    "severity": (
        lambda marks: stats.severity(**marks),
        {"no_data": NOBODY, "one_rater": NO_SECOND_MARK, "not_linked": COUNCILS},
    ),
    "one_way_components": (
        lambda pair: stats.one_way_components(
            {"y": pair[0], "g": list(pair[1])}, value="y", group="g", method="anova"
        ),
        {
            "no_data": ([], ""),
            "one_group": ([1, 2], "aa"),
            "too_few": ([1, 2], "ab"),
            "constant": ([1, 1, 1, 1], "aabb"),
        },
    ),
    # rates and groups
    "rate": (lambda count: stats.rate(*count, interval="wilson"), {"no_data": EMPTY}),
    "rates": (
        lambda outcomes: stats.rates(
            {"g": ["f", "m"], "o": outcomes}, outcome="o", group="g", interval="wilson"
        ),
        {"no_data": [None, 1]},
    ),
    "rate_difference": (by_group(stats.rate_difference), {"empty_group": (EMPTY, SOME)}),
    "rate_ratio": (
        by_group(stats.rate_ratio, interval="katz_log"),
        {"empty_group": (EMPTY, SOME), "zero_denominator": (SOME, NONE), "zero_cell": (NONE, SOME)},
    ),
    "impact_ratio": (
        by_group(stats.impact_ratio, interval="katz_log"),
        {"empty_group": (EMPTY, SOME), "zero_denominator": (SOME, NONE)},
    ),
    "pooled_z": (by_group(stats.pooled_z), RATES | {"no_data": (EMPTY, EMPTY)}),
    "fisher": (by_group(stats.fisher, tail="central"), RATES),
    "odds_ratio": (by_group(stats.odds_ratio, method="sample"), RATES | {"zero_cell": (NONE, SOME)}),
    "cohen_h": (by_group(stats.cohen_h), {"empty_group": (EMPTY, SOME)}),
    "phi": (by_group(stats.phi), RATES),
    "logit_d": (by_group(stats.logit_d), RATES | {"zero_cell": (NONE, SOME)}),
    "shortfall": (by_group(stats.shortfall, convention="overall_rate"), {"empty_group": (EMPTY, SOME)}),
    "flip_flop": (by_group(stats.flip_flop), RATES),
    "funnel": (
        lambda steps: stats.funnel(steps, denominator="applied", interval="wilson"),
        {"no_data": [("applied", 0), ("appointed", 0)]},
    ),
    "impact": (
        lambda data: impact(*data),
        {"all_pass": ("fm", [1, 1]), "none_pass": ("fm", [0, 0]), "empty_group": ("fm", [1, None])},
    ),
    "stage_impact": (
        lambda stages: stats.stage_impact(
            stages, stages=["in", "on", "out"], reference="m", tail="minlike", ratio="katz_log"
        ),
        {"empty_group": {"f": [2, 0, 0], "m": [4, 2, 1]}, "all_pass": {"f": [2, 2, 1], "m": [4, 4, 1]}},
    ),
    "mantel_haenszel": (
        lambda s: stats.mantel_haenszel(s, continuity=True),
        STRATA,
    ),
    "mantel_haenszel_odds_ratio": (stats.mantel_haenszel_odds_ratio, STRATA),
    "exact_conditional": (lambda s: stats.exact_conditional(s, tail="minlike"), STRATA),
    "exact_conditional_odds_ratio": (stats.exact_conditional_odds_ratio, STRATA),
    "breslow_day": (lambda s: stats.breslow_day(s, tarone=True), STRATA | {"too_few": ONE_STRATUM}),
    "woolf": (lambda s: stats.woolf(s, zeros="refuse"), STRATA | {"too_few": ONE_STRATUM}),
    # openness
    "inside_share": (lambda count: stats.inside_share(*count, interval="wilson"), {"no_data": EMPTY}),
    "inside_odds": (
        lambda inside: stats.inside_odds(
            {"c": ["x", "x"], "i": inside, "in": [1, 1], "won": [1, 0]},
            contest="c", inside="i", steps=["in", "won"], tail="minlike", interval="wilson",
        ),
        {"uninformative": [1, 1]},
    ),
    "single_candidate": (
        lambda contests: stats.single_candidate({"c": contests}, contest="c", interval="wilson"),
        {"no_data": []},
    ),
    "concentration": (stats.concentration, {"no_data": [0, 0], "too_few": [3]}),
    "segregation": (
        by_group(stats.segregation, correction="subtract"),
        {"no_data": ([], []), "empty_group": ([1, 2], [0, 0]), "too_few": ([1], [2])},
    ),
    # marks
    "quantile": (lambda marks: stats.quantile(marks, 0.5, type=7), {"no_data": []}),
    "standard_scores": (
        lambda marks: stats.standard_scores(marks, score="z", divisor="n"),
        {"no_data": [], "too_few": [1], "constant": [2, 2]},
    ),
    "percentile_ranks": (
        lambda marks: stats.percentile_ranks(marks, convention="below"),
        {"no_data": []},
    ),
    "normalise_sessions": (
        lambda marks: stats.normalise_sessions(
            {"y": marks, "s": ["a"] * len(marks)}, mark="y", session="s", method="gate", divisor="n"
        ),
        {"no_data": [], "note_session_flat": [2, 2]},
    ),
    "permutation_test": (
        lambda data: stats.permutation_test(
            {"y": data[0], "g": list(data[1])}, mark="y", group="g", focal="a", extreme="doubled"
        ),
        {"empty_group": ([1, 2], "aa"), "constant": ([1, 1], "ab")},
    ),
    "signed_rank": (
        by_group(stats.signed_rank, extreme="doubled"),
        {"no_data": ([], []), "constant": ([1, 2], [1, 2])},
    ),
    "heaping": (lambda marks: stats.heaping(marks, cut=50, step=1), {"too_few": [50] * 10}),
    "terminal_digits": (
        lambda marks: stats.terminal_digits(marks, step=1),
        {"no_data": [], "too_few": [3] * 10},
    ),
    "remarking": (
        lambda pair: stats.remarking(
            {"a": pair[0], "b": pair[1]}, first="a", second="b", sem=2, extreme="doubled"
        ),
        {"no_data": ([], []), "constant": ([1, 2], [1, 2])},
    ),
    # exam quality
    "exam_reliability": (stats.exam_reliability, PAPER | {"no_data": [[]], "constant": [[1, 1], [1, 1]]}),
    "item_analysis": (
        stats.item_analysis,
        PAPER | {"all_pass": [[1, 1], [1, 0]], "none_pass": [[0, 1], [0, 0]]},
    ),
    "conditional_sem": (lambda items: stats.conditional_sem(1, items=items), {"one_item": 1}),
    "effective_weights": (
        lambda parts: stats.effective_weights(parts, weights=[1, 1]),
        {"one_candidate": [[1, 2]], "constant": [[1, 1], [1, 1]]},
    ),
    "distractors": (
        lambda answers: stats.distractors(sheet(*answers), "q1", group_share=0.3),
        {"one_candidate": ("A", "A"), "constant": ("AA", "AB")},
    ),
    "angoff": (
        lambda judgements: stats.angoff(judgements, error="judges"),
        {"one_rater": [[0.5, 0.7]], "missing_ratings": [[0.5, None], [0.6, 0.4]]},
    ),
    "hofstee": (
        lambda marks: stats.hofstee(
            marks, minimum_cut=8, maximum_cut=12, minimum_fail=0.2, maximum_fail=0.6
        ),
        {"no_data": [], "not_reached": [1, 1]},
    ),
    # time
    "kaplan_meier": (
        lambda how: how(),
        {
            "no_data": lambda: curve([], []),
            "all_open": lambda: curve([1, 2], [0, 0]).median(flat="first"),
            "not_reached": lambda: curve([1, 2, 3], [1, 0, 0]).median(flat="first"),
            "nobody_at_risk": lambda: curve([1, 2], [1, 0]).at(5),
        },
    ),
    "cumulative_incidence": (
        lambda data: stats.cumulative_incidence(
            data, time="t", cause="c", open="open", interval="plain"
        )["", "a"].quantile(0.9, flat="first"),
        {"not_reached": {"t": [1, 2, 3], "c": ["a", "open", "open"]}},
    ),
    "log_rank": (
        lambda data: stats.log_rank(data, time="t", event="e", by="g"),
        {
            "no_data": {"t": [], "e": [], "g": []},
            "one_group": times([1, 2], [1, 1], "aa"),
            "all_open": times([1, 2], [0, 0], "ab"),
            "nobody_at_risk": times([1, 2], [0, 1], "ab"),
        },
    ),
    # decisions
    "rank_uncertainty": (
        lambda arguments: standing(*arguments),
        {
            "no_data": ([],),
            "one_candidate": ([1],),
            "tied": ([1, 1], 0),
            "negative_component": ([1, 2], 300, stats.Prior.pooled(1, 400)),
        },
    ),
    "taylor_russell": (
        lambda validity: stats.taylor_russell(validity=validity, selection_ratio=0.2, base_rate=0.5),
        {"no_outcome": 0.3},
    ),
    "naylor_shine": (
        lambda validity: stats.naylor_shine(validity=validity, selection_ratio=0.2),
        {"no_outcome": 0.3},
    ),
    "brogden_cronbach_gleser": (
        lambda validity: stats.brogden_cronbach_gleser(validity=validity, sdy=1, selected=1, candidates=4),
        {"no_outcome": 0.3},
    ),
    "observed_validity": (
        lambda pair: stats.observed_validity({"s": pair[0], "o": pair[1]}, score="s", outcome="o"),
        {
            "no_outcome": ([1, 2], [None, None]),
            "too_few": ([1, 2], [1, 2]),
            "constant": ([1, 1, 1], [1, 2, 3]),
        },
    ),
}  # fmt: skip

# Wrong use, not data that cannot tell: an error.
REFUSED: dict[str, Callable[[], object]] = {
    "calibrate_top_k": lambda: stats.calibrate_top_k(
        candidates=1, true_sd=1, error_sd=1, believed_error_sd=1, believed_error_df=None, prior="flat", seed=1
    ),
    "pooled_prior": lambda: stats.pooled_prior({"c": ["x"], "s": [1]}, contest="c", score="s"),
    "top_k_probabilities": lambda: stats.top_k_probabilities([], [], 1),
    "rank_probabilities": lambda: stats.rank_probabilities([1.0], [0.0]),
    "mean_z_selected": lambda: stats.mean_z_selected(selected=3, candidates=2),
    "expected_order_statistic": lambda: stats.expected_order_statistic(2, 1),
    "expected_impact": lambda: stats.expected_impact(
        reference_minus_focal=0.5, selection_ratio=1, focal_share=0.3
    ),
}

# What arranges data or gives them back: nothing of it can be undefined.
NO_ESTIMATE = {
    "answer_sheet", "audit", "count_by_group", "durations", "holm", "label", "ranks", "ratings", "strata",
    "suppress", "two_way", "why",
}  # fmt: skip


def reasons(result: Any, depth: int = 0) -> set[str]:
    """All reason codes of a result and of what it holds; names of its notes too."""
    found: set[str] = set()
    if result is None or depth > 4 or isinstance(result, str | int | float):
        return found
    for name in ("reason", "no_interval"):
        value = getattr(result, name, None)
        found |= {value} if isinstance(value, str) else set()
    for note in getattr(result, "notes", ()):
        found.add(note.key)
    for name in ("rows", "tests", "estimates", "summary", "all_right"):
        inner = getattr(result, name, None)
        for part in inner if isinstance(inner, list) else [inner]:
            found |= reasons(part, depth + 1)
    return found


@pytest.mark.parametrize(
    ("name", "code"), [(name, code) for name, (_, inputs) in CASES.items() for code in inputs]
)
def test_data_that_cannot_tell_have_a_reason(name: str, code: str) -> None:
    call, inputs = CASES[name]
    for data in inputs[code] if isinstance(inputs[code], Several) else [inputs[code]]:
        result = call(data)
        assert code in reasons(result)
        assert "nan" not in str(result).lower().split()


@pytest.mark.parametrize("name", REFUSED)
def test_wrong_use_is_refused_with_a_remedy(name: str) -> None:
    with pytest.raises(recruit.Error) as caught:
        REFUSED[name]()
    assert caught.value.remedy


def test_no_function_is_without_a_degenerate_case() -> None:
    functions = {name for name in stats.__all__ if inspect.isbuiltin(getattr(stats, name))}
    assert functions - CASES.keys() - REFUSED.keys() - NO_ESTIMATE == set()
    print(f"{len(CASES)} functions, {sum(len(inputs) for _, inputs in CASES.values())} degenerate inputs")


def test_every_reason_has_a_sentence_in_the_documentation_and_in_both_languages() -> None:
    pages = "".join(page.read_text(encoding="utf-8") for page in (ROOT / "docs").glob("stats*.md"))
    codes = {code for _, inputs in CASES.values() for code in inputs if not code.startswith("note_")}
    for code in sorted(codes):
        assert f"`{code}`" in pages, code
        assert stats.why(code, "en") != stats.why(code, "vi")


def test_every_code_has_a_line_in_the_table_of_the_documentation_and_a_test() -> None:
    """All codes of `NotEstimable`, whoever gives them."""
    header = (ROOT / "include/recruit/stats/word.hpp").read_text(encoding="utf-8")
    body = re.search(r"enum class NotEstimable[^{]*{(.*?)};", header, re.DOTALL)
    assert body
    codes = re.findall(r"^ *([a-z_]+),", body[1], re.MULTILINE)
    table = (ROOT / "docs/stats.md").read_text(encoding="utf-8").split("## Why a number cannot be told")[1]

    def text(folder: str) -> str:
        sources = (file for file in (ROOT / folder).glob("*.cpp") if file.name != "word.cpp")
        return "".join(file.read_text(encoding="utf-8") for file in sources)

    given, tests = text("src/stats"), text("tests/stats")
    print(f"{len(codes)} reasons")
    assert len(codes) > 25
    for code in codes:
        (line,) = (line for line in table.splitlines() if f"`{code}`" in line)
        if re.search(rf"\b{code}\b", given):
            assert f"NotEstimable::{code}" in tests, code
        else:
            assert "nothing gives it yet" in line, code
