"""Takes apart what git leaves where two changes met: the two versions, and what both began with where git says it.

Pure. It decides for no version; it says what each answer is in either, and makes of the answers that somebody chose a
report without markers, in which nothing else is another than in both versions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from report_tui.core.changes import BoxKey, boxes_of, keys_of
from report_tui.core.report import ChecklistItem, Report
from report_tui.core.source import BOM, fold_newlines, normalised

_MARKS = {sign: re.compile(" {0,3}" + re.escape(sign) * 7 + "(?: (.*))?") for sign in "<|>"}
_MIDDLE = re.compile(" {0,3}={7}")
_NESTED = re.compile(r"[<|=>]{8,}(?: .*)?")
"""A marker within what both began with: git merged that as well, and could not."""


class Hunk(NamedTuple):
    """One place where two versions meet: 0-based rows of its marker lines."""

    first: int
    base: int | None
    """The `|||||||`; None where git does not say what both began with."""
    middle: int
    last: int
    mine_name: str
    """What git calls the upper version, `HEAD`; may be empty."""
    theirs_name: str

    def rows(self, part: int) -> range:
        """The rows of the upper version (0), of what both began with (1), or of the lower version (2)."""
        upper_end = self.middle if self.base is None else self.base
        between = range(self.middle, self.middle) if self.base is None else range(self.base + 1, self.middle)
        return (range(self.first + 1, upper_end), between, range(self.middle + 1, self.last))[part]


class Tangled(Exception):
    """The markers cannot be taken apart; `line` (1-based) is where to look."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}")
        self.line = line
        self.reason = reason


class Versions(NamedTuple):
    """Both versions of one answer, and the text that both began with; None where nobody says it."""

    mine: str
    theirs: str
    base: str | None
    mine_name: str
    theirs_name: str


class Reports(NamedTuple):
    """Both versions of a report whose own text is the same in both."""

    mine: Report
    theirs: Report
    base: Report | None
    answers: Mapping[int, Versions]
    """Of each question whose answers differ, in document order."""


def find_hunks(lines: Sequence[str]) -> tuple[Hunk, ...]:
    """All places where two versions meet.

    Raises:
        Tangled: the markers do not pair.
    """
    found: list[Hunk] = []
    first, base, middle, name = -1, None, -1, ""
    for row, line in enumerate(lines):
        sign, label = _mark(line)
        if first < 0 and sign == "<":
            first, base, middle, name = row, None, -1, label
        elif first >= 0 and middle < 0 and base is None and sign == "|":
            base = row
        elif first >= 0 and middle < 0 and sign == "=":
            middle = row
        elif middle >= 0 and sign == ">":
            found.append(Hunk(first, base, middle, row, name, label))
            first, middle = -1, -1
        elif middle >= 0 and sign == "=":
            # One may underline a heading; a wrong guess would give a part of one version to the other.
            raise Tangled(row + 1, "a second ======= stands in this conflict, and either may part the versions")
        elif sign and sign != "=":
            raise Tangled(row + 1, "this marker has no partner")
    if first >= 0:
        raise Tangled(first + 1, "this marker has no partner")
    return tuple(found)


def versions(text: str) -> Versions | None:
    """Both versions of an answer, whose newlines are `\\n`; None where git left no markers in it, or none that pair."""
    if "<<<<<<<" not in text:
        return None
    lines = text.split("\n")
    try:
        hunks = find_hunks(lines)
    except Tangled:
        return None
    if not hunks:
        return None
    mine, base, theirs = (
        normalised("\n".join(lines[row] for row in _rows(hunks, len(lines), part))) for part in range(3)
    )
    return Versions(mine, theirs, base if _says_base(hunks, lines) else None, hunks[0].mine_name, hunks[0].theirs_name)


def within_answers(report: Report) -> frozenset[int]:
    """The questions whose answers hold whole conflicts, and nothing of the template's own text in them.

    Where markers stand around a heading or in a prompt, what reads as an answer is none.
    """
    found = {number: versions(text) for number, text in report.texts.items()}
    if not any(found.values()):
        return frozenset()
    try:
        hunks = find_hunks(report.source.lines)
    except Tangled:
        # Somewhere else; whether a whole one is in an answer can only be told from the answer itself.
        return frozenset(number for number, two in found.items() if two is not None and _is_marked(report, number))
    mine, theirs = (_version(report, hunks, part).texts for part in (0, 2))
    return frozenset(
        number
        for number, two in found.items()
        if two is not None and (mine.get(number), theirs.get(number)) == (two.mine, two.theirs)
    )


def _is_marked(report: Report, number: int) -> bool:
    question = report.question(number)
    lines = question.answer.lines
    return question.marker_line is not None and lines is not None and question.marker_line < lines[0]


