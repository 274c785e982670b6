"""A report's history beside the report as it is now: what differs, and bringing it back.

Owns what is compared, which unsaved texts are kept, and the order in which an older version is brought in: as edits of
the session, through its guard, and nothing but answers and boxes. It saves nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from report_tui.core.changes import BoxKey, keys_of
from report_tui.core.rejection import AnswerRejected
from report_tui.core.renumbering import asked, counted_as, number_of
from report_tui.core.report import Report
from report_tui.core.source import normalised
from report_tui.file_steps import PuttingAside
from report_tui.session import Session
from report_tui.storage import files, git, versions
from report_tui.storage.keeper import Keeper
from report_tui.storage.versions import Version


class Found(NamedTuple):
    """A version, as it lies on the disk."""

    version: Version
    data: bytes = b""
    asks: str = ""
    """Of one answer what its question asked, where that is known."""
    problem: str = ""
    """Why it cannot be read; an empty string where it could be."""


class Past(NamedTuple):
    """A version, read."""

    version: Version
    texts: Mapping[int, str] = MappingProxyType({})
    """Of the answers that it holds, by their questions' numbers."""
    boxes: Mapping[BoxKey, bool] = MappingProxyType({})
    """Of the boxes of the checklist, whether they are done."""
    names: tuple[str, ...] = ()
    """What git calls the file's content; empty for one answer."""
    number: int | None = None
    """The number that the question has now of which this is the one answer; None for a whole report."""
    problem: str = ""
    """Why nothing can be brought back from it, to be read after its name; an empty string where something can."""


class Brought(NamedTuple):
    """What became of bringing a version back."""

    answers: tuple[int, ...] = ()
    """Those that hold the older text now, in document order."""
    boxes: int = 0
    """How many are as they were then."""
    refused: Mapping[int, AnswerRejected] = MappingProxyType({})
    """Of each answer that cannot be brought back, why not."""
    boxes_missed: tuple[BoxKey, ...] = ()
    """Boxes that cannot be changed."""


def read_past(session: Session, version: Version) -> Past:
    """Read what was kept, as the session reads its report; never fails."""
    return past_of(session, read(version))


def read(version: Version) -> Found:
    """Read what was kept, for a thread; never fails."""
    try:
        return Found(version, *versions.read_with_question(version))
    except files.CannotRead as error:
        return Found(version, problem=error.reason)


def past_of(session: Session, found: Found) -> Past:
    """What was read, as the session reads its report."""
    version, data = found.version, found.data
    if found.problem:
        return Past(version, number=version.number, problem=found.problem)
    if version.number is not None:
        text = data.decode("utf-8", errors="surrogatepass")
        number = number_of(version.number, found.asks, session.on_disk)
        return Past(version, {number: normalised(text)}, number=number)
    report = session.past(data)
    if report.source.problem is not None:
        return Past(version, problem=f"is {report.source.problem}")
    boxes, numbers = _boxes(report), counted_as(report, session.on_disk)
    texts = {numbers[number]: text for number, text in report.texts.items()}
    problem = "" if report.questions else "holds no question"
    return Past(version, texts, boxes, git.content_names(data), problem=problem)


def author(past: Past, authors: Mapping[str, str]) -> str:
    """Who committed the report as it was then, where `git.authors` knows it; else an empty string."""
    return next((authors[name] for name in past.names if name in authors), "")


def counting(session: Session) -> tuple[tuple[int, str], ...]:
    """The questions as the file counts them: what was read of a version is only right as long as this is the same."""
    return tuple((question.id, asked(question)) for question in session.on_disk.questions)


def pasts(session: Session) -> Iterator[Past]:
    """The versions of the session's report, the newest first, each read when it is asked for."""
    for version in versions.versions(session.path):
        yield read_past(session, version)


class Now(NamedTuple):
    """The report as the session holds it, unsaved texts included: what versions are compared with."""

    texts: Mapping[int, str]
    """In document order."""
    boxes: Mapping[BoxKey, bool]


def present(session: Session) -> Now:
    """What versions are compared with; made once for all of them."""
    texts = {question.id: normalised(session.text(question.id)) for question in session.report.questions}
    return Now(texts, _boxes(session.report))


def _boxes(report: Report) -> dict[BoxKey, bool]:
    return {key: item.done for key, item in zip(keys_of(report), report.checklist, strict=True)}


