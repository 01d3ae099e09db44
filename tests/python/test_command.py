"""The command: selections from files, their manifests, the list for publication, wrong use, exit status."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import recruit
from conftest import Command
from recruit import _core
from recruit.command import listing
from recruit.command.run import _parser
from recruit.command.speech import Words

RULES = recruit.datasets.example().regulation  # stages written and interview of 100, gates, a tie chain
SHEET = """id;position;written;interview;name
A-01;p;71,35;80;Nguyễn Văn An
=B;p;49,5;90;=HYPERLINK("x")
A-03;p;71,35;79;Trần Thị Bình
A-04;q;88;70;Lê Văn Cường
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with rules, a sheet as a spreadsheet saves it, and seats; the command runs in it."""
    (tmp_path / "rules.toml").write_text(RULES.toml, encoding="utf-8")
    (tmp_path / "scores.csv").write_text(SHEET, encoding="utf-8-sig")
    (tmp_path / "seats.csv").write_text("position,seats\np,1\nq,1\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


DATA = [
    "--regulation",
    "rules.toml",
    "--scores",
    "scores.csv",
    "--seats",
    "seats.csv",
    "--column",
    "application=id",
]


@pytest.mark.parametrize("language", ["en", "vi"])
def test_a_selection_is_printed_in_either_language(folder: Path, command: Command, language: str) -> None:
    status, printed, errors = command("select", *DATA, "--lang", language)
    assert status == 0, errors
    assert recruit.label(recruit.Standing.selected, language) in printed  # type: ignore[arg-type]
    assert not (folder / "scores.csv.manifest.json").exists()


def test_the_letter_to_a_person_is_printed(folder: Path, command: Command) -> None:
    assert "trúng tuyển" in command("explain", *DATA, "A-01", "--lang", "vi")[1]
    status, _, errors = command("explain", *DATA, "A-99", "--lang", "vi")
    assert status == 2
    assert 'lỗi: Không có hồ sơ "A-99".' in errors


def test_a_formula_in_a_csv_file_is_written_as_text(folder: Path, command: Command) -> None:
    assert command("select", *DATA, "--out", "out.csv")[0] == 0
    text = (folder / "out.csv").read_text(encoding="utf-8-sig")
    assert text.startswith("application,position,total,")
    assert "\n'=B," in text


def test_labels_write_headings_and_standings_for_people(folder: Path, command: Command) -> None:
    assert command("select", *DATA, "--out", "out.csv", "--labels", "--lang", "vi")[0] == 0
    lines = (folder / "out.csv").read_text(encoding="utf-8-sig").splitlines()
    assert lines[0].startswith("mã hồ sơ;chức danh;tổng điểm;")
    assert lines[1].startswith("A-01;p;") and "trúng tuyển" in lines[1]
    assert "," in lines[1].split(";")[2]  # a decimal comma


def test_parquet_goes_in_and_out_and_keeps_leading_zeros(folder: Path, command: Command) -> None:
    polars = pytest.importorskip("polars")
    polars.DataFrame(
        {"application": ["007", "8"], "position": ["p", "p"], "written": [70.5, 60], "interview": [80, 81]}
    ).write_parquet("scores.parquet")
    polars.DataFrame({"position": ["p"], "seats": [1]}).write_parquet("seats.parquet")
    words = ["--regulation", "rules.toml", "--scores", "scores.parquet", "--seats", "seats.parquet"]
    status, _, errors = command("select", *words, "--out", "out.parquet")
    assert status == 0, errors
    assert polars.read_parquet("out.parquet")["application"].to_list() == ["007", "8"]
    assert command("verify-run", "out.parquet.manifest.json")[0] == 0
    (folder / "scores.parquet").write_bytes(b"not a table")
    status, _, errors = command("select", *words)
    assert status == 1
    assert "scores.parquet" in errors and "Parquet" in errors


def test_an_issue_of_the_selection_names_file_and_line(folder: Path, command: Command) -> None:
    (folder / "scores.csv").write_text(
        "id,position,written,interview\nA,p,60,70\n\nA,p,61,71\n", encoding="utf-8"
    )
    status, printed, _ = command("select", *DATA)
    assert status == 1
    assert "scores.csv:4" in printed  # line 3 is blank
    assert "stood in row 2 already" in printed


def test_all_issues_are_written_with_place_and_remedy(folder: Path, command: Command) -> None:
    (folder / "scores.csv").write_text(
        "id,position,written,interview\nA,p,x,70\nB,p,101,71\nC,p,7,1\n", encoding="utf-8"
    )
    assert command("select", *DATA, "--issues", "issues.csv", "--lang", "vi")[0] == 1
    table = recruit.read_csv("issues.csv").table
    assert {"not_a_number", "above_maximum"} <= set(table["code"].tolist())
    assert "scores.csv:3, cột written" in table["where"].tolist()
    assert None not in table["remedy"].tolist()


def test_a_decimal_comma_is_an_issue_unless_it_is_stated(folder: Path, command: Command) -> None:
    (folder / "scores.csv").write_text('id,position,written,interview\nA,p,"71,5",80\n', encoding="utf-8")
    status, printed, _ = command("select", *DATA)
    assert status == 1
    assert "--decimal-mark ," in printed
    assert command("select", *DATA, "--decimal-mark", ",")[0] == 0


def test_dates_in_another_order_are_an_issue_unless_it_is_stated(folder: Path, command: Command) -> None:
    rules = RULES.toml + '\n[[fact]]\nname = "hired"\ntype = "date"\n'
    (folder / "rules.toml").write_text(rules, encoding="utf-8")
    (folder / "scores.csv").write_text(
        "id,position,written,interview,hired\nA,p,70,80,31/12/1990\nB,p,70,80,03/04/1991\n", encoding="utf-8"
    )
    _, printed, _ = command("select", *DATA)
    assert "not_a_date" in printed and "--date-order dmy" in printed
    assert "not_a_date" not in command("select", *DATA, "--date-order", "dmy")[1]
    sheet = recruit.read_scores(
        "scores.csv", recruit.Regulation.load("rules.toml"), columns={"application": "id"}, date_order="dmy"
    )
    assert [str(day) for day in sheet.table["hired"]] == ["1990-12-31", "1991-04-03"]


# --- columns -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["columns.toml", "columns.json"])
def test_a_column_mapping_is_kept_and_used_again(folder: Path, command: Command, name: str) -> None:
    heading = 'Số "báo danh"'
    text = SHEET.replace("id;", '"Số ""báo danh""";')
    (folder / "scores.csv").write_text(text, encoding="utf-8-sig")
    plain = DATA[:-2]
    kept = command("select", *plain, "--column", f"application={heading}", "--save-columns", name)
    assert kept[0] == 0, kept[2]
    assert command("select", *plain, "--columns", name)[1] in kept[1]
    over = command("select", *plain, "--columns", name, "--column", "application=name")
    assert "Nguyễn Văn An" in over[1]  # --column overrides the file
    (folder / name).write_text("nonsense", encoding="utf-8")
    status, _, errors = command("select", *plain, "--columns", name)
    assert status == 2
    assert name in errors


