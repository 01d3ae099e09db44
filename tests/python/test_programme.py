"""A whole programme: made up, returned clean and dirty, put together, reviewed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import recruit


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


def is_nil(grid: list[list[object]]) -> bool:
    return not any(row[:1] == ["STT"] for row in grid)


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
    silent = next(name for name, grid in returns.items() if is_nil(grid))
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
    holding = next(grid for grid in clean.returns.values() if not is_nil(grid))
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


@pytest.mark.parametrize("seed", [2020, 4, 5])
def test_the_returns_sum_up_the_people_and_their_slips(seed: int) -> None:
    pd = pytest.importorskip("pandas")
    made = recruit.datasets.programme(seed=seed)
    people, slips = made.people.to_pandas(), made.slips.to_pandas()
    contests = together(made).contests.to_pandas().dropna(subset=["competition"]).set_index("competition")
    of_contest = people.groupby("competition")
    for figure in ("eligible", "sat", "passed"):
        assert (of_contest[figure].sum() == contests[figure]).all()
    assert (of_contest.size() == contests["applied"]).all()
    winners = people[people["winner"]].groupby("competition")
    for step, those in (("applied", of_contest), ("winners", winners)):
        traits = {
            "outside": those["origin"].agg(lambda x: (x == "outside").sum()),
            "planned": those["planned"].sum(),
            "women": those["sex"].agg(lambda x: (x == "female").sum()),
            "minority": those["ethnicity"].agg(lambda x: (x != "Kinh").sum()),
        }
        for trait, count in traits.items():
            reported = contests[f"{step}_{trait}"].astype(int)
            assert (count.reindex(contests.index, fill_value=0) == reported).all()
    # A score is the mean of the slips, half up to two digits; those with the best scores won.
    means = slips.assign(mark=slips["mark"].astype(float)).groupby("application")["mark"].mean()
    scores = people.dropna(subset=["score"]).set_index("application")["score"].astype(float)
    assert (abs(means - scores) <= 0.0050001).all() and len(means) == len(scores)
    for name, group in people.dropna(subset=["score"]).groupby("competition"):
        best = group.sort_values("score", ascending=False)["winner"].tolist()
        assert best == sorted(best, reverse=True), name
    assert people["winner"].sum() == 410
    assert pd.Series(people["synthetic"]).all() and slips["synthetic"].all()


@pytest.mark.parametrize("seed", [2020, 3])
def test_workbooks_with_merged_headers_are_read_as_the_csv_files_are(seed: int, tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    pytest.importorskip("xlsxwriter")
    dirty = recruit.datasets.programme(seed=seed, dirty=True)
    bodies = recruit.Register(dirty.register)
    paths = dirty.write(tmp_path, "xlsx")
    merged = [openpyxl.load_workbook(path).active.merged_cells.ranges for path in paths]
    assert sum(len(ranges) > 5 for ranges in merged) >= 5  # names above their parts, not the title alone
    done = recruit.consolidate(paths, bodies, legacy="convert")
    found = {(Path(issue.file).stem, issue.code) for issue in done.issues}
    assert [f for f in dirty.faults if (Path(f.file).stem, f.code) not in found] == []
    faulty = {Path(fault.file).stem for fault in dirty.faults}
    assert [issue.str() for issue in done.issues if Path(issue.file).stem not in faulty] == []
    same = [column for column in recruit.programme_columns() if column != "source"]
    from_csv = together(dirty).contests.to_pandas()[same]
    assert done.contests.to_pandas()[same].equals(from_csv)
    check_totals(recruit.review(done.contests, bodies, by=["level"]))


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


def test_every_row_of_simulated_returns_says_so_the_nil_ones_too(
    clean: recruit.datasets.SyntheticProgramme,
) -> None:
    contests = together(clean).contests
    assert contests["synthetic"].tolist() == [True] * len(contests)
    assert sum(value is True for value in contests["nil"].tolist()) == 7


def test_difficulties_in_words_and_as_codes_are_counted_together(
    clean: recruit.datasets.SyntheticProgramme,
) -> None:
    written = " ".join(str(cell) for grid in clean.returns.values() for row in grid for cell in row)
    assert "Ít người tham gia dự tuyển" in written and "participation" in written
    whole = recruit.review(together(clean).contests).all
    assert {code for code, _ in whole.difficulties} == {"content", "coordination", "length", "participation"}
    assert {code for code, _ in whole.proposals} == {"keep_results", "simplify", "standards", "common_papers"}


def test_simulated_data_say_so_after_saving_and_exporting(
    clean: recruit.datasets.SyntheticProgramme, tmp_path: Path
) -> None:
    contests = together(clean).contests
    recruit.save(contests, tmp_path / "contests.recruit")
    assert recruit.review(recruit.load(tmp_path / "contests.recruit")).synthetic
    recruit.write_csv(contests, tmp_path / "contests.csv")
    assert recruit.review(recruit.read_csv(tmp_path / "contests.csv").table).synthetic
