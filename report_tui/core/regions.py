"""Finds where each answer ends: at the next question, the section above it, a second copy, or a closing checklist.

Owns that decision and nothing else. A heading inside an answer is text; which headings are sections is learned from
the ones above the questions: their level, whether an introduction in plain text follows them, how introductions begin,
and whether a rule stands above them. Line indices are 0-based.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from report_tui.core.lines import BOX, Kind, Layout, is_rule, quote_body
from report_tui.core.prompts import Block
from report_tui.core.source import is_blank

_OPENING_WORDS = 3
_TELLING_LENGTH = 20


class Region(NamedTuple):
    """Where a block's answer ends, and the section that the block stands in."""

    end: int
    """The first line after it."""
    section: str


class _Gap:
    """What lies between a question's marker and the next question."""

    __slots__ = ("end", "section", "start", "stop")

    def __init__(self, start: int, stop: int) -> None:
        self.start = start
        self.stop = stop
        """The next question's first line."""
        self.section: int | None = None
        """The heading of the section that begins here."""
        self.end = stop
        """The first line after the answer."""


def find_regions(layout: Layout, blocks: Sequence[Block], level: int) -> list[Region]:
    """Of each block, in document order, its answer's end and its section."""
    return _Finder(layout, blocks, level).find() if blocks else []


