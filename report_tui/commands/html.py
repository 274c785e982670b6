"""`html`: a report's page, as a file, in a browser, as a PDF, or on this machine's own address.

Owns where a page goes and what is said about it. What stands on it is `page_making`'s and `render`'s, whether a file
may be replaced `storage.page_files`'.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from report_tui.commands.shared import OK, PROBLEMS, UsageError, find, talk

TYPE_CHECKING = False  # not typing's: importing that costs every command two milliseconds
if TYPE_CHECKING:
    from report_tui.loading import Loaded
    from report_tui.page_making import MadePage

_STANDARD_OUTPUT = "-"
WORK = 1.0
"""Seconds of a processor that the course's program may take; the longest report takes a sixtieth."""
PATIENCE = 10
"""Seconds that it may take however busy the machine is, and where only those can be told."""
_APART = "import sys; sys.path[:] = sys.argv[1:]; from report_tui.commands.html import answer; answer()"


class Wishes(NamedTuple):
    """What was asked for on the command line."""

    output: str | None
    """Where to; `-` is standard output, None leaves it to us."""
    rules: Path | None
    course: bool
    """The course's page, instead of ours."""
    opens: bool
    pdf: bool
    serve: bool


def run(path: Path | None, wishes: Wishes) -> int:
    """Make the page of a report.

    Args:
        path: the report, its folder, or None for the nearest one.
        wishes: what to make, and where to.

    Raises:
        storage.files.StorageError: the report cannot be read, or the page not written.
        storage.rules.RulesError: a rules file is wrong.
        UsageError: two wishes do not go together, or another file stands where the page should go.
    """
    _refuse_what_makes_no_sense(wishes)
    report = find(path)
    loaded = _load(report, wishes.rules)
    if wishes.course:
        return _course(report, loaded, wishes)
    if wishes.serve:
        return _serve(report, loaded, wishes)
    made = _made(report, loaded)
    from report_tui.render.hand_in_page import page_html

    data = page_html(made.page).encode()
    if wishes.pdf:
        _put(report, "pdf", wishes, lambda target: _pdf(data, target))
    else:
        _put(report, "html", wishes, lambda _: data)
    return OK if loaded.evaluation.ok else PROBLEMS


def _refuse_what_makes_no_sense(wishes: Wishes) -> None:
    modes = [
        name for name, wanted in zip(("--course", "--pdf", "--serve"), wishes[2:3] + wishes[4:], strict=True) if wanted
    ]
    if len(modes) > 1:
        raise UsageError(f"{modes[0]} and {modes[1]} do not go together; leave one of them out")
    if wishes.serve and wishes.output is not None:
        raise UsageError("--serve writes no file; leave -o out")
    if wishes.opens and wishes.output == _STANDARD_OUTPUT:
        raise UsageError("--open needs a file; leave -o - out")


def _load(report: Path, rules: Path | None) -> Loaded:
    from report_tui import loading
    from report_tui.storage.files import CannotRead

    loaded = loading.load(report, rules)
    if loaded.report.source.problem is not None:
        raise CannotRead(report, f"is {loaded.report.source.problem}", "save it as UTF-8 first")
    return loaded


def _made(report: Path, loaded: Loaded) -> MadePage:
    """The page; says what is not on it."""
    from report_tui.page_making import make_page

    made = make_page(report, loaded.report, loaded.course, loaded.evaluation)
    for line in made.left_out:
        talk(f"not on the page: {line}")
    return made


def _pdf(page: bytes, target: Path) -> bytes:
    from report_tui.storage.printing import pdf_of

    return pdf_of(page, target)


def _course(report: Path, loaded: Loaded, wishes: Wishes) -> int:
    from report_tui.render.page_part import CannotConvert

    try:
        page = _course_page(loaded.state.data)
    except _TooMuchWork as failure:
        talk(f"no page was made: {failure}")
        return PROBLEMS
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
    _put(report, "html", wishes, lambda _: page)
    return PROBLEMS if lost else OK


class _TooMuchWork(Exception):
    """The course's program is not done with a report; whether it ever would be, nobody can tell."""

    def __init__(self) -> None:
        super().__init__(
            "the course's program takes more than a second of work for it; look for rows of brackets or dashes, and "
            "for what a program wrote"
        )


def _course_page(data: bytes) -> bytes:
    """The course's page, made in a process of its own: on a row of brackets its program works for days.

    Raises:
        CannotConvert: it fails on this report.
        _TooMuchWork: it takes long.
    """
    import signal  # both here: few commands need them, and they are not light
    import subprocess

    from report_tui.render.page_part import CannotConvert

    command = [sys.executable, "-I", "-c", _APART, *filter(None, sys.path)]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=PATIENCE, check=False)
    except subprocess.TimeoutExpired:
        raise _TooMuchWork from None
    if sys.platform != "win32" and done.returncode == -signal.SIGPROF:
        raise _TooMuchWork
    if done.returncode == OK:
        return done.stdout
    said = done.stderr.decode("utf-8", "replace").strip() if done.returncode == PROBLEMS else ""
    raise CannotConvert(said or "the course's program fails on it")


