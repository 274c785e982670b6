"""Tells when a report, its figures, or what git knows of them, may have changed on disk.

Owns the waiting, never the judgement: who is told compares digests. The clock is watchfiles' poller, which needs no
help from the file system (so it works on network drives and in WSL) and is not lost when a file is replaced by a
rename. But it compares times in whole seconds, and sees nothing that comes to be only later; therefore each of its
ticks is checked against a signature of our own, and there is one without it. It is given the report alone: what it
watches it looks at when it starts, and lets no other thread run meanwhile, so that nobody could type while a slow disk
lists many figures.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncGenerator, Iterator
from functools import partial
from itertools import islice
from pathlib import Path

from report_tui.storage import git
from report_tui.storage.files import is_folder
from report_tui.storage.waiting import beside
from report_tui.validation.ruleset import FigureRules

# In milliseconds: the poller's pause, and how long it may find nothing before we look for ourselves.
_POLL = 300
_TICK = 500
_FIGURES_WATCHED = 5000
_USUAL_FIGURES = FigureRules()

_Mark = tuple[str, int, int, int, int]
"""Path, times of the last change of content and of name or rights in nanoseconds, size in bytes, file number (a new
one after a rename)."""


async def changes(path: Path, stop: asyncio.Event, figures: FigureRules = _USUAL_FIGURES) -> AsyncGenerator[None]:
    """Yield whenever the report, a file in its figures folder, or git's list of files may have changed on disk.

    The first time is at once: what happened between the reading of the report and this moment would be missed
    otherwise. The file may go and come back, and so may every folder on the way to it.

    Args:
        path: the report.
        stop: ends the iteration when set.
        figures: where the report's figures lie.
    """
    look = partial(signature, path, path.parent / figures.folder)
    seen = await beside(look)
    yield
    async with contextlib.aclosing(_ticks(path, stop)) as ticks:
        async for _ in ticks:
            now = await beside(look)
            if now != seen:
                seen = now
                yield


async def _ticks(report: Path, stop: asyncio.Event) -> AsyncGenerator[None]:
    """Yield when the report stirs, and at least about twice a second."""
    from watchfiles import awatch  # here, since only the app needs it

    while not stop.is_set():
        try:
            if await beside(report.exists):  # the poller refuses what is not there
                alarms = awatch(
                    report,
                    watch_filter=None,
                    debounce=_POLL,
                    step=100,  # its thread wakes up this often: at half of it, most of all wake-ups of an idle app
                    stop_event=stop,
                    rust_timeout=_TICK,
                    yield_on_timeout=True,
                    force_polling=True,
                    poll_delay_ms=_POLL,
                    recursive=False,
                    ignore_permission_denied=True,
                )
                async with contextlib.aclosing(alarms):
                    async for _ in alarms:
                        yield
        except (OSError, RuntimeError, ExceptionGroup):
            pass  # it went away just now, or the poller cannot cope: the next round starts it again
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), _TICK / 1000)
            return
        yield


def signature(report: Path, figures: Path) -> tuple[_Mark, ...]:
    """Another value whenever the report or a figure was written, replaced, added or removed, or staged with git."""
    index = git.index_file(report.parent)
    # Lists of names, not of paths: this happens twice a second, perhaps for thousands.
    known = [str(report), *([] if index is None else [str(index)])]
    return tuple(_mark(path) for path in (*known, *islice(_paths_under(str(figures)), _FIGURES_WATCHED)))


def _paths_under(folder: str) -> Iterator[str]:
    """Each folder before the files in it: its mark says when a name came or went, also behind the last one watched."""
    pending = [folder]
    while pending:  # no recursion: a hostile repository nests its folders deeper than that goes
        here = pending.pop()
        try:
            with os.scandir(here) as entries:
                listed = sorted((entry.name, is_folder(entry), _leads_to_folder(entry)) for entry in entries)
        except OSError:
            continue
        yield here
        yield from (f"{here}{os.sep}{name}" for name, nested, leads in listed if not (nested or leads))
        inside = [name for name, nested, _ in listed if nested and not name.startswith(".")]
        pending += (f"{here}{os.sep}{name}" for name in reversed(inside))


def _leads_to_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_symlink() and entry.is_dir()
    except OSError:
        return False


def _mark(path: str) -> _Mark:
    try:
        info = os.stat(path)  # noqa: PTH116 - see `signature`
    except (OSError, ValueError):
        return (path, 0, 0, -1, 0)
    return (path, info.st_mtime_ns, info.st_ctime_ns, info.st_size, info.st_ino)
