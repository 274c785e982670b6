"""HTML to the blocks that a reader sees: paragraphs, headings, items, code, tables; whatever the HTML is.

Owns the reading of HTML, broken or not. Values only: how a block looks is `page_view`'s.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from enum import StrEnum
from html.parser import HTMLParser
from itertools import groupby
from urllib.parse import unquote

from report_tui.render.clean import clean_text

Piece = tuple[str, str]
"""Some text and its style, such as `bold $code`."""
DEEPEST = 24
"""Lists and quotes inside of each other; what lies deeper is shown at this depth."""


class Kind(StrEnum):
    """What a block is, in words."""

    TEXT = "running text"
    HEADING = "a heading"
    CODE = "a code block"
    TABLE = "a table"
    RULE = "a line"


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph, heading, code block, table or rule."""

    kind: Kind
    pieces: tuple[Piece, ...] = ()
    """Its text; newlines are line breaks. Empty for a table and a rule."""
    inside: tuple[tuple[str, bool], ...] = ()
    """The quotes (`>`) and items (`•`, `1.`, `☐`, `☑`) around it, the outermost first; true where it begins one."""
    level: int = 0
    """Of a heading: 1 to 6."""
    rows: tuple[tuple[tuple[Piece, ...], ...], ...] = ()
    """Of a table: rows of cells of pieces."""
    headed: bool = False
    """Whether a table's first row is its heading."""
    figures: tuple[str, ...] = ()
    """Paths of the figures in it that can be shown, in order."""

    @property
    def text(self) -> str:
        """Its words, with one blank between them."""
        cells = [cell for row in self.rows for cell in row] or [self.pieces]
        return " ".join("".join(text for text, style in cell if style != TARGET) for cell in cells)

    @property
    def name(self) -> str:
        """What it is, in words."""
        if self.kind is Kind.TEXT and self.inside:
            return "a quote" if self.inside[-1][0] == ">" else "a list"
        return str(self.kind)

    def key(self) -> object:
        """Equal for blocks between which a reader sees no difference."""
        return self.kind, self.inside, self.level, _seen(self.pieces), tuple(map(_seen_row, self.rows))


def _seen_row(row: tuple[tuple[Piece, ...], ...]) -> tuple[object, ...]:
    return tuple(map(_seen, row))


def _seen(pieces: tuple[Piece, ...]) -> tuple[Piece, ...]:
    """The words with their emphasis. Whether an address is a link is left out: nothing is lost by it."""
    # Joined before anything is split: where a link ends, a word may go on.
    runs = groupby((piece for piece in pieces if piece[1] != TARGET), key=lambda piece: _without_link(piece[1]))
    joined = ((_BLANKS.sub(" ", "".join(text for text, _ in run)), style) for style, run in runs)
    return tuple((text.strip(), style) for text, style in joined if text.strip())


LINK = "$accent underline"
TARGET = "$muted"
IMAGE = "$accent"
MISSING = "$warning"
_STYLES = {
    **dict.fromkeys(("b", "strong", "dt", "summary"), "bold"),
    **dict.fromkeys(("i", "em", "cite", "dfn", "var"), "italic"),
    **dict.fromkeys(("code", "kbd", "samp", "tt"), "$code"),
    **dict.fromkeys(("s", "del", "strike"), "strike"),
    **dict.fromkeys(("u", "ins"), "underline"),
}


def _without_link(style: str) -> str:
    return style.replace(LINK, "").strip()


@dataclass(slots=True)
class _Item:
    """A quote, a list, or the item of a list that is being read."""

    tag: str
    mark: str
    number: int = 0
    fresh: bool = False
    """Whether no block of the item has come yet."""


@dataclass(slots=True)
class _Table:
    rows: list[list[tuple[Piece, ...]]] = field(default_factory=list)
    headed: bool = False


