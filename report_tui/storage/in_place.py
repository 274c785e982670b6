"""Writes a file where it stands, byte over byte, in a way that an interruption can be repaired.

For files that must not, or cannot, be replaced by another: one with a second name (a hard link), one in a folder that
takes no new file, one that is mounted by itself. Owns the record of each such write: the old and the new bytes, whole
and on the disk before the first byte is touched, in the user's state folder. A record that is still there later tells
of a write that was cut off; `repair` finishes it, or takes it back. Whoever calls holds the folder's lock.

A program that only looks at a report (`check`) repairs nothing: it judges the bytes that stand there, as the course
would. Another user, or another machine on a shared drive, does not see the record.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from itertools import zip_longest
from pathlib import Path

from report_tui.storage import files, writing
from report_tui.storage.sitting import cut_off_writes

_MAGIC = b"report-tui: a write that was begun\n"
_DIGEST = 32
_LENGTH = 8
_LARGEST = 2 * files.SIZE_LIMIT + 1000


class NoRecord(Exception):
    """The old and new bytes could not be put aside (the cause is an `OSError`); nothing was touched."""


class Torn(Exception):
    """A write failed, and so did taking it back: the file may be a mixture until `repair` can end it."""


def record(target: Path, old: bytes, new: bytes) -> Path:
    """Put the old and the new bytes aside, before `overwrite`; returns the record, to be given to `forget`.

    Raises:
        NoRecord: it could not be written.
    """
    try:
        place = _place(target)
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        content = len(old).to_bytes(_LENGTH, "big") + old + new
        with writing.temporary(place, _MAGIC + hashlib.sha256(content).digest() + content) as written:
            written.replace(place)
        writing.flush_folder(place.parent)
    except (OSError, RuntimeError) as error:
        raise NoRecord from error
    return place


def overwrite(target: Path, old: bytes, new: bytes) -> int:
    """Write `new` over `old`; returns the time of the change, in nanoseconds since 1970.

    Raises:
        OSError: it could not be written; the file is as it was.
        Torn: it could not be put back either.
    """
    descriptor = _opened(target)  # where nothing is touched yet
    try:
        return writing.fill(descriptor, new)
    except OSError:
        try:
            if files.read(target).data != old:
                writing.fill(_opened(target), old)
        except (OSError, files.CannotRead) as error:
            raise Torn from error
        raise


def forget(place: Path) -> None:
    """The write ended well, or was taken back. A record that stays is recognised as done."""
    with contextlib.suppress(OSError):
        place.unlink(missing_ok=True)


def interrupted(target: Path) -> bool:
    """Whether there may be something to repair."""
    try:
        return _place(target).exists()
    except (OSError, RuntimeError):
        return False


def repair(target: Path) -> None:
    """End a write that was cut off: finish it, or take it back where that cannot be done.

    A file that holds neither a version of the record nor a mixture of both was written by somebody else since, and is
    left alone. Nothing to repair is no error.

    Raises:
        OSError: the file is a mixture and cannot be written.
        Torn: neither version could be written.
        files.CannotRead: it cannot be read.
    """
    place = _place(target)
    try:
        data = files.read(place, _LARGEST).data
    except files.CannotRead:
        return  # there is none; or it cannot be read now, and waits for the next time
    versions = _versions(data)
    if versions is not None:
        old, new = versions
        found = files.read(target).data
        if found not in versions and _is_mixture(found, old, new):
            try:
                writing.fill(_opened(target), new)
            except OSError:
                overwrite(target, found, old)
    forget(place)


def _opened(target: Path) -> int:
    return os.open(target, os.O_WRONLY | files.OPEN_FLAGS)


def _place(target: Path) -> Path:
    name = hashlib.sha256(os.fsencode(os.path.normcase(target.resolve()))).hexdigest()
    return cut_off_writes() / name


def _versions(data: bytes) -> tuple[bytes, bytes] | None:
    """The two versions of a record; None where it is not whole, and so was never one that a write relied on."""
    content = data[len(_MAGIC) + _DIGEST :]
    if data[: len(_MAGIC) + _DIGEST] != _MAGIC + hashlib.sha256(content).digest():
        return None
    end = _LENGTH + int.from_bytes(content[:_LENGTH], "big")
    return content[_LENGTH:end], content[end:]


def _is_mixture(found: bytes, old: bytes, new: bytes) -> bool:
    """Whether an interrupted write can have left this: each byte one of the two versions', or not written yet.

    After a power cut the pieces may have reached the disk in any order, and what lies between them is zero.
    """
    if not min(len(old), len(new)) <= len(found) <= max(len(old), len(new)):
        return False
    zero_from = len(old)
    return all(
        byte in (before, after) or (byte == 0 and index >= zero_from)
        for index, (byte, before, after) in enumerate(zip_longest(found, old[: len(found)], new[: len(found)]))
    )
