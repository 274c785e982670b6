"""A report with troubles that have fixes, and the way to the findings panel by keys."""

from __future__ import annotations

from pathlib import Path

from report_tui import Report
from report_tui.tui.screens.main import MainScreen
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


async def open_panel(driver: Driver, number: int) -> None:
    """Open the findings panel from a question's editor."""
    if not isinstance(driver.app.screen, MainScreen):
        await driver.press("escape")  # where there is little room, the overview comes first
    await driver.edit(number)
    await driver.press("ctrl+l")
