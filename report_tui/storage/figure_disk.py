"""The disk, as the figures of a report are looked for on it: what stands at a path, and what a figure's bytes say.

Owns the promise that no link is followed out of the report's folder, and that each file is looked into once for as long
as it stays as it is. What is looked at, and what follows from it, is `figures`; a commit answers alike (`committed`).
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterable
from pathlib import Path

from report_tui.storage import files, git, picture_headers

_HASHED_LIMIT = 50_000_000
"""Bytes; a larger figure is nobody's sample picture, and no repository takes it."""
_REMEMBERED = 20_000
_SETTLED = 2.0
"""Seconds: clocks of file systems are as coarse as this, so that a file may change twice within one of their ticks."""


class OutsideError(Exception):
    """A link leads out of the report's folder."""


LookedInto = tuple[picture_headers.Header, str, int]
"""A file's header, its SHA-256 or an empty string, and how many bytes were summed."""


class Disk:
    """Where the files of a report lie: on the disk, below its folder."""

    def __init__(self, folder: Path) -> None:
        self.root = os.path.realpath(folder)

    def names(self, folder: Path) -> list[str]:
        """The names in a folder.

        Raises:
            FileNotFoundError: nothing stands there.
            NotADirectoryError: something else stands there.
            OSError: it may not be listed.
        """
        return os.listdir(folder)  # noqa: PTH208 - names are wanted, not a Path for each of thousands

    def entries(self, folder: Path) -> list[tuple[str, bool]]:
        """The names in a folder, sorted, and of each whether it is a folder of its own; raises what `names` does."""
        with os.scandir(folder) as entries:
            return sorted((entry.name, files.is_folder(entry)) for entry in entries)

    def stands_in(self, folder: Path, name: str) -> bool:
        """Whether something is found in the folder under a name, which may be another form of one of its names."""
        return (folder / name).exists()

    def info(self, path: Path) -> tuple[os.stat_result, bool]:
        """What stands at a listed name, or where a link there leads, and whether it is a link.

        Raises:
            OutsideError: it is a link out of the report's folder.
            OSError: it is a link to nothing, or may not be looked at.
        """
        info = path.lstat()
        is_link = stat.S_ISLNK(info.st_mode)
        # Folders too: what Windows calls a junction leads elsewhere without being a link.
        if not stat.S_ISREG(info.st_mode):
            real = os.path.realpath(path)
            if not real.startswith(self.root.rstrip(os.sep) + os.sep) and real != self.root:
                raise OutsideError
            info = path.stat()
        return info, is_link

    def really(self, path: Path) -> str:
        """Where a file behind a link is, from the report's folder with forward slashes."""
        return os.path.relpath(os.path.realpath(path), self.root).replace(os.sep, "/")

    def look_into(self, path: Path, info: os.stat_result, hashed: bool, most: int) -> LookedInto:
        """What a file's bytes say; at most `most` bytes are summed.

        Raises:
            OSError: it is gone, or may not be read.
        """
        return _look_into(str(path), info, hashed, most)

    def tracked(self, names: Iterable[str], folder: Path) -> frozenset[str] | None:
        """Which of the files git knows; None where that cannot be told."""
        return git.tracked(names, folder)


_Mark = tuple[int, ...]
_looked_into: dict[str, tuple[_Mark, picture_headers.Header, str]] = {}
"""By path what files that have not changed since hold, and their SHA-256 where somebody asked for it."""


def _look_into(path: str, info: os.stat_result, hashed: bool, most: int) -> LookedInto:
    """A file's header, its SHA-256 if wanted, and how many bytes were summed; from memory where it is as it was.

    Raises:
        OSError: it is gone, or may not be read.
    """
    mark = (info.st_mtime_ns, info.st_ctime_ns, info.st_size, info.st_ino, info.st_dev)
    before = _looked_into.get(path)
    if before is not None and before[0] == mark and (before[2] or not hashed):
        header = before[1]
        if header.is_verified or info.st_size > most:
            return header, before[2], 0
    found = (picture_headers.read(path, info, most), _sha256(path, info) if hashed else "")
    if time.time() - max(info.st_mtime, info.st_ctime) > _SETTLED:
        if len(_looked_into) >= _REMEMBERED:
            _looked_into.clear()
        _looked_into[path] = (mark, *found)
    return *found, info.st_size if found[0].kind == "png" and info.st_size <= most else 0


def _sha256(path: str, info: os.stat_result) -> str:
    if info.st_size > _HASHED_LIMIT:
        return ""
    with picture_headers.opened(path, info) as file:
        return "" if file is None else files.digest_of(file.readall())
