"""The pages of the catalogue, made from the files as the documentation makes them."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import recruit
from conftest import ROOT


def test_every_regulation_has_a_page_with_its_rules_sources_and_warning(tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location("regulation_pages", ROOT / "docs" / "regulation_pages.py")
    assert spec is not None and spec.loader is not None
    pages = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(pages)
    (tmp_path / "gone.1.md").write_text("old", encoding="utf-8")
    written = pages.write(tmp_path)
    assert {path.stem for path in written} == {*recruit.regulation_ids(), "index"}
    assert not (tmp_path / "gone.1.md").exists()
    for name in recruit.regulation_ids():
        regulation = recruit.regulation(name)
        text = (tmp_path / f"{name}.md").read_text(encoding="utf-8")
        for language in ("en", "vi"):
            assert regulation.describe(language) in text
        for source in re.findall(r'^source = "(.*)"$', regulation.toml, flags=re.MULTILINE):
            assert source in text
        assert regulation.digest in text


def test_every_regulation_names_its_source_when_it_was_read_and_how_sure_it_is() -> None:
    for name in recruit.regulation_ids():
        regulation = recruit.regulation(name)
        assert regulation.source or regulation.status.name == "example", name
        assert "legal advice" in regulation.notes or regulation.status.name == "example", name
        if regulation.status.name != "example":
            assert re.search(r"read \d{4}-\d{2}-\d{2}|[Ff]itted", regulation.source + regulation.notes), name
            assert regulation.confidence is not None, name
