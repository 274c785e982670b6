"""Bounds what is put aside in the state folder for somebody to look at: by number, by size and by age.

For files whose place was told when they were written, and of which nobody knows whether they are still wanted. What was
written in the last weeks always stays, however much it is. It never looks through a link.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

KEPT = 100
"""Of one kind."""
BYTES_KEPT = 50_000_000
"""Of one kind."""
YOUNG = 4 * 7 * 24 * 3600
"""Seconds for which everything stays: somebody may be on holiday."""
OLD = 365 * 24 * 3600
"""Seconds after which nobody comes back for it; a course is over by then."""


class _Entry(NamedTuple):
    path: Path
    changed: float
    """When it, or something in it, was written last, in seconds since 1970."""
    size: int
    """Bytes, with what is in it."""


def prune(folder: Path, ending: str = "", is_needed: Callable[[Path], bool] = lambda _: False) -> None:
    """Remove what is too much or too old of the files and folders in a folder, the oldest first; a failure is silent.

    Args:
        folder: one of ours, in which nothing else lies.
        ending: how the names end of those that are meant.
        is_needed: whether one stays all the same; asked of those only that would go.
    """
    with contextlib.suppress(OSError, RuntimeError):
        now, total = time.time(), 0
        found = sorted(_entries(folder, ending), key=lambda entry: entry.changed, reverse=True)
        for place, entry in enumerate(found):
            total += entry.size
            age = now - entry.changed
            too_much = place >= KEPT or total > BYTES_KEPT or age > OLD
            if age > YOUNG and too_much and not is_needed(entry.path):
                _remove(entry.path)


def _entries(folder: Path, ending: str) -> Iterator[_Entry]:
    for entry in os.scandir(folder):
        if entry.name.endswith(ending) and not entry.is_symlink():
            with contextlib.suppress(OSError):  # gone meanwhile: another program prunes as well
                inside = [one.stat(follow_symlinks=False) for one in os.scandir(entry)] if entry.is_dir() else []
                infos = [entry.stat(follow_symlinks=False), *inside]
                yield _Entry(Path(entry), max(info.st_mtime for info in infos), sum(info.st_size for info in infos))


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with contextlib.suppress(OSError):
            path.unlink()
