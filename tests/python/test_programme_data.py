"""Real programmes: what was published of contests, posts of two provinces of China, an employer's log."""

from __future__ import annotations

from pathlib import Path

import pytest
import recruit
from conftest import ROOT
from recruit.datasets import published_aggregates

SHARED = ROOT.parent / "shared" / "data"


def data(name: str) -> Path:
    """A file of data that is not part of the project."""
    if not (SHARED / name).exists():
        pytest.skip(f"{name} is not in {SHARED}")
    return SHARED / name


def figures(group: recruit.ReviewGroup, *names: str) -> list[float | None]:
    return [group[name].value for name in names]


def test_winners_beyond_titles_are_flagged_and_give_no_fill_rate() -> None:
    """29 titles, 42 winners; 86 titles, 368 winners: the interim report of 2020 on the pilot."""
    reviewed = recruit.review(published_aggregates(), by=["agency"])
    for body, titles, winners in (
        ("Central bodies of the pilot", 29, 42),
        ("Provinces of the pilot", 86, 368),
    ):
        group = reviewed.at([body])
        assert figures(group, "titles", "winners") == [titles, winners]
        fill = group["fill_rate"]
        assert (fill.state, fill.value, fill.part, fill.whole) == ("unit_unclear", None, None, None)
        assert group["seats"].state == "unknown"
        # Nobody can be appointed without winning, nor win without applying: that is all that is known.
        assert (group["appointed"].low, group["appointed"].high) == (0, winners)
        assert (group["applied"].low, group["applied"].high) == (winners, None)


def test_what_was_published_of_vung_tau_gives_rates() -> None:
    """Principals 13 posts, 28 candidates, 12 winners; vice-principals 29, 70, 19 (press, 2022)."""
    reviewed = recruit.review(published_aggregates(), by=["agency", "competition"])
    principals = reviewed.at(["Vũng Tàu", "vung-tau-principal"])
    vice = reviewed.at(["Vũng Tàu", "vung-tau-vice"])
    together = recruit.review(published_aggregates(), by=["agency"]).at(["Vũng Tàu"])
    assert figures(together, "seats", "applied", "winners") == [42, 98, 31]
    for group, fill, per_post in ((principals, 0.92, 2.15), (vice, 0.66, 2.41), (together, 0.74, 2.33)):
        assert round(group["fill_rate"].value or 0, 2) == fill
        assert round(group["applicants_per_seat"].value or 0, 2) == per_post


def test_how_many_titles_of_chau_duc_were_under_the_minimum_cannot_be_told() -> None:
    """16 posts, 22 candidates (press, 2023). At best 22 // 2 = 11 posts had two, and 5 fewer; at worst one
    post had all the others, and 15 fewer."""
    group = recruit.review(published_aggregates(), by=["agency"]).at(["Châu Đức"])
    assert round(group["applicants_per_seat"].value or 0, 3) == 1.375
    under = group["under_minimum"]
    assert (under.state, under.value, under.low, under.high) == ("unknown", None, 5, 15)


def test_what_was_not_published_is_unknown() -> None:
    reviewed = recruit.review(published_aggregates())
    for name in (
        "eligible",
        "sat",
        "passed",
        "appointed",
        "winners_women",
        "winners_outside",
        "participation",
    ):
        assert reviewed.all[name].state == "unknown"
        assert reviewed.all[name].value is None
        assert reviewed.all[name].n == 0
    # How many titles 68 winners of Đà Nẵng and 225 of Hà Nội were for was not published: one at least.
    assert reviewed.all["titles"].state == "partial"
    of_body = recruit.review(published_aggregates(), by=["agency"])
    for body, low in (("Hà Nội", 1), ("Đà Nẵng", 1 + 114)):
        titles = of_body.at([body])["titles"]
        assert (titles.value, titles.low, titles.high) == (None, low, None)
    assert not reviewed.synthetic
    assert all(published_aggregates()["source"].tolist())
    assert set(published_aggregates()["confidence"].tolist()) == {"B", "E", "S"}


