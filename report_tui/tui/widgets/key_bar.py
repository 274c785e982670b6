"""The keys at the bottom, made from the bindings that work right now: as many as fit, each can be clicked."""

from __future__ import annotations

from textual import events
from textual.binding import Binding
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

KEY_NAMES = {"enter": "⏎", "escape": "esc", "ctrl+p": "^p"}


class KeyBar(Static):
    """One line of keys and what they do."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._targets: list[tuple[int, str]] = []
        """The column behind each key's text, and the key."""

    def on_mount(self) -> None:
        """Follow the bindings of the screen."""
        self.screen.bindings_updated_signal.subscribe(self, self._redraw)

    def on_resize(self) -> None:
        """Fit the keys to the new width."""
        self._redraw(self.screen)

    def on_click(self, event: events.Click) -> None:
        """A click on a key is that key."""
        key = next((key for end, key in self._targets if event.x < end), None)
        if key is not None:
            self.app.simulate_key(key)

    def _redraw(self, screen: Screen[object]) -> None:
        if not screen.is_active or not self.size.width:
            return
        shown: dict[str, Binding] = {}
        for active in screen.active_bindings.values():
            if active.binding.show and active.enabled:
                shown.setdefault(active.binding.action, active.binding)
        line = Content()
        self._targets = []
        for binding in sorted(shown.values(), key=_order):
            key = KEY_NAMES.get(binding.key, binding.key.upper() if binding.key[1:].isdigit() else binding.key)
            piece = Content.assemble(" ", (key, "$accent"), " ", (binding.description, "$muted"), " ")
            if line.cell_length + piece.cell_length > self.size.width:
                break
            line += piece
            self._targets.append((line.cell_length, binding.key))
        self.update(line)


def _order(binding: Binding) -> tuple[int, int]:
    """First what the focused widget does, then the function keys in their order, then the rest."""
    if binding.key in ("enter", "escape"):
        return (0, 0)
    if binding.key.startswith("f") and binding.key[1:].isdigit():
        return (1, int(binding.key[1:]))
    return (2, 0)
