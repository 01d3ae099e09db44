"""``recruit refer``: who may be chosen for the next vacancy, given what happened so far."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import recruit
from recruit.command import contest, files
from recruit.command.speech import FINE, WRONG_DATA, Progress, Words, problem, say

EVENTS = ("appointed", "declined", "unwilling", "removed", "considered", "dropped", "passed_over")
MOST_NAMES = 50


def _group(result: recruit.Selection, asked: Sequence[str]) -> list[str]:
    """The group that was asked for; the only one where none was."""
    if asked:
        return list(asked)
    names = [group.names for group in result.groups]
    if len(names) != 1:
        shown = ", ".join(" ".join(f'"{part}"' for part in group) for group in names[:20])
        raise problem("choose_group", shown + (" …" if len(names) > 20 else ""))
    return list(names[0])


def _history(
    options: argparse.Namespace, rules: recruit.Regulation, group: list[str]
) -> list[tuple[str, str]]:
    """What happened to the group, in order: the rows of the file, then what the command line adds."""
    events: list[tuple[str, str]] = []
    if options.history:
        needed = frozenset({"event", "application"})
        scope = rules.selecting_rank.within
        wanted = files.Wanted(header=needed, others=needed | set(scope))
        source = files.read(Path(options.history), wanted, separator=options.separator)
        table = source.file.table
        for name in sorted(needed - set(table.columns)):
            raise problem("missing_column", name, ", ".join(table.columns), file=source.name)
        columns = {name: table[name].tolist() for name in table.columns}
        for row in range(len(table)):
            if any(
                str(columns[name][row]) != own
                for name, own in zip(scope, group, strict=False)
                if name in columns
            ):
                continue  # of another group
            kind, application = (str(columns[name][row] or "") for name in ("event", "application"))
            if kind not in EVENTS:
                line = source.file.line_of(row) if source.file.has_lines else None
                raise problem("unknown_referral_event", kind, ", ".join(EVENTS), file=source.name, line=line)
            events.append((kind, application))
    events += options.event
    return events


def _lines(referral: recruit.Referral, words: Words) -> list[str]:
    table = referral.to_table()
    columns = {name: table[name].tolist() for name in table.columns}
    names = columns["application"]
    reachable = set(referral.reachable)
    lines = [
        words(
            "command_referral",
            " / ".join(referral.group) or words("command_everybody"),
            referral.vacancy,
            len(reachable),
            len(names),
        )
    ]
    for row, name in enumerate(names):
        if name not in reachable:
            continue
        if referral.ranked:
            about = [
                str(columns["total"][row]),
                *([columns["category"][row]] if columns["category"][row] else []),
            ]
            lines.append("  " + words("command_referral_name", columns["rank"][row], name, ", ".join(about)))
        else:
            lines.append("  " + name)
    others = [name for name in names if name not in reachable]
    if others:
        lines.append(words("command_referral_others"))
        lines += ["  " + referral.explain(name, words.language) for name in others[:MOST_NAMES]]
    if len(others) > MOST_NAMES:
        lines.append("  " + words("show_more", len(others) - MOST_NAMES))
    return lines


def refer(options: argparse.Namespace, words: Words) -> int:
    request = contest.Request.of(options)
    out = Path(options.out) if options.out else None
    if out:
        history = [Path(options.history)] if options.history else []
        files.check_output(out, contest.RESULTS, [*request.inputs, *history])
    outcome = contest.perform(request, Progress(words, options.progress))
    result = outcome.result
    group = _group(result, options.group)
    history_of = _history(options, result.regulation, group)
    referral = recruit.refer(result, group, history_of, posts=options.posts)
    say(*contest.summary(outcome, words)[:1], *_lines(referral, words))
    if outcome.errors:
        say(*contest.told_issues(outcome, words))
    if out:
        table = referral.to_table()
        with files.replacing(out) as temporary:
            files.write(table, temporary, title=result.regulation.id)
        say(words("command_written", out))
    return WRONG_DATA if outcome.errors else FINE
