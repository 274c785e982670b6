"""What each line of a report looks like, seen alone: blank, quoted, a heading, a marker, a box, part of a code fence.

Owns every pattern by which a line of the template is recognised. It decides nothing about questions: that takes more
than one line and is done in `questions`. Every pattern here runs in time linear in the line, whatever the line holds.
"""

from __future__ import annotations

import re
from collections.abc import Set
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple

from report_tui.core.source import is_blank

# Letters before the number are the shape word; a title may follow. `M5` and `2.` are numbered, `4a` and `4.1` are not.
NUMBERED = re.compile(r"(?:[*_]{2})?(?:([^\W\d_]+)\.?[ \t]*)?(\d{1,4})(?:[.:)]|[*_]{2})*(?:\s.*)?", re.DOTALL)
QUOTE = re.compile(r" {0,3}>[ \t]?")
FENCE = re.compile(r"[ \t]*(`{3,}|~{3,})(.*)", re.DOTALL)
BOX = re.compile(r"[ \t]*[-*+][ \t]+\[([^\[\]\r\n]{0,3})\](?:[ \t]+(.*))?", re.DOTALL)
ALWAYS_A_QUESTION = "question"

_DELIMITED = re.compile(r"[*_]*\d+[.:)]")
_MARKER = re.compile(r"[> \t]*(?:[*_]{1,3})?answer(?:[*_]{1,3})?[ \t]*:(?:[*_]{1,3})?", re.IGNORECASE)
_RULE = re.compile(r" {0,3}(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})")
# Without its `#` a line is taken for a heading only if it is short and begins like one; what follows it must agree.
_BARE_HEADING = re.compile(r"(?:[*_]{2})?(?:[^\W\d_]+ )?\d{1,4}(?:[.:)]|[*_]{2})*(?:(?<=[.:)*_])[ \t].*)?[ \t]*")
_LONGEST_BARE_HEADING = 80
_PICTURE = re.compile(r"[ \t]*(?:<img\b|!\[)", re.IGNORECASE)
_PROMPT_WORDS = re.compile(r"[*_]*(?:recommended )?answer length\b|[*_]*example[*_]*:", re.IGNORECASE)


class Kind(IntEnum):
    """What a line is, as far as its first characters tell."""

    BLANK = 0
    QUOTE = 1
    HEADING = 2
    TEXT = 3


class HeadingShape(NamedTuple):
    """A heading's level, its shape word (casefolded: `question` in `### Question 4`), its number and its text."""

    level: int
    word: str
    number: int | None
    text: str

    def names_a_question(self, words: Set[str]) -> bool:
        """Whether it is numbered in one of these words; without a word, as in `26.`, the number needs its dot."""
        return self.number is not None and self.word in words and (bool(self.word) or self.is_delimited)

    @property
    def is_delimited(self) -> bool:
        """Whether the text begins with a number and its dot, bracket or colon."""
        return _DELIMITED.match(self.text) is not None


def heading_shape(line: str) -> HeadingShape | None:
    """How a heading line looks; None where it is none.

    The blank after the `#` may be missing where the line cannot well be anything else: `##Tools`, `#Question 5`.
    """
    body = line.lstrip(" ")
    rest = body.lstrip("#")
    level = len(body) - len(rest)
    if not 1 <= level <= 6 or len(line) - len(body) > 3:
        return None
    text = rest.strip(" \t")
    without_closing = text.rstrip("#")
    if without_closing == "" or without_closing[-1] in " \t":
        text = without_closing.rstrip(" \t")
    word, number = _numbered(text)
    if rest and rest[0] not in " \t" and level == 1 and (number is None or not word):
        return None
    return HeadingShape(level, word, number, text)


# The same headings are read at every key, and of a million empty ones each like the others.
_known_shape = lru_cache(maxsize=512)(heading_shape)
_LONGEST_KNOWN = 200
"""Characters of a heading that is remembered."""


def bare_heading_shape(line: str) -> HeadingShape | None:
    """How a line looks that may be a question heading without its `#`; None where it cannot be one. Its level is 0."""
    if len(line) > _LONGEST_BARE_HEADING or _BARE_HEADING.fullmatch(line) is None:
        return None
    text = line.strip(" \t*_")
    word, number = _numbered(text)
    return HeadingShape(0, word, number, text) if number is not None else None


