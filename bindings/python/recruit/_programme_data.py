"""A whole programme of made-up bodies, calibrated to the published totals of a pilot: simulated data."""

from __future__ import annotations

import csv
import datetime
import random
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from recruit import _core
from recruit.text import to_tcvn3

Row = dict[str, object]
Grid = list[list[object]]

# Of the interim review of 2020: bodies in the pilot, bodies that held contests, titles, winners.
PILOT = {"central": (14, 12, 29, 42), "province": (22, 17, 86, 368)}

_CENTRAL = "Bộ Mẫu số {}"
_PROVINCE = "Tỉnh Giả Hòa {}"
_POSITIONS = {
    "vụ": ("Phó vụ trưởng", "Vụ trưởng"),
    "sở": ("Phó giám đốc sở", "Giám đốc sở"),
    "phòng": ("Trưởng phòng", "Phó trưởng phòng", "Hiệu trưởng"),
}
_DIFFICULTIES = ("content", "coordination", "length", "participation")
_PROPOSALS = ("keep_results", "simplify", "standards", "common_papers")
_COLUMNS = [
    *("competition", "position", "tier", "year"),
    *("announced_on", "closed_on", "examined_on", "published_on", "appointed_on"),
    *("seats", "field", "applied", "eligible", "sat", "passed", "winners", "appointed"),
    *("applied_unit", "applied_agency", "applied_sector", "applied_outside", "applied_planned"),
    *("applied_women", "winners_outside", "winners_women", "ending", "deadlines_missed", "kept_used"),
    *("difficulties", "proposals", "synthetic"),
]
_ENDINGS = {"completed": "Hoàn thành", "running": "Đang tiến hành"}


@dataclass(frozen=True)
class Fault:
    """One thing that was made wrong on purpose, and the code of the Issue that must tell of it."""

    kind: str
    code: str
    file: str


@dataclass
class _Return:
    """One body's return before it is written; faults change it."""

    body: Row
    contests: list[Row]
    head: str = ""
    language: Literal["vi", "en"] = "vi"
    two_rows: bool = False
    columns: list[str] = field(default_factory=lambda: list(_COLUMNS))
    extra: list[str] = field(default_factory=list)
    nil: bool = False
    total_off: int = 0
    note: str = ""
    repeat: int = 0  # writes the first contest again, with that many applicants more; -1: not

    @property
    def file(self) -> str:
        return f"{self.body['id']}.csv"


@dataclass(frozen=True)
class SyntheticProgramme:
    """A programme nobody ever held: its register, the returns as sheets, and what is wrong with them."""

    register: _core.Table
    returns: dict[str, Grid]
    faults: tuple[Fault, ...]

    def write(self, folder: Path) -> list[Path]:
        """The register and one CSV file a return, into a folder; the paths of the returns."""
        folder.mkdir(parents=True, exist_ok=True)
        _core.write_csv(self.register, folder / "register.csv")
        paths = []
        for name, grid in self.returns.items():
            path = folder / name
            with path.open("w", encoding="utf-8-sig", newline="") as file:
                csv.writer(file, delimiter=";").writerows(grid)
            paths.append(path)
        return paths


def _parts(rng: random.Random, total: int, parts: int, least: int = 1) -> list[int]:
    """`total` divided at random, each part at least `least`."""
    sizes = [least] * parts
    for _ in range(total - least * parts):
        sizes[rng.randrange(parts)] += 1
    return sizes