def pasts_of(now: Now, number: int, found: Iterable[Past]) -> Iterator[Past]:
    """Those of `found` in which an answer is another one than now, each text once; and those that cannot be read."""
    last: str | None = None
    for past in found:
        text = past.texts.get(number)
        if text is not None and text != last and text != now.texts.get(number, ""):
            yield past
        elif past.problem and past.version.number in (None, number):
            yield past
        last = last if text is None else text


def differing(now: Now, past: Past) -> tuple[int, ...]:
    """Numbers of the answers that are others now; in document order, those whose questions went last."""
    numbers = [*now.texts, *(number for number in past.texts if number not in now.texts)]
    return tuple(n for n in numbers if n in past.texts and past.texts[n] != now.texts.get(n, ""))


def differing_boxes(now: Now, past: Past) -> dict[BoxKey, bool]:
    """The boxes that are otherwise now, and whether they were done then."""
    return {key: done for key, done in past.boxes.items() if now.boxes.get(key, done) is not done}


class Kept(NamedTuple):
    """How it came out that what is there went into the history."""

    problem: str | None
    """Why the report could not be kept; None where it was."""
    aside: Mapping[int, str | None]
    """The same of each text that is not in the report's bytes."""


class KeepingFirst(NamedTuple):
    """What goes into the history before a version is brought back."""

    keeper: Keeper
    data: bytes
    """The report as the session holds it."""
    aside: Mapping[int, PuttingAside]
    """The texts that are not in it, since they cannot be written, by their questions' numbers."""

    def write(self) -> Kept:
        """Keep all of it, for a thread too; never fails."""
        problem = self.keeper.before_bringing_back(self.data)
        return Kept(problem, {number: text.write() for number, text in self.aside.items()})


def bring_back(session: Session, past: Past, number: int | None = None) -> Brought:
    """Let the session hold answers as they were in a version, not saved yet.

    What the session holds is kept in the history first, so that this can be undone whatever happens next. An answer
    that cannot be brought back stays as it is.

    Args:
        session: the report as it is now.
        past: the version.
        number: the answer to bring back; None for all, with the boxes of the checklist.
    """
    first = to_keep(session, past, number)
    return Brought() if first is None else bring(session, past, number, first.write())


def to_keep(session: Session, past: Past, number: int | None) -> KeepingFirst | None:
    """What `bring_back` keeps first, of which `bring` is to be told; None where there is nothing to bring back."""
    wanted, boxes = _wanted(session, past, number)
    if not wanted and not boxes:
        return None
    # Also where the older text may be refused: whether it is, depends on the others that come with it.
    held = [one for one in wanted if one in session.held and _why_not(session, one) is None]
    aside = {one: session.to_put_aside([one], versions.REPLACED) for one in held}
    return KeepingFirst(session.keeper, session.report.to_bytes(), aside)


def bring(session: Session, past: Past, number: int | None, kept: Kept) -> Brought:
    """What `bring_back` does once the session was kept, which must not have changed since."""
    wanted, boxes = _wanted(session, past, number)
    refused: dict[int, AnswerRejected] = {}
    for one in wanted:
        if (refusal := _why_not(session, one) or _not_kept(session, one, kept)) is not None:
            refused[one] = refusal
    refused |= session.edit_all({one: past.texts[one] for one in wanted if one not in refused})
    missed = session.set_boxes(boxes) if boxes else ()
    brought = tuple(one for one in wanted if one not in refused)
    return Brought(brought, len(boxes) - len(missed), refused, missed)


def _wanted(session: Session, past: Past, number: int | None) -> tuple[list[int], dict[BoxKey, bool]]:
    """The answers and the boxes that would be brought back."""
    now = present(session)
    wanted = [one for one in differing(now, past) if number in (None, one)]
    return wanted, differing_boxes(now, past) if number is None else {}


def _not_kept(session: Session, number: int, kept: Kept) -> AnswerRejected | None:
    """Why what is unsaved in an answer cannot be given up for the older text, if that is so."""
    problem = kept.aside.get(number, kept.problem)
    if problem is None or number not in session.unsaved:
        return None
    return AnswerRejected(number, f"what is unsaved in it would be lost: {problem}", "save first, then try again")


def _why_not(session: Session, number: int) -> AnswerRejected | None:
    """Why no text can be brought back into an answer, if that is so."""
    if number in session.undecided:
        return AnswerRejected(number, "changed by you and on disk", "save to choose which one to keep, then try again")
    if number not in session.report.texts:
        return AnswerRejected(number, "the question is not in the file", "bring the question back first")
    return None
