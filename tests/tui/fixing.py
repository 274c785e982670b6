"""A report with troubles that have fixes, and the least that a screen does for `Fixing`."""

from __future__ import annotations

from pathlib import Path

from textual.notifications import SeverityLevel

from report_tui import Report
from report_tui.session import Session
from report_tui.tui.dialogs.choice import ChoiceDialog
from report_tui.tui.fixing import Fixing
from report_tui.tui.screens.findings import FindingsScreen, Place
from report_tui.tui.screens.main import MainScreen
from report_tui.tui.widgets.answer_editor import AnswerEditor
from tests.tui.driver import Driver

HEADINGS = "## Costs ##\nThe scanner cost most.\n## Savings\nA used scanner would do, and cheaper wheels as well."
CODE = "We ran it so, and more than once, on each of the three machines that we had:\n\n```\n## drive\nrun --fast\n```"
GLUED = "The crane hides the sky. We tried:\n- a second receiver;\n- a longer mast;\n- <mast-height> in the settings."


def troubled(path: Path) -> Path:
    """The demo report with a heading, a comment in code, lists and a tag that the course would misread."""
    report = Report.from_bytes(path.read_bytes())
    for number, text in ((9, HEADINGS), (10, CODE), (12, GLUED)):
        report = report.with_answer(number, text)
    path.write_bytes(report.to_bytes())
    return path


class Hooks:
    """What the main screen does for the flow; it keeps what was said."""

    def __init__(self, main: MainScreen) -> None:
        self.main = main
        self.said: list[str] = []
        self.went: list[tuple[int, int]] = []

    def take_in_editors(self) -> None:
        self.main.take_in_editors()

    def bring_text(self, number: int, text: str) -> None:
        for editor in self.main.query(AnswerEditor):
            if editor.question == number:
                editor.bring(text)

    def show_session(self) -> None:
        self.main.show_session()

    def say(self, text: str, severity: SeverityLevel = "information") -> None:
        self.said.append(text)

    async def ask(self, dialog: ChoiceDialog) -> str | None:
        return await self.main.app.push_screen_wait(dialog)

    async def open_findings(self, panel: FindingsScreen) -> Place | None:
        return await self.main.app.push_screen_wait(panel)

    def go_to(self, number: int, row: int) -> None:
        self.went.append((number, row))


async def open_panel(driver: Driver, number: int, session: Session | None = None) -> tuple[Fixing, Hooks]:
    """Open the findings panel over the running app, with the findings of a question first."""
    hooks = Hooks(driver.main)
    fixing = Fixing(session or driver.session, hooks)
    driver.main.run_worker(fixing.open(number))
    await driver.settle()
    return fixing, hooks
