"""A line under the header for what is wrong with the file as a whole, and what to know of it; else it is not there."""

from __future__ import annotations

from textual.content import Content
from textual.message import Message
from textual.widgets import Static


class ReportProblem(Static):
    """The worst problem in one line; a click asks for all of them."""

    class Clicked(Message):
        """Somebody wants to see all of them."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._lines: tuple[str, ...] = ()
        self._notes = 0

    def show(self, problems: tuple[str, ...], notes: tuple[str, ...] = ()) -> None:
        """Show the first of these lines, and how many more there are; hide for none.

        Args:
            problems: what is wrong, the worst first.
            notes: what is worth knowing and comes and goes; before the problems, of which many stay for ever.
        """
        lines = (*notes, *problems)
        if lines != self._lines:
            self._lines, self._notes = lines, len(notes)
            self.display = bool(lines)
            self._draw()

    def on_resize(self) -> None:
        """Fit the line to the new width."""
        self._draw()

    def on_click(self) -> None:
        """Ask for all of them."""
        self.post_message(self.Clicked())

    def _draw(self) -> None:
        width = self.size.width or self.app.size.width
        if not self._lines:
            return
        more = f"  and {len(self._lines) - 1} more" if len(self._lines) > 1 else ""
        mark = (" ! ", "$accent") if self._notes else (" ✗ ", "$error")
        line = Content.assemble(mark, " ".join(self._lines[0].split()))
        self.update(Content.assemble(line.truncate(max(10, width - len(more) - 1), ellipsis=True), (more, "$muted")))
