"""The run manifest beside a result, and `verify-run`, which runs the same again and says what differs."""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Any

import recruit
from recruit.command import contest, files, listing
from recruit.command.speech import FINE, WRONG_DATA, Language, Progress, Words, problem, say

FORMAT = 1
MOST_SHOWN = 10


def beside(out: Path) -> Path:
    return out.with_name(out.name + ".manifest.json")


def _relative(path: Path, folder: Path) -> str:
    """A path as seen from the manifest, so that a folder can be moved as a whole."""
    try:
        return PurePosixPath(Path(os.path.relpath(path.resolve(), folder.resolve()))).as_posix()
    except ValueError:  # another drive
        return path.resolve().as_posix()


def content_digest(table: recruit.Table) -> str:
    """SHA-256 of the table as plain CSV: the same whatever kind of file the table is written to."""
    with tempfile.TemporaryDirectory(prefix="recruit-") as folder:
        path = Path(folder) / "result.csv"
        recruit.write_csv(table, path, bom=False, guard_formulas=False)
        return files.sha256(path)


def _input(source: files.Source, folder: Path) -> dict[str, Any]:
    return {
        "file": _relative(source.path, folder),
        **({"sheet": source.sheet} if source.sheet is not None else {}),
        "rows": len(source.file),
        "sha256": files.sha256(source.path),
    }


def _manifest(outcome: contest.Outcome, out: Path, command: str, output: dict[str, Any]) -> dict[str, Any]:
    """Everything that was read and asked for; no clock."""
    request, result, folder = outcome.request, outcome.result, out.parent
    rules = result.regulation
    regulation: dict[str, Any] = {"id": rules.id, "sha256_of_rules": rules.digest}
    if contest.is_file(request.regulation):
        path = Path(request.regulation)
        regulation |= {"file": _relative(path, folder), "sha256": files.sha256(path)}
    seats: Any = request.seats_number
    if outcome.seats is not None:
        seats = _input(outcome.seats, folder)
    options = {
        key: getattr(request, key)
        for key in ("sheet", "header_row", "seats_sheet", "separator", "decimal_mark", "date_order")
    }
    options |= {key: getattr(request, key) for key in ("marks_sheet", "through", "given_total", "seed")}
    options["strike"] = [list(one) for one in request.strike] or None
    return {
        "recruit_manifest": FORMAT,
        "recruit": recruit.__version__,
        "command": command,
        "regulation": regulation,
        "scores": _input(outcome.scores, folder),
        **({"marks": _input(outcome.marked.source, folder)} if outcome.marked else {}),
        "seats": seats,
        "columns": request.columns,
        "options": {key: value for key, value in options.items() if value is not None},
        "output": output,
        "issues": {"all": len(outcome.issues), "errors": outcome.errors},
        "standings": dict(result.counts),
    }


