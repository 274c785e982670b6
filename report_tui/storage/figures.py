"""Finds out what stands on disk where a report's figures should be.

Owns the reading of a target as a browser reads it, and the promise that no path is followed out of the report's
folder. Names are compared with the folder's own listing, so that a wrong case is seen on file systems that forgive
it. It never opens a figure, and never judges: it makes facts.
"""

from __future__ import annotations

import contextlib
import os
import re
import stat
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from report_tui.validation.figure_facts import FigureFact, FigureState
from report_tui.validation.ruleset import FigureRules

_DRIVE = re.compile(r"[A-Za-z]:")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")
# Browsers drop these before they look for a scheme: `java<tab>script:` is one.
_DROPPED_BY_BROWSERS = re.compile(r"[\t\n\r]|^[\x00-\x20]+")
# A backslash, or a separator in disguise: a name or a separator, depending on who reads it.
_DOUBTFUL = re.compile(r"\\|%2f|%5c", re.IGNORECASE)

# Likeness costs a comparison with every figure; a report with more missing figures than this needs no hints.
_HINTS = 40
_HINT_CANDIDATES = 1000
_NAME_LIMIT = 255


def look_up(report_folder: Path, targets: Iterable[str], rules: FigureRules) -> dict[str, FigureFact]:
    """What stands where each target points; never raises, whatever the targets are.

    Args:
        report_folder: the folder of the report, from which targets are read.
        targets: paths or addresses as written in the report, each perhaps several times.
        rules: the figures folder and the kinds of figures.

    Returns:
        A fact for each target. Folders are listed once a call, so that all facts fit together.
    """
    search = _Search(report_folder, rules)
    return {target: search.fact(target) for target in dict.fromkeys(targets)}


def path_of(target: str) -> str | None:
    """The path that a target means, from the report's folder with forward slashes and not encoded; looks at no file.

    Returns:
        None for an address, a path that leaves the folder, and one that different programs read differently.
    """
    address = _DROPPED_BY_BROWSERS.sub("", target)
    written = re.split("[?#]", target.strip(), maxsplit=1)[0]
    if _SCHEME.match(address) or address.startswith("//") or _DRIVE.match(address) or _DOUBTFUL.search(written):
        return None
    return "/".join(_parts(_unquoted(written)) or []) or None


class _Listing(NamedTuple):
    """The names in one folder."""

    names: frozenset[str]
    composed: dict[str, str]
    """From a name in Unicode's composed form to the name."""
    folded: dict[str, str]
    """From a name without case to the name."""

    @staticmethod
    def of(folder: Path) -> _Listing:
        names = sorted(os.listdir(folder))  # noqa: PTH208 - names are wanted, not a Path for each of thousands
        composed = {_composed(name): name for name in reversed(names)}
        folded = {_composed(name).casefold(): name for name in reversed(names)}
        return _Listing(frozenset(names), composed, folded)


def _composed(name: str) -> str:
    # macOS hands out decomposed names (an accent as a character of its own) for what was saved composed.
    return unicodedata.normalize("NFC", name)


class _OutsideError(Exception):
    """A link leads out of the report's folder."""


