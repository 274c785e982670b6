"""Edits a text in the student's own editor, by way of a private file.

Owns which editor that is, what stands in the file around the text, and what becomes of the file. It never decides
whether a text may be written, and never throws away what it could not hand back: that file stays, and its path is told.
"""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from report_tui.core.source import fold_newlines, normalised
from report_tui.storage import editor_leftovers, files, pruning

CUT = "<!-- report-tui: write below this line; it and all above are taken out -->"
LONGEST = 200_000
"""Characters, as of a paste: more would bring every later key to a crawl."""
_OPENING = "<!-- report-tui: question "
_CLOSING = "-->"
_COMMENT_END = re.compile("--(?=!?>)")

_DEFAULTS = ("notepad",) if sys.platform == "win32" else ("nano", "vim", "vi")
# Editors with a window come back at once unless they are told to wait; what is typed in them then would reach nobody.
_WAITING = {
    "--wait": ("code", "code-insiders", "codium", "cursor", "gedit", "mate", "subl", "windsurf", "xed", "zed"),
    "--nofork": ("gvim", "mvim"),
    "--block": ("kate",),
}
_WAITS = {"-w", "-f", "-b", *_WAITING}


@dataclass(frozen=True, slots=True)
class Editor:
    """The program that is to be run."""

    source: str
    """Where it was named: `$VISUAL`, `$EDITOR`, or `default`."""
    command: tuple[str, ...]
    """The program's path and its arguments; empty where there is none."""
    problem: str = ""
    """Why it cannot be run, with the way out; empty where it can."""


@dataclass(frozen=True, slots=True)
class ExternalEdit:
    """What came back from the editor."""

    text: str | None
    """The new text; None where the answer stays as it is."""
    reason: str = ""
    """What went wrong, in one line; empty where all went well, also where nothing was changed."""
    kept: Path | None = None
    """Where what was typed and could not be taken lies; None where there is no such thing."""


def edit_text(number: int, title: str, prompt: str, limits: str, text: str) -> ExternalEdit:
    """Let the student edit an answer in their own editor, and wait until it ends.

    Args:
        number: the question's number.
        title: the question's title.
        prompt: the question's prompt; shown above the text and taken out again.
        limits: what is asked for, in a few words; may be empty.
        text: the answer as it is.
    """
    editor = chosen()
    if editor.problem:
        return ExternalEdit(None, editor.problem)
    content = compose(number, title, prompt, limits, text)
    try:
        path = _private_file(f"question-{number}.md", content)
    except OSError as error:
        return ExternalEdit(None, f"no file for the editor could be written ({error.strerror}); free some space")
    with editor_leftovers.watched(path):
        failure = run(editor.command, path)
        edit = _result(failure, path, content, text)
    if edit.kept is None:
        shutil.rmtree(path.parent, ignore_errors=True)
    return edit


def chosen() -> Editor:
    """The editor of `$VISUAL`, else of `$EDITOR`, else one that is usual here."""
    for name in ("VISUAL", "EDITOR"):
        value = os.environ.get(name, "").strip()
        if value:
            return _named(f"${name}", value)
    for name in _DEFAULTS:
        if program := shutil.which(name):
            return Editor("default", (program,))
    return Editor("default", (), "no editor was found; name one in $EDITOR")


def run(command: Sequence[str], path: Path) -> str:
    """Run an editor on a file until it ends; returns why it failed, or an empty string."""
    name = Path(command[0]).name
    # What else is to be read from a pipe is not for the editor; what it draws is not for a file.
    stdin = None if os.isatty(0) else subprocess.DEVNULL
    stdout = 2 if os.isatty(2) and not os.isatty(1) else None
    try:
        with (
            _interrupts_left_to_the_editor(),
            subprocess.Popen([*command, str(path)], stdin=stdin, stdout=stdout) as process,
            _ended_with_us(process),
        ):
            code = _wait_for(process)
    except OSError as error:
        return f"{name} could not be started ({error.strerror or type(error).__name__})"
    if code < 0:
        return f"{name} was ended by signal {-code}"
    return f"{name} ended with exit code {code}" if code else ""


def compose(number: int, title: str, prompt: str, limits: str, text: str) -> str:
    """What the editor gets: number, title, limits and prompt in a comment, the cut line, the text."""
    head = [f"{number}, {' '.join(title.split())}", *([f"Asked for: {limits}"] if limits else []), "", prompt, ""]
    comment = _OPENING + _COMMENT_END.sub("-- ", fold_newlines("\n".join(head)))
    return f"{comment}\n{_CLOSING}\n{CUT}\n\n{fold_newlines(text)}\n"


def extract(content: str) -> str:
    """The text in what the editor gave back: what stands below the cut line.

    Where that line is gone, it is everything but our comment; where that is not recognised either, everything.
    """
    lines = fold_newlines(content).split("\n")
    cut = next((index for index, line in enumerate(lines) if line.strip() == CUT), None)
    if cut is None:
        above, lines = _without_comment(lines)
        return normalised("\n".join([*above, *lines]))
    del lines[: cut + 1]
    # The blank line between the two, and the newline at the end of the file.
    if lines and not lines[0]:
        del lines[0]
    if lines and not lines[-1]:
        del lines[-1]
    return "\n".join(lines)


