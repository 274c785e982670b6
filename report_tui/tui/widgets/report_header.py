"""The line at the top: which report, how far, and whether anything is unsaved."""

from __future__ import annotations

from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from report_tui.tui.view_models.report import HeaderView
from report_tui.tui.widgets.meter import bar

BAR_WIDTH = 10
NARROW = 80


class ReportHeader(Static):
    """One line; what matters most stays when the terminal is narrow."""

    class Clicked(Message):
        """Somebody wants to see more of how far it is."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._view: HeaderView | None = None

    def show(self, view: HeaderView) -> None:
        """Show this state; drawn again only where it differs."""
        if view != self._view:
            self._view = view
            self._draw()

    def on_resize(self) -> None:
        """Fit the line to the new width."""
        self._draw()

    def on_click(self) -> None:
        """Ask for it."""
        self.post_message(self.Clicked())

    def _draw(self) -> None:
        if self._view is None or not self.size.width:
            return
        view, width = self._view, self.size.width
        right = self._progress(view, width)
        room = max(0, width - right.cell_length - 3)
        name = Content.assemble((view.course, "bold"))
        place = Content.styled(f" · {view.path}", "$muted")
        if name.cell_length + place.cell_length <= room:
            name += place
        left = name.truncate(room, ellipsis=True)
        gap = " " * max(1, width - left.cell_length - right.cell_length - 2)
        # Its height is fixed: nothing has to be laid out.
        self.update(Content.assemble(" ", left, gap, right, " "), layout=False)

    @staticmethod
    def _progress(view: HeaderView, width: int) -> Content:
        if view.waits_for:
            mark, word, colour = "●", view.waits_for, "$accent"
        elif view.trouble:
            mark, word, colour = "✗", view.trouble, "$error"
        elif view.unsaved:
            mark, word, colour = "●", f"{view.unsaved} unsaved", "$warning"
        else:
            mark, word, colour = "✓", "saved", "$muted"
        if width < NARROW:
            said = f"{mark} {view.unsaved}" if view.unsaved and not view.trouble else mark
            said = f"{mark} {word}" if view.waits_for else said
            return Content.assemble(f"{view.ready}/{view.total} ready ", (said, colour))
        share = view.ready / view.total if view.total else 0.0
        parts: list[str | Content] = [f"{view.ready} of {view.total} ready ", bar(share, BAR_WIDTH, "$success")]
        if view.boxes_total and width > NARROW:
            parts.append(Content.styled(f" · checklist {view.boxes_done}/{view.boxes_total}", "$muted"))
        return Content.assemble(*parts, (" · ", "$muted"), (f"{mark} {word}", colour))
