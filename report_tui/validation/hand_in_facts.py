"""What is known of a hand-in, and the form in which it is told.

Owns the values between who asks (git, the commit that the course reads, the disk) and who words the lines. It judges
nothing. What is not known is None, an empty string, or said by a `..._problem`, and never becomes a yes.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from report_tui.validation.course import CourseRules
from report_tui.validation.deadline import Deadline
from report_tui.validation.engine import Evaluation

PLACE = "reports/README.md"
"""Where the course reads the report, from the repository's root."""
SKEW = 3600
"""Seconds by which two clocks may differ before it is said."""
TOLD = 3
"""So many of one line's findings are told; `check` tells the others."""


class State(StrEnum):
    """What a line says of its question."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Line(NamedTuple):
    """One question, answered."""

    id: str
    """Stable, lower case with hyphens: `pushed`."""
    state: State
    text: str
    way_out: str = ""
    """What to do about it; empty where nothing is to be done."""
    details: tuple[str, ...] = ()


class Work(NamedTuple):
    """What stands here and not there."""

    answers: tuple[int, ...] = ()
    """Numbers of the questions whose answers differ."""
    is_more: bool = False
    """Whether something else of the report differs: the checklist, the template's text, or all of it."""
    figures: tuple[str, ...] = ()
    """Paths of figures that answers use, from the report's folder."""

    @property
    def any(self) -> bool:
        """Whether there is any."""
        return bool(self.answers or self.is_more or self.figures)


class Held(NamedTuple):
    """Answers that another branch holds, and that neither stand here nor where the course reads."""

    branch: str
    """`draft`, `origin/draft`; empty for what was put aside by `git stash`."""
    answers: tuple[int, ...]
    """Numbers of the questions; where the course reads, each is as it was before that branch changed it."""


class Facts(NamedTuple):
    """What is known of a hand-in."""

    now: float
    """Seconds since 1970."""
    problem: str = ""
    """Why git could not be asked at all: there is no repository, or no git."""
    path: str = ""
    """The report that is worked on, from the repository's root; empty where there is none on the disk."""
    is_bare: bool = False
    is_submodule: bool = False
    is_partial: bool = False
    """Whether git left files at the server when it cloned."""
    around: str = ""
    """The repository in which this one lies; looked for only where this one has no remote."""
    remote: str = ""
    others: tuple[str, ...] = ()
    """The other remotes; all, where it cannot be told which one is meant."""
    is_remote_empty: bool = False
    """Whether the remote was asked just now, and holds nothing."""
    branch: str = ""
    """The branch that the course reads."""
    is_assumed: bool = False
    oid: str = ""
    """The commit that the course would read."""
    made: int | None = None
    """When it was made, in seconds since 1970, by the clock of who made it."""
    seen: float | None = None
    """When the remote was last seen to be there, by this machine's clock."""
    arrived: float | None = None
    """The earliest time of which it is known that the commit was there."""
    fetch_problem: str = ""
    commit_problem: str = ""
    """Why the report of that commit could not be looked at."""
    place_problem: str = ""
    """What stands at the place where the course reads, and why it is no report: `is a link, not a file`."""
    is_placed: bool | None = None
    """Whether a report stands there; None where that could not be told."""
    elsewhere: tuple[str, ...] = ()
    """Files of that commit that may be the report, where none stands in its place."""
    is_place_free: bool = False
    """Whether nothing else of that commit is called `reports`, in any upper and lower case."""
    course: CourseRules | None = None
    evaluation: Evaluation | None = None
    """Of the report in that commit."""
    source_problem: str = ""
    """Why that report's bytes are no text: `not UTF-8: ...`."""
    unfollowed: Mapping[str, str] = MappingProxyType({})
    """Links and submodules among its figures, and what each is."""
    head_branch: str = ""
    """The branch that is checked out; empty where none is."""
    has_head: bool = True
    """Whether there is any commit here."""
    under_way: str = ""
    """What git was told to do and has not finished: `merge`, `rebase`, `cherry-pick`, `revert`."""
    ahead: int | None = None
    behind: int | None = None
    is_base_known: bool = True
    """Whether it can be told who of both sides changed what differs."""
    work_problem: str = ""
    """Why the report on the disk could not be compared."""
    unsaved: tuple[int, ...] = ()
    """Numbers of the questions with text that is not saved."""
    unsaved_boxes: int = 0
    """How many boxes of the checklist are not saved."""
    uncommitted: Work | None = None
    """Disk against the last commit here."""
    ignored: tuple[str, ...] = ()
    """Those of its figures that `git add` leaves out, since the repository has it ignore them."""
    unpushed: Work | None = None
    """Disk against the commit that the course would read, without what only others changed."""
    changed_there: Work = Work()
    """What only others changed in that commit."""
    held: tuple[Held, ...] = ()
    deadline: Deadline | None = None

    @property
    def is_unsaved(self) -> bool:
        """Whether anything is not saved."""
        return bool(self.unsaved or self.unsaved_boxes)

    @property
    def is_uncommitted(self) -> bool:
        """Whether it is known that something is not committed."""
        return self.uncommitted is not None and self.uncommitted.any

    @property
    def is_clock_behind(self) -> bool:
        """Whether something is said to have happened that this machine's clock takes for yet to come."""
        return any(time is not None and time - self.now > SKEW for time in (self.made, self.seen))

    @property
    def target(self) -> str:
        """The branch that the course reads, as a person calls it."""
        if self.is_bare:
            return self.branch
        return f"{self.remote}/{self.branch}" if self.remote and self.branch else self.remote or self.branch

    @property
    def missing(self) -> Work:
        """What is on the disk and not where the course reads, as far as it is known whose work that is."""
        if self.unpushed is None or (not self.is_base_known and self.is_uncommitted):
            return self.uncommitted or Work()
        return self.unpushed
