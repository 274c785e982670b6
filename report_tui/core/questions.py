"""Finds the questions of a report: where each begins, its prompt and its marker, also where some of these are lost.

Owns the decision what is a question. It knows no particular course: what a question heading looks like is learned from
the questions that are whole. Where an answer ends is decided in `regions`. Line indices are 0-based.

1. A heading whose next text is a block quote that ends in the answer marker is a question.
2. A heading that looks like those (`### Question 6`) but lost its marker is one where its number is missing; one that
   lost its prompt as well, where its number also fits the order.
3. Where numbers are missing between two questions, a second prompt in the first one's block is a question that lost
   its heading.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

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

_DEFAULT_LEVEL = 3
# No prompt is as long; without a bound, a file of nothing but quotes would be looked through once for each line.
_LONGEST_PROMPT = 100
_LONGEST_ANSWER = 400


@dataclass(slots=True)
class Block:
    """A question in the making. All indices are 0-based lines."""

    number: int | None
    start: int
    """The first protected line that belongs to it: its heading, or its prompt where that is lost."""
    heading: int | None
    prompt: tuple[int, int] | None
    """First and last line of the prompt, without the marker."""
    marker: int | None
    region: int
    """The first line that may hold its answer; the marker's own where text follows it there."""
    above: tuple[int, int] | None = None
    """First line and line after the last of text that stands between the prompt and the marker."""