def answer() -> None:
    """The other end: print the course's page of the report on standard input, or why there is none."""
    import signal

    from report_tui.render.course_page import course_html
    from report_tui.render.page_part import CannotConvert

    if sys.platform != "win32":
        # The system ends it: Python looks at a clock only between two steps, and one of these may take days.
        signal.setitimer(signal.ITIMER_PROF, WORK)
    try:
        # The script does not know of byte order marks: one is a character to it.
        page = course_html(sys.stdin.buffer.read().decode("utf-8")).encode()
    except CannotConvert as failure:
        sys.stderr.buffer.write(str(failure).encode())
        sys.exit(PROBLEMS)
    sys.stdout.buffer.write(page)


def _put(report: Path, kind: str, wishes: Wishes, make: Callable[[Path], bytes]) -> None:
    """Write a page where it is wanted, and open it.

    Args:
        report: the report.
        kind: the extension of its page.
        wishes: where to.
        make: makes the bytes that go into a file.
    """
    from report_tui.storage import page_files

    if wishes.output == _STANDARD_OUTPUT or (wishes.output is None and not wishes.opens and not sys.stdout.isatty()):
        _print(make(report))
        return
    # The course's script calls its page so too.
    target = (
        Path(wishes.output)
        if wishes.output is not None
        else report.with_name(f"{'report' if wishes.course else report.stem}.{kind}")
    )
    if target.exists() and target.samefile(report):
        raise UsageError(f"{target.as_posix()} is the report itself; name another file with -o")
    data = make(target)
    if not page_files.may_replace(target, data) and not _agreed(target):
        raise UsageError(f"{target.as_posix()} is no page of ours and stays as it is; name another file with -o")
    page_files.write(target, data)
    talk(f"written: {target.as_posix()}, {len(data):,} bytes")
    if wishes.opens:
        if wishes.course:
            talk("the course's script cleans nothing: whatever the report brings along runs in this page")
        _open(target.resolve().as_uri(), target.as_posix())


def _print(page: bytes) -> None:
    """Write a page to standard output.

    Raises:
        BrokenPipeError: nobody reads on.
        storage.files.CannotSave: it takes no more.
    """
    from report_tui.storage.files import CannotSave, system_words

    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(page)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        reason = f"cannot be written ({system_words(error)})"
        raise CannotSave(Path("standard output"), reason, "name a file with -o") from error


def _agreed(target: Path) -> bool:
    """Whether somebody says that a file which is none of our pages may go; not where nobody can be asked."""
    if not sys.stdin.isatty():
        return False
    talk(f"{target.as_posix()} is no page of ours; write over it? [y/N]")
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _open(address: str, name: str) -> None:
    import webbrowser

    if not webbrowser.open(address):
        talk(f"no browser was found; open {name} yourself")


def _serve(report: Path, loaded: Loaded, wishes: Wishes) -> int:
    """Show the page until somebody presses ctrl+c."""
    import asyncio

    from report_tui.page_server import PageServer, follow
    from report_tui.render.hand_in_page import page_html

    server = PageServer()

    def changed() -> None:
        problem, page_of = _newest(report, wishes.rules)
        if server.show(page_of):
            talk(f"there is no page at the moment: {problem}" if problem else "the page has changed")

    made = _made(report, loaded)
    server.show(lambda version: page_html(made.page, version=version).encode())
    server.start()
    try:
        talk("the page is there until you press ctrl+c:")
        print(server.address, flush=True)  # noqa: T201 - the command's result
        if wishes.opens:
            _open(server.address, server.address)
        asyncio.run(follow(report, loaded.course.figures, changed))
    except KeyboardInterrupt:
        talk("the page is not there any more")
    finally:
        server.stop()
    return OK


def _newest(report: Path, rules: Path | None) -> tuple[str, Callable[[str], bytes]]:
    """Why there is no page of the report as it is now, else an empty string; and what makes the page, or says that."""
    from report_tui.page_making import make_page
    from report_tui.render.hand_in_page import page_html, problem_html
    from report_tui.storage.files import StorageError
    from report_tui.storage.rules import RulesError

    try:
        loaded = _load(report, rules)
    except (StorageError, RulesError) as error:
        problem = str(error)
        return problem, lambda version: problem_html(problem, version).encode()
    made = make_page(report, loaded.report, loaded.course, loaded.evaluation)
    return "", lambda version: page_html(made.page, version=version).encode()
