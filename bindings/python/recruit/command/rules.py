"""The verbs about regulations: list, show, check, diff, new-regulation, template."""

from __future__ import annotations

import argparse
import csv
import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import recruit
from recruit.command import contest, files
from recruit.command.speech import FINE, USE_CODES, WRONG_DATA, Words, problem, say, sentence


def list_all(options: argparse.Namespace, words: Words) -> int:
    ids = recruit.regulation_ids()
    width = max(map(len, ids), default=0)
    for id in ids:
        say(f"{id:{width}}  {recruit.regulation(id).title.str(words.language)}")
    if not ids:
        say(words("command_no_regulations"))
    return FINE


def show(options: argparse.Namespace, words: Words) -> int:
    say(contest.regulation(options.regulation).describe(words.language).rstrip("\n"))
    return FINE


def check(options: argparse.Namespace, words: Words) -> int:
    try:
        rules = recruit.Regulation.load(options.file)
    except recruit.InvalidRegulation as error:
        if error.code in USE_CODES:
            raise
        say(*(sentence(found, words) for found in error.issues))
        say(words("command_errors", len(error.issues)))
        return WRONG_DATA
    say(words("command_valid", options.file, f"{rules.title.str(words.language)} ({rules.id})"))
    return FINE


def diff(options: argparse.Namespace, words: Words) -> int:
    """Every change as a sentence, those that touch a result first. 1 if some rule differs, as `diff` does."""
    before, after = contest.regulation(options.before), contest.regulation(options.after)
    changes = recruit.diff(before, after)
    rules = [change for change in changes if change.is_rule]
    said = [change for change in changes if not change.is_rule]
    say(words("diff_head", before.id, after.id))
    if rules:
        say(words("diff_rules", len(rules)), *("  " + change.str(words.language) for change in rules))
    else:
        say(words("diff_same", after.digest))
    if said:
        say(words("diff_words", len(said)))
        say(*("  " + change.str(words.language).replace("\n", " ") for change in said))
    return WRONG_DATA if rules else FINE


# ---- a new regulation -----------------------------------------------------------------------------------


def skeleton(series: str, version: str, day: datetime.date, words: Words) -> str:
    """A regulation that is valid as it stands, with a comment on every rule and, behind #, the other forms.

    Its rules are those of a contest of two stages, for its author to overwrite; its status is "example".
    """

    def comment(key: str, width: int = 110) -> Iterator[str]:
        line = "#"
        for word in words(key).split():
            if len(line) + 1 + len(word) > width:
                yield line
                line = "#"
            line += " " + word
        yield line

    def titles(key: str) -> str:
        return f'title = {{ en = "{Words("en")(key)}", vi = "{Words("vi")(key)}" }}'

    def lines() -> Iterator[str]:
        yield from comment("skeleton_head")
        yield ""
        yield from comment("skeleton_id")
        yield f'series = "{series}"'
        yield f'version = "{version}"'
        yield titles("skeleton_title_title")
        yield from comment("skeleton_dates")
        yield f"effective_from = {day.isoformat()}"
        yield f"# effective_to = {day.replace(year=day.year + 4, month=12, day=31).isoformat()}"
        yield from comment("skeleton_status")
        yield 'status = "example"'
        yield 'jurisdiction = "VN"'
        yield from comment("skeleton_source")
        yield f'source = "{words("skeleton_source_text")}"'
        yield ""
        yield from comment("skeleton_fact")
        yield from ("[[fact]]", 'name = "priority"', 'type = "boolean"', "default = false")
        yield titles("skeleton_fact_title")
        yield ""
        yield from ("# [[fact]]", '# name = "born"', '# type = "date"', "")
        yield from comment("skeleton_stage")
        yield from ("[[stage]]", 'name = "written"', "max = 100")
        yield titles("skeleton_written_title")
        yield from comment("skeleton_missing")
        yield 'missing = "incomplete"'
        yield from comment("skeleton_gate")
        yield "gate = { points = 50 }"
        yield ""
        yield from comment("skeleton_advance")
        yield from ("# [stage.advance]", "# ratio = 3", '# ties_at_cut = "include_all"', "")
        yield from ("[[stage]]", 'name = "project"', "max = 100")
        yield titles("skeleton_project_title")
        yield "gate = { points = 50 }"
        yield ""
        yield from comment("skeleton_part")
        for part, key in (("content", "skeleton_content_title"), ("defence", "skeleton_defence_title")):
            yield from ("[[stage.part]]", f'name = "{part}"', f"max = {60 if part == 'content' else 40}")
            yield titles(key)
        yield ""
        yield from comment("skeleton_score")
        yield from ("[score]", 'round = { digits = 2, mode = "half_up" }', "terms = [")
        yield from (
            '  { stage = "written", weight = "0.4" },',
            '  { stage = "project", weight = "0.6" },',
            "]",
        )
        yield ""
        yield from comment("skeleton_bonus")
        yield from ("# [bonus]", '# combine = "highest"', "# cap = 5")
        yield '# grant = [ { points = 5, when = { fact = "priority", equals = true } } ]'
        yield ""
        yield from comment("skeleton_rank")
        yield from ("[[rank]]", 'name = "position"', 'within = ["position"]')
        yield from comment("skeleton_ties")
        yield from (
            "ties = [",
            '  { stage = "project" },',
            '  { holds = { fact = "priority", equals = true } },',
        )
        yield from ('  { end = "authority_decides" },', "]", "")
        yield from comment("skeleton_select")
        yield from ("[select]", 'by = "position"', "")
        yield from comment("skeleton_reserve")
        yield from ("[select.reserve]", "count = 2", "")

    return "\n".join(lines())


