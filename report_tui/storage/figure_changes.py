"""Copies, renames and deletes the files of figures, one small step at a time.

Owns that no step ever writes over a file, leaves half of one behind, follows a path out of the report's folder, or
removes anything but the bytes that it was asked to remove. What is done when, and what an answer says of it, is
`figure_copies`' and the session's business.
"""

from __future__ import annotations

import errno
import io
import os
import re
import stat
from pathlib import Path
from typing import NamedTuple

from report_tui.storage import files, picture_headers, writing

SIZE_LIMIT = 100_000_000
"""Bytes of the largest file that is copied: its content is kept until the session ends, to bring it back from."""

_NETWORK = re.compile(r"[\\/]{2}")


class CannotChange(files.StorageError):
    """A figure's file could not be copied, renamed or deleted; every file is as it was."""

    def __str__(self) -> str:
        return f"{files.shown(Path(self.path.name))}: {self.reason}; {self.way_out}"


class NoTrash(CannotChange):
    """This system has no trash for the file; it is where it was."""


class Content(NamedTuple):
    """What a file holds."""

    data: bytes
    changed_ns: int
    """When it was last written, in nanoseconds since 1970; a copy under another name keeps it."""
    mode: int = 0o644
    """Permission bits; the same."""


def read(report_folder: Path, path: str) -> Content:
    """The content of a figure in the report's folder.

    Args:
        report_folder: the folder of the report.
        path: from that folder, with forward slashes and not encoded.

    Raises:
        CannotChange: it is not there, no regular file, too large, may not be read, or a link leads out of the folder.
    """
    place = _inside(report_folder, path)
    if not os.path.realpath(place).startswith(_root(report_folder)):
        raise CannotChange(place, "is a link that leaves the report's folder", "copy the file itself instead")
    return _read(place)


def read_outside(report_folder: Path, target: str) -> tuple[Path, Content]:
    """The file outside the report's folder that an answer names. Only for a path somebody has been asked about.

    Args:
        report_folder: the folder of the report, from which a relative path counts.
        target: the path as it is written there, also with `%20` and the like.

    Returns:
        Where it really lies, and its content.

    Raises:
        CannotChange: it is not there, no regular file, too large, may not be read, or lies on another machine.
    """
    place = outside_place(report_folder, target)
    try:
        return place, _read(place)
    except CannotChange as refused:
        if isinstance(refused.__cause__, (FileNotFoundError, NotADirectoryError)):
            # Nobody looked before: perhaps it never was on this machine.
            way_out = "correct the path, or insert the figure from where it is"
            raise CannotChange(place, "is not on this machine", way_out) from refused
        raise


def outside_place(report_folder: Path, target: str) -> Path:
    """Where the file lies that an answer names with a path out of the report's folder; looks at nothing but links.

    Raises:
        CannotChange: it names another machine, which would be told who asks, or is no possible path.
    """
    from urllib.parse import unquote  # here: rarely needed, and it loads more than it looks like

    written = unquote(re.split("[?#]", target.strip(), maxsplit=1)[0])
    if _NETWORK.match(written):
        raise CannotChange(Path(written), "lies on another machine", "copy it yourself, and insert the copy")
    if "\\" in written and os.sep == "/":
        raise CannotChange(Path(written), "is a path of Windows", "insert the figure from where it is on this machine")
    try:
        return Path(os.path.realpath(report_folder / written))
    except (OSError, ValueError) as error:
        raise CannotChange(Path("the figure"), "is not a possible file name", "correct the path") from error


def kind_of(content: Content) -> str:
    """What the content is, whatever its name says: as `FigureFile.kind`."""
    return picture_headers.header(io.BytesIO(content.data), len(content.data)).kind


def create(report_folder: Path, path: str, content: Content) -> None:
    """Write a new file, whole and safely on the disk, or none at all; the figures folder is made where it is missing.

    Raises:
        CannotChange: something stands there already, also under a name that differs in upper and lower case on a
            system that takes the two for one, or it could not be written.
    """
    place = _inside(report_folder, path)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        # Once more: the folder is there only now.
        place = _inside(report_folder, path)
        with writing.temporary(place, content.data) as written:
            os.utime(written, ns=(content.changed_ns, content.changed_ns))
            written.chmod(content.mode | stat.S_IWUSR)  # else nobody could take the copy back on Windows
            # And again: somebody may have put a link in the folder's place meanwhile.
            _inside(report_folder, path)
            writing.place_new(written, place)
    except FileExistsError as error:
        raise CannotChange(place, "is there already, with another content", "choose another name") from error
    except OSError as error:
        raise _not_written(place, error) from error


def remove(report_folder: Path, path: str, data: bytes) -> bool:
    """Delete a file for good if it is a regular file with just these bytes; returns whether it was deleted.

    Never raises: whatever stands in the way, a file too many does no harm.
    """
    try:
        place = _inside(report_folder, path)
        if not _is_listed(place) or not stat.S_ISREG(place.lstat().st_mode) or _read(place).data != data:
            return False
        place.unlink()
    except (OSError, ValueError, CannotChange):
        return False
    return True


def delete(report_folder: Path, path: str) -> None:
    """Delete a file of the report's folder for good; a link is deleted, and not what it leads to.

    Raises:
        CannotChange: it is not there, a folder, or could not be deleted.
    """
    place = _deletable(report_folder, path)
    try:
        place.unlink()
    except OSError as error:
        raise _not_written(place, error) from error


