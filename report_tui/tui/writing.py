"""What the keys of a Markdown editor do to words: marks around them, fences, links and figures.

Owns these changes as values, made from a text and what is selected in it (`text_changes` says how both are meant).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from report_tui.tui.text_changes import FENCE, ITEM, QUOTED, Change, Edit, combined, gaps, line_at, lines_of

STRONG, EMPHASIS, CODE = "**", "*", "`"
FIGURES = "figures/"

_HEADING = re.compile(r" {0,3}#{1,6}[ \t]+")
_WORD = re.compile(r"\w+(?:[-'’./]\w+)*")


class _Marked(NamedTuple):
    """What stands between two equal marks, and how long each mark is."""

    start: int
    end: int
    width: int

    @property
    def marks(self) -> tuple[Edit, Edit]:
        """The edits that take the marks away."""
        return Edit(self.start - self.width, self.start, ""), Edit(self.end, self.end + self.width, "")


# Marks around words


def toggled(text: str, start: int, end: int, mark: str) -> Change:
    """Put a mark around what is selected, or take it away where all of it has it.

    Without a selection it is the word at the cursor; beside any word the marks are put there with the cursor between.
    Right before a closing mark the key goes behind it, so that `key, words, key` types a marked text.
    """
    pieces = list(_pieces(text, start, end))
    if not pieces:
        return _toggled_at(text, end, mark)
    if mark == CODE and len(pieces) > 1:
        return _fenced(text, start, end)
    found = [(piece, _marked(text, piece[0], mark)) for piece in pieces]
    inside = [[span for span in spans if _holds(span, piece)] for piece, spans in found]
    if all(inside):
        # Two pieces of one line never share a mark, since a piece is all that is selected of its line.
        return combined(text, [edit for spans in inside for edit in spans[0].marks], start, end)
    edits = [
        edit
        for (piece, spans), has in zip(found, inside, strict=True)
        if not has
        for edit in _put(text, piece, spans, mark)
    ]
    return combined(text, edits, start, end)


def _put(text: str, piece: tuple[int, int], spans: list[_Marked], mark: str) -> list[Edit]:
    """The edits that mark a piece as a whole; what is marked inside it, or reaches into it, becomes part of it."""
    first, behind = piece
    met = [span for span in spans if span.start - span.width < behind and first < span.end + span.width]
    inner = [edit for span in met for edit in span.marks]
    first = min([first, *(span.start - span.width for span in met)])
    behind = max([behind, *(span.end + span.width for span in met)])
    if mark == CODE:
        mark = "`" * (1 + max(map(len, re.findall("`+", text[first:behind])), default=0)) if not met else mark
    return [Edit(first, first, mark), *inner, Edit(behind, behind, mark)]


def _toggled_at(text: str, at: int, mark: str) -> Change:
    width = len(mark)
    left, right = _run(text, at, -1, mark[0]), _run(text, at, 1, mark[0])
    if left == right and left in ((width,) if mark == CODE else (width, 3)):
        return Change(at - width, at + width, "", (at - width, at - width))
    for span in _marked(text, at, mark):
        if at == span.end:
            return Change(at, at, "", (span.end + span.width, span.end + span.width))
        if _holds(span, (at, at)):
            inner = min(max(at, span.start), span.end) - span.width
            opening, closing = span.marks
            return Change(opening.start, closing.end, text[span.start : span.end], (inner, inner))
    word = _word_at(text, at)
    if word is None:
        return Change(at, at, mark + mark, (at + width, at + width))
    first, behind = word
    cursor = at + (2 * width if at == behind else width)
    return Change(first, behind, mark + text[first:behind] + mark, (cursor, cursor))


def _holds(span: _Marked, piece: tuple[int, int]) -> bool:
    return span.start - span.width <= piece[0] and piece[1] <= span.end + span.width


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """What is selected of each line, without blanks around it and without what makes it an item, quote or heading."""
    for first, behind in lines_of(text, start, end):
        line = text[first:behind]
        left, right = max(start, first + _prefix(line)), min(end, behind)
        piece = text[left:right]
        if piece.strip():
            yield left + len(piece) - len(piece.lstrip()), right - len(piece) + len(piece.rstrip())


def _prefix(line: str) -> int:
    """How many characters in front of a line are its item's mark, quote marks or heading."""
    match = ITEM.match(line) or _HEADING.match(line) or QUOTED.match(line)
    return match.end() if match else 0


