"""The editor for one answer. Owns the text being typed, its undo history and its colours; it writes nothing.

One instance for each question that was visited, so that undo, cursor and scroll survive a switch.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar

from rich.text import Text
from textual import events, on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import TextArea

from report_tui.tui.markdown_style import line_spans

# Whatever a terminal could act on; a newline and a tab are text.
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
UNDO_STEPS = 1_000


class AnswerEditor(TextArea):
    """A text area that knows whose answer it holds."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "answer-editor--heading",
        "answer-editor--mark",
        "answer-editor--code",
        "answer-editor--strong",
        "answer-editor--emphasis",
        "answer-editor--link",
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+home", "to_start", "start of the answer", id="answer-start", show=False),
        Binding("ctrl+end", "to_end", "end of the answer", id="answer-end", show=False),
    ]

    @dataclass
    class Typed(Message):
        """The answer's text changed; ask the editor for it, since it may have changed again by now."""

        editor: AnswerEditor

        @property
        def control(self) -> AnswerEditor:
            """The editor."""
            return self.editor

    @dataclass
    class PasteCleaned(Message):
        """Characters that no file should hold were taken out of a paste."""

        editor: AnswerEditor
        count: int

        @property
        def control(self) -> AnswerEditor:
            """The editor."""
            return self.editor

    def __init__(self, question: int, text: str, hint: str) -> None:
        super().__init__(
            text,
            id=editor_id(question),
            soft_wrap=True,
            tab_behavior="focus",
            show_line_numbers=False,
            max_checkpoints=UNDO_STEPS,
            highlight_cursor_line=False,
            placeholder=Content(hint),
        )
        self.question = question
        self._load(text)

    def _load(self, text: str) -> None:
        # A text area unifies rare line breaks (form feed, U+2028); what was not touched must not be written back so.
        self._original = text
        self._as_loaded = self.text
        self.known = text
        """The text that the session was last told, or gave: anything else was typed since."""

    @property
    def answer(self) -> str:
        """The text as it should be written: the very one that was loaded, as long as nobody typed."""
        return self._original if self.text == self._as_loaded else self.text

    def bring(self, text: str) -> None:
        """Show another text, as one step that can be undone; cursor and scroll stay as near as they can."""
        if text == self.answer:
            self.known = text
            return
        cursor, scroll = self.cursor_location, self.scroll_offset
        self.replace(text, self.document.start, self.document.end, maintain_selection_offset=False)
        self._load(text)
        self.place(*cursor)
        self.scroll_to(y=scroll.y, animate=False)

    def place(self, row: int, column: int) -> None:
        """Put the cursor there (both 0-based), or as near as the text allows."""
        row = max(0, min(row, self.document.line_count - 1))
        self.move_cursor((row, max(0, min(column, len(self.document.get_line(row))))))

    def get_line(self, line_index: int) -> Text:
        """One line with its Markdown coloured."""
        text = super().get_line(line_index)
        for start, end, kind in line_spans(text.plain):
            text.stylize(self.get_component_rich_style(f"answer-editor--{kind}", partial=True), start, end)
        return text

    def on_paste(self, event: events.Paste) -> None:
        """Insert the clipboard without the characters that a terminal or a file could trip over."""
        event.stop()
        event.prevent_default()
        pasted = event.text.replace("\r\n", "\n").replace("\r", "\n")
        clean, count = CONTROL.subn("", pasted)
        result = self.replace(clean, *self.selection, maintain_selection_offset=False)
        self.move_cursor(result.end_location)
        if count:
            self.post_message(self.PasteCleaned(self, count))

    def action_to_start(self) -> None:
        """The cursor to the start of the answer."""
        self.move_cursor(self.document.start)

    def action_to_end(self) -> None:
        """The cursor to the end of the answer."""
        self.move_cursor(self.document.end)

    @on(TextArea.Changed)
    def _tell(self, event: TextArea.Changed) -> None:
        event.stop()
        self.post_message(self.Typed(self))


def editor_id(question: int) -> str:
    """The widget id of a question's editor."""
    return f"answer-{question}"
