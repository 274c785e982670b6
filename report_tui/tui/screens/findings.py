"""The findings panel: everything that is wrong with the report, what to do about it, and what mends it.

Owns the list, its cursor and the detail below. It changes no report: what a key does there is asked of the `Panel`
that it is given, which has it shown anew.
"""

from __future__ import annotations

from typing import ClassVar, Literal, Protocol

from rich.segment import Segment
from rich.style import Style
from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.strip import Strip
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from report_tui.tui.dialogs.choice import TYPING_GUARD
from report_tui.tui.dialogs.fixing import lines_content
from report_tui.tui.keys import prior
from report_tui.tui.later import once
from report_tui.tui.view_models.findings import Entry, PanelView, TextLine
from report_tui.tui.widgets.key_bar import KeyBar


class Panel(Protocol):
    """What the panel asks of the flow behind it."""

    def view(self) -> PanelView:
        """All findings as they are now."""

    def preview(self, entry: Entry) -> tuple[TextLine, ...]:
        """What the finding's fix would change."""

    async def fix(self, entry: Entry) -> None:
        """Mend one finding; asks where there is a choice."""

    async def fix_all(self, entry: Entry) -> None:
        """Mend all findings of this kind; asks first."""

    def take_back(self) -> None:
        """Undo the last fix."""

    def go_to(self, number: int, row: int) -> None:
        """Edit a question, with the cursor on a 1-based row of its answer, as soon as the panel is closed."""


