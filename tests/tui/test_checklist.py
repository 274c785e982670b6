"""The checklist: counts, jumps, and ticking by keys and mouse through the callback."""

from __future__ import annotations

from pathlib import Path

import pytest

from report_tui.core.report import ChecklistItem, Report
from report_tui.session import Session
from report_tui.tui.screens.checklist import ChecklistScreen
from report_tui.tui.view_models.checklist import ChecklistView, checklist, group_start, open_box, same_box
from report_tui.tui.widgets.checklist_list import ChecklistList
from tests.tui.driver import Driver, running

TEXT = """# Log

- [x] Hull
- [ ] Hull

## Deck

- [X] Planks
- [/] Rails
  and ropes
- [ ] Winch

## Sails

- [(X)] Main
"""


def items(text: str = TEXT) -> tuple[ChecklistItem, ...]:
    return Report.from_bytes(text.encode()).checklist


class Boxes:
    """Stands where the session does: it keeps the states, and toggles as asked."""

    def __init__(self, found: tuple[ChecklistItem, ...]) -> None:
        self.on_disk = found
        self.now = list(found)
        self.asked: list[int] = []

    def view(self) -> ChecklistView:
        return checklist(self.now, self.on_disk)

    def toggle(self, line: int) -> ChecklistView:
        self.asked.append(line)
        self.now = [item._replace(state=" " if item.done else "x") if item.line == line else item for item in self.now]
        return self.view()


# What it says


def test_groups_come_as_in_the_file_with_their_counts() -> None:
    view = checklist(items(), items())
    assert [(row.id, row.text, row.count or row.state) for row in view.rows] == [
        (None, "Log", "1/2"),
        (3, "Hull", "x"),
        (4, "Hull", " "),
        (None, "Deck", "1/3"),
        (8, "Planks", "X"),
        (9, "Rails and ropes", "/"),
        (11, "Winch", " "),
        (None, "Sails", "0/1"),
        (15, "Main", "(X)"),
    ]
    assert (view.done, view.total, view.unsaved) == (2, 6, 0)
    assert [row.text for row in view.boxes if row.odd] == ["Rails and ropes", "Main"]


def test_what_differs_from_the_file_is_marked_also_where_lines_moved() -> None:
    moved = items("A line above.\n\n" + TEXT.replace("- [ ] Hull", "- [x] Hull"))
    view = checklist(moved, items())
    assert [(row.id, row.text) for row in view.boxes if row.unsaved] == [(6, "Hull")]
    assert view.unsaved == 1


def test_jumps_go_round() -> None:
    view = checklist(items(), items())
    assert [open_box(view, here, 1) for here in (None, 3, 4, 11, 15)] == [4, 4, 9, 15, 4]
    assert [open_box(view, here, -1) for here in (None, 3, 4, 15)] == [15, 15, 15, 11]
    assert [group_start(view, here, 1) for here in (None, 3, 4, 11, 15)] == [3, 8, 8, 15, 3]
    assert [group_start(view, here, -1) for here in (3, 11, 15)] == [15, 3, 8]
    done = checklist([item._replace(state="x") for item in items()], items())
    assert open_box(done, 3, 1) is None
    empty = checklist((), ())
    assert (open_box(empty, None, 1), group_start(empty, None, 1)) == (None, None)


def test_a_box_is_known_again_by_its_wording_and_place_among_its_like() -> None:
    before, after = checklist(items(), items()), checklist(items("\n\n" + TEXT), items())
    assert [same_box(before, line, after) for line in (3, 4, 9)] == [5, 6, 11]
    gone = checklist(items(TEXT.replace("- [ ] Winch\n", "")), items())
    assert same_box(before, 11, gone) is None


# The screen


async def opened(driver: Driver, boxes: Boxes) -> tuple[ChecklistScreen, ChecklistList]:
    screen = ChecklistScreen(boxes.view(), boxes.toggle)
    driver.app.push_screen(screen)
    await driver.settle()
    return screen, screen.query_one(ChecklistList)


@pytest.mark.parametrize("theme", ["report-dark", "report-light"])
@pytest.mark.parametrize("size", [(160, 48), (120, 36), (80, 24), (60, 20)])
async def test_every_size_shows_boxes_as_they_stand_in_the_file(demo: Path, size: tuple[int, int], theme: str) -> None:
    async with running(demo, size, theme) as driver:
        await opened(driver, Boxes(items()))
        shown = driver.text()
        assert "Project checklist  2 of 6" in shown
        assert "DECK  1/3" in shown
        for line in ("[x]    Hull", "[X]    Planks", "[/]    Rails and ropes  counts as not done", "[(X)]  Main"):
            assert line in shown
        assert "⏎ tick" in shown


