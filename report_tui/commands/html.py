"""`html`: a report's page, as a file, and in a browser.

Owns where a page goes and what is said about it. What stands on it is `page_making`'s and `render`'s, whether a file
may be replaced `storage.page_files`'.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import NamedTuple

from report_tui.commands.shared import OK, PROBLEMS, UsageError, find, talk

TYPE_CHECKING = False  # not typing's: importing that costs every command two milliseconds
if TYPE_CHECKING:
    from report_tui.session import Loaded

_STANDARD_OUTPUT = "-"


class Wishes(NamedTuple):
    """What was asked for on the command line."""

    output: str | None
    """Where to; `-` is standard output, None leaves it to us."""
    rules: Path | None
    course: bool
    """The course's page, instead of ours."""
    opens: bool


def run(path: Path | None, wishes: Wishes) -> int:
    """Make the page of a report.

    Args:
        path: the report, its folder, or None for the nearest one.
        wishes: what to make, and where to.

    Raises:
        storage.files.StorageError: the report cannot be read, or the page not written.
        storage.rules.RulesError: a rules file is wrong.
        UsageError: another file stands where the page should go.
    """
    report = find(path)
    loaded = _load(report, wishes.rules)
    if wishes.course:
        return _course(report, loaded, wishes)
    data, code = _ours(report, loaded)
    return _put(report, data, f"{report.stem}.html", wishes) or code


def _load(report: Path, rules: Path | None) -> Loaded:
    from report_tui import session
    from report_tui.storage.files import CannotRead

    loaded = session.load(report, rules)
    if loaded.report.source.problem is not None:
        raise CannotRead(report, f"is {loaded.report.source.problem}", "save it as UTF-8 first")
    return loaded


def _ours(report: Path, loaded: Loaded) -> tuple[bytes, int]:
    """The page, and the exit code; says what is not on it."""
    from report_tui.page_making import make_page
    from report_tui.render.hand_in_page import page_html

    made = make_page(report, loaded.report, loaded.course, loaded.evaluation)
    for line in made.left_out:
        talk(f"not on the page: {line}")
    return page_html(made.page).encode(), OK if loaded.evaluation.ok else PROBLEMS


def _course(report: Path, loaded: Loaded, wishes: Wishes) -> int:
    from report_tui.render.course_page import course_html
    from report_tui.render.page_part import CannotConvert

    try:
        # The script does not know of byte order marks: one is a character to it.
        page = course_html(loaded.state.data.decode("utf-8"))
    except CannotConvert as failure:
        talk(f"there will be no page: {failure}")
        return PROBLEMS
    lost = [
        (finding.line, f"question {result.id}: line {finding.line}: {finding.message}; {finding.way_out}")
        for result in loaded.evaluation.questions
        for finding in result.findings
        if finding.code.startswith("page-") and finding.severity != "note"
    ]
    for _, line in sorted(lost):
        talk(line)
    return _put(report, page.encode(), "report.html", wishes) or (PROBLEMS if lost else OK)


def _put(report: Path, data: bytes, name: str, wishes: Wishes) -> int:
    """Write the page where it is wanted, and open it."""
    from report_tui.storage import page_files

    if wishes.output == _STANDARD_OUTPUT or (wishes.output is None and not wishes.opens and not sys.stdout.isatty()):
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        return OK
    target = Path(wishes.output) if wishes.output else report.with_name(name)
    if not page_files.may_replace(target, data) and not _agreed(target, report):
        raise UsageError(f"{target.as_posix()} is no page of ours and stays as it is; name another file with -o")
    page_files.write(target, data)
    talk(f"written: {target.as_posix()}, {len(data):,} bytes")
    if wishes.opens:
        _open(target)
    return OK


def _agreed(target: Path, report: Path) -> bool:
    """Whether somebody says that the file may go; where nobody can be asked it may not, nor may the report itself."""
    if not sys.stdin.isatty() or (target.exists() and os.path.samefile(target, report)):  # noqa: PTH121 - as short
        return False
    talk(f"{target.as_posix()} is no page of ours; write over it? [y/N]")
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _open(target: Path) -> None:
    import webbrowser

    if not webbrowser.open(target.resolve().as_uri()):
        talk(f"no browser was found; open {target.as_posix()} yourself")
