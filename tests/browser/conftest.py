"""One real browser for all tests in this folder, and where it comes from.

Owns the reasons for which they are skipped: no playwright, or no Chromium. `REPORT_TUI_BROWSER=required`, as CI sets
it, makes failures of them. Nothing here reaches a network.
"""

from __future__ import annotations

import importlib.util
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from report_tui.storage.printing import browser as installed_browser
from tests.browser.options import OPTIONS

if TYPE_CHECKING:
    from playwright.async_api import Browser

HERE = Path(__file__).resolve().parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


def left_out(reason: str) -> None:
    """Skip this test, or fail where its tools must be there."""
    if os.environ.get("REPORT_TUI_BROWSER") == "required":
        pytest.fail(f"{reason}, and REPORT_TUI_BROWSER=required")
    pytest.skip(reason)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Chromium, Chrome or Edge, as it is installed."""
    program = installed_browser()
    if importlib.util.find_spec("playwright") is None:
        left_out("needs playwright: pip install playwright")
    if program is None:
        left_out("needs an installed Chromium, Chrome or Edge")
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=program, args=OPTIONS)
        yield started
        await started.close()
