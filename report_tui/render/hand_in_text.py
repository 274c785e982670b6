"""What the course will see of a report, as text for a terminal and as JSON (docs/handin.md).

Owns the look of `handin`. Every line is cleaned, and JSON is pure ASCII: branch names, paths and answers are foreign.
"""

from __future__ import annotations

from collections.abc import Iterator

from report_tui.render.clean import clean, harmless
from report_tui.render.console import Style, hanging
from report_tui.validation.hand_in import HandIn
from report_tui.validation.hand_in_facts import Line, State
from report_tui.validation.subject import plural

SCHEMA = 1
_SIGNS = {State.YES: ("✓", "+"), State.NO: ("✗", "x"), State.UNKNOWN: ("?", "?")}
_COLOURS = {State.YES: "32", State.NO: "31", State.UNKNOWN: "33"}
_LOUD = "1;97;41"
"""Bold white on red."""


def hand_in_lines(name: str, hand_in: HandIn, style: Style) -> Iterator[str]:
    """All that `handin` says.

    Args:
        name: how the report is called, a path; or the folder, where there is no report.
        hand_in: what the course will see.
        style: what the terminal can show.
    """
    yield harmless(style.paint(clean(name), "1"))
    for position, line in enumerate(hand_in.lines):
        yield from _line(line, style, is_loud=position == 0 and line.state is State.NO)
    yield ""
    yield summary(hand_in, style)


def _line(line: Line, style: Style, *, is_loud: bool) -> Iterator[str]:
    sign = style.paint(_SIGNS[line.state][not style.unicode], _COLOURS[line.state])
    text = clean(line.text)
    if line.state is State.UNKNOWN:
        text = f"could not tell: {text}"
    if is_loud:
        yield from (harmless(f"  {sign} {style.paint(row, _LOUD)}") for row in [" NOT PUSHED "])
        yield from hanging("    ", text, 4, style)
    else:
        yield from hanging(f"  {sign} ", text, 4, style)
    for detail in line.details:
        yield from hanging("      ", clean(detail), 6, style)
    if line.way_out:
        arrow = "→ " if style.unicode else "-> "
        start = "      " + style.paint(arrow, "2")
        yield from hanging(start, clean(line.way_out), 6 + len(arrow), style)


def summary(hand_in: HandIn, style: Style) -> str:
    """The hand-in in one line."""
    no, unknown = hand_in.count(State.NO), hand_in.count(State.UNKNOWN)
    if not no and not unknown:
        is_same = not hand_in.facts.is_bare and not hand_in.facts.changed_there.any
        well = "the course will see it as it is here, and nothing is wrong with it"
        return style.paint(well if is_same else "nothing is wrong with what the course will see", "32")
    parts = [f"{plural(hand_in.count(State.YES), 'line')} in order"]
    if no:
        parts.append(f"{no} not")
    if unknown:
        parts.append(f"{unknown} could not be told")
    return style.paint((" · " if style.unicode else "; ").join(parts), "31" if no else "33")


def hand_in_record(name: str, hand_in: HandIn) -> dict[str, object]:
    """The JSON object of a hand-in.

    Args:
        name: how the report is called, a path with forward slashes.
        hand_in: what the course will see.
    """
    facts = hand_in.facts
    return {
        "schema": SCHEMA,
        "report": name,
        "remote": facts.remote or None,
        "branch": facts.branch or None,
        "commit": facts.oid or None,
        "committed": facts.made,
        "seen": None if facts.seen is None else int(facts.seen),
        "ok": all(line.state is State.YES for line in hand_in.lines),
        "answers_not_pushed": list(hand_in.answers_not_pushed),
        "deadline": None if facts.deadline is None else facts.deadline.seconds,
        "lines": [
            {
                "id": line.id,
                "state": line.state.value,
                "message": line.text,
                "details": list(line.details),
                "way_out": line.way_out or None,
            }
            for line in hand_in.lines
        ],
    }
