"""A journal on a disk that is full, and on one that can only be read: real ones, of a few hundred kB."""

from __future__ import annotations

import datetime
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import recruit

NINE = datetime.datetime(2026, 1, 5, 9, tzinfo=datetime.UTC)
RULES = recruit.regulation("vn.lead.procedure.2020")


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 400 kB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = shutil.which("mount") and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", folder], capture_output=True, check=False
    )
    if not mounted or mounted.returncode != 0:
        pytest.skip("no file system can be mounted here: it takes root")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def note(contest: recruit.Competition, journal: recruit.JournalStore, i: int) -> None:
    contest.submit(
        journal,
        recruit.Act("note_difficulty", "sec", {"code": "time", "note": "x" * 300}),
        NINE + datetime.timedelta(minutes=i),
        key=f"note-{i}",
    )


def started(file: Path) -> tuple[recruit.Competition, recruit.JournalStore]:
    journal = recruit.create_sqlite_journal(file, "contest")
    contest = recruit.Competition()
    plan = {"title": "Head of office", "agency": "Finance", "regulation": RULES.toml, "authority": "auth"}
    contest.submit(journal, recruit.Act("plan", "sec", plan), NINE)
    return contest, journal


def test_a_full_disk_is_told_and_no_acknowledged_act_is_lost(disk: Path) -> None:
    contest, journal = started(disk / "journal")
    acknowledged = 0
    with pytest.raises(recruit.StoreError) as full:
        for i in range(1, 10_000):
            note(contest, journal, i)
            acknowledged = i
    print(f"full after {acknowledged} acts: {full.value}")
    assert acknowledged > 20
    assert "no space is left" in str(full.value)
    assert "open the journal again" in full.value.remedy()
    # What was not recorded is not done either, and nothing more is recorded until somebody has looked.
    assert len(contest) == acknowledged + 1
    with pytest.raises(recruit.StoreError):
        note(contest, journal, acknowledged + 1)
    del journal
    for file in disk.iterdir():  # to a disk with room
        shutil.copy(file, disk.parent / file.name)
    again = recruit.open_sqlite_journal(disk.parent / "journal")
    assert len(again) == acknowledged + 1
    assert recruit.Competition.replay(again) == contest
    # With room again it goes on.
    note(contest, again, acknowledged + 1)
    assert len(again) == acknowledged + 2


def test_a_disk_that_can_only_be_read_is_told_and_can_be_read(disk: Path) -> None:
    contest, journal = started(disk / "journal")
    note(contest, journal, 1)
    del journal
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    with pytest.raises(recruit.StoreError) as refused:
        recruit.open_sqlite_journal(disk / "journal")
    print(refused.value)
    assert "EROFS" in str(refused.value) or "read-only" in str(refused.value)
    assert refused.value.remedy()
    with pytest.raises(recruit.StoreError):
        recruit.create_sqlite_journal(disk / "another", "contest")
    assert not (disk / "another").exists()
    reading = recruit.open_sqlite_journal(disk / "journal", read_only=True)
    assert recruit.Competition.replay(reading) == contest
