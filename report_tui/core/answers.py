"""Reads one answer region: where the text begins and ends, and what is left of the placeholder.

Owns the values `Answer` are made of; where the region begins and ends was decided before. Line indices are 0-based,
the values returned are 1-based.
"""

from __future__ import annotations

from report_tui.core.lines import Kind, Layout, quote_body
from report_tui.core.placeholders import is_remnant, named_rows, placeholder_rows
from report_tui.core.prompts import Block
from report_tui.core.report import Answer, Placeholder
from report_tui.core.source import Source


class AnswerReader:
    """Reads the answers of one file."""

    def __init__(self, source: Source, layout: Layout, placeholders: tuple[str, ...]) -> None:
        """Prepare to read; `placeholders` are the first words of those without the usual dashes."""
        self.source = source
        self.lines = layout.lines
        self.kinds = layout.kinds
        self.markers = layout.markers
        self.placeholders = placeholders

    def read(self, block: Block, end: int) -> Answer:
        """The answer of a block whose region ends before line `end`."""
        answer = self._read(block, block.region, end)
        if answer.lines is None and block.above is not None:
            above = self._read(block, *block.above)
            return above if above.lines is not None else answer
        return answer

    def _read(self, block: Block, start: int, end: int) -> Answer:
        starts = self.source.starts
        if start == block.marker:
            line = self.lines[start]
            rest = line[self.markers[start] :]
            first, offset = start, starts[start] + len(line) - len(rest.lstrip(" \t"))
            region_start = offset
        else:
            first = self._first_line(start, end)
            above = start - 1
            region_start = starts[above] + len(self.lines[above]) if above >= 0 else 0
            offset = starts[first]
        last = end - 1
        while last >= first and self.kinds[last] is Kind.BLANK:
            last -= 1
        region = (region_start, max(region_start, starts[end]))
        if last < first:
            return self._blank(block, region)
        head = self.lines[first][offset - starts[first] :]
        text = "\n".join([head, *self.lines[first + 1 : last + 1]])
        return self._filled(text, region, (offset, starts[last] + len(self.lines[last])), first)

    def _first_line(self, start: int, end: int) -> int:
        """The first line of the region that may be text: not blank, and no bare `>` glued to the marker."""
        first = start
        while first < end and self.kinds[first] is Kind.QUOTE and not quote_body(self.lines[first]).strip(" \t"):
            first += 1
        while first < end and self.kinds[first] is Kind.BLANK:
            first += 1
        return first

    def _blank(self, block: Block, region: tuple[int, int]) -> Answer:
        where = block.marker if block.marker is not None else block.start
        insert = self._insertion(region)
        return Answer("", None, region, (insert, insert), where + 1, Placeholder.NONE, None)

    def _insertion(self, region: tuple[int, int]) -> int:
        """Where a first answer goes: behind the first blank line of the region, or at its end."""
        starts = self.source.starts
        line = self.source.line_at(region[0])
        while line < len(self.lines) and starts[line] < region[1] and self.kinds[line] is Kind.QUOTE:
            line += 1
        if line < len(self.lines) and starts[line] < region[1]:
            line += 1
        return max(region[0], min(starts[line], region[1])) if line < len(starts) else region[1]

    def _filled(self, text: str, region: tuple[int, int], span: tuple[int, int], first: int) -> Answer:
        lines = text.split("\n")
        left = placeholder_rows(text)
        noise = named_rows(lines, self.placeholders)
        placeholder_line = first + 1 + min([*left, *noise]) if left or noise else None
        if all(row in noise or is_remnant(line) for row, line in enumerate(lines)):
            kind = Placeholder.UNTOUCHED if placeholder_line else Placeholder.NONE
            return Answer("", None, region, span, placeholder_line or first + 1, kind, placeholder_line)
        kind = Placeholder.BESIDE_TEXT if placeholder_line else Placeholder.NONE
        return Answer(text, (first + 1, first + len(lines)), region, span, first + 1, kind, placeholder_line)
