"""`recruit journal`, on journals on the disk and in one file."""

from __future__ import annotations

import contextlib
import datetime
import sqlite3
from pathlib import Path

import pandas as pd
import pytest
import recruit
from recruit.command import main

NINE = datetime.datetime(2026, 1, 5, 9, tzinfo=datetime.UTC)
PLAN = {
    "title": "Head of office",
    "agency": "Finance",
    "regulation": recruit.regulation("vn.lead.procedure.2020").toml,
    "authority": "auth",
}
SECRET = bytes(range(32))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A journal of a contest that was planned, with a signed head beside it."""
    path = tmp_path / "contest.journal"
    with recruit.create_sqlite_journal(path, "contest") as journal:
        contest = recruit.Competition()
        contest.submit(journal, recruit.Act("plan", "sec", PLAN), NINE)
        contest.submit(journal, recruit.Act("add_position", "sec", {"position": "head", "seats": 1}), NINE)
        head = recruit.checkpoint(journal)
        (tmp_path / "head.txt").write_text(
            recruit.sign_checkpoint(head, "council", SECRET), encoding="utf-8", newline="\n"
        )
        recruit.save_journal(journal, tmp_path / "contest.recruit", with_personal=True)
    return path


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    status = main([*map(str, arguments), "--lang", "en"])
    out, err = capsys.readouterr()
    return status, out, err


def test_verify_checks_the_chain_the_receipts_and_signed_heads(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key = recruit.verifier_key("council", SECRET)
    head = file.with_name("head.txt")
    status, out, _ = run(capsys, "journal", "verify", file, "--checkpoint", head, "--key", key)
    assert status == 0
    assert "2 acts, whole" in out
    assert "goes on from it" in out
    other = recruit.verifier_key("council", bytes(32))
    status, _, err = run(capsys, "journal", "verify", file, "--checkpoint", head, "--key", other)
    assert status == 1
    assert err


def test_a_package_is_read_like_the_database_and_says_what_it_cannot_tell(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    package = file.with_name("contest.recruit")
    status, out, _ = run(capsys, "journal", "verify", package)
    assert status == 0
    assert "nothing was cut off at the end cannot be told" in out
    assert run(capsys, "journal", "show", package)[1] == run(capsys, "journal", "show", file)[1]


def test_a_cut_journal_is_refused_with_what_to_do(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    copy = file.with_name("old.journal")
    with recruit.open_sqlite_journal(file, read_only=True) as journal:
        recruit.backup_journal(journal, copy)
    with recruit.open_sqlite_journal(file) as journal:
        contest = recruit.Competition.replay(journal)
        contest.submit(journal, recruit.Act("add_position", "sec", {"position": "b", "seats": 1}), NINE)
    receipts = file.with_name("contest.journal.receipts")
    status, _, err = run(capsys, "journal", "verify", copy, "--receipts", receipts)
    assert status == 1
    assert "what to do" in err


def test_show_agenda_replay_and_discretion_read_like_sentences(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, out, _ = run(capsys, "journal", "show", file, "--first", 2, "--count", 1)
    assert out == "2  2026-01-05T09:00:00Z  add a position (sec): position=head; seats=1\n"
    _, out, _ = run(capsys, "journal", "agenda", file, "--today", "2026-01-05")
    assert "approve the plan" in out
    assert "approving authority" in out
    status, out, _ = run(capsys, "journal", "replay", file)
    assert status == 0
    assert "2 acts decided again" in out
    _, out, _ = run(capsys, "journal", "discretion", file)
    assert out.startswith("No rule left anything")


def test_export_writes_the_event_log(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = file.with_name("log.csv")
    status, out, _ = run(capsys, "journal", "export", file, "--out", log)
    assert status == 0
    assert "2 acts written" in out
    assert list(pd.read_csv(log)["act"]) == ["plan", "add_position"]
    assert run(capsys, "journal", "export", file, "--out", file)[0] == 2


def test_what_is_no_journal_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("no journal\n", encoding="utf-8")
    status, _, err = run(capsys, "journal", "verify", path)
    assert status == 1
    assert "what to do" in err
    assert run(capsys, "journal", "verify", tmp_path / "absent")[0] == 2
    assert run(capsys, "journal", "agenda", path, "--today", "soon")[0] == 2


def test_a_database_of_no_version_or_a_later_one_is_refused(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for version, said in [(0, "user_version"), (-1, "user_version"), (2, "format 2")]:
        with contextlib.closing(sqlite3.connect(file)) as database:
            database.execute(f"PRAGMA user_version = {version}")
            database.commit()
        status, _, err = run(capsys, "journal", "verify", file)
        assert status == 1
        assert said in err