def test_an_unknown_role_names_the_known_ones(folder: Path, command: Command) -> None:
    status, _, errors = command("select", *DATA, "--column", "writen=written")
    assert status == 2
    assert '"writen"' in errors and "written, written.status" in errors


def test_a_missing_column_names_the_file_and_the_option(folder: Path, command: Command) -> None:
    status, _, errors = command("select", *DATA[:-2])
    assert status == 1
    assert "scores.csv" in errors and "--column ROLE=NAME" in errors
    (folder / "seats.csv").write_text("position,number\np,1\n", encoding="utf-8")
    status, _, errors = command("select", *DATA)
    assert status == 1
    assert 'seats.csv: There is no column "seats"' in errors


# --- manifests ---------------------------------------------------------------------------------------


def test_the_same_run_gives_the_same_bytes_and_no_clock(folder: Path, command: Command) -> None:
    assert command("select", *DATA, "--out", "out.csv")[0] == 0
    first = [(folder / name).read_bytes() for name in ("out.csv", "out.csv.manifest.json")]
    time.sleep(0.01)
    assert command("select", *DATA, "--out", "out.csv")[0] == 0
    assert [(folder / name).read_bytes() for name in ("out.csv", "out.csv.manifest.json")] == first
    manifest = json.loads(first[1])
    assert manifest["regulation"]["sha256_of_rules"] == RULES.digest
    assert manifest["scores"]["rows"] == 4
    assert "made_at" not in manifest
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        ["out.csv", "out.csv.manifest.json", "rules.toml", "scores.csv", "seats.csv"]
    )  # nothing temporary is left
    command("select", *DATA, "--out", "out.csv", "--made-at", "2026-11-25T08:00+07:00")
    assert json.loads((folder / "out.csv.manifest.json").read_text())["made_at"] == "2026-11-25T08:00+07:00"


