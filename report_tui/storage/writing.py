"""Puts whole files on the disk: a new one beside another, a name for it, and why that failed.

Owns that what is called written has reached the disk, and that nothing half-written is left. Whether a file may be
replaced by another is decided by whoever asks (`saving` for reports). Every call of the system goes through `os`: the
tests make each of them fail.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import stat
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from report_tui.storage.files import OPEN_FLAGS, system_words

# What a failing disk says. Other errors come from file systems that cannot flush a folder, and need not.
_DISK_FAILS = {errno.EIO, errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}

ABANDONED = 24 * 3600
"""Seconds after which a file that was not finished belongs to nobody any more."""
_LONGEST = 40
"""Characters of a file's name that are in that of a temporary one."""


def fill(descriptor: int, data: bytes) -> int:
    """Make an open file hold `data` and nothing else, safely on the disk, and close it, also where that fails.

    Args:
        descriptor: open for writing, at the file's start.
        data: its whole content.

    Returns:
        The time of this change, in nanoseconds since 1970.

    Raises:
        OSError: it could not be written; the file may hold anything.
    """
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        os.ftruncate(descriptor, len(data))
        os.fsync(descriptor)
        changed = os.fstat(descriptor).st_mtime_ns
    except BaseException:
        with contextlib.suppress(OSError):
            os.close(descriptor)
        raise
    os.close(descriptor)  # where a network drive says that the disk is full
    return changed


@contextlib.contextmanager
def temporary(target: Path, data: bytes) -> Iterator[Path]:
    """A new file beside `target` that holds `data`, safely on the disk and readable by its owner alone.

    It is removed at the end, however that comes, unless it was moved away.

    Raises:
        OSError: it could not be written; nothing is left of it.
    """
    import tempfile

    # A long name is cut: with what is added it could be more than a file system takes (255 bytes).
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name[:_LONGEST]}.", suffix=".tmp", dir=target.parent)
    written = Path(name)
    try:
        fill(descriptor, data)
        yield written
    finally:
        _remove(written)


def clear(target: Path) -> None:
    """Remove what `temporary` left beside `target` in a process that was killed: the user's own, and a day old.

    To be called where no other of our programs writes this target. What cannot be removed stays, without a word.
    """
    ours = re.compile(rf"\.{re.escape(target.name[:_LONGEST])}\.[a-z0-9_]{{8}}\.tmp")
    with contextlib.suppress(OSError):
        for entry in list(os.scandir(target.parent)):
            if ours.fullmatch(entry.name) and _is_abandoned(entry.stat(follow_symlinks=False)):
                Path(entry).unlink()


def _is_abandoned(info: os.stat_result) -> bool:
    if not stat.S_ISREG(info.st_mode) or info.st_mtime > time.time() - ABANDONED:
        return False
    return sys.platform == "win32" or info.st_uid == os.geteuid()


def _remove(written: Path) -> None:
    # Twice: a file left in a student's repository is worth a second attempt.
    for _ in range(2):
        try:
            written.unlink(missing_ok=True)
        except OSError:
            continue
        return


def place_new(written: Path, target: Path) -> None:
    """Give a finished file of the same folder its name, in one step, unless something stands there.

    On a disk without hard links an empty file holds the name for a moment. The file may keep its old name too.

    Raises:
        FileExistsError: something stands there; it was not touched.
        OSError: it cannot be done; nothing is left at the target.
    """
    if sys.platform == "win32":
        written.rename(target)  # which never replaces anything there
        return
    try:
        os.link(written, target)
    except FileExistsError:
        raise
    except OSError:
        # Whoever makes the empty file owns the name.
        os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY | OPEN_FLAGS, 0o600))
        try:
            written.replace(target)
        except OSError:
            target.unlink()
            raise
    with contextlib.suppress(OSError):  # it stands there
        flush_folder(target.parent)


def flush_folder(folder: Path) -> None:
    """Make the renames in a folder last through a power cut, where its file system can.

    Raises:
        OSError: the disk says that it did not; the files stand there all the same.
    """
    if sys.platform == "win32":
        return
    try:
        descriptor = os.open(folder, os.O_RDONLY | OPEN_FLAGS)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        if error.errno in _DISK_FAILS:
            raise


_WRITE_REASONS = {
    errno.ENOSPC: ("the disk is full", "free some space"),
    getattr(errno, "EDQUOT", errno.ENOSPC): ("your share of the disk is used up", "free some space"),
    errno.EFBIG: ("the system allows no file of that size", "raise the limit or free some space"),
    errno.EROFS: ("the disk is read-only", "make it writable"),
    errno.EACCES: ("its folder is read-only", "allow writing to the folder"),
    errno.EPERM: ("its folder is read-only", "allow writing to the folder"),
    errno.ENOENT: ("its folder is gone", "put the folder back"),
}
# On Windows a folder's rights are seldom what stands in the way: another program has the file open.
_HELD_OPEN = ("it is read-only, or another program has it open", "change that")


def why_not_written(error: OSError) -> tuple[str, str]:
    """Why a file could not be written, to be read after its name, and what to do before the next attempt."""
    if sys.platform == "win32" and isinstance(error, PermissionError):
        return _HELD_OPEN
    usual = (f"cannot be written ({system_words(error)})", "check the disk")
    return _WRITE_REASONS.get(error.errno or 0, usual)
