"""Runs the real app on a report in a temporary folder, headless, and says what is on its screen.

Owns when the app counts as being at rest: when nothing is left to handle or to paint, whatever the machine's speed.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual import events
from textual._queue import Queue
from textual.message import Message
from textual.message_pump import MessagePump
from textual.pilot import Pilot

from report_tui.session import Session
from report_tui.storage.settings import Problem, Settings
from report_tui.tui.app import ReportApp
from report_tui.tui.screens.main import MainScreen
from report_tui.tui.screens.overview import OverviewScreen
from report_tui.tui.widgets.answer_editor import AnswerEditor
from tests.scenes import keys_for

CALM = 6
"""Turns of the event loop without work: a key takes three from the terminal's driver into the app's queue."""
SOON = 0.1
"""Seconds: a delay that is this short is waited for, a longer one is the test's own business."""
AT_MOST = 30.0
"""Seconds until an app that is never at rest is given up."""


class Driver:
    """One running app."""

    def __init__(self, app: ReportApp, pilot: Pilot[int], session: Session) -> None:
        self.app = app
        self.pilot = pilot
        self.session = session

    @property
    def main(self) -> MainScreen:
        """The main screen, also below a dialog."""
        return next(screen for screen in self.app.screen_stack if isinstance(screen, MainScreen))

    @property
    def editor(self) -> AnswerEditor:
        """The editor that has the focus."""
        assert isinstance(self.app.focused, AnswerEditor), f"the focus is on {self.app.focused}"
        return self.app.focused

    async def press(self, *keys: str) -> None:
        """Press keys, one after another, and let the app come to rest."""
        await self.pilot.press(*keys)
        await self.settle()

    async def type(self, text: str) -> None:
        """Type a text, a key for each character."""
        await self.press(*keys_for(text))

    async def settle(self) -> None:
        """Wait until every message has been handled."""
        await self.pilot.pause()

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for what a thread does, however long this machine takes for it."""
        give_up = time.monotonic() + AT_MOST
        while not condition():
            assert time.monotonic() < give_up, "it never happened"
            await self.pilot.pause(0.01)
        await self.settle()

    async def edit(self, number: int) -> None:
        """Open the editor of a question, by keys alone, typed as fast as a hand in a hurry does."""
        if isinstance(self.app.screen, OverviewScreen) or isinstance(self.app.focused, AnswerEditor):
            await self.press("escape")
        ids = [question.id for question in self.session.report.questions]
        await self.burst("home", *["down"] * ids.index(number), "enter")

    async def burst(self, *keys: str) -> None:
        """Press keys all at once, none of them waiting for what the one before does, and let the app come to rest."""
        for key in keys:
            self.app.post_message(events.Key(key, key if len(key) == 1 else None))
        await self.settle()

    def text(self) -> str:
        """What a person sees, line by line, without colours."""
        width, height = self.app.size
        lines = []
        for strip in self.app.screen._compositor.render_strips():  # the only way to read what is painted
            lines.append("".join(segment.text for segment in strip)[:width].rstrip())
        return "\n".join(lines[:height])

    def notices(self) -> list[str]:
        """The texts of all notices so far."""
        return [notification.message for notification in self.app._notifications]  # not public; read only


def _pumps(app: ReportApp) -> Iterator[MessagePump]:
    """Whatever handles messages."""
    yield app
    for screen in app.screen_stack:
        yield from screen.walk_children(with_self=True)


def _is_at_work(pump: MessagePump) -> bool:
    """Whether it handles a message, has some left, or is going to do something soon. None of it can be asked openly."""
    if not pump.is_running or pump._closing or pump._closed:
        return False
    queue: Queue[Message | None] = pump._message_queue
    waits = getattr(queue.ready_event, "_waiters")  # noqa: B009 - unknown to mypy
    if not queue.empty() or not waits or pump._next_callbacks:
        return True
    return any(
        timer._repeat == 0 and timer._interval <= SOON and timer._task is not None and not timer._task.done()
        for timer in pump._timers
    )


def _paint(app: ReportApp) -> bool:
    """Paint what waits for the next frame; whether there was anything."""
    screen = app.screen
    waiting = (
        screen._layout_required,
        screen._scroll_required,
        screen._repaint_required,
        screen._recompose_required,
        screen._dirty_widgets,
        screen._callbacks,
    )
    if not any(waiting):
        return False
    screen._on_timer_update()
    return True


async def _rest(app: ReportApp) -> None:
    """Wait until the app is at rest. Textual's own tests look at the process's CPU time instead, 20 ms at a time."""
    give_up = time.monotonic() + AT_MOST
    calm = turns = 0
    while calm < CALM:
        turns += 1
        await asyncio.sleep(0 if turns < 1_000 else 0.001)
        if not app.is_running or app._exception is not None:
            return
        if any(_is_at_work(pump) for pump in _pumps(app)) or _paint(app):
            calm = 0
        else:
            calm += 1
        if time.monotonic() > give_up:
            raise AssertionError(f"never at rest: {[pump for pump in _pumps(app) if _is_at_work(pump)]}")


@asynccontextmanager
async def running(
    path: Path,
    size: tuple[int, int] = (120, 36),
    theme: str = "report-dark",
    settings: Settings | None = None,
    problems: tuple[Problem, ...] = (),
) -> AsyncIterator[Driver]:
    """The app on the report at `path`, in a terminal of that size."""
    session = Session.open(path)
    app = ReportApp(session, theme=theme, settings=settings, problems=problems)

    async def rest(min_sleep: float = 0, max_sleep: float = 0) -> None:
        await _rest(app)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("textual.app.wait_for_idle", rest)
        patch.setattr("textual.pilot.wait_for_idle", rest)
        async with app.run_test(size=size, notifications=True, tooltips=True) as pilot:
            driver = Driver(app, pilot, session)
            await driver.settle()
            yield driver