def to_trash(report_folder: Path, path: str) -> None:
    """Move a file of the report's folder to the platform's trash.

    Raises:
        NoTrash: there is none for this file; it is where it was.
        CannotChange: it is not there, or a folder.
    """
    place = _deletable(report_folder, path)
    no_trash = NoTrash(place, "could not be moved to the trash", "delete it for good, or keep it")
    try:
        from send2trash import send2trash  # here, since few sittings need it

        send2trash(str(place.absolute()))
    except Exception as error:  # each platform has its own ways to fail, and some are no OSError
        raise no_trash from error
    if _exists(place):
        raise no_trash


def respell(report_folder: Path, old: str, new: str) -> None:
    """Rename a file to what its system takes for the same name: `a.PNG` to `a.png` where case does not count.

    Raises:
        CannotChange: it could not be renamed.
    """
    before, after = _inside(report_folder, old), _inside(report_folder, new)
    try:
        before.rename(after)
    except OSError as error:
        raise _not_written(before, error) from error


def is_one_name(report_folder: Path, old: str, new: str) -> bool:
    """Whether the system takes a new name for that of the file that is there: only then is one spelling of it free."""
    try:
        before, after = _inside(report_folder, old), _inside(report_folder, new)
        return _is_listed(before) and not _is_listed(after) and after.samefile(before)
    except (OSError, ValueError, CannotChange):
        return False


def is_there(report_folder: Path, path: str) -> bool:
    """Whether anything stands at just this name, a link to nothing included."""
    try:
        return _is_listed(_inside(report_folder, path))
    except (OSError, ValueError, CannotChange):
        return False


def is_link(report_folder: Path, path: str) -> bool:
    """Whether a symbolic link stands there."""
    return (report_folder / path).is_symlink()


def places(report_folder: Path, path: str) -> frozenset[str]:
    """What a path comes down to: the name in its real folder, and the file that it leads to at last."""
    try:
        whole = report_folder / path
        return frozenset((os.path.join(os.path.realpath(whole.parent), whole.name), os.path.realpath(whole)))  # noqa: PTH118
    except (OSError, ValueError):
        return frozenset()


def _root(report_folder: Path) -> str:
    return os.path.realpath(report_folder).rstrip(os.sep) + os.sep


def _inside(report_folder: Path, path: str) -> Path:
    """The place of a path from the report's folder.

    Raises:
        CannotChange: it leaves that folder, also by a link.
    """
    parts = path.split("/")
    place = report_folder.joinpath(*parts)
    try:
        real = os.path.realpath(place.parent).rstrip(os.sep) + os.sep
    except (OSError, ValueError) as error:
        raise CannotChange(Path("the figure"), "is not a possible file name", "choose another name") from error
    if not all(parts) or "\0" in path or {".", ".."} & set(parts):
        raise CannotChange(place, "is not a path in the report's folder", "choose another name")
    # A part that is a drive, or holds the system's own separator, makes other parts of the path.
    if not real.startswith(_root(report_folder)) or len(report_folder.parts) + len(parts) != len(place.parts):
        raise CannotChange(place, "lies outside the report's folder", "choose a place in it")
    return place


def _read(place: Path) -> Content:
    try:
        _, data, changed_ns, mode = files.contents(place, SIZE_LIMIT)
    except (OSError, ValueError) as error:
        raise _not_read(place, error) from error
    return Content(data, changed_ns, mode)


def _deletable(report_folder: Path, path: str) -> Path:
    place = _inside(report_folder, path)
    try:
        mode = place.lstat().st_mode
    except (OSError, ValueError) as error:
        raise _not_read(place, error) from error
    if stat.S_ISDIR(mode):
        raise CannotChange(place, "is a folder", "only files are deleted")
    return place


def _exists(place: Path) -> bool:
    return os.path.lexists(place)


def _is_listed(place: Path) -> bool:
    """Whether its folder lists just this name: asking for the file itself forgives another case on some systems."""
    try:
        return place.name in os.listdir(place.parent)  # noqa: PTH208 - names are wanted
    except (FileNotFoundError, NotADirectoryError):
        return False


_READ_REASONS = {
    errno.ENOENT: ("is not there any more", "look again"),
    errno.ENOTDIR: ("is not there any more", "look again"),
    errno.EACCES: ("may not be read by you", "change its permissions"),
    errno.EPERM: ("may not be read by you", "change its permissions"),
    errno.ELOOP: ("is a link that leads back to itself", "name the figure's file"),
}


def _not_read(place: Path, error: OSError | ValueError) -> CannotChange:
    if isinstance(error, files.IrregularError | IsADirectoryError):
        return CannotChange(place, "is not a regular file", "name the figure's file")
    if isinstance(error, OSError) and error.errno == errno.EFBIG:
        limit = f"is larger than {SIZE_LIMIT // 1_000_000} MB"
        return CannotChange(place, limit, "make a smaller figure of it first")
    if isinstance(error, OSError) and error.errno in _READ_REASONS:
        return CannotChange(place, *_READ_REASONS[error.errno])
    return CannotChange(place, "cannot be read", "check its name and the disk")


def _not_written(place: Path, error: OSError) -> CannotChange:
    if error.errno == errno.ENAMETOOLONG:
        return CannotChange(place, "its name is too long", "choose another name")
    reason, before = writing.why_not_written(error)
    return CannotChange(place, reason, f"{before}, then try again")
