"""The command ``recruit``: a selection from files, its explanation, and the regulations there are."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Literal, NoReturn, TypeAlias

import recruit
from recruit import _core, _file_command

FINE, WRONG_DATA, WRONG_USE, INTERRUPTED = 0, 1, 2, 130

# Errors that say the command was given the wrong thing, not that the data or the regulation are wrong.
_USE_CODES = {
    "bad_seats",
    "file_not_written",
    "file_unreadable",
    "missing_seed",
    "no_regulation_in_force",
    "several_in_force",
    "unknown_application",
    "unknown_regulation",
    "unknown_stage",
}


_Language: TypeAlias = Literal["en", "vi"]


class _Words:
    """Texts of the catalogue in one language."""

    def __init__(self, language: _Language) -> None:
        self.language = language

    def __call__(self, key: str, *values: object) -> str:
        return _core._text(key, self.language, *values)


class _Parser(argparse.ArgumentParser):
    """argparse with headings in the reader's language and no traceback or usage page on an error."""

    def __init__(self, *, words: _Words, **options: Any) -> None:
        super().__init__(add_help=False, allow_abbrev=False, **options)
        self.words = words
        self._positionals.title = words("help_arguments")
        self._optionals.title = words("help_options")
        self.add_argument("-h", "--help", action="help", help=words("help_help"))

    def format_usage(self) -> str:
        formatter = self._get_formatter()
        formatter.add_usage(
            self.usage, self._actions, self._mutually_exclusive_groups, self.words("help_usage")
        )
        return formatter.format_help()

    def format_help(self) -> str:
        text = super().format_help()
        usage = self.format_usage()
        return usage + text[text.index("\n\n") + 1 :] if "\n\n" in text else text

    def error(self, message: str) -> NoReturn:
        print(self.words("command_wrong_use", message, self.prog), file=sys.stderr)
        raise SystemExit(WRONG_USE)


def _language_of(arguments: Sequence[str]) -> _Language:
    """The language to speak before the arguments are parsed: --lang, else the environment's."""
    for i, argument in enumerate(arguments):
        value = argument.removeprefix("--lang=")
        if argument == "--lang" and i + 1 < len(arguments):
            value = arguments[i + 1]
        if argument.startswith("--lang") and value in {"en", "vi"}:
            return "vi" if value == "vi" else "en"
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name, ""):
            return "vi" if value.startswith("vi") else "en"
    return "en"


def _column(words: _Words, text: str) -> tuple[str, str]:
    role, equals, name = text.partition("=")
    if not (role and equals and name):
        raise argparse.ArgumentTypeError(words("command_bad_column", text))
    return role, name