def _contest(rng: random.Random, body: Row, number: int, winners: int) -> Row:
    tier = "phòng" if rng.randrange(3) else ("vụ" if body["level"] == "central" else "sở")
    seats = winners + (rng.randrange(3) == 0)
    sat = seats + 1 + rng.randrange(2 + seats)
    eligible = sat + (rng.randrange(4) == 0)
    applied = eligible + rng.randrange(3)
    passed = max(winners, sat - rng.randrange(3))
    inside = _parts(rng, applied, 4, 0)
    day = datetime.date(2017, 7, 1) + datetime.timedelta(days=rng.randrange(1000))
    days = [day]
    for least, more in ((20, 20), (15, 30), (5, 25), (20, 60)):
        day += datetime.timedelta(days=least + rng.randrange(more))
        days.append(day)
    running = rng.randrange(12) == 0
    outside = min(inside[3], rng.randrange(2))
    codes = [code for code in _DIFFICULTIES if rng.randrange(3) == 0]
    wishes = [code for code in _PROPOSALS if rng.randrange(4) == 0]
    return {
        "competition": f"{body['id']}-{number:02d}",
        "position": rng.choice(_POSITIONS[tier]),
        "tier": tier,
        "year": days[0].year,
        "announced_on": days[0],
        "closed_on": days[1],
        "examined_on": days[2],
        "published_on": days[3],
        "appointed_on": None if running else days[4],
        "seats": seats,
        "field": applied + rng.randrange(10, 40),
        "applied": applied,
        "eligible": eligible,
        "sat": sat,
        "passed": passed,
        "winners": winners,
        "appointed": None if running else winners - (rng.randrange(15) == 0),
        **{
            f"applied_{origin}": n
            for origin, n in zip(("unit", "agency", "sector", "outside"), inside, strict=True)
        },
        "applied_planned": rng.randrange(applied + 1),
        "applied_women": rng.randrange(applied + 1),
        "winners_outside": min(outside, winners),
        "winners_women": rng.randrange(winners + 1),
        "ending": "running" if running else "completed",
        "deadlines_missed": rng.randrange(3),
        "kept_used": int(rng.randrange(10) == 0),
        "difficulties": "; ".join(codes) or None,
        "proposals": "; ".join(wishes) or None,
        "synthetic": True,
    }


def _cell(column: str, value: object, language: str) -> object:
    if value is None:
        return ""
    if isinstance(value, datetime.date):
        return value.strftime("%d/%m/%Y")
    if isinstance(value, bool):
        return "x" if value else ""
    return _ENDINGS.get(str(value), value) if column == "ending" and language == "vi" else value


def _grid(given: _Return) -> Grid:
    language = given.language
    label = {name: _core._text(f"column_{name}", language) for name in given.columns}
    heads = [label[name] for name in given.columns]
    form = "return_form_"
    grid: Grid = [[_core._text(form + "title", language)], []]
    grid.append([_core._text(form + "body", language), given.head or given.body["id"]])
    if given.nil or not given.contests:
        grid.append([_core._text(form + "nil", language)])
    if not given.contests:
        return grid
    grid.append([])
    if given.two_rows:  # a merged name above its parts, as spreadsheets keep it: the name, then empty cells
        above, below, last = [], [], ""
        for head in heads:
            first, comma, part = head.partition(", ")
            above.append("" if comma and first == last else first)
            below.append(part)
            last = first if comma else ""
        grid += [["STT", *above], ["", *below]]
    else:
        grid.append(["STT", *heads, *given.extra])
    contests = list(given.contests)
    if given.repeat >= 0:
        again = dict(contests[0])
        again["applied"] = int(str(again["applied"])) + given.repeat
        contests.append(again)
    for number, contest in enumerate(contests, 1):
        cells = [_cell(name, contest[name], language) for name in given.columns]
        grid.append([number, *cells, *("?" for _ in given.extra)])
    total = sum(c["applied"] for c in contests if isinstance(c["applied"], int)) + given.total_off
    grid.append(["Tổng cộng", *(total if name == "applied" else "" for name in given.columns)])
    if given.note:
        grid += [[], ["", "", given.note]]
    return grid


def _changed(column: str, change: Callable[[Row], object]) -> Callable[[_Return], None]:
    def apply(given: _Return) -> None:
        given.contests[0][column] = change(given.contests[0])

    return apply


def _day(row: Row, column: str, days: int) -> datetime.date:
    day = row[column]
    assert isinstance(day, datetime.date)
    return day + datetime.timedelta(days=days)


def _decompose(given: _Return) -> None:
    for contest in given.contests:
        contest["position"] = unicodedata.normalize("NFD", str(contest["position"]))


def _old_font(given: _Return) -> None:
    for contest in given.contests:
        contest["position"] = to_tcvn3(str(contest["position"]))


def _respell(given: _Return) -> None:
    given.head = str(given.body["name"]).replace("Hòa", "Hoà").replace(" ", "  ").upper()


def _without_seats(given: _Return) -> None:
    given.columns.remove("seats")


def _two_alike(given: _Return) -> None:
    given.columns.insert(6, "applied")


def _set(name: str, value: object) -> Callable[[_Return], None]:
    def apply(given: _Return) -> None:
        setattr(given, name, value)

    return apply


def _number(row: Row, column: str) -> int:
    return int(str(row[column]))


