"""Reads a prompt and its marker: below a heading, above a marker, or somewhere in an answer's place.

Owns how far a prompt reaches and where the answer below it may begin; which of them are questions is decided in
`questions`. Line indices are 0-based.
"""

from __future__ import annotations

from report_tui.core.lines import (
    ALWAYS_A_QUESTION,
    QUOTE,
    HeadingShape,
    Kind,
    Layout,
    is_bold_prompt,
    is_picture,
    is_prompt_wording,
)

# No prompt is as long; without a bound, a file of nothing but quotes would be looked through once for each line.
_LONGEST_PROMPT = 100


class Block:
    """A question in the making. All indices are 0-based lines."""

    __slots__ = ("above", "heading", "marker", "number", "prompt", "region", "start")

    def __init__(
        self,
        number: int | None,
        start: int,
        heading: int | None,
        prompt: tuple[int, int] | None,
        marker: int | None,
        region: int,
    ) -> None:
        self.number = number
        self.start = start
        """The first protected line that belongs to it: its heading, or its prompt where that is lost."""
        self.heading = heading
        self.prompt = prompt
        """First and last line of the prompt, without the marker."""
        self.marker = marker
        self.region = region
        """The first line that may hold its answer; the marker's own where text follows it there."""
        self.above: tuple[int, int] | None = None
        """First line and line after the last of text that stands between the prompt and the marker."""


