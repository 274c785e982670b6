"""The editor for one answer. Owns the text being typed and its undo history; it writes nothing.

One instance for each question that was visited, so that undo, cursor and scroll survive a switch.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from textual import events, on
from textual.content import Content
from textual.message import Message
from textual.widgets import TextArea
from textual.widgets.text_area import Location, Selection

from report_tui.core import bounds
from report_tui.core.code import find_fences
from report_tui.tui.edit_history import ShortHistory
from report_tui.tui.keys import named
from report_tui.tui.markdown_style import line_spans
from report_tui.tui.widgets.markdown_area import MarkdownArea, Pasted
from report_tui.tui.widgets.quick_text_area import Span

_EXCERPT = 1_000
"""Characters that are shown of an answer that is too long to be edited here."""


class AnswerEditor(MarkdownArea):
    """A text area that knows whose answer it holds."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "answer-editor--heading",
        "answer-editor--mark",
        "answer-editor--code",
        "answer-editor--strong",
        "answer-editor--emphasis",
        "answer-editor--link",
    }

    @dataclass
    class Typed(Message):
        """The answer's text changed; ask the editor for it, since it may have changed again by now."""

        editor: AnswerEditor

        @property
        def control(self) -> AnswerEditor:
            """The editor."""
            return self.editor

    @dataclass
    class TooLong(Message):
        """Somebody wants to change an answer that is too long to be edited here."""

        editor: AnswerEditor

        @property
        def control(self) -> AnswerEditor:
            """The editor."""
            return self.editor

    def __init__(self, question: int, text: str, hint: str) -> None:
        self._key_outside = ""
        """What opens the student's own editor; known as soon as there is a screen."""
        super().__init__(
            self._shown(text),
            id=editor_id(question),
            soft_wrap=True,
            tab_behavior="focus",
            show_line_numbers=False,
            highlight_cursor_line=False,
            placeholder=Content(hint),
        )
        self.history = ShortHistory()
        self.question = question
        self._load(text)

    def on_mount(self) -> None:
        """Name the key that somebody set, where an answer cannot be edited here."""
        self._key_outside = named("edit-outside", self.app, type(self.screen))
        if self.is_too_long:
            self.text = self._shown(self._original)
            self._as_loaded = self.text

    def _load(self, text: str) -> None:
        # A text area unifies rare line breaks (form feed, U+2028); what was not touched must not be written back so.
        self._original = text
        self.read_only = self.is_too_long
        self._as_loaded = self.text
        self.known = text
        """The text that the session was last told, or gave: anything else was typed since."""

    @property
    def is_too_long(self) -> bool:
        """Whether only the beginning is shown, and nothing can be changed: each key would take minutes."""
        return bool(bounds.excess(self._original))

    @property
    def answer(self) -> str:
        """The text as it should be written: the very one that was loaded, as long as nobody typed."""
        return self._original if self.is_too_long or self.text == self._as_loaded else self.text

    def on_key(self, event: events.Key) -> None:  # type: ignore[override] # Textual calls those of all classes
        """Say why a letter does nothing."""
        if self.is_too_long and event.is_printable:
            self.post_message(self.TooLong(self))

    def put(self, text: str, start: Location, end: Location) -> None:
        """Replace a part of the text, as one step that can be undone; of an answer that is too long, nothing."""
        if self.is_too_long:
            self.post_message(self.TooLong(self))
        else:
            super().put(text, start, end)

    def watch_has_focus(self, _has_focus: bool) -> None:
        """No rule asks for an editor's focus and does anything: to go through all of them costs as much as a layout."""

    def spans(self, line_index: int) -> Iterator[Span]:
        """The Markdown of a line, and what is looked for in it."""
        for start, end, kind in line_spans(self.document[line_index]):
            yield start, end, f"answer-editor--{kind}"
        yield from super().spans(line_index)

    def bring(self, text: str) -> None:
        """Show another text, as one step that can be undone; cursor, selection and scroll stay at the same text."""
        if text == self.answer:
            self.known = text
            return
        from report_tui.core.merge import kept_rows  # here, since few sittings bring a text

        before, selection = self._text(), self.selection
        above = self._screen_row() - self.scroll_offset.y
        partly = self.is_too_long or bool(bounds.excess(text))
        super().put(self._shown(text), self.document.start, self.document.end)
        self._load(text)
        if partly:
            self.history.clear()  # no step back to what is only a part
        kept = dict(kept_rows(before, self._text()))
        self.selection = Selection(self._found(selection.start, kept), self._found(selection.end, kept))
        self.scroll_to(y=max(0, self._screen_row() - above), animate=False)

    def _screen_row(self) -> int:
        """The cursor's row, with every line wrapped."""
        return self.wrapped_document.location_to_offset(self.cursor_location).y

    def _found(self, location: Location, kept: Mapping[int, int]) -> Location:
        """Where a place went; of a line that is no longer there, as far below the last one above it that is."""
        row, column = location
        above = next((line for line in range(row, -1, -1) if line in kept), None)
        return self._near(row if above is None else kept[above] + row - above, column)

    def _near(self, row: int, column: int) -> Location:
        row = max(0, min(row, self.document.line_count - 1))
        return row, max(0, min(column, len(self.document.get_line(row))))

    def place(self, row: int, column: int) -> None:
        """Put the cursor there (both 0-based), or as near as the text allows."""
        self.move_cursor(self._near(row, column))

    def ends_with(self, pasted: Pasted) -> bool:
        """Whether a pasted text is the last that happened here: it stands where it was put, the cursor behind it."""
        return self._holds(pasted) and self.offset_of(self.cursor_location) == pasted.end

    def _holds(self, pasted: Pasted) -> bool:
        return self._text()[pasted.start : pasted.end] == pasted.text

    def put_figure(self, link: str, pasted: Pasted | None = None) -> bool:
        """Put a figure's link at the cursor, on lines of its own, as one step that can be undone; the cursor follows.

        Args:
            link: what `figure_link` made.
            pasted: a text that the link takes the place of, where it still stands there.

        Returns:
            Whether it went behind the code that the cursor was in.

        Raises:
            CannotInsert: no page would show it anywhere from there on; nothing is changed.
        """
        from report_tui.core.figure_links import CannotInsert, insertion  # here, since few sittings insert a figure

        if self.is_too_long:
            way_out = f"shorten it in your own editor ({self._key_outside})"
            raise CannotInsert("the answer is too long to be edited here", way_out)
        text = self._text()
        start = end = self.offset_of(self.cursor_location)
        if pasted is not None and self._holds(pasted):
            start, end = pasted.start, pasted.end
        row = self.location_of(start)[0]
        without = text[:start] + text[end:]
        made = insertion(without, start, link)
        first, behind, new = made.start, made.end, made.text
        if start < end:  # in one change with what goes, and with what stands between the two
            first, behind = min(start, first), max(start, behind)
            new = without[first : made.start] + new + without[made.end : behind]
        self.put(new, self.location_of(first), self.location_of(behind + end - start))
        self.move_cursor(self.location_of(made.start + made.text.index(link) + len(link)))
        self.history.checkpoint()
        in_code = any(fence.first <= row + 1 <= fence.last for fence in find_fences(text))
        return in_code and made.start > start

    def _shown(self, text: str) -> str:
        """What stands in the editor: the answer, or how one begins that is too long."""
        excess = bounds.excess(text)
        if not excess:
            return text
        said = f"This answer has {excess}: too many to be edited here. {self._key_outside} opens it in your own editor."
        return f"{said}\n\nIt begins:\n\n{text[:_EXCERPT]}…"

    @on(TextArea.Changed)
    def _tell(self, event: TextArea.Changed) -> None:
        event.stop()
        self.post_message(self.Typed(self))


def editor_id(question: int) -> str:
    """The widget id of a question's editor."""
    return f"answer-{question}"
