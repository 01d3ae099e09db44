"""``recruit journal``: verify, show, agenda, replay, discretion and export a journal."""

from __future__ import annotations

import argparse
from itertools import islice
from pathlib import Path

import recruit
from recruit.command import files
from recruit.command.speech import FINE, Words, say


def _is_package(path: Path) -> bool:
    """One file of recruit's own format, not a database."""
    with path.open("rb") as file:
        return not file.read(16).startswith(b"SQLite format 3")


def _heads(options: argparse.Namespace) -> list[recruit.Checkpoint]:
    """The checkpoints that were given, their signatures checked where a key is given."""
    heads = []
    for path in options.checkpoint:
        note = files.readable(Path(path)).read_text(encoding="utf-8")
        if options.key:
            heads.append(recruit.verify_checkpoint(note, options.key))
        else:
            heads.append(recruit.parse_checkpoint(note))
    return heads


def _open(options: argparse.Namespace) -> recruit.JournalStore:
    """The journal, checked whole; nothing is written to it."""
    path = files.readable(Path(options.file))
    heads = _heads(options)
    if not _is_package(path):
        return recruit.open_sqlite_journal(path, receipts=options.receipts, heads=heads, read_only=True)
    journal = recruit.load_journal(path)
    for head in heads:
        recruit.check_checkpoint(journal, head)
    return journal


def verify(options: argparse.Namespace, words: Words) -> int:
    """Check every hash, the receipts and the checkpoints, without deciding anything again."""
    with _open(options) as journal:
        say(
            words(
                "command_journal_whole", options.file, journal.competition, len(journal), journal.head().head
            )
        )
    for path, head in zip(options.checkpoint, _heads(options), strict=True):
        say(words("command_journal_continues", path, head.size))
    if not options.checkpoint and _is_package(Path(options.file)):
        say(words("command_journal_no_heads"))
    return FINE


def _line(record: recruit.JournalRecord, words: Words) -> str:
    event = recruit.Event.parse(record.body)
    said = "; ".join(
        f"{name}={value}".replace("\n", ", ")
        for part in (event.act.fields, event.decided)
        for name, value in part.items()
        if name != "regulation"  # a whole file
    )
    return words(
        "command_journal_line",
        record.sequence,
        f"{event.at:%Y-%m-%dT%H:%M:%SZ}",
        recruit.label(event.act.kind, words.language),
        event.act.actor,
        said,
    )


def show(options: argparse.Namespace, words: Words) -> int:
    """A line an act; what is sealed is not shown."""
    with _open(options) as journal:
        for record in islice(journal.read(options.first), options.count):
            say(_line(record, words))
    return FINE


def agenda(options: argparse.Namespace, words: Words) -> int:
    """What is next on a day, by whom, until when."""
    with _open(options) as journal:
        items = recruit.agenda(recruit.Competition.replay(journal), options.today)
    say(*(item.str(words.language) for item in items))
    if not items:
        say(words("command_journal_nothing_next"))
    return FINE


def replay(options: argparse.Namespace, words: Words) -> int:
    """Decide every act again, and say where the contest stands."""
    with _open(options) as journal:
        contest = recruit.Competition.replay(journal)
    phase = recruit.label(contest.phase(), words.language)
    say(words("command_journal_replayed", options.file, len(contest), phase, contest.digest()))
    for row in contest.standings().to_pandas().itertuples(index=False):
        said = recruit.label(recruit.Standing[row.standing], words.language)
        say(f"  {row.position}  {row.rank}  {row.application}  {row.total}  {said}")
    return FINE


def discretion(options: argparse.Namespace, words: Words) -> int:
    """What people decided where the rules left room."""
    with _open(options) as journal:
        found = recruit.Competition.replay(journal).discretion
    for one in found:
        act = recruit.label(one.act, words.language)
        said = "; ".join(text for text in (one.about, one.reason, one.effect) if text)
        say(words("command_journal_line", one.sequence, f"{one.at:%Y-%m-%dT%H:%M:%SZ}", act, one.actor, said))
    if not found:
        say(words("command_journal_no_discretion"))
    return FINE


def export(options: argparse.Namespace, words: Words) -> int:
    """The event log as CSV, for process mining."""
    out = Path(options.out)
    files.check_output(out, {".csv"})
    with _open(options) as journal:
        log = recruit.event_log(journal)
    with files.replacing(out) as temporary:
        recruit.write_csv(log, temporary)
    say(words("command_journal_exported", len(log), out))
    return FINE
