"""The Python face: tables of every kind in, results out, and what bindings get wrong."""

from __future__ import annotations

import decimal
import doctest
import gc
import pickle
import signal
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import recruit

RULES = recruit.Regulation.parse(
    """
series = "xx.two"
version = "1"
effective_from = 2024-01-01
status = "example"
[[stage]]
name = "written"
max = 100
gate = { points = 50 }
[[stage]]
name = "interview"
max = 100
[score]
terms = [ { stage = "written", weight = "0.4" }, { stage = "interview", weight = "0.6" } ]
"""
)
COLUMNS = {
    "application": ["A", "B", "C"],
    "position": ["p", "p", "p"],
    "written": [71.35, 49.5, 80.0],
    "interview": [80, 90, 60],
}


def test_every_kind_of_table_gives_the_same_selection() -> None:
    frame = pd.DataFrame(COLUMNS)
    tables = [
        COLUMNS,
        {name: np.array(values) for name, values in COLUMNS.items()},
        frame,
        frame.assign(position=frame["position"].astype("category")),
        pl.DataFrame(COLUMNS),
        pa.table(COLUMNS),
        duckdb.sql("select * from frame"),
        recruit.Table(COLUMNS),
        {**COLUMNS, "written": ["71.35", "49.5", "80"]},
        {**COLUMNS, "written": [Decimal("71.35"), Decimal("49.5"), Decimal("80")]},
    ]
    for table in tables:
        result = recruit.select(RULES, table, seats=1)
        assert [row.application for row in result] == ["A", "C", "B"], type(table)
        assert result["A"].total == Decimal("76.54")
        assert [row.standing.name for row in result] == ["selected", "qualified", "failed"]


def test_results_go_to_the_tools_people_use() -> None:
    result = recruit.select(RULES, COLUMNS, seats={"p": 1})
    expected = ["A", "C", "B"]
    assert list(result.to_pandas()["application"]) == expected
    assert pa.table(result)["application"].to_pylist() == expected
    pa.table(result).validate(full=True)
    assert pl.DataFrame(result)["application"].to_list() == expected
    assert pa.table(result).schema.field("total").type == pa.decimal128(
        19, 3
    )  # marks of 2 decimals times weights of 1


def test_columns_are_mapped_by_role_and_a_missing_one_is_named() -> None:
    renamed = pd.DataFrame(COLUMNS).rename(columns={"application": "SBD", "written": "Viết"})
    result = recruit.select(RULES, renamed, seats=1, columns={"application": "SBD", "written": "Viết"})
    assert result["A"].standing is recruit.Standing.selected
    with pytest.raises(recruit.InvalidTable, match='no column "application"') as error:
        recruit.select(RULES, renamed)
    assert error.value.code == "missing_column"
    assert isinstance(error.value, recruit.Error)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ([float("nan"), 60.0, 60.0], "not_finite"),
        ([0.1 + 0.2, 60.0, 60.0], "inexact_float"),
        (["71.123456789", "60", "60"], "too_many_decimals"),
        (["abc", "60", "60"], "not_a_number"),
        ([-1, 60, 60], "below_minimum"),
        ([101, 60, 60], "above_maximum"),
    ],
)
def test_a_mark_that_cannot_be_used_is_an_issue_in_both_languages(values: list[object], code: str) -> None:
    table = {**COLUMNS, "written": np.array(values) if isinstance(values[0], float) else values}
    result = recruit.select(RULES, table, seats=1)
    issue = next(issue for issue in result.issues if issue.code == code)
    assert issue.row == 0
    assert issue.message("vi") != issue.message("en")
    assert result["A"].standing is recruit.Standing.incomplete


def test_a_float_is_refused_as_points() -> None:
    with pytest.raises(TypeError):
        recruit.Points(71.5)  # type: ignore[arg-type]
    assert recruit.Points("71.50") == recruit.Points(Decimal("71.5"))
    assert pickle.loads(pickle.dumps(recruit.Points("0.1"))) == recruit.Points("0.1")


def test_a_regulation_with_errors_lists_them_all() -> None:
    with pytest.raises(recruit.InvalidRegulation) as error:
        recruit.Regulation.parse('series = "x"\nversion = 1\ncolour = "red"\n')
    assert {"wrong_type", "unknown_key", "missing_key"} <= {issue.code for issue in error.value.issues}


def test_html_shows_names_from_files_as_text() -> None:
    table = {**COLUMNS, "application": ["<script>alert(1)</script>", "B", "C"]}
    html = recruit.select(RULES, table, seats=1)._repr_html_()
    assert "<script" not in html
    assert "&lt;script&gt;" in html


def test_what_was_taken_from_a_result_outlives_it() -> None:
    source = {name: np.array(values) for name, values in COLUMNS.items()}
    result = recruit.select(RULES, source, seats=1)
    first, table, row = result.first(), result.to_table(), result["A"]
    source["written"][:] = 0
    again = result.explain("A")
    del result, source
    gc.collect()
    assert first.tolist() == [1, 0, 2]
    assert pa.table(table)["application"].to_pylist() == ["A", "C", "B"]
    assert row.total == Decimal("76.54")
    assert again.total == Decimal("76.54")


def test_the_examples_in_the_docstrings_run(tmp_path: Path) -> None:
    names = {
        "recruit": recruit,
        "decimal": decimal,
        "path": tmp_path / "table.csv",
        "pd": pd,
        "np": np,
        "pl": pl,
        "pa": pa,
    }
    finder = doctest.DocTestFinder(exclude_empty=True)
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    for module in (recruit, recruit._core, recruit.datasets):
        for test in finder.find(module, module.__name__, globs=dict(names)):
            runner.run(test)
    for name in recruit.__all__:
        value = getattr(recruit, name)
        members = [value, *vars(value).values()] if isinstance(value, type) else [value]
        for member in members:
            text = getattr(member, "__doc__", None) or ""
            if callable(member) and ">>>" in text:
                parser = doctest.DocTestParser()
                runner.run(parser.get_doctest(text, dict(names), name, None, None))
    assert runner.tries > 10
    assert runner.failures == 0


def test_import_loads_no_data_frame_library(python_environment: dict[str, str]) -> None:
    names = ("pandas", "pyarrow", "matplotlib", "polars", "duckdb", "scipy")
    code = f"import sys, recruit; print([m for m in {names} if m in sys.modules])"
    printed = subprocess.run(
        [sys.executable, "-c", code], env=python_environment, capture_output=True, text=True, check=True
    )
    assert printed.stdout.strip() == "[]"


def test_control_c_stops_a_long_selection(python_environment: dict[str, str]) -> None:
    code = (
        "import recruit\n"
        "rules = recruit.regulation('id.cpns.2024')\n"
        "c = recruit.datasets.synthetic(rules, applications=1_000_000, positions=1000, seed=1)\n"
        "print('ready', flush=True)\n"
        "while True: recruit.select(rules, c.scores, c.seats)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code], env=python_environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdout.readline().strip() == b"ready"
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert b"KeyboardInterrupt" in errors
