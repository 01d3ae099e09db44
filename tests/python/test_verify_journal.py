"""tools/verify_journal.py holds to docs/journal-format.md: its example, and whatever is not as it says."""

from __future__ import annotations

import ast
import copy
import json
import os
import random
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import ROOT
from journal_files import (
    SECRET,
    Page,
    Rows,
    checkpoint_text,
    example,
    fault_of,
    heads,
    longer,
    number,
    package,
    page,
    receipts,
    rows,
    seal,
    signed_note,
    string,
    verifier,
    verifier_key,
    write_database,
)

NIGHTLY = bool(os.environ.get("RECRUIT_NIGHTLY"))


@pytest.fixture(scope="module")
def document() -> Page:
    return page()


def database_fault(path: Path) -> str:
    """Of a database, with its receipts if there are any; that there are none is no fault here."""
    fault = fault_of(lambda: verifier.check_journal(path, None))
    whole = fault_of(lambda: verifier.check(path, None, [], []))
    assert whole == fault or (fault, whole) == ("", "no_receipts")
    return fault


# --- the program ------------------------------------------------------------------------------------------


def test_the_verifier_needs_nothing_but_python_and_nothing_of_recruit() -> None:
    source = (ROOT / "tools" / "verify_journal.py").read_text(encoding="utf-8")
    modules = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            modules.add(str(node.module).split(".")[0])
    assert modules <= sys.stdlib_module_names, modules - sys.stdlib_module_names
    assert len(source.splitlines()) <= 1000


def run(*words: object) -> tuple[int, str]:
    """As an auditor runs it: a program of its own, without the packages of this environment."""
    command = [sys.executable, "-I", "-S", str(ROOT / "tools" / "verify_journal.py"), *map(str, words)]
    done = subprocess.run(
        command, capture_output=True, encoding="utf-8", check=False, env={"LC_ALL": "C.UTF-8"}
    )
    return done.returncode, done.stdout


def test_the_program_prints_one_line_or_the_first_fault(document: Page, tmp_path: Path) -> None:
    database = write_database(tmp_path / "contest", example(), document.schema)
    head = heads(example())[-1].decode()
    status, out = run(database)
    assert status == 1
    assert out.startswith("contest: there are no receipts, and no checkpoint: ")
    (tmp_path / "head.txt").write_bytes(document.checkpoint)
    status, out = run(database, "--checkpoint", tmp_path / "head.txt")
    assert (status, out.split("; ")[1]) == (0, "no receipts")
    (tmp_path / "contest.receipts").write_bytes(document.receipts)
    status, out = run(database, "--checkpoint", tmp_path / "head.txt", "--key", document.key)
    assert status == 0
    assert out == (
        f"c: 2 records, head {head}; receipts agree; continues from head.txt (2 records, signed by council)\n"
    )
    status, out = run(database, "--json", "--checkpoint", tmp_path / "head.txt")
    assert status == 0
    assert json.loads(out) == {
        "ok": True,
        "kind": "database",
        "competition": "c",
        "records": 2,
        "head": head,
        "without_personal": 0,
        "receipts": "agree",
        "checkpoints": [{"file": "head.txt", "records": 2, "signed_by": []}],
    }
    (tmp_path / "package").write_bytes(document.package)
    assert run(tmp_path / "package") == (0, f"c: 2 records, head {head}\n")
    (tmp_path / "package").write_bytes(document.package[:-1])
    status, out = run(tmp_path / "package")
    assert status == 1
    assert out == (
        "package, byte 16: the file has 164 bytes, 165 were written [damaged]\n"
        "What to do: do not write to it; compare it with a backup, a package and the last checkpoint.\n"
    )
    status, out = run(tmp_path / "package", "--json")
    assert (status, json.loads(out)["class"], json.loads(out)["where"]) == (1, "damaged", "package, byte 16")


