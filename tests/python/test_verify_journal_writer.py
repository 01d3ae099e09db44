"""recruit and tools/verify_journal.py, written apart from each other, say the same about the same files."""

from __future__ import annotations

import copy
import dataclasses
import datetime
import os
import random
import sqlite3
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import recruit
from conftest import ROOT
from journal_files import (
    Page,
    Rows,
    checkpoint_text,
    heads,
    package,
    page,
    public_key,
    receipts,
    rows,
    seal,
    sign,
    signed_note,
    verifier,
    verifier_key,
    write_database,
)

NIGHTLY = bool(os.environ.get("RECRUIT_NIGHTLY"))
JOURNALS = 200 if NIGHTLY else 8
MUTANTS = 5_000 if NIGHTLY else 400
SECRETS = {"council": bytes(range(32)), "ministry": bytes(range(1, 33))}


class Enough(Exception):
    """The story has as many acts as were asked for."""


def tell(journal: recruit.JournalStore, most: int, chance: random.Random) -> None:
    """Up to `most` acts of the contest in examples/leadership.py: from its plan to six people who apply."""
    source = (ROOT / "examples" / "leadership.py").read_text(encoding="utf-8")
    scope: dict[str, object] = {}
    exec(compile(source[: source.index("\ndesk = Desk()")], "leadership.py", "exec"), scope)

    class Desk(scope["Desk"]):  # type: ignore[name-defined,misc]
        def act(self, actor: str, kind: str, **fields: object) -> recruit.Event:
            if len(journal) >= most:
                raise Enough
            self.now += datetime.timedelta(minutes=1)
            key = f"request {len(journal)}" if chance.random() < 0.3 else ""
            entropy = chance.randbytes(32)
            return self.contest.submit(journal, recruit.Act(kind, actor, fields), self.now, entropy, key=key)

    desk = Desk()
    desk.journal = journal
    try:
        scope["plan"](desk)  # type: ignore[operator]
        scope["take_applications"](desk)  # type: ignore[operator]
    except Enough:
        pass


@dataclasses.dataclass
class Written:
    """What recruit made of one contest."""

    database: Path
    backup: Path
    packages: list[Path]
    note: Path
    keys: list[str]
    records: int
    head: str
    erased: int


def write(folder: Path, most: int, chance: random.Random) -> Written:
    """A journal of up to `most` acts with everything that can be made of it."""
    folder.mkdir()
    name = chance.choice(["c", "kỳ thi tuyển 2026", "contest/2026-01 (đợt 1)", "x" * 300])
    with recruit.create_sqlite_journal(folder / "contest.journal", name) as journal:
        tell(journal, chance.choice([0, chance.randrange(most), most, most]), chance)
        known = recruit.checkpoint(journal)
        cosigned = chance.random() < 0.5
        personal = [record.sequence for record in journal if record.personal]
        erased = [sequence for sequence in personal if chance.random() < 0.3]
        for sequence in erased:
            journal.erase_personal(sequence)
        recruit.backup_journal(journal, folder / "backup")
        recruit.save_journal(journal, folder / "with", with_personal=True)
        recruit.save_journal(journal, folder / "without", with_personal=False)
        note = recruit.sign_checkpoint(known, "council", SECRETS["council"])
        if cosigned:
            note = recruit.cosign_checkpoint(note, "ministry", SECRETS["ministry"])
        (folder / "head.txt").write_text(note, encoding="utf-8")
        signers = ["council", "ministry"][: 1 + cosigned]
        return Written(
            folder / "contest.journal",
            folder / "backup",
            [folder / "with", folder / "without"],
            folder / "head.txt",
            [recruit.verifier_key(signer, SECRETS[signer]) for signer in signers],
            len(journal),
            journal.head().head,
            len(erased),
        )


@pytest.fixture(scope="module")
def document() -> Page:
    return page()


def test_the_verifier_accepts_whatever_recruit_writes(tmp_path: Path) -> None:
    chance = random.Random(2026)
    count: Counter[str] = Counter()
    for number in range(JOURNALS):
        made = write(tmp_path / str(number), 60, chance)
        keys = [verifier.read_key(key) for key in made.keys]
        for file in (made.database, made.backup, *made.packages):
            report = verifier.check(file, None, [made.note], keys)
            assert (report["records"], report["head"]) == (made.records, made.head)
            assert report["checkpoints"][0]["signed_by"] == ["council", "ministry"][: len(keys)]
            assert report["receipts"] == ("none" if file in made.packages else "agree")
            assert report["without_personal"] >= made.erased
            count[report["kind"]] += 1
        count["records"] += made.records
        count["erased"] += made.erased
        count["cosigned"] += len(keys) - 1
        for key in made.keys:  # each signer alone, and somebody else
            verifier.check(made.backup, None, [made.note], [verifier.read_key(key)])
        stranger = verifier.read_key(recruit.verifier_key("council", bytes(32)))
        with pytest.raises(verifier.NotSigned):
            verifier.check(made.backup, None, [made.note], [stranger])
    assert count["erased"] and count["cosigned"]
    print(f"{JOURNALS} journals of recruit, accepted: {dict(count)}")


