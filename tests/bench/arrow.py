"""Tables from Arrow, every value checked, beside pyarrow's full validation and a copy of the same bytes."""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import recruit


def median(work: Callable[[], Any], times: int = 5) -> float:
    found = []
    for _ in range(times + 1):
        begin = time.process_time()  # all three use one thread
        work()
        found.append(time.process_time() - begin)
    return statistics.median(found[1:])  # the first one warms up


def columns(rows: int) -> dict[str, pa.ChunkedArray]:
    numbers = pa.array(np.random.default_rng(1).permutation(rows))
    digits = pc.utf8_lpad(numbers.cast(pa.string()), 9, "0")
    ascii_text = pc.binary_join_element_wise("A-", digits, "")
    accents = pc.binary_join_element_wise("Nguyễn Thị Ấn ", digits, "")
    few = pc.binary_join_element_wise("P-", pc.bit_wise_and(numbers, 1023).cast(pa.string()), "")
    whole = numbers.cast(pa.decimal128(19, 0))
    chunked = pa.chunked_array([ascii_text.slice(at, rows // 10) for at in range(0, rows, rows // 10)])
    return {
        "utf8, ASCII": pa.chunked_array([ascii_text]),
        "utf8, Vietnamese": pa.chunked_array([accents]),
        "utf8, ten chunks": chunked,
        "utf8_view": pa.chunked_array([accents.cast(pa.string_view())]),
        "dictionary<int32>": pa.chunked_array([few.dictionary_encode()]),
        "decimal128": pa.chunked_array([whole]),
        "int64": pa.chunked_array([numbers]),
        "int32": pa.chunked_array([numbers.cast(pa.int32())]),
    }  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=10_000_000)
    rows = parser.parse_known_args()[0].rows
    print(f"  {rows:,} rows, medians of processor time; a copy is of the column's bytes, into new memory")
    print(f"  {'type':20} {'recruit':>9} {'pyarrow':>9} {'copy':>9}   {'recruit / copy':>14}")
    for name, column in columns(rows).items():
        source = pa.table({"value": column})
        taken = median(lambda source=source: recruit.Table(source))
        checked = median(lambda source=source: source.validate(full=True))
        memory = np.zeros(source.nbytes, dtype=np.uint8)
        copied = median(memory.copy)
        times = " ".join(f"{seconds * 1e3:6.1f} ms" for seconds in (taken, checked, copied))
        print(f"  {name:20} {times}   {taken / copied:12.2f} x")
    return 0


if __name__ == "__main__":
    sys.exit(main())
