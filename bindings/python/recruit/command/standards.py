"""The verbs about standards: show, check, audit."""

from __future__ import annotations

import argparse

import recruit
from recruit.command.speech import FINE, USE_CODES, WRONG_DATA, Words, say, sentence


def show(options: argparse.Namespace, words: Words) -> int:
    say(recruit.Standard.load(options.file).describe(words.language).rstrip("\n"))
    return FINE


def check(options: argparse.Namespace, words: Words) -> int:
    try:
        standard = recruit.Standard.load(options.file)
    except recruit.InvalidRegulation as error:
        if error.code in USE_CODES:
            raise
        say(*(sentence(found, words) for found in error.issues))
        say(words("command_errors", len(error.issues)))
        return WRONG_DATA
    named = f"{standard.title.str(words.language)} ({standard.id})"
    say(words("command_valid_standard", options.file, named))
    return FINE


def audit(options: argparse.Namespace, words: Words) -> int:
    """Each finding as a sentence. 1 if there is one."""
    standard = recruit.Standard.load(options.file)
    found = standard.audit(dict(options.on))
    if not found:
        say(words("audit_none", standard.id))
        return FINE
    say(words("audit_head", standard.id, len(found)))
    say(*(f"  {finding.str(words.language)} [{finding.kind.name}]" for finding in found))
    return WRONG_DATA
