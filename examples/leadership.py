"""A whole leadership contest, act by act; the same story as leadership.cpp, in the same words."""

import datetime
from typing import Any

import recruit

UTC = datetime.UTC
SIX = ["A-1", "A-2", "A-3", "A-4", "A-5", "A-6"]
COUNCIL = ["chair", "m1", "m2", "m3", "m4"]


class Desk:
    """The desk of the contest: it knows the day, keeps the journal and passes acts on."""

    def __init__(self) -> None:
        self.contest = recruit.Competition()
        self.journal = recruit.memory_journal("deputy-director-2026")
        self.now = datetime.datetime(2026, 3, 2, 2, tzinfo=UTC)
        self.drawn = 0

    def act(self, actor: str, kind: str, **fields: Any) -> recruit.Event:
        # An example draws the same lots every time. A real desk takes os.urandom(32).
        entropy = bytes((31 * i + 7 * self.drawn) % 256 for i in range(32))
        self.drawn += 1
        self.now += datetime.timedelta(minutes=1)
        return self.contest.submit(self.journal, recruit.Act(kind, actor, fields), self.now, entropy)

    def refused(self, actor: str, kind: str, **fields: Any) -> None:
        """Try what should not be possible, and say why it is not."""
        try:
            self.contest.decide(recruit.Act(kind, actor, fields), self.now)
        except recruit.Refused as refusal:
            print(f"  refused: {refusal.message()} {refusal.remedy()} [{refusal.rule}]")

    def on(self, date: str) -> None:
        self.now = datetime.datetime.fromisoformat(date).replace(hour=2, tzinfo=UTC)

    def agenda(self, most: int) -> None:
        for item in recruit.agenda(self.contest, self.now.date())[:most]:
            print(f"  next: {item}")


def plan(desk: Desk) -> None:
    rules = recruit.regulation("vn.lead.procedure.2020")
    desk.act(
        "secretary",
        "plan",
        title="Deputy director of finance",
        agency="Department of Finance",
        regulation=rules.toml,
        authority="authority",
    )
    desk.act("secretary", "add_position", position="deputy-director", seats=1)
    desk.act("authority", "approve_plan", decision="Decision 12")
    people = {
        "chair": ["chair"],
        "member": ["m1", "m2", "m3", "m4"],
        "monitor": ["monitor"],
        "setter": ["setter"],
        "invigilator": ["inv1", "inv2"],
        "code_keeper": ["keeper"],
        "marker": ["k1", "k2", "k3"],
        "remarker": ["r1", "r2"],
        "consenting_body": ["party"],
        "personnel_body": ["personnel"],
    }
    for role, persons in people.items():
        for person in persons:
            desk.act("authority", "assign_role", person=person, role=role)
    desk.act("authority", "form_council", decision="Decision 13")
    for stage in ["written", "project"]:
        desk.act("setter", "set_syllabus", stage=stage, syllabus="law and practice of public finance")
        for paper in [f"{stage}-P1", f"{stage}-P2", f"{stage}-P3"]:
            desk.act(
                "setter",
                "set_paper",
                stage=stage,
                paper=paper,
                form=stage,
                minutes=180,
                rubric="whole=100",
                digest=f"digest of {paper}",
            )
            desk.act("chair", "approve_paper", stage=stage, paper=paper)
            desk.act("secretary", "seal_paper", stage=stage, paper=paper, witness="monitor")
    desk.act(
        "secretary",
        "announce",
        opens=datetime.date(2026, 3, 3),
        closes=datetime.date(2026, 4, 1),
        notice="Notice 4",
    )


def take_applications(desk: Desk) -> None:
    desk.on("2026-03-03")
    desk.act("secretary", "open_applications")
    for id in SIX:
        desk.act(
            f"person {id}",
            "apply",
            application=id,
            person=f"person {id}",
            position="deputy-director",
            name=f"Name of {id}",
        )
    desk.on("2026-04-01")
    desk.act("secretary", "close_applications")
    for id in SIX:
        desk.act("secretary", "screen", application=id, eligible=True)
    desk.act("chair", "close_screening")


def sit(desk: Desk, stage: str, present: list[str], day: str) -> None:
    desk.act("secretary", "summon", stage=stage, date=day)
    desk.act("chair", "draw_paper", stage=stage)
    if stage == "project":
        desk.act("chair", "draw_order", stage=stage)
    desk.on(day)
    desk.act("inv1", "open_paper", stage=stage, witness="monitor")
    desk.act("inv1", "start_sitting", stage=stage)
    for id in present:
        desk.act("inv1", "attend", stage=stage, application=id, status="present")
    desk.act("inv1", "close_sitting", stage=stage)


def mark_written(desk: Desk, worth: dict[str, str]) -> None:
    """Scripts get codes; markers see codes only. What stands on a script is what its writer wrote."""
    for id in SIX:
        desk.act(
            "inv1",
            "register_script",
            stage="written",
            application=id,
            script=f"scan of {id}",
            second="inv2",
        )
    sealed = desk.act("keeper", "seal_scripts", stage="written").sealed
    writer = dict(zip(sealed["codes"].splitlines(), sealed["applications"].splitlines(), strict=True))

    desk.act("chair", "allocate", stage="written", each=2)
    for marker in ["k1", "k2", "k3"]:
        view = recruit.marker_view(desk.contest, marker, "written")
        for task in view.tasks:
            desk.act(marker, "mark", stage="written", script=task.script, mark=worth[writer[task.script]])
        desk.act(marker, "seal_marks", stage="written")
        print(f"  {marker} marked {len(view)} scripts, by code")
    desk.act("chair", "close_marking", stage="written")
    desk.act("keeper", "open_codes", stage="written", witness="monitor")
    desk.act("secretary", "publish", stage="written")


