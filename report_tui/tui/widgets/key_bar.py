"""The keys at the bottom, made from the bindings that work right now: as many as fit, each can be clicked."""

from __future__ import annotations

from collections.abc import Iterable

from textual import events
from textual.binding import Binding
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from report_tui.tui.keys import active, order, short

HERE = ""
"""Stands for the bindings that are there on one screen alone."""
RANKED = (
    "help",
    HERE,
    "preview",
    "save",
    "next-problem",
    "insert-figure",
    "quit",
    "checklist",
    "overview-hand-in",
    "filter",
    "overview",
    "findings",
    "history",
    "hand-in",
    "edit-outside",
    "commands",
)
"""Ids of bindings in the order in which they are given room."""


class KeyBar(Static):
    """One line of keys and what they do; keys of one group stand before one word for all of them."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._targets: list[tuple[int, str]] = []
        """The column behind each key's text, and the key."""
        self._line = Content()

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
        for found, _ in active(screen):
            if found.binding.show:
                shown.setdefault(found.binding.action, found.binding)
        line = Content()
        self._targets = []
        for key, piece in fitting(shown.values(), self.size.width):
            line += piece
            self._targets.append((line.cell_length, key))
        # Told twice of each new focus; and its height is fixed, so that nothing else has to be laid out.
        if not line.is_same(self._line):
            self._line = line
            self.update(line, layout=False)


Entry = tuple[Binding, ...]
"""The bindings of one group, or one that has none."""


def fitting(bindings: Iterable[Binding], width: int) -> list[tuple[str, Content]]:
    """The keys that fit into so many cells, each with its text, in the order in which one looks for them."""
    in_order = sorted(bindings, key=lambda binding: order(binding.key))
    groups: dict[Binding | Binding.Group, list[Binding]] = {}
    for binding in in_order:
        groups.setdefault(binding.group or binding, []).append(binding)
    entries = [tuple(group) for group in groups.values()]
    kept: list[Entry] = []
    for entry in sorted(entries, key=_rank):
        if sum(_width(other) for other in (*kept, entry)) > width:
            break
        kept.append(entry)
    return [piece for entry in entries if entry in kept for piece in _pieces(entry)]


def _pieces(entry: Entry) -> Iterable[tuple[str, Content]]:
    """Each key of an entry and its text; the last one's has what the keys do."""
    *before, last = entry
    for binding in before:
        yield binding.key, Content.assemble(" ", (short(binding.key), "$accent"))
    word = last.group.description if last.group is not None and before else last.description
    yield last.key, Content.assemble(" ", (short(last.key), "$accent"), " ", (word, "$muted"), " ")


def _width(entry: Entry) -> int:
    return sum(piece.cell_length for _, piece in _pieces(entry))


def _rank(entry: Entry) -> int:
    """What goes first: enter and escape, help, what is done here alone, and then what is done elsewhere too."""
    if order(entry[0].key)[0] == 0:
        return -1
    return min((RANKED.index(binding.id) for binding in entry if binding.id in RANKED), default=RANKED.index(HERE))
