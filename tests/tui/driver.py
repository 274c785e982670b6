"""Runs the real app on a report in a temporary folder, headless, and says what is on its screen.

Owns when the app counts as being at rest: when nothing is left to handle or to paint, whatever the machine's speed.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from rich.console import RenderableType
from textual import events
from textual._compositor import Compositor
from textual._queue import Queue
from textual.app import App
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.css.types import CSSLocation
from textual.message import Message
from textual.message_pump import MessagePump
from textual.pilot import Pilot
from textual.screen import Screen

from report_tui.session import Session
from report_tui.storage import waiting
from report_tui.storage.settings import Problem, Settings
from report_tui.tui.app import ReportApp
from report_tui.tui.screens.main import MainScreen
from report_tui.tui.screens.overview import OverviewScreen
from report_tui.tui.widgets.answer_editor import AnswerEditor
from tests.scenes import keys_for

SOON = 0.1
"""Seconds: a delay that is this short is waited for, a longer one is the test's own business."""
AT_MOST = 30.0
"""Seconds until an app that is never at rest is given up."""


hanging: set[object] = set()
"""The tests' own disks that do not answer now: the app is at rest while it waits for one."""

_render_update = Compositor.render_update
_parse_rules = Stylesheet._parse_rules

_RULES: dict[tuple[object, ...], list[RuleSet]] = {}
"""What every app of this run has parsed. Textual keeps as much itself, but for one app and one theme at a time."""


def _render_later(
    compositor: Compositor, full: bool = False, screen_stack: list[Screen[object]] | None = None, simplify: bool = False
) -> RenderableType | None:
    """Leave the changed regions for `Driver.settle`: without a terminal every painted frame is thrown away."""
    return _render_update(compositor, full, screen_stack, simplify) if full else None


def _kept_rules(
    sheet: Stylesheet,
    css: str,
    read_from: CSSLocation,
    is_default_rules: bool = False,
    tie_breaker: int = 0,
    scope: str = "",
) -> list[RuleSet]:
    key = (frozenset(sheet._variables.items()), css, read_from, is_default_rules, tie_breaker, scope)
    if key not in _RULES:
        _RULES[key] = _parse_rules(sheet, css, read_from, is_default_rules, tie_breaker, scope)
    return _RULES[key]


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
        """Wait until every message has been handled, and paint what changed by it."""
        await _rest(self.app)
        if self.app.is_running and self.app._exception is None:
            _render_update(self.app.screen._compositor, screen_stack=self.app._background_screens)

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
            self.app.post_message(events.Key(key, " " if key == "space" else key if len(key) == 1 else None))
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


def _pumps(app: App[Any]) -> Iterator[MessagePump]:
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


def _waits_for_disk() -> bool:
    """Whether a thread of the app's is at the disk, and not because a test lets it hang."""
    return not hanging and any(thread.name in (waiting.NAME, waiting.WRITING) for thread in threading.enumerate())


def _paint(app: App[Any]) -> bool:
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


async def _rest(app: App[Any]) -> None:
    """Wait until the app is at rest. Textual's own tests look at the process's CPU time instead, 20 ms at a time."""
    give_up = time.monotonic() + AT_MOST
    # Whoever can go on stands in it, also what another thread or the terminal's driver has handed over, so that it says
    # whether anything goes on without each pump being asked; not public.
    ready = getattr(asyncio.get_running_loop(), "_ready")  # noqa: B009 - unknown to mypy
    pause = 0.0
    while True:
        await asyncio.sleep(pause)
        pause = 0.0
        if not app.is_running or app._exception is not None:
            return
        if time.monotonic() > give_up:
            raise AssertionError(f"never at rest: {[pump for pump in _pumps(app) if _is_at_work(pump)]}")
        at_disk = _waits_for_disk()  # before: what it hands over at its end is ready then
        if ready:
            continue
        if at_disk or any(_is_at_work(pump) for pump in _pumps(app)):
            # It waits for a thread or a clock.
            pause = 0.001
        elif not _paint(app):
            return


@contextmanager
def at_rest(app: App[Any]) -> Iterator[None]:
    """Let Textual's waits end as soon as the app is at rest, and spare it what no test sees."""

    async def rest(*_: object, **__: object) -> None:
        await _rest(app)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Compositor, "render_update", _render_later)
        patch.setattr(Stylesheet, "_parse_rules", _kept_rules)
        # It sends a message to each widget, several times for every key, to learn that all have been handled.
        patch.setattr(Pilot, "_wait_for_screen", rest)
        patch.setattr("textual.app.wait_for_idle", rest)
        patch.setattr("textual.pilot.wait_for_idle", rest)
        yield


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

    with at_rest(app):
        async with app.run_test(size=size, notifications=True, tooltips=True) as pilot:
            driver = Driver(app, pilot, session)
            await driver.settle()
            yield driver
