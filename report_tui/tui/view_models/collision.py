"""An answer of which there are two versions: what is shown of them, and what each choice makes of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from report_tui.core import conflicts
from report_tui.core.merge import Part, Whose, collide, compare, merge, merged
from report_tui.session import Session
from report_tui.tui.view_models.amounts import age
from report_tui.tui.view_models.report import asked, title

ON_DISK = "[TODO: on disk]"
YOURS = "[TODO: yours]"
"""Head the two versions of what is to be put together by hand: the checks warn of whatever says TODO."""

_ANOTHER = "is another question than the one that you typed for"


@dataclass(frozen=True, slots=True)
class Collision:
    """Two versions of one answer."""

    question: int
    title: str
    """What happened to which answer."""
    note: str
    """What else came with it; may be empty."""
    mine_name: str
    theirs_name: str
    parts: tuple[Part, ...]
    """The merge of the two."""
    mine: str
    theirs: str
    labels: tuple[str, str, str] = ("keep mine", "take theirs", "both, theirs first")
    """What the choices are called."""
    headings: tuple[str, str] = (ON_DISK, YOURS)
    """What stands above theirs and above mine where they are put together by hand."""

    @property
    def collides(self) -> bool:
        """Whether both changed the same lines."""
        return collide(self.parts)

    def text(self, choice: str) -> str:
        """What the answer becomes by `mine`, `theirs`, `both` or `edit`."""
        if choice in ("mine", "theirs"):
            return self.mine if choice == "mine" else self.theirs
        return merged(self.parts) if choice == "both" else self._by_hand()

    def not_chosen(self, choice: str) -> str:
        """The version that is nowhere in the answer after that choice; empty where both are in it."""
        return {"mine": self.theirs, "theirs": self.mine}.get(choice, "")

    def row(self, choice: str) -> int:
        """The 1-based row of the answer where somebody who puts it together has something to do."""
        lines = self.text(choice).split("\n")
        return next((row for row, line in enumerate(lines, start=1) if line in self.headings), 1)

    def _by_hand(self) -> str:
        """Both versions of every line that collides, each below a line of plain text that says whose it is."""
        their_heading, my_heading = self.headings
        lines: list[str] = []
        for part in self.parts:
            if part.whose is Whose.COLLIDING:
                lines += [their_heading, *part.theirs, my_heading, *part.mine]
            else:
                lines += part.both
        return "\n".join(lines)


def waiting(session: Session) -> tuple[int, ...]:
    """The questions whose answers have two versions, in document order."""
    two = session.undecided | conflicts.within_answers(session.report)
    return tuple(question.id for question in session.report.questions if question.id in two)


def collision(session: Session, number: int, now: float, taken: Sequence[int] = ()) -> Collision | None:
    """The two versions of an answer: ours and the file's, else those that git left in it; None where there is one.

    Args:
        session: the session.
        number: the question.
        now: the time, in seconds since 1970.
        taken: questions whose answers came from the disk with this one.
    """
    if number in session.undecided:
        mine, theirs = session.text(number), session.theirs(number)
        origin = session.origins.get(number)
        return Collision(
            question=number,
            title=f"{title(session, number)} {'was changed by you and on disk' if origin is None else _ANOTHER}",
            note=_taken(taken) if origin is None else f"Yours was typed for the one that asked {asked(origin)}.",
            mine_name=_named("yours, not saved", mine),
            theirs_name=_named(f"on disk, {age(now - session.changed_at)}", theirs),
            parts=merge(session.bases[number], mine, theirs),
            mine=mine,
            theirs=theirs,
        )
    is_whole = number in conflicts.within_answers(session.report)
    versions = conflicts.versions(session.text(number)) if is_whole else None
    return None if versions is None else of_git(session, number, versions, "")


def of_git(session: Session, number: int, versions: conflicts.Versions, note: str) -> Collision:
    """The two versions of an answer that git could not merge."""
    mine, theirs, base, upper, lower = versions
    return Collision(
        question=number,
        title=f"{title(session, number)}: git left two versions of it",
        note=note,
        mine_name=_named(f"the upper one{upper and f': {upper}'}", mine),
        theirs_name=_named(f"the lower one{lower and f': {lower}'}", theirs),
        parts=compare(mine, theirs) if base is None else merge(base, mine, theirs),
        mine=mine,
        theirs=theirs,
        labels=("keep the upper one", "take the lower one", "both, the lower one first"),
        headings=("[TODO: lower version]", "[TODO: upper version]"),
    )


def _taken(numbers: Sequence[int]) -> str:
    if not numbers:
        return ""
    if len(numbers) == 1:
        return f"The other changed answer was taken: {numbers[0]}."
    return f"The other {len(numbers)} changed answers were taken: {', '.join(map(str, numbers))}."


def _named(name: str, text: str) -> str:
    return name if text else f"{name}: empty"