def _word_at(text: str, at: int) -> tuple[int, int] | None:
    first, behind = line_at(text, at)
    words = (match.span() for match in _WORD.finditer(text, first, behind))
    return next((word for word in words if word[0] <= at <= word[1]), None)


def _run(text: str, at: int, step: int, character: str) -> int:
    """How often a character stands without a gap before (-1) or behind (1) an offset."""
    count = 0
    position = at - 1 if step < 0 else at
    while 0 <= position < len(text) and text[position] == character:
        count += 1
        position += step
    return count


def _marked(text: str, at: int, mark: str) -> list[_Marked]:
    """All that has a mark in the line that holds an offset."""
    first, behind = line_at(text, at)
    line = text[first:behind]
    code = list(_between(line, re.compile("`+"), CODE))
    if mark == CODE:
        spans = code
    else:
        for span in code:
            line = line[: span.start] + "x" * (span.end - span.start) + line[span.end :]
        spans = [*_between(line, re.compile(r"\*+"), mark), *_between(line, re.compile(r"(?<!\w)_+|_+(?!\w)"), mark)]
    return [_Marked(span.start + first, span.end + first, span.width) for span in spans]


def _between(line: str, runs: re.Pattern[str], mark: str) -> Iterator[_Marked]:
    """Pairs of marks in a line, in order; three asterisks are both `*` and `**`."""
    opened: re.Match[str] | None = None
    for run in runs.finditer(line):
        length = len(run.group())
        if mark != CODE and length not in (len(mark), 3):
            continue
        closes = opened is not None and not line[run.start() - 1].isspace()
        if opened is not None and closes and (mark != CODE or length == len(opened.group())):
            yield _Marked(opened.end(), run.start(), length if mark == CODE else len(mark))
            opened = None
        elif opened is None and run.end() < len(line) and not line[run.end()].isspace():
            opened = run


# Fences, links, figures


def _fenced(text: str, start: int, end: int) -> Change:
    """Put the selected lines between fences with blank lines around, or take away the fences that are around them."""
    lines = list(lines_of(text, start, end))
    first, behind = lines[0][0], lines[-1][1]
    above, below = (
        line_at(text, first - 1) if first else None,
        line_at(text, behind + 1) if behind < len(text) else None,
    )
    if above and below and _is_fence(text[slice(*above)]) and _is_fence(text[slice(*below)]):
        return Change(above[0], below[1], text[first:behind], (above[0], above[0] + behind - first))
    inside = text[first:behind]
    fence = "`" * max(3, 1 + max(map(len, re.findall("`{3,}", inside)), default=0))
    before, after = gaps(text, first, behind)
    opening = f"{before}{fence}\n"
    selected = (first + len(opening), first + len(opening) + len(inside))
    return Change(first, behind, f"{opening}{inside}\n{fence}{after}", selected)


def _is_fence(line: str) -> bool:
    return FENCE.match(line) is not None


def linked(text: str, start: int, end: int) -> Change:
    """Make a link of what is selected, or of the word at the cursor; the cursor goes where something is missing."""
    if start == end:
        start, end = _word_at(text, end) or (start, end)
    label = text[start:end]
    if re.fullmatch(r"https?://\S+", label):
        return Change(start, end, f"[]({label})", (start + 1, start + 1))
    cursor = start + (len(label) + 3 if label else 1)
    return Change(start, end, f"[{label}]()", (cursor, cursor))


def figure(text: str, start: int, end: int) -> Change:
    """A figure, with what is selected as its description and the cursor behind its folder."""
    described = " ".join(text[start:end].split())
    written = f"![{described}]({FIGURES})"
    cursor = start + len(written) - 1
    return Change(start, end, written, (cursor, cursor))
