"""The pages about all groups: the overview, one for each group, one for each question with everybody's answers.

Owns what stands on them and how they lead to each other; `page/` holds their HTML, styles and the one program, which
sorts and filters the overview. Values in, text out; each group adds its part to every question's page, so that no
more than one group has to be known at a time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from itertools import count
from typing import NamedTuple

from report_tui import __version__
from report_tui.render.clean import clean
from report_tui.render.group_table import course_text, when
from report_tui.render.hand_in_page import (
    BESIDE,
    GENERATOR,
    Among,
    HandInPage,
    PageQuestion,
    Way,
    environment,
    page_html,
    page_policy,
    page_text,
)
from report_tui.validation.finding import Status
from report_tui.validation.group_row import GroupRow, GroupState, QuestionCell

GROUPS, QUESTIONS, FIGURES, OVERVIEW = "groups", "questions", "figures", "index.html"
"""Folders of the site, and the page that leads to the others."""
MOST_NUMBER = 100
"""Questions with a higher number, which only a forged report has, get no page beside those of the rules."""
_SLUG = re.compile(r"[^a-z0-9]+")
# The cleaner writes every tag like this, and every other `<` as an entity.
_TAG = re.compile(r'<[a-z][a-z0-9]*(?: [a-z-]+="[^"]*")*>')
_OWN = re.compile(r' (id|aria-labelledby|aria-describedby)="(?=[^"])| href="#(question-[0-9]+"|)')


class Box(NamedTuple):
    """One box of a group's checklist."""

    group: str
    html: str
    done: bool


class Part(NamedTuple):
    """One group's part of a question's page."""

    number: int
    title: str
    prompt: str
    """HTML, as the group's report has it."""
    html: str
    status: Status


class Sheet(NamedTuple):
    """One group's part of the pages that it shares with the others."""

    parts: tuple[Part, ...]
    boxes: tuple[Box, ...]


class BoxCount(NamedTuple):
    """How many groups ticked a box."""

    group: str
    html: str
    done: int
    groups: int


class QuestionCount(NamedTuple):
    """How all groups did on a question."""

    number: int
    title: str
    groups: int
    ready: int
    statuses: tuple[tuple[Status, int], ...]
    """The worst first."""


class Facts(NamedTuple):
    """What the overview says of all groups together."""

    title: str
    states: tuple[tuple[GroupState, int], ...]
    questions: tuple[QuestionCount, ...]
    boxes: tuple[BoxCount, ...]
    notes: tuple[str, ...]
    """A line each."""


def page_name(group: str) -> str:
    """The file of a group's page: safe on every system whatever the group is called, and always the same."""
    return f"{_slug(group)}.html"