async def test_keys_and_mouse_tick_through_the_callback(demo: Path) -> None:
    boxes = Boxes(Session.open(demo).report.checklist)
    async with running(demo) as driver:
        _, shown = await opened(driver, boxes)
        first_open = shown.current
        await driver.press("space")
        assert (boxes.asked, shown.current) == ([first_open], first_open)
        assert "10 of 14" in driver.text()
        assert "1 unsaved" in driver.text()
        await driver.press("enter")
        assert "9 of 14" in driver.text()
        assert "unsaved" not in driver.text()
        lines = driver.text().splitlines()
        await driver.pilot.click(offset=(20, next(y for y, line in enumerate(lines) if "Weigh the" in line)))
        await driver.settle()
        assert [item.text for item in boxes.now if item.line == boxes.asked[-1]] == ["Weigh the finished robot"]
        assert shown.current == boxes.asked[-1]
        await driver.press("escape")
        assert driver.app.screen is driver.main


async def test_ticks_and_moves_are_done_in_the_order_of_the_keys(demo: Path) -> None:
    boxes = Boxes(items())
    async with running(demo) as driver:
        await opened(driver, boxes)
        await driver.press("home", "space", "down", "space", "end", "space", "n", "space")
    assert boxes.asked == [3, 4, 15, 3]  # the first one is open again


async def test_jumps_by_keys(demo: Path) -> None:
    async with running(demo) as driver:
        _, shown = await opened(driver, Boxes(items()))
        visited = []
        for key in ("home", "n", "f8", "N", "f7", "tab", "tab", "shift+tab"):
            await driver.press(key)
            visited.append(shown.current)
    assert visited == [3, 4, 9, 4, 15, 3, 8, 3]


async def test_nothing_open_is_said(demo: Path) -> None:
    boxes = Boxes(tuple(item._replace(state="x") for item in items()))
    async with running(demo) as driver:
        _, shown = await opened(driver, boxes)
        await driver.press("n")
        assert driver.notices() == ["Every box is ticked."]
        assert shown.current == 3


async def test_a_wrapped_box_is_one_entry(demo: Path) -> None:
    boxes = Boxes(Session.open(demo).report.checklist)
    async with running(demo, (60, 20)) as driver:
        _, shown = await opened(driver, boxes)
        await driver.press("home", "down", "down", "down")
        lines = driver.text().splitlines()
        y = next(y for y, line in enumerate(lines) if "motors and leaves" in line)
        assert lines[y].startswith("▌")
        assert lines[y - 1].startswith("▌[x]    Fit a fuse")
        await driver.press("down")
        assert not driver.text().splitlines()[y].startswith("▌")
        await driver.pilot.click(offset=(20, y))
        await driver.settle()
        assert [item.text[:10] for item in boxes.now if item.line == boxes.asked[-1]] == ["Fit a fuse"]
        assert shown.current == boxes.asked[-1]


async def test_no_wording_moves_when_a_box_is_ticked(demo: Path) -> None:
    async with running(demo) as driver:
        await opened(driver, Boxes(items()))
        before = driver.text().splitlines()
        await driver.press("end", "space")
        after = driver.text().splitlines()
        assert [line.find("Winch") for line in before] == [line.find("Winch") for line in after]


async def test_the_cursor_stays_on_its_box_when_the_file_changes_below_it(demo: Path) -> None:
    boxes = Boxes(items())
    async with running(demo) as driver:
        screen, shown = await opened(driver, boxes)
        await driver.press("end")
        screen.show(checklist(items("\n\n\n" + TEXT), items()))
        await driver.settle()
        assert shown.current == 18


async def test_a_report_without_a_checklist_says_so(demo: Path) -> None:
    async with running(demo, (60, 20)) as driver:
        await opened(driver, Boxes(()))
        assert "This report has no checklist." in driver.text()
        below = driver.app.screen_stack[-2]
        await driver.press("space", "n", "tab", "escape")
        assert driver.app.screen is below


async def test_wording_is_data(demo: Path) -> None:
    hostile = items("## Deck [/]\n\n- [x] [red]a[/] **b**\n- [\x1b] \x1b]0;x\x1b\\\n- [[] c\n- [ ] " + "漢" * 90 + "\n")
    async with running(demo, (60, 20)) as driver:
        await opened(driver, Boxes(hostile))
        assert "[red]a[/] **b**" in driver.text()
        assert "DECK [/]" in driver.text()
        assert "\x1b" not in driver.text()
        await driver.press("down", "space", "end")
