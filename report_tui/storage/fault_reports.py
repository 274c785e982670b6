"""A file about a fault of ours that a student can send without a look: where it happened, and no word of the report.

Owns what stands in it: types, files, functions and line numbers, and versions. Never a message, a value, a line of
source or a folder's name, since any of them may quote an answer or say who somebody is.
"""

from __future__ import annotations

import contextlib
import os
import platform
import sys
import time
import traceback
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path, PurePath

from report_tui import __version__
from report_tui.storage import writing
from report_tui.storage.sitting import state_folder

KEPT = 20
"""Files; the oldest go first."""
FRAMES = 100
"""Of one exception, half of them from either end: what calls itself without an end has thousands."""
_DEPTH = 10


def folder() -> Path:
    """Where they lie; it need not exist yet."""
    return state_folder() / "faults"


def write(error: BaseException) -> Path | None:
    """Write a file about a fault; returns it, or None where it cannot be written."""
    with contextlib.suppress(Exception):  # the fault is to be told, whatever becomes of its file
        folder().mkdir(mode=0o700, parents=True, exist_ok=True)
        for old in sorted(folder().glob("fault-*.txt"))[: -KEPT + 1]:
            old.unlink()
        name = time.strftime("fault-%Y%m%d-%H%M%S", time.gmtime())
        path = folder() / f"{name}-{os.urandom(2).hex()}.txt"
        with writing.temporary(path, content(error).encode("ascii", "backslashreplace")) as written:
            written.replace(path)
        return path
    return None


def content(error: BaseException) -> str:
    """What stands in the file."""
    return "\n".join([*_versions(), *_told(error, _DEPTH), ""])


def place(error: BaseException) -> str:
    """Where it happened, in our own code if it went through it: `tui/app.py line 12`."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if _file(frame.filename).startswith("report_tui/")]
    if not frames:
        return "a place that is not known"
    last = (ours or frames)[-1]
    return f"{_file(last.filename).removeprefix('report_tui/')} line {last.lineno}"


def _versions() -> Iterator[str]:
    yield f"report-tui {__version__}"
    yield f"Python {platform.python_version()} on {sys.platform} {platform.machine()}"
    for name in ("textual", "markdown-it-py", "Pillow"):
        with contextlib.suppress(metadata.PackageNotFoundError):
            yield f"{name} {metadata.version(name)}"


def _told(error: BaseException, depth: int) -> Iterator[str]:
    """An exception, those that it holds, and that on which it happened."""
    kind = type(error)
    yield ""
    yield f"{kind.__module__}.{kind.__qualname__}"
    frames = list(traceback.walk_tb(error.__traceback__))
    shown = frames if len(frames) <= FRAMES else [*frames[: FRAMES // 2], *frames[-FRAMES // 2 :]]
    for frame, line in shown:
        yield f"  {_file(frame.f_code.co_filename)}, line {line}, in {frame.f_code.co_qualname}"
    if not depth:
        return
    if isinstance(error, BaseExceptionGroup):
        for one in error.exceptions[:_DEPTH]:
            yield from _told(one, depth - 1)
    before = error.__cause__ or error.__context__
    if before is not None:
        yield ""
        yield "while handling"
        yield from _told(before, depth - 1)


def _file(name: str) -> str:
    """A source file from its package on, without the folders of this machine."""
    parts = PurePath(name).parts
    for top in ("report_tui", "site-packages"):
        if top in parts:
            at = len(parts) - 1 - parts[::-1].index(top)
            return "/".join(parts[at + (top == "site-packages") :])
    return parts[-1] if parts else "?"
