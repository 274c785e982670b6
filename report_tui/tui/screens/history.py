"""The history: the versions that were kept, what differs in the chosen one, and bringing that back.

Owns the list, which answer of a version is shown, and whether the list is that of one question. It changes no report:
that is asked of the `Panel` that it is given, which has it shown anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Protocol

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from report_tui.tui.keys import prior
from report_tui.tui.view_models.history import HistoryView, Page
from report_tui.tui.widgets.key_bar import KeyBar
from report_tui.tui.widgets.line_rows import Line, LineRows
from report_tui.tui.widgets.now_and_then import legend, marked
from report_tui.tui.widgets.version_list import VersionList

READ_AT_ONCE = 25
"""Versions that are read before the first picture: each takes about as long as a key."""
READING = "Reading what was kept …"
NOTHING = "Nothing is kept yet: a save keeps the file."
NONE_DIFFERS = "No version is kept in which this answer differs."
_FIRST = -1
"""A number that no question has: nothing was chosen yet, and what comes first is shown."""
ANSWERS = Binding.Group("answer")
READ = Binding.Group("read on")


class Panel(Protocol):
    """What the history asks of the flow behind it."""

    def view(self, *, everything: bool) -> HistoryView:
        """The versions that were read so far: all, or those in which the question's answer differs."""

    @property
    def is_behind(self) -> bool:
        """Whether there may be versions that were not read."""

    async def read_on(self, count: int) -> None:
        """Find out which versions there are, where they may be others by now, and read so many more."""

    async def learn_authors(self) -> None:
        """Find out who committed which version."""

    def pages(self, identity: int) -> tuple[Page, ...]:
        """In what a version differs."""

    async def bring_answer_back(self, identity: int, number: int) -> None:
        """Bring an answer back; returns when that is done, unless the disk does not answer."""

    async def bring_all_back(self, identity: int) -> None:
        """Bring back all of a version, after a question."""

    async def finish(self) -> None:
        """Wait until what is to be brought back is, unless the disk does not answer."""


