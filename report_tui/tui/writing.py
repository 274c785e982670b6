"""What the keys of a Markdown editor do to a text: marks, lists, links, and finding.

Owns the changes as values, made from a text and what is selected in it; it neither holds a text nor changes one. All
offsets are characters from the start of the text, its lines end in a newline each, and `start <= end` is the selection.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import NamedTuple

STRONG, EMPHASIS, CODE = "**", "*", "`"
FIGURES = "figures/"
INDENT = "    "
"""Four spaces a level: the course's page takes fewer for no level at all, and GitHub takes four behind any marker."""

# Possessive: the blanks between two marks may belong to either, and trying all ways would never end.
_QUOTE = r"(?P<quote>(?: {0,3}> ?)*+)"
_ITEM = re.compile(
    _QUOTE + r"(?P<indent>[ \t]*)(?:(?P<bullet>[-*+])|(?P<number>\d{1,9})(?P<behind>[.)]))(?P<gap>[ \t]+)"
    r"(?P<box>\[[ xX]\][ \t]+)?"
)
_QUOTED = re.compile(r"(?: {0,3}> ?)++")
_HEADING = re.compile(r" {0,3}#{1,6}[ \t]+")
_RULE = re.compile(r"[ \t]*(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,})$")
_FENCE = re.compile(r"[ \t>]*(`{3,}|~{3,})(.*)$")
_WORD = re.compile(r"\w+(?:[-'’./]\w+)*")
_LAST_NUMBER = 999_999_999
"""Markdown reads no longer ones."""


class Change(NamedTuple):
    """Replace `start` to `end` by `text`, then select; without text and range it only moves the cursor."""

    start: int
    end: int
    text: str
    selected: tuple[int, int]
    """Start and end of the selection, in the text as it is afterwards."""

    def applied(self, text: str) -> str:
        """The text afterwards."""
        return text[: self.start] + self.text + text[self.end :]


class _Edit(NamedTuple):
    start: int
    end: int
    text: str


class _Marked(NamedTuple):
    """What stands between two equal marks, and how long each mark is."""

    start: int
    end: int
    width: int

    @property
    def marks(self) -> tuple[_Edit, _Edit]:
        """The edits that take the marks away."""
        return _Edit(self.start - self.width, self.start, ""), _Edit(self.end, self.end + self.width, "")


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
        return _change(text, [edit for spans in inside for edit in spans[0].marks], start, end)
    edits = [
        edit
        for (piece, spans), has in zip(found, inside, strict=True)
        if not has
        for edit in _put(text, piece, spans, mark)
    ]
    return _change(text, edits, start, end)


def _put(text: str, piece: tuple[int, int], spans: list[_Marked], mark: str) -> list[_Edit]:
    """The edits that mark a piece as a whole; what is marked inside it, or reaches into it, becomes part of it."""
    first, behind = piece
    met = [span for span in spans if span.start - span.width < behind and first < span.end + span.width]
    inner = [edit for span in met for edit in span.marks]
    first = min([first, *(span.start - span.width for span in met)])
    behind = max([behind, *(span.end + span.width for span in met)])
    if mark == CODE:
        mark = "`" * (1 + max(map(len, re.findall("`+", text[first:behind])), default=0)) if not met else mark
    return [_Edit(first, first, mark), *inner, _Edit(behind, behind, mark)]


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
    for first, behind in _lines(text, start, end):
        line = text[first:behind]
        left, right = max(start, first + _prefix(line)), min(end, behind)
        piece = text[left:right]
        if piece.strip():
            yield left + len(piece) - len(piece.lstrip()), right - len(piece) + len(piece.rstrip())


def _prefix(line: str) -> int:
    """How many characters in front of a line are its item's mark, quote marks or heading."""
    match = _ITEM.match(line) or _HEADING.match(line) or _QUOTED.match(line)
    return match.end() if match else 0