def new_regulation(options: argparse.Namespace, words: Words) -> int:
    series, dot, version = options.id.rpartition(".")
    if not (series and dot and version):
        raise problem("bad_regulation_id", options.id)
    year = int(version) if version.isdecimal() and 1900 <= int(version) <= 9990 else 2000
    day = options.effective_from or datetime.date(year, 1, 1)
    text = skeleton(series, version, day, words)
    recruit.Regulation.parse(text, options.id)  # an id that the format refuses is told here
    if not options.out:
        print(text, end="")
        return FINE
    out = Path(options.out)
    files.check_output(out, {".toml"})
    _not_there(out, options.force)
    with files.replacing(out) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")
    say(words("command_skeleton_written", out), words("command_skeleton_next", out))
    return FINE


def _not_there(out: Path, force: bool) -> None:
    if out.exists() and not force:
        raise problem("file_exists", out)


# ---- the empty score sheet ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Field:
    """A column of a score sheet: what may stand in it."""

    name: str
    title: str
    kind: str  # key of the text that names its type
    most: str = ""
    values: tuple[str, ...] = ()
    needed: bool = False
    note: str = ""


STATUSES = ("present", "absent", "void", "exempt", "not_called", "withdrawn", "cancelled")


def fields(rules: recruit.Regulation, words: Words) -> list[Field]:
    """The columns of a score sheet: who, for what, facts; of each stage its parts, itself, its status."""
    language = words.language
    within = {name for rank in rules.ranks for name in rank.within}
    made = [
        Field(
            "application",
            words("heading_application"),
            "type_text",
            needed=True,
            note=words("note_application"),
        )
    ]
    if "position" in within:
        made.append(Field("position", rules.label("position").str(language), "type_text", needed=True))
    for fact in rules.facts:
        values = tuple(fact.values) or (("true", "false") if fact.type is recruit.FactType.boolean else ())
        kind = f"type_{fact.type.name}"
        made.append(
            Field(fact.name, fact.title.str(language), kind, values=values, needed=fact.name in within)
        )
    for stage in rules.stages:
        title = stage.title.str(language)
        for part in stage.parts:
            name = f"{title}: {part.title.str(language)}"
            made.append(Field(f"{stage.name}.{part.name}", name, "type_points", most=f"{part.max:f}"))
        note = words("note_stage_with_parts") if stage.parts else ""
        made.append(Field(stage.name, title, "type_points", most=f"{stage.max:f}", note=note))
        made.append(
            Field(
                f"{stage.name}.status",
                words("heading_status", title),
                "type_category",
                values=STATUSES,
                note=words("note_status"),
            )
        )
    return made


def template(options: argparse.Namespace, words: Words) -> int:
    rules = contest.regulation(options.regulation)
    columns = fields(rules, words)
    if not options.out:
        say(*_guide_lines(columns, words))
        return FINE
    out = Path(options.out)
    files.check_output(out, {".xlsx", ".csv"})
    _not_there(out, options.force)
    guide = out.with_name(out.stem + ".columns.csv")
    if out.suffix.lower() == ".xlsx":
        with files.replacing(out) as temporary:
            _write_workbook(rules, columns, temporary, words)
    else:
        _not_there(guide, options.force)
        with files.replacing(out) as temporary, temporary.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file, lineterminator="\n").writerow([column.name for column in columns])
        with files.replacing(guide) as temporary:
            recruit.write_csv(_guide(columns, words), temporary)
    say(words("command_template_written", out, len(columns)))
    if out.suffix.lower() != ".xlsx":
        say(words("command_guide_written", guide))
    say(words("command_template_next", options.regulation, out))
    return FINE


