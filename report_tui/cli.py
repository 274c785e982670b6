"""The commands: reads arguments, calls the session, writes results, returns an exit code.

Owns arguments, streams and exit codes (0 all well; 1 the report has problems, or an edit was rejected; 2 it could not
be read, or usage). Results go to standard output, talk to standard error, and every foreign text is cleaned on its
way. It decides nothing about reports. What a command needs is imported inside it: `--help` loads nothing, and only the
app loads Textual.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from report_tui import AnswerRejected, __version__
from report_tui.render.clean import clean, clean_text, harmless

TYPE_CHECKING = False  # not typing's: importing that costs every command two milliseconds
if TYPE_CHECKING:
    from typing import NoReturn

    from report_tui.render.console import Style
    from report_tui.session import Loaded, Session

OK, PROBLEMS, UNREADABLE = 0, 1, 2
INTERRUPTED, PIPE_CLOSED = 130, 141
TEXT_LIMIT = 1_000_000
"""Bytes that `set` takes for an answer; the largest answer ever seen has four thousand."""
DEBUG = "REPORT_TUI_DEBUG"

_ISSUES = "please report it with what you did; REPORT_TUI_DEBUG=1 shows where it happened"
_REPORTS = "reports"
_README = "README.md"


class _UsageError(Exception):
    """A command was called in a way that makes no sense; the text is one line."""


class _Help(argparse.RawDescriptionHelpFormatter):
    """Has a fixed width: argparse would load a module to ask for the terminal's, and does so for every argument."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=80)


class _Parser(argparse.ArgumentParser):
    def __init__(self, prog: str, description: str, epilog: str | None = None) -> None:
        super().__init__(prog, description=description, epilog=epilog, formatter_class=_Help)

    def error(self, message: str) -> NoReturn:
        raise _UsageError(f"{message}; see '{self.prog} --help'")


