"""The line of truth under the editor: what is missing in numbers to go, and the findings with their way out."""

from __future__ import annotations

from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from report_tui.tui.view_models.report import AnswerView, Meter, mark, shown_range
from report_tui.tui.widgets.meter import bar
from report_tui.validation.finding import Finding

BAR_WIDTH = 10


class TruthPanel(Static):
    """Counts first, then the findings, the worst first, as many as fit."""

    class Clicked(Message):
        """Somebody wants to read the findings in full."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._view: AnswerView | None = None

    def show(self, view: AnswerView) -> None:
        """Show what is said of one answer; drawn again only where it differs."""
        if view != self._view:
            self._view = view
            self._draw()

    def on_resize(self) -> None:
        """As many findings as fit now."""
        self._draw()

    def on_click(self) -> None:
        """Ask for the findings in full."""
        self.post_message(self.Clicked())

    def _draw(self) -> None:
        width, height = self.size
        if self._view is None or not width or not height:
            return
        lines = [self._counts(self._view, width), *self._details(self._view, width, height - 1)]
        self.update(Content("\n").join(lines[:height]))

    def _counts(self, view: AnswerView, width: int) -> Content:
        """The fullest form that fits on one line."""
        status = Content.styled(f"{view.glyph} {view.word}", f"${view.colour}")
        forms = ((5, _meter, status), (3, _meter, status), (3, _plain_meter, status), (2, _short_meter, status))
        for gap, form, tail in (*forms, (2, _short_meter, Content(""))):
            counts = Content(" " * gap).join([form(meter) for meter in view.meters])
            space = width - counts.cell_length - tail.cell_length
            if space >= gap:
                return Content.assemble(counts, " " * space, tail)
        return counts.truncate(width, ellipsis=True)

    @staticmethod
    def _details(view: AnswerView, width: int, room: int) -> list[Content]:
        """Findings in full with their way out; where not all fit so, a line each, and how many more there are."""
        full = [line for finding in view.findings for line in _in_full(finding, width)]
        if len(full) <= room or len(view.findings) == 1:
            return full[:room]
        lines = [_head(finding).truncate(width, ellipsis=True) for finding in view.findings]
        if len(lines) > room:
            more = len(lines) - max(0, room - 1)
            lines = [*lines[: max(0, room - 1)], Content.styled(f"  and {more} more: click here", "$muted")]
        return lines[:room]


def _in_full(finding: Finding, width: int) -> list[Content]:
    """What is wrong, and below it what to do; wrapped lines stand under the text, not under the glyph."""
    first, *rest = _head(finding).wrap(max(10, width - 2))
    way_out = Content.styled(f"→ {finding.way_out}", "$muted").wrap(max(10, width - 2))
    return [first, *(Content.assemble("  ", line) for line in (*rest, *way_out))]


def _meter(meter: Meter) -> Content:
    """Count, limits, how far, and a bar where the least is more than one."""
    if meter.allowed is None or meter.allowed[0] <= 1:
        return _plain_meter(meter)
    return Content.assemble(_plain_meter(meter), " ", bar(meter.share, BAR_WIDTH, _colour(meter)))


def _plain_meter(meter: Meter) -> Content:
    allowed = "" if meter.allowed is None else f"/{shown_range(meter.allowed)}"
    return _count(meter, allowed)


def _short_meter(meter: Meter) -> Content:
    """Without the limits: they stand above the prompt as well."""
    return _count(meter, "")


def _count(meter: Meter, allowed: str) -> Content:
    number = "bold" if meter.good else f"bold {_colour(meter)}"
    pieces = [(f"{meter.name} ", "$muted"), (str(meter.count), number), (allowed, "$muted")]
    if meter.verdict:
        pieces.append((f"  {meter.verdict}", _colour(meter)))
    return Content.assemble(*pieces)


def _colour(meter: Meter) -> str:
    return "$success" if meter.good else "$warning"


def _head(finding: Finding) -> Content:
    glyph, colour = mark(finding)
    message = " ".join(finding.message.split())
    return Content.assemble((f"{glyph} ", f"${colour}"), (f"line {finding.line}  ", "$muted"), message)
