"""The question's wording above the editor, read-only, foldable to one line."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from report_tui.tui.markdown_style import prose


class PromptPane(VerticalScroll, can_focus=False):
    """Shows a prompt; a click folds and unfolds it."""

    folded: reactive[bool] = reactive(False)

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._prompt = ""

    def compose(self) -> ComposeResult:
        """One block of text."""
        yield Static(id="prompt-text")

    def show(self, prompt: str) -> None:
        """Show a question's prompt (Markdown without its `>`)."""
        if prompt != self._prompt:
            self._prompt = prompt
            self._draw()
            self.scroll_home(animate=False)

    def on_resize(self) -> None:
        """A folded prompt is cut to the width."""
        if self.folded:
            self._draw()

    def on_click(self) -> None:
        """Fold or unfold."""
        self.folded = not self.folded

    def watch_folded(self) -> None:
        """Draw the one line, or all of them."""
        self.set_class(self.folded, "-folded")
        self._draw()

    def _draw(self) -> None:
        if not self.is_mounted:
            return
        text = prose(self._prompt)
        if not text.plain:
            text = Content.styled("This question has no prompt in the file.", "$muted")
        if self.folded:
            first = Content(" ").join(text.split("\n"))
            text = first.truncate(max(10, self.size.width - 4), ellipsis=True)
        text = Content.assemble(("▸ " if self.folded else "▾ ", "$accent"), text)
        self.query_one("#prompt-text", Static).update(text)