def main_entry() -> NoReturn:
    """What the `report-tui` script runs."""
    # A command is over before collecting garbage pays, and taking everything down at its end pays even less: together
    # an eighth of a check's time. Nothing waits for the end of the process: files are closed, streams are flushed here.
    gc.disable()
    code = main()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        argv: the arguments behind the program's name; None takes those of the process.

    Returns:
        The exit code. Whatever goes wrong is one line on standard error, never a traceback.
    """
    for stream in (sys.stdout, sys.stderr):
        # A Windows console of cp1252 must not fail at a check mark.
        if reconfigure := getattr(stream, "reconfigure", None):
            reconfigure(errors="replace")
    try:
        code = _run(list(sys.argv[1:] if argv is None else argv))
        sys.stdout.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Nobody reads on; without this, Python complains once more when it closes the stream.
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED
    except SystemExit as stop:  # --help and --version
        return stop.code if isinstance(stop.code, int) else OK
    except Exception as error:  # the last net: a traceback helps no student
        return _say_error(error)
    return code


def _run(argv: list[str]) -> int:
    command = _COMMANDS.get(argv[0]) if argv else None
    if command is not None:
        return command(argv[1:])
    return _app(argv)


def _say_error(error: Exception) -> int:
    """Tell what went wrong, and which exit code that is."""
    from report_tui.storage.files import StorageError
    from report_tui.storage.rules import RulesError

    if isinstance(error, AnswerRejected):
        _talk(f"question {error.question}: not saved: {error.reason}; {error.way_out}")
        return PROBLEMS
    if isinstance(error, StorageError | RulesError | _UsageError):
        for line in str(error).split("\n"):
            _talk(line)
        return UNREADABLE
    if os.environ.get(DEBUG):
        import traceback

        traceback.print_exception(error)
    _talk(f"unexpected {type(error).__name__}: {error}; {_ISSUES}")
    return UNREADABLE


def _talk(line: str) -> None:
    print(harmless(f"report-tui: {clean(line)}"), file=sys.stderr)  # noqa: T201 - standard error is where the commands talk


# The app


def _app(argv: list[str]) -> int:
    parser = _Parser(
        prog="report-tui",
        description="Fill in a course's Markdown report without breaking its template.",
        epilog=_HELP,
    )
    _add_path(parser)
    _add_rules(parser)
    parser.add_argument("--version", action="version", version=f"report-tui {__version__}")
    arguments = parser.parse_args(argv)
    path = _find(arguments.path)
    _need_terminal()
    return _open_app(path, arguments.rules)


def _need_terminal() -> None:
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise _UsageError(
            "the app needs a terminal on standard input and standard error; 'report-tui check' works without one"
        )


def _open_app(path: Path, rules: Path | None) -> int:
    from report_tui.tui.app import run

    return run(path, rules)


def _demo(argv: list[str]) -> int:
    _Parser(
        prog="report-tui demo", description="Open a sample course's half-filled report in a scratch copy."
    ).parse_args(argv)
    _need_terminal()
    import shutil
    import tempfile

    from report_tui.storage.rules import shipped_folder

    scratch = Path(tempfile.mkdtemp(prefix="report-tui-demo-"))
    folder = scratch / _REPORTS
    shutil.copytree(shipped_folder() / "demo" / "report", folder)
    try:
        return _open_app(folder / _README, None)
    finally:
        _talk(f"the demo report lies in {folder}")


# check


def _check(argv: list[str]) -> int:
    parser = _Parser(prog="report-tui check", description="Say what is wrong with reports; change nothing.")
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="report files, or folders that hold some")
    parser.add_argument("--format", choices=("text", "json", "github"), default="text")
    _add_rules(parser)
    arguments = parser.parse_args(argv)
    if arguments.rules is not None:
        from report_tui.storage.rules import read_rules

        # Wrong for one is wrong for all: said once, before anything else.
        read_rules(arguments.rules)
    targets = list(_targets(arguments.paths))
    single = len(targets) == 1 and len(arguments.paths) <= 1
    writer = _WRITERS[arguments.format](single)
    writer.begin()
    worst = OK
    for target in targets:
        worst = max(worst, _check_one(writer, target, arguments.rules))
    writer.end()
    return worst


def _targets(paths: Sequence[Path]) -> Iterator[tuple[Path, Exception | None]]:
    """The reports to check; for a path without one, the path and why."""
    from report_tui.storage.files import CannotRead, find_reports

    given: Sequence[Path | None] = paths or [None]
    for path in given:
        below = find_reports(path) if path is not None else []
        for found in below:
            yield (found.path, found) if isinstance(found, CannotRead) else (found, None)
        if not below:
            try:
                yield _find(path), None
            except CannotRead as error:
                yield path or Path.cwd(), error


def _check_one(writer: _Writer, target: tuple[Path, Exception | None], rules: Path | None) -> int:
    from report_tui import session
    from report_tui.storage.files import StorageError
    from report_tui.storage.rules import RulesError

    path, error = target
    name = _name(path)
    if error is None:
        try:
            loaded = session.load(path, rules)
        except (StorageError, RulesError) as problem:
            error = problem
        except Exception as fault:  # one bad report must not stop the others
            if os.environ.get(DEBUG):
                raise
            error = _UsageError(f"unexpected {type(fault).__name__}: {fault}; {_ISSUES}")
        else:
            return writer.report(name, loaded)
    reason = f"{error.reason}; {error.way_out}" if isinstance(error, StorageError) else str(error)
    return writer.unreadable(name, reason)


def _name(path: Path) -> str:
    """How a report is called: relative where it lies below the working directory, with forward slashes."""
    full = Path(os.path.normpath(Path.cwd() / path))
    here = Path.cwd()
    return (full.relative_to(here) if full.is_relative_to(here) else path).as_posix()


class _Writer:
    """Writes each report's result as soon as it is there, so that a thousand need no more memory than one."""

    def __init__(self, single: bool) -> None:
        self.single = single
        self.counts = {"ready": 0, "with problems": 0, "unreadable": 0}

    def begin(self) -> None:
        """Before the first report."""

    def report(self, name: str, loaded: Loaded) -> int:
        """Write one report's result and return its exit code."""
        problem = loaded.report.source.problem
        self.write_report(name, loaded, f"the file is {problem}" if problem else None)
        if problem is not None:
            return self._counted("unreadable", UNREADABLE)
        return self._counted("ready", OK) if loaded.evaluation.ok else self._counted("with problems", PROBLEMS)

    def unreadable(self, name: str, reason: str) -> int:
        """Write that a report cannot be read."""
        self.write_unreadable(name, reason)
        return self._counted("unreadable", UNREADABLE)

    def end(self) -> None:
        """Behind the last report: one line that sums all up."""
        from report_tui.render.console import totals

        self.line(f"report-tui: {totals(self.counts.items())}")

    def write_report(self, name: str, loaded: Loaded, problem: str | None) -> None:
        raise NotImplementedError

    def write_unreadable(self, name: str, reason: str) -> None:
        raise NotImplementedError

    def _counted(self, kind: str, code: int) -> int:
        self.counts[kind] += 1
        return code

    @staticmethod
    def line(text: str) -> None:
        """One line on standard output."""
        sys.stdout.write(f"{text}\n")


