"""From what the course will see to what the app shows of it: the screen's lines, and a few words for the overview.

Owns signs, colours and the short words. Pure: no clock, no git.
"""

from __future__ import annotations

from dataclasses import dataclass

from report_tui.validation.deadline import Deadline
from report_tui.validation.hand_in import HandIn
from report_tui.validation.hand_in_facts import Line, State
from report_tui.validation.hand_in_source import FETCH, span
from report_tui.validation.subject import plural

_SIGNS = {State.YES: ("✓", "success"), State.NO: ("✗", "error"), State.UNKNOWN: ("?", "warning")}


@dataclass(frozen=True, slots=True)
class HandInLine:
    """One question, answered."""

    glyph: str
    colour: str
    text: str
    details: tuple[str, ...] = ()
    way_out: str = ""
    loud: bool = False


@dataclass(frozen=True, slots=True)
class HandInView:
    """The whole screen."""

    lines: tuple[HandInLine, ...]
    """None before it was looked for the first time."""
    summary: str
    is_looking: bool = False
    """Whether git is being asked just now."""
    is_fetching: bool = False
    """Whether the remote is."""


@dataclass(frozen=True, slots=True)
class HandInNote:
    """A few words at the top of the overview; each is empty where there is nothing to say."""

    deadline: str = ""
    deadline_short: str = ""
    pushed: str = ""
    pushed_short: str = ""
    colour: str = "muted"
    """Of what is said about pushing."""
    is_urgent: bool = False
    """Whether the deadline is less than a day away, or has passed."""


def view(found: HandIn | None, *, is_looking: bool, is_fetching: bool) -> HandInView:
    """The screen; `found` is None before git was asked."""
    if found is None:
        return HandInView((), "git is being asked …", is_looking, is_fetching)
    lines = tuple(_line(line, loud=line is found.pushed and line.state is State.NO) for line in found.lines)
    return HandInView(lines, _summary(found), is_looking, is_fetching)


def note(found: HandIn | None, deadline: Deadline | None, now: float) -> HandInNote:
    """The overview's words.

    Args:
        found: what git and the disk said last; None where nobody has asked yet, or there is no repository.
        deadline: of the rules, if they have one.
        now: seconds since 1970.
    """
    left = None if deadline is None else deadline.seconds - now
    words = HandInNote()
    if left is not None:
        time = span(left)
        said = (f"hand-in in {time}", f"in {time}") if left >= 0 else (f"deadline passed {time} ago", f"{time} late")
        words = HandInNote(said[0], said[1], is_urgent=left < 86_400)
    if found is None:
        return words
    pushed, short, colour = _pushed(found)
    return HandInNote(words.deadline, words.deadline_short, pushed, short, colour, words.is_urgent)


def _pushed(found: HandIn) -> tuple[str, str, str]:
    state = found.pushed.state
    if state is State.YES and found.facts.held:
        return "answers on another branch", "other branch?", "warning"
    if state is State.YES:
        return "all pushed", "pushed", "muted"
    if state is State.UNKNOWN:
        return "not known what is pushed", "pushed?", "warning"
    count = len(found.answers_not_pushed)
    if count:
        return f"{plural(count, 'answer')} not pushed yet", f"{count} not pushed", "error"
    return "work not pushed yet", "not pushed", "error"


def _line(line: Line, *, loud: bool) -> HandInLine:
    glyph, colour = _SIGNS[line.state]
    text = f"could not tell: {line.text}" if line.state is State.UNKNOWN else line.text
    way_out = "ask the remote, here with f" if line.way_out == FETCH else line.way_out
    return HandInLine(glyph, colour, text, line.details, way_out, loud)


def _summary(found: HandIn) -> str:
    no, unknown = found.count(State.NO), found.count(State.UNKNOWN)
    if not no and not unknown:
        return "all well"
    parts = [f"{found.count(State.YES)} in order"]
    parts += [f"{no} not"] if no else []
    parts += [f"{unknown} could not be told"] if unknown else []
    return " · ".join(parts)