def _without_comment(lines: list[str]) -> tuple[list[str], list[str]]:
    """The lines above and below our comment; where there is none, all are below it."""
    first = next((index for index, line in enumerate(lines) if line.startswith(_OPENING)), None)
    if first is None:
        return [], lines
    last = next((index for index in range(first, len(lines)) if lines[index].strip() == _CLOSING), None)
    return ([], lines) if last is None else (lines[:first], lines[last + 1 :])


def _result(failure: str, path: Path, before: str, text: str) -> ExternalEdit:
    """What to make of the file that the editor left behind."""
    try:
        data = files.read(path).data
    except files.CannotRead as error:
        return ExternalEdit(None, failure or f"the file that was edited {error.reason}", _left_over(path))
    changed = data != before.encode("utf-8", "surrogatepass")
    if failure:
        return ExternalEdit(None, failure, path if changed else _left_over(path))
    if not changed:
        return ExternalEdit(None)
    try:
        after = fold_newlines(data.decode("utf-8-sig", "surrogatepass"))
    except UnicodeDecodeError:
        return ExternalEdit(None, "what the editor wrote is not UTF-8; save it as UTF-8", path)
    if not after.strip():
        return ExternalEdit(None, "the file came back empty; to empty an answer, leave the line above it")
    new = extract(after)
    if len(new) > LONGEST:
        return ExternalEdit(None, f"{len(new):,} characters are too many for one answer", path)
    changed_text = new if normalised(new) != normalised(text) else None
    if _words_above(after) - _words_above(before):
        return ExternalEdit(changed_text, "what was typed above the line is not part of the answer", path)
    return ExternalEdit(changed_text)


def _words_above(content: str) -> Counter[str]:
    """The words that `extract` leaves out."""
    return Counter(content.split()) - Counter(extract(content).split())


def _left_over(path: Path) -> Path | None:
    """The folder, where an editor that failed left something in it: a swap file holds what it had not saved."""
    with contextlib.suppress(OSError):
        if any(other != path for other in path.parent.iterdir()):
            return path.parent
    return None


def _private_file(name: str, content: str) -> Path:
    """A new file in a folder of its own, where an editor may put its copies; only its owner may read either.

    It lies among what outlives a restart of the machine, if it can: the editor may be open when that happens.
    """
    parent: Path | None = None
    with contextlib.suppress(OSError, RuntimeError):
        folder = editor_leftovers.folder()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        parent = folder if os.access(folder, os.W_OK) else None
        pruning.prune(folder)
    path = Path(tempfile.mkdtemp(prefix="report-tui-", dir=parent)) / name
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content.encode("utf-8", "surrogatepass"))
    return path


def _named(source: str, value: str) -> Editor:
    # A path with blanks and without quotes names a program too, if there is one.
    if program := shutil.which(value):
        parts = [program]
    else:
        try:
            parts = _split(value)
        except ValueError:
            return Editor(source, (), f"{source} has a quote that is not closed: {value}; close it")
        program = shutil.which(parts[0])
        if program is None:
            return Editor(source, (), f"{source} names {parts[0]}, which was not found; name another editor")
    return Editor(source, (program, *parts[1:], *_wait(program, parts[1:])))


def _split(value: str) -> list[str]:
    if sys.platform != "win32":
        return shlex.split(value)
    # There a backslash is part of a path.
    return [part.strip('"') for part in shlex.split(value, posix=False)]


def _wait(program: str, arguments: Sequence[str]) -> list[str]:
    """The argument that makes an editor with a window wait, where it needs one and has none."""
    name = Path(program).stem.lower()
    return [flag for flag, names in _WAITING.items() if name in names and _WAITS.isdisjoint(arguments)]


@contextlib.contextmanager
def _interrupts_left_to_the_editor() -> Iterator[None]:
    """Ctrl+c reaches every program at the terminal: here it must end the editor, if anything, and not the report."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before or signal.SIG_DFL)


def _wait_for(process: subprocess.Popen[bytes]) -> int:
    """The exit code. A wait without an end may miss a signal that comes just before it, or to another thread."""
    while True:
        with contextlib.suppress(subprocess.TimeoutExpired):
            return process.wait(1)


@contextlib.contextmanager
def _ended_with_us(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """What ends us ends the editor first: it gives the terminal back, and we learn what it has left."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    numbers = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {number: signal.getsignal(number) for number in numbers}

    def end(number: int, frame: FrameType | None) -> None:
        process.send_signal(number)
        handler = before[number]
        if callable(handler):
            handler(number, frame)
        elif handler != signal.SIG_IGN:
            raise SystemExit(128 + number)

    for number in numbers:
        signal.signal(number, end)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler or signal.SIG_DFL)
