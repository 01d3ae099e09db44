"""Signatures and checkpoints in tools/verify_journal.py: RFC 8032, and docs/journal-format.md."""

from __future__ import annotations

import base64
import os

import pytest
from journal_files import (
    SECRET,
    Page,
    Rows,
    checkpoint_text,
    encode,
    example,
    fault_of,
    heads,
    longer,
    page,
    public_key,
    sign,
    signed_note,
    verifier,
    verifier_key,
)

NIGHTLY = bool(os.environ.get("RECRUIT_NIGHTLY"))
# RFC 8032, 7.1: secret key, public key, message, signature of tests 1, 2, 3 and SHA(abc).
RFC_8032 = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
        "d25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
        "387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
        "4a7c15e9716ed28dc027beceea1ec40a",
    ),
    (
        "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd"
        "454d4423643ce80e2a9ac94fa54ca49f",
        "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e030"
        "3dca179c138ac17ad9bef1177331a704",
    ),
]


@pytest.fixture(scope="module")
def document() -> Page:
    return page()


# --- Ed25519 ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("secret", "public", "message", "signature"), RFC_8032)
def test_signatures_of_rfc_8032_hold_and_no_byte_of_them_can_change(
    secret: str, public: str, message: str, signature: str
) -> None:
    key, words, right = bytes.fromhex(public), bytes.fromhex(message), bytes.fromhex(signature)
    assert public_key(bytes.fromhex(secret)) == key
    assert sign(bytes.fromhex(secret), words) == right
    assert verifier.signed(key, words, right)
    assert not verifier.signed(key, words + b"\0", right)
    for at in range(64):
        wrong = bytearray(right)
        wrong[at] ^= 1 << at % 8
        assert not verifier.signed(key, words, bytes(wrong)), at
    for at in range(32):
        other = bytearray(key)
        other[at] ^= 1 << at % 8
        assert not verifier.signed(bytes(other), words, right), at


def test_a_signature_has_one_way_of_being_written() -> None:
    public, right = public_key(SECRET), sign(SECRET, b"m")
    scalar = int.from_bytes(right[32:], "little")
    again = (scalar + verifier.L).to_bytes(32, "little")  # malleability: the same equation holds for S + L
    assert not verifier.signed(public, b"m", right[:32] + again)
    for length in (0, 32, 63, 65):
        assert not verifier.signed(public, b"m", (right + b"\0")[:length])
    assert not verifier.signed(public[:31], b"m", right)


def test_malformed_points_are_refused() -> None:
    p = verifier.P
    coded = [
        y.to_bytes(32, "little") for y in (p, p + 1, 2**255 - 1)
    ]  # y of p or more: a second way to write it
    coded.append((1 | 1 << 255).to_bytes(32, "little"))  # x is 0, its sign is not
    coded.append((p - 1 | 1 << 255).to_bytes(32, "little"))
    coded.append((2).to_bytes(32, "little"))  # not on the curve: x² would be no square
    assert [verifier.decode(value) for value in coded] == [None] * 6
    assert verifier.decode((1).to_bytes(32, "little"))[:2] == (0, 1)
    right = sign(SECRET, b"m")
    for value in coded:
        assert not verifier.signed(value, b"m", right)
        assert not verifier.signed(public_key(SECRET), b"m", value + right[32:])
    half = sum(verifier.decode(y.to_bytes(32, "little")) is not None for y in range(2, 1002))
    assert 400 < half < 600  # about half of all y are on the curve
    for y in range(2, 200):
        for sign_bit in (0, 1):
            value = (y | sign_bit << 255).to_bytes(32, "little")
            if (point := verifier.decode(value)) is not None:
                x = point[0]
                assert (-x * x + y * y - 1 - verifier.D * x * x * y * y) % p == 0
                assert encode(point) == value


# --- checkpoints ------------------------------------------------------------------------------------------

OTHER = bytes.fromhex(RFC_8032[1][0])


def note_fault(note: bytes, keys: list[str], made: Rows | None = None) -> str:
    made = made or example()
    journal = verifier.Journal(made.competition[0], heads(made), None, 0)

    def check() -> None:
        checkpoint = verifier.read_checkpoint(note, "head.txt")
        verifier.check_signatures(checkpoint, [verifier.read_key(key) for key in keys], "head.txt")
        verifier.check_checkpoint(checkpoint, journal, "head.txt")

    return fault_of(check)


def test_a_journal_continues_from_its_own_checkpoints_and_from_no_other() -> None:
    made = longer()
    for count, head in enumerate(heads(made)):
        assert note_fault(checkpoint_text("kỳ thi", count, head).encode(), [], made) == ""
        assert note_fault(checkpoint_text("ky thi", count, head).encode(), [], made) == "other_history"
        assert note_fault(checkpoint_text("kỳ thi", count + 1, head).encode(), [], made) == "other_history"
        assert note_fault(checkpoint_text("kỳ thi", count, b"0" * 64).encode(), [], made) == "other_history"
    text = checkpoint_text("kỳ thi", 7, heads(made)[7])
    assert note_fault((text + "more\nand more\n").encode(), [], made) == ""


