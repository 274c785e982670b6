"""Finds the template in a report: headings, prompts, answer markers, sections and the checklist, also in damaged files.

Owns every decision about where a question begins and ends. It works line by line on the file's own lines and knows no
particular course: what a question heading looks like is learned from the questions that are whole. It judges nothing
(`validation`) and changes nothing (`edits`). Line indices inside this module are 0-based; the values it returns are
1-based.

How it reads a file:

1. A heading whose next text is a block quote that ends in the answer marker is certainly a question.
2. Headings that look like those (`### Question 6`), but lost their marker or prompt, are questions where their number
   fits the sequence.
3. Where numbers are missing between two questions, a second prompt in the first one's block is a question that lost
   its heading.
4. An answer region runs from the marker to the next question, or to the section heading that stands before it. A
   heading inside an answer is text: only one with nothing but a quote between it and the next question is a section.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise

from report_tui.core.checklist import find_checklist
from report_tui.core.placeholders import PLACEHOLDER, is_remnant
from report_tui.core.report import Answer, Damage, DamageNote, Placeholder, Question, Report
from report_tui.core.source import Source, is_blank

HEADING = re.compile(r" {0,3}(#{1,6})[ \t]*(.*?)[ \t]*#*[ \t]*")
NUMBERED = re.compile(r"(?:[*_]{2})?(?:([^\W\d_]+)\.?[ \t]*)?(\d{1,4})(?:[.:)]|[*_]{2})*(?:\s.*)?", re.DOTALL)
QUOTE = re.compile(r" {0,3}>[ \t]?")
MARKER = re.compile(r"[> \t]*(?:[*_]{1,3})?answer(?:[*_]{1,3})?[ \t]*:(?:[*_]{1,3})?", re.IGNORECASE)
FENCE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)")
LIMIT_LINE = re.compile(r"[*_]*(?:recommended )?answer length\b|[*_]*example[*_]*:", re.IGNORECASE)
# Without its `#` a line is taken for a heading only in this one wording, or every sentence could be one.
BARE_HEADING = re.compile(r"(?:[*_]{2})?question \d{1,4}(?:[.:)]|[*_]{2})*[ \t]*", re.IGNORECASE)
ALWAYS_A_QUESTION = "question"


class _Kind(IntEnum):
    BLANK = 0
    QUOTE = 1
    HEADING = 2
    TEXT = 3


@dataclass(slots=True)
class _Block:
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
    loose_text: int | None = None
    """A line of text between the heading and the marker."""


def parse(data: bytes, placeholders: tuple[str, ...] = ()) -> Report:
    """Read a report; see `Report.from_bytes`."""
    return _Reader(Source.from_bytes(data), placeholders).read()


def marker_rest(line: str) -> int | None:
    """Where the text behind an answer marker begins in this line; None where the line is no marker."""
    if "nswer" not in line and "NSWER" not in line:
        return None
    match = MARKER.match(line)
    return match.end() if match else None


def heading_shape(line: str) -> tuple[int, str, int | None, str] | None:
    """Level, shape word (casefolded), number and text of a heading line; None where it is none.

    The shape word is what stands before the number: `question` in `### Question 4`, an empty string in `### 26.`.
    """
    match = HEADING.fullmatch(line)
    if match is None:
        return None
    text = match[2]
    numbered = NUMBERED.fullmatch(text)
    if numbered is None:
        return len(match[1]), "", None, text
    return len(match[1]), (numbered[1] or "").casefold(), int(numbered[2]), text


class _Reader:
    """One pass over one file. It lives only while `parse` runs."""

    def __init__(self, source: Source, placeholders: tuple[str, ...]) -> None:
        self.source = source
        self.lines = source.lines
        self.placeholders = placeholders
        self.kinds: list[_Kind] = []
        self.headings: list[int] = []
        self.fences: list[int] = []
        self.bare_headings: list[int] = []
        self.damage: list[DamageNote] = []
        self.level = 3
        self.words = {ALWAYS_A_QUESTION}
        self._classify()

    def read(self) -> Report:
        blocks = self._find_blocks()
        title = next((h[3] for h in map(heading_shape, (self.lines[i] for i in self.headings)) if h and h[0] == 1), "")
        questions = self._build(blocks)
        regions = [question.answer.region for question in questions]
        checklist = find_checklist(self.source, regions)
        self.damage.sort(key=lambda note: (note.line, note.question))
        return Report(self.source, title, questions, checklist, tuple(self.damage), self.placeholders)

    def _classify(self) -> None:
        for index, line in enumerate(self.lines):
            stripped = line.lstrip(" \t")
            kind = _Kind.TEXT
            if not stripped:
                kind = _Kind.BLANK
            elif stripped[0] == ">":
                kind = _Kind.QUOTE
            elif stripped[0] == "#":
                if len(line) - len(stripped) <= 3 and HEADING.fullmatch(line):
                    kind = _Kind.HEADING
                    self.headings.append(index)
            elif stripped[0] in "`~":
                if FENCE.match(line):
                    self.fences.append(index)
            elif stripped[0] in "Qq*_" and BARE_HEADING.fullmatch(line):
                self.bare_headings.append(index)
            self.kinds.append(kind)

    # Questions

    def _find_blocks(self) -> list[_Block]:
        certain = [block for index in self.headings if (block := self._whole_question(index)) is not None]
        self._learn(certain)
        blocks = self._with_damaged(certain)
        self._number(blocks)
        return self._with_lost_headings(blocks)

    def _whole_question(self, heading: int) -> _Block | None:
        """The question that begins at this heading, if a prompt with a marker is the next thing below it."""
        block = self._prompt_below(heading)
        return block if block.prompt is not None and block.marker is not None and block.loose_text is None else None

    def _prompt_below(self, heading: int) -> _Block:
        """The prompt and the marker below a heading, as far as they are there."""
        number = self._number_in(heading)
        loose: list[int] = []
        first = last = None
        for index in range(heading + 1, len(self.lines)):
            kind = self.kinds[index]
            if kind is _Kind.BLANK:
                continue
            if marker_rest(self.lines[index]) is not None and (kind is _Kind.QUOTE or first is not None):
                marker = self._last_marker_of_run(index)
                # A template may put a picture above the quote, or the whole prompt outside of it.
                prompt = (first, marker - 1) if first is not None else (loose[0], loose[-1]) if loose else None
                return _Block(number, heading, heading, prompt, marker, self._region_start(marker))
            if kind is _Kind.QUOTE:
                first = index if first is None else first
                last = index
            elif kind is _Kind.TEXT and first is None and number is not None:
                loose.append(index)
            else:
                break
        if first is None or last is None or (loose and not _is_bold_prompt(self.lines[first])):
            return _Block(number, heading, heading, None, None, heading + 1)
        return self._without_marker(number, heading, first, last)

    def _number_in(self, heading: int) -> int | None:
        shape = heading_shape(self.lines[heading])
        if shape is None:
            return int(re.findall(r"\d+", self.lines[heading])[0])
        return shape[2]

    def _region_start(self, marker: int) -> int:
        rest = marker_rest(self.lines[marker])
        return marker if rest is not None and not is_blank(self.lines[marker][rest:]) else marker + 1

    def _last_marker_of_run(self, marker: int) -> int:
        """A bare marker that ends the quote wins over one before it, which is part of an example then."""
        end = marker
        while end + 1 < len(self.lines) and self.kinds[end + 1] is _Kind.QUOTE:
            end += 1
        while end > marker and QUOTE.fullmatch(self.lines[end].rstrip(" \t")):
            end -= 1
        rest = marker_rest(self.lines[end])
        bold_between = any(_is_bold_prompt(self.lines[index]) for index in range(marker + 1, end))
        if end > marker and rest is not None and is_blank(self.lines[end][rest:]) and not bold_between:
            return end
        return marker

    def _without_marker(self, number: int | None, heading: int, first: int, last: int) -> _Block:
        """The prompt is the first run of quoted lines, and further runs as long as they read like a prompt."""
        end = first
        for index in range(first + 1, last + 1):
            if self.kinds[index] is not _Kind.QUOTE:
                continue
            body = QUOTE.sub("", self.lines[index], count=1)
            if index == end + 1 or LIMIT_LINE.match(body) or _is_bold_prompt(self.lines[index]):
                end = index
        block = _Block(number, heading, heading, (first, end), None, end + 1)
        marker = self._marker_after_text(end)
        if marker is not None:
            block.marker, block.region = marker, self._region_start(marker)
            block.loose_text = next(i for i in range(end + 1, marker) if self.kinds[i] is _Kind.TEXT)
        return block

    def _marker_after_text(self, start: int) -> int | None:
        """A quoted, bare marker below loose text and above the next heading: somebody wrote above the marker."""
        text = False
        for index in range(start + 1, len(self.lines)):
            kind = self.kinds[index]
            if kind is _Kind.HEADING:
                return None
            text = text or kind is _Kind.TEXT
            rest = marker_rest(self.lines[index]) if kind is _Kind.QUOTE else None
            if rest is not None and is_blank(self.lines[index][rest:]):
                return index if text else None
        return None

    def _learn(self, certain: Sequence[_Block]) -> None:
        levels: Counter[int] = Counter()
        for block in certain:
            shape = heading_shape(self.lines[block.start])
            if shape is None:
                continue
            levels[shape[0]] += 1
            if shape[2] is not None:
                self.words.add(shape[1])
        if levels:
            self.level = levels.most_common(1)[0][0]

    def _with_damaged(self, certain: Sequence[_Block]) -> list[_Block]:
        """All blocks in document order: the certain ones and those that lost their marker or prompt."""
        known = {block.start: block for block in certain}
        candidates = sorted({*self.headings, *self.bare_headings})
        numbers_ahead = self._certain_numbers(certain)
        taken = {number for number, _ in numbers_ahead}
        blocks: list[_Block] = []
        previous = 0
        for index in candidates:
            block = known.get(index)
            if block is None:
                block = self._damaged_question(index)
                if block is None or block.number is None:
                    continue
                following = next((number for number, start in numbers_ahead if start > index), None)
                fits = previous < block.number and (following is None or block.number < following)
                if not fits or (block.number in taken and block.prompt is None):
                    continue
            if blocks and self._is_sample(blocks[-1].region, index, candidates):
                continue
            if block.number is not None:
                previous = block.number
            blocks.append(block)
        return blocks

    def _certain_numbers(self, certain: Sequence[_Block]) -> list[tuple[int, int]]:
        return [(block.number, block.start) for block in certain if block.number is not None]

    def _damaged_question(self, index: int) -> _Block | None:
        shape = heading_shape(self.lines[index])
        if shape is None:
            block = self._prompt_below(index)
            return block if block.prompt is not None else None
        _, word, number, _ = shape
        if number is None or word not in self.words:
            return None
        return self._prompt_below(index)

    def _is_sample(self, start: int, index: int, candidates: Iterable[int]) -> bool:
        """Whether line `index` stands in a code fence that is opened and closed again inside one answer."""
        following = next((i for i in candidates if i > index), len(self.lines))
        return self._fence_open_at(start, index) and not self._fence_open_at(start, following)

    def _fence_open_at(self, start: int, stop: int) -> bool:
        fence: str | None = None
        for index in self.fences:
            if index < start:
                continue
            if index >= stop:
                break
            match = FENCE.match(self.lines[index])
            if match is None:
                continue
            if fence is None:
                if match[1][0] == "~" or "`" not in match[2]:
                    fence = match[1]
            elif match[1].startswith(fence) and is_blank(match[2]):
                fence = None
        return fence is not None

    def _number(self, blocks: Sequence[_Block]) -> None:
        """Give a number to headings that have none of their own: the one after the question before."""
        previous = 0
        for block in blocks:
            shape = heading_shape(self.lines[block.start])
            if shape is not None and (shape[2] is None or shape[1] not in self.words):
                block.number = previous + 1
                if self._is_section_instead(block, shape[0]):
                    self._move_to_prompt(block)
            previous = block.number or previous

    def _is_section_instead(self, block: _Block, level: int) -> bool:
        return block.heading is not None and level < self.level and block.prompt is not None

    def _move_to_prompt(self, block: _Block) -> None:
        """The heading is a section's, and the question below it lost its own: begin at the last run of its quote."""
        if block.prompt is None or block.marker is None:
            return
        first = self._prompt_start(block.prompt[0] - 1, block.marker)
        block.start, block.heading, block.prompt = first, None, (first, block.marker - 1)

    def _with_lost_headings(self, blocks: list[_Block]) -> list[_Block]:
        """Add the questions whose heading is gone, where numbers are missing to name them."""
        result: list[_Block] = []
        for position, block in enumerate(blocks):
            result.append(block)
            after = blocks[position + 1] if position + 1 < len(blocks) else None
            stop = after.start if after else len(self.lines)
            number = block.number or 0
            room = (after.number or 0) - number - 1 if after else 1
            while room > 0 and (lost := self._lost_question(result[-1], stop)) is not None:
                number += 1
                room = room - 1 if after else 1
                lost.number = number
                result.append(lost)
        return result

    def _lost_question(self, block: _Block, stop: int) -> _Block | None:
        for index in range(block.region, stop):
            if self.kinds[index] is _Kind.BLANK:
                continue
            if marker_rest(self.lines[index]) is not None and index > 0:
                first = self._prompt_start(block.region - 1, index)
                if first < index and _is_bold_prompt(self.lines[first]):
                    marker = self._last_marker_of_run(index)
                    return _Block(None, first, None, (first, marker - 1), marker, self._region_start(marker))
            elif self.kinds[index] is _Kind.QUOTE and LIMIT_LINE.match(QUOTE.sub("", self.lines[index], count=1)):
                if self._marker_below(index, stop):
                    continue
                first = self._prompt_start(block.region - 1, index)
                if _is_bold_prompt(self.lines[first]):
                    last = index
                    while last + 1 < stop and self.kinds[last + 1] is _Kind.QUOTE:
                        last += 1
                    return _Block(None, first, None, (first, last), None, last + 1)
        return None

    def _marker_below(self, index: int, stop: int) -> bool:
        """Whether the quote that holds line `index` has a marker, or is followed by one."""
        for below in range(index + 1, stop):
            if marker_rest(self.lines[below]) is not None:
                return True
            if self.kinds[below] is not _Kind.QUOTE:
                return False
        return False

    def _prompt_start(self, floor: int, marker: int) -> int:
        """The first line of the prompt that ends at `marker`, looking no higher than the line after `floor`."""
        first = marker
        while first - 1 > floor and self.kinds[first - 1] is _Kind.QUOTE:
            first -= 1
        return next((index for index in range(first, marker) if _is_bold_prompt(self.lines[index])), first)

    # Answers

    def _build(self, blocks: Sequence[_Block]) -> tuple[Question, ...]:
        ends = self._region_ends(blocks)
        section = self._section_before(blocks[0].start, 0) if blocks else None
        section_text = self._heading_text(section)
        found: list[Question] = []
        for position, (block, end) in enumerate(zip(blocks, ends, strict=True)):
            found.append(self._question(block, end, section_text))
            if position + 1 < len(blocks):
                section = end if end < blocks[position + 1].start else None
                section_text = self._heading_text(section) or section_text
        return self._without_copies(found)

    def _region_ends(self, blocks: Sequence[_Block]) -> list[int]:
        """Of each block the first line after its answer region."""
        ends = []
        for block, after in pairwise(blocks):
            if (after.number or 0) <= (block.number or 0):
                copy = self._second_copy(block.region, after.start, blocks[0].start)
                if copy is not None:
                    ends.append(copy)
                    continue
            section = self._section_before(after.start, block.region)
            ends.append(after.start if section is None else section)
        if blocks:
            ends.append(self._end_of_last(blocks[-1].region))
        return ends

    def _section_before(self, index: int, floor: int) -> int | None:
        """The section heading above line `index` with nothing but its introduction, a quote, between them."""
        section = None
        above = index - 1
        while above >= floor:
            kind = self.kinds[above]
            if kind is _Kind.HEADING:
                shape = heading_shape(self.lines[above])
                if shape is None or shape[0] >= self.level:
                    break
                section = above
            elif kind is _Kind.TEXT or (kind is _Kind.QUOTE and section is not None):
                break
            above -= 1
        return section

    def _second_copy(self, start: int, stop: int, first_question: int) -> int | None:
        """Where the document begins a second time between two lines: its first lines stand there again."""
        opening = [line for line in self.lines[:first_question] if not is_blank(line)]
        if not opening:
            return None
        for index in range(start, stop):
            if self.lines[index] == opening[0] and len(opening) > 1:
                below = next((line for line in self.lines[index + 1 : stop] if not is_blank(line)), None)
                if below == opening[1]:
                    return index
        titles = {line for line in opening if HEADING.fullmatch(line)}
        return next((index for index in range(start, stop) if self.lines[index] in titles), None)

    def _end_of_last(self, start: int) -> int:
        """The last answer runs to the end of the file, or to a checklist that closes it."""
        for index in self.headings:
            shape = heading_shape(self.lines[index])
            if index < start or shape is None or shape[0] >= self.level:
                continue
            below = next((line for line in self.lines[index + 1 :] if not is_blank(line)), "")
            if re.match(r"[-*+][ \t]+\[[ xX]\][ \t]", below):
                return index
        return len(self.lines)

    def _heading_text(self, index: int | None) -> str:
        shape = heading_shape(self.lines[index]) if index is not None else None
        return shape[3] if shape else ""

    def _question(self, block: _Block, end: int, section: str) -> Question:
        number = block.number or 0
        heading = self._heading_text(block.heading) if block.heading is not None else f"Question {number}"
        if block.heading is not None and not heading:
            heading = self.lines[block.heading].strip(" \t*_")
        prompt_lines = None
        prompt = ""
        if block.prompt is not None and block.prompt[0] <= block.prompt[1]:
            first, last = block.prompt
            prompt = "\n".join(QUOTE.sub("", line, count=1) for line in self.lines[first : last + 1]).strip("\n")
            prompt_lines = (first + 1, last + 1)
        answer = self._answer(block, end)
        self._note_damage(block, number, answer)
        marker_line = block.marker + 1 if block.marker is not None else None
        return Question(number, heading, block.start + 1, prompt, prompt_lines, marker_line, section, answer)

    def _answer(self, block: _Block, end: int) -> Answer:
        inline = block.marker is not None and block.region == block.marker
        starts = self.source.starts
        if inline:
            rest = marker_rest(self.lines[block.region]) or 0
            rest += len(self.lines[block.region][rest:]) - len(self.lines[block.region][rest:].lstrip(" \t"))
            first, offset = block.region, starts[block.region] + rest
            region_start = offset
        else:
            first = self._first_line(block, end)
            above = block.region - 1
            region_start = starts[above] + len(self.lines[above]) if above >= 0 else 0
            offset = starts[min(first, len(starts) - 1)]
        last = end - 1
        while last >= first and self.kinds[last] is _Kind.BLANK:
            last -= 1
        region = (region_start, max(region_start, starts[end]))
        if last < first:
            return self._blank_answer(block, region)
        text = "\n".join([self.source.text[offset : starts[first] + len(self.lines[first])], *self.lines[first + 1 : last + 1]])
        span = (offset, starts[last] + len(self.lines[last]))
        return self._filled_answer(text, region, span, first)

    def _first_line(self, block: _Block, end: int) -> int:
        """The first line of the region that may be text: not blank, and no bare `>` glued to the marker."""
        first = block.region
        while first < end and self.kinds[first] is _Kind.QUOTE and not QUOTE.sub("", self.lines[first], count=1).strip():
            first += 1
        while first < end and self.kinds[first] is _Kind.BLANK:
            first += 1
        return first

    def _blank_answer(self, block: _Block, region: tuple[int, int]) -> Answer:
        where = block.marker if block.marker is not None else block.start
        insert = self._insertion(region)
        return Answer("", None, region, (insert, insert), where + 1, Placeholder.NONE, None)

    def _insertion(self, region: tuple[int, int]) -> int:
        """Where a first answer goes: behind the first blank line of the region, or at its end."""
        line = self.source.line_at(region[0])
        while line < len(self.lines) and self.source.starts[line] < region[1] and self.kinds[line] is _Kind.QUOTE:
            line += 1
        if line < len(self.lines) and self.source.starts[line] < region[1]:
            line += 1
        return max(region[0], min(self.source.starts[line], region[1])) if line < len(self.source.starts) else region[1]

    def _filled_answer(self, text: str, region: tuple[int, int], span: tuple[int, int], first: int) -> Answer:
        lines = text.split("\n")
        left = [row for row, line in enumerate(lines) if PLACEHOLDER.search(line)]
        noise = self._noise_rows(lines)
        rest = [line for row, line in enumerate(lines) if row not in noise and not is_remnant(line)]
        placeholder_line = first + 1 + min([*left, *noise], default=0) if left or noise else None
        if not rest:
            kind = Placeholder.UNTOUCHED if placeholder_line else Placeholder.NONE
            return Answer("", None, region, span, placeholder_line or first + 1, kind, placeholder_line)
        kind = Placeholder.BESIDE_TEXT if placeholder_line else Placeholder.NONE
        return Answer(text, (first + 1, first + len(lines)), region, span, first + 1, kind, placeholder_line)

    def _noise_rows(self, lines: Sequence[str]) -> set[int]:
        """Rows of a placeholder that the rules name by its first word: the whole paragraph that it opens."""
        rows: set[int] = set()
        for row, line in enumerate(lines):
            words = line.split(maxsplit=1)
            follows = row - 1 in rows and bool(words)
            if follows or (words and words[0] in self.placeholders):
                rows.add(row)
        return rows

    def _note_damage(self, block: _Block, number: int, answer: Answer) -> None:
        def note(damage: Damage, index: int) -> None:
            self.damage.append(DamageNote(damage, index + 1, number))

        if block.heading is None:
            note(Damage.HEADING_MISSING, block.start)
        else:
            shape = heading_shape(self.lines[block.heading])
            if shape is None or shape[0] != self.level or not re.match(r" {0,3}#+[ \t]", self.lines[block.heading]):
                note(Damage.HEADING_CHANGED, block.heading)
        if block.prompt is None:
            note(Damage.PROMPT_MISSING, block.start)
        if block.loose_text is not None:
            note(Damage.ANSWER_ABOVE_MARKER, block.loose_text)
        if block.marker is None:
            note(Damage.MARKER_MISSING, block.prompt[1] if block.prompt else block.start)
            return
        if self.kinds[block.marker] is not _Kind.QUOTE:
            note(Damage.MARKER_UNQUOTED, block.marker)
        if block.region == block.marker and not is_remnant(self.source.text[slice(*answer.span)]):
            note(Damage.ANSWER_ON_MARKER, block.marker)
        elif answer.lines is not None and self._is_glued_quote(block.marker, answer.lines[0] - 1):
            note(Damage.ANSWER_IN_QUOTE, answer.lines[0] - 1)

    def _is_glued_quote(self, marker: int, first: int) -> bool:
        return all(self.kinds[index] is _Kind.QUOTE for index in range(marker, first + 1))

    def _without_copies(self, found: Sequence[Question]) -> tuple[Question, ...]:
        """One question for each number: the first that is answered, else the first."""
        chosen: dict[int, Question] = {}
        for question in found:
            present = chosen.get(question.id)
            if present is None or (present.answer.lines is None and question.answer.lines is not None):
                chosen[question.id] = question
        for question in found:
            if chosen[question.id] is not question:
                self.damage.append(DamageNote(Damage.QUESTION_TWICE, question.heading_line, question.id))
        return tuple(question for question in found if chosen[question.id] is question)


def _is_bold_prompt(line: str) -> bool:
    """Whether a quoted line begins in bold, as a question's wording does."""
    return bool(QUOTE.match(line)) and QUOTE.sub("", line, count=1).startswith("**")
