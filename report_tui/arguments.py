"""The arguments of each command, and the call of it.

Owns what may stand on the command line and what its help says. A command's body is in `commands`, imported when it is
called: `--help` loads nothing, and only the app loads Textual. What becomes of errors is `cli`'s.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from pathlib import Path

from report_tui import __version__
from report_tui.commands.shared import UsageError

TYPE_CHECKING = False  # not typing's: importing that costs every command two milliseconds
if TYPE_CHECKING:
    from typing import NoReturn

_HELP = """\
commands:
  report-tui --plain [PATH]       fill the report in line by line, without a screen
  report-tui demo                 try it on a sample report
  report-tui check [PATH...]      what is wrong, without opening the app
  report-tui handin [PATH]        what the course will see: what is pushed, and what is not
  report-tui show N [PATH]        print answer N
  report-tui set N [PATH]         replace answer N by a file or standard input
  report-tui history [PATH]       versions kept of the report, and what differs in them
  report-tui restore ID [PATH]    bring one back, or one answer of it
  report-tui figures [PATH]       the figures: size, who uses them, what is wrong
  report-tui figures add FILE     bring one in, and into an answer with --question N
  report-tui html [PATH]          the hand-in page, as one file
  report-tui class FOLDER         all groups of a course: a table, and pages with --out
  report-tui rules check FILE     what is wrong with a rules file
  report-tui doctor               what the terminal can do, versions, where files lie
"""


class _Help(argparse.RawDescriptionHelpFormatter):
    """Has a fixed width: argparse would load a module to ask for the terminal's, and does so for every argument."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=80)


class _Parser(argparse.ArgumentParser):
    # Asked with `parse_intermixed_args`: PATH, which may be left out, may stand behind an option as well.

    def __init__(self, prog: str, description: str, epilog: str | None = None) -> None:
        super().__init__(prog, description=description, epilog=epilog, formatter_class=_Help)

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}; see '{self.prog} --help'")


def app(argv: list[str]) -> int:
    """What runs where no command is named: the app, or its plain form. Returns the exit code."""
    parser = _Parser(
        prog="report-tui",
        description="Fill in a course's Markdown report without breaking its template.",
        epilog=_HELP,
    )
    _add_path(parser)
    _add_rules(parser)
    parser.add_argument("--plain", action="store_true", help="in lines, for screen readers and scripts; no screen")
    parser.add_argument("--version", action="version", version=f"report-tui {__version__}")
    arguments = parser.parse_intermixed_args(argv)
    if arguments.plain:
        from report_tui.commands import plain

        return plain.run(arguments.path, arguments.rules)
    from report_tui.commands import app

    return app.run(arguments.path, arguments.rules)


def _demo(argv: list[str]) -> int:
    _Parser(
        prog="report-tui demo", description="Open a sample course's half-filled report in a scratch copy."
    ).parse_intermixed_args(argv)
    from report_tui.commands import app

    return app.demo()


def _check(argv: list[str]) -> int:
    parser = _Parser(prog="report-tui check", description="Say what is wrong with reports; change nothing.")
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="report files, or folders that hold some")
    _add_format(parser, "github")
    _add_rules(parser)
    arguments = parser.parse_intermixed_args(argv)
    from report_tui.commands import check

    return check.run(arguments.paths, arguments.format, arguments.rules)


def _handin(argv: list[str]) -> int:
    parser = _Parser(
        prog="report-tui handin",
        description="Say what the course will see: the report and its figures at the remote's default branch,\n"
        "as last fetched, and what of your work is not there yet. Changes nothing.",
    )
    _add_path(parser)
    parser.add_argument("--fetch", action="store_true", help="ask the remote first; the working tree stays as it is")
    _add_format(parser)
    _add_rules(parser)
    arguments = parser.parse_intermixed_args(argv)
    from report_tui.commands import handin

    return handin.run(arguments.path, arguments.format, arguments.rules, fetch=arguments.fetch)


