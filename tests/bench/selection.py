"""A national exam by recruit and by the engines an analyst would otherwise use, on the same rows in one run.

Three stages with gates, a weighted score rounded to two decimals, two tie keys, seats by position, equals across the cut
contested. Every engine starts from the same Arrow file, checks that application ids are distinct, and makes a whole result:
for each application its score, place, number of equals and standing. The results are compared row by row.

Each engine runs in a process of its own, so that its peak of memory is its own; it reads the file before the clock starts,
and hands its best call: DuckDB a table to a table, Polars a lazy frame, pandas integer columns and one packed key.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute
import pyarrow.ipc

RULES = """
series = "bench.national"
version = "1"
effective_from = 2024-01-01
status = "example"
jurisdiction = "XX"
[[stage]]
name = "law"
max = 100
gate = { points = 40 }
[[stage]]
name = "skills"
max = 100
gate = { points = 40 }
[[stage]]
name = "project"
max = 100
gate = { points = 50 }
[score]
round = { digits = 2, mode = "half_up" }
terms = [ { stage = "law", weight = "0.3" }, { stage = "skills", weight = "0.3" }, { stage = "project", weight = "0.4" } ]
[[rank]]
name = "position"
within = ["position"]
ties = [ { stage = "project" }, { stage = "skills" }, { end = "shared" } ]
[select]
by = "position"
ties_at_cut = "contested"
"""
STAGES = ("law", "skills", "project")
SELECTED, CONTESTED, QUALIFIED, FAILED = 0, 1, 2, 3
ENGINES = ("recruit", "duckdb", "polars", "pandas")
THREADS = 2

Result = dict[str, npt.NDArray[Any]]


def make(kind: str, rows: int, positions: int, seed: int) -> tuple[pa.Table, pa.Table]:
    """Applications in the order of arrival, most of them for a few positions; whole or quarter marks, so that many are
    equal; ids as integers or texts, positions as integers, a dictionary or texts."""
    random = np.random.default_rng(seed)
    uniform = random.random(rows)
    position = (uniform**3 * positions).astype(np.int64)
    ability = random.normal(0, 1, rows)
    scale = 4 if kind == "decimal" else 1
    columns: dict[str, pa.Array] = {}
    number = np.arange(rows, dtype=np.int64)
    if kind == "text, shuffled":
        number = random.permutation(number)
    names = np.char.add("P", np.char.zfill(np.arange(positions).astype(str), 6))
    if kind.startswith("text"):
        columns["application"] = pa.array(
            np.char.add("TS", np.char.zfill(number.astype(str), 8)).astype(object)
        )
        columns["position"] = pa.array(names[position].astype(object))
    else:
        columns["application"] = pa.array(number + 20_240_000_000)
        columns["position"] = pa.array(position)
        if kind == "decimal":
            columns["position"] = pa.DictionaryArray.from_arrays(
                pa.array(position.astype(np.int32)), pa.array(names.astype(object))
            )
    for stage in STAGES:
        raw = 62 + 14 * (0.6 * ability + 0.8 * random.normal(0, 1, rows))
        units = np.clip(np.rint(raw * scale), 0, 100 * scale).astype(np.int64)
        if kind == "decimal":  # hundredths
            columns[stage] = decimals(units * (100 // scale))
        else:
            columns[stage] = pa.array(units)
    count = np.bincount(position, minlength=positions)
    held = np.flatnonzero(count)
    seats = {
        "position": pa.array(held if kind == "integer" else names[held].astype(object)),
        "seats": pa.array(np.maximum(1, count[held] * 8 // 100)),
    }
    return pa.table(columns), pa.table(seats)


def decimals(hundredths: npt.NDArray[np.int64]) -> pa.Array:
    words = np.zeros((len(hundredths), 2), dtype=np.int64)
    words[:, 0] = hundredths
    return pa.Array.from_buffers(pa.decimal128(5, 2), len(hundredths), [None, pa.py_buffer(words)])


# ---- engines: each gives work() -> native result, and rows(native) -> Result in the order of the table ----------------


def by_recruit(
    kind: str, scores: pa.Table, seats: pa.Table, extra: dict[str, Any]
) -> tuple[Callable[[], Any], Callable[[Any], Result]]:
    import recruit

    rules = recruit.Regulation.parse(RULES)
    begin = time.perf_counter()
    places = recruit.Table(seats)
    table = recruit.Table(scores).indexed("application", threads=THREADS)
    extra["build"] = time.perf_counter() - begin
    extra["index"] = 0 if kind in ("integer", "decimal", "text") else 8 * len(scores)  # none where ids rise

    def build_and_select() -> Any:
        return recruit.select(rules, scores, seats, threads=THREADS)

    def work() -> Any:
        return recruit.select(rules, table, places, threads=THREADS)

    extra["build_and_select"] = build_and_select

    def rows(result: Any) -> Result:
        out = pa.table(result).combine_chunks()  # in rank order
        row = pa.compute.index_in(out["application"], value_set=scores["application"]).to_numpy()
        units = np.frombuffer(out["total"].chunk(0).buffers()[1], dtype=np.int64)[::2]
        codes = {"selected": SELECTED, "contested": CONTESTED, "qualified": QUALIFIED, "failed": FAILED}
        dictionary = out["standing"].chunk(0)
        of = np.array([codes.get(name, 99) for name in dictionary.dictionary.to_pylist()])
        total, standing = np.zeros(len(out), dtype=np.int64), np.zeros(len(out), dtype=np.int64)
        total[row] = np.where(
            out["total"].is_null().to_numpy(), 0, units * 10 ** (2 - out["total"].type.scale)
        )
        standing[row] = of[dictionary.indices.to_numpy()]
        applications = scores["application"].slice(0, 1_000).to_pylist()
        times = []
        for application in applications[::10]:
            start = time.perf_counter()
            result.explain(application)
            times.append(time.perf_counter() - start)
        extra["explain"] = statistics.median(times)
        extra["explain_most"] = max(times)
        return {"total": total, "first": result.first(), "tied": result.tied(), "standing": standing}

    return work, rows


def by_duckdb(
    kind: str, scores: pa.Table, seats: pa.Table, extra: dict[str, Any]
) -> tuple[Callable[[], Any], Callable[[Any], Result]]:
    import duckdb

    connection = duckdb.connect(config={"threads": THREADS})
    connection.register("arrow_scores", scores)
    connection.register("arrow_seats", seats)
    connection.execute("create table scores as select * from arrow_scores")
    connection.execute("create table seats as select * from arrow_seats")
    total = (
        "round(0.3 * law + 0.3 * skills + 0.4 * project, 2)"
        if kind == "decimal"
        else "3 * law + 3 * skills + 4 * project"
    )
    query = f"""
        create or replace table result as
        with scored as (
          select application, position, skills, project, {total} as total,
                 law >= 40 and skills >= 40 and project >= 50 as passed
          from scores
        ), ranked as (
          select application, position, total, rank() over w as first,
                 count(*) over (w groups between current row and current row) as tied
          from scored where passed window w as (partition by position order by total desc, project desc, skills desc)
        )
        select application, total, first, tied,
               case when first + tied - 1 <= seats then {SELECTED} when first <= seats then {CONTESTED} else {QUALIFIED} end as standing
        from ranked join seats using (position)
        union all select application, null, 0, 0, {FAILED} from scored where not passed"""

    def work() -> Any:
        distinct = connection.execute("select count(distinct application) from scores").fetchone()
        assert distinct is not None and distinct[0] == len(scores)
        connection.execute(query)

    def rows(_: Any) -> Result:
        scale = 100 if kind == "decimal" else 10
        table = connection.sql(
            f"select cast(total * {scale} as bigint) as total, first, tied, standing from scores left join result using (application) "
            "order by scores.rowid"
        ).to_arrow_table()
        return {name: table[name].fill_null(0).to_numpy() for name in table.column_names}

    return work, rows


def by_polars(
    kind: str, scores: pa.Table, seats: pa.Table, extra: dict[str, Any]
) -> tuple[Callable[[], Any], Callable[[Any], Result]]:
    os.environ["POLARS_MAX_THREADS"] = str(THREADS)
    import polars as pl

    frame = pl.from_arrow(scores)
    places = pl.from_arrow(seats)
    assert isinstance(frame, pl.DataFrame) and isinstance(places, pl.DataFrame)
    if kind == "decimal":  # hundredths and codes: faster than its decimals and categories
        frame = frame.with_columns(
            (pl.col(stage).cast(pl.Float64) * 100).round().cast(pl.Int64) for stage in STAGES
        )
        frame = frame.with_columns(pl.col("position").cast(pl.String).str.slice(1).cast(pl.Int64))
        places = places.with_columns(pl.col("position").str.slice(1).cast(pl.Int64))
    unit = 100 if kind == "decimal" else 1

    def work() -> Any:
        assert frame["application"].n_unique() == len(frame)
        sum_ = 3 * pl.col("law") + 3 * pl.col("skills") + 4 * pl.col("project")
        total = (sum_ + 5) // 10 if kind == "decimal" else sum_
        passed = (
            (pl.col("law") >= 40 * unit) & (pl.col("skills") >= 40 * unit) & (pl.col("project") >= 50 * unit)
        )
        key = pl.when("passed").then(
            (pl.col("total") * 20_000 + pl.col("project")) * 20_000 + pl.col("skills")
        )
        last = pl.col("first") + pl.col("tied") - 1
        standing = (
            pl.when(~pl.col("passed"))
            .then(FAILED)
            .when(last <= pl.col("seats"))
            .then(SELECTED)
            .when(pl.col("first") <= pl.col("seats"))
            .then(CONTESTED)
            .otherwise(QUALIFIED)
        )
        return (
            frame.lazy()
            .with_columns(total=total, passed=passed)
            .with_columns(key=key)
            .with_columns(
                first=pl.col("key").rank("min", descending=True).over("position"),
                tied=pl.len().over("position", "key"),
            )
            .join(places.lazy(), on="position", how="left", maintain_order="left")
            .with_columns(standing=standing.cast(pl.Int8))
            .select("application", "total", "first", "tied", "standing", "passed")
            .collect()
        )

    def rows(result: Any) -> Result:
        passed = result["passed"].to_numpy()
        return {
            "total": np.where(passed, result["total"].to_numpy() * (1 if kind == "decimal" else 10), 0),
            "first": result["first"].fill_null(0).to_numpy(),
            "tied": np.where(passed, result["tied"].to_numpy(), 0),
            "standing": result["standing"].to_numpy(),
        }

    return work, rows


def by_pandas(
    kind: str, scores: pa.Table, seats: pa.Table, extra: dict[str, Any]
) -> tuple[Callable[[], Any], Callable[[Any], Result]]:
    import pandas as pd

    if kind == "decimal":
        for stage in STAGES:
            units = np.frombuffer(scores[stage].combine_chunks().buffers()[1], dtype=np.int64)[::2]
            scores = scores.set_column(scores.column_names.index(stage), stage, pa.array(units.copy()))
    frame = scores.to_pandas()
    places = seats.to_pandas().set_index("position")["seats"]
    if kind == "decimal":
        frame["position"] = frame["position"].cat.codes
        places.index = places.index.str.slice(1).astype(int)
    unit = 100 if kind == "decimal" else 1

    def work() -> Any:
        assert frame["application"].is_unique
        total = 3 * frame["law"] + 3 * frame["skills"] + 4 * frame["project"]
        if kind == "decimal":
            total = (total + 5) // 10
        passed = (
            (frame["law"] >= 40 * unit) & (frame["skills"] >= 40 * unit) & (frame["project"] >= 50 * unit)
        )
        key = (total * 20_000 + frame["project"]) * 20_000 + frame["skills"]
        work_frame = pd.DataFrame({"position": frame["position"], "key": key})[passed]
        first = work_frame.groupby("position", sort=False, observed=True)["key"].rank("min", ascending=False)
        tied = work_frame.groupby(["position", "key"], sort=False, observed=True)["key"].transform("size")
        open_seats = work_frame["position"].map(places)
        last = first + tied - 1
        standing = np.select([last <= open_seats, first <= open_seats], [SELECTED, CONTESTED], QUALIFIED)
        result = pd.DataFrame({"total": total, "first": 0, "tied": 0, "standing": FAILED}, index=frame.index)
        result.loc[~passed, "total"] = 0
        at = np.flatnonzero(passed)
        for name, values in (("first", first), ("tied", tied), ("standing", standing)):
            column = result[name].to_numpy().copy()
            column[at] = values
            result[name] = column
        return result

    def rows(result: Any) -> Result:
        found = {name: result[name].to_numpy() for name in ("total", "first", "tied", "standing")}
        found["total"] = found["total"] * (1 if kind == "decimal" else 10)
        return found

    return work, rows


# ---- one engine in a process of its own -------------------------------------------------------------------------------


def peak() -> float:
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM"))


def forget_peak() -> None:
    with open("/proc/self/clear_refs", "w") as clear:
        clear.write("5")


def read(path: Path) -> pa.Table:
    # Into memory of its own: mapped pages would count as whoever reads them first.
    return pa.ipc.open_file(path.read_bytes()).read_all().combine_chunks()


def timed(work: Callable[[], Any], times: int) -> tuple[list[float], Any]:
    seconds, found = [], None
    for _ in range(times + 1):  # the first warms
        del found
        begin = time.perf_counter()
        found = work()
        seconds.append(time.perf_counter() - begin)
    return seconds[1:] or seconds, found


def child(engine: str, kind: str, folder: Path, times: int) -> None:
    scores, seats = read(folder / "scores.arrow"), read(folder / "seats.arrow")
    extra: dict[str, Any] = {}
    work, rows = globals()[f"by_{engine}"](kind, scores, seats, extra)
    forget_peak()
    before = peak()
    seconds, found = timed(work, times)
    report: dict[str, Any] = {"seconds": statistics.median(seconds), "peak": peak() - before}
    result = rows(found)
    del found
    if whole := extra.pop("build_and_select", None):
        extra["whole"] = statistics.median(timed(whole, times)[0])
    for name, values in result.items():
        np.save(folder / f"{engine}.{name}.npy", values.astype(np.int64))
    print(json.dumps(report | extra))


def run(engine: str, kind: str, folder: Path, times: int) -> dict[str, Any]:
    command = [
        sys.executable,
        __file__,
        "--child",
        engine,
        "--kind",
        kind,
        "--folder",
        str(folder),
        "--times",
        str(times),
    ]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout.splitlines()[-1])  # type: ignore[no-any-return]


def copy_seconds(size: int) -> float:
    source, target = np.ones(size // 8), np.ones(size // 8)
    seconds = []
    for _ in range(5):
        begin = time.perf_counter()
        np.copyto(target, source)
        seconds.append(time.perf_counter() - begin)
    return statistics.median(seconds)


def same(engine: str, folder: Path) -> str:
    differing = 0
    for name in ("total", "first", "tied", "standing"):
        ours, theirs = (np.load(folder / f"{e}.{name}.npy", mmap_mode="r") for e in ("recruit", engine))
        differing += int(np.count_nonzero(ours != theirs))
    return "same rows" if differing == 0 else f"DIFFERS in {differing:,} values"


def compare(kind: str, rows: int, options: argparse.Namespace, temporary: Path) -> tuple[bool, float]:
    scores, seats = make(kind, rows, options.positions, seed=7)
    for name, table in (("scores", scores), ("seats", seats)):
        with (
            pa.OSFile(str(temporary / f"{name}.arrow"), "wb") as file,
            pa.ipc.new_file(file, table.schema) as writer,
        ):
            writer.write_table(table)
    read_bytes, written = scores.nbytes, 24 * rows
    print(
        f"\n{kind}: {rows:,} applications, {len(seats):,} positions, {read_bytes / 1e6:,.0f} MB read, {written / 1e6:,.0f} MB written"
    )
    del scores, seats
    ours = run("recruit", kind, temporary, options.times)
    copy = copy_seconds(read_bytes + written)
    base = written + 4 * rows + ours["index"]
    print(f"  memcpy, one thread     {copy:8.3f} s   select takes {ours['seconds'] / copy:.1f} x")
    print(
        f"  recruit select         {ours['seconds']:8.3f} s            {ours['peak']:8,.0f} MB more, {ours['peak'] * 1048576 / base:.2f} x output and index"
    )
    print(
        f"  recruit build + select {ours['whole']:8.3f} s            explain {ours['explain'] * 1000:.2f} ms, at most {ours['explain_most'] * 1000:.2f} ms"
    )
    fine = True
    fastest = float("inf")
    for engine in options.engines:
        if engine == "recruit" or (engine == "pandas" and rows > options.pandas_rows):
            continue
        # A second run of the slowest tells nothing new.
        peer = run(engine, kind, temporary, 1 if engine == "pandas" or rows > 10_000_000 else options.times)
        words = same(engine, temporary)
        fine = fine and words == "same rows"
        fastest = min(fastest, peer["seconds"])
        print(
            f"  {engine:22} {peer['seconds']:8.3f} s            {peer['peak']:8,.0f} MB more, "
            f"{peer['seconds'] / ours['seconds']:.1f} x select, {peer['seconds'] / ours['whole']:.1f} x build + select   {words}",
            flush=True,
        )
    print(
        f"  fastest peer / recruit: select {fastest / ours['seconds']:.1f} x, build + select {fastest / ours['whole']:.1f} x",
        flush=True,
    )
    return fine, ours["seconds"]


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, nargs="*", default=[1_000_000, 10_000_000, 20_000_000])
    parser.add_argument("--kinds", nargs="*", default=["integer", "decimal", "text", "text, shuffled"])
    parser.add_argument("--engines", nargs="*", default=list(ENGINES))
    parser.add_argument("--positions", type=int, default=100_000)
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--pandas-rows", type=int, default=10_000_000, help="pandas is left out above this")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    parser.add_argument("--kind", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        child(options.child, options.kind, options.folder, options.times)
        return 0
    fine = True
    for kind in options.kinds:
        seconds: dict[int, float] = {}
        for rows in options.rows:
            if kind != "integer" and rows > 10_000_000:
                continue
            with tempfile.TemporaryDirectory() as folder:
                agreed, seconds[rows] = compare(kind, rows, options, Path(folder))
            fine = fine and agreed
        if {10_000_000, 20_000_000} <= seconds.keys():
            print(f"  10 to 20 million rows: {seconds[20_000_000] / seconds[10_000_000]:.2f} x the time")
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
