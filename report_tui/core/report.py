"""The parsed report as frozen values: questions, their answers, sections, the checklist and what is damaged.

Owns the vocabulary that every other layer speaks. It holds no parsing (`template`), no editing (`edits`) and no
judgement (`validation`): the values here only say what stands where. Lines are 1-based throughout, as an editor
counts them, and `first`/`last` are both inclusive. They are named tuples, as all values of a check are: data classes
would cost it a fifth of its time. `Report` has what reads and edits one as methods; each loads `template` or `edits`
when it is called, since those are made of the values here.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

TYPE_CHECKING = False  # not typing's: importing that costs every command two milliseconds
if TYPE_CHECKING:
    from collections.abc import Mapping

    from report_tui.core.source import Source


class Damage(StrEnum):
    """A way in which the template's own text was changed, as far as the structure shows it."""

    MARKER_MISSING = "marker-missing"
    """The `> Answer:` line of a question is gone."""
    MARKER_UNQUOTED = "marker-unquoted"
    """The marker lost its `>`: `Answer:`."""
    ANSWER_ON_MARKER = "answer-on-marker"
    """The answer begins on the marker's own line."""
    ANSWER_IN_QUOTE = "answer-in-quote"
    """The answer stands, wholly or in part, inside the prompt's block quote."""
    ANSWER_ABOVE_MARKER = "answer-above-marker"
    """Text that is no part of a quote stands between the question's heading and its marker."""
    PROMPT_MISSING = "prompt-missing"
    """A question heading is followed by no block quote."""
    HEADING_MISSING = "heading-missing"
    """A prompt without a question heading of its own, inside the block of the question before it."""
    HEADING_CHANGED = "heading-changed"
    """A question heading with another number of `#` than the others, or none."""
    QUESTION_TWICE = "question-twice"
    """A question stands in the file more than once; the other copy is not edited."""


class DamageNote(NamedTuple):
    """One place where the template is damaged."""

    damage: Damage
    line: int
    question: int


class Placeholder(StrEnum):
    """What is left of the template's placeholder in an answer region."""

    NONE = "none"
    UNTOUCHED = "untouched"
    """Nothing but the placeholder (or its emptied dashes) stands in the region."""
    BESIDE_TEXT = "beside-text"
    """The placeholder line is still there, next to text: it counts as part of the answer."""


class Answer(NamedTuple):
    """What stands in one answer region."""

    text: str
    """The answer with newlines as `\\n` and without outer blank lines; empty for an untouched placeholder."""
    lines: tuple[int, int] | None
    """First and last line of the answer; None where nothing but blanks, a bare `>` or the placeholder stands."""
    region: tuple[int, int]
    """Offsets in `Source.text` (characters, end exclusive): the only part of the file that an edit may change."""
    span: tuple[int, int]
    """Offsets in `Source.text` of the text, or of the untouched placeholder; empty where there is neither."""
    line: int
    """Where to look: the answer's first line, else the placeholder's, else the marker's or the heading's."""
    placeholder: Placeholder
    placeholder_line: int | None


class Question(NamedTuple):
    """One question: its number is its identity across edits, reloads and merges."""

    id: int
    heading: str
    """The heading's text without its `#`; for a lost heading what it must have been, `Question 2`."""
    heading_line: int
    """Line of the heading; for a lost heading, the first line of the prompt."""
    prompt: str
    """The prompt's Markdown without its `>` and without the marker line, newlines as `\\n`."""
    prompt_lines: tuple[int, int] | None
    marker_line: int | None
    section: str
    """Text of the section heading it stands under, or an empty string."""
    answer: Answer


class ChecklistItem(NamedTuple):
    """One box of the template's checklist."""

    line: int
    state: str
    """What stands between the brackets: a blank, `x`, `X`, or something odd such as `/`."""
    state_span: tuple[int, int]
    """Offsets in `Source.text` of what stands between the brackets."""
    text: str
    """The wording, wrapped lines joined by one blank."""
    group: str
    """Text of the heading it stands under, or an empty string."""

    @property
    def done(self) -> bool:
        """Whether the box is ticked in the way every renderer understands."""
        return self.state in ("x", "X")