class HistoryScreen(ModalScreen[None]):
    """The versions of a report."""

    CSS_PATH = "../history.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        # With priority, as the list's own keys: all are done in the order they were pressed.
        prior("enter", "bring_back", "bring back", "history-take", "Bring this answer back, as an edit not saved yet"),
        prior("w", "bring_all", "whole report", "history-take-all", "Bring back all that differs; asks first"),
        prior("a", "turn", "all or this one", "history-all", "The versions of all answers, or of the question's alone"),
        prior("left", "page(-1)", "previous answer", "history-previous", "The answer before", group=ANSWERS),
        prior("right", "page(1)", "next answer", "history-next", "The next answer that differs", group=ANSWERS),
        prior("space", "read(1)", "read down", "history-down", "Read on in a long answer", group=READ),
        prior("backspace", "read(-1)", "read up", "history-up", "Read back", group=READ),
        prior("escape", "close", "back", "history-back", "Back to the report"),
        prior(
            "ctrl+n,alt+h", "close", "back", "history", "The history: versions that were kept; again: back", show=False
        ),
    ]

    def __init__(self, panel: Panel) -> None:
        super().__init__()
        self._panel = panel
        self._is_there = False
        """Whether all its parts are: what is said of the session may come before."""
        self._everything = False
        self._has_begun = False
        """Whether it is clear of which answers the versions are listed first."""
        self._number: int | None = _FIRST
        """The question whose difference is shown, if there is one; None for the checklist."""
        self._pages: tuple[Page, ...] = ()
        self._is_reading = False
        self._nothing = NOTHING
        """What is said where no version is chosen."""

    def compose(self) -> ComposeResult:
        """A line that says whose history it is, the versions, what differs, the keys."""
        yield Static(id="history-title")
        with Horizontal(id="history-body"):
            yield VersionList(id="history-list")
            with VerticalScroll(id="history-detail", can_focus=False):
                yield LineRows(id="history-text")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        """Show the first versions at once, where the disk has answered."""
        self._is_there = True
        self.show()
        self.watch(self.query_one(VersionList), "current", self._show_detail, init=False)
        self._work_learn()

    @work(exclusive=True, group="authors")
    async def _work_learn(self) -> None:
        await self._panel.learn_authors()
        self.show()

    @work(exclusive=True, group="history")
    async def _work_read(self) -> None:
        while self._panel.is_behind:
            await self._panel.read_on(1)
        self._is_reading = False
        self.show()

    # Showing

    def show(self) -> None:
        """Show the versions beside the report as it is now; cursor and answer stay where they can."""
        if not self._is_there:
            return
        view = self._panel.view(everything=self._everything)
        if not self._has_begun and not view.reading:
            # A question of which no version differs begins with all answers.
            self._has_begun, self._everything = True, not view.rows
            view = self._panel.view(everything=self._everything)
        self._nothing = view.problem or (READING if view.reading else NOTHING if self._everything else NONE_DIFFERS)
        self.query_one("#history-title", Static).update(_title(view))
        self.query_one(VersionList).show_versions(view.rows)
        self._show_detail()
        if self._panel.is_behind and not self._is_reading:
            self._is_reading = True
            self._work_read()

    def _show_detail(self) -> None:
        current = self.query_one(VersionList).current
        there = current is not None and current in self.query_one(VersionList).numbers
        self._pages = self._panel.pages(current) if current is not None and there else ()
        self.query_one(LineRows).show(_detail(self._pages, self._page()) if there else [_plain(Content(self._nothing))])
        self.query_one("#history-detail").scroll_home(animate=False)
        self.refresh_bindings()

    def _page(self) -> int:
        """The place of the answer that is shown."""
        numbers = [page.number for page in self._pages]
        return numbers.index(self._number) if self._number in numbers else 0

    # Actions

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What there is nothing for is not offered."""
        if action == "bring_back":
            return bool(self._pages) and self._pages[self._page()].number is not None
        if action == "bring_all":
            return bool(self._pages)
        if action == "page":
            return len(self._pages) > 1
        if action == "read":
            return self._is_there and self.query_one("#history-detail").max_scroll_y > 0
        return super().check_action(action, parameters)

    def action_page(self, step: int) -> None:
        """Show the next (1) or previous (-1) answer that differs, round and round."""
        self._number = self._pages[(self._page() + step) % len(self._pages)].number
        self._show_detail()

    def action_read(self, direction: int) -> None:
        """Read on by a window; a line of the last one stays in sight."""
        detail = self.query_one("#history-detail")
        detail.scroll_relative(y=direction * max(1, detail.size.height - 1), animate=False)

    def action_turn(self) -> None:
        """All answers, or the question's alone."""
        self._has_begun, self._everything = True, not self._everything
        self.show()

    async def action_bring_back(self) -> None:
        """Bring the answer back that is shown."""
        current = self.query_one(VersionList).current
        number = self._pages[self._page()].number if self._pages else None
        if current is not None and number is not None:
            await self._panel.bring_answer_back(current, number)

    def action_bring_all(self) -> None:
        """Bring back all that differs."""
        current = self.query_one(VersionList).current
        if current is not None:
            self._work_bring_all(current)

    @work(exclusive=True, group="bring-back")
    async def _work_bring_all(self, identity: int) -> None:
        await self._panel.bring_all_back(identity)

    async def action_close(self) -> None:
        """Back to the report."""
        await self._panel.finish()
        self.dismiss(None)


def _title(view: HistoryView) -> Content:
    count = len(view.rows)
    said = "no version" if not count else "1 version" if count == 1 else f"{count} versions"
    if view.reading:
        said = f"{said}, reading older ones" if count else "reading …"
    return Content.assemble((" History  ", "bold"), view.title, (f" · {said}", "$muted"))


def _detail(pages: Sequence[Page], place: int) -> list[Line]:
    if not pages:
        return [_plain(Content.styled("As it is now.", "$muted"))]
    page = pages[place]
    head = Content.assemble((page.title, "bold"))
    if len(pages) > 1:
        head += Content.styled(f"  {place + 1} of {len(pages)} that differ", "$muted")
    return [_plain(head), legend("now", "then"), _plain(Content()), *map(marked, page.signed)]


def _plain(text: Content) -> Line:
    return Line(Content(), text)
