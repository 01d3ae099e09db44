"""A national selection: 20,000 simulated applications under Indonesia's rules, by post and province."""

import recruit

rules = recruit.regulation("id.cpns.2024")
contest = recruit.datasets.synthetic(rules, applications=20_000, positions=40, seed=2024)
result = recruit.select(rules, contest.scores, contest.seats)

groups = result.groups
print(
    f"Simulated data (số liệu mô phỏng): {len(result)} applications, {len(groups)} groups of post and "
    f"province, under {rules.id}.\n"
)
counts = result.counts
for standing in recruit.Standing:
    if counts[standing.name]:
        print(f"{standing.name}: {counts[standing.name]}")

# The largest group, and the first person there whom equal points leave to the authority.
group = max(groups, key=lambda g: g.ranked)
print(
    f"\nThe largest group: {group.names[0]}, {group.names[1]}: {group.ranked} ranked, {group.seats} seats, "
    f"{group.selected} selected, {group.contested} contested.\n"
)
rows = list(result)
for row in rows[group.begin : group.begin + 3]:
    print(f"{row.rank}  {row.application}  {row.total:.3f}  {row.standing.name}")

contested = next((row for row in rows if row.standing is recruit.Standing.contested), None)
if contested is not None:
    print("\nThe first contested place:\n")
    print(result.explain(contested.application), end="")
print("\nThe last one in the list, in Vietnamese:\n")
print(result.explain(rows[-1].application).str("vi"), end="")
