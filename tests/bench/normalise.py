"""Normalisation of many sessions beside Polars and NumPy: the same marks from the same columns, two threads.

Every engine makes the normalised mark of each row. They are compared before they are timed: Polars and NumPy
use binary floats, so their marks may differ by half of the last digit that the rule keeps.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable

os.environ.setdefault("POLARS_MAX_THREADS", "2")

import numpy as np
import polars as pl
import pyarrow as pa
import recruit
from stats_support import REGULATION_HEAD, ratio

COMMON = """[[fact]]
name = "shift"
type = "category"
[[stage]]
name = "cbt"
max = 200
[[normalise]]
stage = "cbt"
session = "shift"
raw_max = 100
limit = true
round = { digits = 5, mode = "half_up" }
"""
METHODS = {
    "mean and SD onto the highest mean": """
method = "mean_sd"
base = "highest_mean"
deviation = "population"
round_sd = { digits = 8, mode = "half_even" }
""",
    "percentile": 'method = "percentile"\n',
    "equipercentile mean": """
method = "equipercentile_mean"
beyond = "clamp"
round_each = { digits = 8, mode = "half_even" }
""",
}


def numpy_mean_sd(marks: np.ndarray, shift: np.ndarray, sessions: int) -> np.ndarray:
    n = np.bincount(shift, minlength=sessions)
    mean = np.bincount(shift, weights=marks, minlength=sessions) / n
    square = np.bincount(shift, weights=(marks - mean[shift]) ** 2, minlength=sessions)
    sd = np.sqrt(square / n)
    base = mean.argmax()
    return np.round((marks - mean[shift]) * (sd[base] / sd)[shift] + mean[base], 5)


def counted(marks: np.ndarray, shift: np.ndarray, sessions: int) -> tuple[np.ndarray, np.ndarray, int, int]:
    """Takers at or below each mark, by session; the cell of each row."""
    units = np.rint(marks * 4).astype(np.int64)
    width = 401
    cell = shift * width + units
    counts = np.bincount(cell, minlength=sessions * width).reshape(sessions, width)
    return counts, cell, width, sessions


def numpy_percentile(marks: np.ndarray, shift: np.ndarray, sessions: int) -> np.ndarray:
    """For any marks: their distinct values are found by a sort."""
    values, at = np.unique(marks, return_inverse=True)
    cell = shift * values.size + at
    upto = np.bincount(cell, minlength=sessions * values.size).reshape(sessions, -1).cumsum(axis=1)
    return np.round(200 * upto / upto[:, -1:], 5).ravel()[cell]


def numpy_percentile_of_quarters(marks: np.ndarray, shift: np.ndarray, sessions: int) -> np.ndarray:
    counts, cell, _, _ = counted(marks, shift, sessions)
    upto = counts.cumsum(axis=1)
    return np.round(200 * upto / upto[:, -1:], 5).ravel()[cell]


def numpy_equipercentile(marks: np.ndarray, shift: np.ndarray, sessions: int) -> np.ndarray:
    counts, cell, width, _ = counted(marks, shift, sessions)
    upto = counts.cumsum(axis=1)
    place = upto / upto[:, -1:]
    known = [np.flatnonzero(row) for row in counts]
    made = np.zeros((sessions, width))
    for s in range(sessions):
        total = known[s] / 4
        for other in range(sessions):
            if other != s:
                total = total + np.interp(place[s, known[s]], place[other, known[other]], known[other] / 4)
        made[s, known[s]] = total / sessions
    return np.round(made, 5).ravel()[cell]


def polars_mean_sd(frame: pl.DataFrame) -> pl.Series:
    mark = pl.col("marks")
    figures = frame.group_by("shift").agg(mark.mean().alias("m"), mark.std(ddof=0).alias("s"))
    base = figures.sort("m", descending=True).row(0, named=True)
    joined = frame.join(figures, on="shift", how="left", maintain_order="left")
    return joined.select((mark - pl.col("m")) / pl.col("s") * base["s"] + base["m"]).to_series().round(5)


def polars_percentile(frame: pl.DataFrame) -> pl.Series:
    counts = frame.group_by("shift", "marks").len().sort("shift", "marks")
    upto = counts.with_columns(
        (200 * pl.col("len").cum_sum().over("shift") / pl.col("len").sum().over("shift")).round(5).alias("p")
    )
    return frame.join(upto, on=["shift", "marks"], how="left", maintain_order="left")["p"]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000_000)
    parser.add_argument("--sessions", type=int, default=150)
    parser.add_argument("--times", type=int, default=3)
    options = parser.parse_args()
    rng = np.random.default_rng(1)
    rows, sessions = options.rows, options.sessions
    shift = rng.integers(0, sessions, rows)
    hard = rng.normal(0, 5, sessions)
    units = np.clip(np.rint(4 * (rng.normal(52, 14, rows) + hard[shift])), 0, 400).astype(np.int64)
    marks = units / 4
    names = pa.array([f"s{i:03}" for i in range(sessions)])
    table = recruit.Table(
        pa.table(
            {
                "shift": pa.DictionaryArray.from_arrays(pa.array(shift.astype(np.int32)), names),
                "cbt.raw": pa.array(marks).cast(pa.decimal128(7, 2)),
            }
        )
    )
    frame = pl.DataFrame({"shift": shift.astype(np.int32), "marks": marks})
    peers: dict[str, dict[str, Callable[[], object]]] = {
        "mean and SD onto the highest mean": {
            "numpy": lambda: numpy_mean_sd(marks, shift, sessions),
            "polars": lambda: polars_mean_sd(frame),
        },
        "percentile": {
            "numpy": lambda: numpy_percentile(marks, shift, sessions),
            "numpy told that marks are quarters": lambda: numpy_percentile_of_quarters(
                marks, shift, sessions
            ),
            "polars": lambda: polars_percentile(frame),
        },
        "equipercentile mean": {
            "numpy told that marks are quarters": lambda: numpy_equipercentile(marks, shift, sessions)
        },
    }
    print(f"  {rows:,} rows, {sessions} sessions, load {os.getloadavg()[0]:.1f}")
    same = True
    for method, toml in METHODS.items():
        rules = recruit.Regulation.parse(REGULATION_HEAD + COMMON + toml)
        made = recruit.normalise(rules, table, threads=2)
        if made.issues:
            raise SystemExit(f"bench: {made.issues[0]}")
        ours = made.table.to_pandas()["cbt"].to_numpy(dtype=float)
        for peer, call in peers[method].items():
            theirs = np.clip(np.asarray(call()), 0, 200)
            worst = float(np.abs(ours - theirs).max())
            print(f"  {method}: largest difference from {peer} {worst:.2e}")
            same = same and worst < 1.1e-5
        ratio(
            method,
            lambda rules=rules: recruit.normalise(rules, table, threads=2),
            peers[method],
            options.times,
        )
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
