"""Which names the files of figures have had in this session, and when one of two names for the same file may go.

Owns one promise: whatever the report on disk or an answer in the editor names keeps its file. A renamed figure has both
names until a save; a name goes only when nothing says it any more, and comes back when an undo brings it back. What the
answers say is told to it, and how a file is written or removed is `storage.figure_changes`'.

The disk may hang: whatever looks at a file may be done by any thread, and waits for its turn. What does not, says so.
"""

from __future__ import annotations

import contextlib
import threading
import unicodedata
from collections.abc import Callable, Iterable
from functools import wraps
from pathlib import Path
from typing import Concatenate, NamedTuple, ParamSpec, TypeVar

from report_tui.storage import figure_changes as disk
from report_tui.storage.figure_changes import CannotChange, Content
from report_tui.storage.figure_targets import path_of

Given = ParamSpec("Given")
Result = TypeVar("Result")


class Figure:
    """One content, and all names that it has had here."""

    def __init__(self, content: Content, name: str) -> None:
        self.content = content
        self.current = name
        """The name that it was given last; it stays when nothing names any of them."""
        self.names = {name}
        self.made: set[str] = set()
        """Names that we gave it, and that no saved report has used yet: they are ours to take back."""
        self.given_up: set[str] = set()
        """Names that somebody no longer wants."""
        self.removed: set[str] = set()
        """Names that we took away."""
        self.respelled: dict[str, str] = {}
        """From a name to the one before, where the system takes both for the same."""
        self.from_outside = False
        """Whether the file itself lies outside the report's folder, so that every name here is a copy."""


class Renamed(NamedTuple):
    """What was done to one figure, to be taken back."""

    figure: Figure
    old: str
    """Empty for one that was brought in."""
    new: str
    """Empty for one that was deleted."""
    is_made: bool = False
    """Whether the file under the new name is ours; else one with the same content was there."""


def _in_turn(
    do: Callable[Concatenate[FigureCopies, Given], Result],
) -> Callable[Concatenate[FigureCopies, Given], Result]:
    """One after the other, whichever threads they are in."""

    @wraps(do)
    def done(copies: FigureCopies, /, *given: Given.args, **named: Given.kwargs) -> Result:
        with copies._turn:
            copies._followed = None
            return do(copies, *given, **named)

    return done


