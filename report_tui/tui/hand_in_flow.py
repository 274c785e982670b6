"""What the course will see, in the app: git is asked beside the keys, and what it says is shown when it is there.

Owns when git is asked, and that nobody waits for it: threads do, and end with the program. It shows nothing itself: the
screens that it is given do.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from textual.app import App

from report_tui.session import Session
from report_tui.storage import git
from report_tui.storage.waiting import beside
from report_tui.tui.screens.hand_in import HandInScreen
from report_tui.tui.view_models import hand_in as view_models
from report_tui.tui.view_models.hand_in import HandInNote, HandInView
from report_tui.validation.hand_in import HandIn


class HandInFlow:
    """Knows what the course will see, as it was when git was asked last."""

    def __init__(self, session: Session, app: App[object], changed: Callable[[], None]) -> None:
        """Args: whose report, whose time, and what is called when more is known."""
        self._session = session
        self._app = app
        self._changed = changed
        self._panel: HandInScreen | None = None
        self._found: HandIn | None = None
        self._seen: object = None
        """How the report stood when git was asked last."""
        self._is_looking = False
        self._is_fetching = False

    def open(self) -> None:
        """Show the screen, at once; git is asked anew."""
        if self._panel is None:
            self._panel = HandInScreen(self)
            self._app.push_screen(self._panel, self._left)
            self.look()

    def close(self) -> None:
        """Leave the screen, where it is open."""
        if self._panel is not None:
            self._panel.action_close()

    @property
    def is_open(self) -> bool:
        """Whether the screen is there."""
        return self._panel is not None

    def _left(self, _: None) -> None:
        self._panel = None

    def show(self) -> None:
        """Ask git anew where the report stands otherwise than when it was asked last."""
        if self._seen != self._stands():
            self.look()

    def note(self) -> HandInNote:
        """A few words for the overview. Without a repository there are none about pushing: the screen says so."""
        found = None if self._found is not None and self._found.facts.problem else self._found
        return view_models.note(found, self._session.course.deadline, time.time())

    # What the screen asks

    def view(self) -> HandInView:
        """What is known now."""
        return view_models.view(self._found, is_looking=self._is_looking, is_fetching=self._is_fetching)

    def fetch(self) -> None:
        """Ask the remote, and show anew what is known then."""
        if not self._is_fetching:
            self._is_fetching = True
            self._app.run_worker(self._work_fetch(), group="hand-in-fetch")

    # Asking

    def _stands(self) -> object:
        return self.is_open, self._session.changed_at, self._session.unsaved, self._session.unsaved_boxes

    def look(self) -> None:
        """Ask git anew: somebody may have pushed meanwhile."""
        self._seen = self._stands()
        if not self._is_looking:
            self._is_looking = True
            self._app.run_worker(self._work_look(), group="hand-in")

    async def _work_look(self) -> None:
        seen = None
        while seen != self._seen:  # it changed while git was asked
            seen = self._seen
            self._found = await beside(self._asking(fetch=False), "hand-in")
        self._is_looking = False
        self._tell()

    async def _work_fetch(self) -> None:
        self._found = await beside(self._asking(fetch=True), "hand-in")
        self._is_fetching = False
        self._tell()

    def _asking(self, *, fetch: bool) -> Callable[[], HandIn | None]:
        """What a thread is to do: it gets values, and never the session."""
        path, rules = self._session.path, self._session.explicit_rules
        left = self._session.unsaved, self._session.unsaved_boxes
        before, is_open = self._found, self.is_open

        def ask() -> HandIn | None:
            if not is_open and git.index_file(path.parent) is None:
                return before  # the overview says nothing of it
            from report_tui import hand_in  # here, since few sittings need it
            from report_tui.storage.rules import RulesError

            look = hand_in.look_after_fetching if fetch else hand_in.look
            try:
                return look(path.parent, path, rules, time.time(), unsaved=hand_in.Unsaved(*left))
            except RulesError:  # which the main screen says
                return before

        return ask

    def _tell(self) -> None:
        if self._panel is not None:
            self._panel.show()
        self._changed()
