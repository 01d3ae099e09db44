"""A programme of many contests reviewed from one Parquet file, beside Polars making the same counts from it.

Polars makes the totals, ratios, medians and codes of each group, not the bounds of what is missing nor the
cumulative incidence that a review also has. All figures that both make are compared before they are timed.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("POLARS_MAX_THREADS", "2")

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import recruit
from stats_support import ratio

BY = ["level", "tier", "year"]
STEPS = ["seats", "field", "applied", "eligible", "sat", "passed", "winners", "appointed"]
DATES = ["announced_on", "closed_on", "examined_on", "published_on", "appointed_on"]
PHASES = ["days_applying", "days_preparing"]  # of those that are over in every contest: the plain median
RATIOS = {
    "participation": ("applied", "field"),
    "applicants_per_seat": ("applied", "seats"),
    "pass_rate": ("passed", "sat"),
    "fill_rate": ("winners", "seats"),
    "appointment_rate": ("appointed", "winners"),
    "applied_women": ("applied_women", "applied"),
    "winners_women": ("winners_women", "winners"),
}


def contests(rows: int) -> pa.Table:
    """Contests of 2,000 bodies over six years; one in eight runs or ended without a winner."""
    rng = np.random.default_rng(1)
    bodies = 2_000
    body = rng.integers(0, bodies, rows).astype(np.int32)
    seats = rng.integers(1, 4, rows)
    applied = seats + rng.poisson(3, rows)
    eligible = rng.binomial(applied, 0.9)
    sat = rng.binomial(eligible, 0.95)
    passed = rng.binomial(sat, 0.7)
    winners = np.minimum(passed, seats)
    appointed = rng.binomial(winners, 0.9)
    start = 17_167 + rng.integers(0, 6 * 365, rows)
    days = np.cumsum(np.stack([start, *(rng.integers(5, 90, rows) for _ in range(4))]), axis=0)
    ended = rng.random(rows)
    ending = np.where(ended < 0.06, 0, np.where(ended < 0.125, 2, 1)).astype(np.int32)
    over = ending == 1

    def words(codes: np.ndarray, names: list[str]) -> pa.Array:
        numbers = pa.array(codes.astype(np.int32))
        return pa.DictionaryArray.from_arrays(numbers, pa.array(names)).cast(pa.string())

    def date(values: np.ndarray, given: np.ndarray | None = None) -> pa.Array:
        mask = None if given is None else ~given
        return pa.array(values.astype(np.int32), mask=mask).cast(pa.date32())

    return pa.table(
        {
            "agency": words(body, [f"{i:05}" for i in range(bodies)]),
            "competition": pa.array([f"K{i:07}" for i in range(rows)]),
            "tier": words(rng.integers(0, 3, rows), ["vu", "so", "phong"]),
            "level": words(body % 2, ["central", "province"]),
            "announced_on": date(days[0]),
            "closed_on": date(days[1]),
            "examined_on": date(days[2]),
            "published_on": date(days[3], over),
            "appointed_on": date(days[4], over),
            "reported_on": date(np.full(rows, 19_722)),
            "seats": seats,
            "field": applied + rng.integers(0, 20, rows),
            "applied": applied,
            "eligible": eligible,
            "sat": sat,
            "passed": passed,
            "winners": winners,
            "appointed": appointed,
            "applied_women": rng.binomial(applied, 0.4),
            "winners_women": rng.binomial(winners, 0.4),
            "ending": words(ending, ["running", "completed", "winnerless"]),
            "difficulties": words(rng.integers(0, 4, rows), ["", "length", "content", "length; content"]),
        }
    )


def reviewed(path: Path) -> recruit.Review:
    return recruit.review(pq.read_table(path), by=BY)


def counted(path: Path) -> tuple[pl.DataFrame, pl.DataFrame]:
    frame = pl.read_parquet(path).with_columns(pl.col("announced_on").dt.year().alias("year"))
    per_seat = pl.col("applied") / pl.col("seats")
    spans = [
        (pl.col(b) - pl.col(a)).dt.total_days().median().alias(name)
        for name, a, b in zip(PHASES, DATES, DATES[1:], strict=False)
    ]
    counts = [
        pl.col("agency").n_unique().alias("bodies_held"),
        pl.len().alias("contests"),
        pl.struct("agency", "competition").n_unique().alias("distinct"),
        *(pl.col(step).sum() for step in STEPS),
        *((pl.col(a).sum() / pl.col(b).sum()).alias(name) for name, (a, b) in RATIOS.items()),
        per_seat.min().alias("per_seat_lowest"),
        per_seat.median().alias("per_seat_median"),
        per_seat.max().alias("per_seat_highest"),
        (pl.col("applied") < 2).sum().alias("under_minimum"),
        (pl.col("ending") == "running").sum().alias("running"),
        (pl.col("ending") == "winnerless").sum().alias("without_appointment"),
        *spans,
    ]
    groups = pl.concat([frame.select(counts), frame.group_by(BY).agg(counts)], how="diagonal")
    codes = (
        frame.select(*BY, pl.col("difficulties").str.split("; "))
        .explode("difficulties")
        .group_by(*BY, "difficulties")
        .len()
    )
    return groups, codes


def differences(path: Path) -> int:
    """How many figures both made; ends the run if one differs."""
    review = reviewed(path)
    groups, codes = counted(path)
    compared = 0
    for line in groups.iter_rows(named=True):
        key = [] if line["level"] is None else [line["level"], line["tier"], str(line["year"])]
        group = review.at(key)
        for name, value in line.items():
            if name in {*BY, "distinct"}:
                continue
            ours = group[name].value
            if ours is None or abs(ours - value) > 1e-12 * abs(value):
                raise SystemExit(f"bench: {name} of {key}: {ours}, Polars {value}")
            compared += 1
    for level, tier, year, code, n in codes.iter_rows():
        if code and dict(review.at([level, tier, str(year)]).difficulties)[code] != n:
            raise SystemExit(f"bench: {code} of {level}, {tier}, {year}")
        compared += bool(code)
    return compared


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--times", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "contests.parquet"
        pq.write_table(contests(options.rows), path)
        print(
            f"  {options.rows:,} contests, {path.stat().st_size / 1e6:.0f} MB, load {os.getloadavg()[0]:.1f}"
        )
        print(f"  {differences(path):,} figures are the same")
        ratio(
            "review by level, tier, year",
            lambda: reviewed(path),
            {"polars, the same counts": lambda: counted(path)},
            options.times,
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
