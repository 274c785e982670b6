"""A new figure in an answer: the link in the one form that the course counts, and the place where every page shows it.

Owns what is written and where. A Markdown parser says which lines belong together, so that nothing is cut in two;
what comes out is asked once more of `images`, and is refused rather than put where nobody would see it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import NamedTuple

from report_tui.core.blocks import block_parser
from report_tui.core.code import mask_code
from report_tui.core.figures_read import BLOCK_LEVEL
from report_tui.core.images import count_images, find_images
from report_tui.core.source import is_blank

_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/-_.~+,=@")
_JOINERS = "\u200c\u200d"
# In a description: what would end it, or begin something else. The course's checker cuts an answer at `##` and begins
# a new one at `Answer:`; dashes are the template's.
_HARMLESS = str.maketrans({"[": "(", "]": ")", "`": "'", "\\": "/"})
_SIGNS = re.compile(r"(?P<repeated>[#-])(?P=repeated)+|(?P<tag><)(?=[A-Za-z/!?])|(?P<marker>Answer)\s*:")

_ELEMENT = re.compile(r" {0,3}<([A-Za-z][A-Za-z0-9-]*)")
_VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
_MOST_TRIES = 20


class Insertion(NamedTuple):
    """What to put into a text: `text[:start] + insertion.text + text[end:]`."""

    start: int
    end: int
    """Between the two stand blank lines only."""
    text: str
    """The link with the newlines around it."""

    def applied(self, text: str) -> str:
        """The whole text with the link in it."""
        return text[: self.start] + self.text + text[self.end :]


class CannotInsert(ValueError):
    """No page would show a figure there; `str` is one line with the way out.

    Attributes:
        reason: why not, in one line.
        way_out: what to do about it, in one line.
    """

    def __init__(self, reason: str, way_out: str) -> None:
        super().__init__(f"{reason}; {way_out}")
        self.reason = reason
        self.way_out = way_out


def figure_link(description: str, path: str) -> str:
    """A figure in just the form that the course counts and that GitHub and the course's page show.

    Args:
        description: any text; what Markdown would read in it is made harmless.
        path: the file, from the report's folder, with forward slashes and not encoded.
    """
    return f"![{_described(description)}]({_encoded(path)})"


def _described(description: str) -> str:
    words = " ".join(description.split())
    words = "".join(sign for sign in words if sign.isprintable() or sign in _JOINERS).translate(_HARMLESS)
    return _SIGNS.sub(lambda found: found["repeated"] or found["marker"] or "< ", words).strip()


def _encoded(path: str) -> str:
    from urllib.parse import quote  # here: it loads more than it looks like

    # Letters of any language may stay: they read better, and every program takes them.
    return "".join(
        sign if sign in _PLAIN or (sign > "\x7f" and sign.isalpha()) else quote(sign, safe="", errors="surrogatepass")
        for sign in path
    )


def insertion(text: str, offset: int, link: str) -> Insertion:
    """Where a link goes that is asked for at `offset`: on a line of its own between blank ones.

    At the beginning or the end of a line of a paragraph it parts the paragraph there, where that leaves both halves
    as they are. Anywhere else in a paragraph, list, quote, code, table, comment or HTML element it goes right behind
    that. Blank lines around it become one.

    Args:
        text: the answer's text, newlines as `\\n`.
        offset: where the cursor stands, in characters.
        link: what `figure_link` made.

    Raises:
        CannotInsert: what comes before is never closed, so that nobody would see the figure.
    """
    offset = max(0, min(offset, len(text)))
    lines = text.split("\n")
    blocks = _blocks(text, lines)
    wanted = count_images(text) + 1
    row = text.count("\n", 0, offset)
    column = offset - (text.rfind("\n", 0, offset) + 1)
    below = [block.behind for block in blocks if block.behind > row]
    for boundary in [_boundary(lines, blocks, row, column), *below[:_MOST_TRIES]]:
        if boundary > len(lines):
            break
        made = _between(lines, boundary, link)
        if _is_shown(made, made.applied(text), link, wanted):
            return made
    raise CannotInsert(
        "a code fence, a comment or an element above it is never closed, so that no page would show the figure",
        "close that first",
    )


def _is_shown(made: Insertion, text: str, link: str, wanted: int) -> bool:
    start = made.start + made.text.index(link)
    row = text.count("\n", 0, start)
    return (
        count_images(text) == wanted
        and any(
            image.span == (start, start + len(link))
            and image.counted
            and image.renders
            and not image.in_code
            and not image.hidden
            and not image.unread
            for image in find_images(text)
        )
        # The scan behind `find_images` takes any indented row of backticks for a fence; a parser does not.
        and any(
            token.type == "paragraph_open" and token.level == 0 and token.map == [row, row + 1]
            for token in block_parser().parse(text.replace("\r", " "))
        )
    )


def _between(lines: list[str], boundary: int, link: str) -> Insertion:
    """The link above the 0-based row `boundary`, in place of the blank lines there."""
    above, below = boundary, boundary
    while above > 0 and is_blank(lines[above - 1]):
        above -= 1
    while below < len(lines) and is_blank(lines[below]):
        below += 1
    # The end of the last line above, without its newline; the beginning of the first line below.
    start = sum(len(line) + 1 for line in lines[:above]) - (above > 0)
    end = sum(len(line) + 1 for line in lines[:below]) - (below == len(lines))
    before, behind = "\n\n" * (above > 0), "\n\n" * (below < len(lines))
    return Insertion(start, max(start, end), before + link + behind)


# Which lines belong together


class _Block(NamedTuple):
    """Rows first..behind (0-based, end exclusive) that nothing may be put between."""

    first: int
    behind: int
    is_paragraph: bool


def _boundary(lines: list[str], blocks: list[_Block], row: int, column: int) -> int:
    """The 0-based row above which the link is wanted."""
    block = next((block for block in blocks if block.first <= row < block.behind), None)
    if block is None:
        return row
    line = lines[row]
    if row == block.first and is_blank(line[:column]):
        return row
    if block.is_paragraph:
        parted = row if is_blank(line[:column]) else row + 1 if is_blank(line[column:]) else block.behind
        if parted < block.behind and _can_part(lines[block.first : parted], lines[parted : block.behind]):
            return parted
    return block.behind


def _can_part(head: list[str], tail: list[str]) -> bool:
    """Whether a paragraph cut in two is two paragraphs with the same contents, on both pages."""
    if any("|" in line for line in (*head, *tail)):
        return False  # a table, perhaps
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark")
    whole, parts = (parser.parse("\n".join(head) + gap + "\n".join(tail)) for gap in ("\n", "\n\n"))
    inline = [token.children or [] for token in parts if token.type == "inline"]
    if [token.type for token in parts] != ["paragraph_open", "inline", "paragraph_close"] * 2 or len(whole) != 3:
        return False
    before = [(child.type, child.content) for child in whole[1].children or []]
    after = [[(child.type, child.content) for child in children] for children in inline]
    cut = len(after[0])
    return (
        before[:cut] == after[0]
        and before[cut : cut + 1] in ([("softbreak", "")], [("hardbreak", "")])
        and before[cut + 1 :] == after[1]
    )


def _blocks(text: str, lines: list[str]) -> list[_Block]:
    """All blocks, in order; rows that the parser drops (a link's definition) are one as well."""
    # The parser also ends lines at a carriage return.
    readable = text.replace("\r", " ")
    found: list[_Block] = []
    for token in block_parser().parse(readable):
        if token.level == 0 and token.map is not None and token.nesting >= 0:
            first, behind = token.map
            while behind > first + 1 and is_blank(lines[behind - 1]):
                behind -= 1
            found.append(_Block(first, behind, token.type == "paragraph_open"))
    covered = {row for block in found for row in range(block.first, block.behind)}
    dropped = [row for row, line in enumerate(lines) if row not in covered and not is_blank(line)]
    for row in dropped:
        if found and found[-1].behind == row and row - 1 not in covered:
            found[-1] = _Block(found[-1].first, row + 1, False)
        else:
            found.append(_Block(row, row + 1, False))
    return _merged(sorted([*found, *_elements(readable, sorted(found))]))


def _elements(text: str, blocks: list[_Block]) -> list[_Block]:
    """HTML elements from first to last row: the course's page reads no Markdown in them, blank lines or not.

    One that is never closed goes on behind the last row.
    """
    elements: list[_Block] = []
    masked = mask_code(text)
    if "<" not in masked:
        return []
    starts = [0, *(newline.end() for newline in re.finditer("\n", masked))]
    behind = 0
    unclosed: set[str] = set()
    for block in blocks:
        start = starts[block.first]
        opening = _ELEMENT.match(masked, start)
        if block.first < behind or opening is None or opening[1].lower() in _VOID | unclosed:
            continue
        depth = 0
        for tag in re.compile(rf"<(/?){opening[1]}\b", re.IGNORECASE).finditer(masked, start):
            depth += -1 if tag[1] else 1
            if depth == 0:
                behind = bisect_right(starts, tag.start())
                elements.append(_Block(block.first, behind, False))
                break
        else:
            unclosed.add(opening[1].lower())
            if opening[1].lower() in BLOCK_LEVEL:
                elements.append(_Block(block.first, len(starts) + 1, False))
                break
    return elements


def _merged(blocks: list[_Block]) -> list[_Block]:
    merged: list[_Block] = []
    for block in blocks:
        if merged and block.first < merged[-1].behind:
            last = merged.pop()
            same = last[:2] == block[:2] and last.is_paragraph and block.is_paragraph
            merged.append(_Block(last.first, max(last.behind, block.behind), same))
        else:
            merged.append(block)
    return merged