def test_a_checkpoint_is_signed_by_a_key_that_is_known() -> None:
    text = checkpoint_text("c", 2, heads(example())[2])
    council, ministry = verifier_key("council", SECRET), verifier_key("ministry", OTHER)
    once = signed_note(text, ("council", SECRET))
    both = signed_note(text, ("council", SECRET), ("ministry", OTHER))
    assert note_fault(once, [council]) == note_fault(once, [ministry, council]) == note_fault(once, []) == ""
    assert (
        note_fault(both, [council])
        == note_fault(both, [ministry])
        == note_fault(both, [council, ministry])
        == ""
    )
    assert note_fault(once, [ministry]) == note_fault(text.encode(), [council]) == "not_signed"
    assert note_fault(once, [verifier_key("Council", SECRET)]) == "not_signed"  # the name is part of the key
    wrong = signed_note(text, ("council", OTHER)).split(b" ")[-1]
    mark = base64.b64decode(once.split(b" ")[-1])[:4]
    forged = base64.b64encode(mark + base64.b64decode(wrong)[4:])
    for note in (
        b"\n".join([once[:-1], b"\xe2\x80\x94 council " + forged, b""]),
        text.encode() + b"\n\xe2\x80\x94 council " + forged + b"\n",
    ):
        assert note_fault(note, [council]) == "not_signed"
        assert note_fault(note, [ministry]) == "not_signed"
    long = base64.b64encode(b"\1\2\3\4" + bytes(72))  # a cosignature of another kind, by a key nobody knows
    assert note_fault(once + b"\xe2\x80\x94 witness " + long + b"\n", [council]) == ""


def test_no_byte_of_a_signed_checkpoint_can_be_changed(document: Page) -> None:
    note, count = document.checkpoint, 0
    assert note_fault(note, [document.key]) == ""
    mutants = [
        note[:at] + bytes([note[at] ^ bit]) + note[at + 1 :]
        for at in range(len(note))
        for bit in ((1, 4, 0x80) if NIGHTLY else (4,))
    ]
    mutants += [note[:at] for at in range(len(note))]
    mutants += [note[:at] + new + note[at:] for at in range(len(note) + 1) for new in (b"\n", b" ", b"A")]
    for mutant in mutants:
        assert note_fault(mutant, [document.key]), mutant
        count += 1
    print(f"{count} changed checkpoints: all refused")


def test_a_checkpoint_is_written_in_one_way() -> None:
    head = base64.b64encode(bytes.fromhex(heads(example())[2].decode())).decode()
    wrong = [
        "",
        "recruit/c\n",
        f"recruit/c\n2\n{head}",
        f"recruit/c\n02\n{head}\n",
        f"recruit/c\n+2\n{head}\n",
        f"recruit/c\n２\n{head}\n",
        f"recruit/c\n{'9' * 5000}\n{head}\n",
        f"recruit/c\n2\n{head[:-1]}\n",
        f"recruit/c\n2\n{head} \n",
        f"recruit/c\r\n2\r\n{head}\r\n",
        f"recruit/c\n2\n{head[:-2] + chr(ord(head[-2]) + 1)}=\n",  # bits that base64 leaves over
        f"recruit/c\n2\n{head}\n\n",
        f"recruit/c\n2\n{head}\n\n\n",
        f"recruit/c\n\n2\n{head}\n",
        f"recruit/c\n2\n{head}\n\n- council AAAAAAAA\n",
        f"recruit/c\n2\n{head}\n\n— council\n",
        f"recruit/c\n2\n{head}\n\n— council AAAA\n",
        f"recruit/c\n2\n{head}\n\n— coun+cil AAAAAAAA\n",
        f"recruit/c\n2\n{head}\n\n— council  AAAAAAAA\n",
    ]
    for note in wrong:
        assert note_fault(note.encode(), []) == "damaged", note
    assert note_fault(b"\xff\n1\n", []) == "damaged"


def test_a_verifier_key_that_was_copied_wrongly_is_refused(document: Page) -> None:
    key = document.key
    assert verifier.read_key(key).name == "council"
    count = 0
    for at in range(len(key)):
        for new in {"A", "0", "+", " ", ""} - {key[at]}:
            with pytest.raises(ValueError):
                verifier.read_key(key[:at] + new + key[at + 1 :])
            count += 1
    print(f"{count} keys copied wrongly: all refused")
    for name in ("a b", "", "a\u00a0b"):  # with the right hash
        with pytest.raises(ValueError):
            verifier.read_key(verifier_key(name, SECRET))
    for public in (bytes(31), (2).to_bytes(32, "little"), public_key(SECRET) + b"\0"):  # no points
        mark, encoded = verifier.key_mark("council", public).hex(), base64.b64encode(b"\1" + public).decode()
        with pytest.raises(ValueError, match="Ed25519"):
            verifier.read_key(f"council+{mark}+{encoded}")
