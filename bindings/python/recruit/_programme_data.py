"""A whole programme of made-up bodies, calibrated to the published totals of a pilot: simulated data."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from recruit import _core
from recruit._programme_people import Row, hold, parts, table
from recruit._programme_sheets import FAULTS, Grid, Return, grid_of, write_csv, write_workbook

# Of the interim review of 2020: bodies in the pilot, bodies that held contests, titles, winners.
PILOT = {"central": (14, 12, 29, 42), "province": (22, 17, 86, 368)}

_NAMES = {"central": "Bộ Mẫu số {}", "province": "Tỉnh Giả Hòa {}"}


@dataclass(frozen=True)
class Fault:
    """One thing that was made wrong on purpose, and the code of the Issue that must tell of it."""

    kind: str
    code: str
    file: str


@dataclass(frozen=True)
class SyntheticProgramme:
    """A programme nobody ever held: its register, the returns as sheets, and what is wrong with them.

    ``people`` has a row an applicant (origin, planning status, sex, ethnicity, how far they came) and
    ``slips`` a row a mark of an examiner; the returns sum them up, but for what was made wrong.
    """

    register: _core.Table
    returns: dict[str, Grid]
    faults: tuple[Fault, ...]
    people: _core.Table
    slips: _core.Table

    def write(self, folder: Path, kind: Literal["csv", "xlsx"] = "csv") -> list[Path]:
        """The register as CSV and one file a return, into a folder; the paths of the returns.

        Workbooks have a title over the width, merged headers and dates as dates; they need XlsxWriter.
        """
        folder.mkdir(parents=True, exist_ok=True)
        _core.write_csv(self.register, folder / "register.csv")
        paths = []
        for name, grid in self.returns.items():
            path = (folder / name).with_suffix(f".{kind}")
            (write_workbook if kind == "xlsx" else write_csv)(grid, path)
            paths.append(path)
        return paths


def _fits(given: Return, code: str) -> bool:
    """Whether that can be wrong in the return: there must be two winners for a seat fewer, a name to
    misspell, names in one row for a column that has no part."""
    if code == "return_winners_beyond_seats":
        return int(str(given.contests[0]["winners"])) > 1
    if code == "return_body_spelling":
        return given.body["level"] == "province"
    if code == "return_phase_missing":
        return not given.two_rows
    return True


def _make_dirty(rng: random.Random, returns: list[Return]) -> tuple[Fault, ...]:
    faults = []
    free = [given for given in returns if given.contests]
    # What needs the most of a return chooses first.
    for kind, code, apply in sorted(FAULTS, key=lambda fault: sum(_fits(given, fault[1]) for given in free)):
        chosen = rng.choice([given for given in free if _fits(given, code)])
        free.remove(chosen)
        if code in {"return_column_unknown", "return_column_twice"}:
            chosen.two_rows = False
        apply(chosen)
        faults.append(Fault(kind, code, chosen.file))
    return tuple(faults)


def programme(*, seed: int = 1, dirty: bool = False) -> SyntheticProgramme:
    """Make up a programme with the published totals of the pilot of 2017 to 2020: simulated data.

    Parameters
    ----------
    seed : int
        The same seed gives the same programme.
    dirty : bool
        With faults of 26 kinds, each in the return of another body; none of them changes titles or winners.

    Returns
    -------
    SyntheticProgramme
        ``register`` (36 bodies), ``returns`` (file name to sheet; 29 with contests, 7 nil), ``faults``,
        ``people`` and ``slips``.

    Examples
    --------
    >>> made = recruit.datasets.programme(seed=7, dirty=True)
    >>> len(made.register), len(made.returns), len(made.faults)
    (36, 36, 26)
    """
    rng = random.Random(seed)
    bodies: list[Row] = []
    people: list[Row] = []
    slips: list[Row] = []
    returns: list[Return] = []
    for level, (in_pilot, holding, titles, winners) in PILOT.items():
        here = range(len(bodies) + 1, len(bodies) + in_pilot + 1)
        name = _NAMES[level]
        group = [
            {"id": f"{n:03d}", "name": name.format(n), "level": level, "in_pilot": True, "synthetic": True}
            for n in here
        ]
        bodies += group
        without = titles // 20  # contests that end without a winner
        counts = [*parts(rng, winners, titles - without), *([0] * without)]
        rng.shuffle(counts)
        sizes = [*parts(rng, titles, holding), *([0] * (in_pilot - holding))]
        rng.shuffle(sizes)
        for body, size in zip(group, sizes, strict=True):
            contests = [hold(rng, body, i + 1, counts.pop()) for i in range(size)]
            for contest in contests:
                people += contest.people
                slips += contest.slips
            rows = [contest.row for contest in contests]
            returns.append(Return(body, rows, two_rows=rng.randrange(2) == 0))
            returns[-1].language = "en" if rng.randrange(5) == 0 else "vi"
    faults = _make_dirty(rng, returns) if dirty else ()
    grids = {given.file: grid_of(given) for given in returns}
    return SyntheticProgramme(_core.Table(bodies), grids, faults, table(people), table(slips))
