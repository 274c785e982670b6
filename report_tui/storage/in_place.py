"""Writes a file where it stands, byte over byte, in a way that an interruption can be repaired.

For files that must not, or cannot, be replaced by another: one with a second name (a hard link), one in a folder that
takes no new file, one that is mounted by itself. Owns the record of each such write: the old and the new bytes, whole
and on the disk before the first byte is touched, in the user's state folder. A record that is still there later tells
of a write that was cut off; `repair` finishes it, or takes it back. Whoever calls holds the folder's lock. Records of
files that nobody opens again are bounded (`pruning`), but for those of a file that still is a mixture.

A program that only looks at a report (`check`) repairs nothing: it judges the bytes that stand there, as the course
would. Another user, or another machine on a shared drive, does not see the record.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

from report_tui.storage import files, pruning, writing
from report_tui.storage.sitting import cut_off_writes

_MAGIC = b"report-tui: a write to a file that was begun\n"
_NAMELESS = b"report-tui: a write that was begun\n"
"""Begins a record that does not say of which file it is."""
_DIGEST = 32
_LENGTH = 8
_LARGEST = 2 * files.SIZE_LIMIT + 10_000


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
        content = b"".join(len(part).to_bytes(_LENGTH, "big") + part for part in (_name(target), old)) + new
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
    pruning.prune(place.parent, is_needed=_is_needed)


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
    begun = _read_record(data)
    if begun is not None:
        found = files.read(target).data
        if begun.is_torn(found):
            try:
                writing.fill(_opened(target), begun.new)
            except OSError:
                overwrite(target, found, begun.old)
    forget(place)


def _opened(target: Path) -> int:
    return os.open(target, os.O_WRONLY | files.OPEN_FLAGS)


def _place(target: Path) -> Path:
    name = hashlib.sha256(os.fsencode(os.path.normcase(target.resolve()))).hexdigest()
    return cut_off_writes() / name


def _name(target: Path) -> bytes:
    return os.fsencode(target.resolve())


class _Record(NamedTuple):
    """What a record holds."""

    name: bytes
    """The file's; empty where that is not known."""
    old: bytes
    new: bytes

    def is_torn(self, found: bytes) -> bool:
        """Whether the file is a mixture of both versions, and neither of them."""
        return found not in (self.old, self.new) and _is_mixture(found, self.old, self.new)


def _read_record(data: bytes) -> _Record | None:
    """What these bytes hold; None where a record is not whole, and so was never one that a write relied on."""
    magic = _MAGIC if data.startswith(_MAGIC) else _NAMELESS
    content = data[len(magic) + _DIGEST :]
    if data[: len(magic) + _DIGEST] != magic + hashlib.sha256(content).digest():
        return None
    name, rest = _first(content) if magic == _MAGIC else (b"", content)
    return _Record(name, *_first(rest))


def _first(content: bytes) -> tuple[bytes, bytes]:
    """A part with its length in front, and what follows it."""
    end = _LENGTH + int.from_bytes(content[:_LENGTH], "big")
    return content[_LENGTH:end], content[end:]


def _is_needed(place: Path) -> bool:
    """Whether a record may still have something to mend: not where its file is gone, or is no mixture."""
    try:
        begun = _read_record(files.read(place, _LARGEST).data)
        if begun is None:
            return False
        target = Path(os.fsdecode(begun.name))
        return not begun.name or (os.path.lexists(target) and begun.is_torn(files.read(target).data))
    except (OSError, ValueError, files.CannotRead):
        return True  # nobody knows


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