def _slug(group: str) -> str:
    readable = _SLUG.sub("-", clean(group).casefold()).strip("-")[:40].strip("-")
    digest = sha256(group.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{readable}-{digest}" if readable else f"g-{digest}"


def question_name(number: int) -> str:
    """The file of a question's page."""
    return f"question-{number}.html"


class Neighbours(NamedTuple):
    """The names of the groups before and after one, in their order; empty where there is none."""

    before: str = ""
    after: str = ""


def neighbours(names: Sequence[str]) -> dict[str, Neighbours]:
    """The neighbours of each of these groups."""
    padded = ("", *names, "")
    return {name: Neighbours(padded[at], padded[at + 2]) for at, name in enumerate(names)}


def _ways(beside: Neighbours) -> tuple[Way, ...]:
    ways = [Way("All groups", f"../{OVERVIEW}")]
    if beside.before:
        ways.append(Way(f"← {clean(beside.before)}", page_name(beside.before), "prev"))
    if beside.after:
        ways.append(Way(f"{clean(beside.after)} →", page_name(beside.after), "next"))
    return tuple(ways)


def group_html(page: HandInPage, row: GroupRow, beside: Neighbours) -> bytes:
    """A group's own page.

    Args:
        page: its report's.
        row: what is said of it.
        beside: its neighbours.
    """
    left_out = page.left_out if not row.note else (clean(f"{row.state.value}: {row.note}"), *page.left_out)
    slug = _slug(row.name)
    answers = {
        question.number: f"../{QUESTIONS}/{question_name(question.number)}#{slug}"
        for section in page.sections
        for question in section.questions
        if question.number <= MOST_NUMBER
    }
    return page_html(page._replace(left_out=left_out), among=Among(_ways(beside), answers)).encode()


def nothing_html(row: GroupRow, beside: Neighbours) -> bytes:
    """The page of a group that has no report to show: why not.

    Args:
        row: what is said of it.
        beside: its neighbours.
    """
    return "".join(
        _pieces(
            "group_nothing.html",
            ("page.css", "groups.css"),
            "",
            row=row,
            name=clean(row.name),
            note=clean(row.note),
            when=when(row.committed),
            branch=clean(row.branch),
            ways=_ways(beside),
        )
    ).encode()


def sheet(page: HandInPage, row: GroupRow) -> Sheet:
    """What a group adds to the pages that it shares with the others."""
    questions = [question for section in page.sections for question in section.questions]
    parts = tuple(_part(question, row) for question in questions)
    return Sheet(parts, tuple(Box(group.title, box.html, box.done) for group in page.checklist for box in group.boxes))


def _part(question: PageQuestion, row: GroupRow) -> Part:
    slug = _slug(row.name)
    html = (
        environment()
        .get_template("group_answer.html")
        .render(
            question=question._replace(answer=_moved(question.answer, slug), above=_moved(question.above, slug)),
            name=clean(row.name),
            slug=slug,
            state=row.state,
            page=f"../{GROUPS}/{page_name(row.name)}#question-{question.number}",
        )
    )
    return Part(question.number, question.title, _moved(question.prompt, "prompt"), html, question.status)


def _moved(html: str, slug: str) -> str:
    """An answer among those of other groups: its names are its own, and pictures wait until somebody looks."""
    if "<" not in html:
        return html
    page = f"../{GROUPS}/{slug}.html"

    def moved(match: re.Match[str]) -> str:
        attribute, question = match[1], match[2]
        if attribute:
            return f"{match[0]}{slug}-"
        return f' href="{page}#{question}' if question else f' href="#{slug}-'

    tables = count(1)

    def tag(match: re.Match[str]) -> str:
        text = _OWN.sub(moved, match[0])
        if text.startswith('<div class="scroll"'):
            # Who hears the page tells one from the other.
            return text.replace('"Table"', f'"Table {next(tables)} of {slug}"')
        return text.replace("<img ", '<img loading="lazy" decoding="async" ', 1) if text.startswith("<img ") else text

    return _TAG.sub(tag, html)


class Asked(NamedTuple):
    """One of the questions of a number, of which most courses have one."""

    title: str
    prompt: str
    """HTML, as a group's report has it."""
    parts: Iterable[str]
    """`Part.html` of each group."""


def question_page(number: int, asked: Sequence[Asked], counts: Sequence[QuestionCount]) -> Iterator[str]:
    """A question's page, in pieces.

    Args:
        number: the question's.
        asked: what the groups' reports ask at this number, the most common first.
        counts: all questions that have a page, and how all groups did.
    """
    at = next(at for at, count in enumerate(counts) if count.number == number)
    ways = [Way("All groups", f"../{OVERVIEW}")]
    if at:
        ways.append(_to(counts[at - 1], "←", "", "prev"))
    if at + 1 < len(counts):
        ways.append(_to(counts[at + 1], "", "→", "next"))
    return _pieces(
        "group_question.html",
        ("page.css", "groups.css"),
        "",
        count=counts[at],
        counts=[(count, question_name(count.number)) for count in counts],
        asked=asked,
        ways=ways,
    )


def _to(count: QuestionCount, before: str, behind: str, rel: str) -> Way:
    return Way(f"{before} {count.number} {count.title} {behind}".strip(), question_name(count.number), rel)


def overview(facts: Facts, rows: Iterable[GroupRow], numbers: Sequence[int]) -> Iterator[str]:
    """The overview, in pieces.

    Args:
        facts: what is said of all groups together.
        rows: the groups.
        numbers: of the questions that have a page.
    """
    return _pieces(
        "group_overview.html",
        ("page.css", "groups.css"),
        page_text("groups.js"),
        facts=facts,
        rows=(_shown(row, numbers) for row in rows),
        columns=[each for each in facts.questions if each.number in numbers],
        states=list(GroupState),
        statuses=[status for status in Status if any(status in dict(each.statuses) for each in facts.questions)],
    )


class ShownRow(NamedTuple):
    """A group as the overview shows it."""

    row: GroupRow
    name: str
    note: str
    when: str
    course: str
    """What the course's checker says, in a few words."""
    page: str
    rank: int
    """Of its state, the worst first."""
    cells: tuple[QuestionCell | None, ...]


_RANKS = {state: rank for rank, state in enumerate(GroupState)}


def _shown(row: GroupRow, numbers: Sequence[int]) -> ShownRow:
    questions: Mapping[int, QuestionCell] = {question.id: question for question in row.questions}
    return ShownRow(
        row,
        clean(row.name),
        clean(row.note),
        when(row.committed).removesuffix(" UTC"),
        course_text(row),
        f"{GROUPS}/{page_name(row.name)}",
        _RANKS[row.state],
        tuple(questions.get(number) for number in numbers),
    )


def _pieces(template: str, sheets: Sequence[str], script: str, **values: object) -> Iterator[str]:
    styles = "".join(map(page_text, sheets))
    return (
        environment()
        .get_template(template)
        .generate(
            styles=styles,
            script=script,
            policy=page_policy(BESIDE, styles, script),
            generator=f"{GENERATOR} {__version__}",
            questions_folder=QUESTIONS,
            overview=OVERVIEW,
            **values,
        )
    )
