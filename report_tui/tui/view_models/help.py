"""What the help shows: the keys that work on a screen right now, in groups, and what the signs in the list mean."""

from __future__ import annotations

from dataclasses import dataclass

from textual.app import App
from textual.binding import ActiveBinding
from textual.screen import Screen
from textual.widgets import Input, TextArea

from report_tui.tui import keys
from report_tui.tui.view_models.report import COLOURS, HALF_WAY
from report_tui.validation.finding import Status

HERE, SCREEN, EVERYWHERE, TYPING = "Here", "On this screen", "Everywhere", "While typing"
_ORDER = (HERE, SCREEN, EVERYWHERE, TYPING)


@dataclass(frozen=True, slots=True)
class KeyRow:
    """One action and its keys."""

    keys: tuple[str, ...]
    """As a person writes them: `F2`, `Ctrl+S`."""
    text: str


@dataclass(frozen=True, slots=True)
class KeyGroup:
    """Actions of one place."""

    title: str
    rows: tuple[KeyRow, ...]


@dataclass(frozen=True, slots=True)
class Sign:
    """One status and how the list shows it."""

    glyph: str
    colour: str
    text: str


def groups(screen: Screen[object]) -> tuple[KeyGroup, ...]:
    """The keys that work on a screen right now: what has the focus first, a text field's own keys last."""
    rows: dict[str, list[KeyRow]] = {title: [] for title in _ORDER}
    for found, names in sorted(keys.active(screen), key=lambda one: keys.order(one[1][0])):
        text = found.binding.tooltip or found.binding.description.capitalize()
        rows[_place(found)].append(KeyRow(tuple(keys.readable(name) for name in names), text))
    return tuple(KeyGroup(title, tuple(rows[title])) for title in _ORDER if rows[title])


def _place(found: ActiveBinding) -> str:
    """Textual's own bindings have no id."""
    if isinstance(found.node, App) or (isinstance(found.node, Screen) and found.binding.id is None):
        return EVERYWHERE
    if isinstance(found.node, Screen):
        return SCREEN
    return TYPING if isinstance(found.node, Input | TextArea) and found.binding.id is None else HERE


def legend() -> tuple[Sign, ...]:
    """The signs of the list, from what is well to what is worst; statuses that look alike stand together."""
    words: dict[tuple[str, str], list[str]] = {}
    for status in reversed(Status):
        words.setdefault((status.glyph, COLOURS[status]), []).append(status.word)
        if status is Status.TOO_SHORT:
            words[(HALF_WAY, COLOURS[status])] = [f"{status.word}, more than half way"]
    return tuple(Sign(glyph, colour, ", ".join(texts)) for (glyph, colour), texts in words.items())
