"""Whether a Markdown program reads a figure where one is written: HTML, code and stray signs around it make it text.

Owns one question to a parser, and when it need not be asked: most figures are written in so plain a way that loading
one, which costs more than a whole check, would tell nothing. The course's page reads backticks and definitions of its
own way; its rules for these stand here, since that program is not loaded either.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cache

from report_tui.core.bounds import LONGEST

TYPE_CHECKING = False  # not typing's: importing that costs every command two milliseconds
if TYPE_CHECKING:
    from markdown_it import MarkdownIt

_PLAIN_DESCRIPTION = re.compile(r"[^\[\]`\\<|]*")
# Blanks in a path are told on their own; so is what no file's name may hold.
_PLAIN_TARGET = re.compile(r"[^()<>\\\x00-\x1f\x7f\"']*")
_TABLE_OR_CODE = re.compile(r" {4}|[\t|\r\f\v]")
# What the light scans do not know: HTML, a fence behind a bullet, what a reference stands for.
_ODD_TEXT = re.compile(
    r"<[A-Za-z/!?]|^[ \t]*(?:[*+>-]|\d+[.)])[^\n]*(?:```|~~~)|^[ \t>*+\d.)-]*\[[^\[\]\n]+\]:", re.MULTILINE
)
# A comment on a line of its own ends there on every page.
_COMMENT_LINE = re.compile(r"^ {0,3}<!--(?:(?!-->)[^\n])*-->[ \t]*$", re.MULTILINE)
# Of these the course's page takes all that follows for HTML until one is closed.
BLOCK_LEVEL = frozenset(
    "address article aside blockquote body canvas center colgroup dd details div dl dt fieldset figcaption figure "
    "footer form h1 h2 h3 h4 h5 h6 header hgroup html iframe legend li main map menu nav noscript object ol option p "
    "pre progress script section style summary table tbody td textarea tfoot th thead tr ul video".split()
)
_ELEMENT = re.compile(r"^ {0,3}<([A-Za-z][A-Za-z0-9]*)", re.MULTILINE)
_TICKS = re.compile("`+")
_QUOTE = re.compile(r"(?: {0,3}> ?)+")
_DEFINED = re.compile(r"^[ \t>*+\d.)-]*\[[^\[\]]*\]:[ \t]*(?:\n[ \t>]*)?", re.MULTILINE)
_DEFINITION = re.compile(r"\S+[ \t]*(?:\n[ \t]*)?(?:([\"']).*\1[ \t]*|\(.*\)[ \t]*)?$", re.MULTILINE)
_MOST_BRACKETS = 2_000
"""Outside of code, a hundred times those of any answer: the parser takes a second for a row of forty thousand."""
_LONGEST_DEFINITION = 1_000
"""Characters of a definition that are looked at: it is compared with itself many times over."""
_EMPHASIS = re.compile(r"(?<!\*)\*[^*]+\*\*[^*]+\*\Z")
_LONGEST_EMPHASIS = 1_000
"""Characters in front of a figure in which emphasis is looked for."""
_MARK = "\ue000{}\ue001"
"""Behind `![`, to know the figure again: signs that no Markdown means anything by."""
_MARKED = re.compile("\ue000(\\d+)\ue001")


def unread(text: str, masked: str, spans: Sequence[tuple[int, int]]) -> frozenset[int]:
    """Which figures GitHub or the course's page shows as text, or not at all, by their places in `spans`.

    Args:
        text: an answer, newlines as `\\n`.
        masked: the same with its code made blanks.
        spans: where figures are written, `![description](target)`, in order: offsets, end exclusive.
    """
    if not spans or len(text) > LONGEST or "\ue000" in text:
        return frozenset()
    lost = _between_ticks(text, spans) | _in_definitions(text, spans) | _glued_to_emphasis(text, spans)
    if not _ODD_TEXT.search(_COMMENT_LINE.sub("", masked)) and _are_plain(text, masked, spans):
        return lost
    if masked.count("[") > _MOST_BRACKETS:
        return frozenset(range(len(spans)))  # nobody can tell, which is not well
    pieces, position = [], 0
    for index, (start, _) in enumerate(spans):
        pieces += [text[position : start + 2], _MARK.format(index)]
        position = start + 2
    try:
        read = _read("".join([*pieces, text[position:]]))
    except Exception:  # foreign code on foreign text: what it trips over, nobody else shows either
        return frozenset(range(len(spans)))
    return frozenset(range(len(spans))) - read | _places_in(_raw(masked), spans) | lost


def _between_ticks(text: str, spans: Sequence[tuple[int, int]]) -> frozenset[int]:
    """Which figures, by their places, the course's page takes for code.

    To it a run of backticks also opens code where only a shorter run follows, and no backslash closes one.
    """
    if "`" not in text:
        return frozenset()
    code = [span for start, end in _blocks(text) if "`" in text[start:end] for span in _code_on_page(text, start, end)]
    return _places_in(code, spans)


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    """What the course's page takes for one block at most: lines between blank ones.

    Each heading is one of its own, and a quote begins one, with all that follows below it.
    """
    begin = position = depth = 0
    for line in text.split("\n"):
        end = position + len(line)
        is_heading = line.startswith("#")
        quote = _QUOTE.match(line)
        if is_heading or not line or line.isspace():
            yield begin, position
            if is_heading:
                yield position, end
            begin, depth = end, 0
        elif quote is not None and quote[0].count(">") > depth:
            yield begin, position
            begin, depth = position, quote[0].count(">")
        position = end + 1
    yield begin, len(text)


def _code_on_page(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    runs = [run.span() for run in _TICKS.finditer(text, start, end)]
    later: dict[int, list[int]] = {}
    for index in range(len(runs) - 1, -1, -1):
        later.setdefault(runs[index][1] - runs[index][0], []).append(index)
    index = 0
    while index < len(runs):
        opening, behind = runs[index]
        slashes = opening - len(text[start:opening].rstrip("\\")) - start
        length = behind - opening - slashes % 2
        close = None
        while length and close is None:
            closing = later.get(length, [])
            while closing and closing[-1] <= index:
                closing.pop()
            close = closing[-1] if closing else None
            length -= 1
        if close is not None:
            yield opening, runs[close][1]
            index = close
        index += 1


def _glued_to_emphasis(text: str, spans: Sequence[tuple[int, int]]) -> frozenset[int]:
    """Which figures, by their places, the course's page loses behind the last sign of `*one**two*`."""
    glued = ((place, start) for place, (start, _) in enumerate(spans) if text[start - 1 : start] == "*")
    blocks = ((place, text[max(0, start - _LONGEST_EMPHASIS) : start].rpartition("\n\n")[2]) for place, start in glued)
    return frozenset(place for place, block in blocks if _EMPHASIS.search(block))


