"""What is known about the figure files that a report refers to, as values.

Owns the vocabulary between the disk and the checks: `storage.figures` finds the facts, `checks` judges them. Nothing
here looks at a file.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class FigureState(StrEnum):
    """What stands where a report says that a figure is."""

    FOUND = "found"
    """A file that can be read, in the figures folder, under exactly this name."""
    MISSING = "missing"
    """Nothing, or nothing that a browser would find under this name."""
    WRONG_CASE = "wrong-case"
    """Another file, whose path differs only by upper and lower case: it works on some machines and not on others."""
    OUTSIDE_FOLDER = "outside-folder"
    """A file in the report's folder, but not in its figures folder."""
    OUTSIDE_REPORT = "outside-report"
    """The path leaves the report's folder (`..`, absolute, a drive letter, a link): it was not followed."""
    NOT_A_FILE = "not-a-file"
    """A folder, or something else that is no regular file."""
    REMOTE = "remote"
    """An address with a scheme (`https:`, `data:`) or a host: no file of the hand-in."""
    UNREADABLE = "unreadable"
    """The system does not let us look."""


class FigureFile(NamedTuple):
    """One file that is, or should be, a figure."""

    path: str
    """From the report's folder, with forward slashes, not encoded."""
    size: int
    """Bytes."""
    kind: str = ""
    """What its content is, whatever its name says: `png`, `jpeg`, `gif`, `webp`, `bmp`, `tiff`, `svg`, `pdf`, `heic`,
    or an empty string for anything else."""
    pixels: tuple[int, int] | None = None
    """Width and height, where the content says so."""
    damage: str = ""
    """Why no program can show it, to be read behind its name: `is empty`, `ends in the middle`. Empty if it can."""
    changed: float = 0.0
    """When it was last written, in seconds since 1970."""
    tracked: bool | None = None
    """Whether git knows it; None where that could not be told, or nobody asked."""
    sha256: str = ""
    """Of its bytes, in hexadecimal; an empty string where nobody asked."""
    is_verified: bool = True
    """Whether all was read that could show damage; False for a PNG too large for that, which may not be whole."""


class FigureFolder(NamedTuple):
    """What lies in the figures folder."""

    files: tuple[FigureFile, ...] = ()
    """By path. Regular files only, of every kind, those in folders inside it too."""
    problem: str = ""
    """Why it could not be listed, or not all of it; an empty string where it could, also where it is not there."""


class FigureFact(NamedTuple):
    """What is known about one target of an image reference."""

    target: str
    """The target as written in the report."""
    state: FigureState
    actual: str | None = None
    """For a wrong case the true path, from the report's folder with forward slashes and not encoded."""
    nearest: str | None = None
    """For a missing one the path of the figure whose name is most alike, in the same form, if one is."""
    file: FigureFile | None = None
    """What is known of the file itself, where one stands there and could be looked at."""
