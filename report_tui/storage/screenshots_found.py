"""Finds the screenshot that somebody has just made.

Owns which folders are looked into and what a screenshot is called. It opens no file, and looks at a bounded part of
each folder.
"""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

HOURS = 6.0
"""An older screenshot is hardly the one that is meant."""
MOST_ENTRIES = 5_000
"""Names that are read of one folder."""

_PICTURE = re.compile(r"\.(?:png|jpe?g|webp|bmp|gif|tiff?)$", re.IGNORECASE)
# What systems and tools call them, in the languages of our users' machines; any picture in a folder of that name.
_SCREENSHOT = re.compile(
    r"screen.?shot|screen.?cap|snip|spectacle|flameshot|scrot|grim|sk\u00e6rmbillede|skjermbilde|sk\u00e4rm(?:avbild|bild)|"
    r"bildschirmfoto|kuvakaappaus|schermafbeelding|captur[ae]\b|zrzut",
    re.IGNORECASE,
)


class Screenshot(NamedTuple):
    """A picture of the screen."""

    path: Path
    changed: float
    """When it was written, in seconds since 1970."""


def newest(now: float | None = None) -> Screenshot | None:
    """The newest screenshot of the last hours in the usual folders; never raises.

    Args:
        now: seconds since 1970; left out, the present.
    """
    now = time.time() if now is None else now
    found = [shot for folder in _folders() for shot in _in(folder) if now - shot.changed < HOURS * 3600]
    return max(found, key=lambda shot: shot.changed, default=None)


def _folders() -> Iterator[Path]:
    """Where systems put screenshots: the folders for pictures and for the desktop, and the ones for them in there."""
    import platformdirs

    places = [Path(platformdirs.user_pictures_dir()), Path(platformdirs.user_desktop_dir())]
    if sys.platform == "win32" and (cloud := os.environ.get("OneDrive")):
        places.append(Path(cloud) / "Pictures")
    for place in dict.fromkeys(places):
        yield place
        for name in _names(place):
            if _SCREENSHOT.match(name) and (place / name).is_dir():
                yield place / name


def _names(folder: Path) -> list[str]:
    return [entry.name for entry in _entries(folder)]


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(islice(entries, MOST_ENTRIES))
    except OSError:
        return []


def _in(folder: Path) -> Iterator[Screenshot]:
    any_picture = _SCREENSHOT.match(folder.name) is not None
    for entry in _entries(folder):
        if not _PICTURE.search(entry.name) or not (any_picture or _SCREENSHOT.search(entry.name)):
            continue
        try:
            if entry.is_file(follow_symlinks=False):
                yield Screenshot(folder / entry.name, entry.stat(follow_symlinks=False).st_mtime)
        except OSError:  # gone since
            continue
