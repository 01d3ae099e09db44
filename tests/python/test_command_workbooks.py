"""The command and workbooks: what offices keep in them is read as it stands, or told; nothing is guessed."""

from __future__ import annotations

import datetime
import sys
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import recruit
from conftest import Command
from hypothesis import given
from hypothesis import strategies as st
from recruit.command import files, workbook

openpyxl = pytest.importorskip("openpyxl")
pytest.importorskip("xlsxwriter")

RULES = recruit.datasets.example().regulation
HEADER = ["STT", "SBD", "Chức danh", "Thi viết", "Phỏng vấn"]
MAPPING = ["application=SBD", "position=Chức danh", "written=Thi viết", "interview=Phỏng vấn"]


def save(path: Path, *sheets: tuple[str, list[list[Any]]]) -> Any:
    """A workbook with these rows; cells that are (value, number format) get the format."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for r, row in enumerate(rows, 1):
            for c, value in enumerate(row, 1):
                cell = sheet.cell(r, c, value[0] if isinstance(value, tuple) else value)
                if isinstance(value, tuple):
                    cell.number_format = value[1]
    book.save(path)
    return book


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "rules.toml").write_text(RULES.toml, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def words(*more: str, scores: str = "scores.xlsx") -> list[str]:
    columns = [word for pair in MAPPING for word in ("--column", pair)]
    return ["--regulation", "rules.toml", "--scores", scores, "--seats", "1", *columns, *more]


def read(path: Path, **options: Any) -> files.Source:
    wanted = files.Wanted(
        header=frozenset({"SBD"}), key="SBD", marks=frozenset(HEADER[3:]), others=frozenset(HEADER[1:3])
    )
    return files.read(path, wanted, **options)


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (None, "General", None),
        ("007", "@", "007"),
        (7, "0000", "0007"),
        (71.35, "0.00", "71.35"),
        (80.0, "General", "80"),
        (0.1 + 0.2, "General", "0.3"),  # 15 digits, as a spreadsheet computes and shows
        (7.1 + 7.2, "General", "14.3"),
        (214 / 3, "General", "71.3333333333333"),  # for the engine to refuse: more than 8 decimals
        (1e20, "General", "100000000000000000000"),
        (True, "General", "true"),
        (datetime.datetime(1990, 12, 31), "dd/mm/yyyy", "1990-12-31"),
        (datetime.datetime(1990, 12, 31, 8, 30), "General", "1990-12-31 08:30:00"),
    ],
)
def test_a_cell_is_the_text_a_person_reads(value: object, number_format: str, text: str | None) -> None:
    assert workbook.text_of(value, number_format) == text


def test_titles_above_blank_rows_and_signatures_are_passed_over_and_told(
    folder: Path, command: Command
) -> None:
    rows = [
        ["BẢNG ĐIỂM"], [], HEADER,
        [1, "007", "p", 71.35, 80], [], [2, "008", "p", 60, 90.5],
        [None, None, None, None, None, "seen"], [None, None, None, None, "Thư ký"],
    ]  # fmt: skip
    save(folder / "scores.xlsx", ("Điểm", rows))
    source = read(folder / "scores.xlsx")
    assert source.sheet == "Điểm"
    assert source.file.table["SBD"].tolist() == ["007", "008"]
    assert [source.file.line_of(row) for row in range(2)] == [4, 6]
    told = {found.code: found.message() for found in source.issues}
    assert set(told) == {"header_found", "blank_rows", "rows_passed_over"}
    assert "row 3" in told["header_found"]
    assert told["rows_passed_over"].endswith(": 8.")
    status, printed, errors = command("select", *words("--lang", "vi"))
    assert status == 0, errors
    assert "trúng tuyển" in printed


def test_a_row_with_marks_and_no_id_is_an_error_with_file_sheet_and_row(
    folder: Path, command: Command
) -> None:
    rows = [HEADER, [1, "007", "p", 71, 80], [2, None, "p", 60, 90], [None, "Tổng cộng", None, 131, 170]]
    rows.append([4, None, "p", "absent", None])  # a position stands in it: somebody, not a remark
    save(folder / "scores.xlsx", ("Điểm", rows))
    status, printed, _ = command("select", *words())
    assert status == 1
    assert "scores.xlsx[Điểm]:3, column application" in printed
    assert "missing_application × 2" in printed
    assert "scores.xlsx[Điểm]:4, column written" in printed  # 131 is above 100


def test_a_date_in_a_column_of_marks_says_what_the_spreadsheet_did(folder: Path, command: Command) -> None:
    day = (datetime.date(2026, 5, 7), "d-mmm")
    save(folder / "scores.xlsx", ("s", [HEADER, [1, "A", "p", day, 80], [2, "B", "p", "71,5", 80]]))
    status, printed, _ = command("select", *words())
    assert status == 1
    assert "s]:2, column written" in printed and "7.5 or 7/5" in printed
    assert "--decimal-mark ," in printed  # a comma in a text cell is told, not guessed
    status, printed, _ = command("select", *words("--decimal-mark", ","))
    assert "decimal_comma" not in printed


def test_the_sheet_is_the_one_with_the_columns_or_has_to_be_named(folder: Path, command: Command) -> None:
    scores = [HEADER, [1, "A", "p", 71, 80]]
    save(folder / "scores.xlsx", ("notes", [["SBD"], ["nothing"]]), ("a", scores))
    assert command("select", *words())[0] == 0
    book = save(folder / "scores.xlsx", ("a", scores), ("b", [HEADER, [1, "B", "p", 71, 80]]))
    status, _, errors = command("select", *words())
    assert status == 2
    assert "a, b" in errors and "--sheet" in errors
    assert "B" in command("select", *words("--sheet", "b"))[1]
    assert "B" in command("select", *words("--sheet", "2"))[1]
    status, _, errors = command("select", *words("--sheet", "c"))
    assert status == 2
    assert '"c"' in errors
    book["b"].sheet_state = "hidden"
    book.save(folder / "scores.xlsx")
    assert command("select", *words())[0] == 0
    (folder / "scores.csv").write_text("SBD\n", encoding="utf-8")
    assert command("select", *words("--sheet", "a", scores="scores.csv"))[0] == 2


def test_seats_are_found_in_the_same_workbook(folder: Path, command: Command) -> None:
    save(
        folder / "scores.xlsx",
        ("Điểm", [HEADER, [1, "A", "p", 71, 80], [2, "B", "p", 70, 80]]),
        ("Chỉ tiêu", [["position", "seats"], ["p", 2]]),
    )
    arguments = words()
    arguments[arguments.index("1")] = "scores.xlsx"
    status, printed, errors = command("select", *arguments)
    assert status == 0, errors
    assert "Seats: 2. Selected: 2." in printed
    save(folder / "seats.xlsx", ("s", [["position", "seats"], ["p", "two"]]))
    arguments[arguments.index("--seats") + 1] = "seats.xlsx"
    status, _, errors = command("select", *arguments)
    assert status == 2
    assert "seats.xlsx[s]" in errors and '"two"' in errors


def test_a_formula_without_its_result_is_an_error(folder: Path, command: Command) -> None:
    save(folder / "scores.xlsx", ("s", [HEADER, [1, "A", "p", "=70+1", 80], [2, "B", "p", 60, 80]]))
    status, printed, _ = command("select", *words("--lang", "vi"))
    assert status == 1
    assert "scores.xlsx[s]:2" in printed and "công thức" in printed


def test_hidden_rows_and_nameless_columns_are_told(folder: Path) -> None:
    rows = [HEADER, [1, "A", "p", 71, 80, "?"], [2, "B", "p", 60, 80]]
    book = save(folder / "scores.xlsx", ("s", rows))
    book["s"].row_dimensions[3].hidden = True
    book.save(folder / "scores.xlsx")
    source = read(folder / "scores.xlsx")
    assert {found.code for found in source.issues} == {"hidden_rows", "column_without_name"}
    assert len(source.file) == 2


def test_ids_that_lost_their_zeros_are_told(folder: Path, command: Command) -> None:
    save(folder / "scores.xlsx", ("s", [HEADER, [1, 12345678, "p", 71, 80], [2, 123456789, "p", 60, 80]]))
    printed = command("select", *words())[1]
    assert "ids_may_have_lost_zeros" in printed
    save(folder / "scores.xlsx", ("s", [HEADER, [1, (12345678, "000000000"), "p", 71, 80]]))
    printed = command("select", *words())[1]
    assert "ids_may_have_lost_zeros" not in printed and "012345678" in printed


@pytest.mark.parametrize("content", [b"", b"not a workbook", b"PK\x03\x04 cut off"])
def test_what_is_no_workbook_is_refused(folder: Path, command: Command, content: bytes) -> None:
    (folder / "scores.xlsx").write_bytes(content)
    status, _, errors = command("select", *words())
    assert status == 1
    assert '"scores.xlsx" is not a XLSX file' in errors


def test_a_workbook_that_is_damaged_or_unpacks_too_large_is_refused(
    folder: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(folder / "scores.xlsx", ("s", [HEADER, [1, "A", "p", 71, 80]]))
    monkeypatch.setattr(workbook, "MOST_BYTES", 1000)
    assert command("select", *words())[0] == 1
    monkeypatch.undo()
    monkeypatch.chdir(folder)
    with zipfile.ZipFile("empty.xlsx", "w") as archive:
        archive.writestr("hello.txt", "hello")
    status, _, errors = command("select", *words(scores="empty.xlsx"))
    assert status == 1
    assert "empty.xlsx" in errors


def test_two_columns_of_one_name_name_the_sheet(folder: Path, command: Command) -> None:
    save(folder / "scores.xlsx", ("s", [["SBD", "x", "x", *HEADER[2:]], ["A", 1, 2, "p", 70, 80]]))
    status, _, errors = command("select", *words())
    assert status == 1
    assert "scores.xlsx[s]:1" in errors


def test_a_result_in_a_workbook_is_exact_safe_and_the_same_every_time(folder: Path, command: Command) -> None:
    rows = [HEADER, [1, "=1+1", "p", 71.35, 80], [2, "007", "p", 60, 90]]
    book = save(folder / "scores.xlsx", ("s", rows))
    book["s"]["B2"].data_type = "s"
    book.save(folder / "scores.xlsx")
    assert command("select", *words("--out", "out.xlsx"))[0] == 0
    first = (folder / "out.xlsx").read_bytes()
    assert command("select", *words("--out", "out.xlsx"))[0] == 0
    assert (folder / "out.xlsx").read_bytes() == first
    with zipfile.ZipFile("out.xlsx") as archive:  # whatever the clock says
        assert archive.read("docProps/core.xml").count(b"2000-01-01T00:00:00Z") == 2
    sheet = openpyxl.load_workbook("out.xlsx").active
    ids = {cell.value: cell for cell in sheet["A"]}
    assert ids["=1+1"].data_type == "s" and ids["=1+1"].quotePrefix
    assert "007" in ids
    assert {cell.value for cell in sheet["C"][1:]} == {
        74.81,
        72,
    }  # 0.6 * 71.35 + 0.4 * 80, 0.6 * 60 + 0.4 * 90
    assert command("verify-run", "out.xlsx.manifest.json")[0] == 0


@pytest.mark.parametrize(
    ("library", "arguments"),
    [("openpyxl", words()), ("xlsxwriter", words("--out", "out.xlsx", scores="scores.csv"))],
)
def test_a_missing_library_names_what_to_install(
    folder: Path, command: Command, monkeypatch: pytest.MonkeyPatch, library: str, arguments: list[str]
) -> None:
    save(folder / "scores.xlsx", ("s", [HEADER]))
    monkeypatch.setitem(sys.modules, library, None)
    status, _, errors = command("select", *arguments)
    assert status == 2
    assert library in errors and "pip install 'recruit[excel]'" in errors


def test_a_table_too_long_for_a_sheet_says_so(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_ROWS", 3)
    with pytest.raises(recruit.Error, match="at most 2"):
        workbook.write(recruit.Table({"a": [1, 2, 3]}), folder / "out.xlsx", "t")


@given(st.decimals(min_value=-(10**6), max_value=10**6, places=8, allow_nan=False))
def test_a_mark_of_up_to_15_digits_is_read_as_it_was_typed(mark: Decimal) -> None:
    text = workbook.text_of(float(mark))
    assert text is not None
    assert Decimal(text) == mark
    assert "e" not in text.lower()
