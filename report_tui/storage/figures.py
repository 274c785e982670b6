"""Finds out what stands on disk where a report's figures should be.

Owns the reading of a target as a browser reads it, and the promise that no path is followed out of the report's
folder. Names are compared with the folder's own listing, so that a wrong case is seen on file systems that forgive
it. It reads a bounded part of the figures, each once as long as it stays as it is, and never judges: it makes facts.
`committed` has the same facts made of a commit: where the files lie is a `Disk` or something that answers like one.
"""

from __future__ import annotations

import contextlib
import os
import re
import stat
import time
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

from report_tui.storage import files, git, picture_headers
from report_tui.validation.figure_facts import FigureFact, FigureFile, FigureFolder, FigureState
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

FILES_LISTED = 5000
"""So many files of the figures folder are looked at; reports have a dozen."""
_LEFT_BY_SYSTEMS = frozenset({"thumbs.db", "desktop.ini"})
_HASHED_LIMIT = 50_000_000
"""Bytes; a larger figure is nobody's sample picture, and no repository takes it."""
_SUMMED_AT_ONCE = 200_000_000
"""Bytes whose checksums are worked out in one look, a fifth of a second; of the files beyond it is said that they were
not. Reports have a few megabytes."""
_UNREADABLE = "may not be read by you"

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


def look_up(
    report_folder: Path,
    targets: Iterable[str],
    rules: FigureRules,
    *,
    hashed: bool = False,
    where: Disk | None = None,
) -> dict[str, FigureFact]:
    """What stands where each target points; never raises, whatever the targets are.

    Args:
        report_folder: the folder of the report, from which targets are read.
        targets: paths or addresses as written in the report, each perhaps several times.
        rules: the figures folder and the kinds of figures.
        hashed: fill `FigureFile.sha256`, which reads the whole files.
        where: the files lie; None for the disk.

    Returns:
        A fact for each target. Folders are listed once a call, so that all facts fit together.
    """
    search = _Search(report_folder, rules, hashed, where)
    targets = list(dict.fromkeys(targets))
    # Sorted, so that it is the same files each time that are looked through, where there are too many.
    facts = {target: search.fact(target) for target in sorted(targets)}
    known = search.known_to_git(fact.file for fact in facts.values() if fact.file)
    for target, fact in facts.items():
        if fact.file:
            facts[target] = fact._replace(file=known[fact.file.path])
    return {target: facts[target] for target in targets}


def list_folder(
    report_folder: Path, rules: FigureRules, *, hashed: bool = False, where: Disk | None = None
) -> FigureFolder:
    """What lies in the figures folder and the folders in it; never raises.

    Hidden files and what systems leave behind are left out. A link to a file counts as that file where it is in the
    report's folder; links to folders are not followed.

    Args:
        report_folder: the folder of the report.
        rules: the figures folder.
        hashed: fill `FigureFile.sha256`, which reads the whole files.
        where: the files lie; None for the disk.
    """
    search = _Search(report_folder, rules, hashed, where)
    found, problem = search.figures()
    known = search.known_to_git(found)
    return FigureFolder(tuple(known[path] for path in sorted(known)), problem)


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
    def of(names: Iterable[str]) -> _Listing:
        names = sorted(names)
        composed = {_composed(name): name for name in reversed(names)}
        folded = {_composed(name).casefold(): name for name in reversed(names)}
        return _Listing(frozenset(names), composed, folded)


def _composed(name: str) -> str:
    # macOS hands out decomposed names (an accent as a character of its own) for what was saved composed.
    return unicodedata.normalize("NFC", name)


