"""One national selection, by recruit and by the engines an analyst would otherwise use, on the same rows in one run.

Rules: final = round3(0.4 * round3(skd / 550 * 100) + 0.6 * skb), rank by post and province, seats by group, equals across
the cut contested. Every engine starts from the same Arrow table, checks that application ids are distinct, and must come
to the same standings. Prints medians in seconds and ratios; nothing here passes or fails by the clock.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import time
from collections.abc import Callable

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa

import recruit

RULES = recruit.regulation("id.cpns.2024")

SQL = """
with scored as (
  select application, position, province,
         round(0.4 * round(skd * 100.0 / 550 + 1e-12, 3) + 0.6 * skb + 1e-9, 3) as total
  from scores where skd is not null and skb is not null
), ranked as (
  select scored.*, seats,
         rank() over w as first, count(*) over (partition by position, province, total) as tied
  from scored join seats using (position, province)
  window w as (partition by position, province order by total desc)
)
select (select count(distinct application) from scores) as ids,
       count(*) filter (where first + tied - 1 <= seats) as selected,
       count(*) filter (where first <= seats and first + tied - 1 > seats) as contested,
       count(*) as ranked
from ranked
"""


def made(rows: int, positions: int, seed: int) -> tuple[pa.Table, pa.Table]:
    contest = recruit.datasets.synthetic(RULES, applications=rows, positions=positions, seed=seed)
    table = pa.table(contest.scores)
    skd = sum(np.nan_to_num(table[f"skd.{part}"].to_numpy().astype(float), nan=-1e6) for part in ("twk", "tiu", "tkp"))
    table = table.select(["application", "position", "province", "skb"]).append_column("skd", pa.array(skd))
    absent = skd < 0
    columns = {
        "application": table["application"],
        "position": table["position"],
        "province": table["province"],
        "skd": pa.array(np.where(absent, 0, skd), mask=absent),
        "skb": table["skb"].cast(pa.float64()),
    }
    return pa.table(columns).combine_chunks(), pa.table(contest.seats)


def by_recruit(scores: pa.Table, seats: pa.Table) -> tuple[int, int, int]:
    result = recruit.select(RULES, scores, seats)
    counts = result.counts
    return counts["selected"], counts["contested"], sum(counts[s] for s in ("selected", "contested", "qualified"))


def by_duckdb(scores: pa.Table, seats: pa.Table) -> tuple[int, int, int]:
    with duckdb.connect(config={"threads": 2}) as connection:
        connection.register("scores", scores)
        connection.register("seats", seats)
        row = connection.execute(SQL).fetchone()
        assert row is not None and row[0] == len(scores)
        return row[1], row[2], row[3]


def by_polars(scores: pa.Table, seats: pa.Table) -> tuple[int, int, int]:
    frame = pl.from_arrow(scores)
    assert isinstance(frame, pl.DataFrame)
    assert frame["application"].n_unique() == len(frame)
    group = ["position", "province"]
    places = pl.from_arrow(seats).with_columns(pl.col(group).cast(pl.String))  # type: ignore[union-attr]
    inner = (pl.col("skd") * 100 / 550 * 1000 + 0.5 + 1e-9).floor() / 1000
    ranked = (
        frame.lazy()
        .with_columns(pl.col(group).cast(pl.String))
        .drop_nulls(["skd", "skb"])
        .with_columns(((0.4 * inner + 0.6 * pl.col("skb")) * 1000 + 0.5 + 1e-6).floor().alias("total"))
        .with_columns(
            pl.col("total").rank("min", descending=True).over(group).alias("first"),
            pl.len().over([*group, "total"]).alias("tied"),
        )
        .join(places.lazy(), on=group)
        .with_columns((pl.col("first") + pl.col("tied") - 1).alias("last"))
        .select(
            (pl.col("last") <= pl.col("seats")).sum().alias("selected"),
            ((pl.col("first") <= pl.col("seats")) & (pl.col("last") > pl.col("seats"))).sum().alias("contested"),
            pl.len().alias("ranked"),
        )
        .collect()
    )
    return tuple(int(v) for v in ranked.row(0))  # type: ignore[return-value]


def timed(work: Callable[[], tuple[int, int, int]], times: int) -> tuple[float, tuple[int, int, int]]:
    seconds = []
    for _ in range(times):
        begin = time.perf_counter()
        found = work()
        seconds.append(time.perf_counter() - begin)
    return statistics.median(seconds), found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="*", default=[1_000_000, 10_000_000])
    parser.add_argument("--positions", type=int, default=8_000, help="times 12 provinces")
    parser.add_argument("--times", type=int, default=3)
    options = parser.parse_args()
    for rows in options.rows:
        scores, seats = made(rows, options.positions, seed=7)
        print(f"{rows:,} applications, {len(seats):,} groups, {scores.nbytes / 1e6:,.0f} MB of input")
        block = np.ones(scores.nbytes // 8)
        copy, _ = timed(lambda: (int(block.copy()[0]), 0, 0), options.times)  # noqa: B023
        print(f"  memcpy of the input   {copy:8.3f} s")
        ours = 0.0
        expected: tuple[int, int, int] | None = None
        for name, engine in (("recruit", by_recruit), ("DuckDB", by_duckdb), ("Polars", by_polars)):
            seconds, found = timed(lambda: engine(scores, seats), options.times)  # noqa: B023
            ours = ours or seconds
            expected = expected or found
            same = "same result" if found == expected else f"DIFFERS: {found} against {expected}"
            print(f"  {name:20}  {seconds:8.3f} s   {seconds / ours:6.2f} x   {same}")
        print(f"  selected, contested, ranked: {expected}")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")


if __name__ == "__main__":
    main()
