"""The page of a report that a person reads and prints: one file with everything in it, and nothing that runs.

Owns what stands on the page, in which order and words; `page/` holds its HTML and styles, `answer_html` makes the
answers. Values in, text out; the libraries are imported at the first use. The same values give the same page, byte
for byte.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from html import escape, unescape
from itertools import groupby
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from report_tui import __version__
from report_tui.core.outside import Outside
from report_tui.core.report import ChecklistItem, Question
from report_tui.core.source import fold_newlines
from report_tui.render.answer_html import Figures, answer_html, outside_html, plain_html, prompt_html, text_html
from report_tui.render.clean import clean, clean_text
from report_tui.validation.course import CourseRules
from report_tui.validation.engine import Evaluation, QuestionResult
from report_tui.validation.finding import Finding, Severity, Status
from report_tui.validation.ruleset import NO_UPPER_LIMIT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from jinja2 import Environment

GENERATOR = "report-tui"
"""Stands in each page's head, so that a page of ours can be told from somebody's file."""
BESIDE = "'self' file:"
"""Pictures that lie beside a page; a page that was opened from a disk has no server that would be its own."""
_FOLDER = Path(__file__).with_name("page")
_TAG = re.compile(r"<[^>\"]*(?:\"[^\"]*\"[^>\"]*)*>")
_FACT_MOST = 240
"""Characters of a first answer that is short enough to stand below the title."""
_BOXES_MOST = 2_000
"""So many boxes have their wording converted, forty times a template's."""


class Limit(NamedTuple):
    """An amount and what is asked for, as it is read in the margin."""

    amount: str
    """`143 words`"""
    asked: str
    """`200-300 asked for`; an empty string where there is no limit."""
    to_go: str
    """`57 to go`, `12 too many`; an empty string where it fits."""


class PageQuestion(NamedTuple):
    """One question with its answer, as it stands on a page."""

    number: int
    title: str
    section: str
    status: Status
    limits: tuple[Limit, ...]
    findings: tuple[Finding, ...]
    """Errors and warnings."""
    prompt: str
    """HTML, as `answer`."""
    answer: str
    """An empty string where there is none."""
    above: str
    """What stands between the question's heading and its answer, and is not its prompt; empty as `answer`."""

    @property
    def ready(self) -> bool:
        """Whether nothing has to be done."""
        return self.status in (Status.OK, Status.WARNING)


class PageSection(NamedTuple):
    """The questions below one heading."""

    title: str
    questions: tuple[PageQuestion, ...]
    about: str
    """HTML of what stands there that belongs to no question; as `answer`."""


class Fact(NamedTuple):
    """A short first answer, such as the group's name, as it stands below the title."""

    name: str
    text: str


class PageBox(NamedTuple):
    """One box of the checklist."""

    done: bool
    html: str


class PageBoxes(NamedTuple):
    """The boxes below one heading."""

    title: str
    boxes: tuple[PageBox, ...]

    @property
    def done(self) -> int:
        """How many are ticked."""
        return sum(box.done for box in self.boxes)


class PageTexts(NamedTuple):
    """HTML of what stands outside of the questions; an empty string where there is nothing."""

    intro: str = ""
    sections: Mapping[int, str] = MappingProxyType({})
    """By the first question of a section."""
    checklist: str = ""
    ending: str = ""


class HandInPage(NamedTuple):
    """All that stands on the page of one report."""

    title: str
    course: str
    """The course's name, where the rules say it."""
    facts: tuple[Fact, ...]
    sections: tuple[PageSection, ...]
    checklist: tuple[PageBoxes, ...]
    texts: PageTexts
    done: int
    boxes: int
    ready: int
    total: int
    problems: int
    findings: tuple[Finding, ...]
    """Errors and warnings of the report as a whole."""
    verdict: str
    """The course's own, in a few words; an empty string where a finding says it."""
    left_out: tuple[str, ...]
    """What is not on the page, a line each."""
    source: str
    """What the page was made of."""