class Report(NamedTuple):
    """One version of a report: the source and where everything in it stands.

    Made by `Report.from_bytes`; an edit makes a new one. Equality is that of the bytes.
    """

    source: Source
    title: str
    """Text of the file's first top-level heading, or an empty string."""
    questions: tuple[Question, ...]
    checklist: tuple[ChecklistItem, ...]
    damage: tuple[DamageNote, ...]
    """In line order; empty for a pristine template."""
    placeholders: tuple[str, ...] = ()
    """The argument of `from_bytes`, kept so that an edited report is read in the same way."""

    @staticmethod
    def from_bytes(data: bytes, placeholders: tuple[str, ...] = ()) -> Report:
        """Read a report from the bytes of its file; never fails.

        Args:
            data: the file, whatever it holds; bytes that are not UTF-8 make the report read-only, and of a file that
                holds far more than any report nothing is read (`report.source.problem` says why).
            placeholders: first words of placeholders that do not have the usual dashes, from the rules.
        """
        from report_tui.core.template import parse

        return parse(data, placeholders)

    def to_bytes(self) -> bytes:
        """The file's bytes: the very object that was read, as long as nothing was edited."""
        return self.source.data

    @property
    def texts(self) -> dict[int, str]:
        """Of each question its number and the text of its answer; in document order."""
        return {question.id: question.answer.text for question in self.questions}

    def question(self, number: int) -> Question:
        """The question with this number.

        Raises:
            KeyError: the report has no such question.
        """
        for question in self.questions:
            if question.id == number:
                return question
        raise KeyError(number)

    def box(self, line: int) -> ChecklistItem:
        """The box of the checklist on this 1-based line.

        Raises:
            BoxRejected: no box stands there, perhaps since the lines have moved.
        """
        for item in self.checklist:
            if item.line == line:
                return item
        from report_tui.core.rejection import BoxRejected

        raise BoxRejected(line, "no box of the checklist stands here", "look at the checklist again")

    def with_answer(self, number: int, text: str) -> Report:
        """A report in which the answer to question `number` is `text`, and no other byte is changed.

        Returns:
            A new report, or this very object where the text equals the present answer.

        Raises:
            AnswerRejected: the text cannot be written so that it reads back as given; says why and the way out.
            KeyError: the report has no such question.
        """
        return self.with_answers({number: text})

    def with_answers(self, texts: Mapping[int, str]) -> Report:
        """A report in which several answers, by their questions' numbers, are these texts: all of them, or none.

        It is as if they were set in turn, but for the line endings of new lines in a file that mixes them.

        Returns:
            A new report, or this very object where the texts equal the present answers.

        Raises:
            AnswerRejected: one of the texts cannot be written so that all read back as given; it may be another one
                than `with_answer` would refuse, and what it says may be of all of them.
            KeyError: the report has no such question.
        """
        from report_tui.core.edits import SetAnswers, apply

        return apply(self, SetAnswers(texts))

    def with_answer_moved(self, number: int) -> Report:
        """A report in which the answer to question `number` stands below its marker, with a blank line between.

        The quote marks that made it part of the prompt, and an untouched placeholder below it, are gone.

        Returns:
            A new report, or this very object where the answer stands there already, or there is none.

        Raises:
            AnswerRejected: it cannot be moved and read back as it was; says why and the way out.
            KeyError: the report has no such question.
        """
        from report_tui.core.edits import MoveAnswer, apply

        return apply(self, MoveAnswer(number))

    def with_box(self, line: int, state: str) -> Report:
        """A report in which the box on this 1-based line holds `state`, and no other character is changed.

        Returns:
            A new report, or this very object where the box holds that already.

        Raises:
            BoxRejected: no box of the checklist stands there, or it would not read back; says the way out.
        """
        return self.with_boxes({line: state})

    def with_boxes(self, states: Mapping[int, str]) -> Report:
        """A report in which several boxes, by their 1-based lines, hold other states: all of them, or none.

        Returns:
            A new report, or this very object where all hold that already.

        Raises:
            BoxRejected: on one of the lines stands no box, or they would not read back; says the way out.
        """
        from report_tui.core.edits import SetBoxes, apply

        return apply(self, SetBoxes(states))
