"""From a session to what the preview shows: one answer on both of its pages, and where these differ.

`preview_source` is cheap and looks at no disk; `make_pages` reads the figures and takes milliseconds, and much longer
the first time, when it loads three libraries: it is meant for a thread.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

from report_tui.core.images import image_targets
from report_tui.render.course_page import course_answer_html
from report_tui.render.github_page import github_answer_html
from report_tui.render.page_part import PREVIEW, CannotConvert
from report_tui.session import Session
from report_tui.storage import thumbnails
from report_tui.storage.thumbnails import NoPicture, Pixels
from report_tui.tui.page_blocks import Block, blocks
from report_tui.tui.page_differences import Place, differences
from report_tui.validation.figure_facts import FigureState

_NOT_SHOWN = (FigureState.MISSING, FigureState.WRONG_CASE, FigureState.NOT_A_FILE, FigureState.OUTSIDE_REPORT)
_SHOWN = (FigureState.FOUND, FigureState.OUTSIDE_FOLDER)
MOST_FIGURES = 6
"""More in one answer are named only."""
FIGURE_SIZE = (40, 24)
"""Pixels at most: of a terminal's cells one in width, and two in height, so that a figure takes twelve lines."""


class FigureSource(NamedTuple):
    """A figure that an answer shows."""

    target: str
    """As the page has it, without percent codes."""
    file: Path
    stamp: tuple[float, int]
    """Another one where the file has changed."""


@dataclass(frozen=True, slots=True)
class PreviewSource:
    """One answer in its place in the report."""

    question: int
    before: str
    """The report's own text from the question's heading to its marker."""
    answer: str
    """What follows there, with the newlines between."""
    missing: frozenset[str] = frozenset()
    """Targets of its figures that are no file of the report, without percent codes."""
    figures: tuple[FigureSource, ...] = ()
    """The others, in order."""


@dataclass(frozen=True, slots=True)
class Page:
    """One answer on one page."""

    blocks: tuple[Block, ...]
    places: tuple[Place, ...]
    """Where the other page differs."""
    pictures: Mapping[str, Pixels] = field(default_factory=dict)
    """Its figures, by the path that the blocks have."""
    problem: str = ""
    """Why there is no page of it, or an empty string."""


@dataclass(frozen=True, slots=True)
class Pages:
    """One answer on both pages."""

    source: PreviewSource
    github: Page
    course: Page

    @property
    def verdict(self) -> tuple[str, str]:
        """In a few words how the two compare, and its colour."""
        if self.course.problem or self.github.problem:
            return "not compared", "warning"
        if not self.course.places:
            return "the same on both pages", "muted"
        count = len(self.course.places)
        return "1 place differs" if count == 1 else f"{count} places differ", "warning"


def preview_source(session: Session, number: int, *, draws: bool = True) -> PreviewSource:
    """What the preview shows of question `number`: the file as a save would write it, else what is typed.

    Args:
        session: the report.
        number: the question.
        draws: whether its figures are drawn, or only named.
    """
    text = session.text(number)
    figures = _figures(session, text) if draws else ()
    question = next((question for question in session.report.questions if question.id == number), None)
    if question is None:
        return PreviewSource(number, "", text, _missing(session, text), figures)
    source = session.report.source
    start, end = question.answer.region
    answer = source.text[start:end]
    if number in session.held:
        answer = f"\n\n{text}\n"
    elif not question.answer.text:
        answer = ""  # nothing but the placeholder
    return PreviewSource(
        number,
        source.text[source.starts[question.heading_line - 1] : start],
        answer,
        _missing(session, text),
        figures,
    )


def make_pages(source: PreviewSource) -> Pages:
    """Both pages of an answer, with its figures; never fails."""
    found = {figure.target: thumbnails.load(figure.file, *FIGURE_SIZE) for figure in source.figures}
    github = _page(github_answer_html, source, found)
    course = _page(course_answer_html, source, found)
    if github.problem or course.problem:
        return Pages(source, github, course)
    on_github, on_course = differences(github.blocks, course.blocks)
    return Pages(source, replace(github, places=on_github), replace(course, places=on_course))


def _page(
    answer_html: Callable[[str, str], str], source: PreviewSource, found: Mapping[str, Pixels | NoPicture]
) -> Page:
    pictures = {target: picture for target, picture in found.items() if isinstance(picture, Pixels)}
    lost = dict.fromkeys(source.missing, "not found")
    lost |= {target: picture.reason for target, picture in found.items() if isinstance(picture, NoPicture)}
    try:
        return Page(blocks(answer_html(source.before, source.answer), lost, pictures.keys()), (), pictures)
    except CannotConvert as failure:
        return Page((), (), problem=str(failure))


def _targets(text: str) -> Iterable[str]:
    """What is named as a figure, each once; nothing of an answer that is too long for a page anyway."""
    return dict.fromkeys(image_targets(text)) if len(text) <= PREVIEW.characters else ()


def _missing(session: Session, text: str) -> frozenset[str]:
    targets = _targets(text)
    facts = (session.figure_facts[target] for target in targets if target in session.figure_facts)
    return frozenset(unquote(fact.target) for fact in facts if fact.state in _NOT_SHOWN)


def _figures(session: Session, text: str) -> tuple[FigureSource, ...]:
    facts = (session.figure_facts.get(target) for target in _targets(text))
    found = [
        FigureSource(unquote(fact.target), session.path.parent / fact.file.path, (fact.file.changed, fact.file.size))
        for fact in facts
        if fact is not None and fact.file is not None and fact.state in _SHOWN
    ]
    return tuple(found[:MOST_FIGURES])