def page_question(
    question: Question,
    result: QuestionResult,
    before: str,
    answer: str,
    above: str,
    figures: Figures,
    *,
    as_written: bool = False,
) -> PageQuestion:
    """One question with its answer; never fails.

    Args:
        question: the question.
        result: what we say of it.
        before: the report's own text from the question's heading to its marker.
        answer: what follows there, with the newlines between; blank where nothing but a placeholder stands.
        above: what stands between the question's heading and its answer, and is not its prompt.
        figures: the pictures of all of these.
        as_written: show the Markdown itself, which takes no time.
    """

    def html(text: str, convert: Callable[[], str]) -> str:
        return "" if not text.strip() else _as_written(text) if as_written else convert()

    return PageQuestion(
        result.id,
        clean(result.title),
        clean(question.section),
        result.status,
        tuple(_limits(result)),
        _told(result.findings),
        html(question.prompt, lambda: prompt_html(result.id, question.prompt, figures)),
        html(answer, lambda: answer_html(result.id, before, answer, figures)),
        html(above, lambda: outside_html(f"a{result.id}", above, figures, level=3)),
    )


def page_texts(texts: Outside, figures: Figures, *, as_written: bool = False) -> PageTexts:
    """What stands outside of the questions, as it stands on a page; never fails.

    Args:
        texts: the Markdown.
        figures: the pictures in it.
        as_written: as for `page_question`.
    """

    def html(name: str, text: str) -> str:
        return "" if not text else _as_written(text) if as_written else outside_html(name, text, figures)

    return PageTexts(
        html("intro", texts.intro),
        {number: html(f"s{number}", text) for number, text in texts.sections.items()},
        html("boxes", texts.checklist),
        html("ending", texts.ending),
    )


def _as_written(text: str) -> str:
    return plain_html(clean_text(fold_newlines(text)), "the report is too long")


def hand_in_page(
    title: str,
    course: CourseRules,
    evaluation: Evaluation,
    checklist: Sequence[ChecklistItem],
    questions: Sequence[PageQuestion],
    texts: PageTexts,
    source: str,
    left_out: Sequence[str],
) -> HandInPage:
    """All that stands on the page of one report.

    Args:
        title: the report's own, or its file's name.
        course: what it was judged by.
        evaluation: what we say of it.
        checklist: its boxes.
        questions: its questions in document order.
        texts: what it says outside of them.
        source: what the page was made of, in a few words.
        left_out: what is not on it, a line each.
    """
    from report_tui.render.console import verdict_text

    verdict = evaluation.course_check
    is_found = bool(verdict.reason) and any(str(verdict.reason) in finding.message for finding in evaluation.findings)
    return HandInPage(
        clean(title),
        clean(course.title),
        () if course.guessed else tuple(_facts(questions)),
        tuple(_sections(questions, texts)),
        tuple(_checklist(checklist)),
        texts,
        evaluation.checklist_done,
        evaluation.checklist_total,
        evaluation.ready,
        evaluation.total,
        evaluation.problems,
        _told(evaluation.findings),
        "" if is_found else verdict_text(verdict),
        tuple(clean(line) for line in left_out),
        clean(source),
    )


class Way(NamedTuple):
    """A link to another page of the same site."""

    text: str
    href: str
    rel: str = ""
    """`prev`, `next` or nothing."""


class Among(NamedTuple):
    """Where a page stands among others; its figures lie beside them."""

    ways: tuple[Way, ...]
    answers: Mapping[int, str]
    """Where all others' answers to a question stand, by its number."""


def page_html(page: HandInPage, *, version: str = "", among: Among | None = None) -> str:
    """The page.

    Args:
        page: what stands on it.
        among: where it stands, where it is one of many.
        version: for `--serve` only: it watches for another version than this, with the one program that may run in
            it; an empty string for none.
    """
    return _rendered("page.html", version, page=page, among=among)


def problem_html(problem: str, version: str) -> str:
    """What stands in the page's place while there is none.

    Args:
        problem: why.
        version: as for `page_html`.
    """
    return _rendered("problem.html", version, problem=clean(problem))