class _Finder:
    def __init__(self, layout: Layout, blocks: Sequence[Block], level: int) -> None:
        self.layout = layout
        self.lines = layout.lines
        self.kinds = layout.kinds
        self.blocks = blocks
        self.level = level
        self.first = blocks[0].start
        self.gaps = [_Gap(block.region, after.start) for block, after in pairwise(blocks)]
        self.opening: int | None = None
        """The section heading above the first question."""
        self.section_level = 0
        self.outer_level = 0
        """The level of headings that stand right above a section's."""

    def find(self) -> list[Region]:
        """The regions, in the order of the blocks."""
        self._learn_sections()
        for gap in self.gaps:
            self._place(gap, self._section_above(gap.stop, gap.start))
        self._place_plain_sections()
        self._take_out_rules()
        self._take_out_lost_introductions()
        self._take_out_copies()
        ends = [gap.end for gap in self.gaps] + [self._end_of_last()]
        name = self._text(self.opening)
        regions = []
        for end, following in zip(ends, [*self.gaps, None], strict=True):
            regions.append(Region(end, name))
            name = self._text(following.section) if following and following.section is not None else name
        return regions

    def _text(self, heading: int | None) -> str:
        return self.layout.shapes[heading].text if heading is not None else ""

    def _place(self, gap: _Gap, section: int | None) -> None:
        if section is not None:
            gap.section = gap.end = section
            outer = self._heading_above(section, gap.start)
            if outer is not None and self._level(outer) == self.outer_level:
                gap.end = outer

    def _level(self, heading: int) -> int:
        return self.layout.shapes[heading].level

    # What a section of this file looks like

    def _learn_sections(self) -> None:
        """Which level section headings have, and which one stands above the first question."""
        levels: Counter[int] = Counter()
        headings = [index for index in self.layout.shapes if index < self.first and not self.layout.in_fence(index)]
        above = next((index for index in reversed(headings) if self._level(index) < self.level), None)
        # The first heading is the title where text follows it, unless others of its level turn out to be sections.
        first_of_file = above is not None and above == headings[0] and self._level(above) == 1
        is_title = first_of_file and self._heading_above(self.first, 0) != above
        if above is not None and not is_title:
            self.opening = above
            levels[self._level(above)] += 1
            outer = self._heading_above(above, 0)
            if outer is not None and outer != headings[0] and self._level(outer) < self._level(above):
                self.outer_level = self._level(outer)
        introduced: set[int] = set()
        for gap in self.gaps:
            heading = self._nearest_heading(gap.stop, gap.start)
            if heading is not None and self._level(heading) < self.level:
                levels[self._level(heading)] += 1
                if self._heading_above(gap.stop, gap.start) != heading:
                    introduced.add(self._level(heading))
        level, count = levels.most_common(1)[0] if levels else (0, 0)
        if self.opening is not None or level in introduced or (count > 1 and not is_title):
            self.section_level = level
        if is_title and self.section_level == 1:
            self.opening = above

    def _nearest_heading(self, index: int, floor: int) -> int | None:
        """The heading above a line with nothing but an introduction, a quote, between them; an empty `##` is none."""
        above = index - 1
        while above >= floor and (self.kinds[above] is Kind.BLANK or self.kinds[above] is Kind.QUOTE):
            above -= 1
        found = above >= floor and above in self.layout.shapes and not self.layout.in_fence(above)
        return above if found and self._text(above) else None

    def _heading_above(self, index: int, floor: int) -> int | None:
        """The heading above a line with nothing between them."""
        above = index - 1
        while above >= floor and self.kinds[above] is Kind.BLANK:
            above -= 1
        return above if above >= floor and above in self.layout.shapes else None

    def _section_above(self, index: int, floor: int) -> int | None:
        heading = self._nearest_heading(index, floor)
        return heading if heading is not None and self._level(heading) == self.section_level else None

    # Sections with an introduction in plain text

    def _place_plain_sections(self) -> None:
        """Where the first section has an introduction in plain text and none has a quote, others may have one too."""
        if self.opening is None or self.opening == next(iter(self.layout.shapes)):
            return
        paragraphs = self._paragraphs(self.opening, self.first)
        if not paragraphs or any(gap.section is not None and self._has_quote(gap) for gap in self.gaps):
            return
        for gap in self.gaps:
            if gap.section is not None:
                continue
            heading = self._last_of_level(gap)
            if heading is not None and 0 < self._paragraphs(heading, gap.stop) <= paragraphs:
                self._place(gap, heading)

    def _has_quote(self, gap: _Gap) -> bool:
        return any(self.kinds[index] is Kind.QUOTE for index in range(gap.section or gap.stop, gap.stop))

    def _last_of_level(self, gap: _Gap) -> int | None:
        for index in range(gap.stop - 1, gap.start - 1, -1):
            if index in self.layout.shapes and not self.layout.in_fence(index):
                return index if self._level(index) == self.section_level else None
        return None

    def _paragraphs(self, heading: int, stop: int) -> int:
        """How many paragraphs of nothing but text stand below a heading; 0 where anything else does."""
        count = 0
        for index in range(heading + 1, stop):
            if self.kinds[index] is Kind.TEXT and not BOX.fullmatch(self.lines[index]):
                count += self.kinds[index - 1] is not Kind.TEXT
            elif self.kinds[index] is not Kind.BLANK:
                return 0
        return count

    # What else the template puts there

    def _take_out_rules(self) -> None:
        """A rule that ends most gaps of a kind is the template's, unless a rule begins the answer as well."""
        for with_section in (True, False):
            gaps = [gap for gap in self.gaps if (gap.section is not None) is with_section]
            ruled = [gap for gap in gaps if self._closing_rule(gap) is not None]
            if len(ruled) > 1 and 2 * len(ruled) > len(gaps):
                for gap in gaps:
                    rule = self._closing_rule(gap, glued=True)
                    gap.end = gap.end if rule is None else rule

    def _closing_rule(self, gap: _Gap, *, glued: bool = False) -> int | None:
        last = gap.end - 1
        while last > gap.start and self.kinds[last] is Kind.BLANK:
            last -= 1
        if last <= gap.start or not is_rule(self.lines[last]) or (self.kinds[last - 1] is not Kind.BLANK and not glued):
            return None
        first = next(index for index in range(gap.start, last + 1) if self.kinds[index] is not Kind.BLANK)
        return None if first < last and is_rule(self.lines[first]) else last

    def _take_out_lost_introductions(self) -> None:
        """A quote above a question that begins as the introductions do is one, though its section's heading is lost."""
        sections = [self.opening, *(gap.section for gap in self.gaps)]
        openings = Counter(self._opening_words(index) for index in sections if index is not None)
        usual = {words for words, count in openings.items() if words and count > 1}
        if not usual:
            return
        for gap in self.gaps:
            run = gap.end
            while run > gap.start and self.kinds[run - 1] is Kind.BLANK:
                run -= 1
            while run > gap.start and self.kinds[run - 1] is Kind.QUOTE:
                run -= 1
            if run < gap.end and self._first_words(run) in usual:
                heading = self._heading_above(run, gap.start)
                gap.end = run if heading is None else heading

    def _opening_words(self, heading: int) -> tuple[str, ...]:
        return self._first_words(self.layout.next_text(heading + 1))

    def _first_words(self, index: int) -> tuple[str, ...]:
        if index >= len(self.lines) or self.kinds[index] is not Kind.QUOTE:
            return ()
        words = tuple(quote_body(self.lines[index])[:80].split()[:_OPENING_WORDS])
        return words if len(words) == _OPENING_WORDS and not words[0].startswith("*") else ()

    # A second copy, and the end of the file

    def _take_out_copies(self) -> None:
        """Where the numbers go back, the document may begin a second time: its first lines stand there again."""
        opening = [line for line in self.lines[: self.first] if not is_blank(line)]
        known = {line for line in opening if len(line) >= _TELLING_LENGTH}
        known |= {self.lines[index] for index in self.layout.shapes if index < self.first}
        for gap, (block, after) in zip(self.gaps, pairwise(self.blocks), strict=True):
            if (after.number or 0) > (block.number or 0):
                continue
            for index in range(gap.start, gap.stop):
                line = self.lines[index]
                starts = line in known or (len(opening) > 1 and line == opening[0] and self._goes_on(index, opening[1]))
                if starts:
                    gap.end = min(gap.end, index)
                    gap.section = self._section_above(gap.stop, index)
                    break

    def _goes_on(self, index: int, line: str) -> bool:
        below = self.layout.next_text(index + 1)
        return below < len(self.lines) and self.lines[below] == line

    def _end_of_last(self) -> int:
        """The last answer runs to the end of the file, or to a checklist there if none stands above the questions."""
        if any(BOX.fullmatch(line) for line in self.lines[: self.first]):
            return len(self.lines)
        found, box, paragraph = len(self.lines), False, False
        for index in range(len(self.lines) - 1, self.blocks[-1].region - 1, -1):
            kind, line = self.kinds[index], self.lines[index]
            if kind is Kind.HEADING:
                level = self._level(index)
                outer = (
                    found in self.layout.shapes
                    and found == self.layout.next_text(index + 1)
                    and level < self._level(found)
                )
                if level < self.level and (box or outer):
                    found, box = index, False
                paragraph = False
            elif kind is Kind.TEXT and BOX.fullmatch(line):
                box = True
                if paragraph:
                    break
            elif kind is Kind.TEXT and line[0] not in " \t":
                # Text belongs to it only as the one paragraph below a heading.
                if paragraph and self.kinds[index + 1] is not Kind.TEXT:
                    break
                paragraph = True
            elif kind is Kind.QUOTE:
                break
        return found
