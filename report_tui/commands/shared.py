"""What the commands share: exit codes, the way to standard error, and opening the report that was meant.

Owns the line that a command talks in, cleaned. It parses no arguments, and loads nothing before it is needed.
"""

from __future__ import annotations

import sys
from pathlib import Path

from report_tui.render.clean import clean, harmless

TYPE_CHECKING = False  # not typing's: importing that costs every command two milliseconds
if TYPE_CHECKING:
    from report_tui.session import Session
    from report_tui.validation.engine import QuestionResult

OK, PROBLEMS, UNREADABLE = 0, 1, 2
DEBUG = "REPORT_TUI_DEBUG"
ISSUES = "please report it with what you did; REPORT_TUI_DEBUG=1 shows where it happened"


class UsageError(Exception):
    """A command was called in a way that makes no sense; the text is one line."""


def talk(line: str) -> None:
    """Say a line on standard error."""
    print(harmless(f"report-tui: {clean(line)}"), file=sys.stderr)  # noqa: T201 - standard error is where the commands talk


def find(path: Path | None) -> Path:
    """The report that was meant; raises what `find_report` raises."""
    from report_tui.storage.files import find_report

    # Relative, so that messages name what was typed.
    return find_report(path, Path())


def kept_of(path: Path) -> str:
    """What is kept of a report that is not where it was, in one line; empty where nothing is, or it is there.

    Args:
        path: the report, or a folder that may have held it.
    """
    try:
        return "" if path.is_file() else _kept_of(path)
    except (OSError, ValueError, RuntimeError):  # such as a name that is too long
        return ""


def _kept_of(path: Path) -> str:
    from report_tui.storage import drafts, versions
    from report_tui.storage.files import REPORT_FOLDER, REPORT_NAME, shown
    from report_tui.validation.subject import plural

    for report in (path, path / REPORT_NAME, path / REPORT_FOLDER / REPORT_NAME):
        count = len(versions.versions(report))
        kept = [plural(count, "version")] if count else []
        kept += ["what was typed and not saved"] if drafts.are_kept(report) else []
        if kept:
            back = "bring the file back, for instance out of git, and it is offered"
            return f"{shown(report)}: kept of it: {' and '.join(kept)}; {back}"
    return ""


def open_session(path: Path | None, rules: Path | None = None) -> Session:
    """Open a report that can be written.

    Raises:
        storage.files.CannotRead: there is none, or it is not UTF-8.
        storage.rules.RulesError: a rules file is wrong.
    """
    from report_tui.session import Session
    from report_tui.storage.files import CannotRead

    session = Session.open(find(path), rules)
    if session.report.source.problem is not None:
        raise CannotRead(session.path, f"is {session.report.source.problem}", "save it as UTF-8 first")
    return session


def known(session: Session, number: int) -> int:
    """The number of a question that the report has.

    Raises:
        UsageError: it has none of this number.
    """
    numbers = [question.id for question in session.report.questions]
    if number not in numbers:
        from report_tui.render.console import ranges

        raise UsageError(f"the report has no question {number}; it has {ranges(numbers) or 'none'}")
    return number


def save(session: Session) -> None:
    """Save, and say where the history could not be kept; raises what `Session.save` raises."""
    session.save()
    for line in session.keeper.untold():
        talk(line)


def talk_of_errors(result: QuestionResult) -> None:
    """Say what is still wrong with an answer that was written."""
    for finding in result.findings:
        if finding.severity == "error":
            talk(f"question {result.id}: line {finding.line}: {finding.message}; {finding.way_out}")
