"""Finds and reads report files, and says what is wrong with one.

Owns which file a name means, that nothing is ever waited for while reading, and the errors that name a file. It writes
nothing (`saving` and `writing` do), knows nothing of what a report means, and never decides what to do about a
failure: it says what is wrong, why, and the way out.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import sys
from pathlib import Path
from typing import NamedTuple

from report_tui.core import bounds

SIZE_LIMIT = bounds.REPORT_BYTES

REPORT_NAME = "README.md"
REPORT_FOLDER = "reports"
_SKIPPED_FOLDERS = {".git", ".venv", "node_modules"}
_SHOWN = 400
"""Characters of a path that a message shows."""

# Without O_NONBLOCK, opening a FIFO that nobody writes to waits for ever; without O_BINARY, Windows changes line ends.
OPEN_FLAGS = (
    getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
)
OWN_FLAGS = OPEN_FLAGS | getattr(os, "O_NOFOLLOW", 0)
"""For files of our own: a link in their place is not ours, and what it points to is not to be read or written."""


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


def read(path: Path, largest: int = SIZE_LIMIT) -> FileState:
    """Read a report, or a file of ours.

    Args:
        path: the file.
        largest: bytes; a larger one is refused.

    Raises:
        CannotRead: it is missing, no regular file, too large, or may not be read.
    """
    try:
        return contents(path, largest)
    except (OSError, ValueError) as error:
        raise _cannot_read(path, error) from error


class IrregularError(OSError):
    """What stands at a path is neither a file nor a folder."""


def contents(path: Path, largest: int) -> FileState:
    """Read a regular file, without ever waiting for one that is none (a FIFO, a terminal).

    Args:
        path: the file, whoever made it.
        largest: bytes; of a larger one nothing is kept.

    Raises:
        OSError: it may not be read; `IsADirectoryError` for a folder, `IrregularError` for what is no file, EFBIG for a
            file that is too large.
        ValueError: it is no possible file name.
    """
    # Asked before it is opened, since opening a device may already do something.
    _refuse_irregular(path.stat(), largest)
    descriptor = os.open(path, os.O_RDONLY | OPEN_FLAGS)
    try:
        info = os.fstat(descriptor)
        _refuse_irregular(info, largest)
        data = _read_all(descriptor, info.st_size, largest)
    finally:
        os.close(descriptor)
    if len(data) > largest:
        raise _too_large()
    return FileState(path, data, info.st_mtime_ns, stat.S_IMODE(info.st_mode))


def _read_all(descriptor: int, size: int, largest: int) -> bytes:
    """The file's bytes, by calls that the tests can make fail; one more than `largest` where there are more."""
    pieces: list[bytes] = []
    left = largest + 1
    while left and (piece := os.read(descriptor, min(size + 1, left))):
        pieces.append(piece)
        left -= len(piece)
    return b"".join(pieces)


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


def _refuse_irregular(info: os.stat_result, largest: int) -> None:
    if stat.S_ISDIR(info.st_mode):
        raise IsADirectoryError(errno.EISDIR, "it is a folder")
    if not stat.S_ISREG(info.st_mode):
        raise IrregularError(errno.EINVAL, "it is no regular file")
    if info.st_size > largest:
        raise _too_large()


def _too_large() -> OSError:
    return OSError(errno.EFBIG, "it is too large")


def _cannot_read(path: Path, error: OSError | ValueError) -> CannotRead:
    code = error.errno if isinstance(error, OSError) else None
    if isinstance(error, IrregularError):
        return CannotRead(path, "is not a regular file", "name a Markdown file")
    if code == errno.EISDIR:
        return CannotRead(path, "is a folder", "name the report file in it")
    if code == errno.EFBIG:
        return CannotRead(path, "is larger than 20 MB", "name the report itself")
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
    return CannotRead(path, f"cannot be read ({system_words(error)})", "check the disk, then try again")


def system_words(error: Exception) -> str:
    """The system's own words for an error, in one line and without a path."""
    words = error.strerror if isinstance(error, OSError) else None
    return " ".join((words or type(error).__name__).split()).lower()
