"""The overview: how far the report is, what to do next, and every question with its counts.

Owns the ways out: a question to edit, the checklist, or what the course will see. It shows what it is given and changes
nothing.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import Screen

from report_tui.tui.keys import NEXT_PROBLEM, PREVIOUS_PROBLEM, prior
from report_tui.tui.view_models.overview import OverviewView, next_problem
from report_tui.tui.widgets.key_bar import KeyBar
from report_tui.tui.widgets.overview_head import OverviewHead
from report_tui.tui.widgets.overview_list import OverviewAxis, OverviewList

Wanted = int | Literal["checklist", "hand-in"] | None
"""What comes after the overview: the question to edit, another screen, or what was there before."""


class OverviewScreen(Screen[Wanted]):
    """All questions at a glance."""

    CSS_PATH = "../overview.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        # With priority, as the list's own keys: all are done in the order they were pressed.
        prior("enter", "edit", "edit", "edit", "Edit this answer"),
        prior("escape", "back", "back", "overview-back", "Back to where you were"),
        prior("f12,ctrl+o", "back", "back", "overview", "All questions at a glance; again: back", show=False),
        prior("f6", "checklist", "checklist", "checklist", "The project checklist; again: back"),
        prior("h", "hand_in", "hand-in", "overview-hand-in", "What the course will see: what is pushed"),
        prior(
            "alt+p",
            "hand_in",
            "hand-in",
            "hand-in",
            "What the course will see: what is pushed; again: back",
            show=False,
        ),
        PREVIOUS_PROBLEM,
        NEXT_PROBLEM,
    ]

    def __init__(self, view: OverviewView, current: int | None = None) -> None:
        """Args: what to show, and the question under the cursor; without one, what is to be done next."""
        super().__init__()
        self._is_there = False
        """Whether all its parts are: what is said of the session may come before."""
        self._view = view
        numbers = [row.id for row in view.rows if row.id is not None]
        first = view.todo[0].id if view.todo else next(iter(numbers), None)
        self._first = current if current in numbers else first

    def compose(self) -> ComposeResult:
        """What is left, the questions, the keys."""
        yield OverviewHead(id="overview-head")
        yield OverviewAxis(id="overview-axis")
        yield OverviewList(id="overview-list")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        """Begin with the cursor on its question."""
        self._is_there = True
        self.show(self._view)
        self.query_one(OverviewList).current = self._first

    def show(self, view: OverviewView) -> None:
        """Show another state of the report; the cursor stays on its question."""
        self._view = view
        if not self._is_there:
            return
        self.query_one(OverviewHead).show(view)
        self.query_one(OverviewList).show_view(view)

    @on(OverviewList.Selected)
    def _question_clicked(self, event: OverviewList.Selected) -> None:
        self.dismiss(event.question)

    @on(OverviewHead.NextChosen)
    def _next_clicked(self, event: OverviewHead.NextChosen) -> None:
        self.dismiss(event.question)

    @on(OverviewList.Divided)
    def _list_divided(self, event: OverviewList.Divided) -> None:
        self.query_one(OverviewAxis).show(event.columns, event.top)

    def action_edit(self) -> None:
        """Edit the question under the cursor."""
        questions = self.query_one(OverviewList)
        if questions.current in questions.numbers:
            self.dismiss(questions.current)

    def action_problem(self, step: int) -> None:
        """Edit the next (1) or previous (-1) question with a problem, seen from the cursor."""
        number = next_problem(self._view.rows, self.query_one(OverviewList).current, step)
        if number is not None:
            self.dismiss(number)
        else:
            self.notify("No problems left.", markup=False)

    def action_checklist(self) -> None:
        """Leave for the checklist."""
        self.dismiss("checklist")

    def action_hand_in(self) -> None:
        """Leave for what the course will see."""
        self.dismiss("hand-in")

    def action_back(self) -> None:
        """Leave without a wish."""
        self.dismiss(None)
