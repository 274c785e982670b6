"""A text area with the keys of a Markdown editor: marks, lists, links, pasting, and finding.

Owns which key does what, and how a change gets into the text as one step that can be undone. What the change is, is
up to `writing`; how a row is drawn, to `quick_text_area`.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from textual import events, on
from textual.actions import SkipAction
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import TextArea
from textual.widgets.text_area import Location, Selection

from report_tui.core import bounds
from report_tui.tui import list_writing, text_changes, writing
from report_tui.tui.widgets.quick_text_area import QuickTextArea, Span

# Whatever a terminal could act on, a colour in a copied log as a whole; a newline and a tab are text.
CONTROL = re.compile("\x1b\\[[0-?]*[ -/]*[@-~]|[\x00-\x08\x0b-\x1f\x7f-\x9f]")
PAINTED_EVERY = 0.25
"""Seconds at most between two pictures while keys wait."""
MARKS = {"strong": writing.STRONG, "emphasis": writing.EMPHASIS, "code": writing.CODE}


class Pasted(NamedTuple):
    """A text that was pasted."""

    start: int
    """Where, in characters from the start of the answer."""
    text: str

    @property
    def end(self) -> int:
        """Right behind it."""
        return self.start + len(self.text)


def _key(keys: str, action: str, name: str, description: str, tooltip: str) -> Binding:
    return Binding(keys, action, description, id=f"editor-{name}", show=False, tooltip=tooltip)


class MarkdownArea(QuickTextArea):
    """A text area for Markdown."""

    DEFAULT_CSS = """
    MarkdownArea > .markdown-area--found { background: $chosen; text-style: underline; }
    MarkdownArea.-finding > .text-area--selection { background: $accent; color: $background; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"markdown-area--found"}
    BINDINGS: ClassVar[list[BindingType]] = [
        _key("ctrl+home", "to_start", "start", "start of the answer", "Move the cursor to the start of the answer"),
        _key("ctrl+end", "to_end", "end", "end of the answer", "Move the cursor to the end of the answer"),
        _key("tab", "indent(1)", "indent", "indent the item", "Move the items of a list in; elsewhere: on to the next"),
        _key("shift+tab", "indent(-1)", "outdent", "outdent the item", "Move the items of a list out; elsewhere: back"),
        # Two keys each where there are two: alt does not arrive from every terminal, some control keys not from tmux.
        # Where a terminal has no way to say alt+b, Textual takes it for ctrl+left.
        _key(
            "alt+s,ctrl+b,alt+b",
            "mark('strong')",
            "bold",
            "bold",
            "Bold: the selection or the word at the cursor; again: off",
        ),
        _key(
            "alt+i,ctrl+t",
            "mark('emphasis')",
            "italic",
            "italic",
            "Italic: the selection or the word at the cursor; again: off",
        ),
        _key(
            "alt+c,ctrl+r",
            "mark('code')",
            "code",
            "code",
            "Code: the selection or the word at the cursor; several lines: a block; again: off",
        ),
        _key("alt+l", "make_list", "list", "list", "List: the selected lines; again: off; tab moves items in"),
        _key("alt+k", "link", "link", "link", "Link: the selection or the word at the cursor"),
        _key(
            "alt+m",
            "figure",
            "figure",
            "figure by hand",
            "Figure: write its mark by hand, the cursor where its name goes",
        ),
        _key(
            "ctrl+a", "select_all", "select-all", "select all", "Select the whole answer; home is the start of the line"
        ),
        _key("ctrl+c,super+c", "copy", "copy", "copy", "Copy the selection, also to the terminal's clipboard"),
        _key("ctrl+x,super+x", "cut", "cut", "cut", "Cut the selection, or the line"),
        _key("ctrl+z,super+z", "undo", "undo", "undo", "Take back the last change to this answer"),
        _key("ctrl+y,super+y", "redo", "redo", "redo", "Do again what was taken back"),
    ]

    @dataclass
    class PasteCleaned(Message):
        """Characters that no file should hold were taken out of a paste."""

        area: MarkdownArea
        count: int

        @property
        def control(self) -> MarkdownArea:
            """The text area."""
            return self.area

    @dataclass
    class PathPasted(Message):
        """What was pasted looks like the path of one file, as terminals paste it when a file is dropped on them."""

        area: MarkdownArea
        pasted: Pasted

        @property
        def control(self) -> MarkdownArea:
            """The text area."""
            return self.area

    @dataclass
    class PasteRefused(Message):
        """A paste would have made the text too long, and nothing of it was taken."""

        area: MarkdownArea
        excess: str
        """What the text would have had too much of."""

        @property
        def control(self) -> MarkdownArea:
            """The text area."""
            return self.area

    @dataclass
    class Found(Message):
        """What is looked for stands in so many places."""

        area: MarkdownArea
        place: int
        """The one that is selected, from 1; 0 where none is."""
        count: int
        replaced: int
        """In so many places it was just replaced; 0 once the text is another one again, or another match is wanted."""

        @property
        def control(self) -> MarkdownArea:
            """The text area."""
            return self.area

    _query = ""
    _begun = 0
    """Where the cursor was when finding began: the first match is looked for from there, whatever is typed."""
    _replaced = 0, ""
    """How many matches were replaced all at once, and the text that came of it."""

    def spans(self, line_index: int) -> Iterator[Span]:
        """What is looked for in a line."""
        for start, end in text_changes.occurrences(self.document[line_index], self._query):
            yield start, end, "markdown-area--found"

    # Typing and pasting

    def on_mount(self) -> None:
        """Take over the keys that somebody set: Textual asks for those only where it looks for a key's binding."""
        self._bindings.apply_keymap(self.app._keymap)  # neither is public; Textual is pinned
        # Textual paints a widget when no key waits for it: not once, while they come faster than they are done.
        self._max_idle = PAINTED_EVERY

    async def on_key(self, event: events.Key) -> None:
        """Do what a key is bound to at once; Enter goes on with a list or a quote.

        Textual would run the binding only when the key has gone up to the app, by which time the letters behind it are
        in the text: of `a`, backspace, `b` sent in one go, backspace would take the `b`.
        """
        # However many keys wait here: what paints and what keeps the journal have their turn between any two.
        await asyncio.sleep(0)
        for binding in self._bound_to(event.key):
            if await self.app.run_action(binding.action, self):
                event.stop()
                event.prevent_default()
                return
        if event.key.startswith("alt+"):
            event.prevent_default()  # it comes with its letter, which would be typed
            return
        change = list_writing.continued(*self._selected()) if event.key == "enter" else None
        if change is not None:
            event.stop()
            event.prevent_default()
            self._change(change)

    def _bound_to(self, key: str) -> list[Binding]:
        # No public name for a widget's own bindings.
        return [binding for binding in self._bindings.key_to_bindings.get(key, []) if not binding.priority]

    def on_paste(self, event: events.Paste) -> None:
        """Insert the clipboard without the characters that a terminal or a file could trip over."""
        event.stop()
        event.prevent_default()
        pasted = event.text.replace("\r\n", "\n").replace("\r", "\n")
        text, (start, end) = self._text(), map(self.offset_of, sorted(self.selection))
        # A log file pasted by mistake would bring every later key to a crawl.
        if excess := bounds.excess(text[:start] + pasted + text[end:]):
            self.post_message(self.PasteRefused(self, excess))
            return
        clean, count = CONTROL.subn("", pasted)
        self.put(clean, *self.selection)
        if count:
            self.post_message(self.PasteCleaned(self, count))
        from report_tui.core.figure_names import dropped_path  # here, since few sittings paste anything

        if dropped_path(clean) is not None:
            self.post_message(self.PathPasted(self, Pasted(start, clean)))

    def put(self, text: str, start: Location, end: Location) -> None:
        """Replace a part of the text, as one step that can be undone, whatever was typed just before or comes next."""
        self.history.checkpoint()
        result = self.replace(text, start, end, maintain_selection_offset=False)
        # Once more, now that the new height is known: only then can the cursor be scrolled to. Ends the step, too.
        self.move_cursor(result.end_location)

    def action_mark(self, kind: str) -> None:
        """Mark the selection or the word at the cursor, or take the mark away."""
        self._change(writing.toggled(*self._selected(), MARKS[kind]))

    def action_make_list(self) -> None:
        """Make the selected lines a list, or text again."""
        self._change(list_writing.listed(*self._selected()))

    def action_link(self) -> None:
        """Make a link."""
        self._change(writing.linked(*self._selected()))

    def action_figure(self) -> None:
        """Write a figure's mark."""
        self._change(writing.figure(*self._selected()))

    def action_indent(self, step: int) -> None:
        """Move the items of a list in (1) or out (-1); elsewhere the key goes to the next or previous widget."""
        change = list_writing.indented(*self._selected(), step)
        if change is None:
            raise SkipAction
        self._change(change)

    def action_to_start(self) -> None:
        """The cursor to the start of the answer."""
        self.move_cursor(self.document.start)

    def action_to_end(self) -> None:
        """The cursor to the end of the answer."""
        self.move_cursor(self.document.end)

    # Finding

    def find(self, query: str) -> None:
        """Mark what matches, as long as there is a query, and go to the first match from where the cursor was."""
        if not self._query:
            self._begun = self._selected()[1]
        self._query = query
        self._replaced = 0, ""
        self.set_class(bool(query), "-finding")
        self.refresh()
        places = self._places()
        if places:
            self._choose(*next((place for place in places if place[0] >= self._begun), places[0]))
        elif not self.selection.is_empty:
            self.move_cursor(self.location_of(self._begun))
        self._tell_found()

    def go_to_match(self, step: int) -> None:
        """Go to the next match (1) or the previous one (-1), round and round."""
        _, start, end = self._selected()
        places = self._places()
        if step > 0:
            place = next((place for place in places if place[0] >= max(end, start)), places[0] if places else None)
        else:
            place = next((place for place in reversed(places) if place[1] <= start), places[-1] if places else None)
        if place is not None:
            self._choose(*place)
        self._replaced = 0, ""
        self._tell_found()

    def replace_match(self, by: str) -> None:
        """Replace the match that is selected and go to the next one; where none is selected, only go."""
        text, start, end = self._selected()
        change = text_changes.replaced(text, [(start, end)], by) if (start, end) in self._places() else None
        if change is not None:
            self._change(change)
        self.go_to_match(1)

    def replace_all(self, by: str) -> None:
        """Replace every match, as one step that can be undone."""
        places = self._places()
        change = text_changes.replaced(self._text(), places, by)
        if change is not None:
            self._change(change)
            self._replaced = len(places), self._text()
        self._tell_found()

    def stop_finding(self) -> None:
        """Mark nothing any more; the cursor stays at the match, and the next key does not replace it."""
        if not self._query:
            return
        start = min(self.selection)
        self.find("")
        self.move_cursor(start)

    @on(TextArea.Changed)
    def _count_again(self) -> None:
        if self._query:
            self._tell_found()

    def _tell_found(self) -> None:
        places = self._places()
        _, start, end = self._selected()
        place = places.index((start, end)) + 1 if (start, end) in places else 0
        replaced, text = self._replaced
        self.post_message(self.Found(self, place, len(places), replaced if text == self._text() else 0))

    def _places(self) -> list[tuple[int, int]]:
        return text_changes.occurrences(self._text(), self._query)

    def _choose(self, start: int, end: int) -> None:
        self.selection = Selection(self.location_of(start), self.location_of(end))
        self.record_cursor_width()
        self.history.checkpoint()

    # Between offsets and locations: `writing` counts characters from the start of the text

    def _change(self, change: text_changes.Change) -> None:
        if change.text or change.start != change.end:
            self.put(change.text, self.location_of(change.start), self.location_of(change.end))
        self._choose(*change.selected)

    def _selected(self) -> tuple[str, int, int]:
        """The text, and where the selection starts and ends."""
        start, end = sorted(self.selection)
        return self._text(), self.offset_of(start), self.offset_of(end)

    def _text(self) -> str:
        # Not `text`: that joins with the newline that was first in the text, of whatever length.
        return "\n".join(self.document.lines)

    def offset_of(self, location: Location) -> int:
        """A location in characters from the start of the text."""
        row, column = location
        return sum(len(line) + 1 for line in self.document.lines[:row]) + column

    def location_of(self, offset: int) -> Location:
        """The location that is so many characters from the start of the text."""
        for row, line in enumerate(self.document.lines):
            if offset <= len(line):
                return row, offset
            offset -= len(line) + 1
        return self.document.end