def test_a_run_is_verified_wherever_its_folder_goes(folder: Path, command: Command) -> None:
    assert command("select", *DATA, "--out", "out.csv")[0] == 0
    moved = folder.parent / (folder.name + "-moved")
    folder.rename(moved)
    status, printed, errors = command("verify-run", str(moved / "out.csv.manifest.json"))
    assert status == 0, errors
    assert "DIFFERS" not in printed and "Nothing differs." in printed


def recruit_text(key: str, language: str, *values: object) -> str:
    return _core._text(key, language, *values)  # type: ignore[arg-type]


@pytest.mark.parametrize("language", ["en", "vi"])
@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        ("scores.csv", "A-03;p;71,35;79", "A-03;p;71,35;99", "A-03"),
        ("out.csv", "A-01,p,", "A-01,q,", "A-01"),
        ("rules.toml", "max = 100", "max = 110", "rules"),
    ],
)
def test_what_was_changed_after_a_run_is_said(
    folder: Path, command: Command, language: str, name: str, old: str, new: str, told: str
) -> None:
    assert command("select", *DATA, "--out", "out.csv")[0] == 0
    text = (folder / name).read_text(encoding="utf-8-sig")
    assert old in text
    (folder / name).write_text(
        text.replace(old, new), encoding="utf-8-sig" if name != "rules.toml" else "utf-8"
    )
    status, printed, errors = command("verify-run", "out.csv.manifest.json", "--lang", language)
    assert status == 1, errors
    assert {"en": "DIFFERS", "vi": "KHÁC"}[language] in printed
    assert told in printed or name == "rules.toml"
    again = recruit_text("verify_run_same", language, 4)
    # Other marks give another result; a larger maximum is another rule that changes nobody here.
    assert (again in printed) == (name != "scores.csv")


def test_a_file_that_is_gone_is_said(folder: Path, command: Command) -> None:
    assert command("select", *DATA, "--out", "out.csv")[0] == 0
    (folder / "seats.csv").unlink()
    status, printed, _ = command("verify-run", "out.csv.manifest.json")
    assert status == 1
    assert "no such file any more" in printed


@pytest.mark.parametrize("text", ["", "[]", '{"recruit_manifest": 99}', '{"recruit_manifest": 1}'])
def test_what_is_no_manifest_is_refused(folder: Path, command: Command, text: str) -> None:
    (folder / "m.json").write_text(text, encoding="utf-8")
    status, _, errors = command("verify-run", "m.json")
    assert status == 2
    assert "m.json" in errors


