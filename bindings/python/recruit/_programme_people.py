"""The contests of a made-up programme, down to people and the slips of their examiners: simulated data."""

from __future__ import annotations

import datetime
import random
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import pairwise

from recruit import _core

Row = dict[str, object]

REPORTED = datetime.date(2020, 8, 31)  # up to when the bodies report
ORIGINS = ("unit", "agency", "sector", "outside")
_PASS = 50
_POSITIONS = {
    "vụ": ("Phó vụ trưởng", "Vụ trưởng"),
    "sở": ("Phó giám đốc sở", "Giám đốc sở"),
    "phòng": ("Trưởng phòng", "Phó trưởng phòng", "Hiệu trưởng"),
}
_FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Nông", "Lò", "Thạch", "Đinh")
_MIDDLE = {"male": ("Văn", "Đức", "Minh", "Quang"), "female": ("Thị", "Thu", "Ngọc", "Thanh")}
_GIVEN = ("An", "Bình", "Chi", "Dũng", "Giang", "Hà", "Khánh", "Lan", "Nam", "Phúc", "Quyên", "Sơn", "Yến")
_ETHNICITIES = ("Kinh",) * 6 + ("Tày", "Thái", "Mường", "Khmer")
_PROPOSALS = ("keep_results", "simplify", "standards", "common_papers")


@dataclass
class Contest:
    """What a return says of one contest, and the people and slips that it sums up."""

    row: Row
    people: list[Row]
    slips: list[Row]


def parts(rng: random.Random, total: int, count: int, least: int = 1) -> list[int]:
    """`total` divided at random, each part at least `least`."""
    sizes = [least] * count
    for _ in range(total - least * count):
        sizes[rng.randrange(count)] += 1
    return sizes


def two_digits(value: Fraction) -> Decimal:
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact.quantize(Decimal("0.01"), ROUND_HALF_UP)


def _days(rng: random.Random) -> list[datetime.date]:
    """Of notice, closing, examination, result, appointment; the result is known when bodies report."""
    day = datetime.date(2017, 7, 1) + datetime.timedelta(days=rng.randrange(1000))
    days = [day]
    for least, more in ((20, 20), (15, 30), (5, 25), (20, 60)):
        day += datetime.timedelta(days=least + rng.randrange(more))
        days.append(day)
    return days


def _marks(rng: random.Random, strong: int, weak: int, members: int) -> list[list[Fraction]]:
    """The slips of each person who sat, best first, in half points; the strong pass and the weak fail.

    Drawn again until no two people stand level, so that nobody has to decide between them.
    """
    while True:
        severity = [rng.randrange(-3, 4) for _ in range(members)]
        marks = []
        for ability in [*(rng.randrange(64, 91) for _ in range(strong)), *(30 + i % 9 for i in range(weak))]:
            slips = [Fraction(2 * (ability + harsh) + rng.randrange(-7, 8), 2) for harsh in severity]
            marks.append(slips)
        marks.sort(key=sum, reverse=True)
        if len({sum(slips) for slips in marks}) == len(marks):
            return marks


def _noise(marks: list[list[Fraction]]) -> Decimal | None:
    """Standard error of the difference of two people's means: what is left of the slips once person and
    examiner are taken away (two-way analysis of variance without repeats)."""
    n, k = len(marks), len(marks[0]) if marks else 0
    if n < 2 or k < 2:
        return None
    people = [sum(slips) / k for slips in marks]
    examiners = [sum(slips[j] for slips in marks) / n for j in range(k)]
    mean = sum(people) / n
    left = sum(
        ((marks[i][j] - people[i] - examiners[j] + mean) ** 2 for i in range(n) for j in range(k)),
        Fraction(0),
    )
    variance = Fraction(2 * left / ((n - 1) * (k - 1) * k))
    return (Decimal(variance.numerator) / Decimal(variance.denominator)).sqrt().quantize(Decimal("0.01"))


def _person(rng: random.Random, contest: str, number: int, body: Row, outside: bool) -> Row:
    sex = rng.choice(("male", "female"))
    names = (rng.choice(_FAMILY), rng.choice(_MIDDLE[sex]), rng.choice(_GIVEN))
    return {
        "application": f"{contest}-{number:02d}",
        "agency": body["id"],
        "competition": contest,
        "name": " ".join(names),
        "sex": sex,
        "ethnicity": rng.choice(_ETHNICITIES),
        "born": 1965 + rng.randrange(22),
        "origin": rng.choice(ORIGINS if outside else ORIGINS[:3]),
        "planned": rng.randrange(3) > 0,
    }


