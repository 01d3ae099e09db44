"""Selection under quotas and referral beside the same rows without them: ours against ours.

A million applications for 10,000 positions of 1 to 20 seats; the goal is three times the plain selection.
"""

from __future__ import annotations

import argparse
import sys

import numpy as np
import pyarrow as pa
import recruit
from stats_support import REGULATION_HEAD, fastest

COMMON = """[[fact]]
name = "woman"
type = "boolean"
[[fact]]
name = "obc"
type = "boolean"
[[stage]]
name = "exam"
max = 1000
"""
WOMEN, OBC = 'who = { fact = "woman", equals = true }', 'who = { fact = "obc", equals = true }'
SET_ASIDE = f'[[quota]]\nname = "obc"\nkind = "set_aside"\nshare = "27/100"\nround = "down"\n{OBC}\n'
MINIMUM = f'[[quota]]\nname = "women"\nkind = "minimum"\nshare = "1/3"\nround = "down"\n{WOMEN}\n'
QUOTAS = {
    "set-aside": SET_ASIDE,
    "least number": MINIMUM,
    "both (2SMG)": SET_ASIDE + MINIMUM,
    "rate of a call order": f'[[quota]]\nname = "women"\nkind = "prefix_rate"\nshare = "1/3"\n{WOMEN}\n',
    "added beyond": '[[quota]]\nname = "women"\nkind = "add_beyond"\nshare = "3/10"\nround = "down"\n'
    f"within = 50\n{WOMEN}\n",
}
AHEAD = 'precedes = { fact = "obc", equals = true }\n'
REFERRALS = {
    "the highest three": f'[referral]\nkind = "top"\nnames = 3\n{AHEAD}',
    "three or a cut score": f'[referral]\nkind = "at_least"\nscore = 990\nleast_names = 3\n{AHEAD}',
    "categories": f'[referral]\nkind = "category"\nmerge_below = 3\n{AHEAD}'
    '[[referral.category]]\nname = "best"\nfrom = 990\n'
    '[[referral.category]]\nname = "well"\nfrom = 900\n'
    '[[referral.category]]\nname = "qualified"\nfrom = 0\n',
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--positions", type=int, default=10_000)
    parser.add_argument("--times", type=int, default=5)
    options = parser.parse_args()
    rng = np.random.default_rng(7)
    rows, names = options.rows, [f"p{i:05d}" for i in range(options.positions)]
    table = recruit.Table(
        pa.table(
            {
                "application": pa.array([f"a{i:08d}" for i in range(rows)]),
                "position": pa.DictionaryArray.from_arrays(
                    pa.array(rng.integers(0, len(names), rows), pa.int32()), pa.array(names)
                ),
                "exam": pa.array(rng.integers(0, 1001, rows)),
                "woman": pa.array(rng.random(rows) < 0.4),
                "obc": pa.array(rng.random(rows) < 0.3),
            }
        )
    ).indexed("application")
    seats = recruit.Table({"position": names, "seats": rng.integers(1, 21, len(names)).tolist()})
    rules = {
        name: recruit.Regulation.parse(REGULATION_HEAD + COMMON + text)
        for name, text in {"none": "", **QUOTAS}.items()
    }
    times = fastest(
        [lambda rule=rule: recruit.select(rule, table, seats) for rule in rules.values()], options.times
    )
    print(f"{rows:,} applications, {len(names):,} positions of 1 to 20 seats")
    worst = 0.0
    for name, seconds in zip(rules, times, strict=True):
        worst = max(worst, seconds / times[0])
        print(f"  {name:24} {seconds:8.4f} s ({seconds / times[0]:5.2f} x)")
    for name, text in REFERRALS.items():
        rule = recruit.Regulation.parse(REGULATION_HEAD + COMMON + text)
        chosen = recruit.select(rule, table, seats)
        alone, referred = fastest(
            [
                lambda rule=rule: recruit.select(rule, table, seats),
                lambda chosen=chosen: recruit.refer_all(chosen),
            ],
            options.times,
        )
        both = (alone + referred) / times[0]
        worst = max(worst, both)
        print(
            f"  {name:24} {alone + referred:8.4f} s ({both:5.2f} x): "
            f"select {alone:.4f}, refer_all {referred:.4f}"
        )
    return 0 if worst <= 3 else 1


if __name__ == "__main__":
    sys.exit(main())
