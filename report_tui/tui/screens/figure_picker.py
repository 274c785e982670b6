"""The figure picker: the figures folder, the chosen figure's picture, and the description that it gets in the answer.

Owns the filter, the cursor's ways and the description being typed. It inserts nothing and brings nothing in: that is
asked of the `Source` behind it, which has it shown anew when the folder changes.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import ClassVar, Protocol

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.notifications import SeverityLevel
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from report_tui.core.figure_names import description_of, dropped_path
from report_tui.storage.settings import PICTURES
from report_tui.storage.thumbnails import NoPicture, Pixels
from report_tui.tui.in_order import InOrder, typed_into
from report_tui.tui.keys import prior
from report_tui.tui.view_models.figures import OLD_NAME, FigureRow, FiguresView, matching
from report_tui.tui.widgets.figure_list import FigureList
from report_tui.tui.widgets.key_bar import KeyBar
from report_tui.tui.widgets.thumbnail import Thumbnail, Wanted

BRING_IN = "bring one in (path, browse, clipboard)"
LONGEST = 300
"""Characters of a description: more is no description."""


class Source(Protocol):
    """What the picker asks of the flow behind it."""

    def view(self) -> FiguresView:
        """The figures as they are now."""

    def picture(self, path: str, width: int, height: int, wanted: Callable[[], bool]) -> Pixels | NoPicture:
        """A figure's pixels; for a thread."""

    async def insert(self, path: str, description: str) -> str:
        """Put a figure into the answer; returns why not, to be said, or an empty string."""

    async def rename(self, path: str) -> None:
        """Let a figure be renamed, and have it shown under its new name."""

    async def delete(self, path: str) -> None:
        """Let a figure be deleted."""

    def bring_in(self, path: str = "") -> None:
        """Let another figure be brought in, the one at this path from the start, and have it shown here."""


class _Filter(InOrder):
    """What is typed while a figure is chosen; the arrows move the list's cursor meanwhile."""

    BINDINGS: ClassVar[list[BindingType]] = [
        prior("enter", "screen.take", "choose", "figure-take", "Go on to this figure's description"),
        prior("escape", "screen.leave", "back", "figure-leave", "Back to the answer"),
        prior("f6,ctrl+r", "screen.rename", "rename", "figure-rename", "Rename this figure, with all that names it"),
        prior("f7,ctrl+o", "screen.bring_in", "bring in", "figure-bring", "Bring another figure in"),
        prior("f8", "screen.delete", "delete", "figure-delete", "Delete this figure, if no answer uses it; asks first"),
        prior("up", "screen.move(-1)", "one up", "figure-up", "The figure above", show=False),
        prior("down", "screen.move(1)", "one down", "figure-down", "The figure below", show=False),
        prior("pageup", "screen.move(-10)", "ten up", "figure-page-up", "Ten figures up", show=False),
        prior("pagedown", "screen.move(10)", "ten down", "figure-page-down", "Ten figures down", show=False),
    ]

    @dataclass
    class Dropped(Message):
        """A file's path was pasted, as terminals do with a file that is dropped on them."""

        line: _Filter
        path: str
        """As it was pasted."""

        @property
        def control(self) -> _Filter:
            """The line."""
            return self.line

    def on_paste(self, event: events.Paste) -> None:
        """A path is no filter."""
        if dropped_path(event.text) is not None:
            event.stop()
            event.prevent_default()
            self.post_message(self.Dropped(self, event.text))


class _Description(InOrder):
    """What the figure shows, in words."""

    BINDINGS: ClassVar[list[BindingType]] = [
        prior("enter", "screen.insert", "insert", "figure-insert", "Insert the figure at the answer's cursor"),
        prior("escape", "screen.back", "figures", "figure-back", "Back to the figures; what you typed stays"),
    ]


