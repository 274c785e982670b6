"""`html --serve` in a window: it shows what the file holds now, and leaves unfolded what was unfolded."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.pages import window, write_report
from tests.cli.served import serving

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

# The browser lives in one event loop.
pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_the_page_comes_anew_by_itself(browser: Browser, tmp_path: Path) -> None:
    report = write_report(tmp_path)
    report.write_text(
        report.read_text(encoding="utf-8").replace("\n\n", "\n\nWe are the crew.\n\n", 1), encoding="utf-8"
    )
    with serving(report) as served:
        async with window(browser, served.address) as shown:
            prompt = shown.get_by_text("Say something about part 4")
            await shown.locator("#question-4 .prompt summary").click()
            await shown.locator(".intro summary").click()
            await shown.evaluate("window.scrollTo(0, 600)")
            report.write_text(
                report.read_text(encoding="utf-8").replace("It lifts four crates", "It lifts nine crates"),
                encoding="utf-8",
            )
            await shown.get_by_text("It lifts nine crates").wait_for()
            assert await prompt.is_visible() and await shown.get_by_text("We are the crew.").is_visible()
            assert not await shown.get_by_text("Say something about part 2").is_visible()
            await until_it_is_there(shown, 600)


async def until_it_is_there(page: Page, top: int) -> None:
    """Wait until the window is as far down as it was; a page that comes anew gets there a moment after its text."""
    for _ in range(200):
        if await page.evaluate("new Promise(done => requestAnimationFrame(() => done(window.scrollY)))") == top:
            return
    raise AssertionError("it is somewhere else")