def hold(rng: random.Random, body: Row, number: int, winners: int) -> Contest:
    """One contest of a body, with as many winners as are asked for."""
    name = f"{body['id']}-{number:02d}"
    tier = "phòng" if rng.randrange(3) else ("vụ" if body["level"] == "central" else "sở")
    seats = max(winners + (rng.randrange(3) == 0), 1)
    # A seat stays empty only where nobody else passed.
    also_passed = 0 if seats > winners else rng.randrange(3)
    failed = 1 + rng.randrange(3) if also_passed == 0 else rng.randrange(3)
    passed = winners + also_passed
    sat = passed + failed
    eligible = sat + (rng.randrange(4) == 0)
    applied = eligible + rng.randrange(3)
    marks = _marks(rng, passed, failed, 5 + 2 * rng.randrange(2))
    means = [sum(slips, Fraction(0)) / len(slips) for slips in marks]
    assert all((mean >= _PASS) == (i < passed) for i, mean in enumerate(means))
    days = _days(rng)
    appointing = winners > 0
    running = appointing and (days[4] > REPORTED or rng.randrange(12) == 0)
    appointed = None if running else winners - (winners > 1 and rng.randrange(15) == 0)

    people, slips = [], []
    standing = list(range(applied))  # applications are numbered as they came, not as they stand
    rng.shuffle(standing)
    for came, place in enumerate(standing, 1):
        person = _person(rng, name, came, body, rng.randrange(8) == 0)
        person["eligible"] = place < eligible
        person["sat"] = place < sat
        person["score"] = two_digits(means[place]) if place < sat else None
        person["passed"] = place < passed
        person["winner"] = place < winners
        person["appointed"] = None if running else appointed is not None and place < appointed
        person["synthetic"] = True
        people.append(person)
        for member, mark in enumerate(marks[place] if place < sat else [], 1):
            slip = {"agency": body["id"], "competition": name, "application": person["application"]}
            slips.append({**slip, "member": f"GK{member}", "mark": two_digits(mark), "synthetic": True})
    row: Row = {
        "competition": name,
        "position": rng.choice(_POSITIONS[tier]),
        "tier": tier,
        "year": days[0].year,
        "announced_on": days[0],
        "closed_on": days[1],
        "examined_on": days[2],
        "published_on": days[3],
        "appointed_on": days[4] if appointing and not running else None,
        "reported_on": REPORTED,
        "seats": seats,
        "applied": applied,
        "eligible": eligible,
        "sat": sat,
        "passed": passed,
        "winners": winners,
        "appointed": appointed,
        "ending": "running" if running else "completed" if appointing else "winnerless",
        "margin": two_digits(means[winners - 1] - means[winners]) if 0 < winners < passed else None,
        "noise": _noise(marks),
        "synthetic": True,
    }
    for step, those in (("applied", people), ("winners", [p for p in people if p["winner"]])):
        for origin in ORIGINS:
            row[f"{step}_{origin}"] = sum(p["origin"] == origin for p in those)
        row[f"{step}_planned"] = sum(p["planned"] is True for p in those)
        row[f"{step}_women"] = sum(p["sex"] == "female" for p in those)
        row[f"{step}_minority"] = sum(p["ethnicity"] != "Kinh" for p in those)
    row["field"] = sum(p["planned"] is True for p in people) + applied + rng.randrange(10, 30)
    row["deadlines_missed"] = sum((later - day).days > 40 for day, later in pairwise(days[:4]))
    row["kept_used"] = int(rng.randrange(10) == 0)
    # Bodies complain of what happened to them, and of what the review of 2020 found everywhere.
    told = {
        "content": rng.randrange(3) == 0,
        "coordination": rng.randrange(3) == 0,
        "length": (days[3] - days[0]).days > 90,
        "participation": applied < 2 * seats,
    }
    row["difficulties"] = "; ".join(code for code, is_so in told.items() if is_so) or None
    row["proposals"] = "; ".join(code for code in _PROPOSALS if rng.randrange(4) == 0) or None
    return Contest(row, people, slips)


def table(rows: list[Row]) -> _core.Table:
    """A table of records that all have the same keys."""
    return _core.Table({name: [row[name] for row in rows] for name in rows[0]})
