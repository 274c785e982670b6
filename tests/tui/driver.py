"""Runs the real app on a report in a temporary folder, headless, and says what is on its screen."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from textual.pilot import Pilot

from report_tui.session import Session
from report_tui.storage.settings import Problem, Settings
from report_tui.tui.app import ReportApp
from report_tui.tui.screens.main import MainScreen
from report_tui.tui.screens.overview import OverviewScreen
from report_tui.tui.widgets.answer_editor import AnswerEditor
from tests.scenes import keys_for


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
        await self.pilot.pause()

    async def edit(self, number: int) -> None:
        """Open the editor of a question, by keys alone."""
        if isinstance(self.app.screen, OverviewScreen) or isinstance(self.app.focused, AnswerEditor):
            await self.press("escape")
        await self.press("home")
        ids = [question.id for question in self.session.report.questions]
        await self.press(*["down"] * ids.index(number), "enter")

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
    async with app.run_test(size=size, notifications=True, tooltips=True) as pilot:
        await pilot.pause()
        driver = Driver(app, pilot, session)
        await driver.settle()
        yield driver
