"""From a session to what the overview shows: how far the report is, what is left, and what to do next.

Owns the order of what to do next and the geometry of the bars. Pure: it reads the session and changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from report_tui.session import Session
from report_tui.tui.view_models import report as report_view
from report_tui.tui.view_models.hand_in import HandInNote
from report_tui.tui.view_models.report import COLOURS, HeaderView, Limit
from report_tui.validation.engine import QuestionResult
from report_tui.validation.finding import Severity, Status
from report_tui.validation.ruleset import NO_UPPER_LIMIT

FIGURE_WORK = 10
"""Words that could be written in the time that a figure takes to insert or to mend."""
_NOTHING_SAID = HandInNote()
_STUCK = (Status.BREAKS_TEMPLATE, Status.CONFLICT)
_BEYOND = 1.125
"""How much longer the common scale is than the highest limit, so that what is over it can be seen."""


@dataclass(frozen=True, slots=True)
class OverviewRow:
    """One line: a section with how many of its answers are ready where `id` is None, else a question."""

    id: int | None
    title: str
    ready: str = ""
    """Of a section: `2 of 3 ready`."""
    glyph: str = ""
    colour: str = "muted"
    words: int = 0
    words_allowed: Limit = None
    words_good: bool = True
    figures: str = ""
    """`0/1-3`, the good ones and how many are asked for; empty where none are asked for and none are there."""
    figures_good: bool = True
    note: str = ""
    """What is wrong with figures that are named: `2 not found`."""
    unsaved: bool = False
    problem: bool = False
    """Whether F7 and F8 stop here."""


@dataclass(frozen=True, slots=True)
class ToDo:
    """One question with something to do."""

    id: int
    title: str
    glyph: str
    colour: str
    what: str
    """`13 words to go`, `empty`."""


@dataclass(frozen=True, slots=True)
class OverviewView:
    """The whole screen."""

    head: HeaderView
    figures: tuple[int, int]
    """How many of the figures that are asked for are there and good, and how many are asked for at least."""
    left: tuple[str, ...]
    """What is left to do, the worst first, a few words each; empty where nothing is."""
    todo: tuple[ToDo, ...]
    """The next thing to do first."""
    rows: tuple[OverviewRow, ...]
    top: int
    """Where the common scale of the bars ends, in words; 0 where no question has a limit."""
    hand_in: HandInNote = _NOTHING_SAID
    """What is left of the time, and what is not pushed."""


@dataclass(frozen=True, slots=True)
class BarCells:
    """One bar in cells of its column, counted from 0."""

    filled: int
    """So many cells from the left stand for words."""
    low: int
    high: int | None
    """The cells of the limits; there may be no upper one."""
    beyond: bool
    """Whether there are more words than the scale has room for."""


def overview(session: Session, trouble: Exception | None = None, hand_in: HandInNote = _NOTHING_SAID) -> OverviewView:
    """The overview.

    Args:
        session: the report.
        trouble: why the file could not be read or written when last tried.
        hand_in: what is left of the time, and what is not pushed, as far as that is known.
    """
    results = [report_view.result_of(session, question.id) for question in session.report.questions]
    asked = [(_good_figures(found), found.images_allowed[0]) for found in results if found.images_allowed]
    return OverviewView(
        report_view.header(session, trouble),
        (sum(min(good, least) for good, least in asked), sum(least for _, least in asked)),
        _left(session, results),
        tuple(_to_do(found) for found in by_work(results)),
        _rows(session),
        _top(results),
        hand_in,
    )


def by_work(results: Sequence[QuestionResult]) -> tuple[QuestionResult, ...]:
    """The questions with something to do, the next one first.

    1. What cannot be handed in as it stands (breaks the template, changed on both sides): it blocks, and is quick.
    2. What is begun, the least work first, in words to write or to cut; a figure counts as `FIGURE_WORK` words. So
       what is nearly done gets done, a figure comes before a long text, and the count of ready answers goes up soonest.
    3. What is empty, in the order of the report: each is an evening's beginning.
    4. What is ready but should be looked at again.
    """
    found = [result for result in results if result.status is not Status.OK]
    return tuple(sorted(found, key=_rank))


def bar_cells(words: int, limit: tuple[int, int], top: int, width: int) -> BarCells:
    """Where a bar of `width` cells (10 or more) is filled and where its limits stand.

    Rounding never moves a count to the other side of a limit: what is short ends before the lower mark, what is over
    ends beyond the upper one.
    """
    least, most = limit

    def cell(value: int) -> int:
        return round(value / top * (width - 1))

    low = min(cell(least), width - 4)
    high = None if most >= NO_UPPER_LIMIT else max(low + 1, min(cell(most), width - 2))
    filled = cell(words)
    if words < least:
        filled = min(max(filled, 1 if words else 0), low)
    elif words > most:
        filled = max(filled, (high or low) + 2)
    elif words:
        filled = max(low + 1, filled if high is None else min(filled, high))
    return BarCells(min(filled, width), low, high, words > top)


def axis(top: int, width: int) -> str:
    """The numbers above bars of `width` cells: as many round ones as can be read."""
    step = next(step for step in (10, 20, 50, 100, 200, 500, 1000, 10_000, 100_000, 10**6) if top / step <= width / 7)
    line = ""
    for value in range(0, top + 1, step):
        place = round(value / top * (width - 1)) - len(str(value)) // 2
        if place + len(str(value)) <= width:
            line = line.ljust(max(0, place)) + str(value)
    return line


def next_problem(rows: Sequence[OverviewRow], here: int | None, step: int) -> int | None:
    """The next (1) or previous (-1) question with a problem, round and round; None where there is none."""
    numbers = [row.id for row in rows if row.id is not None]
    problems = {row.id for row in rows if row.problem}
    if here is None or here not in numbers:
        around = numbers[::step]
    else:
        at = numbers.index(here)
        around = [*numbers[at + 1 :], *numbers[: at + 1]] if step > 0 else [*numbers[:at][::-1], *numbers[at:][::-1]]
    return next((number for number in around if number in problems), None)


def _rank(found: QuestionResult) -> tuple[int, int]:
    if found.status in _STUCK:
        return 0, 0
    if found.ready:
        return 3, 0
    if found.lines is None:
        return 2, 0
    return 1, _work(found)


def _words_to_go(found: QuestionResult) -> int:
    return max(0, found.words_allowed[0] - found.words) if found.words_allowed else 0


def _words_over(found: QuestionResult) -> int:
    return max(0, found.words - found.words_allowed[1]) if found.words_allowed else 0


def _figures_to_go(found: QuestionResult) -> int:
    return max(0, found.images_allowed[0] - found.images) if found.images_allowed else 0


def _figures_over(found: QuestionResult) -> int:
    return max(0, found.images - found.images_allowed[1]) if found.images_allowed else 0


def _bad_figures(found: QuestionResult) -> int:
    """Figures that are named but not there, or not as the course wants them."""
    kinds = (Status.BAD_FIGURE, Status.MISSING_FIGURE)
    wrong = [each for each in found.findings if each.severity is Severity.ERROR and each.status in kinds]
    return sum(each.code != "too-few-figures" for each in wrong)


def _good_figures(found: QuestionResult) -> int:
    return max(0, found.images - _bad_figures(found))


def _figure_note(found: QuestionResult) -> str:
    """What is wrong with figures that are named: `2 not found`, or `1 to mend`."""
    bad = _bad_figures(found)
    missing = sum(each.code == "figure-missing" for each in found.findings) if bad else 0
    said = ((missing, "not found"), (bad - missing, "to mend"))
    return ", ".join(f"{count} {what}" for count, what in said if count > 0)


def _work(found: QuestionResult) -> int:
    """What is to do in words; whatever has no number of its own takes as long as a figure."""
    words = _words_to_go(found) + _words_over(found)
    figures = _figures_to_go(found) + _figures_over(found) + _bad_figures(found)
    return words + FIGURE_WORK * figures or FIGURE_WORK


def _to_do(found: QuestionResult) -> ToDo:
    return ToDo(found.id, found.title, report_view.glyph(found), COLOURS[found.status], _what(found))


def _what(found: QuestionResult) -> str:
    """What there is to do, in numbers where there are some."""
    if found.status in _STUCK or found.ready:
        return found.status.word
    if found.lines is None:
        return Status.EMPTY.word
    parts = []
    if count := _words_to_go(found) or _words_over(found):
        parts.append(f"{_counted(count, 'word')} {'to go' if _words_to_go(found) else 'over'}")
    if count := _figures_to_go(found) or _figures_over(found):
        parts.append(f"{_counted(count, 'figure')} {'to go' if _figures_to_go(found) else 'over'}")
    if count := _bad_figures(found):
        parts.append(f"{_counted(count, 'figure')} to mend")
    return ", ".join(parts) or found.status.word


def _left(session: Session, results: Sequence[QuestionResult]) -> tuple[str, ...]:
    """What is left in the whole report. Words and figures are the least that will do."""
    evaluation = session.evaluation
    whole = [finding.severity for finding in evaluation.findings]
    empty = [found for found in results if not found.ready and found.lines is None]
    begun = [found for found in results if not found.ready and found.lines is not None]
    mend = [found for found in begun if found.status in _STUCK or _bad_figures(found) or not _numbers_to_go(found)]
    words = sum(_words_to_go(found) for found in results)
    over = sum(_words_over(found) for found in results)
    figures = sum(_figures_to_go(found) for found in results)
    too_many = sum(_figures_over(found) for found in results)
    again = sum(found.status is Status.WARNING for found in results) + whole.count(Severity.WARNING)
    boxes = evaluation.checklist_total - evaluation.checklist_done
    said = (
        (whole.count(Severity.ERROR), f"{_counted(whole.count(Severity.ERROR), 'problem')} of the whole file"),
        (len(mend), f"{_counted(len(mend), 'answer')} to mend"),
        (len(empty), f"{len(empty)} empty"),
        (words, f"{_counted(words, 'word')}"),
        (over, f"{_counted(over, 'word')} over"),
        (figures, f"{_counted(figures, 'figure')}"),
        (too_many, f"{_counted(too_many, 'figure')} too many"),
        (again, f"{again} to look at"),
        (boxes, f"{_counted(boxes, 'box', 'es')}"),
    )
    return tuple(text for count, text in said if count)


def _numbers_to_go(found: QuestionResult) -> int:
    return _words_to_go(found) + _words_over(found) + _figures_to_go(found) + _figures_over(found)


def _counted(count: int, thing: str, plural: str = "s") -> str:
    return f"{count} {thing}{'' if count == 1 else plural}"


def _rows(session: Session) -> tuple[OverviewRow, ...]:
    unsaved = set(session.unsaved)
    rows: list[OverviewRow] = []
    for section, questions in groupby(session.report.questions, key=lambda question: question.section):
        found = [report_view.result_of(session, question.id) for question in questions]
        if section:
            rows.append(OverviewRow(None, section, f"{sum(each.ready for each in found)} of {len(found)} ready"))
        rows += [_row(each, each.id in unsaved) for each in found]
    return tuple(rows)


def _row(found: QuestionResult, unsaved: bool) -> OverviewRow:
    figures = ""
    if found.images_allowed is not None:
        figures = f"{_good_figures(found)}/{report_view.shown_range(found.images_allowed)}"
    elif found.images:
        figures = str(_good_figures(found))
    return OverviewRow(
        found.id,
        found.title,
        glyph=report_view.glyph(found),
        colour=COLOURS[found.status],
        words=found.words,
        words_allowed=found.words_allowed,
        words_good=not (_words_to_go(found) or _words_over(found)),
        figures=figures,
        figures_good=not (_figures_to_go(found) or _figures_over(found) or _bad_figures(found)),
        note=_figure_note(found),
        unsaved=unsaved,
        problem=found.status is not Status.OK,
    )


def _top(results: Sequence[QuestionResult]) -> int:
    limits = [found.words_allowed for found in results if found.words_allowed]
    ends = [most if most < NO_UPPER_LIMIT else least * 2 for least, most in limits]
    return round(max(ends, default=0) * _BEYOND)