def _word_at(text: str, at: int) -> tuple[int, int] | None:
    first, behind = _line(text, at)
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
    first, behind = _line(text, at)
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
    lines = list(_lines(text, start, end))
    first, behind = lines[0][0], lines[-1][1]
    above, below = _line(text, first - 1) if first else None, _line(text, behind + 1) if behind < len(text) else None
    if above and below and _is_fence(text[slice(*above)]) and _is_fence(text[slice(*below)]):
        return Change(above[0], below[1], text[first:behind], (above[0], above[0] + behind - first))
    inside = text[first:behind]
    fence = "`" * max(3, 1 + max(map(len, re.findall("`{3,}", inside)), default=0))
    before, after = _gaps(text, first, behind)
    opening = f"{before}{fence}\n"
    selected = (first + len(opening), first + len(opening) + len(inside))
    return Change(first, behind, f"{opening}{inside}\n{fence}{after}", selected)


def _is_fence(line: str) -> bool:
    return _FENCE.match(line) is not None


def _gaps(text: str, first: int, behind: int) -> tuple[str, str]:
    """What has to come before and behind whole lines so that a blank line separates them from the text around."""
    above = text[slice(*_line(text, first - 1))] if first else ""
    below = text[slice(*_line(text, behind + 1))] if behind < len(text) else ""
    return "\n" if above.strip() else "", "\n" if below.strip() else ""


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


# Lists


def listed(text: str, start: int, end: int) -> Change:
    """Make each selected line an item of a list, or no item any more where all of them are.

    A list that begins right below a line of text is text to the course's page, so that a blank line comes between.
    """
    lines = [line for line in _lines(text, start, end) if start == end or text[slice(*line)].strip()]
    if not lines:
        return Change(start, start, "", (start, end))
    items = [_ITEM.match(text, first, behind) for first, behind in lines]
    if all(items):
        edits = [_Edit(item.end("indent"), item.end(), "") for item in items if item]
        return _change(text, edits, start, end)
    edits = []
    for (first, behind), item in zip(lines, items, strict=True):
        quote = _QUOTED.match(text, first, behind)
        at = quote.end() if quote else first
        at += len(text[at:behind]) - len(text[at:behind].lstrip(" \t"))
        if not item:
            edits.append(_Edit(at, at, "- "))
    before, after = _gaps(text, lines[0][0], lines[-1][1])
    if before and not _ITEM.match(text, *_line(text, lines[0][0] - 1)):
        edits.insert(0, _Edit(lines[0][0], lines[0][0], before))
    if after and not _ITEM.match(text, *_line(text, lines[-1][1] + 1)):
        edits.append(_Edit(lines[-1][1], lines[-1][1], after))
    return _change(text, edits, start, end)


def continued(text: str, start: int, end: int) -> Change | None:
    """What Enter does in a list or a quote: the next item, or the end of it where the item is empty.

    The end takes a blank line: without one, Markdown makes what is typed next a part of the last item.

    Returns:
        Nothing where it is a newline like any other.
    """
    first, behind = _line(text, start)
    line = text[first:behind]
    item = _ITEM.match(line)
    begins = item or _QUOTED.match(line)
    if begins is None or start - first < begins.end() or _RULE.match(line) or _in_fence(text, first):
        return None
    if not line[begins.end() :].strip() and end <= behind:
        kept = _outer(item, begins.group())
        above = text[slice(*_line(text, first - 1))] if first else ""
        if above.strip(" \t>") or (above.strip() and not kept.strip()):
            kept = f"{kept.rstrip()}\n{kept}"
        return Change(first, behind, kept, (first + len(kept),) * 2)
    if item is None:
        follows = begins.group()
    elif item["number"] is None:
        follows = f"{item['quote']}{item['indent']}{item['bullet']}{item['gap']}"
    elif int(item["number"]) < _LAST_NUMBER:
        follows = f"{item['quote']}{item['indent']}{int(item['number']) + 1}{item['behind']}{item['gap']}"
    else:
        return None
    if item is not None and item["box"]:
        follows += "[ ] "
    line_end = _line(text, end)[1]
    rest = text[end:line_end]
    blanks = len(rest) - len(rest.lstrip(" \t"))
    cursor = start + 1 + len(follows)
    return Change(start, end + blanks, f"\n{follows}", (cursor, cursor))


def _outer(item: re.Match[str] | None, prefix: str) -> str:
    """What is left of an empty item's prefix: the quote that it stands in, or one quote mark less."""
    return item["quote"] if item is not None else prefix.rstrip()[:-1].rstrip(" ") + " " * (prefix.count(">") > 1)


