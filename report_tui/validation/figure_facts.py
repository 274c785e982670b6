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


class FigureFact(NamedTuple):
    """What is known about one target of an image reference."""

    target: str
    """The target as written in the report."""
    state: FigureState
    actual: str | None = None
    """For a wrong case the true path, from the report's folder with forward slashes and not encoded."""
    nearest: str | None = None
    """For a missing one the path of the figure whose name is most alike, in the same form, if one is."""