def _rendered(template: str, version: str, **values: object) -> str:
    styles = page_text("page.css")
    script = page_text("reload.js").replace("@VERSION@", version) if version else ""
    # Nothing but what is named here by its digest is styled or run, and nothing is loaded from anywhere.
    pictures = BESIDE if values.get("among") else "data:"
    policy = page_policy(pictures, styles, script) + ("; connect-src 'self'" if script else "")
    return (
        environment()
        .get_template(template)
        .render(styles=styles, policy=policy, script=script, generator=f"{GENERATOR} {__version__}", **values)
    )


@lru_cache(maxsize=1)
def environment() -> Environment:
    """What fills our pages in; loaded at the first use."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    environment.filters["one_line"] = clean
    return environment


@lru_cache(maxsize=4)
def page_text(name: str) -> str:
    """A file that goes into a page as it is."""
    # A browser hashes what it reads, where every line ends alike.
    return (_FOLDER / name).read_text(encoding="utf-8").replace("\r\n", "\n")


def page_policy(pictures: str, styles: str, script: str = "") -> str:
    """What may happen in a page: what is named here by its digest is styled and run, and nothing else is loaded.

    Args:
        pictures: where they may come from.
        styles: the page's.
        script: the page's; an empty string for none.
    """
    policy = f"default-src 'none'; img-src {pictures}; style-src '{_digest(styles)}'"
    policy += "; base-uri 'none'; form-action 'none'"
    return f"{policy}; script-src '{_digest(script)}'" if script else policy


def _digest(text: str) -> str:
    return f"sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode('ascii')}"


def _limits(result: QuestionResult) -> Iterable[Limit]:
    # How many words there are is worth knowing without a limit too; figures are only told where they are asked for.
    if result.words or result.words_allowed is not None:
        yield _limit(result.words, result.words_allowed, "word")
    if result.images or result.images_allowed is not None:
        yield _limit(result.images, result.images_allowed, "figure")


def _limit(amount: int, allowed: tuple[int, int] | None, noun: str) -> Limit:
    words = f"{amount} {noun}" if amount == 1 else f"{amount} {noun}s"
    if allowed is None:
        return Limit(words, "", "")
    least, most = allowed
    asked = f"at least {least}" if most >= NO_UPPER_LIMIT else f"{least}" if least == most else f"{least}–{most}"
    if amount < least:
        return Limit(words, asked, f"{least - amount} to go")
    return Limit(words, asked, f"{amount - most} too many" if amount > most else "")


def _told(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(finding for finding in findings if finding.severity is not Severity.NOTE)


def _facts(questions: Sequence[PageQuestion]) -> Iterable[Fact]:
    """The first answers, as long as no number of words or figures is asked for and they are short."""
    for question in questions:
        text = " ".join(unescape(_TAG.sub("", question.answer.replace("><", "> <"))).split())
        if any(limit.asked for limit in question.limits) or len(text) > _FACT_MOST:
            return
        if text:
            yield Fact(question.title, text)


def _sections(questions: Sequence[PageQuestion], texts: PageTexts) -> Iterable[PageSection]:
    for title, together in groupby(questions, key=lambda question: question.section):
        section = tuple(together)
        yield PageSection(title, section, texts.sections.get(section[0].number, ""))


def _checklist(items: Sequence[ChecklistItem]) -> Iterable[PageBoxes]:
    groups: dict[str, list[PageBox]] = {}
    for number, item in enumerate(items):
        html = _inline(text_html(item.text)) if number < _BOXES_MOST else escape(clean(item.text))
        groups.setdefault(item.group, []).append(PageBox(item.done, html))
    for title, boxes in groups.items():
        yield PageBoxes(clean(title), tuple(boxes))


def _inline(html: str) -> str:
    """Without the paragraph around it, where it is nothing but that."""
    inner = html.strip().removeprefix("<p>").removesuffix("</p>")
    return inner if "<p>" not in inner and "</p>" not in inner else html
