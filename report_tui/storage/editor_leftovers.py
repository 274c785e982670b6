"""Texts in the student's own editor whose end this program did not see: it was killed, or the machine went off.

Owns the folder in which they lie, and how a later start knows of them: by a lock beside each, held while the editor
runs, whose name says what the file held at first. A text is told of once, and never removed here.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from report_tui.storage import locks
from report_tui.storage.sitting import state_folder

_LOCK = ".lock"
_DIGEST = 16
_READ = 4_000_000
"""Bytes that are compared: a text that was handed to an editor has fewer."""


def folder() -> Path:
    """Where each text has a folder of its own; it need not exist yet."""
    return state_folder().resolve() / "editing"


@contextlib.contextmanager
def watched(path: Path) -> Iterator[None]:
    """While an editor runs: should we not see its end, the next start tells of the file, if anything was written to it.

    Args:
        path: the file, as it is given to the editor. One that does not lie in `folder` is not watched.
    """
    note = path.parent.with_name(f"{path.parent.name}.{_digest(path)}{_LOCK}")
    lock: locks.Lock | None = None
    with contextlib.suppress(OSError, RuntimeError):
        lock = locks.try_lock(note) if path.parent.parent == folder() else None
    try:
        yield
    finally:
        if lock is not None:
            locks.free(lock, note)


def told() -> list[Path]:
    """The files or folders in which an editor left something since; the next time they are not told again."""
    found: list[Path] = []
    with contextlib.suppress(OSError, RuntimeError):
        for name in sorted(os.listdir(folder())):  # noqa: PTH208 - of names that end so there are few, and no paths needed
            if name.endswith(_LOCK):
                with contextlib.suppress(OSError):
                    found += _told(folder() / name)
    return found


def _told(note: Path) -> list[Path]:
    lock = locks.try_lock(note)
    if lock is None:
        return []  # the editor runs, in another window
    name, _, digest = note.name.removesuffix(_LOCK).rpartition(".")
    place = note.parent / name
    left = [path for path in sorted(place.iterdir()) if _digest(path) != digest] if place.is_dir() else []
    if place.is_dir() and not left:
        lock.release()  # an editor with a window may still be open, and write to it
        return []
    locks.free(lock, note)
    return left if len(left) == 1 else [place] if left else []


def _digest(path: Path) -> str:
    """Of what a file holds; an empty string where it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.sha256(file.read(_READ)).hexdigest()[:_DIGEST]
    except OSError:
        return ""
