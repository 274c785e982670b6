"""Finds out what stands on disk where a report's figures should be.

Owns the way down to a figure, from the report's folder and name by name: names are compared with the folder's own
listing, so that a wrong case is seen on file systems that forgive it. It reads a bounded part of the figures and never
judges: it makes facts. `committed` has the same facts made of a commit: where the files lie is a `Disk` or something
that answers like one.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

from report_tui.storage import picture_headers
from report_tui.storage.figure_disk import Disk, OutsideError
from report_tui.storage.figure_targets import Listing, Target, composed_form, parts_of
from report_tui.validation.figure_facts import FigureFact, FigureFile, FigureFolder, FigureState
from report_tui.validation.ruleset import FigureRules

# Likeness costs a comparison with every figure; a report with more missing figures than this needs no hints.
_HINTS = 40
_HINT_CANDIDATES = 1000
_NAME_LIMIT = 255

FILES_LISTED = 5000
"""So many files of the figures folder are looked at; reports have a dozen."""
_LEFT_BY_SYSTEMS = frozenset({"thumbs.db", "desktop.ini"})
_SUMMED_AT_ONCE = 200_000_000
"""Bytes whose checksums are worked out in one look, a fifth of a second; of the files beyond it is said that they were
not. Reports have a few megabytes."""
_UNREADABLE = "may not be read by you"


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


class _Search:
    """One call of `look_up` or `list_folder`: what was seen so far."""

    def __init__(self, folder: Path, rules: FigureRules, hashed: bool, where: Disk | None) -> None:
        self.folder = folder
        self.rules = rules
        self.hashed = hashed
        self.where = Disk(folder) if where is None else where
        self.listings: dict[Path, Listing | None] = {}
        self.infos: dict[Path, os.stat_result] = {}
        self.links: set[Path] = set()
        self.hints_left = _HINTS
        self.sums_left = _SUMMED_AT_ONCE
        self.behind_links: dict[str, tuple[str, str]] = {}
        """For the path of a file that a link leads to: the path of the link, and where the file really is."""

    def fact(self, target: str) -> FigureFact:
        read = Target.of(target)
        if read.is_remote:
            return FigureFact(target, FigureState.REMOTE)
        if read.parts is None:
            return FigureFact(target, FigureState.OUTSIDE_REPORT)
        if not read.parts or read.is_doubtful:
            return self._missing(target, read.parts)
        return self._follow(target, read.parts, ends_as_folder=read.ends_as_folder)

    def _follow(self, target: str, parts: list[str], *, ends_as_folder: bool) -> FigureFact:
        """Walk down from the report's folder, one listed folder after the other."""
        here, real = self.folder, list[str]()
        try:
            for part in parts:
                listing = self._listing(here)
                name = None if listing is None else listing.name_meant(part, partial(self.where.stands_in, here))
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

    def _listing(self, folder: Path) -> Listing | None:
        """The folder's names; None where it is no folder.

        Raises:
            OSError: it may not be listed.
        """
        if folder not in self.listings:
            try:
                self.listings[folder] = Listing.of(self.where.names(folder))
            except (FileNotFoundError, NotADirectoryError):
                self.listings[folder] = None
        return self.listings[folder]

    def _figures_parts(self) -> list[str]:
        return parts_of(self.rules.folder) or []

    def _nearest(self, parts: list[str]) -> str | None:
        """The path of the figure whose name is most like the last of `parts`."""
        figures = self._figures_parts()
        folder = self.folder.joinpath(*figures)
        wanted = composed_form(parts[-1]).casefold() if parts else ""
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
