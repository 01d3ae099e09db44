#!/usr/bin/env python3
"""Check the journal of a contest without recruit.

    python3 verify_journal.py FILE [--receipts FILE] [--checkpoint FILE]... [--key VERIFIERKEY]... [--json]

FILE is a journal as recruit keeps it (an SQLite database) or hands it on (a package). This program was
written from docs/journal-format.md alone, by another hand than recruit. It needs only
Python 3.11, and never writes. "Format, Receipts" in a comment is the section "Receipts" of that document.

Exit status: 0, everything holds, one line says how many records there are and what the head is; 1, something
does not, the first fault is told: what, where, its class, what to do; 2, wrong use, or a file cannot be read.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import dataclasses
import hashlib
import io
import json
import re
import sqlite3
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TypedDict

# --- faults ------------------------------------------------------------------------------------------------


class Fault(Exception):
    """The first thing that does not hold. Its class says what kind of thing, as far as bytes can show it."""

    name = ""  # of the class, for programs
    remedy = ""

    def __init__(self, what: str, where: str) -> None:
        super().__init__(f"{where}: {what}")
        self.what = what
        self.where = where


class NotAJournal(Fault):
    name = "not_a_journal"
    remedy = "give the journal itself: a database or a package that recruit wrote"


class NewerFormat(Fault):
    name = "newer_format"
    remedy = "use the verifier that came with the recruit that wrote it"


class Interrupted(Fault):
    """An append was not finished. What holds now is known only when SQLite has undone it."""

    name = "interrupted"
    remedy = "see that nobody is writing, open the journal once with recruit, then check again"


class Damaged(Fault):
    """The file goes against its own structure."""

    name = "damaged"
    remedy = "do not write to it; compare it with a backup, a package and the last checkpoint"


class Altered(Fault):
    """The structure is whole, but records do not follow from each other: changed, removed, added, moved."""

    name = "altered"
    remedy = "do not write to it; compare it with a backup, a package and the last checkpoint; ask who had it"


class OtherHistory(Fault):
    """Whole in itself, but not what the receipts or a checkpoint say."""

    name = "other_history"
    remedy = "if they are of this journal, records were cut or rewritten: ask who had it"


class NoReceipts(Fault):
    """Nothing outside the database says how many records there were."""

    name = "no_receipts"
    remedy = "put the receipts beside it, name them with --receipts, or give a --checkpoint"


class NotSigned(Fault):
    name = "not_signed"
    remedy = "get the checkpoint and the verifier key again from whoever signs, by another way"


class Unreadable(Fault):
    """Nothing can be said about the file."""

    name = "unreadable"
    remedy = "see that the file is there, may be read, and that no program has it open"


def shown(value: bytes) -> str:
    """Bytes of a file as text for a terminal, without what could move its cursor."""
    text = value.decode("utf-8", "backslashreplace")
    text = text if len(text) <= 80 else text[:79] + "…"
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


# --- records and the chain (Format, Records and the chain) -------------------------------------------------

NAME = b"recruit journal"
FORMAT = (1).to_bytes(2, "little")
HEXADECIMAL = re.compile(rb"[0-9a-f]{64}")
LEAST_SALT = 16


@dataclasses.dataclass(frozen=True, slots=True)
class Record:
    """One record as a file holds it."""

    sequence: int
    where: str  # in words, for faults
    key: bytes  # empty for nothing
    body: bytes
    commitment: bytes  # 64 hexadecimal digits, or empty
    salt: bytes  # empty, as is the personal part, if there is none, or it was erased or left out
    personal: bytes
    head: bytes | None = None  # as written; None in a package, which writes only the last one
    batch: int | None = None  # None in a package


@dataclasses.dataclass(frozen=True, slots=True)
class Journal:
    """What remains of a journal whose records hold: enough for receipts and checkpoints."""

    competition: bytes
    heads: list[bytes]  # as hexadecimal digits; heads[0] is the origin, heads[n] that of record n
    last_batch: int | None  # first record of the last append; None in a package, and without records
    without_personal: int  # records that have a commitment, but no longer, or not here, a personal part

    @property
    def records(self) -> int:
        return len(self.heads) - 1


def u64(number: int) -> bytes:
    return number.to_bytes(8, "little")


def text(value: bytes) -> bytes:
    """text(x) of the document: the number of bytes, then the bytes."""
    return u64(len(value)) + value


def hexadecimal(value: bytes) -> bytes:
    """SHA-256 as 64 lower-case digits."""
    return hashlib.sha256(value).hexdigest().encode("ascii")


def origin(competition: bytes) -> bytes:
    """The head of a journal without records."""
    return hexadecimal(NAME + FORMAT + text(competition))


def commitment(salt: bytes, personal: bytes) -> bytes:
    return hexadecimal(text(salt) + text(personal))


def head(competition: bytes, previous: bytes, record: Record) -> bytes:
    """The hash of a record: of everything in it but the personal part, which its commitment stands for."""
    return hexadecimal(
        b"\0"  # a leaf, RFC 6962
        + NAME
        + FORMAT
        + text(competition)
        + u64(record.sequence)
        + text(previous)
        + text(record.key)
        + text(record.body)
        + text(record.commitment)
        + u64(0)  # reserved
    )


def check_personal(record: Record) -> None:
    """Commitment, salt and personal part of one record belong together."""
    if record.commitment and not HEXADECIMAL.fullmatch(record.commitment):
        raise Damaged("the commitment is not 64 hexadecimal digits", record.where)
    if not record.salt and not record.personal:
        return
    if len(record.salt) < LEAST_SALT or not record.personal:
        sizes = f"a salt of {len(record.salt)} bytes and a personal part of {len(record.personal)}"
        raise Altered(f"{sizes}; at least 16 and 1 are needed, or both are empty", record.where)
    if commitment(record.salt, record.personal) != record.commitment:
        raise Altered("the personal part is not the one that was committed to", record.where)


def not_the_head(written: bytes, computed: bytes) -> str:
    return (
        f"the head written is {shown(written)}, computed is {shown(computed)}: this record, one before or the"
        " name of the contest was changed, or records were removed, added or moved"
    )


def check_chain(competition: bytes, records: Iterable[Record]) -> Journal:
    """Go through records in the order of the file. Linear in their bytes; remembers heads and keys only."""
    heads = [origin(competition)]
    keys: dict[bytes, int] = {}
    without_personal = 0
    batch = None
    for record in records:
        if record.sequence != len(heads):
            what = f"record {len(heads)} should come here: records were removed or added"
            raise Altered(what, record.where)
        if record.batch is not None and record.batch not in (record.sequence, batch):
            what = f"batch is {record.batch}; it can be {record.sequence}, or {batch} as in the record before"
            raise Altered(what, record.where)
        batch = record.batch
        check_personal(record)
        if record.key and record.key in keys:
            raise Altered(f"the key “{shown(record.key)}” is record {keys[record.key]}'s too", record.where)
        keys[record.key] = record.sequence
        heads.append(head(competition, heads[-1], record))
        if record.head is not None and record.head != heads[-1]:
            raise Altered(not_the_head(record.head, heads[-1]), record.where)
        if record.commitment and not record.salt:
            without_personal += 1
    return Journal(competition, heads, batch, without_personal)


# --- the database (Format, The database) -------------------------------------------------------------------

SQLITE = b"SQLite format 3\0"
APPLICATION_ID = 1380143690
USER_VERSION = 1

# What sqlite_schema must hold: these statements in this order, and nothing else.
SCHEMA = [
    b"CREATE TABLE journal (competition TEXT NOT NULL) STRICT",
    b"CREATE TABLE record (sequence INTEGER PRIMARY KEY, batch INTEGER NOT NULL, key TEXT NOT NULL, "
    b"body TEXT NOT NULL, commitment TEXT NOT NULL, head TEXT NOT NULL) STRICT",
    b"CREATE TABLE personal (sequence INTEGER PRIMARY KEY, salt BLOB NOT NULL, content BLOB NOT NULL) STRICT",
    b"CREATE TRIGGER record_is_not_changed BEFORE UPDATE ON record "
    b"BEGIN SELECT RAISE(ABORT, 'a record is never changed'); END",
    b"CREATE TRIGGER record_is_not_deleted BEFORE DELETE ON record "
    b"BEGIN SELECT RAISE(ABORT, 'a record is never deleted'); END",
    b"CREATE TRIGGER personal_is_only_emptied BEFORE UPDATE ON personal "
    b"WHEN NEW.sequence IS NOT OLD.sequence OR length(NEW.salt) > 0 OR length(NEW.content) > 0 "
    b"BEGIN SELECT RAISE(ABORT, 'a personal part is only emptied'); END",
    b"CREATE TRIGGER personal_is_not_deleted BEFORE DELETE ON personal "
    b"BEGIN SELECT RAISE(ABORT, 'a personal part is only emptied'); END",
]


def schema_row(sql: bytes) -> tuple[bytes, bytes, bytes, bytes]:
    """The row of sqlite_schema for a statement: type, name, table, sql."""
    _, kind, name, *rest = sql.split()
    table = name if kind == b"TABLE" else rest[rest.index(b"ON") + 1]
    return kind.lower(), name, table, sql


def check_sqlite_header(start: bytes, where: str) -> None:
    """The first 100 bytes, read without SQLite, so that nothing runs before we know whose file this is.

    Offsets are those of the "Database File Format" of SQLite; its numbers are big-endian.
    """
    if len(start) < 100:
        raise Damaged(f"an SQLite database cut to {len(start)} bytes", where)
    application = int.from_bytes(start[68:72], "big", signed=True)
    if application != APPLICATION_ID:
        raise NotAJournal(f"an SQLite database with application_id {application}", f"{where}, byte 68")
    version = int.from_bytes(start[60:64], "big", signed=True)
    if version > USER_VERSION:
        raise NewerFormat(f"a database of format {version}; this verifier knows 1", f"{where}, byte 60")
    if version != USER_VERSION:
        raise Damaged(f"user_version is {version}, which no journal has", f"{where}, byte 60")
    if start[19] == 2:
        raise Damaged("the database is in WAL mode, in which no journal is kept", f"{where}, byte 19")
    if int.from_bytes(start[56:60], "big") != 1:
        raise Damaged("the texts of the database are not UTF-8", f"{where}, byte 56")


def check_companions(database: Path) -> None:
    """No file beside the database changes what it says. SQLite looks beside the file a link leads to."""

    def there(ending: str) -> Path | None:
        beside = database.with_name(database.name + ending)
        return beside if beside.exists() and beside.stat().st_size > 0 else None

    if beside := there("-journal"):
        raise Interrupted("an append was interrupted or is being made: this file is not empty", str(beside))
    if beside := there("-wal"):  # whatever the header says
        raise Damaged("a write-ahead log, which SQLite would read in place of the database", str(beside))


def check_schema(connection: sqlite3.Connection, where: str) -> None:
    query = "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY rowid"
    found = connection.execute(query).fetchall()
    for number, (row, wanted) in enumerate(zip(found, map(schema_row, SCHEMA), strict=False), 1):
        if row != wanted:
            name = shown(row[1]) if isinstance(row[1], bytes) else "?"
            what = f"object {number}, “{name}”, is not “{shown(wanted[1])}” as the format has it"
            raise Altered(what, f"{where}, sqlite_schema")
    if len(found) != len(SCHEMA):
        what = f"{len(found)} tables, triggers and other objects, {len(SCHEMA)} belong there"
        raise Altered(what, f"{where}, sqlite_schema")


def read_personal(connection: sqlite3.Connection, where: str) -> Iterator[tuple[int, bytes, bytes]]:
    """Rows of `personal` in order: sequence, salt, personal part."""
    query = "SELECT sequence, typeof(salt), typeof(content), salt, content FROM personal ORDER BY sequence"
    for sequence, *types, salt, content in connection.execute(query):
        if types != [b"blob", b"blob"]:
            raise Damaged("a value has not the type of its column", f"{where}, personal part {sequence}")
        yield sequence, salt, content


def database_records(connection: sqlite3.Connection, where: str) -> Iterator[Record]:
    """The rows of `record`, each with its row of `personal`; both come in order."""
    parts = read_personal(connection, where)
    part = next(parts, None)
    query = (
        "SELECT sequence, batch, key, body, commitment, head, typeof(batch), typeof(key), typeof(body),"
        " typeof(commitment), typeof(head) FROM record ORDER BY sequence"
    )
    for sequence, batch, key, body, committed, written, *types in connection.execute(query):
        place = f"{where}, record {sequence}"
        if types != [b"integer", b"text", b"text", b"text", b"text"]:
            raise Damaged("a value has not the type of its column", place)
        salt = personal = b""
        if part is not None and part[0] < sequence:
            break
        if part is not None and part[0] == sequence:
            if not committed:
                raise Altered("a row for a personal part, but no commitment", place)
            _, salt, personal = part
            part = next(parts, None)
        elif committed:
            raise Altered("a commitment, but no row for the personal part", place)
        yield Record(sequence, place, key, body, committed, salt, personal, written, batch)
    if part is not None:
        raise Altered("a row for a personal part, but no record", f"{where}, personal part {part[0]}")


def check_connection(
    connection: sqlite3.Connection, where: str, receipts: Path | None
) -> tuple[Journal, str]:
    """Everything about a database that SQLite has opened for reading, and how its receipts stand to it."""
    connection.text_factory = bytes  # a text may hold any byte
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA cell_size_check = ON")
    connection.execute("PRAGMA query_only = ON")
    connection.execute("BEGIN")  # one state of the file for all that follows
    check_schema(connection, where)  # first of all: only then is it known what a statement would run
    for (found,) in connection.execute("PRAGMA quick_check(1)"):
        if found != b"ok":
            raise Damaged(f"SQLite finds the database damaged: {shown(found)}", where)
    names = connection.execute("SELECT competition, typeof(competition) FROM journal").fetchall()
    if len(names) != 1:
        raise Altered(f"the table journal has {len(names)} rows, one belongs there", f"{where}, journal")
    if names[0][1] != b"text":
        raise Damaged("a value has not the type of its column", f"{where}, journal")
    journal = check_chain(names[0][0], database_records(connection, where))
    if receipts is None:
        return journal, "none"
    # Read before the transaction ends: nobody can have appended meanwhile.
    return journal, check_receipts(read(receipts), journal, receipts.name)


def check_database(path: Path, start: bytes, receipts: Path | None) -> tuple[Journal, str]:
    """The database at `path`, whose first bytes are `start`. Opened for reading only, with its locks."""
    where = path.name
    check_sqlite_header(start, where)
    real = path.resolve()
    check_companions(real)
    # From here the file is not opened by anything but SQLite: closing it elsewhere would drop SQLite's locks.
    try:
        address = f"{real.as_uri()}?mode=ro"
        with closing(sqlite3.connect(address, uri=True, isolation_level=None, timeout=1)) as opened:
            return check_connection(opened, where, receipts)
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM):
            raise Unreadable(f"the database cannot be read now: {error}", where) from error
        if code == sqlite3.SQLITE_READONLY:
            raise Interrupted("SQLite would have to undo an append first", where) from error
        raise Damaged(f"SQLite cannot read the database: {error}", where) from error
    except UnicodeDecodeError as error:  # in words of SQLite that repeat a damaged name
        raise Damaged("SQLite cannot read the database: its schema is damaged", where) from error


# --- receipts (Format, Receipts) ---------------------------------------------------------------------------

RECEIPTS = b"recruit receipts "


def check_receipts(data: bytes, journal: Journal, where: str) -> str:
    """Compare receipts with a database: "agree", or "behind" by the last append, which still counts."""
    data = data.rstrip(b"\0")  # room for lines to come
    other = re.match(RECEIPTS + rb"([1-9][0-9]{0,8})\n", data)
    if other and int(other[1]) > 1:
        raise NewerFormat(f"receipts of format {int(other[1])}; this verifier knows 1", f"{where}, line 1")
    lines = [RECEIPTS + b"1\n", *(b"%d %s\n" % numbered for numbered in enumerate(journal.heads))]
    right = 0  # lines that are whole and right, counted from the first
    offset = 0
    while right < len(lines) and data.startswith(lines[right], offset):
        offset += len(lines[right])
        right += 1
    place = f"{where}, line {right + 1}, byte {offset}"
    if right == 0:
        raise Damaged("receipts begin with the line “recruit receipts 1”", place)
    if right == 1:
        raise OtherHistory("the origin is not this journal's: receipts of another contest, or cut", place)
    last = right - 2  # R of the document
    rest, wanted = data[offset:], b"".join(lines[right:])
    if not wanted and rest:
        raise OtherHistory(f"receipts go on after record {last}, the last of the journal: it was cut", place)
    if not wanted:
        return "agree"
    for index, byte in enumerate(rest):
        if index >= len(wanted) or byte not in (0, wanted[index]):
            place = f"{where}, line {right + 1 + wanted[:index].count(10)}, byte {offset + index}"
            raise OtherHistory(f"receipts and journal part after record {last}: one was rewritten", place)
    if last + 1 < (journal.last_batch or 0):
        raise OtherHistory(
            f"receipts end with record {last}, the journal with {journal.records}: they were cut, for at most"
            f" the last append, from record {journal.last_batch} on, can be missing",
            place,
        )
    return "behind"


# --- Ed25519 (RFC 8032, 5.1) -------------------------------------------------------------------------------

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
Point = tuple[int, int, int, int]  # extended coordinates X, Y, Z, T with x = X/Z, y = Y/Z, xy = T/Z


def add(a: Point, b: Point) -> Point:
    """RFC 8032, 5.1.4."""
    e = (a[1] - a[0]) * (b[1] - b[0]) % P
    f = (a[1] + a[0]) * (b[1] + b[0]) % P
    g = 2 * a[3] * b[3] * D % P
    h = 2 * a[2] * b[2] % P
    return ((f - e) * (h - g) % P, (h + g) * (f + e) % P, (h - g) * (h + g) % P, (f - e) * (f + e) % P)


def multiply(scalar: int, point: Point) -> Point:
    """Not in constant time: nothing here is secret."""
    result: Point = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            result = add(result, point)
        point = add(point, point)
        scalar >>= 1
    return result


def decode(value: bytes) -> Point | None:
    """RFC 8032, 5.1.3. None for what is no point, and for a second way of writing one."""
    y = int.from_bytes(value, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    if len(value) != 32 or y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P  # D y^2 + 1 is never 0: -1/D is no square
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * pow(2, (P - 1) // 4, P) % P
    if x * x % P != square or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return (x, y, 1, x * y % P)


BASE = decode((4 * pow(5, -1, P) % P).to_bytes(32, "little"))  # y is 4/5, x the even one


def signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """RFC 8032, 5.1.7, by the stricter of its two equations, [S]B = R + [k]A. About 10 ms."""
    if len(signature) != 64:
        return False
    key, point, scalar = decode(public), decode(signature[:32]), int.from_bytes(signature[32:], "little")
    if key is None or point is None or scalar >= L or BASE is None:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    left, right = multiply(scalar, BASE), add(point, multiply(k, key))
    return all((left[i] * right[2] - right[i] * left[2]) % P == 0 for i in (0, 1))  # as x and y, undivided


# --- checkpoints (Format, Checkpoints) ---------------------------------------------------------------------


@dataclasses.dataclass(frozen=True, slots=True)
class VerifierKey:
    """Whose signatures are believed."""

    name: str
    mark: bytes  # the 4 bytes of its hash
    public: bytes


@dataclasses.dataclass(frozen=True, slots=True)
class Signature:
    """One line of a signed note."""

    line: int
    name: str
    mark: bytes
    value: bytes  # 64 bytes if it is of the kind this format knows


@dataclasses.dataclass(frozen=True, slots=True)
class Checkpoint:
    text: bytes  # what is signed
    origin: bytes
    records: int
    head: bytes  # 64 hexadecimal digits
    signatures: list[Signature]


def unbase64(value: str) -> bytes | None:
    """RFC 4648 with padding, in the one way of writing it; None for anything else."""
    try:
        data = base64.b64decode(value.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        return None
    return data if base64.b64encode(data).decode("ascii") == value else None


def is_key_name(name: str) -> bool:
    return bool(name) and "+" not in name and not any(c.isspace() or not c.isprintable() for c in name)


def key_mark(name: str, public: bytes) -> bytes:
    return hashlib.sha256(name.encode("utf-8") + b"\n\x01" + public).digest()[:4]


def read_key(written: str) -> VerifierKey:
    """A verifier key, `<name>+<hash>+<base64>`. ValueError says what is wrong with it."""
    name, _, rest = written.partition("+")
    mark, _, encoded = rest.partition("+")
    data = unbase64(encoded)
    if not is_key_name(name) or not re.fullmatch("[0-9a-f]{8}", mark) or data is None:
        raise ValueError("a verifier key is <name>+<8 hexadecimal digits>+<base64>")
    if len(data) != 33 or data[0] != 1 or decode(data[1:]) is None:
        raise ValueError("not the key of an Ed25519 signature")
    if key_mark(name, data[1:]) != bytes.fromhex(mark):
        raise ValueError("its hash is not that of its name and key: it was copied wrongly")
    return VerifierKey(name, bytes.fromhex(mark), data[1:])


def read_signature(line: str, number: int, where: str) -> Signature:
    parts = line.split(" ")
    if len(parts) != 3 or parts[0] != "—" or not is_key_name(parts[1]):
        raise Damaged("a signature is a line “— <name> <base64>”", where)
    data = unbase64(parts[2])
    if data is None or len(data) <= 4:
        raise Damaged("this signature is not base64 of a key's hash and a signature", where)
    return Signature(number, parts[1], data[:4], data[4:])


def read_checkpoint(data: bytes, where: str) -> Checkpoint:
    """A signed note that holds a checkpoint; or its text alone, as minutes print it."""
    try:
        note = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Damaged("the checkpoint is not UTF-8", f"{where}, byte {error.start}") from error
    if any(c < " " and c != "\n" for c in note):
        raise Damaged("the checkpoint has control characters: its lines end with LF alone", where)
    if not note.endswith("\n"):
        raise Damaged("the checkpoint is cut: its last line has no LF", where)
    lines = note[:-1].split("\n")
    end = lines.index("") if "" in lines else len(lines)
    if end < 3:
        raise Damaged("an origin, a number of records and a head come first", f"{where}, line {end + 1}")
    if not re.fullmatch("0|[1-9][0-9]{0,19}", lines[1]):
        raise Damaged("the number of records is not a plain decimal number", f"{where}, line 2")
    digest = unbase64(lines[2])
    if digest is None or len(digest) != 32:
        raise Damaged("the head is not base64 of 32 bytes", f"{where}, line 3")
    signatures = [
        read_signature(line, number, f"{where}, line {number}")
        for number, line in enumerate(lines[end + 1 :], end + 2)
    ]
    if end < len(lines) and not signatures:
        raise Damaged("no signature after the empty line", f"{where}, line {end + 2}")
    signed_text = "".join(f"{line}\n" for line in lines[:end]).encode("utf-8")
    head = digest.hex().encode("ascii")
    return Checkpoint(signed_text, lines[0].encode("utf-8"), int(lines[1]), head, signatures)


def check_signatures(checkpoint: Checkpoint, keys: list[VerifierKey], where: str) -> list[str]:
    """Names of the known keys that signed. With keys, at least one must have, and none may have failed to."""
    names: list[str] = []
    for signature in checkpoint.signatures:
        for key in keys:
            if (key.name, key.mark) != (signature.name, signature.mark):
                continue
            if not signed(key.public, checkpoint.text, signature.value):
                raise NotSigned(f"“{key.name}” did not sign this text", f"{where}, line {signature.line}")
            names += [] if key.name in names else [key.name]
    if keys and not names:
        raise NotSigned("none of the keys given signed this checkpoint", where)
    return names


def check_checkpoint(checkpoint: Checkpoint, journal: Journal, where: str) -> None:
    """The journal continues from the checkpoint."""
    if checkpoint.origin != b"recruit/" + journal.competition:
        what = f"a checkpoint of “{shown(checkpoint.origin)}”, a journal of “{shown(journal.competition)}”"
        raise OtherHistory(what, f"{where}, line 1")
    if checkpoint.records > journal.records:
        what = f"of {checkpoint.records} records then, {journal.records} are left: cut, or an old copy"
        raise OtherHistory(what, f"{where}, line 2")
    found = journal.heads[checkpoint.records]
    if checkpoint.head != found:
        what = f"head {checkpoint.records} was {shown(checkpoint.head)} then, it is {shown(found)} now"
        raise OtherHistory(what, f"{where}, line 3")


# --- the package (Format, The package) ---------------------------------------------------------------------

MAGIC = bytes.fromhex("89524352540d0a1a")
KIND = 60
HEADER = 64
CHUNK = 1 << 20


class Content:
    """Reads the content of a package from its first byte to its last."""

    def __init__(self, data: bytes, where: str) -> None:
        self.data = data
        self.where = where
        self.position = HEADER

    def at(self, position: int | None = None) -> str:
        return f"{self.where}, byte {self.position if position is None else position}"

    def take(self, length: int) -> bytes:
        if length > len(self.data) - self.position:
            raise Damaged("the content ends in the middle of a value", self.at())
        self.position += length
        return self.data[self.position - length : self.position]

    def number(self) -> int:
        """7 bits a byte, least significant first, in the shortest form, at most 64 bits."""
        start, result, shift = self.position, 0, 0
        while True:
            (byte,) = self.take(1)
            result |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                break
            if shift >= 70:
                raise Damaged("a number has more than 64 bits", self.at(start))
        if byte == 0 and shift > 7:
            raise Damaged("a number is not in its shortest form", self.at(start))
        if result >> 64:
            raise Damaged("a number has more than 64 bits", self.at(start))
        return result

    def string(self) -> bytes:
        return self.take(self.number())

    def digest(self) -> bytes:
        """A string of 32 bytes, as 64 hexadecimal digits."""
        start = self.position
        value = self.string()
        if len(value) != 32:
            raise Damaged(f"a hash has {len(value)} bytes in place of 32", self.at(start))
        return value.hex().encode("ascii")

    def version(self, what: str) -> None:
        start = self.position
        if found := self.number():
            raise NewerFormat(f"{what} of version {found}; this verifier knows 0", self.at(start))


def check_envelope(data: bytes, where: str) -> None:
    """The first 64 bytes and the checksum of everything else."""
    if len(data) < HEADER:
        raise Damaged(f"a file of recruit cut to {len(data)} bytes", where)
    version, kind = (int.from_bytes(data[at : at + 2], "little") for at in (8, 10))
    if version > 1:
        raise NewerFormat(f"the file has format {version}; this verifier knows 1", f"{where}, byte 8")
    if version != 1:
        raise Damaged(f"the file has format {version}, which there is not", f"{where}, byte 8")
    if kind != KIND:
        raise NotAJournal(f"a file of recruit, but of kind {kind}, not {KIND}", f"{where}, byte 10")
    if any(data[12:16]) or any(data[24:32]):
        raise Damaged("not 0, as it always is", f"{where}, byte {12 if any(data[12:16]) else 24}")
    length = int.from_bytes(data[16:24], "little") + HEADER
    if length != len(data):
        raise Damaged(f"the file has {len(data)} bytes, {length} were written", f"{where}, byte 16")
    checksum = hashlib.sha256(data[:32])
    for start in range(HEADER, len(data), CHUNK):
        checksum.update(hashlib.sha256(data[start : start + CHUNK]).digest())
    if checksum.digest() != data[32:64]:
        raise Damaged("the checksum is not that of the content", f"{where}, byte 32")


def package_records(content: Content, count: int) -> Iterator[Record]:
    for sequence in range(1, count + 1):
        where = f"{content.at()}, record {sequence}"
        if sequence == 1:
            content.version("a record")
        key, body = content.string(), content.string()
        committed = salt = personal = b""
        start = content.position
        match content.number():
            case 0:
                pass
            case 1:
                committed = content.digest()
            case 2:
                salt, personal = content.string(), content.string()
                if not salt or not personal:
                    raise Damaged("an empty salt or personal part", content.at(start))
                committed = commitment(salt, personal)
            case other:
                raise Damaged(f"{other} stands where 0, 1 or 2 can", content.at(start))
        yield Record(sequence, where, key, body, committed, salt, personal)


def check_package(data: bytes, where: str) -> Journal:
    check_envelope(data, where)
    content = Content(data, where)
    content.version("a package")
    competition = content.string()
    journal = check_chain(competition, package_records(content, content.number()))
    start = content.position
    written = content.digest()
    if content.position != len(data):
        raise Damaged("bytes after the end of the journal", content.at())
    if written != journal.heads[-1]:
        raise Altered(not_the_head(written, journal.heads[-1]), content.at(start))
    return journal


# --- the command -------------------------------------------------------------------------------------------


def read(path: Path, length: int = -1) -> bytes:
    if not path.is_file():
        raise Unreadable("there is no such file", str(path))
    try:
        with path.open("rb") as file:
            return file.read(length)
    except OSError as error:
        raise Unreadable(f"the file cannot be read: {error.strerror}", str(path)) from error


def check_journal(path: Path, receipts: Path | None) -> tuple[str, Journal, str]:
    """What kind of file it is, "database" or "package", the journal in it, and how its receipts stand to it.

    Without `receipts`, those beside a database are read if they are there.
    """
    start = read(path, 100)
    if start.startswith(SQLITE):
        beside = path.with_name(path.name + ".receipts")
        return "database", *check_database(path, start, receipts or (beside if beside.exists() else None))
    if start.startswith(MAGIC):
        if receipts:
            raise Unreadable("a package has no receipts: check it against a checkpoint", str(receipts))
        return "package", check_package(read(path), path.name), "none"
    raise NotAJournal("neither an SQLite database nor a file of recruit", f"{path.name}, byte 0")


class Continued(TypedDict):
    """A checkpoint from which the journal continues."""

    file: str
    records: int
    signed_by: list[str]  # empty if no keys were given


class Report(TypedDict):
    """What `--json` prints when everything holds."""

    ok: bool
    kind: str
    competition: str
    records: int
    head: str
    without_personal: int
    receipts: str
    checkpoints: list[Continued]


def check(path: Path, receipts: Path | None, checkpoints: list[Path], keys: list[VerifierKey]) -> Report:
    """Check everything that was given. Fault: the first one."""
    kind, journal, state = check_journal(path, receipts)
    if kind == "database" and state == "none" and not checkpoints:
        raise NoReceipts(
            "there are no receipts, and no checkpoint: if it was cut, nobody can tell", path.name
        )
    continued: list[Continued] = []
    for file in checkpoints:
        checkpoint = read_checkpoint(read(file), file.name)
        names = check_signatures(checkpoint, keys, file.name)
        check_checkpoint(checkpoint, journal, file.name)
        continued.append({"file": file.name, "records": checkpoint.records, "signed_by": names})
    return {
        "ok": True,
        "kind": kind,
        "competition": journal.competition.decode("utf-8", "backslashreplace"),
        "records": journal.records,
        "head": journal.heads[-1].decode("ascii"),
        "without_personal": journal.without_personal,
        "receipts": state,
        "checkpoints": continued,
    }


RECEIPTS_ARE = {
    "agree": "receipts agree",
    "behind": "receipts agree but for the last append, which nobody was told of",
    "none": "no receipts",
}


def sentence(report: Report) -> str:
    """The one line that is printed when everything holds."""
    name = shown(report["competition"].encode("utf-8"))
    parts = [f"{name}: {report['records']} records, head {report['head']}"]
    if report["kind"] == "database":
        parts.append(RECEIPTS_ARE[report["receipts"]])
    if report["without_personal"]:
        parts.append(f"personal part erased or left out of {report['without_personal']} records")
    for checkpoint in report["checkpoints"]:
        signers = ", ".join(checkpoint["signed_by"])
        by = f"signed by {signers}" if signers else "no signature checked"
        parts.append(f"continues from {checkpoint['file']} ({checkpoint['records']} records, {by})")
    return "; ".join(parts)


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Check a journal of recruit without recruit.")
    parser.add_argument("file", type=Path, metavar="FILE", help="the journal: a database or a package")
    parser.add_argument("--receipts", type=Path, metavar="FILE", help="if they are not in FILE.receipts")
    parser.add_argument("--checkpoint", type=Path, metavar="FILE", action="append", default=[])
    parser.add_argument("--key", metavar="VERIFIERKEY", action="append", default=[], help="of who signed")
    parser.add_argument("--json", action="store_true", help="print the answer for a program")
    options = parser.parse_args(words)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a terminal may not have every letter
    keys = []
    for written in options.key:
        try:
            keys.append(read_key(written))
        except ValueError as error:
            parser.error(f"--key {written!r}: {error}")
    if keys and not options.checkpoint:
        parser.error("--key is for the signatures of a --checkpoint")
    if sqlite3.sqlite_version_info < (3, 37):
        parser.error(f"this Python has SQLite {sqlite3.sqlite_version}, a journal needs 3.37")
    try:
        report = check(options.file, options.receipts, options.checkpoint, keys)
    except Fault as fault:
        if options.json:
            told = {"class": fault.name, "what": fault.what, "where": fault.where, "remedy": fault.remedy}
            print(json.dumps({"ok": False, **told}, ensure_ascii=False))
        else:
            print(f"{fault.where}: {fault.what} [{fault.name}]\nWhat to do: {fault.remedy}.")
        return 2 if isinstance(fault, Unreadable) else 1
    print(json.dumps(report, ensure_ascii=False) if options.json else sentence(report))
    return 0


if __name__ == "__main__":
    sys.exit(main())