class QuestionFinder:
    """One search through one file. After `find`, `level` is that of the question headings."""

    def __init__(self, layout: Layout) -> None:
        """Prepare a search through these lines."""
        self.layout = layout
        self.lines = layout.lines
        self.kinds = layout.kinds
        self.level = _DEFAULT_LEVEL
        self.words = {ALWAYS_A_QUESTION}
        self.numbered = True
        self.runs = 1
        self.pictures: set[str] = set()

    def find(self) -> list[Block]:
        """The questions in document order, all with a number; a number may stand there twice."""
        below = {index: self._prompt_below(index, shape) for index, shape in self.layout.shapes.items()}
        whole = self._without_samples([block for block in below.values() if self._is_whole(block)])
        self._learn(whole or [block for block in below.values() if self._has_bold_prompt(block)])
        starts = {block.start for block in whole}
        headings = [(index, shape) for index, shape in self.layout.shapes.items() if index not in starts]
        headings += [(index, shape) for index, shape in self.layout.bare.items() if shape.word in self.words]
        others = [self._prompt_below(index, shape) for index, shape in headings if not self.layout.in_fence(index)]
        others.sort(key=lambda block: block.start)
        blocks = self._with(whole, [block for block in others if self._is_damaged(block)], in_order=False)
        if self.numbered:
            bare_headings = [block for block in others if self._is_heading_only(block)]
            blocks = self._with(blocks, bare_headings, in_order=True)
            blocks = self._with_numbers(blocks)
        blocks = self._with_lost_headings(blocks)
        if not self.numbered:
            for number, block in enumerate(blocks, start=1):
                block.number = number
        return blocks

    # Headings and what stands below them

    def _shape(self, heading: int) -> HeadingShape:
        return self.layout.shapes.get(heading) or self.layout.bare[heading]

    def _prompt_below(self, heading: int, shape: HeadingShape) -> Block:
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
            elif kind is Kind.TEXT and first is None and shape.number is not None and index not in self.layout.bare:
                loose.append(index)
            else:
                break
        if first is None or last is None or (loose and not is_bold_prompt(self.lines[first])):
            return Block(shape.number, heading, heading, None, None, self._below_pictures(heading + 1))
        return self._without_marker(shape.number, heading, first, last)

    def _below_pictures(self, index: int) -> int:
        """The line below the picture that the template puts under a heading, if one stands here."""
        below = index
        while below < len(self.lines) and (self.kinds[below] is Kind.BLANK or self._is_template_picture(below)):
            below += 1
            index = below if self._is_template_picture(below - 1) else index
        return index

    def _above_pictures(self, index: int, floor: int) -> int:
        """The line of the picture that the template puts above a prompt, if one stands there."""
        above = index - 1
        while above >= floor and self.kinds[above] is Kind.BLANK:
            above -= 1
        return above if above >= floor and self._is_template_picture(above) else index

    def _is_template_picture(self, index: int) -> bool:
        line = self.lines[index]
        return bool(self.pictures) and is_picture(line) and line.split(maxsplit=1)[0] in self.pictures

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
        for index in range(start, min(len(self.lines), start + _LONGEST_ANSWER)):
            kind = self.kinds[index]
            if kind is Kind.TEXT:
                text = True
            elif kind is Kind.HEADING:
                return None
            if index in self.layout.bare and self.layout.bare[index].word in self.words:
                return None
            if kind is Kind.QUOTE and text:
                if index in self.layout.markers:
                    return index if self.layout.blank_rest(index) else None
                if not QUOTE.fullmatch(self.lines[index].rstrip(" \t")):
                    return None
        return None

    # What a question of this file looks like

    def _is_whole(self, block: Block) -> bool:
        if block.prompt is None or block.marker is None or block.heading is None or block.above is not None:
            return False
        loose = (index for index in range(block.heading + 1, block.marker) if self.kinds[index] is Kind.TEXT)
        return all(is_picture(self.lines[index]) for index in loose)

    def _without_samples(self, whole: Sequence[Block]) -> list[Block]:
        """Without those that stand in a code fence of an answer, unless their number stands nowhere else."""
        if not any(self.layout.in_fence(block.start) for block in whole):
            return list(whole)
        real = {block.number for block in whole if not self.layout.in_fence(block.start)}
        return [
            block
            for block in whole
            if not self.layout.in_fence(block.start) or (block.number is not None and block.number not in real)
        ]

    def _has_bold_prompt(self, block: Block) -> bool:
        return block.prompt is not None and is_bold_prompt(self.lines[block.prompt[0]])

    def _learn(self, whole: Sequence[Block]) -> None:
        if not whole:
            return
        shapes = [self._shape(block.start) for block in whole]
        levels = Counter(shape.level for shape in shapes)
        self.level = levels.most_common(1)[0][0]
        words = Counter(shape.word for shape in shapes if shape.number is not None)
        self.words |= {word for word, count in words.items() if count > 1 or len(whole) == 1}
        self.numbered = 2 * sum(words.values()) >= len(whole)
        runs = Counter(self._runs(block) for block in whole)
        self.runs = runs.most_common(1)[0][0]
        above = ((block.start + 1, block.prompt[0]) for block in whole if block.prompt is not None)
        between = (self.lines[index] for first, stop in above for index in range(first, stop))
        # Only the form with attributes: `![...](...)` above a prompt may as well end somebody's answer.
        self.pictures = {line.split(maxsplit=1)[0] for line in between if is_picture(line) and line.lstrip()[0] == "<"}

    def _runs(self, block: Block) -> int:
        """Of how many quotes, with blank lines between them, a prompt consists."""
        if block.prompt is None:
            return 1
        first, last = block.prompt
        return 1 + sum(
            self.kinds[index] is Kind.QUOTE and self.kinds[index - 1] is not Kind.QUOTE
            for index in range(first + 1, last + 1)
        )

    def _is_damaged(self, block: Block) -> bool:
        """A heading as questions have it, with a prompt below it."""
        if block.prompt is None or block.heading is None:
            return False
        shape = self._shape(block.heading)
        if not self.numbered:
            return shape.level == self.level and self._has_bold_prompt(block)
        return shape.number is not None and shape.word in self.words

    def _is_heading_only(self, block: Block) -> bool:
        if block.prompt is not None or block.heading not in self.layout.shapes:
            return False
        return self.layout.shapes[block.heading].names_a_question(self.words)

    # Putting them in order

    def _with(self, anchors: Sequence[Block], found: Iterable[Block], *, in_order: bool) -> list[Block]:
        """The anchors and those of the found blocks whose number is missing among them.

        A block that fits the order is taken although its number stands elsewhere, unless `in_order`; one that does not
        fit is taken where its number is missing, unless `in_order` or it begins with nothing but the number.
        """
        if not self.numbered:
            return sorted([*anchors, *found], key=lambda block: block.start)
        numbered = [block for block in anchors if block.number is not None and self._has_own_number(block)]
        starts = [block.start for block in numbered]
        taken = {block.number for block in numbered}
        added: list[Block] = []
        last = -1
        for block in found:
            number = block.number or 0
            position = bisect_left(starts, block.start)
            before = numbered[position - 1] if position else None
            previous = (before.number or 0) if before else 0
            if added and (before is None or added[-1].start > before.start):
                previous = max(previous, last)
            following = numbered[position].number if position < len(numbered) else None
            fits = previous < number and (following is None or number < following)
            missing = number not in taken
            worded = self._shape(block.start).word != ""
            if (fits and (missing or not in_order)) or (missing and worded and not in_order):
                added.append(block)
                taken.add(number)
                last = number
        return sorted([*anchors, *added], key=lambda block: block.start)

    def _has_own_number(self, block: Block) -> bool:
        return block.heading is not None and self._shape(block.heading).word in self.words

    def _with_numbers(self, blocks: Sequence[Block]) -> list[Block]:
        """Give a number to headings that have none of their own: the one after the question before."""
        own = {block.number for block in blocks if block.number is not None and self._has_own_number(block)}
        highest = max((number for number in own if number is not None), default=0)
        gaps = (number for number in range(1, highest) if number not in own)
        previous = 0
        result: list[Block] = []
        for block in blocks:
            if block.number is None or not self._has_own_number(block):
                number = previous + 1 if previous + 1 not in own else next(gaps, None)
                while number in own:
                    number = next(gaps, None)
                if number is None:
                    continue
                own.add(number)
                block.number = number
                if block.heading is not None and self._shape(block.heading).level != self.level:
                    self._move_to_prompt(block)
            previous = block.number
            result.append(block)
        return result

    def _move_to_prompt(self, block: Block) -> None:
        """The heading is a section's or an answer's, and the question below it lost its own."""
        if block.prompt is None or block.marker is None:
            return
        first = self._prompt_start(block.prompt[0] - 1, block.marker)
        block.start, block.heading, block.prompt = self._above_pictures(first, block.start), None, (first, block.marker - 1)

    # Lost headings

    def _with_lost_headings(self, blocks: Sequence[Block]) -> list[Block]:
        """Add the questions whose heading is gone, where numbers are missing to name them."""
        taken = {block.number for block in blocks}
        top = Block(0, 0, None, None, None, 0)
        result = [top]
        for position, block in enumerate([top, *blocks]):
            if position:
                result.append(block)
            after = blocks[position] if position < len(blocks) else None
            stop = after.start if after else len(self.lines)
            number = block.number or 0
            following = (after.number or 0) if after else 0
            while not self.numbered or number + 1 < following or number + 1 not in taken:
                lost = self._lost_question(result[-1], stop, missing=number + 1 < following)
                if lost is None:
                    break
                number += 1
                taken.add(number)
                lost.number = number
                result.append(lost)
        return result[1:]

    def _lost_question(self, block: Block, stop: int, *, missing: bool) -> Block | None:
        """The next prompt in a block: one with a marker, or in bold with a prompt's wording; `missing`: just in bold."""
        looked_through = block.region
        run = bold = None
        for index in range(block.region, stop):
            if index in self.layout.markers and run is not None and (bold is not None or self.layout.blank_rest(index)):
                first = bold if bold is not None else run
                if self.runs > 1:
                    first = self._prompt_start(block.region - 1, index)
                start, marker = self._above_pictures(first, block.region), self._last_marker_of_run(index)
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
                if enough and last + 1 not in self.layout.markers and not self._marker_in(index, last):
                    return Block(None, self._above_pictures(index, block.region), None, (index, last), None, last + 1)
                looked_through = last
        return None

    def _quote_run(self, first: int, stop: int) -> tuple[int, bool]:
        """The last line of a quote, and whether it holds the template's own talk about the answer."""
        last, wording = first, False
        while last + 1 < min(stop, first + _LONGEST_PROMPT) and self.kinds[last + 1] is Kind.QUOTE:
            last += 1
            wording = wording or is_prompt_wording(self.lines[last])
        return last, wording

    def _marker_in(self, first: int, last: int) -> bool:
        return any(index in self.layout.markers for index in range(first, last + 1))

    def _prompt_start(self, floor: int, marker: int) -> int:
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
