"""What a check is asked about, an answer with all that is known of it, and the small words that all checks share.

Owns the shape only: it finds nothing wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from report_tui.core.course_check import Piece
from report_tui.core.report import Question
from report_tui.validation.figure_facts import FigureFact
from report_tui.validation.finding import Finding, Severity, Status
from report_tui.validation.ruleset import NO_UPPER_LIMIT, CourseCheck, FigureRules, QuestionRule

Limit = tuple[int, int] | None


class Subject(NamedTuple):
    """One answer and all that is known about it."""

    question: Question
    text: str
    """What is judged: the answer in the file, or one being typed that cannot be written as it stands."""
    line: int
    """Line in the file of the text's first row; where there is no text, the line to look at."""
    rule: QuestionRule
    figures: FigureRules
    facts: Mapping[str, FigureFact]
    course_piece: Piece | None = None
    """What the course's checker takes for this text; None where it reads nothing, or the text is not in the file."""
    checker: CourseCheck | None = None
    """The checker and the page that the course runs, or None where we know of none."""
    is_last: bool = False
    """Whether it is the last question of the report, which the course's checker reads in another way."""
    known: tuple[Finding, ...] = ()
    """What is wrong with the question itself, its marker or its heading; or why the text cannot be written."""
    excess: str = ""
    """What there is too much of for it to be looked at; empty where it is."""

    @property
    def is_in_file(self) -> bool:
        """Whether the text is the one that the file holds."""
        return self.text == self.question.answer.text

    def error(self, code: str, message: str, way_out: str, status: Status, row: int = 1) -> Finding:
        """An error on the 1-based row of the text."""
        return self._finding(code, Severity.ERROR, message, way_out, status, row)

    def warning(self, code: str, message: str, way_out: str, row: int = 1) -> Finding:
        """A warning on the 1-based row of the text."""
        return self._finding(code, Severity.WARNING, message, way_out, Status.WARNING, row)

    def note(self, code: str, message: str, way_out: str, row: int = 1) -> Finding:
        """A note on the 1-based row of the text."""
        return self._finding(code, Severity.NOTE, message, way_out, None, row)

    def _finding(
        self, code: str, severity: Severity, message: str, way_out: str, status: Status | None, row: int
    ) -> Finding:
        return Finding(code, severity, self.question.id, self.line + row - 1, message, way_out, status)


Check = Callable[[Subject], Iterable[Finding]]


def within(count: int, limit: Limit) -> bool:
    """Whether a count lies inside a limit, both bounds inclusive."""
    return limit is None or limit[0] <= count <= limit[1]


@lru_cache(maxsize=1)  # several checks in a row ask of the same answer
def count_words(text: str) -> int:
    """The number of words as the course counts them."""
    return len(text.split())


def plural(count: int, noun: str) -> str:
    """`1 word`, `2 words`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def ranges(numbers: Sequence[int]) -> str:
    """`1-3, 7, 9-10`."""
    parts: list[str] = []
    start = previous = None
    for number in [*sorted(set(numbers)), None]:
        if previous is not None and number == previous + 1:
            previous = number
            continue
        if previous is not None:
            parts.append(str(start) if start == previous else f"{start}-{previous}")
        start = previous = number
    return ", ".join(parts)


def of_range(limit: tuple[int, int]) -> str:
    """`1`, `1 to 3`, or `1 or more`."""
    if limit[1] >= NO_UPPER_LIMIT:
        return f"{limit[0]} or more"
    return str(limit[0]) if limit[0] == limit[1] else f"{limit[0]} to {limit[1]}"


def shown(text: str, most: int = 60) -> str:
    """Foreign text inside a message: one line, and not longer than a message can bear."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most // 2] + "…" + line[-most // 2 + 1 :]


def extension_of(path: str) -> str:
    """The extension of a path or a target, in lower case and without the dot; an empty string where it has none."""
    name = re.split("[?#]", path.strip(), maxsplit=1)[0].replace("\\", "/").rpartition("/")[2]
    return name.rpartition(".")[2].casefold() if "." in name else ""


def is_kind(figures: FigureRules, path: str) -> bool:
    """Whether a path or a target is called as a figure that the course takes."""
    return extension_of(path) in figures.extensions
