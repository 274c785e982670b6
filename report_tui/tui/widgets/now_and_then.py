"""An answer as it is now and as it was, one below the other: signs and colours of its lines.

Owns how the two are told apart, wherever an older text is offered; which lines differ, `view_models.sides` decides.
"""

from __future__ import annotations

from textual.content import Content

from report_tui.tui.view_models.sides import Side, SideLine
from report_tui.tui.widgets.line_rows import Line

_SIGNS = {Side.BOTH: " ", Side.MINE: "-", Side.THEIRS: "+", Side.LEFT_OUT: "…"}
_STYLES = {Side.BOTH: "$muted", Side.MINE: "$warning", Side.THEIRS: "$success", Side.LEFT_OUT: "$muted"}


def legend(now: str, then: str) -> Line:
    """What the signs mean."""
    return Line(
        Content(), Content.assemble(("- ", "$warning"), (f"{now}   ", "$muted"), ("+ ", "$success"), (then, "$muted"))
    )


def marked(line: SideLine) -> Line:
    """A line behind its sign: the side `MINE` is now, `THEIRS` is then; an empty one of one side shows as a pilcrow.

    Of what both have the beginning is enough: a long paragraph would push what differs out of sight.
    """
    style = _STYLES[line.side]
    sign = Content.styled(f"{_SIGNS[line.side]} ", f"bold {style}")
    if line.side in (Side.BOTH, Side.LEFT_OUT):
        return Line(sign, Content.styled(line.text, style), quiet=True)
    words = [(piece.text, f"{style} bold underline" if piece.differs else "$foreground") for piece in line.pieces]
    return Line(sign, Content.assemble(*(words if line.text else [("¶", style)])))