def _parser(words: _Words) -> _Parser:
    def add_language(parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--lang", choices=["vi", "en"], default=words.language, help=words("help_lang"))

    def add_data(parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--regulation", required=True, metavar="ID|FILE", help=words("help_regulation"))
        parser.add_argument("--scores", required=True, metavar="FILE", help=words("help_scores"))
        parser.add_argument("--seats", metavar="FILE|N", help=words("help_seats"))
        parser.add_argument(
            "--column",
            action="append",
            default=[],
            metavar="ROLE=NAME",
            type=lambda text: _column(words, text),
            help=words("help_column"),
        )
        parser.add_argument("--through", metavar="STAGE", help=words("help_through"))
        parser.add_argument(
            "--given-total", choices=["check", "use"], default="check", help=words("help_given_total")
        )
        parser.add_argument("--seed", help=words("help_seed"))
        add_language(parser)

    def add_commands(parser: argparse.ArgumentParser, required: bool) -> Any:
        return parser.add_subparsers(
            title=words("help_commands"), metavar="COMMAND", required=required, dest="command"
        )

    def add_command(commands: Any, name: str, key: str, run: Callable[..., int]) -> argparse.ArgumentParser:
        parser: argparse.ArgumentParser = commands.add_parser(
            name, words=words, help=words(key), description=words(key)
        )
        parser.set_defaults(run=run)
        return parser

    parser = _Parser(
        words=words, prog="recruit", description=words("help_recruit"), epilog=words("help_exit")
    )
    parser.add_argument(
        "--version", action="version", version=f"recruit {recruit.__version__}", help=words("help_version")
    )
    commands = add_commands(parser, required=True)

    select = add_command(commands, "select", "help_select", _select)
    add_data(select)
    select.add_argument("--out", metavar="FILE", help=words("help_out"))

    explain = add_command(commands, "explain", "help_explain", _explain)
    add_data(explain)
    explain.add_argument("application", metavar="APPLICATION", help=words("help_application"))

    regulations = add_command(commands, "regulations", "help_regulations", _regulations)
    add_language(regulations)
    kinds = add_commands(regulations, required=False)
    show = add_command(kinds, "show", "help_regulations_show", _show)
    show.add_argument("regulation", metavar="ID|FILE", help=words("help_regulation"))
    add_language(show)
    check = add_command(kinds, "check", "help_regulations_check", _check)
    check.add_argument("file", metavar="FILE", help=words("help_file"))
    add_language(check)
    _file_command.add(commands, add_commands, add_command, add_language, _say, words)
    return parser


# ---- what is read -----------------------------------------------------------------------------------------


def _regulation(text: str) -> recruit.Regulation:
    """A file where the text names one or looks like one, else an id of the catalogue."""
    if Path(text).exists() or text.endswith(".toml") or os.sep in text:
        return recruit.Regulation.load(text)
    return recruit.regulation(text)


def _seats(text: str | None) -> int | recruit.Table | None:
    if text is None:
        return None
    try:
        return int(text)
    except ValueError:
        return recruit.read_csv(text).table


def _selection(options: argparse.Namespace) -> tuple[recruit.Selection, list[recruit.Issue]]:
    """The selection, and the issues of the file and of the selection in this order."""
    rules = _regulation(options.regulation)
    sheet = recruit.read_scores(options.scores, rules, columns=dict(options.column))
    result = recruit.select(
        rules,
        sheet.table,
        _seats(options.seats),
        through=options.through,
        given_total=options.given_total,
        seed=options.seed,
    )
    read = {(issue.code, issue.row, issue.column) for issue in sheet.issues}
    again = [issue for issue in result.issues if (issue.code, issue.row, issue.column) not in read]
    return result, [*sheet.issues, *again]


# ---- what is printed --------------------------------------------------------------------------------------


def _safe(text: str) -> str:
    """Texts come from files: no control character of theirs reaches the terminal."""
    return "".join(c if c.isprintable() or c in "\n\t" else "\ufffd" for c in text)


def _say(*lines: str) -> None:
    for line in lines:
        print(_safe(line))


def _issue_lines(issues: Iterable[recruit.Issue], words: _Words) -> list[str]:
    """One line for each code: how many, and the first in full."""
    by_code: dict[str, list[recruit.Issue]] = {}
    for issue in issues:
        by_code.setdefault(issue.code, []).append(issue)
    return [
        "  " + words("command_issue_first", code, len(found), found[0].str(words.language))
        for code, found in by_code.items()
    ]


def _is_error(issue: recruit.Issue) -> bool:
    return issue.severity is recruit.Severity.error


def _select(options: argparse.Namespace, words: _Words) -> int:
    result, issues = _selection(options)
    errors = sum(map(_is_error, issues))
    if options.out:
        recruit.write_csv(result, options.out)
        rules = result.regulation
        title = words("show_selection", rules.title.str(words.language), rules.id, len(result))
        counts = [
            f"{recruit.label(recruit.Standing[name], words.language)}: {number}"
            for name, number in result.counts.items()
        ]
        _say(title, " · ".join(counts))
    else:
        lines = result.summary(words.language).splitlines()
        _say(*lines[:-1])  # its last line counts the issues of the selection alone
    groups = result.groups
    seats = [group.seats for group in groups if group.seats is not None]
    selected = sum(group.selected for group in groups)
    known = str(sum(seats)) if seats else words("command_seats_unknown")
    _say(words("command_groups", len(groups), known, selected))
    contested = [group for group in groups if group.contested]
    if contested:
        _say(words("command_contested"))
    for group in contested:
        name = " / ".join(group.names) or words("command_everybody")
        free = (group.seats or 0) - group.selected
        _say("  " + words("command_contested_group", name, group.contested, free))
    _say(words("show_issues", len(issues), errors) if issues else words("show_no_issues"))
    _say(*_issue_lines(issues, words))
    if options.out:
        _say(words("command_written", options.out))
    return WRONG_DATA if errors else FINE


def _explain(options: argparse.Namespace, words: _Words) -> int:
    result, _ = _selection(options)
    _say(result.explain(options.application).str(words.language).rstrip("\n"))
    return FINE


def _regulations(options: argparse.Namespace, words: _Words) -> int:
    ids = recruit.regulation_ids()
    width = max(map(len, ids), default=0)
    for id in ids:
        _say(f"{id:{width}}  {recruit.regulation(id).title.str(words.language)}")
    if not ids:
        _say(words("command_no_regulations"))
    return FINE


def _show(options: argparse.Namespace, words: _Words) -> int:
    _say(_regulation(options.regulation).describe(words.language).rstrip("\n"))
    return FINE


def _check(options: argparse.Namespace, words: _Words) -> int:
    try:
        rules = recruit.Regulation.load(options.file)
    except recruit.InvalidRegulation as error:
        if error.code in _USE_CODES:
            raise
        _say(*(issue.str(words.language) for issue in error.issues))
        _say(words("command_errors", len(error.issues)))
        return WRONG_DATA
    _say(words("command_valid", options.file, f"{rules.title.str(words.language)} ({rules.id})"))
    return FINE


def _tell(error: recruit.Error, words: _Words) -> None:
    """Each problem: where, what, and what to do."""
    for issue in error.issues:
        where = issue.where(words.language)
        message = f"{where}: {issue.message(words.language)}" if where else issue.message(words.language)
        print(_safe(words("command_error", message)), file=sys.stderr)
        if remedy := issue.remedy(words.language):
            print(_safe(words("command_remedy", remedy)), file=sys.stderr)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Parameters
    ----------
    arguments : sequence of str, optional
        Those of the command line if not given.

    Returns
    -------
    int
        0 fine, 1 the data or the regulation has errors, 2 wrong use.

    Examples
    --------
    >>> from recruit.command import main
    >>> main(["regulations", "--lang", "en"])  # doctest: +ELLIPSIS
    cn.luoyang.2024...
    0
    """
    arguments = sys.argv[1:] if arguments is None else arguments
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal without Vietnamese letters is no reason to fail
    words = _Words(_language_of(arguments))
    try:
        options = _parser(words).parse_args(arguments)
        status: int = options.run(options, words)
        sys.stdout.flush()
        return status
    except SystemExit as end:  # --help, --version, wrong use
        return end.code if isinstance(end.code, int) else FINE
    except recruit.Error as error:
        _tell(error, words)
        return WRONG_USE if error.code in _USE_CODES else WRONG_DATA
    except KeyboardInterrupt:
        print(words("command_stopped"), file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FINE