_SILENT = frozenset(("script", "style", "template", "title"))
_BREAKING = frozenset(
    "address article aside body caption center dd details div dl dt fieldset figcaption figure footer form header html "
    "iframe main nav p section summary".split()
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BLANKS = re.compile(r"[ \t\r\n\f]+")
_NONE: Mapping[str, str] = {}


def blocks(html: str, lost: Mapping[str, str] = _NONE, there: Set[str] = frozenset()) -> tuple[Block, ...]:
    """The blocks of a page, in order; never fails.

    Args:
        html: the page, or a part of it.
        lost: for targets of images that nobody will see, without percent codes, why: `not found`.
        there: targets of images that can be shown, in the same form.
    """
    reader = _Reader(lost, there)
    # The standard library's parser raises where such a section has an unknown name; to a browser it is a comment.
    reader.feed(html.replace("<![", "<! "))
    reader.close()
    reader.end_block()
    return tuple(reader.found)


class _Reader(HTMLParser):
    """One pass over a page's HTML. Text outside of every element it knows is running text."""

    def __init__(self, lost: Mapping[str, str], there: Set[str]) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Block] = []
        self._lost = lost
        self._there = there
        self._figures: list[str] = []
        self._pieces: list[Piece] = []
        self._styles: list[tuple[str, str]] = []
        self._links: list[tuple[str, int]] = []
        self._around: list[_Item] = []
        self._tables: list[_Table] = []
        self._heading = 0
        self._code = 0
        self._silent = ""

    # What the parser says

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag opens."""
        if self._silent:
            return
        values = {name: value or "" for name, value in attrs}
        if tag in _SILENT:
            self._silent = tag
        elif tag in _STYLES:
            self._open_style(tag, _STYLES[tag])
        elif tag == "a":
            self._links.append((values.get("href", ""), len(self._pieces)))
            self._open_style(tag, LINK)
        elif tag == "img":
            self._image(values.get("alt", ""), values.get("src", ""))
        elif tag == "br":
            self._add("\n")
        elif tag == "input" and values.get("type") == "checkbox":
            self._box("☑" if "checked" in values else "☐")
        else:
            self._open_block(tag, values)
        if tag in _BREAKING and not self._tables:
            self.end_block()

    def handle_endtag(self, tag: str) -> None:
        """A tag closes; one that was never opened changes nothing."""
        if self._silent:
            self._silent = "" if tag == self._silent else self._silent
            return
        if tag == "a" and self._links:
            self._close_link(*self._links.pop())
        elif self._tables:
            self._close_table_part(tag)
        elif tag in _HEADINGS or tag in _BREAKING or tag == "pre":
            self.end_block()
            self._heading = 0
            self._code -= tag == "pre" and self._code > 0
        elif tag in ("ul", "ol", "blockquote", "li"):
            self._close_item(tag)
        for index in range(len(self._styles) - 1, -1, -1):
            if self._styles[index][0] == tag:
                del self._styles[index]
                break

    def handle_data(self, data: str) -> None:
        """Text."""
        if not self._silent:
            self._add(data if self._code else _BLANKS.sub(" ", data))

    # Blocks

    def end_block(self) -> None:
        """What was read since the last one is a block, unless it is nothing but blanks."""
        if self._tables:
            return
        pieces, self._pieces, self._links = self._pieces, [], []
        kind = Kind.CODE if self._code else Kind.HEADING if self._heading else Kind.TEXT
        trimmed = _trimmed(pieces, lines_only=kind is Kind.CODE)
        if trimmed:
            self._found(kind, pieces=trimmed, level=self._heading)

    def _found(
        self,
        kind: Kind,
        *,
        pieces: tuple[Piece, ...] = (),
        level: int = 0,
        rows: tuple[tuple[tuple[Piece, ...], ...], ...] = (),
        headed: bool = False,
    ) -> None:
        items = [item for item in self._around if item.mark]
        inside = tuple((item.mark, item.fresh) for item in items[:DEEPEST])
        for item in items:
            item.fresh = False
        figures, self._figures = tuple(self._figures), []
        self.found.append(Block(kind, pieces, inside, level, rows, headed, figures))

    def _open_block(self, tag: str, values: dict[str, str]) -> None:
        if self._tables and tag != "table":
            self._open_table_part(tag)
            return
        if tag in ("ul", "ol", "li", "blockquote", "pre", "hr", "table") or tag in _HEADINGS:
            self.end_block()
        if tag == "pre":
            self._code += 1
        elif tag in _HEADINGS:
            self._heading = _HEADINGS[tag]
        elif tag == "blockquote":
            self._around.append(_Item(tag, ">"))
        elif tag in ("ul", "ol"):
            start = values.get("start", "1")
            self._around.append(_Item(tag, "", int(start) if start.isdecimal() and len(start) < 10 else 1))
        elif tag == "li":
            self._open_item()
        elif tag == "hr":
            self._found(Kind.RULE)
        elif tag == "table":
            self._tables.append(_Table())

    def _open_item(self) -> None:
        if self._around and self._around[-1].tag == "li":
            self._around.pop()  # never closed
        mark = "•"
        if self._around and self._around[-1].tag == "ol":
            mark = f"{self._around[-1].number}."
            self._around[-1].number += 1
        self._around.append(_Item("li", mark, fresh=True))

    def _close_item(self, tag: str) -> None:
        if all(item.tag != tag for item in self._around):
            return
        self.end_block()
        if tag == "li" and self._around[-1].fresh:
            self._found(Kind.TEXT)  # an item without a word is still seen
        while self._around.pop().tag != tag:
            pass

    def _box(self, mark: str) -> None:
        if self._around and self._around[-1].tag == "li" and self._around[-1].fresh:
            self._around[-1].mark = mark
        else:
            self._add(f"{mark} ")

    # Tables

    def _open_table_part(self, tag: str) -> None:
        """What opens inside of a table: only its own parts change anything."""
        table = self._tables[-1]
        if tag == "tr":
            self._end_cell()
            table.rows.append([])
        elif tag in ("td", "th"):
            self._end_cell()
            if not table.rows:
                table.rows.append([])
            table.headed = table.headed or (tag == "th" and len(table.rows) == 1)
            table.rows[-1].append(())
        elif tag == "li":
            self._add(" • ")

    def _end_cell(self) -> None:
        pieces, self._pieces, self._links = self._pieces, [], []
        rows = self._tables[-1].rows
        trimmed = _trimmed(pieces)
        if trimmed and rows and rows[-1]:
            rows[-1][-1] = (*rows[-1][-1], *trimmed)
        elif trimmed:
            # A caption, or text that stands between the cells: a row of its own.
            rows.append([trimmed])

    def _close_table_part(self, tag: str) -> None:
        if tag in ("td", "th", "tr", "caption"):
            self._end_cell()
        elif tag == "table":
            self._end_cell()
            table = self._tables.pop()
            rows = tuple(tuple(row) for row in table.rows if row)
            if self._tables:
                # One table in another's cell: its words, since there is no room for more.
                self._pieces += [(f"{text} ", style) for row in rows for cell in row for text, style in cell]
            elif rows:
                self._found(Kind.TABLE, rows=rows, headed=table.headed)

    def close(self) -> None:
        """The end of the page closes whatever is open."""
        super().close()
        while self._tables:
            self._close_table_part("table")

    # Text

    def _open_style(self, tag: str, style: str) -> None:
        if len(self._styles) < DEEPEST:
            self._styles.append((tag, style))

    def _add(self, text: str, style: str | None = None) -> None:
        if style is None:
            style = " ".join(dict.fromkeys(style for _, style in self._styles))
        text = clean_text(text)
        if not self._code and self._pieces and self._pieces[-1][0][-1:] in (" ", "\n"):
            text = text.lstrip(" ")
        if self._pieces and self._pieces[-1][1] == style and not self._links:
            self._pieces[-1] = (self._pieces[-1][0] + text, style)
        elif text:
            self._pieces.append((text, style))

    def _close_link(self, target: str, first: int) -> None:
        """Behind a link its target, in quiet, where that is not what it says already."""
        said = "".join(text for text, _ in self._pieces[first:]).strip()
        if target and not target.startswith("#") and said and said not in (target, target.partition(":")[2].strip("/")):
            self._add(f" ({_shown_target(target)})", TARGET)

    def _image(self, description: str, target: str) -> None:
        path = unquote(target)
        name = " · ".join(part for part in (" ".join(description.split()), _shown_target(path)) if part)
        lost = self._lost.get(path)
        self._add(f"▣ {name} ({lost})" if lost else f"▣ {name}", MISSING if lost else IMAGE)
        if path in self._there:
            self._figures.append(path)


def _shown_target(target: str) -> str:
    """An address or path short enough to stand in a line."""
    target = " ".join(target.split())
    return target if len(target) <= 80 else f"{target[:40]}…{target[-39:]}"


def _trimmed(pieces: Sequence[Piece], *, lines_only: bool = False) -> tuple[Piece, ...]:
    """Without blanks at both ends; `lines_only`: without blank lines there."""
    result = list(pieces)
    while result and not result[-1][0].strip():
        result.pop()
    while result and not result[0][0].strip():
        result.pop(0)
    if result:
        ends = "\n" if lines_only else None
        result[0] = (result[0][0].lstrip(ends), result[0][1])
        result[-1] = (result[-1][0].rstrip(), result[-1][1])
    return tuple(result)