def test_keys_and_signatures_are_the_same_bytes() -> None:
    chance = random.Random(1)
    for _ in range(100 if NIGHTLY else 5):
        secret, head = chance.randbytes(32), chance.randbytes(32).hex().encode()
        text = checkpoint_text("c", chance.randrange(1000), head)
        note = recruit.sign_checkpoint(recruit.parse_checkpoint(text), "name", secret)
        assert note.encode() == signed_note(text, ("name", secret))
        assert recruit.verifier_key("name", secret) == verifier_key("name", secret)
        assert verifier.signed(public_key(secret), text.encode(), sign(secret, text.encode()))


# --- the same about wrong files -----------------------------------------------------------------------------


def recruit_accepts_database(path: Path) -> bool:
    try:
        with recruit.open_sqlite_journal(path, read_only=True):
            return True
    except recruit.Error:
        return False


def recruit_accepts_package(path: Path) -> bool:
    try:
        recruit.load_journal(path)
        return True
    except recruit.Error:
        return False


def verifier_accepts(path: Path, *rest: object) -> bool:
    try:
        verifier.check(path, None, *(rest or ([], [])))
        return True
    except verifier.Fault:
        return False


def flip(data: bytes, chance: random.Random) -> bytes:
    """One small thing wrong."""
    at = chance.randrange(len(data))
    match chance.randrange(6):
        case 0:
            return data[:at]
        case 1:
            return data[:at] + data[at + 1 :]
        case 2:
            return data[:at] + chance.randbytes(1) + data[at:]
        case 3:
            return data[:at] + bytes(min(8, len(data) - at)) + data[at + 8 :]
        case _:
            return data[:at] + chance.randbytes(1) + data[at + 1 :]


def some_rows(chance: random.Random) -> Rows:
    """A journal with appends of several records, which Python does not make."""
    entries, batches, batch = [], [], 1
    for number in range(1, chance.randrange(2, 12)):
        key = b"k%d" % number if chance.random() < 0.5 else b""
        entries.append((key, b'{"n":%d}' % number, b"person" if chance.random() < 0.5 else b""))
        batch = number if chance.random() < 0.5 else batch
        batches.append(batch)
    return rows(b"contest", entries, batches)


def change_rows(made: Rows, chance: random.Random) -> None:
    """Something in the tables that may be wrong; or harmless, as an erasure is."""
    table = chance.choice([made.record, made.personal])
    if not table:
        return
    row = chance.choice(table)
    match chance.randrange(8):
        case 0:
            table.remove(row)
        case 1:
            table[-1] = [*table[-1][:1], *row[1:]]
        case 2 if table is made.personal:
            row[1:] = [b"", b""]
        case 3:
            made.competition[0] += b"!"
        case 4 if table is made.record:
            row[1] = chance.randrange(1, len(table) + 1)
        case 5 if table is made.record:
            row[2] = b"k%d" % chance.randrange(12)
        case _:
            column = chance.randrange(1 if table is made.personal else 2, len(row))
            row[column] = flip(bytes(row[column]) or b"x", chance)  # type: ignore[call-overload]


def wrong_databases(folder: Path, document: Page, chance: random.Random) -> Iterator[tuple[str, Path]]:
    """Databases with receipts beside them: tables, bytes, receipts changed by turns."""
    path = folder / "mutant"
    while True:
        made = some_rows(chance)
        beside = receipts(made)
        kind = chance.choice(["rows", "bytes", "receipts"])
        if kind == "rows":
            change_rows(changed := copy.deepcopy(made), chance)
            made = changed
        write_database(path, made, document.schema)
        if kind == "bytes":
            data = path.read_bytes()
            for _ in range(chance.choice([1, 1, 4])):
                data = flip(data, chance) if chance.random() < 0.2 else change_used(data, chance)
            path.write_bytes(data)
        if kind == "receipts":
            for _ in range(chance.choice([1, 1, 2])):
                at = chance.randrange(len(beside))
                left = bytes(len(beside) - at)  # what a disk may leave of bytes that were not yet there
                beside = chance.choice([flip(beside, chance), beside[:at], beside[:at] + left]) or b"\n"
        path.with_name("mutant.receipts").write_bytes(beside)
        yield kind, path


def change_used(data: bytes, chance: random.Random) -> bytes:
    """A byte that is not 0: most bytes of a small database are unused, and mean nothing."""
    while not data[at := chance.randrange(len(data))]:
        pass
    return data[:at] + chance.randbytes(1) + data[at + 1 :]


