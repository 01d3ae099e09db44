"""What the comparisons with other packages share: a regulation's head, timing, agreement, made-up data."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

REGULATION_HEAD = """
series = "x"
version = "1"
status = "example"
effective_from = 2020-01-01
"""


def fastest(calls: Iterable[Callable[[], object]], times: int) -> list[float]:
    """Seconds of every call at its best of `times`, taken in turns after one call each to warm up.

    A busy machine only ever adds to a time, and turns make it add to all alike.
    """
    work = list(calls)
    for call in work:
        call()
    best = [math.inf] * len(work)
    for _ in range(times):
        for i, call in enumerate(work):
            begin = time.perf_counter()
            call()
            best[i] = min(best[i], time.perf_counter() - begin)
    return best


def timed(work: Callable[[], object], times: int = 5) -> float:
    """Seconds of a call at its best."""
    return fastest([work], times)[0]


def ratio(
    name: str, ours: Callable[[], object], peers: dict[str, Callable[[], object]], times: int = 5
) -> None:
    """Print seconds of ours and of every peer's best call, and the ratios."""
    own, *others = fastest([ours, *peers.values()], times)
    print(f"  {name:52} recruit {own:10.6f} s", end="")
    for peer, seconds in zip(peers, others, strict=True):
        print(f"   {peer} {seconds:10.6f} s ({seconds / own:8.1f} x)", end="")
    print()


@dataclass
class Agreement:
    """Counts where ours and a peer's numbers are equal to `tolerance`, and keeps where they are not.

    Both undefined (None, NaN) counts as equal. `explained` are differences with a stated cause.
    """

    name: str
    tolerance: float = 1e-9
    compared: int = 0
    undefined: int = 0
    explained: dict[str, int] = field(default_factory=dict)
    differing: list[str] = field(default_factory=list)

    def check(self, ours: float | None, peer: float | None, what: object = "", cause: str = "") -> None:
        self.compared += 1
        no_ours = ours is None or math.isnan(ours)
        no_peer = peer is None or math.isnan(peer)
        if no_ours and no_peer:
            self.undefined += 1
            return
        if not no_ours and not no_peer:
            assert ours is not None and peer is not None
            if ours == peer or abs(ours - peer) <= self.tolerance * max(1.0, abs(peer)):
                return
        if cause:
            self.explained[cause] = self.explained.get(cause, 0) + 1
        else:
            self.differing.append(f"{what}: {ours} against {peer}")

    def report(self) -> bool:
        """Print one line, and the first differences; true if every difference has a cause."""
        same = self.compared - len(self.differing) - sum(self.explained.values())
        line = f"  {self.name:52} {same} of {self.compared} equal to {self.tolerance:g}"
        if self.undefined:
            line += f" ({self.undefined} undefined in both)"
        for cause, count in sorted(self.explained.items()):
            line += f"; {count}: {cause}"
        print(line + (f"; {len(self.differing)} DIFFER" if self.differing else ""))
        for difference in self.differing[:5]:
            print(f"      {difference}")
        return not self.differing


def report_all(agreements: Iterable[Agreement]) -> bool:
    return all([agreement.report() for agreement in agreements])
