"""recruit.text from Python: the same rules as in C++, on columns as analysts hold them."""

from __future__ import annotations

import datetime
import doctest
import inspect
import shutil
import subprocess
import unicodedata
from decimal import Decimal

import pytest
import recruit
from hypothesis import given
from hypothesis import strategies as st
from recruit import text

NAMES = ["Nguyễn Thị Hòa", "Trần Văn Đức", "Lê Quý Đôn", "Phạm Ngọc Ánh", "Y Ngông Niê"]


def test_examples_of_the_documentation_hold() -> None:
    failed = tried = 0
    for name in text.__all__:
        found = doctest.DocTestParser().get_doctest(
            inspect.getdoc(getattr(text, name)) or "", {"recruit": recruit}, name, None, None
        )
        result = doctest.DocTestRunner().run(found)
        failed, tried = failed + result.failed, tried + result.attempted
    assert failed == 0
    assert tried >= 7


@given(st.text(max_size=30))
def test_composition_agrees_with_python_and_keys_are_stable(word: str) -> None:
    assert text.nfc(word) == unicodedata.normalize("NFC", word)
    key = text.match_key(word)
    assert text.match_key(key) == key
    assert text.match_key(unicodedata.normalize("NFD", word)) == key


def test_tcvn3_agrees_with_the_converter_of_the_c_library() -> None:
    """glibc knows the encoding as TCVN5712-1."""
    if shutil.which("iconv") is None:
        pytest.skip("no iconv here")
    letters = 0
    for code in range(0xA1, 0x100):
        there = text.from_tcvn3(chr(code))
        command = ["iconv", "-f", "TCVN5712-1", "-t", "UTF-8"]
        done = subprocess.run(command, input=b"x" + bytes([code]), capture_output=True, check=False)
        if there is None:
            continue  # marks that stand alone, which .VnTime files do not use
        assert unicodedata.normalize("NFC", done.stdout.decode()) == "x" + there
        assert text.to_tcvn3(there) == chr(code)
        letters += 1
    print("letters compared with iconv:", letters)
    assert letters == 90


def test_a_column_of_names_is_cleaned_and_says_what_was_done() -> None:
    old = [text.to_tcvn3(name.lower()) for name in NAMES[:3]]
    kept, issues = text.clean([*old, None])
    assert kept.tolist() == [*old, None]
    assert [issue.code for issue in issues] == ["text_tcvn3"]
    read, _ = text.clean([*old, None], legacy="convert")
    assert read.tolist() == [*(name.lower() for name in NAMES[:3]), None]
    composed, issues = text.clean([unicodedata.normalize("NFD", name) for name in NAMES])
    assert composed.tolist() == NAMES
    assert [issue.code for issue in issues] == ["text_decomposed"]
    assert "tổ hợp" in issues[0].message("vi")


def test_names_sort_by_given_name() -> None:
    assert text.sort(NAMES, order="given_first") == [NAMES[i] for i in (3, 2, 1, 0, 4)]
    assert sorted(NAMES, key=lambda n: text.sort_key(n, "given_first")) == text.sort(NAMES, "given_first")


def test_columns_of_numbers_and_dates() -> None:
    numbers, issues = text.read_numbers(["71,5", "1.234", None, "12 người"])
    assert numbers.tolist() == [Decimal("71.5"), Decimal(1234), None, None]
    assert [issue.code for issue in issues] == ["number_with_words"]
    first, last, issues = text.read_dates(["15/3/2018", "2016", "43101", None])
    assert last[1] == datetime.date(2016, 12, 31)
    assert first[0] == last[0] == datetime.date(2018, 3, 15)
    assert [issue.code for issue in issues] == ["date_partial", "date_serial"]
    assert text.find_decimal_mark(["71,5", "71.5"]) == "mixed"


def test_wrong_use_is_refused() -> None:
    with pytest.raises(recruit.Error, match="decimal mark"):
        text.parse_number("1", ";")
    with pytest.raises(recruit.Error, match="given_first"):
        text.sort_key("An", "family_first")  # type: ignore[arg-type]