def take_apart(report: Report) -> Reports:
    """Both versions of a report with conflict markers in it, wherever they stand.

    Raises:
        Tangled: there are none, they do not pair, or the versions differ outside of the answers and of the boxes.
    """
    lines = report.source.lines
    hunks = find_hunks(lines)
    if not hunks:
        raise Tangled(1, "no conflict markers stand in the file")
    mine, base, theirs = (_version(report, hunks, part) for part in range(3))
    if _protected(mine) != _protected(theirs) or keys_of(mine) != keys_of(theirs):
        raise Tangled(_differing_line(hunks, lines, mine, theirs), "the two versions differ in the template's own text")
    known = base if _says_base(hunks, lines) and _ids(base) == _ids(mine) else None
    names = hunks[0].mine_name, hunks[0].theirs_name
    answers = {}
    for one, other in zip(mine.questions, theirs.questions, strict=True):
        if one.answer.text != other.answer.text:
            began = known.question(one.id).answer.text if known is not None else None
            answers[one.id] = Versions(one.answer.text, other.answer.text, began, *names)
    return Reports(mine, theirs, known, answers)


def resolved(reports: Reports, texts: Mapping[int, str]) -> Report:
    """The report without markers: its own text as in both versions, with the answers that somebody chose.

    A box that only one side changed is as that side has it; where nobody knows, it is ticked if it is in either.

    Args:
        reports: the two versions.
        texts: of each question in `reports.answers`, what its answer is to be.

    Raises:
        AnswerRejected: a text cannot be written.
        BoxRejected: a box cannot be set.
        Tangled: something else would change, or a marker would stay.
    """
    result = reports.mine
    for number, text in texts.items():
        result = result.with_answer(number, text)
    found = boxes_of(result)
    result = result.with_boxes({found[key].line: state for key, state in _boxes(reports) if key in found})
    others = [question for question in result.questions if question.id not in texts]
    untouched = all(question.answer.text == reports.theirs.question(question.id).answer.text for question in others)
    if not untouched or _protected(result) != _protected(reports.theirs) or find_hunks(result.source.lines):
        raise Tangled(1, "more than the answers would change")
    return result


def _mark(line: str) -> tuple[str, str]:
    """Which marker a line is, and the name behind it."""
    for sign, pattern in _MARKS.items():
        if match := pattern.fullmatch(line):
            return sign, match[1] or ""
    return ("=" if _MIDDLE.fullmatch(line) else ""), ""


def _rows(hunks: Sequence[Hunk], count: int, part: int) -> Iterator[int]:
    """The rows of one version, of `count` in all."""
    at = 0
    for hunk in hunks:
        yield from range(at, hunk.first)
        yield from hunk.rows(part)
        at = hunk.last + 1
    yield from range(at, count)


def _says_base(hunks: Sequence[Hunk], lines: Sequence[str]) -> bool:
    """Whether every place says what both began with, in plain lines."""
    return all(
        hunk.base is not None and not any(_NESTED.fullmatch(lines[row]) for row in hunk.rows(1)) for hunk in hunks
    )


def _version(report: Report, hunks: Sequence[Hunk], part: int) -> Report:
    source = report.source
    text = "".join(source.lines[row] + source.endings[row] for row in _rows(hunks, len(source.lines), part))
    mark = BOM if source.data.startswith(BOM) else b""
    return Report.from_bytes(mark + text.encode("utf-8", errors="surrogatepass"), report.placeholders)


def _protected(report: Report) -> list[str]:
    """The lines outside of the answers, with every box as if it were open."""
    text, pieces, at = report.source.text, [], 0
    cuts = [(question.answer.region, "\0") for question in report.questions]
    cuts += [(item.state_span, " ") for item in report.checklist]
    for (start, end), instead in sorted(cuts):
        pieces += [text[at:start], instead]
        at = max(at, end)
    return fold_newlines("".join([*pieces, text[at:]])).split("\n")


def _ids(report: Report) -> list[int]:
    return [question.id for question in report.questions]


def _differing_line(hunks: Sequence[Hunk], lines: Sequence[str], mine: Report, theirs: Report) -> int:
    """The 1-based line of the first place where the versions' own text differs."""
    differing = set(_protected(mine)) ^ set(_protected(theirs))
    for hunk in hunks:
        if any(lines[row] in differing for part in (0, 2) for row in hunk.rows(part)):
            return hunk.first + 1
    return hunks[0].first + 1


def _boxes(reports: Reports) -> Iterator[tuple[BoxKey, str]]:
    """The boxes that the versions have in different states, and what each is to be."""
    base = boxes_of(reports.base) if reports.base is not None else {}
    for (key, item), other in zip(boxes_of(reports.mine).items(), reports.theirs.checklist, strict=True):
        if item.done is not other.done:
            yield key, _state(item, other, base.get(key))


def _state(mine: ChecklistItem, theirs: ChecklistItem, base: ChecklistItem | None) -> str:
    if base is not None:
        return theirs.state if mine.done is base.done else mine.state
    return mine.state if mine.done else theirs.state
