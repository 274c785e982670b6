"""The screens that cover the main one: overview, checklist and hand-in. Owns opening them and keeping them up to date.

They are loaded when they are first asked for: nobody waits for them at the start. Once asked for, one is there at once:
the keys that were typed right behind are for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from textual.app import App
from textual.notifications import SeverityLevel

from report_tui.core.rejection import BoxRejected
from report_tui.session import Session

if TYPE_CHECKING:
    from report_tui.tui.flows.hand_in import HandInFlow
    from report_tui.tui.screens.checklist import ChecklistScreen
    from report_tui.tui.screens.overview import OverviewScreen
    from report_tui.tui.view_models.checklist import ChecklistView


class CoveredScreen(Protocol):
    """What a screen does for those that cover it."""

    @property
    def app(self) -> App[object]:
        """The app."""

    def take_in_editors(self) -> None:
        """Tell the session everything that was typed up to this moment."""

    def show_session(self) -> None:
        """Draw what changed."""

    def say(self, text: str, severity: SeverityLevel = "information") -> None:
        """Show a notice."""

    def edit_question(self, number: int) -> None:
        """Open a question's editor."""

    @property
    def trouble(self) -> Exception | None:
        """Why the file could not be read or written when last tried."""


class Covers:
    """Opens overview, checklist and hand-in, one at a time."""

    def __init__(self, session: Session, screen: CoveredScreen) -> None:
        self._session = session
        self._screen = screen
        self._overview: OverviewScreen | None = None
        self._checklist: ChecklistScreen | None = None
        self._hand_in: HandInFlow | None = None
        """Made when it is first needed."""

    def open_overview(self, current: int | None) -> None:
        """Show the overview, with the cursor on `current` or on what is to be done next, and do what is chosen.

        In front of the overview it is the way back; the checklist makes room for it.
        """
        from report_tui.tui.screens.overview import OverviewScreen
        from report_tui.tui.view_models.overview import overview

        if self._overview is not None:
            self._overview.action_back()
            return
        if self._checklist is not None:
            self._checklist.action_back()
        self._flow().close()
        self._screen.take_in_editors()
        self._flow().look()
        view = overview(self._session, self._screen.trouble, self._flow().note())
        self._overview = OverviewScreen(view, current)
        self._screen.app.push_screen(self._overview, self._overview_left)

    def leave_overview(self) -> None:
        """Back from the overview, where it is in front."""
        if self._overview is not None and self._overview.is_current:
            self._overview.action_back()

    def _overview_left(self, wanted: int | str | None) -> None:
        self._overview = None
        if wanted == "checklist":
            self.open_checklist()
        elif wanted == "hand-in":
            self.open_hand_in()
        elif isinstance(wanted, int):
            self._screen.edit_question(wanted)

    def open_checklist(self) -> None:
        """Show the checklist until it is left."""
        from report_tui.tui.screens.checklist import ChecklistScreen

        if self._overview is not None or self._checklist is not None or self._flow().is_open:
            return
        self._screen.take_in_editors()  # what was typed above the checklist has moved its lines
        self._checklist = ChecklistScreen(self._boxes(), self._tick)
        self._screen.app.push_screen(self._checklist, self._checklist_left)

    def _checklist_left(self, _: None) -> None:
        self._checklist = None

    def open_hand_in(self) -> None:
        """Show what the course will see until it is left."""
        if self._overview is not None or self._checklist is not None:
            return
        self._screen.take_in_editors()
        self._flow().open()

    def _flow(self) -> HandInFlow:
        from report_tui.tui.flows.hand_in import HandInFlow

        if self._hand_in is None:
            self._hand_in = HandInFlow(self._session, self._screen.app, self._show_overview)
        return self._hand_in

    def show(self) -> None:
        """Draw what changed in the one that is open."""
        if self._hand_in is not None and (self._overview is not None or self._hand_in.is_open):
            self._hand_in.show()
        self._show_overview()
        if self._checklist is not None:
            self._checklist.show(self._boxes())

    def _show_overview(self) -> None:
        if self._overview is not None:
            from report_tui.tui.view_models.overview import overview

            self._overview.show(overview(self._session, self._screen.trouble, self._flow().note()))

    def _boxes(self) -> ChecklistView:
        from report_tui.tui.view_models.checklist import checklist

        session = self._session
        return checklist(session.report.checklist, session.boxes_on_disk, len(session.unsaved))

    def _tick(self, line: int) -> ChecklistView:
        try:
            self._session.tick(line)
        except BoxRejected as refused:
            self._screen.say(f"{refused.reason}; {refused.way_out}", "warning")
        self._screen.show_session()
        return self._boxes()
