"""Writes a folder of many files: all of them are made beside the old ones, and take their place at the end.

Owns what in such a folder is ours and may go, and that whatever else lies there stays. A run that is ended leaves the
old files as they were. It knows no page.
"""

from __future__ import annotations

import contextlib
import re
import shutil
import tempfile
from pathlib import Path
from typing import BinaryIO

from report_tui.storage.files import CannotSave

_MARK = b'<meta name="generator" content="report-tui '
_LOOKED_AT = 4096
_MOST_OPEN = 100
"""Files: macOS gives a process 256."""
_BEING_MADE = ".being-made-"


class SiteFiles:
    """The files of a folder while they are made. A context manager: what is not finished goes."""

    def __init__(self, target: Path, page: str, files: tuple[str, ...], folders: dict[str, re.Pattern[str]]) -> None:
        """Begin.

        Args:
            target: the folder.
            page: the file that says whose the folder is: a page of ours.
            files: the other files in it.
            folders: the folders in it, and the names of our files there.

        Raises:
            CannotSave: something of somebody else's is in the way, or nothing can be written there.
        """
        self.target = target
        self._page, self._files, self._folders = page, files, folders
        self._open: dict[str, BinaryIO] = {}
        self._refuse_strangers()
        try:
            target.mkdir(parents=True, exist_ok=True)
            # Only one run at a time makes files here: what another one left is of no use.
            for left in target.glob(f"{_BEING_MADE}*"):
                shutil.rmtree(left, ignore_errors=True)
            self.folder = Path(tempfile.mkdtemp(prefix=_BEING_MADE, dir=target))
            for name in folders:
                (self.folder / name).mkdir()
        except OSError as error:
            raise self._cannot(error) from error

    def __enter__(self) -> SiteFiles:
        return self

    def __exit__(self, *_: object) -> None:
        for opened in self._open.values():
            # A full disk has no room for what was not written yet either, and nobody wants it any more.
            with contextlib.suppress(OSError):
                opened.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def append(self, name: str, data: bytes) -> None:
        """Write behind what was written to a file of this name so far.

        Raises:
            CannotSave: the disk is full, or the like.
        """
        try:
            if name not in self._open:
                if len(self._open) == _MOST_OPEN:
                    self._open.pop(next(iter(self._open))).close()
                self._open[name] = (self.folder / name).open("ab")
            self._open[name].write(data)
        except OSError as error:
            raise self._cannot(error) from error

    def made(self, name: str) -> Path:
        """A file that was written, to be read.

        Raises:
            CannotSave: the disk is full, or the like.
        """
        if name in self._open:
            try:
                self._open[name].close()
            except OSError as error:
                raise self._cannot(error) from error
            del self._open[name]
        return self.folder / name

    def finish(self) -> None:
        """Put the new files into the place of the old ones.

        Raises:
            CannotSave: they could not be put there.
        """
        try:
            for opened in self._open.values():
                opened.close()
            for name, ours in self._folders.items():
                self._exchange(name, ours)
            # Last, so that a page leads to what is there.
            for name in (*self._files, self._page):
                (self.folder / name).replace(self.target / name)
        except OSError as error:
            raise self._cannot(error) from error

    def _exchange(self, name: str, ours: re.Pattern[str]) -> None:
        new, old = self.folder / name, self.target / name
        if old.exists():
            for entry in old.iterdir():
                if not ours.fullmatch(entry.name):
                    entry.rename(new / entry.name)
            old.rename(self.folder / f"{name}.old")
        new.rename(old)

    def _refuse_strangers(self) -> None:
        try:
            if not self.target.exists():
                return
            if not self.target.is_dir():
                raise CannotSave(self.target, "is no folder", "name a folder with --out")
            there = [name for name in (self._page, *self._files, *self._folders) if (self.target / name).exists()]
            if there and not self._is_ours():
                reason = f"holds {there[0]}, which is none of ours"
                raise CannotSave(self.target, reason, "name another folder with --out")
        except OSError as error:
            raise self._cannot(error) from error

    def _is_ours(self) -> bool:
        page = self.target / self._page
        if not page.is_file():
            return False
        with page.open("rb") as file:
            return _MARK in file.read(_LOOKED_AT)

    def _cannot(self, error: OSError) -> CannotSave:
        reason = f"cannot be written ({error.strerror or type(error).__name__})"
        return CannotSave(self.target, reason, "make room, close what has its files open, or name another folder")