def _in_definitions(text: str, spans: Sequence[tuple[int, int]]) -> frozenset[int]:
    """Which figures, by their places, are to the course's page what a reference (`[name]: target`) stands for."""
    if "]:" not in text:
        return frozenset()
    taken: list[tuple[int, int]] = []
    for opening in _DEFINED.finditer(text):
        rest = text[opening.end() : opening.end() + _LONGEST_DEFINITION]
        definition = _DEFINITION.match(rest)
        if definition is not None:
            taken.append((opening.start(), opening.end() + definition.end()))
    return _places_in(taken, spans)


def _places_in(ranges: Sequence[tuple[int, int]], spans: Sequence[tuple[int, int]]) -> frozenset[int]:
    """Which spans begin in one of the ranges, both in order."""
    ends = [end for _, end in ranges]
    following = [bisect_right(ends, start) for start, _ in spans]
    return frozenset(
        place for place, at in enumerate(following) if at < len(ranges) and ranges[at][0] <= spans[place][0]
    )


def _raw(masked: str) -> list[tuple[int, int]]:
    """Where the course's page hands out the text as it is: block elements, blank lines in them or not."""
    found: list[tuple[int, int]] = []
    behind = 0
    for opening in _ELEMENT.finditer(masked):
        name = opening[1].lower()
        if name not in BLOCK_LEVEL or opening.start() < behind:
            continue
        depth, behind = 0, len(masked)
        for tag in re.compile(rf"<(/?){name}\b", re.IGNORECASE).finditer(masked, opening.start()):
            depth += -1 if tag[1] else 1
            if depth == 0:
                behind = tag.start()
                break
        found.append((opening.start(), behind))
    return found


def _are_plain(text: str, masked: str, spans: Sequence[tuple[int, int]]) -> bool:
    """Whether all figures are written so plainly that nobody can read them in another way."""
    behind = 0
    for start, end in spans:
        line_start = text.rfind("\n", behind, start) + 1
        # Of a line with many figures only what is new before each: else it would be read once for each of them.
        if _TABLE_OR_CODE.search(text, max(line_start, behind), start) or not _is_plain(text, masked, start, end):
            return False
        behind = start
    return True


def _is_plain(text: str, masked: str, start: int, end: int) -> bool:
    written = text[start:end]
    middle = written.find("](")
    return (
        masked[start:end] == written
        and _PLAIN_DESCRIPTION.fullmatch(written, 2, middle) is not None
        and _PLAIN_TARGET.fullmatch(written, middle + 2, len(written) - 1) is not None
    )


@cache  # one holds itself, and would stay for each answer where the collector is off
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt  # here: most answers need no parser

    return MarkdownIt("commonmark").enable("table")


def _read(text: str) -> frozenset[int]:
    tokens = _parser().parse(text)
    images = (child for token in tokens for child in token.children or () if child.type == "image")
    marks = (_MARKED.match(image.content) for image in images)
    return frozenset(int(mark[1]) for mark in marks if mark is not None)