def test_posts_of_hubei_are_a_programme() -> None:
    """Hubei 2026: 5,224 posts, 8,027 vacancies, 223,764 applicants; one post with none, 612 to 1 the most."""
    pd = pytest.importorskip("pandas")
    hubei = pd.read_csv(data("hubei_posts_2026.csv"), dtype={"post_id": str})
    names = {"post_id": "competition", "vacancies": "seats", "applicants_0118": "applied"}
    reviewed = recruit.review(hubei.rename(columns=names), by=["city"])
    whole = reviewed.all
    assert figures(whole, "titles", "seats", "applied") == [5224, 8027, 223764]
    assert whole["per_seat_lowest"].value == 0
    assert whole["per_seat_highest"].value == 612
    assert sum(group["applied"].value or 0 for group in reviewed.groups[1:]) == 223764
    print("Hubei: cities", len(reviewed.groups) - 1, "titles under the minimum", whole["under_minimum"].value)


def test_posts_of_henan_with_those_called_to_interview_in_luoyang_are_a_programme() -> None:
    """Henan 2024: 6,231 posts, 9,900 vacancies; 2,083 called for 696 vacancies of 464 posts in Luoyang."""
    pd = pytest.importorskip("pandas")
    henan = pd.read_csv(data("henan_posts_2024.csv"), dtype={"postId": str})
    luoyang = pd.read_csv(data("luoyang_2024.csv"), dtype={"postId": str})
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
    luoyang_posts = posts[posts["postId"].isin(luoyang["postId"])]
    of_city = recruit.review(luoyang_posts.rename(columns=columns)).all
    assert figures(of_city, "titles", "seats", "passed") == [464, 696, 2083]


def test_the_log_of_an_employer_gives_its_stages_and_durations() -> None:
    """5,000 cases, simulated by those who published the log; each is a contest of one applicant. What the
    review gives is counted again from the events, event by event."""
    pd = pytest.importorskip("pandas")
    events = pd.read_csv(data("hiring_log_events.csv"), dtype={"case": str}, parse_dates=["time"])
    events["day"] = events["time"].dt.date
    first = events.groupby(["case", "activity"])["day"].min().unstack()
    last = events.sort_values("time", kind="stable").groupby("case")["activity"].last()
    stages = {
        "applied": "Hand In Job Application",
        "eligible": "Telephonic Screening",
        "sat": "Screening Interview",
        "passed": "Coding Interview",
        "winners": "Make Job Offer",
    }
    records = pd.DataFrame({"agency": "employer", "competition": first.index}, index=first.index)
    for step, activity in stages.items():
        records[step] = first[activity].notna().astype(int)
    endings = {"Make Job Offer": "completed", "Application Rejected": "winnerless"}
    records["ending"] = last.map(endings).fillna("running")
    records["announced_on"] = first[stages["applied"]]
    records["closed_on"] = first[stages["eligible"]]
    records["examined_on"] = first[stages["sat"]]
    end = events.groupby("case")["day"].max()
    records["published_on"] = end
    records["appointed_on"] = first[stages["winners"]].where(records["ending"] == "completed")
    records["reported_on"] = end.max()
    reviewed = recruit.review(records.reset_index(drop=True))
    whole = reviewed.all

    distinct = events.drop_duplicates(["case", "activity"])["activity"].value_counts()
    for step, activity in stages.items():
        assert whole[step].value == distinct[activity]
    assert figures(whole, "contests", "applied") == [5000, 5000]
    assert figures(whole, "running", "without_appointment") == [
        (records["ending"] == "running").sum(),
        (records["ending"] == "winnerless").sum(),
    ]

    def median(later: str, earlier: str) -> float:
        both = records.dropna(subset=[later, earlier])
        days = [(b - a).days for a, b in zip(both[earlier], both[later], strict=True) if b >= a]
        return float(pd.Series(days).median())

    assert whole["days_applying"].value == median("closed_on", "announced_on")
    assert whole["days_preparing"].value == median("examined_on", "closed_on")
    assert whole["days_marking"].value == median("published_on", "examined_on")
    # Fewer than half end with an offer: no day by which half are appointed; the curve ends at their share.
    assert whole["days_to_appointment"].state == "not_reached"
    assert (records["ending"] == "running").sum() == 0
    assert whole.curve is not None
    share = whole.curve.to_pandas()["value"].iloc[-1]
    assert share == pytest.approx((records["ending"] == "completed").mean(), abs=1e-12)
    print("stages:", {step: int(whole[step].value or 0) for step in stages}, "share with an offer:", share)
    print("days:", figures(whole, "days_applying", "days_preparing", "days_marking"))