def gaps(options: argparse.Namespace, words: Words) -> int:
    """Each open case as a sentence, with the rule that would decide it. 1 if there is one."""
    rules = contest.regulation(options.regulation)
    found = recruit.gaps(rules)
    if not found:
        say(words("gaps_none", rules.id))
        return FINE
    say(words("gaps_head", rules.id, len(found)))
    for gap in found:
        say(f"  {gap.str(words.language)} [{words('gaps_rule', gap.path)}]")
    return WRONG_DATA


def burden(options: argparse.Namespace, words: Words) -> int:
    rules = contest.regulation(options.regulation)
    made = recruit.burden(rules, start=options.start, applicants=options.applicants)
    say(made.str(words.language).rstrip("\n"))
    return WRONG_DATA if made.contradictory else FINE


def _guide(columns: list[Field], words: Words) -> dict[str, list[str | None]]:
    """What may stand in each column, as a table."""
    cells = [
        (
            column.name,
            column.title,
            words(column.kind),
            column.most,
            ", ".join(column.values),
            words("yes") if column.needed else "",
            column.note,
        )
        for column in columns
    ]
    heads = [
        "guide_column",
        "guide_title",
        "guide_type",
        "guide_max",
        "guide_values",
        "guide_needed",
        "guide_note",
    ]
    return {words(head): [row[i] or None for row in cells] for i, head in enumerate(heads)}


def _guide_lines(columns: list[Field], words: Words) -> Iterator[str]:
    for column in columns:
        parts = [words(column.kind)]
        parts += [words("guide_at_most", column.most)] if column.most else []
        parts += [", ".join(column.values)] if column.values else []
        parts += [words("guide_is_needed")] if column.needed else []
        parts += [column.note] if column.note else []
        yield f"{column.name}: {column.title} ({'; '.join(parts)})"


ROWS_TO_FILL = 2000  # as far as a template's cells have lists and limits


def _write_workbook(rules: recruit.Regulation, columns: list[Field], path: Path, words: Words) -> None:
    """A sheet to fill in, titles above the names that are read; a sheet of seats; a sheet that explains."""
    from recruit.command import workbook

    book = workbook.new(path)
    scores = workbook.Sheet(book, words("sheet_scores"))
    texts = book.add_format({"num_format": "@"})  # an id keeps its zeros
    scores.header(0, [column.title for column in columns])
    scores.header(1, [column.name for column in columns])
    for number, column in enumerate(columns):
        scores.sheet.set_column(
            number,
            number,
            max(10, min(30, len(column.name) + 2)),
            texts if column.kind == "type_text" else None,
        )
        if rule := _validation(column, words):
            scores.sheet.data_validation(2, number, ROWS_TO_FILL, number, rule)
    scores.sheet.freeze_panes(2, 1)
    within = rules.selecting_rank.within
    seats = workbook.Sheet(book, words("sheet_seats"))
    seats.header(0, [*within, "seats"])
    for number in range(len(within)):
        seats.sheet.set_column(number, number, 24, texts)
    explained = workbook.Sheet(book, words("sheet_guide"))
    guide = _guide(columns, words)
    explained.header(
        0, list(guide), [max((len(v or "") for v in values), default=0) for values in guide.values()]
    )
    for number, values in enumerate(guide.values()):
        for row, value in enumerate(values, 1):
            explained.put(row, number, value)
    explained.put(
        len(columns) + 2, 0, words("list_rules", rules.title.str(words.language), rules.id, rules.digest)
    )
    book.close()


def _validation(column: Field, words: Words) -> dict[str, Any] | None:
    """What a spreadsheet refuses to take in the column."""
    refused = {"error_title": column.name[:32]}
    if column.values and sum(len(v) + 1 for v in column.values) < 255:
        return {"validate": "list", "source": list(column.values), **refused}
    if column.most:
        return {
            "validate": "decimal", "criteria": "between", "minimum": 0, "maximum": float(column.most),
            "error_message": words("guide_at_most", column.most), **refused,
        }  # fmt: skip
    if column.kind == "type_date":
        return {"validate": "date", "criteria": ">", "value": datetime.date(1900, 1, 1), **refused}
    return None
