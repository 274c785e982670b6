"""The command palette: every action that a key does right now, what a screen offers beside, and the themes.

Owns what is listed and how it is written. Titles are text and never markup: a screen may put a report's words in them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import ClassVar, Protocol, cast, runtime_checkable

from textual.app import SystemCommand
from textual.binding import Binding, BindingType
from textual.command import CommandPalette, DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.screen import Screen

from report_tui.tui import keys
from report_tui.tui.themes import THEMES

_TOLD = 0.01
"""The score of a command that is found by what is told of it: below that of any title."""
OPEN = "commands"
"""The id of the palette's own binding, which it does not list."""


@runtime_checkable
class OffersCommands(Protocol):
    """A screen with commands that have no key."""

    def extra_commands(self) -> Iterable[SystemCommand]:
        """Title, what it does in a few words, and what to run."""


class Commands(CommandPalette):
    """Textual's palette in our colours."""

    CSS_PATH = "commands.tcss"
    # With priority: the key behind it may be one that the app takes at once, and would take for the palette.
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "escape", "escape", "leave", id="leave-commands", show=False, priority=True, tooltip="Close the commands"
        )
    ]


class Listed(Provider):
    """Lists them; a search takes those whose title has the letters in this order, then those of which that is told."""

    async def discover(self) -> Hits:
        """All commands."""
        for title, help_text, run, _ in self._commands():
            yield DiscoveryHit(Content(title), run, text=title, help=_literal(help_text))

    async def search(self, query: str) -> Hits:
        """The commands that match."""
        matcher = self.matcher(query)
        words = query.casefold().split()
        for title, help_text, run, _ in self._commands():
            score, places = matcher.fuzzy_search.match(query, title)
            if score > 0:
                shown = Content(title)
                for place in places:
                    shown = shown.stylize("bold underline", place, place + 1)
                yield Hit(score, shown, run, text=title, help=_literal(help_text))
            elif words and all(word in help_text.casefold() for word in words):
                yield Hit(_TOLD, Content(title), run, text=title, help=_literal(help_text))

    def _commands(self) -> Iterable[SystemCommand]:
        return self.app.get_system_commands(self.screen)


def _literal(text: str) -> str:
    # Textual reads a help text as markup unless it is Content, whatever the type says.
    return cast(str, Content(text))


def commands(screen: Screen[object], choose_theme: Callable[[str], None]) -> Iterator[SystemCommand]:
    """All commands of a screen, each action once, with the key it has now, in the order of the help."""
    for found, names in sorted(keys.active(screen), key=lambda one: keys.order(one[1][0])):
        binding = found.binding
        if binding.tooltip and binding.id != OPEN:
            title = f"{binding.description[:1].upper()}{binding.description[1:]} ({keys.readable(names[0])})"
            yield SystemCommand(title, binding.tooltip, partial(screen.app.run_action, binding.action, found.node))
    if isinstance(screen, OffersCommands):
        yield from screen.extra_commands()
    for name, theme in THEMES.items():
        if theme.name != screen.app.theme:
            yield SystemCommand(f"Theme: {name.replace('-', ' ')}", "Change the colours", partial(choose_theme, name))
