"""The report of a review as a person sees it: in a browser, on paper, as a workbook, as Markdown."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Literal

import pytest
import recruit

Language = Literal["vi", "en"]
NOTICE = {"vi": "SỐ LIỆU MÔ PHỎNG", "en": "SIMULATED DATA"}


@pytest.fixture(scope="module")
def done() -> tuple[recruit.Consolidation, recruit.Register]:
    made = recruit.datasets.programme(seed=7, dirty=True)
    bodies = recruit.Register(made.register)
    return recruit.consolidate(made.returns.items(), bodies, legacy="convert"), bodies


@pytest.fixture(scope="module")
def reviewed(done: tuple[recruit.Consolidation, recruit.Register]) -> recruit.Review:
    return recruit.review(done[0].contests, done[1], by=["level", "year"])


@pytest.fixture(scope="module")
def folder(
    reviewed: recruit.Review,
    done: tuple[recruit.Consolidation, recruit.Register],
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """The report of a dirty programme in each form and language."""
    folder = tmp_path_factory.mktemp("reports")
    pytest.importorskip("xlsxwriter")
    for language in ("vi", "en"):
        for kind in ("html", "md", "xlsx"):
            path = folder / f"{language}.{kind}"
            recruit.write_report(reviewed, path, language=language, issues=done[0].issues)  # type: ignore[arg-type]
    return folder


class _Page(HTMLParser):
    """What a page refers to, its tags and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attributes if name in {"src", "href", "xlink:href"}]

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_page_needs_nothing_from_elsewhere_and_runs_no_script(folder: Path, language: Language) -> None:
    text = (folder / f"{language}.html").read_text(encoding="utf-8")
    page = _Page(text)
    assert page.links == []
    assert "script" not in page.tags and "url(" not in text and "@import" not in text
    assert page.tags.count("svg") >= 5
    assert f'<html lang="{language}">' in text
    assert NOTICE[language] in page.text


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_workbook_has_the_figures_as_numbers_and_says_what_is_simulated(
    folder: Path, reviewed: recruit.Review, language: Language
) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.load_workbook(folder / f"{language}.xlsx")
    for sheet in book.worksheets:
        assert NOTICE[language] in sheet["A2"].value
        assert NOTICE[language] in sheet.oddHeader.center.text  # on every page that is printed
        assert sheet.page_setup.paperSize == 9  # A4
    rows = [row for row in book.worksheets[0].iter_rows(values_only=True) if isinstance(row[7], int)]
    figures = [figure for group in reviewed.groups for figure in group.figures]
    assert len(rows) == len(figures)
    for row, figure in zip(rows, figures, strict=True):
        assert row[1] == figure.label(language)
        expected = (
            figure.value,
            figure.low,
            figure.high,
            figure.part,
            figure.whole,
            figure.n,
            figure.unknown,
        )
        for shown, value in zip(row[2:9], expected, strict=True):
            assert (shown is None) == (value is None)
            assert value is None or shown == pytest.approx(value, rel=1e-14)  # a workbook keeps 16 digits
    names = {body.name for body in reviewed.bodies}
    assert any(names <= {row[0] for row in sheet.iter_rows(values_only=True)} for sheet in book.worksheets)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_markdown_has_a_row_a_figure_in_tables_of_even_width(
    folder: Path, reviewed: recruit.Review, language: Language
) -> None:
    lines = (folder / f"{language}.md").read_text(encoding="utf-8").splitlines()
    assert NOTICE[language] in lines[2]
    width = 0
    for line in lines:
        cells = len(re.findall(r"(?<!\\)\|", line)) if line.startswith("|") else 0
        assert cells == width or 0 in (cells, width), line
        width = cells
    winners = reviewed.all["winners"]
    assert f"| {winners.label(language)} | 410 |" in "\n".join(lines)
    assert all(any(body.name in line for line in lines) for body in reviewed.bodies)


