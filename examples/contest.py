"""One contest, five people, told as a story: who becomes deputy director, and why."""

import recruit

# The score sheet as the secretary keeps it. Project marks come from the five slips of the council.
scores = {
    "application": ["A-011", "A-012", "A-013", "A-014", "A-015"],
    "position": ["deputy-director"] * 5,
    "written": ["49.5", "50", "88", "64.5", None],
    "written.status": ["present", "present", "present", "present", "absent"],
    "woman": [False, False, False, True, False],
    "unit_has_woman_leader": [False] * 5,
    "ethnic_minority": [False, True, False, False, False],
    "project.member_1": [None, "82", "75", "81", None],
    "project.member_2": [None, "80.5", "72.5", "83", None],
    "project.member_3": [None, "84", "77", "80", None],
    "project.member_4": [None, "79", "70", "82.5", None],
    "project.member_5": [None, "81.5", "76.5", "80.5", None],
}

rules = recruit.regulation("vn.lead.example.2017")
result = recruit.select(rules, scores, seats={"deputy-director": 1})

print(f"One seat, five applications, under {rules.id}.")
print("The written test is a gate of 50; the council's mean for the project decides.\n")
for row in result:
    rank = "-" if row.rank is None else row.rank
    total = "    -" if row.total is None else f"{row.total:.2f}"
    stage = f" ({row.stage})" if row.stage else ""
    print(f"{rank}  {row.application}  {total}  {row.standing.name}{stage}")

print("\nHalf a point short of the gate:\n")
print(result.explain("A-011"), end="")
print("\nTwo are level on points, and a rule decides:\n")
print(result.explain("A-014"), end="")
print("\nThe letter to the other one, in Vietnamese:\n")
print(result.explain("A-012").str("vi"), end="")