def test_wrong_use_has_its_own_status(document: Page, tmp_path: Path) -> None:
    (tmp_path / "package").write_bytes(document.package)
    (tmp_path / "head.txt").write_bytes(document.checkpoint)
    wrong: list[list[object]] = [
        [],
        [tmp_path / "nothing"],
        [tmp_path],
        [tmp_path / "package", "--receipts", tmp_path / "head.txt"],
        [tmp_path / "package", "--checkpoint", tmp_path / "nothing"],
        [tmp_path / "package", "--key", document.key],
        [tmp_path / "package", "--checkpoint", tmp_path / "head.txt", "--key", document.key[:-4] + "AAAA"],
        [tmp_path / "package", "--checkpoint", tmp_path / "head.txt", "--key", "council"],
    ]
    for words in wrong:
        assert run(*words)[0] == 2, words


def test_a_name_cannot_write_to_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "package").write_bytes(package(rows(b"\x1b[2Jkh\xc3\xa1c\n\xff", [])))
    assert verifier.main([str(tmp_path / "package")]) == 0
    assert capsys.readouterr().out.startswith("\\x1b[2Jkhác\\n\\xff: 0 records, head ")


# --- the example of the document --------------------------------------------------------------------------


def test_every_hash_of_the_document_is_computed(document: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[bytes] = []  # inputs and hashes in turn
    digest = verifier.hexadecimal

    def remember(value: bytes) -> bytes:
        result: bytes = digest(value)
        found.extend([value, bytes.fromhex(result.decode())])
        return result

    monkeypatch.setattr(verifier, "hexadecimal", remember)
    plan = verifier.Record(1, "", b"k1", b'{"act":"plan"}', b"", b"", b"")
    first = verifier.head(b"c", verifier.origin(b"c"), plan)
    committed = verifier.commitment(bytes(range(16)), "Nguyễn".encode())
    apply = verifier.Record(2, "", b"", b'{"act":"apply"}', committed, b"", b"")
    verifier.head(b"c", first, apply)
    assert found == document.hashes
    assert len(found) == 8


def test_the_database_receipts_checkpoint_and_package_of_the_document_hold(
    document: Page, tmp_path: Path
) -> None:
    made = example()
    assert receipts(made) == document.receipts
    assert package(made) == document.package
    assert verifier_key("council", SECRET) == document.key
    note = signed_note(checkpoint_text("c", 2, heads(made)[2]), ("council", SECRET))
    assert note == document.checkpoint
    database = write_database(tmp_path / "contest", made, document.schema)
    (tmp_path / "contest.receipts").write_bytes(document.receipts)
    (tmp_path / "head.txt").write_bytes(note)
    (tmp_path / "package").write_bytes(document.package)
    for file, state in ((database, "agree"), (tmp_path / "package", "none")):
        report = verifier.check(file, None, [tmp_path / "head.txt"], [verifier.read_key(document.key)])
        assert (report["records"], report["head"]) == (2, document.hashes[-1].hex())
        assert report["receipts"] == state
        assert report["checkpoints"][0]["signed_by"] == ["council"]


# --- packages ---------------------------------------------------------------------------------------------


def package_fault(data: bytes) -> str:
    return fault_of(lambda: verifier.check_package(data, "package"))


def test_no_byte_of_a_package_can_be_changed_removed_or_added(document: Page) -> None:
    data = document.package
    assert package_fault(data) == ""
    changed = [
        data[:at] + bytes([value]) + data[at + 1 :]
        for at in range(len(data))
        for value in {data[at] ^ 1, data[at] ^ 0x80, (data[at] + 7) % 256}
    ]
    cut = [data[:at] for at in range(len(data))]
    removed = [data[:at] + data[at + 1 :] for at in range(len(data))]
    added = [data[:at] + bytes([value]) + data[at:] for at in range(len(data) + 1) for value in (0, 1, 0xFF)]
    for mutants in (changed, cut, removed, added):
        for mutant in mutants:
            if mutant.startswith(verifier.MAGIC):
                assert package_fault(mutant) in {"damaged", "newer_format", "not_a_journal"}
            else:
                assert mutant != data
    print(f"{len(changed)} changed, {len(cut)} cut, {len(removed)} removed, {len(added)} added: all refused")


def test_no_byte_of_the_content_can_be_changed_with_its_checksum(document: Page) -> None:
    whole = package(longer(), without={3})
    count: dict[str, int] = {}
    for data in (document.package[64:], whole[64:]):
        assert package_fault(seal(data)) == ""
        mutants = [
            data[:at] + bytes([value]) + data[at + 1 :]
            for at in range(len(data))
            for value in (range(256) if NIGHTLY else {0, data[at] ^ 1, data[at] ^ 0x80, data[at] + 1 & 255})
        ]
        mutants += [data[:at] for at in range(len(data))]
        mutants += [data[:at] + b"\0" + data[at:] for at in range(len(data) + 1)]
        for mutant in mutants:
            if mutant != data:
                fault = package_fault(seal(mutant))
                assert fault in {"damaged", "newer_format", "altered"}, mutant.hex()
                count[fault] = count.get(fault, 0) + 1
    assert min(count.values()) > 0
    print(f"contents changed, cut and longer, with a right checksum, all refused: {count}")


def test_what_a_package_may_hold_and_what_not() -> None:
    made = longer()
    assert package_fault(package(made)) == package_fault(package(made, without={3, 6})) == ""
    assert package_fault(package(rows(b"", []))) == ""
    assert package_fault(package(rows(b"c", [(b"", b"x" * 3_000_000, b"")]))) == ""  # more than a chunk
    twice = rows(b"c", [(b"k", b"1", b""), (b"k", b"2", b"")])
    assert package_fault(package(twice)) == "altered"
    nobody = rows(b"c", [(b"", b"1", b""), (b"", b"2", b"")])
    assert package_fault(package(nobody)) == ""  # no key is not a key
    start = b"\0" + string(b"c") + number(1) + b"\0" + string(b"") + string(b"1")
    salted = [(bytes(15), b"p"), (b"", b"p"), (bytes(16), b"")]
    for salt, personal in salted:
        committed = verifier.commitment(salt, personal)
        record = verifier.Record(1, "", b"", b"1", committed, salt, personal)
        last = string(bytes.fromhex(verifier.head(b"c", verifier.origin(b"c"), record).decode()))
        fault = package_fault(seal(start + b"\2" + string(salt) + string(personal) + last))
        assert fault in {"damaged", "altered"}, (salt, personal)
    right = package(rows(b"c", [(b"", b"1", b"")]))[64:]
    assert package_fault(seal(right, kind=59)) == "not_a_journal"
    assert package_fault(seal(right, version=2)) == "newer_format"
    assert package_fault(seal(right, version=0)) == "damaged"
    assert package_fault(seal(b"\1" + right[1:])) == "newer_format"
    assert package_fault(seal(right[:4] + b"\1" + right[5:])) == "newer_format"
    assert package_fault(seal(b"\x80\0" + right[1:])) == "damaged"  # 0 in two bytes
    for length in (b"\xff" * 9 + b"\1", b"\xff" * 9 + b"\2", b"\xff" * 10 + b"\1", b"\xff" * 200):
        assert package_fault(seal(b"\0" + length)) == "damaged"


# --- databases --------------------------------------------------------------------------------------------

Change = Callable[[Rows], object]


def cell(table: str, row: int, column: int, value: object) -> Change:
    return lambda made: getattr(made, table)[row].__setitem__(column, value)


def swap_bodies(made: Rows) -> None:
    made.record[1][3], made.record[2][3] = made.record[2][3], made.record[1][3]


def add_row(made: Rows) -> None:
    made.record.append([8, 8, b"", b"more", b"", b"0" * 64])


def gap(made: Rows) -> None:
    made.record[6][0] = made.record[6][1] = 8


def rename(made: Rows) -> None:
    made.competition[0] += b"!"


def recommit(commitment: bytes, salt: bytes, personal: bytes) -> Change:
    """Another commitment and personal part in record 3, with every head after it as it has to be then."""

    def change(made: Rows) -> None:
        made.record[2][4] = commitment
        made.personal[0][1:] = [salt, personal]
        previous = heads(made)[2]
        for row in made.record[2:]:
            record = verifier.Record(row[0], "", row[2], row[3], row[4], b"", b"")
            row[5] = previous = verifier.head(made.competition[0], previous, record)

    return change


CHANGES: dict[str, tuple[Change, str]] = {
    "body": (cell("record", 3, 3, b'{"n":5}'), "altered"),
    "head": (cell("record", 3, 5, b"0" * 64), "altered"),
    "last head": (cell("record", 6, 5, b"0" * 64), "altered"),
    "no head": (cell("record", 3, 5, b""), "altered"),
    "key": (cell("record", 2, 2, b"k9"), "altered"),
    "key removed": (cell("record", 2, 2, b""), "altered"),
    "key of another": (cell("record", 4, 2, b"k1"), "altered"),
    "commitment": (cell("record", 2, 4, b"0" * 64), "altered"),
    "commitment removed": (cell("record", 2, 4, b""), "altered"),
    "commitment added": (cell("record", 3, 4, b"0" * 64), "altered"),
    "commitment in capitals": (recommit(b"A" * 64, b"", b""), "damaged"),
    "commitment too short": (recommit(b"a" * 63, b"", b""), "damaged"),
    "short salt": (recommit(verifier.commitment(bytes(15), b"x"), bytes(15), b"x"), "altered"),
    "no salt": (recommit(verifier.commitment(b"", b"x"), b"", b"x"), "altered"),
    "empty personal part": (recommit(verifier.commitment(bytes(16), b""), bytes(16), b""), "altered"),
    "salt": (cell("personal", 0, 1, bytes(16)), "altered"),
    "personal part": (cell("personal", 0, 2, b"person 4"), "altered"),
    "salt emptied alone": (cell("personal", 0, 1, b""), "altered"),
    "personal part emptied alone": (cell("personal", 0, 2, b""), "altered"),
    "personal row removed": (lambda made: made.personal.pop(0), "altered"),
    "last personal row removed": (lambda made: made.personal.pop(), "altered"),
    "personal row without commitment": (lambda made: made.personal.append([4, b"", b""]), "altered"),
    "personal row without record": (lambda made: made.personal.append([8, b"", b""]), "altered"),
    "personal row before the first": (lambda made: made.personal.append([0, b"", b""]), "altered"),
    "batch of nobody": (cell("record", 6, 1, 6), "altered"),
    "batch ahead": (cell("record", 3, 1, 5), "altered"),
    "batch of long ago": (cell("record", 4, 1, 2), "altered"),
    "batch 0": (cell("record", 0, 1, 0), "altered"),
    "first record removed": (lambda made: made.record.pop(0), "altered"),
    "record in the middle removed": (lambda made: made.record.pop(3), "altered"),
    "gap": (gap, "altered"),
    "record 0": (lambda made: made.record.insert(0, [0, 0, b"", b"", b"", b"0" * 64]), "altered"),
    "reordered": (swap_bodies, "altered"),
    "added": (add_row, "altered"),
    "renamed": (rename, "altered"),
    "two names": (lambda made: made.competition.append(b"c"), "altered"),
    "no name": (lambda made: made.competition.clear(), "altered"),
}


def test_whatever_is_changed_in_the_rows_is_found(document: Page, tmp_path: Path) -> None:
    assert database_fault(write_database(tmp_path / "right", longer(), document.schema)) == ""
    for name, (change, fault) in CHANGES.items():
        made = copy.deepcopy(longer())
        change(made)
        assert made != longer(), name
        assert database_fault(write_database(tmp_path / "wrong", made, document.schema)) == fault, name
    print(f"{len(CHANGES)} changes of rows: all refused")


def test_what_may_differ_between_databases_may_differ(document: Page, tmp_path: Path) -> None:
    made = longer()
    recommit(verifier.commitment(bytes(16), b"x"), bytes(16), b"x")(made)  # what the changes above would be
    assert database_fault(write_database(tmp_path / "e", made, document.schema)) == ""
    erased = longer()
    erased.personal[0][1:] = [b"", b""]
    _, journal, _ = verifier.check_journal(write_database(tmp_path / "a", erased, document.schema), None)
    assert (journal.without_personal, journal.heads) == (1, heads(longer()))
    strange = rows(
        b"\xff\0\n", [(b"\0", b"\0", b"\0"), (b"\xff\n", b"", b"\xff")]
    )  # any byte may stand in a text
    assert database_fault(write_database(tmp_path / "b", strange, document.schema)) == ""
    assert database_fault(write_database(tmp_path / "c", rows(b"c", []), document.schema)) == ""
    one_append = rows(b"c", [(b"", b"1", b"")] * 5, [1] * 5)
    assert database_fault(write_database(tmp_path / "d", one_append, document.schema)) == ""


def test_a_record_cut_from_the_end_is_found_by_receipts_or_a_checkpoint(
    document: Page, tmp_path: Path
) -> None:
    made = longer()
    made.record.pop()
    database = write_database(tmp_path / "contest", made, document.schema)
    assert database_fault(database) == ""  # nothing in the file itself can tell
    (tmp_path / "head.txt").write_text(checkpoint_text("kỳ thi", 7, heads(longer())[7]), encoding="utf-8")
    assert fault_of(lambda: verifier.check(database, None, [tmp_path / "head.txt"], [])) == "other_history"
    (tmp_path / "contest.receipts").write_bytes(receipts(longer()))
    assert database_fault(database) == "other_history"


def test_a_database_has_this_schema_and_no_other(document: Page, tmp_path: Path) -> None:
    right = document.schema
    schemas: dict[str, list[str]] = {
        "a view": [*right, "CREATE VIEW v AS SELECT 1"],
        "a table": [*right, "CREATE TABLE t (x)"],
        "an index": [*right, "CREATE INDEX i ON record (key)"],
        "a trigger": [*right, "CREATE TRIGGER t AFTER INSERT ON record BEGIN DELETE FROM journal; END"],
        "other order": [right[0], right[2], right[1], *right[3:]],
        "a blank": [right[0].replace("TEXT NOT", "TEXT  NOT"), *right[1:]],
        "not strict": [right[0].replace(" STRICT", ""), *right[1:]],
        "a column": [
            right[0].replace("NOT NULL", "NOT NULL, more TEXT GENERATED ALWAYS AS ('x')"),
            *right[1:],
        ],
        **{f"without {at}": right[:at] + right[at + 1 :] for at in range(3, len(right))},
    }
    for name, schema in schemas.items():
        assert schema != right
        assert database_fault(write_database(tmp_path / "wrong", longer(), schema)) == "altered", name
    hostile = (
        "PRAGMA writable_schema = ON;"
        "UPDATE sqlite_schema SET tbl_name = 'journal' WHERE name = 'record_is_not_deleted';"
    )
    wrong = write_database(tmp_path / "wrong", longer(), right, after=hostile)
    assert database_fault(wrong) in {"altered", "damaged"}
    analysed = write_database(tmp_path / "wrong", longer(), right, after="ANALYZE")
    assert database_fault(analysed) == "altered"


def test_a_value_of_another_type_is_found_though_the_schema_forbids_it(
    document: Page, tmp_path: Path
) -> None:
    def weak(statement: str) -> str:
        return statement.replace(" STRICT", "").replace("NOT NULL", "")

    sql = {statement.split()[2]: statement.rstrip(";") for statement in document.schema[:3]}
    restore = "PRAGMA writable_schema = ON;" + "".join(
        "UPDATE sqlite_schema SET sql = '{}' WHERE name = '{}';".format(text.replace("'", "''"), name)
        for name, text in sql.items()
    )
    schema = [weak(statement) for statement in document.schema[:3]] + document.schema[3:]
    assert database_fault(write_database(tmp_path / "right", longer(), schema, after=restore)) == ""
    wrong = [f"DROP TRIGGER {s.split()[2]};" for s in document.schema[3:]]
    remade = [s if s.endswith(";") else s + ";" for s in document.schema[3:]]
    for update in (
        "UPDATE record SET key = CAST(key AS BLOB) WHERE sequence = 1",
        "UPDATE record SET key = NULL WHERE sequence = 2",
        "UPDATE record SET body = x'37' WHERE sequence = 1",
        "UPDATE record SET head = CAST(head AS BLOB)",
        "UPDATE record SET batch = 'x' WHERE sequence = 1",
        "UPDATE record SET batch = 1.5 WHERE sequence = 1",
        "UPDATE personal SET content = CAST(content AS TEXT)",
        "UPDATE personal SET salt = NULL",
        "UPDATE journal SET competition = CAST(competition AS BLOB)",
        "UPDATE journal SET competition = NULL",
    ):
        after = "".join([*wrong, update, ";", *remade, restore])
        assert (
            database_fault(write_database(tmp_path / "wrong", longer(), schema, after=after)) == "damaged"
        ), update


def test_other_databases_are_told_apart(document: Page, tmp_path: Path) -> None:
    def fault(**options: object) -> str:
        return database_fault(write_database(tmp_path / "other", longer(), document.schema, **options))  # type: ignore[arg-type]

    assert fault(application_id=0) == "not_a_journal"
    assert fault(application_id=1380143691) == "not_a_journal"
    assert fault(user_version=2) == "newer_format"
    assert fault(user_version=0) == fault(user_version=-1) == "damaged"
    assert fault(encoding="UTF-16le") == "damaged"
    assert fault(after="PRAGMA journal_mode = WAL") == "damaged"
    data = write_database(tmp_path / "other", longer(), document.schema).read_bytes()
    (tmp_path / "other").write_bytes(data[:19] + b"\2" + data[20:])  # what SQLite goes by
    assert database_fault(tmp_path / "other") == "damaged"
    (tmp_path / "other").write_bytes(b"SQLite format 3\0")
    assert database_fault(tmp_path / "other") == "damaged"
    for data in (b"", b"PK\3\4", b"SQLite format 4\0" + bytes(100)):
        (tmp_path / "other").write_bytes(data)
        assert database_fault(tmp_path / "other") == "not_a_journal"


def test_files_beside_the_database_that_change_what_it_says_are_refused(
    document: Page, tmp_path: Path
) -> None:
    database = write_database(tmp_path / "contest", longer(), document.schema)
    (tmp_path / "link").symlink_to(database)
    for ending, fault in (("-journal", "interrupted"), ("-wal", "damaged")):
        beside = tmp_path / f"contest{ending}"
        beside.write_bytes(b"")
        assert database_fault(database) == ""
        beside.write_bytes(b"\0" * 512)
        assert database_fault(database) == database_fault(tmp_path / "link") == fault
        beside.unlink()


def test_a_write_ahead_log_is_read_by_sqlite_whatever_the_header_says(document: Page, tmp_path: Path) -> None:
    right = write_database(tmp_path / "right", longer(), document.schema)
    writer = sqlite3.connect(right, isolation_level=None)
    writer.execute("PRAGMA journal_mode = WAL")
    writer.execute("INSERT INTO journal VALUES ('another')")
    data = bytearray(right.read_bytes())
    data[18:20] = b"\1\1"
    (tmp_path / "wrong").write_bytes(data)
    assert database_fault(tmp_path / "wrong") == ""
    (tmp_path / "wrong-wal").write_bytes((tmp_path / "right-wal").read_bytes())
    writer.close()
    assert database_fault(tmp_path / "wrong") == "damaged"
    reader = sqlite3.connect(tmp_path / "wrong")
    assert reader.execute("SELECT count(*) FROM journal").fetchone() == (2,)  # why it is refused
    reader.close()


def test_a_database_that_is_being_written_is_not_judged(document: Page, tmp_path: Path) -> None:
    database = write_database(tmp_path / "contest", longer(), document.schema)
    writer = sqlite3.connect(database, isolation_level=None)
    try:
        writer.execute("PRAGMA locking_mode = EXCLUSIVE")
        writer.execute("BEGIN EXCLUSIVE")
        assert database_fault(database) == "unreadable"
    finally:
        writer.close()
    assert database_fault(database) == ""


def test_the_verifier_changes_no_file(document: Page, tmp_path: Path) -> None:
    database = write_database(tmp_path / "contest", longer(), document.schema)
    (tmp_path / "contest.receipts").write_bytes(receipts(longer()))
    before = {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in tmp_path.iterdir()}
    assert database_fault(database) == ""
    assert {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in tmp_path.iterdir()} == before


def test_bytes_of_a_database_changed_at_random_never_end_in_anything_but_a_fault(
    document: Page, tmp_path: Path
) -> None:
    data = bytearray(write_database(tmp_path / "right", longer(), document.schema).read_bytes())
    random_ = random.Random(1)
    count = {"": 0}
    journal = verifier.check_journal(tmp_path / "right", None)
    for _ in range(20_000 if NIGHTLY else 300):
        mutant = bytearray(data)
        for _ in range(random_.choice([1, 1, 1, 8])):
            mutant[random_.randrange(len(data))] = random_.randrange(256)
        if random_.random() < 0.05:
            del mutant[random_.randrange(len(data)) :]
        (tmp_path / "wrong").write_bytes(mutant)
        fault = database_fault(tmp_path / "wrong")
        count[fault] = count.get(fault, 0) + 1
        if not fault:  # what changed means nothing: unused bytes of a page, counters of SQLite
            assert verifier.check_journal(tmp_path / "wrong", None) == journal
    assert min(count[""], count["damaged"], count["altered"]) > 0
    print(f"databases with changed bytes: {count}")


# --- receipts ---------------------------------------------------------------------------------------------


def receipts_are(data: bytes, made: Rows) -> str:
    """How they stand to a journal: "agree", "behind" or the class of the fault."""
    batch = made.record[-1][1] if made.record else None
    journal = verifier.Journal(made.competition[0], heads(made), batch, 0)
    try:
        return str(verifier.check_receipts(data, journal, "receipts"))
    except verifier.Fault as fault:
        return str(fault.name)


def test_receipts_may_be_behind_by_the_last_append_and_by_nothing_more(
    document: Page, tmp_path: Path
) -> None:
    made = longer()  # the last append is records 5, 6 and 7
    right = receipts(made)
    ends = [at + 1 for at, byte in enumerate(right) if byte == 10]  # of the header, line 0, line 1 …
    last_append = ends[1 + 4]
    cut = 0
    for length in range(len(right)):
        found = receipts_are(right[:length], made)
        if length < ends[0]:
            assert found == "damaged", length
        else:
            assert found == ("behind" if length >= last_append else "other_history"), length
        cut += 1
    changed = 0
    for at in range(len(right)):
        for value in {0, right[at] ^ 1, 10, 0xFF} - {right[at]}:
            found = receipts_are(right[:at] + bytes([value]) + right[at + 1 :], made)
            if value == 0 and at >= last_append:
                assert found == "behind"
            else:
                assert found == ("other_history" if at >= ends[0] else "damaged"), (at, value)
            changed += 1
    print(f"receipts: {cut} cut, {changed} changed")
    zeros = bytes(len(right) - last_append)
    assert receipts_are(right, made) == "agree"
    assert receipts_are(right[:last_append] + zeros, made) == "behind"
    # Zeros at the end are room for lines to come; between lines they are not.
    assert receipts_are(right[:last_append] + zeros + b"\0", made) == "behind"
    assert receipts_are(right + bytes(1000), made) == "agree"
    more = b"8 " + b"0" * 64 + b"\n"
    for ahead in (b"\0\n", b"\n", b"8", more, bytes(1000) + b"8"):
        assert receipts_are(right + ahead, made) == "other_history"
    assert receipts_are(right.replace(b"receipts 1", b"receipts 2"), made) == "newer_format"


def test_receipts_of_another_history_are_refused() -> None:
    made = longer()
    entries = [(row[2], row[3], b"") for row in made.record]
    for at in range(7):
        other = [entry if n != at else (entry[0], b"another", b"") for n, entry in enumerate(entries)]
        second = rows(made.competition[0], other)  # type: ignore[arg-type]
        assert receipts_are(receipts(second), made) == "other_history"
    assert receipts_are(receipts(rows(b"other", [])), made) == "other_history"
    assert receipts_are(receipts(rows(made.competition[0], [])), made) == "other_history"


def test_the_receipts_of_a_journal_without_records_are_two_lines() -> None:
    made = rows(b"c", [])
    right = receipts(made)
    assert receipts_are(right, made) == "agree"
    assert receipts_are(right[:-1], made) == "other_history"
    assert receipts_are(b"", made) == "damaged"


def test_receipts_are_looked_for_beside_the_database(document: Page, tmp_path: Path) -> None:
    database = write_database(tmp_path / "contest.journal", longer(), document.schema)
    assert verifier.check_journal(database, None)[2] == "none"
    (tmp_path / "contest.journal.receipts").write_bytes(receipts(example()))
    assert database_fault(database) == "other_history"
    (tmp_path / "right").write_bytes(receipts(longer()))
    assert verifier.check(database, tmp_path / "right", [], [])["receipts"] == "agree"
