"""Finds, reads and saves report files.

Owns the atomic save: whatever happens, the file on disk is wholly the old or wholly the new one, and never another
program's version that we have not seen. It knows nothing of what a report means, and never decides what to do about
a failure: it says what is wrong, why, and the way out. Access lists and extended attributes are not carried over to
a saved file, and a file with a second hard link loses it.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

SIZE_LIMIT = 20_000_000
"""Bytes; the largest report ever seen has 53 kB."""

REPORT_NAME = "README.md"
REPORT_FOLDER = "reports"
_SKIPPED_FOLDERS = {".git", ".venv", "node_modules"}
_SHOWN = 400
"""Characters of a path that a message shows."""

# Without O_NONBLOCK, opening a FIFO that nobody writes to waits for ever; without O_BINARY, Windows changes line ends.
OPEN_FLAGS = (
    getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
)

# Virus scanners and indexers hold a new file open for a moment on Windows: the waits between attempts, in seconds.
_REPLACE_WAITS = (0.02, 0.05, 0.1, 0.2, 0.4)


class StorageError(Exception):
    """A file could not be read or written; `str` is one clean line that names it, the reason and the way out."""

    def __init__(self, path: Path, reason: str, way_out: str) -> None:
        super().__init__(path, reason, way_out)
        self.path = path
        self.reason = reason
        """What is wrong with the file, to be read after its name: `is a folder`."""
        self.way_out = way_out
        """What to do about it."""

    def __str__(self) -> str:
        return f"{shown(self.path)}: {self.reason}; {self.way_out}"


class CannotRead(StorageError):
    """There is no report to read."""


class CannotSave(StorageError):
    """The file could not be written; it is as it was before."""


class ChangedOnDisk(StorageError):
    """The file is not the one that was read; nothing was written."""

    def __init__(self, path: Path, *, gone: bool = False) -> None:
        if gone:
            super().__init__(path, "was deleted or moved since it was read", "put it back, then save again")
        else:
            super().__init__(path, "was changed on disk since it was read", "reload it, then save again")
        self.gone = gone
        """Whether nothing readable stands at the path any more."""


class FileState(NamedTuple):
    """One version of a file as it stood on disk."""

    path: Path
    """As it was asked for: a symbolic link is not resolved."""
    data: bytes
    mtime_ns: int
    """Time of the last change, in nanoseconds since 1970."""
    mode: int
    """Permission bits."""

    @property
    def digest(self) -> str:
        """SHA-256 of `data`, in hexadecimal; made when asked for, since a check never does."""
        return digest_of(self.data)


def digest_of(data: bytes) -> str:
    """The SHA-256 of `data`, in hexadecimal."""
    import hashlib  # here: only who saves needs it, and with OpenSSL it is not light

    return hashlib.sha256(data).hexdigest()


def shown(path: Path) -> str:
    """The path as it may be printed.

    What is not printable (control characters, bidi marks) is escaped as in Python; the middle of an endless one is
    left out.
    """
    text = str(path)
    if len(text) > _SHOWN:
        text = f"{text[: _SHOWN // 2]}...{text[-_SHOWN // 2 :]}"
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def find_report(path: Path | None, cwd: Path) -> Path:
    """The report that a command was asked to work on.

    Args:
        path: a report file or a folder that holds one, relative to `cwd`; None looks for the nearest
            `reports/README.md` from `cwd` upwards.
        cwd: the working directory.

    Returns:
        The path of an existing file system entry, relative only if both arguments are; `read` judges it.

    Raises:
        CannotRead: there is no such file, or no report in the folder.
    """
    if path is None:
        for folder in (cwd, *cwd.resolve().parents):
            candidate = folder / REPORT_FOLDER / REPORT_NAME
            if _kind(candidate):
                return candidate
        raise CannotRead(
            cwd, f"no {REPORT_FOLDER}/{REPORT_NAME} here or in a folder above", "name the report or its folder"
        )
    given = cwd / path
    kind = _kind(given)
    if kind is None:
        raise _not_there(given)
    if not stat.S_ISDIR(kind):
        return given
    for candidate in (given / REPORT_FOLDER / REPORT_NAME, given / REPORT_NAME):
        if _kind(candidate):
            return candidate
    raise CannotRead(
        given, f"holds no {REPORT_FOLDER}/{REPORT_NAME} and no {REPORT_NAME}", "name the report file itself"
    )


def find_reports(folder: Path) -> list[Path | CannotRead]:
    """All reports below a folder that has none of its own, in the order of their paths.

    A `reports` folder without a `README.md` of exactly this name, and a folder that cannot be listed, is an error in
    the list: some group's report may be in there. Other `reports` folders of a group that has its report are not.

    Args:
        folder: any path; one that is no folder, is itself a `reports` folder, or holds a report has nothing below it.
    """
    kind = _kind(folder)
    if kind is None or not stat.S_ISDIR(kind) or folder.name == REPORT_FOLDER:
        return []
    if _kind(folder / REPORT_FOLDER / REPORT_NAME) and REPORT_NAME in _names(folder / REPORT_FOLDER):
        return []
    reports: list[Path] = []
    errors: list[CannotRead] = []

    # Not os.walk, which calls itself for each level: folders may be nested deeper than Python goes.
    pending = [folder]
    while pending:
        here = pending.pop()
        try:
            with os.scandir(here) as entries:
                nested = {entry.name: is_folder(entry) for entry in entries}
        except OSError as error:
            errors.append(_cannot_read(here, error))
            continue
        if here.name == REPORT_FOLDER and REPORT_NAME in nested:
            reports.append(here / REPORT_NAME)
        elif here.name == REPORT_FOLDER:
            errors.append(_without_report(here, [name for name, is_nested in nested.items() if not is_nested]))
        pending += (here / name for name, is_nested in nested.items() if is_nested and name not in _SKIPPED_FOLDERS)
    groups = {report.parent.parent for report in reports}
    lost = [error for error in errors if groups.isdisjoint(error.path.parents)]
    return sorted([*reports, *lost], key=lambda found: found.path if isinstance(found, CannotRead) else found)


def is_folder(entry: os.DirEntry[str]) -> bool:
    """Whether it is a folder of its own; a link to one is not, nor what Windows calls a junction.

    Raises:
        OSError: the system does not let us look.
    """
    if not entry.is_dir(follow_symlinks=False):
        return False
    if sys.platform == "win32":
        return entry.stat(follow_symlinks=False).st_reparse_tag != stat.IO_REPARSE_TAG_MOUNT_POINT
    return True


def _names(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)  # noqa: PTH208 - names are wanted
    except OSError:
        return [REPORT_NAME]  # who can open it without listing it has to believe


def _without_report(folder: Path, names: list[str]) -> CannotRead:
    other = next((name for name in sorted(names) if name.casefold() == REPORT_NAME.casefold()), None)
    if other is None:
        return CannotRead(folder, f"holds no {REPORT_NAME}", f"put the report there, under the name {REPORT_NAME}")
    return CannotRead(folder / other, f"is not called {REPORT_NAME}", f"rename it to {REPORT_NAME}")


def read(path: Path) -> FileState:
    """Read a regular file of at most 20 MB, without ever waiting for one that is none (a FIFO, a terminal).

    Raises:
        CannotRead: it is missing, no regular file, too large, or may not be read.
    """
    try:
        # Asked before it is opened, since opening a device may already do something.
        _refuse_irregular(path, path.stat())
        descriptor = os.open(path, os.O_RDONLY | OPEN_FLAGS)
        with os.fdopen(descriptor, "rb") as file:
            info = os.fstat(descriptor)
            _refuse_irregular(path, info)
            data = file.read(SIZE_LIMIT + 1)
    except (OSError, ValueError) as error:
        raise _cannot_read(path, error) from error
    if len(data) > SIZE_LIMIT:
        raise CannotRead(path, "is larger than 20 MB", "name the report itself")
    return FileState(path, data, info.st_mtime_ns, stat.S_IMODE(info.st_mode))


def save(path: Path, data: bytes, expected_digest: str) -> FileState:
    """Replace a file's bytes in one step, unless somebody else has changed it.

    A symbolic link stays one: the file it points to is replaced. Permissions stay, and the owner where the system
    lets us. Where the file already holds `data`, nothing is written. Interrupted at any point, the file is the old
    or the new one; a temporary file (`.README.md.*.tmp`) is left behind only by a process that was killed.

    Args:
        path: an existing file.
        data: its new content.
        expected_digest: `FileState.digest` of the version that `data` was made from.

    Returns:
        The state of the file as written.

    Raises:
        ChangedOnDisk: the file on disk has another digest than expected, or is gone.
        CannotSave: it could not be written.
    """
    target = _resolved(path)
    current = _read_again(path, target)
    if current.data == data:
        return FileState(path, data, current.mtime_ns, current.mode)
    if current.digest != expected_digest:
        raise ChangedOnDisk(path)
    _refuse_read_only(path, target)
    try:
        with temporary(target, data) as written:
            _keep_owner_and_mode(written, target)
            mtime_ns = written.stat().st_mtime_ns
            if _read_again(path, target).digest != expected_digest:
                raise ChangedOnDisk(path)
            _replace(written, target)
    except OSError as error:
        if isinstance(error, FileNotFoundError) and _kind(target.parent):
            raise ChangedOnDisk(path, gone=True) from error
        raise _cannot_save(path, error) from error
    flush_folder(target.parent)
    return FileState(path, data, mtime_ns, current.mode)


@contextlib.contextmanager
def temporary(target: Path, data: bytes) -> Iterator[Path]:
    """A new file beside `target` that holds `data`, safely on the disk and readable by its owner alone.

    It is removed at the end, however that comes, unless it was moved away.

    Raises:
        OSError: it could not be written; nothing is left of it.
    """
    import tempfile

    # A long name is cut: with what is added it could be more than a file system takes (255 bytes).
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name[:40]}.", suffix=".tmp", dir=target.parent)
    written = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(descriptor)
        yield written
    finally:
        with contextlib.suppress(OSError):
            written.unlink(missing_ok=True)


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
    flush_folder(target.parent)


def _kind(path: Path) -> int | None:
    """The mode bits of what stands at the path, or None where nothing can be seen there."""
    try:
        return path.stat().st_mode
    except (OSError, ValueError):
        return None


def _not_there(path: Path) -> CannotRead:
    """Why nothing can be seen at the path."""
    try:
        path.stat()
    except (OSError, ValueError) as error:
        return _cannot_read(path, error)
    return _cannot_read(path, FileNotFoundError(errno.ENOENT, ""))  # it has come just now


def _refuse_irregular(path: Path, info: os.stat_result) -> None:
    if stat.S_ISDIR(info.st_mode):
        raise CannotRead(path, "is a folder", "name the report file in it")
    if not stat.S_ISREG(info.st_mode):
        raise CannotRead(path, "is not a regular file", "name a Markdown file")
    if info.st_size > SIZE_LIMIT:
        raise CannotRead(path, "is larger than 20 MB", "name the report itself")


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
        return read(target)
    except CannotRead as error:
        if isinstance(error.__cause__, PermissionError):
            raise CannotSave(path, error.reason, error.way_out) from error
        raise ChangedOnDisk(path, gone=True) from error


def _refuse_read_only(path: Path, target: Path) -> None:
    """A rename would replace even a write-protected file; opening it for writing asks, and changes nothing."""
    try:
        os.close(os.open(target, os.O_WRONLY | OPEN_FLAGS))
    except PermissionError as error:
        if sys.platform == "win32":
            raise _cannot_save(path, error) from error
        raise CannotSave(path, "is read-only", "allow writing to it, then save again") from error
    except FileNotFoundError as error:
        raise ChangedOnDisk(path, gone=True) from error
    except OSError as error:
        raise _cannot_save(path, error) from error


def _keep_owner_and_mode(written: Path, target: Path) -> None:
    before = target.stat()
    if sys.platform != "win32":
        now = written.stat()
        if (now.st_uid, now.st_gid) != (before.st_uid, before.st_gid):
            # Only the superuser may give a file away; a group of one's own may be kept.
            for owner, group in ((before.st_uid, before.st_gid), (-1, before.st_gid)):
                with contextlib.suppress(OSError):
                    os.chown(written, owner, group)
                    break
    # After the owner: giving a file away drops some of the bits.
    written.chmod(stat.S_IMODE(before.st_mode))


def _replace(written: Path, target: Path) -> None:
    for wait in _REPLACE_WAITS if sys.platform == "win32" else ():
        try:
            written.replace(target)
        except PermissionError:
            time.sleep(wait)
        else:
            return
    written.replace(target)


def flush_folder(folder: Path) -> None:
    """Make the rename last through a power cut. The file is in place already, so a failure changes nothing."""
    if sys.platform == "win32":
        return
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _cannot_read(path: Path, error: OSError | ValueError) -> CannotRead:
    code = error.errno if isinstance(error, OSError) else None
    if code in (errno.ENOENT, errno.ENOTDIR):
        with contextlib.suppress(OSError, ValueError):
            if path.is_symlink():
                return CannotRead(path, "is a link to a file that does not exist", "name the report itself")
        return CannotRead(path, "does not exist", "check the name, or name the report's folder")
    if code in (errno.EACCES, errno.EPERM):
        return CannotRead(path, "may not be read by you", "ask its owner, or change its permissions")
    if code == errno.ELOOP:
        return CannotRead(path, "is a link that leads back to itself", "name the report itself")
    if code == errno.ENAMETOOLONG:
        return CannotRead(path, "its name is too long", "check the name")
    if code is None:
        return CannotRead(path, "is not a possible file name", "check the name")
    return CannotRead(path, f"cannot be read ({_system_words(error)})", "check the disk, then try again")


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
    usual = (f"cannot be written ({_system_words(error)})", "check the disk")
    return _WRITE_REASONS.get(error.errno or 0, usual)


def _cannot_save(path: Path, error: OSError) -> CannotSave:
    reason, before = why_not_written(error)
    return CannotSave(path, reason, f"{before}, then save again")


def _system_words(error: Exception) -> str:
    """The system's own words for an error, in one line and without a path."""
    words = error.strerror if isinstance(error, OSError) else None
    return " ".join((words or type(error).__name__).split()).lower()