def test_what_changed_from_year_to_year_is_said_with_its_sign_and_its_bounds(tmp_path: Path) -> None:
    rows = [
        {
            "agency": "A",
            "competition": "1",
            "level": "central",
            "year": 2018,
            "seats": 4,
            "applied": 9,
            "winners": 2,
        },
        {
            "agency": "A",
            "competition": "2",
            "level": "central",
            "year": 2019,
            "seats": 4,
            "applied": 6,
            "winners": 3,
        },
        {"agency": "B", "competition": "3", "level": "province", "year": 2019, "seats": 2, "winners": 1},
    ]
    text = {}
    for by in (["level"], ["level", "year"]):
        for language in ("vi", "en"):
            recruit.write_report(recruit.review(rows, by=by), tmp_path / "r.md", language=language)  # type: ignore[arg-type]
            text["/".join(by), language] = (tmp_path / "r.md").read_text(encoding="utf-8")
    for (by, language), report in text.items():
        section, change = {"vi": ("So sánh qua các năm", "Thay đổi"), "en": ("Year on year", "Change")}[
            language
        ]
        part = report.partition(f"## {section}\n")[2].partition("\n## ")[0]
        assert f"| 2018 | 2019 | {change} |" in part
        lines = [line.split(" | ") for line in part.splitlines()]
        label = {line[0].removeprefix("| "): [cell.removesuffix(" |") for cell in line[1:]] for line in lines}
        words = {"vi": ("Số người trúng tuyển", "Số người đăng ký"), "en": ("Winners", "Applied")}[language]
        # All records stand first; with by level and year Bộ, ngành follows, and has the last word here.
        assert label[words[0]] == (["2", "4", "+2"] if by == "level" else ["2", "3", "+1"])
        assert label[words[1]] == (["9", "7 – …", "≥ −2"] if by == "level" else ["9", "6", "−3"])
        fill = next(cells for name, cells in label.items() if name.startswith(("Fill", "Tỷ lệ")))
        sign = {"vi": "+{} điểm %", "en": "+{} points"}[language]
        share = {"level": "16.7", "level/year": "25.0"}[by].replace(".", "," if language == "vi" else ".")
        assert fill[-1] == sign.format(share)


def test_the_workbook_has_the_changes_and_where_each_figure_is_from(
    folder: Path, reviewed: recruit.Review
) -> None:
    book = pytest.importorskip("openpyxl").load_workbook(folder / "en.xlsx")
    changes = [row for row in book["Year on year"].iter_rows(values_only=True) if row[1] == "Winners"]
    whole = {row[3]: row for row in changes if row[0] == "All"}
    every = reviewed.grouped(["year"])
    for year, row in whole.items():
        now, before = every.at([year])["winners"].value, every.at([row[2]])["winners"].value
        assert now is not None and before is not None
        assert row[4:7] == (before, now, now - before)
    assert len(whole) >= 2 and len(changes) > 2 * len(whole)
    traced = [
        row for row in book["Where the figures are from"].iter_rows(values_only=True) if row[2] == "Winners"
    ]
    assert sum({row[1]: int(row[3]) for row in traced}.values()) == 410  # one contest stands in two rows
    assert all(row[4].startswith(f"{row[0]}.csv:") for row in traced)


