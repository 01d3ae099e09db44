"""A page for each regulation of the catalogue, made from its file when the documentation is built."""

from __future__ import annotations

from pathlib import Path

import recruit


def page(regulation: recruit.Regulation) -> str:
    """Markdown: the rules in words, in both languages, and the file itself."""
    return (
        f"# {regulation.title.str('en')}\n\n"
        f"{regulation.title.str('vi')}\n\n"
        f"```text\n{regulation.describe('en')}```\n\n"
        f"## Tiếng Việt\n\n```text\n{regulation.describe('vi')}```\n\n"
        f"## The file\n\n```toml\n{regulation.toml}```\n"
    )


def write(folder: Path) -> list[Path]:
    """Write every page and an index; pages of regulations that are gone are removed."""
    folder.mkdir(parents=True, exist_ok=True)
    ids = recruit.regulation_ids()
    for old in folder.glob("*.md"):
        if old.stem not in {*ids, "index"}:
            old.unlink()
    written = []
    rows = ""
    for name in ids:
        regulation = recruit.regulation(name)
        path = folder / f"{name}.md"
        path.write_text(page(regulation), encoding="utf-8")
        written.append(path)
        confidence = regulation.confidence.name if regulation.confidence is not None else ""
        title = regulation.title.str("en")
        rows += f"| [{name}]({name}.md) | {title} | {regulation.status.name} | {confidence} |\n"
    index = folder / "index.md"
    index.write_text(
        "# The catalogue\n\nRegulations that come with the library, each with its sources. "
        "None of them is legal advice.\n\n"
        f"| id | | status | confidence |\n| --- | --- | --- | --- |\n{rows}\n"
        "```{toctree}\n:hidden:\n:glob:\n\n*\n```\n",
        encoding="utf-8",
    )
    return [*written, index]