def told(count: Counter[tuple[str, bool]]) -> str:
    kinds = sorted({kind for kind, _ in count})
    return "; ".join(f"{kind}: {count[kind, True]} accepted, {count[kind, False]} refused" for kind in kinds)


def test_recruit_and_the_verifier_agree_about_wrong_databases_and_receipts(
    document: Page, tmp_path: Path
) -> None:
    chance = random.Random(7)
    count: Counter[tuple[str, bool]] = Counter()
    apart = []
    mutants = wrong_databases(tmp_path, document, chance)
    for number in range(MUTANTS // 2):
        kind, path = next(mutants)
        theirs, ours = recruit_accepts_database(path), verifier_accepts(path)
        if theirs == ours:
            count[kind, ours] += 1
        else:
            apart.append((number, kind, theirs, ours))
    print(f"by both alike: {told(count)}")
    assert not apart
    assert min(count[kind, state] for kind in ("rows", "bytes", "receipts") for state in (True, False)) > 0


def test_recruit_and_the_verifier_agree_about_wrong_packages(tmp_path: Path) -> None:
    chance = random.Random(8)
    count: Counter[tuple[str, bool]] = Counter()
    apart = []
    path = tmp_path / "mutant"
    for number in range(MUTANTS // 4):
        made = some_rows(chance)
        data = package(made, without={row[0] for row in made.record if chance.random() < 0.2})  # type: ignore[misc]
        kind = chance.choice(["file", "content", "nothing"])
        if kind == "file":
            data = flip(data, chance)
        elif kind == "content":
            data = seal(flip(data[64:], chance))
        path.write_bytes(data)
        theirs, ours = recruit_accepts_package(path), verifier_accepts(path)
        if theirs == ours:
            count[kind, ours] += 1
        else:
            apart.append((number, kind, theirs, ours, data.hex()))
    print(f"by both alike: {told(count)}")
    assert not apart
    assert count["nothing", True] and count["file", False] and count["content", False]


def test_recruit_and_the_verifier_agree_about_wrong_checkpoints(tmp_path: Path) -> None:
    chance = random.Random(9)
    count: Counter[tuple[str, bool]] = Counter()
    apart = []
    made = some_rows(chance)
    (tmp_path / "package").write_bytes(package(made))
    journal = recruit.load_journal(tmp_path / "package")
    keys = {name: verifier_key(name, secret) for name, secret in SECRETS.items()}
    file = tmp_path / "head.txt"
    for number in range(MUTANTS // 4):
        size = chance.randrange(len(made.record) + 1)
        head = chance.choice(heads(made)) if chance.random() < 0.1 else heads(made)[size]
        known = recruit.parse_checkpoint(checkpoint_text("contest", size, head))
        note = recruit.sign_checkpoint(known, "council", SECRETS["council"])
        note = recruit.cosign_checkpoint(note, "ministry", SECRETS["ministry"]).encode()
        kind = chance.choice(["bytes", "nothing"])
        note = flip(note, chance) if kind == "bytes" else note
        name = chance.choice(list(SECRETS))
        file.write_bytes(note)
        try:
            recruit.check_checkpoint(journal, recruit.verify_checkpoint(note.decode(), keys[name]))
            theirs = True
        except (recruit.Error, UnicodeDecodeError):
            theirs = False
        ours = verifier_accepts(tmp_path / "package", [file], [verifier.read_key(keys[name])])
        if theirs == ours:
            count[kind, ours] += 1
        else:
            apart.append((number, theirs, ours, note))
    print(f"by both alike: {told(count)}")
    assert not apart
    assert count["bytes", False] and count["nothing", True]


def test_an_interrupted_append_and_a_foreign_log_are_refused_by_both(document: Page, tmp_path: Path) -> None:
    made = some_rows(random.Random(3))
    path = write_database(tmp_path / "contest", made, document.schema)
    (tmp_path / "contest.receipts").write_bytes(receipts(made))
    assert recruit_accepts_database(path) and verifier_accepts(path)
    (tmp_path / "contest-journal").write_bytes(b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7" + bytes(504))
    assert not recruit_accepts_database(path) and not verifier_accepts(path)
    (tmp_path / "contest-journal").unlink()
    writer = sqlite3.connect(write_database(tmp_path / "other", made, document.schema), isolation_level=None)
    writer.execute("PRAGMA journal_mode = WAL")
    writer.execute("INSERT INTO journal VALUES ('another')")
    (tmp_path / "contest-wal").write_bytes((tmp_path / "other-wal").read_bytes())
    writer.close()
    assert not recruit_accepts_database(path) and not verifier_accepts(path)