def test_of_too_many_contests_the_workbook_says_where_their_sources_are(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    pytest.importorskip("xlsxwriter")
    rows = {"agency": ["A"] * 10_001, "winners": [1] * 10_001}
    recruit.write_report(recruit.review(rows), tmp_path / "r.xlsx", language="en")
    sheet = openpyxl.load_workbook(tmp_path / "r.xlsx")["Where the figures are from"]
    cells = [row[0] for row in sheet.iter_rows(values_only=True) if row[0]]
    assert "10,000 contests" in cells[-1] and "--provenance" in cells[-1]


def test_the_changes_of_a_public_edition_tell_nothing_that_is_hidden() -> None:
    rows = [
        {"agency": "A", "competition": str(i), "year": 2018 + i % 2, "applied": 9, "applied_women": i % 3}
        for i in range(4)
    ]
    edition = recruit.review(rows, by=["year"], hide_below=3)
    changes = edition.changes().to_pandas().set_index("figure")
    assert changes.loc["applied_women", "state"] == "suppressed"
    assert changes.loc["applied_women", ["value_before", "value", "change", "low", "high"]].isna().all()
    with pytest.raises(recruit.Error, match="single persons"):
        edition.provenance("applied_women")


@pytest.mark.parametrize("language", ["vi", "en"])
def test_issues_name_columns_and_days_as_the_returns_do(folder: Path, language: Language) -> None:
    text = (folder / f"{language}.md").read_text(encoding="utf-8")
    part = text.partition({"vi": "báo cáo còn để ngỏ\n", "en": "returns leave open\n"}[language])[2]
    assert part.count("\n") > 26
    assert not re.search(r"\b(announced|closed|examined|published|appointed)_on\b|winners_|applied_", part)
    iso = re.findall(r"\(\d{4}-\d\d-\d\d\)", part)
    assert iso == [] if language == "vi" else iso != []


def test_real_figures_are_not_called_simulated(tmp_path: Path) -> None:
    reviewed = recruit.review(recruit.datasets.published_aggregates(), by=["agency"])
    for kind in ("html", "md"):
        recruit.write_report(reviewed, tmp_path / f"r.{kind}")
        text = (tmp_path / f"r.{kind}").read_text(encoding="utf-8")
        assert NOTICE["vi"] not in text
        assert "chưa rõ đơn vị tính" in text  # 368 winners of 86 titles


def test_what_people_wrote_is_no_markup(tmp_path: Path) -> None:
    rows = [
        {"agency": f"<script>alert({i})</script>", "applied": i, "difficulties": "a|b <b>"} for i in (1, 2)
    ]
    recruit.write_report(recruit.review(rows, by=["agency"]), tmp_path / "r.html", title="<i>&")
    page = _Page((tmp_path / "r.html").read_text(encoding="utf-8"))
    assert "script" not in page.tags and "i" not in page.tags and "b" not in page.tags
    assert "<script>alert(1)</script>" in page.text


@pytest.mark.parametrize("kind", ["html", "md", "xlsx"])
def test_issues_do_not_tell_the_counts_that_a_public_edition_hides(tmp_path: Path, kind: str) -> None:
    heads = ["Cơ quan", "Mã kỳ thi", "Chức danh", "Số chỉ tiêu", "Đăng ký", "Đăng ký, nữ", "Trúng tuyển"]
    rows = [heads, ["07", "K", "Trưởng phòng", 1, 9, 1, 1], ["07", "K", "Trưởng phòng", 1, 8, 2, 1]]
    bodies = recruit.Register([{"id": "07", "name": "Sở Mẫu", "in_pilot": True}])
    done = recruit.consolidate([("07.csv", rows)], bodies)
    women = next(issue for issue in done.issues if issue.column == "applied_women").message("vi")
    applied = next(issue for issue in done.issues if issue.column == "applied").message("vi")

    def told(hide_below: int | None) -> str:
        path = tmp_path / f"r.{kind}"
        review = recruit.review(done.contests, bodies, hide_below=hide_below)
        recruit.write_report(review, path, language="vi", issues=done.issues)
        if kind == "html":
            return _Page(path.read_text(encoding="utf-8")).text
        if kind == "md":
            return path.read_text(encoding="utf-8")
        book = pytest.importorskip("openpyxl").load_workbook(path)
        return str([row for sheet in book.worksheets for row in sheet.iter_rows(values_only=True)])

    assert women in told(None) and applied in told(None)
    assert women not in told(3) and applied in told(3)


# ---- in a browser -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("Chromium is not installed (Debian: chromium)")
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(390, 844), (1366, 900)], ids=["phone", "desktop"])
def test_the_page_is_fit_to_be_read(
    folder: Path, browser: Any, size: tuple[int, int], scheme: str, language: Language
) -> None:
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed"
    )
    page = browser.new_page(viewport={"width": size[0], "height": size[1]}, color_scheme=scheme)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: said.append(request.url) if "file:" not in request.url else None)
    page.goto((folder / f"{language}.html").as_uri())
    try:
        assert said == []
        # Nothing makes the page itself wider than the screen; wide tables scroll in their own region.
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        scrolls = page.evaluate(
            "[...document.querySelectorAll('.scroll')].every(r => r.tabIndex == 0 && r.ariaLabel)"
        )
        assert scrolls
        # Letters of the charts are as large as they were meant, whatever the width.
        letters = page.evaluate(
            "[...document.querySelectorAll('svg text')].map(t => t.getBoundingClientRect().height)"
        )
        assert len(letters) > 20 and min(letters) >= 13
        # And every bar and letter stands inside the page.
        outside = page.evaluate(
            "[...document.querySelectorAll('svg text, svg rect')].filter(t => {"
            "const b = t.getBoundingClientRect(); return b.left < 0 || b.right > innerWidth}).length"
        )
        assert outside == 0
        ink, paper = page.evaluate("(s => [s.color, s.backgroundColor])(getComputedStyle(document.body))")
        assert (sum(map(int, re.findall(r"\d+", ink))) > sum(map(int, re.findall(r"\d+", paper)))) == (
            scheme == "dark"
        )
        found = axe.Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
    finally:
        page.close()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_it_prints_on_a4_and_every_page_says_that_the_data_are_simulated(
    folder: Path, browser: Any, tmp_path: Path, language: Language
) -> None:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed (Debian: poppler-utils)")
    import subprocess

    page = browser.new_page(color_scheme="dark")  # paper is white all the same
    page.goto((folder / f"{language}.html").as_uri())
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    page.pdf(path=tmp_path / "r.pdf", prefer_css_page_size=True)
    page.close()
    info = subprocess.run(["pdfinfo", tmp_path / "r.pdf"], capture_output=True, text=True, check=True).stdout
    assert "(A4)" in info
    text = subprocess.run(["pdftotext", tmp_path / "r.pdf", "-"], capture_output=True, text=True, check=True)
    pages = text.stdout.split("\f")[:-1]
    assert len(pages) > 1
    assert all(NOTICE[language] in page for page in pages)
