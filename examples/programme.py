"""A programme of four bodies and its interim review (sơ kết): simulated returns, then what was published."""

from collections.abc import Iterable, Sequence

import recruit


def number(value: float) -> str:
    """With as many digits as it needs, at most two after the point."""
    return f"{value:.0f}" if value == int(value) else f"{value:.2f}"


def show(group: recruit.ReviewGroup, names: Sequence[str]) -> None:
    for name in names:
        figure = group[name]
        if figure.value is not None:
            text = number(figure.value)
        else:
            text = figure.state
            if figure.low is not None:
                high = "any" if figure.high is None else number(figure.high)
                text += f", {number(figure.low)} to {high}"
        print(f"  {figure.label()}: {text}")


def show_issues(issues: Iterable[recruit.Issue]) -> None:
    for issue in issues:
        print(f"  {issue.str()}")


bodies = recruit.Register(
    [
        {"id": "007", "name": "Bộ Mẫu", "level": "central", "in_pilot": True},
        {"id": "012", "name": "Tỉnh Giả Hòa", "level": "province", "in_pilot": True},
        {"id": "013", "name": "Tỉnh Giả Bình", "level": "province", "in_pilot": True},
        {"id": "014", "name": "Tỉnh Giả An", "level": "province", "in_pilot": True},
    ]
)
names = ["STT", "Mã kỳ thi", "Chức danh", "Chỉ tiêu", "Đăng ký", "Trúng tuyển", "Ngày thông báo"]
names.append("Số liệu mô phỏng")
# One body lost the zeros of its id and reports a contest twice; one held none; one sent nothing.
returns: list[tuple[str, list[list[object]]]] = [
    (
        "007.csv",
        [
            ["Báo cáo kết quả thi tuyển"],
            ["Cơ quan báo cáo", "007"],
            [*names],
            [1, "K-1", "Phó vụ trưởng", 1, 4, 1, "01/03/2018", "x"],
            [2, "K-2", "Trưởng phòng", 2, 5, 2, "15/09/2018", "x"],
            ["Tổng cộng", "", "", 3, 9, 3],
        ],
    ),
    (
        "012.csv",
        [
            ["Cơ quan báo cáo", 12],
            [*names],
            [1, "K-1", "Phó giám đốc sở", 1, 3, 1, "02/05/2019", "x"],
            [2, "K-1", "Phó giám đốc sở", 1, 6, 1, "02/05/2019", "x"],
        ],
    ),
    ("013.csv", [["Cơ quan báo cáo", "Tỉnh Giả Bình"], ["Không tổ chức thi tuyển trong kỳ"]]),
]
done = recruit.consolidate(returns, bodies)
print("Simulated returns (số liệu mô phỏng). What they leave open:")
show_issues(done.issues)

counts = ["bodies", "bodies_held", "bodies_nil", "bodies_not_reported"]
counts += ["titles", "seats", "applied", "winners", "fill_rate"]
print("\nThe review:")
show(recruit.review(done.contests, bodies).all, counts)

# A person decides; the decision is kept and replayed.
decision = {
    **{"agency": "012", "competition": "K-1", "column": "applied", "value": "6"},
    **{"decided_by": "the ministry", "decided_on": "2020-10-01", "reason": "list seen"},
}
done = recruit.consolidate(returns, bodies, decisions=[decision])
print("\nThe same once a person has decided on contest K-1:")
show(recruit.review(done.contests, bodies).all, ["applied"])

reviewed = recruit.review(done.contests, bodies)
print("\nWhere the applicants are from:")
behind = reviewed.provenance("applied")
for agency, contest, value, source in zip(
    *(behind[name].tolist() for name in ("agency", "competition", "value", "source")), strict=True
):
    print(f"  {agency} {contest}: {value}, {source}")

print("\nYear on year:")
changes = reviewed.grouped(["year"]).changes()
for year, before, figure, change in zip(
    *(changes[name].tolist() for name in ("year", "before", "figure", "change")), strict=True
):
    if figure in {"titles", "applied", "winners"}:
        print(f"  {figure}, {before} to {year}: {number(change)}")

# Published aggregates, restated: the interim report of 2020, and press reports of 2022 and 2023.
published = [
    {"agency": "Provinces of the pilot", "titles": 86, "seats": None, "applied": None, "winners": 368},
    {"agency": "Vũng Tàu", "titles": 42, "seats": 42, "applied": 98, "winners": 31},
    {"agency": "Châu Đức", "titles": 16, "seats": 16, "applied": 22, "winners": None},
]
known = recruit.review(published, by=["agency"])
print("\nWhat was published, and what nobody can know from it:")
for group in known.groups[1:]:
    print(group.key[0])
    show(group, ["applicants_per_seat", "under_minimum", "fill_rate", "appointed"])
