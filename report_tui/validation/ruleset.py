"""A course's rules as frozen values: its template versions and each question's limits.

Owns the shape only; `loader` reads them from YAML text, `storage.rules` finds the file, `engine` applies them.
"""

from __future__ import annotations

from typing import NamedTuple

TYPE_CHECKING = False  # not typing's: importing that costs every command two milliseconds
if TYPE_CHECKING:
    from report_tui.validation.deadline import Deadline  # most rules have none


NO_UPPER_LIMIT = 999_999
"""Stands for the most of "at least 50 words"; no limit is larger."""


class QuestionRule(NamedTuple):
    """One question's limits. A limit is (least, most), both inclusive; None is no limit."""

    id: int
    title: str
    words: tuple[int, int] | None = None
    images: tuple[int, int] | None = None
    prompt: str | None = None
    """Words that stand in this question's prompt (any case); by them a template's version is recognised."""
    placeholder: str | None = None
    """First word of the template's placeholder, where it has not the usual dashes."""


class CourseCheck(NamedTuple):
    """How the course's own checker reads the file."""

    kind: str
    """`answer-split` is the only one known."""
    skip_characters: int = 0
    """So many characters are dropped from the front of the file before it is split."""


class TemplateRules(NamedTuple):
    """One version of a course's template."""

    version: str
    questions: tuple[QuestionRule, ...]
    course_check: CourseCheck | None = None
    sections: int | None = None
    """So many section headings stand between the questions; None where the rules do not say."""
    boxes: int | None = None
    """So many boxes has the checklist; None where the rules do not say."""

    def question(self, number: int) -> QuestionRule | None:
        """The rule for question `number`, or None where this version has no such question."""
        for rule in self.questions:
            if rule.id == number:
                return rule
        return None


class FigureRules(NamedTuple):
    """Where figures lie and of which kinds they may be."""

    folder: str = "figures"
    """Relative to the report's own folder, with forward slashes."""
    extensions: tuple[str, ...] = ("png", "jpg", "jpeg")
    """Lower case, without the dot."""
    samples: tuple[tuple[str, str], ...] = ()
    """Of each picture that a template itself brings: its path in the folder, and the SHA-256 of its bytes in lower
    case, or an empty string where only the name is known."""

    @property
    def compares_bytes(self) -> bool:
        """Whether the bytes of figures have to be known, since those of a sample are."""
        return any(digest for _, digest in self.samples)


class Ruleset(NamedTuple):
    """One course."""

    course: str
    title: str
    figures: FigureRules
    templates: tuple[TemplateRules, ...]
    deadline: Deadline | None = None
    """Until when reports of the present course may be handed in."""
