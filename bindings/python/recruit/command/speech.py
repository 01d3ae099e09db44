"""What the command says: texts of the catalogue in one language, problems, progress."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Iterable, Sequence
from typing import Literal, TypeAlias

import recruit
from recruit import _core

FINE, WRONG_DATA, WRONG_USE, INTERRUPTED = 0, 1, 2, 130

# Errors that say the command was given the wrong thing, not that the data or the regulation are wrong.
USE_CODES = {
    "bad_regulation_id",
    "bad_seats",
    "choose_group",
    "choose_sheet",
    "column_named_twice",
    "columns_file",
    "extra_missing",
    "file_exists",
    "file_not_written",
    "file_unreadable",
    "manifest_unusable",
    "missing_seed",
    "name_column_needed",
    "no_codes_for_all",
    "no_marking",
    "no_referral_rule",
    "no_regulation_in_force",
    "no_such_sheet",
    "not_a_workbook_option",
    "output_is_input",
    "several_in_force",
    "unknown_application",
    "unknown_file_kind",
    "unknown_group",
    "unknown_marker",
    "unknown_regulation",
    "unknown_role",
    "unknown_stage",
    "use_missing_returns",
}

Language: TypeAlias = Literal["en", "vi"]


class Words:
    """Texts of the catalogue in one language."""

    def __init__(self, language: Language) -> None:
        self.language = language

    def __call__(self, key: str, *values: object) -> str:
        return _core._text(key, self.language, *values)


def both(key: str) -> tuple[str, str]:
    """A text of the catalogue in either language, to stand in a problem."""
    return Words("en")(key), Words("vi")(key)


def issue(
    code: str,
    *values: object,
    severity: recruit.Severity = recruit.Severity.error,
    file: str = "",
    line: int | None = None,
    column: str = "",
) -> recruit.Issue:
    """A problem of the catalogue of texts."""
    texts = [value if isinstance(value, tuple) else str(value) for value in values]
    return _core._issue(code, texts, severity=severity, file=file, line=line, column=column)


def raised(problems: Sequence[recruit.Issue]) -> recruit.Error:
    """The problems as an error to raise."""
    error = recruit.Error("\n".join(problem.str() for problem in problems))
    error.issues = list(problems)
    return error


def problem(
    code: str, *values: object, file: str = "", line: int | None = None, column: str = ""
) -> recruit.Error:
    """A problem of the catalogue as an error to raise."""
    return raised([issue(code, *values, file=file, line=line, column=column)])


def safe(text: str) -> str:
    """Texts come from files: no control character of theirs reaches the terminal."""
    return "".join(c if c.isprintable() or c in "\n\t" else "\ufffd" for c in text)


def say(*lines: str) -> None:
    for line in lines:
        print(safe(line))


def warn(line: str) -> None:
    print(safe(line), file=sys.stderr)


def issue_lines(issues: Iterable[recruit.Issue], words: Words) -> list[str]:
    """One line for each code: how many, and the first in full."""
    by_code: dict[str, list[recruit.Issue]] = {}
    for found in issues:
        by_code.setdefault(found.code, []).append(found)
    return [
        "  " + words("command_issue_first", code, len(found), sentence(found[0], words))
        for code, found in by_code.items()
    ]


def remedy(found: recruit.Issue, words: Words) -> str:
    """What to do, said for the command where the library's own advice names its Python arguments."""
    own = {
        "missing_column": "remedy_missing_column",
        "decimal_comma": "remedy_decimal_comma",
        "not_a_date": "remedy_not_a_date",
        "no_seats": "remedy_no_seats",
        "missing_seed": "remedy_missing_seed",
        "unclear_separator": "remedy_unclear_separator",
        "more_issues": "remedy_more_issues",
        "total_differs": "remedy_total_differs",
    }
    key = own.get(found.code)
    if found.code == "not_a_number" and re.fullmatch(r"\d{4}-\d\d-\d\d.*", found.value):
        key = "remedy_date_in_marks"
    return words(key) if key else found.remedy(words.language)


def sentence(found: recruit.Issue, words: Words) -> str:
    """Where, what and what to do."""
    parts = (found.message(words.language), remedy(found, words))
    text = " ".join(part for part in parts if part)
    where = found.where(words.language)
    return f"{where}: {text}" if where else text


def tell(error: recruit.Error, words: Words) -> None:
    """Each problem on the error stream: where, what, and what to do."""
    for found in error.issues:
        where = found.where(words.language)
        message = found.message(words.language)
        warn(words("command_error", f"{where}: {message}" if where else message))
        if advice := remedy(found, words):
            warn(words("command_remedy", advice))


class Progress:
    """How far long work has come, on the error stream: on a terminal, or where it is asked for."""

    def __init__(self, words: Words, asked: bool) -> None:
        self.terminal = sys.stderr.isatty()
        self.shown = asked or self.terminal
        self.words = words
        self.begun = time.monotonic()
        self.last = ""

    def __call__(self, share: float) -> None:
        text = self.words("command_progress", f"{100 * share:.0f}")
        if not self.shown or text == self.last or (self.terminal and time.monotonic() - self.begun < 1):
            return
        self.last = text
        print(text, end="\r" if self.terminal else "\n", file=sys.stderr, flush=True)

    def step(self, key: str, *values: object) -> None:
        """What begins now; only where progress is asked for, as most steps take no time."""
        if self.shown and not self.terminal:
            warn(self.words(key, *values))

    def done(self) -> None:
        if self.last and self.terminal:
            print(" " * len(self.last), end="\r", file=sys.stderr, flush=True)
