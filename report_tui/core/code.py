"""Which parts of an answer are code, so that nobody takes a comment for a heading or a sample for a picture.

Owns a light scan for fences and code spans that costs microseconds; where the exact Markdown structure decides
whether something may be written, `guard` asks a real parser.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from report_tui.core.lines import FENCE
from report_tui.core.source import is_blank

_TICKS = re.compile(r"\\.|`+", re.DOTALL)
# A code span ends within its paragraph; a heading is one of its own.
_PARAGRAPHS = re.compile(r"(\n[ \t]*\n|^ {0,3}#{1,6}(?:[ \t].*)?$)", re.MULTILINE)


class Fence(NamedTuple):
    """A fenced code block inside an answer; rows are 1-based lines of the answer's text, both inclusive."""

    first: int
    last: int
    closed: bool
    language: str


def find_fences(text: str) -> tuple[Fence, ...]:
    """The fenced code blocks of a text with `\\n` newlines, at any indentation, in order."""
    fences: list[Fence] = []
    opened: tuple[int, str, str] | None = None
    lines = text.split("\n")
    for row, line in enumerate(lines, start=1):
        match = FENCE.fullmatch(line)
        if match is None:
            continue
        if opened is None:
            if match[1][0] == "~" or "`" not in match[2]:
                opened = (row, match[1], match[2].strip())
        elif match[1].startswith(opened[1]) and is_blank(match[2]):
            fences.append(Fence(opened[0], row, True, opened[2]))
            opened = None
    if opened is not None:
        fences.append(Fence(opened[0], len(lines), False, opened[2]))
    return tuple(fences)


def mask_fences(text: str) -> str:
    """The text with every character of its fenced blocks, but the newlines, made a blank."""
    if "```" not in text and "~~~" not in text:
        return text
    lines = text.split("\n")
    for fence in find_fences(text):
        for row in range(fence.first - 1, fence.last):
            lines[row] = " " * len(lines[row])
    return "\n".join(lines)


@lru_cache(maxsize=2)  # whoever looks at an answer asks for it, one after another
def mask_code(text: str) -> str:
    """The text with fenced blocks and code spans made blanks; every other character keeps its offset."""
    if "`" not in text and "~~~" not in text:
        return text
    masked = mask_fences(text)
    return "".join(map(_mask_spans, _PARAGRAPHS.split(masked)))


def _mask_spans(paragraph: str) -> str:
    """The paragraph without its code spans: each ends at the next run of exactly as many backticks."""
    runs = [match.span() for match in _TICKS.finditer(paragraph) if match[0][0] == "`"]
    by_length: dict[int, list[int]] = {}
    for index in range(len(runs) - 1, -1, -1):
        start, end = runs[index]
        by_length.setdefault(end - start, []).append(index)
    pieces: list[str] = []
    position = index = 0
    while index < len(runs):
        start, end = runs[index]
        later = by_length[end - start]
        while later and later[-1] <= index:
            later.pop()
        if not later:
            index += 1
            continue
        close = later[-1]
        pieces += [paragraph[position:start], re.sub(r"[^\n]", " ", paragraph[start : runs[close][1]])]
        position = runs[close][1]
        index = close + 1
    return "".join([*pieces, paragraph[position:]])