_FAULTS: tuple[tuple[str, str, Callable[[_Return], None]], ...] = (
    ("decomposed letters", "text_decomposed", _decompose),
    ("an old font", "text_tcvn3", _old_font),
    (
        "id without its zeros",
        "return_id_lost_zeros",
        lambda r: setattr(r, "head", str(r.body["id"]).lstrip("0")),
    ),
    ("name spelt otherwise", "return_body_spelling", _respell),
    ("contest twice", "return_contest_twice", _set("repeat", 0)),
    ("figures that contradict", "return_figures_conflict", _set("repeat", 1)),
    (
        "winners beyond seats",
        "return_winners_beyond_seats",
        _changed("seats", lambda r: _number(r, "winners") - 1),
    ),
    (
        "dates out of order",
        "return_dates_disordered",
        _changed("examined_on", lambda r: _day(r, "announced_on", -9)),
    ),
    ("phase missing", "return_phase_missing", _changed("closed_on", lambda r: None)),
    ("wrong total", "return_total_differs", _set("total_off", 3)),
    ("no day of the calendar", "date_not_real", _changed("published_on", lambda r: "31/02/2018")),
    (
        "day not given",
        "date_partial",
        _changed("closed_on", lambda r: _day(r, "closed_on", 0).strftime("%m/%Y")),
    ),
    ("date as a number", "date_serial", _changed("published_on", lambda r: "43101")),
    (
        "more sat than were eligible",
        "return_step_grows",
        _changed("sat", lambda r: _number(r, "eligible") + 1),
    ),
    ("column of their own", "return_column_unknown", _set("extra", ["Cột riêng của cơ quan"])),
    ("column left out", "return_column_missing", _without_seats),
    ("words in a number", "number_with_words", _changed("field", lambda r: f"{r['field']} người")),
    ("number with two readings", "number_unclear", _changed("field", lambda r: "1.234")),
    ("negative count", "return_not_a_count", _changed("kept_used", lambda r: -1)),
    (
        "parts beyond the whole",
        "return_parts_exceed",
        _changed("applied_unit", lambda r: _number(r, "applied") + 1),
    ),
    ("another year", "return_year_differs", _changed("year", lambda r: _number(r, "year") - 5)),
    ("unknown ending", "return_ending_unknown", _changed("ending", lambda r: "chưa rõ")),
    ("contests and a nil return", "return_nil_with_contests", _set("nil", True)),
    ("two columns of one name", "return_column_twice", _two_alike),
    ("signature below", "return_rows_dropped", _set("note", "Người lập biểu")),
    ("contest without id", "return_contest_unnamed", _changed("competition", lambda r: None)),
)


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
        ``register`` (36 bodies), ``returns`` (file name to sheet; 29 with contests, 7 nil) and ``faults``.

    Examples
    --------
    >>> made = recruit.datasets.programme(seed=7, dirty=True)
    >>> len(made.register), len(made.returns), len(made.faults)
    (36, 36, 26)
    """
    rng = random.Random(seed)
    bodies: list[Row] = []
    returns: list[_Return] = []
    for level, (in_pilot, holding, titles, winners) in PILOT.items():
        here = range(len(bodies) + 1, len(bodies) + in_pilot + 1)
        shape = _CENTRAL if level == "central" else _PROVINCE
        group = [
            {"id": f"{n:03d}", "name": shape.format(n), "level": level, "in_pilot": True, "synthetic": True}
            for n in here
        ]
        bodies += group
        counts = iter(_parts(rng, winners, titles))
        sizes = [*_parts(rng, titles, holding), *([0] * (in_pilot - holding))]
        rng.shuffle(sizes)
        for body, size in zip(group, sizes, strict=True):
            contests = [_contest(rng, body, i + 1, next(counts)) for i in range(size)]
            returns.append(_Return(body, contests, two_rows=rng.randrange(2) == 0, repeat=-1))
            returns[-1].language = "en" if rng.randrange(5) == 0 else "vi"
    faults = []
    if dirty:
        free = [given for given in returns if given.contests]
        for kind, code, apply in _FAULTS:
            # A seat fewer needs two winners; an old font needs letters that it has.
            fit = [
                g
                for g in free
                if code != "return_winners_beyond_seats" or _number(g.contests[0], "winners") > 1
            ]
            fit = [g for g in fit if code != "return_body_spelling" or g.body["level"] == "province"]
            fit = [g for g in fit if code != "return_phase_missing" or not g.two_rows] or fit
            chosen = rng.choice(fit)
            free.remove(chosen)
            if chosen.extra or code in {"return_column_unknown", "return_column_twice"}:
                chosen.two_rows = False
            apply(chosen)
            faults.append(Fault(kind, code, chosen.file))
    register = _core.Table(bodies)
    return SyntheticProgramme(register, {g.file: _grid(g) for g in returns}, tuple(faults))
