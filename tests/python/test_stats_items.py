"""recruit.stats: quality of a paper and setting the pass mark; reference numbers and use."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import recruit
from recruit import stats
from stats_oracle import Group, table


def test_lsat() -> None:
    group = Group("ctt_lsat")
    scores = pd.DataFrame(table("lsat.csv")).astype(float)
    reliability, items = stats.exam_reliability(scores), stats.item_analysis(scores)
    alpha = reliability["", "alpha"]
    found = {
        ("cronbach_alpha", "raw"): alpha.value,
        ("cronbach_alpha", "standardized"): reliability["", "standardised_alpha"].value,
        ("cronbach_alpha", "lambda6"): reliability["", "lambda6"].value,
        ("cronbach_alpha", "feldt_lo"): alpha.interval.lower,
        ("cronbach_alpha", "feldt_hi"): alpha.interval.upper,
        ("kr21", "kr21"): reliability["", "kr21"].value,
        ("sem", "sem"): reliability["", "sem"].value,
    }
    quantities = {
        "item_difficulty_p": "difficulty",
        "point_biserial_uncorrected": "point_biserial",
        "point_biserial_corrected": "point_biserial_corrected",
        "alpha_if_deleted": "alpha_if_deleted",
    }
    for row in group:
        if row.method in quantities:
            got = items[row.statistic.split("_")[1], quantities[row.method]].value
        else:
            got = found[row.method, row.statistic]
        group.check(row, got)
    group.done()


def test_a_multiple_choice_paper() -> None:
    group = Group("ctt_mc")
    key = {row["item"]: row["key"] for row in table("ctt_mc_key.csv")}
    sheet = stats.answer_sheet(pd.DataFrame(table("ctt_mc_responses.csv")), key=key)
    scores = sheet.scored()
    items = stats.item_analysis(scores)
    options = stats.distractors(sheet, "i1", group_share=0.25)
    of_options = {"n": "chosen", "pbis": "option_less", "discrim": "upper_lower"}
    of_items = {
        "item_point_biserial_corrected": "point_biserial_corrected",
        "item_biserial_corrected": "biserial_corrected",
    }
    for row in group:
        kind, _, name = row.statistic.partition("_")
        if row.method == "alpha":
            group.check(row, stats.exam_reliability(scores)["", "alpha"].value)
        elif row.method == "distractor":
            group.check(row, options[name, of_options[kind]].value)
        else:
            group.check(row, items[name, of_items[row.method]].value)
    group.done()


def test_conditional_errors() -> None:
    group = Group("csem")
    for row in group:
        score = int(row.statistic.removeprefix("csem_"))
        group.check(row, stats.conditional_sem(score, items=20).value)
    group.done()


def test_angoff_and_hofstee() -> None:
    group = Group("angoff")
    judgements = pd.DataFrame(table("angoff_8x10.csv")).set_index("judge").astype(float)
    found = stats.angoff(judgements, error="judges")
    cut = found["", "cut_score"]
    numbers = {"cut": cut.value, "sd_judges": found["", "sd_judges"].value, "se_cut": cut.standard_error}
    for row in group:
        group.check(row, numbers[row.statistic])
    group.done()

    group = Group("hofstee")
    scores = pd.DataFrame(table("hofstee_scores.csv")).astype(int)
    marks = np.repeat(scores["score"], scores["n"])
    found = stats.hofstee(marks, minimum_cut=9, maximum_cut=13, minimum_fail=0.1, maximum_fail=0.45)
    numbers = {"cut": found["", "cut_score"].value, "fail_rate": found["", "fail_rate"].value}
    for row in group:
        group.check(row, numbers[row.statistic])
    group.done()


def test_names_of_items_come_from_the_columns_and_reasons_are_codes() -> None:
    scores = pd.DataFrame({"dễ": [1, 1, 1, 1], "vừa": [1, 1, 0, 0], "khó": [1, 0, 0, None]})
    assert stats.exam_reliability(scores)["", "alpha"].reason == "missing_ratings"
    items = stats.item_analysis(scores, missing="wrong", group_share=1 / 3)
    assert items["dễ", "point_biserial"].reason == "all_pass"
    assert items["khó", "difficulty"].value == 0.25
    assert "độ khó" in items.str("vi")
    with pytest.raises(recruit.Error, match="group_share"):
        stats.item_analysis(scores, group_share=0.6)
    with pytest.raises(recruit.Error, match="both or none"):
        stats.conditional_sem(3, items=10, reliability=0.8)
