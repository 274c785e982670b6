"""The checklist: its boxes, to look through and to tick.

Owns the cursor's ways. It keeps no state of a box: whoever opened it ticks, and says how the boxes stand afterwards.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from report_tui.tui.keys import prior
from report_tui.tui.view_models.checklist import ChecklistView, group_start, open_box, same_box
from report_tui.tui.widgets.checklist_list import ChecklistList
from report_tui.tui.widgets.key_bar import KeyBar
from report_tui.tui.widgets.meter import bar

NARROW = 80
OPEN = Binding.Group("open boxes")


class ChecklistScreen(Screen[None]):
    """All boxes of the report's checklist."""

    CSS_PATH = "../checklist.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        # With priority, as the list's own keys: a box is ticked before the cursor moves on.
        prior("enter,space", "tick", "tick", "checklist-tick", "Tick or untick this box"),
        prior("escape", "back", "back", "checklist-back", "Back to where you were"),
        prior("f6", "back", "back", "checklist", "The project checklist; again: back", show=False),
        prior("f7,N", "open(-1)", "previous open box", "checklist-previous", "Previous box that is open", group=OPEN),
        prior("f8,n", "open(1)", "next open box", "checklist-next", "Next box that is open", group=OPEN),
        prior("tab", "group(1)", "next group", "checklist-group", "Next group of boxes"),
        prior(
            "shift+tab",
            "group(-1)",
            "previous group",
            "checklist-previous-group",
            "Previous group of boxes",
            show=False,
        ),
    ]

    def __init__(self, view: ChecklistView, toggle: Callable[[int], ChecklistView]) -> None:
        """Args: what to show, and what ticks or unticks the box on a line (1-based) and gives what to show then."""
        super().__init__()
        self._is_there = False
        """Whether all its parts are: what is said of the session may come before."""
        self._view = view
        self._toggle = toggle

    def compose(self) -> ComposeResult:
        """How far it is, the boxes, the keys."""
        yield Static(id="checklist-head")
        yield ChecklistList(id="checklist-list")
        yield Static("This report has no checklist.", id="checklist-none", markup=False)
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        """Begin at the first box that is open."""
        self._is_there = True
        boxes = self.query_one(ChecklistList)
        self.show(self._view)
        first = self._view.boxes[0].id if self._view.boxes else None
        boxes.current = open_box(self._view, None, 1) or first
        self.query_one("#checklist-none").display = not self._view.boxes

    def on_resize(self) -> None:
        """Fit the head to the new width."""
        self._draw_head()

    def show(self, view: ChecklistView) -> None:
        """Show other boxes, or other states; the cursor stays on its box, wherever that stands now."""
        if not self._is_there:
            self._view = view
            return
        boxes = self.query_one(ChecklistList)
        here = same_box(self._view, boxes.current, view)
        self._view = view
        boxes.show_view(view)
        if here is not None:
            boxes.current = here
        self._draw_head()

    def _draw_head(self) -> None:
        view = self._view
        width = self.size.width
        share = view.done / view.total if view.total else 0.0
        unsaved = Content.styled(f"● {view.unsaved} unsaved", "$warning") if view.unsaved else Content()
        name = Content.assemble((" Project checklist", "bold"), f"  {view.done} of {view.total} ")
        if view.total:
            name += bar(share, width // 4 if width >= NARROW else 8, "$success")
        gap = " " * max(2, width - name.cell_length - unsaved.cell_length - 1)
        self.query_one("#checklist-head", Static).update(Content.assemble(name, gap, unsaved))

    @on(ChecklistList.Clicked)
    def _box_clicked(self, event: ChecklistList.Clicked) -> None:
        self._tick(event.line)

    def action_tick(self) -> None:
        """Tick or untick the box under the cursor."""
        boxes = self.query_one(ChecklistList)
        if boxes.current is not None and boxes.current in boxes.numbers:
            self._tick(boxes.current)

    def action_open(self, step: int) -> None:
        """Go to the next (1) or previous (-1) box that is not done."""
        boxes = self.query_one(ChecklistList)
        line = open_box(self._view, boxes.current, step)
        if line is not None:
            boxes.current = line
        else:
            self.notify("Every box is ticked." if self._view.boxes else "There is no box.", markup=False)

    def action_group(self, step: int) -> None:
        """Go to the first box of the next (1) or previous (-1) group."""
        boxes = self.query_one(ChecklistList)
        line = group_start(self._view, boxes.current, step)
        if line is not None:
            boxes.current = line

    def action_back(self) -> None:
        """Leave; what was ticked stays ticked."""
        self.dismiss(None)

    def _tick(self, line: int) -> None:
        self.show(self._toggle(line))