class FigureCopies:
    """The files of the figures that were renamed, moved, copied or deleted in one session."""

    def __init__(self, report_folder: Path) -> None:
        self._folder = report_folder
        self._figures: list[Figure] = []
        self._turn = threading.Lock()
        self._followed: frozenset[str] | None = None
        """What was named when nothing that was named was left to be brought back."""

    def __bool__(self) -> bool:
        """Whether there is any; never waits."""
        return bool(self._figures)

    @property
    def has_removed(self) -> bool:
        """Whether there is a file that `follow` may have to bring back; never waits."""
        return any(figure.removed for figure in list(self._figures))

    def is_followed(self, needed: frozenset[str]) -> bool:
        """Whether `follow` was done for just these targets, and nothing else since; never waits."""
        return self._followed == needed

    @_in_turn
    def rename(self, old: str, new: str, *, keep_old: bool = False) -> Renamed:
        """Give a figure another name; the old one stays until nothing needs it.

        Where the same content stands under the new name already, that file is used.

        Args:
            old: the file, from the report's folder with forward slashes.
            new: its new name, in the same form.
            keep_old: make a copy: the old name stays for good. A link always stays.

        Raises:
            CannotChange: the file cannot be read or copied, or something else stands under the new name.
        """
        content = disk.read(self._folder, old)
        is_made = False
        if disk.is_one_name(self._folder, old, new):
            disk.respell(self._folder, old, new)
            figure = self._figure(old, content)
            figure.respelled[new] = figure.respelled.pop(old, old)
            figure.names.discard(old)
        else:
            is_made = self._create_unless_same(new, content)
            figure = self._figure(old, content)
            figure.made.update({new} if is_made else ())
            if not keep_old and not disk.is_link(self._folder, old):
                figure.given_up.add(old)
        figure.current = new
        figure.names.add(new)
        figure.given_up.discard(new)
        figure.removed.discard(new)
        return Renamed(figure, old, new, is_made)

    @_in_turn
    def bring_in(self, content: Content, new: str) -> Renamed:
        """Make a copy of a file from outside the report's folder; raises CannotChange as `rename` does."""
        made = self._create_unless_same(new, content)
        figure = self._added(content, new)
        figure.from_outside = True
        figure.made.update({new} if made else ())
        return Renamed(figure, "", new, made)

    @_in_turn
    def forget(self, path: str, *, for_good: bool) -> Renamed:
        """Delete a figure: to the platform's trash, or for good. It comes back when an undo names it again.

        Raises:
            storage.figure_changes.NoTrash: the platform has no trash for it.
            CannotChange: it cannot be read or deleted.
        """
        content = disk.read(self._folder, path)
        (disk.delete if for_good else disk.to_trash)(self._folder, path)
        figure = self._figure(path, content)
        figure.removed.add(path)
        return Renamed(figure, path, "")

    @_in_turn
    def take_back(self, done: Renamed) -> None:
        """Give a figure its old name back; the new one stays for `settle` to take, once no answer names it.

        Raises:
            CannotChange: its file cannot be put back under the old name.
        """
        figure, old, new, is_made = done
        if old and new and disk.is_one_name(self._folder, new, old):
            disk.respell(self._folder, new, old)
            figure.names.discard(new)
            figure.respelled.pop(new, None)
        elif old and not disk.is_there(self._folder, old):
            disk.create(self._folder, old, figure.content)
        if old:
            figure.names.add(old)
            figure.removed.discard(old)
            figure.given_up.discard(old)
            figure.current = old
        if is_made:
            figure.given_up.add(new)

    @_in_turn
    def follow(self, needed: frozenset[str]) -> None:
        """Bring back every file that we took away and that one of these targets names again.

        An editor's undo knows texts and no files. What cannot be brought back is a finding like any missing figure.
        """
        named = self._named_by(needed)
        for figure in self._figures:
            for name in sorted(figure.removed):
                if named.exactly(name) and not disk.is_there(self._folder, name):
                    self._bring_back(figure, name)
        self._followed = needed

    @_in_turn
    def settle(self, needed: Iterable[str]) -> None:
        """Take away what nothing names any more.

        Args:
            needed: the targets of the report on disk, and those of all answers, saved or not.
        """
        named = self._named_by(needed)
        for figure in self._figures:
            self._tidy(figure, named)

    @_in_turn
    def saved(self, on_disk: Iterable[str]) -> None:
        """From now on what the report on disk names is no copy of ours any more."""
        named = self._named_by(on_disk)
        for figure in self._figures:
            figure.made = {name for name in figure.made if not named.exactly(name)}
            figure.respelled = {new: old for new, old in figure.respelled.items() if not named.exactly(new)}

    @property
    def given_up(self) -> frozenset[str]:
        """The names that are there still and that nobody wants any more; those that nothing names go with a save.

        Never waits.
        """
        return frozenset(name for figure in list(self._figures) for name in figure.given_up - figure.removed)

    # What is there, and what is named

    def _create_unless_same(self, path: str, content: Content) -> bool:
        """Whether the file had to be made."""
        try:
            disk.create(self._folder, path, content)
        except CannotChange:
            if self._holds(path, content):
                return False
            raise
        return True

    def _bring_back(self, figure: Figure, name: str) -> None:
        with contextlib.suppress(CannotChange):
            disk.create(self._folder, name, figure.content)
            figure.removed.discard(name)
            figure.made.add(name)

    def _added(self, content: Content, name: str) -> Figure:
        figure = Figure(content, name)
        self._figures.append(figure)
        return figure

    def _figure(self, name: str, content: Content) -> Figure:
        """The figure that has this name and content; a new one where none does."""
        alike = (found for found in reversed(self._figures) if name in found.names - found.removed)
        same = next((found for found in alike if found.content.data == content.data), None)
        return same or self._added(content, name)

    def _tidy(self, figure: Figure, named: _Named) -> None:
        """Take away the names that are ours to take and that nothing needs; the last one of a file always stays."""
        for new, old in list(figure.respelled.items()):
            if named.exactly(old) and not named.exactly(new) and disk.is_one_name(self._folder, new, old):
                with contextlib.suppress(CannotChange):  # both names lead to the file as it is
                    disk.respell(self._folder, new, old)
                    figure.names = figure.names - {new} | {old}
                    figure.current = old
                    del figure.respelled[new]
        for name in sorted((figure.made | figure.given_up) - figure.removed):
            others = figure.names - figure.removed - {name}
            is_last = name == figure.current and not any(named.perhaps(other) for other in others)
            if named.perhaps(name) or (is_last and not figure.from_outside):
                continue
            is_kept = figure.from_outside or any(self._holds(other, figure.content) for other in others)
            if is_kept and disk.remove(self._folder, name, figure.content.data):
                figure.removed.add(name)
                figure.made.discard(name)

    def _holds(self, path: str, content: Content) -> bool:
        """Whether just this content stands under just this name."""
        try:
            return disk.is_there(self._folder, path) and disk.read(self._folder, path).data == content.data
        except CannotChange:
            return False

    def _named_by(self, targets: Iterable[str]) -> _Named:
        return _Named(self._folder, {path for target in targets if (path := path_of(target)) is not None})


class _Named:
    """The files that some targets name."""

    def __init__(self, folder: Path, paths: Iterable[str]) -> None:
        self._folder = folder
        self._places: set[str] = set()
        self._folded: set[str] = set()
        for path in paths:
            places = disk.places(folder, path)
            self._places |= places
            if not disk.is_there(folder, path):
                self._folded |= {_folded(place) for place in places}

    def exactly(self, path: str) -> bool:
        """Whether a target leads to this file, under this name or by a link."""
        return not self._places.isdisjoint(disk.places(self._folder, path))

    def perhaps(self, path: str) -> bool:
        """Whether one does, or would on a system that takes upper and lower case for the same."""
        folded = {_folded(place) for place in disk.places(self._folder, path)}
        return self.exactly(path) or not self._folded.isdisjoint(folded)


def _folded(place: str) -> str:
    return unicodedata.normalize("NFC", place).casefold()
