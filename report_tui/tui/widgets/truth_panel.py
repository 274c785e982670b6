"""The line of truth under the editor: what is missing in numbers to go, and the findings with their way out."""

from __future__ import annotations

from textual import events
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Static

from report_tui.tui.keys import short
from report_tui.tui.later import once
from report_tui.tui.view_models.report import AnswerView, Meter, mark, shown_range
from report_tui.tui.widgets.meter import bar
from report_tui.validation.finding import Finding

BAR_WIDTH = 10
REST = 0.2
"""Seconds without a change before it is asked what can be fixed: to find that out takes longer than a key may."""


class TruthPanel(Static):
    """Counts first, then the findings, the worst first, as many as fit, and as much of each."""

    class Clicked(Message):
        """Somebody wants to read the findings in full."""

    class FigureWanted(Message):
        """Somebody wants to insert a figure."""

    class Rested(Message):
        """What is shown has not changed for a while: which of the findings can be fixed?"""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._view: AnswerView | None = None
        self._fixable: frozenset[str] = frozenset()
        self._rest: Timer | None = None
        self._insert = Content("")
        self._insert_at: tuple[int, int] = (0, 0)
        """First and end column of what inserts a figure, on the first line."""

    def show(self, view: AnswerView) -> None:
        """Show what is said of one answer; drawn again only where it differs."""
        if view == self._view:
            return
        if self._view is None or view.id != self._view.id:
            self._fixable = frozenset()
        self._view = view
        self._draw()
        if self._rest is not None:
            self._rest.stop()
        self._rest = once(self, REST, self._rested) if view.findings else None

    @property
    def is_waiting(self) -> bool:
        """Whether what is shown has changed only just now."""
        return self._rest is not None

    def _rested(self) -> None:
        self._rest = None
        self.post_message(self.Rested())

    def show_fixable(self, codes: frozenset[str]) -> None:
        """Show quietly with which key the findings with these codes are fixed; nothing else moves by it."""
        if codes != self._fixable:
            self._fixable = codes
            self._draw()

    def on_resize(self) -> None:
        """As many findings as fit now."""
        self._draw()

    def on_click(self, event: events.Click) -> None:
        """Ask for a figure, or for the findings in full."""
        content = event.get_content_offset(self)
        start, end = self._insert_at
        if content is not None and content.y == 0 and start <= content.x < end:
            self.post_message(self.FigureWanted())
        else:
            self.post_message(self.Clicked())

    def _draw(self) -> None:
        width, height = self.size
        if self._view is None or not width or not height:
            return
        lines = [self._counts(self._view, width), *self._details(self._view, width, height - 1)]
        # Its height is fixed: nothing has to be laid out.
        self.update(Content("\n").join(lines[:height]), layout=False)

    def _counts(self, view: AnswerView, width: int) -> Content:
        """The fullest form that fits on one line."""
        status = Content.styled(f"{view.glyph} {view.word}", f"${view.colour}")
        insert = self._offer() if _wants_figures(view) else Content("")
        forms = ((5, _meter, status), (3, _meter, status), (3, _plain_meter, status), (2, _short_meter, status))
        for offered, tried in ((insert, forms), (Content(""), (*forms, (2, _short_meter, Content(""))))):
            for gap, form, tail in tried:
                pieces = [form(meter) for meter in view.meters]
                counts = Content(" " * gap).join([*pieces, offered] if offered else pieces)
                space = width - counts.cell_length - tail.cell_length
                if space >= gap:
                    self._insert_at = (counts.cell_length - offered.cell_length, counts.cell_length)
                    return Content.assemble(counts, " " * space, tail)
        self._insert_at = (0, 0)
        return counts.truncate(width, ellipsis=True)

    def _details(self, view: AnswerView, width: int, room: int) -> list[Content]:
        """A line for each finding, and how many more there are; where rows are left, the first ones in full."""
        if len(view.findings) == 1:
            return self._in_full(view.findings[0], width)[:room]
        if len(view.findings) > room:
            more = len(view.findings) - max(0, room - 1)
            lines = [self._in_one(finding, width) for finding in view.findings[: max(0, room - 1)]]
            return [*lines, Content.styled(f"  and {more} more: click here", "$muted")][:room]
        left = room - len(view.findings)
        lines = []
        for finding in view.findings:
            full = self._in_full(finding, width)
            if len(full) - 1 <= left:
                left -= len(full) - 1
                lines += full
            else:
                lines.append(self._in_one(finding, width))
        return lines

    def _in_full(self, finding: Finding, width: int) -> list[Content]:
        """What is wrong, and below it what to do; wrapped lines stand under the text, not under the glyph."""
        first, *rest = _head(finding).wrap(max(10, width - 2))
        way_out = Content.styled(f"→ {finding.way_out}", "$muted").wrap(max(10, width - 2))
        lines = [first, *(Content.assemble("  ", line) for line in (*rest, *way_out))]
        hint = self._hint(finding)
        # At the end of the first line that has room for it, so that no text is wrapped anew when it comes.
        for index, line in enumerate(lines if hint else ()):
            if line.cell_length + hint.cell_length + 2 <= width:
                lines[index] = _with_hint(line, hint, width)
                break
        return lines

    def _in_one(self, finding: Finding, width: int) -> Content:
        hint = self._hint(finding)
        if not hint:
            return _head(finding).truncate(width, ellipsis=True)
        return _with_hint(_head(finding).truncate(max(0, width - hint.cell_length - 2), ellipsis=True), hint, width)

    def _hint(self, finding: Finding) -> Content:
        """The key that leads to the fix; nothing where there is none that is certain."""
        return self._key_of("findings", "fix") if finding.code in self._fixable else Content()

    def _offer(self) -> Content:
        """How a figure is inserted. Looked for only until it is found: counts are drawn at every key."""
        if not self._insert:
            self._insert = self._key_of("insert_figure", "insert")
        return self._insert

    def _key_of(self, action: str, word: str) -> Content:
        """The key that does an action now, and a word for it; nothing where no key does."""
        bindings = self.screen.active_bindings.items()
        key = next((key for key, one in bindings if one.binding.action == action), None)
        return Content.assemble((short(key), "$accent"), (f" {word}", "$muted")) if key is not None else Content()


def _wants_figures(view: AnswerView) -> bool:
    return any(meter.name == "figures" and meter.allowed is not None for meter in view.meters)


def _with_hint(line: Content, hint: Content, width: int) -> Content:
    return Content.assemble(line, " " * (width - line.cell_length - hint.cell_length), hint)


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
    pieces = [(f"{meter.name} ", "$muted"), (str(meter.amount), number), (allowed, "$muted")]
    if meter.verdict:
        pieces.append((f"  {meter.verdict}", _colour(meter)))
    return Content.assemble(*pieces)


def _colour(meter: Meter) -> str:
    return "$success" if meter.good else "$warning"


def _head(finding: Finding) -> Content:
    glyph, colour = mark(finding)
    message = " ".join(finding.message.split())
    return Content.assemble((f"{glyph} ", f"${colour}"), (f"line {finding.line}  ", "$muted"), message)
