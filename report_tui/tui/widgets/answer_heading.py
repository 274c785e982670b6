"""The line above the prompt: the question's number and title, and its limits."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

from report_tui.tui.view_models.report import AnswerView


class AnswerHeading(Static):
    """Title at the left, limits at the right; the limits stay when there is no room for both."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._parts: tuple[int, str, str] | None = None

    def show(self, view: AnswerView) -> None:
        """Show this question."""
        parts = (view.id, view.title, view.limits)
        if parts != self._parts:
            self._parts = parts
            self._draw()

    def on_resize(self) -> None:
        """Fit the line to the new width."""
        self._draw()

    def _draw(self) -> None:
        width = self.size.width
        if self._parts is None or not width:
            return
        number, title, limits = self._parts
        right = Content.styled(limits, "$muted")
        left = Content.assemble((f"{number}  ", "$muted"), (title, "bold"))
        left = left.truncate(max(8, width - right.cell_length - 1), ellipsis=True)
        gap = " " * max(1, width - left.cell_length - right.cell_length)
        # Its height is fixed: nothing has to be laid out.
        self.update(Content.assemble(left, gap, right), layout=False)
