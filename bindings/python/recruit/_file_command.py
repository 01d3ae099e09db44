"""``recruit file info`` and ``recruit file check``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import recruit

_Say = Callable[..., None]


def info(options: Any, words: Any, say: _Say) -> int:
    """Say what the envelope says; nothing else is read."""
    about = recruit.file_info(options.file)
    kind = about.kind or words("command_file_newer_kind", about.kind_number)
    say(words("command_file_info", options.file, kind, about.bytes), f"SHA-256 {about.digest}")
    return 0


def check(options: Any, words: Any, say: _Say) -> int:
    """Load the value, which checks everything that can be."""
    about = recruit.file_info(options.file)
    try:
        recruit.load(options.file)
    except recruit.FormatError as error:
        # Its content was checked up to there: digest and kind, but Python has no type to make of it.
        if error.code != "kind_without_python":
            raise
    say(words("command_file_whole", options.file, about.kind))
    return 0


def add(commands: Any, add_commands: Any, add_command: Any, add_language: Any, say: _Say, words: Any) -> None:
    """Add the command to those of ``recruit``."""
    file = add_command(commands, "file", "help_file_command", lambda options, words: 0)
    add_language(file)
    kinds = add_commands(file, required=True)
    for name, key, run in (("info", "help_file_info", info), ("check", "help_file_check", check)):
        parser = add_command(kinds, name, key, lambda options, words, run=run: run(options, words, say))
        parser.add_argument("file", metavar="FILE", help=words("help_file"))
        add_language(parser)