def _show(argv: list[str]) -> int:
    parser = _Parser(prog="report-tui show", description="Print an answer exactly as the editor would show it.")
    _add_number(parser)
    _add_path(parser)
    arguments = parser.parse_intermixed_args(argv)
    from report_tui.commands import answers

    return answers.show(arguments.number, arguments.path)


def _set(argv: list[str]) -> int:
    parser = _Parser(prog="report-tui set", description="Replace an answer by a file or standard input.")
    _add_number(parser)
    _add_path(parser)
    new = parser.add_mutually_exclusive_group()
    new.add_argument("--file", type=Path, metavar="F", help="the new answer, UTF-8; left out, standard input")
    new.add_argument("--empty", action="store_true", help="empty the answer; an empty text alone never does")
    arguments = parser.parse_intermixed_args(argv)
    from report_tui.commands import answers

    return answers.replace(arguments.number, arguments.path, arguments.file, empty=arguments.empty)


def _history(argv: list[str]) -> int:
    parser = _Parser(
        prog="report-tui history",
        description="List the versions that were kept of a report, the newest first, and what differs from now.",
        epilog="'report-tui restore ID' brings one back, or one answer of it.",
    )
    _add_path(parser)
    parser.add_argument("--question", type=_number, metavar="N", help="only those in which this answer differs")
    parser.add_argument("--show", type=_identity, metavar="ID", help="print what differs in this version")
    parser.add_argument("--all", action="store_true", help="list all of them, not only the newest")
    _add_format(parser)
    arguments = parser.parse_intermixed_args(argv)
    from report_tui.commands import history

    if arguments.show is not None:
        return history.show_one(arguments.show, arguments.path, arguments.question, arguments.format)
    return history.show(arguments.path, arguments.question, arguments.format, everything=arguments.all)


def _restore(argv: list[str]) -> int:
    parser = _Parser(
        prog="report-tui restore",
        description="Bring a version of the report back: its answers and ticked boxes, nothing else.\n"
        "What is there now is kept first, so that this can be taken back.",
    )
    parser.add_argument("id", type=_identity, metavar="ID", help="as 'report-tui history' lists it")
    _add_path(parser)
    parser.add_argument("--question", type=_number, metavar="N", help="only this answer")
    arguments = parser.parse_intermixed_args(argv)
    from report_tui.commands import history

    return history.restore(arguments.id, arguments.path, arguments.question)


def _figures(argv: list[str]) -> int:
    if argv[:1] == ["add"]:
        return _figures_add(argv[1:])
    parser = _Parser(
        prog="report-tui figures",
        description="List a report's figures: pixels, bytes, who uses them, and what is wrong.",
        epilog="'report-tui figures add FILE' brings a figure in.",
    )
    _add_path(parser)
    _add_format(parser)
    _add_rules(parser)
    arguments = parser.parse_intermixed_args(argv)
    from report_tui.commands import figures

    return figures.show(arguments.path, arguments.format, arguments.rules)


def _figures_add(argv: list[str]) -> int:
    parser = _Parser(
        prog="report-tui figures add",
        description="Copy a picture into the figures folder under a safe name, never over another file.\n"
        "png and jpg stay byte for byte; webp, gif, bmp and tiff become png.",
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="the picture; it stays where it is")
    _add_path(parser)
    parser.add_argument("--question", type=_number, metavar="N", help="insert it at the end of this answer, and save")
    parser.add_argument("--description", metavar="TEXT", help="what it shows; left out, made of the file's name")
    parser.add_argument("--smaller", action="store_true", help="of more than 1 MB: a copy with 2,000 pixels at most")
    arguments = parser.parse_intermixed_args(argv)
    from report_tui.commands import figures

    return figures.add(
        arguments.file, arguments.path, arguments.question, arguments.description, smaller=arguments.smaller
    )