class _TextWriter(_Writer):
    def begin(self) -> None:
        self.style = _style()

    def write_report(self, name: str, loaded: Loaded, problem: str | None) -> None:
        from report_tui.render.console import report_lines, summary

        self._block(
            [
                *report_lines(name, loaded.course, loaded.evaluation, self.style),
                summary(loaded.evaluation, self.style),
            ]
        )

    def write_unreadable(self, name: str, reason: str) -> None:
        from report_tui.render.console import unreadable_lines

        self._block([*unreadable_lines(name, reason, self.style)])

    def end(self) -> None:
        if not self.single:
            super().end()

    def _block(self, lines: Sequence[str]) -> None:
        sys.stdout.write("\n".join([*lines, "" if self.single else "\n"]))


class _JsonWriter(_Writer):
    def begin(self) -> None:
        if not self.single:
            sys.stdout.write("[")

    def write_report(self, name: str, loaded: Loaded, problem: str | None) -> None:
        from report_tui.render.machine import report_record

        self._record(report_record(name, loaded.course, loaded.evaluation, problem))

    def write_unreadable(self, name: str, reason: str) -> None:
        from report_tui.render.machine import unreadable_record

        self._record(unreadable_record(name, reason))

    def end(self) -> None:
        sys.stdout.write("\n" if self.single else "\n]\n")

    def _record(self, record: dict[str, object]) -> None:
        from report_tui.render.machine import json_text

        if self.single:
            sys.stdout.write(json_text(record, indent=2))
        else:
            first = not any(self.counts.values())
            sys.stdout.write(("\n" if first else ",\n") + json_text(record, indent=None))


class _GithubWriter(_Writer):
    def write_report(self, name: str, loaded: Loaded, problem: str | None) -> None:
        from report_tui.render.machine import annotation_lines

        for annotation in annotation_lines(name, loaded.course, loaded.evaluation):
            self.line(annotation)

    def write_unreadable(self, name: str, reason: str) -> None:
        from report_tui.render.machine import unreadable_annotation

        self.line(unreadable_annotation(name, reason))


_WRITERS: dict[str, type[_Writer]] = {"text": _TextWriter, "json": _JsonWriter, "github": _GithubWriter}


def _style() -> Style:
    from report_tui.render.console import Style

    terminal = sys.stdout.isatty()
    colour = terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    width = 80
    if terminal:
        import shutil

        width = max(40, min(shutil.get_terminal_size().columns, 100))
    try:
        "✓→·…".encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return Style(colour, False, width)
    return Style(colour, True, width)


# show and set


def _show(argv: list[str]) -> int:
    parser = _Parser(prog="report-tui show", description="Print an answer exactly as the editor would show it.")
    _add_number(parser)
    _add_path(parser)
    arguments = parser.parse_args(argv)
    session = _session(arguments.path)
    text = session.text(_known(session, arguments.number))
    if not text:
        return OK
    sys.stdout.flush()
    if sys.stdout.isatty():
        sys.stdout.write(clean_text(text) + "\n")
    else:
        sys.stdout.buffer.write(f"{text}\n".encode())
        sys.stdout.buffer.flush()
    return OK


