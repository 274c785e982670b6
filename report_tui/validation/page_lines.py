"""The lines of an answer as the course's page reads them: python-markdown's blocks, told from line to line.

Owns the one pass over an answer's lines, and what it finds that comes out otherwise there: lists, headings, tables and
boxes. It follows that program's blocks (text between blank lines, cut at `#` lines and rules) closely enough to name
the line; a list item's inner paragraphs are looked at no deeper than one level. What is said of it is `page_damage`.
"""

from __future__ import annotations

import re
from enum import Enum

from report_tui.core.code import find_fences, mask_code

ITEM = re.compile(r" {0,3}(?:[*+-]|(\d+)\.) +\S")
_MARK = re.compile(r"( *)(?:[*+-]|\d+\.)( +)")
_BRACKET_ITEM = re.compile(r" {0,3}(\d{1,3})\) +\S")
RULE = re.compile(r" {0,3}(?:(?:- {0,2}){3,}|(?:_ {0,2}){3,}|(?:\* {0,2}){3,}) *")
UNDERLINE = re.compile(r"[=-]+ *")
QUOTE = re.compile(r" {0,3}>")
_TABLE_BAR = re.compile(r" {0,3}\|? *:?-+:? *(?:\| *:?-+:? *)*(?:\| *)?")
_TASK = re.compile(r" *(?:[*+-]|\d+[.)]) +\[[ xX]\] ")


class _Block(Enum):
    """What the block is that a line belongs to; a new one begins behind a blank line, a `#` line or a rule."""

    NEW = 0
    TEXT = 1
    LIST = 2
    QUOTE = 3
    CODE = 4


class PageLines:
    """What one pass over an answer's lines found; 1-based rows, each where the trouble begins."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._rows = text.expandtabs(4).split("\n")
        # Code keeps its place among the lines, but nothing in it is read as a list, a table or a heading.
        fences = find_fences(text) if "```" in text else ()
        self._code = {row for fence in fences for row in range(fence.first - 1, fence.last)}
        self.glued_lists: list[int] = []
        self.bracket_lists: list[int] = []
        self.flat_lists: list[int] = []
        self.headings: list[int] = []
        self.tables: list[int] = []
        self.tasks: list[int] = []
        self._indented: list[int] = []
        """The 0-based rows of indented code."""
        self._block = _Block.NEW
        self._after_list = False
        self._offsets: dict[bool, int] = {}
        """Where the last item's text begins that is in no inner list to the page; by whether it is four blanks in."""
        self._read()

    def without_code(self) -> str:
        """The text with its code made blanks, indented code included; every other character keeps its offset."""
        masked = mask_code(self._text)
        if not self._indented:
            return masked
        lines = masked.split("\n")
        for row in self._indented:
            lines[row] = " " * len(lines[row])
        return "\n".join(lines)

    def _read(self) -> None:
        for index, line in enumerate(self._rows):
            if not line or line.isspace():
                self._block = _Block.NEW
                continue
            # Inside of a list item, everything is four blanks further to the right.
            inner = line[4:] if self._after_list and line.startswith("    ") else line
            if inner.startswith("#") and self._block is not _Block.CODE:
                self._block = _Block.NEW
            elif self._block is _Block.NEW:
                self._first(index, inner, nested=inner is not line)
            else:
                self._next(index, inner)
            if self._block is _Block.CODE:
                self._indented.append(index)

    def _first(self, index: int, line: str, *, nested: bool) -> None:
        self._after_list = nested or (self._after_list and bool(ITEM.match(line)))
        if not self._after_list:
            self._offsets.clear()
        below = self._rows[index + 1] if index + 1 < len(self._rows) else ""
        if line.startswith("    "):
            self._block = _Block.CODE
        elif UNDERLINE.fullmatch(below) and index + 1 not in self._code:
            # The pass goes on with the underline as a line of this block, which ends there.
            self._block = _Block.TEXT
            self.headings.append(index + 1)
        elif not RULE.fullmatch(line):
            self._block = self._kind(line)
            self._single(index, line)
        self._after_list = self._after_list or self._block is _Block.LIST

    def _kind(self, line: str) -> _Block:
        if ITEM.match(line):
            return _Block.LIST
        return _Block.QUOTE if QUOTE.match(line) else _Block.TEXT

    def _next(self, index: int, line: str) -> None:
        if self._block is _Block.CODE:
            if not line.startswith("    "):
                self._block = _Block.NEW
                self._first(index, line, nested=False)
            return
        ends_heading = self.headings[-1:] == [index]
        if ends_heading or RULE.fullmatch(line):
            self._block = _Block.NEW
            return
        if self._block is _Block.TEXT and QUOTE.match(line):
            self._block = _Block.QUOTE
        elif self._block is not _Block.LIST and index not in self._code and self._begins_list(index, line):
            self.glued_lists.append(index + 1)
            # The rest of this list is the same mistake.
            self._block = _Block.LIST
            self._offsets.clear()
        self._single(index, line)

    def _begins_list(self, index: int, line: str) -> bool:
        item = ITEM.match(line)
        if item is None:
            return False
        # `2019. was` at the start of a wrapped line is no list, unless another item follows.
        below = self._rows[index + 1] if index + 1 < len(self._rows) else ""
        return item[1] in (None, "1") or bool(ITEM.match(below))

    def _single(self, index: int, line: str) -> None:
        """What can be told from a line and the one above it."""
        if index in self._code:
            return
        if "|" in line and "-" in line and index and "|" in self._rows[index - 1] and _TABLE_BAR.fullmatch(line):
            self.tables.append(index + 1)
        if "[" in line and _TASK.match(line):
            self.tasks.append(index + 1)
        if self._block is _Block.LIST and ITEM.match(line):
            self._item(index, line)
        bracket = _BRACKET_ITEM.match(line)
        if bracket and bracket[1] == "1" and self._goes_on(index):
            self.bracket_lists.append(index + 1)

    def _item(self, index: int, line: str) -> None:
        """Tell an inner list that is indented by fewer blanks than the page needs, and by enough for anybody else."""
        mark = _MARK.match(line)
        if mark is None:
            return
        inner = len(line) < len(self._rows[index])
        indent, gap = len(mark[1]), len(mark[2])
        if indent >= self._offsets.get(inner, len(line)):
            self.flat_lists.append(index + 1)
        else:
            self._offsets[inner] = mark.end() if gap <= 4 else mark.end() - gap + 1

    def _goes_on(self, index: int) -> bool:
        """Whether a second item of a `1)` list follows within the next lines."""
        return any(
            (item := _BRACKET_ITEM.match(line)) is not None and item[1] == "2"
            for line in self._rows[index + 1 : index + 12]
        )


def without_code(text: str) -> str:
    """The text with its code made blanks, indented code included; every other character keeps its offset."""
    return PageLines(text).without_code()