class FigurePicker(ModalScreen[None]):
    """Choose a figure, say what it shows, and have it in the answer."""

    CSS_PATH = "../figure_picker.tcss"
    AUTO_FOCUS = "#figures-filter"
    BINDINGS: ClassVar[list[BindingType]] = [
        prior("f4,ctrl+g", "leave", "back", "insert-figure", "Insert a figure; again: back", show=False),
    ]

    def __init__(self, source: Source, pictures: str = PICTURES[0]) -> None:
        """Args: what knows the figures, and how their pictures are drawn (one of `PICTURES`)."""
        super().__init__()
        self._is_there = False
        """Whether all its parts are: what is said of the session may come before."""
        self._source = source
        self._pictures = pictures
        self._view = source.view()
        self._query = ""
        """The filter that is shown."""
        self._path = ""
        """The figure whose description stands below; an empty string for none."""
        self._described: dict[str, str] = {}
        """What stood there for figures that were left since, by path."""

    def compose(self) -> ComposeResult:
        """Which question and filter, the figures, the picture, the description, the keys."""
        with Horizontal(id="figures-head"):
            yield Static(id="figures-title", markup=False)
            yield Static("filter", id="figures-filter-name", markup=False)
            yield _Filter(compact=True, select_on_focus=False, id="figures-filter")
        with Horizontal(id="figures-body"):
            yield FigureList(id="figures-list")
            if self._pictures != "off":
                yield Thumbnail(self._source.picture, is_kitty=self._pictures == "kitty", id="figures-picture")
        yield Static(id="figures-said", markup=False)
        with Horizontal(id="figures-foot"):
            yield Static("description", id="figures-description-name", markup=False)
            yield _Description(compact=True, select_on_focus=False, max_length=LONGEST, id="figures-description")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        """Begin with the newest figure."""
        self._is_there = True
        self.show(self._view)

    def on_resize(self) -> None:
        """As much of the head as fits now; its own width is known only after this."""
        self.call_after_refresh(self._draw_for_size)

    def _draw_for_size(self) -> None:
        self._draw_head()
        self._draw_chosen()

    # Showing

    @property
    def _list(self) -> FigureList:
        return self.query_one(FigureList)

    @property
    def _filter(self) -> Input:
        return self.query_one(_Filter)

    @property
    def _description(self) -> Input:
        return self.query_one(_Description)

    @property
    def _is_describing(self) -> bool:
        return self.focused is self._description

    def show(self, view: FiguresView | None = None, path: str = "") -> None:
        """Show the figures as they are now, with the cursor on the one it was on, or on the one with this path."""
        if not self._is_there:
            return
        before = self._chosen()
        self._view = view or self._source.view()
        if path:
            self._filter.value = ""
        wanted = path or (before.path if before else "")
        self._draw(wanted)
        if before is not None and self._is_describing and not path:
            self._leave_what_is_gone(before.path)
        if before is not None and not wanted:
            # The line that brings one in, which has no path: the folder changes right behind a figure that came in.
            self._list.current = self._list.numbers[-1]
            self._draw_chosen()

    def _leave_what_is_gone(self, path: str) -> None:
        """Enter must not insert the figure that took the place of the one that is being described."""
        if all(row.path != path for row in self._view.rows):
            self.set_focus(self._filter)
            self._say(f"{path.rpartition('/')[2]} is not there any more: nothing was inserted.", "warning")

    def _draw(self, path: str) -> None:
        """The rows that the filter leaves; the cursor goes to this figure, or stays where one takes its place."""
        self._query = self._filter.value
        figures = matching(self._view.rows, self._query)
        rows = (*figures, FigureRow(len(self._view.rows), "", BRING_IN))
        listed = self._list
        ids = [row.id for row in rows]
        place = ids.index(listed.current) if listed.current in ids else 0
        listed.show(rows)
        same = next((row.id for row in rows if row.path == path and path), None)
        listed.current = same if same is not None else rows[min(place, len(rows) - 1)].id if path else rows[0].id
        self._draw_head()
        self._draw_chosen()

    def _draw_head(self) -> None:
        view, matches = self._view, len(self._list.numbers) - 1
        count = "1 file" if len(view.rows) == 1 else f"{len(view.rows)} files"
        if self._query.strip():
            count = f"{matches} of {count}" if matches else f"none of {count}"
        title = self.query_one("#figures-title", Static)
        name = Content.assemble((" Insert a figure", "bold"), f"  {view.question}")
        for more in (f"  {view.folder} · {count}", f"  {count}"):
            if name.cell_length + len(more) <= title.size.width:
                name += Content.styled(more, "$muted")
                break
        title.update(name)

    def _chosen(self) -> FigureRow | None:
        return self._list.row(self._list.current)

    def _draw_chosen(self) -> None:
        """The picture, what is to be said, and the description of the figure under the cursor."""
        row = self._chosen()
        if row is None or not row.path:
            self._draw_picture(None)
            self._draw_said(_problem(self._view.problem))
            self._describe("")
            return
        reason = row.problems[0] if row.broken else ""
        self._draw_picture(Wanted(row.path, row.name, row.stamp, reason))
        width = self.query_one("#figures-said").content_size.width
        self._draw_said(_said(row, self._view.problem, width))
        self._describe(row.path)

    def _draw_picture(self, wanted: Wanted | None) -> None:
        for picture in self.query(Thumbnail):
            picture.show(wanted)

    def _draw_said(self, said: Content) -> None:
        self.query_one("#figures-said", Static).update(said)

    def _describe(self, path: str) -> None:
        """Show a figure's description: what was typed for it, else what its name says."""
        if path == self._path:
            return  # it may be just now that it is typed
        line = self._description
        if self._path:
            self._described[self._path] = line.value
        self._path = path
        line.value = self._described.get(path, description_of(path) if path else "")
        line.cursor_position = len(line.value)

    # What happens

    @on(Input.Changed, "#figures-filter")
    def _filter_typed(self, event: Input.Changed) -> None:
        event.stop()
        self._filtered()

    @on(_Filter.Dropped)
    def _file_dropped(self, event: _Filter.Dropped) -> None:
        event.stop()
        self._source.bring_in(event.path)

    @on(FigureList.Moved)
    def _cursor_moved(self, event: FigureList.Moved) -> None:
        event.stop()
        self._draw_chosen()

    @on(FigureList.Chosen)
    def _row_clicked(self, event: FigureList.Chosen) -> None:
        event.stop()
        if self._is_describing:
            self.set_focus(self._filter)
        row = self._list.row(event.id)
        if row is not None and not row.path:
            self._source.bring_in()

    async def action_move(self, step: int) -> None:
        """Move the cursor by so many figures."""
        await self._take_in_filter()
        self._list.action_move(step)
        self._draw_chosen()

    async def action_take(self) -> None:
        """From the figure on to its description."""
        await self._take_in_filter()
        row = self._chosen()
        if row is not None and row.path:
            self.set_focus(self._description)
        elif row is not None:
            self._source.bring_in()

    async def _take_in_filter(self) -> None:
        """What was typed counts, also where its message is still on its way."""
        await typed_into(self._filter)
        self._filtered()

    def _filtered(self) -> None:
        if self._filter.value != self._query:
            self._draw("")

    async def action_insert(self) -> None:
        """Put the figure into the answer, and go back there."""
        await typed_into(self._description)
        row, description = self._chosen(), self._description.value
        if row is None or not row.path:
            self.set_focus(self._filter)
        elif not description.strip():
            self._say("Say in a few words what the figure shows.")
        else:
            refused = await self._source.insert(row.path, description)
            if not refused:
                self.dismiss(None)
                return
            self._say(refused, "warning")
            self.set_focus(self._filter)
            self.show()

    async def action_rename(self) -> None:
        """Rename the figure under the cursor, in every answer too."""
        await self._take_in_filter()
        self._change(self._source.rename)

    async def action_delete(self) -> None:
        """Delete the figure under the cursor, if no answer uses it."""
        await self._take_in_filter()
        self._change(self._source.delete)

    async def action_bring_in(self) -> None:
        """Bring another figure in, wherever the cursor is."""
        await self._take_in_filter()
        self._source.bring_in()

    def _change(self, change: Callable[[str], Awaitable[None]]) -> None:
        row = self._chosen()
        if row is not None and row.path:
            self._work_change(change, row.path)

    @work(exclusive=True, group="figure")
    async def _work_change(self, change: Callable[[str], Awaitable[None]], path: str) -> None:
        await change(path)

    async def action_back(self) -> None:
        """Back to the figures; what was typed as a description stays with its figure."""
        await typed_into(self._description)
        self.set_focus(self._filter)

    def action_leave(self) -> None:
        """Back to the answer."""
        self.dismiss(None)

    def _say(self, text: str, severity: SeverityLevel = "information") -> None:
        self.notify(text, severity=severity, markup=False)


def _problem(text: str) -> Content:
    return (
        Content.assemble(("! ", "$warning"), f"not all of the folder could be looked at: {text}") if text else Content()
    )


def _said(row: FigureRow, problem: str, width: int) -> Content:
    """The figure in words, and on a line of its own what is wrong with it, else with the folder.

    There are two lines: where something is wrong, the first one is cut to this many cells instead of wrapped.
    """
    used = f"{row.used}, goes when you save" if row.used == OLD_NAME else row.used
    parts = [part for part in (row.pixels, row.size, row.changed, used) if part]
    git = {True: "in git", False: "not in git yet: the course sees what is pushed", None: ""}[row.tracked]
    facts = Content.assemble((row.name, "bold"), (f"  {' · '.join(parts)}", "$muted"))
    if git:
        facts += Content.styled(f" · {git}", "$muted" if row.tracked else "$accent")
    if not row.problems and not problem:
        return facts
    facts = facts.truncate(width, ellipsis=True) if width else facts
    if not row.problems:
        return Content("\n").join([facts, _problem(problem)])
    glyph, colour = ("▣", "$warning") if row.broken else ("!", "$accent")
    return Content("\n").join([facts, Content.assemble((f"{glyph} ", colour), "; ".join(row.problems))])