def _html(argv: list[str]) -> int:
    parser = _Parser(
        prog="report-tui html",
        description="Write the page of a report: one file with its figures, to be read and printed.\n"
        "Without -o it goes beside the report (README.html), or to standard output where that is no terminal.",
    )
    _add_path(parser)
    parser.add_argument("-o", "--output", metavar="FILE", help="where to; '-' is standard output")
    parser.add_argument("--course", action="store_true", help="what the course's own script writes, byte for byte")
    parser.add_argument("--open", action="store_true", dest="opens", help="open it in the browser")
    parser.add_argument("--pdf", action="store_true", help="print it to a PDF, with Chromium, Chrome or Edge")
    parser.add_argument(
        "--serve", action="store_true", help="show it on this machine, anew whenever the report changes"
    )
    _add_rules(parser)
    arguments = parser.parse_intermixed_args(argv)
    from report_tui.commands import html

    wishes = html.Wishes(
        arguments.output, arguments.rules, arguments.course, arguments.opens, arguments.pdf, arguments.serve
    )
    return html.run(arguments.path, wishes)


def _class(argv: list[str]) -> int:
    parser = _Parser(
        prog="report-tui class",
        description="Judge all groups of a course, each as its repository stood at the deadline.",
    )
    parser.add_argument("path", type=Path, metavar="FOLDER-OR-LIST", help="a folder of clones, or a list of groups")
    parser.add_argument("--at", metavar="DEADLINE", help="such as '2026-01-23 12:00 +01:00'; left out, the rules' own")
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="gets the pages, class.csv and class.json")
    parser.add_argument("--jobs", type=_processes, metavar="N", help="processes; left out, one for each core")
    _add_rules(parser)
    arguments = parser.parse_intermixed_args(argv)
    from report_tui.commands import whole_class

    options = whole_class.Options(arguments.at, arguments.out, arguments.rules, arguments.jobs)
    return whole_class.run(arguments.path, options)


def _rules(argv: list[str]) -> int:
    parser = _Parser(prog="report-tui rules", description="Work on rules files.")
    parser.add_argument("action", choices=("check",), help="say what is wrong with a rules file")
    parser.add_argument("file", type=Path, metavar="FILE")
    arguments = parser.parse_intermixed_args(argv)
    from report_tui.commands import rules

    return rules.check(arguments.file)


def _doctor(argv: list[str]) -> int:
    description = "Say what the terminal can do, which versions run, and where files lie."
    _Parser(prog="report-tui doctor", description=description).parse_intermixed_args(argv)
    from report_tui.commands import doctor

    return doctor.run()


COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "demo": _demo,
    "check": _check,
    "handin": _handin,
    "show": _show,
    "set": _set,
    "history": _history,
    "restore": _restore,
    "figures": _figures,
    "html": _html,
    "class": _class,
    "rules": _rules,
    "doctor": _doctor,
}


def _add_path(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "path",
        nargs="?",
        type=Path,
        metavar="PATH",
        help="a report file or a folder; left out, the nearest reports/README.md from here upwards",
    )


def _add_number(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("number", type=_number, metavar="N", help="the question's number")


def _number(text: str) -> int:
    # int() also takes `1_0`, blanks and the digits of other scripts: hardly what somebody meant.
    if not re.fullmatch("[0-9]{1,6}", text):
        raise argparse.ArgumentTypeError(f"'{text[:40]}' is not a question's number")
    return int(text)


def _processes(text: str) -> int:
    if not re.fullmatch("[1-9][0-9]{0,2}", text):
        raise argparse.ArgumentTypeError(f"'{text[:40]}' is no number of processes, such as 4")
    return int(text)


def _identity(text: str) -> str:
    if not re.fullmatch("[0-9a-f]{4,32}", text):
        raise argparse.ArgumentTypeError(f"'{text[:40]}' is no version's id, such as 1f3a9c2e")
    return text


def _add_rules(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rules", type=Path, metavar="FILE", help="limits from this file")


def _add_format(parser: argparse.ArgumentParser, *more: str) -> None:
    parser.add_argument("--format", choices=("text", "json", *more), default="text")
