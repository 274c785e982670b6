"""The command palette lists what works here with the keys it has now; and the keys at the bottom."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from textual.app import SystemCommand
from textual.binding import Binding
from textual.screen import Screen

from report_tui.storage.settings import read
from report_tui.tui.commands import Commands, OffersCommands, commands
from report_tui.tui.dialogs.choice import ChoiceDialog
from report_tui.tui.widgets.key_bar import fitting
from tests.scenes import keys_for
from tests.tui.driver import Driver, running


def titles(driver: Driver) -> list[str]:
    return [command.title for command in commands(driver.app.screen, driver.app.choose_theme)]


async def test_every_action_stands_there_once_with_its_key(demo: Path) -> None:
    async with running(demo) as driver:
        found = titles(driver)
        assert {"Edit (Enter)", "Save (F2)", "Next problem (F8)", "Quit (F10)", "Help (F1)"} <= set(found)
        assert len(found) == len(set(found))
        assert not any(title.startswith("Commands") for title in found)


async def test_keys_that_were_chosen_stand_there(demo: Path) -> None:
    settings, _ = read('[keys]\nsave = "f12, ctrl+w"', "s.toml")
    async with running(demo, settings=settings) as driver:
        assert "Save (F12)" in titles(driver)


async def test_the_themes_that_are_not_shown_can_be_chosen(demo: Path) -> None:
    async with running(demo) as driver:
        themes = [title for title in titles(driver) if title.startswith("Theme")]
        assert themes == ["Theme: light", "Theme: high contrast"]


async def test_a_command_is_done_where_the_palette_was_opened(demo: Path) -> None:
    async with running(demo) as driver:
        await driver.edit(9)
        await driver.type("x")
        await driver.press("ctrl+p")
        assert isinstance(driver.app.screen, Commands)
        await driver.type("quit")
        await driver.press("enter")
        assert isinstance(driver.app.screen, ChoiceDialog)


async def test_a_screen_offers_commands_without_a_key(demo: Path) -> None:
    async with running(demo) as driver:
        assert isinstance(driver.main, OffersCommands)
        await driver.press("ctrl+p", *keys_for("findings of the whole"), "enter")
        assert "The whole report" in driver.text()


class Hostile(Screen[None]):
    """Offers a command whose title is a report's."""

    def extra_commands(self) -> Iterable[SystemCommand]:
        nothing: Callable[[], None] = lambda: None  # noqa: E731
        yield SystemCommand("[/] [red]Title[/red] a[/]", "[/] [@click=app.bell]help[/]", nothing)


@pytest.mark.parametrize("search", ["", "title"])
async def test_titles_are_no_markup(demo: Path, search: str) -> None:
    async with running(demo) as driver:
        await driver.app.push_screen(Hostile())
        await driver.press("ctrl+p", *keys_for(search))
        assert "[/] [red]Title[/red] a[/]" in driver.text()
        assert "[/] [@click=app.bell]help[/]" in driver.text()


# The keys at the bottom

PROBLEMS = Binding.Group("problems")
KEYS = [
    Binding("escape", "leave", "list", id="list"),
    Binding("f1", "help", "help", id="help"),
    Binding("f2", "save", "save", id="save"),
    Binding("f3", "filter", "filter", id="filter"),
    Binding("f5", "preview", "preview", id="preview"),
    Binding("f6", "checklist", "checklist", id="checklist"),
    Binding("f7", "problem(-1)", "previous problem", id="previous-problem", group=PROBLEMS),
    Binding("f8", "problem(1)", "next problem", id="next-problem", group=PROBLEMS),
    Binding("f9", "external", "$EDITOR", id="external"),
    Binding("f10", "quit", "quit", id="quit"),
]


@pytest.mark.parametrize(
    ("width", "line"),
    [
        (120, "esc list F1 help F2 save F3 filter F5 preview F6 checklist F7 F8 problems F9 $EDITOR F10 quit"),
        (60, "esc list F1 help F2 save F3 filter F10 quit"),
        (30, "esc list F1 help F2 save"),
        (5, ""),
    ],
)
def test_as_many_keys_as_fit_and_those_for_leaving_stay(width: int, line: str) -> None:
    pieces = [piece.plain for _, piece in fitting(reversed(KEYS), width)]
    assert " ".join("".join(pieces).split()) == line
    assert len("".join(pieces)) <= width


def test_each_key_of_a_group_can_be_clicked() -> None:
    assert [key for key, _ in fitting(KEYS, 120)][6:8] == ["f7", "f8"]


def test_a_key_that_is_alone_in_its_group_says_what_it_does() -> None:
    ((_, piece),) = fitting([KEYS[6]], 120)
    assert piece.plain == " F7 previous problem "
