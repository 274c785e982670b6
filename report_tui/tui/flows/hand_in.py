"""What the course will see, in the app: git is asked beside the keys, and what it says is shown when it is there.

Owns when git is asked, and that nobody waits for it: threads do, and end with the program. It shows nothing itself: the
screens that it is given do.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from textual.app import App

from report_tui.session import Session
from report_tui.tui.screens.hand_in import HandInScreen
from report_tui.tui.view_models import hand_in as view_models
from report_tui.tui.view_models.hand_in import HandInNote, HandInView
from report_tui.validation.hand_in import HandIn

if TYPE_CHECKING:
    from report_tui.hand_in import Fetched

Found = TypeVar("Found")


class HandInFlow:
    """Knows what the course will see, as it was when git was asked last."""

    def __init__(self, session: Session, app: App[object], changed: Callable[[], None]) -> None:
        """Args: whose report, whose time, and what is called when more is known."""
        self._session = session
        self._app = app
        self._changed = changed
        self._panel: HandInScreen | None = None
        self._found: HandIn | None = None
        self._fetched: Fetched | None = None
        """What came of asking the remote since the screen was opened."""
        self._seen: object = None
        """How the report stood when git was asked last."""
        self._asked = 0
        """How often somebody wanted to know more; git is asked by one at a time."""
        self._is_looking = False
        self._is_fetching = False
        app.watch(app, "app_focus", self._come_back, init=False)

    def _come_back(self, is_here: bool) -> None:
        """Who comes back from another window may have pushed there."""
        if is_here:
            self.look()

    def open(self) -> None:
        """Show the screen, at once; git is asked anew."""
        if self._panel is None:
            self._panel = HandInScreen(self)
            self._fetched = None
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
        return self._session.changed_at, self._session.unsaved, self._session.unsaved_boxes

    def look(self) -> None:
        """Ask git anew: somebody may have pushed meanwhile."""
        self._seen = self._stands()
        self._asked += 1
        if not self._is_looking:
            self._is_looking = True
            self._app.run_worker(self._work_look(), group="hand-in")
        if self._panel is not None:
            self._panel.show()

    async def _work_look(self) -> None:
        answered = 0
        while answered != self._asked:  # it changed while git was asked
            answered = self._asked
            self._found = await _beside(self._looking())
        self._is_looking = False
        self._tell()

    async def _work_fetch(self) -> None:
        folder = self._session.path.parent

        def ask() -> Fetched:
            from report_tui import hand_in  # here, since few sittings need it

            return hand_in.fetch(folder)

        self._fetched = await _beside(ask)
        self._is_fetching = False
        self.look()

    def _looking(self) -> Callable[[], HandIn | None]:
        """What a thread is to do: it gets values, and never the session."""
        path, rules = self._session.path, self._session.explicit_rules
        left = self._session.unsaved, self._session.unsaved_boxes
        before, fetched = self._found, self._fetched

        def ask() -> HandIn | None:
            from report_tui import hand_in  # here, see above
            from report_tui.storage.rules import RulesError

            asked = fetched or hand_in.Fetched()
            try:
                return hand_in.look(
                    path.parent, path, rules, time.time(), unsaved=hand_in.Unsaved(*left), fetched=asked
                )
            except RulesError:  # which the main screen says
                return before

        return ask

    def _tell(self) -> None:
        if self._panel is not None:
            self._panel.show()
        self._changed()


async def _beside(run: Callable[[], Found]) -> Found:
    """What `run` returns, done in a thread that the program need not wait for: a remote may take a minute."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[Found] = loop.create_future()

    def settle(result: Found | None, error: BaseException | None) -> None:
        if not future.done():  # the app may be on its way out
            if error is not None:
                future.set_exception(error)
            else:
                future.set_result(result)  # type: ignore[arg-type]

    def work() -> None:
        result: Found | None = None
        fault: BaseException | None = None
        try:
            result = run()
        except BaseException as error:  # it is raised where it is waited for
            fault = error
        with contextlib.suppress(RuntimeError):  # the loop is closed
            loop.call_soon_threadsafe(settle, result, fault)

    threading.Thread(target=work, name="hand-in", daemon=True).start()
    return await future
