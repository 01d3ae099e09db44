"""An HR system that holds a contest inside itself; the same story as host.cpp, in the same words."""

import datetime
import sqlite3
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import recruit


class ContestService:
    """The part of the host that answers requests about one contest.

    Who somebody is, the host's database knows; what they may do, recruit says; what was done,
    the journal keeps.
    """

    def __init__(self, database: sqlite3.Connection, journal: recruit.JournalStore) -> None:
        self.database = database
        self.journal = journal
        self.contest = recruit.Competition.replay(journal)

    def handle(self, login: str, request: str, kind: str, fields: Mapping[str, Any], moment: str) -> str:
        """Answer somebody who is logged in; with the request's id a retry does nothing twice."""
        now = datetime.datetime.fromisoformat(moment)
        # An example draws the same every time. A real host takes os.urandom(32).
        entropy = request.encode().ljust(32, b"\0")
        before = len(self.contest)
        try:
            act = recruit.Act(kind, self.person(login), fields)
            self.contest.submit(self.journal, act, now, entropy, key=request)
        except recruit.Refused as refusal:
            return f"no: {refusal.message()}"
        return "done already" if len(self.contest) == before else "done"

    def buttons(self, login: str) -> list[str]:
        """What a page offers somebody now. Whether each can really be done, `decide` says."""
        roles = self.contest.roles(self.person(login))
        phase = self.contest.phase()
        return [
            kind.name
            for kind in recruit.ActKind
            if any(recruit.permitted(role, kind, phase) for role in roles)
        ]

    def print_people(self) -> None:
        """Names come from the host, roles from the contest: joined here, kept nowhere together."""
        for row in self.contest.roles().to_pandas().itertuples():
            (name,) = self.database.execute(
                "select name from users where person = ?", [row.person]
            ).fetchone()
            print(f"  {name}: {row.role}")

    def person(self, login: str) -> str:
        found = self.database.execute("select person from users where login = ?", [login]).fetchone()
        if found is None:
            raise LookupError(f"nobody is logged in as {login}")
        return str(found[0])


USERS = [
    ("lan", "P-01", "Trần Thị Lan"),
    ("hoa", "P-02", "Lê Thị Hoa"),
    ("binh", "P-03", "Nguyễn Văn Bình"),
    ("minh", "P-05", "Vũ Minh"),
]

with tempfile.TemporaryDirectory() as name:
    folder = Path(name)
    database = sqlite3.connect(folder / "hr.sqlite")
    database.execute("create table users (login text primary key, person text, name text)")
    database.executemany("insert into users values (?, ?, ?)", USERS)
    database.commit()

    with recruit.create_sqlite_journal(folder / "contest.journal", "head-of-office") as journal:
        service = ContestService(database, journal)
        print("lan plans a contest, hoa approves it:")
        rules = recruit.regulation("uk.merit_reserve.2018")
        plan = {
            "title": "Head of office",
            "agency": "Department of Finance",
            "regulation": rules.toml,
            "authority": "P-02",
        }
        position = {"position": "head", "seats": 1}
        decision = {"decision": "D-1"}
        requests: list[tuple[str, str, str, dict[str, Any], str]] = [
            ("lan", "r-1", "plan", plan, "02:00"),
            ("lan", "r-2", "add_position", position, "02:05"),
            ("lan", "r-3", "approve_plan", decision, "02:06"),
            ("hoa", "r-4", "approve_plan", decision, "03:00"),
        ]
        for login, request, kind, fields, time in requests:
            print(f"  {service.handle(login, request, kind, fields, f'2026-03-02T{time}:00+00:00')}")
        offered = [f"{login} {len(service.buttons(login))}" for login in ("lan", "hoa", "binh")]
        print(f"\nWhat a page can offer now: {offered[0]} acts, {offered[1]}, {offered[2]}")

        print("\nThe answer to a request is lost on the way, and the browser sends it again:")
        chair = {"person": "P-05", "role": "chair"}
        for time in ["03:01", "03:02"]:
            answer = service.handle("hoa", "r-5", "assign_role", chair, f"2026-03-02T{time}:00+00:00")
            print(f"  {answer}")
    database.close()

    print("\nThe host is started again. The contest comes from its journal:")
    database = sqlite3.connect(folder / "hr.sqlite")
    with recruit.open_sqlite_journal(folder / "contest.journal") as journal:
        service = ContestService(database, journal)
        contest = service.contest
        print(f"  {contest.title}, {len(contest)} acts, {recruit.label(contest.phase())}")
        service.print_people()
        for item in recruit.agenda(contest, datetime.date(2026, 3, 2)):
            print(f"  next: {item}")
    database.close()
