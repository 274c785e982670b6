"""Saves a report, under a lock of its own, or a copy of it elsewhere.

Owns the order of a save: lock, read again, compare, write. Whatever happens, the file on disk is wholly the old or
wholly the new one, and never another program's version that we have not seen. It decides nothing about a failure: it
says what is wrong, why, and the way out.

A report is replaced by a new file, which takes over its permissions, its owner and group, and on Linux its access list
and extended attributes (what the system itself keeps there, under `security.` and `trusted.`, it gives every new file).
On Windows a new file has the access list that its folder gives it; another one is not carried over. Where a file must
not or cannot be replaced, or something of it cannot be carried over (extended attributes on macOS, which Python does
not read), it is written in place (`in_place`):

- it has more than one name (a hard link), which would part;
- its folder takes no new file (EACCES, EPERM, EROFS, EEXIST), and yet the file itself may be written: a folder that
  belongs to somebody else, a file that is mounted by itself into a container;
- nothing may be renamed over it (EXDEV, EPERM, EACCES, EBUSY, ENOTSUP, ENOSYS): sticky folders, mounts, some network
  and overlay file systems, Windows while another program has the file open;
- its owner, group, permissions, access list or attributes may not be given to another file (EPERM, EACCES, ENOTSUP):
  a teammate's file in a shared folder stays the teammate's, and nobody else can read it.

A full or failing disk is none of these: half-written in place is worse than not written.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import stat
import sys
import time
from itertools import count
from pathlib import Path

from report_tui.storage import files, in_place, locks, writing
from report_tui.storage.files import OPEN_FLAGS, CannotRead, CannotSave, ChangedOnDisk, FileState

PATIENCE = 2.0
"""Seconds to wait for another program that is saving into the same folder; a save takes some milliseconds."""

_IN_PLACE = {
    errno.EACCES,
    errno.EPERM,
    errno.EROFS,
    errno.EEXIST,
    errno.EXDEV,
    errno.EBUSY,
    errno.ENOTSUP,
    errno.EOPNOTSUPP,
    errno.ENOSYS,
}
"""Errors after which a file is written in place."""

# Virus scanners and indexers hold a new file open for a moment on Windows: the waits between attempts, in seconds.
_REPLACE_WAITS = (0.02, 0.05, 0.1, 0.2, 0.4)

_SYSTEM_ATTRIBUTES = ("security.", "trusted.")
_GIVEN_BY_MACOS = b"com.apple.provenance"
"""What the system writes to every file that a program makes."""


def save(path: Path, data: bytes, expected_digest: str) -> FileState:
    """Replace a file's bytes in one step, unless somebody else has changed it.

    A symbolic link stays one: the file it points to is written. Where the file already holds `data`, nothing is
    written. Interrupted at any point, the file is the old or the new one, or will be when `finish` has looked at it; a
    temporary file (`.README.md.*.tmp`) is left behind only by a process that was killed; a save a day later removes it.

    Args:
        path: an existing file.
        data: its new content.
        expected_digest: `FileState.digest` of the version that `data` was made from.

    Returns:
        The state of the file as written.

    Raises:
        ChangedOnDisk: the file on disk has another digest than expected, or is gone.
        CannotSave: it could not be written; the file is as it was. After a disk that could not confirm what was
            written it may also be the new one.
    """
    target = _resolved(path)
    try:
        with locks.alone(target.parent, PATIENCE):
            _repair(path, target)
            return _save(path, target, data, expected_digest)
    except locks.Busy as error:
        raise CannotSave(path, "is just being saved by another program", "wait a moment, then save again") from error


def finish(path: Path) -> None:
    """End a save that was cut off while the file was written in place; to be called before a report is opened.

    Raises:
        CannotSave: the file is a mixture of two versions, and cannot be written.
    """
    try:
        target = path.resolve(strict=True)
    except (OSError, RuntimeError, ValueError):
        return  # whoever reads it says what is wrong
    if in_place.interrupted(target):
        # Who holds the lock is no crashed program, but one at work.
        with contextlib.suppress(locks.Busy), locks.alone(target.parent, PATIENCE):
            _repair(path, target)


def _repair(path: Path, target: Path) -> None:
    try:
        in_place.repair(target)
    except (OSError, RuntimeError, in_place.Torn, CannotRead) as error:
        if in_place.interrupted(target):
            raise _torn(path) from error


def _save(path: Path, target: Path, data: bytes, expected_digest: str) -> FileState:
    current = _read_again(path, target)
    try:
        if current.data == data:
            mtime_ns = current.mtime_ns
        else:
            if current.digest != expected_digest:
                raise ChangedOnDisk(path)
            _refuse_read_only(path, target)
            mtime_ns = _written(path, target, current, data)
    except OSError as error:
        if isinstance(error, FileNotFoundError) and os.path.lexists(target.parent):
            raise ChangedOnDisk(path, gone=True) from error
        raise _cannot_save(path, error) from error
    try:
        writing.flush_folder(target.parent)
    except OSError as error:
        words = files.system_words(error)
        raise CannotSave(path, f"the disk does not confirm what was written ({words})", "save again") from error
    writing.clear(target)
    return FileState(path, data, mtime_ns, current.mode)


def _written(path: Path, target: Path, current: FileState, data: bytes) -> int:
    """Write the file; returns the time of its last change, in nanoseconds since 1970."""
    if target.stat().st_nlink > 1:
        return _overwritten(path, target, current, data)
    try:
        return _replaced(path, target, current, data)
    except OSError as error:
        if error.errno not in _IN_PLACE:
            raise
        return _overwritten(path, target, current, data)


def _replaced(path: Path, target: Path, current: FileState, data: bytes) -> int:
    with writing.temporary(target, data) as written:
        _carry_over(target, written)
        mtime_ns = written.stat().st_mtime_ns
        _check_same(path, target, current)
        _replace(written, target)
    return mtime_ns


def _overwritten(path: Path, target: Path, current: FileState, data: bytes) -> int:
    try:
        record = in_place.record(target, current.data, data)
    except in_place.NoRecord as error:
        cause = error.__cause__
        reason, before = (
            writing.why_not_written(cause) if isinstance(cause, OSError) else ("no home folder", "set HOME")
        )
        raise CannotSave(
            path,
            f"can only be written in place, and its backup in the state folder failed ({reason})",
            f"{before}, then save again",
        ) from error
    try:
        _check_same(path, target, current)
        mtime_ns = in_place.overwrite(target, current.data, data)
    except in_place.Torn as error:
        raise _torn(path) from error
    except BaseException:
        in_place.forget(record)
        raise
    in_place.forget(record)
    return mtime_ns


def _check_same(path: Path, target: Path, current: FileState) -> None:
    """Writing has taken a while: look once more for what a program that knows no locks has done."""
    if _read_again(path, target).data != current.data:
        raise ChangedOnDisk(path)


def _resolved(path: Path) -> Path:
    try:
        return path.resolve(strict=True)
    except FileNotFoundError as error:
        raise ChangedOnDisk(path, gone=True) from error
    except (OSError, RuntimeError, ValueError) as error:  # RuntimeError: links in a circle, before Python 3.13
        raise CannotSave(path, "cannot be reached", "check the folders and links on the way to it") from error


def _read_again(path: Path, target: Path) -> FileState:
    """What stands on disk now; errors name `path`, as the user knows it."""
    try:
        return files.read(target)
    except CannotRead as error:
        cause = error.__cause__
        if cause is None or isinstance(cause, (FileNotFoundError, NotADirectoryError)):
            raise ChangedOnDisk(path, gone=True) from error
        raise CannotSave(path, error.reason, error.way_out) from error


def _refuse_read_only(path: Path, target: Path) -> None:
    """A rename would replace even a write-protected file; opening it for writing asks, and changes nothing."""
    try:
        os.close(os.open(target, os.O_WRONLY | OPEN_FLAGS))
    except PermissionError as error:
        if sys.platform == "win32":
            raise
        raise CannotSave(path, "is read-only", "allow writing to it, then save again") from error


def _carry_over(target: Path, written: Path) -> None:
    """Give the new file what belongs to the old one.

    Raises:
        OSError: something of it cannot be given to another file.
    """
    before = target.stat()
    if sys.platform != "win32":
        now = written.stat()
        if (now.st_uid, now.st_gid) != (before.st_uid, before.st_gid):
            os.chown(written, before.st_uid, before.st_gid)  # which only the superuser may, but for one's own groups
    # After the owner: giving a file away drops some of the bits.
    written.chmod(stat.S_IMODE(before.st_mode))
    if sys.platform in ("linux", "darwin"):
        _carry_over_attributes(target, written)


if sys.platform == "linux":

    def _carry_over_attributes(target: Path, written: Path) -> None:
        """Extended attributes, of which the access list is one; a folder may have given the new file one of its own."""
        before, now = _attributes(target), _attributes(written)
        for name in now.keys() - before.keys():
            os.removexattr(written, name)
        for name, value in before.items():
            if now.get(name) != value:
                os.setxattr(written, name, value)

    def _attributes(path: Path) -> dict[str, bytes]:
        try:
            names = os.listxattr(path)
        except OSError as error:
            if error.errno in (errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS):
                return {}  # this file system has none
            raise
        return {name: os.getxattr(path, name) for name in names if not name.startswith(_SYSTEM_ATTRIBUTES)}


if sys.platform == "darwin":

    def _carry_over_attributes(target: Path, written: Path) -> None:
        """Refuse a file with extended attributes of its own: written in place it keeps them."""
        import ctypes  # here, since only this needs it

        listed = ctypes.CDLL(None).listxattr
        listed.argtypes = (ctypes.c_char_p, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_int)
        listed.restype = ctypes.c_ssize_t
        path, room = os.fsencode(target), 65536
        names = ctypes.create_string_buffer(room)
        size = listed(path, names, room, 0)
        if size < 0 or {*names.raw[:size].split(b"\0")} - {b"", _GIVEN_BY_MACOS}:
            raise OSError(errno.ENOTSUP, "has extended attributes", str(target))


def _replace(written: Path, target: Path) -> None:
    for wait in _REPLACE_WAITS if sys.platform == "win32" else ():
        try:
            written.replace(target)
        except PermissionError:
            time.sleep(wait)
        else:
            return
    written.replace(target)


def _torn(path: Path) -> CannotSave:
    return CannotSave(
        path,
        "was cut off while it was written, and could not be put back",
        "check the disk, then open or save it again: both versions are kept",
    )


def _cannot_save(path: Path, error: OSError) -> CannotSave:
    reason, before = writing.why_not_written(error)
    return CannotSave(path, reason, f"{before}, then save again")


def copy_folder() -> Path:
    """Where a copy goes when the report cannot be saved: the user's documents, else the home folder.

    Raises:
        RuntimeError: this machine names no home folder.
    """
    import platformdirs

    documents = platformdirs.user_documents_path()
    return documents if documents.is_dir() else Path.home()


def copy_place(report: Path) -> Path:
    """A path in `copy_folder` where nothing stands yet, named after the report's group.

    Raises:
        RuntimeError: this machine names no home folder.
    """
    folder = report.absolute().parent
    group = folder.parent.name if folder.name == files.REPORT_FOLDER else folder.name
    name = re.sub(r"[^\w.-]+", "-", f"{group}-{report.stem}-copy").strip("-.")[:60]
    places = (copy_folder() / f"{name}{'' if number == 1 else f'-{number}'}.md" for number in count(1))
    return next(place for place in places if not os.path.lexists(place))


def copy_problem(path: Path) -> str:
    """Why no copy can be written to this path, in a few words; an empty string where one perhaps can."""
    try:
        if os.path.lexists(path):
            return "something stands there already: choose another name"
        return "" if path.parent.is_dir() else "there is no such folder"
    except (OSError, ValueError):
        return "this place cannot be reached"


def save_copy(path: Path, data: bytes) -> None:
    """Write a new file that only its owner can read, safely to the disk, and never over anything.

    Raises:
        CannotSave: something stands there, or it cannot be written.
    """
    try:
        with writing.temporary(path, data) as written:
            writing.place_new(written, path)
    except FileExistsError as error:
        raise CannotSave(path, "is there already", "choose another name") from error
    except (OSError, ValueError) as error:
        reason, before = writing.why_not_written(error) if isinstance(error, OSError) else ("is no path", "change it")
        raise CannotSave(path, reason, f"{before}, or choose another place") from error