def mark_project(desk: Desk, marks: dict[str, str]) -> None:
    desk.act("chair", "open_marking", stage="project")
    for member in COUNCIL:
        for id, mark in marks.items():
            desk.act(member, "mark", stage="project", script=id, mark=mark)
        desk.act(member, "seal_marks", stage="project")
    desk.act("chair", "close_marking", stage="project")
    desk.act("secretary", "publish", stage="project")
    desk.act("chair", "close_stage", stage="project")


def appoint(desk: Desk, id: str) -> None:
    desk.act("secretary", "refer_personnel", application=id)
    desk.act("personnel", "reply_personnel", application=id, fit=True)
    desk.act(
        "party",
        "give_consent",
        consent="party_committee",
        application=id,
        agrees=True,
        document="resolution",
    )
    desk.act("authority", "appoint", application=id, decision=f"Decision on {id}", effective=desk.now.date())


desk = Desk()
print("One post, six candidates, under vn.lead.procedure.2020.")
print("\nThe plan is approved, the papers are sealed, the notice is out:")
plan(desk)
desk.agenda(2)

print("\nThe written test, marked blind by two of three:")
take_applications(desk)
sit(desk, "written", SIX, "2026-04-15")
desk.refused("chair", "publish", stage="written")
mark_written(desk, {"A-1": "80", "A-2": "75.5", "A-3": "70", "A-4": "65", "A-5": "49.5", "A-6": "30"})

print("\nA-5, half a mark short, appeals; meanwhile four defend their projects:")
desk.act(
    "person A-5", "lodge_appeal", stage="written", application="A-5", reason="question 2 was not counted"
)
desk.refused("person A-6", "lodge_appeal", stage="written", application="A-5", reason="for a friend")
sit(desk, "project", ["A-1", "A-2", "A-3", "A-4"], "2026-04-27")
mark_project(desk, {"A-1": "82", "A-2": "82", "A-3": "70", "A-4": "45"})
admitted = desk.act("chair", "admit_appeal", stage="written", application="A-5", admitted=True)
for again in ["r1", "r2"]:
    desk.act(again, "remark", stage="written", script=admitted.sealed["code"], mark=50)
desk.act("chair", "decide_appeal", stage="written", application="A-5")
desk.on("2026-05-06")
desk.act("chair", "close_appeals", stage="written")
desk.act("chair", "close_stage", stage="written")
desk.agenda(1)
sit(desk, "project", ["A-5"], "2026-05-12")
mark_project(desk, {"A-5": "60"})

print("\nBoth leaders have 82. Then it is found that m4 is A-1's sibling:")
desk.act("monitor", "find_conflict", person="m4", application="A-1", relation="sibling")
desk.act("chair", "rank")
for id in SIX:
    standing = desk.contest.standing(id)
    assert standing is not None
    print(f"  {id} {standing.name}")
desk.refused("chair", "decide_tie", chosen="A-1", reason="knows the department")
desk.act("authority", "decide_tie", chosen="A-1", reason="longer in the field")
desk.act(
    "secretary",
    "vote",
    motion="propose",
    present=["chair", "m1", "m2", "m3"],
    in_favour=["chair", "m1"],
    against=["m2", "m3"],
)
desk.act("chair", "propose")
desk.act("authority", "approve_result", decision="Decision 31")
desk.act("secretary", "publish_result")

print("\nThe contest chose A-1; the appointment needs more than that:")
desk.act("secretary", "refer_personnel", application="A-1")
desk.act("personnel", "reply_personnel", application="A-1", fit=True)
appointment = {"application": "A-1", "decision": "Decision 32", "effective": "2026-06-01"}
desk.refused("authority", "appoint", **appointment)
desk.act(
    "party",
    "give_consent",
    consent="party_committee",
    application="A-1",
    agrees=False,
    document="resolution",
    reason="an inspection is under way",
)
desk.refused("authority", "appoint", **appointment)
desk.act("authority", "not_appoint", application="A-1", reason="no consent")
desk.act("authority", "establish_list", list="kept", decision="Decision 33")
appoint(desk, "A-2")
desk.act("secretary", "close")
winner = desk.contest.standing("A-1")
assert winner is not None
print(f"  A-1 is still {winner.name}; A-2 is appointed")

print("\nA year later the post is vacant again, and A-3 kept the result:")
desk.on("2027-05-20")
use = {
    "list": "kept",
    "application": "A-3",
    "vacancy": "same_position",
    "reason": "the holder retired",
}
desk.refused("authority", "use_list", **use)
desk.act("authority", "use_list", **use, standards=True)
appoint(desk, "A-3")

print("\nWhat people decided where the rules left room:")
for one in desk.contest.discretion:
    reason = f": {one.reason}" if one.reason else ""
    print(f"  {one.sequence} {one.act.name} by {one.actor} about {one.about}{reason}")
again_made = recruit.Competition.replay(desk.journal)
same = "the same contest" if again_made.digest() == desk.contest.digest() else "another contest"
print(f"\n{len(desk.contest)} acts; replayed from the journal: {same}")
