"""A whole programme: made up, returned clean and dirty, put together, reviewed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import recruit

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data"


@pytest.fixture(scope="module")
def clean() -> recruit.datasets.SyntheticProgramme:
    return recruit.datasets.programme(seed=2020)


@pytest.fixture(scope="module")
def dirty() -> recruit.datasets.SyntheticProgramme:
    return recruit.datasets.programme(seed=2020, dirty=True)


def together(made: recruit.datasets.SyntheticProgramme, **options: Any) -> recruit.Consolidation:
    return recruit.consolidate(
        made.returns.items(), recruit.Register(made.register), legacy="convert", **options
    )


def figures(group: recruit.ReviewGroup, *names: str) -> list[float | None]:
    return [group[name].value for name in names]


def check_totals(reviewed: recruit.Review) -> None:
    """The pilot as the interim review of 2020 counts it."""
    names = ("bodies", "bodies_held", "titles", "winners")
    assert figures(reviewed.at(["central"]), *names) == [14, 12, 29, 42]
    assert figures(reviewed.at(["province"]), *names) == [22, 17, 86, 368]
    assert figures(reviewed.all, *names) == [36, 29, 115, 410]
    assert figures(reviewed.all, "bodies_nil", "bodies_not_reported") == [7, 0]


def test_clean_returns_give_the_published_totals_and_no_issue(
    clean: recruit.datasets.SyntheticProgramme,
) -> None:
    done = together(clean)
    assert [issue.str() for issue in done.issues] == []
    reviewed = recruit.review(done.contests, recruit.Register(clean.register), by=["level"])
    check_totals(reviewed)
    assert reviewed.synthetic
    assert reviewed.conflicts == 0


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_issue_is_invented_on_clean_files_of_other_seeds(seed: int) -> None:
    assert [issue.str() for issue in together(recruit.datasets.programme(seed=seed)).issues] == []


@pytest.mark.parametrize("seed", [2020, 1, 2])
def test_every_fault_of_dirty_returns_is_listed_and_the_totals_stand(seed: int) -> None:
    dirty = recruit.datasets.programme(seed=seed, dirty=True)
    done = together(dirty)
    found = {(issue.file, issue.code) for issue in done.issues}
    missed = [fault for fault in dirty.faults if (fault.file, fault.code) not in found]
    kinds = {fault.code for fault in dirty.faults}
    print(f"seed {seed}: {len(dirty.faults)} faults of {len(kinds)} kinds, {len(missed)} missed")
    assert not missed
    assert len(kinds) >= 15
    # Nothing is said of a return in which nothing was made wrong.
    faulty = {fault.file for fault in dirty.faults}
    assert [issue.str() for issue in done.issues if issue.file not in faulty] == []
    check_totals(recruit.review(done.contests, recruit.Register(dirty.register), by=["level"]))


def test_a_nil_return_taken_away_is_not_reported(clean: recruit.datasets.SyntheticProgramme) -> None:
    returns = dict(clean.returns)
    silent = next(name for name, grid in returns.items() if len(grid) == 4)
    del returns[silent]
    bodies = recruit.Register(clean.register)
    done = recruit.consolidate(returns.items(), bodies)
    reviewed = recruit.review(done.contests, bodies)
    assert figures(reviewed.all, "bodies_nil", "bodies_not_reported", "bodies_held") == [6, 1, 29]
    assert [issue.code for issue in done.issues] == ["return_not_reported"]
    assert {body.id for body in reviewed.bodies if body.state == "not_reported"} == {
        silent.removesuffix(".csv")
    }


def test_a_body_outside_the_pilot_is_not_counted(clean: recruit.datasets.SyntheticProgramme) -> None:
    rows = [{**row, "in_pilot": True} for row in clean.register.to_pandas().to_dict("records")]
    rows = [{key: row[key] for key in ("id", "name", "level", "in_pilot")} for row in rows]
    rows.append({"id": "900", "name": "Cơ quan ngoài thí điểm", "level": "central", "in_pilot": False})
    bodies = recruit.Register(rows)
    holding = next(grid for grid in clean.returns.values() if len(grid) > 4)
    stranger = [["Cơ quan báo cáo", "900"] if row and row[0] in {"Cơ quan báo cáo", "Reporting body"} else row
                for row in holding]  # fmt: skip
    done = recruit.consolidate([*clean.returns.items(), ("900.csv", stranger)], bodies)
    reviewed = recruit.review(done.contests, bodies, by=["level"])
    check_totals(reviewed)
    assert (reviewed.all["outside_pilot"].value or 0) > 0


def test_a_conflict_keeps_both_until_a_person_decides(dirty: recruit.datasets.SyntheticProgramme) -> None:
    done = together(dirty)
    conflict = done.conflicts.to_pandas().iloc[0]
    assert len(done.conflicts) == 1
    assert int(conflict["second"]) == int(conflict["first"]) + 1
    assert conflict["decided"] is None or conflict["decided"] != conflict["decided"]
    bodies = recruit.Register(dirty.register)
    open_figure = recruit.review(done.contests, bodies).all["applied"]
    decision = {
        "agency": conflict["agency"],
        "competition": conflict["competition"],
        "column": "applied",
        "value": conflict["second"],
        "decided_by": "the ministry",
    }
    decided = together(dirty, decisions=[decision])
    assert decided.conflicts.to_pandas().iloc[0]["decided"] == conflict["second"]
    assert "return_figures_conflict" not in {issue.code for issue in decided.issues}
    closed_figure = recruit.review(decided.contests, bodies).all["applied"]
    assert open_figure.unknown == closed_figure.unknown + 1
    assert closed_figure.low == (open_figure.low or 0) + 1
    nowhere = together(dirty, decisions=[{**decision, "competition": "none such"}])
    assert "decision_without_conflict" in {issue.code for issue in nowhere.issues}


def test_files_of_three_kinds_say_the_same(
    clean: recruit.datasets.SyntheticProgramme, tmp_path: Path
) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    pd = pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    bodies = recruit.Register(clean.register)
    paths = clean.write(tmp_path)
    from_csv = recruit.consolidate(paths, bodies)
    books, tables = [], []
    for path in paths:
        grid = clean.returns[path.name]
        book = openpyxl.Workbook()
        for row in grid:
            book.active.append(list(row))
        books.append(path.with_suffix(".xlsx"))
        book.save(books[-1])
        width = max(len(row) for row in grid)
        frame = pd.DataFrame([[str(c) for c in row] + [""] * (width - len(row)) for row in grid])
        frame.columns = [f"c{i}" for i in range(width)]
        tables.append(path.with_suffix(".parquet"))
        frame.to_parquet(tables[-1])
    for paths_of_kind in (books, tables):
        done = recruit.consolidate(paths_of_kind, bodies)
        same = [c for c in recruit.programme_columns() if c != "source"]
        assert done.contests.to_pandas()[same].equals(from_csv.contests.to_pandas()[same])
        assert not done.issues


def test_simulated_data_say_so_after_saving_and_exporting(
    clean: recruit.datasets.SyntheticProgramme, tmp_path: Path
) -> None:
    contests = together(clean).contests
    recruit.save(contests, tmp_path / "contests.recruit")
    assert recruit.review(recruit.load(tmp_path / "contests.recruit")).synthetic
    recruit.write_csv(contests, tmp_path / "contests.csv")
    assert recruit.review(recruit.read_csv(tmp_path / "contests.csv").table).synthetic


def test_published_posts_are_reviewed_as_programmes() -> None:
    """Posts of Hubei 2026, of Henan 2024 with the interviews of Luoyang 2024: numbers of the data's notes."""
    pd = pytest.importorskip("pandas")
    if not SHARED.exists():
        pytest.skip("the shared data are not here")
    hubei = pd.read_csv(SHARED / "hubei_posts_2026.csv", dtype={"post_id": str})
    names = {"post_id": "competition", "vacancies": "seats", "applicants_0118": "applied"}
    reviewed = recruit.review(hubei.rename(columns=names), by=["city"])
    whole = reviewed.all
    assert figures(whole, "titles", "seats", "applied") == [5224, 8027, 223764]
    assert whole["per_seat_lowest"].value == 0
    assert whole["per_seat_highest"].value == 612
    assert sum(group["applied"].value or 0 for group in reviewed.groups[1:]) == 223764
    print("Hubei: cities", len(reviewed.groups) - 1, "titles under the minimum", whole["under_minimum"].value)

    henan = pd.read_csv(SHARED / "henan_posts_2024.csv", dtype={"postId": str})
    luoyang = pd.read_csv(SHARED / "luoyang_2024.csv", dtype={"postId": str})
    called = luoyang.groupby("postId").size().rename("passed")
    posts = henan.merge(called, left_on="postId", right_index=True, how="left")
    columns = {"recruitmentInstitution": "agency", "postId": "competition", "recruitmentNumber": "seats"}
    reviewed = recruit.review(posts.rename(columns=columns))
    assert figures(reviewed.all, "titles", "seats") == [6231, 9900]
    # Only Luoyang's posts say how many were called; of the others nothing is claimed.
    assert reviewed.all["passed"].state == "partial"
    assert reviewed.all["passed"].value is None
    print(
        "Henan: records with and without those called",
        reviewed.all["passed"].n,
        reviewed.all["passed"].unknown,
    )
    assert reviewed.all["passed"].low == luoyang["postId"].isin(henan["postId"]).sum()