def test_what_cannot_be_written_leaves_the_old_result(
    folder: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert command("select", *DATA, "--out", "out.csv")[0] == 0
    before = (folder / "out.csv").read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    (folder / "seats.csv").write_text("position,seats\np,2\nq,1\n", encoding="utf-8")
    status, _, errors = command("select", *DATA, "--out", "out.csv")
    assert status == 2
    assert 'The file "out.csv.manifest.json" cannot be written.' in errors
    assert (folder / "out.csv").read_bytes() == before
    assert not list(folder.glob(".*"))


@pytest.mark.parametrize("seats", ["-1", "1.5", "2,5"])
def test_seats_that_are_no_number_from_0_on_are_refused(folder: Path, command: Command, seats: str) -> None:
    words = [*DATA, "--lang", "vi"]
    words[words.index("seats.csv")] = seats
    status, _, errors = command("select", *words)
    assert status == 2
    assert f'mọi nhóm là "{seats}"' in errors


def test_a_result_never_overwrites_what_is_read(folder: Path, command: Command) -> None:
    status, _, errors = command("select", *DATA, "--out", "scores.csv")
    assert status == 2
    assert "one of the files that are read" in errors
    assert command("select", *DATA, "--out", "no/such/folder/out.csv")[0] == 2
    status, _, errors = command("select", *DATA, "--out", "out.docx")
    assert status == 2
    assert ".xlsx" in errors


# --- the list for publication ------------------------------------------------------------------------


def test_the_list_names_nobody_and_only_those_with_a_rank(folder: Path, command: Command) -> None:
    status, printed, errors = command("publish", *DATA, "--lang", "vi", "--date", "Hà Nội, ngày … tháng …")
    assert status == 0, errors
    assert "| 1 | A-01 |" in printed and "## q" in printed
    assert "Nguyễn" not in printed and "=B" not in printed  # who failed is not listed
    assert "Không được xếp hạng nên không nêu: 1" in printed
    assert RULES.digest in printed and "Hà Nội" in printed
    assert "=B" in command("publish", *DATA, "--everybody")[1]


def test_masked_names_show_first_letters_only(folder: Path, command: Command) -> None:
    assert listing.masked("  Nguyê\u0303n  Văn An") == "N*** V*** A***"
    status, printed, _ = command("publish", *DATA, "--people", "masked", "--name-column", "name")
    assert status == 0
    assert "N\\*\\*\\* V\\*\\*\\* A\\*\\*\\*" in printed and "A-01" not in printed
    for wrong in (["--people", "masked"], ["--people", "both", "--name-column", "name", "--everybody"]):
        assert command("publish", *DATA, *wrong)[0] == 2


@pytest.mark.parametrize("name", ["list.csv", "list.md", "list.html", "list.xlsx"])
def test_a_list_is_a_file_that_can_be_verified(folder: Path, command: Command, name: str) -> None:
    if name.endswith("xlsx"):
        pytest.importorskip("xlsxwriter")
    words = ["--people", "both", "--name-column", "name", "--title", "<script>", "--out", name]
    status, _, errors = command("publish", *DATA, *words)
    assert status == 0, errors
    if name.endswith("html"):
        assert "<script" not in (folder / name).read_text(encoding="utf-8")
    status, printed, errors = command("verify-run", name + ".manifest.json")
    assert status == 0, printed + errors


# --- how it is called --------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "vi"])
@pytest.mark.parametrize(
    "words",
    [
        ["select"],
        ["select", *DATA, "--colour", "red"],
        ["select", *DATA, "--given-total", "guess"],
        ["select", *DATA, "--header-row", "0"],
        ["select", *DATA, "--made-at", "noon"],
        ["select", *DATA, "--seats"],
        ["selcet"],
        [],
    ],
)
def test_wrong_use_is_told_in_the_language_of_the_reader(
    command: Command, language: str, words: list[str]
) -> None:
    status, printed, errors = command(*words, "--lang", language)
    assert (status, printed) == (2, "")
    assert errors.startswith({"en": "error: ", "vi": "lỗi: "}[language])
    for english in ("required", "unrecognized", "invalid", "expected"):
        assert english not in errors


@pytest.mark.parametrize("language", ["en", "vi"])
def test_help_names_every_option_and_the_exit_status(command: Command, language: str) -> None:
    for words in (
        [],
        ["select"],
        ["publish"],
        ["verify-run"],
        ["template"],
        ["new-regulation"],
        ["regulations", "diff"],
    ):
        status, printed, _ = command(*words, "--help", "--lang", language)
        assert status == 0
        assert "130" in printed
    assert _parser(Words("en")).format_help() != _parser(Words("vi")).format_help()


def test_every_text_the_command_asks_for_is_in_the_catalogue() -> None:
    folder = Path(listing.__file__).parent
    known = set(_core._texts())
    for path in sorted(folder.glob("*.py")):
        for key in re.findall(r'\bwords\(\s*"(\w+)"', path.read_text(encoding="utf-8")):
            assert key in known, f"{path.name}: {key}"


def test_progress_goes_to_the_error_stream_where_it_is_asked_for(folder: Path, command: Command) -> None:
    _, printed, errors = command("select", *DATA, "--progress")
    assert "selecting among 4 applications" in errors
    assert "selecting among" not in printed
    assert command("select", *DATA)[2] == ""


def test_an_interrupt_ends_with_130_and_no_half_result(
    folder: Path, python_environment: dict[str, str]
) -> None:
    rows = "\n".join(f"A{i},p{i % 1000},{50 + i % 50},{60 + i % 40}" for i in range(1_500_000))
    (folder / "big.csv").write_text("id,position,written,interview\n" + rows, encoding="utf-8")
    words = [
        "select",
        *DATA[:2],
        "--scores",
        "big.csv",
        "--seats",
        "1",
        *DATA[-2:],
        "--out",
        "out.csv",
        "--progress",
    ]
    process = subprocess.Popen(
        [sys.executable, "-m", "recruit", *words],
        env=python_environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stderr is not None
    assert b"reading" in process.stderr.readline()
    process.send_signal(signal.SIGINT)
    errors = process.communicate(timeout=60)[1]
    assert process.returncode == 130, errors
    assert b"Traceback" not in errors
    assert [path.name for path in folder.glob("*out.csv*")] == []


def test_the_reader_may_stop_early(folder: Path, python_environment: dict[str, str]) -> None:
    line = f"{sys.executable} -m recruit regulations show vn.lead.example.2017 | head -1"
    done = subprocess.run(
        line, shell=True, env=python_environment, capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
