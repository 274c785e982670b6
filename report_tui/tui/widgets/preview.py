"""One answer as GitHub or the course's page will show it. Owns when it is made anew, never what it shows.

Pages are made in a thread, a moment after the last key; a result that typing has overtaken is dropped, and no second
one is begun while one is being made.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.timer import Timer
from textual.visual import Visual
from textual.widgets import Static

from report_tui.storage.waiting import beside
from report_tui.tui.later import once

if TYPE_CHECKING:
    from report_tui.tui.view_models.preview import Page, Pages, PreviewSource

DELAY = 0.25
"""Seconds without a key before the pages are made."""


class Mode(Enum):
    """Which page is shown: its title, and how a place is named where the other one differs."""

    GITHUB = ("as GitHub shows it", "on the course's page")
    COURSE = ("as the course's page shows it", "on GitHub")

    @property
    def other(self) -> Mode:
        """The other page."""
        return Mode.COURSE if self is Mode.GITHUB else Mode.GITHUB


class Preview(Vertical):
    """A title that says which page it is and how many places differ on the other, and the page below it."""

    DEFAULT_CSS = """
    Preview { height: 1fr; }
    Preview > .preview--title { height: 1; color: $muted; }
    Preview > .preview--title:hover { background: $panel; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        # The screen's, and with priority: the next letter is already on its way, and belongs to the answer.
        Binding("escape", "screen.to_answer", "answer", id="preview-back", priority=True, tooltip="Back to the answer"),
        Binding("space", "other_page", "other page", id="other-page", tooltip="GitHub's page or the course's"),
        Binding(
            "o",
            "screen.open_page",
            "in browser",
            id="open-page",
            tooltip="The hand-in page in your browser",
            show=False,
        ),
    ]

    mode: reactive[Mode] = reactive(Mode.GITHUB)

    @dataclass
    class _Made(Message, bubble=False):
        """The thread is done."""

        pages: Pages

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._wanted: PreviewSource | None = None
        self._pages: Pages | None = None
        self.text = PageText()
        """What takes the focus, to be scrolled."""
        self._at_work = False
        self._pause: Timer | None = None

    def compose(self) -> ComposeResult:
        """The title above the page."""
        yield Static(classes="preview--title")
        yield self.text

    def show(self, source: PreviewSource) -> None:
        """Show an answer: at once where it is another one, else when the typing rests."""
        before, self._wanted = self._wanted, source
        if source == before:
            return
        if self._pause is not None:
            self._pause.stop()
            self._pause = None
        if before is None or before.question != source.question:
            self._begin()
        else:
            self._pause = once(self, DELAY, self._begin)

    @property
    def shown(self) -> PreviewSource | None:
        """What the page on the screen was made of."""
        return self._pages.source if self._pages else None

    @property
    def is_current(self) -> bool:
        """Whether the page on the screen is the one that was asked for last."""
        return self.shown == self._wanted

    def watch_mode(self) -> None:
        """Draw the other page."""
        self._draw()

    def action_other_page(self) -> None:
        """GitHub's page instead of the course's, or the other way round."""
        self.mode = self.mode.other

    def on_resize(self) -> None:
        """As much of the title as fits now."""
        self._draw_title()

    @on(events.Click, ".preview--title")
    def _title_clicked(self, event: events.Click) -> None:
        event.stop()
        self.action_other_page()

    # Making the pages

    def _begin(self) -> None:
        self._pause = None
        if self._wanted is not None and not self._at_work:
            self._at_work = True
            self._work_make(self._wanted)

    @work(group="preview")
    async def _work_make(self, source: PreviewSource) -> None:
        self.post_message(self._Made(await beside(partial(_pages_of, source))))

    @on(_Made)
    def _take(self, event: _Made) -> None:
        self._at_work = False
        if event.pages.source != self._wanted:
            if self._pause is None:
                self._begin()
            return
        another = self._pages is None or self._pages.source.question != event.pages.source.question
        self._pages = event.pages
        self._draw()
        if another:
            self.text.scroll_home(animate=False)

    # Showing them

    def _draw(self) -> None:
        if self._pages is not None and self.is_mounted:
            page = self._pages.github if self.mode is Mode.GITHUB else self._pages.course
            self.text.show(page, self.mode.value[1])
        self._draw_title()

    def _draw_title(self) -> None:
        if not self.is_mounted or not self.size.width:
            return
        number = f"{self._pages.source.question}  " if self._pages else ""
        name = Content.assemble(("⇄ ", "$accent"), (number, "$muted"), (self.mode.value[0], "$foreground"))
        verdict, colour = self._pages.verdict if self._pages else ("", "muted")
        if self._pages and self._pages.course.places:
            full = f"{verdict} {self.mode.value[1]}"
            verdict = full if name.cell_length + 2 + len(full) <= self.size.width else verdict
        tail = Content.styled(verdict, f"${colour}")
        space = max(2, self.size.width - name.cell_length - tail.cell_length)
        title = Content.assemble(name, " " * space, tail).truncate(self.size.width, ellipsis=True)
        self.query_one(Static).update(title)


class PageText(ScrollView, can_focus=True):
    """A page's text, drawn line by line: what an update left as it was is not painted again."""

    DEFAULT_CSS = """
    PageText {
        height: 1fr; overflow-x: hidden; scrollbar-size-vertical: 1; scrollbar-gutter: stable;
        background: $background; color: $foreground;
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._page: Page | None = None
        self._elsewhere = ""
        self._lines: list[Content] = []

    def show(self, page: Page, elsewhere: str) -> None:
        """Show a page, as far down as before.

        Args:
            page: what it shows.
            elsewhere: where its places differ, in words.
        """
        self._page, self._elsewhere = page, elsewhere
        self._lay_out()

    def on_resize(self) -> None:
        """Wrap anew."""
        self._lay_out()

    def render_line(self, y: int) -> Strip:
        """One line of the page."""
        width = self.size.width
        index = y + self.scroll_offset.y
        if index >= len(self._lines):
            return Strip.blank(width, self.rich_style)
        strips = Visual.to_strips(
            self, self._lines[index], width, 1, self.visual_style, apply_selection=False, pad=True
        )
        return strips[0] if strips else Strip.blank(width, self.rich_style)

    def _lay_out(self) -> None:
        width = self.scrollable_content_region.width
        if not width:
            return
        before, self._lines = self._lines, self._made_lines(width)
        self.virtual_size = Size(width, len(self._lines))
        top = self.scroll_offset.y
        for y in range(self.size.height):
            if not _is_same(before, self._lines, top + y):
                self.refresh_line(y)

    def _made_lines(self, width: int) -> list[Content]:
        from report_tui.tui.page_view import page_lines

        if self._page is None:
            return []
        if self._page.problem:
            return Content.styled(f"There is no page to show: {self._page.problem}.", "$warning").wrap(width)
        if not self._page.blocks and not self._page.places:
            return Content.styled("Nothing to show yet.", "$muted").wrap(width)
        return page_lines(self._page.blocks, self._page.places, self._elsewhere, width, self._page.pictures)


def _pages_of(source: PreviewSource) -> Pages:
    from report_tui.tui.view_models.preview import make_pages  # here, since many sittings need no preview

    return make_pages(source)


def _is_same(before: Sequence[Content], after: Sequence[Content], index: int) -> bool:
    if index >= len(before) or index >= len(after):
        return index >= len(before) and index >= len(after)
    return before[index].is_same(after[index])