class PromptReader:
    """Reads the prompts of one file. What they look like is set by whoever has seen some of them."""

    def __init__(self, layout: Layout) -> None:
        """Prepare to read these lines."""
        self.layout = layout
        self.lines = layout.lines
        self.kinds = layout.kinds
        self.words = {ALWAYS_A_QUESTION}
        """The shape words of question headings."""
        self.runs = 1
        """Of how many quotes, with blank lines between them, a prompt consists."""
        self.pictures: set[str] = set()
        """The first words of the pictures that stand between a heading and its prompt."""

    def below(self, heading: int, shape: HeadingShape) -> Block:
        """The prompt and the marker below a heading, as far as they are there."""
        loose: list[int] = []
        first = last = None
        for index in range(heading + 1, len(self.lines)):
            kind = self.kinds[index]
            if kind is Kind.BLANK:
                continue
            if index in self.layout.markers and (kind is Kind.QUOTE or first is not None):
                marker = self._last_marker_of_run(index)
                # A template may put a picture above the quote, or the whole prompt outside of it.
                prompt = (first, marker - 1) if first is not None else (loose[0], loose[-1]) if loose else None
                return Block(shape.number, heading, heading, prompt, marker, self._region_start(marker))
            if kind is Kind.QUOTE:
                first = index if first is None else first
                last = index
            elif kind is Kind.TEXT and first is None and shape.number is not None and not self._is_bare_heading(index):
                loose.append(index)
            else:
                break
        if first is None or last is None or (loose and not is_bold_prompt(self.lines[first])):
            return Block(shape.number, heading, heading, None, None, self.below_pictures(heading + 1))
        return self._without_marker(shape.number, heading, first, last)

    def below_pictures(self, index: int) -> int:
        """The line below the picture that the template puts under a heading, if one stands here."""
        below = index
        while below < len(self.lines) and (self.kinds[below] is Kind.BLANK or self._is_template_picture(below)):
            below += 1
            index = below if self._is_template_picture(below - 1) else index
        return index

    def above_pictures(self, index: int, floor: int) -> int:
        """The line of the picture that the template puts above a prompt, if one stands there."""
        above = index - 1
        while above >= floor and self.kinds[above] is Kind.BLANK:
            above -= 1
        return above if above >= floor and self._is_template_picture(above) else index

    def _is_template_picture(self, index: int) -> bool:
        line = self.lines[index]
        return bool(self.pictures) and is_picture(line) and line.split(maxsplit=1)[0] in self.pictures

    def _is_bare_heading(self, index: int) -> bool:
        shape = self.layout.bare.get(index)
        return shape is not None and shape.word in self.words

    def _region_start(self, marker: int) -> int:
        return marker + 1 if self.layout.blank_rest(marker) else marker

    def _last_marker_of_run(self, marker: int) -> int:
        """A bare marker that ends the quote wins over one before it, which is part of an example then."""
        end = marker
        stop = min(len(self.lines), marker + _LONGEST_PROMPT)
        while end + 1 < stop and self.kinds[end + 1] is Kind.QUOTE:
            if is_bold_prompt(self.lines[end + 1]):
                return marker
            end += 1
        while end > marker and QUOTE.fullmatch(self.lines[end].rstrip(" \t")):
            end -= 1
        return end if end in self.layout.markers and self.layout.blank_rest(end) else marker

    def _without_marker(self, number: int | None, heading: int, first: int, last: int) -> Block:
        """The prompt is the first run of quoted lines, and further runs as long as they read like a prompt."""
        end, runs = first, 1
        for index in range(first + 1, last + 1):
            if self.kinds[index] is not Kind.QUOTE:
                continue
            if self.kinds[index - 1] is not Kind.QUOTE:
                runs += 1
            line = self.lines[index]
            if index == end + 1 or runs <= self.runs or is_prompt_wording(line) or is_bold_prompt(line):
                end = index
        block = Block(number, heading, heading, (first, end), None, end + 1)
        marker = self._marker_below_text(end + 1)
        if marker is not None:
            run = marker
            while QUOTE.match(self.lines[run - 1]):
                run -= 1
            block.marker, block.region, block.above = marker, marker + 1, (end + 1, run)
        return block

    def _marker_below_text(self, start: int) -> int | None:
        """A quoted marker, alone in its quote, below text and above the next heading: somebody wrote above it."""
        text = False
        for index in range(start, len(self.lines)):
            kind = self.kinds[index]
            if kind is Kind.TEXT:
                text = True
            elif kind is Kind.HEADING:
                return None
            if self._is_bare_heading(index):
                return None
            if kind is Kind.QUOTE and text:
                if index in self.layout.markers:
                    return index if self.layout.blank_rest(index) else None
                if not QUOTE.fullmatch(self.lines[index].rstrip(" \t")):
                    return None
        return None

    def lost(self, block: Block, stop: int, *, missing: bool) -> Block | None:
        """The next prompt in a block that no heading announces: one with a marker, or in bold with a prompt's wording.

        Being in bold is enough where a question is `missing` here.
        """
        looked_through = block.region
        run = bold = None
        for index in range(block.region, stop):
            if index in self.layout.markers and run is not None and (bold is not None or self.layout.blank_rest(index)):
                first = bold if bold is not None else run
                if self.runs > 1:
                    first = self.start_above(block.region - 1, index)
                start, marker = self.above_pictures(first, block.region), self._last_marker_of_run(index)
                return Block(None, start, None, (first, marker - 1), marker, self._region_start(marker))
            if self.kinds[index] is not Kind.QUOTE:
                run = bold = None
                continue
            run = index if run is None else run
            if bold is None and is_bold_prompt(self.lines[index]):
                bold = index
            if bold == index and index >= looked_through:
                last, wording = self._quote_run(index, stop)
                enough = wording or (missing and self.runs == 1)
                if enough and last + 1 not in self.layout.markers:
                    return Block(None, self.above_pictures(index, block.region), None, (index, last), None, last + 1)
                looked_through = last
        return None

    def _quote_run(self, first: int, stop: int) -> tuple[int, bool]:
        """The last line of a quote above its marker, and whether it holds the template's own talk about the answer."""
        last, wording = first, False
        while last + 1 < min(stop, first + _LONGEST_PROMPT) and self.kinds[last + 1] is Kind.QUOTE:
            if last + 1 in self.layout.markers:
                break
            last += 1
            wording = wording or is_prompt_wording(self.lines[last])
        return last, wording

    def start_above(self, floor: int, marker: int) -> int:
        """The first line of the prompt that ends at `marker`, looking no higher than the line after `floor`."""
        floor = max(floor, marker - _LONGEST_PROMPT)
        first, runs, above = marker, 1, marker - 1
        while above > floor and (self.kinds[above] is Kind.QUOTE or runs < self.runs):
            if self.kinds[above] is Kind.QUOTE:
                first = above
            elif self.kinds[above] is not Kind.BLANK:
                break
            elif self.kinds[above + 1] is not Kind.BLANK:
                runs += 1
            above -= 1
        return next((index for index in range(first, marker) if is_bold_prompt(self.lines[index])), first)

    def count_runs(self, block: Block) -> int:
        """Of how many quotes, with blank lines between them, a prompt consists."""
        if block.prompt is None:
            return 1
        first, last = block.prompt
        return 1 + sum(
            self.kinds[index] is Kind.QUOTE and self.kinds[index - 1] is not Kind.QUOTE
            for index in range(first + 1, last + 1)
        )
