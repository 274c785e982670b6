"""Looks into folders for pictures that somebody may want to bring in.

Owns what is listed there (folders and pictures, no hidden ones), in which order, and how much of a folder is read. It
decodes no picture, and everything outside the report's folder is only ever looked at.
"""

from __future__ import annotations

import os
import stat
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from report_tui.storage import picture_headers

MOST_ENTRIES = 20_000
"""Names that are read of one folder; more than that is no folder that somebody looks through."""
USUAL = ("Downloads", "Pictures", "Desktop")
"""Folders of a home in which new pictures lie, the likeliest first."""
# What a student takes for a picture, also where it cannot be brought in: then that is said, with the way out.
_PICTURES = (
    *(".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff"),
    *(".heic", ".heif", ".avif", ".svg"),
)

_KINDS = frozenset({"png", "jpeg", "webp", "gif", "bmp", "tiff", "heic", "svg"})


class Entry(NamedTuple):
    """A folder, or a file that is a picture by its name."""

    name: str
    is_folder: bool
    size: int = 0
    """Bytes; of a file."""
    changed: float = 0.0
    """When it was last written, in seconds since 1970; of a file."""


class Listing(NamedTuple):
    """What there is to choose from in one folder."""

    folder: Path
    entries: tuple[Entry, ...] = ()
    """Folders by name, then pictures, the newest first."""
    problem: str = ""
    """Why it could not be listed, to be read after its name: `may not be read`. Empty where it could."""
    cut: bool = False
    """Whether it holds more than was read."""


def first_folder() -> Path:
    """Where a search for a picture begins: the first of the usual folders that is there, else the home."""
    home = home_folder()
    return next((home / name for name in USUAL if (home / name).is_dir()), home)


def home_folder() -> Path:
    """The home of whoever runs the program; where there is none, the working directory."""
    try:
        return Path.home()
    except RuntimeError:
        return Path.cwd()


def look_into(folder: Path) -> Listing:
    """The folders and pictures of a folder; never raises. It may take long: folders may lie on another machine."""
    try:
        with os.scandir(folder) as found:
            names = list(islice(found, MOST_ENTRIES + 1))
    except (OSError, ValueError) as error:
        return Listing(folder, problem=_why(error))
    entries = [entry for name in names[:MOST_ENTRIES] if (entry := _entry(name)) is not None]
    entries.sort(key=lambda entry: (not entry.is_folder, -entry.changed, entry.name.casefold(), entry.name))
    return Listing(folder, tuple(entries), cut=len(names) > MOST_ENTRIES)


def is_picture(path: Path) -> bool:
    """Whether a file stands there that is a picture by its first bytes, whatever its name says; never raises."""
    try:
        info = path.stat()
        if not stat.S_ISREG(info.st_mode):
            return False
        return picture_headers.read(path, info, 0).kind in _KINDS
    except (OSError, ValueError):
        return False


def _entry(found: os.DirEntry[str]) -> Entry | None:
    is_picture = found.name.casefold().endswith(_PICTURES)
    if found.name.startswith("."):
        return None
    try:
        if found.is_dir():
            return None if _is_hidden(found) else Entry(found.name, is_folder=True)
        if not is_picture or not found.is_file() or _is_hidden(found):
            return None
        info = found.stat()
    except OSError:  # gone since, or a link that leads round and round
        return None
    return Entry(found.name, is_folder=False, size=info.st_size, changed=info.st_mtime)


def _is_hidden(found: os.DirEntry[str]) -> bool:
    """Whether Windows hides it; elsewhere the name alone says so."""
    if not hasattr(stat, "FILE_ATTRIBUTE_HIDDEN") or os.name != "nt":
        return False
    attributes: int = getattr(found.stat(follow_symlinks=False), "st_file_attributes", 0)
    return bool(attributes & stat.FILE_ATTRIBUTE_HIDDEN)


def _why(error: OSError | ValueError) -> str:
    if isinstance(error, FileNotFoundError):
        return "is not there"
    if isinstance(error, NotADirectoryError):
        return "is a file"
    if isinstance(error, PermissionError):
        return "may not be read"
    return "cannot be read"
