"""Journals made by hand for the tests of tools/verify_journal.py: files, receipts, signatures, the document.

What is here writes what the verifier reads. It takes hashes from the verifier, which the example of the
document proves, and everything else from the document itself.
"""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import importlib.util
import re
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from conftest import ROOT

PAGE = ROOT / "docs" / "journal-format.md"


def load_verifier() -> ModuleType:
    """tools/verify_journal.py as a module; it is no part of a package."""
    spec = importlib.util.spec_from_file_location("verify_journal", ROOT / "tools" / "verify_journal.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look for it there
    spec.loader.exec_module(module)
    return module


verifier = load_verifier()


SECRET = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")  # RFC 8032, test 1


def fault_of(call: Callable[[], object]) -> str:
    """The class of the fault that a check ends with; "" if everything holds."""
    try:
        call()
    except verifier.Fault as fault:
        assert fault.what and fault.where and fault.remedy
        return str(fault.name)
    return ""


# --- what the document shows --------------------------------------------------------------------------------


@dataclasses.dataclass
class Page:
    """The blocks of code in docs/journal-format.md."""

    schema: list[str]
    receipts: bytes
    key: str
    checkpoint: bytes
    package: bytes
    hashes: list[bytes]  # every run of hexadecimal digits outside the package, in order


def page() -> Page:
    """Skips the test if the document is not there."""
    if not PAGE.exists():
        pytest.skip(f"there is no docs/{PAGE.name}")
    blocks = re.findall(r"^```(\w+)\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    texts = [body for language, body in blocks if language == "text"]
    schema = next(body for language, body in blocks if language == "sql").splitlines()
    runs = [
        bytes.fromhex("".join(run.split()))
        for body in texts
        if re.fullmatch(r"[0-9a-f\s]+", body)
        for run in body.strip().split("\n\n")
    ]
    package = next(run for run in runs if run.startswith(verifier.MAGIC))
    return Page(
        schema=schema,
        receipts=next(t for t in texts if re.match(r"recruit receipts 1\n0 [0-9a-f]{64}\n", t)).encode(),
        key=next(t for t in texts if re.match(r"\w+\+[0-9a-f]{8}\+", t)).strip(),
        checkpoint=next(t for t in texts if t.startswith("recruit/")).encode(),
        package=package,
        hashes=[run for run in runs if run is not package],
    )


# --- journals ---------------------------------------------------------------------------------------------


@dataclasses.dataclass
class Rows:
    """What stands in the tables of a database, right or wrong."""

    competition: list[bytes]
    record: list[list[object]]  # sequence, batch, key, body, commitment, head
    personal: list[list[object]]  # sequence, salt, content


Entry = tuple[bytes, bytes, bytes]  # key, body, personal part


def rows(competition: bytes, entries: list[Entry], batches: list[int] | None = None) -> Rows:
    """The rows of a right journal. The salt of record 2 is that of the document, the bytes 0 to 15."""
    made = Rows([competition], [], [])
    previous = verifier.origin(competition)
    for number, (key, body, personal) in enumerate(entries, 1):
        salt = bytes((number - 2 + n) % 256 for n in range(16)) if personal else b""
        committed = verifier.commitment(salt, personal) if personal else b""
        record = verifier.Record(number, "", key, body, committed, salt, personal)
        previous = verifier.head(competition, previous, record)
        made.record.append(
            [number, batches[number - 1] if batches else number, key, body, committed, previous]
        )
        if personal:
            made.personal.append([number, salt, personal])
    return made


def example() -> Rows:
    """The journal of the document."""
    return rows(b"c", [(b"k1", b'{"act":"plan"}', b""), (b"", b'{"act":"apply"}', "Nguyễn".encode())])


def longer() -> Rows:
    """Seven records in four appends of 1, 2, 1 and 3; some with keys, some with personal parts."""
    entries = [
        (b"k%d" % n if n % 2 else b"", b'{"n":%d}' % n, b"person %d" % n if n % 3 == 0 else b"")
        for n in range(1, 8)
    ]
    return rows("kỳ thi".encode(), entries, [1, 2, 2, 4, 5, 5, 5])


def heads(made: Rows) -> list[bytes]:
    return [verifier.origin(made.competition[0]), *(bytes(row[5]) for row in made.record)]  # type: ignore[arg-type]


def write_database(
    path: Path,
    made: Rows,
    schema: list[str],
    *,
    application_id: int = 1380143690,
    user_version: int = 1,
    encoding: str = "UTF-8",
    after: str = "",
) -> Path:
    """A database of these rows; `after` is SQL to run at the end."""
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute(f"PRAGMA encoding = '{encoding}'")
        connection.execute(f"PRAGMA application_id = {application_id}")
        connection.execute(f"PRAGMA user_version = {user_version}")
        connection.execute("BEGIN")
        for statement in schema:
            connection.execute(statement.rstrip(";"))
        for name in made.competition:
            connection.execute("INSERT INTO journal VALUES (CAST(? AS TEXT))", [name])
        texts = "?, ?, CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT)"
        connection.executemany(f"INSERT INTO record VALUES ({texts})", made.record)
        connection.executemany("INSERT INTO personal VALUES (?, ?, ?)", made.personal)
        connection.execute("COMMIT")
        connection.executescript(after)
    finally:
        connection.close()
    return path


def receipts(made: Rows) -> bytes:
    return b"recruit receipts 1\n" + b"".join(b"%d %s\n" % line for line in enumerate(heads(made)))


# --- packages ---------------------------------------------------------------------------------------------


def number(value: int) -> bytes:
    coded = bytearray()
    while value >= 0x80:
        coded.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*coded, value])


