"""What a session asks of the disk, as values: a thread can do each while the session goes on.

Owns what is read and written in one step, and its order. A step holds all that it takes and changes no session: what it
returns is taken over there in one step (`Session.take_over`, `take_figures`, `saved`), with what was typed meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from report_tui import loading
from report_tui.core.report import Report
from report_tui.core.working_copy import WorkingCopy
from report_tui.loading import Loaded
from report_tui.storage import files
from report_tui.validation.course import CourseRules
from report_tui.validation.figure_facts import FigureFact, FigureFolder

TYPE_CHECKING = False  # not typing's: importing that costs every command two milliseconds
if TYPE_CHECKING:
    from report_tui.figure_copies import FigureCopies
    from report_tui.storage.keeper import Keeper


class Read(NamedTuple):
    """The report as it was found on the disk."""

    loaded: Loaded
    rules_problem: str
    """Why its rules could not be read again; an empty string where they could."""


class Figures(NamedTuple):
    """What was found of the figures."""

    facts: Mapping[str, FigureFact]
    folder: FigureFolder


class Reading(NamedTuple):
    """A look at the report."""

    state: files.FileState
    """The file as it was read or written last."""
    report: Report
    """The report in it."""
    course: CourseRules
    explicit_rules: Path | None
    targets: frozenset[str]
    """Figures to be looked up whatever stands in the file: those that texts name which are not saved."""
    keeper: Keeper

    def is_changed(self) -> bool:
        """Whether the file's bytes are no longer those of `state`.

        Raises:
            files.CannotRead: the file is gone or cannot be read.
        """
        return files.read(self.state.path).digest != self.state.digest

    def read(self) -> Read:
        """Read the file and its rules again; what somebody else wrote over goes into the history where that is due.

        Raises:
            files.CannotRead: the file is gone, cannot be read, or is no report or no UTF-8 any more (a program that
                truncates it before it writes leaves it empty for a moment).
        """
        path = self.state.path
        loaded, problem = loading.load_again(path, self.explicit_rules, self.course, self.targets)
        if loaded.report.source.problem is not None and self.report.source.problem is None:
            # Taken over it would put a sign for what cannot be read into every answer that nobody changed here.
            raise files.CannotRead(path, f"is {loaded.report.source.problem}", "save it as UTF-8")
        if self.report.questions and not loaded.report.questions:
            raise files.CannotRead(path, "holds no question any more", "bring it back, for instance with git")
        if loaded.state.data != self.state.data:
            self.keeper.before_change(self.state.data, self.report.texts, loaded.report.texts)
        return Read(loaded, problem)

    def read_if_changed(self) -> Read | None:
        """What `read` returns and raises; None where the file is as it was."""
        return self.read() if self.is_changed() else None

    def look(self) -> Read | Figures:
        """Read the file again where it changed, else look at the figures only; raises what `read` raises."""
        return self.read_if_changed() or find_figures(self.state.path, self.targets, self.course)


def find_figures(path: Path, targets: frozenset[str], course: CourseRules) -> Figures:
    """What stands on the disk for these targets, and what lies in the figures folder; `path` is the report's file."""
    return Figures(loading.look_up(path, targets, course), loading.list_folder(path, course))


class Looking(NamedTuple):
    """A look at the figures that answers name anew."""

    path: Path
    """The report."""
    targets: frozenset[str]
    """Those of which something has to be known."""
    course: CourseRules
    copies: FigureCopies
    needed: frozenset[str] | None
    """Those that may be named again, so that their files come back; None where nothing has to be brought back."""

    def look(self) -> Mapping[str, FigureFact]:
        """Bring back what is named again; returns what stands on the disk then."""
        if self.needed is not None:
            self.copies.follow(self.needed)
        return loading.look_up(self.path, self.targets, self.course)


class Tidying(NamedTuple):
    """The files of figures that were renamed here, and that nothing names any more, taken away."""

    path: Path
    """The report."""
    targets: frozenset[str]
    """Those of which something has to be known."""
    course: CourseRules
    copies: FigureCopies
    needed: frozenset[str]
    """What the report names, on disk and in the answers."""
    on_disk: frozenset[str]
    """What it names on disk."""
    is_saved: bool
    """Whether that was saved here just now: no file that it names is ours to take away again."""

    def write(self) -> Figures:
        """Take away what nothing needs; returns what is there then."""
        self.copies.settle(self.needed)
        if self.is_saved:
            self.copies.saved(self.on_disk)
        return find_figures(self.path, self.targets, self.course)


class Saving(NamedTuple):
    """A save."""

    state: files.FileState
    """The version of the file that it begins with."""
    copy: WorkingCopy
    """What is written."""
    keeper: Keeper

    def write(self) -> files.FileState:
        """Write the file, after the version before has gone into the history where that is due.

        Returns:
            The file as written.

        Raises:
            files.CannotSave: it could not be written; it is unchanged, or the disk does not say what it is.
            files.ChangedOnDisk: somebody else changed it since it was read; it is unchanged.
        """
        from report_tui.storage import saving  # here: `check` never saves

        self.keeper.before_save(self.state.data)
        return saving.save(self.state.path, self.copy.report.to_bytes(), self.state.digest)


class Untangling(NamedTuple):
    """The file written without git's conflict markers, and read again."""

    reading: Reading
    data: bytes
    """What is written."""

    def write(self) -> Read:
        """Write the file and read it; raises what `Saving.write` and `Reading.read` raise."""
        from report_tui.storage import saving

        state = self.reading.state
        self.reading.keeper.before_untangling(state.data)
        saving.save(state.path, self.data, state.digest)
        return self.reading.read()


class PuttingAside(NamedTuple):
    """Texts that go into the history before they are given up."""

    path: Path
    """The report."""
    texts: Mapping[int, str]
    why: str
    """What happens to them, one of the kinds of `storage.versions`."""
    asks: Mapping[int, str]
    """What their questions ask."""

    def write(self) -> str | None:
        """Keep them; returns why one cannot be kept, in words without a full stop, or None."""
        from report_tui.storage import versions  # here: who only reads keeps nothing

        problems = (
            versions.put_aside(self.path, number, text, self.why, asks=self.asks[number])
            for number, text in self.texts.items()
        )
        return next((problem for problem in problems if problem is not None), None)
