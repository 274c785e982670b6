"""Locks between processes, which the system frees however their holder ends.

Owns how a lock is taken and given back, and where a save's lock lies. Nothing is ever written into a locked file, and
no lock file is made in a repository. A lock says only that another of our own programs is at work: editors and git
know nothing of it, so whoever holds one still has to look at what stands on the disk.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import stat
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from report_tui.storage.files import OPEN_FLAGS, OWN_FLAGS
from report_tui.storage.sitting import state_folder

_POLL = 0.02
"""Seconds between two attempts: a save takes a few milliseconds."""


class Busy(Exception):
    """Another program holds the lock, and did so for as long as we waited."""


class Lock:
    """A lock that is held; it ends with `release` or with this process."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def release(self) -> None:
        """Give the lock back; a second time does nothing."""
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor < 0:
            return
        # A child that is just being started holds a copy of the descriptor until it runs its own program.
        with contextlib.suppress(OSError):
            _unlock(descriptor)
        with contextlib.suppress(OSError):
            os.close(descriptor)


def try_lock(path: Path) -> Lock | None:
    """Lock a file of our own in the state folder, without waiting. Children of this process do not inherit the lock.

    Args:
        path: the lock file; it and its folder are made where they are missing, and the file stays. On POSIX whoever
            holds the lock may delete it.

    Returns:
        The lock, or None while another process (or another part of this one) holds it.

    Raises:
        OSError: the file cannot be made or locked.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return _try(path, os.O_RDWR | os.O_CREAT | OWN_FLAGS)


def stand_ins() -> Path:
    """Where the files lie that stand for folders which cannot be locked; it need not exist yet."""
    return state_folder() / "locks"


def sweep(place: Path, seconds: float, ending: str = "") -> None:
    """Take lock files away that nobody holds, and that were made so many seconds ago; a failure is silent.

    Args:
        place: a folder of ours.
        seconds: how old they are at least.
        ending: how their names end.
    """
    long_ago = time.time() - seconds
    with contextlib.suppress(OSError, RuntimeError):
        for entry in list(os.scandir(place)):
            with contextlib.suppress(OSError):
                info = entry.stat(follow_symlinks=False)
                if entry.name.endswith(ending) and stat.S_ISREG(info.st_mode) and info.st_mtime < long_ago:
                    path = Path(entry)
                    if lock := try_lock(path):
                        free(lock, path)


def free(lock: Lock, path: Path) -> None:
    """Give a lock of `try_lock` back, and take its file away.

    The file first, where the system lets us: nobody shall wait for a lock on a file that goes.
    """
    if sys.platform == "win32":
        lock.release()
    with contextlib.suppress(OSError):
        path.unlink(missing_ok=True)
    lock.release()


@contextlib.contextmanager
def alone(folder: Path, seconds: float) -> Iterator[None]:
    """Work in a folder while no other of our programs does, also under another user's name where the system can.

    The folder itself is locked: that needs no new file in it, and outlives every rename in it. Windows locks no
    folders, and some network drives (NFS) lock only what is open for writing: there, a file in the state folder stands
    for it, which only this user's programs on this machine see. Where not even that can be made, nothing is locked: a
    student who cannot save is worse off than one who relies on the file being compared before it is replaced.

    Args:
        folder: any spelling of an existing folder.
        seconds: how long to wait for the other program.

    Raises:
        Busy: another program is still at work there.
    """
    lock = _wait(folder, time.monotonic() + seconds)
    try:
        yield
    finally:
        if lock is not None:
            lock.release()


def _wait(folder: Path, end: float) -> Lock | None:
    """The folder's lock, once it is free; None where nothing can be locked."""
    while True:
        try:
            lock = _try_folder(folder)
        except (OSError, RuntimeError):  # RuntimeError: there is no home folder
            return None
        if lock is not None:
            return lock
        if time.monotonic() >= end:
            raise Busy
        time.sleep(_POLL)


def _try_folder(folder: Path) -> Lock | None:
    if sys.platform != "win32":
        with contextlib.suppress(OSError):
            return _try(folder, os.O_RDONLY | OPEN_FLAGS)
    name = hashlib.sha256(os.fsencode(os.path.normcase(folder.resolve()))).hexdigest()
    return try_lock(stand_ins() / name)


def _try(path: Path, flags: int) -> Lock | None:
    while True:
        descriptor = os.open(path, flags, 0o600)  # which no child inherits
        lock = Lock(descriptor)
        try:
            if not _lock(descriptor):
                lock.release()
                return None
            if _stands_at(descriptor, path):
                return lock
        except BaseException:
            lock.release()
            raise
        # Somebody put another one in its place since it was opened: a lock on the old one keeps nobody away.
        lock.release()


def _stands_at(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError as error:
            if error.errno in (errno.EACCES, errno.EDEADLK):
                return False
            raise
        return True

    def _unlock(descriptor: int) -> None:
        os.lseek(descriptor, 0, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)
else:
    import fcntl

    def _lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _unlock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)
