"""`recruit review`: the report of a programme from files, the form that is sent out, wrong use."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
import recruit
from conftest import Command


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The register and the returns of a made-up programme; the command runs there."""
    recruit.datasets.programme(seed=11).write(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def returns(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("0*.csv"))


@pytest.mark.parametrize(("language", "said"), [("en", "29 of 36 bodies"), ("vi", "29/36 cơ quan")])
def test_the_returns_become_a_report(folder: Path, command: Command, language: str, said: str) -> None:
    words = [
        "--register",
        "register.csv",
        "--by",
        "level,tier,year",
        "--out",
        "report.html",
        "--lang",
        language,
    ]
    status, printed, errors = command("review", *returns(folder), *words)
    assert status == 0, errors
    assert said in printed
    assert errors == ""
    text = (folder / "report.html").read_text(encoding="utf-8")
    assert f'lang="{language}"' in text
    assert "phòng · 2018" in text


@pytest.mark.parametrize("kind", ["md", "xlsx", "csv"])
def test_reports_of_other_kinds_are_written_too(folder: Path, command: Command, kind: str) -> None:
    words = ["--register", "register.csv", "--out", f"report.{kind}"]
    assert command("review", *returns(folder), *words)[0] == 0
    if kind == "csv":
        table = recruit.read_csv("report.csv").table.to_pandas()
        whole = table[table["level"].isna() & (table["figure"] == "winners")]
        assert whole["value"].tolist() == ["410"]
        assert set(table["synthetic"]) == {"true"}
    else:
        assert (folder / f"report.{kind}").stat().st_size > 5000


def test_where_the_figures_are_from_is_a_file_beside_the_report(folder: Path, command: Command) -> None:
    words = ["--register", "register.csv", "--out", "report.md", "--provenance", "from.csv"]
    assert command("review", *returns(folder), *words)[0] == 0
    found = recruit.read_csv("from.csv").table.to_pandas()
    winners = found[found["column"] == "winners"]
    assert sum(map(int, winners["value"])) == 410
    for _, line in winners[:20].iterrows():  # and that is what stands in the cell
        name, row = line["source"].split(":")
        cells = (folder / name).read_text(encoding="utf-8-sig").splitlines()[int(row) - 1].split(";")
        letters = line["cell"].removesuffix(row)
        number = 0
        for letter in letters:
            number = 26 * number + ord(letter) - ord("A") + 1
        assert cells[number - 1] == line["written"] == line["value"]
    assert "applied_women" in set(found["column"])
    assert command("review", *returns(folder), *words, "--hide-below", "3")[0] == 0
    public = recruit.read_csv("from.csv").table.to_pandas()
    assert set(found["column"]) - set(public["column"]) == {
        name for name in found["column"] if name.endswith(("_women", "_minority"))
    }
    status, _, errors = command("review", *returns(folder), *words[:4], "--provenance", "report.md")
    assert status == 2 and "report.md" in errors


def test_a_body_whose_return_is_missing_is_named_and_not_called_nil(folder: Path, command: Command) -> None:
    status, printed, errors = command(
        "review", *returns(folder)[1:], "--register", "register.csv", "--out", "report.md", "--lang", "en"
    )
    assert status == 0
    assert 'No return came from "Bộ Mẫu số 1"' in errors
    assert "1 issues" in printed
    assert "| Bodies without a return | 1 |" in (folder / "report.md").read_text(encoding="utf-8")


def test_workbooks_and_csv_files_go_together(folder: Path, command: Command) -> None:
    pytest.importorskip("openpyxl")
    pytest.importorskip("xlsxwriter")
    books = recruit.datasets.programme(seed=11).write(folder / "books", "xlsx")
    words = ["--register", "register.csv", "--out", "report.md", "--lang", "en"]
    status, printed, errors = command("review", *map(str, books[:9]), *returns(folder)[9:], *words)
    assert (status, errors) == (0, "")
    assert "29 of 36 bodies" in printed
    books[0].write_bytes(b"no workbook")
    status, _, errors = command("review", str(books[0]), *words)
    assert status == 1
    assert "001.xlsx" in errors and "XLSX" in errors


def test_errors_in_returns_are_told_with_remedy_and_status_1(tmp_path: Path, command: Command) -> None:
    made = recruit.datasets.programme(seed=11, dirty=True)
    paths = [str(path) for path in made.write(tmp_path)]
    status, _, errors = command(
        "review", *paths, "--register", str(tmp_path / "register.csv"), "--out", str(tmp_path / "r.md"),
        "--lang", "vi", "--convert",
    )  # fmt: skip
    assert status == 1
    for fault in made.faults:
        assert fault.file in errors
    assert "Hãy quyết định số nào đúng và ghi lại quyết định." in errors


def test_progress_is_told_where_it_is_asked_for(folder: Path, command: Command) -> None:
    words = ["--register", "register.csv", "--out", "report.md", "--progress", "--lang", "en"]
    errors = command("review", *returns(folder), *words)[2]
    assert "50 % done" in errors and errors.rstrip().endswith("100 % done")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["001.csv", "--out", "r.html"], "A review needs returns and a register."),
        (["001.csv", "--register", "register.csv", "--out", "r.txt"], ".txt"),
        (["900.csv", "--register", "register.csv", "--out", "r.html"], "900.csv"),
        (["001.csv", "--register", "none.csv", "--out", "r.html"], "none.csv"),
        (["001.csv", "--register", "register.csv", "--out", "001.csv"], "001.csv"),
        (["001.csv", "--register", "register.csv", "--out", "no/r.html"], "r.html"),
    ],
)
def test_wrong_use_is_refused_before_anything_is_written(
    folder: Path, command: Command, words: list[str], said: str
) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    status, _, errors = command("review", *words, "--lang", "en")
    assert status == 2
    assert said in errors
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_form_comes_back_filled_in_and_is_checked_on_arrival(
    folder: Path, command: Command, language: str
) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    words = ["--register", "register.csv", "--out", "form.xlsx", "--lang", language]
    status, printed, errors = command("review", "template", *words)
    assert (status, printed.strip()) == (0, "form.xlsx"), errors
    book = openpyxl.load_workbook("form.xlsx")
    sheet = book.worksheets[0]
    heads = {cell.value: cell.column for cell in sheet[6] if cell.value}
    label = {name: recruit._core._text(f"column_{name}", language) for name in recruit.programme_columns()}
    assert {label["seats"], label["applied_women"], label["published_on"]} <= set(heads)

    def fill(row: int, **values: object) -> None:
        for name, value in values.items():
            sheet.cell(row, heads[label[name]], value)

    sheet["B4"] = "Bộ Mẫu số 1"
    ending = "Hoàn thành" if language == "vi" else "completed"
    dates = {
        "announced_on": datetime.date(2018, 3, 1),
        "closed_on": datetime.date(2018, 4, 2),
        "examined_on": "15/05/2018",
        "published_on": datetime.date(2018, 5, 20),
        "appointed_on": datetime.date(2018, 7, 1),
    }
    fill(7, competition="001-01", position="Vụ trưởng", seats=1, applied=4, winners=1, ending=ending, **dates)
    book.save("back.xlsx")
    report = ["--register", "register.csv", "--out", "report.csv", "--lang", "en"]
    status, printed, errors = command("review", "back.xlsx", *report)
    assert status == 0
    mine = [line for line in errors.splitlines() if "back.xlsx" in line]
    assert mine == []
    assert "1 of 36 bodies" in printed
    # A return in which a name was changed, a count is no number and a date is none does not pass unseen.
    sheet.cell(6, heads[label["winners"]], "Kết quả khác")
    fill(7, applied="bốn", published_on="31/02/2018")
    book.save("back.xlsx")
    status, _, errors = command("review", "back.xlsx", *report)
    assert status == 1
    for found in ('"Kết quả khác" is not known', 'no column "Winners"', '"bốn"', "31/02/2018"):
        assert found in errors
    # The cells themselves refuse what cannot be meant: dates, counts, endings, bodies not in the list.
    rules = {rule.type for rule in sheet.data_validations.dataValidation}
    assert rules == {"whole", "date", "list"}
    assert book.worksheets[1].sheet_state == "hidden"
    assert book.worksheets[1]["A36"].value == "Tỉnh Giả Hòa 36"