def _set(argv: list[str]) -> int:
    parser = _Parser(prog="report-tui set", description="Replace an answer by a file or standard input.")
    _add_number(parser)
    _add_path(parser)
    parser.add_argument("--file", type=Path, metavar="F", help="the new answer, UTF-8; left out, standard input")
    arguments = parser.parse_args(argv)
    session = _session(arguments.path)
    number = _known(session, arguments.number)
    session.edit(number, _new_text(arguments.file))
    held = session.held.get(number)
    if held is not None:
        raise held.rejection
    if not session.dirty:
        _talk(f"question {number}: unchanged, nothing written")
        return OK
    session.save()
    result = session.evaluation.question(number)
    _talk(f"question {number}: {result.words} {'word' if result.words == 1 else 'words'}, saved")
    for finding in result.findings:
        if finding.severity == "error":
            _talk(f"question {number}: line {finding.line}: {finding.message}; {finding.way_out}")
    return OK


def _session(path: Path | None) -> Session:
    from report_tui.session import Session
    from report_tui.storage.files import CannotRead

    session = Session.open(_find(path))
    if session.report.source.problem is not None:
        raise CannotRead(session.path, f"is {session.report.source.problem}", "save it as UTF-8 first")
    return session


def _known(session: Session, number: int) -> int:
    numbers = [question.id for question in session.report.questions]
    if number not in numbers:
        from report_tui.render.console import ranges

        raise _UsageError(f"the report has no question {number}; it has {ranges(numbers) or 'none'}")
    return number


def _new_text(file: Path | None) -> str:
    from report_tui.storage.files import CannotRead, read

    if file is not None:
        name, data = file, read(file).data
    else:
        name = Path("standard input")
        if sys.stdin.isatty():
            _talk("type the answer; end it with ctrl+d (Windows: ctrl+z, enter) on a line of its own")
        data = sys.stdin.buffer.read(TEXT_LIMIT + 1)
    if len(data) > TEXT_LIMIT:
        raise CannotRead(name, "is larger than 1 MB", "give the answer only")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        reason = f"is not UTF-8: byte 0x{data[error.start]:02X} on line {line}"
        raise CannotRead(name, reason, "save it as UTF-8") from error


# rules


def _rules(argv: list[str]) -> int:
    parser = _Parser(prog="report-tui rules", description="Work on rules files.")
    parser.add_argument("action", choices=("check",), help="say what is wrong with a rules file")
    parser.add_argument("file", type=Path, metavar="FILE")
    file: Path = parser.parse_args(argv).file
    from report_tui.storage.files import CannotRead
    from report_tui.storage.rules import RulesError, read_rules

    if not os.path.isfile(file):  # noqa: PTH113 - Path's raises for a name that is too long
        raise CannotRead(file, "is no file that can be read", "name a rules file")
    try:
        ruleset = read_rules(file)
    except RulesError as error:
        for problem in error.problems:
            sys.stdout.write(f"{harmless(clean(str(problem)))}\n")
        count = len(error.problems)
        _talk(f"{count} {'problem' if count == 1 else 'problems'} in {file}")
        return PROBLEMS
    versions = ", ".join(template.version for template in ruleset.templates)
    sys.stdout.write(f"{harmless(clean(f'{file.as_posix()}: all well; {ruleset.title}, templates {versions}'))}\n")
    return OK


# Shared by the commands

_HELP = """\
commands:
  report-tui demo                 try it on a sample report
  report-tui check [PATH...]      what is wrong, without opening the app
  report-tui show N [PATH]        print answer N
  report-tui set N [PATH]         replace answer N by a file or standard input
  report-tui rules check FILE     what is wrong with a rules file
"""

_COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "demo": _demo,
    "check": _check,
    "show": _show,
    "set": _set,
    "rules": _rules,
}


def _find(path: Path | None) -> Path:
    from report_tui.storage.files import find_report

    # Relative, so that messages name what was typed.
    return find_report(path, Path())


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


def _add_rules(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rules", type=Path, metavar="FILE", help="limits from this file")