class _Search:
    """One call of `look_up` or `list_folder`: what was seen so far."""

    def __init__(self, folder: Path, rules: FigureRules, hashed: bool, where: Disk | None) -> None:
        self.folder = folder
        self.rules = rules
        self.hashed = hashed
        self.where = Disk(folder) if where is None else where
        self.listings: dict[Path, _Listing | None] = {}
        self.infos: dict[Path, os.stat_result] = {}
        self.links: set[Path] = set()
        self.hints_left = _HINTS
        self.sums_left = _SUMMED_AT_ONCE
        self.behind_links: dict[str, tuple[str, str]] = {}
        """For the path of a file that a link leads to: the path of the link, and where the file really is."""

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
        here, real = self.folder, list[str]()
        try:
            for part in parts:
                listing = self._listing(here)
                name = None if listing is None else _named(listing, part, partial(self.where.stands_in, here))
                if name is None:
                    return self._missing(target, parts)
                here = here / name
                real.append(name)
                info = self._info(here)
            if ends_as_folder or not stat.S_ISREG(info.st_mode):
                return FigureFact(target, FigureState.NOT_A_FILE)
            file = self._file(here, "/".join(real), info)
        except OutsideError:
            return FigureFact(target, FigureState.OUTSIDE_REPORT)
        except FileNotFoundError:  # a link to nothing, or it went away just now
            return self._missing(target, parts)
        except (OSError, ValueError):
            return FigureFact(target, FigureState.UNREADABLE)
        if real != parts:
            return FigureFact(target, FigureState.WRONG_CASE, actual=file.path, file=file)
        figures = self._figures_parts()
        if real[: len(figures)] != figures:
            return FigureFact(target, FigureState.OUTSIDE_FOLDER, file=file)
        if file.damage == _UNREADABLE:
            return FigureFact(target, FigureState.UNREADABLE)
        return FigureFact(target, FigureState.FOUND, file=file)

    def _missing(self, target: str, parts: list[str]) -> FigureFact:
        return FigureFact(target, FigureState.MISSING, nearest=self._nearest(parts))

    def figures(self) -> tuple[list[FigureFile], str]:
        """The files of the figures folder, and why they are not all or none."""
        here = self.folder
        try:
            for part in self._figures_parts():
                here = here / part
                info = self._info(here)
                if not stat.S_ISDIR(info.st_mode):
                    return [], "is no folder"
        except OutsideError:
            return [], "leads out of the report's folder"
        except FileNotFoundError:
            return [], ""
        except (OSError, ValueError):
            return [], _UNREADABLE
        found: list[FigureFile] = []
        unlisted: list[str] = []
        for entry, path in self._entries_under(here, "/".join(self._figures_parts()), unlisted):
            if len(found) == FILES_LISTED:
                return found, f"holds more than {FILES_LISTED:,} files; the others were not looked at"
            # Gone just now, a link to nothing or to elsewhere, or no regular file: then it is no figure.
            with contextlib.suppress(OutsideError, OSError, ValueError):
                info = self._info(entry)
                if stat.S_ISREG(info.st_mode):
                    found.append(self._file(entry, path, info))
        if unlisted:
            return found, f"holds a folder that {_UNREADABLE}" if found else _UNREADABLE
        return found, ""

    def _entries_under(self, folder: Path, path: str, unlisted: list[str]) -> Iterator[tuple[Path, str]]:
        """What is no folder in a folder and the folders in it, and the path of each, sorted within its folder.

        Args:
            folder: where to begin.
            path: what it is called.
            unlisted: gets the names of the folders that may not be listed.
        """
        pending = [(folder, path)]
        while pending:
            here, name = pending.pop()
            below = []
            try:
                listed = self.where.entries(here)
            except OSError:
                unlisted.append(name)
                continue
            for entry, nested in listed:
                if entry.startswith(".") or entry.lower() in _LEFT_BY_SYSTEMS:
                    continue
                found = (here / entry, f"{name}/{entry}" if name else entry)
                if nested:
                    below.append(found)
                else:
                    yield found
            pending += reversed(below)

    def _file(self, here: Path, path: str, info: os.stat_result) -> FigureFile:
        """What is known of a regular file.

        Raises:
            FileNotFoundError: it is gone.
        """
        self._note_link(here, path)
        try:
            most = min(picture_headers.SUMMED, self.sums_left)
            header, sha256, summed = self.where.look_into(here, info, self.hashed, most)
        except FileNotFoundError:
            raise
        except OSError:
            return FigureFile(path, info.st_size, damage=_UNREADABLE, changed=info.st_mtime)
        self.sums_left -= summed
        kind, pixels, damage, is_verified = header
        return FigureFile(
            path, info.st_size, kind, pixels, damage, info.st_mtime, sha256=sha256, is_verified=is_verified
        )

    def _note_link(self, here: Path, path: str) -> None:
        if not self.links or self.links.isdisjoint((here, *here.parents)):
            return
        names = path.split("/")
        links = ("/".join(names[:count]) for count in range(1, len(names) + 1))
        link = next(link for link in links if self.folder / link in self.links)
        self.behind_links[path] = (link, self.where.really(here))

    def known_to_git(self, found: Iterable[FigureFile]) -> dict[str, FigureFile]:
        """The files by path, with what git knows of them. Of one behind a link it must know the link and the file."""
        by_path = {file.path: file for file in found}
        needed = {path: self.behind_links.get(path, (path,)) for path in by_path}
        wanted = (name for names in needed.values() for name in names)
        known = self.where.tracked(wanted, self.folder) if needed else None
        if known is None:
            return by_path
        return {path: file._replace(tracked=known.issuperset(needed[path])) for path, file in by_path.items()}

    def _info(self, path: Path) -> os.stat_result:
        """What the system says of what stands at a listed name, or where a link there leads.

        Raises:
            OutsideError: it is a link out of the report's folder.
            OSError: it is a link to nothing, or may not be looked at.
        """
        if path not in self.infos:
            self.infos[path], is_link = self.where.info(path)
            if is_link:
                self.links.add(path)
        return self.infos[path]

    def _listing(self, folder: Path) -> _Listing | None:
        """The folder's names; None where it is no folder.

        Raises:
            OSError: it may not be listed.
        """
        if folder not in self.listings:
            try:
                self.listings[folder] = _Listing.of(self.where.names(folder))
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
            self._info(folder)
            listing = self._listing(folder)
        except (OutsideError, OSError, ValueError):
            return None
        if listing is None:
            return None
        kinds = tuple(f".{extension}" for extension in self.rules.extensions)
        names = [folded for folded in listing.folded if folded.endswith(kinds)][:_HINT_CANDIDATES]
        import difflib  # here: only a missing figure needs it

        for alike in difflib.get_close_matches(wanted, names, n=3):
            name = listing.folded[alike]
            # A link to nothing is no help, least of all to itself.
            with contextlib.suppress(OutsideError, OSError):
                if stat.S_ISREG(self._info(folder / name).st_mode):
                    return "/".join([*figures, name])
        return None


def _unquoted(written: str) -> str:
    """The path behind `%20` and the like, as a browser reads it."""
    if "%" not in written:
        return written
    from urllib.parse import unquote  # here: rarely needed, and it loads more than it looks like

    return unquote(written)


def _named(listing: _Listing, part: str, is_there: Callable[[str], bool]) -> str | None:
    """The name in a folder that a part of a target means, as other machines will see it.

    Args:
        listing: the folder.
        part: one name on the way to the target.
        is_there: whether the file system finds something in the folder under a name.

    Returns:
        `part` itself, another name if only alike, or None.
    """
    composed = _composed(part)
    # Where the file system takes both of Unicode's forms for one name, git hands on the composed one, and a link in
    # the other form finds nothing on the course's machine.
    if part in listing.names:
        return composed if composed not in listing.names and is_there(composed) else part
    alike = listing.composed.get(composed)
    if alike is not None and is_there(part):
        return composed
    return alike or listing.folded.get(composed.casefold())


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
