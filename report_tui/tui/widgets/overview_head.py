"""The top of the overview: how far the report is, what is left in one line, what to do next. Shows values only."""

from __future__ import annotations

from dataclasses import dataclass, replace

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from report_tui.tui.keys import active, readable
from report_tui.tui.view_models.hand_in import HandInNote
from report_tui.tui.view_models.overview import OverviewView, ToDo
from report_tui.tui.widgets.meter import bar

WIDE = 100
"""Columns from which there is room for air, and for all that comes next on one line."""
NARROW = 80
ROOMY = 30
SHORT = 24
SOON = 3
"""So many of the things to do are named; one less where there are few rows."""


class OverviewHead(Static):
    """A few lines; each begins with a quiet word that says what it is."""

    @dataclass
    class NextChosen(Message):
        """Somebody clicked what is to be done next."""

        question: int

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._view: OverviewView | None = None
        self._places: dict[int, tuple[int, ...]] = {}
        """The questions named on a line, by its number."""

    def show(self, view: OverviewView) -> None:
        """Show this state; drawn again only where it differs."""
        if view != self._view:
            self._view = view
            self._draw()

    def on_resize(self) -> None:
        """Fit the lines to the new width."""
        self._draw()

    def on_click(self, event: events.Click) -> None:
        """A click on what is to be done leads there; where several stand on a line, to the first."""
        named = self._places.get(event.y)
        if named:
            self.post_message(self.NextChosen(named[0]))

    def _key(self) -> str:
        """The key that leads to what the course will see."""
        found = (names for binding, names in active(self.screen) if binding.binding.id == "overview-hand-in")
        return next((readable(names[0]) for names in found), "")

    def _draw(self) -> None:
        width = self.size.width
        if self._view is None or not width:
            return
        air = width >= WIDE and self.app.size.height >= ROOMY
        lines = [_title(self._view, width, self._key())]
        lines += [Content()] if air else []
        lines += [_ready(self._view, width), _left(self._view)]
        self._places = {}
        named = SOON if self.app.size.height >= SHORT else SOON - 1
        for word, todo in _soon(self._view.todo[:named], width):
            self._places[len(lines)] = tuple(each.id for each in todo)
            lines.append(_named(word, todo))
        lines += [Content()] if air else []
        self.styles.height = len(lines)
        self.update(Content("\n").join(line.truncate(width, ellipsis=True) for line in lines))


def _title(view: OverviewView, width: int, key: str) -> Content:
    head = view.head
    if head.trouble:
        state = Content.styled(f"✗ {head.trouble} ", "$error")
    elif head.unsaved:
        state = Content.styled(f"● {head.unsaved} unsaved ", "$warning")
    else:
        state = Content.styled("✓ saved ", "$muted")
    name = Content.assemble(" ", (head.course, "bold"), (f" · {head.path}", "$muted"))
    # In full where the course's name has room beside it, else in short, else without the key, else without the time.
    least = min(name.cell_length, len(head.course) + 2)
    note = view.hand_in
    keyed = note
    if key and note.colour != "muted":  # there is something to be looked at
        keyed = replace(note, pushed=f"{note.pushed} ({key})", pushed_short=f"{note.pushed_short} ({key})")
    shorter = (_hand_in(one, short=True) for one in (keyed, note, replace(note, deadline_short="")))
    for said in _hand_in(keyed), *shorter:
        if said.cell_length + state.cell_length + least < width:
            break
    state = said + state
    name = name.truncate(max(0, width - state.cell_length - 1), ellipsis=True)
    return Content.assemble(name, " " * max(1, width - name.cell_length - state.cell_length), state)


def _hand_in(note: HandInNote, *, short: bool = False) -> Content:
    """What is left of the time and what is not pushed, with a sign behind each."""
    time, pushed = (note.deadline_short, note.pushed_short) if short else (note.deadline, note.pushed)
    parts = [(time, "$warning" if note.is_urgent else "$muted"), (pushed, f"${note.colour}")]
    return Content().join(Content.assemble((text, style), (" · ", "$muted")) for text, style in parts if text)


def _ready(view: OverviewView, width: int) -> Content:
    head = view.head
    share = head.ready / head.total if head.total else 0.0
    parts: list[Content | tuple[str, str]] = [
        _name("ready"),
        Content(f"{head.ready} of {head.total} "),
        bar(share, width // 4 if width >= NARROW else 8, "$success"),
    ]
    there, asked = view.figures
    if asked:
        parts.append((f"  figures {there}/{asked}", "$muted"))
    if head.boxes_total:
        parts.append((f"{' ·' if asked else ' '} checklist {head.boxes_done}/{head.boxes_total}", "$muted"))
    return Content.assemble(*parts)


def _left(view: OverviewView) -> Content:
    if view.left:
        return Content.assemble(_name("left"), " · ".join(view.left))
    return Content.assemble(_name("left"), ("✓ nothing", "$success"))


def _soon(todo: tuple[ToDo, ...], width: int) -> list[tuple[str, tuple[ToDo, ...]]]:
    """The lines that name this: two, or one for each where the terminal is narrow."""
    if not todo:
        return []
    rest = todo[1:]
    lines = [("next", todo[:1])]
    return [*lines, ("then", rest)] if rest and width >= WIDE else [*lines, *(("then", (each,)) for each in rest)]


def _named(word: str, todo: tuple[ToDo, ...]) -> Content:
    each = [
        Content.assemble((f"{one.glyph} ", f"${one.colour}"), f"{one.id} {one.title}  ", (one.what, f"${one.colour}"))
        for one in todo
    ]
    line = Content("    ").join(each)
    return Content.assemble(_name(word), line.stylize_before("bold") if word == "next" else line)


def _name(word: str) -> Content:
    return Content.styled(f" {word:<7}", "$muted")
