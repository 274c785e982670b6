"""How a page's blocks look in a terminal: lines of a given width, with a gutter where another page differs.

Owns the look alone. What the blocks are comes from `page_blocks`, where two pages differ from `page_differences`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rich.cells import cell_len
from textual.color import Color
from textual.content import Content
from textual.style import Style

from report_tui.storage.thumbnails import Pixels
from report_tui.tui import half_blocks
from report_tui.tui.page_blocks import Block, Kind, Piece
from report_tui.tui.page_differences import Place

NARROWEST = 12
"""Cells that text gets at the least, however deep it stands in lists."""
_GUTTER = 2
_HEADING_STYLES = {1: "bold underline $accent", 2: "bold underline $accent", 3: "bold $accent"}
_BETWEEN = " │ "
_NO_PICTURES: Mapping[str, Pixels] = {}


@dataclass(frozen=True, slots=True)
class _Marked:
    """Blocks from one place on, until the next one begins."""

    blocks: Sequence[Block]
    place: Place | None


def page_lines(
    blocks: Sequence[Block],
    places: Sequence[Place],
    elsewhere: str,
    width: int,
    pictures: Mapping[str, Pixels] = _NO_PICTURES,
) -> list[Content]:
    """A page as lines that fit a width.

    Args:
        blocks: what it shows.
        places: where the other page differs, in order.
        elsewhere: where that is, as a sentence about such a place begins: `on GitHub`.
        width: in cells, the gutter included.
        pictures: the figures that can be shown, by the path that the blocks have.
    """
    mark = Content.styled("┃ ", "$warning")
    plain = Content("  ")
    room = max(NARROWEST, width - _GUTTER)
    lines: list[Content] = []
    for part in _parts(blocks, places):
        body = list(_body(part.blocks, room, pictures))
        gutter = mark if part.place else plain
        if lines:
            lines.append(Content())
        if part.place:
            note = Content.styled(f"{elsewhere}: {part.place.there}", "italic $muted").wrap(room)
            lines += [mark + line for line in note]
        lines += [gutter + line for line in body]
    return [line.truncate(width) for line in lines]


def _parts(blocks: Sequence[Block], places: Sequence[Place]) -> Iterable[_Marked]:
    behind = 0
    for place in places:
        if blocks[behind : place.first]:
            yield _Marked(blocks[behind : place.first], None)
        yield _Marked(blocks[place.first : place.end], place)
        behind = place.end
    if blocks[behind:]:
        yield _Marked(blocks[behind:], None)


def _body(blocks: Sequence[Block], width: int, pictures: Mapping[str, Pixels]) -> Iterable[Content]:
    above: Block | None = None
    for block in blocks:
        if above is not None:
            shared = _shared_quotes(above, block)
            if not _is_item(above) or not _is_item(block):
                yield _prefix(shared)
        yield from _lines(block, width, pictures)
        above = block


def _is_item(block: Block) -> bool:
    return any(mark != ">" for mark, _ in block.inside)


def _shared_quotes(above: Block, below: Block) -> list[tuple[str, bool]]:
    """The quotes that go on from one block to the next: their bar has no gap."""
    shared: list[tuple[str, bool]] = []
    for (one, _), (other, _) in zip(above.inside, below.inside, strict=False):
        if one != ">" or other != ">":
            break
        shared.append((">", False))
    return shared


def _prefix(inside: Iterable[tuple[str, bool]]) -> Content:
    parts = [
        ("▏ ", "$muted") if mark == ">" else (f"{mark} " if begins else " " * (len(mark) + 1), "$muted")
        for mark, begins in inside
    ]
    return Content.assemble(*parts)


def _lines(block: Block, width: int, pictures: Mapping[str, Pixels]) -> Iterable[Content]:
    first = _prefix(block.inside)
    room = max(NARROWEST, width - first.cell_length)
    further = _prefix((mark, False) for mark, _ in block.inside)
    for index, line in enumerate(_content(block, room) or [Content()]):
        yield (further if index else first) + line
    for path in block.figures:
        if path in pictures and pictures[path].width <= room:
            yield from (further + line for line in _picture(pictures[path]))


@lru_cache(maxsize=32)  # the page is laid out anew at each rest of the keys, and its figures stay
def _picture(picture: Pixels) -> tuple[Content, ...]:
    """A figure in half blocks."""
    return tuple(
        Content.assemble(*((half_blocks.BLOCK * run.cells, Style(Color(*run.bottom), Color(*run.top))) for run in row))
        for row in half_blocks.rows(picture)
    )


def _content(block: Block, width: int) -> list[Content]:
    if block.kind is Kind.RULE:
        return [Content.styled("─" * width, "$line")]
    if block.kind is Kind.TABLE:
        return _table(block, width)
    content = _assembled(block.pieces)
    if block.kind is Kind.CODE:
        parts = (part for line in content.split("\n", allow_blank=True) for part in _folded(line, width - 2))
        return [_code_line(part, width) for part in parts]
    if block.kind is Kind.HEADING:
        content = content.stylize(_HEADING_STYLES.get(block.level, "bold"))
    return content.wrap(width)


def _folded(line: Content, width: int) -> list[Content]:
    """A line of code cut where it is too long, never wrapped: its blanks mean something."""
    line = line.expand_tabs(4)
    return line.fold(width) if line.cell_length > width else [line]


def _code_line(line: Content, width: int) -> Content:
    """A line of code on a ground of its own, as wide as the page."""
    return Content.assemble(" ", line, " " * (width - 1 - line.cell_length)).stylize("$code on $panel")


def _assembled(pieces: Iterable[Piece]) -> Content:
    return Content.assemble(*pieces)


def _table(block: Block, width: int) -> list[Content]:
    columns = max(len(row) for row in block.rows)
    rows = [[_assembled(cell) for cell in row] + [Content()] * (columns - len(row)) for row in block.rows]
    widths = _column_widths(rows, width)
    if sum(widths) + len(_BETWEEN) * (columns - 1) > width:
        # More columns than there is room for: a row below the other, its cells in one line.
        return [line for row in rows for line in Content(_BETWEEN).join([cell for cell in row if cell]).wrap(width)]
    lines: list[Content] = []
    for index, row in enumerate(rows):
        lines += _row(row, widths)
        if index == 0 and block.headed:
            lines.append(Content.styled("─┼─".join("─" * width for width in widths), "$muted"))
    if block.headed:
        lines[0] = lines[0].stylize("bold")
    return lines


def _row(row: Sequence[Content], widths: Sequence[int]) -> list[Content]:
    cells = [cell.wrap(width) or [Content()] for cell, width in zip(row, widths, strict=True)]
    between = Content.styled(_BETWEEN, "$muted")
    lines = []
    for height in range(max(len(cell) for cell in cells)):
        parts = []
        for cell, width in zip(cells, widths, strict=True):
            part = cell[height] if height < len(cell) else Content()
            parts.append(part.pad_right(max(0, width - part.cell_length)))
        lines.append(between.join(parts).rstrip())
    return lines


def _column_widths(rows: Sequence[Sequence[Content]], width: int) -> list[int]:
    """As wide as each column's text; where that is too much, the widest ones give way."""
    widths = [max(map(_widest_line, column)) for column in zip(*rows, strict=True)]
    room = width - len(_BETWEEN) * (len(widths) - 1)
    while sum(widths) > room and max(widths) > 3:
        widest = max(range(len(widths)), key=widths.__getitem__)
        second = max((other for index, other in enumerate(widths) if index != widest), default=0)
        over = sum(widths) - room
        widths[widest] -= max(1, min(over, widths[widest] - max(second, 3)))
    return widths


def _widest_line(cell: Content) -> int:
    return max(1, *map(cell_len, cell.plain.split("\n")))