def _numbered(text: str) -> tuple[str, int | None]:
    match = NUMBERED.fullmatch(text)
    return ((match[1] or "").casefold(), int(match[2])) if match else ("", None)


def marker_rest(line: str) -> int | None:
    """Where the text behind an answer marker begins in this line; None where the line is no marker."""
    if "nswer" not in line and "NSWER" not in line:
        return None
    match = _MARKER.match(line)
    return match.end() if match else None


def quote_body(line: str) -> str:
    """A quoted line without its first `>`."""
    return QUOTE.sub("", line, count=1)


def is_bold_prompt(line: str) -> bool:
    """Whether a quoted line begins in bold, as a question's wording does."""
    return bool(QUOTE.match(line)) and quote_body(line).startswith("**")


def is_prompt_wording(line: str) -> bool:
    """Whether a quoted line is the template's own talk about the answer: its length, or an example of one."""
    return _PROMPT_WORDS.match(quote_body(line)) is not None


def is_rule(line: str) -> bool:
    """Whether a line is a thematic break."""
    return line.lstrip(" ")[:1] in ("-", "*", "_") and _RULE.fullmatch(line) is not None


def is_picture(line: str) -> bool:
    """Whether a line begins with an image."""
    return _PICTURE.match(line) is not None


class Layout:
    """Every line of a file, classified in one pass. Indices are 0-based."""

    def __init__(self, lines: tuple[str, ...]) -> None:
        """Classify the lines of a file."""
        self.lines = lines
        self.kinds: list[Kind] = []
        self.shapes: dict[int, HeadingShape] = {}
        """Of each heading its shape, in line order."""
        self.bare: dict[int, HeadingShape] = {}
        """The same of lines that may be headings without their `#`."""
        self.markers: dict[int, int] = {}
        """Of each line that reads as an answer marker, where the text behind it begins."""
        self._fence_lines: list[int] = []
        self._fenced: set[int] | None = None
        add, blank = self.kinds.append, Kind.BLANK
        for index, line in enumerate(lines):
            stripped = line.lstrip(" \t")
            if not stripped:
                add(blank)
                continue
            rest = marker_rest(line)
            if rest is not None:
                self.markers[index] = rest
            add(self._kind_of_text(index, line, stripped[0]))

    def _kind_of_text(self, index: int, line: str, first: str) -> Kind:
        if first == ">":
            return Kind.QUOTE
        if first == "#":
            shape = _known_shape(line) if len(line) <= _LONGEST_KNOWN else heading_shape(line)
            if shape is not None:
                self.shapes[index] = shape
                return Kind.HEADING
        elif first in "`~":
            if FENCE.match(line):
                self._fence_lines.append(index)
        elif len(line) <= _LONGEST_BARE_HEADING:
            shape = bare_heading_shape(line)
            if shape is not None:
                self.bare[index] = shape
        return Kind.TEXT

    def next_text(self, index: int) -> int:
        """The first line from `index` on that is not blank; the number of lines where there is none."""
        while index < len(self.lines) and self.kinds[index] is Kind.BLANK:
            index += 1
        return index

    def blank_rest(self, marker: int) -> bool:
        """Whether nothing stands behind the marker in its line."""
        return is_blank(self.lines[marker][self.markers[marker] :])

    def in_fence(self, index: int) -> bool:
        """Whether a line stands inside a code fence that is closed again."""
        if self._fenced is None:
            self._fenced = self._find_fenced()
        return index in self._fenced

    def _find_fenced(self) -> set[int]:
        fenced: set[int] = set()
        opened: tuple[int, str] | None = None
        for index in self._fence_lines:
            match = FENCE.match(self.lines[index])
            if match is None:
                continue
            closes = is_blank(match[2])
            if opened is not None and closes and match[1].startswith(opened[1]):
                fenced.update(heading for heading in range(opened[0] + 1, index))
                opened = None
            elif (opened is None or not closes) and (match[1][0] == "~" or "`" not in match[2]):
                # A fence that names a language begins one: whatever was open before it was never closed.
                opened = (index, match[1])
        return fenced
