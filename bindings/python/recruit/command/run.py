"""The command line: its verbs, its help in the reader's language, its exit status."""

from __future__ import annotations

import argparse
import datetime
import os
import re
import sys
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

import recruit
from recruit.command import archive, contest, journal, listing, manifest, referral, review, rules, standards
from recruit.command.speech import (
    FINE,
    INTERRUPTED,
    USE_CODES,
    WRONG_DATA,
    WRONG_USE,
    Language,
    Words,
    tell,
    warn,
)

# What argparse says of wrong use, and the texts of the catalogue for it.
_WRONG_USE = (
    (r"the following arguments are required: (.*)", "use_required"),
    (r"unrecognized arguments: (.*)", "use_unrecognized"),
    (r"argument (\S+): invalid choice: '?(.*?)'? \(choose from (.*)\)", "use_choice"),
    (r"argument (\S+): expected one argument", "use_one_argument"),
    (r"argument (\S+): invalid \w+ value: '(.*)'", "use_value"),
    (r"argument (\S+): ignored explicit argument '(.*)'", "use_value"),
)


class _Parser(argparse.ArgumentParser):
    """argparse with headings in the reader's language and no traceback or usage page on an error."""

    def __init__(self, *, words: Words, **options: Any) -> None:
        super().__init__(
            add_help=False,
            allow_abbrev=False,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            **options,
        )
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
        for pattern, key in _WRONG_USE:
            if found := re.fullmatch(pattern, message):
                message = self.words(key, *found.groups())
                break
        warn(self.words("command_wrong_use", message, self.prog))
        raise SystemExit(WRONG_USE)


def _language_of(arguments: Sequence[str]) -> Language:
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