@dataclass(slots=True)
class _Search:
    """One call of `look_up`: the folders listed so far."""

    folder: Path
    rules: FigureRules
    root: str = field(init=False)
    listings: dict[Path, _Listing | None] = field(init=False, default_factory=dict)
    modes: dict[Path, int] = field(init=False, default_factory=dict)
    hints_left: int = field(init=False, default=_HINTS)

    def __post_init__(self) -> None:
        self.root = os.path.realpath(self.folder)

    def fact(self, target: str) -> FigureFact:
        address = _DROPPED_BY_BROWSERS.sub("", target)
        if _SCHEME.match(address) or address.startswith("//"):
            return FigureFact(target, FigureState.REMOTE)
        written = re.split("[?#]", target.strip(), maxsplit=1)[0]
        path = _unquoted(written)
        parts = _parts(path)
        if parts is None or _DRIVE.match(address):
            return FigureFact(target, FigureState.OUTSIDE_REPORT)
        if not parts or _DOUBTFUL.search(written):
            return self._missing(target, parts)
        return self._follow(target, parts, ends_as_folder=path.endswith("/"))

    def _follow(self, target: str, parts: list[str], *, ends_as_folder: bool) -> FigureFact:
        """Walk down from the report's folder, one listed folder after the other."""
        here, real, mode = self.folder, list[str](), 0
        for part in parts:
            try:
                listing = self._listing(here)
                name = None if listing is None else _named(listing, here, part)
                if name is None:
                    return self._missing(target, parts)
                here = here / name
                mode = self._mode(here)
            except _OutsideError:
                return FigureFact(target, FigureState.OUTSIDE_REPORT)
            except FileNotFoundError:  # a link to nothing
                return self._missing(target, parts)
            except (OSError, ValueError):
                return FigureFact(target, FigureState.UNREADABLE)
            real.append(name)
        if ends_as_folder or not stat.S_ISREG(mode):
            return FigureFact(target, FigureState.NOT_A_FILE)
        if real != parts:
            return FigureFact(target, FigureState.WRONG_CASE, actual="/".join(real))
        figures = self._figures_parts()
        if real[: len(figures)] != figures:
            return FigureFact(target, FigureState.OUTSIDE_FOLDER)
        return FigureFact(target, FigureState.FOUND if os.access(here, os.R_OK) else FigureState.UNREADABLE)

    def _missing(self, target: str, parts: list[str]) -> FigureFact:
        return FigureFact(target, FigureState.MISSING, nearest=self._nearest(parts))

    def _mode(self, path: Path) -> int:
        """The mode bits of what stands at a listed name.

        Raises:
            _OutsideError: it is a link out of the report's folder.
            OSError: it is a link to nothing, or may not be looked at.
        """
        if path not in self.modes:
            mode = path.lstat().st_mode
            # Folders too: what Windows calls a junction leads elsewhere without being a link.
            if not stat.S_ISREG(mode):
                real = os.path.realpath(path)
                if not real.startswith(self.root.rstrip(os.sep) + os.sep) and real != self.root:
                    raise _OutsideError
                mode = path.stat().st_mode
            self.modes[path] = mode
        return self.modes[path]

    def _listing(self, folder: Path) -> _Listing | None:
        """The folder's names; None where it is no folder.

        Raises:
            OSError: it may not be listed.
        """
        if folder not in self.listings:
            try:
                self.listings[folder] = _Listing.of(folder)
            except (FileNotFoundError, NotADirectoryError):
                self.listings[folder] = None
        return self.listings[folder]

    def _figures_parts(self) -> list[str]:
        return _parts(self.rules.folder) or []

    def _nearest(self, parts: list[str]) -> str | None:
        """The path of the figure whose name is most like the last of `parts`."""
        figures = self._figures_parts()
        folder = self.folder.joinpath(*figures)
        wanted = _composed(parts[-1]).casefold() if parts else ""
        if not wanted or len(wanted) > _NAME_LIMIT or self.hints_left == 0:
            return None
        self.hints_left -= 1
        try:
            self._mode(folder)
            listing = self._listing(folder)
        except (_OutsideError, OSError, ValueError):
            return None
        if listing is None:
            return None
        kinds = tuple(f".{extension}" for extension in self.rules.extensions)
        names = [folded for folded in listing.folded if folded.endswith(kinds)][:_HINT_CANDIDATES]
        import difflib  # here: only a missing figure needs it

        for alike in difflib.get_close_matches(wanted, names, n=3):
            name = listing.folded[alike]
            # A link to nothing is no help, least of all to itself.
            with contextlib.suppress(_OutsideError, OSError):
                if stat.S_ISREG(self._mode(folder / name)):
                    return "/".join([*figures, name])
        return None


def _unquoted(written: str) -> str:
    """The path behind `%20` and the like, as a browser reads it."""
    if "%" not in written:
        return written
    from urllib.parse import unquote  # here: rarely needed, and it loads more than it looks like

    return unquote(written)


def _named(listing: _Listing, folder: Path, part: str) -> str | None:
    """The name in a folder that a part of a target means: `part` itself, another one if only alike, or None."""
    if part in listing.names:
        return part
    composed = listing.composed.get(_composed(part))
    if composed is not None and (folder / part).exists():
        return part  # the file system takes both forms for one name
    return composed or listing.folded.get(_composed(part).casefold())


def _parts(path: str) -> list[str] | None:
    """The names on the way, as a browser counts `.` and `..`; None where the path leaves where it began."""
    path = path.replace("\\", "/")
    if path.startswith("/") or _DRIVE.match(path):
        return None
    parts: list[str] = []
    for part in path.split("/"):
        if part == ".." and not parts:
            return None
        if part == "..":
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return parts
