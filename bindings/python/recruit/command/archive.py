"""``recruit file info`` and ``recruit file check``."""

from __future__ import annotations

import argparse

import recruit
from recruit.command.speech import FINE, Words, say


def info(options: argparse.Namespace, words: Words) -> int:
    """Say what the envelope says; nothing else is read."""
    about = recruit.file_info(options.file)
    kind = about.kind or words("command_file_newer_kind", about.kind_number)
    say(words("command_file_info", options.file, kind, about.bytes), f"SHA-256 {about.digest}")
    return FINE


def check(options: argparse.Namespace, words: Words) -> int:
    """Load the value, which checks everything that can be."""
    about = recruit.file_info(options.file)
    try:
        recruit.load(options.file)
    except recruit.FormatError as error:
        # Its content was checked up to there: digest and kind, but Python has no type to make of it.
        if error.code != "kind_without_python":
            raise
    say(words("command_file_whole", options.file, about.kind))
    return FINE
