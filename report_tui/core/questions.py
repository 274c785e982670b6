"""Finds the questions of a report, in order and with their numbers, also where headings, prompts or markers are lost.

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

from report_tui.core.lines import HeadingShape, Kind, Layout, is_bold_prompt, is_picture
from report_tui.core.prompts import Block, PromptReader

_DEFAULT_LEVEL = 3


class QuestionFinder:
    """One search through one file. After `find`, `level` is that of the question headings."""

    def __init__(self, layout: Layout) -> None:
        """Prepare a search through these lines."""
        self.layout = layout
        self.lines = layout.lines
        self.kinds = layout.kinds
        self.prompts = PromptReader(layout)
        self.level = _DEFAULT_LEVEL
        self.numbered = True
        self.dotted = False
        """Whether all question headings without a word have a dot behind their number: `### 26.`."""

    def find(self) -> list[Block]:
        """The questions in document order, all with a number; a number may stand there twice."""
        below = {index: self.prompts.below(index, shape) for index, shape in self.layout.shapes.items()}
        whole = self._without_samples([block for block in below.values() if self._is_whole(block)])
        bold = [block for block in below.values() if self._has_bold_prompt(block)]
        self._learn(whole or bold or [block for block in below.values() if self._is_heading_only(block)])
        starts = {block.start for block in whole}
        headings = [(index, shape) for index, shape in self.layout.shapes.items() if index not in starts]
        headings += [(index, shape) for index, shape in self.layout.bare.items() if shape.word in self.prompts.words]
        others = [self.prompts.below(index, shape) for index, shape in headings if not self.layout.in_fence(index)]
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

    def _shape(self, heading: int) -> HeadingShape:
        return self.layout.shapes.get(heading) or self.layout.bare[heading]

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
        self.prompts.words |= {word for word, count in words.items() if count > 1 or len(whole) == 1}
        self.numbered = 2 * sum(words.values()) >= len(whole)
        self.dotted = all(shape.is_delimited for shape in shapes if shape.number is not None and not shape.word)
        runs = Counter(self.prompts.count_runs(block) for block in whole)
        self.prompts.runs = runs.most_common(1)[0][0]
        above = ((block.start + 1, block.prompt[0]) for block in whole if block.prompt is not None)
        between = (self.lines[index] for first, stop in above for index in range(first, stop))
        # Only the form with attributes: `![...](...)` above a prompt may as well end somebody's answer.
        self.prompts.pictures = {
            line.split(maxsplit=1)[0] for line in between if is_picture(line) and line.lstrip()[0] == "<"
        }

    def _is_damaged(self, block: Block) -> bool:
        """A heading as questions have it, with a prompt below it."""
        if block.prompt is None or block.heading is None:
            return False
        shape = self._shape(block.heading)
        if block.heading in self.layout.bare:
            below = self.layout.next_text(self.prompts.below_pictures(block.heading + 1))
            if below != block.prompt[0]:
                return False
        if not self.numbered:
            return shape.level == self.level and self._has_bold_prompt(block)
        named = shape.number is not None and shape.word in self.prompts.words
        return named and (bool(shape.word) or shape.is_delimited or not self.dotted)

    def _is_heading_only(self, block: Block) -> bool:
        if block.prompt is not None or block.heading not in self.layout.shapes:
            return False
        return self.layout.shapes[block.heading].names_a_question(self.prompts.words)

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
        return block.heading is not None and self._shape(block.heading).word in self.prompts.words

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
        first = self.prompts.start_above(block.prompt[0] - 1, block.marker)
        block.start, block.heading = self.prompts.above_pictures(first, block.start), None
        block.prompt = (first, block.marker - 1)

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
                lost = self.prompts.lost(result[-1], stop, missing=number + 1 < following)
                if lost is None:
                    break
                number += 1
                taken.add(number)
                lost.number = number
                result.append(lost)
        return result[1:]