def _write(
    outcome: contest.Outcome,
    out: Path,
    command: str,
    output: dict[str, Any],
    made_at: str | None,
    make: Callable[[Path], None],
) -> Path:
    """The result and its manifest, both whole or neither new."""
    target = beside(out)
    with files.replacing(out) as result, files.replacing(target) as temporary:
        make(result)
        manifest = _manifest(outcome, out, command, output)
        manifest["result"] = {
            "file": out.name,
            "rows": len(outcome.result),
            "sha256": files.sha256(result),
            "sha256_of_content": content_digest(outcome.result.to_table()),
        }
        if made_at is not None:
            manifest["made_at"] = made_at
        temporary.write_text(json.dumps(manifest, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return target


def write_select(outcome: contest.Outcome, out: Path, labels: Language | None, made_at: str | None) -> Path:
    return _write(
        outcome, out, "select", {"labels": labels}, made_at, lambda path: _make_select(outcome, path, labels)
    )


def _make_select(outcome: contest.Outcome, path: Path, labels: Language | None) -> None:
    table = contest.result_table(outcome.result, labels)
    files.write(table, path, separator=";" if labels == "vi" else ",", title=outcome.result.regulation.id)


def write_publication(outcome: contest.Outcome, out: Path, form: listing.Form, made_at: str | None) -> Path:
    return _write(
        outcome, out, "publish", dataclasses.asdict(form), made_at,
        lambda path: listing.write(listing.listing(outcome, form), path),
    )  # fmt: skip


# ---- checking -------------------------------------------------------------------------------------------


def _load(path: Path) -> dict[str, Any]:
    files.readable(path)
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise problem("manifest_unusable", path, error) from None
    if not isinstance(manifest, dict) or "recruit_manifest" not in manifest:
        raise problem("manifest_unusable", path, '"recruit_manifest"')
    if manifest["recruit_manifest"] != FORMAT:
        raise problem("manifest_unusable", path, f'"recruit_manifest": {manifest["recruit_manifest"]}')
    return manifest


def _request(manifest: dict[str, Any], folder: Path) -> contest.Request:
    regulation, seats = manifest["regulation"], manifest["seats"]
    named = seats if seats is None else str(seats)
    if isinstance(seats, dict):
        named = str(folder / seats["file"])
    options = dict(manifest["options"])
    strike = tuple((marker, application) for marker, application in options.pop("strike", []))
    return contest.Request(
        marks=folder / manifest["marks"]["file"] if "marks" in manifest else None,
        strike=strike,
        regulation=str(folder / regulation["file"]) if "file" in regulation else regulation["id"],
        scores=folder / manifest["scores"]["file"],
        seats=named,
        columns=manifest["columns"],
        **options,
    )


class _Findings:
    """What is the same and what differs, a line each."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self.differ = 0

    def same(self, key: str, *values: object) -> None:
        say(self.words("verify_same", self.words(key, *values)))

    def differs(self, key: str, *values: object) -> None:
        self.differ += 1
        say(self.words("verify_differs", self.words(key, *values)))

    def file(self, key: str, path: Path, digest: str) -> bool:
        name = self.words(key, path)
        if not path.exists():
            self.differs("verify_file_gone", name)
        elif files.sha256(path) != digest:
            self.differs("verify_file_changed", name)
        else:
            self.same("verify_file_same", name)
            return True
        return False


@dataclasses.dataclass(frozen=True)
class _Run:
    """A manifest, taken apart."""

    request: contest.Request
    form: listing.Form | None
    labels: Language | None
    written: Path
    recruit: str
    rules: tuple[str, str]  # id, digest
    scores: str
    marks: str | None
    seats: str | None
    result: str
    content: str

    @classmethod
    def of(cls, manifest: dict[str, Any], folder: Path) -> _Run:
        publication = manifest["command"] == "publish"
        regulation, seats, result = manifest["regulation"], manifest["seats"], manifest["result"]
        return cls(
            request=_request(manifest, folder),
            form=listing.Form(**manifest["output"]) if publication else None,
            labels=None if publication else manifest["output"]["labels"],
            written=folder / result["file"],
            recruit=manifest["recruit"],
            rules=(regulation["id"], regulation["sha256_of_rules"]),
            scores=manifest["scores"]["sha256"],
            marks=manifest["marks"]["sha256"] if "marks" in manifest else None,
            seats=seats["sha256"] if isinstance(seats, dict) else None,
            result=result["sha256"],
            content=result["sha256_of_content"],
        )


def verify(options: argparse.Namespace, words: Words) -> int:
    path = Path(options.manifest)
    manifest = _load(path)
    try:
        run = _Run.of(manifest, path.parent)
    except (KeyError, TypeError, AttributeError) as error:
        raise problem("manifest_unusable", path, error) from None
    findings = _Findings(words)
    if run.recruit != recruit.__version__:
        say(words("verify_version", run.recruit, recruit.__version__))
    untouched = _check_files(run, findings)
    if not all(source.exists() for source in run.request.inputs):
        say(words("verify_cannot_run"))
        return WRONG_DATA
    outcome = contest.perform(run.request, Progress(words, options.progress))
    with tempfile.TemporaryDirectory(prefix="recruit-") as scratch:
        again = Path(scratch) / run.written.name
        if run.form:
            listing.write(listing.listing(outcome, run.form), again)
        else:
            _make_select(outcome, again, run.labels)
        if content_digest(outcome.result.to_table()) == run.content:
            findings.same("verify_run_same", len(outcome.result))
            if untouched and files.sha256(again) != run.result:
                say(words("verify_other_bytes"))
        else:
            findings.differs("verify_run_differs")
            say(*contest.told_issues(outcome, words))
        if run.written.exists() and run.form is None:
            _tell_rows(run.written, again, words)
    say(words("verify_all_same") if not findings.differ else words("verify_some_differ", findings.differ))
    return WRONG_DATA if findings.differ else FINE


def _check_files(run: _Run, findings: _Findings) -> bool:
    """Tells of each file whether it is what it was; True if the result is."""
    request = run.request
    if not contest.is_file(request.regulation) or Path(request.regulation).exists():
        rules = contest.regulation(request.regulation)
        if (rules.id, rules.digest) == run.rules:
            findings.same("verify_rules_same", rules.id)
        else:
            findings.differs("verify_rules_differ", run.rules[0], rules.id)
    else:
        findings.differs("verify_file_gone", request.regulation)
    findings.file("verify_scores", request.scores, run.scores)
    if request.marks and run.marks:
        findings.file("verify_marks", request.marks, run.marks)
    if request.seats_file and run.seats:
        findings.file("verify_seats", request.seats_file, run.seats)
    return findings.file("verify_result", run.written, run.result)


def _tell_rows(written: Path, again: Path, words: Words) -> None:
    """The applications whose line in the file is not what the files give now."""
    try:
        before, after = _rows(written), _rows(again)
    except recruit.Error:
        say(words("verify_unreadable", written))
        return
    lines = []
    for application in dict.fromkeys([*after, *before]):
        old, new = before.get(application), after.get(application)
        if old == new:
            continue
        if old is None or new is None:
            lines.append(words("verify_row_added" if old is None else "verify_row_gone", application))
            continue
        cells = [
            (name, old.get(name, ""), value) for name, value in new.items() if old.get(name, "") != value
        ]
        said = "; ".join(words("verify_cell", name, was or "—", now or "—") for name, was, now in cells)
        lines.append(words("verify_row_differs", application, said or "—"))
    say(*("  " + line for line in lines[:MOST_SHOWN]))
    if len(lines) > MOST_SHOWN:
        say("  " + words("show_more", len(lines) - MOST_SHOWN))


def _rows(path: Path) -> dict[str, dict[str, str]]:
    """The lines of a result by their first column, as text."""
    table = files.read(path, files.Wanted()).file.table
    columns = {name: table[name].tolist() for name in table.columns}
    rows = [
        dict(zip(columns, map(str, (_plain(v) for v in row)), strict=True))
        for row in zip(*columns.values(), strict=True)
    ]
    first = table.columns[0] if table.columns else ""
    return {row[first].removeprefix("'"): row for row in rows}


def _plain(value: object) -> object:
    return "" if value is None else value