def indented(text: str, start: int, end: int, step: int) -> Change | None:
    """Move the selected items of a list one level in (1) or out (-1).

    Returns:
        Nothing outside lists. A change without effect where an item cannot go further in: below no other item, four
        spaces would make it code.
    """
    lines = [line for line in _lines(text, start, end) if text[slice(*line)].strip()]
    if not any(_ITEM.match(text, *line) for line in lines) or _in_fence(text, lines[0][0]):
        return None
    edits = []
    for first, behind in lines:
        quote = _QUOTED.match(text, first, behind)
        at = quote.end() if quote else first
        blanks = re.compile(r"\t| {0,4}").match(text, at, behind)
        if step > 0:
            edits.append(_Edit(at, at, INDENT))
        elif blanks and blanks.group():
            edits.append(_Edit(at, blanks.end(), ""))
    if not edits or (step > 0 and not _has_parent(text, lines[0][0])):
        return Change(start, start, "", (start, end))
    change = _change(text, edits, start, end)
    if start == end:
        cursor = max(start + (len(change.text) - (change.end - change.start)), lines[0][0])
        return Change(change.start, change.end, change.text, (cursor, cursor))
    return change


def _has_parent(text: str, first: int) -> bool:
    """Whether an item stands above this line, at its level or further in."""
    own = _level(text[first : _line(text, first)[1]])
    while first:
        first, behind = _line(text, first - 1)
        line = text[first:behind]
        if _ITEM.match(line):
            return _level(line) >= own
        if line.strip() and not line[0].isspace():
            return False
    return False


def _level(line: str) -> int:
    """How far in an item's marker stands, in cells."""
    item = _ITEM.match(line)
    return len(item["indent"].expandtabs(4)) if item else 0


def _in_fence(text: str, at: int) -> bool:
    """Whether an offset at the start of a line lies in a block of code."""
    opened = ""
    for line in text[:at].split("\n"):
        fence = _FENCE.match(line)
        if fence is None:
            continue
        if not opened:
            opened = fence[1]
        elif fence[1].startswith(opened) and not fence[2].strip():
            opened = ""
    return bool(opened)


# Finding


def occurrences(text: str, query: str) -> list[tuple[int, int]]:
    """Where a query stands; capitals matter only where it has some."""
    return [match.span() for match in _sought(query).finditer(text)] if query else []


def replaced(text: str, places: Iterable[tuple[int, int]], by: str) -> Change | None:
    """Put other words in all these places as one change, the cursor behind the last; nothing where there is none."""
    edits = [_Edit(first, behind, by) for first, behind in places]
    if not edits:
        return None
    change = _change(text, edits, edits[-1].end, edits[-1].end)
    cursor = change.start + len(change.text)
    return Change(change.start, change.end, change.text, (cursor, cursor))


def _sought(query: str) -> re.Pattern[str]:
    return re.compile(re.escape(query), re.NOFLAG if query != query.lower() else re.IGNORECASE)


# Lines and changes


def _line(text: str, at: int) -> tuple[int, int]:
    """The line that holds an offset: its start, and the offset of its newline."""
    end = text.find("\n", at)
    return text.rfind("\n", 0, at) + 1, len(text) if end < 0 else end


def _lines(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The lines that a selection touches; one that it only reaches the start of is not meant."""
    while True:
        first, behind = _line(text, start)
        yield first, behind
        start = behind + 1
        if start >= max(end, first + 1) or behind == len(text):
            return


def _change(text: str, edits: list[_Edit], start: int, end: int) -> Change:
    """Several edits as one change; the selection stays on the same characters."""
    edits = sorted(edits, key=lambda edit: (edit.start, edit.end))
    parts = []
    position = edits[0].start
    for edit in edits:
        parts += [text[position : edit.start], edit.text]
        position = edit.end
    selected = (_moved(edits, start, behind=True), _moved(edits, end, behind=start == end))
    return Change(edits[0].start, position, "".join(parts), selected)


def _moved(edits: list[_Edit], offset: int, *, behind: bool) -> int:
    """Where an offset lies after edits; `behind`: behind what is inserted right there."""
    moved = offset
    for edit in edits[: bisect_right(edits, offset, key=lambda edit: edit.start)]:
        if edit.end < offset or (edit.end == offset and (behind or edit.start < edit.end)):
            moved += len(edit.text) - (edit.end - edit.start)
        elif edit.start < offset:
            moved -= offset - edit.start
    return moved