class FindingList(OptionList):
    """One line for each finding; a click puts the cursor there, a double click goes to the place."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"finding-list--cursor"}
    BINDINGS: ClassVar[list[BindingType]] = [prior("enter", "screen.go", "go there", "findings-go", "Go to the place")]

    def render_line(self, y: int) -> Strip:
        """A line; the one under the cursor begins with the bar that all lists have. Each finding takes one line."""
        strip = super().render_line(y)
        if y + self.scroll_offset.y != self.highlighted:
            return strip
        style = self.get_component_rich_style("finding-list--cursor", partial=True)
        return Strip.join([Strip([Segment("▌", self._ground(strip) + style)]), strip.crop(1)])

    @staticmethod
    def _ground(strip: Strip) -> Style:
        return next((segment.style for segment in strip if segment.style is not None), Style())

    def on_click(self, event: events.Click) -> None:
        """Choose first, since a click that left the panel could not be followed by a fix."""
        event.prevent_default()
        index = event.style.meta.get("option")
        if isinstance(index, int) and not self.get_option_at_index(index).disabled:
            self.highlighted = index
            if event.chain == 2:
                self.action_select()


class FindingsScreen(ModalScreen[None]):
    """All findings, until somebody goes back to the report or to the place of one."""

    CSS_PATH = "../findings.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        # With priority, as the list's own: all are done in the order they were pressed, none after it is closed.
        prior("up", "move('cursor_up')", "one up", "findings-up", "The finding above", show=False),
        prior("down", "move('cursor_down')", "one down", "findings-down", "The finding below", show=False),
        prior("pageup", "move('page_up')", "a page up", "findings-page-up", "A page of findings up", show=False),
        prior("pagedown", "move('page_down')", "a page down", "findings-page-down", "A page down", show=False),
        prior("home", "move('first')", "the first", "findings-first", "The first finding", show=False),
        prior("end", "move('last')", "the last", "findings-last", "The last finding", show=False),
        prior("f", "fix", "fix", "findings-fix", "Mend this finding"),
        prior(
            "a", "fix_all", "fix all alike", "findings-fix-all", "Mend all findings of this kind, after a look at them"
        ),
        prior("u", "take_back", "take back", "findings-take-back", "Take the last fix back"),
        prior("escape", "close", "back", "findings-back", "Back to the report"),
        prior("ctrl+l,f11", "close", "back", "findings", "All that is wrong, with the fixes; again: back", show=False),
    ]

    def __init__(self, panel: Panel) -> None:
        super().__init__()
        self._panel = panel
        self._entries: dict[str, Entry] = {}
        self._listening = False
        self._is_there = False
        """Whether all its parts are: what is said of the session may come before."""

    def compose(self) -> ComposeResult:
        """A line of sums, the list, the detail, the keys."""
        yield Static(id="findings-title")
        yield FindingList(id="findings-list", markup=False)
        with VerticalScroll(id="findings-detail", can_focus=False):
            yield Static(id="findings-text")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        """Listen to letters only when somebody can have seen what they mean."""
        once(self, TYPING_GUARD, self._listen)
        self._is_there = True
        self.show()
        self.query_one(FindingList).focus()

    def _listen(self) -> None:
        self._listening = True

    # Showing

    def show(self) -> None:
        """Show the findings as they are now, with the cursor where it was or on the one that took its place."""
        if not self._is_there:
            return
        view = self._panel.view()
        listed = self.query_one(FindingList)
        before, old = listed.highlighted, self._chosen()
        listed.clear_options()
        self._entries = {}
        options = []
        for group in view.groups:
            options.append(Option(Content.styled(f" {group.title}", "$muted"), disabled=True))
            for entry in group.entries:
                key = f"finding-{len(self._entries)}"
                self._entries[key] = entry
                options.append(Option(_line(entry), id=key))
        listed.add_options(options)
        self.query_one("#findings-title", Static).update(_title(view))
        listed.highlighted = self._index(options, old, before)
        self._show_detail()

    def _index(self, options: list[Option], old: Entry | None, before: int | None) -> int | None:
        """Where the cursor belongs: on the same finding, else on the nearest one below its place."""
        there = [index for index, option in enumerate(options) if option.id]
        for index in there:
            entry = self._entries[options[index].id or ""]
            if old is not None and _same(entry, old):
                return index
        return next((index for index in there if index >= (before or 0)), there[-1] if there else None)

    @on(OptionList.OptionHighlighted)
    def _show_detail(self) -> None:
        entry = self._chosen()
        text = Content("Nothing is wrong.") if entry is None else self._detail(entry)
        self.query_one("#findings-text", Static).update(text)
        self.query_one("#findings-detail").scroll_home(animate=False)

    def _detail(self, entry: Entry) -> Content:
        finding = entry.finding
        parts = [
            Content.assemble((f"{entry.glyph} ", f"${entry.colour}"), (finding.message, "bold")),
            Content.assemble(("→ ", "$muted"), finding.way_out),
        ]
        if len(entry.fixes) == 1 and entry.fixes[0].certain:
            parts.append(Content.assemble(("f ", "bold $accent"), (entry.fixes[0].title, "$accent")))
            parts.append(lines_content(self._panel.preview(entry), "  "))
        elif entry.fixes:
            ways = "; ".join(fix.title for fix in entry.fixes)
            parts.append(Content.assemble(("f ", "bold $accent"), ("choose: ", "$accent"), ways))
        return Content("\n").join(parts)

    def _chosen(self) -> Entry | None:
        option = self.query_one(FindingList).highlighted_option
        return self._entries.get(option.id) if option is not None and option.id else None

    # Actions

    @on(OptionList.OptionSelected)
    def _double_clicked(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.action_go()

    def action_go(self) -> None:
        """Go to the finding's place: at once, since what is typed behind the key is for the answer there."""
        entry = self._chosen()
        if entry is not None and entry.finding.question is not None:
            self._panel.go_to(entry.finding.question, entry.row)
            self.dismiss(None)

    def action_move(self, how: Literal["cursor_up", "cursor_down", "page_up", "page_down", "first", "last"]) -> None:
        """Move the cursor; whoever does knows that it is the panel's keys that are typed now."""
        self._listening = True
        getattr(self.query_one(FindingList), f"action_{how}")()

    def action_fix(self) -> None:
        """Mend the finding under the cursor."""
        entry = self._chosen()
        if entry is not None and self._listening:
            self._work_fix(entry)

    def action_fix_all(self) -> None:
        """Mend all findings of the kind under the cursor."""
        entry = self._chosen()
        if entry is not None and self._listening:
            self._work_fix_all(entry)

    def action_take_back(self) -> None:
        """Take the last fix back."""
        if self._listening:
            self._panel.take_back()

    def action_close(self) -> None:
        """Back to the report."""
        self.dismiss(None)

    @work(exclusive=True, group="fix")
    async def _work_fix(self, entry: Entry) -> None:
        await self._panel.fix(entry)

    @work(exclusive=True, group="fix")
    async def _work_fix_all(self, entry: Entry) -> None:
        await self._panel.fix_all(entry)


def _same(one: Entry, other: Entry) -> bool:
    """Whether two entries are the same finding, also where its line has moved."""
    parts = (one.finding.question, one.finding.code, one.row)
    return parts == (other.finding.question, other.finding.code, other.row)


def _title(view: PanelView) -> Content:
    count = len(view.entries)
    findings = "1 finding" if count == 1 else f"{count} findings"
    parts = [(" Findings  ", "bold"), (findings, "")]
    if view.mendable:
        parts.append((f" · {view.mendable} with a fix", "$muted"))
    if view.last_fix:
        parts.append((f" · u takes back: {view.last_fix}", "$muted"))
    return Content.assemble(*parts)


def _line(entry: Entry) -> Content:
    """One finding in one line; `f` in front of those that have a fix."""
    return Content.assemble(
        (" f " if entry.fixes else "   ", "bold $accent"),
        (f"{entry.glyph} ", f"${entry.colour}"),
        (f"line {entry.finding.line:<4} ", "$muted"),
        " ".join(entry.finding.message.split()),
    )
