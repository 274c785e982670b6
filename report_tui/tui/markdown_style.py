"""Which characters of a line of Markdown are strong, emphasised, code, a link or a mark.

Owns the patterns for colouring only: it never decides what is written, and a pattern that misses costs a colour.
"""

from __future__ import annotations

import re
from functools import lru_cache

from textual.content import Content, Span

BLOCKS = (
    ("heading", re.compile(r" {0,3}#{1,6}(?: .*)?$")),
    ("mark", re.compile(r"\s*(?:[-*+]|\d{1,9}[.)])(?= )")),
    ("mark", re.compile(r" {0,3}>+")),
    ("code", re.compile(r"\s*(?:`{3,}|~{3,}).*$")),
)
CODE = re.compile(r"(?<!`)(`+)(?!`)(?:.*?[^`])\1(?!`)")
INLINE = (
    ("strong", re.compile(r"\*\*(?=\S)[^*\n]+?(?<=\S)\*\*|__(?=\S)[^_\n]+?(?<=\S)__")),
    (
        "emphasis",
        re.compile(r"(?<![*\w])\*(?=[^\s*])[^*\n]+?(?<=[^\s*])\*(?![*\w])|(?<![_\w])_(?=[^\s_])[^_\n]+?_(?!\w)"),
    ),
    ("link", re.compile(r"!?\[[^\[\]\n]*\]\([^()\n]*\)|https?://[^\s<>)\]]+")),
)
LONGEST = 20_000
"""Characters; a longer line is shown without colours, since all of it is read at every key in it."""


@lru_cache(maxsize=256)  # the lines in sight; each key in one makes it another line
def line_spans(line: str) -> tuple[tuple[int, int, str], ...]:
    """Start, end and kind of every coloured part of one line of an answer."""
    if len(line) > LONGEST:
        return ()
    spans = [(*match.span(), kind) for kind, pattern in BLOCKS if (match := pattern.match(line))]
    spans += [(*match.span(), "code") for match in CODE.finditer(line)]
    line = CODE.sub(lambda match: "\0" * len(match[0]), line)  # what looks like a mark in code is none
    for kind, pattern in INLINE:
        spans += [(*match.span(), kind) for match in pattern.finditer(line)]
    return tuple(spans)


def prose(markdown: str) -> Content:
    """A prompt as text to read: paragraphs joined, marks taken away; what was bold stands out, the rest is quiet."""
    paragraphs = [" ".join(line.strip() for line in part.split("\n")) for part in re.split(r"\n[ \t]*\n", markdown)]
    shown = [_inline(_WRAPPED_MARKS.sub(" ", part)) for part in paragraphs if part.strip()]
    if not any("**" in part for part in paragraphs):
        return Content("\n").join(shown)
    return Content("\n").join(part.stylize_before("$muted") for part in shown)


# A sentence that was wrapped line by line: `**one**` and `**two**` on the next line.
_WRAPPED_MARKS = re.compile(r"\*\* \*\*|(?<!\*)\* \*(?!\*)")
_PROSE = re.compile(r"\*\*(.+?)\*\*|(?<!\*)\*([^*]+?)\*(?!\*)|`([^`]+)`|!?\[([^\]]*)\]\([^)]*\)")
_PROSE_STYLES = ("$foreground", "italic", "$code", "underline")


def _inline(text: str) -> Content:
    pieces: list[str] = []
    spans: list[Span] = []
    length = position = 0
    for match in _PROSE.finditer(text):
        plain = text[position : match.start()]
        kind, inner = next((index, group) for index, group in enumerate(match.groups()) if group is not None)
        pieces += [plain, inner]
        spans.append(Span(length + len(plain), length + len(plain) + len(inner), _PROSE_STYLES[kind]))
        length += len(plain) + len(inner)
        position = match.end()
    pieces.append(text[position:])
    return Content("".join(pieces), spans=spans)
