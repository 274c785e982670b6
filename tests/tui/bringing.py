"""A home with pictures in it, and the way by keys to the screen in which one is brought in."""

from __future__ import annotations

import os
import time
from pathlib import Path

from textual.widgets import Static

from report_tui.tui.screens.bring_in import BringIn
from report_tui.tui.view_models.figure_offer import Way
from report_tui.tui.widgets.path_line import PathLine
from report_tui.tui.widgets.place_list import PlaceList
from report_tui.tui.widgets.way_list import WayList
from tests.pictures import drawn, saved
from tests.tui.driver import Driver

PNG = saved(drawn(), "png")
MINUTE = 60


def put(path: Path, data: bytes = PNG, minutes: float = 0) -> Path:
    """A file that was last changed so many minutes ago."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    changed = time.time() - minutes * MINUTE - 1
    os.utime(path, (changed, changed))
    return path


async def open_screen(driver: Driver, number: int = 9) -> BringIn:
    """By keys: the question, the picker, its last line."""
    await driver.edit(number)
    await driver.press("f4", "pagedown", "enter")
    await ready(driver)
    return screen(driver)


def screen(driver: Driver) -> BringIn:
    assert isinstance(driver.app.screen, BringIn), driver.text()
    return driver.app.screen


async def ready(driver: Driver) -> None:
    """Wait for what threads find out."""
    await driver.until(lambda: not isinstance(driver.app.screen, BringIn) or not driver.app.screen.is_at_work)


def said(driver: Driver) -> str:
    return str(screen(driver).query_one("#bring-said", Static).visual)


def facts(driver: Driver) -> list[str]:
    return [line.strip() for line in str(screen(driver).query_one("#bring-facts", Static).visual).split("\n")]


def lines(driver: Driver) -> list[str]:
    """What the browser lists, its titles aside."""
    return [row.name for row in screen(driver).query_one(PlaceList)._rows if row.id is not None]


def title(driver: Driver) -> str:
    return next(row.name for row in screen(driver).query_one(PlaceList)._rows if row.id is None)


def lit(driver: Driver) -> str:
    listed = screen(driver).query_one(PlaceList)
    return next((row.name for row in listed._rows if row.id is not None and row.id == listed.current), "")


def ways(driver: Driver) -> list[Way]:
    return list(screen(driver).query_one(WayList)._rows)


def typed(driver: Driver) -> str:
    return screen(driver).query_one(PathLine).value