def string(value: bytes) -> bytes:
    return number(len(value)) + value


def seal(content: bytes, kind: int = 60, version: int = 1) -> bytes:
    """The header that belongs to a content, and the content."""
    start = verifier.MAGIC + version.to_bytes(2, "little") + kind.to_bytes(2, "little") + bytes(4)
    start += len(content).to_bytes(8, "little") + bytes(8)
    chunks = [content[at : at + 1048576] for at in range(0, len(content), 1048576)]
    return (
        start
        + hashlib.sha256(start + b"".join(hashlib.sha256(c).digest() for c in chunks)).digest()
        + content
    )


def package(made: Rows, without: set[int] = frozenset()) -> bytes:  # type: ignore[assignment]
    """The package of right rows, without the personal parts of some records."""
    parts = {row[0]: row[1:] for row in made.personal}
    content = b"\0" + string(made.competition[0]) + number(len(made.record))
    for sequence, _, key, body, committed, _ in made.record:
        content += (b"\0" if sequence == 1 else b"") + string(key) + string(body)  # type: ignore[arg-type]
        if not committed:
            content += b"\0"
        elif sequence in without:
            content += b"\1" + string(bytes.fromhex(committed.decode()))  # type: ignore[attr-defined]
        else:
            salt, personal = parts[sequence]
            content += b"\2" + string(salt) + string(personal)  # type: ignore[arg-type]
    return seal(content + string(bytes.fromhex(heads(made)[-1].decode())))


# --- signatures (RFC 8032, 5.1.5 and 5.1.6) -----------------------------------------------------------------


def encode(point: tuple[int, int, int, int]) -> bytes:
    inverse = pow(point[2], -1, verifier.P)
    x, y = point[0] * inverse % verifier.P, point[1] * inverse % verifier.P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def secret_scalar(secret: bytes) -> tuple[int, bytes]:
    digest = hashlib.sha512(secret).digest()
    scalar = int.from_bytes(digest[:32], "little")
    return scalar & ((1 << 254) - 8) | (1 << 254), digest[32:]


def public_key(secret: bytes) -> bytes:
    return encode(verifier.multiply(secret_scalar(secret)[0], verifier.BASE))


def sign(secret: bytes, message: bytes) -> bytes:
    scalar, prefix = secret_scalar(secret)
    public = public_key(secret)
    r = int.from_bytes(hashlib.sha512(prefix + message).digest(), "little") % verifier.L
    point = encode(verifier.multiply(r, verifier.BASE))
    k = int.from_bytes(hashlib.sha512(point + public + message).digest(), "little") % verifier.L
    return point + ((r + k * scalar) % verifier.L).to_bytes(32, "little")


def verifier_key(name: str, secret: bytes) -> str:
    public = public_key(secret)
    encoded = base64.b64encode(b"\1" + public).decode()
    return f"{name}+{verifier.key_mark(name, public).hex()}+{encoded}"


def checkpoint_text(competition: str, records: int, head: bytes) -> str:
    return f"recruit/{competition}\n{records}\n{base64.b64encode(bytes.fromhex(head.decode())).decode()}\n"


def signed_note(text: str, *signers: tuple[str, bytes]) -> bytes:
    """`text` signed by (name, secret) each."""
    lines = [
        f"— {name} "
        + base64.b64encode(verifier.key_mark(name, public_key(secret)) + sign(secret, text.encode())).decode()
        for name, secret in signers
    ]
    return "\n".join([text, *lines, ""]).encode()