class _Builder:
    """Adds the verbs and their options, with help from the catalogue of texts."""

    def __init__(self, words: Words) -> None:
        self.words = words

    def column(self, text: str) -> tuple[str, str]:
        role, equals, name = text.partition("=")
        if not (role and equals and name):
            raise argparse.ArgumentTypeError(self.words("command_bad_column", text))
        return role, name

    def strike(self, text: str) -> tuple[str, str | None]:
        marker, equals, application = text.partition("=")
        return marker, application if equals else None

    def event(self, text: str) -> tuple[str, str]:
        kind, equals, application = text.partition("=")
        if kind not in referral.EVENTS or not (equals and application):
            raise argparse.ArgumentTypeError(self.words("command_bad_event", text))
        return kind, application

    def moment(self, text: str) -> str:
        try:
            datetime.datetime.fromisoformat(text)
        except ValueError:
            raise argparse.ArgumentTypeError(self.words("command_bad_moment", text)) from None
        return text

    def day(self, text: str) -> datetime.date:
        try:
            return datetime.date.fromisoformat(text)
        except ValueError:
            raise argparse.ArgumentTypeError(self.words("command_bad_day", text)) from None

    def row(self, text: str) -> int:
        if not text.isdecimal() or int(text) == 0:
            raise argparse.ArgumentTypeError(self.words("command_bad_row", text))
        return int(text)

    def language(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--lang", choices=["vi", "en"], default=self.words.language, help=self.words("help_lang")
        )

    def progress(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--progress", action="store_true", help=self.words("help_progress"))

    def rules(self, parser: argparse.ArgumentParser, name: str = "regulation") -> None:
        parser.add_argument(name, metavar="ID|FILE", help=self.words("help_regulation"))

    def data(self, parser: argparse.ArgumentParser) -> None:
        words = self.words
        add = parser.add_argument
        add("--regulation", required=True, metavar="ID|FILE", help=words("help_regulation"))
        add("--scores", required=True, metavar="FILE", help=words("help_scores"))
        add("--seats", metavar="FILE|N", help=words("help_seats"))
        add("--marks", metavar="FILE", help=words("help_marks"))
        add(
            "--strike",
            action="append",
            default=[],
            metavar="MARKER[=APPLICATION]",
            type=self.strike,
            help=words("help_strike"),
        )
        add(
            "--column",
            action="append",
            default=[],
            metavar="ROLE=NAME",
            type=self.column,
            help=words("help_column"),
        )
        add("--columns", metavar="FILE", help=words("help_columns"))
        add("--sheet", metavar="NAME|N", help=words("help_sheet"))
        add("--marks-sheet", metavar="NAME|N", help=words("help_marks_sheet"))
        add("--seats-sheet", metavar="NAME|N", help=words("help_seats_sheet"))
        add("--header-row", metavar="N", type=self.row, help=words("help_header_row"))
        add("--separator", choices=[",", ";", "|", "\t"], metavar="SIGN", help=words("help_separator"))
        add("--decimal-mark", choices=[".", ","], metavar="SIGN", help=words("help_decimal_mark"))
        add("--date-order", choices=["ymd", "dmy", "mdy"], default="ymd", help=words("help_date_order"))
        add("--through", metavar="STAGE", help=words("help_through"))
        add("--given-total", choices=["check", "use"], default="check", help=words("help_given_total"))
        add("--seed", help=words("help_seed"))
        self.progress(parser)
        self.language(parser)

    def verbs(self, parser: argparse.ArgumentParser, required: bool) -> Any:
        return parser.add_subparsers(
            title=self.words("help_commands"), metavar="COMMAND", required=required, dest="command"
        )

    def verb(self, verbs: Any, name: str, key: str, run: Callable[..., int]) -> argparse.ArgumentParser:
        parser: argparse.ArgumentParser = verbs.add_parser(
            name,
            words=self.words,
            help=self.words(key),
            description=self.words(key),
            epilog=self.words("help_exit"),
        )
        parser.set_defaults(run=run)
        return parser

    def selecting(self, verbs: Any) -> None:
        words = self.words
        select = self.verb(verbs, "select", "help_select", contest.select)
        self.data(select)
        select.add_argument("--out", metavar="FILE", help=words("help_out"))
        select.add_argument("--labels", action="store_true", help=words("help_labels"))
        select.add_argument("--issues", metavar="FILE", help=words("help_issues"))
        select.add_argument("--save-columns", metavar="FILE", help=words("help_save_columns"))
        select.add_argument("--made-at", metavar="TIME", type=self.moment, help=words("help_made_at"))

        explain = self.verb(verbs, "explain", "help_explain", contest.explain)
        self.data(explain)
        explain.add_argument("application", metavar="APPLICATION", help=words("help_application"))

        refer = self.verb(verbs, "refer", "help_refer", referral.refer)
        self.data(refer)
        add = refer.add_argument
        add("group", metavar="GROUP", nargs="*", help=words("help_refer_group"))
        add("--history", metavar="FILE", help=words("help_history"))
        add(
            "--event",
            action="append",
            default=[],
            metavar="EVENT=APPLICATION",
            type=self.event,
            help=words("help_event"),
        )
        add("--posts", metavar="N", type=self.row, default=1, help=words("help_posts"))
        add("--out", metavar="FILE", help=words("help_refer_out"))

        publish = self.verb(verbs, "publish", "help_publish", listing.publish)
        self.data(publish)
        add = publish.add_argument
        add("--out", metavar="FILE", help=words("help_publish_out"))
        add("--people", choices=["codes", "masked", "both"], default="codes", help=words("help_people"))
        add("--name-column", metavar="NAME", help=words("help_name_column"))
        add("--no-totals", action="store_true", help=words("help_no_totals"))
        add("--everybody", action="store_true", help=words("help_everybody"))
        add("--title", metavar="TEXT", help=words("help_title"))
        add("--date", metavar="TEXT", help=words("help_date"))
        add("--made-at", metavar="TIME", type=self.moment, help=words("help_made_at"))

        verify = self.verb(verbs, "verify-run", "help_verify", manifest.verify)
        verify.add_argument("manifest", metavar="MANIFEST", help=words("help_manifest"))
        self.progress(verify)
        self.language(verify)

    def day_of(self, text: str) -> tuple[str, datetime.date]:
        name, equals, day = text.partition("=")
        try:
            if name and equals:
                return name, datetime.date.fromisoformat(day)
        except ValueError:
            pass
        raise argparse.ArgumentTypeError(self.words("command_bad_day_of", text))

    def standards(self, verbs: Any) -> None:
        words = self.words
        kinds = self.verbs(self.verb(verbs, "standards", "help_standards", standards.show), required=True)
        for name, key, work in (
            ("show", "help_standards_show", standards.show),
            ("check", "help_standards_check", standards.check),
            ("audit", "help_standards_audit", standards.audit),
        ):
            verb = self.verb(kinds, name, key, work)
            verb.add_argument("file", metavar="FILE", help=words("help_standard_file"))
            if name == "audit":
                verb.add_argument(
                    "--on",
                    metavar="MOMENT=DATE",
                    type=self.day_of,
                    action="append",
                    default=[],
                    help=words("help_standard_on"),
                )
            self.language(verb)

    def regulating(self, verbs: Any) -> None:
        words = self.words
        template = self.verb(verbs, "template", "help_template", rules.template)
        template.add_argument("--regulation", required=True, metavar="ID|FILE", help=words("help_regulation"))
        template.add_argument("--out", metavar="FILE", help=words("help_template_out"))
        template.add_argument("--force", action="store_true", help=words("help_force"))
        self.language(template)

        regulations = self.verb(verbs, "regulations", "help_regulations", rules.list_all)
        self.language(regulations)
        kinds = self.verbs(regulations, required=False)
        show = self.verb(kinds, "show", "help_regulations_show", rules.show)
        self.rules(show)
        self.language(show)
        check = self.verb(kinds, "check", "help_regulations_check", rules.check)
        check.add_argument("file", metavar="FILE", help=words("help_file"))
        self.language(check)
        diff = self.verb(kinds, "diff", "help_regulations_diff", rules.diff)
        self.rules(diff, "before")
        self.rules(diff, "after")
        self.language(diff)
        gaps = self.verb(kinds, "gaps", "command_help_gaps", rules.gaps)
        self.rules(gaps)
        self.language(gaps)
        burden = self.verb(kinds, "burden", "command_help_burden", rules.burden)
        self.rules(burden)
        burden.add_argument("--start", metavar="DATE", type=self.day, help=words("command_help_burden_start"))
        burden.add_argument(
            "--applicants", metavar="N", type=int, default=0, help=words("command_help_burden_applicants")
        )
        self.language(burden)

        self.standards(verbs)

        new = self.verb(verbs, "new-regulation", "help_new", rules.new_regulation)
        new.add_argument("id", metavar="ID", help=words("help_new_id"))
        new.add_argument("--effective-from", metavar="DATE", type=self.day, help=words("help_effective_from"))
        new.add_argument("--out", metavar="FILE", help=words("help_new_out"))
        new.add_argument("--force", action="store_true", help=words("help_force"))
        self.language(new)

    def filing(self, verbs: Any) -> None:
        file = self.verb(verbs, "file", "help_file_command", archive.info)
        self.language(file)
        kinds = self.verbs(file, required=True)
        for name, key, run in (
            ("info", "help_file_info", archive.info),
            ("check", "help_file_check", archive.check),
        ):
            kind = self.verb(kinds, name, key, run)
            kind.add_argument("file", metavar="FILE", help=self.words("help_saved_file"))
            self.language(kind)

    def recording(self, verbs: Any) -> None:
        words = self.words
        head = self.verb(verbs, "journal", "help_journal", journal.verify)
        self.language(head)
        kinds = self.verbs(head, required=True)
        made = {}
        for name in ("verify", "show", "agenda", "replay", "discretion", "export"):
            kind = made[name] = self.verb(kinds, name, f"help_journal_{name}", getattr(journal, name))
            kind.add_argument("file", metavar="FILE", help=words("help_journal_file"))
            kind.add_argument("--receipts", metavar="FILE", help=words("help_receipts"))
            kind.add_argument(
                "--checkpoint", metavar="FILE", action="append", default=[], help=words("help_checkpoint")
            )
            kind.add_argument("--key", metavar="KEY", help=words("help_key"))
            self.language(kind)
        made["show"].add_argument("--first", metavar="N", type=self.row, default=1, help=words("help_first"))
        made["show"].add_argument("--count", metavar="N", type=self.row, help=words("help_count"))
        made["agenda"].add_argument(
            "--today", metavar="DATE", type=self.day, required=True, help=words("help_today")
        )
        made["export"].add_argument("--out", metavar="FILE", required=True, help=words("help_journal_out"))

    def reviewing(self, verbs: Any) -> None:
        words = self.words
        made = self.verb(verbs, "review", "help_review", review.review)
        add = made.add_argument
        add("files", metavar="FILE", nargs="+", help=words("help_review_files"))
        add("--register", metavar="FILE", help=words("help_review_register"))
        add("--by", metavar="COLUMNS", default="level", help=words("help_review_by"))
        add("--as-of", choices=["then", "today"], default="then", help=words("help_review_as_of"))
        add("--until", metavar="DATE", type=self.day, help=words("help_review_until"))
        add("--minimum", metavar="N", type=self.row, default=2, help=words("help_review_minimum"))
        add("--hide-below", metavar="N", type=self.row, help=words("help_review_hide"))
        add("--decisions", metavar="FILE", help=words("help_review_decisions"))
        add("--convert", action="store_true", help=words("help_review_convert"))
        add("--out", metavar="FILE", required=True, help=words("help_review_out"))
        add("--provenance", metavar="FILE", help=words("help_review_provenance"))
        add("--progress", action="store_true", help=words("help_progress"))
        self.language(made)


def _parser(words: Words) -> _Parser:
    parser = _Parser(
        words=words, prog="recruit", description=words("help_recruit"), epilog=words("help_exit")
    )
    parser.add_argument(
        "--version", action="version", version=f"recruit {recruit.__version__}", help=words("help_version")
    )
    builder = _Builder(words)
    builder.language(parser)
    verbs = builder.verbs(parser, required=True)
    builder.selecting(verbs)
    builder.regulating(verbs)
    builder.filing(verbs)
    builder.recording(verbs)
    builder.reviewing(verbs)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Parameters
    ----------
    arguments : sequence of str, optional
        Those of the command line if not given.

    Returns
    -------
    int
        0 fine; 1 the data or the regulation has errors, or what was compared differs; 2 wrong use;
        130 interrupted.

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
    words = Words(_language_of(arguments))
    try:
        options = _parser(words).parse_args(arguments)
        status: int = options.run(options, words)
        sys.stdout.flush()
        return status
    except SystemExit as end:  # --help, --version, wrong use
        return end.code if isinstance(end.code, int) else FINE
    except recruit.Error as error:
        tell(error, words)
        return WRONG_USE if error.code in USE_CODES else WRONG_DATA
    except KeyboardInterrupt:
        warn(words("command_stopped"))
        return INTERRUPTED
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FINE
